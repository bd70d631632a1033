"""The first moments, and those while Mneme is locked: a calm screen, and what to do when the profile does not open."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QWidget

from mneme.errors import KnownError, StoreError, StoreLocked, WrongKey
from mneme.messages import _, ngettext
from mneme.paths import Profile
from mneme.settings import Value
from mneme_desktop.bridge import safe_details
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import show_crash
from mneme_desktop.parts.state import WindowState
from mneme_desktop.parts.widgets import (
    Chip,
    Dots,
    Flow,
    Picture,
    announce,
    button,
    clear,
    column,
    label,
    row,
    say,
    scrolling,
)
from mneme_desktop.shell.passphrase import PassphraseFields, Secret

if TYPE_CHECKING:
    from mneme.engine import Engine  # the start is shown before this is there

OpenEngine = Callable[[Profile, str | None], "Engine"]
BEGINNING = "{}"  # the first steps, before any of them
LONGEST_WAIT = 30  # seconds between two tries of a passphrase; the first is one second, each later one twice that
SECOND = 1000


def wait_after(tries: int) -> int:
    """Seconds to wait after so many wrong passphrases."""
    return min(2 ** (tries - 1), LONGEST_WAIT) if tries < LONGEST_WAIT else LONGEST_WAIT


@dataclass(frozen=True, slots=True)
class Opened:
    """An open profile with what the window needs for its first frame.

    `first_run`: how far the owner's first steps have come; "" where they are done. `key_place`: `Engine.key_place`.
    """

    engine: "Engine"
    settings: dict[str, Value]
    first_run: str
    key_place: str


class Opener(QObject):
    """Opens a profile on a thread of its own. Exactly one of its signals follows each `open`."""

    opened = Signal(object)
    failed = Signal(object)
    crashed = Signal(str)

    def __init__(self, profile: Profile, open_engine: OpenEngine, *, first_steps: bool = True,
                 before: Sequence[threading.Thread] = ()) -> None:
        """`first_steps`: a new profile begins with them. `before`: threads that have to end first."""
        super().__init__()
        self._profile, self._open_engine = profile, open_engine
        self._first_steps, self._before = first_steps, before
        self._thread: threading.Thread | None = None
        self.result: Opened | None = None

    def open(self, passphrase: str | None = None) -> None:
        """Begin; the result comes as a signal."""
        self._begin(lambda: self._open_engine(self._profile, passphrase))

    def bring_back(self, recovery_key: str, use_keyring: bool, passphrase: str = "") -> None:
        """Put the key back from the recovery key, under a passphrase if there is one, and then open."""
        self._begin(lambda: self._with_key(recovery_key, use_keyring, passphrase))

    def wait(self) -> None:
        """Until the thread has ended; for closing."""
        if self._thread is not None:
            self._thread.join()
        for thread in self._before:
            thread.join()

    def drop(self) -> None:
        """Wait, and close what came of it: nobody wants it any more."""
        self.wait()
        if self.result is not None:
            self.result.engine.close()

    def _begin(self, work: "Callable[[], Engine]") -> None:
        self._thread = threading.Thread(target=lambda: self._run(work), name="mneme-open")
        self._thread.start()

    def _with_key(self, recovery_key: str, use_keyring: bool, passphrase: str) -> "Engine":
        from mneme.engine import Engine  # noqa: PLC0415 -- slow import

        if passphrase:
            Engine.bring_back_key(self._profile, recovery_key, place="passphrase", passphrase=passphrase)
            return self._open_engine(self._profile, passphrase)
        place = "keyring" if use_keyring else "file"
        try:
            Engine.bring_back_key(self._profile, recovery_key, place=place)
        except WrongKey:
            raise
        except StoreError:  # a computer without a keyring: the file is the place that always is
            Engine.bring_back_key(self._profile, recovery_key, place="file")
        return self._open_engine(self._profile, None)

    def _run(self, work: "Callable[[], Engine]") -> None:
        for thread in self._before:
            thread.join()
        try:
            fresh = not self._profile.store.exists()
            engine = work()
            if fresh and self._first_steps:
                engine.keep_first_run(BEGINNING)
            result = Opened(engine, engine.settings(), engine.first_run() if self._first_steps else "",
                            engine.key_place)
        except KnownError as error:
            self.failed.emit(error)
        except Exception as error:  # noqa: BLE001 -- the task runner is one of the three named boundaries
            self.crashed.emit(safe_details(error))
        else:
            self.result = result
            self.opened.emit(result)


class StartWindow(QWidget):
    """Stands where the window will stand, or stood before Mneme was locked. `opened` carries the Opened.

    `left` says that the window was closed, `quit_wanted` that its owner has had enough, `others_wanted` that another
    profile is to be opened.
    """

    opened = Signal(object)
    left = Signal()
    quit_wanted = Signal()
    others_wanted = Signal()

    def __init__(self, theme: Theme, profile: Profile, *, use_keyring: bool = True, title: str = "") -> None:
        """`title`: of the profile, where there are several."""
        super().__init__()
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(_("{profile} — Mneme").format(profile=title) if title else _("Mneme"))
        self.setMinimumSize(480, 480)
        self._theme, self._use_keyring, self._title = theme, use_keyring, title
        self._locked = False
        self.tries = 0
        self.field: QLineEdit | None = None
        self.form: Form | None = None
        self._with_passphrase = False
        WindowState(profile).restore_place(self)
        self._build()
        self._wait()

    def follow(self, opener: Opener, *, locked: bool = False) -> None:
        """Have the profile opened; `locked`: the passphrase is asked for at once."""
        self._opener, self._locked = opener, locked
        opener.opened.connect(self.opened)
        opener.failed.connect(self._failed)
        opener.crashed.connect(self._crashed)
        if locked:
            self.ask_passphrase()
        else:
            opener.open()

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "clear")
        inside.setMaximumWidth(520)
        self._lines = column(inside, 12, (24, 24, 24, 24))
        middle = QWidget()
        middle.setProperty("role", "clear")
        line = row(middle, 0)
        line.addStretch(1)
        line.addWidget(inside, 1000)
        line.addStretch(1)
        column(self, 0).addWidget(scrolling(middle))

    # what is shown

    def _fresh(self) -> None:
        self.form = self.field = None
        clear(self._lines)
        self._lines.addStretch(2)

    def _wait(self) -> None:
        self._fresh()
        self._lines.addWidget(label(self._title or _("Mneme"), "headline"), 0, Qt.AlignmentFlag.AlignHCenter)
        self._lines.addWidget(Dots(self._theme), 0, Qt.AlignmentFlag.AlignHCenter)
        self._lines.addWidget(label(_("Opening your memories…"), "muted"), 0, Qt.AlignmentFlag.AlignHCenter)
        self._lines.addStretch(3)

    def _say(self, error: KnownError) -> None:
        self._fresh()
        self._lines.addWidget(label(error.message, "headline", wrap=True, selectable=True))
        if error.remedy:
            self._lines.addWidget(label(error.remedy, "lead", wrap=True, selectable=True))
        self._lines.addSpacing(8)
        ways = Flow()
        ways.add(button(_("Try again"), self._again, "primary"))
        for way in self._ways(recovery=True):
            ways.add(way)
        self._lines.addWidget(ways)
        self._lines.addStretch(3)

    def ask_passphrase(self) -> None:
        """Ask for the passphrase that opens the profile."""
        self._with_passphrase = True
        headline = _("Mneme is locked") if self._locked else _("Your memories are locked")
        note = _("While it is locked nothing is taken in. What changes meanwhile is found afterwards.")
        self._show_form(PassphraseForm(self._theme, headline, self._title, note if self._locked else ""),
                        self._unlock, recovery=True)
        assert isinstance(self.form, PassphraseForm)
        self.form.hold(wait_after(self.tries) if self.tries else 0)

    def ask_recovery_key(self) -> None:
        """Ask for the recovery key, and, where a passphrase is lost, for another passphrase."""
        self._show_form(RecoveryForm(self._theme, with_passphrase=self._with_passphrase), self._bring_back,
                        recovery=False)

    def _show_form(self, form: "Form", then: Callable[[], None], *, recovery: bool) -> None:
        self._fresh()
        self._lines.addWidget(form)
        self._lines.addStretch(3)
        self.form, self.field = form, form.field
        form.entered.connect(then)
        for way in self._ways(recovery=recovery):
            form.ways.addWidget(way)
        self.setFocusProxy(form.field)
        form.field.setFocus()

    def _ways(self, *, recovery: bool) -> list[QWidget]:
        ways: list[QWidget] = []
        if recovery:
            ways.append(Chip(_("Use the recovery key…"), self.ask_recovery_key))
        elif self._with_passphrase:
            ways.append(Chip(_("Use the passphrase…"), self.ask_passphrase))
        if self._title:
            ways.append(Chip(_("Another profile…"), self.others_wanted.emit))
        ways.append(Chip(_("Quit"), self.quit_wanted.emit))
        return ways

    # what the owner does

    def _again(self) -> None:
        self._wait()
        self._opener.open()

    def _unlock(self) -> None:
        if isinstance(self.form, PassphraseForm) and (typed := self.form.secret.text()):
            self.form.show_busy(_("Opening…"))
            self._opener.open(typed)

    def _bring_back(self) -> None:
        if isinstance(self.form, RecoveryForm) and (typed := self.form.field.text().strip()):
            self.form.show_busy(_("Opening…"))
            self._opener.bring_back(typed, self._use_keyring, self.form.passphrase)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.left.emit()

    # what the opener tells

    def _failed(self, error: KnownError) -> None:
        if isinstance(self.form, RecoveryForm):
            self.form.show_trouble(str(error))
        elif isinstance(error, StoreLocked):
            self.ask_passphrase()
        elif isinstance(error, WrongKey) and isinstance(self.form, PassphraseForm):
            self.tries += 1
            self.form.show_wrong(error.message, wait_after(self.tries))
        else:
            self._say(error)

    def _crashed(self, details: str) -> None:
        self._say(KnownError(_("Mneme could not be opened."), _("This is a bug; the details can be copied.")))
        show_crash(self, details)


class Form(QWidget):
    """A headline, what to type, what went wrong, and a button; `entered` says that it was pressed."""

    entered = Signal()

    def __init__(self, theme: Theme, icon: str, headline: str, sentence: str, field: QLineEdit) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.field = field
        self.lines = column(self, 12)
        self.lines.addWidget(Picture(theme, icon, "accent", 32))
        self.headline = label(headline, "headline", wrap=True)
        self.lines.addWidget(self.headline)
        self.sentence = label(sentence, "lead", wrap=True)
        self.lines.addWidget(self.sentence)
        self.trouble = label("", "warm", wrap=True)
        self.trouble.hide()
        self.open: QPushButton = button(_("Open"), self.enter, "primary")
        self._dots = Dots(theme)
        self._dots.hide()
        self._busy: QLabel = label("", "muted")
        field.returnPressed.connect(self.enter)

    def finish(self) -> None:
        """Put what went wrong, the button and the other ways below what is asked."""
        self.lines.addWidget(self.trouble)
        line = row(spacing=12)
        line.addWidget(self.open)
        line.addWidget(self._dots)
        line.addWidget(self._busy)
        line.addStretch(1)
        self.lines.addLayout(line)
        self.lines.addSpacing(12)
        self.ways: QHBoxLayout = row()
        self.lines.addLayout(self.ways)
        self.ways.setAlignment(Qt.AlignmentFlag.AlignLeading)

    def enter(self) -> None:
        """The owner has typed it."""
        if self.open.isEnabled():
            self.entered.emit()

    def show_busy(self, words: str) -> None:
        """It is being tried."""
        self.trouble.hide()
        self.setEnabled(False)
        self._dots.setVisible(bool(words))
        self._busy.setText(words)

    def show_trouble(self, sentence: str) -> None:
        """It did not work, and this is why."""
        self.setEnabled(True)
        self._dots.hide()
        self._busy.setText("")
        say(self.trouble, sentence)
        self.trouble.show()
        announce(self.trouble, sentence)
        self.field.setFocus()
        self.field.selectAll()


class PassphraseForm(Form):
    """Asks for the passphrase. After a wrong one it waits a little, each time longer."""

    def __init__(self, theme: Theme, headline: str, title: str, note: str) -> None:
        self.secret = Secret(theme, _("Passphrase"))
        sentence = (_("Type the passphrase of the profile {profile}.").format(profile=title) if title else
                    _("Type your passphrase."))
        super().__init__(theme, "lock", headline, sentence, self.secret.line)
        self._left = 0
        self._timer = QTimer(self, interval=SECOND)
        self._timer.timeout.connect(self._tick)
        self.lines.addWidget(self.secret)
        self.finish()
        if note:
            self.lines.addWidget(label(note, "muted", wrap=True))

    def show_wrong(self, sentence: str, seconds: int) -> None:
        """It was not the passphrase: say so, and wait."""
        self.show_trouble(_("{sentence} Try again, or use your recovery key.").format(sentence=sentence))
        self.hold(seconds)

    def hold(self, seconds: int) -> None:
        """Try nothing for so many seconds; what is typed meanwhile stays."""
        self._left = seconds
        self.open.setEnabled(not seconds)
        self._busy.setText(ngettext("One second…", "{n} seconds…", seconds).format(n=texts.number(seconds))
                           if seconds else "")
        if seconds:
            self._timer.start()
        else:
            self._timer.stop()

    def _tick(self) -> None:
        self.hold(max(self._left - 1, 0))


class RecoveryForm(Form):
    """Asks for the recovery key; where a passphrase was lost, a new one can be chosen with it."""

    def __init__(self, theme: Theme, *, with_passphrase: bool) -> None:
        field = QLineEdit()
        field.setPlaceholderText(_("Recovery key"))
        field.setAccessibleName(_("Recovery key"))
        super().__init__(theme, "key", _("Use your recovery key"),
                         _("Type the letters you wrote down; spaces and dashes do not matter."), field)
        self.lines.addWidget(field)
        self._fields: PassphraseFields | None = None
        if with_passphrase:
            self._fields = PassphraseFields(theme, None)
            self.lines.addSpacing(4)
            self.lines.addWidget(label(_("The old passphrase no longer holds then. Choose another, or none."), "muted",
                                       wrap=True))
            self.lines.addWidget(self._fields)
            self._fields.changed.connect(self._typed)
            self._fields.entered.connect(self.enter)
        self.finish()

    @property
    def passphrase(self) -> str:
        """The new passphrase; "" where none was chosen."""
        return "" if self._fields is None else self._fields.passphrase

    def _typed(self) -> None:
        assert self._fields is not None
        self.open.setEnabled(self._fields.empty or bool(self._fields.passphrase))
