"""Folders under watch: every change is handed out soon, once, in batches; what is lost or missing is looked at anew."""

import errno
import logging
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mneme.sources import notices, watching
from mneme.sources.batches import LONGEST, MOST_PATHS, QUIET, Batch, Changed
from mneme.sources.folder import FolderSource
from mneme.sources.watching import Watcher

LONG = 20.0  # seconds; nothing here takes as long
linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


class Taker:
    """Takes whatever a watcher hands out, as a job would."""

    def __init__(self) -> None:
        self.told = threading.Event()
        self.calls = 0
        self.watcher = Watcher(self._on_change)
        self.batches: list[Changed] = []

    def _on_change(self) -> None:
        self.calls += 1
        self.told.set()

    def watch(self, *folders: Path, key: str = "notes") -> FolderSource:
        """Watch folders, and wait until they are."""
        source = FolderSource(folders, max_bytes=10**6)
        self.watcher.watch(key, folders, source)
        self.until(lambda: any(one.everything for one in self.batches))
        self.batches.clear()
        return source

    def until(self, is_done: Callable[[], bool], seconds: float = LONG) -> None:
        """Take until `is_done`."""
        end = time.monotonic() + seconds
        while not is_done():
            assert time.monotonic() < end, self.batches
            self.told.wait(0.1)
            self.told.clear()
            self.batches += self.watcher.take().values()

    def rest(self) -> None:
        """Take until nothing more comes."""
        time.sleep(2 * QUIET)
        self.told.clear()
        self.batches += self.watcher.take().values()

    def names(self) -> set[str]:
        return {path.name for one in self.batches for path in one.paths}


@pytest.fixture
def taker() -> Iterator[Taker]:
    made = Taker()
    made.watcher.start()
    yield made
    made.watcher.stop()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("mneme-watching")] == []


def test_a_new_source_has_everything_to_be_looked_at(taker: Taker, tmp_path: Path) -> None:
    taker.watcher.watch("notes", [tmp_path])
    taker.until(lambda: taker.batches == [Changed(everything=True)])
    assert taker.watcher.problem("notes") is None
    assert taker.watcher.problem("no such") is None


