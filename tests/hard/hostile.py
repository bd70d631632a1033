"""Hostile files for every parser and every reader of archives, through the worker process and its limits, for long.

    python tests/hard/hostile.py [--seconds 120] [--only FORMAT ...] [--seed N] [--jobs 2] [--out FOLDER]

Each format gets the time; its inputs are those of tests/parsers/hostile.py with the seed as their salt. Prints a row
for each: examples, how many gave something, how many gave a reason, the slowest. Ends with 1 where a reader crashed,
took longer than the limit, or something was written; the input lies under --out, and its number is printed.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "parsers"))  # there is the other module of this name
from hostile import Example, Generator
from seeds import archive_readers, seeds

from mneme.errors import KnownError
from mneme.parsers.all import PARSERS
from mneme.parsers.detect import Detector
from mneme.parsers.isolated import IsolatedRunner, Limits
from mneme.ports import ParseInput
from mneme.testing import FakeClock
from mneme.types import Document

LIMIT = 10.0  # seconds: inputs are small; the product allows more
BAD = {"crash": "the reader crashed", "hang": "took longer than", "memory": "needs too much memory"}


@dataclass
class Row:
    """What came of one format."""

    target: str
    examples: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    bad: list[tuple[str, int]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    seconds: float = 0.0


def tried(target: str, seconds: float, seed: int, out: Path) -> Row:
    """Hostile inputs for one format until the time is over, in a folder of its own in which nothing may appear."""
    row, found = Row(target), seeds()[target]
    with tempfile.TemporaryDirectory(prefix="mneme-hostile-") as scratch:
        os.chdir(scratch)
        os.environ.update(TMPDIR=scratch, TMP=scratch, TEMP=scratch)
        os.environ["PATH"] = ""  # text in pictures is another program's work: each would take a second
        detector = Detector(PARSERS, IsolatedRunner(PARSERS, Limits(seconds=LIMIT)))
        generator, began = Generator(target, found, seed), time.monotonic()
        while time.monotonic() - began < seconds:
            example = generator.example(row.examples)
            start = time.monotonic()
            outcome = outcome_of(detector, target, example)
            row.slowest = max(row.slowest, (time.monotonic() - start, row.examples))
            row.outcomes[outcome] += 1
            if outcome in (*BAD, "unsound"):
                row.bad.append((outcome, row.examples))
                keep(out / f"{target.replace(':', '-')}-{seed}-{row.examples}-{outcome}", example)
            row.examples += 1
        detector.close()
        row.seconds = time.monotonic() - began
        row.written = sorted(path.name for path in Path(scratch).iterdir())
        os.chdir(out)
    return row


def outcome_of(detector: Detector, target: str, example: Example) -> str:
    """Whether it was read, refused with a reason, or went wrong."""
    forced = "archive" if target in archive_readers() else target
    source = ParseInput(example.data, example.name, FakeClock(), None, example.wal)
    try:
        _format, parsed = detector.parse(source, forced=forced)
        sound = all(_is_sound(one) for one in parsed if isinstance(one, Document))
    except KnownError as error:
        return next((kind for kind, words in BAD.items() if words in error.message), "refused")
    return "read" if sound else "unsound"


def _is_sound(document: Document) -> bool:
    ends = [0, *(block.end for block in document.blocks)]
    return all(end <= block.start <= block.end <= len(document.text)
               for end, block in zip(ends, document.blocks, strict=False))


def keep(path: Path, example: Example) -> None:
    path.write_bytes(example.data)
    if example.wal:
        path.with_name(path.name + "-wal").write_bytes(example.wal)


def shown(row: Row) -> str:
    told = f"{row.target:24} {row.examples:8} {row.examples / max(row.seconds, 0.001):7.0f}/s"
    told += f" {row.outcomes['read']:8} read {row.outcomes['refused']:8} refused"
    told += f" {len(row.bad):3} bad  slowest {row.slowest[0]:.2f} s (#{row.slowest[1]})"
    for kind, number in row.bad[:10]:
        told += f"\n    !! {kind} #{number}"
    return told + (f"\n    !! written: {', '.join(row.written[:10])}" if row.written else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--only", nargs="*", metavar="FORMAT", default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir(), "mneme-hostile"))
    wish = parser.parse_args()
    out = wish.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    every = (*(parser.format for parser in PARSERS), *archive_readers())
    targets = [name for name in every if not wish.only or name in wish.only]
    print(f"{len(targets)} formats, {wish.seconds:.0f} s each, seed {wish.seed}, limit {LIMIT:.0f} s; bad ones: {out}")
    wrong = examples = 0
    with ProcessPoolExecutor(wish.jobs, max_tasks_per_child=1) as pool:
        for done in as_completed([pool.submit(tried, name, wish.seconds, wish.seed, out) for name in targets]):
            row = done.result()
            examples, wrong = examples + row.examples, wrong + bool(row.bad or row.written)
            print(shown(row), flush=True)
    print(f"{examples} examples; {wrong} of {len(targets)} formats with something wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
