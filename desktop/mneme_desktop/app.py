"""The program `mneme-desktop`: reads its arguments, shows the start, opens the profile, shows the window."""

import argparse
import gc
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QLocale, QTimer
from PySide6.QtWidgets import QApplication

from mneme.errors import KnownError
from mneme.messages import _
from mneme.paths import Profile, Profiles, default_profile
from mneme_desktop.bridge import safe_details
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.widgets import button
from mneme_desktop.shell.early import take_language, take_look, take_size
from mneme_desktop.shell.garbage import Collector
from mneme_desktop.shell.instance import QUICK_ASK, QUIT, RAISE, REST, TOKEN, Instance, Wish, claim, tell
from mneme_desktop.shell.profiles import title_among
from mneme_desktop.shell.start import StartWindow
from mneme_desktop.shell.trayicon import tray_icon
from mneme_desktop.watchdog import Watchdog

if TYPE_CHECKING:  # loaded while the start is shown: they are most of the program
    from mneme_desktop.shell.outside import Outside
    from mneme_desktop.shell.session import Session

# Seconds after which a thread lets another go on that waits for the interpreter. The window's thread gives it away with
# many a call to Qt; with Python's 5 ms each such call may wait as long while memories are made.
GIVE_WAY = 0.0002
EXPOSED_MS = 300  # a desktop may take its time to show the start, or never show it


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """The one QApplication, named, and read in the direction of the owner's language."""
    app = QApplication(["mneme-desktop", *arguments])
    app.setApplicationName("Mneme")
    app.setApplicationDisplayName(_("Mneme"))
    app.setDesktopFileName("mneme-desktop")
    app.setWindowIcon(tray_icon("watching"))
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
    if wishes.quit:
        return end(profile)
    do = QUICK_ASK if wishes.quick_ask else REST if wishes.tray else RAISE
    return run(profile, use_keyring=not wishes.no_keyring, hidden=do != RAISE, do=do)


def end(profile: Profile) -> int:
    """Have the Mneme that has this profile open end, if there is one; the exit status."""
    app = QCoreApplication(["mneme-desktop"])
    try:
        tell(profile, Wish(QUIT))
    except KnownError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        app.shutdown()
    return 0


def run(profile: Profile, *, use_keyring: bool, demo: bool = False, hidden: bool = False, do: str = RAISE) -> int:
    """Show a profile's window until the end: `hidden` in the tray, `demo` with the sample life. The exit status.

    Where its window is open already, that one does what `do` says: RAISE, QUICK_ASK or REST.
    """
    take_size(profile)
    app = make_application()
    take_language(app, profile)
    try:
        instance = claim(profile, Wish(do, os.environ.get(TOKEN, "")))
    except KnownError as error:
        return _say(app, error)
    if instance is None:
        return 0
    theme = Theme(app)
    take_look(theme, profile)
    profiles = None if demo else Profiles(default_profile())
    start = None if hidden else show_start(theme, profile, use_keyring=use_keyring, profiles=profiles)
    session, outside = furnish(theme, profile, start, use_keyring=use_keyring, demo=demo, profiles=profiles)
    collector, watchdog = Collector(), Watchdog()
    door = Door(instance, session, outside.obey)
    if do == QUICK_ASK:
        outside.quick_ask()
    session.ended.connect(door.close)
    session.ended.connect(app.quit)
    _catch_bugs(session)
    _obey_interrupts(app, session)
    status = app.exec()
    door.close()
    outside.close()
    session.finish()
    watchdog.stop()
    collector.stop()
    return status


def show_start(theme: Theme, profile: Profile, *, use_keyring: bool, profiles: Profiles | None) -> StartWindow:
    """The start, seen before the rest of the program is loaded."""
    start = StartWindow(theme, profile, use_keyring=use_keyring,
                        title="" if profiles is None else title_among(profiles, profile))
    start.show()
    patience = QDeadlineTimer(EXPOSED_MS)
    while not patience.hasExpired():
        QApplication.processEvents()
        if (handle := start.windowHandle()) is not None and handle.isExposed():
            QApplication.processEvents()  # now it is painted
            break
    return start


