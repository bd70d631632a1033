"""Copies are found among many texts, and what differs in a number, a date, a name or a "not" is never taken for one."""

import math
import re
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.consolidation.duplicates import (
    BANDS,
    HASHES,
    bands,
    is_near_duplicate,
    signature,
    similarity,
)

VOCABULARY = [f"{head}{tail}" for head in ("gar", "mol", "ten", "riv", "sol", "pan", "lum", "bex")
              for tail in ("den", "ta", "ish", "or", "une", "ack", "ly", "em")]
LONG = ("the garden behind the house was full of ripe tomatoes and we carried basket after basket into the kitchen "
        "where the big pot was waiting on the stove and soup was cooked for the whole street while somebody sang")
START = datetime(2024, 5, 1, tzinfo=UTC)


def invented(rng: np.random.Generator, length: int) -> list[str]:
    return [VOCABULARY[i] for i in rng.integers(0, len(VOCABULARY), length)]


def mutated(rng: np.random.Generator, said: list[str], changes: int) -> str:
    copy = list(said)
    for at in rng.choice(len(copy), changes, replace=False):
        copy[at] = "changed" + str(at)
    return " ".join(copy)


def are_candidates(a: str, b: str) -> bool:
    return not set(bands(signature(a))).isdisjoint(bands(signature(b)))


# ------------------------------------------------------------------ candidates


def test_copies_at_jaccard_85_are_candidates() -> None:
    rng = np.random.default_rng(1)
    pairs = [(" ".join(said), mutated(rng, said, changes))
             for said in (invented(rng, 120) for _ in range(150)) for changes in (2, 3)]
    alike = [pair for pair in pairs if similarity(*pair) >= 0.85]
    assert len(alike) >= 150
    assert sum(are_candidates(*pair) for pair in alike) / len(alike) >= 0.95


def test_texts_on_one_subject_are_rarely_candidates() -> None:
    rng = np.random.default_rng(2)
    signs = [set(bands(signature(" ".join(invented(rng, 80))))) for _ in range(120)]
    met = [bool(a & b) for i, a in enumerate(signs) for b in signs[:i]]
    assert sum(met) / len(met) < 0.01


def test_signatures_estimate_the_jaccard_similarity() -> None:
    rng = np.random.default_rng(3)
    said = invented(rng, 200)
    for changes in (4, 12, 30):
        one, other = " ".join(said), mutated(rng, said, changes)
        exact = similarity(one, other)
        agreed = float((signature(one) == signature(other)).mean())
        assert abs(agreed - exact) <= 4 * math.sqrt(exact * (1 - exact) / HASHES)


def test_signatures_are_the_same_on_every_machine() -> None:
    assert signature(LONG)[:3].tolist() == [344263876496384718, 526388321722679431, 16830036628530444]
    assert bands(signature(LONG))[:3] == (-2521268368167125989, -2783727508507943467, -2219066565127163729)


def test_bands_fit_a_signed_column_and_differ_from_each_other() -> None:
    of = bands(signature(LONG))
    assert len(set(of)) == BANDS
    assert all(-2**63 <= band < 2**63 for band in of)
    assert any(band < 0 for band in of)


def test_case_spaces_and_punctuation_do_not_change_a_signature() -> None:
    assert (signature(LONG) == signature(LONG.upper().replace(" ", " - ") + "!")).all()


def test_the_empty_text_has_a_signature_of_its_own() -> None:
    assert (signature("") == np.iinfo(np.uint64).max).all()
    assert similarity("", "") == 0.0


@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=60))
def test_any_two_texts_can_be_compared(a: str, b: str) -> None:
    assert signature(a).shape == (HASHES,)
    assert similarity(a, b) == similarity(b, a)
    assert 0.0 <= similarity(a, b) <= 1.0
    assert is_near_duplicate(a, b, None) == is_near_duplicate(b, a, None)
    assert is_near_duplicate(a, a, None)


# ------------------------------------------------------------------ do they say the same?


