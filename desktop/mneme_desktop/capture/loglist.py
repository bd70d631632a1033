"""What was taken in and left out as a model that reads only the pages that are looked at."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QObject, Qt

from mneme.messages import _
from mneme.types import LogLine, LogPage
from mneme_desktop.bridge import Bridge, Query
from mneme_desktop.capture.capturing import name_of
from mneme_desktop.parts import texts
from mneme_desktop.parts.pages import PAGE, Index, PagedModel
from mneme_desktop.parts.widgets import plain_tip

LINE_ROLE = Qt.ItemDataRole.UserRole + 1
SPOKEN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class LogModel(PagedModel[LogLine]):
    """One row a line of the log: those in some states, with some words."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.states: frozenset[str] = frozenset()
        self.words = ""
        self.counts: Mapping[str, int] = {}
        self.listed = False  # whether a list has come

    def show_list(self, states: frozenset[str], words: str) -> None:
        """List something else, from its beginning; the old rows stay until the new ones are here."""
        self.states, self.words = states, words
        self.reread()

    def query(self, number: int, total: int | None) -> Query[LogPage]:
        states, words = self.states, self.words
        return self._bridge.query(self, lambda engine: engine.capture.lines(
            states, words, offset=number * PAGE, limit=PAGE))

    def parts(self, page: LogPage) -> tuple[tuple[LogLine, ...], int]:
        self.counts, self.listed = page.counts, True
        return page.lines, page.total

    def is_same(self, rows: tuple[LogLine, ...], total: int) -> bool:
        return self.total == total and self.pages.get(0) == rows

    def row_of(self, line: LogLine) -> int | None:
        """The row in which the same thing stands now, among those that were read."""
        for number, page in self.pages.items():
            for place, one in enumerate(page):
                if (one.entry, one.what) == (line.entry, line.what) and (one.entry or one.at == line.at):
                    return number * PAGE + place
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (*SPOKEN, Qt.ItemDataRole.ToolTipRole, LINE_ROLE):
            return None
        line = self.at(index.row())
        if line is None:
            return None
        if role == LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{line.what}\n{why_of(line)}" if line.why else line.what)
        return f"{name_of(line.what)}. {why_of(line)}. {texts.local_time(line.at)}"


def state_of_line(line: LogLine) -> str:
    """What became of it, in a word or two."""
    return {"done": _("taken in"), "skipped": _("left out"), "failed": _("failed"), "waiting": _("waiting"),
            "gone": _("not there any more")}.get(line.state, line.state)


def why_of(line: LogLine) -> str:
    """What became of it, with the reason: "left out · is a cache"."""
    return " · ".join(part for part in (state_of_line(line), texts.one_line(line.why or "")) if part)


def folder_of(line: LogLine) -> str:
    """The folder that it lies in; "" for what is no place."""
    parent = texts.home_short(str(PurePath(line.what).parent)) if line.entry else ""
    return "" if parent == "." else parent


def icon_of(line: LogLine) -> tuple[str, str]:
    """The icon of what became of it, and the colour that it is drawn in."""
    return {"done": ("check", "accent"), "skipped": ("skip", "muted"), "failed": ("warning", "warm"),
            "waiting": ("wait", "muted"), "gone": ("gone", "muted")}.get(line.state, ("file", "muted"))
