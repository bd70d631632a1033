"""Memories by time: how much happened when, the events of a stretch, and what happened on this day."""

from mneme.clock import Clock
from mneme.store.database import Database


class Chronicle:
    """What a timeline is made of. Safe to use from several threads."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock
