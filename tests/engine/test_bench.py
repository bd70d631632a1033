"""Measuring a memory by questions made from it: the numbers follow what the reader does, and nothing is written."""

import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mneme import bench, builtin
from mneme.bench import Report, Task, Verdict, says, shared_words
from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.paths import Profile
from mneme.ports import Extract, Reading
from mneme.testing import FakeClock, HashEmbedder, MissingReader, ScriptedReader
from mneme.types import Moment, Progress

THINGS = ("kayak", "violin", "lantern", "teapot", "compass", "blanket", "telescope", "saddle", "mirror", "anvil")
PEOPLE = ("Nora", "Bjarne", "Sunniva", "Torleif", "Ragna", "Sverre", "Tuva", "Halvor", "Ingrid", "Magnus")
NOTHING = Reading(0, 0, -5.0, 0.01, 0.001)
Measure = Callable[..., Report]


def knowing(question: str, extract: Extract) -> Reading:
    """Answers from the text alone that has every word of the question."""
    told = re.search(r"(bought|ordered) (a \w+) for (\w+)", extract.text)
    asked = set(re.findall(r"\w{4,}", question)) - {"What", "order"}
    there = asked <= set(re.findall(r"\w+", f"{extract.header} {extract.text}"))
    theirs = ("Ines" in question) == ("Ines" in extract.header)
    return Reading(*told.span(2), 12.0, 0.99) if told and there and theirs else NOTHING


def gullible(question: str, extract: Extract) -> Reading:
    return Reading(0, 1, 12.0, 0.99)


def silent(question: str, extract: Extract) -> Reading:
    return NOTHING


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for day, (thing, person) in enumerate(zip(THINGS, PEOPLE, strict=True), 1):
        (folder / f"2024-{day:02d}-05.md").write_text(f"I bought a {thing} for {person}. 🌿\n")
    (folder / "chat.jsonl").write_text(
        '{"mneme": "conversation", "version": 1, "title": "Ines", "participants": '
        '[{"id": "me", "name": "Maren", "role": "owner"}, {"id": "i", "name": "Ines", "role": "other"}, '
        '{"id": "a", "name": "Bot", "role": "assistant"}]}\n'
        '{"id": "1", "from": "i", "at": "2024-05-20T09:00+02:00", "text": "I ordered a carpet for Odette"}\n'
        '{"id": "2", "from": "a", "at": "2024-05-20T09:02", "text": "I bought a herring for Vidkun"}\n')
    return folder


