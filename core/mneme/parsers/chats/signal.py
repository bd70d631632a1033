"""Chats from Signal: its own plaintext export, what signal-export and other tools make of its data, as text or JSON."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from typing import Any

from mneme.errors import KnownError, Unreadable
from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.parsers.chats.chatting import (
    Keys,
    People,
    dict_of,
    digest,
    list_of,
    moment_at,
    moment_in,
    number_of,
    read_json,
    text_of,
    with_names,
)
from mneme.parsers.chats.conversation import LONGEST
from mneme.parsers.encoding import decode, looks_like_text, suffix_of
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Moment, Role

_HEAD = expression(r"\[(\d{4}-\d\d-\d\d),? (\d\d:\d\d(?::\d\d)?)\] ([^\n]{1,100}?):(?: |$)")
_MARKDOWN = expression(rb"(?:\xef\xbb\xbf)?\s*\[\d{4}-\d\d-\d\d(?:, \d\d:\d\d| \d\d:\d\d:\d\d)\] [^\n:]{1,100}:\s")
_OLD_TEXT = expression(rb"(?:\xef\xbb\xbf)?\s*\[\d{4}-\d\d-\d\d, \d\d:\d\d\] [^\n:]{1,100}: ")
_LINES = expression(rb'\s*\{"date": ?"[^"]{10,40}", ?"sender": ?(?:"|null)')
_BACKUP = expression(rb'\{\s*"(?:version|backupTimeMs|mediaRootBackupKey)"\s*:[^\n]*"backupTimeMs"|'
                     rb'\{\s*"(?:recipient|account)"\s*:\s*\{')
_DESKTOP = expression(rb'"mess+ages"\s*:\s*\[\s*\{[^\[\]]*"conversationId"\s*:|"groups_name_id"\s*:')
_REACTIONS = expression(r"\n\(- [^\n]* -\)")
_STICKER = expression(r"\n?\(\( [^\n]{1,40} \)\)")
_ATTACHED = expression(r"!?\[([^\]\n]{1,200})\]\(\.?/?media/[^)\n]{1,300}\) {0,2}")
_QUOTE = expression(r"\A\n\n(?:> [^\n]*\n)+\n?")
_GONE = "(This message was deleted)"
_OWN = ("Me", "You")  # as the tools call whose data it is


class Signal:
    """Lines of "[2024-01-02 12:34:56] Name: text", JSON lines of the same, or JSON that holds what Signal stores.

    https://github.com/carderne/signal-export https://github.com/signalapp/Signal-Desktop (Backups.proto)
    """

    format = "signal"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        suffix = suffix_of(name)
        if suffix in (".md", ".markdown", ".txt", ""):
            pattern = _OLD_TEXT if suffix == ".txt" else _MARKDOWN
            return 0.9 if pattern.match(head) and looks_like_text(head) else 0.0
        if suffix not in (".json", ".jsonl", ".ndjson"):
            return 0.0
        told = _LINES.match(head) or _BACKUP.match(head) or _DESKTOP.search(head)
        return 0.9 if told else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        title = source.name.rpartition(".")[0] or source.name
        yield from _reader(source.data)(source, "" if title.casefold() in _USUAL else title)


class SignalArchive:
    """The folder of signal-export (a folder for each chat), or Signal's own export (main.jsonl and files)."""

    format = "signal"

    def claims(self, names: Sequence[str]) -> bool:
        paths = set(names)
        folders = [name.rpartition("/")[0] for name in names if name.endswith("/data.json")]
        beside = ("chat.md", "index.md", "index.html")
        own = any(name.rpartition("/")[2] == "main.jsonl" for name in names)
        return (own and any("metadata.json" in name or "files/" in name for name in names)) or any(
            f"{folder}/{other}" in paths for folder in folders for other in beside)

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        problem: KnownError | None = None
        for name in sorted(files.names):
            folder, _slash, base = name.rpartition("/")
            if base not in ("data.json", "main.jsonl"):
                continue
            try:
                inner = ParseInput(files.read(name) or b"", base, source.clock)
                yield from _reader(inner.data)(inner, folder.rpartition("/")[2] if base == "data.json" else "")
            except KnownError as error:
                problem = error
        if problem is not None:
            raise problem


