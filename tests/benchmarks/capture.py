"""How soon a change can be found, what watching costs when nothing happens, and whether the time left is told truly.

    python tests/benchmarks/capture.py [--changes 60] [--idle 60] [--notes 10000]

1. A `mneme watch` process watches a folder of 500 notes; one after another notes are written, edited and renamed, and
   another process asks the store until the new words are found. p50 and p95 in seconds; "embedder" is the time that the
   process's own embedder takes for one such text.
2. The watcher's CPU time over a time in which nothing happens, as a share of one core.
3. The first `mneme add` of so many notes: at 5, 10, 25, 50 and 75 % of the time it took, the time left that was told
   for the whole run, as a ratio to what was really left. 1 is right; "within a factor of two" is from a half to 2.
"""

import argparse
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from mneme.engine import Engine
from mneme.paths import Profile
from mneme.types import MemoryFilter, Progress

WORDS = ["harbour", "lantern", "meadow", "violin", "copper", "orchard", "thunder", "pepper", "saddle", "glacier",
         "ribbon", "walnut", "anchor", "candle", "forest", "puzzle", "marble", "cotton", "feather", "bridge"]


def note(rng: random.Random, mark: str) -> str:
    """A note of three paragraphs with a word that stands nowhere else."""
    lines = [" ".join(rng.choices(WORDS, k=30)) + "." for _ in range(3)]
    return f"# Note {mark}\n\n{lines[0]}\n\nThe word is {mark}.\n\n{lines[1]}\n\n{lines[2]}\n"


def watch(profile: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "mneme.cli", "--profile", str(profile), "--no-keyring", "watch"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def found(engine: Engine, mark: str, most: float = 60.0) -> float:
    """Seconds until the word is found."""
    started = time.monotonic()
    while not engine.list_memories(MemoryFilter(query=mark), limit=1).memories:
        if time.monotonic() - started > most:
            return most
        time.sleep(0.02)
    return time.monotonic() - started


def latency(folder: Path, engine: Engine, changes: int, rng: random.Random) -> list[float]:
    took = []
    for n in range(changes):
        mark = f"zq{n}x{rng.randrange(10**6)}"
        file = folder / f"live{n}.md"
        if n % 3 == 1:  # an edit, as editors save: another file put in its place
            file = folder / f"note{rng.randrange(400)}.md"
            other = file.with_suffix(".tmp")
            other.write_text(note(rng, mark))
            other.replace(file)
        elif n % 3 == 2 and (folder / f"live{n - 2}.md").exists():
            (folder / f"live{n - 2}.md").write_text(note(rng, mark))
            (folder / f"live{n - 2}.md").rename(file)
        else:
            file.write_text(note(rng, mark))
        took.append(found(engine, mark))
        time.sleep(rng.uniform(0.2, 1.5))
    return took


def idle(process: subprocess.Popen[bytes], seconds: float) -> float:
    """The share of a core that the watcher and its children take while nothing happens."""
    def spent() -> float:
        everybody = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in everybody)

    before = spent()
    time.sleep(seconds)
    return (spent() - before) / seconds


def live(changes: int, quiet: float) -> None:
    rng = random.Random(7)
    with tempfile.TemporaryDirectory(prefix="mneme-live-") as scratch:
        folder, profile = Path(scratch) / "notes", Path(scratch) / "profile"
        folder.mkdir()
        for n in range(500):
            (folder / f"note{n}.md").write_text(note(rng, f"first{n}"))
        with Engine.open(Profile(profile), use_keyring=False) as engine:
            engine.capture.add_source(folder)
            process = watch(profile)
            try:
                while engine.status().items < 500 or engine.status().waiting_vectors:
                    time.sleep(0.5)
                took = sorted(latency(folder, engine, changes, rng))
                text = note(rng, "speed")
                started = time.monotonic()
                engine.models.current()[1].embed([text], kind="passage", threads=1)
                started = time.monotonic()
                engine.models.current()[1].embed([text], kind="passage", threads=1)
                own = time.monotonic() - started
                print(f"found by words: p50 {statistics.median(took):.2f} s, p95 {took[int(len(took) * .95)]:.2f} s, "
                      f"worst {took[-1]:.2f} s of {len(took)} changes; embedder {own:.3f} s a note")
                time.sleep(15)
                print(f"idle: {100 * idle(process, quiet):.2f} % of a core over {quiet:g} s")
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


def first(notes: int) -> None:
    rng = random.Random(8)
    told: list[tuple[float, str, float]] = []
    with tempfile.TemporaryDirectory(prefix="mneme-first-") as scratch:
        folder = Path(scratch) / "notes"
        folder.mkdir()
        for n in range(notes):
            (folder / f"note{n}.md").write_text(note(rng, f"first{n}") * rng.choice((1, 1, 1, 2, 6)))
        started = time.monotonic()

        def heard(progress: Progress) -> None:
            if progress.seconds_left is not None:
                told.append((time.monotonic() - started, progress.stage, progress.seconds_left))

        with Engine.open(Profile(Path(scratch) / "profile"), use_keyring=False) as engine:
            engine.add([folder], progress=heard)
        whole = time.monotonic() - started
    print(f"first index of {notes} notes: {whole:.0f} s")
    shares = []
    for share in (0.05, 0.1, 0.25, 0.5, 0.75):
        at, stage, left = min(told, key=lambda one: abs(one[0] - share * whole))
        shares.append(f"{share:.0%} {left / max(whole - at, 1e-9):.2f} ({stage})")
    print("  time left, told / real: " + ", ".join(shares))
    for stage in dict.fromkeys(one[1] for one in told):
        ours = [at for at, which, _left in told if which == stage]
        print(f"  {stage}: {ours[-1] - ours[0]:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=60)
    parser.add_argument("--idle", type=float, default=60.0)
    parser.add_argument("--notes", type=int, default=10_000)
    wish = parser.parse_args()
    if wish.changes:
        live(wish.changes, wish.idle)
    if wish.notes:
        first(wish.notes)


if __name__ == "__main__":
    main()
