"""The journal: every act and every step can be undone wholly, in order, and leaves no words of what was erased."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mneme.errors import KnownError, NotFound
from mneme.store import changes
from mneme.store.changes import ChangeSet
from mneme.types import Kind
from mneme.upkeep import sorting

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)
HOME = ("I live in Oslo.", "My sister is called Ines.", "The ferry leaves at noon on Sundays only.")

Act = Callable[["Diary"], object]  # noqa: F821


def home(diary, folder: str = ".") -> None:
    for n, text in enumerate(HOME):
        diary.note(f"{folder}/{n}.md", text + "\n")


def chat(diary, n: int = 12) -> None:
    topics = ("The sourdough bread needs more flour and salt.", "The boat engine coughs and leaks black oil.")
    diary.chat("Ines", *((("Maren", "Ines")[i % 2], f"{topics[i * 2 // n]} Part {i}.", DAY + timedelta(minutes=i))
                         for i in range(n)))


def last(diary) -> int:
    return diary.life.journal(limit=1)[0].id


ACTS: dict[str, Act] = {
    "forget": lambda d: d.life.forget([d.passage("I live in Oslo")]),
    "pin": lambda d: d.life.pin([d.passage("ferry")]),
    "keep": lambda d: d.life.keep_longer([d.passage("ferry")]),
    "fade": lambda d: d.life.let_fade([d.passage("ferry")]),
    "edit": lambda d: d.life.edit(d.passage("ferry"), "The ferry leaves at ten."),
    "edit fact": lambda d: d.life.edit(d.fact("You live in Oslo.").memory.id, "Rome"),
    "confirm": lambda d: d.life.confirm(d.fact("You live in Oslo.").memory.id),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_undone_leaves_everything_as_it_was(diary, name: str) -> None:
    home(diary)
    diary.upkeep()
    before = diary.digest()
    words = [hit.memory.text for hit in diary.engine.search("ferry noon Oslo").hits]
    ACTS[name](diary)
    assert diary.digest() != before
    assert diary.life.undo().what == name.split()[0]
    assert diary.digest() == before
    assert [hit.memory.text for hit in diary.engine.search("ferry noon Oslo").hits] == words


def test_edits_of_facts_events_and_restoring_are_undone_too(diary) -> None:
    home(diary)
    chat(diary)
    diary.upkeep()
    [event, *_] = diary.rows("SELECT id FROM memory WHERE kind = 'event' ORDER BY id")
    diary.life.edit(diary.fact("You live in Oslo.").memory.id, "Rome")
    diary.life.forget([diary.passage("ferry")])
    before = diary.digest()
    for act in (lambda: diary.life.edit(diary.fact("Your sister is Ines.").memory.id, "My sister is called Ada."),
                lambda: diary.life.edit(event[0], "We talked about bread."),
                lambda: diary.life.restore([row[0] for row in diary.rows(
                    "SELECT id FROM memory WHERE forgotten_at IS NOT NULL AND kind = 'passage'")])):
        act()
        assert diary.digest() != before
        diary.life.undo()
        assert diary.digest() == before


def test_every_step_of_upkeep_is_undone_latest_first(diary, monkeypatch) -> None:
    monkeypatch.setattr(sorting, "ENOUGH", 2)
    home(diary)
    home(diary, "copy")
    chat(diary)
    diary.upkeep("mend")
    start = diary.digest()
    seen = {}
    for step in ("copies", "events", "associations", "topics", "days", "topic summaries"):
        before = diary.digest()
        if diary.upkeep(step):
            seen[last(diary)] = before
    assert len(seen) >= 4
    for made, before in sorted(seen.items(), reverse=True):
        assert diary.life.undo(made).by == "upkeep"
        assert diary.digest() == before
    assert diary.digest() == start


def some_act(diary, chance: random.Random) -> None:
    """One thing that an owner may do, to a memory that chance picks; some are refused."""
    def any_of(kinds: str) -> int:
        return int(str(chance.choice(diary.rows(
            f"SELECT id FROM memory WHERE kind IN ({kinds}) AND retired_at IS NULL ORDER BY id"))[0]))
    memory = any_of("'passage', 'fact', 'event', 'summary'")
    topics = [topic.id for topic in diary.life.topics()]
    chance.choice([
        lambda: diary.life.forget([memory]), lambda: diary.life.restore([memory]),
        lambda: diary.life.restore([row[0] for row in diary.rows(
            "SELECT id FROM memory WHERE forgotten_at IS NOT NULL ORDER BY id")]),
        lambda: diary.life.pin([memory], on=chance.random() < 0.7), lambda: diary.life.keep_longer([memory]),
        lambda: diary.life.let_fade([memory]),
        lambda: diary.life.edit(memory, chance.choice(["I live in Turin.", "My sister is called Ada.", "Ida"])),
        lambda: diary.life.edit(any_of("'fact'"), chance.choice(["Turin", "Ada", "I live in Rome."])),
        lambda: diary.life.confirm(any_of("'fact'")),
        lambda: topics and diary.life.move_to_topic([memory], chance.choice(topics)),
        lambda: topics and diary.life.rename_topic(chance.choice(topics), "Mine"),
        lambda: diary.upkeep()])()
    diary.clock.advance(timedelta(hours=chance.randrange(100)))


@pytest.mark.parametrize("seed", (5, 28, 41))
def test_whatever_was_done_undoing_it_step_by_step_leads_back(diary, monkeypatch, seed: int) -> None:
    monkeypatch.setattr(sorting, "ENOUGH", 2)
    chance = random.Random(seed)
    home(diary)
    home(diary, "copy")
    diary.note("2025-06-02.md", "I live in Rome. My brother is called Tom.\n")
    chat(diary)
    diary.life.edit(diary.passage("brother"), "I live in Rome. My brother is called Tim.")
    digests = {last(diary): diary.digest()}
    for _ in range(25):
        some_act(diary, chance)
        digests[last(diary)] = diary.digest()
    sets = [entry.id for entry in diary.life.journal(limit=1000) if entry.id > min(digests)]
    for one in sets:
        assert diary.digest() == digests.get(one, diary.digest())
        diary.life.undo(one)
    assert diary.digest() == digests[min(digests)]


def test_out_of_order_is_refused_with_what_is_to_be_undone_first(diary) -> None:
    home(diary)
    memory = diary.passage("ferry")
    ids = []
    for on in (True, False, True):
        diary.life.pin([memory], on=on)
        ids.append(last(diary))
    with pytest.raises(KnownError) as refused:
        diary.life.undo(ids[0])
    assert f"{ids[2]}, {ids[1]}" in (refused.value.remedy)
    for one in reversed(ids):
        diary.life.undo(one)
    assert not diary.engine.show(memory).memory.pinned


def test_what_built_on_a_memory_is_to_be_undone_before_the_memory(diary) -> None:
    """A link, a successor or a topic refers to the row, though the row itself stays as it was."""
    diary.note("a.md", "I live in Oslo since 2020.\n")
    learned = last(diary)
    diary.clock.advance(timedelta(days=1))
    diary.note("b.md", "I lived in Rome from 2010 to 2020.\n\nI moved from Rome to Oslo in 2020.\n")
    before = diary.digest()
    rows = diary.rows("SELECT superseded_by, same_as FROM fact WHERE superseded_by IS NOT NULL OR same_as IS NOT NULL")
    assert rows
    with pytest.raises(KnownError, match="later changes"):
        diary.life.undo(learned)
    assert diary.digest() == before


def test_a_link_to_a_memory_is_built_on_it(diary) -> None:
    def work(db, what, inside):
        return db and changes.within(db, what, "upkeep", DAY, inside)
    home(diary)
    passage = diary.passage("ferry")
    values = {"kind": "event", "text": "x", "digest": b"x", "origin": "derived", "recorded_at": 0}
    item = diary.rows("SELECT id FROM item")[0][0]

    def make(made: ChangeSet) -> int:
        memory = made.insert("memory", values)
        made.insert("evidence", {"memory_id": memory, "ordinal": 0, "item_id": item, "start": 0, "end": 1})
        return memory
    event = diary.store.write(lambda db: work(db, "make", make))
    made, before = last(diary), diary.digest()
    diary.store.write(lambda db: work(db, "link", lambda c: c.insert(
        "link", {"from_id": passage, "kind": "association", "to_id": event, "weight": 1.0})))
    with pytest.raises(KnownError, match="later changes"):
        diary.life.undo(made)
    diary.life.undo(last(diary))
    assert diary.digest() == before
    diary.life.undo(made)


def test_a_member_of_a_topic_is_built_on_the_topic(diary) -> None:
    home(diary)
    topic = diary.store.write(lambda db: changes.within(db, "topics", "upkeep", DAY, lambda c: c.insert(
        "topic", {"parent_id": None, "name": "Boats", "size": 1, "centroid": b""})))
    made = last(diary)
    diary.life.move_to_topic([diary.passage("ferry")], topic)
    with pytest.raises(KnownError, match="later changes"):
        diary.life.undo(made)
    diary.life.undo()
    diary.life.undo(made)
    assert diary.life.topics() == ()


def test_twice_and_what_is_not_there(diary) -> None:
    home(diary)
    with pytest.raises(NotFound):
        diary.life.undo(77)
    diary.life.pin([diary.passage("ferry")])
    made = last(diary)
    diary.life.undo()
    with pytest.raises(KnownError, match="undone already"):
        diary.life.undo(made)
    with pytest.raises(KnownError, match="nothing to undo"):
        diary.life.undo()
    [entry] = diary.life.history(diary.passage("ferry"))
    assert (entry.undoable, entry.undone_at) == (False, diary.clock.now())


def test_what_was_partly_erased_cannot_be_undone(diary) -> None:
    home(diary)
    diary.life.pin([diary.passage("ferry"), diary.passage("Oslo")])
    made = last(diary)
    diary.engine.erase([diary.passage("ferry")])
    with pytest.raises(KnownError, match="was erased"):
        diary.life.undo(made)
    assert diary.life.journal(by="owner")[0].undoable is False


def test_an_erased_successor_is_never_brought_back_by_undo(diary) -> None:
    """What a later change put aside may have been erased since: the row that referred to it cannot be put back."""
    diary.note("a.md", "I live in Oslo.\n")
    diary.clock.advance(timedelta(days=30))
    diary.note("b.md", "I live in Rome now.\n")
    diary.clock.advance(timedelta(days=1))
    (diary.folder / "2025-07-01.md").write_text("I live in Turin now.\n")
    diary.engine.add([diary.folder])
    between = diary.life.journal(by="upkeep", limit=1)[0].id
    diary.engine.erase([diary.fact("You live in Rome.").memory.id])
    try:
        diary.life.undo(between)
    except KnownError as error:
        assert "erased" in str(error)
    assert diary.digest()
    assert "You live in Rome." not in [fact.memory.text for fact in diary.life.facts(history=True)]


def test_nothing_is_written_down_for_what_changes_nothing(diary) -> None:
    home(diary)
    before = len(diary.life.journal())
    diary.life.pin([diary.passage("ferry")], on=False)
    diary.life.restore([diary.passage("ferry")])
    assert len(diary.life.journal()) == before


def test_a_set_that_fails_leaves_nothing(diary) -> None:
    home(diary)
    before = diary.digest(), len(diary.life.journal())
    with pytest.raises(NotFound):
        diary.life.pin([diary.passage("ferry"), 4711])
    assert (diary.digest(), len(diary.life.journal())) == before


def test_blobs_and_strange_words_come_back_exactly(diary) -> None:
    diary.note("home.md", "\u2067Ines\u2069 said 🗝️ \x1f twice.\n")
    memory = diary.passage("twice")
    before = diary.rows("SELECT * FROM memory WHERE id = ?", memory)

    def rewrite(made: ChangeSet) -> None:
        made.update("memory", memory, {"text": "", "digest": bytes(range(256)), "importance": 1e-300})
        made.update("memory", memory, {"text": "other"})
    diary.store.write(lambda db: changes.within(db, "test", "owner", DAY, rewrite))
    diary.life.undo()
    assert diary.rows("SELECT * FROM memory WHERE id = ?", memory) == before


def test_history_tells_each_change_of_a_memory_oldest_first(diary) -> None:
    home(diary)
    memory = diary.passage("ferry")
    diary.life.pin([memory])
    diary.life.forget([memory])
    assert [entry.what for entry in diary.life.history(memory)] == ["pin", "forget"]
    assert [entry.what for entry in diary.engine.show(memory).revisions] == ["pin", "forget"]
    assert {entry.by for entry in diary.life.journal(by="upkeep")} == {"upkeep"}
    assert diary.engine.list_memories().memories[0].kind is Kind.PASSAGE
