"""What a picture says of itself: when, where and with what it was taken (EXIF), its title and words (XMP, IPTC)."""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any

from mneme.expressions import expression
from mneme.parsers.building import one_line
from mneme.parsers.encoding import clean
from mneme.parsers.moments import EARLIEST, LATEST, moment_of, parse_date
from mneme.parsers.records.saying import place_said
from mneme.types import Moment

if TYPE_CHECKING:  # slow import
    from PIL import Image

_EXIF_TIME = expression(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?")
_OFFSET = expression(r"([+-])(\d\d):?(\d\d)|Z")
_TRIPPED = (ValueError, TypeError, LookupError, SyntaxError, OSError, EOFError, OverflowError, struct.error)  # Pillow
_TIFF = expression(rb"(?:Exif\x00\x00|\x00\x00\x00\x00)(?=II\*\x00|MM\x00\*)")
_XMP = expression(rb"<x:xmpmeta\b.{0,2000000}?</x:xmpmeta>", re.DOTALL)
_LONGEST = 20_000  # characters of one description
_MADE_UP = expression(r"(?:olympus|samsung|sony|kodak|minolta|konica)? ?(?:digital|dsc|camera).{0,20}|default|untitled|"
                      r"screenshot|screen shot", re.IGNORECASE)
_GPS, _DETAILS = 0x8825, 0x8769
_NS = {"dc": "http://purl.org/dc/elements/1.1/", "photoshop": "http://ns.adobe.com/photoshop/1.0/",
       "xmp": "http://ns.adobe.com/xap/1.0/", "exif": "http://ns.adobe.com/exif/1.0/",
       "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
       "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
       "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}


@dataclass(slots=True)
class PictureFacts:
    """What is known of a picture; empty where nobody said it."""

    title: str = ""
    descriptions: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)  # "Oslo", "Norway"
    position: str = ""  # "59.9139 N, 10.7522 E"
    camera: str = ""
    taken: Moment | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was said; a camera alone says nothing worth keeping."""
        return not (self.title or self.descriptions or self.people or self.places or self.position or self.taken
                    or self.tags)


def facts_of(picture: "Image.Image", zone: tzinfo) -> PictureFacts:
    """What an open picture says of itself."""
    facts = PictureFacts()
    _take_exif(facts, picture.getexif(), zone)
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    _take_xmp(facts, packet.encode("utf-8", "replace") if isinstance(packet, str) else bytes(packet), zone)
    _take_iptc(facts, picture)
    _take_words(facts, picture.info, zone)
    return facts


def facts_in(data: bytes, zone: tzinfo) -> PictureFacts:
    """What is said in a picture that cannot be opened here (HEIC): its EXIF and XMP are found by their marks."""
    from PIL import Image  # noqa: PLC0415 -- slow import

    facts = PictureFacts()
    for found in _TIFF.finditer(data):
        exif = Image.Exif()
        try:
            exif.load(b"Exif\x00\x00" + data[found.end():found.end() + 1_000_000])
            _take_exif(facts, exif, zone)
        except _TRIPPED:  # a wrong guess
            continue
        if facts.taken or facts.camera:
            break
    if (packet := _XMP.search(data)) is not None:
        _take_xmp(facts, packet.group(), zone)
    return facts


# ------------------------------------------------------------------ EXIF


def _take_exif(facts: PictureFacts, exif: "Image.Exif", zone: tzinfo) -> None:
    details, gps = _directory(exif, _DETAILS), _directory(exif, _GPS)
    facts.position = facts.position or _position(gps)
    facts.taken = facts.taken or _taken(exif, details, gps, zone)
    maker, model = _words(exif.get(0x010F)), _words(exif.get(0x0110))
    known = model.lower().startswith(maker.lower().split(" ")[0]) if maker else True
    facts.camera = facts.camera or (model if known else f"{maker} {model}".strip())
    _describe(facts, _words(exif.get(0x010E)))
    _describe(facts, _comment(details.get(0x9286)))
    for tag in (0x9C9B, 0x9C9C):  # what Windows writes: title, comment
        _describe(facts, _wide(exif.get(tag)))
    facts.tags += [word.strip() for word in _wide(exif.get(0x9C9E)).split(";") if word.strip()]
    if author := _words(exif.get(0x013B)) or _wide(exif.get(0x9C9D)):
        facts.authors.append(author)


def _directory(exif: "Image.Exif", tag: int) -> Mapping[int, Any]:
    try:
        return exif.get_ifd(tag)
    except _TRIPPED:  # damaged: Pillow reads them late
        return {}


def _taken(exif: Mapping[int, Any], details: Mapping[int, Any], gps: Mapping[int, Any], zone: tzinfo) -> Moment | None:
    """When it was taken; on the clock of the place, where that is told or follows from the satellites' time."""
    for source, at, offset in ((details, 0x9003, 0x9011), (details, 0x9004, 0x9012), (exif, 0x0132, 0x9010)):
        found = _EXIF_TIME.match(_words(source.get(at)))
        if found is None or not EARLIEST < int(found[1]) <= LATEST:
            continue
        try:
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
            when = datetime(year, month, day, hour, minute, second)
        except ValueError:
            continue
        if when.year < 1971 or (at == 0x0132 and _is_factory(when)):
            continue
        return moment_of(when, _zone(_words(details.get(offset)), when, gps) or zone)
    return None


def _is_factory(when: datetime) -> bool:
    """What a camera says whose clock was never set."""
    return (when.month, when.day, when.hour, when.minute) == (1, 1, 0, 0)


def _zone(said: str, when: datetime, gps: Mapping[int, Any]) -> tzinfo | None:
    if found := _OFFSET.match(said):
        minutes = int(found[2]) * 60 + int(found[3]) if found[1] else 0
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes)) if minutes < 15 * 60 else None
    day, clock = re.match(r"(\d{4}):(\d\d):(\d\d)", _words(gps.get(29))), _numbers(gps.get(7))
    if day is None or len(clock) != 3:
        return None
    try:
        there = datetime(int(day[1]), int(day[2]), int(day[3]), int(clock[0]), int(clock[1]), int(clock[2]))
    except (ValueError, OverflowError):
        return None
    away = (when - there).total_seconds() / 60
    quarter = round(away / 15) * 15
    near = abs(away - quarter) <= 3 and abs(quarter) <= 14 * 60
    return timezone(timedelta(minutes=quarter)) if near else None


