"""Retention is a pure function: it falls between uses, a use lifts it for good, spacing and significance slow it."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.retention import (
    EXPONENTIAL,
    POWER,
    Act,
    Curve,
    Event,
    Layer,
    Life,
    Nature,
    fades_at,
    from_columns,
    layer,
    ranking_factor,
    retention,
    sampled,
    stability,
)

START = datetime(2024, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CLOSE = 1e-12  # what rounding may cost
LEVELS: list[tuple[Act, ...]] = [("found",), ("read", "recalled", "repeated"),
                                 ("edited", "confirmed", "corrected", "kept")]
USES = tuple(act for acts in LEVELS for act in acts)
CURVES = (POWER, EXPONENTIAL)

Deed = tuple[float, str]  # the day after capture, and the act

days = st.floats(0.01, 2000, allow_nan=False)
curves = st.sampled_from(CURVES)
used = st.lists(st.tuples(days, st.sampled_from(USES)), max_size=8)
# keep the exponential from falling into its smallest value, where nothing can be lower than anything
soon = st.floats(0.01, 400, allow_nan=False)
acted = st.lists(st.tuples(days, st.sampled_from([*get_args(Act), "sneezed at"])), max_size=8)
lives = st.builds(lambda deeds, importance, nature, layer: of(deeds, importance=importance, nature=nature, layer=layer),
                  acted, st.floats(0, 1), st.sampled_from(get_args(Nature)), st.sampled_from(get_args(Layer)))


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def of(deeds: list[Deed], *, importance: float = 0.5, nature: Nature = "ordinary", layer: Layer = "short-term") -> Life:
    return Life(START, tuple(Event(at(day), act) for day, act in deeds), importance, nature, layer)


def last_of(deeds: list[Deed]) -> float:
    return max((day for day, _ in deeds), default=0.0)


def micros(when: datetime) -> int:
    return (when - EPOCH) // timedelta(microseconds=1)


def through_columns(life: Life, now: datetime, curve: Curve) -> float:
    events = ",".join(f"{micros(event.at)}:{event.act}" for event in life.events) or None
    return from_columns(micros(life.captured), events, life.importance, life.nature, life.layer, curve.encoded(),
                        micros(now))


# ------------------------------------------------------------------ the shape


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize(("name", "half"), [("working", 7), ("short-term", 60), ("long-term", 730)])
def test_an_unused_memory_is_half_retained_after_the_days_of_its_layer(curve: Curve, name: Layer, half: float) -> None:
    life = of([], layer=name)
    assert retention(life, at(half), curve) == pytest.approx(0.5)
    assert stability(life, at(3), curve) == pytest.approx(half)


def test_the_power_law_is_steep_first_and_flat_later_where_the_exponential_is_not() -> None:
    life = of([])
    assert retention(life, at(10), POWER) < retention(life, at(10), EXPONENTIAL)
    assert retention(life, at(600), POWER) > 100 * retention(life, at(600), EXPONENTIAL)
    # MemoryBank's formula, with its S
    assert retention(life, at(17), EXPONENTIAL) == pytest.approx(math.exp(-17 / (60 / math.log(2))))


def test_what_a_new_owner_sees_is_what_the_documentation_says() -> None:
    told = {line.split()[0]: line.split()[1:] for line in (Curve.__doc__ or "").splitlines()
            if line.split()[:1] and line.split()[0] in get_args(Layer)}
    assert set(told) == set(get_args(Layer))
    for name in get_args(Layer):
        life = of([], layer=name)
        seen = [f"{retention(life, at(day)):.2f}".removeprefix("0") for day in (7, 30, 365)]
        fades = fades_at(life, START)
        assert fades is not None
        spent = (fades - START).days
        assert [*seen, *(("10", "years") if spent == 3650 else (str(spent), "days"))] == told[name]


@given(lives, days, curves)
def test_it_is_a_share_that_is_never_gone(life: Life, day: float, curve: Curve) -> None:
    assert 0 < retention(life, at(day), curve) <= 1


@given(used, soon, soon, st.floats(0, 1), curves)
def test_it_falls_between_uses(deeds: list[Deed], day: float, later: float, weight: float, curve: Curve) -> None:
    life, after_all = of(deeds, importance=weight), last_of(deeds) + day
    assert retention(life, at(after_all + later), curve) < retention(life, at(after_all), curve)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("name", get_args(Layer))
def test_two_hundred_years_do_not_overflow(curve: Curve, name: Layer) -> None:
    yearly = of([(365.25 * year, "kept") for year in range(150)], layer=name)
    assert 0 < retention(of([], layer=name), at(200 * 365.25), curve) < 0.1
    assert 0 < retention(yearly, at(200 * 365.25), curve) < 1
    assert math.isfinite(stability(yearly, at(200 * 365.25), curve))


@pytest.mark.parametrize(("curve", "steepest"), [(POWER, 1.5), (EXPONENTIAL, math.log(2))])
def test_however_often_it_is_used_strength_grows_with_time_alone(curve: Curve, steepest: float) -> None:
    hourly = of([(hour / 24, "read") for hour in range(365 * 24)])
    most = 1 + sum(curve.growth[:2]) * steepest * 365 / curve.short_term
    strength = stability(hourly, at(365), curve) / curve.long_term
    assert 0.95 * most < strength < most


# ------------------------------------------------------------------ use


@given(used, days, st.sampled_from(USES), st.floats(0, 2000), curves)
def test_a_use_never_lowers_any_later_retention(deeds: list[Deed], day: float, act: str, later: float,
                                                curve: Curve) -> None:
    asked = at(day + later)
    assert retention(of([*deeds, (day, act)]), asked, curve) >= retention(of(deeds), asked, curve) * (1 - CLOSE)


@given(lives, days, st.sampled_from(USES), st.floats(0, 2000), curves)
def test_nor_does_it_in_a_life_with_pins_and_letting_go(life: Life, day: float, act: str, later: float,
                                                        curve: Curve) -> None:
    more = replace(life, events=(*life.events, Event(at(day), act)))
    assert retention(more, at(day + later), curve) >= retention(life, at(day + later), curve) * (1 - CLOSE)


@given(used, days, st.integers(0, 2), st.integers(0, 2), st.floats(0, 2000), curves, st.data())
def test_a_stronger_act_never_gives_less_than_a_weaker_one(deeds: list[Deed], day: float, one: int, other: int,
                                                           later: float, curve: Curve, data: st.DataObject) -> None:
    weak, strong = (data.draw(st.sampled_from(LEVELS[level])) for level in sorted((one, other)))
    if weak != "kept" or strong == "kept":  # to keep is more than its level, which the next test holds
        assert (retention(of([*deeds, (day, strong)]), at(day + later), curve)
                >= retention(of([*deeds, (day, weak)]), at(day + later), curve) * (1 - CLOSE))


def test_each_level_of_acts_is_worth_more_than_the_one_below_and_keeping_most() -> None:
    after = [stability(of([(30, act)]), at(31)) for act in ("found", "read", "edited", "kept")]
    assert after[0] > 60
    assert all(less * 1.05 < more for less, more in pairwise(after))
    assert after[3] == pytest.approx(3 * after[2])


@pytest.mark.parametrize("level", [1, 2])
def test_many_glances_do_not_spoil_what_a_reading_is_worth(level: int) -> None:
    reading = LEVELS[level][0]
    glances: list[Deed] = [(day, "found") for day in range(1, 60)]
    assert stability(of([*glances, (60, reading)]), at(60)) >= stability(of([(60, reading)]), at(60))


@given(st.floats(5, 200), st.floats(1, 2000), st.sampled_from(USES), curves)
def test_spaced_uses_beat_massed_ones(gap: float, asked_after: float, act: str, curve: Curve) -> None:
    spaced, massed = of([(gap, act), (2 * gap, act)]), of([(2 * gap - 0.001, act), (2 * gap, act)])
    assert stability(spaced, at(2 * gap), curve) > stability(massed, at(2 * gap), curve) * (1 + 1e-6)
    assert retention(spaced, at(2 * gap + asked_after), curve) >= retention(massed, at(2 * gap + asked_after), curve)


def test_what_was_nearly_forgotten_gains_most_by_a_use() -> None:
    gains = [stability(of([(day, "read")], layer="long-term"), at(day)) for day in (1, 10, 100, 1000)]
    assert all(less < more for less, more in pairwise(gains))


def test_acts_that_are_not_known_and_acts_before_the_capture_change_nothing() -> None:
    odd = of([(-5, "read"), (3, "sneezed at"), (4, ""), (5, "READ")])
    assert retention(odd, at(30)) == retention(of([]), at(30))


# ------------------------------------------------------------------ what it is worth


@given(used, days, st.floats(0, 1), st.floats(0, 1), st.sampled_from(get_args(Layer)), curves)
def test_more_importance_never_fades_faster(deeds: list[Deed], later: float, one: float, other: float, name: Layer,
                                            curve: Curve) -> None:
    less, more = sorted((one, other))
    asked = at(last_of(deeds) + later)
    assert (retention(of(deeds, importance=more, layer=name), asked, curve)
            >= retention(of(deeds, importance=less, layer=name), asked, curve) * (1 - CLOSE))


def test_importance_of_one_and_of_none_differ_by_the_square_of_the_significance() -> None:
    assert stability(of([], importance=1), START) == pytest.approx(60 * POWER.significance)
    assert stability(of([], importance=0), START) == pytest.approx(60 / POWER.significance)


@given(used, soon, curves)
def test_a_preference_outlasts_what_is_ordinary_and_that_an_errand(deeds: list[Deed], later: float,
                                                                   curve: Curve) -> None:
    asked = at(last_of(deeds) + later)
    errand, ordinary, preference, constant = (
        retention(of(deeds, nature=nature), asked, curve)
        for nature in ("errand", "ordinary", "preference", "constant"))  # type: Nature
    assert errand < ordinary < preference < constant == 1.0


@given(st.integers(-10**9, 10**9))
def test_importance_beyond_its_bounds_is_taken_as_the_bound(beyond: int) -> None:
    bound = min(max(beyond, 0), 1)
    assert stability(of([], importance=beyond), START) == stability(of([], importance=bound), START)


# ------------------------------------------------------------------ layers


@given(soon, curves)
def test_three_layers_forget_at_three_rates(day: float, curve: Curve) -> None:
    working, short, long = (retention(of([], layer=name), at(day), curve) for name in get_args(Layer))
    assert working < short < long


def test_exposures_a_day_apart_promote() -> None:
    weekly: list[Deed] = [(7, "read"), (14, "recalled"), (21, "repeated")]
    life = of(weekly, layer="working")
    assert [layer(life, at(day)) for day in (0, 6.9, 7, 20.9, 21)] == [
        "working", "working", "short-term", "short-term", "long-term"]
    assert layer(of(weekly[:2]), at(99)) == "short-term"


@pytest.mark.parametrize("deeds", [
    [(0.1 * n, "read") for n in range(10)],  # all within the day of the capture
    [(n, "found") for n in range(1, 10)],  # found is not seen
    [(n, "pinned") for n in range(1, 10)],
])
def test_massed_uses_glances_and_pins_do_not_promote(deeds: list[Deed]) -> None:
    assert layer(of(deeds, layer="working"), at(50)) == "working"


def test_massed_uses_on_later_days_count_once_a_day() -> None:
    life = of([(day + 0.1 * n, "read") for day in (1, 5) for n in range(5)])
    assert layer(life, at(50)) == "short-term"
    assert layer(replace(life, events=(*life.events, Event(at(9), "read"))), at(50)) == "long-term"


def test_what_is_important_leaves_the_working_layer_at_once() -> None:
    assert layer(of([], importance=0.74, layer="working"), START) == "working"
    assert layer(of([], importance=0.75, layer="working"), START) == "short-term"
    assert layer(of([], importance=1.0), START) == "short-term"


@given(lives, days, st.sampled_from(USES))
def test_a_use_never_demotes(life: Life, day: float, act: str) -> None:
    order = get_args(Layer)
    more = replace(life, events=(*life.events, Event(at(day), act)))
    assert order.index(layer(more, at(day))) >= order.index(layer(life, at(day)))


# ------------------------------------------------------------------ the owner's hand


@given(used, days, st.floats(0, 2000), soon, curves)
def test_what_is_let_go_is_faded_at_once_and_falls_on(deeds: list[Deed], day: float, after: float, later: float,
                                                      curve: Curve) -> None:
    before = [(when, act) for when, act in deeds if when <= day]
    life = of([*before, (day, "let go")])
    threshold = curve.faded_below
    assert 0.99 * threshold < retention(life, at(day), curve) < threshold
    assert retention(life, at(day + after), curve) < threshold
    assert retention(life, at(day + later), curve) < retention(life, at(day), curve)
    assert fades_at(life, at(day + after), curve) == at(day)


def test_after_it_was_let_go_it_is_forgotten_as_if_it_had_only_been_captured_and_left() -> None:
    reads: list[Deed] = [(10, "read"), (40, "read"), (90, "kept")]
    assert layer(of(reads), at(100)) == "long-term"
    assert layer(of([*reads, (100, "let go")]), at(100)) == "short-term"
    assert stability(of([*reads, (100, "let go")]), at(100)) == pytest.approx(60)
    assert retention(of([*reads, (100, "let go")]), at(150)) == retention(of([(100, "let go")]), at(150))


@given(used, soon, st.sampled_from(USES), soon, curves)
def test_a_later_use_ends_that_and_growth_begins_anew(deeds: list[Deed], gap: float, act: str, later: float,
                                                      curve: Curve) -> None:
    gone = last_of(deeds) + 1
    life = of([*deeds, (gone, "let go"), (gone + gap, act)])
    anew = Life(at(gone), (Event(at(gone + gap), act),))
    assert retention(life, at(gone + gap), curve) == 1.0
    assert retention(life, at(gone + gap + later), curve) == retention(anew, at(gone + gap + later), curve)


@given(used, days, soon, days, curves)
def test_what_is_pinned_does_not_fade_and_does_not_drop_when_it_is_unpinned(
        deeds: list[Deed], day: float, held: float, later: float, curve: Curve) -> None:
    before = [(when, act) for when, act in deeds if when <= day]
    pinned, unpinned = of([*before, (day, "pinned")]), of([*before, (day, "pinned"), (day + held, "unpinned")])
    assert retention(pinned, at(day + later), curve) == 1.0
    assert fades_at(pinned, at(day), curve) is None
    assert stability(pinned, at(day), curve) == math.inf
    assert retention(unpinned, at(day + held / 2), curve) == 1.0
    assert retention(unpinned, at(day + held), curve) == 1.0
    assert retention(unpinned, at(day + held + later), curve) < 1.0
    assert retention(unpinned, at(day + held + later), curve) >= retention(of(before), at(day + held + later), curve)


def test_the_end_of_a_pin_is_worth_as_much_as_a_reading() -> None:
    unpinned, read = of([(5, "pinned"), (40, "unpinned")]), of([(40, "read")])
    assert stability(unpinned, at(40)) == stability(read, at(40))
    assert retention(unpinned, at(70)) == retention(read, at(70))


def test_what_is_let_go_again_is_counted_from_the_last_time() -> None:
    life = of([(5, "let go"), (30, "read"), (60, "let go")])
    assert retention(life, at(59)) > POWER.faded_below > retention(life, at(60))
    assert retention(life, at(90)) == retention(of([(60, "let go")]), at(90))


def test_of_a_pin_and_letting_go_the_later_word_counts() -> None:
    assert retention(of([(5, "pinned"), (9, "let go")]), at(10)) < POWER.faded_below
    assert retention(of([(5, "let go"), (9, "pinned")]), at(10)) == 1.0
    assert retention(of([(9, "pinned"), (9, "let go")]), at(10)) < POWER.faded_below


# ------------------------------------------------------------------ the time asked


@given(lives, st.floats(0, 100), curves)
def test_what_happens_later_is_not_known_yet(life: Life, day: float, curve: Curve) -> None:
    known = replace(life, events=tuple(event for event in life.events if event.at <= at(day)))
    assert retention(life, at(day), curve) == retention(known, at(day), curve)
    assert layer(life, at(day), curve) == layer(known, at(day), curve)


def test_before_the_capture_it_is_fresh() -> None:
    life = of([(-3, "let go"), (3, "read")])
    assert retention(life, at(-10)) == through_columns(life, at(-10), POWER) == 1.0
    assert layer(of([], layer="working"), at(-10)) == "working"


@given(lives, days, st.integers(-14 * 60, 14 * 60))
def test_time_zones_do_not_matter(life: Life, day: float, offset: int) -> None:
    zone = timezone(timedelta(minutes=offset))
    moved = replace(life, captured=life.captured.astimezone(zone),
                    events=tuple(Event(event.at.astimezone(zone), event.act) for event in life.events))
    assert retention(moved, at(day).astimezone(zone)) == retention(life, at(day))


@given(used, st.floats(0, 1), st.sampled_from(get_args(Layer)), curves)
def test_it_fades_when_it_is_said_to(deeds: list[Deed], importance: float, name: Layer, curve: Curve) -> None:
    life = of(deeds, importance=importance, layer=name)
    fades = fades_at(life, at(last_of(deeds)), curve)
    assert fades is not None
    assert retention(life, fades - timedelta(minutes=1), curve) > curve.faded_below
    assert retention(life, fades + timedelta(minutes=1), curve) < curve.faded_below
    assert fades_at(life, fades + timedelta(days=99), curve) == fades


def test_what_fades_beyond_the_calendar_or_never_has_no_date() -> None:
    assert fades_at(of([], nature="constant"), START) is None
    assert stability(of([], nature="constant"), START) == math.inf
    assert fades_at(of([], layer="long-term"), START, Curve(long_term=1e6)) is None


def test_samples_are_what_would_have_been_said_at_each_time() -> None:
    life = of([(10, "read"), (40, "let go")])
    told = sampled(life, START, at(60), 7)
    assert [when for when, _ in told] == [at(day) for day in range(0, 61, 10)]
    assert [retained for _, retained in told] == [retention(life, at(day)) for day in range(0, 61, 10)]
    assert sampled(life, START, at(60), 1) == [(START, 1.0)]
    assert sampled(life, START, at(60), 0) == []


# ------------------------------------------------------------------ columns


@given(lives, days, curves, st.randoms(use_true_random=False))
def test_the_order_of_insertion_and_the_way_through_columns_change_no_bit(life: Life, day: float, curve: Curve,
                                                                          chance: Random) -> None:
    events = list(life.events)
    chance.shuffle(events)
    shuffled = replace(life, events=tuple(events))
    told = retention(life, at(day), curve)
    assert retention(shuffled, at(day), curve) == told
    assert through_columns(life, at(day), curve) == through_columns(shuffled, at(day), curve) == told


@pytest.mark.parametrize("events", ["", ",", ":", "read", "12", "x:read", ":read", "1e9:read", "9" * 5000 + ":read",
                                    "\ud800:\ud800", "1:read:read", "-5:read", "😀:read," * 9])
def test_pieces_that_are_no_events_are_passed_over(events: str) -> None:
    asked = micros(at(30))
    columns = (0.5, "ordinary", "short-term", POWER.encoded(), asked)
    assert from_columns(micros(START), events, *columns) == retention(of([]), at(30))
    assert from_columns(micros(START), f"{events},{micros(at(9))}:read", *columns) == retention(
        of([(9, "read")]), at(30))


@given(st.text(), st.text(), st.text(), st.floats() | st.none(), st.integers(-2**63, 2**63 - 1),
       st.integers(-2**63, 2**63 - 1))
def test_absurd_columns_never_raise(events: str, nature: str, name: str, importance: float | None, captured: int,
                                    now: int) -> None:
    assert 0 < from_columns(captured, events, importance, nature, name, POWER.encoded(), now) <= 1


def test_an_importance_that_is_no_number_is_middling() -> None:
    for odd in (None, math.nan):
        assert from_columns(0, None, odd, "ordinary", "short-term", POWER.encoded(), 10**13) == from_columns(
            0, None, 0.5, "ordinary", "short-term", POWER.encoded(), 10**13)


# ------------------------------------------------------------------ the parameters


@given(st.builds(Curve, shape=st.sampled_from(["power", "exponential"]), working=st.floats(0.1, 10),
                 short_term=st.floats(10, 100), long_term=st.floats(100, 1e5), growth=st.tuples(*[st.floats(0, 5)] * 3),
                 significance=st.floats(1, 9), faded_below=st.floats(0.01, 0.9), floor=st.floats(0, 1)))
def test_a_curve_comes_back_from_its_text_to_the_last_bit(curve: Curve) -> None:
    assert Curve.decoded(curve.encoded()) == curve


@pytest.mark.parametrize("text", ["", "power", "cubic" + POWER.encoded().removeprefix("power"), POWER.encoded() + " 1",
                                  POWER.encoded().replace("7.0", "week", 1), POWER.encoded().replace("7.0", "nan", 1)])
def test_another_text_is_no_curve(text: str) -> None:
    with pytest.raises(ValueError, match=r"curve of forgetting|not enough|could not convert"):
        Curve.decoded(text)


@pytest.mark.parametrize("wrong", [
    {"shape": "cubic"}, {"working": 0.0}, {"working": 61.0}, {"short_term": 800.0}, {"long_term": math.inf},
    {"growth": (0.3, -0.1, 0.1)}, {"growth": (0.3, 0.9)}, {"growth": (0.3, 0.9, math.nan)}, {"significance": 0.5},
    {"errand": 2.0}, {"errand": 0.0}, {"preference": 0.5}, {"kept": 0.9}, {"faded_below": 0.0}, {"faded_below": 1.0},
    {"floor": 1.1}, {"floor": -0.1}, {"significance": math.nan},
])
def test_parameters_that_would_turn_forgetting_round_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no curve of forgetting"):
        replace(POWER, **wrong)


def test_the_factor_of_ranking_lowers_what_fades_but_never_hides_it() -> None:
    assert ranking_factor(1.0) == 1.0
    assert ranking_factor(0.0) == POWER.floor == 0.97
    assert ranking_factor(0.5, replace(POWER, floor=0.5)) == 0.75
