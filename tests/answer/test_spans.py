"""From a reading to an answer: ends trimmed, quotation marks kept in pairs, dates whole; what the reader sees."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.answer import citing
from mneme.answer.spans import candidate_of, extract_of
from mneme.answer.weighing import Candidate
from mneme.memory.sentences import sentences
from mneme.ports import Reading
from mneme.recall.ports import Said
from mneme.recall.understanding.question import Question, understood
from mneme.types import Kind, Memory, Moment, Origin

NOW = Moment(datetime(2025, 6, 15, 12, tzinfo=UTC), 0, "minute")
JULY = Moment(datetime(2023, 7, 14, 18, tzinfo=UTC), 0, "minute")
WHAT, WHEN = understood("What did Ann read?", NOW), understood("When did Ann leave?", NOW)


def memory(text: str, *, at: Moment | None = JULY, speaker: str | None = "Ann", title: str = "Books",
           before: str = "") -> Memory:
    """A memory whose text stands behind `before` in its item."""
    return Memory(1, Kind.PASSAGE, text, 1, (len(before), len(before) + len(text)), "/log", title, speaker,
                  Origin.OTHER, at, NOW.utc, dated=at is not None)


def read(text: str, said: str) -> Candidate | None:
    start = text.index(said)
    return candidate_of(WHAT, memory(text), Reading(start, start + len(said), 1.0, 0.5), {"reads": 1.0, "recall": 0.5})


def answer(text: str, said: str) -> str | None:
    found = read(text, said)
    if found is None:
        return None
    assert text[slice(*found.span)] == found.text
    return found.text


def test_the_parts_add_up_to_the_score() -> None:
    found = read("I read Emma.", "Emma")
    assert found is not None and (found.score, found.literal) == (1.5, True)
    assert dict(found.parts) == {"reads": 1.0, "recall": 0.5}


@pytest.mark.parametrize(("said", "text"), [
    (" Emma, ", "Emma"), ("Emma", "Emma"), (", ", None), ("", None), ("...", None)])
def test_white_space_and_punctuation_at_the_ends_are_no_answer(said: str, text: str | None) -> None:
    assert answer("I read Emma, again...", said) == text


@pytest.mark.parametrize(("text", "said", "whole"), [
    ('I read "Charlotte\'s Web" twice.', '"Charlotte\'s Web', '"Charlotte\'s Web"'),
    ('I read "Charlotte\'s Web" twice.', 'Charlotte\'s Web"', '"Charlotte\'s Web"'),
    ('I read "Charlotte\'s Web" twice.', "Charlotte's Web", "Charlotte's Web"),
    ('I read "Charlotte\'s Web" twice.', '"Charlotte\'s Web"', '"Charlotte\'s Web"'),
    ('I read "Charlotte\'s Web," twice.', '"Charlotte\'s Web', "Charlotte's Web"),
    ('I read "Charlotte\'s Web twice.', '"Charlotte\'s Web', "Charlotte's Web"),
    ("I read “Charlotte’s Web” twice.", "“Charlotte’s Web", "“Charlotte’s Web”"),
    ("I read “Charlotte’s Web” twice.", "Charlotte’s Web”", "“Charlotte’s Web”"),
    ("Sie las „Becoming Nicole“ gern.", "„Becoming Nicole", "„Becoming Nicole“"),
    ("Sie las „Becoming Nicole“ gern.", "Becoming Nicole“", "„Becoming Nicole“"),
    ("Sie las „Becoming Nicole“ gern.", "„Becoming Nicole“", "„Becoming Nicole“"),
    ("Elle a lu «Le Petit Prince» hier.", "Le Petit Prince»", "«Le Petit Prince»"),
    ("He read ‘Emma’ aloud.", "‘Emma", "‘Emma’"),
    ('"Emma" and "Ulysses" are here.', '"Emma" and "Ulysses"', '"Emma" and "Ulysses"')])
def test_a_title_is_cut_neither_before_nor_after_its_quotation_mark(text: str, said: str, whole: str) -> None:
    assert answer(text, said) == whole


@pytest.mark.parametrize(("text", "said", "whole"), [
    ("I am 5'10\" tall", "5'10\"", "5'10\""), ("It was the kids’ idea", "the kids’", "the kids’"),
    ("Er las »Faust« gern", "»Faust", "»Faust«"), ("Jag läste ”Pan” igår", "”Pan", "”Pan”")])
def test_marks_of_inches_possession_and_other_languages(text: str, said: str, whole: str) -> None:
    assert answer(text, said) == whole


@pytest.mark.parametrize("said", ["👩‍👩‍👧", "🗝️", unicodedata.normalize("NFD", "René"), "東京", "São Tomé 🎂"])
def test_emoji_marks_and_other_scripts_stay_whole(said: str) -> None:
    assert answer(f"😀 It was {said}, I think.", said) == said
    assert answer(f"“{said}”", f"“{said}") == f"“{said}”"


def test_a_date_is_not_cut_in_half() -> None:
    assert answer("We leave on Tuesday 3 December at noon.", "Tuesday") == "Tuesday 3 December"


def test_a_time_is_what_its_words_mean() -> None:
    text = "I left the flat. Yesterday I sold the car."
    def when(said: str, at: Moment | None = JULY) -> tuple[str, bool]:
        start = text.index(said)
        found = candidate_of(WHEN, memory(text, at=at), Reading(start, start + len(said), 1.0, 0.5), {})
        assert found is not None
        return found.text, found.literal
    assert when("Yesterday") == ("13 July 2023", False)
    assert when("sold the car") == ("13 July 2023", False)
    assert when("Yesterday", None) == ("Yesterday", True)
    nothing = candidate_of(WHEN, memory("I left."), Reading(0, 0, -9.0, 0.0), {})
    assert nothing is not None and nothing.text == "14 July 2023"


# ------------------------------------------------------------------ what the reader sees


def test_a_header_says_who_when_and_where() -> None:
    assert extract_of(memory("Hi.")).header == "Ann, 14 July 2023, Books"
    assert extract_of(memory("Hi.", title="Ann and Ben")).header == "Ann, 14 July 2023"
    assert extract_of(memory("Hi.", at=None)).header == "Ann, Books"
    assert extract_of(memory("Hi.", at=None, speaker=None, title="")).header == ""
    assert extract_of(memory("Hi."), None, "Ben").header == "Ben, 14 July 2023, Books"


def test_what_was_said_before_stands_in_the_header_alone() -> None:
    made = extract_of(memory("Emma."), Said("Ben", "What do you read?"))
    assert (made.header, made.text) == ("14 July 2023: Ben: What do you read?\nAnn", "Emma.")
    assert extract_of(memory("Emma."), Said("", "What do you read?")).header == "Ann, 14 July 2023, Books"
    assert extract_of(memory("Emma.", speaker=None), Said("Ben", "What?")).header == "14 July 2023, Books"
    assert extract_of(memory("Emma.", at=None), Said("Ben", "What?"), "Cid").header == "Ben: What?\nCid"


# ------------------------------------------------------------------ any text

TEXTS = st.text() | st.text(alphabet="ab \"'“”„«»‘’.,!?\n\u0301😀\u200d5 May2023", max_size=40)


@given(TEXTS, st.text(max_size=5), st.integers(0, 60), st.integers(0, 60), st.sampled_from((WHAT, WHEN)), st.booleans())
def test_an_answer_and_its_citation_stand_exactly_where_they_say(text: str, before: str, start: int, length: int,
                                                                 question: Question, is_dated: bool) -> None:
    start = min(start, len(text))
    told = memory(text, at=JULY if is_dated else None, before=before)
    found = candidate_of(question, told, Reading(start, min(start + length, len(text)), 1.0, 0.5), {})
    item = before + text
    assert extract_of(told, Said("Ben", text)).text == text
    assert item[slice(*citing.nearest(told).span)] == citing.nearest(told).text
    if found is not None:
        made, near = citing.cited(found), citing.nearest(told, found.span)
        assert (item[slice(*made.span)], item[slice(*near.span)]) == (made.text, near.text)
        assert citing.supports(made, found)
        if found.literal:
            assert text[slice(*found.span)] == found.text
            assert made.answer_span is not None and item[slice(*made.answer_span)] == found.text


def test_a_citation_of_something_else_does_not_support_an_answer() -> None:
    found = read("I read Emma. I sold the car.", "Emma")
    assert found is not None
    assert [citing.supports(citing.nearest(found.memory, span), found) for span in sentences(found.memory.text)] == [
        True, False]
