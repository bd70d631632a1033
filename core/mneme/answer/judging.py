"""Which answer is given, and whether any is: candidates grouped by what they say, and doubt turned into a number."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mneme.answer.weighing import Candidate, Weights
from mneme.types import CautionPoint, Memory


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that say the same, best first, and how much they count together."""

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


def normal_form(answer: str) -> str:
    """An answer without case, punctuation and articles, so that equal answers are equal."""
    words = re.findall(r"\w+", answer.lower())
    return " ".join([word for word in words if word not in {"a", "an", "the"}] or words)


def elsewhere(candidate: Candidate, twin: Memory) -> Candidate | None:
    """The same candidate read from another memory with the same words; None where they stand there otherwise."""
    start, end = candidate.span
    at = twin.text.find(candidate.memory.text[start:end])
    return None if at < 0 else replace(candidate, memory=twin, span=(at, at + end - start))


LEAST_SURE, STEEPNESS = 0.45, 1.7  # the least confidence at caution 1, and how late it is reached


def threshold(caution: float) -> float:
    """The least confidence to answer with: nothing is withheld at caution 0, all below .45 at caution 1.

    In between it grows so that the middle keeps nearly all answers and refuses half of what has none
    (tests/benchmarks/caution.py).
    """
    return float(LEAST_SURE * min(max(caution, 0.0), 1.0) ** STEEPNESS)


def logistic(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(min(score, 50.0), -50.0)))


# caution, answerable questions answered, unanswerable ones answered all the same, right of the former: measured by
# tests/benchmarks/caution.py on the development conversations
CURVE: tuple[CautionPoint, ...] = (
    CautionPoint(0.0, 0.984, 1.0, 0.422),
    CautionPoint(0.1, 0.984, 1.0, 0.422),
    CautionPoint(0.2, 0.984, 0.911, 0.422),
    CautionPoint(0.3, 0.977, 0.723, 0.42),
    CautionPoint(0.4, 0.961, 0.536, 0.424),
    CautionPoint(0.5, 0.925, 0.455, 0.43),
    CautionPoint(0.6, 0.857, 0.357, 0.439),
    CautionPoint(0.7, 0.782, 0.259, 0.462),
    CautionPoint(0.8, 0.657, 0.17, 0.498),
    CautionPoint(0.9, 0.506, 0.107, 0.533),
    CautionPoint(1.0, 0.345, 0.054, 0.564))
