"""Facts in the store: one live row for what is said often, closed and never deleted, true at the time asked about."""

import itertools
from datetime import UTC, datetime, timedelta

from mneme.store import facts
from mneme.store.facts import About

JUNE = datetime(2025, 6, 1, tzinfo=UTC)


def dated(diary, day: str, text: str) -> None:
    diary.note(f"{day}.md", text + "\n")


def test_said_again_it_is_one_fact_with_more_evidence(diary) -> None:
    for day in ("2025-03-01", "2025-04-01", "2025-05-01"):
        dated(diary, day, f"I live in Oslo. Written on {day}.")
    [fact] = diary.life.facts(history=True)
    assert [citation.source[-13:-3] for citation in fact.evidence] == ["2025-03-01", "2025-04-01", "2025-05-01"]
    assert all(citation.text in "I live in Oslo." for citation in fact.evidence)
    assert diary.rows("SELECT count(*) FROM memory WHERE kind = 'fact' AND retired_at IS NULL") == [(1,)]
    assert diary.rows("SELECT count(*) FROM use WHERE memory_id = ? AND what = 'repeated'", fact.memory.id) == [(2,)]


def test_a_contradiction_closes_the_older_and_both_are_cited(diary) -> None:
    dated(diary, "2024-03-01", "I live in Oslo.")
    dated(diary, "2025-03-01", "I live in Rome.")
    oslo, rome = diary.fact("You live in Oslo."), diary.fact("You live in Rome.")
    assert (oslo.state, oslo.superseded_by, rome.state) == ("past", rome.memory.id, "holds")
    assert oslo.valid_to is not None and oslo.valid_to.iso()[:10] == "2025-03-01"
    assert [one.evidence[0].text for one in (oslo, rome)] == ["I live in Oslo.", "I live in Rome."]
    assert diary.said() == ["You live in Rome."]


def test_what_held_at_a_time_is_told_of_that_time(diary) -> None:
    dated(diary, "2024-03-01", "I live in Oslo.")
    dated(diary, "2025-03-01", "I live in Rome.")

    def held(at: datetime) -> list[str]:
        return [one.memory.text for one in diary.life.facts(about="me", as_of=at)]
    assert held(datetime(2024, 9, 1, tzinfo=UTC)) == ["You live in Oslo."]
    assert held(datetime(2025, 5, 1, tzinfo=UTC)) == ["You live in Rome."]
    assert held(datetime(2023, 9, 1, tzinfo=UTC)) == []


def test_an_older_statement_that_is_taken_in_later_slots_in_before(diary) -> None:
    dated(diary, "2025-03-01", "I live in Rome.")
    dated(diary, "2024-03-01", "I live in Oslo.")
    assert diary.said() == ["You live in Rome."]
    oslo = diary.fact("You live in Oslo.")
    assert (oslo.state, oslo.superseded_by) == ("past", diary.fact("You live in Rome.").memory.id)


def test_the_order_of_taking_in_makes_no_difference(diary) -> None:
    for day, town in (("2025-03-01", "Rome"), ("2023-03-01", "Bergen"), ("2024-03-01", "Oslo")):
        dated(diary, day, f"I live in {town}.")
    found = diary.life.facts(history=True)
    assert [(one.object, one.state) for one in found] == [("Bergen", "past"), ("Oslo", "past"), ("Rome", "holds")]
    for one, following in itertools.pairwise(found):
        assert one.superseded_by == following.memory.id
        assert one.valid_to == following.valid_from


def test_a_newer_version_that_no_longer_says_it_retires_the_fact_and_the_next_telling_takes_over(diary) -> None:
    dated(diary, "2025-03-01", "I live in Oslo.")
    dated(diary, "2025-04-01", "I live in Oslo.")
    first = diary.fact("You live in Oslo.")
    dated(diary, "2025-03-01", "The weather is fine.")
    second = diary.fact("You live in Oslo.")
    assert second.memory.id != first.memory.id
    assert [citation.source[-13:-3] for citation in second.evidence] == ["2025-04-01"]
    dated(diary, "2025-04-01", "The weather is fine here, too.")
    assert diary.life.facts(history=True) == ()
    assert diary.digest()
    dated(diary, "2025-04-01", "I live in Oslo.")
    assert diary.said() == ["You live in Oslo."]


def test_a_version_without_the_newer_statement_opens_the_older_one_again(diary) -> None:
    dated(diary, "2024-03-01", "I live in Oslo.")
    dated(diary, "2025-03-01", "I live in Rome.")
    dated(diary, "2025-03-01", "The weather is fine.")
    [fact] = diary.life.facts(history=True)
    assert (fact.memory.text, fact.state, fact.superseded_by, fact.valid_to) == ("You live in Oslo.", "holds", None,
                                                                                 None)


