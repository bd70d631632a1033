"""Conversations with AI assistants: exports of ChatGPT, Claude and Gemini, and logs that grow while people work."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mneme.errors import KnownError, Skipped, Unreadable
from mneme.parsers.all import PARSERS
from mneme.parsers.chats import json_items as reading
from mneme.parsers.chats.json_items import json_items
from mneme.parsers.detect import Detector
from mneme.parsers.records.takeout_dates import takeout_moment
from mneme.ports import Parsed, ParseInput
from mneme.testing import FakeClock
from mneme.types import Conversation, Document, Mark, Message, Origin, Role

ROME = ZoneInfo("Europe/Rome")
SAMPLES = Path(__file__).parent / "samples"
MINE = ("chatgpt", "claude", "google-activity", "claude-code", "codex", "gemini-cli", "message-lines")


def choose(data: bytes, name: str) -> str:
    return Detector(PARSERS).choose(data, name).format


def reads(data: bytes, name: str, since: str | None = None, format_name: str = "") -> Iterator[Parsed]:
    [parser] = [p for p in PARSERS if p.format == (format_name or choose(data, name))]
    return parser.parse(ParseInput(data, name, FakeClock(zone=ROME), since))


def sample(name: str) -> list[Parsed]:
    return list(reads((SAMPLES / name).read_bytes(), name))


def chats(parsed: list[Parsed]) -> list[Conversation]:
    return [one for one in parsed if isinstance(one, Conversation)]


def documents(parsed: list[Parsed]) -> list[Document]:
    return [one for one in parsed if isinstance(one, Document)]


def texts(chat: Conversation) -> list[str]:
    return [message.text for message in chat.messages]


def roles(chat: Conversation) -> list[Role]:
    by_key = {person.key: person.role for person in chat.participants}
    return [by_key[message.sender] for message in chat.messages]


def times(chat: Conversation) -> list[str]:
    return [message.at.iso() if message.at else "" for message in chat.messages]


def zipped(**members: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return packed.getvalue()


def export(*names: str, **more: str) -> bytes:
    """The zip of an export: samples by the names they have in it, and other files."""
    files = {given: (SAMPLES / own).read_bytes() for given, own in (name.split("=") for name in names)}
    return zipped(**files, **more)


def grown(name: str) -> None:
    """A log that is read in two parts gives the same messages as at once, and no message twice."""
    data = (SAMPLES / name).read_bytes()
    whole = {m.key: m for chat in chats(list(reads(data, name))) for m in chat.messages}
    for cut in range(data.index(b"\n") + 1, len(data), 97):
        first = list(reads(data[:cut], name))
        [mark] = [one for one in first if isinstance(one, Mark)]
        later = list(reads(data, name, mark.cursor))
        parts = [m for parsed in (first, later) for chat in chats(parsed) for m in chat.messages]
        assert {m.key: m for m in parts} == whole
        assert len(parts) == len(whole)
        assert {chat.key for chat in chats(later)} <= {chat.key for chat in chats(list(reads(data, name)))}


@pytest.mark.parametrize("name", sorted(p.name for p in SAMPLES.iterdir() if p.name.startswith(MINE)))
def test_every_sample_is_recognised(name: str) -> None:
    assert choose((SAMPLES / name).read_bytes(), name) == next(f for f in sorted(MINE, key=len, reverse=True)
                                                               if name.startswith(f))


@pytest.mark.parametrize(("content", "name", "format_name"), [
    ('{"mapping": {"a": 1}, "title": "Keys"}', "keys.json", "json"),
    ('[{"name": "Anna", "text": "hi"}]', "a.json", "json"),
    ('[{"author": "Anna", "title": "Bread", "content": "Rye.", "date": "2024-01-01"}]', "posts.json", "json"),
    ('{"sessionId": "1", "type": "system", "event": "click"}\n', "events.jsonl", "json"),
    ('{"level": "info", "message": "started", "time": "2024-01-01", "user": "x"}\n' * 3, "app.jsonl", "json"),
    ('{"a": 1}\n{"b": 2}\n', "rows.jsonl", "json"),
    ('{"author": "x", "message": "fix", "date": "2024-01-01", "commit": "ab"}\n', "git.jsonl", "json"),
    ("<html><body>The .content-cell of a table</body></html>", "page.html", "html"),
    ("chat_messages and conversations_memory", "notes.txt", "text")])
def test_ordinary_files_stay_what_they_are(content: str, name: str, format_name: str) -> None:
    assert choose(content.encode(), name) == format_name


# ------------------------------------------------------------------ ChatGPT


def test_chatgpt_keeps_every_branch_once_in_time_order() -> None:
    hives, ring = chats(sample("chatgpt.json"))
    assert texts(hives) == [
        "How many hives fit here? 🐝\n[garden.jpg]", "Perhaps five.", "```python\nprint(12 // 3)\n```", "4",
        "Four hives fit.", "Distances\nThree metres apart.\nhttps://example.org/bees", "And in winter?",
        "Winter plan\nWrap the hives."]
    assert roles(hives)[:4] == [Role.OWNER, Role.ASSISTANT, Role.ASSISTANT, Role.SYSTEM]
    assert (hives.key, hives.title, hives.stable) == ("c-hives", "Hives", True)
    assert hives.messages[1].reply_to == "ask"
    assert times(hives)[3:5] == ["2024-01-01T10:06:43+01:00"] * 2, "a missing time is that of the message before"
    assert [p.name for p in ring.participants] == ["User", "Bee doctor"]
    assert times(ring) == ["2024-01-02T13:53:20+01:00"] * 2, "times that are no numbers: the conversation's"


def test_custom_instructions_are_the_owners_words() -> None:
    [told] = documents(sample("chatgpt.json"))
    assert (told.text, told.origin) == ("I keep bees near Bergen.\nBe brief.", Origin.OWNER)


def test_a_longer_chatgpt_export_has_the_same_keys() -> None:
    trees = json.loads((SAMPLES / "chatgpt.json").read_text())
    del trees[0]["mapping"]["canvas"]
    shorter = chats(list(reads(json.dumps(trees[:1]).encode(), "old.json")))[0]
    longer = chats(sample("chatgpt.json"))[0]
    assert shorter.key == longer.key
    assert shorter.messages == longer.messages[:-1]


def test_chatgpt_zip_html_and_parts_hold_the_same() -> None:
    wanted = sample("chatgpt.json")
    data = export("x/conversations.json=chatgpt.json", **{"x/user.json": "{}", "x/chat.html": "<html>"})
    assert list(reads(data, "export.zip")) == wanted
    trees = json.loads((SAMPLES / "chatgpt.json").read_text())
    parts = zipped(**{"conversations-000.json": json.dumps(trees[:1]), "conversations-001.json": json.dumps(trees[1:]),
                      "chat.html": ""})
    assert list(reads(parts, "parts.zip")) == wanted
    page = b"<html><script>var jsonData = " + (SAMPLES / "chatgpt.json").read_bytes() + b"\nvar other = 1</script>"
    assert list(reads(page, "chat.html")) == wanted
    wrapped = json.dumps({"conversations": trees}).encode("utf-16")
    assert list(reads(wrapped, "c.json", format_name="chatgpt")) == wanted


def test_a_cut_chatgpt_export_keeps_what_is_whole() -> None:
    data = (SAMPLES / "chatgpt.json").read_bytes()
    given = reads(data[:data.index(b'"c-ring"')], "conversations.json")
    assert next(given).title == "Hives"  # type: ignore[union-attr]
    with pytest.raises(Unreadable, match="damaged"):
        list(given)


def test_what_is_not_json_is_said() -> None:
    template = b'[{"title": "t", "create_time": EPOCH, "mapping": {"a": {"message": null, "parent": null}}}]'
    with pytest.raises(Unreadable, match="not valid JSON"):
        list(reads(template, "conversations.json"))
    with pytest.raises(Unreadable, match="without the conversations"):
        list(reads(b"<html><script>var jsonData = <data>; conversation.mapping", "chat.html"))


# ------------------------------------------------------------------ Claude


def test_claude_blocks_attachments_and_files() -> None:
    [cabin] = chats(sample("claude.json"))
    assert texts(cabin) == [
        "Read this\n[lease.txt]\n[cabin.png]\nThe lease ends in May.",
        "It ends in May.\nLetter\nDear landlord,\nHere is a letter.", "Old words", "", "plain"]
    assert roles(cabin) == [Role.OWNER, Role.ASSISTANT, Role.OWNER, Role.ASSISTANT, Role.OWNER]
    assert times(cabin) == ["2024-05-07T10:00:00+02:00", "2024-05-07T10:01:00+02:00", "2024-05-07T10:02:00+02:00",
                            "2024-05-07T10:00:00+02:00", "2024-05-07T08:03:00+02:00"]
    assert cabin.messages[1].reply_to == "m1"


def test_claude_zip_knows_the_owner_and_holds_projects_and_memories() -> None:
    data = export("conversations.json=claude.json", "projects.json=claude-projects.json",
                  "memories.json=claude-memories.json", **{"users.json": '[{"uuid": "a", "full_name": "Maren Vik"}]'})
    parsed = list(reads(data, "data.zip"))
    [cabin] = chats(parsed)
    assert [(p.name, p.role) for p in cabin.participants] == [("Maren Vik", Role.OWNER), ("Claude", Role.ASSISTANT)]
    assert {(d.title, d.text, d.origin) for d in documents(parsed)} == {
        ("Boat", "All about the boat\nSpeak of knots.", Origin.OWNER),
        ("engine.md", "Oil every spring.\n\nFilter, too.", None),
        ("What Claude remembers", "Maren keeps bees.", Origin.ASSISTANT),
        ("What Claude remembers of a project", "The boat leaks.", Origin.ASSISTANT)}
    assert len({d.key for d in documents(parsed)}) == 4


def test_claude_without_conversations_is_said() -> None:
    with pytest.raises(Skipped, match="no conversation"):
        list(reads(b'[{"uuid": "1", "chat_messages": []}]', "conversations.json"))


# ------------------------------------------------------------------ Google


def test_gemini_in_json_and_on_a_page_is_the_same_chat() -> None:
    of_json, of_page = (chats(sample(f"google-activity.{kind}"))[0] for kind in ("json", "html"))
    assert texts(of_json) == ["Wie spät ist es?", "Which towns\nshall we see?\n[map.png]", "Alba.", "And the second?",
                              "Try Turin & Asti.\n\n- one\n- two\n\na = 1\n  b", "Or Bra."]
    assert texts(of_page) == [*texts(of_json)[:4], "Try Turin & Asti.\n\n- one\n- two\n\nGo."]
    assert [m.key for m in of_page.messages] == [m.key for m in of_json.messages][:5]
    assert times(of_page) == times(of_json)[:5]
    assert roles(of_page) == [Role.OWNER, Role.OWNER, Role.ASSISTANT, Role.OWNER, Role.ASSISTANT]


def test_a_language_nobody_told_us_of() -> None:
    entries = [{"header": "Gemini Apps", "title": f"Kehote lähetetty: {word}", "time": f"2025-01-0{n}T10:00:00Z",
                "products": ["Gemini Apps"], "safeHtmlItem": [{"html": f"<p>{word}!</p>"}]}
               for n, word in enumerate(("yksi", "kaksi", "kolme: neljä"), 1)]
    [chat] = chats(list(reads(json.dumps(entries).encode(), "a.json")))
    assert texts(chat) == ["yksi", "yksi!", "kaksi", "kaksi!", "kolme: neljä", "kolme: neljä!"]


def test_other_activity_is_told_by_day() -> None:
    days = documents(sample("google-activity.json"))
    assert [(d.title, d.text) for d in days] == [
        ("YouTube: 2025-03-09", "- 23:30 Watched How bees dance (Bee channel)"),
        ("Search: 2025-03-09", "- 22:30 Searched for wax"), ("Search", "- Searched for smoke")]
    assert days[0].happened_at is not None
    assert days[0].happened_at.iso() == "2025-03-09"
    assert [d.text for d in documents(sample("google-activity.html"))] == [days[0].text]


@pytest.mark.parametrize(("said", "iso"), [
    ("Jan 31, 2018, 10:54:50\u202fPM", "2018-01-31T22:54:50+01:00"),
    ("Feb 8, 2017, 12:32:39 AM EST", "2017-02-08T06:32:39+01:00"),
    ("14.03.2026, 13:08:30 MEZ", "2026-03-14T13:08:30+01:00"),
    ("2025/11/13 20:10:22 JST", "2025-11-13T12:10:22+01:00"),
    ("2024. 10. 19. 오후 9:15:07 KST", "2024-10-19T14:15:07+02:00"),
    ("14 de mar. de 2026, 13:08:30 BRT", "2026-03-14T17:08:30+01:00"),
    ("14 мар. 2026 г., 13:08:30 MSK", "2026-03-14T11:08:30+01:00"),
    ("2026年3月14日 下午1:08:30 CST", "2026-03-14T06:08:30+01:00"),
    ("14 févr. 2026, 13:08:30 UTC−5", "2026-02-14T19:08:30+01:00"),
    ("5 paź 2025, 13:08:30 CEST", "2025-10-05T13:08:30+02:00"),
    ("14 thg 3, 2026, 13:08:30 GMT+07:00", "2026-03-14T07:08:30+01:00"),
    ("99.99.2020, 33:22:11", None), ("at 12:30:20 we met", None), ("2024", None)])
def test_dates_of_takeout(said: str, iso: str | None) -> None:
    moment = takeout_moment(said, ROME)
    assert (moment.iso() if moment else None) == iso


def test_a_takeout_zip_is_read_file_by_file() -> None:
    data = export("Takeout/My Activity/Gemini Apps/MyActivity.json=google-activity.json",
                  **{"Takeout/archive_browser.html": "<html>a list of files</html>", "Takeout/Drive/a.txt": "A note"})
    parsed = list(reads(data, "takeout.zip"))
    assert len(chats(parsed)) == 1
    assert "A note" in [d.text for d in documents(parsed)]
    assert not any("list of files" in d.text for d in documents(parsed))


# ------------------------------------------------------------------ logs that grow


@pytest.mark.parametrize("name", ["claude-code.jsonl", "codex.jsonl", "codex-older.jsonl", "message-lines.jsonl"])
def test_a_growing_log_gives_each_message_once(name: str) -> None:
    grown(name)


def test_claude_code_gives_what_was_said() -> None:
    parsed = sample("claude-code.jsonl")
    [chat] = chats(parsed)
    assert texts(chat) == ["the trip to Alba", "Let me look.", "Two days suffice.", "And with the dog? 🐕",
                           "One more thing: ferries."]
    assert (chat.key, chat.title) == ("s-1", "Trip with the dog")
    assert roles(chat) == [Role.OWNER, Role.ASSISTANT, Role.ASSISTANT, Role.OWNER, Role.OWNER]


def test_a_replaced_log_is_read_from_the_start() -> None:
    data = (SAMPLES / "claude-code.jsonl").read_bytes()
    [mark] = [one for one in sample("claude-code.jsonl") if isinstance(one, Mark)]
    other = data.replace(b"ferries", b"bridges")
    assert len(chats(list(reads(other, "s.jsonl", mark.cursor)))[0].messages) == 5
    assert list(reads(data, "s.jsonl", mark.cursor)) == [mark]
    for nonsense in ("", ":", "9:", "99999:aa", "-4:x", "²:x"):
        assert len(chats(list(reads(data, "s.jsonl", nonsense)))[0].messages) == 5


def test_codex_in_its_three_forms() -> None:
    assert texts(chats(sample("codex.jsonl"))[0]) == ["Rename the photos by date", "Done: 41 photos.", "And the films?"]
    assert texts(chats(sample("codex-older.jsonl"))[0]) == ["Which tide is it?", "Low tide."]
    [first] = chats(sample("codex-first.json"))
    assert (texts(first), first.key[-1]) == (["Which wind?", "South."], "3")


def test_gemini_cli_session_log_and_prompts_agree() -> None:
    [session] = chats(sample("gemini-cli.json"))
    assert (texts(session), session.title) == (["Bake with rye?", "Yes, with less water."], "Rye bread")
    typed, other = chats(sample("gemini-cli-logs.json"))
    assert (typed.key, typed.messages[0].key) == (session.key, session.messages[0].key)
    assert texts(other) == ["And with oats?"]
    [log] = chats(sample("gemini-cli.jsonl"))
    assert texts(log) == ["Bake with spelt?", "Gladly."]


def test_gemini_cli_tells_a_fuller_answer_again() -> None:
    data = (SAMPLES / "gemini-cli.jsonl").read_bytes()
    line = json.dumps({"id": "j2", "timestamp": "2025-11-02T10:00:20Z", "type": "gemini", "content": "Gladly, both."})
    [mark] = [one for one in sample("gemini-cli.jsonl") if isinstance(one, Mark)]
    [later] = chats(list(reads(data + line.encode() + b"\n", "s.jsonl", mark.cursor)))
    assert [(m.key, m.text) for m in later.messages] == [("j2", "Gladly, both.")]


def test_messages_of_any_program() -> None:
    [chat] = chats(sample("message-lines.jsonl"))
    assert texts(chat) == ["Is the shop open?", "Until six.", "I can go.", "Thanks!"]
    assert roles(chat) == [Role.OWNER, Role.ASSISTANT, Role.OTHER, Role.OTHER]
    assert times(chat)[1:3] == ["2024-06-01T12:00:04+02:00", "2024-06-01T12:10:00+02:00"]
    [titled] = chats(sample("message-lines.json"))
    assert (titled.key, titled.title, len(titled.messages)) == ("chat-7", "Shop", 2)


@pytest.mark.parametrize("line", [
    {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
    {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": [
        {"type": "text", "text": "Hello"}]}]},
    {"history": [{"sender": {"name": "Maren"}, "body": "Hi", "sent_at": "2024-01-01"}, {"speaker": "Ines", "msg":
                                                                                         "Hello"}]}])
def test_a_conversation_a_line(line: dict[str, Any]) -> None:
    parsed = list(reads(json.dumps(line).encode() + b"\n", "chats.jsonl"))
    assert texts(chats(parsed)[0]) == ["Hi", "Hello"]


def test_broken_lines_are_counted_and_lose_nothing_else() -> None:
    data = b'{"role": "user", "content": "a"}\n{"role": \nnonsense\n{"role": "assistant", "content": "b"}\n{"role": "us'
    given = reads(data, "a.jsonl")
    chat, mark = next(given), next(given)
    assert isinstance(chat, Conversation)
    assert texts(chat) == ["a", "b"]
    assert isinstance(mark, Mark)
    with pytest.raises(Unreadable, match="2 lines"):
        next(given)


# ------------------------------------------------------------------ long lists


def test_long_lists_are_read_in_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_WINDOW", 16)
    values = [{"a": "ä🙂" * n, "b": [n, None, float("inf")]} for n in range(30)]
    assert list(json_items(json.dumps(values, ensure_ascii=False).encode())) == values
    assert list(json_items(b"\n".join(json.dumps(v).encode() for v in values))) == values
    assert list(json_items(b"[]")) == list(json_items(b"")) == []
    given = json_items(json.dumps(values).encode()[:-40])
    with pytest.raises(Unreadable):
        assert len(list(given)) == 0
    with pytest.raises(Unreadable):
        list(json_items(b"[" * 100_000))


@pytest.mark.parametrize("name", sorted(p.name for p in SAMPLES.iterdir() if p.name.startswith(MINE)))
def test_no_cut_of_a_sample_breaks_a_parser(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    format_name = choose(data, name)
    for cut in range(0, len(data), max(len(data) // 60, 1)):
        try:
            parsed = list(reads(data[:cut] + data[cut + 7:], name, format_name=format_name))
        except KnownError as error:
            assert error.message
            continue
        assert all(isinstance(m, Message) and m.key for chat in chats(parsed) for m in chat.messages)


# ------------------------------------------------------------------ real exports


@pytest.mark.parametrize(("place", "format_name", "count"), [
    ("chatgpt/chatgpt2graph/conversations.json", "chatgpt", 42),
    ("chatgpt/mitkury/tests/example-conversation.json", "chatgpt", 5),
    ("chatgpt/chatgpt-export-studio/sample_export.zip", "archive", 6),
    ("claude/testdata/conversation-with-errors.json", "claude", 10),
    ("multi/chatlore/gemini/MyActivity.json", "google-activity", 10),
    ("multi/cognition-vault/gemini/conversations.json", "message-lines", 2)])
def test_real_exports(fixture_data: Path, place: str, format_name: str, count: int) -> None:
    data, name = (fixture_data / place).read_bytes(), place.rpartition("/")[2]
    assert choose(data, name) == format_name
    assert sum(len(chat.messages) for chat in chats(list(reads(data, name)))) == count
