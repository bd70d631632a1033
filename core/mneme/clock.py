"""Where the time comes from: a clock is an argument everywhere, so that any now can be asked."""

import time
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from tzlocal import get_localzone


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
        return get_localzone()

