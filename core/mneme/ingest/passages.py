"""Cutting a document into passages by its structure: whole paragraphs packed, long ones cut at sentences."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.memory.sentences import sentences
from mneme.parsers.building import paragraphs
from mneme.types import Block, Document, Span

SIZE, OVERLAP = 900, 150  # code points
_HEADING_LENGTH = 200  # of a heading as it is repeated beside its passages
_MARKS = expression(r"^(?:#{1,6}|\*+|=+) | #+$")  # what makes a line a heading in Markdown, Org, AsciiDoc
_FENCED = expression(r"---[ \t]*\n(?:[^\n]*\n)*?(?:---|\.\.\.)(?=[ \t]*(?:\n|\Z))")
_FRONT_MATTER = -1  # the level of a heading that is none
_BY_LINE = frozenset({"list", "table", "code"})


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document's text, and the headings it stands under, outermost first."""

    span: Span
    heading_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is never cut again. Pieces of one unit (a long paragraph) may be repeated as overlap."""

    start: int
    end: int
    unit: int
    heading: bool = False


@dataclass(slots=True)
class _Section:
    """Blocks that may share a passage: those of one heading on one page."""

    path: tuple[str, ...]
    blocks: list[Block]


def split(document: Document, *, size: int = SIZE, overlap: int = OVERLAP) -> list[Passage]:
    """Passages that together hold every character that is not white space, in the order of the text.

    A passage stays within one heading's section and one page; a heading without text of its own goes with its
    first subsection, and front matter with what follows. Paragraphs, list items and table rows are packed whole,
    up to `size` code points. What is longer is cut at sentences, then lines, then words, then hard, its parts
    repeating about `overlap` code points.
    Takes time linear in the length of the text. Requires size > 2 * overlap >= 0.
    """
    found: list[Passage] = []
    for section in _sections(document):
        pieces = list(_pieces(document.text, section.blocks, size, overlap))
        found += [Passage(span, section.path) for span in _packed(pieces, size, overlap)]
    return found


# ------------------------------------------------------------------ sections


def _sections(document: Document) -> Iterator[_Section]:
    headings: list[tuple[int, str]] = []
    section = _Section((), [])
    for block in _covering(document):
        if block.kind == "page":
            if section.blocks:
                yield section
            section = _Section(section.path, [])
        elif block.kind == "heading":
            if section.blocks and not _goes_with(block, section.blocks):
                yield section
                section = _Section((), [])
            if block.level != _FRONT_MATTER:
                headings = [h for h in headings if h[0] < block.level] + [(block.level, _title(document.text, block))]
            section = _Section(tuple(title for _level, title in headings), [*section.blocks, block])
        else:
            section.blocks.append(block)
    if section.blocks:
        yield section


def _goes_with(heading: Block, before: Sequence[Block]) -> bool:
    """Whether only headings above it stand before it, so that its passage can begin with them."""
    return all(block.kind == "heading" for block in before) and before[-1].level < heading.level


def _title(text: str, block: Block) -> str:
    line = " ".join(text[block.start:min(block.end, block.start + _HEADING_LENGTH)].split())
    return _MARKS.sub("", line)


def _covering(document: Document) -> Iterator[Block]:
    """The blocks in order, clipped to the text and to one another; text between them as paragraphs."""
    length = len(document.text)
    at = _front_matter(document)
    if at:
        yield Block("heading", 0, at, _FRONT_MATTER)
    for block in document.blocks:
        start, end = max(block.start, at), min(block.end, length)
        if block.kind == "page":
            yield from paragraphs(document.text, at, min(start, length))
            at = max(at, min(start, length))
            yield block
        elif start < end:
            yield from paragraphs(document.text, at, start)
            yield Block(block.kind, start, end, block.level)
            at = end
    yield from paragraphs(document.text, at, length)


def _front_matter(document: Document) -> int:
    """Where the values end that stand before all else, fenced: they begin the first passage.

    Parsers tell of them as a table, or not at all.
    """
    if not document.blocks or not document.text.startswith("---"):
        return 0
    first = document.blocks[0]
    after = document.blocks[1:2] if first.kind == "table" else document.blocks[:1]
    found = _FENCED.match(document.text, 0, after[0].start if after else len(document.text))
    return found.end() if found and (first in after or first.end <= found.end()) else 0


# ------------------------------------------------------------------ pieces


def _pieces(text: str, blocks: Iterable[Block], size: int, overlap: int) -> Iterator[_Piece]:
    unit = 0
    for block in blocks:
        units = _lines(text, block) if block.kind in _BY_LINE and block.end - block.start > size else [_span(block)]
        for start, end in units:
            unit += 1
            heading = block.kind == "heading" and end - start <= size // 3
            for span in _cut(text, start, end, size, overlap):
                if (trimmed := _trimmed(text, span)) is not None:
                    yield _Piece(*trimmed, unit, heading)


def _span(block: Block) -> Span:
    return block.start, block.end


def _lines(text: str, block: Block) -> Iterator[Span]:
    """Rows and list items: lines, with the indented lines that go on from them."""
    start = block.start
    while start < block.end:
        end = _line_end(text, start, block.end)
        while block.kind == "list" and end < block.end and _goes_on(text, end + 1, block.end):
            end = _line_end(text, end + 1, block.end)
        yield start, end
        start = end + 1


def _line_end(text: str, start: int, end: int) -> int:
    found = text.find("\n", start, end)
    return end if found < 0 else found


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the line at `start` is indented and begins no item of its own."""
    head = text[start:min(start + 12, end)]
    inner = head.lstrip(" \t")
    return len(inner) < len(head) and bool(inner) and not (inner[0] in "-*+•" or inner[0].isdigit())


