"""The steps of upkeep over real stores: events, links, topics and summaries, each standing exactly in what was said."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from mneme.store import derived
from mneme.types import Outline
from mneme.upkeep import consolidating, gists, outlining, sorting

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)
BREAD = ("The sourdough bread dough needs more flour.", "Bread flour with salt makes the dough rise.",
         "Knead the bread dough with flour and salt.", "The sourdough loaf rose and the crust is brown.")
BOAT = ("The boat engine leaks black oil.", "The engine of the boat needs a new oil filter.",
        "Oil in the bilge, the boat engine again.", "A mechanic looks at the boat engine and the oil.")
GARDEN = ("Tomatoes in the garden want water.", "The garden hose waters the tomatoes and beans.",
          "Beans and tomatoes grow in the garden.", "Slugs eat the beans in the garden at night.")


def lines(topic: tuple[str, ...], times: int = 2) -> list[str]:
    return [f"{text[:-1]}, take {n}." for n in range(times) for text in topic]


def talk(diary, *said: str, name: str = "Ines", day: datetime = DAY) -> None:
    diary.chat(name, *((("Maren", "Ines")[n % 2], text, day + timedelta(minutes=n)) for n, text in enumerate(said)))


def events(diary) -> list[tuple[int, list[str]]]:
    """The live events, each with the texts of its passages."""
    ids = [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'event' AND retired_at IS NULL "
                                        "AND forgotten_at IS NULL ORDER BY id")]
    with diary.store.reader() as db:
        found = derived.bearing(db, ids)
        return [(one, [row.text for row in derived.passages_of(db, found[one])]) for one in ids]


def days(diary, count: int, start: datetime = DAY) -> None:
    """A chat of so many days, four messages each."""
    diary.chat("Ines", *((("Maren", "Ines")[n % 2], f"{text[:-1]} on day {day}.",
                          start + timedelta(days=day, minutes=n))
                         for day in range(count) for n, text in enumerate((BREAD, BOAT, GARDEN)[day % 3])))


def outlines_of(diary, *levels: str) -> list[Outline]:
    """The live events and summaries of these levels, by key."""
    ids = [row[0] for level in levels for row in diary.rows(
        """SELECT m.id FROM outline o JOIN memory m ON m.id = o.memory_id WHERE o.level = ?
           AND m.retired_at IS NULL AND m.forgotten_at IS NULL ORDER BY o.key""", level)]
    return [diary.life.outline(one) for one in ids]


def stands_exactly(diary) -> int:
    """Every sentence of every summary and event equals its item's text at its span; how many there were."""
    seen = 0
    for one in outlines_of(diary, "event", "day", "week", "month", "topic"):
        pieces = [citation.text for citation in one.sentences]
        for citation in one.sentences:
            whole = diary.engine.show(citation.memory).item_text
            assert whole[citation.span[0]:citation.span[1]] == citation.text
            seen += 1
        if one.level == "event":
            assert all(any(part in piece for piece in pieces) for part in one.memory.text.split(" … "))
        else:
            assert one.memory.text == " ".join(pieces)
    return seen


# ------------------------------------------------------------------ events


def test_a_chat_is_cut_where_it_turns_to_something_else(diary) -> None:
    talk(diary, *lines(BREAD), *lines(BOAT), *lines(GARDEN))
    diary.upkeep("events")
    cut = [texts for _id, texts in events(diary)]
    assert [text for texts in cut for text in texts] == [*lines(BREAD), *lines(BOAT), *lines(GARDEN)]
    starts = {texts[0] for texts in cut}
    assert {lines(BOAT)[0], lines(GARDEN)[0]} <= starts
    assert len(cut) <= 4


def test_a_growing_chat_keeps_what_is_closed_and_cuts_its_end_anew(diary) -> None:
    talk(diary, *lines(BREAD), *lines(BOAT)[:4])
    diary.upkeep("events")
    before = events(diary)
    talk(diary, *lines(BREAD), *lines(BOAT), *lines(GARDEN))
    diary.upkeep("events")
    after = events(diary)
    assert before[:-1] == after[:len(before) - 1]
    assert before[-1] not in after
    assert [text for _id, texts in after for text in texts] == [*lines(BREAD), *lines(BOAT), *lines(GARDEN)]
    chain = diary.rows("SELECT from_id, to_id FROM link WHERE kind = 'next' ORDER BY to_id")
    ids = [one for one, _texts in after]
    assert chain == list(itertools.pairwise(ids))
    assert diary.digest()


