"""The memories of a stretch as a list that reads only the pages that are looked at, and how a row looks."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, tzinfo
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
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from mneme.engine import Engine
from mneme.messages import _
from mneme.types import Memory, Page
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.palettes import Colours
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.drawing import direction_of, draw_line, placed, rect_of, state_of
from mneme_desktop.parts.lists import make_list
from mneme_desktop.parts.naming import first_words
from mneme_desktop.parts.widgets import draw_ring, plain_tip
from mneme_desktop.timeline.levels import clock, written

PAGE = 100
PAGES_KEPT = 40
PAGES_WANTED = 3  # asked for at once: those seen last, when someone scrolls fast
MEMORY_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_HEIGHT, RING, INDENT, EDGE = 56, 24, 52, 12  # pixels

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
Fetch = Callable[[Engine, int, int, int | None], Page]  # the engine, offset, limit, the total where it is known


class RowModel(QAbstractTableModel):
    """One row a memory; rows not read yet have none. `arrived` comes after the first page of a new list."""

    arrived = Signal()
    failed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._fetch: Fetch | None = None
        self.total = 0
        self._pages: OrderedDict[int, tuple[Memory, ...]] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._asked: set[int] = set()
        self._generation = 0
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._ask_wanted)

    def show_list(self, fetch: Fetch) -> None:
        """List something else; the old rows stay until the first new page is here."""
        self._fetch = fetch
        self._generation += 1
        self._wanted.clear()
        self._asked.clear()
        generation = self._generation
        (self._bridge.query(self, lambda engine: fetch(engine, 0, PAGE, None)).named("first")
            .success(lambda page: self._begun(generation, page)).failure(self.failed.emit).run())

    def _begun(self, generation: int, page: Page) -> None:
        if generation != self._generation:
            return
        self.beginResetModel()
        self._pages.clear()
        self._pages[0], self.total = page.memories, page.total
        self.endResetModel()
        self.arrived.emit()

    def memory(self, row: int) -> Memory | None:
        """The memory of a row, if it has been read; else its page is asked for."""
        number, place = divmod(row, PAGE)
        page = self._pages.get(number)
        if page is None:
            self._want(number)
            return None
        self._pages.move_to_end(number)
        return page[place] if place < len(page) else None

    def _want(self, number: int) -> None:
        if number in self._asked:
            return
        self._wanted[number] = None
        self._wanted.move_to_end(number)
        while len(self._wanted) > PAGES_WANTED:
            self._wanted.popitem(last=False)
        if not self._soon.isActive():
            self._soon.start()

    def _ask_wanted(self) -> None:
        for number in list(self._wanted):
            self._asked.add(number)
            self._ask(self._generation, number)
        self._wanted.clear()

    def _ask(self, generation: int, number: int) -> None:
        fetch, total = self._fetch, self.total
        assert fetch is not None
        (self._bridge.query(self, lambda engine: fetch(engine, number * PAGE, PAGE, total))
            .success(lambda page: self._came(generation, number, page))
            .failure(lambda error: self.failed.emit(error) if generation == self._generation else None).run())

    def _came(self, generation: int, number: int, page: Page) -> None:
        if generation != self._generation:
            return
        self._asked.discard(number)
        self._pages[number] = page.memories
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        first = number * PAGE
        self.dataChanged.emit(self.index(first, 0), self.index(min(first + PAGE, self.total) - 1, 0))

    # Qt's side

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self.total

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole,
                        MEMORY_ROLE):
            return None
        memory = self.memory(index.row())
        if memory is None or role == MEMORY_ROLE:
            return memory
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(memory.text)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ". ".join(filter(None, (first_words(memory), place_line(memory), texts.day(memory.happened_at)
                                           if memory.happened_at else "")))
        return first_words(memory)


class RowDelegate(QStyledItemDelegate):
    """Paints a memory in a row of fixed height, with its time on the side where reading ends."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.zone: tzinfo | None = None
        self.by_clock = False  # the list is of one day: rows say the time of day alone
        self._small = sized(12)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours, box, state = self._theme.colours, rect_of(option), state_of(option)
        rtl = direction_of(option) == Qt.LayoutDirection.RightToLeft
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        self._ground(painter, box, state, colours, rtl)
        memory = index.data(MEMORY_ROLE)
        if memory is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hairline))
            painter.drawRoundedRect(placed(box, INDENT, 14, min(360, box.width() - INDENT - 16), 10, rtl), 5, 5)
            painter.drawRoundedRect(placed(box, INDENT, 34, min(160, box.width() - INDENT - 16), 8, rtl), 4, 4)
        else:
            self._memory(painter, box, colours, memory, chosen, rtl)
        painter.restore()

    def _ground(self, painter: QPainter, box: QRect, state: QStyle.StateFlag, colours: Colours, rtl: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        round_box = QRectF(box).adjusted(1, 1, -1, -2)
        chosen = state & QStyle.StateFlag.State_Selected
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.soft if chosen else colours.hover))
            painter.drawRoundedRect(round_box, 12, 12)
        else:
            painter.fillRect(placed(box, INDENT, ROW_HEIGHT - 1, box.width() - INDENT - EDGE, 1, rtl),
                             QColor(colours.hairline))
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(round_box.adjusted(1, 1, -1, -1), 11, 11)

    def _memory(self, painter: QPainter, box: QRect, colours: Colours, memory: Memory, chosen: bool,
                rtl: bool) -> None:
        ring = QRectF(placed(box, EDGE, (box.height() - RING) // 2 - 1, RING, RING, rtl))
        draw_ring(painter, ring, memory.retention, colours.border, colours.accent, colours.warm)
        quiet = colours.on_soft if chosen else colours.muted
        when = self.when(memory)
        beside = QFontMetrics(self._small).horizontalAdvance(when) + 4 if when else 0
        width = max(box.width() - INDENT - EDGE - beside - (16 if beside else 0), 24)
        font = sized(14, QFont.Weight.Medium) if chosen else sized(14)
        draw_line(painter, placed(box, INDENT, 8, width, 20, rtl), font, colours.ink, first_words(memory), rtl)
        if when:
            room = placed(box, box.width() - EDGE - beside, 8, beside, 20, rtl)
            draw_line(painter, room, self._small, quiet, when, not rtl)
        draw_line(painter, placed(box, INDENT, 29, width, 18, rtl), self._small, quiet, place_line(memory), rtl)

    def when(self, memory: Memory) -> str:
        """When it happened, as precisely as that is known and not said by the list itself."""
        moment = memory.happened_at
        if moment is None:
            return ""
        if moment.precision not in ("minute", "second"):
            return "" if self.by_clock and moment.precision == "day" else texts.day(moment)
        at = _local(moment.utc, self.zone)
        return clock(at) if self.by_clock else f"{written(at, _('d MMM yyyy'))}, {clock(at)}"


def _local(at: datetime, zone: tzinfo | None) -> datetime:
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


class RowTable(QTableView):
    """The list itself: one column, rows of one height, nothing measured. `opened` carries a memory."""

    opened = Signal(int)

    def __init__(self, theme: Theme, model: RowModel) -> None:
        super().__init__()
        self._rows = model
        self.setModel(model)
        self.look = RowDelegate(theme)
        self.setItemDelegate(self.look)
        self.setAccessibleName(_("Memories of this stretch"))
        make_list(self, ROW_HEIGHT)
        self.selectionModel().currentChanged.connect(lambda new, _old: self._open(new.row()))
        self.clicked.connect(lambda index: self._open(index.row()))

    def _open(self, row: int) -> None:
        memory = self._rows.memory(row) if row >= 0 else None
        if memory is not None:
            self.opened.emit(memory.id)


def place_line(memory: Memory) -> str:
    """Where a memory stands and who says it: "Cabin log · Ines"."""
    parts = (texts.one_line(memory.title or memory.source, 120), texts.one_line(memory.speaker or "", 60))
    return " · ".join(part for part in dict.fromkeys(parts) if part)
