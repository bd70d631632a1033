"""Assembling a document's text from pieces, with the block of each; and finding the blocks of plain text."""

import re
from collections.abc import Iterable, Iterator, Mapping

from mneme.expressions import expression
from mneme.parsers.encoding import MAX_CHARACTERS, clean, too_long
from mneme.types import Block, BlockKind, Document, Moment

GAP = "\n\n"
MANY_BLOCKS = 20_000  # a document of more is no longer a text with a structure
SMALL_BLOCK = 1_000  # characters
# possessive: a paragraph of millions of lines needs no memory for ways back
_PARAGRAPH = expression(r"\S[^\n]*+(?:\n[^\S\n]*+\S[^\n]*+)*")


class TextBuilder:
    """Takes pieces in reading order; each becomes a block of one text, with a blank line between them."""

    def __init__(self, most: int = MAX_CHARACTERS) -> None:
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._most = self._limit = most
        self._notes: list[str] = []

    @property
    def full(self) -> bool:
        """Whether no more can be kept; what is added from now on is left out, and a note says so."""
        return self._length >= self._most

    @property
    def empty(self) -> bool:
        return not self._parts

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """A piece of text; blank ones are ignored."""
        text = clean(text).strip()
        if not text:
            return
        start = self._next_start()
        if start + len(text) > self._most:
            text = text[:max(self._most - start, 0)].rstrip()
            self.note(too_long(self._limit))
            self._most = self._length  # the order of what is kept has no holes
        if text:
            self._parts.append(text)
            self._length = start + len(text)
            self._blocks.append(Block(kind, start, self._length, level))

    def lines(self, kind: BlockKind, lines: Iterable[str]) -> None:
        """Lines that make one block: a table's rows, a list's points."""
        kept, length = [], 0
        for line in lines:
            kept.append(line)
            length += len(line) + 1
            if self._length + length > self._most:
                break  # `add` cuts and says so
        self.add(kind, "\n".join(kept))

    def page(self, number: int) -> None:
        """Marks where a page begins: an empty block whose level is the page's number."""
        self._blocks.append(Block("page", self._next_start(), self._next_start(), number))

    def note(self, sentence: str) -> None:
        """Something the owner should know about what was left out or guessed; said once."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def build(self, *, title: str | None = None, authors: Iterable[str] = (), happened_at: Moment | None = None,
              tags: Iterable[str] = (), links: Iterable[str] = (),
              properties: Mapping[str, str] | None = None) -> Document:
        """The document of all pieces."""
        return Document(
            GAP.join(self._parts), tuple(b for b in self._blocks if b.end <= self._length),
            title=one_line(title or "") or None, authors=unique(authors), happened_at=happened_at, tags=unique(tags),
            links=unique(links), properties={k: clean(v) for k, v in (properties or {}).items() if v.strip()},
            notes=tuple(self._notes))

    def _next_start(self) -> int:
        return self._length + (len(GAP) if self._parts else 0)


def paragraphs(text: str, start: int = 0, end: int | None = None) -> Iterator[Block]:
    """The blocks of plain text in [start, end): runs of lines between blank lines."""
    yield from pieces_of(text, _PARAGRAPH, "paragraph", start, end)


def pieces_of(text: str, pattern: re.Pattern[str], kind: BlockKind, start: int = 0,
              end: int | None = None) -> Iterator[Block]:
    """A block for each match; small neighbours become one when there are very many.

    A text of millions of one-word paragraphs would otherwise need a hundred times its size in blocks.
    """
    first = last = -1
    for count, found in enumerate(pattern.finditer(text, start, len(text) if end is None else end)):
        if count > MANY_BLOCKS and found.end() - first <= SMALL_BLOCK:
            last = found.end()
            continue
        if first >= 0:
            yield _trimmed(text, kind, first, last)
        first, last = found.span()
    if first >= 0:
        yield _trimmed(text, kind, first, last)


def _trimmed(text: str, kind: BlockKind, start: int, end: int) -> Block:
    return Block(kind, start, start + len(text[start:end].rstrip()))


def one_line(text: str, most: int = 300) -> str:
    """`text` fit for a title: on one line, not longer than `most` characters."""
    return clean(" ".join(text[:most * 4].split()))[:most].strip()


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Each value once, in order, without blanks."""
    return tuple(dict.fromkeys(kept for value in values if (kept := one_line(value, 2000))))
