"""How much of a memory is retained at any time asked: a pure function of its life, and of the curve of forgetting."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import ceil, inf, log2
from typing import Literal, NamedTuple

Nature = Literal["constant", "preference", "ordinary", "errand"]
Layer = Literal["working", "short-term", "long-term"]
Act = Literal["found", "read", "recalled", "repeated", "edited", "confirmed", "corrected", "kept", "let go", "pinned",
              "unpinned"]
Shape = Literal["power", "exponential"]

DECAY = 0.5  # the exponent of the power law; people forget more slowly later (.13 fits Ebbinghaus' savings of 1885)
EXPOSED = 2  # the level from which an act counts as an exposure: to be found in a list is not to be seen
APART = 86_400_000_000  # exposures that lie closer together than a day are one
SHORT_TERM_AT, LONG_TERM_AT = 2, 4  # exposures that promote; the capture is the first
IMPORTANT = 0.75  # so important a memory does not stay in the working layer

_DAY = 86_400e6  # microseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_SMALLEST = 1e-300  # what an exponential leaves after centuries; 0 would say that something is gone
_LEAST, _MOST = 1e-3, 1e6  # of parameters, so that no product of them is 0 or infinite
_LET_GO_TO = 0.999  # of the threshold: just below it
_LAYERS: tuple[Layer, ...] = ("working", "short-term", "long-term")
_LAYER_OF: dict[str, int] = {name: place for place, name in enumerate(_LAYERS)}

# Codes sort acts of one instant: what is let go by hand is let go, whatever else was done to it in that instant.
_KEPT, _PINNED, _UNPINNED, _LET_GO = 4, 5, 6, 7
_CODES: dict[str, int] = {"found": 1, "read": 2, "recalled": 2, "repeated": 2, "edited": 3, "confirmed": 3,
                          "corrected": 3, "kept": _KEPT, "pinned": _PINNED, "unpinned": _UNPINNED, "let go": _LET_GO}
_LEVELS = (0, 1, 2, 3, 3, 0, 2, 0)  # by code; 0 is no use, and the end of a pin is one, so that nothing drops by it


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done with a memory: `act` is one of `Act`; one that is not known is passed over."""

    at: datetime
    act: str


@dataclass(frozen=True, slots=True)
class Life:
    """All that forgetting depends on. `layer` is the one it was captured in; instants are aware, of any zone."""

    captured: datetime
    events: tuple[Event, ...] = ()
    importance: float = 0.5
    nature: Nature = "ordinary"
    layer: Layer = "short-term"


