"""Vaults, pages and papers of other people: everything is read, or left out with a reason."""

from collections import Counter
from pathlib import Path

import pytest

from mneme.errors import Skipped, Unreadable
from mneme.parsers.detect import Detector
from mneme.ports import ParseInput
from mneme.testing import FakeClock
from mneme.types import Document


def files(folder: Path) -> list[Path]:
    vaults = [f for f in (folder / "obsidian_vaults").rglob("*") if f.is_file()]
    return vaults + [f for kind in ("html", "pdf") for f in folder.rglob(f"*.{kind}") if f.is_file()]


def read(detector: Detector, file: Path) -> str:
    """How it went: the format, or the reason why not."""
    try:
        format_name, parsed = detector.parse(ParseInput(file.read_bytes(), file.name, FakeClock()))
        for document in parsed:
            end = 0
            for block in document.blocks if isinstance(document, Document) else ():
                assert end <= block.start <= block.end <= len(document.text)
                end = block.end
    except (Skipped, Unreadable) as error:
        return error.message
    return format_name


@pytest.mark.timeout(240)
def test_outside_files_are_read_or_left_out_with_a_reason(fixture_data: Path, detector: Detector) -> None:
    outcomes = Counter(read(detector, file) for file in files(fixture_data))
    assert outcomes["markdown"] > 250, outcomes
    assert outcomes["html"] > 40, outcomes  # the others are pages of notes and chats that are told apart
    assert not [reason for reason in outcomes if "crashed" in reason or "longer" in reason], outcomes
