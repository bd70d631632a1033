"""Where the time comes from: a clock is an argument everywhere, so that any now can be asked."""

import time
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol


class Clock(Protocol):
    """What tells the time, and the owner's time zone."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""
        ...

    def zone(self) -> tzinfo:
        """The owner's time zone, in which naive times are meant."""
        ...


class SystemClock:
    """The computer's own clock and zone."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def zone(self) -> tzinfo:
        return _LocalZone()


class _LocalZone(tzinfo):
    """The system's zone with the offset that held at each date, not today's fixed offset."""

    def utcoffset(self, dt: datetime | None) -> timedelta:
        at = (dt or datetime.now()).replace(tzinfo=None)
        try:
            return at.astimezone().utcoffset() or timedelta(0)
        except (OverflowError, OSError, ValueError):
            return timedelta(0)

    def dst(self, dt: datetime | None) -> timedelta | None:
        return None

    def tzname(self, dt: datetime | None) -> str:
        return time.tzname[0]
