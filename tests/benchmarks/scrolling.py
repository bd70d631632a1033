"""Looking through very many memories: whether the window ever stands still, and how long lists and counts take.

    python tests/benchmarks/scrolling.py [--rows N] [--profile DIR] [--seconds S] [--only window|lists]

A synthetic encrypted store of N memories (1,000,000) is made in a temporary folder, or in DIR, where it stays and is
used again. window: in the real window, offscreen, the list is scrolled through for S seconds, by the wheel, page by
page, by dragging the handle to ten places, to the end and the beginning: right at the start, while all ids are read
and the other rooms read what they show, and once they are done; a timer of 5 ms on the window's thread notes how long
it had to wait. The same is done with a bare table with the same delegate over memories that are all in memory, in the
same run. On a machine that others use too, believe the ratio. lists: how long the first rows and all ids of
a list take, searching as one types, with and without facets, and the counts of each facet.
"""

import argparse
import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractTableModel, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QTableView

from mneme.engine import Engine
from mneme.paths import Profile
from mneme.store.columns import Handle, micros, text_digest
from mneme.types import FACETS, Kind, Memory, MemoryFilter, Moment, Origin
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.delegate import ROW_HEIGHT, MemoryDelegate
from mneme_desktop.memories.model import MEMORY_ROLE
from mneme_desktop.shell.window import MEMORIES, MainWindow

BATCH = 20_000  # memories written in one transaction
TICK, GOAL = 5, 50  # milliseconds: of the timer, and that no wait should be longer than
REST = 12  # seconds until whatever else reads at the start is done
PLACES = 10  # to which the handle is dragged
PEOPLE = 300
YEAR = int(365.25 * 86_400e6)  # microseconds


# ------------------------------------------------------------------ the store


class Words:
    """Sentences of made-up words with the frequencies of a natural language (Zipf)."""

    def __init__(self, chance: random.Random) -> None:
        syllables = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
        self.all = list(dict.fromkeys(
            "".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(20_000)))
        shares = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(self.all))))
        self._pool = chance.choices(self.all, cum_weights=shares, k=2_000_000)
        self._chance = chance

    def sentence(self) -> str:
        start = self._chance.randrange(len(self._pool) - 20)
        return " ".join(self._pool[start:start + self._chance.randint(8, 18)]).capitalize() + "."


@dataclass
class Rows:
    """What one transaction writes, by table."""

    item: list[Any] = field(default_factory=list)
    memory: list[Any] = field(default_factory=list)
    evidence: list[Any] = field(default_factory=list)
    passages: list[Any] = field(default_factory=list)
    derived: list[Any] = field(default_factory=list)
    use: list[Any] = field(default_factory=list)
    membership: list[Any] = field(default_factory=list)
    link: list[Any] = field(default_factory=list)


WRITES = {
    "item": """INSERT INTO item (id, entry_id, key, version, digest, title, text, happened_at, happened_offset,
        happened_precision, happened_from, speaker, origin, recorded_at)
        VALUES (?, ?, ?, 1, ?, ?, ?, ?, 60, 'minute', 'content', ?, ?, ?)""",
    "memory": """INSERT INTO memory (id, kind, text, digest, origin, importance, nature, pinned, happened_at,
        happened_offset, happened_precision, recorded_at, retired_at, forgotten_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 60, 'minute', ?, ?, ?)""",
    "evidence": "INSERT INTO evidence VALUES (?, 0, ?, 0, ?)",
    "passages": "INSERT INTO memory_fts (rowid, text, context) VALUES (?, ?, ?)",
    "derived": "INSERT INTO derived_fts (rowid, text, context) VALUES (?, ?, ?)",
    "use": "INSERT INTO use (memory_id, at, what) VALUES (?, ?, ?)",
    "membership": "INSERT INTO membership (memory_id, topic_id) VALUES (?, ?)",
    "link": "INSERT INTO link (from_id, kind, to_id) VALUES (?, 'duplicate', ?)",
}


