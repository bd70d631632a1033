"""The first steps as a window: three pages, forward, back, or past all of them. Nothing is taken in before the end."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _
from mneme.paths import Profile
from mneme.settings import Value
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.dialogs import show_recovery_key
from mneme_desktop.parts.state import WindowState
from mneme_desktop.parts.widgets import (
    Dots,
    announce,
    button,
    centred,
    column,
    frame,
    label,
    row,
    say,
    scrolling,
)
from mneme_desktop.shell.firstrun.choosing import Choosing
from mneme_desktop.shell.firstrun.plan import STEPS, Plan
from mneme_desktop.shell.firstrun.protecting import Protecting
from mneme_desktop.shell.firstrun.welcome import Welcome
from mneme_desktop.shell.sample import SAMPLE_LIFE

WELCOME, CHOOSING, PROTECTING, READING = range(4)
WIDEST = 640
PATIENCE_MS = 8000  # for the first of what is taken in


@dataclass(frozen=True, slots=True)
class Begun:
    """What came of the first steps: the settings in force, and what could not be done, in sentences.

    `new_key`: the recovery key where it had to become another. `files`: what is to be taken in now.
    """

    settings: dict[str, Value]
    key_place: str
    files: tuple[Path, ...] = ()
    new_key: str | None = None
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the pages show of the new profile."""

    place: str
    key: str | None


def known(engine: Engine) -> Known:
    """On a worker thread: how the profile is protected."""
    place = engine.key_place
    return Known(place, None if place == "none" else engine.recovery_key())


def carry_out(engine: Engine, plan: Plan, passphrase: str, minutes: int, *, login: bool) -> Begun:
    """On a worker thread: do what was decided; what cannot be done is told, and keeps nothing else from being done."""
    troubles: list[str] = []

    def attempt(work: Callable[[], object]) -> None:
        try:
            work()
        except KnownError as error:
            troubles.append(str(error))

    new_key = engine.protect(passphrase) if passphrase else None
    if minutes:
        engine.set_setting("lock.minutes", minutes)
    if login:
        attempt(lambda: engine.set_setting("capture.at_login", True))
    if plan.name:
        attempt(lambda: engine.capture.i_am([plan.name]))
    watched = {source.place for source in engine.capture.sources()}
    for choice in plan.choices:
        if choice.kind and choice.place not in watched:
            attempt(partial(engine.capture.add_source, Path(choice.place), kind=choice.kind))
    files = [Path(choice.place) for choice in plan.choices if choice.kind in ("", "folder")]
    if plan.sample:
        files.insert(0, SAMPLE_LIFE)
    engine.keep_first_run("")
    there = tuple(file for file in files if file.exists())
    return Begun(engine.settings(), engine.key_place, there, new_key, tuple(troubles))


