"""Slack: the official export, and what slackdump writes (dumps, archives of chunks, its database)."""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from mneme.errors import KnownError, Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.parsers.chats.chatting import (
    Keys,
    People,
    dict_of,
    in_time,
    list_of,
    listing,
    moment_at,
    read_json,
    text_of,
)
from mneme.parsers.chats.slacktext import words
from mneme.parsers.databases import Database, opened, tables_in
from mneme.parsers.zips import MAX_UNPACKED, Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Role

_CHANNEL_LISTS = ("channels.json", "groups.json", "dms.json", "mpims.json")
_DAY = expression(r"(?:.*/)?([^/]+)/\d{4}-\d{2}-\d{2}\.json")
_DUMP = expression(r"(?:.*/)?[CDG][A-Z0-9]{7,12}(?:-\d+\.\d+)?\.json")
_CHUNKS = expression(r"(?:.*/)?[CDG][A-Z0-9]{7,12}\.json\.gz")
_BARE = expression(rb'"ts"\s*:\s*"\d{10}\.\d{6}"')
_DELETED = frozenset({"tombstone", "message_deleted"})
_SPOKEN = frozenset({"", "bot_message", "me_message", "file_share", "file_comment", "thread_broadcast",
                     "reply_broadcast", "message_changed", "file_mention", "slackbot_response", "document_mention",
                     "assistant_app_thread"})  # any other subtype is a notice by Slack
_SYSTEM = "slack"


