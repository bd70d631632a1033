"""Dates as Google's Takeout writes them on pages: in the account's language, with the name of a zone."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache

from mneme.expressions import expression
from mneme.parsers.moments import moment_of, parse_date
from mneme.types import Moment

LONGEST = 60  # characters of such a date
_TIME = expression(r"(?<!\d)(\d{1,2})[:.](\d{2})[:.](\d{2})(?!\d)")
_YEAR_FIRST = expression(r"(?<!\d)(\d{4})\D{1,4}(\d{1,2})\D{1,4}(\d{1,2})(?!\d)")
_YEAR_LAST = expression(r"(?<!\d)(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4})(?!\d)")
_YEAR, _DAY = expression(r"(?<!\d)\d{4}(?!\d)"), expression(r"(?<!\d)\d{1,2}(?!\d)")
_NUMBERED = expression(r"\b(?:thg|tháng) ?(\d{1,2})(?!\d)", re.I)  # Vietnamese months have numbers for names
_WORD = expression(r"[^\W\d_]{3,}\.?")
_AFTERNOON = expression(r"\bp\.?\s?m\b|오후|下午|午後|μ\.?μ|\bم\b|\bCH\b|\bÖS\b|เที่ยง", re.I)
_MORNING = expression(r"\ba\.?\s?m\b|오전|上午|午前|凌晨|π\.?μ|\bص\b|\bSA\b|\bÖÖ\b", re.I)
_OFFSET = expression(r"(?:GMT|UTC)\s?([+\u2212-])\s?(\d{1,2})(?::?(\d{2}))?")
_ABBREVIATION = expression(r"\b([A-Z]{2,5})$")
_HOURS = {
    "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "IST": 5.5, "CET": 1, "MEZ": 1, "HNEC": 1, "CEST": 2, "MESZ": 2,
    "HAEC": 2, "EET": 2, "OEZ": 2, "EEST": 3, "OESZ": 3, "MSK": 3, "TRT": 3, "SAST": 2, "WAT": 1, "EAT": 3, "GST": 4,
    "PKT": 5, "WIB": 7, "ICT": 7, "SGT": 8, "HKT": 8, "AWST": 8, "PHT": 8, "MYT": 8, "JST": 9, "KST": 9, "ACST": 9.5,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5,
    "BRT": -3, "ART": -3, "CLT": -4, "CLST": -3, "COT": -5, "PET": -5, "VET": -4, "UYT": -3, "PYT": -4, "BOT": -4,
}


def takeout_moment(text: str, zone: tzinfo) -> Moment | None:
    """The moment of "Jan 31, 2018, 10:54:50 PM CET", "14.03.2026, 13:08:30 MEZ", "2025/11/13 20:10:22 JST"...

    None for what is no such date: it needs a year, a day and a time to the second. A zone that is not told, or not
    known, is the owner's. Given in the owner's `zone`.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST or not (time := _TIME.search(text)):
        return None
    day = _day(text[:time.start()]) or _day(text[time.end():])
    hour = _hour(int(time[1]), text)
    try:
        said = datetime(*day, hour, int(time[2]), int(time[3])) if day else None
        when = said.replace(tzinfo=_zone(text, said, zone)) if said else None
        return moment_of(when.astimezone(UTC).astimezone(zone), zone) if when else None
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> tuple[int, int, int] | None:
    if found := _YEAR_FIRST.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _YEAR_LAST.search(text):
        day, month = int(found[1]), int(found[2])
        return (int(found[3]), month, day) if month <= 12 else (int(found[3]), day, month)
    year, number, named = _YEAR.search(text), _DAY.search(text), _named_month(text)
    return (int(year[0]), named, int(number[0])) if year and number and named else None


def _named_month(text: str) -> int | None:
    if numbered := _NUMBERED.search(text):
        return int(numbered[1])
    months = (month for word in _WORD.findall(text) if (month := _month(word.casefold().rstrip("."))))
    return next(months, None)


@cache
def _month(word: str) -> int | None:
    """Which month a word of any language names."""
    if word == "paź":  # Polish for October, which the library takes for a weekday
        return 10
    found = parse_date(f"15 {word} 2020", UTC)
    return found.local().month if found and found.precision == "day" else None


def _hour(hour: int, text: str) -> int:
    if _AFTERNOON.search(text):
        return hour % 12 + 12
    return hour % 12 if _MORNING.search(text) else hour


def _zone(text: str, when: datetime, own: tzinfo) -> tzinfo:
    """The zone that is told; of a name that several have it is the owner's, where theirs is called so then."""
    if found := _OFFSET.search(text):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))
    name = _ABBREVIATION.search(text)
    if name is None or name[1] not in _HOURS or when.replace(tzinfo=own).tzname() == name[1]:
        return own
    china = name[1] == "CST" and ("年" in text or "/" in text)
    return timezone(timedelta(hours=8 if china else _HOURS[name[1]]))
