"""How values become columns and rows become values: times, moments, digests, memories."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence, Sized
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

import sqlite_utils

from mneme.types import Kind, Memory, Moment, Origin, Precision

T = TypeVar("T")
Handle = sqlite_utils.Database  # what the functions of this room work on: a connection inside its transaction
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BATCH = 500  # parameters in one statement
HEADINGS = " › "  # between the headings that a passage stands under


class Row(Protocol):
    """A row of either driver: columns by name."""

    def __getitem__(self, name: str, /) -> Any: ...


def marks(values: Sized) -> str:
    """The placeholders of a statement for so many values."""
    return ", ".join("?" * len(values))


def in_batches(values: Sequence[T]) -> Iterator[list[T]]:
    """The values in parts, each of as many as one statement takes."""
    for start in range(0, len(values), BATCH):
        yield list(values[start:start + BATCH])


def micros(at: datetime) -> int:
    """Microseconds since 1970 in UTC; exact for every year Python knows."""
    return (at - EPOCH) // MICROSECOND


def instant(value: int) -> datetime:
    """The instant of so many microseconds since 1970."""
    return EPOCH + value * MICROSECOND


def micros_or_none(at: datetime | None) -> int | None:
    """The same of what may be unknown."""
    return None if at is None else micros(at)


def instant_or_none(value: int | None) -> datetime | None:
    """The same of what may be unknown."""
    return None if value is None else instant(value)


def moment_columns(moment: Moment | None) -> dict[str, int | str | None]:
    """The three columns of a moment."""
    if moment is None:
        return {"happened_at": None, "happened_offset": None, "happened_precision": None}
    return {"happened_at": micros(moment.utc), "happened_offset": moment.offset,
            "happened_precision": moment.precision}


def moment_of(row: Row) -> Moment | None:
    """The moment in a row's three columns."""
    if row["happened_at"] is None:
        return None
    precision: Precision = row["happened_precision"]
    return Moment(instant(row["happened_at"]), row["happened_offset"], precision)


def text_digest(text: str) -> bytes:
    """16 bytes that name a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def bytes_digest(data: bytes) -> bytes:
    """16 bytes that name a file's content."""
    return hashlib.blake2b(data, digest_size=16).digest()


def derived_digest(kind: str, text: str) -> bytes:
    """The digest of a derived memory's text: never that of a passage with the same words, whose vector is its own."""
    return text_digest(f"\x1e{kind}\x1f{text}")


def embedded_text(text: str, speaker: str | None) -> str:
    """What is embedded of a memory: its text, and who says it where somebody does.

    The shipped embedder was trained so: a question names people, and most messages do not.
    """
    return f"{speaker}: {text}" if speaker else text


def to_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """JSON as it is kept: one line, sorted, any language as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# The uses of a memory `m` as retention reads them; None where there is none.
USES = "(SELECT group_concat(u.at || ':' || u.what) FROM use u WHERE u.memory_id = m.id)"
# Whether a memory `m` is private: it is marked itself, or is derived and stands on a place within a marked passage.
PRIVATE = """(m.private OR (m.kind <> 'passage' AND EXISTS (
    SELECT 1 FROM evidence stands
    JOIN evidence at ON at.item_id = stands.item_id AND at.ordinal = 0
        AND at.start < stands."end" AND stands.start < at."end"
    JOIN memory marked ON marked.id = at.memory_id AND marked.kind = 'passage' AND marked.private
    WHERE stands.memory_id = m.id)))"""
# The columns of a memory with its place, joined the same way everywhere.
MEMORY_COLUMNS = f"""
    m.id, m.kind, m.text, m.origin, m.importance, m.pinned, m.recorded_at, m.forgotten_at, m.retired_at,
    m.nature, m.layer, {PRIVATE} AS private, {USES} AS uses,
    (SELECT o.key FROM outline o WHERE o.memory_id = m.id AND o.level IN ('day', 'week', 'month')) AS period,
    m.happened_at, m.happened_offset, m.happened_precision,
    m.happened_at IS i.happened_at AND i.happened_from = 'file' AS of_file,
    e.item_id, e.start, e."end" AS stop, i.title, i.speaker, i.thread_id, i.seq, n.shown
"""
MEMORY_TABLES = """
    memory m
    JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
    JOIN item i ON i.id = e.item_id
    JOIN entry n ON n.id = i.entry_id
"""


def memory_of(row: Row, retention: float, layer: str) -> Memory:
    """The memory in a row of MEMORY_COLUMNS, with its retention and layer by now."""
    return Memory(
        id=row["id"], kind=Kind(row["kind"]), text=row["text"], item=row["item_id"],
        span=(row["start"], row["stop"]), source=row["shown"], title=row["period"] or row["title"],
        speaker=row["speaker"],
        origin=Origin(row["origin"]), happened_at=moment_of(row), recorded_at=instant(row["recorded_at"]),
        importance=row["importance"], pinned=bool(row["pinned"]),
        forgotten_at=instant_or_none(row["forgotten_at"]),
        retention=retention, dated=row["happened_at"] is not None and not row["of_file"],
        nature=row["nature"], layer=layer, private=bool(row["private"]),
    )
