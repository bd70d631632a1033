"""Keywords are what texts say that others do not; names are told whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.consolidation.keywords import document_frequencies, keywords

STOP = {"the", "a", "and", "we", "in", "of", "to", "is", "was", "it", "for", "at", "by", "her", "she", "they", "don",
        "not"}
TEXTS = [
    "We met Anna Berg at the harbour and the ferry was late.",
    "The ferry to the island is run by Anna Berg and her brother.",
    "Lunch was soup and bread.",
    "The meeting about the budget was long and the soup was cold.",
    "We walked home and it was late.",
]


def of(texts: list[str], most: int = 3) -> list[str]:
    return keywords(texts, document_frequencies(TEXTS), len(TEXTS), most, STOP)


def test_what_the_texts_share_and_others_lack_is_told_first() -> None:
    assert set(of(TEXTS[:2], 2)) == {"Anna Berg", "ferry"}


def test_a_name_is_told_whole_and_once() -> None:
    told = of(TEXTS[:2], 20)
    assert "Anna Berg" in told
    assert not {"Anna", "Berg"} & set(told)


def test_what_several_texts_say_tells_more_than_what_one_repeats() -> None:
    assert of(["kayak " * 6, "river trip", "river bank", "river bend"], 1) == ["river"]


def test_a_possessive_is_the_word_itself() -> None:
    assert of(["her trombone's sound", "a trombone"], 1) == ["trombone"]


def test_words_of_other_texts_weigh_less() -> None:
    told = of(["The soup was late but the trombone was not."], 9)
    assert told.index("trombone") < told.index("soup")
    assert told.index("trombone") < told.index("late")


def test_a_word_that_stands_everywhere_tells_nothing() -> None:
    assert keywords(["apple pear"], {"apple": 4, "pear": 1}, 4, 5) == ["pear"]


def test_stop_words_also_hide_in_contractions_and_are_never_told() -> None:
    assert of(["They don't and she's at it."], 9) == []


def test_a_plural_is_not_told_beside_its_singular() -> None:
    assert of(["tomato seeds", "a tomato seed", "seeds"], 9) == ["tomato", "seeds"]


@pytest.mark.parametrize("text", ["met Tom. Maria came", "met Tom, Maria", "Yesterday Tom came", "met\nTom\nMaria"])
def test_a_name_is_not_made_over_a_stop_or_with_the_beginning_of_a_sentence(text: str) -> None:
    assert not [term for term in document_frequencies([text]) if " " in term]


def test_numbers_and_very_short_or_long_words_are_no_keywords() -> None:
    assert of(["2024 12:30 ox " + "z" * 31], 9) == []


def test_scripts_without_spaces_give_pairs_of_signs() -> None:
    assert of(["上海", "上海很大"], 1) == ["上海"]


def test_a_word_is_told_as_it_is_mostly_written() -> None:
    assert of(["NASA launched", "nasa", "NASA"], 1) == ["NASA"]


def test_frequencies_count_texts_and_not_words() -> None:
    found = document_frequencies(["Pear pear PEAR", "pear", ""])
    assert found["pear"] == 2


@given(st.lists(st.text(st.characters(), max_size=80), max_size=5), st.integers(0, 6))
def test_any_texts_have_at_most_so_many_keywords_in_any_order(texts: list[str], most: int) -> None:
    frequencies = document_frequencies(texts)
    told = keywords(texts, frequencies, len(texts) + 1, most)
    assert len(told) <= most
    assert told == keywords(texts[::-1], frequencies, len(texts) + 1, most)


@pytest.mark.parametrize("piece", ["A ", "A", "Aa Bb ", "我", "a'", "\n", ". ", "'"])
def test_a_megabyte_of_one_thing_is_no_trouble(piece: str) -> None:
    assert len(of([piece * (1_000_000 // len(piece))], 3)) <= 3
