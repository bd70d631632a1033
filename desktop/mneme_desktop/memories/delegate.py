"""How a memory looks in the list: the retention ring, its words, where and when, a hairline."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mneme.types import Memory
from mneme_desktop.look.palettes import Colours
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.memories.model import MEMORY_ROLE
from mneme_desktop.parts.drawing import direction_of, draw_ground, draw_line, placed, rect_of, state_of
from mneme_desktop.parts.naming import first_words, source_line
from mneme_desktop.parts.widgets import draw_ring

ROW_HEIGHT = 66
WORDS_KEPT = 4_000  # memories whose lines are not made anew at each painting


@dataclass(frozen=True, slots=True)
class Measure:
    """Where the parts of a row stand, in pixels: top and height of both lines, the ring, a pin's dot, the text."""

    height: int
    words: tuple[int, int]
    place: tuple[int, int]
    ring: int
    pin: int
    indent: int
    size: int  # of the letters


COMFORTABLE = Measure(ROW_HEIGHT, (10, 24), (36, 18), 26, 4, 54, 15)
COMPACT = Measure(44, (4, 20), (23, 16), 20, 3, 46, 14)
MEASURES = {"comfortable": COMFORTABLE, "compact": COMPACT}


class MemoryDelegate(QStyledItemDelegate):
    """Paints one memory in a row of fixed height."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: dict[int, tuple[Memory, str, str]] = {}
        self._small_font = sized(12)
        self.use(COMFORTABLE)

    def use(self, measure: Measure) -> None:
        """Paint rows of this kind."""
        self.measure = measure
        self._text_font = sized(measure.size)
        self._chosen_font = sized(measure.size, QFont.Weight.Medium)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, self.measure.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        colours = self._theme.colours
        box, state = rect_of(option), state_of(option)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        rtl = direction_of(option) == Qt.LayoutDirection.RightToLeft
        indent = self.measure.indent
        hairline = placed(box, indent, box.height() - 1, box.width() - indent - 12, 1, rtl)
        draw_ground(painter, box, state, colours, hairline)
        memory = index.data(MEMORY_ROLE)
        if memory is None:
            self.placeholder(painter, box, rtl)
        else:
            self._memory(painter, box, colours, memory, chosen, rtl)
        painter.restore()

    def placeholder(self, painter: QPainter, box: QRect, rtl: bool) -> None:
        """What stands in a row until its memory is read."""
        made, wide = self.measure, box.width() - self.measure.indent - 16
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.hairline))
        for (top, height), thick, most in ((made.words, 10, 360), (made.place, 8, 160)):
            painter.drawRoundedRect(
                placed(box, made.indent, top + (height - thick) // 2, min(most, wide), thick, rtl), 4, 4)

    def _memory(self, painter: QPainter, box: QRect, colours: Colours, memory: Memory, chosen: bool,
                rtl: bool) -> None:
        made = self.measure
        ring = QRectF(placed(box, 12, (box.height() - made.ring) // 2, made.ring, made.ring, rtl))
        draw_ring(painter, ring, memory.retention, colours.border, colours.accent, colours.warm)
        if memory.pinned:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(ring.center(), made.pin, made.pin)
        words, place = self._words(memory)
        width = box.width() - made.indent - 16
        draw_line(painter, placed(box, made.indent, made.words[0], width, made.words[1], rtl),
                  self._chosen_font if chosen else self._text_font, colours.ink, words, rtl)
        draw_line(painter, placed(box, made.indent, made.place[0], width, made.place[1], rtl), self._small_font,
                  colours.on_soft if chosen else colours.muted, place, rtl)

    def _words(self, memory: Memory) -> tuple[str, str]:
        known = self._lines.get(memory.id)
        if known is None or known[0] is not memory:
            if len(self._lines) >= WORDS_KEPT:
                self._lines.clear()
            known = self._lines[memory.id] = (memory, first_words(memory), source_line(memory))
        return known[1], known[2]
