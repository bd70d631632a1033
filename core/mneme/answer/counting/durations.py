"""How far two dates are apart, and how that is said: in the unit asked for, or in the natural one."""

from dataclasses import dataclass
from datetime import date

from mneme.messages import _, ngettext

DAYS = {"day": 1.0, "week": 7.0, "month": 30.436875, "year": 365.2425}
_UNITS = tuple(DAYS)
_FIRST_NOT = {"day": 14, "week": 60, "month": 716}  # days that round to 9 weeks, to 24 months, are said as more
_BLUR = 20  # units of doubt beyond which a coarser unit is said


@dataclass(frozen=True, slots=True)
class Point:
    """A day, as its ordinal, give or take `slack` days; `exact` where it is known to the day."""

    day: float
    slack: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in days, give or take `slack` days."""

    days: float
    slack: float = 0.0
    exact: bool = True

    def __add__(self, other: "Length") -> "Length":
        return Length(self.days + other.days, self.slack + other.slack, self.exact and other.exact)

    @property
    def is_sure(self) -> bool:
        """Is the length large against its doubt? Half a month between two months says nothing."""
        return self.slack * 2 <= abs(self.days)


def point(start: date, end: date, exact: bool, *, late: bool = False) -> Point:
    """The day of [start, end): its first (or its last, if `late`) where it is exact, else its middle."""
    first, last = start.toordinal(), max(end.toordinal() - 1, start.toordinal())
    if exact:
        return Point(last if late else first, 0.0, True)
    return Point((first + last) / 2, (last - first) / 2, False)


def between(first: Point, second: Point) -> Length:
    """From the first to the second; negative where the second comes first."""
    return Length(second.day - first.day, first.slack + second.slack, first.exact and second.exact)


def told(length: Length, unit: str | None = None) -> str:
    """The length as people say it: "14 days", "about 3 weeks", "4 years and 9 months".

    `unit`: day, week, month or year, or None for the natural one. A unit that would give nought, or that is far
    finer than what is known, gives way to its neighbour.
    """
    chosen = _fitting(length, unit or _natural(length.days))
    if unit is None and chosen == "year" and length.slack < DAYS["month"]:
        text = _years_and_months(_rounded(length.days / DAYS["month"]))
    else:
        text = counted(_rounded(length.days / DAYS[chosen]), chosen)
    return text if length.exact else _("about {duration}").format(duration=text)


def counted(number: int, unit: str) -> str:
    """A number of units: "1 day", "3 weeks"."""
    forms = {"day": ngettext("{n} day", "{n} days", number), "week": ngettext("{n} week", "{n} weeks", number),
             "month": ngettext("{n} month", "{n} months", number), "year": ngettext("{n} year", "{n} years", number)}
    return forms[unit].format(n=number)


def years_old(born: date, at: date) -> int:
    """Whole years from a birth to a day; negative before it."""
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def _natural(days: float) -> str:
    return next((unit for unit, limit in _FIRST_NOT.items() if days < limit), "year")


def _fitting(length: Length, unit: str) -> str:
    at = _UNITS.index(unit)
    while at > 0 and _rounded(length.days / DAYS[_UNITS[at]]) == 0:
        at -= 1
    while at < len(_UNITS) - 1 and length.slack > _BLUR * DAYS[_UNITS[at]]:
        at += 1
    return _UNITS[at]


def _years_and_months(months: int) -> str:
    years, rest = counted(months // 12, "year"), months % 12
    return _("{years} and {months}").format(years=years, months=counted(rest, "month")) if rest else years


def _rounded(number: float) -> int:
    return int(number + 0.5)
