"""The room of what is known about the owner: contradictions to settle, and a line for each fact, with its source."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import Changes, Conflict, Fact, PortraitLine
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.facts import quotes, state_words, told_words
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.parts.widgets import (
    Chip,
    Flow,
    IconButton,
    Turning,
    button,
    centred,
    clear,
    column,
    frame,
    label,
    more_chip,
    row,
    say,
    scrolling,
    steady,
)

SHOWN = 12  # lines of a section; more on request, so that a long life is no long wait
CONFLICTS_SHOWN = 5
BESIDE_FROM = 480  # pixels; below, the sides of a contradiction stand one above the other
CHANGES_MS = 400


@dataclass(frozen=True, slots=True)
class Known:
    """What the room shows."""

    lines: tuple[PortraitLine, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def shape(self) -> object:
        """What of it is seen: the same shape needs not be built again."""
        return ([(one.section, one.text, one.fact.memory.id, one.fact.state) for one in self.lines],
                [[side.memory.id for side in one.sides] for one in self.conflicts])


def known(engine: Engine) -> Known:
    """On a worker thread: all that the room shows."""
    return Known(engine.life.portrait(), engine.life.conflicts())


class AboutPage(QWidget):
    """`opened` carries a memory; `forget` memories; `decided` one of keeping.ACTS and a memory."""

    opened = Signal(int)
    forget = Signal(list)
    decided = Signal(str, int)
    add_wanted = Signal()
    order_wanted = Signal()

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._bridge = theme, bridge
        self._stale = True
        self.known: Known | None = None
        self._soon = QTimer(self, interval=CHANGES_MS, singleShot=True)
        self._soon.timeout.connect(self.read)
        self._build()

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = column(inside, 12, (24, 32, 24, 32))
        inner.addWidget(label(_("About me"), "headline"))
        self._sentence = label("", "muted", wrap=True)
        inner.addWidget(self._sentence)
        inner.addSpacing(4)
        self._content = column(spacing=12)
        inner.addLayout(self._content)
        inner.addStretch(1)
        self._scroll = steady(scrolling(centred(inside)))
        column(self, 0).addWidget(self._scroll)

    # reading

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.read()

    def changed(self, changes: Changes) -> None:
        """Something was committed: read again soon, or when the room is next looked at."""
        if changes.everything or changes.memories:
            self._stale = True
            if self.isVisible() and not self._soon.isActive():
                self._soon.start()

    def read(self) -> None:
        """Ask for what is known now."""
        self._stale = False
        self._bridge.query(self, known).named("known").success(self._arrived).failure(self._failed).run()

    def _arrived(self, found: Known) -> None:
        before, self.known = self.known, found
        if before is None or before.shape != found.shape:
            self._fill(found)

    def _failed(self, error: KnownError) -> None:
        self._stale, self.known = True, None
        clear(self._content)
        say(self._sentence, str(error))

    # what is shown

    def _fill(self, found: Known) -> None:
        held = self._scroll.verticalScrollBar().value()
        clear(self._content)
        count = len(found.lines)
        say(self._sentence, ngettext("One thing that you have said or written. It goes when you take it away.",
                                     "{n} things that you have said or written. Each goes when you take it away.",
                                     count).format(n=texts.number(count)) if count else "")
        self._sentence.setVisible(bool(count))
        if found.conflicts:
            self._add_conflicts(found.conflicts)
        for section, lines in groupby(found.lines, key=lambda line: line.section):
            self._add_section(section, list(lines))
        if not (found.lines or found.conflicts):
            self._add_beginning()
        for n in range(self._content.count()):  # at once: a layout shows what is new only with a later event
            item = self._content.itemAt(n)
            if item is not None and (widget := item.widget()) is not None:
                widget.show()
        QTimer.singleShot(0, self, lambda: self._scroll.verticalScrollBar().setValue(held))

    def _add_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        count = len(conflicts)
        self._content.addWidget(label(ngettext("One contradiction", "{n} contradictions", count).format(
            n=texts.number(count)), "section"))
        for conflict in conflicts[:CONFLICTS_SHOWN]:
            self._content.addWidget(ConflictCard(conflict, self.opened.emit, self._confirm))
        self._content.addSpacing(8)

    def _add_section(self, section: str, lines: Sequence[PortraitLine]) -> None:
        self._content.addWidget(label(section_words(section), "section"))
        card = frame("card")
        inner = column(card, 0, (8, 6, 8, 6))
        self._add_lines(inner, lines)
        self._content.addWidget(card)
        self._content.addSpacing(4)

    def _add_lines(self, inner: QVBoxLayout, lines: Sequence[PortraitLine]) -> None:
        """Add the first lines, and a chip that goes on with the next."""
        for line in lines[:SHOWN]:
            inner.addWidget(self._line(line))
        if more := lines[SHOWN:]:
            inner.addWidget(more_chip(len(more), lambda: self._add_lines(inner, more)))

    def _line(self, line: PortraitLine) -> QWidget:
        fact = line.fact
        made = QWidget()
        inner = row(made, 4)
        below = [told_words(fact)]
        if fact.state == "planned":
            below.insert(0, state_words(fact))
        inner.addWidget(LineButton(self._theme, line.text, " · ".join(filter(None, below)),
                                   lambda: self.opened.emit(fact.memory.id), tip=quotes(fact)), 1)
        inner.addWidget(IconButton(self._theme, "bin", _("Forget: {fact}").format(fact=line.text),
                                   lambda: self.forget.emit([fact.memory.id]), size=16))
        return made

    def _confirm(self, memory: int) -> None:
        self.decided.emit("confirm", memory)

    def _add_beginning(self) -> None:
        """Nothing is known yet: where it comes from, and what to do."""
        self._content.addWidget(label(_("Nothing is known about you yet."), "title", wrap=True))
        self._content.addWidget(label(_(
            "What you say about yourself in notes and chats becomes a line here, with the place where you said it: "
            "“I live in Oslo.” “My sister is called Ines.” “I don't eat meat.” What others or an assistant say about "
            "you does not count. Mneme knows your own words by the name that you give it in the settings."),
            "muted", wrap=True))
        ways = Flow()
        ways.add(button(_("Add a folder…"), self.add_wanted.emit, "primary"))
        ways.add(button(_("Put in order now"), self.order_wanted.emit))
        self._content.addWidget(ways)


class ConflictCard(QFrame):
    """The sides of a contradiction beside each other, or, where there is little width, one above the other."""

    def __init__(self, conflict: Conflict, open_memory: Callable[[int], object],
                 confirm: Callable[[int], object]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        outer = column(self, 10, (16, 14, 16, 16))
        outer.addWidget(label(_("Which is right?") if len(conflict.sides) == 2 else _("Which of these is right?"),
                              "title"))
        sides = Turning(BESIDE_FROM, 12)
        for side in conflict.sides:
            sides.line.addWidget(_side(side, open_memory, confirm), 1)
        outer.addWidget(sides)


def _side(fact: Fact, open_memory: Callable[[int], object], confirm: Callable[[int], object]) -> QFrame:
    made = frame("bubble")
    inner = column(made, 6, (14, 12, 14, 12))
    inner.addWidget(label(fact.memory.text, "lead", wrap=True))
    for place in fact.evidence[:2]:
        inner.addWidget(label(f"“{texts.one_line(place.text, 200)}”", "muted", wrap=True))
    inner.addWidget(label(told_words(fact), "small", wrap=True))
    inner.addStretch(1)
    inner.addSpacing(4)
    right = Chip(_("This is right"), lambda: confirm(fact.memory.id))
    right.setAccessibleName(_("This is right: {fact}").format(fact=fact.memory.text))
    look = Chip(_("Look"), lambda: open_memory(fact.memory.id))
    look.setAccessibleName(_("Look: {fact}").format(fact=fact.memory.text))
    chips = Flow()
    chips.add(right)
    chips.add(look)
    inner.addWidget(chips)
    return made


def section_words(section: str) -> str:
    """The title of a section of the portrait."""
    return {"me": _("You"), "likes": _("What you like, and what not"), "people": _("People"),
            "projects": _("What you are working on"), "plans": _("Plans"), "things": _("Things")}.get(section, section)
