"""How a line of what was taken in or left out looks: its state as icon and word, its name, why, where and when."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mneme.types import LogLine
from mneme_desktop.capture.capturing import name_of
from mneme_desktop.capture.loglist import LINE_ROLE, folder_of, icon_of, why_of
from mneme_desktop.look import icons
from mneme_desktop.look.palettes import Colours
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.drawing import direction_of, draw_ground, draw_line, placed, rect_of, state_of

ROW_HEIGHT = 56
ICON = 20
INDENT = 48
GAP = 12


class LogDelegate(QStyledItemDelegate):
    """Paints one line in a row of fixed height."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._font, self._small = sized(14), sized(12)
        self._chosen = sized(14, QFont.Weight.Medium)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        box, state, colours = rect_of(option), state_of(option), self._theme.colours
        rtl = direction_of(option) == Qt.LayoutDirection.RightToLeft
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        hairline = placed(box, INDENT, ROW_HEIGHT - 1, box.width() - INDENT - GAP, 1, rtl)
        draw_ground(painter, box, state, colours, hairline)
        line = index.data(LINE_ROLE)
        if line is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hairline))
            painter.drawRoundedRect(placed(box, INDENT, 14, min(240, box.width() - INDENT - 16), 10, rtl), 5, 5)
        else:
            self._line(painter, box, colours, line, chosen, rtl)
        painter.restore()

    def _line(self, painter: QPainter, box: QRect, colours: Colours, line: LogLine, chosen: bool, rtl: bool) -> None:
        name, colour = icon_of(line)
        picture = icons.pixmap(name, getattr(colours, colour), ICON, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(placed(box, 14, (ROW_HEIGHT - ICON) // 2 - 1, ICON, ICON, rtl).topLeft()), picture)
        muted = colours.on_soft if chosen else colours.muted
        when = texts.local_time(line.at)
        taken = QFontMetrics(self._small).horizontalAdvance(when) + 4
        width = box.width() - INDENT - GAP
        draw_line(painter, placed(box, INDENT, 8, width - taken - GAP, 20, rtl), self._chosen if chosen else self._font,
                  colours.ink, name_of(line.what), rtl)
        draw_line(painter, placed(box, box.width() - GAP - taken, 9, taken, 18, rtl), self._small, muted, when, rtl)
        self._below(painter, placed(box, INDENT, 29, width, 18, rtl), colours, line, muted, rtl)

    def _below(self, painter: QPainter, box: QRect, colours: Colours, line: LogLine, muted: str, rtl: bool) -> None:
        """What became of it and why; and, where there is room, the folder that it lies in."""
        why, folder = why_of(line), folder_of(line)
        wide = min(QFontMetrics(self._small).horizontalAdvance(why) + 4, box.width())
        left = box.width() - wide - GAP
        colour = colours.warm if line.state == "failed" else muted
        draw_line(painter, placed(box, 0, 0, wide, box.height(), rtl), self._small, colour, why, rtl)
        if folder and left >= 80:
            shown = QFontMetrics(self._small).elidedText(folder, Qt.TextElideMode.ElideMiddle, left)
            draw_line(painter, placed(box, wide + GAP, 0, left, box.height(), rtl), self._small, muted, shown, rtl)
