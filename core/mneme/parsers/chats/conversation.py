"""The neutral form of a conversation: JSON lines, a header first and then one message a line; read and written."""

import json
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from mneme.errors import Unreadable
from mneme.messages import _, ngettext
from mneme.parsers.building import one_line
from mneme.parsers.chats.chatting import Keys, digest, list_of, listing, text_of
from mneme.parsers.encoding import clean, decode, suffix_of, too_long
from mneme.parsers.moments import parse_iso
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Participant, Role

VERSION = 1
LONGEST = 200_000_000  # characters: the whole of a long life's chats in one file
_NAMED_LINES = 8  # how many broken lines are named one by one


class ConversationLines:
    """.jsonl whose first line is {"mneme": "conversation", "version": 1, "title", "participants": [{id, name, role}]}.

    Each further line is {"id", "from", "at": reduced ISO time, "text", "reply_to"?}. Broken lines lose nothing
    else: the conversation is yielded with the good ones, then Unreadable names the others.
    """

    format = "conversation"
    suffixes: frozenset[str] = frozenset()
    isolated = False

    def recognises(self, head: bytes, name: str) -> float:
        line = head.split(b"\n", 1)[0]
        fits = line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{") and b'"mneme"' in line and b'"conversation"' in line
        return (1.0 if suffix_of(name) in (".jsonl", ".ndjson", ".json") else 0.9) if fits else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data, most=LONGEST)
        lines = decoded.text.split("\n")
        header = _header(lines[0])
        people = _participants(header)
        messages, broken = _messages(lines, people, source.clock.zone())
        title = one_line(str(header.get("title") or "")) or source.name.rpartition(".")[0] or source.name
        yield Conversation(_key(header, title, people), title, tuple(people.values()), tuple(messages))
        if broken:
            raise Unreadable(_broken(broken), _("The other lines were taken in."))
        if len(decoded.text) >= LONGEST:
            raise Unreadable(too_long(LONGEST), _("Split it into several files."))


def write_conversation(conversation: Conversation) -> str:
    """The conversation as JSON lines, which `ConversationLines` reads back the same."""
    header = {"mneme": "conversation", "version": VERSION, "title": conversation.title, "id": conversation.key,
              "participants": [{"id": p.key, "name": p.name, "role": p.role.value} for p in conversation.participants]}
    lines = [header, *map(_line, conversation.messages)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _line(message: Message) -> dict[str, str]:
    line = {"id": message.key, "from": message.sender, "text": message.text}
    if message.at is not None:
        line["at"] = message.at.iso()
    if message.reply_to is not None:
        line["reply_to"] = message.reply_to
    return line


def _header(line: str) -> dict[str, Any]:
    header = _object(line)
    if header is None or header.get("mneme") != "conversation":
        raise Unreadable(_("does not begin with the header line of a conversation"))
    if header.get("version") != VERSION:
        raise Unreadable(_("is a conversation in a form that this Mneme does not know: version {version}").format(
            version=one_line(str(header.get("version")), 20)), _("A newer Mneme may read it."))
    return header


def _participants(header: dict[str, Any]) -> dict[str, Participant]:
    people: dict[str, Participant] = {}
    for one in list_of(header.get("participants")):
        if key := text_of(one.get("id")) or text_of(one.get("name")):
            people[key] = _participant(key, text_of(one.get("name")) or key, one.get("role"))
    return people


def _participant(key: str, name: str, role: object) -> Participant:
    known = Role(role) if isinstance(role, str) and role in set(Role) else Role.OTHER
    return Participant(key, name, known)


def _messages(lines: list[str], people: dict[str, Participant], zone: tzinfo) -> tuple[list[Message], list[int]]:
    """The messages, and the numbers (from 1) of lines that are none. Unknown senders join `people`."""
    messages: list[Message] = []
    broken: list[int] = []
    keys = Keys()
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        fields = _object(line)
        if fields is None or not isinstance(fields.get("text"), str):
            broken.append(number)
            continue
        message, whole = _message(fields, zone, keys)
        messages.append(message)
        people.setdefault(message.sender, Participant(message.sender, message.sender))
        if not whole:
            broken.append(number)
    return messages, broken


def _message(fields: dict[str, Any], zone: tzinfo, keys: Keys) -> tuple[Message, bool]:
    """The message, and whether its time (if there is one) could be read."""
    when, sender, text = text_of(fields.get("at")), text_of(fields.get("from")) or "?", clean(fields["text"])
    at = parse_iso(when, zone) if when else None
    key = text_of(fields.get("id")) or keys.of(when, sender, text)
    return Message(key, sender, text, at, text_of(fields.get("reply_to")) or None), bool(at) or not when


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _key(header: dict[str, Any], title: str, people: dict[str, Participant]) -> str:
    """The conversation's own id, else one from its title and those who were listed: it outlives new messages."""
    ids = [p.key for p in people.values()][:len(listing(header.get("participants")))]
    return text_of(header.get("id")) or digest(title, *ids)


def _broken(numbers: list[int]) -> str:
    named = ", ".join(map(str, numbers[:_NAMED_LINES]))
    more = len(numbers) - _NAMED_LINES
    if more > 0:
        return _("lines {numbers} and {more} more cannot be read").format(numbers=named, more=more)
    said = ngettext("line {numbers} cannot be read", "lines {numbers} cannot be read", len(numbers))
    return said.format(numbers=named)
