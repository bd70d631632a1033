"""Secrets that stand in what is kept: how many of which kind, and where; their words are never told."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from mneme.clock import Clock
from mneme.errors import Cancelled
from mneme.gate.masking import counted, group
from mneme.gate.secrets import Secret, secrets_in
from mneme.store import condition as stored
from mneme.store.condition import Text
from mneme.store.database import Database
from mneme.types import Progress, SecretPlace, SecretsReport

SLICE = 50  # items that are read at once
PLACES = 200  # that are named


def look(store: Database, clock: Clock, tell: Callable[[Progress], None], stop: Callable[[], bool]) -> SecretsReport:
    """Look through every text that is kept, with no transaction open meanwhile. Raises: Cancelled."""
    with store.reader() as db:
        items = stored.items(db)
    made = _Made(store)
    for start in range(0, len(items), SLICE):
        with store.reader() as db:
            texts = stored.texts(db, items[start:start + SLICE])
        for n, text in enumerate(texts):
            if stop():
                raise Cancelled
            tell(Progress("secrets", start + n, len(items)))
            made.look_at(text)
    return SecretsReport(len(items), dict(made.kinds), counted(made.kinds), tuple(made.places), made.more, clock.now())


@dataclass(slots=True)
class _Made:
    """What was found so far."""

    store: Database
    kinds: Counter[str] = field(default_factory=Counter)
    places: list[SecretPlace] = field(default_factory=list)
    more: int = 0

    def look_at(self, text: Text) -> None:
        """Count what stands in a text, or in its title alone."""
        found = secrets_in(text.text)
        counts = Counter(group(one.kind) for one in found or secrets_in(text.title))
        if not counts:
            return
        self.kinds.update(counts)
        if len(self.places) == PLACES:
            self.more += 1
            return
        self.places.append(SecretPlace(text.item, text.place, "" if secrets_in(text.title) else text.title,
                                       dict(counts), counted(counts), self._memory(text, found)))

    def _memory(self, text: Text, found: list[Secret]) -> int | None:
        with self.store.reader() as db:
            return stored.passage_at(db, text.item, found[0].span if found else (0, len(text.text)))
