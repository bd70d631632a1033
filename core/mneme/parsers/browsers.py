"""What browsers keep in databases: visits of Firefox, Chromium and Safari, and Firefox's bookmarks."""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import ClassVar

from mneme.parsers.chatting import moment_at, text_of
from mneme.parsers.databases import Database, is_database, opened, tables_in
from mneme.parsers.visits import Folder, Visit, by_day, day_of, of_folders, shown
from mneme.ports import Parsed, ParseInput
from mneme.types import Document, Mark, Moment

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_SUB_FRAMES = (3, 4)  # Chromium's page transitions: what a page loads into itself
_CHAIN, _CHAIN_END = 0xF0000000, 0x20000000  # of redirects only the page where they ended was seen
_EMBEDDED = (4, 8)  # Firefox's visit types: content and links in a frame
_FIREFOX_TAGS = "tags________"  # the guid of the folder that holds a folder for each tag
_DEEPEST = 50

_Seen = tuple[int, int, Visit | None]  # the row's id, its time as it stands there, and what was seen


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
        seen = list(self._visits(database, source.clock.zone()))
        since = _since(source.since)
        if since not in {(number, time) for number, time, _visit in seen}:
            since = (-1, -1)
        new = {day_of(visit.at) for number, _time, visit in seen if visit and number > since[0]}
        yield from by_day(visit for _number, _time, visit in seen if visit and day_of(visit.at) in new)
        yield from self._kept(database, source.clock.zone())
        number, time = max(((number, time) for number, time, _visit in seen), default=since)
        yield Mark(f"{number} {time}")

    def _visits(self, database: Database, zone: tzinfo) -> Iterator[_Seen]:
        raise NotImplementedError

    def _kept(self, database: Database, zone: tzinfo) -> Iterator[Document]:
        return iter(())


def _since(cursor: str | None) -> tuple[int, int]:
    number, _blank, time = (cursor or "").partition(" ")
    return (int(number), int(time)) if number.isdecimal() and time.isdecimal() else (-1, -1)


def _seen(number: object, time: object, at: Moment | None, url: str | None, title: object) -> Iterator[_Seen]:
    if isinstance(number, int):
        yield number, int(time) if isinstance(time, int | float) else 0, Visit(url, text_of(title), at) \
            if url and at else None


class Firefox(_History):
    """places.sqlite: moz_historyvisits and moz_places, times in microseconds; bookmarks in moz_bookmarks."""

    format = "firefox"
    _names = ("places.sqlite",)
    _needs: ClassVar[dict[str, str]] = {"moz_places": "id url title", "moz_historyvisits": "id place_id visit_date"}

    def _visits(self, database: Database, zone: tzinfo) -> Iterator[_Seen]:
        pages = {number: (shown(url), title) for number, url, title, hidden in database.rows(
            "moz_places", "id url title hidden") if not hidden}
        for number, page, time, kind in database.rows("moz_historyvisits", "id place_id visit_date visit_type"):
            url, title = pages.get(page, (None, None))
            yield from _seen(number, time, _microseconds(time, zone, _UNIX), None if kind in _EMBEDDED else url, title)

    def _kept(self, database: Database, zone: tzinfo) -> Iterator[Document]:
        pages = {number: (shown(url), title) for number, url, title in database.rows("moz_places", "id url title")}
        rows = list(database.rows("moz_bookmarks", "id type fk parent title dateAdded guid"))
        folders = {row[0]: (row[3], text_of(row[4]), text_of(row[6])) for row in rows if row[1] == 2}
        found: dict[object, Folder] = {}
        for _id, kind, page, parent, title, added, _guid in rows:
            url, called = pages.get(page, (None, None)) if kind == 1 else (None, None)
            path = _path(folders, parent) if url else None
            if url and path is not None:
                folder = found.setdefault(parent, Folder(path, folders[parent][2] if parent in folders else ""))
                folder.kept.append((url, text_of(title) or text_of(called), _microseconds(added, zone, _UNIX)))
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

    def _visits(self, database: Database, zone: tzinfo) -> Iterator[_Seen]:
        pages = {number: (shown(url), title) for number, url, title, hidden in database.rows(
            "urls", "id url title hidden") if not hidden}
        for number, page, time, transition in database.rows("visits", "id url visit_time transition"):
            url, title = pages.get(page, (None, None))
            kind = transition if isinstance(transition, int) else 0
            seen = kind & 0xFF not in _SUB_FRAMES and (kind & _CHAIN_END or not kind & _CHAIN)
            yield from _seen(number, time, _microseconds(time, zone, webkit_epoch()), url if seen else None, title)


class Safari(_History):
    """History.db: history_items and history_visits, times in seconds since 2001."""

    format = "safari"
    _names = ("history.db",)
    _needs: ClassVar[dict[str, str]] = {"history_items": "id url", "history_visits": "id history_item visit_time"}

    def _visits(self, database: Database, zone: tzinfo) -> Iterator[_Seen]:
        pages = {number: shown(url) for number, url in database.rows("history_items", "id url")}
        for number, page, time, title, onward in database.rows(
                "history_visits", "id history_item visit_time title redirect_destination"):
            at = moment_at(time, zone, datetime(2001, 1, 1, tzinfo=UTC))
            yield from _seen(number, time, at, None if onward else pages.get(page), title)


def webkit_epoch() -> datetime:
    """Where Chromium's times begin."""
    return datetime(1601, 1, 1, tzinfo=UTC)


def _microseconds(time: object, zone: tzinfo, epoch: datetime) -> Moment | None:
    return moment_at(time / 1_000_000, zone, epoch) if isinstance(time, int | float) else None
