"""Putting a memory into another topic: all topics in a list that narrows while one types."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from mneme.messages import _, ngettext
from mneme.types import Topic
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.widgets import button, label

HEIGHT = 264  # pixels of the list
NUMBER = Qt.ItemDataRole.UserRole


class Typing(QLineEdit):
    """A line that hands the arrow keys to the list below it."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(steps)


class TopicSheet(Sheet):
    """Asks for a topic; typing narrows the list, Enter takes the one that is lit."""

    def __init__(self, parent: QWidget, topics: Sequence[Topic], present: int | None,
                 then: Callable[[Topic], None]) -> None:
        super().__init__(parent, _("Move to a topic"),
                         _("It stays where you put it, also when topics are sorted anew."))
        self._topics = {topic.id: topic for topic in topics}
        self._paths = {topic.id: _path(topic, self._topics) for topic in topics}
        self._present = present
        self.search = Typing()
        self.search.setPlaceholderText(_("Search topics"))
        self.search.setAccessibleName(_("Search topics"))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Topics"))
        self.list.setProperty("role", "choices")
        self.list.setFixedHeight(HEIGHT)
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideLeft)  # its own name is the last
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = label(_("No topic has these words."), "muted", wrap=True)
        self.move_there = button(_("Move"), self.accept, "primary")
        self.room.addWidget(self.search)
        self.room.addWidget(self.list)
        self.room.addWidget(self._empty)
        self.buttons.addWidget(button(_("Cancel"), self.reject))
        self.buttons.addWidget(self.move_there)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self.move_there.click)
        self.search.moved.connect(self._step)
        self.list.currentRowChanged.connect(lambda row: self.move_there.setEnabled(row >= 0))
        self.list.itemActivated.connect(lambda _item: self.move_there.click())
        self.accepted.connect(lambda: self._chosen(then))
        self._fill("")

    def _fill(self, words: str) -> None:
        """List the topics that have all the words typed; the present one is left out."""
        wanted = words.casefold().split()
        self.list.clear()
        for number, path in self._paths.items():
            if number != self._present and all(word in path.casefold() for word in wanted):
                self.list.addItem(self._item(number, path))
        self.list.setCurrentRow(0 if self.list.count() else -1)
        self.move_there.setEnabled(self.list.count() > 0)
        self._empty.setVisible(self.list.count() == 0)

    def _item(self, number: int, path: str) -> QListWidgetItem:
        count = self._topics[number].count
        item = QListWidgetItem(path)
        item.setData(NUMBER, number)
        item.setToolTip(ngettext("{n} memory", "{n} memories", count).format(n=texts.number(count)))
        return item

    def _step(self, steps: int) -> None:
        if self.list.count():
            self.list.setCurrentRow(min(max(self.list.currentRow() + steps, 0), self.list.count() - 1))

    def _chosen(self, then: Callable[[Topic], None]) -> None:
        item = self.list.currentItem()
        if item is not None:
            then(self._topics[int(item.data(NUMBER))])


def _path(topic: Topic, topics: dict[int, Topic]) -> str:
    """The topic after those above it: "Boat › Winter"."""
    names = [topic.name]
    above = topics.get(topic.parent) if topic.parent is not None else None
    while above is not None and len(names) < 8:
        names.append(above.name)
        above = topics.get(above.parent) if above.parent is not None else None
    return " › ".join(texts.one_line(name, 60) for name in reversed(names))


def ask_topic(parent: QWidget, topics: Sequence[Topic], present: int | None,
              then: Callable[[Topic], None]) -> TopicSheet:
    """Show the topics; `then` receives the chosen one."""
    sheet = TopicSheet(parent, topics, present, then)
    sheet.open()
    sheet.search.setFocus()
    return sheet
