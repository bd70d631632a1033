"""Whether a memory has fallen below a threshold of retention, told by its age alone wherever that decides it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from mneme.memory.retention import Curve, Layer, Life, Nature, fades_at
from mneme.store.columns import instant, micros
from mneme.store.forgetting import RETENTION

FADING = 1.4  # times the owner's threshold of what has faded: below it a memory will soon have faded

_STEPS = 64  # of importance, 0 to 1; a memory whose importance lies within one is nearly always decided by its ends
_SLACK = 1_000  # microseconds on either side, for how numbers are rounded
_NEVER = 2**62
_NATURES: tuple[Nature, ...] = ("ordinary", "preference", "errand", "constant")  # what most have comes first: SQLite
_LAYERS: tuple[Layer, ...] = ("short-term", "working", "long-term")  # looks through those of a step one by one

# Ages in microseconds, by nature, layer and step of importance: younger than `sure` nobody has fallen below the
# threshold, from `gone` on everybody has who was never used. Only in between, and of what was used, retention is asked.
BOUNDS = """bound (nature, layer, step, sure_faded, gone_faded, sure_fading, gone_fading) AS MATERIALIZED (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
        json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
        json_extract(value, '$[6]') FROM json_each(?))"""


def bounds(curve: Curve) -> str:
    """What the parameter of BOUNDS is for a curve."""
    return _bounds(curve)


def below(curve: Curve, now: datetime, *, fading: bool = False) -> tuple[str, list[object]]:
    """A condition on a memory `m` beside BOUNDS, with its parameters: it has faded, or is at least `fading`, at `now`.

    It holds exactly where `retention` is below the threshold.
    """
    name, threshold = ("fading", fading_below(curve)) if fading else ("faded", curve.faded_below)
    at, asked = micros(now), f"{RETENTION} < ?"
    values: list[object] = [curve.encoded(), at, threshold]
    return (f"""CASE WHEN m.id IN (SELECT memory_id FROM use) THEN {asked} ELSE (
            SELECT CASE WHEN ? - m.recorded_at < b.sure_{name} THEN 0 WHEN ? - m.recorded_at >= b.gone_{name} THEN 1
                ELSE {asked} END
            FROM bound b WHERE b.nature = m.nature AND b.layer = m.layer
                AND b.step = min(max(CAST(m.importance * {_STEPS} AS INTEGER), 0), {_STEPS})) END""",
            [*values, at, at, *values])


def fading_below(curve: Curve) -> float:
    """The retention below which a memory is fading."""
    return min(FADING * curve.faded_below, max(curve.faded_below, 0.999))


@lru_cache(maxsize=8)
def _bounds(curve: Curve) -> str:
    soon = replace(curve, faded_below=fading_below(curve))
    return json.dumps([[nature, layer, step, *_ages(nature, layer, step, curve), *_ages(nature, layer, step, soon)]
                       for nature in _NATURES for layer in _LAYERS for step in range(_STEPS + 1)])


def _ages(nature: Nature, layer: Layer, step: int, curve: Curve) -> Iterator[int]:
    yield _age(nature, layer, step / _STEPS, curve) - _SLACK
    yield _age(nature, layer, min((step + 1) / _STEPS, 1.0), curve) + _SLACK


def _age(nature: Nature, layer: Layer, importance: float, curve: Curve) -> int:
    """In how many microseconds a memory that nobody uses falls below the threshold of a curve."""
    start = instant(0)
    end = fades_at(Life(start, (), importance, nature, layer), start, curve)
    return _NEVER if end is None else micros(end)
