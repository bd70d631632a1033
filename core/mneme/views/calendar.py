"""The owner's calendar cut into buckets: centuries to minutes, where clocks are put forward and back as well."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from mneme.types import Grain

MOST = 4000  # buckets of one stretch
_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_YEARS: dict[Grain, int] = {"century": 100, "decade": 10, "year": 1}


def in_zone(at: datetime, zone: tzinfo) -> datetime:
    """A time on the owner's clock: a naive one is meant so already. The ends of the calendar stay what they are."""
    if at.tzinfo is None:
        return at.replace(tzinfo=zone)
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at.replace(tzinfo=zone)


def micros_of(at: datetime) -> int:
    """Microseconds since 1970, UTC, of an aware time; exact for any that Python knows, even where UTC has none."""
    offset = at.utcoffset() or timedelta(0)
    return (at.replace(tzinfo=None) - _EPOCH - offset) // _MICROSECOND


def at_micros(value: int, zone: tzinfo) -> datetime:
    """The owner's clock so many microseconds after 1970, UTC."""
    try:
        return (_EPOCH.replace(tzinfo=UTC) + value * _MICROSECOND).astimezone(zone)
    except OverflowError:
        return (datetime.min if value < 0 else datetime.max).replace(tzinfo=zone)


def edges(start: datetime, end: datetime, grain: Grain) -> list[datetime]:
    """Where the buckets that touch [start, end) begin, and after them where the last ends; on the clock of `start`.

    A day has as many hours as it has: 23, 24 or 25. An hour that is there twice is two buckets. Raises: ValueError
    for more than MOST buckets.
    """
    found: list[datetime] = []
    last = micros_of(end)
    for edge in _clock(start, grain) if grain in ("hour", "minute") else _days(start, grain):
        found.append(edge)
        if (micros_of(edge) >= last and len(found) > 1) or edge.replace(tzinfo=None) == datetime.max:
            return found
        if len(found) > MOST:
            raise ValueError(f"more than {MOST} buckets")
    raise AssertionError("the calendar ends")


def begin_of(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), zone)


def bounds(day: date, grain: Grain) -> tuple[date, date | None]:
    """The first day of the bucket that a day lies in, and that of the next one; None where the calendar ends."""
    first = _first(day, grain)
    return first, _next(first, grain)


def _first(day: date, grain: Grain) -> date:
    if grain in _YEARS:
        return date(max(day.year - day.year % _YEARS[grain], 1), 1, 1)
    return day.replace(day=1) if grain == "month" else day


def _next(first: date, grain: Grain) -> date | None:
    try:
        if grain in _YEARS:
            return date(first.year - first.year % _YEARS[grain] + _YEARS[grain], 1, 1)
        if grain == "month":
            return date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return first + timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def _days(start: datetime, grain: Grain) -> Iterator[datetime]:
    day: date | None = _first(start.date(), grain)
    while day is not None:
        yield datetime.combine(day, time(), start.tzinfo)
        day = _next(day, grain)
    yield datetime.max.replace(tzinfo=start.tzinfo)


def _clock(start: datetime, grain: Grain) -> Iterator[datetime]:
    """Each full hour or minute of the clock as it goes, in steps of real time."""
    zone = start.tzinfo
    assert zone is not None
    step = 3600 if grain == "hour" else 60  # seconds
    at = start.replace(minute=start.minute if step == 60 else 0, second=0, microsecond=0)
    while True:
        yield at
        here = micros_of(at)
        at = at_micros(here + 1_000_000 * _left(at, step), zone)
        if _left(at, step) < step:  # clocks were moved by less than an hour
            at = at_micros(micros_of(at) + 1_000_000 * _left(at, step), zone)
        if micros_of(at) <= here:
            at = datetime.max.replace(tzinfo=zone)


def _left(at: datetime, step: int) -> int:
    """Seconds until the clock next shows a full step."""
    return step - (at.minute * 60 + at.second) % step
