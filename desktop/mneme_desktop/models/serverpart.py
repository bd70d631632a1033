"""The owner's own server in the settings: its key, which is kept and never shown, and what is sent there."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import give_role
from mneme_desktop.parts.widgets import Chip, Flow, Turning, column, frame, label

CONTROL_WIDTH, BESIDE_FROM = 200, 420  # pixels


class ServerPart(QWidget):
    """`url` tells the address that is kept now. The key is written only: no part of the window ever reads it."""

    def __init__(self, bridge: Bridge, url: Callable[[], str]) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._bridge, self._url = bridge, url
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setFixedWidth(CONTROL_WIDTH)
        self.key.setPlaceholderText(_("type it, then Enter"))
        self.key.setAccessibleName(_("Key of the server"))
        self.key.setAccessibleDescription(_("It is kept safely and never shown again."))
        self.key.returnPressed.connect(self.keep)
        self.said = label("", "muted", wrap=True)
        self.said.hide()
        self.used = label("", "warm", wrap=True)
        self.used.hide()
        self.remove = Chip(_("Remove the key"), self._remove)
        self._build()

    def _build(self) -> None:
        outer = column(self, 0)
        outer.addWidget(frame("line"))
        line = Turning(BESIDE_FROM, 16, (0, 12, 0, 4))
        words = column(spacing=2)
        words.addWidget(label(_("Key of the server"), "title"))
        words.addWidget(label(
            _("Where the server wants one. It is kept in the system's keyring, or else encrypted with everything else, "
              "for this address alone, and never shown again."), "muted", wrap=True))
        words.addWidget(self.said)
        flow = Flow()
        flow.add(self.remove)
        words.addSpacing(4)
        words.addWidget(flow)
        line.line.addLayout(words, 1)
        line.line.addWidget(self.key, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        outer.addWidget(line)
        outer.addSpacing(8)
        outer.addWidget(label(
            _("Sent there while it writes: your question, this conversation, and the memories that bear on the "
              "question. Never sent: memories marked private, and what is known of you as a whole."), "small",
            wrap=True))
        outer.addWidget(self.used)
        outer.addSpacing(12)

    def show_used(self, address: str) -> None:
        """Say where questions go, while a server writes; "": none does."""
        self.used.setText(_("In use: answers are written at {address}.").format(address=address))
        self.used.setVisible(bool(address))

    def keep(self) -> None:
        """Have the key kept; the field is emptied at once."""
        key = self.key.text().strip()
        self.key.clear()
        if not key:
            return
        url = self._url()
        if not url:
            self._failed(KnownError(_("Name the address of the server first.")))
            return
        self._do(url, key, _("The key is kept for {url}.").format(url=url))

    def _remove(self) -> None:
        self._do(self._url(), None, _("No key is kept any more."))

    def _do(self, url: str, key: str | None, told: str) -> None:
        (self._bridge.operation(self, lambda engine, _op: engine.models.keep_server_key(url, key))
            .success(lambda _done: self._say(told, "muted")).failure(self._failed).run())

    def _failed(self, error: KnownError) -> None:
        self._say(str(error), "warm")

    def _say(self, words: str, role: str) -> None:
        give_role(self.said, role)
        self.said.setText(words)
        self.said.show()
