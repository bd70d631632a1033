"""The room of models: which there are, and how to get others."""

from mneme.messages import _
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.room import Room
from mneme_desktop.parts.widgets import column, label


class ModelsPage(Room):
    """The page of the room."""

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._theme, self._bridge = theme, bridge
        inner = column(self, 16, (24, 32, 24, 32))
        inner.addWidget(label(_("Models"), "headline"))
        inner.addStretch(1)
