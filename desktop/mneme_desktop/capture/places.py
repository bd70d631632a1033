"""The files that were left out or failed, with the reason beside each."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from mneme.engine import Engine
from mneme.messages import _
from mneme.types import Entry, EntryState
from mneme_desktop.bridge import Bridge

BATCH = 200
TROUBLED = frozenset({EntryState.FAILED, EntryState.SKIPPED})
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class PlacesModel(QAbstractListModel):
    """Places with trouble, latest first, read in batches as the list is scrolled."""

    arrived = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._entries: list[Entry] = []
        self._more = False
        self._asking = False

    def reread(self) -> None:
        """Begin again from the latest."""
        (self._bridge.query(self, lambda engine: _batch(engine, 0)).named("places").success(self._begin).run())

    def entry(self, row: int) -> Entry:
        return self._entries[row]

    def _begin(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self._entries = entries
        self._more = len(entries) == BATCH
        self._asking = False
        self.endResetModel()
        self.arrived.emit()

    def _append(self, entries: list[Entry]) -> None:
        self._asking = False
        self._more = len(entries) == BATCH
        known = {entry.id for entry in self._entries}
        new = [entry for entry in entries if entry.id not in known]
        if new:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._entries += new
            self.endInsertRows()

    def canFetchMore(self, parent: Index = NOWHERE) -> bool:
        return not parent.isValid() and self._more and not self._asking

    def fetchMore(self, parent: Index = NOWHERE) -> None:
        self._asking = True
        offset = len(self._entries)
        self._bridge.query(self, lambda engine: _batch(engine, offset)).named("places").success(self._append).run()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        entry = self._entries[index.row()]
        return f"{entry.path} — {reason_of(entry)}"


def _batch(engine: Engine, offset: int) -> list[Entry]:
    return engine.entries(TROUBLED, offset=offset, limit=BATCH)


def reason_of(entry: Entry) -> str:
    """Why a place was left out or failed."""
    return entry.reason or (_("failed") if entry.state is EntryState.FAILED else _("left out"))
