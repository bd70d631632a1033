"""What a parser makes: moments, documents with their structure, conversations, and how far a place was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Literal

Precision = Literal["year", "month", "day", "minute", "second"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as it was said: a UTC instant, the offset it was said in, and how precise it is.

    `utc` is the start of the stretch that the precision names ("2023-05" is the first instant of May in
    the offset's zone). `offset` is in minutes east of UTC.
    """

    utc: datetime
    offset: int = 0
    precision: Precision = "second"

    @classmethod
    def of(cls, when: datetime, zone: tzinfo, precision: Precision = "second") -> "Moment":
        """A moment from an aware datetime, or from a naive one meant in `zone` at that date."""
        aware = when if when.tzinfo is not None else when.replace(tzinfo=zone)
        offset = aware.utcoffset() or timedelta(0)
        fixed = timezone(offset)
        return cls(aware.replace(tzinfo=fixed).astimezone(UTC), int(offset.total_seconds() // 60), precision)

    def local(self) -> datetime:
        """The moment on the clock of those who said it."""
        return self.utc.astimezone(timezone(timedelta(minutes=self.offset)))

    def iso(self) -> str:
        """Reduced ISO 8601: only as much as is known ("2023", "2023-05", "2023-05-07", with time and offset)."""
        at = self.local()
        day = {"year": f"{at.year:04d}", "month": f"{at.year:04d}-{at.month:02d}"}
        if self.precision in day:
            return day[self.precision]
        if self.precision == "day":
            return f"{at.year:04d}-{at.month:02d}-{at.day:02d}"
        return at.isoformat(timespec="minutes" if self.precision == "minute" else "seconds")


class Role(StrEnum):
    """Whose part a participant has in a conversation."""

    OWNER = "owner"
    OTHER = "other"
    ASSISTANT = "assistant"
    SYSTEM = "system"


class Origin(StrEnum):
    """Who said it: the ground on which facts may, or may never, be extracted."""

    OWNER = "owner"
    OTHER = "other"
    ASSISTANT = "assistant"
    DERIVED = "derived"


BlockKind = Literal["heading", "paragraph", "list", "table", "code", "quote", "page"]


@dataclass(frozen=True, slots=True)
class Block:
    """A structural piece of a document's text, [start, end) in code points; headings carry their level 1..6."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a conversation."""

    key: str
    name: str
    role: Role = Role.OTHER


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `key` is stable within its conversation, `sender` and `reply_to` are keys."""

    key: str
    sender: str
    text: str
    at: Moment | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat as every source tells it: who took part, and what was said in which order."""

    key: str
    title: str
    participants: tuple[Participant, ...]
    messages: tuple[Message, ...]
    stable: bool = False  # its key and its messages' keys are the same in every export of it, whatever the file


@dataclass(frozen=True, slots=True)
class Document:
    """What a parser made of some bytes: one text, its structure, its times and authors.

    Blocks are sorted, do not overlap, and lie within `text`; offsets are Unicode code points.
    `happened_at` is what the content itself says (front matter, headers, properties); the name and
    the file's own time are weighed later, in ingest. Where one file holds several documents, `key` tells them apart:
    the same in every export of the same thing (a UID, a Message-ID), so that nothing is taken in twice.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    title: str | None = None
    authors: tuple[str, ...] = ()
    happened_at: Moment | None = None
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # what was left out or guessed, in the owner's words
    key: str = ""
    origin: Origin | None = None  # where the format itself tells whose words these are
    stable: bool = True  # its key is the same in every export; else it tells documents of one file apart


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a growing place (a log, a history) was read: handed back to its parser with the next reading."""

    cursor: str
