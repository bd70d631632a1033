"""What comes of a question: hits, answers with their citations, and the account of how they came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from mneme.types.kept import Citation, Memory, Span


@dataclass(frozen=True, slots=True)
class Hit:
    """A memory that bears on a question, and why: each part's rank (1 is best) or score, by name."""

    memory: Memory
    score: float
    why: Mapping[str, float]


# what can be left out of a search (the first eleven) or an answer by its name, to see what it is worth
PARTS = frozenset(("words", "words nearby", "meaning", "meaning nearby", "speaker", "time", "facts", "events",
                   "summaries", "questions", "thoughts", "retention", "context", "counting", "choosing", "known"))


# what can be left out of an answer that a language model writes
WRITING = frozenset(("rewriting", "notes", "outline", "tools", "checking"))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `degraded` names what could not take part (the embedder missing, say)."""

    hits: tuple[Hit, ...]
    took_ms: float
    degraded: tuple[str, ...] = ()


class AnswerState(StrEnum):
    """Seven different results that are never dressed as one another."""

    ANSWERED = "answered"
    KEPT = "kept"  # nothing was asked: what was told is remembered
    FROM_MODEL = "from_model"  # nothing is remembered: what the language model itself holds to be so
    NOT_FOUND = "not_found"
    MODEL_MISSING = "model_missing"
    MODEL_FAILED = "model_failed"
    TIMED_OUT = "timed_out"


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


class Support(StrEnum):
    """What stands behind a sentence that a language model wrote."""

    SUPPORTED = "supported"  # the memories it cites say so
    COMPUTED = "computed"  # Mneme counted it from dated evidence
    UNSURE = "unsure"  # the memories bear on it, but do not say all of it: it is marked
    UNSUPPORTED = "unsupported"  # nothing says so, or something says otherwise: it is dropped
    OWN = "own"  # the model's own knowledge, asked for as such


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a written answer, without its [n]; `cites` are indices into the answer's citations.

    `doubtful` are the stretches of `text` that nothing cited supports; `why` says in a sentence what is wrong.
    """

    text: str
    cites: tuple[int, ...]
    support: Support
    doubtful: tuple[Span, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """What a language model noted of one memory before it answered."""

    memory: int
    bears: Literal["relevant", "partly", "not"]
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A named part of a prompt and its tokens: system, portrait, summary, chat, evidence, question, answer."""

    name: str
    tokens: int


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that a language model called, and what came of it, for people."""

    tool: str
    arguments: Mapping[str, str | int]
    result: str


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """A node of a deep question: `needs` are the nodes whose answers it was asked with.

    `source` says which was the surer: the memories or the model's own knowledge; `rounds` how often it was looked for.
    """

    id: str
    text: str
    needs: tuple[str, ...]
    state: Literal["waiting", "running", "answered", "not_found", "failed"]
    answer: str = ""
    confidence: float = 0.0
    source: Literal["memories", "model"] = "memories"
    evidence: tuple[int, ...] = ()
    rounds: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """How a language model wrote an answer: which model and prompt, sentence by sentence, and what it took.

    `dropped` are sentences that were not let through. `prompt` names the file and version of the prompt; `searched`
    what was searched for in the question's place. Tokens: `context` there are, `evaluated` of the prompt were not in
    the cache, `generated` in all. `message` tells a failure that the built-in answer stands in for.
    """

    model: str
    prompt: str
    sentences: tuple[Sentence, ...]
    dropped: tuple[Sentence, ...] = ()
    notes: tuple[ReadingNote, ...] = ()
    segments: tuple[Segment, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    graph: tuple[SubQuestion, ...] = ()
    searched: tuple[str, ...] = ()
    address: str = ""  # of the server that was asked
    context: int = 0
    evaluated: int = 0
    generated: int = 0
    first_ms: float = 0.0
    message: str = ""
    thoughts: tuple[int, ...] = ()  # memories: what was concluded before, and is said again


@dataclass(frozen=True, slots=True)
class Streamed:
    """How far a written answer is: checked sentences, and the words of the one that is being written.

    Each replaces the one before. `graph` is that of a deep question.
    """

    sentences: tuple[Sentence, ...]
    draft: str = ""
    citations: tuple[Citation, ...] = ()
    graph: tuple[SubQuestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or one of the four ways of having none; `message` says in a sentence which.

    `confidence` is 0..1, NaN where it was not kept.
    """

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
    written: Written | None = None  # by a language model


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """A question and its answer, as a conversation keeps them: without the trace, the reasons and what was left out."""

    answer: Answer
    at: datetime


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
