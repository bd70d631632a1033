"""One open store: a writer thread with BEGIN IMMEDIATE, a read-only connection for each reading thread."""

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import sqlite_utils

from mneme.clock import Clock
from mneme.errors import StoreError, WrongKey
from mneme.messages import _
from mneme.store import driver as drivers
from mneme.store import forgetting, migrate
from mneme.store.driver import DatabaseError, Driver, Functions, Row, connect, copy_into, transact, translated
from mneme.store.migrate import Migration
from mneme.store.places import file_errors, make_private_file, make_private_folder, tighten

T = TypeVar("T")
Parameters = Sequence[object] | Mapping[str, object]

BUSY_SECONDS = 30.0


class _Reader:
    """A thread's read-only connection; the lock keeps close() from pulling it away in the middle of a query."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.lock = threading.RLock()
        self.db = sqlite_utils.Database(conn, execute_plugins=False)
        self.reading = False
        # A thread's locals die with it, and its connection must not outlive them.
        self.close = weakref.finalize(self, conn.close)


class Database:
    """An open store. Every method may be called from any thread, except that `write` does not nest."""

    def __init__(self, path: Path, key: bytes | None, driver: Driver, functions: Functions,
                 busy_seconds: float) -> None:
        """Not for callers: see `open`."""
        self.path = path
        self.encrypted = key is not None
        self.secure_delete = False
        self._key = key
        self._driver = driver
        self._functions = functions
        self._busy_seconds = busy_seconds
        self._local = threading.local()
        self._readers: weakref.WeakSet[_Reader] = weakref.WeakSet()
        self._gate = threading.Lock()  # over the set of readers, the key and `_closed`
        self._closed = False
        self._writer_thread = ThreadPoolExecutor(1, "mneme-writer", self._become_writer)
        self._writer_ident = 0
        self._writer: sqlite_utils.Database

    @classmethod
    def open(cls, path: Path, key: bytes | None, *, migrations: Sequence[Migration] | None = None, clock: Clock,
             functions: Functions | None = None, driver: Driver | None = None,
             busy_seconds: float = BUSY_SECONDS) -> "Database":
        """Open the store at `path`, making it where there is none, and bring its schema up to date.

        `key`: 32 bytes, or None for a store without encryption. `migrations`: those of the package unless given.
        `functions`: SQL functions by name, on every connection. `driver`: the best one unless given.
        Raises: WrongKey, StoreDamaged, StoreTooNew (the file is left as it was), StoreBusy, DiskFull, StoreError.
        """
        steps = migrate.read_migrations() if migrations is None else migrations
        chosen = driver or drivers.best_driver()
        new = _prepare_file(path)
        if not new:
            _refuse_foreign(path, key, chosen, steps, busy_seconds)
        database = cls(path, key, chosen, {**forgetting.FUNCTIONS, **(functions or {})}, busy_seconds)
        try:
            database._on_writer(lambda: database._start(steps, clock))
        except BaseException:
            database.close()
            raise
        return database

    # ------------------------------------------------------------------ writing

    def write(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        """Run `work` on the writer thread in one transaction, and return what it returns (no open cursors).

        Any exception rolls back and is raised here. Raises: StoreBusy, DiskFull, StoreDamaged, StoreError.
        """
        return self._on_writer(lambda: transact(self._writer, work))

    def data_version(self) -> int:
        """A number that changes when another process has committed (not when this one has)."""
        return self._on_writer(lambda: int(self._writer.execute("PRAGMA data_version").fetchone()[0]))

    def state(self) -> tuple[int, int]:
        """Two numbers, one of which changes whenever anybody has written."""
        return self._on_writer(lambda: (int(self._writer.execute("PRAGMA data_version").fetchone()[0]),
                                        int(self._writer.conn.total_changes)))

    def checkpoint(self) -> None:
        """Move the WAL into the file and truncate it, unless a reader or another process holds on to it."""
        self._on_writer(self._checkpoint)

    def vacuum(self) -> None:
        """Rewrite the file without free pages. It takes memory for a second copy (temp_store is memory)."""
        self._on_writer(self._vacuum)

    def rekey(self, new: bytes) -> None:
        """Encrypt the whole store with another key, in one transaction.

        Raises: StoreBusy if another process has the store open, which would be left with the old key.
        """
        if self._key is None:
            raise StoreError(_("This store is not encrypted; it has no key to change."))
        with self._gate:
            self._close_readers()
            self._on_writer(lambda: self._rekey(new))

    def copy_to(self, path: Path) -> None:
        """Write a whole and compact copy to `path` (under the same key), which appears only when complete.

        Raises: DiskFull, StoreError.
        """
        with translated(self.path):
            conn = self._connect("ro")
            try:
                copy_into(conn, path)
            finally:
                conn.close()

    # ------------------------------------------------------------------ reading

    def query(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a SELECT, from this thread's read-only connection."""
        with self._reading() as reader, translated(self.path, reading=True):
            return list(reader.db.conn.execute(sql, parameters))

    @contextmanager
    def reader(self) -> Iterator[sqlite_utils.Database]:
        """This thread's read-only connection in one read transaction: every SELECT sees the same state.

        The state is that of the first SELECT. Nested calls, and `query` inside, join the transaction.
        """
        with self._reading() as reader, translated(self.path, reading=True):
            if reader.reading:
                yield reader.db
                return
            reader.db.conn.execute("BEGIN")
            reader.reading = True
            try:
                yield reader.db
            finally:
                reader.reading = False
                reader.db.conn.rollback()

    def close(self) -> None:
        """Wait for the write in hand and the queries under way, then let the file go. Safe to call twice."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._close_readers()
        self._writer_thread.submit(self._close_writer).result()
        self._writer_thread.shutdown()
        self._key = None  # nothing is opened any more

    # ------------------------------------------------------------------ on the writer thread

    def _become_writer(self) -> None:
        self._writer_ident = threading.get_ident()

    def _on_writer(self, job: Callable[[], T]) -> T:
        if threading.get_ident() == self._writer_ident:
            raise RuntimeError("write() was called inside write(): it would wait for itself")
        with translated(self.path):
            return self._writer_thread.submit(job).result()

    def _start(self, steps: Sequence[Migration], clock: Clock) -> None:
        conn = self._connect("rw")
        self._writer = sqlite_utils.Database(conn, execute_plugins=False)
        self._use_wal()
        # FULL: a commit the owner was told of (an erasure!) survives a power cut. NORMAL would survive kill -9
        # as well, and saves one fsync a commit (0.3 ms on an SSD), but a power cut could undo the last commits.
        conn.execute("PRAGMA synchronous = FULL")
        self.secure_delete = conn.execute("PRAGMA secure_delete = ON").fetchone()[0] == 1
        migrate.migrate(self._writer, steps, self.path, clock)
        conn.execute("PRAGMA foreign_keys = ON")

    def _use_wal(self) -> None:
        mode = self._writer.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StoreError(_("{folder} is on a disk that cannot hold a store.").format(folder=self.path.parent),
                             _("Keep the profile in a folder on a disk of this computer."))

    def _checkpoint(self) -> None:
        with suppress(*drivers.OperationalError):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _vacuum(self) -> None:
        self._writer.execute("VACUUM")
        self._checkpoint()

    def _rekey(self, new: bytes) -> None:
        # Leaving WAL succeeds only for the one connection there is; the exclusive lock is then kept until the
        # end, and a rollback journal makes the change whole or nothing if the process dies.
        conn = self._writer.conn
        conn.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            conn.execute("PRAGMA journal_mode = DELETE").fetchall()
            conn.execute(f"PRAGMA rekey = {drivers.key_literal(new)}").fetchall()
            self._key = new
        finally:
            conn.execute("PRAGMA locking_mode = NORMAL")
            self._use_wal()

    def _close_writer(self) -> None:
        if not hasattr(self, "_writer"):  # it never opened
            return
        with suppress(*DatabaseError):  # what is wrong with the file was said where it mattered
            self._checkpoint()
        self._writer.conn.close()

    # ------------------------------------------------------------------ connections

    def _connect(self, mode: drivers.Mode) -> sqlite3.Connection:
        conn = connect(self._driver, self.path, self._key, mode, busy_seconds=self._busy_seconds,
                       functions=self._functions)
        conn.execute("PRAGMA temp_store = MEMORY")  # nothing unencrypted in temporary files
        conn.execute("PRAGMA cache_size = -16000")  # KiB: a search reads thousands of vectors by id
        return conn

    @contextmanager
    def _reading(self) -> Iterator[_Reader]:
        while True:
            reader = self._reader_of_thread()
            with reader.lock:
                if reader.close.alive:
                    yield reader
                    return
            self._local.reader = None  # close() or rekey() came first

    def _reader_of_thread(self) -> _Reader:
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is not None:
            return reader
        with self._gate:
            if self._closed:
                raise RuntimeError("the store is closed")
            with translated(self.path):
                conn = self._connect("ro")
            conn.execute("PRAGMA query_only = ON")
            reader = self._local.reader = _Reader(conn)
            self._readers.add(reader)
            return reader

    def _close_readers(self) -> None:
        for reader in list(self._readers):
            with reader.lock:
                reader.close()
        self._readers.clear()


# ------------------------------------------------------------------ before anything is touched


def _prepare_file(path: Path) -> bool:
    """Make folder and file where there are none; whether the store is still empty. Raises: StoreError, DiskFull."""
    with file_errors(path):
        make_private_folder(path.parent)
        if make_private_file(path):
            return True
        tighten(path)
        if path.stat().st_size:
            return False
        if _has_wal(path):
            raise drivers.damaged(path)
        return True


def _refuse_foreign(path: Path, key: bytes | None, driver: Driver, steps: Sequence[Migration],
                    busy_seconds: float) -> None:
    """Look at an existing file without changing it.

    Raises: WrongKey, StoreDamaged, StoreTooNew, StoreBusy; StoreError for another program's database.
    """
    # A WAL with content is left to the read-only probe: closing the last connection that may write would move it
    # into the file. Without one the writing probe is the cleaner: a read-only one would leave an empty WAL behind.
    mode: drivers.Mode = "ro" if _has_wal(path) else "rw"
    try:
        conn = connect(driver, path, key, mode, busy_seconds=busy_seconds)
        try:
            tables = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            application = conn.execute("PRAGMA application_id").fetchone()[0]
            version = conn.execute("PRAGMA user_version").fetchone()[0]
        finally:
            conn.close()
    except DatabaseError as error:
        known = _why_unreadable(path, key) if drivers.not_a_database(error) else drivers.known_error(error, path)
        if known is None:
            raise
        raise known from error
    if application != migrate.APPLICATION_ID and (tables or version):
        raise StoreError(_("{file} is a database of another program.").format(file=path),
                         _("Choose another folder for the profile; nothing was changed."))
    migrate.refuse_newer(version, max((step.number for step in steps), default=0), path)


def _why_unreadable(path: Path, key: bytes | None) -> StoreError:
    """Why the first page cannot be read: not encrypted, encrypted, the wrong key, or damaged."""
    if drivers.is_plain(path):
        return drivers.damaged(path) if key is None else WrongKey(
            _("The store {file} is not encrypted, but there is a key for it.").format(file=path),
            _("See that the profile's folder holds the files that belong together."))
    if key is None:
        return WrongKey(_("The store {file} is encrypted, and there is no key for it.").format(file=path),
                        _("`mneme key restore` brings the key back from the recovery key."))
    if path.stat().st_size < drivers.PAGE or drivers.fits_some_page(path, key):
        return drivers.damaged(path)
    return WrongKey(_("The key does not fit the store {file}, or the file is damaged at its beginning."
                      ).format(file=path),
                    _("`mneme key restore` brings the key back from the recovery key."))


def _has_wal(path: Path) -> bool:
    wal = path.with_name(path.name + "-wal")
    return wal.exists() and wal.stat().st_size > 0
