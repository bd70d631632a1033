"""Mailboxes in one file: mbox in all its forms, of Gmail, Thunderbird, Apple Mail, mutt and others."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.parsers.encoding import suffix_of
from mneme.parsers.mails.headers import moment
from mneme.parsers.mails.letters import Letter, says_sent, threads
from mneme.parsers.mails.mime import header_names, read_letter
from mneme.ports import Parsed, ParseInput
from mneme.types import Mark

_START = expression(rb"(?:\A(?:\xef\xbb\xbf)?\s{0,100}|\n)(?=From [^\n]{0,500}\r?\n)")
_TIMED = expression(rb"From [^\n]{0,400}?\b\d{1,2}:\d{2}(?::\d{2})?\b[^\n]*\n")
_PLAIN = expression(rb"From (?:-|\S+)[ \t]*(?:\w{3} \w{3} +\d{1,2}[^\n]{0,60})?\r?\n")
_HEADER = expression(rb">?From [^\n]*\n|[!-9;-~]{1,80}[ \t]*:|\r?\n", re.I)
_LENGTH = expression(rb"^Content-Length:[ \t]*(\d{1,10})[ \t]*\r?$", re.I | re.M)
_BODY = expression(rb"\r?\n\r?\n")
_QUOTED_FROM = expression(rb"^>(?=>*From )", re.M)
_SINCE = expression(r"([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}:\d{2}(?::\d{2})?) +((?:[+-]\d{4} +)?)(\d{4})( +[+-]\d{4})?")
_EXPUNGED = 0x0008  # of Thunderbird's X-Mozilla-Status: deleted, though still in the file
_STATUS = expression(rb"^X-Mozilla-Status:[ \t]*([0-9a-fA-F]{4})\b", re.M)
_DELETED = expression(rb"^X-Status:[ \t]*\w*D", re.M)
_OF_PROGRAM = expression(rb"^X-IMAP(?:base)?:.*?^Subject: DON'T DELETE THIS MESSAGE|"
                         rb"^Subject: DON'T DELETE THIS MESSAGE.*?^X-IMAP", re.M | re.S)
_BEFORE_FIRST = 110  # bytes that may stand before the first mail
_MOST_HEADERS = 65_536  # bytes of one mail in which its headers are looked for


class Mbox:
    """.mbox and files without an ending; a mailbox that grew is read on from where it ended.

    https://www.rfc-editor.org/rfc/rfc4155 and its variants mboxo, mboxrd, mboxcl, mboxcl2: lines "From …" begin a
    mail where headers follow; a right Content-Length is believed; ">From" was "From".
    """

    format = "mbox"
    suffixes = frozenset({".mbox", ".mbx"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        begins = starts(head)
        if not begins or head[:begins[0]].strip(b"\xef\xbb\xbf \t\r\n"):
            return 0.0
        if suffix_of(name) == ".eml":
            return 0.4  # one mail, whose "From " lines are not quoted
        names = header_names(head[begins[0]:].partition(b"\n")[2].lstrip(b">"))
        return 0.95 if suffix_of(name) in self.suffixes else 0.92 if len(names) > 1 else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        data = source.data
        if not data.strip():
            raise Skipped(_("is empty"))
        if b"\n" not in data and b"\r" in data:
            data = data.replace(b"\r", b"\n")
        first = _read_before(data, source.since)
        begins = [first + start for start in starts(data[first:])]
        if not begins and not first:
            raise Unreadable(_("is damaged, or is no {kind} file").format(kind="mbox"))
        mails = (data[start:end] for start, end in zip(begins, [*begins[1:], len(data)], strict=True))
        box = _Box(source)
        yield from threads(box.letters(mails))
        yield Mark(f"{len(data)} {_print(data)}")
        box.tell()


def starts(data: bytes) -> list[int]:
    """Where mails begin in (a piece of) a mailbox; the last may be missing where the line after it is cut off."""
    found: list[int] = []
    lax = False
    position = 0
    while (start := _START.search(data, position)) is not None:
        at = start.end()
        if _begins(data, at, lax):
            lax = lax or (not found and not _TIMED.match(data, at))
            found.append(at)
            position = _past_content(data, at)
        else:
            position = at + 1
    return found


def _begins(data: bytes, at: int, lax: bool) -> bool:
    """Whether the line "From …" at `at` begins a mail: it tells a time, and headers follow.

    `lax`: in this mailbox these lines tell none, so any after an empty line will do.
    """
    line = _TIMED.match(data, at)
    first = at < _BEFORE_FIRST
    if line is None and (first or (lax and data[at - 4:at].endswith((b"\n\n", b"\n\r\n")))):
        line = _PLAIN.match(data, at)
    return line is not None and _HEADER.match(data, line.end()) is not None


def _past_content(data: bytes, at: int) -> int:
    """Where to look for the next mail: after this one's content, where the length it tells is right."""
    body = _BODY.search(data, at, at + _MOST_HEADERS)
    length = _LENGTH.search(data, at, body.start() + 2) if body else None
    if body is None or length is None:
        return at + 5
    end = body.end() + int(length[1])
    rest = data[end:end + 10].lstrip(b"\r\n")
    return end - 1 if end <= len(data) and (rest.startswith(b"From ") or not rest) else at + 5


class _Box:
    """The mails of one mailbox as they are read, and how many were left out."""

    def __init__(self, source: ParseInput) -> None:
        self._zone = source.clock.zone()
        stem = source.name.rpartition(".")[0] or source.name
        self._sent = says_sent([stem])
        self._left_out: list[str] = []

    def letters(self, mails: Iterator[bytes]) -> Iterator[Letter]:
        for mail in mails:
            line, _end, content = mail.partition(b"\n")
            head = content[:_MOST_HEADERS]
            ends = _BODY.search(head)
            head = head[:ends.start() + 2] if ends else head
            if _is_deleted(head) or (_OF_PROGRAM.search(head) and b"mailer-daemon" in mail[:500].lower()):
                continue
            try:
                letter = read_letter(_QUOTED_FROM.sub(b"", content), self._zone, sent=self._sent)
            except Skipped as reason:
                self._left_out.append(str(reason.message))
                continue
            yield letter if letter.at else replace(letter, at=moment(_time(line), self._zone))

    def tell(self) -> None:
        """Raises: Skipped where mails were left out."""
        if count := len(self._left_out):
            raise Skipped(ngettext("{n} mail in it was left out: {why}", "{n} mails in it were left out: {why}", count)
                          .format(n=count, why=self._left_out[0]))


def _is_deleted(head: bytes) -> bool:
    status = _STATUS.search(head)
    return bool(status and int(status[1], 16) & _EXPUNGED) or bool(_DELETED.search(head))


def _time(line: bytes) -> str:
    """The date in a line "From someone Mon Jan  1 12:00:00 2024", in the order in which mails tell it."""
    found = _SINCE.search(line.decode("latin-1"))
    if found is None:
        return ""
    zone = found[4].strip() or (found[6] or "").strip() or "+0000"
    return f"{found[2]} {found[1]} {found[5]} {found[3]} {zone}"


def _read_before(data: bytes, since: str | None) -> int:
    """How much of the mailbox was read last time; 0 where it is another one now."""
    length, _space, known = (since or "").partition(" ")
    size = int(length) if length.isascii() and length.isdigit() else 0
    return size if 0 < size <= len(data) and _print(data[:size]) == known else 0


def _print(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=12).hexdigest()
