"""Where the buckets of a stretch stand: as bars beside each other, as weeks of a year, or as its months in lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from mneme.types import Density

Move = Literal["left", "right", "up", "down"]

LABELS = 24  # pixels below bars, and above a year's weeks
DAY_NAMES = 36  # pixels beside a year's weeks, for the names of days
MONTH_NAMES = 36
GAP = 3
HEAD = 8  # pixels above the highest bar
WIDEST_BAR = 72
WEEKS_FROM = 640  # pixels of width; a narrower year has its months in lines


@dataclass(frozen=True, slots=True)
class Bars:
    """Buckets beside each other, all of one width."""

    count: int
    width: float
    height: float

    @property
    def each(self) -> float:
        return self.width / max(self.count, 1)

    def column(self, at: int) -> QRectF:
        """All the height that a bucket has."""
        return QRectF(at * self.each, 0, self.each, self.height)

    def box(self, at: int) -> QRectF:
        """The room of its bar."""
        width = min(max(self.each - min(GAP, self.each / 3), 1.0), WIDEST_BAR)
        return QRectF((at + 0.5) * self.each - width / 2, HEAD, width, self.height - LABELS - HEAD)

    def x(self, place: float) -> float:
        """Where a place between buckets (2.5: the middle of the third) is along the time."""
        return place * self.each

    def hit(self, at: QPointF) -> int:
        """The bucket at a point; -1 for none."""
        found = int(at.x() // self.each)
        return found if 0 <= found < self.count else -1

    def move(self, at: int, way: Move) -> int:
        """The bucket beside one; beyond the ends where there is none."""
        return at + {"left": -1, "right": 1, "up": 0, "down": 0}[way]


@dataclass(frozen=True, slots=True)
class Weeks:
    """The days of a year: a column for each week, a line for each day of the week. `offset`: days before the first."""

    count: int
    width: float
    height: float
    offset: int

    @property
    def columns(self) -> int:
        return (self.count + self.offset + 6) // 7

    @property
    def each(self) -> float:
        return (self.width - DAY_NAMES) / max(self.columns, 1)

    @property
    def line(self) -> float:
        return (self.height - LABELS) / 7

    def column(self, at: int) -> QRectF:
        return self.box(at)

    def box(self, at: int) -> QRectF:
        column, line = divmod(at + self.offset, 7)
        return QRectF(DAY_NAMES + column * self.each, LABELS + line * self.line, self.each - GAP, self.line - GAP)

    def x(self, place: float) -> float:
        return DAY_NAMES + (place + self.offset) / 7 * self.each

    def hit(self, at: QPointF) -> int:
        column, line = int((at.x() - DAY_NAMES) // self.each), int((at.y() - LABELS) // self.line)
        found = column * 7 + line - self.offset
        inside = at.x() >= DAY_NAMES and 0 <= line < 7
        return found if inside and 0 <= found < self.count else -1

    def move(self, at: int, way: Move) -> int:
        return at + {"left": -7, "right": 7, "up": -1, "down": 1}[way]


@dataclass(frozen=True, slots=True)
class Months:
    """The days of a year: a line for each month. `firsts` are the places of the first of each month."""

    count: int
    width: float
    height: float
    firsts: tuple[int, ...]

    @property
    def each(self) -> float:
        return (self.width - MONTH_NAMES) / 31

    @property
    def line(self) -> float:
        return self.height / max(len(self.firsts), 1)

    def _place(self, at: int) -> tuple[int, int]:
        month = max(n for n, first in enumerate(self.firsts) if first <= at)
        return month, at - self.firsts[month]

    def column(self, at: int) -> QRectF:
        return self.box(at)

    def box(self, at: int) -> QRectF:
        month, day = self._place(at)
        return QRectF(MONTH_NAMES + day * self.each, month * self.line, self.each - 2, self.line - 2)

    def x(self, place: float) -> float:
        return MONTH_NAMES + place / max(self.count, 1) * (self.width - MONTH_NAMES)

    def hit(self, at: QPointF) -> int:
        month, day = int(at.y() // self.line), int((at.x() - MONTH_NAMES) // self.each)
        if not (0 <= month < len(self.firsts) and 0 <= day < 31 and at.x() >= MONTH_NAMES):
            return -1
        found = self.firsts[month] + day
        return found if found < self._end(month) else -1

    def _end(self, month: int) -> int:
        return self.firsts[month + 1] if month + 1 < len(self.firsts) else self.count

    def move(self, at: int, way: Move) -> int:
        if way in ("left", "right"):
            return at + (1 if way == "right" else -1)
        month, day = self._place(at)
        to = month + (1 if way == "down" else -1)
        if not 0 <= to < len(self.firsts):
            return at
        return min(self.firsts[to] + day, self._end(to) - 1)


Geometry = Bars | Weeks | Months


def geometry(density: Density, year: bool, width: float, height: float, first_weekday: int) -> Geometry:
    """Where the buckets stand. `year`: they are the days of one; `first_weekday` 0 is Monday."""
    buckets = density.buckets
    if not year:
        return Bars(len(buckets), width, height)
    if width >= WEEKS_FROM:
        offset = (buckets[0].start.weekday() - first_weekday) % 7 if buckets else 0
        return Weeks(len(buckets), width, height, offset)
    firsts = tuple(n for n, one in enumerate(buckets) if one.start.day == 1 or n == 0)
    return Months(len(buckets), width, height, firsts)


def place_of(density: Density, at: datetime) -> float:
    """Where a time lies among the buckets: 2.5 is the middle of the third; below 0 and beyond their number outside."""
    buckets, when = density.buckets, at.timestamp()
    low, high = 0, len(buckets)
    while low < high:
        middle = (low + high) // 2
        if buckets[middle].end.timestamp() <= when:
            low = middle + 1
        else:
            high = middle
    if low == len(buckets):
        return float(low) if not buckets or buckets[-1].end.timestamp() == when else low + 1.0
    start, end = buckets[low].start.timestamp(), buckets[low].end.timestamp()
    return low + (when - start) / max(end - start, 1e-6) if when >= start else -1.0


def steps(counts: Sequence[int], levels: int) -> list[int]:
    """How dark each count is: 0 for none, else 1 to `levels`, by the square root, so that one heavy day hides none."""
    most = max(counts, default=0)
    return [0 if not count else min(levels, 1 + int((count / most) ** 0.5 * levels)) if most > 1 else levels
            for count in counts]
