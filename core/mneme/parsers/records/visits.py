"""Pages that were looked at, and pages that were kept: one document for each day, and one for each folder."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit, urlunsplit

from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import TextBuilder, one_line
from mneme.parsers.chats.chatting import digest
from mneme.parsers.moments import start_of_day
from mneme.types import Document, Moment, Origin

_PRIVATE = expression(
    r"log-?_?(?:in|on)\b|sign-?_?(?:in|up)\b|\boauth|\bauth|\bsso\b|passw|token|verif|\breset|\bsession|\bsecret|"
    r"api_?-?key|access_key|signature|\bcode=|\bsig=|invite", re.IGNORECASE)
_LONGEST_URL, _LONGEST_READ = 500, 4_000


@dataclass(frozen=True, slots=True)
class Visit:
    """A page somebody looked at."""

    url: str
    title: str
    at: Moment


@dataclass(slots=True)
class Folder:
    """A folder of bookmarks: where it lies, and what it holds."""

    path: tuple[str, ...]
    key: str = ""
    kept: list[tuple[str, str, Moment | None]] = field(default_factory=list)  # address, title, since when


def shown(url: object) -> str | None:
    """An address as it may be remembered: of the web only, without names and passwords; None for any other.

    What comes after "?" or "#" is left out where the address looks as if secrets could stand there.
    """
    if not isinstance(url, str) or not url[:8].lower().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(url.strip()[:_LONGEST_READ])
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return None
    if not host:
        return None
    private = _PRIVATE.search(parts.netloc + parts.path + "?" + parts.query + "#" + parts.fragment)
    query, fragment = ("", "") if private else (parts.query, parts.fragment)
    whole = urlunsplit((parts.scheme, host, parts.path, query, fragment))
    return one_line(whole if len(whole) <= _LONGEST_URL else urlunsplit((parts.scheme, host, parts.path, "", "")),
                    _LONGEST_URL)


def by_day(visits: Iterable[Visit]) -> Iterator[Document]:
    """A document for each day on the owner's clock, its pages in order, each once."""
    days: dict[str, list[Visit]] = {}
    for visit in sorted(visits, key=lambda one: one.at.utc):
        days.setdefault(day_of(visit.at), []).append(visit)
    for day, seen in sorted(days.items()):
        yield _day(day, seen)


def day_of(moment: Moment) -> str:
    """The day a visit belongs to."""
    return moment.local().date().isoformat()


def _day(day: str, visits: list[Visit]) -> Document:
    builder = TextBuilder()
    first: dict[str, Visit] = {}
    for visit in visits:
        known = first.setdefault(visit.url, visit)
        if visit.title and not known.title:
            first[visit.url] = replace(known, title=visit.title)
    builder.lines("list", [f"{visit.at.local():%H:%M} {_line(visit.title, visit.url)}" for visit in first.values()])
    document = builder.build(title=_("Pages visited on {day}").format(day=day),
                             happened_at=start_of_day(visits[0].at))
    return replace(document, key=f"visits:{day}", stable=False, origin=Origin.OTHER)


def of_folders(folders: Iterable[Folder]) -> Iterator[Document]:
    """A document for each folder that holds a page."""
    for folder in folders:
        builder = TextBuilder()
        lines = [_line(title, url) + (f" ({since.local():%Y-%m-%d})" if since else "")
                 for url, title, since in folder.kept]
        builder.lines("list", lines)
        if builder.empty:
            continue
        times = [since for _url, _title, since in folder.kept if since]
        newest = max(times, key=lambda one: one.utc) if times else None
        name = " / ".join(filter(None, folder.path)) or _("All")
        document = builder.build(title=_("Bookmarks: {folder}").format(folder=name), happened_at=newest)
        yield replace(document, key="bookmarks:" + (folder.key or digest(*folder.path)), stable=False,
                      origin=Origin.OTHER)


def _line(title: str, url: str) -> str:
    title = one_line(title)
    return f"{title} - {url}" if title and title != url else url
