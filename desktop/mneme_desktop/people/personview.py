"""The page of a person: who they are, what is known of them with its evidence, and what leads on from there."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from mneme.messages import _, ngettext
from mneme.types import Conflict, Near, Person, PersonPage, Section
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.facts import told_words
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.parts.widgets import Chip, Flow, button, clear, column, frame, label, row
from mneme_desktop.people.entries import Place, facts_words, memories_words, messages_words, sentence_case
from mneme_desktop.people.pieces import Paper, Sign, add_card, beside_sign, fact_line, memory_line
from mneme_desktop.people.sparkline import Sparkline

SIDES_SHOWN = 3  # contradictions that are told on the page; the review has all


class PersonView(Paper):
    """`gone` carries the Place to go to, `forget_wanted` the person's key."""

    opened = Signal(int)
    gone = Signal(object)
    ask_wanted = Signal(str)
    review_wanted = Signal()
    forget_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.page: PersonPage | None = None

    def show_page(self, page: PersonPage) -> None:
        """Show a person; the same again is not built again."""
        if page == self.page:
            return
        before, self.page = self.page, page
        held = self.area.verticalScrollBar().value()
        clear(self.content)
        self._add_head(page)
        if page.conflicts:
            self._add_conflicts(page)
        for group in page.groups:
            add_card(self.content, section_words(group.section),
                     [partial(fact_line, self._theme, fact, self.opened.emit) for fact in group.facts])
        if not (page.groups or page.conflicts):
            self.content.addWidget(label(_("No fact is known of {name} yet.").format(name=page.person.name), "muted",
                                         wrap=True))
        self._add_over(page)
        self._add_often(page)
        self._add_memories(page)
        self._add_ways(page)
        self._add_farewell(page.person)
        if before is None or before.person.key != page.person.key:
            held = 0
        self.area.verticalScrollBar().setValue(held)

    # the parts

    def _add_head(self, page: PersonPage) -> None:
        person = page.person
        line = row(spacing=16)
        line.addWidget(Sign(self._theme, "person", person.name), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=4)
        words.addWidget(beside_sign(person.name, "headline"))
        if person.relation:
            words.addWidget(beside_sign(sentence_case(person.relation), "lead"))
        if person.also:
            words.addWidget(beside_sign(_("Also known as {names}").format(
                names=_(", ").join(texts.one_line(name, 80) for name in person.also[:6])), "muted"))
        words.addWidget(beside_sign(" · ".join(counts_words(page)), "small"))
        line.addLayout(words, 1)
        self.content.addLayout(line)
        chips = Flow()
        question = _("What do you know about {name}?").format(name=person.name)
        chips.add(Chip(question, lambda: self.ask_wanted.emit(question), limit=64))
        self.content.addWidget(chips)
        self.content.addSpacing(8)

    def _add_conflicts(self, page: PersonPage) -> None:
        card = frame("notice")
        inner = column(card, 8, (16, 14, 16, 14))
        count = len(page.conflicts)
        inner.addWidget(label(ngettext("Two things that were said cannot both be true.",
                                       "{n} times, what was said cannot all be true.", count).format(
                                           n=texts.number(count)), "title", wrap=True))
        for conflict in page.conflicts[:SIDES_SHOWN]:
            self._add_sides(inner.addWidget, conflict)
        inner.addWidget(button(_("Say which is right…"), self.review_wanted.emit), 0, Qt.AlignmentFlag.AlignLeading)
        self.content.addWidget(card)
        self.content.addSpacing(4)

    def _add_sides(self, add: object, conflict: Conflict) -> None:
        for side in conflict.sides:
            line = LineButton(self._theme, side.memory.text, told_words(side),
                              partial(self.opened.emit, side.memory.id))
            add(line)  # type: ignore[operator]

    def _add_over(self, page: PersonPage) -> None:
        """What is over, folded."""
        if not page.over:
            return
        inside = QWidget()
        inner = column(inside, 12)
        add_card(inner, _("No longer so"),
                 [partial(fact_line, self._theme, fact, self.opened.emit) for fact in page.over])
        inside.hide()
        count = len(page.over)
        words = ngettext("One thing that is over", "{n} things that are over", count).format(n=texts.number(count))
        fold = Chip(words, lambda: inside.setVisible(fold.isChecked()), checkable=True)
        chips = Flow()
        chips.add(fold)
        self.content.addWidget(chips)
        self.content.addWidget(inside)

    def _add_often(self, page: PersonPage) -> None:
        if len(page.months) < 2:
            return
        self.content.addWidget(label(_("How often"), "section"))
        card = frame("card")
        inner = column(card, 8, (16, 16, 16, 10))
        bars = Sparkline(self._theme)
        bars.show_months(page.months)
        inner.addWidget(bars)
        self.content.addWidget(card)
        self.content.addSpacing(4)

    def _add_memories(self, page: PersonPage) -> None:
        name = page.person.name
        for title, found in ((_("Latest from {name}"), page.said), (_("Where {name} is named"), page.told)):
            if found:
                add_card(self.content, title.format(name=name),
                         [partial(memory_line, self._theme, memory, self.opened.emit) for memory in found], shown=4)

    def _add_ways(self, page: PersonPage) -> None:
        topics, near = Flow(), Flow()
        for topic, count in page.topics:
            chip = Chip(topic.name, partial(self.gone.emit, Place("topic", str(topic.id))), limit=40)
            chip.explain(memories_words(count))
            topics.add(chip)
        for one in page.near:
            near.add(self._near(one))
        for title, chips in ((_("Topics"), topics), (_("People near"), near)):
            if chips.widgets():
                self.content.addWidget(label(title, "section"))
                self.content.addWidget(chips)
                self.content.addSpacing(4)

    def _near(self, one: Near) -> Chip:
        chip = Chip(one.person.name, partial(self.gone.emit, Place("person", one.person.key)), limit=40)
        chip.explain("\n".join(one.lines[:5]))
        return chip

    def _add_farewell(self, person: Person) -> None:
        self.content.addSpacing(8)
        self.content.addWidget(frame("line"))
        chips = Flow()
        forget = Chip(_("Forget everything about {name}…").format(name=person.name),
                      partial(self.forget_wanted.emit, person.key), limit=80)
        forget.setProperty("role", "warm-chip")
        chips.add(forget)
        self.content.addWidget(chips)


def counts_words(page: PersonPage) -> list[str]:
    """How much there is of somebody, and from when to when."""
    person, said = page.person, list[str]()
    if person.facts:
        said.append(facts_words(person.facts))
    if person.messages:
        said.append(messages_words(person.messages))
    said.append(memories_words(page.memories))
    if person.first is not None and person.last is not None:
        first, last = texts.local_day(person.first), texts.local_day(person.last)
        said.append(first if first == last else _("in touch from {first} to {last}").format(first=first, last=last))
    return said


def section_words(section: Section) -> str:
    """The title of a section of facts."""
    return {"self": _("In short"), "home": _("Home, and how to reach them"), "work": _("Work and studies"),
            "people": _("Family, friends, animals"), "likes": _("What they like, and what not"),
            "plans": _("Plans and wishes"), "things": _("Things")}[section]
