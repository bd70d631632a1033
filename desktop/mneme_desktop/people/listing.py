"""The side of the room that lists whom and what there is: a line to search, people or topics, and their order."""

from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QMenu, QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import PeopleFound, PeopleOrder, Topic
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import (
    Chip,
    Flow,
    Picture,
    column,
    frame,
    give_lit,
    label,
    row,
    say,
    sided,
    stacked,
)
from mneme_desktop.people.entries import YOU, Entry, EntryModel, EntryTable, Place, person_entry, topic_entries

TYPING_MS = 120
What = Literal["people", "topics"]


class SearchLine(QLineEdit):
    """Tells when it has the keyboard, and hands the arrow down to the list."""

    lit = Signal(bool)
    down = Signal()

    def event(self, event: QEvent) -> bool:
        if (event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.text()
                and event.key() == Qt.Key.Key_Escape):
            event.accept()  # it empties this line before it puts anything else away
            return True
        return super().event(event)

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.lit.emit(True)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.lit.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class Listing(QWidget):
    """`chosen` carries the Place to go to, `entered` the one to go into."""

    chosen = Signal(object)
    entered = Signal(object)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._theme, self._bridge = theme, bridge
        self.what: What = "people"
        self.order: PeopleOrder = "much"
        self.listed = False  # whether the list has been read once
        self._here = YOU
        self._found: PeopleFound | None = None
        self._topics: tuple[Topic, ...] = ()
        self.model = EntryModel(self)
        self.table = EntryTable(theme, self.model, _("People and topics"))
        self.table.chosen.connect(self.chosen)
        self.table.entered.connect(self.entered)
        self._build()
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self.read)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.down.connect(self.table.take_keyboard)

    def _build(self) -> None:
        box = frame("input")
        inner = row(box, 8, (12, 8, 12, 8))
        self.search = SearchLine()
        self.search.setPlaceholderText(_("Search people and topics"))
        self.search.setAccessibleName(_("Search people and topics"))
        self.search.setAcceptDrops(False)  # files dropped here are for the window
        self.search.lit.connect(lambda on: give_lit(box, on))
        inner.addWidget(Picture(self._theme, "search", size=18))
        inner.addWidget(self.search, 1)
        self._kinds = QButtonGroup(self)
        self.people = Chip(_("People"), lambda: self.show_what("people"), checkable=True)
        self.topics = Chip(_("Topics"), lambda: self.show_what("topics"), checkable=True)
        self.people.setChecked(True)
        self.sorting = Chip(order_words(self.order), self._choose_order)
        chips = Flow()
        for chip in (self.people, self.topics):
            self._kinds.addButton(chip)
            chips.add(chip)
        chips.add(self.sorting)
        self._say_order()
        self._nothing = label("", "muted", wrap=True)
        empty = QWidget()
        inside = column(empty, 8, (10, 16, 10, 16))
        inside.addWidget(self._nothing)
        inside.addStretch(1)
        stack, self._stack = stacked()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        outer = column(self, 12)
        self.be_narrow(False)
        outer.addWidget(box)
        outer.addWidget(chips)
        outer.addWidget(stack, 1)

    def be_narrow(self, narrow: bool) -> None:
        """Stand alone, with the same margin on both sides, or beside a page."""
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(*sided((16, 24, 16 if narrow else 8, 16)))

    # what is listed

    def read(self) -> None:
        """Ask for what there is now."""
        self._typing.stop()
        words, order = self.search.text().strip(), self.order
        (self._bridge.query(self, lambda engine: (engine.people.all(words, order=order), engine.people.topics()))
            .named("list").success(self._arrived).failure(self._failed).run())

    def show_what(self, what: What) -> None:
        """List people, or topics."""
        self.what = what
        (self.people if what == "people" else self.topics).setChecked(True)
        self.sorting.setVisible(what == "people")
        self._fill()

    def light(self, place: Place) -> None:
        """Have a place be the chosen row, where it is listed."""
        self._here = place
        self.table.light(place)

    def _arrived(self, found: tuple[PeopleFound, tuple[Topic, ...]]) -> None:
        self.listed = True
        self._found, self._topics = found
        self.people.rename(_("People · {n}").format(n=texts.number(self._found.total)))
        self.topics.rename(_("Topics · {n}").format(n=texts.number(len(self._wanted_topics()))))
        self._fill()

    def _failed(self, error: KnownError) -> None:
        self.model.show_these(())
        say(self._nothing, str(error))
        self._stack.setCurrentIndex(1)

    def _fill(self) -> None:
        words, entries = self.search.text().strip(), list[Entry]()
        if self.what == "people" and self._found is not None:
            entries = [] if words else [Entry(YOU, _("You"), _("What is known about you"))]
            entries += [person_entry(person) for person in self._found.people]
        elif self.what == "topics":
            entries = self._wanted_topics()
        scrolled = self.table.verticalScrollBar().value()
        self.model.show_these(entries)
        self.table.light(self._here)
        self.table.verticalScrollBar().setValue(scrolled)
        self._stack.setCurrentIndex(0 if entries else 1)
        if not entries:
            say(self._nothing, self._nothing_words(words))

    def _wanted_topics(self) -> list[Entry]:
        words = self.search.text().casefold().split()
        return [entry for entry in topic_entries(self._topics)
                if all(word in entry.name.casefold() for word in words)]

    def _nothing_words(self, words: str) -> str:
        if words:
            return _("Nothing is called “{words}”.").format(words=texts.one_line(words, 60))
        return _("There are no topics yet. They are found when there is enough to sort: “Put in order” does it, and "
                 "the nightly upkeep.") if self.what == "topics" else _("Nobody is known yet.")

    # in which order

    def order_by(self, order: PeopleOrder) -> None:
        """List people in another order."""
        self.order = order
        self._say_order()
        self.read()

    def _ordered(self, order: PeopleOrder, _on: bool = False) -> None:
        self.order_by(order)

    def _say_order(self) -> None:
        self.sorting.rename(order_words(self.order))
        self.sorting.explain(_("In which order people are listed"))

    def _choose_order(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for order in ORDERS:
            act = menu.addAction(order_words(order), partial(self._ordered, order))
            act.setCheckable(True)
            act.setChecked(order == self.order)
            group.addAction(act)
        menu.popup(self.sorting.mapToGlobal(QPoint(0, self.sorting.height() + 4)))


ORDERS: tuple[PeopleOrder, ...] = ("much", "latest", "name")


def order_words(order: PeopleOrder) -> str:
    """An order of the list in words."""
    return {"much": _("Most first"), "latest": _("Latest first"), "name": _("By name")}[order]
