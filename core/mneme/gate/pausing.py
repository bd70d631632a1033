"""Pausing: nothing new is taken in until a moment, or until the owner resumes; whatever becomes of the clock."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from mneme.errors import KnownError
from mneme.expressions import expression
from mneme.messages import _
from mneme.types import Pause

_LENGTH = expression(r"(?i)(?:for\s+)?(?:(\d{1,6}(?:[.,]\d{1,3})?)|an?|one|half an)\s*"
                     r"(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_CLOCK = expression(r"(?i)(?:until\s+)?(\d{1,2})(?:[:.](\d\d))?\s*(am|pm|o'clock|uhr)?")
_RESUME = frozenset(("until i resume", "until resumed", "until i say so", "for good", "forever", "indefinitely"))
_TOMORROW = frozenset(("until tomorrow", "tomorrow", "for today", "today", "until midnight"))
_LONGEST = timedelta(days=366)


def observed(pause: Pause, now: datetime) -> Pause:
    """The pause as it is to be kept, now that the clock shows `now`: remembers that it was set back."""
    if now >= pause.since:
        return replace(pause, behind=None)
    return replace(pause, behind=now if pause.behind is None else min(now, pause.behind))


def is_paused(pause: Pause | None, now: datetime) -> bool:
    """Whether a pause holds.

    A clock that was set back to before the pause began does not end it, and if it is observed does not prolong it
    beyond its whole length again; one that is put right afterwards finds its first end.
    """
    if pause is None:
        return False
    if pause.until is None:
        return True
    if now >= pause.since:
        return now < pause.until
    behind = observed(pause, now).behind or now
    return now < behind + (pause.until - pause.since)


def parse_pause(text: str, now_local: datetime) -> datetime | None:
    """Until when a pause is meant to last, in UTC; None: until the owner resumes.

    "15 minutes", "1 hour", "until tomorrow" (the next date's first moment on the owner's clock), "until 18:30",
    "until I resume". `now_local` carries the owner's time zone. Raises: KnownError for anything else.
    """
    wish = " ".join(text.casefold().replace("’", "'").split())
    now = now_local.astimezone(UTC)
    if wish in _RESUME:
        return None
    if wish in _TOMORROW:
        return _on_the_clock(now_local, now_local.date() + timedelta(days=1), time())
    if length := _LENGTH.fullmatch(wish):
        count = float(length[1].replace(",", ".")) if length[1] else 0.5 if "half" in wish else 1.0
        return _sensible(now + timedelta(seconds=count * _SECONDS[length[2][0]]), now, text)
    if (clock := _CLOCK.fullmatch(wish)) and wish.startswith("until"):
        return _next(now_local, _time(clock, text))
    raise _nonsense(text)


def _on_the_clock(now_local: datetime, day: date, at: time) -> datetime:
    """A time of the owner's clock as an instant; one that daylight saving leaves out is the moment after the gap."""
    return datetime.combine(day, at, now_local.tzinfo).astimezone(UTC)


def _next(now_local: datetime, at: time) -> datetime:
    today = _on_the_clock(now_local, now_local.date(), at)
    return today if today > now_local.astimezone(UTC) else _on_the_clock(
        now_local, now_local.date() + timedelta(days=1), at)


def _time(clock: re.Match[str], text: str) -> time:
    hour, minute, half = int(clock[1]), int(clock[2] or 0), clock[3]
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise _nonsense(text)
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise _nonsense(text)
    return time(hour, minute)


def _sensible(until: datetime, now: datetime, text: str) -> datetime:
    if not now < until <= now + _LONGEST:
        raise _nonsense(text)
    return until


def _nonsense(text: str) -> KnownError:
    return KnownError(_("“{text}” does not say how long to pause.").format(text=text.strip()),
                      _("Write for example: 15 minutes, 1 hour, until tomorrow, or until I resume."))
