"""Apple Notes' own database on a Mac or in a backup of a phone: NoteStore.sqlite, with each note's packed text."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from mneme.errors import Skipped
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.databases import Database, is_database, opened, tables_in
from mneme.parsers.notes.exported import LeftOut, in_the_bin, locked, moment_after, with_more, words
from mneme.parsers.notes.note_html import BOXES
from mneme.ports import Parsed, ParseInput
from mneme.types import BlockKind, Document

_OBJECTS = "ziccloudsyncingobject"
_COLUMNS = ("z_pk zidentifier ztitle1 ztitle2 zfolder zcreationdate1 zcreationdate3 zcreationdate zmodificationdate1 "
            "zispasswordprotected zmarkedfordeletion zfoldertype zalttext ztitle ztypeuti zurlstring zfilename")
_SINCE_2001 = 978_307_200  # seconds from 1970 to the beginning of Apple's time
_LONGEST = 20_000_000  # bytes of one note's text and styles
_ATTACHED = "\ufffc"
_BIN = 1  # the type of the folder of deleted notes
_HEADINGS = {0: 1, 1: 2, 2: 3}  # styles: title, heading, subheading
_CODE, _POINTS, _BOX = 4, (100, 101, 102), 103


class AppleNotes:
    """The text with its lists, tick boxes and links; tables and drawings are left out, locked notes too.

    What is packed is described by https://github.com/threeplanetssoftware/apple_cloud_notes_parser (notestore.proto).
    """

    format = "apple-notes"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        own = {"zicnotedata", _OBJECTS} & tables_in(head) or name == "NoteStore.sqlite"
        return 0.9 if own and is_database(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        with opened(source.data, source.wal) as database:
            yield from self.read(database, source)

    def fits(self, database: Database) -> bool:
        """Whether it is the database of Apple Notes (iOS 9, OS X 10.11 or later)."""
        return database.has(zicnotedata="zdata znote", ziccloudsyncingobject="z_pk zidentifier")

    def read(self, database: Database, source: ParseInput) -> Iterator[Parsed]:
        """Raises: Skipped where notes were in the bin or locked; Unreadable."""
        if not self.fits(database):
            raise Skipped(_("holds no notes"))
        names = _COLUMNS.split()
        rows = [dict(zip(names, row, strict=True)) for row in database.rows(_OBJECTS, _COLUMNS)]
        by_key = {row["z_pk"]: row for row in rows}
        attached = {words(row["zidentifier"]): row for row in rows if row["zidentifier"]}
        left = LeftOut()
        for key, data in database.rows("zicnotedata", "znote zdata"):
            note = by_key.get(key)
            if note is None:
                continue
            if reason := _why_not(note, by_key):
                left.add(reason)
            elif (packed := _unpacked(data)) is not None:
                document = _document(note, packed, by_key.get(note["zfolder"]), attached, source.clock.zone())
                if document.text.strip():
                    yield document
        left.say()


def _why_not(note: dict[str, Any], by_key: dict[Any, dict[str, Any]]) -> str | None:
    folder = by_key.get(note["zfolder"]) or {}
    if note["zmarkedfordeletion"] == 1 or folder.get("zfoldertype") == _BIN:
        return in_the_bin()
    return locked() if note["zispasswordprotected"] == 1 else None


def _unpacked(data: Any) -> bytes | None:
    """The content of gzip data, as far as it goes; None for what is none, or far too much."""
    if not isinstance(data, bytes):
        return None
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(data, _LONGEST)
    except zlib.error:
        return None
    return None if unpacker.unconsumed_tail else text


def _document(note: dict[str, Any], packed: bytes, folder: dict[str, Any] | None,
              attached: dict[str, dict[str, Any]], zone: tzinfo) -> Document:
    builder, links, tags = TextBuilder(), [], []
    body = _first(_first(packed, 2), 3)
    text = _first(body, 2).decode("utf-8", "replace")
    runs = [_Run.of(run) for run in _all(body, 5)]
    objects = [attached.get(run.attached, {}) for run in runs if run.attached]
    for one in objects:
        said = words(one.get("zalttext"))
        tags += [said.lstrip("#")] if said.startswith("#") else []
        links += [words(one.get("zurlstring"))]
        if words(one.get("ztypeuti")) == "com.apple.notes.table":
            builder.note(_("Tables were left out."))
    _add_lines(builder, _lines(text, runs, iter(objects)))
    dates = (note[name] for name in ("zcreationdate1", "zcreationdate3", "zcreationdate") if note[name])
    edited = _moment(note["zmodificationdate1"], zone)
    return with_more(
        builder.build(), title=words(note["ztitle1"]) or text.partition("\n")[0],
        happened_at=_moment(next(dates, None), zone) or edited, key=words(note["zidentifier"]), tags=tags,
        links=[*(run.link for run in runs), *links],
        properties={"folder": words((folder or {}).get("ztitle2")), "updated": edited.iso() if edited else ""})


def _moment(value: Any, zone: tzinfo) -> Any:
    return moment_after(value + _SINCE_2001, zone) if isinstance(value, int | float) and value else None


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of text of one style; its length is in units of UTF-16."""

    length: int
    style: int = -1
    indent: int = 0
    done: bool = False
    quote: bool = False
    link: str = ""
    attached: str = ""

    @classmethod
    def of(cls, data: bytes) -> "_Run":
        paragraph = _first(data, 2)
        return cls(_number(data, 1), _number(paragraph, 1, -1), _number(paragraph, 4),
                   _number(_first(paragraph, 5), 2) == 1, _number(paragraph, 8) == 1,
                   _first(data, 9).decode("utf-8", "replace"),
                   _first(_first(data, 12), 1).decode("utf-8", "replace"))


