"""The room where files and folders are added, and watched: what is being read, what came of it, what was left out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import AddReport, Progress
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.adder import Adder, choose_files, choose_folder, stage_words
from mneme_desktop.capture.capturing import Capturing
from mneme_desktop.capture.placelist import PlaceList
from mneme_desktop.capture.watched import WatchedPart
from mneme_desktop.capture.whoami import WhoCard
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.state import WindowState
from mneme_desktop.parts.widgets import (
    Chip,
    ElidedLabel,
    Picture,
    button,
    centred,
    column,
    frame,
    label,
    row,
    say,
    scrolling,
)

LIST_HEIGHT = 240  # of the places with trouble, at least


class CapturePage(QWidget):
    """Shows the Adder's work. Dropping is the window's: it works on every page."""

    ask_wanted = Signal()

    def __init__(self, theme: Theme, bridge: Bridge, adder: Adder, capturing: Capturing, state: WindowState) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._adder = theme, adder
        self.places = PlaceList(theme, bridge)
        self.places.retry.connect(adder.retry)
        self.places.setMinimumHeight(LIST_HEIGHT)
        self.who = WhoCard(theme, bridge, state)
        self.watched = WatchedPart(theme, bridge, capturing)
        self._build()
        adder.started.connect(self._started)
        adder.progressed.connect(self._progressed)
        adder.ended.connect(self._ended)
        adder.failed.connect(self._failed)

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = column(inside, 16, (24, 32, 24, 24))
        inner.addWidget(label(_("Add to your memory"), "headline"))
        inner.addWidget(self._drop_card())
        inner.addWidget(self._job_card())
        inner.addWidget(self._report_card())
        inner.addWidget(self.who)
        inner.addWidget(self.watched)
        inner.addWidget(self.places, 1)
        inner.addStretch(0)
        column(self, 0).addWidget(scrolling(centred(inside)))

    def _drop_card(self) -> QFrame:
        card = frame("drop")
        inner = column(card, 12, (24, 28, 24, 28))
        inner.addWidget(Picture(self._theme, "drop", "accent", 28), 0, Qt.AlignmentFlag.AlignHCenter)
        words = label(_("Drop files or folders anywhere in this window"), "title", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(words)
        more = label(_("Notes, documents and exported chats. They are read where they are, and nothing leaves "
                       "this computer."), "muted", wrap=True)
        more.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(more)
        line = row()
        line.addStretch(1)
        self.folder = button(_("Add a folder…"), self.choose_folder, "primary")
        self.files = button(_("Add files…"), self.choose_files)
        line.addWidget(self.folder)
        line.addWidget(self.files)
        line.addStretch(1)
        inner.addLayout(line)
        return card

    def _job_card(self) -> QFrame:
        self.job = frame("card")
        inner = column(self.job, 8, (20, 16, 16, 16))
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
        inner = row(self.report, 12, (20, 14, 16, 14))
        self._report_icon = {name: Picture(self._theme, name, colour)
                             for name, colour in (("check", "accent"), ("warning", "warm"))}
        words = column(spacing=2)
        self.summary = label("", "title", wrap=True, selectable=True)
        self._more = label("", "muted", wrap=True, selectable=True)
        words.addWidget(self.summary)
        words.addWidget(self._more)
        for picture in self._report_icon.values():
            inner.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        inner.addLayout(words, 1)
        self._ask = Chip(_("Ask about it"), self.ask_wanted.emit)
        inner.addWidget(self._ask)
        self.report.hide()
        return self.report

    # what the owner does

    def choose_folder(self) -> None:
        choose_folder(self, self._adder.add)

    def choose_files(self) -> None:
        choose_files(self, self._adder.add)

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
        if report.speakers:
            self.who.ask()

    def _failed(self, error: KnownError) -> None:
        self.job.hide()
        self._say(error.message, error.remedy, well=False)
        self._ask.hide()

    def _say(self, summary: str, more: str, *, well: bool) -> None:
        say(self.summary, summary)
        say(self._more, more)
        self._more.setVisible(bool(more))
        self._report_icon["check"].setVisible(well)
        self._report_icon["warning"].setVisible(not well)
        self.report.show()


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
