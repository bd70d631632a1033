"""The icon in the system's tray: what capture does at a glance, the pause, what was last taken in and left out."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from mneme.messages import _
from mneme.types import Entry, LogLine, MemoryFilter, Page, Progress
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.adder import Adder, stage_words
from mneme_desktop.capture.capturing import LINES, Capturing, PauseMenu, isolated, name_of, state_words
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import plain_tip
from mneme_desktop.shell.trayicon import tray_icon

NAME_WIDTH, WHY_WIDTH = 220, 260  # pixels of a line in the menu
SHOW_MS = 300
MESSAGE_MS = 12_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line of what was last taken in or left out: the name, why or when, the whole place."""

    name: str
    why: str
    place: str
    entry: int | None = None


class TrayMenu(QMenu):
    """What the icon offers. `opened` carries a Line of what was taken in; `asked` a Line of what was left out."""

    opened = Signal(object)
    asked = Signal(object)
    show_wanted = Signal()
    ask_wanted = Signal()
    quit_wanted = Signal()
    staying = Signal(bool)

    def __init__(self, capturing: Capturing) -> None:
        super().__init__()
        self._capturing = capturing
        self._locked = False
        self.state = self.addAction("")
        self.state.setEnabled(False)
        self.addSeparator()
        self.ask = self._offer(_("Quick question…"), self.ask_wanted.emit)
        self.pause = PauseMenu(capturing, self)
        self.addMenu(self.pause)
        self.resume = self._offer(_("Resume"), capturing.resume)
        self.addSeparator()
        self.taken = Lines(_("Last taken in"), _("Nothing was taken in yet"), self.opened.emit, self)
        self.left_out = Lines(_("Last left out"), _("Nothing was left out"), self.asked.emit, self)
        self.addMenu(self.taken)
        self.addMenu(self.left_out)
        self.addSeparator()
        self.open = self._offer(_("Open Mneme"), self.show_wanted.emit)
        self.stay = self._offer(_("Keep watching when the window is closed"), lambda: None)
        self.stay.setCheckable(True)
        self.stay.triggered.connect(self.staying)
        self.quit = self._offer(_("Quit"), self.quit_wanted.emit)
        capturing.changed.connect(self.show_now)
        self.aboutToShow.connect(capturing.read)
        self.show_now()

    def _offer(self, title: str, act: Callable[[], object]) -> QAction:
        made = self.addAction(title)
        made.triggered.connect(lambda: act())
        return made

    def set_locked(self, locked: bool) -> None:
        """Offer only what can be done, and shown, while the profile is locked."""
        self._locked = locked
        self.open.setText(_("Unlock…") if locked else _("Open Mneme"))
        for menu in (self.taken, self.left_out):
            menu.menuAction().setVisible(not locked)
        self.ask.setVisible(not locked)
        self.show_now()

    def show_now(self) -> None:
        """Say how capture stands now."""
        now = None if self._locked else self._capturing.now
        self.pause.menuAction().setVisible(now is not None and now.pause is None)
        self.resume.setVisible(now is not None and now.pause is not None)
        if now is not None:
            self.taken.show_lines([taken_line(entry) for entry in now.taken])
            self.left_out.show_lines([left_out_line(line) for line in now.left_out])


