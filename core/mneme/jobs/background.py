"""The scheduler of one open profile: an alarm says when, one thread works, and gives each job its turn."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from mneme.clock import Clock
from mneme.errors import Cancelled, KnownError, NotFound
from mneme.jobs import slots
from mneme.jobs.book import JobBook
from mneme.jobs.machine import MachineState, lower_priority, may_run
from mneme.jobs.slots import Glance
from mneme.jobs.work import Job, JobStatus, More, Run
from mneme.messages import _
from mneme.store.jobs import JobRow, JobState

if TYPE_CHECKING:
    from mneme.jobs.alarm import Alarm

log = logging.getLogger(__name__)

TICK = 60.0  # seconds; at least so often the clocks are compared, and it is asked what is due
PATIENCE = 4 * 3600.0  # seconds that the computer was on and never quiet: then a job that is due is urgent
MISSED = 3  # days without a run: the same
_LOOK = ""  # a name that no job has, in the queue: see what is due


@dataclass(slots=True)
class _Task:
    """What the process knows of a job beside its row. `claim` is its run under way, between two slices too."""

    job: Job
    queued: bool = False
    by_hand: bool = False  # the owner wants it now: neither pause nor machine are asked
    halted: bool = False  # paused while it may be at work
    working: bool = False
    goes_on: bool = False  # it returned More
    urgent: bool = False
    claim: JobRow | None = None
    cut_off: datetime | None = None  # when the run began that a kill, or a broken store, left without an end
    cursor: Any = None  # of a job without slots, whose runs are not kept
    due_since: float | None = None
    waits: str = ""
    started: datetime | None = None
    seconds: float | None = None
    unkept: str | None = None  # why the last turn could not be written down


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a slice; `running` means that there is more."""

    state: JobState
    cursor: Any = None
    result: str | None = None
    problem: str | None = None


