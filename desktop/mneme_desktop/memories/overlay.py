"""A small window within the window: it opens below a chip, and goes with Escape, a press beside it, or the keyboard."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

MARGIN, GAP = 8, 5  # pixels to the window's edges, and below the chip


class Overlay(QFrame):
    """`closed` says that it is gone. It lies in the window that `anchor` is in, and is as wide as that allows."""

    closed = Signal()

    def __init__(self, anchor: QWidget, width: int) -> None:
        super().__init__(anchor.window())
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._anchor = anchor
        self._open = False
        self.setFixedWidth(min(width, anchor.window().width() - 2 * MARGIN))

    def open(self) -> None:
        """Show it, with the keyboard in it."""
        self._open = True
        self.place()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.installEventFilter(self)
        app.focusChanged.connect(self._focus_moved)

    def close_now(self) -> None:
        """Let it go; the keyboard goes back to the chip if it was here."""
        if not self._open:
            return
        self._open = False
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.removeEventFilter(self)
        app.focusChanged.disconnect(self._focus_moved)
        if self._holds(self.window().focusWidget()):  # the window may not be the active one
            self._anchor.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def place(self) -> None:
        """Below the chip, within the window."""
        window = self._anchor.window()
        corner = self._anchor.rect().bottomRight() if self.isRightToLeft() else self._anchor.rect().bottomLeft()
        at = self._anchor.mapTo(window, corner + QPoint(0, GAP))
        left = at.x() - self.width() if self.isRightToLeft() else at.x()
        self.move(max(MARGIN, min(left, window.width() - self.width() - MARGIN)),
                  max(MARGIN, min(at.y(), window.height() - self.height() - MARGIN)))

    def event(self, event: QEvent) -> bool:
        """Escape is meant for this before it is meant for the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and (
                event.key() == Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_now()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget) and not self._holds(watched):
            self.close_now()
            return watched is self._anchor and isinstance(event, QMouseEvent)  # the chip would open it again
        if kind == QEvent.Type.Resize and watched is self.window():
            self.close_now()
        return False

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and not self._holds(new):
            self.close_now()

    def _holds(self, widget: QWidget | None) -> bool:
        return widget is not None and (widget is self or self.isAncestorOf(widget))
