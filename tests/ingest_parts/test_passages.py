"""Cutting documents: by structure, whole, with exact offsets, nothing lost, in linear time."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.ingest.passages import Passage, split
from mneme.parsers.documents.markdown import Markdown
from mneme.ports import ParseInput
from mneme.testing import FakeClock
from mneme.types import Block, BlockKind, Document

Piece = tuple[BlockKind, str, int]


def document(*pieces: Piece) -> Document:
    """A document of blocks with blank lines between them; a page's level is its number."""
    text, blocks = "", []
    for kind, words, level in pieces:
        start = len(text) + (2 if text else 0)
        if kind != "page":
            text += ("\n\n" if text else "") + words
        blocks.append(Block(kind, start, start + len(words), level))
    return Document(text, tuple(blocks))


def texts(made: Document, **sizes: int) -> list[str]:
    return [made.text[slice(*passage.span)] for passage in split(made, **sizes)]


def paths(made: Document) -> list[tuple[str, ...]]:
    return [passage.heading_path for passage in split(made)]


def test_a_passage_stays_within_its_section_and_knows_its_headings() -> None:
    made = document(("heading", "# Cabin", 1), ("paragraph", "Of the cabin.", 0), ("heading", "## Key ##", 2),
                    ("paragraph", "Behind the barrel.", 0), ("heading", "# Boat", 1), ("paragraph", "Sold.", 0))
    assert texts(made) == ["# Cabin\n\nOf the cabin.", "## Key ##\n\nBehind the barrel.", "# Boat\n\nSold."]
    assert paths(made) == [("Cabin",), ("Cabin", "Key"), ("Boat",)]


def test_headings_without_text_go_with_their_first_subsection() -> None:
    made = document(("heading", "# Log", 1), ("heading", "## May", 2), ("paragraph", "Opened.", 0),
                    ("heading", "## June", 2), ("heading", "## July", 2), ("paragraph", "Painted.", 0))
    assert texts(made) == ["# Log\n\n## May\n\nOpened.", "## June", "## July\n\nPainted."]
    assert paths(made) == [("Log", "May"), ("Log", "June"), ("Log", "July")]


def test_a_page_ends_a_passage_and_keeps_the_headings() -> None:
    made = document(("page", "", 1), ("heading", "Manual", 1), ("paragraph", "One.", 0), ("page", "", 2),
                    ("paragraph", "Two.", 0), ("page", "", 3), ("page", "", 4))
    assert texts(made) == ["Manual\n\nOne.", "Two."]
    assert paths(made) == [("Manual",), ("Manual",)]


def test_paragraphs_are_packed_whole() -> None:
    made = document(*(("paragraph", letter * 300, 0) for letter in "abcdefg"))
    assert [len(text) for text in texts(made)] == [602, 602, 602, 300]


def test_rows_and_list_items_are_packed_whole() -> None:
    rows = "\n".join(f"Row: {n}; " + "x" * 90 for n in range(30))
    for passage in texts(document(("table", rows, 0))):
        assert len(passage) <= 900
        assert passage.startswith("Row: ")
        assert passage.endswith("x" * 90)
    points = "\n".join(f"- point {n} " + "y" * 80 + "\n  and on " + "z" * 80 for n in range(20))
    for passage in texts(document(("list", points, 0))):
        assert passage.startswith("- point")
        assert passage.endswith("z" * 80)


def test_a_long_paragraph_is_cut_at_sentences_that_overlap() -> None:
    whole = " ".join(f"Sentence number {n} says something about the boat." for n in range(60))
    found = texts(document(("paragraph", whole, 0)))
    assert all(len(text) <= 900 and text.startswith("Sentence") and text.endswith("boat.") for text in found)
    for before, after in pairwise(found):
        shared = next(n for n in range(len(before)) if after.startswith(before[n:]))
        assert 80 <= len(before) - shared <= 150


def test_without_sentences_words_stay_whole_and_still_overlap() -> None:
    whole = " ".join(f"word{n:05}" for n in range(1000))
    found = texts(document(("paragraph", whole, 0)))
    assert all(len(text) <= 900 and text.startswith("word") for text in found)
    assert all(len(word) == 9 for text in found for word in text.split())
    assert all(set(a.split()) & set(b.split()) for a, b in pairwise(found))


