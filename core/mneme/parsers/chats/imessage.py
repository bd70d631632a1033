"""Messages of macOS and iOS: the database chat.db (sms.db), whose texts are often in a typedstream only."""

import plistlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from xml.parsers.expat import ExpatError

from mneme.messages import _
from mneme.parsers.chats.chatting import People, dict_of, in_time, listing, moment_at, text_of, with_names
from mneme.parsers.chats.typedstream import NoTypedStream, text_in
from mneme.parsers.databases import Database, Row, is_database, opened, tables_in
from mneme.parsers.encoding import clean
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Mark, Message, Moment, Role

_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
_NANOSECONDS_FROM = 1e11  # a date this large counts nanoseconds (since macOS 10.13), not seconds
_REACTIONS_FROM = 1000  # associated_message_type: stickers on messages, tapbacks and their removal, votes
_OBJECT = "\ufffc"  # stands in the text where an attachment was
_OWNER, _SYSTEM = "owner", "system"
_COLUMNS = ("rowid guid text attributedBody message_summary_info date is_from_me handle_id item_type group_title "
            "associated_message_type thread_originator_guid date_edited date_retracted cache_roomnames subject "
            "reply_to_guid service balloon_bundle_id")
_PLIST = (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError, AttributeError, ExpatError,
          plistlib.InvalidFileException)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of `message`; what an older or newer database has not is None."""

    rowid: int
    guid: object
    text: object
    body: object
    summary: object
    date: object
    from_me: object
    handle: object
    item_type: object
    group_title: object
    reaction: object
    thread: object
    edited: object
    retracted: object
    room: object
    subject: object
    _reply: object
    _service: object
    _balloon: object


class IMessage:
    """chat.db with its write-ahead log. One conversation for each person or group, across iMessage, SMS and RCS.

    The cursor is the last row's id with its guid, and when something was last edited.
    """

    format = "imessage"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if {"handle", "message"} <= tables_in(head) and b"is_from_me" in head:
            return 0.95
        return 0.9 if is_database(head) and name.lower() in ("chat.db", "sms.db") else 0.0

    def fits(self, database: Database) -> bool:
        return database.has(message="guid text is_from_me handle_id date", handle="id")

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        with opened(source.data, source.wal) as database:
            yield from self.read(database, source)

    def read(self, database: Database, source: ParseInput) -> Iterator[Parsed]:
        """What an opened database holds. Raises: Unreadable."""
        since = _Since.of(source.since)
        if not since.fits(database):
            since = _Since()
        reader = _Reader(database, source.clock.zone())
        last = reader.take(since)
        yield from reader.conversations()
        yield Mark(last.cursor())


@dataclass(frozen=True, slots=True)
class _Since:
    """How far the table was read."""

    rowid: int = 0
    guid: str = ""
    edited: int = 0

    @classmethod
    def of(cls, cursor: str | None) -> "_Since":
        rowid, _blank, rest = (cursor or "").partition(" ")
        edited, _blank, guid = rest.partition(" ")
        return cls(int(rowid), guid, int(edited)) if rowid.isdecimal() and edited.isdecimal() else cls()

    def cursor(self) -> str:
        return f"{self.rowid} {self.edited} {self.guid}"

    def fits(self, database: Database) -> bool:
        """Whether the row where we stopped is still the one it was."""
        first = next(database.rows("message", "rowid guid", after=self.rowid - 1), None) if self.rowid else None
        return first == (self.rowid, self.guid)


class _Reader:
    """Puts the tables together."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        self._database, self._zone = database, zone
        self._handles = {key: clean(str(name)) for key, name in database.rows("handle", "rowid id") if name}
        self._chats = {row[0]: _chat(row) for row in database.rows(
            "chat", "rowid guid chat_identifier display_name room_name")}
        self._chat_of: dict[object, object] = dict(database.rows("chat_message_join", "message_id chat_id"))
        self._members: defaultdict[object, list[str]] = defaultdict(list)
        for chat, handle in database.rows("chat_handle_join", "chat_id handle_id"):
            if handle in self._handles:
                self._members[chat].append(self._handles[handle])
        self._files = _files(database)
        self._titles: dict[str, str] = {}
        self._people: defaultdict[str, People] = defaultdict(People)
        self._messages: defaultdict[str, list[Message]] = defaultdict(list)

    def take(self, since: _Since) -> _Since:
        """Read the messages that came, or were edited, later; how far the table goes now."""
        last, edited = since, since.edited
        for values in self._database.rows("message", _COLUMNS):
            row = _Row(*values)
            changed = max(_whole(row.edited), _whole(row.retracted))
            if _whole(row.rowid) > since.rowid or changed > since.edited:
                self._add(row)
            edited = max(edited, changed)
            last = _Since(_whole(row.rowid), str(row.guid))
        return _Since(last.rowid, last.guid, edited)

    def conversations(self) -> Iterator[Conversation]:
        for key, messages in self._messages.items():
            yield Conversation(f"imessage:{key}", self._titles[key], self._people[key].all(), in_time(messages),
                               stable=True)

    def _add(self, row: _Row) -> None:
        text = _text(row)
        if text is None or _whole(row.reaction) >= _REACTIONS_FROM:
            return
        key = self._conversation(row)
        sender = self._sender(row, self._people[key])
        if _whole(row.item_type):
            text = clean(str(row.group_title or ""))
        text = _with_files(text, self._files.get(row.rowid, []))
        reply = text_of(row.thread).rpartition("/")[2] or None
        self._messages[key].append(Message(text_of(row.guid) or str(row.rowid), sender, text,
                                           _moment(row.date, self._zone), reply))

    def _conversation(self, row: _Row) -> str:
        """Where the message belongs: its chat, else the person or room it names."""
        chat = self._chat_of.get(row.rowid)
        if chat in self._chats:
            key, title = self._chats[chat]
        else:
            key = text_of(row.room) or self._person(row) or (f"chat {chat}" if chat else "?")
            title = "" if text_of(row.room) else key
        members = self._members.get(chat, [])
        self._titles[key] = self._titles.get(key) or title or ", ".join(members[:8]) or key
        for member in members:
            self._people[key].add(member, member)
        return key

    def _sender(self, row: _Row, people: People) -> str:
        if _whole(row.item_type):
            return people.add(_SYSTEM, _("Messages"), Role.SYSTEM)
        if _whole(row.from_me):
            return people.add(_OWNER, _("Me"), Role.OWNER)
        name = self._person(row) or "?"
        return people.add(name, name)

    def _person(self, row: _Row) -> str:
        """Whom a message is from, or to; where it names nobody, the only other one in the chat."""
        members = self._members.get(self._chat_of.get(row.rowid), [])
        return self._handles.get(row.handle, "") or (members[0] if len(members) == 1 else "")


