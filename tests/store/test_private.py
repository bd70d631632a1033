"""What is private: the mark of a passage, all that stands on it, its newer versions, and taking the mark back."""

from datetime import timedelta

import pytest

from mneme.errors import NotFound
from mneme.store import memories
from mneme.types import Memory


def private(diary, *ids: int) -> set[int]:
    with diary.store.reader() as db:
        return memories.private_among(db, ids)


def shown(diary, memory: int) -> Memory:
    return diary.engine.show(memory).memory


def test_a_mark_holds_for_the_passage_and_what_stands_on_it_and_nothing_else(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.note("b.md", "My sister is called Ines.\n")
    diary.upkeep()
    oslo, ines = diary.passage("Oslo"), diary.passage("sister")
    home, sister = diary.fact("You live in Oslo.").memory.id, diary.fact("Your sister is Ines.").memory.id
    events = dict(diary.rows("""SELECT e.memory_id, p.memory_id FROM evidence e JOIN evidence p ON p.item_id = e.item_id
        JOIN memory m ON m.id = e.memory_id AND m.kind = 'event' AND m.retired_at IS NULL
        JOIN memory o ON o.id = p.memory_id AND o.kind = 'passage'"""))
    of_oslo, of_ines = ([event for event, passage in events.items() if passage == one] for one in (oslo, ines))
    everything = (oslo, ines, home, sister, *events)
    assert of_oslo and of_ines
    assert private(diary, *everything) == set()
    assert diary.life.mark_private([oslo]).memories == {oslo}
    assert private(diary, *everything) == {oslo, home, *of_oslo}
    assert private(diary, ines, sister) == set()
    assert {one: shown(diary, one).private for one in everything} == {
        one: one in (oslo, home, *of_oslo) for one in everything}


def test_a_passage_beside_it_in_the_same_note_is_not_private(diary) -> None:
    diary.note("a.md", "# One\n\n" + "I live in Oslo. " * 60 + "\n\n# Two\n\n" + "The boat is red. " * 60 + "\n")
    oslo, boat = (int(diary.rows("SELECT min(id) FROM memory WHERE kind = 'passage' AND instr(text, ?)", part)[0][0])
                  for part in ("Oslo", "boat"))
    assert oslo != boat
    diary.life.mark_private([oslo])
    assert private(diary, oslo, boat) == {oslo}


def test_a_marked_fact_does_not_make_its_passage_private(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    fact, passage = diary.fact("You live in Oslo.").memory.id, diary.passage("Oslo")
    diary.life.mark_private([fact])
    assert private(diary, fact, passage) == {fact}
    assert shown(diary, fact).private


def test_it_is_one_change_that_is_undone(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.note("b.md", "My sister is called Ines.\n")
    both, before = [diary.passage("Oslo"), diary.passage("sister")], diary.digest()
    diary.life.mark_private(both)
    assert private(diary, *both) == set(both)
    assert [entry.what for entry in diary.life.journal(by="owner", limit=1)] == ["private"]
    diary.life.mark_private([both[0]], on=False)
    assert private(diary, *both) == {both[1]}
    assert diary.life.journal(by="owner", limit=1)[0].what == "not private"
    diary.life.undo()
    assert private(diary, *both) == set(both)
    diary.life.undo()
    assert private(diary, *both) == set() and diary.digest() == before


def test_marking_what_is_marked_changes_nothing_and_unknown_ones_are_refused_whole(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    oslo = diary.passage("Oslo")
    diary.life.mark_private([oslo])
    entries = len(diary.life.journal())
    assert diary.life.mark_private([oslo, oslo]).memories == frozenset()
    assert len(diary.life.journal()) == entries
    with pytest.raises(NotFound):
        diary.life.mark_private([oslo, 10**6], on=False)
    assert private(diary, oslo, 10**6) == {oslo}


def passages(diary) -> dict[str, bool]:
    """The first word of each live passage of a file, and whether it is private."""
    return {str(text).split()[0]: bool(mark) for text, mark in diary.rows(
        "SELECT text, private FROM memory WHERE kind = 'passage' AND retired_at IS NULL")}


PARTS = {word: f"{word} is told of here, at some length. " * 20 for word in ("Oslo", "Boat", "Garden")}


def write(diary, **parts: str) -> dict[str, bool]:
    """A day later, the same file with these parts."""
    diary.clock.advance(timedelta(days=1))
    diary.note("a.md", "\n\n".join({**PARTS, **parts}.values()) + "\n")
    return passages(diary)


def test_the_mark_survives_a_newer_version_of_the_file(diary) -> None:
    assert write(diary) == {"Oslo": False, "Boat": False, "Garden": False}
    [[oslo]] = diary.rows("SELECT id FROM memory WHERE text LIKE 'Oslo%'")
    diary.life.mark_private([oslo])
    assert write(diary, Garden="Nothing grows there any more. " * 22) == {"Oslo": True, "Boat": False, "Nothing": False}
    assert private(diary, int(oslo)) == {oslo}, "what became history is as private"


def test_other_words_in_the_file_of_what_is_private_are_private(diary) -> None:
    write(diary)
    [[oslo]] = diary.rows("SELECT id FROM memory WHERE text LIKE 'Oslo%'")
    diary.life.mark_private([oslo])
    changed = write(diary, Oslo="Home is told of in other words. " * 22, Garden="Nothing grows there any more. " * 22)
    assert changed == {"Home": True, "Boat": False, "Nothing": True}, "which of the new ones holds it, nobody knows"


def test_a_marked_fact_stays_marked_in_a_newer_version(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.life.mark_private([diary.fact("You live in Oslo.").memory.id])
    diary.clock.advance(timedelta(days=1))
    diary.note("a.md", "I live in Oslo. The boat is red.\n")
    diary.upkeep()
    live = [int(row[0]) for row in diary.rows("SELECT id FROM memory WHERE kind = 'fact' AND retired_at IS NULL")]
    assert live and private(diary, *live) == set(live)


def test_other_words_for_what_is_private_are_private(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    oslo = diary.passage("Oslo")
    diary.life.mark_private([oslo])
    edited = diary.life.edit(oslo, "I live near Oslo.")
    assert edited != oslo and private(diary, edited) == {edited}


def test_the_owners_correction_of_a_private_fact_is_private(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.life.mark_private([diary.passage("Oslo")])
    corrected = diary.life.edit(diary.fact("You live in Oslo.").memory.id, "Bergen")
    own = diary.passage("Bergen")
    assert private(diary, corrected, own) == {corrected, own}
