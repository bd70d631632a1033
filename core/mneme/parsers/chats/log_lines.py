"""Logs that only grow, one JSON object a line: where the last reading ended, and what has come since."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mneme.expressions import expression
from mneme.types import Mark

_LINE = expression(rb"[^\s][^\n]*")
_CHECKED = 4096  # bytes before a cursor that must be what they were
_LONGEST = 64_000_000  # bytes of a line; longer ones hold pictures and dumps, not what anybody said


@dataclass(frozen=True, slots=True)
class Line:
    """A whole line: the byte it begins at, and its object."""

    start: int
    value: dict[str, Any]


def start_of_new(data: bytes, since: str | None) -> int:
    """The byte at which what is new begins; 0 where the file is another than the one that was read."""
    offset, _colon, check = (since or "").partition(":")
    at = int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 16 else 0
    return at if 0 < at <= len(data) and _check(data, at) == check else 0


def lines(data: bytes, start: int = 0) -> Iterator[Line]:
    """The lines from `start` that hold an object; the last one may still be half written, and then waits."""
    for found in _LINE.finditer(data, start):
        value = _object(data, *found.span())
        if value is not None:
            yield Line(found.start(), value)


def whole_lines(data: bytes) -> int:
    """How many lines hold anything, a last one without an end aside."""
    return sum(1 for _found in _LINE.finditer(data, 0, data.rfind(b"\n") + 1))


def mark_at_end(data: bytes) -> Mark:
    """The cursor behind the last whole line: one that ends with a line end, or that is an object all the same."""
    end = data.rfind(b"\n") + 1
    if end < len(data) and _object(data, end, len(data)) is not None:
        end = len(data)
    return Mark(f"{end}:{_check(data, end)}")


def _object(data: bytes, start: int, stop: int) -> dict[str, Any] | None:
    if not 1 < stop - start <= _LONGEST:
        return None
    try:
        value = json.loads(data[start:stop].decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _check(data: bytes, at: int) -> str:
    return hashlib.blake2b(data[max(at - _CHECKED, 0):at], digest_size=8).hexdigest()
