"""Simplenote's export: one JSON file of all notes, also inside a zip where each stands a second time as text."""

from collections.abc import Iterator, Sequence
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.chats.chatting import digest, list_of, listing
from mneme.parsers.encoding import looks_like_text
from mneme.parsers.moments import parse_iso
from mneme.parsers.notes.exported import LeftOut, in_the_bin, json_of, markdown, with_more, words
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Document

_INSIDE = "source/notes.json"


class Simplenote:
    """notes.json (https://simplenote.com/help/#export): the first line of a note is its title."""

    format = "simplenote"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        begins = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        return 0.95 if begins and b'"activeNotes"' in head and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        export = json_of(source.data)
        if not isinstance(export, dict) or not isinstance(export.get("activeNotes"), list):
            raise Unreadable(_("is no export of Simplenote"))
        active, binned = list_of(export["activeNotes"]), list_of(export.get("trashedNotes"))
        for note in active:
            yield _document(note, source)
        if not active and not binned:
            raise Skipped(_("holds no notes"))
        left = LeftOut()
        for _note in binned:
            left.add(in_the_bin())
        left.say()


class SimplenoteZip:
    """notes.zip: the texts beside source/notes.json say the same again."""

    format = "simplenote"

    def claims(self, names: Sequence[str]) -> bool:
        return any(name == _INSIDE or name.endswith(f"/{_INSIDE}") for name in names)

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        """Raises: Skipped, Unreadable."""
        name = next(name for name in files.names if name == _INSIDE or name.endswith(f"/{_INSIDE}"))
        yield from Simplenote().parse(ParseInput(files.read(name) or b"", "notes.json", source.clock))


def _document(note: dict[str, Any], source: ParseInput) -> Document:
    text, zone = words(note.get("content")), source.clock.zone()
    created = parse_iso(words(note.get("creationDate")), zone)
    first = next((line.strip() for line in text.split("\n", 50) if line.strip()), "")
    read = markdown(text, source.clock) if note.get("markdown") is True else _plain(text)
    return with_more(
        read, title=first.lstrip("# "), happened_at=created, key=words(note.get("id")) or digest(text),
        tags=[words(tag) for tag in listing(note.get("tags"))],
        properties={"updated": words(note.get("lastModified"))})


def _plain(text: str) -> Document:
    builder = TextBuilder()
    for paragraph in text.split("\n\n"):
        builder.add("paragraph", paragraph)
    return builder.build()
