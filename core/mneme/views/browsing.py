"""Looking through memories: which a list shows by its facets, in which order, and searches that are kept."""

from mneme.clock import Clock
from mneme.store.database import Database


class Browsing:
    """What lists of memories are made of. Safe to use from several threads."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock
