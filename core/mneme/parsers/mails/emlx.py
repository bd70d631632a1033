"""Mails of Apple Mail: the length of the mail, the mail itself, and a property list about it."""

import plistlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.parsers.expat import ExpatError

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.mails.letters import threads
from mneme.parsers.mails.mime import header_names, read_letter
from mneme.parsers.moments import moment_of
from mneme.ports import Parsed, ParseInput
from mneme.types import Moment

_LENGTH = expression(rb"\s{0,20}(\d{1,12})[ \t]*\r?\n")
_DELETED = 1 << 1  # among the flags of the property list
_END = b"<?xml"
_BROKEN = (plistlib.InvalidFileException, ExpatError, ValueError, TypeError, LookupError, AttributeError,
           OverflowError)


class Emlx:
    """.emlx and .partial.emlx; https://www.jwz.org/blog/2005/07/emlx-flags/ tells what the flags mean."""

    format = "emlx"
    suffixes = frozenset({".emlx"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        length = _LENGTH.match(head)
        return 0.95 if length and header_names(head[length.end():]) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        length = _LENGTH.match(source.data)
        if length is None:
            raise Unreadable(_("is damaged, or is no {kind} file").format(kind="Apple Mail"))
        start, end = length.end(), length.end() + int(length[1])
        if end > len(source.data):  # cut short, or with a length of other line ends
            end = source.data.rfind(_END) if _END in source.data[start:] else len(source.data)
        about = _about(source.data[end:].strip())
        flags = about.get("flags")
        if isinstance(flags, int) and flags & _DELETED:
            raise Skipped(_("was deleted in the mail program"))
        yield from threads([read_letter(source.data[start:end], source.clock.zone(), _received(about))])


def _about(data: bytes) -> dict[str, Any]:
    try:
        about = plistlib.loads(data) if data else None
    except _BROKEN:
        return {}
    return about if isinstance(about, dict) else {}


def _received(about: dict[str, Any]) -> Moment | None:
    when = about.get("date-received") or about.get("date-sent")
    if not isinstance(when, int | float) or not 0 < when < 1e10:
        return None
    return moment_of(datetime.fromtimestamp(when, UTC), UTC)
