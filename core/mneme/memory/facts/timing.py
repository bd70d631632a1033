"""Phrases of time inside a clause: where they stand, so that objects end before them, and which moment they mean."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

from mneme.expressions import expression
from mneme.memory.asking import DAYS, MONTHS
from mneme.memory.times.expressions import expressions
from mneme.types import Moment, Precision, Span

Direction = Literal["past", "future"]
Bound = Literal["from", "until", "for", "each", ""]

_DAY = (r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?-i:Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun)\b\.?"
        r"|(?:mon|tue|wed|thu|thurs|fri)(?= (?:at )?\d))")
_MONTH = (r"(?:january|february|april|june|july|august|september|october|november|december|(?-i:May|March)"
          r"|(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?|(?:may|march)(?= \d)"
          r"|(?:(?<=\bin )|(?<=\d )|(?<=\d(?:st|nd|rd|th) )|(?<=\bof ))(?:may|march)\b(?! be\b))")
_HOUR = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})"
_CLOCK = (rf"(?:\d{{1,2}}(?::\d\d|\.[0-5]\d(?![.\d])|h\d\d)(?:\s?[ap]\.?m\b\.?|\s?h\b|\s?uhr)?"
          rf"|\d{{1,2}}\s?(?:[ap]\.?m\b\.?|uhr\b|o'clock)|noon|midday|midnight|(?:half|quarter|\d\d) (?:past|"
          rf"to) {_HOUR}\b"
          rf"|half {_HOUR}\b)")
_COUNT = r"(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3}|a few|a couple(?: of)?|several)"
_UNIT = r"(?:day|night|week|weekend|fortnight|month|year|decade|hour|minute|term|semester)s?"
_PART = r"(?:morning|afternoon|evening|night|lunchtime)"
_SEASON = r"(?:spring|summer|autumn|winter|christmas|easter|new year)"
_DATE = (rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (?:19|20)\d\d)?"
         rf"|{_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b(?!:)(?:,? (?:19|20)\d\d)?|{_MONTH}(?:,? (?:of )?(?:19|"
         rf"20)\d\d)?"
         rf"|(?:19|20)\d\d-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?|\d{{1,2}}[./]\d{{1,2}}[./](?:(?:19|20)?\d\d\b)?|"
         rf"\d{{1,2}}/\d{{1,2}}\b"
         rf"|the \d{{1,2}}(?:st|nd|rd|th)\b|(?:19|20)\d\d\b(?![:.]?\d))")
_RELATIVE = (
    r"(?:today|tonight|tomorrow|tmrw|yesterday|the day (?:after tomorrow|before yesterday)|the other day"
    rf"|(?:the )?(?:early|late|mid|beginning of|end of|start of|middle of|first of)[ -](?:the |this |next )?"
    rf"(?:{_UNIT}|{_MONTH}(?: \d{{4}})?|{_SEASON}|(?:19|20)\d\d)"
    rf"|(?:this|next|last|the next|the coming|the following|this coming|this past)"
    rf" (?:{_UNIT}|{_DAY}|{_MONTH}|{_SEASON}|{_PART})"
    rf"|{_SEASON}(?: (?:of )?(?:19|20)\d\d| break| holidays)"
    rf"|{_COUNT} {_UNIT} (?:ago|from now|back|earlier|later)|a (?:while|long time) ago)")
_PIECE = (
    rf"(?:{_DATE}|{_RELATIVE}|{_DAY}|{_CLOCK}|in (?:about )?{_COUNT} {_UNIT}(?:' time)?|(?:in the|at) {_PART}|"
    rf"{_PART}s?\b)")
_LEAD = (r"(?:(?:ever |way |back |right |all |only |just |starting |beginning |effective |as )*"
         r"(?:since|as of|from|until|till?|by|on|at|in|around|about|before|after|for|during|over|starting|beginning|"
         r"effective"
         r"|between|through)\b(?: the)? ?(?:about |around |roughly |early |late |mid-?)?)")
_BARE_HOUR = (
    rf"(?:(?:at|by|from|around) (?:about )?{_HOUR}\b(?! ?(?:%|times|people|euros?|dollars|percent|year|month|week|"
    rf"day|hour|min)|[-/.:]\d))")
_PHRASE = expression(
    rf"(?<![\w'])(?:(?P<lead>{_LEAD})?(?:{_PIECE})(?![\w'])(?:,? ?(?:{_LEAD} ?)?(?:{_PIECE})(?![\w'])|,? ?{_BARE_HOUR}"
    rf"| to {_HOUR}\b(?! ?\w))*|(?P<hour>{_BARE_HOUR})|(?P<span>(?:for|over) (?:the (?:past|last) |about |almost |"
    rf"nearly |over |more than )?"
    rf"{_COUNT} {_UNIT}(?: now)?)\b)", re.IGNORECASE)
_EACH = expression(r"\b(?:every|each|every other) $", re.IGNORECASE)
_PLURAL_DAY = expression(r"days\b(?! (?:ago|from|back|earlier|later|time))", re.IGNORECASE)
_WORTH = expression(
    r"\d|day|morrow|tonight|yester|week|month|year|noon|night|morning|evening|summer|winter|spring|autumn|christmas|"
    r"easter"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\b(?:at|by|ago|past|half)\b",
    re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """A stretch of the text that speaks of time, without white space around it, and how it bounds what is said."""

    span: Span
    text: str
    bound: Bound = ""
    only_hour: bool = False  # "at 3": a time alone where a day stands with it


def time_phrases(text: str, start: int, end: int) -> list[TimePhrase]:
    """The phrases of time in text[start:end], in order; "I work at Acme since 2019" has one."""
    if not _WORTH.search(text, start, end):
        return []
    return [_phrase(found) for found in _PHRASE.finditer(text, start, end)]


def _phrase(found: re.Match[str]) -> TimePhrase:
    words = found.group().strip()
    begin = found.start() + len(found.group()) - len(found.group().lstrip())
    if found["span"]:
        return TimePhrase((begin, begin + len(words)), words, "for")
    lead = (found["lead"] or "").lower()
    bound: Bound = ""
    if re.search(r"since|as of|from|starting|beginning|effective", lead):
        bound = "from"
    elif re.search(r"until|till?\b", lead):
        bound = "until"
    if _EACH.search(found.string, max(begin - 12, 0), begin) or _PLURAL_DAY.search(words):
        bound = "each"
    return TimePhrase((begin, begin + len(words)), words, bound, bool(found["hour"]))


# ------------------------------------------------------------------ which moment is meant

_MONTHS = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
_DAYS = {name[:3].lower(): number for number, name in enumerate(DAYS)}
_HOURS = {word: number for number, word in enumerate(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1)}
_NUMBERS = _HOURS | {"a": 1, "an": 1, "a few": 3, "a couple": 2, "a couple of": 2, "several": 4}
_YEAR = r"((?:19|20)\d\d)"
_ISO = expression(rf"\b{_YEAR}-(\d\d)-(\d\d)")
_DOTTED = expression(r"\b(\d{1,2})\.(\d{1,2})\.((?:19|20)?\d\d)?(?!\d)")
_SLASHED = expression(r"\b(\d{1,2})/(\d{1,2})(?:/((?:19|20)?\d\d))?\b")
_NAMED = expression(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? )?({'|'.join(_MONTHS)})[a-z]*\b\.?"
    rf"(?: (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:))?(?:,? (?:of )?{_YEAR}(?!\d))?", re.IGNORECASE)
_ONLY_YEAR = expression(rf"(?<![\d-]){_YEAR}(?![\d-])")
_ORDINAL = expression(r"\bthe (\d{1,2})(?:st|nd|rd|th)\b")
_WEEKDAY = expression(rf"\b({'|'.join(_DAYS)})[a-z]*\b", re.IGNORECASE)
_SIDED = expression(r"\b(?:this|next|last|coming|following|past|end|start|beginning|middle|early|late|mid|week|ago|"
                    r"today"
                    r"|tonight|tomorrow|tmrw|yesterday|month|year)\b", re.IGNORECASE)
_CLOCKS = expression(
    rf"(?:\b|(?<=\dT))(?:(?P<part>half|(?:quarter|\d\d)(?= past| to)) (?:(?P<side>past|to) )?(?P<of>{_HOUR})\b"
    r"|(?<![\d.])(?P<h>\d{1,2})(?:[:h]|\.(?=[0-5]\d(?![.\d])))(?P<m>[0-5]\d)(?:\s?(?P<ap>[ap])\.?m\b)?"
    r"|(?P<h2>\d{1,2})\s?(?:(?P<ap2>[ap])\.?m\b|(?P<o>o'clock|uhr|h)\b)|(?P<noon>noon|midday)|(?P<night>midnight)"
    rf"|(?:at|by|from|around|to) (?:about )?(?P<bare>{_HOUR})\b(?! ?(?:[:./-]\d|(?:st|nd|rd|th)\b|"
    r"(?:of )?(?-i:[A-Z]))))",
    re.IGNORECASE)
_DAYTIME_FROM = 7  # "at 3" is in the afternoon, "at 8" in the morning, where nothing else tells
_MORNING = expression(r"\bmorning\b", re.IGNORECASE)
_EVENING = expression(r"\b(?:tonight|evening|night|uhr)\b", re.IGNORECASE)


def moment_of(phrase: str, said: Moment | None, direction: Direction | None = None, *,
              evening: bool = False) -> Moment | None:
    """The moment at which the time that `phrase` names begins; None where it names none or has two readings (3/4/2024).

    `direction`: whether what is spoken of is over or to come, for "on Friday". `evening`: "at 8" is meant in the
    evening (a dinner). Weeks and week-ends begin on their first day; seasons on their first month.
    """
    if said is None:
        return None
    try:
        clock = _clock(phrase, (evening and not _MORNING.search(phrase)) or bool(_EVENING.search(phrase)))
        rest = phrase if clock is None else phrase[:clock[0][0]] + " " + phrase[clock[0][1]:]
        day = _day(rest, said, direction)
        if clock is None:
            return day
        if day is None:
            day = _today(said) if not re.search(r"[^\W\d]{3}|/", _LITTLE.sub("", rest)) else None
        return None if day is None or day.precision != "day" else _at(day, *clock[1])
    except (ValueError, OverflowError):  # 31 February; before the year 1
        return None


_LITTLE = expression(r"\b(?:at|by|from|around|about|until|till?|and|the|starting|for|after|before)\b", re.IGNORECASE)


def _today(said: Moment) -> Moment:
    return _moment(said.local().replace(tzinfo=None), said, "day")


def _moment(naive: datetime, said: Moment, precision: Precision) -> Moment:
    zone = timezone(timedelta(minutes=said.offset))
    return Moment.of(naive.replace(hour=0, minute=0, second=0, microsecond=0), zone, precision)


def _at(day: Moment, hour: int, minute: int) -> Moment:
    zone = timezone(timedelta(minutes=day.offset))
    return Moment.of(day.local().replace(tzinfo=None, hour=hour, minute=minute), zone, "minute")


def _clock(phrase: str, evening: bool) -> tuple[Span, tuple[int, int]] | None:
    """The time of day in `phrase`: where it stands, its hour and its minute."""
    found = _CLOCKS.search(phrase)
    if found is None:
        return None
    if found["noon"] or found["night"]:
        hour, minute = (12 if found["noon"] else 0), 0
    elif found["part"]:
        hour, minute = _parted(found, evening)
    elif found["bare"]:
        hour, minute = _of_day(found["bare"], evening), 0
    else:
        half, hour = found["ap"] or found["ap2"], int(found["h"] or found["h2"])
        hour, minute = (hour if half is None else hour % 12 + 12 * (half.lower() == "p")), int(found["m"] or 0)
        hour = hour + 12 if half is None and (evening or found["o"] == "o'clock") and hour < _DAYTIME_FROM else hour
    if _MORNING.search(phrase) and 12 < hour < 12 + _DAYTIME_FROM and not found["noon"]:  # "3 in the morning"
        hour -= 12
    return (found.span(), (hour, minute)) if hour < 24 else None


def _of_day(hour: str, evening: bool) -> int:
    number = _HOURS.get(hour.lower()) or int(hour)
    return number + 12 if 0 < number < (12 if evening else _DAYTIME_FROM) else number


def _parted(found: re.Match[str], evening: bool) -> tuple[int, int]:
    """half past 7, quarter to five, half seven (British: half past)."""
    hour, word = _of_day(found["of"], evening), found["part"].lower()
    minutes = {"half": 30, "quarter": 15}.get(word) or int(word)
    return (hour, minutes) if (found["side"] or "past").lower() == "past" else ((hour - 1) % 24, 60 - minutes)


def _day(phrase: str, said: Moment, direction: Direction | None) -> Moment | None:
    iso, dotted, slashed = _ISO.search(phrase), _DOTTED.search(phrase), _SLASHED.search(phrase)
    if iso is not None:
        return _moment(datetime(int(iso[1]), int(iso[2]), int(iso[3])), said, "day")
    if dotted is not None:
        return _dated(int(dotted[1]), int(dotted[2]), dotted[3], said, direction)
    if slashed is not None:
        first, second = int(slashed[1]), int(slashed[2])
        if first <= 12 and second <= 12 and first != second:
            return None
        return _dated(*((first, second) if second <= 12 else (second, first)), slashed[3], said, direction)
    named = _NAMED.search(phrase)
    if named is not None and not _SIDED.search(phrase[:named.start()]):
        return _dated(int(named[1] or named[3] or 0), _MONTHS[named[2].lower()], named[4], said, direction)
    return _beside(phrase, said, direction)


def _dated(day: int, month: int, year: str | None, said: Moment, direction: Direction | None) -> Moment | None:
    """A day (0: a whole month) of a month; without its year the nearest on the side of `direction`."""
    now = said.local()
    precision: Precision = "day" if day else "month"
    if year is not None:
        return _moment(datetime(int(year) + (2000 if len(year) == 2 else 0), month, day or 1), said, precision)
    this = (month, day or (now.day if month == now.month else 1))
    side = 0
    if direction == "future":
        side = int(this < (now.month, now.day))
    elif direction == "past":
        side = -int(this > (now.month, now.day))
    return _moment(datetime(now.year + side, month, day or 1), said, precision)


def _beside(phrase: str, said: Moment, direction: Direction | None) -> Moment | None:
    """Days and stretches counted from the day of speaking: a weekday, the 14th, a bare year, next week."""
    now = said.local().replace(tzinfo=None)
    year, ordinal, weekday = _ONLY_YEAR.search(phrase), _ORDINAL.search(phrase), _WEEKDAY.search(phrase)
    sided = _SIDED.search(phrase)
    if year is not None and sided is None:
        return _moment(datetime(int(year[1]), 1, 1), said, "year")
    if ordinal is not None and sided is None:
        return _nth_of_month(int(ordinal[1]), said, direction)
    if weekday is not None and sided is None:
        gap = (_DAYS[weekday[1].lower()] - now.weekday()) % 7
        days = gap - 7 if direction == "past" else gap or 7
        return _moment(now + timedelta(days=days), said, "day")
    return _counted(phrase, said, direction)


def _nth_of_month(day: int, said: Moment, direction: Direction | None) -> Moment:
    now = said.local()
    months = now.year * 12 + now.month - 1
    if direction != "past" and day < now.day:
        months += 1
    elif direction == "past" and day > now.day:
        months -= 1
    return _moment(datetime(months // 12, months % 12 + 1, day), said, "day")


_COARSE: dict[str, Precision] = {"month": "month", "season": "month", "year": "year", "decade": "year"}
_BOUNDS = expression(r"\s*(?:(?:since|as of|from|until|till?|by|starting|beginning|effective|for|before|after|"
                     r"on)\b(?: the)? ?)+",
                     re.IGNORECASE)


def _counted(phrase: str, said: Moment, direction: Direction | None) -> Moment | None:
    words = _BOUNDS.sub("", re.sub(r"\btmrw\b", "tomorrow", phrase, flags=re.IGNORECASE), count=1)
    tensed = ("We came " if direction == "past" else "We will come ") + words.strip()
    for one in expressions(tensed, said):
        if one.kind == "date" and one.start is not None:
            at = one.start
            return _moment(datetime(at.year, at.month, at.day), said, _COARSE.get(one.precision, "day"))
    return None


# ------------------------------------------------------------------ "for three years"

_FOR = expression(rf"(?:for|over) (?:the (?:past|last) |about |almost |nearly |over |more than )?({_COUNT}) ({_UNIT})",
                  re.IGNORECASE)


def began(phrase: TimePhrase, said: Moment | None) -> Moment | None:
    """When what has gone on "for three years" began, as precise as its unit."""
    found = _FOR.match(phrase.text)
    if said is None or found is None:
        return None
    count = _NUMBERS.get(found[1].lower()) or (int(found[1]) if found[1].isdigit() else 1)
    now, unit = said.local().replace(tzinfo=None), found[2].lower().rstrip("s")
    zone = timezone(timedelta(minutes=said.offset))
    if unit in ("year", "decade"):
        year = now.year - count * (10 if unit == "decade" else 1)
        return Moment.of(datetime(max(year, 1), 1, 1), zone, "year")
    if unit == "month":
        months = now.year * 12 + now.month - 1 - count
        return Moment.of(datetime(max(months // 12, 1), months % 12 + 1, 1), zone, "month")
    days = {"week": 7, "fortnight": 14}.get(unit, 1) * count
    return Moment.of((now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0), zone, "day")


MONTH_DAY = expression(
    rf"\b(?:(?:the )?(?P<d1>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?\.?(?: of)? (?P<m1>{'|'.join(_MONTHS)})[a-z]*\b\.?(?:,? (?:of )?(?P<y1>(?:19|20)\d\d))?"
    rf"|(?P<m2>{'|'.join(_MONTHS)})[a-z]*\b\.? (?:the )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y2>(?:19|"
    rf"20)\d\d))?)", re.IGNORECASE)
"""A day with the name of its month: groups d1, m1, y1 or m2, d2, y2."""
