"""Forgetting everything about somebody: what would go, a clear question, how far it is, and that it is done."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import Farewell, Progress, Selection
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.widgets import announce, button, clear, column, frame, label
from mneme_desktop.people.entries import facts_words, memories_words

PLACES_SHOWN = 3


class LeavingSheet(Sheet):
    """Names what goes; it cannot be closed while it is being erased, which cannot be stopped."""

    confirmed = Signal()

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent, _("Forget everything about {name}?").format(name=name))
        self._name = name
        self.running = False
        self._bar: QProgressBar | None = None
        self.room.addWidget(label(_("Looking for what there is…"), "muted"))
        self.keep = button(_("Keep"), self.reject)
        self.go = button(_("Forget everything about {name}").format(name=texts.one_line(name, 24)), self.confirmed.emit,
                         "danger")
        self.go.setEnabled(False)
        self.keep.setDefault(True)
        self.buttons.addWidget(self.keep)
        self.buttons.addWidget(self.go)

    def show_farewell(self, found: Farewell) -> None:
        """Show what would go."""
        clear(self.room)
        if not found.memories:
            self.room.addWidget(label(_("No memory is by or about {name}. Their name is taken out of the conversations "
                                        "that it stands beside.").format(name=self._name), "lead", wrap=True))
        else:
            self._add_counts(found)
            self._add_examples(found)
        self.room.addWidget(label(_(
            "The words are wiped from Mneme's store and are not taken in again. The files themselves are not touched. "
            "This cannot be undone."), "lead", wrap=True))
        self.go.setEnabled(True)
        self.keep.setFocus()
        self._fit()

    def show_problem(self, error: KnownError) -> None:
        """Say why it did not work."""
        self.running = False
        clear(self.room)
        self.room.addWidget(label(str(error), "lead", wrap=True))
        self._only_close()

    def show_running(self) -> None:
        """Show that it is being erased."""
        self.running = True
        clear(self.room)
        self.room.addWidget(label(_("Erasing. This is not stopped half way."), "lead", wrap=True))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(_("How far erasing is"))
        self.room.addWidget(self._bar)
        self.keep.setEnabled(False)
        self.go.setEnabled(False)
        self._fit()

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        if self._bar is not None and progress.total:
            self._bar.setRange(0, progress.total)
            self._bar.setValue(min(progress.done, progress.total))

    def show_done(self, count: int) -> None:
        """Say that nothing is left."""
        self.running = False
        clear(self.room)
        self._bar = None
        sentence = _("Nothing about {name} is left in Mneme's store.").format(name=self._name)
        self.room.addWidget(label(sentence, "lead", wrap=True))
        self.room.addWidget(label(ngettext("One memory was erased.", "{n} memories were erased.", count).format(
            n=texts.number(count)), "muted", wrap=True))
        announce(self, sentence)
        self._only_close()

    def reject(self) -> None:
        if not self.running:
            super().reject()

    def _only_close(self) -> None:
        self.go.hide()
        self.keep.setEnabled(True)
        self.keep.setText(_("Close"))
        self.keep.setAccessibleName(_("Close"))
        self.keep.setFocus()
        self._fit()

    def _fit(self) -> None:
        """Be as high as what is shown, once it is: a new part counts from the next event on."""
        QTimer.singleShot(0, self, self._fit_now)

    def _fit_now(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def _add_counts(self, found: Farewell) -> None:
        facts = found.kinds.get("fact", 0)
        said = [memories_words(found.memories), *([facts_words(facts)] if facts else []),
                ngettext("from one place", "from {n} places", len(found.places)).format(
                    n=texts.number(len(found.places)))]
        self.room.addWidget(label(_("All that is by them or names them goes:"), "lead", wrap=True))
        self.room.addWidget(label(" · ".join(said), "title", wrap=True))
        names = _(", ").join(f"“{texts.one_line(name, 60)}”" for name in found.names[:8])
        self.room.addWidget(label(_("Looked for: {names}").format(names=names), "muted", wrap=True))
        places = [place.replace("\\", "/").rstrip("/").rpartition("/")[2] for place in found.places]
        shown = _(", ").join(texts.one_line(place, 60) for place in places[:PLACES_SHOWN])
        more = len(places) - PLACES_SHOWN
        said_places = _("Mostly from: {places}") if more <= 0 else _("Mostly from: {places}, and {n} more")
        self.room.addWidget(label(said_places.format(places=shown, n=texts.number(more)), "muted", wrap=True))

    def _add_examples(self, found: Farewell) -> None:
        if not found.examples:
            return
        card = frame("card")
        inner = column(card, 6, (14, 10, 14, 10))
        for text in found.examples:
            inner.addWidget(label(f"“{texts.one_line(text, 90)}”", "", wrap=True))
        self.room.addWidget(card)


class Leaving(QObject):
    """Asks, and erases. `done` carries the key of whom nothing is left."""

    done = Signal(str)

    def __init__(self, bridge: Bridge, over: QWidget) -> None:
        super().__init__(over)
        self._bridge, self._over = bridge, over
        self.sheet: LeavingSheet | None = None

    def ask(self, key: str, name: str) -> None:
        """Show what there is of somebody, and ask whether it is to go."""
        self.sheet = sheet = LeavingSheet(self._over.window(), name)
        sheet.confirmed.connect(lambda: self._erase(sheet, key))
        sheet.finished.connect(self._closed)
        sheet.open()
        (self._bridge.query(sheet, lambda engine: engine.people.farewell(key))
            .success(sheet.show_farewell).failure(sheet.show_problem).run())

    def _closed(self) -> None:
        self.sheet = None

    def _erase(self, sheet: LeavingSheet, key: str) -> None:
        sheet.show_running()

        def ended(count: int) -> None:
            sheet.show_done(count)
            self.done.emit(key)

        (self._bridge.operation(self, lambda engine, operation: erase_all(engine, key, operation))
            .progress(sheet.show_progress).success(ended).failure(sheet.show_problem).run())


def erase_all(engine: Engine, key: str, operation: "Operation[int]") -> int:
    """On a worker thread: erase all that there is of somebody; how many memories went."""
    found = engine.people.farewell(key)  # anew: since it was shown, something may have come
    if found.first:
        engine.erase(found.first)
    erased = len(found.first)
    for selection in found.selections:
        begun = erased

        def note(progress: Progress, begun: int = begun) -> None:
            operation.note(Progress("erasing", begun + progress.done, found.memories))

        erased += len(engine.life.erase_selected(selection, progress=note).memories)
    engine.people.take_out(found)
    for name in found.names[:1]:  # nothing is left that this finds; everybody hears of it
        engine.life.erase_selected(Selection(about=name))
    return max(found.memories, 0)
