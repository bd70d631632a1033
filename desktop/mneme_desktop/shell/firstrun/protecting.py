"""The third step: who may open it, and what happens when it begins."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QWidget

from mneme.messages import _, ngettext
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.choicebox import ChoiceBox
from mneme_desktop.parts.widgets import Turning, column, frame, label, row, say
from mneme_desktop.shell.firstrun.plan import Plan
from mneme_desktop.shell.passphrase import PassphraseFields

MINUTES = (0, 5, 15, 60)
USUAL = 15
BESIDE_FROM = 420  # pixels; below, the choice stands under its words
NAMED = 4  # places that are told by name
INDENT = 28  # pixels from a box to its words


def begin_words(plan: Plan) -> str:
    """What will be taken in, in a sentence."""
    if plan.empty:
        return _("Nothing is taken in yet. Whatever you drop on the window is, later.")
    names = [texts.one_line(one.title, 40) for one in plan.choices[:NAMED]]
    if (more := len(plan.choices) - NAMED) > 0:
        names.append(ngettext("{n} more", "{n} more", more).format(n=texts.number(more)))
    if plan.sample:
        names.append(_("the invented life"))
    return _("When you begin, Mneme takes in: {names}.").format(names=", ".join(names))


class Protecting(QWidget):
    """`changed` says that something was decided, `entered` that the owner wants to begin."""

    changed = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, bridge: Bridge, place: str) -> None:
        """`place`: where the key is kept; "passphrase": one was chosen already, "none": nothing is encrypted."""
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._place = theme, place
        inner = column(self, 16)
        inner.addWidget(label(_("Only for your eyes"), "headline", wrap=True))
        self.fields = PassphraseFields(theme, bridge)
        self.fields.changed.connect(self._typed)
        self.fields.entered.connect(self.entered)
        self.minutes = ChoiceBox(theme)
        inner.addWidget(self._passphrase_card())
        inner.addWidget(self._login_card())
        self._sum = label("", "lead", wrap=True)
        inner.addWidget(self._sum)
        inner.addStretch(1)

    @property
    def ready(self) -> bool:
        """Whether it may begin: a passphrase that was typed once only is none."""
        return self.fields.empty or bool(self.fields.passphrase)

    @property
    def lock_minutes(self) -> int:
        """After how many minutes to lock; 0: never."""
        return int(self.minutes.currentData()) if self.fields.passphrase or self._place == "passphrase" else 0

    def enter(self, plan: Plan) -> None:
        """Say what will be taken in, and put the keyboard where it is wanted."""
        say(self._sum, begin_words(plan))
        (self.fields if self._place not in ("passphrase", "none") else self.login).setFocus()

    def _passphrase_card(self) -> QFrame:
        card = frame("card")
        inner = column(card, 8, (20, 16, 20, 16))
        inner.addWidget(label(_("A passphrase, if you like"), "title", wrap=True))
        if self._place == "none":
            inner.addWidget(label(_("This store is not encrypted; a passphrase would protect nothing."), "muted",
                                  wrap=True))
            return card
        if self._place == "passphrase":
            inner.addWidget(label(_("One is chosen already. It can be changed in the settings."), "muted", wrap=True))
        else:
            inner.addWidget(label(_("Without one, whoever can use your account can open Mneme. With one, only you can: "
                                    "it is asked for whenever Mneme opens."), "muted", wrap=True))
            inner.addWidget(self.fields)
        inner.addSpacing(4)
        inner.addWidget(self._lock_line())
        return card

    def _lock_line(self) -> QWidget:
        line = Turning(BESIDE_FROM, 12)
        for minutes in MINUTES:
            self.minutes.addItem(_("Never") if not minutes else ngettext(
                "After one minute", "After {n} minutes", minutes).format(n=texts.number(minutes)), minutes)
        self.minutes.setCurrentIndex(MINUTES.index(USUAL))
        self.minutes.setAccessibleName(_("Lock by itself"))
        self.minutes.setFixedWidth(200)
        self.minutes.setEnabled(self._place == "passphrase")
        line.line.addWidget(label(_("Lock by itself when nobody touches it"), wrap=True), 1)
        line.line.addWidget(self.minutes, 0, Qt.AlignmentFlag.AlignLeading)
        return line

    def _login_card(self) -> QFrame:
        card = frame("card")
        inner = column(card, 4, (20, 16, 20, 16))
        self.login = QCheckBox(_("Start with the computer"))
        self.login.setAccessibleName(_("Start with the computer"))
        inner.addWidget(self.login)
        words = label(_("Mneme's icon is there when you log in, and what changes is taken in without the window."),
                      "muted", wrap=True)
        below = row(margins=(INDENT, 0, 0, 0))
        below.addWidget(words, 1)
        inner.addLayout(below)
        return card

    def _typed(self) -> None:
        self.minutes.setEnabled(not self.fields.empty)
        self.changed.emit()
