"""Lines that can be pressed: some words, and below them where they stand."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from mneme.types import Citation
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.drawing import draw_line
from mneme_desktop.parts.widgets import plain_tip

SINGLE, DOUBLE = 32, 50
EDGE = 10


class LineButton(QAbstractButton):
    """Opens what it names. Both lines end in "…" where there is no room; the tooltip is whole."""

    def __init__(self, theme: Theme, words: str, below: str, on_click: Callable[[], object], *, tip: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._words, self._below = texts.one_line(words), texts.one_line(below)
        self._tip = tip or words
        self.setAccessibleName(self._words)
        self.setAccessibleDescription(self._below)
        self.setToolTip(plain_tip(self._tip))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(lambda: on_click())
        theme.changed.connect(self.update)

    def words(self) -> str:
        """The upper line, whole."""
        return self._words

    def below(self) -> str:
        """The lower line, whole."""
        return self._below

    def sizeHint(self) -> QSize:
        return QSize(200, DOUBLE if self._below else SINGLE)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter)
        colours, rtl = self._theme.colours, self.isRightToLeft()
        width, middle = self.width() - 2 * EDGE, self.height() // 2
        upper = QRect(EDGE, middle - 20 if self._below else middle - 11, width, 22)
        draw_line(painter, upper, sized(14), colours.ink, self._words, rtl)
        if self._below:
            draw_line(painter, QRect(EDGE, middle + 2, width, 18), sized(12), colours.muted, self._below, rtl)
        painter.end()

    def _draw_ground(self, painter: QPainter) -> None:
        colours, box = self._theme.colours, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(box, 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(box, 8, 8)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)


def place_line(citation: Citation) -> str:
    """Where a citation stands and when it happened: "Cabin log · 14 Oct 2024"."""
    parts = [texts.one_line(citation.title or citation.source, 120), texts.one_line(citation.speaker or "", 60)]
    if citation.happened_at is not None:
        parts.append(texts.day(citation.happened_at))
    return " · ".join(part for part in parts if part)
