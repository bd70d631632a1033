"""What a question asks for."""

from datetime import UTC, datetime

import pytest

from mneme.answer.questions import about, lacks_quantity
from mneme.recall.understanding.question import Wanted, understood
from mneme.types import Kind, Memory, Moment, Origin


@pytest.mark.parametrize("question", [
    "When did I go to Bergen?", "And when was that?", "What year did we move?", "On which day is the party?",
    "In which month was it?", "Since when do I have the car?", "Wann war ich in Bergen?", "Quand est-ce arrivé ?",
    "¿Cuándo fuimos?", "Når var vi på hytta?", "Do you know when did Ann leave?"])
def test_asks_for_a_time(question):
    assert asked(question).wanted is Wanted.DATE


@pytest.mark.parametrize("question", [
    "What did I do when I was in Bergen?", "How long ago was it?", "What time does the train leave?", "Who was there?",
    "Where did we go the day when it rained?", "", "Which daycare is it?"])
def test_asks_for_something_else(question):
    assert asked(question).wanted is not Wanted.DATE


def said(speaker, text, origin=Origin.OTHER):
    return Memory(1, Kind.PASSAGE, text, 1, (0, len(text)), "chat", "chat", speaker, origin, None,
                  datetime(2025, 1, 1, tzinfo=UTC))


def asked(question):
    return understood(question, Moment(datetime(2025, 1, 1, tzinfo=UTC), 0, "minute"))


ANN, BEN = said("Ann Lee", "I lost my job."), said("Ben", "I lost my keys.")


def test_another_who_speaks_of_themselves_is_a_stranger():
    people = about(asked("What did Ben lose?"), [ANN, BEN])
    assert people.is_stranger(ANN)
    assert not people.is_stranger(BEN)


@pytest.mark.parametrize("text", ["Ben lost his job.", "So you lost your job?", "What a pity about Ben's job!"])
def test_who_speaks_of_them_or_to_them_is_none(text):
    assert not about(asked("What did Ben lose?"), [ANN, BEN]).is_stranger(said("Ann Lee", text))


def test_a_question_that_names_nobody_has_no_strangers():
    assert not about(asked("What was lost?"), [ANN, BEN]).is_stranger(ANN)


def test_a_question_that_names_both_has_no_strangers():
    people = about(asked("What did Ann and Ben lose?"), [ANN, BEN])
    assert not people.is_stranger(ANN) and not people.is_stranger(BEN)


def test_i_am_the_owner():
    mine = said("Me", "I lost my way.", Origin.OWNER)
    people = about(asked("What did I lose?"), [ANN, mine])
    assert people.is_stranger(ANN)
    assert not people.is_stranger(mine)


def test_a_note_has_no_speaker_and_is_never_strange():
    assert not about(asked("What did Ben lose?"), [ANN, BEN]).is_stranger(said(None, "Lost: one job."))


@pytest.mark.parametrize(("question", "answer", "lacks"), [
    ("What is the alarm code of the cabin?", "updated: 2024-10-15", True),
    ("What is the alarm code of the cabin?", "one alarm firm", True),
    ("What is the alarm code of the cabin?", "4711", False),
    ("Which PIN do I use?", "12.03.2024", True),
    ("How many dogs are there?", "two", False),
    ("How many dogs are there?", "Sigrun", True),
    ("Who took it?", "Sigrun", False),
])
def test_what_asks_for_a_number_wants_one(question: str, answer: str, lacks: bool) -> None:
    assert lacks_quantity(asked(question), answer) is lacks
