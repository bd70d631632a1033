"""From the start screen to the window and its end: one profile's time on the screen, and what comes between."""

import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from mneme.engine import Engine
from mneme.messages import _
from mneme.paths import Profile, Profiles
from mneme.settings import Value
from mneme.types import Changes, Chat, Progress, Status
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.adder import stage_words
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import clipboard
from mneme_desktop.parts.dialogs import show_crash
from mneme_desktop.shell.firstrun.window import Begun, FirstRun, patience
from mneme_desktop.shell.lock import SETTING, AutoLock, PassphrasePart, SystemLock
from mneme_desktop.shell.profiles import SHORTCUT, ProfilePart, Switcher
from mneme_desktop.shell.sample import SAMPLE_LIFE
from mneme_desktop.shell.start import Opened, OpenEngine, Opener, StartWindow
from mneme_desktop.shell.tray import Tray
from mneme_desktop.shell.window import ASK, CAPTURE, SETTINGS_ROOM, MainWindow

if TYPE_CHECKING:
    from mneme_desktop.settings.page import SettingsPage  # loaded when the room is entered

TRAY_MS, PATIENCE = 500, 40  # the tray is looked for so often, and at most so many times
LOCK = "Ctrl+Shift+L"
MENU_AT = (96, 64)  # pixels from the window's corner


@dataclass(frozen=True, slots=True)
class Left:
    """Where the window was when it was locked: its room, the conversation that is kept, what was being taken in."""

    room: int = ASK
    chat: int | None = None
    unfinished: tuple[Path, ...] = ()