def furnish(theme: Theme, profile: Profile, start: StartWindow | None, *, use_keyring: bool, demo: bool,
            profiles: Profiles | None) -> "tuple[Session, Outside]":
    """What the program goes on with."""
    load()
    from mneme.engine import Engine  # noqa: PLC0415 -- slow import
    from mneme_desktop.shell.outside import Outside  # noqa: PLC0415 -- slow import
    from mneme_desktop.shell.session import Session  # noqa: PLC0415 -- slow import

    def open_engine(which: Profile, passphrase: str | None) -> Engine:
        return Engine.open(which, passphrase=passphrase, use_keyring=use_keyring)

    session = Session(theme, profile, open_engine, use_keyring=use_keyring, demo=demo, hidden=start is None,
                      profiles=profiles, start=start)
    return session, Outside(theme, session)


def load() -> None:
    """Load the rest of the program, and have its threads give way to the window's.

    Modules stay until the end. Looking for garbage among them later, whenever many memories had been read, held up the
    window for a tenth of a second.
    """
    gc.disable()
    import mneme_desktop.shell.outside  # noqa: F401, PLC0415 -- slow import, with all that it stands on

    gc.freeze()
    gc.enable()
    sys.setswitchinterval(GIVE_WAY)


class Door:
    """Where later starts are heard: it moves with the session from one profile to another."""

    def __init__(self, instance: Instance, session: "Session", obey: Callable[[Wish], None]) -> None:
        self._instance, self._session, self._obey = instance, session, obey
        instance.wished.connect(obey)
        session.switched.connect(self._move)

    def close(self) -> None:
        """Hear no more."""
        self._instance.close()

    def _move(self, profile: Profile) -> None:
        """Hear at another profile; where another Mneme has it open, that one comes forward and this one ends."""
        try:
            there = claim(profile, Wish(RAISE))
        except KnownError:  # it does not answer: two may have a profile open
            return
        if there is None:
            self._session.quit()
            return
        self._instance.close()
        self._instance = there
        there.wished.connect(self._obey)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mneme-desktop", description=_("Mneme's window."))
    parser.add_argument("--profile", type=Path, help=_("the profile's folder"))
    parser.add_argument("--demo", action="store_true", help=_("a sample life in a temporary profile"))
    parser.add_argument("--tray", action="store_true", help=_("start in the tray, without the window"))
    parser.add_argument("--quick-ask", action="store_true", help=_("show the line for a quick question"))
    parser.add_argument("--quit", action="store_true", help=_("end the Mneme that has this profile open"))
    parser.add_argument("--no-keyring", action="store_true", help=_("keep the key in a file, not in the keyring"))
    return parser


def _say(app: QApplication, error: KnownError) -> int:
    """Say why there is no window. The exit status."""
    sys.stderr.write(f"{error}\n")
    theme = Theme(app)
    sheet = Sheet(None, error.message, error.remedy)
    sheet.buttons.addWidget(button(_("Close"), sheet.accept, "primary"))
    sheet.finished.connect(app.quit)
    sheet.open()
    app.exec()
    theme.deleteLater()
    return 1


def _catch_bugs(session: "Session") -> None:
    """Whatever nobody caught ends in a window with details, not in silence."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        sys.stderr.write(safe_details(error) + "\n")
        session.show_crash(safe_details(error))

    sys.excepthook = hook


def _obey_interrupts(app: QApplication, session: "Session") -> None:
    """Ctrl+C in a terminal, and the system's wish to end, quit. Python sees signals only between its steps."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: session.quit())
    timer = QTimer(app, interval=500)
    timer.timeout.connect(lambda: None)
    timer.start()


if __name__ == "__main__":
    sys.exit(main())
