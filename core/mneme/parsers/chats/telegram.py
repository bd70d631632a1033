"""Telegram Desktop's exports as JSON: one chat, or all of an account; and lists of messages from its interface."""

import re
from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import Any

from mneme.errors import Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.chats.chatting import (
    Keys,
    People,
    dict_of,
    digest,
    list_of,
    listing,
    moment_at,
    moment_in,
    read_json,
    text_of,
    with_names,
)
from mneme.parsers.encoding import suffix_of
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Moment, Role

SYSTEM = "Telegram"
_KINDS = rb"(?:personal|bot)_chat|saved_messages|verify_codes|replies|(?:private|public)_(?:group|supergroup|channel)"
_CHAT = expression(rb'"type"\s*:\s*"(?:%s)"' % _KINDS)
_MESSAGE = expression(rb'"date_unixtime"\s*:\s*"\d+"')
_ACCOUNT = expression(rb'"personal_information"\s*:\s*\{\s*"user_id"|"about"\s*:\s*"[^"]{0,80}Telegram')
_LISTED = expression(rb'^\s*\[\s*\{[^{}]*"message\.id"\s*:')
_WIDEST = 14 * 3600  # seconds between a zone and UTC
_NOT_INCLUDED = expression(r"\((?:File|Photo|Video|Story) (?:not included|unavailable|exceeds)", re.I)
_SAID_BY_ACTION = ("title", "new_title", "information_text", "text", "duration_seconds", "duration", "discard_reason",
                   "amount", "currency", "score", "emoticon", "gift_title", "cost", "schedule_date")


class Telegram:
    """result.json of one chat ("messages") or of the account ("chats", "left_chats"; contacts are left aside).

    The chats' and messages' own ids are the keys. https://telegram.org/blog/export-and-more
    """

    format = "telegram"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if suffix_of(name) not in (".json", "", ".txt") or not start.startswith((b"{", b"[")):
            return 0.0
        if start.startswith(b"["):
            return 0.9 if _LISTED.match(start) else 0.0
        told = _CHAT.search(start) or (b'"messages"' in start and _MESSAGE.search(start))
        return 0.95 if told or _ACCOUNT.search(start) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        value, zone = read_json(source.data), source.clock.zone()
        stem = source.name.rpartition(".")[0] or source.name
        if isinstance(value, list):
            yield _listed(list_of(value), stem, zone)
            return
        account = dict_of(value)
        owner = _user(dict_of(account.get("personal_information")).get("user_id"))
        chats = list(_chats(account))
        if not chats:
            raise Unreadable(_("holds no chat"), _("Export it again from Telegram, with chats among what is exported."))
        for chat in chats:
            yield _Chat(chat, owner, zone).conversation(stem)


