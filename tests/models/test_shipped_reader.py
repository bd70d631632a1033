"""The shipped reader: exact offsets, answers and refusals, whatever the text and the batch."""

import math
import threading
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mneme.models.reader import HEADER_TOKENS, MOST_MARGIN, OnnxReader, shortened, window_starts, with_marks
from mneme.ports import Extract, Reader

BOAT = Extract(
    "Ines, 14 October 2024, Cabin log",
    "Today we fixed the roof. I bought the old boat in Bergen last week, and it leaks.",
)


def words(reader: OnnxReader, question: str, text: str, header: str = "") -> str:
    [found] = reader.read(question, [Extract(header, text)])
    return text[found.start : found.end]


def test_it_is_a_reader(reader: OnnxReader) -> None:
    assert isinstance(reader, Reader)
    assert reader.model_id.startswith("mneme-reader-")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where did Ines buy the boat?", "Bergen"),
        ("What did we fix?", "the roof"),
    ],
)
def test_plain_questions(reader: OnnxReader, question: str, answer: str) -> None:
    assert words(reader, question, BOAT.text, BOAT.header) == answer


def test_a_time_is_within_what_is_marked(reader: OnnxReader) -> None:
    assert "last week" in words(reader, "When did Ines buy the boat?", BOAT.text, BOAT.header)


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Where did Zoé buy the lamp?", "😀😀 Zoé bought the lamp in Besançon 👩‍👩‍👧 yesterday.", "Besançon"),
        ("Where did Ana live?", "Ana lived in São Tomé before.", "São Tomé"),
        ("Who baked the cake?", "🎂🎂🎂🎂🎂 The cake was baked by Søren Łukasz on Monday ☕", "Søren Łukasz"),
        ("What is the name of the dog?", "\n\t  The name of the dog is\u00a0Ærø.\r\n", "Ærø"),
    ],
)
def test_offsets_are_code_points_of_the_given_text(reader: OnnxReader, question: str, text: str, answer: str) -> None:
    found = words(reader, question, text)
    # the answer exactly, at most behind a preposition: a shifted offset would cut into it
    assert found.removeprefix("in ").removeprefix("by ") == answer


def test_offsets_in_chinese_and_japanese_text(reader: OnnxReader) -> None:
    text = "😀 会议在北京举行。 The meeting was held in Tokyo 東京."
    found = words(reader, "Where was the meeting held?", text)
    assert found
    assert found in text


def test_a_letter_keeps_its_combining_marks(reader: OnnxReader) -> None:
    text = unicodedata.normalize("NFD", "The waiter was called René.")
    assert words(reader, "What was the waiter called?", text) == unicodedata.normalize("NFD", "René")
    assert with_marks("e\u0301\u0301x", 1) == 3


def test_the_header_never_answers(reader: OnnxReader) -> None:
    text = "We had soup."
    for question in ("Who wrote this?", "What is the date?", "When did Ines have soup?"):
        [found] = reader.read(question, [Extract("Ines, 14 October 2024, Cabin log", text)])
        assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    "question", ["Who wrote Hamlet?", "What is the capital of Peru?", "How much does the piano cost?"]
)
def test_what_is_not_there_scores_below_what_is(reader: OnnxReader, question: str) -> None:
    [wrong] = reader.read(question, [BOAT])
    [right] = reader.read("Where did Ines buy the boat?", [BOAT])
    assert wrong.score < right.score
    assert wrong.confidence < 0.5 < right.confidence


def test_another_speaker_is_not_the_one_asked_about(reader: OnnxReader) -> None:
    own, other = (Extract(name, "I bought a new lens at the flea market.") for name in ("Maya", "Tom"))
    first, second = reader.read("What did Maya buy?", [own, other])
    assert first.score > second.score


def test_texts_without_words_have_no_answer(reader: OnnxReader) -> None:
    found = reader.read("Where?", [Extract("", ""), BOAT, Extract("Ines", " \n\t")])
    for empty in (found[0], found[2]):
        assert (empty.start, empty.end, empty.confidence) == (0, 0, 0.0)
        assert empty.score == -math.inf
    assert found[1].end > 0
    assert reader.read("Where?", []) == []


def test_a_batch_reads_as_one_by_one(reader: OnnxReader) -> None:
    extracts = [BOAT, Extract("", "Short."), Extract("Tom", "It rained in Bergen. " * 12), Extract("", "")]
    together = reader.read("Where did it rain?", extracts, threads=2)
    for extract, found in zip(extracts, together, strict=True):
        [alone] = reader.read("Where did it rain?", [extract], threads=1)
        assert (found.start, found.end) == (alone.start, alone.end)
        assert found.score == alone.score or abs(found.score - alone.score) < 1e-3


