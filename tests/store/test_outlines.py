"""Events, copies, topics and summaries as they are kept: what is shown once, what goes, and what is left of words."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from mneme.store import changes, outlines
from mneme.testing import decrypted
from mneme.types import MemoryFilter
from mneme.upkeep import sorting

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)
SECRET = "The safe opens with the word quixotango tonight."
FERRY = "The ferry to Kinn leaves at noon on Sundays, says the timetable at the old pier."


def shown(diary, **what: object) -> list[str]:
    return [one.text for one in diary.engine.list_memories(MemoryFilter(**what)).memories]


def talk(diary, more: int = 0) -> None:
    """A day of talk with the secret in it, and `more` messages after that."""
    said = ["I live in Oslo.", SECRET, "The word quixotango is my own invention.", "My sister is called Ines.",
            "The boat engine coughs and leaks black oil.", "Bread needs more flour and salt.",
            *(f"And quixotango again, number {n}." for n in range(more))]
    diary.chat("Ines", *(("Maren", text, DAY + timedelta(minutes=n)) for n, text in enumerate(said)))


def fill(diary) -> None:
    """The talk and a note, with facts, events, topics and summaries made of them."""
    talk(diary)
    diary.note("a.md", "# Quixotango\n\nQuixotango lives in Bergen.\n")
    diary.upkeep()


def everything(diary) -> str:
    """All rows of all tables that hold words."""
    tables = [row[0] for row in diary.rows("SELECT name FROM sqlite_master WHERE type = 'table' "
                                           "AND name NOT LIKE '%fts_%' AND name NOT LIKE 'sqlite%'")]
    return "\n".join(f"{table} {row!r}" for table in tables for row in diary.rows(f"SELECT * FROM {table}")).lower()


def test_what_is_erased_is_nowhere_in_journal_topics_summaries_and_questions(diary, monkeypatch) -> None:
    monkeypatch.setattr(sorting, "ENOUGH", 2)
    fill(diary)
    diary.engine.ask("Who invented quixotango dances?")
    talk(diary, more=3)
    diary.upkeep()  # events are cut anew, topics and days renewed: former ones stand in the journal alone
    talk(diary, more=6)
    diary.upkeep()
    [event, *_] = diary.rows("SELECT id FROM memory WHERE kind = 'event' AND text LIKE '%quixotango%'")
    diary.life.edit(event[0], "We spoke of quixotango.")
    assert "quixotango" in str(diary.rows("SELECT before FROM change WHERE memory_id NOT IN (SELECT id FROM memory)"))
    diary.store.write(lambda db: changes.within(db, "topics", "upkeep", DAY, lambda c: c.insert(
        "topic", {"parent_id": None, "name": "Quixotango, flour", "size": 1, "centroid": np.zeros(384).tobytes()})))
    diary.store.write(lambda db: changes.within(db, "topics", "upkeep", DAY, lambda c: outlines.drop_topics(db, c)))
    assert "quixotango" in everything(diary)
    wanted = [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'passage' AND "
                                           "(text LIKE '%quixotango%' OR text LIKE '%Bergen%')")]
    diary.engine.erase(wanted)
    assert [line for line in everything(diary).splitlines() if "quixotango" in line] == []
    assert diary.digest()
    diary.upkeep()
    assert "quixotango" not in everything(diary)


def test_no_page_holds_the_words_of_what_was_made_of_the_erased(diary) -> None:
    fill(diary)
    wanted = [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'passage' AND "
                                           "(text LIKE '%quixotango%' OR text LIKE '%Bergen%')")]
    key = diary.engine._opened.key
    assert b"uixotango" in _pages(diary, key)
    diary.engine.erase(wanted)
    assert b"uixotango" not in _pages(diary, key)


def _pages(diary, key: bytes) -> bytes:
    diary.store.checkpoint()
    return decrypted(diary.store.path, key)


def test_an_erased_fact_is_not_learned_again_and_its_passage_stays(diary) -> None:
    diary.note("a.md", "Nils lives in Bergen. My sister is called Ines.\n")
    diary.engine.erase([diary.fact("Nils lives in Bergen.").memory.id])
    diary.note("a.md", "Nils lives in Bergen. My sister is called Ines. One line more.\n")
    diary.note("b.md", "Nils lives in Bergen.\n")
    diary.upkeep()
    assert diary.said() == ["Your sister is Ines."]
    assert "Nils lives in Bergen." in " ".join(shown(diary))
    assert "\u2588" not in "".join(shown(diary))


def test_an_erased_fact_opens_what_it_had_closed(diary) -> None:
    diary.note("2024-03-01.md", "I live in Oslo.\n")
    diary.note("2025-03-01.md", "I live in Rome.\n")
    diary.engine.erase([diary.fact("You live in Rome.").memory.id])
    assert diary.said() == ["You live in Oslo."]
    diary.note("2025-04-01.md", "I live in Turin.\n")
    diary.engine.erase([diary.passage("Turin")])
    assert diary.said() == ["You live in Oslo."]
    assert diary.fact("You live in Oslo.").valid_to is None


def test_a_copy_is_shown_once_found_once_and_kept_twice(diary) -> None:
    diary.note("a/ferry.md", FERRY + "\n")
    diary.note("b/ferry copy.md", FERRY.replace("noon", "noon,") + "\n")
    assert diary.upkeep("copies") == {"copies": 1}
    assert len(shown(diary)) == 1
    assert len(diary.engine.search("ferry to Kinn").hits) == 1
    assert diary.rows("SELECT count(*) FROM memory WHERE kind = 'passage' AND retired_at IS NULL") == [(2,)]
    [kept] = diary.engine.list_memories().memories
    assert [(kind, other.source[-6:]) for kind, other in diary.engine.show(kept.id).linked] == [
        ("duplicate", "opy.md")]
    assert diary.upkeep("copies") == {}
    diary.life.forget([kept.id])
    assert shown(diary) == [FERRY.replace("noon", "noon,")]
    assert len(diary.engine.search("ferry to Kinn").hits) == 1
    diary.life.restore([kept.id])
    diary.engine.erase([kept.id])
    assert shown(diary) == [FERRY.replace("noon", "noon,")]


def test_a_copy_and_the_next_version_of_what_it_was_a_copy_of_are_shown_once(diary) -> None:
    diary.note("a.md", FERRY + "\n")
    diary.note("b.md", FERRY + "\n")
    diary.upkeep("copies")
    for n in range(50):
        diary.note("a.md", FERRY + "\n\n\n" + "-" * (n + 4) + "\n")
        diary.upkeep("copies")
    diary.note("c.md", FERRY + "\n")
    diary.upkeep("copies")
    assert len(shown(diary)) == 1
    [kept] = diary.engine.list_memories().memories
    assert [(kind, other.source[-4:]) for kind, other in diary.engine.show(kept.id).linked] == [
        ("duplicate", "a.md"), ("duplicate", "c.md")]
    assert diary.upkeep("copies") == {}


def test_what_was_said_twice_in_one_chat_is_no_copy(diary) -> None:
    diary.chat("Ines", ("Ines", FERRY, DAY), ("Ines", FERRY, DAY + timedelta(days=30)))
    assert diary.upkeep("copies") == {}


@pytest.fixture
def topic(diary) -> int:
    diary.note("a.md", FERRY + "\n")
    return diary.store.write(lambda db: changes.within(db, "topics", "upkeep", DAY, lambda c: outlines.put_topic(
        c, None, "Boats", False, 1, np.ones(384, np.float32))))


def test_a_topic_lists_what_is_in_it_and_below(diary, topic: int) -> None:
    below = diary.store.write(lambda db: changes.within(db, "topics", "upkeep", DAY, lambda c: outlines.put_topic(
        c, topic, "Ferries", False, 1, np.ones(384, np.float32))))
    diary.life.move_to_topic([diary.passage("ferry")], below)
    assert shown(diary, topic=topic) == shown(diary, topic=below) == [FERRY]
    assert [(one.name, one.count) for one in diary.life.topics()] == [("Boats", 1), ("Ferries", 1)]
    diary.life.forget([diary.passage("ferry")])
    assert [(one.name, one.count) for one in diary.life.topics()] == [("Boats", 0), ("Ferries", 0)]


def test_a_name_of_the_owners_and_what_is_moved_by_hand_outlast_a_new_tree(diary, topic: int) -> None:
    other = diary.store.write(lambda db: changes.within(db, "topics", "upkeep", DAY, lambda c: outlines.put_topic(
        c, topic, "Ferries", False, 1, np.ones(384, np.float32))))
    third = diary.store.write(lambda db: changes.within(db, "topics", "upkeep", DAY, lambda c: outlines.put_topic(
        c, other, "Piers", False, 1, np.ones(384, np.float32))))
    diary.life.rename_topic(third, "  My piers ")
    diary.life.move_to_topic([diary.passage("ferry")], topic)
    kept = diary.store.write(lambda db: changes.within(db, "topics", "upkeep", DAY,
                                                       lambda c: outlines.drop_topics(db, c)))
    assert [one.id for one in kept] == [topic, third]
    assert [(one.name, one.parent, one.by_owner) for one in diary.life.topics()] == [
        ("Boats", None, False), ("My piers", None, True)]
    assert shown(diary, topic=topic) == [FERRY]
    diary.life.undo(by="upkeep")
    assert [(one.name, one.parent) for one in diary.life.topics()] == [
        ("Boats", None), ("Ferries", topic), ("My piers", other)]


def test_what_the_bin_lets_go_may_be_learned_elsewhere_but_not_what_was_forgotten_itself(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.note("b.md", "My sister is called Ines.\n")
    diary.life.forget([diary.passage("Oslo"), diary.fact("Your sister is Ines.").memory.id])
    diary.clock.advance(timedelta(days=100))
    diary.engine._empty_bin()
    assert diary.engine.status().in_bin == 0
    diary.note("c.md", "These days I live in Oslo. My sister is called Ines.\n")
    assert diary.said() == ["You live in Oslo."]


def test_what_a_memory_was_before_an_edit_is_erased_with_it(diary) -> None:
    diary.note("a.md", "The code of the safe is quixotango.\n\nAnd there is more in this file.\n")
    first = diary.life.edit(diary.passage("quixotango"), "The code is quixotangi.")
    diary.engine.erase([diary.life.edit(first, "The code is secret.")])
    assert "quixotang" not in everything(diary)
    assert diary.digest()
