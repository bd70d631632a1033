"""How fast search, taking in and the window are, told in units that every machine can compare.

    python tests/benchmarks/latency.py [--only search|ask|ingest|window] [--sizes N ...] [--quick]

search: p50 and p95 of `Engine.search` over real stores of exactly 1,000, 10,000 and 100,000 memories (about half
passages of notes, the rest messages), in milliseconds and in U, one float32 product of 100,000 x 384 by one thread in
the same run; below it the stages, as `ask(trace=True)` accounts for them when it reads five passages, since it then
searches for ten as `search` does. The passages get vectors from sums of word vectors, so that filling is quick; the
query is embedded by the embedder that ships. On a machine that others use too, believe the columns of processor time:
both sides of the ratio are counted in it. At the end how the medians grow with the size.
ask: the same for `Engine.ask`, reading at most 16 and at most 32 passages with the reader that ships.
ingest: 2,000 notes through `Engine.add`, against the embedder alone over the same texts with the same threads.
window: seconds until something is seen, and until the window can be used, against a bare PySide6 window; its memory
when idle.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: U is the work of one thread

import argparse
import itertools
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import psutil

from mneme import builtin
from mneme.engine import Engine
from mneme.parsers.chats.conversation import write_conversation
from mneme.paths import Profile
from mneme.ports import Embedder, Vectors
from mneme.types import Conversation, Message, Moment, Participant, Stage
from mneme.upkeep.embedding import background_threads

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
STOP = 100
PEOPLE = ("Ada", "Bo", "Cleo", "Dan")
SECTIONS = 10  # of a note
FIRST = 2  # notes that are counted
MESSAGES = 5_000  # of one chat at most
READ = (16, 32)  # passages
STAGED = 5


# ------------------------------------------------------------------ made-up text


class Language:
    """Words with the frequencies of a natural language (Zipf), the same for the same seed."""

    def __init__(self, seed: int = 7, words: int = 20_000) -> None:
        self._random = random.Random(seed)
        syllables = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
        self.words = list(dict.fromkeys(
            "".join(self._random.choices(syllables, k=self._random.randint(2, 4))) for _ in range(words)))
        self._weights = [1.0 / rank for rank in range(2, len(self.words) + 2)]
        self._shares = list(itertools.accumulate(self._weights))

    def sentence(self, low: int = 6, high: int = 18) -> str:
        chosen = self._random.choices(self.words, cum_weights=self._shares, k=self._random.randint(low, high))
        return " ".join(chosen).capitalize() + "."

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self._random.randint(2, 5)))

    def question(self) -> str:
        """Three to six words beyond the STOP most frequent, which stand for stop-words: a question loses those."""
        chosen = self._random.choices(self.words[STOP:], weights=self._weights[STOP:], k=self._random.randint(3, 6))
        return f"When did {self._random.choice(PEOPLE)} {' '.join(chosen)}?"


class QuickEmbedder:
    """Passages by the sum of their words' vectors; queries by the embedder that ships, under whose name it goes."""

    def __init__(self, real: Embedder, language: Language) -> None:
        self._real = real
        rows = np.random.default_rng(1).standard_normal((len(language.words), real.dim)).astype(np.float32)
        self._rows = dict(zip(language.words, rows, strict=True))

    @property
    def model_id(self) -> str:
        return self._real.model_id

    @property
    def dim(self) -> int:
        return self._real.dim

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "passage"], threads: int = 0) -> Vectors:
        if kind == "query":
            return self._real.embed(texts, kind=kind, threads=threads)
        out = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(out, texts, strict=True):
            for word in text.lower().replace(".", "").split():
                row += self._rows.get(word, 0.0)
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), np.float32)

    def close(self) -> None:
        self._real.close()


