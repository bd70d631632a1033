"""How far the timeline is zoomed in: the stretch that is seen, its buckets, what is around it, and its names."""

from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from PySide6.QtCore import QDate, QLocale, QTime

from mneme.messages import _
from mneme.types import Grain, Stretch

Level = Literal["all", "century", "decade", "year", "month", "day", "hour"]

GRAINS: dict[Level, Grain] = {"century": "decade", "decade": "year", "year": "day", "month": "day", "day": "hour",
                              "hour": "minute"}
ABOVE: dict[Level, Level] = {"hour": "day", "day": "month", "month": "year"}
INTO: dict[Grain, Level] = {"century": "century", "decade": "decade", "year": "year", "month": "month", "day": "day",
                            "hour": "hour"}
YEARS: dict[str, int] = {"century": 100, "decade": 10, "year": 1}
MOST_BARS = 40  # of all time: of more years decades are shown, of more decades centuries
FEWEST_BARS = 6
LAST = datetime(MAXYEAR, 12, 31, 23, 59, 59, 999999)


@dataclass(frozen=True, slots=True)
class Reach:
    """The first and the last year of which something is known, today's included."""

    first: int
    last: int

    @property
    def grain(self) -> Grain:
        """What all time is cut into."""
        years = self.last - self.first + 1
        return "year" if years <= MOST_BARS else "decade" if years <= 10 * MOST_BARS else "century"

    def bounds(self) -> tuple[datetime, datetime]:
        """All time, in whole buckets, and at least a few of them."""
        size = YEARS[self.grain]
        end = self.last - self.last % size + size
        start = min(self.first - self.first % size, end - FEWEST_BARS * size)
        return _year(start), _year(end)


@dataclass(frozen=True, slots=True)
class View:
    """What is seen: a stretch of a level that begins at `begin` on the owner's clock (naive; fold: which of two)."""

    level: Level
    begin: datetime = datetime.min

    @classmethod
    def around(cls, level: Level, at: datetime) -> "View":
        """The stretch of a level that a time lies in."""
        return cls(level, _floor(level, at))


def bounds(view: View, reach: Reach, zone: tzinfo) -> Stretch:
    """The stretch that is seen, on the owner's clock (aware)."""
    if view.level == "all":
        start, end = reach.bounds()
        return Stretch(start.replace(tzinfo=zone), end.replace(tzinfo=zone))
    start = view.begin.replace(tzinfo=zone)
    if view.level == "hour":  # an hour of real time, though clocks may be moved within it
        try:
            return Stretch(start, (start.astimezone(UTC) + timedelta(hours=1)).astimezone(zone))
        except OverflowError:
            return Stretch(start, LAST.replace(tzinfo=zone))
    return Stretch(start, moved(view, 1, clip=False).replace(tzinfo=zone))


def grain_of(view: View, reach: Reach) -> Grain:
    """What the stretch is cut into."""
    return reach.grain if view.level == "all" else GRAINS[view.level]


def above(view: View, reach: Reach) -> View | None:
    """The stretch around this one; None: it is all there is."""
    if view.level == "all":
        return None
    level = ABOVE.get(view.level) or _wider(view.level, reach)
    return View("all") if level == "all" else View.around(level, view.begin)


def _wider(level: Level, reach: Reach) -> Level:
    """What stands around a year, a decade or a century, which depends on how many years there are."""
    places: list[Level] = ["year"]
    if reach.grain != "year":
        places.append("decade")
    if reach.grain == "century":
        places.append("century")
    at = places.index(level) + 1 if level in places else len(places)
    return places[at] if at < len(places) else "all"


def within(view: View, reach: Reach, begin: datetime) -> View | None:
    """The stretch of one of its buckets; None: it is not cut any further."""
    level = INTO.get(grain_of(view, reach))
    return None if level is None else View.around(level, begin.replace(tzinfo=None))


