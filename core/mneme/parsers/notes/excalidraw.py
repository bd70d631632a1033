"""Excalidraw's drawings: the words in them, from Obsidian's notes with a drawing and from files of its own."""

import re
from collections.abc import Iterator
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.chats.chatting import list_of
from mneme.parsers.documents import frontmatter
from mneme.parsers.encoding import decode, suffix_of
from mneme.parsers.notes.exported import json_of, markdown, with_more, words
from mneme.ports import Parsed, ParseInput
from mneme.types import Document

_PLUGIN = expression(rb"\A(?:\xef\xbb\xbf)?---\r?\n(?:(?!---)[^\n]*\n){0,60}?excalidraw-plugin:", re.I)
_TEXTS = expression(r"^#{1,2} Text Elements[ \t]*$", re.M)
_END = expression(r"^(?:%%|#{1,2} (?:Drawing|Embedded Files|Element Links)\b.*)$", re.M)
_WARNING = expression(r"^==⚠.*⚠==.*$|^# Excalidraw Data[ \t]*$", re.M)
_ID = expression(r"[ \t]\^[\w-]{4,20}[ \t]*$", re.M)


class Excalidraw:
    """.excalidraw.md (https://github.com/zsviczian/obsidian-excalidraw-plugin) and .excalidraw."""

    format = "excalidraw"
    suffixes = frozenset({".excalidraw"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if suffix_of(name) in (".md", ".markdown") and _PLUGIN.match(head):
            return 0.95
        is_drawing = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"excalidraw"' in head[:400]
        return 0.95 if is_drawing else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        is_note = source.data.lstrip(b"\xef\xbb\xbf").startswith(b"---")
        document = _note(source) if is_note else _drawing(source)
        if not document.text.strip():
            raise Skipped(_("is a drawing without words"))
        yield document


def _note(source: ParseInput) -> Document:
    """What was written above the drawing, and the texts in it; not the drawing itself, which is packed JSON."""
    text = decode(source.data).text
    front = frontmatter.read(text)
    found = _TEXTS.search(text, front.end)
    above = text[front.end:found.start() if found else _before(text, front.end)]
    inside = text[found.end():_before(text, found.end())] if found else ""
    kept = _WARNING.sub("", above).replace("%%", "").strip()
    read = markdown(f"{kept}\n\n{_ID.sub('', inside).strip()}".strip(), source.clock)
    return with_more(read, title=front.title or "", happened_at=front.happened_at(source.clock.zone()),
                     tags=(tag for tag in front.tags if tag != "excalidraw"))


def _before(text: str, start: int) -> int:
    found = _END.search(text, start)
    return found.start() if found else len(text)


def _drawing(source: ParseInput) -> Document:
    drawing = json_of(source.data)
    if not isinstance(drawing, dict):
        raise Unreadable(_("is no drawing of Excalidraw"))
    builder = TextBuilder()
    for element in list_of(drawing.get("elements")):
        if element.get("isDeleted") is not True:
            builder.add("paragraph", _words(element))
    return builder.build(links=(words(element.get("link")) for element in list_of(drawing.get("elements"))))


def _words(element: dict[str, Any]) -> str:
    own = words(element.get("originalText")) or words(element.get("text"))
    return own or (words(element.get("name")) if element.get("type") in ("frame", "magicframe") else "")
