"""A moment keeps the instant, the offset it was said in, and no more precision than was said."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from mneme.types import Moment, Precision

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("precision", "said"), [
    ("year", "2023"), ("month", "2023-05"), ("day", "2023-05-07"),
    ("minute", "2023-05-07T14:30+02:00"), ("second", "2023-05-07T14:30:05+02:00")])
def test_reduced_iso(precision: Precision, said: str) -> None:
    assert Moment.of(datetime(2023, 5, 7, 14, 30, 5), BERLIN, precision).iso() == said


def test_naive_times_are_in_the_owners_zone_at_that_date() -> None:
    summer = Moment.of(datetime(2023, 7, 1, 12), BERLIN)
    winter = Moment.of(datetime(2023, 1, 1, 12), BERLIN)
    assert (summer.offset, winter.offset) == (120, 60)
    assert summer.utc == datetime(2023, 7, 1, 10, tzinfo=UTC)


def test_an_aware_time_keeps_its_own_offset() -> None:
    tokyo = timezone(timedelta(hours=9))
    moment = Moment.of(datetime(2023, 7, 1, 1, tzinfo=tokyo), BERLIN)
    assert moment.local().hour == 1
    assert moment.utc == datetime(2023, 6, 30, 16, tzinfo=UTC)
