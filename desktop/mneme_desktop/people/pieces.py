"""What the pages of people and topics are made of: a head with its sign, lines in cards, chips that lead elsewhere."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from mneme.types import Fact, Memory, NodeKind
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.facts import quotes, state_words, told_words
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.parts.naming import first_words, source_line
from mneme_desktop.parts.widgets import centred, column, frame, label, more_chip, scrolling, steady
from mneme_desktop.people.entries import draw_sign, letters_of

SIGN = 56  # pixels
SHOWN = 6  # lines of a card; more on request


class Sign(QWidget):
    """The sign of a person or a topic, large."""

    def __init__(self, theme: Theme, kind: NodeKind, name: str) -> None:
        super().__init__()
        self._theme, self._kind, self._letters = theme, kind, letters_of(kind, name)
        self.setFixedSize(SIGN, SIGN)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(SIGN, SIGN)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_sign(painter, QRectF(self.rect()), self._kind, self._letters, self._theme.colours)
        painter.end()


def beside_sign(text: str, role: str) -> QLabel:
    """A label that stands beside the sign, in whichever direction its words run."""
    made = label(text, role, wrap=True)
    right = QApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    made.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
    return made


class Paper(QWidget):
    """A page that scrolls; what it shows is put into `content`."""

    def __init__(self) -> None:
        super().__init__()
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = column(inside, 0, (24, 8, 24, 32))
        self.content: QVBoxLayout = column(spacing=12)
        inner.addLayout(self.content)
        inner.addStretch(1)
        self.area = steady(scrolling(centred(inside)))
        column(self, 0).addWidget(self.area)


def add_card(content: QVBoxLayout, title: str, lines: Sequence[Callable[[], QWidget]], *, shown: int = SHOWN) -> None:
    """Add a card of lines under a title: the first ones, and a chip that goes on with the next."""
    content.addWidget(label(title, "section", wrap=True))
    card = frame("card")
    inner = column(card, 0, (8, 6, 8, 6))
    _add_lines(inner, lines, shown)
    content.addWidget(card)
    content.addSpacing(4)


def _add_lines(inner: QVBoxLayout, lines: Sequence[Callable[[], QWidget]], shown: int) -> None:
    for make in lines[:shown]:
        inner.addWidget(make())
    if more := lines[shown:]:
        inner.addWidget(more_chip(len(more), lambda: _add_lines(inner, more, 4 * shown)), 0,
                        Qt.AlignmentFlag.AlignLeading)


def fact_line(theme: Theme, fact: Fact, open_memory: Callable[[int], object]) -> LineButton:
    """A fact with since when it holds and where it was told; it opens in the panel."""
    below = " · ".join(filter(None, (state_words(fact), told_words(fact))))
    return LineButton(theme, fact.memory.text, below, lambda: open_memory(fact.memory.id), tip=quotes(fact))


def memory_line(theme: Theme, memory: Memory, open_memory: Callable[[int], object]) -> LineButton:
    """A memory with its place; it opens in the panel."""
    return LineButton(theme, first_words(memory), source_line(memory), lambda: open_memory(memory.id),
                      tip=memory.text)
