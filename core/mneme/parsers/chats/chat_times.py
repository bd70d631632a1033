"""The dates and times at the head of a chat's lines: read in any language, their order settled over the whole file."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import Literal

from mneme.expressions import expression

MARKS = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff"  # direction marks, as a range for patterns
_LONGEST = 120  # characters; no head is longer
_FIRST_YEAR = 2009  # older than the messengers: a misread date
_DAY = timedelta(days=1)

Style = Literal["bracket", "dash", "colon"]

# Without dots, blanks and quotation marks, in lower case: what stands around a time, language by language.
_MORNING = (
    "am a 上午 凌晨 早上 清晨 오전 午前 ص صباحا صباحًا قظ قبلازظهر πμ पूर्वाह्न de fm sa öö пробед преподне "
    "dop dopoledne paradite eparadites pd vm pg לפנהצ בבוקר ก่อนเที่ยง मपू পূর্বাহ্ণ ਪੂਦੁ முற்பகல் ಪೂರ್ವಾಹ್ನ "
    "fh ap дп утра ночи таңғы prijepodne prepodne inthemorning priekšp priešpiet ព្រឹក")
_EVENING = (
    "pm p 下午 晚上 中午 傍晚 오후 午後 م مساء مساءً بظ بعدازظهر μμ अपराह्न du em ch ös слоб попладне поподне "
    "pop odp odpoledne pasdite epasdites md nm ptg אחהצ בערב หลังเที่ยง मउ অপরাহ্ণ ਬਾਦੁ பிற்பகல் ಅಪರಾಹ್ನ eh "
    "ip пп дня вечера кешкі poslijepodne intheafternoon intheevening pēcp popiet ល្ងាច")
_FILLERS = (
    "klo kl um uhr h ч г год saat alas ala at às as o ob u в о lúc à alle ore om be 日 일 น gada val та هـ ه ah")

_GAP = rf"[\s{MARKS}_]"
_START = rf"[{MARKS}\s]*(?P<bracket>\[?)[{MARKS}]*"
_DATE = (rf"(?P<a>(?:[RH]|令和|平成)?\d{{1,4}}){_GAP}*[./\-年년]{_GAP}*(?P<b>\d{{1,2}}){_GAP}*[./\-月월]{_GAP}*"
         r"(?P<c>(?:[RH]|令和|平成)?\d{1,4})")
_CLOCK = r"(?P<hour>\d{1,2})(?:[:.：٫]|\s?h\s?)(?P<minute>\d{2})(?:[:.：٫](?P<second>\d{2}))?"
_WORDS = r"[^\d\n\[\]]{1,24}?"
_END = rf"(?:(?P<closed>\]){_GAP}?|{_GAP}+[-–—](?:\s|$)|(?P<colon>:)\s)"
_DATE_FIRST = expression(rf"{_START}{_DATE}(?P<middle>{_WORDS}){_CLOCK}(?P<after>[^\d\n\[\]]{{0,24}}?){_END}")
_TIME_FIRST = expression(rf"{_START}{_CLOCK}(?P<middle>{_WORDS}){_DATE}(?P<after>[^\d\n\[\]]{{0,24}}?){_END}")
_BLANK = expression(rf"[\s{MARKS}_]")
_NOISE = expression(rf"[\s{MARKS}_.,،、'’\"״·]")


def _any(words: str) -> str:
    return "|".join(map(re.escape, sorted(words.split(), key=len, reverse=True)))


_AROUND = expression(
    f"(?:{_any(_FILLERS)})*(?:(?P<am>{_any(_MORNING)})|(?P<pm>{_any(_EVENING)}))?(?:{_any(_FILLERS)})*")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a message: three figures of a date as written, a time of 24 hours, and where it ends."""

    figures: tuple[str, str, str]
    separator: str
    hour: int
    minute: int
    second: int | None
    half: str  # "am" or "pm", in capitals where it is written so (as Americans do); "" for 24 hours
    style: Style
    time_first: bool
    typical: bool  # brackets with seconds, or a comma and a dash: nobody writes so by hand
    end: int

    @property
    def shape(self) -> tuple[str, bool, bool]:
        """Heads of one shape have their day and month in the same order."""
        return self.separator, _is_year(self.figures[0]), _is_year(self.figures[2])

    def key(self) -> str:
        """The time as a part of keys: the same in whatever order the date's figures are read."""
        seconds = "" if self.second is None else f":{self.second:02d}"
        return f"{_in_any_order(self.figures)} {self.hour:02d}:{self.minute:02d}{seconds}"


