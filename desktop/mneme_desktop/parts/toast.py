"""A sentence that appears at the foot of the window for a while, sometimes with something to press."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from mneme.messages import _
from mneme_desktop.parts.widgets import announce, button, label, row, say

SECONDS = 8
MARGIN = 24


class Toast(QFrame):
    """One toast for a window; a new sentence takes the place of the old one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setProperty("role", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._action: Callable[[], None] | None = None
        self.text = label("", wrap=True)
        self.press = button(_("Undo"), self._pressed)
        inner = row(self, 16, (16, 10, 12, 10))
        inner.addWidget(self.text, 1)
        inner.addWidget(self.press)
        self._timer = QTimer(self, interval=SECONDS * 1000, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self._lift = 0
        parent.installEventFilter(self)
        self.hide()

    def say(self, sentence: str, action: str = "", then: Callable[[], None] | None = None) -> None:
        """Show a sentence, with a button named `action` that does `then`."""
        say(self.text, sentence)
        self._action = then
        self.press.setText(action)
        self.press.setAccessibleName(action)
        self.press.setVisible(bool(action))
        self.setAccessibleName(sentence)
        announce(self, sentence)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def lift(self, pixels: int) -> None:
        """Keep this much of the window's foot free."""
        self._lift = pixels
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _pressed(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()

    def _place(self) -> None:
        parent = self._window
        widest = max(parent.width() - 2 * MARGIN, 120)
        extra = 44 + (self.press.sizeHint().width() + 16 if self.press.text() else 0)
        wanted = self.text.fontMetrics().horizontalAdvance(self.text.text()) + extra + 8
        width = min(wanted, widest, 640)
        height = max(self.text.heightForWidth(width - extra) + 20, self.press.sizeHint().height() + 20)
        self.setGeometry((parent.width() - width) // 2, parent.height() - height - MARGIN - self._lift, width, height)
