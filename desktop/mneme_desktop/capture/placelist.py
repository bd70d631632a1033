"""The list view of places with trouble: name, reason, where; and trying them again."""

from pathlib import PurePath

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from mneme.messages import _, ngettext
from mneme.types import Entry, EntryState
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.places import PlacesModel, reason_of
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.drawing import direction_of, draw_line, placed, rect_of, state_of
from mneme_desktop.parts.widgets import Chip, column, label, row

ROW = 56


class PlaceDelegate(QStyledItemDelegate):
    """Paints one place: its name, and below it why it was left out, and where it is."""

    def __init__(self, theme: Theme, model: PlacesModel) -> None:
        super().__init__()
        self._theme, self._model = theme, model
        self._font, self._small = sized(14), sized(12)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        colours = self._theme.colours
        box, rtl = rect_of(option), direction_of(option) == Qt.LayoutDirection.RightToLeft
        entry = self._model.entry(index.row())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state_of(option) & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.soft))
            painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -2), 12, 12)
        painter.fillRect(placed(box, 12, ROW - 1, box.width() - 24, 1, rtl), QColor(colours.hairline))
        width = box.width() - 24
        draw_line(painter, placed(box, 12, 8, width, 20, rtl), self._font, colours.ink, _name(entry), rtl)
        colour = colours.warm if entry.state is EntryState.FAILED else colours.muted
        draw_line(painter, placed(box, 12, 30, width, 18, rtl), self._small, colour, _why(entry), rtl)
        painter.restore()


class PlaceList(QWidget):
    """`retry` carries the ids to try again, or None for all that failed."""

    retry = Signal(object)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.model = PlacesModel(bridge, self)
        self.view = QListView()
        self.view.setModel(self.model)
        self._delegate = PlaceDelegate(theme, self.model)
        self.view.setItemDelegate(self._delegate)
        self.view.setUniformItemSizes(True)
        self.view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(_("Files left out or failed"))
        self._title = label("", "section")
        self._again = Chip(_("Try all failed again"), self._retry)
        self.view.selectionModel().selectionChanged.connect(lambda _on, _off: self._name_button())
        line = row()
        line.addWidget(self._title, 1)
        line.addWidget(self._again)
        outer = column(self, 8)
        outer.addLayout(line)
        outer.addWidget(self.view, 1)
        self.model.arrived.connect(self._arrived)
        self.hide()

    def _arrived(self) -> None:
        count = self.model.rowCount()
        more = "+" if self.model.canFetchMore() else ""
        self._title.setText(ngettext("{n} file left out or failed", "{n} files left out or failed", count).format(
            n=texts.number(count) + more))
        self.setVisible(count > 0)

    def _name_button(self) -> None:
        some = self.view.selectionModel().hasSelection()
        words = _("Try the selected again") if some else _("Try all failed again")
        self._again.setText(words)
        self._again.setAccessibleName(words)

    def _retry(self) -> None:
        chosen = [self.model.entry(index.row()).id for index in self.view.selectedIndexes()]
        self.retry.emit(chosen or None)


def _name(entry: Entry) -> str:
    return PurePath(entry.path).name or entry.path


def _why(entry: Entry) -> str:
    return f"{reason_of(entry)} · {PurePath(entry.path).parent}"
