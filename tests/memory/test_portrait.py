"""The portrait: a line for each fact that holds, in its section, and none for what is over or in doubt."""

from datetime import UTC, datetime

import pytest

from mneme.memory.facts.relations import RELATIONS
from mneme.memory.portrait import SECTIONS, portrait
from mneme.types import Fact, FactState, Kind, Memory, Origin

NOW = datetime(2025, 6, 15, tzinfo=UTC)


def fact(n: int, subject: str, relation: str, state: FactState = "holds") -> Fact:
    text = f"{subject} {relation} {n}"
    memory = Memory(n, Kind.FACT, text, 1, (0, 1), "a.md", "a", None, Origin.OWNER, None, NOW)
    return Fact(memory, subject, relation, "", "x", "holds", state, None, None, 0.8)


def lines(*facts: Fact) -> list[tuple[str, str]]:
    return [(line.section, line.text) for line in portrait(facts)]


def test_every_line_is_the_text_of_its_fact() -> None:
    given = [fact(1, "me", "lives_in"), fact(2, "Ada", "lives_in")]
    assert [(line.text, line.fact) for line in portrait(given)] == [(one.memory.text, one) for one in given]


@pytest.mark.parametrize("state", ["past", "cancelled", "conflict"])
def test_what_is_over_or_in_conflict_is_no_line(state: FactState) -> None:
    assert lines(fact(1, "me", "lives_in", state), fact(2, "me", "likes")) == [("likes", "me likes 2")]


def test_sections_come_in_their_order_and_relations_within_them() -> None:
    found = lines(fact(1, "me", "owns"), fact(2, "me", "plan", "planned"), fact(3, "me", "working_on"),
                  fact(4, "me", "pet"), fact(5, "me", "likes"), fact(6, "me", "works_as"), fact(7, "me", "name"))
    assert [section for section, _text in found] == ["me", "me", "likes", "people", "projects", "plans", "things"]
    assert found[0][1] == "me name 7"


def test_others_stand_among_the_people_by_name_after_the_owners_own() -> None:
    found = lines(fact(1, "Tom", "likes"), fact(2, "ada", "lives_in"), fact(3, "Ada", "name"), fact(4, "me", "friend"))
    assert found == [("people", "me friend 4"), ("people", "Ada name 3"), ("people", "ada lives_in 2"),
                     ("people", "Tom likes 1")]


def test_every_relation_has_one_place() -> None:
    placed = [relation for relations in SECTIONS.values() for relation in relations]
    assert len(placed) == len(set(placed))
    assert set(placed) == set(RELATIONS)


def test_the_order_of_the_facts_makes_no_difference() -> None:
    given = [fact(n, subject, relation) for n, (subject, relation) in enumerate(
        [("me", "likes"), ("me", "likes"), ("Tom", "owns"), ("me", "unknown"), ("me", "name")])]
    assert portrait(given) == portrait(reversed(given))


def test_a_line_goes_when_its_fact_goes(diary) -> None:
    diary.note("a.md", "I live in Oslo. My sister is called Ines.\n")
    assert [(line.section, line.text) for line in diary.life.portrait()] == [
        ("me", "You live in Oslo."), ("people", "Your sister is Ines.")]
    diary.engine.erase([diary.fact("You live in Oslo.").memory.id])
    assert [line.text for line in diary.life.portrait()] == ["Your sister is Ines."]
    diary.note("a.md", "Nothing of that any more.\n")
    assert diary.life.portrait() == ()
