"""How the store is: counts, growth, how much has faded, what wants a look, what it takes of the disk."""

from mneme.clock import Clock
from mneme.store.database import Database


class Condition:
    """What a page of health is made of. Safe to use from several threads."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock
