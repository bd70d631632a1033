"""Erasing is complete: text, versions, headings, indexes and free pages; and it does not come back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mneme.store import entries, erasing, fulltext, health, items, memories, vectors
from mneme.store.columns import text_digest
from mneme.store.database import Database
from mneme.store.erasing import Tombstones, blot, scrub
from mneme.store.items import NewItem, NewPassage
from mneme.testing import FakeClock, HashEmbedder, decrypted
from mneme.types import EntryState, Origin

KEY = bytes(range(32))
NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
FIRST = "The boat is sold and the motor stays."
SECRET = "The safe opens with the word quixotango."
LAST = "Water from the well is fine again."
TEXT = f"# Autumn\n\n{FIRST}\n\n{SECRET}\n\n{LAST}\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "memory.db", KEY, clock=FakeClock())
    database.write(fulltext.secure)
    yield database
    database.close()


def span_of(text: str, part: str) -> tuple[int, int]:
    return text.index(part), text.index(part) + len(part)


def note(text: str = TEXT, *parts: str, heading: str = "Autumn") -> NewItem:
    passages = tuple(NewPassage(span_of(text, part), heading) for part in parts or (FIRST, SECRET, LAST))
    return NewItem(key="", title="Autumn", text=text, origin=Origin.OWNER, passages=passages)


def keep(store: Database, place: str, item: NewItem) -> None:
    def work(db):
        entry = entries.register(db, Path(place), NOW)
        left = scrub(Tombstones(db), Path(place), item)
        if left is not None:
            items.keep(db, entry, left, {}, NOW)
        entries.settle(db, entry, EntryState.DONE, NOW, digest=b"d")
    store.write(work)


def erase(store: Database, *ids: int):
    erased = store.write(lambda db: erasing.erase(db, ids, NOW))
    store.checkpoint()
    return erased


def everything(store: Database, tmp_path: Path) -> bytes:
    """Every byte of a decrypted copy of the file, free pages included."""
    store.checkpoint()
    return decrypted(tmp_path / "memory.db", KEY)


def test_an_erased_sentence_is_gone_and_every_other_span_stays_exact(store: Database) -> None:
    keep(store, "/a.md", note())
    erased = erase(store, 2)
    assert erased.gone == {2}
    with store.reader() as db:
        assert health.examine(db) == []
        text = memories.detail(db, 1, NOW).item_text
        assert "quixotango" not in text
        assert len(text) == len(TEXT)
        assert [m.text for m in memories.load(db, [1, 3], NOW)] == [FIRST, LAST]


def test_overlapping_passages_lose_the_words_too(store: Database) -> None:
    both = TEXT[TEXT.index(FIRST):TEXT.index(SECRET) + len(SECRET)]
    keep(store, "/a.md", note(TEXT, both, SECRET))
    erase(store, 2)
    with store.reader() as db:
        left = memories.load(db, [1], NOW)[0].text
        assert left.startswith(FIRST)
        assert "quixotango" not in left
        assert fulltext.count(db, "quixotango") == 0
        assert health.examine(db) == []


def test_old_versions_and_copies_elsewhere_lose_it_too(store: Database) -> None:
    keep(store, "/a.md", note())
    longer = TEXT + "\nAnd more.\n"
    keep(store, "/a.md", note(longer))
    keep(store, "/copy.md", note())
    erase(store, 5)  # the passage in the second version
    with store.reader() as db:
        assert db.execute("SELECT count(*) FROM item WHERE text LIKE '%quixotango%'").fetchone()[0] == 0
        assert db.execute("SELECT count(*) FROM memory WHERE text LIKE '%quixotango%'").fetchone()[0] == 0
        assert health.examine(db) == []


def test_it_does_not_come_back_with_the_next_version_or_under_another_name(store: Database) -> None:
    keep(store, "/a.md", note())
    erase(store, 2)
    changed = TEXT.replace("sold", "rented")
    keep(store, "/a.md", note(changed, changed[10:40], SECRET, LAST))
    keep(store, "/b.md", note())
    with store.reader() as db:
        assert fulltext.count(db, "quixotango") == 0
        assert fulltext.count(db, "rented") == 1
        assert health.examine(db) == []


def test_a_wholly_erased_place_leaves_nothing_but_a_hash(store: Database) -> None:
    only = NewItem(key="", title="quixotango", text=SECRET, origin=Origin.OWNER,
                   passages=(NewPassage((0, len(SECRET))),))
    keep(store, "/quixotango.md", only)
    erase(store, 1)
    with store.reader() as db:
        assert health.counts(db)["entries"] == 0
        assert Tombstones(db).has_place(Path("/quixotango.md"), b"d")
        assert not Tombstones(db).has_place(Path("/quixotango.md"), b"other bytes")


def test_short_sentences_are_known_only_with_their_place(store: Database) -> None:
    yes = NewItem(key="", title="Chat", text="Yes.", origin=Origin.OWNER, passages=(NewPassage((0, 4)),))
    keep(store, "/a.md", yes)
    keep(store, "/b.md", yes)
    erase(store, 1)
    with store.reader() as db:
        assert fulltext.count(db, "yes") == 1


def test_headings_titles_and_vectors_go_with_the_words(store: Database) -> None:
    text = "# Quixotango\n\nSomething else altogether.\n"
    heading = NewItem(key="", title="Quixotango", text=text, origin=Origin.OWNER, tags=("quixotango",),
                      passages=(NewPassage(span_of(text, "# Quixotango")),
                                NewPassage(span_of(text, "Something else altogether."), "Quixotango")))
    keep(store, "/a.md", heading)
    embedder = HashEmbedder()

    def embed(db):
        model = vectors.model(db, embedder.model_id, embedder.dim)
        texts = ["# Quixotango", "Something else altogether."]
        vectors.put(db, model, [text_digest(t) for t in texts], embedder.embed(texts, kind="passage"))
    store.write(embed)
    erase(store, 1)
    with store.reader() as db:
        assert fulltext.count(db, "quixotango") == 0
        assert health.counts(db)["vectors"] == 1
        assert memories.load(db, [2], NOW)[0].title == "a"
        assert db.execute("SELECT count(*) FROM item WHERE lower(title || tags || text) LIKE '%quixo%'"
                          ).fetchone()[0] == 0


def test_no_page_of_the_file_holds_the_word(store: Database, tmp_path: Path) -> None:
    for n in range(200):
        keep(store, f"/{n}.md", note(TEXT.replace("Water", f"Water {n}").replace("boat", f"boat {n}"),
                                     SECRET, heading=f"h{n}"))
    assert b"quixotango" in everything(store, tmp_path)
    erase(store, 1)
    data = everything(store, tmp_path)
    assert b"quixotango" not in data
    assert b"ixotango" not in data  # FTS5 compresses prefixes


def test_blot_keeps_length_and_line_breaks() -> None:
    assert blot("ab\ncd ef", [(1, 4), (3, 5)]) == "a█\n██ ef"
