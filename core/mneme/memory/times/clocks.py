"""Expressions built on others: parts of months, times of the day, so many days before or after a date."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from mneme.memory.times import stretches as s
from mneme.memory.times.counts import in_part, midnight, moved_from, number_at
from mneme.memory.times.foreign import foreign
from mneme.memory.times.grammar import atom, day_beside
from mneme.memory.times.stretches import Precision, Stretch
from mneme.memory.times.text import Found, TimeText
from mneme.memory.times.words import DAY_PARTS, LEADS, PART_NAMES, PARTS, UNITS, WEEKDAYS

# ------------------------------------------------------------------ parts of months and years


def _parted(t: TimeText, i: int) -> Found | None:
    """early June, mid-June, late last year, the beginning of May, the end of the month"""
    j = i + (t.w(i) == "the")
    part = PARTS.get(t.w(j))
    if part is None:
        return None
    noun = t.w(j) in ("beginning", "start", "middle", "end")
    j += 1 + (not noun and t.w(j + 1) == "-")
    if (noun and t.w(j) != "of") or (t.glued(i) and t.w(i) in ("early", "late")):
        return None
    j += t.w(j) in ("of", "in")
    if noun:
        t.place.sure = j
    whole = _this_unit(t, j) or atom(t, j)
    if whole is None or whole.kind != "date" or whole.bound or whole.stretch.start is None:
        return None
    if whole.stretch.precision in ("minute", "hour", "day"):
        return None if noun else replace(whole, approximate=True)
    third = s.third_of(whole.stretch, part)
    return replace(whole, stretch=third, approximate=True, part=PART_NAMES[part], relation=None)


def _this_unit(t: TimeText, j: int) -> Found | None:
    if t.w(j) != "the" or t.w(j + 1) not in ("week", "month", "year") or t.w(j + 2) in ("of", "before", "after"):
        return None
    return Found(j + 2, moved_from(t, t.day, t.w(j + 1), 0))


# ------------------------------------------------------------------ days with a part of the day or a clock time


def dayed(t: TimeText, i: int) -> Found | None:
    """Friday evening, yesterday at 5:40 pm, tomorrow at noon, 9am tomorrow, the morning of 3 May"""
    return _clock_first(t, i) or _part_first(t, i) or with_clock(t, _parted(t, i) or atom(t, i))


def with_clock(t: TimeText, day: Found | None) -> Found | None:
    if day is None:
        return None
    evening = _evening_of(day)
    if evening is not None:  # tonight at 7:30
        clock = _clock(t, _skipped(t, day.end, *_AT_CLOCK), "night")
        return day if clock is None else _at_clock(t, replace(day, stretch=evening), clock)
    if not _is_day(day):
        return day
    part, j = _day_part(t, day.end)
    clock = _clock(t, _skipped(t, j, *_AT_CLOCK), part)
    if clock is not None:
        return _at_clock(t, day, clock)
    return day if not part else replace(day, end=j, stretch=in_part(t, day.stretch, part), weekday=None)


def _evening_of(found: Found) -> Stretch | None:
    """The day whose evening or night is meant, as in "tonight"."""
    start = found.stretch.start
    if not isinstance(start, datetime) or start.hour < 18 or found.stretch.precision != "hour":
        return None
    return s.day_at(start.date()) if found.relation is not None and found.relation.unit == "day" else None


def _is_day(found: Found) -> bool:
    return found.stretch.precision == "day" and found.kind == "date" and not found.bound and (
        found.stretch.start is not None and not (found.relation and found.relation.few))


_AT_CLOCK = (",", "at", "around", "about", "by", "@", "um", "à")


def _skipped(t: TimeText, j: int, *words: str) -> int:
    """The word after up to two of `words`."""
    for _n in range(2):
        j += t.w(j) in words and bool(t.w(j))
    return j


def _day_part(t: TimeText, j: int) -> tuple[str, int]:
    """(part of the day, the word after), ("", j) where none follows."""
    k = _skipped(t, j, "in", "at", "the")
    return (t.w(k), k + 1) if t.w(k) in DAY_PARTS else ("", j)


def _part_first(t: TimeText, i: int) -> Found | None:
    j = i + (t.w(i) == "the")
    if t.w(j) not in DAY_PARTS or t.w(j + 1) != "of":
        return None
    day = atom(t, j + 2)
    if day is None or not _is_day(day):
        return None
    return replace(day, stretch=in_part(t, day.stretch, t.w(j)), weekday=None)


def _clock_first(t: TimeText, i: int) -> Found | None:
    """9am tomorrow; a clock time alone is that of the day of speaking, approximately"""
    clock = _clock(t, i, "") if t.w(i)[:1].isdigit() or t.w(i) == "noon" else None
    if clock is None:
        return None
    j = _skipped(t, clock[1], "on", "of", ",")
    day = atom(t, j) if t.w(j) not in (*DAY_PARTS, *LEADS) else None
    if day is not None and _is_day(day):
        return _at_clock(t, day, (clock[0], day.end, clock[2], clock[3]))
    told = _half_of_day(t, i + 1)[0] or t.w(i - 1) in ("at", "until", "till", "by", "around", "since")
    if not told or t.w(i) == "noon":
        return None
    return replace(_at_clock(t, Found(i, s.day_at(t.day)), clock), approximate=True)


_Clock = tuple[timedelta, int, Precision, bool]  # since midnight, the word after, how fine, whether it is sure


def _at_clock(t: TimeText, day: Found, clock: _Clock) -> Found:
    at = midnight(t, day.stretch) + clock[0]
    last = at + timedelta(**{clock[2] + "s": 1})
    return replace(day, end=clock[1], stretch=Stretch(at, last, clock[2]), weekday=None,
                   approximate=day.approximate or not clock[3])


def _clock(t: TimeText, j: int, part: str) -> _Clock | None:
    """5:40 pm, 14:15, 9am, noon; 8 after a part of the day. "3:30" may be either half of the day: not sure."""
    if t.w(j) == "noon":
        return timedelta(hours=12), j + 1, "hour", True
    match = re.fullmatch(r"([01]?\d|2[0-4])(?:[:.]([0-5]\d))?(?::[0-5]\d)?", t.w(j))
    if match is None or (t.glued(j - 1) and t.w(j - 1) in ("-", "$", "€", "£", "#", "+", "/")):
        return None
    half, end = _half_of_day(t, j + 1)
    hour, minute = int(match[1]), match[2]
    bare = minute is None and bool(part) and t.w(j - 1) == "at" and t.w(j + 1) not in UNITS
    if not half and not bare and (minute is None or t.w(j)[len(match[1])] == "." or hour > 23):
        return None
    sure = bool(half or part) or hour > 12 or match[1][0] == "0"
    if half in ("am", "pm") and not 1 <= hour <= 12:
        return None
    if half == "am":
        hour %= 12
    elif half == "pm" or (half == "" and part in ("afternoon", "evening", "night") and 1 <= hour < 12):
        hour = hour % 12 + 12
    return (timedelta(hours=hour, minutes=int(minute or 0)), end, "minute" if minute else "hour", sure)


def _half_of_day(t: TimeText, j: int) -> tuple[str, int]:
    """("am", "pm", "clock" or "", the word after)"""
    word = t.w(j)
    if word in ("am", "pm"):
        return word, j + 1
    if word in ("a", "p") and t.says(j + 1, ".", "m"):
        return word + "m", j + 3 + (t.w(j + 3) == "." and not t.w(j + 4)[:1].isupper())
    if word == "o" and t.w(j + 2) == "clock":
        return "clock", j + 3
    if word in ("uhr", "h") and t.w(j - 1).isdecimal():
        return "clock", j + 1
    part, end = _day_part(t, j)
    if part in ("morning", "afternoon", "evening", "night") and t.says(j, "in", "the"):
        return ("am" if part == "morning" else "pm"), end
    return "", j


# ------------------------------------------------------------------ counted from another expression


_SHIFTS = {"before": -1, "after": 1, "from": 1, "following": 1, "preceding": -1}


def shifted(t: TimeText, i: int) -> Found | None:
    """two days before Christmas, the Friday before 22 May 2023, the week after Easter, a week from Tuesday"""
    j = i + (t.w(i) == "the")
    number = number_at(t, i) if j == i else (1, 1, False, j) if t.w(j + 1) in _SHIFTS else None
    if number is None or number[0] != number[1] or number[2]:
        return None
    unit, k = t.w(number[3]), number[3] + 1
    side = _SHIFTS.get(t.w(k), 0)
    if not side or (unit not in UNITS and unit not in WEEKDAYS) or day_beside(t, number[3]) is not None:
        return None
    base = foreign(t, k + 1) or with_clock(t, atom(t, k + 1))
    if base is None or base.kind != "date" or base.stretch.precision not in ("day", "week", "weekend", "month", "year"):
        return None
    first = base.stretch.start
    if first is None or isinstance(first, datetime):
        return None
    if t.w(k) == "from" and base.weekday is not None:  # a week from Tuesday: from the coming one
        first, base = s.weekday_beside(t.day, base.weekday, 1), replace(base, approximate=False)
    away = s.day_at(first, 7 * number[0]) if t.w(k) == "from" and unit in ("week", "weeks") else None
    stretch = away or _beside(t, first, unit, side * number[0])
    return replace(base, stretch=stretch, relation=None, part="", weekday=None)


def _beside(t: TimeText, first: date, unit: str, steps: int) -> Stretch:
    if unit in WEEKDAYS:
        return s.day_at(s.weekday_beside(first, WEEKDAYS[unit], 1 if steps > 0 else -1))
    if UNITS[unit] in ("hour", "minute"):
        raise ValueError("a day has no hour before it")
    return moved_from(t, first, UNITS[unit], steps)
