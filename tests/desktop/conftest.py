"""What the window's tests share: Qt offscreen, a theme, a scripted engine for what a real one does not do on order."""

import json
import os
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

sys.path.append(str(Path(__file__).parent))

from sessions import begin_real, open_quick, own_home, start_session  # noqa: F401 -- fixtures

from mneme.engine import Engine
from mneme.errors import Cancelled, NotFound
from mneme.gate.pausing import parse_pause
from mneme.paths import Profile
from mneme.ports import Generation, ModelFacts, Turn
from mneme.settings import SETTINGS, Value, check
from mneme.testing import ScriptedModel
from mneme.types import (
    AddReport,
    Answer,
    AnswerState,
    Backend,
    Beside,
    CautionPoint,
    Changes,
    Citation,
    Concern,
    ConcernName,
    ConditionReport,
    Conflict,
    Counts,
    Disk,
    Entry,
    EntryState,
    FacetValue,
    Fading,
    FirstRows,
    Forecast,
    Growth,
    JournalEntry,
    Kind,
    LogLine,
    LogPage,
    Memory,
    MemoryDetail,
    MemoryFilter,
    ModelInfo,
    ModelOffer,
    Moment,
    Origin,
    Page,
    Pause,
    PendingQuestion,
    PeopleFound,
    PortraitLine,
    Progress,
    ReviewCard,
    ReviewKind,
    ReviewList,
    Rule,
    SavedSearch,
    SourceInfo,
    Status,
    Streamed,
    Stretch,
    Suggestion,
    TimeChoices,
)
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.garbage import Collector
from mneme_desktop.shell.window import MainWindow

TEXT = "Drained the pipes 🚰, took the fuse out.\n\nThe spare key 🔑 hangs behind the blue rain barrel now.\n\nInes left."  # noqa: E501
WHEN = Moment(datetime(2024, 10, 14, tzinfo=UTC), precision="day")


def memory(number: int, text: str = "", **more: Any) -> Memory:
    """A memory for lists and answers."""
    text = text or f"Memory number {number}."
    return replace(Memory(number, Kind.PASSAGE, text, number, (0, len(text)), f"/notes/{number}.md", f"Note {number}",
                          None, Origin.OWNER, WHEN, datetime(2025, 1, 1, tzinfo=UTC)), **more)


@dataclass
class ScriptedLife:
    """What the window asks of the life of memories: of one in which nothing has happened yet."""

    curve_ends: tuple[float, float, float] = (0.08, 0.23, 0.63)
    found: tuple[PendingQuestion, ...] = ()

    def journal(self, **_which: object) -> tuple[JournalEntry, ...]:
        return ()

    def portrait(self) -> tuple[PortraitLine, ...]:
        return ()

    def pending(self, *, answered: bool = False) -> tuple[PendingQuestion, ...]:
        return self.found if answered else ()

    def conflicts(self) -> tuple[Conflict, ...]:
        return ()

    def curves(self) -> dict[str, tuple[tuple[float, float], ...]]:
        return {layer: ((0.0, 1.0), (365.0, end)) for layer, end in
                zip(("working", "short-term", "long-term"), self.curve_ends, strict=True)}


@dataclass
class ScriptedCapture:
    """What the window asks of capture: sources, a pause and names are kept as told; nothing is read."""

    watched: list[SourceInfo] = field(default_factory=list)
    offered: tuple[Suggestion, ...] = ()
    pauses: Pause | None = None
    lines_in: tuple[LogLine, ...] = ()  # what was taken in and left out
    speaking: tuple[tuple[str, int], ...] = ()
    owner: tuple[str, ...] = ()
    clips: list[str] = field(default_factory=list)
    kept_out: list[tuple[str, str]] = field(default_factory=list)

    def sources(self) -> tuple[SourceInfo, ...]:
        return tuple(self.watched)

    def suggestions(self) -> tuple[Suggestion, ...]:
        return self.offered

    def paused(self) -> Pause | None:
        return self.pauses

    def pause(self, until: datetime | None) -> None:
        self.pauses = Pause(datetime.now(UTC), until)

    def pause_for(self, words: str, *, private: bool = False) -> None:
        self.pauses = Pause(datetime.now(UTC), parse_pause(words, datetime.now().astimezone()), private=private)

    def resume(self) -> None:
        self.pauses = None

    def log(self, *, limit: int = 50, taken: bool | None = None) -> tuple[LogLine, ...]:
        return self.lines_in[:limit]

    def lines(self, states: frozenset[str] = frozenset(), words: str = "", *, offset: int = 0,
              limit: int = 100) -> LogPage:
        found = [line for line in self.lines_in if (not states or line.state in states) and words in line.what]
        return LogPage(tuple(found[offset:offset + limit]), len(found), Counter(line.state for line in self.lines_in))

    def rules(self) -> tuple[Rule, ...]:
        return ()

    def names(self) -> tuple[str, ...]:
        return self.owner

    def unknown_speakers(self) -> tuple[tuple[str, int], ...]:
        return self.speaking

    def i_am(self, names: Sequence[str]) -> int:
        self.owner += tuple(names)
        return 12

    def clip(self, text: str, *, app: str | None = None) -> bool:
        self.clips.append(text)
        return True

    def left_out(self, what: str, why: str) -> None:
        self.kept_out.append((what, why))


