"""SQLite databases of other programs, opened in memory with what their write-ahead log holds; they can only be read."""

import re
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from mneme.errors import Unreadable
from mneme.expressions import expression
from mneme.messages import _

MAGIC = b"SQLite format 3\x00"
_HEADER, _FRAME = 32, 24  # bytes of the log's header, and of the header before each page in it
_LITTLE, _BIG = 0x377F0682, 0x377F0683  # the log's magic numbers: the byte order its checksums are made in
_STEPS, _CALLS = 100_000, 20_000  # of SQLite's machine between two looks, and looks until a database is given up
_LONGEST_VALUE = 256_000_000  # bytes
_TABLE = expression(rb"""CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:["'`\[])?(\w+)""", re.IGNORECASE)
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})

_FAILURES = (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeDecodeError)  # the last: of SQLite's own words

Row = tuple[Any, ...]


def is_database(head: bytes) -> bool:
    """Whether the first bytes are those of a SQLite database."""
    return head.startswith(MAGIC)


def tables_in(head: bytes) -> frozenset[str]:
    """The names of tables, in lower case, that the first 8 KiB of a database tell; there may be more of them.

    A schema of more than one page, or pages of more than 8 KiB, may put all of them further behind.
    """
    if not is_database(head):
        return frozenset()
    return frozenset(name.decode("ascii", "replace").lower() for name in _TABLE.findall(head))


class Database:
    """The real tables of an opened database. Views, virtual tables and computed columns are as if they were not."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        found = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_master "
                                   "WHERE type = 'table' AND rootpage > 0").fetchall()
        self._columns = {str(name).lower(): self._plain_columns(str(name)) for name, sql in found
                         if not re.match(r"\s*CREATE\s+VIRTUAL", str(sql), re.IGNORECASE)}

    def has(self, **tables: str) -> bool:
        """Whether there is each of these tables, with each of its columns: has(urls="id url title")."""
        return all(set(columns.lower().split()) <= self._columns.get(name.lower(), {}).keys()
                   for name, columns in tables.items())

    def rows(self, table: str, columns: str, after: int | None = None) -> Iterator[Row]:
        """A table's rows in the order of their ids; None for columns (separated by blanks) that it has not.

        `after`: only rows with a higher id. No rows where there is no such table. Raises: Unreadable.
        """
        known = self._columns.get(table.lower())
        if known is None:
            return
        read = ", ".join(known.get(name.lower(), "NULL") for name in columns.split())
        where = "" if after is None else f" WHERE rowid > {after:d}"
        try:
            yield from self._connection.execute(f"SELECT {read} FROM {_quoted(table)}{where} ORDER BY rowid")
        except sqlite3.OperationalError as error:
            if "rowid" not in str(error):  # a table may have been made without ids
                raise _broken() from error
            yield from self._unordered(read, table)
        except _FAILURES as error:
            raise _broken() from error

    def _unordered(self, read: str, table: str) -> Iterator[Row]:
        try:
            yield from self._connection.execute(f"SELECT {read} FROM {_quoted(table)}")
        except _FAILURES as error:
            raise _broken() from error

    def _plain_columns(self, table: str) -> dict[str, str]:
        """Lower-case name -> name in SQL, of columns that hold values of their own."""
        listed = self._connection.execute(f"PRAGMA table_xinfo({_quoted(table)})").fetchall()
        columns = {str(one[1]).lower(): _quoted(str(one[1])) for one in listed if one[6] == 0}
        return {"rowid": "rowid", **columns}


@contextmanager
def opened(data: bytes, log: bytes = b"") -> Iterator[Database]:
    """The database in `data`, with what the write-ahead log beside it has committed. Raises: Unreadable.

    Nothing is ever written to the disk, and nothing in the database is run: no functions, triggers or extensions.
    """
    image = _merged(data, log)
    if not image or not (is_database(data) or log):
        raise _broken()
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    try:
        yield _fenced(connection, image)
    finally:
        connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _broken() -> Unreadable:
    return Unreadable(_("is damaged, or is no database that can be read"))


def _fenced(connection: sqlite3.Connection, image: bytes | bytearray) -> Database:
    """The image, opened without anything that a hostile schema could use. Raises: Unreadable."""
    looks = iter(range(_CALLS))
    connection.set_progress_handler(lambda: next(looks, None) is None, _STEPS)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        connection.deserialize(image)
        for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        database = Database(connection)
        connection.set_authorizer(_only_reading)
    except _FAILURES as error:
        raise _broken() from error
    return database


def _only_reading(action: int, *_details: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


# ------------------------------------------------------------------ the write-ahead log


def _merged(data: bytes, log: bytes) -> bytes | bytearray:
    """The image with every page that the log has committed, marked as a database without a log."""
    pages, count, size = _committed(log)
    if not pages and data[18:20] == b"\x01\x01":
        return data
    image = bytearray(data)
    if 0 < count * size <= len(data) + 16 * len(log):  # more is a lie that would fill the memory
        _resize(image, count * size)
    for number, place in pages.items():
        if number * size <= len(image):
            image[(number - 1) * size:number * size] = log[place:place + size]
    if len(image) > 20:
        image[18:20] = b"\x01\x01"  # file format versions: 2 is "has a write-ahead log", which memory cannot have
    return image


def _resize(image: bytearray, size: int) -> None:
    if len(image) > size:
        del image[size:]
    else:
        image.extend(bytes(size - len(image)))


def _committed(log: bytes) -> tuple[dict[int, int], int, int]:
    """Page number -> where its newest committed content begins in the log; the database's pages; a page's size.

    https://www.sqlite.org/fileformat2.html#walformat: frames count as long as salts and checksums are right, and only
    up to the last one that ends a transaction.
    """
    if len(log) < _HEADER:
        return {}, 0, 0
    magic, _version, size, _sequence, *salts, first, second = struct.unpack(">8I", log[:_HEADER])
    order = {_LITTLE: "<", _BIG: ">"}.get(magic)
    sums = _checksum(log[:24], (0, 0), order) if order else None
    if order is None or sums != (first, second) or size not in [1 << n for n in range(9, 17)]:
        return {}, 0, 0
    return (*_frames(log, size, salts, order, sums), size)


def _frames(log: bytes, size: int, salts: Sequence[int], order: str,
            sums: tuple[int, int]) -> tuple[dict[int, int], int]:
    pages: dict[int, int] = {}
    waiting: dict[int, int] = {}
    count = 0
    for start in range(_HEADER, len(log) - size - _FRAME + 1, size + _FRAME):
        number, committed, *mine, first, second = struct.unpack(">6I", log[start:start + _FRAME])
        page = log[start + _FRAME:start + _FRAME + size]
        sums = _checksum(page, _checksum(log[start:start + 8], sums, order), order)
        if mine != list(salts) or sums != (first, second) or not number:
            break
        waiting[number] = start + _FRAME
        if committed:
            pages.update(waiting)
            waiting.clear()
            count = committed
    return pages, count


def _checksum(data: bytes, start: tuple[int, int], order: str) -> tuple[int, int]:
    one, two = start
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for first, second in zip(words, words, strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
