"""What becomes of memories whose file is gone, where their owner wants them gone too, and when the file is back."""

from datetime import datetime

from mneme.store import acts, changes
from mneme.store.columns import Handle, micros
from mneme.store.entries import KnownPlace

_OF_ENTRY = """SELECT m.id FROM memory m JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
    JOIN item i ON i.id = e.item_id WHERE i.entry_id = ? AND i.retired_at IS NULL AND m.kind = 'passage'
    AND m.retired_at IS NULL"""


def bin_entry(db: Handle, entry: int, now: datetime) -> int:
    """Put what a place held in the bin, at the moment at which it was found gone; how many memories."""
    live = [row[0] for row in db.execute(f"{_OF_ENTRY} AND m.forgotten_at IS NULL", [entry]).fetchall()]
    return _forgotten(db, "gone", live, now)


def take_back(db: Handle, known: KnownPlace, now: datetime) -> None:
    """A place is there again: what went to the bin with it comes out."""
    if known.gone_at is None:
        return
    gone = [row[0] for row in db.execute(f"{_OF_ENTRY} AND m.forgotten_at = ?", [known.id, known.gone_at]).fetchall()]
    changes.within(db, "back again", "owner", now, lambda made: acts.restore(db, made, gone))
    db.execute("UPDATE entry SET gone_at = NULL WHERE id = ?", [known.id])


def bin_overdue(db: Handle, source: int, before: datetime, now: datetime, most: int = 500) -> int:
    """Put in the bin what a source gave before a moment; pinned memories stay. How many memories."""
    old = [row[0] for row in db.execute(
        """SELECT m.id FROM entry n JOIN item i ON i.entry_id = n.id
           JOIN evidence e ON e.item_id = i.id AND e.ordinal = 0 JOIN memory m ON m.id = e.memory_id
           WHERE n.source_id = ? AND m.kind = 'passage' AND m.retired_at IS NULL AND m.forgotten_at IS NULL
             AND NOT m.pinned AND coalesce(m.happened_at, m.recorded_at) < ? ORDER BY m.id LIMIT ?""",
        [source, micros(before), most]).fetchall()]
    return _forgotten(db, "kept long enough", old, now)


def _forgotten(db: Handle, what: str, memories: list[int], now: datetime) -> int:
    changes.within(db, what, "owner", now, lambda made: acts.forget(db, made, memories))
    return len(memories)
