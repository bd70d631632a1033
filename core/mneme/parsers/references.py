"""Character references that XML forbids, made sound: halves of emoji put together, control characters left out."""

import re

from mneme.expressions import expression

_PAIR = expression(rb"&#(?:(\d{5})|x([dD][89abAB][0-9a-fA-F]{2}));&#(?:(\d{5})|x([dD][c-fC-F][0-9a-fA-F]{2}));")
_REFERENCE = expression(rb"&#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}));")


def sound(data: bytes) -> bytes:
    """The same with references that a reader of XML would stop at made into what they mean, or into a mark."""
    return _REFERENCE.sub(_allowed, _PAIR.sub(_whole, data))


def _whole(found: re.Match[bytes]) -> bytes:
    high = int(found[1]) if found[1] else int(found[2], 16)
    low = int(found[3]) if found[3] else int(found[4], 16)
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return found[0]
    return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _allowed(found: re.Match[bytes]) -> bytes:
    number = int(found[1]) if found[1] else int(found[2], 16)
    if 0xD800 <= number < 0xE000 or number > 0x10FFFF:
        return b"&#65533;"
    return found[0] if number >= 32 or number in (9, 10, 13) else b""