@dataclass(slots=True)
class Workspace:
    """What is known of a workspace: people and channels by id; and the messages by channel."""

    names: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)  # id -> name
    owner: str = ""  # whose account it was written with, where that is told
    said: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add_user(self, user: dict[str, Any]) -> None:
        key, profile = text_of(user.get("id")), dict_of(user.get("profile"))
        name = next(filter(None, map(text_of, (
            profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name")))), "")
        for one in (key, text_of(profile.get("bot_id"))):  # an app's words come under the second
            if one and name:
                self.names[one] = name

    def add_channel(self, channel: dict[str, Any]) -> None:
        key, name = text_of(channel.get("id")), text_of(channel.get("name"))
        if key:
            self.channels[key] = name or self.channels.get(key, "")
            self.members[key] = [m for m in listing(channel.get("members")) if isinstance(m, str)]
            if channel.get("is_im") and (other := text_of(channel.get("user"))):
                self.members[key] = self.members[key] or [other]

    def name_of(self, key: str) -> str:
        return self.names.get(key) or self.channels.get(key) or key

    def conversations(self, zone: tzinfo) -> Iterator[Conversation]:
        for channel, messages in self.said.items():
            if found := _conversation(self, channel, messages, zone):
                yield found

    def title(self, channel: str) -> str:
        """A channel's name; a chat of a few is called after them."""
        name = self.channels.get(channel, channel)
        if name and not name.startswith("mpdm-") and name != channel:
            return f"#{name}"
        people = [self.name_of(member) for member in dict.fromkeys(self.members.get(channel, []))]
        return ", ".join(people[:8]) or name or channel


def _conversation(workspace: Workspace, channel: str, raw: list[dict[str, Any]],
                  zone: tzinfo) -> Conversation | None:
    people, keys = People(), Keys()
    if workspace.owner:
        people.add(workspace.owner, workspace.name_of(workspace.owner), Role.OWNER)
    for member in workspace.members.get(channel, []):
        people.add(member, workspace.name_of(member))
    gone = {text_of(one.get("deleted_ts")) for one in raw if one.get("subtype") == "message_deleted"}
    messages: dict[str, Message] = {}
    for one in map(_newest, raw):
        message = _message(one, workspace, people, zone, keys)
        if message.key not in gone and text_of(one.get("subtype")) not in _DELETED:
            messages[message.key] = message
    if not messages:
        return None
    return Conversation(f"slack:{channel}", workspace.title(channel), people.all(), in_time(messages.values()),
                        stable=True)


def _newest(raw: dict[str, Any]) -> dict[str, Any]:
    """Where a row only says that a message was changed: the message as it is now."""
    inner = dict_of(raw.get("message"))
    return inner if raw.get("subtype") == "message_changed" and inner else raw


def _message(one: dict[str, Any], workspace: Workspace, people: People, zone: tzinfo, keys: Keys) -> Message:
    stamp, thread = text_of(one.get("ts")), text_of(one.get("thread_ts"))
    sender = _sender(one, workspace, people)
    text = words(one, workspace.name_of)
    key = stamp or keys.of(sender, text)
    return Message(key, sender, text, moment_at(stamp, zone), thread if thread and thread != stamp else None)


def _sender(one: dict[str, Any], workspace: Workspace, people: People) -> str:
    if text_of(one.get("subtype")) not in _SPOKEN:
        return people.add(_SYSTEM, "Slack", Role.SYSTEM)
    profile, bot = dict_of(one.get("user_profile")), dict_of(one.get("bot_profile"))
    comment = text_of(dict_of(one.get("comment")).get("user"))
    key = text_of(one.get("user")) or comment or text_of(one.get("bot_id")) or text_of(one.get("username")) or "?"
    told = [one.get("username"), profile.get("display_name"), profile.get("real_name"), bot.get("name")]
    own = workspace.names.get(key) or next(filter(None, map(text_of, told)), "")
    return people.add(key, own or key)


# ------------------------------------------------------------------ files and archives


class SlackDump:
    """<CHANNEL_ID>.json of slackdump: {"channel_id", "name", "messages": [...]}, threads within their first message.

    A day taken out of an official export is read as well: a list of messages, of a channel that it does not name.
    """

    format = "slack"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if start.startswith(b"["):
            return 0.9 if _BARE.search(head) and re.search(rb'"type"\s*:\s*"message"', head) else 0.0
        fits = start.startswith(b"{") and b'"channel_id"' in head[:500]
        return 0.95 if fits and b'"messages"' in head and (b'"ts"' in head or b'"thread_ts"' in head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        workspace, given = Workspace(), read_json(source.data)
        if isinstance(given, list):
            messages = list_of(given)
            channel = "from " + min((text_of(one.get("ts")) for one in messages), default="")
            workspace.channels[channel] = source.name.rpartition(".")[0]
            workspace.said[channel] = messages
        _take_dump(workspace, given)
        yield from _given(workspace, source, broken=0)


def _take_dump(workspace: Workspace, given: object) -> None:
    dump = dict_of(given)
    channel = text_of(dump.get("channel_id"))
    if not channel:
        return
    workspace.channels.setdefault(channel, text_of(dump.get("name")))
    for message in list_of(dump.get("messages")):
        workspace.said[channel].append(message)
        workspace.said[channel] += list_of(message.get("slackdump_thread_replies"))


class SlackArchive:
    """An export of a workspace (users.json, channels.json, <channel>/<day>.json), or what slackdump wrote, as a zip."""

    format = "slack-archive"

    def claims(self, names: Sequence[str]) -> bool:
        bases = {name.rpartition("/")[2] for name in names}
        days = any(map(_DAY.fullmatch, names))
        if days and bases & {*_CHANNEL_LISTS}:
            return True
        if any(map(_CHUNKS.fullmatch, names)):
            return True
        return any(map(_DUMP.fullmatch, names)) and not days

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        workspace, broken = Workspace(), 0
        folders = _lists(workspace, files)
        for name in sorted(files.names):
            try:
                _take_member(workspace, files, name, folders)
            except KnownError:
                broken += 1
        yield from _given(workspace, source, broken)


def _given(workspace: Workspace, source: ParseInput, broken: int) -> Iterator[Parsed]:
    yield from workspace.conversations(source.clock.zone())
    if broken:
        raise Unreadable(ngettext("{n} file in it cannot be read", "{n} files in it cannot be read", broken).format(
            n=broken), _("The others were taken in."))
    if not workspace.said:
        raise Skipped(_("holds no messages"))


def _lists(workspace: Workspace, files: Package) -> dict[str, str]:
    """Read the lists of people and channels; the channel's id by the folder its days lie in."""
    folders: dict[str, str] = {}
    for name in files.names:
        base = name.rpartition("/")[2]
        if base in ("users.json", "org_users.json"):
            for user in _listed(files, name):
                workspace.add_user(user)
        elif base in _CHANNEL_LISTS:
            for channel in _listed(files, name):
                workspace.add_channel(channel)
                key = text_of(channel.get("id"))
                folders[text_of(channel.get("name")) or key] = folders[key] = key
    return folders


def _listed(files: Package, name: str) -> Iterable[dict[str, Any]]:
    try:
        return list_of(read_json(files.read(name) or b"null"))
    except KnownError:  # names are worth less than what was said: go on without
        return ()


def _take_member(workspace: Workspace, files: Package, name: str, folders: dict[str, str]) -> None:
    if day := _DAY.fullmatch(name):
        channel = folders.get(day[1], day[1])
        workspace.said[channel] += list_of(read_json(files.read(name) or b"null"))
    elif _DUMP.fullmatch(name):
        _take_dump(workspace, read_json(files.read(name) or b"null"))
    elif name.endswith(".json.gz"):
        for line in _unpacked(files.read(name) or b"").splitlines():
            _take_chunk(workspace, dict_of(read_json(line)) if line.strip() else {})


# ------------------------------------------------------------------ slackdump's chunks and database


def _unpacked(data: bytes) -> bytes:
    """A gzip file's content, up to a limit. Raises: Unreadable."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(data, MAX_UNPACKED)
    except zlib.error as error:
        raise Unreadable(_("is damaged")) from error
    if unpacker.unconsumed_tail:
        raise Unreadable(_("unpacks to more than {megabytes} MB").format(megabytes=MAX_UNPACKED // 1_000_000))
    return content


def _take_chunk(workspace: Workspace, chunk: dict[str, Any]) -> None:
    """A line of an archive: messages or a thread ("m"), people ("u"), channels ("ch", "ci"), members ("cu")."""
    channel = text_of(chunk.get("id"))
    for user in list_of(chunk.get("u")):
        workspace.add_user(user)
    workspace.owner = text_of(dict_of(chunk.get("w")).get("user_id")) or workspace.owner
    for one in [*list_of(chunk.get("ch")), dict_of(chunk.get("ci"))]:
        workspace.add_channel(one)
    if channel and chunk.get("t") in (0, 1):
        workspace.said[channel] += [m for m in [*list_of(chunk.get("m")), dict_of(chunk.get("p"))] if m]
    if channel and isinstance(members := chunk.get("cu"), list) and not workspace.members.get(channel):
        workspace.members[channel] = [member for member in members if isinstance(member, str)]


class SlackDatabase:
    """slackdump.sqlite: MESSAGE, CHANNEL and S_USER, whose DATA is what Slack's own interface gave, as JSON."""

    format = "slack-database"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        return 0.95 if {"session", "chunk", "message"} <= tables_in(head) and b"CHANNEL_ID" in head else 0.0

    def fits(self, database: Database) -> bool:
        return database.has(message="chunk_id channel_id ts data", chunk="type_id")

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        with opened(source.data, source.wal) as database:
            yield from self.read(database, source)

    def read(self, database: Database, source: ParseInput) -> Iterator[Parsed]:
        """What an opened database holds. Raises: Unreadable, Skipped."""
        workspace, broken = Workspace(), 0
        for (data,) in database.rows("S_USER", "data"):
            workspace.add_user(_row(data))
        for (data,) in database.rows("CHANNEL", "data"):
            workspace.add_channel(_row(data))
        for (user,) in database.rows("WORKSPACE", "user_id"):
            workspace.owner = text_of(user)
        for channel, data in database.rows("MESSAGE", "channel_id data"):
            message = _row(data)
            broken += not message
            if message:
                workspace.said[text_of(channel)].append(message)
        yield from _given(workspace, source, 0)
        if broken:
            raise Unreadable(ngettext("{n} message in it cannot be read", "{n} messages in it cannot be read",
                                      broken).format(n=broken), _("The others were taken in."))


def _row(data: object) -> dict[str, Any]:
    try:
        return dict_of(read_json(data if isinstance(data, bytes) else text_of(data).encode()))
    except KnownError:
        return {}
