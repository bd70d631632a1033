"""The room where questions are asked: a conversation, the box below it, and a beginning that teaches."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import Answer, Citation, MemoryFilter, Page
from mneme_desktop import texts
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.composer import Composer
from mneme_desktop.evidence import Wanted
from mneme_desktop.theme import Theme
from mneme_desktop.turn import Turn
from mneme_desktop.widgets import ElidedLabel, IconButton, button, centred, clear, column, label, row, scrolling

EXAMPLES = 3
LOOKED_AT = 60  # of the latest memories, to find names for the example questions


class AskPage(QWidget):
    """Several questions in one conversation. `cited` carries a citation, its place, and how many there are.

    `wanted` carries what else the panel is to show.
    """

    cited = Signal(object, int, int)
    wanted = Signal(object)
    add_wanted = Signal()

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._bridge = theme, bridge
        self.turns: list[Turn] = []
        self.examples: list[str] = []
        self._following = True
        self.greeted = False  # whether the beginning has been read
        self._running: Operation[Answer] | None = None
        self.composer = Composer(theme)
        self.composer.asked.connect(self.ask)
        self.composer.stopped.connect(self.stop)
        self._build()
        self.read_examples()

    def _build(self) -> None:
        self._conversation = QWidget()
        self._conversation.setProperty("role", "clear")
        self._lines = column(self._conversation, 48, (24, 24, 24, 24))
        self._lines.addStretch(1)
        self._scroll = scrolling(centred(self._conversation))
        bar = self._scroll.verticalScrollBar()
        bar.rangeChanged.connect(lambda _low, high: self._follow(high))
        bar.actionTriggered.connect(lambda _action: self._scrolled())
        self._empty = QWidget()
        self._empty.setProperty("role", "clear")
        self._welcome = column(self._empty, 12, (24, 24, 24, 24))
        self._stack = QStackedLayout()
        self._stack.addWidget(centred(self._empty))
        self._stack.addWidget(self._scroll)
        below = QWidget()
        column(below, 0, (24, 8, 24, 32)).addWidget(self.composer)
        outer = column(self, 0)
        outer.addLayout(self._header())
        outer.addLayout(self._stack, 1)
        outer.addWidget(centred(below))

    def _header(self) -> QVBoxLayout:
        """The conversation's name, and a way to begin another."""
        self._title = ElidedLabel(role="title")
        self._fresh = IconButton(self._theme, "add", _("New conversation (Ctrl+N)"), self.begin_anew)
        bar = QWidget()
        inner = row(bar, 8, (24, 16, 24, 8))
        inner.addWidget(self._title, 1)
        inner.addWidget(self._fresh)
        self._bar = bar
        bar.hide()
        around = column(spacing=0)
        around.addWidget(centred(bar))
        return around

    # asking

    def ask(self, question: str) -> None:
        """Ask; the answer comes below its question."""
        self._stack.setCurrentIndex(1)
        self._following = True
        turn = Turn(self._theme, question)
        turn.cited.connect(lambda c, n, of: self._cite(turn, c, n, of))
        turn.wanted.connect(self._want)
        turn.folded.connect(lambda shown: self._folded(turn, shown))
        turn.again.connect(self.ask)
        before = self._before()
        self.turns.append(turn)
        self._lines.insertWidget(self._lines.count() - 1, turn)
        self._title.set_whole(self.turns[0].question)
        self._bar.show()
        self.composer.set_running(True)
        operation = self._bridge.operation(turn, lambda engine, op: _ask(engine, op, question, before)).on("ask")
        self._running = operation.progress(turn.show_progress).success(
            lambda answer: self._answered(turn, operation, answer)).failure(
            lambda error: self._failed(turn, operation, error)).run()

    def _before(self) -> list[tuple[str, str | None]]:
        """The finished questions of this conversation with their answers, the oldest first."""
        return [(turn.question, turn.answer.text) for turn in self.turns if turn.answer is not None]

    def stop(self) -> None:
        """Leave the running question; what it would still say is not shown."""
        if self._running is None:
            return
        self._running.cancel()
        self._done()
        self.turns[-1].show_stopped()

    def begin_anew(self) -> None:
        """Clear the conversation (it is kept nowhere)."""
        self.stop()
        for turn in self.turns:
            turn.hide()
            turn.deleteLater()
        self.turns.clear()
        self._bar.hide()
        self._stack.setCurrentIndex(0)
        self.composer.edit.setFocus()
        self.read_examples()

    def _answered(self, turn: Turn, operation: Operation[Answer], answer: Answer) -> None:
        if operation.cancelled():
            return
        self._done()
        turn.show_answer(answer)
        if answer.citations and self._roomy():
            turn.open_citation(1)

    def _failed(self, turn: Turn, operation: Operation[Answer], error: KnownError) -> None:
        if not operation.cancelled():
            self._done()
            turn.show_error(error)

    def _done(self) -> None:
        self._running = None
        self.composer.set_running(False)

    def _roomy(self) -> bool:
        """Whether the panel can open beside the conversation without hiding it."""
        window = self.window()
        return window.width() >= 1000

    def _cite(self, turn: Turn, citation: Citation, place: int, of: int) -> None:
        for other in self.turns:
            if other is not turn:
                other.light(0)
        self.cited.emit(citation, place, of)

    def _want(self, wanted: Wanted) -> None:
        self.panel_closed()  # no citation any more
        self.wanted.emit(wanted)

    def panel_closed(self) -> None:
        """No citation stands in the panel any more."""
        for turn in self.turns:
            turn.light(0)

    def _follow(self, high: int) -> None:
        """Keep the newest line in sight, unless the owner has scrolled up to read."""
        if self._following:
            self._scroll.verticalScrollBar().setValue(high)

    def _folded(self, turn: Turn, shown: bool) -> None:
        """The owner reads here: stay, and scroll down as far as the chip that was pressed stays in sight."""
        self._following = False
        if shown:
            QTimer.singleShot(0, turn, lambda: self._show_below(turn))

    def _show_below(self, turn: Turn) -> None:
        if turn.why is None or turn.why_chip is None or turn.why.isHidden():
            return
        self._lines.activate()
        bar, height = self._scroll.verticalScrollBar(), self._scroll.viewport().height()
        chip = turn.why_chip.mapTo(self._conversation, turn.why_chip.rect().topLeft()).y()
        end = turn.why.mapTo(self._conversation, turn.why.rect().bottomLeft()).y() + 16
        bar.setValue(max(bar.value(), min(end - height, chip - 16)))

    def _scrolled(self) -> None:
        bar = self._scroll.verticalScrollBar()
        self._following = bar.sliderPosition() >= bar.maximum() - 4

    # the beginning

    def read_examples(self) -> None:
        """Look at the latest memories for names that make good first questions."""
        (self._bridge.query(self, lambda engine: engine.list_memories(MemoryFilter(), limit=LOOKED_AT))
            .named("examples").success(self._greet).run())

    def _greet(self, page: Page) -> None:
        self.examples = example_questions(page)
        self.greeted = True
        clear(self._welcome)
        self._welcome.addStretch(2)
        if page.total == 0:
            self._greet_empty()
        else:
            self._greet_full()
        self._welcome.addStretch(3)

    def _greet_empty(self) -> None:
        self._welcome.addWidget(label(_("Nothing is remembered yet."), "headline", wrap=True))
        self._welcome.addWidget(label(
            _("Add a folder with notes, documents or exported chats. Everything stays on this computer."),
            "lead", wrap=True))
        self._welcome.addSpacing(8)
        line = row()
        line.addWidget(button(_("Add a folder…"), self.add_wanted.emit, "primary"))
        line.addStretch(1)
        self._welcome.addLayout(line)

    def _greet_full(self) -> None:
        self._welcome.addWidget(label(_("What would you like to remember?"), "headline", wrap=True))
        self._welcome.addWidget(label(
            _("Ask in your own words. The answer comes with the place where it stands."), "lead", wrap=True))
        self._welcome.addSpacing(12)
        for question in self.examples:
            self._welcome.addWidget(button(question, partial(self.ask, question), "example"))

    def showEvent(self, event: object) -> None:
        QTimer.singleShot(0, self.composer.edit, self.composer.edit.setFocus)


def _ask(engine: Engine, operation: Operation[Answer], question: str,
         before: list[tuple[str, str | None]]) -> Answer:
    return engine.ask(question, before=before, trace=True, tell=True, progress=operation.note,
                      cancelled=operation.cancelled)


def example_questions(page: Page) -> list[str]:
    """Up to three questions made from names in the owner's own latest memories."""
    speakers = dict.fromkeys(m.speaker for m in page.memories if m.speaker and m.origin == "other")
    named = (texts.one_line(m.title, 60) for m in page.memories if not m.speaker)
    titles = sorted(dict.fromkeys(title for title in named if title), key=_speaks, reverse=True)  # keeps their order
    asked = [_("What did {name} tell me last?").format(name=texts.one_line(name, 40)) for name in list(speakers)[:1]]
    patterns = (_("What does “{title}” say?"), _("What do I know about {title}?"))
    wanted = titles[: EXAMPLES - len(asked)]
    return asked + [patterns[n % len(patterns)].format(title=title) for n, title in enumerate(wanted)]


def _speaks(title: str) -> bool:
    """Whether a title is words and not a file's name."""
    return " " in title and "_" not in title and not any(character.isdigit() for character in title)
