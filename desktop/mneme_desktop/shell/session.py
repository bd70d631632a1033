"""From the start screen to the window and its end: one profile's time on the screen."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

import mneme_resources
from mneme.paths import Profile
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.dialogs import show_crash
from mneme_desktop.shell.start import Opened, OpenEngine, Opener, StartWindow
from mneme_desktop.shell.tray import Tray
from mneme_desktop.shell.window import CAPTURE, MainWindow

TRAY_MS, PATIENCE = 500, 40  # the tray is looked for so often, and at most so many times


class Session(QObject):
    """From the start screen to the window: owns both, one after the other."""

    shown = Signal()
    ended = Signal()

    def __init__(self, theme: Theme, profile: Profile, open_engine: OpenEngine, *, use_keyring: bool = True,
                 demo: bool = False, hidden: bool = False) -> None:
        """`hidden`: nothing is shown but the tray's icon, unless something is to be asked or there is no tray."""
        super().__init__()
        self._theme, self._profile, self._demo, self._hidden = theme, profile, demo, hidden
        self.window: MainWindow | None = None
        self.tray: Tray | None = None
        self.opener = Opener(profile, open_engine)
        self.start = StartWindow(theme, profile, self.opener, use_keyring=use_keyring)
        self.start.opened.connect(self._opened)
        for trouble in (self.opener.failed, self.opener.crashed):
            trouble.connect(self.start.show)
        if not hidden:
            self.start.show()

    def _opened(self, opened: Opened) -> None:
        bridge = Bridge(opened.engine)
        self.window = MainWindow(self._theme, bridge, self._profile, opened.settings)
        self.window.ended.connect(self.ended)
        self._hidden = self._hidden and opened.new_key is None
        if not self._hidden:
            self.window.show()
        self._find_tray(PATIENCE)
        self.start.close()
        self.start.deleteLater()
        if self._demo:
            self.window.go(CAPTURE)
            self.window.adder.add([mneme_resources.ROOT / "sample_life"])
        elif opened.new_key is not None:
            self.window.show_new_recovery_key(opened.new_key)
        bridge.start_background()
        self.shown.emit()

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
        tray.menu.aboutToShow.connect(lambda: tray.menu.stay.setChecked(window.stays))
        tray.menu.staying.connect(window.keep_staying)
        tray.show_wanted.connect(window.come_forward)
        tray.quit_wanted.connect(window.quit)
        tray.memory.connect(self._show_memory)
        tray.add_room.connect(self._show_add_room)
        window.ended.connect(tray.close)
        tray.show()

    def _show_memory(self, memory: int) -> None:
        assert self.window is not None
        self.window.come_forward()
        self.window.show_memory(memory)

    def _show_add_room(self) -> None:
        assert self.window is not None
        self.window.come_forward()
        self.window.go(CAPTURE)

    def quit(self) -> None:
        """End, whatever is shown: the window, the start, or the tray's icon alone."""
        if self.window is not None:
            self.window.quit()
        else:
            self.start.close()
            self.ended.emit()

    def finish(self) -> None:
        """Wait for what is being opened; a profile that came too late for its window is closed again."""
        self.opener.wait()
        if self.window is None and self.opener.result is not None:
            self.opener.result.engine.close()

    def show_crash(self, details: str) -> None:
        show_crash(self.window, details)
