"""Chats of Discord as DiscordChatExporter writes them, in JSON and in CSV."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from mneme.errors import Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.chats.chatting import (
    Keys,
    People,
    dict_of,
    digest,
    in_time,
    list_of,
    moment_in,
    read_json,
    text_of,
    with_names,
)
from mneme.parsers.encoding import decode
from mneme.parsers.moments import parse_date, parse_iso
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Moment, Role

_SPOKEN = frozenset({"", "default", "reply", "chatinputcommand", "contextmenucommand", "threadstartermessage",
                     "0", "19", "20", "21", "23"})  # any other type is a notice by Discord
_SYSTEM = "discord"
_AMERICAN = expression(r"(\d{1,2})/(\d{1,2})/(\d{4}),? (\d{1,2}):(\d{2})(?::\d{2})?\s([AaPp])[Mm]", re.ASCII)
_CSV = ("authorid", "author", "date", "content", "attachments", "reactions")


class DiscordExporter:
    """.json of DiscordChatExporter: {"guild", "channel", "messages": [{id, type, timestamp, content, author}]}."""

    format = "discord"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        fits = start.startswith(b"{") and b'"guild"' in head and b'"channel"' in head
        return 0.95 if fits and (b'"messages"' in head or b'"dateRange"' in head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        given = dict_of(read_json(source.data))
        channel, guild = dict_of(given.get("channel")), dict_of(given.get("guild"))
        people, keys, zone = People(), Keys(), source.clock.zone()
        messages = [_exported(one, people, keys, zone) for one in list_of(given.get("messages"))]
        name = text_of(channel.get("name"))
        yield Conversation(
            "discord:" + (text_of(channel.get("id")) or digest(text_of(guild.get("name")), name)),
            _title(name, text_of(guild.get("name")), direct=text_of(guild.get("id")) in ("", "0")) or source.name,
            people.all(), in_time(messages), stable=True)


def _title(name: str, guild: str, direct: bool) -> str:
    """A chat with people is called after them; a channel has its server's name with it."""
    if direct or not guild:
        return name
    return f"#{name} ({guild})" if name else guild


def _exported(one: dict[str, Any], people: People, keys: Keys, zone: tzinfo) -> Message:
    author = dict_of(one.get("author"))
    key = text_of(author.get("id")) or text_of(author.get("name")) or "?"
    kind = text_of(one.get("type")).lower()
    name = text_of(author.get("nickname")) or text_of(author.get("name"))
    if kind in _SPOKEN:
        sender = people.add(key, name)
    else:
        sender = people.add(_SYSTEM, "Discord", Role.SYSTEM)
    text, at = _words(one), moment_in(one.get("timestamp"), zone)
    if sender == _SYSTEM and name and text and name not in text:
        text = f"{name}: {text}"
    number = text_of(one.get("id")) or keys.of(text_of(one.get("timestamp")), sender, text)
    reply = text_of(dict_of(one.get("reference")).get("messageId")) or None
    return Message(number, sender, text, at, reply)


def _words(one: dict[str, Any]) -> str:
    forwarded = dict_of(one.get("forwardedMessage"))
    text = text_of(one.get("content")) or text_of(forwarded.get("content"))
    if not text.strip() or dict_of(one.get("author")).get("isBot") is True:
        text = "\n".join(filter(None, [text, *map(_embed, list_of(one.get("embeds")))]))
    if poll := text_of(dict_of(dict_of(one.get("poll")).get("question")).get("text")):
        text = f"{text}\n{poll}".strip()
    files = [*list_of(one.get("attachments")), *list_of(forwarded.get("attachments"))]
    return with_names(text, [text_of(file.get("fileName")) or base_of(text_of(file.get("url"))) for file in files])


def _embed(embed: dict[str, Any]) -> str:
    said = [text_of(embed.get("title")), text_of(embed.get("description"))]
    said += [f"{text_of(field.get('name'))}: {text_of(field.get('value'))}" for field in list_of(embed.get("fields"))]
    return "\n".join(line for line in said if line.strip(": "))


class DiscordExporterCsv:
    """.csv of DiscordChatExporter: AuthorID, Author, Date, Content, Attachments, Reactions; messages have no ids."""

    format = "discord-csv"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        return 0.95 if columns_of(head)[:6] == _CSV else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        people, keys, zone = People(), Keys(), source.clock.zone()
        messages = []
        for row in rows_of(source.data):
            sender = people.add(row.get("authorid") or row.get("author") or "?", row.get("author") or "")
            text = with_names(row.get("content") or "", map(base_of, (row.get("attachments") or "").split(",")))
            said = row.get("date") or ""
            at = date_of(said, zone)
            messages.append(Message(keys.of(said, sender, text), sender, text, at))
        server, _dash, channel = source.name.rpartition(".")[0].rpartition(" - ")
        title = re.sub(r" \[(\d+)\].*$", "", channel or server)
        yield Conversation("discord:" + _channel_in(source.name, messages), title or source.name, people.all(),
                           in_time(messages), stable=True)


def date_of(said: str, zone: tzinfo) -> Moment | None:
    """A time as the exporter writes it: ISO, or in the short form of whoever used it, which with AM and PM is American.

    Of other forms that nobody can tell apart only the year is taken.
    """
    if found := _AMERICAN.fullmatch(said):
        month, day, year, hour, minute, half = found.groups()
        clock = int(hour) % 12 + (12 if half in "pP" else 0)
        return parse_iso(f"{year}-{month:>02}-{day:>02}T{clock:02}:{minute}", zone)
    return moment_in(said, zone) or parse_date(said, zone)


def _channel_in(name: str, messages: list[Message]) -> str:
    """The channel's id, which the exporter puts into the file's name; else one from the first message."""
    found = re.search(r"\[(\d{15,20})\]", name)
    return found[1] if found else digest(messages[0].key if messages else name)


def columns_of(head: bytes) -> tuple[str, ...]:
    """The names in the first line of a CSV file, in lower case."""
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0][:500].decode("utf-8", "replace")
    return tuple(name.strip().strip('"').lower() for name in line.split(","))


def rows_of(data: bytes) -> Iterator[dict[str, str]]:
    """The rows of a CSV file by lower-case column names. Raises: Unreadable after the good ones; Skipped."""
    lines = csv.reader(io.StringIO(decode(data, "utf-8", most=len(data)).text, newline=""))
    try:
        header = [name.strip().lower() for name in next(lines, [])]
        for row in lines:
            if row:
                yield dict(zip(header, row, strict=False))
    except csv.Error as error:
        raise Unreadable(_("line {number} cannot be read").format(number=lines.line_num)) from error


def base_of(url: str) -> str:
    """The file's name in an address."""
    return url.partition("?")[0].strip().rstrip("/").rpartition("/")[2]