def test_an_answer_deep_in_a_long_text_is_found_at_its_place(reader: OnnxReader) -> None:
    filler = "We walked along the shore and talked about the weather. ☕ " * 25
    text = filler + "The password of the router is Kvikklunsj. " + filler
    [found] = reader.read("What is the password of the router?", [Extract("Tom", text)])
    assert text[found.start : found.end] == "Kvikklunsj"


def test_windows_cover_every_token_and_overlap() -> None:
    for tokens in (0, 1, 100, 101, 152, 153, 1000):
        seen: set[int] = set()
        for start in window_starts(tokens, 100):
            assert start + min(100, tokens) <= tokens
            seen.update(range(start, start + min(100, tokens)))
        assert seen == set(range(tokens))


def test_a_long_question_and_header_leave_room_for_the_text(reader: OnnxReader) -> None:
    [found] = reader.read("where " * 500, [Extract("title " * 500, "It was in Bergen.")])
    assert found.end <= len("It was in Bergen.")


def test_many_threads_at_once_get_their_own_readings(reader: OnnxReader) -> None:
    questions = ["Where did Ines buy the boat?", "What did we fix?", "When did Ines buy the boat?"] * 2
    expected = [reader.read(q, [BOAT], threads=1) for q in questions]
    found: dict[int, object] = {}
    threads = [
        threading.Thread(target=lambda n: found.update({n: reader.read(questions[n], [BOAT], threads=1)}), args=(i,))
        for i in range(len(questions))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[i] for i in range(len(questions))] == expected


def test_what_bears_on_the_question_is_told_from_what_does_not(reader: OnnxReader) -> None:
    about = [BOAT, Extract("Ines, 2 May 2024", "The dentist moved my appointment to Thursday.")]
    bearing, other = reader.read("Where did Ines buy the boat?", about)
    assert bearing.relevance > 0.5 > other.relevance
    assert 0.0 <= other.relevance <= 1.0
    assert reader.read("Where?", [Extract("", "  ")])[0].relevance == 0.0


def test_a_margin_is_the_lead_over_what_stands_beside_the_answer(reader: OnnxReader) -> None:
    question = "What did Ann buy?"
    sure, torn, alone = reader.read(question, [
        Extract("Ann", "I bought a kayak."), Extract("Ann", "I bought a kayak and I bought a tent."),
        Extract("Ann", "Kayak")])
    assert 0.0 <= torn.margin < sure.margin <= MOST_MARGIN
    assert alone.margin == MOST_MARGIN  # there is no word beside it
    assert reader.read(question, [Extract("Ann", " ")])[0].margin == 0.0


def test_a_long_header_keeps_its_beginning_and_its_end() -> None:
    ids = list(range(1000))
    kept = shortened(ids, HEADER_TOKENS)
    assert len(kept) == HEADER_TOKENS
    assert kept[0] == 0 and kept[-1] == 999 and kept == sorted(kept)
    assert sum(id_ > 500 for id_ in kept) > sum(id_ < 500 for id_ in kept) > 0
    assert shortened(ids, 1000) == ids and shortened(ids, 0) == [] and shortened([], 5) == []
    for most in range(20):
        assert len(shortened(ids, most)) == most


def test_a_header_without_room_is_left_out() -> None:
    assert shortened(list(range(10)), -1) == []


def test_who_speaks_is_seen_behind_whatever_was_said_before(reader: OnnxReader) -> None:
    before = "14 July 2023: Cid: " + "We talked about the weather and the shore. " * 12
    own, other = (Extract(f"{before}\n{name}", "I bought a new lens at the flea market.") for name in ("Maya", "Tom"))
    first, second = reader.read("What did Maya buy?", [own, other])
    assert first.score > second.score


def test_what_was_said_before_helps_and_never_answers(reader: OnnxReader) -> None:
    question, text = "What colour is the boat?", "Green, at last."
    bare, after = reader.read(question, [
        Extract("Ben", text), Extract("14 July 2023: Ann: What colour did you paint the boat?\nBen", text)])
    assert after.confidence > bare.confidence
    assert text[after.start:after.end] == "Green"
    [found] = reader.read(question, [Extract("14 July 2023: Ann: The boat is red.\nBen", "Good to know.")])
    assert 0 <= found.start <= found.end <= len("Good to know.")


@settings(max_examples=25)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_question_header_and_text_are_read(reader: OnnxReader, question: str, header: str, text: str) -> None:
    [found] = reader.read(question, [Extract(header, text)], threads=1)
    assert 0 <= found.start <= found.end <= len(text)
    assert 0.0 <= found.confidence <= 1.0 and 0.0 <= found.relevance <= 1.0
    assert 0.0 <= found.margin <= MOST_MARGIN or not found.end
