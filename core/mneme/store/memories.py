"""Reading memories with their place, and the owner's bin: forget, restore, record a use."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from mneme.errors import NotFound
from mneme.memory.retention import retention
from mneme.messages import _
from mneme.store import fulltext
from mneme.store.columns import MEMORY_COLUMNS, MEMORY_TABLES, Handle, Row, instant, memory_of, micros
from mneme.types import Kind, Memory, MemoryDetail, Origin, Place

LIVE = "m.retired_at IS NULL AND m.forgotten_at IS NULL"
BATCH = 500  # parameters in one statement
_DATED = "CASE WHEN i.happened_from = 'file' AND m.happened_at IS i.happened_at THEN NULL ELSE m.happened_at END"
_STANDING = "memory m JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0 JOIN item i ON i.id = e.item_id"


def load(db: Handle, ids: Sequence[int], now: datetime) -> list[Memory]:
    """The memories of these ids that exist, in the order asked, with their retention at `now`."""
    found: dict[int, Row] = {}
    for start in range(0, len(ids), BATCH):
        part = list(ids[start:start + BATCH])
        rows = db.execute(f"SELECT {MEMORY_COLUMNS} FROM {MEMORY_TABLES} WHERE m.id IN ({_marks(part)})",
                          part).fetchall()
        found |= {row["id"]: row for row in rows}
    uses = uses_of(db, list(found))
    return [_retained(found[i], uses.get(i, []), now) for i in ids if i in found]


def listed(db: Handle, now: datetime, *, kinds: Iterable[Kind] = (), entry: int | None = None,
           in_bin: bool = False, like: str = "", offset: int = 0, limit: int = 100) -> list[Memory]:
    """Memories, latest first (in the bin: last forgotten first), whose text has `like` in it."""
    where, parameters = _conditions(kinds, entry, in_bin, like)
    order = "m.forgotten_at DESC, m.id DESC" if in_bin else "coalesce(m.happened_at, m.recorded_at) DESC, m.id DESC"
    ids = [row[0] for row in db.execute(
        f"SELECT m.id FROM {_tables(entry)} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
        [*parameters, limit, offset]).fetchall()]
    return load(db, ids, now)


def count(db: Handle, *, kinds: Iterable[Kind] = (), entry: int | None = None, in_bin: bool = False,
          like: str = "") -> int:
    """How many memories `listed` would show in all."""
    where, parameters = _conditions(kinds, entry, in_bin, like)
    return int(db.execute(f"SELECT count(*) FROM {_tables(entry)} WHERE {where}", parameters).fetchone()[0])


def matching(db: Handle, match: str, offset: int, limit: int, now: datetime) -> list[Memory]:
    """Live memories by words alone, best first: for the list that searches while one types."""
    ids = [row[0] for row in db.execute(
        """SELECT rowid FROM memory_fts WHERE memory_fts MATCH ?
           ORDER BY bm25(memory_fts, 1.0, 0.4), rowid LIMIT ? OFFSET ?""", [match, limit, offset]).fetchall()]
    return load(db, ids, now)


def detail(db: Handle, memory: int, now: datetime, neighbours: int = 3) -> MemoryDetail:
    """A memory with its item's whole text. Raises: NotFound."""
    found = load(db, [memory], now)
    if not found:
        raise NotFound(_("There is no memory {id}.").format(id=memory), _("`mneme list` shows what is there."))
    row = db.execute("SELECT i.*, n.shown FROM item i JOIN entry n ON n.id = i.entry_id WHERE i.id = ?",
                     [found[0].item]).fetchone()
    around = neighbour_ids(db, memory, neighbours)
    uses = db.execute("SELECT at, what FROM use WHERE memory_id = ? ORDER BY at, id", [memory]).fetchall()
    return MemoryDetail(
        memory=found[0], item_text=row["text"], path=row["shown"], version=row["version"],
        current=row["retired_at"] is None, authors=tuple(json.loads(row["authors"])),
        uses=tuple((instant(use["at"]), use["what"]) for use in uses),
        neighbours=tuple(load(db, around, now)))


