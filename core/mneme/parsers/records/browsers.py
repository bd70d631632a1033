"""What browsers keep in databases: visits of Firefox, Chromium and Safari, and Firefox's bookmarks."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from math import inf
from typing import ClassVar

from mneme.parsers.chats.chatting import moment_at, number_of, text_of
from mneme.parsers.databases import Database, is_database, opened, tables_in
from mneme.parsers.records.visits import Folder, Visit, by_day, day_of, of_folders, shown
from mneme.ports import Parsed, ParseInput
from mneme.types import Document, Mark

_SUB_FRAMES = (3, 4)  # Chromium's page transitions: what a page loads into itself
_CHAIN, _CHAIN_END = 0xF0000000, 0x20000000  # of redirects only the page where they ended was seen
_EMBEDDED = (4, 8)  # Firefox's visit types: content and links in a frame
_FIREFOX_TAGS = "tags________"  # the guid of the folder that holds a folder for each tag
_CHROMIUM_EPOCH, _APPLE_EPOCH = -11_644_473_600, 978_307_200  # 1601 and 2001, in seconds from 1970
_DEEPEST = 50
_DAY = 86_400 + 7_200  # seconds; no day on any clock is longer


@dataclass(frozen=True, slots=True)
class _Row:
    """A visit as it stands there: its time as kept, and in seconds; no address: it was no page that people saw."""

    number: int
    kept: int
    seconds: float
    url: object
    title: object


class _History:
    """A database of visits. The cursor is the last visit's id and time; days with later ones are given whole."""

    format: ClassVar[str]
    suffixes: frozenset[str] = frozenset()
    isolated = True
    _names: ClassVar[tuple[str, ...]]  # the files' names, where the first 8 KiB do not show the tables
    _needs: ClassVar[dict[str, str]]

    def recognises(self, head: bytes, name: str) -> float:
        if self._needs.keys() <= tables_in(head):
            return 0.95
        return 0.9 if is_database(head) and name.lower() in self._names else 0.0

    def fits(self, database: Database) -> bool:
        return database.has(**self._needs)

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        with opened(source.data, source.wal) as database:
            yield from self.read(database, source)

    def read(self, database: Database, source: ParseInput) -> Iterator[Parsed]:
        """What an opened database holds. Raises: Unreadable."""
        zone, rows = source.clock.zone(), list(self._visits(database))
        since = _since(source.since)
        if since not in ((row.number, row.kept) for row in rows):
            since = (-1, -1)
        earliest = min((row.seconds for row in rows if row.number > since[0]), default=inf) - _DAY
        seen = list(_seen(rows, zone, earliest))
        new = {day_of(visit.at) for number, visit in seen if number > since[0]}
        yield from by_day(visit for _number, visit in seen if day_of(visit.at) in new)
        yield from self._kept(database, zone)
        last = max(rows, key=lambda row: row.number, default=None)
        yield Mark(f"{last.number} {last.kept}" if last else "")

    def _visits(self, database: Database) -> Iterator[_Row]:
        raise NotImplementedError

    def _kept(self, database: Database, zone: tzinfo) -> Iterator[Document]:
        return iter(())


def _since(cursor: str | None) -> tuple[int, int]:
    number, _blank, time = (cursor or "").partition(" ")
    return (int(number), int(time)) if number.isdecimal() and time.isdecimal() else (-1, -1)


def _row(number: object, kept: object, seconds: Callable[[float], float], url: object, title: object) -> Iterator[_Row]:
    if isinstance(number, int) and isinstance(kept, int | float) and abs(kept) < 1e18:
        yield _Row(number, int(kept), seconds(kept), url, title)


def _seen(rows: Iterable[_Row], zone: tzinfo, earliest: float) -> Iterator[tuple[int, Visit]]:
    """The visits that may be remembered, by number. There are many: only those from `earliest` on are looked at."""
    told: dict[object, str | None] = {}
    for row in rows:
        if row.seconds < earliest or not row.url:
            continue
        url = told[row.url] if row.url in told else told.setdefault(row.url, shown(row.url))
        if url and (at := moment_at(row.seconds, zone)):
            yield row.number, Visit(url, text_of(row.title), at)


