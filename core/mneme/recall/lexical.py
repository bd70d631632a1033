"""A question becomes an FTS5 expression: any of its words for search, all of them for search-as-you-type."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mneme.expressions import expression
from mneme.recall.stopwords import meaningful
from mneme.store.terms import UNSPACED

MOST_TERMS = 128  # of one expression; a question has a dozen
_RUN = expression(f"([{UNSPACED}]+)")


def question_terms(question: str) -> list[str]:
    """The meaningful words of `question`, and its pairs of neighbours in scripts without spaces.

    The index keeps such characters one by one, so a pair is a phrase that matches where they stand side by side.
    """
    words: list[str] = []
    pairs: list[str] = []
    for run in _runs(question.lower()):
        if _RUN.fullmatch(run):
            pairs += _pairs(run)
        else:
            words.append(run)
    return list(dict.fromkeys(meaningful(words) + pairs))[:MOST_TERMS]


def any_of(terms: Sequence[str]) -> str:
    """An FTS5 expression that matches any of `terms`; each is quoted, so that nothing in it is syntax."""
    return " OR ".join(map(_quoted, terms))


def question_expression(question: str) -> str:
    """An FTS5 expression that matches any meaningful word of `question`; "" where it has no words."""
    return any_of(question_terms(question))


def typed_expression(typed: str) -> str:
    """An FTS5 expression for search while one types: every word, the last as a beginning; "" without words."""
    runs = list(_runs(typed.lower()))[:MOST_TERMS]
    if not runs:
        return ""
    phrases = [_quoted(" ".join(run) if _RUN.fullmatch(run) else run) for run in runs]
    finished = _is_separator(typed[-1]) or bool(_RUN.fullmatch(runs[-1]))
    return " AND ".join(phrases) + ("" if finished else " *")


def words_of(text: str) -> list[str]:
    """The words of a text, lower case, as the index would split them."""
    return [run for run in _runs(text.lower()) if not _RUN.fullmatch(run)]


def plain_form(text: str) -> str:
    """A text as its words alone, scripts without spaces as they stand: what is the same twice is a twin."""
    return " ".join(_runs(text.lower())) or text


def _runs(text: str) -> Iterator[str]:
    """Stretches of letters, digits and marks; scripts with and without spaces apart."""
    spaced = "".join(" " if _is_separator(c) else c for c in text)
    for chunk in spaced.split():
        for run in _RUN.split(chunk):
            if any(c.isalnum() for c in run):  # the index has no word of marks alone
                yield run


def _is_separator(character: str) -> bool:
    return not (character.isalnum() or unicodedata.category(character).startswith("M"))


def _pairs(run: str) -> list[str]:
    return [f"{a} {b}" for a, b in pairwise(run)] or [run]


def _quoted(term: str) -> str:
    return f'"{term}"'
