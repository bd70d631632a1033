"""Dates said in words ("yesterday", "last Friday") become dates, counted from the day they were said on."""

import re
from dataclasses import dataclass
from datetime import date

from mneme.expressions import expression
from mneme.memory.times.counts import day_of
from mneme.memory.times.expressions import Relation, TimeExpression, expressions
from mneme.messages import _
from mneme.types import Moment, Span

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SEASONS = {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an expression means as a date, and where it stands in the text."""

    text: str
    span: Span


def shown(moment: Moment) -> str:
    """The date of a moment as people write it, as precise as it is known: 7 May 2023, May 2023, 2023."""
    at = moment.local().date()
    if moment.precision == "year":
        return str(at.year)
    return _month(at) if moment.precision == "month" else _day(at)


def resolved(text: str, said: Moment) -> list[Resolved]:
    """The relative expressions of time in `text` that have one sure meaning for one who spoke on that day.

    Empty where the day itself is not known. Nothing is guessed: "on Friday" may be the last or the next one,
    unless a verb tells. Dates and feasts that stand there by name ("2 May", "Christmas") are left as they are.
    """
    if said.precision in ("year", "month"):
        return []
    day = said.local().date()
    return [Resolved(meant, one.span) for one in expressions(text, said)
            if not (one.anchored or _is_a_date(one)) and (meant := _meaning(one, day)) is not None]


def whole_dates(text: str, span: Span) -> Span:
    """`span` widened so that it cuts no date in half: "Tuesday" in "Tuesday 3 December" becomes the whole."""
    start, end = span
    if start == end:
        return span
    for date_ in _DATE.finditer(text, max(start - 60, 0), end + 60):
        if date_.start() < span[1] and span[0] < date_.end():
            start, end = min(start, date_.start()), max(end, date_.end())
    return start, end


def names_a_time(text: str) -> bool:
    """Does `text` itself name a date, a month, a year, a weekday or a clock time?"""
    return bool(_NAMED.search(text))


_MONTH_NAMES = "(?:" + "|".join(MONTHS) + ")"
_DATE = expression(
    r"\b(?:(?:" + "|".join(WEEKDAYS) + r"),? (?:the )?)?(?:\d{1,2}(?:st|nd|rd|th|\.)? (?:of )?" + _MONTH_NAMES
    + "|" + _MONTH_NAMES + r" \d{1,2}(?:st|nd|rd|th)?)(?:,? (?:19|20)\d\d)?\b")
_NAMED = expression(
    r"\b(?:1[89]|20)\d\d\b|\b\d{1,2}[:./]\d{1,2}\b|\b\d{1,2} ?(?:am|pm|o'clock|st|nd|rd|th)\b|"
    r"\b(?:" + "|".join(m for m in MONTHS if m != "May") + r"|May (?=\d)|(?<=\d )May|" + "|".join(WEEKDAYS)
    + r"|Christmas|Easter|Halloween|Thanksgiving|New Year)\b", re.IGNORECASE)


_BY_NAME = expression(r"^(?!last|this|next).*(?:\d|Christmas|Easter|Halloween|Thanksgiving|New Year)",
                      re.IGNORECASE | re.DOTALL)


# ------------------------------------------------------------------ what an expression means, in words


def _is_a_date(one: TimeExpression) -> bool:
    return one.relation is None and one.precision in ("minute", "hour", "day") and bool(_BY_NAME.search(one.text))


def _meaning(one: TimeExpression, day: date) -> str | None:
    """None where the words leave it open, or mean no date."""
    if one.kind != "date" or one.start is None or one.end is None or one.bound not in ("", "within"):
        return None
    if one.relation is not None and one.relation.few:
        return _few(one.relation, day)
    if one.relation is not None and one.relation.unit in ("week", "weekend", "weekday"):
        return _counted(one.relation, day)
    if one.part:
        return _part(one)
    if one.approximate and one.relation is None:
        return None
    return _plain(one.precision, day_of(one.start))


def _few(relation: Relation, day: date) -> str | None:
    before = {"day": _("a few days before {date}"), "week": _("a few weeks before {date}"),
              "month": _("a few months before {date}"), "year": _("a few years before {date}")}
    phrase = before.get(relation.unit) if relation.steps < 0 else None
    return None if phrase is None else phrase.format(
        date={"month": _month(day), "year": str(day.year)}.get(relation.unit, _day(day)))


def _counted(relation: Relation, day: date) -> str:
    """the week before 14 July 2023, two weekends after it, the Friday before it"""
    if relation.weekday is not None:
        phrase = _("the {weekday} before {date}") if relation.steps < 0 else _("the {weekday} after {date}")
        return phrase.format(weekday=WEEKDAYS[relation.weekday], date=_day(day))
    side = (relation.steps > 0) - (relation.steps < 0)
    if abs(relation.steps) > 1:
        many = {("week", -1): _("{n} weeks before {date}"), ("week", 1): _("{n} weeks after {date}"),
                ("weekend", -1): _("{n} weekends before {date}"), ("weekend", 1): _("{n} weekends after {date}")}
        return many[relation.unit, side].format(n=_in_words(abs(relation.steps)), date=_day(day))
    one = {("week", -1): _("the week before {date}"), ("week", 0): _("the week of {date}"),
           ("week", 1): _("the week after {date}"), ("weekend", -1): _("the weekend before {date}"),
           ("weekend", 0): _("the weekend of {date}"), ("weekend", 1): _("the weekend after {date}")}
    return one[relation.unit, side].format(date=_day(day))


def _part(one: TimeExpression) -> str | None:
    """early June 2023, late 2022"""
    if one.start is None or one.precision not in ("month", "year"):
        return None
    phrases = {"early": _("early {date}"), "mid": _("mid-{date}"), "late": _("late {date}")}
    plain = _plain(one.precision, day_of(one.start))
    return None if plain is None else phrases[one.part].format(date=plain)


def _plain(precision: str, start: date) -> str | None:
    if precision == "week":
        return _("the week of {date}").format(date=_day(start))
    if precision == "weekend":
        return _("the weekend of {date}").format(date=_day(start))
    if precision == "season":
        return _("{season} {year}").format(season=SEASONS[start.month], year=start.year)
    if precision == "decade":
        return None
    return {"year": str(start.year), "month": _month(start)}.get(precision, _day(start))


# ------------------------------------------------------------------ parts


def _in_words(number: int) -> str:
    return NUMBERS[number - 1] if number <= len(NUMBERS) else str(number)


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"
