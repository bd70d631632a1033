"""Secrets: what is found, what is not, that spans stay true, and that no text takes more than linear time."""

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.gate.secrets import MASK, masked, secrets_in

CASES = [json.loads(line) for line in (
    Path(__file__).parents[1] / "benchmarks/gate_cases.jsonl").read_text(encoding="utf-8").splitlines()]
CARD, AMEX = "4111 1111 1111 1111", "3782 822463 10005"
GITHUB = "gh" + "p_" + "a1B2c3D4e" * 4


def text_of(case: dict[str, list[str | list[str]] | str]) -> tuple[str, list[str]]:
    secrets = ["".join(one) for one in case["secrets"]]
    text = str(case["text"])
    for number, secret in enumerate(secrets):
        text = text.replace(f"{{{number}}}", secret)
    return text, secrets


@pytest.mark.parametrize("case", [c for c in CASES if c["expect"] == "masked"], ids=lambda c: c["id"])
def test_a_secret_is_masked(case: dict[str, list[str | list[str]] | str]) -> None:
    text, secrets = text_of(case)
    clear, kinds = masked(text)
    assert [secret for secret in secrets if secret in clear] == []
    assert kinds
    assert len(clear) == len(text)
    assert clear.count("\n") == text.count("\n")
    assert masked(clear) == (clear, ())


@pytest.mark.parametrize("case", [c for c in CASES if c["expect"] == "kept"], ids=lambda c: c["id"])
def test_what_only_looks_like_one_is_kept(case: dict[str, str]) -> None:
    assert masked(case["text"]) == (case["text"], ())


@pytest.mark.parametrize(("text", "expected"), [
    ("password: hunter2 and more", "password: ███████ and more"),
    ('{"password": "a b9", "x": 1}', '{"password": "████", "x": 1}'),
    (f"({CARD})", f"({MASK * 19})"), (f"{AMEX}, ok", f"{MASK * 17}, ok"),
    ("postgres://bob:s3cr@t@db/x", "postgres://bob:██████@db/x"),
    ("Password=abc9;User=x", "Password=████;User=x"), ("?password=abc9&x=1", "?password=████&x=1"),
    ("Your code is 482 913.", "Your code is ███████."), ("<password>abc9</password>", "<password>████</password>"),
    ("first line\npassword: x9\r\nlast", "first line\npassword: x9\r\nlast"),
    ("password: 'x9!z'\r\nlast", "password: '████'\r\nlast"),
])
def test_only_the_secret_itself_is_masked(text: str, expected: str) -> None:
    assert masked(text)[0] == expected


def test_spans_and_kinds() -> None:
    text = f"a {GITHUB} b\npassword: hunter2"
    assert [(one.kind, text[slice(*one.span)]) for one in secrets_in(text)] == [
        ("GitHub token", GITHUB), ("password", "hunter2")]


@pytest.mark.parametrize("sign", ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u200d"])
def test_unseen_characters_hide_nothing(sign: str) -> None:
    hidden = sign.join(GITHUB)
    clear, _kinds = masked(f"x {hidden} y")
    assert clear == f"x {MASK * len(hidden)} y"


def test_a_key_that_goes_on_in_the_next_line() -> None:
    clear, _kinds = masked(f"key {GITHUB[:20]}\n{GITHUB[20:]} end")
    assert clear == f"key {MASK * 20}\n{MASK * 20} end"


def test_the_word_after_a_key_is_left() -> None:
    assert masked(f"{GITHUB}\nNext line")[0] == f"{MASK * 40}\nNext line"


texts = st.text(st.sampled_from("ab1 4:=\n\"'/@.-█_\u200bé４%") | st.characters(), max_size=120)
pieces = st.sampled_from(["password: ", "hunter2", CARD, GITHUB, "\n", " ", "your code is ", "482913", "://a:b9@c.d",
    "█",
                          "\u200b", "-----BEGIN PRIVATE KEY-----\n", "QUJD" * 8, "%41", "\\n", '"', "recovery codes\n",
                          "a1b2-c3d4", "token = ", "seed phrase: ", "abandon ", "İ", "DE89370400440532013000"])


@given(texts | st.lists(pieces, max_size=14).map("".join))
def test_masking_keeps_lengths_and_lines_and_masks_once(text: str) -> None:
    clear, kinds = masked(text)
    assert len(clear) == len(text)
    assert all(one == other or other == MASK for one, other in zip(text, clear, strict=True))
    assert [at for at, sign in enumerate(text) if sign == "\n"] == [at for at, sign in enumerate(clear) if sign == "\n"]
    assert bool(kinds) == bool(secrets_in(text))
    assert masked(clear) == (clear, ())


@given(texts)
def test_spans_lie_in_the_text_and_apart(text: str) -> None:
    spans = [one.span for one in secrets_in(text)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


HOSTILE = [
    "a", "1", "4 ", "4111 ", "password", "password: ", "password x ", "pw='", "\"", "-----BEGIN PRIVATE KEY-----\n",
    "QUJD",
    "eyJ.", "eyJaaaaaaaaaa.", "://a:", "WIFI:T:", "WIFI:S:aa;", "otpauth://a?", "sk-a", "\n", " ", "your code ",
    "your aa bb ",
    "your verification code is ", "recovery codes\n", "recovery code: a1b2-c3d4 ", "abandon ", "seed phrase:\nabandon ",
    "DE12 ", "%41", "\u200b", "a\u200b", "\\u0041", "abcdefgh\n", "gh" + "p_a1\n", "-", "0a", "ssn ", "aws ",
    "token=\"",
    "$2a$", "authorization: bearer ", "４", "é", "key is ", "login a password ", "1 2 3 4 5 6 ", "█", "&#64;",
    "Private-Lines: 1\nAAAA"]


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_text_takes_more_than_linear_time(unit: str) -> None:
    small, large = (seconds(unit * (size // len(unit))) for size in (20_000, 160_000))
    assert large < 8 * 3 * small + 0.1


def seconds(text: str) -> float:
    start = time.process_time()
    masked(text)
    return time.process_time() - start
