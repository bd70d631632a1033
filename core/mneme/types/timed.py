"""What a timeline is made of: stretches of the owner's calendar, how much is remembered in each, and events."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from mneme.types.kept import Kind, Memory, Topic

Grain = Literal["century", "decade", "year", "month", "day", "hour", "minute"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """[start, end) on the owner's clock (aware); `end` is the last moment there is where the calendar ends."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Bucket:
    """A stretch of one grain, [start, end) on the owner's clock (aware), and how many memories lie in it."""

    start: datetime
    end: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Density:
    """How many memories there are in each bucket of a stretch.

    `undated` lie in it by the time of their file alone; `clockless` know their day, but not the time of day, and are
    in no bucket of hours or minutes.
    """

    grain: Grain
    buckets: tuple[Bucket, ...]
    total: int
    undated: int = 0
    clockless: int = 0


@dataclass(frozen=True, slots=True)
class TimeFacets:
    """Which memories count: of these kinds, said by `person` ("" anybody), of a topic or one below it (None any)."""

    kinds: frozenset[Kind] = frozenset((Kind.PASSAGE,))
    person: str = ""
    topic: int | None = None


@dataclass(frozen=True, slots=True)
class EventBlock:
    """An event on the timeline: its first words, from when to when, who speaks in it, how many memories it holds."""

    memory: int
    title: str
    start: datetime
    end: datetime
    people: tuple[str, ...]
    memories: int
    importance: float
    dated: bool = True  # False: by the time of its file alone
    clock: bool = True  # False: of its beginning only the day, the month or the year is known


@dataclass(frozen=True, slots=True)
class EventList:
    """The weightiest events of a stretch in the order of time, and how many there are in all."""

    blocks: tuple[EventBlock, ...]
    total: int


@dataclass(frozen=True, slots=True)
class DayInPast:
    """What happened on a day: `years` ago, or `ago` "week", "month"; the first memories of `total`."""

    day: date
    ago: Literal["year", "month", "week"]
    years: int
    memories: tuple[Memory, ...]
    total: int


@dataclass(frozen=True, slots=True)
class TimeChoices:
    """What the facets can be set to: kinds and people with how many memories they have, people most first; topics."""

    kinds: tuple[tuple[Kind, int], ...]
    people: tuple[tuple[str, int], ...]
    topics: tuple[Topic, ...]  # parents before children
