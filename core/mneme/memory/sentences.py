"""Where sentences begin and end in any text, in linear time; the same text always gives the same sentences."""

import re

from mneme.types import Span

LONGEST = 1000  # code points; a longer run without an end is cut at a line, a space, or hard

_LATIN_END = r"[.!?…]+[\"'”’»)\]]*(?=\s)"
_WIDE_END = r"[。！？｡]+[」』”’）]*"
_PARAGRAPH_END = r"\n[ \t\r\f\v]*\n\s*"
# A line that begins a list item, heading, quotation or table row begins anew, and a heading ends with its line.
_LINE_BEFORE_MARK = r"\n(?=[ \t]*(?:[-*+•>#|]|\d{1,3}[.)]\s))"
_HEADING_END = r"(?:(?<=\n)|\A)#{1,6} [^\n]*\n"
_END = re.compile("|".join((_HEADING_END, _LATIN_END, _WIDE_END, _PARAGRAPH_END, _LINE_BEFORE_MARK)))

_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'“„«])(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Fr|Hr|Herr|Sra?|vs|etc|e\.g|i\.e|z\.\s?B|d\.h|u\.a|bzw|ca|cf|[Nn]o|Nr|Art|Abs"
    r"|Tel|Str|pp?|vol|approx|dept|est|fig|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Okt|Oct|Nov|Dec|Dez|kl|bl\.a|f\.eks|[A-Z])\.$")
_NUMBERED = re.compile(r"(?:^|\s)\d{1,2}\.$")
_MONTH = re.compile(
    r"\s+(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[kc]t|nov|de[sz])", re.IGNORECASE)
_LOOK_BACK = 14


def sentences(text: str) -> list[Span]:
    """The sentences of `text` as spans [start, end) in code points, without the white space around them.

    They are sorted, do not overlap, hold every character that is not white space, and are at most LONGEST long.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if _ends(text, match):
            _append(spans, text, start, match.end())
            start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _ends(text: str, match: re.Match[str]) -> bool:
    """Whether a possible end is one: not after an abbreviation or an ordinal, nor before a small letter."""
    if not match.group().startswith("."):
        return True
    before = text[max(match.start() - _LOOK_BACK, 0):match.start() + 1]
    if _ABBREVIATION.search(before):
        return False
    if _NUMBERED.search(before) and _MONTH.match(text, match.end()):
        return False
    rest = text[match.end():match.end() + 8].lstrip()
    return not rest[:1].islower()


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while end - start > LONGEST:
        cut = _cut(text, start, start + LONGEST)
        _append_trimmed(spans, text, start, cut)
        start = cut
    _append_trimmed(spans, text, start, end)


def _cut(text: str, start: int, end: int) -> int:
    for mark in ("\n", " "):
        at = text.rfind(mark, start + LONGEST // 4, end)
        if at > start:
            return at + 1
    return end


def _append_trimmed(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    inner = piece.strip()
    if inner:
        begin = start + len(piece) - len(piece.lstrip())
        spans.append((begin, begin + len(inner)))
