"""Choosing a passphrase: two fields, and in words how hard it would be to guess."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from mneme.messages import _
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.widgets import IconButton, announce, column, label, row, say

WEIGH_MS = 200  # after the last key
ADVICE_LINES = 2
WEAK = 0.5  # strength from which the advice is no warning


class SecretLine(QLineEdit):
    """A field that hides what is typed. `caps` tells whether the last letter says that Caps Lock is on."""

    caps = Signal(bool)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        letter = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self.caps.emit(False)  # the next letter tells
        elif len(letter) == 1 and letter.upper() != letter.lower():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps.emit(letter.isupper() != shifted)


class Secret(QWidget):
    """A hidden line with a button that shows what is typed, and a hint when Caps Lock seems to be on."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.line = SecretLine(name)
        self.setFocusProxy(self.line)
        self._eye = IconButton(theme, "eye", _("Show what is typed"), self._turn)
        self._caps = label(_("Caps Lock seems to be on."), "warm", wrap=True)
        self._caps.hide()
        self.line.caps.connect(self._caps.setVisible)
        outer = column(self, 4)
        field = row(spacing=4)
        field.addWidget(self.line, 1)
        field.addWidget(self._eye)
        outer.addLayout(field)
        outer.addWidget(self._caps)

    def text(self) -> str:
        return self.line.text()

    def conceal(self) -> None:
        """Empty, and hidden again."""
        self.line.clear()
        self._show(False)

    def _turn(self) -> None:
        self._show(self.line.echoMode() == QLineEdit.EchoMode.Password)

    def _show(self, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        icon, title = ("eye-off", _("Hide what is typed")) if shown else ("eye", _("Show what is typed"))
        self._eye.show_icon(icon, title)


class PassphraseFields(QWidget):
    """A new passphrase, typed twice. `changed` follows every key; `entered` is Return in the second field."""

    changed = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, bridge: Bridge | None) -> None:
        """Without a bridge, nothing is said of how hard it would be to guess."""
        super().__init__()
        self.setProperty("role", "clear")
        self._bridge = bridge
        self.first, self.again = Secret(theme, _("New passphrase")), Secret(theme, _("Once more"))
        self.setFocusProxy(self.first)
        self.advice = label("", "muted", wrap=True)
        self.advice.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        if bridge is None:
            self.advice.hide()
        else:  # what is said changes while it is typed: nothing below it is to jump
            self.advice.setMinimumHeight(ADVICE_LINES * self.advice.fontMetrics().lineSpacing())
        self._strength = 0.0
        self._rest = QTimer(self, interval=WEIGH_MS, singleShot=True)
        self._rest.timeout.connect(self._weigh)
        inner = column(self, 8)
        inner.addWidget(self.first)
        inner.addWidget(self.again)
        inner.addWidget(self.advice)
        for field in (self.first, self.again):
            field.line.textChanged.connect(self._typed)
        self.first.line.returnPressed.connect(self.again.line.setFocus)
        self.again.line.returnPressed.connect(self.entered)
        self._weigh()

    @property
    def empty(self) -> bool:
        return not (self.first.text() or self.again.text())

    @property
    def passphrase(self) -> str:
        """What was typed, "" while it was not typed twice."""
        return self.first.text() if self.first.text() == self.again.text() else ""

    def clear(self) -> None:
        self.first.conceal()
        self.again.conceal()

    def _typed(self) -> None:
        self._rest.start()
        self.changed.emit()

    def _weigh(self) -> None:
        typed = self.first.text()
        if self.again.text() and not typed.startswith(self.again.text()):
            self._say(_("The two are not the same."), warm=True)
        elif self._bridge is not None:
            (self._bridge.query(self, lambda engine: engine.passphrase_strength(typed)).named("strength")
                .success(self._weighed).run())
        else:
            self._say("", warm=False)

    def _weighed(self, found: tuple[float, str]) -> None:
        strength, advice = found
        self._say(advice, warm=0.0 < strength < WEAK)

    def _say(self, sentence: str, *, warm: bool) -> None:
        role = "warm" if warm else "muted"
        if self.advice.property("role") != role:
            self.advice.setProperty("role", role)
            self.advice.style().unpolish(self.advice)
            self.advice.style().polish(self.advice)
        if self._bridge is None:
            self.advice.setVisible(bool(sentence))
        if sentence != self.advice.text():
            say(self.advice, sentence)
            announce(self.advice, sentence)
