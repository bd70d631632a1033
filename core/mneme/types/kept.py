"""What the store keeps: memories with their places, facts, outlines, topics, and the journal of changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from mneme.types.parsed import Moment, Origin


class Kind(StrEnum):
    """What a memory is. A passage is verbatim ground truth; everything else is derived from passages."""

    PASSAGE = "passage"
    EVENT = "event"
    FACT = "fact"
    QUESTION = "question"
    THOUGHT = "thought"
    SUMMARY = "summary"
    PORTRAIT = "portrait"


class EntryState(StrEnum):
    """How far a place (a file, an export) has come."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    GONE = "gone"


Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Memory:
    """One row of what can be recalled, with the span of the item's parsed text that it stands on."""

    id: int
    kind: Kind
    text: str
    item: int
    span: Span
    source: str  # where it stands, for people: a path, or a chat's title
    title: str  # of a summary its day, week or month: "2024-05-07", "2024-W19", "2024-05"
    speaker: str | None
    origin: Origin
    happened_at: Moment | None
    recorded_at: datetime
    importance: float = 0.5
    pinned: bool = False
    forgotten_at: datetime | None = None
    retention: float = 1.0
    dated: bool = True  # False: `happened_at` is only the time of its file, or is not known
    nature: str = "ordinary"  # how it fades: constant, preference, ordinary, errand
    layer: str = "short-term"  # where it is by now: working, short-term, long-term
    private: bool = False  # never sent to a server: marked so, or it stands on what is


@dataclass(frozen=True, slots=True)
class Place:
    """Where a memory stands: its place in a conversation (thread None: in none), who speaks there, and when.

    `happened_at` is None where only the time of its file is known.
    """

    memory: int
    thread: int | None
    seq: int
    start: int
    speaker: str | None
    origin: Origin
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: `text` equals the item's parsed text at `span` exactly.

    `answer_span` marks the answer's own words inside the item's text, if they stand there literally.
    """

    memory: int
    text: str
    source: str
    span: Span
    happened_at: Moment | None
    answer_span: Span | None = None
    title: str = ""
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class MemoryDetail:
    """A memory with the whole parsed text of its item, for showing it in its place."""

    memory: Memory
    item_text: str
    path: str | None  # the file, if it is one
    version: int  # of the item: 1 is the first
    current: bool  # False: a newer version of the file exists
    authors: tuple[str, ...]
    uses: tuple[tuple[datetime, str], ...]
    neighbours: tuple[Memory, ...] = ()  # messages or passages before and after
    evidence: tuple["Citation", ...] = ()  # of a derived memory: every place it stands on
    standing: tuple[Memory, ...] = ()  # what was made of it: facts, events, summaries
    linked: tuple[tuple[str, Memory], ...] = ()  # copies, associations, the next event, by kind of link
    fades_at: datetime | None = None  # when, unused from now on, it will have faded; None: never
    curve: tuple[tuple[datetime, float], ...] = ()  # retention from capture to a year from now
    revisions: tuple["JournalEntry", ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A place that was taken in or is waiting: a row of the queue."""

    id: int
    path: str
    state: EntryState
    reason: str | None
    items: int
    updated_at: datetime


FactState = Literal["holds", "past", "planned", "cancelled", "conflict"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with its time: `memory` is its row, of kind fact. `subject` "me" is the owner.

    [valid_from, valid_to) is when it holds in the world, None where it is open; `evidence` is every place that tells
    it. A superseded fact is closed, never deleted; of two in conflict neither is.
    """

    memory: Memory
    subject: str
    relation: str
    topic: str
    object: str
    mode: str  # as it was told: holds, ended, planned, cancelled
    state: FactState
    valid_from: Moment | None
    valid_to: Moment | None
    certainty: float
    superseded_by: int | None = None
    conflicts: tuple[int, ...] = ()
    evidence: tuple[Citation, ...] = ()
    by_owner: bool = False
    said_at: Moment | None = None  # when it was told first


@dataclass(frozen=True, slots=True)
class Conflict:
    """Facts of one slot that cannot all hold, and of which none outranks the others."""

    subject: str
    relation: str
    topic: str
    sides: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class PortraitLine:
    """One line of who the owner is and whom they know; it stands on one fact and goes with it."""

    section: str  # "me", "likes", "people", "projects", "plans", "things"
    text: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A change-set: what one act of the owner, or one step of upkeep, changed. `counts` are rows by name."""

    id: int
    at: datetime
    what: str
    by: Literal["owner", "upkeep"]
    counts: Mapping[str, int]
    undone_at: datetime | None
    undoable: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """An event, or the summary of a day, a week or a month: its sentences with their places, and what it is made of."""

    memory: Memory
    level: Literal["event", "day", "week", "month", "topic"]
    key: str  # "2024-05-07", "2024-W19", "2024-05"
    sentences: tuple[Citation, ...]
    parts: tuple[int, ...] = ()  # memories: the events of a day, the days of a week
    keywords: tuple[str, ...] = ()
    told: str = ""  # the same in a language model's words


@dataclass(frozen=True, slots=True)
class Topic:
    """A node of the tree of topics: `count` memories belong to it or to what is below it."""

    id: int
    name: str
    parent: int | None
    count: int
    by_owner: bool = False


@dataclass(frozen=True, slots=True)
class PendingQuestion:
    """A question that found nothing. `answer` is what was found later."""

    id: int
    text: str
    asked_at: datetime
    answered_at: datetime | None
    answer: str | None
    memory: int | None


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation with Mneme."""

    id: int
    title: str
    begun_at: datetime
    last_at: datetime
    turns: int


Band = Literal["fresh", "fading", "faded"]  # of retention: faded is below the owner's threshold, fading soon will be
Order = Literal["", "newest", "oldest", "most retained", "least retained"]


@dataclass(frozen=True, slots=True)
class MemoryFilter:
    """Which memories a list shows; all that is said has to hold, of the values of one facet any.

    `order` empty: newest first (in the bin: last forgotten first), with a `query` best first. The query's words are
    found as typed, the last as a beginning; of the bin as they stand in the text.
    """

    query: str = ""
    kinds: frozenset[Kind] = frozenset()  # none: passages; of the bin all
    bin: bool = False  # only what is in the bin, instead of only what is not
    entry: int | None = None
    faded: bool | None = False  # True: only what has faded; None: faded or not. A query finds both, and `bands` decide.
    topic: int | None = None  # with all topics below it
    people: frozenset[str] = frozenset()  # who says it
    sources: frozenset[str] = frozenset()  # "watched:3", "format:pdf", "folder:/home/me/notes"; of each sort any
    since: date | None = None  # [since, until) are days of the owner's calendar
    until: date | None = None
    bands: frozenset[Band] = frozenset()
    pinned: bool | None = None
    private: bool | None = None
    origins: frozenset[Origin] = frozenset()
    order: Order = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list and how long the whole list is."""

    memories: tuple[Memory, ...]
    total: int
    offset: int
