"""The graph with what belongs to it: a card of the chosen node, a list of its neighbours, and ways to look."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from mneme.messages import _, ngettext
from mneme.types import Graph, Node, NodeKind
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import Chip, ElidedLabel, Flow, IconButton, column, frame, label, row, say
from mneme_desktop.people.drawngraph import EMPTY, STEP, GraphCanvas
from mneme_desktop.people.entries import Entry, EntryModel, EntryTable, Place, draw_shape, kind_words

BESIDE_FROM = 640  # pixels; below, the list of neighbours stands under the graph
LIST_WIDTH, UNDER_HEIGHT = 248, 300
LINES_SHOWN = 3
KINDS: tuple[NodeKind, ...] = ("person", "topic", "place", "thing")


class GraphView(QWidget):
    """`gone` carries the Place to go to."""

    gone = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.canvas = GraphCanvas(theme)
        self.canvas.picked.connect(self._picked)
        self.canvas.entered.connect(self._enter)
        self.model = EntryModel(self)
        self.table = EntryTable(theme, self.model, _("Neighbours"))
        self.table.entered.connect(self._follow)
        self._numbers: list[int] = []  # the node of each row
        self._build()

    @property
    def graph(self) -> Graph:
        """What is shown."""
        return self.canvas.graph

    def show_graph(self, graph: Graph) -> None:
        """Show another graph."""
        if graph != self.canvas.graph:
            self.canvas.show_graph(graph)
        alone = len(graph.nodes) < 2
        self._alone.setVisible(alone)

    def forget(self) -> None:
        """Show none."""
        self.canvas.show_graph(EMPTY)

    def _build(self) -> None:
        self._alone = label(_("Nothing is near yet: no fact, conversation or topic connects this with anything else."),
                            "muted", wrap=True)
        self._alone.hide()
        tools = row(spacing=4)
        tools.addWidget(Legend(self._theme), 1)
        for icon, title, act in (("minus", _("Smaller"), lambda: self.canvas.zoom_by(1 / STEP)),
                                 ("plus", _("Larger"), lambda: self.canvas.zoom_by(STEP)),
                                 ("fit", _("Show all"), self.canvas.fit)):
            tools.addWidget(IconButton(self._theme, icon, title, act))
        self._turning = row(spacing=12)
        self._turning.addWidget(self.canvas, 1)
        self._side = QWidget()
        side = column(self._side, 8)
        side.addWidget(self._card())
        self._title = label("", "section")
        side.addWidget(self._title)
        side.addWidget(self.table, 1)
        self._turning.addWidget(self._side)
        outer = column(self, 8, (16, 0, 16, 16))
        outer.addLayout(tools)
        outer.addWidget(self._alone)
        outer.addLayout(self._turning, 1)

    def _card(self) -> QWidget:
        self.card = frame("card")
        inner = column(self.card, 6, (14, 12, 14, 12))
        self._name = ElidedLabel("", "title")
        self._kind = label("", "small")
        self._lines = label("", "muted", wrap=True)
        self._open = Chip(_("Open"), lambda: self._enter(self.canvas.chosen))
        self._centre = Chip(_("In the middle"), self._to_middle)
        self._centre.explain(_("Show what is near this one"))
        chips = Flow()
        chips.add(self._open)
        chips.add(self._centre)
        for part in (self._name, self._kind, self._lines, chips):
            inner.addWidget(part)
        return self.card

    # what is chosen

    def _picked(self, number: int) -> None:
        nodes = self.canvas.graph.nodes
        self.card.setVisible(0 <= number < len(nodes))
        if not 0 <= number < len(nodes):
            self.model.show_these(())
            self._title.setText("")
            return
        node = nodes[number]
        self._numbers = self.canvas.neighbours(number)
        self._name.set_whole(node.name)
        self._kind.setText(kind_words(node.kind))
        self._kind.setVisible(node.kind != "you")
        edge = self.canvas.edge(0, number) if number else None
        lines = edge.lines[:LINES_SHOWN] if edge is not None else ()
        say(self._lines, "\n".join(texts.one_line(line, 120) for line in lines))
        self._lines.setVisible(bool(lines))
        self._open.setVisible(_has_page(node))
        self._centre.setVisible(number != 0)
        count = len(self._numbers)
        self._title.setText(ngettext("One neighbour", "{n} neighbours", count).format(n=texts.number(count))
                            if count else "")
        self.model.show_these([self._entry(number, other) for other in self._numbers])
        self.table.setAccessibleName(_("Neighbours of {name}").format(name=node.name))
        self.table.clearSelection()

    def _entry(self, number: int, other: int) -> Entry:
        node, edge = self.canvas.graph.nodes[other], self.canvas.edge(number, other)
        return Entry(_place(node), node.name, texts.one_line(edge.lines[0], 120) if edge and edge.lines else "")

    def _follow(self, _to: Place) -> None:
        """A row was entered: its node becomes the chosen one."""
        row_number = self.table.currentIndex().row()
        if 0 <= row_number < len(self._numbers):
            self.canvas.choose(self._numbers[row_number])

    def _enter(self, number: int) -> None:
        if 0 <= number < len(self.canvas.graph.nodes):
            node = self.canvas.graph.nodes[number]
            place = _place(node)
            self.gone.emit(place if _has_page(node) else Place(place.kind, place.ref, graph=True))

    def _to_middle(self) -> None:
        if 0 <= self.canvas.chosen < len(self.canvas.graph.nodes):
            place = _place(self.canvas.graph.nodes[self.canvas.chosen])
            self.gone.emit(Place(place.kind, place.ref, graph=True))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= BESIDE_FROM
        self._turning.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._side.setMinimumSize(LIST_WIDTH if beside else 0, 0)
        self._side.setMaximumSize(LIST_WIDTH if beside else 16777215, 16777215 if beside else UNDER_HEIGHT)


class Legend(QWidget):
    """Which shape is what."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        flow = Flow(12)
        for kind in KINDS:
            one = QWidget()
            inner = row(one, 6)
            inner.addWidget(Shape(theme, kind))
            inner.addWidget(label(kind_words(kind), "small"))
            flow.add(one)
        inside = column(self, 0)
        inside.addStretch(1)
        inside.addWidget(flow)
        inside.addStretch(1)


class Shape(QWidget):
    """The shape of a kind, small."""

    def __init__(self, theme: Theme, kind: NodeKind) -> None:
        super().__init__()
        self._theme, self._kind = theme, kind
        self.setFixedSize(14, 14)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        person = self._kind == "person"
        painter.setBrush(QColor(colours.soft if person else colours.card))
        painter.setPen(QPen(QColor(colours.accent if person else colours.muted), 1.4))
        draw_shape(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), self._kind)
        painter.end()


def _place(node: Node) -> Place:
    return Place(node.kind, node.ref or ("" if node.kind == "you" else node.key))


def _has_page(node: Node) -> bool:
    return node.kind in ("you", "person", "topic")
