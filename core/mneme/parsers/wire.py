"""What goes over the worker's pipes: documents as JSON (no pickle: the worker reads hostile files)."""

import json
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mneme.clock import SystemClock
from mneme.errors import KnownError, Skipped, Unreadable
from mneme.pipes import BrokenFrame
from mneme.ports import Parsed
from mneme.types import Block, Conversation, Document, Mark, Message, Moment, Origin, Participant, Role


class ZonedClock(SystemClock):
    """The computer's clock with the zone of whoever asked."""

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone

    def zone(self) -> tzinfo:
        return self._zone or super().zone()


def zone_to_json(zone: tzinfo) -> str | float | None:
    """A zone's name, or its fixed offset in seconds; None means the computer's own, which the worker has too."""
    if isinstance(zone, ZoneInfo) and zone.key:
        return zone.key
    return zone.utcoffset(None).total_seconds() if isinstance(zone, timezone) else None


def zone_from_json(value: str | float | None) -> tzinfo | None:
    if isinstance(value, str):
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            return None
    return None if value is None else timezone(timedelta(seconds=value))


def to_json(parsed: list[Parsed], error: KnownError | None) -> bytes:
    """What a parser gave, and what it raised at the end."""
    said = {"parsed": [_out(p) for p in parsed],
            "error": [type(error).__name__, error.message, error.remedy] if error else None}
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")


def from_json(data: bytes) -> tuple[list[Parsed], KnownError | None]:
    """The reverse of `to_json`. Raises: BrokenFrame for anything else."""
    try:
        said = json.loads(data)
        parsed: list[Parsed] = [_in(p) for p in said["parsed"]]
        return parsed, _error_in(said["error"])
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, OverflowError) as error:
        raise BrokenFrame from error


def _error_in(said: list[str] | None) -> KnownError | None:
    if said is None:
        return None
    name, message, remedy = said
    return {"Skipped": Skipped, "Unreadable": Unreadable}.get(name, KnownError)(message, remedy)


def _out(parsed: Parsed) -> dict[str, Any]:
    if isinstance(parsed, Mark):
        return {"cursor": parsed.cursor}
    return _document_out(parsed) if isinstance(parsed, Document) else _conversation_out(parsed)


def _in(said: dict[str, Any]) -> Parsed:
    if "cursor" in said:
        return Mark(said["cursor"])
    return _document_in(said) if "text" in said else _conversation_in(said)


def _document_out(document: Document) -> dict[str, Any]:
    return {"text": document.text, "blocks": [[b.kind, b.start, b.end, b.level] for b in document.blocks],
            "title": document.title, "authors": document.authors, "at": _moment_out(document.happened_at),
            "tags": document.tags, "links": document.links, "properties": dict(document.properties),
            "notes": document.notes, "key": document.key, "stable": document.stable,
            "origin": document.origin}


def _document_in(said: dict[str, Any]) -> Document:
    return Document(said["text"], tuple(Block(*b) for b in said["blocks"]), said["title"], tuple(said["authors"]),
                    _moment_in(said["at"]), tuple(said["tags"]), tuple(said["links"]), said["properties"],
                    tuple(said["notes"]), said["key"], said["origin"] and Origin(said["origin"]), said["stable"])


def _conversation_out(conversation: Conversation) -> dict[str, Any]:
    return {"key": conversation.key, "title": conversation.title, "stable": conversation.stable,
            "participants": [[p.key, p.name, p.role.value] for p in conversation.participants],
            "messages": [[m.key, m.sender, m.text, _moment_out(m.at), m.reply_to] for m in conversation.messages]}


def _conversation_in(said: dict[str, Any]) -> Conversation:
    people = tuple(Participant(key, name, Role(role)) for key, name, role in said["participants"])
    messages = tuple(Message(key, sender, text, _moment_in(at), reply)
                     for key, sender, text, at, reply in said["messages"])
    return Conversation(said["key"], said["title"], people, messages, said["stable"])


def _moment_out(moment: Moment | None) -> list[Any] | None:
    return None if moment is None else [moment.utc.isoformat(), moment.offset, moment.precision]


def _moment_in(said: list[Any] | None) -> Moment | None:
    return None if said is None else Moment(datetime.fromisoformat(said[0]).astimezone(UTC), said[1], said[2])
