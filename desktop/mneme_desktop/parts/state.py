"""What the window keeps between two runs: its place, its parts, the notices that were put away."""

import contextlib
from pathlib import Path

from PySide6.QtCore import QRect, QSettings, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from mneme.paths import Profile

FIRST_SIZE = QSize(1360, 860)
TRAY, QUIT = "tray", "quit"
SEEN = 80  # pixels of the window that must lie on a screen for it to be found again


class WindowState:
    """Reads and writes the profile's window.ini. It holds no memory's text."""

    def __init__(self, profile: Profile) -> None:
        self._settings = QSettings(str(profile.window_state), QSettings.Format.IniFormat)

    def restore_place(self, window: QWidget) -> None:
        """Put the window where it was, or, where no screen shows that place now, in the middle of one."""
        window.resize(FIRST_SIZE.boundedTo(_screen().size()))
        kept = self._settings.value("geometry")
        if kept is not None:
            window.restoreGeometry(kept)
        if not _on_a_screen(window.geometry()):
            _centre(window)

    def keep_place(self, window: QWidget) -> None:
        self._settings.setValue("geometry", window.saveGeometry())

    def restore_splitter(self, splitter: QSplitter) -> None:
        kept = self._settings.value("splitter")
        if kept is not None:
            splitter.restoreState(kept)

    def keep_splitter(self, splitter: QSplitter) -> None:
        self._settings.setValue("splitter", splitter.saveState())

    def put_away(self) -> set[str]:
        """The notices that the owner has put away."""
        kept = self._settings.value("notices_put_away", [])
        return set(kept) if isinstance(kept, list) else {str(kept)}

    def put_notice_away(self, notice: str) -> None:
        self._settings.setValue("notices_put_away", sorted(self.put_away() | {notice}))

    def closing(self) -> str:
        """What becomes of Mneme when its window is closed: TRAY, QUIT, or "" while the owner was not asked."""
        return str(self._settings.value("closing", ""))

    def keep_closing(self, choice: str) -> None:
        self._settings.setValue("closing", choice)

    def is_nobody(self) -> bool:
        """Whether the owner has said to be none of those who speak in the chats."""
        return str(self._settings.value("nobody", "")) == "yes"

    def keep_nobody(self) -> None:
        self._settings.setValue("nobody", "yes")

    def for_start(self, key: str) -> str:
        """A setting that is needed before the store is open, as it was last kept; "": never."""
        return str(self._settings.value(f"start/{key}", ""))

    def keep_for_start(self, key: str, value: str) -> None:
        self._settings.setValue(f"start/{key}", value)
        self.save()

    def save(self) -> None:
        """Write the file, for its owner's eyes alone."""
        self._settings.sync()
        with contextlib.suppress(OSError):  # a disk that is full or read-only loses the window's place, nothing else
            Path(self._settings.fileName()).chmod(0o600)


def _screen() -> QRect:
    return QGuiApplication.primaryScreen().availableGeometry()


def _on_a_screen(place: QRect) -> bool:
    """Whether enough of the title's end is seen to take hold of it."""
    for screen in QGuiApplication.screens():
        seen = screen.availableGeometry().intersected(place)
        if seen.width() >= SEEN and seen.height() >= SEEN and place.top() >= screen.availableGeometry().top() - 8:
            return True
    return False


def _centre(window: QWidget) -> None:
    screen = _screen()
    size = window.size().boundedTo(screen.size())
    window.resize(size)
    window.move(screen.left() + (screen.width() - size.width()) // 2,
                screen.top() + (screen.height() - size.height()) // 2)
