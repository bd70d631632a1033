"""Reading bytes with a built-in parser, here in this process, where a mistake shows as itself."""

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest

from mneme.parsers.all import PARSERS
from mneme.parsers.detect import Detector
from mneme.ports import Parsed, ParseInput
from mneme.testing import FakeClock
from mneme.types import Document

ROME = ZoneInfo("Europe/Rome")
Read = Callable[..., Document]


def checked(document: Document) -> Document:
    """`document`, if its blocks are sorted, do not overlap and lie inside its text."""
    end = 0
    for block in document.blocks:
        assert end <= block.start <= block.end <= len(document.text)
        assert block.kind == "page" or document.text[block.start:block.end].strip()
        end = block.end
    return document


def parsed(format_name: str, data: bytes, name: str) -> Iterator[Parsed]:
    [parser] = [p for p in PARSERS if p.format == format_name]
    return parser.parse(ParseInput(data, name, FakeClock(zone=ROME)))


@pytest.fixture
def read() -> Read:
    """read("markdown", text or bytes) -> the one document in it."""
    def reading(format_name: str, content: str | bytes, name: str = "notes") -> Document:
        data = content.encode() if isinstance(content, str) else content
        [document] = parsed(format_name, data, name)
        assert isinstance(document, Document)
        return checked(document)
    return reading


@pytest.fixture(scope="session")
def detector() -> Iterator[Detector]:
    """All built-in parsers with their worker process."""
    made = Detector(PARSERS)
    yield made
    made.close()
