"""Everything that taking in needs, put together: sources, parsers with their worker process, the pipeline."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from mneme.clock import Clock
from mneme.ingest.pipeline import Intake
from mneme.ingest.stages import Outcome
from mneme.ingest.wish import IsCancelled, OnProgress, Wish
from mneme.parsers.detect import Detector
from mneme.parsers.isolated import IsolatedRunner
from mneme.ports import Found, Parser, Taken
from mneme.sources.folder import FolderSource
from mneme.store.database import Database
from mneme.types import AddReport, EntryState


class TakeIn:
    """Takes what was found into one store. Files are read by one thread at once; `take` is for any."""

    def __init__(self, store: Database, parsers: Sequence[Parser], clock: Clock, profile_root: Path) -> None:
        self._runner = IsolatedRunner(parsers)
        self._detector = Detector(parsers, self._runner)
        self._intake = Intake(store, self._detector.parse, clock)
        self._profile_root = profile_root

    def add(self, paths: Sequence[Path], wish: Wish, on_progress: OnProgress, cancelled: IsCancelled) -> AddReport:
        """Take in files and folders that the owner names; known places in the folders that are there no more are gone.

        Raises: KnownError for a root that cannot be read or an unknown format.
        """
        if wish.forced is not None:
            self._detector.require(wish.forced)
        source = FolderSource(paths, max_bytes=wish.max_bytes, profile_root=self._profile_root, ask=wish.ask)
        roots = [path for path in paths if path.is_dir()]
        return self.run(source.scan(), wish, on_progress, cancelled, roots=roots)

    def run(self, found: Iterable[Found | Taken], wish: Wish, on_progress: OnProgress, cancelled: IsCancelled, *,
            roots: Sequence[Path] = ()) -> AddReport:
        """Take in what a source found; `roots` are the folders it has looked through wholly."""
        self._limit(wish.seconds)
        return self._intake.run(found, wish, on_progress, cancelled, roots=roots)

    def resume(self, states: list[EntryState], ids: Sequence[int] | None, wish: Wish, on_progress: OnProgress,
               cancelled: IsCancelled) -> AddReport:
        """Take in what is in the queue already."""
        self._limit(wish.seconds)
        return self._intake.resume(states, None if ids is None else list(ids), wish, on_progress, cancelled)

    def take(self, taken: Taken, wish: Wish) -> Outcome:
        """Keep what was not read from a file: a copied text, something the owner said."""
        return self._intake.take(taken, wish)

    def close(self) -> None:
        """End the parsers' worker process."""
        self._detector.close()

    def _limit(self, seconds: float) -> None:
        self._runner.limits = replace(self._runner.limits, seconds=seconds)