_USUAL = ("chat", "index", "data", "main", "messages", "result", "signal", "export")
_Reader = Callable[[ParseInput, str], Iterator[Conversation]]


def _reader(data: bytes) -> _Reader:
    head = data[:8192]
    if _LINES.match(head):
        return _read_lines
    if _BACKUP.match(head):
        return _read_backup
    return _read_stored if head.lstrip().startswith((b"{", b"[{")) else _read_text


# ------------------------------------------------------------------ text


def _read_text(source: ParseInput, title: str) -> Iterator[Conversation]:
    chat = _Told(title, source.clock.zone())
    said: list[str] = []
    found: re.Match[str] | None = None
    for line in decode(source.data, most=LONGEST).text.split("\n"):
        if begun := _HEAD.match(line):
            chat.add(found, said)
            found, said = begun, [line[begun.end():]]
        else:
            said.append(line)
    chat.add(found, said)
    yield chat.conversation()


class _Told:
    """A chat without ids: a message is known by its time, its sender and its words."""

    def __init__(self, title: str, zone: tzinfo) -> None:
        self._title, self._zone = title, zone
        self._people, self._keys = People(), Keys()
        self._messages: list[Message] = []

    def add(self, head: re.Match[str] | None, lines: Sequence[str]) -> None:
        body = "\n".join(lines).rstrip()
        if head is None or body == _GONE:
            return
        body = _STICKER.sub("", _REACTIONS.sub("", _QUOTE.sub("", body)))
        names = _ATTACHED.findall(body)
        self.said(f"{head[1]}T{head[2]}", head[3], _ATTACHED.sub("", body).rstrip(), names)

    def said(self, when: str, sender: str, text: str, names: Sequence[str]) -> None:
        owner = sender in _OWN
        who = self._people.add(sender, sender, Role.OWNER if owner else Role.OTHER)
        key = self._keys.of(when[:19], sender, text)  # the same in Markdown and in JSON
        self._messages.append(Message(key, who, with_names(text, names), moment_in(when, self._zone)))

    def conversation(self) -> Conversation:
        """Raises: Unreadable where nobody said anything."""
        if not self._messages:
            raise Unreadable(_("holds no message of a chat"))
        others = [p.name for p in self._people.all() if p.role is not Role.OWNER]
        key = digest("signal", self._title.casefold()) if self._title else digest("signal", self._messages[0].key)
        return Conversation(key, self._title or ", ".join(others[:3]) or "Signal", self._people.all(),
                            tuple(self._messages), stable=True)


def _read_lines(source: ParseInput, title: str) -> Iterator[Conversation]:
    """data.json of signal-export: a message a line."""
    chat = _Told(title, source.clock.zone())
    objects, broken = _objects(source.data)
    for one in objects:
        if one.get("deleted") is not True and "sender" in one:
            names = [text_of(part.get("name")) for part in list_of(one.get("attachments"))]
            sender, body = text_of(one.get("sender")) or "?", text_of(one.get("body")).rstrip()
            chat.said(text_of(one.get("date")), sender, body, names)
    yield chat.conversation()
    _complain(broken)


