"""Going to a date: a field that understands dates as people write them, and a small calendar."""

from collections.abc import Callable
from datetime import MAXYEAR, date, timedelta
from functools import partial

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from mneme.messages import _
from mneme.types import Density
from mneme_desktop.look.theme import Theme, sized
from mneme_desktop.parts.widgets import IconButton, announce, column, give_lit, label, row
from mneme_desktop.timeline.axis import first_weekday, memories
from mneme_desktop.timeline.drawing import LEVELS, shade
from mneme_desktop.timeline.geometry import steps
from mneme_desktop.timeline.levels import written

CELL = 36  # pixels
NAMES = 24

AskMonth = Callable[[QObject, date, Callable[[Density], None]], None]  # who asks, the first of a month, what then


class DateLine(QLineEdit):
    """Tells when it has the keyboard."""

    lit = Signal(bool)

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.lit.emit(True)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.lit.emit(False)


class JumpField(QFrame):
    """`asked` carries what was typed, `picked` a day of the calendar."""

    asked = Signal(str)
    picked = Signal(object)

    def __init__(self, theme: Theme, ask_month: AskMonth) -> None:
        super().__init__()
        self._theme, self._ask_month = theme, ask_month
        self.shown_day: Callable[[], date] = date.today
        self.calendar: Calendar | None = None
        self.setProperty("role", "input")
        inner = row(self, 4, (14, 3, 6, 3))
        self.line = DateLine()
        self.line.setPlaceholderText(_("Jump to “last summer”"))
        self.line.setAccessibleName(_("Jump to a date"))
        self.line.setAcceptDrops(False)
        self.line.lit.connect(lambda on: give_lit(self, on))
        self.line.returnPressed.connect(self._ask)
        self.button = IconButton(theme, "calendar", _("Choose a day"), self.open_calendar)
        inner.addWidget(self.line, 1)
        inner.addWidget(self.button)

    def sizeHint(self) -> QSize:
        return QSize(288, 40)

    def _ask(self) -> None:
        text = self.line.text().strip()
        if text:
            self.asked.emit(text)

    def open_calendar(self) -> None:
        """Show the calendar below the field."""
        self.calendar = Calendar(self._theme, self.shown_day(), self._ask_month, self)
        self.calendar.picked.connect(self.picked.emit)
        size = self.calendar.sizeHint()
        x = self.width() - size.width() if not self.isRightToLeft() else 0
        self.calendar.move(self.mapToGlobal(QPoint(x, self.height() + 4)))
        self.calendar.show()
        self.calendar.days.setFocus(Qt.FocusReason.PopupFocusReason)


class Calendar(QFrame):
    """A month to pick a day from; days of which something is remembered are tinted."""

    picked = Signal(object)

    def __init__(self, theme: Theme, day: date, ask_month: AskMonth, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "popup")
        self._ask_month = ask_month
        self.setAccessibleName(_("Choose a day"))
        colours = theme.colours
        self.setStyleSheet(f"Calendar {{ background: {colours.card}; border: 1px solid {colours.border}; }}")
        outer = column(self, 4, (12, 8, 12, 12))
        head = row(spacing=4)
        self.name = label("", "title")
        self.days = MonthGrid(theme, day)
        for words, months in ((_("A year earlier"), -12), (_("A month earlier"), -1)):
            head.addWidget(StepButton(theme, words, partial(self.days.turn, months), double=months < -1))
        head.addStretch(1)
        head.addWidget(self.name)
        head.addStretch(1)
        for words, months in ((_("A month later"), 1), (_("A year later"), 12)):
            head.addWidget(StepButton(theme, words, partial(self.days.turn, months), double=months > 1,
                                      forward=True))
        outer.addLayout(head)
        outer.addWidget(self.days)
        self.days.picked.connect(self._picked)
        self.days.turned.connect(self._turned)
        self._turned(self.days.day)

    def _turned(self, day: date) -> None:
        self.name.setText(written(day, _("MMMM yyyy")))
        self._ask_month(self.days, day.replace(day=1), self.days.tint)

    def _picked(self, day: date) -> None:
        self.close()
        self.picked.emit(day)


