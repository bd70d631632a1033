"""The axis of time: one widget that draws how much happened when, and is gone through by keyboard and mouse."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractAnimation,
    QEasingCurve,
    QEvent,
    QLocale,
    QPointF,
    QRectF,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from mneme.messages import _, ngettext
from mneme.types import Density
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import announce, plain_tip
from mneme_desktop.timeline.drawing import LEVELS, draw_bars, draw_heat, shade
from mneme_desktop.timeline.geometry import Geometry, Move, geometry
from mneme_desktop.timeline.levels import bucket_title

HEIGHT = 176  # pixels
PAD, TOP = 8, 6  # pixels around what is drawn, for the line of the focus
ZOOM_MS = 140
NOTCH = 120  # of a wheel
SWATCH = 14  # pixels of a step in the legend
ARROWS: dict[int, Move] = {Qt.Key.Key_Left.value: "left", Qt.Key.Key_Right.value: "right",
                           Qt.Key.Key_Up.value: "up", Qt.Key.Key_Down.value: "down"}

Picked = tuple[int, int]  # the first and the last bucket of a selection


class TimeAxis(QWidget):
    """`entered` carries the bucket that is zoomed into, `chosen` the selection (or None), `hovered` a sentence.

    `stepped` carries how many stretches later is wanted; `ended` -1 for the first, 1 for the last memory of all.
    """

    entered = Signal(int)
    up = Signal()
    stepped = Signal(int)
    chosen = Signal(object)
    hovered = Signal(str)
    today = Signal()
    ended = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.density: Density | None = None
        self.now: datetime | None = None
        self.picked: Picked | None = None
        self._year = False
        self._current = -1  # where the keyboard is
        self._hover = -1
        self._by_key = False  # whether the keyboard was used last: then it is seen where it is
        self._wheel = 0
        self._from: QRectF | None = None  # of what is zoomed into, while it grows
        self._motion = QVariantAnimation(self, duration=ZOOM_MS, startValue=0.0, endValue=1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(lambda _value: self.update())
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Time axis"))
        theme.changed.connect(self.update)

    # what is shown

    def show_density(self, density: Density, *, year: bool, now: datetime, picked: Picked | None = None,
                     grows_from: QRectF | None = None) -> None:
        """Show a stretch. `year`: its buckets are the days of one; `grows_from`: where it was zoomed into."""
        self.density, self.now, self._year = density, now, year
        self.picked, self._hover = picked, -1
        self._current = picked[0] if picked is not None else -1
        self._from = grows_from
        if grows_from is not None and self._theme.motion and self.isVisible():
            self._motion.start()
        else:
            self._motion.stop()
        self._describe()
        self.update()

    def reading(self) -> Geometry | None:
        """Where the buckets stand, as if time ran from left to right."""
        if self.density is None:
            return None
        width, height = float(self.width() - 2 * PAD), float(self.height() - 2 * TOP)
        return geometry(self.density, self._year, width, height, first_weekday())

    def rect_of(self, at: int) -> QRectF:
        """Where a bucket is on the screen."""
        found = self.reading()
        return QRectF() if found is None else self.mirrored(found.column(at)).translated(0, TOP)

    def mirrored(self, box: QRectF) -> QRectF:
        """A place on the screen: where one reads from right to left, time runs so."""
        left = self.width() - PAD - box.right() if self.isRightToLeft() else PAD + box.x()
        return QRectF(left, box.y(), box.width(), box.height())

    def sentence(self, first: int, last: int | None = None) -> str:
        """What a bucket, or a row of them, is and holds: "October 2024: 132 memories"."""
        if self.density is None or not 0 <= first < len(self.density.buckets):
            return ""
        end = first if last is None else last
        count = sum(one.count for one in self.density.buckets[first:end + 1])
        return _("{time}: {count}").format(time=self.name_of(first, end), count=memories(count))

    def name_of(self, first: int, last: int) -> str:
        """What a row of buckets is called."""
        assert self.density is not None
        names = [bucket_title(self.density.grain, self.density.buckets[at].start) for at in (first, last)]
        return names[0] if first == last else _("{first} to {last}").format(first=names[0], last=names[1])

    # choosing

    def choose(self, first: int, last: int | None = None, *, told: bool = True) -> None:
        """Select buckets; the keyboard goes to the last of them."""
        if self.density is None or not self.density.buckets:
            return
        end = first if last is None else last
        self.picked, self._current = (min(first, end), max(first, end)), end
        self._describe()
        self.update()
        if told:
            announce(self, self.sentence(*self.picked))
        self.chosen.emit(self.picked)

    def clear(self) -> None:
        """Select nothing."""
        self.picked, self._current = None, -1
        self._describe()
        self.update()
        self.chosen.emit(None)

    def _describe(self) -> None:
        if self.picked is not None:
            self.setAccessibleDescription(self.sentence(*self.picked))
        elif self.density is not None and self.density.buckets:
            self.setAccessibleDescription(self.sentence(0, len(self.density.buckets) - 1))

    def _move(self, way: Move, extend: bool) -> None:
        found = self.reading()
        if found is None or self.density is None:
            return
        if self.isRightToLeft():
            way = {"left": "right", "right": "left"}.get(way, way)  # type: ignore[assignment]
        count = len(self.density.buckets)
        if self._current < 0:
            self.choose(0 if way in ("right", "down") else count - 1)
            return
        to = found.move(self._current, way)
        if not 0 <= to < count:
            if not extend:
                self.stepped.emit(1 if to >= count else -1)
            return
        other = self.picked[0] if self.picked is not None and self._current == self.picked[1] else (
            self.picked[1] if self.picked is not None else to)
        self.choose(other if extend else to, to)

    # keyboard and mouse

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_key = True
        key, held = event.key(), event.modifiers()
        arrow = ARROWS.get(int(key))
        if arrow is not None and not held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            self._move(arrow, bool(held & Qt.KeyboardModifier.ShiftModifier))
            return
        act = self._keys(bool(held & Qt.KeyboardModifier.ControlModifier)).get(int(key))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def _keys(self, ctrl: bool) -> dict[int, Callable[[], object]]:
        keys = Qt.Key
        return {key.value: act for key, act in (
            (keys.Key_Return, self._enter), (keys.Key_Enter, self._enter), (keys.Key_Plus, self._enter),
            (keys.Key_Equal, self._enter), (keys.Key_Minus, self.up.emit), (keys.Key_Backspace, self.up.emit),
            (keys.Key_PageUp, lambda: self.stepped.emit(-1)), (keys.Key_PageDown, lambda: self.stepped.emit(1)),
            (keys.Key_Home, lambda: self.ended.emit(-1) if ctrl else self._to_end(0)),
            (keys.Key_End, lambda: self.ended.emit(1) if ctrl else self._to_end(-1)),
            (keys.Key_T, self.today.emit), (keys.Key_Space, self.clear))}

    def _to_end(self, which: int) -> None:
        if self.density is not None and self.density.buckets:
            self.choose(range(len(self.density.buckets))[which])

    def _enter(self) -> None:
        """Zoom into where the keyboard is, else to where most is."""
        if self.density is None or not self.density.buckets:
            return
        counts = [one.count for one in self.density.buckets]
        self.entered.emit(self._current if self._current >= 0 else counts.index(max(counts)))

    def bucket_at(self, point: QPointF) -> int:
        """The bucket at a point of the screen; -1 for none."""
        found = self.reading()
        if found is None:
            return -1
        x = self.width() - point.x() if self.isRightToLeft() else point.x()
        return found.hit(QPointF(x - PAD, point.y() - TOP))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.bucket_at(event.position())
        self._by_key = False
        if event.button() != Qt.MouseButton.LeftButton or at < 0:
            super().mousePressEvent(event)
            return
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) and self.picked is not None
        if self.picked == (at, at) and not extend:
            self.clear()
        else:
            self.choose(self.picked[0] if extend and self.picked is not None else at, at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self.bucket_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self.entered.emit(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.bucket_at(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton and at >= 0 and self.picked is not None:
            if at != self._current:
                other = self.picked[0] if self._current == self.picked[1] else self.picked[1]
                self.choose(other, at, told=False)
        elif at != self._hover:
            self._show_hover(at)

    def leaveEvent(self, event: QEvent) -> None:
        self._show_hover(-1)
        super().leaveEvent(event)

    def _show_hover(self, at: int) -> None:
        self._hover = at
        self.hovered.emit(self.sentence(at))
        self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl zoom in and out where the pointer is; sideways, or with Shift, go along the time."""
        turned, ctrl = event.angleDelta(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        amount = turned.y() if ctrl else turned.x() or (turned.y() if shift else 0)
        if not amount:
            event.ignore()
            return
        event.accept()
        self._wheel = self._wheel + amount if self._wheel * amount >= 0 else amount
        if abs(self._wheel) < NOTCH:
            return
        further, self._wheel = self._wheel > 0, 0
        if not ctrl:
            self.stepped.emit((-1 if further else 1) * (-1 if self.isRightToLeft() else 1))
        elif not further:
            self.up.emit()
        elif (at := self.bucket_at(event.position())) >= 0:
            self.entered.emit(at)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = self.sentence(self.bucket_at(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), plain_tip(words) if words else "", self)
            return True
        return super().event(event)

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        found = self.reading()
        if found is None or self.density is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._grow(painter)
        painter.translate(0, TOP)
        draw = draw_heat if self._year else draw_bars
        draw(painter, self._theme.colours, self.density, found, self.mirrored, now=self.now, hover=self._hover,
             picked=self.picked)
        painter.resetTransform()
        painter.setOpacity(1.0)
        self._draw_focus(painter)
        painter.end()

    def _grow(self, painter: QPainter) -> None:
        """While zooming in, what is new grows out of the bucket it was."""
        if self._from is None or self._motion.state() != QAbstractAnimation.State.Running:
            return
        done: Any = self._motion.currentValue()
        share = float(done)
        whole, begun = QRectF(self.rect()), self._from
        box = QRectF(begun.x() * (1 - share), 0, begun.width() + (whole.width() - begun.width()) * share,
                     whole.height())
        painter.setOpacity(0.25 + 0.75 * share)
        painter.translate(box.x(), 0)
        painter.scale(max(box.width() / max(whole.width(), 1.0), 0.01), 1.0)

    def _draw_focus(self, painter: QPainter) -> None:
        if not (self.hasFocus() and self._by_key):
            return
        box = QRectF(self.rect()) if self._current < 0 else self.rect_of(self._current)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.colours.accent), 2))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)


