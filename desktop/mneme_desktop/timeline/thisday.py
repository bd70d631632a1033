"""What happened on this day: a week and a month before, and in earlier years."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QWidget

from mneme.messages import _, ngettext
from mneme.types import DayInPast
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.parts.naming import first_words
from mneme_desktop.parts.widgets import Chip, clear, column, label, row, say, scrolling
from mneme_desktop.timeline.levels import written
from mneme_desktop.timeline.rows import place_line

SHOWN = 40  # days
WIDTH = 320  # pixels
NOTHING_HEIGHT = 136  # pixels: a card that has nothing to show is no hole


class ThisDay(QFrame):
    """`opened` carries a memory, `gone` a day that is wanted on the axis."""

    opened = Signal(int)
    gone = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "card")
        self.days: tuple[DayInPast, ...] = ()
        outer = column(self, 8, (16, 12, 8, 12))
        head = row(spacing=8, margins=(0, 0, 8, 0))
        head.addWidget(label(_("On this day"), "title"))
        head.addStretch(1)
        self._date = label("", "small")
        head.addWidget(self._date)
        outer.addLayout(head)
        inside = QWidget()
        inside.setProperty("role", "clear")
        self._content = column(inside, 4, (0, 0, 8, 0))
        outer.addWidget(scrolling(inside), 1)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def show_days(self, day: date, days: Sequence[DayInPast]) -> None:
        """Show what there is for a day."""
        self.days = tuple(days)
        say(self._date, written(day, _("d MMMM")))
        clear(self._content)
        for one in self.days[:SHOWN]:
            self._add(one)
        if not self.days:
            self._content.addWidget(label(_(
                "Nothing that is remembered happened on this date in earlier years, or a week or a month before."),
                "muted", wrap=True))
        self._content.addStretch(1)
        self.setMaximumHeight(16_777_215 if self.days else NOTHING_HEIGHT)

    def _add(self, one: DayInPast) -> None:
        head = row(spacing=8)
        head.addWidget(label(ago_words(one), "section"))
        head.addStretch(1)
        day = Chip(written(one.day, _("d MMM yyyy")), lambda: self.gone.emit(one.day))
        day.setAccessibleName(_("Go to {day}").format(day=written(one.day, _("dddd d MMMM yyyy"))))
        head.addWidget(day)
        self._content.addLayout(head)
        for memory in one.memories[:2]:
            self._content.addWidget(LineButton(self._theme, first_words(memory), place_line(memory),
                                               partial(self.opened.emit, memory.id)))
        more = one.total - len(one.memories[:2])
        if more > 0:
            self._content.addWidget(label(ngettext("and one more", "and {n} more", more).format(
                n=texts.number(more)), "small"))
        self._content.addSpacing(8)


def ago_words(one: DayInPast) -> str:
    """How long ago a day was."""
    if one.ago == "year":
        return ngettext("A year ago", "{n} years ago", one.years).format(n=texts.number(one.years))
    return _("A month ago") if one.ago == "month" else _("A week ago")
