"""Whose turn it is: one request at a time, urgent ones in their order, and what runs in the background gives way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from mneme.errors import Cancelled

POLL: Final = 0.02  # seconds between looks at a cancel button


@dataclass(slots=True, eq=False)
class Ticket:
    """A place in the queue. `give_way` is set while it holds the turn and an urgent one waits for it."""

    urgent: bool
    give_way: bool = False


class Turns:
    """The queue before one model."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Ticket] = []
        self._holder: Ticket | None = None

    @contextmanager
    def held(self, urgent: bool, cancelled: Callable[[], bool]) -> Iterator[Ticket]:
        """Have the turn within the block. Raises: Cancelled while waiting for it."""
        ticket = self._queued(urgent)
        try:
            while not self._got(ticket):
                if cancelled():
                    raise Cancelled
            yield ticket
        finally:
            self._leave(ticket)

    def _queued(self, urgent: bool) -> Ticket:
        ticket = Ticket(urgent)
        with self._changed:
            self._waiting.append(ticket)
            if urgent and self._holder is not None and not self._holder.urgent:
                self._holder.give_way = True
        return ticket

    def _got(self, ticket: Ticket) -> bool:
        """Whether it has the turn now, or within a moment."""
        with self._changed:
            if not self._next(ticket):
                self._changed.wait(POLL)
            if not self._next(ticket):
                return False
            self._waiting.remove(ticket)
            self._holder = ticket
            return True

    def _next(self, ticket: Ticket) -> bool:
        first = next((one for one in self._waiting if one.urgent), self._waiting[0])
        return self._holder is None and first is ticket

    def _leave(self, ticket: Ticket) -> None:
        with self._changed:
            if self._holder is ticket:
                self._holder = None
            else:
                self._waiting.remove(ticket)
            self._changed.notify_all()
