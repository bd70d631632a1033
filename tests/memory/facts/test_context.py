"""Statements that lean on the messages before: answers, "mine", moves, corrections; and what only looks like them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.facts.completing import Completed, Edit
from mneme.memory.facts.extracting import statements
from mneme.memory.facts.statements import Heard, Saying, Statement
from mneme.memory.facts.topics import known_topic, may_be_short
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


# ------------------------------------------------------------------ how far back, and whose words


ASKED, ANSWERED = "Jonas: Where do you live now?", "Nora: Porto, by the river"


def test_the_words_of_the_answer_alone_are_its_evidence() -> None:
    saying = _saying((ASKED, ANSWERED))
    [one] = statements(saying)
    assert saying.text[slice(*one.span)] == "Porto, by the river"
    assert one.object_span == (0, 5)


def test_without_what_was_before_nothing_is_told() -> None:
    assert statements(_saying((ANSWERED,))) == []


@pytest.mark.parametrize(("days", "told"), [(2, 1), (4, 0)])
def test_an_answer_comes_within_three_days(days: int, told: int) -> None:
    assert len(statements(_saying((ASKED, ANSWERED), apart=days * 24 * 60))) == told


@pytest.mark.parametrize(("days", "told"), [(44, 1), (46, 0)])
def test_a_plan_of_the_last_45_days_may_be_meant(days: int, told: int) -> None:
    lines = ("Nora: The workshop is on 21 August", "Nora: it's cancelled")
    assert len(statements(_saying(lines, apart=days * 24 * 60))) == told


@pytest.mark.parametrize(("between", "told"), [(7, 1), (8, 0)])
def test_no_more_than_eight_messages_before_are_read(between: int, told: int) -> None:
    lines = ("Nora: The workshop is on 21 August", *["Jonas: ok"] * between, "Nora: ugh, moved to the 28th of August")
    assert len(statements(_saying(lines))) == told


def test_what_an_assistant_said_before_is_no_ground() -> None:
    plan = "The workshop is on 21 August"
    assert statements(_saying((f"Bot: {plan}", "Nora: it's cancelled"))) == []
    assert len(statements(_saying((f"Nora: {plan}", "Nora: it's cancelled")))) == 1


def test_an_assistant_states_nothing_whatever_was_asked() -> None:
    assert statements(_saying((ASKED.replace("Jonas", "Nora"), "Bot: Porto, by the river"))) == []


def test_a_document_follows_nothing() -> None:
    heard = (Heard("Where do you live now?", Origin.OTHER, "Jonas"),)
    assert statements(Saying("Porto, by the river", Origin.OWNER, before=heard)) == []


def test_what_was_before_is_not_stated_again() -> None:
    assert statements(_saying(("Nora: I live in Oslo", "Nora: nice here"))) == []


WORDS = st.sampled_from(["Where do you live now?", "Porto", "mine is 3 June", "it's off", "no wait, it's 14", "me too",
                         "dentist on 21 May at 9", "I love jazz", "my number is 555 0133 777", "and now 555 0144 888",
                         "*Sunday", "scratch that", "she lives in Oslo", "how's your sister?", "are you still at Acme?",
                         "nope, Initech now", "\ud800", "😀", "\u202e", "((", "*", "'", "?", "\n"])


@given(st.lists(st.tuples(st.sampled_from(["Nora", "Jonas", "Bot"]), st.lists(WORDS, max_size=4)), min_size=1,
                max_size=10))
def test_any_conversation_is_read_and_every_place_is_exact(talk: list[tuple[str, list[str]]]) -> None:
    saying = _saying(tuple(f"{who}: {' '.join(said)}" for who, said in talk))
    for one in statements(saying):
        start, end = one.span
        assert 0 <= start < end <= len(saying.text)
        assert saying.text[start:end].strip() == saying.text[start:end]
        assert saying.origin is not Origin.ASSISTANT
        assert not one.subject.startswith("X")
        if one.object_span is not None:
            assert saying.text[slice(*one.object_span)] == one.object


# ------------------------------------------------------------------ completed texts


def test_a_completed_text_knows_its_own_words() -> None:
    done = Completed("oh Porto. Nice", [Edit(0, 3, "I live in ")])
    assert done.text == "I live in Porto. Nice"
    assert done.own((10, 15)) == (3, 8)
    assert done.own((2, 15)) is None
    assert done.evidence((0, 16)) == (0, 9)
    assert done.evidence((0, 6)) == (0, 2)  # "oh" was written where "I live" is read
    assert Completed("Porto", [Edit(0, 0, "I live in ")]).evidence((0, 6)) is None


@given(st.text("ab ", max_size=12), st.lists(st.tuples(
    st.integers(0, 12), st.integers(0, 3), st.text("XY", max_size=3)), max_size=4))
def test_every_own_word_of_a_completed_text_is_found_again(text: str, made: list[tuple[int, int, str]]) -> None:
    edits = [Edit(min(at, len(text)), min(at + length, len(text)), words) for at, length, words in made]
    done = Completed(text, edits)
    for at, char in enumerate(done.text):
        place = done.own((at, at + 1))
        if place is not None:
            assert text[slice(*place)] == char


# ------------------------------------------------------------------ topics


@pytest.mark.parametrize(("topic", "known", "expected"), [
    ("key", ["spare key"], "spare key"), ("key", ["spare key", "shed key"], "key"),
    ("key", ["key", "spare key"], "key"),
    ("key", ["monkey"], "key"), ("key", [], "key"), ("", ["spare key"], ""), ("spare key", ["key"], "spare key"),
    ("house key", ["spare key"], "house key"), ("key", ["spare key", "spare key"], "spare key")])
def test_a_topic_is_the_one_longer_topic_that_is_known(topic: str, known: list[str], expected: str) -> None:
    assert known_topic(topic, known) == expected


@pytest.mark.parametrize(("text", "short"), [
    ("The key is with Mrs Allen now.", True), ("The review is now on 12 June.", True), ("Review is off.", True),
    ("We have a dinner on Friday at 7.", False), ("Dinner with Eva on Friday.", False), ("I live in Oslo.", False)])
def test_a_plan_is_an_earlier_one_only_where_it_is_spoken_of_as_known(text: str, short: bool) -> None:
    saying = _saying((f"Nora: {text}",))
    [one] = statements(saying)
    assert may_be_short(one, saying.text[slice(*one.span)]) is short
