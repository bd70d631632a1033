"""Two drawings of the store: how it grew in a year, and how much is retained now and later; both read with the keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from math import log10

from PySide6.QtCore import QDate, QEvent, QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from mneme.messages import _, ngettext
from mneme.types import Fading, Forecast, Growth
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import Chip, Flow, announce, column, label, say

HEIGHT = 168
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 26  # room around the drawing, for its marks
WEEK, YEAR = 7, 365  # days
DOTTED, THRESHOLD = [1.5, 2.5], [4.0, 4.0]
GAP = 0.16  # of a bar's room that stays free
BACK, ON = (Qt.Key.Key_Left, Qt.Key.Key_Down), (Qt.Key.Key_Right, Qt.Key.Key_Up)


@dataclass(frozen=True, slots=True)
class Week:
    """What came in in one week, and how much there was at its end."""

    begins: date
    added: int
    total: int


def weeks(growth: Growth) -> list[Week]:
    """The days of a year by weeks, of which the last one ends today; the first may be shorter."""
    short = len(growth.added) % WEEK
    cuts = [0, *range(short or WEEK, len(growth.added) + 1, WEEK)]
    made, total = list[Week](), growth.before
    for start, end in pairwise(cuts):
        added = sum(growth.added[start:end])
        total += added
        made.append(Week(growth.start + timedelta(days=start), added, total))
    return made


def day_words(day: date) -> str:
    """A day on the owner's calendar."""
    return QLocale().toString(QDate(day.year, day.month, day.day), _("d MMM yyyy"))


def _month(day: date) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), _("MMM yyyy"))


