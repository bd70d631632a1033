"""A slot is a local date: it runs once, whatever the clock, the zone and the machine do."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mneme.jobs.slots import DAY, Daily, Glance, days_missed, due, jump, next_at

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "America/Havana", "America/Asuncion", "Australia/Lord_Howe",
         "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Casablanca", "Asia/Beirut"]
MINUTE = timedelta(minutes=1)
NIGHT = Daily(3)

zones = st.sampled_from(ZONES).map(ZoneInfo)
hours = st.integers(0, 23).map(Daily)
instants = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


def minutes(begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Every minute that really passes from one instant to another, as the zone's clock shows it."""
    at = begin.astimezone(UTC)
    while at < end:
        yield at.astimezone(zone)
        at += MINUTE


def test_a_slot_begins_at_its_hour_and_runs_once() -> None:
    assert due("2025-06-14", berlin("2025-06-15T02:59"), NIGHT) is None
    assert due("2025-06-14", berlin("2025-06-15T03:00"), NIGHT) == "2025-06-15"
    assert due("2025-06-15", berlin("2025-06-15T03:01"), NIGHT) is None
    assert due("2025-06-15", berlin("2025-06-15T23:59"), NIGHT) is None


def test_what_was_missed_for_days_is_one_run_of_the_latest_slot() -> None:
    assert due("2025-06-01", berlin("2025-06-15T09:00"), NIGHT) == "2025-06-15"
    assert due("2025-06-01", berlin("2025-06-15T02:00"), NIGHT) == "2025-06-14"
    assert due(None, berlin("2025-06-15T02:00"), NIGHT) == "2025-06-14"


@pytest.mark.parametrize("hour", [1, 2, 3])
@pytest.mark.parametrize("day", ["2024-10-27", "2024-03-31"])
def test_the_nights_when_the_clocks_change_have_one_run(day: str, hour: int) -> None:
    ran, last = [], (date.fromisoformat(day) - DAY).isoformat()
    for now in minutes(berlin(f"{day}T00:00"), berlin(f"{day}T23:59"), BERLIN):
        if slot := due(last, now, Daily(hour)):
            ran.append((slot, now))
            last = slot
    assert [slot for slot, _now in ran] == [day]
    wall = ran[0][1]
    assert (wall.hour, wall.fold) == ((3, 0) if (day, hour) == ("2024-03-31", 2) else (hour, 0))


def test_a_clock_set_back_runs_no_slot_again() -> None:
    assert due("2025-06-15", berlin("2025-06-15T01:00"), NIGHT) is None
    assert due("2025-06-15", berlin("2025-06-14T12:00"), NIGHT) is None
    assert due("2025-06-15", berlin("2025-06-13T03:00"), NIGHT) is None


def test_a_clock_that_was_far_ahead_does_not_block_upkeep_for_ever() -> None:
    assert due("2031-01-01", berlin("2025-06-15T12:00"), NIGHT) == "2025-06-15"
    assert due("2025-06-17", berlin("2025-06-15T02:59"), NIGHT) == "2025-06-14"
    assert due("2025-06-17", berlin("2025-06-15T03:00"), NIGHT) is None


@pytest.mark.parametrize("last", ["", "soon", "2025-13-45", "\ud800", "2025-06-15T03:00"])
def test_a_last_slot_that_is_no_date_is_unknown(last: str) -> None:
    assert due(last, berlin("2025-06-15T12:00"), NIGHT) == "2025-06-15"
    assert days_missed(last, "2025-06-15") == 0


def test_travelling_runs_a_local_date_once() -> None:
    at = datetime(2025, 6, 15, 13, 30, tzinfo=UTC)
    there, here = at.astimezone(ZoneInfo("Pacific/Kiritimati")), at.astimezone(ZoneInfo("Pacific/Pago_Pago"))
    slot = due(None, there, NIGHT)
    assert slot == "2025-06-16"
    assert due(slot, here, NIGHT) is None
    assert due(slot, (at + 2 * DAY).astimezone(here.tzinfo), NIGHT) is None  # 02:30 on the 17th
    assert due(slot, (at + 2 * DAY + 30 * MINUTE).astimezone(here.tzinfo), NIGHT) == "2025-06-17"


def test_days_missed_are_those_between() -> None:
    assert days_missed("2025-06-14", "2025-06-15") == 0
    assert days_missed("2025-06-11", "2025-06-15") == 3
    assert days_missed("2031-01-01", "2025-06-15") == 0
    assert days_missed(None, "2025-06-15") == 0


def test_the_hour_of_a_day_exists() -> None:
    for hour in (-1, 24):
        with pytest.raises(ValueError, match="no hour"):
            Daily(hour)


def test_next_is_the_coming_night_or_now_where_one_is_due() -> None:
    assert next_at("2025-06-15", berlin("2025-06-15T12:00"), NIGHT) == berlin("2025-06-16T03:00")
    now = berlin("2025-06-15T12:00")
    assert next_at("2025-06-14", now, NIGHT) == now
    assert next_at("2025-06-16", berlin("2025-06-15T12:00"), NIGHT) == berlin("2025-06-17T03:00")
    skipped = next_at("2024-03-30", berlin("2024-03-30T12:00"), Daily(2))
    assert skipped.isoformat() == "2024-03-31T03:00:00+02:00"


