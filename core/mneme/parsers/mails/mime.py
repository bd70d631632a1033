"""Internet mail (RFC 5322, MIME) as letters: whatever is broken in one, what can be read of it is.

https://www.rfc-editor.org/rfc/rfc5322, https://www.rfc-editor.org/rfc/rfc2045
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32

from mneme.errors import Skipped
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import one_line
from mneme.parsers.encoding import looks_like_text
from mneme.parsers.mails import mailtext
from mneme.parsers.mails.headers import addresses, eight_bit, from_base64, moment, text_of, words
from mneme.parsers.mails.letters import Letter, digest, ids_in, is_forward, is_reply, says_sent
from mneme.parsers.mails.replies import own_words
from mneme.types import Moment

Part = Message  # one part of a mail, or the whole
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, binascii.Error)
"""What the standard library throws at headers that were made to break it."""
_SIGNS = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
          "application/pgp-keys", "application/ms-tnef")
_ENVELOPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_CRYPT = expression(r"\s*-----BEGIN PGP MESSAGE-----")
_HEADER_LINE = expression(rb"[!-9;-~]+:|[ \t]|\r?$")
_BLANK = expression(rb"\n\r?\n")
_MOST_HEADERS = 65_536  # bytes
_MOST_PARTS = 2_000
_DEEPEST = 8
_PREFERENCE = {"text/plain": 0, "text/enriched": 1, "text/html": 3}  # of the forms of the same words; others: 2
_HEAD_NAMES = expression(
    rb"^(return-path|received|message-id|mime-version|from|to|cc|subject|date|delivered-to|reply-to|content-type|sender|"
    rb"in-reply-to|references|x-[\w-]+|dkim-signature|authentication-results|arc-[\w-]+|content-transfer-encoding|"
    rb"newsgroups|path|list-[\w-]+|status|envelope-to|received-spf|resent-[\w-]+|bcc|user-agent|thread-[\w-]+|"
    rb"importance|precedence|errors-to|organization|domainkey-signature)[ \t]*:", re.I)


class _Lenient(Compat32):
    """Headers as they stand there, with bytes beyond ASCII as the letters they most likely are."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return eight_bit(value)


_LENIENT = _Lenient()


def header_names(head: bytes) -> frozenset[str]:
    """The names of mail headers that bytes begin with; nothing where the first line is none."""
    names: set[str] = set()
    for number, line in enumerate(head.lstrip(b"\xef\xbb\xbf\r\n").replace(b"\r\n", b"\n").split(b"\n")):
        found = _HEAD_NAMES.match(line)
        if not line.strip() or (number == 0 and not found and not re.match(rb"[\w-]{2,60}:\s", line)):
            break
        if found:
            names.add(found[1].decode("ascii").lower())
    return frozenset(names)


def without_envelope(data: bytes) -> bytes:
    """The mail without what may stand before its headers: a byte-order mark, blank lines, a mailbox's "From " line."""
    return re.sub(rb"\A(?:\xef\xbb\xbf)?\s*(?:>?From [^\n]*\n)*", b"", data)


def read_letter(data: bytes, zone: tzinfo, received: Moment | None = None, sent: bool = False) -> Letter:
    """The mail in `data`. `received` is what its keeper knows of its time; `sent`, that its owner wrote it.

    Raises: Skipped for an encrypted one, and where there is no mail.
    """
    mail = _parsed(data)
    if not mail.keys():
        raise Skipped(_("holds no mail"))
    return letter_of(mail, zone, received, sent)


