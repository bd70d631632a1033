"""What is never kept of what comes in: secrets, blotted out before they are written; and the clipboard's switch."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme.settings import Value
from mneme.types import Changes
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.clipboard import SETTING as CLIPBOARD
from mneme_desktop.capture.clipboard import platform_note
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.widgets import Picture, column, frame, label, row, say

MASK = "capture.mask_secrets"
TOP = Qt.AlignmentFlag.AlignTop


class SecretsPart(QWidget):
    """Two switches of the settings, where they belong to what comes in."""

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._bridge = bridge
        self.switches: dict[str, QCheckBox] = {}
        outer = column(self, 8)
        outer.addWidget(label(_("Secrets"), "section"))
        card = frame("card")
        inner = column(card, 0, (20, 16, 20, 16))
        self._add(inner, theme, MASK, "key", _("Hide secrets"), _(
            "Passwords and PINs, private keys and access keys, numbers of cards and accounts, one-time and recovery "
            "codes, seed phrases and social security numbers are blotted out before anything is kept. Which words they "
            "stood in stays."))
        inner.addSpacing(12)
        inner.addWidget(frame("line"))
        inner.addSpacing(12)
        self._add(inner, theme, CLIPBOARD, "copy", _("Take in what is copied"), _(
            "Text that you copy in any program is taken in, except what a password manager marks as secret, what the "
            "rules leave out, and everything while capture is paused."))
        if note := platform_note(QGuiApplication.platformName()):
            inner.addWidget(label(note, "small", wrap=True))
        self.trouble = label("", "warm", wrap=True)
        self.trouble.hide()
        inner.addWidget(self.trouble)
        outer.addWidget(card)

    def _add(self, inner: QVBoxLayout, theme: Theme, key: str, icon: str, title: str, sentence: str) -> None:
        line = row(spacing=12)
        words = column(spacing=2)
        words.addWidget(label(title, "title", wrap=True))
        words.addWidget(label(sentence, "muted", wrap=True))
        box = QCheckBox()
        box.setAccessibleName(title)
        box.setAccessibleDescription(sentence)
        box.clicked.connect(lambda on: self._keep(key, bool(on)))
        self.switches[key] = box
        line.addWidget(Picture(theme, icon, "muted"), 0, TOP)
        line.addLayout(words, 1)
        line.addWidget(box, 0, TOP)
        inner.addLayout(line)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read()

    def changed(self, changes: Changes) -> None:
        """Something was committed."""
        if self.isVisible() and (changes.everything or changes.settings & self.switches.keys()):
            self.read()

    def read(self) -> None:
        """Show the switches as they are kept."""
        self._bridge.query(self, lambda engine: engine.settings()).named("settings").success(self._show).run()

    def _show(self, values: dict[str, Value]) -> None:
        for key, box in self.switches.items():
            box.setChecked(bool(values[key]))

    def _keep(self, key: str, on: bool) -> None:
        self.trouble.hide()
        self._bridge.operation(self, lambda engine, _op: engine.set_setting(key, on)).failure(self._refused).run()

    def _refused(self, error: KnownError) -> None:
        say(self.trouble, str(error))
        self.trouble.show()
        self.read()
