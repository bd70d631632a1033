"""When something happened, looked up: the words of time beside it, else the day it was told on; never guessed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.answer.counting.computing import Dated
from mneme.answer.counting.looking import dated
from mneme.ports import Reading
from mneme.types import Hit, Kind, Memory, Moment, Origin, Precision

JULY = Moment(datetime(2023, 7, 14, 18, tzinfo=UTC), 0, "minute")


def hit(text: str, at: Moment | None = JULY, *, number: int = 1, score: float = 1.0, covers: float = 1.0,
        is_dated: bool = True) -> Hit:
    memory = Memory(number, Kind.PASSAGE, text, 1, (0, len(text)), "/log", "log", "Ann", Origin.OTHER, at, JULY.utc,
                    dated=is_dated)
    return Hit(memory, score, {"covers": covers})


def look(description: str, *hits: Hit, relevance: float = 0.9) -> list[Dated]:
    return dated(description, hits, [Reading(0, 1, 0.0, 0.5, relevance)] * len(hits))


def days(one: Dated) -> tuple[date, date, bool]:
    return one.start, one.end, one.exact


@pytest.mark.parametrize(("text", "start", "end", "exact"), [
    ("I lost the blue umbrella.", date(2023, 7, 14), date(2023, 7, 15), True),
    ("I lost the blue umbrella yesterday.", date(2023, 7, 13), date(2023, 7, 14), True),
    ("I lost the blue umbrella on 2 May 2023.", date(2023, 5, 2), date(2023, 5, 3), True),
    ("I lost the blue umbrella last month.", date(2023, 6, 1), date(2023, 7, 1), False),
    ("I lost the blue umbrella for three weeks.", date(2023, 7, 14), date(2023, 7, 15), True)])
def test_words_of_time_beside_it_go_before_the_day_it_was_told(text: str, start: date, end: date, exact: bool) -> None:
    [found] = look("lost the blue umbrella", hit(text))
    assert days(found) == (start, end, exact)


def test_only_the_sentence_that_tells_it_tells_when() -> None:
    text = "Yesterday it rained. I lost the umbrella. Last month we were away."
    [found] = look("lost the umbrella", hit(text))
    assert text[slice(*found.span)] == "I lost the umbrella."
    assert found.start == date(2023, 7, 14)


@pytest.mark.parametrize(("precision", "length"), [("year", 365), ("month", 31), ("day", 1), ("minute", 1)])
def test_a_memory_known_to_the_month_or_year_is_not_exact(precision: Precision, length: int) -> None:
    [found] = look("umbrella", hit("Lost the umbrella.", Moment(datetime(2023, 7, 1, tzinfo=UTC), 0, precision)))
    assert days(found) == (date(2023, 7, 1), date(2023, 7, 1) + timedelta(days=length), length == 1)


def test_the_day_is_that_of_those_who_said_it() -> None:
    late = Moment(datetime(2023, 7, 14, 23, tzinfo=UTC), 120, "minute")
    [found] = look("umbrella", hit("Lost the umbrella.", late))
    assert found.start == date(2023, 7, 15)


def test_what_has_no_time_of_its_own_is_left_out() -> None:
    assert look("umbrella", hit("Lost the umbrella.", None), hit("Lost it.", JULY, is_dated=False)) == []
    assert look("umbrella") == []


def test_the_best_told_comes_first() -> None:
    red = hit("The umbrella is red.", covers=0.0, score=0.5)
    found = look("lost the umbrella", red, hit("I lost the umbrella.", number=2))
    assert [one.memory.id for one in found] == [2, 1]
    less = look("lost the umbrella", hit("I lost the umbrella."), relevance=0.1)
    assert less[0].score < found[0].score


@pytest.mark.parametrize("precision", ["year", "month", "day"])
def test_nothing_is_later_than_the_last_day_of_the_calendar(precision: Precision) -> None:
    [found] = look("umbrella", hit("Lost the umbrella.", Moment(datetime(9999, 12, 31, tzinfo=UTC), 0, precision)))
    assert found.start == found.end == date.max  # no stretch of time: nothing is counted from it


@given(st.text(), st.text(), st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 31)), st.integers(-720, 720),
       st.sampled_from(("year", "month", "day", "minute", "second")))
def test_any_text_and_any_time(description: str, text: str, at: datetime, offset: int, precision: Precision) -> None:
    for one in look(description, hit(text, Moment(at.replace(tzinfo=UTC), offset, precision))):
        assert one.start < one.end or one.end == date.max
        assert 0 <= one.span[0] <= one.span[1] <= len(text)


@pytest.mark.parametrize(("precision", "begins", "end"), [
    ("month", datetime(2023, 6, 1, tzinfo=UTC), date(2023, 7, 1)),
    ("month", datetime(2024, 2, 1, tzinfo=UTC), date(2024, 3, 1)),
    ("year", datetime(2024, 1, 1, tzinfo=UTC), date(2025, 1, 1))])
def test_a_month_and_a_year_are_as_long_as_the_calendar_has_them(precision: Precision, begins: datetime,
                                                                 end: date) -> None:
    [found] = look("umbrella", hit("Lost the umbrella.", Moment(begins, 0, precision)))
    assert (found.start, found.end, found.exact) == (begins.date(), end, False)
