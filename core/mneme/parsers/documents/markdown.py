"""Markdown as it was written: front matter, headings, lists, tables, code, quotes, tags and links."""

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from functools import cache
from itertools import accumulate
from typing import Any

from mneme.expressions import expression
from mneme.parsers.building import one_line, paragraphs, unique
from mneme.parsers.documents import frontmatter
from mneme.parsers.documents.frontmatter import FrontMatter
from mneme.parsers.documents.plain import date_line
from mneme.parsers.encoding import decode, looks_like_text, suffix_of
from mneme.parsers.moments import parse_date, parse_iso
from mneme.ports import Parsed, ParseInput
from mneme.types import Block, BlockKind, Document, Moment

GRAMMAR_UP_TO = 300_000  # characters; longer texts get their blocks line by line, which is quick for any input
_KINDS: dict[str, BlockKind] = {
    "heading_open": "heading", "paragraph_open": "paragraph", "bullet_list_open": "list", "ordered_list_open": "list",
    "fence": "code", "code_block": "code", "table_open": "table", "blockquote_open": "quote",
    "html_block": "paragraph"}
_ATX = expression(r"(#{1,6})[ \t]+(.*)")
_WIKILINK = expression(r"\[\[([^\[\]|#^\n]{1,300})[^\[\]\n]{0,300}\]\]")
_LINK = expression(r"\[[^\[\]\n]{0,300}\]\(<?([^()<>\s]{1,2000})")
_ADDRESS = expression(r"<(https?://[^<>\s]{1,2000})>")
_TAG = expression(r"(?<!\S)#([\w/-]{1,100})")
# "key:: value" on a line of its own, or in brackets inside one (Dataview's and Logseq's properties)
_FIELD = expression(
    r"^[ \t]*(?:[-*+] )?(?:\*\*)?([^\s:*\[(`|>#][^:\n`|\[(]{0,60}?)(?:\*\*)?::(?:\*\*)?[ \t]+(\S[^\n]{0,2000})$"
    r"|[\[(]([^\s:\[\]()`][^:\n\[\]()`]{0,60})::[ \t]+((?:\[\[[^\[\]\n]{0,200}\]\]|[^\n\[\]()]){1,500})[\])]", re.M)
_ABOUT_ITSELF = frozenset({"id", "collapsed", "heading"})  # fields in which Logseq keeps the state of a block
_INLINE_CODE = expression(r"`[^`\n]{1,1000}`")
_MARKS = expression(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]|!?\[([^\[\]]*)\]\([^()]*\)"
                    r"|(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)")


class Markdown:
    """.md: the text is the source as the person wrote it, so that a citation is what they would find in the file.

    Front matter stays in the text as a block of kind "table" (its lines are "key: value"): in many vaults
    half of what is known about a book or a person stands there.
    """

    format = "markdown"
    suffixes = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"})
    isolated = False

    def recognises(self, head: bytes, name: str) -> float:
        return 0.7 if suffix_of(name) in self.suffixes and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data)
        text, zone = decoded.text, source.clock.zone()
        front = frontmatter.read(text)
        blocks = (*_front_blocks(text, front), *blocks_of(text, front.end))
        title = one_line(front.title or _first_heading(text, blocks) or "") or None
        prose = _without_code(text, blocks)
        fields = _fields(prose)
        dated = (parse_date(fields[key], zone) for key in ("date", "created") if key in fields)
        yield Document(
            text, blocks, title=title, authors=unique(front.authors),
            happened_at=_happened_at(text, front, title, zone) or next(dated, None),
            tags=unique((*front.tags, *_tags(prose), *_named_tags(fields))), links=unique(_links(prose)),
            properties={**fields, **{k: ", ".join(v) for k, v in front.fields.items() if v}},
            notes=(*decoded.notes, *front.notes))


def blocks_of(text: str, start: int = 0) -> tuple[Block, ...]:
    """The top-level blocks of Markdown in `text` from `start` on."""
    if len(text) - start > GRAMMAR_UP_TO:
        return tuple(_light_blocks(text, start))
    body = text[start:]
    starts = list(accumulate((len(line) + 1 for line in body.split("\n")), initial=start))
    found = (block for token in _grammar().parse(body) if (block := _block(token, text, starts)))
    return tuple(_with_gaps(text, start, found))