class StepButton(IconButton):
    """An arrow that is drawn, single or double, to either side."""

    def __init__(self, theme: Theme, words: str, act: Callable[[], object], *, double: bool = False,
                 forward: bool = False) -> None:
        super().__init__(theme, "back", words, act, size=16)
        self.setFixedSize(28, 26)
        self._double, self._forward = double, forward

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._theme.colours
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        pen = QPen(QColor(colours.muted if self.isEnabled() else colours.border), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        side = -1 if self._forward == self.isRightToLeft() else 1
        middle = QPointF(self.rect().center()) + QPointF(0.5, 0.5)
        for shift in (-2.5, 2.5) if self._double else (0.0,):
            tip = middle + QPointF(shift + side * 2.5, 0)
            painter.drawPolyline([tip + QPointF(-side * 4.5, -4.5), tip, tip + QPointF(-side * 4.5, 4.5)])
        painter.end()


class MonthGrid(QWidget):
    """The days of a month. `picked` carries the chosen one, `turned` the day when another month is shown."""

    picked = Signal(object)
    turned = Signal(object)

    def __init__(self, theme: Theme, day: date) -> None:
        super().__init__()
        self._theme = theme
        self.day = day
        self._counts: dict[int, int] = {}
        self._hover = 0
        self.setFixedSize(7 * CELL, NAMES + 6 * CELL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Days"))

    def turn(self, months: int) -> None:
        """Show another month, with the keyboard on the same day."""
        at = self.day.year * 12 + self.day.month - 1 + months
        if 12 <= at < (MAXYEAR + 1) * 12:
            last = QDate(at // 12, at % 12 + 1, 1).daysInMonth()
            self._go(date(at // 12, at % 12 + 1, min(self.day.day, last)))

    def tint(self, density: Density) -> None:
        """Show how much each day of the month holds."""
        if density.buckets and density.buckets[0].start.date() == self.day.replace(day=1):
            self._counts = {one.start.day: one.count for one in density.buckets}
            self.setAccessibleDescription(self._words())
            self.update()

    def _go(self, day: date) -> None:
        before, self.day = self.day, day
        if (before.year, before.month) != (day.year, day.month):
            self._counts = {}
            self.turned.emit(day)
        self.setAccessibleDescription(self._words())
        announce(self, self._words())
        self.update()

    def _words(self) -> str:
        day = written(self.day, _("dddd d MMMM yyyy"))
        if not self._counts:
            return day
        return _("{time}: {count}").format(time=day, count=memories(self._counts.get(self.day.day, 0)))

    def _offset(self) -> int:
        return (self.day.replace(day=1).weekday() - first_weekday()) % 7

    def cell(self, day: int) -> QRectF:
        """Where a day of the month is."""
        line, place = divmod(day - 1 + self._offset(), 7)
        if self.isRightToLeft():
            place = 6 - place
        return QRectF(place * CELL, NAMES + line * CELL, CELL, CELL)

    def _at(self, point: QPointF) -> int:
        days = QDate(self.day.year, self.day.month, 1).daysInMonth()
        return next((day for day in range(1, days + 1) if self.cell(day).contains(point)), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, key = Qt.Key, event.key()
        side = -1 if self.isRightToLeft() else 1
        days = {keys.Key_Left: -side, keys.Key_Right: side, keys.Key_Up: -7, keys.Key_Down: 7}.get(keys(key), 0)
        if days:
            ordinal = self.day.toordinal() + days
            if 1 <= ordinal <= date.max.toordinal():
                self._go(date.fromordinal(ordinal))
        elif key in (keys.Key_PageUp, keys.Key_PageDown):
            size = 12 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.turn(size if key == keys.Key_PageDown else -size)
        elif key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space):
            self.picked.emit(self.day)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self._at(event.position())
        if day:
            self.picked.emit(self.day.replace(day=day))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event.position())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = 0
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._theme.colours
        painter.setFont(sized(12))
        painter.setPen(QColor(colours.muted))
        for place in range(7):
            x = (6 - place if self.isRightToLeft() else place) * CELL
            name = QLocale().dayName((first_weekday() + place) % 7 + 1, QLocale.FormatType.ShortFormat)
            painter.drawText(QRectF(x, 0, CELL, NAMES), int(Qt.AlignmentFlag.AlignCenter), name[:3])
        count = QDate(self.day.year, self.day.month, 1).daysInMonth()
        levels = steps([self._counts.get(day, 0) for day in range(1, count + 1)], LEVELS)
        for day, level in enumerate(levels, 1):
            self._draw_day(painter, day, level)
        painter.end()

    def _draw_day(self, painter: QPainter, day: int, level: int) -> None:
        colours, box = self._theme.colours, self.cell(day).adjusted(2, 2, -2, -2)
        here = day == self.day.day
        today = self.day.replace(day=day) == date.today()
        if here or day == self._hover:
            painter.setPen(QPen(QColor(colours.accent), 2) if here else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.soft if here else colours.hover))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        painter.setFont(sized(14, QFont.Weight.Bold if today else QFont.Weight.Normal))
        painter.setPen(QColor(colours.on_soft if here else colours.ink if level or today else colours.muted))
        painter.drawText(box.adjusted(0, -3, 0, -3), int(Qt.AlignmentFlag.AlignCenter), QLocale().toString(day))
        if level:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade(colours, level))
            painter.drawRoundedRect(QRectF(box.center().x() - 2 - level, box.bottom() - 7, 4 + 2 * level, 4), 2, 2)


def typed_day(text: str) -> tuple[date, date] | None:
    """[first, last) of a day or a month as the owner's language writes it; None for anything else."""
    locale = QLocale()
    for form in (locale.dateFormat(QLocale.FormatType.ShortFormat), locale.dateFormat(QLocale.FormatType.LongFormat),
                 _("d MMM yyyy"), _("d MMMM yyyy")):
        found = locale.toDate(text, form)
        if found.isValid() and found.year() > 99 and "yyyy" in form:
            day = date(found.year(), found.month(), found.day())
            return day, day + timedelta(days=1)
    for form in (_("MMMM yyyy"), _("MMM yyyy")):
        found = locale.toDate(text, form)
        if found.isValid():
            first = date(found.year(), found.month(), 1)
            return first, (first + timedelta(days=31)).replace(day=1)
    return None


def day_first() -> bool:
    """Whether the owner's language writes the day before the month."""
    form = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    return form.find("d") < form.find("M")