def neighbour_ids(db: Handle, memory: int, reach: int) -> list[int]:
    """Live memories of the messages at most `reach` places before and after in the same conversation."""
    rows = db.execute(
        f"""SELECT m.id FROM evidence own JOIN item o ON o.id = own.item_id
            JOIN item i ON i.thread_id = o.thread_id AND i.seq BETWEEN o.seq - ? AND o.seq + ? AND i.id <> o.id
            JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0 JOIN memory m ON m.id = e.memory_id
            WHERE own.memory_id = ? AND own.ordinal = 0 AND {LIVE} ORDER BY i.seq, e.start""",
        [reach, reach, memory]).fetchall()
    return [row[0] for row in rows]


def around(db: Handle, wanted: Sequence[int], reach: int) -> list[Place]:
    """The places of these live memories, and of what was said at most `reach` messages beside them, each once."""
    found: dict[int, Place] = {}
    for start in range(0, len(wanted), BATCH):
        part = list(wanted[start:start + BATCH])
        rows = db.execute(
            f"""SELECT m.id, i.thread_id, i.seq, e.start, i.speaker, m.origin, {_DATED} FROM {_STANDING}
                WHERE m.id IN ({_marks(part)}) AND {LIVE}
                UNION
                SELECT m.id, i.thread_id, i.seq, e.start, i.speaker, m.origin, {_DATED}
                FROM evidence own JOIN item o ON o.id = own.item_id
                JOIN item i ON i.thread_id = o.thread_id AND i.seq BETWEEN o.seq - ? AND o.seq + ?
                JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0 JOIN memory m ON m.id = e.memory_id
                WHERE own.memory_id IN ({_marks(part)}) AND own.ordinal = 0 AND i.id <> o.id AND {LIVE}""",
            [*part, reach, reach, *part]).fetchall()
        found |= {row[0]: Place(row[0], row[1], row[2] or 0, row[3], row[4], Origin(row[5]),
                                None if row[6] is None else instant(row[6])) for row in rows}
    return list(found.values())


