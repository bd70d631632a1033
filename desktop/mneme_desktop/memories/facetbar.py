"""The bar above the list: which list it is, the facets that narrow it, and what is chosen of them."""

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QMenu, QWidget

from mneme.messages import _
from mneme.types import FacetName, FacetValue, Kind, MemoryFilter
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories import words
from mneme_desktop.memories.popup import FacetPopup
from mneme_desktop.memories.words import Group
from mneme_desktop.parts import texts
from mneme_desktop.parts.opening import OpeningChip
from mneme_desktop.parts.widgets import Chip, Flow, column

BETWEEN = 8  # pixels from one chip to the next

LISTS: dict[str, MemoryFilter] = {
    "all": MemoryFilter(),
    "faded": MemoryFilter(faded=True),
    "facts": MemoryFilter(kinds=frozenset((Kind.FACT,)), faded=None),
    "days": MemoryFilter(kinds=frozenset((Kind.SUMMARY,)), faded=None),
    "bin": MemoryFilter(bin=True),
}
# Lists that are a choice of a facet: with another choice of it they are the list of all.
_CHOICES: dict[FacetName, tuple[str, ...]] = {"kind": ("facts", "days"), "retention": ("faded",)}


class FacetBar(QWidget):
    """`changed` says that something else is to be listed: `what` tells it."""

    changed = Signal()

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._theme, self._bridge = theme, bridge
        self._base = LISTS["all"]
        self.facets = words.PLAIN
        self._query, self._order = "", words.PLAIN.order
        self._names: dict[tuple[FacetName, str], str] = {}  # of values that are known by a number
        self.popup: FacetPopup | None = None
        self.lit: list[Chip] = []
        self._build()

    # building

    def _build(self) -> None:
        self._lists = QButtonGroup(self)  # one of them is on, and the arrow keys go from one to the next
        self.choices = {name: Chip(title, partial(self._choose, name), checkable=True) for name, title in (
            ("all", _("All")), ("faded", _("Faded")), ("facts", _("Facts")), ("days", _("Days")),
            ("bin", _("In the bin")))}
        self.choices["all"].setChecked(True)
        self.flow = Flow(BETWEEN)
        for choice in self.choices.values():
            self._lists.addButton(choice)
            self.flow.add(choice)
        self.chips = {group.name: OpeningChip(self._theme, group.title, partial(self.open, group))
                      for group in words.groups()}
        self.filter = OpeningChip(self._theme, _("Filter"), self._open_menu)
        for chip in (*self.chips.values(), self.filter):
            self.flow.add(chip)
        for name, chip in self.chips.items():
            chip.setAccessibleDescription(_("Narrows the list"))
            chip.setObjectName(name)
        self.filter.hide()
        self.chosen = Flow()
        self.chosen.setAccessibleName(_("What the list is narrowed to"))
        self.chosen.hide()
        outer = column(self, 8)
        outer.addWidget(self.flow)
        outer.addWidget(self.chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The facets are behind one chip where they would begin a second line."""
        beside = (*self.choices.values(), *self.chips.values())
        narrow = sum(chip.sizeHint().width() + BETWEEN for chip in beside) - BETWEEN > self.width()
        if narrow == self.filter.isHidden():
            self.filter.setVisible(narrow)
            for chip in self.chips.values():
                chip.setVisible(not narrow)

    def set_bin_count(self, count: int) -> None:
        chip = self.choices["bin"]
        chip.rename(_("In the bin · {n}").format(n=texts.number(count)) if count else _("In the bin"))
        self._fit()

    # what is listed

    @property
    def which(self) -> str:
        """Which of LISTS is chosen."""
        return next(name for name, choice in self.choices.items() if choice.isChecked())

    @property
    def what(self) -> MemoryFilter:
        """What is to be listed."""
        return replace(words.overlaid(self._base, self.facets), query=self._query, order=self._order)

    @property
    def narrowed(self) -> bool:
        """Whether facets narrow the list."""
        return self.facets != words.PLAIN

    def set_query(self, query: str) -> None:
        self._query = query

    def set_order(self, order: Any) -> None:
        self._order = order
        self.changed.emit()

    def show_only(self, which: str) -> None:
        """One of LISTS, whole."""
        self.facets = words.PLAIN
        self._choose(which)

    def show_filter(self, what: MemoryFilter) -> None:
        """Have the bar say what a filter says, but its query, which stands in the search line."""
        facets = words.only_facets(what)
        plain = replace(what, query="", order="")
        which = next((name for name in ("bin", "faded", "facts", "days", "all")
                      if words.overlaid(LISTS[name], facets) == plain), "bin" if what.bin else "all")
        self._base = replace(LISTS[which], faded=what.faded)
        self.facets = replace(facets, kinds=frozenset()) if facets.kinds == self._base.kinds else facets
        self._query, self._order = what.query, what.order
        self.choices[which].setChecked(True)
        self._show_chosen()
        self.changed.emit()

    def clear(self) -> None:
        """Let all that is narrowed be shown."""
        self.facets = words.PLAIN
        self._show_chosen()
        self.changed.emit()

    def toggle(self, facet: FacetName, key: str) -> None:
        """Choose a value of a facet, or let it go."""
        now = self.facets
        if self.which in _CHOICES.get(facet, ()):
            for other in self._chosen(facet) - words.chosen(now, facet):
                now = words.toggled(now, facet, other)
            self._base = LISTS["all"]
            self.choices["all"].setChecked(True)
        self.facets = words.toggled(now, facet, key)
        self._show_chosen()
        if self.popup is not None:
            self.popup.model.mark({one: self._chosen(one) for one in words.FIELDS})
        self.changed.emit()

    def _choose(self, which: str) -> None:
        """Another list, narrowed as this one, but by what it is a choice of itself."""
        self.choices[which].setChecked(True)
        self._base = LISTS[which]
        for facet in _CHOICES:
            self.facets = words.cleared(self.facets, facet)
        self._show_chosen()
        self.changed.emit()

    def _chosen(self, facet: FacetName) -> frozenset[str]:
        if facet == "retention" and self.which == "faded" and not self.facets.bands:
            return frozenset(("faded",))
        return words.chosen(words.overlaid(self._base, self.facets), facet)

    # what is chosen, as chips

    def _show_chosen(self) -> None:
        had = any(chip.hasFocus() for chip in self.lit)
        self.chosen.empty()
        self.lit = [self._lit(title, facet, key) for facet, key, title in self._lit_words()]
        for chip in self.lit:
            self.chosen.add(chip)
        if len(self.lit) > 1:
            self.chosen.add(Chip(_("Clear all"), self.clear))
        self.chosen.setVisible(bool(self.lit))
        if had:
            (self.lit[0] if self.lit else self.choices[self.which]).setFocus(Qt.FocusReason.OtherFocusReason)

    def _lit_words(self) -> list[tuple[FacetName, str, str]]:
        """(facet, value, what it is called) of all that is chosen."""
        found: list[tuple[FacetName, str, str]] = []
        for facet in words.FIELDS:
            if facet == "time":
                if self.facets.since is not None or self.facets.until is not None:
                    found.append((facet, "", words.time_words(self.facets)))
                continue
            for key in sorted(words.chosen(self.facets, facet)):
                name = self._names.get((facet, key), key.partition(":")[2] if facet == "source" else key)
                found.append((facet, key, words.value_words(facet, FacetValue(key, name, 0))))
        if self.facets.entry is not None:
            found.append(("source", "", _("One file")))
        return found

    def _lit(self, title: str, facet: FacetName, key: str) -> Chip:
        chip = Chip(_("{value}  ×").format(value=title), partial(self._let_go, facet, key), checkable=True)
        chip.setChecked(True)
        chip.setAccessibleName(_("{value}, chosen; press to leave it out").format(value=title))
        return chip

    def _let_go(self, facet: FacetName, key: str) -> None:
        if key:
            self.toggle(facet, key)
            return
        self.facets = words.cleared(self.facets, facet)
        self._show_chosen()
        self.changed.emit()

    # what there is to choose from

    def open(self, group: Group) -> None:
        """Show the values of a facet, counted for what the others show."""
        anchor = self.filter if self.chips[group.name].isHidden() else self.chips[group.name]
        popup = self.popup = FacetPopup(self._theme, group, anchor)
        popup.toggled.connect(self._toggled)
        popup.closed.connect(partial(self._closed, popup))
        what = self.what
        popup.counting = (self._bridge.operation(popup, lambda engine, op: [
            (facet, engine.browse.facets(what, facet, op.cancelled)) for facet in group.facets])
            .on("query").success(self._counted).failure(popup.show_error))
        popup.counting.run()
        popup.open()

    def _counted(self, found: list[tuple[FacetName, tuple[FacetValue, ...]]]) -> None:
        for facet, values in found:
            self._names.update({(facet, value.key): value.name for value in values if value.name != value.key})
        if self.popup is not None:
            self.popup.show_values(found, {facet: self._chosen(facet) for facet in words.FIELDS})

    def _toggled(self, facet: Any, key: str) -> None:
        self.toggle(facet, key)

    def _closed(self, popup: FacetPopup) -> None:
        if self.popup is popup:
            self.popup = None

    def _open_menu(self) -> None:
        """Where there is no room for the facets beside each other: their names one below the other."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group in words.groups():
            menu.addAction(group.title, partial(self.open, group))
        menu.popup(self.filter.mapToGlobal(self.filter.rect().bottomLeft()))