class Background:
    """Runs jobs again and again until it is stopped. Those that are led run in one process of a profile alone.

    A failing job is logged, its problem is kept, and it is tried again. Daily jobs run once for a slot, whichever
    process begins it; a run that was put off or cut off goes on where it last saved.
    """

    def __init__(self, jobs: Sequence[Job], book: JobBook, clock: Clock, machine: Callable[[], MachineState],
                 lead: Callable[[], bool] = lambda: True) -> None:
        """`machine` tells how the computer is, `lead` whether this process leads; asked on the thread that works."""
        self._tasks = {job.name: _Task(job) for job in jobs}
        self._book = book
        self._clock = clock
        self._machine = machine
        self._lead = lead
        self._leads = False
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._lock = threading.Lock()  # over what is queued
        self._stopping = threading.Event()
        self._glance = Glance(clock.now(), clock.monotonic())
        self._woke: float | None = None  # when the clock was last found put forward, as after a sleep
        self._alarm: Alarm | None = None
        self._worker = threading.Thread(target=self._work, name="mneme-jobs", daemon=True)

    # ------------------------------------------------------------------ from any thread

    def start(self) -> None:
        """Run every job that has a pace now and then so often, and what is due of the others."""
        from mneme.jobs.alarm import Alarm  # noqa: PLC0415 -- slow import

        alarm = self._alarm = Alarm()
        for name, task in self._tasks.items():
            if task.job.every_seconds is not None:
                alarm.add(name, task.job.every_seconds, partial(self.enqueue, name))
                self.enqueue(name)
        self.look()
        alarm.start()
        self._worker.start()  # after the alarm, which its first look sets right

    def enqueue(self, name: str) -> None:
        """Have a job run soon, a daily one if it is due; asked twice before it began, it runs once."""
        task = self._task(name)
        with self._lock:
            if task.queued or self._stopping.is_set():
                return
            task.queued = True
        self._queue.put(name)

    def look(self) -> None:
        """Compare the clocks and see what is due; it happens by itself, too, every minute."""
        self._queue.put(_LOOK)

    def run_now(self, name: str) -> None:
        """Run a job whether it is due or not, though it is paused or the machine is busy. Raises: NotFound."""
        self._task(name).by_hand = True
        self.enqueue(name)

    def pause(self, name: str) -> None:
        """Let a job rest until `resume`, in later sessions too; at work, it is asked to stop. Raises: NotFound."""
        task = self._task(name)
        self._book.pause(name, True)
        task.halted, task.by_hand = True, False

    def resume(self, name: str) -> None:
        """Have a paused job run again, at once where it is due. Raises: NotFound."""
        task = self._task(name)
        self._book.pause(name, False)
        task.halted = False
        self.enqueue(name)

    def describe(self) -> list[JobStatus]:
        """How each job stands, in their order."""
        return [self._status(task, self._book.row(name)) for name, task in self._tasks.items()]

    def stop(self) -> None:
        """Ask the running job to stop, wait for it, and let the threads go; what it left goes on next time."""
        self._stopping.set()
        if self._worker.is_alive():
            self._queue.put(None)
            self._worker.join()
        if self._alarm is not None:
            self._alarm.stop()
            self._alarm = None

    def _task(self, name: str) -> _Task:
        task = self._tasks.get(name)
        if task is None:
            raise NotFound(_("There is no job called {name}.").format(name=name))
        return task

    def _status(self, task: _Task, row: JobRow) -> JobStatus:
        kept = (row.ended_at - row.started_at).total_seconds() if row.started_at and row.ended_at else None
        others = row.state is JobState.RUNNING and row.started_at != task.cut_off
        return JobStatus(
            name=row.name, title=_(task.job.title or task.job.name), paused=row.paused,
            running=task.working or task.claim is not None or others,
            last_started=task.started or row.started_at, seconds=kept if task.seconds is None else task.seconds,
            result=row.result, problem=task.unkept or row.problem,
            next_at=None if row.paused else self._next_at(task.job, row), waits=task.waits)

    def _next_at(self, job: Job, row: JobRow) -> datetime | None:
        if job.daily is None:
            return self._alarm.next_at(job.name) if self._alarm is not None else None
        here = self._here()
        return here if row.state is JobState.STOPPED else slots.next_at(row.slot, here, job.daily)

    def _here(self) -> datetime:
        return self._clock.now().astimezone(self._clock.zone())

    # ------------------------------------------------------------------ on the thread that works

    def _work(self) -> None:
        lower_priority()
        while (name := self._next()) is not None and not self._stopping.is_set():
            if name == _LOOK:
                self._look()
            else:
                self._turn(self._tasks[name])
        for task in self._tasks.values():
            if task.claim is not None:
                self._kept(task, self._put_off)

    def _next(self) -> str | None:
        """What the queue holds next; a look if nothing comes for a minute, or the last one is that long ago."""
        if self._clock.monotonic() - self._glance.ticks >= TICK:
            return _LOOK
        try:
            return self._queue.get(timeout=TICK)
        except queue.Empty:
            return _LOOK

    def _look(self) -> None:
        before, self._glance = self._glance, Glance(self._clock.now(), self._clock.monotonic())
        moved = slots.jump(before, self._glance)
        if moved:
            log.info("the clock was moved by %.0f seconds", moved)
        if moved > 0:
            self._woke = self._glance.ticks
        if self._alarm is not None:
            self._alarm.set_right()
        for name, task in self._tasks.items():
            if task.job.daily is not None:
                self.enqueue(name)

    def _turn(self, task: _Task) -> None:
        with self._lock:
            task.queued = False
        task.halted = False  # before the row is read: a pause is then seen in the one or the other
        self._kept(task, self._turn_where_it_leads)

    def _turn_where_it_leads(self, task: _Task) -> None:
        if task.job.led and not task.by_hand and not self._leading():
            task.waits = _("Another running Mneme does it.")
        elif task.job.daily is None:
            self._turn_at_pace(task)
        else:
            self._turn_of_slot(task)

    def _leading(self) -> bool:
        """Whether this process leads; on taking over, a run that the store calls running is one that was cut off."""
        if not self._leads and self._lead():
            for name, task in self._tasks.items():
                row = self._book.row(name)
                task.cut_off = row.started_at if row.state is JobState.RUNNING else None
            self._leads = True
        return self._leads

    def _kept(self, task: _Task, turn: Callable[[_Task], None]) -> None:
        """Take a turn; if what came of it cannot be kept, the run counts as cut off, and the worker goes on."""
        try:
            turn(task)
        except KnownError as error:
            task.unkept = str(error)
            log.info("job %s: %s", task.job.name, error)
        except Exception:
            task.unkept = _broken()
            log.exception("job %s: its turn broke", task.job.name)
        else:
            task.unkept = None
            return
        if task.claim is not None:
            task.cut_off, task.claim = task.claim.started_at, None
        task.by_hand = task.goes_on = False

    # ------------------------------------------------------------------ a job at its pace

    def _turn_at_pace(self, task: _Task) -> None:
        row = self._book.row(task.job.name)
        if not task.by_hand and (row.paused or not self._allowed(task)):
            return

        def keep(cursor: Any) -> None:
            task.cursor = cursor

        outcome = self._slice(task, task.cursor, keep)
        if outcome.state is JobState.RUNNING:
            task.cursor = outcome.cursor
            self.enqueue(task.job.name)
            return
        task.by_hand = False
        if outcome.state is not JobState.STOPPED:
            task.cursor = None
            self._book.note(row, task.seconds or 0.0, outcome.result, outcome.problem)

    # ------------------------------------------------------------------ a job with slots

    def _turn_of_slot(self, task: _Task) -> None:
        claim = self._going_on(task) if task.claim is not None else self._begun(task)
        if claim is None:
            return

        def keep(cursor: Any) -> None:
            if not self._book.save(claim, cursor):
                raise Cancelled

        outcome = self._slice(task, claim.cursor, keep)
        if outcome.state is not JobState.RUNNING:
            self._end(task, outcome)
        elif self._book.save(claim, outcome.cursor):
            task.claim = replace(claim, cursor=outcome.cursor)
            self.enqueue(task.job.name)
        else:  # another process took over
            task.claim, task.by_hand, task.goes_on = None, False, False

    def _begun(self, task: _Task) -> JobRow | None:
        """The claim on the slot that should run now, if any."""
        row = self._book.row(task.job.name)
        cut_off = row.state is JobState.RUNNING
        if cut_off and row.started_at != task.cut_off:
            task.by_hand = False  # another process is at it
            return None
        slot = self._wanted(task, row)
        if slot is None:
            return None
        notice = _("It was cut off, and goes on where it was.") if cut_off else None
        task.claim = self._book.claim(row, slot, notice)
        task.cut_off = task.due_since = None
        if task.claim is not None and cut_off and row.problem is not None and not task.by_hand:
            # No step was saved since it was cut off before: it may be what ends the process.
            self._end(task, _Outcome(JobState.FAILED, problem=_("It was cut off twice at the same place.")))
        return task.claim

    def _wanted(self, task: _Task, row: JobRow) -> str | None:
        """The slot to run now: the one that is due, one that was not finished, or by the owner's hand the last again.

        What was left of an earlier slot goes on under the one that is due.
        """
        assert task.job.daily is not None
        slot = slots.due(row.slot, self._here(), task.job.daily)
        if slot is None and (task.by_hand or row.state in (JobState.STOPPED, JobState.RUNNING)):
            slot = row.slot
        if task.by_hand:
            return slot
        if slot is None or row.paused:
            task.due_since, task.waits = None, ""
            return None
        ticks = self._clock.monotonic()
        task.due_since = ticks if task.due_since is None else task.due_since
        task.urgent = ticks - task.due_since >= PATIENCE or slots.days_missed(row.slot, slot) >= MISSED
        return slot if self._allowed(task) else None

    def _going_on(self, task: _Task) -> JobRow | None:
        """The claim of a run between two slices, unless it is put off."""
        paused = self._book.row(task.job.name).paused
        if not task.by_hand and (paused or not self._allowed(task)):
            self._put_off(task)
        return task.claim

    def _put_off(self, task: _Task) -> None:
        self._end(task, _Outcome(JobState.STOPPED))

    def _end(self, task: _Task, outcome: _Outcome) -> None:
        assert task.claim is not None
        self._book.end(task.claim, outcome.state, outcome.result, outcome.problem)
        task.claim, task.by_hand, task.goes_on = None, False, False

    # ------------------------------------------------------------------ the work itself

    def _allowed(self, task: _Task) -> bool:
        """Whether the machine lets the job run; if not, the task says what it waits for."""
        if not task.job.quiet:
            return True
        allowed, task.waits = may_run(self._state(), task.urgent)
        return allowed

    def _state(self) -> MachineState:
        """How the machine is. Whoever wakes it is about to use it."""
        state = self._machine()
        if self._woke is None:
            return state
        awake = self._clock.monotonic() - self._woke
        return replace(state, idle_seconds=awake if state.idle_seconds is None else min(state.idle_seconds, awake))

    def _slice(self, task: _Task, cursor: Any, keep: Callable[[Any], None]) -> _Outcome:
        run = Run(cursor, lambda: self._stopping.is_set() or task.halted, keep)
        if not task.goes_on:
            task.started, task.seconds = self._clock.now(), 0.0
        began, task.working, task.waits = self._clock.monotonic(), True, ""
        try:
            outcome = _tried(task.job, run)
        finally:
            task.working = False
            task.seconds = (task.seconds or 0.0) + self._clock.monotonic() - began
        task.goes_on = outcome.state is JobState.RUNNING
        return outcome


def _tried(job: Job, run: Run) -> _Outcome:
    try:
        returned = job.run(run)
    except Cancelled:
        return _Outcome(JobState.STOPPED)
    except KnownError as error:
        log.info("job %s: %s", job.name, error)
        return _Outcome(JobState.FAILED, problem=str(error))
    except Exception:
        log.exception("job %s broke", job.name)
        return _Outcome(JobState.FAILED, problem=_broken())
    if isinstance(returned, More):
        return _Outcome(JobState.RUNNING, cursor=returned.cursor)
    return _Outcome(JobState.STOPPED) if run.told_to_stop else _Outcome(JobState.DONE, result=returned)


def _broken() -> str:
    return _("Something in Mneme broke; the log says what.")
