"""Upkeep: putting in order now, what that would do, the jobs in the background, and the journal with undo."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import Changes, JournalEntry, Progress, StepReport
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import (
    Chip,
    Flow,
    IconButton,
    Turning,
    announce,
    button,
    clear,
    column,
    frame,
    label,
    row,
)

JOURNAL_SHOWN = 10
CHANGES_MS = 400
BESIDE_FROM = 420  # pixels; below, the button stands under its words


@dataclass(frozen=True, slots=True)
class JobLine:
    """How a background job stands, as far as it is shown."""

    title: str
    last: datetime | None
    next: datetime | None
    running: bool
    paused: bool
    said: str  # what came of the last run, or why the next one waits
    trouble: str
    name: str = ""  # of the job, for the scheduler


@dataclass(frozen=True, slots=True)
class Books:
    """What is known of upkeep: the jobs, and the latest change-sets."""

    jobs: tuple[JobLine, ...]
    journal: tuple[JournalEntry, ...]
    more: bool  # change-sets before these


def read_books(engine: Engine, shown: int) -> Books:
    """On a worker thread: the jobs, and the latest `shown` change-sets, as they are now."""
    jobs = tuple(JobLine(_(job.title), job.last_started, job.next_at, job.running, job.paused,
                         " ".join(filter(None, (job.result, job.waits))), job.problem or "", job.name)
                 for job in engine.jobs())
    journal = engine.life.journal(limit=shown + 1)
    return Books(jobs, journal[:shown], len(journal) > shown)


class UpkeepPart(QWidget):
    """Reads the books when asked, puts in order when asked. `undo` carries a change-set's number."""

    undo = Signal(int)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._theme, self._bridge = theme, bridge
        self._running: Operation[list[StepReport]] | None = None
        self._shown = JOURNAL_SHOWN
        self._planning = False
        self._seen: tuple[Books, QDate] | None = None
        self._soon = QTimer(self, interval=CHANGES_MS, singleShot=True)
        self._soon.timeout.connect(self.read)
        self._build()

    def _build(self) -> None:
        outer = column(self, 12)
        words = column(spacing=2)
        words.addWidget(label(_("Learns facts, finds copies, sees what belongs together, sums up days. "
                                "Each change can be undone."), "muted", wrap=True))
        self.press = button(_("Put in order"), self.put_in_order)
        line = Turning(BESIDE_FROM, 16)
        line.line.addLayout(words, 1)
        line.line.addWidget(self.press, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Putting in order"))
        self.said = label("", "small", wrap=True)
        self.rehearse = Chip(_("What would it do?"), self.plan)
        self.rehearse.explain(_("A dry run: everything is worked out, and nothing is changed."))
        chips = Flow()
        chips.add(self.rehearse)
        self.planned = column(spacing=4)
        outer.addWidget(line)
        outer.addWidget(self.bar)
        outer.addWidget(self.said)
        outer.addWidget(chips)
        outer.addLayout(self.planned)
        self._jobs = self._section(outer, _("In the background"))
        self._journal = self._section(outer, _("Journal"))
        self.bar.hide()
        self.said.hide()

    def _section(self, outer: QVBoxLayout, title: str) -> QVBoxLayout:
        outer.addWidget(frame("line"))
        outer.addWidget(label(title, "section"))
        lines = column(spacing=8)
        outer.addLayout(lines)
        return lines

    @property
    def running(self) -> bool:
        """Whether memories are being put in order because somebody pressed the button."""
        return self._running is not None

    # the books

    def read(self) -> None:
        """Ask for the jobs and the journal."""
        shown = self._shown
        (self._bridge.query(self, lambda engine: read_books(engine, shown)).named("books").success(self._show)
            .failure(lambda error: self._say(str(error))).run())

    def changed(self, changes: Changes) -> None:
        """Something was committed: read the books again, if they are looked at."""
        if self.isVisible() and (changes.everything or changes.memories) and not self._soon.isActive():
            self._soon.start()

    def _show(self, books: Books) -> None:
        seen = books, QDate.currentDate()  # times are told as today's and yesterday's
        if seen == self._seen:
            return
        self._seen = seen
        clear(self._jobs)
        for job in books.jobs:
            self._jobs.addWidget(self._job_widget(job))
        if not books.jobs:
            self._jobs.addWidget(label(_("No job runs in this window."), "muted", wrap=True))
        clear(self._journal)
        for entry in books.journal:
            self._journal.addWidget(self._entry_widget(entry))
        if books.more:
            older = Flow()
            older.add(Chip(_("Show older changes"), self._show_older))
            self._journal.addWidget(older)
        if not books.journal:
            self._journal.addWidget(label(_("Nothing was changed yet."), "muted", wrap=True))

    def _show_older(self) -> None:
        self._shown += JOURNAL_SHOWN
        self.read()

    def _job_widget(self, job: JobLine) -> QWidget:
        made = QWidget()
        outer = row(made, 4)
        inner = column(spacing=2)
        inner.addWidget(label(job.title, wrap=True))
        inner.addWidget(label(job_words(job), "small", wrap=True))
        if job.trouble:
            inner.addWidget(label(job.trouble, "warm", wrap=True))
        outer.addLayout(inner, 1)
        if not job.running:
            outer.addWidget(IconButton(self._theme, "retry", _("Run now: {job}").format(job=job.title),
                                       partial(self._run_job, job.name), size=16))
        pausing = _("Go on: {job}") if job.paused else _("Pause: {job}")
        outer.addWidget(IconButton(self._theme, "resume" if job.paused else "pause", pausing.format(job=job.title),
                                   partial(self._pause_job, job.name, not job.paused), size=16))
        return made

    def _run_job(self, name: str) -> None:
        self._told(lambda engine: engine.run_job(name))

    def _pause_job(self, name: str, paused: bool) -> None:
        self._told(lambda engine: engine.pause_job(name, paused=paused))

    def _told(self, work: Callable[[Engine], None]) -> None:
        """Have the scheduler do something, and see what came of it."""
        (self._bridge.operation(self, lambda engine, _op: work(engine)).success(lambda _done: self._soon.start())
            .failure(lambda error: self._say(str(error))).run())

    # what it would do

    def plan(self) -> None:
        """Ask what putting in order would do; asked again, put the answer away."""
        if self.planned.count():
            clear(self.planned)
        elif not self._planning:
            self._planning = True
            self.rehearse.setEnabled(False)
            (self._bridge.operation(self, lambda engine, _op: engine.life.plan()).success(self._show_plan)
                .failure(lambda error: self._show_plan((), str(error))).run())

    def _show_plan(self, reports: Sequence[StepReport], trouble: str = "") -> None:
        self._planning = False
        self.rehearse.setEnabled(True)
        clear(self.planned)
        lines = [f"{change_words(one.name)} · {texts.number(sum(one.counts.values()))}" for one in reports
                 if one.counts]
        waits = list(dict.fromkeys(one.waiting for one in reports if one.waiting))
        words = [trouble] if trouble else lines or [_("Everything is in order.")]
        for line in (*words, *waits):
            self.planned.addWidget(label(line, "small", wrap=True))
        announce(self, ". ".join((*words, *waits)))

    def _entry_widget(self, entry: JournalEntry) -> QWidget:
        made = QWidget()
        inner = row(made, 12)
        words = column(spacing=2)
        words.addWidget(label(entry_words(entry), "" if entry.undone_at is None else "muted", wrap=True))
        words.addWidget(label(texts.local_time(entry.at), "small"))
        inner.addLayout(words, 1)
        if entry.undoable:
            chip = Chip(_("Undo"), lambda: self.undo.emit(entry.id))
            chip.setAccessibleName(_("Undo: {what}").format(what=entry_words(entry)))
            inner.addWidget(chip)
        return made

    # putting in order

    def put_in_order(self) -> None:
        """Begin, or stop what was begun."""
        if self._running is not None:
            self._running.cancel()
            self.press.setEnabled(False)
            return
        self._running = (self._bridge.operation(self, lambda engine, op: engine.upkeep_now(
            progress=op.note, cancelled=op.cancelled)).on("long").progress(self._progressed)
            .success(self._done).failure(self._failed).stopped(lambda: self._end(_("Stopped."))))
        clear(self.planned)
        self.press.setText(_("Stop"))
        self.press.setAccessibleName(_("Stop putting in order"))
        self.bar.setRange(0, 0)
        self.bar.show()
        self._say(_("Beginning…"))
        self._running.run()

    def _progressed(self, progress: Progress) -> None:
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self._say(step_words(progress.stage) + "…")

    def _done(self, reports: Sequence[StepReport]) -> None:
        stopped = self._running is not None and self._running.cancelled()
        changes = sum(sum(report.counts.values()) for report in reports)
        words = (ngettext("{n} thing was put in order.", "{n} things were put in order.", changes).format(
            n=texts.number(changes)) if changes else _("Everything was in order."))
        waits = [report.waiting for report in reports if report.waiting]
        self._end(" ".join(filter(None, (_("Stopped.") if stopped else "", words, *dict.fromkeys(waits)))))

    def _failed(self, error: KnownError) -> None:
        self._end(str(error))

    def _end(self, words: str) -> None:
        self._running = None
        self.press.setText(_("Put in order"))
        self.press.setAccessibleName(_("Put in order"))
        self.press.setEnabled(True)
        self.bar.hide()
        self._say(words)
        announce(self, words)
        self.read()

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))