def beside(view: View, steps: int) -> View:
    """The stretch so many steps later, or earlier; the same at the ends of the calendar."""
    if view.level == "all":
        return view
    begin = moved(view, steps)
    return view if begin == LAST else View(view.level, begin)


def path(view: View, reach: Reach) -> list[View]:
    """From all time down to what is seen."""
    found: list[View] = []
    at: View | None = view
    while at is not None:
        found.insert(0, at)
        at = above(at, reach)
    return found


def fitting(start: datetime, end: datetime, reach: Reach) -> View:
    """The narrowest stretch that holds [start, end) as a whole."""
    last = max(end - timedelta(microseconds=1), start)
    for level in ("hour", "day", "month", "year"):
        if _floor(level, start) == _floor(level, last):
            return View.around(level, start)
    at: View | None = View.around("year", start)
    while at is not None and at.level != "all" and _floor(at.level, start) != _floor(at.level, last):
        at = above(at, reach)
    return at or View("all")


def moved(view: View, steps: int, *, clip: bool = True) -> datetime:
    """Where the stretch so many steps away begins; `LAST` where the calendar ends, with `clip` `begin` itself."""
    begin, level = view.begin, view.level
    try:
        if level in YEARS:
            year = begin.year - begin.year % YEARS[level] + steps * YEARS[level]
            if 0 <= year <= MAXYEAR:
                return _year(year)
        elif level == "month":
            month = begin.year * 12 + begin.month - 1 + steps
            return datetime(month // 12, month % 12 + 1, 1)
        else:
            return begin + timedelta(**{f"{level}s": steps})
    except (ValueError, OverflowError):
        pass
    return begin if clip else LAST


def _floor(level: Level, at: datetime) -> datetime:
    if level in YEARS:
        return _year(at.year - at.year % YEARS[level])
    day = at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if level == "month":
        return day.replace(day=1)
    return at.replace(minute=0, second=0, microsecond=0) if level == "hour" else day


def _year(year: int) -> datetime:
    return datetime(max(year, 1), 1, 1) if year <= MAXYEAR else LAST


# ------------------------------------------------------------------ names


def crumb(view: View) -> str:
    """What a stretch is called beside those around it: "2024", "October", "Monday 14", "15:00"."""
    at = view.begin
    if view.level == "all":
        return _("All time")
    if view.level == "month":
        return written(at, _("MMMM"))
    if view.level == "day":
        return written(at, _("dddd d"))
    return clock(at) if view.level == "hour" else _years(view.level, at)


def title(view: View) -> str:
    """The same on its own: "October 2024", "Monday 14 October 2024, 15:00"."""
    at = view.begin
    if view.level == "all":
        return _("All time")
    if view.level == "month":
        return written(at, _("MMMM yyyy"))
    return bucket_title({"day": "day", "hour": "hour"}.get(view.level, ""), at) or _years(view.level, at)


def bucket_title(grain: str, at: datetime) -> str:
    """What a bucket is called: "2024", "Monday 14 October 2024", "Monday 14 October 2024, 15:03"; "" if unknown."""
    if grain in YEARS:
        return _years(grain, at)
    if grain == "month":
        return written(at, _("MMMM yyyy"))
    day = written(at, _("dddd d MMMM yyyy"))
    return {"day": day, "hour": f"{day}, {clock(at)}", "minute": f"{day}, {clock(at)}"}.get(grain, "")


def _years(level: str, at: datetime) -> str:
    first = at.year - at.year % YEARS[level]
    if level == "year":
        return str(at.year)
    if level == "decade":
        return _("{year}s").format(year=first)
    return _("{first} to {last}").format(first=max(first, 1), last=first + 99)


def written(at: date, pattern: str) -> str:
    """A day in the owner's language."""
    return QLocale().toString(QDate(at.year, at.month, at.day), pattern)


def clock(at: datetime) -> str:
    """A time of day as the owner's clocks show it."""
    return QLocale().toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)
