"""Which texts say the same: candidates by MinHash and LSH, then a check that no number, name or "not" differs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from mneme.expressions import expression
from mneme.memory.consolidation.words import is_unspaced, listed, plain, words

HASHES, BANDS = 64, 16  # four rows a band: a pair at Jaccard .85 is found in 99.999 of 100 cases, at .3 in 12
LONGEST = 100_000  # code points that a signature is made of; what follows is compared, but proposes nothing
WORDS_EACH, CHARACTERS_EACH = 3, 5  # of a shingle
FEW, SHORT = 8, 5  # words: below the first, shingles are of characters; below the second, only the same words will do
SAME, ALIKE, MEANS_THE_SAME = 0.8, 0.6, 0.97  # Jaccard alone; Jaccard together with cosine

_ROWS = HASHES // BANDS
_SEEDS = np.arange(1, HASHES + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


# ------------------------------------------------------------------ candidates


def signature(text: str) -> NDArray[np.uint64]:
    """MinHash of the shingles of `text`, (64,): two texts agree in a place with probability of their Jaccard.

    The same on every machine. A text without words has all bits set. Broder 1997, "On the resemblance and containment
    of documents"; the hashes are SplitMix64's finaliser over BLAKE2b.
    """
    said = plain(text[:LONGEST])
    shingles = _shingles(said, by_characters=_is_by_characters(said))
    smallest = np.full(HASHES, np.iinfo(np.uint64).max, np.uint64)
    hashed = np.fromiter((_hash(shingle) for shingle in shingles), np.uint64, len(shingles))
    for start in range(0, len(hashed), 1024):  # a long text must not take 64 times its size in memory
        mixed = _mixed(hashed[start:start + 1024, None] ^ _SEEDS)
        smallest = np.minimum(smallest, mixed.min(axis=0))
    return smallest


def bands(signature: NDArray[np.uint64]) -> tuple[int, ...]:
    """16 signed 64-bit integers; texts that share one are candidates. Leskovec et al., Mining of Massive Datasets, 3.4.

    The band's number is part of its hash, so all can be kept in one indexed column.
    """
    rows = signature.astype("<u8").reshape(BANDS, _ROWS)
    return tuple(int.from_bytes(blake2b(bytes((band,)) + row.tobytes(), digest_size=8).digest(), "little", signed=True)
                 for band, row in enumerate(rows))


def _hash(shingle: str) -> int:
    return int.from_bytes(blake2b(shingle.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser (Steele et al. 2014), by element."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


# ------------------------------------------------------------------ how alike


def similarity(a: str, b: str) -> float:
    """The exact Jaccard similarity of the shingles of two texts, 0..1; of two texts without words 0.

    Shingles are three words each; five characters where either text is short or of a script without spaces.
    """
    said, other = plain(a), plain(b)
    by_characters = _is_by_characters(said) or _is_by_characters(other)
    ours, theirs = (_shingles(each, by_characters=by_characters) for each in (said, other))
    return len(ours & theirs) / (len(ours | theirs) or 1)


def _is_by_characters(said: Sequence[str]) -> bool:
    return len(said) < FEW or sum(map(is_unspaced, said)) > len(said) / 3


def _shingles(said: Sequence[str], *, by_characters: bool) -> set[str]:
    if by_characters:
        line = " ".join(said)
        return {line[at:at + CHARACTERS_EACH] for at in range(max(len(line) - CHARACTERS_EACH + 1, min(len(line), 1)))}
    return {" ".join(said[at:at + WORDS_EACH]) for at in range(len(said) - WORDS_EACH + 1)}


# ------------------------------------------------------------------ do they say the same?


def is_near_duplicate(a: str, b: str, cosine: float | None) -> bool:
    """Whether one of two texts can stand for both; `cosine` is of their vectors, None where one has none.

    Texts of the same words always are. Others must be much alike (Jaccard >= .8, or >= .6 with cosine >= .97), have
    five words or more, and say nothing else: the same numbers, dates, negations, names and symbols in the same order,
    no word in the place of another (but for its spelling), and hardly a word more.
    """
    ours, theirs = words(a), words(b)
    if _folded(ours) == _folded(theirs):
        return bool(ours) or a.strip() == b.strip()
    if min(len(ours), len(theirs)) < SHORT:
        return False
    alike = similarity(a, b)
    if alike < ALIKE or (alike < SAME and (cosine is None or cosine < MEANS_THE_SAME)):
        return False
    return _tellings(ours, theirs) == _tellings(theirs, ours) and not _says_else(ours, theirs)


_NOT = listed("""
    not no never none nothing nobody nowhere neither nor without cannot cant wont dont didnt doesnt isnt wasnt arent
    werent wouldnt couldnt shouldnt havent hasnt hadnt nope hardly barely
    nicht kein keine keinen keinem keiner keines nie niemals nichts niemand weder noch ohne
    ne pas jamais rien aucun aucune sans nunca nada nadie tampoco sin ningún ninguna ikke ingen aldri ingenting uten
    non mai niente nessuno senza niet geen nooit niets niemand zonder не нет ни никогда без""")
# Words that turn what is said, or say when, how many or who: none of them is ever a matter of wording.
_TURNING = listed("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half quarter dozen
    once twice first second third fourth fifth last next previous another both all every some few many most only except
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december today tomorrow yesterday tonight morning noon afternoon evening night midnight weekend
    am pm minute minutes hour hours day days week weeks month months year years ago spring summer autumn fall winter
    before after until since during early earlier late later always sometimes usually often rarely seldom
    left right north south east west up down in out on off over under above below to from with against into
    yes more less better worse best worst good bad big small high low old new hot cold open closed true false
    he she him her his hers they them we us you i my your our their mine yours mother father mom dad brother sister
    son daughter husband wife aunt uncle
    and or but if unless maybe perhaps might could would should must can will used former formerly stop stopped quit
    cancel canceled cancelled start started almost nearly instead
    un deux trois quatre cinq eins zwei drei vier fünf uno dos tres cuatro cinco""")
