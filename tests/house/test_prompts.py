"""Prompts are frozen: a released file never changes, a change is a new version (results name the version they used)."""

import hashlib
import re
from pathlib import Path

import pytest

import mneme.prompts
from mneme.prompts import prompt
from mneme.upkeep.made.running import TASKS

FOLDER = Path(mneme.prompts.__file__).parent
# The first 12 digits of each file's sha256. A prompt that is to change gets a new file, name.v2.txt, and a new line.
FROZEN = {
    "answer_notes.v1.txt": "61d6d065389d",
    "answer_system.v1.txt": "bdc5ebf90692",
    "answer_write.v1.txt": "5cb8f2c31159",
    "closed_book.v1.txt": "717be5f04fbb",
    "deep_note.v1.txt": "2e8ccca4a27f",
    "describe.v1.txt": "8a7108cf7854",
    "expect.v1.txt": "642bb0d5171e",
    "facts.v1.txt": "a8454132b8ff",
    "plan.v1.txt": "f4b14428a8b5",
    "questions.v1.txt": "bb74de5dc359",
    "rewrite.v1.txt": "a21a6ac9167e",
    "summary.v1.txt": "c3e765f81f3e",
    "surprise.v1.txt": "10486ccf7c43",
    "talk_summary.v1.txt": "9420bb82126d",
    "think.v1.txt": "805aefd2207d",
    "tools.v1.txt": "4633aec4a7d5",
    "topic.v1.txt": "ebda99ca7e7f",
    "trial.v1.txt": "da1a097f9a63",
}


def test_every_prompt_is_as_it_was_released() -> None:
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in FOLDER.glob("*.txt")} == FROZEN


def test_every_prompt_is_used_and_every_name_that_is_used_is_there() -> None:
    used = {name for file in FOLDER.parent.rglob("*.py") for name in re.findall(r'prompt\("(\w+)"\)', file.read_text())}
    assert used | set(TASKS) == {file.name.split(".")[0] for file in FOLDER.glob("*.txt")}


def test_the_newest_version_is_taken_and_a_missing_argument_is_noticed() -> None:
    assert prompt("answer_write").id == "answer_write.v1" and prompt("answer_write").text
    assert "120" in prompt("talk_summary").filled(words="120")
    with pytest.raises(KeyError):
        prompt("talk_summary").filled()
    with pytest.raises(KeyError):
        prompt("no_such_prompt")


def test_a_cost_in_dollars_is_no_argument() -> None:
    assert all("$" not in re.sub(r"\$[a-z_]+\b", "", file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.txt"))
