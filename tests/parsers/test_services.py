"""Chats and lists out of Slack, Discord, Facebook, Instagram and browsers' files: every message once, for good."""

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mneme.errors import Skipped, Unreadable
from mneme.parsers.chats.discord import DiscordExporter, DiscordExporterCsv
from mneme.parsers.chats.discord_package import DiscordMessages, DiscordPackage
from mneme.parsers.chats.discord_text import DiscordText
from mneme.parsers.chats.meta import MetaArchive, MetaMessages, MetaPage, mended
from mneme.parsers.chats.slack import SlackArchive, SlackDump
from mneme.parsers.chats.slacktext import plain
from mneme.parsers.detect import Detector
from mneme.parsers.records.bookmarks import ChromeHistory, ChromiumBookmarks, FirefoxBookmarks, NetscapeBookmarks
from mneme.parsers.zips import Package
from mneme.ports import ParseInput, Parser
from mneme.sources.bundles import is_bundle, pack
from mneme.testing import FakeClock
from mneme.types import Conversation, Document, Message, Role

ROME = ZoneInfo("Europe/Rome")
SAMPLES = Path(__file__).parent / "samples"
Archives = SlackArchive | DiscordPackage | MetaArchive


def zipped(files: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in files.items():
            package.writestr(name, content if isinstance(content, bytes | str) else json.dumps(content))
    return buffer.getvalue()


def archived(reader: Archives, data: bytes) -> list[Conversation]:
    files = Package(data, "zip")
    assert reader.claims(files.names)
    return only_chats(reader.read(files, given(data, "export.zip")))


def given(data: bytes, name: str) -> ParseInput:
    return ParseInput(data, name, FakeClock(zone=ROME))


def only_chats(parsed: Iterable[object]) -> list[Conversation]:
    found = list(parsed)
    assert all(isinstance(one, Conversation) and one.stable for one in found)
    return [one for one in found if isinstance(one, Conversation)]


def read(parser: Parser, content: object, name: str = "x.json") -> list[Conversation]:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    assert parser.recognises(data[:8192], name) > 0.7
    return only_chats(parser.parse(given(data, name)))


def said(messages: Iterable[Message]) -> list[tuple[str, str]]:
    return [(message.sender, message.text) for message in messages]


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def keys(conversation: Conversation) -> list[str]:
    return [message.key for message in conversation.messages]


# ------------------------------------------------------------------ Slack


def test_a_slack_export_reads_as_people_saw_it() -> None:
    direct, cabin = archived(SlackArchive(), sample("archive.slack.zip"))
    assert (direct.key, direct.title, said(direct.messages)) == ("slack:D1", "Maren, Ines", [("U2", "just us")])
    assert (cabin.key, cabin.title) == ("slack:C1", "#cabin")
    assert said(cabin.messages) == [
        ("slack", "@Maren has joined the channel"),
        ("U1", "@Ines, see #lake & the map (https://example.org/a?b=1&c=2)"), ("U2", "thanks\n[key plan.pdf]"),
        ("B1", "Build 7\npassed log (https://example.org/7)"), ("U3", "only @Maren:wave:"), ("U1", "@here next day")]
    assert cabin.messages[2].reply_to == cabin.messages[1].key
    assert cabin.messages[0].at is not None
    assert cabin.messages[0].at.iso() == "2023-11-14T23:13:20+01:00"
    assert {p.key: (p.name, p.role) for p in cabin.participants} == {
        "U1": ("Maren", Role.OTHER), "U2": ("Ines", Role.OTHER), "slack": ("Slack", Role.SYSTEM),
        "B1": ("builder", Role.OTHER), "U3": ("Guest Gwen", Role.OTHER)}


def test_slack_exports_lie_below_a_folder_and_grow() -> None:
    files = Package(sample("archive.slack.zip"), "zip")
    all_files = {f"Cabin export/{name}": files.read(name) for name in files.names}
    fewer = {name: data for name, data in all_files.items() if "2023-11-15" not in name}
    [_direct, short] = archived(SlackArchive(), zipped(fewer))
    [_again, whole] = archived(SlackArchive(), zipped(all_files))
    assert keys(whole)[:-1] == keys(short)
    assert short.key == whole.key


def test_a_slack_folder_is_one_export(tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(sample("archive.slack.zip"))).extractall(tmp_path)
    assert is_bundle("export", frozenset(path.name for path in tmp_path.iterdir()))
    assert is_bundle("messages", frozenset({"index.json", "c100000000000000001"}))
    assert not is_bundle("notes", frozenset({"index.json", "chapter"}))
    assert len(archived(SlackArchive(), pack(tmp_path))) == 2


def test_changed_and_deleted_slack_messages() -> None:
    day = [{"type": "message", "user": "U1", "text": "old", "ts": "1.1"},
           {"type": "message", "subtype": "message_changed", "ts": "1.3",
            "message": {"type": "message", "user": "U1", "text": "new", "ts": "1.1"}},
           {"type": "message", "user": "U1", "text": "gone", "ts": "1.2"},
           {"type": "message", "subtype": "message_deleted", "deleted_ts": "1.2", "ts": "1.4"}]
    [chat] = archived(SlackArchive(), zipped({"users.json": [], "channels.json": [], "c/2024-01-01.json": day}))
    assert said(chat.messages) == [("U1", "new")]


def test_one_broken_day_loses_no_other() -> None:
    data = zipped({"users.json": [], "channels.json": [{"id": "C1", "name": "c"}], "c/2024-01-01.json": b"[{",
                   "c/2024-01-02.json": [{"type": "message", "user": "U1", "text": "hi", "ts": "1.1"}]})
    parsed = SlackArchive().read(Package(data, "zip"), given(data, "x.zip"))
    assert isinstance(next(parsed), Conversation)
    with pytest.raises(Unreadable, match="1 file in it"):
        next(parsed)


def test_slackdump_writes_threads_inside_and_the_same_keys() -> None:
    [chat] = read(SlackDump(), sample("slack.json"))
    assert (chat.key, keys(chat)) == ("slack:C0CABIN01", ["1700000000.000100", "1700000060.000100"])
    assert chat.messages[1].reply_to == chat.messages[0].key
    [same] = archived(SlackArchive(), zipped({"C0CABIN01.json": sample("slack.json").decode()}))
    assert same == chat


def test_a_day_by_itself() -> None:
    [chat] = read(SlackDump(), sample("slack.day.json"), "2023-11-14.json")
    assert (chat.title, said(chat.messages), chat.participants[0].name) == ("#2023-11-14", [("U1", "a day")], "Maren")


@pytest.mark.parametrize(("text", "shown"), [
    ("<@U1> &lt;b&gt; <@U9|guest>", "@Maren <b> @guest"), ("<http://x.example>", "http://x.example"),
    ("<mailto:a@b.example|a@b.example>", "a@b.example"), ("<!subteam^S1|@crew> <!channel>", "@crew @channel"),
    ("<!date^1700000000^{date}|yesterday>", "yesterday"), ("a < b > c", "a < b > c"), ("<http://a.example|a.example>",
                                                                                      "http://a.example")])
def test_slack_marks(text: str, shown: str) -> None:
    assert plain(text, lambda key: {"U1": "Maren"}.get(key, key)) == shown


# ------------------------------------------------------------------ Discord


def test_what_the_discord_exporter_writes() -> None:
    [chat] = read(DiscordExporter(), sample("discord.json"))
    assert (chat.key, chat.title) == ("discord:901", "#keys (Cabin Club)")
    assert said(chat.messages) == [("discord", "Maren: Joined the server."), ("11", "Who has the key? 🙂"),
                                   ("22", "I do\n[key plan.pdf]"), ("33", "Forecast\nrain\nwind: 4")]
    assert (chat.messages[2].reply_to, chat.messages[0].at and chat.messages[0].at.iso()) == (
        "2", "2024-05-07T14:01:00+02:00")


def test_discord_csv_has_keys_that_last() -> None:
    [chat] = read(DiscordExporterCsv(), sample("discord-csv.csv"), "Cabin Club - keys [100000000000000002].csv")
    assert (chat.key, chat.title) == ("discord:100000000000000002", "keys")
    assert said(chat.messages) == [("11", 'Who has\nthe "key"?'), *[("22", "I do\n[plan.pdf]")] * 2]
    longer = sample("discord-csv.csv") + b'"11","maren","2024-05-07T12:03:00.0000000+00:00","late","",""\n'
    assert keys(read(DiscordExporterCsv(), longer)[0])[:3] == keys(chat)


def test_discord_in_plain_text() -> None:
    [chat] = read(DiscordText(), sample("discord-text.txt"), "keys.txt")
    assert chat.title == "#keys (Cabin Club)"
    assert said(chat.messages) == [("Maren", "Who has the key?\n\n[12:30] is when the ferry goes"),
                                   ("Ines", "I do\n[plan.pdf]"), ("helper", "Forecast\nrain")]
    assert [m.at.iso() for m in chat.messages if m.at] == [
        "2024-05-07T14:01+02:00", "2024-05-07T14:02+02:00", "2024-05-07T14:03+02:00"]


def test_the_package_of_own_data() -> None:
    direct, keys_ = archived(DiscordPackage(), sample("archive.discord.zip"))
    assert (direct.key, direct.title, said(direct.messages)) == (
        "discord:100000000000000001", "Direct Message with ines#0", [("11", "hello"), ("11", "to you")])
    assert (keys_.title, said(keys_.messages)) == ("#keys (Cabin Club)", [("11", "found it\n[plan.pdf]")])
    assert [(p.name, p.role) for p in direct.participants] == [("Maren", Role.OWNER)]
    assert direct.messages[0].at is not None
    assert direct.messages[0].at.iso() == "2024-05-07T14:00:00+02:00"


def test_one_channel_of_the_package_by_itself() -> None:
    [chat] = read(DiscordMessages(), sample("discord-messages.csv"), "messages.csv")
    assert said(chat.messages) == [("owner", "first\n[plan.pdf]"), ("owner", "second,\nwith a comma")]
    longer = b"ID,Timestamp,Contents,Attachments\n1003,2024-05-08 12:05:00.000000+00:00,third,\n" + \
        sample("discord-messages.csv").partition(b"\n")[2]
    [more] = read(DiscordMessages(), longer, "messages.csv")
    assert (more.key, keys(more)[:2]) == (chat.key, keys(chat))
    row = {"ID": 7, "Timestamp": "2024-05-07 12:00:00", "Contents": "a", "Attachments": ""}
    [listed] = read(DiscordMessages(), [row])
    assert said(listed.messages) == [("owner", "a")]


# ------------------------------------------------------------------ Facebook and Instagram


def test_a_thread_with_mended_letters() -> None:
    [chat] = read(MetaMessages(), sample("meta.json"), "message_1.json")
    assert (chat.key, chat.title) == ("meta:1234567890", "Zoë")
    assert said(chat.messages) == [("Maren", "Hi"), ("Maren", "Hi"), ("Zoë", "Grüße 🙂"), ("Zoë", ""),
                                   ("Zoë", "[plan.pdf]"), ("Maren", "Grüße vom See\nhttps://example.org/map")]
    assert len(set(keys(chat))) == 6


def test_a_download_puts_the_files_of_a_thread_together() -> None:
    [chat] = archived(MetaArchive(), sample("archive.meta.zip"))
    assert [message.text for message in chat.messages][:2] == ["older", "Hi"]
    assert keys(chat)[1:] == keys(read(MetaMessages(), sample("meta.json"))[0])
    assert {p.name: p.role for p in chat.participants} == {"Zoë": Role.OTHER, "Maren": Role.OWNER}


def test_a_longer_download_keeps_the_keys() -> None:
    thread = json.loads(sample("meta.json"))
    [before] = read(MetaMessages(), thread)
    thread["messages"].insert(0, {"sender_name": "Maren", "timestamp_ms": 1_800_000_000_000, "content": "Hi"})
    [after] = read(MetaMessages(), thread)
    assert (after.key, keys(after)[:-1]) == (before.key, keys(before))


def test_what_messenger_saves_of_encrypted_chats() -> None:
    [chat] = read(MetaMessages(), sample("meta.messenger.json"), "Zoë_7.json")
    assert (chat.title, said(chat.messages)) == ("Zoë", [("Zoë", "Grüße 🙂"), ("Maren", "")])
    again = json.loads(sample("meta.messenger.json")) | {"threadName": "Zoë_3"}
    assert read(MetaMessages(), again)[0].key == chat.key


def test_a_thread_downloaded_as_a_page() -> None:
    [chat] = read(MetaPage(), sample("meta-html.html"), "message_1.html")
    assert chat.title == "Zoë & Maren"
    assert [(m.sender, m.text, m.at and m.at.iso()) for m in chat.messages] == [
        ("Zoë", "", "2024-05-07T00:00:00+02:00"), ("Zoë", "Grüße 🙂", "2024-05-07T00:01:00+02:00"),
        ("Maren", "The map:\nsee below\nhttps://example.org/map", "2024-05-07T14:05:00+02:00")]
    [same] = archived(MetaArchive(), zipped({"messages/inbox/zoe_1234567890/message_1.html": sample("meta-html.html")}))
    assert (same.key, keys(same)) == ("meta:1234567890", keys(chat))


def test_threads_that_tell_nothing_of_themselves_are_not_one() -> None:
    one, two = ({"messages": [{"sender_name": "A", "timestamp_ms": n, "content": "Hi"}]} for n in (1000, 2000))
    assert read(MetaMessages(), one)[0].key != read(MetaMessages(), two)[0].key


def test_all_threads_of_an_early_instagram_download() -> None:
    [chat] = read(MetaMessages(), sample("meta.instagram-2019.json"), "messages.json")
    assert (chat.title, said(chat.messages)) == ("maren, zoe", [("maren", "https://example.org/p"), ("zoe", "Grüße")])
    assert chat.messages[1].at is not None
    assert chat.messages[1].at.iso() == "2019-05-07T14:05:00+02:00"


def test_calls_are_notices() -> None:
    thread = {"participants": [], "messages": [{"sender_name": "Zoë", "timestamp_ms": 1, "content": "Zoë called you.",
                                                "call_duration": 5}], "title": "Zoë"}
    [chat] = read(MetaMessages(), thread)
    assert [p.role for p in chat.participants] == [Role.SYSTEM]


@pytest.mark.parametrize(("raw", "text"), [
    ("GrÃ¼Ã\x9fe", "Grüße"), ("ð\x9f\x99\x82", "🙂"), ("Grüße", "Grüße"), ("é", "é"),
    ("„Ã¼“", "„Ã¼“"), ("plain", "plain")])
def test_letters_written_as_bytes(raw: str, text: str) -> None:
    assert mended(raw) == text


# ------------------------------------------------------------------ bookmarks and exported history


def lists(parser: Parser, data: bytes) -> list[Document]:
    assert parser.recognises(data, "x") > 0.7
    return [one for one in parser.parse(given(data, "x")) if isinstance(one, Document)]


def test_bookmarks_by_folder() -> None:
    assert [(d.title, d.text) for d in lists(NetscapeBookmarks(), sample("bookmarks.html"))] == [
        ("Bookmarks: Food & drink", "Rye <bread> - https://example.org/bread?a=1&b=2 (2024-05-07)"),
        ("Bookmarks: Food & drink / Tea", "Tea - https://example.org/tea (2024-05-07)"),
        ("Bookmarks: All", "The lake - https://example.org/lake")]
    assert [(d.title, d.text) for d in lists(ChromiumBookmarks(), sample("chromium-bookmarks.json"))] == [
        ("Bookmarks: Bookmarks bar", "Rye bread - https://example.org/bread (2024-05-07)"),
        ("Bookmarks: Bookmarks bar / Drinks", "Tea - https://example.org/tea")]
    assert [(d.title, d.text) for d in lists(FirefoxBookmarks(), sample("firefox-bookmarks.json"))] == [
        ("Bookmarks: menu", "Rye bread - https://example.org/bread (2024-05-07)"),
        ("Bookmarks: menu / Food", "Tea - https://example.org/tea")]


def test_the_history_that_chrome_exports() -> None:
    [day] = lists(ChromeHistory(), sample("chrome-history.json"))
    assert (day.key, day.text) == ("visits:2024-05-07",
                                   "16:00 A page - https://example.org/a\n16:01 B page - https://example.org/b")
    exported = {"metadata": {"browser_name": "Safari", "data_type": "history"}, "history": [
        {"url": "https://example.org/tea", "title": "Tea", "time_usec": 1_715_090_400_000_000}]}
    assert [d.text for d in lists(ChromeHistory(), json.dumps(exported).encode())] == [
        "16:00 Tea - https://example.org/tea"]
    with pytest.raises(Skipped):
        list(ChromeHistory().parse(given(b'{"Browser History": []}', "x")))


# ------------------------------------------------------------------ recognising


@pytest.mark.parametrize("name", ["slack.json", "slack.day.json", "discord-text.txt", "firefox-bookmarks.json",
                                  "meta.instagram-2019.json",
                                  "discord.json", "discord-csv.csv", "discord-messages.csv", "meta.json",
                                  "meta.messenger.json", "bookmarks.html", "chromium-bookmarks.json",
                                  "chrome-history.json"])
def test_content_tells_the_format(detector: Detector, name: str) -> None:
    assert detector.choose(sample(name), "a" + Path(name).suffix).format == name.partition(".")[0]


@pytest.mark.parametrize(("data", "name"), [
    (b'{"messages": [], "channel": "x"}', "a.json"), (b"ID,Timestamp,Value\n", "a.csv"), (b'{"roots": []}', "a.json"),
    (b'{"participants": ["a"], "messages": []}', "meeting.json"), (b"Author,Date,Content\n", "a.csv"),
    (b"I exported messages/inbox and <!DOCTYPE NETSCAPE-Bookmark-file-1> today", "a.md"),
    (b'# "guild" "channel" "messages"', "a.md"), (b'{"url": "x", "time_usec": 1}', "a.json")])
def test_ordinary_files_are_nobodys(detector: Detector, data: bytes, name: str) -> None:
    assert detector.choose(data, name).format in ("json", "csv", "markdown")


@pytest.mark.parametrize("reader", [SlackArchive(), DiscordPackage(), MetaArchive()], ids=lambda r: r.format)
def test_ordinary_zips_are_nobodys(reader: Archives) -> None:
    assert not reader.claims(["a.txt", "photos/2024-01-01.json", "messages.csv", "users.json", "inbox/message_1.json"])


def test_real_exports_are_read(fixture_data: Path, detector: Detector) -> None:
    for name, messages in (("slack/slack-export-viewer/testarchive.zip", 158),
                           ("multi/chatpack-cli/discord_export.json", 7),
                           ("multi/chatpack-cli/instagram_export.json", 7)):
        file = fixture_data / name
        _format, parsed = detector.parse(given(file.read_bytes(), file.name))
        assert sum(len(chat.messages) for chat in only_chats(parsed)) == messages
