"""Messages in JSON of any program: a message a line, a conversation a line, or lists of messages in one file.

Understood are the names that programs commonly give: role and content, from and text, author and message, with times
and ids under their usual names.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.parsers.chats.assistants import conversation, moment_from, parts_text
from mneme.parsers.chats.chatting import Keys, dict_of, digest, listing, text_of
from mneme.parsers.chats.json_items import json_items
from mneme.parsers.chats.log_lines import lines, mark_at_end, start_of_new, whole_lines
from mneme.parsers.encoding import suffix_of
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Message, Participant, Role

_OWNERS = frozenset(("user", "human", "me", "prompter"))
_ASSISTANTS = {
    "assistant": "Assistant", "ai": "Assistant", "bot": "Assistant", "model": "Assistant", "gpt": "Assistant",
    "llm": "Assistant", "chatgpt": "ChatGPT", "claude": "Claude", "gemini": "Gemini", "bard": "Bard",
    "copilot": "Copilot", "grok": "Grok", "deepseek": "DeepSeek"}
_UNSAID = frozenset(("system", "developer", "tool", "function", "tool_result", "tool_use", "tool_call", "thinking",
                     "reasoning", "function_call", "function_call_output", "observation"))
_SENDERS = ("role", "sender", "author", "from", "speaker", "sender_name", "user", "username", "name", "nick", "type")
_TEXTS = ("content", "text", "message", "body", "msg", "value", "parts")
_TIMES = ("timestamp", "time", "at", "date", "created_at", "createdAt", "create_time", "created", "ts", "datetime",
          "sent_at", "sentAt", "timestamp_ms")
_IDS = ("id", "uuid", "message_id", "messageId", "_id", "key")
_CHATS = ("conversation_id", "conversationId", "session_id", "sessionId", "chat_id", "chatId", "thread_id", "threadId",
          "conversation", "chat", "channel", "room")
_LISTS = ("messages", "conversations", "conversation", "chat", "history", "turns", "dialogue", "chat_history")
_LIST = expression(rf'"(?:{"|".join(_LISTS)})"\s*:\s*\[\s*(?=\{{)')
_FIRST = expression(r"[\s\ufeff]*\[\s*(?=\{)")
_OF_OTHERS = frozenset(("level", "severity", "logger", "levelname", "loglevel", "commit", "sha", "hash", "pid", "stars",
                        "rating", "title", "subject", "url", "slug", "link", "price"))  # logs, mails, articles, reviews
_LOOKED_AT = 20  # lines that are judged
_DECODER = json.JSONDecoder(strict=False)


class MessageLines:
    """.jsonl that may grow (see `log_lines`), and .json; who is called "user" beside an assistant is the owner."""

    format = "message-lines"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        text = head.decode("utf-8", "replace")
        if suffix_of(name) in (".jsonl", ".ndjson"):
            judged = [_is_said(one) for one in _first_lines(text)]
            return 0.8 if judged and sum(judged) > 0.6 * len(judged) else 0.0
        if suffix_of(name) != ".json":
            return 0.0
        found = _FIRST.match(text) or (_LIST.search(text) if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else None)
        return 0.75 if found and _is_said(_object_at(text, found.end())) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        if suffix_of(source.name) == ".json":
            yield from _Chats(source).of_file()
        else:
            yield from _Chats(source).of_lines()


def _first_lines(text: str) -> list[dict[str, Any]]:
    """The whole lines of a file's beginning; of a first line that is longer nothing is known."""
    whole = text.split("\n")[:_LOOKED_AT]
    return [one for line in whole if line.strip() and (one := _object_at(line, 0))]


def _object_at(text: str, at: int) -> dict[str, Any]:
    try:
        return dict_of(_DECODER.raw_decode(text.lstrip("\ufeff") if at == 0 else text, at)[0])
    except (ValueError, RecursionError):
        return {}


def _is_said(value: dict[str, Any]) -> bool:
    """Whether an object looks like a message somebody sent, or holds a list of such."""
    if any(_is_message(dict_of(one)) for key in _LISTS for one in listing(value.get(key))[:1]):
        return True
    return _is_message(value)


def _is_message(value: dict[str, Any]) -> bool:
    said = _Said.of(value)
    if said is None:
        return False
    role = said.sender.casefold()
    if role in _OWNERS or role in _ASSISTANTS or role in _UNSAID:
        return True
    timed = any(key in value for key in _TIMES)
    return said.sender_is_told and not _OF_OTHERS & value.keys() and (timed or len(value) <= 3)


