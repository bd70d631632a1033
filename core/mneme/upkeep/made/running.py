"""What a model has still to read, read by it: short reads, no transaction while it thinks, one change-set a prompt."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mneme.errors import Cancelled, ModelError, ModelFailed
from mneme.memory.facts.relations import RELATIONS
from mneme.messages import _
from mneme.ports import LanguageModel
from mneme.prompts import prompt
from mneme.prompts.fencing import one_line
from mneme.store import model_tasks
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.store.model_tasks import Name, Waiting
from mneme.types import Progress
from mneme.upkeep.made import asking, reasons
from mneme.upkeep.made.asking import Answers, IsCancelled, Malformed, Unit
from mneme.upkeep.made.describing import Describe
from mneme.upkeep.made.questions import Questions
from mneme.upkeep.made.summaries import Summary, TopicNames
from mneme.upkeep.made.tasks import Making, Supports, Task
from mneme.upkeep.made.telling import Facts
from mneme.upkeep.steps import Sight

OnProgress = Callable[[Progress], None]
_EVERY: tuple[Task, ...] = (Facts(), Questions(), Describe(), Summary(), TopicNames())
TASKS: Mapping[Name, Task] = {task.name: task for task in _EVERY}
ALL: tuple[Name, ...] = tuple(TASKS)
LIMIT = 200  # memories of each task in one run
IN_A_ROW = 3  # failures after which the model is left alone


@dataclass(slots=True)
class Done:
    """What a task came to: memories `read`, outputs `kept` and `dropped` (by reason), memories `failed` (by reason).

    `private`: memories that wait because the model runs elsewhere. `sets` are the change-sets, for undo.
    """

    task: Name
    read: int = 0
    kept: int = 0
    private: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    sets: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to, task by task; `problem` says in a sentence why it ended early."""

    tasks: tuple[Done, ...]
    problem: str = ""


def waiting(store: Database, sight: Sight) -> Mapping[Name, int]:
    """How many memories each task has still to read."""
    with store.reader() as db:
        return model_tasks.counts(db, sight.now)


def run(store: Database, model: LanguageModel, sight: Sight, supports: Supports, *, tasks: Sequence[Name] = ALL,
        limit: int = LIMIT, cancelled: IsCancelled, on_progress: OnProgress) -> Report:
    """Have a model read what is new, at most `limit` memories for each task, the newest first.

    Each prompt's outputs are kept in one transaction, as one change-set by upkeep: killed at any moment, what is kept
    is whole. What fails is written down with its reason and tried again later; a model that is not there, or fails
    several times in a row, ends the run. `supports` says whether a sentence says nothing that some texts do not.
    """
    done: list[Done] = []
    for name in ALL:
        if name in tasks:
            work = _Work(store, model, sight, supports, TASKS[name], limit, cancelled, on_progress)
            done.append(work.done)
            try:
                work.all()
            except Cancelled:
                break
            except _Ended as ended:
                return Report(tuple(done), ended.sentence)
    return Report(tuple(done))