@dataclass
class ScriptedTalk:
    """A conversation, as far as the window knows one."""

    chat: int | None = None
    keep: bool = True


@dataclass
class ScriptedChats:
    """Conversations that are not kept anywhere."""

    def all(self, words: str = "", *, limit: int = 100) -> tuple[object, ...]:
        return ()

    def new(self, *, keep: bool = True) -> ScriptedTalk:
        return ScriptedTalk(keep=keep)


@dataclass
class ScriptedModels:
    """What the window asks of the models: what is chosen is kept; building and trying do what the test has told."""

    known: tuple[ModelInfo, ...] = ()
    offered: tuple[ModelOffer, ...] = ()
    chosen: str = ""
    missing: str | None = None
    facts: ModelFacts = field(default_factory=lambda: ModelFacts(4096, 4))
    build: Callable[[Callable[[Progress], None], Callable[[], bool]], str] | None = None
    keys: list[tuple[str, str | None]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def languages(self) -> "ScriptedModels":
        return self

    def named(self, name: str) -> ScriptedModel:
        return ScriptedModel(lambda prompt, wish: "", model_id=name, facts=self.facts)

    def all(self) -> list[ModelInfo]:
        return list(self.known)

    def writer(self) -> str:
        return self.chosen

    def use(self, name: str) -> None:
        self.asked.append(name)
        self.chosen = "" if name == "none" else name

    def offers(self) -> list[ModelOffer]:
        return list(self.offered)

    def hub(self) -> str:
        return "https://hub.example"

    def set_up_missing(self) -> str | None:
        return self.missing

    def backends(self) -> list[Backend]:
        return [Backend("cpu", True), Backend("cuda", False, "There is no CUDA toolkit.")]

    def set_up(self, backend: str, *, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> str:
        assert self.build is not None
        self.asked.append(backend)
        return self.build(progress, cancelled)

    def keep_server_key(self, url: str, key: str | None) -> None:
        self.keys.append((url, key))


@dataclass
class ScriptedCondition:
    """What the window asks of the store's condition: of one in which all is well."""

    concerns: dict[str, Concern] = field(default_factory=dict)
    added: tuple[int, ...] = (0,) * 358 + (3,) * 8
    free: int | None = 50_000_000_000

    def report(self, progress: object = None, cancelled: object = None) -> ConditionReport:
        forecasts = [Forecast(days, (0,) * (9 - n) + (24,) + (0,) * n, 0) for n, days in enumerate((0, 30, 90, 365))]
        names: tuple[ConcernName, ...] = ("contradictions", "failed", "sources", "unsupported", "unconfirmed", "copies")
        return ConditionReport(
            Counts({"passage": 20, "fact": 4}, {"short-term": 24}, {"holds": 4}, 9, 0, 1, 2, 0, 0),
            Growth(date(2025, 1, 1), 0, self.added), Fading(24, 24, 0.25, forecasts[0], tuple(forecasts[1:])),
            tuple(self.concerns.get(name, Concern(name, 0)) for name in names),
            Disk({"store": 2_400_000, "models": 0}, self.free), datetime(2026, 1, 1, tzinfo=UTC))


@dataclass
class ScriptedPeople:
    """What the window asks of people and topics: nobody is known yet."""

    def all(self, words: str = "", *, limit: int | None = None, offset: int = 0, order: str = "much") -> PeopleFound:
        return PeopleFound((), 0)

    def topics(self) -> tuple[object, ...]:
        return ()


@dataclass
class ScriptedChronicle:
    """What the window asks of the time: nothing says when it happened."""

    def extent(self) -> Stretch | None:
        return None

    def now(self) -> datetime:
        return datetime(2025, 6, 15, 12, tzinfo=UTC)

    def zone(self) -> tzinfo:
        return UTC

    def memories(self, _start: datetime, _end: datetime, *_what: object, **_how: object) -> Page:
        return Page((), 0, 0)

    def choices(self) -> TimeChoices:
        return TimeChoices((), (), ())

    def on_this_day(self, _day: date) -> tuple[object, ...]:
        return ()


@dataclass
class ScriptedReview:
    """What the window asks of reviews: nothing is to be decided, and nothing stands beside a memory."""

    cards: tuple[ReviewCard, ...] = ()

    def beside(self, memory: int) -> Beside:
        return Beside()

    def due(self, kind: ReviewKind | None = None, *, more: bool = False) -> ReviewList:
        return ReviewList(self.cards, {})

    def count(self) -> int:
        return len(self.cards)


@dataclass
class ScriptedBrowse:
    """What lists of memories are made of, over the memories of a scripted engine; nothing is counted by facet."""

    engine: "ScriptedEngine"
    counts: dict[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    kept: list[SavedSearch] = field(default_factory=list)

    def _shown(self, what: MemoryFilter) -> list[Memory]:
        self.engine._called("list")
        return self.engine.listed(what)

    def ids(self, what: MemoryFilter, _cancelled: object = None) -> np.ndarray:
        return np.array([m.id for m in self._shown(what)], np.int64)

    def among(self, what: MemoryFilter, ids: Sequence[int]) -> frozenset[int]:
        self.engine._called("among")
        return frozenset(m.id for m in self.engine.listed(what)) & frozenset(ids)

    def first(self, what: MemoryFilter, limit: int = 100, _cancelled: object = None) -> FirstRows:
        shown = self._shown(what)
        return FirstRows(tuple(shown[:limit]), len(shown) <= limit)

    def memories(self, ids: Sequence[int]) -> tuple[Memory, ...]:
        self.engine._called("memories")
        known = {m.id: m for m in self.engine.memories}
        return tuple(known[number] for number in ids if number in known)

    def facets(self, what: MemoryFilter, which: str, _cancelled: object = None) -> tuple[FacetValue, ...]:
        self.engine._called("facets")
        return self.counts.get(which, ())

    def saved(self) -> tuple[SavedSearch, ...]:
        return tuple(self.kept)


@dataclass
class ScriptedEngine:
    """Has the façade's methods, and does what the test has told it to. `calls` counts them."""

    memories: list[Memory] = field(default_factory=list)
    answer: Callable[[str], Answer] | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    calls: list[str] = field(default_factory=list)
    listeners: list[Callable[[Changes], None]] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=lambda: {s.key: s.default for s in SETTINGS})
    problem: Exception | None = None
    added: list[Path] = field(default_factory=list)
    talks: list[object] = field(default_factory=list)  # of each question asked
    life: ScriptedLife = field(default_factory=ScriptedLife)
    capture: ScriptedCapture = field(default_factory=ScriptedCapture)
    chats: ScriptedChats = field(default_factory=ScriptedChats)
    review: ScriptedReview = field(default_factory=ScriptedReview)
    people: ScriptedPeople = field(default_factory=ScriptedPeople)
    models: ScriptedModels = field(default_factory=ScriptedModels)
    condition: ScriptedCondition = field(default_factory=ScriptedCondition)
    chronicle: ScriptedChronicle = field(default_factory=ScriptedChronicle)
    speakers: tuple[str, ...] = ()  # of what is added
    streams: Iterable[Streamed] = ()  # of each answer
    curve: tuple[CautionPoint, ...] = (CautionPoint(1.0, 0.4, 0.1, 0.9), CautionPoint(0.0, 1.0, 1.0, 0.5),
                                       CautionPoint(0.5, 0.88, 0.41, 0.7))

    def __post_init__(self) -> None:
        self.browse = ScriptedBrowse(self)
        self.gate.set()

    def _called(self, name: str) -> None:
        self.calls.append(name)
        self.gate.wait(10)
        if self.problem is not None:
            raise self.problem

    def as_engine(self) -> Engine:
        return cast(Engine, self)

    def ask(self, question: str, *, talk: object, stream: Callable[[Streamed], None], trace: bool = False,
            progress: Callable[[Progress], None], cancelled: Callable[[], bool], **_more: object) -> Answer:
        progress(Progress("searching", 0, 0))
        self.talks.append(talk)
        self._called("ask")
        for streamed in self.streams:
            if cancelled():
                raise Cancelled
            stream(streamed)
        assert self.answer is not None
        made = self.answer(question)
        return made if trace else replace(made, trace=None)

    def caution_curve(self) -> tuple[CautionPoint, ...]:
        self._called("caution_curve")
        return self.curve

    def show(self, number: int) -> MemoryDetail:
        self._called("show")
        found = next((m for m in self.memories if m.id == number), None)
        if found is None:
            raise NotFound("There is no such memory.")
        whole = TEXT if found.text in TEXT else found.text
        start = whole.index(found.text)
        found = replace(found, span=(start, start + len(found.text)))
        return MemoryDetail(found, whole, found.source, 1, True, (), ())

    def list_memories(self, what: MemoryFilter = MemoryFilter(), *, offset: int = 0, limit: int = 100) -> Page:  # noqa: B008
        self._called("list_memories")
        rows = self.listed(what)
        return Page(tuple(rows[offset:offset + limit]), len(rows), offset)

    def listed(self, what: MemoryFilter) -> list[Memory]:
        return [m for m in self.memories if what.query in m.text and (m.forgotten_at is not None) == what.bin]

    def _marked(self, numbers: Sequence[int], when: datetime | None) -> Changes:
        self.memories = [replace(m, forgotten_at=when) if m.id in numbers else m for m in self.memories]
        return self._publish(Changes(memories=frozenset(numbers)))

    def _publish(self, changes: Changes) -> Changes:
        for listener in list(self.listeners):
            listener(changes)
        return changes

    def forget(self, numbers: Sequence[int]) -> Changes:
        self._called("forget")
        return self._marked(numbers, datetime.now(UTC))

    def restore(self, numbers: Sequence[int]) -> Changes:
        self._called("restore")
        return self._marked(numbers, None)

    def erase(self, numbers: Sequence[int]) -> Changes:
        self._called("erase")
        self.memories = [m for m in self.memories if m.id not in numbers]
        return self._publish(Changes(memories=frozenset(numbers), entries=True))

    def add(self, paths: Sequence[Path], *, progress: Callable[[Progress], None], cancelled: Callable[[], bool],
            **_more: object) -> AddReport:
        self.calls.append("add")
        self.added += paths
        done = 0
        while not (cancelled() or self.gate.is_set()):
            done += 1
            progress(Progress("reading", min(done, 900), 900, str(paths[0]), 170.0))
            threading.Event().wait(0.01)
        return AddReport(added=0 if cancelled() else 3, seen=3, done=3, speakers=self.speakers)

    def retry(self, _entries: object, **_more: object) -> AddReport:
        self._called("retry")
        return AddReport()

    def entries(self, states: frozenset[EntryState] = frozenset(), *, offset: int = 0, limit: int = 200) -> list[Entry]:
        self._called("entries")
        return []

    def status(self) -> Status:
        self._called("status")
        live = sum(m.forgotten_at is None for m in self.memories)
        return Status(live, live, 0, 0, 0, len(self.memories) - live, True, "keyring", ())

    def settings(self) -> dict[str, Value]:
        return dict(self.values)

    def set_setting(self, key: str, value: Value) -> Changes:
        self._called("set_setting")
        self.values[key] = check(next(s for s in SETTINGS if s.key == key), value)
        return Changes(settings=frozenset({key}))

    def jobs(self) -> tuple[object, ...]:
        self._called("jobs")
        return ()

    def recovery_key(self) -> str:
        return "ABCD-EFGH"

    def new_recovery_key(self) -> str | None:
        return None

    def subscribe(self, listener: Callable[[Changes], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def start_background(self, on_progress: object = None) -> None:
        self.calls.append("start_background")

    def close(self) -> None:
        self.calls.append("close")


def cited(number: int, text: str, words: str) -> Citation:
    """A citation of a passage of TEXT whose answer is `words`."""
    start = TEXT.index(text)
    at = TEXT.index(words)
    return Citation(number, text, "/notes/cabin/log.md", (start, start + len(text)), WHEN, (at, at + len(words)),
                    "Cabin log")


def answered(question: str) -> Answer:
    """An answer with one citation, emoji before and within it."""
    text = "The spare key 🔑 hangs behind the blue rain barrel now."
    return Answer(question, AnswerState.ANSWERED, "behind the blue rain barrel", 0.9,
                  (cited(1, text, "behind the blue rain barrel"),), 12.0)


_ended: list[int] = []


def pytest_sessionfinish(exitstatus: int) -> None:
    _ended.append(int(exitstatus))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """End the process here, with what came of the tests.

    After hundreds of windows in one process, Qt's own static data sometimes crashes while the C library takes it down,
    long after Python has ended; a program that shows one window does not (`test_the_program_ends_well`).
    """
    if _ended and QApplication.instance() is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_ended[-1])


@pytest.fixture(scope="session", autouse=True)
def collected(qapp: QApplication) -> Iterator[None]:
    """As in the program: no other thread takes widgets apart."""
    collector = Collector()
    yield
    collector.stop()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp)
    yield made
    made.deleteLater()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the offscreen platform says of windows and trays that others have; everything else Qt says is a failure."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore(
            "This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)",
            "No such signal QPlatformNativeInterface::systemTrayWindowChanged"))


