"""The list of memories as a model that reads only the pages that are looked at."""

from collections import OrderedDict
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import Memory, MemoryFilter, Page
from mneme_desktop.bridge import Bridge
from mneme_desktop.parts.naming import first_words, source_line
from mneme_desktop.parts.widgets import plain_tip

PAGE = 100
PAGES_KEPT = 60
PAGES_WANTED = 3  # asked for at once: those seen last, when someone scrolls fast
MEMORY_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class MemoryModel(QAbstractTableModel):
    """One row a memory; rows not read yet have no memory. `arrived` comes after the first page of a new list."""

    arrived = Signal()
    failed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._what = MemoryFilter()
        self._total = 0
        self._pages: OrderedDict[int, tuple[Memory, ...]] = OrderedDict()
        self._stale: set[int] = set()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._asked: set[int] = set()
        self._generation = 0
        self.read = 0  # pages asked of the engine, in all
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._ask_wanted)

    # what is listed

    @property
    def what(self) -> MemoryFilter:
        return self._what

    @property
    def total(self) -> int:
        return self._total

    def show_list(self, what: MemoryFilter) -> None:
        """List something else. The old rows stay until the first new page is here; older requests are dropped."""
        self._what = what
        self._begin(0)

    def reread(self, row: int = 0) -> None:
        """Read the list again from around `row`: something in it has changed."""
        self._begin(row // PAGE)

    def mark_stale(self, memories: frozenset[int]) -> None:
        """Read the pages again on which these memories stand."""
        for number, page in self._pages.items():
            if any(memory.id in memories for memory in page):
                self._stale.add(number)
        if self._stale and self._total:
            self.dataChanged.emit(self.index(0, 0), self.index(self._total - 1, 0))

    def _begin(self, number: int) -> None:
        self._generation += 1
        self._wanted.clear()
        self._asked.clear()
        generation, what = self._generation, self._what
        self.read += 1
        (self._bridge.query(self, lambda engine: engine.list_memories(what, offset=number * PAGE, limit=PAGE))
            .named("first").success(lambda page: self._begun(generation, number, page))
            .failure(self.failed.emit).run())

    def _begun(self, generation: int, number: int, page: Page) -> None:
        if generation != self._generation:
            return
        if page.total != self._total or number == 0:
            self.beginResetModel()
            self._pages.clear()
            self._keep(number, page)
            self._total = page.total
            self.endResetModel()
        else:
            self._stale = set(self._pages)
            self._keep(number, page)
            self._changed(0, self._total - 1)
        self.arrived.emit()

    # pages

    def memory(self, row: int) -> Memory | None:
        """The memory of a row, if it has been read; else its page is asked for."""
        number, place = divmod(row, PAGE)
        page = self._pages.get(number)
        if page is None or number in self._stale:
            self._want(number)
        if page is None or place >= len(page):
            return None
        self._pages.move_to_end(number)
        return page[place]

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
        generation, what = self._generation, self._what
        for number in list(self._wanted):
            self._asked.add(number)
            self.read += 1
            self._ask(generation, what, number)
        self._wanted.clear()

    def _ask(self, generation: int, what: MemoryFilter, number: int) -> None:
        (self._bridge.query(self, lambda engine: engine.list_memories(what, offset=number * PAGE, limit=PAGE))
            .success(lambda page: self._came(generation, number, page))
            .failure(lambda error: self._went_wrong(generation, number, error)).run())

    def _came(self, generation: int, number: int, page: Page) -> None:
        if generation != self._generation:
            return
        self._asked.discard(number)
        self._keep(number, page)
        if page.total != self._total:
            self.reread(number * PAGE)
            return
        first = number * PAGE
        self._changed(first, min(first + PAGE, self._total) - 1)

    def _went_wrong(self, generation: int, number: int, error: KnownError) -> None:
        """The page stays in `_asked`, so that a broken store is not asked again with every repaint."""
        if generation == self._generation:
            self.failed.emit(error)

    def _keep(self, number: int, page: Page) -> None:
        self._pages[number] = page.memories
        self._pages.move_to_end(number)
        self._stale.discard(number)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)

    def _changed(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    # Qt's side

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        wanted = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole,
                  MEMORY_ROLE)
        if role not in wanted:
            return None
        memory = self.memory(index.row())
        if memory is None:
            return None
        if role == MEMORY_ROLE:
            return memory
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(memory.text)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ". ".join((first_words(memory), source_line(memory), *((_("Pinned"),) if memory.pinned else ())))
        return first_words(memory)
