"""The HTML of note apps, made plainer before it is read: tick boxes in words, code as code, nothing encrypted."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from html import escape
from typing import Any

from mneme.parsers.documents.pages import Page, Piece, read_page

BOXES = ("[ ] ", "[x] ")
BLANK = "\ue000"  # stands for an empty line; of no meaning elsewhere (private use)
_SILENT = frozenset({"en-crypt", "nav", "script", "style", "math"})
ROW = "\ue001"  # begins a row of a page's properties
LONG_LINE = 400  # characters; a longer line is a paragraph by itself


@dataclass(frozen=True, slots=True)
class Rules:
    """What a note's HTML refers to, and how its app means it."""

    files: Mapping[str, str] = field(default_factory=dict)  # file names by the hash that <en-media> tells
    tasks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # points by the id of their group
    classes: Mapping[str, str] = field(default_factory=dict)  # tags to be had instead of elements of these classes
    lines: bool = False  # each line is an element of its own, and empty ones part the paragraphs


@dataclass(frozen=True, slots=True)
class NotePage:
    """What was read, and how many encrypted passages were left out."""

    page: Page
    pieces: list[Piece]
    encrypted: int


def read_note(text: str, zone: tzinfo, rules: Rules | None = None) -> NotePage:
    """Read the HTML of one note, however deep or broken."""
    rules = rules or Rules()
    listener = _Plainer(rules)
    _hear(text, listener)
    page = read_page(listener.html, zone)
    pieces = list(_merged(page.pieces)) if rules.lines else page.pieces
    return NotePage(page, pieces, listener.encrypted)