def job_words(job: JobLine) -> str:
    """When a job ran last and what came of it, and when it will run."""
    last = _("runs now") if job.running else (
        _("did not run yet") if job.last is None else _("last {when}").format(when=texts.local_time(job.last)))
    coming = _("paused") if job.paused else (
        "" if job.next is None else _("next {when}").format(when=texts.local_time(job.next)))
    return " · ".join(filter(None, (last, coming, job.said)))


def entry_words(entry: JournalEntry) -> str:
    """What a change-set did, and how much: "Learned facts · 14"."""
    words = change_words(entry.what)
    count = sum(entry.counts.values())
    who = words if entry.by == "upkeep" else _("You: {what}").format(what=words)
    parts = [who, texts.number(count) if count else "", _("undone") if entry.undone_at is not None else ""]
    return " · ".join(filter(None, parts))


def change_words(what: str) -> str:
    """What was done, by the name of the act or the step; an unknown name stays as it is."""
    return {
        "forget": _("put in the bin"), "restore": _("taken out of the bin"), "pin": _("pinned"),
        "unpin": _("unpinned"), "keep": _("kept longer"), "fade": _("let fade"), "edit": _("other words"),
        "confirm": _("confirmed"), "rename topic": _("a topic's name"), "move to topic": _("another topic"),
        "mend": _("Let go of what its sources no longer say"), "learn": _("Learned facts"), "copies": _("Found copies"),
        "events": _("Saw what belongs together"), "associations": _("Linked what has to do with each other"),
        "topics": _("Sorted by topic"), "days": _("Summed up days, weeks and months"),
        "topic summaries": _("Summed up topics"), "private": _("kept from servers"),
        "not private": _("no longer kept from servers"), "think": _("Concluded from an answer"),
        "surprise": _("Learned from a surprise"), "model facts": _("Found facts with the language model"),
        "model questions": _("Found questions with the language model"),
        "model describe": _("Described notes with the language model"),
        "model summary": _("Told summaries with the language model"),
        "model topic": _("Named topics with the language model"),
    }.get(what, what)


def step_words(stage: str) -> str:
    """What is being done, by the stage of its progress; an unknown name stays as it is."""
    return {
        "mend": _("Letting go of what its sources no longer say"), "learn": _("Learning facts"),
        "copies": _("Looking for copies"), "events": _("Seeing what belongs together"),
        "associations": _("Linking what has to do with each other"), "topics": _("Sorting by topic"),
        "days": _("Summing up days, weeks and months"), "topic summaries": _("Summing up topics"),
        "embedding": _("Learning what the new words mean"), "model facts": _("Finding facts"),
        "model questions": _("Finding questions"), "model describe": _("Describing notes"),
        "model summary": _("Telling summaries"), "model topic": _("Naming topics"),
    }.get(stage, stage)
