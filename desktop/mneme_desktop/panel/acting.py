"""What an owner can do to the memory that is shown: the few things that are seen, and the rest behind one button."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QMenu

from mneme.messages import _
from mneme.types import Kind
from mneme_desktop.panel.account import Seen
from mneme_desktop.parts.widgets import Chip

# What the panel asks for by name, beside keeping.ACTS, which are done at once.
OPEN_FILE, RESTORE, ERASE, FORGET, EDIT, NOTE, SPLIT, TOPIC, MERGE = (
    "open file", "restore", "erase", "forget", "edit", "note", "split", "topic", "merge")


@dataclass(frozen=True, slots=True)
class Way:
    """Something that can be done: its words, and its name. `more`: it stands behind the last button."""

    words: str
    name: str
    more: bool = False


def ways(seen: Seen, *, has_file: bool) -> list[Way]:
    """What can be done with what is shown, in the order in which it is offered."""
    found = [Way(_("Open the file"), OPEN_FILE)] if has_file else []
    if seen.detail.memory.forgotten_at is not None:
        return [*found, Way(_("Restore"), RESTORE), Way(_("Erase…"), ERASE)]
    if seen.beside.parts:  # history: its parts are what can be worked on
        return [*found, Way(_("Erase…"), ERASE)]
    return [*found, *_words(seen), *_fading(seen), Way(_("Forget"), FORGET), *_seldom(seen)]


def _words(seen: Seen) -> list[Way]:
    """What is done about what it says."""
    if not seen.detail.current:
        return []
    if seen.kind is Kind.FACT:
        right = [Way(_("This is right"), "confirm")] if seen.beside.rivals else []
        return [*right, Way(_("Correct…"), EDIT)]
    if seen.kind is Kind.PASSAGE and seen.beside.noted is None:
        return [Way(_("Add a note…"), NOTE)]
    return [Way(_("Change…"), EDIT)]


def _fading(seen: Seen) -> list[Way]:
    memory = seen.detail.memory
    if memory.pinned:
        return [Way(_("Unpin"), "unpin")]
    if memory.nature == "constant":
        return []
    fade = [Way(_("Let fade"), "fade")] if memory.retention >= seen.faded_below else []
    return [Way(_("Pin"), "pin"), Way(_("Keep longer"), "keep"), *fade]


def _seldom(seen: Seen) -> list[Way]:
    found = []
    if seen.kind is Kind.PASSAGE and seen.beside.noted is None and seen.detail.current:
        found.append(Way(_("Change the words…"), EDIT, more=True))
    if seen.kind in (Kind.PASSAGE, Kind.EVENT):
        found.append(Way(_("Cut in two…"), SPLIT, more=True))
    if seen.beside.rivals or _copies(seen):
        found.append(Way(_("Merge…"), MERGE, more=True))
    if seen.kind is Kind.FACT and not seen.beside.rivals and seen.fact is not None and not seen.fact.by_owner:
        found.append(Way(_("This is right"), "confirm", more=True))
    found.append(Way(_("Move to a topic…"), TOPIC, more=True))
    found.append(Way(_("Not private"), "public", more=True) if seen.detail.memory.private else
                 Way(_("Mark as private"), "private", more=True))
    return [*found, Way(_("Erase…"), ERASE, more=True)]


def _copies(seen: Seen) -> list[int]:
    return [one.id for kind, one in seen.detail.linked if kind == "duplicate"]


def mergeable(seen: Seen) -> list[int]:
    """What could be one with what is shown: what contradicts it, or its copies."""
    return [seen.detail.memory.id, *(one.memory.id for one in seen.beside.rivals), *_copies(seen)]


class MoreChip(Chip):
    """Opens a menu of what is seldom done; below itself, on the side where reading begins."""

    def __init__(self) -> None:
        super().__init__(_("More…"), self.open_menu)
        self.setAccessibleDescription(_("More that can be done with this memory"))
        self.menu_shown = QMenu(self)

    def open_menu(self) -> None:
        """Show the menu; the keyboard goes into it."""
        size = self.menu_shown.sizeHint()
        corner = QRect(self.mapToGlobal(QPoint(0, 0)), self.size())
        left = corner.right() - size.width() if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else (
            corner.left())
        self.menu_shown.popup(QPoint(left, corner.bottom() + 4))
