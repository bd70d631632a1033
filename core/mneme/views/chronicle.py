"""Memories by time: how much happened when, the events of a stretch, and what happened on this day."""

import re
from collections.abc import Sequence
from datetime import MAXYEAR, date, datetime, time, timedelta, tzinfo
from typing import Literal

from mneme.clock import Clock
from mneme.expressions import expression
from mneme.memory.consolidation.summarising import Level, period_of
from mneme.memory.times.expressions import TimeExpression, expressions
from mneme.store import chronicle, derived, descriptions, memories, outlines
from mneme.store.chronicle import EventRow, Sought
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.types import (
    Bucket,
    DayInPast,
    Density,
    EventBlock,
    EventList,
    Grain,
    Kind,
    Moment,
    Outline,
    Page,
    Stretch,
    TimeChoices,
    TimeFacets,
)
from mneme.views.calendar import at_micros, begin_of, bounds, edges, in_zone, micros_of

PASSAGES = TimeFacets()
EVENTS_SHOWN = 200
PEOPLE_OFFERED = 100
FIRST_WORDS = 3  # memories of a day in an earlier year
OFFERED = (Kind.PASSAGE, Kind.EVENT, Kind.FACT, Kind.THOUGHT)
_YEAR = expression(r"\s*(\d{1,4})\s*")
_WEEK = expression(r"\s*(\d{4})-?W(\d{1,2})\s*", re.IGNORECASE)
_LEADS = ("", "in ", "on ")  # "May" alone may be a name; "in May" is a time


Past = tuple[date, Literal["year", "month", "week"], int]  # the last day, how long ago, how many days


class Chronicle:
    """What a timeline is made of. Safe to use from several threads.

    Times without a zone are meant on the owner's clock, and what is returned is told on it. What is known of a memory
    is when it says that it happened; where only its file's time is known it counts as undated, and is told apart.
    """

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def zone(self) -> tzinfo:
        """The owner's time zone."""
        return self._clock.zone()

    def now(self) -> datetime:
        """The owner's clock."""
        return self._clock.now().astimezone(self._clock.zone())

    def extent(self) -> Stretch | None:
        """When the first and the last memory happened that says its time; None where none does."""
        with self._store.reader() as db:
            found = chronicle.extent(db)
        return None if found is None else Stretch(*(at_micros(value, self.zone()) for value in found))

    def density(self, start: datetime, end: datetime, grain: Grain, what: TimeFacets = PASSAGES) -> Density:
        """How many memories there are in each bucket that touches [start, end). Raises: ValueError for too many.

        Of the buckets at either end all is counted.
        """
        cut = edges(in_zone(start, self.zone()), in_zone(end, self.zone()), grain)
        at, clock = [micros_of(edge) for edge in cut], grain in ("hour", "minute")
        with self._store.reader() as db:
            found, undated = chronicle.counts_and_undated(db, at, _sought(what, clock=clock))
            all_day = sum(found)
            if clock:
                [all_day], undated = chronicle.counts_and_undated(db, [at[0], at[-1]], _sought(what))
        buckets = tuple(Bucket(*bucket) for bucket in zip(cut, cut[1:], found, strict=False))
        return Density(grain, buckets, sum(found), undated, all_day - sum(found))

    def memories(self, start: datetime, end: datetime, what: TimeFacets = PASSAGES, *, dated: bool = True,
                 clock: bool = False, oldest_first: bool = True, offset: int = 0, limit: int = 100,
                 total: int | None = None) -> Page:
        """A stretch of the memories of [start, end) in the order of time; not `dated`: of those that only a file dates.

        `clock`: only those that know the time of day. `total`: how many there are, where that is known already.
        """
        low, high = self._micros(start, end)
        sought = _sought(what, dated=dated, clock=clock)
        with self._store.reader() as db:
            found = chronicle.listed(db, low, high, sought, oldest_first=oldest_first, offset=offset, limit=limit)
            if total is None:
                total = sum(chronicle.counts(db, [low, high], sought)) if len(found) == limit or offset else len(found)
            return Page(tuple(memories.load(db, found, self._clock.now())), total, offset)

    def events(self, start: datetime, end: datetime, what: TimeFacets = PASSAGES, *,
               limit: int = EVENTS_SHOWN) -> EventList:
        """The weightiest events that touch [start, end), and what belongs to none, gathered by its place and day."""
        low, high = self._micros(start, end)
        with self._store.reader() as db:
            rows, total = chronicle.events(db, low, high, _sought(what), limit)
        return EventList(tuple(self._block(row) for row in rows), total)

    def on_this_day(self, day: date | None = None) -> tuple[DayInPast, ...]:
        """What happened on a day (today by default) a week and a month before, and in each earlier year, latest first.

        Only days with memories. What happened on a 29 February comes back on the 28th of years that have no 29th.
        """
        today = day or self.now().date()
        with self._store.reader() as db:
            reach = chronicle.extent(db)
            if reach is None:
                return ()
            first = at_micros(reach[0], self.zone()).year
            wanted = [*_lately(today), *_in_years(today, first)]
            return tuple(one for past in wanted if (one := self._day_in_past(db, today, past)).total)

    def summaries(self, day: date, grain: Literal["month", "day"]) -> tuple[Outline, ...]:
        """The summary of a month, or of a day, if there is one; of a month without one those of its weeks."""
        first, following = bounds(day, grain)
        levels: tuple[Level, ...] = ("month", "week") if grain == "month" else ("day",)
        last = (following or date.max) - timedelta(days=1)
        with self._store.reader() as db:
            for level in levels:
                found = outlines.between(db, level, period_of(first, level).key, period_of(last, level).key, 6)
                if found:
                    return tuple(self._outline(db, level, *one) for one in reversed(found))
        return ()

    def choices(self) -> TimeChoices:
        """What the facets can be set to."""
        with self._store.reader() as db:
            kinds = chronicle.kinds(db)
            return TimeChoices(tuple((kind, kinds[kind]) for kind in OFFERED if kinds.get(kind)),
                               tuple(chronicle.people(db, PEOPLE_OFFERED)), tuple(outlines.topic_tree(db)))

    def when(self, text: str, *, day_first: bool | None = None) -> Stretch | None:
        """The stretch that people mean by "May 2023", "last summer", "14 Oct 2024", "2019"; None if it names none.

        `day_first` says how "03/04/2023" is read; unknown, it names none.
        """
        zone = self.zone()
        if (found := _plainly(text)) is not None:
            return Stretch(begin_of(found[0], zone), begin_of(found[1], zone))
        said = Moment.of(self.now(), zone, "minute")
        for lead in _LEADS:
            for one in expressions(lead + text.strip(), said, day_first=day_first):
                if one.kind == "date" and (meant := _meant(one, zone)) is not None:
                    return meant
        return None

    # ------------------------------------------------------------------ within

    def _micros(self, start: datetime, end: datetime) -> tuple[int, int]:
        return micros_of(in_zone(start, self.zone())), micros_of(in_zone(end, self.zone()))

    def _block(self, row: EventRow) -> EventBlock:
        return EventBlock(row.memory, row.text, at_micros(row.start, self.zone()), at_micros(row.end, self.zone()),
                          row.people, row.memories, row.importance, row.dated, row.clock)

    def _day_in_past(self, db: Handle, today: date, past: Past) -> DayInPast:
        (last, ago, days), zone = past, self.zone()
        first = last - timedelta(days=days - 1)
        low = micros_of(begin_of(first, zone))
        high = micros_of(begin_of(last + timedelta(days=1), zone)) if last < date.max else micros_of(
            datetime.max.replace(tzinfo=zone))
        total = sum(chronicle.counts(db, [low, high], Sought()))
        best = chronicle.weightiest(db, low, high, FIRST_WORDS) if total else []
        return DayInPast(last, ago, today.year - last.year if ago == "year" else 0,
                         tuple(memories.load(db, best, self._clock.now())), total)

    def _outline(self, db: Handle, level: Level, memory: int, key: str) -> Outline:
        told = descriptions.get(db, memory, "summary")
        return Outline(memories.load(db, [memory], self._clock.now())[0], level, key, derived.citations(db, memory),
                       tuple(outlines.parts(db, memory)), tuple(outlines.keywords_of(db, memory)),
                       "" if told is None else told.text)


