"""Downloads of models as the window sees them: one at a time, how fast they go, what is left, what went wrong."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.types import ModelInfo, Progress
from mneme_desktop.bridge import Bridge, Operation

WINDOW = 5.0  # seconds that a speed is taken over
Fetch = Callable[[Engine, str, Operation[ModelInfo]], ModelInfo]


@dataclass(frozen=True, slots=True)
class Download:
    """How a download stands: bytes, bytes a second, seconds left; `error` where it failed. `waiting`: for another."""

    name: str
    done: int = 0
    total: int = 0
    speed: float = 0.0
    left: float | None = None
    stage: str = ""
    error: KnownError | None = None
    waiting: bool = False


def fetch(engine: Engine, name: str, operation: Operation[ModelInfo]) -> ModelInfo:
    """On a worker thread: bring a model."""
    return engine.models.download(name, progress=operation.note, cancelled=operation.cancelled)


class Downloads(QObject):
    """Lives as long as the window. `changed` carries the name of a model whose download stands otherwise now.

    `finished` carries the ModelInfo of what has come.
    """

    changed = Signal(str)
    finished = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.now: dict[str, Download] = {}
        self._running: dict[str, Operation[ModelInfo]] = {}
        self._waiting: deque[str] = deque()
        self._seen: deque[tuple[float, int]] = deque()

    def begin(self, name: str) -> None:
        """Bring a model, after those that are on their way; what an earlier try has brought is used."""
        if name in self._running or name in self._waiting:
            return
        self._waiting.append(name)
        self._keep(Download(name, waiting=True))
        self._next()

    def pause(self, name: str) -> None:
        """Stop; what has come is kept for the next time."""
        if name in self._waiting:
            self._waiting.remove(name)
            self._forget(name)
        elif name in self._running:
            self._running[name].cancel()

    def is_running(self, name: str) -> bool:
        """Whether a model is on its way, or waits for another."""
        return name in self._running or name in self._waiting

    def stopping(self, name: str) -> bool:
        """Whether it was told to stop, and has not yet."""
        return name in self._running and self._running[name].cancelled()

    def forget_error(self, name: str) -> None:
        """What went wrong was seen."""
        if not self.is_running(name):
            self._forget(name)

    # ------------------------------------------------------------------ within

    def _next(self) -> None:
        if self._running or not self._waiting:
            return
        name = self._waiting.popleft()
        self._seen.clear()
        self._keep(Download(name))
        operation: Operation[ModelInfo] = self._bridge.operation(
            self, lambda engine, op: fetch(engine, name, op)).on("downloads")
        self._running[name] = operation
        operation.progress(lambda progress: self._progressed(name, progress)).success(
            lambda model: self._ended(name, lambda: self.finished.emit(model))).failure(
            lambda error: self._failed(name, error)).stopped(lambda: self._ended(name, lambda: None)).run()

    def _progressed(self, name: str, progress: Progress) -> None:
        self._seen.append((time.monotonic(), progress.done))
        while self._seen[-1][0] - self._seen[0][0] > WINDOW:
            self._seen.popleft()
        took = self._seen[-1][0] - self._seen[0][0]
        came = self._seen[-1][1] - self._seen[0][1]
        speed = came / took if took > 0.5 and came > 0 and progress.stage == "downloading" else 0.0
        left = (progress.total - progress.done) / speed if speed else None
        self._keep(Download(name, progress.done, progress.total, speed, left, progress.stage))

    def _failed(self, name: str, error: KnownError) -> None:
        before = self.now.get(name, Download(name))
        self._running.pop(name, None)
        self._keep(Download(name, before.done, before.total, error=error))
        self._next()

    def _ended(self, name: str, tell: Callable[[], None]) -> None:
        self._running.pop(name, None)
        self._forget(name)
        tell()
        self._next()

    def _keep(self, download: Download) -> None:
        self.now[download.name] = download
        self.changed.emit(download.name)

    def _forget(self, name: str) -> None:
        self.now.pop(name, None)
        self.changed.emit(name)