def read_head(line: str) -> Head | None:
    """The head at the beginning of a line; None where there is none."""
    start = line[:_LONGEST]
    found = _DATE_FIRST.match(start)
    time_first = found is None
    found = found or _TIME_FIRST.match(start)
    if found is None or bool(found["bracket"]) != bool(found["closed"]) or (found["colon"] and not found["second"]):
        return None
    half = _half(f"{found['middle']} {found['after']}")
    hour, minute = int(found["hour"]), int(found["minute"])
    second = int(found["second"]) if found["second"] else None
    if half is None or hour > 24 or minute > 59 or (second or 0) > 60:
        return None
    separator = _BLANK.sub("", start[found.end("a"):found.start("b")])
    style: Style = "bracket" if found["bracket"] else "colon" if found["colon"] else "dash"
    typical = second is not None if style == "bracket" else bool(re.search("[,،]", found["middle"]))
    return Head((found["a"], found["b"], found["c"]), separator, _hour(hour, half), minute, second, half, style,
                time_first, typical, found.end())


@lru_cache(256)
def _half(words: str) -> str | None:
    """The half of the day that the words around a time name, "" for none; None where they say something else."""
    plain = _NOISE.sub("", words)
    found = _AROUND.fullmatch(plain.casefold())
    if found is None:
        return None
    said = found["am"] or found["pm"]
    if not said:
        return ""
    half = "am" if found["am"] else "pm"
    return half.upper() if said.isascii() and plain.isupper() and not re.search(r"\.\s?[mM]", words) else half


def _hour(hour: int, half: str) -> int:
    """Of 24 hours. "00:08 a. m." and "15:30 PM" are met with, too."""
    if half.lower() == "pm" and hour < 12:
        return hour + 12
    return 0 if hour == 24 or (half.lower() == "am" and hour == 12) else hour


# ------------------------------------------------------------------ the order of day, month and year

_ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2), "ydm": (0, 2, 1)}  # where year, month, day stand


class Dates:
    """The dates of a whole file. `english`: whether its own words are, which speaks for the American order."""

    def __init__(self, heads: Sequence[Head], today: date, english: bool) -> None:
        self._today = today
        self._days: dict[tuple[str, str, str, str], date | None] = {}
        self._orders: dict[tuple[str, bool, bool], str] = {}
        groups: dict[tuple[str, bool, bool], list[Head]] = {}
        for head in heads:
            groups.setdefault(head.shape, []).append(head)
        for shape, group in groups.items():
            self._orders[shape] = self._settled(group, english)

    def of(self, head: Head) -> datetime | None:
        """A head's time; None where the calendar has no such day."""
        day = self._day(head.figures, self._orders[head.shape])
        second = min(head.second or 0, 59)
        return datetime(day.year, day.month, day.day, head.hour, head.minute, second) if day else None

    def _settled(self, heads: Sequence[Head], english: bool) -> str:
        first, last = heads[0].shape[1:]
        likely = _likely(heads, english)
        names = [likely, *(name for name in _ORDERS if name != likely)]
        names = [name for name in names if not (first and name[0] != "y") and not (last and name[2] != "y")]
        written = [figures for figures, _next in pairwise([*(h.figures for h in heads), ("", "",
        "")]) if figures != _next]
        read = {name: [self._day(figures, name) for figures in written] for name in names}
        cost = {name: self._cost(days) for name, days in read.items()}
        best = [name for name in names if cost[name] == min(cost.values())]
        return _densest(best, read)

    def _cost(self, days: Sequence[date | None]) -> int:
        """How much speaks against an order: days that do not exist, or lie in the future, and steps back in time."""
        known = [day for day in days if day]
        odd = sum(day.year < _FIRST_YEAR or day > self._today + 2 * _DAY for day in known)
        back = sum(later < earlier - _DAY for earlier, later in pairwise(known))
        return 3 * (len(days) - len(known)) + 2 * odd + back

    def _day(self, figures: tuple[str, str, str], order: str) -> date | None:
        asked = (*figures, order)
        if asked not in self._days:
            self._days[asked] = self._read(figures, order)
        return self._days[asked]

    def _read(self, figures: tuple[str, str, str], order: str) -> date | None:
        year, month, day = (figures[place] for place in _ORDERS[order])
        try:
            return _gregorian(year, int(_plain(month)), int(_plain(day)), self._today.year)
        except (ValueError, OverflowError):
            return None


