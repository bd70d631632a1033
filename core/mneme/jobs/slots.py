"""Which daily slot is due: a slot is a local date, so neither a changed clock nor a long sleep runs it twice."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

DAY = timedelta(days=1)
BELIEVED = timedelta(days=2)  # travelling moves the local date by 26 hours at most
JUMP = 5.0  # seconds: a clock that is kept right over the network is moved by less


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a local date, from `hour` (0..23) on."""

    hour: int = 3

    def __post_init__(self) -> None:
        if not 0 <= self.hour <= 23:
            raise ValueError(f"a day has no hour {self.hour}")


@dataclass(frozen=True, slots=True)
class Glance:
    """What two clocks told at once: the instant, and the seconds of the one that never goes back."""

    now: datetime
    ticks: float


def due(last: str | None, now_local: datetime, daily: Daily) -> str | None:
    """The slot that should run now, as a local date in ISO form, or None.

    `last` is the slot that was begun last. However many slots were missed, only the latest is due, and none at or
    before `last`. A `last` that is no date, or lies more than two days ahead (the clock was wrong then), is unknown.
    `now_local` is aware, in the owner's zone.
    """
    begun, known = _begun(now_local, daily), _believed(last, now_local, daily)
    return begun.isoformat() if known is None or known < begun else None


def next_at(last: str | None, now_local: datetime, daily: Daily) -> datetime:
    """When the next slot begins, in the zone of `now_local`; `now_local` itself where one is due.

    Where the clock skips that hour the slot begins as much later as the clock was put forward.
    """
    if due(last, now_local, daily):
        return now_local
    known = _believed(last, now_local, daily) or date.min
    day = max(_begun(now_local, daily), known) + DAY
    wall = datetime.combine(day, time(daily.hour), now_local.tzinfo)
    return wall.astimezone(UTC).astimezone(now_local.tzinfo)  # an hour that was skipped becomes a real one


def days_missed(last: str | None, slot: str) -> int:
    """How many slots lie between the one begun last and the one that is due; 0 where that is unknown."""
    known, day = _date(last), _date(slot)
    return 0 if known is None or day is None else max((day - known).days - 1, 0)


def jump(before: Glance, after: Glance) -> float:
    """By how many seconds the clock on the wall was moved between two glances: a sleep, or somebody's hand; else 0."""
    moved = (after.now - before.now).total_seconds() - (after.ticks - before.ticks)
    return moved if abs(moved) > JUMP else 0.0


def _begun(now_local: datetime, daily: Daily) -> date:
    today = now_local.date()
    return today if now_local.hour >= daily.hour else today - DAY


def _believed(last: str | None, now_local: datetime, daily: Daily) -> date | None:
    known = _date(last)
    if known is None:
        return None
    ahead = datetime.combine(known, time(daily.hour)) - now_local.replace(tzinfo=None)
    return known if ahead <= BELIEVED else None


def _date(slot: str | None) -> date | None:
    try:
        return date.fromisoformat(slot or "")
    except ValueError:
        return None
