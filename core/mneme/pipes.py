"""Children on pipes: how a module runs as one, what goes over its pipes in frames, and how it ends with its parent."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import IO

MAX_FRAME = 1 << 30  # bytes; a longer frame is nonsense
_HEADER = 8


class BrokenFrame(Exception):
    """The other side ended, or sent what is no frame."""


def send(stream: IO[bytes], payload: bytes) -> None:
    """Write one frame: its length in eight bytes, then its content."""
    stream.write(len(payload).to_bytes(_HEADER, "big"))
    stream.write(payload)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Read one frame. Raises: BrokenFrame at the end of the stream."""
    size = int.from_bytes(_exactly(stream, _HEADER), "big")
    if size > MAX_FRAME:
        raise BrokenFrame
    return _exactly(stream, size)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size) if size else b""
    if len(data) != size:
        raise BrokenFrame
    return data


# ------------------------------------------------------------------ the parent's side


def command(module: str, *arguments: int) -> list[str]:
    """How `module` is run as a child: the one place that knows.

    A frozen app has no `-m`; there its own program takes the module's name as first argument. `-P`: a folder
    named mneme where we happen to stand is not ours.
    """
    words = [str(argument) for argument in arguments]
    if getattr(sys, "frozen", False):
        return [sys.executable, module, *words]
    return [sys.executable, "-P", "-m", module, *words]


def start(module: str, *arguments: int, environment: Mapping[str, str] | None = None,
          stderr: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Run `module` as a child with pipes for its stdin and stdout; `environment` is added to ours. Raises: OSError."""
    return _starter().submit(
        subprocess.Popen, command(module, *arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
        env={**os.environ, **(environment or {})}, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)).result()


@cache
def _starter() -> ThreadPoolExecutor:
    """The kernel ends a child when the thread that started it ends: so one that lives as long as we starts them all."""
    return ThreadPoolExecutor(1, "child-starter")


def opened(pipe: IO[bytes] | None) -> IO[bytes]:
    """The pipe of a child that was started with one."""
    assert pipe is not None, "the child is started with pipes"
    return pipe


# ------------------------------------------------------------------ the child's side


def private_stdout() -> IO[bytes]:
    """The pipe for answers; whatever a library prints goes to stderr instead of between the frames."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def end_with(parent: int) -> None:
    """On Linux the kernel ends this process with its parent, even inside a loop of C code. Ctrl-C is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it decides what happens to the work in hand
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))  # 1: PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(0)


def listen(stream: IO[bytes], take: Callable[[bytes], None]) -> None:
    """Take frames; when the parent is gone its end of the pipe closes, and this process goes too."""
    with contextlib.suppress(BrokenFrame, OSError, MemoryError):
        while True:
            take(receive(stream))
    os._exit(0)
