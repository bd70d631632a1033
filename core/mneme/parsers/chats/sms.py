"""Text messages from Android phones: the XML of SMS Backup & Restore, and the JSON of SMS Import / Export."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from mneme.errors import Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.chats.chatting import (
    Keys,
    People,
    dict_of,
    digest,
    in_time,
    list_of,
    moment_at,
    number_of,
    read_json,
    text_of,
    with_names,
)
from mneme.parsers.encoding import clean, suffix_of
from mneme.parsers.references import sound
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Moment, Role

_XML = expression(rb"<smses[\s>]|<(?:sms|mms)\s[^<>]{0,2000}?\b(?:address|contact_name)=")
_JSON = expression(rb'\s*\[?\s*\{[^\[\]]{0,4000}?"(?:__display_name|date_sent|sub_id|sim_slot)"')
_MEDIA = expression(rb"\sdata=(?:\"[^\"<>]*\"|'[^'<>]*')")
_ENCODING = expression(rb"<\?xml[^>]{0,100}encoding=[\"'](us-ascii|iso-8859-\d|windows-125\d)[\"']", re.IGNORECASE)
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"<\x00", "utf-16-le"),
         (b"\x00<", "utf-16-be"))
_PIECE = 1 << 20
_UNSAID = ("", "null", "no subject", "nosubject", "(unknown)", "insert-address-token")
_SENT = ("2", "4", "5", "6")  # sent, in the outbox, failed, waiting to be sent
_DRAFT = "3"
_FROM = "137"  # of an address of a multimedia message: its sender
_SAME = 9  # figures at the end of a number that tell it, whether its country is written or not


class Sms:
    """.xml of SMS Backup & Restore (sms and mms, a conversation for each number or group), or .json of text messages.

    Messages have no ids: they are known by their time, number and text.
    https://www.synctech.com.au/sms-backup-restore/fields-in-xml-backup-files/ https://github.com/tmo1/sms-ie
    """

    format = "sms"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        suffix = suffix_of(name)
        if suffix in (".xml", ""):
            start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
            return 0.95 if start.startswith(b"<") and _XML.search(head) else 0.0
        fits = suffix in (".json", ".ndjson", ".jsonl") and b'"address"' in head and b'"body"' in head
        return 0.9 if fits and _JSON.match(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        zone = source.clock.zone()
        data = _narrow(source.data)
        is_xml = data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
        chats = _Chats(zone)
        for text in _xml_texts(data) if is_xml else _json_texts(data):
            chats.add(text)
        yield from chats.conversations()


@dataclass(slots=True)
class _Text:
    """A text message: the numbers of the others, whether it was sent from here, and who wrote it in a group."""

    numbers: list[str]
    name: str
    sent: bool
    date: str
    body: str
    author: str = ""
    files: list[str] = field(default_factory=list)


class _Chats:
    """Messages sorted by whom they were written with."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone, self._keys = zone, Keys()
        self._titles: dict[str, str] = {}
        self._people: dict[str, People] = {}
        self._messages: dict[str, list[Message]] = {}

    def add(self, text: _Text) -> None:
        chat = "~".join(sorted(map(same_number, text.numbers)))
        shown = text.name or ", ".join(text.numbers) or "?"
        if text.name or chat not in self._titles:
            self._titles[chat] = shown
        people = self._people.setdefault(chat, People())
        sender = people.add("me", "Me", Role.OWNER) if text.sent else self._author(text, people, shown)
        key = self._keys.of(chat, text.date, sender, text.body)
        message = Message(key, sender, with_names(text.body, text.files), _moment(text.date, self._zone))
        self._messages.setdefault(chat, []).append(message)

    def _author(self, text: _Text, people: People, shown: str) -> str:
        number = text.author or (text.numbers[0] if text.numbers else "?")
        alone = len(text.numbers) < 2
        return people.add(same_number(number) or "?", shown if alone else number)

    def conversations(self) -> Iterator[Conversation]:
        """In order of time, whatever the order in the file."""
        for chat, messages in self._messages.items():
            yield Conversation(digest("sms", chat), self._titles[chat], self._people[chat].all(), in_time(messages),
                               stable=True)


def same_number(number: str) -> str:
    """A form in which +49 170 1234567 and 0170/1234567 are the same; names of senders stay what they are."""
    figures = re.sub(r"[\s()/.\-\u2010-\u2015\u202a-\u202e\u00a0]", "", number)
    return figures[-_SAME:] if re.fullmatch(r"\+?\d{7,}", figures) else figures.casefold()


def _moment(date: str, zone: tzinfo) -> Moment | None:
    """Milliseconds; some programs write seconds."""
    number = number_of(date)
    return moment_at(number / 1000 if number > 1e11 else number, zone) if number else None


def _said(value: str | None) -> str:
    """A value of the file, without the words that stand for none."""
    return "" if value is None or value.strip().casefold() in _UNSAID else clean(value)


# ------------------------------------------------------------------ XML


