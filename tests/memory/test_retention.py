"""Retention is a pure function: it falls between uses, a use lifts it for good, spacing and significance slow it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.retention import Curve, retention

START = datetime(2024, 1, 1, tzinfo=UTC)
days = st.floats(0.01, 2000, allow_nan=False)
uses = st.lists(days, max_size=8)
importance = st.floats(0, 1, allow_nan=False)


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def of(use_days: list[float], day: float, weight: float = 0.5) -> float:
    return retention(START, [at(d) for d in use_days], weight, at(day))


def test_an_unused_memory_is_half_retained_at_its_stability() -> None:
    assert of([], Curve().stability) == pytest.approx(0.5)


@given(uses, days, days, importance)
def test_it_falls_between_uses(used: list[float], day: float, later: float, weight: float) -> None:
    after_all = max([day, *used])
    assert of(used, after_all + later, weight) < of(used, after_all, weight)


@given(uses, days, days)
def test_a_use_never_lowers_any_later_retention(used: list[float], use: float, later: float) -> None:
    asked = max([use, *used]) + later
    assert of([*used, use], asked) >= of(used, asked)


@given(st.floats(5, 200), st.floats(201, 2000))
def test_spaced_uses_beat_massed_ones(gap: float, asked_after: float) -> None:
    spaced, massed = [gap, 2 * gap], [2 * gap - 0.001, 2 * gap]
    assert of(spaced, 2 * gap + asked_after) > of(massed, 2 * gap + asked_after)


@given(uses, days, st.floats(0, 0.49), st.floats(0.51, 1))
def test_more_important_fades_slower(used: list[float], later: float, less: float, more: float) -> None:
    asked = max([0.0, *used]) + later
    assert of(used, asked, more) > of(used, asked, less)


@given(uses, days)
def test_order_of_insertion_does_not_matter(used: list[float], day: float) -> None:
    assert of(used, day) == of(list(reversed(used)), day)


def test_uses_in_the_future_are_not_known_yet() -> None:
    assert of([50.0], 30.0) == of([], 30.0)


def test_captured_after_now_is_fresh_and_pinned_does_not_fade() -> None:
    assert retention(at(10), [], 0.5, at(0)) == 1.0
    assert retention(at(0), [], 0.5, at(9999), pinned=True) == 1.0


def test_two_hundred_years_do_not_overflow() -> None:
    assert 0 < of([], 200 * 365.25) < 0.05
