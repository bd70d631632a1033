"""What of all memories the timeline counts: a kind, somebody who says them, a topic; each a chip with a menu."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from mneme.messages import _
from mneme.types import Kind, TimeChoices, TimeFacets, Topic
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.opening import OpeningChip
from mneme_desktop.parts.widgets import Chip, Flow

PEOPLE_SHOWN, TOPICS_SHOWN = 40, 60
LONGEST = 60  # characters of a name in a menu


class FacetChips(Flow):
    """`changed` carries the facets that are chosen now."""

    changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.facets = TimeFacets()
        self._choices = TimeChoices((), (), ())
        self.menu: QMenu | None = None
        self.kind = OpeningChip(theme, "", self.open_kinds, checkable=True)
        self.person = OpeningChip(theme, "", self.open_people, checkable=True)
        self.topic = OpeningChip(theme, "", self.open_topics, checkable=True)
        for chip in (self.kind, self.person, self.topic):
            self.add(chip)
        self._show()

    def show_choices(self, choices: TimeChoices) -> None:
        """Offer these."""
        self._choices = choices
        self._show()

    def choose(self, facets: TimeFacets) -> None:
        """Count these."""
        self.facets = facets
        self._show()
        self.changed.emit(facets)

    def _show(self) -> None:
        kind = next(iter(self.facets.kinds), Kind.PASSAGE)
        for chip, words, on, name in (
                (self.kind, kind_words(kind), kind is not Kind.PASSAGE, _("Kind: {name}")),
                (self.person, self.facets.person or _("Anybody"), bool(self.facets.person), _("Said by: {name}")),
                (self.topic, self._topic_name() or _("Any topic"), self.facets.topic is not None,
                 _("Topic: {name}"))):
            chip.rename(texts.one_line(words, 32))
            chip.setAccessibleName(name.format(name=words))
            chip.setChecked(on)
        self.person.setVisible(bool(self._choices.people or self.facets.person))
        self.topic.setVisible(bool(self._choices.topics or self.facets.topic is not None))

    def _topic_name(self) -> str:
        return next((one.name for one in self._choices.topics if one.id == self.facets.topic), "")

    # the menus

    def open_kinds(self) -> None:
        """Show the kinds to choose from."""
        self._open(self.kind, ((f"{kind_words(kind)}  {texts.number(count)}", frozenset((kind,)) == self.facets.kinds,
                                replace(self.facets, kinds=frozenset((kind,)))) for kind, count in self._choices.kinds))

    def open_people(self) -> None:
        """Show the people to choose from, whoever says most first."""
        people = self._choices.people[:PEOPLE_SHOWN]
        offers = [(_("Anybody"), not self.facets.person, replace(self.facets, person=""))]
        offers += [(_named(name, count), name == self.facets.person, replace(self.facets, person=name))
                   for name, count in people]
        self._open(self.person, offers)

    def open_topics(self) -> None:
        """Show the tree of topics to choose from."""
        offers = [(_("Any topic"), self.facets.topic is None, replace(self.facets, topic=None))]
        offers += [("    " * depth + _named(one.name, one.count), one.id == self.facets.topic,
                    replace(self.facets, topic=one.id)) for depth, one in in_order(self._choices.topics)[:TOPICS_SHOWN]]
        self._open(self.topic, offers)

    def _open(self, chip: Chip, offers: Iterable[tuple[str, bool, TimeFacets]]) -> None:
        self._show()  # a chip that is pressed has turned itself on
        self.menu = QMenu(self)
        self.menu.setAccessibleName(chip.accessibleName())
        group = QActionGroup(self.menu)
        for words, on, facets in offers:
            action = QAction(words.replace("&", "&&"), self.menu, checkable=True)
            action.setChecked(on)
            action.triggered.connect(_choosing(self, facets))
            group.addAction(action)
            self.menu.addAction(action)
        self.menu.aboutToHide.connect(self.menu.deleteLater)
        corner = QPoint(chip.width() - self.menu.sizeHint().width() if self.isRightToLeft() else 0, chip.height() + 4)
        self.menu.popup(chip.mapToGlobal(corner))


def _choosing(chips: FacetChips, facets: TimeFacets) -> Callable[[], None]:
    return lambda: chips.choose(facets)


def _named(name: str, count: int) -> str:
    return f"{texts.one_line(name, LONGEST)}  {texts.number(count)}"


def in_order(topics: Iterable[Topic]) -> list[tuple[int, Topic]]:
    """The tree with the depth of each topic, what is below one right after it."""
    children: dict[int | None, list[Topic]] = {}
    for one in topics:
        children.setdefault(one.parent, []).append(one)
    found: list[tuple[int, Topic]] = []
    waiting = [(0, one) for one in reversed(children.get(None, []))]
    while waiting:
        depth, one = waiting.pop()
        found.append((depth, one))
        waiting += [(depth + 1, child) for child in reversed(children.get(one.id, []))]
    return found


def kind_words(kind: Kind) -> str:
    """What a kind of memory is called."""
    return {Kind.PASSAGE: _("Memories"), Kind.EVENT: _("Events"), Kind.FACT: _("Facts"),
            Kind.THOUGHT: _("Thoughts")}.get(kind, kind.value)
