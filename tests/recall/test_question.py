"""Understanding a question: the table of questions, and what holds for any text."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.recall.understanding.question import Interval, Question, Wanted, understood
from mneme.types import Moment

NOW = Moment(datetime(2023, 7, 12, 15, 0, tzinfo=UTC), 0, "minute")  # a Wednesday
TABLE = Path(__file__).with_name("questions.jsonl")
CASES = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
UNSAID: dict[str, Any] = {"within": [], "as_of": None, "order": "", "state": "", "names": [], "of_owner": False,
                          "to_assistant": False, "choices": []}


def days(interval: Interval) -> list[str | None]:
    """An interval as the table writes it."""
    return [interval.text, *(at.date().isoformat() if at else None for at in (interval.start, interval.end))]


def as_in_the_table(question: Question) -> dict[str, Any]:
    return {"wanted": str(question.wanted), "within": [days(one) for one in question.within],
            "as_of": days(question.as_of) if question.as_of else None, "order": question.order,
            "state": question.state, "names": list(question.names), "of_owner": question.of_owner,
            "to_assistant": question.to_assistant, "choices": list(question.choices)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["question"][:60])
def test_the_table(case: dict[str, Any]) -> None:
    expected = UNSAID | {key: value for key, value in case.items() if key != "question"}
    found = understood(case["question"], NOW)
    assert as_in_the_table(found) == expected
    assert found.asked == found.text == case["question"]


def test_the_table_has_every_kind_several_times() -> None:
    kinds = [case["wanted"] for case in CASES]
    assert len(CASES) >= 150
    assert all(kinds.count(str(kind)) >= 4 for kind in Wanted)


def test_days_are_those_of_the_asker() -> None:
    late = Moment(datetime(2023, 7, 12, 23, 30, tzinfo=UTC), 120, "minute")
    [today] = understood("What did I eat today?", late).within
    assert (today.start, today.end) == (datetime(2023, 7, 12, 22, tzinfo=UTC), datetime(2023, 7, 13, 22, tzinfo=UTC))


def test_both_of_two_times_restrict() -> None:
    within = understood("What did I do in May 2021 and in May 2022?", NOW).within
    assert [one.text for one in within] == ["May 2021", "May 2022"]


@pytest.mark.parametrize("question", [
    "Was it in 2019 or in 2020?", "What is in the March 15th issue of the magazine?", "How much was my 2019 Honda?"])
def test_a_time_that_is_asked_for_or_names_a_thing_restricts_nothing(question: str) -> None:
    assert understood(question, NOW).within == ()


@pytest.mark.parametrize(("question", "order"), [
    ("What was her first name?", ""), ("What did I do last month?", ""), ("How long did the talk last?", ""),
    ("What did I like at first?", ""), ("Where was our last trip?", "last"), ("Who most recently called?", "last"),
    ("What is the order of my jobs, starting from the first?", ""), ("What was my earliest flight?", "first")])
def test_order(question: str, order: str) -> None:
    assert understood(question, NOW).order == order


@pytest.mark.parametrize(("question", "state"), [
    ("Would Ann still like tea?", ""), ("When did I get used to it?", ""), ("What was our previous conversation?", ""),
    ("How long was I away before I got my current job?", ""), ("What is the book I bought called?", ""),
    ("What company is Ann, a friend from my previous job, working at now?", "now"), ("Where does Ann work?", "now")])
def test_state(question: str, state: str) -> None:
    assert understood(question, NOW).state == state


def test_the_question_is_completed_from_the_conversation() -> None:
    found = understood("And Tom?", NOW, before=[("Where does Ann work?", "at the bank")])
    assert (found.asked, found.text) == ("And Tom?", "Where does Tom work?")
    assert found.names == ("Tom",)
    assert found.wanted is Wanted.PLACE


PIECES = ["what", "which", "Ann", "Tom's", "or", ",", "?",
          "and", "\n", "'", '"', "“", "”", "in May", "2022", "did", "is", "I",
          "first", "before", "she", "it", "there", "then",
          "the dog", "how many", "🙂", "ü", "ago", "one", "¤", ".", "who"]
TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=16).map(" ".join))
MOMENTS = st.builds(lambda at, offset: Moment(at.replace(tzinfo=UTC), offset, "minute"),
                    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)), st.integers(-14 * 60, 14 * 60))


@given(TEXTS, MOMENTS, st.lists(st.tuples(TEXTS, st.one_of(st.none(), TEXTS)), max_size=3))
def test_any_text_is_understood_somehow(text: str, now: Moment, before: list[tuple[str, str | None]]) -> None:
    found = understood(text, now, before=before)
    assert found.asked == text
    assert all(name in found.text for name in (*found.names, *found.choices))
    for one in found.within:
        assert one.text in found.text
        assert one.start is not None or one.end is not None
        assert all(at is None or at.utcoffset() is not None for at in (one.start, one.end))
    assert {field.name for field in fields(found)} >= set(UNSAID)


@pytest.mark.parametrize("piece", ["what ", "'", "a, b or ", "Ann ", "When I was, ", "in May ", "\n", "it's 'x "])
def test_a_long_text_is_understood_too(piece: str) -> None:
    assert understood(piece * 4000, NOW).asked == piece * 4000
