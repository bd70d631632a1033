"""The package of their own data that Discord gives people: what the owner wrote in each channel, not the others."""

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from typing import Any

from mneme.errors import KnownError, Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.parsers.chats.chatting import dict_of, digest, in_time, list_of, moment_in, read_json, text_of, with_names
from mneme.parsers.chats.discord import base_of, columns_of, rows_of
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Participant, Role

_MESSAGES = expression(r"((?:.*/)?(?:c(?=\d)|(?=\d{15}))(\d{3,20}))/messages\.(?:csv|json)")
_COLUMNS = ("id", "timestamp", "contents", "attachments")


class DiscordMessages:
    """messages.csv of one channel, or messages.json: ID, Timestamp, Contents, Attachments."""

    format = "discord-messages"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if columns_of(head)[:4] == _COLUMNS:
            return 0.95
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return 0.95 if start.startswith(b"[") and all(
            f'"{column}"'.encode() in start[:100_000] for column in ("ID", "Timestamp", "Contents", "Attachments")) \
            else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        messages = _messages(source.data, source.clock.zone(), _me({}))
        if not messages:
            raise Skipped(_("holds no messages"))
        # the file does not say which channel it is of: its first message does
        first = min(messages, key=lambda message: (len(message.key), message.key))
        yield _conversation(digest("channel of", first.key), source.name.rpartition(".")[0], _me({}), messages)


class DiscordPackage:
    """messages/c<ID>/messages.json (or .csv) and channel.json, messages/index.json, account/user.json."""

    format = "discord-package"

    def claims(self, names: Sequence[str]) -> bool:
        return any(map(_MESSAGES.fullmatch, names))

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        titles, me, broken = _titles(files), _me(_account(files)), 0
        for found in sorted(filter(None, map(_MESSAGES.fullmatch, files.names)), key=lambda one: one[0]):
            try:
                messages = _messages(files.read(found[0]) or b"", source.clock.zone(), me)
                if messages:
                    title = _title(_json(files, f"{found[1]}/channel.json")) or titles.get(found[2], "") or found[2]
                    yield _conversation(found[2], title, me, messages)
            except Skipped:  # a channel where nothing was written
                continue
            except KnownError:
                broken += 1
        if broken:
            raise Unreadable(ngettext("{n} channel in it cannot be read", "{n} channels in it cannot be read",
                                      broken).format(n=broken), _("The others were taken in."))


def _conversation(channel: str, title: str, me: Participant, messages: list[Message]) -> Conversation:
    return Conversation(f"discord:{channel}", title, (me,), in_time(messages), stable=True)


def _messages(data: bytes, zone: tzinfo, me: Participant) -> list[Message]:
    """What stands in a channel's file; times are in UTC. Raises: Unreadable, Skipped."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        rows: list[dict[str, Any]] = [{key.lower(): value for key, value in one.items()}
                                      for one in list_of(read_json(data))]
    else:
        rows = list(rows_of(data))
    return [_message(row, zone, me) for row in rows]


def _message(row: dict[str, Any], zone: tzinfo, me: Participant) -> Message:
    said, contents = text_of(row.get("timestamp")), text_of(row.get("contents"))
    text = with_names(contents, map(base_of, text_of(row.get("attachments")).split()))
    return Message(text_of(row.get("id")) or digest(said, text), me.key, text, moment_in(said, zone, UTC))


def _json(files: Package, name: str) -> dict[str, Any]:
    """A file that only tells names: one that is damaged tells none."""
    try:
        return dict_of(read_json(files.read(name) or b"{}"))
    except KnownError:
        return {}


def _titles(files: Package) -> dict[str, str]:
    """Channel id -> what index.json calls it ("Direct Message with ...", "general in Server")."""
    names = [name for name in files.names if name.rpartition("/")[2] == "index.json" and name.count("/") <= 2]
    return {key: text_of(title) for name in names for key, title in _json(files, name).items()}


def _account(files: Package) -> dict[str, Any]:
    return next((_json(files, name) for name in files.names if name.rpartition("/")[2] == "user.json"), {})


def _me(account: dict[str, Any]) -> Participant:
    """The owner, under the id that other exports have for them, too."""
    name = text_of(account.get("global_name")) or text_of(account.get("username")) or _("Me")
    return Participant(text_of(account.get("id")) or "owner", name, Role.OWNER)


def _title(channel: dict[str, Any]) -> str:
    name, guild = text_of(channel.get("name")), text_of(dict_of(channel.get("guild")).get("name"))
    return f"#{name} ({guild})" if name and guild else name
