"""PowerPoint files: the words of each slide in order, its tables, and the speaker's notes."""

from collections.abc import Iterator
from typing import Any

from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.documents.office import core_properties, local, said_in
from mneme.parsers.documents.tables import as_lines
from mneme.parsers.encoding import suffix_of
from mneme.parsers.zips import RELATIONSHIP, Package
from mneme.ports import Parsed, ParseInput

_MAIN = "ppt/presentation.xml"
_NUMBERS = frozenset({"sldNum", "dt", "ftr"})  # placeholders for page numbers, dates and footers


class Pptx:
    """.pptx; each slide begins with a page mark and its title as a heading."""

    format = "pptx"
    suffixes = frozenset({".pptx", ".pptm", ".ppsx"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if not head.startswith(b"PK\x03\x04"):
            return 0.0
        return 0.95 if suffix_of(name) in self.suffixes else 0.6 if b"ppt/" in head else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        package = Package(source.data, "PowerPoint")
        if _MAIN not in package.names:
            raise package.broken()
        builder = TextBuilder()
        title = None
        for number, slide in enumerate(_slides(package), 1):
            builder.page(number)
            heading = _slide(package, slide, builder)
            title = title or heading
        core = core_properties(package, source.clock.zone())
        yield builder.build(title=core.title or title, authors=core.authors, happened_at=core.happened_at,
                            tags=core.tags, properties=dict(core.properties))


def _slides(package: Package) -> Iterator[str]:
    """The slides' member names in the order of the show."""
    related = package.related(_MAIN)
    for element in package.xml(_MAIN).iter():
        if local(element) == "sldId" and (name := related.get(element.get(f"{RELATIONSHIP}id", ""))) in package.names:
            yield str(name)


def _slide(package: Package, name: str, builder: TextBuilder) -> str | None:
    """Write one slide; gives its title."""
    root = package.xml(name)
    shapes = [e for e in root.iter() if local(e) in ("sp", "tbl")]
    title = next((_words(s) for s in shapes if _placeholder(s) in ("title", "ctrTitle")), None)
    builder.add("heading", (title or "").replace("\n", " "), 2)
    for shape in shapes:
        if local(shape) == "tbl":
            builder.lines("table", as_lines(_rows(shape)))
        elif _placeholder(shape) not in ("title", "ctrTitle", *_NUMBERS):
            builder.add("paragraph", _words(shape))
    for notes in (n for n in package.related(name).values() if n.startswith("ppt/notesSlides/") and n in package.names):
        shapes = [e for e in package.xml(notes).iter() if local(e) == "sp" and _placeholder(e) == "body"]
        said = "\n".join(filter(None, map(_words, shapes)))
        builder.add("paragraph", _("Notes: {text}").format(text=said) if said else "")
    return title


def _words(shape: Any) -> str:
    paragraphs = (p for p in shape.iter() if local(p) == "p")
    return "\n".join(filter(None, map(said_in, paragraphs)))


def _placeholder(shape: Any) -> str:
    """What a shape is for: "title", "body", …; "" for a free one."""
    found = next((e for e in shape.iter() if local(e) == "ph"), None) if local(shape) == "sp" else None
    return "" if found is None else found.get("type", "body")


def _rows(table: Any) -> Iterator[list[str]]:
    for row in (e for e in table if local(e) == "tr"):
        yield [_words(cell) for cell in row if local(cell) == "tc"]
