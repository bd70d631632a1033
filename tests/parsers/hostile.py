"""Hostile inputs made of sound samples: quick, and the same for the same format and number, wherever it runs."""

import json
import re
import sqlite3
import struct
import tarfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol

from seeds import Seed

NUMBERS = (b"0", b"-1", b"1e309", b"-1e309", b"NaN", b"Infinity", b"9" * 20, b"-" + b"9" * 400, b"0.1e-400",
           b"4294967296",
           b"9223372036854775808", b"253402300800", b"-62135596801", b"1.7976931348623157e308", b"00", b"\xd9\xa3")
DATES = (b"0000-00-00", b"9999-12-31T23:59:59-23:59", b"0001-01-01T00:00:00+23:59", b"2024-02-30",
         b"1969-12-31T23:59:60Z",
         b"2024-05-07T25:61:61+99:99", b"99999-01-01", b"+002024-05-07", b"2024-W19-2", b"T", b"10000000000000000")
ODD = (b"", b" ", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xe2\x80\xae",
       b"\xe2\x80\xa8",
       b"\xef\xbb\xbf", b"\x1b[2J", b"%s%n{0}", b"../../../x", b"/etc/passwd", b"\r", b"\r\n\r\n", b"\n\n\n", b"\x85",
       b"\x0c",
       b"x" * 3000, b"\xcc\x81" * 200, b"a\n" * 300, b'"', b"'", b"\\", b"<!--", b"-->", b"]]>", b"&#0;", b"&#xD800;",
       b"&#99999999999;", b"&a;", b"--", b"=?utf-8?b?//8=?=", b"=?x?q?=FF?=", b"=FF=", b"[[[[", b"(((", b"{{{{",
       b"||||", b"```",
       b"\\u99999999 ", b"\\bin99999 ", b"BEGIN:", b"END:", b";;;===:::,,,", b"From ", b"Content-Type: multipart/mixed",
       b"\xf0\x9f\x97\x9d", b"\xe5\xb9\xb4")
VALUES = (*NUMBERS[:13], b"null", b"true", b"false", b'""', b'"x"', b"[]", b"{}", b"[[]]", b"[{}]", b'[null, 1, "x"]',
          b'{"": ""}', b'"\\ud800"', b'"\\u0000"', b'"\xff"', b'"' + b"y" * 2000 + b'"', b'"2024-99-99"', b'"1e309"',
          b"'x'",
          b'{"a": {"a": {"a": 1}}}', b"[" * 200 + b"]" * 200, b'{"a":' * 150 + b"1" + b"}" * 150)
MARKS = (*(one for one in ODD if len(one) < 30), b"---\n", b"a: ", b"b\n", b"# ", b"* ", b"- ", b"[[", b"]]", b"|",
         b"> ", b"#tag", b"<p>",
         b"</p>", b"<table>", b"<td>", b"&amp;", b"{", b"}", b"[", b"]", b",", b":", b"\\par ", b"\\'e", b"{\\rtf1",
         b"#+begin_src\n",
         b"<2024-01-01>", "\u00e4\U0001f642\u2028".encode(), b"\t", b"2024-05-07", b"<title>", b"<script>", b"<li>",
         b"<h2>", b"</h1>",
         b"%PDF-1.4\n", b"PK\x03\x04", b"SQLite format 3\x00", b"Subject: ", b"BEGIN:VCARD\n", b"[7/5/24, 10:00] A: ",
         b'{"a": ')
DEEP = 2_000
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">%s]>' % b"".join(
    b'<!ENTITY %c "%s">' % (b, b"&%c;" % a * 10) for a, b in zip(b"abcdefgh", b"bcdefghi", strict=True))
OUTSIDE = (b'<!DOCTYPE l [<!ENTITY i SYSTEM "file:///etc/hostname">]>', b'<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd">',
           b'<!DOCTYPE l [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>')
