"""Items: the same twice changes nothing, a change is a new version, history stays, full text follows."""

import dataclasses
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mneme.errors import NotFound
from mneme.store import acts, browsing, changes, entries, fulltext, health, items, memories, vectors
from mneme.store.browsing import Sought
from mneme.store.columns import text_digest
from mneme.store.database import Database
from mneme.store.items import Kept, NewItem, NewPassage
from mneme.testing import FakeClock, HashEmbedder
from mneme.types import EntryState, MemoryFilter, Moment, Origin

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "memory.db", bytes(range(32)), clock=FakeClock())
    yield database
    database.close()


def note(text: str, title: str = "Cabin log", key: str = "") -> NewItem:
    return NewItem(key=key, title=title, text=text, origin=Origin.OWNER, passages=(NewPassage((0, len(text))),),
                   happened_at=Moment(datetime(2024, 10, 14, tzinfo=UTC), 120, "day"), happened_from="content")


def keep(store: Database, place: str, *kept: NewItem) -> list[Kept]:
    def work(db):
        entry = entries.register(db, Path(place), NOW)
        entries.settle(db, entry, EntryState.DONE, NOW)
        return [items.keep(db, entry, item, {}, NOW) for item in kept]
    return store.write(work)


def found(store: Database, match: str) -> list[str]:
    with store.reader() as db:
        return [m.text for m in browsing.listed(db, Sought(MemoryFilter(query=match), NOW, match), limit=10)]


def findings(store: Database) -> list:
    with ThreadPoolExecutor(1) as fresh:  # a new thread has a new connection (see mneme.upkeep.health)
        return fresh.submit(lambda: _examine(store)).result()


def _examine(store: Database) -> list:
    with store.reader() as db:
        return health.examine(db)


def healthy(store: Database) -> bool:
    return findings(store) == []


def test_the_same_twice_changes_nothing(store: Database) -> None:
    assert keep(store, "/a.md", note("The key hangs in the shed.")) == [Kept.ADDED]
    with store.reader() as db:
        before = health.digest(db)
    assert keep(store, "/a.md", note("The key hangs in the shed.")) == [Kept.UNCHANGED]
    with store.reader() as db:
        assert health.counts(db)["memories"] == 1
        assert len(before) == 64


def test_a_change_is_a_new_version_and_the_old_one_stays_as_history(store: Database) -> None:
    keep(store, "/a.md", note("The key hangs in the shed."))
    assert keep(store, "/a.md", note("The key hangs behind the barrel.")) == [Kept.UPDATED]
    assert found(store, "shed") == []
    assert found(store, "barrel") == ["The key hangs behind the barrel."]
    with store.reader() as db:
        old = memories.detail(db, 1, NOW)
        assert (old.version, old.current, old.item_text) == (1, False, "The key hangs in the shed.")
        assert health.counts(db)["old_versions"] == 1
    assert healthy(store)


def test_a_moment_comes_back_as_it_was_said(store: Database) -> None:
    keep(store, "/a.md", note("Drained the pipes."))
    with store.reader() as db:
        moment = memories.load(db, [1], NOW)[0].happened_at
    assert moment is not None
    assert moment.iso() == "2024-10-14"


@pytest.mark.parametrize(("text", "match"), [
    ("鍵は青い雨樽の後ろに掛かっている。", '"雨 樽"'), ("钥匙挂在蓝色雨桶后面", '"雨 桶"'),
    ("กุญแจแขวนอยู่หลังถังน้ำฝน", '"ถ ั ง"'), ("Der Schlüssel hängt", "schlussel"), ("the barrels", "barrel")])
def test_words_are_found_in_any_script(store: Database, text: str, match: str) -> None:
    keep(store, "/a.md", note(text, title="x"))
    assert found(store, match) == [text]


def moved(store: Database, act: Callable[..., list[int]], wanted: list[int]) -> list[int]:
    return store.write(lambda db: changes.within(db, "test", "owner", NOW, lambda made: act(db, made, wanted)))


def test_forget_takes_out_of_search_at_once_and_restore_brings_back(store: Database) -> None:
    keep(store, "/a.md", note("The key hangs in the shed."))
    assert moved(store, acts.forget, [1, 1]) == [1]
    assert found(store, "shed") == []
    assert healthy(store)
    with store.reader() as db:
        assert [m.id for m in browsing.listed(db, Sought(MemoryFilter(bin=True), NOW))] == [1]
        assert browsing.listed(db, Sought(MemoryFilter(faded=None), NOW)) == []
    assert moved(store, acts.restore, [1]) == [1]
    assert found(store, "shed") == ["The key hangs in the shed."]


