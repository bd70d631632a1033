"""Switches of subject and long pauses begin events; one subject stays one event; the cost grows with the stream."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mneme.memory.consolidation.segmenting import segments

START = datetime(2024, 5, 1, tzinfo=UTC)
Stream = tuple[NDArray[np.float32], list[int]]


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def planted(seed: int, *, subjects: int = 30, noise: float = 1.0, common: float = 0.0, shortest: int = 5) -> Stream:
    """A stream of subjects of `shortest` passages to 15 more, and where each but the first begins."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(shortest, shortest + 16, subjects)
    centres = unit(rng.normal(size=(subjects, 48))) + common * unit(rng.normal(size=48))
    vectors = np.repeat(centres, lengths, axis=0)
    return unit(vectors + noise * unit(rng.normal(size=vectors.shape))), lengths.cumsum()[:-1].tolist()


def begins(vectors: NDArray[np.float32], times: list[datetime | None] | None = None) -> list[int]:
    return [start for start, _ in segments(vectors, times or [None] * len(vectors))][1:]


def f1(found: list[int], true: list[int]) -> float:
    """Of boundaries, one beside the true place counted as right, each once."""
    near = {place + step for place in found for step in (-1, 0, 1)}
    hits = sum(at in near for at in true)
    return 2.0 * hits / (len(found) + len(true))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("noise", "common"), [(0.7, 0.0), (1.0, 0.0), (1.3, 0.0), (1.0, 1.5)])
def test_planted_switches_of_subject_are_found(seed: int, noise: float, common: float) -> None:
    vectors, true = planted(seed, noise=noise, common=common)
    assert f1(begins(vectors), true) >= 0.8


@pytest.mark.parametrize("seed", range(10))
def test_one_subject_stays_one_event(seed: int) -> None:
    vectors, _ = planted(seed, subjects=1, shortest=100)
    assert segments(vectors, [None] * len(vectors), most=1000) == [(0, len(vectors))]


@pytest.mark.parametrize("seed", range(10))
def test_a_word_in_between_does_not_end_an_event(seed: int) -> None:
    vectors, _ = planted(seed, subjects=1, shortest=40, noise=0.7)
    vectors[17] = unit(np.random.default_rng(99).normal(size=48))
    assert segments(vectors, [None] * len(vectors), most=1000) == [(0, len(vectors))]


def test_boundaries_stand_exactly_where_the_subject_changes() -> None:
    """Surprise alone puts one in seven beside its place in this noise."""
    exact = [len(set(begins(vectors)) & set(true)) / len(true)
             for vectors, true in (planted(seed, noise=1.6) for seed in range(8))]
    assert np.mean(exact) >= 0.92


def test_a_long_pause_begins_an_event_even_of_one_passage() -> None:
    vectors, _ = planted(3, subjects=1, noise=0.3)
    hours = [0.0, 0.1, 0.2, 12.0, 30.0, 30.1, 30.2]
    times: list[datetime | None] = [START + timedelta(hours=hour) for hour in hours]
    vectors = np.resize(vectors, (7, vectors.shape[1]))
    assert segments(vectors, times) == [(0, 3), (3, 4), (4, 7)]


def test_a_pause_that_is_usual_in_the_stream_begins_nothing() -> None:
    vectors = np.resize(planted(3, subjects=1, noise=0.3)[0], (10, 48))
    daily: list[datetime | None] = [START + timedelta(days=day) for day in (0, 1, 2, 3, 4, 5, 20, 21, 22, 23)]
    assert segments(vectors, daily) == [(0, 6), (6, 10)]


def test_times_that_are_not_known_do_not_hide_a_pause() -> None:
    vectors = np.resize(planted(3, subjects=1, noise=0.3)[0], (6, 48))
    times = [START, None, START + timedelta(minutes=1), None, START + timedelta(hours=9), None]
    assert segments(vectors, times) == [(0, 4), (4, 6)]


def test_passages_without_vectors_go_on_with_the_event() -> None:
    vectors = np.zeros((50, 8), np.float32)
    assert all(end - start <= 40 for start, end in segments(vectors, [None] * 50))
    vectors, true = planted(5, noise=0.5)
    vectors[[at + 3 for at in true]] = 0.0
    assert f1(begins(vectors), true) >= 0.8


@given(st.integers(0, 130), st.integers(0, 9), st.integers(1, 4), st.integers(4, 50))
def test_events_cover_the_stream_and_none_is_too_long(n: int, seed: int, fewest: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = unit(rng.normal(size=(n, 6)) + 1.0) if n else np.zeros((0, 6), np.float32)
    times = [None if rng.random() < 0.3 else START + timedelta(hours=float(hour))
             for hour in (rng.exponential(3.0, n) ** 2).cumsum()]
    found = segments(vectors, times, most=most, fewest=fewest)
    assert [start for start, _ in found] == [0, *(end for _, end in found)][:len(found)]
    assert (found[-1][1] if found else 0) == n
    assert all(0 < end - start <= most for start, end in found)


def test_without_pauses_and_long_events_none_is_shorter_than_the_fewest() -> None:
    vectors, _ = planted(11, noise=1.5)
    assert all(end - start >= 5 for start, end in segments(vectors, [None] * len(vectors), fewest=5, most=10_000))


def test_a_long_event_is_cut_into_parts_of_half_the_most_at_least() -> None:
    vectors, _ = planted(2, subjects=1, shortest=200)
    found = segments(vectors, [None] * len(vectors), most=20)
    assert all(10 <= end - start <= 20 for start, end in found[:-1])


def test_who_is_strict_finds_fewer_events() -> None:
    vectors, true = planted(2)
    assert segments(vectors, [None] * len(vectors), strictness=50.0, most=1000) == [(0, len(vectors))]
    assert len(segments(vectors, [None] * len(vectors), strictness=0.5)) >= len(true)


def test_what_comes_later_far_away_does_not_move_earlier_events_much() -> None:
    vectors, _ = planted(13)
    half = len(vectors) // 2
    assert f1(begins(vectors[:half]), [at for at in begins(vectors) if at < half]) >= 0.9


def test_a_stream_whose_similarities_would_not_fit_in_memory_is_no_trouble() -> None:
    vectors, true = planted(1, subjects=2000)
    assert len(vectors) > 20_000
    assert f1(begins(vectors), true) >= 0.8


@pytest.mark.parametrize(("fewest", "most", "times"), [(0, 40, 3), (5, 4, 3), (1, 40, 2)])
def test_what_cannot_be_is_refused(fewest: int, most: int, times: int) -> None:
    with pytest.raises(ValueError, match="fewest"):
        segments(np.zeros((3, 4), np.float32), [None] * times, fewest=fewest, most=most)