@pytest.fixture
def open_engine(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    opened: list[Engine] = []

    def open_(reader: ScriptedReader) -> Engine:
        plugins = dataclasses.replace(builtin.plugins(), embedder=HashEmbedder(), reader=reader)
        profile = Profile(tmp_path / f"profile-{len(opened)}")
        opened.append(Engine.open(profile, clock=FakeClock(), use_keyring=False, plugins=plugins))
        return opened[-1]

    yield open_
    for engine in opened:
        engine.close()


def measured(engine: Engine, cancelled: Callable[[], bool] = lambda: False, **options: int) -> Report:
    return bench.run(engine, progress=lambda progress: None, cancelled=cancelled, **options)


@pytest.fixture
def measure(open_engine: Callable[..., Engine], notes: Path) -> Measure:
    def run(script: Callable[[str, Extract], Reading], **options: int) -> Report:
        engine = open_engine(ScriptedReader(script))
        engine.add([notes])
        return measured(engine, **options)
    return run


def test_a_reader_that_knows_is_right_and_refuses_rightly(measure: Measure) -> None:
    report = measure(knowing)
    known, nothing = report.tally("known"), report.tally("unanswerable")
    assert (known.asked, known.right, known.wrong, known.refused) == (11, 11, 0, 0)
    assert known.recall(10) == 1.0 and known.recall(1) is not None
    assert nothing.asked == nothing.right == nothing.refused >= 8
    assert report.search_ms() is not None and report.ask_ms() is not None
    assert (report.chosen, report.telling, report.looked_at, report.stopped) == (11, 11, 12, False)


def test_a_reader_that_always_answers_is_wrong(measure: Measure) -> None:
    report = measure(gullible)
    known, nothing = report.tally("known"), report.tally("unanswerable")
    assert (known.wrong, known.refused) == (known.asked, 0)
    assert 0 < nothing.wrong == nothing.asked - nothing.refused  # of names that no memory holds nothing is answered


def test_a_reader_that_never_answers_refuses(measure: Measure) -> None:
    report = measure(silent)
    known = report.tally("known")
    assert (known.right, known.refused, known.wrong) == (0, known.asked, 0)
    assert report.tally("unanswerable").right == report.tally("unanswerable").asked
    order = report.tally("order")
    assert order.asked == order.refused > 0


def test_what_an_assistant_said_is_not_asked_about(measure: Measure) -> None:
    assert not [one for one in measure(silent).outcomes if "Vidkun" in one.question.text]


def test_what_nothing_answers_names_somebody_or_something_unheard_of(measure: Measure) -> None:
    report = measure(silent)
    asked = {one.question.text for one in report.outcomes if one.question.task is Task.KNOWN}
    turned = {one.question.text for one in report.outcomes if one.question.task is Task.UNANSWERABLE}
    assert turned and not asked & turned


def test_order_pairs_expect_the_earlier_of_the_two(measure: Measure) -> None:
    pairs = [one.question for one in measure(silent).outcomes if one.question.task is Task.ORDER]
    assert len(pairs) >= 4
    for pair in pairs:
        assert pair.expected and pair.expected in pair.text and pair.instead in pair.text
        month = {person: number for number, person in enumerate([*PEOPLE[:5], "Odette", *PEOPLE[5:]])}
        assert month[pair.expected.split()[-1]] < month[pair.instead.split()[-1]]
    assert len({pair.text.index(pair.expected or "") > 20 for pair in pairs}) == 2, "not always the first named"


def test_an_order_is_right_when_the_answer_is_the_earlier(measure: Measure) -> None:
    def first_named(question: str, extract: Extract) -> Reading:
        told = re.search(r"bought a \w+ for \w+", extract.text)
        return Reading(*told.span(), 12.0, 0.99) if told and told[0] in question else NOTHING

    outcomes = [one for one in measure(first_named).outcomes if one.question.task is Task.ORDER]
    answered = [one for one in outcomes if one.given]
    assert answered
    for one in answered:
        assert one.given is not None and one.question.expected is not None
        assert (one.verdict is Verdict.RIGHT) == one.question.expected.endswith(one.given.split()[-1])


def test_the_same_seed_asks_the_same_and_another_asks_others(open_engine: Callable[..., Engine], notes: Path) -> None:
    engine = open_engine(ScriptedReader(silent))
    engine.add([notes])
    first, again, other = ([one.question.text for one in measured(engine, count=5, seed=seed).outcomes]
                           for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_source_has_its_turn(open_engine: Callable[..., Engine], tmp_path: Path) -> None:
    engine = open_engine(ScriptedReader(silent))
    folder = tmp_path / "many"
    folder.mkdir()
    messages = "".join(f'{{"id": "{n}", "from": "me", "at": "2024-05-20T09:{n:02d}+02:00", "text": '
                       f'"I bought a {thing} for {person}"}}\n'
                       for n, (thing, person) in enumerate(itertools.product(THINGS[:6], PEOPLE)))
    (folder / "chat.jsonl").write_text('{"mneme": "conversation", "version": 1, "title": "Ines", "participants": '
                                       '[{"id": "me", "name": "Maren", "role": "owner"}]}\n' + messages)
    (folder / "2024-05-20.md").write_text("I bought a herring for Vidkun\n")
    engine.add([folder])
    report = measured(engine, count=16)
    assert report.chosen == 16 and report.telling == 61
    assert [one for one in report.outcomes if one.question.source.source.endswith("2024-05-20.md")]


def test_nothing_is_written(open_engine: Callable[..., Engine], notes: Path) -> None:
    engine = open_engine(ScriptedReader(knowing))
    engine.add([notes])
    before = engine.doctor(digest=True)
    assert measured(engine).outcomes
    after = engine.doctor(digest=True)
    assert (after.digest, after.counts) == (before.digest, before.counts)


def test_stopping_keeps_what_was_measured(open_engine: Callable[..., Engine], notes: Path) -> None:
    engine = open_engine(ScriptedReader(knowing))
    engine.add([notes])
    told: list[Progress] = []
    report = bench.run(engine, progress=told.append, cancelled=lambda: len(told) > 4)
    assert report.stopped and len(report.outcomes) == 4
    assert report.tally("known").asked and report.tally("unanswerable").asked
    assert told[0].done == 0 and told[0].total > 4
    nothing = measured(engine, cancelled=lambda: True)
    assert nothing.stopped and nothing.outcomes == () and nothing.ask_ms() is None
    assert nothing.tally("known").recall(1) is None


def test_too_few_memories_are_told_of(open_engine: Callable[..., Engine], tmp_path: Path) -> None:
    engine = open_engine(ScriptedReader())
    with pytest.raises(KnownError, match="too few memories to measure on: 0"):
        measured(engine)
    (tmp_path / "one.md").write_text("I bought a kayak for Nora.\n")
    engine.add([tmp_path / "one.md"])
    with pytest.raises(KnownError, match="too few memories to measure on: 1"):
        measured(engine)


def test_without_a_reader_nothing_is_measured(open_engine: Callable[..., Engine], notes: Path) -> None:
    engine = open_engine(MissingReader())
    engine.add([notes])
    with pytest.raises(KnownError, match="reader's files are missing"):
        measured(engine)


@pytest.mark.parametrize(("given", "expected", "score"), [
    ("the old quay", "Old quay!", 1.0), ("quay", "the old quay by night", 0.4), ("", "", 0.0), ("a", "the", 0.0),
    ("ein Café", "das café", 0.5)])
def test_shared_words(given: str, expected: str, score: float) -> None:
    assert shared_words(given, expected) == pytest.approx(score)


@pytest.mark.parametrize(("given", "expected", "right"), [
    ("yesterday", "yesterday", True), ("4 March 2024", "yesterday", True), ("3 March 2024", "yesterday", False),
    ("March 2024", "yesterday", False), ("a kayak", "yesterday", False), ("2023", "last year", True),
    ("the week before 5 March 2024", "last week", True), ("4 March 2024", "a kayak", False)])
def test_a_time_is_right_in_other_words_too(given: str, expected: str, right: bool) -> None:
    said = Moment(datetime(2024, 3, 5, tzinfo=UTC), 0, "day")
    assert says(given, expected, said) is right
    assert says(given, expected, None) is (given == expected)
