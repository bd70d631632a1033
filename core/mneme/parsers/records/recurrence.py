"""Rules of repetition (RFC 5545 RRULE): in words, and the times they give around a day, with bounds on the work."""

import itertools
import re
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from mneme.expressions import expression
from mneme.parsers.records.saying import MONTHS, WEEKDAYS

NAMED = 3  # times before and after now
_STEPS = 60_000  # times that are looked at for one rule: a daily one of more than a century
_AHEAD = timedelta(days=366 * 5)
_SECONDS = 5.0  # for all rules of a file
_UNITS = {"SECONDLY": "second", "MINUTELY": "minute", "HOURLY": "hour", "DAILY": "day", "WEEKLY": "week",
          "MONTHLY": "month", "YEARLY": "year"}
_DAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second last"}
# Where dateutil is sure to come to an end soon: other parts can ask for days that never come.
_COUNTED = {"DAILY": {"BYDAY", "BYMONTH", "WKST"}, "WEEKLY": {"BYDAY", "BYMONTH", "WKST"},
            "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"},
            "YEARLY": {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYYEARDAY", "BYWEEKNO", "WKST"}}
_OLD_RULE = expression(r"(?P<unit>D|W|MD|MP|YM|YD)(?P<interval>\d{1,3})(?P<rest>(?: [\w+#-]+){0,40})")  # vCalendar 1.0
_OLD_UNITS = {"D": "DAILY", "W": "WEEKLY", "MD": "MONTHLY", "MP": "MONTHLY", "YM": "YEARLY", "YD": "YEARLY"}


@dataclass(frozen=True, slots=True)
class Series:
    """When something takes place again: naive times on the clock of its zone."""

    start: datetime
    rules: tuple[Mapping[str, str], ...] = ()
    more: frozenset[datetime] = frozenset()  # RDATE
    without: frozenset[datetime] = frozenset()  # EXDATE, and those that were moved
    without_days: frozenset[date] = frozenset()


@dataclass(slots=True)
class Budget:
    """The time that may be spent on finding repetitions in one file."""

    spent: float = 0.0
    most: float = field(default=_SECONDS)


def parse_rule(value: str) -> dict[str, str]:
    """The parts of an RRULE, in capitals; empty for what is none."""
    if old := _OLD_RULE.fullmatch(value.strip().upper()):
        return _from_old(old)
    parts = ("".join(part.upper().split()).split("=", 1) for part in value.split(";")[:30] if "=" in part)
    rule = dict(parts)
    return rule if rule.get("FREQ") in _UNITS else {}


def _from_old(found: re.Match[str]) -> dict[str, str]:
    rule = {"FREQ": _OLD_UNITS[found["unit"]], "INTERVAL": found["interval"]}
    words = found["rest"].split()
    if found["unit"] == "W" and (days := [day for day in words if day in _DAYS]):
        rule["BYDAY"] = ",".join(days)
    for word in words:
        if word.startswith("#") and word[1:].isdigit() and word != "#0":
            rule["COUNT"] = word[1:]
        elif re.fullmatch(r"\d{8}T\d{6}Z?", word):
            rule["UNTIL"] = word
    return rule


# ------------------------------------------------------------------ in words


def rule_said(rule: Mapping[str, str], start: datetime | None) -> str:
    """ "every 2 weeks on Tuesday and Thursday until 3 May 2024" """
    unit, interval = _UNITS[rule["FREQ"]], _number(rule.get("INTERVAL"))
    said = [f"every {interval} {unit}s" if interval > 1 else f"every {unit}", *_days(rule, start)]
    if said[1:2] == ["on weekdays"] and said[0] in ("every day", "every week"):
        said[:2] = ["every weekday"]
    if until := _day_of(rule.get("UNTIL", "")):
        said.append(f"until {until.day} {MONTHS[until.month - 1]} {until.year}")
    elif count := _number(rule.get("COUNT")):
        said.append(f"({count} times)" if count > 1 else "(once)")
    return " ".join(said)


def _days(rule: Mapping[str, str], start: datetime | None) -> Iterable[str]:
    months = [MONTHS[n - 1] for n in _numbers(rule.get("BYMONTH")) if 1 <= n <= 12]
    weekdays = _weekdays(rule)
    days = [f"{_nth(n)}day" if n < 0 else f"day {n}" for n in _numbers(rule.get("BYMONTHDAY"))]
    if weekdays:
        yield f"on {_and(weekdays)}"
    elif days and len(months) == 1 and rule["FREQ"] == "YEARLY" and not days[0].endswith("day"):
        yield f"on {_and([day.removeprefix('day ') for day in days])} {months[0]}"
        return
    elif days:
        yield f"on {'the ' if days[0].endswith('day') else ''}{_and(days)}"
    elif start is not None and rule["FREQ"] == "WEEKLY":
        yield f"on {WEEKDAYS[start.weekday()]}"
    elif start is not None and rule["FREQ"] == "MONTHLY":
        yield f"on day {start.day}"
    elif start is not None and rule["FREQ"] == "YEARLY" and not months:
        yield f"on {start.day} {MONTHS[start.month - 1]}"
    if months:
        yield f"in {_and(months)}"


def _weekdays(rule: Mapping[str, str]) -> list[str]:
    """ "Tuesday", "the last Friday"; Monday to Friday together are "weekdays"."""
    found = re.findall(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)\b", rule.get("BYDAY", "")[:200])
    if [day for _n, day in found] == ["MO", "TU", "WE", "TH", "FR"] and not any(n for n, _day in found):
        if "BYSETPOS" not in rule:
            return ["weekdays"]
        return [f"the {_nth(_number(rule['BYSETPOS'], signed=True))}weekday"]
    position = _number(rule.get("BYSETPOS"), signed=True)
    return [_weekday(int(n) if n else position, WEEKDAYS[_DAYS[day]]) for n, day in found]


def _weekday(number: int, name: str) -> str:
    return f"the {_nth(number)}{name}" if number else name


def _nth(number: int) -> str:
    """ "first ", "last ", "12th " """
    return f"{_ORDINALS.get(number, f'{abs(number)}th' + (' last' if number < 0 else ''))} "


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _number(text: str | None, signed: bool = False) -> int:
    found = re.fullmatch(r"([+-]?)(\d{1,6})", text or "")
    if found is None:
        return 0
    return -int(found[2]) if signed and found[1] == "-" else int(found[2])


def _numbers(text: str | None) -> list[int]:
    return [_number(part.strip(), signed=True) for part in (text or "").split(",")[:31]
            if re.fullmatch(r"[+-]?\d{1,3}", part.strip())]


def _day_of(text: str) -> date | None:
    found = re.match(r"(\d{4})-?(\d\d)-?(\d\d)", text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


# ------------------------------------------------------------------ times


def around(series: Series, now: datetime, budget: Budget) -> tuple[list[datetime], list[datetime]]:
    """The last few times before `now`, and the next few; fewer where they cannot be found with little work."""
    rules = [rule for rule in series.rules if _is_cheap(rule)]
    if len(rules) < len(series.rules) or not 1900 <= series.start.year <= 2200:
        return [], []
    times: set[datetime] = set()
    for rule in rules:
        if budget.spent >= budget.most:
            return [], []
        began = time.monotonic()
        times |= _times(rule, series, now)
        budget.spent += time.monotonic() - began
    times |= {series.start, *series.more}
    kept = sorted(one for one in times if _stays(one, series))
    at = bisect_left(kept, now)
    return kept[max(at - NAMED, 0):at], kept[at:at + NAMED]


def _stays(when: datetime, series: Series) -> bool:
    return when not in series.without and when.date() not in series.without_days


def _is_cheap(rule: Mapping[str, str]) -> bool:
    allowed = _COUNTED.get(rule["FREQ"])
    parts = set(rule) - {"FREQ", "INTERVAL", "UNTIL", "COUNT"}
    plain = all(re.fullmatch(r"[\w+,-]{1,200}", rule[key]) for key in parts)
    return allowed is not None and parts <= allowed and plain and _number(rule.get("INTERVAL", "1")) > 0


def _times(rule: Mapping[str, str], series: Series, now: datetime) -> set[datetime]:
    """The rule's last and next times that stay; a few more, for those that another rule takes the place of."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415 -- slow import

    parts = {key: value for key, value in rule.items() if key not in ("UNTIL", "COUNT")}
    until, count = _until(rule.get("UNTIL", ""), now), _number(rule.get("COUNT")) or _STEPS
    try:
        parts["UNTIL"] = f"{until:%Y%m%dT%H%M%S}"
        times = rrulestr(";".join(f"{key}={value}" for key, value in parts.items()), dtstart=series.start)
        before: deque[datetime] = deque(maxlen=NAMED)
        after: list[datetime] = []
        for when in itertools.islice(times, min(count, _STEPS)):
            if _stays(when, series):
                (before if when < now else after).append(when)
            if len(after) >= NAMED:
                break
    except (ValueError, OverflowError, TypeError, KeyError, IndexError, AttributeError):  # what dateutil trips over
        return set()
    return {*before, *after}


def _until(text: str, now: datetime) -> datetime:
    last, day = now + _AHEAD, _day_of(text)
    if day is None:
        return last
    hour = re.fullmatch(r"\d{8}T([01]\d|2[0-3])([0-5]\d)([0-5]\d)Z?", text)
    at = datetime.strptime(text[:15], "%Y%m%dT%H%M%S") if hour else datetime(day.year, day.month, day.day, 23, 59, 59)
    return min(last, at)
