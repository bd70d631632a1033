"""Sentences and their numbers come out of a text the same, however it is cut into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.answer.writing.unfolding import Raw, Unfolding, raw_of

WRITTEN = [
    ("You moved to Lyon in May [4]. Before that you lived in Graz [2, 7].",
     [Raw("You moved to Lyon in May.", (4,)), Raw("Before that you lived in Graz.", (2, 7))]),
    ("You moved to Lyon in May. [4] Before that in Graz. [2][7]",
     [Raw("You moved to Lyon in May.", (4,)), Raw("Before that in Graz.", (2, 7))]),
    ("- the key [1-3]\n- the lamp [5]", [Raw("- the key", (1, 2, 3)), Raw("- the lamp", (5,))]),
    ("Dr. Berg paid 3.50 [1] for it, e.g. in Oslo [2].", [Raw("Dr. Berg paid 3.50 for it, e.g. in Oslo.", (1, 2))]),
    ("NO MEMORY", [Raw("NO MEMORY", ())]),
    ("<think>He asks [9]. So.</think>\nIt is blue [1].", [Raw("It is blue.", (1,))]),
    ("<think>It never ends. [1]", []),
    ("", []),
    ("[1]", []),
    ("它在蓝色的桶后面。[3]钥匙也在。[4]", [Raw("它在蓝色的桶后面。", (3,)), Raw("钥匙也在。", (4,))]),
    ("It is 🗝️ here [1].", [Raw("It is 🗝️ here.", (1,))]),
]


def taken_apart(pieces: list[str]) -> list[Raw]:
    unfolding = Unfolding()
    found = [raw for piece in pieces for raw in unfolding.add(piece)]
    return [*found, *unfolding.end()]


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_a_text_comes_apart_into_sentences_and_numbers(text: str, expected: list[Raw]) -> None:
    assert taken_apart([text]) == expected


@given(st.sampled_from([text for text, _expected in WRITTEN]), st.data())
def test_however_it_is_cut(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert taken_apart(pieces) == taken_apart([text])


@given(st.text(alphabet="ab.[]0123456789,-– <think>/\n。", max_size=80))
def test_any_text_is_taken_apart_somehow(text: str) -> None:
    for raw in taken_apart(list(text)):
        assert raw.text.strip() and len(raw.numbers) <= 50


def test_a_draft_hides_what_is_thought_and_shows_what_is_written() -> None:
    unfolding = Unfolding()
    drafts = []
    for piece in ("<th", "ink>secret", "</think>", "The key", " is here [1].", " And the"):
        unfolding.add(piece)
        drafts.append(unfolding.draft)
    assert drafts == ["", "", "", "The key", "The key is here [1].", "And the"]


def test_a_huge_range_is_cut() -> None:
    assert len(raw_of("x [1-999999]").numbers) <= 50
