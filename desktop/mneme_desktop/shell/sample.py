"""The strip that says that an invented life is in the profile, and takes it out."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

import mneme_resources
from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import Progress
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.widgets import Dots, Picture, Turning, button, column, frame, label, say

SAMPLE_LIFE: Path = mneme_resources.ROOT / "sample_life"
BESIDE_FROM = 560  # pixels; below, the button stands under the words


class SampleNotice(QWidget):
    """Hidden until `show_whether` is told that there is one. `removed` follows when it is gone.

    `stop_wanted` asks that nothing more of it is taken in.
    """

    removed = Signal()
    stop_wanted = Signal()

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.sheet: Sheet | None = None
        self.running = False
        strip: QFrame = frame("bar")
        line = Turning(BESIDE_FROM, 12, (16, 8, 8, 8))
        words = Turning(0, 10)
        words.line.addWidget(Picture(theme, "person", "on_soft", 18), 0, Qt.AlignmentFlag.AlignVCenter)
        self.words = label("", wrap=True)
        words.line.addWidget(self.words, 1)
        self._dots = Dots(theme)
        self.remove = button(_("Remove it"), self.ask)
        line.line.addWidget(words, 1)
        line.line.addWidget(self._dots, 0, Qt.AlignmentFlag.AlignVCenter)
        line.line.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        column(strip, 0).addWidget(line)
        column(self, 0, (16, 12, 16, 0)).addWidget(strip)
        self._rest()
        self.hide()

    def show_whether(self, invented: bool) -> None:
        """Show the strip while there is something of the sample life."""
        self.setVisible(invented or self.running)

    def ask(self) -> None:
        """Ask before it is taken out."""
        self.sheet = sheet = Sheet(
            self.window(), _("Remove the invented life?"),
            _("Everything that was taken in from it goes, and what was made of it: memories, people, days, answers. "
              "What is your own stays. You can try it again at any time."))
        keep = button(_("Keep it"), sheet.reject)
        take = button(_("Remove it"), sheet.accept, "primary")
        sheet.buttons.addWidget(keep)
        sheet.buttons.addWidget(take)
        sheet.accepted.connect(self.take_out)
        sheet.open()
        take.setFocus()

    def take_out(self) -> None:
        """Take the sample life out, for good."""
        if self.running:
            return
        self.running = True
        self.stop_wanted.emit()
        self.remove.hide()
        self._dots.show()
        say(self.words, _("Removing the invented life…"))
        (self._bridge.operation(self, lambda engine, op: engine.remove_sample_life(progress=op.note))
            .progress(self._show_progress).success(lambda _changes: self._gone()).failure(self._failed).run())

    def _show_progress(self, progress: Progress) -> None:
        say(self.words, _("Removing the invented life: {done} of {total}").format(
            done=texts.number(progress.done), total=texts.number(progress.total)))

    def _gone(self) -> None:
        self.running = False
        self._rest()
        self.hide()
        self.removed.emit()

    def _failed(self, error: KnownError) -> None:
        self.running = False
        self._rest()
        say(self.words, str(error))

    def _rest(self) -> None:
        self._dots.hide()
        self.remove.show()
        say(self.words, _("This is an invented life, to try Mneme with. Nothing of it is yours."))
