"""Numbers with units of time: how long, how long ago, how often, how old."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from mneme.expressions import expression
from mneme.memory.times import stretches as s
from mneme.memory.times.stretches import Stretch
from mneme.memory.times.text import Found, Number, Relation, TimeText
from mneme.memory.times.words import (
    DAY_PARTS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    SEASONS,
    SHORT_WEEKDAYS,
    UNITS,
    VAGUE,
    WEEKDAYS,
    words,
)

NOWHERE = Stretch(None, None, "day")

NEVER = Stretch(date.min, date.min, "day")  # what is said as a time, but no calendar has: 30 February

_PEOPLE = words("i he she they we you it")


def in_part(t: TimeText, day: Stretch, part: str) -> Stretch:
    """The morning, afternoon, evening or night of a day, on the speaker's clock; a night ends at six."""
    return s.hours_of(midnight(t, day), *DAY_PARTS[part])


def midnight(t: TimeText, day: Stretch) -> datetime:
    assert isinstance(day.start, date)
    return datetime(day.start.year, day.start.month, day.start.day, tzinfo=t.said.tzinfo)


def number_at(t: TimeText, i: int) -> Number | None:
    """(at least, at most, and a half, the word after) of a number in words or figures: "a few", "two and a half"."""
    if i not in t.numbers:
        t.numbers[i] = _number(t, i)
    return t.numbers[i]


_FROM_TO = expression(r"([1-9]\d?)[-–](\d{1,2})", re.ASCII)


def _number(t: TimeText, i: int) -> Number | None:
    word, j = t.w(i), i + 1
    low = high = 0
    if word in ("a", "an"):
        if t.w(j) in ("few", "couple"):
            word, j = t.w(j), j + 1
        elif t.w(j) == "hundred":
            word, low, high, j = "", 100, 100, j + 1
        else:
            word, low, high = "", 1, 1
    if word in VAGUE:
        j += t.w(j) == "of"
        return (*VAGUE[word], False, j)
    if word == "half" and t.w(j) in ("a", "an"):
        return 0, 0, True, j + 1
    if word in NUMBERS:
        low = high = NUMBERS[word]
        k = j + (t.w(j) == "-")
        if 20 <= low < 100 and NUMBERS.get(t.w(k), 10) < 10:
            low = high = low + NUMBERS[t.w(k)]
            j = k + 1
    elif word.isdecimal() and len(word) <= 4:
        low = high = int(word)
    elif match := _FROM_TO.fullmatch(word):
        low, high = int(match[1]), int(match[2])
        if low >= high:
            return None
    if not high:
        return None
    half = t.w(j) == "and" and t.says(j, "and", "a", "half")
    return low, high, half, j + 3 * half


_ABOUT = words("about around over almost nearly roughly than under maybe like approximately")


def counted(t: TimeText, i: int) -> Found | None:
    """three days ago, a few weeks back, two Fridays ago, five days from now; three days later, which is not resolved"""
    number = number_at(t, i)
    if number is None or is_part_of_more(t, i):
        return None
    low, high, half, j = number
    unit = UNITS.get(t.w(j)) or _plural(t.w(j))
    if unit is None:
        return None
    j += 1
    if t.says(j, "and", "a", "half"):
        half, j = True, j + 3
    if t.w(j) in ("ago", "back") or t.says(j, "before", "today"):
        found = _away(t, (low, high, half), unit, -1, j + (2 if t.w(j) == "before" else 1))
        return replace(found, approximate=True) if found is not None and t.w(i - 1) in _ABOUT else found
    if t.w(j) == "hence" or (t.w(j) == "from" and t.w(j + 1) in ("now", "today")):
        return _away(t, (low, high, half), unit, 1, j + (1 if t.w(j) == "hence" else 2))
    if t.w(j) in ("later", "earlier") or (t.w(j) in ("before", "after") and t.w(j + 1) in ("that", "¶", "", ".", ",")):
        return Found(j + 1, replace(NOWHERE, precision=fine(unit)))
    return None


