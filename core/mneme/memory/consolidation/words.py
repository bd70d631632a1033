"""Texts as words that can be compared: without case, punctuation and what is not seen, in any script."""

import re
import unicodedata

from mneme.expressions import expression

_SLICE = 256  # code points put into normal form at once: a longer run of combining marks takes quadratic time
_UNSEEN = expression(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")
_UNSPACED = (r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
             r"\U00020000-\U0003ffff")
_SYMBOLS = r"?%$€£¥°\u2190-\u22ff\u2600-\u27bf\U0001f000-\U0001faff"
_PUNCTUATION = (r"\s!-/:-@\[-`{-~\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf؟،؛۔।॥"
                r"\u2000-\u206f\u20a0-\u20cf\u2190-\u27bf\u3000-\u3004\u3008-\u303f\U0001f000-\U0001faff")
# Groups are not possessive: Python before 3.11.5 keeps what such a group matched before it failed ("don'" of "don' ").
_TOKEN = expression(
    rf"(?<!\w)[-+]?\d++(?:[.,:/-]\d++)*|\d++(?:[.,:/]\d++)*"  # -5, 1.5, 12:30, 2024-05-07
    rf"|[{_UNSPACED}{_SYMBOLS}]|(?<=\w\s)[<>](?=\s)"  # a sign stands for itself, also where no space parts words
    rf"|[^{_PUNCTUATION}{_UNSPACED}]++(?:'[^{_PUNCTUATION}{_UNSPACED}\d]++)*[+#]*+")  # don't, C++
_SIGN = expression(rf"[{_UNSPACED}]")


def words(text: str) -> list[str]:
    """The words of `text`, as they are written but in normal form (NFKC), in its order.

    A number is one word with its sign and marks (-5, 12:30); so are a symbol that says something (?, %, €, an emoji)
    and each character of a script without spaces. Time grows with the length of the text, whatever stands in it.
    """
    return _TOKEN.findall(normal(text))


def plain(text: str) -> tuple[str, ...]:
    """The words of `text` without case: equal for texts that differ in spaces, case and punctuation alone."""
    return tuple(word.casefold() for word in words(text))


def normal(text: str) -> str:
    """`text` in normal form (NFKC), with straight apostrophes and minus signs, and without what is not seen."""
    if text.isascii():
        return text
    text = _UNSEEN.sub("", text).replace("’", "'").replace("−", "-")
    if len(text) <= _SLICE:
        return unicodedata.normalize("NFKC", text)
    pieces = (piece[at:at + _SLICE] for piece in re.split(r"(\s+)", text) for at in range(0, len(piece), _SLICE))
    return "".join(unicodedata.normalize("NFKC", piece) for piece in pieces)


def listed(text: str) -> frozenset[str]:
    """The words of a list that is written in lines, as they stand."""
    return frozenset(text.split())


def is_unspaced(word: str) -> bool:
    """Whether `word` is a character of a script that puts no spaces between words, such as Chinese or Thai."""
    return _SIGN.match(word) is not None
