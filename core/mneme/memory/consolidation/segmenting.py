"""Where one event ends and the next begins in a stream of passages: by surprise, by long pauses, then refined."""

import itertools
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median_low

import numpy as np
from numpy.typing import NDArray

from mneme.types import Span

Vectors = NDArray[np.float32]

LONG_PAUSE = timedelta(hours=6)
UNUSUAL = 8  # a pause is long if it is so many times the stream's median one, too
_RECENT = 5  # passages of the current event that the next one is compared with
_TRAILING, _ENOUGH = 32, 4  # surprises that say what is usual, and how few of them say nothing yet
_WINDOW = 16  # passages on each side of a boundary that are looked at
_NEAR = 3  # how far a boundary may be moved
_APART = 0.14  # modularity, as a share of the most possible, below which a boundary separates nothing
_COMMON, _SAMPLED = 0.1, 4096  # the quantile of similarities that even strangers have, and of how many passages


def segments(vectors: Vectors, times: Sequence[datetime | None], *, most: int = 40, fewest: int = 3,
             strictness: float = 1.0) -> list[Span]:
    """The events of a stream as ranges [start, end) of passages; together they cover it in order.

    `vectors` (n, d) of length 1 (a row of zeros: none yet, which surprises nobody), `times` one for each passage or
    None, all with or all without a time zone. A passage begins an event where its surprise is above the mean of the
    trailing ones by `strictness` standard deviations, or after a long pause. Boundaries of the first kind are moved to
    where modularity is best, are dropped where it is poor, and leave at least `fewest` passages on each side. No event
    has more than `most`. Time: O(n) similarities of windows, whatever n.

    After EM-LLM (Fountas et al. 2024, arXiv 2407.09450), with the novelty of embeddings for the surprise of tokens.
    Raises: ValueError if the lengths differ or `most` < `fewest` or `fewest` < 1.
    """
    if len(vectors) != len(times) or not 1 <= fewest <= most:
        raise ValueError("one time for each vector, and 1 <= fewest <= most")
    fixed = [0, *_pauses(times), len(vectors)]
    surprise, novel = _novelties(vectors, set(fixed), fewest, strictness)
    common, cuts = _common(vectors), list[int]()
    for start, end in itertools.pairwise(fixed):
        kept = _refined(vectors, [start, *(cut for cut in novel if start < cut < end), end], common, fewest)
        for a, b in itertools.pairwise((start, *kept, end)):
            cuts += [a, *_halved(surprise, a, b, most)]
    return list(itertools.pairwise((*cuts, len(vectors)))) if len(vectors) else []


# ------------------------------------------------------------------ pauses


def _pauses(times: Sequence[datetime | None]) -> list[int]:
    """Where a passage comes long after the one before it: after hours, and unusually long for this stream."""
    known = [(at, time) for at, time in enumerate(times) if time is not None]
    gaps = [(at, later - time) for (_, time), (at, later) in itertools.pairwise(known)]
    if not gaps:
        return []
    usual = median_low(gap for _, gap in gaps)
    return [at for at, gap in gaps if gap > max(LONG_PAUSE, UNUSUAL * usual)]


# ------------------------------------------------------------------ surprise


def _novelties(vectors: Vectors, fixed: set[int], fewest: int,
               strictness: float) -> tuple[NDArray[np.float64], list[int]]:
    """The surprise of each passage, 0 where it is not known, and where it is high enough to begin an event."""
    surprise, novel = np.zeros(len(vectors)), list[int]()
    start, usual = 0, deque[float](maxlen=_TRAILING)
    for at in range(len(vectors)):
        if at in fixed:
            start = at
            continue
        surprise[at] = _surprise(vectors[at], vectors[max(start, at - _RECENT):at])
        if at - start < fewest or not surprise[at]:
            continue  # one or two passages do not yet say what an event is about: all would surprise
        if len(usual) >= _ENOUGH and surprise[at] > np.mean(usual) + strictness * np.std(usual):
            novel.append(at)
            start = at
        usual.append(surprise[at])
    return surprise, novel


def _surprise(vector: NDArray[np.float32], recent: Vectors) -> float:
    """1 - cosine with the mean of `recent`; 0 where either has no direction."""
    mean = recent.mean(axis=0)
    length = float(np.linalg.norm(mean)) * float(np.linalg.norm(vector))
    return 1.0 - float(vector @ mean) / length if length > 0.0 else 0.0


# ------------------------------------------------------------------ refinement


def _common(vectors: Vectors) -> float:
    """The similarity that texts have without a subject in common, from pairs far apart; high for some embedders."""
    sample = vectors[::len(vectors) // _SAMPLED + 1]
    shifts = {len(sample) // by for by in (2, 3, 5)} - {0}
    pairs = [np.einsum("nd,nd->n", sample, np.roll(sample, shift, axis=0)) for shift in sorted(shifts)]
    return max(float(np.quantile(np.concatenate(pairs), _COMMON)), 0.0) if pairs else 0.0


def _refined(vectors: Vectors, bounds: Sequence[int], common: float, fewest: int) -> list[int]:
    """The inner ones of `bounds`, each moved to where it separates best, without those that separate nothing."""
    left, kept = bounds[0], list[int]()
    for cut, right in itertools.pairwise(bounds[1:]):
        places = range(max(left + fewest, cut - _NEAR), min(right - fewest, cut + _NEAR) + 1)
        low, high = max(left, cut - _WINDOW), min(right, cut + _WINDOW)
        if not places:
            continue
        apart = _separations(vectors[low:high], common)
        best = max(places, key=lambda place: (apart[place - low], -abs(place - cut)))
        if apart[best - low] >= _APART:
            kept.append(best)
            left = best
    return kept


def _separations(vectors: Vectors, common: float) -> NDArray[np.float64]:
    """How well a cut before each passage parts the graph of similarities: modularity over the most that is possible.

    1 where nothing leads from one part to the other, about 0 where the cut means nothing (Newman 2003, "Mixing patterns
    in networks", eq. 2). The edges are cosines beyond `common`, without loops.
    """
    edges = np.maximum(vectors @ vectors.T - common, 0.0).astype(np.float64)
    np.fill_diagonal(edges, 0.0)
    total = edges.sum()
    if total <= 0.0:
        return np.zeros(len(edges))
    sums = np.zeros((len(edges) + 1, len(edges) + 1))
    sums[1:, 1:] = edges.cumsum(axis=0).cumsum(axis=1) / total
    before, ends = sums.diagonal(), sums[-1]  # edges within the first part, and ends of edges that lie in it
    across = ends - before
    possible = 2.0 * ends * (1.0 - ends)  # across, in a graph of the same ends drawn by chance
    shares = 1.0 - np.divide(2.0 * across, possible, out=np.ones_like(ends), where=possible > 0.0)
    return np.asarray(shares[:-1])


def _halved(surprise: NDArray[np.float64], start: int, end: int, most: int) -> list[int]:
    """Cuts in a range that is too long, each before the most surprising passage of the second half of `most`."""
    cuts = list[int]()
    while end - start > most:
        low = start + max(most // 2, 1)
        start = low + int(np.argmax(surprise[low:start + most + 1]))
        cuts.append(start)
    return cuts
