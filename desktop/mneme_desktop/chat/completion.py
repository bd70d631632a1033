"""The little list above the question box that completes commands."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from mneme.messages import _
from mneme_desktop.chat.commands import Command
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts.drawing import draw_line, placed
from mneme_desktop.parts.widgets import announce

ROW, WIDTH, EDGE, NAME = 36, 440, 6, 72  # pixels


class Completion(QWidget):
    """Shows commands, one of them lit; the keyboard stays in the question box. `chosen` carries a Command."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offered: tuple[Command, ...] = ()
        self._lit = 0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(_("Commands"))
        theme.changed.connect(self.update)
        self.hide()

    def offer(self, commands: tuple[Command, ...], above: QRect) -> None:
        """Show these above a place of the parent, or nothing."""
        if commands != self._offered:
            self._offered, self._lit = commands, 0
            self._tell()
        if not commands:
            self.hide()
            return
        width, height = min(WIDTH, above.width()), ROW * len(commands) + 2 * EDGE
        left = above.right() + 1 - width if self.isRightToLeft() else above.left()
        self.setGeometry(left, above.top() - height - 8, width, height)
        self.show()
        self.raise_()
        self.update()

    def steer(self, key: int) -> bool:
        """Do what a key means while the list is shown; whether it meant something."""
        if self.isHidden():
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._lit = (self._lit + (1 if key == Qt.Key.Key_Down else -1)) % len(self._offered)
            self._tell()
            self.update()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self._offered[self._lit])
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    @property
    def lit(self) -> Command | None:
        """The command that Enter would choose."""
        return self._offered[self._lit] if self._offered and not self.isHidden() else None

    def _tell(self) -> None:
        if self._offered:
            one = self._offered[self._lit]
            said = _("/{command}: {does}").format(command=one.name, does=one.says)
            self.setAccessibleDescription(said)
            announce(self, said)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, ROW * max(len(self._offered), 1) + 2 * EDGE)

    def _row_at(self, y: float) -> int:
        return min(max(int(y - EDGE) // ROW, 0), len(self._offered) - 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._lit = self._row_at(event.position().y())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self._offered[self._row_at(event.position().y())])

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, rtl = self._theme.colours, self.isRightToLeft()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.border))
        painter.setBrush(QColor(colours.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        for number, one in enumerate(self._offered):
            box = QRect(EDGE, EDGE + number * ROW, self.width() - 2 * EDGE, ROW)
            if number == self._lit:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.soft))
                painter.drawRoundedRect(QRectF(box), 8, 8)
            ink = colours.on_soft if number == self._lit else colours.ink
            draw_line(painter, placed(box, 12, 0, NAME, ROW, rtl), sized(14), ink, f"/{one.name}", rtl)
            muted = colours.on_soft if number == self._lit else colours.muted
            says = placed(box, 12 + NAME, 0, box.width() - NAME - 24, ROW, rtl)
            draw_line(painter, says, sized(14), muted, one.says, rtl)
        painter.end()