def test_an_event_that_the_owner_had_in_hand_is_not_cut_anew(diary) -> None:
    talk(diary, *lines(BREAD))
    diary.upkeep("events")
    [(event, _texts)] = events(diary)
    diary.life.edit(event, "We baked.")
    talk(diary, *lines(BREAD), *lines(BREAD, 3)[8:])
    diary.upkeep("events")
    first, second = events(diary)
    assert first == (event, lines(BREAD))
    assert diary.engine.show(event).memory.text == "We baked."
    assert diary.rows("SELECT from_id, to_id FROM link WHERE kind = 'next'") == [(event, second[0])]
    diary.life.forget([second[0]])
    talk(diary, *lines(BREAD, 4))
    diary.upkeep("events")
    assert events(diary)[1][1] == lines(BREAD, 4)[12:]  # what went to the bin is not mixed with what came later


def test_a_note_and_its_newer_version_are_events_of_their_own(diary) -> None:
    diary.note("a.md", "The sourdough bread dough needs more flour.\n")
    diary.upkeep()
    [(old, _texts)] = events(diary)
    diary.note("a.md", "The sourdough bread dough needs much more flour.\n")
    diary.upkeep()
    [(new, texts)] = events(diary)
    assert new != old
    assert texts == ["The sourdough bread dough needs much more flour."]


def test_what_waits_for_its_vector_waits_for_its_event(diary) -> None:
    (diary.folder / "a.md").write_text(BREAD[0])
    diary.engine.add([diary.folder], wait=False)
    [report] = diary.life.upkeep(only=["events"], on_progress=lambda _p: None, cancelled=lambda: False)
    assert (dict(report.counts), report.waiting) == ({}, "passages wait for their vectors")
    assert events(diary) == []
    diary.engine.embed_waiting()
    diary.upkeep("events")
    assert len(events(diary)) == 1


# ------------------------------------------------------------------ links and topics


def test_what_has_to_do_with_each_other_is_linked_with_the_older(diary) -> None:
    for n, topic in enumerate((BREAD, BOAT, GARDEN, BOAT, GARDEN, BREAD)):
        for m, text in enumerate(topic):
            diary.note(f"{n}{m}.md", f"{text[:-1]}, note {n}.\n")
    diary.upkeep("events", "associations")
    links = diary.rows("""SELECT f.text, t.text, l.weight, l.from_id > l.to_id FROM link l
                          JOIN memory f ON f.id = l.from_id JOIN memory t ON t.id = l.to_id
                          WHERE l.kind = 'association'""")
    assert len(links) >= 5
    words = [{"bread", "dough", "loaf"}, {"boat", "engine"}, {"garden", "tomatoes", "beans"}]

    def subject(text: str) -> int:
        return next(n for n, some in enumerate(words) if some & set(text.lower().replace(",", "").split()))
    alike = [subject(str(one)) == subject(str(other)) for one, other, _weight, _newer in links]
    assert sum(alike) >= 0.9 * len(alike)
    assert all(newer and 0.4 < float(str(weight)) <= 1.0 for _one, _other, weight, newer in links)


@pytest.fixture
def sorted_diary(diary, monkeypatch):
    """Notes about three things, with their tree of topics."""
    monkeypatch.setattr(sorting, "EACH", 4)
    monkeypatch.setattr(sorting, "SMALLEST", 8)
    for n, topic in enumerate((BREAD, BOAT, GARDEN)):
        for m, text in enumerate(lines(topic)):
            (diary.folder / f"{n}{m}.md").write_text(text + "\n")
    diary.engine.add([diary.folder])
    diary.upkeep("events", "topics", "topic summaries")
    return diary


def topic_of(diary, part: str) -> int:
    [[found]] = diary.rows("""SELECT s.topic_id FROM membership s JOIN memory m ON m.id = s.memory_id
                              WHERE m.kind = 'event' AND instr(m.text, ?) AND m.retired_at IS NULL""", part)
    return int(str(found))


