"""Choosing another embedder: search goes on, the change can be stopped and resumed, vectors are never mixed."""

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import KnownError, ModelFailed, ModelMissing, NotFound
from mneme.paths import Profile
from mneme.ports import Vectors
from mneme.testing import FakeClock, HashEmbedder, MissingEmbedder, ScriptedReader
from mneme.types import ModelInfo, Progress

Open = Callable[..., Engine]
LINES = 200


class SpyingEmbedder(HashEmbedder):
    """Remembers which queries it was asked, and refuses vectors' lengths that are not its own."""

    def __init__(self, dim: int, model_id: str) -> None:
        super().__init__(dim, model_id)
        self.queries: list[str] = []

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "passage"], threads: int = 0) -> Vectors:
        if kind == "query":
            self.queries += texts
        return super().embed(texts, kind=kind, threads=threads)


class BreakingEmbedder(HashEmbedder):
    """An embedder that breaks at its work."""

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "passage"], threads: int = 0) -> Vectors:
        raise ModelFailed("The embedder stopped.", "Try again.")


@pytest.fixture
def old() -> SpyingEmbedder:
    return SpyingEmbedder(384, "hash-old")


@pytest.fixture
def new() -> SpyingEmbedder:
    return SpyingEmbedder(64, "hash-new")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    lines = [{"mneme": "conversation", "version": 1, "title": "Log", "participants": [{"id": "a", "name": "Ada"}]},
             *({"id": str(n), "from": "a", "at": "2024-05-20T09:00", "text": f"Note {n}: the boat {n} lies in harbour."}
               for n in range(LINES))]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def open_engine(tmp_path: Path, clock: FakeClock, old: HashEmbedder, new: HashEmbedder) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_(**parts: object) -> Engine:
        given = {"embedder": old, "reader": ScriptedReader(), "embedders": {"hash-new": new}, **parts}
        plugins = dataclasses.replace(builtin.plugins(), **given)
        opened.append(Engine.open(Profile(tmp_path / "profile"), clock=clock, use_keyring=False, plugins=plugins))
        return opened[-1]

    yield open_
    for engine in opened:
        engine.close()


def info(engine: Engine, name: str) -> ModelInfo:
    return next(model for model in engine.models.all() if model.id == name)


def stop_after(portions: int) -> tuple[Callable[[Progress], None], Callable[[], bool]]:
    """A progress listener and a cancel button that is pressed after so many portions."""
    seen = [0]

    def listen(progress: Progress) -> None:
        seen[0] += 1

    return listen, lambda: seen[0] >= portions


def test_search_goes_on_with_the_old_vectors_until_the_new_are_complete(
        open_engine: Open, notes: Path, old: SpyingEmbedder, new: SpyingEmbedder) -> None:
    engine = open_engine()
    engine.add([notes])
    chosen = engine.models.use("hash-new")
    assert (chosen.state, chosen.waiting > 0) == ("getting ready", True)
    listen, cancelled = stop_after(1)
    half = engine.embed_waiting(progress=listen, cancelled=cancelled)
    assert 0 < half < chosen.waiting
    assert info(engine, "hash-new").waiting == chosen.waiting - half
    new.queries.clear()
    assert engine.search("boat 33").hits[0].memory.text.startswith("Note 33")
    assert (old.queries[-1], new.queries) == ("boat 33", [])

    assert engine.embed_waiting() == chosen.waiting - half  # what was done before the stop is not done again
    assert (info(engine, "hash-new").state, info(engine, "hash-old").state) == ("in use", "ready")
    assert engine.search("boat 44").hits[0].memory.text.startswith("Note 44")
    assert (old.queries[-1], new.queries) == ("boat 33", ["boat 44"])


def test_a_change_outlives_the_program(open_engine: Open, notes: Path, new: SpyingEmbedder) -> None:
    first = open_engine()
    first.add([notes])
    first.models.use("hash-new")
    listen, cancelled = stop_after(1)
    half = first.embed_waiting(progress=listen, cancelled=cancelled)
    first.close()
    second = open_engine()
    left = info(second, "hash-new").waiting
    assert info(second, "hash-new").state == "getting ready"
    assert half and second.embed_waiting() == left
    second.close()
    third = open_engine()
    third.search("boat 5")
    assert new.queries[-1] == "boat 5"


def test_texts_that_come_during_the_change_are_found_at_once(
        open_engine: Open, notes: Path, tmp_path: Path, new: SpyingEmbedder) -> None:
    engine = open_engine()
    engine.add([notes])
    engine.set_setting("models.paused", True)
    engine.models.use("hash-new")
    (tmp_path / "late.txt").write_text("The parrot speaks Danish.")
    engine.add([tmp_path / "late.txt"])
    hit = engine.search("parrot Danish").hits[0]
    assert hit.memory.text == "The parrot speaks Danish." and "meaning" in hit.why
    assert new.queries == []
    engine.set_setting("models.paused", False)
    engine.embed_waiting()
    assert "meaning" in engine.search("parrot Danish").hits[0].why
    assert new.queries == ["parrot Danish"]


