"""The language model: who writes the answers, what it runs on, adding one, trying it, setting llama.cpp up."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QProgressBar, QVBoxLayout, QWidget

from mneme import trial
from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import Backend, ModelInfo, Progress
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.look.theme import Theme
from mneme_desktop.models.languagewords import Facts, Tried, doing_words, facts_words, grade_words, trial_lines
from mneme_desktop.parts.choicebox import ChoiceBox
from mneme_desktop.parts.naming import model_words
from mneme_desktop.parts.widgets import Chip, Flow, Picture, Turning, announce, button, clear, column, frame, label, row

CONTROL_WIDTH, BESIDE_FROM = 240, 460  # pixels
NONE, SERVER = "none", "server"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choices:
    """What can write, what does, and why nothing can yet."""

    models: tuple[ModelInfo, ...]
    writer: str
    missing: str | None
    backends: tuple[Backend, ...]


def look(engine: Engine) -> Choices:
    """Read what there is to choose from. Nothing is loaded."""
    missing = engine.models.set_up_missing()
    return Choices(tuple(model for model in engine.models.all() if model.purpose == "chat"), engine.models.writer(),
                   missing, tuple(engine.models.backends()) if missing is not None else ())


Loaded = tuple[str, Facts | None]


def loaded(engine: Engine) -> Loaded:
    """On a worker thread: the model that writes, loaded, with what it runs on; "" and nothing where none does."""
    writer = engine.models.writer()
    return writer, engine.models.languages.named(writer).facts() if writer else None


class LanguagePart(QWidget):
    """One thing at a time is done with models; it can be stopped. `chosen`: another one writes now.

    `shown`: the list was read. `address_wanted`: the owner chose a server that is not named yet. `busied`: whether
    something is being done.
    """

    chosen = Signal()
    shown = Signal()
    address_wanted = Signal()
    busied = Signal(bool)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._bridge = theme, bridge
        self.try_with: Callable[..., Tried] = trial.run  # a test tells what comes of it
        self.choices: Choices | None = None
        self.running: Operation[Any] | None = None
        self._facts: dict[str, Facts] = {}
        self._tried: dict[str, Tried] = {}
        self.outer = column(self, 0)
        self._build_choice()
        self._build_job()
        self._build_set_up()

    # building

    def _build_choice(self) -> None:
        line = Turning(BESIDE_FROM, 16, (0, 12, 0, 8))
        words = column(spacing=2)
        words.addWidget(label(_("Who writes the answers"), "title"))
        words.addWidget(label(
            _("A language model writes them in its own words; each sentence is checked against the memories it names. "
              "Without one they are read out as they stand."), "muted", wrap=True))
        self.choice = ChoiceBox(self._theme)
        self.choice.setFixedWidth(CONTROL_WIDTH)
        self.choice.setAccessibleName(_("Who writes the answers"))
        self.choice.activated.connect(lambda _n: self.use(str(self.choice.currentData())))
        line.line.addLayout(words, 1)
        line.line.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        self.outer.addWidget(line)
        self.facts = label("", "muted", wrap=True)
        self.notes = label("", "small", wrap=True)
        self.result: QVBoxLayout = column(spacing=4)
        self.outer.addWidget(self.facts)
        self.outer.addWidget(self.notes)
        self.outer.addLayout(self.result)
        self.chips = Flow()
        self.load = Chip(_("Load it now"), self.load_now)
        self.load.explain(_("Load the language model, and see what it runs on"))
        self.trial = Chip(_("Try it out"), self.try_out)
        self.trial.explain(_("Measure its speed, whether it keeps to a schema, and ask it ten questions about a sample "
                             "life"))
        self.add = Chip(_("Add a GGUF file…"), self.choose_file)
        for chip in (self.load, self.trial, self.add):
            self.chips.add(chip)
        self.outer.addSpacing(12)
        self.outer.addWidget(self.chips)
        self.outer.addSpacing(12)

    def _build_job(self) -> None:
        """What is being done, how far it is, and how it went wrong."""
        self.job = QWidget()
        self.job.setProperty("role", "clear")
        inner = column(self.job, 8, (0, 0, 0, 12))
        self.doing = label("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.stop = Chip(_("Stop"), self.cancel)
        top = row(spacing=12)
        top.addWidget(self.doing, 1)
        top.addWidget(self.stop)
        inner.addLayout(top)
        inner.addWidget(self.bar)
        self.job.hide()
        self.outer.addWidget(self.job)
        self.trouble = frame("notice")
        inside = row(self.trouble, 10, (14, 10, 14, 10))
        inside.addWidget(Picture(self._theme, "warning", "warm", 18), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=4)
        self.wrong = label("", "title", wrap=True, selectable=True)
        self.remedy = label("", "", wrap=True, selectable=True)
        words.addWidget(self.wrong)
        words.addWidget(self.remedy)
        inside.addLayout(words, 1)
        self.trouble.hide()
        self.outer.addWidget(self.trouble)
        self._below_trouble = frame("clear")
        self._below_trouble.setFixedHeight(12)
        self._below_trouble.hide()
        self.outer.addWidget(self._below_trouble)

    def _build_set_up(self) -> None:
        """Offered only where llama.cpp is missing."""
        self.set_up_part = QWidget()
        self.set_up_part.setProperty("role", "clear")
        inner = column(self.set_up_part, 0)
        inner.addWidget(frame("line"))
        line = Turning(BESIDE_FROM, 16, (0, 12, 0, 16))
        words = column(spacing=2)
        words.addWidget(label(_("Models on this computer need llama.cpp"), "title", wrap=True))
        self.missing = label("", "muted", wrap=True)
        words.addWidget(self.missing)
        words.addWidget(label(
            _("It is set up here when you say so: about 100 MB come from PyPI, and it is built for this computer, "
              "which takes some minutes and needs a C++ compiler. Nothing of yours is sent."), "muted", wrap=True))
        side = column(spacing=8)
        self.backend = ChoiceBox(self._theme)
        self.backend.setFixedWidth(CONTROL_WIDTH)
        self.backend.setAccessibleName(_("What llama.cpp is built for"))
        self.set_up_button = button(_("Set up llama.cpp"), self.set_up, "primary")
        side.addWidget(self.backend)
        side.addWidget(self.set_up_button)
        line.line.addLayout(words, 1)
        line.line.addLayout(side)
        inner.addWidget(line)
        self.set_up_part.hide()
        self.outer.addWidget(self.set_up_part)

    # what there is

    def read(self) -> None:
        """Read what there is to choose from; nothing is loaded."""
        self._bridge.query(self, look).named("models").success(self.show_choices).failure(self._failed).run()

    def show_choices(self, choices: Choices) -> None:
        """Show what there is to choose from."""
        self.choices = choices
        self.choice.clear()
        self.choice.addItem(_("Nobody: read out"), NONE)
        for model in choices.models:
            self.choice.addItem(_title(model), model.id)
        if all(model.id != SERVER for model in choices.models):
            self.choice.addItem(_("Your own server…"), SERVER)
        if choices.writer and self.choice.findData(choices.writer) < 0:
            self.choice.addItem(model_words(choices.writer), choices.writer)
        self.choice.setCurrentIndex(max(self.choice.findData(choices.writer or NONE), 0))
        self._show_facts(choices.writer)
        self.set_up_part.setVisible(choices.missing is not None)
        self.missing.setText(choices.missing or "")
        self.backend.clear()
        self.backend.addItem(_("The best for this computer"), "auto")
        for one in choices.backends:
            self.backend.addItem(one.name.upper() if one.found else _("{name} (not here)").format(
                name=one.name.upper()), one.name)
            self.backend.setItemData(self.backend.count() - 1, one.reason, Qt.ItemDataRole.ToolTipRole)
        self.shown.emit()

    def forget_facts(self) -> None:
        """What it runs on may be otherwise: a setting has changed."""
        self._facts.clear()

    def _show_facts(self, writer: str) -> None:
        facts, tried = self._facts.get(writer), self._tried.get(writer)
        self.facts.setText(facts_words(facts) if facts is not None else "")
        self.facts.setVisible(facts is not None)
        notes = " ".join(facts.notes) if facts is not None else ""
        self.notes.setText(notes)
        self.notes.setVisible(bool(notes))
        self.load.setVisible(bool(writer) and facts is None)
        self.trial.setVisible(bool(writer))
        clear(self.result)
        if tried is not None:
            self._show_trial(tried)

    def _show_trial(self, tried: Tried) -> None:
        self.result.addSpacing(12)
        top = row(spacing=10)
        grade = label(tried.grade, "grade")
        grade.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grade.setFixedSize(36, 36)
        grade.setAccessibleName(_("Grade {grade}").format(grade=tried.grade))
        top.addWidget(grade)
        top.addWidget(label(grade_words(tried.grade), "title", wrap=True), 1)
        self.result.addLayout(top)
        self.result.addSpacing(4)
        for name, words in trial_lines(tried):
            line = row(spacing=12)
            left = label(name, "muted")
            left.setFixedWidth(128)
            line.addWidget(left, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(label(words, wrap=True), 1)
            self.result.addLayout(line)

    # doing

    def use(self, name: str) -> None:
        """Have this model write from now on, once it is known to load; "none": nobody does."""
        known = self.choices.models if self.choices is not None else ()
        if name == SERVER and all(model.id != SERVER for model in known):
            self._show_again()
            self.address_wanted.emit()
            return

        def work(engine: Engine, _op: Operation[Loaded]) -> Loaded:
            engine.models.use(name)
            return loaded(engine)

        self._begin(_("Loading it…") if name != NONE else _("Working…"), work, self._used)

    def _used(self, found: Loaded) -> None:
        writer, facts = found
        if facts is not None:
            self._facts[writer] = facts
        self.read()
        self.chosen.emit()

    def load_now(self) -> None:
        """Load the model that writes, and show what it runs on."""
        self._begin(_("Loading it…"), lambda engine, _op: loaded(engine), self._used)

    def writer(self) -> str:
        """The name of the model that writes; "" where none does."""
        return self.choices.writer if self.choices is not None else ""

    def choose_file(self) -> None:
        """Ask which file to add."""
        dialog = QFileDialog(self, _("Add a language model"), "", _("Models (*.gguf);;All files (*)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.add_file)
        dialog.open()

    def add_file(self, path: str) -> None:
        """Add a model and have it write."""
        self._begin(_("Reading the file…"), lambda engine, op: engine.models.add(
            path, progress=op.note, cancelled=op.cancelled), self._added)

    def _added(self, model: ModelInfo) -> None:
        self.read()
        if model.purpose == "chat":
            self.use(model.id)
        else:
            self.show_wrong(KnownError(_("{name} is no model that writes.").format(name=model.title),
                                       _("It was added; the list of models says what it is for.")))

    def try_out(self) -> None:
        """See how fast and how true the model is."""
        writer = self.writer()
        self._begin(_("Loading it…"), lambda engine, op: self.try_with(
            engine.models.languages.named(writer), progress=op.note, cancelled=op.cancelled),
            partial(self.show_tried, writer))

    def show_tried(self, writer: str, tried: Tried) -> None:
        """Show how a trial went."""
        self._tried[writer] = tried
        self._facts[writer] = tried.facts
        self._show_facts(writer)
        announce(self, _("Grade {grade}").format(grade=tried.grade))

    def set_up(self) -> None:
        """Build llama.cpp into this environment."""
        backend = str(self.backend.currentData())
        self._begin(_("Building llama.cpp…"), lambda engine, op: engine.models.set_up(
            backend, progress=op.note, cancelled=op.cancelled), self._is_set_up)

    def _is_set_up(self, sentence: str) -> None:
        self.notes.setText(sentence)
        self.notes.setVisible(bool(sentence))
        announce(self, _("llama.cpp is set up."))
        self.read()

    def cancel(self) -> None:
        """Stop what is being done, at its next look."""
        if self.running is not None:
            self.running.cancel()
            self.stop.setEnabled(False)
            self.doing.setText(_("Stopping…"))

    def _begin(self, words: str, work: Callable[[Engine, Operation[T]], T], then: Callable[[T], object]) -> None:
        if self.running is not None:
            self._show_again()
            return
        self.show_wrong(None)
        self.doing.setText(words)
        self.bar.setRange(0, 0)
        self.stop.setEnabled(True)
        operation = self._bridge.operation(self, work).on("models").progress(self._progressed)
        self.running = operation.success(lambda found: self._ended(lambda: then(found))).failure(
            self._failed).stopped(lambda: self._ended(self._show_again))
        self._show_busy(True)
        self.running.run()

    def _progressed(self, progress: Progress) -> None:
        if self.running is not None and not self.running.cancelled():
            self.show_doing(progress)

    def show_doing(self, progress: Progress) -> None:
        """Show what is being done, and how far it is."""
        self.job.show()
        self.doing.setText(doing_words(progress))
        known = progress.total > 0 and progress.done > 0
        self.bar.setRange(0, progress.total if known else 0)
        self.bar.setValue(progress.done)

    def _ended(self, then: Callable[[], object]) -> None:
        self.running = None
        self._show_busy(False)
        then()

    def _failed(self, error: KnownError) -> None:
        self._ended(self._show_again)
        self.show_wrong(error)

    def _show_again(self) -> None:
        if self.choices is not None:
            self.choice.setCurrentIndex(max(self.choice.findData(self.choices.writer or NONE), 0))

    def _show_busy(self, busy: bool) -> None:
        self.job.setVisible(busy)
        self.busied.emit(busy)
        for part in (self.choice, self.load, self.trial, self.add, self.backend, self.set_up_button):
            part.setEnabled(not busy)

    def show_wrong(self, error: KnownError | None) -> None:
        """Say what went wrong and what to do; None: nothing did."""
        self.wrong.setText(error.message if error is not None else "")
        self.remedy.setText(error.remedy if error is not None else "")
        self.remedy.setVisible(error is not None and bool(error.remedy))
        self.trouble.setVisible(error is not None)
        self._below_trouble.setVisible(error is not None)
        if error is not None:
            announce(self, str(error))


def _title(model: ModelInfo) -> str:
    """A model in the list: a server with its address."""
    name = model_words(model.title)
    return _("{name} at {address}").format(name=name, address=model.path) if model.id == SERVER else name

