"""The store's condition in one sentence, and a line for each thing that wants a look, which leads there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame

from mneme.messages import _, ngettext
from mneme.types import CheckReport, ConditionReport, SecretsReport
from mneme_desktop.health.audit import concern_words
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import EDGE, LineButton
from mneme_desktop.parts.widgets import Chip, Dots, Picture, announce, clear, column, label, row, say

SLOW_MS = 400  # a look that takes longer can be stopped
LITTLE = 1_000_000_000  # bytes free, below which the disk wants a look
PLACES = {"contradictions": "people", "failed": "capture", "sources": "capture", "unsupported": "audit"}


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that wants a look, and where it is looked at."""

    words: str
    why: str
    place: str  # "people", "capture", "audit" or "disk"


def wishes(report: ConditionReport, secrets: SecretsReport | None, check: CheckReport | None) -> list[Wish]:
    """What wants a look, the gravest first."""
    found = list[Wish]()
    if check is not None and not check.doctor.healthy:
        found.append(Wish(_("The store has problems"), _("See what they are, and repair it."), "audit"))
    if secrets is not None and secrets.count:
        found.append(Wish(_("Secrets slipped in: {what}").format(what=secrets.said), _("Mask or erase them."), "audit"))
    if report.disk.free is not None and report.disk.free < LITTLE:
        found.append(Wish(_("The disk is nearly full"), _("{size} are left.").format(size=texts.size(report.disk.free)),
                          "disk"))
    why = {"contradictions": _("Decide which is right."), "failed": _("See which, and why."),
           "sources": _("See what is wrong."), "unsupported": _("Upkeep lets go of it.")}
    for name, place in PLACES.items():
        concern = next(one for one in report.concerns if one.name == name)
        if concern.count:
            found.append(Wish(concern_words(concern), why[name], place))
    return found


def headline(report: ConditionReport, found: Sequence[Wish]) -> str:
    """How it is, in a sentence."""
    if found:
        return ngettext("One thing wants a look.", "{n} things want a look.", len(found)).format(
            n=texts.number(len(found)))
    return _("All is well.") if report.counts.memories else _("There is nothing to look after yet.")


class ShortCard(QFrame):
    """`wanted` carries the place that a line leads to; `again` wants a new look, `stop` the end of one."""

    wanted = Signal(str)
    again = Signal()
    stop = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "card")
        self.setAccessibleName(_("In short"))
        self.well, self.warning = Picture(theme, "check", "accent", 24), Picture(theme, "warning", "warm", 24)
        self.sentence = label(_("Looking…"), "headline", wrap=True)
        self.detail = label("", "muted", wrap=True)
        self.dots = Dots(theme)
        self.look = Chip(_("Look again"), self.again.emit)
        self.halt = Chip(_("Stop"), self.stop.emit)
        self._slow = QTimer(self, interval=SLOW_MS, singleShot=True)
        self._slow.timeout.connect(lambda: self._show_looking(True))
        self.lines = column(spacing=0)
        self.found: list[Wish] = []
        self._build()

    def _build(self) -> None:
        outer = row(self, 2, (20, 20, 20, 20))
        for mark in (self.well, self.warning):
            outer.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            mark.hide()
        words, line = column(spacing=4), row(spacing=12)
        for part in (self.sentence, self.detail):
            part.setContentsMargins(EDGE, 0, EDGE, 0)  # as the lines below have it
        line.addWidget(self.sentence, 1)
        line.addWidget(self.dots)
        for chip in (self.look, self.halt):
            line.addWidget(chip, 0, Qt.AlignmentFlag.AlignVCenter)
        words.addLayout(line)
        words.addWidget(self.detail)
        words.addLayout(self.lines)
        outer.addLayout(words, 1)
        self._show_looking(False)  # once they have their parent: they would be windows of their own
        self.detail.hide()

    def show_looking(self, looking: bool) -> None:
        """Whether it is being looked at right now, said where it takes long. What was found before stays."""
        if looking:
            self._slow.start()
        else:
            self._slow.stop()
            self._show_looking(False)

    def _show_looking(self, looking: bool) -> None:
        self.dots.setVisible(looking)
        self.halt.setVisible(looking)
        self.look.setVisible(not looking)

    def show_report(self, report: ConditionReport, secrets: SecretsReport | None, check: CheckReport | None) -> None:
        """Say how it is."""
        self.found = wishes(report, secrets, check)
        words = headline(report, self.found)
        if words != self.sentence.text():
            say(self.sentence, words)
            announce(self, words)
        self.warning.setVisible(bool(self.found))
        self.well.setVisible(not self.found)
        say(self.detail, _("Looked at {when}.").format(when=texts.local_time(report.made_at)))
        self.detail.show()
        clear(self.lines)
        for one in self.found:
            self.lines.addWidget(LineButton(self._theme, one.words, one.why, partial(self.wanted.emit, one.place)))
        if not report.counts.memories and not self.found:
            self.lines.addWidget(LineButton(self._theme, _("Add a folder"), _("Its files become memories."),
                                            partial(self.wanted.emit, "add")))

    def show_trouble(self, words: str) -> None:
        """It could not be looked at."""
        say(self.sentence, _("Mneme could not look."))
        say(self.detail, words)
        self.detail.show()
        self.well.hide()
        self.warning.show()
        clear(self.lines)
        announce(self, words)
