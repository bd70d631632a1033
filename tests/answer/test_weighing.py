"""What is known of an answer, as numbers: each sign alone, and that no text or reading upsets them."""

import math
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.answer.questions import about
from mneme.answer.weighing import Weights, features, logit, weighed
from mneme.ports import Reading
from mneme.recall.understanding.question import understood
from mneme.types import Hit, Kind, Memory, Moment, Origin

NOW = Moment(datetime(2025, 6, 15, 12, tzinfo=UTC), 0, "minute")


def memory(text: str, speaker: str | None = None, number: int = 1) -> Memory:
    return Memory(number, Kind.PASSAGE, text, 1, (0, len(text)), "/log", "log", speaker, Origin.OTHER, None, NOW.utc)


def known(question: str, text: str, said: str, *, speaker: str | None = None, others: tuple[Memory, ...] = (),
          why: dict[str, float] | None = None, score: float = 1.0, confidence: float = 0.5) -> dict[str, float]:
    """The features of `said` in `text`."""
    asked, own, start = understood(question, NOW), memory(text, speaker), text.index(said)
    return features(asked, Hit(own, score, why or {}), Reading(start, start + len(said), 1.0, confidence, 0.5, 2.0),
                    2.0, about(asked, (own, *others)))


def test_every_feature_has_a_weight_and_agreement_alone_is_added_later() -> None:
    made = known("Where is the key?", "The key is here.", "here")
    assert set(made) == {field.name for field in fields(Weights)} - {"agreement"}
    assert set(weighed(made, Weights())) == set(made)


def test_a_part_is_a_feature_times_its_weight() -> None:
    parts = weighed({"reads": 2.0, "echo": 0.5}, Weights(reads=3.0, echo=-4.0))
    assert parts == {"reads": 6.0, "echo": -2.0}


def test_recall_is_relative_to_the_best_and_meaning_falls_with_the_rank() -> None:
    first, later, none = (known("key?", "The key is here.", "here", why=why) for why in (
        {"meaning": 1.0, "covers": 0.25}, {"meaning": 9.0}, {"words": 1.0}))
    assert (first["recall"], first["meaning"], first["covers"], first["margin"]) == (0.5, 1.0, 0.25, 2.0)
    assert 0.0 < later["meaning"] < 1.0
    assert (none["meaning"], none["covers"]) == (0.0, 0.0)


def test_a_stranger_is_known_unless_they_speak_of_or_to_the_named() -> None:
    ben = memory("Hm.", "Ben", 2)
    said = {text: known("What did Ben lose?", text, "key", speaker="Ann", others=(ben,)) for text in (
        "I lost my key.", "Ben lost his key.", "You lost your key.")}
    assert [one["stranger"] for one in said.values()] == [1.0, 0.0, 0.0]
    assert [one["named"] for one in said.values()] == [0.0, 0.0, 0.0]
    assert known("What did Ben lose?", "I lost my key.", "key", speaker="Ben")["named"] == 1.0
    assert known("What was lost?", "I lost my key.", "key", speaker="Ben")["named"] == 0.5


@pytest.mark.parametrize(("said", "echo", "empty"), [
    ("blue", 0.0, 0.0), ("blue key", 0.5, 0.0), ("the key", 1.0, 0.0), ("the", 0.0, 1.0), ("it is", 0.0, 1.0)])
def test_words_of_the_question_and_little_words_say_nothing(said: str, echo: float, empty: float) -> None:
    made = known("What colour is the key?", "it is blue key the key", said)
    assert (made["echo"], made["empty"]) == (echo, empty)


def test_an_answer_in_a_question_is_no_statement() -> None:
    text = "Is it the blue key? Yes, the red one. Where is Tom?"
    assert [known("Which key?", text, said)["asking"] for said in ("blue key", "red one", "Tom")] == [1.0, 0.0, 1.0]


def test_an_amount_that_is_asked_for_must_be_there() -> None:
    text = "We paid a fair price, 40 euros, for the boat."
    assert known("How much did the boat cost?", text, "a fair price")["quantity"] in (0.0, 1.0)  # "a" may be one
    assert known("How much did the boat cost?", text, "fair price")["quantity"] == 1.0
    assert known("How much did the boat cost?", text, "40 euros")["quantity"] == 0.0
    assert known("What did the boat cost us?", "Joy.", "Joy")["broken"] == 0.0


def test_a_span_over_the_end_of_a_line_is_broken_and_one_at_the_end_is_not() -> None:
    assert known("key?", "blue\nred", "blue\nred")["broken"] == 1.0
    assert known("key?", "blue\nred", "blue\n")["broken"] == 0.0


def test_log_odds_are_kept_within_bounds() -> None:
    assert logit(0.5) == 0.0
    assert math.isclose(logit(0.0), -logit(1.0))
    assert -12.1 < logit(-3.0) <= logit(0.0) < logit(0.3) < logit(7.0) < 12.1


@given(st.text(), st.text(), st.integers(0, 50), st.integers(0, 50), st.floats(0, 1), st.floats(0, 1),
       st.none() | st.text(max_size=10))
def test_any_question_and_any_text_give_finite_numbers(question: str, text: str, start: int, length: int,
                                                       confidence: float, relevance: float,
                                                       speaker: str | None) -> None:
    start = min(start, len(text))
    reading = Reading(start, min(start + length, len(text)), -math.inf, confidence, relevance)
    asked, own = understood(question, NOW), memory(text, speaker)
    made = features(asked, Hit(own, 0.3, {}), reading, 1.0, about(asked, [own]))
    assert all(math.isfinite(value) for value in weighed(made, Weights()).values())
