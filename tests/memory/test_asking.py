"""Questions by rule: the answer stands where the span says, and what makes no fair question makes none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.asking import LONGEST, questions_from, statement, told_in, worded


def asked(text: str, speaker: str | None = None) -> dict[str, str]:
    return {one.question: text[slice(*one.answer)] for one in questions_from(text, speaker)}


@pytest.mark.parametrize(("text", "question", "answer"), [
    ("I just bought a new lens last week.", "What did I buy?", "a new lens"),
    ("I just bought a new lens last week.", "When did I buy a new lens?", "last week"),
    ("I bought a lens for my aunt.", "What did I buy for my aunt?", "a lens"),
    ("I went hiking in the Alps.", "Where did I go hiking?", "the Alps"),
    ("I visited the museum with my sister.", "Who did I visit the museum with?", "my sister"),
    ("I love hiking, old maps and my sister's bread.", "What do I love?", "hiking, old maps and my sister's bread"),
    ("My dog is called Kipper.", "What is my dog?", "Kipper"),
    ("Jonas bought a plant.", "What did Jonas buy?", "a plant"),
    ("Ordered glass for the bunk room.", "What did I order for the bunk room?", "glass"),
    ("The spare key is behind the blue rain barrel.", "Where is the spare key?", "behind the blue rain barrel"),
])
def test_what_the_owner_tells(text: str, question: str, answer: str) -> None:
    assert asked(text)[question] == answer


def test_another_speaker_is_named_and_spoken_of_in_the_third_person() -> None:
    assert asked("I sold my boat to pay for my roof. My passport is in the top drawer.", "Ann 🌿") == {
        "What did Ann 🌿 sell?": "my boat", "Where is Ann 🌿's passport?": "in the top drawer"}
    assert asked("I painted my sister last year.", "Maya")["When did Maya paint their sister?"] == "last year"


@pytest.mark.parametrize("text", [
    "", "I should buy a lens.", "Would I buy a lens?", "She bought a lens.", "I bought it.", "I got from friends.",
    "I bought something.", "Read the manual.", "Ich habe eine Linse gekauft.", "买了一个镜头。", "I went 😀"])
def test_what_makes_no_fair_question(text: str) -> None:
    assert asked(text) == {}


def test_what_happened_as_a_clause() -> None:
    text = "Yesterday I really bought a new lens for my aunt."
    [told, *_rest] = told_in(text)
    assert statement(told, text, None) in ("I bought a new lens", "I bought a new lens for my aunt")
    assert statement(told, text, "Maya", "her").startswith("Maya bought a new lens")
    assert worded(told, "Maya", "her").startswith("What did Maya buy")


def test_others_and_things_are_told_of_only_where_they_are_wanted() -> None:
    text = "Jonas bought a plant. The key is in the shed."
    assert not list(told_in(text))
    assert [told.subject for told in told_in(text, everything=True)] == ["Jonas", "the key"]


def test_of_a_very_long_text_the_beginning_is_looked_at() -> None:
    text = "I bought a lens. " * (LONGEST // 8)
    assert 0 < max(one.answer[1] for one in questions_from(text, None)) <= LONGEST


PIECES = st.sampled_from(["I ", "bought ", "a lens ", "last week", ". ", ", ", " and ", "in the ", "My ", "dog ", "is ",
                          "Jonas ", "the key ", "under ", "😀", "\ud800", "\n", "è", "'", "2023 ", "May ", "with "])


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(), st.none() | st.text())
def test_any_text_gives_questions_whose_answers_stand_in_it(text: str, speaker: str | None) -> None:
    for one in questions_from(text, speaker):
        start, end = one.answer
        assert 0 <= start < end <= len(text)
        assert one.question.endswith("?")
        assert one.kind in ("what", "when", "where", "who")
        assert 0 <= one.told.said[0] < one.told.said[1] <= len(text)
