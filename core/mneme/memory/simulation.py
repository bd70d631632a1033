"""A scripted life and a crowd of memories, to see what a curve of forgetting makes of them as time goes by."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from math import log
from typing import NamedTuple

import numpy as np

from mneme.memory.retention import POWER, Curve, Event, Layer, Life, Nature, fades_at, layer, retention, sampled
from mneme.memory.significance import importance, nature
from mneme.messages import _
from mneme.types import Kind, Origin

MOST_SAMPLES = 401  # of a curve; up to a year and a month, one a day
CROWD = 2000
_STEPS = ((200, 7), (2000, 30))  # up to so many days, counted every so many days; beyond, every year
_YEAR = 365

Deeds = tuple[tuple[float, str], ...]  # the day after capture, and the act


@dataclass(frozen=True, slots=True)
class Example:
    """A memory of the scripted life: how it was retained over the days asked for, and what became of it.

    `samples` are evenly spaced, the first at the start; `fades` is told as at the end, and None is never.
    """

    name: str
    text: str
    life: Life
    samples: tuple[tuple[datetime, float], ...]
    layer: Layer
    fades: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """The crowd at one time: how many were captured until then, how many of them had faded, and how many a layer."""

    at: datetime
    captured: int
    faded: int
    layers: dict[Layer, int]

    @property
    def kept(self) -> int:
        return self.captured - self.faded


@dataclass(frozen=True, slots=True)
class Simulation:
    """What `simulate` made: named examples with their curves, and counts of a crowd, the last one at the end."""

    start: datetime
    end: datetime
    curve: Curve
    examples: tuple[Example, ...]
    crowd: tuple[Count, ...]


def simulate(days: int, start: datetime, curve: Curve = POWER, *, crowd: int = CROWD, seed: int = 1) -> Simulation:
    """A life of `days` from `start` on, the same for the same arguments. ValueError for less than a day.

    The crowd is captured evenly over the days: mostly chat, most of it never looked at again, as in a life. It is
    counted every week, for longer lives every month or year, and at the end.
    """
    if days < 1:
        raise ValueError(f"a life has at least a day, not {days}")
    end = start + timedelta(days=days)
    examples = tuple(_example(script, start, end, curve) for script in _scripts())
    return Simulation(start, end, curve, examples, tuple(_counts(_crowd(crowd, days, start, seed), days, start, curve)))


# ------------------------------------------------------------------ the scripted life


class _Script(NamedTuple):
    """A memory to be played: what it says (importance and nature follow from that), and what is done with it."""

    name: str
    text: str
    layer: Layer = "short-term"
    deeds: Deeds = ()
    origin: Origin = Origin.OWNER
    people: int = 0
    dated: bool = False


def _scripts() -> list[_Script]:
    recipe = "The bread needs two hours in the oven with the lid on."
    return [
        _Script(_("A birthday"), "Anna's birthday is 4 May.", people=1, dated=True),
        _Script(_("A preference"), "I love the window seat on trains."),
        _Script(_("A shopping list"), "Buy milk, eggs and bread.", "working", ((0.2, "read"),)),
        _Script(_("A line of small talk"), "lol thanks", "working", origin=Origin.OTHER),
        _Script(_("A sad day in the diary"), "Grandma died tonight, and I cried until morning.", people=1, dated=True),
        _Script(_("A phone number, looked up twice"), "Leo can be reached at 555 0142.",
                deeds=((12, "read"), (80, "read")), people=1),
        _Script(_("A project note, read every week"), "The new importer skips files without text.",
                deeds=tuple((7.0 * week, "read") for week in range(1, 13))),
        _Script(_("A photo's caption"), "The lake behind the house, seen from the hill."),
        _Script(_("Recalled three times with growing gaps"), recipe,
                deeds=((2, "recalled"), (11, "recalled"), (41, "recalled"))),
        _Script(_("Recalled three times in an hour"), recipe,
                deeds=((2, "recalled"), (2.02, "recalled"), (2.04, "recalled"))),
        _Script(_("Found often and never opened"), "The minutes of the meeting are on the shared drive.",
                deeds=tuple((5.0 * time, "found") for time in range(1, 9))),
        _Script(_("Corrected after a month"), "The spare key is under the blue pot.", deeds=((30, "corrected"),)),
        _Script(_("Kept by the owner's hand"), "The poem that hung in the kitchen.", deeds=((10, "kept"),)),
        _Script(_("Pinned for two months"), "The plan for moving house.", deeds=((3, "pinned"), (63, "unpinned"))),
        _Script(_("Let go by the owner's hand"), "The quarrel about the fence.", deeds=((5, "read"), (20, "let go"))),
    ]


def _example(script: _Script, start: datetime, end: datetime, curve: Curve) -> Example:
    worth = importance(script.text, script.origin, people=script.people, dated=script.dated)
    life = Life(start, _events(start, script.deeds), worth, nature(script.text, Kind.PASSAGE), script.layer)
    samples = sampled(life, start, end, min((end - start).days + 1, MOST_SAMPLES), curve)
    return Example(script.name, script.text, life, tuple(samples), layer(life, end, curve), fades_at(life, end, curve))


def _events(captured: datetime, deeds: Deeds) -> tuple[Event, ...]:
    return tuple(Event(captured + timedelta(days=day), act) for day, act in deeds)


# ------------------------------------------------------------------ the crowd


class _Sort(NamedTuple):
    """A sort of memory in the crowd: its share, what it is like, and how many uses of one lead to a next."""

    share: float
    layer: Layer
    nature: Nature
    importance: tuple[float, float]
    used_again: float


_SORTS = (
    _Sort(0.50, "working", "ordinary", (0.1, 0.5), 0.15),  # chat
    _Sort(0.22, "short-term", "ordinary", (0.4, 0.65), 0.35),  # notes
    _Sort(0.10, "short-term", "ordinary", (0.35, 0.6), 0.25),  # photos
    _Sort(0.08, "working", "errand", (0.3, 0.5), 0.4),
    _Sort(0.05, "short-term", "ordinary", (0.6, 0.9), 0.5),  # the diary
    _Sort(0.04, "short-term", "preference", (0.5, 0.6), 0.3),
    _Sort(0.01, "short-term", "constant", (0.5, 0.8), 0.3),
)
_ACTS = ((0.55, "found"), (0.28, "read"), (0.10, "recalled"), (0.03, "edited"), (0.02, "kept"), (0.01, "pinned"),
         (0.01, "let go"))
_FIRST_GAP = 5.0  # days, on average, to the first use; each later gap is twice as long


def _crowd(size: int, days: int, start: datetime, seed: int) -> list[Life]:
    """Lives drawn with plain numbers in [0, 1) alone, which numpy keeps the same for a seed."""
    numbers = np.random.default_rng(seed)
    return [_drawn(start + timedelta(days=days * place / size), numbers) for place in range(size)]


def _drawn(captured: datetime, numbers: np.random.Generator) -> Life:
    sort = _SORTS[_choice([sort.share for sort in _SORTS], numbers.random())]
    least, most = sort.importance
    deeds, day, gap = [], 0.0, _FIRST_GAP
    while numbers.random() < sort.used_again:
        day += -gap * log(1.0 - numbers.random())
        deeds.append((day, _ACTS[_choice([share for share, _act in _ACTS], numbers.random())][1]))
        gap *= 2.0
    return Life(captured, _events(captured, tuple(deeds)), least + (most - least) * numbers.random(), sort.nature,
                sort.layer)


def _choice(shares: list[float], number: float) -> int:
    return next((place for place, below in enumerate(accumulate(shares)) if number < below), len(shares) - 1)


def _counts(crowd: list[Life], days: int, start: datetime, curve: Curve) -> Iterator[Count]:
    step = next((step for most, step in _STEPS if days <= most), _YEAR)
    for day in [*range(0, days, step), days]:
        at = start + timedelta(days=day)
        lives = [life for life in crowd if life.captured <= at]
        faded = sum(retention(life, at, curve) < curve.faded_below for life in lives)
        layers = Counter(layer(life, at, curve) for life in lives)
        yield Count(at, len(lives), faded, {"working": layers["working"], "short-term": layers["short-term"],
                                            "long-term": layers["long-term"]})
