"""Relative expressions of time, counted from the day they were said on."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.answer.when import names_a_time, resolved, shown
from mneme.types import Moment

FRIDAY = Moment(datetime(2023, 7, 14, 18, 30, tzinfo=UTC), 0, "minute")


@pytest.mark.parametrize(("text", "meant"), [
    ("I went there yesterday.", "13 July 2023"),
    ("We danced last night", "13 July 2023"),
    ("Yesterday evening it rained", "13 July 2023"),
    ("I saw her the day before yesterday.", "12 July 2023"),
    ("It came today!", "14 July 2023"),
    ("I called this morning", "14 July 2023"),
    ("The opening is tomorrow", "15 July 2023"),
    ("the day after tomorrow we leave", "16 July 2023"),
    ("two days ago", "12 July 2023"),
    ("14 days ago", "30 June 2023"),
    ("in three days' time", "17 July 2023"),
    ("last week I joined", "the week before 14 July 2023"),
    ("we leave next week", "the week after 14 July 2023"),
    ("Guess what I did this week", "the week of 14 July 2023"),
    ("a week ago", "the week before 14 July 2023"),
    ("two weeks ago", "two weeks before 14 July 2023"),
    ("last weekend", "the weekend before 14 July 2023"),
    ("this past weekend was wild", "the weekend before 14 July 2023"),
    ("two weekends ago", "two weekends before 14 July 2023"),
    ("last month", "June 2023"),
    ("next month", "August 2023"),
    ("this month", "July 2023"),
    ("eight months ago", "November 2022"),
    ("last year", "2022"),
    ("ten years ago", "2013"),
    ("a year ago", "2022"),
    ("last Friday", "the Friday before 14 July 2023"),
    ("Last Fri I finally", "the Friday before 14 July 2023"),
    ("last tues", "the Tuesday before 14 July 2023"),
    ("next Sunday", "the Sunday after 14 July 2023"),
    ("a few years ago", "a few years before 2023"),
    ("a couple of weeks ago", "a few weeks before 14 July 2023"),
    ("last summer", "summer 2022"), ("last winter we", None), ("last spring", None),
    ("on Friday", None), ("someday", None), ("in today's world", None), ("the last weeks", None),
    ("we did it in two days", None), ("lastly", None), ("sat down", None), ("300 years ago", "1723"),
    ("999 years ago", "1024"), ("in the past year or so", None),
])
def test_one_sure_meaning_or_none(text, meant):
    assert [one.text for one in resolved(text, FRIDAY)] == ([] if meant is None else [meant])


def test_the_span_is_the_expressions_own():
    text = "🔥 So: last Friday, not yesterday!"
    assert [text[one.span[0]:one.span[1]] for one in resolved(text, FRIDAY)] == ["last Friday", "yesterday"]


def test_the_day_is_that_of_those_who_said_it():
    late = Moment(datetime(2023, 7, 14, 23, 30, tzinfo=UTC), 120, "minute")  # half past one on the 15th, there
    assert resolved("yesterday", late)[0].text == "14 July 2023"


@pytest.mark.parametrize("precision", ["month", "year"])
def test_nothing_is_counted_from_a_day_that_is_not_known(precision):
    assert resolved("yesterday", Moment(datetime(2023, 7, 1, tzinfo=UTC), 0, precision)) == []


@pytest.mark.parametrize(("when", "text"), [
    (datetime(1, 1, 1, tzinfo=UTC), "yesterday"), (datetime(9999, 12, 31, tzinfo=UTC), "tomorrow"),
    (datetime(1, 1, 1, tzinfo=UTC), "last month"), (datetime(50, 1, 1, tzinfo=UTC), "99 years ago")])
def test_dates_that_no_calendar_has_are_left_alone(when, text):
    assert resolved(text, Moment(when, 0, "day")) == []


@given(st.text(max_size=80), st.datetimes(timezones=st.just(UTC)))
def test_any_text_on_any_day(text, when):
    for one in resolved(text, Moment(when, 0, "day")):
        assert 0 <= one.span[0] < one.span[1] <= len(text)


@pytest.mark.parametrize(("precision", "text"), [
    ("year", "2023"), ("month", "July 2023"), ("day", "14 July 2023"), ("second", "14 July 2023")])
def test_a_moment_is_shown_as_precisely_as_it_is_known(precision, text):
    assert shown(Moment(FRIDAY.utc, 0, precision)) == text


@pytest.mark.parametrize(("text", "does"), [
    ("on 7 May", True), ("May 7", True), ("in 2019", True), ("Tuesday", True), ("at 7:30", True), ("at 5 pm", True),
    ("the 3rd", True), ("Christmas", True), ("I may go", False), ("a boat", False), ("20 apples", False)])
def test_what_names_a_time_by_itself(text, does):
    assert names_a_time(text) is does
