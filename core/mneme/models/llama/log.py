"""The child's own log: what llama.cpp and the interpreter write to stderr, in a file that is changed when full."""

import os
import threading
from datetime import datetime
from pathlib import Path
from typing import IO, Final

FULL: Final = 1 << 20  # bytes; then it becomes llama.log.1, and what that was is gone


class ChildLog:
    """`llama.log` in a folder. A log that cannot be written costs nobody an answer."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "llama.log"
        self._lock = threading.Lock()

    def line(self, text: str) -> None:
        """A line of our own, with the time."""
        self.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {text}\n".encode())

    def write(self, data: bytes) -> None:
        """Add what was said."""
        with self._lock:
            try:
                self._add(data)
            except OSError:
                return

    def follow(self, stream: IO[bytes]) -> None:
        """Add what comes, until it ends."""
        while data := os.read(stream.fileno(), 1 << 16):
            self.write(data)

    def _add(self, data: bytes) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.exists() and self.path.stat().st_size + len(data) > FULL:
            self.path.replace(self.path.with_name("llama.log.1"))
        # opened for each line: another process may have moved it away
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(data[-FULL:])
