"""A chip that opens something below it: a menu, a list to choose from."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStyleOptionButton

from mneme_desktop.look import icons
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.widgets import Chip

ARROW = 12
BESIDE = "\u00a0" * 4  # room for the arrow after a chip's words


class OpeningChip(Chip):
    """A chip that opens something below it; its arrow says so."""

    def __init__(self, theme: Theme, text: str, on_click: Callable[[], object], *, checkable: bool = False) -> None:
        super().__init__(text, on_click, checkable=checkable)
        self._theme = theme
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(ARROW + 4, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        picture = icons.pixmap("down", self._ink(), ARROW, self.devicePixelRatioF())
        x = 8 if self.isRightToLeft() else self.width() - ARROW - 8
        painter.drawPixmap(x, (self.height() - ARROW) // 2 + 1, picture)
        painter.end()

    def _ink(self) -> str:
        return self._theme.colours.on_soft if self.isChecked() else self._theme.colours.muted

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        option.text = f"{option.text}{BESIDE}"