def _objects(data: bytes) -> tuple[Iterator[dict[str, Any]], list[int]]:
    """The objects of JSON lines, and the numbers of lines that are none (filled while the objects are taken)."""
    broken: list[int] = []

    def objects() -> Iterator[dict[str, Any]]:
        for number, line in enumerate(decode(data, most=LONGEST).text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                yield dict_of(json.loads(line))
            except (ValueError, RecursionError):
                broken.append(number)

    return objects(), broken


def _complain(broken: Sequence[int]) -> None:
    if broken:
        raise Unreadable(ngettext("{n} line cannot be read", "{n} lines cannot be read", len(broken)).format(
            n=len(broken)), _("The other lines were taken in."))


# ------------------------------------------------------------------ Signal's own export


def _read_backup(source: ParseInput, _title: str) -> Iterator[Conversation]:
    """main.jsonl: frames of a backup as JSON; those who take part and the chats stand before what was said."""
    backup = _Backup(source.clock.zone())
    objects, broken = _objects(source.data)
    for frame in objects:
        backup.take(frame)
    yield from backup.conversations()
    _complain(broken)


class _Backup:
    """Frames of a backup, sorted into chats."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._recipients: dict[str, tuple[str, str, Role]] = {}  # id -> lasting key, name, role
        self._chats: dict[str, str] = {}  # chat id -> recipient id
        self._items: dict[str, list[dict[str, Any]]] = {}
        self._owner = ""

    def take(self, frame: dict[str, Any]) -> None:
        account, recipient, chat = (dict_of(frame.get(part)) for part in ("account", "recipient", "chat"))
        if account:
            self._owner = _full_name(account.get("givenName"), account.get("familyName"))
        elif recipient:
            self._recipients[text_of(recipient.get("id"))] = self._recipient(recipient)
        elif chat:
            self._chats[text_of(chat.get("id"))] = text_of(chat.get("recipientId"))
        elif item := dict_of(frame.get("chatItem")):
            self._items.setdefault(text_of(item.get("chatId")), []).append(item)

    def conversations(self) -> Iterator[Conversation]:
        for chat, items in self._items.items():
            key, name, _role = self._known(self._chats.get(chat, ""))
            people = People()
            messages = [self._message(item, people) for item in items if "remoteDeletedMessage" not in item]
            yield Conversation(f"signal:{key}", name, people.all(), tuple(messages), stable=True)

    def _message(self, item: dict[str, Any], people: People) -> Message:
        author, name, role = self._known(text_of(item.get("authorId")))
        sent = text_of(item.get("dateSent"))
        update = dict_of(item.get("updateMessage"))
        key = f"{author}:{sent}" if not update else digest(author, sent, json.dumps(update, sort_keys=True))
        sender = people.add("signal", "Signal", Role.SYSTEM) if update else people.add(author, name, role)
        text, names, reply = _update(update) if update else "", list[str](), None
        for kind in ("standardMessage", "viewOnceMessage", "contactMessage", "directStoryReplyMessage", "poll"):
            if part := dict_of(item.get(kind)):
                text, names = _content(part)
                reply = self._reply(dict_of(part.get("quote")))
        return Message(key, sender, with_names(text, names), _milliseconds(sent, self._zone), reply)

    def _reply(self, quote: dict[str, Any]) -> str | None:
        sent = text_of(quote.get("targetSentTimestamp"))
        return f"{self._known(text_of(quote.get('authorId')))[0]}:{sent}" if sent else None

    def _known(self, recipient: str) -> tuple[str, str, Role]:
        return self._recipients.get(recipient, (f"id {recipient}", "?", Role.OTHER))

    def _recipient(self, one: dict[str, Any]) -> tuple[str, str, Role]:
        own = text_of(one.get("id"))
        contact, group = dict_of(one.get("contact")), dict_of(one.get("group"))
        if "self" in one:
            return "self", self._owner or "Me", Role.OWNER
        if group:
            title = dict_of(dict_of(group.get("snapshot")).get("title")).get("title")
            return text_of(group.get("masterKey")) or f"id {own}", text_of(title) or "?", Role.OTHER
        if "releaseNotes" in one:
            return "signal", "Signal", Role.SYSTEM
        number = text_of(contact.get("e164"))
        key = text_of(contact.get("aci")) or text_of(contact.get("pni")) or number or f"id {own}"
        return key, _name(contact) or (f"+{number.lstrip('+')}" if number else "?"), Role.OTHER


def _name(contact: dict[str, Any]) -> str:
    nickname = dict_of(contact.get("nickname"))
    pairs = ((nickname.get("given"), nickname.get("family")),
             (contact.get("systemGivenName"), contact.get("systemFamilyName")),
             (contact.get("profileGivenName"), contact.get("profileFamilyName")), (contact.get("username"), ""))
    return next((name for pair in pairs if (name := _full_name(*pair))), "")


def _full_name(given: object, family: object) -> str:
    return " ".join(filter(None, (text_of(given), text_of(family))))


def _content(part: dict[str, Any]) -> tuple[str, list[str]]:
    """A message's words, and the names of files with it."""
    reply = dict_of(part.get("textReply"))
    text = text_of(dict_of(part.get("text") or reply.get("text")).get("body"))
    poll = [text_of(part.get("question")), *(f"- {text_of(one.get('option'))}" for one in list_of(part.get("options")))]
    contacts = [*list_of(part.get("contact")), *filter(None, [dict_of(part.get("contact"))])]
    names = [dict_of(one.get("name")) for one in contacts]
    told = [_full_name(name.get("givenName"), name.get("familyName")) for name in names]
    files = [*list_of(part.get("attachments")), *filter(None, [dict_of(part.get("attachment"))])]
    kept = [text_of(dict_of(one.get("pointer")).get("fileName")) for one in files]
    return text or "\n".join(filter(None, [*poll, *told])), kept


def _update(update: dict[str, Any]) -> str:
    """What happened, from the names of the frame: "simple update: joined signal"."""
    kind, value = next(iter(update.items()))
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    told = text_of(dict_of(value).get("type")).replace("_", " ").lower()
    return f"{words}: {told}" if told else words


def _milliseconds(value: object, zone: tzinfo) -> Moment | None:
    number = number_of(value)
    return moment_at(number / 1000, zone) if number else None


# ------------------------------------------------------------------ rows of Signal's database


def _read_stored(source: ParseInput, _title: str) -> Iterator[Conversation]:
    """JSON with "messages" as Signal stores them, of all chats one after the other."""
    value, zone = dict_of(read_json(source.data)), source.clock.zone()
    titles = {text_of(own): name for one in list_of(value.get("groups_name_id")) for name, own in one.items()}
    chats: dict[str, list[dict[str, Any]]] = {}
    for one in list_of(value.get("messages") or value.get("messsages")):
        chats.setdefault(text_of(one.get("conversationId")), []).append(one)
    if not chats:
        raise Unreadable(_("holds no message of a chat"))
    for own, messages in chats.items():
        yield _stored(own, messages, titles.get(own, ""), zone)


def _stored(own: str, rows: Sequence[dict[str, Any]], title: str, zone: tzinfo) -> Conversation:
    people, keys, messages = People(), Keys(), []
    title = title or next((name for row in rows if (name := text_of(row.get("conversationName")))), "")
    for row in rows:
        if row.get("isErased") or row.get("deletedForEveryone"):
            continue
        sent = text_of(row.get("sent_at") or row.get("timestamp"))
        sender = _row_sender(row, people, own, title)
        names = [text_of(part.get("fileName")) for part in list_of(row.get("attachments"))]
        text = text_of(row.get("body"))
        key = text_of(row.get("id")) or keys.of(sent, sender, text)
        messages.append(Message(key, sender, with_names(text, names), _milliseconds(sent, zone)))
    return Conversation(f"signal:{own}", title or "Signal", people.all(), tuple(messages), stable=True)


def _row_sender(row: dict[str, Any], people: People, own: str, title: str) -> str:
    if row.get("type") == "outgoing":
        return people.add("me", "Me", Role.OWNER)
    if row.get("type") != "incoming":
        return people.add("signal", "Signal", Role.SYSTEM)
    source = text_of(row.get("sourceServiceId") or row.get("sourceUuid") or row.get("source"))
    return people.add(source or own, text_of(row.get("sourceName")) or title)
