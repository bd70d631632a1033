"""The left rail: the rooms, and at its foot what is going on in the background."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QToolButton, QWidget

from mneme.messages import _, ngettext
from mneme.types import Pause, Progress, Status
from mneme_desktop.capture.capturing import pause_words
from mneme_desktop.look import icons
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import column, draw_ring

WIDTH, COMPACT = 104, 56
ICON = 22
TALL = 96
FOOT = 6  # from this room on they stand at the foot: what is set up once


class RoomButton(QToolButton):
    """A room's door: icon above its name, or the icon alone where there is little space."""

    def __init__(self, theme: Theme, icon: str, title: str, keys: str) -> None:
        super().__init__()
        self._theme, self._icon, self._title = theme, icon, title
        self.setProperty("role", "room")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setText(title)
        self.setAccessibleName(title)
        self.setToolTip(f"{title} ({keys})")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(ICON, ICON))
        theme.changed.connect(self._recolour)
        self._recolour()
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonIconOnly if compact else style.ToolButtonTextUnderIcon)
        self.setFixedSize(QSize(44, 44) if compact else QSize(92, 56))

    def _recolour(self) -> None:
        colours = self._theme.colours
        self.setIcon(icons.icon(self._icon, colours.muted, ICON, colours.on_soft))


class StateButton(QAbstractButton):
    """The state of background work: a dot or a ring, and a few words below it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._share: float | None = None
        self._warm = False
        self._compact = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(TALL)
        theme.changed.connect(self.update)

    def set_compact(self, compact: bool) -> None:
        self._compact = compact
        self.setFixedHeight(40 if compact else TALL)

    def show_state(self, words: str, share: float | None = None, *, warm: bool = False, whole: str = "") -> None:
        """`share` of a job done, None when idle; `warm` when something wants a look."""
        self._share, self._warm = share, warm
        self.setText(words)
        self.setAccessibleName((whole or words).replace("\n", " "))
        self.setToolTip(whole or words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(COMPACT if self._compact else WIDTH, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.width() // 2
        if self.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.drawRoundedRect(self.rect().adjusted(3, 1, -4, -2), 10, 10)
        if self._share is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.warm if self._warm else colours.accent))
            painter.drawEllipse(middle - 5, 11, 10, 10)
        else:
            ring = QRect(middle - 9, 7, 18, 18).toRectF()
            draw_ring(painter, ring, self._share, colours.border, colours.accent, colours.accent)
        if not self._compact:
            painter.setFont(sized(12))
            painter.setPen(QColor(colours.warm if self._warm else colours.muted))
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(QRect(4, 30, self.width() - 8, self.height() - 30), int(flags), self.text())
        painter.end()


class Rail(QWidget):
    """`chosen` carries a room's number; `state_pressed` is the foot."""

    chosen = Signal(int)
    state_pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.rooms = [
            RoomButton(theme, "ask", _("Ask"), "Ctrl+1"),
            RoomButton(theme, "memories", _("Memories"), "Ctrl+2"),
            RoomButton(theme, "timeline", _("Timeline"), "Ctrl+3"),
            RoomButton(theme, "person", _("People"), "Ctrl+4"),
            RoomButton(theme, "capture", _("Capture"), "Ctrl+5"),
            RoomButton(theme, "health", _("Health"), "Ctrl+6"),
            RoomButton(theme, "models", _("Models"), "Ctrl+7"),
            RoomButton(theme, "settings", _("Settings"), "Ctrl+,"),
        ]
        self.state = StateButton(theme)
        self.state.clicked.connect(self.state_pressed)
        self._group = QButtonGroup(self)
        self._pause: Pause | None = None
        inner = column(self, 8, (0, 24, 0, 12))
        for number, room in enumerate(self.rooms):
            self._group.addButton(room, number)
            if number == FOOT:
                inner.addStretch(1)
            inner.addWidget(room, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(self.state)
        self._group.idClicked.connect(self.chosen)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        self.setFixedWidth(COMPACT if compact else WIDTH)
        self.state.set_compact(compact)
        for room in self.rooms:
            room.set_compact(compact)

    def light(self, number: int) -> None:
        self.rooms[number].setChecked(True)

    def show_pause(self, pause: Pause | None) -> None:
        """Whether capture is paused; said from the next `show_idle` on."""
        self._pause = pause

    def show_idle(self, status: Status | None) -> None:
        """Nothing runs: paused, up to date, waiting, or with failures."""
        if self._pause is not None:
            self.state.show_state(_("paused"), 0.0, whole=pause_words(self._pause))
        elif status is not None and status.failed:
            words = ngettext("{n} failed", "{n} failed", status.failed).format(n=texts.number(status.failed))
            self.state.show_state(words, warm=True, whole=_("{failed}: see which, and why").format(failed=words))
        elif status is not None and (waiting := status.waiting + status.waiting_vectors):
            words = ngettext("{n} waiting", "{n} waiting", waiting).format(n=texts.number(waiting))
            self.state.show_state(words, 0.0)
        else:
            self.state.show_state(_("up to date"))

    def show_progress(self, progress: Progress) -> None:
        """A job runs."""
        done, total = texts.number(progress.done), texts.number(progress.total)
        pattern = {"scanning": _("looking,\n{done} files"), "reading": _("reading\n{done} of {total}"),
                   "embedding": _("learning\n{done} of {total}")}.get(
                       progress.stage, _("{done} of {total}") if progress.total else _("putting\nin order"))
        words = pattern.format(done=done, total=total)
        left = texts.time_left(progress.seconds_left)
        share = progress.done / progress.total if progress.total else 0.0
        self.state.show_state(f"{words}\n{left}" if left else words, share,
                              whole=" · ".join(part for part in (words.replace("\n", " "), left) if part))