def happened(db: Handle, start: datetime | None, end: datetime | None, limit: int) -> list[int]:
    """At most `limit` live memories that happened within [start, end), by what they say themselves; latest first."""
    low, high = (None if at is None else micros(at) for at in (start, end))
    # the same expression as the index over what is recent, so that SQLite reads just this stretch of it
    at = "coalesce(m.happened_at, m.recorded_at)"
    rows = db.execute(
        f"""SELECT m.id FROM memory m CROSS JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
            JOIN item i ON i.id = e.item_id WHERE {LIVE} AND {at} >= ? AND {at} < ?
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
            WHERE own.memory_id IN ({_marks(wanted)}) AND own.ordinal = 0
            AND NOT EXISTS (SELECT 1 FROM evidence f WHERE f.item_id = o.id AND f.start < own.start)
            AND abs(coalesce(o.happened_at, 0) - coalesce(p.happened_at, 0)) <= ?
            AND EXISTS (SELECT 1 FROM evidence e JOIN memory m ON m.id = e.memory_id
                        WHERE e.item_id = p.id AND {LIVE})
            AND NOT EXISTS (SELECT 1 FROM evidence e JOIN memory m ON m.id = e.memory_id
                            WHERE e.item_id = p.id AND m.forgotten_at IS NOT NULL)""",
        [longest, *wanted, within // timedelta(microseconds=1)]).fetchall()
    return {row[0]: (row[1] or "", row[2]) for row in rows}


def newest_id(db: Handle) -> int:
    """The highest id that any memory ever had: about how many there are, without counting."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM memory").fetchone()[0])


def uses_of(db: Handle, memories: Sequence[int]) -> dict[int, list[datetime]]:
    """When memories were used, by memory."""
    found: dict[int, list[datetime]] = {}
    for start in range(0, len(memories), BATCH):
        part = list(memories[start:start + BATCH])
        for row in db.execute(f"SELECT memory_id, at FROM use WHERE memory_id IN ({_marks(part)}) ORDER BY at",
                              part).fetchall():
            found.setdefault(row["memory_id"], []).append(instant(row["at"]))
    return found


def record_use(db: Handle, memories: Iterable[int], what: str, now: datetime) -> None:
    """Write down that memories were used: recalled in an answer, read, confirmed."""
    db.conn.executemany("INSERT INTO use (memory_id, at, what) VALUES (?, ?, ?)",
                        [(memory, micros(now), what) for memory in dict.fromkeys(memories)])


def forget(db: Handle, memories: Sequence[int], now: datetime) -> list[int]:
    """Put memories in the bin; those that were not there already. Raises: NotFound."""
    rows = _existing(db, memories)
    moved = [row["id"] for row in rows if row["forgotten_at"] is None]
    fulltext.delete(db, moved)
    _stamp(db, moved, micros(now), "forgotten", now)
    return moved


def restore(db: Handle, memories: Sequence[int], now: datetime) -> list[int]:
    """Take memories out of the bin; those that were in it. Raises: NotFound."""
    rows = _existing(db, memories)
    moved = [row["id"] for row in rows if row["forgotten_at"] is not None]
    _stamp(db, moved, None, "restored", now)
    live = [row["id"] for row in rows if row["forgotten_at"] is not None and row["retired_at"] is None]
    fulltext.insert(db, fulltext.words_of(db, live))
    return moved


def overdue(db: Handle, days: int, now: datetime) -> list[int]:
    """What has been in the bin for longer than `days`."""
    before = micros(now - timedelta(days=days))
    return [row[0] for row in db.execute("SELECT id FROM memory WHERE forgotten_at < ? ORDER BY id",
                                         [before]).fetchall()]


def require(db: Handle, memories: Sequence[int]) -> None:
    """Raises: NotFound where one of these is not there."""
    _existing(db, memories)


def _existing(db: Handle, memories: Sequence[int]) -> list[Row]:
    rows = []
    for memory in dict.fromkeys(memories):
        row = db.execute("SELECT id, forgotten_at, retired_at FROM memory WHERE id = ?", [memory]).fetchone()
        if row is None:
            raise NotFound(_("There is no memory {id}.").format(id=memory), _("`mneme list` shows what is there."))
        rows.append(row)
    return rows


def _stamp(db: Handle, memories: Sequence[int], forgotten_at: int | None, what: str, now: datetime) -> None:
    db.conn.executemany("UPDATE memory SET forgotten_at = ? WHERE id = ?", [(forgotten_at, m) for m in memories])
    db.conn.executemany("INSERT INTO revision (memory_id, at, what) VALUES (?, ?, ?)",
                        [(m, micros(now), what) for m in memories])


def _tables(entry: int | None) -> str:
    return "memory m" if entry is None else MEMORY_TABLES


def _conditions(kinds: Iterable[Kind], entry: int | None, in_bin: bool, like: str) -> tuple[str, list[object]]:
    where = ["m.forgotten_at IS NOT NULL" if in_bin else LIVE]
    parameters: list[object] = []
    if wanted := [kind.value for kind in kinds]:
        where.append(f"m.kind IN ({_marks(wanted)})")
        parameters += wanted
    if entry is not None:
        where.append("i.entry_id = ?")
        parameters.append(entry)
    if like:
        where.append("instr(lower(m.text), lower(?)) > 0")
        parameters.append(like)
    return " AND ".join(where), parameters


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _retained(row: Row, uses: Sequence[datetime], now: datetime) -> Memory:
    kept = retention(instant(row["recorded_at"]), uses, row["importance"], now, pinned=bool(row["pinned"]))
    return memory_of(row, kept)
