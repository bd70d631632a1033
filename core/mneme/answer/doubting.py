"""How sure an answer is, what speaks for there being none, and why it is withheld."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from mneme.answer.judging import Group, logistic
from mneme.answer.weighing import Weighed
from mneme.recall.understanding.question import Question
from mneme.types import Refusal

MOST = 3.0  # how far one side can be ahead of the other
ALONE = 1.5  # what counts as ahead where another is named, and nobody else says anything near it
LEAST_BEARING = -1.5  # the logit of relevance below which nothing that was read bears on the question


@dataclass(frozen=True, slots=True)
class Doubts:
    """What each sign counts in the log odds that an answer is right. Fitted by tests/benchmarks/weights.py."""

    constant: float = -3.188
    score: float = 0.198  # of the answer
    ahead: float = 0.194  # the best answer of the named one's memories, minus the best of the others', whoever speaks
    reads: float = 0.489  # the same of the reader's confidence alone
    # where there is nobody to compare with: notes, or what one has told an assistant (fitted to such conversations)
    unknown: float = -0.76  # this is so
    unknown_score: float = 0.282  # what the score counts more there


FITTED = Doubts()


def signs(question: Question, groups: Sequence[Group], read: Sequence[Weighed]) -> dict[str, float]:
    """What there is to judge the first of `groups` by; `read` is everything that was weighed."""
    best, unknown = groups[0], _is_unknown(question, read)
    alone = 0.0 if unknown else ALONE
    return {
        "constant": 1.0, "score": best.score, "ahead": _ahead(read, _impersonal, alone),
        "reads": _ahead(read, lambda one: one.features["reads"], alone), "unknown": float(unknown),
        "unknown_score": best.score * unknown}


def confidence(signs: Mapping[str, float], doubts: Doubts) -> float:
    """The probability 0..1 that an answer with these signs is right."""
    weights = asdict(doubts)
    return logistic(sum(weights[name] * value for name, value in signs.items()))


def refusal(question: Question, read: Sequence[Weighed]) -> Refusal:
    """Why nothing is answered."""
    if not read or max(one.features["bears"] for one in read) < LEAST_BEARING:
        return Refusal.NO_HIT
    best = max(read, key=lambda one: one.features["bears"])
    if best.features["named"] == 0.0 and best.features["stranger"]:
        return Refusal.OTHER_PERSON
    memory = best.hit.memory
    if question.within and memory.happened_at is not None and memory.dated and "time" not in best.hit.why:
        return Refusal.OTHER_TIME
    return Refusal.NO_ANSWER


def _impersonal(one: Weighed) -> float:
    """The score of an answer, whoever said it."""
    if one.candidate is None:
        return -math.inf
    return one.candidate.score - one.candidate.parts["named"] - one.candidate.parts["stranger"]


def _is_unknown(question: Question, read: Sequence[Weighed]) -> bool:
    """Is nobody there to compare with, and nobody but the owner named?"""
    is_named = not question.of_owner and any(one.features["named"] == 1.0 for one in read)
    return not is_named and all(one.features["named"] > 0.0 for one in read)


def _ahead(read: Sequence[Weighed], value: Callable[[Weighed], float], alone: float) -> float:
    """How far the best of those whom the question may mean is ahead of the best of the others, within +-MOST.

    `alone` where there are no others.
    """
    own = [value(one) for one in read if one.features["named"] > 0.0]
    others = [value(one) for one in read if one.features["named"] == 0.0]
    if not others:
        return alone
    if not own:
        return -MOST
    return max(-MOST, min(MOST, max(own) - max(others)))