class Firefox(_History):
    """places.sqlite: moz_historyvisits and moz_places, times in microseconds; bookmarks in moz_bookmarks."""

    format = "firefox"
    _names = ("places.sqlite",)
    _needs: ClassVar[dict[str, str]] = {"moz_places": "id url title", "moz_historyvisits": "id place_id visit_date"}

    def _visits(self, database: Database) -> Iterator[_Row]:
        pages = {number: (url, title) for number, url, title, hidden in database.rows(
            "moz_places", "id url title hidden") if not hidden}
        for number, page, time, kind in database.rows("moz_historyvisits", "id place_id visit_date visit_type"):
            url, title = pages.get(page, (None, None))
            yield from _row(number, time, lambda kept: kept / 1e6, None if kind in _EMBEDDED else url, title)

    def _kept(self, database: Database, zone: tzinfo) -> Iterator[Document]:
        pages = {number: (url, title) for number, url, title in database.rows("moz_places", "id url title")}
        rows = list(database.rows("moz_bookmarks", "id type fk parent title dateAdded guid"))
        folders = {row[0]: (row[3], text_of(row[4]), text_of(row[6])) for row in rows if row[1] == 2}
        found: dict[object, Folder] = {}
        for _id, kind, page, parent, title, added, _guid in rows:
            address, called = pages.get(page, (None, None)) if kind == 1 else (None, None)
            url = shown(address)
            path = _path(folders, parent) if url else None
            if url and path is not None:
                folder = found.setdefault(parent, Folder(path, folders[parent][2] if parent in folders else ""))
                since = moment_at((number_of(added) or 0) / 1e6, zone)
                folder.kept.append((url, text_of(title) or text_of(called), since))
        yield from of_folders(found.values())


def _path(folders: dict[object, tuple[object, str, str]], folder: object) -> tuple[str, ...] | None:
    """The names of a folder and of those it lies in; None below the tags, which repeat what stands elsewhere."""
    names: list[str] = []
    while folder in folders and len(names) < _DEEPEST:
        parent, name, guid = folders[folder]
        if guid == _FIREFOX_TAGS:
            return None
        names.append(name)
        folder = parent
    return tuple(filter(None, reversed(names)))


class Chromium(_History):
    """History of Chrome, Edge, Brave, Vivaldi, Opera: urls and visits, times in microseconds since 1601."""

    format = "chromium"
    _names = ("history", "archived history")
    _needs: ClassVar[dict[str, str]] = {"urls": "id url title", "visits": "id url visit_time transition"}

    def _visits(self, database: Database) -> Iterator[_Row]:
        pages = {number: (url, title) for number, url, title, hidden in database.rows(
            "urls", "id url title hidden") if not hidden}
        for number, page, time, transition in database.rows("visits", "id url visit_time transition"):
            url, title = pages.get(page, (None, None))
            kind = transition if isinstance(transition, int) else 0
            seen = kind & 0xFF not in _SUB_FRAMES and (kind & _CHAIN_END or not kind & _CHAIN)
            yield from _row(number, time, lambda kept: kept / 1e6 + _CHROMIUM_EPOCH, url if seen else None, title)


class Safari(_History):
    """History.db: history_items and history_visits, times in seconds since 2001."""

    format = "safari"
    _names = ("history.db",)
    _needs: ClassVar[dict[str, str]] = {"history_items": "id url", "history_visits": "id history_item visit_time"}

    def _visits(self, database: Database) -> Iterator[_Row]:
        pages: dict[object, object] = dict(database.rows("history_items", "id url"))
        for number, page, time, title, onward in database.rows(
                "history_visits", "id history_item visit_time title redirect_destination"):
            yield from _row(number, time, lambda kept: kept + _APPLE_EPOCH, None if onward else pages.get(page), title)