class Lines(QMenu):
    """Up to five lines that can be chosen; they change in place, as a menu may be open while they do."""

    def __init__(self, title: str, nothing: str, choose: Callable[[Line], object], parent: QMenu) -> None:
        super().__init__(title, parent)
        self.setToolTipsVisible(True)
        self._lines: list[Line] = []
        self._nothing = self.addAction(nothing)
        self._nothing.setEnabled(False)
        self.places = [self._place(n, choose) for n in range(LINES)]
        self.show_lines([])

    def _place(self, n: int, choose: Callable[[Line], object]) -> QAction:
        made = self.addAction("")
        made.triggered.connect(lambda: choose(self._lines[n]))
        return made

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these, and nothing else."""
        self._lines = list(lines)
        self._nothing.setVisible(not lines)
        for n, action in enumerate(self.places):
            action.setVisible(n < len(lines))
            if n < len(lines):
                action.setText(self._fitting(lines[n]))
                action.setToolTip(_tip(lines[n].place))

    def _fitting(self, line: Line) -> str:
        metrics, middle = self.fontMetrics(), Qt.TextElideMode.ElideMiddle
        parts = [isolated(metrics.elidedText(line.name, middle, NAME_WIDTH))]
        if line.why:
            parts.append(metrics.elidedText(line.why, Qt.TextElideMode.ElideRight, WHY_WIDTH))
        return " · ".join(parts).replace("&", "&&")


class Tray(QObject):
    """The icon, its menu, and what choosing does.

    `memory` carries a memory to show, `add_room` is for what was left out, `show_wanted` for the window as it was.
    """

    memory = Signal(int)
    add_room = Signal()
    show_wanted = Signal()
    ask_wanted = Signal()
    quit_wanted = Signal()
    message_pressed = Signal()

    def __init__(self, bridge: Bridge, capturing: Capturing, adder: Adder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._capturing = bridge, capturing
        self._busy = ""
        self._locked = False
        self.state = ""
        self.menu = TrayMenu(capturing)
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self.message_pressed)
        self.menu.opened.connect(self._open)
        self.menu.asked.connect(lambda _line: self.add_room.emit())
        self.menu.show_wanted.connect(self.show_wanted)
        self.menu.ask_wanted.connect(self.ask_wanted)
        self.menu.quit_wanted.connect(self.quit_wanted)
        self._soon = QTimer(self, interval=SHOW_MS, singleShot=True)
        self._soon.timeout.connect(self._show)
        capturing.changed.connect(self._show)
        bridge.background.connect(self._background)
        adder.progressed.connect(self._working)
        adder.ended.connect(lambda _report, _cancelled: self._rest())
        adder.failed.connect(lambda _error: self._rest())
        self._show()

    def show(self) -> None:
        """Put the icon into the tray."""
        self.icon.show()

    def close(self) -> None:
        """Take the icon away."""
        self.icon.hide()
        self.menu.deleteLater()

    def say(self, title: str, sentence: str) -> None:
        """Show a notification; some desktops take what looks like markup for markup."""
        plain = sentence.replace("<", "‹").replace(">", "›")
        self.icon.showMessage(title, plain, self.icon.icon(), MESSAGE_MS)

    def set_locked(self, locked: bool) -> None:
        """Whether the profile is locked: then the icon says that, and nothing of what is kept."""
        self._locked = locked
        self.menu.set_locked(locked)
        self._show()

    # what it shows

    def _background(self, progress: Progress) -> None:
        if progress.stage == "idle" or (progress.total and progress.done >= progress.total):
            self._rest()
        elif progress.done or progress.total:  # a step that is only looked at has mostly nothing to do
            self._working(progress)

    def _working(self, progress: Progress) -> None:
        self._show_soon(stage_words(progress))

    def _rest(self) -> None:
        self._show_soon("")

    def _show_soon(self, busy: str) -> None:
        self._busy = busy
        if not self._soon.isActive():
            self._soon.start()

    def _show(self) -> None:
        now = self._capturing.now
        state = "watching"
        words = "" if now is None else state_words(now)
        if self._locked:
            state, words = "locked", _("Mneme is locked")
        elif now is not None and now.pause is not None:
            state = "paused"
        elif now is not None and now.problems:
            state = "problem"
        elif self._busy:
            state, words = "busy", self._busy
        if state != self.state:
            self.state = state
            self.icon.setIcon(tray_icon(state))
        self.menu.state.setText(words.replace("&", "&&"))
        self.icon.setToolTip(_("Mneme · {state}").format(state=words) if words else _("Mneme"))

    # what choosing does

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        chosen = reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick)
        if chosen and sys.platform != "darwin":  # where any click opens the menu, the window would come with it
            self.show_wanted.emit()

    def _open(self, line: Line) -> None:
        """Show the newest memory of what was taken in."""
        wanted = MemoryFilter(entry=line.entry, faded=None)
        self._bridge.query(self, lambda engine: engine.list_memories(wanted, limit=1)).named("open").success(
            self._found).run()

    def _found(self, page: Page) -> None:
        if page.memories:
            self.memory.emit(page.memories[0].id)
        else:
            self.add_room.emit()


def _tip(place: str) -> str:
    """A place as a tooltip, which takes what looks like markup for markup."""
    return plain_tip(place) if "<" in place else place


def taken_line(entry: Entry) -> Line:
    """What was taken in: why, if a rule or reason decided, else when."""
    why = texts.one_line(entry.reason or "", 200) or texts.local_time(entry.updated_at)
    return Line(name_of(entry.path), why, entry.path, entry.id)


def left_out_line(line: LogLine) -> Line:
    """What was left out, and why."""
    return Line(name_of(line.what), texts.one_line(line.why or "", 200), line.what)
