"""Sessions of OpenAI's Codex CLI: ~/.codex/sessions/**/rollout-*.jsonl, and the .json files of its first versions.

The lines are those of https://github.com/openai/codex (codex-rs/protocol, `RolloutLine`); sessions before September
2025 have the same items without an envelope.
"""

import re
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
from mneme.parsers.encoding import suffix_of
from mneme.ports import Parsed, ParseInput
from mneme.types import Message

CODEX = assistant("Codex")
_ENVELOPE = expression(rb'"type"\s*:\s*"(?:session_meta|response_item|event_msg|turn_context)"')
_FIRST_LINE = expression(rb'\s*\{"id"\s*:\s*"[0-9a-f-]{36}"\s*,\s*"timestamp"\s*:\s*"[^"]{10,40}"\s*,\s*'
                         rb'"(?:instructions|git)"')
_FIRST_JSON = expression(rb'\s*\{\s*"session"\s*:\s*\{')
_ID = expression(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PUT_IN = expression(
    r"\s*(?:<(?:environment_context|user_instructions|INSTRUCTIONS|turn_aborted|user_shell_command|skill|user_action|"
    r"skills_instructions|permissions[ _]instructions|collaboration_mode|subagent_notification|personality_spec|"
    r"apps_instructions|plugins_instructions|model_switch|recommended_plugins)\b|# AGENTS\.md instructions)", re.I)
_REQUEST = "## My request for Codex:"  # below what the editor put in


class Codex:
    """What the owner typed and what Codex answered; reasoning, tools and the context it puts in are left out."""

    format = "codex"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        head = head.removeprefix(b"\xef\xbb\xbf")
        if suffix_of(name) == ".json":
            return 0.9 if _FIRST_JSON.match(head) and b'"items"' in head and b'"role"' in head else 0.0
        enveloped = head.lstrip().startswith(b"{") and b'"payload"' in head and _ENVELOPE.search(head)
        return 0.95 if enveloped or _FIRST_LINE.match(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        if _FIRST_JSON.match(source.data[:200]):
            yield from _first_versions(source)
            return
        head = next(lines(source.data), None)
        about = dict_of(head.value.get("payload")) or head.value if head is not None else {}
        if "subagent" in dict_of(about.get("source")):
            raise Skipped(_("is the assistant's talk with itself"))
        events = b'"response_item"' not in source.data
        said: dict[str, Message] = {}
        for line in lines(source.data, start_of_new(source.data, source.since)):
            item = dict_of(line.value.get("payload")) if "payload" in line.value else line.value
            at = line.value.get("timestamp") or about.get("timestamp")
            message = _message(item, str(line.start), at, events, source)
            if message is not None:
                said[message.key] = message
        if said:
            session = text_of(about.get("id")) or text_of(about.get("session_id")) or _of_name(source.name)
            yield conversation(session, _title(source, events), (USER, CODEX), list(said.values()))
        yield mark_at_end(source.data)


def _first_versions(source: ParseInput) -> Iterator[Parsed]:
    """{"session": {"id", "timestamp"}, "items": [...]}, written anew after every turn."""
    for value in json_items(source.data):
        about = dict_of(dict_of(value).get("session"))
        items = listing(dict_of(value).get("items"))
        said = (_message(dict_of(item), str(n), about.get("timestamp"), False, source) for n, item in enumerate(items))
        messages = [message for message in said if message is not None]
        if messages:
            yield conversation(text_of(about.get("id")) or _of_name(source.name), "", (USER, CODEX), messages)


def _message(item: dict[str, Any], place: str, at: Any, events: bool, source: ParseInput) -> Message | None:
    """What an item says. `place` makes its key where it has none; `events`: only they tell it in this file."""
    kind, role = item.get("type"), item.get("role")
    who, text = None, ""
    if kind == "message" and role in ("user", "assistant"):
        who, text = (USER if role == "user" else CODEX), parts_text(item.get("content"))
    elif events and kind in ("user_message", "agent_message"):
        who, text = (USER if kind == "user_message" else CODEX), text_of(item.get("message"))
    if who is USER:
        text = _typed(text)
    if who is None or not text.strip():
        return None
    key = text_of(item.get("id")) or digest(place, who.key, text)
    return Message(key, who.key, text, moment_from(at, source.clock.zone()))


def _typed(text: str) -> str:
    if _REQUEST in text:
        return text.partition(_REQUEST)[2].strip()
    return "" if _PUT_IN.match(text) else text


def _title(source: ParseInput, events: bool) -> str:
    """The first words of the session, of which only the end is read now."""
    for line in lines(source.data):
        item = dict_of(line.value.get("payload")) if "payload" in line.value else line.value
        message = _message(item, "", None, events, source)
        if message is not None:
            return one_line(message.text, 80)
    return ""


def _of_name(name: str) -> str:
    found = _ID.search(name)
    return found[0] if found else name.rpartition(".")[0]