@dataclass(frozen=True, slots=True)
class Curve:
    """The parameters of forgetting. ValueError where they would make what is used more be forgotten sooner.

    What is retained is f(x), x = the days since the last use / the stability, with f(0) = 1 and f(1) = 1/2:

        power         f(x) = (1 + (2^(1/c) - 1) x)^-c, c = 1/2   Wixted 2004; Wixted and Carpenter 2007
        exponential   f(x) = 2^-x                                 MemoryBank's exp(-t / S), its S = stability / ln 2

    The stability, in days, is a product: of the days of its layer, of what it is worth (`significance` to the power
    of 2 * importance - 1, times the factor of its nature), of how it grew by use, and of `kept` if the owner once
    asked to keep it. `growth` is the most that an act adds in each of the three processes (see `_grown`).

    An ordinary memory that nobody uses is retained with the defaults, in each of the layers:

        after          a week   a month   a year   fades (below a quarter) after
        working           .50       .27      .08     35 days
        short-term        .86       .63      .23    300 days
        long-term         .99       .94      .63     10 years
    """

    shape: Shape = "power"
    working: float = 7.0
    short_term: float = 60.0
    long_term: float = 730.0
    growth: tuple[float, float, float] = (0.3, 0.9, 0.8)
    significance: float = 4.0
    errand: float = 0.35
    preference: float = 3.0
    kept: float = 3.0
    faded_below: float = 0.25
    floor: float = 0.97

    def __post_init__(self) -> None:
        sound = (self.shape in ("power", "exponential")
                 and _LEAST <= self.working <= self.short_term <= self.long_term
                 and all(step >= 0 for step in self.growth) and len(self.growth) == 3
                 and self.significance >= 1 and _LEAST <= self.errand <= 1 <= self.preference and self.kept >= 1
                 and _LEAST <= self.faded_below < 1 and 0 <= self.floor <= 1)
        if not (sound and all(number <= _MOST for number in _numbers(self))):
            raise ValueError(f"no curve of forgetting: {self}")

    def encoded(self) -> str:
        """The curve as one short text, exact to the last bit, for `from_columns`."""
        return " ".join((self.shape, *map(repr, _numbers(self))))

    @staticmethod
    def decoded(text: str) -> "Curve":
        """The curve that `encoded` to this. ValueError for any other text."""
        name, *numbers = text.split()
        if name not in ("power", "exponential") or len(numbers) != 12:
            raise ValueError(f"no curve of forgetting: {text!r}")
        shape: Shape = "power" if name == "power" else "exponential"
        working, short, long, weak, middling, strong, *others = map(float, numbers)
        significance, errand, preference, kept, faded_below, floor = others
        return Curve(shape, working, short, long, (weak, middling, strong), significance, errand, preference, kept,
                     faded_below, floor)


def _numbers(curve: Curve) -> list[float]:
    values = [getattr(curve, field.name) for field in fields(curve) if field.name != "shape"]
    return [float(number) for value in values for number in (value if isinstance(value, tuple) else (value,))]


POWER = Curve()
EXPONENTIAL = Curve(shape="exponential")


# ------------------------------------------------------------------ what is asked


def retention(life: Life, now: datetime, curve: Curve = POWER) -> float:
    """Retention in (0, 1] at `now`; what happened after `now` is not known yet, so any past now can be asked.

    1 for what is constant, pinned, or not captured yet.
    """
    rules = _rules(curve)
    return _retained(_state(life, now, rules), _micros(now), rules)


def layer(life: Life, now: datetime, curve: Curve = POWER) -> Layer:
    """The layer that the memory is in at `now`: the one it was captured in, or the higher one it was promoted to."""
    return _LAYERS[_state(life, now, _rules(curve)).layer]


def stability(life: Life, now: datetime, curve: Curve = POWER) -> float:
    """Days without use in which half of it would be forgotten; infinite for what is constant or pinned at `now`."""
    return _state(life, now, _rules(curve)).days


def fades_at(life: Life, now: datetime, curve: Curve = POWER) -> datetime | None:
    """When it falls below `curve.faded_below`, or fell, if nothing is done with it from `now` on; in UTC.

    None: never (constant, pinned), or later than a datetime can tell.
    """
    rules = _rules(curve)
    state = _state(life, now, rules)
    ahead = max(rules.fades - state.head, 0.0) * state.days * _DAY
    latest = _micros(datetime.max.replace(tzinfo=UTC))
    return _EPOCH + (state.last + ceil(ahead)) * _TICK if state.last + ahead < latest else None


def sampled(life: Life, start: datetime, end: datetime, n: int, curve: Curve = POWER) -> list[tuple[datetime, float]]:
    """`n` evenly spaced instants from `start` to `end`, both told, each with the retention as asked at it."""
    step = (end - start) / max(n - 1, 1)
    return [(at, retention(life, at, curve)) for at in (start + i * step for i in range(n))]


def ranking_factor(retained: float, curve: Curve = POWER) -> float:
    """What a score is multiplied by, from `curve.floor` to 1: what fades comes later, and can still be found."""
    return curve.floor + (1.0 - curve.floor) * retained


