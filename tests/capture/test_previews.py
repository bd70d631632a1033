"""What would come in, told before anything is read; the list of what did; and that the queue asks the gate again."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import KnownError, NotFound
from mneme.ingest import previews
from mneme.paths import Profile
from mneme.testing import FakeClock, HashEmbedder, ScriptedReader
from mneme.types import EntryState, Preview, Progress, Rule


@pytest.fixture
def engine(profile: Profile, clock: FakeClock) -> Iterator[Engine]:
    plugins = replace(builtin.plugins(), embedder=HashEmbedder(), reader=ScriptedReader())
    with Engine.open(profile, clock=clock, use_keyring=False, plugins=plugins) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two notes, a table, what is no text, and what stays out by its name."""
    made = tmp_path / "notes"
    (made / "node_modules" / "deep").mkdir(parents=True)
    (made / "node_modules" / "deep" / "x.js").write_text("x")
    for name, text in (("a.md", "The key hangs in the shed."), ("b.md", "The boat is green."), ("c.csv", "n\n1\n"),
                       ("d.log", "a line"), ("e.tmp", "passing"), (".env", "TOKEN=1"), (".gitignore", "*.bak\n"),
                       ("f.bak", "old")):
        (made / name).write_text(text)
    return made


def look(engine: Engine, place: Path, kind: str | None = None) -> Preview:
    return engine.capture.preview(place, kind, progress=lambda _progress: None, cancelled=lambda: False)


def entry(engine: Engine, name: str) -> int:
    return next(one.id for one in engine.entries() if one.path.endswith(name))


# ------------------------------------------------------------------ what a place would bring


def test_a_preview_tells_what_is_then_taken_in(engine: Engine, folder: Path) -> None:
    engine.capture.add_rule(Rule("deny", "pattern", "*.log"))
    found = look(engine, folder)
    assert {kind.name: kind.files for kind in found.kinds} == {"notes": 2, "data": 1}
    assert found.bytes == sum((folder / name).stat().st_size for name in ("a.md", "b.md", "c.csv"))
    report = engine.add([folder], wait=False)
    assert found.whole
    assert found.files == report.done
    assert sum(one.places for one in found.left_out) == len(report.skipped)
    reasons = {one.why for one in found.left_out}
    assert "is left out by your rule: pattern *.log" in reasons
    assert any("*.bak" in why for why in reasons)
    assert "holds installed packages" in reasons


def test_a_preview_keeps_nothing_and_needs_no_file_opened(engine: Engine, folder: Path) -> None:
    (folder / "a.md").chmod(0)
    assert look(engine, folder).files == 4
    assert engine.entries() == []
    assert engine.list_memories().total == 0


def test_a_preview_that_is_cancelled_says_so(engine: Engine, folder: Path) -> None:
    seen: list[Progress] = []
    found = engine.capture.preview(folder, progress=seen.append, cancelled=lambda: bool(seen))
    assert not found.whole
    assert seen[0].stage == "scanning"


def test_a_preview_of_very_much_stops(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "MOST", 3)
    found = look(engine, folder)
    assert not found.whole
    assert found.files + sum(one.places for one in found.left_out) == 3


def test_a_mailbox_and_a_single_file(engine: Engine, tmp_path: Path) -> None:
    box = tmp_path / "Inbox"
    box.write_text("From a@b.c Thu Jan  1 00:00:00 2025\n\nHello\n")
    assert [(kind.name, kind.files) for kind in look(engine, box, "mbox").kinds] == [("mails", 1)]
    assert [(kind.name, kind.files) for kind in look(engine, box).kinds] == [("others", 1)]
    with pytest.raises(KnownError, match="nowhere"):
        look(engine, tmp_path / "nowhere")


# ------------------------------------------------------------------ would this come in?


def test_a_path_is_judged_with_the_rules_of_its_folder(engine: Engine, folder: Path) -> None:
    engine.capture.add_source(folder)
    judged = engine.capture.judge(str(folder / "a.md"))
    assert (judged.nature, judged.why, judged.watched) == ("place", None, str(folder))
    assert "*.bak" in str(engine.capture.judge(str(folder / "f.bak")).why)
    assert engine.capture.judge(str(folder / "node_modules" / "deep" / "x.js")).why == "holds installed packages"
    key = engine.capture.judge(str(folder / ".env"))
    assert key.never
    assert key.exception is None


@pytest.mark.parametrize(("rule", "words"), [
    (Rule("deny", "domain", "example.com"), "https://mail.example.com/x"),
    (Rule("deny", "sender", "@example.com"), "anna@example.com"),
    (Rule("deny", "app", "KeePassXC"), "keepassxc"),
    (Rule("deny", "pattern", "*.md"), "{folder}/a.md"),
    (Rule("deny", "folder", "{folder}"), "{folder}/a.md"),
    (Rule("deny", "size", "5"), "{folder}/a.md"),
])
def test_the_exception_lets_in_what_the_rule_kept_out(engine: Engine, folder: Path, rule: Rule, words: str) -> None:
    engine.capture.add_rule(replace(rule, value=rule.value.format(folder=folder)))
    words = words.format(folder=folder)
    judged = engine.capture.judge(words)
    assert judged.rule is not None
    assert judged.rule.field == rule.field
    assert judged.exception is not None
    engine.capture.add_rule(judged.exception)
    assert engine.capture.judge(words).why is None
    assert len(engine.capture.rules()) == 2