def _with_gaps(text: str, start: int, blocks: Iterable[Block]) -> Iterator[Block]:
    """`blocks`, and as paragraphs the words between them (link definitions), so that no word is lost."""
    for block in (*blocks, Block("paragraph", len(text), len(text))):
        if re.search(r"\w", text[start:block.start]):
            yield from paragraphs(text, start, end=block.start)
        if block.start < block.end:
            yield block
        start = block.end


@cache
def _grammar() -> Any:
    """CommonMark with tables, blocks only: inline marks are not needed, and their rules are slow on hostile text."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 -- slow import

    return MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])


def _block(token: Any, text: str, starts: list[int]) -> Block | None:
    kind = _KINDS.get(token.type)
    if kind is None or token.level != 0 or token.map is None:
        return None
    start, end = starts[token.map[0]], min(starts[token.map[1]], len(text))
    stretch = text[start:end]
    first = start + len(stretch) - len(stretch.lstrip()) if kind != "code" else start
    last = start + len(stretch.rstrip())
    level = int(token.tag[1]) if kind == "heading" else 0
    return Block(kind, first, last, level) if first < last else None


def _light_blocks(text: str, start: int) -> Iterator[Block]:
    """Headings and paragraphs by their lines alone."""
    for block in paragraphs(text, start):
        found = _ATX.match(text, block.start, block.end)
        if found is None:
            yield block
            continue
        yield Block("heading", found.start(), found.end(), len(found[1]))
        rest = text[found.end():block.end]
        if rest.strip():
            yield Block("paragraph", found.end() + len(rest) - len(rest.lstrip()), block.end)


def _front_blocks(text: str, front: FrontMatter) -> Iterator[Block]:
    start, end = front.inner
    stretch = text[start:end]
    if stretch.strip():
        yield Block("table", start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip()))


def _first_heading(text: str, blocks: tuple[Block, ...]) -> str | None:
    first = next((b for b in blocks if b.kind == "heading" and b.level == 1), None)
    return heading_text(text[first.start:first.end]) if first else None


def heading_text(source: str) -> str:
    """The words of a heading without its marks: "# The **big** [day](x) #" is "The big day"."""
    line = source.split("\n")[0][:1000].strip().strip("#").strip()
    return _MARKS.sub(lambda m: m[1] or m[2] or "", line)


def _happened_at(text: str, front: FrontMatter, title: str | None, zone: tzinfo) -> Moment | None:
    """From the front matter, a title that is or begins with a date, or a "Date:" line."""
    named = re.match(r"\d{4}-\d{2}-\d{2}\b", title or "")
    return (front.happened_at(zone) or (parse_iso(named[0], zone) if named else None)
            or date_line(text[front.end:front.end + 1000], zone))


def _without_code(text: str, blocks: tuple[Block, ...]) -> str:
    """Everything but code, in which "#include" is no tag; front matter stays, its wikilinks count."""
    prose = (text[b.start:b.end] for b in blocks if b.kind != "code")
    return _INLINE_CODE.sub(" ", "\n".join(prose))


def _tags(prose: str) -> Iterator[str]:
    for found in _TAG.finditer(prose):
        if not found[1].isdigit():
            yield found[1].strip("/")


def _fields(prose: str) -> dict[str, str]:
    """The properties that stand in the text, several values of one joined; keys in lower case."""
    fields: dict[str, list[str]] = {}
    for found in _FIELD.finditer(prose):
        name, value = found[1] or found[3], found[2] or found[4]
        if name.strip().lower() not in _ABOUT_ITSELF:
            fields.setdefault(name.strip().lower(), []).append(value.strip())
    return {name: ", ".join(values) for name, values in fields.items()}


def _named_tags(fields: dict[str, str]) -> Iterator[str]:
    """Tags that a property "tags" lists: "tags:: garden, [[spring]]"."""
    for tag in fields.get("tags", "").split(","):
        yield tag.strip().strip("#[]")


def _links(prose: str) -> Iterator[str]:
    for pattern in (_WIKILINK, _LINK, _ADDRESS):
        for found in pattern.finditer(prose):
            yield found[1].strip()
