"""How long does a timeline take over a store of many memories? Each question that the room of time asks, three times.

    python tests/benchmarks/timeline.py STORE.db [--memories N] [--plain]

STORE is made where it is not there: N memories (a million by default) of twenty years, seven tenths of them messages,
two tenths passages of documents, of which a quarter knows only its file's time, one tenth events; every thirtieth of
the first half is a copy. It is encrypted unless --plain. Times are milliseconds, the first one with cold caches.
"""

import argparse
import random
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from mneme.store.columns import micros
from mneme.store.database import Database
from mneme.testing import FakeClock
from mneme.types import Kind, TimeFacets
from mneme.views.chronicle import Chronicle

NOW = micros(datetime(2025, 6, 15, tzinfo=UTC))
SPAN = 20 * 365 * 86_400_000_000  # microseconds
CHATS, PEOPLE, LINES, PARTS = 200, 3, 30, 40  # conversations, speakers in them, words of a text, parts of a document
WORDS = [f"word{n}" for n in range(3000)]
BATCH = 20_000  # memories


class Filler:
    """Writes rows in batches, with ids that it counts itself."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._rng = random.Random(1)
        self._items: list[tuple[object, ...]] = []
        self._memories: list[tuple[object, ...]] = []
        self._places: list[tuple[int, int]] = []
        self.item = self.memory = 0

    def add_item(self, entry: int, text: str, at: int, source: str, thread: int | None, seq: int | None) -> None:
        self.item += 1
        speaker = None if seq is None else f"Person {seq % PEOPLE}"
        self._items.append((self.item, entry, f"m{seq}", b"", "Title", text, at, source, thread, seq, speaker, NOW))

    def add_memory(self, kind: str, text: str, at: int, item: int) -> None:
        self.memory += 1
        self._memories.append((self.memory, kind, text, self._rng.randbytes(16), self._rng.random(), at, NOW))
        self._places.append((self.memory, item))
        if len(self._memories) >= BATCH:
            self.flush()

    def flush(self) -> None:
        self._conn.executemany(
            """INSERT INTO item (id, entry_id, key, version, digest, title, text, happened_at, happened_offset,
               happened_precision, happened_from, thread_id, seq, speaker, origin, recorded_at)
               VALUES (?, ?, ?, 1, ?, ?, ?, ?, 0, 'second', ?, ?, ?, ?, 'owner', ?)""", self._items)
        self._conn.executemany(
            """INSERT INTO memory (id, kind, text, digest, origin, importance, happened_at, happened_offset,
               happened_precision, recorded_at) VALUES (?, ?, ?, ?, 'owner', ?, ?, 0, 'second', ?)""", self._memories)
        self._conn.executemany('INSERT INTO evidence (memory_id, ordinal, item_id, start, "end") '
                               "VALUES (?, 0, ?, 0, 100)", self._places)
        for rows in (self._items, self._memories, self._places):
            rows.clear()

    def text(self) -> str:
        return " ".join(self._rng.choices(WORDS, k=LINES))

    def at(self) -> int:
        return NOW - self._rng.randrange(SPAN)


def fill(conn: sqlite3.Connection, count: int) -> None:
    """Write so many memories."""
    filler, documents = Filler(conn), max(count * 2 // 10 // PARTS, 1)
    conn.executemany("INSERT INTO entry (id, place, shown, state, updated_at) VALUES (?, ?, ?, 'done', 0)",
                     [(n + 1, b"/%d" % n, f"/{n}") for n in range(documents + CHATS)])
    conn.executemany("INSERT INTO thread (id, entry_id, key, title, participants) VALUES (?, ?, 't', 'Chat', '[]')",
                     [(n + 1, documents + n + 1) for n in range(CHATS)])
    messages = count * 7 // 10 // CHATS
    for chat in range(CHATS):
        begun = filler.at() - SPAN // 2
        for seq in range(messages):
            text, at = filler.text(), min(begun + seq * (SPAN // 2 // messages), NOW)
            filler.add_item(documents + chat + 1, text, at, "content", chat + 1, seq)
            filler.add_memory("passage", text, at, filler.item)
    for document in range(documents):
        at = filler.at()
        filler.add_item(document + 1, "", at, ("file", "content", "name", "title")[document % 4], None, None)
        for _part in range(PARTS):
            filler.add_memory("passage", filler.text(), at, filler.item)
    rng = random.Random(2)
    for _event in range(count // 10):
        filler.add_memory("event", filler.text(), filler.at(), rng.randrange(filler.item - BATCH // 10) + 1
                          if filler.item > BATCH // 10 else 1)
    filler.flush()
    conn.executemany("INSERT INTO link (from_id, kind, to_id) VALUES (?, ?, ?)",
                     [(n, "association" if n % 30 else "duplicate", n + 1) for n in range(1, filler.memory, 2)])


def timed(name: str, ask: Callable[[], object]) -> None:
    took = []
    for _turn in range(3):
        begun = time.perf_counter()
        ask()
        took.append(f"{1000 * (time.perf_counter() - begun):8.0f}")
    print(f"{name:<36}{''.join(took)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--memories", type=int, default=1_000_000)
    parser.add_argument("--plain", action="store_true")
    chosen = parser.parse_args()
    new = not chosen.store.exists()
    store = Database.open(chosen.store, None if chosen.plain else bytes(range(32)), clock=FakeClock())
    if new:
        store.write(lambda db: fill(db.conn, chosen.memories))
        store.checkpoint()
    chronicle = Chronicle(store, FakeClock())
    life = datetime(2005, 1, 1), datetime(2026, 1, 1)
    year, month = (datetime(2018, 1, 1), datetime(2019, 1, 1)), (datetime(2018, 3, 1), datetime(2018, 4, 1))
    said, events = TimeFacets(person="Person 1"), TimeFacets(frozenset((Kind.EVENT,)))
    timed("extent", chronicle.extent)
    timed("density: years", lambda: chronicle.density(*life, "year"))
    timed("density: years of one person", lambda: chronicle.density(*life, "year", said))
    timed("density: years, events", lambda: chronicle.density(*life, "year", events))
    timed("density: days of a year", lambda: chronicle.density(*year, "day"))
    timed("density: days of a month", lambda: chronicle.density(*month, "day"))
    timed("events of a year", lambda: chronicle.events(*year))
    timed("events of a month", lambda: chronicle.events(*month))
    timed("list of a year, first page", lambda: chronicle.memories(*year))
    timed("list of a month, first page", lambda: chronicle.memories(*month))
    timed("on this day", lambda: chronicle.on_this_day(date(2025, 6, 15)))
    timed("choices", chronicle.choices)
    store.close()


if __name__ == "__main__":
    main()
