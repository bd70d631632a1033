"""Dates said in words ("yesterday", "last Friday") become dates, counted from the day they were said on."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mneme.messages import _
from mneme.types import Moment, Span

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_WEEKDAY = r"(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b"
_NUMBER = r"(?P<number>\d{1,3}|an?|" + "|".join(NUMBERS) + ")"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_FEW = r"(?P<few>a few|several|some|a couple(?: of)?)"


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

    Empty where the day itself is not known. Nothing is guessed: "on Friday" may be the last or the next one.
    """
    if said.precision in ("year", "month"):
        return []
    day = said.local().date()
    return sorted((found for pattern, meaning in _RULES for found in _matches(pattern, meaning, text, day)),
                  key=lambda found: found.span)


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
_DATE = re.compile(
    r"\b(?:(?:" + "|".join(WEEKDAYS) + r"),? (?:the )?)?(?:\d{1,2}(?:st|nd|rd|th|\.)? (?:of )?" + _MONTH_NAMES
    + "|" + _MONTH_NAMES + r" \d{1,2}(?:st|nd|rd|th)?)(?:,? (?:19|20)\d\d)?\b")
_NAMED = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b\d{1,2}[:./]\d{1,2}\b|\b\d{1,2} ?(?:am|pm|o'clock|st|nd|rd|th)\b|"
    r"\b(?:" + "|".join(m for m in MONTHS if m != "May") + r"|May (?=\d)|(?<=\d )May|" + "|".join(WEEKDAYS)
    + r"|Christmas|Easter|Halloween|Thanksgiving|New Year)\b", re.IGNORECASE)


def _matches(pattern: re.Pattern[str], meaning: Callable[[re.Match[str], date], str | None], text: str,
             day: date) -> Iterator[Resolved]:
    for match in pattern.finditer(text):
        try:
            said = meaning(match, day)
        except (OverflowError, ValueError):  # before the year 1 or after 9999
            said = None
        if said is not None:
            yield Resolved(said, match.span())


# ------------------------------------------------------------------ what the expressions mean


def _days(step: int) -> Callable[[re.Match[str], date], str]:
    return lambda _match, day: _day(day + timedelta(days=step))


def _days_away(match: re.Match[str], day: date) -> str:
    return _day(day + timedelta(days=_number(match) * _direction(match)))


def _weeks_away(match: re.Match[str], day: date) -> str:
    count, unit = _number(match), match["unit"].lower().rstrip("s")
    if count == 1:
        return _beside(unit, _direction(match), day)
    phrases = {("week", -1): _("{n} weeks before {date}"), ("week", 1): _("{n} weeks after {date}"),
               ("weekend", -1): _("{n} weekends before {date}"), ("weekend", 1): _("{n} weekends after {date}")}
    return phrases[unit, _direction(match)].format(n=_in_words(count), date=_day(day))


def _months_away(match: re.Match[str], day: date) -> str:
    return _month(_moved(day, _number(match) * _direction(match)))


def _years_away(match: re.Match[str], day: date) -> str:
    return str(_checked_year(day.year + _number(match) * _direction(match)))


def _a_few_ago(match: re.Match[str], day: date) -> str:
    unit = match["unit"].lower().rstrip("s")
    sentences = {"day": _("a few days before {date}"), "week": _("a few weeks before {date}"),
                 "month": _("a few months before {date}"), "year": _("a few years before {date}")}
    return sentences[unit].format(date={"month": _month(day), "year": str(day.year)}.get(unit, _day(day)))


def _week_or_weekend(match: re.Match[str], day: date) -> str:
    return _beside(match["unit"].lower(), _side(match), day)


def _month_beside(match: re.Match[str], day: date) -> str:
    return _month(_moved(day, _side(match)))


def _year_beside(match: re.Match[str], day: date) -> str:
    return str(_checked_year(day.year + _side(match)))


def _weekday_beside(match: re.Match[str], day: date) -> str:
    name = next(name for name in WEEKDAYS if name[:3].lower() == match["weekday"][:3].lower())
    phrase = _("the {weekday} before {date}") if _side(match) < 0 else _("the {weekday} after {date}")
    return phrase.format(weekday=name, date=_day(day))


def _last_season(match: re.Match[str], day: date) -> str | None:
    """Last summer, said in spring, is last year's; said in autumn it may be either."""
    first_month = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}.get(match["season"].lower())
    if first_month is None or day.month > first_month + 2:
        return None
    return _("{season} {year}").format(season=match["season"].lower(), year=day.year - 1)


def _beside(unit: str, side: int, day: date) -> str:
    phrases = {
        ("week", -1): _("the week before {date}"), ("week", 0): _("the week of {date}"),
        ("week", 1): _("the week after {date}"), ("weekend", -1): _("the weekend before {date}"),
        ("weekend", 0): _("the weekend of {date}"), ("weekend", 1): _("the weekend after {date}"),
    }
    return phrases[unit, side].format(date=_day(day))


# ------------------------------------------------------------------ parts


def _number(match: re.Match[str]) -> int:
    word = match["number"].lower()
    if word in NUMBERS:
        return NUMBERS.index(word) + 1
    return 1 if word in ("a", "an") else int(word)


def _direction(match: re.Match[str]) -> int:
    return -1 if match.groupdict().get("ago") else 1


def _side(match: re.Match[str]) -> int:
    return {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1}[match["side"].lower().split()[-1]]


def _in_words(number: int) -> str:
    return NUMBERS[number - 1] if number <= len(NUMBERS) else str(number)


def _moved(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _checked_year(year: int) -> int:
    return date(year, 1, 1).year


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def _rule(pattern: str, meaning: Callable[[re.Match[str], date], str | None],
          ) -> tuple[re.Pattern[str], Callable[[re.Match[str], date], str | None]]:
    return re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE), meaning


_AGO = r"(?P<ago>ago|back|before today)"
_RULES = (
    _rule(r"today(?!['’]s)|tonight|this (?:morning|afternoon|evening)|just now", _days(0)),
    _rule(r"(?<!before )yesterday(?: (?:morning|afternoon|evening|night))?|last night", _days(-1)),
    _rule(r"the day before yesterday", _days(-2)),
    _rule(r"(?<!after )tomorrow(?: (?:morning|afternoon|evening|night))?", _days(1)),
    _rule(r"the day after tomorrow", _days(2)),
    _rule(rf"{_NUMBER} days? {_AGO}", _days_away),
    _rule(rf"in {_NUMBER} days?['’]? time", _days_away),
    _rule(rf"{_NUMBER} (?P<unit>weeks?|weekends?) {_AGO}", _weeks_away),
    _rule(rf"in {_NUMBER} (?P<unit>weeks?)['’]? time", _weeks_away),
    _rule(rf"{_NUMBER} months? {_AGO}", _months_away),
    _rule(rf"in {_NUMBER} months?['’]? time", _months_away),
    _rule(rf"{_NUMBER} years? {_AGO}", _years_away),
    _rule(rf"in {_NUMBER} years?['’]? time", _years_away),
    _rule(rf"{_FEW} (?P<unit>days|weeks|months|years) {_AGO}", _a_few_ago),
    _rule(r"(?P<side>last|this past|this|next) (?P<unit>week|weekend)", _week_or_weekend),
    _rule(r"(?P<side>last|this past|this|next) month", _month_beside),
    _rule(r"(?P<side>last|this past|this|next) year", _year_beside),
    _rule(rf"(?P<side>last|this past|next) {_WEEKDAY}", _weekday_beside),
    _rule(rf"last {_SEASON}", _last_season),
)
