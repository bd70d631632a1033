"""What speaks for an answer and what against it, each as a number: how it was read, found, worded, and by whom."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from mneme.answer.questions import About, lacks_quantity
from mneme.memory.sentences import sentences
from mneme.ports import Reading
from mneme.recall.fusion import K
from mneme.recall.lexical import words_of
from mneme.recall.stopwords import STOP_WORDS
from mneme.recall.understanding.question import Question
from mneme.types import Hit, Memory, Span

_EMPTY = STOP_WORDS["en"] | {"us", "yes", "too", "so"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: `text` as it will be shown, and the span of the memory's text it was read from.

    `literal` says that the text stands there word for word (a date counted from "yesterday" does not). `parts` add up
    to the score.
    """

    memory: Memory
    text: str
    span: Span
    score: float
    literal: bool = True
    parts: Mapping[str, float] = field(default_factory=dict)
    covers: float = 0.0  # the share of the question's telling words that stand about it


@dataclass(frozen=True, slots=True)
class Weighed:
    """A hit that was read, with what is known of the answer in it, if it marks one."""

    hit: Hit
    reading: Reading
    features: Mapping[str, float]
    candidate: Candidate | None


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part counts in an answer's score.

    Fitted by tests/benchmarks/weights.py to the development conversations: the expected overlap with the right answers
    is made as large as it gets by a softmax over the candidates of a question.
    """

    reads: float = 0.551  # the logit of the reader's confidence
    bears: float = 0.205  # the logit of its relevance: that the passage bears on the question at all
    margin: float = 0.14  # by how much the span outscores the others of its passage
    recall: float = 3.504  # the score of recall, relative to the best hit
    meaning: float = 0.58  # the rank by meaning, as 1 for the first and falling
    covers: float = 1.396  # the share of the question's telling words that stand in it or beside it
    named: float = 1.072  # it is said by whom the question names (a half where it names nobody)
    stranger: float = -1.378  # it is said by somebody else, and neither of nor to the named
    echo: float = -0.545  # the share of the answer's words that only repeat the question
    empty: float = -1.742  # the answer is nothing but little words
    asking: float = -0.314  # the answer stands in a question
    quantity: float = -1.0  # a number or an amount is asked for, and none is in the answer
    broken: float = -0.246  # a span over the end of a line: parts of two things are no answer
    agreement: float = 0.25  # for each further place with the same answer, two at most


FITTED = Weights()


def weighed(features: Mapping[str, float], weights: Weights) -> dict[str, float]:
    """The features times their weights: their sum is a candidate's score."""
    known = asdict(weights)
    return {name: known[name] * value for name, value in features.items()}


def features(question: Question, hit: Hit, reading: Reading, top: float, people: About) -> dict[str, float]:
    """What is known of the answer that `reading` marks in `hit`; `top` is the best hit's score of recall."""
    memory = hit.memory
    said = memory.text[reading.start:reading.end]
    words = [word for word in words_of(said) if word not in _EMPTY]
    asked = set(words_of(question.text))
    return {
        "reads": logit(reading.confidence), "bears": logit(reading.relevance), "margin": reading.margin,
        "recall": hit.score / top, "meaning": (K + 1.0) / (K + hit.why["meaning"]) if "meaning" in hit.why else 0.0,
        "covers": hit.why.get("covers", 0.0), "named": people.share(memory),
        "stranger": float(people.is_stranger(memory)),
        "echo": sum(word in asked for word in words) / max(len(words), 1), "empty": float(not words),
        "asking": float(_is_asking(memory.text, reading.end)), "quantity": float(lacks_quantity(question, said)),
        "broken": float("\n" in said.strip())}


def _is_asking(text: str, end: int) -> bool:
    """Does the sentence in which a span ends end with a question mark?"""
    return next((text[:stop].rstrip().endswith("?") for start, stop in sentences(text) if start < end <= stop), False)


def logit(probability: float) -> float:
    """The log odds of a probability, kept within +-12."""
    kept = min(max(probability, 6e-6), 1.0 - 6e-6)
    return math.log(kept / (1.0 - kept))
