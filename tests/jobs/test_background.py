"""Background jobs: asked twice they run once, a broken one is tried again, stopping waits for the one at work."""

import threading
from collections.abc import Callable

import pytest

from mneme.errors import KnownError
from mneme.jobs.background import Background, Job

WAIT = 10.0


def test_every_job_runs_at_the_start_and_again_when_asked() -> None:
    ran = threading.Semaphore(0)
    background = Background([Job("tick", 3600, lambda stop: ran.release())])
    background.start()
    assert ran.acquire(timeout=WAIT)
    background.enqueue("tick")
    assert ran.acquire(timeout=WAIT)
    background.stop()


def test_asked_twice_before_it_began_it_runs_once() -> None:
    gate, began, runs = threading.Event(), threading.Event(), []

    def first(stop: Callable[[], bool]) -> None:
        began.set()
        gate.wait(WAIT)

    background = Background([Job("first", 3600, first), Job("second", 3600, lambda stop: runs.append(1))])
    background.start()
    assert began.wait(WAIT)
    for _ in range(5):
        background.enqueue("second")
    gate.set()
    done = threading.Event()
    background._jobs["last"] = Job("last", 3600, lambda stop: done.set())
    background.enqueue("last")
    assert done.wait(WAIT)
    background.stop()
    assert runs == [1]


@pytest.mark.allow_log
def test_a_broken_job_is_a_visible_problem_and_runs_again() -> None:
    outcomes = [ValueError("bug"), KnownError("The disk is full.", "Make room."), None]
    ran = threading.Semaphore(0)

    def flaky(stop: Callable[[], bool]) -> None:
        outcome = outcomes.pop(0)
        ran.release()
        if outcome is not None:
            raise outcome

    background = Background([Job("flaky", 3600, flaky)])
    background.start()
    for _ in range(2):
        assert ran.acquire(timeout=WAIT)
        background.enqueue("flaky")
    assert ran.acquire(timeout=WAIT)
    background.stop()
    assert background.problems == {}
    assert outcomes == []


def test_stopping_tells_the_job_at_work_and_waits_for_it() -> None:
    began, saw = threading.Event(), []

    def long(stop: Callable[[], bool]) -> None:
        began.set()
        while not stop():
            threading.Event().wait(0.01)
        saw.append("stopped")

    background = Background([Job("long", 3600, long)])
    background.start()
    assert began.wait(WAIT)
    background.stop()
    assert saw == ["stopped"]
