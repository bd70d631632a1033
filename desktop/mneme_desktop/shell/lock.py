"""Locking: after a while without a touch, when the computer sleeps or is locked, or at once; and the passphrase."""

import os
import sys
import time
from collections.abc import Callable
from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtDBus import QDBusConnection
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QPushButton, QWidget
from shiboken6 import isValid

from mneme.engine import Engine
from mneme.errors import KnownError, StoreError
from mneme.messages import _
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.dialogs import Sheet, show_recovery_key
from mneme_desktop.parts.widgets import Chip, Dots, Flow, announce, button, column, label, say
from mneme_desktop.shell.passphrase import PassphraseFields

SETTING = "lock.minutes"
LOOK_MS = 2000
ASLEEP = 60.0  # seconds between two looks that were not looked in: the computer has slept
TOLD, LOCKED = cast(Any, "1_told(bool)"), cast(Any, "1_locked()")  # as Qt's SLOT() spells them; bytes are refused
TOUCHES = frozenset((QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
                     QEvent.Type.TouchBegin, QEvent.Type.TabletPress))
_LOGIND, _MANAGER, _SESSION = "org.freedesktop.login1", "/org/freedesktop/login1", "/org/freedesktop/login1/session/"
_SAVERS = (("org.freedesktop.ScreenSaver", "org.freedesktop.ScreenSaver"), ("org.gnome.ScreenSaver",) * 2)


class AutoLock(QObject):
    """Says `due` when nobody has touched Mneme's windows for so many minutes, or when the computer has slept.

    It listens to the windows alone: what goes on in other programs is none of its business.
    """

    due = Signal()

    def __init__(self, minutes: int, parent: QObject | None = None, *, now: Callable[[], float] = time.time) -> None:
        """`minutes`: 0 for never. `now` gives seconds, and goes on while the computer sleeps."""
        super().__init__(parent)
        self._now = now
        self._touched = self._looked = now()
        self._minutes = 0
        self._windows: set[QWindow] = set()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._listen)
        self._listen(QGuiApplication.focusWindow())
        self.set_minutes(minutes)

    def set_minutes(self, minutes: int) -> None:
        """Lock after so many minutes from now on; 0: never."""
        self._minutes = minutes
        self._touched = self._looked = self._now()
        if minutes > 0:
            self._timer.start()
        else:
            self._timer.stop()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """See whether it is time."""
        now = self._now()
        slept, self._looked = now - self._looked > ASLEEP, now
        if now < self._touched:  # the clock was set back
            self._touched = now
        if self._minutes and (slept or now - self._touched >= 60 * self._minutes):
            self._touched = now
            self.due.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHES:
            self._touched = self._now()
        return False

    def _listen(self, window: QWindow | None) -> None:
        """Hear of every touch of a window, from when it first has the keyboard."""
        self._touched = self._now()
        if window is not None and window not in self._windows:
            self._windows.add(window)
            window.installEventFilter(self)
            window.destroyed.connect(lambda: self._windows.discard(window))


class SystemLock(QObject):
    """Says `due` when the computer goes to sleep or its screen is locked, where a Linux desktop tells of it."""

    due = Signal()

    def __init__(self, parent: QObject | None = None, *, system: QDBusConnection | None = None,
                 session: QDBusConnection | None = None) -> None:
        """`system` and `session`: the buses to listen to, in place of the computer's own."""
        super().__init__(parent)
        self._system, self._session = system, session

    def listen(self) -> None:
        """Listen from now on."""
        if sys.platform.startswith("linux"):
            self._listen_to_the_buses()

    def _listen_to_the_buses(self) -> None:
        system = self._system or QDBusConnection.systemBus()
        session = self._session or QDBusConnection.sessionBus()
        if system.isConnected():
            system.connect(_LOGIND, _MANAGER, f"{_LOGIND}.Manager", "PrepareForSleep", self, TOLD)
            if own := os.environ.get("XDG_SESSION_ID"):
                system.connect(_LOGIND, _SESSION + escaped(own), f"{_LOGIND}.Session", "Lock", self, LOCKED)
        if session.isConnected():
            for service, interface in _SAVERS:
                session.connect(service, "", interface, "ActiveChanged", self, TOLD)

    @Slot(bool)
    def _told(self, begins: bool) -> None:
        if begins:
            self.due.emit()

    @Slot()
    def _locked(self) -> None:
        self.due.emit()


def escaped(name: str) -> str:
    """A name as a part of a D-Bus path, as systemd spells it: what is no letter becomes _ and its code."""
    return "".join(c if c.isascii() and (c.isalpha() or (c.isdigit() and n)) else f"_{ord(c):02x}"
                   for n, c in enumerate(name))


