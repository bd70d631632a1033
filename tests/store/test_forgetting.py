"""Forgetting in the store: what has faded is not listed but answers, and SQL reckons as the pure function does."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from mneme.memory.retention import EXPONENTIAL, POWER, Curve, Event, Life, layer, retention
from mneme.store import forgetting
from mneme.store.columns import micros
from mneme.types import PARTS, AnswerState, Kind, MemoryFilter

NOON = datetime(2025, 6, 15, 12, tzinfo=UTC)
ACTS = ("found", "read", "recalled", "repeated", "edited", "confirmed", "corrected", "kept", "let go", "pinned",
        "unpinned")


def listed(diary, faded: bool | None) -> list[str]:
    page = diary.engine.list_memories(MemoryFilter(faded=faded))
    assert page.total == len(page.memories)
    return sorted(one.text for one in page.memories)


@pytest.fixture
def years_later(diary):
    """Two notes, one of them in use all the time, three years on."""
    diary.note("a.md", "The spare key is behind the rain barrel.\n")
    diary.note("b.md", "The ferry is late on Mondays.\n")
    for _month in range(36):
        diary.clock.advance(timedelta(days=31))
        diary.store.write(lambda db: db["use"].insert({
            "memory_id": 1, "at": micros(diary.clock.now()), "what": "recalled"}) and None)
    return diary


def test_what_has_faded_is_listed_apart(years_later) -> None:
    barrel, ferry = "The spare key is behind the rain barrel.", "The ferry is late on Mondays."
    assert listed(years_later, False) == [barrel]
    assert listed(years_later, True) == [ferry]
    assert listed(years_later, None) == [ferry, barrel]
    assert years_later.engine.list_memories(MemoryFilter(query="ferry")).total == 1


def test_what_has_faded_answers_a_question_and_comes_back_by_it(years_later) -> None:
    memory = years_later.passage("ferry")
    assert years_later.engine.show(memory).memory.retention < POWER.faded_below
    answer = years_later.engine.ask("How is the ferry on Mondays?")
    assert (answer.state, answer.citations[0].memory) == (AnswerState.ANSWERED, memory)
    assert listed(years_later, True) == []
    assert [act for _at, act in years_later.engine.show(memory).uses] == ["recalled"]


def test_a_question_without_record_uses_nothing(years_later) -> None:
    before = years_later.digest()
    years_later.engine.ask("How is the ferry on Mondays?", record=False)
    assert years_later.digest() == before


def test_fading_orders_hits_and_never_removes_one(years_later) -> None:
    asked = "Is the key or the ferry late?"
    with_it = years_later.engine.search(asked, k=10).hits
    without = years_later.engine.search(asked, k=10, without=frozenset({"retention"})).hits
    key, ferry = years_later.passage("key"), years_later.passage("ferry")
    assert {hit.memory.id for hit in with_it} == {hit.memory.id for hit in without} == {key, ferry}
    factors = {hit.memory.id: hit.score for hit in with_it}
    plain = {hit.memory.id: hit.score for hit in without}
    assert all(POWER.floor * plain[one] <= factors[one] <= plain[one] for one in plain)
    assert factors[ferry] < plain[ferry]
    assert "retention" in PARTS


def test_let_fade_keep_and_pin_do_as_they_say(years_later) -> None:
    life, memory = years_later.life, years_later.passage("barrel")
    life.let_fade([memory])
    assert len(listed(years_later, True)) == 2
    life.undo()
    assert len(listed(years_later, True)) == 1
    ferry = years_later.passage("ferry")
    life.pin([ferry])
    assert listed(years_later, True) == []
    assert years_later.engine.show(ferry).fades_at is None
    life.pin([ferry], on=False)
    life.keep_longer([ferry])
    kept = years_later.engine.show(ferry)
    assert kept.memory.retention == 1.0
    assert kept.fades_at is not None and kept.fades_at > years_later.clock.now() + timedelta(days=300)


def test_a_shown_memory_tells_its_curve_and_when_it_fades(diary) -> None:
    diary.note("a.md", "The ferry is late on Mondays.\n")
    shown = diary.engine.show(1)
    assert shown.curve[0] == (NOON, 1.0)
    assert shown.curve[-1][0] == NOON + timedelta(days=365)
    assert [kept for _at, kept in shown.curve] == sorted((kept for _at, kept in shown.curve), reverse=True)
    diary.clock.advance(shown.fades_at - NOON)
    assert listed(diary, True) == ["The ferry is late on Mondays."]
    diary.clock.advance(timedelta(seconds=-1))
    assert listed(diary, True) == []


def test_the_owners_curve_counts_everywhere(diary) -> None:
    diary.note("a.md", "The ferry is late on Mondays.\n")
    diary.clock.advance(timedelta(days=50))
    before = diary.engine.show(1)
    assert listed(diary, True) == []
    diary.engine.set_setting("forgetting.curve", "exponential")
    diary.engine.set_setting("forgetting.short_days", 10)
    after = diary.engine.show(1)
    assert listed(diary, True) == ["The ferry is late on Mondays."]
    assert after.memory.retention < before.memory.retention
    with diary.store.reader() as db:
        assert forgetting.curve_of(db).shape == "exponential"


@pytest.mark.parametrize("curve", [POWER, EXPONENTIAL, Curve(working=1 / 3, short_term=10 / 3, faded_below=0.1)],
                         ids=["power", "exponential", "own"])
def test_sql_reckons_retention_to_the_last_bit(diary, curve: Curve) -> None:
    chance = random.Random(7)
    diary.note("a.md", "The ferry is late on Mondays.\n")
    lives: dict[int, Life] = {}

    def make(db) -> None:
        for memory in range(10, 310):
            captured = NOON - timedelta(microseconds=chance.randrange(10**14))
            events = tuple(Event(captured + timedelta(microseconds=chance.randrange(10**14)), chance.choice(ACTS))
                           for _ in range(chance.randrange(12)))
            lives[memory] = Life(captured, events, chance.random(),
                                 chance.choice(("constant", "preference", "ordinary", "errand")),
                                 chance.choice(("working", "short-term", "long-term")))
            db["memory"].insert({
                "id": memory, "kind": "fact", "text": "x", "digest": bytes(16), "origin": "owner",
                "recorded_at": micros(captured), "importance": lives[memory].importance,
                "nature": lives[memory].nature, "layer": lives[memory].layer})
            db["evidence"].insert({"memory_id": memory, "ordinal": 0, "item_id": 1, "start": 0, "end": 1})
            db["use"].insert_all({"memory_id": memory, "at": micros(one.at), "what": one.act} for one in events)
    diary.store.write(make)
    sql = f"SELECT m.id, {forgetting.RETENTION} FROM memory m WHERE m.kind = 'fact'"
    for now in (NOON, NOON + timedelta(days=999, microseconds=1)):
        found = dict(diary.rows(sql, curve.encoded(), micros(now)))
        assert found == {memory: retention(life, now, curve) for memory, life in lives.items()}
        fresh, parameters = forgetting.not_faded(curve, now)
        assert {row[0] for row in diary.rows(f"SELECT m.id FROM memory m WHERE m.kind = 'fact' AND {fresh}",
                                             *parameters)} == {
            memory for memory, life in lives.items() if retention(life, now, curve) >= curve.faded_below}
    assert {one.id: one.layer for one in diary.engine.list_memories(
        MemoryFilter(kinds=frozenset((Kind.FACT,)), faded=None), limit=500).memories} == {
        memory: layer(life, NOON) if life.events else life.layer for memory, life in lives.items()}
