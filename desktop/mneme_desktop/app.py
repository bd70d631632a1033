"""The program `mneme-desktop`: reads its arguments, opens the profile, shows the window."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication

from mneme.engine import Engine
from mneme.messages import _
from mneme.paths import Profile, default_profile
from mneme_desktop.bridge import safe_details
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.session import Session
from mneme_desktop.watchdog import Watchdog


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
