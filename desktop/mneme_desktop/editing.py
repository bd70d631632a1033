"""Giving a memory other words: a small window with the words in it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from mneme.messages import _
from mneme.types import Fact, MemoryDetail
from mneme_desktop.dialogs import Sheet
from mneme_desktop.widgets import button


class Words(QPlainTextEdit):
    """Some words to change; Ctrl+Enter keeps them."""

    def __init__(self, words: str, keep: Callable[[], object]) -> None:
        super().__init__(words)
        self._keep = keep
        self.setProperty("role", "details")
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
    words.setMinimumHeight(56 if fact is not None else 180)
    keep = button(_("Keep"), sheet.accept, "primary")

    def changed() -> None:
        written = words.toPlainText().strip()
        keep.setEnabled(bool(written) and written != before.strip())

    words.textChanged.connect(changed)
    changed()
    sheet.room.addWidget(words)
    sheet.buttons.addWidget(button(_("Cancel"), sheet.reject))
    sheet.buttons.addWidget(keep)
    sheet.accepted.connect(lambda: then(words.toPlainText().strip()))
    sheet.open()
    words.selectAll()
    words.setFocus()
    return sheet
