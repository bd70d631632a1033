"""What comes in, from real folders into a real store: twice, longer, renamed, edited, deleted, back again."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.ingest.looking import Looker
from mneme.paths import Profile
from mneme.testing import FakeClock, HashEmbedder, ScriptedReader
from mneme.types import AddReport, Kind, MemoryFilter, Origin, Rule, Selection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notes"
    made.mkdir()
    return made


@pytest.fixture
def open_engine(profile: Profile, clock: FakeClock) -> Iterator[Callable[[], Engine]]:
    opened: list[Engine] = []

    def opening() -> Engine:
        plugins = replace(builtin.plugins(), embedder=HashEmbedder(), reader=ScriptedReader())
        opened.append(Engine.open(profile, clock=clock, use_keyring=False, plugins=plugins))
        return opened[-1]

    yield opening
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine: Callable[[], Engine]) -> Engine:
    return open_engine()


def texts(engine: Engine) -> dict[str, str]:
    """The texts that are in force, by the file's name."""
    return {Path(m.source).name: m.text for m in engine.list_memories(limit=500).memories}


def counts(report: AddReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.gone


def chat(file: Path, *said: tuple[str, str], people: tuple[str, ...] = ("Maren", "Ines")) -> None:
    """A chat without ids, as the neutral form."""
    head = {"mneme": "conversation", "version": 1, "title": "Kitchen", "participants": [
        {"id": who, "name": who, "role": "other"} for who in people]}
    lines = [head, *({"from": who, "text": text, "at": f"2025-05-0{n + 1}T10:00:00Z"}
                     for n, (who, text) in enumerate(said))]
    file.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")


def assistant_log(file: Path, *said: tuple[str, str], day: int = 1) -> None:
    """A ChatGPT export of one conversation."""
    mapping = {f"n{n}": {"id": f"n{n}", "parent": f"n{n - 1}" if n else None, "children": [], "message": {
        "id": f"m{n}", "author": {"role": role}, "create_time": 1746093600.0 + 86400 * (day - 1) + n,
        "content": {"content_type": "text", "parts": [text]}}} for n, (role, text) in enumerate(said)}
    file.write_text(json.dumps([{"id": "c1", "conversation_id": "c1", "title": "Plans", "create_time": 1746093600.0,
                                 "mapping": mapping, "current_node": f"n{len(said) - 1}"}]), encoding="utf-8")


# ------------------------------------------------------------------ the counts that must hold


def test_twice_edited_renamed_deleted_and_back(engine: Engine, folder: Path) -> None:
    (folder / "a.md").write_text("The key is under the mat.")
    (folder / "b.md").write_text("The boat is green.")
    assert counts(engine.add([folder])) == (2, 0, 0, 0)
    assert counts(engine.add([folder])) == (0, 0, 2, 0)
    (folder / "a.md").write_text("The key is behind the barrel.")
    assert counts(engine.add([folder])) == (0, 1, 1, 0)
    before = {m.source: m.id for m in engine.list_memories().memories}
    (folder / "b.md").rename(folder / "boat.md")
    assert counts(engine.add([folder])) == (0, 1, 1, 0)  # its title is another, so it is a newer version
    assert texts(engine) == {"a.md": "The key is behind the barrel.", "boat.md": "The boat is green."}
    assert len(engine.entries()) == 2
    moved = next(m for m in engine.list_memories().memories if m.source.endswith("boat.md"))
    assert engine.show(moved.id).version == 2 and before[str(folder / "b.md")] != moved.id
    (folder / "boat.md").unlink()
    assert counts(engine.add([folder])) == (0, 0, 1, 1)
    assert texts(engine)["boat.md"] == "The boat is green."  # what was there is kept
    (folder / "boat.md").write_text("The boat is green.")
    assert counts(engine.add([folder])) == (0, 0, 2, 0)
    assert engine.doctor().healthy


def test_a_renamed_file_keeps_its_uses_and_its_pin(engine: Engine, folder: Path) -> None:
    (folder / "a.md").write_text("The key is under the mat.")
    engine.add([folder])
    [memory] = engine.list_memories().memories
    engine.life.pin([memory.id])
    (folder / "deep").mkdir()
    (folder / "a.md").rename(folder / "deep" / "b.md")
    engine.add([folder])
    [moved] = engine.list_memories().memories
    assert moved.source == str(folder / "deep" / "b.md") and moved.pinned


def test_a_copy_is_not_a_rename(engine: Engine, folder: Path) -> None:
    (folder / "a.md").write_text("The key is under the mat.")
    engine.add([folder])
    (folder / "b.md").write_text("The key is under the mat.")
    assert engine.add([folder]).added == 1
    assert len(engine.entries()) == 2


def test_a_longer_export_under_another_name_adds_only_what_is_new(engine: Engine, folder: Path) -> None:
    first = [("user", "I live in Oslo."), ("assistant", "Oslo is the capital of Norway.")]
    assistant_log(folder / "conversations.json", *first)
    assert counts(engine.add([folder])) == (2, 0, 0, 0)
    assistant_log(folder / "conversations-2.json", *first, ("user", "My sister Ines lives in Bergen."))
    assert counts(engine.add([folder])) == (1, 0, 4, 0)
    assert counts(engine.add([folder])) == (0, 0, 5, 0)
    found = engine.list_memories().memories
    assert sorted(m.text for m in found) == [
        "I live in Oslo.", "My sister Ines lives in Bergen.", "Oslo is the capital of Norway."]
    assert {m.origin for m in found} == {Origin.OWNER, Origin.ASSISTANT}
    [newest] = [m for m in found if "Ines" in m.text]
    assert [m.text for m in engine.show(newest.id).neighbours] == ["I live in Oslo.", "Oslo is the capital of Norway."]
    assert engine.doctor().healthy


def test_what_was_erased_from_one_export_stays_away_from_the_next(engine: Engine, folder: Path) -> None:
    assistant_log(folder / "one.json", ("user", "I live in Oslo."), ("user", "Yes."))
    engine.add([folder])
    engine.erase([m.id for m in engine.list_memories().memories])
    assistant_log(folder / "two.json", ("user", "I live in Oslo."), ("user", "Yes."), ("user", "The boat is green."))
    engine.add([folder])
    assert list(texts(engine).values()) == ["The boat is green."]


# ------------------------------------------------------------------ sources


def look(engine: Engine) -> None:
    """Look wholly at every source, as the background does."""
    for row in engine.capture.rows():
        engine.capture.look(row, None, lambda progress: None, lambda: False)


def test_deleted_files_go_to_the_bin_where_the_owner_wants_it_and_come_back_with_the_file(
        engine: Engine, folder: Path) -> None:
    engine.capture.add_source(folder, when_gone="bin")
    (folder / "a.md").write_text("The key is under the mat.")
    look(engine)
    (folder / "a.md").unlink()
    look(engine)
    assert texts(engine) == {}
    assert [m.text for m in engine.list_memories(MemoryFilter(bin=True)).memories] == ["The key is under the mat."]
    (folder / "a.md").write_text("The key is under the mat.")
    look(engine)
    assert texts(engine) == {"a.md": "The key is under the mat."}


def test_memories_leave_when_their_source_keeps_them_no_longer(engine: Engine, folder: Path, clock: FakeClock) -> None:
    source = engine.capture.add_source(folder, keep_days=30)
    (folder / "2025-06-10.md").write_text("The key is under the mat.")
    look(engine)
    looker = Looker(engine.capture, engine._store, clock, lambda changes: changes, lambda: None)
    looker.start()
    looker.look(lambda progress: None, lambda: False)
    assert len(texts(engine)) == 1
    clock.advance(timedelta(days=31))
    looker.look(lambda progress: None, lambda: False)
    looker.stop()
    assert texts(engine) == {} and engine.capture.sources()[0].id == source.id


def test_a_source_in_a_source_is_refused(engine: Engine, folder: Path) -> None:
    (folder / "inner").mkdir()
    engine.capture.add_source(folder)
    with pytest.raises(KnownError, match="watched already"):
        engine.capture.add_source(folder / "inner")
    with pytest.raises(KnownError):
        engine.capture.add_source(folder / "missing")
    engine.capture.remove_source(1)
    engine.capture.add_source(folder / "inner")
    with pytest.raises(KnownError, match="watched already"):
        engine.capture.add_source(folder)


def test_an_empty_mount_point_is_not_an_emptied_folder(engine: Engine, folder: Path) -> None:
    engine.capture.add_source(folder)
    (folder / "a.md").write_text("The key is under the mat.")
    look(engine)
    folder.rename(folder.with_name("elsewhere"))
    folder.mkdir()
    look(engine)
    assert texts(engine) == {"a.md": "The key is under the mat."}
    assert {entry.state for entry in engine.entries()} == {"done"}


def test_what_fails_for_now_is_tried_again(engine: Engine, folder: Path, clock: FakeClock) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (folder / "a.md").write_text("The key is under the mat.")
    (folder / "a.md").chmod(0)
    engine.add([folder])
    (folder / "a.md").chmod(0o600)
    looker = Looker(engine.capture, engine._store, clock, lambda changes: changes, lambda: None)
    looker.start()
    clock.advance(timedelta(minutes=2))
    looker.look(lambda progress: None, lambda: False)
    looker.stop()
    assert texts(engine) == {"a.md": "The key is under the mat."}


# ------------------------------------------------------------------ the gate


def test_a_denied_folder_is_not_read_and_says_why(engine: Engine, folder: Path) -> None:
    (folder / "private").mkdir()
    (folder / "private" / "diary.md").write_text("The key is under the mat.")
    (folder / "a.md").write_text("The boat is green.")
    engine.capture.add_rule(Rule("deny", "folder", str(folder / "private")))
    report = engine.add([folder])
    assert list(texts(engine)) == ["a.md"]
    assert [Path(one.path).name for one in report.skipped] == ["private"]
    assert "rule" in report.skipped[0].reason
    [line] = engine.capture.log(taken=False)
    assert line.what.endswith("private") and line.why == report.skipped[0].reason


def test_a_denied_sender_is_not_heard(engine: Engine, folder: Path) -> None:
    chat(folder / "kitchen.jsonl", ("Maren", "The boat is green."), ("Ines", "The key is under the mat."))
    engine.capture.add_rule(Rule("deny", "sender", "Ines"))
    engine.add([folder])
    assert [m.text for m in engine.list_memories().memories] == ["The boat is green."]
    assert [line.what for line in engine.capture.log(taken=False)] == ["Ines"]


def test_a_pause_ends_by_itself_and_nothing_is_lost(engine: Engine, folder: Path, clock: FakeClock) -> None:
    engine.capture.add_source(folder)
    looker = Looker(engine.capture, engine._store, clock, lambda changes: changes, lambda: None)
    looker.start()
    looker.look(lambda progress: None, lambda: False)
    engine.capture.pause(clock.now() + timedelta(minutes=15))
    (folder / "a.md").write_text("The key is under the mat.")
    looker.look(lambda progress: None, lambda: False)
    assert texts(engine) == {} and engine.entries() == []
    clock.advance(timedelta(minutes=16))
    for row in engine.capture.rows():
        engine.capture.look(row, None, lambda progress: None, lambda: False)
    looker.stop()
    assert texts(engine) == {"a.md": "The key is under the mat."}


def test_nothing_of_private_mode_comes_in_afterwards(engine: Engine, folder: Path, clock: FakeClock) -> None:
    def write(name: str, text: str) -> None:
        (folder / name).write_text(text)
        os.utime(folder / name, (clock.now().timestamp(),) * 2)

    write("before.md", "The boat is green.")
    clock.advance(timedelta(hours=1))
    engine.capture.pause(clock.now() + timedelta(hours=8), private=True)
    paused = engine.capture.paused()
    assert paused is not None and paused.private
    clock.advance(timedelta(hours=1))
    write("meanwhile.md", "The key is under the mat.")
    at = clock.now().isoformat()
    lines = [{"mneme": "conversation", "version": 1, "title": "Kitchen", "participants": [{"id": "m", "name": "M"}]},
             {"from": "m", "text": "Nobody knows this.", "at": at},
             {"from": "m", "text": "Everybody knows this.", "at": "2025-05-01T10:00:00Z"}]
    clock.advance(timedelta(hours=1))
    engine.capture.resume()
    clock.advance(timedelta(hours=1))
    write("after.md", "The tent is dry.")
    write("kitchen.jsonl", "\n".join(map(json.dumps, lines)))
    report = engine.add([folder])
    assert {m.text for m in engine.list_memories().memories} == {
        "The boat is green.", "The tent is dry.", "Everybody knows this."}
    assert ["private mode" in one.reason for one in report.skipped] == [True]
    assert engine.capture.paused() is None
    write("meanwhile.md", "The key is under the mat.")  # written again, after it
    assert engine.add([folder]).added == 1


def test_secrets_are_blotted_before_they_are_kept(engine: Engine, folder: Path) -> None:
    (folder / "a.md").write_text("The boat is green.\n\npassword: Tr0ub4dor&3x\n")
    chat(folder / "c.jsonl", ("Maren", "Wi-Fi password: Tr0ub4dor&3x"))
    engine.add([folder])
    assert all("Tr0ub4dor" not in m.text for m in engine.list_memories().memories)
    engine.set_setting("capture.mask_secrets", False)
    (folder / "b.md").write_text("password: An0ther&Secret9")
    engine.add([folder])
    assert any("An0ther" in m.text for m in engine.list_memories().memories)


def test_the_clipboard_is_off_until_it_is_switched_on(engine: Engine) -> None:
    assert not engine.capture.clip("The key is under the mat.")
    engine.set_setting("capture.clipboard", True)
    assert engine.capture.clip("The key is under the mat.", app="Editor")
    assert not engine.capture.clip("   ")
    engine.capture.add_rule(Rule("deny", "app", "Bank"))
    assert not engine.capture.clip("The boat is green.", app="Bank")
    engine.capture.pause(None)
    assert not engine.capture.clip("The boat is blue.")
    assert [m.text for m in engine.list_memories().memories] == ["The key is under the mat."]
    assert [line.what for line in engine.capture.log(taken=False)] == ["A copied text"]


# ------------------------------------------------------------------ whose words


def test_the_owner_is_asked_once_and_what_they_said_becomes_theirs(engine: Engine, folder: Path) -> None:
    chat(folder / "kitchen.jsonl", ("Maren", "I live in Oslo."), ("Ines", "I live in Bergen."))
    report = engine.add([folder])
    assert report.speakers == ("Ines", "Maren")
    assert engine.capture.unknown_speakers() == (("Ines", 1), ("Maren", 1))
    assert engine.capture.i_am(["Maren"]) == 1
    assert engine.capture.unknown_speakers() == () and engine.capture.names() == ("Maren",)
    engine.upkeep_now(only=("mend", "learn"))
    assert {(f.subject, f.object) for f in engine.life.facts()} == {
        ("me", "Oslo"), ("Ines", "Bergen")}
    assert engine.add([folder]).speakers == ()


def test_other_names_are_remembered(engine: Engine, folder: Path) -> None:
    engine.capture.i_am(["Maren", "maren@example.org", " MAREN "])
    assert engine.capture.names() == ("Maren", "maren@example.org")
    chat(folder / "mail.jsonl", ("maren@example.org", "I live in Oslo."), people=("maren@example.org", "Ines"))
    engine.add([folder])
    assert [m.origin for m in engine.list_memories().memories] == [Origin.OWNER]


def test_what_is_told_is_the_owners_word_and_what_is_answered_is_not(engine: Engine) -> None:
    kept = engine.ask("I live in Oslo.", tell=True)
    assert kept.state == "kept" and kept.message
    [memory] = engine.list_memories().memories
    assert (memory.text, memory.origin) == ("I live in Oslo.", Origin.OWNER)
    engine.ask("Where do I live?", tell=True)
    assert len(engine.list_memories().memories) == 1


# ------------------------------------------------------------------ echoes


def facts(engine: Engine) -> set[tuple[str, str]]:
    engine.upkeep_now(only=("mend", "learn"))
    return {(f.subject, f.object) for f in engine.life.facts()}


def test_an_assistants_words_pasted_into_a_note_are_no_facts(engine: Engine, folder: Path) -> None:
    assistant_log(folder / "log.json", ("user", "Write my introduction."),
                  ("assistant", "- **I live in Lisbon.**\n- I work at Acme, and my sister is called Ines."))
    engine.add([folder])
    (folder / "about.md").write_text(
        "# About me\n\n> I live in Lisbon.\n\nI work at Acme\n\nI adopted a dog called Bo.\n")
    engine.add([folder])
    learned = {thing for _who, thing in facts(engine)}
    assert learned.isdisjoint({"Lisbon", "Acme", "Ines"}) and "Bo" in learned


def test_what_the_owner_said_before_the_assistant_repeated_it_stays_theirs(engine: Engine, folder: Path) -> None:
    assistant_log(folder / "log.json", ("user", "I live in Lisbon."), ("assistant", "I live in Lisbon."))
    engine.add([folder])
    assert ("me", "Lisbon") in facts(engine)


def test_a_log_that_comes_after_the_note_takes_the_fact_back(engine: Engine, folder: Path) -> None:
    (folder / "about.md").write_text("I live in Lisbon.")
    engine.add([folder])
    assert ("me", "Lisbon") in facts(engine)
    assistant_log(folder / "log.json", ("user", "Where do I live?"), ("assistant", "I live in Lisbon."))
    engine.add([folder])
    assert ("me", "Lisbon") not in facts(engine)


def test_mnemes_own_answer_pasted_into_a_note_is_no_fact(engine: Engine, folder: Path, clock: FakeClock) -> None:
    (folder / "a.md").write_text("The answer is I live in Porto with Ines.")
    engine.add([folder])
    before = facts(engine)
    answer = engine.ask("What is the answer?")
    assert answer.text
    clock.advance(timedelta(days=1))
    (folder / "pasted.md").write_text(f"{answer.text}.\n")
    engine.add([folder])
    assert facts(engine) == before


# ------------------------------------------------------------------ forgetting a stretch of life


def test_the_last_hour_is_forgotten_and_stays_away(engine: Engine, folder: Path, clock: FakeClock) -> None:
    (folder / "old.md").write_text("The boat is green.")
    engine.add([folder])
    clock.advance(timedelta(hours=3))
    (folder / "new.md").write_text("The key is under the mat. I live in Oslo.")
    engine.add([folder])
    what = Selection(since=clock.now() - timedelta(hours=1))
    found = engine.life.select(what)
    assert found.kinds["passage"] == 1 and found.places == {str(folder / "new.md"): len(found.memories)}
    engine.life.erase_selected(what)
    engine.add([folder])
    assert list(texts(engine)) == ["old.md"]
    assert engine.life.facts() == ()
    assert engine.doctor().healthy


def test_everything_from_a_person_a_folder_and_about_a_name(engine: Engine, folder: Path) -> None:
    chat(folder / "kitchen.jsonl", ("Maren", "The boat is green."), ("Ines", "The key is under the mat."))
    (folder / "private").mkdir()
    (folder / "private" / "a.md").write_text("I met Jonas in Kinn.")
    (folder / "b.md").write_text("Jonas called.\n\nThe tent is dry.\n\nJonasson is another name.")
    engine.add([folder])
    engine.life.erase_selected(Selection(place="Ines"))
    engine.life.erase_selected(Selection(place=str(folder / "private")))
    left = engine.life.select(Selection(about="jonas"))
    assert left.kinds["passage"] == 1
    engine.life.erase_selected(Selection(about="jonas"))
    said = " ".join(m.text for m in engine.list_memories(MemoryFilter(kinds=frozenset(Kind))).memories)
    assert "boat" in said and "key" not in said and "Kinn" not in said and "Jonas called" not in said
    assert engine.life.select(Selection()).memories == ()


def test_between_dates(engine: Engine, folder: Path, clock: FakeClock) -> None:
    (folder / "2024-05-07.md").write_text("The boat is green.")
    (folder / "2024-06-07.md").write_text("The key is under the mat.")
    engine.add([folder])
    start = clock.now().replace(year=2024, month=5, day=1, hour=0)
    engine.life.erase_selected(Selection(happened_from=start, happened_to=start + timedelta(days=31)))
    assert list(texts(engine)) == ["2024-06-07.md"]


# ------------------------------------------------------------------ processes


def test_one_process_leads_and_another_takes_over(open_engine: Callable[[], Engine], folder: Path) -> None:
    first, second = open_engine(), open_engine()
    assert first._lead() and not second._lead()
    second.add([folder])
    first.close()
    assert second._lead()