def from_columns(captured: int, events: str | None, importance: float | None, nature: str, layer: str, curve: str,
                 now: int) -> float:
    """`retention` in the form of an SQL function, equal to the last bit; instants are microseconds since 1970.

    `events` is "micros:act,micros:act", in any order; pieces that are none are passed over, an unknown nature is
    ordinary, an unknown layer short-term, and an importance that is none .5. ValueError only for a `curve` that is no
    `Curve.encoded()`.
    """
    rules = _rules_of(curve)
    if nature == "constant" or not captured <= now:
        return 1.0
    state = _lived(captured, _parsed(events, captured, now) if events else (), rules.base(importance, nature),
                   _captured_in(layer, importance), rules)
    return _retained(state, now, rules)


# ------------------------------------------------------------------ how it comes about


class _State(NamedTuple):
    """A life as it stands: what its last use was, how far it was let go (in halves, as x), and how slowly it fades."""

    last: int
    head: float
    days: float
    layer: int


class _Rules(NamedTuple):
    """A curve, made ready: `fades` and `let_go` are the x at which f has fallen to the threshold, or just below."""

    shape: Callable[[float], float]
    days: tuple[float, float, float]
    growth: tuple[float, float, float]
    unit: float  # microseconds of the short-term stability
    kept: float
    fades: float
    let_go: float
    significance: float
    natures: dict[str, float]

    def base(self, importance: float | None, nature: str) -> float:
        """The strength it is captured with; 1 is an ordinary memory of middling importance."""
        worth: float = self.significance ** (2.0 * _share(importance) - 1.0)
        return worth * self.natures.get(nature, 1.0)


@lru_cache(maxsize=16)
def _rules(curve: Curve) -> _Rules:
    shape, inverse = (_power, _power_inverse) if curve.shape == "power" else (_exponential, _exponential_inverse)
    return _Rules(shape, (curve.working, curve.short_term, curve.long_term), curve.growth, curve.short_term * _DAY,
                  curve.kept, inverse(curve.faded_below), inverse(curve.faded_below * _LET_GO_TO), curve.significance,
                  {"errand": curve.errand, "preference": curve.preference})


@lru_cache(maxsize=16)
def _rules_of(text: str) -> _Rules:
    return _rules(Curve.decoded(text))


def _state(life: Life, now: datetime, rules: _Rules) -> _State:
    captured, until = _micros(life.captured), _micros(now)
    acts = _known(((_micros(event.at), event.act) for event in life.events), captured, until)
    state = _lived(captured, acts, rules.base(life.importance, life.nature),
                   _captured_in(life.layer, life.importance), rules)
    return state._replace(head=0.0, days=inf) if life.nature == "constant" else state


def _lived(captured: int, acts: Sequence[tuple[int, int]], base: float, layer: int, rules: _Rules) -> _State:
    """What a life has come to, from its sorted acts. To let go is to begin anew, with nothing but a faded trace."""
    head, pinned, kept = 0.0, False, 1.0
    if not acts:
        return _State(captured, head, base * rules.days[layer], layer)
    for place in range(len(acts) - 1, -1, -1):
        if acts[place][1] == _LET_GO:
            captured, acts, head = acts[place][0], acts[place + 1:], rules.let_go
            break
    last = captured
    for at, code in acts:
        pinned = code == _PINNED or (pinned and code != _UNPINNED)
        if code != _PINNED:
            last, head = at, 0.0
        if code == _KEPT:
            kept = rules.kept
    layer = max(layer, _promoted(captured, acts))
    days = inf if pinned else _grown(captured, acts, base, rules) * rules.days[layer] * kept
    return _State(last, 0.0 if pinned else head, days, layer)