class Filler:
    """Writes a store of so many memories: nine of ten passages, half of them out of chats, of twelve years."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.chance = random.Random(7)
        self.words = Words(self.chance)
        self.now = micros(datetime.now(UTC))
        self.entries = max(rows // 400, 5)
        self.people = [f"Person {n}" for n in range(PEOPLE)]
        self.shares = list(itertools.accumulate(1 / (n + 1) for n in range(PEOPLE)))

    def fill(self, engine: Engine) -> None:
        store = engine._store
        store.write(self._places)
        for start in range(0, self.rows, BATCH):
            store.write(lambda db, start=start: self._write(db, start))
        store.checkpoint()

    def _places(self, db: Handle) -> None:
        names = ("notes", "chats", "documents")
        db.conn.executemany("INSERT INTO source (kind, place, shown, added_at) VALUES ('folder', ?, ?, ?)",
                            [(f"/{name}".encode(), f"/home/maren/{name}", self.now) for name in names])
        db.conn.executemany(
            """INSERT INTO entry (id, place, shown, state, updated_at, format, source_id)
               VALUES (?, ?, ?, 'done', ?, ?, ?)""",
            [(n, f"/{n}".encode(), f"/home/maren/{names[n % 3]}/folder {n % 97}/file {n}.md", self.now,
              "conversation" if n % 3 == 1 else ("markdown", "pdf", "docx")[n % 3], 1 + n % 3)
             for n in range(1, self.entries + 1)])
        db.conn.executemany("INSERT INTO topic (id, parent_id, name, size, centroid) VALUES (?, ?, ?, 1, x'00')",
                            [(n, None if n <= 20 else 1 + n % 20, f"Topic {n}") for n in range(1, 201)])

    def _write(self, db: Handle, start: int) -> None:
        rows = Rows()
        for number in range(start + 1, min(start + BATCH, self.rows) + 1):
            self._add(rows, number)
        for name, statement in WRITES.items():
            db.conn.executemany(statement, getattr(rows, name))

    def _add(self, rows: Rows, n: int) -> None:
        chance, text, share = self.chance, self.words.sentence(), self.chance.random()
        kind = "passage" if share < 0.9 else "fact" if share < 0.95 else "event" if share < 0.99 else "summary"
        entry = 1 + (n - 1) * self.entries // self.rows
        speaker = chance.choices(self.people, cum_weights=self.shares)[0] if entry % 3 == 1 else None
        origin = "owner" if speaker in (None, self.people[0]) else "other"
        at, recorded = (self.now - int(chance.random() * years * YEAR) for years in (12, 3))
        importance = round(0.05 + 0.9 * (1 - chance.random() * chance.random()), 6) if n % 3 else 0.5
        nature = "ordinary" if n % 20 else chance.choice(("constant", "preference", "errand"))
        retired, forgotten = self.now if n % 37 == 0 else None, self.now - n if n % 501 == 0 else None
        digest, title = text_digest(text), f"Title {entry}"
        rows.item.append((n, entry, str(n), digest, title, text, at, speaker, origin, recorded))
        rows.memory.append((n, kind, text, digest, origin if kind != "event" else "derived", importance, nature,
                            int(n % 1000 == 0), at, recorded, retired, forgotten))
        rows.evidence.append((n, n, len(text)))
        if retired is None and forgotten is None:
            (rows.passages if kind == "passage" else rows.derived).append((n, text, f"{title}\n{speaker or ''}"))
        if n % 50 == 0:
            rows.use += [(n, recorded + day * 86_400_000_000, "recalled") for day in range(3)]
        if kind == "event":
            rows.membership.append((n, 1 + n % 200))
        if n % 40 == 7 and n > 100:
            rows.link.append((n, n - 50))


@contextmanager
def filled(rows: int, folder: str | None) -> Iterator[tuple[Profile, Engine]]:
    """A store of so many memories: the one in `folder`, if there is one."""
    with tempfile.TemporaryDirectory(prefix="mneme-scrolling-") as temporary:
        profile = Profile(Path(folder or temporary) / f"rows-{rows}")
        engine = Engine.open(profile, use_keyring=False)
        if not engine.status().memories:
            started = time.perf_counter()
            Filler(rows).fill(engine)
            print(f"filled with {rows:,} memories in {time.perf_counter() - started:.0f} s")
        yield profile, engine


# ------------------------------------------------------------------ the window


class Gaps:
    """How long the window's thread took between two ticks, beyond the tick itself, in milliseconds."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._last = 0.0
        self._timer = QTimer(interval=TICK)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.waits, self._last = [], time.perf_counter()
        self._timer.start()

    def stop(self) -> list[float]:
        self._timer.stop()
        return sorted(self.waits)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.waits.append(max(1000 * (now - self._last) - TICK, 0.0))
        self._last = now


