"""How memories fade: a curve with the uses that lifted it and the time to come, and the same in words."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from mneme.messages import _
from mneme.types import Memory, MemoryDetail
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import Flow, column, label, row, say

HEIGHT = 136
LEFT, RIGHT, TOP, BOTTOM = 34, 10, 10, 24  # room around the lines, for their marks
AHEAD = timedelta(days=365)  # how far a detail's curve goes beyond now
SOON, LONG = timedelta(days=60), timedelta(days=365 * 30)
LATER = timedelta(days=30)
LAYERS = ("long-term", "short-term", "working")
STYLES: Mapping[str, Sequence[float]] = {"long-term": (), "short-term": (5.0, 3.0), "working": (1.5, 2.5)}
THRESHOLD = (4.0, 4.0)

Samples = Sequence[tuple[datetime, float]]
Curves = Mapping[str, Sequence[tuple[float, float]]]  # by layer: (days since capture, retention)


# ------------------------------------------------------------------ in words


def share_kept(retention: float) -> str:
    """Retention as a person reads it: "62% kept"."""
    return _("{share}% kept").format(share=texts.percent(retention))


def coming_words(fades_at: datetime | None, now: datetime) -> str:
    """When a memory fades if nobody uses it: "will have faded in March 2027"."""
    if fades_at is None:
        return _("does not fade")
    if fades_at <= now:
        return _("faded in {month}").format(month=texts.local_month(fades_at))
    if fades_at - now <= SOON:
        return _("will have faded by {day}").format(day=texts.local_day(fades_at))
    if fades_at - now > LONG:
        return _("will hardly fade")
    return _("will have faded in {month}").format(month=texts.local_month(fades_at))


def outlook_words(detail: MemoryDetail) -> str:
    """What the curve of a memory shows: "62% kept; will have faded in March 2027"."""
    kept = share_kept(detail.memory.retention)
    return f"{kept}; {coming_words(detail.fades_at, now_of(detail))}" if detail.curve else kept


def later_words(detail: MemoryDetail) -> str:
    """What will come of a memory: "41% in 30 days; will have faded in March 2027"."""
    now = now_of(detail)
    coming = coming_words(detail.fades_at, now)
    if detail.fades_at is None or detail.fades_at <= now:
        return coming[:1].upper() + coming[1:] + "."
    then = _("{share}% in 30 days").format(share=texts.percent(value_at(detail.curve, now + LATER)))
    return f"{then}; {coming}."


def layer_words(memory: Memory) -> str:
    """How lasting a memory is by now."""
    return {"working": _("passing memory"), "short-term": _("ordinary memory"), "long-term": _("lasting memory")}.get(
        memory.layer, memory.layer)


def nature_words(memory: Memory) -> str:
    """What kind of thing it is, as far as that bears on fading; empty for the ordinary."""
    return {"constant": _("never changes, never fades"), "preference": _("a preference, fades slowly"),
            "errand": _("an errand, fades quickly"), "ordinary": ""}.get(memory.nature, memory.nature)


def layers_words(curves: Curves) -> str:
    """What is left of a memory in each layer at the end of the curves, in a sentence."""
    ends = {layer: texts.percent(curves[layer][-1][1]) for layer in LAYERS if curves.get(layer)}
    if len(ends) < len(LAYERS):
        return ""
    return _("Of a passing thing that nobody uses {working}% is kept after a year, of an ordinary memory {short}%, "
             "of a lasting one {long}%.").format(working=ends["working"], short=ends["short-term"],
                                                 long=ends["long-term"])


# ------------------------------------------------------------------ numbers


def now_of(detail: MemoryDetail) -> datetime:
    """The time at which a detail was made; its curve ends a year later. ValueError without a curve."""
    if not detail.curve:
        raise ValueError("a detail without a curve does not tell its time")
    return detail.curve[-1][0] - AHEAD


def with_uses(curve: Samples, uses: Sequence[datetime]) -> list[tuple[datetime, float]]:
    """The samples with the uses put between them: up to a use as before, from it on whole.

    A use is put in only where the samples rise, so that what is no use (a pin, being let go) draws no edge.
    """
    waiting = sorted(uses)
    made: list[tuple[datetime, float]] = []
    for (start, kept), (end, later) in pairwise(curve):
        made.append((start, kept))
        within = [at for at in waiting if start < at <= end]
        if within and later > kept:
            made += [(within[0], kept), *((at, 1.0) for at in within)]
    return [*made, *curve[-1:]]


def value_at(curve: Samples, at: datetime) -> float:
    """Retention at an instant, on the straight way between the samples beside it; of several there the last."""
    place = bisect_right([moment for moment, _kept in curve], at)
    if place == 0 or place == len(curve):
        return curve[min(place, len(curve) - 1)][1]
    (start, kept), (end, later) = curve[place - 1], curve[place]
    return kept + (later - kept) * ((at - start) / (end - start))


# ------------------------------------------------------------------ drawn


class Graph(QWidget):
    """Retention 0..1 over a stretch of time, with the line below which a memory has faded."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.threshold = 0.0
        self.ends = ("", "")  # what stands below the two ends of the time
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def place(self, along: float, retention: float) -> QPointF:
        """Where a retention is drawn, `along` the time from 0 to 1; time runs the way one reads."""
        box = self._box()
        way = min(max(along, 0.0), 1.0) * box.width()
        x = box.right() - way if self.isRightToLeft() else box.left() + way
        return QPointF(x, box.bottom() - min(max(texts.finite(retention), 0.0), 1.0) * box.height())

    def _box(self) -> QRectF:
        left, right = (RIGHT, LEFT) if self.isRightToLeft() else (LEFT, RIGHT)
        return QRectF(self.rect()).adjusted(left, TOP, -right, -BOTTOM)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(12))
        self._draw_ground(painter)
        self.draw_lines(painter)
        painter.end()

    def draw_lines(self, painter: QPainter) -> None:
        """Draw what the graph is about, over its ground."""

    def _draw_ground(self, painter: QPainter) -> None:
        colours, box, rtl = self._theme.colours, self._box(), self.isRightToLeft()
        side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        for share in (0.0, 0.5, 1.0):
            y = box.bottom() - share * box.height()
            painter.fillRect(QRectF(box.left(), y, box.width(), 1), QColor(colours.hairline))
            number = QRectF(box.right() + 8 if rtl else 0, y - 8, LEFT - 8, 16)
            painter.setPen(QColor(colours.muted))
            painter.drawText(number, int(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter),
                             texts.percent(share))
        below = QRectF(box.left(), box.bottom() + 6, box.width(), BOTTOM - 6)
        first, last = (Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft) if rtl else (
            Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
        for words, at in zip(self.ends, (first, last), strict=True):
            painter.drawText(below, int(at | Qt.AlignmentFlag.AlignAbsolute), words)
        if self.threshold > 0.0:
            self.draw_path(painter, [(0.0, self.threshold), (1.0, self.threshold)],
                           dashed_pen(colours.warm, THRESHOLD, 1.0))

    def draw_path(self, painter: QPainter, points: Sequence[tuple[float, float]], pen: QPen) -> None:
        """Draw a line through (along, retention)."""
        path = QPainterPath()
        for n, point in enumerate(points):
            (path.lineTo if n else path.moveTo)(self.place(*point))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPath(path)

    def draw_dot(self, painter: QPainter, along: float, retention: float, colour: str, radius: float) -> None:
        """Draw a dot with a rim of the ground's colour."""
        painter.setPen(QPen(QColor(self._theme.colours.card), 2))
        painter.setBrush(QColor(colour))
        painter.drawEllipse(self.place(along, retention), radius, radius)


class RetentionCurve(Graph):
    """A memory's retention from capture to a year from now: uses as dots, now marked, the time to come dotted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setAccessibleName(_("Retention"))
        self._line: list[tuple[datetime, float]] = []
        self._uses: list[datetime] = []
        self.now: datetime | None = None
        self.hide()

    def show_detail(self, detail: MemoryDetail, faded_below: float) -> None:
        """Show a memory's curve; nothing is shown where it has none."""
        self.setVisible(bool(detail.curve))
        self.setAccessibleDescription(outlook_words(detail))
        if not detail.curve:
            return
        self.now, self.threshold = now_of(detail), faded_below
        start, end = detail.curve[0][0], detail.curve[-1][0]
        self._uses = [at for at, _what in detail.uses if start <= at <= end]
        self._line = with_uses(detail.curve, self._uses)
        self.ends = (texts.local_month(start), texts.local_month(end))
        self.update()

    def dots(self) -> list[tuple[float, float]]:
        """Where the capture and the uses stand, as (along, retention)."""
        captured = self._line[0][0]
        return [(self._along(at), value_at(self._line, at)) for at in (captured, *self._uses)]

    def draw_lines(self, painter: QPainter) -> None:
        if self.now is None or not self._line:
            return
        colours, now = self._theme.colours, (self.now, value_at(self._line, self.now))
        past = [point for point in self._line if point[0] <= self.now]
        coming = [point for point in self._line if point[0] > self.now]
        for line, pen in (([now, *coming], dashed_pen(colours.muted, (1.5, 2.5), 1.75)),
                          ([*past, now], dashed_pen(colours.accent, (), 2.0))):
            self.draw_path(painter, [(self._along(at), kept) for at, kept in line], pen)
        for along, kept in self.dots():
            self.draw_dot(painter, along, kept, colours.accent, 4.0)
        self.draw_dot(painter, self._along(now[0]), now[1], colours.ink, 5.0)

    def _along(self, at: datetime) -> float:
        start, end = self._line[0][0], self._line[-1][0]
        return (at - start) / (end - start) if end > start else 0.0


class LayerGraph(Graph):
    """The curve of an ordinary memory that nobody uses, in each of the three layers."""

    curves: Curves

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setAccessibleName(_("How memories fade with these settings"))
        self.curves = {}
        self.ends = (_("taken in"), _("a year later"))

    def draw_lines(self, painter: QPainter) -> None:
        for layer in LAYERS:
            line = self.curves.get(layer, ())
            days = max((day for day, _kept in line), default=0.0)
            if days > 0.0:
                self.draw_path(painter, [(day / days, kept) for day, kept in line],
                               dashed_pen(self._theme.colours.accent, STYLES[layer], 2.0))


class LayerCurves(QWidget):
    """What the settings of forgetting mean: three lines with their names, and in words; hidden until they are known."""

    def __init__(self, theme: Theme, faded_below: float) -> None:
        super().__init__()
        self.plot = LayerGraph(theme)
        self.plot.threshold = faded_below
        self.words = label("", "small", wrap=True)
        names = Flow(16)
        for layer, name in zip(LAYERS, (_("lasting"), _("ordinary"), _("passing")), strict=True):
            names.add(_named(theme, name, STYLES[layer], warm=False))
        names.add(_named(theme, _("below this line it has faded"), THRESHOLD, warm=True))
        inner = column(self, 8, (0, 12, 0, 16))
        inner.addWidget(names)
        inner.addWidget(self.plot)
        inner.addWidget(self.words)
        self.hide()

    def show_curves(self, curves: Curves) -> None:
        """Show these; nothing is shown of nothing."""
        self.plot.curves = curves
        words = layers_words(curves)
        say(self.words, words)
        self.plot.setAccessibleDescription(words)
        self.plot.update()
        self.setVisible(bool(curves))

    def mark(self, faded_below: float) -> None:
        """Move the line below which a memory has faded."""
        self.plot.threshold = faded_below
        self.plot.update()


class Stroke(QWidget):
    """A short piece of a line, beside its name."""

    def __init__(self, theme: Theme, dashes: Sequence[float], *, warm: bool) -> None:
        super().__init__()
        self._theme, self._dashes, self._warm = theme, dashes, warm
        self.setFixedSize(28, 16)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(dashed_pen(colours.warm if self._warm else colours.accent, self._dashes, 1 if self._warm else 2))
        painter.drawLine(QPointF(2, 8), QPointF(26, 8))
        painter.end()


def dashed_pen(colour: str, dashes: Sequence[float], width: float) -> QPen:
    """A pen; without dashes it draws a whole line."""
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes:
        pen.setDashPattern(list(dashes))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _named(theme: Theme, name: str, dashes: Sequence[float], *, warm: bool) -> QWidget:
    made = QWidget()
    inner = row(made, 6)
    inner.addWidget(Stroke(theme, dashes, warm=warm))
    inner.addWidget(label(name, "small"), 1)
    return made
