"""Sentences: in several languages, with abbreviations and lists, whole, sorted, and in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.sentences import LONGEST, sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(("text", "expected"), [
    ("The key hangs there. Mice again!  Who fed them?", ["The key hangs there.", "Mice again!", "Who fed them?"]),
    ("Mr. Aas came. He paid 3.50 for it.", ["Mr. Aas came.", "He paid 3.50 for it."]),
    ("It was no. 7, e.g. the red one. Then J. R. left.", ["It was no. 7, e.g. the red one.", "Then J. R. left."]),
    ("Am 3. Juni kam er. Am 4. Oktober ging er.", ["Am 3. Juni kam er.", "Am 4. Oktober ging er."]),
    ("鍵は樽の後ろ。ねずみがいる！はい", ["鍵は樽の後ろ。", "ねずみがいる！", "はい"]),
    ("# Cabin log\nDrained the pipes,\ntook the fuse out.", ["# Cabin log", "Drained the pipes,\ntook the fuse out."]),
    ("Bring:\n- milk\n- two eggs\n\nAnd salt", ["Bring:", "- milk", "- two eggs", "And salt"]),
    ('He said "Go." Then he went.', ['He said "Go."', "Then he went."]),
    ("   \n \t", []), ("", []), ("🗝️ here. 🐶 there.", ["🗝️ here.", "🐶 there."])])
def test_splitting(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(st.text(alphabet=st.sampled_from("aB .!?\n#-。1é🗝")))
def test_nothing_is_lost_and_spans_are_sorted(text: str) -> None:
    spans = sentences(text)
    covered = set()
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert end - start <= LONGEST
        assert text[start:end] == text[start:end].strip()
        covered.update(range(start, end))
        last = end
    assert all(text[at].isspace() for at in range(len(text)) if at not in covered)


def test_a_long_run_without_an_end_is_cut() -> None:
    assert all(len(piece) <= LONGEST for piece in split("word " * 5000))
    assert "".join(split("x" * 5500)) == "x" * 5500
