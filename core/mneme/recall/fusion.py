"""Reciprocal rank fusion: several rankings become one, and each memory keeps its ranks as the reason why."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

K = 20.0  # 60 in the paper; the pools here are small, and the first places should count more

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Fused(Generic[T]):
    """What a fusion says of one thing: `score` is 1 where it stands first in every ranking."""

    key: T
    score: float
    ranks: Mapping[str, int]


def ranked(keys: Iterable[T]) -> dict[T, int]:
    """The rank of each key, best first: 1, 2, 3 and so on."""
    return {key: rank for rank, key in enumerate(dict.fromkeys(keys), start=1)}


def fuse(rankings: Mapping[str, Mapping[T, int]], weights: Mapping[str, float], k: float = K) -> list[Fused[T]]:
    """Sum of weight / (k + rank) over the rankings, best first; ties in the order of appearance.

    A ranking that misses a key adds nothing to it. Several keys may share a rank: a set that is preferred
    as a whole has rank 1 throughout. Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion
    outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009.
    """
    scores: dict[T, float] = {}
    reasons: dict[T, dict[str, int]] = {}
    for name, ranking in rankings.items():
        for key, rank in ranking.items():
            scores[key] = scores.get(key, 0.0) + weights[name] / (k + rank)
            reasons.setdefault(key, {})[name] = rank
    best = sum(weights[name] for name in rankings) / (k + 1.0) or 1.0
    order = sorted(scores, key=lambda key: -scores[key])
    return [Fused(key, scores[key] / best, reasons[key]) for key in order]
