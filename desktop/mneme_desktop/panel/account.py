"""What is known beside a memory, as lines and chips to be pressed: its places, what was made of it, its people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from mneme.engine import Engine
from mneme.messages import _
from mneme.types import Beside, Fact, Kind, Memory, MemoryDetail, Outline, Span
from mneme_desktop.look import icons
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.facts import sources_words, state_words, told_words
from mneme_desktop.panel.fading import layer_words, nature_words
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton, place_line
from mneme_desktop.parts.naming import first_words, source_line
from mneme_desktop.parts.widgets import Chip, Flow, clear, column, frame, label, more_chip

SHOWN = 5  # lines of one sort; more on request
CHIP_LIMIT = 34  # characters of a chip's name
MOST_CHIPS = 14


@dataclass(frozen=True, slots=True)
class Seen:
    """A memory as the panel shows it, with what stands beside it.

    `outline` says which day, week, month or topic a summary stands for.
    """

    detail: MemoryDetail
    faded_below: float
    fact: Fact | None = None
    outline: Outline | None = None
    beside: Beside = field(default_factory=Beside)

    @property
    def kind(self) -> Kind:
        return self.detail.memory.kind


def look_at(engine: Engine, memory: int) -> Seen:
    """On a worker thread: a memory with all that is known beside it. Raises: NotFound."""
    detail = engine.show(memory)
    faded_below = float(engine.settings()["forgetting.faded_below"])
    beside = engine.review.beside(memory)
    if detail.memory.kind is Kind.FACT:
        return Seen(detail, faded_below, engine.life.fact(memory), beside=beside)
    outline = engine.life.outline(memory) if detail.memory.kind is Kind.SUMMARY else None
    return Seen(detail, faded_below, outline=outline, beside=beside)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its words, what stands below them, and what it opens."""

    words: str
    below: str
    memory: int
    span: Span | None = None

    @classmethod
    def of_memory(cls, memory: Memory) -> "Line":
        return cls(first_words(memory), source_line(memory), memory.id)

    @classmethod
    def of_fact(cls, fact: Fact) -> "Line":
        return cls(fact.memory.text, f"{state_words(fact)} · {told_words(fact)}", fact.memory.id)


@dataclass(frozen=True, slots=True)
class Link:
    """A chip: its name, what it is to the memory, and what pressing it does."""

    name: str
    is_what: str
    press: Callable[[], object]


class Tags(Flow):
    """What a memory is, in a few words: its state, its layer, its nature; and the lock of what is private.

    `unlocked` says that the owner takes the mark of the private away.
    """

    unlocked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lock: Chip | None = None
        theme.changed.connect(self._recolour)

    def show_seen(self, seen: Seen) -> None:
        """Say it of this memory."""
        self.empty()
        self._lock = None
        words = tag_words(seen)
        held = seen.fact is not None and seen.fact.state == "holds"
        for place, word in enumerate(words):
            self.add(label(word, "good-tag" if held and place == 0 else "tag"))
        if seen.detail.memory.private:
            self._lock = Chip(_("Private"), self.unlocked.emit)
            self._lock.explain(_("Never sent to a server, whoever runs it. Press to take the mark away."))
            self.add(self._lock)
            self._recolour()
        self.setVisible(bool(words) or self._lock is not None)

    def _recolour(self) -> None:
        if self._lock is not None:
            self._lock.setIcon(icons.icon("lock", self._theme.colours.muted, 12))


def tag_words(seen: Seen) -> list[str]:
    """The words for the tags."""
    memory, words = seen.detail.memory, []
    if seen.fact is not None:
        words += [state_words(seen.fact), sources_words(seen.fact)]
    if memory.pinned:
        words.append(_("pinned"))
    elif memory.nature != "constant":
        words.append(_("faded") if memory.retention < seen.faded_below else layer_words(memory))
    return [*words, *filter(None, [nature_words(memory)])]


class Notes(QWidget):
    """The owner's notes on a passage, right below it. `opened` carries a note."""

    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._notes = column(self, 8)

    def show_notes(self, notes: Sequence[Memory]) -> None:
        """Show these; nothing where there is none."""
        clear(self._notes)
        for note in notes:
            self._notes.addWidget(self._card(note))
        self.setVisible(bool(notes))

    def _card(self, note: Memory) -> QFrame:
        card = frame("bubble")
        inner = column(card, 4, (14, 10, 14, 12))
        inner.addWidget(label(_("Your note, {date}").format(date=texts.local_day(note.recorded_at)), "section"))
        inner.addWidget(label(texts.one_line(note.text, 600), wrap=True, selectable=True))
        look = Chip(_("Open the note"), lambda: self.opened.emit(note.id))
        chips = Flow()
        chips.add(look)
        inner.addSpacing(2)
        inner.addWidget(chips)
        return card


