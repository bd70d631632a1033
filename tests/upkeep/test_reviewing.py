"""The review: what it asks about, that it ends, and what stands beside a memory."""

from datetime import UTC, datetime, timedelta

import pytest

from mneme.errors import KnownError, NotFound

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)


def cards(diary, kind: str) -> list[str]:
    return [card.memory.text for card in diary.engine.review.due().cards if card.kind == kind]


def contradicting(diary) -> list[int]:
    """Two facts that cannot both be so, Oslo and Rome, in the order in which they were said."""
    diary.note("2025-06-02 a.md", "Tom lives in Oslo.\n")
    diary.note("2025-06-02 b.md", "Tom lives in Rome.\n")
    for _round in range(3):  # until there is nothing left to do
        diary.upkeep()
    [card] = [one for one in diary.engine.review.due().cards if one.kind == "conflict"]
    assert [side.object for side in card.sides] == ["Oslo", "Rome"]
    return [side.memory.id for side in card.sides]


def test_an_empty_store_has_nothing_to_review(diary) -> None:
    found = diary.engine.review.due()
    assert (found.cards, found.left, diary.engine.review.count()) == ((), 0, 0)


def test_a_contradiction_is_one_card_until_it_is_decided(diary) -> None:
    oslo, rome = contradicting(diary)
    assert diary.engine.review.count() == 1
    diary.life.confirm(rome)
    assert diary.engine.review.count() == 0
    diary.life.undo()
    [card] = diary.engine.review.due("conflict").cards
    assert card.memories == (oslo, rome)


@pytest.mark.parametrize("swapped", [False, True])
def test_both_sides_are_right_one_after_the_other(diary, swapped: bool) -> None:
    oslo, rome = contradicting(diary)
    before = diary.digest()
    first, then = (rome, oslo) if swapped else (oslo, rome)
    diary.life.in_turn(first, then)
    diary.upkeep()
    held, holds = diary.life.fact(first), diary.life.fact(then)
    assert (held.state, holds.state, held.superseded_by) == ("past", "holds", then)
    assert held.valid_from is not None and held.valid_to is not None and holds.valid_from is not None
    assert held.valid_from.utc < held.valid_to.utc == holds.valid_from.utc
    assert diary.engine.review.count() == 0
    diary.life.undo()
    assert diary.digest() == before


def test_what_is_no_contradiction_cannot_take_turns(diary) -> None:
    diary.note("a.md", "I live in Oslo. My sister is called Ines.\n")
    oslo, ines = (diary.fact(one).memory.id for one in ("You live in Oslo.", "Your sister is Ines."))
    with pytest.raises(KnownError, match="not two facts"):
        diary.life.in_turn(oslo, ines)
    with pytest.raises(KnownError, match="not two facts"):
        diary.life.in_turn(oslo, 99)


def test_what_others_said_once_is_asked_about_until_somebody_vouches(diary) -> None:
    diary.chat("Ines", ("Ines", "My brother lives in Turin.", DAY), ("Ines", "I work at Acme.", DAY))
    diary.upkeep()
    asked = cards(diary, "unverified")
    assert asked
    [card] = [one for one in diary.engine.review.due().cards if one.memory.text == asked[0]]
    assert card.why == "Only Ines said so, and once." and card.evidence
    diary.life.confirm_these([card.memory.id])
    assert asked[0] not in cards(diary, "unverified")
    diary.life.undo()
    assert asked[0] in cards(diary, "unverified")


