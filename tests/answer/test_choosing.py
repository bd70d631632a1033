"""Which of several good answers is meant: now, then, the first, the last, all of them, and what is told beside it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.answer import judging
from mneme.answer.choosing import LISTED, MOST_ITEMS, NEAR, Chosen, chosen
from mneme.answer.weighing import Candidate, Weights
from mneme.recall.understanding.question import understood
from mneme.types import Kind, Memory, Moment, Origin

NOW = Moment(datetime(2025, 6, 15, 12, tzinfo=UTC), 0, "minute")
Told = tuple[str, float, int | None]  # an answer, its score, the year it was told in


def choose(question: str, *told: Told) -> Chosen:
    candidates = []
    for number, (text, score, year) in enumerate(told, start=1):
        at = None if year is None else Moment(datetime(year, 3, 2, tzinfo=UTC), 0, "day")
        memory = Memory(number, Kind.PASSAGE, text, 1, (0, len(text)), "/log", "log", None, Origin.OWNER, at, NOW.utc,
                        dated=at is not None)
        candidates.append(Candidate(memory, text, (0, len(text)), score))
    return chosen(understood(question, NOW), judging.joined(candidates, Weights(agreement=0.25)))


BOTH: tuple[Told, Told] = (("Bergen", 5.0, 2021), ("Oslo", 4.8, 2024))


@pytest.mark.parametrize(("question", "answer"), [
    ("Where do I live now?", "Oslo"), ("Where do I live?", "Oslo"), ("Where am I currently living?", "Oslo"),
    ("Where did I live before?", "Bergen"), ("Where did I originally live?", "Bergen"),
    ("Where did I live first?", "Bergen"), ("What was the last town I lived in?", "Oslo"),
    ("Which town did I live in?", "Bergen")])
def test_the_time_of_the_question_decides_between_near_answers(question: str, answer: str) -> None:
    assert choose(question, *BOTH).text == answer
    assert choose(question, *BOTH[::-1]).text == answer


def test_what_was_replaced_is_told_with_its_date_and_place() -> None:
    made = choose("Where do I live now?", *BOTH)
    assert [group.best.text for group in made.replaced] == ["Bergen"]
    assert made.reasons == ("Before that, on 2 March 2021, it was said: Bergen.",)
    assert [group.best.text for group in made.groups] == ["Oslo"]
    made = choose("Where did I live before?", *BOTH)
    assert [group.best.text for group in made.replaced] == ["Oslo"]
    assert made.reasons == ("Later, on 2 March 2024, it was said: Oslo.",)


def test_an_answer_of_another_time_must_be_nearly_as_good() -> None:
    assert choose("Where do I live now?", ("Bergen", 5.0, 2021), ("Oslo", 5.0 - NEAR - 0.01, 2024)).text == "Bergen"
    assert choose("Where do I live now?", ("Bergen", 5.0, 2021), ("Oslo", 5.0 - NEAR, 2024)).text == "Oslo"


def test_without_dates_the_best_is_the_answer_and_nothing_is_replaced() -> None:
    for told in ((("Bergen", 5.0, None), ("Oslo", 4.9, 2024)), (("Bergen", 5.0, 2021), ("Oslo", 4.9, None)),
                 (("Bergen", 5.0, 2021), ("Oslo", 4.9, 2021))):
        made = choose("Where do I live now?", *told)
        assert (made.text, made.replaced, made.reasons) == ("Bergen", (), ())


def test_at_most_two_others_are_told_the_nearest_in_time_first() -> None:
    told = [(town, 5.0 - n / 10, 2020 + n) for n, town in enumerate(("Bergen", "Oslo", "Moss", "Bodø"))]
    made = choose("Where do I live now?", *told)
    assert made.text == "Bodø"
    assert [group.best.text for group in made.replaced] == ["Moss", "Oslo"]


def test_what_was_told_again_lately_is_the_latest() -> None:
    told = (("Bergen", 5.0, 2020), ("Oslo", 5.1, 2022), ("Bergen!", 4.9, 2024))
    assert choose("Where do I live now?", *told).text.startswith("Bergen")


def test_the_previous_of_three_is_the_one_before_the_last() -> None:
    told = (("Bergen", 5.0, 2020), ("Oslo", 5.0, 2022), ("Moss", 5.0, 2024))
    assert choose("What was my previous town?", *told).text == "Oslo"


def test_the_same_from_several_places_is_a_reason() -> None:
    assert choose("Which key?", ("blue", 5.0, 2021), ("Blue!", 4.0, 2022)).reasons == (
        "The same is said in 2 places.",)
    assert choose("Which key?", ("blue", 5.0, 2021)).reasons == ()


# ------------------------------------------------------------------ lists

LIST = "What things did I plant in the garden?"


def test_a_list_is_put_together_from_several_places() -> None:
    made = choose(LIST, ("onions", 5.0, 2021), ("basil", 4.5, None), ("red beans", 4.3, 2022), ("onions.", 3.9, 2023))
    assert made.text == "onions, basil, red beans"
    assert [group.best.text for group in made.groups] == ["onions", "basil", "red beans"]
    assert len(made.reasons) == 1 and "3" in made.reasons[0]


def test_a_list_names_what_is_nearly_the_same_once() -> None:
    made = choose(LIST, ("some fresh basil", 5.0, 2021), ("the basil", 4.9, 2022), ("onions", 4.8, 2023))
    assert made.text == "some fresh basil, onions"


def test_a_list_leaves_out_what_is_unsure_or_long_or_too_much() -> None:
    assert choose(LIST, ("onions", 5.0, None), ("stones", 5.0 - LISTED - 0.1, None)).text == "onions"
    long = "something that nobody would ever call an item of any list"
    assert choose(LIST, ("onions", 5.0, None), (long, 4.9, None), ("basil", 4.8, None)).text == "onions, basil"
    assert choose(LIST, (long, 5.0, None), ("basil", 4.8, None)).text == f"{long}, basil"
    many = [(word, 5.0, None) for word in ("onions", "basil", "beans", "dill", "kale")]
    assert len(choose(LIST, *many).groups) == MOST_ITEMS


def test_a_list_of_little_words_or_other_scripts_is_a_list() -> None:
    assert choose(LIST, ("it", 5.0, None), ("the", 4.9, None), ("洋葱", 4.8, None)).text == "it, the, 洋葱"


@given(st.sampled_from((LIST, "Where do I live now?", "Where did I live before?", "Which was first?", "Why?")),
       st.lists(st.tuples(st.text(min_size=1), st.floats(-20, 20), st.none() | st.integers(1, 9999)), min_size=1,
                max_size=6))
def test_any_answers_are_chosen_from(question: str, told: list[Told]) -> None:
    if not any(judging.normal_form(text) for text, _score, _year in told):
        return
    made = choose(question, *told)
    texts = {text for text, _score, _year in told}
    assert made.groups and {group.best.text for group in (*made.groups, *made.replaced)} <= texts
    assert not any(group in made.replaced for group in made.groups)
