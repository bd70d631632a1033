"""Notes, merging and cutting by the owner's hand: exact, undone to the last row, and left alone by upkeep."""

from datetime import UTC, datetime, timedelta

import pytest

from mneme.errors import KnownError, NotFound
from mneme.types import AnswerState, Kind, MemoryFilter

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)
LOG = ("The spare key hangs behind the blue rain barrel. Ines painted the gate.\n\n"
       "I live in Oslo. The 🚰 pump needs a new seal before winter.\n")


def listed(diary, **what: object) -> list[str]:
    return [one.text for one in diary.engine.list_memories(MemoryFilter(**what)).memories]


def events(diary) -> list[int]:
    return [int(str(row[0])) for row in diary.rows(
        "SELECT id FROM memory WHERE kind = 'event' AND retired_at IS NULL AND forgotten_at IS NULL ORDER BY id")]


def holding(diary, words: str) -> list[int]:
    """The event that holds a passage with these words; it is in one, and no more."""
    passage = diary.passage(words)
    return [event for event in events(diary) if passage in {one.id for one in diary.life.parts(event)}]


def settled(diary) -> str | None:
    """The store after upkeep has nothing to do any more."""
    for _round in range(3):
        diary.upkeep()
    return diary.digest()


# ------------------------------------------------------------------ notes


def test_a_note_is_found_answers_and_leaves_the_passage_as_it_is(diary) -> None:
    diary.note("Log.md", "The spare key hangs behind the barrel.\n")
    passage = diary.passage("spare key")
    before = diary.digest()
    note = diary.life.annotate(passage, " My neighbour Aas has a second one. ")
    shown = diary.engine.show(note).memory
    assert (shown.kind, shown.text, shown.title) == (
        Kind.PASSAGE, "My neighbour Aas has a second one.", "Your note on Log")
    assert diary.engine.show(passage).memory.text == "The spare key hangs behind the barrel."
    beside = diary.engine.review.beside(passage)
    assert [one.id for one in beside.notes] == [note]
    noted = diary.engine.review.beside(note).noted
    assert noted is not None and noted.id == passage
    assert note in [hit.memory.id for hit in diary.engine.search("neighbour Aas second").hits]
    diary.life.undo()
    assert diary.digest() == before
    assert diary.engine.review.beside(passage).notes == ()


def test_a_note_tells_facts_that_answer_and_go_with_it(diary) -> None:
    diary.note("a.md", "We moved in spring.\n")
    note = diary.life.annotate(diary.passage("moved"), "I live in Bergen.")
    diary.upkeep()
    assert diary.said() == ["You live in Bergen."]
    answer = diary.engine.ask("Where do I live?")
    assert (answer.state, answer.text) == (AnswerState.ANSWERED, "Bergen")
    diary.life.forget([note])
    assert diary.said() == []


def test_several_notes_are_edited_and_stay_with_their_passage_in_its_next_version(diary) -> None:
    diary.note("a.md", "The boat is red.\n")
    passage = diary.passage("boat")
    first, second = diary.life.annotate(passage, "Painted twice."), diary.life.annotate(passage, "Sold later.")
    changed = diary.life.edit(first, "Painted three times.")
    assert {one.id for one in diary.engine.review.beside(passage).notes} == {changed, second}
    diary.clock.advance(timedelta(days=1))
    diary.note("a.md", "The boat is red.\n\nThe shed is new.\n")
    newer = diary.passage("The boat")
    assert newer != passage
    assert {one.text for one in diary.engine.review.beside(newer).notes} == {"Painted three times.", "Sold later."}
    own = diary.life.edit(newer, "The boat is dark red.")
    assert len(diary.engine.review.beside(own).notes) == 2


def test_a_note_goes_to_the_bin_and_out_of_the_store_with_its_passage(diary) -> None:
    diary.note("a.md", "The alarm is under the stairs.\n")
    passage = diary.passage("alarm")
    diary.life.annotate(passage, "Its panel says Zebra7 inside.")
    before = diary.digest()
    diary.life.forget([passage])
    assert listed(diary) == []
    diary.life.restore([passage])
    assert diary.digest() == before
    diary.engine.erase([passage])
    assert diary.rows("SELECT count(*) FROM item") == [(0,)]
    assert diary.rows("SELECT count(*) FROM change WHERE before LIKE '%Zebra7%'") == [(0,)]
    assert diary.engine.doctor().healthy


def test_a_note_is_as_private_as_what_it_is_about(diary) -> None:
    diary.note("a.md", "The alarm is under the stairs.\n")
    passage = diary.passage("alarm")
    early = diary.life.annotate(passage, "Since May.")
    diary.life.mark_private([passage])
    late = diary.life.annotate(passage, "Since June.")
    assert all(diary.engine.show(one).memory.private for one in (early, late))
    diary.life.mark_private([passage], on=False)
    assert [diary.engine.show(one).memory.private for one in (passage, early, late)] == [False, True, True]


