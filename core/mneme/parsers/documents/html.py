"""Web pages: the readable text with its structure, without menus; title, authors and dates from what the page says."""

import codecs
import re
from collections.abc import Iterator

from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.documents.pages import Page, Piece, read_page
from mneme.parsers.encoding import decode, looks_like_text, suffix_of
from mneme.ports import Parsed, ParseInput

_CHARSET = expression(rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_LOOKS = expression(rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*){0,3}<(?:!doctype\s+html|html|head)[\s>]",
                    re.I | re.S)


class Html:
    """.html; parsed as a stream of tags by libxml2, so that depth costs nothing."""

    format = "html"
    suffixes = frozenset({".html", ".htm", ".xhtml", ".shtml"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if not looks_like_text(head):
            return 0.0
        if suffix_of(name) in self.suffixes:
            return 0.8
        return 0.5 if _LOOKS.match(head.removeprefix(codecs.BOM_UTF8)) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data, _declared(source.data))
        page = read_page(decoded.text, source.clock.zone())
        builder = TextBuilder()
        for note in decoded.notes:
            builder.note(note)
        pieces = readable(page.pieces)
        if len(pieces) < len(page.pieces):
            builder.note(_("Menus and other page furniture were left out."))
        add_pieces(builder, pieces)
        yield builder.build(title=page.title, authors=page.authors, happened_at=page.happened_at, tags=page.tags,
                            links=page.links)


def readable(pieces: list[Piece]) -> list[Piece]:
    """The pieces a person came to read: no furniture unless that is most of the page; the article if it is most."""
    text = [p for p in pieces if not p.furniture]
    if _weight(text) < 0.3 * _weight(pieces):
        return pieces
    article = [p for p in text if p.main]
    return article if _weight(article) > 0.6 * _weight(text) else text


def add_pieces(builder: TextBuilder, pieces: list[Piece], shift: int = 0) -> None:
    """Put pieces into a document; points of one list become one block. `shift` lowers the headings' level."""
    points: list[str] = []
    for piece in (*pieces, Piece("paragraph", "")):
        if piece.kind == "list":
            points.append(piece.text)
            continue
        builder.add("list", "\n".join(points))
        points = []
        builder.add(piece.kind, piece.text, min(piece.level + shift, 6) if piece.kind == "heading" else 0)


def running_text(pieces: list[Piece]) -> str:
    """The pieces with a blank line between two that do not stand in one list."""
    lines: list[str] = []
    last = ""
    for piece in pieces:
        if lines and not (piece.kind == last == "list"):
            lines.append("")
        lines.append(piece.text)
        last = piece.kind
    return "\n".join(lines)


def page_of(data: bytes, source: ParseInput) -> Page:
    """The page in the bytes of an (X)HTML file inside a container. Raises: Skipped."""
    return read_page(decode(data, _declared(data)).text, source.clock.zone())


def _weight(pieces: list[Piece]) -> int:
    return sum(len(p.text) for p in pieces)


def _declared(data: bytes) -> str | None:
    """The encoding that a page names, as browsers understand it."""
    found = _CHARSET.search(data[:4096])
    name = found[1].decode("ascii", "replace").lower() if found else ""
    try:
        canonical = codecs.lookup(name).name if name else None
    except LookupError:
        return None
    return "cp1252" if canonical in ("iso8859-1", "ascii") else canonical
