"""What readers of chats share: values from JSON of any shape, times since an epoch, keys where a service gives none."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from mneme.errors import Unreadable
from mneme.messages import _
from mneme.parsers.encoding import clean, decode
from mneme.parsers.moments import EARLIEST, LATEST, moment_of, parse_iso
from mneme.types import Message, Moment, Participant, Role

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_json(data: bytes) -> Any:
    """The value in JSON bytes. Raises: Unreadable; Skipped where it is no text at all."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(decode(data, most=len(data)).text, strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("is no valid JSON"), _("The download may be incomplete: try it again.")) from error


def text_of(value: object) -> str:
    """A string, or a number as one; "" for anything else."""
    return clean(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def dict_of(value: object) -> dict[str, Any]:
    """An object of JSON; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listing(value: object) -> list[Any]:
    """The list, or an empty one where something else stands in its place."""
    return value if isinstance(value, list) else []


def list_of(value: object) -> list[dict[str, Any]]:
    """The objects in a list of JSON."""
    return [one for one in listing(value) if isinstance(one, dict)]


def number_of(value: object) -> float | None:
    """A number, or one written as a string."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e30 else None  # nor is a NaN


def moment_at(seconds: object, zone: tzinfo, epoch: datetime = _EPOCH) -> Moment | None:
    """The moment so many seconds after `epoch`, as the owner's clock showed it; None where it is none."""
    number = number_of(seconds)
    try:
        return _sane(epoch + timedelta(seconds=number), zone) if number else None
    except (OverflowError, ValueError):
        return None


def moment_in(text: object, zone: tzinfo, naive: tzinfo | None = None) -> Moment | None:
    """An ISO time, as the owner's clock showed it where it is said in UTC; `naive`: the zone of those without one."""
    moment = parse_iso(text_of(text), naive or zone)
    return _sane(moment.utc, zone) if moment and moment.offset == 0 and moment.precision == "second" else moment


def _sane(when: datetime, zone: tzinfo) -> Moment | None:
    try:
        moment = moment_of(when.astimezone(zone), zone)
    except (OverflowError, ValueError):
        return None
    return moment if moment and EARLIEST <= moment.utc.year <= LATEST else None


class Keys:
    """Keys from what is in a message: the same in every export, for repeated ones too, counted in order of time."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, *parts: str) -> str:
        said = "\x1f".join(parts)
        self._seen[said] += 1
        return digest(said, str(self._seen[said]))


def digest(*parts: str) -> str:
    """A short name for these texts."""
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


def with_names(text: str, names: Iterable[str]) -> str:
    """A message's text, and below it a line for each file that came with it."""
    lines = [f"[{' '.join(name.split())}]" for name in names if name.strip()]
    return "\n".join([text, *lines] if text.strip() else lines)


class People:
    """Who takes part, by key; whoever is first seen in a message is added then."""

    def __init__(self) -> None:
        self._people: dict[str, Participant] = {}

    def add(self, key: str, name: str, role: Role = Role.OTHER) -> str:
        """The key, for a message's sender; a name that is only the key gives way to a better one."""
        known = self._people.get(key)
        if known is None:
            self._people[key] = Participant(key, name or key, role)
        elif known.name == key and name:
            self._people[key] = Participant(key, name, known.role)
        return key

    def all(self) -> tuple[Participant, ...]:
        return tuple(self._people.values())


def in_time(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Messages in order of time; those without one stay behind the one they stood behind."""
    last = datetime.min.replace(tzinfo=UTC)
    timed = []
    for message in messages:
        last = message.at.utc if message.at else last
        timed.append((last, message))
    return tuple(message for _when, message in sorted(timed, key=lambda pair: pair[0]))
