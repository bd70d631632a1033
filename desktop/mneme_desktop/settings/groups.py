"""The groups of the settings: a card for each, and the list or the menu that leads to them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from mneme.messages import _
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.choicebox import ChoiceBox
from mneme_desktop.parts.widgets import column, frame, label
from mneme_desktop.settings.rows import SettingRow

LIST_WIDTH = 200


class Group(QWidget):
    """A title and its card: rows with hairlines between them, or a card that is given. `words` find it, too."""

    def __init__(self, name: str, title: str, card: QFrame | None = None, words: str = "") -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.name, self.title = name, title
        self.rows: list[SettingRow] = []
        self._lines: dict[SettingRow, QFrame] = {}
        self._below: list[tuple[QWidget, SettingRow | None]] = []
        self._words = f"{title} {words}".casefold()
        self._given = card
        self.card = frame("card") if card is None else card
        outer = column(self, 8)
        outer.addWidget(label(title, "section"))
        outer.addWidget(self.card)
        self.inner = None if card is not None else column(self.card, 0, (20, 4, 20, 4))

    def add_row(self, made: SettingRow) -> None:
        """Add a setting."""
        assert self.inner is not None
        line = frame("line")
        self._lines[made] = line
        self.inner.addWidget(line)
        self.inner.addWidget(made)
        self.rows.append(made)
        line.setVisible(len(self.rows) > 1)

    def add_below(self, part: QWidget, of: SettingRow | None = None) -> None:
        """Add what explains a row, or the group as a whole; it is seen where that is."""
        assert self.inner is not None
        holder = QWidget()
        holder.setProperty("role", "clear")
        column(holder, 0).addWidget(part)
        self.inner.addWidget(holder)
        self._below.append((holder, of))

    def show_hits(self, words: Sequence[str]) -> int:
        """Show what all of these words are about; how many settings (or cards) that are."""
        if self._given is not None:
            found = int(all(word in self._words for word in words))
        else:
            hits = [made for made in self.rows if made.show_hits(words)]
            for made in self.rows:
                made.setVisible(made in hits)
                self._lines[made].setVisible(made in hits[1:])
            for part, of in self._below:
                part.setVisible(of in hits if of is not None else bool(hits))
            found = len(hits)
        self.setVisible(bool(found))
        return found


class GroupList(QListWidget):
    """The names of the groups beside them; `chosen` carries the one that is wanted."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "groups")
        self.setAccessibleName(_("Groups of settings"))
        self.setFixedWidth(LIST_WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.currentItemChanged.connect(self._changed)
        self.itemClicked.connect(self._changed)
        self._quiet = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.scheduleDelayedItemsLayout()  # they were measured before they had their style

    def offer(self, groups: Sequence[Group]) -> None:
        """List these."""
        self._quiet = True
        self.clear()
        for group in groups:
            item = QListWidgetItem(group.title)
            item.setData(Qt.ItemDataRole.UserRole, group.name)
            item.setToolTip(group.title)
            self.addItem(item)
        self._quiet = False

    def light(self, name: str) -> None:
        """Show which group is seen."""
        self._quiet = True
        for n in range(self.count()):
            if self.item(n).data(Qt.ItemDataRole.UserRole) == name:
                self.setCurrentRow(n)
        self._quiet = False

    def _changed(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._quiet:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


class GroupMenu(ChoiceBox):
    """The same as a menu, where there is little width."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setAccessibleName(_("Groups of settings"))
        self.activated.connect(lambda _n: self.chosen.emit(str(self.currentData())))

    def offer(self, groups: Sequence[Group]) -> None:
        """List these."""
        self.clear()
        for group in groups:
            self.addItem(group.title, group.name)

    def light(self, name: str) -> None:
        """Show which group is seen."""
        self.setCurrentIndex(max(self.findData(name), 0))
