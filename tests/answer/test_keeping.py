"""An answer of an earlier conversation is the one that was given, and cites what stands there now."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mneme.answer import keeping
from mneme.store.chats import KeptPlace, KeptTurn
from mneme.types import Answer, AnswerState, Citation, Memory, Refusal, Sentence, Support, Trace, Written

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
KEY = "The spare key is behind the blue rain barrel."
BOAT = "The boat is in the harbour. It is red."


@pytest.fixture
def memories(diary) -> dict[int, Memory]:
    diary.note("cabin.md", f"# Cabin\n\n{KEY}\n\n{BOAT}\n")
    diary.note("other.md", f"{BOAT}\n")
    return {one.id: one for one in diary.engine.list_memories().memories}


def cite(memory: Memory, words: str, answer: str = "") -> Citation:
    start = memory.span[0] + memory.text.index(words)
    inner = None if not answer else (start + words.index(answer), start + words.index(answer) + len(answer))
    return Citation(memory.id, words, memory.source, (start, start + len(words)), memory.happened_at, inner,
                    memory.title, memory.speaker)


def holding(memories: dict[int, Memory], words: str) -> Memory:
    return next(one for one in memories.values() if words in one.text)


def answered(memories: dict[int, Memory], **more: object) -> Answer:
    key, boat = holding(memories, KEY), holding(memories, BOAT)
    whole = Answer("Where is it?", AnswerState.ANSWERED, "behind the blue rain barrel", 0.75,
                   (cite(key, KEY, "behind the blue rain barrel"), cite(boat, "It is red.")), 12.0, "Take care.",
                   reasons=("It is said once.",), contradicts=(cite(boat, "The boat is in the harbour."),),
                   trace=Trace("", (), (), (), ()))
    return replace(whole, **more)  # type: ignore[arg-type]


def again(answer: Answer, memories: dict[int, Memory]) -> Answer:
    turn = keeping.read(keeping.kept(answer, memories, NOW), memories)
    assert turn.at == NOW
    return turn.answer


def test_it_is_the_same_but_for_what_is_not_kept(memories: dict[int, Memory]) -> None:
    answer = answered(memories)
    assert again(answer, memories) == replace(answer, took_ms=0.0, reasons=(), trace=None)


def test_sentences_of_a_model_keep_their_numbers_and_their_doubts(memories: dict[int, Memory]) -> None:
    written = Written("a-model", "answer.v1", (
        Sentence("The key is there.", (0,), Support.SUPPORTED),
        Sentence("It is blue, or red.", (1, 0), Support.UNSURE, ((3, 10), (12, 18)), "Nothing says blue. 🫐")),
        dropped=(Sentence("It is gold.", (0,), Support.UNSUPPORTED),), address="https://home.example", generated=7)
    answer = answered(memories, written=written)
    found = again(answer, memories).written
    assert found == Written("a-model", "", written.sentences, address="https://home.example")


@pytest.mark.parametrize("state", [AnswerState.NOT_FOUND, AnswerState.TIMED_OUT, AnswerState.MODEL_FAILED])
def test_what_was_said_in_an_answers_place_is_kept(memories: dict[int, Memory], state: AnswerState) -> None:
    answer = answered(memories, state=state, text=None, citations=(), contradicts=(), refusal=Refusal.OTHER_PERSON,
                      nearest=(cite(holding(memories, BOAT), "It is red."),))
    assert again(answer, memories) == replace(answer, took_ms=0.0, reasons=(), trace=None)


def test_the_texts_of_memories_are_not_kept_again(memories: dict[int, Memory]) -> None:
    turn = keeping.kept(answered(memories), memories, NOW)
    assert BOAT[:27] not in repr(turn) and "It is red" not in repr(turn) and "said once" not in repr(turn)


def test_a_memory_that_was_changed_since_is_cited_from_its_beginning(memories: dict[int, Memory]) -> None:
    answer = answered(memories)
    turn = keeping.kept(answer, memories, NOW)
    changed = {number: replace(one, text="It is all different. " + one.text) for number, one in memories.items()}
    for citation in keeping.read(turn, changed).answer.citations:
        assert citation.text == "It is all different." and citation.answer_span is None


def test_one_that_is_gone_takes_its_number_with_it(memories: dict[int, Memory]) -> None:
    key = holding(memories, KEY)
    written = Written("a-model", "", (Sentence("One.", (0, 1), Support.SUPPORTED), Sentence("Two.", (1,),
                                                                                          Support.SUPPORTED)))
    other = next(one for one in memories.values() if one.id != key.id)
    answer = answered(memories, citations=(cite(key, KEY), cite(other, "It is red.")), contradicts=(), written=written)
    there = {number: one for number, one in memories.items() if number != key.id}
    for kept_with in (memories, there):  # gone since, or while it was answered
        found = keeping.read(keeping.kept(answer, kept_with, NOW), there).answer
        assert [one.memory for one in found.citations] == [other.id] and found.written is not None
        assert [one.cites for one in found.written.sentences] == [(0,), (0,)]


def test_what_was_changed_while_it_was_answered_is_cited_as_a_whole(memories: dict[int, Memory]) -> None:
    answer = answered(memories)
    changed = {number: replace(one, text=one.text.upper()) for number, one in memories.items()}
    assert {place.span for place in keeping.kept(answer, changed, NOW).places} == {None}


@pytest.mark.parametrize(("model", "state"), [("", "answered"), ("a-model", "answered"), ("a-model", "from_model"),
                                              ("", "not_found")])
def test_a_turn_of_old_has_its_text_and_its_memories(memories: dict[int, Memory], model: str, state: str) -> None:
    key = holding(memories, KEY)
    part = "nearest" if state == "not_found" else "cited"
    turn = KeptTurn("Where?", "Behind the barrel [1][2].", state, model, NOW, "", (KeptPlace(part, key.id),))
    answer = keeping.read(turn, memories).answer
    assert math.isnan(answer.confidence)
    assert [one.memory for one in (*answer.citations, *answer.nearest)] == [key.id]
    if model:
        assert answer.written is not None and [one.text for one in answer.written.sentences] == ["Behind the barrel."]
    elif state == "not_found":
        assert (answer.text, answer.message) == (None, "Behind the barrel [1][2].")
