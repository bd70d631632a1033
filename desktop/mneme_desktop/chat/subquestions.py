"""The parts of a deep question as an indented list, each with its state: live while it runs, and kept afterwards."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from mneme.messages import _
from mneme.types import SubQuestion
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import announce, clear, column, label, plain_tip, row

STEP, DEEPEST = 20, 4  # pixels of one step to the right, and at most so many
LONGEST = 240


def state_words(node: SubQuestion) -> str:
    """How far a part is, in words."""
    return {
        "waiting": _("waiting"), "running": _("looking…"), "answered": _("answered"),
        "not_found": _("no memory of it"), "failed": _("failed"),
    }[node.state]


def outline(graph: Sequence[SubQuestion]) -> list[tuple[SubQuestion, int]]:
    """The parts with their depths: what a part needs stands indented below it, each part once."""
    known = {node.id: node for node in graph}
    needed = {need for node in graph for need in node.needs}
    found: list[tuple[SubQuestion, int]] = []
    seen: set[str] = set()

    def add(node: SubQuestion, depth: int) -> None:
        if node.id in seen:
            return
        seen.add(node.id)
        found.append((node, depth))
        for need in node.needs:
            if need in known:
                add(known[need], depth + 1)

    for node in [*(one for one in graph if one.id not in needed), *graph]:
        add(node, 0)
    return found


class StateDot(QWidget):
    """How far a part is, as a shape: a ring, a filled dot, a check, a line, a cross."""

    def __init__(self, theme: Theme, state: str) -> None:
        super().__init__()
        self._theme, self._state = theme, state
        self.setFixedSize(18, 20)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        colour = QColor({"running": colours.accent, "answered": colours.accent, "failed": colours.warm,
                         "not_found": colours.warm}.get(self._state, colours.muted))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colour, 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        ring = QRectF(3, 4, 12, 12)
        if self._state == "answered":
            painter.drawPolyline([QPointF(4, 10.5), QPointF(7.5, 14), QPointF(14, 6.5)])
        elif self._state == "not_found":
            painter.drawLine(QPointF(5, 10), QPointF(13, 10))
        elif self._state == "failed":
            painter.drawLine(QPointF(5, 6), QPointF(13, 14))
            painter.drawLine(QPointF(13, 6), QPointF(5, 14))
        else:
            painter.drawEllipse(ring)
            if self._state == "running":
                painter.setBrush(colour)
                painter.drawEllipse(ring.adjusted(3.5, 3.5, -3.5, -3.5))
        painter.end()


class SubQuestions(QFrame):
    """A card with the parts of a question. It is filled anew when a part has come further."""

    def __init__(self, theme: Theme, *, card: bool = True) -> None:
        super().__init__()
        self.setProperty("role", "card" if card else "clear")
        self._theme = theme
        self.graph: tuple[SubQuestion, ...] = ()
        self.setAccessibleName(_("The parts of the question"))
        outer = column(self, 8, (16, 12, 16, 12) if card else (0, 0, 0, 0))
        if card:
            outer.addWidget(label(_("The parts of the question"), "section"))
        self._lines = column(spacing=6)
        outer.addLayout(self._lines)

    def show_graph(self, graph: Sequence[SubQuestion]) -> None:
        """Show how far each part is."""
        if tuple(graph) == self.graph:
            return
        before = {node.id: node.state for node in self.graph}
        self.graph = tuple(graph)
        clear(self._lines)
        for node, depth in outline(graph):
            self._lines.addWidget(self._line(node, depth))
            if before and before.get(node.id) != node.state and node.state != "waiting":
                announce(self, self._spoken(node))

    def _spoken(self, node: SubQuestion) -> str:
        """A part with its state and what came of it, for a screen reader."""
        parts = [asked_words(node, self.graph), state_words(node), texts.one_line(node.answer, LONGEST)]
        return " · ".join(filter(None, parts))

    def _line(self, node: SubQuestion, depth: int) -> QWidget:
        line = QWidget()
        line.setProperty("role", "clear")
        line.setAccessibleName(self._spoken(node))
        inner = row(line, 8, (STEP * min(depth, DEEPEST), 0, 0, 0))
        dot = StateDot(self._theme, node.state)
        dot.setToolTip(state_words(node))
        inner.addWidget(dot, 0, Qt.AlignmentFlag.AlignTop)
        said = column(spacing=0)
        inner.addLayout(said, 1)
        asked = label(asked_words(node, self.graph), "" if node.state == "running" else "muted", wrap=True)
        said.addWidget(asked)
        if told := told_words(node):
            answer = label(told, "" if node.state == "answered" else "small", wrap=True)
            answer.setToolTip(plain_tip(node.answer) if len(node.answer) > LONGEST else "")
            said.addWidget(answer)
        return line


def asked_words(node: SubQuestion, graph: Sequence[SubQuestion]) -> str:
    """A part as it is asked: with the answers that it needs in their places, "…" while they are not known."""
    text = node.text
    for other in graph:
        text = text.replace("{" + other.id + "}", texts.one_line(other.answer, 60).rstrip(".") or texts.ELLIPSIS)
    return texts.one_line(text, LONGEST)


def told_words(node: SubQuestion) -> str:
    """What came of a part: its answer, from where, or that there is none."""
    if node.state == "answered" and node.answer:
        words = texts.one_line(node.answer, LONGEST)
        cut = words if words == texts.one_line(node.answer, len(node.answer)) else words + texts.ELLIPSIS
        return cut if node.source == "memories" else _("{answer} (the model's own knowledge)").format(answer=cut)
    return "" if node.state == "waiting" else state_words(node)
