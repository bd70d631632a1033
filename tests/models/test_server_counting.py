"""The bound of tokens is never below what tokenizers count; the guard against control tokens loses no text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.models.server_counting import JOINER, at_most, harmless, told

# The worst of what was counted: by GPT-2's, Qwen's and Qwen 3.6's tokenizers, the most of the three.
COUNTED = (
    ("Die Straßenbahnhaltestelle am Donaudampfschifffahrtsgesellschaftsgebäude liegt überraschend nahe an der "
     "Universitätsbibliothek; morgens fährt sie alle fünf Minuten.", 67),
    ("Epäjärjestelmällistyttämättömyydellänsäkään hän ei saanut aikaan minkäänlaista muutosta "
     "yhteiskunnallisissa kysymyksissä.", 65),
    ("Я вчера купил новый велосипед и поехал на дачу к бабушке, где мы пили чай с вареньем.", 96),
    ("Χθες το βράδυ πήγαμε στη θάλασσα και φάγαμε ψάρι με την οικογένειά μου στο λιμάνι.", 92),
    ("אתמול בערב הלכנו לים ואכלנו דגים עם המשפחה שלי בנמל", 61),
    ("昨天晚上我们一家人去海边吃鱼，孩子们都很高兴。", 44), ("कल शाम हम परिवार के साथ समुद्र गए और मछली खाई।", 68),
    ("👩‍👩‍👧 🎉🎉 ❤️ 🇩🇪", 27), ("a3f9c2e1b7d4 9f8e7d6c5b4a 0x7fffdeadbeef", 33),
    ("dGhpcyBpcyBhIHRlc3Qgb2YgYmFzZTY0IGVuY29kaW5nIHdpdGggbG9uZyBsaW5lcw==", 53),
    ("xqzjkvw qwrtpsdf zxcvbnm KJHGFDS WqXzPlMk bcdfghjk", 34),
    ("THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG AND RUNS AWAY", 21),
    ("| a | b |\n|---|---|\n| 1 | 2 |\n\n\n    code\n\t\ttabs   spaces", 31),
    ("3.14159 2024-05-07T12:30:00+02:00 1,234,567.89", 46), ("", 0))


@pytest.mark.parametrize(("text", "tokens"), COUNTED)
def test_it_is_never_fewer(text: str, tokens: int) -> None:
    assert tokens <= at_most(text) <= 1 + len(text.encode())


def test_it_is_of_use_in_plain_words() -> None:
    text = "The key of the cabin is under the third stone, where the path from the quay meets the old wall. " * 10
    assert at_most(text) <= len(text.encode()) * 0.6, "four bytes a token in English: about twice as many as there are"


@given(st.text())
def test_nothing_is_lost_to_the_guard(text: str) -> None:
    text = text.replace(JOINER, "")
    assert told(harmless(text)) == text
    assert at_most(text) <= 1 + len(text.encode("utf-8", "replace"))


@pytest.mark.parametrize("token", [
    "<|im_start|>", "<|eot_id|>", "<|start_header_id|>", "<｜User｜>", "<｜end▁of▁sentence｜>", "<s>", "</s>",
    "<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "<think>",
    "</think>", "<tool_call>", "<unused42>", "[TOOL_CALLS]", "[SYSTEM_PROMPT]",
    "<|endoftext|>", "<|channel|>", "<fim_prefix>", "<PAD>"])
def test_control_tokens_are_broken_up(token: str) -> None:
    assert token not in harmless(f"a {token} b")


@pytest.mark.parametrize("text", ["a < b > c", "<b>bold</b>", "[1] [a] [see TODO]", "x << y", "<https://example.org>"])
def test_what_is_none_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
