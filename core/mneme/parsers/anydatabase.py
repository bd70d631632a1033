"""SQLite databases of which neither first bytes nor name tell the program: looked into, and read by whom they fit."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from mneme.errors import Skipped
from mneme.messages import _
from mneme.parsers.databases import Database, is_database, opened
from mneme.ports import Parsed, ParseInput


class DatabaseReader(Protocol):
    """A parser of databases that can say whether one is its own once it is open."""

    def fits(self, database: Database) -> bool:
        """Whether it has the tables that this reader reads."""
        ...

    def read(self, database: Database, source: ParseInput) -> Iterator[Parsed]:
        """What an opened database holds. Raises: Unreadable."""
        ...


class AnyDatabase:
    """.db, .sqlite: a copy under another name, or one whose schema lies further behind. Others are left out."""

    format = "database"
    suffixes = frozenset({".db", ".sqlite", ".sqlite3", ".sqlitedb"})
    isolated = True

    def readers(self) -> Sequence[DatabaseReader]:
        """Who is asked whether a database is theirs; `all` knows them."""
        return ()

    def recognises(self, head: bytes, name: str) -> float:
        return 0.3 if is_database(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        with opened(source.data, source.wal) as database:
            for reader in self.readers():
                if reader.fits(database):
                    yield from reader.read(database, source)
                    return
        raise Skipped(_("is a database of a program that Mneme does not know"))
