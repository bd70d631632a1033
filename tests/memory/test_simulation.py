"""A simulated life shows what the curve does: what is used lasts, what is not fades, and the same can be had again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from mneme.memory.retention import EXPONENTIAL, POWER, Curve, retention
from mneme.memory.simulation import CROWD, Example, Simulation, simulate

START = datetime(2024, 1, 1, tzinfo=UTC)
YEAR = simulate(365, START)


def named(simulation: Simulation, part: str) -> Example:
    [example] = [example for example in simulation.examples if part in example.name]
    return example


def after(example: Example, day: int) -> float:
    return retention(example.life, START + timedelta(days=day))


# ------------------------------------------------------------------ the scripted life


def test_every_example_is_sampled_once_a_day_from_the_first_to_the_last() -> None:
    assert len(YEAR.examples) >= 12
    assert len({example.name for example in YEAR.examples}) == len(YEAR.examples)
    for example in YEAR.examples:
        assert [at for at, _ in example.samples] == [START + timedelta(days=day) for day in range(366)]
        assert [retained for _, retained in example.samples] == [after(example, day) for day in range(366)]


def test_a_long_life_is_sampled_evenly() -> None:
    samples = simulate(4000, START, crowd=0).examples[0].samples
    assert len(samples) == 401
    assert {later - earlier for (earlier, _), (later, _) in pairwise(samples)} == {timedelta(days=10)}


def test_what_matters_outlasts_what_does_not() -> None:
    order = ["small talk", "caption", "sad day", "preference", "birthday"]
    retained = [after(named(YEAR, name), 365) for name in order]
    assert retained == sorted(retained)
    assert retained[-1] == 1.0
    assert retained[0] < POWER.faded_below / 4


def test_a_shopping_list_is_gone_within_two_weeks_and_a_note_read_weekly_stays() -> None:
    shopping, note = named(YEAR, "shopping"), named(YEAR, "every week")
    assert shopping.fades is not None
    assert shopping.fades < START + timedelta(days=14)
    assert min(retained for _, retained in note.samples) > 0.8
    assert note.layer == "long-term"
    assert note.fades is None or note.fades > START + timedelta(days=10 * 365)


def test_of_two_memories_recalled_three_times_the_spaced_one_lasts() -> None:
    spaced, massed = named(YEAR, "growing gaps"), named(YEAR, "in an hour")
    assert spaced.text == massed.text
    assert (spaced.layer, massed.layer) == ("long-term", "short-term")
    assert after(spaced, 365) > 3 * after(massed, 365)


def test_the_owners_hand_is_seen_in_the_curves() -> None:
    pinned, let_go, kept = (named(YEAR, name) for name in ("Pinned", "Let go", "Kept"))
    assert all(after(pinned, day) == 1.0 for day in range(3, 64))
    assert after(pinned, 90) < 1.0
    assert after(let_go, 19) > 0.5 > POWER.faded_below > after(let_go, 20)
    assert let_go.fades == START + timedelta(days=20)
    assert kept.fades is not None
    assert kept.fades > START + timedelta(days=3 * 365)


def test_glances_help_less_than_a_correction() -> None:
    found, corrected, unused = (named(YEAR, name) for name in ("never opened", "Corrected", "caption"))
    assert after(unused, 365) < after(found, 365) < after(corrected, 365)
    assert found.layer == "short-term"


# ------------------------------------------------------------------ the crowd


def test_the_crowd_is_counted_at_even_steps_and_at_the_end() -> None:
    days = {length: [(count.at - START).days for count in simulate(length, START, crowd=10).crowd]
            for length in (1, 30, 365, 2500)}
    assert days[1] == [0, 1]
    assert days[30] == [0, 7, 14, 21, 28, 30]
    assert days[365] == [*range(0, 365, 30), 365]
    assert days[2500] == [*range(0, 2500, 365), 2500]


def test_every_memory_of_the_crowd_is_in_one_layer_and_faded_or_kept() -> None:
    for count in YEAR.crowd:
        assert sum(count.layers.values()) == count.captured == count.faded + count.kept
        assert list(count.layers) == ["working", "short-term", "long-term"]
    assert YEAR.crowd[-1].captured == CROWD
    assert all(earlier.captured < later.captured for earlier, later in pairwise(YEAR.crowd))


def test_a_year_leaves_some_of_each_and_most_chat_has_faded() -> None:
    end = YEAR.crowd[-1]
    assert min(end.layers.values()) > 0
    assert 0.4 < end.faded / end.captured < 0.8
    assert YEAR.crowd[1].faded < 0.5 * YEAR.crowd[1].captured


def test_the_same_arguments_give_the_same_life_and_another_seed_another() -> None:
    assert simulate(90, START, crowd=300) == simulate(90, START, crowd=300)
    assert simulate(90, START, crowd=300, seed=2).crowd != simulate(90, START, crowd=300).crowd
    moved = START.astimezone(timezone(timedelta(hours=9)))
    assert simulate(90, moved, crowd=300) == simulate(90, START, crowd=300)


@pytest.mark.parametrize("slower", [replace(POWER, short_term=300.0), replace(POWER, working=60.0),
                                    replace(POWER, faded_below=0.1)])
def test_a_slower_curve_keeps_more_of_the_same_crowd(slower: Curve) -> None:
    quick, slow = simulate(900, START, crowd=400).crowd[-1], simulate(900, START, slower, crowd=400).crowd[-1]
    assert quick.captured == slow.captured
    assert quick.layers == slow.layers
    assert slow.kept > 1.05 * quick.kept


def test_the_exponential_forgets_old_things_that_the_power_law_still_knows() -> None:
    power, exponential = simulate(2000, START, crowd=300), simulate(2000, START, EXPONENTIAL, crowd=300)
    assert named(exponential, "caption").samples[-1][1] < 1e-6 < named(power, "caption").samples[-1][1]
    assert exponential.crowd[-1].kept < power.crowd[-1].kept


@pytest.mark.parametrize("days", [0, -3])
def test_a_life_has_at_least_a_day(days: int) -> None:
    with pytest.raises(ValueError, match="at least a day"):
        simulate(days, START)
