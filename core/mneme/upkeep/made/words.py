"""The words of a text that carry its meaning, and whether they stand in another."""

from collections.abc import Collection

from mneme.expressions import expression
from mneme.memory.consolidation.words import words
from mneme.upkeep.gists import COMMON

_NUMBER = expression(r"\d")
_ENDINGS = ("'s", "s'", "’s")


def folded(text: str) -> list[str]:
    """The words without case and possessives, in order."""
    return [_bare(word.casefold()) for word in words(text)]


def content(text: str) -> list[str]:
    """The words that say something, without case; all of them where all are little words."""
    every = [word for word in folded(text) if any(map(str.isalnum, word))]
    return [word for word in every if word not in COMMON or _NUMBER.search(word)] or every


def missing(text: str, held: Collection[str]) -> list[str]:
    """The content words of a text that are not among the words `held`; a plural counts as its singular."""
    return [word for word in content(text) if not _is_among(word, held)]


def names_and_numbers(text: str) -> list[str]:
    """Its numbers, and the capitalised words that do not begin a sentence, without case."""
    found = []
    before = "."
    for word in words(text):
        capital = word[:1].isupper() and before not in ".?!:" and word.casefold() not in COMMON
        if capital or _NUMBER.search(word):
            found.append(_bare(word.casefold()))
        before = word
    return found


def _bare(word: str) -> str:
    return next((word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)), word)


def _is_among(word: str, held: Collection[str]) -> bool:
    return word in held or f"{word}s" in held or (len(word) > 3 and word.removesuffix("s") in held)
