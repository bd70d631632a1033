"""Words are compared without case, punctuation and what is not seen; numbers, symbols and signs stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.consolidation.words import is_unspaced, plain, words


@pytest.mark.parametrize(("text", "expected"), [
    ("Don’t meet Anna-Lena's mom!", ["Don't", "meet", "Anna", "Lena's", "mom"]),
    ("at -5°, 12:30 on 2024-05-07", ["at", "-5", "°", "12:30", "on", "2024-05-07"]),
    ("☐ call ☑ pay 5 €?", ["☐", "call", "☑", "pay", "5", "€", "?"]),
    ("snake_case and x=y", ["snake", "case", "and", "x", "y"]),
    ("5pm", ["5", "pm"]),
    ("C++ or C#, x > y", ["C++", "or", "C#", "x", ">", "y"]),
    ("> quoted\n■ item", ["quoted", "item"]),
    ("a → b ≤ c", ["a", "→", "b", "≤", "c"]),
    ("我明天不去。", ["我", "明", "天", "不", "去"]),
    ("कि की", ["कि", "की"]),
    ("soft\u00adhyphen and z\u200be\u200bro", ["softhyphen", "and", "zero"]),
    ("", []),
    ("…—!", []),
])
def test_words_are_told_apart(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_composed_and_decomposed_letters_are_the_same_word() -> None:
    assert plain("CAFÉ") == plain("cafe\u0301") == ("café",)


def test_a_sign_of_a_script_without_spaces_is_known() -> None:
    assert all(map(is_unspaced, "我ไの"))
    assert not any(map(is_unspaced, ("word", "слово", "5", "한국")))


def test_an_apostrophe_behind_a_word_is_none_of_it() -> None:
    assert plain("the dogs' bowl, 12: five") == ("the", "dogs", "bowl", "12", "five")
    assert plain("A'") == plain("A' ") == ("a",)


@given(st.text(st.characters(), max_size=400))  # lone surrogates, too
def test_any_text_has_words_and_none_is_empty(text: str) -> None:
    assert all(words(text))
    assert plain(text.upper().lower()) == plain(text.upper().lower() + " ")


@pytest.mark.parametrize("piece", ["a", "\u0301\u0316", "1-", "a'", "-", "😀", "１,", "\ud800"])
def test_a_megabyte_of_one_thing_is_no_trouble(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert sum(map(len, words(text))) <= len(text)
