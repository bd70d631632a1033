"""Citations: the sentences an answer stands in, with their exact place in the item's text."""

from collections.abc import Sequence
from dataclasses import replace

from mneme.answer.weighing import Candidate
from mneme.memory.sentences import sentences
from mneme.types import Citation, Memory, Span

MOST_CITATIONS = 3
NEAREST = 3
LONGEST = 600  # code points of a citation; a "sentence" of a table or a log can be a page


def cited(candidate: Candidate) -> Citation:
    """The sentence or sentences around a candidate, and the answer's own words if they stand there."""
    return _citation(candidate.memory, around(candidate.memory.text, candidate.span),
                     candidate.span if candidate.literal else None)


def nearest(memory: Memory, span: Span | None = None) -> Citation:
    """What came nearest in a memory that does not answer: the sentence at `span`, or its beginning."""
    return _citation(memory, around(memory.text, span or (0, 0)), None)


def around(text: str, span: Span) -> Span:
    """The stretch of whole sentences of `text` that covers `span`, cut to LONGEST about it."""
    start, end = span
    touched = [s for s in sentences(text) if s[0] < max(end, start + 1) and s[1] > start]
    if not touched:
        touched = [next((s for s in sentences(text) if s[0] >= start), (0, len(text)))]
    low, high = min(touched[0][0], start) if end > start else touched[0][0], max(touched[-1][1], end)
    if high - low <= LONGEST:
        return low, high
    spare = max(LONGEST - (end - start), 0) // 2
    return max(low, start - spare), min(high, max(end, start) + spare)


def marked(citation: Citation, words: str) -> Citation:
    """The citation with `words` marked as the answer's own, where they stand there."""
    at = citation.text.casefold().find(words.casefold()) if words else -1
    if at < 0 or len(citation.text.casefold()) != len(citation.text):
        return citation
    start = citation.span[0] + at
    return replace(citation, answer_span=(start, start + len(words)))


def distinct(citations: Sequence[Citation], most: int) -> tuple[Citation, ...]:
    """The first `most` citations, each memory's place once."""
    return tuple({(c.memory, c.span): c for c in citations}.values())[:most]


def _citation(memory: Memory, inside: Span, answer: Span | None) -> Citation:
    base = memory.span[0]
    return Citation(
        memory=memory.id, text=memory.text[inside[0]:inside[1]], source=memory.source,
        span=(base + inside[0], base + inside[1]), happened_at=memory.happened_at,
        answer_span=None if answer is None else (base + answer[0], base + answer[1]),
        title=memory.title, speaker=memory.speaker)


def supports(citation: Citation, candidate: Candidate) -> bool:
    """The check of every answer against what is cited: do its words, or the words it was counted from, stand there?"""
    start, end = candidate.span
    first, last = (candidate.memory.span[0] + at for at in candidate.span)
    inside = start == end or citation.span[0] <= first <= last <= citation.span[1]  # no words: its date alone is meant
    words = candidate.memory.text[start:end]
    return inside and words in citation.text and (not candidate.literal or words == candidate.text)