def _short(value: int) -> str:
    """A number for a scale: "500", "20k", "1M"."""
    for unit, pattern in ((1_000_000, _("{n}M")), (1_000, _("{n}k"))):
        if value >= 10 * unit or (value >= unit and value % unit == 0):
            return pattern.format(n=texts.number(value // unit))
    return texts.number(value)


def nice_top(value: int) -> int:
    """The end of a scale that holds `value`: one digit, and noughts."""
    if value <= 1:
        return 1
    unit = 10 ** int(log10(value))
    return int(next(step * unit for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * unit >= value))


class Plot(QWidget):
    """A drawing whose values are gone through with the arrow keys or the mouse; `chosen` carries a value's number."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.theme = theme
        self.top = 1
        self.at = -1  # the value that is marked; -1: none
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def count(self) -> int:
        """How many values there are."""
        raise NotImplementedError

    def draw(self, painter: QPainter, box: QRectF) -> None:
        """Draw the values over the ground."""
        raise NotImplementedError

    def ends(self) -> Sequence[str]:
        """What stands below, evenly spaced, from where reading begins."""
        raise NotImplementedError

    def box(self) -> QRectF:
        left, right = (RIGHT, LEFT) if self.isRightToLeft() else (LEFT, RIGHT)
        return QRectF(self.rect()).adjusted(left, TOP, -right, -BOTTOM)

    def across(self, along: float) -> float:
        """Where a share 0..1 of the way lies; it runs the way one reads."""
        box, way = self.box(), min(max(along, 0.0), 1.0) * self.box().width()
        return box.right() - way if self.isRightToLeft() else box.left() + way

    def up(self, value: float) -> float:
        """Where a value lies."""
        return self.box().bottom() - min(value / self.top, 1.0) * self.box().height()

    def choose(self, at: int) -> None:
        """Mark a value, and tell which."""
        at = min(max(at, -1), self.count() - 1)
        if at != self.at:
            self.at = at
            self.update()
            self.chosen.emit(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(12))
        self._draw_ground(painter)
        if self.count():
            self.draw(painter, self.box())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.theme.colours.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.end()

    def _draw_ground(self, painter: QPainter) -> None:
        colours, box, rtl = self.theme.colours, self.box(), self.isRightToLeft()
        side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        for value in sorted({0, self.top // 2 if self.top > 1 else 0, self.top}):
            y = self.up(value)
            painter.fillRect(QRectF(box.left(), y, box.width(), 1), QColor(colours.hairline))
            number = QRectF(box.right() + 8 if rtl else 0, y - 8, LEFT - 8, 16)
            painter.setPen(QColor(colours.muted))
            painter.drawText(number, int(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter),
                             _short(value))
        self._draw_ends(painter, box)

    def _draw_ends(self, painter: QPainter, box: QRectF) -> None:
        words, metrics = list(self.ends()), QFontMetrics(sized(12))
        room = box.width() / max(len(words) - 1, 1)
        if any(metrics.horizontalAdvance(one) + 8 > room for one in words):
            words = [words[0], words[-1]] if words else []
        for n, one in enumerate(words):
            middle = self.across(n / max(len(words) - 1, 1))
            width = metrics.horizontalAdvance(one)
            left = min(max(middle - width / 2, box.left()), box.right() - width)
            painter.drawText(QPointF(left, box.bottom() + 8 + metrics.ascent()), one)

    # the keys and the mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, turn = event.key(), -1 if self.isRightToLeft() else 1
        last = self.count() - 1
        where = self.at if self.at >= 0 else last
        if key in BACK:
            self.choose(max(where - (turn if key == Qt.Key.Key_Left else 1), 0))
        elif key in ON:
            self.choose(max(where + (turn if key == Qt.Key.Key_Right else 1), 0))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.choose(0 if key == Qt.Key.Key_Home else last)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.at < 0:
            self.choose(self.count() - 1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.choose(-1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        box = self.box()
        along = (event.position().x() - box.left()) / max(box.width(), 1)
        self.choose(self.nearest(1 - along if self.isRightToLeft() else along))

    def nearest(self, along: float) -> int:
        """The value at a share of the way."""
        return int(min(max(along, 0.0), 0.999) * self.count())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self.choose(-1)


class GrowthPlot(Plot):
    """How many memories there were at the end of each week: an area below a line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Memories over the last year"))
        self.weeks: list[Week] = []

    def show_weeks(self, made: list[Week]) -> None:
        self.weeks, self.at = made, -1
        self.top = nice_top(max((week.total for week in made), default=0))
        self.update()

    def count(self) -> int:
        return len(self.weeks)

    def nearest(self, along: float) -> int:
        return round(min(max(along, 0.0), 1.0) * (len(self.weeks) - 1))

    def ends(self) -> list[str]:
        if not self.weeks:
            return []
        marks = [self.weeks[round(share * (len(self.weeks) - 1))].begins for share in (0, 1 / 3, 2 / 3)]
        return [*(_month(day) for day in marks), _("today")]

    def _spot(self, n: int) -> QPointF:
        return QPointF(self.across(n / max(len(self.weeks) - 1, 1)), self.up(self.weeks[n].total))

    def draw(self, painter: QPainter, box: QRectF) -> None:
        colours, line = self.theme.colours, QPainterPath(self._spot(0))
        for n in range(1, len(self.weeks)):
            line.lineTo(self._spot(n))
        area = QPainterPath(line)
        area.lineTo(self.across(1.0), box.bottom())
        area.lineTo(self.across(0.0), box.bottom())
        area.closeSubpath()
        soft = QColor(colours.accent)
        soft.setAlphaF(0.14)
        painter.fillPath(area, soft)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(colours.accent), 2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(line)
        if self.at >= 0:
            spot = self._spot(self.at)
            painter.fillRect(QRectF(spot.x(), box.top(), 1, box.height()), QColor(colours.border))
            painter.setPen(QPen(QColor(colours.card), 2))
            painter.setBrush(QColor(colours.ink))
            painter.drawEllipse(spot, 5.0, 5.0)


class FadingPlot(Plot):
    """How many memories are retained how much: bars for now, a dotted line for later, warm where they have faded."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("How much is kept of how many memories"))
        self.now: Forecast | None = None
        self.later: Forecast | None = None
        self.threshold = 0.0

    def show_these(self, now: Forecast, later: Forecast, threshold: float, top: int) -> None:
        self.now, self.later, self.threshold, self.top = now, later, threshold, nice_top(top)
        self.update()

    def count(self) -> int:
        return 0 if self.now is None else len(self.now.bands)

    def ends(self) -> list[str]:
        return [_("{share}% kept").format(share=texts.percent(share)) for share in (0.0, 0.5, 1.0)]

    def draw(self, painter: QPainter, box: QRectF) -> None:
        assert self.now is not None and self.later is not None
        colours, room = self.theme.colours, 1 / len(self.now.bands)
        painter.setPen(Qt.PenStyle.NoPen)
        for n, count in enumerate(self.now.bands):
            bar = QColor(colours.warm if (n + 0.5) * room < self.threshold else colours.accent)
            bar.setAlphaF(1.0 if n == self.at else 0.72)
            painter.setBrush(bar)
            if count:
                painter.drawRoundedRect(self._bar(n, max(self.box().bottom() - self.up(count), 2.0)), 3, 3)
        self._draw_threshold(painter, box)
        self._draw_later(painter, self.later.bands)

    def _bar(self, n: int, height: float) -> QRectF:
        room = 1 / self.count()
        a, b = self.across((n + GAP / 2) * room), self.across((n + 1 - GAP / 2) * room)
        return QRectF(min(a, b), self.box().bottom() - height, abs(b - a), height)

    def _draw_threshold(self, painter: QPainter, box: QRectF) -> None:
        pen = QPen(QColor(self.theme.colours.warm), 1)
        pen.setDashPattern(THRESHOLD)
        painter.setPen(pen)
        x = self.across(self.threshold)
        painter.drawLine(QPointF(x, box.top() - 4), QPointF(x, box.bottom()))

    def _draw_later(self, painter: QPainter, bands: Sequence[int]) -> None:
        path, room = QPainterPath(QPointF(self.across(0.0), self.up(bands[0]))), 1 / len(bands)
        for n, count in enumerate(bands):
            path.lineTo(self.across(n * room), self.up(count))
            path.lineTo(self.across((n + 1) * room), self.up(count))
        pen = QPen(QColor(self.theme.colours.muted), 1.75)
        pen.setDashPattern(DOTTED)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)


class GrowthChart(QWidget):
    """The growth of a year, with the marked week in words below it, or the whole."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.plot = GrowthPlot(theme)
        self.words = label("", "small", wrap=True)
        self.plot.chosen.connect(self._say)
        inner = column(self, 8)
        inner.addWidget(self.plot)
        inner.addWidget(self.words)

    def show_growth(self, growth: Growth) -> None:
        """Show a year."""
        self.plot.show_weeks(weeks(growth))
        self.plot.setVisible(bool(growth.before or any(growth.added)))
        added = sum(growth.added)
        self._whole = ngettext("{n} memory came in within a year; most in the week from {day}.",
                               "{n} memories came in within a year; most in the week from {day}.", added).format(
            n=texts.number(added), day=day_words(max(self.plot.weeks, key=lambda week: week.added).begins)
        ) if added else _("Nothing came in within a year.")
        self.plot.setAccessibleDescription(self._whole)
        self._say(self.plot.at)

    def _say(self, at: int) -> None:
        if at < 0:
            say(self.words, self._whole)
            return
        week = self.plot.weeks[at]
        words = _("Week from {day}: {added} came in, {total} in all").format(
            day=day_words(week.begins), added=texts.number(week.added), total=texts.number(week.total))
        say(self.words, words)
        if self.plot.hasFocus():
            announce(self.plot, words)


class FadingChart(QWidget):
    """How much is retained, now and after a time that is chosen, and the same in words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.plot = FadingPlot(theme)
        self.words = label("", "small", wrap=True)
        self.sampled = label("", "small", wrap=True)
        self.chips = Flow()
        self._days: list[Chip] = []
        self._fading: Fading | None = None
        self._chosen = 1
        self.plot.chosen.connect(self._say)
        inner = column(self, 8)
        for part in (self.chips, self.plot, self.words, self.sampled):
            inner.addWidget(part)

    def show_fading(self, fading: Fading) -> None:
        """Show how it is, and how it will be."""
        if self._fading is None or [one.days for one in self._fading.later] != [one.days for one in fading.later]:
            self._offer([one.days for one in fading.later])
        self._fading = fading
        self.sampled.setText(_("Computed over {n} of {all} memories, evenly taken.").format(
            n=texts.number(fading.sampled), all=texts.number(fading.memories)))
        self.sampled.setVisible(not fading.whole)
        self._show()

    def _offer(self, days: Sequence[int]) -> None:
        self.chips.empty()
        self._days = []
        for n, count in enumerate(days):
            words = ngettext("in {n} day", "in {n} days", count).format(n=texts.number(count))
            chip = Chip(_("in a year") if count == YEAR else words, partial(self._choose, n), checkable=True)
            self._days.append(chip)
            self.chips.add(chip)
        self._chosen = min(self._chosen, len(days) - 1)

    def _choose(self, n: int) -> None:
        self._chosen = n
        self._show()
        announce(self, self.words.text())

    def _show(self) -> None:
        assert self._fading is not None
        fading, later = self._fading, self._fading.later[self._chosen]
        for part in (self.chips, self.plot):
            part.setVisible(bool(fading.sampled))
        for n, chip in enumerate(self._days):
            chip.setChecked(n == self._chosen)
        top = max((max(one.bands) for one in (fading.now, *fading.later)), default=0)
        self.plot.show_these(fading.now, later, fading.faded_below, top)
        self.plot.setAccessibleDescription(self._whole())
        self._say(self.plot.at)

    def _whole(self) -> str:
        """What the drawing shows, in sentences."""
        assert self._fading is not None
        now, later, of = self._fading.now, self._fading.later[self._chosen], self._fading.sampled
        faded = ngettext("{n} of {all} has faded.", "{n} of {all} have faded.", now.faded).format(
            n=texts.number(now.faded), all=texts.number(of))
        coming = ngettext("If nobody uses them, {n} will have faded in {days} days (dotted).",
                          "If nobody uses them, {n} will have faded in {days} days (dotted).", later.faded).format(
            n=texts.number(later.faded), days=texts.number(later.days))
        return f"{faded} {coming}" if of else _("There is nothing that could fade.")

    def _say(self, at: int) -> None:
        if self._fading is None:
            return
        if at < 0:
            say(self.words, self._whole())
            return
        words = _("{low}–{high}% kept: {now} now, {later} in {days} days").format(
            low=at * 10, high=at * 10 + 10, now=texts.number(self._fading.now.bands[at]),
            later=texts.number(self._fading.later[self._chosen].bands[at]),
            days=texts.number(self._fading.later[self._chosen].days))
        say(self.words, words)
        if self.plot.hasFocus():
            announce(self.plot, words)
