"""How a memory looks in the list: the retention ring, its words, where and when, a hairline."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mneme.types import Memory
from mneme_desktop.look.palettes import Colours
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.memories.model import MEMORY_ROLE
from mneme_desktop.parts.drawing import direction_of, draw_line, placed, rect_of, state_of
from mneme_desktop.parts.naming import first_words, source_line
from mneme_desktop.parts.widgets import draw_ring

ROW_HEIGHT = 66
RING = 26
PIN = 4  # radius of the dot inside the ring of what is pinned
INDENT = 54


class MemoryDelegate(QStyledItemDelegate):
    """Paints one memory in a row of fixed height."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._text_font = sized(15)
        self._chosen_font = sized(15, QFont.Weight.Medium)
        self._small_font = sized(12)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        colours = self._theme.colours
        box, state = rect_of(option), state_of(option)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        rtl = direction_of(option) == Qt.LayoutDirection.RightToLeft
        self._ground(painter, box, state, colours, chosen, rtl)
        memory = index.data(MEMORY_ROLE)
        if memory is None:
            self._placeholder(painter, box, colours, rtl)
        else:
            self._memory(painter, box, colours, memory, chosen, rtl)
        painter.restore()

    def _ground(self, painter: QPainter, box: QRect, state: QStyle.StateFlag, colours: Colours,
                chosen: bool, rtl: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        round_box = QRectF(box).adjusted(1, 1, -1, -2)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.soft if chosen else colours.hover))
            painter.drawRoundedRect(round_box, 12, 12)
        else:
            painter.fillRect(placed(box, INDENT, ROW_HEIGHT - 1, box.width() - INDENT - 12, 1,
                                    rtl), QColor(colours.hairline))
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(round_box.adjusted(1, 1, -1, -1), 11, 11)

    def _memory(self, painter: QPainter, box: QRect, colours: Colours, memory: Memory, chosen: bool,
                rtl: bool) -> None:
        ring = QRectF(placed(box, 12, (box.height() - RING) // 2, RING, RING, rtl))
        draw_ring(painter, ring, memory.retention, colours.border, colours.accent, colours.warm)
        if memory.pinned:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(ring.center(), PIN, PIN)
        width = box.width() - INDENT - 16
        font = self._chosen_font if chosen else self._text_font
        text = placed(box, INDENT, 10, width, 24, rtl)
        draw_line(painter, text, font, colours.ink, first_words(memory), rtl)
        small = placed(box, INDENT, 36, width, 18, rtl)
        draw_line(painter, small, self._small_font, colours.on_soft if chosen else colours.muted,
                   source_line(memory), rtl)

    def _placeholder(self, painter: QPainter, box: QRect, colours: Colours, rtl: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.hairline))
        painter.drawRoundedRect(placed(box, INDENT, 17, min(360, box.width() - INDENT - 16), 10, rtl), 5, 5)
        painter.drawRoundedRect(placed(box, INDENT, 40, min(160, box.width() - INDENT - 16), 8, rtl), 4, 4)