def letter_of(mail: Part, zone: tzinfo, received: Moment | None = None, sent: bool = False) -> Letter:
    """The same for a mail that was parsed already. Raises: Skipped."""
    body = Body(zone)
    body.take(mail)
    subject, sender = one_line(words(header_of(mail, "subject")), 500), sender_of(mail)
    text = body.text()
    parents = ids_in(header_of(mail, "in-reply-to"))
    key = next(iter(ids_in(header_of(mail, "message-id"))), "")
    references = ids_in(" ".join(headers_of(mail, "references")))
    at = date_of(mail, zone) or received
    reply = bool(parents or references) or is_reply(subject)
    labels = words(header_of(mail, "x-gmail-labels")).split(",")
    return Letter(
        key=key or digest(header_of(mail, "date"), sender[0], subject, text), subject=subject, sender=sender,
        receivers=tuple(receivers_of(mail)), text=own_words(text, reply=reply, forward=is_forward(subject)),
        attachments=tuple(dict.fromkeys(body.names)), at=at, references=references,
        parent=parents[0] if parents else "", sent=sent or says_sent(labels))


@dataclass(slots=True)
class Body:
    """What was found in the parts of a mail: texts in their order, and the names of what is attached."""

    zone: tzinfo
    texts: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    parts: int = 0
    depth: int = 0  # of mails in mails

    def text(self) -> str:
        return "\n\n".join(filter(None, (text.strip("\n") for text in self.texts)))

    def take(self, part: Part) -> None:
        """Read a part and those in it. Raises: Skipped for what is encrypted."""
        waiting = [part]
        while waiting and self.parts < _MOST_PARTS:
            self.parts += 1
            waiting[:0] = self._opened(waiting.pop(0))

    def _opened(self, part: Part) -> list[Part]:
        """Takes a part that is a leaf; gives the parts to be read next of one that is none."""
        kind = _kind(part)
        inside = part.get_payload() if part.is_multipart() else None
        if kind.startswith("multipart/") and not part.is_multipart():
            if (mended := _with_parts(part)) is not None:
                return [mended]
            kind = "text/plain"  # no parts were found: what is there is all that is there
        if kind == "multipart/encrypted":
            raise encrypted()
        if kind in _ENVELOPES:
            return [_parsed(signed_content(_content(part)))]
        if kind in ("message/rfc822", "message/global") and isinstance(inside, list):
            self._hand_on([one for one in inside if isinstance(one, Message)])
            return []
        if isinstance(inside, list):
            children = [one for one in inside if isinstance(one, Message)]
            if kind == "multipart/alternative":
                return self._choose(children) if self.depth < _DEEPEST else children
            return children[:1] if kind in ("multipart/report", "multipart/signed") else children
        self._leaf(part, kind)
        return []

    def _choose(self, children: list[Part]) -> list[Part]:
        """Of several forms of the same words take the plainest that says something, and what is attached in others."""
        for child in sorted((c for c in children if _preference(c) is not None), key=lambda c: _preference(c) or 0):
            tried = Body(self.zone, parts=self.parts, depth=self.depth + 1)
            tried.take(child)
            self.parts = tried.parts
            if _says_something(tried.text(), children if _kind(child) == "text/plain" else []):
                self.texts += tried.texts
                self.names += tried.names
                self.names += [name for other in children if other is not child and other.is_multipart()
                               for leaf in other.walk() if (name := _attached(leaf))]
                return []
        return [child for child in children if _preference(child) is None]

    def _leaf(self, part: Part, kind: str) -> None:
        name = _attached(part)
        if _is_text(kind, name) and not _is_attachment(part) and not (name and self.texts):
            self._say(part, kind)
        elif name:
            self.names.append(name)

    def _say(self, part: Part, kind: str) -> None:
        data = _content(part)
        text = text_of(data, _parameter(part, "charset")) if looks_like_text(data) else ""
        if _CRYPT.match(text):
            raise encrypted()
        if kind == "text/html" or mailtext.is_html(text):
            text = mailtext.from_html(text, self.zone)
        elif kind in ("text/enriched", "text/richtext"):
            text = mailtext.from_html(re.sub(r"\n", "<br>", text), self.zone)
        else:
            flowed = (_parameter(part, "format") or "").lower() == "flowed"
            text, names = mailtext.from_plain(text, flowed, (_parameter(part, "delsp") or "").lower() == "yes")
            self.names += names
        bare = "".join(text.split())
        if not any(bare == "".join(other.split()) for other in self.texts[:20]):
            self.texts.append(text)

    def _hand_on(self, inside: list[Part]) -> None:
        """A mail that is attached: who wrote it, about what, and its words."""
        for mail in inside[:1]:
            within = Body(self.zone, parts=self.parts + 1, depth=self.depth + 1)
            try:
                if self.depth < _DEEPEST:
                    within.take(mail)
            except Skipped:  # encrypted: its headers are told all the same
                within.texts.clear()
            self.parts = within.parts
            told = [f"{name}: {said}" for name in ("From", "Date", "To", "Subject")
                    if (said := words(header_of(mail, name.lower())))]
            rule = "---------- Forwarded message ----------"
            self.texts.append("\n".join((rule, *told, "", within.text())))
            self.names += within.names


