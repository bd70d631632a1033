"""What the page of health is laid out with: cards with a title, and two columns that become one where it is narrow."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from mneme_desktop.parts.widgets import Turning, column, label, row

WIDEST = 1120  # pixels of both columns
BESIDE_FROM = 820  # pixels; below, the second column stands under the first


class Card(QFrame):
    """A card with its title; what it shows goes into `inner`, what stands beside the title into `head`."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.inner: QVBoxLayout = column(self, 12, (20, 16, 20, 20))
        self.head: QHBoxLayout = row(spacing=8)
        self.head.addWidget(label(title, "title", wrap=True), 1)
        self.inner.addLayout(self.head)


class Columns(Turning):
    """Two columns of cards of the same width."""

    def __init__(self, first: Sequence[QWidget], second: Sequence[QWidget]) -> None:
        super().__init__(BESIDE_FROM, 16)
        for cards in (first, second):
            side = QWidget()
            side.setProperty("role", "clear")
            inner = column(side, 16)
            for card in cards:
                inner.addWidget(card)
            inner.addStretch(1)
            self.line.addWidget(side, 1)

    def sizeHint(self) -> QSize:
        return QSize(WIDEST, super().sizeHint().height())


def wide(inner: QWidget) -> QWidget:
    """A widget in the middle, no wider than two columns are pleasant to read."""
    outer = QWidget()
    outer.setProperty("role", "clear")
    inner.setMaximumWidth(WIDEST + 48)
    line = row(outer, 0)
    line.addStretch(1)
    line.addWidget(inner, 1000)
    line.addStretch(1)
    return outer


def value_row(name: str, value: str, *, role: str = "") -> QWidget:
    """A name, and at the other side what it comes to."""
    made = QWidget()
    made.setProperty("role", "clear")
    inner = row(made, 12, (0, 6, 0, 6))
    inner.addWidget(label(name, role, wrap=True), 1)
    shown = label(value, "muted")
    shown.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
    inner.addWidget(shown)
    return made