class KeySheet(Sheet):
    """A sheet whose button changes the key: it shows that this is being done, or why it could not be."""

    def __init__(self, parent: QWidget, theme: Theme, headline: str, sentence: str, act: QPushButton) -> None:
        super().__init__(parent, headline, sentence)
        self._act = act
        self.trouble = label("", "warm", wrap=True)
        self.trouble.hide()
        self._dots = Dots(theme)
        self._dots.hide()
        self.buttons.insertWidget(0, self._dots)
        self._cancel = button(_("Cancel"), self.reject)
        self.buttons.addWidget(self._cancel)
        self.buttons.addWidget(act)

    def start(self) -> None:
        """Show the sheet."""
        self.room.addWidget(self.trouble)
        self.open()

    def show_busy(self) -> None:
        """The key is being changed: there is no way back."""
        self.setEnabled(False)
        self.trouble.hide()
        self._dots.show()

    def show_trouble(self, sentence: str) -> None:
        """The key was not changed, and this is why."""
        self.setEnabled(True)
        self._dots.hide()
        say(self.trouble, sentence)
        self.trouble.show()
        announce(self.trouble, sentence)


class PassphrasePart(QWidget):
    """How the profile is protected, and what can be done about it: a passphrase set, changed, or taken away.

    `changed` carries where the key is kept now, `lock_wanted` says that it is to be locked.
    """

    changed = Signal(str)
    lock_wanted = Signal()

    def __init__(self, theme: Theme, bridge: Bridge, *, use_keyring: bool = True) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._bridge, self._use_keyring = theme, bridge, use_keyring
        self.sheet: Sheet | None = None
        self.fields: PassphraseFields | None = None
        outer = column(self, 8)
        self._state = label("", "muted", wrap=True)
        self._actions = Flow()
        self.set = Chip(_("Set a passphrase…"), self.choose)
        self.change = Chip(_("Change the passphrase…"), self.choose)
        self.remove = Chip(_("Take the passphrase away…"), self.ask_removal)
        self.lock = Chip(_("Lock now"), self.lock_wanted.emit)
        self.lock.explain(_("Ctrl+Shift+L"))
        for chip in (self.set, self.change, self.remove, self.lock):
            self._actions.add(chip)
        outer.addWidget(self._state)
        outer.addWidget(self._actions)
        self.hide()
        self.read()

    def read(self) -> None:
        """Show how the profile is protected now."""
        self._bridge.query(self, lambda engine: engine.key_place).named("place").success(self._show).run()

    def _show(self, place: str) -> None:
        under = place == "passphrase"
        say(self._state, _("Your passphrase opens this profile. Without it, or the recovery key, nobody reads it.")
            if under else _("Whoever can use your account can open this profile. With a passphrase only you can."))
        for chip, there in ((self.set, not under), (self.change, under), (self.remove, under), (self.lock, under)):
            chip.setVisible(there)
        self.setVisible(place != "none")

    # what the owner does

    def choose(self) -> None:
        """Ask for a new passphrase."""
        keep = button(_("Use this passphrase"), lambda: self._change(sheet, "passphrase", fields.passphrase), "primary")
        sheet = KeySheet(
            self.window(), self._theme, _("Choose a passphrase"),
            _("It is asked for whenever Mneme opens. The store gets a new key, and you get a new recovery key: the old "
              "one opens nothing any more."), keep)
        self.sheet, self.fields = sheet, (fields := PassphraseFields(self._theme, self._bridge))
        sheet.room.addWidget(fields)
        keep.setEnabled(False)
        fields.changed.connect(lambda: keep.setEnabled(bool(fields.passphrase)))
        fields.entered.connect(keep.click)
        sheet.start()
        fields.setFocus()

    def ask_removal(self) -> None:
        """Ask whether the profile is to open without a passphrase from now on."""
        place = "keyring" if self._use_keyring else "file"
        take = button(_("Take it away"), lambda: self._change(sheet, place, None), "danger")
        sheet = KeySheet(
            self.window(), self._theme, _("Take the passphrase away?"),
            _("From then on whoever can use your account on this computer can open your memories. The store gets a new "
              "key, and you get a new recovery key."), take)
        self.sheet = sheet
        sheet.start()

    def _change(self, sheet: KeySheet, place: str, passphrase: str | None) -> None:
        sheet.show_busy()
        (self._bridge.operation(self, lambda engine, _op: _changed_key(engine, place, passphrase))
            .success(lambda done: self._changed(sheet, *done)).failure(lambda error: self._refused(sheet, error)).run())

    def _changed(self, sheet: KeySheet, key: str, place: str) -> None:
        if isValid(sheet):
            sheet.accept()
        self._show(place)
        self.changed.emit(place)
        self.sheet = show_recovery_key(self.window(), key, first=True)

    def _refused(self, sheet: KeySheet, error: KnownError) -> None:
        if isValid(sheet):
            sheet.show_trouble(str(error))


def _changed_key(engine: Engine, place: str, passphrase: str | None) -> tuple[str, str]:
    """On a worker thread: change the key; the recovery key, and where it is kept: in a file, without a keyring."""
    try:
        return engine.change_key(place=place, passphrase=passphrase), engine.key_place
    except StoreError:
        if place != "keyring":
            raise
        return engine.change_key(place="file"), engine.key_place