class Account(QWidget):
    """`opened` carries a memory, the span to mark (or None), and the heading under which it is shown.

    `person` carries a name, `topic` the number of a topic.
    """

    opened = Signal(int, object, str)
    person = Signal(str)
    topic = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sections = column(self, 4)

    def show_seen(self, seen: Seen) -> None:
        """Show what is known beside this memory; nothing where nothing is."""
        clear(self._sections)
        sections = [(title, lines) for title, lines in sections_of(seen) if lines]
        for title, lines in sections:
            if title != _("Stands on") or len(lines) > 1:  # one place stands right below its words
                self._sections.addWidget(label(title, "section"))
            self._add_lines(title, lines)
            self._sections.addSpacing(8)
        links = self._links(seen)
        if links:
            self._add_links(links)
        self.setVisible(bool(sections or links))

    def _add_lines(self, title: str, lines: Sequence[Line]) -> None:
        box = QWidget()
        inner = column(box, 0)
        for line in lines[:SHOWN]:
            inner.addWidget(self._button(title, line))
        if more := lines[SHOWN:]:
            inner.addWidget(more_chip(len(more), lambda: self._unfold(inner, title, more)), 0,
                            Qt.AlignmentFlag.AlignLeading)
        self._sections.addWidget(box)

    def _unfold(self, inner: QVBoxLayout, title: str, more: Sequence[Line]) -> None:
        for line in more:
            inner.addWidget(self._button(title, line))

    def _button(self, title: str, line: Line) -> LineButton:
        return LineButton(self._theme, line.words, line.below,
                          lambda: self.opened.emit(line.memory, line.span, title))

    def _add_links(self, links: Sequence[Link]) -> None:
        self._sections.addWidget(label(_("Linked"), "section"))
        self._sections.addSpacing(4)
        flow = Flow()
        for link in links[:MOST_CHIPS]:
            flow.add(_chip(link))
        if more := links[MOST_CHIPS:]:
            flow.add(more_chip(len(more), lambda: _add_all(flow, more)))
        self._sections.addWidget(flow)
        self._sections.addSpacing(8)

    def _links(self, seen: Seen) -> list[Link]:
        """Whom it tells of, its topic, and the memories that it has to do with."""
        beside = seen.beside
        found = [Link(name, _("a person"), partial(self.person.emit, name)) for name in beside.people]
        if beside.topic is not None:
            number = beside.topic.id
            found.append(Link(_("Topic: {name}").format(name=beside.topic.name), _("its topic"),
                              lambda: self.topic.emit(number)))
        apart = {one.id for one in beside.notes} | ({beside.noted.id} if beside.noted is not None else set())
        for wanted, pattern, title in _linked():
            found += [Link(pattern.format(words=first_words(one)), title, self._opens(one.id, title))
                      for kind, one in seen.detail.linked if kind == wanted and one.id not in apart]
        return found

    def _opens(self, memory: int, title: str) -> Callable[[], None]:
        return lambda: self.opened.emit(memory, None, title)


def _add_all(flow: Flow, links: Sequence[Link]) -> None:
    for link in links:
        flow.add(_chip(link))


def _chip(link: Link) -> Chip:
    chip = Chip(link.name, link.press, limit=CHIP_LIMIT)
    chip.explain(f"{link.name}\n{link.is_what}")
    return chip


def sections_of(seen: Seen) -> list[tuple[str, list[Line]]]:
    """The sections with their lines, in the order in which they are shown; some may be empty."""
    detail, beside = seen.detail, seen.beside
    made = [(title, [Line.of_memory(one) for one in detail.standing if one.kind is kind])
            for kind, title in ((Kind.FACT, _("Learned from this")), (Kind.EVENT, _("Part of")),
                                (Kind.SUMMARY, _("Summed up in")))]
    places = detail.evidence if seen.fact is None else seen.fact.evidence
    return [
        (_("Stands on"), [Line(f"“{texts.one_line(one.text, 300)}”", place_line(one), one.memory, one.span)
                          for one in places]),
        (_("Contradicted by"), [Line.of_fact(one) for one in beside.rivals]),
        (_("Replaced by"), [Line.of_fact(beside.successor)] if beside.successor is not None else []),
        (_("Replaces"), [Line.of_fact(one) for one in beside.replaced]),
        (_("A note on"), [Line.of_memory(beside.noted)] if beside.noted is not None else []),
        (_("Cut into"), [Line.of_memory(one) for one in beside.parts]),
        *made]


def _linked() -> tuple[tuple[str, str, str], ...]:
    """By kind of link: how a chip names the other memory, and what that is to this one."""
    return (("next", _("Next to it: {words}"), _("right before or after it")),
            ("association", "{words}", _("has to do with it")), ("duplicate", _("Copy: {words}"), _("a copy")),
            ("correction", _("In other words: {words}"), _("the same in other words")),
            ("part", "{words}", _("goes together with it")))
