"""The facts that a question asks for: those of its subject's slot, whoever of that name is meant."""

from mneme.clock import Clock
from mneme.memory.facts.wanted import FactQuery
from mneme.store import facts
from mneme.store.database import Database
from mneme.store.facts import About
from mneme.types import Fact

MOST = 200  # facts of one slot


class StoreFacts:
    """The facts of an open store, as answers need them."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, query: FactQuery) -> list[Fact]:
        """The facts of the slot, those that are over too; none where the name may be of several people."""
        with self._store.reader() as db:
            subject = query.subject
            if subject is not None:
                named = facts.named(db, subject)
                if len(named) != 1:
                    return []
                subject = named[0]
            return facts.find(db, About(subject, query.relations, history=True), self._clock.now(), MOST)
