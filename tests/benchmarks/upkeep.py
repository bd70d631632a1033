"""What upkeep costs per 1,000 new items beside 1,000, 10,000 and 100,000 that are there, by step.

    python tests/benchmarks/upkeep.py [--sizes 1000,10000,100000] [--quick] [--seed N]

One store grows from size to size. At each, 1,000 new items come in over ten nights (a fifth notes, the rest messages of
conversations that grow for ever; some are copies, boilerplate, or facts that change), and each step of upkeep runs
after each, as at night. Told are seconds of the processor's time of each step, as a ratio to the same at the first
size: 1.0 is flat; and the rows of the journal. Below, the time of looking for work where there is none, and of a page
of the list of memories with its count, 400 days later: of all, and of those that have not faded. Texts have topics with
words of their own; vectors are sums of their words' vectors.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: seconds of one thread

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Literal

import numpy as np
from latency import Language

from mneme import builtin
from mneme.engine import LEARNING, Engine
from mneme.parsers.chats.conversation import write_conversation
from mneme.paths import Profile
from mneme.ports import Vectors
from mneme.testing import FakeClock, ScriptedReader
from mneme.types import Conversation, MemoryFilter, Participant, Role
from mneme.upkeep.consolidating import STEPS

BEGAN = datetime(2020, 1, 6, tzinfo=UTC)
A_DAY = 100  # items
NIGHTS = 10
CHAT = 20  # messages of a day in each of the conversations
PEOPLE = ("Ada", "Bo", "Cleo", "Dan")
TOPICS, OWN_WORDS, OWN_SHARE = 60, 300, 0.6  # words of a topic's own, and their share in what is said of it
COPIES, BOILERPLATE, FACTS = 0.05, 0.06, 0.06
DIM = 384
LATER = timedelta(days=400)
LISTED = 100
EMBEDDING = "vectors of what was made"

RUNNING = ("ok", "Thanks!", "See you then.", "haha", "On my way.", "Good night!", "Yes, please.", "Sounds good.")
TOLD = ("I live in {place}.", "I moved to {place} last week.", "My sister {name} works at {place}.", "I like {thing}.",
        "I don't like {thing} any more.", "{name} is allergic to {thing}.", "My favourite colour is {thing}.",
        "{name} lives in {place}.", "I work as a {thing}.", "I have an appointment in {place} on Friday.")


# ------------------------------------------------------------------ made-up life


@dataclass
class Life:
    """What comes in, day by day: lines of four conversations that grow, and notes; the same for the same seed."""

    folder: Path
    seed: int = 7
    days: int = 0
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.language = Language(self.seed)
        words = self.language.words
        self._topics = [self._random.sample(words[200:], OWN_WORDS) for _ in range(TOPICS)]
        self._shares = [1.0 / rank for rank in range(2, OWN_WORDS + 2)]
        self._names = [word.capitalize() for word in words[1000:1120]]
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, days: int) -> list[Path]:
        """So many more days, in the conversations' files and in a folder of new notes; what is to be taken in."""
        fresh = self.folder / f"notes {self.days}"
        fresh.mkdir()
        for _ in range(days):
            day = BEGAN + timedelta(days=self.days)
            for chat, person in enumerate(PEOPLE):
                self._say(self.folder / f"chat {chat}.jsonl", person, day)
            for number in range(A_DAY - CHAT * len(PEOPLE)):
                (fresh / f"{self.days} {number}.md").write_text(f"---\ndate: {day.date()}\n---\n{self._note()}\n")
            self.days += 1
        return [fresh, *sorted(self.folder.glob("*.jsonl"))]

    def _say(self, path: Path, person: str, day: datetime) -> None:
        """A day of one conversation, in two sittings of one topic each."""
        if not path.exists():
            people = (Participant("me", "Maren", Role.OWNER),
                      Participant(person, person, Role.ASSISTANT if person == PEOPLE[-1] else Role.OTHER))
            path.write_text(write_conversation(Conversation(path.stem, path.stem, people, ())))
        with path.open("a") as file:
            for number in range(CHAT):
                if number % (CHAT // 2) == 0:
                    topic = self._random.choice(self._topics)
                at = day + timedelta(hours=8 + 10 * (number // (CHAT // 2)), minutes=number)
                file.write(json.dumps({"id": f"{self.days} {number}", "from": "me" if number % 2 else person,
                                       "at": at.isoformat(), "text": self._sentence(topic)}) + "\n")

    def _sentence(self, topic: Sequence[str]) -> str:
        kind = self._random.random()
        if kind < BOILERPLATE:
            return self._random.choice(RUNNING)
        if kind < BOILERPLATE + FACTS:
            thing, place = self._random.choice(topic), self._random.choice(self.language.words[2000:4000]).capitalize()
            return self._random.choice(TOLD).format(name=self._random.choice(self._names), thing=thing, place=place)
        size = self._random.randint(6, 18)
        of_topic = self._random.choices(topic, self._shares, k=round(OWN_SHARE * size))
        said = [*self.language.sentence(size - len(of_topic), size - len(of_topic)).lower().rstrip(".").split(),
                *of_topic]
        self._random.shuffle(said)
        return " ".join(said).capitalize() + "."

    def _note(self) -> str:
        if self.notes and self._random.random() < COPIES:
            return self._random.choice(self.notes)
        topic = self._random.choice(self._topics)
        note = " ".join(self._sentence(topic) for _ in range(self._random.randint(3, 6)))
        self.notes.append(note)
        return note


class SumEmbedder:
    """Unit vectors, each the sum of its words' random ones: texts of one topic share words, and so are near."""

    model_id, dim = "sums-of-words", DIM

    def __init__(self) -> None:
        self._rows = np.random.default_rng(1).standard_normal((65_536, DIM)).astype(np.float32)
        self._place: dict[str, int] = {}

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "passage"], threads: int = 0) -> Vectors:
        out = np.zeros((len(texts), DIM), np.float32)
        for row, text in zip(out, texts, strict=True):
            words = text.lower().replace(".", "").split() or [""]
            places = [self._place.setdefault(word, len(self._place) % len(self._rows)) for word in words]
            row += self._rows[places].sum(axis=0)
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), np.float32)

    def close(self) -> None:
        return


