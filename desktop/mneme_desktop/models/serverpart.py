"""The owner's own server: its address and model, its key, which is kept and never shown, and what is sent there."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _
from mneme.settings import Value
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.look.theme import give_role
from mneme_desktop.parts.widgets import Chip, Flow, Turning, column, frame, label, say

URL, MODEL = "server.url", "server.model"
CONTROL_WIDTH, BESIDE_FROM = 240, 460  # pixels


class ServerPart(QWidget):
    """The key is written only: no part of the window ever reads it. `changed`: address or model are others now."""

    changed = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._bridge = bridge
        self.url = ""  # the address that is kept now
        self._model = ""
        self.address = _field(_("Address of the server"), "http://localhost:11434/v1")
        self.address.editingFinished.connect(self._keep_address)
        self.model = _field(_("Model of the server"), _("the first that it offers"))
        self.model.editingFinished.connect(self._keep_model)
        self.key = _field(_("Key of the server"), _("type it, then Enter"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
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
        self._add(_("Address of the server"), _(
            "Of a server that speaks as OpenAI's does: Ollama, LM Studio, llama-server, vLLM. Empty: no server is "
            "used."), self.address)
        outer.addWidget(frame("line"))
        self._add(_("Model of the server"), _("Its name there."), self.model)
        outer.addWidget(frame("line"))
        words = self._add(_("Key of the server"), _(
            "Where the server wants one. It is kept in the system's keyring, or else encrypted with everything else, "
            "for this address alone, and never shown again."), self.key)
        flow = Flow()
        flow.add(self.remove)
        words.addSpacing(4)
        words.addWidget(flow)
        outer.addWidget(self.said)
        outer.addSpacing(8)
        outer.addWidget(label(
            _("Sent there while it writes: your question, this conversation, and the memories that bear on the "
              "question. Never sent: memories marked private, and what is known of you as a whole."), "small",
            wrap=True))
        outer.addWidget(self.used)
        outer.addSpacing(12)

    def _add(self, title: str, sentence: str, control: QWidget) -> QVBoxLayout:
        line = Turning(BESIDE_FROM, 16, (0, 12, 0, 12))
        words = column(spacing=2)
        words.addWidget(label(title, "title", wrap=True))
        words.addWidget(label(sentence, "muted", wrap=True))
        line.line.addLayout(words, 1)
        line.line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(line)
        return words

    def show_settings(self, values: dict[str, Value]) -> None:
        """Show the address and the model as they are kept, unless they are being typed."""
        self.url, self._model = str(values[URL]), str(values[MODEL])
        for field, value in ((self.address, self.url), (self.model, self._model)):
            if not (field.hasFocus() and field.isModified()):
                field.setText(value)

    def show_used(self, address: str) -> None:
        """Say where questions go, while a server writes; "": none does."""
        say(self.used, _("In use: answers are written at {address}.").format(address=address))
        self.used.setVisible(bool(address))

    # what the owner does

    def _keep_address(self) -> None:
        url = self.address.text().strip()
        if url == self.url:
            return

        def work(engine: Engine, _op: Operation[str]) -> str:
            engine.set_setting(URL, url)
            engine.set_setting(MODEL, "")
            return url

        self._bridge.operation(self, work).success(self._kept_address).failure(self._failed).run()

    def _kept_address(self, url: str) -> None:
        self.url, self._model = url, ""
        self.model.clear()
        self._say(_("The address is kept.") if url else _("No server is used any more."), "muted")
        self.changed.emit()

    def _keep_model(self) -> None:
        model = self.model.text().strip()
        if model == self._model:
            return
        self._model = model
        self._bridge.operation(self, lambda engine, _op: engine.set_setting(MODEL, model)).success(
            lambda _done: self.changed.emit()).failure(self._failed).run()

    def keep(self) -> None:
        """Have the key kept; the field is emptied at once."""
        key = self.key.text().strip()
        self.key.clear()
        if not key:
            return
        if not self.url:
            self._failed(KnownError(_("Name the address of the server first.")))
            return
        self._do(self.url, key, _("The key is kept for {url}.").format(url=self.url))

    def _remove(self) -> None:
        self._do(self.url, None, _("No key is kept any more."))

    def _do(self, url: str, key: str | None, told: str) -> None:
        (self._bridge.operation(self, lambda engine, _op: engine.models.keep_server_key(url, key))
            .success(lambda _done: self._say(told, "muted")).failure(self._failed).run())

    def _failed(self, error: KnownError) -> None:
        self._say(str(error), "warm")

    def _say(self, words: str, role: str) -> None:
        give_role(self.said, role)
        say(self.said, words)
        self.said.show()


def _field(name: str, example: str) -> QLineEdit:
    made = QLineEdit()
    made.setFixedWidth(CONTROL_WIDTH)
    made.setPlaceholderText(example)
    made.setAccessibleName(name)
    return made
