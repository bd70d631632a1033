"""Word files: headings, lists, tables, notes and the words in headers and text boxes, read from the XML itself.

Read without python-docx, whose paragraphs pass over tracked insertions, content controls and text boxes.
"""

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from mneme.parsers.building import TextBuilder
from mneme.parsers.documents.office import core_properties, local, said_in
from mneme.parsers.documents.tables import as_lines
from mneme.parsers.encoding import suffix_of
from mneme.parsers.zips import BROKEN, Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Document

_BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Docx:
    """.docx and .docm."""

    format = "docx"
    suffixes = frozenset({".docx", ".docm", ".dotx"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if not head.startswith(b"PK\x03\x04"):
            return 0.0
        return 0.95 if suffix_of(name) in self.suffixes else 0.6 if b"word/" in head else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        package = Package(source.data, "Word")
        if _BODY not in package.names:
            raise package.broken()
        yield _document(package, source.clock.zone())


def _document(package: Package, zone: tzinfo) -> Document:
    writer = _Writer(_styles(package))
    _furniture(package, writer, "header")
    for element in _body(package):
        writer.take(element)
    writer.end_list()
    _notes(package, writer)
    _furniture(package, writer, "footer")
    core = core_properties(package, zone)
    return writer.builder.build(
        title=core.title or writer.title, authors=core.authors, happened_at=core.happened_at, tags=core.tags,
        properties=dict(core.properties))


def _body(package: Package) -> Iterator[Any]:
    """The body's paragraphs and tables, each freed after use: a long document needs no long tree."""
    from lxml import etree  # noqa: PLC0415 -- slow import

    wanted = (f"{_W}p", f"{_W}tbl", f"{_W}sdt")
    try:
        with package.open(_BODY) as stream:
            for _event, element in etree.iterparse(stream, events=("end",), tag=wanted, resolve_entities=False,
                                                   no_network=True, huge_tree=False, load_dtd=False):
                parent = element.getparent()
                if parent is not None and local(parent) == "body":
                    yield element
                    element.clear()
                    while element.getprevious() is not None:
                        del parent[0]
    except (etree.XMLSyntaxError, *BROKEN) as error:
        raise package.broken() from error


class _Writer:
    """Puts Word's elements into a text; points of a list are gathered into one block."""

    def __init__(self, styles: dict[str, int]) -> None:
        self.builder = TextBuilder()
        self.title: str | None = None
        self._styles = styles
        self._points: list[str] = []

    def take(self, element: Any) -> None:
        name = local(element)
        if name == "p":
            self._paragraph(element)
        elif name == "tbl":
            self._table(element)
        else:
            for child in element:
                if local(child) in ("p", "tbl", "sdt", "sdtContent"):
                    self.take(child)

    def end_list(self) -> None:
        self.builder.add("list", "\n".join(self._points))
        self._points = []

    def _paragraph(self, element: Any) -> None:
        text = said_in(element)
        if not text:
            return
        style = _value(element.find(f"{_W}pPr/{_W}pStyle"))
        level = _outline(element.find(f"{_W}pPr")) or self._styles.get(style, 0)
        if level < 0 or (level == 0 and element.find(f"{_W}pPr/{_W}numPr") is not None):
            depth = _number(element.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")) or 0
            self._points.append("  " * min(depth, 8) + "- " + text)
            return
        self.end_list()
        if level and self.title is None:
            self.title = text
        self.builder.add("heading" if level else "paragraph", text, level)

    def _table(self, element: Any) -> None:
        self.end_list()
        rows = [[_cell(cell) for cell in row.iter(f"{_W}tc") if _row_of(cell) is row]
                for row in element.iter(f"{_W}tr")]
        if all(len(row) < 2 for row in rows):  # a frame around text
            for row in rows:
                self.builder.add("paragraph", "\n".join(row))
        else:
            self.builder.lines("table", as_lines(rows))


def _cell(cell: Any) -> str:
    return "\n".join(filter(None, (said_in(p) for p in cell if local(p) == "p")))


def _row_of(cell: Any) -> Any:
    row = cell.getparent()
    while row is not None and local(row) != "tr":
        row = row.getparent()
    return row


def _value(element: Any) -> str:
    return "" if element is None else element.get(f"{_W}val", "")


def _outline(properties: Any) -> int:
    """The heading level that a paragraph or style states itself; 0 for body text."""
    found = None if properties is None else properties.find(f"{_W}outlineLvl")
    level = _number(found)
    return level + 1 if level is not None and level < 6 else 0


def _number(element: Any) -> int | None:
    value = _value(element)
    return int(value) if re.fullmatch(r"[0-9]{1,3}", value) else None


def _styles(package: Package) -> dict[str, int]:
    """Style id -> heading level; -1 for list styles. Names are English in every language's Word."""
    root = package.xml("word/styles.xml")
    levels: dict[str, int] = {}
    for style in root.iter(f"{_W}style") if root is not None else ():
        name = _value(style.find(f"{_W}name")).lower()
        heading = re.fullmatch(r"heading ([1-9])", name)
        level = min(int(heading[1]), 6) if heading else 1 if name == "title" else _outline(style.find(f"{_W}pPr"))
        if not level and name.startswith("list") and name not in ("list", "list paragraph"):
            level = -1
        levels[style.get(f"{_W}styleId", "")] = level
    return levels


def _notes(package: Package, writer: _Writer) -> None:
    """Footnotes, endnotes and comments after the text, with the mark that stands in it."""
    for part, item in (("footnotes", "footnote"), ("endnotes", "endnote"), ("comments", "comment")):
        root = package.xml(f"word/{part}.xml")
        for note in root.iter(f"{_W}{item}") if root is not None else ():
            text = "\n".join(filter(None, (said_in(p) for p in note.iter(f"{_W}p"))))
            if text and note.get(f"{_W}type") is None:
                mark = note.get(f"{_W}author", "") if item == "comment" else note.get(f"{_W}id", "")
                writer.builder.add("paragraph", f"[{mark}] {text}")


def _furniture(package: Package, writer: _Writer, part: str) -> None:
    """The words of headers or footers, each once: in letters the sender's address stands there."""
    said: set[str] = set()
    for name in sorted(n for n in package.names if re.fullmatch(rf"word/{part}\d*\.xml", n)):
        root = package.xml(name)
        text = "\n".join(filter(None, (said_in(p) for p in root.iter(f"{_W}p"))))
        if text not in said and not text.isdigit():
            said.add(text)
            writer.builder.add("paragraph", text)
