"""What memories have to do with each other: copies, associations, parts; and the bands that find copies."""

from collections.abc import Sequence
from typing import Literal

from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle, Row, in_batches, marks
from mneme.store.derived import OWN_WORDS
from mneme.store.memories import LIVE

LinkKind = Literal["duplicate", "association", "part", "next", "conflict", "correction"]
BY_HAND = 2.0  # the weight of a link to a copy that the owner made one: it shares the life of the one that is kept


def link(changes: ChangeSet, start: int, kind: LinkKind, end: int, weight: float = 1.0) -> None:
    """Link two memories."""
    changes.insert("link", {"from_id": start, "kind": kind, "to_id": end, "weight": weight})


def originals(db: Handle, memories: Sequence[int]) -> dict[int, int]:
    """For those of `memories` that are copies: the one that is kept, if it is live."""
    found: dict[int, int] = {}
    for part in in_batches(memories):
        found |= {row[0]: row[1] for row in db.execute(
            f"""SELECT l.from_id, l.to_id FROM link l JOIN memory m ON m.id = l.to_id AND {LIVE}
                WHERE l.kind = 'duplicate' AND l.from_id IN ({marks(part)})""", part).fetchall()}
    return found


def is_copy(db: Handle, memory: int) -> bool:
    """Whether a memory is linked to one that is kept in its place, live or not."""
    return db.execute("SELECT 1 FROM link WHERE kind = 'duplicate' AND from_id = ?", [memory]).fetchone() is not None


def linked(db: Handle, memory: int) -> list[tuple[LinkKind, int, float]]:
    """(kind, other live memory, weight) of every link of a memory, in either direction, strongest first."""
    rows = db.execute(
        f"""SELECT l.kind, m.id, l.weight FROM link l
            JOIN memory m ON m.id = CASE l.from_id WHEN ? THEN l.to_id ELSE l.from_id END AND {LIVE}
            WHERE l.from_id = ? OR l.to_id = ? ORDER BY l.kind, l.weight DESC, m.id""",
        [memory, memory, memory]).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def merged_into(db: Handle, memories: Sequence[int]) -> list[int]:
    """The copies of these that the owner made ones, by merging."""
    return [row[0] for part in in_batches(memories) for row in db.execute(
        f"""SELECT from_id FROM link WHERE kind = 'duplicate' AND weight = ? AND to_id IN ({marks(part)})
            ORDER BY from_id""", [BY_HAND, *part]).fetchall()]


def notes_on(db: Handle, passages: Sequence[int]) -> list[int]:
    """The owner's notes, live or not, on these passages, and on what they said in former versions of their things.

    A link of association between two passages is from a note to what it is about; upkeep associates events alone.
    """
    about: dict[tuple[int, str], list[Row]] = {}
    for row in db.execute(_NOTES, [OWN_WORDS]).fetchall():
        about.setdefault((row["entry_id"], row["key"]), []).append(row)
    if not about:
        return []
    found: set[int] = set()
    for part in in_batches(passages):
        for own in db.execute(
                f"""SELECT m.id, m.text, i.entry_id, i.key FROM memory m JOIN evidence e ON e.memory_id = m.id
                    AND e.ordinal = 0 JOIN item i ON i.id = e.item_id
                    WHERE m.id IN ({marks(part)}) AND m.kind = 'passage'""", part).fetchall():
            found |= {row["note"] for row in about.get((own["entry_id"], own["key"]), ())
                      if row["id"] == own["id"] or (row["retired_at"] is not None and row["text"] in own["text"])}
    return sorted(found)


# every note with what it is about, and the thing in which that stands; the place of the owner's words holds them all
_NOTES = """SELECT n.id AS note, o.id, o.text, o.retired_at, i.entry_id, i.key
    FROM entry own JOIN item w ON w.entry_id = own.id JOIN evidence at ON at.item_id = w.id AND at.ordinal = 0
    JOIN memory n ON n.id = at.memory_id AND n.kind = 'passage'
    JOIN link l ON l.from_id = n.id AND l.kind = 'association'
    JOIN memory o ON o.id = l.to_id AND o.kind = 'passage' JOIN evidence e ON e.memory_id = o.id AND e.ordinal = 0
    JOIN item i ON i.id = e.item_id WHERE own.place = ?"""


def noted(db: Handle, note: int) -> list[int]:
    """The passages that a note is about, those in force first."""
    return [row[0] for row in db.execute(
        f"""SELECT m.id FROM link l JOIN memory m ON m.id = l.to_id AND m.kind = 'passage'
            JOIN memory n ON n.id = l.from_id AND n.kind = 'passage'
            WHERE l.from_id = ? AND l.kind = 'association' ORDER BY NOT ({LIVE}), m.id""", [note]).fetchall()]


def carry_notes(db: Handle, changes: ChangeSet, old: int, new: Sequence[int]) -> None:
    """Have what takes a passage's place keep its notes; and, if it was a note itself, what it is about."""
    about = noted(db, old)
    for one in new:
        for note in notes_on(db, [old]):
            link(changes, note, "association", one)
        for passage in about:
            link(changes, one, "association", passage)


def put_bands(db: Handle, memory: int, bands: Sequence[int]) -> None:
    """Have a passage found by its bands. An index: not part of any change-set."""
    db.conn.executemany("INSERT OR IGNORE INTO band (hash, memory_id) VALUES (?, ?)",
                        [(band, memory) for band in bands])


def drop_bands(db: Handle, memory: int, bands: Sequence[int]) -> None:
    """Have a passage not found by these any more."""
    db.conn.executemany("DELETE FROM band WHERE hash = ? AND memory_id = ?", [(band, memory) for band in bands])


def in_bands(db: Handle, bands: Sequence[int], most: int) -> list[int]:
    """Live passages that share at least one of these bands, the oldest first."""
    # band by band, since one that boilerplate shares holds as many passages as repeat it
    found = {row[0] for band in bands for row in db.execute(
        f"""SELECT m.id FROM band b JOIN memory m ON m.id = b.memory_id AND {LIVE} WHERE b.hash = ?
            ORDER BY b.memory_id LIMIT ?""", [band, most]).fetchall()}
    return sorted(found)[:most]