def _sought(what: TimeFacets, *, dated: bool = True, clock: bool = False) -> Sought:
    return Sought(what.kinds or PASSAGES.kinds, what.person, what.topic, dated, clock)


def _lately(today: date) -> list[Past]:
    """A week and a month before a day; of a month that is too short its last day."""
    found: list[Past] = []
    if today.toordinal() > 7:
        found.append((today - timedelta(days=7), "week", 1))
    if today > date(1, 1, 31):
        end_of_last = today.replace(day=1) - timedelta(days=1)
        found.append((end_of_last.replace(day=min(today.day, end_of_last.day)), "month", 1))
    return found


def _in_years(today: date, first: int) -> list[Past]:
    found: list[Past] = []
    stays_away = today.month == 2 and today.day == 28 and _in_year(date(2024, 2, 29), today.year) is None
    for year in range(today.year - 1, first - 1, -1):
        leap = _in_year(date(2024, 2, 29), year) if stays_away else None
        day = leap or _in_year(today, year)
        if day is not None:
            found.append((day, "year", 2 if leap else 1))
    return found


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return None


def _plainly(text: str) -> tuple[date, date] | None:
    """A year, or a week as ISO 8601 writes it."""
    if (year := _YEAR.fullmatch(text)) and 1 <= int(year[1]) < MAXYEAR:
        return date(int(year[1]), 1, 1), date(int(year[1]) + 1, 1, 1)
    if week := _WEEK.fullmatch(text):
        try:
            first = date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return first, first + timedelta(weeks=1)
        except (ValueError, OverflowError):
            return None
    return None


def _meant(one: TimeExpression, zone: tzinfo) -> Stretch | None:
    """The stretch of an expression; of one that is open to a side, the day at its other end."""
    ends: Sequence[date | datetime] = [at for at in (one.start, one.end) if at is not None]
    if not ends:
        return None
    start, end = ends[0], ends[-1]
    if one.start is None:
        start = end - timedelta(days=1)
    elif one.end is None or end <= start:
        end = start + timedelta(days=1)
    return Stretch(_begin(start, zone), _begin(end, zone))


def _begin(at: date | datetime, zone: tzinfo) -> datetime:
    if isinstance(at, datetime):
        return in_zone(at.replace(tzinfo=None), zone)
    return datetime.combine(at, time(), zone)