def test_events_are_sorted_into_a_tree_and_new_ones_join_it(sorted_diary) -> None:
    tree = sorted_diary.life.topics()
    assert tree[0].parent is None and tree[0].count == 24
    places = {one.id: at for at, one in enumerate(tree)}
    assert all(one.parent is None or places[one.parent] < places[one.id] for one in tree)
    homes = [{topic_of(sorted_diary, line[:-1]) for line in lines(topic)} for topic in (BREAD, BOAT, GARDEN)]
    assert all(len(home) == 1 for home in homes)
    assert len(set.union(*homes)) == 3
    ids = [one.id for one in tree]
    sorted_diary.note("new.md", "Flour for bread dough.\n")
    assert sorted_diary.upkeep("events", "topics")["sorted"] == 1
    assert topic_of(sorted_diary, "Flour for bread") in homes[0]
    assert [one.id for one in sorted_diary.life.topics()] == ids


def test_a_topic_is_not_called_by_people_or_by_what_is_said_of_everything(diary, monkeypatch) -> None:
    monkeypatch.setattr(sorting, "EACH", 4)
    for n, topic in enumerate((BREAD, BOAT, GARDEN)):
        for m, text in enumerate(lines(topic)):
            (diary.folder / f"{n}{m}.md").write_text(f"{text} Like yesterday, Ines Aas needs one of those.\n")
    diary.chat("ines", ("Ines Aas", "I am on my way.", diary.clock.now()), people=("Maren", "Ines Aas"))
    diary.engine.add([diary.folder])
    diary.upkeep("events", "topics")
    names = [one.name for one in diary.life.topics()]
    told = {word.casefold() for name in names for word in name.split(", ")}
    assert sum(map(bool, names)) > 3 and told.isdisjoint(("ines", "aas", "one", "like", "yesterday", "needs"))


def test_what_fits_nowhere_is_in_no_topic_until_there_is_much_of_it(sorted_diary) -> None:
    before = [one.id for one in sorted_diary.life.topics()]
    sorted_diary.note("odd.md", "Quarks have colour.\n")
    sorted_diary.upkeep("events", "topics")
    assert sorted_diary.life.topics()[0].count == 24
    for n in range(20):
        (sorted_diary.folder / f"odd{n}.md").write_text(f"Nebula{n} quasar{n} pulsar{n} comet{n} eclipse{n}.\n")
    sorted_diary.engine.add([sorted_diary.folder])
    sorted_diary.upkeep("events", "topics")
    assert sorted_diary.life.topics()[0].count == 45
    assert not set(before) & {one.id for one in sorted_diary.life.topics()}


def test_the_owners_name_and_what_is_put_somewhere_by_hand_outlast_a_new_tree(sorted_diary) -> None:
    bread, boat = topic_of(sorted_diary, lines(BREAD)[0][:-1]), topic_of(sorted_diary, lines(BOAT)[0][:-1])
    sorted_diary.life.rename_topic(bread, "Baking")
    moved = next(one for one, texts in events(sorted_diary) if texts == [lines(GARDEN)[0]])
    sorted_diary.life.move_to_topic([moved], boat)
    for n in range(40):
        (sorted_diary.folder / f"odd{n}.md").write_text(f"Nebula{n} quasar{n} pulsar{n} comet{n} eclipse{n}.\n")
    sorted_diary.engine.add([sorted_diary.folder])
    sorted_diary.upkeep("events", "topics", "topic summaries")
    tree = {one.id: one for one in sorted_diary.life.topics()}
    assert (tree[bread].name, tree[bread].by_owner) == ("Baking", True)
    assert tree[bread].count >= 8
    assert topic_of(sorted_diary, lines(GARDEN)[0][:-1]) == boat
    assert sorted_diary.digest()
    last = next(one for one in sorted_diary.life.journal() if one.what == "topics")
    for one in sorted_diary.life.journal():
        if one.id >= last.id:
            sorted_diary.life.undo(one.id)
    assert sorted_diary.life.topics()[0].count == 24


def test_an_event_put_somewhere_before_it_was_sorted_stays_there(sorted_diary) -> None:
    boat = topic_of(sorted_diary, lines(BOAT)[0][:-1])
    sorted_diary.note("new.md", "Flour for bread dough.\n")
    sorted_diary.upkeep("events")
    new = events(sorted_diary)[-1][0]
    sorted_diary.life.move_to_topic([new], boat)
    sorted_diary.upkeep("topics")
    assert topic_of(sorted_diary, "Flour for bread") == boat