NAMES = ("../../x", "/tmp/x", "C:\\x", "..\\..\\x", "a\\b", "", ".", "..", "a/", "//", "x\x00y", "x\ny",
         "\u202egpj.exe", "x" * 300,
         "a/" * 200 + "b", "CON", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"))
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_DATE = re.compile(rb"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?|\d{8}T\d{6}Z?|"
                   rb"\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_WORD = re.compile(rb"[\w-]+|[^\w\s]+")
_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")
_TAG = re.compile(rb"<[^<>]*>")
_SAID = re.compile(rb"(?<=>)[^<]+(?=<)|(?<==\")[^\"]*(?=\")")
_ELEMENT = re.compile(rb"<(\w[\w:]*)(?:\s[^<>]*)?>(?:[^<]|<(?!/?\1[\s>]))*</\1>")
_OLD_HEAD = re.compile(rb"\A\s*(?:<\?xml[^>]*\?>)?\s*(?:<!DOCTYPE[^>]*>)?", re.IGNORECASE)
_JSON = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """A hostile file, with the write-ahead log beside it."""

    name: str
    data: bytes
    wal: bytes = b""


class Shape(Protocol):
    """What a sample is made of, so that it can be spoilt where it hurts."""

    def spoil(self, rng: Random) -> bytes: ...


class Generator:
    """The examples of one format, by number."""

    def __init__(self, format_name: str, seeds: Sequence[Seed], salt: int = 0) -> None:
        self._format, self._salt = format_name, salt
        self._shapes = [(seed, shape_of(seed.data)) for seed in seeds]

    def example(self, number: int) -> Example:
        """The same for the same number."""
        rng = Random(f"{self._format} {self._salt} {number}")
        seed, shape = rng.choice(self._shapes)
        data = shape.spoil(rng) if rng.random() < 0.97 else junk(rng)
        if rng.random() < 0.12:
            data = damaged(data, rng)
        wal = _log(rng, data) if isinstance(shape, Image) and rng.random() < 0.3 else b""
        name = rng.choice(NAMES) if rng.random() < 0.02 else seed.name
        return Example(name, data, wal)


def shape_of(data: bytes) -> Shape:
    """How to spoil a sample, told from its first bytes."""
    if data.startswith(b"PK\x03\x04"):
        return Container(data)
    if data.startswith(b"SQLite format 3"):
        return Image(data)
    if data[257:262] == b"ustar":
        return Tar(data)
    try:
        data.decode()
    except UnicodeDecodeError:
        return Binary(data)
    begin = data.lstrip()[:1]
    return Values(data) if begin in (b"{", b"[") and _is_json(data) else Markup(data) if begin == b"<" else Words(data)


# ------------------------------------------------------------------ bytes


def junk(rng: Random) -> bytes:
    """No sample at all: bytes by chance, or the marks of all formats in any order."""
    if rng.random() < 0.3:
        return rng.randbytes(rng.randrange(300))
    data = b"".join(rng.choices(MARKS, k=rng.randrange(40)))
    return data if rng.random() < 0.8 else data.decode("utf-8", "replace").encode("utf-16")


def damaged(data: bytes, rng: Random) -> bytes:
    """Changed without regard to what it is."""
    return rng.choice(_DAMAGES)(data, rng)


def _cut(data: bytes, rng: Random) -> bytes:
    return data[:rng.randrange(len(data) + 1)]


def _flipped(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 40)) if data else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _moved(data: bytes, rng: Random) -> bytes:
    one, two, three = sorted(rng.randrange(len(data) + 1) for _ in range(3))
    return data[:one] + data[two:three] + data[one:two] + data[three:]


def _repeated(data: bytes, rng: Random) -> bytes:
    start = rng.randrange(len(data) + 1)
    piece = data[start:start + rng.choice((1, 8, 100, 500))]
    return data[:start] + piece * rng.choice((2, 3, 20)) + data[start:]


def _extended(data: bytes, rng: Random) -> bytes:
    odd = rng.choice(ODD)
    return odd + data if rng.random() < 0.5 else data + odd


def _wide(data: bytes, rng: Random) -> bytes:
    text = data[:4000].decode("utf-8", "replace")
    return text.encode(rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037")), "replace")


def _line_ends(data: bytes, rng: Random) -> bytes:
    ends = rng.choice((b"\r", b"\r\n", b"\n\r", b"\x00\n", b"\x85", b"", b" "))
    return data.replace(b"\n", ends, rng.choice((1, -1)))


def _overwritten(data: bytes, rng: Random) -> bytes:
    start = rng.randrange(len(data) + 1)
    new = rng.choice((b"\xff\xff\xff\xff", b"\x00" * 8, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", rng.choice(ODD)[:64]))
    return data[:start] + new + data[start + len(new):]


_DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _cut, _flipped, _flipped, _moved, _repeated, _extended, _wide, _line_ends, _overwritten)


class Binary:
    """Bytes in an order of their own: mostly single fields are changed."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def spoil(self, rng: Random) -> bytes:
        data = self._data
        for _ in range(rng.choice((1, 1, 2, 3))):
            data = rng.choice((_flipped, _flipped, _overwritten, _overwritten, damaged))(data, rng)
        return data


# ------------------------------------------------------------------ texts


class Words:
    """Text: its lines, words, numbers and dates are what can be changed."""

    pieces: tuple[re.Pattern[bytes], ...] = (_LINE, _WORD)

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._kinds: list[tuple[list[Span], Callable[[bytes, Random], bytes]]] = [
            (found, change) for found, change in self._changeable() if found]
        self._own = [data[start:end] for found, _change in self._kinds for start, end in found if end - start < 2000]

    def spoil(self, rng: Random) -> bytes:
        edits = []
        for _ in range(rng.choice((1, 1, 2, 4, 8))):
            if self._kinds:
                found, change = rng.choice(self._kinds)
                edits.append((rng.choice(found), change))
        changed = self._edited(edits, rng)
        return self._whole(changed, rng) if rng.random() < 0.01 else changed

    def _changeable(self) -> list[tuple[list[Span], Callable[[bytes, Random], bytes]]]:
        data = self._data
        return [*(([m.span() for m in piece.finditer(data)], self._piece) for piece in self.pieces),
                ([m.span() for m in _NUMBER.finditer(data)], lambda _old, rng: rng.choice(NUMBERS)),
                ([m.span() for m in _DATE.finditer(data)], lambda _old, rng: rng.choice(DATES))]

    def _edited(self, edits: list[tuple[Span, Callable[[bytes, Random], bytes]]], rng: Random) -> bytes:
        out, last = [], 0
        for (start, end), change in sorted(edits, key=lambda edit: edit[0]):
            if start >= last:
                out += [self._data[last:start], change(self._data[start:end], rng)]
                last = end
        return b"".join((*out, self._data[last:]))

    def _piece(self, old: bytes, rng: Random) -> bytes:
        kind = rng.randrange(6)
        if kind == 0:
            return b""
        if kind == 1:
            return old * rng.choice((2, 2, 3, 50))
        if kind == 2:
            return rng.choice(self._own)
        return rng.choice(ODD) if kind < 5 else rng.choice(ODD) + old

    def _whole(self, data: bytes, rng: Random) -> bytes:
        """What befalls the whole: a mark that opens and never ends, or a very long line."""
        mark = rng.choice((b"[", b"(", b"> ", b"* ", b"{", b"<a>", b"- ", b"  ", b"#", b"|", b"{\\b ",
                           b"BEGIN:VEVENT\n"))
        return rng.choice((mark * DEEP + data, data + mark * DEEP, data.replace(b"\n", b" ") * 5,
                           data + b"z" * 100_000))


class Markup(Words):
    """XML and HTML: tags, what they hold, and whole elements; entities, and encodings that it is not in."""

    pieces = (_TAG, _SAID, _ELEMENT)

    def _whole(self, data: bytes, rng: Random) -> bytes:
        kind = rng.randrange(6)
        if kind == 0:
            return self._with_head(LAUGHS, _SAID.sub(b"&i;", data))
        if kind == 1:
            return self._with_head(rng.choice(OUTSIDE), _SAID.sub(b"&i;", data, 3))
        if kind == 2:
            return self._with_head(b'<?xml version="1.0" encoding="%s"?>' % rng.choice(
                (b"utf-16", b"utf-7", b"x", b"ucs-4", b"iso-2022-jp", b"", b"idna", b"zlib", b"undefined")), data)
        tag = _TAG.search(data, rng.randrange(len(data) + 1))
        one = tag[0] if tag else b"<a>"
        return (data[:tag.start()] if tag else data) + one * DEEP + (data[tag.start():] if tag else b"")

    def _with_head(self, head: bytes, data: bytes) -> bytes:
        return head + _OLD_HEAD.sub(b"", data, count=1)


class Values(Words):
    """JSON: values of another type, keys that are gone or there twice, and nesting."""

    def __init__(self, data: bytes) -> None:
        self._values, self._members = json_spans(data)
        super().__init__(data)

    def _changeable(self) -> list[tuple[list[Span], Callable[[bytes, Random], bytes]]]:
        return [(self._values, self._value), (self._values, self._value), (self._members, self._member),
                *super()._changeable()]

    def _value(self, old: bytes, rng: Random) -> bytes:
        kind = rng.randrange(10)
        if kind == 0:
            return b"[%s]" % old
        if kind == 1:
            return b'{"a": %s}' % old
        if kind == 2:
            return rng.choice(self._own)
        return rng.choice(VALUES)

    def _member(self, old: bytes, rng: Random) -> bytes:
        kind = rng.randrange(4)
        if kind == 0:
            return b'"": 0'
        if kind == 1:
            return old + b", " + old
        key = old.partition(b":")[0]
        return key + b": " + (rng.choice(VALUES) if kind == 2 else b'"\\ud83d"')

    def _whole(self, data: bytes, rng: Random) -> bytes:
        if rng.random() < 0.3:
            return data + b"\n" + data
        opened, closed = rng.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")))
        depth = rng.choice((20, DEEP, 20 * DEEP))
        return opened * depth + data + closed * rng.choice((depth, 0))


def json_spans(data: bytes) -> tuple[list[Span], list[Span]]:
    """Where the values are, and the members of objects from the key to the value's end."""
    values, members, opened = [], [], []
    key = -1  # where the key begins whose value comes now
    before: Span = (0, 0)
    for token in _JSON.finditer(data):
        mark = token[0]
        if mark in (b"{", b"["):
            opened.append((token.start(), key))
            key = -1
        elif mark == b":":
            key = before[0]
            if values and values[-1] == before:
                values.pop()  # it was a key
        elif mark != b",":
            start, key = opened.pop() if mark in (b"}", b"]") and opened else (token.start(), key)
            values.append((start, token.end()))
            if key >= 0:
                members.append((key, token.end()))
            key = -1
        before = token.span()
    return values, members


def _is_json(data: bytes) -> bool:
    for whole in (data, *data.splitlines()[:1]):
        try:
            json.loads(whole)
            return True
        except ValueError:
            continue
    return False


# ------------------------------------------------------------------ containers


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the zip file tells of it; what is None is told as it is."""

    name: bytes
    data: bytes
    method: int = 0
    packed: bytes | None = None
    crc: int | None = None
    size: int | None = None
    flags: int = 0x800
    mode: int = 0o100644


class Container:
    """A zip file: its members' content, and everything that it can say wrongly about them."""

    def __init__(self, data: bytes) -> None:
        self._members = [Member(name.encode("utf-8", "surrogateescape"), content) for name, content in unzipped(data)]
        self._shapes = [shape_of(member.data) for member in self._members]

    def spoil(self, rng: Random) -> bytes:
        members = list(self._members)
        place = rng.randrange(len(members))
        if rng.random() < 0.65:
            members[place] = replace(members[place], data=self._shapes[place].spoil(rng))
        else:
            members[place:place + 1] = rng.choice(_LIES)(members[place], rng)
        return zip_of(members)


def unzipped(data: bytes) -> list[tuple[str, bytes]]:
    """The members of a sound zip file."""
    import io  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [(info.filename, package.read(info)) for info in package.infolist()]


def _renamed(member: Member, rng: Random) -> list[Member]:
    name = rng.choice(NAMES).encode("utf-8", "surrogatepass")
    return [replace(member, name=name, flags=rng.choice((0, 0x800)))]


def _slipped(member: Member, rng: Random) -> list[Member]:
    return [replace(member, name=rng.choice((b"../../", b"/", b"C:\\", b"..\\", b"./", b"x/../../")) + member.name)]


def _twice(member: Member, rng: Random) -> list[Member]:
    return [member, replace(member, data=rng.choice((b"", b"<a/>", b"{}", member.data[:50])))]


def _lying(member: Member, rng: Random) -> list[Member]:
    size = rng.choice((0, 1, len(member.data) + 1, 0x7FFFFFFF, 0xFFFFFFFF, 30_000_000))
    return [replace(member, size=size, crc=rng.choice((None, 0)))]


def _locked(member: Member, rng: Random) -> list[Member]:
    return [replace(member, flags=rng.choice((1, 0x41, 0x2001, 8, 0x28)))]


def _linked(member: Member, _rng: Random) -> list[Member]:
    return [replace(member, data=b"/etc/hostname", mode=0o120777)]


def _oddly_packed(member: Member, rng: Random) -> list[Member]:
    packed = zlib.compress(member.data)[2:-4]
    return [replace(member, method=rng.choice((8, 8, 9, 12, 14, 93, 99)), packed=damaged(packed, rng))]


def _bomb(member: Member, rng: Random) -> list[Member]:
    """1:1000; a small one that is read, and one that is told to be as large as it is."""
    return [replace(member, method=8, packed=BOMB, data=b"", crc=BOMB_CRC, size=rng.choice((len(BOMB), BOMB_SIZE)))]


def _nested(member: Member, rng: Random) -> list[Member]:
    inner = zip_of([member] * rng.choice((1, 3)))
    return [member, Member(rng.choice((b"a.zip", member.name)), inner)]


def _gone(_member: Member, _rng: Random) -> list[Member]:
    return []


def _many(member: Member, _rng: Random) -> list[Member]:
    return [replace(member, name=b"%d-%s" % (n, member.name)) for n in range(20)]


_LIES: tuple[Callable[[Member, Random], list[Member]], ...] = (
    _renamed, _slipped, _twice, _lying, _locked, _linked, _oddly_packed, _oddly_packed, _bomb, _nested, _gone, _many)
BOMB_SIZE = 40_000_000
BOMB_CRC = 0


def _packed_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join([*(packer.compress(b"<a>" * 10_000) for _ in range(BOMB_SIZE // 30_000)), packer.flush()])


BOMB = _packed_bomb()


def zip_of(members: Sequence[Member]) -> bytes:
    """A zip file that says of its members what they say of themselves."""
    out, listed, place = [], [], 0
    for member in members:
        packed = member.data if member.packed is None else member.packed
        crc = zlib.crc32(member.data) if member.crc is None else member.crc
        size = len(member.data) if member.size is None else member.size
        told = struct.pack("<HHHHHIIIHH", 20, member.flags, member.method, 0, 33, crc, len(packed), size,
                           len(member.name), 0)
        local = b"PK\x03\x04" + told + member.name + packed
        more = struct.pack("<HHHII", 0, 0, 0, member.mode << 16, place)
        listed.append(b"PK\x01\x02\x14\x03" + told + more + member.name)
        out.append(local)
        place += len(local)
    directory = b"".join(listed)
    return b"".join(out) + directory + b"PK\x05\x06" + struct.pack(
        "<HHHHIIH", 0, 0, len(listed), len(listed), len(directory), place, 0)


class Tar:
    """A tar file of texts."""

    def __init__(self, data: bytes) -> None:
        import io  # noqa: PLC0415

        with tarfile.open(fileobj=io.BytesIO(data)) as package:
            self._members = [(one.name, file.read()) for one in package if (file := package.extractfile(one))]
        self._shapes = [shape_of(content) for _name, content in self._members]

    def spoil(self, rng: Random) -> bytes:
        members = [(tarfile.TarInfo(name), content) for name, content in self._members]
        place = rng.randrange(len(members))
        info = members[place][0]
        if rng.random() < 0.7:
            members[place] = info, self._shapes[place].spoil(rng)
        elif rng.random() < 0.5:
            info.type = rng.choice((
                tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE,
                tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE, tarfile.XHDTYPE, b"?"))
            info.linkname = "/etc/hostname"
        else:
            info.name = rng.choice(NAMES)[:99].replace("\x00", "")
        return b"".join(self._written(info, content) for info, content in members) + bytes(1024)

    def _written(self, info: tarfile.TarInfo, content: bytes) -> bytes:
        info.size = len(content)
        return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape") + content + bytes(-len(content) % 512)


# ------------------------------------------------------------------ databases


class Image:
    """A SQLite database: its values, its schema, its pages."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        with sqlite3.connect(":memory:") as database:
            database.deserialize(data)
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                      if not name.startswith("sqlite_")]
            self._columns = [(table, row[1]) for table in tables
                             for row in database.execute(f'PRAGMA table_info("{table}")')]
        database.close()

    def spoil(self, rng: Random) -> bytes:
        kind = rng.random()
        if kind < 0.6:
            return self._changed(rng)
        return self._page(rng) if kind < 0.8 else self._header(rng)

    def _changed(self, rng: Random) -> bytes:
        database = sqlite3.connect(":memory:", isolation_level=None)
        try:
            database.deserialize(self._data)
            database.execute("PRAGMA legacy_alter_table=ON")
            for _ in range(rng.choice((1, 2, 4))):
                table, column = rng.choice(self._columns)
                statement = rng.choice(_STATEMENTS).format(t=table, c=column, n=rng.randrange(4))
                try:
                    database.execute(statement, (rng.choice(_STORED),) if "?" in statement else ())
                except (sqlite3.Error, OverflowError):
                    continue
            return database.serialize()
        finally:
            database.close()

    def _page(self, rng: Random) -> bytes:
        """A page in another's place, or nonsense in the head of one."""
        size = int.from_bytes(self._data[16:18], "big") or 4096
        pages = [self._data[start:start + size] for start in range(0, len(self._data), size)]
        here, there = rng.randrange(len(pages)), rng.randrange(len(pages))
        if rng.random() < 0.5:
            pages[here], pages[there] = pages[there], pages[here]
            pages[0] = self._data[:size] if rng.random() < 0.8 else pages[0]
        else:
            at = (100 if here == 0 else 0) + rng.randrange(12)
            pages[here] = pages[here][:at] + rng.randbytes(rng.choice((1, 2, 8))) + pages[here][at:]
            pages[here] = pages[here][:size]
        return b"".join(pages)

    def _header(self, rng: Random) -> bytes:
        at = rng.randrange(16, 100)
        new = rng.choice((b"\xff", b"\x00", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x02\x02"))
        changed = self._data[:at] + new + self._data[at + len(new):]
        return _flipped(changed, rng) if rng.random() < 0.5 else changed


_STATEMENTS = (
    'UPDATE "{t}" SET "{c}" = ?', 'UPDATE "{t}" SET "{c}" = ? WHERE rowid % 4 = {n}', 'UPDATE "{t}" SET "{c}" = ?',
    'UPDATE "{t}" SET "{c}" = CAST(? AS TEXT)', 'DELETE FROM "{t}" WHERE rowid % 4 = {n}', 'DELETE FROM "{t}"',
    'ALTER TABLE "{t}" RENAME COLUMN "{c}" TO "x"', 'ALTER TABLE "{t}" DROP COLUMN "{c}"', 'DROP TABLE "{t}"',
    'UPDATE "{t}" SET rowid = 9223372036854775800 - rowid', 'INSERT OR IGNORE INTO "{t}" ("{c}") VALUES (?)',
    'ALTER TABLE "{t}" RENAME TO "y"',
    'CREATE VIEW "{t}" AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS "{c}" FROM r',
    'CREATE TRIGGER g{n} AFTER INSERT ON "{t}" BEGIN DELETE FROM "{t}"; END',
    'ALTER TABLE "{t}" ADD COLUMN "v{n}" AS (randomblob(1000000000))', 'CREATE VIRTUAL TABLE v{n} USING fts5(a)',
    'CREATE TABLE "odd""name{n}" (a)', 'PRAGMA encoding = "UTF-16"', "PRAGMA user_version = -1")
_STORED = (None, 0, -1, 1, 2**63 - 1, -2**63, 1e300, float("inf"), float("nan"), 0.5, "", "x", b"",
           b"\x00\xff\xfe", b"\xed\xa0\x80",
           "a\x00b", "x" * 5000, b"bplist00" + b"\xff" * 40, b"\x04\x0bstreamtyped\x81\xe8\x03",
           b"\x1f\x8b\x08" + b"\x00" * 30,
           "https://[::1", "http://\ud7ff", "javascript:x",
           "2024-99-99", "%", "[" * 3000, '{"a": [' * 500, "\u202e", "file:///etc/passwd")


def _log(rng: Random, data: bytes) -> bytes:
    """What stands beside a database as its log: garbage, or frames that are right so far."""
    told = int.from_bytes(data[16:18], "big")
    size = told if told in (512, 1024, 2048) else 4096
    head = struct.pack(">6I", rng.choice((0x377F0682, 0x377F0683)), 3007000, size, 0, 1, 2)
    if rng.random() < 0.3:
        return rng.randbytes(rng.randrange(300))
    one, two = _sums(head, (0, 0))
    page = damaged(data[:size], rng)[:size].ljust(size, b"\0")
    frame = struct.pack(">2I", rng.choice((1, 2, 0, 0x7FFFFFFF)), rng.choice((0, 1, 3, 0x7FFFFFFF)))
    sums = _sums(page, _sums(frame, (one, two)))
    whole = head + struct.pack(">2I", one, two) + frame + struct.pack(">4I", 1, 2, *sums) + page
    return _flipped(whole, rng) if rng.random() < 0.3 else whole


def _sums(data: bytes, start: tuple[int, int]) -> tuple[int, int]:
    one, two = start
    words = struct.unpack(f"<{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
