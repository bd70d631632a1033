"""Obsidian's canvases: the texts on their cards."""

from collections.abc import Iterator
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.chats.chatting import list_of
from mneme.parsers.encoding import suffix_of
from mneme.parsers.notes.exported import json_of, markdown, words
from mneme.ports import Parsed, ParseInput


class Canvas:
    """.canvas (https://jsoncanvas.org/spec/1.0/): cards from top to bottom, then what the arrows say."""

    format = "canvas"
    suffixes = frozenset({".canvas"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        is_object = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        return 0.9 if is_object and suffix_of(name) in self.suffixes else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        canvas = json_of(source.data)
        if not isinstance(canvas, dict):
            raise Unreadable(_("is no canvas"))
        cards = sorted(list_of(canvas.get("nodes")), key=lambda card: (_figure(card.get("y")), _figure(card.get("x"))))
        builder = TextBuilder()
        tags: list[str] = []
        links: list[str] = []
        for card in cards:
            text = words(card.get("text"))
            read = markdown(text, source.clock)
            for block in read.blocks:
                builder.add(block.kind, read.text[block.start:block.end], block.level)
            builder.add("heading", words(card.get("label")), 2)
            builder.lines("paragraph", filter(None, [words(card.get("file")), words(card.get("url"))]))
            tags += read.tags
            links += [*read.links, words(card.get("file")), words(card.get("url"))]
        builder.lines("list", _arrows(list_of(canvas.get("edges")), cards))
        if builder.empty:
            raise Skipped(_("is empty"))
        yield builder.build(tags=tags, links=links)


def _figure(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e15 else 0.0


def _arrows(edges: list[dict[str, Any]], cards: list[dict[str, Any]]) -> Iterator[str]:
    """The arrows that have words on them, with what they lead from and to."""
    names = {words(card.get("id")): _name(card) for card in cards}
    for edge in edges:
        if label := " ".join(words(edge.get("label")).split()):
            ends = [names.get(words(edge.get(end)), "") for end in ("fromNode", "toNode")]
            yield f"- {ends[0]} — {label} → {ends[1]}"


def _name(card: dict[str, Any]) -> str:
    said = words(card.get("text")) or words(card.get("file")) or words(card.get("label")) or words(card.get("url"))
    return " ".join(said.split())[:80]