def _grown(captured: int, acts: Iterable[tuple[int, int]], base: float, rules: _Rules) -> float:
    """The strength that uses have made of `base`: 1 is an ordinary memory nobody used.

    Three processes, one a level of acts, have each their own strength s, which begins at the base b, and their own
    last act; an act of level L takes part in the first L of them. With g the time since the process' last act, in
    days of short-term stability, each takes s to M(s, g) = s (1 + d h(g / s)), where h = 1 - f: after a longer gap
    more is gained (the spacing effect). The strength is b and what each process gained: b + sum of (s - b).

    h rises, is concave, and h(0) = 0, so h(x) >= x h'(x), k h(x / k) >= h(x) for k >= 1, and h(x) + h(y) >= h(x + y).
    From these follows for each process alone, so for their sum:
    1. dM/ds = 1 + d (h(x) - x h'(x)) >= 1, with x = g / s: who begins with more gains no less. More importance, a
       nature that lasts, or more strength at any time never make it fade faster.
    2. A use put between two acts, a after one and b before the other, never costs strength: with k = 1 + d h(a / s),
       M(M(s, a), b) = s k (1 + d h(b / (k s))) >= s (k + d h(b / s)) >= s (1 + d h((a + b) / s)) = M(s, a + b), and
       by 1 what comes later builds on no less. As the age begins anew at the use, no later retention is lower.
    3. A stronger act does what a weaker one does, and by 2 no less. As a weaker one leaves the other processes as
       they are, many glances never spoil what a reading after a long time is worth.
    4. M(s, g) <= s + d h'(0) g: strength grows at most linearly with time, however often something is used.
    """
    shape, unit, growth = rules.shape, rules.unit, rules.growth
    strengths, lasts = [base, base, base], [captured, captured, captured]
    for at, code in acts:
        for process in range(_LEVELS[code]):
            gap = (at - lasts[process]) / (strengths[process] * unit)
            strengths[process] *= 1.0 + growth[process] * (1.0 - shape(gap))
            lasts[process] = at
    return base + sum(strength - base for strength in strengths)


def _promoted(captured: int, acts: Iterable[tuple[int, int]]) -> int:
    """The layer that exposures lead to: the most that lie a day apart, which taking the first possible ones gives."""
    exposures, last = 1, captured
    for at, code in acts:
        if _LEVELS[code] >= EXPOSED and at - last >= APART:
            exposures, last = exposures + 1, at
    return 2 if exposures >= LONG_TERM_AT else int(exposures >= SHORT_TERM_AT)


def _retained(state: _State, now: int, rules: _Rules) -> float:
    age = max(now - state.last, 0) / (state.days * _DAY)
    return max(rules.shape(state.head + age), _SMALLEST)


def _captured_in(layer: str, importance: float | None) -> int:
    return max(_LAYER_OF.get(layer, 1), int(_share(importance) >= IMPORTANT))


# ------------------------------------------------------------------ shapes, and reading what is given


def _power(x: float) -> float:
    retained: float = (1.0 + (2.0 ** (1.0 / DECAY) - 1.0) * x) ** -DECAY
    return retained


def _power_inverse(retained: float) -> float:
    halves: float = (retained ** (-1.0 / DECAY) - 1.0) / (2.0 ** (1.0 / DECAY) - 1.0)
    return halves


def _exponential(x: float) -> float:
    retained: float = 2.0 ** -x
    return retained


def _exponential_inverse(retained: float) -> float:
    return -log2(retained)


def _parsed(events: str, captured: int, now: int) -> list[tuple[int, int]]:
    return _known((_piece(piece) for piece in events.split(",")), captured, now)


def _piece(piece: str) -> tuple[int, str]:
    at, _, act = piece.partition(":")
    try:
        return int(at), act
    except ValueError:
        return 0, ""


def _known(events: Iterable[tuple[int, str]], captured: int, now: int) -> list[tuple[int, int]]:
    """The acts between capture and now as (microseconds, code), sorted, so that their order never matters."""
    return sorted((at, _CODES[act]) for at, act in events if act in _CODES and captured <= at <= now)


def _share(importance: float | None) -> float:
    if importance is None or importance != importance:
        return 0.5  # not a number (SQLite makes NULL of it) says nothing
    return min(max(importance, 0.0), 1.0)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _TICK
