"""Stretches of the calendar: the day, week, month, season, year that a date lies in, and steps between them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Precision = Literal["minute", "hour", "day", "weekend", "week", "month", "season", "year", "decade"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """[start, end) and how fine it is. `start` None: open to the past, or not known; `end` likewise."""

    start: date | datetime | None
    end: date | datetime | None
    precision: Precision


def day_at(day: date, steps: int = 0) -> Stretch:
    """The day that lies `steps` days from `day`."""
    first = day + timedelta(days=steps)
    return Stretch(first, first + timedelta(days=1), "day")


def week_at(day: date, steps: int = 0, week_start: int = 0) -> Stretch:
    """The week `steps` weeks from that of `day`; `week_start` 0 is Monday."""
    first = day - timedelta(days=(day.weekday() - week_start) % 7) + timedelta(weeks=steps)
    return Stretch(first, first + timedelta(weeks=1), "week")


def weekend_at(day: date, steps: int = 0) -> Stretch:
    """Saturday and Sunday of the week (from Monday) `steps` weeks from that of `day`."""
    first = day - timedelta(days=day.weekday()) + timedelta(days=5 + 7 * steps)
    return Stretch(first, first + timedelta(days=2), "weekend")


def weekend_ended(day: date, steps: int = -1) -> Stretch:
    """The weekend that was over on `day`, the latest one for -1, the one before for -2."""
    return weekend_at(day, steps)  # the week of `day` is not over before its Sunday is


def month_at(day: date, steps: int = 0) -> Stretch:
    """The month `steps` months from that of `day`."""
    return Stretch(_first(day, steps), _first(day, steps + 1), "month")


def year_at(year: int) -> Stretch:
    return Stretch(date(year, 1, 1), date(year + 1, 1, 1), "year")


def decade_at(year: int) -> Stretch:
    first = year - year % 10
    return Stretch(date(first, 1, 1), date(first + 10, 1, 1), "decade")


def season_at(year: int, month: int) -> Stretch:
    """The three months from `month` on in `year`; winter is named by the year of its December."""
    first = date(year, month, 1)
    return Stretch(first, _first(first, 3), "season")


def hours_of(day: datetime, first: int, last: int) -> Stretch:
    """From hour `first` to hour `last` of the day that begins at `day`; 24 and more lie in the next day."""
    return Stretch(day + timedelta(hours=first), day + timedelta(hours=last), "hour")


def weekday_beside(day: date, weekday: int, side: int, *, same: bool = False) -> date:
    """The nearest such weekday before (-1) or after (1) `day`; `same`: the day itself counts."""
    gap = (day.weekday() - weekday if side < 0 else weekday - day.weekday()) % 7
    return day + timedelta(days=side * (gap if gap or same else 7))


def nth_weekday(first: date, weekday: int, nth: int) -> date | None:
    """The nth (from 1; -1 the last) such weekday of the month that begins on `first`."""
    following = _first(first, 1)
    if nth < 0:
        return weekday_beside(following, weekday, -1)
    found = weekday_beside(first, weekday, 1, same=True) + timedelta(weeks=nth - 1)
    return found if found < following else None


def third_of(stretch: Stretch, part: int) -> Stretch:
    """The early (0), middle (1) or late (2) part: ten days of a month, four months of a year, else a third."""
    first, last = stretch.start, stretch.end
    if not isinstance(first, date) or not isinstance(last, date) or isinstance(first, datetime):
        raise ValueError("only days have parts")
    cuts = [first, *(_cut(first, last, stretch.precision, third) for third in (1, 2)), last]
    return Stretch(cuts[part], cuts[part + 1], stretch.precision)


def _cut(first: date, last: date, precision: Precision, third: int) -> date:
    if precision == "month":
        return first + timedelta(days=10 * third)
    if precision == "year":
        return _first(first, 4 * third)
    if precision == "season":
        return _first(first, third)
    if precision == "decade":
        return date(first.year + (4, 7)[third - 1], 1, 1)
    return first + (last - first) * third / 3


def easter(year: int) -> date:
    """Easter Sunday of the western churches (Meeus, Jones and Butcher; Gregorian calendar)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + rest - 7 * ((a + 11 * h + 22 * rest) // 451) + 114, 31)
    return date(year, month, day + 1)


def feast_in(rule: tuple[int, ...], year: int) -> date:
    """The day of a feast: (month, day), (days from Easter,) or (month, weekday, which)."""
    if len(rule) == 1:
        return easter(year) + timedelta(days=rule[0])
    if len(rule) == 2:
        return date(year, rule[0], rule[1])
    found = nth_weekday(date(year, rule[0], 1), rule[1], rule[2])
    if found is None:
        raise ValueError("no such day")
    return found


def _first(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
