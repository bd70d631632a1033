"""The queue: places that were found, how far each has come, and why one was left out."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from mneme.store.columns import Handle, Row, instant, marks, micros
from mneme.types import Entry, EntryState

FIRST_RETRY, LAST_RETRY = timedelta(seconds=30), timedelta(days=1)
_SLASH = os.fsencode(os.sep)


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """What the store knows of a place from the last time it was read."""

    id: int
    path: Path
    state: EntryState
    reason: str | None
    size: int
    mtime_ns: int
    digest: bytes | None
    forced: str | None
    read_by: str | None
    cursor: str | None = None
    held: int = 0
    source: int | None = None
    gone_at: int | None = None


def shown(path: Path) -> str:
    """The path for people: bytes that are no text are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


def find(db: Handle, path: Path) -> KnownPlace | None:
    """What is known of a place."""
    rows = db.execute("SELECT * FROM entry WHERE place = ?", [os.fsencode(path)]).fetchall()
    return _known(rows[0]) if rows else None


def at(db: Handle, paths: Sequence[Path]) -> list[int]:
    """The entries of these files, and of what is in these folders, that are not gone."""
    found = [known for path in paths for known in (find(db, path), *below(db, path)) if known is not None]
    return [known.id for known in found if known.state is not EntryState.GONE]


def get(db: Handle, entry: int) -> KnownPlace | None:
    """The place of an entry."""
    rows = db.execute("SELECT * FROM entry WHERE id = ?", [entry]).fetchall()
    return _known(rows[0]) if rows else None


def register(db: Handle, path: Path, now: datetime, source: int | None = None) -> int:
    """The entry of a place, found by `source` (None: named by the owner); a new one waits."""
    known = find(db, path)
    if known is not None:
        if source is not None and known.source != source:
            db.execute("UPDATE entry SET source_id = ? WHERE id = ?", [source, known.id])
        return known.id
    cursor = db.execute(
        "INSERT INTO entry (place, shown, state, updated_at, source_id) VALUES (?, ?, 'waiting', ?, ?)",
        [os.fsencode(path), shown(path), micros(now), source])
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def settle(db: Handle, entry: int, state: EntryState, now: datetime, *, reason: str | None = None,
           size: int | None = None, mtime_ns: int | None = None, digest: bytes | None = None,
           format_name: str | None = None, forced: str | None = None, read_by: str | None = None,
           cursor: str | None = None, held: int | None = None) -> None:
    """Write how far an entry has come; what is not given stays as it was."""
    values = {"size": size, "mtime_ns": mtime_ns, "digest": digest, "format": format_name, "forced": forced,
              "read_by": read_by, "cursor": cursor, "held": held}
    changed = {name: value for name, value in values.items() if value is not None}
    columns = "".join(f", {name} = ?" for name in changed)
    attempt = 0 if state is EntryState.WAITING else 1
    db.execute(f"""UPDATE entry SET state = ?, reason = ?, updated_at = ?, retry_at = NULL,
                   attempts = attempts + ?{columns} WHERE id = ?""",
               [state.value, reason, micros(now), attempt, *changed.values(), entry])


def try_again(db: Handle, entry: int, now: datetime) -> None:
    """Let a failure that may pass be tried again: after half a minute, then ever later, at most a day."""
    attempts = int(db.execute("SELECT attempts FROM entry WHERE id = ?", [entry]).fetchone()[0])
    wait = min(FIRST_RETRY * 2 ** min(attempts, 20), LAST_RETRY)
    db.execute("UPDATE entry SET retry_at = ? WHERE id = ?", [micros(now + wait), entry])


def due(db: Handle, now: datetime) -> list[int]:
    """The entries whose failure is to be tried again by now."""
    return [row[0] for row in db.execute(
        "SELECT id FROM entry WHERE retry_at IS NOT NULL AND retry_at <= ? AND state = 'failed'",
        [micros(now)]).fetchall()]


def drop(db: Handle, entry: int) -> None:
    """Take an entry without items out of the queue; conversations that others hold parts of go to one of them."""
    db.execute("""UPDATE thread SET entry_id = (SELECT min(i.entry_id) FROM item i WHERE i.thread_id = thread.id)
                  WHERE entry_id = ? AND EXISTS (SELECT 1 FROM item i WHERE i.thread_id = thread.id)""", [entry])
    db.execute("DELETE FROM thread WHERE entry_id = ?", [entry])
    db.execute("DELETE FROM entry WHERE id = ?", [entry])


