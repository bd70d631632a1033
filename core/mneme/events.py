"""Telling others what changed: a hub that carries `Changes` from commits to whoever shows them."""

import logging
import threading
from collections.abc import Callable

from mneme.types import Changes

Listener = Callable[[Changes], None]

log = logging.getLogger(__name__)


class Hub:
    """Calls every listener after each commit, on the thread that committed. Listeners must be quick."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; the returned function takes it away again."""
        with self._lock:
            self._listeners.append(listener)
        return lambda: self._drop(listener)

    def publish(self, changes: Changes) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener(changes)

    def _drop(self, listener: Listener) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
