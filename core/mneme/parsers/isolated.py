"""Running parsers that may crash, hang or swell in a worker process of our own, with limits."""

import contextlib
import json
import logging
import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mneme import pipes
from mneme.errors import KnownError, Unreadable
from mneme.messages import _
from mneme.parsers import wire, worker
from mneme.ports import Parsed, ParseInput, Parser

_LARGE = 50_000_000  # bytes from which on a file may take longer
_LOOK_EVERY = 0.25  # seconds between looks at the worker's memory

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost: wall-clock seconds, bytes of address space; and files until the worker is renewed."""

    seconds: float = 60.0
    memory: int = 800 << 20
    files: int = 200


class IsolatedRunner:
    """Gives files to a worker process, one at a time; starts, renews and replaces it. Safe for many threads."""

    def __init__(self, parsers: Sequence[Parser], limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._parsers = {parser.format: f"{type(parser).__module__}:{type(parser).__qualname__}" for parser in parsers}
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def parse(self, format_name: str, source: ParseInput) -> Iterator[Parsed]:
        """What the parser of this format yields; at the end it raises what the parser raised.

        Raises: Unreadable for too much time or memory and for a crash; KnownError of the parser.
        """
        request = self._request(format_name, source)
        with self._lock:
            answer = self._ask(request)
        parsed, error = _read(answer)
        yield from parsed
        if error is not None:
            raise error

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._stop()

    def _request(self, format_name: str, source: ParseInput) -> bytes:
        wish = json.dumps({"parser": self._parsers[format_name], "name": source.name, "since": source.since,
                           "wal": len(source.wal), "seconds": _patience(self.limits, len(source.data)),
                           "zone": wire.zone_to_json(source.clock.zone())}).encode("ascii")
        return len(wish).to_bytes(8, "big") + wish + source.wal + source.data

    def _ask(self, request: bytes) -> bytes:
        running = self._running()
        try:
            return running.ask(request, replace(self.limits, seconds=_patience(self.limits, len(request))))
        except TimeoutError:
            self._stop()
            seconds = round(_patience(self.limits, len(request)))
            raise Unreadable(_("took longer than {seconds} seconds").format(seconds=seconds)) from None
        except MemoryError:
            self._stop()
            raise _too_much_memory() from None
        except (pipes.BrokenFrame, OSError):
            self._stop()
            log.warning("the parser process ended by itself")
            raise _crashed() from None

    def _running(self) -> "_Worker":
        """The worker; a fresh one after its share of files, or if it ended by itself."""
        if self._worker and (not self._worker.alive or self._worker.files >= self.limits.files):
            self._stop()
        if self._worker is None:
            self._worker = _Worker(self.limits.memory)
        return self._worker

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


class _Worker:
    """One worker process, and the thread that hears its answers (pipes cannot be waited on everywhere)."""

    def __init__(self, memory: int) -> None:
        self.files = 0
        self._process = pipes.start("mneme.parsers.worker", memory, os.getpid())
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._hearer = threading.Thread(target=self._hear, name="parser-worker-hearer", daemon=True)
        self._hearer.start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: bytes, limits: Limits) -> bytes:
        """The answer. Raises: TimeoutError, MemoryError, and BrokenFrame or OSError when the worker ended."""
        self.files += 1
        over = time.monotonic() + limits.seconds
        pipes.send(pipes.opened(self._process.stdin), request)
        while time.monotonic() < over:
            try:
                answer = self._answers.get(timeout=min(_LOOK_EVERY, limits.seconds))
            except queue.Empty:
                self._check_memory(limits.memory)
                continue
            if answer is None:
                raise pipes.BrokenFrame
            return answer
        raise TimeoutError

    def stop(self) -> None:
        """End it now, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._hearer.join()
        with contextlib.suppress(OSError):  # what could not be written any more
            pipes.opened(self._process.stdin).close()
        pipes.opened(self._process.stdout).close()

    def _check_memory(self, most: int) -> None:
        """Where the system does not hold the limit itself (Windows, macOS), look."""
        import psutil  # noqa: PLC0415 -- slow import

        with contextlib.suppress(psutil.Error):
            if most and psutil.Process(self._process.pid).memory_info().rss > most:
                raise MemoryError

    def _hear(self) -> None:
        try:
            while True:
                self._answers.put(pipes.receive(pipes.opened(self._process.stdout)))
        except (pipes.BrokenFrame, OSError):
            self._answers.put(None)


def _patience(limits: Limits, size: int) -> float:
    """Seconds that a file of so many bytes may take: a large export is not hung because it takes longer."""
    return limits.seconds * max(1.0, size / _LARGE)


def _read(answer: bytes) -> tuple[list[Parsed], KnownError | None]:
    """What the worker's answer says. Raises: Unreadable."""
    if answer == worker.TOO_MUCH_MEMORY:
        raise _too_much_memory()
    if answer.startswith(worker.CRASHED):
        log.warning("a parser failed: %s", answer[len(worker.CRASHED):200].decode("ascii", "replace"))
        raise _crashed()
    try:
        return wire.from_json(answer)
    except pipes.BrokenFrame:
        raise _crashed() from None


def _crashed() -> Unreadable:
    return Unreadable(_("could not be read: the reader crashed"))


def _too_much_memory() -> Unreadable:
    return Unreadable(_("needs too much memory to be read"))
