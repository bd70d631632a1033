"""Looks up when something happened, for answers that are counted: from a description to dated places that tell it."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from mneme.answer.counting.computing import Dated
from mneme.answer.weighing import logit
from mneme.memory.sentences import sentences
from mneme.memory.times.counts import day_of
from mneme.memory.times.expressions import TimeExpression, expressions
from mneme.ports import Reading
from mneme.recall.lexical import words_of
from mneme.recall.stopwords import meaningful
from mneme.types import Hit, Memory, Moment, Span

BEARS, COVERS, RECALL, MIDDLE = 0.7, 3.0, 2.0, 3.0  # what each sign counts in how surely an event is told somewhere
STEM = 4  # letters by which words are taken for the same


def dated(description: str, hits: Sequence[Hit], readings: Sequence[Reading]) -> list[Dated]:
    """Where `description` is told among `hits`, and when it happened by what stands there, best first."""
    top = max((hit.score for hit in hits), default=1.0) or 1.0
    found = [one for hit, reading in zip(hits, readings, strict=True)
             if (one := _event(description, hit, reading, hit.score / top)) is not None]
    return sorted(found, key=lambda one: -one.score)


def _event(description: str, hit: Hit, reading: Reading, recall: float) -> Dated | None:
    memory = hit.memory
    shared = _shared(description, memory)
    if memory.happened_at is None or not memory.dated or not shared:
        return None
    # what stands beside a reply covers for it, so its own words must tell of the event, too
    covers = min(hit.why.get("covers", 0.0), 1.5 * shared)
    score = BEARS * logit(reading.relevance) + COVERS * covers + RECALL * recall - MIDDLE
    span = _sentence(description, memory.text)
    told = [one for one in expressions(memory.text[slice(*span)], memory.happened_at) if _is_when(one)]
    if told:
        start, end, exact = _days(told[0])
    else:
        start, end, exact = _day_of(memory.happened_at)
    return Dated(memory, span, start, end, score, exact)


def _shared(description: str, memory: Memory) -> float:
    """The share of the description's telling words that stand in a memory, be their endings others; no names."""
    told = {word[:STEM] for word in words_of(memory.text)}
    speaker = set(words_of(memory.speaker or ""))
    asked = [word for word in meaningful(words_of(description)) if word not in speaker]
    return sum(word[:STEM] in told for word in asked) / max(len(asked), 1)


def _sentence(description: str, text: str) -> Span:
    """The sentence that shares most words with the description; the first of them."""
    asked = set(meaningful(words_of(description)))
    spans = sentences(text) or [(0, len(text))]
    return max(spans, key=lambda span: len(asked & set(words_of(text[slice(*span)]))))


def _is_when(one: TimeExpression) -> bool:
    return one.kind == "date" and one.start is not None and one.end is not None and one.bound in ("", "within")


def _days(one: TimeExpression) -> tuple[date, date, bool]:
    assert one.start is not None and one.end is not None
    start, end = day_of(one.start), day_of(one.end)
    end = end if end > start else _later(start, 1)
    return start, end, not one.approximate and end - start <= timedelta(days=1)


def _day_of(moment: Moment) -> tuple[date, date, bool]:
    start = moment.local().date()
    if moment.precision == "year":
        return start, _later(start, 365 + calendar.isleap(start.year)), False
    if moment.precision == "month":
        return start, _later(start, calendar.monthrange(start.year, start.month)[1]), False
    return start, _later(start, 1), True


def _later(day: date, days: int) -> date:
    """So many days later, at most the last day of the calendar."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
