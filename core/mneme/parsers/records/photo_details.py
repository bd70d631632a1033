"""What Google Photos says of a picture in the file beside it: title, description, time, place, people.

Takeout writes them as IMG_1.jpg.json or IMG_1.jpg.supplemental-metadata.json, the latter often cut short.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.messages import _
from mneme.parsers.building import TextBuilder, one_line
from mneme.parsers.chats.chatting import dict_of, digest, list_of
from mneme.parsers.encoding import decode, looks_like_text
from mneme.parsers.records.picture_facts import PictureFacts, utc_moment
from mneme.parsers.records.pictures import said_of
from mneme.parsers.records.saying import place_said
from mneme.ports import Parsed, ParseInput
from mneme.types import Moment


class PhotoDetails:
    """.json beside a picture of Google Photos'."""

    format = "photo-details"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        begins = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        fits = begins and b'"title"' in head and b'"photoTakenTime"' in head
        return 0.95 if fits and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        said = _read(decode(source.data).text)
        zone = source.clock.zone()
        facts = PictureFacts(
            title=one_line(_text(said.get("title"))), people=list(_people(said.get("people"))),
            position=_position(said), taken=_taken(said.get("photoTakenTime"), zone))
        description = _text(said.get("description"))
        if not (facts.taken or facts.position or facts.people or description):
            raise Skipped(_("says nothing of its picture"))
        builder = TextBuilder()
        builder.lines("paragraph", said_of(facts))
        builder.add("paragraph", description)
        url = _text(said.get("url"))
        properties = {"place": facts.position} if facts.position else {}
        made = builder.build(title=facts.title or None, happened_at=facts.taken, links=[url] if url else [],
                             properties=properties)
        yield replace(made, key=_key(url, facts.title, facts.taken))


def _read(text: str) -> dict[str, Any]:
    try:
        return dict_of(json.loads(text))
    except (ValueError, RecursionError):
        raise Unreadable(_("is damaged, or is no {kind} file").format(kind="JSON")) from None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _people(listed: Any) -> Iterator[str]:
    for one in list_of(listed):
        if name := one_line(_text(one.get("name"))):
            yield name


def _position(said: dict[str, Any]) -> str:
    """Where it was taken: as its owner said, else as the camera did."""
    for name in ("geoData", "geoDataExif"):
        place = dict_of(said.get(name))
        numbers = [one for key in ("latitude", "longitude") if isinstance(one := place.get(key), int | float)]
        if len(numbers) == 2 and (found := place_said(numbers[0], numbers[1])):
            return found
    return ""


def _taken(value: Any, zone: tzinfo) -> Moment | None:
    seconds = str(value.get("timestamp", "")) if isinstance(value, dict) else ""
    plain = seconds.removeprefix("-")
    return utc_moment(int(seconds), zone) if plain.isascii() and plain.isdigit() and len(plain) < 12 else None


def _key(url: str, title: str, taken: Moment | None) -> str:
    return digest(url) if url else digest(title, taken.utc.isoformat() if taken else "")
