"""Daily jobs: once for a slot over restarts and processes, when the machine is quiet, and from where they were."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mneme.errors import DiskFull, KnownError
from mneme.jobs.background import PATIENCE, Background
from mneme.jobs.book import JobBook
from mneme.jobs.machine import QUIET_SECONDS, MachineState
from mneme.jobs.slots import Daily
from mneme.jobs.work import Job, More, Run
from mneme.store.database import Database
from mneme.store.jobs import JobRow, JobState
from mneme.testing import FakeClock

WAIT = 10.0
DAY = timedelta(days=1)
Start = Callable[..., Any]


def daily(run: Callable[[Run], Any], *, quiet: bool = False) -> Job:
    return Job("tidy", None, run, daily=Daily(3), quiet=quiet)


class Steps:
    """A job of so many slices, that tells from which cursor each went on."""

    def __init__(self, steps: int, meanwhile: Callable[[int], object] = lambda step: None) -> None:
        self.seen: list[int] = []
        self._steps = steps
        self._meanwhile = meanwhile

    def __call__(self, run: Run) -> str | More:
        step = run.cursor or 0
        self.seen.append(step)
        self._meanwhile(step)
        return More(step + 1) if step + 1 < self._steps else f"{self._steps} steps."


def asleep(clock: FakeClock, step: timedelta) -> None:
    """The wall clock goes on, as after a sleep, while the other one stood still."""
    ticks = clock._ticks
    clock.advance(step)
    clock._ticks = ticks


def test_a_daily_job_runs_once_for_each_date(start: Start, clock: FakeClock) -> None:
    runs: list[datetime] = []
    bench = start(daily(lambda run: runs.append(clock.now())))
    for _ in range(5):
        bench.look()
        clock.advance(timedelta(hours=1))
    assert len(runs) == 1
    clock.advance(3 * DAY)
    bench.look()
    bench.look()
    assert len(runs) == 2


def test_it_does_not_run_again_after_a_restart_on_the_same_day(start: Start, book: JobBook) -> None:
    runs: list[int] = []
    for _ in range(3):
        start(daily(lambda run: runs.append(1))).background.stop()
    assert runs == [1]
    assert book.row("tidy").slot == "2025-06-15"


def test_its_row_tells_how_it_went(start: Start, clock: FakeClock) -> None:
    def run(run: Run) -> str:
        clock.advance(timedelta(seconds=90))
        return "Tidied up."

    began = clock.now()
    start(daily(run)).background.stop()
    status = start(daily(run)).status("tidy")
    assert (status.last_started, status.seconds, status.result, status.problem) == (began, 90.0, "Tidied up.", None)
    assert (status.paused, status.running) == (False, False)
    assert status.next_at is not None and status.next_at.isoformat() == "2025-06-16T03:00:00+00:00"


def test_one_that_failed_waits_for_the_next_date(start: Start, clock: FakeClock) -> None:
    outcomes: list[Exception | None] = [KnownError("The drawer is stuck."), None]

    def run(run: Run) -> None:
        run.save("half")
        if problem := outcomes.pop(0):
            raise problem

    bench = start(daily(run))
    bench.look()
    assert bench.status("tidy").problem == "The drawer is stuck."
    clock.advance(DAY)
    bench.look()
    assert bench.status("tidy").problem is None
    assert outcomes == []


def test_it_waits_for_a_quiet_machine_and_is_asked_again_at_each_look(start: Start) -> None:
    machine = [MachineState(on_power=False)]
    runs: list[int] = []
    bench = start(daily(lambda run: runs.append(1), quiet=True), machine=lambda: machine[0])
    assert runs == []
    assert "on power" in bench.status("tidy").waits
    machine[0] = MachineState(on_power=True)
    bench.look()
    assert runs == [1]
    assert bench.status("tidy").waits == ""


def test_a_machine_that_is_never_quiet_has_its_run_after_hours(start: Start, clock: FakeClock) -> None:
    runs: list[int] = []
    bench = start(daily(lambda run: runs.append(1), quiet=True), machine=lambda: MachineState(load=0.9))
    clock.advance(timedelta(seconds=PATIENCE - 60))
    bench.look()
    assert runs == []
    clock.advance(timedelta(seconds=60))
    bench.look()
    assert runs == [1]


def test_what_was_missed_for_days_is_urgent(start: Start, clock: FakeClock) -> None:
    runs: list[int] = []
    machine = [MachineState()]
    job = daily(lambda run: runs.append(1), quiet=True)
    start(job, machine=lambda: machine[0]).background.stop()
    clock.advance(3 * DAY)
    machine[0] = MachineState(load=0.9)
    start(job, machine=lambda: machine[0]).background.stop()
    assert len(runs) == 1
    clock.advance(DAY)
    start(job, machine=lambda: machine[0]).background.stop()
    assert len(runs) == 2


def test_a_run_that_the_owner_comes_back_to_is_put_off_and_goes_on(start: Start, book: JobBook) -> None:
    machine = [MachineState(idle_seconds=3600.0)]

    def back(step: int) -> None:
        if step == 1:
            machine[0] = MachineState(idle_seconds=0.0)

    steps = Steps(4, back)
    bench = start(daily(steps, quiet=True), machine=lambda: machine[0])
    bench.look()
    assert steps.seen == [0, 1]
    assert book.row("tidy").state is JobState.STOPPED
    assert "pause" in bench.status("tidy").waits
    machine[0] = MachineState(idle_seconds=3600.0)
    bench.look()
    assert steps.seen == [0, 1, 2, 3]
    assert (book.row("tidy").state, book.row("tidy").slot) == (JobState.DONE, "2025-06-15")


def test_what_was_left_yesterday_goes_on_under_todays_slot(start: Start, clock: FakeClock, book: JobBook) -> None:
    machine = [MachineState()]
    steps = Steps(3, lambda step: machine.__setitem__(0, MachineState(load=1.0)))
    bench = start(daily(steps, quiet=True), machine=lambda: machine[0])
    clock.advance(DAY)
    machine[0] = MachineState()
    bench.look()
    assert (steps.seen, book.row("tidy").slot) == ([0, 1], "2025-06-16")
    machine[0] = MachineState()
    bench.look()
    bench.look()
    assert steps.seen == [0, 1, 2]


def test_stopping_in_the_middle_leaves_where_to_go_on(start: Start, book: JobBook) -> None:
    began, gate = threading.Event(), threading.Event()

    def long(step: int) -> None:
        if step == 2:
            began.set()
            gate.wait(WAIT)

    steps = Steps(5, long)
    bench = start(daily(steps), settle=False)
    assert began.wait(WAIT)
    stopping = threading.Thread(target=bench.background.stop)
    stopping.start()
    while not bench.background._stopping.is_set():
        pass
    gate.set()
    stopping.join()
    assert (book.row("tidy").state, book.row("tidy").cursor) == (JobState.STOPPED, 3)
    start(daily(steps))
    assert steps.seen == [0, 1, 2, 3, 4]


def test_a_job_that_obeys_and_returns_is_not_done(start: Start, book: JobBook) -> None:
    began = threading.Event()

    def obeys(run: Run) -> str:
        run.save(7)
        began.set()
        while not run.stop():
            threading.Event().wait(0.01)
        return "All done, or so it thinks."

    bench = start(daily(obeys), settle=False)
    assert began.wait(WAIT)
    bench.background.stop()
    row = book.row("tidy")
    assert (row.state, row.cursor, row.result) == (JobState.STOPPED, 7, None)


def test_pausing_puts_a_run_off_and_resuming_goes_on(start: Start, book: JobBook) -> None:
    began, gate = threading.Event(), threading.Event()

    def at_work(step: int) -> None:
        began.set()
        gate.wait(WAIT)

    steps = Steps(3, at_work)
    bench = start(daily(steps), settle=False)
    assert began.wait(WAIT)
    bench.background.pause("tidy")
    gate.set()
    bench.settle()
    bench.look()
    assert steps.seen == [0]
    assert book.row("tidy").state is JobState.STOPPED
    bench.background.resume("tidy")
    bench.settle()
    assert steps.seen == [0, 1, 2]


def test_by_hand_it_runs_again_without_asking_the_machine(start: Start, book: JobBook) -> None:
    steps = Steps(2)
    bench = start(daily(steps, quiet=True), machine=lambda: MachineState(load=1.0))
    assert steps.seen == []
    bench.background.run_now("tidy")
    bench.settle()
    assert (steps.seen, book.row("tidy").slot) == ([0, 1], "2025-06-15")
    bench.background.run_now("tidy")
    bench.settle()
    bench.look()
    assert steps.seen == [0, 1, 0, 1]


def test_a_sleep_counts_as_use_of_the_machine(start: Start, clock: FakeClock) -> None:
    """The lid was just opened: that nobody asked anything for a night is no reason to begin."""
    runs: list[int] = []
    bench = start(daily(lambda run: runs.append(1), quiet=True), machine=lambda: MachineState(idle_seconds=1e5))
    assert len(runs) == 1
    asleep(clock, DAY)
    bench.look()
    assert len(runs) == 1
    clock.advance(timedelta(seconds=QUIET_SECONDS))
    bench.look()
    assert len(runs) == 2


def test_a_minute_is_looked_at_without_being_told(start: Start, clock: FakeClock) -> None:
    runs: list[int] = []
    bench = start(daily(lambda run: runs.append(1)))
    clock.advance(DAY)
    bench.settle()  # other jobs have their turns; none of them is this one
    assert len(runs) == 2


def test_two_processes_that_are_due_at_once_run_it_once(book: JobBook, tmp_path: Path, clock: FakeClock,
                                                        start: Start) -> None:
    other_store = Database.open(tmp_path / "memory.db", None, clock=clock)
    runs: list[str] = []
    benches = [start(daily(lambda run, who=who: runs.append(who)), book=kept)
               for who, kept in (("one", book), ("other", JobBook(other_store, clock)))]
    for day in range(2, 12):
        clock.advance(DAY)
        for bench in benches:
            bench.background.look()
        for bench in benches:
            bench.settle()
        assert len(runs) == day
    benches[1].background.stop()
    other_store.close()


@pytest.mark.parametrize("by_hand", [False, True])
def test_what_another_process_is_at_is_left_to_it(start: Start, book: JobBook, by_hand: bool) -> None:
    runs: list[int] = []
    bench = start(daily(lambda run: runs.append(1)))
    claim = book.claim(book.row("tidy"), "2025-06-16")
    assert claim is not None
    if by_hand:
        bench.background.run_now("tidy")
    bench.look()
    assert len(runs) == 1
    assert bench.status("tidy").running


def test_a_run_that_another_process_took_over_ends(start: Start, book: JobBook) -> None:
    def robbed(step: int) -> None:
        if step == 1:
            book.claim(book.row("tidy"), "2025-06-15")

    steps = Steps(5, robbed)
    bench = start(daily(steps))
    bench.look()
    assert steps.seen == [0, 1]
    assert book.row("tidy").state is JobState.RUNNING


def test_a_run_whose_end_could_not_be_kept_is_repeated_once_the_store_takes_it(start: Start, book: JobBook) -> None:
    class Full(JobBook):
        full = False

        def claim(self, seen: JobRow, slot: str | None, problem: str | None = None) -> JobRow | None:
            self.check()
            return super().claim(seen, slot, problem)

        def end(self, run: JobRow, state: JobState, result: str | None = None, problem: str | None = None) -> None:
            self.check()
            super().end(run, state, result, problem)

        def check(self) -> None:
            if self.full:
                raise DiskFull("There is no space left.")

    kept = Full(book._store, book._clock)
    steps = Steps(2, lambda step: setattr(kept, "full", step == 1 and steps.seen.count(1) == 1))
    bench = start(daily(steps), book=kept)
    for _ in range(3):
        bench.look()
        assert bench.status("tidy").problem == "There is no space left."
    assert steps.seen == [0, 1]  # nothing is done again that could not be kept again
    kept.full = False
    bench.look()
    assert steps.seen == [0, 1, 1]
    assert bench.status("tidy").problem is None
    assert book.row("tidy").state is JobState.DONE


# ------------------------------------------------------------------ killed

KILLED = """
import os, signal, sys, threading
from pathlib import Path
from mneme.jobs.background import Background
from mneme.jobs.book import JobBook
from mneme.jobs.machine import MachineState
from mneme.jobs.slots import Daily
from mneme.jobs.work import Job, More
from mneme.store.database import Database
from mneme.testing import FakeClock

