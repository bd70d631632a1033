"""What stands around a memory speaks for it too: scores and vectors summed over neighbouring messages."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mneme.recall.ports import Stored
from mneme.types import Place

REACH = 2  # messages to each side

Floats = NDArray[np.float32]


def in_order(places: Sequence[Place]) -> list[Place]:
    """Places so that neighbours in a conversation stand beside each other."""
    return sorted(places, key=lambda p: (-1 if p.thread is None else p.thread, p.seq, p.start, p.memory))


def words_nearby(places: Sequence[Place], scores: Mapping[int, float]) -> dict[int, float]:
    """BM25 scores summed with the neighbours', for the places (in order) where the sum is not nothing."""
    own = np.array([scores.get(place.memory, 0.0) for place in places], np.float32)
    total = _summed(own[:, None], places)[:, 0]
    return {place.memory: float(score) for place, score in zip(places, total, strict=True) if score > 0.0}


def by_meaning(places: Sequence[Place], vectors: Mapping[int, Stored],
               query: Floats) -> tuple[dict[int, float], dict[int, float]]:
    """Cosine similarities of `query` (dim,): to each place's own vector, and to the mean of it and its neighbours.

    The places are in order; one without a vector has no similarity of its own.
    """
    missing = np.zeros(len(query), np.float16)
    rows = np.array([vectors.get(place.memory, missing) for place in places], np.float32).reshape(-1, len(query))
    total = _summed(rows, places)
    lengths = np.linalg.norm(total, axis=1)
    own, around = rows @ query, total @ query / np.maximum(lengths, 1e-12)
    return ({place.memory: float(score) for place, score in zip(places, own, strict=True) if place.memory in vectors},
            {place.memory: float(score) for place, score, length in zip(places, around, lengths, strict=True)
             if length > 0.0})


def beside(places: Sequence[Place], wanted: Sequence[int]) -> dict[int, list[int]]:
    """Each of the memories `wanted` with those of the messages right before and after it; the places are in order."""
    messages: dict[tuple[int | None, int], list[int]] = {}
    at = {}
    for place in places:
        key = (place.thread, place.seq)
        at[place.memory] = key
        messages.setdefault(key, []).append(place.memory)
    found = {}
    for memory in wanted:
        thread, seq = at.get(memory, (None, 0))
        around = () if thread is None else [(thread, seq + step) for step in (-1, 0, 1)]
        found[memory] = list(dict.fromkeys([memory, *(other for key in around for other in messages.get(key, ()))]))
    return found


def _summed(values: Floats, places: Sequence[Place]) -> Floats:
    """Each row of `values` (n, d) with the rows of at most REACH neighbours to each side added."""
    thread = np.array([-place.memory if place.thread is None else place.thread for place in places], np.int64)
    seq = np.array([place.seq for place in places], np.int64)
    total = values.copy()
    for step in range(1, min(REACH, len(places) - 1) + 1):
        near = ((thread[step:] == thread[:-step]) & (seq[step:] - seq[:-step] <= REACH))[:, None]
        total[:-step] += values[step:] * near
        total[step:] += values[:-step] * near
    return total
