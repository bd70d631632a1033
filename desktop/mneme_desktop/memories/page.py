"""The room of all memories: search as you type, and a long list of all, the faded, facts, days, or the bin."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHeaderView, QLineEdit, QMenu, QStackedLayout, QTableView, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import Changes, Kind, MemoryFilter
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.delegate import ROW_HEIGHT, MemoryDelegate
from mneme_desktop.memories.model import PAGE, MemoryModel
from mneme_desktop.panel.keeping import Pick
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import Chip, Flow, Picture, button, column, frame, give_lit, label, row, say

TYPING_MS = 120
CHANGES_MS = 400

LISTS: dict[str, MemoryFilter] = {
    "all": MemoryFilter(),
    "faded": MemoryFilter(faded=True),
    "facts": MemoryFilter(kinds=frozenset((Kind.FACT,)), faded=None),
    "days": MemoryFilter(kinds=frozenset((Kind.SUMMARY,)), faded=None),
    "bin": MemoryFilter(bin=True),
}


class SearchLine(QLineEdit):
    """Tells when it has the keyboard, and hands the arrow down to the list."""

    lit = Signal(bool)
    down = Signal()

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.lit.emit(True)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.lit.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.down.emit()
        else:
            super().keyPressEvent(event)


class MemoryTable(QTableView):
    """The list itself: one column, rows of one height, nothing measured."""

    removal = Signal()

    def __init__(self, theme: Theme, model: MemoryModel) -> None:
        super().__init__()
        self.setModel(model)
        self._delegate = MemoryDelegate(theme)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(_("Memories"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removal.emit()
        else:
            super().keyPressEvent(event)


class MemoriesPage(QWidget):
    """`opened` carries a memory's id; `forget`, `restore`, `erase` carry a Pick and how many it picks."""

    opened = Signal(int)
    forget = Signal(object, int)
    restore = Signal(object, int)
    erase = Signal(object, int)
    add_wanted = Signal()
    ask_wanted = Signal(str)
    order_wanted = Signal()

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self.listed = False  # whether the list has been read once
        self._whole = 0  # how long the list is without a search
        self._keep = (0, -1)  # where the list is scrolled to, and the row of the keyboard, over a re-reading
        self.model = MemoryModel(bridge, self)
        self.model.arrived.connect(self._arrived)
        self.model.failed.connect(self._show_error)
        self.table = MemoryTable(theme, self.model)
        self.search = SearchLine()
        self._build()
        self._connect()
        self._stale_soon = QTimer(self, interval=CHANGES_MS, singleShot=True)
        self._stale_soon.timeout.connect(self._reread)
        self.model.show_list(MemoryFilter())

    # building

    def _build(self) -> None:
        box = frame("input")
        inner = row(box, 10, (16, 11, 16, 11))
        self.search.setPlaceholderText(_("Search your memories"))
        self.search.setAccessibleName(_("Search your memories"))
        self.search.setAcceptDrops(False)  # files dropped here are for the window
        self.search.lit.connect(lambda on: give_lit(box, on))
        self.count = label("", "small")
        inner.addWidget(Picture(self._theme, "search"))
        inner.addWidget(self.search, 1)
        inner.addWidget(self.count)
        self._lists = QButtonGroup(self)  # one of them is on, and the arrow keys go from one to the next
        self.choices = {name: Chip(words, partial(self.show_only, name), checkable=True) for name, words in (
            ("all", _("All")), ("faded", _("Faded")), ("facts", _("Facts")), ("days", _("Days")),
            ("bin", _("In the bin")))}
        self.choices["all"].setChecked(True)
        self._picked = label("", "small")
        self._forget = Chip(_("Forget"), self._forget_picked)
        self._restore = Chip(_("Restore"), self._restore_picked)
        self._erase = Chip(_("Erase…"), self._erase_picked)
        chips = Flow()
        for choice in self.choices.values():
            self._lists.addButton(choice)
            chips.add(choice)
        acts = row()
        acts.addWidget(self._picked)
        for action in (self._forget, self._restore, self._erase):
            acts.addWidget(action)
        above = row(spacing=16)
        above.addWidget(chips, 1)
        above.addLayout(acts)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._message())
        outer = column(self, 12, (32, 24, 24, 16))
        outer.addWidget(box)
        outer.addLayout(above)
        outer.addLayout(self._stack, 1)
        self._selection_changed()

    def _message(self) -> QWidget:
        self._headline = label("", "title", wrap=True)
        self._sentence = label("", "muted", wrap=True)
        self._add = button(_("Add a folder…"), self.add_wanted.emit, "primary")
        box = QWidget()
        inner = column(box, 8, (16, 48, 16, 16))
        inner.addWidget(self._headline)
        inner.addWidget(self._sentence)
        inner.addSpacing(8)
        inner.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeading)
        self._ask = Chip(_("Ask this as a question"), lambda: self.ask_wanted.emit(self.search.text().strip()))
        inner.addWidget(self._ask, 0, Qt.AlignmentFlag.AlignLeading)
        self._order = button(_("Put in order now"), self.order_wanted.emit)
        inner.addWidget(self._order, 0, Qt.AlignmentFlag.AlignLeading)
        inner.addStretch(1)
        return box

    def _connect(self) -> None:
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._search_now)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.down.connect(self._into_list)
        self.table.selectionModel().selectionChanged.connect(lambda _on, _off: self._selection_changed())
        self.table.selectionModel().currentChanged.connect(lambda new, _old: self._open_row(new.row()))
        self.table.clicked.connect(lambda index: self._open_row(index.row()))
        self.table.removal.connect(self._remove_picked)
        self.table.customContextMenuRequested.connect(self._context_menu)

    # what is listed

    def show_only(self, which: str) -> None:
        """List one of LISTS."""
        self.choices[which].setChecked(True)
        self._search_now()

    def show_bin(self, in_bin: bool) -> None:
        """List what is in the bin, or what is not."""
        self.show_only("bin" if in_bin else "all")

    @property
    def which(self) -> str:
        """Which of LISTS is chosen."""
        return next(name for name, choice in self.choices.items() if choice.isChecked())

    @property
    def in_bin(self) -> bool:
        return self.which == "bin"

    def _search_now(self) -> None:
        self._typing.stop()
        self._keep = (0, -1)
        self.model.show_list(replace(LISTS[self.which], query=self.search.text().strip()))

    def set_bin_count(self, count: int) -> None:
        self.choices["bin"].setText(_("In the bin · {n}").format(n=texts.number(count)) if count else _("In the bin"))

    def changed(self, changes: Changes) -> None:
        """Something was committed: read again what it touches, at most a few times a second."""
        if changes.everything or changes.memories:
            self.model.mark_stale(changes.memories)
            if not self._stale_soon.isActive():
                self._stale_soon.start()

    def _reread(self) -> None:
        self._keep = (self.table.verticalScrollBar().value(), self.table.currentIndex().row())
        self.model.reread(max(self.table.rowAt(1), 0))

    def _arrived(self) -> None:
        self.listed = True
        if self.model.what == LISTS["all"]:
            self._whole = self.model.total
        self._show_count()
        if self.model.total:
            self._stack.setCurrentIndex(0)
            self._put_back(*self._keep)
        else:
            self._show_empty()
        self._selection_changed()

    def _put_back(self, scrolled: int, row: int) -> None:
        """Have the list stand where it stood, with the keyboard in the same row, though nothing is selected."""
        if row >= 0 and not self.table.currentIndex().isValid():
            blocker = QSignalBlocker(self.table.selectionModel())
            self.table.selectionModel().setCurrentIndex(
                self.model.index(min(row, self.model.total - 1), 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            blocker.unblock()
        self.table.verticalScrollBar().setValue(scrolled)

    def _show_count(self) -> None:
        total = texts.number(self.model.total)
        if self.model.what.query and self.which == "all" and self._whole:
            self.count.setText(_("{n} of {total}").format(n=total, total=texts.number(self._whole)))
        else:
            self.count.setText(total if self.model.total else "")

    def _show_empty(self) -> None:
        query, which = self.model.what.query, self.which
        self._add.setVisible(not query and which == "all")
        self._ask.setVisible(bool(query) and which != "bin")
        self._order.setVisible(not query and which in ("facts", "days"))
        if query:
            self._say(_("Nothing has the words “{query}”.").format(query=texts.one_line(query, 60)),
                      _("Try fewer words, or only the beginning of one."))
        else:
            self._say(*_nothing_in(which))

    def _show_error(self, error: KnownError) -> None:
        for way in (self._add, self._ask, self._order):
            way.hide()
        self._say(error.message, error.remedy)

    def _say(self, headline: str, sentence: str) -> None:
        say(self._headline, headline)
        say(self._sentence, sentence)
        self._stack.setCurrentIndex(1)

    # picking

    def _ranges(self) -> list[tuple[int, int]]:
        selection = self.table.selectionModel().selection()
        found = (selection.at(n) for n in range(selection.count()))
        return sorted((part.top(), part.bottom()) for part in found)

    def picked(self) -> int:
        """How many rows are selected."""
        return sum(bottom - top + 1 for top, bottom in self._ranges())

    def _pick(self) -> Pick:
        """The ids of the selected rows; rows that were never looked at are read on the worker thread."""
        ranges, what, total = self._ranges(), self.model.what, self.model.total
        if self.picked() <= PAGE:
            rows = [self.model.memory(row) for top, bottom in ranges for row in range(top, bottom + 1)]
            known = [memory.id for memory in rows if memory is not None]
            if len(known) == len(rows):
                return lambda _engine: known
        return lambda engine: _ids_of(engine, what, ranges, total)

    def _selection_changed(self) -> None:
        count = self.picked()
        self._picked.setText(ngettext("{n} selected", "{n} selected", count).format(n=texts.number(count)))
        self._picked.setVisible(count > 1)
        self._forget.setVisible(count > 0 and not self.in_bin)
        self._restore.setVisible(count > 0 and self.in_bin)
        self._erase.setVisible(count > 0)

    def _open_row(self, row: int) -> None:
        memory = self.model.memory(row) if row >= 0 else None
        if memory is not None:
            self.opened.emit(memory.id)

    def _into_list(self) -> None:
        if self.model.total:
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            self.table.selectionModel().setCurrentIndex(
                self.model.index(0, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _remove_picked(self) -> None:
        if self.in_bin:
            self._erase_picked()
        else:
            self._forget_picked()

    def _forget_picked(self) -> None:
        if count := self.picked():
            self.forget.emit(self._pick(), count)

    def _restore_picked(self) -> None:
        if count := self.picked():
            self.restore.emit(self._pick(), count)

    def _erase_picked(self) -> None:
        if count := self.picked():
            self.erase.emit(self._pick(), count)

    def _context_menu(self, at: QPoint) -> None:
        if not self.picked():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.in_bin:
            menu.addAction(_("Restore"), self._restore_picked)
        else:
            menu.addAction(_("Forget"), self._forget_picked)
        menu.addAction(_("Erase…"), self._erase_picked)
        menu.popup(self.table.viewport().mapToGlobal(at))


def _nothing_in(which: str) -> tuple[str, str]:
    """What an empty list says, and what would stand in it."""
    return {
        "all": (_("Nothing is remembered yet."), _("Add a folder with notes, documents or exported chats.")),
        "faded": (_("Nothing has faded."), _("What nobody uses for a long time comes here. It still answers, and a use "
                                             "brings it back.")),
        "facts": (_("No facts are known yet."), _("What somebody says of themselves, like “I live in Oslo.”, becomes a "
                                                  "fact with its time when memories are put in order.")),
        "days": (_("No day is summed up yet."), _("Each night the days of which there is enough to tell are summed up, "
                                                  "in sentences that were said on them.")),
        "bin": (_("The bin is empty."), _("What you forget rests here for a while and can be restored.")),
    }[which]


def _ids_of(engine: Engine, what: MemoryFilter, ranges: list[tuple[int, int]], total: int) -> list[int]:
    """On a worker thread: the ids of these rows. Raises: KnownError where the list has changed meanwhile."""
    found: list[int] = []
    for top, bottom in ranges:
        for offset in range(top, bottom + 1, 1000):
            page = engine.list_memories(what, offset=offset, limit=min(1000, bottom + 1 - offset))
            if page.total != total:
                raise KnownError(_("The list has changed meanwhile."), _("Select again."))
            found += [memory.id for memory in page.memories]
    return found
