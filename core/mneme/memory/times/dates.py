"""Dates of the calendar as people write them: days, months, years, decades, seasons and feasts."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from mneme.memory.times import stretches as s
from mneme.memory.times.counts import NEVER, century, day_of, is_part_of_more, midnight, number_at
from mneme.memory.times.stretches import Stretch
from mneme.memory.times.text import Found, TimeText
from mneme.memory.times.words import (
    DECADES,
    FEAST_THINGS,
    FEASTS,
    IN_TIME,
    MONTHS,
    NAMELIKE_MONTHS,
    ORDINALS,
    PARTS,
    SEASONS,
    SHORT_MONTHS,
    SIDES,
    SURELY_TIME,
    UNITS,
    WEEKDAYS,
    words,
)

_VERBS = words("was were is will has had")

ORDINAL_ENDS = words("st nd rd th")

_AFTER_THE_NTH = words("and at we i but to the or of for with so he she they")


def nth_of_month(t: TimeText, i: int) -> Found | None:
    """first weekend of June, last Friday of May, second week of June, the first of May"""
    nth, j = ORDINALS.get(t.w(i)), i + 1
    if t.w(i).isdecimal() and t.w(j) in ORDINAL_ENDS:
        nth, j = int(t.w(i)), j + 1
    unit = t.w(j)
    k = j + 1 if unit == "of" else j + 2
    if nth is None or (unit != "of" and t.w(j + 1) not in ("of", "in")):
        return None
    t.place.sure = k
    month = calendar_date(t, k) if t.w(k) in MONTHS else None
    if month is None or month.stretch.precision != "month" or nth > 5:
        return None
    stretch = _nth(day_of(month.stretch.start), day_of(month.stretch.end), unit, nth)
    return None if stretch is None else replace(month, stretch=stretch, part="", approximate=unit == "week")


def _nth(first: date, end: date, unit: str, nth: int) -> Stretch | None:
    """The second week of a month is its days 8 to 14, the last one its last seven."""
    if unit in WEEKDAYS or unit == "weekend":
        day = s.nth_weekday(first, WEEKDAYS.get(unit, 5), nth)
        return None if day is None else s.weekend_at(day) if unit == "weekend" else s.day_at(day)
    if unit == "week":
        start = end - timedelta(days=7) if nth < 0 else first + timedelta(days=7 * (nth - 1))
        return Stretch(start, min(start + timedelta(days=7), end), "week")
    if unit in ("of", "day") and nth > 0:
        return s.day_at(first, nth - 1)
    return s.day_at(end, -1) if unit == "day" else None


def the_nth(t: TimeText, i: int) -> Found | None:
    """on the 20th: of the month of speaking, or of the one before or after, as the tense says"""
    if t.w(i + 1) not in ORDINAL_ENDS or not t.glued(i) or t.w(i - 1) != "the" or (t.w(i - 2) not in (
            "on", "by", "since", "until", "till", "from", "before", "after") and not (
            t.w(i - 2) == "of" and t.w(i - 3) in ("week", "weekend"))):
        return None
    if (t.w(i + 2).isalpha() and t.w(i + 2) not in _AFTER_THE_NTH) or not 1 <= int(t.w(i)) <= 31:
        return None
    tense, number = t.tense(i), int(t.w(i))
    for steps in range(12):
        first = day_of(s.month_at(t.day, steps * (tense or -1)).start)
        day = first + timedelta(days=number - 1)
        if day.month == first.month and (day >= t.day if tense > 0 else day <= t.day):
            return Found(i + 2, s.day_at(day), approximate=not tense)
    return None


def calendar_date(t: TimeText, i: int) -> Found | None:
    """7 May 2023, May 7th, 7th of May, May 2023, in May, 21-23 July, June 3–5"""
    return _month_first(t, i) if t.w(i) in MONTHS else _day_first(t, i) if t.w(i)[:1].isdigit() else None


def _day_first(t: TimeText, i: int) -> Found | None:
    days = re.fullmatch(r"(\d\d?)(?:[-–](\d\d?))?", t.w(i))
    if days is None or is_part_of_more(t, i):
        return None
    j = i + 1
    ordinal = t.w(j) in ORDINAL_ENDS or t.w(j) == "."
    j += ordinal
    of = t.w(j) == "of"
    j += of
    if of and t.w(j) in ("last", "this", "next") and t.w(j + 1) == "month" and not days[2]:
        return Found(j + 2, s.day_at(day_of(s.month_at(t.day, SIDES[t.w(j)]).start).replace(day=int(days[1]))))
    month = MONTHS.get(t.w(j))
    if month is None:
        return None
    year, end, anchored = year_after(t, j + 1)
    if t.w(j) in ("may", "march", "mar", "dec") and not (t.capital(j) or ordinal or of or anchored):
        return None
    return _on_days(t, i, month, (int(days[1]), int(days[2] or days[1])), (year, end, anchored))


def _month_first(t: TimeText, i: int) -> Found | None:
    month = MONTHS[t.w(i)]
    j = i + 1 + (t.w(i) in SHORT_MONTHS and t.w(i + 1) == ".")
    day = day_number(t, j)
    named = t.w(i) not in ("may", "march", "mar") or t.capital(i)
    if day is not None and named:
        return _on_days(t, i, month, (day[0], day[2]), year_after(t, day[1]))
    year, end, anchored = year_after(t, j)
    if year is not None and (named or anchored):
        return Found(end, s.month_at(date(year, month, 1)), anchored=anchored)
    return _bare_month(t, i, month) if t.w(i) not in SHORT_MONTHS else None


def _bare_month(t: TimeText, i: int, month: int) -> Found | None:
    """A month's name alone: the nearest one in the direction of the tense, the past where nothing tells one.

    May, March, April, June and August are also words and names: they need "in", "since", "early" ... before them.
    """
    before = t.w(i - 1) if t.w(i - 1) != "-" else t.w(i - 2)
    if t.w(i) in NAMELIKE_MONTHS:
        surely = before in SURELY_TIME or t.place.sure == i or (before in ("early", "mid", "late") and t.capital(i))
    else:
        surely = t.capital(i) or before in IN_TIME or t.place.sure == i
    return Found(i + 1, nearest(t, i, lambda year: s.month_at(date(year, month, 1)))) if surely else None


def day_number(t: TimeText, j: int) -> tuple[int, int, int] | None:
    """(day, the word after, last day) where a day of the month stands: 7, 7th, the 7th, 3–5."""
    j += t.w(j) == "the" and t.w(j + 2) in ORDINAL_ENDS
    days = re.fullmatch(r"(\d\d?)(?:[-–](\d\d?))?", t.w(j))
    if days is None or t.w(j + 1) in ("%", "/") or t.w(j + 1) in UNITS or t.w(j - 1) == "¶":
        return None
    ordinal = t.w(j + 1) in ORDINAL_ENDS and t.glued(j)
    if t.glued(j) and not ordinal and t.w(j + 1).isalpha():
        return None
    return int(days[1]), j + 1 + ordinal, int(days[2] or days[1])


def _on_days(t: TimeText, i: int, month: int, days: tuple[int, int], at: tuple[int | None, int, bool]) -> Found | None:
    first, last = days
    year, end, anchored = at

    def in_year(year: int) -> Stretch:
        return Stretch(date(year, month, first), date(year, month, last) + timedelta(days=1), "day")
    if not 1 <= first <= last <= 31:
        return None
    try:
        stretch = nearest(t, i, in_year) if year is None else in_year(year)
    except ValueError:
        stretch = NEVER
    return Found(end, stretch, anchored=anchored, bound="" if first == last else "range",
                 approximate=year is None and not t.tense(i))


def year_after(t: TimeText, j: int) -> tuple[int | None, int, bool]:
    """(year, the word after, whether a number says it) after a month or a feast; year None where none is said."""
    k = j + (t.w(j) in (",", "of", "in", "."))
    word = t.w(k)
    if len(word) == 4 and word.isdecimal() and word.isascii() and 1000 <= int(word) < 3000:
        return int(word), k + 1, True
    if word in ("'", "’") and len(t.w(k + 1)) == 2 and t.w(k + 1).isdecimal() and t.glued(k):
        return century(t, int(t.w(k + 1))), k + 2, True
    if word in ("last", "next", "this") and t.w(k + 1) == "year":
        return t.day.year + SIDES[word], k + 2, False
    number = number_at(t, k)
    ago = number is not None and UNITS.get(t.w(number[3])) == "year" and t.w(number[3] + 1) == "ago"
    if number is not None and ago and number[0] == number[1]:
        return t.day.year - number[0], number[3] + 2, False
    return None, j, False


def nearest(t: TimeText, i: int, in_year: Callable[[int], Stretch]) -> Stretch:
    """The nearest one in the direction of the tense at word `i` (the past where nothing tells); it may hold today."""
    forward = t.tense(i) > 0
    for steps in range(9):  # 29 February
        try:
            found = in_year(t.day.year + (steps if forward else -steps))
        except ValueError:
            continue
        if day_of(found.end) > t.day if forward else day_of(found.start) <= t.day:
            return found
    raise ValueError("there is no such day")


def numeric(t: TimeText, i: int) -> Found | None:
    """2023-05-07, 2023-05-07T14:30, 07.05.2023, 27/05/2023; not 07/05/2023, unless told which comes first"""
    word = t.w(i)
    if is_part_of_more(t, i) or t.w(i - 1) in ("version", "v", "release"):
        return None
    if t.glued(i) and t.w(i + 1) not in "t.,;:)!?'\"-":
        return None
    if match := re.fullmatch(r"((?:1[5-9]|20|21)\d\d)([-/.])(\d\d?)\2(\d\d?)", word):
        day = s.day_at(date(int(match[1]), int(match[3]), int(match[4])))
        return _iso_time(t, i, day) or Found(i + 1, day, anchored=True)
    if match := re.fullmatch(r"(\d\d?)([-/.])(\d\d?)\2((?:19|20)?\d\d)", word):
        return _numbered(t, i, match)
    if match := re.fullmatch(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])", word):
        return Found(i + 1, s.month_at(date(int(match[1]), int(match[2]), 1)), anchored=True)
    if match := re.fullmatch(r"(0?[1-9]|1[0-2])/((?:19|20)\d\d)", word):
        return Found(i + 1, s.month_at(date(int(match[2]), int(match[1]), 1)), anchored=True)
    if match := re.fullmatch(r"(\d\d?)/(\d\d?)", word):
        return _month_and_day(t, i, int(match[1]), int(match[2]))
    if (match := re.fullmatch(r"((?:19|20)\d\d)[-–]((?:19|20)\d\d)", word)) and match[1] < match[2]:
        return Found(i + 1, Stretch(date(int(match[1]), 1, 1), date(int(match[2]) + 1, 1, 1), "year"), anchored=True,
                     bound="range")
    return None


def _numbered(t: TimeText, i: int, match: re.Match[str]) -> Found | None:
    one, other, short = int(match[1]), int(match[3]), len(match[4]) == 2
    if short and match[2] == "-":
        return None
    if match[2] == "." or one > 12 or one == other:
        day_first = True
    elif other > 12:
        day_first = False
    elif t.day_first is None:
        return None
    else:
        day_first = t.day_first
    year = century(t, int(match[4])) if short else int(match[4])
    day, month = (one, other) if day_first else (other, one)
    return Found(i + 1, s.day_at(date(year, month, day)), anchored=True)


def _month_and_day(t: TimeText, i: int, one: int, other: int) -> Found | None:
    """on 12/25, where it can be nothing else"""
    if t.w(i - 1) not in ("on", "by", "since", "until", "till", "before", "after"):
        return None
    day_first = True if one > 12 or one == other else False if other > 12 else t.day_first
    if day_first is None:
        return None
    day, month = (one, other) if day_first else (other, one)
    return Found(i + 1, nearest(t, i, lambda year: s.day_at(date(year, month, day))), approximate=not t.tense(i))


def _iso_time(t: TimeText, i: int, day: Stretch) -> Found | None:
    clock = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?", t.w(i + 2))
    if clock is None or t.w(i + 1) != "t" or not t.glued(i) or not t.glued(i + 1):
        return None
    at = midnight(t, day) + timedelta(hours=int(clock[1]), minutes=int(clock[2]))
    return Found(i + 3, Stretch(at, at + timedelta(minutes=1), "minute"), anchored=True)


def year(t: TimeText, i: int) -> Found | None:
    """in 2019, as of 2019, 2020 was; not $2019, not room 2019"""
    word, before, after = t.w(i), t.w(i - 1), t.w(i + 1)
    if len(word) != 4 or not word.isdecimal() or not 1500 <= int(word) < 2200 or is_part_of_more(t, i):
        return None
    if t.glued(i) and (after.isalnum() or after in "%$€£-/"):
        return None
    if after in UNITS or after in ("people", "euros", "dollars") or before in ("next", "last", "this", "every"):
        return None
    as_of = before in ("of", "at") and t.w(i - 2) == "as"
    told = before in IN_TIME or as_of or t.place.sure == i or (before == "(" and after == ")") or (
        after in _VERBS and before in ("", ".", "¶", "!", "?", ",", "and", "but", "that"))
    return Found(i + 1, s.year_at(int(word)), anchored=True) if told else None


def decade(t: TimeText, i: int) -> Found | None:
    """the 90s, the 1970s, early '80s, the nineties; not the temperature, nor an age"""
    j = i + (t.w(i) in ("'", "’"))
    word = t.w(j)
    end = j + 1 if word in DECADES else j + 2
    number = DECADES.get(word, int(word) if word.isdecimal() and len(word) in (2, 4) else 1)
    if word not in DECADES and not (t.w(j + 1) == "s" and t.glued(j)):
        k = j + 2  # 90's
        if not (t.w(j + 1) in ("'", "’") and t.w(k) == "s" and t.glued(j)):
            return None
        end = k + 1
    before = t.w(i - 1) if t.w(i - 1) not in ("early", "mid", "late", "-") else "the"
    if number % 10 or (before != "the" and number < 1000) or _is_of_warmth(t, i):
        return None
    full = number if number >= 1000 else 1900 + number if number > 20 else 2000 + number
    return Found(end, s.decade_at(full), anchored=True)


