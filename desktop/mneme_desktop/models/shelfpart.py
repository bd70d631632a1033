"""The models that are on this computer: those of Mneme, those that were added, and those that other programs keep."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import ModelInfo
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.look.theme import Theme
from mneme_desktop.models.languagepart import SERVER
from mneme_desktop.models.modelwords import about_words, purpose_words, state_words
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.naming import model_words
from mneme_desktop.parts.widgets import (
    Chip,
    Dots,
    ElidedLabel,
    Flow,
    IconButton,
    button,
    clear,
    column,
    frame,
    label,
    more_chip,
    row,
    say,
)

SHOWN = 5  # models of other programs; more on request
MOST = 200  # that are looked for


class Found(Protocol):
    """A model of another program, as the engine tells it."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def program(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    @property
    def purpose(self) -> str: ...


class ShelfPart(QWidget):
    """`use_wanted` carries a model's id; `changed`: another model is here, or one is not any more."""

    use_wanted = Signal(str)
    changed = Signal()

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._bridge = theme, bridge
        self.models: tuple[ModelInfo, ...] | None = None
        self.found: tuple[Found, ...] | None = None
        self.asking: Sheet | None = None
        self.adding: Operation[ModelInfo] | None = None
        outer = column(self, 8)
        card = frame("card")
        inner = column(card, 0, (20, 4, 12, 16))
        self._rows: QVBoxLayout = column(spacing=0)
        inner.addLayout(self._rows)
        inner.addSpacing(8)
        self.trouble = label("", "warm", wrap=True, selectable=True)
        self.trouble.hide()
        inner.addWidget(self._job())
        inner.addWidget(self.trouble)
        inner.addWidget(self._chips())
        outer.addWidget(card)
        self._title = label(_("Of other programs on this computer"), "section")
        self._others: QVBoxLayout = column(spacing=0)
        self._others_card = frame("card")
        column(self._others_card, 0, (20, 4, 12, 4)).addLayout(self._others)
        outer.addSpacing(8)
        outer.addWidget(self._title)
        outer.addWidget(self._others_card)
        self._title.hide()
        self._others_card.hide()

    def _job(self) -> QWidget:
        self.job = QWidget()
        self.job.setProperty("role", "clear")
        line = row(self.job, 12, (0, 0, 0, 8))
        line.addWidget(Dots(self._theme))
        self._doing = label(_("Reading its files…"), "muted", wrap=True)
        line.addWidget(self._doing, 1)
        line.addWidget(Chip(_("Stop"), self._stop))
        self.job.hide()
        return self.job

    def _chips(self) -> Flow:
        flow = Flow()
        self.file = Chip(_("Add a file…"), self._choose_file)
        self.file.explain(_("A language model in a GGUF file; it is not copied"))
        self.folder = Chip(_("Add a folder…"), self._choose_folder)
        self.folder.explain(_("A model in the form of sentence-transformers; it is not copied"))
        self.look = Chip(_("Look for models of other programs"), self.look_around)
        for chip in (self.file, self.folder, self.look):
            flow.add(chip)
        return flow

    # what is there

    def show_models(self, models: tuple[ModelInfo, ...]) -> None:
        """Show what is here."""
        if models == self.models:
            return
        self.models = models
        clear(self._rows)
        for number, model in enumerate(one for one in models if one.id != SERVER):
            if number:
                self._rows.addWidget(frame("line"))
            self._rows.addWidget(ModelRow(self._theme, model, partial(self.use_wanted.emit, model.id),
                                          partial(self.ask_to_remove, model)))
        if self.found is not None:
            self._show_found(self.found)

    def look_around(self) -> None:
        """Look for models that other programs keep; nothing of theirs is changed."""
        self.look.setEnabled(False)
        self._bridge.query(self, lambda engine: tuple(one for one, _n in zip(
            engine.models.lying_about(), range(MOST), strict=False))).named("found").success(
            self._looked).failure(self._failed).run()

    def _looked(self, found: tuple[Found, ...]) -> None:
        self.look.setEnabled(True)
        self.found = found
        self._show_found(found)

    def _show_found(self, found: tuple[Found, ...], most: int = SHOWN) -> None:
        here = {model.path for model in self.models or ()}
        others = [one for one in found if str(one.path) not in here]
        clear(self._others)
        self._title.show()
        self._others_card.show()
        if not others:
            self._others.addWidget(_spaced(label(_("No other program here keeps models that Mneme knows."), "muted",
                                                 wrap=True)))
        for number, one in enumerate(others[:most]):
            if number:
                self._others.addWidget(frame("line"))
            self._others.addWidget(FoundRow(one, partial(self.add_path, str(one.path))))
        if (more := len(others) - most) > 0:
            self._others.addWidget(more_chip(more, lambda: self._show_found(found, len(found))), 0,
                                   Qt.AlignmentFlag.AlignLeading)

    # adding and removing

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, _("Add a model"), "", _("Models (*.gguf);;All files (*)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, _("Add a model's folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.add_path)
        dialog.open()

    def add_path(self, path: str) -> None:
        """Put a model that is on this computer on the shelf; it stays where it is."""
        if self.adding is not None:
            return
        self._say("")
        self.job.show()
        self.adding = self._bridge.operation(self, lambda engine, op: engine.models.add(
            path, progress=op.note, cancelled=op.cancelled)).on("models")
        self.adding.success(lambda _model: self._added()).failure(self._failed).stopped(self._ended).progress(
            lambda progress: say(self._doing, _("Reading its files… {done} of {total}").format(
                done=texts.size(progress.done), total=texts.size(progress.total)))).run()

    def _stop(self) -> None:
        if self.adding is not None:
            self.adding.cancel()

    def _ended(self) -> None:
        self.adding = None
        self.job.hide()

    def _added(self) -> None:
        self._ended()
        self.changed.emit()

    def _failed(self, error: KnownError) -> None:
        self._ended()
        self.look.setEnabled(True)
        self._say(str(error))

    def _say(self, words: str) -> None:
        say(self.trouble, words)
        self.trouble.setVisible(bool(words))

    def ask_to_remove(self, model: ModelInfo) -> None:
        """Ask before a model goes: it cannot be brought back but by getting it again."""
        pattern = (_("Its files are deleted: {size} become free. To have it again it must be downloaded again.")
                   if model.origin == "downloaded" else
                   _("Mneme does not use it any more. Its files, {size}, stay where they are."))
        sentences = [pattern.format(size=texts.size(model.bytes))]
        if model.purpose == "embedder":
            sentences.append(_("What it has read for searching by meaning goes as well."))
        sheet = Sheet(self.window(), _("Remove {model}?").format(model=model_words(model.title)), *sentences)
        keep = button(_("Keep"), sheet.reject)
        keep.setDefault(True)
        sheet.buttons.addWidget(keep)
        sheet.buttons.addWidget(button(_("Remove"), sheet.accept, "danger"))
        sheet.accepted.connect(lambda: self._remove(model))
        self.asking = sheet
        sheet.open()
        keep.setFocus()

    def _remove(self, model: ModelInfo) -> None:
        self._say("")
        (self._bridge.operation(self, lambda engine, _op: engine.models.remove(model.id)).on("models")
            .success(lambda _id: self.changed.emit()).failure(self._failed).run())


class ModelRow(QWidget):
    """One model that is here."""

    def __init__(self, theme: Theme, model: ModelInfo, use: Callable[[], None], remove: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        line = row(self, 12, (0, 12, 0, 12))
        words = column(spacing=2)
        words.addWidget(ElidedLabel(model_words(model.title), "title"))
        words.addWidget(label(about_words(model), "muted", wrap=True))
        if model.path:
            words.addWidget(ElidedLabel(model.path, "small", Qt.TextElideMode.ElideMiddle))
        line.addLayout(words, 1)
        self.use, self.remove = Chip(_("Use it"), use), IconButton(
            theme, "bin", _("Remove {model}").format(model=model_words(model.title)), remove, size=18)
        self.use.setAccessibleName(_("Use {model}").format(model=model_words(model.title)))
        used = model.state != "ready"
        if used:
            line.addWidget(label(state_words(model), "used-tag"), 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.use)
        line.addWidget(self.remove)
        self.use.setVisible(not used and model.purpose in ("chat", "embedder"))
        self.remove.setVisible(bool(model.path) and not used)


class FoundRow(QWidget):
    """A model that another program keeps."""

    def __init__(self, found: Found, add: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        line = row(self, 12, (0, 12, 8, 12))
        words = column(spacing=2)
        words.addWidget(ElidedLabel(found.name, "title"))
        words.addWidget(label(" · ".join((found.program, purpose_words(found.purpose), texts.size(found.bytes))),
                              "muted", wrap=True))
        words.addWidget(ElidedLabel(str(found.path), "small", Qt.TextElideMode.ElideMiddle))
        line.addLayout(words, 1)
        self.add = Chip(_("Add"), add)
        self.add.setAccessibleName(_("Add {name}").format(name=found.name))
        self.add.explain(_("It stays where it is and is not copied"))
        line.addWidget(self.add)


def _spaced(inner: QWidget) -> QWidget:
    made = QWidget()
    made.setProperty("role", "clear")
    column(made, 0, (0, 12, 0, 12)).addWidget(inner)
    return made
