"""A strip above the rooms for what the owner should know about the profile; each can be put away."""

import hashlib
from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from mneme.messages import _
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.widgets import IconButton, Picture, clear, column, frame, label, row


def name_of(notice: str) -> str:
    """A short name under which it is remembered that a notice was put away."""
    return hashlib.blake2b(notice.encode(), digest_size=8).hexdigest()


class Notices(QWidget):
    """`put_away` carries the name of the notice that was put away."""

    put_away = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: list[str] = []
        self._lines = column(self, 8, (16, 12, 16, 0))
        self.hide()

    def show_these(self, notices: Iterable[str], away: set[str]) -> None:
        """Show the notices that have not been put away."""
        wanted = [notice for notice in notices if name_of(notice) not in away]
        if wanted == self._shown:
            return
        self._shown = wanted
        clear(self._lines)
        for notice in wanted:
            self._lines.addWidget(self._line(notice))
        self.setVisible(bool(wanted))

    def _line(self, notice: str) -> QWidget:
        strip = frame("notice")
        inner = row(strip, 10, (14, 8, 8, 8))
        inner.addWidget(Picture(self._theme, "warning", "warm", 18), 0, Qt.AlignmentFlag.AlignVCenter)
        inner.addWidget(label(notice, wrap=True, selectable=True), 1)
        inner.addWidget(IconButton(self._theme, "close", _("Put this notice away"), lambda: self._away(notice),
                                   size=14))
        return strip

    def put_all_away(self) -> None:
        """Put away every notice shown."""
        for notice in list(self._shown):
            self._away(notice)

    def _away(self, notice: str) -> None:
        self.put_away.emit(name_of(notice))
        self.show_these(list(self._shown), {name_of(notice)})
