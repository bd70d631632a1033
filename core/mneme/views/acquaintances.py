"""People and topics: who there is, what is known of each, and who is near whom."""

from mneme.clock import Clock
from mneme.store.database import Database


class Acquaintances:
    """What pages of people and topics are made of. Safe to use from several threads."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock
