"""Dates from metadata become moments that keep their precision and zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.parsers.moments import moment_of, parse_date, parse_iso

ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(("text", "iso", "precision"), [
    ("2023", "2023", "year"), ("2023-05", "2023-05", "month"), ("2023-05-07", "2023-05-07", "day"),
    ("2023-05-07T14:30", "2023-05-07T14:30+02:00", "minute"),
    ("2023-01-07 14:30:05", "2023-01-07T14:30:05+01:00", "second"),
    ("2023-05-07T14:30:05.123456Z", "2023-05-07T14:30:05+00:00", "second"),
    ("2023-05-07T14:30-0330", "2023-05-07T14:30-03:30", "minute"),
    ("1800-01-01", "1800-01-01", "day"),  # Rome's offset had seconds then
])
def test_reduced_iso_keeps_what_is_known(text: str, iso: str, precision: str) -> None:
    moment = parse_iso(text, ROME)
    assert moment is not None
    assert (moment.iso(), moment.precision) == (iso, precision)


def test_naive_times_are_meant_in_the_zone_at_that_date() -> None:
    moment = parse_iso("2023-07-01T12:00", ROME)
    assert moment is not None
    assert moment.utc == datetime(2023, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", [
    "", "23", "2023-13", "2023-02-30", "2023-05-07T25:00", "2023-5-7", "yesterday", "２０２３"])
def test_what_is_no_iso_date_is_none(text: str) -> None:
    assert parse_iso(text, ROME) is None


@pytest.mark.parametrize(("text", "iso"), [
    ("D:20230507143000+02'00'", "2023-05-07T14:30:00+02:00"), ("D:20230507143000Z00'00'", "2023-05-07T14:30:00+00:00"),
    ("20230507", "2023-05-07"), ("2023/5/7", "2023-05-07"), ("07.05.2023 14:30", "2023-05-07T14:30+02:00"),
    ("13/04/2023", "2023-04-13"), ("04/13/2023", "2023-04-13"), ("03/04/2023", "2023"),
    ("Sun, 07 May 2023 14:30:00 -0700", "2023-05-07T14:30:00-07:00"),
    ("7 May 2023", "2023-05-07"), ("May 2023", "2023-05"), ("May 7, 2023 2:30 PM", "2023-05-07T14:30+02:00"),
    ("7. Mai 2023", "2023-05-07"), ("[[2023-05-07]]", "2023-05-07"), ('"2023-05-07"', "2023-05-07"),
])
def test_dates_as_files_and_people_write_them(text: str, iso: str) -> None:
    moment = parse_date(text, ROME)
    assert moment is not None
    assert moment.iso() == iso


@pytest.mark.parametrize("text", [
    "", "today", "5 May", "{{date}}", "0000-00-00", "version 12.3", "9" * 5000, "1e9", "12",
    "2024-05-07T25:61:61+99:99", f"{'9' * 20} May 2024 10:00", "Mon, 6 May 2024 10:00:1e99999999999"])
def test_what_does_not_name_a_date_is_none(text: str) -> None:
    assert parse_date(text, ROME) is None


def test_the_end_of_the_calendar_is_no_moment() -> None:
    assert moment_of(datetime(9999, 12, 31, 23, 59), ZoneInfo("America/New_York")) is None


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 1, 1)).map(lambda d: d.replace(microsecond=0, fold=0)))
def test_iso_goes_there_and_back(when: datetime) -> None:
    moment = moment_of(when, ROME)
    assert moment is not None
    assert parse_iso(moment.iso(), UTC) == moment


@given(st.text(max_size=100))
def test_any_text_is_a_date_or_none(text: str) -> None:
    moment = parse_date(text, ROME)
    assert moment is None or 1500 <= moment.local().year <= 2200
