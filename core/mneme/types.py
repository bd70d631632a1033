"""The nouns of Mneme as plain values: moments, documents, memories, hits, answers, changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Literal

# ------------------------------------------------------------------ time

Precision = Literal["year", "month", "day", "minute", "second"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as it was said: a UTC instant, the offset it was said in, and how precise it is.

    `utc` is the start of the stretch that the precision names ("2023-05" is the first instant of May in
    the offset's zone). `offset` is in minutes east of UTC.
    """

    utc: datetime
    offset: int = 0
    precision: Precision = "second"

    @classmethod
    def of(cls, when: datetime, zone: tzinfo, precision: Precision = "second") -> "Moment":
        """A moment from an aware datetime, or from a naive one meant in `zone` at that date."""
        aware = when if when.tzinfo is not None else when.replace(tzinfo=zone)
        offset = aware.utcoffset() or timedelta(0)
        fixed = timezone(offset)
        return cls(aware.replace(tzinfo=fixed).astimezone(UTC), int(offset.total_seconds() // 60), precision)

    def local(self) -> datetime:
        """The moment on the clock of those who said it."""
        return self.utc.astimezone(timezone(timedelta(minutes=self.offset)))

    def iso(self) -> str:
        """Reduced ISO 8601: only as much as is known ("2023", "2023-05", "2023-05-07", with time and offset)."""
        at = self.local()
        day = {"year": f"{at.year:04d}", "month": f"{at.year:04d}-{at.month:02d}"}
        if self.precision in day:
            return day[self.precision]
        if self.precision == "day":
            return f"{at.year:04d}-{at.month:02d}-{at.day:02d}"
        return at.isoformat(timespec="minutes" if self.precision == "minute" else "seconds")


# ------------------------------------------------------------------ what a parser makes


ModelState = Literal["in use", "getting ready", "ready"]
ModelPurpose = Literal["embedder", "reader", "reranker", "chat"]


class Role(StrEnum):
    """Whose part a participant has in a conversation."""

    OWNER = "owner"
    OTHER = "other"
    ASSISTANT = "assistant"
    SYSTEM = "system"


class Origin(StrEnum):
    """Who said it: the ground on which facts may, or may never, be extracted."""

    OWNER = "owner"
    OTHER = "other"
    ASSISTANT = "assistant"
    DERIVED = "derived"


BlockKind = Literal["heading", "paragraph", "list", "table", "code", "quote", "page"]


@dataclass(frozen=True, slots=True)
class Block:
    """A structural piece of a document's text, [start, end) in code points; headings carry their level 1..6."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a conversation."""

    key: str
    name: str
    role: Role = Role.OTHER


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `key` is stable within its conversation, `sender` and `reply_to` are keys."""

    key: str
    sender: str
    text: str
    at: Moment | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat as every source tells it: who took part, and what was said in which order."""

    key: str
    title: str
    participants: tuple[Participant, ...]
    messages: tuple[Message, ...]
    stable: bool = False  # its key and its messages' keys are the same in every export of it, whatever the file


@dataclass(frozen=True, slots=True)
class Document:
    """What a parser made of some bytes: one text, its structure, its times and authors.

    Blocks are sorted, do not overlap, and lie within `text`; offsets are Unicode code points.
    `happened_at` is what the content itself says (front matter, headers, properties); the name and
    the file's own time are weighed later, in ingest. Where one file holds several documents, `key` tells them apart:
    the same in every export of the same thing (a UID, a Message-ID), so that nothing is taken in twice.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    title: str | None = None
    authors: tuple[str, ...] = ()
    happened_at: Moment | None = None
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # what was left out or guessed, in the owner's words
    key: str = ""
    origin: Origin | None = None  # where the format itself tells whose words these are


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a growing place (a log, a history) was read: handed back to its parser with the next reading."""

    cursor: str


# ------------------------------------------------------------------ what the store keeps


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


# ------------------------------------------------------------------ results


@dataclass(frozen=True, slots=True)
class Hit:
    """A memory that bears on a question, and why: each part's rank (1 is best) or score, by name."""

    memory: Memory
    score: float
    why: Mapping[str, float]


# what can be left out of a search (the first ten) or an answer by its name, to see what it is worth
PARTS = frozenset(("words", "words nearby", "meaning", "meaning nearby", "speaker", "time", "facts", "events",
                   "summaries", "retention", "context", "counting", "choosing", "known"))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `degraded` names what could not take part (the embedder missing, say)."""

    hits: tuple[Hit, ...]
    took_ms: float
    degraded: tuple[str, ...] = ()


class AnswerState(StrEnum):
    """Five different results that are never dressed as one another."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    MODEL_MISSING = "model_missing"
    MODEL_FAILED = "model_failed"
    TIMED_OUT = "timed_out"


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


class Refusal(StrEnum):
    """Why there is no answer, where nothing failed."""

    NO_HIT = "no_hit"  # nothing bears on the question
    NO_ANSWER = "no_answer"  # something does, but does not say
    OTHER_PERSON = "other_person"  # what was asked is told of somebody else
    OTHER_TIME = "other_time"  # it is told of another time than was asked for


@dataclass(frozen=True, slots=True)
class Considered:
    """An answer that was weighed: `parts` are what it was weighed by, adding up to `score`."""

    memory: int
    text: str
    score: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of answering: how long it took, and what came of it in a few words."""

    name: str
    took_ms: float
    found: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came about: what was understood, which memories were read and why, what was weighed.

    `understood` are pairs for people: ("asks for", "a date"), ("within", "March 2023"), ("about", "Maria").
    """

    question: str  # completed from the conversation, if it was not whole
    understood: tuple[tuple[str, str], ...]
    stages: tuple[Stage, ...]
    hits: tuple[Hit, ...]
    considered: tuple[Considered, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or one of the four ways of having none; `message` says in a sentence which."""

    question: str
    state: AnswerState
    text: str | None
    confidence: float
    citations: tuple[Citation, ...]
    took_ms: float
    message: str = ""
    nearest: tuple[Citation, ...] = ()  # with not_found: what came nearest
    reasons: tuple[str, ...] = ()  # sentences: what it rests on, what it replaces, how it was counted
    contradicts: tuple[Citation, ...] = ()  # where something else is said
    refusal: Refusal | None = None  # with not_found
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class CautionPoint:
    """What a setting of caution means, as measured: shares 0..1 of questions that get an answer.

    `answered` of those that the memories answer, `invented` of those that they do not, `right` of the answers given
    to the former.
    """

    caution: float
    answered: float
    invented: float
    right: float


@dataclass(frozen=True, slots=True)
class Skip:
    """A path that was left out or failed, with the reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What taking in did. added/unchanged/updated count items: a file version, a message, a page."""

    added: int = 0
    unchanged: int = 0
    updated: int = 0
    seen: int = 0
    done: int = 0
    skipped: tuple[Skip, ...] = ()
    failed: tuple[Skip, ...] = ()
    waiting_vectors: int = 0
    gone: int = 0  # places that are no longer there
    speakers: tuple[str, ...] = ()  # in chats where nobody is known to be the owner


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long job is. `total` is 0 while unknown; `seconds_left` is None while unknown."""

    stage: str
    done: int
    total: int
    detail: str = ""
    seconds_left: float | None = None


Field = Literal["folder", "app", "domain", "sender", "pattern", "size", "age"]
Verdict = Literal["allow", "deny"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the owner's rules of what may be taken in. `id` 0: not kept yet.

    `value`: a folder's path; the name of a program; a domain, with all below it; a sender's name or address; a
    pattern in .gitignore syntax for paths (or "title:" and words of a title); a size in bytes or an age in days
    above which something is left out.
    """

    verdict: Verdict
    field: Field
    value: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that might be taken in, as far as it is known before its content is read."""

    path: str | None = None  # as the owner names it
    real_path: str | None = None  # where links lead, if that is elsewhere
    is_folder: bool = False
    app: str | None = None
    domain: str | None = None
    sender: str | None = None
    title: str | None = None
    size: int | None = None  # bytes
    changed_at: datetime | None = None


WhenGone = Literal["keep", "bin"]


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as its owner sees it; done, waiting, failed and skipped count its places.

    `when_gone`: what becomes of the memories of a file that was deleted. `keep_days`: memories older than that go to
    the bin; None: they stay.
    """

    id: int
    kind: str
    place: str
    paused: bool
    when_gone: WhenGone
    keep_days: int | None
    done: int
    waiting: int
    failed: int
    skipped: int
    looked_at: datetime | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place that could become a source; nothing in it was read."""

    kind: str
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of capture that began at `since` and ends at `until`, or (None) when the owner resumes.

    `behind`: the earliest moment that the clock has shown since it was set back to before the pause began.
    """

    since: datetime
    until: datetime | None
    behind: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """What was taken in or left out: `why` is the rule or reason that decided."""

    at: datetime
    what: str
    state: str  # as of the queue: done, skipped, failed, waiting, gone
    why: str | None
    items: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which memories are to be erased: all conditions hold together, and at least one is given.

    `since`, `until`: taken in in this stretch. `happened_from`, `happened_to`: said to have happened in it. `place`:
    from this file, folder, chat or person. `about`: where these words or this name stand.
    """

    since: datetime | None = None
    until: datetime | None = None
    happened_from: datetime | None = None
    happened_to: datetime | None = None
    place: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """What a selection comes to: counts by kind of memory and by place, and some examples."""

    memories: tuple[int, ...]
    kinds: Mapping[str, int]
    places: Mapping[str, int]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that doctor found. `repaired` says whether it was mended in this run."""

    check: str
    message: str
    repairable: bool
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The store's health: findings (none is well), counts by name, and the digest over all logical rows."""

    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    digest: str | None = None

    @property
    def healthy(self) -> bool:
        return all(f.repaired for f in self.findings)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a mutation touched, published after its commit; screens decide whether they are stale."""

    memories: frozenset[int] = frozenset()
    entries: bool = False
    everything: bool = False  # too many to name, or another process wrote
    settings: frozenset[str] = frozenset()
    vectors: bool = False


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
class StepReport:
    """What a step of upkeep did, or with a dry run would do: counts by name, and some examples as sentences."""

    name: str
    counts: Mapping[str, int]
    examples: tuple[str, ...] = ()
    waiting: str = ""  # why it could not do all, in a sentence
    took_ms: float = 0.0
    change_sets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """An event, or the summary of a day, a week or a month: its sentences with their places, and what it is made of."""

    memory: Memory
    level: Literal["event", "day", "week", "month", "topic"]
    key: str  # "2024-05-07", "2024-W19", "2024-05"
    sentences: tuple[Citation, ...]
    parts: tuple[int, ...] = ()  # memories: the events of a day, the days of a week
    keywords: tuple[str, ...] = ()


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
class MemoryFilter:
    """Which memories a list shows. `query` empty: newest first; else ranked by words as typed."""

    query: str = ""
    kinds: frozenset[Kind] = frozenset()
    bin: bool = False  # only what is in the bin, instead of only what is not
    entry: int | None = None
    faded: bool | None = False  # True: only what has faded; None: faded or not. A query finds both.
    topic: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list and how long the whole list is."""

    memories: tuple[Memory, ...]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a profile at a glance."""

    memories: int
    items: int
    waiting: int  # places not yet taken in
    waiting_vectors: int
    failed: int
    in_bin: int
    encrypted: bool
    key_place: Literal["keyring", "file", "passphrase", "none"]
    notices: tuple[str, ...]  # sentences the owner should see (key file in use, synced folder, no encryption)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that can be chosen, for a list: `state` says whether it works now, or is getting ready."""

    id: str  # names the very weights
    title: str
    purpose: ModelPurpose
    origin: str  # "built in", "plug-in", "downloaded", "own", "found"
    state: ModelState
    path: str | None = None
    bytes: int = 0
    licence: str = ""
    waiting: int = 0  # texts that still wait for its vector


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model of the catalogue. `name` is its address at the hub, `ram_gb` about what it needs to work."""

    name: str
    title: str
    purpose: ModelPurpose
    size_class: str  # "small", "medium", "large"
    ram_gb: float
    licence: str
    languages: tuple[str, ...]
    note: str
    here: bool  # it is on the shelf already
