"""The child as its parent sees it: requests go in, frames come out, and its end is seen at whatever moment it comes."""

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Mapping
from typing import Any, Final

from mneme import pipes
from mneme.models.llama.log import ChildLog

STOPPING: Final = 1.0  # seconds that a cancelled request may take to end; then the child is ended
ENVIRONMENT: Final = {
    "OMP_WAIT_POLICY": "PASSIVE",  # threads that spin while they wait make a busy computer crawl
    "GGML_NO_BACKTRACE": "1",  # it would start a debugger
}

Frame = dict[str, Any]


class Ended(Exception):
    """The child is not there any more."""


class Exchange:
    """One request and the frames that answer it; `over` is set at the last of them, or when the child has ended."""

    def __init__(self, child: "Child", number: int) -> None:
        self._child, self._number = child, number
        self._frames: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._cancelled = False
        self.over = threading.Event()

    def take(self, seconds: float) -> Frame | None:
        """The next frame; None if none came. Raises: Ended."""
        try:
            frame = self._frames.get(timeout=seconds)
        except queue.Empty:
            return None
        if frame is None:
            self._frames.put(None)  # whoever asks again hears the same
            raise Ended
        return frame

    def cancel(self) -> None:
        """Have the child stop; a child that does not within a second is ended. It waits for nothing."""
        if self._cancelled or self.over.is_set():
            return
        self._cancelled = True
        self._child.stop_soon(self._number, self)

    def hear(self, frame: Frame | None) -> bool:
        """A frame came, or None at the child's end; whether it was the last."""
        self._frames.put(frame)
        if frame is None or "end" in frame or "refused" in frame:
            self.over.set()
        return self.over.is_set()


class Child:
    """One worker process, with threads that write to it and read from it: no caller ever waits for a pipe."""

    def __init__(self, log: ChildLog) -> None:
        self._log = log
        self._process = pipes.start("mneme.models.llama.worker", os.getpid(), environment=ENVIRONMENT,
                                    stderr=subprocess.PIPE)
        self._out: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stopping: queue.SimpleQueue[tuple[float, Exchange] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._open: dict[int, Exchange] = {}
        self._numbers = 0
        self._ended = False
        self.killed = False  # by us
        self._threads = [threading.Thread(target=work, name=f"llama-{work.__name__.strip('_')}", daemon=True)
                         for work in (self._hear, self._speak, self._note, self._make_sure)]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return not self._ended and self._process.poll() is None

    @property
    def code(self) -> int | None:
        """How it ended: the negative number of a signal, or its exit code."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(STOPPING)
        return None

    def ask(self, do: str, what: Mapping[str, Any] | None = None) -> Exchange:
        """Send a request. Raises: TypeError or ValueError for what is no JSON."""
        with self._lock:
            self._numbers += 1
            number = self._numbers
            exchange = Exchange(self, number)
            payload = json.dumps({**(what or {}), "do": do, "id": number}).encode("ascii")
            if self._ended:
                exchange.hear(None)
                return exchange
            self._open[number] = exchange
            self._out.put(payload)  # within the lock: requests go out in the order of their numbers
        return exchange

    def stop_soon(self, number: int, exchange: Exchange) -> None:
        """Tell it to stop with a request, and end it if it does not. No thread is started: we may be ending, too."""
        self._out.put(json.dumps({"do": "cancel", "id": number}).encode("ascii"))
        self._stopping.put((time.monotonic() + STOPPING, exchange))

    def kill(self) -> None:
        """End it now, whatever it is doing; it waits for nothing."""
        self.killed = True
        self._process.kill()

    def stop(self) -> None:
        """End it, and wait until it is gone and its memory is free."""
        self.kill()
        self._process.wait()
        self._out.put(None)
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):  # what could not be written any more
                pipes.opened(pipe).close()

    def _hear(self) -> None:
        stream = pipes.opened(self._process.stdout)
        with contextlib.suppress(pipes.BrokenFrame, OSError, ValueError, KeyError):
            while True:
                frame = json.loads(pipes.receive(stream))
                exchange = self._open.get(frame["id"])
                if exchange is not None and exchange.hear(frame):
                    self._open.pop(frame["id"], None)
        self._process.kill()  # also where it lives and sends nonsense
        with self._lock:
            self._ended = True
            left = list(self._open.values())
            self._open.clear()
        self._out.put(None)
        self._stopping.put(None)
        for exchange in left:
            exchange.hear(None)

    def _speak(self) -> None:
        stream = pipes.opened(self._process.stdin)
        with contextlib.suppress(OSError, ValueError):
            while (payload := self._out.get()) is not None:
                pipes.send(stream, payload)

    def _make_sure(self) -> None:
        while (told := self._stopping.get()) is not None:
            until, exchange = told
            if not exchange.over.wait(max(until - time.monotonic(), 0.0)):
                self.kill()

    def _note(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._log.follow(pipes.opened(self._process.stderr))
