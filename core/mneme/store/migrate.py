"""Bringing a store's schema up to date: numbered SQL scripts, forward only, a backup first, all or nothing."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import sqlite_utils

from mneme.clock import Clock
from mneme.errors import StoreTooNew
from mneme.expressions import expression
from mneme.messages import _
from mneme.store.driver import copy_into, transact
from mneme.store.places import file_errors, make_private_folder

APPLICATION_ID = 0x4D6E656D  # "Mnem", in the file's header: tells our stores from other programs' databases
KEEP_BACKUPS = 3
BACKUPS = "backups"  # the folder beside the store

_FILE_NAME = expression(r"(\d{4})_(\w+)\.sql")
_BACKUP_NAME = expression(r".+-v\d+-(\d{8}T\d{6}Z(?:-\d+)?)\.db")


@dataclass(frozen=True, slots=True)
class Migration:
    """A step of the schema: `number` counts from 1, `sql` is a script of statements without BEGIN and COMMIT."""

    number: int
    name: str
    sql: str


def read_migrations() -> tuple[Migration, ...]:
    """The steps that ship with the package (`schema/NNNN_name.sql`), in order."""
    found = []
    for file in (resources.files("mneme.store") / "schema").iterdir():
        name = _FILE_NAME.fullmatch(file.name)
        if name:
            found.append(Migration(int(name[1]), name[2], file.read_text("utf-8")))
    return checked(found)


def checked(steps: Sequence[Migration]) -> tuple[Migration, ...]:
    """The steps in order. Raises: ValueError unless they are numbered 1, 2, 3 …"""
    ordered = tuple(sorted(steps, key=lambda step: step.number))
    if [step.number for step in ordered] != list(range(1, len(ordered) + 1)):
        raise ValueError(f"migrations are not numbered from 1 on: {[step.number for step in ordered]}")
    return ordered


def version_of(db: sqlite_utils.Database) -> int:
    """The number of the last step that the file has taken; 0 for an empty file."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite_utils.Database, steps: Sequence[Migration], path: Path, clock: Clock) -> None:
    """Take the steps that are missing, in one transaction with their record; a store with content is copied first.

    `db` is the writing connection of the file `path`, outside a transaction. Raises: StoreTooNew; DiskFull or
    StoreError where the backup cannot be written; the driver's errors. Then the file is as it was.
    """
    ordered = checked(steps)
    version = version_of(db)
    refuse_newer(version, len(ordered), path)
    if version == len(ordered):
        return
    if version > 0:
        back_up(db.conn, path, version, clock)
    # A step may rebuild a table that others refer to; what refers to nothing is found before the commit.
    db.execute("PRAGMA foreign_keys = OFF")
    transact(db, lambda handle: _take(handle, ordered, path))


def refuse_newer(version: int, newest: int, path: Path) -> None:
    """Raises: StoreTooNew if the file has taken steps that this program does not know."""
    if version > newest:
        raise StoreTooNew(
            _("The store {file} was written by a newer Mneme (its schema is {version}, this one knows {newest})."
              ).format(file=path, version=version, newest=newest),
            _("Install the newer version again; nothing was changed."))


def back_up(conn: sqlite3.Connection, path: Path, version: int, clock: Clock) -> Path:
    """Copy the store into the folder `backups` beside it, and let the oldest copies but three go. The copy's path."""
    folder = path.parent / BACKUPS
    with file_errors(folder):
        make_private_folder(folder)
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    target = _free_name(folder, f"{path.stem}-v{version}-{stamp}")
    copy_into(conn, target)
    for old in backups(path)[KEEP_BACKUPS:]:
        with suppress(OSError):
            old.unlink()
    return target


def backups(path: Path) -> list[Path]:
    """The copies of the store at `path` that `back_up` made, newest first.

    They are under the key, and hold the memories, of their time: whoever erases or changes keys minds them.
    """
    found = ((_BACKUP_NAME.fullmatch(file.name), file) for file in (path.parent / BACKUPS).glob(f"{path.stem}-v*.db"))
    return [file for name, file in sorted(((name[1], file) for name, file in found if name), reverse=True)]


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL script, each with its semicolon; triggers and comments stay whole."""
    buffer = ""
    for piece in f"{script}\n".split(";"):
        buffer += piece + ";"
        if sqlite3.complete_statement(buffer):
            yield buffer
            buffer = ""
    if buffer:
        raise ValueError(f"the script ends inside a statement: {buffer[:80]!r}")


def _take(db: sqlite_utils.Database, steps: Sequence[Migration], path: Path) -> None:
    version = version_of(db)  # again, under the lock: another process may have been quicker
    refuse_newer(version, len(steps), path)
    for step in steps[version:]:
        for statement in statements(step.sql):
            db.conn.execute(statement)
        db.conn.execute(f"PRAGMA user_version = {step.number}")
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    broken = db.conn.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"a migration left {len(broken)} rows that refer to nothing")


def _free_name(folder: Path, stem: str) -> Path:
    path, n = folder / f"{stem}.db", 1
    while path.exists():
        n += 1
        path = folder / f"{stem}-{n}.db"
    return path
