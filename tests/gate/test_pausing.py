"""Pauses: how long one is meant to last, and that no clock ends or prolongs one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.errors import KnownError
from mneme.gate.pausing import is_paused, observed, parse_pause
from mneme.types import Pause

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("text", "length"), [
    ("15 minutes", timedelta(minutes=15)), ("1 hour", HOUR), ("an hour", HOUR), ("half an hour", HOUR / 2), ("2h",
    2 * HOUR),
    ("for 1.5 hours", 1.5 * HOUR), ("30 MIN", HOUR / 2), ("3 days", 72 * HOUR), ("until 18:30", 6.5 * HOUR),
    ("until 6 pm", 6 * HOUR), ("until 11:00", 23 * HOUR), ("until tomorrow", 12 * HOUR), ("until midnight", 12 * HOUR)])
def test_lengths(text: str, length: timedelta) -> None:
    assert parse_pause(text, NOW) == NOW + length


@pytest.mark.parametrize("text", ["until I resume", "Until  resumed", "forever"])
def test_until_the_owner_resumes(text: str) -> None:
    until = parse_pause(text, NOW)
    assert until is None
    assert is_paused(Pause(NOW, until), NOW + timedelta(days=4000))
    assert not is_paused(None, NOW)


@pytest.mark.parametrize("text", ["", "a while", "15", "-5 minutes", "0 minutes", "until 25:00", "until 13 pm",
"900 weeks",
                                  "18:30", "until yesterday"])
def test_nonsense_is_told(text: str) -> None:
    with pytest.raises(KnownError):
        parse_pause(text, NOW)


def test_tomorrow_is_a_date_of_the_owner_whatever_daylight_saving_does() -> None:
    before = datetime(2025, 3, 30, 0, 30, tzinfo=BERLIN)  # a day of 23 hours
    assert parse_pause("until tomorrow", before) == datetime(2025, 3, 30, 22, tzinfo=UTC)
    later = datetime(2025, 10, 26, 0, 30, tzinfo=BERLIN)  # a day of 25 hours
    assert parse_pause("until tomorrow", later) == datetime(2025, 10, 26, 23, tzinfo=UTC)
    assert parse_pause("1 hour", datetime(2025, 3, 30, 1, 30, tzinfo=BERLIN)) == datetime(2025, 3, 30, 1, 30,
        tzinfo=UTC)


def test_a_midnight_that_is_left_out() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # clocks go from 0:00 to 1:00
    until = parse_pause("until tomorrow", datetime(2024, 3, 30, 20, tzinfo=beirut))
    assert until is not None
    assert until.astimezone(beirut) == datetime(2024, 3, 31, 1, tzinfo=beirut)


def test_a_clock_that_is_set_back_neither_ends_nor_prolongs_a_pause() -> None:
    pause = observed(Pause(NOW, NOW + HOUR), NOW - timedelta(days=3))
    assert is_paused(pause, NOW - timedelta(days=3))
    assert is_paused(pause, NOW - timedelta(days=3) + HOUR * 0.9)
    assert not is_paused(pause, NOW - timedelta(days=3) + HOUR)


def test_a_clock_that_is_put_right_again_finds_the_first_end() -> None:
    pause = observed(observed(Pause(NOW, NOW + HOUR), datetime(1970, 1, 1, tzinfo=UTC)), NOW + HOUR / 2)
    assert pause.behind is None
    assert is_paused(pause, NOW + HOUR / 2)
    assert not is_paused(pause, NOW + HOUR)


@given(st.lists(st.integers(-10_000, 10_000), max_size=12), st.integers(1, 5000))
def test_without_jumps_back_before_it_a_pause_lasts_as_long_as_it_was_meant_to(steps: list[int], length: int) -> None:
    pause, now = Pause(NOW, NOW + timedelta(seconds=length)), NOW
    for step in steps:
        now += timedelta(seconds=step)
        pause = observed(pause, now)
        if now >= NOW:
            assert is_paused(pause, now) == (now < NOW + timedelta(seconds=length))
