"""How capture stands, at the head of its room: watching, paused or in trouble, with pausing and resuming."""

from PySide6.QtWidgets import QFrame

from mneme.messages import _
from mneme.types import Pause
from mneme_desktop.capture.capturing import Capturing, PauseMenu, Standing, state_words
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.widgets import Chip, Picture, announce, column, label, row, say

WATCHING, PAUSED, TROUBLE, IDLE = "watching", "paused", "trouble", "idle"
ICONS = {WATCHING: ("check", "accent"), PAUSED: ("pause", "muted"), TROUBLE: ("warning", "warm"),
         IDLE: ("capture", "muted")}


class StateHead(QFrame):
    """A card with what capture does now, in words and as an icon."""

    def __init__(self, theme: Theme, capturing: Capturing) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._capturing = capturing
        inner = row(self, 12, (20, 12, 16, 12))
        self._icons = {name: Picture(theme, icon, colour) for name, (icon, colour) in ICONS.items()}
        for picture in self._icons.values():
            inner.addWidget(picture)
        words = column(spacing=2)
        self.state = label("", "title", wrap=True)
        self.about = label("", "muted", wrap=True)
        words.addWidget(self.state)
        words.addWidget(self.about)
        inner.addLayout(words, 1)
        self.pause = Chip(_("Pause…"), self._show_pauses)
        self.resume = Chip(_("Resume"), capturing.resume)
        self.pauses = PauseMenu(capturing, self)
        self.pauses.setToolTipsVisible(True)
        for chip in (self.pause, self.resume):
            chip.hide()
            inner.addWidget(chip)
        capturing.changed.connect(self._changed)
        self.show_standing(capturing.now)

    def _show_pauses(self) -> None:
        self.pauses.popup(self.pause.mapToGlobal(self.pause.rect().bottomLeft()))

    def _changed(self) -> None:
        before = self.state.text()
        self.show_standing(self._capturing.now)
        if self.isVisible() and self.state.text() != before:
            announce(self, self.state.text())

    def show_standing(self, now: Standing | None) -> None:
        """Show how capture stands."""
        kind = kind_of(now)
        for name, picture in self._icons.items():
            picture.setVisible(name == kind)
        self.setAccessibleName(_("State of capture"))
        pause = now.pause if now is not None else None
        say(self.state, _("Nothing is watched yet") if now is None or not (now.sources or now.pause) else
            state_words(now))
        trouble = now.problems if now is not None and pause is None else ()
        say(self.about, trouble[0].problem or "" if trouble else about_words(pause))
        self.pause.setVisible(now is not None and pause is None)
        self.resume.setVisible(pause is not None)


def kind_of(now: Standing | None) -> str:
    """Which of the states it is."""
    if now is None:
        return IDLE
    if now.pause is not None:
        return PAUSED
    return TROUBLE if now.problems else WATCHING if any(not one.paused for one in now.sources) else IDLE


def about_words(pause: Pause | None) -> str:
    """What becomes of what changes now."""
    if pause is None:
        return _("A watched folder is read now, and again by itself whenever something in it changes.")
    if pause.private:
        return _("Private: nothing of this time is taken in, not afterwards either.")
    return _("Nothing new is read until then; what changes meanwhile is looked at afterwards.")
