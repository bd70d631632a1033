"""The owner's hand: forgetting takes along what was made, restoring brings it back, edits keep what was there."""

from datetime import UTC, datetime, timedelta

import pytest

from mneme.errors import KnownError, NotFound
from mneme.types import Kind, MemoryFilter

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)


def texts(diary, **what: object) -> list[str]:
    return [one.text for one in diary.engine.list_memories(MemoryFilter(**what)).memories]


def events(diary) -> list[int]:
    return [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'event' AND retired_at IS NULL "
                                         "AND forgotten_at IS NULL ORDER BY id")]


def test_a_forgotten_passage_takes_its_facts_and_events_along_and_they_come_back(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.note("b.md", "My sister is called Ines.\n")
    diary.upkeep()
    before, memory = diary.digest(), diary.passage("Oslo")
    assert len(events(diary)) == 2
    diary.life.forget([memory])
    assert diary.said() == ["Your sister is Ines."]
    assert len(events(diary)) == 1
    assert texts(diary, bin=True) == ["I live in Oslo."]  # what went with it is not listed beside it
    assert diary.life.facts(about="me", as_of=diary.clock.now(), relations=("lives_in",)) == ()
    diary.upkeep()
    diary.life.restore([memory])
    assert diary.said() == ["You live in Oslo.", "Your sister is Ines."]
    assert len(events(diary)) == 2
    assert diary.digest() == before


def test_what_was_in_the_bin_before_stays_there(diary) -> None:
    diary.note("a.md", "I live in Oslo. My sister is called Ines.\n")
    fact, passage = diary.fact("You live in Oslo.").memory.id, diary.passage("Oslo")
    diary.life.forget([fact])
    diary.clock.advance(timedelta(minutes=1))
    diary.life.forget([passage])
    assert diary.said() == []
    diary.life.restore([passage])
    assert diary.said() == ["Your sister is Ines."]


def test_a_forgotten_fact_takes_its_other_tellings_and_nothing_else(diary) -> None:
    diary.note("a.md", "I live in Oslo. My sister is called Ines.\n")
    diary.clock.advance(timedelta(days=1))
    diary.note("b.md", "Did I say that I live in Oslo? I live in Oslo.\n")
    diary.upkeep()
    assert len(diary.fact("You live in Oslo.").evidence) >= 2
    before = events(diary)
    diary.life.forget([diary.fact("You live in Oslo.").memory.id])
    assert diary.said() == ["Your sister is Ines."]
    assert events(diary) == before
    assert {diary.passage("My sister"), diary.passage("Did I say")} == {
        one.id for one in diary.engine.list_memories().memories}
    diary.upkeep()
    assert diary.said() == ["Your sister is Ines."]
    [in_bin] = diary.engine.list_memories(MemoryFilter(bin=True, kinds=frozenset((Kind.FACT,)))).memories[:1]
    diary.life.restore([in_bin.id])
    assert len(diary.fact("You live in Oslo.").evidence) >= 2


def test_forgetting_an_event_leaves_the_facts_of_its_passages(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.upkeep()
    diary.life.forget(events(diary))
    assert diary.said() == ["You live in Oslo."]
    assert texts(diary) == ["I live in Oslo."]


def test_what_a_forgotten_fact_had_closed_is_open_again_at_once_until_it_comes_back(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.clock.advance(timedelta(days=30))
    diary.note("b.md", "I live in Rome now.\n")
    assert diary.said() == ["You live in Rome."]
    rome = diary.fact("You live in Rome.").memory.id
    before = diary.digest()
    diary.life.forget([rome])
    assert diary.said() == ["You live in Oslo."]
    diary.upkeep("mend")
    assert diary.said() == ["You live in Oslo."]
    diary.life.restore([rome])
    assert diary.said() == ["You live in Rome."]
    assert diary.digest() == before
    diary.upkeep("mend")
    assert diary.said() == ["You live in Rome."]


def test_an_edited_passage_stays_as_history_and_its_facts_follow(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    old = diary.passage("Oslo")
    diary.life.pin([old])
    diary.clock.advance(timedelta(days=3))
    new = diary.life.edit(old, "I live in Rome.")
    assert [hit.memory.text for hit in diary.engine.search("where do I live").hits] == ["I live in Rome."]
    shown = diary.engine.show(new)
    assert shown.memory.pinned
    assert [act for _at, act in shown.uses] == ["pinned", "edited"]
    assert diary.engine.show(old).memory.text == "I live in Oslo."
    diary.upkeep()
    assert diary.said() == ["You live in Rome."]
    assert not {"facts", "retired"} & diary.upkeep().keys()


def test_upkeep_has_nothing_to_do_after_an_edit_was_seen_to(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.life.edit(diary.passage("Oslo"), "I like tea.")
    diary.upkeep()
    diary.upkeep()  # the owner's words had no vector before
    sets, before = len(diary.life.journal()), diary.digest()
    diary.upkeep()
    assert (len(diary.life.journal()), diary.digest()) == (sets, before)


def test_a_correction_by_hand_outranks_the_file_and_survives_what_comes_later(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.life.edit(diary.fact("You live in Oslo.").memory.id, "Bergen")
    assert diary.said() == ["You live in Bergen."]
    fact = diary.fact("You live in Bergen.")
    assert fact.by_owner
    assert fact.evidence[0].source == "Your own words"
    diary.upkeep()
    diary.clock.advance(timedelta(days=1))
    diary.note("b.md", "Another day, another note.\n")
    diary.upkeep()
    assert diary.said() == ["You live in Bergen."]
    assert diary.engine.doctor().healthy


def test_a_whole_sentence_corrects_a_fact_as_well_as_its_object_alone(diary) -> None:
    diary.note("a.md", "My sister is called Ines.\n")
    new = diary.life.edit(diary.fact("Your sister is Ines.").memory.id, "My sister is called Ada.")
    assert diary.life.fact(new).object == "Ada"
    diary.upkeep()
    assert diary.said() == ["Your sister is Ada."]
    assert len(diary.life.fact(new).evidence) == 1  # its words are not learned a second time


def test_the_second_correction_leaves_no_trace_of_the_first_among_the_passages(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    first = diary.life.edit(diary.fact("You live in Oslo.").memory.id, "Bergen")
    diary.clock.advance(timedelta(minutes=1))
    diary.life.edit(first, "Turin")
    assert diary.said() == ["You live in Turin."]
    assert [hit.memory.text for hit in diary.engine.search("Bergen").hits if "Bergen" in hit.memory.text] == []
    diary.upkeep()
    assert diary.said() == ["You live in Turin."]
    diary.life.undo()
    assert diary.said() == ["You live in Bergen."]
    assert "Bergen" in [hit.memory.text for hit in diary.engine.search("Bergen").hits]


def test_a_fact_that_was_read_can_be_put_right_twice(diary) -> None:
    diary.note("a.md", "I live in Oslo. My sister is called Ines.\n")
    for fact, first, second in (("You live in Oslo.", "Bergen", "Turin"), ("Your sister is Ines.", "Ada", "Ida")):
        memory = diary.fact(fact).memory.id
        diary.life.edit(memory, first)
        diary.life.edit(memory, second)
    diary.upkeep()
    assert diary.said() == ["You live in Turin.", "Your sister is Ida."]
    assert diary.digest()


def test_what_is_history_is_not_edited_again(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    old = diary.passage("Oslo")
    diary.life.edit(old, "I live in Rome.")
    with pytest.raises(KnownError, match="newer words"):
        diary.life.edit(old, "I live in Turin.")


def test_a_confirmed_fact_is_the_owners_and_closes_what_contradicts_it(diary) -> None:
    diary.chat("Ines", ("Ines", "Maren lives in Oslo.", DAY), ("Ines", "Maren lives in Rome.", DAY),
               people=("Maren", "Ines"))
    diary.note("2025-06-02 a.md", "Tom lives in Oslo.\n")
    diary.note("2025-06-02 b.md", "Tom lives in Rome.\n")
    [conflict] = [one for one in diary.life.conflicts() if one.subject == "Tom"]
    assert {side.object for side in conflict.sides} == {"Oslo", "Rome"}
    oslo = next(side for side in conflict.sides if side.object == "Oslo")
    diary.life.confirm(oslo.memory.id)
    assert [one for one in diary.life.conflicts() if one.subject == "Tom"] == []
    assert [fact.object for fact in diary.life.facts(about="Tom")] == ["Oslo"]
    assert diary.life.fact(oslo.memory.id).by_owner
    diary.upkeep()
    assert [fact.object for fact in diary.life.facts(about="tom")] == ["Oslo"]


def test_acts_on_what_is_not_there_or_with_nothing_to_say_are_refused(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    for act in (diary.life.forget, diary.life.restore, diary.life.keep_longer, diary.life.let_fade, diary.life.pin):
        with pytest.raises(NotFound):
            act([99])
    with pytest.raises(NotFound):
        diary.life.confirm(diary.passage("Oslo"))
    with pytest.raises(KnownError, match="empty"):
        diary.life.edit(diary.passage("Oslo"), " \n")


def test_what_is_let_fade_is_pinned_no_more(diary) -> None:
    diary.note("a.md", "I had tea today.\n")
    memory = diary.passage("tea")
    diary.life.pin([memory])
    diary.life.let_fade([memory])
    shown = diary.engine.show(memory)
    assert (shown.memory.pinned, [act for _at, act in shown.uses]) == (False, ["pinned", "unpinned", "let go"])
    assert shown.memory.retention < 0.25