@dataclass(frozen=True, slots=True)
class _Said:
    """The parts of a message under whatever names they had."""

    sender: str
    name: str
    text: str
    time: Any
    own: str
    chat: str
    sender_is_told: bool  # by a key that names people, not by one that may mean anything

    @classmethod
    def of(cls, value: dict[str, Any]) -> "_Said | None":
        """None for what has no sender or no words."""
        inner = value.get("message")
        if isinstance(inner, dict):  # {"type": "message", "message": {"role": ..., "content": ...}}
            value = value | inner
        key = next((key for key in _SENDERS if key in value and _name(value[key])), None)
        field = next((key for key in _TEXTS if isinstance(value.get(key), str | list | dict)), None)
        if key is None or field is None:
            return None
        own = next((one for name in _IDS if (one := text_of(value.get(name)))), "")
        chat = next((one for name in _CHATS if (one := _name(value.get(name)))), "")
        time = next((value[name] for name in _TIMES if value.get(name) is not None), None)
        name = text_of(dict_of(value.get(key)).get("name")) or text_of(value.get("name"))
        return cls(_name(value[key]), name, _words(value[field]), time, own, chat, key not in ("type", "name"))


def _name(value: Any) -> str:
    """A sender's name or role, which may stand in an object."""
    if isinstance(value, dict):
        return next((one for key in ("role", "name", "username", "display_name", "first_name", "id")
                     if (one := text_of(value.get(key)))), "")
    return text_of(value)


def _words(value: Any) -> str:
    if isinstance(value, dict) and "parts" in value:
        value = value["parts"]
    if isinstance(value, dict) and "content" in value:
        value = value["content"]
    return parts_text(value)


class _Chats:
    """Gathers messages into conversations."""

    def __init__(self, source: ParseInput) -> None:
        self._source, self._zone = source, source.clock.zone()
        self._keys = Keys()
        self._said: dict[str, dict[str, Message]] = {}
        self._people: dict[str, dict[str, Participant]] = {}
        self._first: dict[str, str] = {}  # of each chat the key of its first message, which names a chat without id

    def of_lines(self) -> Iterator[Parsed]:
        """A message or a whole conversation a line; only what is new is given, but all lines count for the keys."""
        data = self._source.data
        new, read = start_of_new(data, self._source.since), 0
        for line in lines(data):
            inner = _inner(line.value)
            if inner is not None and line.start >= new:
                yield from self._conversation(line.value, inner)
            elif inner is None:
                self._hear(line.value, line.start >= new)
            read += 1
        yield from self._gathered()
        yield mark_at_end(data)
        broken = whole_lines(data) - read
        if broken > 0:
            said = ngettext("{n} line cannot be read", "{n} lines cannot be read", broken)
            raise Unreadable(said.format(n=broken), _("The other lines were taken in."))

    def of_file(self) -> Iterator[Parsed]:
        """A list of messages, a list of conversations, or one conversation."""
        given, problem = False, None
        try:
            for value in json_items(self._source.data):
                inner = _inner(dict_of(value))
                if inner is None:
                    self._hear(dict_of(value), new=True)
                else:
                    for one in self._conversation(value, inner):
                        given = True
                        yield one
        except Unreadable as error:
            problem = error
        for one in self._gathered():
            given = True
            yield one
        if problem is not None:
            raise problem
        if not given:
            raise Skipped(_("holds no conversation"))

    def _conversation(self, about: dict[str, Any], inner: list[Any]) -> Iterator[Conversation]:
        """A conversation that stands in one object."""
        chats = _Chats(self._source)
        for value in inner:
            chats._hear(dict_of(value), new=True)
        title = text_of(about.get("title")) or text_of(about.get("name")) or text_of(about.get("subject"))
        messages = [one for said in chats._said.values() for one in said.values()]
        if messages:
            own = next((one for key in (*_IDS, *_CHATS) if (one := text_of(about.get(key)))), "")
            key = own or digest(title, messages[0].text, messages[0].at.iso() if messages[0].at else "")
            people = [one for known in chats._people.values() for one in known.values()]
            yield conversation(key, title, people, messages)

    def _gathered(self) -> Iterator[Conversation]:
        for chat, said in self._said.items():
            title = "" if chat else self._source.name.rpartition(".")[0]
            key = chat or digest("first", self._first[chat])
            yield conversation(key, title, self._people[chat].values(), list(said.values()))

    def _hear(self, value: dict[str, Any], new: bool) -> None:
        said = _Said.of(value)
        if said is None or said.sender.casefold() in _UNSAID or text_of(value.get("type")) in _UNSAID:
            return
        key = said.own or self._keys.of(text_of(said.time) or str(said.time), said.sender, said.text)
        self._first.setdefault(said.chat, key)
        if not new:
            return
        who = _who(said)
        self._people.setdefault(said.chat, {}).setdefault(who.key, who)
        self._said.setdefault(said.chat, {})[key] = Message(key, who.key, said.text, moment_from(said.time, self._zone))


def _inner(value: dict[str, Any]) -> list[Any] | None:
    """The messages of an object that is a conversation."""
    lists = (value[key] for key in _LISTS if isinstance(value.get(key), list))
    return next((inner for inner in lists if any(_Said.of(dict_of(one)) for one in inner[:_LOOKED_AT])), None)


def _who(said: _Said) -> Participant:
    role = said.sender.casefold()
    if role in _OWNERS:
        return Participant(said.sender, said.name or "User", Role.OWNER)
    if role in _ASSISTANTS:
        return Participant(said.sender, said.name or _ASSISTANTS[role], Role.ASSISTANT)
    return Participant(said.sender, said.name or said.sender)
