"""The page of a topic: what it is about, with the places, who speaks in it, its parts, and its name."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from mneme.messages import _
from mneme.types import Person, TopicPage
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton, place_line
from mneme_desktop.parts.widgets import Chip, Flow, clear, column, label, more_chip, row
from mneme_desktop.people.entries import Place, memories_words
from mneme_desktop.people.pieces import Paper, Sign, add_card, beside_sign, memory_line

NAME_LIMIT = 120  # characters
PEOPLE_SHOWN = 16  # chips; more on request
ARROW_HEIGHT = 26  # pixels: of a chip


class TopicView(Paper):
    """`gone` carries the Place to go to, `renamed` a topic's number and its new name."""

    opened = Signal(int)
    gone = Signal(object)
    ask_wanted = Signal(str)
    renamed = Signal(int, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.page: TopicPage | None = None
        self.field: QLineEdit | None = None
        self._title: QWidget | None = None
        self._waiting: TopicPage | None = None  # what came while the name was being written

    def show_page(self, page: TopicPage) -> None:
        """Show a topic; the same again is not built again, nor while its name is being written."""
        same = self.page is not None and self.page.topic.id == page.topic.id
        if page == self.page:
            return
        if self.writing and same:
            self._waiting = page
            return
        held = self.area.verticalScrollBar().value() if same else 0
        self.page, self.field = page, None
        clear(self.content)
        self._add_path(page)
        self._add_head(page)
        if page.outline is not None:
            self._add_summary(page)
        self._add_people(page)
        if page.latest:
            add_card(self.content, _("Latest"),
                     [partial(memory_line, self._theme, memory, self.opened.emit) for memory in page.latest])
        self._add_parts(page)
        self.area.verticalScrollBar().setValue(held)

    @property
    def writing(self) -> bool:
        """Whether the name is being written."""
        return self.field is not None and not self.field.isHidden()

    # the parts

    def _add_path(self, page: TopicPage) -> None:
        if page.path:
            above = Flow(4)
            for n, topic in enumerate(page.path):
                if n:
                    arrow = label("‹" if self.isRightToLeft() else "›", "muted")
                    arrow.setFixedHeight(ARROW_HEIGHT)
                    above.add(arrow)
                chip = Chip(topic.name, partial(self.gone.emit, Place("topic", str(topic.id))), limit=28)
                chip.setAccessibleDescription(_("A topic above this one"))
                above.add(chip)
            self.content.addWidget(above)

    def _add_head(self, page: TopicPage) -> None:
        line = row(spacing=16)
        line.addWidget(Sign(self._theme, "topic", page.topic.name), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=4)
        self._title = beside_sign(page.topic.name, "headline")
        self.field = QLineEdit()
        self.field.setMaxLength(NAME_LIMIT)
        self.field.setAccessibleName(_("Name of this topic"))
        self.field.hide()
        self.field.returnPressed.connect(self._keep_name)
        self.field.installEventFilter(self)
        words.addWidget(self._title)
        words.addWidget(self.field)
        words.addWidget(beside_sign(" · ".join(_counts(page)), "small"))
        line.addLayout(words, 1)
        self.content.addLayout(line)
        chips = Flow()
        question = _("What do you know about {name}?").format(name=page.topic.name)
        chips.add(Chip(question, lambda: self.ask_wanted.emit(question), limit=64))
        rename = Chip(_("Rename"), self.rename)
        rename.explain(_("Give this topic a name of your own"))
        chips.add(rename)
        self.content.addWidget(chips)
        self.content.addSpacing(8)

    def _add_summary(self, page: TopicPage) -> None:
        outline = page.outline
        if outline is None:
            return
        if outline.told:
            self.content.addWidget(label(outline.told, "lead", wrap=True, selectable=True))
        if outline.sentences:
            add_card(self.content, _("In sentences of yours"), [
                partial(LineButton, self._theme, one.text, place_line(one), partial(self.opened.emit, one.memory))
                for one in outline.sentences])
        if page.keywords:
            self.content.addWidget(label(_("Words that tell it: {words}").format(
                words=_(", ").join(page.keywords)), "muted", wrap=True))

    def _add_people(self, page: TopicPage) -> None:
        if not page.people:
            return
        self.content.addWidget(label(_("Who speaks in it"), "section"))
        chips = Flow()
        self._add_speakers(chips, page.people)
        self.content.addWidget(chips)
        self.content.addSpacing(4)

    def _add_speakers(self, chips: Flow, people: Sequence[tuple[Person, int]]) -> None:
        for person, count in people[:PEOPLE_SHOWN]:
            chip = Chip(person.name, partial(self.gone.emit, Place("person", person.key)), limit=40)
            chip.explain(memories_words(count))
            chips.add(chip)
        if more := people[PEOPLE_SHOWN:]:
            chips.add(more_chip(len(more), lambda: self._add_speakers(chips, more)))

    def _add_parts(self, page: TopicPage) -> None:
        if page.parts:
            add_card(self.content, _("Parts"), [
                partial(LineButton, self._theme, topic.name, memories_words(topic.count),
                        partial(self.gone.emit, Place("topic", str(topic.id)))) for topic in page.parts])

    # its name

    def rename(self) -> None:
        """Have the name be written in its place."""
        if self.field is not None and self._title is not None and self.page is not None:
            self.field.setText(self.page.topic.name)
            self._title.hide()
            self.field.show()
            self.field.setFocus()
            self.field.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and (
                event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)):
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self._put_away()
            return True
        return super().eventFilter(watched, event)

    def _keep_name(self) -> None:
        if self.field is None or self.page is None:
            return
        name = " ".join(self.field.text().split())
        number, before = self.page.topic.id, self.page.topic.name
        self._put_away()
        if name and name != before:
            self.renamed.emit(number, name)

    def _put_away(self) -> None:
        if self.field is not None and self._title is not None:
            self.field.hide()
            self._title.show()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.show_page(waiting)


def _counts(page: TopicPage) -> list[str]:
    said = [memories_words(page.topic.count)]
    if page.first is not None and page.last is not None:
        first, last = texts.day(page.first), texts.day(page.last)
        said.append(first if first == last else _("from {first} to {last}").format(first=first, last=last))
    if page.topic.by_owner:
        said.append(_("named by you"))
    return said
