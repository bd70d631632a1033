"""Which span is the answer: reader and recall weighed together, equal answers joined, doubt turned into a number."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mneme.types import Memory, Span


@dataclass(frozen=True, slots=True)
class Weights:
    """How the parts are weighed, in units of the logit of the reader's confidence.

    Fitted on three development conversations; see tests/benchmarks/locomo.py for the measure.
    """

    recall: float = 5.0  # off for standing far behind the best hit of recall
    stranger: float = 6.0  # off where the question names somebody else than who speaks of themselves
    quantity: float = 3.0  # off where a number or an amount is asked for, and none is in the answer
    broken: float = 2.0  # off for a span over the end of a line: parts of two things are no answer
    when: float = 2.0  # for a time: any dated memory that bears on the question holds one
    agreement: float = 0.25  # for each further place with the same answer, two at most
    middle: float = 1.1  # the score at which an answer is as likely right as wrong
    width: float = 1.4  # how fast doubt turns into certainty around the middle


FITTED = Weights()
STEEPNESS = 3.2  # of the way from caution to the least confidence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: `text` as it will be shown, and the span of the memory's text it was read from.

    `literal` says that the text stands there word for word (a date counted from "yesterday" does not).
    """

    memory: Memory
    text: str
    span: Span
    score: float
    literal: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that say the same, best first, and how sure they are together."""

    members: tuple[Candidate, ...]
    score: float

    @property
    def best(self) -> Candidate:
        return self.members[0]


def joined(candidates: Sequence[Candidate], weights: Weights) -> list[Group]:
    """Candidates grouped by their answer, best group first; agreement between places adds to the score."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: -c.score):
        if key := normal_form(candidate.text):
            groups.setdefault(key, []).append(candidate)
    found = [Group(tuple(members), members[0].score + weights.agreement * min(len(members) - 1, 2))
             for members in groups.values()]
    return sorted(found, key=lambda group: -group.score)


def confidence(score: float, weights: Weights) -> float:
    """The probability 0..1 that an answer of this score is right."""
    return 1.0 / (1.0 + math.exp(-max(min((score - weights.middle) / weights.width, 50.0), -50.0)))


def logit(probability: float) -> float:
    """The log odds of a probability, kept within +-12."""
    return math.log(min(max(probability, 6e-6), 1.0 - 6e-6) / (1.0 - min(max(probability, 6e-6), 1.0 - 6e-6)))


def threshold(caution: float) -> float:
    """The least confidence to answer with: nothing is withheld at caution 0, all below .8 at caution 1.

    In between it grows so that the middle keeps most answers and refuses four in ten of what has none
    (tests/benchmarks/caution.py).
    """
    return float(0.8 * min(max(caution, 0.0), 1.0) ** STEEPNESS)


def normal_form(answer: str) -> str:
    """An answer without case, punctuation and articles, so that equal answers are equal."""
    words = re.findall(r"\w+", answer.lower())
    return " ".join([word for word in words if word not in {"a", "an", "the"}] or words)


def elsewhere(candidate: Candidate, twin: Memory) -> Candidate:
    """The same candidate read from another memory with the very same text."""
    return replace(candidate, memory=twin)