def write_notes(folder: Path, language: Language, notes: range, paragraphs: int) -> None:
    for n in notes:
        day = (BEGAN + timedelta(days=n)).date()
        sections = [f"## {language.sentence(2, 4)[:-1]}\n\n{language.paragraph()}" for _ in range(paragraphs)]
        (folder / f"{n:06}.md").write_text(f"---\ndate: {day}\n---\n" + "\n\n".join(sections), encoding="utf-8")


def write_chat(path: Path, language: Language, messages: int) -> None:
    people = tuple(Participant(name, name) for name in PEOPLE)
    said = tuple(Message(str(n), PEOPLE[n % 4], language.sentence(), Moment(BEGAN + timedelta(minutes=n)))
                 for n in range(messages))
    path.write_text(write_conversation(Conversation(path.stem, path.stem, people, said)), encoding="utf-8")


# ------------------------------------------------------------------ search


class Took(NamedTuple):
    """Milliseconds of one piece of work: on the wall's clock, and of the processor."""

    wall: float
    cpu: float


def unit() -> Took:
    """U: one float32 product 100,000 x 384 by one thread, the median of 15."""
    rows = unit_rows()
    query = rows[0].copy()
    return Took(*np.median([timed(lambda: rows @ query) for _ in range(15)], axis=0).tolist())


@cache
def unit_rows() -> Vectors:
    return np.random.default_rng(3).standard_normal((100_000, 384), dtype=np.float32)


