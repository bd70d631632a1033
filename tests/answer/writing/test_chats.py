"""Conversations are kept, found, gone on with and deleted; and go where what they stand on is erased."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from mneme.errors import ModelFailed, NotFound
from mneme.jobs.work import More, Run
from mneme.ports import Generation, Turn
from mneme.testing import decrypted
from mneme.types import AnswerState, Kind, MemoryFilter

KEY = "# Cabin\n\nThe spare key is behind the blue rain barrel.\n"


def barrel(memories: dict[int, str]) -> str:
    return next((f"The spare key is behind the blue rain barrel [{n}]." for n, text in memories.items()
                 if "barrel" in text), "NO MEMORY")


def test_a_conversation_is_kept_found_renamed_and_deleted(told) -> None:
    told.note("cabin.md", KEY)
    told.say = barrel
    chats, talk = told.engine.chats, told.engine.chats.new()
    told.ask("Where is the spare key?", talk=talk)
    told.engine.ask("And who put it there?", talk=talk)  # read out, in the same conversation
    [chat] = chats.all()
    assert chat.title == "Where is the spare key?" and chat.turns == 2 and chat.id == talk.chat
    first, second = chats.turns(chat.id)
    assert first.answer.written is not None and first.answer.written.model == "scripted-model"
    assert [one.memory for one in first.answer.citations] == [told.passage("barrel")] and second.answer.written is None
    assert chats.all("barrel spare") == (chat,) and chats.all("zebra") == () and chats.all("%") == ()
    chats.rename(chat.id, "Keys 🗝️")
    assert chats.all()[0].title == "Keys 🗝️"
    chats.delete([chat.id])
    assert chats.all() == ()
    with pytest.raises(NotFound):
        chats.turns(chat.id)


def test_one_that_is_not_to_be_kept_is_not(told) -> None:
    told.note("cabin.md", KEY)
    told.ask("Where is the spare key?", talk=told.engine.chats.new(keep=False))
    assert told.engine.chats.all() == ()


def test_a_conversation_goes_on_after_it_was_opened_again(told) -> None:
    told.note("cabin.md", KEY)
    told.say = barrel
    talk = told.engine.chats.new()
    for number in range(9):
        told.ask(f"Where is the spare key, {number}?", talk=talk)
    again = told.engine.chats.open(talk.chat)
    assert len(again.past) == 6 and len(again.behind) == 3
    told.ask("Where is the spare key, once more?", talk=again)
    last = told.engine.chats.turns(talk.chat)[-1]
    assert last.answer.question == "Where is the spare key, once more?"


def test_what_stands_on_erased_memories_goes_with_them(told) -> None:
    told.note("cabin.md", KEY)
    told.note("boat.md", "# Boat\n\nThe boat is in the harbour of Kinn.\n")
    told.say = barrel
    talk = told.engine.chats.new()
    told.ask("Where is the spare key?", talk=talk)
    told.engine.ask("Where is the boat?", talk=talk)
    told.engine.erase([told.passage("barrel")])
    [chat] = told.engine.chats.all()
    assert chat.title == "Where is the boat?" and chat.turns == 1
    told.engine.erase([told.passage("harbour")])
    assert told.engine.chats.all() == ()
    key = told.engine._store._key
    told.engine._store.checkpoint()
    pages = decrypted(told.engine.profile.store, key)
    assert b"rain barrel" not in pages and "rain barrel".encode("utf-16-le") not in pages


def test_a_conversation_that_was_deleted_meanwhile_begins_anew(told) -> None:
    told.note("cabin.md", KEY)
    talk = told.engine.chats.new()
    told.engine.ask("Where is the spare key?", talk=talk)
    told.engine.chats.delete([talk.chat])
    told.engine.ask("Where is it really?", talk=talk)
    [chat] = told.engine.chats.all()
    assert chat.turns == 1


def test_thoughts_come_after_an_answer_with_evidence_and_in_the_journal(told) -> None:
    told.note("cabin.md", KEY)

    def write(prompt: Sequence[Turn], wish: Generation) -> str:
        if told.is_for_notes(wish):
            return told.notes(prompt)
        if wish.schema is not None and "operations" in wish.schema["properties"]:
            return json.dumps({"operations": [{"do": "insert", "passages": [1],
                                               "text": "The spare key is behind the blue rain barrel."}]})
        return "{}" if wish.schema is not None else barrel(told.shown(prompt))

    told.model._write = write
    told.ask("Where is the spare key?")
    assert told.engine.list_memories(MemoryFilter(kinds=frozenset({Kind.THOUGHT}))).total == 0  # not while one waits
    assert told.engine.studies.think_over(lambda: False) == 1
    [thought] = told.engine.list_memories(MemoryFilter(kinds=frozenset({Kind.THOUGHT}))).memories
    detail = told.engine.show(thought.id)
    assert [one.memory for one in detail.evidence] == [told.passage("barrel")]
    again = told.ask("Where is the spare key?")
    assert again.written is not None and again.written.thoughts == (thought.id,)  # it is said again, on its evidence
    assert [one.memory for one in again.citations] == [told.passage("barrel")]
    assert again.text == told.ask("Where is the spare key?").text
    assert told.life.journal(by="upkeep", limit=1)[0].counts
    told.life.undo(by="upkeep")
    assert told.engine.list_memories(MemoryFilter(kinds=frozenset({Kind.THOUGHT}))).total == 0


def test_a_surprise_is_kept_once_and_only_where_that_is_wanted(told) -> None:
    said = "I have sold the boat and will never sail again."

    def write(prompt: Sequence[Turn], wish: Generation) -> str:
        keys = json.dumps(wish.schema) if wish.schema is not None else ""
        if '"expectation"' in keys:
            return json.dumps({"expectation": "They will say when they sail next."})
        if '"surprise"' in keys:
            return json.dumps({"surprise": True, "sentence": "You have sold the boat."})
        return "{}" if keys else "NO MEMORY"

    told.model._write = write
    talk = told.engine.chats.new()
    kinds = MemoryFilter(kinds=frozenset({Kind.THOUGHT}))
    assert told.ask(said, talk=talk, tell=True).state is AnswerState.KEPT
    told.engine.studies.think_over(lambda: False)
    assert told.engine.list_memories(kinds).total == 0  # off by default
    told.engine.set_setting("llm.expectations", True)
    told.diary.clock.advance(timedelta(minutes=5))
    told.ask("I have bought a horse and ride every day.", talk=talk, tell=True)
    told.engine.studies.think_over(lambda: False)
    assert told.engine.list_memories(kinds).total == 0  # what it says is not what was said
    told.diary.clock.advance(timedelta(minutes=5))
    told.ask(said + " Really.", talk=talk, tell=True)
    told.engine.studies.think_over(lambda: False)
    [learned] = told.engine.list_memories(kinds).memories
    assert learned.text == "You have sold the boat." and learned.importance > 0.8


def test_a_model_that_fails_afterwards_takes_nothing_away(told) -> None:
    told.note("cabin.md", KEY)

    def write(prompt: Sequence[Turn], wish: Generation) -> str:
        if told.is_for_notes(wish):
            return told.notes(prompt)
        if wish.schema is not None:
            raise ModelFailed("Its process ended.", "Try again.")
        return barrel(told.shown(prompt))

    told.model._write = write
    assert "barrel" in (told.ask("Where is the spare key?").text or "")
    told.engine.studies.think_over(lambda: False)
    assert told.engine.list_memories(MemoryFilter(kinds=frozenset({Kind.THOUGHT}))).total == 0


def test_in_the_background_it_reads_in_short_turns_until_all_is_read(told) -> None:
    for number in range(12):
        told.note(f"boat{number}.md", f"# Boat {number}\n\nThe boat number {number} lies in the harbour of Kinn.\n")

    def nothing(_prompt: Sequence[Turn], wish: Generation) -> str:
        return json.dumps({name: [] for name in (wish.schema or {}).get("properties", {})})

    told.model._write = nothing
    run = Run(None, lambda: False, lambda cursor: None)
    assert told.engine._read_on(lambda progress: None, run) is None and told.model.asked == []  # nobody was chosen
    told.engine.models.use("scripted-model")
    turns = 0
    while isinstance(told.engine._read_on(lambda progress: None, run), More):
        turns += 1
    assert turns >= 2 and not told.engine.studies.waiting().get("facts")
    assert all(not wish.urgent for _prompt, wish in told.model.asked)
    asked = len(told.model.asked)
    told.engine.set_setting("llm.background", False)
    told.note("boat99.md", "# Boat 99\n\nThe boat number 99 lies there, too.\n")
    assert told.engine._read_on(lambda progress: None, run) is None and len(told.model.asked) == asked