def test_files_that_come_change_and_go(taker: Taker, tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("words")
    (tmp_path / "c.md").write_text("words")
    taker.watch(tmp_path)
    (tmp_path / "a.md").write_text("words")
    with (tmp_path / "b.md").open("a") as file:
        file.write("more")
    (tmp_path / "c.md").unlink()
    taker.until(lambda: taker.names() >= {"a.md", "b.md", "c.md"})
    assert not any(one.everything for one in taker.batches)


def test_our_own_reading_is_no_news(taker: Taker, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.md").write_text("words")
    source = taker.watch(tmp_path)
    for _time in range(20):
        assert [one.path.read_text() for one in source.scan()] == ["words"]
    taker.rest()
    assert taker.batches == []


def test_a_burst_is_one_batch_or_a_few(taker: Taker, tmp_path: Path) -> None:
    taker.watch(tmp_path)
    before = taker.calls
    for number in range(2_000):
        (tmp_path / f"{number}.md").write_text("words")
    taker.until(lambda: len(taker.names()) == 2_000 or any(one.everything for one in taker.batches))
    assert taker.calls - before <= 12


def test_a_batch_waits_for_quiet_but_not_for_ever(taker: Taker, tmp_path: Path) -> None:
    taker.watch(tmp_path)
    began = time.monotonic()
    (tmp_path / "a.md").write_text("words")
    taker.until(lambda: bool(taker.batches))
    assert time.monotonic() - began >= QUIET
    taker.batches.clear()
    began = time.monotonic()
    while not taker.batches and time.monotonic() - began < LONG:
        (tmp_path / "a.md").write_text("words")
        time.sleep(0.05)
        taker.batches += taker.watcher.take().values()
    assert time.monotonic() - began >= LONGEST - 0.1


def test_a_moved_file_and_a_moved_folder_are_hinted_at(taker: Taker, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "in.md").write_text("words")
    (tmp_path / "a.md").write_text("words")
    taker.watch(tmp_path)
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    (tmp_path / "b.md").rename(tmp_path / "c.md")
    (tmp_path / "old").rename(tmp_path / "new")
    taker.until(lambda: bool(taker.batches))
    moves = [move for one in taker.batches for move in one.moves]
    assert sorted(moves) == [(tmp_path / "a.md", tmp_path / "c.md"), (tmp_path / "old", tmp_path / "new")]
    assert taker.names() == {"a.md", "b.md", "c.md", "old", "new"}
    taker.batches.clear()
    (tmp_path / "new" / "later.md").write_text("words")
    taker.until(lambda: tmp_path / "new" / "later.md" in {path for one in taker.batches for path in one.paths})


def test_how_editors_save(taker: Taker, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("words")
    taker.watch(tmp_path)
    (tmp_path / ".note.md.swp").write_text("swap")  # vim
    (tmp_path / "note.md~").write_text("words")
    (tmp_path / "note.tmp").write_text("new words")  # write beside, and rename over it
    (tmp_path / "note.tmp").replace(note)
    (tmp_path / ".note.md.swp").unlink()
    taker.until(lambda: bool(taker.batches))
    note.rename(tmp_path / "note.bak")  # move away, write anew, remove
    note.write_text("newer words")
    (tmp_path / "note.bak").unlink()
    taker.rest()
    assert taker.names() == {"note.md", "note.bak"}
    assert [one.moves for one in taker.batches] == [(), ()]


def test_a_folder_that_fills_while_it_is_new(taker: Taker, tmp_path: Path) -> None:
    source = taker.watch(tmp_path)
    for number in range(60):
        deep = tmp_path / f"new{number}" / "deep" / "deeper"
        deep.mkdir(parents=True)
        (deep / "a.md").write_text("words")
        (deep.parent / "b.md").write_text("words")
    met: set[Path] = set()

    def all_met() -> bool:
        met.update(one.path for batch in taker.batches for one in source.changed(batch.paths) if not one.gone)
        taker.batches.clear()
        return len(met) == 120

    taker.until(all_met)
    (tmp_path / "new7" / "deep" / "deeper" / "c.md").write_text("words")
    taker.until(lambda: "c.md" in taker.names())


def test_a_folder_that_is_moved_in_from_elsewhere(taker: Taker, tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    (outside / "sub").mkdir(parents=True)
    taker.watch(root)
    outside.rename(root / "inside")
    taker.until(lambda: "inside" in taker.names())
    (root / "inside" / "sub" / "a.md").write_text("words")
    taker.until(lambda: "a.md" in taker.names())
    (root / "inside").rename(tmp_path / "outside")
    taker.rest()
    taker.batches.clear()
    (tmp_path / "outside" / "sub" / "b.md").write_text("words")
    taker.rest()
    assert taker.batches == []


@linux
def test_what_is_left_out_is_not_watched_and_links_are_not_followed(taker: Taker, tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in ("node_modules/a/b", ".git/objects", "env/lib", "dropped", "kept/.obsidian"):
        (root / folder).mkdir(parents=True)
    outside.mkdir()
    (root / "env" / "pyvenv.cfg").touch()
    (root / ".gitignore").write_text("dropped\n*.log\n")
    (root / "kept" / ".mnemeignore").write_text("!.obsidian\n")
    (root / "link").symlink_to(outside)
    taker.watch(root)
    assert _watches() == 4  # the root, kept, .obsidian in it, and env for what it is
    for name in ("node_modules/a/x.md", ".git/HEAD", "env/lib/x.md", "dropped/x.md", "x.log", "link/x.md"):
        (root / name).write_text("words")
    taker.rest()
    assert taker.batches == []
    (root / "kept" / ".obsidian" / "x.md").write_text("words")
    (root / ".gitignore").write_text("*.log\n")
    taker.until(lambda: taker.names() == {"x.md", ".gitignore"})
    assert _watches() == 5
    (root / "dropped" / "y.md").write_text("words")
    taker.until(lambda: "y.md" in taker.names())


def _watches() -> int:
    """How many folders this process watches."""
    return sum(path.read_text().count("inotify wd:") for path in list(Path("/proc/self/fdinfo").iterdir())
               if path.exists())


def test_while_held_names_are_remembered_and_nothing_is_opened(taker: Taker, tmp_path: Path) -> None:
    taker.watch(tmp_path)
    taker.watcher.hold()
    (tmp_path / "new" / "deep").mkdir(parents=True)
    (tmp_path / "a.md").write_text("words")
    (tmp_path / ".env").write_text("words")
    time.sleep(QUIET + 0.3)
    assert taker.watcher.take() == {}
    assert not taker.told.is_set()
    taker.watcher.release()
    taker.until(lambda: taker.names() == {"new", "a.md"})
    (tmp_path / "new" / "deep" / "b.md").write_text("words")
    taker.until(lambda: "b.md" in taker.names())


def test_one_begun_while_held_begins_at_release(taker: Taker, tmp_path: Path) -> None:
    taker.watcher.hold()
    taker.watcher.watch("notes", [tmp_path])
    time.sleep(QUIET + 0.3)
    assert taker.watcher.take() == {}
    taker.watcher.release()
    taker.until(lambda: taker.batches == [Changed(everything=True)])


def test_what_is_put_back_comes_again(taker: Taker, tmp_path: Path) -> None:
    taker.watch(tmp_path)
    began = time.monotonic()
    taker.watcher.again("notes", [tmp_path / "a.md"])
    taker.watcher.again("no such", [tmp_path / "a.md"])
    taker.until(lambda: taker.names() == {"a.md"})
    assert time.monotonic() - began >= watching.AGAIN - 0.05
    taker.watcher.again("notes", everything=True)
    taker.until(lambda: taker.batches[-1].everything)


def test_a_root_that_is_missing_is_looked_for(taker: Taker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK", 0.3)
    root = tmp_path / "disk"
    taker.watcher.watch("notes", [root], FolderSource([root], max_bytes=1))
    _wait(lambda: taker.watcher.problem("notes") is not None)
    assert taker.watcher.take() == {}
    for _time in range(2):
        root.mkdir()
        taker.until(lambda: [one.everything for one in taker.batches] == [True])
        assert taker.watcher.problem("notes") is None
        (root / "a.md").write_text("words")
        taker.until(lambda: "a.md" in taker.names())
        shutil.rmtree(root)
        _wait(lambda: "is not there" in (taker.watcher.problem("notes") or ""))
        taker.rest()
        taker.batches.clear()


def test_a_root_that_is_replaced_by_another(taker: Taker, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "other").mkdir()
    taker.watch(root)
    root.rename(tmp_path / "away")
    (tmp_path / "other").rename(root)
    taker.until(lambda: any(one.everything for one in taker.batches))
    (root / "a.md").write_text("words")
    taker.until(lambda: "a.md" in taker.names())


def _wait(is_done: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not is_done():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_single_file_is_watched_through_its_folder(taker: Taker, tmp_path: Path) -> None:
    file = tmp_path / "places.sqlite"
    file.write_text("words")
    taker.watcher.watch("browser", [file])
    taker.until(lambda: bool(taker.batches))
    taker.batches.clear()
    (tmp_path / "other.md").write_text("words")
    (tmp_path / "deep").mkdir()
    taker.rest()
    assert taker.batches == []
    (tmp_path / "places.sqlite-wal").write_text("words")
    taker.until(lambda: taker.names() == {"places.sqlite"})
    taker.batches.clear()
    (tmp_path / "new").write_text("words")
    (tmp_path / "new").replace(file)
    taker.until(lambda: taker.names() == {"places.sqlite"})


def test_sources_are_kept_apart_and_can_be_let_go(taker: Taker, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "one" / "other"
    other.mkdir(parents=True)
    taker.watch(one, key="one")
    taker.watch(other, key="other")
    (other / "a.md").write_text("words")
    taken: dict[str, Changed] = {}
    _wait(lambda: bool(taken.update(taker.watcher.take())) or len(taken) == 2)
    assert taken == {"one": Changed((other / "a.md",)), "other": Changed((other / "a.md",))}
    taker.watcher.unwatch("one")
    time.sleep(0.2)
    (other / "b.md").write_text("words")
    taken.clear()
    _wait(lambda: bool(taken.update(taker.watcher.take())) or bool(taken))
    assert list(taken) == ["other"]
    taker.watch(one, key="other")
    (one / "c.md").write_text("words")
    taker.until(lambda: "c.md" in taker.names())


@linux
def test_lost_news_mean_that_everything_is_looked_at(taker: Taker, tmp_path: Path,
                                                     caplog: pytest.LogCaptureFixture) -> None:
    """The kernel keeps 16,384 notices for a reader that is held up, and then drops them."""
    caplog.set_level(logging.INFO, "mneme.sources.watching")
    taker.watch(tmp_path)
    [root] = taker.watcher._watched["notes"].roots
    assert isinstance(root.eye, notices.Inotify)
    with root.eye._lock:  # holds up the reader
        most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
        for number in range(most // 3 + 1_000):
            (tmp_path / f"{number}.md").write_text("words")
    taker.until(lambda: any(one.everything for one in taker.batches))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "after.md").write_text("words")
    taker.until(lambda: "sub" in taker.names())
    (tmp_path / "sub" / "later.md").write_text("words")
    taker.until(lambda: "later.md" in taker.names())
    assert [record.getMessage() for record in caplog.records] == [f"watching {tmp_path} anew: overflow"]


@linux
def test_at_the_limit_mneme_looks_now_and_then(taker: Taker, tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    from watchdog.observers.inotify_c import InotifyFD  # noqa: PLC0415 -- Linux's alone

    def full(_self: object, path: bytes, *_others: object) -> int:
        raise OSError(errno.ENOSPC, f"inotify watch limit reached at {path!r}")

    monkeypatch.setattr(InotifyFD, "add_callback", full)
    monkeypatch.setattr(notices, "POLL", 0.3)
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    taker.watch(tmp_path)
    assert "fs.inotify.max_user_watches" in (taker.watcher.problem("notes") or "")
    (tmp_path / "sub" / "a.md").write_text("words")
    (tmp_path / ".git" / "b.md").write_text("words")
    taker.until(lambda: "a.md" in taker.names())
    (tmp_path / "sub" / "a.md").rename(tmp_path / "c.md")
    taker.until(lambda: "c.md" in taker.names())
    assert [move for one in taker.batches for move in one.moves] == [(tmp_path / "sub" / "a.md", tmp_path / "c.md")]
    assert "b.md" not in taker.names()


def test_where_whole_trees_are_watched(taker: Taker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS and Windows give notice of whole trees; watchdog's observer of this system stands for theirs."""
    monkeypatch.setattr(watching, "_PLATFORM", "another")
    monkeypatch.setattr(watching, "RESCAN", 1.5)
    monkeypatch.setattr(watching, "LOOK", 0.5)
    root = tmp_path / "root"
    (root / "node_modules" / "a").mkdir(parents=True)
    (root / "old").mkdir()
    (root / "a.md").write_text("words")
    source = taker.watch(root)
    assert [one.path.read_text() for one in source.scan() if not one.skipped] == ["words"]
    (root / "node_modules" / "a" / "x.md").write_text("words")
    (root / "a.md").rename(root / "b.md")
    (root / "old").rename(root / "new")
    (root / "new" / "c.md").write_text("words")
    (root / "b.md").unlink()
    taker.until(lambda: taker.names() == {"a.md", "b.md", "old", "new", "c.md"})
    taker.until(lambda: any(one.everything for one in taker.batches))  # now and then, for what may have been lost
    shutil.rmtree(root)
    _wait(lambda: "is not there" in (taker.watcher.problem("notes") or ""))


def test_network_drives_are_known_by_their_kind() -> None:
    assert notices._is_remote("nfs4", "rw") and notices._is_remote("fuse.sshfs", "rw")
    assert notices._is_remote("ntfs", "rw,remote")
    assert not notices._is_remote("ext4", "rw") and not notices._is_remote("fuseblk", "rw")
    assert notices.network_reason(Path(__file__)) is None


def test_too_many_paths_are_everything() -> None:
    batch = Batch()
    for number in range(MOST_PATHS + 1):
        batch.add(f"/n/{number}", float(number) / 10_000)
    assert batch.changed() == Changed(everything=True)
    assert batch.due() == pytest.approx(batch.last + QUIET)


def test_moves_follow_one_another_and_end_where_something_new_arrives() -> None:
    batch = Batch()
    batch.add_move("/a", "/b", 0.0)
    batch.add_move("/b", "/c", 0.1)
    batch.add_move("/x", "/y", 0.2)
    batch.arrived("/x")
    batch.add_move("/v", "/w", 0.3)
    batch.add_move("/w", "/v", 0.4)
    batch.add_move("/k", "/l", 0.5)
    batch.left("/l")
    assert batch.changed().moves == ((Path("/a"), Path("/c")),)
    assert batch.due() == pytest.approx(0.9)
    batch.add("/z", 1.4)
    assert batch.due() == pytest.approx(1.5)
