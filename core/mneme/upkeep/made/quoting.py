"""Where a quote stands in a text, exactly: only white space and the form of quotation marks may differ."""

import re

from mneme.expressions import expression
from mneme.types import Span

LONGEST = 1200  # code points of a quote
_SINGLE, _DOUBLE = "'’‘‚‛`´", "\"“”„‟«»"
_PIECE = expression(rf"(?P<space>\s+)|(?P<single>[{_SINGLE}])|(?P<double>[{_DOUBLE}])|[^\s{_SINGLE}{_DOUBLE}]+")
_WORD = expression(r"\w")


def found(quote: str, text: str, start: int = 0, end: int | None = None) -> Span | None:
    """The first place of a quote in text[start:end], as it stands there; None where it does not."""
    words = quote.strip()
    span = _at(words, text, start, end)
    bare = words.strip(_SINGLE + _DOUBLE + " ")
    return span if span is not None or bare == words else _at(bare, text, start, end)


def _at(words: str, text: str, start: int, end: int | None) -> Span | None:
    if len(words) > LONGEST or not _WORD.search(words):
        return None
    pattern = "".join(_matching(piece) for piece in _PIECE.finditer(words))
    # no word is cut in two: "an" does not stand in "Anna"
    edges = (r"(?<!\w)" if words[0].isalnum() else "", r"(?!\w)" if words[-1].isalnum() else "")
    hit = re.compile(edges[0] + pattern + edges[1]).search(text, start, len(text) if end is None else end)
    return None if hit is None else hit.span()


def _matching(piece: re.Match[str]) -> str:
    if piece["space"]:
        return r"\s+"
    if piece["single"]:
        return f"[{_SINGLE}]"
    return f"[{_DOUBLE}]" if piece["double"] else re.escape(piece.group())