def ahead(t: TimeText, i: int) -> Found | None:
    """in three weeks, in two days' time; in the past tense ("we did it in two days") that is a duration"""
    if t.w(i + 1) in ("'", "’") and len(t.w(i + 2)) == 2 and t.w(i + 2).isdecimal() and t.glued(i + 1):  # in '98
        return Found(i + 3, s.year_at(century(t, int(t.w(i + 2)))), anchored=True)
    number = number_at(t, i + 1)
    unit = UNITS.get(t.w(number[3])) if number is not None else None
    if number is None or unit is None:
        return None
    j = number[3] + 1
    half = number[2]
    if t.says(j, "and", "a", "half"):
        half, j = True, j + 3
    low_high = (number[0], number[1], half)
    k = j + (t.w(j) in ("'", "’"))
    k += t.w(k) == "s"
    if t.w(k) == "time":
        return _away(t, low_high, unit, 1, k + 1)
    if t.tense(i) < 0 or t.w(i - 1) in ("once", "twice", "times") or (number[1] == 1 and unit == "minute"):
        return None
    found = _away(t, low_high, unit, 1, j)
    return None if found is None else replace(found, approximate=found.approximate or not t.tense(i), relation=None)


def duration(t: TimeText, i: int) -> Found | None:
    """for three weeks, two and a half hours, 3-day, half an hour; not "5 years old", not "a day"."""
    number = number_at(t, i)
    if number is None or is_part_of_more(t, i):
        return None
    low, _high, half, j = number
    dashed = t.w(j) == "-" and t.glued(i)
    unit = UNITS.get(t.w(j + dashed))
    end = j + dashed + 1
    if unit is None or unit == "weekend" or t.w(end) == "old" or t.says(end, "-", "old") or t.says(end, "of", "age"):
        return None
    if t.says(end, "and", "a", "half"):
        half, end = True, end + 3
    if t.w(i) in ("a", "an", "one", "some") and low == 1 and not half and t.w(i - 1) not in ("for", "took", "lasted"):
        return None
    if t.w(i) == "some" and not t.w(end - 1).endswith("s"):
        return None
    if (unit == "minute" and low == 1) or t.w(i - 1) in ("$", "€", "£"):
        return None
    return Found(end, Stretch(None, None, fine(unit)), kind="duration", approximate=low != number[1])


def _away(t: TimeText, number: tuple[int, int, bool], unit: str, side: int, end: int) -> Found | None:
    low, high, half = number
    if half:
        return _half_away(t, high, unit, side, end)
    try:
        near, far = moved(t, unit, side * low), moved(t, unit, side * high)
    except (OverflowError, ValueError):
        return Found(end, NEVER)
    first, last = (far, near) if side < 0 else (near, far)
    few = low != high
    relation = Relation(unit, side * low, few=True) if few else relation_of(unit, side * low)
    return Found(end, Stretch(first.start, last.end, near.precision), approximate=few or unit == "decade",
                 relation=relation)


def _half_away(t: TimeText, count: int, unit: str, side: int, end: int) -> Found | None:
    """Half of a year is six months, of a week three days, of a day or an hour twelve hours or half an hour."""
    halves = 2 * count + 1
    smaller = {"year": ("month", 6), "week": ("day", 3), "month": ("day", 15), "day": ("hour", 12),
               "hour": ("minute", 30), "decade": ("year", 5)}.get(unit)
    if smaller is None:
        return None
    steps = count * 7 + 3 if unit == "week" else halves * smaller[1]
    return Found(end, moved(t, smaller[0], side * steps), approximate=True)


def moved(t: TimeText, unit: str, steps: int) -> Stretch:
    """The minute, hour, day, week ... that lies so many of them from the time of speaking."""
    if unit in ("minute", "hour"):
        at = (t.said + timedelta(**{unit + "s": steps})).replace(second=0, microsecond=0)
        at = at if unit == "minute" else at.replace(minute=0)
        return Stretch(at, at + timedelta(**{unit + "s": 1}), fine(unit))
    if unit in WEEKDAYS:
        side = -1 if steps < 0 else 1
        first = s.weekday_beside(t.day, WEEKDAYS[unit], side)
        return s.day_at(first, 7 * (steps - side))
    if unit in SEASONS:
        not_begun = steps < 0 and t.day.month < SEASONS[unit]
        return s.season_at(t.day.year + steps + not_begun, SEASONS[unit])
    return moved_from(t, t.day, unit, steps)


def moved_from(t: TimeText, day: date, unit: str, steps: int) -> Stretch:
    """The day, week, weekend, month, year that lies so many of them from that of `day`."""
    if unit == "week":
        return s.week_at(day, steps, t.week_start)
    if unit == "fortnight":
        return s.week_at(day, 2 * steps, t.week_start)
    if unit == "weekend":
        return s.weekend_at(day, steps)
    if unit == "month":
        return s.month_at(day, steps)
    if unit in ("year", "decade"):
        return s.year_at(day.year + steps * (10 if unit == "decade" else 1))
    return s.day_at(day, steps)


