"""Ends of sentences in wrapped prose, lists, rows, speech and abbreviations; and time that grows with length alone."""

import time

import pytest

from mneme.memory.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(("text", "expected"), [
    ("This is hard wrapped text which goes on over the line end and\nthen continues. Next.",
     ["This is hard wrapped text which goes on over the line end and\nthen continues.", "Next."]),
    ("Der lange Satz geht hier noch weiter, denn am Abend lag der kleine\nSchlüssel da.",
     ["Der lange Satz geht hier noch weiter, denn am Abend lag der kleine\nSchlüssel da."]),
    ("Name: Anna; City: Rome; and a long row that goes on for some time\nName: Bea; City: Oslo",
     ["Name: Anna; City: Rome; and a long row that goes on for some time", "Name: Bea; City: Oslo"]),
    ("milk\nEggs\nbread", ["milk", "Eggs", "bread"]),
    ("1. Close the tap.\n2. Lock the door.", ["1. Close the tap.", "2. Lock the door."]),
    ('"Really?" she asked. Well ... yes.', ['"Really?" she asked.', "Well ... yes."]),
    ("hey! what's up? nothing special. you", ["hey!", "what's up?", "nothing special.", "you"]),
    ("「本当？」と彼は言った。今日は晴れ。", ["「本当？」と彼は言った。", "今日は晴れ。"]),
    ("Møtet er kl. 14 i dag. Vi så bl.a. Kari. Den 3. juni drar vi.",
     ["Møtet er kl. 14 i dag.", "Vi så bl.a. Kari.", "Den 3. juni drar vi."]),
    ("He said no. Then he paid no. 7 as in fig. 3.", ["He said no.", "Then he paid no. 7 as in fig. 3."]),
    ("क्या यह सच है। हाँ।", ["क्या यह सच है।", "हाँ।"]), ("Page one\fPage two", ["Page one", "Page two"])])
def test_ends(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize("unit", [".", "!?", "a. ", '."', " ", "\n", "x", ")", "。", "... ", "word\n", "-",
                                  "\r\n", "1."])
def test_time_grows_with_length_alone(unit: str) -> None:
    """Ten times the text may take about ten times as long; a quadratic step would take a hundred times."""
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        begun = time.perf_counter()
        sentences(text)
        return time.perf_counter() - begun

    short = max(seconds(50_000), 0.002)
    assert seconds(500_000) <= 40 * short + 0.5
