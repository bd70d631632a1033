"""The worker process: reads requests on stdin, parses, answers on stdout; ends with its parent. Run with `-m`."""

import contextlib
import importlib
import json
import os
import queue
import sys
import threading
import traceback
from typing import Any

from mneme import pipes
from mneme.errors import KnownError
from mneme.parsers import wire
from mneme.parsers.records import ocr
from mneme.ports import Parsed, ParseInput, Parser

if sys.platform != "win32":
    import resource

TOO_MUCH_MEMORY = b"memory"  # answers that are no documents
CRASHED = b"crashed"
_GRACE = 10  # seconds of processor time beyond the limit, for a worker whose parent is gone


def main() -> None:
    """Serve until stdin ends. Arguments: the memory limit in bytes (0: none), and the parent's process id."""
    memory, parent = int(sys.argv[1]), int(sys.argv[2])
    pipes.end_with(parent)
    _limit_memory(memory)
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    answers = pipes.private_stdout()
    threading.Thread(target=pipes.listen, args=(sys.stdin.buffer, requests.put), daemon=True).start()
    while True:
        pipes.send(answers, _answer(requests.get()))


def _answer(request: bytes) -> bytes:
    try:
        size = int.from_bytes(request[:8], "big")
        wish = json.loads(request[8:8 + size])
        _limit_time(wish["seconds"])
        clock = wire.ZonedClock(wire.zone_from_json(wish["zone"]))
        data = 8 + size + wish["wal"]
        source = ParseInput(request[data:], wish["name"], clock, wish["since"], request[8 + size:data])
        return wire.to_json(*_parse(_parser(wish["parser"]), source))
    except MemoryError:
        return TOO_MUCH_MEMORY
    except Exception as error:  # noqa: BLE001 -- a plug-in call: whatever a parser trips over reaches the parent
        return CRASHED + _where(error)


def _where(error: Exception) -> bytes:
    """The kind of error and its place in the code; not its words, which may hold the owner's text."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f" {type(error).__name__} at {place.filename}:{place.lineno}".encode("ascii", "replace")


def _parse(parser: Parser, source: ParseInput) -> tuple[list[Parsed], KnownError | None]:
    parsed: list[Parsed] = []
    try:
        with ocr.one_patience():  # many pictures in one file have no more time than one
            parsed.extend(parser.parse(source))
    except KnownError as error:
        return parsed, error
    return parsed, None


def _parser(name: str) -> Parser:
    """The parser of a class named "module:Class"; the parent names only classes of parsers it holds."""
    module, _colon, path = name.partition(":")
    found: Any = getattr(importlib.import_module(module), path)()
    return found  # type: ignore[no-any-return]


def _limit_memory(size: int) -> None:
    if sys.platform != "win32" and size:
        with contextlib.suppress(OSError, ValueError):  # macOS may refuse; the checks of sizes remain
            resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _limit_time(seconds: float) -> None:
    """The parent ends what takes too long; this is for a parent that is gone without having done so."""
    if sys.platform != "win32":
        spent = sum(os.times()[:2])
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (int(spent + 4 * seconds) + _GRACE,
                                                     resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
