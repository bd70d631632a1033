"""Statements that lean on the messages before: answers, "mine", moves, corrections; and all that only looks like them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.facts.completing import Completed, Edit
from mneme.memory.facts.extracting import statements
from mneme.memory.facts.statements import Heard, Saying, Statement
from mneme.types import Moment, Origin

SAID = datetime(2024, 5, 16, 18, 20, tzinfo=UTC)  # a Thursday
OWNER = "Nora"
_ORIGINS = {OWNER: Origin.OWNER, "Bot": Origin.ASSISTANT}
Dialogue = tuple[tuple[str, ...], tuple[str, ...]]


def _tables() -> tuple[list[Dialogue], list[Dialogue]]:
    """The dialogues that tell something, and those that tell nothing: their lines, and what the last one states."""
    rows: tuple[list[Dialogue], list[Dialogue]] = ([], [])
    text = Path(__file__).with_name("dialogues.txt").read_text(encoding="utf-8")
    for block in text.strip().split("\n\n")[1:]:
        lines = [line for line in block.split("\n") if not line.startswith("# ")]
        said = tuple(line for line in lines if not line.startswith("    "))
        told = tuple(line.strip() for line in lines if line.startswith("    "))
        rows[not told].append((said, told))
    return rows


TOLD, UNTOLD = _tables()


def _heard(line: str, minutes: int) -> Heard:
    speaker, _, text = line.partition(": ")
    at = Moment.of(SAID - timedelta(minutes=minutes), UTC, "minute")
    return Heard(text.replace("\\n", "\n"), _ORIGINS.get(speaker, Origin.OTHER), speaker, at)


def _saying(lines: tuple[str, ...], apart: int = 2) -> Saying:
    heard = [_heard(line, apart * (len(lines) - 1 - number)) for number, line in enumerate(lines)]
    people = {one.speaker or "" for one in heard} | {OWNER}
    last = heard[-1]
    return Saying(last.text, last.origin, last.speaker, last.said, OWNER,
                  tuple(sorted(people - {last.speaker or ""})), "", tuple(heard[:-1]))


def _row(one: Statement) -> str:
    begins = one.valid_from.iso().removesuffix("+00:00") if one.valid_from else ""
    ends = f"until {one.valid_to.iso().removesuffix('+00:00')}" if one.valid_to else ""
    mode = one.mode + (" corrects" if one.corrects else "")
    when = " ".join(filter(None, (begins, ends)))
    return " | ".join([one.subject, one.relation, one.topic, one.object, mode] + ([when] if when else []))


@pytest.mark.parametrize(("lines", "told"), TOLD)
def test_a_dialogue_tells_exactly_this(lines: tuple[str, ...], told: tuple[str, ...]) -> None:
    assert tuple(map(_row, statements(_saying(lines)))) == told


@pytest.mark.parametrize("lines", [lines for lines, _ in UNTOLD])
def test_a_dialogue_tells_nothing(lines: tuple[str, ...]) -> None:
    assert statements(_saying(lines)) == []


def test_half_of_the_dialogues_tell_nothing() -> None:
    assert len(TOLD) >= 60
    assert len(UNTOLD) >= 60
