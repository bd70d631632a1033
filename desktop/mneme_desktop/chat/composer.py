"""The box in which a question is written."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from mneme.messages import _
from mneme_desktop.chat.commands import commands, offered, parsed
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.plainedit import PlainEdit
from mneme_desktop.parts.widgets import Chip, IconButton, column, give_lit, row

MOST_LINES = 6


class QuestionEdit(PlainEdit):
    """Enter sends, Shift+Enter begins a line, Up in an empty box brings the last question back."""

    send = Signal()
    recall = Signal()
    lit = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.steer: Callable[[int], bool] = lambda _key: False  # a list of completions takes its keys first

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.modifiers() and self.steer(event.key()):
            return
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.send.emit()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText().strip():
            self.recall.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab and event.type() == QEvent.Type.KeyPress \
                and not event.modifiers() and self.steer(event.key()):
            return True
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape \
                and event.type() == QEvent.Type.ShortcutOverride and self.steer(event.key()):
            event.accept()  # else the window's own Esc would come before
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.lit.emit(event.type() == QEvent.Type.FocusIn)
        return super().event(event)


class Composer(QFrame):
    """The question box with its button, which sends, or stops what is running; below it who writes, and how.

    `model_wanted`: the owner wants to choose who writes. `typed` carries what stands in the box, `about_dropped` says
    that no file is asked about any more.
    """

    asked = Signal(str)
    stopped = Signal()
    model_wanted = Signal()
    typed = Signal(str)
    about_dropped = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__()
        self.setProperty("role", "input")
        self._running = False
        self._last = ""
        self.edit = QuestionEdit()
        self.edit.setAccessibleName(_("Question"))
        self.edit.setTabChangesFocus(True)
        self.edit.setAcceptDrops(False)  # files dropped here are for the window
        self.edit.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.edit.document().setDocumentMargin(0)
        self.edit.send.connect(self.submit)
        self.edit.recall.connect(self._recall)
        self.edit.textChanged.connect(self._changed)
        self.edit.lit.connect(lambda on: give_lit(self, on))
        self.button = IconButton(theme, "send", _("Ask (Enter)"), self._pressed, size=18, colour="on_accent",
                                 role="send")
        self.button.setFixedSize(34, 34)
        inner = column(self, 4, (18, 9, 12, 9))
        self.about = Chip("", self._drop_about, limit=60)
        self.about.hide()
        inner.addWidget(self.about, 0, Qt.AlignmentFlag.AlignLeading)
        inner.addWidget(self.edit)
        below = row(spacing=8)
        self.model = Chip(_("built in"), self.model_wanted.emit, limit=32)
        self.deep = Chip(_("Deep"), lambda: None, checkable=True)
        self.deep.explain(_("Take the question apart first, and look for each part in rounds. It takes several times "
                            "as long. (Ctrl+D)"))
        self.deep.hide()
        below.addWidget(self.model)
        below.addWidget(self.deep)
        self.hints = self._make_hints()
        below.addWidget(self.hints)
        below.addStretch(1)
        below.addWidget(self.button)
        inner.addLayout(below)
        self.show_model("", "")
        self._changed()

    def _make_hints(self) -> QWidget:
        """The commands, for those who do not know them yet; one that is pressed is typed."""
        hints = QWidget()
        line = row(hints, 0)
        for one in commands():
            hint = QToolButton()
            hint.setText(texts.isolated(f"/{one.name}") if self.isRightToLeft() else f"/{one.name}")
            hint.setProperty("role", "hint")
            hint.setAccessibleName(f"/{one.name}")
            hint.setAccessibleDescription(one.says)
            hint.setToolTip(one.says)
            hint.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            hint.clicked.connect(partial(self.begin_command, one.name))
            line.addWidget(hint)
        return hints

    def begin_command(self, name: str, *_more: object) -> None:
        """Type a command before what is written, for its words to follow."""
        typed = self.edit.toPlainText()
        self.write(f"/{name} {'' if offered(typed) else parsed(typed).words}")

    def write(self, text: str) -> None:
        """Have a text in the box, to be changed or sent."""
        self.edit.setPlainText(text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)
        self.edit.setFocus()

    def show_about(self, name: str) -> None:
        """Which file is asked about alone; "": all there is."""
        self.about.setVisible(bool(name))
        if name:
            self.about.rename(_("About {name} ×").format(name=name))
            self.about.setAccessibleName(_("Asking about {name} alone. Press to ask about everything again.").format(
                name=name))

    def _drop_about(self) -> None:
        self.show_about("")
        self.about_dropped.emit()
        self.edit.setFocus()

    def show_model(self, name: str, address: str) -> None:
        """Who writes answers: a language model, at this address if it is a server's; "": nobody, they are read out."""
        shown = " · ".join(filter(None, (name, address))) or _("built in")
        self.model.rename(shown)
        said = (_("Language model: {name}. Choose another").format(name=shown) if name else
                _("Answers are read out as they stand. Choose a language model"))
        self.model.setAccessibleName(said)
        self.model.explain(said)
        self.deep.setVisible(bool(name))

    def toggle_deep(self) -> None:
        """Ask deeply, or not any more; only a language model can."""
        if not self.deep.isHidden():
            self.deep.toggle()

    def is_deep(self) -> bool:
        """Whether the next question is to be taken apart."""
        return not self.deep.isHidden() and self.deep.isChecked()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole = _("Ask about anything you have written, read or been told…")
        self.edit.setPlaceholderText(whole if self.width() > 520 else _("Ask about anything…"))
        self.hints.setVisible(self.width() > 520)
        self._fit()

    def submit(self) -> None:
        """Ask what is written, unless nothing is or a question is running."""
        question = self.edit.toPlainText().strip()
        if question and not self._running:
            self._last = question
            self.edit.clear()
            self.asked.emit(question)

    def set_running(self, running: bool) -> None:
        self._running = running
        if running:
            self.button.show_icon("stop", _("Stop"))
        else:
            self.button.show_icon("send", _("Ask (Enter)"))
        self._changed()

    def _pressed(self) -> None:
        if self._running:
            self.stopped.emit()
        else:
            self.submit()

    def _recall(self) -> None:
        if self._last:
            self.write(self._last)

    def _changed(self) -> None:
        self.button.setEnabled(self._running or bool(self.edit.toPlainText().strip()))
        self._fit()
        self.typed.emit(self.edit.toPlainText())

    def _fit(self) -> None:
        line = self.edit.fontMetrics().lineSpacing()
        lines = sum(max(1, self._lines_of(n)) for n in range(self.edit.document().blockCount()))
        lines = min(max(lines, 1), MOST_LINES)
        margin = max(0, (34 - line) // 2)
        self.edit.setFixedHeight(max(34, lines * line + 2 * margin + 2))
        self.edit.setViewportMargins(0, margin, 0, 0)
        policy = Qt.ScrollBarPolicy
        self.edit.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if lines == MOST_LINES else policy.ScrollBarAlwaysOff)

    def _lines_of(self, block: int) -> int:
        layout = self.edit.document().findBlockByNumber(block).layout()
        return layout.lineCount() if layout is not None else 1