def _lines(text: str, runs: list[_Run], objects: Iterator[dict[str, Any]]) -> Iterator[tuple[_Run, str]]:
    """Each line with the run it ends in; where something was attached, its name."""
    units, start = text.encode("utf-16-le", "replace"), 0
    line: list[str] = []
    run = _Run(0)
    for run in (*runs, _Run(len(units))):
        stretch = units[start:start + 2 * run.length].decode("utf-16-le", "replace")
        start += 2 * run.length
        if run.attached:
            stretch = _named(next(objects, {}))
        parts = stretch.split("\n")
        for part in parts[:-1]:
            yield run, "".join((*line, part))
            line = []
        line.append(parts[-1])
    yield run, "".join(line)


def _named(attachment: dict[str, Any]) -> str:
    if inline := words(attachment.get("zalttext")):
        return inline
    name = words(attachment.get("ztitle")) or words(attachment.get("zfilename"))
    return f"[{name}]" if name else ""


def _add_lines(builder: TextBuilder, lines: Iterator[tuple[_Run, str]]) -> None:
    """Lines of the same kind become one block; an empty line ends it."""
    group: list[str] = []
    kind: BlockKind = "paragraph"
    for run, line in lines:
        shown = line.replace("\u2028", "\n").replace(_ATTACHED, "")
        now = _kind(run)
        if now != kind or now == "heading" or not shown.strip():
            builder.lines(kind, group)
            group, kind = [], now
        if now == "heading":
            builder.add("heading", shown, _HEADINGS[run.style])
        elif shown.strip():
            group.append(_mark(run) + shown)
    builder.lines(kind, group)


def _kind(run: _Run) -> BlockKind:
    if run.style in _HEADINGS:
        return "heading"
    if run.style in (*_POINTS, _BOX):
        return "list"
    return "code" if run.style == _CODE else "quote" if run.quote else "paragraph"


def _mark(run: _Run) -> str:
    if run.style not in (*_POINTS, _BOX):
        return ""
    return "  " * max(0, min(run.indent, 20)) + "- " + (BOXES[run.done] if run.style == _BOX else "")


# -- protocol buffers, as much as is needed (https://protobuf.dev/programming-guides/encoding/)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field; ends where the data makes no sense."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield number, value
        elif kind == 2:
            size, at = _varint(data, at)
            yield number, data[at:at + size]
            at += size
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            return


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            break
        value |= (data[at] & 0x7F) << shift
        at += 1
        if not data[at - 1] & 0x80:
            break
    return value, at


def _all(data: bytes, number: int) -> Iterator[bytes]:
    return (value for field, value in _fields(data) if field == number and isinstance(value, bytes))


def _first(data: bytes, number: int) -> bytes:
    return next(_all(data, number), b"")


def _number(data: bytes, number: int, otherwise: int = 0) -> int:
    return next((value for field, value in _fields(data) if field == number and isinstance(value, int)), otherwise)
