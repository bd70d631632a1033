"""The list itself: rows of one height that keep their place, their selection and the keyboard while they change."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QTableView

from mneme.messages import _
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.delegate import COMFORTABLE, Measure, MemoryDelegate
from mneme_desktop.memories.model import Ids, MemoryModel
from mneme_desktop.memories.runs import Run
from mneme_desktop.parts.lists import give_height, make_list

SEARCHED = 200  # rows after the topmost one that are looked for, where that one is gone
MANY = 5_000  # rows that are selected at once; of more a screen reader is told the first alone

Flag = QItemSelectionModel.SelectionFlag


@dataclass(frozen=True, slots=True)
class Standing:
    """What is seen and picked of a list: the topmost memories, how far the first is out of sight, and more by id."""

    top: Ids
    offset: int
    current: int | None
    row: int  # of the current memory
    selected: Ids
    at_top: bool


class MemoryTable(QTableView):
    """One column, nothing measured. `wanted` carries what a key asks to be done with what is picked.

    `picked` says that the selection has become another one, once the rows have come to rest.
    """

    wanted = Signal(str)
    removal = Signal()
    picked = Signal()

    def __init__(self, theme: Theme, model: MemoryModel) -> None:
        super().__init__()
        self._memories = model
        self._standing: Standing | None = None
        self._all_wanted = False
        self.entering = False  # the keyboard comes in: Qt then makes a row the current one, which nobody chose
        self._delegate = MemoryDelegate(theme)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(_("Memories"))
        self._look()
        self.use(COMFORTABLE)
        for signal in (model.modelAboutToBeReset, model.rowsAboutToBeInserted, model.rowsAboutToBeRemoved):
            signal.connect(self._about_to_change)
        model.modelReset.connect(self._made_anew)
        model.arrived.connect(self._settled)
        self.selectionModel().selectionChanged.connect(self._selection_moved)

    def _look(self) -> None:
        make_list(self, COMFORTABLE.height, QTableView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def use(self, measure: Measure) -> None:
        """Have rows of this kind; the topmost stays."""
        self._note()
        self._delegate.use(measure)
        give_height(self, measure.height)
        self._settled()

    @property
    def row_height(self) -> int:
        """Of every row, in pixels."""
        return self._delegate.measure.height

    # what is picked

    def ranges(self) -> list[Run]:
        """The selected stretches of rows."""
        selection = self.selectionModel().selection()
        found = (selection.at(n) for n in range(selection.count()))
        return sorted((part.top(), part.bottom()) for part in found)

    def selectAll(self) -> None:
        """Everything, as one stretch; as soon as all of it is known."""
        self._all_wanted = not self._memories.whole
        super().selectAll()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Qt hands each row of the change to a screen reader, one by one: of very many the first has to do."""
        super().selectionChanged(_first_of(selected), _first_of(deselected))
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.entering = True
        super().focusInEvent(event)
        self.entering = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = event.keyCombination()
        if event.key() == Qt.Key.Key_Delete:
            self.removal.emit()
        elif keys.keyboardModifiers() == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_P:
            self.wanted.emit("pin")
        else:
            super().keyPressEvent(event)

    # rows come and go

    def _about_to_change(self, *_rows: object) -> None:
        if self._memories.changing:
            self._note()

    def _selection_moved(self, *_change: object) -> None:
        if not self._memories.changing:
            self.picked.emit()

    def _note(self) -> None:
        """Keep what is seen and picked, before rows come or go."""
        if self._standing is None and self._memories.total:
            top = max(self.rowAt(1), 0)
            current = self.currentIndex().row()
            self._standing = Standing(
                self._memories.ids_of([(top, min(top + SEARCHED, self._memories.total - 1))]),
                self.verticalScrollBar().value() - top * self.row_height, self._memories.id_of(current), current,
                self._memories.ids_of(self.ranges()), not self.verticalScrollBar().value())

    def _made_anew(self) -> None:
        """Another list begins at its top; in the same one what was picked is picked again, with the keyboard there."""
        was = self._standing
        if not self._memories.changing:
            self._standing, self._all_wanted = None, False
            self.scrollToTop()
        elif was is not None and self._memories.total:
            self._pick_again(was)

    def _pick_again(self, was: Standing) -> None:
        chosen, model = self.selectionModel(), self._memories
        selection = QItemSelection()
        for top, bottom in model.ranges_of(was.selected) if len(was.selected) else ():
            selection.select(model.index(top, 0), model.index(bottom, 0))
        chosen.select(selection, Flag.ClearAndSelect)
        if was.row >= 0:
            row = model.row_of(was.current) if was.current is not None else None
            chosen.setCurrentIndex(model.index(min(was.row if row is None else row, model.total - 1), 0), Flag.NoUpdate)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is chosen stays in sight when the list gets lower."""
        current, before = self.currentIndex(), event.oldSize().height()
        at = self.rowViewportPosition(current.row()) if current.isValid() else -1
        super().resizeEvent(event)
        if 0 <= at <= before - self.row_height:
            self.scrollTo(current)

    def _settled(self) -> None:
        """The rows have come to rest: have the topmost one stand where it stood."""
        was, self._standing = self._standing, None
        self.executeDelayedItemsLayout()
        self.updateGeometries()
        if was is not None and self._memories.total and not was.at_top:
            self.verticalScrollBar().setValue(self._top_row(was) * self.row_height + was.offset)
        if self._all_wanted and self._memories.whole:
            self.selectAll()
        self.picked.emit()

    def _top_row(self, was: Standing) -> int:
        """Where the topmost memory, or the first one below it that is still there, stands now."""
        for memory in was.top[np.isin(was.top, self._memories.ids)].tolist()[:1]:
            return self._memories.row_of(memory) or 0
        return min(self.verticalScrollBar().value() // self.row_height, self._memories.total - 1)

    # nothing is known yet

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._memories.loading and not self._memories.total:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width, height = self.viewport().width(), self.row_height
            for row in range(self.viewport().height() // height + 1):
                self._delegate.placeholder(painter, QRect(0, row * height, width, height), self.isRightToLeft())
            painter.end()


def _first_of(selection: QItemSelection) -> QItemSelection:
    rows = sum(selection.at(n).height() for n in range(selection.count()))
    if rows <= MANY:
        return selection
    first = selection.at(0).topLeft()
    return QItemSelection(first, first)
