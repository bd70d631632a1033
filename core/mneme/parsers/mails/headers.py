"""Headers of mails: their words in any encoding, the addresses in them and the time, however broken they are."""

import binascii
import codecs
import contextlib
import quopri
import re
from collections.abc import Iterator
from datetime import UTC, tzinfo
from email.utils import parsedate_to_datetime

from mneme.errors import Skipped
from mneme.expressions import expression
from mneme.parsers.building import one_line
from mneme.parsers.encoding import clean, decode
from mneme.parsers.moments import moment_of, parse_date
from mneme.types import Moment

_LONGEST = 100_000  # characters of one header that are looked at
_WORD = expression(r"=\?([\w.:+-]{1,60})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\n]{0,5000}?)\?=")
_BETWEEN_WORDS = expression(r"(?<=\?=)\s+(?==\?[\w.:+-]{1,60}(?:\*[\w-]{0,20})?\?[bBqQ]\?)")
_BAD_CODECS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_OTHER_NAMES = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "chinese": "gb18030", "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932",
    "sjis": "cp932", "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "us-ascii": "utf-8", "ascii": "utf-8", "iso-8859-8-i": "iso8859_8", "iso-8859-9": "cp1254",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "unicode-1-1-utf-7": "utf-7", "big5": "big5hkscs", "iso-8859-11": "cp874",
    "tis-620": "cp874", "iso-2022-jp": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext",
    "cp65001": "utf-8", "utf8mb4": "utf-8", "cp20127": "utf-8", "cp28591": "cp1252", "cp936": "gb18030",
    "cp51949": "cp949", "cp20866": "koi8_r", "cp21866": "koi8_u", "cp1200": "utf-16-le", "cp28592": "iso8859_2",
    "cp28595": "iso8859_5", "cp28597": "iso8859_7", "cp28599": "cp1254", "cp28605": "iso8859_15", "cp54936": "gb18030"}
_NOT_PLAIN = ("utf-7", "utf-16", "utf-32", "hz", "iso2022")  # codecs whose bytes may pass for UTF-8
_ZONES = {"CET": "+0100", "CEST": "+0200", "MEZ": "+0100", "MESZ": "+0200", "MET": "+0100", "MEST": "+0200",
          "BST": "+0100", "WET": "+0000", "WEST": "+0100", "EET": "+0200", "EEST": "+0300", "MSK": "+0300",
          "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300",
          "AKST": "-0900", "AKDT": "-0800", "HST": "-1000", "BRT": "-0300", "ART": "-0300", "SAST": "+0200"}
_ADDRESS = expression(r"[^\s<>\"'(),;:\[\]]{1,200}@[^\s<>\"'(),;:]{1,250}")
_ANGLE = expression(r"<([^<>]{0,500})>?")
_COMMENT = expression(r"\(([^()]{0,300})\)")


