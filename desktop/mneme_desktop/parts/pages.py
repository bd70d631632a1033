"""Long lists as models that read only the pages that are looked at."""

from collections import OrderedDict
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QTimer, Signal

from mneme.errors import KnownError
from mneme_desktop.bridge import Query

PAGE = 100
PAGES_KEPT = 40
PAGES_WANTED = 3  # asked for at once: those seen last, when someone scrolls fast

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
R = TypeVar("R")


class PagedModel(QAbstractTableModel, Generic[R]):
    """One row a thing; rows not read yet have none. `arrived` comes after the first page of a new or renewed list.

    A model of its own says how a page is asked for (`query`), and what is in it (`parts`).
    """

    arrived = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.total = 0
        self.pages: OrderedDict[int, tuple[R, ...]] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._asked: set[int] = set()
        self._generation = 0
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._ask_wanted)

    # what a model of its own says

    def query(self, number: int, total: int | None) -> Query[Any]:
        """A question for page `number`; `total` is how long the list is, None for the first page of a new one."""
        raise NotImplementedError

    def parts(self, page: Any) -> tuple[tuple[R, ...], int]:
        """What is in a page, and how long the whole list is."""
        raise NotImplementedError

    def is_same(self, _rows: tuple[R, ...], _total: int) -> bool:
        """Whether a list that was read again is the one that is there."""
        return False

    # pages

    def reread(self) -> None:
        """Read the list from its beginning; the old rows stay until the new ones are here."""
        self._generation += 1
        self._wanted.clear()
        self._asked.clear()
        self.query(0, None).named("first").success(partial(self._begun, self._generation)).failure(
            self.failed.emit).run()

    def _begun(self, generation: int, page: Any) -> None:
        if generation != self._generation:
            return
        rows, total = self.parts(page)
        if not self.is_same(rows, total):
            self.beginResetModel()
            self.pages.clear()
            self.pages[0], self.total = rows, total
            self.endResetModel()
        self.arrived.emit()

    def at(self, row: int) -> R | None:
        """What stands in a row, if it has been read; else its page is asked for."""
        number, place = divmod(row, PAGE)
        page = self.pages.get(number)
        if page is None:
            self._want(number)
            return None
        self.pages.move_to_end(number)
        return page[place] if place < len(page) else None

    def loaded(self) -> int:
        """How many rows are held in memory."""
        return sum(len(page) for page in self.pages.values())

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
            self.query(number, self.total).success(partial(self._came, self._generation, number)).failure(
                partial(self._went_wrong, self._generation)).run()
        self._wanted.clear()

    def _went_wrong(self, generation: int, error: KnownError) -> None:
        """The page stays in `_asked`, so that a broken store is not asked again with every repaint."""
        if generation == self._generation:
            self.failed.emit(error)

    def _came(self, generation: int, number: int, page: Any) -> None:
        if generation != self._generation:
            return
        self._asked.discard(number)
        self.pages[number] = self.parts(page)[0]
        while len(self.pages) > PAGES_KEPT:
            self.pages.popitem(last=False)
        first, last = number * PAGE, min((number + 1) * PAGE, self.total) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    # Qt's side

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self.total

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 1
