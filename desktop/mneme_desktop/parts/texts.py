"""Text between Python and Qt: spans, windows into long texts, dates, numbers and durations for people."""

import math
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QDate, QLocale, Qt, QTime

from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.types import Moment, Span

MARGIN = 20_000  # code points shown on either side of a passage
ELLIPSIS = "…"
BREAK = "\u200b"  # a place where a line may break, without a space
_UNBROKEN = expression(r"\S{31,}")  # longer than any word: an address, a code
_STRETCH = 16

# Characters that Qt's documents take for their own marks (paragraph ends, frame ends) or cannot hold.
_SAME_LENGTH = {0x0D: "\n", 0x2028: "\n", 0x2029: "\n", 0xFDD0: "\ufffd", 0xFDD1: "\ufffd", 0x00: "\ufffd"}
_SAME_LENGTH |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


@dataclass(frozen=True, slots=True)
class Shown:
    """Text ready for a Qt document, with a span in UTF-16 code units, as Qt counts."""

    text: str
    span: Span


def utf16_length(text: str) -> int:
    """How many UTF-16 code units Qt counts for `text`."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def utf16_span(text: str, span: Span) -> Span:
    """The code-point span of `text` as UTF-16 code units."""
    start, end = span
    before = utf16_length(text[:start])
    return before, before + utf16_length(text[start:end])


def home_short(path: str) -> str:
    """A path as people write it: what lies in the owner's folder begins with "~"."""
    home = str(Path.home())
    return f"~{path[len(home):]}" if path == home or path.startswith((f"{home}/", f"{home}\\")) else path


def whole_sentence(text: str) -> str:
    """A few words as a sentence: the first letter large, a full stop where none stands."""
    text = text.strip()
    if not text:
        return text
    whole = text[0].upper() + text[1:]
    return whole if whole[-1] in ".!?…。！？؟\"”)" else whole + "."


def for_qt(text: str) -> str:
    """`text` as a Qt document keeps it: line ends are newlines, nothing that Qt takes for its own marks."""
    return text.replace("\r\n", "\n").translate(_SAME_LENGTH)


def breakable(text: str) -> str:
    """`text` with places to break a line inside what has no space for very long; letters keep their marks."""
    return _UNBROKEN.sub(lambda found: _with_breaks(found[0]), text)


def _with_breaks(word: str) -> str:
    made, since = [], 0
    for before, character in zip("\u200d" + word, word, strict=False):
        if since >= _STRETCH and before != "\u200d" and not _leans(character):
            made.append(BREAK)
            since = 0
        made.append(character)
        since += 1
    return "".join(made)


def _leans(character: str) -> bool:
    """Whether a character belongs to the one before it: marks, joiners, colours of skin, second halves of flags."""
    return (unicodedata.category(character)[0] == "M" or character == "\u200d"
            or "\U0001f3fb" <= character <= "\U0001f3ff" or "\U0001f1e6" <= character <= "\U0001f1ff")


def isolated(text: str) -> str:
    """`text` to be drawn in its own direction within a line of another one, its last full stop at its own end."""
    return f"\u2068{text}\u2069" if text else text


def unbroken(text: str) -> str:
    """What `breakable` was made from."""
    return text.replace(BREAK, "")


def clamp(span: Span, length: int) -> Span:
    """`span` within a text of `length` code points."""
    start = min(max(span[0], 0), length)
    return start, min(max(span[1], start), length)


def window(text: str, span: Span, margin: int = MARGIN) -> Shown:
    """The stretch of `text` around the code-point `span`, with "…" where it was cut, ready for Qt.

    The marked text is kept whole and exact up to Qt's line ends.
    """
    start, end = clamp(span, len(text))
    low, high = max(0, start - margin), min(len(text), end + margin)
    before, marked, after = for_qt(text[low:start]), for_qt(text[start:end]), for_qt(text[end:high])
    if low > 0:
        before = ELLIPSIS + before
    if high < len(text):
        after += ELLIPSIS
    whole = before + marked + after
    return Shown(whole, utf16_span(whole, (len(before), len(before) + len(marked))))


def is_rtl(text: str) -> bool:
    """Whether the first strong letter of `text` is written from right to left."""
    return QLocale().textDirection() == Qt.LayoutDirection.RightToLeft if not text.strip() else _first_strong(text)


def _first_strong(text: str) -> bool:
    for character in text[:400]:
        if "\u0590" <= character <= "\u08ff" or "\ufb1d" <= character <= "\ufdff" or "\ufe70" <= character <= "\ufefc":
            return True
        if character.isalpha():
            return False
    return False