def test_what_the_owner_said_with_certainty_is_not_asked_about(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    assert diary.engine.review.count() == 0


def test_what_was_used_and_will_soon_have_faded_is_asked_about(diary) -> None:
    diary.note("a.md", "The recipe for rye bread is in the blue book.\n")
    diary.note("b.md", "It rained in the morning.\n")
    bread = diary.passage("rye")
    diary.engine.ask("Where is the recipe for rye bread?")
    diary.store.write(lambda db: db.conn.executemany(
        "INSERT INTO use (memory_id, at, what) VALUES (?, ?, 'recalled')",
        [(bread, int(diary.clock.now().timestamp() * 1_000_000))] * 2))
    assert cards(diary, "fading") == []
    fades = diary.engine.show(bread).fades_at
    assert fades is not None
    diary.clock.advance(fades - diary.clock.now() - timedelta(days=10))
    [card] = diary.engine.review.due().cards
    assert (card.kind, card.memory.id, card.fades_at) == ("fading", bread, fades)
    assert card.why.startswith("It was used ")
    diary.life.keep_longer([bread])
    assert cards(diary, "fading") == []
    diary.life.undo()
    assert diary.engine.review.count() == 1
    diary.life.let_fade([bread])
    assert diary.engine.review.count() == 0


def test_what_is_put_off_comes_back_after_its_time(diary) -> None:
    oslo, _rome = contradicting(diary)
    before = diary.digest()
    diary.engine.review.put_off([oslo], days=3)
    assert diary.engine.review.count() == 0 and diary.digest() == before
    diary.engine.review.take_up([oslo])
    assert diary.engine.review.count() == 1
    diary.engine.review.put_off([oslo], days=3)
    diary.clock.advance(timedelta(days=4))
    assert diary.engine.review.count() == 1


def test_a_review_that_has_ended_rests_for_a_week_but_for_contradictions(diary) -> None:
    diary.chat("Ines", ("Ines", "I work at Acme.", DAY))
    diary.upkeep()
    contradicting(diary)
    assert diary.engine.review.counts() == {"conflict": 1, "unverified": 1, "fading": 0}
    diary.engine.review.finish()
    assert diary.engine.review.counts() == {"conflict": 1, "unverified": 0, "fading": 0}
    assert len(diary.engine.review.due(more=True).cards) == 2
    assert len(diary.engine.review.due("unverified").cards) == 1
    diary.clock.advance(timedelta(days=8))
    assert diary.engine.review.count() == 2


def test_a_review_is_short_and_says_how_many_are_left(diary) -> None:
    said = [("Ines", f"My friend {name} lives in Turin.", DAY + timedelta(hours=n)) for n, name in enumerate(
        ("Ada", "Bo", "Cleo", "Dag", "Eli", "Fay", "Gus", "Hal", "Ivo"))]
    diary.chat("Ines", *said)
    diary.upkeep()
    found = diary.engine.review.due()
    assert found.waiting["unverified"] > 6
    assert len(found.cards) == 6 and found.left == found.waiting["unverified"] - 6
    assert diary.engine.review.count() == 6


def test_what_stands_beside_a_fact(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.clock.advance(timedelta(days=30))
    diary.note("b.md", "I live in Rome now.\n")
    rome, oslo = diary.fact("You live in Rome.").memory.id, diary.fact("You live in Oslo.").memory.id
    assert [one.object for one in diary.engine.review.beside(rome).replaced] == ["Oslo"]
    successor = diary.engine.review.beside(oslo).successor
    assert successor is not None and successor.object == "Rome"
    diary.clock.advance(timedelta(days=1))
    bergen = diary.life.edit(rome, "Bergen")
    [wording] = diary.engine.review.beside(bergen).wordings
    assert (wording.before, wording.after) == ("You live in Rome.", "You live in Bergen.")


def test_the_words_before_are_told_and_what_was_undone_is_not(diary) -> None:
    diary.note("a.md", "The gate is green.\n")
    first = diary.passage("gate")
    second = diary.life.edit(first, "The gate is dark green.")
    diary.clock.advance(timedelta(days=1))
    third = diary.life.edit(second, "The gate is blue.")
    assert [(one.before, one.after) for one in diary.engine.review.beside(third).wordings] == [
        ("The gate is green.", "The gate is dark green."), ("The gate is dark green.", "The gate is blue.")]
    diary.note("b.md", "It rained on the island for two days.\n")
    diary.upkeep()
    [event] = [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'event' AND retired_at IS NULL "
                                            "AND text LIKE '%rained%'")]
    words = diary.engine.show(event).memory.text
    diary.life.edit(event, "Rain.")
    diary.life.edit(event, "Much rain.")
    assert [(one.before, one.after) for one in diary.engine.review.beside(event).wordings] == [
        (words, "Rain."), ("Rain.", "Much rain.")]
    diary.life.undo()
    assert [one.after for one in diary.engine.review.beside(event).wordings] == ["Rain."]


def test_who_and_which_topic_stand_beside(diary) -> None:
    diary.chat("Ines", ("Ines", "Tom lives in Turin.", DAY))
    diary.upkeep()
    passage = diary.passage("Turin")
    assert diary.engine.review.beside(passage).people == ("Ines", "Tom")
    assert diary.engine.review.beside(passage).topic is None
    with pytest.raises(NotFound):
        diary.engine.review.beside(999)
