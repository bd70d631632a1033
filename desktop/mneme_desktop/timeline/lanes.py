"""The events of a stretch as blocks below the axis, in lanes where they overlap."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from mneme.messages import _, ngettext
from mneme.types import EventBlock, EventList
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.drawing import draw_line
from mneme_desktop.parts.naming import HEADING
from mneme_desktop.parts.widgets import announce, plain_tip
from mneme_desktop.timeline.axis import PAD, TimeAxis, memories
from mneme_desktop.timeline.drawing import mixed
from mneme_desktop.timeline.geometry import place_of
from mneme_desktop.timeline.levels import clock, written

LANES = 3
BLOCK, LANE, HEAD = 28, 32, 24  # pixels: a block's height, a lane's, and that of the line above
WIDEST, NARROW, DOT = 232, 96, 10  # pixels of a block whose time is shorter than its name; of one without a name
GAP = 6
EDGE = 8
NAMED_FROM = 64


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with where it stands, as if time ran from left to right, and how much of that is its time."""

    block: EventBlock
    box: QRectF
    until: float


class EventLanes(QWidget):
    """`opened` carries the memory of the event that was pressed."""

    opened = Signal(int)

    def __init__(self, theme: Theme, axis: TimeAxis) -> None:
        super().__init__()
        self._theme, self._axis = theme, axis
        self._events = EventList((), 0)
        self._placed: list[Placed] = []
        self._current, self._hover = -1, -1
        self.setFixedHeight(HEAD + LANES * LANE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Events"))
        theme.changed.connect(self.update)

    def show_events(self, events: EventList) -> None:
        """Show the events of what the axis shows."""
        self._events = events
        self._current = self._hover = -1
        self._place()
        self.setAccessibleDescription(self.summary())
        self.update()

    def placed(self) -> list[Placed]:
        """The blocks there was room for, in the order of time."""
        return self._placed

    def summary(self) -> str:
        """How many events there are, and how many of them are seen."""
        shown, total = len(self._placed), max(self._events.total, len(self._placed))
        if not total:
            return _("No events here")
        if shown == total:
            return ngettext("One event", "{n} events", total).format(n=texts.number(total))
        return _("Events: the {shown} weightiest of {total}").format(shown=texts.number(shown),
                                                                     total=texts.number(total))

    # where they stand

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._place()

    def _place(self) -> None:
        """The weightiest first, each in the first lane with room; one without room for its name stands without."""
        density, where = self._axis.density, self._axis.reading()
        self._placed = []
        if density is None or where is None:
            return
        lanes: list[list[QRectF]] = [[] for _lane in range(LANES)]
        metrics = QFontMetricsF(sized(12, QFont.Weight.Medium))
        clocked = density.grain in ("hour", "minute")
        for block in sorted(self._events.blocks, key=lambda one: (-one.importance, -one.memories)):
            if not block.dated or (density.grain == "minute" and not block.clock):
                continue
            start = place_of(density, block.start)
            end = place_of(density, _end(block) if clocked else block.end)
            left = where.x(min(max(start, 0.0), float(len(density.buckets))))
            right = where.x(min(max(end, 0.0), float(len(density.buckets))))
            named = min(metrics.horizontalAdvance(name_of(block)) + 2 * EDGE + 4, WIDEST)
            for width in (max(right - left, named), max(right - left, min(named, NARROW)), max(right - left, DOT)):
                if self._fits(lanes, block, left, width, right):
                    break
        self._placed.sort(key=lambda one: (one.block.start, one.box.y()))

    def _fits(self, lanes: list[list[QRectF]], block: EventBlock, left: float, width: float, until: float) -> bool:
        wide = self.width() - 2 * PAD
        begin = max(min(left, wide - width), 0.0)
        for number, lane in enumerate(lanes):
            box = QRectF(begin, HEAD + number * LANE, min(width, wide), BLOCK)
            if all(box.right() + GAP <= one.left() or one.right() + GAP <= box.left() for one in lane):
                lane.append(box)
                self._placed.append(Placed(block, box, max(until, left + 3)))
                return True
        return False

    def _at(self, point: QPointF) -> int:
        return next((n for n, one in enumerate(self._placed) if self._axis.mirrored(one.box).contains(point)), -1)

    # keyboard and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, count = Qt.Key, len(self._placed)
        step = {keys.Key_Left: -1, keys.Key_Right: 1}.get(keys(event.key()), 0) * (-1 if self.isRightToLeft() else 1)
        if step and count:
            self._current = min(max(self._current + step, 0), count - 1)
            words = told(self._placed[self._current].block)
            self.setAccessibleDescription(words)
            announce(self, words)
            self.update()
        elif event.key() in (keys.Key_Return, keys.Key_Enter, keys.Key_Space) and 0 <= self._current < count:
            self.opened.emit(self._placed[self._current].block.memory)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self._current = at
            self.update()
            self.opened.emit(self._placed[at].block.memory)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._light(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._light(-1)
        super().leaveEvent(event)

    def _light(self, at: int) -> None:
        if at != self._hover:
            self._hover = at
            self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tip(told(self._placed[at].block)) if at >= 0 else "", self)
            return True
        return super().event(event)

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, rtl = self._theme.colours, self.isRightToLeft()
        line = QRect(PAD, 0, self.width() - 2 * PAD, HEAD - 4)
        draw_line(painter, line, sized(12), colours.muted, self.summary(), rtl)
        for at, one in enumerate(self._placed):
            self._draw(painter, one, at, rtl)
        if self.hasFocus() and self._current < 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _draw(self, painter: QPainter, one: Placed, at: int, rtl: bool) -> None:
        colours = self._theme.colours
        box = self._axis.mirrored(one.box)
        lit = at == self._hover
        painter.setPen(Qt.PenStyle.NoPen)
        if box.width() < NAMED_FROM:
            painter.setBrush(QColor(colours.accent) if lit else mixed(colours.accent, colours.card, 0.5))
            painter.drawRoundedRect(box.adjusted(0, (BLOCK - DOT) / 2, 0, -(BLOCK - DOT) / 2), DOT / 2, DOT / 2)
        else:
            self._draw_named(painter, one, box, lit, rtl)
        if self.hasFocus() and at == self._current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)


    def _draw_named(self, painter: QPainter, one: Placed, box: QRectF, lit: bool, rtl: bool) -> None:
        colours = self._theme.colours
        painter.setBrush(QColor(colours.border if lit else colours.soft))
        painter.drawRoundedRect(box, 6, 6)
        until = min(max(one.until, one.box.left() + 3), one.box.right())
        painter.save()
        length = QRectF(one.box.left(), one.box.bottom() - 3, until - one.box.left(), 3)
        painter.setClipRect(self._axis.mirrored(length))
        painter.setBrush(QColor(colours.accent))
        painter.drawRoundedRect(box, 6, 6)
        painter.setClipRect(self._axis.mirrored(QRectF(one.box.left(), one.box.top(), 3, BLOCK)))
        painter.drawRoundedRect(box, 6, 6)
        painter.restore()
        room = box.adjusted(EDGE + 2, 0, -EDGE, -1).toRect()
        draw_line(painter, room, sized(12, QFont.Weight.Medium), colours.ink if lit else colours.on_soft,
                  name_of(one.block), rtl)


def name_of(block: EventBlock) -> str:
    """The first words of an event."""
    return texts.one_line(HEADING.sub("", block.title, count=1), 400)


def told(block: EventBlock) -> str:
    """An event in words: its name, when, with whom, how many memories it holds."""
    parts = [texts.one_line(HEADING.sub("", block.title, count=1), 300), _when(block), ", ".join(block.people[:6]),
             memories(block.memories)]
    return "\n".join(part for part in parts if part)


def _when(block: EventBlock) -> str:
    day = written(block.start, _("dddd d MMMM yyyy"))
    if not block.clock:
        return day
    if block.end.date() != block.start.date():
        return _("{first} to {last}").format(first=f"{day}, {clock(block.start)}",
                                             last=f"{written(block.end, _('d MMM yyyy'))}, {clock(block.end)}")
    if clock(block.end) == clock(block.start):
        return f"{day}, {clock(block.start)}"
    return _("{day}, {start} to {end}").format(day=day, start=clock(block.start), end=clock(block.end))


def _end(block: EventBlock) -> datetime:
    """Until when a block is drawn among hours: one of which the day alone is known lasts that day."""
    if block.clock:
        return block.end
    try:
        return max(block.end, block.start + timedelta(days=1))
    except OverflowError:
        return block.end
