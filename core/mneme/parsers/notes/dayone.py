"""Day One's JSON: a journal's entries with their times, places and tags."""

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.chats.chatting import digest, list_of, listing
from mneme.parsers.encoding import looks_like_text
from mneme.parsers.moments import parse_iso
from mneme.parsers.notes.exported import json_of, markdown, with_more, words
from mneme.ports import Parsed, ParseInput
from mneme.types import Document

_MEDIA = expression(r"!\[[^\[\]\n]{0,300}\]\(dayone-moment:[^()\s]{0,200}\)[ \t]*\n?")
_ESCAPED = expression(r"\\([.!()\-+{}])")  # marks that mean nothing in the middle of a line
_OWN = (b'"creationDate"', b'"creationDevice"', b'"richText"', b'"modifiedDate"', b'"timeZone"', b'"starred"',
        b'"isPinned"', b'"uuid"')


class DayOne:
    """Journal.json of an export as a zip (https://dayoneapp.com/guides/tips-and-tutorials/exporting-entries/)."""

    format = "day-one"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        begins = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"entries"' in head
        return 0.95 if begins and sum(word in head for word in _OWN) >= 2 and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        journal = json_of(source.data)
        if not isinstance(journal, dict) or not isinstance(journal.get("entries"), list):
            raise Unreadable(_("is no journal of Day One"))
        given = False
        for entry in list_of(journal["entries"]):
            document = _document(entry, source)
            if document.text.strip():  # there are entries of a picture alone
                yield document
                given = True
        if not given:
            raise Skipped(_("holds no notes"))


def _document(entry: dict[str, Any], source: ParseInput) -> Document:
    text = words(entry.get("text")) or _rich(entry.get("richText"))
    read = markdown(_ESCAPED.sub(r"\1", _MEDIA.sub("", text)), source.clock)
    zone = _zone(words(entry.get("timeZone")), source.clock.zone())
    created = parse_iso(words(entry.get("creationDate")), zone)
    at = parse_iso(created.utc.astimezone(zone).isoformat(timespec="seconds"), zone) if created else None
    return with_more(
        read, happened_at=at, key=words(entry.get("uuid")) or digest(words(entry.get("creationDate")), text),
        tags=[words(tag) for tag in listing(entry.get("tags"))],
        properties={"place": _place(entry.get("location")), "weather": _weather(entry.get("weather")),
                    "updated": words(entry.get("modifiedDate"))})


def _zone(name: str, otherwise: tzinfo) -> tzinfo:
    """Where the entry was written; the name is somebody else's text."""
    if not re.fullmatch(r"[A-Za-z][\w+-]{0,30}(?:/[\w+-]{1,30}){0,2}", name, re.ASCII):
        return otherwise
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise


def _place(location: Any) -> str:
    if not isinstance(location, dict):
        return ""
    names = (words(location.get(key)).strip() for key in ("placeName", "localityName", "administrativeArea", "country"))
    return ", ".join(dict.fromkeys(filter(None, names)))


def _weather(weather: Any) -> str:
    if not isinstance(weather, dict):
        return ""
    said = words(weather.get("conditionsDescription"))
    warm = weather.get("temperatureCelsius")
    return f"{said}, {warm:.0f} °C".strip(", ") if isinstance(warm, int | float) and abs(warm) < 1000 else said


def _rich(text: str | Any) -> str:
    """The words of an entry that has them only in the app's own form: JSON within the JSON."""
    if not isinstance(text, str) or not text.strip():
        return ""
    rich = json_of(text.encode("utf-8", "replace")) if text.lstrip().startswith("{") else None
    parts = list_of(rich.get("contents")) if isinstance(rich, dict) else []
    return "".join(words(part.get("text")) for part in parts)
