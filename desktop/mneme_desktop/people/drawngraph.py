"""The neighbourhood as it is painted: nodes told apart by shape, all edges at once, names where there is room."""

import math
from collections import defaultdict
from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from mneme.messages import _
from mneme.types import Edge, Graph, NodeKind
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import plain_tip
from mneme_desktop.people.entries import draw_shape, initials, kind_words

SMALLEST, LARGEST = 7.0, 20.0  # pixels: the radius of a node
NEAREST, FARTHEST = 0.35, 6.0  # of the zoom
STEP = 1.25
BESIDE_EDGE, BESIDE_NODE = 6.0, 4.0  # pixels within which something is pointed at
MOTION_MS = 140
FEW, MANY = 40, 120  # lines of one node, nodes: of more, each is drawn more lightly
LABEL = 150  # pixels: the widest name
CELL = 48  # pixels: of the grid in which room for names is looked for
MARGIN = 56  # pixels around the whole picture
ROUND: tuple[NodeKind, ...] = ("you", "person", "topic", "place", "thing")
EMPTY = Graph((), ())


class GraphCanvas(QWidget):
    """`picked` carries a node's number (-1: none), `entered` the one to open."""

    picked = Signal(int)
    entered = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.graph = EMPTY
        self.chosen = -1
        self.hovered = -1
        self.zoom, self._middle = 1.0, QPointF(0.5, 0.5)  # what of 0..1 is in the middle of the widget
        self._beside: dict[int, list[int]] = {}
        self._between: dict[tuple[int, int], Edge] = {}
        self._most = 1.0  # the largest weight of a node
        self._grabbed: QPointF | None = None
        self._dragged = False
        self._glide = QVariantAnimation(self, duration=MOTION_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._glided)
        self._glide.finished.connect(self.update)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Graph of who and what is near"))
        self.setMinimumSize(160, 160)
        theme.changed.connect(self.update)

    # what is shown

    def show_graph(self, graph: Graph) -> None:
        """Show another graph, as a whole, with its first node chosen."""
        self.graph = graph
        self._beside = defaultdict(list)
        self._between = {_pair(edge.source, edge.target): edge for edge in graph.edges}
        for edge in graph.edges:
            self._beside[edge.source].append(edge.target)
            self._beside[edge.target].append(edge.source)
        self._most = max((node.weight for node in graph.nodes), default=1.0) or 1.0
        self.hovered = -1
        self.fit()
        self.choose(0 if graph.nodes else -1)

    def neighbours(self, number: int) -> list[int]:
        """The nodes that a node is tied to, the strongest tie first."""
        return sorted(self._beside.get(number, ()), key=lambda other: (-self._between[_pair(number, other)].weight,
                                                                       other))

    def edge(self, one: int, other: int) -> Edge | None:
        """What connects two nodes."""
        return self._between.get(_pair(one, other))

    def choose(self, number: int) -> None:
        """Have a node be the chosen one."""
        self.chosen = number
        if 0 <= number < len(self.graph.nodes):
            node = self.graph.nodes[number]
            self.setAccessibleDescription(". ".join((node.name, kind_words(node.kind))))
            self._bring_into_sight(number)
        self.picked.emit(number)
        self.update()

    # where things are

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def _scale(self) -> QPointF:
        """Pixels across, and down, for the whole picture."""
        return QPointF(max(self.width() - 2 * MARGIN, 80), max(self.height() - 2 * MARGIN, 80)) * self.zoom

    def place(self, number: int) -> QPointF:
        """Where a node is drawn."""
        node, scale = self.graph.nodes[number], self._scale()
        return QPointF(self.width() / 2 + (node.x - self._middle.x()) * scale.x(),
                       self.height() / 2 + (node.y - self._middle.y()) * scale.y())

    def radius(self, number: int) -> float:
        """How large a node is drawn: by how much ties it to others."""
        node = self.graph.nodes[number]
        size = SMALLEST + (LARGEST - SMALLEST) * math.sqrt(node.weight / self._most)
        room = min(max(min(self.width(), self.height()) / 560, 0.6), 1.0) * (0.7 if len(self.graph.nodes) > MANY else 1)
        return size * room * min(max(self.zoom, 0.7), 1.6)

    def node_at(self, at: QPointF) -> int:
        """The node that is pointed at; -1 for none."""
        found = [(far, n) for n in range(len(self.graph.nodes))
                 if (far := _far(self.place(n), at)) <= self.radius(n) + BESIDE_NODE]
        return min(found)[1] if found else -1

    def edge_at(self, at: QPointF) -> Edge | None:
        """The edge that is pointed at, if any: those of the chosen node first."""
        found = [(self.chosen not in (edge.source, edge.target), far, n) for n, edge in enumerate(self.graph.edges)
                 if (far := _from_line(at, self.place(edge.source), self.place(edge.target))) <= BESIDE_EDGE]
        return self.graph.edges[min(found)[2]] if found else None

    # going about

    def fit(self) -> None:
        """Show the whole graph."""
        self._move_to(1.0, QPointF(0.5, 0.5))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Come nearer, or go farther away, keeping what is at a point where it is."""
        zoom = min(max(self.zoom * factor, NEAREST), FARTHEST)
        middle = QPointF(self._middle)
        if at is not None:
            scale, share = self._scale(), 1 - self.zoom / zoom
            middle += QPointF((at.x() - self.width() / 2) / scale.x() * share,
                              (at.y() - self.height() / 2) / scale.y() * share)
        self._move_to(zoom, middle)

    def _move_to(self, zoom: float, middle: QPointF) -> None:
        self._glide.stop()
        if getattr(self._theme, "motion", True) and self.isVisible() and self.graph.nodes:
            self._from, self._to = (self.zoom, QPointF(self._middle)), (zoom, middle)
            self._glide.setStartValue(0.0)
            self._glide.setEndValue(1.0)
            self._glide.start()
        else:
            self.zoom, self._middle = zoom, middle
            self.update()

    def _glided(self, share: float) -> None:
        (zoom, middle), (to_zoom, to_middle) = self._from, self._to
        self.zoom = zoom + (to_zoom - zoom) * share
        self._middle = middle + (to_middle - middle) * share
        self.update()

    def _bring_into_sight(self, number: int) -> None:
        sight = QRectF(self.rect()).adjusted(24, 24, -24, -24)
        if self.width() > 0 and not sight.contains(self.place(number)) and self.zoom > 1.0:
            node = self.graph.nodes[number]
            self._move_to(self.zoom, QPointF(node.x, node.y))

    def _step(self, across: int, down: int) -> None:
        """Go to the neighbour that lies most in a direction; where there is none, to the nearest node there."""
        if self.chosen < 0:
            self.choose(0 if self.graph.nodes else -1)
            return
        here = self.place(self.chosen)
        for among in (self._beside.get(self.chosen, ()), range(len(self.graph.nodes))):
            found = []
            for other in among:
                way = self.place(other) - here
                ahead, aside = way.x() * across + way.y() * down, abs(way.x() * down) + abs(way.y() * across)
                if other != self.chosen and ahead > 0 and ahead >= aside * 0.6:
                    found.append((ahead + 2 * aside, other))
            if found:
                self.choose(min(found)[1])
                return

    # events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        key = Qt.Key(event.key())
        if key in steps and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._step(*steps[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / STEP)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_Home):
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen >= 0:
            self.entered.emit(self.chosen)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if turns:
            self._glide.stop()
            self.zoom_by(STEP ** turns, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._grabbed is not None and (self._dragged or _far(at, self._grabbed) > 4):
            self._glide.stop()
            self._dragged = True
            scale, moved = self._scale(), at - self._grabbed
            self._middle -= QPointF(moved.x() / scale.x(), moved.y() / scale.y())
            self._grabbed = at
            self.update()
            return
        hovered = self.node_at(at)
        if hovered != self.hovered:
            self.hovered = hovered
            self.setCursor(Qt.CursorShape.PointingHandCursor if hovered >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None and not self._dragged:
            found = self.node_at(event.position())
            if found >= 0:
                self.choose(found)
        self._grabbed = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.node_at(event.position())
        if found >= 0:
            self.entered.emit(found)

    def leaveEvent(self, event: object) -> None:
        self.hovered = -1
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def tip_at(self, at: QPointF) -> str:
        """What is said of what is pointed at: a node's whole name, or what an edge is."""
        found = self.node_at(at)
        if found >= 0:
            node = self.graph.nodes[found]
            return plain_tip("\n".join((node.name, kind_words(node.kind))))
        edge = self.edge_at(at)
        if edge is None:
            return ""
        ends = (self.graph.nodes[edge.source].name, self.graph.nodes[edge.target].name)
        return plain_tip("\n".join((" – ".join(ends), *edge.lines[:8])))

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = [self.place(n) for n in range(len(self.graph.nodes))]
        lit = self._lit()
        self._draw_edges(painter, places)
        for n in sorted(range(len(places)), key=lambda one: (one in lit, self.graph.nodes[one].weight)):
            self._draw_node(painter, n, places[n], lit)
        self._draw_names(painter, places, lit)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.colours.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        painter.end()

    def _lit(self) -> set[int]:
        """What stands out: the chosen node, or the one that is pointed at, with its neighbours."""
        number = self.hovered if self.hovered >= 0 else self.chosen
        return set() if number < 0 else {number, *self._beside.get(number, ())}

    def _draw_edges(self, painter: QPainter, places: Sequence[QPointF]) -> None:
        """All edges in one path, and over it those of the node that stands out."""
        number = self.hovered if self.hovered >= 0 else self.chosen
        quiet, strong = QPainterPath(), QPainterPath()
        for edge in self.graph.edges:
            path = strong if number in (edge.source, edge.target) else quiet
            path.moveTo(places[edge.source])
            path.lineTo(places[edge.target])
        moving = (self._dragged and self._grabbed is not None) or self._glide.state() == self._glide.State.Running
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not moving)  # what moves may be coarse
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.colours.border), 1))
        painter.drawPath(quiet)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour, few = QColor(self._theme.colours.accent), len(self._beside.get(number, ())) <= FEW
        colour.setAlpha(255 if few else 90)
        painter.setPen(QPen(colour, 1.6 if few else 1))
        painter.drawPath(strong)

    def _draw_node(self, painter: QPainter, number: int, at: QPointF, lit: set[int]) -> None:
        node, colours, size = self.graph.nodes[number], self._theme.colours, self.radius(number)
        box = QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size)
        strong = number == self.chosen or node.kind == "you"
        painter.setBrush(QColor(colours.accent if strong else colours.soft if node.kind == "person" else colours.card))
        painter.setPen(QPen(QColor(colours.accent if number in lit or node.kind == "person" else colours.muted), 1.4))
        draw_shape(painter, box, node.kind)
        if size >= 11 and node.kind in ("person", "you"):
            painter.setPen(QColor(colours.on_accent if strong else colours.on_soft))
            painter.setFont(sized(10 if size < 16 else 12, QFont.Weight.DemiBold))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), initials(node.name))
        if number == self.chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.ink), 2))
            draw_shape(painter, box.adjusted(-4, -4, 4, 4), node.kind)

    def _draw_names(self, painter: QPainter, places: Sequence[QPointF], lit: set[int]) -> None:
        """The names for which there is room, of what stands out first, then of what is most tied."""
        taken = _Taken()
        radii = [self.radius(n) for n in range(len(places))]
        for n, (at, size) in enumerate(zip(places, radii, strict=True)):
            taken.add(QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size), n)
        sight = QRectF(self.rect())
        order = sorted(range(len(places)), key=lambda n: (n != self.chosen, n != self.hovered, n not in lit,
                                                          -self.graph.nodes[n].weight, n))
        for n in order:
            must = n in (self.chosen, self.hovered)
            font = sized(12, QFont.Weight.DemiBold if must else QFont.Weight.Normal)
            shown = QFontMetrics(font).elidedText(texts.one_line(self.graph.nodes[n].name, 80),
                                                  Qt.TextElideMode.ElideRight, LABEL)
            width = QFontMetrics(font).horizontalAdvance(shown) + 8
            tried = [box for box in _around(places[n], radii[n], width) if must or sight.contains(box)]
            free = next((box for box in tried if taken.is_free(box, n)), tried[0] if must else None)
            if free is not None:
                taken.add(free)
                self._draw_name(painter, free, shown, font, n in lit or not lit)

    def _draw_name(self, painter: QPainter, box: QRectF, shown: str, font: QFont, plain: bool) -> None:
        colours = self._theme.colours
        ground = QColor(colours.paper)
        ground.setAlpha(210)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font)
        painter.setPen(QColor(colours.ink if plain else colours.muted))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), shown)


