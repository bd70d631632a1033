"""The small window that a facet opens: its values with how many memories have them, to search and to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import FacetName, FacetValue
from mneme_desktop.bridge import Operation
from mneme_desktop.look import icons
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.memories.overlay import Overlay
from mneme_desktop.memories.words import Group, section_words, value_words
from mneme_desktop.parts import texts
from mneme_desktop.parts.drawing import direction_of, draw_line, placed, rect_of, state_of
from mneme_desktop.parts.lists import make_list
from mneme_desktop.parts.widgets import column, label, plain_tip, say

ROW, WIDTH = 32, 320  # pixels
FEWEST_TO_SEARCH = 9  # values; fewer are seen at a glance
MOST_ROWS_SEEN = 10
CHECK, STEP = 16, 16  # pixels of a mark, and that a value is moved in below another
LINE_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list: a value of a facet, or (value None) the heading of those below it."""

    facet: FacetName
    value: FacetValue | None
    words: str


class ValuesModel(QAbstractTableModel):
    """The values of a group of facets, as far as their names hold what is typed."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: list[Line] = []
        self._folded: list[str] = []
        self._shown: list[Line] = []
        self._marked: dict[FacetName, frozenset[str]] = {}

    def fill(self, found: Sequence[tuple[FacetName, Sequence[FacetValue]]]) -> None:
        """List these values."""
        self._all = list(_lines(found))
        self._folded = [line.words.casefold() for line in self._all]
        self.search("")

    def mark(self, chosen: dict[FacetName, frozenset[str]]) -> None:
        """Show which values are chosen."""
        self._marked = chosen
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, 0))

    def search(self, words: str) -> None:
        """List only values with these words; headings go."""
        wanted = words.casefold().split()
        self.beginResetModel()
        self._shown = self._all if not wanted else [
            line for line, folded in zip(self._all, self._folded, strict=True)
            if line.value is not None and all(word in folded for word in wanted)]
        self.endResetModel()

    def line(self, row: int) -> Line:
        return self._shown[row]

    def marked(self, line: Line) -> bool:
        return line.value is not None and line.value.key in self._marked.get(line.facet, ())

    def values(self) -> int:
        """How many values there are in all."""
        return sum(line.value is not None for line in self._all)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self._shown[index.row()].value is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self._shown[index.row()]
        if role == LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.words
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(line.words if line.value is None or not line.value.name else line.value.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(line)
        return None

    def _spoken(self, line: Line) -> str:
        if line.value is None:
            return line.words
        count = ngettext("{n} memory", "{n} memories", line.value.count).format(n=texts.number(line.value.count))
        return ", ".join((line.words, count, *((_("chosen"),) if self.marked(line) else ())))


class ValueDelegate(QStyledItemDelegate):
    """Paints a mark, a value and its count; or a heading."""

    def __init__(self, theme: Theme, model: ValuesModel) -> None:
        super().__init__()
        self._theme, self._model = theme, model
        self._font, self._bold = sized(14), sized(14, QFont.Weight.Medium)
        self._small, self._heading = sized(12), sized(12, QFont.Weight.DemiBold)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box, rtl = rect_of(option), direction_of(option) == Qt.LayoutDirection.RightToLeft
        line: Line = index.data(LINE_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.value is None:
            draw_line(painter, placed(box, 8, 6, box.width() - 16, 22, rtl), self._heading,
                      self._theme.colours.muted, line.words, rtl)
        else:
            self._value(painter, box, line, state_of(option), rtl)
        painter.restore()

    def _value(self, painter: QPainter, box: QRect, line: Line, state: QStyle.StateFlag, rtl: bool) -> None:
        assert line.value is not None
        colours, marked = self._theme.colours, self._model.marked(line)
        ground = QRectF(box).adjusted(1, 1, -1, -1)
        if state & QStyle.StateFlag.State_MouseOver or state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(ground, 8, 8)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground, 8, 8)
        if marked:
            ratio = painter.device().devicePixelRatio()
            painter.drawPixmap(placed(box, 8, 8, CHECK, CHECK, rtl).topLeft(),
                               icons.pixmap("check", colours.accent, CHECK, ratio))
        count = texts.number(line.value.count)
        wide = QFontMetrics(self._small).horizontalAdvance(count) + 2
        start = 8 + CHECK + 8 + STEP * line.value.depth
        draw_line(painter, placed(box, start, 4, box.width() - start - wide - 20, 24, rtl),
                  self._bold if marked else self._font, colours.ink, line.words, rtl)
        draw_line(painter, placed(box, box.width() - wide - 8, 4, wide, 24, rtl), self._small, colours.muted, count,
                  rtl)


class ValuesTable(QTableView):
    """The list of values; what is pressed is chosen, by the mouse, the space bar or Return."""

    pressed_row = Signal(int)
    upwards = Signal()

    def __init__(self, theme: Theme, model: ValuesModel) -> None:
        super().__init__()
        self.setModel(model)
        self._delegate = ValueDelegate(theme, model)
        self.setItemDelegate(self._delegate)
        make_list(self, ROW, QTableView.SelectionMode.NoSelection)
        self.clicked.connect(lambda index: self.pressed_row.emit(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if row >= 0:
                self.pressed_row.emit(row)
        elif event.key() == Qt.Key.Key_Up and row <= self.first_value():
            self.upwards.emit()
        else:
            super().keyPressEvent(event)

    def first_value(self) -> int:
        """The first row that can be chosen; -1: none."""
        model = self.model()
        rows = (row for row in range(model.rowCount())
                if model.flags(model.index(row, 0)) & Qt.ItemFlag.ItemIsSelectable)
        return next(rows, -1)


class FacetPopup(Overlay):
    """Lists the values of a group of facets as soon as they are counted; it stays open while several are chosen.

    `toggled` carries the facet and the key of a value that is chosen, or no longer.
    """

    toggled = Signal(str, str)

    def __init__(self, theme: Theme, group: Group, anchor: QWidget) -> None:
        super().__init__(anchor, WIDTH)
        self.setAccessibleName(group.title)
        self.counting: Operation[Any] | None = None
        self._group = group
        self.model = ValuesModel(self)
        self.table = ValuesTable(theme, self.model)
        self.table.setAccessibleName(group.title)
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Search"))
        self.field.setAccessibleName(_("Search in {title}").format(title=group.title))
        self.words = label(_("Counting…"), "muted", wrap=True)
        inside = QWidget(self)  # a stack that is in nothing yet would show what is put into it as a window of its own
        self._stack = QStackedLayout(inside)
        self._stack.addWidget(self.words)
        self._stack.addWidget(self.table)
        outer = column(self, 8, (8, 8, 8, 8))
        outer.addWidget(self.field)
        outer.addWidget(inside, 1)
        self.field.hide()
        self.words.setMinimumHeight(3 * ROW)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.field.textChanged.connect(self._search)
        self.table.pressed_row.connect(self._press)
        self.table.upwards.connect(self._to_field)
        self._fit(3)

    def show_values(self, found: Sequence[tuple[FacetName, Sequence[FacetValue]]],
                    chosen: dict[FacetName, frozenset[str]]) -> None:
        """The counts have come."""
        self.model.fill(found)
        self.model.mark(chosen)
        if not self.model.values():
            say(self.words, _("There is nothing here to choose from."))
            return
        self._stack.setCurrentIndex(1)
        searchable = self.model.values() >= FEWEST_TO_SEARCH
        self.field.setVisible(searchable)
        self._fit(min(self.model.rowCount(), MOST_ROWS_SEEN))
        (self.field if searchable else self.table).setFocus(Qt.FocusReason.PopupFocusReason)
        if not searchable:
            self._into_list()

    def show_error(self, error: KnownError) -> None:
        say(self.words, str(error))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._into_list()
        else:
            super().keyPressEvent(event)

    def close_now(self) -> None:
        if self.counting is not None:
            self.counting.cancel()
        super().close_now()

    def _into_list(self) -> None:
        first = self.table.first_value()
        if first >= 0:
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            self.table.setCurrentIndex(self.model.index(first, 0))

    def _to_field(self) -> None:
        if self.field.isVisible():
            self.field.setFocus(Qt.FocusReason.TabFocusReason)

    def _search(self, words: str) -> None:
        self.model.search(words)

    def _press(self, row: int) -> None:
        line = self.model.line(row)
        if line.value is not None:
            self.toggled.emit(line.facet, line.value.key)

    def _fit(self, rows: int) -> None:
        height = ROW * rows + 18 + (self.field.sizeHint().height() + 8 if self.field.isVisibleTo(self) else 0)
        self.setFixedHeight(min(height, self.window().height() - 16))
        self.place()


def _lines(found: Sequence[tuple[FacetName, Sequence[FacetValue]]]) -> list[Line]:
    lines: list[Line] = []
    heading = ""
    for facet, values in found:
        for value in values:
            section = section_words(facet, value.key)
            if section != heading:
                heading = section
                lines.append(Line(facet, None, section))
            lines.append(Line(facet, value, value_words(facet, value)))
    return lines


