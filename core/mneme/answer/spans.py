"""From one reading to one candidate: the span as it stands, or the date that its words mean."""

import re
from collections.abc import Mapping

from mneme.answer import when
from mneme.answer.weighing import Candidate
from mneme.expressions import expression
from mneme.memory.sentences import sentences
from mneme.ports import Extract, Reading
from mneme.recall.lexical import words_of
from mneme.recall.ports import Said
from mneme.recall.understanding.question import Question, Wanted
from mneme.types import Memory, Span

_LOOSE = ",.;:!?"
_TO_A_PLACE = expression(r"(?:to|in|at|from|into) (?=\S)", re.IGNORECASE)  # "to England" is England
_PARTNERS: dict[str, frozenset[str]] = {
    '"': frozenset(), "“": frozenset("”„"), "„": frozenset("“”"), "«": frozenset("»")}
# opening and closing
_QUOTES = (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("‘", "’"), ("»", "«"), ("”", "”"))


def extract_of(memory: Memory, before: Said | None = None, speaker: str | None = None) -> Extract:
    """A memory as the reader was trained to see it: "Maria, 3 July 2023, Summer plans", or with what was said before.

    A title made of the speakers' names would only say who else might have spoken. `speaker` stands in the place of who
    really spoke, to see whether it would answer if they had.
    """
    who, title = speaker or memory.speaker or "", memory.title
    date = when.shown(memory.happened_at) if memory.happened_at is not None and memory.dated else ""
    if memory.speaker and not set(words_of(memory.speaker)).isdisjoint(words_of(title)):
        title = ""
    if not (before and before.speaker and who):
        return Extract(", ".join(part for part in (who, date, title) if part), memory.text)
    said = f"{before.speaker}: {before.text}\n{who}"
    return Extract(f"{date}: {said}" if date else said, memory.text)


def candidate_of(question: Question, memory: Memory, reading: Reading, parts: Mapping[str, float]) -> Candidate | None:
    """What `memory` answers, by the reader's span; None where it marks nothing. `parts` add up to its score."""
    span, score = (reading.start, reading.end), sum(parts.values())
    if question.wanted is Wanted.DATE:
        return _dated(memory, span, score, parts)
    return _literal(memory, span, score, parts, is_place=question.wanted is Wanted.PLACE)


def _literal(memory: Memory, span: Span, score: float, parts: Mapping[str, float], *,
             is_place: bool = False) -> Candidate | None:
    start, end = _with_quotes(memory.text, when.whole_dates(memory.text, _trimmed(memory.text, span)))
    if is_place and (lead := _TO_A_PLACE.match(memory.text, start, end)) is not None:
        start = lead.end()
    if not start < end:
        return None
    return Candidate(memory, memory.text[start:end], (start, end), score, parts=parts)


def _trimmed(text: str, span: Span) -> Span:
    """`span` without white space and punctuation at its ends; (0, 0) where nothing else is in it."""
    start, end = span
    while start < end and (text[start].isspace() or text[start] in _LOOSE):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _LOOSE):
        end -= 1
    return (start, end) if start < end else (0, 0)


def _with_quotes(text: str, span: Span) -> Span:
    """`span` with the quotation mark that belongs to one within it: a title is cut neither before nor after it.

    A mark at an end whose other half stands nowhere near is left out. The mark of inches and an apostrophe are none.
    """
    start, end = span
    said = text[start:end]
    for opening, closing in _QUOTES:
        marks = said.count(opening) + said.count(closing) * (closing != opening)
        if marks != 1 or (opening == '"' and re.search(r'\d"', said)):
            continue
        if said.startswith(opening) and text[end:end + 1] == closing:
            return start, end + 1
        if said.endswith(closing) and start and text[start - 1] == opening:
            return start - 1, end
    for mark in '"“„«':
        if said.count(mark) == 1 and len(said) > 1 and not re.search(r'\d"', said) and _PARTNERS[mark].isdisjoint(said):
            return (start + 1, end) if said.startswith(mark) else (start, end - said.endswith(mark))
    return span


def _dated(memory: Memory, span: Span, score: float, parts: Mapping[str, float]) -> Candidate | None:
    """A time: the span itself if it names one, else the words of time nearest to it, else the memory's own date."""
    if memory.happened_at is None or not memory.dated:
        return _literal(memory, span, score, parts)
    meant = when.resolved(memory.text, memory.happened_at)
    over = [m for m in meant if m.span[0] < span[1] and span[0] < m.span[1]]
    if not over and when.names_a_time(memory.text[span[0]:span[1]]):
        return _literal(memory, span, score, parts)
    beside = over or [m for m in meant if _same_sentence(memory.text, m.span, span)] or meant[:1]
    if beside:
        return Candidate(memory, beside[0].text, beside[0].span, score, literal=False, parts=parts)
    return Candidate(memory, when.shown(memory.happened_at), span, score, literal=False, parts=parts)


def _same_sentence(text: str, one: Span, other: Span) -> bool:
    return any(start <= one[0] < end and start <= other[0] < end for start, end in sentences(text))
