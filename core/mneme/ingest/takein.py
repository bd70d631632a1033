"""Everything that taking in needs, put together: folders, parsers with their worker process, the pipeline."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mneme.clock import Clock
from mneme.ingest.pipeline import Intake, IsCancelled, OnProgress, Wish
from mneme.parsers.detect import Detector
from mneme.parsers.isolated import IsolatedRunner
from mneme.ports import Parser
from mneme.settings import Value
from mneme.sources.folder import FolderSource
from mneme.store.database import Database
from mneme.types import AddReport, EntryState

MEGABYTE = 1_000_000


class TakeIn:
    """Takes files and folders into one store. Not for several threads at once."""

    def __init__(self, store: Database, parsers: Sequence[Parser], clock: Clock, profile_root: Path) -> None:
        self._runner = IsolatedRunner(parsers)
        self._detector = Detector(parsers, self._runner)
        self._intake = Intake(store, self._detector.parse, clock)
        self._profile_root = profile_root

    def add(self, paths: Sequence[Path], settings: Mapping[str, Value], as_format: str | None, owner: str | None,
            on_progress: OnProgress, cancelled: IsCancelled) -> AddReport:
        """Take in files and folders. Raises: KnownError for a root that cannot be read or an unknown format."""
        if as_format is not None:
            self._detector.require(as_format)
        wish = self._wish(settings, as_format, owner)
        source = FolderSource(paths, max_bytes=wish.max_bytes, profile_root=self._profile_root)
        return self._intake.run(source, wish, on_progress, cancelled)

    def resume(self, states: list[EntryState], ids: Sequence[int] | None, settings: Mapping[str, Value],
               on_progress: OnProgress, cancelled: IsCancelled) -> AddReport:
        """Take in what is in the queue already."""
        return self._intake.resume(states, None if ids is None else list(ids), self._wish(settings), on_progress,
                                   cancelled)

    def close(self) -> None:
        """End the parsers' worker process."""
        self._detector.close()

    def _wish(self, settings: Mapping[str, Value], as_format: str | None = None, owner: str | None = None) -> Wish:
        self._runner.limits = replace(self._runner.limits, seconds=float(settings["ingest.parse_seconds"]))
        return Wish(max_bytes=int(settings["ingest.max_megabytes"]) * MEGABYTE, forced=as_format,
                    owner=owner or str(settings["owner.name"]), again=as_format is not None or owner is not None)
