"""What was taken in and left out as a model that reads only the pages that are looked at."""

from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from mneme.messages import _
from mneme.types import LogLine, LogPage
from mneme_desktop.bridge import Bridge, Query
from mneme_desktop.capture.capturing import name_of
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import plain_tip

PAGE = 100
PAGES_KEPT = 40
PAGES_WANTED = 3  # asked for at once: those seen last, when someone scrolls fast
LINE_ROLE = Qt.ItemDataRole.UserRole + 1
SPOKEN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class LogModel(QAbstractTableModel):
    """One row a line; rows not read yet have none. `arrived` comes after the first page of a new or renewed list."""

    arrived = Signal()
    failed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.states: frozenset[str] = frozenset()
        self.words = ""
        self.counts: Mapping[str, int] = {}
        self.total = 0
        self.listed = False  # whether a list has come
        self._pages: OrderedDict[int, tuple[LogLine, ...]] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._asked: set[int] = set()
        self._generation = 0
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._ask_wanted)

    def show_list(self, states: frozenset[str], words: str) -> None:
        """List something else, from its beginning; the old rows stay until the new ones are here."""
        self.states, self.words = states, words
        self.reread()

    def reread(self) -> None:
        """Read the list again from the newest."""
        self._generation += 1
        self._wanted.clear()
        self._asked.clear()
        self._query(0, "first").success(partial(self._begun, self._generation)).failure(self.failed.emit).run()

    def _query(self, number: int, name: str) -> Query[LogPage]:
        states, words = self.states, self.words
        made = self._bridge.query(self, lambda engine: engine.capture.lines(
            states, words, offset=number * PAGE, limit=PAGE))
        return made.named(name) if name else made

    def _begun(self, generation: int, page: LogPage) -> None:
        if generation != self._generation:
            return
        same = self.total == page.total and self._pages.get(0) == page.lines
        self.counts, self.listed = page.counts, True
        if not same:
            self.beginResetModel()
            self._pages.clear()
            self._pages[0] = page.lines
            self.total = page.total
            self.endResetModel()
        self.arrived.emit()

    def line(self, row: int) -> LogLine | None:
        """The line of a row, if it has been read; else its page is asked for."""
        number, place = divmod(row, PAGE)
        page = self._pages.get(number)
        if page is None:
            self._want(number)
            return None
        self._pages.move_to_end(number)
        return page[place] if place < len(page) else None

    def row_of(self, line: LogLine) -> int | None:
        """The row in which the same thing stands now, among those that were read."""
        for number, page in self._pages.items():
            for place, one in enumerate(page):
                if (one.entry, one.what) == (line.entry, line.what) and (one.entry or one.at == line.at):
                    return number * PAGE + place
        return None

    def loaded(self) -> int:
        """How many rows are held in memory."""
        return sum(len(page) for page in self._pages.values())

    def _want(self, number: int) -> None:
        if number in self._asked:
            return
        self._wanted[number] = None
        self._wanted.move_to_end(number)
        while len(self._wanted) > PAGES_WANTED:
            self._wanted.popitem(last=False)
        if not self._soon.isActive():
            self._soon.start()

    def _ask_wanted(self) -> None:
        for number in list(self._wanted):
            self._asked.add(number)
            self._query(number, "").success(partial(self._came, self._generation, number)).failure(
                self.failed.emit).run()
        self._wanted.clear()

    def _came(self, generation: int, number: int, page: LogPage) -> None:
        if generation != self._generation:
            return
        self._asked.discard(number)
        self._pages[number] = page.lines
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        last = min((number + 1) * PAGE, self.total) - 1
        if last >= number * PAGE:
            self.dataChanged.emit(self.index(number * PAGE, 0), self.index(last, 0))

    # Qt's side

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self.total

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (*SPOKEN, Qt.ItemDataRole.ToolTipRole, LINE_ROLE):
            return None
        line = self.line(index.row())
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
    parent = str(PurePath(line.what).parent) if line.entry else ""
    return "" if parent == "." else parent


def icon_of(line: LogLine) -> tuple[str, str]:
    """The icon of what became of it, and the colour that it is drawn in."""
    return {"done": ("check", "accent"), "skipped": ("skip", "muted"), "failed": ("warning", "warm"),
            "waiting": ("wait", "muted"), "gone": ("gone", "muted")}.get(line.state, ("file", "muted"))