def test_topics_are_summed_up_again_when_a_member_goes(sorted_diary) -> None:
    bread = topic_of(sorted_diary, lines(BREAD)[0][:-1])
    [first] = [one for one in outlines_of(sorted_diary, "topic") if one.key == str(bread)]
    assert 2 <= len(first.sentences) <= outlining.SENTENCES["topic"]
    assert len(first.parts) == 8
    sorted_diary.life.forget([sorted_diary.passage(lines(BREAD)[0])])
    sorted_diary.upkeep("topic summaries")
    [again] = [one for one in outlines_of(sorted_diary, "topic") if one.key == str(bread)]
    assert len(again.parts) == 7
    assert lines(BREAD)[0] not in again.memory.text
    stands_exactly(sorted_diary)


# ------------------------------------------------------------------ days, weeks, months


def test_days_weeks_and_months_stand_exactly_in_what_was_said(diary) -> None:
    days(diary, 35, datetime(2025, 5, 1, 9, tzinfo=UTC))
    diary.upkeep("events", "days")
    assert stands_exactly(diary) > 100
    levels = {level: [one.key for one in diary.life.timeline(levels=(level,), limit=99)]
              for level in ("day", "week", "month")}
    assert levels["day"][0] == "2025-06-04" and len(levels["day"]) == 35
    assert levels["week"][-1] == "2025-W18"
    assert levels["month"] == ["2025-06", "2025-05"]
    may = diary.life.timeline(levels=("month",), end=date(2025, 5, 31))[0]
    assert len(may.sentences) <= outlining.SENTENCES["month"]
    assert {diary.life.outline(part).level for part in may.parts} == {"week"}
    day = diary.life.timeline(levels=("day",), start=date(2025, 5, 7), end=date(2025, 5, 7))[0]
    assert day.memory.happened_at.iso()[:10] == "2025-05-07"
    assert diary.life.outline(day.parts[0]).level == "event"
    assert day.keywords


def test_a_day_that_is_not_embedded_yet_is_summed_up_beside_others(diary) -> None:
    days(diary, 7, datetime(2025, 5, 5, 9, tzinfo=UTC))
    late = diary.rows("SELECT id FROM memory WHERE kind = 'passage' ORDER BY id DESC LIMIT 8")
    diary.store.write(lambda db: db.conn.executemany(
        "DELETE FROM vector WHERE digest = (SELECT digest FROM memory WHERE id = ?)", late))
    [summed] = [one for one in diary.life.plan() if one.name == "days"]
    assert summed.counts["summaries"] >= 8


def test_a_day_of_little_talk_or_in_the_future_has_no_summary(diary) -> None:
    talk(diary, *BREAD[:2])
    talk(diary, *BREAD, name="Later", day=datetime(2025, 7, 1, tzinfo=UTC))
    diary.upkeep("days")
    assert diary.life.timeline() == ()


def test_a_day_is_summed_up_again_only_when_something_new_was_said_on_it(diary) -> None:
    talk(diary, *BREAD)
    diary.upkeep("days")
    [day] = diary.life.timeline(levels=("day",))
    assert diary.upkeep("days") == {}
    diary.chat("Tom", ("Tom", GARDEN[0], DAY), people=("Maren", "Tom"))
    diary.upkeep("days")
    [again] = diary.life.timeline(levels=("day",))
    assert again.memory.id != day.memory.id
    assert diary.rows("SELECT count(*) FROM memory WHERE kind = 'summary'") == [(3,)]  # of a day, a week, a month
    assert diary.digest()


def test_what_is_forgotten_is_in_no_summary_and_back_when_it_is_restored(diary) -> None:
    talk(diary, *BREAD, *BOAT)
    diary.upkeep("events", "days")
    [day] = diary.life.timeline(levels=("day",))
    gone = day.sentences[0]
    diary.life.forget([gone.memory])
    assert diary.life.timeline() == ()
    diary.upkeep("days")
    [without] = diary.life.timeline(levels=("day",))
    assert gone.text not in without.memory.text
    diary.life.restore([gone.memory])
    diary.upkeep("days")
    [back] = diary.life.timeline(levels=("day",))
    assert back.memory.text == day.memory.text
    assert diary.rows("SELECT count(*) FROM memory m WHERE kind = 'summary' AND retired_at IS NULL "
                      "AND forgotten_at IS NULL") == [(3,)]


