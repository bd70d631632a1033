"""Bytes become text whatever they were written with; what is no text is told apart."""

import os

import pytest

from mneme.errors import Skipped
from mneme.parsers.encoding import clean, decode, looks_like_text, suffix_of

GERMAN = "Grüße aus Köln, schöne Straße – „bis bald“."
RUSSIAN = "Привет, как дела? Завтра встреча в семь часов у вокзала, не забудь документы."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_unicode_in_every_form_needs_no_note(encoding: str) -> None:
    found = decode(GERMAN.encode(encoding))
    assert (found.text, found.notes) == (GERMAN, ())


@pytest.mark.parametrize(("text", "encoding"), [
    ("Grüße aus Köln", "latin-1"), (GERMAN, "cp1252"), ("naïve café", "cp1252"), (RUSSIAN, "cp1251"),
    (RUSSIAN * 4, "koi8-r"), ("これはテストです。日本語の文章。" * 5, "cp932"),
    ("Zażółć gęślą jaźń, proszę o pomoc", "cp1250")])
def test_old_encodings_are_guessed_and_said(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert found.text == text
    assert len(found.notes) == 1
    assert "guessed" in found.notes[0]


def test_a_declared_encoding_is_believed_where_utf8_does_not_fit() -> None:
    assert decode("Żółw".encode("iso8859-2"), "iso8859-2").text == "Żółw"
    assert decode("Żółw".encode(), "iso8859-2").text == "Żółw"


def test_a_few_damaged_characters_do_not_change_the_encoding() -> None:
    found = decode(("Übung macht die Meisterin. " * 20).encode() + b"\xc3(")
    assert found.text.startswith("Übung")
    assert "\ufffd" in found.text
    assert found.notes == ("A few characters are damaged and were replaced.",)


def test_line_ends_and_stray_zeros_are_made_plain() -> None:
    found = decode(b"one\r\ntwo\rthree\n and a \x00zero in a text that is long enough\n")
    assert found.text == "one\ntwo\nthree\n and a zero in a text that is long enough\n"
    assert len(found.notes) == 1


@pytest.mark.parametrize("data", [b"", b" \n\t "])
def test_nothing_is_skipped_as_empty(data: bytes) -> None:
    with pytest.raises(Skipped, match="empty"):
        decode(data)


@pytest.mark.parametrize("data", [
    b"\x89PNG\r\n\x1a\nand some words", b"PK\x03\x04 words", os.urandom(4000), bytes(range(256)) * 20, b"\x00" * 500])
def test_pictures_archives_and_noise_are_no_text(data: bytes) -> None:
    assert not looks_like_text(data)
    with pytest.raises(Skipped, match="not text"):
        decode(data)


def test_what_is_too_long_is_cut_and_said() -> None:
    found = decode("häh".encode() * 100, most=10)
    assert found.text == "hähhähhähh"
    assert "first 10 characters" in found.notes[0]


def test_lone_surrogates_are_replaced() -> None:
    assert clean("a\ud83db\udc00") == "a\ufffdb\ufffd"


@pytest.mark.parametrize(("name", "suffix"), [
    ("a.TXT", ".txt"), ("a.tar.gz", ".gz"), (".bashrc", ""), ("README", ""), ("a.b/c", ""), ("🙂\n.md", ".md")])
def test_the_ending_of_a_name(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix
