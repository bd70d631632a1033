"""A list to choose from, with our own arrow."""

from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from mneme_desktop.look import icons
from mneme_desktop.look.theme import Theme


class ChoiceBox(QComboBox):
    """A combo box in the window's look; the wheel does not change it in passing."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        arrow = icons.pixmap("down", self._theme.colours.muted, 16, self.devicePixelRatioF())
        x = 10 if self.isRightToLeft() else self.width() - 26
        painter = QPainter(self)
        painter.drawPixmap(x, (self.height() - 16) // 2, arrow)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
