"""The program `mneme-desktop`: reads its arguments, opens the profile, shows the window."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLocale, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

import mneme_resources
from mneme.engine import Engine
from mneme.messages import _
from mneme.paths import Profile, default_profile
from mneme_desktop.bridge import Bridge, safe_details
from mneme_desktop.dialogs import show_crash
from mneme_desktop.start import Opened, OpenEngine, Opener, StartWindow
from mneme_desktop.theme import Theme
from mneme_desktop.tray import Tray
from mneme_desktop.watchdog import Watchdog
from mneme_desktop.window import ADD, MainWindow

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
            self.window.go(ADD)
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
        self.window.go(ADD)

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


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """The one QApplication, named, and read in the direction of the owner's language."""
    app = QApplication(["mneme-desktop", *arguments])
    app.setApplicationName("Mneme")
    app.setApplicationDisplayName(_("Mneme"))
    app.setDesktopFileName("mneme-desktop")
    if QLocale().language() == QLocale.Language.C:  # a system without a language: numbers as people write them
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app.setLayoutDirection(QLocale().textDirection())
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window until it is closed; the exit status."""
    wishes = _parser().parse_args(sys.argv[1:] if arguments is None else list(arguments))
    if wishes.demo:
        with tempfile.TemporaryDirectory(prefix="mneme-demo-", ignore_cleanup_errors=True) as scratch:
            return run(Profile(Path(scratch) / "profile"), use_keyring=False, demo=True)
    profile = Profile(wishes.profile.expanduser().absolute()) if wishes.profile else default_profile()
    return run(profile, use_keyring=not wishes.no_keyring, hidden=wishes.tray)


def run(profile: Profile, *, use_keyring: bool, demo: bool = False, hidden: bool = False) -> int:
    """Show a profile's window until the end: `hidden` in the tray, `demo` with the sample life. The exit status."""
    app = make_application()
    watchdog = Watchdog()

    def open_engine(which: Profile, passphrase: str | None) -> Engine:
        return Engine.open(which, passphrase=passphrase, use_keyring=use_keyring)

    session = Session(Theme(app), profile, open_engine, use_keyring=use_keyring, demo=demo, hidden=hidden)
    session.ended.connect(app.quit)
    _catch_bugs(session)
    _obey_interrupts(app, session)
    status = app.exec()
    session.finish()
    watchdog.stop()
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mneme-desktop", description=_("Mneme's window."))
    parser.add_argument("--profile", type=Path, help=_("the profile's folder"))
    parser.add_argument("--demo", action="store_true", help=_("a sample life in a temporary profile"))
    parser.add_argument("--tray", action="store_true", help=_("start in the tray, without the window"))
    parser.add_argument("--no-keyring", action="store_true", help=_("keep the key in a file, not in the keyring"))
    return parser


def _catch_bugs(session: Session) -> None:
    """Whatever nobody caught ends in a window with details, not in silence."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        sys.stderr.write(safe_details(error) + "\n")
        session.show_crash(safe_details(error))

    sys.excepthook = hook


def _obey_interrupts(app: QApplication, session: Session) -> None:
    """Ctrl+C in a terminal, and the system's wish to end, quit. Python sees signals only between its steps."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: session.quit())
    timer = QTimer(app, interval=500)
    timer.timeout.connect(lambda: None)
    timer.start()


if __name__ == "__main__":
    sys.exit(main())
