"""Jobs at a pace: asked twice they run once, a broken one is tried again, stopping waits for the one at work."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mneme.errors import Cancelled, KnownError, NotFound, StoreBusy
from mneme.jobs.background import Background
from mneme.jobs.book import JobBook
from mneme.jobs.machine import MachineState
from mneme.jobs.slots import Daily
from mneme.jobs.work import Job, More, Run
from mneme.store.jobs import JobRow
from mneme.testing import FakeClock

WAIT = 10.0
Start = Callable[..., Any]


def nothing(run: Run) -> None:
    return


def test_every_job_runs_at_the_start_and_again_when_asked(start: Start) -> None:
    runs: list[int] = []
    bench = start(Job("tick", 3600, lambda run: runs.append(1)))
    assert runs == [1]
    bench.background.enqueue("tick")
    bench.settle()
    assert runs == [1, 1]


def test_a_job_runs_again_at_its_pace(start: Start) -> None:
    ran = threading.Semaphore(0)
    start(Job("tick", 0.01, lambda run: ran.release()))
    for _ in range(3):
        assert ran.acquire(timeout=WAIT)


def test_asked_twice_before_it_began_it_runs_once(start: Start) -> None:
    gate, began, runs = threading.Event(), threading.Event(), []

    def first(run: Run) -> None:
        began.set()
        gate.wait(WAIT)

    bench = start(Job("first", 3600, first), Job("second", 3600, lambda run: runs.append(1)), settle=False)
    assert began.wait(WAIT)
    for _ in range(5):
        bench.background.enqueue("second")
    gate.set()
    bench.settle()
    assert runs == [1]


@pytest.mark.allow_log("mneme.jobs")
def test_a_broken_job_is_a_visible_problem_and_runs_again(start: Start) -> None:
    outcomes = [ValueError("bug"), KnownError("The disk is full.", "Make room."), None]

    def flaky(run: Run) -> None:
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome

    bench = start(Job("flaky", 3600, flaky))
    problems = [bench.status("flaky").problem]
    for _ in range(2):
        bench.background.enqueue("flaky")
        bench.settle()
        problems.append(bench.status("flaky").problem)
    assert problems == ["Something in Mneme broke; the log says what.", "The disk is full. Make room.", None]


def test_stopping_tells_the_job_at_work_and_waits_for_it(start: Start) -> None:
    began, saw = threading.Event(), []

    def long(run: Run) -> None:
        began.set()
        while not run.stop():
            threading.Event().wait(0.01)
        saw.append("stopped")

    bench = start(Job("long", 3600, long), settle=False)
    assert began.wait(WAIT)
    bench.background.stop()
    assert saw == ["stopped"]


def test_a_scheduler_may_be_stopped_twice_or_before_it_began(start: Start, book: JobBook, clock: FakeClock) -> None:
    Background([Job("tick", 5, nothing)], book, clock, MachineState).stop()
    bench = start(Job("tick", 5, nothing))
    bench.background.stop()
    bench.background.stop()
    bench.background.enqueue("tick")
    assert bench.status("tick").next_at is None


def test_a_job_in_slices_lets_others_have_their_turn(start: Start) -> None:
    turns: list[object] = []

    def sliced(run: Run) -> str | More:
        turns.append(run.cursor)
        return More((run.cursor or 0) + 1) if (run.cursor or 0) < 3 else "Sorted 3 piles."

    bench = start(Job("sliced", 3600, sliced), Job("other", 3600, lambda run: turns.append("other")))
    assert turns == [None, "other", 1, 2, 3]
    assert bench.status("sliced").result == "Sorted 3 piles."
    bench.background.enqueue("sliced")
    bench.settle()
    assert turns[5:] == [None, 1, 2, 3]


def test_a_job_that_was_cancelled_goes_on_where_it_saved(start: Start) -> None:
    cursors: list[object] = []

    def halting(run: Run) -> None:
        cursors.append(run.cursor)
        if run.cursor is None:
            run.save(41)
            raise Cancelled

    bench = start(Job("halting", 3600, halting))
    assert bench.status("halting").problem is None
    bench.background.enqueue("halting")
    bench.settle()
    bench.background.enqueue("halting")
    bench.settle()
    assert cursors == [None, 41, None]


def test_a_paused_job_rests_in_later_sessions_too_but_for_the_owners_hand(start: Start) -> None:
    runs: list[int] = []
    job = Job("tick", 3600, lambda run: runs.append(1))
    bench = start(job)
    bench.background.pause("tick")
    bench.background.enqueue("tick")
    bench.settle()
    assert len(runs) == 1
    assert bench.status("tick").paused and bench.status("tick").next_at is None
    bench.background.stop()
    bench = start(job)
    assert len(runs) == 1
    bench.background.run_now("tick")
    bench.settle()
    bench.background.enqueue("tick")
    bench.settle()
    assert len(runs) == 2
    bench.background.resume("tick")
    bench.settle()
    assert len(runs) == 3
    assert not bench.status("tick").paused


def test_pausing_asks_the_job_at_work_to_stop(start: Start) -> None:
    began, over = threading.Event(), threading.Event()

    def long(run: Run) -> None:
        began.set()
        while not run.stop():
            threading.Event().wait(0.01)
        over.set()

    bench = start(Job("long", 3600, long), settle=False)
    assert began.wait(WAIT)
    assert bench.status("long").running
    bench.background.pause("long")
    assert over.wait(WAIT)


def test_a_job_that_another_process_resumed_is_not_asked_to_stop(start: Start, book: JobBook) -> None:
    told: list[bool] = []
    bench = start(Job("tick", 3600, lambda run: told.append(run.stop())))
    bench.background.pause("tick")
    book.pause("tick", False)
    bench.background.enqueue("tick")
    bench.settle()
    assert told == [False, False]


def test_a_quiet_job_waits_for_the_machine_and_says_so(start: Start, clock: FakeClock) -> None:
    runs: list[int] = []
    machine = [MachineState(load=0.9)]
    bench = start(Job("tidy", 3600, lambda run: runs.append(1), quiet=True), machine=lambda: machine[0])
    assert runs == []
    assert "less busy" in bench.status("tidy").waits
    machine[0] = replace(machine[0], load=0.1)
    bench.background.enqueue("tidy")
    bench.settle()
    assert runs == [1]
    assert bench.status("tidy").waits == ""


def test_a_job_tells_when_and_how_long_it_ran_and_comes_again(start: Start, clock: FakeClock) -> None:
    bench = start(Job("tick", 3600, lambda run: clock.advance(timedelta(seconds=4)), title="Let the clock go on"))
    status = bench.status("tick")
    assert (status.title, status.running, status.waits) == ("Let the clock go on", False, "")
    assert (status.last_started, status.seconds) == (clock.now() - timedelta(seconds=4), 4.0)
    assert status.next_at is not None
    assert bench.status("last").title == "last"


def test_what_there_is_no_job_for_is_told(start: Start) -> None:
    background = start().background
    for act in (background.run_now, background.pause, background.resume, background.enqueue):
        with pytest.raises(NotFound, match="no job called sing"):
            act("sing")


def test_a_job_has_a_pace_or_a_daily_slot() -> None:
    for every, daily in ((None, None), (5, Daily(3))):
        with pytest.raises(ValueError, match="pace or a daily slot"):
            Job("odd", every, nothing, daily=daily)


def test_a_store_that_is_busy_costs_a_turn_and_not_the_scheduler(start: Start, book: JobBook) -> None:
    class Busy(JobBook):
        failures = 1

        def row(self, name: str) -> JobRow:
            if name == "tick" and self.failures and threading.current_thread().name == "mneme-jobs":
                self.failures -= 1
                raise StoreBusy("Another program has kept the store locked.")
            return super().row(name)

    runs: list[int] = []
    bench = start(Job("tick", 3600, lambda run: runs.append(1)), book=Busy(book._store, book._clock))
    assert runs == []
    assert bench.status("tick").problem == "Another program has kept the store locked."
    bench.background.enqueue("tick")
    bench.settle()
    assert runs == [1]
    assert bench.status("tick").problem is None
