"""Reading memories with their place, and what stands around them; their uses."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from mneme.errors import NotFound
from mneme.messages import _
from mneme.store import forgetting
from mneme.store.columns import (
    MEMORY_COLUMNS,
    MEMORY_TABLES,
    PRIVATE,
    Handle,
    Row,
    in_batches,
    instant,
    instant_or_none,
    marks,
    memory_of,
    micros,
    micros_or_none,
)
from mneme.types import Memory, MemoryDetail, Origin, Place

LIVE = "m.retired_at IS NULL AND m.forgotten_at IS NULL"
LIVE_PASSAGE = f"m.kind = 'passage' AND {LIVE}"
_DATED = "CASE WHEN i.happened_from = 'file' AND m.happened_at IS i.happened_at THEN NULL ELSE m.happened_at END"
_STANDING = "memory m JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0 JOIN item i ON i.id = e.item_id"


def load(db: Handle, ids: Sequence[int], now: datetime) -> list[Memory]:
    """The memories of these ids that exist, in the order asked, with their retention at `now`."""
    found: dict[int, Row] = {}
    for part in in_batches(ids):
        rows = db.execute(f"SELECT {MEMORY_COLUMNS} FROM {MEMORY_TABLES} WHERE m.id IN ({marks(part)})",
                          part).fetchall()
        found |= {row["id"]: row for row in rows}
    curve = forgetting.curve_of(db)
    return [memory_of(found[i], *forgetting.retained(found[i], curve, now)) for i in ids if i in found]


def detail(db: Handle, memory: int, now: datetime, neighbours: int = 3) -> MemoryDetail:
    """A memory with its item's whole text. Raises: NotFound."""
    own = db.execute(f"SELECT {MEMORY_COLUMNS} FROM {MEMORY_TABLES} WHERE m.id = ?", [memory]).fetchone()
    if own is None:
        raise NotFound(_("There is no memory {id}.").format(id=memory), _("`mneme list` shows what is there."))
    row = db.execute("SELECT i.*, n.shown FROM item i JOIN entry n ON n.id = i.entry_id WHERE i.id = ?",
                     [own["item_id"]]).fetchone()
    around = neighbour_ids(db, memory, neighbours)
    uses = db.execute("SELECT at, what FROM use WHERE memory_id = ? ORDER BY at, id", [memory]).fetchall()
    chosen = forgetting.curve_of(db)
    fades_at, curve = forgetting.outlook(own, chosen, now)
    return MemoryDetail(
        memory=memory_of(own, *forgetting.retained(own, chosen, now)), item_text=row["text"], path=row["shown"],
        version=row["version"], current=row["retired_at"] is None, authors=tuple(json.loads(row["authors"])),
        uses=tuple((instant(use["at"]), use["what"]) for use in uses),
        neighbours=tuple(load(db, around, now)), fades_at=fades_at, curve=curve)


def neighbour_ids(db: Handle, memory: int, reach: int) -> list[int]:
    """Live memories of the messages at most `reach` places before and after in the same conversation."""
    rows = db.execute(
        f"""SELECT m.id FROM evidence own JOIN item o ON o.id = own.item_id
            JOIN item i ON i.thread_id = o.thread_id AND i.seq BETWEEN o.seq - ? AND o.seq + ? AND i.id <> o.id
            JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0 JOIN memory m ON m.id = e.memory_id
            WHERE own.memory_id = ? AND own.ordinal = 0 AND {LIVE_PASSAGE} ORDER BY i.seq, e.start""",
        [reach, reach, memory]).fetchall()
    return [row[0] for row in rows]


def around(db: Handle, wanted: Sequence[int], reach: int) -> list[Place]:
    """The places of these live memories, and of what was said at most `reach` messages beside them, each once."""
    found: dict[int, Place] = {}
    for part in in_batches(wanted):
        rows = db.execute(
            f"""SELECT m.id, i.thread_id, i.seq, e.start, i.speaker, m.origin, {_DATED} FROM {_STANDING}
                WHERE m.id IN ({marks(part)}) AND {LIVE_PASSAGE}
                UNION
                SELECT m.id, i.thread_id, i.seq, e.start, i.speaker, m.origin, {_DATED}
                FROM evidence own JOIN item o ON o.id = own.item_id
                JOIN item i ON i.thread_id = o.thread_id AND i.seq BETWEEN o.seq - ? AND o.seq + ?
                JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0 JOIN memory m ON m.id = e.memory_id
                WHERE own.memory_id IN ({marks(part)}) AND own.ordinal = 0 AND i.id <> o.id AND {LIVE_PASSAGE}""",
            [*part, reach, reach, *part]).fetchall()
        found |= {row[0]: Place(row[0], row[1], row[2] or 0, row[3], row[4], Origin(row[5]),
                                instant_or_none(row[6])) for row in rows}
    return list(found.values())


