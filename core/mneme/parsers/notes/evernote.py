"""Evernote's exports: many notes in one XML file, each with a page of its own kind of HTML (ENML) inside."""

import base64
import binascii
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.messages import _, ngettext
from mneme.parsers.building import TextBuilder
from mneme.parsers.chats.chatting import digest
from mneme.parsers.documents.html import add_pieces
from mneme.parsers.encoding import decode, looks_like_text
from mneme.parsers.moments import parse_date
from mneme.parsers.notes.exported import LeftOut, locked
from mneme.parsers.notes.note_html import BOXES, Rules, read_note
from mneme.parsers.references import sound
from mneme.ports import Parsed, ParseInput
from mneme.types import Document

_CHUNK = 1 << 18  # bytes given to the XML reader at a time
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PLACE = ("place-name", "latitude", "longitude", "altitude")


class Evernote:
    """.enex (https://dev.evernote.com/doc/articles/enml.php, export DTDs 2 to 4), also as Joplin and others write it.

    Encrypted passages are left out; of attachments the file names are kept. Notes have no ids there: the key is made of
    the time a note was created and its title.
    """

    format = "evernote"
    suffixes = frozenset({".enex"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        return 0.95 if (b"<en-export" in head or b"<en-note" in head) and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        data = _body(source.data)
        seen: Counter[str] = Counter()
        given, left, reading = 0, LeftOut(), _Notes()
        for note in _notes(data, reading):
            given += 1
            if note.sealed:
                left.add(locked())
                continue
            told = note.one("created"), note.one("title")
            key = digest(*told) if any(told) else ""
            seen[key] += 1
            yield _document(note, f"{key}-{seen[key]}" if seen[key] > 1 else key, source.clock.zone())
        if not given and not reading.whole:
            raise Unreadable(_("is damaged, or is no {kind} file").format(kind="ENEX"))
        if not given:
            raise Skipped(_("holds no notes"))
        if not reading.whole:
            raise Unreadable(_("breaks off in the middle"), _("The notes before were taken in. Export them again."))
        left.say()


@dataclass(slots=True)
class _Note:
    """What one note says, by the names of its elements; those within others as "resource/file-name"."""

    said: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # names by hash
    tasks: list[Mapping[str, str]] = field(default_factory=list)
    sealed: bool = False  # the whole text is encrypted

    def one(self, name: str) -> str:
        return next((text.strip() for text in self.said.get(name, ()) if text.strip()), "")


class _Notes:
    """Hears the elements of an export (lxml's target interface): nothing is kept but the note being read."""

    def __init__(self) -> None:
        self.ready: list[_Note] = []
        self.whole = False
        self._note: _Note | None = None
        self._within: list[str] = []  # open elements below the note
        self._texts: list[list[str]] = []
        self._group: dict[str, str] = {}  # of the resource or task being read

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "note" and "content" not in self._within:
            self._finish()
            self._note = _Note()
        elif self._note is not None and "content" in self._within:
            self._texts[-1].append(f"<{tag}>")  # ENML that is not wrapped as it should be
        elif self._note is not None:
            self._within.append(tag)
            self._texts.append([])
            self._note.sealed |= tag == "content" and "aes" in attributes.get("encoding", "")
            if tag in ("resource", "task"):
                self._group = {}

    def data(self, text: str) -> None:
        if self._texts and self._within[-1] != "recognition":
            self._texts[-1].append(text)

    def end(self, tag: str) -> None:
        if tag == "en-export":
            self.whole = True
        if self._note is None:
            return
        if "content" in self._within and tag != "content":
            self._texts[-1].append(f"</{tag}>")
        elif tag == "note" and not self._within:
            self._finish()
        elif self._within and self._within[-1] == tag:
            self._within.pop()
            self._keep(tag, "".join(self._texts.pop()))

    def close(self) -> None:
        self._finish()

    def taken(self) -> list[_Note]:
        ready, self.ready = self.ready, []
        return ready

    def _finish(self) -> None:
        if self._note is not None and self._note.said:
            self.ready.append(self._note)
        self._note = None
        self._within, self._texts = [], []

    def _keep(self, tag: str, text: str) -> None:
        assert self._note is not None, "there is a note while anything is within it"
        if tag == "resource":
            self._note.files[self._group.get("hash", "")] = self._group.get("file-name", "")
        elif tag == "task":
            self._note.tasks.append(self._group)
        elif "resource" in self._within and tag == "data":
            self._group["hash"] = _hash(text)
        elif "resource" in self._within or "task" in self._within:
            self._group.setdefault(tag, text.strip())
        else:
            self._note.said.setdefault(tag, []).append(text)


def _body(data: bytes) -> bytes:
    """The export without what stands before it: its document type could declare entities."""
    if data.startswith(_UTF16):
        data = decode(data).text.encode("utf-8", "replace")
    start = data.find(b"<en-export")
    if start < 0 and b"<en-note" in data and b"]]>" not in data:  # a single page
        return b"<en-export><note><content><![CDATA[" + data + b"]]></content></note></en-export>"
    if start < 0:
        raise Unreadable(_("is damaged, or is no {kind} file").format(kind="ENEX"))
    return sound(data[start:])


def _notes(data: bytes, reading: Any) -> Iterator[_Note]:
    from lxml import etree  # noqa: PLC0415 -- slow import

    # huge_tree: attachments are longer than it allows; no tree is built, and without a document type there are no
    # entities
    parser = etree.XMLParser(target=reading, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
                             recover=True, encoding="utf-8")
    try:
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start:start + _CHUNK])
            yield from reading.taken()
        parser.close()
    except (etree.XMLSyntaxError, ValueError):
        reading.close()
    yield from reading.taken()