def test_a_confirmation_outlives_a_new_version_that_still_says_it(diary) -> None:
    dated(diary, "2025-03-01", "I live in Oslo.")
    diary.life.confirm(diary.fact("You live in Oslo.").memory.id)
    dated(diary, "2025-03-01", "I live in Oslo.\n\nMore was added here.")
    assert diary.fact("You live in Oslo.").by_owner


def test_nothing_is_learned_from_an_assistant(diary) -> None:
    diary.chat("Bot", ("Maren", "Hello there.", JUNE), ("Bot", "You live in Oslo. I live in Rome.", JUNE),
               people=("Maren", "Bot"))
    (diary.folder / "bot.jsonl").write_text(
        '{"mneme": "conversation", "version": 1, "title": "b", "participants": [{"id": "a", "name": "B", "role": '
        '"assistant"}]}\n{"id": "1", "from": "a", "at": "2025-06-01", "text": "My sister is called Ines."}\n')
    diary.engine.add([diary.folder])
    assert [one for one in diary.life.facts(history=True) if one.subject == "me" and "Ines" in one.object] == []


def test_names_mean_whom_they_begin(diary) -> None:
    dated(diary, "2025-03-01", "Anna Berg lives in Oslo.")
    with diary.store.reader() as db:
        assert facts.named(db, "anna") == ["Anna Berg"]
        assert facts.named(db, "Ann") == []
        assert [one.object for one in facts.find(db, About("anna berg"), JUNE)] == ["Oslo"]
    assert diary.life.subjects() == (("Anna Berg", 1),)


def test_upkeep_a_hundred_times_leaves_the_same_rows_and_the_same_retention(diary) -> None:
    for day, town in (("2025-03-01", "Oslo"), ("2025-04-01", "Oslo"), ("2025-05-01", "Rome")):
        dated(diary, day, f"I live in {town}.")
    dated(diary, "copy", "The ferry leaves at noon on Sundays only, says the old timetable at the pier.")
    diary.note("again/copy.md", "The ferry leaves at noon on Sundays only, says the old timetable at the pier.\n")
    diary.upkeep()
    diary.clock.advance(timedelta(days=100))
    before, sets = diary.digest(), len(diary.life.journal())

    def retained() -> list[tuple[int, float]]:
        return [(row[0], diary.engine.show(row[0]).memory.retention) for row in diary.rows("SELECT id FROM memory")]
    first = retained()
    for _again in range(100):
        diary.life.upkeep(on_progress=lambda _p: None, cancelled=lambda: False)
    assert (diary.digest(), len(diary.life.journal())) == (before, sets)
    assert retained() == first


def test_a_forgotten_fact_stays_forgotten_when_its_file_gets_a_new_version(diary) -> None:
    dated(diary, "2025-03-01", "I live in Oslo. My sister is called Ines.")
    fact = diary.fact("You live in Oslo.").memory.id
    diary.life.keep_longer([diary.fact("Your sister is Ines.").memory.id])
    diary.life.forget([fact])
    diary.clock.advance(timedelta(days=40))
    dated(diary, "2025-03-01", "I live in Oslo. My sister is called Ines. One more line.")
    assert diary.said() == ["Your sister is Ines."]
    [kept] = diary.life.facts()
    assert [act for _at, act in diary.engine.show(kept.memory.id).uses] == ["kept"]
    assert kept.memory.recorded_at == datetime(2025, 6, 15, 12, tzinfo=UTC)


def test_a_passage_that_comes_back_with_a_new_version_brings_its_facts(diary) -> None:
    dated(diary, "2025-03-01", "I live in Oslo.")
    diary.life.forget([diary.passage("Oslo")])
    dated(diary, "2025-03-01", "I live in Oslo. The file has changed.")
    assert diary.said() == ["You live in Oslo."]


def test_what_a_correction_in_a_list_put_right_stays_right(diary) -> None:
    dated(diary, "2025-03-01", "My sister is called Ines.")
    first = diary.life.edit(diary.fact("Your sister is Ines.").memory.id, "Ada")
    dated(diary, "2025-03-01", "My sister is called Ines. The file has changed.")
    diary.upkeep()
    assert diary.said() == ["Your sister is Ada."]
    diary.clock.advance(timedelta(days=60))
    diary.life.edit(first, "Ida")
    diary.upkeep()
    assert diary.said() == ["Your sister is Ida."]
    diary.life.undo()
    assert diary.said() == ["Your sister is Ada."]
