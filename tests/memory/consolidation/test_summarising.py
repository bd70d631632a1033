"""The chosen sentences say most and say it once; days, weeks and months make a tree."""

from datetime import date, timedelta
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mneme.memory.consolidation.summarising import Level, Period, began, period_of, periods, summary

SAID = [
    "My cousin plays the trumpet in a brass band.",  # 0
    "Hello everybody!",  # 1
    "We rebuilt the old greenhouse behind the house this week.",  # 2
    "The greenhouse got new glass and a new door.",  # 3
    "Did anybody see the weather forecast for the greenhouse?",  # 4
    "Tomatoes and peppers will grow in the greenhouse from April on.",  # 5
    "This week we rebuilt the old greenhouse behind the house.",  # 6
]
NONE = np.zeros((len(SAID), 4), np.float32)


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def around(middle: int, spread: float, n: int, seed: int = 0) -> NDArray[np.float32]:
    return unit(np.eye(24)[middle] + spread * unit(np.random.default_rng(seed).normal(size=(n, 24))))


def sentences(n: int) -> list[str]:
    return [" ".join(f"w{i}x{j}" for j in range(8)) for i in range(n)]


# ------------------------------------------------------------------ sentences


def test_by_words_alone_what_most_is_about_is_chosen_once() -> None:
    chosen = summary(SAID, NONE, most=3)
    assert set(chosen) <= {2, 3, 5, 6}
    assert len({2, 6} & set(chosen)) == 1


def test_by_vectors_the_middle_of_the_largest_subject_is_chosen() -> None:
    vectors = np.concatenate([around(0, 0.8, 20), around(5, 0.8, 4)])
    first = summary(sentences(24), vectors, most=1)[0]
    assert first < 20
    assert vectors[first] @ vectors[:20].mean(axis=0) >= np.median(vectors[:20] @ vectors[:20].mean(axis=0))


def test_a_sentence_that_means_the_same_is_left_out() -> None:
    vectors = around(0, 0.9, 10)
    vectors[1:4] = vectors[0]
    assert len(set(summary(sentences(10), vectors, most=9)) & {0, 1, 2, 3}) == 1


def test_what_weighs_more_is_chosen_and_what_weighs_nothing_comes_last() -> None:
    vectors = around(0, 0.8, 10)
    assert summary(sentences(10), vectors, most=1, weights=[1.0] * 7 + [50.0] + [1.0] * 2) == [7]
    assert 3 not in summary(sentences(10), vectors, most=9, weights=[1.0] * 3 + [0.0] + [1.0] * 6)


@pytest.mark.parametrize("weak", ["Is this not what it is all about, then?", "Yes, of course.",
                                  "Hello there my dear friends!", " ".join(f"word{i}" for i in range(80))])
def test_questions_greetings_and_extremes_rank_low(weak: str) -> None:
    vectors = around(0, 0.8, 8)
    best = summary(sentences(8), vectors, most=1)[0]
    texts = sentences(8)
    texts[best] = weak
    assert summary(texts, vectors, most=1) != [best]
    assert best in summary(texts, vectors, most=8)


def test_sentences_with_and_without_vectors_are_compared() -> None:
    vectors = NONE.copy()
    vectors[3] = vectors[5] = (1.0, 0.0, 0.0, 0.0)
    chosen = summary(SAID, vectors, most=2)
    assert len(chosen) == 2
    assert len({3, 5} & set(chosen)) <= 1
    assert 0 not in chosen


def test_of_nothing_there_is_no_summary_and_of_one_it_is_that() -> None:
    assert summary([], np.zeros((0, 4), np.float32), most=3) == []
    assert summary(["A single sentence stands here."], NONE[:1], most=3) == [0]
    assert summary(SAID, NONE, most=0) == []
    assert summary(["...", " "], NONE[:2], most=2) == []


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="each text"):
        summary(SAID, NONE[:2], most=1)
    with pytest.raises(ValueError, match="each text"):
        summary(SAID, NONE, most=1, weights=[1.0])


@given(st.lists(st.text(st.characters(), max_size=40), max_size=12), st.integers(0, 5), st.integers(0, 3))
def test_any_sentences_give_distinct_indices_in_order(texts: list[str], most: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = unit(rng.normal(size=(len(texts), 5))) * (rng.random((len(texts), 1)) < 0.7).astype(np.float32)
    chosen = summary(texts, vectors, most=most)
    assert chosen == sorted(set(chosen))
    assert len(chosen) <= most
    assert all(0 <= at < len(texts) for at in chosen)
    assert chosen == summary(texts, vectors, most=most)


def test_a_long_month_is_compared_with_a_sample() -> None:
    vectors = np.concatenate([around(0, 0.8, 15_000), around(5, 0.8, 3_000)])
    chosen = summary(sentences(18_000), vectors, most=5)
    assert len(chosen) == 5
    assert sum(at < 15_000 for at in chosen) >= 4


# ------------------------------------------------------------------ stretches of time


@pytest.mark.parametrize(("level", "expected"), [
    ("day", Period("day", "2024-05-07", date(2024, 5, 7), date(2024, 5, 7))),
    ("week", Period("week", "2024-W19", date(2024, 5, 6), date(2024, 5, 12))),
    ("month", Period("month", "2024-05", date(2024, 5, 1), date(2024, 5, 31)))])
def test_a_day_lies_in_its_periods(level: Level, expected: Period) -> None:
    assert period_of(date(2024, 5, 7), level) == expected


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert period_of(date(2024, 12, 30), "week").key == "2025-W01"


@given(st.dates())
def test_a_period_is_the_same_from_each_of_its_days(day: date) -> None:
    for level in get_args(Level):
        period = period_of(day, level)
        assert period.start <= day <= period.end
        assert began(level, period.key) == period.start
        assert period == period_of(period.start, level) == period_of(period.end, level)


def test_periods_are_distinct_and_in_order() -> None:
    days = [date(2024, 1, 1) + timedelta(days=3 * step) for step in range(40)]
    keys = [period.key for period in periods(reversed(days + days), "month")]
    assert keys == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert periods([], "day") == []
