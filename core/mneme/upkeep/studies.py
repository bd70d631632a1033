"""What a language model does behind the scenes: it reads what is new, thinks answers over, and notes surprises."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from mneme.errors import ModelError
from mneme.ports import LanguageModel
from mneme.prompts import prompt
from mneme.store import made
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.store.derived import NewDerived
from mneme.store.model_tasks import Name
from mneme.types import Answer, Changes, Kind, Origin, Progress
from mneme.upkeep.made.tasks import Supports
from mneme.upkeep.steps import Sight

if TYPE_CHECKING:
    from mneme.upkeep.made.running import Report

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]
Later = Callable[[IsCancelled], object]

MOST_LATER = 50  # things to be thought over that wait; the oldest are let go
SURPRISE = 0.9  # importance of what went against what was expected
LIMIT = 200  # memories of each task in one run


class Studies:
    """What an engine offers of a language model's own work; nothing of it happens while the owner waits."""

    def __init__(self, store: Database, sight: Callable[[], Sight], supports: Supports,
                 publish: Callable[[Changes], object]) -> None:
        self._store = store
        self._sight = sight
        self._supports = supports
        self._publish = publish
        self._later: deque[Later] = deque(maxlen=MOST_LATER)

    def run(self, model: LanguageModel, *, tasks: Sequence[Name] = (), limit: int = LIMIT, progress: OnProgress,
            cancelled: IsCancelled) -> "Report":
        """Have a model read what is new: facts, questions, descriptions, summaries, names of topics.

        At most `limit` memories for each task; each prompt's outputs are one change-set, to be undone. What failed is
        in the report, and tried again later.
        """
        from mneme.upkeep.made import running  # noqa: PLC0415 -- slow import

        report = running.run(self._store, model, self._sight(), self._supports, tasks=tasks or running.ALL, limit=limit,
                             cancelled=cancelled, on_progress=progress)
        if any(one.kept for one in report.tasks):
            self._publish(Changes(everything=True))
        return report

    def waiting(self) -> Mapping[Name, int]:
        """How many memories each task has still to read."""
        from mneme.upkeep.made import running  # noqa: PLC0415 -- slow import

        return running.waiting(self._store, self._sight())

    # ------------------------------------------------------------------ afterwards

    def later(self, work: Later) -> None:
        """Have something done when the owner does not wait."""
        self._later.append(work)

    def think_over(self, cancelled: IsCancelled) -> int:
        """Do what waits to be thought over; how much was done. A model that fails leaves it undone: nothing is lost."""
        done = 0
        while self._later and not cancelled():
            work = self._later.popleft()
            try:
                work(cancelled)
            except ModelError:
                continue
            done += 1
        return done

    def think(self, model: LanguageModel, answer: Answer, cancelled: IsCancelled) -> None:
        """Keep what is to be concluded from an answer, with its evidence. Raises: Cancelled."""
        from mneme.upkeep.made.thinking import Answered, think  # noqa: PLC0415 -- slow import

        written = answer.written
        deep = written is not None and len(written.graph) > 1
        said = " ".join(one.text for one in written.sentences) if written is not None else answer.text or ""
        asked = Answered(answer.question, said, tuple(dict.fromkeys(one.memory for one in answer.citations)),
                         note=said if deep else "")
        if think(self._store, model, self._sight(), self._supports, asked, cancelled).changes is not None:
            self._publish(Changes(everything=True))

    def surprised(self, model_id: str, sentence: str, said: str) -> bool:
        """Keep what is new about the owner, on the words that say it; whether those are kept."""
        sight = self._sight()

        def work(db: Handle) -> bool:
            place = made.own_words(db, said)
            if place is None:
                return False
            changes = ChangeSet(db, "surprise", "upkeep", sight.now)
            new = NewDerived(Kind.THOUGHT, sentence, (place,), Origin.DERIVED, importance=SURPRISE)
            made.make_by(db, changes, new, model_id, prompt("surprise").id)
            changes.count("thoughts", 1)
            changes.close()
            return True

        kept = self._store.write(work)
        if kept:
            self._publish(Changes(everything=True))
        return kept