@pytest.fixture
def make_memory() -> Callable[..., Memory]:
    return memory


@pytest.fixture
def scripted() -> ScriptedEngine:
    """Twenty memories, the first of which is cited in the one answer it gives."""
    words = "The spare key 🔑 hangs behind the blue rain barrel now."
    return ScriptedEngine([memory(1, words, title="Cabin log"), *(memory(n) for n in range(2, 21))], answered)


@pytest.fixture
def bridge(qapp: QApplication, scripted: ScriptedEngine) -> Iterator[Bridge]:
    made = Bridge(scripted.as_engine())
    yield made
    scripted.gate.set()
    made.close()
    made.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, bridge: Bridge, scripted: ScriptedEngine, profile: Profile) -> MainWindow:
    """The whole window over the scripted engine, shown and settled."""
    profile.root.mkdir()
    made = MainWindow(theme, bridge, profile, scripted.settings())
    qtbot.addWidget(made)
    made.resize(1360, 860)
    made.show()
    qtbot.waitUntil(lambda: made.memories_page.model.total == 20 and bool(made.ask_page.examples))
    return made


ENTRY = re.compile(r"^\s*\[(\d+)\] (?:\([^)]*\) )?(.*)$", re.MULTILINE)
Said = str | Iterable[str]


class Told:
    """A real profile whose language model says what the test wants, of the memories that it is shown, by number."""

    def __init__(self, new_diary: Callable[..., Any]) -> None:
        self.say: Callable[[dict[int, str]], Said] = lambda memories: "NO MEMORY"
        self.bears = "relevant"
        self.plan: list[dict[str, object]] = []
        self.model = ScriptedModel(self._write)
        self.diary = new_diary(languages={"scripted-model": self.model})
        self.engine: Engine = self.diary.engine
        self.note = self.diary.note

    @staticmethod
    def shown(prompt: Sequence[Turn]) -> dict[int, str]:
        """The memories in a prompt, by number."""
        asked = "\n".join(turn.text for turn in prompt if turn.role == "user")
        return {int(number): text for number, text in ENTRY.findall(asked)}

    def _write(self, prompt: Sequence[Turn], wish: Generation) -> Said:
        shown = self.shown(prompt)
        if wish.schema is None:
            return self.say(shown)
        wanted = wish.schema["properties"]
        if "notes" in wanted:
            return json.dumps({"notes": [{"n": number, "bears": self.bears, "note": text[:40]}
                                         for number, text in shown.items()]})
        if "questions" in wanted:
            return json.dumps({"questions": self.plan})
        if "next_query" in wanted:
            return json.dumps({"note": "Something bears on it.", "better": True, "next_query": None})
        return "{}"


@pytest.fixture
def told(new_diary: Callable[..., Any]) -> Told:
    """A new profile with a model that follows the test, and is chosen to write."""
    made = Told(new_diary)
    made.engine.set_setting("answer.caution", 0.0)
    made.engine.models.use("scripted-model")
    return made


@pytest.fixture
def open_window(qtbot: QtBot, theme: Theme, profile: Profile) -> Iterator[Callable[[Engine], MainWindow]]:
    """Shows the whole window over an engine, and closes it in the end."""
    opened: list[MainWindow] = []

    def open_over(engine: Engine) -> MainWindow:
        made = MainWindow(theme, Bridge(engine), profile, engine.settings())
        qtbot.addWidget(made)
        made.resize(1360, 860)
        made.show()
        opened.append(made)
        qtbot.waitUntil(lambda: made.settled, timeout=20_000)
        return made

    yield open_over
    for window in opened:
        window.close()
