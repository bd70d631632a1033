"""The card below the list of capture: one line in full, why, and what can be done about it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from mneme.messages import _, ngettext
from mneme.types import LogLine
from mneme_desktop.capture.capturing import name_of
from mneme_desktop.capture.loglist import icon_of, state_of_line
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import (
    Chip,
    ElidedLabel,
    Flow,
    IconButton,
    Picture,
    announce,
    clear,
    column,
    label,
    row,
)


class LineCard(QFrame):
    """Filled with `show_line`, then with sentences (`add`) and what can be pressed (`offer`)."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._theme = theme
        self._outer = column(self, 4, (16, 12, 12, 12))
        self.chips = Flow()
        self.chips.setParent(self)  # until there is something to press
        self._sentences = column(spacing=4)

    def show_line(self, line: LogLine, close: Callable[[], None]) -> None:
        """Show a line in full; `close` puts the card away."""
        self._outer.removeWidget(self.chips)
        clear(self._outer)
        top = row(spacing=12)
        icon, colour = icon_of(line)
        top.addWidget(Picture(self._theme, icon, colour), 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(ElidedLabel(name_of(line.what), "title"), 1)
        top.addWidget(IconButton(self._theme, "close", _("Put this away"), close, size=14))
        self._outer.addLayout(top)
        self._outer.addWidget(label(f"{state_of_line(line).capitalize()} · {texts.local_time(line.at)}", "muted"))
        self._sentences = column(spacing=4)
        self._outer.addLayout(self._sentences)
        if line.why:
            self._sentences.addWidget(label(texts.whole_sentence(line.why), wrap=True, selectable=True))
        if line.state == "done" and line.items:
            self.add(ngettext("It gave one document or message.", "It gave {n} documents and messages.",
                              line.items).format(n=texts.number(line.items)))
        if line.entry:
            self._sentences.addWidget(ElidedLabel(texts.home_short(line.what), "small", Qt.TextElideMode.ElideMiddle))
        self.chips.empty()
        self._outer.addSpacing(4)
        self._outer.addWidget(self.chips)
        self.chips.hide()
        self.show()
        announce(self, f"{name_of(line.what)}. {state_of_line(line)}. {line.why or ''}")

    def add(self, sentence: str) -> None:
        """Say something more about it."""
        self._sentences.addWidget(label(sentence, "muted", wrap=True))

    def offer(self, title: str, act: Callable[[], object]) -> None:
        """Offer something to press."""
        self.chips.add(Chip(title, act))
        self.chips.show()
