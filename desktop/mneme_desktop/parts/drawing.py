"""Drawing rows by hand: where their parts stand in either direction of reading, and one elided line."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from mneme_desktop.look.palettes import Colours
from mneme_desktop.parts import texts


def placed(box: QRect, x: int, y: int, width: int, height: int, rtl: bool) -> QRect:
    """A part of the row at `x` from the side where reading begins."""
    left = box.right() + 1 - x - width if rtl else box.left() + x
    return QRect(left, box.top() + y, width, height)


def draw_ground(painter: QPainter, box: QRect, state: QStyle.StateFlag, colours: Colours,
                hairline: QRect | None = None) -> None:
    """What a row stands on: chosen, under the mouse, with the keyboard; else a hairline, where rows have one."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    round_box = QRectF(box).adjusted(1, 1, -1, -1 if hairline is None else -2)
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.soft if chosen else colours.hover))
        painter.drawRoundedRect(round_box, 12, 12)
    elif hairline is not None:
        painter.fillRect(hairline, QColor(colours.hairline))
    if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawRoundedRect(round_box.adjusted(1, 1, -1, -1), 11, 11)


def draw_line(painter: QPainter, box: QRect, font: QFont, colour: str, text: str, rtl: bool) -> None:
    """One line, elided, aligned with the row but running in its own direction."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    own = Qt.LayoutDirection.RightToLeft if texts.is_rtl(text) else Qt.LayoutDirection.LeftToRight
    painter.setLayoutDirection(own)
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(box, int(flags | Qt.TextFlag.TextSingleLine), shown)


# The stubs of PySide6 leave out the fields that style options inherit.


def rect_of(option: QStyleOptionViewItem) -> QRect:
    found = getattr(option, "rect")  # noqa: B009
    assert isinstance(found, QRect)
    return found


def state_of(option: QStyleOptionViewItem) -> QStyle.StateFlag:
    found = getattr(option, "state")  # noqa: B009
    assert isinstance(found, QStyle.StateFlag)
    return found


def direction_of(option: QStyleOptionViewItem) -> Qt.LayoutDirection:
    found = getattr(option, "direction")  # noqa: B009
    assert isinstance(found, Qt.LayoutDirection)
    return found
