"""Threads of Facebook and Instagram that were downloaded as web pages: message_1.html, as what the JSON files say."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from mneme.errors import Skipped
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.encoding import decode
from mneme.parsers.moments import parse_date

_ENGLISH = expression(r"([A-Z][a-z]{2})[a-z]{0,6} (\d{1,2}), (\d{4})(?:,| at)? (\d{1,2}):(\d{2})(?::(\d{2}))?"
                      r"\s?([AaPp])\.?[Mm]\.?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BOX = frozenset({"_a6-g", "uiBoxWhite"})  # classes of the box around a message, of newer and older downloads
_BLOCKS = frozenset({"div", "p", "li", "section", "header", "footer", "h2", "h3"})


def thread_of(data: bytes, zone: tzinfo) -> dict[str, Any]:
    """A page's thread in the form of the JSON files. Raises: Skipped where it holds no messages."""
    from lxml import etree, html  # noqa: PLC0415 -- slow import

    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(decode(data, "utf-8", most=len(data)).text.encode(), parser)
    except (etree.ParserError, ValueError) as error:
        raise Skipped(_("holds no messages")) from error
    rows = [row for box in root.iter("div", "section") if _BOX & set(_classes(box)) for row in _row(box, zone)]
    if not rows:
        raise Skipped(_("holds no messages"))
    title = next((" ".join(_lines(one)) for one in root.iter("title", "h1")), "")
    return {"title": title, "messages": rows}


def _classes(element: Any) -> list[str]:
    return (element.get("class") or "").split()


def _row(box: Any, zone: tzinfo) -> Iterator[dict[str, Any]]:
    """A box's message: who, what, when. Boxes that are none (the list of participants) have fewer parts."""
    parts = [part for part in box if isinstance(part.tag, str)]
    if len(parts) < 3:
        return
    sender, when = " ".join(_lines(parts[0])), " ".join(_lines(parts[-1]))
    if not sender or not re.search(r"\d{4}|\d:\d\d", when):
        return
    text = "\n".join(line for part in parts[1:-1] for line in _lines(part))
    yield {"senderName": sender, "text": text, "timestamp": _milliseconds(when, zone)}


def _lines(element: Any) -> list[str]:
    """The text in an element, a line for each block; without reactions, which are the only lists. No recursion."""
    lines, open_lists = [""], 0
    for event, one in _walk(element):
        kind = one.tag if isinstance(one.tag, str) else ""
        if kind == "ul":
            open_lists += 1 if event == "start" else -1
        if kind in _BLOCKS or kind == "br":
            lines.append("")
        said = one.text if event == "start" and kind else one.tail if event != "start" and one is not element else ""
        if said and not open_lists:
            lines[-1] += said
    return [" ".join(line.split()) for line in lines if line.strip()]


def _walk(element: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree  # noqa: PLC0415 -- slow import

    return iter(etree.iterwalk(element, events=("start", "end", "comment")))


@lru_cache(maxsize=4096)
def _milliseconds(when: str, zone: tzinfo) -> int:
    """The time as the page says it, which is in the zone of whoever downloaded it."""
    if found := _ENGLISH.search(when):
        month, day, year, hour, minute, second, half = found.groups()
        if month in _MONTHS:
            clock = int(hour) % 12 + (12 if half in "pP" else 0)
            return _stamp(zone, int(year), _MONTHS.index(month) + 1, int(day), clock, int(minute), int(second or 0))
    moment = parse_date(when, zone)
    return int((moment.utc - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000) if moment else 0


def _stamp(zone: tzinfo, *parts: int) -> int:
    try:
        year, month, day, hour, minute, second = parts
        return int(datetime(year, month, day, hour, minute, second, tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0
