"""A small window for one question: a line to ask in, and below it the answer with where it stands."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QLayout, QLineEdit, QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import Answer, AnswerState, Citation, Progress, Streamed
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.chat.conversations import Current
from mneme_desktop.chat.tracewords import working_words
from mneme_desktop.chat.turn import HEADLINE_LIMIT, evidence_sentence, refusal_lead, sure_words
from mneme_desktop.chat.writing import Writing, citation_name
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import (
    Chip,
    Dots,
    Flow,
    Picture,
    announce,
    button,
    clear,
    column,
    frame,
    give_lit,
    label,
    row,
    scrolling,
)

WIDTH, LEAST_WIDTH = 640, 320  # pixels
MARGIN = 13  # the grid's 12 and the line around the window
EDGE = 16  # pixels that stay free at the sides of a narrow screen
FROM_TOP, TALLEST = 0.22, 0.66  # shares of the screen's height: where it stands, and how far down it may reach
KEEP_MS = 120_000  # a question stays for so long after the window was put away


class QuickAsk(QFrame):
    """Made once and shown again and again. `raise_wanted`: the owner wants the whole window.

    `continue_wanted` carries the question, its conversation, the answer, and which of its citations is to be opened
    (from 1; 0: none).
    """

    raise_wanted = Signal()
    continue_wanted = Signal(str, object, object, int)

    def __init__(self, theme: Theme) -> None:
        kind = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, kind)
        self.setProperty("role", "quick")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setWindowTitle(_("Ask"))  # most desktops add the name of the program
        self._theme = theme
        self._bridge: Bridge | None = None
        self._running: Operation[Answer] | None = None
        self._current = Current()
        self._asked = ""
        self._locked = False
        self.answer: Answer | None = None
        self._writing: Writing | None = None
        self._forgetting = QTimer(self, interval=KEEP_MS, singleShot=True)
        self._forgetting.timeout.connect(self.forget)
        self._build()
        self._make_shortcuts()

    def _build(self) -> None:
        self._outer = outer = column(self, 0, (MARGIN, MARGIN, MARGIN, MARGIN))
        outer.addWidget(self._make_input())
        outer.addWidget(self._make_lock())
        inside = QWidget()
        inside.setProperty("role", "clear")
        self._lines = column(inside, 8, (4, 16, 4, 4))
        self._inside = inside
        self.below = scrolling(inside)
        self.below.hide()
        outer.addWidget(self.below)

    def _make_input(self) -> QFrame:
        self._input = frame("input")
        line = row(self._input, 12, (14, 8, 14, 8))
        line.addWidget(Picture(self._theme, "ask", "accent", 22))
        self.line = QLineEdit()
        self.line.setProperty("role", "question")
        self.line.setAccessibleName(_("Question"))
        self.line.setPlaceholderText(_("Ask about anything…"))
        self.line.returnPressed.connect(self.ask)
        self.line.textEdited.connect(lambda _text: self._forgetting.stop())
        line.addWidget(self.line, 1)
        return self._input

    def _make_lock(self) -> QFrame:
        self._lock = frame("clear")
        line = row(self._lock, 12, (6, 4, 2, 4))
        line.addWidget(Picture(self._theme, "lock", "muted", 22))
        words = column(spacing=2)
        words.addWidget(label(_("Mneme is locked"), "title"))
        words.addWidget(label(_("Open it with your passphrase; then you can ask here."), "muted", wrap=True))
        line.addLayout(words, 1)
        self.unlock = button(_("Unlock…"), self._raise, "primary")
        line.addWidget(self.unlock, 0, Qt.AlignmentFlag.AlignVCenter)
        self._lock.hide()
        return self._lock

    def _make_shortcuts(self) -> None:
        for keys, act in (("Esc", self.hide), ("Ctrl+Return", self._continue), ("Ctrl+Enter", self._continue)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    # what it is given

    def use(self, bridge: Bridge | None) -> None:
        """Ask this profile from now on; None: it is not open (yet, or any more)."""
        if bridge is not self._bridge:
            self._forget_running()
            self._bridge = bridge
            self.forget()

    def set_locked(self, locked: bool) -> None:
        """Whether the profile is locked: then nothing is shown of it, and nothing can be asked."""
        self._locked = locked
        if locked:
            self.forget()
        self._input.setVisible(not locked)
        self._lock.setVisible(locked)
        self._fit()

    # coming and going

    def appear(self) -> None:
        """Come to the front, on the screen where the pointer is, with the keyboard in the line."""
        self._forgetting.stop()
        self._place(fresh=not self.isVisible())
        self.show()
        self.raise_()
        self.activateWindow()
        if self._locked:
            self.unlock.setFocus()
        else:
            self.line.setFocus()
            self.line.selectAll()

    def forget(self) -> None:
        """Begin anew: no question, no answer, another conversation."""
        self._forget_running()
        self._asked, self.answer, self._current = "", None, Current()
        self.line.clear()
        self._fresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        give_lit(self._input, True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._forgetting.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        left = event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow()
        if left and self.isVisible() and self._is_empty() and QApplication.activePopupWidget() is None:
            self.hide()

    def _is_empty(self) -> bool:
        return not self.line.text().strip() and self.answer is None and self._running is None

    def _raise(self) -> None:
        self.hide()
        self.raise_wanted.emit()

    # asking

    def ask(self) -> None:
        """Ask what is written."""
        question = self.line.text().strip()
        if not question or self._locked:
            return
        self._forget_running()
        self._asked, self.answer = question, None
        if self._bridge is None:
            self._trouble(_("Your memories are being opened…"), _("Ask again in a moment."))
            return
        self._wait()
        current = self._current
        operation = self._bridge.operation(self, lambda engine, op: current.ask(engine, op, question, False)).on("ask")
        self._running = operation.progress(self._progressed).streamed(self._streamed).success(
            lambda answer: self._answered(operation, answer)).failure(
            lambda error: self._failed(operation, error)).run()

    def _forget_running(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def _progressed(self, progress: Progress) -> None:
        if self._running is not None:
            self.state.setText(working_words(progress))

    def _streamed(self, streamed: Streamed) -> None:
        if self._running is not None:
            self._written().show_streamed(streamed)
            self._fit()

    def _written(self) -> Writing:
        if self._writing is None:
            self._writing = Writing(self._theme)
            self._writing.opened.connect(self._continue)
            self._lines.insertWidget(0, self._writing)
        return self._writing

    def _answered(self, operation: Operation[Answer], answer: Answer) -> None:
        if operation is self._running:
            self._running = None
            self.show_answer(self._asked, answer)

    def _failed(self, operation: Operation[Answer], error: KnownError) -> None:
        if operation is self._running:
            self._running = None
            self._trouble(error.message, error.remedy)

    # what is shown below the line

    def show_answer(self, question: str, answer: Answer) -> None:
        """Show any of the seven results as what it is, in short."""
        self._asked, self.answer = question, answer
        self._fresh()
        if answer.written is not None and answer.written.sentences:
            self._written().show_answer(answer, answer.written)
            announce(self, answer.text or "")
            self._cite(answer.citations)
        elif answer.state is AnswerState.ANSWERED:
            self._headline(texts.whole_sentence(answer.text or ""))
            if answer.citations:
                self._say(evidence_sentence(answer.citations[0]), "lead")
            self._cite(answer.citations)
            self._say(answer.message, "warm")
        elif answer.state is AnswerState.NOT_FOUND:
            self._headline(_("I have no memory of that."))
            self._say(refusal_lead(answer.refusal) if answer.nearest else answer.message, "lead")
            self._cite(answer.nearest)
        elif answer.state is AnswerState.KEPT:
            self._headline(answer.message or _("I will remember that."))
        else:
            self._warn(answer.message or _("There is no answer."), "")
            self._cite(answer.nearest)
        if answer.contradicts:
            self._say(_("Something else is said here:"), "muted")
            self._cite(answer.contradicts, len(answer.citations or answer.nearest) + 1)
        self._offer(answer)
        self._show_below()

    def _headline(self, text: str) -> None:
        self._say(text, "headline" if len(text) <= HEADLINE_LIMIT else "lead")
        announce(self, text)

    def _say(self, text: str, role: str) -> None:
        if text:
            self._lines.addWidget(label(text, role, wrap=True, selectable=True))

    def _cite(self, citations: tuple[Citation, ...], first: int = 1) -> None:
        if not citations:
            return
        chips = Flow()
        for number, citation in enumerate(citations, first):
            chip = Chip(citation_name(citation), partial(self._continue, number), number=number)
            chip.setAccessibleName(_("Evidence {n}: {name}").format(n=number, name=citation_name(citation)))
            chips.add(chip)
        self._lines.addSpacing(4)
        self._lines.addWidget(chips)

    def _offer(self, answer: Answer) -> None:
        """What can be done with it, and how sure it is."""
        self._lines.addSpacing(8)
        self._lines.addWidget(frame("line"))
        line = row(spacing=8)
        known = answer.state is AnswerState.ANSWERED
        said = sure_words(answer.confidence) if known else ""
        line.addWidget(label(said, "small"))
        line.addStretch(1)
        if answer.state not in (AnswerState.ANSWERED, AnswerState.NOT_FOUND, AnswerState.KEPT, AnswerState.FROM_MODEL):
            line.addWidget(self._link(_("Ask again"), self.ask))
        line.addWidget(self._link(_("Open in Mneme"), self._continue, _("Ctrl+Enter")))
        self._lines.addLayout(line)

    @staticmethod
    def _link(text: str, act: Callable[[], object], keys: str = "") -> QWidget:
        made = button(text, act, "link")
        made.setToolTip(keys)
        return made

    def _trouble(self, message: str, remedy: str) -> None:
        self._fresh()
        self._warn(message, remedy)
        line = row()
        line.addStretch(1)
        line.addWidget(self._link(_("Ask again"), self.ask))
        self._lines.addLayout(line)
        self._show_below()

    def _warn(self, message: str, remedy: str) -> None:
        line = row(spacing=10)
        line.addWidget(Picture(self._theme, "warning", "warm"), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=4)
        words.addWidget(label(message, "title", wrap=True, selectable=True))
        if remedy:
            words.addWidget(label(remedy, "muted", wrap=True, selectable=True))
        line.addLayout(words, 1)
        self._lines.addLayout(line)
        announce(self, f"{message} {remedy}".strip())

    def _wait(self) -> None:
        self._fresh()
        line = row(spacing=10)
        line.addWidget(Dots(self._theme))
        self.state = label(_("Searching your memories…"), "muted")
        line.addWidget(self.state, 1)
        self._lines.addLayout(line)
        self._show_below()

    def _fresh(self) -> None:
        clear(self._lines)
        self._writing = None
        self.below.hide()
        self._fit()

    def _show_below(self) -> None:
        self.below.show()
        self.below.verticalScrollBar().setValue(0)
        self._fit()

    def _continue(self, citation: int = 0) -> None:
        """Go on with it in the whole window."""
        if self.answer is None:
            return
        told = self._asked, self._current, self.answer, citation
        self.forget()  # it is had there from now on
        self.hide()
        self.continue_wanted.emit(*told)

    # where, and how large

    def _place(self, *, fresh: bool) -> None:
        if fresh:
            self.move(self._screen().center())  # the screen that it is measured for
        self._fit()
        screen = self._screen()
        if fresh:
            self.move(screen.left() + (screen.width() - self.width()) // 2,
                      screen.top() + round(screen.height() * FROM_TOP))

    def _screen(self) -> QRect:
        """Of the screen where the pointer is; while it is shown, of its own."""
        shown = self.screen() if self.isVisible() else QGuiApplication.screenAt(QCursor.pos())
        return (shown or QGuiApplication.primaryScreen()).availableGeometry()

    def _fit(self) -> None:
        """As high as what is shown wants, as far as the screen allows; then what is below scrolls."""
        screen = self._screen()
        self.setFixedWidth(max(LEAST_WIDTH, min(WIDTH, screen.width() - 2 * EDGE)))
        self.ensurePolished()
        most = round(screen.height() * TALLEST)
        if not self.below.isHidden():
            wanted = _height(self._lines, self.width() - 2 * MARGIN)
            bar = Qt.ScrollBarPolicy
            self.below.setVerticalScrollBarPolicy(bar.ScrollBarAsNeeded if wanted > most else bar.ScrollBarAlwaysOff)
            self.below.setFixedHeight(min(wanted, most))
        self.setFixedHeight(_height(self._outer, self.width()))


def _height(layout: QLayout, width: int) -> int:
    """How high a layout wants to be where it is so wide, in pixels."""
    layout.activate()
    return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
