"""Ways to look at a text so that disguised secrets show: unseen characters gone, escapes undone, lines joined."""

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.types import Span

_UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064" \
          "\u206a-\u206f\ufe00-\ufe0f\ufeff"
_UNSEEN_RUN = expression(f"[{_UNSEEN}]+")
_PLAIN = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0xA0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x3000), 0x20) | dict.fromkeys(
    (*range(0x2010, 0x2016), 0x2212), 0x2D)

_PLAINER = expression(f"[{''.join(map(chr, _PLAIN))}]|[^\\D0-9]")

_ESCAPE = expression(r"%[0-9A-Fa-f]{2}|\\u00[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\\/"
                     r"|&(?:[A-Za-z]{2,8}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")

_AROUND = 400  # characters around an escape that are looked at with it

_TOKEN = r"[A-Za-z0-9_\-/+.:]"
# a line break inside one word: as it stands, after "=" or "\" that continues a line, between quoted pieces of code
_BREAK = expression(rf"(?<={_TOKEN})(?:[=\\]?|[\"'][ \t]{{0,4}}[+.&]?[ \t]{{0,4}}\\?)\r?\n[ \t>|]{{0,40}}"
                    rf"(?:[+.&][ \t]{{0,4}})?[\"']?(?={_TOKEN})")


def lowered(text: str) -> str:
    """The text in small letters, character by character: places in it are places in the text."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(one if len(one.lower()) != 1 else one.lower() for one in text)


def places(low: str, signs: Iterable[str]) -> list[int]:
    """Where any of the signs begins, in order. Plain searches are many times faster than a pattern of them all."""
    found: set[int] = set()
    for sign in signs:
        at = low.find(sign)
        while at >= 0:
            found.add(at)
            at = low.find(sign, at + 1)
    return sorted(found)


def stretches(pattern: re.Pattern[str], text: str, around: int) -> Iterator[Span]:
    """The parts of a text that are within `around` characters of a match; those that touch are one."""
    start = end = -1
    for found in pattern.finditer(text):
        if end < 0 or found.start() - around > end:
            if end >= 0:
                yield start, end
            start = max(0, found.start() - around)
        end = min(len(text), found.end() + around)
    if end >= 0:
        yield start, end


@dataclass(frozen=True, slots=True)
class View:
    """A text as it is looked at, and the way back to the text as it stands.

    `seen[n]` is where the n-th stretch begins in `text`, `stands[n]` where it begins in the original.
    """

    text: str
    seen: tuple[int, ...] = ()
    stands: tuple[int, ...] = ()

    def original(self, span: Span) -> Span:
        """The span of the original that `span` of this view shows."""
        if not self.seen:
            return span
        return self._place(span[0]), self._place(span[1] - 1) + self._width(span[1] - 1)

    def crosses(self, span: Span) -> bool:
        """Whether something was left out or replaced inside `span`."""
        at = bisect_right(self.seen, span[0])
        return at < len(self.seen) and self.seen[at] < span[1]

    def _place(self, at: int) -> int:
        stretch = bisect_right(self.seen, at) - 1
        return self.stands[stretch] + at - self.seen[stretch]

    def _width(self, at: int) -> int:
        """How long the original of one character is: a replaced one is a stretch by itself."""
        stretch = bisect_right(self.seen, at)
        alone = stretch < len(self.seen) and self.seen[stretch] == at + 1 and self.seen[stretch - 1] == at
        return self.stands[stretch] - self.stands[stretch - 1] if alone else 1


def plain(text: str) -> View:
    """Without characters that nobody sees; wide letters, other scripts' digits, spaces and dashes as ASCII has them."""
    if text.isascii():
        return View(text)
    level = _PLAINER.sub(_as_ascii, text)
    return _without(level, _UNSEEN_RUN.finditer(level), lambda _found: "") or View(level)


def _as_ascii(found: re.Match[str]) -> str:
    wide = _PLAIN.get(ord(found[0]))
    return str(int(found[0])) if wide is None else chr(wide)


def unescaped(text: str) -> Iterator[tuple[int, View]]:
    """Stretches of the text, each from where it begins, with %40, \\u0040 and &#64; as what they stand for."""
    for start, end in stretches(_ESCAPE, text, _AROUND) if "%" in text or "\\" in text or "&" in text else ():
        view = _without(text[start:end], _ESCAPE.finditer(text, start, end), _character, -start)
        if view is not None:
            yield start, view


def joined(text: str) -> View | None:
    """With words that go on in the next line joined; None where there are none."""
    return _without(text, _BREAK.finditer(text), lambda _found: "") if "\n" in text else None


def _character(found: re.Match[str]) -> str:
    escape = found[0]
    if escape == "\\/":
        return "/"
    if escape[0] == "&":
        sign = html.unescape(escape)
        return sign if len(sign) == 1 and 0x20 <= ord(sign) < 0x7F else " " if sign == "\xa0" else escape
    code = int(escape.lstrip("%\\ux"), 16)
    return chr(code) if 0x20 <= code < 0x7F else escape


def _without(text: str, found: Iterable[re.Match[str]], instead: Callable[[re.Match[str]], str],
             shift: int = 0) -> View | None:
    """The text with every match replaced; None where there is none. `shift`: from the matches' places to the text's."""
    pieces: list[str] = []
    seen, stands = [0], [0]
    length = end = 0
    for match in found:
        put = instead(match)
        if put == match[0]:
            continue
        first, last = match.start() + shift, match.end() + shift
        pieces += (text[end:first], put)
        length += first - end
        seen += (length, length + len(put)) if put else (length,)
        stands += (first, last) if put else (last,)
        length, end = length + len(put), last
    if not pieces:
        return None
    return View("".join((*pieces, text[end:])), tuple(seen), tuple(stands))