def _parsed(data: bytes) -> Part:
    """The tree of parts; where there are too many in each other, the headers and the rest as one text."""
    data = _mended(without_envelope(data))
    try:
        return BytesParser(policy=_LENIENT).parsebytes(data)
    except _BROKEN:
        return BytesHeaderParser(policy=_LENIENT).parsebytes(data)


def _mended(data: bytes) -> bytes:
    """The mail with headers that the standard library takes for the end of them put right."""
    blank = _BLANK.search(data, 0, _MOST_HEADERS)
    lines = data[:blank.start() if blank else 0].split(b"\n")
    odd = [at for at, line in enumerate(lines[:-1]) if not _HEADER_LINE.match(line)]
    if not odd:
        return data
    for at in odd:
        if spaced := re.match(rb"([!-9;-~]+)[ \t]+:", lines[at]):
            lines[at] = spaced[1] + lines[at][spaced.end() - 1:]
        elif at and (_HEAD_NAMES.match(lines[at + 1]) or lines[at + 1][:1] in b" \t"):
            lines[at] = b" " + lines[at]
    return b"\n".join(lines) + data[blank.start() if blank else 0:]


def _with_parts(part: Part) -> Part | None:
    """A part that was declared to have parts, taken apart at the boundary that it has in truth."""
    text = _content(part)
    found = re.search(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=Content-[\w-]+:)", text, re.M | re.I)
    if found is None or b'"' in found[1]:
        return None
    mended = _parsed(b'Content-Type: multipart/mixed; boundary="' + found[1] + b'"\n\n' + text)
    return mended if mended.is_multipart() else None


def headers_of(part: Part, name: str) -> list[str]:
    """Every header of this name, its lines as they stand there."""
    return [str(value) for value in part.get_all(name, [])]


def header_of(part: Part, name: str) -> str:
    """The first header of this name that says something; "" where there is none."""
    return next((value for value in headers_of(part, name) if value.strip()), "")


def _kind(part: Part) -> str:
    """The MIME type as it is declared, or as the standard library settles it."""
    declared = re.match(r"\s*\"?([\w.+-]+/[\w.+-]+)", header_of(part, "content-type"))
    return declared[1].lower() if declared else part.get_content_type()


def _parameter(part: Part, name: str) -> str | None:
    value = rf"[;\s]{name}\*?\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s;]+))"
    found = re.search(value, header_of(part, "content-type"), re.I)
    return next(filter(None, found.groups()), None) if found else None


def _file_name(part: Part) -> str:
    try:
        name = part.get_filename() or ""
    except _BROKEN:
        name = ""
    return one_line(words(str(name)).strip("\"' ").replace("\\", "/").rpartition("/")[2], 200)


def _content(part: Part) -> bytes:
    """The bytes of a leaf, however they were made fit for the way."""
    way = header_of(part, "content-transfer-encoding")
    del part["content-transfer-encoding"]  # or the standard library would decode, more strictly than we do
    data = part.get_payload(decode=True)
    part["content-transfer-encoding"] = way
    named = re.match(r"[\"'\s]*([\w-]+)", way)
    name = named[1].lower() if named else ""
    if not isinstance(data, bytes):
        return b""
    if name.startswith("quoted"):
        return quopri.decodestring(data)
    if name == "base64" and _is_base64(data):
        return from_base64(data)
    return data


