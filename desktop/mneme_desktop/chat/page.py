"""The room where questions are asked: a conversation, the box below it, a beginning that teaches, earlier ones."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import Answer, AnswerState, Chat, Citation, MemoryFilter, ModelInfo, Page, SearchResult
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.chat.commands import DEEP, FIND, Command, Typed, offered, parsed, whole_question
from mneme_desktop.chat.completion import Completion
from mneme_desktop.chat.composer import Composer
from mneme_desktop.chat.conversations import RECENT, ChatList, ConversationsView, Current, Reopened, reopen
from mneme_desktop.chat.found import LOOKED_FOR
from mneme_desktop.chat.turn import Turn
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.evidence import Wanted
from mneme_desktop.parts import texts
from mneme_desktop.parts.naming import model_words
from mneme_desktop.parts.widgets import (
    Chip,
    ElidedLabel,
    IconButton,
    button,
    centred,
    clear,
    column,
    label,
    row,
    scrolling,
    stacked,
)

BEGINNING, CONVERSATION, ALL = range(3)
SERVER = "server"  # names the owner's own server among the models
EXAMPLES = 3
LOOKED_AT = 60  # of the latest memories, to find names for the example questions


class AskPage(QWidget):
    """Several questions in one conversation. `cited` carries a citation, its place, and how many there are.

    `wanted` carries what else the panel is to show. `model_wanted`: the owner wants to choose who writes. `find_wanted`
    carries words whose whole list is wanted.
    """

    cited = Signal(object, int, int)
    wanted = Signal(object)
    add_wanted = Signal()
    model_wanted = Signal()
    find_wanted = Signal(str)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._bridge = theme, bridge
        self.turns: list[Turn] = []
        self.examples: list[str] = []
        self._following = True
        self.greeted = False  # whether the beginning has been read
        self._running: Operation[Answer] | Operation[SearchResult] | None = None
        self._reading = ""  # the name of a file that was dropped here and is being taken in
        self._waiting: tuple[Turn, Typed] | None = None  # asked meanwhile
        self.current = Current()
        self.recent: ChatList | None = None
        self.conversations = ConversationsView(theme, bridge)
        self.composer = Composer(theme)
        self.composer.asked.connect(self.ask)
        self.composer.stopped.connect(self.stop)
        self.composer.model_wanted.connect(self.model_wanted)
        self.composer.typed.connect(self._complete)
        self.composer.about_dropped.connect(lambda: self.about([]))
        self.completion = Completion(theme, self)
        self.completion.chosen.connect(lambda one: self.composer.begin_command(one.name))
        self.composer.edit.steer = self.completion.steer
        self._connect_list(self.conversations.list)
        self.conversations.left.connect(self._back)
        self._build()
        self.read_examples()
        self.read_model()

    def _connect_list(self, chats: ChatList) -> None:
        chats.opened.connect(self.open_chat)
        chats.deleted.connect(self._deleted)

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
        stack, self._stack = stacked()
        self._stack.addWidget(scrolling(centred(self._empty)))
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self.conversations)
        below = QWidget()
        column(below, 0, (24, 8, 24, 32)).addWidget(self.composer)
        outer = self._outer = column(self, 0)
        outer.addLayout(self._header())
        outer.addWidget(stack, 1)
        outer.addWidget(centred(below))

    def _header(self) -> QVBoxLayout:
        """The conversation's name, and a way to begin another."""
        self._title = ElidedLabel(role="title")
        self._fresh = IconButton(self._theme, "add", _("New conversation (Ctrl+N)"), self.begin_anew)
        bar = QWidget()
        inner = row(bar, 8, (24, 16, 24, 8))
        inner.addWidget(self._title, 1)
        self.private = label(_("private · not kept"), "tag")
        self.private.hide()
        inner.addWidget(self.private)
        inner.addWidget(IconButton(self._theme, "ask", _("Conversations (Ctrl+H)"), self.show_conversations))
        inner.addWidget(self._fresh)
        self._bar = bar
        bar.hide()
        around = column(spacing=0)
        around.addWidget(centred(bar))
        return around

    # asking

    def ask(self, typed: str) -> None:
        """Ask, or do what a command says; what comes of it stands below its question."""
        self.stop()  # one question at a time
        said = parsed(typed)
        if not said.words:
            self.composer.write(f"/{said.command} ")
            return
        self._following = True
        turn = self.begin_turn(said.words if said.command == FIND else whole_question(said))
        if self._reading:
            turn.state.setText(_("Reading {name} first…").format(name=self._reading))
            self._waiting = (turn, said)
            self.composer.set_running(True)
        else:
            self._begin(turn, said)

    def _begin(self, turn: Turn, said: Typed) -> None:
        if said.command == FIND:
            self._find(turn, said.words)
        elif said.command == DEEP and self.composer.deep.isHidden():
            turn.show_error(KnownError(_("Only a language model can take a question apart."),
                                       _("Choose one in the room of models, or ask without /deep.")))
        else:
            self._ask(turn, said.command == DEEP or self.composer.is_deep())

    def _find(self, turn: Turn, words: str) -> None:
        self.composer.set_running(True)
        operation = self._bridge.operation(
            turn, lambda engine, op: engine.search(words, k=LOOKED_FOR, record=True, rerank=True,
                                                   cancelled=op.cancelled)).on("ask")
        self._running = operation.success(
            lambda found: self._found(turn, operation, words, found)).failure(
            lambda error: self._failed(turn, operation, error)).run()

    def _found(self, turn: Turn, operation: Operation[SearchResult], words: str, found: SearchResult) -> None:
        if not operation.cancelled():
            self._done()
            turn.show_found(found, words)

    def _ask(self, turn: Turn, deep: bool) -> None:
        current, question = self.current, turn.question
        self.composer.set_running(True)
        operation = self._bridge.operation(
            turn, lambda engine, op: current.ask(engine, op, question, deep)).on("ask")
        self._running = operation.progress(turn.show_progress).streamed(turn.show_streamed).success(
            lambda answer: self._answered(turn, operation, answer)).failure(
            lambda error: self._failed(turn, operation, error)).run()

    def begin_turn(self, question: str) -> Turn:
        """Show a question at the end of the conversation; its answer is still to come."""
        turn = self._add_turn(question)
        if len(self.turns) == 1:
            self._title.set_whole(question)
        self._show_turns()
        return turn

    def _add_turn(self, question: str) -> Turn:
        turn = Turn(self._theme, question)
        turn.cited.connect(lambda c, n, of: self._cite(turn, c, n, of))
        turn.wanted.connect(self._want)
        turn.folded.connect(lambda shown: self._folded(turn, shown))
        turn.again.connect(self.ask)
        turn.edit.connect(self.composer.write)
        turn.find_wanted.connect(self.find_wanted)
        turn.waiting.connect(self._wait_for)
        turn.model_wanted.connect(self.model_wanted)
        self.turns.append(turn)
        self._lines.insertWidget(self._lines.count() - 1, turn)
        return turn

    def _show_turns(self) -> None:
        self._stack.setCurrentIndex(CONVERSATION)
        self._bar.show()

    def stop(self) -> None:
        """Leave the running question; what it would still say is not shown."""
        if self._waiting is not None:
            self._waiting = None
        elif self._running is not None:
            self._running.cancel()
        else:
            return
        self._done()
        self.turns[-1].show_stopped()

    def begin_anew(self) -> None:
        """Begin another conversation; this one is kept, unless it is private."""
        self._clear()
        self._bar.hide()
        self._stack.setCurrentIndex(BEGINNING)
        self.composer.edit.setFocus()
        self.read_examples()

    def _clear(self) -> None:
        self.stop()
        for turn in self.turns:
            turn.hide()
            turn.deleteLater()
        self.turns.clear()
        self.current = Current(about=self.current.about)
        self.private.hide()

    # commands, and files to ask about

    def _complete(self, typed: str) -> None:
        found = offered(typed)
        if found or not self.completion.isHidden():
            QTimer.singleShot(0, self.completion, lambda: self._offer(found))  # the box may grow with what is typed

    def _offer(self, found: tuple[Command, ...]) -> None:
        self._outer.activate()
        self.completion.offer(found, QRect(self.composer.mapTo(self, QPoint(0, 0)), self.composer.size()))

    def about(self, paths: Sequence[Path], *, reading: bool = False) -> None:
        """Ask about these files alone from now on; none: about everything. `reading`: they are being taken in."""
        name = "" if not paths else paths[0].name if len(paths) == 1 else ngettext(
            "{n} file", "{n} files", len(paths)).format(n=texts.number(len(paths)))
        self._reading = name if reading else ""
        self.current.about = tuple(path.absolute() for path in paths)
        self.current.talk = None  # what was said of other things completes no question here
        self.composer.show_about(name)
        self.composer.edit.setFocus()

    def read_through(self) -> None:
        """What was dropped here is taken in, as far as it could be: what was asked meanwhile is asked."""
        self._reading = ""
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._begin(*waiting)

    def _wait_for(self, question: str, tell: bool) -> None:
        """Have a question that found nothing asked again whenever there is something new, or not any more."""
        (self._bridge.operation(self, lambda engine, _op: _keep_asking(engine, question, tell))
            .success(lambda _done: None).run())

    # earlier conversations

    def show_conversations(self) -> None:
        """The list of all conversations, in the place of this one."""
        self._bar.hide()
        self._stack.setCurrentIndex(ALL)
        self.conversations.read()
        self.conversations.search.setFocus()

    def leave_conversations(self) -> None:
        """Back from the list of conversations, if it is shown."""
        if self._stack.currentIndex() == ALL:
            self._back()

    def _back(self) -> None:
        if self.turns:
            self._show_turns()
        else:
            self._stack.setCurrentIndex(BEGINNING)
            self.read_examples()
        self.composer.edit.setFocus()

    def open_chat(self, chat: Chat) -> None:
        """Go on with an earlier conversation."""
        (self._bridge.query(self, lambda engine: reopen(engine, chat)).named("chat").success(self._reopened).run())

    def _reopened(self, found: Reopened) -> None:
        self._clear()
        self.current = found.current
        for kept in found.turns:
            self._add_turn(kept.answer.question).show_kept(kept)
        self._title.set_whole(found.title)
        self._following = True
        self._show_turns()
        self.composer.edit.setFocus()

    def _deleted(self, chat: int) -> None:
        """What is deleted is not gone on with."""
        if self.current.chat == chat:
            self._clear()
        if self._stack.currentIndex() == BEGINNING:
            self.read_examples()

    # who writes

    def read_model(self) -> None:
        """Show who writes answers."""
        (self._bridge.query(self, _writer).named("model").success(self._show_model)
            .failure(lambda _error: self._show_model(None)).run())

    def _show_model(self, model: ModelInfo | None) -> None:
        if model is None:
            self.composer.show_model("", "")
        else:
            self.composer.show_model(model_words(model.title), (model.path or "") if model.id == SERVER else "")

    def _answered(self, turn: Turn, operation: Operation[Answer], answer: Answer) -> None:
        if operation.cancelled():
            return
        self._done()
        turn.show_answer(answer)
        if answer.state is AnswerState.NOT_FOUND and not self.current.about:
            turn.offer_to_tell()
        if answer.citations and self._roomy():
            turn.open_citation(1)

    def _failed(self, turn: Turn, operation: Operation[Any], error: KnownError) -> None:
        if not operation.cancelled():
            self._done()
            turn.show_error(error)

    def _done(self) -> None:
        self._running = None
        self.private.setVisible(self.current.private)
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
        (self._bridge.query(self, _beginning).named("examples").success(lambda found: self._greet(*found)).run())

    def _greet(self, page: Page, chats: Sequence[Chat]) -> None:
        self.examples = example_questions(page)
        self.greeted = True
        clear(self._welcome)
        self._welcome.addStretch(2)
        if page.total == 0:
            self._greet_empty()
        else:
            self._greet_full()
        self._greet_again(chats)
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

    def _greet_again(self, chats: Sequence[Chat]) -> None:
        """The latest conversations, below everything else."""
        self.recent = None
        if not chats:
            return
        self._welcome.addSpacing(20)
        line = row()
        line.addWidget(label(_("Earlier conversations"), "section"), 1)
        line.addWidget(Chip(_("All conversations…"), self.show_conversations))
        self._welcome.addLayout(line)
        self.recent = ChatList(self._theme, self._bridge)
        self.recent.changed.connect(self.read_examples)
        self._connect_list(self.recent)
        self.recent.show_chats(chats[:RECENT])
        self._welcome.addWidget(self.recent)

    def showEvent(self, event: object) -> None:
        QTimer.singleShot(0, self.composer.edit, self.composer.edit.setFocus)


def _beginning(engine: Engine) -> tuple[Page, Sequence[Chat]]:
    """What the beginning is made of: the latest memories and conversations."""
    return engine.list_memories(MemoryFilter(), limit=LOOKED_AT), engine.chats.all(limit=RECENT)


def _keep_asking(engine: Engine, question: str, tell: bool) -> None:
    """On a worker thread: keep a question that found nothing, or let it go."""
    if tell:
        engine.life.keep_question(question)
        return
    for one in engine.life.pending():
        if one.text == question.strip():
            engine.life.drop_question(one.id)


def _writer(engine: Engine) -> ModelInfo | None:
    """The language model that writes answers, if one is chosen."""
    name = engine.models.writer()
    known = {model.id: model for model in engine.models.all()} if name else {}
    return known.get(name, ModelInfo(name, name, "chat", "", "in use")) if name else None


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
