"""Reading HTML as a stream of tags: pieces of text with their kind, and what the page says about itself."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from mneme.expressions import expression
from mneme.parsers.documents.tables import as_lines
from mneme.parsers.moments import parse_date
from mneme.types import BlockKind, Moment

MAX_LINKS = 5_000
_BREAK = "\x00"  # stands for <br> inside collected text; the text itself holds no NUL
_SILENT = frozenset({"script", "style", "template", "noscript", "svg", "math", "iframe", "object", "head", "select",
                     "textarea", "button", "title", "canvas", "audio", "video", "datalist", "dialog"})
_FURNITURE = frozenset({"nav", "footer", "aside", "menu"})
_FURNITURE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "complementary", "menu"})
_FURNITURE_NAMES = expression(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|breadcrumbs?|cookies?|sidebar|footer|site-header|share|sharing|social|"
    r"related|newsletter|advert(?:isement)?|promo|skip-link|toc|pagination|masthead)(?:$|[\s_-])", re.I)
_MAIN = frozenset({"main", "article"})
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "ul", "ol", "dl", "li", "dt", "dd",
    "blockquote", "pre", "table", "tr", "td", "th", "caption", "thead", "tbody", "tfoot", "figure", "figcaption",
    "form", "fieldset", "address", "hr", "details", "summary", "body", "html", "center", "menu", *_HEADINGS})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "area", "base", "col", "embed", "source",
                   "track"})
_PUBLISHED = ("article:published_time", "og:published_time", "datepublished", "date", "dc.date", "dcterms.created",
              "dc.date.issued", "pubdate", "publishdate", "publish-date", "publish_date", "created", "last-modified",
              "article:modified_time", "datemodified", "dcterms.modified", "revised")
_LD_DATE = expression(r'"(?:datePublished|dateCreated)"\s*:\s*"([^"]{4,40})"')


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a page. `furniture` marks menus and the like, `main` what stands in the article proper."""

    kind: BlockKind
    text: str
    level: int = 0
    furniture: bool = False
    main: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What was read: pieces in order, and what the page says about itself."""

    pieces: list[Piece]
    title: str | None
    authors: tuple[str, ...]
    happened_at: Moment | None
    tags: tuple[str, ...]
    links: tuple[str, ...]


def read_page(text: str, zone: tzinfo) -> Page:
    """Read (X)HTML of any quality; depth of nesting costs nothing, because no tree is built."""
    from lxml import etree  # noqa: PLC0415 -- slow import

    listener: Any = _Listener()
    parser = etree.HTMLParser(target=listener, encoding="utf-8", huge_tree=False)
    data = text.encode("utf-8", "replace")
    for start in range(0, len(data), 1 << 20):
        parser.feed(data[start:start + (1 << 20)])
    with contextlib.suppress(etree.XMLSyntaxError):  # its word for a page without a single tag or letter
        parser.close()
    page: Page = listener.page(zone)
    return page


@dataclass(slots=True)
class _Table:
    """A table being read; whether it holds data or only lays out the page is known at its end."""

    rows: list[list[list[str]]] = field(default_factory=list)  # rows of cells of paragraphs
    depth: int = 1
    nested: bool = False


class _Listener:
    """Hears tags and text in order (lxml's target interface)."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._open: list[tuple[str, bool, bool]] = []  # open elements; whether each began furniture, or the article
        self._counts: dict[str, int] = {}
        self._furniture = self._silent = self._main = 0
        self._buffer: list[str] = []
        self._table: _Table | None = None
        self._meta: dict[str, list[str]] = {}
        self._title: list[str] = []
        self._times: list[str] = []
        self._links: list[str] = []

    # -- the interface of lxml's parser target

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        tag = _local(tag)
        if tag == "meta":
            self._hear_meta(attributes)
        if tag == "br":
            self._buffer.append(_BREAK)
        if tag in _VOID and tag != "hr":
            return self._open.append((tag, False, False))
        if tag in _BLOCKS:
            self._flush()
        furniture, main = self._is_furniture(tag, attributes), tag in _MAIN or attributes.get("role") == "main"
        self._open.append((tag, furniture, main))
        self._counts[tag] = self._counts.get(tag, 0) + 1
        self._furniture += furniture
        self._silent += tag in _SILENT
        self._main += main
        self._enter(tag, attributes)
        return None

    def end(self, tag: str) -> None:
        tag = _local(tag)
        if not self._open:
            return
        opened, furniture, main = self._open.pop()
        if opened in _VOID and opened != "hr":
            return
        if opened in _BLOCKS:
            self._flush()
        self._counts[opened] = max(self._counts.get(opened, 0) - 1, 0)
        self._furniture -= furniture
        self._silent -= opened in _SILENT
        self._main -= main
        if opened == "table":
            self._leave_table()

    def data(self, text: str) -> None:
        if self._silent:
            self._hear_silent(text)
        else:
            self._buffer.append(text.replace(_BREAK, ""))

    def comment(self, text: str) -> None:
        """Comments are not shown, so they are not read."""

    def close(self) -> None:
        self._flush()
        if self._table is not None:
            self._table.depth = 1
            self._leave_table()

    # -- what the page is

    def page(self, zone: tzinfo) -> Page:
        """What was heard, after `close`."""
        dates = [v for key in _PUBLISHED for v in self._meta.get(key, ())] + self._times
        authors = [v for key in ("author", "article:author", "dc.creator", "dcterms.creator")
                   for v in self._meta.get(key, ()) if "://" not in v]
        tags = [t.strip() for key in ("article:tag", "keywords") for v in self._meta.get(key, ()) for t in v.split(",")]
        heading = next((p.text for p in self.pieces if p.kind == "heading" and p.level == 1), None)
        title = next(iter(self._meta.get("og:title", ())), None) or "".join(self._title).strip() or heading
        happened = next((m for d in dates[:50] if (m := parse_date(d, zone))), None)
        return Page(self.pieces, title, tuple(authors), happened, tuple(tags[:50]), tuple(self._links))

    # -- inside

    def _enter(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            self._enter_table()
        elif self._table is not None and self._table.depth == 1 and tag == "tr":
            self._table.rows.append([])
        elif self._table is not None and self._table.depth == 1 and tag in ("td", "th"):
            if not self._table.rows:
                self._table.rows.append([])
            self._table.rows[-1].append([])
        elif tag == "time" and attributes.get("datetime"):
            self._times.append(attributes["datetime"])
        elif tag == "a" and not self._furniture and len(self._links) < MAX_LINKS:
            href = attributes.get("href", "").strip()
            if href and not href.startswith(("#", "javascript:", "data:")):
                self._links.append(href)

    def _is_furniture(self, tag: str, attributes: Mapping[str, str]) -> bool:
        if tag in ("html", "body", "main", "article"):
            return False
        named = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:500]
        return (tag in _FURNITURE or attributes.get("role") in _FURNITURE_ROLES or "hidden" in attributes
                or (tag == "header" and not self._main) or bool(_FURNITURE_NAMES.search(named)))

    def _hear_meta(self, attributes: Mapping[str, str]) -> None:
        names = (attributes.get(key) for key in ("name", "property", "itemprop", "http-equiv"))
        content = attributes.get("content", "").strip()
        for name in filter(None, names):
            if content:
                self._meta.setdefault(name.lower(), []).append(content)

    def _hear_silent(self, text: str) -> None:
        if self._counts.get("title") and not self._counts.get("svg"):
            self._title.append(text)
        elif self._counts.get("script") and (found := _LD_DATE.search(text[:100_000])):
            self._times.append(found[1])

    def _flush(self) -> None:
        """End the stretch of text being heard."""
        if not self._buffer:
            return
        raw = "".join(self._buffer)
        self._buffer.clear()
        if self._counts.get("pre") and self._table is None:
            self._keep("code", raw.replace(_BREAK, "\n").strip("\n"))
            return
        text = re.sub(f" ?{_BREAK} ?", "\n", " ".join(re.split(r"[^\S\xa0]+", raw)).replace("\xa0", " ")).strip()
        if text and self._table is not None:
            self._hear_cell(text)
        elif text:
            self._keep(*self._shape(text))

    def _shape(self, text: str) -> tuple[BlockKind, str, int]:
        for tag, level in _HEADINGS.items():
            if self._counts.get(tag):
                return "heading", text.replace("\n", " "), level
        if self._counts.get("li"):
            depth = max(self._counts.get("ul", 0) + self._counts.get("ol", 0) - 1, 0)
            return "list", "  " * min(depth, 8) + "- " + text.replace("\n", " "), 0
        return ("quote" if self._counts.get("blockquote") else "paragraph"), text, 0

    def _keep(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if text.strip():
            self.pieces.append(Piece(kind, text, level, self._furniture > 0, self._main > 0))

    # -- tables

    def _enter_table(self) -> None:
        if self._table is None:
            self._table = _Table()
        else:
            self._table.depth += 1
            self._table.nested = True

    def _hear_cell(self, text: str) -> None:
        rows = self._table.rows if self._table else []
        if rows and rows[-1]:
            rows[-1][-1].append(text)
        else:  # a caption, or text astray between the cells
            self._keep("paragraph", text)

    def _leave_table(self) -> None:
        table = self._table
        if table is None:
            return
        table.depth -= 1
        if table.depth > 0:
            return
        self._table = None
        cells = [cell for row in table.rows for cell in row]
        layout = (table.nested or max(map(len, table.rows), default=0) < 2
                  or sum(sum(map(len, cell)) > 400 for cell in cells) > 0.2 * len(cells))
        if layout:
            for part in (part for cell in cells for part in cell):
                self._keep("paragraph", part)
        else:
            self._keep("table", "\n".join(as_lines([" ".join(cell) for cell in row] for row in table.rows)))


def _local(tag: str) -> str:
    """A tag's name without its namespace, in lower case."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()
