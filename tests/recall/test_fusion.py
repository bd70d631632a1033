"""Reciprocal rank fusion by numbers."""

import pytest

from mneme.recall.fusion import fuse, ranked


def test_the_sum_of_reciprocal_ranks():
    fused = fuse({"a": ranked([7, 8]), "b": ranked([8])}, {"a": 1.0, "b": 1.0}, k=20)
    assert [one.key for one in fused] == [8, 7]
    best = 2 / 21
    assert fused[0].score == pytest.approx((1 / 22 + 1 / 21) / best)
    assert fused[1].score == pytest.approx((1 / 21) / best)
    assert fused[0].ranks == {"a": 2, "b": 1}
    assert fused[1].ranks == {"a": 1}


def test_first_everywhere_scores_one():
    assert fuse({"a": {1: 1}, "b": {1: 1}}, {"a": 1.0, "b": 0.3})[0].score == pytest.approx(1.0)


def test_a_weight_makes_a_ranking_count_less():
    rankings = {"a": ranked(["x", "y"]), "b": ranked(["y", "x"])}
    assert fuse(rankings, {"a": 1.0, "b": 0.5})[0].key == "x"
    assert fuse(rankings, {"a": 0.5, "b": 1.0})[0].key == "y"


def test_ties_keep_the_order_of_appearance():
    fused = fuse({"a": dict.fromkeys([5, 3, 4], 1)}, {"a": 1.0})
    assert [one.key for one in fused] == [5, 3, 4]


def test_nothing_fuses_to_nothing():
    assert fuse({}, {}) == []
    assert fuse({"a": {}}, {"a": 1.0}) == []


def test_a_key_is_ranked_once():
    assert ranked("abca") == {"a": 1, "b": 2, "c": 3}
