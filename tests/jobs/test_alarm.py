"""The alarm calls at its pace; a clock that was moved neither silences it nor has it catch up one by one."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mneme.jobs.alarm import Alarm, Every

WAIT = 10.0


@pytest.fixture
def alarm() -> Iterator[Alarm]:
    made = Alarm()
    made.start()
    yield made
    made.stop()


def test_it_calls_again_and_again(alarm: Alarm) -> None:
    called = threading.Semaphore(0)
    alarm.add("tick", 0.01, called.release)
    for _ in range(3):
        assert called.acquire(timeout=WAIT)


def test_a_call_that_the_clock_moved_out_of_reach_comes_when_it_is_set_right(alarm: Alarm) -> None:
    called = threading.Event()
    alarm.add("hourly", 3600, called.set)
    alarm.set_right()
    assert not called.is_set()
    # As the scheduler is left by a clock that is set back by a day.
    alarm._scheduler.modify_job("hourly", next_run_time=datetime.now(UTC) + timedelta(days=1))
    alarm.set_right()
    assert called.wait(WAIT)
    at = alarm.next_at("hourly")
    assert at is not None and at <= datetime.now(UTC) + timedelta(hours=1)


def test_years_of_missed_calls_are_one_call(alarm: Alarm) -> None:
    called = threading.Semaphore(0)
    alarm.add("often", 2, called.release)
    alarm._scheduler.modify_job("often", next_run_time=datetime(1970, 1, 1, tzinfo=UTC))
    assert called.acquire(timeout=WAIT)
    assert not called.acquire(timeout=0.2)


def test_the_next_call_is_counted_from_now() -> None:
    now = datetime(2025, 6, 15, 12, tzinfo=UTC)
    assert Every(2).get_next_fire_time(datetime(1970, 1, 1, tzinfo=UTC), now) == now + timedelta(seconds=2)


def test_a_slow_call_delays_the_next_and_warns_of_nothing(alarm: Alarm, caplog: pytest.LogCaptureFixture) -> None:
    called = threading.Semaphore(0)

    def slow() -> None:
        time.sleep(0.05)
        called.release()

    alarm.add("slow", 0.01, slow)
    for _ in range(3):
        assert called.acquire(timeout=WAIT)
    assert [record for record in caplog.records if record.levelname == "WARNING"] == []


def test_nothing_is_known_of_a_next_call_before_and_after() -> None:
    alarm = Alarm()
    alarm.add("tick", 5, lambda: None)
    assert alarm.next_at("tick") is None
    alarm.start()
    assert alarm.next_at("tick") is not None
    alarm.stop()
    assert alarm.next_at("tick") is None