@given(instants, zones, hours, st.one_of(st.none(), st.integers(-40, 40)))
def test_a_slot_is_never_at_or_before_the_last_and_running_it_ends_the_matter(
        now: datetime, zone: ZoneInfo, daily: Daily, days: int | None) -> None:
    here = now.astimezone(zone)
    last = None if days is None else (here.date() + days * DAY).isoformat()
    slot = due(last, here, daily)
    if slot is not None:
        assert last is None or last < slot or days >= 2
        assert date.fromisoformat(slot) in (here.date(), here.date() - DAY)
        assert due(slot, here, daily) is None


@given(instants, zones, hours, st.integers(-40, 2))
def test_the_next_slot_is_due_when_it_is_said_to_be(now: datetime, zone: ZoneInfo, daily: Daily, days: int) -> None:
    here = now.astimezone(zone)
    last = (here.date() + days * DAY).isoformat()
    coming = next_at(last, here, daily)
    slot = due(last, coming, daily)
    assert slot is not None
    assert coming >= here.astimezone(UTC)
    if coming != here:
        before = (coming.astimezone(UTC) - MINUTE).astimezone(zone)
        assert due(last, before, daily) is None


def a_year(rng: random.Random, zone: ZoneInfo, *, moving: bool) -> Iterator[datetime]:
    """What the clock shows at each look, every half hour while the machine is on.

    It sleeps and is restarted; `moving` has it travel, and its clock set wrong by up to ten hours.
    """
    real, wrong, here = datetime(2024, 1, 1, tzinfo=UTC), timedelta(0), zone
    while real < datetime(2025, 1, 1, tzinfo=UTC):
        yield (real + wrong).astimezone(here)
        real += timedelta(minutes=30)
        chance = rng.random()
        if chance < 0.01:
            real += timedelta(hours=rng.expovariate(1 / 12))
        elif moving and chance < 0.015:
            wrong = timedelta(hours=rng.uniform(-10, 10))
        elif moving and chance < 0.02:
            here = ZoneInfo(rng.choice(ZONES))


@settings(max_examples=25)
@given(st.integers(0, 2**32), zones, hours)
def test_a_year_of_sleeps_has_a_run_for_each_day_the_machine_was_on(seed: int, zone: ZoneInfo, daily: Daily) -> None:
    ran: list[str] = []
    on_time, next_morning = set(), set()
    for now in a_year(random.Random(seed), zone, moving=False):
        if slot := due(ran[-1] if ran else None, now, daily):
            ran.append(slot)
        if now.hour >= daily.hour:
            on_time.add(now.date().isoformat())
        else:
            next_morning.add((now.date() - DAY).isoformat())
    assert all(a < b for a, b in pairwise(ran))
    assert on_time <= set(ran) <= on_time | next_morning


@settings(max_examples=25)
@given(st.integers(0, 2**32), zones, hours)
def test_a_year_of_travels_and_clocks_set_wrong_runs_no_date_twice(seed: int, zone: ZoneInfo, daily: Daily) -> None:
    """A date that comes again, or only after a later one had its run, has none."""
    ran: list[str] = []
    for now in a_year(random.Random(seed), zone, moving=True):
        if slot := due(ran[-1] if ran else None, now, daily):
            ran.append(slot)
        assert now.hour < daily.hour or now.date().isoformat() <= ran[-1]
    assert all(a < b for a, b in pairwise(ran))
    assert len(ran) > 300


@settings(max_examples=25)
@given(st.integers(0, 2**32), zones, hours)
def test_after_any_wrong_clock_upkeep_goes_on_within_three_days(seed: int, zone: ZoneInfo, daily: Daily) -> None:
    rng = random.Random(seed)
    right = datetime(2024, 5, 1, tzinfo=UTC) + timedelta(hours=rng.uniform(0, 5000))
    wrong = (right + timedelta(days=rng.uniform(-3650, 3650))).astimezone(zone)
    last = due(None, wrong, daily)
    looks = (right + timedelta(hours=n) for n in range(73))
    assert any(due(last, look.astimezone(zone), daily) for look in looks)


def test_two_clocks_tell_a_sleep_from_time_that_passed() -> None:
    before = Glance(datetime(2025, 6, 15, 12, tzinfo=UTC), 100.0)
    minute_later = datetime(2025, 6, 15, 12, 1, tzinfo=UTC)
    assert jump(before, Glance(minute_later, 160.0)) == 0.0
    assert jump(before, Glance(minute_later, 157.0)) == 0.0
    assert jump(before, Glance(minute_later, 101.0)) == 59.0
    assert jump(before, Glance(datetime(2025, 6, 15, 11, tzinfo=UTC), 100.0)) == -3600.0
