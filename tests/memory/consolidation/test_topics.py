"""Planted topics are found, near ones under one parent; new memories join them, and their number stays bounded."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mneme.memory.consolidation.keywords import document_frequencies
from mneme.memory.consolidation.topics import Tree, absorb, assigned, centre, clustered, named

DIM = 64


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def planted(seed: int, *, above: int = 3, below: int = 3,
            each: int = 30) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Vectors of `above` subjects of `below` topics each, shuffled, and the topic of each."""
    rng = np.random.default_rng(seed)
    subjects = np.repeat(unit(rng.normal(size=(above, DIM))), below, axis=0)
    topics = unit(subjects + 0.9 * unit(rng.normal(size=subjects.shape)))
    of = rng.permutation(np.repeat(np.arange(above * below), each))
    return unit(topics[of] + 0.8 * unit(rng.normal(size=(len(of), DIM)))), of


def purity(tree: Tree, of: NDArray[np.intp]) -> float:
    members = [tree.nodes[leaf].members for leaf in tree.leaves]
    return sum(max(Counter(of[list(inside)].tolist()).values()) for inside in members) / len(of)


def grown(vectors: NDArray[np.float32], most_leaves: int = 24, smallest: int = 6) -> Tree:
    return clustered(vectors, most_leaves=most_leaves, smallest=smallest)


# ------------------------------------------------------------------ growing


@pytest.mark.parametrize("seed", range(5))
def test_planted_topics_are_recovered(seed: int) -> None:
    vectors, of = planted(seed)
    tree = grown(vectors)
    assert purity(tree, of) >= 0.9
    assert 9 <= len(tree.leaves) <= 14


