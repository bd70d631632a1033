"""The list of memories as a model over their ids, of which only the pages that are looked at are read."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QElapsedTimer,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import FirstRows, Memory, MemoryFilter
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.memories.runs import Change, between, runs_of
from mneme_desktop.parts.naming import first_words, source_line
from mneme_desktop.parts.widgets import plain_tip

PAGE = 100
KEPT = 6_000  # memories held at once
PAGES_WANTED = 3  # asked for at once: those seen last, when someone scrolls fast
MEMORY_ROLE = Qt.ItemDataRole.UserRole + 1
SLOW_FIRST = ("most retained", "least retained")  # orders in which the first rows take as long as all of them

Ids = NDArray[np.int64]
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class MemoryModel(QAbstractTableModel):
    """One row a memory; rows not read yet have no memory.

    `arrived` comes when rows of a new list are there, and again whenever all its rows are known: then it is `whole`.
    `changing` is true while rows come and go by themselves, so that what is selected meanwhile is nobody's choice.
    """

    arrived = Signal()
    failed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._what = MemoryFilter()
        self._ids: Ids = np.empty(0, np.int64)
        self.whole = False
        self.loading = False
        self.changing = False
        self.listed = False  # whether any rows of this list have come
        self._held: OrderedDict[int, Memory] = OrderedDict()
        self._stale: set[int] = set()
        self._gone: set[int] = set()  # ids that nothing was found for: not asked again until the list is
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._asked: set[int] = set()
        self._running: Operation[Any] | None = None
        self._again = False
        self._generation = 0
        self.read = 0  # calls of the engine, in all
        self.took_ms = 0  # how long all ids of this list took to come
        self._watch = QElapsedTimer()
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._ask_wanted)

    # what is listed

    @property
    def what(self) -> MemoryFilter:
        return self._what

    def rest_ms(self, share: int) -> int:
        """How long to leave the list alone, so that reading it takes one part in `share` of the time at most."""
        return max(share * self.took_ms - (self._watch.elapsed() if self._watch.isValid() else 0), 0)

    @property
    def total(self) -> int:
        """How many rows there are, as far as they are known."""
        return len(self._ids)

    def show_list(self, what: MemoryFilter) -> None:
        """List something else. The old rows stay until the first new ones are here; what was asked for is stopped."""
        self._what = what
        self.listed = self.whole = self._again = False
        self._wanted.clear()
        self._asked.clear()
        if what.order in SLOW_FIRST:
            self._read_ids()
        else:
            self._read_first()

    def reread(self) -> None:
        """Ask again which memories the list has: something in it may have changed. Its rows stay meanwhile."""
        if self._running is not None:
            self._again = True
        else:
            self._read_ids()

    def recheck(self, memories: frozenset[int]) -> None:
        """Let rows of these memories go at once that the list no longer shows; what comes, comes with `reread`."""
        here = self._ids[np.isin(self._ids, np.fromiter(memories, np.int64))].tolist()
        if not here:
            return
        what = self._what

        def found(shown: frozenset[int]) -> None:
            if what == self._what and (gone := [one for one in here if one not in shown]):
                self._become(self._ids[~np.isin(self._ids, gone)], whole=self.whole)

        self.read += 1
        (self._bridge.operation(self, lambda engine, _op: engine.browse.among(what, here)).on("lists")
            .success(found).failure(self.failed.emit).run())

    def mark_stale(self, memories: frozenset[int] | None) -> None:
        """Read these memories again where they are seen; None: all."""
        self._stale |= self._held.keys() if memories is None else self._held.keys() & memories
        self._gone.clear()
        if self._stale and self.total:
            self._changed(0, self.total - 1)

    def _read_first(self) -> None:
        what = self._what
        self._run(lambda engine, op: engine.browse.first(what, PAGE, op.cancelled), self._first_came)

    def _read_ids(self) -> None:
        what = self._what
        self._watch.start()
        self._run(lambda engine, op: engine.browse.ids(what, op.cancelled), self._ids_came)

    def _run(self, work: Any, then: Any) -> None:
        """One such call at a time: the newest."""
        self._generation += 1
        generation = self._generation
        if self._running is not None:
            self._running.cancel()
        self.read += 1
        self.loading = True
        self._running = (self._bridge.operation(self, work).on("lists")
                         .success(lambda found: then(found) if self._done(generation) else None)
                         .failure(lambda error: self._failed(generation, error)))
        self._running.run()

    def _done(self, generation: int) -> bool:
        if generation != self._generation:
            return False
        self._running, self.loading = None, False
        return True

    def _failed(self, generation: int, error: KnownError) -> None:
        if self._done(generation):
            self.failed.emit(error)

    def _first_came(self, found: FirstRows) -> None:
        self._hold(found.memories)
        self._begin(np.array([memory.id for memory in found.memories], np.int64), found.whole)
        if not found.whole:
            self._read_ids()

    def _ids_came(self, found: Ids) -> None:
        self.took_ms = self._watch.restart()
        if self.listed:
            self._become(np.asarray(found, np.int64))
        else:
            self._begin(np.asarray(found, np.int64), True)
        if self._again:
            self._again = False
            self._read_ids()

    # rows come and go

    def _begin(self, ids: Ids, whole: bool) -> None:
        """Show another list."""
        self.beginResetModel()
        self._ids, self.whole, self.listed = ids, whole, True
        self._forget_requests()
        self.endResetModel()
        self.arrived.emit()

    def _become(self, ids: Ids, *, whole: bool = True) -> None:
        """Show what the same list has become: by rows that come and go, or, where that is too much, all at once."""
        self.whole = whole
        change = between(self._ids, ids)
        self.changing = True
        if change is None:
            self.beginResetModel()
            self._ids = ids
            self._forget_requests()
            self.endResetModel()
        else:
            self._alter(change, ids)
        self.changing = False
        self.arrived.emit()

    def _alter(self, change: Change, ids: Ids) -> None:
        for top, bottom in reversed(change.gone):
            self.beginRemoveRows(NOWHERE, top, bottom)
            self._ids = np.delete(self._ids, slice(top, bottom + 1))
            self.endRemoveRows()
        for top, bottom in change.new:
            self.beginInsertRows(NOWHERE, top, bottom)
            self._ids = np.insert(self._ids, top, ids[top:bottom + 1])
            self.endInsertRows()
        self._ids = ids
        self._forget_requests()
        self._changed(0, self.total - 1)

    def _forget_requests(self) -> None:
        self._wanted.clear()
        self._asked.clear()
        self._gone.clear()

    # ids

    @property
    def ids(self) -> Ids:
        """The memories of all rows that are known, in their order; not to be changed."""
        return self._ids

    def id_of(self, row: int) -> int | None:
        """The memory of a row, whether it has been read or not."""
        return int(self._ids[row]) if 0 <= row < self.total else None

    def row_of(self, memory: int) -> int | None:
        """Where a memory stands in the list."""
        found = np.flatnonzero(self._ids == memory)
        return int(found[0]) if len(found) else None

    def ids_of(self, ranges: Sequence[tuple[int, int]]) -> Ids:
        """The memories of some stretches of rows, ends included."""
        parts = [self._ids[top:bottom + 1] for top, bottom in ranges]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def ranges_of(self, ids: Ids) -> list[tuple[int, int]]:
        """The stretches of rows in which these memories stand."""
        return runs_of(np.flatnonzero(np.isin(self._ids, ids)))

    # pages

    def memory(self, row: int) -> Memory | None:
        """The memory of a row, if it has been read; else its page is asked for."""
        if not 0 <= row < self.total:
            return None
        number = int(self._ids[row])
        memory = self._held.get(number)
        if memory is None:
            if number not in self._gone:
                self._want(row // PAGE)
            return None
        if number in self._stale:
            self._want(row // PAGE)
        self._held.move_to_end(number)
        return memory

    def loaded(self) -> int:
        """How many memories are held."""
        return len(self._held)

    def _want(self, page: int) -> None:
        if page in self._asked:
            return
        self._wanted[page] = None
        self._wanted.move_to_end(page)
        while len(self._wanted) > PAGES_WANTED:
            self._wanted.popitem(last=False)
        if not self._soon.isActive():
            self._soon.start()

    def _ask_wanted(self) -> None:
        for page in list(self._wanted):
            ids = [number for number in self._ids[page * PAGE:(page + 1) * PAGE].tolist()
                   if number not in self._held or number in self._stale]
            self._asked.add(page)
            self.read += 1
            self._ask(page, ids)
        self._wanted.clear()

    def _ask(self, page: int, ids: list[int]) -> None:
        """A page that fails stays in `_asked`, so that a broken store is not asked again with every repaint."""
        (self._bridge.operation(self, lambda engine, _op: engine.browse.memories(ids)).on("lists")
            .success(lambda found: self._came(page, ids, found)).failure(self.failed.emit).run())

    def _came(self, page: int, ids: list[int], found: Sequence[Memory]) -> None:
        self._asked.discard(page)
        self._stale.difference_update(ids)
        self._gone |= set(ids) - {memory.id for memory in found}
        self._hold(found)
        self._changed(page * PAGE, min((page + 1) * PAGE, self.total) - 1)

    def _hold(self, memories: Sequence[Memory]) -> None:
        for memory in memories:
            self._held[memory.id] = memory
            self._held.move_to_end(memory.id)
        while len(self._held) > KEPT:
            self._stale.discard(self._held.popitem(last=False)[0])

    def _changed(self, first: int, last: int) -> None:
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    # Qt's side

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self.total

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _ROLES:
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


_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole, MEMORY_ROLE)