def timed(work: Callable[[], object]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(1000.0 * (time.perf_counter() - wall), 1000.0 * (time.process_time() - cpu))


def fill(engine: Engine, folder: Path, language: Language, memories: int) -> None:
    """Fill `engine` through `add` with exactly so many memories: notes for about a half, and messages for the rest.

    A message is one memory; how many a note gives depends on how it is cut, so the first notes are counted.
    """
    notes = folder / "notes"
    notes.mkdir(parents=True)
    write_notes(notes, language, range(FIRST), SECTIONS)
    engine.add([notes])
    write_notes(notes, language, range(FIRST, memories * FIRST // (2 * engine.status().memories)), SECTIONS)
    engine.add([notes])
    missing = memories - engine.status().memories
    chats = max(-(-missing // MESSAGES), 1)
    for chat in range(chats):
        write_chat(folder / f"chat {chat}.jsonl", language, missing * (chat + 1) // chats - missing * chat // chats)
    engine.add(sorted(folder.glob("*.jsonl")))
    if engine.status().memories != memories:
        raise SystemExit(f"{engine.status().memories:,} memories came of filling with {memories:,}")


def found(sizes: Sequence[int], queries: int, what: frozenset[str]) -> None:
    """Search and ask (`what`) over stores of these sizes, then how much longer each part takes in the larger ones."""
    language = Language()
    shipped = builtin.plugins()
    plugins = replace(shipped, embedder=QuickEmbedder(shipped.embedder, language))
    grown: dict[str, list[tuple[int, float]]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, Engine.open(
                Profile(Path(folder) / "profile"), use_keyring=False, plugins=plugins) as engine:
            filling = timed(partial(fill, engine, Path(folder) / "taken in", language, size))
            count = engine.status().memories
            print(f"\n{count:,} memories, filled in {filling.wall / 1000:.0f} s")
            times = measured(engine, language, queries, what)
            for name, p50 in report(times).items():
                grown.setdefault(name, []).append((count, p50))
    if len(sizes) > 1:
        growth(grown)


class Times(NamedTuple):
    """What was measured over one store: by name, one time for each question; the unit before and after."""

    took: dict[str, list[Took]]
    units: list[Took]


def measured(engine: Engine, language: Language, queries: int, what: frozenset[str]) -> Times:
    """Every question is a new one, since a second search for the same finds its pages in memory.

    The very first search is told apart: it reads the vectors into memory, and loads the embedder.
    """
    first = timed(lambda: engine.search(language.question()))
    engine.ask(language.question(), k=1, record=False)  # loads the reader
    took: dict[str, list[Took]] = {"first search": [first]}
    units = [unit()]
    if "search" in what:
        took["search"] = [timed(partial(engine.search, language.question())) for _ in range(queries)]
        for stage in (stage for _ in range(queries) for stage in stages(engine, language.question(), STAGED)):
            took.setdefault(f"  {stage.name}", []).append(Took(stage.took_ms, math.nan))
    for passages in READ if "ask" in what else ():
        took[f"ask, reading {passages}"] = [timed(partial(engine.ask, language.question(), k=passages, record=False))
                                            for _ in range(queries)]
    return Times(took, [*units, unit()])


def stages(engine: Engine, question: str, passages: int) -> Sequence[Stage]:
    answer = engine.ask(question, k=passages, record=False, trace=True)
    if answer.trace is None:
        raise SystemExit(f"no account of {question!r}: {answer.state} {answer.message}")
    return [stage for stage in answer.trace.stages if stage.name != "reading"]


def report(times: Times) -> dict[str, float]:
    """Prints a table; the median milliseconds on the wall's clock, by name."""
    u = Took(*np.mean(times.units, axis=0).tolist())
    print(f"{'':24} {'p50 ms':>8} {'p95 ms':>8} {'p50 U':>7} {'p95 U':>7} {'cpu p50':>9} {'cpu p95':>8} {'p50 U':>7}"
          f" {'p95 U':>7}   U: {u.wall:.1f} ms, cpu {u.cpu:.1f} ms")
    medians = {}
    for name, took in times.took.items():
        (p50, p50_cpu), (p95, p95_cpu) = np.percentile(np.array(took), [50, 95], axis=0)
        cpu = "" if math.isnan(p50_cpu) else (
            f" {p50_cpu:>9.1f} {p95_cpu:>8.1f} {p50_cpu / u.cpu:>7.2f} {p95_cpu / u.cpu:>7.2f}")
        print(f"{name:24} {p50:>8.1f} {p95:>8.1f} {p50 / u.wall:>7.2f} {p95 / u.wall:>7.2f}{cpu}", flush=True)
        medians[name] = float(p50)
    return medians


def growth(grown: Mapping[str, Sequence[tuple[int, float]]]) -> None:
    """How many times longer the median takes in the next larger store, and the exponent: 1 is as the store grows."""
    print(f"\n{'p50 by size':24}" + "".join(f"{f'{a:,} to {b:,}':>22}" for (a, _), (b, _)
                                            in pairwise(next(iter(grown.values())))))
    for name, points in grown.items():
        cells = (f"x{later / max(sooner, 1e-9):.2f}, n^{exponent(less, more, sooner, later):.2f}"
                 for (less, sooner), (more, later) in pairwise(points))
        print(f"{name:24}" + "".join(f"{cell:>22}" for cell in cells))


def exponent(less: int, more: int, sooner: float, later: float) -> float:
    """Of the power of the size that the time grows with."""
    return math.log(max(later, 1e-9) / max(sooner, 1e-9)) / math.log(more / less)


# ------------------------------------------------------------------ taking in


def ingest(notes: int) -> None:
    language = Language()
    plugins = builtin.plugins()
    threads = background_threads(0)
    plugins.embedder.embed(["warm"], kind="passage", threads=threads)
    with tempfile.TemporaryDirectory() as folder, Engine.open(
            Profile(Path(folder) / "profile"), use_keyring=False, plugins=plugins) as engine:
        source = Path(folder) / "notes"
        source.mkdir()
        write_notes(source, language, range(notes), 2)
        whole = timed(lambda: engine.add([source])).wall / 1000.0
        texts = list(_texts(engine))
    alone = timed(lambda: _in_batches(plugins.embedder, texts, threads)).wall / 1000.0
    print(f"{notes:,} notes, {len(texts):,} passages, {threads} threads")
    print(f"taken in   {whole:7.1f} s {len(texts) / whole:8.0f} passages/s")
    print(f"embedder   {alone:7.1f} s {len(texts) / alone:8.0f} passages/s")
    print(f"ratio      {alone / whole:7.2f}")


def _texts(engine: Engine) -> Iterator[str]:
    total = engine.status().memories
    for offset in range(0, total, 500):
        yield from (memory.text for memory in engine.list_memories(offset=offset, limit=500).memories)


def _in_batches(embedder: Embedder, texts: Sequence[str], threads: int) -> None:
    for start in range(0, len(texts), 256):
        embedder.embed(texts[start:start + 256], kind="passage", threads=threads)


# ------------------------------------------------------------------ the window

BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
window = QLabel("bare")
window.show()
QTimer.singleShot(0, lambda: (print("usable", time.time(), time.process_time(), flush=True), app.quit()))
app.exec()
"""

REAL = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from mneme.paths import Profile
from mneme_desktop.app import furnish, make_application, show_start
from mneme_desktop.look.theme import Theme
def say(what):
    print(what, time.time(), time.process_time(), flush=True)
app = make_application()
theme, profile = Theme(app), Profile(Path(sys.argv[1]))
start = show_start(theme, profile, use_keyring=False, profiles=None)
say("seen")
session, outside = furnish(theme, profile, start, use_keyring=False, demo=False, profiles=None)
session.shown.connect(lambda: QTimer.singleShot(0, lambda: say("usable")))
QTimer.singleShot(int(sys.argv[2]), app.closeAllWindows)
app.exec()
outside.close()
session.finish()
"""


def window(starts: int, idle_seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "profile"
        with Engine.open(Profile(root), use_keyring=False) as engine:
            sample = builtin.sample_life()
            engine.add([sample])
        bare = np.median([_started(BARE)["usable"] for _ in range(starts)], axis=0)
        real = [_started(REAL, str(root), "2500") for _ in range(starts)]
        rss = _started(REAL, str(root), str(int(1000 * idle_seconds) + 2000), idle=idle_seconds)["idle"][0]
    for what, words in (("seen", "something is seen"), ("usable", "usable window")):
        ours = np.median([one[what] for one in real], axis=0)
        for name, plain, took in zip(("seconds", "processor seconds"), bare, ours, strict=True):
            print(f"{words} ({name}): bare {plain:.2f}, Mneme {took:.2f}, ratio {took / plain:.2f}")
    print(f"idle memory: {rss / 1e6:.0f} MB after {idle_seconds:.0f} s")


def _started(program: str, *arguments: str, idle: float = 0.0) -> dict[str, tuple[float, float]]:
    """Seconds, and seconds of processor time, until each thing that the program tells of; its bytes after `idle` s."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(sys.path),
                                "QT_LOGGING_RULES": "qt.qpa.*=false"}
    began, told = time.time(), {}
    with subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True,
                          env=environment) as process:
        assert process.stdout is not None
        while "usable" not in told:
            what, at, used = process.stdout.readline().split() or ("", "", "")
            if not what:
                raise SystemExit("the window did not open")
            told[what] = (float(at) - began, float(used))
        time.sleep(idle)
        if idle:
            told["idle"] = (float(psutil.Process(process.pid).memory_info().rss), 0.0)
        process.wait(timeout=60)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["search", "ask", "ingest", "window"])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="memories of each store")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="smaller stores, fewer queries")
    given = parser.parse_args()
    print(json.dumps({"cores": os.cpu_count(), "python": sys.version.split()[0], "U_ms": round(unit().cpu, 2)}))
    if what := frozenset(("search", "ask")) & {given.only or "search", given.only or "ask"}:
        found(given.sizes[:2] if given.quick else given.sizes, min(given.queries, 50) if given.quick else given.queries,
              what)
    if given.only in (None, "ingest"):
        ingest(200 if given.quick else 2_000)
    if given.only in (None, "window"):
        window(2 if given.quick else 5, 3.0 if given.quick else 10.0)


if __name__ == "__main__":
    main()
