"""Memories by time in SQL: how many lie in each stretch, which they are, and the events among them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mneme.store.columns import Handle, Row, in_batches, marks
from mneme.store.memories import LIVE
from mneme.types import Kind

Times = NDArray[np.int64]  # microseconds since 1970, UTC

FEW = 150_000  # memories of a stretch that are looked at one by one; of more, what does not count is taken away
LOOSE = 20_000  # memories of a stretch among which those that belong to no event are looked for
DAY = 86_400_000_000  # microseconds
# the same expression as the index over what is recent, so that SQLite reads just a stretch of it
_AT = "coalesce(m.happened_at, m.recorded_at)"
# it says no time itself: at best that of its file is known
_UNDATED = "(m.happened_at IS NULL OR (i.happened_from IS 'file' AND m.happened_at IS i.happened_at))"
_CLOCK = "m.happened_precision IN ('minute', 'second')"
_NO_COPY = """NOT EXISTS (SELECT 1 FROM link l JOIN memory o ON o.id = l.to_id AND o.retired_at IS NULL
    AND o.forgotten_at IS NULL WHERE l.from_id = m.id AND l.kind = 'duplicate')"""
_BY_TIME = """memory m INDEXED BY memory_recent CROSS JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
    CROSS JOIN item i ON i.id = e.item_id"""
_BY_ID = """memory m NOT INDEXED CROSS JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
    CROSS JOIN item i ON i.id = e.item_id"""
_BY_KIND = """memory m INDEXED BY memory_kind CROSS JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
    CROSS JOIN item i ON i.id = e.item_id"""
_BY_ITEM = """item i INDEXED BY {} CROSS JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0
    CROSS JOIN memory m ON m.id = e.memory_id"""
# In this topic or in one below it, or at a place of an event that is.
_IN_TOPIC = """m.id IN (
    WITH RECURSIVE below (id) AS (SELECT ? UNION SELECT t.id FROM topic t JOIN below b ON t.parent_id = b.id),
    member (id) AS (SELECT s.memory_id FROM membership s JOIN below b ON b.id = s.topic_id)
    SELECT id FROM member UNION
    SELECT p.memory_id FROM member s JOIN evidence v ON v.memory_id = s.id
    JOIN evidence p ON p.item_id = v.item_id AND p.ordinal = 0 AND p.start < v."end" AND v.start < p."end")"""
_SAYS = """EXISTS (SELECT 1 FROM evidence v JOIN item s ON s.id = v.item_id
    WHERE v.memory_id = m.id AND s.speaker = ?)"""
_IN_NO_EVENT = """NOT EXISTS (SELECT 1 FROM evidence v JOIN memory o ON o.id = v.memory_id AND o.kind = 'event'
    AND o.retired_at IS NULL AND o.forgotten_at IS NULL
    WHERE v.item_id = e.item_id AND v.start < e."end" AND e.start < v."end")"""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which memories count. `dated`: those that say their time themselves, or (False) do not; None: all.

    `clock`: only those that know the time of day.
    """

    kinds: frozenset[Kind] = frozenset((Kind.PASSAGE,))
    person: str = ""
    topic: int | None = None
    dated: bool | None = True
    clock: bool = False


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event, or what was said in one place on one day and belongs to none; times in microseconds."""

    memory: int
    text: str
    start: int
    end: int
    people: tuple[str, ...]
    memories: int
    importance: float
    dated: bool
    clock: bool  # False: of its beginning only the day, the month or the year is known


@dataclass(slots=True)
class _Query:
    """FROM and WHERE with their parameters."""

    tables: str
    where: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def select(self, what: str, rest: str = "", values: Sequence[object] = ()) -> tuple[str, list[object]]:
        return f"SELECT {what} FROM {self.tables} WHERE {' AND '.join(self.where)} {rest}", [*self.values, *values]


def extent(db: Handle) -> tuple[int, int] | None:
    """When the first and the last dated passage happened."""
    found = []
    for order in ("ASC", "DESC"):
        query = _within(_BY_TIME, Sought(), None)
        row = db.execute(*query.select(_AT, f"ORDER BY {_AT} {order}, m.id {order} LIMIT 1")).fetchone()
        if row is None:
            return None
        found.append(int(row[0]))
    return found[0], found[1]


def counts(db: Handle, edges: Sequence[int], sought: Sought) -> list[int]:
    """How many memories happened in each [edges[n], edges[n + 1]); the edges never fall."""
    if sought == Sought() and _crowded(db, edges[0], edges[-1]):
        others = _spread(_not_counted(db), edges)
        return [every - other for every, other in zip(_all_counts(db, edges), others, strict=True)]
    query = _leading(db, (edges[0], edges[-1]), sought)
    return _spread(_times(db.execute(*query.select(_AT)).fetchall()), edges)


def counts_and_undated(db: Handle, edges: Sequence[int], sought: Sought) -> tuple[list[int], int]:
    """The same of what is dated, and how many that are not lie within the edges by what else is known of them."""
    whole = (edges[0], edges[-1])
    if sought == Sought() and _crowded(db, *whole):
        return counts(db, edges, sought), sum(counts(db, list(whole), replace(sought, dated=False)))
    query = _leading(db, whole, replace(sought, dated=None))
    rows = db.execute(*query.select(f"{_AT}, {_UNDATED}")).fetchall()
    dated = [row for row in rows if not row[1]]
    return _spread(_times(dated), edges), len(rows) - len(dated)


def listed(db: Handle, low: int, high: int, sought: Sought, *, oldest_first: bool, offset: int,
           limit: int) -> list[int]:
    """The memories of [low, high) in the order of time."""
    order = "ASC" if oldest_first else "DESC"
    query = _leading(db, (low, high), sought)
    return [row[0] for row in db.execute(*query.select(
        "m.id", f"ORDER BY {_AT} {order}, m.id {order} LIMIT ? OFFSET ?", [limit, offset])).fetchall()]


def weightiest(db: Handle, low: int, high: int, limit: int) -> list[int]:
    """The most important dated passages of a short stretch, equally important ones in the order of time."""
    query = _within(_BY_TIME, Sought(), (low, high))
    return [row[0] for row in db.execute(*query.select(
        "m.id", f"ORDER BY m.importance DESC, {_AT}, m.id LIMIT ?", [limit])).fetchall()]


def people(db: Handle, limit: int) -> list[tuple[str, int]]:
    """Who speaks, and in how many items, most first."""
    return [(row[0], row[1]) for row in db.execute(
        """SELECT speaker, count(*) FROM item INDEXED BY item_speaker WHERE speaker IS NOT NULL AND retired_at IS NULL
           GROUP BY speaker ORDER BY 2 DESC, 1 LIMIT ?""", [limit]).fetchall()]


def kinds(db: Handle) -> dict[str, int]:
    """How many live memories there are of each kind."""
    made = {row[0]: row[1] for row in db.execute(
        f"SELECT kind, count(*) FROM memory m WHERE m.kind <> 'passage' AND {LIVE} GROUP BY kind").fetchall()}
    every = db.execute(f"SELECT count(*) FROM memory m WHERE {LIVE}").fetchone()[0]
    return {"passage": every - sum(made.values()), **made}


# ------------------------------------------------------------------ events


def events(db: Handle, low: int, high: int, sought: Sought, limit: int) -> tuple[list[EventRow], int]:
    """The weightiest events that touch [low, high) in the order of time, and how many there are; of any date.

    Where there is not too much to look through, what belongs to no event is gathered by its place and day.
    """
    wanted = Sought(frozenset((Kind.EVENT,)), sought.person, sought.topic)
    found = _made_events(db, low, high, wanted, limit)
    total = len(found) if len(found) < limit else max(sum(counts(db, [low, high], replace(wanted, dated=None))), limit)
    if not _crowded(db, low, high, LOOSE):
        loose = _loose(db, low, high, sought, limit)
        found, total = found + loose, total + len(loose)
    best = sorted(found, key=lambda one: (-one.importance, -one.memories, one.start))[:limit]
    return sorted(best, key=lambda one: (one.start, one.memory)), max(total, len(best))


def _made_events(db: Handle, low: int, high: int, sought: Sought, limit: int) -> list[EventRow]:
    """Events that began within [low, high), or at most a day before and reach into it."""
    query = _leading(db, (low - DAY, high), replace(sought, dated=None))
    dates = {row[0]: not row[1] for row in db.execute(*query.select(
        f"m.id, {_UNDATED}", "ORDER BY m.importance DESC, m.id DESC LIMIT ?", [limit])).fetchall()}
    found: list[EventRow] = []
    for part in in_batches(sorted(dates)):
        rows = db.execute(
            f"""SELECT m.id, substr(m.text, 1, 400) AS text, {_AT} AS at, m.importance, {_CLOCK} AS clock,
                       count(*) AS held, max(coalesce(o.happened_at, o.recorded_at)) AS last,
                       json_group_array(DISTINCT s.speaker) AS people
                FROM memory m JOIN evidence v ON v.memory_id = m.id JOIN item s ON s.id = v.item_id
                LEFT JOIN evidence p ON p.item_id = v.item_id AND p.start = v.start AND p.ordinal = 0
                    AND EXISTS (SELECT 1 FROM memory q WHERE q.id = p.memory_id AND q.kind = 'passage')
                LEFT JOIN memory o ON o.id = p.memory_id
                WHERE m.id IN ({marks(part)}) GROUP BY m.id""", part).fetchall()
        found += [one for row in rows if (one := _event(row, dates[row["id"]])).end >= low]
    return found


def _loose(db: Handle, low: int, high: int, sought: Sought, limit: int) -> list[EventRow]:
    """Dated passages that belong to no event, gathered by the conversation or document they stand in, and by day."""
    if Kind.PASSAGE not in sought.kinds:
        return []
    query = _within(_BY_TIME, Sought(person=sought.person, topic=sought.topic), (low, high))
    query.where.append(_IN_NO_EVENT)
    rows = db.execute(*query.select(
        f"""min(m.id) AS id, coalesce((SELECT t.title FROM thread t WHERE t.id = i.thread_id), i.title) AS text,
            min({_AT}) AS at, max({_AT}) AS last, max(m.importance) AS importance, max({_CLOCK}) AS clock,
            count(*) AS held, json_group_array(DISTINCT i.speaker) AS people""",
        f"""GROUP BY i.thread_id IS NULL, coalesce(i.thread_id, i.id), {_AT} / {DAY}
            ORDER BY importance DESC, held DESC LIMIT ?""", [limit])).fetchall()
    return [_event(row, True) for row in rows]


def _event(row: Row, dated: bool) -> EventRow:
    start = int(row["at"])
    who = tuple(sorted(name for name in json.loads(row["people"]) if name))
    return EventRow(row["id"], row["text"], start, max(int(row["last"] or start), start), who, int(row["held"]),
                    float(row["importance"]), dated, bool(row["clock"]))


# ------------------------------------------------------------------ within


def _within(tables: str, sought: Sought, stretch: tuple[int, int] | None) -> _Query:
    """The query for what is sought, read from `tables`."""
    chosen = sorted(kind.value for kind in sought.kinds)
    query = _Query(tables, [LIVE, f"m.kind IN ({marks(chosen)})", _NO_COPY], list(chosen))
    if sought.dated is not None:
        query.where.append(f"NOT {_UNDATED}" if sought.dated else _UNDATED)
    if sought.clock:
        query.where.append(_CLOCK)
    if stretch is not None:
        query.where.append(f"{_AT} >= ? AND {_AT} < ?")
        query.values += stretch
    if sought.person:
        query.where.append(_SAYS)
        query.values.append(sought.person)
    if sought.topic is not None:
        query.where.append(_IN_TOPIC)
        query.values.append(sought.topic)
    return query


def _leading(db: Handle, stretch: tuple[int, int], sought: Sought) -> _Query:
    """The same, beginning with what leaves the fewest to look at."""
    if replace(sought, clock=False) == Sought() or not _crowded(db, *stretch):
        return _within(_BY_TIME, sought, stretch)
    if sought.topic is not None:
        return _within(_BY_ID, sought, stretch)
    if Kind.PASSAGE not in sought.kinds:
        query = _within(_BY_KIND, sought, stretch)
        query.where.append("m.kind <> 'passage'")
    elif sought.kinds != {Kind.PASSAGE} or (sought.dated is not False and not sought.person):
        query = _within(_BY_TIME, sought, stretch)
    elif sought.dated is not False:
        query = _within(_BY_ITEM.format("item_speaker"), replace(sought, person=""), stretch)
        query.where.append("i.speaker = ? AND i.retired_at IS NULL")
        query.values.append(sought.person)
    else:
        query = _within(_BY_ITEM.format("item_undated"), sought, stretch)
        query.where.append("(i.happened_at IS NULL OR i.happened_from = 'file')")
    return query


def _crowded(db: Handle, low: int, high: int, few: int = FEW) -> bool:
    """Whether more than a few live memories lie within [low, high), by any time that is known of them."""
    row = db.execute(
        f"""SELECT count(*) FROM (SELECT 1 FROM memory m INDEXED BY memory_recent
            WHERE {LIVE} AND {_AT} >= ? AND {_AT} < ? LIMIT ?)""", [low, high, few + 1]).fetchone()
    return int(row[0]) > few


def _all_counts(db: Handle, edges: Sequence[int]) -> list[int]:
    """How many live memories of any kind lie in each bucket, from the index alone."""
    pairs = json.dumps(list(pairwise(edges)))
    rows = db.execute(
        f"""SELECT (SELECT count(*) FROM memory m INDEXED BY memory_recent
                    WHERE {LIVE} AND {_AT} >= b.value ->> 0 AND {_AT} < b.value ->> 1)
            FROM json_each(?) b ORDER BY b.key""", [pairs]).fetchall()
    return [row[0] for row in rows]


def _not_counted(db: Handle) -> Times:
    """When all that happened which is no dated passage, or only the copy of one; each once."""
    undated = _Query(_BY_ITEM.format("item_undated"), [
        LIVE, "m.kind = 'passage'", "(i.happened_at IS NULL OR i.happened_from = 'file')", _UNDATED])
    gone = """SELECT o.id FROM memory o INDEXED BY memory_gone
        WHERE o.kind = 'passage' AND (o.retired_at IS NOT NULL OR o.forgotten_at IS NOT NULL)"""
    copies = _Query("link l CROSS JOIN memory m ON m.id = l.from_id", [
        "l.kind = 'duplicate'", LIVE, "m.kind = 'passage'", f"l.to_id NOT IN ({gone})"])
    made = _Query("memory m INDEXED BY memory_kind", ["m.kind <> 'passage'", LIVE])
    rows = [row for query in (made, undated, copies)
            for row in db.execute(*query.select(f"m.id, {_AT}")).fetchall()]
    ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    times = np.fromiter((row[1] for row in rows), np.int64, len(rows))
    return times[np.unique(ids, return_index=True)[1]]


def _times(rows: Sequence[Any]) -> Times:
    """The first columns of some rows."""
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))


def _spread(times: Times, edges: Sequence[int]) -> list[int]:
    """How many of the times lie in each bucket."""
    at = np.searchsorted(np.array(edges, np.int64), times, side="right") - 1
    inside = at[(at >= 0) & (at < len(edges) - 1)]
    found: list[int] = np.bincount(inside, minlength=len(edges) - 1).tolist()
    return found
