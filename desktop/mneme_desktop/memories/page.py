"""The room of all memories: search as you type, facets, and a long list of which many can be picked at once."""

from functools import partial

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedLayout, QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import Changes, MemoryFilter
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.actions import ActionLine
from mneme_desktop.memories.delegate import MEASURES
from mneme_desktop.memories.facetbar import LISTS, FacetBar
from mneme_desktop.memories.model import MemoryModel
from mneme_desktop.memories.saved import SavedPopup
from mneme_desktop.memories.table import MemoryTable
from mneme_desktop.panel.keeping import Pick
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import Chip, Picture, button, column, frame, give_lit, label, row, say

TYPING_MS = 120
CHANGES_MS = 400
AT_MOST = 4  # times as long as reading a list took, it is left alone before it is read again
SEARCHES = "saved searches"  # how the engine names what changed
SLOW_MS = 400  # after so long without an answer the page says that it is looking


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


class MemoriesPage(QWidget):
    """`opened` carries a memory's id; `forget`, `restore`, `erase`, `acted` carry a Pick and how many it picks.

    `acted` carries one of `panel.keeping.ACTS` before them, `merge` a Pick of two to twenty alone. `said` carries a
    sentence, what can be pressed beside it ("": nothing), and what that does.
    """

    opened = Signal(int)
    forget = Signal(object, int)
    restore = Signal(object, int)
    erase = Signal(object, int)
    acted = Signal(str, object, int)
    merge = Signal(object)
    add_wanted = Signal()
    ask_wanted = Signal(str)
    order_wanted = Signal()
    review_wanted = Signal()
    said = Signal(str, str, object)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._bridge = theme, bridge
        self.listed = False  # whether the list has been read once
        self._whole = 0  # how long the list is without a search
        self.model = MemoryModel(bridge, self)
        self.table = MemoryTable(theme, self.model)
        self.search = SearchLine()
        self.bar = FacetBar(theme, bridge)
        self.line = ActionLine(theme)
        self.saved: SavedPopup | None = None
        self._build()
        self._make_timers()
        self._connect()
        self.model.show_list(MemoryFilter())
        self._slow.start()

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
        inside = QWidget(self)  # a stack that is in nothing yet would show the table as a window of its own
        self._stack = QStackedLayout(inside)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._message())
        outer = column(self, 12, (32, 24, 24, 16))
        outer.addWidget(box)
        outer.addWidget(self.bar)
        outer.addWidget(self.line)
        outer.addWidget(inside, 1)

    def _message(self) -> QWidget:
        self._headline = label("", "title", wrap=True)
        self._sentence = label("", "muted", wrap=True)
        self._add = button(_("Add a folder…"), self.add_wanted.emit, "primary")
        self._ask = Chip(_("Ask this as a question"), lambda: self.ask_wanted.emit(self.search.text().strip()))
        self._clear = button(_("Clear the filters"), self.bar.clear)
        self._order = button(_("Put in order now"), self.order_wanted.emit)
        self._retry = button(_("Try again"), self._list)
        box = QWidget()
        inner = column(box, 8, (16, 48, 16, 16))
        inner.addWidget(self._headline)
        inner.addWidget(self._sentence)
        inner.addSpacing(8)
        for way in (self._add, self._ask, self._clear, self._order, self._retry):
            inner.addWidget(way, 0, Qt.AlignmentFlag.AlignLeading)
        inner.addStretch(1)
        return box

    def _make_timers(self) -> None:
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._list)
        self._stale_soon = QTimer(self, interval=CHANGES_MS, singleShot=True)
        self._stale_soon.timeout.connect(self.model.reread)
        self._slow = QTimer(self, interval=SLOW_MS, singleShot=True)
        self._slow.timeout.connect(self._say_looking)

    def _connect(self) -> None:
        self.model.arrived.connect(self._arrived)
        self.model.failed.connect(self._show_error)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.down.connect(self._into_list)
        self.bar.changed.connect(self._list)
        self.line.saved_wanted.connect(self._open_saved)
        self.line.review_wanted.connect(self.review_wanted)
        self.line.wanted.connect(self.do)
        self.line.ordered.connect(self.bar.set_order)
        self.table.picked.connect(self._show_picked)
        self.table.selectionModel().currentChanged.connect(lambda new, _old: self._open_row(new.row()))
        self.table.clicked.connect(lambda index: self._open_row(index.row()))
        self.table.removal.connect(lambda: self.do("erase" if self.in_bin else "forget"))
        self.table.wanted.connect(self.do)
        self.table.customContextMenuRequested.connect(self._context_menu)

    def set_rows(self, rows: str) -> None:
        """Rows that are "comfortable", or "compact"."""
        self.table.use(MEASURES[rows])

    # what is listed

    @property
    def choices(self) -> dict[str, Chip]:
        """The chips of LISTS."""
        return self.bar.choices

    @property
    def which(self) -> str:
        """Which of LISTS is chosen."""
        return self.bar.which

    @property
    def in_bin(self) -> bool:
        return self.which == "bin"

    def show_only(self, which: str) -> None:
        """List one of LISTS, with no facet chosen."""
        self.bar.show_only(which)

    def show_bin(self, in_bin: bool) -> None:
        """List what is in the bin, or what is not."""
        self.show_only("bin" if in_bin else "all")

    def show_filter(self, what: MemoryFilter) -> None:
        """List what a filter shows, and say it in the search line and the facets."""
        self.search.setText(what.query)
        self.bar.show_filter(what)

    def set_bin_count(self, count: int) -> None:
        self.bar.set_bin_count(count)

    def set_review_count(self, count: int) -> None:
        """How many decisions wait for the owner: a chip leads there, unless there are none."""
        self.line.set_review_count(count)

    def _list(self) -> None:
        self._typing.stop()
        self._stale_soon.stop()
        self.bar.set_query(self.search.text().strip())
        self.line.show_order(self.bar.what)
        self._slow.start()
        self.model.show_list(self.bar.what)

    def changed(self, changes: Changes) -> None:
        """Something was committed: read again what it touches, at most a few times a second."""
        if self.saved is not None and (changes.everything or SEARCHES in changes.settings):
            self.saved.read()
        if changes.everything or changes.memories:
            self.model.mark_stale(None if changes.everything else changes.memories)
            self.model.recheck(changes.memories)
            if not self._stale_soon.isActive():
                self._stale_soon.start(max(CHANGES_MS, self.model.rest_ms(AT_MOST)))

    def _arrived(self) -> None:
        self.listed = True
        self._slow.stop()
        if self.model.what == LISTS["all"] and self.model.whole:
            self._whole = self.model.total
        self._show_count()
        if self.model.total:
            self._stack.setCurrentIndex(0)
        else:
            self._show_empty()
        self._show_picked()

    def _show_count(self) -> None:
        if not self.model.whole:
            self._slow.start()
            return
        total, what = texts.number(self.model.total), self.model.what
        if (what.query or self.bar.narrowed) and self.which == "all" and self._whole:
            self.count.setText(_("{n} of {total}").format(n=total, total=texts.number(self._whole)))
        else:
            self.count.setText(total if self.model.total else "")

    def _say_looking(self) -> None:
        """It takes long: by now somebody wonders."""
        if self.model.loading:
            self.count.setText(_("Counting…") if self.model.listed else _("Looking…"))

    # where there is nothing to list

    def _show_empty(self) -> None:
        query, which, narrowed = self.model.what.query, self.which, self.bar.narrowed
        for way, shown in ((self._add, not query and not narrowed and which == "all"),
                           (self._ask, bool(query) and which != "bin"), (self._clear, narrowed),
                           (self._order, not query and not narrowed and which in ("facts", "days")),
                           (self._retry, False)):
            way.setVisible(shown)
        if query:
            self._say(_("Nothing has the words “{query}”.").format(query=texts.one_line(query, 60)),
                      _("Some of what you chose may leave it out.") if narrowed
                      else _("Try fewer words, or only the beginning of one."))
        elif narrowed:
            self._say(_("Nothing is all of this at once."), _("Leave out some of what you chose."))
        else:
            self._say(*_nothing_in(which))

    def _show_error(self, error: KnownError) -> None:
        self._slow.stop()
        for way in (self._add, self._ask, self._clear, self._order):
            way.hide()
        self._retry.show()
        self.count.setText("")
        self._say(error.message, error.remedy)

    def _say(self, headline: str, sentence: str) -> None:
        say(self._headline, headline)
        say(self._sentence, sentence)
        self._stack.setCurrentIndex(1)

    # searches that are kept

    def _open_saved(self) -> None:
        popup = self.saved = SavedPopup(self._theme, self._bridge, self.bar.what, self.line.saved)
        popup.chosen.connect(self.show_filter)
        popup.said.connect(self.said)
        popup.closed.connect(partial(setattr, self, "saved", None))
        popup.open()

    # picking

    def picked(self) -> int:
        """How many rows are selected."""
        return sum(bottom - top + 1 for top, bottom in self.table.ranges())

    def _pick(self) -> Pick:
        """The memories of the selected rows, as they are now."""
        ids = self.model.ids_of(self.table.ranges())
        return lambda _engine: [int(memory) for memory in ids.tolist()]

    def _show_picked(self) -> None:
        self.line.show_picked(self.picked(), in_bin=self.in_bin)

    def _open_row(self, row: int) -> None:
        memory = None if self.model.changing or self.table.entering else self.model.id_of(row)
        if memory is not None:
            self.opened.emit(memory)

    def _into_list(self) -> None:
        if self.model.total:
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            self.table.selectionModel().setCurrentIndex(
                self.model.index(0, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def do(self, what: str) -> None:
        """Have something done with what is picked: "forget", "restore", "erase", "merge", or one of ACTS."""
        count = self.picked()
        if not count:
            return
        if what == "merge":
            self.merge.emit(self._pick())
        elif what in ("forget", "restore", "erase"):
            {"forget": self.forget, "restore": self.restore, "erase": self.erase}[what].emit(self._pick(), count)
        elif not self.in_bin:
            self.acted.emit(what, self._pick(), count)

    def _context_menu(self, at: QPoint) -> None:
        if not self.picked():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.line.fill(menu)
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
