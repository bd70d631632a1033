"""What memories have to do with each other: copies, associations, parts; and the bands that find copies."""

from collections.abc import Sequence
from typing import Literal

from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle, in_batches, marks
from mneme.store.memories import LIVE

LinkKind = Literal["duplicate", "association", "part", "next", "conflict", "correction"]


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


def linked(db: Handle, memory: int) -> list[tuple[LinkKind, int, float]]:
    """(kind, other live memory, weight) of every link of a memory, in either direction, strongest first."""
    rows = db.execute(
        f"""SELECT l.kind, m.id, l.weight FROM link l
            JOIN memory m ON m.id = CASE l.from_id WHEN ? THEN l.to_id ELSE l.from_id END AND {LIVE}
            WHERE l.from_id = ? OR l.to_id = ? ORDER BY l.kind, l.weight DESC, m.id""",
        [memory, memory, memory]).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


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