def _hash(text: str) -> str:
    """The MD5 by which a note refers to an attachment; "" for one that is damaged."""
    try:
        return hashlib.md5(base64.b64decode(text), usedforsecurity=False).hexdigest()
    except (binascii.Error, ValueError):
        return ""


def _document(note: _Note, key: str, zone: tzinfo) -> Document:
    read = read_note(_enml(note.one("content")), zone, Rules(files=note.files, tasks=_tasks(note), lines=True))
    builder = TextBuilder()
    if read.encrypted:
        builder.note(ngettext("{n} encrypted passage was left out.", "{n} encrypted passages were left out.",
                              read.encrypted).format(n=read.encrypted))
    add_pieces(builder, read.pieces)
    _add_files(builder, note, read.pieces)
    links = (*read.page.links, note.one("source-url"))
    made = builder.build(
        title=note.one("title"), authors=[note.one("author")], happened_at=parse_date(note.one("created"), zone),
        tags=[tag.strip() for tag in note.said.get("tag", ())], links=links, properties=_properties(note))
    return replace(made, key=key)


def _enml(content: str) -> str:
    """The note's page without its XML prolog, which the HTML reader would take for text."""
    return re.sub(r"^\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!DOCTYPE[^>]{0,300}>)?", "", content)


def _add_files(builder: TextBuilder, note: _Note, pieces: list[Any]) -> None:
    """The names of attachments that the text does not show in their place."""
    shown = "\n".join(piece.text for piece in pieces)
    builder.lines("paragraph", [f"[{name}]" for name in note.files.values() if name and f"[{name}]" not in shown])


def _tasks(note: _Note) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for task in note.tasks:
        point = BOXES[task.get("taskStatus") == "completed"] + task.get("title", "")
        if due := re.match(r"(20\d\d)(\d\d)(\d\d)T", task.get("dueDate", "")):
            point += f" ({due[1]}-{due[2]}-{due[3]})"
        groups.setdefault(task.get("taskGroupNoteLevelID", "").lower(), []).append((task.get("sortWeight", ""), point))
    # "B" before "J": a task's place in its group
    return {group: tuple(point for _weight, point in sorted(points)) for group, points in groups.items()}


def _properties(note: _Note) -> dict[str, str]:
    place = {name: note.one(name) for name in _PLACE}
    return {"updated": note.one("updated"), "source": note.one("source"), "reminder": note.one("reminder-time"),
            "source-url": note.one("source-url"), **place}