def _xml_texts(data: bytes) -> Iterator[_Text]:
    from lxml import etree  # noqa: PLC0415 -- slow import

    parser = etree.XMLPullParser(events=("end",), tag=("sms", "mms"), recover=True, resolve_entities=False,
                                 no_network=True, huge_tree=False, load_dtd=False, encoding="utf-8")
    found = False
    try:
        for piece in _pieces(_mended(data)):
            parser.feed(piece)
            element: Any
            for _event, element in parser.read_events():
                found = True
                if (text := _sms(element) if element.tag == "sms" else _mms(element)) is not None:
                    yield text
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise Unreadable(_("is damaged, or is no {kind} file").format(kind="XML")) from error
    if not found:
        raise Unreadable(_("holds no message"))


def _forget(element: Any) -> None:
    """Free what was read."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _pieces(data: bytes) -> Iterator[bytes]:
    """The file in pieces of sound UTF-8: lxml trips over halves of characters, which it lets through."""
    told = _ENCODING.search(data[:200])
    decoder = codecs.getincrementaldecoder(told[1].decode("ascii") if told else "utf-8")("replace")
    for start in range(0, len(data), _PIECE):
        yield decoder.decode(data[start:start + _PIECE], final=start + _PIECE >= len(data)).encode("utf-8", "replace")


def _narrow(data: bytes) -> bytes:
    """UTF-8 instead of UTF-16, without its mark."""
    wide = next((name for start, name in _WIDE if data.startswith(start)), None)
    return data.decode(wide, "replace").encode("utf-8", "replace") if wide else data


def _mended(data: bytes) -> bytes:
    """Without pictures and sounds, and with emoji whole, which these programs write as halves that XML forbids."""
    return sound(_MEDIA.sub(b"", data))


def _attributes(element: Any) -> dict[str, str]:
    return {str(name).strip(): str(value) for name, value in element.attrib.items()}


def _sms(element: Any) -> _Text:
    given = _attributes(element)
    kind = given.get("type", "1")
    number, subject = _said(given.get("address")), _said(given.get("subject"))
    body = "" if given.get("body") == "null" else clean(given.get("body", ""))
    return _Text([number] if number else [], _said(given.get("contact_name")), kind in _SENT or kind == _DRAFT,
                 given.get("date", ""), f"{subject}\n{body}" if subject else body)


def _mms(element: Any) -> _Text:
    given = _attributes(element)
    parts = [_attributes(part) for part in element.iter("part")]
    subject = _said(given.get("sub"))
    words = [subject, *(clean(part.get("text", "")) for part in parts if part.get("ct") == "text/plain")]
    files = [_file(part) for part in parts if part.get("ct") not in ("text/plain", "application/smil")]
    senders = [_said(one.get("address")) for one in map(_attributes, element.iter("addr")) if one.get("type") == _FROM]
    numbers = [number for number in map(str.strip, given.get("address", "").split("~")) if _said(number)]
    sent = given.get("msg_box", "1") != "1"
    return _Text(numbers, _said(given.get("contact_name")), sent, given.get("date", ""),
                 "\n".join(word for word in words if word and word != "null"), next(filter(None, senders), ""), files)


def _file(part: dict[str, str]) -> str:
    return next((name for name in map(_said, (part.get("fn"), part.get("name"), part.get("cl"))) if name), "")


# ------------------------------------------------------------------ JSON


def _json_texts(data: bytes) -> Iterator[_Text]:
    """A list of messages, or one on each line."""
    try:
        values = list_of(read_json(data))
    except Unreadable:
        values = [value for line in data.split(b"\n") if (value := _object(line))]
    if not values:
        raise Unreadable(_("holds no message"))
    for one in values:
        if "body" in one or "__parts" in one:
            yield _from_json(one)


def _object(line: bytes) -> dict[str, Any]:
    try:
        return dict_of(json.loads(line))
    except (ValueError, RecursionError):
        return {}


def _from_json(one: dict[str, Any]) -> _Text:
    parts = list_of(one.get("__parts"))
    words = [text_of(one.get("body")), *(text_of(part.get("text")) for part in parts if part.get("ct") == "text/plain")]
    files = [_file({name: text_of(value) for name, value in part.items()}) for part in parts
             if part.get("ct") not in ("text/plain", "application/smil")]
    author = dict_of(one.get("__sender_address"))
    others = [text_of(part.get("address")) for part in list_of(one.get("__recipient_addresses"))]
    numbers = [text_of(one.get("address"))] if one.get("address") else [text_of(author.get("address")), *others]
    kind = text_of(one.get("type") or one.get("msg_box")) or "1"
    name = text_of(one.get("__display_name") or author.get("__display_name"))
    return _Text([number for number in map(str.strip, numbers) if _said(number)], _said(name),
                 kind in _SENT or kind == _DRAFT, text_of(one.get("date")), "\n".join(filter(None, words)),
                 text_of(author.get("address")), files)
