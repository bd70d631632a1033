"""Questions of wide scope ("what happened in May?"): the summary tree says what to read, not the nearest passages."""

import re
from datetime import date, timedelta

from mneme.answer.writing.evidence import Bearing
from mneme.clock import Clock
from mneme.expressions import expression
from mneme.memory.consolidation.summarising import Level, period_of
from mneme.recall.understanding.question import Question, Wanted
from mneme.store import derived, memories, outlines
from mneme.store.database import Database
from mneme.types import Hit

MOST = 12  # passages
SUMMARIES = 40  # that are looked at
RELEVANCE = 0.5  # of what a summary of the time tells
_WIDE = expression(
    r"\b(?:summar(?:y|i[sz]e)|overview|recap|sum up|what (?:all )?happened|what was going on|"
    r"what (?:did|have) (?:I|we) (?:do|done|been (?:doing|up to))|how (?:was|were|did) (?:my|our|the)|"
    r"tell me about (?:my|our|the))\b", re.IGNORECASE)


class Overview:
    """Reads the sentences of the summaries of a time, each where it was said (#383: scope is not diffusion)."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, question: Question) -> list[Bearing]:
        """The passages that the summaries of the question's time stand on; none where it asks for something narrow."""
        if not is_wide(question):
            return []
        start, end = _days(question)
        level = _level(start, end)
        with self._store.reader() as db:
            found = outlines.between(db, level, period_of(start, level).key, period_of(end, level).key, SUMMARIES)
            told = [[one.memory for one in derived.citations(db, memory)] for memory, _key in reversed(found)]
            ids = _in_turn(told)
            hits = memories.load(db, ids, self._clock.now())
        return [Bearing(Hit(memory, 0.0, {"overview": 1.0}), None, RELEVANCE, 0.0) for memory in hits]


def is_wide(question: Question) -> bool:
    """Whether a question asks for all of a time, not for one thing in it."""
    return bool(question.within) and question.wanted in (Wanted.OPEN, Wanted.LIST) and bool(_WIDE.search(question.text))


def _days(question: Question) -> tuple[date, date]:
    one = question.within[0]
    start = one.start.date() if one.start is not None else date.min
    end = (one.end - timedelta(seconds=1)).date() if one.end is not None else date.max
    return start, max(start, end)


def _level(start: date, end: date) -> Level:
    days = (end - start).days
    return "month" if days > 62 else "week" if days > 13 else "day"


def _in_turn(told: list[list[int]]) -> list[int]:
    """One of each summary in turn, so that no week crowds out another."""
    longest = max(map(len, told), default=0)
    ids = [one[place] for place in range(longest) for one in told if place < len(one)]
    return list(dict.fromkeys(ids))[:MOST]
