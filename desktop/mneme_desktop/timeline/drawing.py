"""How the axis of time is drawn: bars with their names below, or a year's days in steps of one colour."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from mneme.messages import _
from mneme.types import Bucket, Density
from mneme_desktop.look.palettes import Colours
from mneme_desktop.look.theme import sized
from mneme_desktop.timeline.geometry import GAP, HEAD, LABELS, Bars, Geometry, Months, Weeks, place_of, steps
from mneme_desktop.timeline.levels import clock, written

LEVELS = 5
SMALLEST_BAR = 3  # pixels: what is there is seen
LEAST_SCALE = 2  # memories that a full height means at least: one is no mountain
BETWEEN = 12  # pixels between two names below bars
MONDAY = datetime(2024, 1, 1)

Mirror = Callable[[QRectF], QRectF]
Picked = tuple[int, int] | None


def mixed(colour: str, ground: str, share: float) -> QColor:
    """A colour on a ground, so opaque."""
    a, b = QColor(colour), QColor(ground)
    return QColor(*(round(x * share + y * (1 - share)) for x, y in (
        (a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))))


def shade(colours: Colours, level: int) -> QColor:
    """The colour of a step: 0 is empty, LEVELS the fullest."""
    if level == 0:
        return mixed(colours.muted, colours.card, 0.13)
    return mixed(colours.accent, colours.card, 0.24 + 0.76 * (level - 1) / (LEVELS - 1))


# ------------------------------------------------------------------ bars


def draw_bars(painter: QPainter, colours: Colours, density: Density, where: Geometry, mirror: Mirror, *,
              now: datetime | None, hover: int, picked: Picked) -> None:
    """Each bucket as a bar as high as it is full."""
    buckets, most = density.buckets, max((one.count for one in density.buckets), default=0)
    _draw_scale(painter, colours, where, mirror, most)
    most = max(most, LEAST_SCALE)
    for at, one in enumerate(buckets):
        chosen = picked is not None and picked[0] <= at <= picked[1]
        if chosen or at == hover:
            painter.fillRect(mirror(where.column(at)), QColor(colours.soft if chosen else colours.hover))
        _draw_bar(painter, colours, mirror(where.box(at)), one.count, most, chosen or at == hover)
    base = mirror(QRectF(0, where.height - LABELS, where.width, 1))
    painter.fillRect(base, QColor(colours.border))
    _draw_now(painter, colours, density, where, mirror, now)
    _draw_names(painter, colours, density, where, mirror, now)


def _draw_scale(painter: QPainter, colours: Colours, where: Geometry, mirror: Mirror, most: int) -> None:
    """A line at the height of the fullest bucket, and how much that is."""
    if not most:
        return
    room = where.height - LABELS - HEAD
    y = HEAD + room * (1 - most / max(most, LEAST_SCALE))
    painter.fillRect(mirror(QRectF(0, round(y), where.width, 1)), QColor(colours.hairline))
    painter.setFont(sized(12))
    painter.setPen(QColor(colours.muted))
    _write(painter, mirror(QRectF(0, y + 2, 80, 16)), QLocale().toString(most))


def _draw_bar(painter: QPainter, colours: Colours, room: QRectF, count: int, most: int, lit: bool) -> None:
    if not count:
        return
    height = max(room.height() * count / max(most, 1), SMALLEST_BAR)
    bar = QRectF(room.x(), room.bottom() - height, room.width(), height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent) if lit else mixed(colours.accent, colours.card, 0.72))
    radius = min(4.0, bar.width() / 2, bar.height() / 2)
    painter.drawRoundedRect(bar, radius, radius)
    if bar.height() > 2 * radius:  # flat where it stands
        painter.drawRect(QRectF(bar.x(), bar.bottom() - radius, bar.width(), radius))


def _draw_now(painter: QPainter, colours: Colours, density: Density, where: Geometry, mirror: Mirror,
              now: datetime | None) -> None:
    place = -1.0 if now is None else place_of(density, now)
    if not 0 <= place <= len(density.buckets) or density.grain not in ("hour", "minute", "day"):
        return
    line = mirror(QRectF(where.x(place), 0, 0.01, where.height - LABELS))
    painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(line.x(), 0), QPointF(line.x(), line.height()))


def _draw_names(painter: QPainter, colours: Colours, density: Density, where: Geometry, mirror: Mirror,
                now: datetime | None) -> None:
    """As many names below the bars as there is room for, at even distances; now's in bold."""
    assert isinstance(where, Bars)
    plain, bold = sized(12), sized(12, QFont.Weight.DemiBold)
    names = [_name(density.grain, one) for one in density.buckets]
    widest = max((QFontMetricsF(bold).horizontalAdvance(name) for name in names), default=0.0) + BETWEEN
    each = _every(density.grain, widest / max(where.each, 0.1))
    here = -1 if now is None else int(place_of(density, now))
    for at, (one, name) in enumerate(zip(density.buckets, names, strict=True)):
        if not _is_named(density.grain, one, at, each):
            continue
        room = QRectF(where.x(at + 0.5) - widest / 2, where.height - LABELS + 4, widest, LABELS - 4)
        room.moveLeft(min(max(room.x(), -BETWEEN / 2), where.width - widest + BETWEEN / 2))
        painter.setFont(bold if at == here else plain)
        painter.setPen(QColor(colours.ink if at == here else colours.muted))
        painter.drawText(mirror(room), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), name)


