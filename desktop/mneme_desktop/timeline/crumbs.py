"""Where one is in time, from the widest to what is seen: "All time › 2024 › October"."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from mneme.messages import _
from mneme_desktop.parts.widgets import Flow, button, label, say
from mneme_desktop.timeline.levels import View, crumb, title

HEIGHT = 32  # pixels


class Crumbs(Flow):
    """`chosen` carries the wider stretch that is wanted."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(2)
        self.setAccessibleName(_("Where you are in time"))
        self.path: tuple[View, ...] = ()
        self._name = label(_("Timeline"), "headline")
        self.add(self._name)

    def show_path(self, path: Sequence[View]) -> None:
        """Show where one is; nothing: the room's name."""
        if tuple(path) == self.path and path:
            return
        self.path = tuple(path)
        self.empty()
        for view in self.path[:-1]:
            wider = button(crumb(view), _choosing(self, view), "crumb")
            wider.setAccessibleName(_("Zoom out to {time}").format(time=title(view)))
            if view == self.path[0]:
                wider.setProperty("first", "true")  # flush with what stands below
            wider.setCursor(Qt.CursorShape.PointingHandCursor)
            self.add(_tall(wider))
            self.add(_tall(label("‹" if self.isRightToLeft() else "›", "crumb")))
        self._name = label("", "headline")
        _tall(self._name)
        if self.path[:-1]:
            self._name.setContentsMargins(3, 0, 3, 0)
        say(self._name, crumb(self.path[-1]) if self.path else _("Timeline"))
        self.add(self._name)


def _tall(part: QWidget) -> QWidget:
    """All parts of one height, so that their words stand on one line."""
    part.setFixedHeight(HEIGHT)
    return part


def _choosing(crumbs: Crumbs, view: View) -> Callable[[], None]:
    return lambda: crumbs.chosen.emit(view)
