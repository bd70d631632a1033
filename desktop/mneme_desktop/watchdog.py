"""Notices when the GUI thread is held up, and logs where it was."""

import logging
import sys
import threading
import time
import traceback

from PySide6.QtCore import QAbstractEventDispatcher, QObject

log = logging.getLogger(__name__)

LIMIT = 0.05  # seconds
LOOK_EVERY = 0.02
REST_AFTER = 1.0


class Watchdog(QObject):
    """Logs every stretch of more than `limit` seconds in which the event loop did not come round, with its stack.

    The loop tells when it wakes and when it goes to sleep; a thread looks on while it is busy and rests
    otherwise, so an idle window costs nothing.
    """

    def __init__(self, limit: float = LIMIT) -> None:
        """Make it on the GUI thread, after the application."""
        super().__init__()
        self._limit = limit
        self._gui = threading.get_ident()
        self._busy_since: float | None = None
        self._stirred = threading.Event()
        self._stopping = False
        self._reported: float | None = None
        self.blocks: list[str] = []
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None, "there is no event loop to watch yet"
        dispatcher.awake.connect(self._woke)
        dispatcher.aboutToBlock.connect(self._rests)
        self._dispatcher = dispatcher
        self._thread = threading.Thread(target=self._watch, name="mneme-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._dispatcher.awake.disconnect(self._woke)
        self._dispatcher.aboutToBlock.disconnect(self._rests)
        self._stopping = True
        self._stirred.set()
        self._thread.join()

    def _woke(self) -> None:
        self._busy_since = time.monotonic()
        if not self._stirred.is_set():
            self._stirred.set()

    def _rests(self) -> None:
        self._busy_since = None

    def _watch(self) -> None:
        while not self._stopping:
            self._stirred.wait()
            idle_since = time.monotonic()
            while not self._stopping and time.monotonic() - idle_since < REST_AFTER:
                time.sleep(LOOK_EVERY)
                if self._look():
                    idle_since = time.monotonic()
            if not self._stopping:
                self._stirred.clear()

    def _look(self) -> bool:
        """Whether the loop is busy; reports a stretch that is too long, once."""
        since = self._busy_since
        if since is None:
            return False
        if time.monotonic() - since > self._limit and self._reported != since:
            self._reported = since
            frame = sys._current_frames().get(self._gui)
            stack = "".join(traceback.format_stack(frame)) if frame is not None else ""
            self.blocks.append(stack)
            log.info("the window was held up for more than %d ms:\n%s", self._limit * 1000, stack)
        return True
