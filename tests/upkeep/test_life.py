"""The life of memories through the engine: dry runs, questions that wait, conflicts, undo, and two hands at once."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import KnownError, NotFound
from mneme.store import asked
from mneme.testing import HashEmbedder, ScriptedReader
from mneme.types import AnswerState, Changes
from mneme.upkeep import consolidating, sorting

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)
FERRY = "The ferry to Kinn leaves at noon on Sundays, says the timetable at the old pier."


def cursors(diary) -> list[tuple[object, ...]]:
    return diary.rows("SELECT key, value FROM meta ORDER BY key")


def fill(diary) -> None:
    """Notes, a copy and a chat that nobody has put in order yet."""
    for name, text in (("a.md", "I live in Oslo."), ("b.md", FERRY), ("copy/b.md", FERRY), ("c.md", "I like tea.")):
        (diary.folder / name).parent.mkdir(exist_ok=True)
        (diary.folder / name).write_text(text + "\n")
    diary.chat("Ines", *(("Ines", f"The bread dough needs flour, take {n}.", DAY + timedelta(minutes=n))
                         for n in range(8)))


# ------------------------------------------------------------------ dry runs


def test_a_dry_run_changes_nothing_and_says_what_the_run_does(diary, monkeypatch) -> None:
    monkeypatch.setattr(sorting, "ENOUGH", 4)
    fill(diary)
    before, marks = diary.digest(), cursors(diary)
    planned = diary.life.plan()
    assert (diary.digest(), cursors(diary)) == (before, marks)
    assert diary.life.plan()[2].counts == planned[2].counts == {"copies": 1}
    done = diary.engine.upkeep_now()
    assert [(one.name, one.counts, one.examples) for one in planned] == [
        (one.name, one.counts, one.examples) for one in done]
    assert {one.name for one in done if one.counts} >= {"copies", "events", "topics", "days"}
    assert diary.digest() != before
    assert all(not one.counts for one in diary.life.plan())


def test_a_dry_run_of_some_steps_alone(diary) -> None:
    fill(diary)
    assert [one.name for one in diary.life.plan(only=["copies", "mend"])] == ["mend", "copies"]


def test_upkeep_stops_between_slices_and_goes_on_where_it_was(diary) -> None:
    fill(diary)
    asked = iter([False] * 6 + [True] * 9)  # twice for each step that is done at once
    reports = diary.life.upkeep(on_progress=lambda p: None, cancelled=lambda: next(asked))
    assert [one.name for one in reports] == ["mend", "learn", "copies"]
    assert diary.life.upkeep(only=["copies"], on_progress=lambda p: None, cancelled=lambda: True) == []
    rest = diary.upkeep()
    assert "copies" not in rest
    assert rest["events"] >= 4


def test_each_slice_is_a_change_set_of_its_own(diary, monkeypatch) -> None:
    fill(diary)
    diary.engine.upkeep_now(only=["learn"])
    monkeypatch.setattr(consolidating.comparing, "SLICE", 2)
    [report] = diary.life.upkeep(only=["copies"], on_progress=lambda p: None, cancelled=lambda: False)
    assert report.counts == {"copies": 1}
    assert len(report.change_sets) == 1  # the slices that found nothing wrote nothing
    [entry] = [one for one in diary.life.journal() if one.id in report.change_sets]
    assert (entry.what, entry.by, dict(entry.counts)) == ("copies", "upkeep", {"copies": 1})


# ------------------------------------------------------------------ questions that wait


def test_a_question_that_found_nothing_waits_for_its_answer(diary) -> None:
    diary.note("a.md", "Tea is fine.\n")
    asked = "Where is the spare key of the cabin?"
    assert diary.engine.ask(asked).state is AnswerState.NOT_FOUND
    [pending] = diary.life.pending()
    assert (pending.text, pending.asked_at, pending.answer) == (asked, diary.clock.now(), None)
    assert diary.engine._ask_again(lambda: False) is None  # nothing new
    diary.clock.advance(timedelta(days=2))
    diary.note("b.md", "The spare key of the cabin is behind the barrel.\n")
    assert diary.engine._ask_again(lambda: False) == "1 question found an answer."
    assert diary.life.pending() == ()
    [found] = diary.life.pending(answered=True)
    assert (found.text, found.answer, found.answered_at) == (asked, "behind the barrel", diary.clock.now())
    assert found.memory == diary.passage("barrel")
    assert diary.engine._ask_again(lambda: False) is None


def test_asked_by_the_owner_and_answered_it_waits_no_more(diary) -> None:
    diary.note("a.md", "Tea is fine.\n")
    asked = "Where is the spare key of the cabin?"
    diary.engine.ask(asked)
    diary.engine.ask(asked, record=False)
    assert len(diary.life.pending()) == 1
    diary.note("b.md", "The spare key of the cabin is behind the barrel.\n")
    assert diary.engine.ask(asked).state is AnswerState.ANSWERED
    assert diary.life.pending() == diary.life.pending(answered=True) == ()


def test_what_was_new_and_no_answer_is_not_asked_about_again(diary) -> None:
    diary.note("a.md", "Tea is fine.\n")
    diary.engine.ask("Where is the spare key of the cabin?")
    diary.note("b.md", "Coffee is fine, too.\n")
    before = diary.rows("SELECT tried_up_to FROM asked")
    diary.engine._ask_again(lambda: False)
    assert diary.rows("SELECT tried_up_to FROM asked") != before
    [pending] = diary.life.pending()
    diary.life.drop_question(pending.id)
    assert diary.life.pending() == ()


def test_an_answer_that_is_erased_takes_its_question_along(diary) -> None:
    diary.note("a.md", "Tea is fine.\n")
    diary.engine.ask("Where is the spare key of the cabin?")
    diary.note("b.md", "The spare key of the cabin is behind the barrel.\n")
    diary.engine._ask_again(lambda: False)
    diary.engine.erase([diary.passage("barrel")])
    assert diary.rows("SELECT count(*) FROM asked") == [(0,)]


def test_only_the_latest_questions_wait(diary) -> None:
    def keep(text: str) -> None:
        diary.store.write(lambda db: asked.keep(db, text, diary.clock.now()))

    diary.note("a.md", "Tea is fine.\n")
    for n in range(205):
        diary.clock.advance(timedelta(seconds=1))
        keep(f"Where is key {n}?")
    diary.clock.advance(timedelta(seconds=1))
    keep("Where is key 7?")
    waiting = [one.text for one in diary.life.pending()]
    assert (len(waiting), waiting[0], "Where is key 0?" in waiting) == (200, "Where is key 7?", False)


# ------------------------------------------------------------------ what the owner sees


def test_changes_are_published_with_what_they_touched(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    memory, heard = diary.passage("Oslo"), list[Changes]()
    stop = diary.engine.subscribe(heard.append)
    assert diary.life.pin([memory]).memories == {memory}
    diary.life.undo()
    diary.life.forget([memory])
    stop()
    assert [memory in one.memories for one in heard] == [True, True, True]


def test_a_memory_shows_what_stands_on_it_and_a_fact_where_it_stands(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.upkeep()
    shown = diary.engine.show(diary.passage("Oslo"))
    assert {one.kind.value for one in shown.standing} == {"fact", "event"}
    fact = diary.engine.show(diary.fact("You live in Oslo.").memory.id)
    assert [citation.text for citation in fact.evidence] == ["I live in Oslo."]
    assert fact.evidence[0].memory == shown.memory.id
    assert fact.standing == ()
    with pytest.raises(NotFound):
        diary.life.show(4711)
    with pytest.raises(NotFound):
        diary.life.history(4711)


def test_the_inbox_of_conflicts_is_empty_once_one_side_is_confirmed_and_full_again_when_that_is_undone(diary) -> None:
    diary.note("2025-06-02 a.md", "Tom lives in Oslo.\n")
    diary.note("2025-06-02 b.md", "Tom lives in Rome.\n")
    [conflict] = diary.life.conflicts()
    assert [side.conflicts for side in conflict.sides] == [(conflict.sides[1].memory.id,),
                                                           (conflict.sides[0].memory.id,)]
    assert all(side.evidence for side in conflict.sides)
    diary.life.confirm(conflict.sides[1].memory.id)
    assert diary.life.conflicts() == ()
    diary.life.undo()
    assert len(diary.life.conflicts()) == 1
    diary.life.forget([conflict.sides[0].memory.id])
    assert diary.life.conflicts() == ()
    assert [one.state for one in diary.life.facts(about="Tom")] == ["holds"]


def test_a_topic_that_is_not_there_is_refused(diary) -> None:
    diary.note("a.md", FERRY)
    with pytest.raises(NotFound):
        diary.life.move_to_topic([diary.passage("ferry")], 9)
    with pytest.raises(NotFound):
        diary.life.rename_topic(9, "Boats")
    assert diary.life.outline(diary.passage("ferry")) is None
    assert diary.life.timeline(start=date(2025, 1, 1)) == ()


# ------------------------------------------------------------------ two hands at once


def test_upkeep_and_the_owners_hand_at_the_same_time_lose_nothing(diary, monkeypatch) -> None:
    for step in (consolidating.comparing, consolidating.segmenting, consolidating.outlining):
        monkeypatch.setattr(step, "SLICE", 3)
    fill(diary)
    for n in range(20):
        (diary.folder / f"n{n}.md").write_text(f"Number {n} is the house of the family Berg{n}.\n")
    diary.engine.add([diary.folder])
    workers = ThreadPoolExecutor(1)
    kept_in_order = workers.submit(lambda: [diary.upkeep() for _ in range(3)])
    edited = [diary.life.edit(diary.passage(f"Number {n} is"), f"Number {n} was sold.") for n in range(20)]
    diary.life.pin(edited)
    kept_in_order.result()
    workers.shutdown()
    diary.upkeep()
    assert [diary.engine.show(one).memory.text for one in edited] == [f"Number {n} was sold." for n in range(20)]
    assert all(diary.engine.show(one).memory.pinned for one in edited)
    assert diary.digest()
    assert len([one for one in diary.life.journal(by="owner") if one.what == "edit"]) == 20
    assert diary.upkeep() == {}


def test_two_programs_on_one_profile_see_each_others_changes(diary) -> None:
    fill(diary)
    plugins = dataclasses.replace(builtin.plugins(), embedder=HashEmbedder(), reader=ScriptedReader())
    with Engine.open(diary.engine.profile, clock=diary.clock, use_keyring=False, plugins=plugins) as other:
        done = threading.Thread(target=lambda: other.upkeep_now())
        done.start()
        ids = [memory.id for memory in diary.engine.list_memories().memories]
        for one in ids:
            diary.life.keep_longer([one])
        done.join()
        assert diary.upkeep() == {}
        other.life.undo(diary.life.journal(by="owner")[0].id)
        with pytest.raises(KnownError, match="undone already"):
            diary.life.undo(diary.life.journal(by="owner")[0].id)
    assert diary.rows("SELECT count(*) FROM use WHERE what = 'kept'") == [(len(ids) - 1,)]
    assert diary.digest()


def test_after_twenty_changes_the_state_is_what_was_said_last(diary) -> None:
    for n, (place, town) in enumerate(zip(("shed", "hall", "car", "attic", "barn") * 4,
                                          ("Oslo", "Rome", "Turin", "Bergen") * 5, strict=True)):
        diary.clock.advance(timedelta(days=3))
        at = diary.clock.now()
        diary.note(f"{n}.md", f"---\ndate: {at:%Y-%m-%d}\n---\n\nThe ladder is in the {place}. I live in {town} now.\n")
    diary.upkeep()
    state = {(fact.relation, fact.topic): fact.object for fact in diary.life.facts(about="me")}
    assert state == {("kept_at", "ladder"): "in the barn", ("lives_in", ""): "Bergen"}
    history = diary.life.facts(about="me", history=True, relations=["lives_in"])
    assert len(history) == 20 and sum(fact.valid_to is None for fact in history) == 1