def charset(name: str | None) -> str | None:
    """The codec that a declared character set means in practice; None where there is none such."""
    bare = (name or "").strip().strip("\"'").lower()
    bare = _OTHER_NAMES.get(bare, bare)
    try:
        codec = codecs.lookup(bare).name if bare else ""
        b"".decode(codec or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return None
    return codec if codec and codec not in _BAD_CODECS else None


def text_of(data: bytes, declared: str | None) -> str:
    """The text in the bytes of a mail: the declared character set is believed where UTF-8 does not fit. "" for none."""
    codec = charset(declared)
    if codec and (codec.startswith(_NOT_PLAIN) or not _is_utf8(data)):
        with contextlib.suppress(UnicodeError):
            return clean(data.decode(codec)).removeprefix("\ufeff")
    try:
        return decode(data + b"\n", codec).text.removesuffix("\n")  # or a last byte may be thought half a letter
    except Skipped:
        return ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def words(raw: str) -> str:
    """A header's text on one line: encoded words decoded, bytes beyond ASCII in their likeliest encoding."""
    raw = _BETWEEN_WORDS.sub("", eight_bit(raw[:_LONGEST]).replace("\r", " ").replace("\n", " "))
    pieces, last, held, codec = [], 0, b"", ""
    for found in _WORD.finditer(raw):
        between, data = raw[last:found.start()], _word_bytes(found[2], found[3])
        if held and (between or found[1].lower() != codec):
            pieces.append(text_of(held, codec))
            held = b""
        pieces.append(between)
        # letters of several bytes may be cut apart by the end of a word
        held, codec, last = held + data, found[1].lower(), found.end()
    return " ".join("".join((*pieces, text_of(held, codec) if held else "", raw[last:])).split())


def addresses(raw: str) -> Iterator[tuple[str, str]]:
    """Each (address in lower case, name) in a header such as "To"; broken ones as well as they can be read."""
    for part in _parts(eight_bit(raw[:_LONGEST]).replace("\r", " ").replace("\n", " ")):
        address, name = _address(part)
        name = one_line(words(name.strip().replace('\\"', '"')).strip("\"' ,;"), 200)
        if address:
            yield address, "" if name.lower() == address else name
        elif name:
            yield name.lower(), name


def moment(raw: str, zone: tzinfo) -> Moment | None:
    """The time in a header such as "Date"; None for one that cannot be, as before there was mail."""
    text = one_line(re.sub(r"\([^()]*\)", " ", words(raw)))
    text = re.sub(r"\b[A-Z]{3,4}$", lambda found: _ZONES.get(found[0], found[0]), text)
    try:
        # "-0000": a time in UTC of a sender who does not tell its zone
        at = moment_of(parsedate_to_datetime(text), UTC if text.endswith("-0000") else zone)
    except (ValueError, TypeError, IndexError, OverflowError):
        at = parse_date(text, zone)
    return at if at and 1970 < at.local().year <= 2200 else None


def _word_bytes(kind: str, coded: str) -> bytes:
    data = coded.encode("utf-8", "replace")
    if kind in "qQ":
        return quopri.decodestring(data.replace(b" ", b"_"), header=True)
    return from_base64(data)


def from_base64(data: bytes) -> bytes:
    """Base64 as far as it can be read: foreign signs are passed over, what is missing at the end is done without."""
    bare = re.sub(rb"[^A-Za-z0-9+/=]+", b"", data)
    read = []
    for stretch in re.findall(rb"[A-Za-z0-9+/]+", bare):
        whole = stretch[:len(stretch) - 1] if len(stretch) % 4 == 1 else stretch
        read.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(read)


def eight_bit(raw: str) -> str:
    """The header with bytes beyond ASCII (kept as lone surrogates by the mail reader) as letters."""
    if raw.isascii():
        return raw
    try:
        return text_of(raw.encode("ascii", "surrogateescape"), None)
    except UnicodeEncodeError:  # letters already
        return clean(raw)


def _parts(raw: str) -> Iterator[str]:
    """The addresses of a list, apart: at commas and semicolons outside quotes, brackets and comments."""
    start, quoted, depth = 0, False, 0
    for at, sign in enumerate(raw):
        if sign == '"' and raw[at - 1:at] != "\\":
            quoted = not quoted
        elif not quoted and sign in "(<":
            depth += 1
        elif not quoted and sign in ")>":
            depth = max(depth - 1, 0)
        elif not quoted and not depth and sign == ":" and "@" not in raw[start:at]:
            start = at + 1  # the name of a group
        elif not quoted and not depth and sign in ",;":
            yield raw[start:at]
            start = at + 1
    yield raw[start:]


def _address(part: str) -> tuple[str, str]:
    """The address and the name in one entry: `Name <a@b>`, `a@b (Name)`, or `a@b`."""
    if angle := _ANGLE.search(part):
        inside = _uncommented(words(angle[1])).strip()
        found = _ADDRESS.search(inside)
        address = found[0] if found else "" if inside.startswith("@") or ":" in inside else inside
        name = part[:angle.start()]
        return address.strip("'").lower(), _uncommented(name) if '"' not in name else name
    comment = _COMMENT.search(part)
    bare = _uncommented(part)
    if found := _ADDRESS.search(bare):
        rest = (bare[:found.start()] + " " + bare[found.end():]).strip()
        return found[0].strip("'.").lower(), comment[1] if comment else rest
    return "", _uncommented(part)


def _uncommented(text: str) -> str:
    for _nested in range(3):
        text = _COMMENT.sub("", text.replace("\\)", "").replace("\\(", ""))
    return text
