"""Making memories of memories: each stands on exact places, is kept through a change-set, and can be undone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mneme.memory.facts.statements import Heard
from mneme.memory.retention import Nature
from mneme.store.changes import ChangeSet
from mneme.store.columns import (
    Handle,
    Row,
    derived_digest,
    in_batches,
    instant,
    marks,
    micros,
    moment_columns,
    moment_of,
)
from mneme.store.memories import LIVE, LIVE_PASSAGE
from mneme.types import Citation, Kind, Moment, Origin, Span

Place = tuple[int, int, int]  # item, start, end
OWN_WORDS = b"mneme:own-words"  # the place of what the owner writes in Mneme itself: no file


@dataclass(frozen=True, slots=True)
class NewDerived:
    """A memory to be made; `evidence` are the places that it stands on, the main one first."""

    kind: Kind
    text: str
    evidence: tuple[Place, ...]
    origin: Origin = Origin.DERIVED
    keywords: str = ""
    happened_at: Moment | None = None
    importance: float = 0.5
    nature: Nature = "ordinary"


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A live passage as upkeep reads it."""

    id: int
    text: str
    item: int
    span: Span
    heading: str
    title: str
    speaker: str | None
    origin: Origin
    happened_at: Moment | None
    dated: bool  # False: `happened_at` is only its file's time, or is not known
    recorded_at: datetime
    importance: float
    entry: int
    thread: int | None
    seq: int


def make(changes: ChangeSet, new: NewDerived) -> int:
    """Keep a derived memory; its id."""
    memory = changes.insert("memory", {
        "kind": new.kind.value, "text": new.text, "heading": new.keywords,
        "digest": derived_digest(new.kind.value, new.text), "origin": new.origin.value,
        "importance": new.importance, "nature": new.nature, "recorded_at": micros(changes.now),
        **moment_columns(new.happened_at)})
    for ordinal, (item, start, end) in enumerate(dict.fromkeys(new.evidence)):
        changes.insert("evidence", {"memory_id": memory, "ordinal": ordinal, "item_id": item, "start": start,
                                    "end": end})
    return memory


def retire(changes: ChangeSet, memory: int) -> None:
    """Take a derived memory out of use; it stays as history."""
    changes.update("memory", memory, {"retired_at": micros(changes.now)})


def rewrite(changes: ChangeSet, memory: int, kind: Kind, text: str) -> None:
    """Give a derived memory another text."""
    changes.update("memory", memory, {"text": text, "digest": derived_digest(kind.value, text)})


_PASSAGE = """
    SELECT m.id, m.text, e.item_id, e.start, e."end" AS stop, m.heading, i.title, i.speaker, m.origin, m.recorded_at,
           m.importance, i.entry_id, i.thread_id, i.seq, m.happened_offset, m.happened_precision,
           m.happened_at, m.happened_at IS i.happened_at AND i.happened_from = 'file' AS of_file
    FROM memory m JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0 JOIN item i ON i.id = e.item_id
"""


def passages_after(db: Handle, last: int, limit: int) -> list[PassageRow]:
    """Live passages with an id above `last`, by id."""
    rows = db.execute(f"{_PASSAGE} WHERE m.id > ? AND {LIVE_PASSAGE} ORDER BY m.id LIMIT ?", [last, limit]).fetchall()
    return [_passage(row) for row in rows]


def by_hand(db: Handle) -> int | None:
    """The entry of what the owner wrote in Mneme itself; no event or summary is made of it, so that undo is simple."""
    row = db.execute("SELECT id FROM entry WHERE place = ?", [OWN_WORDS]).fetchone()
    return None if row is None else int(row[0])


def passages_of(db: Handle, ids: Sequence[int]) -> list[PassageRow]:
    """The live passages of these ids, in the order of their stream."""
    found: list[PassageRow] = []
    for part in in_batches(ids):
        rows = db.execute(f"""{_PASSAGE} WHERE m.id IN ({marks(part)}) AND {LIVE_PASSAGE}
                              ORDER BY i.thread_id, i.seq, e.item_id, e.start""", part).fetchall()
        found += [_passage(row) for row in rows]
    return found


