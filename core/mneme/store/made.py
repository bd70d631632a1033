"""Which model made a memory, with which prompt; and what is told at a place already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mneme.store.changes import ChangeSet, Value
from mneme.store.columns import Handle, in_batches, instant, marks, micros
from mneme.store.derived import NewDerived, Place, make
from mneme.store.memories import LIVE
from mneme.types import Kind

_AT_PLACE = 'e.item_id = ? AND e.start < ? AND (? < e."end")'


@dataclass(frozen=True, slots=True)
class Made:
    """By which model a memory was made, with which version of which prompt ("facts.v1"), and when."""

    model: str
    prompt: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A fact that is told at a place, in force or not: what somebody let go of is known, too."""

    memory: int
    subject: str
    relation: str
    topic: str
    object: str
    mode: str


def put(db: Handle, changes: ChangeSet, memory: int, model: str, prompt: str) -> None:
    """Say by which model a memory was made, or made anew."""
    row: dict[str, Value] = {"model": model, "prompt": prompt, "at": micros(changes.now)}
    if of(db, memory) is None:
        changes.insert("made", {"memory_id": memory, **row})
    else:
        changes.update("made", memory, row)


def of(db: Handle, memory: int) -> Made | None:
    """By which model a memory was made; None where it was none."""
    row = db.execute("SELECT model, prompt, at FROM made WHERE memory_id = ?", [memory]).fetchone()
    return None if row is None else Made(row[0], row[1], instant(row[2]))


def make_by(db: Handle, changes: ChangeSet, new: NewDerived, model: str, prompt: str) -> int:
    """Keep a memory that a model made; its id."""
    memory = make(changes, new)
    put(db, changes, memory, model, prompt)
    return memory


def own_words(db: Handle, text: str) -> Place | None:
    """Where the owner last said just this; None where it is not kept, or kept in other words (a secret is masked)."""
    row = db.execute(
        f"""SELECT e.item_id, e.start, e."end" FROM memory m JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
            WHERE m.kind = 'passage' AND m.origin = 'owner' AND m.text = ? AND {LIVE} ORDER BY m.id DESC LIMIT 1""",
        [text.strip()]).fetchone()
    return None if row is None else (row[0], row[1], row[2])


def known_at(db: Handle, place: Place) -> list[Known]:
    """The facts told at a place of an item, whatever became of them."""
    item, start, end = place
    rows = db.execute(
        f"""SELECT f.memory_id, f.subject, f.relation, f.topic, f.object, f.mode FROM evidence e
            JOIN fact f ON f.memory_id = e.memory_id WHERE {_AT_PLACE} ORDER BY f.memory_id""",
        [item, end, start]).fetchall()
    return [Known(*row) for row in rows]


def texts_at(db: Handle, place: Place, kind: Kind) -> set[str]:
    """The words, without case, of the memories of a kind that stand on a place, whatever became of them."""
    item, start, end = place
    return {row[0].casefold() for row in db.execute(
        f"SELECT m.text FROM evidence e JOIN memory m ON m.id = e.memory_id AND m.kind = ? WHERE {_AT_PLACE}",
        [kind.value, item, end, start]).fetchall()}


def standing_thoughts(db: Handle, passages: Sequence[int], limit: int) -> list[tuple[int, str]]:
    """(memory, text) of the live thoughts that stand on one of these passages, the latest first."""
    rows = [row for part in in_batches(passages) for row in db.execute(
        f"""SELECT DISTINCT m.id, m.text FROM evidence p
            JOIN evidence e ON e.item_id = p.item_id AND e.start < p."end" AND p.start < e."end"
            JOIN memory m ON m.id = e.memory_id AND m.kind = 'thought' AND {LIVE}
            WHERE p.memory_id IN ({marks(part)}) AND p.ordinal = 0""", part).fetchall()]
    found = {row[0]: row[1] for row in rows}
    return [(memory, found[memory]) for memory in sorted(found, reverse=True)[:limit]]


def in_owners_hand(db: Handle, memory: int) -> bool:
    """Whether the owner edited, pinned or kept it: no model changes that."""
    return db.execute("""SELECT 1 FROM use WHERE memory_id = ? AND what IN ('edited', 'pinned', 'kept', 'confirmed')
                         LIMIT 1""", [memory]).fetchone() is not None


def add_evidence(db: Handle, changes: ChangeSet, memory: int, places: Sequence[Place]) -> None:
    """Have a derived memory stand on these places, too."""
    rows = db.execute('SELECT ordinal, item_id, start, "end" FROM evidence WHERE memory_id = ?',
                      [memory]).fetchall()
    there = {(row[1], row[2], row[3]) for row in rows}
    ordinal = max((row[0] for row in rows), default=-1) + 1
    for item, start, end in (place for place in dict.fromkeys(places) if place not in there):
        changes.insert("evidence", {"memory_id": memory, "ordinal": ordinal, "item_id": item, "start": start,
                                    "end": end})
        ordinal += 1