def _is_of_warmth(t: TimeText, i: int) -> bool:
    return any(t.w(k) in ("temperature", "temperatures", "degrees", "fahrenheit", "weather", "mph", "percent")
               for k in range(i - 8, i + 6))


def season(t: TimeText, i: int) -> Found | None:
    """summer 2019, the fall of 1989, in spring; not a spring in her step, nor a fall"""
    month = SEASONS[t.w(i)]
    said, end, anchored = year_after(t, i + 1)
    if said is not None:
        return Found(end, s.season_at(said, month), anchored=anchored)
    the = t.w(i - 1) == "the"
    before = t.w(i - 2) if the else t.w(i - 1)
    told = before in SURELY_TIME or before in PARTS or t.place.sure == i
    told = told or (the and before in ("over", "by", "of", "before", "after"))
    if not told or t.w(i + 1) == "of":
        return None
    return Found(i + 1, nearest(t, i, lambda year: s.season_at(year, month)))


def feast_at(t: TimeText, i: int) -> tuple[tuple[int, ...], int] | None:
    """The rule of the feast named at word `i`, and the word after."""
    for said, rule in FEASTS_AT.get(t.w(i), ()):
        end = i + len(said)
        if all(t.w(i + n) == word or (word == "'" and t.w(i + n) == "’") for n, word in enumerate(said)):
            return None if t.w(end) in FEAST_THINGS else (rule, end)
    return None


def feast(t: TimeText, i: int) -> Found | None:
    """Christmas Eve 1984, at Easter, on New Year's Eve: the nearest as the tense says; in a wish the nearest"""
    found = feast_at(t, i)
    if found is None:
        return None
    rule, end = found
    said, after, anchored = year_after(t, end)
    if said is not None:
        return Found(after, s.day_at(s.feast_in(rule, said)), anchored=anchored)
    if t.w(i - 1) in ("happy", "merry"):
        days = [s.feast_in(rule, t.day.year + step) for step in (-1, 0, 1)]
        return Found(end, s.day_at(min(days, key=lambda day: abs(day - t.day))))
    return Found(end, nearest(t, i, lambda year: s.day_at(s.feast_in(rule, year))))


FEASTS_AT: dict[str, list[tuple[tuple[str, ...], tuple[int, ...]]]] = {}

for _words, _rule in sorted(FEASTS.items(), key=lambda item: -len(item[0])):
    FEASTS_AT.setdefault(_words[0], []).append((_words, _rule))