def passages_between(db: Handle, start: datetime, end: datetime) -> list[PassageRow]:
    """The live passages that happened within [start, end), by what they say themselves or else by their recording."""
    at = "coalesce(m.happened_at, m.recorded_at)"
    rows = db.execute(f"{_PASSAGE} WHERE {LIVE_PASSAGE} AND {at} >= ? AND {at} < ? ORDER BY {at}, m.id",
                      [micros(start), micros(end)]).fetchall()
    return [_passage(row) for row in rows]


def participants(db: Handle, threads: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The names of those who take part in these conversations."""
    rows = db.execute(f"SELECT id, participants FROM thread WHERE id IN ({marks(threads)})", list(threads)).fetchall()
    return {row[0]: tuple(person["name"] for person in json.loads(row[1])) for row in rows}


def heard_before(db: Handle, items: Sequence[int], most: int) -> dict[int, tuple[Heard, ...]]:
    """For each of these messages, the live ones at most `most` places before it in its conversation, oldest first."""
    found: dict[int, list[Heard]] = {}
    for part in in_batches(items):
        rows = db.execute(
            f"""SELECT o.id AS item, m.text, m.origin, i.speaker, m.happened_at, m.happened_offset, m.happened_precision
                FROM item o JOIN item i ON i.thread_id = o.thread_id AND i.seq BETWEEN o.seq - ? AND o.seq - 1
                JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0 JOIN memory m ON m.id = e.memory_id
                WHERE o.id IN ({marks(part)}) AND {LIVE_PASSAGE} ORDER BY o.id, i.seq, e.start""",
            [most, *part]).fetchall()
        for row in rows:
            found.setdefault(row["item"], []).append(
                Heard(row["text"], Origin(row["origin"]), row["speaker"], moment_of(row)))
    return {item: tuple(heard) for item, heard in found.items()}


def standing_on(db: Handle, passages: Sequence[int], kinds: Sequence[Kind] = ()) -> list[int]:
    """The derived memories, live or not, that stand on a place within one of these passages."""
    wanted = [kind.value for kind in kinds]
    only = f"AND d.kind IN ({marks(wanted)})" if wanted else ""
    found: dict[int, None] = {}
    for part in in_batches(passages):
        rows = db.execute(
            f"""SELECT DISTINCT d.id FROM evidence p
                JOIN evidence e ON e.item_id = p.item_id AND e.start < p."end" AND p.start < e."end"
                JOIN memory d ON d.id = e.memory_id AND d.kind <> 'passage' {only}
                WHERE p.memory_id IN ({marks(part)}) AND p.ordinal = 0 ORDER BY d.id""", [*wanted, *part]).fetchall()
        found |= dict.fromkeys(row[0] for row in rows)
    return list(found)


def bearing(db: Handle, derived: Sequence[int]) -> dict[int, list[int]]:
    """The live passages that each of these derived memories stands on, in the order of its evidence."""
    found: dict[int, list[int]] = {}
    for part in in_batches(derived):
        rows = db.execute(
            f"""SELECT e.memory_id, m.id FROM evidence e
                JOIN evidence p ON p.item_id = e.item_id AND p.ordinal = 0 AND p.start < e."end" AND e.start < p."end"
                JOIN memory m ON m.id = p.memory_id AND {LIVE_PASSAGE}
                WHERE e.memory_id IN ({marks(part)}) ORDER BY e.memory_id, e.ordinal, p.start""", part).fetchall()
        for memory, passage in rows:
            places = found.setdefault(memory, [])
            if passage not in places:
                places.append(passage)
    return found


def live_bearing(db: Handle, wanted: Sequence[int]) -> list[tuple[int, Kind, tuple[int, ...]]]:
    """(derived memory, kind, live passages) of those that are live, in the order asked."""
    if not wanted:
        return []
    kinds = {row[0]: Kind(row[1]) for row in db.execute(
        f"SELECT m.id, m.kind FROM memory m WHERE m.id IN ({marks(wanted)}) AND {LIVE}", list(wanted)).fetchall()}
    passages = bearing(db, list(kinds))
    return [(one, kinds[one], tuple(passages[one])) for one in wanted if one in kinds and one in passages]


def citations(db: Handle, memory: int) -> tuple[Citation, ...]:
    """Every place that a memory stands on, as it stands there; `memory` of each is the passage there, if any."""
    rows = db.execute(
        """SELECT e.item_id, e.start, e."end" AS stop, substr(i.text, e.start + 1, e."end" - e.start) AS text,
                  i.title, i.speaker, n.shown, i.happened_at, i.happened_offset, i.happened_precision,
                  (SELECT p.memory_id FROM evidence p JOIN memory m ON m.id = p.memory_id AND m.kind = 'passage'
                   WHERE p.item_id = e.item_id AND p.start < e."end" AND e.start < p."end"
                   ORDER BY m.retired_at IS NOT NULL, p.start LIMIT 1) AS passage
           FROM evidence e JOIN item i ON i.id = e.item_id JOIN entry n ON n.id = i.entry_id
           WHERE e.memory_id = ? ORDER BY e.ordinal""", [memory]).fetchall()
    return tuple(Citation(memory=row["passage"] or memory, text=row["text"], source=row["shown"],
                          span=(row["start"], row["stop"]), happened_at=moment_of(row), title=row["title"],
                          speaker=row["speaker"]) for row in rows)


def places_of(db: Handle, memory: int) -> list[Place]:
    """The places that a memory stands on, the main one first."""
    return [(row[0], row[1], row[2]) for row in db.execute(
        'SELECT item_id, start, "end" FROM evidence WHERE memory_id = ? ORDER BY ordinal', [memory]).fetchall()]


def fallen(db: Handle, limit: int) -> list[int]:
    """Live derived memories of which a place is no longer live: its file has a newer version, or it is in the bin.

    A fact lives as long as it stands somewhere; an event or a summary tells of all its places together.
    """
    rows = db.execute(
        f"""SELECT m.id FROM memory m WHERE {LIVE} AND m.id IN (
              SELECT e.memory_id FROM memory o CROSS JOIN evidence p ON p.memory_id = o.id AND p.ordinal = 0
              CROSS JOIN evidence e ON e.item_id = p.item_id AND e.start < p."end" AND p.start < e."end"
              WHERE {_GONE}
              UNION SELECT e.memory_id FROM item i CROSS JOIN evidence e ON e.item_id = i.id
              WHERE i.retired_at IS NOT NULL)
            AND m.kind <> 'passage' AND EXISTS (
              SELECT 1 FROM evidence e JOIN item i ON i.id = e.item_id WHERE e.memory_id = m.id
                        AND (i.retired_at IS NOT NULL OR NOT EXISTS (
                             SELECT 1 FROM evidence p JOIN memory o ON o.id = p.memory_id AND o.kind = 'passage'
                             AND o.retired_at IS NULL AND o.forgotten_at IS NULL
                             WHERE p.item_id = e.item_id AND p.start < e."end" AND e.start < p."end")))
            ORDER BY m.id LIMIT ?""", [limit]).fetchall()
    return [row[0] for row in rows]


# a passage that is no longer live, in the words of its index
_GONE = "o.kind = 'passage' AND (o.retired_at IS NOT NULL OR o.forgotten_at IS NOT NULL)"


def _passage(row: Row) -> PassageRow:
    return PassageRow(
        id=row["id"], text=row["text"], item=row["item_id"], span=(row["start"], row["stop"]), heading=row["heading"],
        title=row["title"], speaker=row["speaker"], origin=Origin(row["origin"]), happened_at=moment_of(row),
        dated=row["happened_at"] is not None and not row["of_file"], recorded_at=instant(row["recorded_at"]),
        importance=row["importance"], entry=row["entry_id"], thread=row["thread_id"], seq=row["seq"] or 0)
