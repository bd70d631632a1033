"""The settings, made from their declarations, and what there is to know about the profile."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mneme.errors import KnownError
from mneme.messages import _
from mneme.settings import SETTINGS, Setting, Value
from mneme.types import Status
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.clipboard import SETTING as CLIPBOARD
from mneme_desktop.capture.clipboard import platform_note
from mneme_desktop.health.upkeep import UpkeepPart
from mneme_desktop.look.theme import Theme
from mneme_desktop.models.languagepart import SERVER, LanguagePart
from mneme_desktop.models.serverpart import ServerPart
from mneme_desktop.panel.fading import LayerCurves
from mneme_desktop.parts import texts
from mneme_desktop.parts.choicebox import ChoiceBox
from mneme_desktop.parts.dialogs import show_recovery_key
from mneme_desktop.parts.widgets import Chip, Flow, Turning, centred, column, frame, label, row, scrolling
from mneme_desktop.settings.curve import CautionCurve

CONTROL_WIDTH = 200
STEPS = 100
ABOVE = 160  # pixels that are seen of what stands above a part that is scrolled to
BESIDE_FROM = 420  # pixels; below, a control stands under its words
CAUTION, FADED_BELOW = "answer.caution", "forgetting.faded_below"
LANGUAGE, SERVER_URL = "llm.model", "server.url"
NAMES = ("owner.name", "owner.also")
Keep = Callable[[Value], None]


def control(theme: Theme, setting: Setting, value: Value, keep: Keep) -> QWidget:
    """The control that fits a setting's kind; `keep` is called with what the owner decides."""
    if setting.choices:
        made: QWidget = _choices(theme, setting, str(value), keep)
    elif isinstance(setting.default, bool):
        made = _switch(bool(value), keep)
    elif isinstance(setting.default, int):
        made = _whole_number(setting, int(value), keep)
    elif isinstance(setting.default, float) and (setting.high is None or setting.high > 1.0):
        made = _decimal(setting, float(value), keep)
    elif isinstance(setting.default, float):
        made = Share(setting, float(value), keep)
    else:
        made = _line(str(value), keep)
    made.setFixedWidth(CONTROL_WIDTH)
    made.setAccessibleName(_(setting.title))
    made.setAccessibleDescription(_(setting.help))
    return made


def _choices(theme: Theme, setting: Setting, value: str, keep: Keep) -> QComboBox:
    box = ChoiceBox(theme)
    for choice in setting.choices:
        box.addItem(_(choice).capitalize(), choice)
    box.setCurrentIndex(max(box.findData(value), 0))
    box.activated.connect(lambda _n: keep(str(box.currentData())))
    return box


def _switch(value: bool, keep: Keep) -> QCheckBox:
    box = QCheckBox()
    box.setChecked(value)
    box.toggled.connect(keep)
    return box


def _whole_number(setting: Setting, value: int, keep: Keep) -> QSpinBox:
    box = QuietSpinBox()
    box.setRange(int(setting.low if setting.low is not None else -(2**31)),
                 int(setting.high if setting.high is not None else 2**31 - 1))
    box.setValue(value)
    box.setKeyboardTracking(False)
    box.lineEdit().setTextMargins(8, 0, 8, 0)
    box.valueChanged.connect(keep)
    return box


def _decimal(setting: Setting, value: float, keep: Keep) -> QDoubleSpinBox:
    box = QuietDecimalBox()
    box.setDecimals(1)
    box.setRange(setting.low if setting.low is not None else -1e9, setting.high if setting.high is not None else 1e9)
    box.setValue(value)
    box.setKeyboardTracking(False)
    box.lineEdit().setTextMargins(8, 0, 8, 0)
    box.valueChanged.connect(keep)
    return box


def _line(value: str, keep: Keep) -> QLineEdit:
    box = QLineEdit(value)
    box.editingFinished.connect(lambda: keep(box.text().strip()))
    return box


