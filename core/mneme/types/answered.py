"""What comes of a question: hits, answers with their citations, and the account of how they came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mneme.types.kept import Citation, Memory


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
    """Six different results that are never dressed as one another."""

    ANSWERED = "answered"
    KEPT = "kept"  # nothing was asked: what was told is remembered
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
