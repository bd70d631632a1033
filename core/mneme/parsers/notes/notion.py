"""Notion's exports: a zip (often of zips) of pages as Markdown or HTML and databases as CSV, ids in their names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from mneme.errors import KnownError, Skipped
from mneme.expressions import expression
from mneme.messages import ngettext
from mneme.parsers.building import TextBuilder
from mneme.parsers.documents.csv import Csv
from mneme.parsers.documents.html import add_pieces
from mneme.parsers.encoding import decode, suffix_of
from mneme.parsers.moments import parse_date
from mneme.parsers.notes.exported import attachments, markdown, with_more
from mneme.parsers.notes.note_html import ROW, read_note
from mneme.parsers.zips import Package, name_in_zip
from mneme.ports import Parsed, ParseInput
from mneme.types import Block, Document, Moment

_PAGE = expression(r"(?:.*/)?(?P<title>[^/]+?) ?(?P<id>[0-9a-f]{32})(?P<all>_all)?\.(?P<kind>md|html|csv)")
_PART = expression(r"(?:.*/)?[^/]*Export[^/]*-Part-\d+\.zip", re.I)
_ARTICLE = expression(rb'<article id="([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})" class="page')
_LINK = expression(
    r"(?<!!)\[([^\[\]\n]{1,300})\]\(([^()\s]{1,2000}?(?:%20|\b)[0-9a-f]{32}(?:_all)?\.(?:md|csv|html))\)")
_PROPERTY = expression(r"([^\s:#\-*>|\[`][^:\n]{0,60}): (\S.*)")
_CREATED = ("created", "created time", "created at", "date created", "date", "created on", "day", "when")
_UPDATED = ("last edited time", "last edited", "last updated")
_LATER = ("due", "end", "birth", "deadline", "expir", "update", "edit")  # dates of something else
_TAGS = ("tags", "tag", "labels", "topics", "keywords")
_AUTHORS = ("created by", "author")
_FURNITURE = frozenset({"index.html", "__MACOSX", ".DS_Store"})


class NotionPage:
    """One page of an HTML export, wherever it was put."""

    format = "notion"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        is_page = suffix_of(name) in (".html", ".htm") and b'class="page-title"' in head and _ARTICLE.search(head)
        return 0.95 if is_page else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        named = _PAGE.fullmatch(source.name)
        found = _ARTICLE.search(source.data)
        key = found[1].decode("ascii").replace("-", "") if found else ""
        title = named["title"] if named else source.name.rpartition(".")[0]
        yield _document(_Page(source.name, title, key, "html"), source.data, source)


class Notion:
    """ "Markdown & CSV" or HTML (https://www.notion.com/help/export-your-content), whole workspaces or single pages.

    Pages and databases have their ids as keys; of a database's two tables the fuller ("_all") is read.
    """

    format = "notion"

    def claims(self, names: Sequence[str]) -> bool:
        if names and all(_PART.fullmatch(name) for name in names):
            return True
        texts = [name for name in names if name.endswith((".md", ".html", ".csv"))
                 and name.rpartition("/")[2] not in _FURNITURE]
        return bool(texts) and 2 * sum(bool(_PAGE.fullmatch(name)) for name in texts) >= len(texts)

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        """Raises: Skipped where pages were left out; Unreadable."""
        left = 0
        for part in _parts(files):
            for page in _pages(part.names):
                try:
                    yield _document(page, part.read(page.name) or b"", source)
                except KnownError:
                    left += 1
            yield from attachments(part, source, r"^Export[^/]*/")
        if left:
            raise Skipped(ngettext("{n} empty page in it was left out", "{n} empty pages in it were left out",
                                   left).format(n=left))


@dataclass(frozen=True, slots=True)
class _Page:
    """A page or a database: its file, and what the file's name tells."""

    name: str
    title: str
    key: str
    kind: str


def _parts(files: Package) -> Iterator[Package]:
    """The export, or the zips in it."""
    parts = [name for name in files.names if _PART.fullmatch(name)]
    if not parts:
        yield files
    for name in sorted(parts):
        yield Package(files.read(name) or b"", "zip")


def _pages(names: Sequence[str]) -> Iterator[_Page]:
    whole = {found["id"] for name in names if (found := _PAGE.fullmatch(name)) and found["all"]}
    for name in sorted(names):
        found = _PAGE.fullmatch(name)
        if found and not (found["kind"] == "csv" and found["id"] in whole and not found["all"]):
            yield _Page(name, name_in_zip(found["title"]), found["id"], found["kind"])
        elif found is None and name.endswith(".md") and not name.startswith("__MACOSX/"):
            yield _Page(name, name_in_zip(name.rpartition("/")[2].removesuffix(".md")), name, "md")


def _document(page: _Page, data: bytes, source: ParseInput) -> Document:
    if page.kind == "csv":
        [table] = Csv().parse(ParseInput(data, f"{page.title}.csv", source.clock))
        assert isinstance(table, Document), "a table is one document"
        return replace(table, title=page.title or None, key=page.key)
    text = decode(data, "utf-8").text
    document, said = _from_html(text, source) if page.kind == "html" else _from_markdown(text, source)
    known = {name.lower(): value for name, value in said.items()}
    return with_more(
        document, title=document.title or page.title, happened_at=_when(known, page.title, source), key=page.key,
        tags=[tag.strip() for name in _TAGS for tag in known.get(name, "").split(",")],
        authors=[known[name] for name in _AUTHORS if name in known], properties=said)


def _when(known: dict[str, str], title: str, source: ParseInput) -> Moment | None:
    """The date among a page's properties that says best when it came about, or the day that it is called after."""
    others = [name for name in known if "date" in name and not any(word in name for word in _LATER)]
    dates = [*(known.get(name, "") for name in (*_CREATED, *others)), title if title.startswith("@") else "",
             *(known.get(name, "") for name in _UPDATED)]
    moments = (parse_date(date.lstrip("@").split(" → ")[0], source.clock.zone()) for date in dates if date)
    return next((moment for moment in moments if moment), None)


def _from_markdown(text: str, source: ParseInput) -> tuple[Document, dict[str, str]]:
    """The page, and the properties that stand as lines under its title. Links within the export lose their ids."""
    linked = [_name(target) for _label, target in _LINK.findall(text)]
    document = markdown(_LINK.sub(lambda found: f"[[{found[1]}]]", text), source.clock)
    said: dict[str, str] = {}
    blocks = list(document.blocks)
    for index, block in enumerate(blocks[:2]):
        lines = document.text[block.start:block.end].split("\n")
        rows = [found for line in lines if (found := _PROPERTY.fullmatch(line))]
        if block.kind == "paragraph" and len(rows) == len(lines):
            said = {row[1]: row[2] for row in rows}
            blocks[index] = Block("table", block.start, block.end)
            break
    return with_more(replace(document, blocks=tuple(blocks)), links=linked), said


def _from_html(text: str, source: ParseInput) -> tuple[Document, dict[str, str]]:
    read = read_note(text, source.clock.zone())
    builder = TextBuilder()
    rows = [" ".join(piece.text.removeprefix(ROW).split()) for piece in read.pieces if piece.text.startswith(ROW)]
    rest = [piece for piece in read.pieces if not piece.text.startswith(ROW)]
    said = {found[1]: found[2] for row in rows if (found := _PROPERTY.fullmatch(row))}
    add_pieces(builder, rest[:1])
    builder.lines("table", (row for row in rows if not row.endswith(":")))
    add_pieces(builder, rest[1:])
    links = [_name(link) if _PAGE.fullmatch(unquote(link)) else link for link in read.page.links]
    return builder.build(title=read.page.title, links=links), said


def _name(target: str) -> str:
    """The title of the page that a link within the export leads to."""
    found = _PAGE.fullmatch(unquote(target))
    return found["title"] if found else unquote(target)
