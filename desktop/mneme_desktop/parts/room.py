"""What every room of the window is: a page that is entered, hears of changes, and opens memories in the panel."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from mneme.types import Changes


class Room(QWidget):
    """A page of the window. `opened` carries the id of a memory that the panel is to show."""

    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def enter(self) -> None:
        """The owner comes in: read what is to be seen, and put the keyboard where it is wanted."""
        self.setFocus()

    def changed(self, changes: Changes) -> None:
        """Something was committed: read again what it touches, soon if the room is seen, else when it is entered."""
