"""Mails of Outlook in files of their own: .msg, a compound file with a stream for each property.

https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxmsg
"""

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from typing import Any

from mneme.errors import KnownError, Unreadable
from mneme.messages import _
from mneme.parsers.building import one_line
from mneme.parsers.encoding import suffix_of
from mneme.parsers.mails import mailtext
from mneme.parsers.mails.headers import text_of
from mneme.parsers.mails.letters import Letter, digest, ids_in, is_forward, is_reply, threads
from mneme.parsers.mails.mime import date_of, header_of, read_letter, receivers_of, sender_of, signed_content
from mneme.parsers.mails.replies import own_words
from mneme.parsers.moments import moment_of
from mneme.ports import Parsed, ParseInput
from mneme.types import Moment

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAMES = tuple(name.encode("utf-16-le") for name in ("__substg1.0_", "__properties_version1", "__nameid_version1"))
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MOST_FILES = 500  # receivers or attachments
_LONGEST = 20_000_000  # bytes of one property
# What the properties are called in MS-OXPROPS, without "PidTag"; sender and the one on whose behalf in pairs.
SUBJECT, BODY, HTML, RTF, HEADERS, CLASS = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D, 0x001A
MESSAGE_ID, REFERENCES, IN_REPLY_TO = 0x1035, 0x1039, 0x1042
SUBMITTED, DELIVERED, CREATED = 0x0039, 0x0E06, 0x3007
CODEPAGE, BODY_CODEPAGE = 0x3FFD, 0x3FDE
SENDERS = ((0x0C1A, (0x5D01, 0x0C1F)), (0x0042, (0x5D02, 0x0065)))  # name, addresses
RECEIVER = (0x3001, (0x39FE, 0x3003))
FILE_NAMES, CONTENT_ID, HIDDEN, DATA = (0x3707, 0x3704, 0x3001), 0x3712, 0x7FFE, 0x3701


