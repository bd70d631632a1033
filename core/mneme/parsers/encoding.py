"""From bytes to text: byte-order marks, UTF-8 first, then the likeliest old encoding; what is no text is told apart."""

import codecs
import re
from dataclasses import dataclass

from mneme.errors import Skipped
from mneme.expressions import expression
from mneme.messages import _

MAX_CHARACTERS = 20_000_000  # of one document; a library of thirty novels
_SAMPLE = 65_536
_WEST = frozenset("äöüßÄÖÜéèêëàâáãåçñíìîïóòôõøúùûýÿæœÉÈÊËÀÂÁÃÅÇÑÍÌÎÏÓÒÔÕØÚÙÛÝÆŒ"
                  "¡¿«»‹›„“”‘’‚–—…•·€£§©®™°´ªº½¼¾×±µ²³\xa0\xad")
# What people's computers really wrote; the many others only make the guess worse.
_OLD = ("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8_r", "koi8_u",
        "iso8859_2", "cp874", "cp932", "euc_jp", "gb18030", "big5", "cp949")
_CONTROL = expression(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_MAGIC = (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"%PDF-", b"\x1f\x8b", b"SQLite format 3\x00",
          b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\x7fELF", b"bplist00", b"ID3", b"OggS", b"MSCF",
          b"\x00\x00\x00\x18ftyp", b"\x00\x00\x00\x20ftyp", b"RIFF", b"\xfd7zXZ")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
         (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with "\\n" line ends, without NUL and lone surrogates, of limited length; doubts in `notes`."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None, most: int = MAX_CHARACTERS) -> Decoded:
    """The text in `data`; `declared` is the encoding the content itself names, believed where UTF-8 does not fit.

    Raises: Skipped where it is empty or is not text.
    """
    if not data or data.isspace():
        raise Skipped(_("is empty"))
    if not looks_like_text(data):
        raise Skipped(_("is not text"))
    text, notes = _decoded(data[:4 * most + 4], declared, whole=len(data) <= 4 * most + 4)
    if "\x00" in text:
        notes.append(_("Characters without meaning (NUL) were left out."))
    text, cut_notes = cut(clean(text), most)
    if not text or text.isspace():
        raise Skipped(_("is empty"))
    return Decoded(text, (*notes, *cut_notes))


def clean(text: str) -> str:
    """`text` with "\\n" line ends, without NUL, and with lone surrogates (which no file can hold) replaced."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", text)


def cut(text: str, most: int) -> tuple[str, tuple[str, ...]]:
    """The first `most` characters, and the note that says so where there were more."""
    return (text, ()) if len(text) <= most else (text[:most], (too_long(most),))


def too_long(most: int) -> str:
    """The note on a document of which only the beginning was kept."""
    return _("It is very long: only the first {count} characters were kept.").format(count=most)


def looks_like_text(data: bytes) -> bool:
    """Whether bytes (or the beginning of them) are text in some encoding, not pictures, archives or programs."""
    if data.startswith(tuple(bom for bom, _name in _BOMS)):
        return True
    if data.startswith(_MAGIC):
        return False
    sample = data[:_SAMPLE] + (data[-_SAMPLE:] if len(data) > 2 * _SAMPLE else b"")
    if _utf16_without_bom(sample):
        return True
    noise = len(_CONTROL.findall(sample)) / max(len(sample), 1)
    return noise < (0.1 if _is_utf8(data[:_SAMPLE]) else 0.03)


def suffix_of(name: str) -> str:
    """The ending of a file name in lower case with its dot; "" where there is none."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem and "/" not in ending and "\\" not in ending else ""


def _decoded(data: bytes, declared: str | None, whole: bool) -> tuple[str, list[str]]:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _read(data[len(bom):], name, whole)
    if wide := _utf16_without_bom(data[:_SAMPLE]):
        return _read(data, wide, whole)
    if _is_utf8(data) and b"\x1b" not in data[:_SAMPLE]:  # ISO-2022 looks like ASCII with escapes
        return _read(data, "utf-8", whole)
    if declared and _decodes(data, declared):
        return _read(data, declared, whole)
    if _is_utf8(data):
        return _read(data, "utf-8", whole)
    if _mostly_utf8(data[:_SAMPLE]):
        text, _notes = _read(data, "utf-8", whole)
        return text, [_("A few characters are damaged and were replaced.")]
    encoding = _old_encoding(data)
    text, notes = _read(data, encoding, whole)
    return text, [_("The encoding was guessed: {encoding}.").format(encoding=encoding), *notes]


def _read(data: bytes, encoding: str, whole: bool) -> tuple[str, list[str]]:
    """Decoded, with what is impossible replaced; where it is not the `whole`, the last character may be cut off."""
    decoder = codecs.getincrementaldecoder(encoding)
    try:
        return decoder("strict").decode(data, final=whole), []
    except UnicodeError:
        text = decoder("replace").decode(data, final=whole)
        return text, [_("A few characters are damaged and were replaced.")]


def _is_utf8(data: bytes) -> bool:
    """Whether this is UTF-8; the last character may be cut off."""
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(data, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(sample: bytes) -> bool:
    """Whether whole UTF-8 characters outnumber the damaged ones by far."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample, final=False)
    damaged = text.count("\ufffd")
    return sum(c > "\x7f" for c in text) - damaged >= 4 * damaged


def _utf16_without_bom(sample: bytes) -> str | None:
    """UTF-16 of mostly Latin text has a zero in every second byte."""
    if len(sample) < 4:
        return None
    pairs = len(sample) // 2
    first, second = sample[0:2 * pairs:2].count(0) / pairs, sample[1:2 * pairs:2].count(0) / pairs
    if second > 0.4 and first < 0.05:
        return "utf-16-le"
    return "utf-16-be" if first > 0.4 and second < 0.05 else None


def _old_encoding(data: bytes) -> str:
    """The likeliest encoding from before UTF-8.

    Short texts and Western looks mean Windows-1252, because statistics go wrong there; else statistics decide.
    """
    sample = data[:_SAMPLE]
    western = "cp1252" if _decodes(sample, "cp1252") else "latin-1"
    if len(data) < 16 or _looks_western(sample.decode(western)):
        return western if _decodes(data, western) else "latin-1"
    from charset_normalizer import from_bytes  # noqa: PLC0415 -- slow import

    best = from_bytes(sample[:16_384], cp_isolation=list(_OLD)).best()
    return best.encoding if best and _decodes(data, best.encoding) else "latin-1"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _looks_western(text: str) -> bool:
    """Accents as Western European languages have them, and not on most of the letters."""
    letters = [c for c in text if c.isalpha()]
    accented = sum(c > "\x7f" for c in letters)
    return all(c <= "\x7f" or c in _WEST for c in text) and accented < 0.25 * max(len(letters), 1)