class InMemory(QAbstractTableModel):
    """As many rows, each of one of a few memories that are all there: what a bare table costs."""

    def __init__(self, rows: int, memories: list[Memory]) -> None:
        super().__init__()
        self._rows, self._memories = rows, memories

    def rowCount(self, parent: Any = None) -> int:
        return self._rows

    def columnCount(self, parent: Any = None) -> int:
        return 1

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        memory = self._memories[index.row() % len(self._memories)]
        return memory if role == MEMORY_ROLE else memory.text if role == Qt.ItemDataRole.DisplayRole else None


def bare_table(theme: Theme, rows: int) -> QTableView:
    """A table with our delegate and nothing else of ours."""
    now = datetime.now(UTC)
    memories = [Memory(n, Kind.PASSAGE, f"Memory number {n}, and some more words of it." * 2, n, (0, 9), "/a", "A note",
                       None, Origin.OWNER, Moment(now), now, retention=n / 500) for n in range(500)]
    table = QTableView()
    table.model_kept = InMemory(rows, memories)  # type: ignore[attr-defined]
    table.delegate_kept = MemoryDelegate(theme)  # type: ignore[attr-defined]
    table.setModel(table.model_kept)  # type: ignore[attr-defined]
    table.setItemDelegate(table.delegate_kept)  # type: ignore[attr-defined]
    table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.horizontalHeader().hide()
    table.horizontalHeader().setStretchLastSection(True)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    return table


class Hand:
    """Scrolls through a table as a person does, a step each time the window has nothing else to do."""

    def __init__(self, app: QApplication, table: QTableView, seconds: float) -> None:
        self._app, self._table, self._seconds = app, table, seconds

    def scroll(self) -> list[float]:
        """All ways one after the other; how long the window's thread was kept each time."""
        gaps = Gaps()
        gaps.start()
        bar = self._table.verticalScrollBar()
        for steps in (self._wheel(), self._pages(), self._places(), self._ends()):
            end = time.perf_counter() + self._seconds / 4
            for step in steps:
                step()
                until = min(end, time.perf_counter() + 0.016)
                while time.perf_counter() < until:
                    self._app.processEvents()
                    time.sleep(0.001)
                if time.perf_counter() >= end:
                    break
        bar.setValue(0)
        return gaps.stop()

    def _wheel(self) -> Iterator[Callable[[], None]]:
        spot = QPointF(200, 200)
        while True:
            yield lambda: self._app.sendEvent(self._table.viewport(), QWheelEvent(
                spot, self._table.viewport().mapToGlobal(spot), QPoint(0, 0), QPoint(0, -240),
                Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False))

    def _pages(self) -> Iterator[Callable[[], None]]:
        bar = self._table.verticalScrollBar()
        while True:
            yield lambda: bar.setValue(bar.value() + self._table.viewport().height())

    def _places(self) -> Iterator[Callable[[], None]]:
        """Dragged from place to place, through some that lie between."""
        bar, chance, at = self._table.verticalScrollBar(), random.Random(3), 0.0
        for place in itertools.cycle(chance.random() for _n in range(PLACES)):
            for part in range(10):
                yield lambda to=at + (place - at) * (part + 1) / 10: bar.setValue(round(to * bar.maximum()))
            at = place

    def _ends(self) -> Iterator[Callable[[], None]]:
        bar = self._table.verticalScrollBar()
        for place in itertools.cycle((1, 0)):
            yield lambda to=place: bar.setValue(bar.maximum() * to)


def spin_until(app: QApplication, done: Callable[[], bool], seconds: float = 120) -> float:
    """Let the window work until something holds; how many seconds that took."""
    started = time.perf_counter()
    while not done():
        if time.perf_counter() - started > seconds:
            sys.exit("it did not come")
        app.processEvents()
        time.sleep(0.001)
    return time.perf_counter() - started


