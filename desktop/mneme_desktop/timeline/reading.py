"""What the timeline asks of the engine, on a worker thread: a stretch with its buckets, events and summaries."""

from dataclasses import dataclass
from datetime import date, datetime

from mneme.engine import Engine
from mneme.types import DayInPast, Density, EventList, Outline, Page, Stretch, TimeChoices, TimeFacets
from mneme_desktop.timeline.levels import Reach, View, bounds, fitting, grain_of

NO_EVENTS = EventList((), 0)
WITH_EVENTS = ("year", "month", "day", "hour")  # of longer stretches single events would be dots


@dataclass(frozen=True, slots=True)
class Scene:
    """What is seen of a stretch. `reach` None: nothing says when it happened, and the rest is empty."""

    view: View
    reach: Reach | None
    stretch: Stretch
    density: Density
    events: EventList
    summaries: tuple[Outline, ...]
    now: datetime


def first_view(engine: Engine) -> View:
    """The year that something was last remembered of, but not a later one than this."""
    extent, now = engine.chronicle.extent(), engine.chronicle.now()
    year = now.year if extent is None else max(min(extent.end.year, now.year), extent.start.year)
    return View("year", datetime(year, 1, 1))


def scene(engine: Engine, wanted: View | None, facets: TimeFacets) -> Scene:
    """Read a stretch; None: the one to begin with."""
    chronicle = engine.chronicle
    extent, now, zone = chronicle.extent(), chronicle.now(), chronicle.zone()
    view = wanted or first_view(engine)
    reach = None if extent is None else Reach(min(extent.start.year, now.year), max(extent.end.year, now.year))
    if reach is None:
        stretch = Stretch(datetime.min.replace(tzinfo=zone), datetime.max.replace(tzinfo=zone))
        undated = chronicle.memories(stretch.start, stretch.end, facets, dated=False, limit=1).total
        return Scene(view, None, stretch, Density("year", (), 0, undated), NO_EVENTS, (), now)
    stretch = bounds(view, reach, zone)
    density = chronicle.density(stretch.start, stretch.end, grain_of(view, reach), facets)
    events = chronicle.events(stretch.start, stretch.end, facets) if view.level in WITH_EVENTS else NO_EVENTS
    told = chronicle.summaries(view.begin.date(), view.level) if view.level in ("month", "day") else ()
    return Scene(view, reach, stretch, density, events, told, now)


def listed(engine: Engine, stretch: Stretch, facets: TimeFacets, *, dated: bool, clock: bool, oldest_first: bool,
           offset: int, limit: int, total: int | None) -> Page:
    """A page of the memories of a stretch."""
    return engine.chronicle.memories(stretch.start, stretch.end, facets, dated=dated, clock=clock,
                                     oldest_first=oldest_first, offset=offset, limit=limit, total=total)


@dataclass(frozen=True, slots=True)
class Beside:
    """What does not depend on the stretch that is seen."""

    choices: TimeChoices
    day: date
    days: tuple[DayInPast, ...]


def beside(engine: Engine, day: date | None) -> Beside:
    """What the facets offer, and what happened on a day (None: today) in earlier years."""
    chosen = day or engine.chronicle.now().date()
    return Beside(engine.chronicle.choices(), chosen, engine.chronicle.on_this_day(chosen))


@dataclass(frozen=True, slots=True)
class Found:
    """The stretch that somebody meant, and the view that holds it."""

    view: View
    stretch: Stretch


def find(engine: Engine, text: str, day: tuple[date, date] | None, reach: Reach, *, day_first: bool) -> Found | None:
    """Where to go for what was typed; `day` is what the owner's own language reads in it."""
    zone = engine.chronicle.zone()
    if day is not None:
        meant: Stretch | None = Stretch(*(datetime(one.year, one.month, one.day, tzinfo=zone) for one in day))
    else:
        meant = engine.chronicle.when(text, day_first=day_first)
    if meant is None:
        return None
    start, end = meant.start.replace(tzinfo=None), meant.end.replace(tzinfo=None)
    return Found(fitting(start, end, reach), meant)
