"""How sure an answer is, and the four reasons for withholding it."""

import math
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.answer import judging
from mneme.answer.doubting import ALONE, LEAST_BEARING, MOST, Doubts, confidence, refusal, signs
from mneme.answer.weighing import Candidate, Weighed, Weights
from mneme.ports import Reading
from mneme.recall.understanding.question import Question, understood
from mneme.types import Hit, Kind, Memory, Moment, Origin, Refusal

NOW = Moment(datetime(2025, 6, 15, 12, tzinfo=UTC), 0, "minute")
PLAIN = understood("What did Ben lose?", NOW)
SIGNS = Doubts(constant=0.0, score=1.0, ahead=1.0, reads=1.0)


def read(text: str, score: float, *, named: float = 0.5, stranger: float = 0.0, bears: float = 2.0, reads: float = 0.0,
         why: tuple[str, ...] = (), number: int = 1, answers: bool = True) -> Weighed:
    """Something that was read, with the answer `text`; the person's part of the score is -1 for a stranger."""
    memory = Memory(number, Kind.PASSAGE, text, 1, (0, len(text)), "/log", "log", None, Origin.OTHER, NOW, NOW.utc)
    parts = {"reads": score, "named": 0.0, "stranger": -1.0 * stranger}
    made = Candidate(memory, text, (0, len(text)), score - stranger, parts=parts)
    return Weighed(Hit(memory, 1.0, dict.fromkeys(why, 1.0)), Reading(0, len(text), 0.0, 0.5),
                   {"named": named, "stranger": stranger, "bears": bears, "reads": reads}, made if answers else None)


def judged(question: Question, *seen: Weighed) -> dict[str, float]:
    candidates = [one.candidate for one in seen if one.candidate is not None]
    return signs(question, judging.joined(candidates, Weights(agreement=0.0)), seen)


def test_the_named_ones_lead_is_measured_without_what_a_person_counts() -> None:
    made = judged(PLAIN, read("keys", 2.5, named=1.0, reads=1.0), read("hat", 2.0, named=0.0, stranger=1.0, reads=3.0))
    assert made == {"constant": 1.0, "score": 2.5, "ahead": 0.5, "reads": -2.0, "unknown": 0.0, "unknown_score": 0.0}


def test_a_lead_has_bounds() -> None:
    far, near = read("keys", 40.0, named=1.0, reads=9.0), read("hat", -40.0, named=0.0, reads=-9.0)
    assert (judged(PLAIN, far, near)["ahead"], judged(PLAIN, far, near)["reads"]) == (MOST, MOST)
    other = read("keys", 40.0, named=0.0), read("hat", -40.0, named=1.0)
    assert judged(PLAIN, *other)["ahead"] == -MOST


def test_the_named_one_says_nothing_at_all() -> None:
    assert judged(PLAIN, read("keys", 5.0, named=0.0, stranger=1.0))["ahead"] == -MOST
    silent = read("hm", 9.0, named=1.0, answers=False)
    assert judged(PLAIN, read("keys", 5.0, named=0.0), silent)["ahead"] == -MOST


def test_with_nobody_to_compare_a_name_counts_more_than_none() -> None:
    assert judged(PLAIN, read("keys", 5.0, named=1.0))["ahead"] == ALONE
    assert judged(PLAIN, read("keys", 5.0, named=0.5))["ahead"] == 0.0
    mine = understood("What did I lose?", NOW)
    assert judged(mine, read("keys", 5.0, named=1.0))["ahead"] == 0.0


@given(st.lists(st.tuples(st.floats(-30, 30), st.sampled_from([0.0, 0.5, 1.0]), st.booleans()), min_size=1, max_size=6))
def test_a_confidence_is_a_probability(things: list[tuple[float, float, bool]]) -> None:
    seen = [read(f"thing {n}", score, named=named, stranger=float(named == 0.0), answers=answers or n == 0,
                 number=n + 1)
            for n, (score, named, answers) in enumerate(things)]
    made = judged(PLAIN, *seen)
    assert all(math.isfinite(value) for value in made.values())
    assert 0.0 <= confidence(made, SIGNS) <= 1.0 and 0.0 <= confidence(made, Doubts()) <= 1.0


def test_more_of_each_sign_is_more_confidence() -> None:
    base = {"constant": 1.0, "score": 1.0, "ahead": 0.0, "reads": 0.0}
    for name in ("score", "ahead", "reads"):
        assert confidence(base | {name: base[name] + 1.0}, Doubts()) > confidence(base, Doubts())


# ------------------------------------------------------------------ why it is withheld


def why_not(question: Question, *seen: Weighed) -> Refusal:
    return refusal(question, seen)


def test_nothing_read_or_nothing_that_bears_on_it_is_no_hit() -> None:
    assert why_not(PLAIN) is Refusal.NO_HIT
    assert why_not(PLAIN, read("keys", 1.0, bears=LEAST_BEARING - 0.1)) is Refusal.NO_HIT
    assert why_not(PLAIN, read("keys", 1.0, bears=LEAST_BEARING)) is Refusal.NO_ANSWER


def test_what_bears_most_on_it_is_told_of_somebody_else() -> None:
    stranger, own = read("keys", 1.0, named=0.0, stranger=1.0, bears=3.0), read("hm", 0.0, named=1.0, bears=1.0)
    assert why_not(PLAIN, own, stranger) is Refusal.OTHER_PERSON
    assert why_not(PLAIN, read("hm", 0.0, named=1.0, bears=4.0), stranger) is Refusal.NO_ANSWER
    assert why_not(PLAIN, read("keys", 1.0, named=0.0, bears=3.0)) is Refusal.NO_ANSWER  # they speak of or to Ben


def test_it_is_told_of_another_time_than_was_asked_for() -> None:
    asked = understood("What did Ben lose in March 2019?", NOW)
    assert asked.within
    assert why_not(asked, read("keys", 1.0)) is Refusal.OTHER_TIME
    assert why_not(asked, read("keys", 1.0, why=("time",))) is Refusal.NO_ANSWER
    assert why_not(asked, read("keys", 1.0, answers=False)) is Refusal.OTHER_TIME
    assert why_not(PLAIN, read("keys", 1.0)) is Refusal.NO_ANSWER


@pytest.mark.parametrize("caution", [-1.0, 0.0, 0.3, 1.0, 7.0])
def test_more_caution_never_asks_for_less(caution: float) -> None:
    assert 0.0 <= judging.threshold(caution) <= judging.threshold(caution + 0.1) <= judging.LEAST_SURE


def test_what_caution_means_is_told_boldest_first() -> None:
    curve = judging.CURVE
    assert [p.caution for p in curve] == sorted(p.caution for p in curve)
    assert curve[0].caution == 0.0 and curve[-1].caution == 1.0
    for bolder, calmer in pairwise(curve):
        assert bolder.answered >= calmer.answered and bolder.invented >= calmer.invented