def _is_base64(data: bytes) -> bool:
    """Whether this can be Base64: words in plain sight, under a header that is wrong, are not."""
    sample = data[:4000]
    return sum(sample.count(sign) for sign in (b" ", b".", b",", b"<")) < 0.05 * len(sample)


def encrypted() -> Skipped:
    """What to raise for a mail that only its receiver's key opens."""
    return Skipped(_("is encrypted"))


def signed_content(envelope: bytes) -> bytes:
    """The mail in an S/MIME envelope (CMS, RFC 5652) that was signed only. Raises: Skipped for an encrypted one.

    What was signed is the first string of bytes in the envelope, whole or in pieces that follow each other.
    """
    pieces: list[bytes] = []
    at = 0
    while at + 2 <= len(envelope):
        tag, size = envelope[at], envelope[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(envelope[at:at + count], "big"), at + count
        if pieces and tag not in (0x04, 0x24, 0x00):
            break
        if tag == 0x04:
            pieces.append(envelope[at:at + size])
        at += 0 if tag & 0x20 else size
    content = b"".join(pieces)
    if b"content-type:" not in content[:4000].lower():
        raise encrypted()
    return content


def _is_attachment(part: Part) -> bool:
    return header_of(part, "content-disposition").strip().lower().startswith("attachment")


def _is_text(kind: str, name: str) -> bool:
    """Whether a part holds words for its reader: any kind of text but cards and invitations, where it has no name."""
    if kind in ("text/plain", "text/html", "text/enriched", "text/richtext"):
        return True
    return kind.startswith("text/") and not name and kind not in ("text/calendar", "text/x-vcard", "text/vcard")


def _attached(part: Part) -> str:
    """The name of the file that a part is; "" for signatures, and for a logo that an HTML mail shows."""
    kind = _kind(part)
    shown = kind.startswith("image/") and not _is_attachment(part) and bool(header_of(part, "content-id"))
    return "" if kind in _SIGNS or shown else _file_name(part)


def _preference(part: Part) -> int | None:
    """How plain a form of the words is, 0 for the plainest; None for one without words."""
    kind = _kind(part)
    if part.is_multipart():
        return 2
    return _PREFERENCE.get(kind, 4) if _is_text(kind, "") else None


def _says_something(text: str, others: list[Part]) -> bool:
    """Whether a plain text is more than a word that there is HTML."""
    has_page = any(_kind(other) in ("text/html", "multipart/related") for other in others)
    return bool(text.strip()) and not (has_page and mailtext.says_look_at_html(text))


def sender_of(mail: Part) -> tuple[str, str]:
    """Who wrote it: address and name; "?" where nothing tells."""
    for name in ("from", "sender", "reply-to", "return-path", "x-sender"):
        for value in headers_of(mail, name):
            if found := next(addresses(value), None):
                return found
    return "?", _("unknown sender")


def receivers_of(mail: Part) -> Iterator[tuple[str, str]]:
    """Everybody whom its headers name as a receiver, and further senders."""
    for name in ("from", "to", "cc", "bcc"):
        for value in headers_of(mail, name):
            yield from addresses(value)


def date_of(mail: Part, zone: tzinfo) -> Moment | None:
    """When it was sent; else when the first machine on its way had it."""
    dates = [*headers_of(mail, "date"), *headers_of(mail, "resent-date")]
    ways = [value.rpartition(";")[2] for value in reversed(headers_of(mail, "received")) if ";" in value]
    named = [*headers_of(mail, "delivery-date"), *headers_of(mail, "x-original-arrival-time")]
    return next((at for raw in (*dates[:3], *ways[:3], *named[:2]) if (at := moment(raw, zone))), None)