last = int(sys.argv[2])

def run(run):
    step = run.cursor or 0
    print(step, flush=True)
    if step == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return More(step + 1)

clock = FakeClock()
store = Database.open(Path(sys.argv[1]), None, clock=clock)
Background([Job("tidy", None, run, daily=Daily(3))], JobBook(store, clock), clock, MachineState).start()
threading.Event().wait()
"""


def killed_at(path: Path, step: int) -> list[int]:
    """The steps of a job in another process, until it kills itself in the middle of one."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(step)], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return [int(line) for line in done.stdout.split()]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_after_a_kill_it_goes_on_at_the_last_step_that_was_kept(tmp_path: Path, book: JobBook, start: Start) -> None:
    assert killed_at(tmp_path / "memory.db", 3) == [0, 1, 2, 3]
    row = book.row("tidy")
    assert (row.state, row.cursor) == (JobState.RUNNING, 3)
    steps = Steps(6)
    bench = start(daily(steps))
    bench.look()
    assert steps.seen == [3, 4, 5]
    assert (book.row("tidy").state, book.row("tidy").slot) == (JobState.DONE, "2025-06-15")
    assert bench.status("tidy").problem is None


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_step_that_ends_the_process_again_is_given_up_until_the_next_date(
        tmp_path: Path, book: JobBook, start: Start, clock: FakeClock) -> None:
    path = tmp_path / "memory.db"
    assert killed_at(path, 2) == [0, 1, 2]
    assert killed_at(path, 4) == [2, 3, 4]
    assert killed_at(path, 4) == [4]
    steps = Steps(6)
    bench = start(daily(steps))
    bench.look()
    assert steps.seen == []
    assert (book.row("tidy").state, "twice" in (bench.status("tidy").problem or "")) == (JobState.FAILED, True)
    clock.advance(DAY)
    bench.look()
    assert steps.seen == [0, 1, 2, 3, 4, 5]


def test_a_scheduler_that_never_started_has_done_nothing(book: JobBook, clock: FakeClock) -> None:
    background = Background([daily(Steps(1))], book, clock, MachineState)
    background.run_now("tidy")
    [status] = background.describe()
    assert (status.last_started, status.seconds, status.running) == (None, None, False)
    assert book.row("tidy") == JobRow("tidy")
