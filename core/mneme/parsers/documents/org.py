"""Org mode: outline headings with tags and planning dates, #+KEYWORDS, lists, tables, blocks and links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo

from mneme.expressions import expression
from mneme.parsers.building import paragraphs, unique
from mneme.parsers.encoding import decode, looks_like_text, suffix_of
from mneme.parsers.moments import parse_date
from mneme.ports import Parsed, ParseInput
from mneme.types import Block, BlockKind, Document, Moment

GRAMMAR_UP_TO = 300_000  # characters
_HEADING = expression(r"(\*{1,40})[ \t]+(.*)")
_KEYWORD = expression(r"#\+(\w{1,40}):[ \t]*(.*)")
_BEGIN = expression(r"[ \t]*#\+begin_(\w{1,40})", re.I)
_LIST = expression(r"[ \t]*(?:[-+]|\d{1,9}[.)])[ \t]|[ \t]+\*[ \t]")
_TAGS = expression(r":([\w@#%:]{1,300}):[ \t]*$")
_LINK = expression(r"\[\[([^\[\]\n]{1,2000})\](?:\[[^\[\]\n]{0,1000}\])?\]")
_STAMP = expression(r"[<\[](\d{4}-\d{2}-\d{2})(?:[ ][^\W\d_]{1,12}\.?)?(?:[ ](\d{1,2}:\d{2}))?[^<>\[\]\n]{0,40}[>\]]")


class Org:
    """.org: the text is the source as the person wrote it."""

    format = "org"
    suffixes = frozenset({".org", ".org_archive"})
    isolated = False

    def recognises(self, head: bytes, name: str) -> float:
        return 0.7 if suffix_of(name) in self.suffixes and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data)
        outline = _outline(decoded.text)
        yield Document(
            decoded.text, tuple(outline.blocks), title=next(iter(unique(outline.keywords.get("title", []))), None),
            authors=unique(outline.keywords.get("author", [])),
            happened_at=_happened_at(outline, decoded.text, source.clock.zone()), tags=unique(outline.tags),
            links=unique(_target(found[1]) for found in _LINK.finditer(decoded.text)),
            properties={key: ", ".join(values) for key, values in outline.keywords.items()}, notes=decoded.notes)


def _outline(text: str) -> "_Outline":
    """The structure of the text; of a very long one only paragraphs after the part that is read by its grammar."""
    outline = _Outline()
    end = 0
    for start, line in _lines(text):
        if start > GRAMMAR_UP_TO:
            break
        outline.take(start, line)
        end = start + len(line)
    outline.close()
    outline.blocks += paragraphs(text, end)
    return outline


@dataclass(slots=True)
class _Outline:
    """Groups lines into blocks while they pass by. `_open` is the kind of the block being read, if any."""

    blocks: list[Block] = field(default_factory=list)
    keywords: dict[str, list[str]] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    _open: BlockKind | None = None
    _start: int = 0
    _end: int = 0
    _until: str | None = None  # the line that ends a #+begin_… block, lower case

    def take(self, start: int, line: str) -> None:
        if self._until is not None:
            self._extend(self._open or "code", start, line)
            if line.strip().lower() == self._until:
                self.close()
        elif not line.strip():
            self.close()
        elif found := _HEADING.fullmatch(line):
            self._heading(start, line, found)
        elif found := _BEGIN.match(line):
            self.close()
            self._until = f"#+end_{found[1].lower()}"
            self._extend("quote" if found[1].lower() in ("quote", "verse") else "code", start, line)
        else:
            self._prose(start, line)

    def close(self) -> None:
        """End the block being read."""
        if self._open is not None:
            self.blocks.append(Block(self._open, self._start, self._end))
        self._open = self._until = None

    def _heading(self, start: int, line: str, found: re.Match[str]) -> None:
        self.close()
        self.blocks.append(Block("heading", start, start + len(line.rstrip()), min(len(found[1]), 6)))
        if tags := _TAGS.search(line):
            self.tags += tags[1].split(":")

    def _prose(self, start: int, line: str) -> None:
        kind: BlockKind = "table" if line.lstrip().startswith("|") else "list" if _LIST.match(line) else "paragraph"
        if found := _KEYWORD.fullmatch(line.strip()):
            kind = "table"  # like front matter: lines of "key: value"
            self.keywords.setdefault(found[1].lower(), []).append(found[2].strip())
            if found[1].lower() in ("filetags", "tags", "keywords"):
                self.tags += [tag for tag in re.split(r"[:\s,]+", found[2]) if tag]
        indented = line[:1].isspace() and self._open == "list"
        if self._open is not None and kind != self._open and not indented:
            self.close()
        self._extend(self._open or kind, start, line)

    def _extend(self, kind: BlockKind, start: int, line: str) -> None:
        if self._open is None:
            self._open, self._start = kind, start
        self._end = max(start + len(line.rstrip()), self._start + 1)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with where they begin, found one by one: a list of all would be larger than the text."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, text[start:end]
        start = end + 1


def _happened_at(outline: _Outline, text: str, zone: tzinfo) -> Moment | None:
    """#+DATE, else the only date that stands in the whole file's heading part."""
    for value in outline.keywords.get("date", []) + outline.keywords.get("created", []):
        stamp = _STAMP.search(value)
        if found := parse_date(" ".join(filter(None, stamp.groups())) if stamp else value, zone):
            return found
    first = _STAMP.search(text[:2000])
    return parse_date(" ".join(filter(None, first.groups())), zone) if first and not outline.keywords else None


def _target(link: str) -> str:
    return re.sub(r"^(?:file|id):", "", link).split("::")[0]
