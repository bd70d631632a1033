"""Making one memory of several: the candidates beneath each other, and which words stay."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QRadioButton, QWidget

from mneme.messages import _, ngettext
from mneme.types import Kind, Memory
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.naming import source_line
from mneme_desktop.parts.widgets import button, column, label, row, scrolling

WORDS = 320  # characters of each candidate
TALLEST = 420  # pixels of the list


class Candidate(QFrame):
    """One of those that are merged; pressing it anywhere says that its words stay."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.memory = memory.id
        self.setProperty("role", "card")
        words = texts.one_line(memory.text, WORDS)
        if len(memory.text.strip()) > len(words):
            words += texts.ELLIPSIS
        self.choice = QRadioButton()
        self.choice.setAccessibleName(words)
        self.choice.setAccessibleDescription(source_line(memory))
        self.choice.setAutoExclusive(False)  # those of the others are in other frames
        inner = row(self, 12, (14, 12, 16, 12))
        inner.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignTop)
        told = column(spacing=2)
        told.addWidget(label(words, wrap=True))
        told.addWidget(label(source_line(memory), "small", wrap=True))
        inner.addLayout(told, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.choice.setFocus()
        self.choice.click()


class MergeSheet(Sheet):
    """Asks which of some memories of one kind stays. `kept` is the chosen one."""

    def __init__(self, parent: QWidget, memories: Sequence[Memory], then: Callable[[int], None]) -> None:
        count = len(memories)
        super().__init__(parent, ngettext("Merge {n} memory", "Merge {n} memories", count).format(
            n=texts.number(count)), what_happens(memories[0].kind))
        self.candidates = [Candidate(memory) for memory in memories]
        self.kept = memories[0].id
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = column(inside, 8)
        inner.addWidget(label(_("These words stay:"), "section"))
        for candidate in self.candidates:
            candidate.choice.clicked.connect(lambda _on, one=candidate: self.choose(one.memory))
            inner.addWidget(candidate)
        inner.addStretch(1)
        area = scrolling(inside)
        area.setMinimumHeight(min(inside.sizeHint().height() + 8, TALLEST))
        self.room.addWidget(area)
        self.merge = button(_("Merge"), self.accept, "primary")
        self.buttons.addWidget(button(_("Cancel"), self.reject))
        self.buttons.addWidget(self.merge)
        self.accepted.connect(lambda: then(self.kept))
        self.choose(self.kept)

    def choose(self, memory: int) -> None:
        """Have the words of this one stay."""
        self.kept = memory
        for candidate in self.candidates:
            candidate.choice.setChecked(candidate.memory == memory)


def what_happens(kind: Kind) -> str:
    """What becomes of merged memories of a kind."""
    return {
        Kind.PASSAGE: _("The others become copies: they keep their place in their files, and are not listed beside "
                        "it."),
        Kind.FACT: _("They become tellings of one fact, which then stands on all their sources."),
        Kind.EVENT: _("One event takes their place, over all their passages. If you had changed the words of the one "
                      "that stays, they stay.")}.get(kind, "")


def ask_merge(parent: QWidget, memories: Sequence[Memory], then: Callable[[int], None]) -> MergeSheet:
    """Show the candidates; `then` receives the one whose words stay."""
    sheet = MergeSheet(parent, memories, then)
    sheet.open()
    sheet.candidates[0].choice.setFocus()
    return sheet

