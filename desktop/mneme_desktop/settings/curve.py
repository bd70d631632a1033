"""What a setting of caution means: two lines over its whole range, the present setting marked, and in words."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from mneme.messages import _
from mneme.types import CautionPoint
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import Flow, column, label, row, say

HEIGHT = 152
LEFT, RIGHT, TOP, BOTTOM = 34, 10, 10, 26  # room around the lines, for their marks
DASHES = [4.0, 3.0]

Line = Callable[[CautionPoint], float]


def answered(point: CautionPoint) -> float:
    return _share(point.answered)


def invented(point: CautionPoint) -> float:
    return _share(point.invented)


def share_at(points: Sequence[CautionPoint], caution: float, line: Line) -> float:
    """The share 0..1 of a line at a setting, on the straight way between the two points beside it."""
    place = bisect_right([point.caution for point in points], caution)
    if place == 0 or place == len(points):
        return line(points[min(place, len(points) - 1)])
    before, after = points[place - 1], points[place]
    way = (caution - before.caution) / (after.caution - before.caution)
    return line(before) + way * (line(after) - line(before))


def curve_words(points: Sequence[CautionPoint], caution: float) -> str:
    """What a setting means, in sentences."""
    said = _("At this setting about {n} of 100 questions that your memories answer get an answer, "
             "and {m} of 100 that they do not.")
    measured = _("Measured on conversations of strangers; `mneme bench` measures on yours.")
    counts = [texts.percent(share_at(points, caution, line)) for line in (answered, invented)]
    return f"{said.format(n=counts[0], m=counts[1])} {measured}"


class CautionCurve(QWidget):
    """The two lines with their names above and their meaning in words below; hidden until there are points."""

    def __init__(self, theme: Theme, caution: float) -> None:
        super().__init__()
        self._caution = caution
        self.points: tuple[CautionPoint, ...] = ()
        self.plot = Plot(theme)
        self.words = label("", "small", wrap=True)
        names = Flow(16)
        names.add(_named(theme, _("answered, of what your memories answer"), dashed=False))
        names.add(_named(theme, _("made up: answered though they do not"), dashed=True))
        inner = column(self, 8, (0, 0, 0, 16))
        inner.addWidget(names)
        inner.addWidget(self.plot)
        inner.addWidget(self.words)
        self.hide()

    def show_points(self, points: Sequence[CautionPoint]) -> None:
        """Show what was measured; nothing is shown of nothing."""
        self.points = tuple(sorted(points, key=lambda point: point.caution))
        self._say()
        self.setVisible(bool(self.points))

    def mark(self, caution: float) -> None:
        """Move the mark to a setting."""
        self._caution = caution
        self._say()

    def _say(self) -> None:
        if not self.points:
            return
        words = curve_words(self.points, self._caution)
        say(self.words, words)
        for part in (self, self.plot):
            part.setAccessibleDescription(words)
        self.plot.show_these(self.points, self._caution)


class Plot(QWidget):
    """Both lines over caution 0..1, each share 0..100, and an upright where the setting is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._points: tuple[CautionPoint, ...] = ()
        self.caution = 0.0
        self.setAccessibleName(_("What a setting of caution means"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def show_these(self, points: tuple[CautionPoint, ...], caution: float) -> None:
        self._points, self.caution = points, caution
        self.update()

    def place(self, caution: float, share: float) -> QPointF:
        """Where a share at a setting is drawn; reading from right to left, bold is on the right."""
        box = self._box()
        across = min(max(caution, 0.0), 1.0)
        x = box.right() - across * box.width() if self.isRightToLeft() else box.left() + across * box.width()
        return QPointF(x, box.bottom() - share * box.height())

    def _box(self) -> QRectF:
        left, right = (RIGHT, LEFT) if self.isRightToLeft() else (LEFT, RIGHT)
        return QRectF(self.rect()).adjusted(left, TOP, -right, -BOTTOM)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(12))
        self._draw_ground(painter)
        if self._points:
            self._draw_mark(painter)
            for line, dashed in ((answered, False), (invented, True)):
                self._draw_line(painter, line, dashed=dashed)
        painter.end()

    def _draw_ground(self, painter: QPainter) -> None:
        colours, box, metrics = self._theme.colours, self._box(), QFontMetrics(sized(12))
        for share in (0.0, 0.5, 1.0):
            y = box.bottom() - share * box.height()
            painter.fillRect(QRectF(box.left(), y, box.width(), 1), QColor(colours.hairline))
            number = QRectF(0, y - 8, LEFT - 8, 16)
            if self.isRightToLeft():
                number.moveLeft(box.right() + 8)
            painter.setPen(QColor(colours.muted))
            painter.drawText(number, int(_beside(self) | Qt.AlignmentFlag.AlignVCenter), texts.percent(share))
        below = QRectF(box.left(), box.bottom() + 8, box.width(), metrics.height())
        for words, side in ((_("bold"), _near(self)), (_("cautious"), _beside(self))):
            painter.drawText(below, int(side), words)

    def _draw_mark(self, painter: QPainter) -> None:
        colours, box = self._theme.colours, self._box()
        x = self.place(self.caution, 0.0).x()
        painter.setPen(QPen(QColor(colours.ink), 1.5))
        painter.drawLine(QPointF(x, box.top() - 4), QPointF(x, box.bottom() + 4))

    def _draw_line(self, painter: QPainter, line: Line, *, dashed: bool) -> None:
        colours = self._theme.colours
        path = QPainterPath()
        ends = [0.0, *(p.caution for p in self._points if 0.0 < p.caution < 1.0), 1.0]
        for n, caution in enumerate(ends):
            spot = self.place(caution, share_at(self._points, caution, line))
            (path.lineTo if n else path.moveTo)(spot)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(self._theme, dashed=dashed))
        painter.drawPath(path)
        painter.setPen(QPen(QColor(colours.card), 2))
        painter.setBrush(QColor(colours.warm if dashed else colours.accent))
        painter.drawEllipse(self.place(self.caution, share_at(self._points, self.caution, line)), 5.0, 5.0)


class Sample(QWidget):
    """A short piece of a line, beside its name."""

    def __init__(self, theme: Theme, *, dashed: bool) -> None:
        super().__init__()
        self._theme, self._dashed = theme, dashed
        self.setFixedSize(28, 16)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_pen(self._theme, dashed=self._dashed))
        painter.drawLine(QPointF(2, 8), QPointF(26, 8))
        painter.end()


def _named(theme: Theme, name: str, *, dashed: bool) -> QWidget:
    made = QWidget()
    inner = row(made, 6)
    inner.addWidget(Sample(theme, dashed=dashed))
    inner.addWidget(label(name, "small"), 1)
    return made


def _pen(theme: Theme, *, dashed: bool) -> QPen:
    pen = QPen(QColor(theme.colours.warm if dashed else theme.colours.accent), 2)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        pen.setDashPattern(DASHES)
    return pen


def _near(widget: QWidget) -> Qt.AlignmentFlag:
    """The side where reading begins, as a side that does not turn."""
    side = Qt.AlignmentFlag.AlignRight if widget.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute


def _beside(widget: QWidget) -> Qt.AlignmentFlag:
    """The side where reading ends."""
    side = Qt.AlignmentFlag.AlignLeft if widget.isRightToLeft() else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignAbsolute


def _share(value: float) -> float:
    return min(max(texts.finite(value), 0.0), 1.0)
