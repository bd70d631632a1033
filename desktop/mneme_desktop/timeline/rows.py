"""The memories of a stretch as a list that reads only the pages that are looked at, and how a row looks."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from PySide6.QtCore import (
    QObject,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from mneme.engine import Engine
from mneme.messages import _
from mneme.types import Memory, Page
from mneme_desktop.bridge import Bridge, Query
from mneme_desktop.look.palettes import Colours
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.drawing import direction_of, draw_ground, draw_line, placed, rect_of, state_of
from mneme_desktop.parts.lists import make_list
from mneme_desktop.parts.naming import first_words
from mneme_desktop.parts.pages import PAGE, Index, PagedModel
from mneme_desktop.parts.widgets import draw_ring, plain_tip
from mneme_desktop.timeline.levels import clock, written

MEMORY_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_HEIGHT, RING, INDENT, EDGE = 56, 24, 52, 12  # pixels

Fetch = Callable[[Engine, int, int, int | None], Page]  # the engine, offset, limit, the total where it is known


class RowModel(PagedModel[Memory]):
    """One row a memory of a stretch of time."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._fetch: Fetch | None = None

    def show_list(self, fetch: Fetch) -> None:
        """List something else; the old rows stay until the first new page is here."""
        self._fetch = fetch
        self.reread()

    def query(self, number: int, total: int | None) -> Query[Page]:
        fetch = self._fetch
        assert fetch is not None
        return self._bridge.query(self, lambda engine: fetch(engine, number * PAGE, PAGE, total))

    def parts(self, page: Page) -> tuple[tuple[Memory, ...], int]:
        return page.memories, page.total

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole,
                        MEMORY_ROLE):
            return None
        memory = self.at(index.row())
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
        hairline = placed(box, INDENT, ROW_HEIGHT - 1, box.width() - INDENT - EDGE, 1, rtl)
        draw_ground(painter, box, state, colours, hairline)
        memory = index.data(MEMORY_ROLE)
        if memory is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hairline))
            painter.drawRoundedRect(placed(box, INDENT, 14, min(360, box.width() - INDENT - 16), 10, rtl), 5, 5)
            painter.drawRoundedRect(placed(box, INDENT, 34, min(160, box.width() - INDENT - 16), 8, rtl), 4, 4)
        else:
            self._memory(painter, box, colours, memory, chosen, rtl)
        painter.restore()

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
        memory = self._rows.at(row) if row >= 0 else None
        if memory is not None:
            self.opened.emit(memory.id)


def place_line(memory: Memory) -> str:
    """Where a memory stands and who says it: "Cabin log · Ines"."""
    parts = (texts.one_line(memory.title or memory.source, 120), texts.one_line(memory.speaker or "", 60))
    return " · ".join(part for part in dict.fromkeys(parts) if part)
