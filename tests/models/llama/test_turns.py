"""Whose turn it is, with real threads."""

import threading

import pytest

from mneme.errors import Cancelled
from mneme.models.llama.turns import Turns


def never() -> bool:
    return False


class Queue:
    """Threads that wait for the turn, note their name when they have it, and let go at once."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.order: list[str] = []
        self.threads: list[threading.Thread] = []

    def join_in(self, name: str, urgent: bool) -> None:
        before = len(self.turns._waiting)
        thread = threading.Thread(target=self._wait, args=(name, urgent))
        thread.start()
        self.threads.append(thread)
        while len(self.turns._waiting) == before:
            thread.join(0.001)

    def _wait(self, name: str, urgent: bool) -> None:
        with self.turns.held(urgent, never):
            self.order.append(name)

    def done(self) -> list[str]:
        for thread in self.threads:
            thread.join()
        return self.order


def test_urgent_ones_come_first_in_their_order() -> None:
    queue = Queue()
    with queue.turns.held(True, never) as ticket:
        for name, urgent in (("b1", False), ("u1", True), ("b2", False), ("u2", True)):
            queue.join_in(name, urgent)
        assert not ticket.give_way
    assert queue.done() == ["u1", "u2", "b1", "b2"]


def test_what_runs_in_the_background_is_asked_to_give_way() -> None:
    queue = Queue()
    with queue.turns.held(False, never) as ticket:
        queue.join_in("b", False)
        assert not ticket.give_way
        queue.join_in("u", True)
        assert ticket.give_way
    assert queue.done() == ["u", "b"]


def test_who_is_cancelled_leaves_the_queue() -> None:
    turns = Turns()
    with turns.held(True, never):
        with pytest.raises(Cancelled), turns.held(True, lambda: True):
            pass
        assert turns._waiting == []
    with turns.held(True, never):
        pass


def test_an_error_gives_the_turn_back() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.held(True, never):
        raise ZeroDivisionError
    with turns.held(False, never):
        pass
