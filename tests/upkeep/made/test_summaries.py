"""Summaries told fluently and names of topics: beside what stands in memories, supported by it, and gone with it."""

from datetime import UTC, datetime, timedelta

import pytest

from mneme.store import descriptions
from mneme.upkeep import sorting

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)
SAID = ("The sourdough bread dough needs more flour.", "The boat engine leaks black oil.",
        "Tomatoes in the garden want water.", "A mechanic looks at the boat engine.")


@pytest.fixture
def day(diary, monkeypatch):
    """A day of talk, summed up, with topics."""
    monkeypatch.setattr(sorting, "ENOUGH", 2)
    for part in range(3):
        diary.chat("Ines", *((("Maren", "Ines")[n % 2], text, DAY + timedelta(days=d, minutes=n))
                             for d in range(part + 1) for n, text in enumerate(SAID)))
        diary.upkeep()
    return diary


def summaries(study, known, **more):
    return study.knowing("summaries", "summary", known, **more)


def told(diary, part: str):
    """What a model says of each live summary in its part."""
    ids = [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'summary'")]
    with diary.store.reader() as db:
        return [found.text for one in ids if (found := descriptions.get(db, one, part)) is not None]


FLUENT = {"sentences": ["The boat engine leaks oil.", "The garden tomatoes want water."]}


def test_a_summary_is_told_beside_its_sentences(study, day) -> None:
    texts, before = day.rows("SELECT text FROM memory WHERE kind = 'summary' ORDER BY id"), day.digest()
    waiting = study.waiting()["summary"]
    study.supports = lambda sentence, lines: "boat" in sentence or "garden" in sentence
    done = study.one(summaries(study, {"boat": [FLUENT]}), "summary")
    assert done.kept == waiting > 3 and set(told(day, "summary")) == {" ".join(FLUENT["sentences"])}
    assert day.rows("SELECT text FROM memory WHERE kind = 'summary' ORDER BY id") == texts
    while day.digest() != before:
        study.undo()
    assert told(day, "summary") == []


def test_one_sentence_without_support_drops_the_telling(study, day) -> None:
    lie = {"sentences": ["The boat engine leaks black oil.", "The boat sank."]}
    done = study.one(summaries(study, {"boat": [lie]}), "summary")
    assert done.kept == 0 and set(done.dropped) == {"unsupported"} and told(day, "summary") == []


def test_the_telling_goes_when_the_outline_is_made_anew_and_comes_back_with_undo(study, day) -> None:
    study.run(summaries(study, {"boat": [{"sentences": ["The boat engine leaks black oil."]}]}), "summary")
    count = len(told(day, "summary"))
    assert count > 3
    mark = day.life.journal(limit=1)[0].id
    day.chat("Ines", *((("Maren", "Ines")[n % 2], text, DAY + timedelta(days=d, minutes=n))
                       for d in range(3) for n, text in enumerate((*SAID, f"The ferry is late, day {d}."))))
    day.upkeep("days")
    assert len(told(day, "summary")) < count
    assert study.waiting()["summary"] > 0
    for one in day.life.journal(by="upkeep", limit=20):
        if one.id > mark:
            day.life.undo(one.id)
    assert len(told(day, "summary")) == count


def test_a_topic_is_named_in_words_of_its_memories(study, day) -> None:
    before, tree = day.digest(), day.life.topics()
    waiting = study.waiting()["topic"]
    assert waiting
    done = study.one(study.knowing("names", "topic", {"": [{"name": "Boat engine oil"}]}), "topic")
    assert done.kept == waiting
    assert [one.name for one in day.life.topics()].count("Boat engine oil") == waiting
    assert [one.id for one in day.life.topics()] == [one.id for one in tree]
    study.undo()
    assert day.digest() == before and day.life.topics() == tree


def test_a_name_of_other_words_or_too_many_is_dropped(study, day) -> None:
    waiting = study.waiting()["topic"]
    names = ("Nautical repairs", "the boat engine leaks black oil", "", "of the")
    done = study.one(study.knowing("names", "topic", {"": [{"name": name} for name in names]}), "topic")
    assert done.kept == 0
    assert dict(done.dropped) == {"not its words": 2 * waiting, "too long": 2 * waiting}


def test_the_owners_name_stands_above(study, day) -> None:
    study.run(study.knowing("names", "topic", {"": [{"name": "Boat engine oil"}]}), "topic")
    named = next(one for one in day.life.topics() if one.name == "Boat engine oil")
    day.life.rename_topic(named.id, "Kinn")
    assert "Kinn" in [one.name for one in day.life.topics()] and study.waiting()["topic"] == 0


def test_erasing_takes_tellings_and_names_with_the_words(study, day) -> None:
    study.run(summaries(study, {"boat": [{"sentences": ["The boat engine leaks black oil."]}]}), "summary")
    study.run(study.knowing("names", "topic", {"": [{"name": "Boat engine oil"}]}), "topic")
    wanted = [row[0] for row in day.rows("SELECT id FROM memory WHERE kind = 'passage' AND text LIKE '%boat%'")]
    day.engine.erase(wanted)
    assert "oat engine" not in study.everything() and day.digest()
    assert all("oat" not in one.name for one in day.life.topics())
