"""Facts as people read them: whole sentences, to the owner and about others, for every relation."""

from datetime import UTC, datetime

import pytest

from mneme.memory.facts.relations import RELATIONS, sentence
from mneme.memory.facts.statements import ME, Mode, Statement
from mneme.types import Moment, Precision

MAY = Moment.of(datetime(2024, 5, 3), UTC, "day")


def _said(subject: str, relation: str, words: str, topic: str = "", mode: Mode = "holds",
          at: Moment | None = None) -> str:
    return sentence(Statement(subject, relation, topic, words, mode, (0, 1), None, at))


@pytest.mark.parametrize(("subject", "relation", "words", "topic", "expected"), [
    (ME, "lives_in", "Oslo", "", "You live in Oslo."), ("Anna", "lives_in", "Oslo", "", "Anna lives in Oslo."),
    ("my boss", "birthday", "--05-04", "", "Your boss's birthday is 4 May."),
    ("Anna", "birthday", "1987-05-04", "", "Anna's birthday is 4 May 1987."),
    (ME, "favourite", "teal", "colour", "Your favourite colour is teal."),
    (ME, "pet", "Bo", "dog", "You have a dog: Bo."),
    (ME, "kept_at", "under the mat", "spare key", "The spare key is under the mat."),
    ("my sister", "contact_for", "Dr. Lee", "dentist", "Your sister's dentist is Dr. Lee.")])
def test_a_fact_is_a_sentence(subject: str, relation: str, words: str, topic: str, expected: str) -> None:
    assert _said(subject, relation, words, topic) == expected


def test_a_plan_says_its_time_where_it_has_one() -> None:
    assert _said(ME, "plan", "dentist", "dentist", "planned", MAY) == "Planned: dentist (3 May 2024)."
    assert _said("Anna", "plan", "dentist", "dentist", "planned") == "Anna plans: dentist."


@pytest.mark.parametrize(("precision", "expected"), [
    ("year", "2024"), ("month", "May 2024"), ("day", "3 May 2024"), ("minute", "3 May 2024, 09:05"),
    ("second", "3 May 2024, 09:05")])
def test_the_time_of_a_plan_is_said_as_people_say_it(precision: Precision, expected: str) -> None:
    at = Moment.of(datetime(2024, 5, 3, 9, 5), UTC, precision)
    assert _said(ME, "plan", "dentist", "dentist", "planned", at) == f"Planned: dentist ({expected})."


@pytest.mark.parametrize(("relation", "mode", "expected"), [
    ("works_at", "ended", "Not any more: You work at X."), ("works_at", "cancelled", "Taken back: You work at X."),
    ("works_at", "planned", "Planned: You work at X."), ("plan", "cancelled", "No longer planned: X."),
    ("plan", "ended", "No longer planned: X.")])
def test_what_does_not_hold_says_so(relation: str, mode: Mode, expected: str) -> None:
    assert _said(ME, relation, "X", mode=mode) == expected


@pytest.mark.parametrize("relation", sorted(RELATIONS))
@pytest.mark.parametrize("words", ["{object}", "a % b", "--13-99", "😀", ""])
def test_every_relation_can_be_said_of_anything(relation: str, words: str) -> None:
    for subject in (ME, "Anna {x}"):
        said = _said(subject, relation, words, "{topic}")
        assert said.endswith(".")
        assert words in said
