"""Thousands of hostile inputs for every parser and reader of archives: something sound, or a sentence; no more."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from mneme.errors import KnownError
from mneme.parsers import wire
from mneme.parsers.all import DATABASES, PARSERS
from mneme.parsers.detect import HEAD, _storable
from mneme.parsers.records import ocr
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.testing import FakeClock
from mneme.types import Conversation, Document, Mark, Moment, Origin, Role

sys.path.append(str(Path(__file__).parent))  # the makers of hostile files lie beside
from hostile import Example, Generator
from seeds import Seed, archive_readers, seeds

EXAMPLES = 5_000
LONGEST = 5.0  # seconds for one example: far from any limit, and far from what a slow machine needs
TARGETS = (*(parser.format for parser in PARSERS), *archive_readers())
REFUSED = ("onenote",)  # read by nobody: the reason is all there is
Read = Callable[[ParseInput], Iterator[Parsed]]


@pytest.fixture(scope="module")
def sown() -> dict[str, tuple[Seed, ...]]:
    return seeds()


@pytest.fixture
def no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text in pictures is another program's work: each would take a second."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(ocr, "_ELSEWHERE", ())


def test_every_format_has_samples(sown: dict[str, tuple[Seed, ...]]) -> None:
    without = [name for name in TARGETS if not sown.get(name)]
    assert without == [], "put a small file that these read into tests/parsers/samples, or into _made() of seeds.py"
    assert {reader.format for reader in DATABASES} <= {parser.format for parser in PARSERS}


@pytest.mark.usefixtures("no_program")
@pytest.mark.allow_log
@pytest.mark.parametrize("target", TARGETS)
def test_hostile(target: str, sown: dict[str, tuple[Seed, ...]]) -> None:
    read, generator = reading(target), Generator(target, sown[target])
    crashes: dict[str, int] = {}
    slowest, slow, good = 0.0, 0, 0
    began = time.perf_counter()
    for number in range(EXAMPLES):
        example = generator.example(number)
        start = time.perf_counter()
        try:
            good += tried(read, example, whole_way=number % 10 == 0)
        except Exception as error:  # noqa: BLE001 -- every kind is counted, and one of each is shown
            crashes.setdefault(_place(error), number)
        took = time.perf_counter() - start
        slowest, slow = max((slowest, slow), (took, number))
    print(f"{target}: {EXAMPLES / (time.perf_counter() - began):.0f} examples a second, "
          f"{good} gave something, the slowest was {slow} with {slowest:.2f} s")
    assert crashes == {}, "each with its first number: Generator(target, seeds()[target]).example(number)"
    assert slowest < LONGEST, f"example {slow} took too long"
    assert target in REFUSED or good > EXAMPLES // 100, "refused before anything is read: this proves nothing"


def reading(target: str) -> Read:
    """How a target reads: a parser what it is given, a reader of archives what it claims."""
    readers = archive_readers()
    if target not in readers:
        [parser] = [one for one in PARSERS if one.format == target]

        def parse(source: ParseInput) -> Iterator[Parsed]:
            assert 0 <= parser.recognises(source.data[:HEAD], source.name) <= 1
            return parser.parse(source)
        return parse
    reader = readers[target]

    def read(source: ParseInput) -> Iterator[Parsed]:
        files = Package(source.data, "zip", PARSERS)
        if reader.claims([name for name in files.names if not name.endswith("/")]):
            yield from reader.read(files, source)
    return read


def tried(read: Read, example: Example, whole_way: bool) -> bool:
    """Whether anything came of it; what came was sound, and so was the sentence on what did not."""
    source, parsed = ParseInput(example.data, example.name, FakeClock(), None, example.wal), []
    try:
        parsed.extend(read(source))
    except KnownError as error:
        _is_sentence(error)
    kept = [_storable(one) for one in parsed]
    for one in kept:
        _is_sound(one)
    if whole_way:
        assert wire.from_json(wire.to_json(parsed, None)) == (parsed, None)
    return bool(parsed)


def _is_sentence(error: KnownError) -> None:
    assert error.message
    assert error.message.isprintable()
    assert len(error.message) < 500
    assert not error.message.endswith(".")


def _is_sound(one: Parsed) -> None:
    if isinstance(one, Mark):
        assert isinstance(one.cursor, str)
    elif isinstance(one, Conversation):
        _is_sound_conversation(one)
    else:
        _is_sound_document(one)


def _is_sound_document(one: Document) -> None:
    assert one.text.strip() or one.title or not one.blocks
    end = 0
    for block in one.blocks:
        assert end <= block.start <= block.end <= len(one.text)
        assert type(block.level) is int
        end = block.end
    texts = (one.text, one.title or "", one.key, *one.authors, *one.tags, *one.links, *one.notes,
             *one.properties, *one.properties.values())
    _are_texts(*texts)
    _is_moment(one.happened_at)
    assert one.origin is None or isinstance(one.origin, Origin)


def _is_sound_conversation(one: Conversation) -> None:
    _are_texts(one.key, one.title, *(part for p in one.participants for part in (p.key, p.name)))
    assert all(isinstance(p.role, Role) for p in one.participants)
    people = {p.key for p in one.participants}
    for message in one.messages:
        _are_texts(message.key, message.sender, message.text, message.reply_to or "")
        assert message.sender in people
        _is_moment(message.at)


def _are_texts(*texts: str) -> None:
    for text in texts:
        assert isinstance(text, str)
        assert "\x00" not in text
        text.encode()  # no lone surrogate, or this throws


def _is_moment(moment: Moment | None) -> None:
    if moment is not None:
        assert moment.utc.utcoffset() == timedelta(0)
        assert abs(moment.offset) < 24 * 60
        assert moment.iso()
        assert moment.local().astimezone(UTC) == moment.utc


def _place(error: Exception) -> str:
    """The kind of error, and where in our code and in whatever it calls it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "mneme" in Path(frame.filename).parts] or frames
    place = f"{Path(own[-1].filename).name}:{own[-1].lineno}"
    return f"{type(error).__name__} at {place} ({frames[-1].line}): {str(error)[:80]}"
