"""What the jobs did, kept in the store: each call is one short transaction."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from mneme.clock import Clock
from mneme.store import jobs
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.store.jobs import JobRow, JobState


class JobBook:
    """The rows of the jobs of one profile. Its methods may be called from any thread."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def row(self, name: str) -> JobRow:
        """The job's row, or that of a job that never ran."""
        with self._store.reader() as db:
            return jobs.get(db, name)

    def claim(self, seen: JobRow, slot: str | None, problem: str | None = None) -> JobRow | None:
        """Begin a run for `slot`; None where the row is no longer as it was seen."""
        return self._store.write(lambda db: jobs.claim(db, seen, slot, self._clock.now(), problem))

    def save(self, run: JobRow, cursor: Any) -> bool:
        """Keep where the run is; False where it is no longer the job's run."""
        return self._store.write(lambda db: jobs.save(db, run, cursor))

    def end(self, run: JobRow, state: JobState, result: str | None = None, problem: str | None = None) -> None:
        """End the run, unless it is no longer the job's run."""
        self._store.write(lambda db: jobs.end(db, run, state, self._clock.now(), result=result, problem=problem))

    def note(self, before: JobRow, seconds: float, result: str | None, problem: str | None) -> None:
        """Keep what came of a run without a slot, but only if that is something new."""
        if problem == before.problem and result in (None, before.result):
            return
        self._store.write(self._noting(before.name, seconds, result, problem))

    def pause(self, name: str, paused: bool) -> None:
        """Keep whether the job is paused."""
        self._store.write(lambda db: jobs.set_paused(db, name, paused))

    def _noting(self, name: str, seconds: float, result: str | None, problem: str | None) -> Callable[[Handle], None]:
        ended = self._clock.now()
        return lambda db: jobs.note(db, name, ended - timedelta(seconds=seconds), ended, result, problem)
