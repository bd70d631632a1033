"""A real store for the jobs' rows, and a scheduler over it that is stopped when the test is over."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mneme.jobs.background import Background
from mneme.jobs.book import JobBook
from mneme.jobs.machine import MachineState
from mneme.jobs.work import Job, JobStatus
from mneme.store.database import Database
from mneme.testing import FakeClock

WAIT = 10.0


class Bench:
    """A started scheduler, and a way to wait until what is queued has had its turn."""

    def __init__(self, background: Background, turned: threading.Semaphore) -> None:
        self.background = background
        self._turned = turned

    def settle(self, rounds: int = 10) -> None:
        """Wait for a job at the end of the queue, again and again: what queues itself anew comes before it."""
        for _ in range(rounds):
            self.background.enqueue("last")
            assert self._turned.acquire(timeout=WAIT)

    def look(self) -> None:
        self.background.look()
        self.settle()

    def status(self, name: str) -> JobStatus:
        return next(status for status in self.background.describe() if status.name == name)


Start = Callable[..., Bench]


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[Database]:
    database = Database.open(tmp_path / "memory.db", None, clock=clock)
    yield database
    database.close()


@pytest.fixture
def book(store: Database, clock: FakeClock) -> JobBook:
    return JobBook(store, clock)


@pytest.fixture
def start(book: JobBook, clock: FakeClock) -> Iterator[Start]:
    """Starts a scheduler of these jobs, on a machine that is quiet unless told otherwise, and has it settle."""
    running: list[Background] = []

    def started(*jobs: Job, machine: Callable[[], MachineState] = MachineState, settle: bool = True,
                book: JobBook = book) -> Bench:
        turned = threading.Semaphore(0)
        last = Job("last", 3600, lambda run: turned.release())
        running.append(Background([*jobs, last], book, clock, machine))
        running[-1].start()
        bench = Bench(running[-1], turned)
        if settle:
            assert turned.acquire(timeout=WAIT)  # it runs at the start, too
            bench.settle()
        return bench

    yield started
    for background in running:
        background.stop()
