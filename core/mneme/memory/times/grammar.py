"""The grammar of single expressions of time: which words begin which kind, and what each means."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from mneme.memory.times import stretches as s
from mneme.memory.times.counts import (
    ADVERBS,
    adverb,
    age,
    ahead,
    counted,
    day_moved,
    day_of,
    duration,
    every,
    fine,
    in_part,
    moved,
    number_at,
    relation_of,
    times_a,
)
from mneme.memory.times.dates import (
    FEASTS_AT,
    ORDINAL_ENDS,
    calendar_date,
    day_number,
    decade,
    feast,
    feast_at,
    nth_of_month,
    numeric,
    season,
    the_nth,
    year,
)
from mneme.memory.times.stretches import Stretch
from mneme.memory.times.text import Found, Relation, TimeText
from mneme.memory.times.words import (
    DAY_WORDS,
    DECADES,
    FOREIGN_COUNTED,
    MONTHS,
    NAMELIKE_MONTHS,
    NUMBERS,
    ORDINALS,
    RECURRING_DAYS,
    SEASONS,
    SHORT_MONTHS,
    SHORT_WEEKDAYS,
    SIDES,
    UNITS,
    VAGUE,
    WEEKDAYS,
)

_WORLD = frozenset(["world", "society", "age", "generation", "economy", "youth"])


def day_word(t: TimeText, i: int) -> Found | None:
    """yesterday, today, tonight, tomorrow; not "today's world"."""
    steps, part = DAY_WORDS[t.w(i)]
    if t.w(i + 1) in ("'", "’") and t.w(i + 3) in _WORLD:
        return None
    day = s.day_at(t.day, steps)
    return Found(i + 1, in_part(t, day, part) if part else day, relation=Relation("day", steps))


def day_beside(t: TimeText, i: int) -> Found | None:
    """day before yesterday, day after tomorrow"""
    for words, steps in ((("before", "yesterday"), -2), (("after", "tomorrow"), 2)):
        if t.says(i + 1, *words):
            return Found(i + 3, s.day_at(t.day, steps), relation=Relation("day", steps))
    return None


def now(t: TimeText, i: int) -> Found | None:
    """just now"""
    return Found(i + 2, s.day_at(t.day)) if t.w(i + 1) == "now" else None


def the_other_day(t: TimeText, i: int) -> Found | None:
    """the other day: some time in the last week"""
    if t.w(i + 1) not in ("day", "night", "evening", "morning"):
        return None
    return Found(i + 2, Stretch(t.day - timedelta(days=7), t.day, "day"), approximate=True)


def earlier(t: TimeText, i: int) -> Found | None:
    """earlier this week: up to the day of speaking; later this month: from the day after it"""
    inner = sided(t, i + 1) if t.w(i + 1) == "this" else day_word(t, i + 1) if t.w(i + 1) in DAY_WORDS else None
    if inner is None or inner.stretch.precision not in ("week", "month", "year"):
        return inner
    start, end = inner.stretch.start, inner.stretch.end
    if t.w(i) == "earlier":
        end = max(t.day, start + timedelta(days=1)) if isinstance(start, date) else end
    else:
        start = min(t.day + timedelta(days=1), end - timedelta(days=1)) if isinstance(end, date) else start
    return replace(inner, stretch=Stretch(start, end, inner.stretch.precision), bound="within")


def sided(t: TimeText, i: int) -> Found | None:
    """last week, this past weekend, next Friday, last May, this summer, next Christmas, the last three days"""
    word, j = t.w(i), i + 1
    if word == "this" and t.w(j) in ("past", "coming", "last", "next"):
        word, j = t.w(j), j + 1
    elif word in ("last", "past", "next", "coming"):
        found = stretching(t, i, j)
        if found is not None:
            return found
    if word == "coming" and j == i + 1 and t.w(i - 1) != "the":
        return None
    side = SIDES[word]
    return (_sided_unit(t, j, side, word) or _sided_weekday(t, j, side) or _sided_month(t, j, side)
            or _sided_season(t, j, side) or _sided_feast(t, j, side))


def stretching(t: TimeText, i: int, j: int) -> Found | None:
    """the last three days, the next two weeks, the past year: up to the day of speaking, or from it on"""
    number, side = number_at(t, j), SIDES[t.w(i)]
    the = t.w(i - 1) == "the"
    if number is None and the and t.w(i) == "past" and t.w(j) in ("week", "month", "year", "decade"):
        number = (1, 1, False, j)
    if number is None and the and t.w(j) in ("days", "weeks", "months", "years"):
        number = (2, 5, False, j)
    unit = UNITS.get(t.w(number[3])) if number is not None and t.w(j) not in ("a", "an") else None
    if number is None or unit is None or unit in ("minute", "hour", "weekend"):
        return None
    far_day = day_moved(t.day, unit, side * number[1])
    first, last = (far_day, t.day) if side < 0 else (t.day, far_day)
    return Found(number[3] + 1, Stretch(first, last + timedelta(days=1), fine(unit)), bound="range",
                 approximate=number[0] != number[1])


def _sided_unit(t: TimeText, j: int, side: int, word: str) -> Found | None:
    unit = t.w(j)
    if unit == "weekend":
        return _weekend(t, j, side, word)
    if unit == "week":
        k = j + 1 + (t.w(j + 1) == "on")
        week = s.week_at(t.day, side, t.week_start)
        if t.w(k) in WEEKDAYS and t.w(k) not in SHORT_WEEKDAYS:  # last week Friday
            return Found(k + 1, s.day_at(day_of(week.start), (WEEKDAYS[t.w(k)] - t.week_start) % 7))
        return Found(j + 1, week, relation=Relation("week", side))
    if unit == "month":
        return Found(j + 1, s.month_at(t.day, side))
    if unit == "year":
        return Found(j + 1, s.year_at(t.day.year + side))
    if unit == "decade":
        return Found(j + 1, s.decade_at(t.day.year + 10 * side))
    if (side == 0 and unit in ("morning", "afternoon", "evening")) or (side < 0 and unit in ("night", "evening")):
        return Found(j + 1, in_part(t, s.day_at(t.day, side), unit), relation=Relation("day", side))
    return None


def _weekend(t: TimeText, j: int, side: int, word: str) -> Found:
    """Last weekend is over; this one is that of the week; next weekend that of the week after.

    In the past tense "this weekend" is, until Wednesday, the one before. Before a weekend some call the coming
    one the next: approximate.
    """
    if side == 0 and t.tense(j) < 0 and t.day.weekday() < 3:
        return Found(j + 1, s.weekend_ended(t.day))
    steps = 0 if word == "coming" else side
    return Found(j + 1, s.weekend_at(t.day, steps), relation=Relation("weekend", side),
                 approximate=side > 0 and word != "coming" and t.day.weekday() < 5)


def _sided_weekday(t: TimeText, j: int, side: int) -> Found | None:
    """The nearest one before or after; it is approximate where it lies in the week of speaking ("last Monday")."""
    weekday = WEEKDAYS.get(t.w(j))
    if weekday is None or (side == 0 and t.w(j) in SHORT_WEEKDAYS and not t.capital(j)):
        return None
    if side == 0:
        towards = -1 if t.tense(j) < 0 else 1
        return Found(j + 1, s.day_at(s.weekday_beside(t.day, weekday, towards, same=True)))
    day = s.weekday_beside(t.day, weekday, side)
    near = s.week_at(day).start == s.week_at(t.day).start
    return Found(j + 1, s.day_at(day), relation=Relation("weekday", side, weekday=weekday), approximate=near)


def _sided_month(t: TimeText, j: int, side: int) -> Found | None:
    month = MONTHS.get(t.w(j))
    if month is None or (t.w(j) in SHORT_MONTHS and not t.capital(j)):
        return None
    if t.w(j) in NAMELIKE_MONTHS and side >= 0 and not t.capital(j):
        return None
    over = month < t.day.month if side < 0 else month > t.day.month
    year = t.day.year + (0 if over else side)
    day = day_number(t, j + 1)
    stretch = s.month_at(date(year, month, 1)) if day is None else s.day_at(date(year, month, day[0]))
    return Found(j + 1 if day is None else day[1], stretch, approximate=bool(side) and over)


def _sided_season(t: TimeText, j: int, side: int) -> Found | None:
    """The last one is over, the next one not begun; approximate where that is within the year of speaking."""
    month = SEASONS.get(t.w(j))
    if month is None:
        return None
    if side == 0:
        begun = s.season_at(t.day.year - (month == 12 and t.day.month < 3), month)
        if t.tense(j) < 0 and day_of(begun.start) > t.day:
            begun = s.season_at(t.day.year - 1, month)
        return Found(j + 1, begun)
    years = range(t.day.year + 1, t.day.year - 3, -1) if side < 0 else range(t.day.year, t.day.year + 3)
    found = next(one for one in (s.season_at(year, month) for year in years) if
                 (one.end is not None and day_of(one.end) <= t.day if side < 0 else day_of(one.start) > t.day))
    edge = found.end if side < 0 else found.start
    return Found(j + 1, found, approximate=day_of(edge).year == t.day.year)


def _sided_feast(t: TimeText, j: int, side: int) -> Found | None:
    feast = feast_at(t, j)
    if feast is None:
        return None
    rule, end = feast
    year = t.day.year
    if side:
        days = [s.feast_in(rule, y) for y in (year - 1, year, year + 1)]
        year = (max(d for d in days if d < t.day) if side < 0 else min(d for d in days if d > t.day)).year
    return Found(end, s.day_at(s.feast_in(rule, year)))


def before_last(t: TimeText, i: int) -> Found | None:
    """week before last, Sunday before last, year after next"""
    side = -1 if t.says(i + 1, "before", "last") else 1 if t.says(i + 1, "after", "next") else 0
    unit, weekday = t.w(i), WEEKDAYS.get(t.w(i))
    if not side:
        return None
    if weekday is not None:
        day = s.weekday_beside(t.day, weekday, side) + timedelta(weeks=side)
        return Found(i + 3, s.day_at(day))
    if unit == "night":
        return Found(i + 3, in_part(t, s.day_at(t.day, 2 * side), "night"), relation=Relation("day", 2 * side))
    return Found(i + 3, moved(t, unit, 2 * side), relation=relation_of(unit, 2 * side))


def weekday(t: TimeText, i: int) -> Found | None:
    """on Friday, Tuesday of last week, Sunday 7 May.

    A weekday alone is the nearest one in the direction of the tense. Where nothing tells a tense it is the one
    before, as memories mostly tell what was, and approximate.
    """
    number = WEEKDAYS[t.w(i)]
    if t.w(i - 1) == "a":  # "it was a Sunday": which one?
        return None
    j = i + 1 + (t.w(i + 1) in (",", "."))
    j += t.w(j) == "the"
    dated = calendar_date(t, j) if MONTHS.get(t.w(j)) or t.w(j)[:1].isdigit() else None
    if dated is not None and dated.stretch.precision == "day":
        return dated if dated.anchored or dated.bound else _on_weekday(dated, number)
    week = sided(t, j + (t.w(j) == "of")) if t.w(j + (t.w(j) == "of")) in ("last", "this", "next") else None
    if week is not None and week.stretch.precision == "week":
        return Found(week.end, s.day_at(day_of(week.stretch.start) + timedelta(days=(number - t.week_start) % 7)))
    if t.w(i) in SHORT_WEEKDAYS and not (t.capital(i) and t.w(i - 1) in ("on", "by", "until", "since", "till")):
        return None
    tense = t.tense(i)
    return Found(i + 1, s.day_at(s.weekday_beside(t.day, number, tense or -1)), approximate=not tense, weekday=number,
                 relation=Relation("weekday", tense, weekday=number) if tense else None)


def _on_weekday(dated: Found, weekday: int) -> Found:
    """A date without its year that names its weekday is in the nearest year where they agree."""
    day = day_of(dated.stretch.start)
    for steps in (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6):
        other = s.day_at(day.replace(year=day.year + steps)) if (day.month, day.day) != (2, 29) or not steps else None
        if other is not None and day_of(other.start).weekday() == weekday:
            return replace(dated, stretch=other)
    return replace(dated, approximate=True)


def week_of(t: TimeText, i: int) -> Found | None:
    """week of 15 May, weekend of 3 June"""
    if t.w(i + 1) != "of":
        return None
    dated = atom(t, i + 3 if t.w(i + 2) == "the" and t.w(i + 3)[:1].isdigit() else i + 2)
    if dated is None or dated.stretch.precision != "day" or dated.stretch.start is None:
        return None
    day = day_of(dated.stretch.start)
    week = s.week_at(day, 0, t.week_start) if t.w(i) == "week" else s.weekend_at(day)
    return replace(dated, weekday=None, relation=None, stretch=week)


def the(t: TimeText, i: int) -> Found | None:
    """the weekend of 3 June, the weekend, and whatever else may have an article"""
    word = t.w(i + 1)
    if word == "other":
        return the_other_day(t, i + 1)
    if word == "this" or word in WEEKDAYS:
        return before_last(t, i + 1) if word in WEEKDAYS else None
    found = atom(t, i + 1) if word != "the" else None
    if found is None and word == "weekend" and t.w(i - 1) in ("on", "over", "at", "during", "for"):
        return _the_weekend(t, i + 1)
    return found if found is not None and found.kind == "date" else None


def _the_weekend(t: TimeText, i: int) -> Found:
    """over the weekend: the one that was, unless the tense is the future, or it is the weekend now"""
    tense = t.tense(i)
    return Found(i + 1, s.weekend_at(t.day, 0 if tense > 0 or t.day.weekday() > 4 else -1), approximate=not tense)


Rule = Callable[[TimeText, int], Found | None]

_AT: dict[str, tuple[Rule, ...]] = {
    **dict.fromkeys(DAY_WORDS, (day_word,)), "day": (day_beside,), "just": (now,),
    **dict.fromkeys(("earlier", "later"), (earlier,)), **dict.fromkeys(SIDES, (sided,)), "last": (nth_of_month, sided),
    **dict.fromkeys(("month", "year", "night"), (before_last,)),
    **dict.fromkeys(("week", "weekend"), (before_last, week_of)),
    **dict.fromkeys(("a", "an", "half", *NUMBERS, *VAGUE), (times_a, counted, duration)), "in": (ahead,),
    **dict.fromkeys(("once", "twice"), (times_a,)), **dict.fromkeys(WEEKDAYS, (before_last, weekday)),
    **dict.fromkeys(MONTHS, (calendar_date,)), **dict.fromkeys(DECADES, (decade,)), "'": (decade,), "’": (decade,),
    **dict.fromkeys(SEASONS, (season,)), **dict.fromkeys(FEASTS_AT, (feast,)), "april": (feast, calendar_date),
    "when": (age,), "age": (age,), **dict.fromkeys(("every", "each"), (every,)), "the": (the,),
    **dict.fromkeys((*ADVERBS, *RECURRING_DAYS), (adverb,)),
    **dict.fromkeys((word for word in ORDINALS if word not in ("last", "1st")), (nth_of_month,)),
}

_MANY: tuple[Rule, ...] = (times_a, counted, duration)

# the rules for figures, by the word after them
_AFTER_FIGURES: dict[str, tuple[Rule, ...]] = {
    **dict.fromkeys((*UNITS, *RECURRING_DAYS, *(season + "s" for season in SEASONS), "and", "times"), _MANY),
    **dict.fromkeys((*MONTHS, "of", "."), (calendar_date,)), "-": (duration,), **dict.fromkeys("s'’", (decade,)),
    **dict.fromkeys(ORDINAL_ENDS, (calendar_date, nth_of_month, the_nth)),
}

TRIGGERS = frozenset(_AT) - {"'", "’"}

# what may follow figures in an expression that is not one of these: clocks, other languages
_COUNTED = _AFTER_FIGURES.keys() | FOREIGN_COUNTED | frozenset(["am", "pm", "a", "p", "o", "uhr", "h", "in", "at"])


def may_count(t: TimeText, i: int) -> bool:
    """May the figures at word `i` begin an expression? Most do not: this is quick to tell."""
    word = t.w(i)
    return not word.isdecimal() or len(word) == 4 or (len(word) < 4 and t.w(i + 1) in _COUNTED)


def atom(t: TimeText, i: int) -> Found | None:
    """The single expression that begins at word `i`."""
    word = t.w(i)
    rules = _AT.get(word) or (_of_figures(t, i, word) if word[:1].isdigit() else ())
    for rule in rules:
        found = _sane(rule, t, i)
        if found is not None:
            return found
    return None


def _of_figures(t: TimeText, i: int, word: str) -> tuple[Rule, ...]:
    if not (len(word) < 5 and word.isdecimal() and word.isascii()):
        return (numeric, calendar_date, *(_MANY if t.w(i + 1) in UNITS else ()))
    return _AFTER_FIGURES.get(t.w(i + 1), ()) + ((year,) if len(word) == 4 else ())


def _sane(rule: Rule, t: TimeText, i: int) -> Found | None:
    try:
        return rule(t, i)
    except (OverflowError, ValueError):  # before the year 1, after 9999, the 30th of February
        return None