def test_a_forgotten_passage_of_an_old_version_is_not_restored_into_search(store: Database) -> None:
    keep(store, "/a.md", note("The key hangs in the shed."))
    moved(store, acts.forget, [1])
    keep(store, "/a.md", note("The key hangs behind the barrel."))
    moved(store, acts.restore, [1])
    assert found(store, "shed") == []
    assert healthy(store)


def test_an_unknown_memory_is_said_and_nothing_moves(store: Database) -> None:
    keep(store, "/a.md", note("The key hangs in the shed."))
    with pytest.raises(NotFound):
        moved(store, acts.forget, [1, 99])
    assert found(store, "shed")


def test_equal_texts_share_one_vector_and_it_goes_with_the_last(store: Database) -> None:
    text = "The ferry leaves at noon."
    keep(store, "/a.md", note(text))
    keep(store, "/b.md", note(text))
    embedder = HashEmbedder()

    def work(db):
        model = vectors.model(db, embedder.model_id, embedder.dim)
        assert [w[0] for w in vectors.waiting(db, model, 0, 10)] == [1, 2]
        assert vectors.count_waiting(db, model) == 1
        vectors.put(db, model, [text_digest(text)] * 2, embedder.embed([text] * 2, kind="passage"))
        assert vectors.waiting(db, model, 0, 10) == []
        ids, rows = vectors.after(db, model, 0, 10, derived=False)
        assert rows.shape == (1, embedder.dim)
        assert vectors.live_memories(db, [int(i) for i in ids]) == [(1, 1), (1, 2)]
        return vectors.delete_unused(db, [text_digest(text)])

    assert store.write(work) == 0


def test_doctor_finds_and_mends_what_can_be_rebuilt(store: Database) -> None:
    keep(store, "/a.md", note("The key hangs in the shed."))

    def harm(db):
        fulltext.delete(db, [1])
        model = vectors.model(db, "m", 4)
        db.execute("INSERT INTO vector (model_id, digest, data) VALUES (?, x'00', x'0000')", [model])
        db.execute("INSERT INTO entry (place, shown, state, updated_at) VALUES (x'2f', '/', 'done', 0)")

    store.write(harm)
    assert {f.check for f in findings(store)} == {
        "full text", "vectors without text", "vectors of wrong length", "queue"}
    assert all(f.repaired for f in store.write(health.repair))
    assert healthy(store)
    assert found(store, "shed")


def test_doctor_sees_a_passage_that_is_not_what_stands_at_its_place(store: Database) -> None:
    keep(store, "/a.md", note("The key hangs in the shed."))
    store.write(lambda db: db.execute("UPDATE memory SET text = 'something else'"))
    with store.reader() as db:
        assert [f.check for f in health.examine(db) if not f.repairable] == ["passages"]


def test_the_digest_is_of_rows_not_of_indexes(store: Database) -> None:
    keep(store, "/a.md", note("The key hangs in the shed."))
    with store.reader() as db:
        before = health.digest(db)
    store.write(fulltext.rebuild)
    with store.reader() as db:
        assert health.digest(db) == before
    store.write(lambda db: memories.record_use(db, [1], "recalled", NOW))
    with store.reader() as db:
        assert health.digest(db) != before


def test_a_message_is_embedded_with_its_speaker(store: Database) -> None:
    said = dataclasses.replace(note("See you at noon."), speaker="Ines")
    keep(store, "/chat.jsonl", said)
    with store.reader() as db:
        assert [text for _id, _digest, text in vectors.waiting(db, 1, 0, 10)] == ["Ines: See you at noon."]


def paragraphs(*texts: str) -> NewItem:
    whole = "\n\n".join(texts)
    spans = [(whole.index(text), whole.index(text) + len(text)) for text in texts]
    return dataclasses.replace(note(whole), passages=tuple(NewPassage(span) for span in spans))


def test_a_passage_that_says_the_same_in_a_newer_version_lives_on(store: Database) -> None:
    def keep_at(item: NewItem, at: datetime) -> None:
        store.write(lambda db: items.keep(db, entries.register(db, Path("/a.md"), at), item, {}, at))

    later = NOW + timedelta(days=30)
    keep_at(paragraphs("The key hangs in the shed.", "The boat is green."), NOW)
    store.write(lambda db: memories.record_use(db, [1], "recalled", NOW))
    moved(store, acts.forget, [2])
    keep_at(paragraphs("A new beginning.", "The key hangs in the shed.", "The boat is green."), later)
    with store.reader() as db:
        live = {m.text: m for m in browsing.listed(db, Sought(MemoryFilter(faded=None), later))}
        assert set(live) == {"A new beginning.", "The key hangs in the shed."}, "what was forgotten stays so"
        assert memories.detail(db, live["The key hangs in the shed."].id, later).uses == ((NOW, "recalled"),)
        assert live["The key hangs in the shed."].recorded_at == NOW < live["A new beginning."].recorded_at
    assert found(store, "boat") == [] and healthy(store)