def _position(gps: Mapping[int, Any]) -> str:
    latitude, longitude = _degrees(gps.get(2)), _degrees(gps.get(4))
    if latitude is None or longitude is None:
        return ""
    south, west = _words(gps.get(1)).upper().startswith("S"), _words(gps.get(3)).upper().startswith("W")
    return place_said(-latitude if south else latitude, -longitude if west else longitude)


def _degrees(value: Any) -> float | None:
    parts = _numbers(value)
    if len(parts) != 3 or any(not 0 <= part < 1000 for part in parts):  # NaN, too
        return None
    return parts[0] + parts[1] / 60 + parts[2] / 3600


def _numbers(value: Any) -> list[float]:
    try:
        return [float(part) for part in value]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return []


def _words(value: Any) -> str:
    """A text of EXIF; bytes are UTF-8 or, if not, Latin."""
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeError:
            value = value.decode("cp1252", "replace")
    return clean(value.split("\x00")[0]).strip() if isinstance(value, str) else ""


def _wide(value: Any) -> str:
    """Windows' own texts: UTF-16 in a list of bytes."""
    if isinstance(value, tuple) and all(isinstance(one, int) and 0 <= one < 256 for one in value):
        value = bytes(value)
    return clean(value.decode("utf-16-le", "replace").split("\x00")[0]).strip() if isinstance(value, bytes) else ""


def _comment(value: Any) -> str:
    """A UserComment: eight bytes name its encoding."""
    if not isinstance(value, bytes) or len(value) < 9:
        return ""
    if value.startswith(b"UNICODE"):
        text = value[8:].decode("utf-16-le" if value[9:10] == b"\x00" else "utf-16-be", "replace")
        return clean(text.replace("\x00", "")).strip()
    return _words(value[8:]) if value.startswith((b"ASCII", b"\x00" * 8)) else ""


def _describe(facts: PictureFacts, text: str) -> None:
    text = text[:_LONGEST].strip()
    if text and not _MADE_UP.fullmatch(text) and text not in (facts.title, *facts.descriptions) \
            and sum(char.isalpha() for char in text) > len(text) / 3:
        facts.descriptions.append(text)


# ------------------------------------------------------------------ XMP, IPTC, PNG


