"""Roam Research's JSON: pages of blocks within blocks, which refer to one another by their ids."""

import re
from collections.abc import Iterator
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.chats.chatting import digest, list_of
from mneme.parsers.encoding import looks_like_text
from mneme.parsers.moments import parse_iso
from mneme.parsers.notes.exported import json_of, moment_after, with_more, words
from mneme.ports import Parsed, ParseInput
from mneme.types import Document, Moment

_ALIAS = expression(r"\[([^\[\]\n]{1,300})\]\(\(\(([\w-]{1,40})\)\)\)")
_EMBED = expression(r"\{\{(?:\[\[)?embed(?:-path|-children)?(?:\]\])?:? ?\(\(([\w-]{1,40})\)\) ?\}\}")
_REFERENCE = expression(r"\(\(([\w-]{1,40})\)\)")
_TASK = expression(r"\{\{(?:\[\[)?(TODO|DONE)(?:\]\])?\}\}")
_ATTRIBUTE = expression(r"\s*([^:\n`{}]{1,80})::\s*(.*)", re.S)
_PAGE = expression(r"(?<!\{)\[\[([^\[\]\n]{1,300})\]\]")
_TAG = expression(r"(?<![\w#])#(?:\[\[([^\[\]\n]{1,200})\]\]|([\w/-]{1,100}))")
_DAY = expression(r"(\d{2})-(\d{2})-(\d{4})")
_NESTED = 3  # references that are followed within references
_LONGEST = 20_000  # characters that the references in one block may add


class Roam:
    """An export of a graph as JSON (https://roamresearch.com, "Export all"); pages without a word are passed over."""

    format = "roam"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        begins = re.match(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{", head)
        if not begins or not looks_like_text(head):
            return 0.0
        own = (b'"edit-time"', b'"create-time"', b'":create/user"', b'":block/refs"', b'"string"', b'"uid"')
        hits = sum(word in head for word in own)
        return 0.95 if hits >= 3 or (hits == 2 and b'"children"' in head and b'"string"' in head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        pages = json_of(source.data)
        if not isinstance(pages, list) or not any("title" in page for page in list_of(pages)):
            raise Unreadable(_("is no export of Roam Research"))
        blocks = _by_id(pages)
        given = False
        for page in list_of(pages):
            if any(_said(block).strip() for block, _depth in _within(page)):
                yield _document(page, blocks, source)
                given = True
        if not given:
            raise Skipped(_("holds no notes"))


def _within(page: dict[str, Any]) -> Iterator[tuple[dict[str, Any], int]]:
    """The blocks below a page with their depth, in order; with its own stack, for they may be nested deep."""
    waiting = [iter(list_of(page.get("children")))]
    while waiting:
        block = next(waiting[-1], None)
        if block is None:
            waiting.pop()
            continue
        yield block, len(waiting) - 1
        waiting.append(iter(list_of(block.get("children"))))


def _said(block: dict[str, Any]) -> str:
    return words(block.get("string"))


def _by_id(pages: list[Any]) -> dict[str, str]:
    return {words(block.get("uid")): _said(block)
            for page in list_of(pages) for block, _depth in _within(page) if block.get("uid")}


def _document(page: dict[str, Any], blocks: dict[str, str], source: ParseInput) -> Document:
    zone = source.clock.zone()
    builder, raw = TextBuilder(), []
    points: list[str] = []
    under = 0  # a heading: what stands below it begins at the margin
    for block, depth in _within(page):
        raw.append(_said(block))
        under = under if depth else 0
        text = _resolved(_said(block), blocks)
        level = block.get("heading")
        if type(level) is int and 1 <= level <= 6 and depth == 0:
            builder.lines("list", points)
            builder.add("heading", text.replace("\n", " "), level)
            points, under = [], 1
        elif text.strip():
            points.append(_point(text, depth - under))
    builder.lines("list", points)
    attributes = {found[1].strip(): found[2].strip() for text in raw if (found := _ATTRIBUTE.fullmatch(text))}
    title, prose = words(page.get("title")), "\n".join(raw)
    edited = moment_after(page.get("edit-time"), zone, units=1000)
    return with_more(
        builder.build(), title=title, happened_at=_when(page, source), key=words(page.get("uid")) or digest(title),
        tags=[one or other for one, other in _TAG.findall(prose)], links=_PAGE.findall(prose),
        properties={"updated": edited.iso() if edited else "",
                    **{name: _resolved(value, blocks).strip("[]") for name, value in attributes.items() if value}})


def _point(text: str, depth: int) -> str:
    indent = "  " * min(depth, 20)
    return f"{indent}- " + text.strip("\n").replace("\n", f"\n{indent}  ")


def _resolved(text: str, blocks: dict[str, str]) -> str:
    """A block's text with the words of the blocks it refers to in the place of their ids, and tick boxes as such."""
    left = _LONGEST

    def said(found: re.Match[str]) -> str:
        nonlocal left
        words_there = blocks.get(found[1], found[0])
        left -= len(words_there)
        return words_there if left > 0 else found[0]

    for _round in range(_NESTED):
        before, text = text, _REFERENCE.sub(said, _EMBED.sub(said, _ALIAS.sub(lambda found: found[1], text)))
        if before == text:
            break
    return _TASK.sub(lambda found: "[x]" if found[1] == "DONE" else "[ ]", text)


def _when(page: dict[str, Any], source: ParseInput) -> Moment | None:
    """The day that a daily page is about; else when it was begun."""
    zone = source.clock.zone()
    if found := _DAY.fullmatch(words(page.get("uid"))):
        day = parse_iso(f"{found[3]}-{found[1]}-{found[2]}", zone)
        if day is not None:
            return day
    begun = [block.get("create-time") for block, _depth in _within(page)][:1]
    return moment_after(page.get("create-time") or next(iter(begun), None), zone, units=1000)
