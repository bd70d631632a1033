"""Quotes: found where they stand, with white space and quotation marks as they may differ, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.prompts.fencing import one_line
from mneme.testing import ScriptedModel
from mneme.upkeep.made import asking, quoting
from mneme.upkeep.made.asking import Piece, Unit

TEXT = "He said: “I’ve been\n  in Oslo”, and an Anna left. (Really?)"


@pytest.mark.parametrize(("quote", "found"), [
    ("I've been in Oslo", "I’ve been\n  in Oslo"), ('"I\'ve been in Oslo"', "“I’ve been\n  in Oslo”"),
    ("  Anna left. ", "Anna left."), ("'Anna left.'", "Anna left."), ("an", "an"), ("(Really?)", "(Really?)")])
def test_a_quote_is_found_exactly(quote: str, found: str) -> None:
    span = quoting.found(quote, TEXT)
    assert span is not None and TEXT[span[0]:span[1]] == found


@pytest.mark.parametrize("quote", ["i've been", "been Oslo", "Ann", "", "…", "?", "x" * 2000, "Anna  left!"])
def test_what_does_not_stand_there_is_not_found(quote: str) -> None:
    assert quoting.found(quote, TEXT) is None


@given(st.text(), st.text())
def test_nothing_breaks_a_search(quote: str, text: str) -> None:
    span = quoting.found(quote, text)
    assert span is None or 0 <= span[0] < span[1] <= len(text)


@given(st.lists(st.sampled_from(("Oslo", "an", "Ann's", "(3)", "né", "日本", "a.b", "“ja”")), min_size=1, max_size=9),
       st.integers(0, 8), st.integers(1, 9), st.sampled_from((" ", "\n", " \t ")))
def test_any_stretch_of_words_is_found(words: list[str], start: int, count: int, gap: str) -> None:
    part = words[start % len(words):][:count]
    text = gap.join(words)
    span = quoting.found(" ".join(part), text)
    assert span is not None and text[span[0]:span[1]].split() == part


@given(st.text(min_size=1, max_size=400))
def test_the_parts_of_a_text_are_the_text(text: str) -> None:
    model = ScriptedModel(lambda _prompt, _wish: "")
    parts = asking.pieces(model, Unit(1, text), 60)
    assert "".join(one.text for one in parts) == text
    assert all(text[one.start:one.start + len(one.text)] == one.text for one in parts)


@given(st.text(), st.text())
def test_no_text_closes_the_fence(text: str, head: str) -> None:
    shown = asking.fenced([Piece(Unit(1, text, one_line(head)), text)])
    mark = shown.partition("\n")[0]
    assert mark not in text and shown.count(f"{mark} ends") == 1 and shown.endswith(f"{mark} ends")
