"""Change a folder under watch while Mneme is killed again and again: in the end it holds what a fresh scan finds.

    python tests/hard/watched_tree.py [--files 10000] [--changed 1000] [--renamed 100] [--gone 50] [--kills 20]
        [--longest 8] [--patience 1800] [--seed N] [--tree-only]

`mneme watch` runs over a folder in which files appear, then change, are renamed (some with their folder) and go, all
while it gets a SIGKILL after random times and is started again. When it has caught up, its store is held against that
of a fresh profile that takes in the same folder: every file is there once, with the same text and passages; what was
renamed or changed is the entry it was before; what went is told to be gone; and the store is whole.
`--tree-only` makes the changes alone.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from killed import command, run_json
from wholeness import difference

from mneme.engine import Engine
from mneme.paths import Profile

WORDS = ("boat", "shed", "key", "barrel", "sister", "garden", "water", "stove", "ferry", "lamp", "letter", "tide")
STARTING = 6.0  # seconds until it listens to being asked to end
AT_ONCE = 40  # changes in a row, as a program makes them
MOST_RESTS = 0.4  # seconds between two such rows, at most


@dataclass
class Tree:
    """A folder of notes, each of which tells its own number and version; what is done to it, step by step."""

    folder: Path
    rng: random.Random
    version: dict[Path, str] = field(default_factory=dict)  # by place, the mark that its text bears
    renamed: dict[Path, Path] = field(default_factory=dict)  # new names by old ones
    changed: set[Path] = field(default_factory=set)
    gone: set[Path] = field(default_factory=set)

    def appear(self, count: int) -> Iterator[None]:
        """Files come, in old and new folders; some are written beside and renamed over their name."""
        for number in range(count):
            path = self.folder / f"year {number % 9}" / f"month {number % 108}" / f"note {number}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, number, 1, beside=number % 10 == 0)
            yield
        self._noise()

    def change(self, count: int) -> Iterator[None]:
        """Files are written anew, as editors do."""
        for path in self._some(count):
            number = int(path.stem.split()[1])
            self._write(path, number, 2, beside=self.rng.random() < 0.5)
            self.changed.add(path)
            yield

    def rename(self, count: int) -> Iterator[None]:
        """Files get other names or folders; one folder gets another name, with what is in it."""
        for path in self._some(count):
            new = path.with_name(f"renamed {path.name}") if self.rng.random() < 0.5 else (
                self.folder / "elsewhere" / path.parent.name / path.name)
            new.parent.mkdir(parents=True, exist_ok=True)
            self._move(path, new)
            yield
        moving = next(iter(self._some(1)), None)
        if moving is not None:
            old, new = moving.parent, moving.parent.with_name("another name")
            inside = [path for path in self.version if path.parent == old]
            old.rename(new)
            for path in inside:
                self._remember_move(path, new / path.name)
            yield

    def go(self, count: int) -> Iterator[None]:
        """Files go for good."""
        for path in self._some(count):
            path.unlink()
            del self.version[path]
            self.gone.add(path)
            yield

    def _some(self, count: int) -> list[Path]:
        """Files that nothing was done to yet."""
        free = sorted(self.version.keys() - self.changed - set(self.renamed.values()))
        return self.rng.sample(free, min(count, len(free)))

    def _write(self, path: Path, number: int, version: int, *, beside: bool) -> None:
        mark = f"n{number}v{version}n"
        words = " ".join(self.rng.choices(WORDS, k=self.rng.randint(15, 40)))
        text = f"# Note {number}\n\nThe mark of this note is {mark}. It tells of {words}.\n"
        if beside:
            path.with_name(f"{path.name}.tmp").write_text(text)
            path.with_name(f"{path.name}.tmp").replace(path)
        else:
            path.write_text(text)
        self.version[path] = mark

    def _move(self, old: Path, new: Path) -> None:
        old.rename(new)
        self._remember_move(old, new)

    def _remember_move(self, old: Path, new: Path) -> None:
        self.version[new] = self.version.pop(old)
        before = next((first for first, last in self.renamed.items() if last == old), old)
        self.renamed[before] = new

    def _noise(self) -> None:
        """What is not to be taken in."""
        for name in ("node_modules/a/read me.md", ".git/notes.md", "drafts/no.log"):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text("This is not for Mneme: n0v0n.")
        (self.folder / "drafts" / ".gitignore").write_text("*.log\n")


class Mneme:
    """`mneme watch` as a child that is killed and started again."""

    def __init__(self, profile: Path, log: Path) -> None:
        self._profile = profile
        self._log = log.open("ab")
        self._child: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self.kills = 0

    def start(self) -> None:
        self._began = time.monotonic()
        self._child = subprocess.Popen(command(self._profile, "watch"), stdout=self._log, stderr=self._log,
                                       start_new_session=True)

    def kill(self) -> None:
        assert self._child is not None
        if self._child.poll() is not None:
            raise SystemExit(f"`mneme watch` ended by itself with {self._child.returncode}")
        os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        self.kills += 1

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self._child is not None
        time.sleep(max(0.0, self._began + STARTING - time.monotonic()))
        self._child.send_signal(signal.SIGINT)
        return self._child.wait(60)

    def close(self) -> None:
        """Nothing of it is left running."""
        if self._child is not None and self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()
        self._log.close()


@contextmanager
def opened(profile: Path) -> Iterator[Engine]:
    engine = Engine.open(Profile(profile), use_keyring=False)
    try:
        yield engine
    finally:
        engine.close()


ENTRIES = "SELECT shown, id, state FROM entry"
TEXTS = "SELECT n.shown, i.text FROM item i JOIN entry n ON n.id = i.entry_id WHERE i.retired_at IS NULL"
CONTENT = {  # of what is not gone, without ids; that a file was there for a moment only is nobody's loss
    "entries": "SELECT shown, state, format FROM entry WHERE state <> 'gone' AND shown NOT LIKE '%.tmp'",
    "items": """SELECT n.shown, i.key, i.title, i.text, i.origin, i.happened_at FROM item i
        JOIN entry n ON n.id = i.entry_id WHERE i.retired_at IS NULL AND n.state <> 'gone'""",
    "passages": """SELECT n.shown, m.text, m.heading, m.origin FROM memory m JOIN evidence e ON e.memory_id = m.id
        JOIN item i ON i.id = e.item_id JOIN entry n ON n.id = i.entry_id
        WHERE m.kind = 'passage' AND m.retired_at IS NULL AND m.forgotten_at IS NULL AND n.state <> 'gone'""",
}


def content(engine: Engine) -> dict[str, Counter[str]]:
    return {name: Counter(repr(tuple(row)) for row in engine._store.query(sql)) for name, sql in CONTENT.items()}


def ids(engine: Engine) -> dict[Path, int]:
    """The entries that are not gone, by place."""
    return {Path(row[0]): int(row[1]) for row in engine._store.query(ENTRIES) if row[2] != "gone"}


def behind(engine: Engine, tree: Tree) -> int:
    """How many files the store does not hold as they are, or holds though they are gone."""
    texts = {Path(row[0]): row[1] for row in engine._store.query(TEXTS)}
    there = {Path(row[0]) for row in engine._store.query(ENTRIES) if row[2] == "done"}
    missing = sum(path not in there or mark not in texts.get(path, "") for path, mark in tree.version.items())
    return missing + len(there - tree.version.keys())


def catch_up(engine: Engine, tree: Tree, patience: float) -> float:
    """Wait until the store holds what is in the folder; how long that took."""
    began = time.monotonic()
    while behind(engine, tree):
        if time.monotonic() - began > patience:
            break
        time.sleep(1)
    return time.monotonic() - began


def paced(steps: Iterator[None], rng: random.Random) -> None:
    """Make changes in rows, with rests between them."""
    for number, _step in enumerate(steps):
        if number % AT_ONCE == AT_ONCE - 1:
            time.sleep(rng.uniform(0, MOST_RESTS))


def under_fire(mneme: Mneme, steps: Iterator[None], kills: int, longest: float, rng: random.Random) -> None:
    """Make changes while Mneme is killed so many times; the last kills may come when all is changed."""
    changing = threading.Thread(target=paced, args=(steps, rng), daemon=True)
    changing.start()
    for _kill in range(kills):
        time.sleep(rng.uniform(0.2, longest))
        mneme.kill()
        if rng.random() < 0.5:
            time.sleep(rng.uniform(0, 1))  # what changes meanwhile is seen by nobody
        mneme.start()
    changing.join()


def wrong(engine: Engine, fresh: Engine, tree: Tree, before: dict[Path, int]) -> list[str]:
    """What is not as it should be."""
    there, wanted, held = ids(engine), content(fresh), content(engine)
    found = [f"{name} differ: {difference(wanted[name], held[name])}" for name in CONTENT
             if held[name] != wanted[name]]
    kept = {**{path: path for path in tree.changed}, **tree.renamed}
    lost = [str(new) for old, new in kept.items() if old in before and there.get(new) != before[old]]
    if lost:
        found.append(f"{len(lost)} files are no longer the entries that they were, as {lost[:3]}")
    gone = {Path(row[0]) for row in engine._store.query(ENTRIES) if row[2] == "gone"}
    if gone != {path for path in tree.gone if path in before}:
        found.append(f"{len(gone)} entries are gone for {len(tree.gone)} files: {sorted(gone ^ tree.gone)[:3]}")
    olds = engine._store.query("SELECT count(DISTINCT entry_id) FROM item WHERE retired_at IS NOT NULL")[0][0]
    if olds != len([path for path in tree.changed if path in before]):
        found.append(f"{olds} files have older versions, of {len(tree.changed)} that changed")
    return found + [str(finding) for finding in engine.doctor().findings]


def run(wish: argparse.Namespace, scratch: Path) -> list[str]:
    rng = random.Random(wish.seed)
    folder, profile, other = scratch / "notes", scratch / "profile", scratch / "fresh"
    folder.mkdir()
    tree = Tree(folder, rng)
    run_json(profile, "sources", "add", str(folder))
    with closing(Mneme(profile, scratch / "log")) as mneme, opened(profile) as engine:
        mneme.start()
        before: dict[Path, int] = {}
        phases: Sequence[tuple[str, Callable[[int], Iterator[None]], int, float]] = (
            ("appeared", tree.appear, wish.files, 0.4), ("changed", tree.change, wish.changed, 0.2),
            ("renamed", tree.rename, wish.renamed, 0.2), ("gone", tree.go, wish.gone, 0.2))
        for number, (name, change, count, share) in enumerate(phases):
            kills = wish.kills - mneme.kills if number == 3 else round(wish.kills * share)
            began = time.monotonic()
            under_fire(mneme, change(count), kills, wish.longest, random.Random(rng.random()))
            spent = time.monotonic() - began
            waited = catch_up(engine, tree, wish.patience)
            print(f"  {count:>6,} {name:<9} {kills:>3} kills in {spent:6.1f} s; caught up {waited:6.1f} s later; "
                  f"{behind(engine, tree)} behind", flush=True)
            before = before or ids(engine)
        ended = mneme.stop()
        run_json(other, "add", str(folder), "--no-wait")
        with opened(other) as fresh:
            found = wrong(engine, fresh, tree, before)
    return found + ([f"`mneme watch` ended with {ended}"] if ended not in (0, 130) else [])


def change_only(wish: argparse.Namespace, scratch: Path) -> list[str]:
    """The changes alone; what of them is not as it is remembered."""
    tree = Tree(scratch, random.Random(wish.seed))
    for steps in (tree.appear(wish.files), tree.change(wish.changed), tree.rename(wish.renamed), tree.go(wish.gone)):
        for _step in steps:
            pass
    there = {*scratch.rglob("note *.md"), *scratch.rglob("renamed *.md")}
    found = [] if there == tree.version.keys() else [f"{len(there)} files for {len(tree.version)}"]
    found += [str(path) for path, mark in tree.version.items() if mark not in path.read_text()]
    print(f"{len(there):,} files, {len(tree.changed)} changed, {len(tree.renamed)} renamed, {len(tree.gone)} gone")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in {"files": 10_000, "changed": 1_000, "renamed": 100, "gone": 50, "kills": 20}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--longest", type=float, default=8.0, help="seconds until the latest kill")
    parser.add_argument("--patience", type=float, default=1800.0, help="seconds that catching up may take")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--tree-only", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the profile and the log")
    wish = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="mneme-watched-"))
    print(f"seed {wish.seed}, in {scratch}", flush=True)
    try:
        found = (change_only if wish.tree_only else run)(wish, scratch)
    finally:
        if not wish.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    print("; ".join(found) or f"whole: what a fresh scan finds, after {wish.kills} kills")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