def test_what_takes_no_note(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    passage = diary.passage("Oslo")
    with pytest.raises(KnownError, match="empty"):
        diary.life.annotate(passage, " \n ")
    with pytest.raises(KnownError, match="no passage"):
        diary.life.annotate(diary.fact("You live in Oslo.").memory.id, "Since 2020.")
    with pytest.raises(NotFound):
        diary.life.annotate(99, "Since 2020.")
    diary.life.forget([passage])
    with pytest.raises(KnownError, match="no longer in force"):
        diary.life.annotate(passage, "Since 2020.")


# ------------------------------------------------------------------ merging


def test_merged_passages_are_copies_of_the_one_that_stays(diary) -> None:
    diary.note("a.md", "The spare key hangs behind the barrel.\n")
    diary.note("b.md", "Spare key: behind the blue barrel, on a hook.\n")
    one, other = diary.passage("hangs"), diary.passage("hook")
    diary.life.pin([one])
    settled(diary)
    before = diary.digest()
    assert diary.life.merge([one, other], keep=other) == other
    assert listed(diary) == ["Spare key: behind the blue barrel, on a hook."]
    assert diary.engine.show(other).memory.pinned
    assert [(kind, found.id) for kind, found in diary.engine.show(other).linked if kind == "duplicate"] == [
        ("duplicate", one)]
    assert len(diary.engine.search("spare key barrel").hits) == 1
    diary.life.undo()
    assert diary.digest() == before


def test_upkeep_leaves_a_merge_alone_even_one_it_had_not_come_to_yet(diary) -> None:
    for name in "abc":
        diary.note(f"{name}.md", f"The spare key hangs behind the blue barrel by the door of the cabin, {name}.\n")
    first, second, third = (diary.passage(f"cabin, {name}") for name in "abc")
    diary.life.merge([third, first], keep=third)
    diary.life.merge([third, second], keep=second)
    after = settled(diary)
    assert [one.id for one in diary.engine.list_memories().memories] == [second]
    assert diary.rows("SELECT from_id, to_id FROM link WHERE kind = 'duplicate' ORDER BY 1") == [
        (first, second), (third, second)]
    assert settled(diary) == after


def test_what_was_merged_is_forgotten_restored_and_erased_as_one(diary) -> None:
    diary.note("a.md", "The Zebra7 key hangs behind the barrel.\n")
    diary.note("b.md", "Key Zebra7: behind the blue barrel.\n")
    one, other = diary.passage("hangs"), diary.passage("blue")
    diary.life.merge([one, other], keep=one)
    before = diary.digest()
    diary.life.forget([one])
    assert listed(diary) == []
    diary.life.restore([one])
    assert diary.digest() == before
    diary.engine.erase([one])
    assert diary.rows("SELECT count(*) FROM memory") == [(0,)]
    assert diary.rows("SELECT count(*) FROM item WHERE text LIKE '%Zebra7%'") == [(0,)]
    assert diary.engine.doctor().healthy


def test_facts_of_one_slot_become_one_with_all_their_evidence(diary) -> None:
    diary.note("2025-06-01 a.md", "Tom lives in Oslo.\n")
    diary.note("2025-06-02 b.md", "Tom lives in Oslofjord.\n")
    settled(diary)
    found = diary.life.facts(about="Tom", history=True)
    assert len(found) == 2
    before = diary.digest()
    kept = next(one for one in found if "Oslofjord" in one.object)
    left = diary.life.merge([one.memory.id for one in found], keep=kept.memory.id)
    [fact] = diary.life.facts(about="Tom", history=True)
    assert (fact.memory.id, fact.object, len(fact.evidence)) == (left, kept.object, 2)
    assert fact.memory.text == kept.memory.text
    after = settled(diary)
    assert [one.object for one in diary.life.facts(about="Tom", history=True)] == [kept.object]
    assert settled(diary) == after
    diary.life.undo()
    assert settled(diary) == before


def test_a_correction_that_says_the_same_more_exactly_is_what_is_shown(diary) -> None:
    diary.note("a.md", "I live in Hallevik.\n")
    settled(diary)
    before = diary.digest()
    shown = diary.life.edit(diary.fact("You live in Hallevik.").memory.id, "Hallevik, by the old quay")
    assert diary.said() == ["You live in Hallevik, by the old quay."]
    assert diary.fact("You live in Hallevik, by the old quay.").memory.id == shown
    settled(diary)
    assert diary.said() == ["You live in Hallevik, by the old quay."]
    diary.life.undo()
    assert settled(diary) == before


def test_events_of_several_notes_become_one_and_later_words_begin_another(diary) -> None:
    diary.note("a.md", "We sailed to the island with Ines and Tom.\n")
    diary.note("b.md", "On the island it rained for two days.\n")
    settled(diary)
    before, old = diary.digest(), events(diary)
    assert len(old) == 2
    merged = diary.life.merge(old)
    assert events(diary) == [merged]
    assert {one.text for one in diary.life.parts(merged)} == {
        "We sailed to the island with Ines and Tom.", "On the island it rained for two days."}
    diary.life.undo()
    assert diary.digest() == before
    merged = diary.life.merge(old)
    after = settled(diary)
    assert events(diary) == [merged] and settled(diary) == after
    diary.note("b.md", "On the island it rained for two days.\n\n" + "The cat slept on the warm stove. " * 60)
    settled(diary)
    assert all(len(holding(diary, words)) == 1 for words in ("We sailed", "rained"))


def test_the_words_of_a_merged_event_are_the_owners_where_there_were_some(diary) -> None:
    diary.note("a.md", "We sailed to the island with Ines and Tom.\n")
    diary.note("b.md", "On the island it rained for two days.\n")
    diary.upkeep()
    one, other = events(diary)
    diary.life.edit(other, "The wet weekend.")
    merged = diary.life.merge([one, other], keep=other)
    assert diary.engine.show(merged).memory.text == "The wet weekend."


@pytest.mark.parametrize(("wanted", "problem"), [
    (("Oslo",), "At least two"), (("Oslo", "You live in Oslo."), "one kind"), (("Oslo", "tea"), "word in common"),
    (("You live in Oslo.", "You like tea."), "not about the same")])
def test_what_cannot_be_merged_is_refused_and_says_why(diary, wanted: tuple[str, ...], problem: str) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.note("b.md", "Also, I like green tea.\n")
    diary.life.edit(diary.passage("tea"), "Also I like tea.")
    diary.upkeep()
    before = diary.digest()
    ids = [diary.fact(one).memory.id if one.startswith("You") else diary.passage(one) for one in wanted]
    with pytest.raises(KnownError, match=problem):
        diary.life.merge(ids)
    assert diary.digest() == before


def test_what_is_gone_is_not_merged(diary) -> None:
    diary.note("a.md", "The key hangs behind the barrel.\n")
    diary.note("b.md", "The key hangs behind the blue barrel.\n")
    one, other = diary.passage("the barrel"), diary.passage("blue")
    diary.life.forget([one])
    with pytest.raises(KnownError, match="in the bin"):
        diary.life.merge([one, other])
    with pytest.raises(KnownError, match="one of those"):
        diary.life.merge([one, other], keep=77)
    with pytest.raises(NotFound):
        diary.life.merge([other, 99])


# ------------------------------------------------------------------ cutting


def test_a_passage_is_cut_exactly_and_what_stood_on_it_stands(diary) -> None:
    diary.note("log.md", LOG)
    whole = diary.passage("spare key")
    diary.life.pin([whole])
    settled(diary)
    before, facts = diary.digest(), diary.said()
    text = diary.engine.show(whole).memory.text
    cut = text.index("Ines")
    parts = diary.life.split(whole, [cut, text.index("I live")] if "I live" in text else [cut])
    shown = [diary.engine.show(part) for part in parts]
    assert [one.memory.text for one in shown][:2][0] == "The spare key hangs behind the blue rain barrel."
    for one in shown:
        start, end = one.memory.span
        assert one.item_text[start:end] == one.memory.text and one.memory.text == one.memory.text.strip()
        assert one.memory.pinned
    assert [one.id for one in diary.engine.review.beside(whole).parts] == parts
    assert parts[0] in [hit.memory.id for hit in diary.engine.search("spare key barrel").hits]
    assert diary.said() == facts
    assert diary.digest() != before
    diary.life.undo()
    assert diary.digest() == before


def test_upkeep_neither_joins_what_was_cut_nor_learns_it_twice(diary) -> None:
    diary.note("log.md", "I live in Oslo. My sister is called Ines. The 🚰 pump is new.\n")
    diary.note("more.md", "Another note about the weather in June.\n")
    settled(diary)
    whole = diary.passage("Oslo")
    text = diary.engine.show(whole).memory.text
    parts = diary.life.split(whole, [text.index("My sister"), text.index("The 🚰")])
    assert len(parts) == 3
    after = settled(diary)
    assert settled(diary) == after
    assert [one.text for one in diary.engine.list_memories().memories if one.id in parts]
    assert sorted(diary.said()) == ["You live in Oslo.", "Your sister is Ines."]
    assert all(len(fact.evidence) == 1 for fact in diary.life.facts())
    assert all(len(holding(diary, words)) == 1 for words in ("Oslo", "sister", "🚰"))
    assert diary.fact("You live in Oslo.").evidence[0].memory == parts[0]


def test_a_cut_passage_is_erased_wholly_part_by_part_or_at_once(diary) -> None:
    diary.note("log.md", "The Zebra7 code is for the boat shed. The Heron9 code is for the gate.\n")
    whole = diary.passage("Zebra7")
    text = diary.engine.show(whole).memory.text
    first, second = diary.life.split(whole, [text.index("The Heron9")])
    diary.engine.erase([first])
    left = str(diary.rows("SELECT group_concat(text) FROM memory")[0][0])
    assert "Zebra7" not in left and "Heron9" in left
    assert "Zebra7" not in str(diary.rows("SELECT group_concat(coalesce(before, '')) FROM change"))
    diary.engine.erase([second])
    assert diary.rows("SELECT count(*) FROM item") == [(0,)]
    assert diary.engine.doctor().healthy


def test_notes_and_copies_of_a_cut_passage_go_on(diary) -> None:
    diary.note("a.md", "The key hangs behind the barrel. The gate is green.\n")
    diary.note("b.md", "The key hangs behind the barrel. The gate is green.\n")
    settled(diary)
    [whole] = [one.id for one in diary.engine.list_memories().memories]
    note = diary.life.annotate(whole, "Checked in May.")
    parts = diary.life.split(whole, [33])
    assert all([one.id for one in diary.engine.review.beside(part).notes] == [note] for part in parts)
    assert len(listed(diary)) == 3  # the two parts and the note; the copy is one still


def test_an_event_is_cut_between_its_passages_and_stays_cut(diary) -> None:
    diary.chat("Trip", *[("Maren", f"We rowed to the island number {n} and back again.", DAY + timedelta(minutes=n))
                         for n in range(6)])
    settled(diary)
    before = diary.digest()
    [event] = events(diary)
    passages = diary.life.parts(event)
    first, second = diary.life.split(event, [2])
    assert [one.id for one in diary.life.parts(first)] == [one.id for one in passages[:2]]
    assert [one.id for one in diary.life.parts(second)] == [one.id for one in passages[2:]]
    assert ("next", second) in [(kind, one.id) for kind, one in diary.engine.show(first).linked]
    diary.life.undo()
    assert diary.digest() == before
    first, second = diary.life.split(event, [2])
    settled(diary)
    assert events(diary) == [first, second]
    diary.chat("Trip", *[("Maren", f"We rowed to the island number {n} and back again.", DAY + timedelta(minutes=n))
                         for n in range(9)])
    settled(diary)
    assert events(diary)[:2] == [first, second] and len(events(diary)) == 3
    [third] = events(diary)[2:]
    assert ("next", third) in [(kind, one.id) for kind, one in diary.engine.show(second).linked]


def test_an_event_in_the_middle_of_a_stream_is_cut_and_the_last_one_stays_open(diary) -> None:
    long_ago = DAY - timedelta(days=30)
    said = [("Maren", f"The harbour was full of boats, {n}.", long_ago + timedelta(minutes=n)) for n in range(4)]
    said += [("Maren", f"Grandmother baked bread with rye, {n}.", DAY + timedelta(minutes=n)) for n in range(3)]
    diary.chat("Talk", *said)
    settled(diary)
    assert len(events(diary)) >= 2
    early = events(diary)[0]
    diary.life.split(early, [1])
    said.append(("Maren", "Grandmother baked bread with rye, 3.", DAY + timedelta(minutes=4)))
    diary.chat("Talk", *said)
    settled(diary)
    assert holding(diary, "rye, 3.") == holding(diary, "rye, 2.")
    assert all(len(holding(diary, f"boats, {n}.")) == 1 for n in range(4))


@pytest.mark.parametrize(("at", "problem"), [
    ([], "where to cut"), ([0], "within the text"), ([99], "within the text"), ([15], "without words")])
def test_a_cut_that_leaves_nothing_is_refused(diary, at: list[int], problem: str) -> None:
    diary.note("a.md", "The gate is new.\n")
    with pytest.raises(KnownError, match=problem):
        diary.life.split(diary.passage("gate"), at)


def test_facts_and_summaries_are_not_cut(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.upkeep()
    with pytest.raises(KnownError, match="Only passages and events"):
        diary.life.split(diary.fact("You live in Oslo.").memory.id, [3])
    with pytest.raises(KnownError, match="between its passages"):
        diary.life.split(events(diary)[0], [1])