class Share(QWidget):
    """A slider from one end of a setting's range to the other, with its number beside it."""

    def __init__(self, setting: Setting, value: float, keep: Keep) -> None:
        super().__init__()
        low, high = setting.low or 0.0, setting.high if setting.high is not None else 1.0
        self.slider = QuietSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(low * STEPS), round(high * STEPS))
        self.slider.setValue(round(value * STEPS))
        self.slider.setAccessibleName(_(setting.title))
        number = label(f"{value:.2f}", "muted")
        number.setMinimumWidth(36)
        self.slider.valueChanged.connect(lambda step: number.setText(f"{step / STEPS:.2f}"))
        self._rest = QTimer(self, interval=250, singleShot=True)
        self._rest.timeout.connect(lambda: keep(self.slider.value() / STEPS))
        self.slider.valueChanged.connect(lambda _step: self._rest.start())
        self.setFocusProxy(self.slider)
        inner = row(self, 12)
        inner.addWidget(self.slider, 1)
        inner.addWidget(number)


class QuietSlider(QSlider):
    """A slider that the wheel does not change in passing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class QuietSpinBox(QSpinBox):
    """A number box that the wheel does not change in passing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class QuietDecimalBox(QDoubleSpinBox):
    """The same for numbers with a fraction."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SettingsPage(QWidget):
    """`changed` carries a setting's key and its new value, once it is kept."""

    changed = Signal(str, object)

    def __init__(self, theme: Theme, bridge: Bridge, values: dict[str, Value], location: str) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._bridge = theme, bridge
        self._values = values
        self._location = location
        self.controls: dict[str, QWidget] = {}
        self._troubles: dict[str, QLabel] = {}
        self.fading = LayerCurves(theme, float(values[FADED_BELOW]))
        self.upkeep = UpkeepPart(theme, bridge)
        self.language = LanguagePart(theme, bridge)
        self.language.address_wanted.connect(self._want_address)
        self.language.shown.connect(self._show_server)
        self.server = ServerPart(bridge, lambda: str(self._values[SERVER_URL]))
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = column(inside, 16, (24, 32, 24, 32))
        inner.addWidget(label(_("Settings"), "headline"))
        for group in dict.fromkeys(setting.group for setting in SETTINGS):
            self._add_group(inner, group)
        self._add_profile(inner)
        inner.addStretch(1)
        self._scroll = scrolling(centred(inside))
        column(self, 0).addWidget(self._scroll)

    def _add_group(self, outer: QVBoxLayout, group: str) -> None:
        outer.addSpacing(4)
        outer.addWidget(label(_(group), "section"))
        card = frame("card")
        inner = column(card, 0, (20, 4, 20, 4))
        if group == "Language model":
            inner.addWidget(self.language)
            self.controls[LANGUAGE] = self.language.choice
        for n, setting in enumerate(s for s in SETTINGS if s.group == group and s.key != LANGUAGE):
            if n or group == "Language model":
                inner.addWidget(frame("line"))
            inner.addWidget(self._setting_row(setting))
            if setting.key == CLIPBOARD and (note := platform_note(QGuiApplication.platformName())):
                inner.addWidget(label(note, "small", wrap=True))
                inner.addSpacing(12)
            if setting.key == CAUTION:
                inner.addWidget(self._caution_curve(setting))
        if (part := {"Forgetting": self.fading, "Upkeep": self.upkeep,
                     "Your own server": self.server}.get(group)) is not None:
            inner.addWidget(part)
        outer.addWidget(card)

    def _setting_row(self, setting: Setting) -> QWidget:
        line = Turning(BESIDE_FROM, 16, (0, 12, 0, 12))
        words = column(spacing=2)
        words.addWidget(label(_(setting.title), "title"))
        words.addWidget(label(_(setting.help), "muted", wrap=True))
        trouble = label("", "warm", wrap=True)
        trouble.hide()
        words.addWidget(trouble)
        self._troubles[setting.key] = trouble
        value = self._values.get(setting.key, setting.default)
        made = control(self._theme, setting, value, lambda chosen: self.keep(setting.key, chosen))
        self.controls[setting.key] = made
        if setting.key == FADED_BELOW and isinstance(made, Share):
            made.slider.valueChanged.connect(lambda step: self.fading.mark(step / STEPS))
        line.line.addLayout(words, 1)
        line.line.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        return line

    def _caution_curve(self, setting: Setting) -> CautionCurve:
        """What the slider above it means; it follows while the slider is moved."""
        share = self.controls[setting.key]
        assert isinstance(share, Share)
        self.curve = CautionCurve(self._theme, share.slider.value() / STEPS)
        share.slider.valueChanged.connect(lambda step: self.curve.mark(step / STEPS))
        return self.curve

    def show_part(self, part: QWidget) -> None:
        """Scroll to a part of the page, once it has its place."""
        bar = self._scroll.verticalScrollBar()
        QTimer.singleShot(0, self, lambda: bar.setValue(
            bar.value() + part.mapTo(self, part.rect().topLeft()).y() - ABOVE))

    def _read_fading(self) -> None:
        (self._bridge.query(self, lambda engine: engine.life.curves()).named("fading")
            .success(self.fading.show_curves).failure(lambda _error: self.fading.show_curves({})).run())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read_fading()
        self.upkeep.read()
        self.language.read()
        (self._bridge.query(self, lambda engine: engine.caution_curve()).named("curve")
            .success(self.curve.show_points).failure(lambda _error: self.curve.show_points(())).run())

    def _add_profile(self, outer: QVBoxLayout) -> None:
        outer.addSpacing(4)
        outer.addWidget(label(_("This profile"), "section"))
        card = frame("card")
        inner = column(card, 8, (20, 16, 20, 16))
        self._counts = label("", "title", wrap=True)
        self._guarded = label("", "muted", wrap=True)
        inner.addWidget(self._counts)
        inner.addWidget(label(_("It is kept in {folder}").format(folder=self._location), "muted", wrap=True,
                              selectable=True))
        inner.addWidget(self._guarded)
        self._actions = Flow()
        self.show_key = Chip(_("Show the recovery key…"), self._show_key)
        self._actions.add(self.show_key)
        inner.addWidget(self._actions)
        outer.addWidget(card)

    def show_status(self, status: Status) -> None:
        """Counts, and how the store is protected."""
        self._counts.setText(_("{memories} memories from {items} documents and messages").format(
            memories=texts.number(status.memories), items=texts.number(status.items)))
        self._guarded.setText({
            "keyring": _("Encrypted; the key is in the system's keyring."),
            "file": _("Encrypted; the key is in a file beside it that only you can read."),
            "passphrase": _("Encrypted with your passphrase."),
            "none": _("Not encrypted."),
        }[status.key_place if status.encrypted else "none"])
        self._actions.setVisible(status.encrypted)

    def keep(self, key: str, value: Value) -> None:
        """Have the engine keep a setting."""
        if self._values.get(key) == value:
            return
        (self._bridge.operation(self, lambda engine, _op: engine.set_setting(key, value))
            .success(lambda _changes: self._kept(key, value))
            .failure(lambda error: self._refused(key, error)).run())

    def _kept(self, key: str, value: Value) -> None:
        self._values[key] = value
        self._troubles[key].hide()
        if key.startswith("forgetting."):
            self._read_fading()
        elif key.startswith(("llm.", "server.")):
            self.language.forget_facts()
            self.language.read()
        self.changed.emit(key, value)

    def _want_address(self) -> None:
        """The owner wants a server to write that has no address yet."""
        line = self.controls[SERVER_URL]
        self.show_part(line)
        line.setFocus()

    def _show_server(self) -> None:
        choices = self.language.choices
        used = choices is not None and choices.writer == SERVER
        self.server.show_used(str(self._values[SERVER_URL]) if used else "")

    def read_names(self) -> None:
        """Show the owner's names as they are kept now."""
        (self._bridge.query(self, lambda engine: engine.settings()).named("names").success(self._show_names).run())

    def _show_names(self, values: dict[str, Value]) -> None:
        for key in NAMES:
            self._values[key] = values[key]
            line = self.controls[key]
            assert isinstance(line, QLineEdit)
            line.setText(str(values[key]))

    def _refused(self, key: str, error: KnownError) -> None:
        self._troubles[key].setText(str(error))
        self._troubles[key].show()

    def _show_key(self) -> None:
        (self._bridge.query(self, lambda engine: engine.recovery_key())
            .success(lambda key: show_recovery_key(self.window(), key, first=False)).run())