def test_a_day_has_one_summary_after_forgetting_was_undone(diary) -> None:
    talk(diary, *BREAD, *BOAT)
    diary.upkeep("events", "days")
    [day] = diary.life.timeline(levels=("day",))
    diary.life.forget([day.sentences[0].memory])
    diary.upkeep("days")
    diary.life.undo()
    diary.upkeep("days")
    assert [one.memory.text for one in diary.life.timeline(levels=("day",))] == [day.memory.text]


def test_erasing_renews_the_days_without_the_words(diary) -> None:
    talk(diary, *BREAD, *BOAT)
    diary.upkeep("events", "days")
    [day] = diary.life.timeline(levels=("day",))
    diary.engine.erase([day.sentences[0].memory])
    assert diary.life.timeline() == ()
    diary.upkeep("days")
    [again] = diary.life.timeline(levels=("day",))
    assert day.sentences[0].text not in again.memory.text
    assert {len(diary.life.timeline(levels=(level,))) for level in ("week", "month")} == {1}
    stands_exactly(diary)


def test_an_assistant_sums_up_no_day(diary) -> None:
    (diary.folder / "bot.jsonl").write_text(
        '{"mneme": "conversation", "version": 1, "title": "b", "participants": [{"id": "a", "name": "B", "role": '
        '"assistant"}]}\n' + "".join(f'{{"id": "{n}", "from": "a", "at": "2025-06-02T09:0{n}", "text": "{text}"}}\n'
                                     for n, text in enumerate(BREAD)))
    diary.engine.add([diary.folder])
    diary.upkeep("days")
    assert diary.life.timeline() == ()


def test_many_vectors_at_once_are_read_in_parts(diary) -> None:
    diary.note("a.md", BREAD[0] + "\n")
    with diary.store.reader() as db:
        assert gists.matrix(db, 1, [1] * 300 + list(range(40_000))).shape == (40_300, 384)


def test_the_steps_have_names_of_their_own() -> None:
    assert list(consolidating.BY_NAME) == ["mend", "learn", "copies", "events", "associations", "topics", "days",
                                           "topic summaries"]


def test_a_summary_put_into_a_topic_is_no_part_of_the_summary_of_it(sorted_diary) -> None:
    bread = topic_of(sorted_diary, lines(BREAD)[0][:-1])
    [summary] = [one for one in outlines_of(sorted_diary, "topic") if one.key == str(bread)]
    sorted_diary.life.move_to_topic([summary.memory.id, sorted_diary.passage(lines(BOAT)[0])], bread)
    sorted_diary.upkeep("topic summaries")
    [again] = [one for one in outlines_of(sorted_diary, "topic") if one.key == str(bread)]
    assert summary.memory.id not in again.parts
    assert len(again.parts) == 9
    assert sorted_diary.digest()


def test_a_topic_that_lost_one_and_gained_another_is_summed_up_again(sorted_diary) -> None:
    bread, boat = topic_of(sorted_diary, lines(BREAD)[0][:-1]), topic_of(sorted_diary, lines(BOAT)[0][:-1])
    one, other = (next(event for event, texts in events(sorted_diary) if texts == [topic[0]])
                  for topic in (lines(BREAD), lines(BOAT)))
    sorted_diary.life.move_to_topic([one], boat)
    sorted_diary.life.move_to_topic([other], bread)
    assert sorted_diary.upkeep("topic summaries")["summaries"] == 2
    parts = {outline.key: set(outline.parts) for outline in outlines_of(sorted_diary, "topic")}
    assert one in parts[str(boat)] - parts[str(bread)]
    assert other in parts[str(bread)] - parts[str(boat)]
    assert sorted_diary.upkeep("topic summaries") == {}


def test_a_topic_of_too_few_loses_its_summary(sorted_diary) -> None:
    bread = topic_of(sorted_diary, lines(BREAD)[0][:-1])
    for text in lines(BREAD)[2:]:
        sorted_diary.life.forget([sorted_diary.passage(text)])
    sorted_diary.upkeep("topic summaries")
    assert str(bread) not in {outline.key for outline in outlines_of(sorted_diary, "topic")}
