"""Reading memories with their place; lists of them; their uses."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
from mneme.types import Kind, Memory, MemoryDetail, Origin, Place

LIVE = "m.retired_at IS NULL AND m.forgotten_at IS NULL"
LIVE_PASSAGE = f"m.kind = 'passage' AND {LIVE}"
_DATED = "CASE WHEN i.happened_from = 'file' AND m.happened_at IS i.happened_at THEN NULL ELSE m.happened_at END"
# A copy is shown with the one that is kept, as long as that one is there.
_NO_COPY = """NOT EXISTS (SELECT 1 FROM link l JOIN memory o ON o.id = l.to_id AND o.retired_at IS NULL
    AND o.forgotten_at IS NULL WHERE l.from_id = m.id AND l.kind = 'duplicate')"""
# In the bin for its own sake, not together with the passage that it stands on.
_ALONE = """(m.kind = 'passage' OR NOT EXISTS (
    SELECT 1 FROM evidence e JOIN evidence p ON p.item_id = e.item_id AND p.start < e."end" AND e.start < p."end"
    JOIN memory o ON o.id = p.memory_id AND o.kind = 'passage' AND o.forgotten_at = m.forgotten_at
    WHERE e.memory_id = m.id))"""
# In this topic or in one below it; what belongs to an event belongs to the event's topics.
_IN_TOPIC = """m.id IN (
    WITH RECURSIVE below (id) AS (SELECT ? UNION SELECT t.id FROM topic t JOIN below b ON t.parent_id = b.id)
    SELECT s.memory_id FROM membership s JOIN below b ON b.id = s.topic_id)"""
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which memories a list shows, at `now`; `like` is a part of their text."""

    now: datetime
    kinds: frozenset[Kind] = frozenset((Kind.PASSAGE,))
    entry: int | None = None
    in_bin: bool = False
    faded: bool | None = None  # True: only those; False: only the others
    topic: int | None = None
    like: str = ""


def listed(db: Handle, wanted: Wanted, *, offset: int = 0, limit: int = 100) -> list[Memory]:
    """Memories, latest first (in the bin: last forgotten first)."""
    where, parameters = _conditions(db, wanted)
    order = ("m.forgotten_at DESC, m.id DESC" if wanted.in_bin else
             "coalesce(m.happened_at, m.recorded_at) DESC, m.id DESC")
    ids = [row[0] for row in db.execute(
        f"SELECT m.id FROM {_tables(wanted)} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
        [*parameters, limit, offset]).fetchall()]
    return load(db, ids, wanted.now)


def count(db: Handle, wanted: Wanted) -> int:
    """How many memories `listed` would show in all."""
    where, parameters = _conditions(db, wanted)
    return int(db.execute(f"SELECT count(*) FROM {_tables(wanted)} WHERE {where}", parameters).fetchone()[0])


def matching(db: Handle, match: str, offset: int, limit: int, now: datetime) -> list[Memory]:
    """Live memories by words alone, best first: for the list that searches while one types."""
    ids = [row[0] for row in db.execute(
        """SELECT rowid FROM memory_fts WHERE memory_fts MATCH ?
           ORDER BY bm25(memory_fts, 1.0, 0.4), rowid LIMIT ? OFFSET ?""", [match, limit, offset]).fetchall()]
    return load(db, ids, now)


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
    """Write down that memories were used: recalled in an answer, read, confirmed."""
    db.conn.executemany("INSERT INTO use (memory_id, at, what) VALUES (?, ?, ?)",
                        [(memory, micros(now), what) for memory in dict.fromkeys(memories)])


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


def _tables(wanted: Wanted) -> str:
    return "memory m" if wanted.entry is None else MEMORY_TABLES


def _conditions(db: Handle, wanted: Wanted) -> tuple[str, list[object]]:
    where = ["m.forgotten_at IS NOT NULL" if wanted.in_bin else LIVE]
    parameters: list[object] = []
    if kinds := sorted(kind.value for kind in wanted.kinds):
        where.append(f"m.kind IN ({marks(kinds)})")
        parameters += kinds
    if wanted.entry is not None:
        where.append("i.entry_id = ?")
        parameters.append(wanted.entry)
    if wanted.topic is not None:
        where.append(_IN_TOPIC)
        parameters.append(wanted.topic)
    if wanted.like:
        where.append("instr(lower(m.text), lower(?)) > 0")
        parameters.append(wanted.like)
    where.append(_ALONE if wanted.in_bin else _NO_COPY)
    if wanted.faded is not None and not wanted.in_bin:
        fresh, more = forgetting.not_faded(forgetting.curve_of(db), wanted.now)
        where.append(f"NOT {fresh}" if wanted.faded else fresh)
        parameters += more
    return " AND ".join(where), parameters
