"""Google Keep as Takeout hands it out: a note is one JSON file (its HTML twin says nothing more)."""

from collections.abc import Iterator
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.chats.chatting import digest, list_of
from mneme.parsers.encoding import looks_like_text
from mneme.parsers.notes.exported import json_of, moment_after, with_more, words
from mneme.parsers.notes.note_html import BOXES
from mneme.ports import Parsed, ParseInput

_MICROSECONDS = 1_000_000


class Keep:
    """Takeout's Keep/*.json: text or a list, labels, links that were attached. Notes in the bin are left out."""

    format = "google-keep"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        fits = (head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"isTrashed"' in head
                and (b'"isPinned"' in head or b'"isArchived"' in head))
        return 0.95 if fits and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        note = json_of(source.data)
        if not isinstance(note, dict) or "isTrashed" not in note:
            raise Unreadable(_("is no note of Google Keep"))
        if note["isTrashed"] is True:
            raise Skipped(_("is in the bin of Google Keep"))
        zone = source.clock.zone()
        created = moment_after(note.get("createdTimestampUsec"), zone, units=_MICROSECONDS)
        edited = moment_after(note.get("userEditedTimestampUsec"), zone, units=_MICROSECONDS)
        labels = [words(label.get("name")) for label in list_of(note.get("labels"))]
        links = [words(one.get("url")) for one in list_of(note.get("annotations"))]
        shared = ", ".join(words(one.get("email")) for one in list_of(note.get("sharees")))
        title = words(note.get("title"))
        key = words(note.get("createdTimestampUsec")) or digest(title, words(note.get("textContent")))
        yield with_more(
            _text(note).build(), title=title, happened_at=created or edited, key=key, tags=labels,
            links=links, properties={"updated": edited.iso() if edited else "", "shared with": shared,
                                     "archived": "true" if note.get("isArchived") is True else ""})


def _text(note: dict[str, Any]) -> TextBuilder:
    builder = TextBuilder()
    for paragraph in words(note.get("textContent")).split("\n\n"):
        builder.add("paragraph", paragraph)
    builder.lines("list", (f"- {BOXES[point.get('isChecked') is True]}{words(point.get('text'))}"
                           for point in list_of(note.get("listContent")) if words(point.get("text")).strip()))
    builder.lines("paragraph", _attached(note))
    return builder


def _attached(note: dict[str, Any]) -> Iterator[str]:
    """Links with their titles, and the names of pictures and recordings."""
    for link in list_of(note.get("annotations")):
        said = [words(link.get(name)).strip() for name in ("title", "description", "url")]
        yield " — ".join(dict.fromkeys(filter(None, said)))
    for file in list_of(note.get("attachments")):
        if name := words(file.get("filePath")).rpartition("/")[2]:
            yield f"[{name}]"
