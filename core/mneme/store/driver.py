"""Which SQLite the store runs on, and how a connection to it is made: SQLCipher, or the standard library's."""

import hashlib
import hmac
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import sqlite_utils
import sqlite_utils.db
import sqlite_utils.utils

from mneme.errors import DiskFull, KnownError, StoreBusy, StoreDamaged, StoreError
from mneme.messages import _
from mneme.store.places import file_errors, make_private_file, put_in_place

try:
    from sqlcipher3 import dbapi2 as sqlcipher
except ImportError:  # no wheel for this platform: the store is kept in plain SQLite, and the owner is told
    sqlcipher = None

T = TypeVar("T")
Mode = Literal["ro", "rw", "rwc"]
Functions = Mapping[str, Callable[..., str | bytes | int | float | None]]

KEY_BYTES = 32
PAGE = 4096  # SQLCipher 4's page size
PLAIN_HEADER = b"SQLite format 3\0"

_MODULES = (sqlite3,) if sqlcipher is None else (sqlite3, sqlcipher)
DatabaseError = tuple(module.DatabaseError for module in _MODULES)
OperationalError = tuple(module.OperationalError for module in _MODULES)
IntegrityError = tuple(module.IntegrityError for module in _MODULES)

# Primary result codes of SQLite (https://sqlite.org/rescode.html).
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 26


