"""Long JSON lists read one value at a time, so that an export of years needs no more memory than its longest chat."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from mneme.errors import Unreadable
from mneme.expressions import expression
from mneme.messages import _

_WINDOW = 1 << 22  # bytes looked at together; doubled for a value that is longer
_GAP = expression(r"[\s,\ufeff]*")
_WIDE = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))
_DECODER = json.JSONDecoder(strict=False)  # takes NaN and Infinity, too: some exports have them


def json_items(data: bytes, start: int = 0) -> Iterator[Any]:
    """The values in the list that begins at `start`; without a list, the values that stand there one after another.

    Raises: Unreadable where what follows is not JSON, after everything before it was given.
    """
    data = _as_utf8(data)
    gap = re.compile(rb"[\s\xef\xbb\xbf]*").match(data, start)
    position = gap.end() if gap else start
    listed = data[position:position + 1] == b"["
    return _values(data, position + listed, listed)


def _values(data: bytes, position: int, listed: bool) -> Iterator[Any]:
    size, given = _WINDOW, False
    while True:
        text, at = data[position:position + size].decode("utf-8", "surrogateescape"), 0
        final = position + size >= len(data)
        while True:
            at = _after_gap(text, at)
            if (text[at:at + 1] == "]" and listed) or (at == len(text) and final and not listed):
                return
            try:
                value, at = _DECODER.raw_decode(text, at)
            except ValueError:
                break
            except RecursionError:
                raise _broken(given) from None
            yield value
            given = True
        if final:
            raise _broken(given)
        used = len(text[:at].encode("utf-8", "surrogateescape"))
        position, size = position + used, _WINDOW if used else size * 2


def _after_gap(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _as_utf8(data: bytes) -> bytes:
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode("utf-8", "surrogatepass")
    return data


def _broken(given: bool) -> Unreadable:
    remedy = _("Ask for the export once more: it may have come incomplete.")
    if given:
        return Unreadable(_("is damaged: what follows the first part is not valid JSON"), remedy)
    return Unreadable(_("is not valid JSON"), remedy)
