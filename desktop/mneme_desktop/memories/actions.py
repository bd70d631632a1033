"""What can be done with the memories that are picked: a quiet line above the list, a menu, and keys."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from mneme.messages import _, ngettext
from mneme.types import MemoryFilter
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories import words
from mneme_desktop.parts import texts
from mneme_desktop.parts.opening import OpeningChip
from mneme_desktop.parts.widgets import Chip, label, row

NARROW = 560  # pixels below which only the first act stands beside the menu
MOST_MERGED = 20  # memories
HEIGHT = 32

KEYS = {"forget": "Del", "pin": "Ctrl+P"}


class ActionLine(QWidget):
    """How many are picked and what can be done with them; with none picked the order of the list alone.

    `wanted` carries "forget", "restore", "erase", "merge", or a name of `panel.keeping.ACTS`; `ordered` an order.
    `saved_wanted`: show the searches that are kept; `review_wanted`: show what waits for a decision.
    """

    wanted = Signal(str)
    ordered = Signal(str)
    saved_wanted = Signal()
    review_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self._count, self._in_bin, self._waiting = 0, False, 0
        self.picked = label("", "small")
        self.acts = {name: Chip(title, partial(self.wanted.emit, name)) for name, title in (
            ("forget", _("Forget")), ("restore", _("Restore")), ("pin", _("Pin")), ("erase", _("Erase…")))}
        self.more = OpeningChip(theme, _("More"), self._open_more)
        self.order = OpeningChip(theme, _("Newest first"), self._open_orders)
        self.saved = OpeningChip(theme, _("Saved"), self.saved_wanted.emit)
        self.review = Chip(_("Review"), self.review_wanted.emit)
        self.review.hide()
        line = row(self, 8)
        line.addWidget(self.saved)
        line.addWidget(self.review)
        line.addWidget(self.picked)
        for chip in (*self.acts.values(), self.more):
            line.addWidget(chip)
        line.addStretch(1)
        line.addWidget(self.order)
        self._what = words.PLAIN
        self.show_picked(0, in_bin=False)

    def show_picked(self, count: int, *, in_bin: bool) -> None:
        """So many rows are picked."""
        self._count, self._in_bin = count, in_bin
        self.picked.setText(ngettext("{n} selected", "{n} selected", count).format(n=texts.number(count)))
        self.picked.setVisible(count > 1)
        self._arrange()

    def show_order(self, what: MemoryFilter) -> None:
        """Say the order that the list has."""
        self._what = what
        title = words.order_words(what)
        self.order.rename(title)
        self.order.setAccessibleName(_("Order: {order}").format(order=title))

    def set_review_count(self, count: int) -> None:
        """How many decisions wait for the owner."""
        self._waiting = count
        self.review.rename(_("Review · {n}").format(n=texts.number(count)))
        self.review.setAccessibleName(
            ngettext("Review: {n} decision waits", "Review: {n} decisions wait", count).format(n=texts.number(count)))
        self._arrange()

    def fill(self, menu: QMenu) -> None:
        """Put into a menu all that can be done with what is picked."""
        for name, title in self._ways():
            action = menu.addAction(title, partial(self.wanted.emit, name))
            if name in KEYS:
                action.setShortcut(KEYS[name])
                action.setShortcutVisibleInContextMenu(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        some, wide = self._count > 0, self.width() >= NARROW
        self.saved.setVisible(wide or not some)
        self.review.setVisible(self._waiting > 0 and (wide or not some))
        self.acts["forget"].setVisible(some and not self._in_bin)
        self.acts["restore"].setVisible(some and self._in_bin)
        self.acts["pin"].setVisible(some and wide and not self._in_bin)
        self.acts["erase"].setVisible(some and wide)
        self.more.setVisible(some and not (self._in_bin and wide))

    def _ways(self) -> list[tuple[str, str]]:
        if self._in_bin:
            return [("restore", _("Restore")), ("erase", _("Erase…"))]
        merge = [("merge", _("Merge…"))] if 2 <= self._count <= MOST_MERGED else []
        return [("pin", _("Pin")), ("unpin", _("Unpin")), ("keep", _("Keep longer")), ("fade", _("Let fade")),
                ("private", _("Mark private")), ("public", _("No longer private")), *merge, ("forget", _("Forget")),
                ("erase", _("Erase…"))]

    def _open_more(self) -> None:
        menu = _menu(self)
        self.fill(menu)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _open_orders(self) -> None:
        menu = _menu(self)
        for order, title in words.orders():
            if not order and not (self._what.query or self._what.bin):  # newest first, which has a name of its own
                continue
            shown = title or words.order_words(replace(self._what, order=""))
            action = menu.addAction(shown, partial(self._choose, order))
            action.setCheckable(True)
            action.setChecked(shown == words.order_words(self._what))
        menu.popup(self.order.mapToGlobal(self.order.rect().bottomLeft()))

    def _choose(self, order: str) -> None:
        usual = order == "newest" and not self._what.query and not self._what.bin
        self.ordered.emit("" if usual else order)


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


