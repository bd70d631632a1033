"""What came in and what did not, newest first: filtered, searched, live, each line with what can be done about it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QButtonGroup, QLineEdit, QTableView, QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import Changes, Judged, LogLine
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.adder import Adder
from mneme_desktop.capture.capturing import name_of
from mneme_desktop.capture.linecard import LineCard
from mneme_desktop.capture.logdelegate import ROW_HEIGHT, LogDelegate
from mneme_desktop.capture.loglist import LogModel
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.lists import make_list
from mneme_desktop.parts.widgets import Chip, Flow, column, label, say

LIVE_MS = 500  # between two looks while things come in
TYPING_MS = 150
ALL, TAKEN, LEFT_OUT, FAILED, WAITING = "all", "taken in", "left out", "failed", "waiting"
STATES = {ALL: frozenset[str](), TAKEN: frozenset({"done"}), LEFT_OUT: frozenset({"skipped", "gone"}),
          FAILED: frozenset({"failed"}), WAITING: frozenset({"waiting"})}


class LogPart(QWidget):
    """`opened` carries a memory; `said` a sentence, the name of a button and what it does."""

    opened = Signal(int)
    said = Signal(str, str, object)

    def __init__(self, theme: Theme, bridge: Bridge, adder: Adder) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._bridge, self._adder = bridge, adder
        self.which = ALL
        self.model = LogModel(bridge, self)
        self._seen: LogLine | None = None  # the line whose card is open
        self._here: LogLine | None = None  # the chosen line, while the list is read anew
        self._acted = False  # whether the owner has just done something about a line, and wants to see it
        self._build(theme)
        self._typed = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typed.timeout.connect(self._list)
        self._soon = QTimer(self, interval=LIVE_MS, singleShot=True)
        self._soon.timeout.connect(self._renew)
        self._stale = True
        self.search.textChanged.connect(lambda _text: self._typed.start())
        self.model.modelAboutToBeReset.connect(self._remember_place)
        self.model.arrived.connect(self._arrived)
        self.model.failed.connect(self._failed)
        for signal in (adder.progressed, adder.ended, bridge.background):
            signal.connect(self.news)

    # building

    def _build(self, theme: Theme) -> None:
        outer = column(self, 8)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Find a file, or a reason"))
        self.search.setAccessibleName(_("Find a file, or a reason"))
        self.search.setClearButtonEnabled(True)
        outer.addWidget(self.search)
        outer.addWidget(self._filters())
        self.newer = Chip(_("There is news: show it"), self.show_newest)
        self.newer.hide()
        outer.addWidget(self.newer, 0, Qt.AlignmentFlag.AlignHCenter)
        self.again = Chip(_("Try all failed again"), lambda: self._retry(None))
        self.again.hide()
        outer.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeading)
        self.table = self._table(theme)
        outer.addWidget(self.table, 1)
        self.nothing = label("", "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.nothing.setContentsMargins(0, 48, 0, 0)
        self.nothing.hide()
        outer.addWidget(self.nothing, 1)
        self.card = LineCard(theme)
        self.card.hide()
        outer.addWidget(self.card)

    def _filters(self) -> Flow:
        flow, self.chips = Flow(), dict[str, Chip]()
        group = QButtonGroup(self)
        for name in STATES:
            chip = Chip("", partial(self.show_only, name), checkable=True)
            group.addButton(chip)
            flow.add(chip)
            self.chips[name] = chip
        self.chips[ALL].setChecked(True)
        self._name_chips()
        return flow

    def _table(self, theme: Theme) -> QTableView:
        made = _Table(self._open_current)
        made.setModel(self.model)
        self._delegate = LogDelegate(theme)
        made.setItemDelegate(self._delegate)
        made.setAccessibleName(_("What was taken in and what was left out"))
        made.clicked.connect(self._open_row)
        theme.changed.connect(made.viewport().update)
        return made

    def _name_chips(self) -> None:
        counts = self.model.counts
        for name, title in ((ALL, _("All")), (TAKEN, _("Taken in")), (LEFT_OUT, _("Left out")), (FAILED, _("Failed")),
                            (WAITING, _("Waiting"))):
            n = sum(n for state, n in counts.items() if not STATES[name] or state in STATES[name])
            self.chips[name].rename(f"{title} {texts.number(n)}" if n else title)

    # reading

    def read(self) -> None:
        """The room is entered: read again what has changed since."""
        if self._stale or not self.model.listed:
            self._stale = False
            self.model.reread()

    def changed(self, changes: Changes) -> None:
        """Something was committed."""
        if changes.entries or changes.everything:
            self.news()

    def news(self, *_what: object) -> None:
        """Something may have come in: look soon, at most a few times a second."""
        self._stale = True
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _renew(self) -> None:
        """Nothing moves under the mouse, nor under who has scrolled away: they are told that there is more."""
        if not self.isVisible():
            return
        if self._held() and not self._acted:
            self.newer.setVisible(True)
        else:
            self.show_newest()

    def _held(self) -> bool:
        view = self.table.viewport()
        over = view.rect().contains(view.mapFromGlobal(QCursor.pos())) and self.window().isActiveWindow()
        return self.model.total > 0 and (self.table.verticalScrollBar().value() > 0 or over)

    def show_newest(self) -> None:
        """Read the list anew, from its top."""
        self._stale = self._acted = False
        self.newer.hide()
        self.table.scrollToTop()
        self.model.reread()

    def show_only(self, which: str, words: str | None = None) -> None:
        """List all, or what was taken in, left out, failed or waits; with these words, where given."""
        self.which = which
        self.chips[which].setChecked(True)
        if words is not None:
            self.search.setText(words)
        self._typed.stop()
        self._list()

    def _list(self) -> None:
        self._put_away()
        self._stale = False
        self.newer.hide()
        self.table.scrollToTop()
        self.model.show_list(STATES[self.which], self.search.text())

    def _arrived(self) -> None:
        self._name_chips()
        self.again.setVisible(self.which == FAILED and self.model.total > 0)
        self.nothing.setVisible(self.model.total == 0)
        self.table.setVisible(self.model.total > 0)
        say(self.nothing, self._nothing_words())
        self._keep_place()

    def _remember_place(self) -> None:
        index = self.table.currentIndex()
        self._here = self.model.at(index.row()) if index.isValid() else None

    def _keep_place(self) -> None:
        """The chosen line stays the chosen one, and its card says how it stands now."""
        kept, self._here = self._seen or self._here, None
        row = None if kept is None else self.model.row_of(kept)
        if row is None:
            return
        line = self.model.at(row)
        self.table.setCurrentIndex(self.model.index(row, 0))
        if self._seen is not None and line is not None and line != self._seen:
            self._explain(line)

    def _failed(self, error: KnownError) -> None:
        self.table.hide()
        say(self.nothing, str(error))
        self.nothing.show()

    def _nothing_words(self) -> str:
        if self.search.text().strip():
            return _("No line has these words.")
        return {ALL: _("Nothing came in yet. What is taken in and what is left out is listed here, with its reason."),
                TAKEN: _("Nothing was taken in yet."), LEFT_OUT: _("Nothing was left out."),
                FAILED: _("Nothing failed."), WAITING: _("Nothing waits.")}[self.which]

    # one line

    def _open_current(self) -> None:
        self._open_row(self.table.currentIndex())

    def _open_row(self, index: QModelIndex) -> None:
        line = self.model.at(index.row()) if index.isValid() else None
        if line is not None:
            self._explain(line)

    def _explain(self, line: LogLine) -> None:
        self._seen = line
        self.card.show_line(line, self._put_away)
        if line.state == "done" and line.entry:
            self.card.offer(_("Open its newest memory"), lambda: self._open_memory(line))
        elif line.state == "failed":
            self.card.offer(_("Try again"), lambda: self._retry(line))
            self.card.offer(_("Set aside"), lambda: self._set_aside(line))
        elif line.state == "waiting":
            self.card.offer(_("Read it now"), lambda: self._take(line))
        elif line.state == "gone":
            self.card.offer(_("Open its newest memory"), lambda: self._open_memory(line))
        elif line.entry:
            self._ask_why(line)
        QTimer.singleShot(0, self, lambda: self.table.scrollTo(self.table.currentIndex()))

    def _put_away(self) -> None:
        self._seen = None
        self.card.hide()

    def _open_memory(self, line: LogLine) -> None:
        (self._bridge.query(self, lambda engine: engine.capture.newest_memory(line.entry)).named("memory")
            .success(self._memory_found).run())

    def _memory_found(self, memory: int | None) -> None:
        if memory is None:
            self.card.add(_("No memory of it is left: it was forgotten or erased."))
        else:
            self.opened.emit(memory)

    def _set_aside(self, line: LogLine) -> None:
        self._acted = True
        sentence = _("{name} rests until it changes.").format(name=name_of(line.what))
        (self._bridge.operation(self, lambda engine, _op: engine.capture.set_aside([line.entry]))
            .success(lambda _done: self.said.emit(sentence, _("Undo"), lambda: self._put_back(line))).run())
        self._put_away()

    def _put_back(self, line: LogLine) -> None:
        self._acted = True
        self._bridge.operation(self, lambda engine, _op: engine.capture.put_back(line.entry, line.why)).run()

    # what was left out

    def _ask_why(self, line: LogLine) -> None:
        """Ask the gate how it stands now: a rule may have come or gone since."""
        (self._bridge.query(self, lambda engine: engine.capture.judge(line.what)).named("why")
            .success(lambda judged: self._told_why(line, judged)).failure(lambda _error: None).run())

    def _told_why(self, line: LogLine, judged: Judged) -> None:
        if line != self._seen:
            return
        if judged.never:
            self.card.add(_("What may hold keys or passwords is never read, not even when you name it."))
        elif judged.rule is not None:
            self._offer_exception(line, judged)
        else:
            self.card.add(_("You can take this one in all the same: what you name yourself is subject to no rule but "
                            "your own. Where what it holds decided, it stays out."))
            self.card.offer(_("Take it in after all"), lambda: self._take(line))

    def _offer_exception(self, line: LogLine, judged: Judged) -> None:
        self.card.add(_("A rule of yours decides this."))
        if judged.exception is not None:
            general = judged.exception.field in ("size", "age")
            self.card.add(_("The exception holds for everything that is no larger or older.") if general else
                          _("The exception holds for this one alone; the rule stays."))
            self.card.offer(_("Take it in after all"), lambda: self._let_in(line, judged))

    def _let_in(self, line: LogLine, judged: Judged) -> None:
        """Keep the exception, then take in what it lets in."""
        exception = judged.exception
        assert exception is not None
        (self._bridge.operation(self, lambda engine, _op: engine.capture.add_rule(exception))
            .success(lambda _done: self._take(line)).run())

    def _take(self, line: LogLine) -> None:
        self._acted = True
        self._adder.add([Path(line.what)])

    def _retry(self, line: LogLine | None) -> None:
        self._acted = True
        self._adder.retry(None if line is None else [line.entry])


class _Table(QTableView):
    """Rows of one height, chosen one at a time; Enter does what a click does."""

    def __init__(self, chosen: Callable[[], None]) -> None:
        super().__init__()
        self._chosen = chosen
        make_list(self, ROW_HEIGHT)
        self.setMinimumHeight(2 * ROW_HEIGHT)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._chosen()
        else:
            super().keyPressEvent(event)
