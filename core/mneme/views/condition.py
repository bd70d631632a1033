"""How the store is: counts, growth, how much has faded, what wants a look, what it takes of the disk."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from mneme.clock import Clock
from mneme.errors import Cancelled
from mneme.memory.retention import Curve
from mneme.paths import Profile
from mneme.store import condition as stored
from mneme.store import forgetting, health
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.types import (
    Changes,
    CheckReport,
    Concern,
    ConditionReport,
    CopiesReport,
    Counts,
    Disk,
    DoctorReport,
    Fading,
    Finding,
    Forecast,
    Growth,
    Progress,
    SecretsReport,
)
from mneme.views import copies, secrets

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]
Mask = Callable[[Sequence[int]], frozenset[int]]  # takes secrets out of items for good; the memories that it touched

YEAR = timedelta(days=365)
AHEAD = (30, 90, 365)  # days, for which it is told how much will be retained
SAMPLE = 4_000  # memories whose retention is computed
EXAMPLES = 12  # memories, or places, that are named of each concern
STAGES = 5  # of a report


class Condition:
    """What a page of health is made of. Safe to use from several threads.

    `report` reads no text and takes a moment; `copies`, `secrets` and `check` look at everything and take as long as
    there is much. Nothing here is kept: each result says when it was made.
    """

    def __init__(self, store: Database, clock: Clock, publish: Callable[[Changes], Changes], mask: Mask,
                 people: Callable[[], int]) -> None:
        """`people` counts those that the owner's list of people shows."""
        self._store = store
        self._clock = clock
        self._publish = publish
        self._mask = mask
        self._people = people

    def report(self, progress: OnProgress | None = None, cancelled: IsCancelled | None = None) -> ConditionReport:
        """All that is known without reading texts. Raises: Cancelled."""
        tell, stop = progress or _quiet, cancelled or _never
        stage = _stages(tell, stop, "looking", STAGES)
        counts, memories = self._counts(stage, stop)
        next(stage)
        fading = self._fading(memories, stop)
        next(stage)
        concerns = self._concerns(stop)
        next(stage)
        return ConditionReport(counts, self._growth(stop), fading, concerns, self.disk(), self._clock.now())

    def disk(self) -> Disk:
        """What the profile takes of the disk, and what is left there."""
        profile = Profile(self._store.path.parent)
        own = {"store": _size(profile.store),
               "journal": sum(_size(profile.store.with_name(profile.store.name + end)) for end in ("-wal", "-shm")),
               "backups": _size(profile.backups), "models": _size(profile.models), "logs": _size(profile.logs)}
        return Disk({**own, "other": max(_size(profile.root) - sum(own.values()), 0)}, _free(profile.root))

    def copies(self, progress: OnProgress | None = None, cancelled: IsCancelled | None = None) -> CopiesReport:
        """Copies that are linked, and in a sample of what upkeep has not compared yet. Raises: Cancelled."""
        return copies.look(self._store, self._clock, progress or _quiet, cancelled or _never)

    def secrets(self, progress: OnProgress | None = None, cancelled: IsCancelled | None = None) -> SecretsReport:
        """Secrets that stand in any text that is kept, older versions too: where, never which. Raises: Cancelled."""
        return secrets.look(self._store, self._clock, progress or _quiet, cancelled or _never)

    def mask_secrets(self, items: Sequence[int]) -> Changes:
        """Blot the secrets out of these items for good: out of their texts, indexes, and what was made of them.

        The rest of each text stays where it stands. Older backups hold them, and go. There is no undo; the caller has
        asked.
        """
        return self._publish(Changes(memories=self._mask(items), entries=True, vectors=True))

    def check(self, *, repair: bool = False, progress: OnProgress | None = None,
              cancelled: IsCancelled | None = None) -> CheckReport:
        """Whether the store is whole, check by check; with `repair`, what can be rebuilt is. Raises: Cancelled.

        What was repaired before it was cancelled stays so.
        """
        tell, stop = progress or _quiet, cancelled or _never
        self._store.checkpoint()
        # A connection of its own, as `upkeep/health.py` says why.
        with ThreadPoolExecutor(1, "mneme-check") as fresh:
            found = fresh.submit(self._checked, repair, tell, stop).result()
        if any(one.repaired for one in found.findings):
            self._publish(Changes(everything=True))
        return CheckReport(found, self._clock.now())

    # ------------------------------------------------------------------ within

    def _counts(self, stage: Iterator[None], stop: IsCancelled) -> tuple[Counts, list[int]]:
        now, people = self._clock.now(), self._people()
        with self._reading(stop) as db:
            next(stage)
            curve, memories = forgetting.curve_of(db), stored.ids(db)
            layers, rows = stored.plain_layers(db), health.counts(db)
            for part in _sliced(stored.used(db), stop):
                for name in stored.layers_of(db, part, curve, now):
                    layers[name] = layers.get(name, 0) + 1
            next(stage)
            faded = sum(stored.faded(db, part, curve, now) for part in _sliced(memories, stop))
            return Counts(stored.kinds(db), layers, stored.fact_states(db), rows["items"], rows["old_versions"],
                          stored.sources(db), people, rows["in_bin"], faded), memories

    def _fading(self, memories: Sequence[int], stop: IsCancelled) -> Fading:
        now, chosen = self._clock.now(), sample(memories, SAMPLE)
        with self._reading(stop) as db:
            curve = forgetting.curve_of(db)
            first, *later = (self._forecast(db, chosen, curve, now, days, stop) for days in (0, *AHEAD))
        return Fading(len(chosen), len(memories), curve.faded_below, first, tuple(later))

    def _forecast(self, db: Handle, memories: Sequence[int], curve: Curve, now: datetime, days: int,
                  stop: IsCancelled) -> Forecast:
        parts = [stored.forecast(db, part, curve, now, days) for part in _sliced(memories, stop)]
        summed = tuple(map(sum, zip(*(part.bands for part in parts), strict=True))) or (0,) * stored.BANDS
        return Forecast(days, summed, sum(part.faded for part in parts))

    def _concerns(self, stop: IsCancelled) -> tuple[Concern, ...]:
        with self._reading(stop) as db:
            loose = [one for part in _sliced(stored.derived(db), stop) for one in stored.unsupported(db, part)]
            return (stored.contradictions(db, EXAMPLES), stored.failed(db, EXAMPLES), stored.troubled_sources(db),
                    Concern("unsupported", len(loose), tuple(loose[-EXAMPLES:][::-1])),
                    stored.unconfirmed(db, EXAMPLES), stored.copies(db, EXAMPLES))

    def _growth(self, stop: IsCancelled) -> Growth:
        zone = self._clock.zone()
        today = self._clock.now().astimezone(zone).date()
        with self._reading(stop) as db:
            return stored.growth(db, today - YEAR, today, zone)

    def _checked(self, repair: bool, tell: OnProgress, stop: IsCancelled) -> DoctorReport:
        stage, found = _stages(tell, stop, "checking the store", len(stored.CHECKS)), list[Finding]()
        for check in stored.CHECKS:
            next(stage)
            with self._reading(stop) as db:
                finding = stored.examined(db, check)
            if finding is not None and repair and finding.repairable:
                finding = self._store.write(partial(stored.mended, check=check)) or finding
            found += [] if finding is None else [finding]
        with self._store.reader() as db:
            return DoctorReport(tuple(found), health.counts(db))

    @contextmanager
    def _reading(self, stop: IsCancelled) -> Iterator[Handle]:
        with self._store.reader() as db, stored.interruptible(db, stop):
            yield db


def sample(found: Sequence[int], most: int) -> list[int]:
    """At most `most` of these, evenly spaced; always the same ones."""
    if len(found) <= most:
        return list(found)
    return [found[n * len(found) // most] for n in range(most)]


def _sliced(found: Sequence[int], stop: IsCancelled) -> Iterator[Sequence[int]]:
    for start in range(0, len(found), stored.SLICE):
        if stop():
            raise Cancelled
        yield found[start:start + stored.SLICE]


def _stages(tell: OnProgress, stop: IsCancelled, name: str, total: int) -> Iterator[None]:
    """Each `next` begins another stage. Raises: Cancelled."""
    for n in range(total):
        if stop():
            raise Cancelled
        tell(Progress(name, n, total))
        yield


def _size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; 0 where there is none. Links are not followed."""
    total = 0
    with suppress(OSError):  # what goes away meanwhile takes no room
        total = path.lstat().st_size if not path.is_dir() else 0
    for here, _folders, files in os.walk(path):
        for file in files:
            with suppress(OSError):
                total += (Path(here) / file).lstat().st_size
    return total


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:  # a disk that does not tell
        return None


def _quiet(progress: Progress) -> None:
    return


def _never() -> bool:
    return False
