"""Secrets in a text: which kinds there are and where they stand; and the text with their characters masked.

The whole text of everything that is taken in goes through here. What services give out is looked for by its signs in
the long words alone, everything else by words that must be there first: ordinary prose costs a few plain searches.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.gate import beside, codes, labels, numbers, shapes, tables, views
from mneme.gate.shapes import Found
from mneme.types import Span

MASK = "█"
_MASKED_ROUNDS = 4  # a mask may bring to light what stood beside a secret

_LONG_WORDS = expression(r"[A-Za-z0-9_\-.:/+=?&~@$]{16,}")
_PIECES = expression(r"[A-Za-z0-9]")
_NOT_BROKEN = expression(r"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret: what it is, and where it stands, in code points."""

    kind: str
    span: Span


def secrets_in(text: str) -> list[Secret]:
    """The secrets of a text, in order; they do not overlap. Takes time linear in the text's length."""
    spans = [Secret(kind, span) for kind, span in _found(text) if span[0] < span[1]]
    return _apart(sorted(spans, key=lambda one: (one.span[0], -one.span[1])))


def masked(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with every secret's characters as blocks, as long and with the same lines as before; and their kinds."""
    kinds: list[str] = []
    for _round in range(_MASKED_ROUNDS):
        found = secrets_in(text)
        if not found:
            break
        kinds += [one.kind for one in found]
        text = _covered(text, found)
    return text, tuple(kinds)


def _covered(text: str, found: list[Secret]) -> str:
    pieces: list[str] = []
    at = 0
    for one in found:
        start, end = one.span
        pieces += (text[at:start], _NOT_BROKEN.sub(lambda run: MASK * len(run[0]), text[start:end]))
        at = end
    return "".join((*pieces, text[at:]))


def _apart(ordered: list[Secret]) -> list[Secret]:
    """Those that overlap as one, of the first one's kind."""
    apart: list[Secret] = []
    for one in ordered:
        last = apart[-1] if apart else None
        if last is None or one.span[0] >= last.span[1]:
            apart.append(one)
        elif one.span[1] > last.span[1]:
            apart[-1] = Secret(last.kind, (last.span[0], one.span[1]))
    return apart


def _found(text: str) -> Iterator[Found]:
    plain = views.plain(text)
    yield from _back(plain, _looked(plain.text))
    for start, clear in views.unescaped(plain.text):
        yield from _back(plain, _moved(_back(clear, _looked(clear.text)), start))
    whole = views.joined(plain.text)
    if whole is not None:
        yield from _back(plain, _split(plain.text, whole))


def _looked(text: str) -> Iterator[Found]:
    """Everything that is known to be a secret in a text as it stands."""
    low = views.lowered(text)
    words = "\n".join(_LONG_WORDS.findall(text))
    yield from shapes.tokens(text, words)
    yield from shapes.plain_forms(text, low)
    yield from shapes.private_keys(text)
    yield from labels.headed(text, low)
    yield from labels.labelled(text, low)
    yield from beside.said(text, low)
    yield from beside.cookies(text, low)
    yield from beside.forms(text, low)
    yield from tables.columns(text, low)
    yield from codes.one_time(text, low)
    yield from codes.recovery(text, low)
    yield from codes.seed_phrases(text, low)
    yield from numbers.cards(text)
    yield from numbers.ibans(text)
    yield from numbers.social_security(text, low)


def _back(view: views.View, found: Iterator[Found]) -> Iterator[Found]:
    for kind, span in found:
        yield kind, view.original(span)


def _moved(found: Iterator[Found], by: int) -> Iterator[Found]:
    for kind, (start, end) in found:
        yield kind, (start + by, end + by)


def _split(text: str, whole: views.View) -> Iterator[Found]:
    """Keys that go on in the next line, which must look like the rest of one there."""
    words = "\n".join(_LONG_WORDS.findall(whole.text))
    for kind, span in shapes.tokens(whole.text, words):
        if whole.crosses(span):
            start, end = whole.original(span)
            pieces = text[start:end].split("\n")
            if all(_is_rest(piece) for piece in pieces[1:]):
                yield kind, (start, end)


def _is_rest(piece: str) -> bool:
    signs = _PIECES.findall(piece)
    return len(signs) > 3 and any(sign.isdigit() for sign in signs) and any(sign.isalpha() for sign in signs)