def _every(grain: str, least: float) -> int:
    """Each which bucket is named, so that the distances are those of a calendar or a clock."""
    nice = {"hour": (1, 2, 3, 6, 12), "minute": (5, 10, 15, 30), "day": (1, 2, 7)}.get(grain)
    if nice is not None:
        return next((one for one in nice if one >= least), nice[-1])
    return next((one for one in (1, 2, 5, 10, 20, 50, 100) if one >= least), int(least) + 1)


def _is_named(grain: str, one: Bucket, at: int, each: int) -> bool:
    if grain == "hour":
        return one.start.hour % each == 0
    if grain == "minute":
        return one.start.minute % each == 0
    return at % each == 0


def _name(grain: str, one: Bucket) -> str:
    start = one.start
    if grain in ("hour", "minute"):
        return clock(start)
    if grain == "day":
        return f"{written(start, 'ddd')} {start.day}"
    if grain == "decade":
        return _("{year}s").format(year=start.year - start.year % 10)
    return written(start, "MMM") if grain == "month" else str(start.year)


# ------------------------------------------------------------------ a year's days


def draw_heat(painter: QPainter, colours: Colours, density: Density, where: Geometry, mirror: Mirror, *,
              now: datetime | None, hover: int, picked: Picked) -> None:
    """Each day as a square, the darker the fuller."""
    found = steps([one.count for one in density.buckets], LEVELS)
    here = -1 if now is None else int(place_of(density, now))
    several = picked is not None and picked[0] < picked[1]
    for at, level in enumerate(found):
        chosen = picked is not None and picked[0] <= at <= picked[1]
        box = mirror(where.box(at))
        if several and chosen:
            painter.fillRect(box.adjusted(-GAP / 2, -GAP / 2, GAP / 2, GAP / 2), QColor(colours.soft))
        lit = at == hover or (chosen and not several)
        painter.setPen(_outline(colours, lit, at == here))
        painter.setBrush(QColor(colours.card) if several and chosen and not level else shade(colours, level))
        radius = min(3.0, box.width() / 3)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setFont(sized(12))
    painter.setPen(QColor(colours.muted))
    if isinstance(where, Weeks):
        _draw_month_names(painter, density, where, mirror)
        _draw_day_names(painter, where, mirror)
    elif isinstance(where, Months):
        for line, first in enumerate(where.firsts):
            room = mirror(QRectF(0, line * where.line - 2, 32, where.line + 2))
            _write(painter, room, written(density.buckets[first].start, "MMM"))


def _outline(colours: Colours, lit: bool, here: bool) -> QPen:
    """The edge of what is chosen, or pointed at, and of today."""
    if lit:
        return QPen(QColor(colours.ink), 1.5)
    return QPen(QColor(colours.muted), 1.5, Qt.PenStyle.DotLine) if here else QPen(Qt.PenStyle.NoPen)


def _draw_month_names(painter: QPainter, density: Density, where: Weeks, mirror: Mirror) -> None:
    for at, one in enumerate(density.buckets):
        if one.start.day == 1:
            room = QRectF(where.x(at - (at + where.offset) % 7 + (7 if (at + where.offset) % 7 else 0)), 0, 48, 18)
            _write(painter, mirror(room), written(one.start, "MMM"))


def _draw_day_names(painter: QPainter, where: Weeks, mirror: Mirror) -> None:
    first = QLocale().firstDayOfWeek().value - 1
    for line in (0, 2, 4, 6):
        room = QRectF(0, LABELS + line * where.line - 1, 32, where.line - 1)
        _write(painter, mirror(room), written(MONDAY + timedelta(days=(first + line) % 7), "ddd"))


def _write(painter: QPainter, room: QRectF, name: str) -> None:
    """A name on the side where reading begins."""
    rtl = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(room, int(flags | Qt.TextFlag.TextSingleLine), name)