class OutlookMsg:
    """.msg; signed mails are read from what was signed, encrypted ones are left out."""

    format = "msg"
    suffixes = frozenset({".msg"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if not head.startswith(_OLE):
            return 0.0
        if suffix_of(name) in self.suffixes or any(part in head for part in _NAMES):
            return 0.95
        return 0.0 if suffix_of(name) else 0.2

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        yield from threads([_letter(_Compound(source.data), source)])


class _Compound:
    """The streams of the file by path; folders are receivers and attachments. Raises: Unreadable."""

    def __init__(self, data: bytes) -> None:
        import olefile  # noqa: PLC0415 -- slow import

        self._broken = (OSError, ValueError, IndexError, KeyError, TypeError, struct.error, RecursionError,
                        OverflowError, AttributeError)
        try:
            self._ole: Any = olefile.OleFileIO(io.BytesIO(data))
            self.streams = {"/".join(path): path for path in self._ole.listdir()}
        except self._broken as error:
            raise Unreadable(_("is damaged, or is no {kind} file").format(kind="Outlook")) from error
        self.codepage = self._number(CODEPAGE) or self._number(BODY_CODEPAGE)
        self.body_codepage = self._number(BODY_CODEPAGE) or self.codepage

    def folders(self, kind: str) -> list[str]:
        """The folders of receivers ("recip") or attachments ("attach"), in their order."""
        names = {path.partition("/")[0] for path in self.streams if path.startswith(f"__{kind}_version1.0_#")}
        return sorted(names)[:_MOST_FILES]

    def content(self, tag: int, kind: int = 0x0102, folder: str = "") -> bytes:
        """A property's bytes; empty where it is missing or damaged."""
        path = self.streams.get(f"{folder}/".lstrip("/") + f"__substg1.0_{tag:04X}{kind:04X}")
        try:
            return bytes(self._ole.openstream(path).read(_LONGEST)) if path else b""
        except self._broken:
            return b""

    def text(self, tag: int, folder: str = "", codepage: int = 0) -> str:
        """A property's text, as Unicode or in the file's code page."""
        if wide := self.content(tag, 0x001F, folder):
            return wide.decode("utf-16-le", "replace").replace("\r\n", "\n").rstrip("\x00")
        codepage = codepage or self.codepage
        return text_of(self.content(tag, 0x001E, folder).rstrip(b"\x00"), f"cp{codepage}" if codepage else None)

    def time(self, tag: int) -> datetime | None:
        value = struct.unpack("<Q", self._fixed(tag, 0x0040))[0]
        try:
            return _EPOCH + timedelta(microseconds=value // 10) if value else None
        except OverflowError:
            return None

    def flag(self, tag: int, folder: str) -> bool:
        return any(self._fixed(tag, 0x000B, folder)[:2])

    def _number(self, tag: int) -> int:
        return int(struct.unpack("<Q", self._fixed(tag, 0x0003))[0]) & 0xFFFF

    def _fixed(self, tag: int, kind: int, folder: str = "") -> bytes:
        """The eight bytes of a property that stands in the table of properties; zeros where it does not."""
        path = self.streams.get(f"{folder}/".lstrip("/") + "__properties_version1.0")
        try:
            table = self._ole.openstream(path).read(_LONGEST) if path else b""
        except self._broken:
            table = b""
        key = struct.pack("<HH", kind, tag)
        rows = (table[at:at + 16] for at in range(8 if folder else 32, len(table) - 15, 16))
        return next((row[8:16] for row in rows if row[:4] == key), bytes(8))


def _letter(file: _Compound, source: ParseInput) -> Letter:
    kind, zone = file.text(CLASS).lower(), source.clock.zone()
    if kind.startswith("ipm.note.smime"):
        return _signed(file, zone)
    headers = HeaderParser(policy=compat32).parsestr(file.text(HEADERS))
    subject, sender = one_line(file.text(SUBJECT), 500), _sender(file, headers)
    text, at = _body(file, source), _time(file, headers, zone)
    references = ids_in(file.text(REFERENCES) or header_of(headers, "references"))
    parents = ids_in(file.text(IN_REPLY_TO) or header_of(headers, "in-reply-to"))
    keys = ids_in(file.text(MESSAGE_ID) or header_of(headers, "message-id"))
    reply = bool(references or parents) or is_reply(subject)
    return Letter(
        key=keys[0] if keys else digest(at.iso() if at else "", sender[0], subject, text), subject=subject,
        sender=sender, receivers=_receivers(file, headers),
        text=own_words(text, reply=reply, forward=is_forward(subject)),
        attachments=tuple(dict.fromkeys(_attachments(file))), at=at, references=references,
        parent=parents[0] if parents else "")


def _signed(file: _Compound, zone: tzinfo) -> Letter:
    """The mail inside the one attachment of a signed mail. Raises: Skipped for an encrypted one."""
    data = next((data for folder in file.folders("attach") if (data := file.content(DATA, folder=folder))), b"")
    if "multipartsigned" not in file.text(CLASS).lower():
        data = signed_content(data)
    own = re.sub(rb"(?im)^(?:content-[\w-]+|mime-version):[^\n]*\n(?:[ \t][^\n]*\n)*", b"",
                 file.text(HEADERS).encode("utf-8", "replace") + b"\n").strip()
    if not own:
        own = b"Subject: " + one_line(file.text(SUBJECT)).encode("utf-8", "replace")
    return read_letter(own + b"\n" + data.lstrip(), zone, _stored_time(file))


def _body(file: _Compound, source: ParseInput) -> str:
    """The words, from the plainest form there is."""
    zone = source.clock.zone()
    plain = file.text(BODY, codepage=file.body_codepage)
    if plain.strip():
        return mailtext.from_html(plain, zone) if mailtext.is_html(plain) else mailtext.from_plain(plain)[0]
    codepage = f"cp{file.body_codepage}" if file.body_codepage else None
    page = text_of(file.content(HTML), codepage) or file.text(HTML, codepage=file.body_codepage)
    return mailtext.from_html(page, zone) if page.strip() else _rich_text(file.content(RTF), source)


def _rich_text(packed: bytes, source: ParseInput) -> str:
    from compressed_rtf import decompress  # noqa: PLC0415 -- slow import

    from mneme.parsers.documents.rtf import Rtf  # noqa: PLC0415 -- slow import

    if not packed:
        return ""
    try:
        raw = decompress(packed)
        [document] = Rtf().parse(replace(source, data=raw.rstrip(b"\x00")))
    except (KnownError, ValueError, LookupError, TypeError, struct.error):
        return ""
    return getattr(document, "text", "")


def _time(file: _Compound, headers: Message, zone: tzinfo) -> Moment | None:
    """When it was sent: as its sender's headers say it, in the sender's zone; else as Outlook kept it, in UTC."""
    return date_of(headers, zone) or _stored_time(file)


def _stored_time(file: _Compound) -> Moment | None:
    times = map(file.time, (SUBMITTED, DELIVERED, CREATED))
    when = next((when for when in times if when and when.year > 1970), None)
    return moment_of(when, UTC) if when else None


def _sender(file: _Compound, headers: Message) -> tuple[str, str]:
    from_headers = sender_of(headers)
    if "@" in from_headers[0]:
        return from_headers
    told = [_person(file, "", *properties) for properties in SENDERS]
    best = next((person for person in told if "@" in person[0]), None) or next(filter(any, told), None)
    return best or from_headers


def _receivers(file: _Compound, headers: Message) -> tuple[tuple[str, str], ...]:
    people = [_person(file, folder, *RECEIVER) for folder in file.folders("recip")]
    return tuple(person for person in people if person[0]) or tuple(receivers_of(headers))


def _person(file: _Compound, folder: str, name: int, addresses: tuple[int, ...]) -> tuple[str, str]:
    """(address or, where only an organisation's own is kept, the name in lower case; name)"""
    told = one_line(file.text(name, folder), 200).strip("'\"")
    found = [one_line(file.text(tag, folder), 300).lower() for tag in addresses]
    address = next((one for one in found if "@" in one and not one.startswith("/o=")), "") or told.lower()
    return address or next(filter(None, found), ""), "" if told.lower() == address else told


def _attachments(file: _Compound) -> Iterator[str]:
    for folder in file.folders("attach"):
        name = next((name for tag in FILE_NAMES if (name := one_line(file.text(tag, folder), 200))), "")
        if name and not file.flag(HIDDEN, folder) and not (file.text(CONTENT_ID, folder) and _is_picture(name)):
            yield name


def _is_picture(name: str) -> bool:
    return suffix_of(name) in (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emz", ".wmz")
