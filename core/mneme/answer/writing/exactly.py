"""Exact questions in a written answer: what tools counted and found, ready to be quoted and cited."""

from collections.abc import Sequence
from dataclasses import dataclass

from mneme.answer.tools.calling import call
from mneme.answer.tools.offering import offered
from mneme.answer.tools.structured import IsCancelled, OnSpent
from mneme.answer.writing.evidence import Bearing
from mneme.clock import Clock
from mneme.ports import LanguageModel
from mneme.recall.exact import StoreExact
from mneme.recall.understanding.question import Question
from mneme.store.database import Database
from mneme.types import Hit, Moment, ToolCall

SURE = 0.9  # how much a memory bears on a question whose exact words it holds
MOST = 6  # memories of tools that a model reads beside those that were found


@dataclass(frozen=True, slots=True)
class Exact:
    """The calls for the transcript, the sentences that Mneme counted, the memories that were found."""

    calls: tuple[ToolCall, ...] = ()
    computed: tuple[str, ...] = ()
    found: tuple[Bearing, ...] = ()


NOTHING = Exact()


class Exactly:
    """Has a language model call tools where a question asks for something exact."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, model: LanguageModel, question: Question, now: Moment, *, elsewhere: bool,
                 cancelled: IsCancelled, on_spent: OnSpent) -> Exact:
        """What came of it; `elsewhere`: the model is on a server, and sees nothing private.

        Raises: Cancelled, ModelError, StoreError.
        """
        if not offered(question):
            return NOTHING
        exact = StoreExact(self._store, self._clock, elsewhere=elsewhere)
        calls, results = call(model, question.text, exact, now.local().date(), cancelled=cancelled,
                              within=question.within, on_spent=on_spent)
        memories = {memory.id: memory for one in results for memory in one.memories}
        found = [Bearing(Hit(memory, 0.0, {"tool": 1.0}), None, SURE, 0.0) for memory in memories.values()][:MOST]
        return Exact(tuple(calls), _counted([one.computed for one in results]), tuple(found))


def _counted(sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in sentences if one))