def fine(unit: str) -> s.Precision:
    """The precision that goes with a unit."""
    return {"minute": "minute", "hour": "hour", "week": "week", "fortnight": "week", "weekend": "weekend",
            "month": "month", "year": "year", "decade": "decade"}.get(unit, "day")  # type: ignore[return-value]


def relation_of(unit: str, steps: int) -> Relation:
    if unit == "fortnight":
        return Relation("week", 2 * steps)
    return Relation(unit, steps)


def _plural(word: str) -> str | None:
    single = word[:-1] if word.endswith("s") else ""
    return single if (single in WEEKDAYS and single not in SHORT_WEEKDAYS) or single in SEASONS else None


def is_part_of_more(t: TimeText, i: int) -> bool:
    return t.glued(i - 1) and t.w(i - 1) in ("-", ".", "+", "#", "/", ":", "_", ",", "$", "€", "£")


def day_moved(day: date, unit: str, steps: int) -> date:
    if unit in ("day", "night"):
        return day + timedelta(days=steps)
    if unit in ("week", "fortnight"):
        return day + timedelta(weeks=steps * (2 if unit == "fortnight" else 1))
    months = day.year * 12 + day.month - 1 + steps * {"month": 1, "year": 12, "decade": 120}[unit]
    first = s.month_at(date(months // 12, months % 12 + 1, 1))
    return min(day_of(first.start) + timedelta(days=day.day - 1), day_of(first.end) - timedelta(days=1))


def century(t: TimeText, short: int) -> int:
    return 2000 + short if 2000 + short <= t.day.year + 10 else 1900 + short


def age(t: TimeText, i: int) -> Found | None:
    """when I was 12, the age of nine: known only to those who know the birthday"""
    if t.w(i) == "when":
        number = number_at(t, i + 3) if t.w(i + 2) in ("was", "were") and t.w(i + 1) in _PEOPLE else None
        if number is None or t.w(i + 3) in ("a", "an") or (t.w(number[3]) in UNITS and t.w(number[3] + 1) != "old"):
            return None
        end = number[3] + 2 if t.w(number[3]) in UNITS else number[3]
        return Found(end, Stretch(None, None, "year")) if not t.w(end).isalpha() or t.w(end) in _AFTER_AGE else None
    of = t.w(i + 1) == "of"
    number = number_at(t, i + 1 + of) if of or t.w(i - 1) == "at" else None
    return Found(number[3], Stretch(None, None, "year")) if number is not None else None


_AFTER_AGE = words("we i my he she they it and the our you his her in at")


def every(t: TimeText, i: int) -> Found | None:
    """every Tuesday, each year, every other week, every summer"""
    j = i + 1 + (t.w(i + 1) in ("other", "second", "single", "third") and t.w(i) == "every")
    number = number_at(t, j)
    j = number[3] if number is not None else j + (t.w(j) in ORDINALS)
    word = t.w(j)
    unit = UNITS.get(word) or (word if word in DAY_PARTS else None)
    month = word in MONTHS and word not in ("may", "march")
    if unit is None and word not in WEEKDAYS and word not in SEASONS and not month:
        return None
    precision = fine(unit) if unit else "season" if word in SEASONS else "month" if word in MONTHS else "day"
    return Found(j + 1, Stretch(None, None, "hour" if unit in DAY_PARTS else precision), kind="recurrence")


def times_a(t: TimeText, i: int) -> Found | None:
    """once a week, twice a month, three times a year"""
    number = number_at(t, i)
    j = i + 1 if t.w(i) in ("once", "twice") else number[3] + 1 if number and t.w(number[3]) == "times" else 0
    unit = UNITS.get(t.w(j + 1)) if j and t.w(j) in ("a", "an", "per", "each", "every") else None
    return Found(j + 2, Stretch(None, None, fine(unit)), kind="recurrence") if unit else None


def adverb(t: TimeText, i: int) -> Found | None:
    """daily, weekly, Sundays"""
    precision = ADVERBS.get(t.w(i), "day")
    if t.w(i) in ("weekends", "weekdays") and t.w(i - 1) not in ("on", "at", "most"):
        return None
    return Found(i + 1, Stretch(None, None, precision), kind="recurrence")


ADVERBS: dict[str, s.Precision] = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year",
                                    "annually": "year", "nightly": "day", "hourly": "hour", "fortnightly": "week",
                                    "weekends": "weekend"}


def day_of(at: date | datetime | None) -> date:
    if at is None:
        raise ValueError("no day is known")
    return at.date() if isinstance(at, datetime) else at
