"""The account of an answer: what was understood in words for people, and parts that add up to the score."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.answer import judging
from mneme.answer.tracing import MOST_CONSIDERED, MOST_HITS, kind, stretch, trace, understood
from mneme.answer.weighing import Candidate, Weights
from mneme.recall.understanding import question as asking
from mneme.recall.understanding.question import Interval, Wanted
from mneme.types import Hit, Kind, Memory, Moment, Origin, Trace

NOW = Moment(datetime(2025, 6, 15, 12, tzinfo=UTC), 0, "minute")


def pairs(question: str, now: Moment = NOW) -> list[tuple[str, str]]:
    return list(understood(asking.understood(question, now)))


def traced(*told: tuple[str, dict[str, float]]) -> Trace:
    hits, candidates = [], []
    for number, (text, parts) in enumerate(told, start=1):
        memory = Memory(number, Kind.PASSAGE, text, 1, (0, len(text)), "/log", "log", None, Origin.OWNER, None, NOW.utc)
        hits.append(Hit(memory, 1.0, {"words": float(number)}))
        candidates.append(Candidate(memory, text, (0, len(text)), sum(parts.values()), parts=parts))
    groups = judging.joined(candidates, Weights(agreement=0.25))
    return trace(asking.understood("Which key?", NOW), hits, groups, {"words": 1.5, "reading": 20.0})


@pytest.mark.parametrize(("question", "pair"), [
    ("When did Maria move?", ("asks for", "a date")), ("When did Maria move?", ("about", "Maria")),
    ("How many boats do I own?", ("asks for", "a count")), ("How many boats do I own?", ("about", "you")),
    ("What did Tom buy in March 2023?", ("within", "1 March 2023 to 31 March 2023")),
    ("Where does Tom live now?", ("state", "as it is now")),
    ("Where did Tom live before?", ("state", "as it was before")),
    ("What was the first boat that Tom bought?", ("which", "the first")),
    ("What was the last boat that Tom bought?", ("which", "the last")),
    ("What did you suggest for dinner?", ("from", "what an assistant said")),
    ("Did Tom buy a boat or a kayak?", ("choice", "a kayak"))])
def test_what_was_understood_is_told_in_words(question: str, pair: tuple[str, str]) -> None:
    assert pair in pairs(question)


def test_what_was_not_understood_is_not_told() -> None:
    assert pairs("Why?") == [("asks for", kind(Wanted.REASON))]
    assert pairs("") == [("asks for", "anything")]


@pytest.mark.parametrize("wanted", list(Wanted))
def test_every_kind_of_answer_has_words(wanted: Wanted) -> None:
    assert kind(wanted)


def test_a_stretch_may_be_open() -> None:
    start, end = datetime(2023, 3, 1, tzinfo=UTC), datetime(2023, 4, 1, tzinfo=UTC)
    assert stretch(Interval(start, end, "")) == "1 March 2023 to 31 March 2023"
    assert stretch(Interval(start, None, "")) == "since 1 March 2023"
    assert stretch(Interval(None, end, "")) == "until 31 March 2023"


@pytest.mark.parametrize("hours", [2, -5])
def test_a_stretch_is_told_by_the_askers_calendar(hours: int) -> None:
    now = Moment.of(datetime(2025, 6, 15, 12, tzinfo=timezone(timedelta(hours=hours))), UTC, "minute")
    assert ("within", "1 March 2023 to 31 March 2023") in pairs("What did Tom buy in March 2023?", now)


def test_parts_add_up_to_the_score_and_agreement_is_one_of_them() -> None:
    made = traced(("blue", {"reads": 2.0, "recall": 1.0, "echo": -0.25}), ("Blue!", {"reads": 1.0}),
                  ("red", {"reads": 2.0}))
    assert [one.text for one in made.considered] == ["blue", "red"]
    assert made.considered[0].parts == {"reads": 2.0, "recall": 1.0, "echo": -0.25, "agreement": 0.25}
    assert made.considered[1].parts == {"reads": 2.0}
    for one in made.considered:
        assert sum(one.parts.values()) == pytest.approx(one.score)


def test_parts_that_count_nothing_are_left_out() -> None:
    [one] = traced(("blue", {"reads": 2.0, "asking": 0.0, "empty": 0.0001})).considered
    assert set(one.parts) == {"reads"}


def test_hits_stages_and_what_was_considered() -> None:
    made = traced(*[(f"answer {n}", {"reads": float(n)}) for n in range(40)])
    assert (len(made.hits), len(made.considered)) == (MOST_HITS, MOST_CONSIDERED)
    assert made.hits[0].why == {"words": 1.0}
    assert [(stage.name, stage.took_ms) for stage in made.stages] == [("words", 1.5), ("reading", 20.0)]
    assert (made.question, made.considered[0].text, made.considered[0].memory) == ("Which key?", "answer 39", 40)
    assert traced().considered == ()


DATED = r"(What|When) (did|was) [A-Z][a-z]+ (in|before|after|since) [0-9]{4}(-[01][0-9]-[0-3][0-9])?\?"


@given(st.text() | st.from_regex(DATED), st.sampled_from((-720, 0, 840)))
def test_any_question_is_told(question: str, offset: int) -> None:
    for name, value in pairs(question, Moment(NOW.utc, offset, "minute")):
        assert name and isinstance(value, str)