class Session(QObject):
    """From the start screen to the window: owns both, one after the other.

    `shown` follows whenever a profile's window is there, `locked` when the profile is locked (True) or open again,
    `switched` before another profile is opened.
    """

    shown = Signal()
    tray_used = Signal()
    locked = Signal(bool)
    switched = Signal(object)
    ended = Signal()

    def __init__(self, theme: Theme, profile: Profile, open_engine: OpenEngine, *, use_keyring: bool = True,
                 demo: bool = False, hidden: bool = False, profiles: Profiles | None = None,
                 start: StartWindow | None = None) -> None:
        """`hidden`: nothing is shown but the tray's icon, unless something is to be asked or there is no tray.

        `profiles`: those that the owner can change to; None: there is only this one. `start` stands there already.
        """
        super().__init__()
        self._theme, self._open_engine, self._use_keyring = theme, open_engine, use_keyring
        self._demo, self._hidden = demo, hidden
        self.profile = profile
        self.switcher = None if profiles is None else Switcher(profiles, profile, self)
        if self.switcher is not None:
            self.switcher.chosen.connect(self.change_profile)
            self.switcher.renamed.connect(self._show_title)
        self.window: MainWindow | None = None
        self.first: FirstRun | None = None
        self.tray: Tray | None = None
        self.autolock: AutoLock | None = None
        self.passphrase: PassphrasePart | None = None
        self._key_place = ""
        self._start_there = self._over = False
        self._left: Left | None = None  # while it is locked
        self._closing: list[tuple[Bridge | None, threading.Thread | None]] = []  # until nothing runs there any more
        self._bridge: Bridge | None = None  # of the first steps
        self._system: SystemLock | None = None  # from when there is something to lock
        self._begin(start)
        if not hidden:
            self.start.show()

    # opening

    def _begin(self, start: StartWindow | None = None, *, locked: bool = False) -> None:
        """Open the profile; `locked`: ask for its passphrase at once."""
        before = [closing for _bridge, closing in self._closing if closing is not None]
        self.opener = Opener(self.profile, self._open_engine, first_steps=not self._demo, before=before)
        self.start = start or StartWindow(self._theme, self.profile, use_keyring=self._use_keyring,
                                          title=self._title())
        self.start.opened.connect(partial(self._opened, self.opener))
        self.start.left.connect(self._start_left)
        self.start.quit_wanted.connect(self.quit)
        self.start.others_wanted.connect(partial(self.show_profiles, self.start))
        if not locked:
            for trouble in (self.opener.failed, self.opener.crashed):
                trouble.connect(self.start.show)
        self._use_shortcuts(self.start)
        self._start_there = True
        self.start.follow(self.opener, locked=locked)

    def _title(self) -> str:
        return "" if self.switcher is None else self.switcher.title

    def _opened(self, opener: Opener, opened: Opened) -> None:
        if opener is not self.opener or self._over:  # another profile was chosen meanwhile, or nobody wants it any more
            return
        self._closing.clear()  # the opener has waited for them
        self._key_moved(opened.key_place)
        bridge = Bridge(opened.engine)
        if self.switcher is not None:
            self.switcher.remember()
        if opened.first_run:
            self._first_steps(bridge, opened)
        else:
            self._open_window(bridge, opened.settings)

    def _put_start_away(self) -> None:
        self._start_there = False
        self.start.close()
        self.start.deleteLater()

    def _start_left(self) -> None:
        """The owner has closed what asks for the passphrase: with an icon in the tray Mneme stays there, locked."""
        if self._start_there and self.tray is None:
            self._over = True
            self.ended.emit()

    # the first steps

    def _first_steps(self, bridge: Bridge, opened: Opened) -> None:
        self._bridge = bridge
        bridge.crashed.connect(self.show_crash)
        self.first = FirstRun(self._theme, bridge, self.profile, opened.first_run)
        self.first.begun.connect(self._first_steps_done)
        self.first.left.connect(self._first_left)
        self._use_shortcuts(self.first)
        self._hidden = False
        self.first.show()
        self._put_start_away()

    def _first_left(self) -> None:
        """The owner has closed the first steps; they go on the next time, unless they were done."""
        if self.window is not None:
            self.window.quit()
            return
        if self._bridge is not None:
            self._bridge.close()
            self._bridge = None
        self.ended.emit()

    def _first_steps_done(self, begun: Begun) -> None:
        """Take in what was chosen; show the window as soon as there is something in it to be found."""
        assert self._bridge is not None and self.first is not None
        bridge, self._bridge = self._bridge, None
        bridge.crashed.disconnect(self.show_crash)
        self._key_moved(begun.key_place)
        window = self._make_window(bridge, begun.settings)
        window.adder.add(list(begun.files))
        if begun.files:
            self.first.show_reading()
            self.first.opening_wanted.connect(self._show_first)
            window.adder.progressed.connect(self._tell_first)
            window.status_read.connect(self._see_first)
            window.adder.ended.connect(self._show_first)
            window.adder.failed.connect(self._show_first)
            patience(self.first, self._show_first)
        self._ready(window)
        if not begun.files:
            self._show_first()
        for sentence in begun.troubles:
            window.toast.say(sentence)

    def _tell_first(self, progress: Progress) -> None:
        if self.first is not None:
            self.first.show_reading(stage_words(progress))

    def _see_first(self, status: Status) -> None:
        if status.memories:
            self._show_first()

    def _show_first(self) -> None:
        first, self.first = self.first, None
        if first is None or self.window is None:
            return
        first.left.disconnect(self._first_left)
        self.window.show()
        first.close()
        first.deleteLater()

    # the window

    def _open_window(self, bridge: Bridge, settings: dict[str, Value]) -> None:
        window = self._make_window(bridge, settings)
        left, self._left = self._left, None
        if left is not None:
            self._restore(window, left)
        elif not self._hidden:
            window.show()
        self._put_start_away()
        if self._demo:
            window.go(CAPTURE)
            window.adder.add([SAMPLE_LIFE])
        self._ready(window)
        if left is not None:
            self.locked.emit(False)

    def _make_window(self, bridge: Bridge, settings: dict[str, Value]) -> MainWindow:
        self.window = window = MainWindow(self._theme, bridge, self.profile, settings)
        window.ended.connect(self.ended)
        self._use_shortcuts(window)
        self._make_passphrase(window)
        self._show_title()
        self.autolock = AutoLock(int(settings[SETTING]), window)
        self.autolock.due.connect(self._lock_quietly)
        bridge.changed.connect(partial(self._take_minutes, window))
        return window

    def _ready(self, window: MainWindow) -> None:
        if self.tray is not None:
            self.tray.close()
            self.tray.deleteLater()
            self.tray = None
        self._find_tray(PATIENCE)
        window.bridge.start_background()
        self.shown.emit()

    def _make_passphrase(self, window: MainWindow) -> None:
        """What sets a passphrase waits in the window until the settings are entered: it can be asked for before."""
        self.passphrase = PassphrasePart(self._theme, window.bridge, use_keyring=self._use_keyring)
        self.passphrase.setParent(window)
        self.passphrase.hide()
        self.passphrase.changed.connect(self._key_moved)
        self.passphrase.lock_wanted.connect(self.lock)
        window.furnished.connect(self._add_profile_parts)

    def _add_profile_parts(self, room: int, made: QWidget) -> None:
        if room == SETTINGS_ROOM and self.passphrase is not None:
            page = cast("SettingsPage", made)
            page.add_profile_part(self.passphrase)
            self.passphrase.show()
            if self.switcher is not None:
                page.add_profile_part(ProfilePart(self.switcher))

    def _key_moved(self, place: str) -> None:
        """The key is kept elsewhere; from when it is under a passphrase, the computer's own lock is heard."""
        self._key_place = place
        if place == "passphrase" and self._system is None:
            self._system = SystemLock(self)
            self._system.due.connect(self._lock_quietly)
            self._system.listen()

    def _show_title(self) -> None:
        if self.window is not None:
            self.window.show_title(self._title())

    def _use_shortcuts(self, widget: QWidget) -> None:
        if self.switcher is not None:
            QShortcut(QKeySequence(SHORTCUT), widget).activated.connect(partial(self.show_profiles, widget))
        if isinstance(widget, MainWindow):
            QShortcut(QKeySequence(LOCK), widget).activated.connect(self.lock)

    def _take_minutes(self, window: MainWindow, changes: Changes) -> None:
        """The owner may have chosen another time after which to lock."""
        if changes.everything or SETTING in changes.settings:
            window.bridge.query(window, _minutes).named("minutes").success(self._set_minutes).run()

    def _set_minutes(self, minutes: int) -> None:
        if self.autolock is not None:
            self.autolock.set_minutes(minutes)

    # locking

    @property
    def is_locked(self) -> bool:
        """Whether the profile was locked, and is not open again."""
        return self._left is not None and self.window is None

    def lock(self) -> None:
        """Close the profile and ask for its passphrase; where none protects it, say so."""
        if not self._lock_quietly() and self.window is not None and self.passphrase is not None:
            self.window.toast.say(_("Without a passphrase there is nothing to lock."), _("Set one…"),
                                  self.passphrase.choose)

    def _lock_quietly(self) -> bool:
        """Lock, if a passphrase protects the profile; whether it did."""
        window = self.window
        if window is None or self.first is not None or self._key_place != "passphrase":
            return False
        seen, small = window.isVisible(), window.isMinimized()
        self._left = Left(window.rooms.currentIndex(), window.ask_page.current.chat, tuple(window.adder.unfinished))
        clipboard.clear_secret()
        if self.tray is not None:
            self.tray.set_locked(True)
        self._put_window_down(window)
        self._begin(locked=True)
        if small:
            self.start.showMinimized()
        elif seen:
            self.start.show()
        window.deleteLater()
        self.locked.emit(True)
        return True

    def _put_window_down(self, window: MainWindow) -> None:
        """The window goes with all that is shown in it, and the profile is closed behind it."""
        self.window = self.autolock = self.passphrase = None
        window.ended.disconnect(self.ended)
        self._let_go(window.bridge)
        window.put_down()

    def _let_go(self, bridge: Bridge) -> None:
        self._closing.append((bridge, bridge.close_behind()))

    def _restore(self, window: MainWindow, left: Left) -> None:
        """As it was before it was locked."""
        window.go(left.room)
        if left.chat is not None:
            chat = left.chat
            window.bridge.query(window, lambda engine: _chat(engine, chat)).success(
                lambda found: None if found is None else window.ask_page.open_chat(found)).run()
        if left.unfinished:
            window.adder.add(list(left.unfinished))
        window.show()

    # other profiles

    def show_profiles(self, parent: QWidget) -> None:
        """Let the owner choose another profile."""
        if self.switcher is not None:
            self.switcher.pop_up(parent, parent.mapToGlobal(QPoint(*MENU_AT)))

    def change_profile(self, profile: Profile) -> None:
        """Close this profile and open another."""
        if self.switcher is None or profile == self.profile:
            return
        leaving = [one for one in (self.window, self.first, self.start if self._start_there else None)
                   if one is not None]
        self._leave()
        self.profile = self.switcher.current = profile
        self._left, self._hidden = None, False
        self.switched.emit(profile)
        if not self._over:
            self._begin()
            self.start.show()
        for one in leaving:
            one.hide()
            one.deleteLater()

    def _leave(self) -> None:
        """Close the profile, however far it was opened."""
        clipboard.clear_secret()
        if self.tray is not None:
            self.tray.set_locked(True)
        if self.window is not None:
            self._put_window_down(self.window)
        elif self.first is not None:
            self.first.left.disconnect(self._first_left)
            self.first.keep()
            self.first = None
            if self._bridge is not None:
                self._let_go(self._bridge)
                self._bridge = None
        else:
            self._start_there = False
            dropping = threading.Thread(target=self.opener.drop, name="mneme-drop")
            dropping.start()
            self._closing.append((None, dropping))

    # the tray

    def _find_tray(self, tries: int) -> None:
        """Use the tray; at login it may come a little later than Mneme, and where there is none the window is shown."""
        if self.window is None or self.tray is not None:
            return
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.use_tray()
        elif self._hidden and tries:
            QApplication.setQuitOnLastWindowClosed(False)
            QTimer.singleShot(TRAY_MS, self, lambda: self._find_tray(tries - 1))
        elif self._hidden:
            QApplication.setQuitOnLastWindowClosed(True)
            self.window.showMinimized()

    def use_tray(self) -> None:
        """Put the icon into the tray: from now on the window can be closed without an end."""
        assert self.window is not None
        window = self.window
        QApplication.setQuitOnLastWindowClosed(False)
        window.tray_there = True
        self.tray = tray = Tray(window.bridge, window.capturing, window.adder, self)
        tray.menu.stay.setChecked(window.stays)
        tray.menu.aboutToShow.connect(self._show_staying)
        tray.menu.staying.connect(window.keep_staying)
        tray.show_wanted.connect(self.come_forward)
        tray.quit_wanted.connect(self.quit)
        tray.memory.connect(self._show_memory)
        tray.add_room.connect(self._show_add_room)
        window.ended.connect(tray.close)
        tray.show()
        self.tray_used.emit()

    def _show_staying(self) -> None:
        if self.window is not None and self.tray is not None:
            self.tray.menu.stay.setChecked(self.window.stays)

    def _show_memory(self, memory: int) -> None:
        if self.window is not None:
            self.window.come_forward()
            self.window.show_memory(memory)

    def _show_add_room(self) -> None:
        if self.window is not None:
            self.window.come_forward()
            self.window.go(CAPTURE)

    # the end

    def come_forward(self) -> None:
        """Show what there is, above the other windows: the window, the first steps, or the start."""
        self._hidden = False
        if self.window is not None and self.first is None:
            self.window.come_forward()
        else:
            there = self.first or self.start
            there.show()
            there.raise_()
            there.activateWindow()

    @property
    def asking(self) -> bool:
        """Whether the owner is asked something before there is a window."""
        there = self.first or (self.start if self._start_there else None)
        return there is not None and there.isVisible()

    def quit(self) -> None:
        """End, whatever is shown: the window, the first steps, the start, or the tray's icon alone."""
        if self.window is not None:
            self.window.quit()
            return
        if self.first is not None:
            self.first.close()
            return
        self._over = True
        if self._start_there:
            self._start_there = False
            self.start.close()
        if self.tray is not None:
            self.tray.close()
        self.ended.emit()

    def finish(self) -> None:
        """Wait for what is being opened and closed; a profile that came too late for its window is closed again."""
        self.opener.wait()
        for _bridge, closing in self._closing:
            if closing is not None:
                closing.join()
        if self._bridge is not None:
            self._bridge.close()
        elif self.window is None:
            self.opener.drop()

    def show_crash(self, details: str) -> None:
        show_crash(self.window or self.first, details)


def _minutes(engine: Engine) -> int:
    """On a worker thread: after how many minutes to lock."""
    return int(engine.settings()[SETTING])


def _chat(engine: Engine, number: int) -> Chat | None:
    """On a worker thread: a conversation that was kept."""
    return next((one for one in engine.chats.all() if one.id == number), None)