def _hear(text: str, listener: Any) -> None:
    from lxml import etree  # noqa: PLC0415 -- slow import

    parser = etree.HTMLParser(target=listener, encoding="utf-8", huge_tree=False)
    data = text.replace(BLANK, " ").replace(ROW, " ").encode("utf-8", "replace")
    for start in range(0, len(data), 1 << 20):
        parser.feed(data[start:start + (1 << 20)])
    with contextlib.suppress(etree.XMLSyntaxError):  # its word for a page without a single tag or letter
        parser.close()


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Lines as the paragraphs that they make; a line with a tick box is a point of a list."""
    run: list[str] = []
    for piece in (*pieces, Piece("paragraph", BLANK)):
        is_point = piece.text.startswith(BOXES) and piece.kind == "paragraph"
        if piece.kind == "paragraph" and not is_point and piece.text != BLANK and len(piece.text) < LONG_LINE:
            run.append(piece.text)
            continue
        if run:
            yield Piece("paragraph", "\n".join(run))
            run = []
        if is_point:
            yield Piece("list", f"- {piece.text}")
        elif piece.text != BLANK:
            yield piece


@dataclass(slots=True)
class _Open:
    """An element that is open: what to write at its end, and what began with it."""

    close: str = ""
    silent: int = 0  # how much it adds to the silence around its text
    code: bool = False
    line: int = -1  # of a line: what had been said when it began
    nests: bool = False  # inside it, no empty line counts
    row: bool = False  # of a page's properties


class _Plainer:
    """Hears tags and writes plainer ones (lxml's target interface)."""

    def __init__(self, rules: Rules) -> None:
        self.encrypted = 0
        self._rules = rules
        self._written: list[str] = []
        self._open: list[_Open] = []
        self._silent = self._code = self._nests = 0
        self._said = 0  # stretches of text and pictures heard
        self._property = False  # inside a row of a page's properties
        self._values = 0
        self._box = ""  # to be written before the next words

    @property
    def html(self) -> str:
        return "".join(self._written)

    # -- the interface of lxml's parser target

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        opened = self._opened(tag.lower(), attributes)
        self._open.append(opened)
        self._silent += opened.silent
        self._code += opened.code
        self._nests += opened.nests

    def end(self, tag: str) -> None:
        if not self._open:
            return
        opened = self._open.pop()
        self._write(opened.close)
        self._silent -= opened.silent
        self._code -= opened.code
        self._nests -= opened.nests
        self._property = self._property and not opened.row
        if opened.line == self._said and not self._nests and not self._silent:
            self._write(f"<p>{BLANK}</p>")

    def data(self, text: str) -> None:
        if self._silent:
            return
        if not text.isspace():
            self._said += 1
            self._write(self._box)
            self._box = ""
        self._write(escape(text.replace("\xa0", " ") if self._code else text, quote=False))

    def comment(self, text: str) -> None:
        """Comments are not shown, so they are not read."""

    def close(self) -> None:
        for opened in reversed(self._open):
            self._write(opened.close)

    # -- inside

    def _write(self, text: str) -> None:
        if text and not self._silent:
            self._written.append(text)

    def _opened(self, tag: str, attributes: Mapping[str, str]) -> _Open:
        """Writes what stands for this tag, and says what its end means."""
        style = attributes.get("style", "").replace(" ", "").lower()
        names = attributes.get("class", "").split()
        if tag == "annotation" and attributes.get("encoding", "").endswith("tex"):
            self._written.append(" $")
            return _Open("$ ", silent=-self._silent)
        if self._is_silent(tag, style) or "katex-html" in names:
            return _Open(silent=1)
        if self._code:
            return self._in_code(tag)
        if (box := _box(tag, style, names, attributes)) is not None:
            self._said += 1
            return self._ticked(tag, box)
        if tag == "en-media" and (name := self._rules.files.get(attributes.get("hash", ""))):
            return self._named(name)
        if "en-task-group:true" in style:
            return self._tasks(_value(style, "--en-id"))
        if "-en-codeblock:true" in style:
            self._write("<pre>")
            return _Open("</pre>", code=True, nests=True)
        if self._property or "property-row" in names:
            return self._in_property(tag, names, attributes)
        return self._plain(tag, names, attributes)

    def _is_silent(self, tag: str, style: str) -> bool:
        if tag == "en-crypt":
            self.encrypted += 1
        return tag in _SILENT or "display:none" in style

    def _in_code(self, tag: str) -> _Open:
        """Of code only the ends of lines count."""
        begins = bool(self._written) and self._written[-1].endswith(("\n", "<pre>"))
        if tag == "br" or (tag in ("div", "p", "li") and not begins):
            self._write("\n")
        return _Open()

    def _ticked(self, tag: str, box: str) -> _Open:
        if tag in ("en-todo", "input") or (tag == "div" and not self._rules.lines):
            self._write(box)
            return _Open()
        self._write(f"<{tag}>")
        self._box = box
        return _Open(f"</{tag}>", nests=tag == "li")

    def _named(self, name: str) -> _Open:
        self._said += 1
        self._write(escape(f"[{name}]", quote=False))
        return _Open()

    def _tasks(self, group: str) -> _Open:
        """The app's picture of a list of tasks gives way to the tasks."""
        points = self._rules.tasks.get(group, ())
        self._said += len(points)
        self._write("".join(("<ul>", *(f"<li>{escape(point, quote=False)}</li>" for point in points), "</ul>")))
        return _Open(silent=1)

    def _in_property(self, tag: str, names: list[str], attributes: Mapping[str, str]) -> _Open:
        """A row of a page's properties becomes a line "name: value, value"."""
        if "property-row" in names:
            self._property, self._values = True, 0
            self._write(f"<p>{ROW}")
            return _Open("</p>", row=True)
        if "selected-value" in names or tag in ("time", "a"):
            self._write(", " if self._values else "")
            self._values += 1
        if tag == "a":
            self._write(f'<a href="{escape(attributes.get("href", ""))}">')
            return _Open("</a>")
        return _Open(": " if tag == "th" else "")

    def _plain(self, tag: str, names: list[str], attributes: Mapping[str, str]) -> _Open:
        if tag == "table" and "properties" in names:
            return _Open()
        if tag == "img":
            self._said += 1
        tag = next((self._rules.classes[name] for name in names if name in self._rules.classes), tag)
        href = attributes.get("href") if tag == "a" else None
        self._write(f'<{tag} href="{escape(href)}">' if href else f"<{tag}>")
        is_line = self._rules.lines and tag == "div"
        return _Open("" if tag in ("br", "img", "hr") else f"</{tag}>", line=self._said if is_line else -1,
                     nests=tag in ("table", "li", "pre"))


def _box(tag: str, style: str, names: list[str], attributes: Mapping[str, str]) -> str | None:
    """The tick box that an element is, or begins with: Evernote's, Notion's, OneNote's or a form's."""
    if tag == "en-todo":
        return BOXES[attributes.get("checked", "").lower() == "true"]
    if tag == "input" and attributes.get("type", "").lower() == "checkbox":
        return BOXES["checked" in attributes]
    if tag == "li" and "en-checked:" in style:
        return BOXES["en-checked:true" in style]
    if "checkbox-on" in names or "checkbox-off" in names:
        return BOXES["checkbox-on" in names]
    kind = attributes.get("data-tag", "")
    return BOXES["to-do:completed" in kind] if "to-do" in kind else None


def _value(style: str, name: str) -> str:
    """What a style says of one property."""
    return next((part.partition(":")[2] for part in style.split(";") if part.startswith(f"{name}:")), "")
