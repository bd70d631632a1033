"""Behind the window: sources are watched, looked at where something changed, and failures that may pass tried again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from mneme.clock import Clock
from mneme.errors import KnownError
from mneme.ingest.capture import Capture
from mneme.ingest.wish import IsCancelled, OnProgress
from mneme.messages import ngettext
from mneme.sources.batches import Changed
from mneme.sources.folder import FolderSource
from mneme.sources.watching import Watcher
from mneme.store import entries, sources, vanishing
from mneme.store.database import Database
from mneme.store.sources import SourceRow
from mneme.types import AddReport, Changes, EntryState

ANEW = 3600.0  # seconds after which a source is looked at wholly, though nobody told of a change


@dataclass(slots=True)
class _Eye:
    """What is known of a source that is watched: when it was last looked at wholly, None: never in this session."""

    row: SourceRow
    every: float | None
    looked: float | None = None

    def due(self, ticks: float) -> bool:
        """Whether it is to be looked at wholly."""
        return self.looked is None or ticks - self.looked >= (self.every or ANEW)


class Looker:
    """Watches the sources of one profile. Started by the process that leads; `look` runs on the thread of the jobs."""

    def __init__(self, capture: Capture, store: Database, clock: Clock, publish: Callable[[Changes], Changes],
                 on_news: Callable[[], None]) -> None:
        """`on_news` is called, from any thread, when `look` should be called soon."""
        self._capture = capture
        self._store = store
        self._clock = clock
        self._publish = publish
        self._on_news = on_news
        self._watcher = Watcher(self._told_of)
        self._eyes: dict[int, _Eye] = {}
        self._stale = True
        self._known: object = None  # sources, rules and pause as they were when they were last arranged
        self._running = self._waiting = self._held = False

    def start(self) -> None:
        """Begin to watch. Nothing is read before `look`."""
        self._running = True
        self._watcher.start()
        self._on_news()

    def stop(self) -> None:
        """Watch no more."""
        if self._running:
            self._running = False
            self._watcher.stop()

    def refresh(self) -> None:
        """Sources, rules or the pause are others than they were."""
        self._stale, self._held = True, False
        if self._running:
            self._on_news()

    def notice(self) -> None:
        """Another process has written: if sources, rules or the pause are others now, they are arranged anew."""
        if self._running and self._capture.arrangement() != self._known:
            self.refresh()

    @property
    def news(self) -> bool:
        """Whether `look` would find something to do that should not wait."""
        return self._running and not self._held and (self._stale or self._waiting)

    def look(self, on_progress: OnProgress, cancelled: IsCancelled) -> str | None:
        """Take in what changed; a sentence on what came of it. While capture is paused only names are gathered."""
        if not self._running:
            return None
        self._held = self._capture.paused() is not None
        if self._held:
            self._known = self._capture.arrangement()
            self._watcher.hold()
            return None
        self._watcher.release()
        self._arrange()
        self._waiting = False
        changed = self._watcher.take()
        total = AddReport()
        for eye in list(self._eyes.values()):
            news = changed.get(str(eye.row.id))
            report = None if cancelled() else self._look_at(eye, news, on_progress, cancelled)
            if cancelled():
                self._put_back(eye, news)
            total = _sum(total, report) if report is not None else total
        if cancelled():
            return self._told(total)
        report = self._try_again(on_progress, cancelled)
        total = _sum(total, report) if report is not None else total
        self._let_go_overdue()
        return self._told(total)

    # ------------------------------------------------------------------ within

    def _told_of(self) -> None:
        self._waiting = True
        self._on_news()

    def _arrange(self) -> None:
        """Watch what the rows say now; a source whose rules may be others is looked at wholly."""
        if not self._stale:
            return
        self._stale, self._known = False, self._capture.arrangement()
        rows = {row.id: row for row in self._capture.rows() if not row.paused}
        for gone in self._eyes.keys() - rows.keys():
            self._watcher.unwatch(str(gone))
            del self._eyes[gone]
        for row in rows.values():
            try:
                source, every = self._capture.made(row), self._capture.every(row)
            except KnownError as error:
                self._problem(row.id, error)
                continue
            self._eyes[row.id] = _Eye(row, every)
            if every is None and isinstance(source, FolderSource):  # it is told to look at everything once
                self._eyes[row.id].looked = self._clock.monotonic()
                self._watcher.watch(str(row.id), source.watched(), source)

    def _look_at(self, eye: _Eye, changed: Changed | None, on_progress: OnProgress, cancelled: IsCancelled
                 ) -> AddReport | None:
        ticks = self._clock.monotonic()
        whole = eye.due(ticks) or (changed is not None and changed.everything)
        if not whole and changed is None:
            return None
        try:
            report = self._capture.look(eye.row, None if whole else changed, on_progress, cancelled,
                                        later=lambda path: self._watcher.again(str(eye.row.id), [path]))
        except KnownError as error:
            self._problem(eye.row.id, error)
            self._put_back(eye, changed)
            eye.looked = ticks
            return None
        if whole and not cancelled():
            eye.looked = ticks
        problem = self._watcher.problem(str(eye.row.id))
        self._store.write(lambda db: sources.looked(db, eye.row.id, self._clock.now(), problem))
        return report

    def _put_back(self, eye: _Eye, changed: Changed | None) -> None:
        """A look broke off: what it was for is handed out again."""
        if changed is not None:
            self._watcher.again(str(eye.row.id), changed.paths, everything=changed.everything)

    def _problem(self, source: int, error: KnownError) -> None:
        self._store.write(lambda db: sources.looked(db, source, self._clock.now(), str(error)))

    def _try_again(self, on_progress: OnProgress, cancelled: IsCancelled) -> AddReport | None:
        with self._store.reader() as db:
            due = entries.due(db, self._clock.now())
        return self._capture.again([EntryState.FAILED], due, on_progress, cancelled) if due else None

    def _let_go_overdue(self) -> None:
        """Memories that are older than their source keeps them go to the bin."""
        now = self._clock.now()
        for eye in self._eyes.values():
            if eye.row.keep_days is not None:
                overdue = partial(vanishing.bin_overdue, source=eye.row.id, now=now,
                                  before=now - timedelta(days=eye.row.keep_days))
                if self._store.write(overdue):
                    self._publish(Changes(everything=True))

    def _told(self, total: AddReport) -> str | None:
        new = total.added + total.updated
        if total.seen or total.gone:
            self._publish(Changes(entries=True, everything=bool(new or total.gone)))
        return ngettext("{n} thing was taken in.", "{n} things were taken in.", new).format(n=new) if new else None


def _sum(a: AddReport, b: AddReport) -> AddReport:
    return AddReport(a.added + b.added, a.unchanged + b.unchanged, a.updated + b.updated, a.seen + b.seen,
                     a.done + b.done, a.skipped + b.skipped, a.failed + b.failed, 0, a.gone + b.gone,
                     tuple(sorted({*a.speakers, *b.speakers})))