class Legend(QWidget):
    """What the steps of the colour mean, from one memory to the most."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._ends = ("", "")
        self.setFixedHeight(16)
        theme.changed.connect(self.update)

    def show_density(self, density: Density | None) -> None:
        """Tell the steps of these counts; of nothing there are none."""
        most = max((one.count for one in density.buckets), default=0) if density is not None else 0
        self.setVisible(most > 0)
        self._ends = (texts.number(1), texts.number(most)) if most > 1 else ("", texts.number(most))
        self.setAccessibleName(_("The darkest day has {count}").format(count=memories(most)))
        self.setToolTip(plain_tip(self.accessibleName()))
        widths = [self.fontMetrics().horizontalAdvance(words) for words in self._ends]
        self.setFixedWidth(sum(widths) + LEVELS * SWATCH + 16)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, rtl = self._theme.colours, self.isRightToLeft()
        first, last = self._ends
        left, right = (last, first) if rtl else (first, last)
        begin = self.fontMetrics().horizontalAdvance(left) + 6
        painter.setFont(sized(12))
        painter.setPen(QColor(colours.muted))
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        painter.drawText(QRectF(0, 0, begin, 16), flags, left)
        end = begin + LEVELS * SWATCH + 4
        painter.drawText(QRectF(end, 0, self.width() - end, 16), flags, right)
        painter.setPen(Qt.PenStyle.NoPen)
        for at in range(LEVELS):
            painter.setBrush(shade(colours, LEVELS - at if rtl else at + 1))
            painter.drawRoundedRect(QRectF(begin + at * SWATCH, 2, SWATCH - 2, 12), 3, 3)
        painter.end()


def memories(count: int) -> str:
    """So many memories, in words."""
    if not count:
        return _("nothing")
    return ngettext("one memory", "{n} memories", count).format(n=texts.number(count))


def first_weekday() -> int:
    """The day that weeks begin with where the owner lives; 0 is Monday."""
    return int(QLocale().firstDayOfWeek().value) - 1
