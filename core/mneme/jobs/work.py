"""What a job is: its name, when it is wanted, and the turn it gets, which may stop, be saved and go on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mneme.jobs.slots import Daily


@dataclass(frozen=True, slots=True)
class More:
    """What a job returns that is not done: others get their turn, then it goes on at `cursor` (any value JSON has)."""

    cursor: Any = None


class Run:
    """A turn of a job. `cursor` is where the last turn came to, None at the beginning."""

    def __init__(self, cursor: Any, stopping: Callable[[], bool], keep: Callable[[Any], None]) -> None:
        self.cursor = cursor
        self.told_to_stop = False
        self._stopping = stopping
        self._keep = keep

    def stop(self) -> bool:
        """Whether the job should stop now. One that was told so and returns goes on later, where it last saved."""
        self.told_to_stop = self.told_to_stop or self._stopping()
        return self.told_to_stop

    def save(self, cursor: Any) -> None:
        """Keep where the job is: a run that is cut off goes on there. Raises: Cancelled if another run took over."""
        self._keep(cursor)
        self.cursor = cursor


@dataclass(frozen=True, slots=True)
class Job:
    """Work that comes again: at a pace (`every_seconds`, and at the start), or once a day (`daily`).

    `run` returns a sentence for people, `More`, or neither. A `quiet` job waits until the machine has nothing better
    to do. `name` keys its row, `title` is for people (English, translated when shown). `led`: in one process alone.
    """

    name: str
    every_seconds: float | None
    run: Callable[[Run], str | More | None]
    daily: Daily | None = None
    quiet: bool = False
    title: str = ""
    led: bool = True

    def __post_init__(self) -> None:
        if (self.every_seconds is None) is (self.daily is None):
            raise ValueError(f"the job {self.name!r} needs a pace or a daily slot, not both")


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job stands. `seconds` is how long its last run took, `waits` the sentence why one that is due does not run.

    `next_at` is None for a paused job.
    """

    name: str
    title: str
    paused: bool
    running: bool
    last_started: datetime | None
    seconds: float | None
    result: str | None
    problem: str | None
    next_at: datetime | None
    waits: str = ""
