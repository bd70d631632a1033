"""The card that asks, after chats were added, which of those who speak in them is the owner."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.state import WindowState
from mneme_desktop.parts.widgets import Chip, Flow, IconButton, Picture, announce, column, frame, label, row, say

SHOWN = 12  # names; more are found by typing


def _speakers(engine: Engine) -> tuple[str, ...]:
    """On a worker thread: who may be the owner, while no name of the owner's is known."""
    if engine.capture.names():
        return ()
    return tuple(name for name, _chats in engine.capture.unknown_speakers())


class WhoCard(QFrame):
    """Hidden until `ask` finds somebody to ask about; answered once. `chosen` carries the name."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, bridge: Bridge, state: WindowState) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._bridge, self._state = bridge, state
        self._names: tuple[str, ...] = ()
        outer = column(self, 0, (20, 16, 16, 16))
        self._question = frame("clear")
        self._done = frame("clear")
        outer.addWidget(self._question)
        outer.addWidget(self._done)
        inner = column(self._question, 10)
        inner.addWidget(label(_("Which of these is you?"), "title", wrap=True))
        inner.addWidget(label(_("Then Mneme knows which words are your own, in chats added later as well."), "muted",
                              wrap=True))
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Find a name"))
        self.search.setAccessibleName(_("Find a name"))
        self.search.textChanged.connect(lambda _text: self._show_names())
        self.names = Flow()
        self._more = label("", "small", wrap=True)
        self.nobody = Chip(_("None of these"), self._is_nobody)
        inner.addWidget(self.search)
        inner.addWidget(self.names)
        inner.addWidget(self._more)
        inner.addWidget(self.nobody, 0, Qt.AlignmentFlag.AlignLeading)
        line = row(self._done, 12)
        line.addWidget(Picture(theme, "check", "accent"), 0, Qt.AlignmentFlag.AlignVCenter)
        self.said = label("", "title", wrap=True)
        line.addWidget(self.said, 1)
        line.addWidget(IconButton(theme, "close", _("Put this away"), self.hide, size=14), 0,
                       Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def ask(self) -> None:
        """Ask who the owner is, unless that is known or was asked already."""
        if not self._state.is_nobody():
            self._bridge.query(self, _speakers).named("speakers").success(self._arrived).run()

    def _arrived(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        if names:
            self.search.setVisible(len(names) > SHOWN)
            self._show_names()
            self._done.hide()
            self._question.show()
            self.show()
        elif not self._question.isHidden():  # the name has come from elsewhere: the settings, another window
            self.hide()

    def _show_names(self) -> None:
        wanted = self.search.text().strip().casefold()
        found = [name for name in self._names if wanted in name.casefold()]
        self.names.empty()
        for name in found[:SHOWN]:
            self.names.add(self._chip(name))
        self.names.setVisible(bool(found))
        more = len(found) - SHOWN
        say(self._more, self._more_words(more) if found else _("Nobody has that name."))
        self._more.setVisible(more > 0 or not found)

    def _more_words(self, more: int) -> str:
        return ngettext("One more name is found by typing.", "{n} more names are found by typing.", more).format(
            n=texts.number(more))

    def _chip(self, name: str) -> Chip:
        made = Chip(name, lambda: self._choose(name), limit=40)
        made.setAccessibleName(_("I am {name}").format(name=name))
        return made

    def _choose(self, name: str) -> None:
        self.setEnabled(False)
        self._bridge.operation(self, lambda engine, _op: engine.capture.i_am([name])).success(
            lambda count: self._chose(name, count)).failure(self._failed).run()

    def _chose(self, name: str, count: int) -> None:
        self._show_done(ngettext("One message is your own word now.", "{n} messages are your own words now.",
                                 count).format(n=texts.number(count)) if count else
                        _("You are {name} from now on.").format(name=texts.one_line(name, 80)))
        self.chosen.emit(name)

    def _failed(self, error: KnownError) -> None:
        self.setEnabled(True)
        self._bridge.failed.emit(error)

    def _is_nobody(self) -> None:
        self._state.keep_nobody()
        self._state.save()
        self._show_done(_("Your name can be told in the settings at any time."))

    def _show_done(self, sentence: str) -> None:
        self.setEnabled(True)
        self._question.hide()
        say(self.said, sentence)
        self._done.show()
        announce(self, sentence)