def _likely(heads: Sequence[Head], english: bool) -> str:
    """What the way of writing speaks for, where nothing else decides."""
    head = heads[0]
    if _is_year(head.figures[0]):
        return "ymd"
    padded = any(_plain(figure).startswith("0") for one in heads for figure in one.figures[:2])
    upper = any(one.half.isupper() for one in heads)
    american = head.separator == "/" and not padded and (upper or (english and not any(one.half for one in heads)))
    return "mdy" if american else "dmy"


def _densest(names: Sequence[str], read: dict[str, list[date | None]]) -> str:
    """Of equally good orders the likeliest, unless another one puts the days much closer together."""
    spans = {name: _span(read[name]) for name in names}
    likely, close = names[0], min(names, key=lambda name: spans[name])
    distinct = len(set(read[likely]))
    return close if distinct >= 3 and 3 * spans[close] < spans[likely] else likely


def _span(days: Iterable[date | None]) -> int:
    known = [day for day in days if day]
    return (max(known) - min(known)).days if known else 0


def _is_year(figure: str) -> bool:
    return not figure[0].isdigit() or len(figure) > 2


@lru_cache(4096)
def _in_any_order(figures: tuple[str, str, str]) -> str:
    return "-".join(sorted(_plain(figure)[-2:].zfill(2) for figure in figures))


def _plain(figure: str) -> str:
    """A figure's digits as 0 to 9."""
    return "".join(str(int(c)) for c in figure if c.isdigit())


# ------------------------------------------------------------------ calendars


def _gregorian(written: str, month: int, day: int, now: int) -> date:
    """A day of the calendar that its year tells. Raises: ValueError for a day that there is not."""
    year = int(_plain(written))
    if written[0] in "R令":
        return date(2018 + year, month, day)
    if written[0] in "H平":
        return date(1988 + year, month, day)
    if year < 100:  # two figures of the common calendar, or of the Buddhist one
        return date(2000 + year if 2000 + year <= now + 1 else max(1957 + year, 2000), month, day)
    if year < 200:
        return date(1911 + year, month, day)  # Taiwan counts from the republic
    if 1380 <= year < 1426:
        return _from_persian(year, month, day)
    if 1426 <= year < 1480:
        return _from_islamic(year, month, day)
    return date(year - 543 if 2450 <= year < 2700 else year, month, day)


def _from_persian(year: int, month: int, day: int) -> date:
    """The Solar Hijri calendar, by its cycle of 33 years (true from 1343 to 1472)."""
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError("no such day")
    leaps = sum((8 * y + 29) % 33 < 8 for y in range(1380, year))
    passed = (year - 1380) * 365 + leaps + (month - 1) * 30 + min(month - 1, 6) + day - 1
    return date(2001, 3, 21) + timedelta(days=passed)


def _from_islamic(year: int, month: int, day: int) -> date:
    """The tabular Islamic calendar; the one that is proclaimed may differ from it by a day."""
    if not (1 <= month <= 12 and 1 <= day <= 30):
        raise ValueError("no such day")
    julian = day + ceil(29.5 * (month - 1)) + (year - 1) * 354 + (3 + 11 * year) // 30 + 1948439
    return date.fromordinal(julian - 1721425)
