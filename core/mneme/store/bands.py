"""Whether a memory has fallen below a threshold of retention, told by its age alone wherever that decides it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from mneme.memory.retention import Curve, Layer, Life, Nature, fades_at, from_columns
from mneme.store.columns import USES, Handle, instant, micros
from mneme.store.forgetting import RETENTION, curve_of

FADING = 1.4  # times the owner's threshold of what has faded: below it a memory will soon have faded

# The age at which a memory that nobody uses falls below a threshold grows exponentially with its importance. Between
# two steps of importance it lies below the straight line, and by no more than so large a part of its age at the upper.
_STEPS = 64
_BENT = 3e-4
_SLACK = 5_000  # microseconds, for how numbers are rounded
_NEVER = 2**62
_NATURES: tuple[Nature, ...] = ("ordinary", "preference", "errand", "constant")  # what most have comes first: SQLite
_LAYERS: tuple[Layer, ...] = ("short-term", "working", "long-term")  # looks through those of a step one by one

# By nature, layer and step of importance: the ages in microseconds at which the step begins and ends, by threshold.
_BOUNDS = """bound (nature, layer, step, faded, to_faded, fading, to_fading) AS MATERIALIZED (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
        json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
        json_extract(value, '$[6]') FROM json_each(?))"""
_STEP = f"min(max(CAST(m.importance * {_STEPS} AS INTEGER), 0), {_STEPS})"
_LINE = f"(b.{{0}} + (b.to_{{0}} - b.{{0}}) * min(max(m.importance * {_STEPS} - b.step, 0), 1))"
_USED = f"""SELECT json_group_array(json_array(m.id, m.recorded_at, {USES}, m.importance, m.nature, m.layer))
    FROM memory m WHERE m.id IN (SELECT memory_id FROM use)"""


@dataclass(frozen=True, slots=True)
class Bands:
    """What conditions on bands at one `now` are made of: `table` with `table_value` is to stand in their WITH.

    Of what was used, retention is asked one by one, or (`known`) once for all: better where a whole list is read, since
    every call of Python from within SQLite waits for whatever else Python does.
    """

    curve: Curve
    now: int
    table: str
    table_value: str
    known: tuple[str, str] | None  # JSON: which of those that were used have faded, and which are at least fading

    def below(self, *, fading: bool = False) -> tuple[str, list[object]]:
        """A condition on a memory `m`, with its parameters: it has faded, or is at least `fading`.

        It holds exactly where `retention` is below the threshold.
        """
        name, threshold = ("fading", fading_below(self.curve)) if fading else ("faded", self.curve.faded_below)
        asked, values = f"{RETENTION} < ?", [self.curve.encoded(), self.now, threshold]
        line = _LINE.format(name)
        used: tuple[str, list[object]] = (asked, values)
        if self.known is not None:
            used = "m.id IN (SELECT value FROM json_each(?))", [self.known[fading]]
        return (f"""CASE WHEN m.id IN (SELECT memory_id FROM use) THEN {used[0]} ELSE (
                SELECT CASE WHEN ? - m.recorded_at >= {line} + {_SLACK} THEN 1
                    WHEN ? - m.recorded_at < {line} - b.to_{name} * {_BENT} - {_SLACK} THEN 0 ELSE {asked} END
                FROM bound b WHERE b.nature = m.nature AND b.layer = m.layer AND b.step = {_STEP}) END""",
                [*used[1], self.now, self.now, *values])


def bands_at(db: Handle, now: datetime, *, at_once: bool) -> Bands:
    """The bands of the owner's curve; `at_once`: of what was used, retention is asked now, for all."""
    curve = curve_of(db)
    return Bands(curve, micros(now), _BOUNDS, _bounds(curve), _known(db, curve, micros(now)) if at_once else None)


def fading_below(curve: Curve) -> float:
    """The retention below which a memory is fading."""
    return min(FADING * curve.faded_below, max(curve.faded_below, 0.999))


def _known(db: Handle, curve: Curve, now: int) -> tuple[str, str]:
    encoded, soon = curve.encoded(), fading_below(curve)
    faded, fading = [], []
    for memory, recorded, uses, importance, nature, layer in json.loads(db.execute(_USED).fetchone()[0]):
        kept = from_columns(recorded, uses, importance, nature, layer, encoded, now)
        if kept < soon:
            fading.append(memory)
        if kept < curve.faded_below:
            faded.append(memory)
    return json.dumps(faded), json.dumps(fading)


@lru_cache(maxsize=8)
def _bounds(curve: Curve) -> str:
    soon = replace(curve, faded_below=fading_below(curve))
    return json.dumps([[nature, layer, step, *_ages(nature, layer, step, curve), *_ages(nature, layer, step, soon)]
                       for step in range(_STEPS + 1) for nature in _NATURES for layer in _LAYERS])


def _ages(nature: Nature, layer: Layer, step: int, curve: Curve) -> Iterator[int]:
    """At the beginning of a step, and just before its end: there a layer may end as well."""
    yield _age(nature, layer, step / _STEPS, curve)
    yield _age(nature, layer, min((step + 1) / _STEPS - 1e-12, 1.0), curve)


def _age(nature: Nature, layer: Layer, importance: float, curve: Curve) -> int:
    """In how many microseconds a memory that nobody uses falls below the threshold of a curve."""
    start = instant(0)
    end = fades_at(Life(start, (), importance, nature, layer), start, curve)
    return _NEVER if end is None else micros(end)
