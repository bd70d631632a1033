"""The room of capture: what is being read and what came of it, what is watched, what came in, and the rules."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QProgressBar, QStackedWidget, QWidget

from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import AddReport, Changes, Progress, SourceInfo
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.adder import Adder, stage_words
from mneme_desktop.capture.adding import AddPart
from mneme_desktop.capture.capturing import Capturing
from mneme_desktop.capture.head import StateHead
from mneme_desktop.capture.logpart import ALL, FAILED, LogPart
from mneme_desktop.capture.rulespart import RulesPart
from mneme_desktop.capture.secretspart import SecretsPart
from mneme_desktop.capture.watched import WatchedPart
from mneme_desktop.capture.whoami import WhoCard
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.room import Room
from mneme_desktop.parts.state import WindowState
from mneme_desktop.parts.widgets import (
    Chip,
    ElidedLabel,
    Flow,
    IconButton,
    Picture,
    centred,
    column,
    frame,
    label,
    row,
    say,
    scrolling,
)

SOURCES, LOG, RULES = range(3)
MARGIN = 24
BAR = 10  # pixels of a scroll bar, as the style sheet has it


class CapturePage(Room):
    """Shows the Adder's work. Dropping is the window's: it works on every page.

    `said` carries a sentence for the foot of the window, the name of a button and what it does.
    """

    ask_wanted = Signal()
    said = Signal(str, str, object)

    def __init__(self, theme: Theme, bridge: Bridge, adder: Adder, capturing: Capturing, state: WindowState) -> None:
        super().__init__()
        self._theme, self._adder, self._capturing = theme, adder, capturing
        self.head = StateHead(theme, capturing)
        self.adding = AddPart(theme, bridge, adder, capturing)
        self.who = WhoCard(theme, bridge, state)
        self.watched = WatchedPart(theme, bridge, capturing)
        self.log = LogPart(theme, bridge, adder)
        self.rules = RulesPart(theme, bridge)
        self.secrets = SecretsPart(theme, bridge)
        self._build()
        self._connect()

    def _build(self) -> None:
        top = QWidget()
        top.setProperty("role", "clear")
        above = column(top, 12, (MARGIN, 24, MARGIN, 8))
        above.addWidget(label(_("Capture"), "headline"))
        above.addWidget(self.head)
        above.addWidget(self._job_card())
        above.addWidget(self._report_card())
        above.addWidget(self._tabs())
        self.stack = QStackedWidget()
        for page in (_scrolled(_page(self.adding, self.who, self.watched)),
                     _beside_bar(centred(_page(self.log, stretched=True))),
                     _scrolled(_page(self.rules, self.secrets))):
            self.stack.addWidget(page)
        outer = column(self, 0)
        outer.addWidget(_beside_bar(centred(top)))
        outer.addWidget(self.stack, 1)

    def _tabs(self) -> Flow:
        flow, group = Flow(), QButtonGroup(self)
        self.tabs: list[Chip] = []
        for number, title in enumerate((_("Sources"), _("What came in"), _("Rules and secrets"))):
            chip = Chip(title, partial(self.show_tab, number), checkable=True)
            group.addButton(chip)
            flow.add(chip)
            self.tabs.append(chip)
        self.tabs[SOURCES].setChecked(True)
        return flow

    def _connect(self) -> None:
        adder = self._adder
        adder.started.connect(self._started)
        adder.progressed.connect(self._progressed)
        adder.ended.connect(self._ended)
        adder.failed.connect(self._failed)
        self.adding.histories_wanted.connect(self.watched.unfold)
        self.watched.listed_wanted.connect(self._list_source)
        self.log.opened.connect(self.opened)
        for part in (self.log, self.rules):
            part.said.connect(self.said)

    def _job_card(self) -> QFrame:
        self.job = frame("card")
        inner = column(self.job, 8, (20, 12, 16, 12))
        top = row()
        self.stage = label("", "title")
        self._left = label("", "small")
        self.cancel = Chip(_("Cancel"), self._cancel)
        top.addWidget(self.stage, 1)
        top.addWidget(self._left)
        top.addWidget(self.cancel)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("How far it is"))
        self._name = ElidedLabel(role="small", mode=Qt.TextElideMode.ElideMiddle)
        inner.addLayout(top)
        inner.addWidget(self.bar)
        inner.addWidget(self._name)
        self.job.hide()
        return self.job

    def _report_card(self) -> QFrame:
        self.report = frame("card")
        inner = row(self.report, 12, (20, 12, 16, 12))
        self._report_icon = {name: Picture(self._theme, name, colour)
                             for name, colour in (("check", "accent"), ("warning", "warm"))}
        words = column(spacing=4)
        self.summary = label("", "title", wrap=True, selectable=True)
        self._more = label("", "muted", wrap=True, selectable=True)
        words.addWidget(self.summary)
        words.addWidget(self._more)
        chips = Flow()
        self._ask = Chip(_("Ask about it"), self.ask_wanted.emit)
        self._which = Chip(_("See which, and why"), lambda: self.show_log(FAILED if self._has_failed else ALL))
        self._has_failed = False
        for chip in (self._ask, self._which):
            chips.add(chip)
        words.addWidget(chips)
        for picture in self._report_icon.values():
            inner.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        inner.addLayout(words, 1)
        inner.addWidget(IconButton(self._theme, "close", _("Put this away"), self.report.hide, size=14), 0,
                        Qt.AlignmentFlag.AlignTop)
        self.report.hide()
        return self.report

    # the room

    def enter(self) -> None:
        super().enter()
        self._capturing.read()
        self.log.read()

    def changed(self, changes: Changes) -> None:
        for part in (self.log, self.rules, self.secrets):
            part.changed(changes)

    def show_tab(self, number: int) -> None:
        """Show the sources, what came in, or the rules."""
        self.tabs[number].setChecked(True)
        self.stack.setCurrentIndex(number)
        if number == LOG:
            self.log.read()

    def show_log(self, which: str = ALL, words: str = "") -> None:
        """Show what came in: all of it, or what was left out, failed or waits; with these words."""
        self.show_tab(LOG)
        self.log.show_only(which, words)

    def _list_source(self, source: SourceInfo) -> None:
        self.show_log(ALL, source.place)

    # what the owner does

    def choose_folder(self) -> None:
        self.show_tab(SOURCES)
        self.adding.choose_folder()

    def choose_files(self) -> None:
        self.show_tab(SOURCES)
        self.adding.choose_files()

    def _cancel(self) -> None:
        self._adder.cancel()
        self.cancel.setEnabled(False)
        self.stage.setText(_("Stopping…"))

    # what the adder tells

    def _started(self) -> None:
        self.report.hide()
        self.cancel.setEnabled(True)
        self.stage.setText(_("Looking at what is there…"))
        self._left.setText("")
        self._name.set_whole("")
        self.bar.setRange(0, 0)
        self.job.show()

    def _progressed(self, progress: Progress) -> None:
        if not self.cancel.isEnabled():
            return
        self.stage.setText(stage_words(progress))
        self._left.setText(texts.time_left(progress.seconds_left))
        self._name.set_whole(progress.detail)
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)

    def _ended(self, report: AddReport, cancelled: bool) -> None:
        self.job.hide()
        self._say(*report_words(report, cancelled), well=not report.failed)
        self._ask.setVisible(bool(report.added or report.updated))
        self._has_failed = bool(report.failed)
        self._which.setVisible(bool(report.failed or report.skipped))
        if report.speakers:
            self.who.ask()

    def _failed(self, error: KnownError) -> None:
        self.job.hide()
        self._say(error.message, error.remedy, well=False)
        self._ask.hide()
        self._which.hide()

    def _say(self, summary: str, more: str, *, well: bool) -> None:
        say(self.summary, summary)
        say(self._more, more)
        self._more.setVisible(bool(more))
        self._report_icon["check"].setVisible(well)
        self._report_icon["warning"].setVisible(not well)
        self.report.show()


def _scrolled(inside: QWidget) -> QWidget:
    """What scrolls; the room for its bar is always there, so that nothing jumps from one part to another."""
    made = scrolling(centred(inside))
    made.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    bar = made.verticalScrollBar()
    bar.setEnabled(False)
    bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
    return made


def _beside_bar(inside: QWidget) -> QWidget:
    """What does not scroll, in line with what does."""
    made = QWidget()
    made.setProperty("role", "clear")
    line = row(made, 0)
    line.addWidget(inside, 1)
    line.addSpacing(BAR)
    return made


def _page(*parts: QWidget, stretched: bool = False) -> QWidget:
    """Parts below each other, as wide as lines are pleasant to read."""
    inside = QWidget()
    inside.setProperty("role", "clear")
    inner = column(inside, 16, (MARGIN, 8, MARGIN, 16))
    for part in parts:
        inner.addWidget(part, 1 if stretched else 0)
    if not stretched:
        inner.addStretch(1)
    return inside


def report_words(report: AddReport, cancelled: bool) -> tuple[str, str]:
    """What taking in did: a sentence, and what else there is to say."""
    counts = [
        (report.added, ngettext("{n} added", "{n} added", report.added)),
        (report.updated, ngettext("{n} updated", "{n} updated", report.updated)),
        (report.unchanged, ngettext("{n} unchanged", "{n} unchanged", report.unchanged)),
    ]
    said = [words.format(n=texts.number(n)) for n, words in counts if n]
    summary = ", ".join(said) if said else _("Nothing new was found")
    if cancelled:
        summary = _("Stopped: {summary}").format(summary=summary)
    troubles = [
        (report.done, ngettext("{n} file was read", "{n} files were read", report.done)),
        (len(report.skipped), ngettext("{n} file was left out", "{n} files were left out", len(report.skipped))),
        (len(report.failed), ngettext("{n} file failed", "{n} files failed", len(report.failed))),
    ]
    more = [words.format(n=texts.number(n)) for n, words in troubles if n]
    if cancelled:
        more.append(_("what was done stays, the rest waits"))
    sentence = ", ".join(more)
    return f"{summary}.", f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""
