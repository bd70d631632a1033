"""Capture with the scheduler running: changes are found soon, pauses are kept, a second process takes over."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mneme import builtin
from mneme.clock import SystemClock
from mneme.engine import Engine
from mneme.paths import Profile
from mneme.store.database import Database
from mneme.testing import HashEmbedder, ScriptedReader
from mneme.types import EntryState

WAIT = 30.0  # seconds; a loaded machine takes its time


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notes"
    made.mkdir()
    return made


@pytest.fixture
def open_engine(profile: Profile) -> Iterator[Callable[[], Engine]]:
    opened: list[Engine] = []

    def opening() -> Engine:
        plugins = replace(builtin.plugins(), embedder=HashEmbedder(), reader=ScriptedReader())
        opened.append(Engine.open(profile, use_keyring=False, plugins=plugins))
        return opened[-1]

    yield opening
    for engine in opened:
        engine.close()


def until(true: Callable[[], object]) -> bool:
    """Whether it comes true in time."""
    over = time.monotonic() + WAIT
    while not true():
        if time.monotonic() > over:
            return False
        time.sleep(0.05)
    return True


def texts(engine: Engine) -> set[str]:
    return {m.text for m in engine.list_memories(limit=500).memories}


def test_changes_come_in_by_themselves_with_vectors_and_facts(open_engine: Callable[[], Engine], folder: Path) -> None:
    engine = open_engine()
    (folder / "a.md").write_text("The boat is green.")
    engine.capture.add_source(folder)
    engine.start_background()
    assert until(lambda: texts(engine) == {"The boat is green."})
    (folder / "b.md").write_text("I live in Oslo.")
    assert until(lambda: "I live in Oslo." in texts(engine))
    (folder / "a.md").write_text("The boat is blue.")
    assert until(lambda: "The boat is blue." in texts(engine) and "The boat is green." not in texts(engine))
    (folder / "b.md").rename(folder / "c.md")
    assert until(lambda: {Path(e.path).name for e in engine.entries()} == {"a.md", "c.md"})
    (folder / "c.md").unlink()
    assert until(lambda: engine.entry_counts().get(EntryState.GONE) == 1)
    assert until(lambda: engine.status().waiting_vectors == 0 and engine.life.facts())
    assert engine.capture.sources()[0].looked_at is not None


def test_nothing_is_read_while_capture_is_paused(open_engine: Callable[[], Engine], folder: Path) -> None:
    engine = open_engine()
    engine.capture.add_source(folder)
    engine.start_background()
    (folder / "a.md").write_text("The boat is green.")
    assert until(lambda: texts(engine))
    engine.capture.pause(None)
    (folder / "b.md").write_text("The key is under the mat.")
    time.sleep(3)
    assert texts(engine) == {"The boat is green."} and len(engine.entries()) == 1
    engine.capture.resume()
    assert until(lambda: len(texts(engine)) == 2)


def test_vectors_are_made_while_capture_is_paused(open_engine: Callable[[], Engine], folder: Path) -> None:
    engine = open_engine()
    engine.capture.add_source(folder)
    engine.start_background()
    assert until(lambda: engine.leads)
    engine.capture.pause(None)
    (folder / "a.md").write_text("The boat is green.")
    engine.add([folder / "a.md"], wait=False)  # by hand it comes in all the same
    assert until(lambda: texts(engine) and engine.status().waiting_vectors == 0)


def test_what_another_process_arranges_is_heeded(open_engine: Callable[[], Engine], folder: Path) -> None:
    leader, other = open_engine(), open_engine()
    leader.start_background()
    assert until(lambda: leader.leads)
    (folder / "a.md").write_text("The boat is green.")
    source = other.capture.add_source(folder)
    assert until(lambda: texts(leader) == {"The boat is green."})
    other.capture.pause(None)
    time.sleep(3)  # it looks for others' writing every two seconds
    (folder / "b.md").write_text("The key is under the mat.")
    time.sleep(2)
    assert texts(leader) == {"The boat is green."}
    other.capture.resume()
    assert until(lambda: len(texts(leader)) == 2)
    other.capture.remove_source(source.id)
    time.sleep(3)
    (folder / "c.md").write_text("The tent is dry.")
    time.sleep(2)
    assert len(texts(leader)) == 2


def test_a_source_that_rests_is_not_looked_at(open_engine: Callable[[], Engine], folder: Path) -> None:
    engine = open_engine()
    source = engine.capture.add_source(folder)
    engine.capture.pause_source(source.id)
    (folder / "a.md").write_text("The boat is green.")
    engine.start_background()
    time.sleep(2)
    assert texts(engine) == set()
    engine.capture.pause_source(source.id, paused=False)
    assert until(lambda: texts(engine))


def test_a_second_process_takes_over_when_the_first_ends(open_engine: Callable[[], Engine], folder: Path) -> None:
    first, second = open_engine(), open_engine()
    first.capture.add_source(folder)
    first.start_background()
    assert until(lambda: first._leader.lead())
    second.start_background()
    (folder / "a.md").write_text("The boat is green.")
    assert until(lambda: texts(second) == {"The boat is green."})
    assert second._looker is None
    first.close()
    (folder / "b.md").write_text("The key is under the mat.")
    second._background.enqueue("look")  # type: ignore[union-attr] -- within half a minute it does so by itself
    assert until(lambda: len(texts(second)) == 2)


def test_what_changed_while_the_store_was_locked_is_taken_in_after(profile: Profile, folder: Path) -> None:
    plugins = replace(builtin.plugins(), embedder=HashEmbedder(), reader=ScriptedReader())
    engine = Engine.open(profile, use_keyring=False, passphrase="correct horse", plugins=plugins)
    engine.capture.add_source(folder)
    engine.close()
    (folder / "a.md").write_text("The boat is green.")
    stat = (folder / "a.md").stat()
    with pytest.raises(Exception, match="passphrase"):
        Engine.open(profile, use_keyring=False, plugins=plugins)
    assert (folder / "a.md").stat().st_atime_ns == stat.st_atime_ns
    engine = Engine.open(profile, use_keyring=False, passphrase="correct horse", plugins=plugins)
    engine.start_background()
    assert until(lambda: texts(engine) == {"The boat is green."})
    engine.close()


def test_questions_go_before_taking_in(open_engine: Callable[[], Engine]) -> None:
    engine = open_engine()
    rest = engine._asking.give_way
    went_on = threading.Event()
    with engine._asking._first():  # a question is being answered
        thread = threading.Thread(target=lambda: (rest(), went_on.set()))
        thread.start()
        assert not went_on.wait(0.5)
    assert went_on.wait(5)
    thread.join()


def test_a_mailbox_is_read_on_from_where_it_was(open_engine: Callable[[], Engine], folder: Path) -> None:
    def mail(n: int) -> str:
        return (f"From a@example.org Mon Jan  6 10:00:00 2025\nFrom: Ines <ines@example.org>\nTo: maren@example.org\n"
                f"Subject: Boat {n}\nMessage-ID: <{n}@example.org>\nDate: Mon, 6 Jan 2025 10:0{n}:00 +0000\n\n"
                f"The boat number {n} is green.\n\n")

    box = folder / "Inbox"
    box.write_text(mail(1) + mail(2))
    engine = open_engine()
    engine.capture.add_source(box, kind="mbox")
    for expected in (2, 3):
        for row in engine.capture.rows():
            engine.capture.look(row, None, lambda progress: None, lambda: False)
        assert len(texts(engine)) == expected
        with box.open("a") as file:
            file.write(mail(3))
    assert engine.doctor().healthy


def test_the_store_tells_its_version_to_others(open_engine: Callable[[], Engine], folder: Path) -> None:
    first, second = open_engine(), open_engine()
    store: Database = second._store
    before = store.data_version()
    (folder / "a.md").write_text("The boat is green.")
    first.add([folder])
    assert store.data_version() != before
    now = SystemClock().now()
    [happened] = second.capture.happenings(now - timedelta(days=1), now + timedelta(days=1))
    assert (happened.what, happened.place) == ("new", str(folder / "a.md"))
    assert second.capture.happenings(now + timedelta(days=1), now + timedelta(days=2)) == ()