def _chats(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if isinstance(value.get("messages"), list):
        yield value
    for part in ("chats", "left_chats"):
        for chat in list_of(dict_of(value.get(part)).get("list")):
            if isinstance(chat.get("messages"), list):
                yield chat


class _Chat:
    """One chat's messages."""

    def __init__(self, chat: dict[str, Any], owner: str, zone: tzinfo) -> None:
        self._chat, self._owner, self._zone = chat, owner, zone
        self._people, self._keys = People(), Keys()

    def conversation(self, file_name: str) -> Conversation:
        name, saved = text_of(self._chat.get("name")), self._chat.get("type") == "saved_messages"
        title = name or ("Saved Messages" if saved else file_name)
        messages = [self._message(one) for one in list_of(self._chat.get("messages"))]
        own = text_of(self._chat.get("id"))
        peer = _peer(self._chat.get("type"))
        key = f"telegram:{peer}{own}" if own else digest("telegram", name or self._beginning(messages))
        return Conversation(key, title, self._people.all(), tuple(messages), stable=True)

    def _message(self, one: dict[str, Any]) -> Message:
        service = one.get("type") != "message"
        sender = self._service() if service else self._sender(one)
        text = _notice(one) if service else _said(one)
        at = _moment(one, self._zone)
        when = text_of(one.get("date_unixtime") or one.get("date"))
        key = text_of(one.get("id")) or self._keys.of(when, sender, text)
        elsewhere = one.get("reply_to_peer_id")
        reply = "" if service or elsewhere else text_of(one.get("reply_to_message_id"))
        return Message(key, sender, text, at, reply or None)

    def _sender(self, one: dict[str, Any]) -> str:
        name = text_of(one.get("from"))
        key = _user(one.get("from_id")) or name
        if not key and not name:
            return self._people.add("?", "Deleted Account" if "from" in one else "")
        owns = bool(self._owner) and key == self._owner
        return self._people.add(key, name or "Deleted Account", Role.OWNER if owns else Role.OTHER)

    def _service(self) -> str:
        return self._people.add("telegram", SYSTEM, Role.SYSTEM)

    def _beginning(self, messages: list[Message]) -> str:
        return "\x1f".join((messages[0].key, messages[0].sender, messages[0].text)) if messages else ""


def _peer(kind: object) -> str:
    """What an id counts: people, groups and channels have numbers of their own."""
    said = text_of(kind)
    return "channel" if "supergroup" in said or "channel" in said else "chat" if "group" in said else "user"


def _user(value: object) -> str:
    """A sender's id; older exports write it without "user" before it."""
    said = text_of(value)
    return f"user{said}" if said.isdigit() else said


def _moment(one: dict[str, Any], zone: tzinfo) -> Moment | None:
    """The exact instant; "date" is what the clock showed where it was exported, which tells the offset."""
    exact, shown = moment_at(one.get("date_unixtime"), zone), moment_in(one.get("date"), UTC)
    if exact is None or shown is None:
        return exact or moment_in(one.get("date"), zone)
    seconds = (shown.utc - exact.utc).total_seconds()
    fits = seconds % 900 == 0 and abs(seconds) <= _WIDEST
    return Moment(exact.utc, int(seconds // 60)) if fits else exact


def _said(one: dict[str, Any]) -> str:
    """The words of a message with what came with it: others' words it passes on say whose they are."""
    text = _plain(one.get("text")) or _plain(one.get("text_entities"))
    text = "\n".join(filter(None, (text, *_told(one))))
    if origin := text_of(one.get("forwarded_from")):
        text = f"[forwarded from {origin}]\n{text}" if text else ""
    return with_names(text, _names(one))


def _plain(value: object) -> str:
    """Text that is a string, or a list of strings and of pieces with a style."""
    if isinstance(value, list):
        return "".join(text_of(part.get("text") if isinstance(part, dict) else part) for part in value)
    return text_of(value)


def _told(one: dict[str, Any]) -> Iterator[str]:
    """Polls, places, contacts and the like in words."""
    poll = dict_of(one.get("poll"))
    yield _plain(poll.get("question"))
    yield from (f"- {answer}" for part in list_of(poll.get("answers")) if (answer := _plain(part.get("text"))))
    contact = dict_of(one.get("contact_information"))
    yield " ".join(filter(None, (text_of(contact.get(part)) for part in ("first_name", "last_name", "phone_number"))))
    yield ", ".join(filter(None, (text_of(one.get("place_name")), text_of(one.get("address")))))
    place = dict_of(one.get("location_information"))
    yield ", ".join(str(part) for part in (place.get("latitude"), place.get("longitude")) if isinstance(part, float))
    yield text_of(one.get("game_title"))
    yield text_of(dict_of(one.get("invoice_information")).get("title"))


def _names(one: dict[str, Any]) -> list[str]:
    """The names of files; stickers have none that says anything."""
    if one.get("media_type") == "sticker":
        return []
    named = text_of(one.get("file_name"))
    paths = [] if named else [text_of(one.get("file"))]
    paths.append(text_of(one.get("photo")))
    return [named, *(path.rpartition("/")[2] for path in paths if not _NOT_INCLUDED.search(path))]


def _notice(one: dict[str, Any]) -> str:
    """What happened, in the export's own words: "Anna: create group: Hikers"."""
    action = text_of(one.get("action")).replace("_", " ")
    details = [text_of(one.get(part)) for part in _SAID_BY_ACTION]
    details += [text_of(name) for name in listing(one.get("members"))]
    said = _plain(one.get("text")) if not text_of(one.get("text")) else ""
    return ": ".join(filter(None, (text_of(one.get("actor")), action, ", ".join(filter(None, [*details, said])))))


def _listed(messages: list[dict[str, Any]], title: str, zone: tzinfo) -> Conversation:
    """What programs write that ask Telegram themselves: sender_id, text, date, message.id, reply_to_id."""
    people, kept = People(), []
    for one in messages:
        sender = people.add(_user(one.get("sender_id")) or "?", text_of(one.get("sender_name")))
        reply = text_of(one.get("reply_to_id")) or None
        kept.append(Message(text_of(one.get("message.id")), sender, _plain(one.get("text")),
                            moment_in(one.get("date"), zone), reply))
    kept.sort(key=lambda message: (message.at.utc.timestamp() if message.at else 0, len(message.key), message.key))
    first = text_of(messages[0].get("sender_id")) if messages else ""
    return Conversation(digest("telegram", first), title, people.all(), tuple(kept), stable=True)