class _Taken:
    """The boxes in which something is drawn already, by the cells of a grid that they touch."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[QRectF, int]]] = defaultdict(list)

    def add(self, box: QRectF, whose: int = -1) -> None:
        for cell in _cells(box):
            self._cells[cell].append((box, whose))

    def is_free(self, box: QRectF, whose: int) -> bool:
        """Whether nothing of anybody else is drawn there."""
        return not any(owner != whose and box.intersects(other)
                       for cell in _cells(box) for other, owner in self._cells.get(cell, ()))


def _cells(box: QRectF) -> list[tuple[int, int]]:
    across = range(int(box.left() // CELL), int(box.right() // CELL) + 1)
    return [(x, y) for x in across for y in range(int(box.top() // CELL), int(box.bottom() // CELL) + 1)]


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _far(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())


def _around(at: QPointF, radius: float, width: float) -> list[QRectF]:
    """Where a name may stand: below its node, above it, behind and before it."""
    high, gap = 17.0, radius + 4
    return [QRectF(at.x() - width / 2, at.y() + gap, width, high),
            QRectF(at.x() - width / 2, at.y() - gap - high, width, high),
            QRectF(at.x() + gap, at.y() - high / 2, width, high),
            QRectF(at.x() - gap - width, at.y() - high / 2, width, high)]


def _from_line(at: QPointF, start: QPointF, end: QPointF) -> float:
    """How far a point is from a stretch of a line."""
    way = end - start
    length = way.x() ** 2 + way.y() ** 2
    share = 0.0 if length == 0 else min(max(QPointF.dotProduct(at - start, way) / length, 0.0), 1.0)
    return _far(at, start + way * share)
