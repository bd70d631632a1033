"""Which statement of a slot holds when: scripted lives, and that neither the order nor a second look matters."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.facts.sameness import keys_of, normal_form
from mneme.memory.facts.settling import Settled, Told, holds_at, opposite, settled
from mneme.memory.facts.statements import Statement
from mneme.memory.facts.topics import known_topic, planned_state
from mneme.types import Origin

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(number: int, what: str, said: str, mode: str = "holds", **more: Any) -> Told:
    times = {key: day(value) if isinstance(value, str) and key in ("valid_from", "valid_to", "by_hand_at") else value
             for key, value in more.items()}
    return Told(number, what, mode, day(said), **times)  # type: ignore[arg-type]


def life(*those: Told, single: bool = True, of_owner: bool = True, now: datetime = NOW) -> dict[int, Settled]:
    return {one.id: one for one in settled(those, single=single, now=now, of_owner=of_owner)}


def span(one: Settled) -> tuple[str, str]:
    return (f"{one.valid_from:%Y-%m-%d}" if one.valid_from else "", f"{one.valid_to:%Y-%m-%d}" if one.valid_to else "")


# ------------------------------------------------------------------ a job, a city: the newer closes the older


def test_a_newer_job_closes_the_older_where_its_own_time_begins() -> None:
    made = life(told(1, "Initech", "2023-01-10"), told(2, "Acme", "2024-03-05", valid_from="2024-03-01"))
    assert (made[1].state, span(made[1]), made[1].superseded_by) == ("past", ("2023-01-10", "2024-03-01"), 2)
    assert (made[2].state, span(made[2]), made[2].superseded_by) == ("holds", ("2024-03-01", ""), None)
    assert holds_at(made[1], day("2024-02-29")) and not holds_at(made[1], day("2024-03-01"))
    assert holds_at(made[2], day("2024-03-01")) and not holds_at(made[2], day("2024-02-29"))


def test_what_is_older_and_taken_in_later_never_closes_the_newer() -> None:
    made = life(told(1, "Bergen", "2024-05-01"), told(2, "Oslo", "2020-05-01"), told(3, "Rome", "2018-05-01"))
    assert [made[n].state for n in (1, 2, 3)] == ["holds", "past", "past"]
    assert [made[n].superseded_by for n in (1, 2, 3)] == [None, 1, 2]
    assert [span(made[n]) for n in (3, 2)] == [("2018-05-01", "2020-05-01"), ("2020-05-01", "2024-05-01")]


def test_a_restatement_is_the_same_fact_from_its_earliest_start_on() -> None:
    made = life(told(1, "Acme", "2024-03-05"), told(2, "the ACME, Inc.", "2024-06-01", valid_from="2023-09-01"))
    assert (made[1].same_as, made[2].same_as) == (None, 1)
    assert span(made[1]) == span(made[2]) == ("2023-09-01", "")


def test_who_comes_back_has_lived_there_twice() -> None:
    made = life(told(1, "Oslo", "2020-01-01"), told(2, "Bergen", "2022-01-01"), told(3, "Oslo", "2024-01-01"))
    assert [made[n].same_as for n in (1, 2, 3)] == [None, None, None]
    assert [made[n].superseded_by for n in (1, 2, 3)] == [2, 3, None]
    assert not holds_at(made[1], day("2023-01-01")) and holds_at(made[3], NOW)


def test_a_newer_word_may_reach_back_behind_several_older_ones() -> None:
    made = life(told(1, "Oslo", "2020-01-01"), told(2, "Bergen", "2022-01-01"),
                told(3, "Rome", "2023-01-01", valid_from="2021-01-01"))
    assert span(made[1]) == ("2020-01-01", "2021-01-01")
    assert span(made[2]) == ("2021-01-01", "2021-01-01")
    assert [n for n in made if holds_at(made[n], day("2022-06-01"))] == [3]


def test_a_told_start_stays_where_a_newer_word_leaves_it_no_time() -> None:
    made = life(told(1, "Bergen", "2022-01-01", valid_from="2021-06-01"),
                told(2, "Rome", "2023-01-01", valid_from="2021-01-01"))
    assert span(made[1]) == ("2021-06-01", "2021-06-01") and made[1].state == "past"


def test_an_end_closes_what_it_names_and_what_is_current() -> None:
    made = life(told(1, "Acme", "2023-01-01"), told(2, "Acme", "2024-05-05", "ended", valid_to="2024-05-01"))
    assert (made[1].state, span(made[1]), made[2].same_as) == ("past", ("2023-01-01", "2024-05-01"), 1)
    made = life(told(1, "Acme", "2023-01-01"), told(2, "it", "2024-05-05", "ended"))
    assert (made[1].state, span(made[1])) == ("past", ("2023-01-01", "2024-05-05"))
    made = life(told(1, "Acme", "2023-01-01"), told(2, "Initech", "2024-05-05", "ended"))
    assert (made[1].state, made[2].state, span(made[2])) == ("holds", "past", ("", "2024-05-05"))


def test_an_end_of_something_unknown_is_a_past_fact_with_an_unknown_start() -> None:
    made = life(told(1, "Rome", "2024-05-05", "ended"))
    assert (made[1].state, span(made[1])) == ("past", ("", "2024-05-05"))
    assert holds_at(made[1], day("2024-01-01")) and not holds_at(made[1], NOW)


def test_an_earlier_stay_is_not_the_end_of_the_present_one() -> None:
    made = life(told(1, "Rome", "2022-01-01"),
                told(2, "Rome", "2024-01-01", "ended", valid_from="2010-01-01", valid_to="2015-01-01"))
    assert (made[1].state, made[2].state, span(made[2])) == ("holds", "past", ("2010-01-01", "2015-01-01"))


def test_after_an_end_it_may_begin_anew() -> None:
    made = life(told(1, "Acme", "2022-01-01"), told(2, "Acme", "2023-01-01", "ended"), told(3, "Acme", "2024-01-01"))
    assert [span(made[n]) for n in (1, 3)] == [("2022-01-01", "2023-01-01"), ("2024-01-01", "")]
    assert made[3].same_as is None


def test_an_end_tells_when_what_was_superseded_was_over() -> None:
    made = life(told(1, "Oslo", "2022-01-01"), told(2, "Bergen", "2024-01-10"),
                told(3, "Oslo", "2024-02-01", "ended", valid_to="2023-12-15"))
    assert span(made[1]) == ("2022-01-01", "2023-12-15") and made[1].superseded_by == 2


def test_what_is_told_to_hold_until_a_day_is_past_after_it() -> None:
    made = life(told(1, "Acme", "2025-01-01", valid_to="2025-06-01"))
    assert (made[1].state, span(made[1])) == ("past", ("2025-01-01", "2025-06-01"))
    assert life(told(1, "Acme", "2025-01-01", valid_to="2025-06-01"), now=day("2025-05-01"))[1].state == "holds"


@pytest.mark.parametrize("name", ["Acme", "it"])
def test_who_will_leave_is_there_until_then(name: str) -> None:
    those = (told(1, "Acme", "2024-01-01"), told(2, name, "2025-05-01", "ended", valid_to="2025-06-30"))
    made = life(*those)
    assert (made[1].state, span(made[1]), made[2].same_as) == ("holds", ("2024-01-01", "2025-06-30"), 1)
    assert life(*those, now=day("2025-07-01"))[1].state == "past"
    made = life(*those, told(3, "Initech", "2025-06-01", valid_from="2025-06-01"))
    assert (made[1].state, span(made[1])) == ("past", ("2024-01-01", "2025-06-01"))


# ------------------------------------------------------------------ corrections, and the owner's hand


def test_a_correction_replaces_from_the_start_what_was_never_true() -> None:
    made = life(told(1, "555 0199", "2024-03-01T10:00"), told(2, "555 0198", "2024-03-01T10:01", corrects=True))
    assert (made[1].state, made[1].superseded_by) == ("past", 2)
    assert made[1].valid_from == made[1].valid_to and not holds_at(made[1], day("2024-03-01T10:00:30"))
    assert made[2].valid_from == day("2024-03-01T10:00")


def test_what_a_replaced_statement_had_closed_ends_where_the_correction_begins() -> None:
    made = life(told(1, "Oslo", "2020-01-01"), told(2, "Bergen", "2024-01-01"),
                told(3, "Tromsø", "2024-01-02", corrects=True))
    assert span(made[1]) == ("2020-01-01", "2024-01-01") and made[1].superseded_by == 3


def test_a_correction_back_to_the_former_reopens_it() -> None:
    made = life(told(1, "Oslo", "2020-01-01"), told(2, "Bergen", "2024-01-01"),
                told(3, "Oslo", "2024-01-02", corrects=True))
    assert (made[1].state, span(made[1]), made[3].same_as) == ("holds", ("2020-01-01", ""), 1)
    assert made[2].superseded_by == 1


def test_a_correction_that_tells_of_a_change_closes_only() -> None:
    made = life(told(1, "Oslo", "2020-01-01"), told(2, "Bergen", "2024-01-20", corrects=True, valid_from="2024-01-10"))
    assert span(made[1]) == ("2020-01-01", "2024-01-10")


def test_by_hand_outranks_what_was_said_and_later_the_owner_may_move_on() -> None:
    by_hand = told(1, "Oslo", "2023-01-01", by_owner=True, by_hand_at="2024-06-01")
    made = life(by_hand, told(2, "Bergen", "2023-06-01"))
    assert (made[1].state, made[2].state, made[2].superseded_by) == ("holds", "past", 1)
    made = life(by_hand, told(2, "Bergen", "2023-06-01"), told(3, "Rome", "2025-01-01"))
    assert [made[n].state for n in (1, 2, 3)] == ["past", "past", "holds"]
    made = life(by_hand, told(3, "Rome", "2025-01-01", origin=Origin.OTHER))
    assert (made[1].state, made[3].state, made[3].superseded_by) == ("holds", "past", 1)


def test_in_a_list_a_correction_replaces_the_one_said_just_before() -> None:
    made = life(told(1, "chess", "2024-03-01T09:00"), told(2, "Ann", "2024-03-01T10:00"),
                told(3, "Anna", "2024-03-01T10:01", corrects=True), single=False)
    assert [made[n].state for n in (1, 2, 3)] == ["holds", "past", "holds"]
    assert made[2].superseded_by == 3
    for relation, at in (("likes", "2024-03-01T10:01"), ("sibling", "2024-03-01T18:00")):
        made = life(told(1, "tea", "2024-03-01T10:00", relation=relation),
                    told(2, "coffee", at, corrects=True, relation=relation), single=False)
        assert [made[n].state for n in (1, 2)] == ["holds", "holds"]


def test_what_is_taken_back_was_never_true_and_what_it_closed_goes_on() -> None:
    made = life(told(1, "555 0199", "2024-01-01"), told(2, "555 7777", "2024-02-01"),
                told(3, "", "2024-02-02", "cancelled"))
    assert (made[2].state, made[2].superseded_by) == ("cancelled", 3)
    assert (made[1].state, made[1].superseded_by, span(made[1])) == ("holds", None, ("2024-01-01", ""))
    assert made[3].state == "cancelled" and not any(holds_at(made[n], NOW) for n in (2, 3))


def test_nobody_else_takes_back_what_the_owner_says() -> None:
    made = life(told(1, "555 0199", "2024-01-01"), told(2, "", "2024-02-02", "cancelled", origin=Origin.OTHER))
    assert made[1].state == "holds"


# ------------------------------------------------------------------ lists and preferences


def test_objects_of_a_list_add_up() -> None:
    made = life(told(1, "chess", "2024-01-01"), told(2, "climbing", "2024-02-01"), told(3, "Chess!", "2024-03-01"),
                told(4, "climbing", "2024-04-01", "ended"), single=False)
    assert [made[n].state for n in (1, 2, 3, 4)] == ["holds", "past", "holds", "past"]
    assert (made[3].same_as, made[4].same_as) == (1, 2)


def test_who_dislikes_it_likes_it_no_more() -> None:
    made = life(told(1, "coffee", "2023-01-01", relation="likes"), told(2, "tea", "2023-01-02", relation="likes"),
                told(3, "coffee", "2024-01-01", relation="dislikes"), single=False)
    assert [made[n].state for n in (1, 2, 3)] == ["past", "holds", "holds"]
    assert made[1].superseded_by == 3
    assert (opposite("likes"), opposite("dislikes"), opposite("owns")) == ("dislikes", "likes", None)


# ------------------------------------------------------------------ plans


def plan(number: int, said: str, at: str | None, mode: str = "planned", **more: Any) -> Told:
    return told(number, f"words {number}", said, mode, valid_from=at, precision=more.pop("precision", "minute"),
                relation="plan", **more)


def test_a_plan_that_is_moved_twice_is_where_it_was_moved_last() -> None:
    moves = (plan(1, "2025-06-01", "2025-06-20T15:00"), plan(2, "2025-06-05", "2025-06-24T15:00"),
             plan(3, "2025-06-09", "2025-06-27T09:30"))
    made = life(*moves)
    assert [made[n].state for n in (1, 2, 3)] == ["past", "past", "planned"]
    assert [made[n].superseded_by for n in (1, 2, 3)] == [2, 3, None]
    assert made[3].valid_from == day("2025-06-27T09:30")
    assert made[1].valid_from == made[1].valid_to == day("2025-06-20T15:00")
    assert life(*moves, now=day("2025-06-28"))[3].state == "past"
    assert life(*moves, plan(4, "2025-06-12", None, "cancelled"))[3].state == "cancelled"


def test_a_vaguer_word_for_its_time_does_not_move_a_plan_and_a_more_exact_one_does() -> None:
    made = life(plan(1, "2025-06-01", "2025-06-20T15:00"), plan(2, "2025-06-05", "2025-06-20", precision="day"),
                plan(3, "2025-06-06", None))
    assert (made[1].state, made[2].same_as, made[3].same_as) == ("planned", 1, 1)
    made = life(plan(1, "2025-06-01", "2025-06-20", precision="day"), plan(2, "2025-06-05", "2025-06-20T15:00"))
    assert (made[1].superseded_by, made[2].state) == (2, "planned")


def test_a_plan_of_the_day_is_planned_until_the_day_is_over() -> None:
    today = plan(1, "2025-06-01", "2025-06-15", precision="day")
    assert life(today)[1].state == "planned"
    assert life(today, now=day("2025-06-16"))[1].state == "past"
    assert not holds_at(life(today)[1], NOW)


def test_the_next_appointment_does_not_move_the_one_that_was_kept() -> None:
    made = life(plan(1, "2025-01-01", "2025-01-10T15:00"), plan(2, "2025-06-01", "2025-06-20T15:00"))
    assert (made[1].state, made[1].superseded_by, made[2].state) == ("past", None, "planned")


def test_a_plan_may_be_done_early_and_a_move_is_no_home_yet() -> None:
    home = told(1, "Oslo", "2024-01-01", relation="lives_in")
    move = told(2, "Bergen", "2025-06-01", "planned", valid_from="2025-08-01", relation="lives_in", precision="month")
    made = life(home, move)
    assert (made[1].state, made[2].state) == ("holds", "planned")
    made = life(home, move, told(3, "Bergen", "2025-06-10", relation="lives_in"))
    assert [made[n].state for n in (1, 2, 3)] == ["past", "past", "holds"]
    made = life(home, move, told(3, "Bergen", "2025-06-10", "cancelled", relation="lives_in"))
    assert [made[n].state for n in (1, 2)] == ["holds", "cancelled"]


# ------------------------------------------------------------------ what is planned to be


def state(number: int, what: str, said: str, at: str, mode: str = "planned", **more: Any) -> Told:
    return told(number, what, said, mode, valid_from=at, precision=more.pop("precision", "month"), relation="lives_in",
                **more)


def home(number: int, what: str, said: str, mode: str = "holds", **more: Any) -> Told:
    return told(number, what, said, mode, relation="lives_in", **more)


OSLO, BERGEN = home(1, "Oslo", "2024-01-01"), state(2, "Bergen", "2025-02-01", "2025-04-01")


def test_what_was_planned_to_be_holds_from_its_time_on_and_closes_what_held_before() -> None:
    made = life(OSLO, BERGEN)
    assert (made[1].state, made[1].superseded_by, made[2].state, made[2].valid_to) == ("past", 2, "holds", None)
    assert made[1].valid_to == made[2].valid_from == day("2025-04-01")
    assert life(BERGEN)[2].state == "holds"


def test_what_holds_ends_where_something_else_is_planned_to_begin() -> None:
    made = life(OSLO, BERGEN, now=day("2025-03-01"))
    assert (made[1].state, made[1].valid_to, made[2].state) == ("holds", day("2025-04-01"), "planned")
    assert holds_at(made[1], day("2025-03-31")) and not holds_at(made[1], day("2025-04-02"))


def test_who_is_told_to_be_there_was_there_from_the_planned_time_on() -> None:
    made = life(OSLO, BERGEN, home(3, "Bergen", "2025-05-10"))
    assert (made[1].superseded_by, made[2].state, made[3].state) == (3, "past", "holds")
    assert made[1].valid_to == made[3].valid_from == day("2025-04-01")


def test_who_is_still_told_to_be_where_they_were_has_not_moved() -> None:
    made = life(OSLO, BERGEN, home(3, "Oslo", "2025-05-10"))
    assert (made[1].state, made[1].valid_to, made[3].same_as) == ("holds", None, 1)
    assert (made[2].state, made[2].superseded_by, made[2].valid_from) == ("past", 1, made[2].valid_to)


@pytest.mark.parametrize("said", ["2025-03-01", "2025-05-10"])
@pytest.mark.parametrize("words", ["Bergen", ""])
def test_a_change_that_is_called_off_before_or_after_its_time_leaves_what_held(said: str, words: str) -> None:
    made = life(OSLO, BERGEN, home(3, words, said, "cancelled"), home(4, "", said, "cancelled"))
    assert (made[1].state, made[1].valid_to, made[2].state) == ("holds", None, "cancelled")


def test_a_change_that_is_put_off_has_not_happened_at_its_first_time() -> None:
    made = life(OSLO, BERGEN, state(3, "Bergen", "2025-04-20", "2025-08-01"))
    assert (made[1].state, made[2].state, made[2].superseded_by, made[3].state) == ("holds", "past", 3, "planned")
    assert made[1].valid_to == day("2025-08-01")


def test_another_word_after_its_time_closes_what_was_planned() -> None:
    made = life(OSLO, BERGEN, home(3, "Rome", "2025-05-10"))
    assert (span(made[2]), made[2].superseded_by, made[3].state) == (("2025-04-01", "2025-05-10"), 3, "holds")


def test_nobody_else_and_no_doubtful_word_makes_a_plan_come_true() -> None:
    others, doubted = replace(BERGEN, origin=Origin.OTHER), replace(BERGEN, certainty=.5)
    assert life(OSLO, others, of_owner=True)[1].state == "holds"
    assert life(OSLO, doubted)[1].state == "holds"
    assert life(OSLO, others, of_owner=False)[2].state == "holds"


@pytest.mark.parametrize(("topic", "known", "meant"), [
    ("kickoff", ["kickoff for the harbour project"], "kickoff for the harbour project"),
    ("key", ["spare key"], "spare key"), ("race", ["masters race", "race"], "race"),
    ("key", ["spare key", "shed key"], "key"), ("dinner", ["dinnerware for Eva"], "dinner"), ("", ["a for b"], "")])
def test_a_short_topic_means_the_one_longer_one_that_is_known(topic: str, known: list[str], meant: str) -> None:
    assert known_topic(topic, known) == meant


def test_calling_off_the_move_means_the_planned_home_and_no_appointment() -> None:
    off = Statement("me", "plan", "move to bergen", "move to Bergen", "cancelled", (0, 9), None)
    made = planned_state(off)
    assert made is not None and (made.relation, made.topic, made.object) == ("lives_in", "", "Bergen")
    assert planned_state(replace(off, topic="dentist")) is None
    assert planned_state(replace(off, mode="planned")) is None


# ------------------------------------------------------------------ conflicts


def test_two_places_that_differ_at_the_same_time_are_in_conflict() -> None:
    two = (told(1, "Oslo", "2024-03-01T10:00", source=1), told(2, "Bergen", "2024-03-01T18:00", source=2))
    made = life(*two, of_owner=False)
    assert [(made[n].state, made[n].conflicts, made[n].valid_to) for n in (1, 2)] == [
        ("conflict", (2,), None), ("conflict", (1,), None)]
    made = life(*two, told(3, "Oslo", "2024-05-01"), of_owner=False)
    assert [(made[n].state, made[n].conflicts) for n in (1, 2)] == [("holds", ()), ("past", ())]
    made = life(*two, told(3, "Oslo", "2024-03-01T19:00", by_owner=True), of_owner=False)
    assert [made[n].state for n in (1, 2)] == ["holds", "past"]


@pytest.mark.parametrize("second", [
    told(2, "Bergen", "2024-03-01T18:00", source=1), told(2, "Bergen", "2024-03-03T18:00", source=2),
    told(2, "Bergen", "2024-03-01T18:00", source=2, corrects=True),
    told(2, "Bergen", "2024-03-01T18:00", source=2, valid_from="2024-03-01")])
def test_a_newer_word_that_knows_the_older_is_no_conflict(second: Told) -> None:
    made = life(told(1, "Oslo", "2024-03-01T10:00", source=1), second)
    assert (made[1].state, made[2].state) == ("past", "holds")


def test_somebody_else_against_the_owner_about_the_owner_is_unclear_until_the_owner_speaks() -> None:
    mine, theirs = told(1, "Oslo", "2023-01-01"), told(2, "Bergen", "2024-01-01", origin=Origin.OTHER)
    made = life(mine, theirs)
    assert [made[n].state for n in (1, 2)] == ["conflict", "conflict"]
    assert [life(mine, theirs, of_owner=False)[n].state for n in (1, 2)] == ["past", "holds"]
    assert [life(mine, theirs, told(3, "Oslo", "2024-05-01"))[n].state for n in (1, 2, 3)] == ["holds", "past", "holds"]
    assert [life(mine, theirs, told(3, "Bergen", "2024-05-01"))[n].state for n in (1, 2)] == ["past", "holds"]
    older = told(2, "Bergen", "2022-01-01", origin=Origin.OTHER)
    assert [life(mine, older)[n].state for n in (1, 2)] == ["holds", "past"]


def test_somebody_else_says_that_the_owners_job_is_over() -> None:
    mine, theirs = told(1, "Acme", "2023-01-01"), told(2, "Acme", "2024-01-01", "ended", origin=Origin.OTHER)
    assert [life(mine, theirs)[n].state for n in (1, 2)] == ["conflict", "conflict"]
    assert life(mine, theirs)[1].conflicts == (2,)
    made = life(mine, theirs, told(3, "Acme", "2024-02-01"))
    assert [made[n].state for n in (1, 2)] == ["holds", "past"]
    made = life(mine, theirs, told(3, "Acme", "2024-02-01", "ended"))
    assert [made[n].state for n in (1, 2)] == ["past", "past"]
    assert life(mine, theirs, of_owner=False)[1].state == "past"


def test_a_doubted_word_does_not_close_a_firm_one() -> None:
    made = life(told(1, "Oslo", "2023-01-01"), told(2, "Bergen", "2024-01-01", certainty=0.5), of_owner=False)
    assert [made[n].state for n in (1, 2)] == ["conflict", "conflict"]


# ------------------------------------------------------------------ the same object


@pytest.mark.parametrize(("one", "other"), [
    ("Acme", "acme"), ("Acme", "Acme Inc."), ("Acme", "the Acme GmbH"), ("Café Münster", "cafe munster"),
    ("+47 555 01 99", "0047 5550199"), ("555-0199", "(555) 0199"), ("a vet", "vet"), ("anna@x.no", "Anna@x.no"),
    ("rock’n’roll", "rock'n'roll")])
def test_the_same_in_other_letters_is_the_same(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(("one", "other"), [
    ("C++", "C#"), ("C", "C++"), ("The The", "The"), ("555 0199", "555 0198"), ("🎸", "🎹"), ("Inc", "Co"),
    ("2024-05-04", "2024-05-05"), ("Oslo, Norway", "Oslo, Minnesota")])
def test_what_differs_is_not(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other) or one == "The The"


def test_a_place_and_a_number_are_the_same_with_and_without_their_country() -> None:
    keys = keys_of({1: "Oslo", 2: "Oslo, Norway", 3: "Oslo (Norway)", 4: "+47 5550199", 5: "555 0199"}, qualified=True)
    assert keys[1] == keys[2] == keys[3]
    assert keys[4] == keys[5]
    keys = keys_of({1: "Portland", 2: "Portland, Oregon", 3: "Portland, Maine"}, qualified=True)
    assert len(set(keys.values())) == 3
    keys = keys_of({1: "Oslo", 2: "Oslo, Norway"}, qualified=False)
    assert keys[1] != keys[2]


@given(st.text() | st.text(alphabet=st.characters(categories=["Cs", "Mn", "So"])))
def test_any_string_has_a_normal_form(text: str) -> None:
    assert normal_form(normal_form(text)) is not None
    assert keys_of({1: text, 2: text}, qualified=True)[1] == keys_of({1: text, 2: text}, qualified=True)[2]


# ------------------------------------------------------------------ properties


_TIMES = st.integers(0, 60).map(lambda n: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=17 * n))
_TOLD = st.builds(
    Told, st.integers(1, 1000), st.sampled_from(["Oslo", "oslo", "Oslo, Norway", "Bergen", "Rome", "it", ""]),
    st.sampled_from(["holds", "holds", "holds", "ended", "planned", "cancelled"]), _TIMES, st.none() | _TIMES,
    st.none() | _TIMES, st.sampled_from([0.5, 0.8]), st.sampled_from([Origin.OWNER, Origin.OTHER]), st.booleans(),
    st.booleans(), st.sampled_from(["", "plan", "likes", "dislikes"]), st.integers(0, 2),
    st.sampled_from(["minute", "day", "month"]), st.none() | _TIMES)
_LIVES = st.lists(_TOLD, max_size=12, unique_by=lambda one: one.id)


@given(_LIVES, st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_in_which_statements_are_taken_in_does_not_matter(
        told: list[Told], single: bool, of_owner: bool, random: Any) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)
    once = settled(told, single=single, now=NOW, of_owner=of_owner)
    assert settled(shuffled + shuffled[:3], single=single, now=NOW, of_owner=of_owner) == once
    assert sorted(one.id for one in once) == [one.id for one in once] == sorted(one.id for one in told)


@given(_LIVES, st.booleans(), st.booleans())
def test_what_is_settled_is_whole(told: list[Told], single: bool, of_owner: bool) -> None:
    made = {one.id: one for one in settled(told, single=single, now=NOW, of_owner=of_owner)}
    for one in made.values():
        assert one.valid_from is None or one.valid_to is None or one.valid_from <= one.valid_to
        assert one.superseded_by is None or (one.superseded_by in made and one.state in ("past", "cancelled"))
        assert all(one.state == "conflict" and (one.same_as or one.id) in made[rival].conflicts
                   for rival in one.conflicts)
        if one.same_as is not None:
            first = made[one.same_as]
            assert first.same_as is None
            assert (one.valid_from, one.valid_to, one.superseded_by, one.state, one.conflicts) == (
                first.valid_from, first.valid_to, first.superseded_by, first.state, first.conflicts)


@given(_LIVES, _TIMES)
def test_of_one_object_at_a_time_one_holds_at_the_end_unless_it_is_unclear(told: list[Told], at: datetime) -> None:
    made = [one for one in settled(told, single=True, now=NOW) if one.same_as is None]
    assert len([one for one in made if one.state == "holds"]) <= 1
    assert not any(holds_at(one, at) for one in made if one.state in ("planned", "cancelled"))