def day(moment: Moment) -> str:
    """A moment as precise as it is known: "2023", "May 2023", "14 Oct 2024"."""
    at = moment.local()
    if moment.precision == "year":
        return str(at.year)
    return _formatted(at, _("MMM yyyy") if moment.precision == "month" else _("d MMM yyyy"))


def long_day(moment: Moment) -> str:
    """The same in full: "Monday 14 October 2024"."""
    at = moment.local()
    if moment.precision == "year":
        return str(at.year)
    return _formatted(at, _("MMMM yyyy") if moment.precision == "month" else _("dddd d MMMM yyyy"))


def local_day(when: datetime) -> str:
    """An aware instant as a day on the owner's calendar."""
    return _formatted(when.astimezone(), _("d MMM yyyy"))


def calendar_day(day: date) -> str:
    """A day of the calendar: "14 Oct 2024"."""
    return _formatted(day, _("d MMM yyyy"))


def local_month(when: datetime) -> str:
    """An aware instant as a month on the owner's calendar: "March 2027"."""
    return _formatted(when.astimezone(), _("MMMM yyyy"))


def local_time(when: datetime) -> str:
    """An aware instant on the owner's clock: "14 Oct 2024, 03:12"; of today "today, 03:12"."""
    at = when.astimezone()
    today = at.date() == datetime.now(at.tzinfo).date()
    clock = QLocale().toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)
    return f"{_('today') if today else local_day(when)}, {clock}"


def period(level: str, key: str) -> str:
    """What a summary stands for: "Tuesday 7 May 2024", "Week 19 of 2024", "May 2024"; else the key as it is."""
    try:
        if level == "week":
            year, week = key.split("-W")
            return _("Week {week} of {year}").format(week=int(week), year=int(year))
        if level == "month":
            return _formatted(date.fromisoformat(f"{key}-01"), _("MMMM yyyy"))
        return _formatted(date.fromisoformat(key), _("dddd d MMMM yyyy")) if level == "day" else key
    except ValueError:
        return key


def _formatted(at: date, pattern: str) -> str:
    return QLocale().toString(QDate(at.year, at.month, at.day), pattern)


def number(value: int) -> str:
    """A count as the owner's language groups it."""
    return QLocale().toString(value)


def size(count: int) -> str:
    """Bytes in the unit that people use: "412 MB"."""
    return QLocale().formattedDataSize(max(count, 0), 1 if count >= 1_000_000_000 else 0,
                                       QLocale.DataSizeFormat.DataSizeSIFormat)


def percent(share: float) -> str:
    """A share 0..1 as whole hundredths: "62"."""
    return number(round(100 * min(max(finite(share), 0.0), 1.0)))


def signed(value: float) -> str:
    """A number with its sign and one decimal: "+2.1", "−0.6"."""
    size = QLocale().toString(abs(finite(value)), "f", 1)
    return ("−" if finite(value) <= -0.05 else "+") + size


def milliseconds(took: float) -> str:
    """How long something took: "0.4 ms", "12 ms", "1.3 s"."""
    took = max(finite(took), 0.0)
    if took >= 1000:
        return _("{n} s").format(n=QLocale().toString(took / 1000, "f", 1))
    return _("{n} ms").format(n=QLocale().toString(took, "f", 0 if took >= 10 or took == 0 else 1))


def finite(value: float) -> float:
    """`value`, or 0 where it is no number that can be shown."""
    return value if math.isfinite(value) and abs(value) < 1e9 else 0.0


def time_left(seconds: float | None) -> str:
    """About how long something will still take; empty while unknown."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("about {n} min left", "about {n} min left", minutes).format(n=minutes)
    hours = round(seconds / 3600)
    return ngettext("about {n} hour left", "about {n} hours left", hours).format(n=hours)


def one_line(text: str, limit: int = 400) -> str:
    """The beginning of a text on one line."""
    return " ".join(text[: limit * 2].split())[:limit]


def sentence_around(text: str, span: Span, limit: int = 240) -> str:
    """The sentence of `text` that holds the code-point `span`, on one line, cut with "…" beyond `limit`."""
    start, end = clamp(span, len(text))
    stops = ".!?。！？؟\n"
    low = start
    while low > 0 and text[low - 1] not in stops:
        low -= 1
    high = end
    while high < len(text) and text[high] not in stops:
        high += 1
    found = one_line(text[low : high + 1], len(text))
    return found if len(found) <= limit else found[: limit - 1].rstrip() + ELLIPSIS
