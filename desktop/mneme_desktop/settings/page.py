"""The settings, made from their declarations: groups, a search, each with its default; the profile, and the program."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.paths import Profile
from mneme.settings import SETTINGS, Setting, Value
from mneme.types import Status
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.clipboard import SETTING as CLIPBOARD
from mneme_desktop.capture.clipboard import platform_note
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.fading import LayerCurves
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import (
    WIDEST,
    Chip,
    Flow,
    IconButton,
    Picture,
    announce,
    button,
    column,
    frame,
    give_lit,
    label,
    row,
    scrolling,
)
from mneme_desktop.settings.controls import CONTROL_WIDTH, STEPS, Control, Share, control
from mneme_desktop.settings.curve import CautionCurve
from mneme_desktop.settings.groups import LIST_WIDTH, Group, GroupList, GroupMenu
from mneme_desktop.settings.profile import AboutCard, ProfileCard
from mneme_desktop.settings.rows import SettingRow, keeps_its_room

__all__ = ["SettingsPage", "Share"]

LIST_FROM = 800  # pixels; below, a menu of the groups stands above them
EDGE = 24
HEAD = 72  # pixels above the search, and the list beside it
ABOVE = 16  # pixels that are seen above a group that is scrolled to
CAUTION, FADED_BELOW = "answer.caution", "forgetting.faded_below"
LANGUAGE = "llm.model"  # chosen in the room of models
NAMES = ("owner.name", "owner.also")
PROFILE, ABOUT = "profile", "about"


class SettingsPage(QWidget):
    """`changed` carries a setting's key and its new value, once it is kept.

    `defaulted` carries a setting that is at its default again, with its name and its former value.
    """

    changed = Signal(str, object)
    defaulted = Signal(str, str, object)
    model_wanted = Signal()

    def __init__(self, theme: Theme, bridge: Bridge, values: dict[str, Value], location: str) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._bridge = theme, bridge
        self._values = values
        self.controls: dict[str, QWidget] = {}
        self.rows: dict[str, SettingRow] = {}
        self.fading = LayerCurves(theme, float(values[FADED_BELOW]))
        profile = Profile(Path(location))
        self.profile, self.about = ProfileCard(bridge, profile), AboutCard(profile)
        self.groups = self._make_groups()
        self.list, self.menu = GroupList(), GroupMenu(theme)
        self.search, self.found = QLineEdit(), label("", "small")
        self._build()
        self._connect()
        self._find("")

    # building

    def _make_groups(self) -> list[Group]:
        made = []
        for name in dict.fromkeys(setting.group for setting in SETTINGS):
            group = Group(name, _(name))
            for setting in SETTINGS:
                if setting.group == name:
                    self._add_setting(group, setting)
            if name == "Forgetting":
                group.add_below(self.fading)
            made.append(group)
        return [*made, Group(PROFILE, _("This profile"), self.profile,
                             _("memories folder key encrypted passphrase recovery uninstall data")),
                Group(ABOUT, _("About Mneme"), self.about, _("version licence logs telemetry libraries"))]

    def _add_setting(self, group: Group, setting: Setting) -> None:
        key = setting.key
        value = self._values.get(key, setting.default)
        made = self._choose_model(setting) if key == LANGUAGE else control(
            self._theme, setting, value, partial(self.keep, key))
        line = SettingRow(self._theme, setting, made, partial(self.to_default, key))
        line.show_default(setting.default if key == LANGUAGE else value)
        self.controls[key], self.rows[key] = made.widget, line
        group.add_row(line)
        if key == CLIPBOARD and (note := platform_note(QGuiApplication.platformName())):
            group.add_below(_note(note), line)
        if isinstance(made.widget, Share) and key == FADED_BELOW:
            made.widget.slider.valueChanged.connect(lambda step: self.fading.mark(step / STEPS))
        if isinstance(made.widget, Share) and key == CAUTION:
            self.curve = CautionCurve(self._theme, float(value))
            made.widget.slider.valueChanged.connect(lambda step: self.curve.mark(step / STEPS))
            group.add_below(self.curve, line)

    def _choose_model(self, setting: Setting) -> Control:
        """Models are chosen where they are loaded, tried and built."""
        press = button(_("Choose a model…"), self.model_wanted.emit)
        press.setFixedWidth(CONTROL_WIDTH)
        press.setAccessibleDescription(_(setting.help))
        return Control(press, lambda _value: None)

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "clear")
        self._inner = column(inside, 16, (EDGE, 0, EDGE, 32))
        for group in self.groups:
            self._inner.addWidget(group)
        self._nothing = self._make_nothing()
        self._inner.addWidget(self._nothing)
        self._inner.addStretch(1)
        self._scroll = scrolling(inside)
        right = QWidget()
        right.setProperty("role", "clear")
        right.setMaximumWidth(WIDEST + 2 * EDGE)
        side = column(right, 16, (0, 32, 0, 0))
        side.addLayout(self._make_head())
        side.addWidget(self._scroll, 1)
        self._side = self._make_list()
        line = row(self, 0)
        line.addStretch(1)
        line.addWidget(self._side)
        line.addWidget(right, 1000)
        line.addStretch(1)

    def _make_head(self) -> QVBoxLayout:
        head = column(spacing=16)
        title = row(spacing=16, margins=(EDGE, 0, EDGE, 0))
        title.addWidget(label(_("Settings"), "headline"), 1)
        title.addWidget(self.menu)
        head.addLayout(title)
        self._box = frame("input")
        inner = row(self._box, 10, (16, 9, 8, 9))
        self.search.setPlaceholderText(_("Search the settings"))
        self.search.setAccessibleName(_("Search the settings"))
        self.search.setAcceptDrops(False)
        self.search.installEventFilter(self)
        self.clear = IconButton(self._theme, "close", _("Show all settings"), self.show_all, size=14)
        keeps_its_room(self.clear)
        inner.addWidget(Picture(self._theme, "search", size=18))
        inner.addWidget(self.search, 1)
        inner.addWidget(self.found)
        inner.addWidget(self.clear)
        boxed = row(margins=(EDGE, 0, EDGE, 0))
        boxed.addWidget(self._box)
        head.addLayout(boxed)
        return head

    def _make_list(self) -> QWidget:
        made = QWidget()
        made.setProperty("role", "clear")
        made.setFixedWidth(LIST_WIDTH + EDGE)
        inner = column(made, 0, (EDGE, HEAD, 0, 16))
        inner.addWidget(self.list)
        return made

    def _make_nothing(self) -> QWidget:
        made = QWidget()
        made.setProperty("role", "clear")
        inner = column(made, 8, (0, 24, 0, 0))
        inner.addWidget(label(_("No setting is about that."), "title", wrap=True))
        inner.addWidget(label(_("Try another word, such as “dark”, “bin” or “password”."), "muted", wrap=True))
        ways = Flow()
        ways.add(Chip(_("Show all settings"), self.show_all))
        inner.addWidget(ways)
        return made

    def _connect(self) -> None:
        self.search.textChanged.connect(self._find)
        for chooser in (self.list, self.menu):
            chooser.chosen.connect(self.show_group)
        self._scroll.verticalScrollBar().valueChanged.connect(lambda _value: self._light())
        self._scroll.verticalScrollBar().rangeChanged.connect(lambda _low, high: self._give_way(high > 0))

    def _give_way(self, bar: bool) -> None:
        """Keep the cards as wide as the search: the scroll bar stands in their margin."""
        width = self._scroll.verticalScrollBar().sizeHint().width() if bar else 0
        near, far = (EDGE - width, EDGE) if self.isRightToLeft() else (EDGE, EDGE - width)
        self._inner.setContentsMargins(near, 0, far, 32)

    # searching

    def enter(self) -> None:
        """The owner comes in: the keyboard searches."""
        self.search.setFocus()

    def search_anew(self) -> None:
        """Search the settings anew."""
        self.search.setFocus()
        self.search.selectAll()

    def show_all(self) -> None:
        """Search for nothing any more."""
        self.search.clear()
        self.search.setFocus()

    def _find(self, text: str) -> None:
        words = text.casefold().split()
        found = sum(group.show_hits(words) for group in self.groups)
        seen = [group for group in self.groups if not group.isHidden()]
        self._nothing.setVisible(not seen)
        self.clear.setVisible(bool(text))
        said = ngettext("{n} found", "{n} found", found).format(n=texts.number(found)) if words and found else ""
        self.found.setText(said)
        for chooser in (self.list, self.menu):
            chooser.offer(seen)
        self._scroll.verticalScrollBar().setValue(0)
        self._light()
        if words:
            announce(self.search, said if found else _("No setting is about that."))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            give_lit(self._box, event.type() == QEvent.Type.FocusIn)
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and (
                event.key() == Qt.Key.Key_Escape and self.search.text()):
            event.accept()  # before the window closes its panel
            return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event.key())
        return False

    def _pressed(self, key: int) -> bool:
        """Escape takes the search away; down and return lead to the first setting that was found."""
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            first = next((made for group in self.groups for made in group.rows
                          if not group.isHidden() and not made.isHidden()), None)
            if first is not None:
                first.control.widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
        return False

    # going about

    def show_group(self, name: str) -> None:
        """Scroll to a group."""
        for group in self.groups:
            if group.name == name and not group.isHidden():
                self._scroll.verticalScrollBar().setValue(max(group.y() - ABOVE, 0) if group.y() > ABOVE else 0)
                self._lit(name)

    def show_part(self, part: QWidget) -> None:
        """Scroll to a part of the page, once it has its place."""
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(part, 0, 160))

    def _light(self) -> None:
        """Show in the list which group is seen."""
        top = self._scroll.verticalScrollBar().value() + 2 * ABOVE
        seen = [group for group in self.groups if not group.isHidden()]
        above = [group for group in seen if group.y() <= top]
        if seen:
            self._lit((above or seen)[-1 if above else 0].name)

    def _lit(self, name: str) -> None:
        for chooser in (self.list, self.menu):
            chooser.light(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= LIST_FROM
        self._side.setVisible(beside)
        self.menu.setVisible(not beside)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read_fading()
        (self._bridge.query(self, lambda engine: engine.caution_curve()).named("curve")
            .success(self.curve.show_points).failure(lambda _error: self.curve.show_points(())).run())

    def _read_fading(self) -> None:
        (self._bridge.query(self, lambda engine: engine.life.curves()).named("fading")
            .success(self.fading.show_curves).failure(lambda _error: self.fading.show_curves({})).run())

    # the profile

    def show_status(self, status: Status) -> None:
        """Counts, and how the store is protected."""
        self.profile.show_status(status)

    def add_profile_part(self, part: QWidget) -> None:
        """Put something else about the profile into its card."""
        self.profile.add_part(part)

    @property
    def show_key(self) -> QPushButton:
        """The button that shows the recovery key."""
        return self.profile.show_key

    # keeping

    def keep(self, key: str, value: Value, then: Callable[[], object] | None = None) -> None:
        """Have the engine keep a setting."""
        if self._values.get(key) == value:
            self.tell(key, "")
            return
        (self._bridge.operation(self, lambda engine, _op: engine.set_setting(key, value))
            .success(lambda _changes: self._kept(key, value, then))
            .failure(lambda error: self._refused(key, error)).run())

    def put_back(self, key: str, value: Value) -> None:
        """Give a setting a value, and show it."""
        self.keep(key, value, lambda: self.rows[key].show_value(value))

    def to_default(self, key: str) -> None:
        """Give a setting its default; `defaulted` says what it was."""
        setting, former = self.rows[key].setting, self._values[key]

        def done() -> None:
            self.rows[key].show_value(setting.default)
            self.defaulted.emit(key, _(setting.title), former)

        self.keep(key, setting.default, done)

    def _kept(self, key: str, value: Value, then: Callable[[], object] | None) -> None:
        self._values[key] = value
        self.tell(key, "")
        if key != LANGUAGE:
            self.rows[key].show_default(value)
        if key.startswith("forgetting."):
            self._read_fading()
        self.changed.emit(key, value)
        if then is not None:
            then()

    def read_names(self) -> None:
        """Show the owner's names as they are kept now."""
        (self._bridge.query(self, lambda engine: engine.settings()).named("names").success(self._show_names).run())

    def _show_names(self, values: dict[str, Value]) -> None:
        for key in NAMES:
            self._values[key] = values[key]
            self.rows[key].show_value(values[key])

    def tell(self, key: str, sentence: str) -> None:
        """Say below a setting what is wrong with it; "": nothing."""
        self.rows[key].tell(sentence)

    def _refused(self, key: str, error: KnownError) -> None:
        """What is not allowed is said; a line keeps what was typed, anything else goes back to what holds."""
        self.tell(key, str(error))
        if not isinstance(self.controls[key], QLineEdit) and key in self._values:
            self.rows[key].show_value(self._values[key])


def _note(words: str) -> QWidget:
    made = QWidget()
    made.setProperty("role", "clear")
    column(made, 0, (0, 0, 0, 12)).addWidget(label(words, "small", wrap=True))
    return made
