"""Which model searches by meaning, and how far a newly chosen one is with reading every text."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar

from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import ModelInfo
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.choicebox import ChoiceBox
from mneme_desktop.parts.naming import model_words
from mneme_desktop.parts.widgets import Chip, Turning, announce, column, label, row, say

PAUSED = "models.paused"
CONTROL_WIDTH, BESIDE_FROM = 240, 460  # pixels


class SearchPart(QFrame):
    """`changed`: another model was chosen, or reading was paused or goes on."""

    changed = Signal()

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._bridge = bridge
        self.models: tuple[ModelInfo, ...] = ()
        self.paused = False
        self._most = 0  # texts that waited when the change began
        inner = column(self, 8, (20, 12, 20, 16))
        line = Turning(BESIDE_FROM, 16)
        words = column(spacing=2)
        words.addWidget(label(_("What searches by meaning"), "title", wrap=True))
        words.addWidget(label(_("It turns every text into numbers, so that what means the same is found. Another one "
                                "must read all texts first; until then the former one searches."), "muted", wrap=True))
        self.choice = ChoiceBox(theme)
        self.choice.setFixedWidth(CONTROL_WIDTH)
        self.choice.setAccessibleName(_("What searches by meaning"))
        self.choice.activated.connect(lambda _n: self.use(str(self.choice.currentData())))
        line.line.addLayout(words, 1)
        line.line.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        inner.addWidget(line)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Texts that were read"))
        top = row(spacing=12)
        self.state = label("", "muted", wrap=True)
        self.pause = Chip(_("Pause"), self._pause)
        top.addWidget(self.state, 1)
        top.addWidget(self.pause)
        inner.addWidget(self.bar)
        inner.addLayout(top)
        self.trouble = label("", "warm", wrap=True, selectable=True)
        self.trouble.hide()
        inner.addWidget(self.trouble)

    def show_models(self, models: tuple[ModelInfo, ...], *, paused: bool) -> None:
        """Show what searches, and what is to follow it."""
        embedders = tuple(model for model in models if model.purpose == "embedder")
        if embedders != self.models:
            self._fill(embedders)
        self.models, self.paused = embedders, paused
        following = next((model for model in embedders if model.state == "getting ready"), None)
        self.bar.setVisible(following is not None)
        self.pause.setVisible(following is not None)
        self.pause.rename(_("Go on") if paused else _("Pause"))
        if following is None:
            self._most = 0
            say(self.state, _("Every text was read by it.") if embedders else "")
            return
        self._most = max(self._most, following.waiting, 1)
        self.bar.setRange(0, self._most)
        self.bar.setValue(self._most - following.waiting)
        say(self.state, waiting_words(following, paused))

    def _fill(self, embedders: tuple[ModelInfo, ...]) -> None:
        self.choice.clear()
        for model in embedders:
            self.choice.addItem(model_words(model.title) if model.path else _("Built in"), model.id)
            self.choice.setItemData(self.choice.count() - 1, model.title, Qt.ItemDataRole.ToolTipRole)
        chosen = next((n for n, model in enumerate(embedders) if model.state == "getting ready"), None)
        used = next((n for n, model in enumerate(embedders) if model.state == "in use"), 0)
        self.choice.setCurrentIndex(used if chosen is None else chosen)

    def use(self, name: str) -> None:
        """Have another model search, once it has read every text."""
        self.trouble.hide()
        self._do(name)

    def _do(self, name: str) -> None:
        self.choice.setEnabled(False)
        (self._bridge.operation(self, lambda engine, _op: engine.models.use(name)).on("models")
            .success(lambda _model: self._done()).failure(self._failed).run())

    def _done(self) -> None:
        self.choice.setEnabled(True)
        self.changed.emit()

    def _failed(self, error: KnownError) -> None:
        self.choice.setEnabled(True)
        self._fill(self.models)
        say(self.trouble, str(error))
        self.trouble.show()
        announce(self, str(error))

    def _pause(self) -> None:
        paused = not self.paused
        (self._bridge.operation(self, lambda engine, _op: engine.set_setting(PAUSED, paused))
            .success(lambda _changes: self.changed.emit()).failure(self._failed).run())


def waiting_words(model: ModelInfo, paused: bool) -> str:
    """How many texts a model has still to read."""
    said = ngettext("{model} has one text to read.", "{model} has {n} texts to read.", model.waiting).format(
        model=model_words(model.title), n=texts.number(model.waiting))
    return _("Paused: {said}").format(said=said) if paused else said