def _cut(text: str, start: int, end: int, size: int, overlap: int) -> Iterator[Span]:
    """One span where it fits; else its sentences, and what is too long of these in parts as long as an overlap."""
    if end - start <= size:
        yield start, end
        return
    whole = text if (start, end) == (0, len(text)) else text[start:end]
    for begin, stop in sentences(whole):
        if stop - begin <= size:
            yield start + begin, start + stop
        else:
            yield from _chopped(text, start + begin, start + stop, overlap or size)


def _chopped(text: str, start: int, end: int, most: int) -> Iterator[Span]:
    """Parts of at most `most` code points: cut at a line's end, else between words, else hard."""
    while end - start > most:
        cut = _best_cut(text, start, start + most)
        yield start, cut
        start = cut
    yield start, end


def _best_cut(text: str, start: int, limit: int) -> int:
    line = text.rfind("\n", start + (limit - start) // 2, limit)
    if line > start:
        return line + 1
    if text[limit].isspace():
        return limit
    words = text[start:limit].rsplit(None, 1)
    return start + len(words[0]) + 1 if len(words) == 2 else limit


def _trimmed(text: str, span: Span) -> Span | None:
    piece = text[span[0]:span[1]]
    kept = piece.strip()
    start = span[0] + len(piece) - len(piece.lstrip())
    return (start, start + len(kept)) if kept else None


# ------------------------------------------------------------------ packing


def _packed(pieces: Sequence[_Piece], size: int, overlap: int) -> Iterator[Span]:
    """Runs of pieces of at most `size` (a heading never stands alone for that), overlapping where a unit is cut."""
    first = 0
    for at in range(1, len(pieces)):
        length = pieces[at].end - pieces[first].start
        if length > size and not (pieces[at - 1].heading and length <= 2 * size):
            yield pieces[first].start, pieces[at - 1].end
            first = _again_from(pieces, first, at, size, overlap)
    if pieces:
        yield pieces[first].start, pieces[-1].end


def _again_from(pieces: Sequence[_Piece], first: int, at: int, size: int, overlap: int) -> int:
    """Where the next passage begins: `at`, or before it in the same unit as far as overlap and size allow."""
    begin = at
    while (begin - 1 > first and pieces[begin - 1].unit == pieces[at].unit
           and pieces[at - 1].end - pieces[begin - 1].start <= overlap
           and pieces[at].end - pieces[begin - 1].start <= size):
        begin -= 1
    return begin