def test_paused_nothing_is_embedded_for_the_new_model(open_engine: Open, notes: Path) -> None:
    engine = open_engine()
    engine.add([notes])
    waiting = engine.models.use("hash-new").waiting
    engine.set_setting("models.paused", True)
    assert engine.embed_waiting() == 0
    assert info(engine, "hash-new").waiting == waiting


def test_going_back_needs_only_what_came_since(
        open_engine: Open, notes: Path, tmp_path: Path, old: SpyingEmbedder) -> None:
    engine = open_engine()
    engine.add([notes])
    engine.models.use("hash-new")
    engine.embed_waiting()
    (tmp_path / "late.txt").write_text("The parrot speaks Danish.")
    engine.add([tmp_path / "late.txt"])
    assert engine.models.use("built-in").waiting == 1
    assert engine.embed_waiting() == 1
    assert engine.search("parrot").hits[0].memory.text == "The parrot speaks Danish."
    assert old.queries[-1] == "parrot"
    assert engine.models.use("hash-new").state == "in use"  # complete already: at once


def test_changing_ones_mind_leaves_everything_as_it_was(open_engine: Open, notes: Path, old: SpyingEmbedder) -> None:
    engine = open_engine()
    engine.add([notes])
    engine.models.use("hash-new")
    listen, cancelled = stop_after(1)
    engine.embed_waiting(progress=listen, cancelled=cancelled)
    assert engine.models.use("hash-old").state == "in use"
    assert engine.embed_waiting() == 0
    assert [m.state for m in engine.models.all() if m.purpose == "embedder"] == ["in use", "ready"]


def test_another_process_follows(open_engine: Open, notes: Path, new: SpyingEmbedder) -> None:
    window, cli = open_engine(), open_engine()
    window.add([notes])
    cli.models.use("hash-new")
    cli.embed_waiting()
    window.embed_waiting()  # as its background work does
    window.search("boat 9")
    assert new.queries[-1] == "boat 9"


def test_a_model_that_cannot_work_is_not_chosen(open_engine: Open, notes: Path) -> None:
    engine = open_engine(embedders={"broken": BreakingEmbedder(64, "broken")})
    engine.add([notes])
    with pytest.raises(ModelFailed):
        engine.models.use("broken")
    assert engine.search("boat 9").hits and not engine.search("boat 9").degraded
    with pytest.raises(NotFound):
        engine.models.use("nobody/knows")


def test_when_the_model_in_use_is_gone_words_still_find_and_another_can_follow(
        open_engine: Open, notes: Path, new: SpyingEmbedder) -> None:
    first = open_engine()
    first.add([notes])
    first.models.use("hash-new")
    first.embed_waiting()
    first.close()
    engine = open_engine(embedders={"hash-new": MissingEmbedder(64, "hash-new"), "hash-old": new})
    found = engine.search("boat 17")
    assert found.hits[0].memory.text.startswith("Note 17") and found.degraded
    engine.models.use("built-in")
    engine.embed_waiting()
    assert not engine.search("boat 17").degraded


def test_when_a_plug_in_is_gone_the_one_that_ships_searches(
        open_engine: Open, notes: Path, old: SpyingEmbedder) -> None:
    first = open_engine()
    first.add([notes])
    first.models.use("hash-new")
    first.embed_waiting()
    first.close()
    engine = open_engine(embedders={})
    assert engine.search("boat 17").hits and old.queries[-1] == "boat 17"


def test_a_broken_model_in_use_does_not_keep_another_from_following(
        open_engine: Open, notes: Path, new: SpyingEmbedder) -> None:
    engine = open_engine(embedder=MissingEmbedder(32, "gone"))
    with pytest.raises(ModelMissing):
        engine.add([notes])
    engine.models.use("hash-new")
    with pytest.raises(ModelMissing):
        engine.embed_waiting()
    assert info(engine, "hash-new").state == "in use"
    assert "meaning" in engine.search("boat 17").hits[0].why


def test_models_leave_the_memory_after_a_while(open_engine: Open, clock: FakeClock, notes: Path) -> None:
    closed = []

    class Closing(HashEmbedder):
        def close(self) -> None:
            closed.append(self.model_id)

    engine = open_engine(embedder=Closing(16, "closing"))
    engine.add([notes])
    engine._rest()
    assert closed == []
    clock.advance(timedelta(hours=1))
    engine._rest()
    assert closed == ["closing"]
    assert engine.search("boat 3").hits


def test_what_is_in_use_cannot_be_removed(open_engine: Open, tmp_path: Path) -> None:
    engine = open_engine()
    with pytest.raises(NotFound):
        engine.models.remove("hash-new")
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(KnownError):
        engine.models.add(str(folder), progress=lambda _p: None, cancelled=lambda: False)