def below(db: Handle, folder: Path) -> list[KnownPlace]:
    """Every known place in a folder, at any depth, that is not gone already."""
    begin = os.fsencode(folder).rstrip(_SLASH) + _SLASH
    rows = db.execute("SELECT * FROM entry WHERE place >= ? AND place < ? AND state <> 'gone' ORDER BY place",
                      [begin, begin[:-1] + bytes([_SLASH[0] + 1])]).fetchall()
    return [_known(row) for row in rows]


def within(db: Handle, folder: Path) -> list[int]:
    """The ids of all places in a folder, at any depth, those that are gone as well."""
    begin = os.fsencode(folder).rstrip(_SLASH) + _SLASH
    rows = db.execute("SELECT id FROM entry WHERE place >= ? AND place < ? ORDER BY id",
                      [begin, begin[:-1] + bytes([_SLASH[0] + 1])]).fetchall()
    return [row[0] for row in rows]


def any_within(db: Handle, folder: Path) -> bool:
    """Whether anything in a folder is known."""
    begin = os.fsencode(folder).rstrip(_SLASH) + _SLASH
    return db.execute("SELECT 1 FROM entry WHERE place >= ? AND place < ? LIMIT 1",
                      [begin, begin[:-1] + bytes([_SLASH[0] + 1])]).fetchone() is not None


def vanish(db: Handle, entry: int, now: datetime) -> bool:
    """A place is no longer there: what it held stays, and the entry says so; one that held nothing goes.

    Whether it held anything.
    """
    if not db.execute("SELECT 1 FROM item WHERE entry_id = ? LIMIT 1", [entry]).fetchone():
        drop(db, entry)
        return False
    db.execute("""UPDATE entry SET state = 'gone', reason = NULL, gone_at = ?, updated_at = ?, retry_at = NULL,
                  mtime_ns = 0 WHERE id = ?""", [micros(now), micros(now), entry])
    return True


def twins(db: Handle, digest: bytes, entry: int) -> list[KnownPlace]:
    """Other places that had these very bytes when they were read: one that is not there any more was renamed."""
    rows = db.execute(
        "SELECT * FROM entry WHERE digest = ? AND id <> ? AND held > 0 ORDER BY gone_at DESC, id LIMIT 20",
        [digest, entry]).fetchall()
    return [_known(row) for row in rows]


def move(db: Handle, entry: int, onto: int, now: datetime) -> None:
    """Entry `entry` takes the place of `onto`, which holds nothing and goes: a file was renamed."""
    place, name, source = db.execute("SELECT place, shown, source_id FROM entry WHERE id = ?", [onto]).fetchone()
    drop(db, onto)
    db.execute("UPDATE entry SET was = shown, renamed_at = ?, place = ?, shown = ?, source_id = ? WHERE id = ?",
               [micros(now), place, name, source, entry])


def in_states(db: Handle, states: Iterable[EntryState], offset: int = 0, limit: int = -1) -> list[Entry]:
    """Entries in the given states (all for none), latest first."""
    wanted = [state.value for state in states]
    where = f"WHERE n.state IN ({marks(wanted)})" if wanted else ""
    rows = db.execute(
        f"""SELECT n.id, n.shown, n.state, n.reason, n.updated_at,
                   (SELECT count(*) FROM item i WHERE i.entry_id = n.id AND i.retired_at IS NULL) AS items
            FROM entry n {where} ORDER BY n.updated_at DESC, n.id DESC LIMIT ? OFFSET ?""",
        [*wanted, limit, offset]).fetchall()
    return [Entry(r["id"], r["shown"], EntryState(r["state"]), r["reason"], r["items"], instant(r["updated_at"]))
            for r in rows]


def places(db: Handle, states: Sequence[EntryState], ids: Sequence[int] | None = None) -> list[KnownPlace]:
    """The places in the given states, oldest first; only those among `ids` where given."""
    rows = db.execute(f"SELECT * FROM entry WHERE state IN ({marks(states)}) ORDER BY id",
                      [state.value for state in states]).fetchall()
    wanted = None if ids is None else set(ids)
    return [_known(row) for row in rows if wanted is None or row["id"] in wanted]


def counts(db: Handle) -> dict[EntryState, int]:
    """How many entries are in each state."""
    rows = db.execute("SELECT state, count(*) AS n FROM entry GROUP BY state").fetchall()
    return {EntryState(row["state"]): row["n"] for row in rows}


def _known(row: Row) -> KnownPlace:
    return KnownPlace(
        id=row["id"], path=Path(os.fsdecode(row["place"])), state=EntryState(row["state"]),
        reason=row["reason"], size=row["size"], mtime_ns=row["mtime_ns"], digest=row["digest"],
        forced=row["forced"], read_by=row["read_by"], cursor=row["cursor"], held=row["held"],
        source=row["source_id"], gone_at=row["gone_at"])
