"""Which memories a list shows, in which order, and how many there are of each value of a facet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mneme.store import forgetting, memories
from mneme.store.bands import Bands, bands_at
from mneme.store.columns import PRIVATE, Handle, in_batches, marks, micros
from mneme.store.fulltext import CONTEXT_WEIGHT, DERIVED, PASSAGES, TEXT_WEIGHT, Index
from mneme.store.memories import LIVE
from mneme.types import Kind, Memory, MemoryFilter

Ids = NDArray[np.int64]
Column = Literal["kind", "origin", "pinned"]
Condition = tuple[str, list[object]]

FEW = 20_000  # memories; of more than these, counts go through all items once rather than from each memory to its item
_PIECE = 65_536  # characters of numbers that are read at once: a window waits no longer than for these

_AT = "coalesce(m.happened_at, m.recorded_at)"
# A copy is shown with the one that is kept, as long as that one is there.
_NO_COPY = """NOT EXISTS (SELECT 1 FROM link l JOIN memory o ON o.id = l.to_id AND o.retired_at IS NULL
    AND o.forgotten_at IS NULL WHERE l.from_id = m.id AND l.kind = 'duplicate')"""
# In the bin for its own sake, not together with the passage that it stands on.
_ALONE = """(m.kind = 'passage' OR NOT EXISTS (
    SELECT 1 FROM evidence e JOIN evidence p ON p.item_id = e.item_id AND p.start < e."end" AND e.start < p."end"
    JOIN memory o ON o.id = p.memory_id AND o.kind = 'passage' AND o.forgotten_at = m.forgotten_at
    WHERE e.memory_id = m.id))"""
# Which memories belong to which topics: by themselves, or since they stand where an event does that belongs to one.
_MEMBERS = """SELECT s.topic_id, s.memory_id FROM membership s UNION
    SELECT s.topic_id, p.memory_id FROM membership s CROSS JOIN evidence v ON v.memory_id = s.memory_id
    CROSS JOIN evidence p ON p.item_id = v.item_id AND p.ordinal = 0 AND p.start < v."end" AND v.start < p."end"
    CROSS JOIN memory o ON o.id = p.memory_id AND o.kind = 'passage'"""
# In this topic or in one below it.
_IN_TOPIC = f"""m.id IN (
    WITH RECURSIVE below (id) AS (SELECT ? UNION SELECT t.id FROM topic t JOIN below b ON t.parent_id = b.id)
    SELECT memory_id FROM ({_MEMBERS}) WHERE topic_id IN below)"""
# CROSS JOIN: from the items on, since whoever is asked for said less than everything.
_OF_ITEMS = """m.id IN (SELECT e.memory_id FROM item i INDEXED BY item_where
    CROSS JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0 WHERE {})"""
_OF_ENTRIES = """m.id IN (SELECT e.memory_id FROM entry n CROSS JOIN item i ON i.entry_id = n.id
    CROSS JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0 WHERE {})"""


@dataclass(frozen=True, slots=True)
class Sought:
    """A filter in the terms of the store, at `now`.

    `match` is its query as an FTS5 expression, "" where it has no words to be found so; [since, until) are instants.
    `whole` says that all of them are wanted, not the first few.
    """

    what: MemoryFilter
    now: datetime
    match: str = ""
    since: datetime | None = None
    until: datetime | None = None
    whole: bool = True


@dataclass(slots=True)
class _Query:
    """A statement over a memory `m` that grows; `led` says that something else than the index of time leads to it."""

    where: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)  # before WHERE, with their own values
    table_values: list[object] = field(default_factory=list)
    source: str = ""
    led: bool = False

    def add(self, condition: Condition) -> None:
        self.where.append(condition[0])
        self.values += condition[1]

    def lead(self, condition: str, values: Iterable[object]) -> None:
        self.add((condition, list(values)))
        self.led = True

    def sql(self, columns: str, rest: str = "", values: Sequence[object] = ()) -> tuple[str, list[object]]:
        """SELECT these columns of what is sought, with what comes after WHERE."""
        known = f"WITH {', '.join(self.tables)} " if self.tables else ""
        index = "" if self.led else "INDEXED BY memory_recent"
        source = self.source or f"memory m {index}"
        return (f"{known}SELECT {columns} FROM {source} WHERE {' AND '.join(self.where)} {rest}",
                [*self.table_values, *self.values, *values])


# ------------------------------------------------------------------ lists


def ids(db: Handle, sought: Sought) -> Ids:
    """The ids of all memories that are sought, in their order. The statement runs without Python in it."""
    statement, values = _ordered(db, sought)
    row = db.execute(f"SELECT group_concat(id) FROM ({statement})", values).fetchone()
    return _numbers(row[0])


def listed(db: Handle, sought: Sought, *, offset: int = 0, limit: int = 100) -> list[Memory]:
    """A stretch of the same, as memories."""
    statement, values = _ordered(db, sought)
    found = db.execute(f"{statement} LIMIT ? OFFSET ?", [*values, limit, offset]).fetchall()
    return memories.load(db, [row[0] for row in found], sought.now)


def among(db: Handle, sought: Sought, wanted: Sequence[int]) -> set[int]:
    """Those of some memories that are among what is sought."""
    found: set[int] = set()
    for part in in_batches(list(wanted)):
        query = _sought(db, sought)
        query.lead(f"m.id IN ({marks(part)})", part)
        found |= {row[0] for row in db.execute(*query.sql("m.id")).fetchall()}
    return found


def count(db: Handle, sought: Sought, *, most: int | None = None) -> int:
    """How many there are in all; with `most`, no more than so many are counted."""
    if _words_alone(sought.what) and sought.match:
        query, values = f"SELECT 1 FROM {PASSAGES} WHERE {PASSAGES} MATCH ?", _values(sought.match)
    else:
        query, values = _sought(db, sought).sql("1")
    limit = "" if most is None else f"LIMIT {int(most)}"
    return int(db.execute(f"SELECT count(*) FROM ({query} {limit})", values).fetchone()[0])


def _ordered(db: Handle, sought: Sought) -> tuple[str, list[object]]:
    what = sought.what
    if sought.match and not what.bin and what.order == "":
        return _ranked(db, sought)
    query = _sought(db, sought)
    if what.order in ("most retained", "least retained"):
        way = "DESC" if what.order == "most retained" else "ASC"
        curve = [forgetting.curve_of(db).encoded(), micros(sought.now)]
        return query.sql("m.id", f"ORDER BY {forgetting.RETENTION} {way}, {_AT} DESC, m.id DESC", curve)
    way = "ASC" if what.order == "oldest" else "DESC"
    by = "m.forgotten_at" if what.bin and what.order == "" else _AT
    return query.sql("m.id", f"ORDER BY {by} {way}, m.id {way}")


def _ranked(db: Handle, sought: Sought) -> tuple[str, list[object]]:
    """What has the words, best first."""
    if _words_alone(sought.what):
        return (f"""SELECT rowid AS id FROM {PASSAGES} WHERE {PASSAGES} MATCH ?
                    ORDER BY bm25({PASSAGES}, {TEXT_WEIGHT}, {CONTEXT_WEIGHT}), rowid""", [sought.match])
    query = _sought(db, sought, matched=False)
    indexes = _indexes(sought.what)
    query.tables.append("hit (id, score) AS MATERIALIZED (" + " UNION ALL ".join(
        f"SELECT rowid, bm25({index}, {TEXT_WEIGHT}, {CONTEXT_WEIGHT}) FROM {index} WHERE {index} MATCH ?"
        for index in indexes) + ")")
    query.table_values += [sought.match] * len(indexes)
    query.source = "hit h CROSS JOIN memory m ON m.id = h.id"
    return query.sql("m.id", "ORDER BY h.score, m.id")


def _words_alone(what: MemoryFilter) -> bool:
    """Whether nothing but words is asked of live passages, all of which the full text holds."""
    plain = MemoryFilter(query=what.query, kinds=what.kinds, faded=what.faded)
    return what == plain and what.kinds <= {Kind.PASSAGE} and not what.faded


def _indexes(what: MemoryFilter) -> list[Index]:
    kinds = what.kinds or {Kind.PASSAGE}
    return [index for index, wanted in ((PASSAGES, Kind.PASSAGE in kinds), (DERIVED, bool(kinds - {Kind.PASSAGE})))
            if wanted]


def _numbers(text: str | None) -> Ids:
    """The numbers of a list with commas; piece by piece, so that no other thread waits for the whole of it."""
    if not text:
        return np.empty(0, np.int64)
    return np.concatenate([np.fromstring(piece, np.int64, sep=",") for piece in _pieces(text)])


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find(",", start + _PIECE)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


# ------------------------------------------------------------------ what is asked of a memory


def _sought(db: Handle, sought: Sought, *, matched: bool = True) -> _Query:
    """A statement over the memories sought; unless `matched` its words are asked for by whoever asked."""
    what, query = sought.what, _Query()
    query.add((LIVE, []) if not what.bin else ("m.forgotten_at IS NOT NULL", []))
    query.led = what.bin
    if matched:
        _add_words(query, sought)
    for condition in (*_of_its_row(what), *_within(sought)):
        query.add(condition)
    _add_sets(query, what)
    _add_bands(query, db, sought)
    if what.private is not None:
        query.add((f"{'' if what.private else 'NOT '}{PRIVATE}", []))
    if what.bin:
        query.add((_ALONE, []))
    elif not what.query.strip():  # a copy may be the one of the two that has the words
        query.add((_NO_COPY, []))
    return query


def _of_its_row(what: MemoryFilter) -> Iterator[Condition]:
    kinds = what.kinds or (frozenset() if what.bin else {Kind.PASSAGE})
    if kinds and len(kinds) < len(Kind):
        yield f"m.kind IN ({marks(kinds)})", _values(*sorted(kind.value for kind in kinds))
    if what.origins:
        yield f"m.origin IN ({marks(what.origins)})", _values(*sorted(origin.value for origin in what.origins))
    if what.pinned is not None:
        yield "m.pinned = ?", [int(what.pinned)]


def _values(*values: object) -> list[object]:
    return list(values)


def _within(sought: Sought) -> Iterator[Condition]:
    if sought.since is not None:
        yield f"{_AT} >= ?", [micros(sought.since)]
    if sought.until is not None:
        yield f"{_AT} < ?", [micros(sought.until)]


def _add_words(query: _Query, sought: Sought) -> None:
    typed = sought.what.query.strip()
    if sought.match and not sought.what.bin:
        indexes = _indexes(sought.what)
        query.lead("m.id IN (" + " UNION ALL ".join(
            f"SELECT rowid FROM {index} WHERE {index} MATCH ?" for index in indexes) + ")",
            [sought.match] * len(indexes))
    elif typed:  # the bin is in no index, and marks alone are no words of it
        for word in typed.split():
            query.lead("(instr(lower(m.text), lower(?)) > 0 OR instr(m.text, ?) > 0)", [word, word])


def _add_sets(query: _Query, what: MemoryFilter) -> None:
    if what.entry is not None:
        query.lead(_OF_ENTRIES.format("n.id = ?"), [what.entry])
    if what.people:
        query.lead(_OF_ITEMS.format(f"i.speaker IN ({marks(what.people)})"), sorted(what.people))
    for sort in sorted({one.partition(":")[0] for one in what.sources}):
        chosen = sorted(one.partition(":")[2] for one in what.sources if one.startswith(f"{sort}:"))
        query.lead(*_of_source(sort, chosen))
    if what.topic is not None:
        query.lead(_IN_TOPIC, [what.topic])


def _of_source(sort: str, chosen: list[str]) -> tuple[str, list[object]]:
    if sort == "folder":
        starts = " OR ".join(["substr(n.shown, 1, length(?) + 1) IN (? || '/', ? || '\\')"] * len(chosen))
        return _OF_ENTRIES.format(f"({starts})"), [one for folder in chosen for one in [folder] * 3]
    column = "CAST(n.source_id AS TEXT)" if sort == "watched" else "coalesce(n.format, '')"
    return _OF_ENTRIES.format(f"{column} IN ({marks(chosen)})"), list(chosen)


def _add_bands(query: _Query, db: Handle, sought: Sought) -> None:
    what = sought.what
    wanted = what.bands
    if not wanted and what.faded is not None and not what.bin and not (what.query.strip() and not what.faded):
        wanted = frozenset(("faded",)) if what.faded else frozenset(("fresh", "fading"))
    if not wanted or len(wanted) == 3:
        return
    known = _known_bands(query, db, sought)
    (faded, values), (fading, more) = known.below(), known.below(fading=True)
    query.add({
        frozenset(("faded",)): (faded, values), frozenset(("fresh",)): (f"NOT {fading}", more),
        frozenset(("fading",)): (f"({fading} AND NOT {faded})", [*more, *values]),
        frozenset(("fresh", "fading")): (f"NOT {faded}", values), frozenset(("fading", "faded")): (fading, more),
        frozenset(("fresh", "faded")): (f"(NOT {fading} OR {faded})", [*more, *values])}[wanted])


def _known_bands(query: _Query, db: Handle, sought: Sought) -> Bands:
    everything = sought.whole and not query.led and sought.since is None and sought.until is None
    found = bands_at(db, sought.now, at_once=everything)
    if not query.tables:
        query.tables.append(found.table)
        query.table_values.append(found.table_value)
    return found


# ------------------------------------------------------------------ facets


def by_column(db: Handle, sought: Sought, column: Column) -> dict[str, int]:
    """How many of what is sought have each value of a column."""
    statement, values = _sought(db, sought).sql(f"m.{column}, count(*)", "GROUP BY 1")
    return {str(row[0]): row[1] for row in db.execute(statement, values).fetchall()}


def by_band(db: Handle, sought: Sought) -> dict[str, int]:
    """How many are fresh, fading and faded."""
    query = _sought(db, sought)
    known = _known_bands(query, db, sought)
    (faded, values), (fading, more) = known.below(), known.below(fading=True)
    query.table_values += [*more, *values]
    statement, given = query.sql(f"CASE WHEN NOT {fading} THEN 'fresh' WHEN {faded} THEN 'faded' ELSE 'fading' END, "
                                 "count(*)", "GROUP BY 1")
    return {row[0]: row[1] for row in db.execute(statement, given).fetchall()}


def times(db: Handle, sought: Sought) -> Ids:
    """When each happened, or was recorded, in microseconds; in no order."""
    statement, values = _sought(db, sought).sql(f"{_AT} AS at")
    return _numbers(db.execute(f"SELECT group_concat(at) FROM ({statement})", values).fetchone()[0])


def by_speaker(db: Handle, sought: Sought) -> list[tuple[str, int]]:
    """Who says how many of them, most first."""
    rows = _by_item(db, sought, "i.speaker")
    return sorted(((str(row[0]), row[1]) for row in rows if row[0]), key=lambda one: (-one[1], one[0]))


def by_entry(db: Handle, sought: Sought) -> list[tuple[str, str, int | None, int]]:
    """(place for people, format, watched source, how many stand there) of each place."""
    counts = {row[0]: row[1] for row in _by_item(db, sought, "i.entry_id")}
    return [(row[1], row[2] or "", row[3], counts[row[0]]) for row in db.execute(
        "SELECT id, shown, format, source_id FROM entry").fetchall() if row[0] in counts]


def watched(db: Handle) -> dict[int, str]:
    """The watched sources, for people."""
    return {row[0]: row[1] for row in db.execute("SELECT id, shown FROM source").fetchall()}


def by_topic(db: Handle, sought: Sought) -> dict[int, int]:
    """How many belong to each topic itself."""
    statement, values = _sought(db, sought).sql("m.id")
    return {row[0]: row[1] for row in db.execute(
        f"""WITH member (topic_id, memory_id) AS MATERIALIZED ({_MEMBERS})
            SELECT topic_id, count(*) FROM member WHERE memory_id IN ({statement}) GROUP BY 1""", values).fetchall()}


def _by_item(db: Handle, sought: Sought, column: str) -> list[tuple[object, int]]:
    """How many stand in items with each value of a column of theirs: from the memories on, or through all items."""
    statement, values = _sought(db, sought).sql("m.id AS id")
    if count(db, sought, most=FEW) < FEW:
        source = f"""({statement}) s CROSS JOIN evidence e ON e.memory_id = s.id AND e.ordinal = 0
            CROSS JOIN item i INDEXED BY item_where ON i.id = e.item_id"""
    else:
        source = f"""item i INDEXED BY item_where
            CROSS JOIN evidence e INDEXED BY evidence_item ON e.item_id = i.id AND e.ordinal = 0
            WHERE e.memory_id IN ({statement})"""
    return [(row[0], row[1]) for row in db.execute(f"SELECT {column}, count(*) FROM {source} GROUP BY 1",
                                                   values).fetchall()]
