"""Which memories fit the times that a question names: those of the time itself, then those told soon after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mneme.recall.understanding.question import Interval
from mneme.types import Place

MOST = 1000  # memories of one stretch of time that are compared with the question
SOON = 8  # the rank of what was told soon after the time: people tell of a thing when it is over
# how long "soon" is: as long as the time itself, within these
SHORTEST, LONGEST = timedelta(days=2), timedelta(days=14)


def fitting(places: Sequence[Place], times: Sequence[Interval]) -> dict[int, int]:
    """The rank of each place that fits one of `times`: 1 within it, SOON soon after it."""
    ranks: dict[int, int] = {}
    for place in places:
        at = place.happened_at
        fits = [rank for one in times if at is not None and (rank := _rank(at, one))]
        if fits:
            ranks[place.memory] = min(fits)
    return ranks


def _rank(at: datetime, time: Interval) -> int:
    """0 where `at` does not fit."""
    if time.start is not None and at < time.start:
        return 0
    if time.end is None or at < time.end:
        return 1
    length = time.end - time.start if time.start is not None else SHORTEST
    return SOON if at < time.end + min(max(length, SHORTEST), LONGEST) else 0
