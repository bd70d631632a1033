"""From one reading to one candidate: the span as it stands, or the date that its words mean."""

from mneme.answer import judging, when
from mneme.answer.judging import Candidate, Weights
from mneme.answer.questions import About, asks_when, lacks_quantity
from mneme.memory.sentences import sentences
from mneme.ports import Reading
from mneme.types import Memory, Span

_LOOSE = ",.;:!?"


def header(memory: Memory) -> str:
    """Who, when and where, as the reader was trained to see it: "Maria, 3 July 2023, Summer plans"."""
    date = when.shown(memory.happened_at) if memory.happened_at is not None and memory.dated else ""
    return ", ".join(part for part in (memory.speaker or "", date, memory.title) if part)


def candidate_of(question: str, memory: Memory, reading: Reading, relevance: float, people: About,
                 weights: Weights) -> Candidate | None:
    """What `memory` answers, by the reader's span; None where it marks nothing.

    `relevance` 0..1 is the fusion score relative to the best hit's.
    """
    score = judging.logit(reading.confidence) - weights.recall * (1.0 - relevance)
    if people.is_stranger(memory):
        score -= weights.stranger
    said = memory.text[reading.start:reading.end]
    if lacks_quantity(question, said):
        score -= weights.quantity
    if "\n" in said.strip():
        score -= weights.broken
    if asks_when(question):
        return _dated(memory, (reading.start, reading.end), score + weights.when)
    return _literal(memory, (reading.start, reading.end), score)


def _literal(memory: Memory, span: Span, score: float) -> Candidate | None:
    start, end = when.whole_dates(memory.text, _trimmed(memory.text, span))
    return Candidate(memory, memory.text[start:end], (start, end), score) if start < end else None


def _trimmed(text: str, span: Span) -> Span:
    """`span` without white space and punctuation at its ends; (0, 0) where nothing else is in it."""
    start, end = span
    while start < end and (text[start].isspace() or text[start] in _LOOSE):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _LOOSE):
        end -= 1
    return (start, end) if start < end else (0, 0)


def _dated(memory: Memory, span: Span, score: float) -> Candidate | None:
    """A time: the span itself if it names one, else the words of time nearest to it, else the memory's own date."""
    if memory.happened_at is None or not memory.dated:
        return _literal(memory, span, score)
    meant = when.resolved(memory.text, memory.happened_at)
    over = [m for m in meant if m.span[0] < span[1] and span[0] < m.span[1]]
    if not over and when.names_a_time(memory.text[span[0]:span[1]]):
        return _literal(memory, span, score)
    beside = over or [m for m in meant if _same_sentence(memory.text, m.span, span)] or meant[:1]
    if beside:
        return Candidate(memory, beside[0].text, beside[0].span, score, literal=False)
    return Candidate(memory, when.shown(memory.happened_at), span, score, literal=False)


def _same_sentence(text: str, one: Span, other: Span) -> bool:
    return any(start <= one[0] < end and start <= other[0] < end for start, end in sentences(text))