def _take_xmp(facts: PictureFacts, packet: bytes, zone: tzinfo) -> None:
    """An XMP packet: RDF in XML, read without entities."""
    if not packet.strip():
        return
    from lxml import etree  # noqa: PLC0415 -- slow import

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=True,
                             encoding="utf-8")
    # lxml trips over halves of characters, which it lets through: only sound UTF-8 is given to it
    sound = packet.strip(b"\x00 \r\n").decode("utf-8", "replace").encode()
    try:
        root = etree.fromstring(sound, parser)
        if root is not None:
            _take_rdf(facts, root, zone)
    except (etree.XMLSyntaxError, ValueError):  # the latter also for what is said by number: &#xD800;
        return


def _take_rdf(facts: PictureFacts, root: Any, zone: tzinfo) -> None:
    facts.title = facts.title or next(_said(root, "dc", "title"), "") or next(_said(root, "photoshop", "Headline"), "")
    for text in _said(root, "dc", "description"):
        _describe(facts, text)
    facts.tags += _said(root, "dc", "subject")
    facts.authors += _said(root, "dc", "creator")
    facts.people += [*_said(root, "Iptc4xmpExt", "PersonInImage"), *_said(root, "mwg-rs", "Name"),
                     *_said(root, "MPReg", "PersonDisplayName")]
    for name in ("City", "State", "Country"):
        facts.places += _said(root, "photoshop", name)
    facts.position = facts.position or _xmp_position(root)
    for prefix, name in (("exif", "DateTimeOriginal"), ("photoshop", "DateCreated"), ("xmp", "CreateDate")):
        facts.taken = facts.taken or parse_date(next(_said(root, prefix, name), ""), zone)


def _said(root: Any, prefix: str, name: str) -> Iterator[str]:
    """The texts of a property: an attribute, an element, or the points of a list in it."""
    tag = f"{{{_NS[prefix]}}}{name}"
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if text := (element.get(tag) or "").strip():
            yield clean(text)
        if element.tag != tag:
            continue
        points = [point.text or "" for point in element.iter(f"{{{_NS['rdf']}}}li")]
        yield from (clean(text).strip() for text in points or [element.text or ""] if text.strip())


def _xmp_position(root: Any) -> str:
    """ "59,54.834N" and "10,45.132E" as degrees and minutes."""
    found = [re.match(r"(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}))?([NSEW])", next(_said(root, "exif", name), ""))
             for name in ("GPSLatitude", "GPSLongitude")]
    values = [(int(one[1]) + float(one[2]) / 60 + int(one[3] or 0) / 3600) * (-1 if one[4] in "SW" else 1)
              for one in found if one is not None]
    return place_said(values[0], values[1]) if len(values) == 2 else ""


def _take_iptc(facts: PictureFacts, picture: "Image.Image") -> None:
    """The older record of news agencies, which scanners and albums still write."""
    from PIL import IptcImagePlugin  # noqa: PLC0415 -- slow import

    try:
        said = IptcImagePlugin.getiptcinfo(picture) or {}  # type: ignore[arg-type]  # opened from bytes: it is a file's
    except (ValueError, TypeError, SyntaxError, KeyError, OSError, IndexError, AttributeError):  # damaged records
        return
    texts = {number: [_words(one) for one in (value if isinstance(value, list) else [value])]
             for (record, number), value in said.items() if record == 2}
    facts.title = facts.title or next(iter([*texts.get(5, []), *texts.get(105, [])]), "")
    for text in texts.get(120, []):
        _describe(facts, text)
    facts.tags += texts.get(25, [])
    facts.authors += texts.get(80, [])
    for number in (92, 90, 95, 101):  # part of a town, town, state, country
        facts.places += texts.get(number, [])


def _take_words(facts: PictureFacts, info: Mapping[Any, Any], zone: tzinfo) -> None:
    """What PNG and GIF say in words of their own."""
    said = {str(key).lower(): clean(str(value)).strip() for key, value in info.items()
            if isinstance(value, str | bytes) and str(key).lower() in
            ("title", "description", "author", "comment", "creation time")}
    facts.title = facts.title or one_line(said.get("title", ""))
    for key in ("description", "comment"):
        if not said.get(key, "").startswith(("b'", 'b"')):
            _describe(facts, said.get(key, ""))
    facts.authors += [said["author"]] if said.get("author") else []
    facts.taken = facts.taken or parse_date(said.get("creation time", ""), zone)


def utc_moment(seconds: float, zone: tzinfo) -> Moment | None:
    """A moment from seconds since 1970, on the owner's clock; None where there is no such time."""
    try:
        return moment_of(datetime.fromtimestamp(seconds, UTC).astimezone(zone), zone)
    except (ValueError, OverflowError, OSError):
        return None
