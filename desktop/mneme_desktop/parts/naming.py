"""What a memory is called in a line: its first words, and where they stand."""

import re

from mneme.expressions import expression
from mneme.messages import _
from mneme.types import Kind, Memory, Span
from mneme_desktop.parts import texts

HEADING = expression(r"^\s*#{1,6}\s+")
# Marks of Markdown that are never meant as they stand, around words of one line.
MARKED = expression(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,80}?)(?<=\S)\*(?![\w*])|\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*"
    r"|\[\[(?:[^\]|\n]*\|)?([^\]|\n]+)\]\]"
    r"|!?\[([^\]\n]+)\]\((?:[^\s()]|\([^\s()]*\))*?[./](?:[^\s()]|\([^\s()]*\))*\)")
FRONT_MATTER = expression(r"\A\s*---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)


def first_words(memory: Memory) -> str:
    """The beginning of a memory on one line, without front matter before it and without the marks of a heading."""
    text = memory.text[:4000]
    text = FRONT_MATTER.sub("", text, count=1).strip() or text.strip("-\n\t ")
    return texts.one_line(MARKED.sub(_unmarked, HEADING.sub("", text[:800], count=1)))


def told_at(memory: Memory) -> Span:
    """Where a memory's own words stand in its item's text: behind front matter, if there is more than that."""
    found = FRONT_MATTER.match(memory.text)
    rest = memory.text[found.end():] if found else ""
    skipped = len(memory.text) - len(rest.lstrip()) if rest.strip() else 0
    return memory.span[0] + skipped, memory.span[1]


def _unmarked(found: re.Match[str]) -> str:
    """The words that are marked: of "**bold**", "[[Ines|her]]", "[Oban](https://oban.example)"."""
    return next(filter(None, found.groups()), found.group())


def source_line(memory: Memory) -> str:
    """Where a memory stands and when it happened: "Cabin log · 14 Oct 2024"; of what was made, what it is as well."""
    made = {Kind.FACT: _("Fact"), Kind.EVENT: _("Event"), Kind.SUMMARY: _("Summary")}.get(memory.kind, "")
    parts = [made, texts.one_line(memory.title or memory.source, 120)]
    if memory.speaker:
        parts.append(texts.one_line(memory.speaker, 60))
    if memory.happened_at is not None:
        parts.append(texts.day(memory.happened_at))
    return " · ".join(part for part in parts if part)


def model_words(name: str) -> str:
    """A model's name, short enough for a tag: without its folder, its file's ending and the code of its weights."""
    short = name.rsplit("/", 1)[-1].removesuffix(".gguf").split("@", 1)[0]
    return texts.one_line(short, 48) or texts.one_line(name, 48)
