"""Writing about a memory: other words for it, what is right instead, or a note beside it; a small window each."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from mneme.messages import _
from mneme.types import Fact, MemoryDetail
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.plainedit import PlainEdit
from mneme_desktop.parts.widgets import button, column, frame, give_lit, label

FEW_WORDS, SOME_WORDS, MANY_WORDS = 44, 110, 200  # pixels of height
QUOTED = 400  # characters of the passage that a note is about


class Words(PlainEdit):
    """Some words to change; Ctrl+Enter keeps them."""

    def __init__(self, words: str, keep: Callable[[], object]) -> None:
        super().__init__(words)
        self._keep = keep
        self.setAccessibleName(_("The words"))
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._keep()
        else:
            super().keyPressEvent(event)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a small window asks for: its headline, a sentence, the words that stand there already, what keeps them."""

    headline: str
    sentence: str
    before: str = ""
    height: int = SOME_WORDS
    keep: str = ""


def ask_words(parent: QWidget, asked: Asked, then: Callable[[str], None]) -> Sheet:
    """Ask for words; `then` receives them, if there are any and they are others than before."""
    sheet = Sheet(parent, asked.headline, *filter(None, [asked.sentence]))
    words = Words(asked.before, lambda: keep.click())
    words.setFixedHeight(asked.height)
    keep = button(asked.keep or _("Keep"), sheet.accept, "primary")

    def changed() -> None:
        written = words.toPlainText().strip()
        keep.setEnabled(bool(written) and written != asked.before.strip())

    words.textChanged.connect(changed)
    changed()
    box = frame("input")
    column(box, 0, (14, 10, 14, 10)).addWidget(words)
    give_lit(box, lit=True)  # the one place where there is something to write
    sheet.room.addWidget(box)
    sheet.buttons.addWidget(button(_("Cancel"), sheet.reject))
    sheet.buttons.addWidget(keep)
    sheet.accepted.connect(lambda: then(words.toPlainText().strip()))
    sheet.open()
    words.selectAll()
    words.setFocus()
    return sheet


def edit_words(parent: QWidget, detail: MemoryDetail, fact: Fact | None, then: Callable[[str], None]) -> Sheet:
    """Ask for other words; of a fact for what it says alone ("Oslo"). `then` receives them, if they are others."""
    if fact is not None:
        return correct_fact(parent, fact, then)
    return ask_words(parent, Asked(
        _("Change the words"), _("The file stays as it is; your words take the place of its own here."),
        detail.memory.text, MANY_WORDS), then)


def correct_fact(parent: QWidget, fact: Fact, then: Callable[[str], None]) -> Sheet:
    """Ask what is right instead of what a fact says."""
    return ask_words(parent, Asked(
        _("Put it right"), _("“{fact}” What is right instead? Write only what changes.").format(fact=fact.memory.text),
        fact.object, FEW_WORDS), then)


def write_note(parent: QWidget, detail: MemoryDetail, then: Callable[[str], None]) -> Sheet:
    """Ask for a note on a passage, which is shown above."""
    sheet = ask_words(parent, Asked(
        _("Your note"), _("It stands beside the passage, is found, and answers questions. The file stays as it is.")),
        then)
    quoted = texts.one_line(detail.memory.text, QUOTED)
    if len(detail.memory.text.strip()) > len(quoted):
        quoted += texts.ELLIPSIS
    sheet.room.insertWidget(0, label(f"“{quoted}”", "muted", wrap=True))
    return sheet
