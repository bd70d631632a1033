"""The first moments: a calm screen while the profile opens, and what to do when it does not."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError, StoreError, StoreLocked, WrongKey
from mneme.messages import _
from mneme.paths import Profile
from mneme.settings import Value
from mneme_desktop.bridge import safe_details
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.dialogs import show_crash
from mneme_desktop.parts.state import WindowState
from mneme_desktop.parts.widgets import Dots, button, clear, column, label, row

OpenEngine = Callable[[Profile, str | None], Engine]


@dataclass(frozen=True, slots=True)
class Opened:
    """An open profile with what the window needs for its first frame."""

    engine: Engine
    settings: dict[str, Value]
    new_key: str | None


class Opener(QObject):
    """Opens a profile on a thread of its own. Exactly one of its signals follows each `open`."""

    opened = Signal(object)
    failed = Signal(object)
    crashed = Signal(str)

    def __init__(self, profile: Profile, open_engine: OpenEngine) -> None:
        super().__init__()
        self._profile, self._open_engine = profile, open_engine
        self._thread: threading.Thread | None = None
        self.result: Opened | None = None

    def open(self, passphrase: str | None = None) -> None:
        """Begin; the result comes as a signal."""
        self._begin(lambda: self._open_engine(self._profile, passphrase))

    def bring_back(self, recovery_key: str, use_keyring: bool) -> None:
        """Put the key back from the recovery key, and then open."""
        self._begin(lambda: self._with_key(recovery_key, use_keyring))

    def wait(self) -> None:
        """Until the thread has ended; for closing."""
        if self._thread is not None:
            self._thread.join()

    def _begin(self, work: Callable[[], Engine]) -> None:
        self._thread = threading.Thread(target=lambda: self._run(work), name="mneme-open")
        self._thread.start()

    def _with_key(self, recovery_key: str, use_keyring: bool) -> Engine:
        place = "keyring" if use_keyring else "file"
        try:
            Engine.bring_back_key(self._profile, recovery_key, place=place)
        except WrongKey:
            raise
        except StoreError:  # a computer without a keyring: the file is the place that always is
            Engine.bring_back_key(self._profile, recovery_key, place="file")
        return self._open_engine(self._profile, None)

    def _run(self, work: Callable[[], Engine]) -> None:
        try:
            engine = work()
            result = Opened(engine, engine.settings(), engine.new_recovery_key())
        except KnownError as error:
            self.failed.emit(error)
        except Exception as error:  # noqa: BLE001 -- the task runner is one of the three named boundaries
            self.crashed.emit(safe_details(error))
        else:
            self.result = result
            self.opened.emit(result)


class StartWindow(QWidget):
    """Stands where the window will stand. `opened` carries the Opened."""

    opened = Signal(object)

    def __init__(self, theme: Theme, profile: Profile, opener: Opener, *, use_keyring: bool = True) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(_("Mneme"))
        self._theme, self._opener, self._use_keyring = theme, opener, use_keyring
        self._tried = False
        self.field: QLineEdit | None = None
        WindowState(profile).restore_place(self)
        inside = QWidget()
        inside.setMaximumWidth(520)
        self._lines = column(inside, 12, (24, 24, 24, 24))
        line = row(self, 0)
        line.addStretch(1)
        line.addWidget(inside, 1000)
        line.addStretch(1)
        opener.opened.connect(self.opened)
        opener.failed.connect(self._failed)
        opener.crashed.connect(self._crashed)
        self._wait()
        opener.open()

    def _wait(self) -> None:
        self._fresh()
        self._lines.addWidget(label(_("Mneme"), "headline"), 0, Qt.AlignmentFlag.AlignHCenter)
        self._lines.addWidget(Dots(self._theme), 0, Qt.AlignmentFlag.AlignHCenter)
        self._lines.addWidget(label(_("Opening your memories…"), "muted"), 0, Qt.AlignmentFlag.AlignHCenter)
        self._lines.addStretch(3)

    def _fresh(self) -> None:
        clear(self._lines)
        self._lines.addStretch(2)

    def _failed(self, error: KnownError) -> None:
        if isinstance(error, StoreLocked):
            self._ask_passphrase(_("Your memories are locked"), _("Type your passphrase to open them."))
        elif isinstance(error, WrongKey) and self._tried:
            self._ask_passphrase(error.message, _("Try again, or use your recovery key."))
        else:
            self._say(error)

    def _say(self, error: KnownError) -> None:
        self._fresh()
        self._lines.addWidget(label(error.message, "headline", wrap=True, selectable=True))
        if error.remedy:
            self._lines.addWidget(label(error.remedy, "lead", wrap=True, selectable=True))
        self._buttons(button(_("Try again"), self._again, "primary"))

    def _ask_passphrase(self, headline: str, sentence: str) -> None:
        self._fresh()
        self._lines.addWidget(label(headline, "headline", wrap=True))
        self._lines.addWidget(label(sentence, "lead", wrap=True))
        self._add_field(_("Passphrase"), secret=True, then=self._unlock)
        self._buttons(button(_("Open"), self._unlock, "primary"))

    def ask_recovery_key(self) -> None:
        self._fresh()
        self._lines.addWidget(label(_("Use your recovery key"), "headline", wrap=True))
        self._lines.addWidget(label(_("Type the letters you wrote down; spaces and dashes do not matter."), "lead",
                                    wrap=True))
        self._add_field(_("Recovery key"), secret=False, then=self._bring_back)
        self._buttons(button(_("Open"), self._bring_back, "primary"))

    def _add_field(self, name: str, *, secret: bool, then: Callable[[], None]) -> None:
        self.field = QLineEdit()
        if secret:
            self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText(name)
        self.field.setAccessibleName(name)
        self.field.returnPressed.connect(then)
        self._lines.addWidget(self.field)
        self.field.setFocus()

    def _buttons(self, first: QWidget) -> None:
        line = row()
        line.addWidget(first)
        line.addWidget(button(_("Use the recovery key…"), self.ask_recovery_key))
        line.addStretch(1)
        line.addWidget(button(_("Quit"), self.close))
        self._lines.addSpacing(8)
        self._lines.addLayout(line)
        self._lines.addStretch(3)

    def _again(self) -> None:
        self._wait()
        self._opener.open()

    def _unlock(self) -> None:
        if self.field is not None and self.field.text():
            self._tried = True
            passphrase = self.field.text()
            self._wait()
            self._opener.open(passphrase)

    def _bring_back(self) -> None:
        if self.field is not None and self.field.text().strip():
            text = self.field.text().strip()
            self._wait()
            self._opener.bring_back(text, self._use_keyring)

    def _crashed(self, details: str) -> None:
        self._say(KnownError(_("Mneme could not be opened."), _("This is a bug; the details can be copied.")))
        show_crash(self, details)
