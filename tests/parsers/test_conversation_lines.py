"""The neutral form of conversations: read, written, and broken lines that lose nothing else."""

import json
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.errors import Unreadable
from mneme.parsers.chats.conversation import ConversationLines, write_conversation
from mneme.parsers.moments import parse_iso
from mneme.ports import Parsed, ParseInput
from mneme.testing import FakeClock
from mneme.types import Conversation, Message, Participant, Role

ROME = ZoneInfo("Europe/Rome")
HEADER = {"mneme": "conversation", "version": 1, "title": "Cabin", "participants": [
    {"id": "m", "name": "Maren", "role": "other"}, {"id": "bot", "name": "Maren", "role": "assistant"}]}
FIRST = {"id": "1", "from": "m", "at": "2024-05-07T14:30", "text": "Who has the key?"}


def parsing(*lines: object) -> Iterator[Parsed]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return ConversationLines().parse(ParseInput(text.encode(), "cabin.jsonl", FakeClock(zone=ROME)))


def read(*lines: object) -> Conversation:
    [conversation] = parsing(*lines)
    assert isinstance(conversation, Conversation)
    return conversation


def test_a_conversation_is_who_and_what_and_when() -> None:
    conversation = read(HEADER, FIRST, {"id": 2, "from": "i", "at": "2024-05", "text": "I.", "reply_to": "1"}, "")
    assert conversation.title == "Cabin"
    assert conversation.participants[2] == Participant("i", "i", Role.OTHER)
    first, second = conversation.messages
    assert first.at is not None
    assert (first.at.iso(), first.key) == ("2024-05-07T14:30+02:00", "1")
    assert (second.key, second.reply_to, second.at and second.at.precision) == ("2", "1", "month")


def test_missing_ids_are_stable_and_different() -> None:
    same = {"from": "m", "at": "2024", "text": "ok"}
    keys = [m.key for m in read(HEADER, same, same, {**same, "text": "no"}).messages]
    assert len(set(keys)) == 3
    assert keys == [m.key for m in read(HEADER, same, same, {**same, "text": "no"}, FIRST).messages][:3]


def test_the_key_outlives_new_messages() -> None:
    assert read(HEADER, FIRST).key == read(HEADER, FIRST, {"from": "new", "text": "hi"}).key
    assert read({**HEADER, "title": "Other"}, FIRST).key != read(HEADER, FIRST).key


def test_broken_lines_are_named_and_lose_nothing_else() -> None:
    parsed = parsing(HEADER, FIRST, '{"text": ', "[1]", {"from": "m", "text": "when?", "at": "soon"},
                     {"from": "m", "text": 5}, {"from": "m", "text": "end"})
    conversation = next(parsed)
    assert isinstance(conversation, Conversation)
    assert [m.text for m in conversation.messages] == ["Who has the key?", "when?", "end"]
    with pytest.raises(Unreadable, match="lines 3, 4, 5, 6 cannot be read"):
        next(parsed)


@pytest.mark.parametrize("first", [FIRST, "hello", {**HEADER, "version": 2}, "[" * 100_000])
def test_another_beginning_is_no_conversation(first: object) -> None:
    with pytest.raises(Unreadable):
        read(first, FIRST)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
TIMES = st.sampled_from(["2023", "2023-05", "2023-05-07", "2023-05-07T14:30", "2023-12-07T14:30:05"])
MESSAGES = st.builds(Message, WORDS, st.sampled_from(["a", "b"]), WORDS | st.just("two\nlines\u2028"),
                     st.none() | TIMES.map(lambda t: parse_iso(t, ROME)), st.none() | WORDS)
PEOPLE = (Participant("a", "Anna", Role.OWNER), Participant("b", "Bot", Role.ASSISTANT))


@given(st.lists(MESSAGES, max_size=5), WORDS)
def test_what_is_written_is_read_back_the_same(messages: list[Message], key: str) -> None:
    conversation = Conversation(key, "A title", PEOPLE, tuple(messages))
    assert read(write_conversation(conversation)) == conversation
