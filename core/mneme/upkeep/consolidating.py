"""Upkeep: the steps in their order, run slice by slice or as a dry run; each slice is one undoable change-set."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.types import Progress, StepReport
from mneme.upkeep import associating, comparing, learning, outlining, segmenting, sorting
from mneme.upkeep.steps import Sight, Step, Worked

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]

# In this order: summaries are made of events, events of passages, and copies count once.
STEPS: tuple[Step, ...] = (
    learning.MEND, learning.LEARN, comparing.COMPARE, segmenting.SEGMENT, associating.ASSOCIATE, sorting.SORT,
    *outlining.OUTLINE)
BY_NAME = {step.name: step for step in STEPS}
DRY_SLICES = 20  # slices of one step that a dry run thinks through; nobody else can write meanwhile


@dataclass(slots=True)
class _Tally:
    """What the slices of one step came to."""

    counts: dict[str, int]
    examples: list[str]
    sets: list[int]
    waiting: str = ""

    def add(self, worked: Worked, changes: ChangeSet, made: int | None) -> None:
        for name, count in changes.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.examples += worked.examples[:5 - len(self.examples)]
        self.waiting = worked.waiting
        if made is not None:
            self.sets.append(made)


class _DryRun(Exception):
    """Ends a transaction of which nothing is to remain."""


def run(store: Database, sight: Sight, *, only: Sequence[str] = (), on_progress: OnProgress,
        cancelled: IsCancelled) -> list[StepReport]:
    """Do the steps, all or `only` these, until nothing is left to do or it is cancelled; between slices others write.

    Killed at any moment, what is kept is whole: a slice is one transaction, with the cursor of its step.
    """
    reports = []
    for step in _chosen(only):
        if cancelled():
            break
        reports.append(_run_step(store, step, sight, on_progress, cancelled))
    return reports


def plan(store: Database, sight: Sight, *, only: Sequence[str] = ()) -> list[StepReport]:
    """What `run` would do now, done in a transaction that is rolled back: exact, and nothing remains."""
    reports: list[StepReport] = []

    def rehearse(db: Handle) -> None:
        reports.extend(_rehearsed(db, step, sight) for step in _chosen(only))
        raise _DryRun

    try:
        store.write(rehearse)
    except _DryRun:
        return reports
    raise AssertionError("a dry run was kept")


def _chosen(only: Iterable[str]) -> list[Step]:
    wanted = set(only)
    return [step for step in STEPS if not wanted or step.name in wanted]


def _run_step(store: Database, step: Step, sight: Sight, on_progress: OnProgress,
              cancelled: IsCancelled) -> StepReport:
    tally, started, slices = _Tally({}, [], []), time.perf_counter(), 0
    more = True
    while more and not cancelled():
        if slices:  # what is done at once is not worth a bar
            on_progress(Progress(step.name, slices, 0, step.title))
        worked = store.write(lambda db: _slice(db, step, sight, tally))
        more, slices = worked.more, slices + 1
    return _report(step, tally, started)


def _rehearsed(db: Handle, step: Step, sight: Sight) -> StepReport:
    tally, started = _Tally({}, [], []), time.perf_counter()
    for _slice_number in range(DRY_SLICES):
        if not _slice(db, step, sight, tally).more:
            break
    return _report(step, tally, started)


def _slice(db: Handle, step: Step, sight: Sight, tally: _Tally) -> Worked:
    changes = ChangeSet(db, step.name, "upkeep", sight.now)
    worked = step.work(db, changes, sight)
    tally.add(worked, changes, changes.close())
    return worked


def _report(step: Step, tally: _Tally, started: float) -> StepReport:
    return StepReport(step.name, {name: n for name, n in tally.counts.items() if n}, tuple(tally.examples),
                      tally.waiting, 1000.0 * (time.perf_counter() - started), tuple(tally.sets))