# ------------------------------------------------------------------ measured


class Spent:
    """Seconds of the processor's time by what they were spent on."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def on(self, engine: Engine) -> None:
        """One night: each step of upkeep, then vectors for what came of it."""
        for step in STEPS:
            began = process_time()
            engine.life.upkeep(only=[step.name], on_progress=lambda _progress: None, cancelled=lambda: False)
            self._add(step.name, began)
        began = process_time()
        engine.embed_waiting()
        self._add(EMBEDDING, began)

    def _add(self, name: str, began: float) -> None:
        self.seconds[name] = self.seconds.get(name, 0.0) + process_time() - began


def measured(folder: Path, sizes: Sequence[int], seed: int, nights: int) -> Iterator[tuple[int, dict[str, float]]]:
    """At each size, what 1,000 new items cost by name; `nights` of A_DAY items are measured."""
    clock = FakeClock(BEGAN)
    life = Life(folder / "taken in", seed)
    plugins = replace(builtin.plugins(), embedder=SumEmbedder(), reader=ScriptedReader())
    with Engine.open(Profile(folder / "profile"), clock=clock, use_keyring=False, plugins=plugins) as engine:
        for size in sizes:
            filled = Spent()
            while (days := size // A_DAY - life.days) > 0:
                live(engine, clock, life, min(days, max(size // A_DAY // 4, 1)), filled)
            spent, rows = Spent(), journal_rows(engine)
            for _ in range(nights):
                live(engine, clock, life, 1, spent)
            scale = 1000.0 / (nights * A_DAY)
            costs = {name: scale * seconds for name, seconds in spent.seconds.items()}
            rows = scale * (journal_rows(engine) - rows)
            yield size, {**costs, "all steps": sum(costs.values()), "journal: rows": rows, **idle(engine),
                         **listing(engine, clock)}


def live(engine: Engine, clock: FakeClock, life: Life, days: int, spent: Spent) -> None:
    """Some days come in, and the night after them is spent on upkeep."""
    taken = life.write(days)
    clock.advance(timedelta(days=days))
    engine.add(taken, wait=False)
    engine.embed_waiting()
    spent.on(engine)


def idle(engine: Engine) -> dict[str, float]:
    """Milliseconds of looking for work where there is none: as every few seconds behind the window, and as at night."""
    took = {}
    for name, steps in (("idle: a look, ms", LEARNING), ("idle: a night, ms", ())):
        began = process_time()
        engine.upkeep_now(only=steps)
        took[name] = 1000.0 * (process_time() - began)
    return took


def listing(engine: Engine, clock: FakeClock) -> dict[str, float]:
    """Milliseconds of a page of the list, of all and of what has not faded, when all of it is old; the median of 5."""
    clock.advance(LATER)
    took = {}
    for name, what in (("list: all, ms", MemoryFilter(faded=None)), ("list: not faded, ms", MemoryFilter(faded=False))):
        times = []
        for _ in range(5):
            began = process_time()
            engine.list_memories(what, limit=LISTED)
            times.append(1000.0 * (process_time() - began))
        took[name] = float(np.median(times))
    clock.advance(-LATER)
    return took


def journal_rows(engine: Engine) -> int:
    with engine._store.reader() as db:
        return int(db.execute("SELECT count(*) FROM change").fetchone()[0])


def table(results: Sequence[tuple[int, Mapping[str, float]]]) -> str:
    """A line for each cost, with its ratio to the first size."""
    first = results[0][1]
    lines = [f"{'per 1,000 new items':28}" + "".join(f"{f'{size:,} there':>16}{'ratio':>7}" for size, _ in results)]
    lines += [f"{name:28}" + "".join(f"{costs[name]:>16.3f}{costs[name] / max(first[name], 1e-9):>7.2f}"
                                     for _, costs in results) for name in first]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000", help="items that are there already")
    parser.add_argument("--quick", action="store_true", help="smaller stores, fewer nights")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="mneme-upkeep-") as folder:
        results = []
        for size, costs in measured(Path(folder), [300, 1000] if given.quick else sizes, given.seed,
                                    3 if given.quick else NIGHTS):
            results.append((size, costs))
            print(table(results), "\n", flush=True)


if __name__ == "__main__":
    main()
