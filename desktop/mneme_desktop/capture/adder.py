"""Taking in what the owner gives: one job at a time, told to everybody who shows it."""

from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import AddReport, Progress
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.parts import texts

Work = Callable[[Engine, Operation[AddReport]], AddReport]


class Adder(QObject):
    """Runs additions one after another. `ended` carries the report and whether it was cancelled."""

    started = Signal()
    progressed = Signal(object)
    ended = Signal(object, bool)
    failed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._waiting: deque[Work] = deque()
        self._running: Operation[AddReport] | None = None
        self.unfinished: list[Path] = []  # of what was given here, what was not seen to its end

    @property
    def running(self) -> bool:
        return self._running is not None

    def add(self, paths: list[Path]) -> None:
        """Take in files and folders, after what is being taken in already."""
        if paths:
            self.unfinished += paths
            self._put(lambda engine, op: engine.add(paths, wait=False, progress=op.note, cancelled=op.cancelled))

    def retry(self, entries: list[int] | None) -> None:
        """Try places again; None means all that failed."""
        self._put(lambda engine, op: engine.retry(entries, progress=op.note, cancelled=op.cancelled))

    def cancel(self) -> None:
        """Stop; what was taken in stays, and what waits here is let go."""
        self._waiting.clear()
        self.unfinished.clear()
        if self._running is not None:
            self._running.cancel()

    def _put(self, work: Work) -> None:
        self._waiting.append(work)
        if self._running is None:
            self._next()

    def _next(self) -> None:
        if not self._waiting:
            self.unfinished.clear()
            return
        operation: Operation[AddReport] = self._bridge.operation(self, self._waiting.popleft()).on("long")
        self._running = operation
        operation.progress(self.progressed.emit).failure(self._failed).stopped(
            lambda: self._ended(AddReport(), True)).success(
            lambda report: self._ended(report, operation.cancelled())).run()
        self.started.emit()

    def _ended(self, report: AddReport, cancelled: bool) -> None:
        self._running = None
        self.ended.emit(report, cancelled)
        self._next()

    def _failed(self, error: KnownError) -> None:
        self._running = None
        self.failed.emit(error)
        self._next()


def choose_folder(parent: QWidget, then: Callable[[list[Path]], None], title: str = "") -> QFileDialog:
    """Let the owner choose a folder."""
    dialog = QFileDialog(parent, title or _("Add a folder"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return opened_dialog(dialog, then)


def choose_files(parent: QWidget, then: Callable[[list[Path]], None]) -> QFileDialog:
    """Let the owner choose files."""
    dialog = QFileDialog(parent, _("Add files"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return opened_dialog(dialog, then)


def opened_dialog(dialog: QFileDialog, then: Callable[[list[Path]], None]) -> QFileDialog:
    """Let the owner choose in a dialog, which goes when they have."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()
    return dialog


def stage_words(progress: Progress) -> str:
    """What a long job is doing, in a few words with its counts."""
    done, total = progress.done, progress.total
    pattern = {
        "scanning": _("Looking: {done} files so far"),
        "reading": _("Reading {done} of {total}"),
        "embedding": _("Making findable by meaning: {done} of {total}"),
    }.get(progress.stage, _("Working: {done} of {total}"))
    return pattern.format(done=texts.number(done), total=texts.number(total))
