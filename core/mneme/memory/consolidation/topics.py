"""A tree of topics over vectors, grown by halving what hangs together least, and how new memories join it."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mneme.memory.consolidation.keywords import keywords

Vectors = NDArray[np.float32]
Vector = NDArray[np.float32]
Rows = NDArray[np.intp]

COHESION = 0.9  # mean cosine of members to their centre from which on a topic is one, whatever its halves are
_BEYOND_CHANCE = 1.5  # times that by which halves of noise are apart
_STEPS = 20  # of the power iteration, and at most of the 2-means
_WORDS = 3  # of a name
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Node:
    """A topic: its parent's index (None: the root), centre (d,) of length 1, members as rows, distance to the root."""

    parent: int | None
    centroid: Vector
    members: tuple[int, ...]
    depth: int
    is_leaf: bool = True


@dataclass(frozen=True, slots=True)
class Tree:
    """Topics with the root first and every parent before its children; empty if there was nothing to be sorted."""

    nodes: tuple[Node, ...]

    @property
    def leaves(self) -> tuple[int, ...]:
        """Indices of the nodes without children; their members do not overlap and are all there are."""
        return tuple(at for at, node in enumerate(self.nodes) if node.is_leaf)


# ------------------------------------------------------------------ growing


def clustered(vectors: Vectors, *, most_leaves: int, smallest: int, cohesion: float = COHESION) -> Tree:
    """Bisecting spherical k-means over `vectors` (n, d) of length 1; rows of zeros are members of nothing.

    The leaf from whose halves most is gained (variance between them) is halved next, while it has more than `smallest`
    members, a mean cosine to its centre below `cohesion`, and halves that are farther apart than chance would put them,
    and there are fewer than `most_leaves`. Nothing is drawn: the first halves are the sides of the principal component.
    Time: about n * depth * d. Steinbach, Karypis and Kumar 2000; Dhillon and Modha 2001.
    """
    known = np.flatnonzero(vectors.any(axis=1))
    if not known.size:
        return Tree(())
    nodes = [_node(vectors, known, None, 0)]
    splits = {0: _split(vectors, nodes[0], smallest, cohesion)}
    leaves = 1
    while leaves < most_leaves and splits:
        at = max(splits, key=lambda leaf: (splits[leaf].gain, -leaf))
        split = splits.pop(at)
        if split.gain <= 0.0:
            break
        nodes[at] = replace(nodes[at], is_leaf=False)
        leaves += 1
        for half in (split.first, split.second):
            nodes.append(_node(vectors, half, at, nodes[at].depth + 1))
            splits[len(nodes) - 1] = _split(vectors, nodes[-1], smallest, cohesion)
    return Tree(tuple(nodes))


def centre(vectors: Vectors) -> Vector:
    """The direction of the mean, (d,), of length 1; zeros if there is none."""
    return _direction(vectors.mean(axis=0, dtype=np.float64))


def _direction(vector: NDArray[np.float64]) -> Vector:
    length = float(np.linalg.norm(vector))
    return (vector / length if length > _TINY else np.zeros_like(vector)).astype(np.float32)


def _node(vectors: Vectors, members: Rows, parent: int | None, depth: int) -> Node:
    return Node(parent, centre(vectors[members]), tuple(members.tolist()), depth)


@dataclass(frozen=True, slots=True)
class _Split:
    """The members of a node in two, and how much that explains; nothing where the node is to stay whole."""

    gain: float
    first: Rows
    second: Rows


def _split(vectors: Vectors, node: Node, smallest: int, cohesion: float) -> _Split:
    members = np.array(node.members, np.intp)
    rows = vectors[members]
    whole = _Split(0.0, members, members[:0])
    if len(members) <= max(smallest, 1) or float((rows @ node.centroid).mean()) >= cohesion:
        return whole
    side = _halved(rows)
    if side.all() or not side.any():
        return whole
    gain = _between(rows, side)
    within = float(np.square(rows - rows.mean(axis=0)).sum())
    if gain <= _BEYOND_CHANCE * _by_chance(*rows.shape) * within:
        return whole
    first = side == side[0]
    return _Split(gain, members[first], members[~first])


def _between(rows: Vectors, side: NDArray[np.bool_]) -> float:
    """The variance between the two sides, summed over all rows (Ward 1963)."""
    ones, others = rows[side], rows[~side]
    apart = np.square(ones.mean(axis=0) - others.mean(axis=0)).sum()
    return float(apart) * len(ones) * len(others) / len(rows)


def _by_chance(n: int, d: int) -> float:
    """The share of variance between the halves of `n` rows of mere noise in `d` dimensions, halved where it is most.

    The largest share of one direction is (1 + sqrt(d / n))^2 / d (Marchenko and Pastur 1967), and cutting a normal
    distribution in the middle explains 2 / pi of it.
    """
    return 2.0 / math.pi * (1.0 + math.sqrt(d / n)) ** 2 / d


def _halved(rows: Vectors) -> NDArray[np.bool_]:
    """The side (n,) of each row by spherical 2-means from the two sides of the principal component."""
    side = np.asarray((rows - rows.mean(axis=0)) @ _principal(rows) > 0.0)
    for _ in range(_STEPS):
        if side.all() or not side.any():
            break
        moved = np.asarray(rows @ (centre(rows[side]) - centre(rows[~side])) > 0.0)
        if (moved == side).all():
            break
        side = moved
    return side


def _principal(rows: Vectors) -> Vector:
    """The direction (d,) in which `rows` differ most, by power iteration from the row farthest from the mean."""
    centred = rows - rows.mean(axis=0)
    lengths = np.einsum("nd,nd->n", centred, centred)
    direction = _direction(centred[int(lengths.argmax())].astype(np.float64))
    for _ in range(_STEPS):
        direction = _direction(np.asarray(centred.T @ (centred @ direction), np.float64))
    return direction


# ------------------------------------------------------------------ joining


def assigned(vectors: Vectors, centroids: Vectors, floor: float) -> NDArray[np.intp]:
    """For each of `vectors` (n, d) the index of the nearest of `centroids` (k, d), -1 where none is as near as `floor`.

    By cosine, of rows of length 1; a row of zeros is near to none.
    """
    if not len(centroids):
        return np.full(len(vectors), -1, np.intp)
    cosines = vectors @ centroids.T
    nearest = cosines.argmax(axis=1)
    near = (cosines.max(axis=1) >= floor) & vectors.any(axis=1)
    return np.where(near, nearest, -1)


def absorb(centroid: Vector, count: int, vector: Vector) -> tuple[Vector, int]:
    """The centre (d,) of a topic of `count` members after one more, and their number: a running mean of directions.

    As CAMELoT consolidates what is not new into a mode (He et al. 2024, arXiv 2402.13449).
    """
    mean = centroid.astype(np.float64) * count + vector
    return _direction(mean), count + 1


# ------------------------------------------------------------------ naming


def named(texts: Sequence[str], frequencies: Mapping[str, int], total: int,
          stop_words: Collection[str] = frozenset()) -> str:
    """A name for the topic of `texts`: the two or three words that tell it from all others; empty if none does.

    `frequencies` and `total` are of all topics' texts: see `keywords`.
    """
    line = ", ".join(keywords(texts, frequencies, total, _WORDS, stop_words))
    return line[:1].upper() + line[1:]
