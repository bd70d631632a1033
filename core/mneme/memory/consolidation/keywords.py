"""The words and names that tell what texts are about, among all others: TF-IDF."""

import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from mneme.expressions import expression
from mneme.memory.consolidation.words import is_unspaced, normal, words

LONGEST = 20_000  # code points of a text that are looked at
_SHORTEST, _LONGEST = 3, 30  # letters of a word that can be a keyword
_NAME = expression(r"(?<![\w'])([^\W\d_]\w+) (?=([^\W\d_]\w+))")
_PARTS = expression(r"[ ']")
_BEGINS = expression(r"(?:^|[.!?:;…\n\"'“‘(\[*#>•-])\s*\Z")  # before a word that is capitalised for its place


def document_frequencies(texts: Sequence[str]) -> Counter[str]:
    """In how many of the texts each word and each pair of capitalised words stands, without case."""
    return Counter(itertools.chain.from_iterable(set(map(str.casefold, _terms(text))) for text in texts))


def keywords(texts: Sequence[str], frequencies: Mapping[str, int], total: int, most: int,
             stop_words: Collection[str] = frozenset()) -> list[str]:
    """At most `most` words and names of the texts, the most telling first, as they are mostly written.

    `frequencies` are of `document_frequencies` over all `total` texts; a word that is not in them counts as new. The
    weight is the sum over texts of 1 + ln tf, times ln((1 + total) / (1 + df)) (Salton and Buckley 1988): what several
    texts say tells more than what one repeats. A word that was told as part of a name, or whose plural was told, is
    not told again.
    """
    stopped, written, said = frozenset(stop_words), Counter[str](), dict[str, float]()
    for text in texts:
        terms = list(_terms(text))
        written.update(terms)
        for term, count in Counter(map(str.casefold, terms)).items():
            said[term] = said.get(term, 0.0) + 1.0 + math.log(count)
    weights = {term: weight * math.log((1.0 + total) / (1.0 + frequencies.get(term, 0)))
               for term, weight in said.items() if stopped.isdisjoint(_PARTS.split(term))}
    told = list[str]()
    for term in sorted(weights, key=lambda term: (-weights[term], -len(term), term)):
        if len(told) >= most or weights[term] <= 0.0:
            break
        if not any(_is_part(term, other) for other in told):
            told.append(term)
    as_written = {form.casefold(): form for form in sorted(written, key=lambda form: (written[form], form))}
    return [as_written[term] for term in told]


def _is_part(term: str, other: str) -> bool:
    """Whether one of two terms is a part of the other, or its plural."""
    return term in other.split() or other in term.split() or term + "s" == other or other + "s" == term


def _terms(text: str) -> Iterator[str]:
    text = normal(text[:LONGEST])
    said = words(text)
    for word, after in itertools.pairwise((*said, "")):
        if is_unspaced(word):
            if after and is_unspaced(after):  # two signs make a word there, more often than one
                yield word + after
        elif word[0].isalpha() and _SHORTEST <= len(word) <= _LONGEST:
            yield word.removesuffix("'s")
    yield from _names(text)


def _names(text: str) -> Iterator[str]:
    """Pairs of capitalised words side by side, of which the first does not begin a sentence."""
    for found in _NAME.finditer(text):
        first, second = found.groups()
        if (first[0].isupper() and second[0].isupper() and len(first) + len(second) <= 2 * _LONGEST
                and not _BEGINS.search(text, max(found.start() - 4, 0), found.start())):
            yield f"{first} {second}"
