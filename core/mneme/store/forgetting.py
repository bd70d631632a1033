"""How forgetting reaches SQL: the owner's curve, retention as a function of a row, and the uses it is computed from."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from mneme.memory.retention import POWER, Curve, Event, Layer, Life, Nature, fades_at, from_columns, layer, sampled
from mneme.settings import BY_KEY
from mneme.store.columns import USES, Handle, Row, instant, marks, micros
from mneme.store.driver import Functions

FLOOR = POWER.floor  # of the factor that retention is in the ranking
AHEAD, SAMPLES = timedelta(days=365), 97
FUNCTIONS: Functions = {"retention": from_columns}

# Retention of a memory `m`; parameters: the encoded curve, now in microseconds.
RETENTION = f"retention(m.recorded_at, {USES}, m.importance, m.nature, m.layer, ?, ?)"

_LET_GO = "SELECT 1 FROM use u WHERE u.memory_id = m.id AND u.what = 'let go'"
_KEYS = ("forgetting.curve", "forgetting.working_days", "forgetting.short_days", "forgetting.long_days",
         "forgetting.faded_below")


def curve_of(db: Handle) -> Curve:
    """The curve that the owner chose."""
    rows = db.execute(f"SELECT key, value FROM setting WHERE key IN ({marks(_KEYS)}) ORDER BY key",
                      _KEYS).fetchall()
    return _curve(tuple((row[0], row[1]) for row in rows), FLOOR)


def life_of(row: Row) -> Life:
    """The life in a row of MEMORY_COLUMNS."""
    nature: Nature = row["nature"]
    captured_in: Layer = row["layer"]
    return Life(instant(row["recorded_at"]), tuple(_events(row["uses"])), row["importance"], nature, captured_in)


def retained(row: Row, curve: Curve, now: datetime) -> tuple[float, Layer]:
    """Retention at `now` of a row of MEMORY_COLUMNS, and the layer that it is in by then."""
    kept = from_columns(row["recorded_at"], row["uses"], row["importance"], row["nature"], row["layer"],
                        curve.encoded(), micros(now))
    return kept, layer(life_of(row), now, curve) if row["uses"] else row["layer"]


def outlook(row: Row, curve: Curve, now: datetime) -> tuple[datetime | None, tuple[tuple[datetime, float], ...]]:
    """When a memory will have faded if nobody uses it, and its retention from capture to a year from `now`."""
    life = life_of(row)
    start = min(life.captured, now)
    return fades_at(life, now, curve), tuple(sampled(life, start, now + AHEAD, SAMPLES, curve))


def by_layer(curve: Curve) -> dict[str, tuple[tuple[float, float], ...]]:
    """Retention of an ordinary memory that nobody uses, by layer, over a year from its capture: (days, retention)."""
    start = instant(0)
    layers: tuple[Layer, ...] = ("working", "short-term", "long-term")
    return {name: tuple(((at - start) / timedelta(days=1), kept) for at, kept in sampled(
        Life(start, layer=name), start, start + AHEAD, SAMPLES, curve)) for name in layers}


def not_faded(curve: Curve, now: datetime) -> tuple[str, list[object]]:
    """A condition on a memory `m` with its parameters: it has not faded at `now`.

    What was captured so lately that even the quickest could not have faded by itself is not asked, unless it was let
    go: a list would wait for it.
    """
    at = micros(now)
    return (f"(m.recorded_at > ? AND NOT EXISTS ({_LET_GO}) OR {RETENTION} >= ?)",
            [at - _soonest(curve), curve.encoded(), at, curve.faded_below])


@lru_cache(maxsize=8)
def _soonest(curve: Curve) -> int:
    """Microseconds in which the most fleeting memory fades."""
    start = instant(0)
    fleeting = Life(start, (), 0.0, "errand", "working")
    faded = fades_at(fleeting, start, curve)
    return 0 if faded is None else micros(faded)


@lru_cache(maxsize=8)
def _curve(stored: tuple[tuple[str, str], ...], floor: float) -> Curve:
    chosen = {key: json.loads(value) for key, value in stored}
    values = {key: chosen.get(key, BY_KEY[key].default) for key in _KEYS}
    days = sorted(float(values[f"forgetting.{name}_days"]) for name in ("working", "short", "long"))
    return Curve(shape="exponential" if values["forgetting.curve"] == "exponential" else "power",
                 working=days[0], short_term=days[1], long_term=days[2],
                 faded_below=float(values["forgetting.faded_below"]), floor=floor)


def _events(uses: str | None) -> Iterable[Event]:
    for piece in uses.split(",") if uses else ():
        at, _colon, act = piece.partition(":")
        yield Event(instant(int(at)), act)
