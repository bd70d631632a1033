"""The sentences that say most of many, as they stand, and the days, weeks and months that are summed up."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mneme.memory.consolidation.words import listed, plain

Vectors = NDArray[np.float32]

_COMPARED = 512  # sentences that each one is compared with, spread evenly: the cost grows with their number alone
_SAME_SENSE, _SAME_WORDS = 0.85, 0.6  # cosine and Jaccard above which a sentence repeats another
_SHORTEST, _LONGEST = 4, 60  # words
_CHARACTERS = 2_000  # of a sentence that are looked at
_BUCKETS, _JOINING = 1024, 3  # of a bag of words; letters of words that only join others, in any language
_GREETINGS = listed("""
    hi hello hey dear thanks thank bye goodbye cheers regards sincerely welcome congratulations congrats wow lol haha
    hallo liebe lieber danke tschüss grüße bonjour salut merci hola gracias ciao grazie hei hej takk""")


# ------------------------------------------------------------------ sentences


def summary(texts: Sequence[str], vectors: Vectors, *, most: int,
            weights: Sequence[float] | None = None) -> list[int]:
    """Indices of the at most `most` sentences that say most, in the order in which they are given.

    `vectors` (n, d) of length 1; where either of two sentences has none (a row of zeros), their words are compared
    instead. `weights` (importance, say) are >= 0 and multiply. A sentence is central if it is like many others and
    near to the middle of all (LexRank's degree centrality, Erkan and Radev 2004, arXiv 1109.2128; centroids, Radev et
    al. 2004); questions, greetings and what is very short or long count less; what repeats a chosen one is left out.
    Raises: ValueError if the lengths differ.
    """
    if len(vectors) != len(texts) or (weights is not None and len(weights) != len(texts)):
        raise ValueError("one vector and one weight for each text")
    if not texts:
        return []
    scores = _central(texts, vectors) * np.array([_form(text) for text in texts])
    scores *= 1.0 if weights is None else np.asarray(weights, np.float64)
    chosen = list[int]()
    for at in np.argsort(-scores, kind="stable").tolist():
        if len(chosen) >= most:
            break
        if plain(texts[at]) and not any(_repeats(texts, vectors, at, other) for other in chosen):
            chosen.append(at)
    return sorted(chosen)


def _central(texts: Sequence[str], vectors: Vectors) -> NDArray[np.float64]:
    """0..1: half for the share of sentences that one is more like than is usual, half for nearness to all of them."""
    sample = np.unique(np.linspace(0, len(texts) - 1, min(len(texts), _COMPARED)).round().astype(np.intp))
    alike = _similarities(texts, vectors, sample)
    alike[sample, np.arange(len(sample))] = 0.0  # everything is like itself
    usual = float(alike.mean())
    return (_share(np.asarray(alike > usual).mean(axis=1)) + _share(np.maximum(alike.mean(axis=1), 0.0))) / 2.0


def _share(values: NDArray[Any]) -> NDArray[np.float64]:
    top = float(values.max())
    return values.astype(np.float64) / top if top > 0.0 else np.ones(len(values))


def _similarities(texts: Sequence[str], vectors: Vectors, sample: NDArray[np.intp]) -> Vectors:
    """(n, len(sample)): cosines of vectors, or of bags of words where one of the two has no vector."""
    known: NDArray[np.bool_] = np.asarray(vectors.any(axis=1))
    alike = np.asarray(vectors @ vectors[sample].T)
    if not known.all():
        bags = _bags(texts)
        alike = np.where(known[:, None] & known[sample], alike, bags @ bags[sample].T)
    return alike.astype(np.float32)


def _bags(texts: Sequence[str]) -> Vectors:
    """The longer words of each text (the short ones join it), in buckets: (n, _BUCKETS), rows of length 1 or 0."""
    bags = np.zeros((len(texts), _BUCKETS), np.float32)
    for row, text in zip(bags, texts, strict=True):
        said = {word for word in plain(text[:_CHARACTERS]) if len(word) > _JOINING or not word.isascii()}
        row[[_bucket(word) for word in said]] = 1.0
    return np.asarray(bags / np.maximum(np.linalg.norm(bags, axis=1, keepdims=True), 1.0))  # of no words: 0


def _bucket(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little") % _BUCKETS


def _form(text: str) -> float:
    """How far a sentence can stand for others by its form alone, 0..1."""
    said = plain(text[:_CHARACTERS])
    if len(said) < _SHORTEST:
        return 0.2
    if said[-1] == "?":
        return 0.3
    if said[0] in _GREETINGS:
        return 0.2 if len(said) < 2 * _SHORTEST else 0.6  # "Wow, Anna! ...": what follows is mostly praise
    return 0.4 if len(said) > _LONGEST else 1.0


def _repeats(texts: Sequence[str], vectors: Vectors, one: int, other: int) -> bool:
    ours, theirs = set(plain(texts[one][:_CHARACTERS])), set(plain(texts[other][:_CHARACTERS]))
    return (float(vectors[one] @ vectors[other]) > _SAME_SENSE
            or len(ours & theirs) > _SAME_WORDS * len(ours | theirs))


# ------------------------------------------------------------------ stretches of time


Level = Literal["day", "week", "month"]  # how much time one summary covers
LEVELS: tuple[Level, ...] = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a week (ISO 8601) or a month: its key ("2024-05-07", "2024-W19", "2024-05"), first and last day."""

    level: Level
    key: str
    start: date
    end: date


def period_of(day: date, level: Level) -> Period:
    """The period of `level` that holds the local date `day`. Keys of one level sort by time."""
    if level == "day":
        return Period(level, day.isoformat(), day, day)
    if level == "week":
        year, week, weekday = day.isocalendar()
        return Period(level, f"{year:04}-W{week:02}", _moved(day, 1 - weekday), _moved(day, 7 - weekday))
    start = day.replace(day=1)
    return Period(level, f"{day.year:04}-{day.month:02}", start, start.replace(day=monthrange(day.year, day.month)[1]))


def began(level: Level, key: str) -> date:
    """The first day of the period with this key."""
    if level == "week":
        return date.fromisocalendar(int(key[:4]), int(key[6:]), 1)
    return date.fromisoformat(key if level == "day" else f"{key}-01")


def periods(days: Iterable[date], level: Level) -> list[Period]:
    """The distinct periods of `level` that hold the days, earliest first."""
    return sorted({period_of(day, level) for day in days}, key=lambda period: period.start)


def _moved(day: date, days: int) -> date:
    """`day` moved, but never beyond what a calendar can name."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))
