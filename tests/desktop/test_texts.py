"""Spans between Python and Qt, windows into long texts, words for people."""

from datetime import UTC, datetime

import pytest

from mneme.types import Moment, Precision
from mneme_desktop.parts import texts


@pytest.mark.parametrize(("text", "span", "expected"), [
    ("plain words", (6, 11), (6, 11)),
    ("🔑 key", (2, 5), (3, 6)),
    ("a👩‍👩‍👧b", (6, 7), (9, 10)),  # a family: five code points, eight units
    ("鍵は𠮟る", (2, 3), (2, 4)),  # a Chinese character outside the basic plane
    ("e\u0301te", (2, 3), (2, 3)),
])
def test_spans_count_in_utf16(text: str, span: tuple[int, int], expected: tuple[int, int]) -> None:
    assert texts.utf16_span(text, span) == expected
    units = text.encode("utf-16-le")
    marked = units[expected[0] * 2:expected[1] * 2].decode("utf-16-le")
    assert marked == text[span[0]:span[1]]


def test_window_marks_exactly_in_a_long_text() -> None:
    text = "🚰 x" * 500_000 + "The key 🔑 is here." + "y" * 500_000
    start = text.index("The key")
    shown = texts.window(text, (start, start + 18))
    assert len(shown.text) <= 2 * texts.MARGIN + 20
    assert shown.text.startswith(texts.ELLIPSIS) and shown.text.endswith(texts.ELLIPSIS)
    units = shown.text.encode("utf-16-le")
    assert units[shown.span[0] * 2:shown.span[1] * 2].decode("utf-16-le") == "The key 🔑 is here."


def test_window_of_a_short_text_is_the_text() -> None:
    shown = texts.window("one two", (4, 7))
    assert (shown.text, shown.span) == ("one two", (4, 7))


@pytest.mark.parametrize("span", [(-5, 3), (5, 2), (90, 100), (0, 0)])
def test_window_takes_any_span(span: tuple[int, int]) -> None:
    shown = texts.window("one two", span)
    assert shown.text == "one two"
    assert 0 <= shown.span[0] <= shown.span[1] <= 7


def test_line_ends_become_qts() -> None:
    assert texts.for_qt("a\r\nb\rc\u2029d\ud800e\x00") == "a\nb\nc\nd\ufffde\ufffd"


@pytest.mark.parametrize(("precision", "short", "long"), [
    ("year", "2024", "2024"),
    ("month", "Oct 2024", "October 2024"),
    ("day", "14 Oct 2024", "Monday 14 October 2024"),
    ("second", "14 Oct 2024", "Monday 14 October 2024"),
])
def test_days_are_as_precise_as_known(precision: Precision, short: str, long: str) -> None:
    moment = Moment(datetime(2024, 10, 14, 9, tzinfo=UTC), precision=precision)
    assert (texts.day(moment), texts.long_day(moment)) == (short, long)


@pytest.mark.parametrize(("seconds", "words"), [
    (None, ""), (20, "less than a minute left"), (170, "about 3 min left"), (7200, "about 2 hours left")])
def test_time_left(seconds: float | None, words: str) -> None:
    assert texts.time_left(seconds) == words


def test_sentence_around_an_answer() -> None:
    text = "Rain all day. The key hangs\nbehind the barrel now! Later more."
    at = text.index("barrel")
    assert texts.sentence_around(text, (at, at + 6)) == "behind the barrel now!"
    assert len(texts.sentence_around("word " * 500, (0, 4))) <= 240


@pytest.mark.parametrize(("text", "rtl"), [("שלום עולם", True), ("hello", False), ("2024 مرحبا", True), ("…", False)])
def test_direction_of_a_text(text: str, rtl: bool) -> None:
    assert texts.is_rtl(text) is rtl