def test_an_exception_means_this_one_file_whatever_it_is_called(engine: Engine, folder: Path) -> None:
    odd = folder / "a [1] *?!.md"
    odd.write_text("Odd.")
    engine.capture.add_rule(Rule("deny", "pattern", "*.md"))
    exception = engine.capture.judge(str(odd)).exception
    assert exception is not None
    engine.capture.add_rule(exception)
    assert engine.capture.judge(str(odd)).why is None
    assert engine.capture.judge(str(folder / "a.md")).why is not None


def test_an_old_file_is_let_in_by_its_age(engine: Engine, folder: Path, clock: FakeClock) -> None:
    engine.capture.add_rule(Rule("deny", "age", "30 days"))
    os.utime(folder / "a.md", ((clock.now() - timedelta(days=400)).timestamp(),) * 2)
    old = engine.capture.judge(str(folder / "a.md"))
    assert old.why is not None
    assert old.exception is not None
    engine.capture.add_rule(old.exception)
    assert engine.capture.judge(str(folder / "a.md")).why is None


# ------------------------------------------------------------------ rules and sources


def test_a_rule_comes_back_in_its_old_place(engine: Engine) -> None:
    engine.capture.add_rule(Rule("deny", "pattern", "*.md"))
    engine.capture.add_rule(Rule("allow", "pattern", "key.md"))
    first = engine.capture.rules()[0]
    engine.capture.remove_rule(first.id)
    engine.capture.add_rule(first)
    assert [rule.value for rule in engine.capture.rules()] == ["*.md", "key.md"]
    assert engine.capture.judge("/notes/key.md").why is None


def test_a_rule_is_checked_before_it_is_kept(engine: Engine) -> None:
    kept, typed = engine.capture.check_rule(Rule("deny", "size", "50 MB"))
    assert (kept.value, typed) == ("50000000", "deny size 50 MB")
    with pytest.raises(KnownError, match="no size"):
        engine.capture.check_rule(Rule("deny", "size", "large"))
    assert engine.capture.rules() == ()


def test_what_becomes_of_a_source_is_changed_and_nothing_else(engine: Engine, folder: Path) -> None:
    source = engine.capture.add_source(folder)
    engine.capture.pause_source(source.id)
    engine.capture.change_source(source.id, when_gone="bin", keep_days=90)
    [now] = engine.capture.sources()
    assert now == replace(source, paused=True, when_gone="bin", keep_days=90)
    with pytest.raises(NotFound):
        engine.capture.change_source(99, when_gone="bin", keep_days=None)


# ------------------------------------------------------------------ the queue asks again


def test_what_a_rule_keeps_out_is_not_read_by_trying_again(engine: Engine, folder: Path) -> None:
    engine.capture.add_rule(Rule("deny", "pattern", "a.md"))
    engine.add([folder], wait=False)
    report = engine.retry([entry(engine, "a.md"), entry(engine, ".env")])
    assert (report.added, report.done) == (0, 0)
    assert not any("shed" in memory.text for memory in engine.list_memories(limit=50).memories)


def test_a_rule_that_is_newer_than_the_queue_holds_for_it(engine: Engine, folder: Path) -> None:
    (folder / "bad.docx").write_bytes(b"no document")
    engine.add([folder], wait=False)
    engine.capture.add_rule(Rule("deny", "pattern", "*.docx"))
    engine.retry()
    [left] = [one for one in engine.entries() if one.path.endswith("bad.docx")]
    assert left.state is EntryState.SKIPPED
    assert left.reason == "is left out by your rule: pattern *.docx"


def test_what_failed_is_set_aside_and_back(engine: Engine, folder: Path) -> None:
    (folder / "bad.docx").write_bytes(b"no document")
    engine.add([folder], wait=False)
    number = entry(engine, "bad.docx")
    [line] = engine.capture.lines(frozenset({"failed"})).lines
    engine.capture.set_aside([number])
    assert engine.capture.lines(frozenset({"failed"})).total == 0
    engine.add([folder], wait=False)
    assert engine.capture.lines(frozenset({"failed"})).total == 0  # it rests while it is as it was
    engine.capture.put_back(number, line.why)
    [back] = engine.capture.lines(frozenset({"failed"})).lines
    assert (back.what, back.why) == (line.what, line.why)


# ------------------------------------------------------------------ the list


def test_the_list_is_read_in_stretches(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(30):
        (folder / f"note-{n:02}.md").write_text(f"Note number {n}.")
    (folder / "ÄRGER.tmp").write_text("x")
    engine.add([folder], wait=False)
    engine.capture.left_out("A copied text", "is marked as secret")
    whole = engine.capture.lines(limit=100)
    assert whole.total == len(whole.lines) == 32
    assert whole.counts == {"done": 30, "skipped": 2}
    parts = [engine.capture.lines(offset=at, limit=10).lines for at in (0, 10, 20, 30)]
    assert tuple(line for part in parts for line in part) == whole.lines
    assert engine.capture.lines(frozenset({"skipped"})).total == 2
    found = engine.capture.lines(words="ärger temporary")
    assert [Path(line.what).name for line in found.lines] == ["ÄRGER.tmp"]
    assert found.counts == {"skipped": 1}
    assert engine.capture.lines(words="note-1", offset=5, limit=3).total == 10
    assert engine.capture.lines(words="secret").lines[0].entry == 0


def test_the_newest_memory_of_a_place(engine: Engine, folder: Path, clock: FakeClock) -> None:
    engine.add([folder], wait=False)
    number = entry(engine, "a.md")
    memory = engine.capture.newest_memory(number)
    assert memory is not None
    assert "shed" in engine.show(memory).memory.text
    engine.forget([memory])
    assert engine.capture.newest_memory(number) is None
    assert engine.capture.newest_memory(entry(engine, "e.tmp")) is None


