"""What fits the times of a question: within them first, soon after them behind, nothing before."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.recall.timed import LONGEST, SHORTEST, SOON, fitting
from mneme.recall.understanding.question import Interval
from mneme.types import Origin, Place

DAY = timedelta(days=1)
MARCH = Interval(datetime(2023, 3, 1, tzinfo=UTC), datetime(2023, 4, 1, tzinfo=UTC), "in March")


def rank(at: datetime | None, *times: Interval) -> int | None:
    return fitting([Place(7, 1, 1, 0, "Ann", Origin.OTHER, at)], times).get(7)


@pytest.mark.parametrize(("after_the_start", "expected"), [
    (-1, None), (0, 1), (30, 1), (31, SOON), (44, SOON), (45, None), (300, None)])
def test_within_a_month_and_two_weeks_after_it(after_the_start: int, expected: int | None) -> None:
    assert MARCH.start is not None
    assert rank(MARCH.start + after_the_start * DAY, MARCH) == expected


def test_soon_is_as_long_as_the_time_itself_within_bounds() -> None:
    start = datetime(2023, 3, 1, tzinfo=UTC)
    for length, soon in ((DAY, SHORTEST), (7 * DAY, 7 * DAY), (365 * DAY, LONGEST)):
        time = Interval(start, start + length, "")
        assert rank(start + length + soon - DAY / 24, time) == SOON
        assert rank(start + length + soon, time) is None


def test_a_time_may_be_open() -> None:
    since, until = Interval(MARCH.start, None, "since March"), Interval(None, MARCH.end, "until March")
    assert MARCH.start is not None and MARCH.end is not None
    assert (rank(MARCH.start - DAY, since), rank(MARCH.end + 900 * DAY, since)) == (None, 1)
    assert (rank(MARCH.start - 900 * DAY, until), rank(MARCH.end + DAY, until), rank(MARCH.end + SHORTEST, until)) == (
        1, SOON, None)


def test_the_best_of_several_times_counts_and_what_has_none_fits_none() -> None:
    assert MARCH.end is not None
    april = Interval(MARCH.end, MARCH.end + 30 * DAY, "in April")
    assert rank(MARCH.end, MARCH, april) == rank(MARCH.end, april, MARCH) == 1
    assert rank(None, MARCH) is None
    assert rank(MARCH.start) is None


def moments() -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime(1, 2, 1), datetime(9999, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@given(moments(), st.none() | moments(), st.none() | moments())
def test_any_time_ranks_or_not(at: datetime, start: datetime | None, end: datetime | None) -> None:
    assert rank(at, Interval(start, end, "")) in (None, 1, SOON)