class Row(Protocol):
    """A row of either driver: columns by name or by place."""

    def __getitem__(self, key: str | int, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...

    def __len__(self) -> int: ...

    def keys(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Driver:
    """A DB-API module for SQLite, and whether it can encrypt."""

    module: Any
    encrypts: bool


STANDARD = Driver(sqlite3, encrypts=False)


def sqlcipher_available() -> bool:
    """Whether this installation can encrypt the store."""
    return sqlcipher is not None


def best_driver() -> Driver:
    """SQLCipher where it is installed, with sqlite-utils taught its exceptions; else the standard library.

    A process keeps to one driver: sqlite-utils catches the errors of one module alone.
    """
    if sqlcipher is None:
        return STANDARD
    teach_sqlite_utils()
    return Driver(sqlcipher, encrypts=True)


def teach_sqlite_utils() -> None:
    """Make sqlite-utils catch SQLCipher's errors, where it would know `sqlite3.*` alone. Doing it twice is harmless."""
    for module in (sqlite_utils.db, sqlite_utils.utils):
        module.sqlite3 = sqlcipher  # type: ignore[attr-defined]
        module.OperationalError = sqlcipher.OperationalError  # type: ignore[attr-defined]


def connect(driver: Driver, path: Path, key: bytes | None, mode: Mode, *, busy_seconds: float,
            functions: Functions | None = None) -> sqlite3.Connection:
    """A connection in autocommit mode, with the key given and nothing read yet.

    It may be closed by another thread than the one that uses it (never at the same time).
    Raises: the driver's errors; StoreError where a key is given to a driver that cannot encrypt.
    """
    if key is not None and not driver.encrypts:
        raise StoreError(_("This installation of Mneme cannot open encrypted stores."),
                         _("Install the package sqlcipher3 for this Python."))
    conn: sqlite3.Connection = driver.module.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=busy_seconds,
        check_same_thread=False)
    conn.row_factory = driver.module.Row
    if key is not None:
        # The log level comes first, or SQLCipher prints about a wrong key on standard error. Its
        # cipher_memory_security stays off: it slows every page, and the key lies in Python's memory anyway.
        conn.execute("PRAGMA cipher_log_level = NONE")
        conn.execute(f"PRAGMA key = {key_literal(key)}")
    for name, function in (functions or {}).items():
        conn.create_function(name, -1, function, deterministic=True)
    return conn


def key_literal(key: bytes) -> str:
    """The key as SQL for `PRAGMA key`: raw, so that SQLCipher derives nothing from it and opens at once."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a store's key has {KEY_BYTES} bytes, not {len(key)}")
    return f"\"x'{key.hex()}'\""


def transact(db: sqlite_utils.Database, work: Callable[[sqlite_utils.Database], T]) -> T:
    """Run `work` between BEGIN IMMEDIATE and COMMIT; any exception rolls back and goes on to the caller.

    IMMEDIATE takes the write lock before anything is read: a deferred transaction that reads first fails at once
    beside another writer, however long the busy timeout (https://sqlite.org/lang_transaction.html).
    """
    conn = db.conn
    conn.execute("BEGIN IMMEDIATE")
    try:
        result = work(db)
        if not conn.in_transaction:
            raise RuntimeError("the work ended the transaction that it was given")
        conn.execute("COMMIT")
    except BaseException:
        conn.rollback()
        raise
    return result


def copy_into(conn: sqlite3.Connection, path: Path) -> None:
    """Write a compact copy of the database (same key) to `path`, which appears only when it is complete.

    Raises: the driver's errors; DiskFull, StoreError for the file.
    """
    partial = path.with_name(path.name + ".part")
    with file_errors(path):
        partial.unlink(missing_ok=True)
        make_private_file(partial)  # or VACUUM INTO would make it with the umask's mode
        try:
            conn.execute("VACUUM INTO ?", (str(partial),))
            put_in_place(partial, path)
        finally:
            partial.unlink(missing_ok=True)


def is_plain(path: Path) -> bool:
    """Whether the file begins as an unencrypted SQLite database does."""
    with path.open("rb") as file:
        return file.read(len(PLAIN_HEADER)) == PLAIN_HEADER


def opens(path: Path, key: bytes) -> bool:
    """Whether the store at `path` can be read with `key`; a change of key that was cut off is rolled back first.

    Raises: StoreDamaged, StoreBusy, StoreError for what else can be wrong with the file.
    """
    with translated(path):
        conn = connect(best_driver(), path, key, "rw", busy_seconds=5.0)
        try:
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except DatabaseError as error:
            if not_a_database(error):
                return False
            raise
        finally:
            conn.close()
    return True


def fits_some_page(path: Path, key: bytes, pages: int = 64) -> bool:
    """Whether `key` authenticates any of the first pages: then the key is right, though the file does not open.

    SQLCipher 4 (https://www.zetetic.net/sqlcipher/design/): the last 64 bytes of a page are an HMAC-SHA512
    over what stands before them and the page's number; its key comes from the store's key by two rounds of
    PBKDF2 with the salt (the file's first 16 bytes) XOR 0x3a.
    """
    with path.open("rb") as file:
        data = file.read(PAGE * pages)
    salt = bytes(byte ^ 0x3A for byte in data[:16])
    hmac_key = hashlib.pbkdf2_hmac("sha512", key, salt, 2, KEY_BYTES)
    return any(_authentic(hmac_key, data[at:at + PAGE], at // PAGE + 1)
               for at in range(0, len(data) - PAGE + 1, PAGE))


def _authentic(hmac_key: bytes, page: bytes, number: int) -> bool:
    content = page[16 if number == 1 else 0:-64]
    tag = hmac.new(hmac_key, content + number.to_bytes(4, "little"), "sha512").digest()
    return hmac.compare_digest(tag, page[-64:])


def result_code(error: BaseException) -> int:
    """SQLite's primary result code of a driver's error, 0 if it carries none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


@contextmanager
def translated(path: Path, *, reading: bool = False) -> Iterator[None]:
    """Turn the driver's errors that can happen to anybody's file into sentences; a reader that writes is a bug."""
    try:
        yield
    except DatabaseError as error:
        known = known_error(error, path)
        if known is None or (reading and result_code(error) == _READONLY):
            raise
        raise known from error


def not_a_database(error: BaseException) -> bool:
    """Whether the first page could not be read: a wrong key, or something that is no database."""
    return result_code(error) == _NOTADB


def known_error(error: BaseException, path: Path) -> KnownError | None:
    """The sentence for what can happen to anybody's file; None for an error that is a bug."""
    code = result_code(error)
    if code in (_BUSY, _LOCKED):
        return StoreBusy(_("Another program has kept {file} locked for too long.").format(file=path),
                         _("Close other windows of Mneme, and try again."))
    if code == _FULL:
        return disk_full(path)
    if code in (_CORRUPT, _NOTADB):
        return damaged(path)
    if code in (_READONLY, _CANTOPEN):
        return not_writable(path)
    if code == _IOERR:
        return StoreError(_("The disk failed while {file} was in use.").format(file=path),
                          _("See that the disk is connected and has free space, and try again."))
    return None


def damaged(path: Path) -> StoreDamaged:
    """The sentence for a file whose pages cannot be trusted."""
    return StoreDamaged(_("The store {file} is damaged.").format(file=path),
                        _("Put a backup in its place; keep the damaged file until that is done."))


def disk_full(path: Path) -> DiskFull:
    """The sentence for a write that found no room."""
    return DiskFull(_("There is no space left on the disk of {file}; nothing was changed.").format(file=path),
                    _("Free some space, and try again."))


def not_writable(path: Path) -> StoreError:
    """The sentence for a file or folder that this account may not write."""
    return StoreError(_("{file} cannot be opened for writing.").format(file=path),
                      _("See that the folder {folder} belongs to your account and is not read-only.").format(
                          folder=path.parent))
