"""Sessions of Google's Gemini CLI: ~/.gemini/tmp/*/chats/session-*.json or .jsonl, and logs.json with what was typed.

Written by packages/core/src/services/chatRecordingService.ts of https://github.com/google-gemini/gemini-cli.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mneme.errors import Skipped
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import one_line
from mneme.parsers.chats.assistants import USER, assistant, conversation, moment_from, parts_text
from mneme.parsers.chats.chatting import dict_of, digest, listing, text_of
from mneme.parsers.chats.json_items import json_items
from mneme.parsers.chats.log_lines import lines, mark_at_end, start_of_new
from mneme.ports import Parsed, ParseInput
from mneme.types import Message

GEMINI = assistant("Gemini")
_PUT_IN = expression(r"\s*(?:<session_context>|This is the Gemini CLI\. We are setting up the context)")
_SIDE = "subagent"


class GeminiCli:
    """What the owner typed and what Gemini answered; thoughts, tools and the program's notices are left out."""

    format = "gemini-cli"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        session = start == b"{" and b'"sessionId"' in head and b'"projectHash"' in head
        typed = start == b"[" and all(key in head for key in (b'"sessionId"', b'"messageId"', b'"message"', b'"type"'))
        return 0.95 if session or typed else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        if source.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[":
            yield from _logged(source)
        elif _is_log(source.data):
            yield from _grown(source)
        else:
            for value in json_items(source.data):
                yield from _whole(dict_of(value), source)


def _is_log(data: bytes) -> bool:
    first = next(lines(data), None)
    return first is not None and first.start == 0 and "messages" not in first.value


def _whole(session: dict[str, Any], source: ParseInput) -> Iterator[Parsed]:
    """A file that is written anew after every turn."""
    if session.get("kind") == _SIDE:
        raise Skipped(_("is the assistant's talk with itself"))
    talk = _Talk(source)
    for value in listing(session.get("messages")):
        talk.hear(dict_of(value))
    key, title = text_of(session.get("sessionId")) or source.name, text_of(session.get("summary"))
    yield conversation(key, title, (USER, GEMINI), list(talk.said.values()))


def _grown(source: ParseInput) -> Iterator[Parsed]:
    """A log of messages, of which later lines may be fuller versions, and of changes to the session ("$set")."""
    new, about = start_of_new(source.data, source.since), dict[str, Any]()
    talk = _Talk(source)
    for line in lines(source.data):
        if line.value.get("sessionId") and not about:
            about = line.value
        changed = dict_of(line.value.get("$set"))
        about |= {key: changed[key] for key in ("summary",) if key in changed}
        for value in (line.value, *listing(changed.get("messages"))):
            talk.hear(dict_of(value), line.start >= new)
    if about.get("kind") == _SIDE:
        raise Skipped(_("is the assistant's talk with itself"))
    fresh = [message for key, message in talk.said.items() if key in talk.fresh]
    if fresh:
        title = text_of(about.get("summary")) or one_line(next(iter(talk.said.values())).text, 80)
        yield conversation(text_of(about.get("sessionId")) or source.name, title, (USER, GEMINI), fresh)
    yield mark_at_end(source.data)


class _Talk:
    """Messages by key; the newest words of each count.

    What the owner typed has its key from its words and how often they came before, because logs.json tells the
    same without the ids that the session's file has.
    """

    def __init__(self, source: ParseInput) -> None:
        self.said: dict[str, Message] = {}
        self.fresh: set[str] = set()  # keys of what was said or changed in the part that is new
        self._source = source
        self._typed: dict[str, str] = {}  # id -> key
        self._times: Counter[str] = Counter()

    def hear(self, value: dict[str, Any], new: bool = True) -> None:
        kind, own = value.get("type"), text_of(value.get("id"))
        text = _words(value.get("content"))
        if kind not in ("user", "gemini") or not text.strip() or (kind == "user" and _PUT_IN.match(text)):
            return
        at = moment_from(value.get("timestamp"), self._source.clock.zone())
        key = self._key(own, text) if kind == "user" else own or digest(text_of(value.get("timestamp")), text)
        message = Message(key, USER.key if kind == "user" else GEMINI.key, text, at)
        if new and self.said.get(key) != message:
            self.fresh.add(key)
        self.said[key] = message

    def _key(self, own: str, text: str) -> str:
        if own and own in self._typed:
            return self._typed[own]
        self._times[text] += 1
        self._typed[own] = key = digest("typed", text, str(self._times[text]))
        return key


def _words(content: Any) -> str:
    """The words of parts; the parts for tools have none."""
    parts = content if isinstance(content, list) else [content]
    return parts_text([part for part in parts if not dict_of(part).get("thought")])


def _logged(source: ParseInput) -> Iterator[Parsed]:
    """logs.json: what the owner typed in every session of a project, commands to the program aside."""
    talks: dict[str, _Talk] = {}
    for value in json_items(source.data):
        entry = dict_of(value)
        text = text_of(entry.get("message"))
        if entry.get("type") == "user" and not text.startswith(("/", "?")):
            talk = talks.setdefault(text_of(entry.get("sessionId")), _Talk(source))
            talk.hear({"type": "user", "content": text, "timestamp": entry.get("timestamp")})
    for session, talk in talks.items():
        yield conversation(session, "", (USER, GEMINI), list(talk.said.values()))
