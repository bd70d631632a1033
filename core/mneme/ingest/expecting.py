"""How long a whole run of taking in will take: what comes after reading is foretold from how long reading takes."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from mneme.ingest.wish import OnProgress
from mneme.store import preferences
from mneme.store.database import Database
from mneme.types import Progress

READING, EMBEDDING = "reading", "embedding"
STAGES = (READING, "learn", EMBEDDING)
_KEPT = "expected_shares"
# Seconds of learning and embedding for a second of reading, measured on notes; each run that is worth it corrects them.
_SHARES = {"learn": 2.1, EMBEDDING: 5.0}
_WORTH = 5.0  # seconds of reading: a shorter run tells nothing of the next


@dataclass(slots=True)
class _Stage:
    began: float
    ended: float


class Expected:
    """Wraps what hears of progress: the time left of a stage becomes that of the whole run."""

    def __init__(self, store: Database, clock: Callable[[], float], hear: OnProgress) -> None:
        self._store, self._clock, self._hear = store, clock, hear
        self._stages: dict[str, _Stage] = {}
        with store.reader() as db:
            kept = json.loads(preferences.own_value(db, _KEPT, "{}"))
        self._shares = {**_SHARES, **{name: float(share) for name, share in kept.items() if name in _SHARES}}

    @contextmanager
    def running(self) -> Iterator[OnProgress]:
        """Within, progress is told as that of the whole; afterwards what the run taught is kept."""
        yield self.tell
        self._learn()

    def tell(self, progress: Progress) -> None:
        """Hand on, with the time left of the whole run where it can be told."""
        now = self._clock()
        if progress.stage in STAGES:
            self._stages.setdefault(progress.stage, _Stage(now, now)).ended = now
        left = self._left(progress, now)
        self._hear(progress if left is None else replace(progress, seconds_left=left))

    def _left(self, progress: Progress, now: float) -> float | None:
        if progress.stage == READING and progress.seconds_left is not None:
            reading = now - self._stages[READING].began + progress.seconds_left
            return progress.seconds_left + reading * sum(self._shares.values())
        if progress.stage == "learn" and READING in self._stages:
            reading, spent = self._lasted(READING), now - self._stages["learn"].began
            return max(reading * self._shares["learn"] - spent, 0.0) + reading * self._shares[EMBEDDING]
        return progress.seconds_left

    def _lasted(self, stage: str) -> float:
        known = self._stages.get(stage)
        return 0.0 if known is None else known.ended - known.began

    def _learn(self) -> None:
        reading = self._lasted(READING)
        if reading >= _WORTH and EMBEDDING in self._stages:
            shares = {name: round(self._lasted(name) / reading, 2) for name in _SHARES}
            self._store.write(lambda db: preferences.set_own_value(db, _KEPT, json.dumps(shares)))
