"""The controls that settings are changed with: each shows a value, and tells what the owner decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QKeySequenceEdit,
    QLineEdit,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from mneme.messages import _
from mneme.settings import Setting, Value
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.choicebox import ChoiceBox
from mneme_desktop.parts.widgets import label, plain_tip, row

CONTROL_WIDTH = 208
STEPS = 100
REST_MS = 250  # that a slider must rest before its value is kept
LARGEST = 2**31 - 1  # that a box of whole numbers holds
# Languages are named in themselves.
NAMES: Mapping[str, Mapping[str, str]] = {"appearance.language": {"en": "English", "de": "Deutsch"}}

Keep = Callable[[Value], None]


@dataclass(frozen=True, slots=True)
class Control:
    """A widget for a setting; `show` has it show a value without telling of it."""

    widget: QWidget
    show: Callable[[Value], None]


def control(theme: Theme, setting: Setting, value: Value, keep: Keep) -> Control:
    """The control that fits a setting's kind; `keep` is called with what the owner decides."""
    if setting.choices:
        made = _choices(theme, setting, keep)
    elif isinstance(setting.default, bool):
        made = _switch(keep)
    elif isinstance(setting.default, int):
        made = _whole_number(setting, keep)
    elif isinstance(setting.default, float) and (setting.high is None or setting.high > 1.0):
        made = _decimal(setting, keep)
    elif isinstance(setting.default, float):
        made = _share(setting, keep)
    elif setting.keys:
        made = _keys(keep)
    else:
        made = _line(keep)
    made.widget.setFixedWidth(CONTROL_WIDTH)
    for named in (made.widget, *made.widget.findChildren(QLineEdit)):
        named.setAccessibleName(_(setting.title))
        named.setAccessibleDescription(_(setting.help))
    made.show(value)
    return made


def value_words(setting: Setting, value: Value) -> str:
    """A value as its control shows it: "on", "30 days", "System", "0.50"; empty for an empty line."""
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if setting.choices:
        return choice_words(setting, str(value))
    if isinstance(value, float) and (setting.high or 2.0) <= 1.0:
        return QLocale().toString(value, "f", 2)
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{shown} {_(setting.unit)}" if setting.unit else shown


def choice_words(setting: Setting, choice: str) -> str:
    """The name of a choice."""
    words = NAMES.get(setting.key, {}).get(choice) or _(choice)
    return words[:1].upper() + words[1:]


def _choices(theme: Theme, setting: Setting, keep: Keep) -> Control:
    box = ChoiceBox(theme)
    for choice in setting.choices:
        box.addItem(choice_words(setting, choice), choice)
    box.activated.connect(lambda _n: keep(str(box.currentData())))
    return Control(box, lambda value: box.setCurrentIndex(max(box.findData(str(value)), 0)))


def _switch(keep: Keep) -> Control:
    box = Switch()
    box.toggled.connect(keep)

    def show(value: Value) -> None:
        with QSignalBlocker(box):
            box.setChecked(bool(value))
        box.say()
    return Control(box, show)


def _whole_number(setting: Setting, keep: Keep) -> Control:
    box = QuietSpinBox()
    box.setRange(int(setting.low if setting.low is not None else -LARGEST),
                 int(setting.high if setting.high is not None else LARGEST))
    return _number(box, setting, keep)


def _decimal(setting: Setting, keep: Keep) -> Control:
    box = QuietDecimalBox()
    box.setDecimals(1)
    box.setRange(setting.low if setting.low is not None else -1e9, setting.high if setting.high is not None else 1e9)
    return _number(box, setting, keep)


def _number(box: "QuietSpinBox | QuietDecimalBox", setting: Setting, keep: Keep) -> Control:
    if setting.lowest:
        box.setSpecialValueText(_(setting.lowest))
    if setting.unit:
        box.setSuffix(f" {_(setting.unit)}")
    box.setKeyboardTracking(False)
    box.setGroupSeparatorShown(True)
    box.lineEdit().setTextMargins(8, 0, 8, 0)
    box.valueChanged.connect(keep)

    def show(value: Value) -> None:
        with QSignalBlocker(box):
            box.setValue(float(value) if isinstance(box, QDoubleSpinBox) else int(value))  # type: ignore[arg-type]
    return Control(box, show)


def _share(setting: Setting, keep: Keep) -> Control:
    share = Share(setting, keep)
    return Control(share, lambda value: share.show_value(float(value)))


def _line(keep: Keep) -> Control:
    box = QLineEdit()
    box.editingFinished.connect(lambda: keep(box.text().strip()))
    box.textChanged.connect(lambda text: box.setToolTip(plain_tip(text) if text else ""))

    def show(value: Value) -> None:
        box.setText(str(value))
        box.setCursorPosition(0)  # of a long value its beginning is seen
    return Control(box, show)


def _keys(keep: Keep) -> Control:
    """A box that takes down the keys that are pressed in it; a cross in it empties it."""
    box = QKeySequenceEdit()
    box.setMaximumSequenceLength(1)
    box.setClearButtonEnabled(True)
    portable = QKeySequence.SequenceFormat.PortableText
    box.editingFinished.connect(lambda: keep(box.keySequence().toString(portable)))
    for cross in box.findChildren(QToolButton):
        cross.clicked.connect(lambda: keep(""))
        cross.setAccessibleName(_("No key"))
        cross.setToolTip(_("No key"))
        cross.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show(value: Value) -> None:
        with QSignalBlocker(box):
            box.setKeySequence(QKeySequence.fromString(str(value), portable))
    return Control(box, show)


class Share(QWidget):
    """A slider from one end of a setting's range to the other, with its number beside it."""

    def __init__(self, setting: Setting, keep: Keep) -> None:
        super().__init__()
        low, high = setting.low or 0.0, setting.high if setting.high is not None else 1.0
        self.slider = QuietSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(low * STEPS), round(high * STEPS))
        self.slider.setAccessibleName(_(setting.title))
        self.slider.setAccessibleDescription(_(setting.help))
        self._number = label("", "muted")
        self._number.setMinimumWidth(36)
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(lambda: keep(self.slider.value() / STEPS))
        self.slider.valueChanged.connect(self._moved)
        self.setFocusProxy(self.slider)
        inner = row(self, 12)
        inner.addWidget(self.slider, 1)
        inner.addWidget(self._number)

    def show_value(self, value: float) -> None:
        """Move the slider to a value; whoever follows it hears, and nothing is kept."""
        self.slider.setValue(round(value * STEPS))
        self._say()
        self._rest.stop()

    def _moved(self) -> None:
        self._say()
        self._rest.start()

    def _say(self) -> None:
        self._number.setText(QLocale().toString(self.slider.value() / STEPS, "f", 2))


class Switch(QCheckBox):
    """A check box that says beside it whether it is on."""

    def __init__(self) -> None:
        super().__init__()
        self.toggled.connect(lambda _on: self.say())
        self.say()

    def say(self) -> None:
        """Say whether it is on."""
        self.setText(_("on") if self.isChecked() else _("off"))


class QuietSlider(QSlider):
    """A slider that the wheel does not change in passing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class QuietSpinBox(QSpinBox):
    """A number box that the wheel does not change in passing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class QuietDecimalBox(QDoubleSpinBox):
    """The same for numbers with a fraction, which is shown where there is one."""

    def textFromValue(self, value: float) -> str:
        return self.locale().toString(value, "f", 0 if value == round(value) else self.decimals())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