def happened(db: Handle, start: datetime | None, end: datetime | None, limit: int) -> list[int]:
    """At most `limit` live memories that happened within [start, end), by what they say themselves; latest first."""
    low, high = micros_or_none(start), micros_or_none(end)
    # the same expression as the index over what is recent, so that SQLite reads just this stretch of it
    at = "coalesce(m.happened_at, m.recorded_at)"
    rows = db.execute(
        f"""SELECT m.id FROM memory m CROSS JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
            JOIN item i ON i.id = e.item_id WHERE {LIVE_PASSAGE} AND {at} >= ? AND {at} < ?
            AND {_DATED} IS NOT NULL ORDER BY {at} DESC, m.id DESC LIMIT ?""",
        [-2**63 if low is None else low, 2**63 - 1 if high is None else high, limit]).fetchall()
    return [row[0] for row in rows]


def said_before(db: Handle, wanted: Sequence[int], within: timedelta, longest: int) -> dict[int, tuple[str, str]]:
    """For those memories that begin a message: who spoke right before in the conversation, and the end of their words.

    Only what was said at most `within` earlier, and is live; `longest` in code points.
    """
    rows = db.execute(
        f"""SELECT own.memory_id, p.speaker, substr(p.text, -?) FROM evidence own
            JOIN item o ON o.id = own.item_id AND o.thread_id IS NOT NULL
            JOIN item p ON p.thread_id = o.thread_id AND p.seq = o.seq - 1 AND p.retired_at IS NULL
            WHERE own.memory_id IN ({marks(wanted)}) AND own.ordinal = 0
            AND NOT EXISTS (SELECT 1 FROM evidence f JOIN memory b ON b.id = f.memory_id AND b.kind = 'passage'
                            WHERE f.item_id = o.id AND f.start < own.start)
            AND abs(coalesce(o.happened_at, 0) - coalesce(p.happened_at, 0)) <= ?
            AND EXISTS (SELECT 1 FROM evidence e JOIN memory m ON m.id = e.memory_id
                        WHERE e.item_id = p.id AND {LIVE_PASSAGE})
            AND NOT EXISTS (SELECT 1 FROM evidence e JOIN memory m ON m.id = e.memory_id
                            WHERE e.item_id = p.id AND m.kind = 'passage' AND m.forgotten_at IS NOT NULL)""",
        [longest, *wanted, within // timedelta(microseconds=1)]).fetchall()
    return {row[0]: (row[1] or "", row[2]) for row in rows}


def live(db: Handle, wanted: Sequence[int]) -> list[int]:
    """Those of `wanted` that are live, in the order asked."""
    found = {row[0] for part in in_batches(wanted) for row in db.execute(
        f"SELECT m.id FROM memory m WHERE {LIVE} AND m.id IN ({marks(part)})",
        part).fetchall()}
    return [one for one in wanted if one in found]


def private_among(db: Handle, wanted: Sequence[int]) -> set[int]:
    """Those of `wanted` that must not leave this computer: marked private themselves, or standing on what is."""
    return {row[0] for part in in_batches(wanted) for row in db.execute(
        f"SELECT m.id FROM memory m WHERE m.id IN ({marks(part)}) AND {PRIVATE}", part).fetchall()}


def of_entries(db: Handle, entries: Sequence[int]) -> list[int]:
    """The live passages of these places."""
    return [row[0] for part in in_batches(entries) for row in db.execute(
        f"""SELECT m.id FROM item i JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0
            JOIN memory m ON m.id = e.memory_id WHERE i.entry_id IN ({marks(part)}) AND {LIVE_PASSAGE}""",
        part).fetchall()]


def newest_id(db: Handle) -> int:
    """The highest id that any memory ever had: about how many there are, without counting."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM memory").fetchone()[0])


def record_use(db: Handle, memories: Iterable[int], what: str, now: datetime) -> None:
    """Write down that memories were used: recalled in an answer, read, confirmed; what was erased meanwhile is not."""
    db.conn.executemany("INSERT INTO use (memory_id, at, what) SELECT id, ?, ? FROM memory WHERE id = ?",
                        [(micros(now), what, memory) for memory in dict.fromkeys(memories)])


def overdue(db: Handle, days: int, now: datetime) -> list[int]:
    """What has been in the bin for longer than `days`."""
    before = micros(now - timedelta(days=days))
    return [row[0] for row in db.execute("SELECT id FROM memory WHERE forgotten_at < ? ORDER BY id",
                                         [before]).fetchall()]


def require(db: Handle, memories: Sequence[int]) -> None:
    """Raises: NotFound where one of these is not there."""
    rows_of(db, memories)


def rows_of(db: Handle, memories: Sequence[int]) -> list[Row]:
    """The rows of these memories, each once. Raises: NotFound."""
    rows = []
    for memory in dict.fromkeys(memories):
        row = db.execute("SELECT * FROM memory WHERE id = ?", [memory]).fetchone()
        if row is None:
            raise NotFound(_("There is no memory {id}.").format(id=memory), _("`mneme list` shows what is there."))
        rows.append(row)
    return rows