def window(rows: int, seconds: float, profile: Profile, engine: Engine) -> None:
    """Scrolling in the real window, and in a bare table."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme = Theme(app)
    shown = MainWindow(theme, Bridge(engine), profile, engine.settings())
    shown.resize(1360, 860)
    shown.show()
    page = shown.memories_page
    shown.go(MEMORIES)
    first = spin_until(app, lambda: page.model.memory(0) is not None)
    print(f"\n{'first rows, s':44}{first:8.2f}")
    hand = Hand(app, page.table, seconds)
    started = time.perf_counter()
    tell("scrolling at the start", hand.scroll())
    spin_until(app, lambda: page.model.whole)
    print(f"{'all ids, s at most':44}{time.perf_counter() - started + first:8.2f}{page.model.total:12,} rows")
    rest = time.perf_counter() + REST
    spin_until(app, lambda: time.perf_counter() > rest)
    read = page.model.read
    ours = hand.scroll()
    tell("scrolling later", ours)
    print(f"{'pages read':44}{page.model.read - read:8}")
    tell("everything selected, and let go", selecting(app, page))
    tell("one of them forgotten, and the list again", forgetting(app, page, engine))
    bare = bare_table(theme, page.model.total)
    bare.resize(900, 700)
    bare.show()
    spin_until(app, bare.isVisible)
    theirs = Hand(app, bare, seconds).scroll()
    tell("a bare table", theirs)
    print(f"{'longest wait, ratio to the bare table':44}{ours[-1] / max(theirs[-1], 0.1):8.1f}")
    shown.quit()


def selecting(app: QApplication, page: Any) -> list[float]:
    gaps = Gaps()
    gaps.start()
    for _n in range(5):
        page.table.selectAll()
        app.processEvents()
        page.table.clearSelection()
        rest = time.perf_counter() + 0.05
        spin_until(app, lambda rest=rest: time.perf_counter() > rest)
    return gaps.stop()


def forgetting(app: QApplication, page: Any, engine: Engine) -> list[float]:
    page.table.verticalScrollBar().setValue(page.table.verticalScrollBar().maximum() // 2)
    memory = page.model.id_of(page.model.total // 2)
    gaps = Gaps()
    gaps.start()
    page._bridge.operation(page, lambda engine, _op: engine.forget([memory])).run()
    spin_until(app, lambda: page.model.row_of(memory) is None)
    found = gaps.stop()
    page._bridge.operation(page, lambda engine, _op: engine.restore([memory])).run()
    spin_until(app, lambda: page.model.row_of(memory) is not None)
    return found


def tell(name: str, waits: list[float]) -> None:
    at = waits[min(int(len(waits) * 0.99), len(waits) - 1)]
    over = sum(wait > GOAL for wait in waits)
    print(f"{name:44}{waits[-1]:8.1f} ms at most, {at:.1f} ms p99, {over} over {GOAL} ms, {len(waits)} ticks")


# ------------------------------------------------------------------ lists


def lists(engine: Engine) -> None:
    """How long lists and counts take."""
    browse = engine.browse
    words = Words(random.Random(7)).all
    common, rare = words[0], words[15_002]
    year = MemoryFilter(since=date(2020, 1, 1), until=date(2021, 1, 1))
    somebody = frozenset(("Person 3",))
    asked = {
        "all": MemoryFilter(), "faded or not": MemoryFilter(faded=None), "faded": MemoryFilter(faded=True),
        "facts": MemoryFilter(kinds=frozenset((Kind.FACT,)), faded=None), "of a year": year,
        "said by somebody": MemoryFilter(people=somebody),
        "of a folder": MemoryFilter(sources=frozenset(("folder:/home/maren/notes",))),
        "least retained first": MemoryFilter(order="least retained"),
        "a common word": MemoryFilter(query=common), "its beginning": MemoryFilter(query=common[:2]),
        "a rare word": MemoryFilter(query=rare),
        "a common word, said by somebody": MemoryFilter(common, people=somebody),
        "a rare word, said by somebody": MemoryFilter(rare, people=somebody),
        "a common word, facts and passages": MemoryFilter(common, frozenset((Kind.FACT, Kind.PASSAGE)))}
    print(f"\n{'list':44}{'first, ms':>12}{'all ids, ms':>12}{'rows':>12}")
    for name, what in asked.items():
        first, _rows = timed(lambda what=what: browse.first(what, 100))
        every, ids = timed(lambda what=what: browse.ids(what))
        print(f"{name:44}{first:12.0f}{every:12.0f}{len(ids):12,}")
    print(f"\n{'facet, ms':44}{'of all':>12}{'rare word':>12}")
    for which in FACETS:
        whole, _values = timed(lambda which=which: browse.facets(MemoryFilter(), which))
        few, _values = timed(lambda which=which: browse.facets(MemoryFilter(query=rare), which))
        print(f"{which:44}{whole:12.0f}{few:12.0f}")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return 1000 * (time.perf_counter() - started), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--profile", help="a folder in which the store stays")
    parser.add_argument("--seconds", type=float, default=8.0, help="of scrolling")
    parser.add_argument("--only", choices=("window", "lists"))
    given = parser.parse_args()
    with filled(given.rows, given.profile) as (profile, engine):
        if given.only != "window":
            lists(engine)
        if given.only != "lists":
            window(given.rows, given.seconds, profile, engine)
        else:
            engine.close()


if __name__ == "__main__":
    main()
