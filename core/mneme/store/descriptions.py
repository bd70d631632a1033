"""What a model says of a memory beside its own words: what a note is about, a summary told fluently, a topic's name."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mneme.store.changes import ChangeSet, Value
from mneme.store.columns import Handle, marks, micros, to_json
from mneme.store.memories import LIVE

Part = Literal["about", "summary", "name"]


@dataclass(frozen=True, slots=True)
class Description:
    """What a model says of a memory; `revised`: how often a newer memory changed it; `seen`: the newest such."""

    memory: int
    text: str
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    revised: int = 0
    seen: int = 0
    model: str = ""


def get(db: Handle, memory: int, part: Part = "about") -> Description | None:
    """What a model says of a memory that is live; None where none said anything."""
    row = db.execute(
        f"""SELECT d.* FROM description d JOIN memory m ON m.id = d.memory_id AND {LIVE}
            WHERE d.memory_id = ? AND d.part = ?""", [memory, part]).fetchone()
    return None if row is None else Description(
        memory, row["text"], tuple(json.loads(row["keywords"])), tuple(json.loads(row["tags"])), row["revised"],
        row["seen"], row["model"])


def put(db: Handle, changes: ChangeSet, part: Part, new: Description, prompt: str) -> bool:
    """Keep what a model says of a memory, in the place of what was said before; False where that was the same."""
    row: dict[str, Value] = {
        "text": new.text, "keywords": to_json(new.keywords), "tags": to_json(new.tags), "revised": new.revised,
        "seen": new.seen}
    made: dict[str, Value] = {"model": new.model, "prompt": prompt, "at": micros(changes.now)}
    old = db.execute("SELECT * FROM description WHERE memory_id = ? AND part = ?",
                     [new.memory, part]).fetchone()
    if old is None:
        changes.insert("description", {"memory_id": new.memory, "part": part, **row, **made})
        return True
    if all(old[name] == value for name, value in row.items()):
        return False
    return changes.update("description", (new.memory, part), {**row, **made})


def delete(db: Handle, changes: ChangeSet, memory: int) -> None:
    """Take away all that a model says of a memory; undo brings it back."""
    for row in db.execute("SELECT part FROM description WHERE memory_id = ?", [memory]).fetchall():
        changes.delete("description", (memory, row[0]))


def erase(db: Handle, memory: int) -> None:
    """Take away for good what a model says of a memory that lost some of its words."""
    db.execute("DELETE FROM description WHERE memory_id = ?", [memory])


def newest_associate(db: Handle, memories: Sequence[int]) -> dict[int, int]:
    """Of each of these events the newest live memory that is associated with it."""
    rows = db.execute(
        f"""SELECT own.id, max(m.id) FROM memory own
            JOIN link l ON l.kind = 'association' AND (l.from_id = own.id OR l.to_id = own.id)
            JOIN memory m ON m.id = CASE l.from_id WHEN own.id THEN l.to_id ELSE l.from_id END AND {LIVE}
            WHERE own.id IN ({marks(memories)}) GROUP BY own.id""", list(memories)).fetchall()
    return {row[0]: row[1] for row in rows}


def associates(db: Handle, memory: int, most: int) -> list[int]:
    """The live memories associated with one, the newest first."""
    return [row[0] for row in db.execute(
        f"""SELECT DISTINCT m.id FROM link l
            JOIN memory m ON m.id = CASE l.from_id WHEN ? THEN l.to_id ELSE l.from_id END AND {LIVE}
            WHERE l.kind = 'association' AND (l.from_id = ? OR l.to_id = ?) ORDER BY m.id DESC LIMIT ?""",
        [memory, memory, memory, most]).fetchall()]
