"""What conversations with AI assistants have in common: who takes part, machines' times, texts in parts."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from mneme.parsers.building import one_line
from mneme.parsers.chats.chatting import dict_of, text_of
from mneme.parsers.moments import EARLIEST, LATEST, parse_iso
from mneme.types import Conversation, Message, Moment, Participant, Role

USER = Participant("user", "User", Role.OWNER)
_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))  # from this on a number of seconds is one of smaller units
_LONGEST_ISO = 40  # characters


def assistant(name: str) -> Participant:
    """An assistant by its name."""
    return Participant(f"assistant:{name}", name, Role.ASSISTANT)


def moment_from(value: Any, zone: tzinfo) -> Moment | None:
    """A time that a program wrote: a number of (milli-, micro-, nano-)seconds since 1970, or ISO 8601.

    It is told on the owner's clock in `zone`. None for what is no time, and for 0, which programs write for "unknown".
    """
    try:
        if isinstance(value, str):
            return _of_text(value, zone)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not value:
            return None
        unit = next((unit for least, unit in _UNITS if abs(value) >= least), 1.0)
        return _on_clock(datetime.fromtimestamp(value / unit, UTC), zone)
    except (OverflowError, ValueError, OSError):
        return None


def _of_text(text: str, zone: tzinfo) -> Moment | None:
    if len(text) <= _LONGEST_ISO and "T" in text and ":" in text:  # most of them by far: the quickest way
        when = datetime.fromisoformat(text)
        return _on_clock(when if when.tzinfo else when.replace(tzinfo=zone), zone)
    said = parse_iso(text, zone)
    if said is None:
        return moment_from(float(text), zone)
    return _on_clock(said.utc, zone) if said.precision == "second" else said


def _on_clock(when: datetime, zone: tzinfo) -> Moment | None:
    """On the clock of the owner, who thinks in days of the place where they are; placeholders are no times."""
    local = when.astimezone(zone)
    offset = local.utcoffset() or timedelta(0)
    if not EARLIEST <= local.year <= LATEST:
        return None
    return Moment(when.astimezone(UTC).replace(microsecond=0), round(offset.total_seconds() / 60))


def parts_text(content: Any, kinds: Sequence[str] = ("text", "input_text", "output_text")) -> str:
    """The words of content that is a string, one part, or parts of which those of certain `kinds` hold words."""
    if isinstance(content, dict):
        content = [content]
    if not isinstance(content, list):
        return text_of(content)
    return joined(text_of(part) if isinstance(part, str) else _part(dict_of(part), kinds) for part in content)


def _part(part: dict[str, Any], kinds: Sequence[str]) -> str:
    return text_of(part.get("text")) if part.get("type", kinds[0]) in kinds else ""


def joined(pieces: Iterable[str]) -> str:
    """Pieces of one message, each on a line of its own, the empty ones left out."""
    return "\n".join(piece for piece in pieces if piece.strip())


def file_lines(names: Iterable[Any]) -> list[str]:
    """A line for each attached file."""
    return [f"[{name}]" for value in names if (name := one_line(text_of(value)))]


def conversation(key: str, title: str, people: Iterable[Participant], messages: Sequence[Message]) -> Conversation:
    """A conversation whose keys hold in every export; without a title it is called by its first words."""
    first = next((m.text for m in messages if m.text.strip()), "")
    return Conversation(key, one_line(title) or one_line(first, 80), tuple({p.key: p for p in people}.values()),
                        tuple(messages), stable=True)
