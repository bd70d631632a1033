"""How often something was, month by month: small bars, and the same in words."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from mneme.messages import _, ngettext
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import plain_tip

HEIGHT, FOOT = 76, 18  # pixels; the foot has the first and the last month
GAP, WIDEST, LOWEST = 2, 24, 2
MOST = 120  # months; of a longer time each bar stands for several


class Sparkline(QWidget):
    """Bars from the first month to the last; time runs the way one reads."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.bars: tuple[tuple[date, date, int], ...] = ()  # the first and last month of each, and how often
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_months(self, months: Sequence[tuple[date, int]]) -> None:
        """Show every month with its count, the first one first."""
        size = -(-len(months) // MOST) or 1
        parts = [months[at:at + size] for at in range(0, len(months), size)]
        self.bars = tuple((part[0][0], part[-1][0], sum(count for _month, count in part)) for part in parts)
        self.setAccessibleName(_("How often, month by month"))
        self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        """The same in a sentence: from when to when, and in which month most."""
        if not self.bars:
            return ""
        most = max(self.bars, key=lambda bar: bar[2])
        total = sum(count for _first, _last, count in self.bars)
        return ngettext("One memory from {first} to {last}, most in {month}.",
                        "{n} memories from {first} to {last}, most in {month}: {most}.", total).format(
            n=texts.number(total), first=_month(self.bars[0][0]), last=_month(self.bars[-1][1]),
            month=_month(most[0]), most=texts.number(most[2]))

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.bars:
            return
        painter, colours = QPainter(self), self._theme.colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max(count for _first, _last, count in self.bars)
        floor = self.height() - FOOT
        painter.fillRect(QRectF(0, floor, self.width(), 1), QColor(colours.border))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent))
        for n, (_first, _last, count) in enumerate(self.bars):
            if count:
                box = self._bar(n, max((floor - 4) * count / most, LOWEST), floor)
                painter.drawRoundedRect(box, min(2.0, box.width() / 2), min(2.0, box.width() / 2))
        self._draw_foot(painter, floor)
        painter.end()

    def _step(self) -> float:
        return min(self.width() / len(self.bars), WIDEST + GAP)

    def _bar(self, n: int, height: float, floor: float) -> QRectF:
        step = self._step()
        left = self.width() - (n + 1) * step if self.isRightToLeft() else n * step
        return QRectF(left + GAP / 2, floor - height, max(step - GAP, 1), height)

    def _draw_foot(self, painter: QPainter, floor: float) -> None:
        painter.setPen(QColor(self._theme.colours.muted))
        painter.setFont(sized(12))
        ends = [_month(self.bars[0][0]), _month(self.bars[-1][1])]
        box = QRectF(0, floor + 2, min(max(self._step() * len(self.bars), 200), self.width()), FOOT - 2)
        if self.isRightToLeft():
            box.moveRight(self.width())
            ends.reverse()
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), ends[0])
        if len(self.bars) > 1:
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), ends[1])

    def at(self, x: float) -> int:
        """Which bar stands at `x`; -1 for none."""
        if not self.bars:
            return -1
        n = int((self.width() - x if self.isRightToLeft() else x) / self._step())
        return n if 0 <= n < len(self.bars) else -1

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent) and (n := self.at(event.pos().x())) >= 0:
            first, _last, count = self.bars[n]
            QToolTip.showText(event.globalPos(), plain_tip(_("{month}: {n}").format(
                month=_month(first), n=texts.number(count))), self)
            return True
        return super().event(event)  # type: ignore[arg-type]


def _month(day: date) -> str:
    return texts.period("month", f"{day:%Y-%m}")
