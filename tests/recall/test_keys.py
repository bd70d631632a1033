"""Keys of recall: facts, events and summaries lead to the passages they are made of, and are no hits themselves."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from mneme.types import Kind

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)


@pytest.fixture
def told(diary):
    """A sister who is called by what the fact says and the passage does not, among much else."""
    diary.chat("Ines", ("Maren", "I live in Oslo.", DAY),
               *(("Ines", f"The bread dough needs flour, take {n}.", DAY + timedelta(minutes=n)) for n in range(1, 9)))
    for n in range(12):
        (diary.folder / f"n{n}.md").write_text(f"The ferry number {n} is late on Mondays.\n")
    diary.engine.add([diary.folder])
    diary.upkeep()
    return diary


def why(diary, query: str, *without: str) -> dict[str, Mapping[str, float]]:
    return {hit.memory.text: hit.why for hit in diary.engine.search(query, k=50, without=frozenset(without)).hits}


def test_a_fact_leads_to_its_passage_and_says_so(told) -> None:
    found = why(told, "Which town do you live in?")
    assert found["I live in Oslo."]["facts"] == 1.0
    assert "facts" not in why(told, "Which town do you live in?", "facts")["I live in Oslo."]


def test_an_event_and_a_summary_lead_to_what_they_are_made_of(told) -> None:
    found = why(told, "bread dough flour")
    passages = [text for text in found if text.startswith("The bread")]
    assert passages
    assert all("events" in found[text] for text in passages)
    assert any("summaries" in found[text] for text in passages)
    assert not {"events", "summaries"} & {name for reasons in why(
        told, "bread dough flour", "events", "summaries", "facts").values() for name in reasons}


def test_hits_are_passages_alone_and_none_is_displaced(told) -> None:
    for query in ("Where do you live?", "bread dough flour", "ferry on Mondays"):
        hits = told.engine.search(query, k=10).hits
        assert {hit.memory.kind for hit in hits} == {Kind.PASSAGE}
        plain = told.engine.search(query, k=10, without=frozenset({"facts", "events", "summaries"})).hits
        assert len(hits) >= len(plain)


def test_what_is_in_the_bin_or_over_leads_nowhere(told) -> None:
    fact = told.fact("You live in Oslo.")
    told.life.forget([fact.memory.id])
    assert "facts" not in why(told, "Which town do you live in?")["I live in Oslo."]
    told.life.restore([fact.memory.id])
    assert "facts" in why(told, "Which town do you live in?")["I live in Oslo."]
    told.life.edit(told.passage("I live in Oslo"), "I like the town.")
    told.engine.embed_waiting()
    told.upkeep("mend", "learn")
    assert "You live in Oslo." not in told.said()
    assert "I live in Oslo." not in why(told, "You live in Oslo")


def test_words_of_derived_memories_change_no_weight_of_a_passages_words(told) -> None:
    before = {hit.memory.id: hit.score for hit in told.engine.search(
        "ferry flour Oslo", k=50, without=frozenset({"facts", "events", "summaries"})).hits}
    told.life.forget([one.memory.id for one in told.life.facts()])
    after = {hit.memory.id: hit.score for hit in told.engine.search(
        "ferry flour Oslo", k=50, without=frozenset({"facts", "events", "summaries"})).hits}
    assert before == after


def test_an_answer_cites_the_passage_that_a_fact_led_to(told) -> None:
    answer = told.engine.ask("Where do I live?")
    assert answer.text is not None and "Oslo" in answer.text
    assert told.engine.show(answer.citations[0].memory).memory.kind is Kind.PASSAGE
