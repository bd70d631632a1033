"""A memory is linked with the old ones that stand out from the rest, and with none where none stands out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mneme.memory.consolidation.associating import FLOOR, MOST, associated


def drawn(seed: int, *groups: tuple[float, float, int]) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(mean, deviation, n) for mean, deviation, n in groups]).clip(-1.0, 1.0)


@pytest.mark.parametrize("seed", range(10))
def test_the_upper_group_of_a_planted_mixture_is_linked(seed: int) -> None:
    values = drawn(seed, (0.25, 0.06, 40), (0.7, 0.05, 6))
    assert associated(values).tolist() == [False] * 40 + [True] * 6


@pytest.mark.parametrize("deviation", [0.03, 0.08, 0.15])
def test_one_group_gives_no_links(deviation: float) -> None:
    linked = [associated(drawn(seed, (0.5, deviation, 50))).any() for seed in range(40)]
    assert sum(linked) <= 4


@pytest.mark.parametrize("nearest", [60, 100])
def test_the_nearest_of_one_group_alone_give_no_links(nearest: int) -> None:
    linked = [associated(np.sort(drawn(seed, (0.3, 0.1, 1000)))[-nearest:]).any() for seed in range(40)]
    assert sum(linked) <= 6


@pytest.mark.parametrize("seed", range(10))
def test_a_group_that_stands_out_from_the_nearest_is_linked(seed: int) -> None:
    values = np.sort(drawn(seed, (0.3, 0.08, 400), (0.85, 0.03, 6)))[-60:]
    assert associated(values).nonzero()[0].tolist() == list(range(54, 60))


def test_a_group_that_stands_out_below_the_floor_is_not_linked() -> None:
    assert not associated(drawn(1, (0.05, 0.02, 40), (0.38, 0.02, 5))).any()


def test_one_that_stands_out_alone_is_linked() -> None:
    values = drawn(2, (0.3, 0.04, 30), (0.9, 0.0, 1))
    assert associated(values).nonzero()[0].tolist() == [30]


def test_of_many_the_nearest_are_linked() -> None:
    values = drawn(3, (0.2, 0.05, 60), (0.75, 0.04, 20))
    linked = associated(values)
    assert linked.sum() == MOST
    assert values[linked].min() >= np.sort(values)[-MOST]


def test_a_heap_amid_the_others_is_not_clearly_above_them() -> None:
    assert not associated(np.concatenate([np.linspace(-0.1, 0.7, 20), np.full(6, 0.5)])).any()


def test_what_is_far_below_is_not_taken_for_a_part_of_a_wide_upper_group() -> None:
    values = np.array([0.4, 0.45, 0.46, 0.46, 0.46, 0.46, 0.47, 0.47, 0.47, 0.48, 0.48, 0.61, 0.62, 0.73, 0.9, 0.99])
    assert associated(values).nonzero()[0].tolist() == [11, 12, 13, 14, 15]


def test_what_is_above_a_narrow_upper_group_is_linked_with_it() -> None:
    values = np.concatenate([np.linspace(-0.5, 0.4, 30), [0.58, 0.59, 0.6, 0.6, 0.6, 0.61, 0.78]])
    assert associated(values).nonzero()[0].tolist() == list(range(30, 37))


@pytest.mark.parametrize("values", [[], [0.9], [0.9, 0.1], [0.9, 0.9, 0.1], [0.8] * 20, [0.0] * 20])
def test_too_few_or_equal_ones_give_no_links(values: list[float]) -> None:
    assert not associated(np.array(values)).any()


@given(st.lists(st.floats(-1.0, 1.0, width=32), max_size=60))
def test_links_are_the_nearest_above_the_floor_in_any_order(values: list[float]) -> None:
    similarities = np.array(values, np.float32)
    linked = associated(similarities)
    assert linked.shape == similarities.shape
    assert linked.sum() <= MOST
    assert (similarities[linked] >= FLOOR).all()
    rest = similarities[~linked]
    assert linked.sum() in (0, MOST) or (rest < similarities[linked].min()).all()
    assert sorted(similarities[linked]) == sorted(similarities[::-1][associated(similarities[::-1])])