def test_without_spaces_it_is_cut_hard() -> None:
    found = texts(Document("x" * 5000))
    assert all(len(text) <= 900 for text in found)
    assert sum(map(len, found)) >= 5000


def test_a_heading_is_not_left_alone_before_a_long_paragraph() -> None:
    made = document(("heading", "# Key", 1), ("paragraph", "y" * 895, 0))
    assert texts(made) == [made.text]


def test_text_without_blocks_and_beside_blocks_is_not_lost() -> None:
    assert texts(Document("One.\n\nTwo.")) == ["One.\n\nTwo."]
    assert texts(Document("  \n\t ")) == texts(Document("")) == []
    beside = Document("before\n\n# H\n\nafter", (Block("heading", 8, 11, 1),))
    assert texts(beside) == ["before", "# H\n\nafter"]


def test_front_matter_begins_the_first_passage() -> None:
    text = "---\ntags: [cabin]\n---\n\n# Log\n\nMice.\n\n# Boat\n\nSold."
    at = {words: (text.index(words), text.index(words) + len(words)) for words in ("# Log", "Mice.", "# Boat", "Sold.")}
    made = Document(text, (Block("heading", *at["# Log"], 1), Block("paragraph", *at["Mice."]),
                           Block("heading", *at["# Boat"], 1), Block("paragraph", *at["Sold."])))
    assert texts(made) == ["---\ntags: [cabin]\n---\n\n# Log\n\nMice.", "# Boat\n\nSold."]
    assert paths(made) == [("Log",), ("Boat",)]


def test_front_matter_that_the_parser_tells_of_begins_the_first_passage_too() -> None:
    text = "---\ntags: [cat, health]\nowner: Maren\n---\n\n# Admiral\n\nGrey, white bib.\n"
    [parsed] = Markdown().parse(ParseInput(text.encode(), "admiral.md", FakeClock()))
    assert isinstance(parsed, Document) and parsed.blocks[0].kind == "table"
    assert texts(parsed) == [text.strip()] and paths(parsed) == [("Admiral",)]
    rule = Document("---\n\nOne.\n\n---\n\nTwo.", (Block("paragraph", 5, 9), Block("paragraph", 16, 20)))
    assert texts(rule) == [rule.text]


def test_overlapping_and_outlying_blocks_do_no_harm() -> None:
    bad = Document("0123456789", (Block("paragraph", 0, 6), Block("paragraph", 3, 8), Block("list", 9, 99),
                                  Block("page", 200, 200, 7)))
    assert split(bad) == [Passage((0, 10))]


KINDS: st.SearchStrategy[BlockKind] = st.sampled_from(
    ["heading", "paragraph", "list", "table", "code", "quote", "page"])
WORDS = st.text(alphabet=st.sampled_from("aB .!?\n-。1é🗝\t\u2028\x85|"), max_size=120)
PIECES = st.lists(st.tuples(KINDS, WORDS, st.integers(0, 6)), max_size=12)


@given(PIECES, st.sampled_from([(900, 150), (40, 10), (7, 3), (5, 0)]))
def test_nothing_is_lost(pieces: list[Piece], sizes: tuple[int, int]) -> None:
    made = document(*pieces)
    covered, last = set(), (0, 0)
    for passage in split(made, size=sizes[0], overlap=sizes[1]):
        text = made.text[slice(*passage.span)]
        assert text
        assert text == text.strip()
        assert len(text) <= 2 * sizes[0]
        assert passage.span > last
        assert passage.span[1] > last[1]
        last = passage.span
        covered.update(range(*passage.span))
    assert all(made.text[at].isspace() for at in range(len(made.text)) if at not in covered)


@pytest.mark.parametrize("unit", ["the same line again and again, without an end\n", "x", "word ", ". ", ".", "\n", " ",
                                  '."', "- x\n", "。", "a: b\n"])
def test_time_grows_with_length_alone(unit: str) -> None:
    """Ten times the text may take about ten times as long; a quadratic step would take a hundred times."""
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        begun = time.perf_counter()
        split(Document(text))
        return time.perf_counter() - begun

    seconds(1000)
    short = max(seconds(100_000), 0.002)
    assert seconds(1_000_000) <= 40 * short + 0.5
