"""The room of people and topics: the owner, whom they know, and what it is all about."""

from mneme.types import Changes
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.room import Room
from mneme_desktop.parts.widgets import column
from mneme_desktop.people.aboutme import AboutPage


class PeoplePage(Room):
    """The page of the room; `about` is what is known of the owner."""

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.about = AboutPage(theme, bridge)
        self.about.opened.connect(self.opened)
        column(self, 0).addWidget(self.about)

    def enter(self) -> None:
        self.about.setFocus()

    def changed(self, changes: Changes) -> None:
        self.about.changed(changes)