class FirstRun(QWidget):
    """`begun` carries what came of the steps, `left` says that the window was closed before.

    `opening_wanted`: the owner waits no longer for the first of what is taken in.
    """

    begun = Signal(object)
    left = Signal()
    opening_wanted = Signal()

    def __init__(self, theme: Theme, bridge: Bridge, profile: Profile, state: str) -> None:
        """`state` is what the engine keeps of earlier steps."""
        super().__init__()
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(_("Mneme"))
        self.setMinimumSize(480, 480)
        self._theme, self._bridge, self._location = theme, bridge, str(profile.root)
        self.plan = Plan.decoded(state)
        self.ready = False
        self._done = False
        WindowState(profile).restore_place(self)
        self.pages = QStackedWidget()
        outer = column(self, 0)
        outer.addWidget(self.pages, 1)
        outer.addWidget(frame("line"))
        outer.addWidget(self._footer())
        bridge.query(self, known).success(self._build).run()

    # building

    def _build(self, found: Known) -> None:
        self.welcome = Welcome(self._theme, self._location, found.place, found.key, written=self.plan.written)
        self.choosing = Choosing(self._theme, self._bridge, self.plan)
        self.protecting = Protecting(self._theme, self._bridge, found.place)
        self.welcome.changed.connect(self._changed)
        self.choosing.changed.connect(self._changed)
        self.protecting.changed.connect(self._changed)
        self.protecting.entered.connect(self.forward)
        for page in (self.welcome, self.choosing, self.protecting):
            self.pages.addWidget(self._scrolling(page))
        self.pages.addWidget(self._reading())
        for keys, act in (("Alt+Left", self.back), ("Alt+Right", self.forward), ("Ctrl+Return", self.forward)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self.ready = True
        self._show(self.plan.step)

    def _scrolling(self, page: QWidget) -> QScrollArea:
        inside = QWidget()
        inside.setProperty("role", "clear")
        column(inside, 0, (24, 40, 24, 24)).addWidget(page)
        outer = centred(inside)
        inside.setMaximumWidth(WIDEST + 48)
        return scrolling(outer)

    def _footer(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("role", "clear")
        line = row(bar, 12, (24, 12, 24, 12))
        self.back_button = button(_("Back"), self.back)
        self.step = label("", "muted")
        self.skip = button(_("Skip, I know what this is"), self._skip, "link")
        self.next = button(_("Next"), self.forward, "primary")
        line.addWidget(self.back_button)
        line.addWidget(self.step)
        line.addStretch(1)
        line.addWidget(self.skip)
        line.addWidget(self.next)
        for control in (self.back_button, self.skip, self.next):
            control.setEnabled(False)
        self._bar = bar
        return bar

    def _reading(self) -> QWidget:
        """Shown while the first of it is taken in."""
        page = QWidget()
        page.setProperty("role", "clear")
        inner = column(page, 12, (24, 24, 24, 24))
        inner.addStretch(2)
        self._reading_words = label(_("Reading the first of it…"), "headline")
        self._reading_more = label("", "muted")
        self.open_now = button(_("Open Mneme now"), self.opening_wanted.emit)
        for widget in (self._reading_words, Dots(self._theme), self._reading_more, self.open_now):
            inner.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(3)
        return page

    # going about

    def back(self) -> None:
        """To the step before."""
        if self.back_button.isEnabled():
            self._go(self.plan.step - 1)

    def forward(self) -> None:
        """To the next step, or, from the last one, to the window."""
        if not self.next.isEnabled():
            return
        if self.plan.step == PROTECTING:
            self._begin()
        else:
            self._go(self.plan.step + 1)

    def _go(self, step: int) -> None:
        self.plan = self.choosing.decided(replace(self.plan, written=self.welcome.written.isChecked())).at(step)
        self.choosing.stop()
        self._keep()
        self._show(step)

    def _keep(self) -> None:
        state = self.plan.encoded()
        self._bridge.operation(self, lambda engine, _op: engine.keep_first_run(state)).run()

    def _show(self, step: int) -> None:
        self.pages.setCurrentIndex(step)
        words = _("Step {n} of {all}").format(n=step + 1, all=STEPS)
        say(self.step, words)
        announce(self.step, words)
        self.back_button.setVisible(step > 0)
        self._changed()
        if step == PROTECTING:
            self.protecting.enter(self.plan)
        else:
            (self.welcome, self.choosing)[step].enter()

    def _changed(self) -> None:
        """What can be pressed now, and what the way on is called."""
        step = self.plan.step
        if self._done or not self.ready:
            return
        chosen = self.choosing.decided(self.plan)
        self.back_button.setEnabled(step > 0)
        self.skip.setEnabled(True)
        self.next.setText({WELCOME: _("Next"), PROTECTING: _("Begin")}.get(step) or (
            _("Later") if chosen.empty else _("Next")))
        self.next.setAccessibleName(self.next.text())
        self.next.setEnabled((step != WELCOME or self.welcome.ready) and (step != PROTECTING or self.protecting.ready))

    # the end

    def _skip(self) -> None:
        """Past all steps: nothing is decided, nothing is taken in."""
        self.choosing.stop()
        self._carry_out(Plan(), "", 0, login=False)

    def _begin(self) -> None:
        self._carry_out(self.plan, self.protecting.fields.passphrase, self.protecting.lock_minutes,
                        login=self.protecting.login.isChecked())

    def _carry_out(self, plan: Plan, passphrase: str, minutes: int, *, login: bool) -> None:
        self._done = True
        self._bar.setEnabled(False)
        self.pages.setEnabled(False)
        (self._bridge.operation(self, lambda engine, _op: carry_out(engine, plan, passphrase, minutes, login=login))
            .success(self._carried_out).failure(self._failed).run())

    def _failed(self, error: KnownError) -> None:
        self._done = False
        self._bar.setEnabled(True)
        self.pages.setEnabled(True)
        self._changed()
        say(self.step, str(error))
        announce(self.step, str(error))

    def _carried_out(self, begun: Begun) -> None:
        self.protecting.fields.clear()
        self.pages.setEnabled(True)
        if begun.new_key is None:
            self.begun.emit(begun)
            return
        sheet = show_recovery_key(self, begun.new_key, first=True)
        sheet.finished.connect(lambda _code: self.begun.emit(begun))

    def show_reading(self, words: str = "") -> None:
        """The first of it is being taken in."""
        self._bar.hide()
        self.pages.setCurrentIndex(READING)
        say(self._reading_more, words)

    def keep(self) -> None:
        """Keep how far it has come: it goes on there the next time."""
        if self.ready and not self._done:
            self.plan = self.choosing.decided(replace(self.plan, written=self.welcome.written.isChecked()))
            self._keep()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep()
        super().closeEvent(event)
        self.left.emit()


def patience(parent: QWidget, then: Callable[[], None]) -> QTimer:
    """Call `then` when the first of it was waited for long enough."""
    timer = QTimer(parent, interval=PATIENCE_MS, singleShot=True)
    timer.timeout.connect(then)
    timer.start()
    return timer

