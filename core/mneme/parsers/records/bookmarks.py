"""Bookmarks in files, as Chromium's JSON and as the HTML that every browser exports; the history Chrome exports."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from html import unescape
from typing import Any

from mneme.errors import Skipped
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.chats.chatting import dict_of, list_of, moment_at, number_of, read_json, text_of
from mneme.parsers.encoding import decode
from mneme.parsers.records.visits import Folder, Visit, by_day, of_folders, shown
from mneme.ports import Parsed, ParseInput
from mneme.types import Moment

_DEEPEST = 100
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)  # Chromium's microseconds count from here
_NETSCAPE = expression(rb"<!DOCTYPE\s+NETSCAPE-Bookmark-file", re.IGNORECASE)
# one tag of the old markup at a time: folders' names, their ends, and links
_MARK = expression(r"<H(?P<level>[1-6])(?P<folder>[^<>]*)>(?P<name>[^<]*)</H|(?P<begin><DL)|(?P<end></DL)|"
                   r"<A\s(?P<link>[^<>]*)>(?P<title>[^<]*)", re.IGNORECASE)
_ATTRIBUTE = expression(r"(?<![\w-])([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


class ChromiumBookmarks:
    """Bookmarks (no ending): {"checksum", "roots": {"bookmark_bar": {"children": [...]}}, "version"}."""

    format = "chromium-bookmarks"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        fits = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"roots"' in head
        return 0.95 if fits and b'"bookmark_bar"' in head and b'"children"' in head else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        roots = dict_of(dict_of(read_json(source.data)).get("roots"))
        yield from of_folders(_folders(roots, source.clock.zone()))


def _folders(roots: dict[str, Any], zone: tzinfo) -> Iterator[Folder]:
    waiting: list[tuple[tuple[str, ...], dict[str, Any]]] = [
        ((text_of(root.get("name")),), root) for root in reversed(roots.values()) if isinstance(root, dict)]
    while waiting:
        path, node = waiting.pop()
        folder = Folder(path, text_of(node.get("guid")))
        below: list[tuple[tuple[str, ...], dict[str, Any]]] = []
        for child in list_of(node.get("children")):
            if child.get("type") == "folder" and len(path) < _DEEPEST:
                below.append(((*path, text_of(child.get("name"))), child))
            elif url := shown(child.get("url")):
                added = (number_of(child.get("date_added")) or 0) / 1_000_000
                folder.kept.append((url, text_of(child.get("name")), moment_at(added, zone, _EPOCH)))
        yield folder
        waiting += reversed(below)


class FirefoxBookmarks:
    """A backup of Firefox: {"guid": "root________", "type": "text/x-moz-place-container", "children": [...]}."""

    format = "firefox-bookmarks"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        fits = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"text/x-moz-place-container"' in head
        return 0.95 if fits and b'"children"' in head else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        yield from of_folders(_firefox(dict_of(read_json(source.data)), source.clock.zone()))


def _firefox(root: dict[str, Any], zone: tzinfo) -> Iterator[Folder]:
    waiting: list[tuple[tuple[str, ...], dict[str, Any]]] = [((), root)]
    while waiting:
        path, node = waiting.pop()
        folder, children = Folder(path, text_of(node.get("guid"))), list_of(node.get("children"))
        for child in children:
            if url := shown(child.get("uri")):
                added = (number_of(child.get("dateAdded")) or 0) / 1_000_000
                folder.kept.append((url, text_of(child.get("title")), moment_at(added, zone)))
        yield folder
        waiting += [((*path, text_of(child.get("title"))), child) for child in reversed(children)
                    if child.get("children") and child.get("root") != "tagsFolder" and len(path) < _DEEPEST]


class NetscapeBookmarks:
    """The HTML file that browsers and services export: nested <DL>, a <DT><H3> for a folder, <DT><A> for a page."""

    format = "bookmarks"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        return 0.99 if _NETSCAPE.match(head.lstrip(b"\xef\xbb\xbf \t\r\n")) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        text = decode(source.data, "utf-8").text
        yield from of_folders(_netscape(text, source.clock.zone()))


def _netscape(text: str, zone: tzinfo) -> Iterator[Folder]:
    path, heading = [""], ""
    folders: dict[tuple[str, ...], Folder] = {}
    for mark in _MARK.finditer(text):
        if mark["level"]:
            heading = unescape(mark["name"]).strip() if mark["level"] != "1" else ""  # the first is the page's own
        elif mark["begin"]:
            path = [*path[:_DEEPEST], heading]
            heading = ""
        elif mark["end"]:
            path = path[:-1] or [""]
        else:
            where = tuple(filter(None, path))
            _keep(folders.setdefault(where, Folder(where)), mark["link"], unescape(mark["title"]).strip(), zone)
    yield from folders.values()


def _keep(folder: Folder, link: str, title: str, zone: tzinfo) -> None:
    given = {name.lower(): unescape(one or two or three) for name, one, two, three in _ATTRIBUTE.findall(link)}
    if url := shown(given.get("href", "")):
        folder.kept.append((url, title, _added(given.get("add_date", ""), zone)))


def _added(text: str, zone: tzinfo) -> Moment | None:
    """Seconds; some programs write milli- or microseconds."""
    number = number_of(text) or 0
    while number > 1e11:
        number /= 1000
    return moment_at(number, zone)


class ChromeHistory:
    """BrowserHistory.json (Verlauf.json, ...) of Google Takeout: {"Browser History": [{title, url, time_usec}]}.

    The History.json that Safari exports is made alike, with a list called "history".
    """

    format = "chrome-history"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        fits = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"time_usec"' in head and b'"url"' in head
        known = (b'"Browser History"', b'"page_transition', b'"browser_name"')
        return 0.95 if fits and any(word in head for word in known) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        given = dict_of(read_json(source.data))
        listed = [one for value in given.values() for one in list_of(value) if "time_usec" in one]
        if not listed:
            raise Skipped(_("holds no visits"))
        yield from by_day(_visits(listed, source.clock.zone()))


def _visits(listed: list[dict[str, Any]], zone: tzinfo) -> Iterator[Visit]:
    for one in listed:
        url, at = shown(one.get("url")), moment_at((number_of(one.get("time_usec")) or 0) / 1_000_000, zone)
        if url and at and "FRAME" not in text_of(one.get("page_transition")):
            yield Visit(url, text_of(one.get("title")), at)
