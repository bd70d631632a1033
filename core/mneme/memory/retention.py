"""How much of a memory is retained now: a pure function of its events, its significance and the time asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Curve:
    """The parameters of forgetting; times in days.

    `stability` is the age at which an unused memory of middling importance is half retained.
    """

    stability: float = 60.0
    decay: float = 0.5
    growth: float = 1.2
    significance: float = 4.0


def retention(captured: datetime, uses: Iterable[datetime], importance: float, now: datetime,
              curve: Curve = Curve(), *, pinned: bool = False) -> float:
    """Retention in (0, 1] at `now`, by the power law of forgetting (Wixted and Carpenter 2007).

    R = (1 + b t / S) ^ -c with t the days since the last use and b chosen so that R(S) = 1/2. Each use
    multiplies the stability S by 1 + growth * (1 - R at that use): a use after a long gap adds more
    (the spacing effect), and what was nearly forgotten gains most. Uses after `now` are not yet known,
    and a memory captured after `now` counts as fresh. A pinned memory does not fade.
    """
    if pinned:
        return 1.0
    stability = curve.stability * curve.significance ** (2.0 * min(max(importance, 0.0), 1.0) - 1.0)
    last = captured
    for use in _known(uses, captured, now):
        stability *= 1.0 + curve.growth * (1.0 - _power(_days(last, use), stability, curve))
        last = use
    return _power(_days(last, now), stability, curve)


def _known(uses: Iterable[datetime], captured: datetime, now: datetime) -> Sequence[datetime]:
    return sorted(use for use in uses if captured <= use <= now)


def _days(start: datetime, end: datetime) -> float:
    return max((end - start).total_seconds(), 0.0) / DAY


def _power(days: float, stability: float, curve: Curve) -> float:
    half: float = 2.0 ** (1.0 / curve.decay) - 1.0
    retained: float = (1.0 + half * days / stability) ** -curve.decay
    return retained
