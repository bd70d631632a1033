"""The first step: what Mneme is, where the data lies, and the recovery key."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from mneme.messages import _
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import clipboard
from mneme_desktop.parts.dialogs import key_label, save_recovery_key
from mneme_desktop.parts.widgets import Chip, Flow, Picture, announce, column, frame, label, row, say


def protected_words(place: str) -> str:
    """How a new profile is protected, by where its key is kept."""
    return {
        "keyring": _("Encrypted. The key is in the system's keyring."),
        "file": _("Encrypted. The key is in a file beside it that only you can read."),
        "passphrase": _("Encrypted with your passphrase."),
    }.get(place, _("Not encrypted: SQLCipher is missing on this computer."))


class Welcome(QWidget):
    """`changed` says that the recovery key was written down, or was not after all."""

    changed = Signal()

    def __init__(self, theme: Theme, location: str, place: str, key: str | None, *, written: bool) -> None:
        """`key`: the recovery key; None where nothing is encrypted."""
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._key = theme, key
        inner = column(self, 16)
        inner.addWidget(label(_("A memory of your own"), "headline", wrap=True))
        for sentence in (
                _("Mneme remembers what you write, read and are told, and answers your questions with the place where "
                  "it stands."),
                _("It takes in only what you choose, and you can look at, correct and erase all of it."),
                _("Everything stays on this computer: nothing is sent anywhere.")):
            inner.addWidget(label(sentence, "lead", wrap=True))
        inner.addSpacing(8)
        inner.addWidget(self._place_card(location, place))
        self.written = QCheckBox(_("I have written it down"))
        self.written.setAccessibleName(_("I have written it down"))
        self.written.setChecked(written)
        self.written.toggled.connect(lambda _on: self.changed.emit())
        if key is not None:
            inner.addWidget(self._key_card(key))
        inner.addStretch(1)

    @property
    def ready(self) -> bool:
        """Whether the next step may come."""
        return self._key is None or self.written.isChecked()

    def enter(self) -> None:
        """Put the keyboard where it is wanted."""
        (self.written if self._key is not None else self).setFocus()

    def _card(self, icon: str, title: str) -> tuple[QFrame, QVBoxLayout]:
        card = frame("card")
        line = row(card, 16, (20, 16, 20, 16))
        picture = column()
        picture.addWidget(Picture(self._theme, icon, "accent", 22))
        picture.addStretch(1)
        line.addLayout(picture)
        words = column(spacing=6)
        words.addWidget(label(title, "title", wrap=True))
        line.addLayout(words, 1)
        return card, words

    def _place_card(self, location: str, place: str) -> QFrame:
        card, inner = self._card("lock", _("Where it lies"))
        inner.addWidget(label(location, "muted", wrap=True, selectable=True))
        inner.addWidget(label(protected_words(place), "muted", wrap=True))
        return card

    def _key_card(self, key: str) -> QFrame:
        card, inner = self._card("key", _("Your recovery key"))
        inner.addWidget(label(_("If this computer loses its key, only these letters open your memories again. Nobody "
                                "else has them: write them down."), "muted", wrap=True))
        inner.addSpacing(4)
        inner.addWidget(key_label(key))
        inner.addSpacing(4)
        ways = Flow()
        self.copy = Chip(_("Copy"), self._copy)
        self.save = Chip(_("Save to a file…"), lambda: save_recovery_key(self.window(), key))
        ways.add(self.copy)
        ways.add(self.save)
        self._said = label("", "small", wrap=True)
        self._said.hide()
        inner.addWidget(ways)
        inner.addWidget(self._said)
        inner.addSpacing(8)
        inner.addWidget(self.written)
        return card

    def _copy(self) -> None:
        assert self._key is not None
        clipboard.put(self._key, secret=True)
        sentence = _("It is on the clipboard. Put it somewhere safe, not only on this computer.")
        say(self._said, sentence)
        self._said.show()
        announce(self._said, sentence)