class _Ended(Exception):
    """The model is not fit for work."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(slots=True)
class _Work:
    """One task of one run."""

    store: Database
    model: LanguageModel
    sight: Sight
    supports: Supports
    task: Task
    limit: int
    cancelled: IsCancelled
    on_progress: OnProgress
    failures: int = 0
    system: str = ""
    done: Done = field(init=False)

    def __post_init__(self) -> None:
        self.done = Done(self.task.name)

    def all(self) -> None:
        """Read what waits. Raises: Cancelled, _Ended."""
        elsewhere = self._place() != "here"
        with self.store.reader() as db:
            found = model_tasks.waiting(db, self.task.name, self.sight.now, self.limit, elsewhere=elsewhere)
            if elsewhere:
                self.done.private = model_tasks.private_waiting(db, self.task.name, self.sight.now)
        if not found:
            return
        self.system = prompt(self.task.name).filled(**self._arguments())
        left, most = self._room()
        passed = 0
        for part in _parts(found, self.task.most):
            self._check()
            with self.store.reader() as db:
                units = self.task.read(db, self.sight, [one.memory for one in part])
            for batch in asking.batches(self.model, units, left, self.task.most):
                self._check()
                self._batch(batch, left, most)
            passed += len(part)
            self.on_progress(Progress(f"model {self.task.name}", passed, len(found), _TITLES[self.task.name]()))

    def _check(self) -> None:
        if self.cancelled():
            raise Cancelled

    def _place(self) -> str:
        try:
            return self.model.facts().place
        except ModelError as error:
            raise _Ended(str(error)) from error

    def _room(self) -> tuple[int, int]:
        try:
            return asking.room(self.model, self.system, self.task.answer)
        except Malformed as error:
            raise _Ended(error.sentence) from error
        except ModelError as error:
            raise _Ended(str(error)) from error

    def _arguments(self) -> dict[str, str]:
        owner = self.sight.owner or _("name not known")
        return {"owner": one_line(owner), "relations": ", ".join(RELATIONS),
                "today": self.sight.today().isoformat()}

    def _batch(self, units: Sequence[Unit], left: int, most: int) -> None:
        """Ask about some memories, and keep what comes of it. Raises: Cancelled, _Ended."""
        try:
            answers = self._asked(units, left, most)
        except Malformed as error:
            self.done.dropped[error.reason] += 1
            self._failed(units, error.sentence)
        except ModelFailed as error:
            self._failed(units, str(error))
        except ModelError as error:  # missing, damaged, too big: no memory's fault
            raise _Ended(str(error)) from error
        else:
            self.failures = 0
            self.store.write(lambda db: self._keep(db, units, answers))

    def _asked(self, units: Sequence[Unit], left: int, most: int) -> Answers:
        """What the model says: of several texts in one prompt, of one that is too long in as many as it takes."""
        cut = {unit.memory: asking.pieces(self.model, unit, left) for unit in units}
        if len(units) > 1 or not self.task.splits:
            shown = [cut[unit.memory][0] for unit in units]
            return asking.ask(self.model, self.system, self.task.form, shown, most, self.cancelled)
        every = Answers()
        for piece in cut[units[0].memory]:
            one = asking.ask(self.model, self.system, self.task.form, [piece], most, self.cancelled)
            every.items += one.items
            every.refused += one.refused
        return every

    def _failed(self, units: Sequence[Unit], sentence: str) -> None:
        memories = [unit.memory for unit in units]
        self.store.write(lambda db: model_tasks.failed(db, self.task.name, memories, self.sight.now, sentence))
        self.done.failed[sentence] += len(units)
        self.failures += 1
        if self.failures >= IN_A_ROW:
            raise _Ended(sentence)

    def _keep(self, db: Handle, units: Sequence[Unit], answers: Answers) -> None:
        """Take the answers in, if what they are about is as it was; with them what was read, in one transaction."""
        now = {unit.memory: unit for unit in self.task.read(db, self.sight, [unit.memory for unit in units])}
        same = {unit.memory for unit in units if now.get(unit.memory) == unit}
        changes = ChangeSet(db, f"model {self.task.name}", "upkeep", self.sight.now)
        keeper = self.task.keeper(db, changes, Making(self.model.model_id, prompt(self.task.name).id,
                                                      self.sight, self.supports))
        kept: Counter[int] = Counter()
        dropped: dict[int, Counter[str]] = {unit.memory: Counter() for unit in units}
        for piece, reason in answers.refused:
            dropped[piece.unit.memory if piece is not None else units[0].memory][reason] += 1
        for piece, item in answers.items:
            memory = piece.unit.memory
            refused = keeper.take(piece, item) if memory in same else reasons.CHANGED
            if refused:
                dropped[memory][refused] += 1
            else:
                kept[memory] += 1
        keeper.end()
        if kept:
            changes.count(_COUNTED[self.task.name], kept.total())
        for memory in sorted(same):
            model_tasks.done(db, self.task.name, memory, self.sight.now, kept=kept[memory], dropped=dropped[memory])
        made = changes.close()
        self._tell(len(same), kept.total(), dropped, made)

    def _tell(self, read: int, kept: int, dropped: Mapping[int, Counter[str]], made: int | None) -> None:
        self.done.read += read
        self.done.kept += kept
        for counter in dropped.values():
            self.done.dropped.update(counter)
        if made is not None:
            self.done.sets.append(made)


def _parts(found: Sequence[Waiting], most: int) -> list[list[Waiting]]:
    """Those that never failed together, some at a time; those that did alone, so that none keeps others waiting."""
    fresh = [one for one in found if not one.attempts]
    together = [fresh[at:at + most] for at in range(0, len(fresh), most)]
    return [*together, *([one] for one in found if one.attempts)]


_COUNTED: Mapping[Name, str] = {"facts": "facts", "questions": "questions", "describe": "descriptions",
                                "summary": "summaries", "topic": "names"}
_TITLES: Mapping[Name, Callable[[], str]] = {
    "facts": lambda: _("Find facts"), "questions": lambda: _("Find questions"), "describe": lambda: _("Describe notes"),
    "summary": lambda: _("Tell summaries"), "topic": lambda: _("Name topics")}