def _chat(row: Row) -> tuple[str, str]:
    """A chat's key, the same whatever service carries it ("iMessage;-;+15550100"), and its name if it has one."""
    _rowid, guid, identifier, name, room = (text_of(value) for value in row)
    parts = guid.split(";", 2)
    key = parts[2] if len(parts) == 3 else identifier or room or guid
    return key or f"chat {row[0]}", name or ("" if room or parts[1:2] == ["+"] else identifier)


def _files(database: Database) -> dict[object, list[str]]:
    """The names of attachments by the message they came with; previews of links have none."""
    names = {key: text_of(name) or text_of(path).rpartition("/")[2] for key, name, path in database.rows(
        "attachment", "rowid transfer_name filename")}
    files: defaultdict[object, list[str]] = defaultdict(list)
    for message, attachment in database.rows("message_attachment_join", "message_id attachment_id"):
        name = names.get(attachment, "")
        if name and not name.endswith(".pluginPayloadAttachment"):
            files[message].append(name)
    return dict(files)


def _text(row: _Row) -> str | None:
    """The newest text; None for a message that was unsent."""
    edits = _plist(row.summary)
    whole = row.text if isinstance(row.text, str) and row.text else _string(row.body)
    if edits.get("rp") and set(map(str, listing(edits["rp"]))) >= set(map(str, dict_of(edits.get("otr")))):
        return None
    newest = _edited(edits)
    text = clean(newest or (whole if isinstance(whole, str) else ""))
    if not text and _whole(row.retracted):
        return None
    subject = text_of(row.subject)
    return f"{subject}\n{text}".strip() if subject else text


def _edited(edits: dict[str, Any]) -> str:
    """The newest text of a message whose every part was edited; of others the row itself holds it."""
    parts = dict_of(edits.get("ec"))
    if not parts or not set(parts) >= set(dict_of(edits.get("otr"))):
        return ""
    newest = [listing(parts[number])[-1:] for number in sorted(parts, key=lambda n: (len(str(n)), str(n)))]
    return "\n".join(filter(None, (_string(dict_of(part[0]).get("t")) for part in newest if part)))


def _plist(data: object) -> dict[str, Any]:
    if not isinstance(data, bytes) or not data:
        return {}
    try:
        return dict_of(plistlib.loads(data))
    except _PLIST:
        return {}


def _string(data: object) -> str:
    try:
        return text_in(data) if isinstance(data, bytes) and data else ""
    except NoTypedStream:
        return ""


def _with_files(text: str, names: list[str]) -> str:
    """The attachments' names where they stood in the text; those that stood nowhere come below it."""
    parts = text.split(_OBJECT)
    spare = iter(names)
    said = parts[0]
    for part in parts[1:]:
        name = next(spare, "")
        said = "\n".join(filter(str.strip, (said, f"[{name}]" if name else "", part)))
    return with_names(said, spare)


def _moment(date: object, zone: tzinfo) -> Moment | None:
    number = _whole(date)
    return moment_at(number / 1e9 if abs(number) >= _NANOSECONDS_FROM else number, zone, _EPOCH)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else int(value) if isinstance(value, float) and abs(value) < 1e18 else 0
