"""When two objects of facts are the same: without case, accents, articles, legal forms; numbers by their digits."""

import unicodedata
from collections.abc import Mapping

from mneme.expressions import expression

LONGEST = 300  # code points of an object that are compared
LEAST_DIGITS = 5  # of a telephone number
LEAST_ENDING = 7  # digits that a number must share with a longer one to be the same without its country's code
_WORD = expression(r"\w+[+#]*")
_NUMBER = expression(r"\+?[\d\s()./–-]+")
_QUALIFIED = expression(r"\s*[,(]")
_ARTICLES = frozenset(("a", "an", "the", "my", "our", "his", "her", "their", "your"))
_LEGAL_FORMS = frozenset(("inc", "ltd", "llc", "llp", "plc", "corp", "corporation", "co", "gmbh", "ag", "kg", "as",
                          "asa", "ab", "oy", "bv", "nv", "srl", "spa", "sarl", "limited", "incorporated"))
_NOTHING = frozenset(("", "it", "that", "this", "there", "them", "these", "those"))


def normal_form(text: str) -> str:
    """An object without case, accents, articles, punctuation and a firm's legal form; a telephone number's digits.

    What has no word (an emoji) stays as it is. Linear time; any string.
    """
    short = text[:LONGEST].strip()
    if _NUMBER.fullmatch(short) and sum(c.isdigit() for c in short) >= LEAST_DIGITS:
        return _digits(short)
    plain = "".join(c for c in unicodedata.normalize("NFKD", short.casefold()) if not "\u0300" <= c <= "\u036f")
    words = _WORD.findall(plain)
    while len(words) > 1 and words[0] in _ARTICLES:
        del words[0]
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        del words[-1]
    return " ".join(words) or plain


def names_nothing(form: str) -> bool:
    """Does a normal form name no object, so that the current one is meant ("I quit it")?"""
    return form in _NOTHING


def keys_of(objects: Mapping[int, str], *, qualified: bool) -> dict[int, str]:
    """What each object, by id, is known by: equal for the same.

    `qualified`: "Oslo" is "Oslo, Norway" where only one Oslo is named, and a number is the longer one that ends in it.
    """
    keys = {at: normal_form(text) for at, text in objects.items()}
    if not qualified:
        return keys
    named: dict[str, set[str]] = {}
    for at, text in objects.items():
        named.setdefault(normal_form(_QUALIFIED.split(text[:LONGEST], maxsplit=1)[0]), set()).add(keys[at])
    numbers = {key for key in keys.values() if key.isdecimal()}
    return {at: _fuller(key, named, numbers) for at, key in keys.items()}


def _fuller(key: str, named: Mapping[str, set[str]], numbers: set[str]) -> str:
    """The one fuller name for what is known by `key`; the key itself where there are none or several."""
    if names_nothing(key):
        return key
    if key.isdecimal():
        fuller = {other for other in numbers if len(key) >= LEAST_ENDING and other.endswith(key)}
    else:
        fuller = named.get(key, set())
    others = fuller - {key}
    return next(iter(others)) if len(others) == 1 else key


def _digits(text: str) -> str:
    """A number as it is dialled from anywhere, as far as it tells: "0047" is "+47", "(0)" and a leading 0 are none."""
    digits = "".join(c for c in text.replace("(0)", "") if c.isdecimal())
    return digits.removeprefix("00") if digits.startswith("00") else digits.removeprefix("0")