@pytest.mark.parametrize(("a", "b"), [
    ("meet at 5", "meet at 6"),
    ("Meet me at the station at 5 with the two heavy bags", "Meet me at the station at 6 with the two heavy bags"),
    ("call Anna", "call Anne"),
    ("Then we went home and my wife read the letter", "Then we went home and my ex wife read the letter"),
    ("We all agreed to learn C and to meet again", "We all agreed to learn C++ and to meet again"),
    ("yes", "no"),
    ("👍", "👎"),
    ("...", "?!"),
    ("I can come", "I can't come"),
    ("कि", "की"),
    ("我明天去上海开会然后再回北京看我的父母", "我明天不去上海开会然后再回北京看我的父母"),
    ("是的", "不是"),
])
def test_what_says_something_else_is_no_copy(a: str, b: str) -> None:
    assert not is_near_duplicate(a, b, 1.0)


@pytest.mark.parametrize(("old", "new"), [
    ("ripe", "12 ripe"), ("was full", "wasn't full"), ("was full", "was not full"), ("full", "never full"),
    ("the garden", "Maria's garden"), ("somebody", "Jonas"), ("the house", "the house at -5°"),
    ("whole street", "whole street on Monday"), ("whole street", "whole street in may"), ("after", "before"),
    ("ripe", "green"), ("and soup", "or soup"), ("sang", "sang?"), ("sang", "sang ☑"), ("big", "small"),
    ("sang", "sang and sister is pregnant"), ("the kitchen", "her kitchen"), ("waiting", "wasting"),
    ("basket into", "baskets into"), ("sang", "sang loud songs badly")])
def test_one_telling_word_in_a_long_text_makes_it_another(old: str, new: str) -> None:
    said, other = LONG + " " + LONG, (LONG + " " + LONG).replace(old, new, 1)
    assert similarity(said, other) >= 0.8
    assert not is_near_duplicate(said, other, 1.0)
    assert not is_near_duplicate(other, said, 1.0)


@pytest.mark.parametrize(("one", "other"), [("Anna paid Ben", "Ben paid Anna"), ("from 5 to 6", "from 6 to 5"),
                                            ("did not go but paid", "did go but not paid"),
                                            ("never singing dancing", "singing never dancing")])
def test_the_same_words_about_each_other_the_other_way_round_are_another_text(one: str, other: str) -> None:
    assert not is_near_duplicate(f"{LONG} {one} {LONG}", f"{LONG} {other} {LONG}", 1.0)


@pytest.mark.parametrize(("old", "new"), [
    ("the garden", "The  GARDEN"), ("house", "house,"), ("ripe", "very ripe"), ("kitchen", "ktichen"),
    ("kitchen", "kitchhen"), ("basket after basket", "basket, after basket"), ("carried", "carefully carried"),
    ("behind the house", "behind the “house”")])
def test_wording_spelling_and_punctuation_make_a_copy(old: str, new: str) -> None:
    assert is_near_duplicate(LONG, LONG.replace(old, new, 1), 0.99)
    assert is_near_duplicate(LONG.replace(old, new, 1), LONG, 0.99)


def test_less_alike_texts_need_vectors_that_agree() -> None:
    said, other = LONG, LONG.replace("was waiting", "was just waiting").replace("tomatoes and", "tomatoes and so")
    assert 0.6 <= similarity(said, other) < 0.8
    assert is_near_duplicate(said, other, 0.98)
    assert not is_near_duplicate(said, other, 0.96)
    assert not is_near_duplicate(said, other, None)


def test_short_texts_are_copies_only_by_the_same_words() -> None:
    assert is_near_duplicate("Call  mom!", "call mom", None)
    said, other = "the extraordinary grandmothers celebration", "extraordinary grandmothers celebration"
    assert similarity(said, other) >= 0.8
    assert not is_near_duplicate(said, other, 1.0)


def test_a_long_text_that_ends_otherwise_is_no_copy() -> None:
    said = " ".join(re.sub(r"\d", "", f"word{i % 7}{chr(97 + i % 26)}") for i in range(40_000))
    assert (signature(said) == signature(said + " not")).all()
    assert not is_near_duplicate(said, said + " not", 1.0)