_WORDING = listed("""
    a an the that which who really very just also please well oh um uh hi hello hey thanks ok okay so too quite then
    there actually basically simply 了 啊 呀 吧 呢 嘛 哦 啦 ね よ わ さ ぞ""")
_LONG = 6  # letters of a word that may be misspelt; a shorter one may be another word
_ADDED = 0.03  # share of words that one of the texts may have beyond the other: none in a short text
_LETTERS = expression(r"[^\W\d_]+")


def _folded(said: Iterable[str]) -> list[str]:
    return [word.casefold() for word in said]


def _tellings(said: Sequence[str], other: Sequence[str]) -> list[tuple[str, str]]:
    """The words that no text may lack, in order, each negation with the word it denies."""
    names = _names(said) | _names(other)
    folded = [word for word in _folded(said) if word not in _WORDING]
    return [(word, after if _is_negation(word) else "") for word, after in zip(folded, [*folded[1:], ""], strict=True)
            if word in names or _is_telling(word)]


def _is_negation(word: str) -> bool:
    return word in _NOT or word.endswith("n't")


def _is_telling(word: str) -> bool:
    return (_is_negation(word) or word in _TURNING or not word[0].isalpha() or any(map(str.isdigit, word))
            or is_unspaced(word))


def _names(said: Sequence[str]) -> set[str]:
    """Capitalised words, without case; those that only begin a sentence are among them, and do no harm."""
    return {word.casefold() for word in said if word[0].isupper() and word.casefold() not in _WORDING}


def _says_else(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether either text has words in the place of the other's, or too many of its own."""
    more, less = _beyond(ours, theirs), _beyond(theirs, ours)
    if more and less:
        return len(more) != len(less) or not all(map(_is_respelt, more, less))
    return len(more) + len(less) > _ADDED * min(len(ours), len(theirs))


def _beyond(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    left = Counter(_folded(ours)) - Counter(_folded(theirs))
    return sorted(word for word in left.elements() if word not in _WORDING)


def _is_respelt(a: str, b: str) -> bool:
    """Whether two words are one but for a letter that is missing inside, or changed places with its neighbour.

    Another letter, and one more at the end, are as likely another word: wasting and waiting, ticket and tickets.
    """
    if min(len(a), len(b)) < _LONG or a[0] != b[0] or not (_LETTERS.fullmatch(a) and _LETTERS.fullmatch(b)):
        return False
    head = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[head:], b[head:]
    return bool(a and b) and (a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:]))
