"""Giving a memory other words: a small window with the words in it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from mneme.messages import _
from mneme.types import Fact, MemoryDetail
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.widgets import button, column, frame, give_lit

FEW_WORDS, MANY_WORDS = 44, 200  # pixels of height


class Words(QPlainTextEdit):
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


def edit_words(parent: QWidget, detail: MemoryDetail, fact: Fact | None, then: Callable[[str], None]) -> Sheet:
    """Ask for other words; of a fact for what it says alone ("Oslo"). `then` receives them, if they are others."""
    if fact is None:
        before, asked = detail.memory.text, _("The file stays as it is; your words take the place of its own here.")
    else:
        before, asked = fact.object, _("“{fact}” What is right instead? Write only what changes.").format(
            fact=fact.memory.text)
    sheet = Sheet(parent, _("Change the words") if fact is None else _("Put it right"), asked)
    words = Words(before, lambda: keep.click())
    words.setFixedHeight(FEW_WORDS if fact is not None else MANY_WORDS)
    keep = button(_("Keep"), sheet.accept, "primary")

    def changed() -> None:
        written = words.toPlainText().strip()
        keep.setEnabled(bool(written) and written != before.strip())

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