@pytest.mark.parametrize("seed", range(5))
def test_topics_of_one_subject_stand_under_one_parent(seed: int) -> None:
    vectors, of = planted(seed, above=2, below=4)
    tree = grown(vectors)
    left, right = (set((of[list(node.members)] // 4).tolist()) for node in tree.nodes if node.depth == 1)
    assert len(left) == len(right) == 1
    assert left != right


@given(st.integers(0, 40), st.integers(0, 5), st.integers(0, 8), st.integers(1, 9))
def test_every_vector_is_in_one_leaf_and_parents_hold_their_children(n: int, seed: int, most: int, small: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = unit(rng.normal(size=(n, 5))) * (rng.random((n, 1)) < 0.8).astype(np.float32)
    tree = grown(vectors, most, small)
    known = np.flatnonzero(vectors.any(axis=1)).tolist()
    assert sorted(row for leaf in tree.leaves for row in tree.nodes[leaf].members) == known
    assert len(tree.leaves) <= max(most, 1)
    for at, node in enumerate(tree.nodes):
        assert (node.parent is None) == (at == 0)
        assert np.linalg.norm(node.centroid) == pytest.approx(1.0, abs=1e-4)
        if node.parent is not None:
            assert node.parent < at
            assert node.depth == tree.nodes[node.parent].depth + 1
            assert set(node.members) < set(tree.nodes[node.parent].members)
            assert len(tree.nodes[node.parent].members) > small


def test_the_same_vectors_give_the_same_tree_in_any_order() -> None:
    vectors, _ = planted(4)
    order = np.random.default_rng(0).permutation(len(vectors))
    tree, other = grown(vectors), grown(vectors[order])
    assert {frozenset(node.members) for node in tree.nodes} == {
        frozenset(order[list(node.members)].tolist()) for node in other.nodes}
    assert [node.members for node in tree.nodes] == [node.members for node in grown(vectors).nodes]


def test_what_hangs_together_is_one_topic_and_what_is_equal_cannot_be_halved() -> None:
    vectors, _ = planted(2, above=1, below=1, each=60)
    assert len(grown(vectors).nodes) == 1
    assert len(clustered(np.resize(vectors[0], (60, DIM)), most_leaves=9, smallest=2, cohesion=2.0).nodes) == 1


def test_a_small_topic_beside_a_large_one_is_told_apart_exactly() -> None:
    rng = np.random.default_rng(5)
    of = np.repeat([0, 1], [150, 15])
    vectors = unit(np.eye(DIM)[of] + 0.9 * unit(rng.normal(size=(len(of), DIM))))
    assert [node.members for node in grown(vectors, 2).nodes[1:]] == [tuple(range(150)), tuple(range(150, 165))]


def test_halves_that_are_nearly_the_same_are_kept_together() -> None:
    vectors = unit(np.eye(DIM)[0] + 0.3 * np.eye(DIM)[np.repeat([1, 2], 20)])
    assert len(grown(vectors).nodes) == 1
    assert len(clustered(vectors, most_leaves=9, smallest=6, cohesion=1.0).leaves) == 2


def test_of_none_one_and_two_there_are_small_trees() -> None:
    assert grown(np.zeros((0, DIM), np.float32)) == Tree(())
    assert grown(np.zeros((3, DIM), np.float32)) == Tree(())
    one = unit(np.eye(DIM)[:1])
    assert [node.members for node in grown(one).nodes] == [(0,)]
    two = clustered(unit(np.eye(DIM)[:2]), most_leaves=4, smallest=1)
    assert [node.members for node in two.nodes] == [(0, 1), (0,), (1,)]
    assert [node.members for node in clustered(-unit(np.eye(DIM)[:2]), most_leaves=4, smallest=2).nodes] == [(0, 1)]


def test_opposite_vectors_have_no_centre_and_are_halved() -> None:
    vectors = np.repeat(unit(np.array([[1.0, 0.0], [-1.0, 0.0]])), 8, axis=0)
    assert (centre(vectors) == 0.0).all()
    assert [len(node.members) for node in grown(vectors, 2).nodes] == [16, 8, 8]


# ------------------------------------------------------------------ joining


def test_new_memories_join_the_nearest_topic_or_none() -> None:
    vectors, of = planted(6, above=9, below=1)
    centroids = np.stack([centre(vectors[of == topic]) for topic in range(9)])
    joined = assigned(vectors, centroids, 0.3)
    assert (joined == of).mean() >= 0.95
    assert (assigned(vectors, centroids, 1.1) == -1).all()
    assert assigned(np.zeros((2, DIM), np.float32), centroids, -1.0).tolist() == [-1, -1]
    assert assigned(vectors[:2], np.zeros((0, DIM), np.float32), 0.0).tolist() == [-1, -1]
    assert assigned(vectors[:0], centroids, 0.0).shape == (0,)


def test_absorbing_one_by_one_comes_near_to_the_centre_of_all() -> None:
    vectors, _ = planted(7, above=1, below=1, each=40)
    centroid, count = vectors[0], 1
    for vector in vectors[1:]:
        centroid, count = absorb(centroid, count, vector)
    assert count == 40
    assert centroid.dtype == np.float32
    assert np.linalg.norm(centroid) == pytest.approx(1.0, abs=1e-4)
    assert centroid @ centre(vectors) > 0.95


def test_a_large_topic_moves_less_than_a_small_one() -> None:
    one, other = unit(np.eye(DIM)[0]), unit(np.eye(DIM)[1])
    assert absorb(one, 100, other)[0] @ one > absorb(one, 1, other)[0] @ one


# ------------------------------------------------------------------ naming


def test_a_topic_is_named_by_what_the_others_do_not_say() -> None:
    garden = ["we planted tomatoes in the garden", "the tomatoes in the garden are ripe", "garden hose and tomatoes"]
    work = ["the budget meeting in the office", "another meeting about the budget", "budget and office"]
    frequencies = document_frequencies(garden + work)
    name = named(garden, frequencies, 6, {"the", "in", "we", "and", "are"})
    assert name.lower().split(", ")[:2] in (["garden", "tomatoes"], ["tomatoes", "garden"])
    assert name[0].isupper()
    assert "budget" in named(work, frequencies, 6, {"the", "in", "and", "about"}).lower()
    assert named([], frequencies, 6) == ""
