"""Choosing a parser by content and name together, and what is said where there is none."""

import json
import logging
from collections.abc import Iterator, Sequence

import pytest

from mneme.errors import KnownError, Skipped, Unreadable
from mneme.parsers.all import PARSERS
from mneme.parsers.detect import Detector
from mneme.ports import Parsed, ParseInput
from mneme.testing import FakeClock
from mneme.types import Conversation, Document, Message

HEADER = b'{"mneme": "conversation", "version": 1, "title": "t", "participants": []}\n'
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
PROGRAM = b"\x7fELF" + b"\x00" * 100


class Clumsy:
    """A parser with mistakes: it yields what no store takes, then trips over its own feet."""

    format = "clumsy"
    suffixes = frozenset({".clumsy"})
    isolated = False

    def recognises(self, head: bytes, name: str) -> float:
        return 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        yield Document("a\x00b\ud800", title="\ud800", properties={"k\x00": "v"})
        yield Conversation("k\ud800", "t", (), (Message("m", "s\x00", "x\udfff"),))
        raise ZeroDivisionError


def given(data: bytes, name: str) -> ParseInput:
    return ParseInput(data, name, FakeClock())


@pytest.mark.parametrize(("data", "name", "format_name"), [
    (b"words", "a.txt", "text"), (b"words", "README", "text"), (b"words", "a.unheard-of", "text"),
    (b"w", "a.MD", "markdown"), (b"* a", "a.org", "org"), (b"<html><p>", "a.html", "html"),
    (b"<!DOCTYPE html><p>x", "page", "html"),
    (b"%PDF-1.4", "a.pdf", "pdf"), (b"%PDF-1.4", "a.md", "pdf"), (b"{\\rtf1 a}", "a.doc", "rtf"),
    (b"a,b", "a.csv", "csv"), (b"def f(): 1", "a.py", "code"), (b"all:", "Makefile", "code"), (b"{}", "a.json", "json"),
    (b"{}", "a.jsonl", "json"), (HEADER, "a.jsonl", "conversation"), (HEADER, "a.txt", "conversation"),
    (b"PK\x03\x04", "a.docx", "docx"), (b"hello", "a.docx", "docx"),
    (PNG, "a.md", "picture"), (PROGRAM, "a.md", "markdown"), ("Grüße".encode("utf-16"), "a.txt", "text")])
def test_content_and_name_choose_the_parser(detector: Detector, data: bytes, name: str, format_name: str) -> None:
    assert detector.choose(data, name).format == format_name


@pytest.mark.parametrize(("data", "name", "reason"), [
    (b"", "a.md", "is empty"), (PROGRAM, "a.bin", "no reader for this kind of file (.bin)"),
    (PROGRAM, "program", "is not text, and its name does not say what it is"),
    (b"-----BEGIN CERTIFICATE", "a.crt", "no reader for this kind of file (.crt)")])
def test_what_nobody_reads_is_skipped_with_the_reason(detector: Detector, data: bytes, name: str, reason: str) -> None:
    with pytest.raises(Skipped) as caught:
        detector.parse(given(data, name))
    assert caught.value.message == reason


def test_what_is_not_what_its_name_says_is_said(detector: Detector) -> None:
    for data, name, error, reason in ((PROGRAM, "a.md", Skipped, "not text"), (PNG, "a.png", Unreadable, "damaged"),
                                      (b"PK\x03\x04", "a.docx", Unreadable, "no Word")):
        _format, parsed = detector.parse(given(data, name))
        with pytest.raises(error, match=reason):
            list(parsed)


def test_a_format_can_be_forced(detector: Detector) -> None:
    format_name, parsed = detector.parse(given(b"# Title", "a.txt"), "markdown")
    assert (format_name, [p.title for p in parsed]) == ("markdown", ["Title"])
    with pytest.raises(KnownError, match="no format called word") as caught:
        detector.parse(given(b"x", "a.txt"), "word")
    assert "markdown" in caught.value.remedy


def test_isolated_formats_come_back_whole(detector: Detector) -> None:
    content = {"title": "Grüße 🙂", "list": [{"a": 1, "b": "\ud800"}]}
    _format, parsed = detector.parse(given(json.dumps(content).encode(), "a.json"))
    [document] = parsed
    assert isinstance(document, Document)
    assert (document.title, document.text) == ("Grüße 🙂", "title: Grüße 🙂\n\na: 1; b: \ufffd")
    assert [document.text[b.start:b.end] for b in document.blocks] == ["title: Grüße 🙂", "a: 1; b: \ufffd"]


@pytest.mark.allow_log("mneme.parsers.detect")
def test_a_clumsy_parser_costs_one_file(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        _format, parsed = Detector((*PARSERS, Clumsy())).parse(given(b"x", "a.clumsy"))
        document, conversation = next(parsed), next(parsed)
        with pytest.raises(Unreadable, match="crashed"):
            next(parsed)
    assert document == Document("a\ufffdb\ufffd", title="\ufffd", properties={"k\ufffd": "v"})
    assert conversation == Conversation("k\ufffd", "t", (), (Message("m", "s\ufffd", "x\ufffd"),))


def test_every_format_has_one_name_and_every_ending_one_owner() -> None:
    names = [parser.format for parser in PARSERS]
    endings: Sequence[str] = [suffix for parser in PARSERS for suffix in parser.suffixes]
    assert len(set(names)) == len(names)
    assert len(set(endings)) == len(endings)
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in endings)
