"""ChatGPT's data export: conversations.json, a tree of messages for each chat, and the zip file around it.

The format is not documented by its maker; https://github.com/mohamed-chs/convoviz describes it well.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.chats.assistants import USER, assistant, conversation, file_lines, joined, moment_from
from mneme.parsers.chats.chatting import dict_of, digest, listing, text_of
from mneme.parsers.chats.json_items import json_items
from mneme.parsers.encoding import suffix_of
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Document, Message, Moment, Origin, Participant, Role

_PAGE = expression(rb"\bvar\s+jsonData\s*=\s*(?=\[)")
_PAGE_BEGINS = expression(rb"\bvar\s+jsonData\s*=")
_FILES = expression(r"(?:^|/)conversations(?:[-_]\d+)?\.json$", re.I)
_BESIDE = ("user.json", "chat.html", "message_feedback.json", "model_comparisons.json", "shared_conversations.json",
           "user_settings.json", "export_manifest.json")
_UNSAID = frozenset(("thoughts", "reasoning_recap", "model_editable_context", "tether_browsing_display",
                     "sonic_webpage", "system_error", "app_pairing_content"))
_INSTRUCTIONS = "user_editable_context"


class ChatGpt:
    """conversations.json (also conversations-000.json), a single conversation, or chat.html, which holds the same."""

    format = "chatgpt"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if suffix_of(name) in (".html", ".htm") and _PAGE_BEGINS.search(head) and b"mapping" in head:
            return 0.95
        head = head.replace(b"\x00", b"")
        opens = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"[", b"{")
        tree = b'"mapping"' in head and b'"message"' in head and any(
            key in head for key in (b'"parent"', b'"children"', b'"content_type"'))
        named = any(key in head for key in (b'"title"', b'"create_time"', b'"conversation_id"', b'"current_node"'))
        return 0.95 if opens and tree and named and b'"fragments"' not in head else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        yield from _read([source.data], source)


class ChatGptExport:
    """The zip file: the conversations are read; chat.html shows the same, the other files are about the account."""

    format = "chatgpt"

    def claims(self, names: Sequence[str]) -> bool:
        bases = {name.rpartition("/")[2].casefold() for name in names}
        return any(map(_FILES.search, names)) and not bases.isdisjoint(_BESIDE)

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        names = sorted(name for name in files.names if _FILES.search(name))
        yield from _read((files.read(name) or b"" for name in names), source)


def _read(parts: Iterable[bytes], source: ParseInput) -> Iterator[Parsed]:
    """All conversations, then what the owner told about themselves; what is damaged is said at the very end."""
    told: dict[str, Moment | None] = {}
    problem: Unreadable | None = None
    given = False
    for data in parts:
        try:
            for tree in _trees(data):
                chat = _Reader(tree, source, told).conversation()
                if chat.messages:
                    given = True
                    yield chat
        except Unreadable as error:
            problem = error
    yield from map(_about, told.items())
    if problem is not None:
        raise problem
    if not given and not told:
        raise Skipped(_("holds no conversation"))


def _trees(data: bytes) -> Iterator[dict[str, Any]]:
    """The conversations as they stand in the file, in a list or under a name."""
    for value in json_items(data, _start(data)):
        inner = dict_of(value).get("conversations") if "mapping" not in dict_of(value) else None
        for one in inner if isinstance(inner, list) else listing(value) or [value]:
            if isinstance(one, dict) and isinstance(one.get("mapping"), dict):
                yield one


def _start(data: bytes) -> int:
    """Where the JSON begins: in chat.html it is a script's variable."""
    if data.lstrip()[:1] != b"<":
        return 0
    found = _PAGE.search(data)
    if found is None:
        raise Unreadable(_("is a page of ChatGPT without the conversations"), _("Take conversations.json instead."))
    return found.end()


def _about(told: tuple[str, Moment | None]) -> Document:
    """What the owner told ChatGPT about themselves for all conversations."""
    text, when = told
    builder = TextBuilder()
    builder.add("paragraph", text)
    built = builder.build(title=_("Custom instructions for ChatGPT"), happened_at=when)
    return replace(built, key=f"chatgpt-instructions-{digest(text)}", origin=Origin.OWNER)


class _Reader:
    """Reads one conversation: every message of every branch, in time order."""

    def __init__(self, tree: dict[str, Any], source: ParseInput, told: dict[str, Moment | None]) -> None:
        self._tree, self._told, self._zone = tree, told, source.clock.zone()
        self._began = moment_from(tree.get("create_time"), self._zone) or moment_from(
            tree.get("update_time"), self._zone)
        self._people: dict[str, Participant] = {}
        self._times: dict[str, Moment | None] = {}  # of every node, of those without a message, too
        self._heard: dict[str, str] = {}  # node -> key of the last message up to it

    def conversation(self) -> Conversation:
        title = text_of(self._tree.get("title"))
        key = text_of(self._tree.get("conversation_id")) or text_of(self._tree.get("id")) or digest(
            "chatgpt", title, str(self._tree.get("create_time")))
        messages: dict[str, Message] = {}
        for name, parent in _in_tree_order(self._tree["mapping"]):
            self._hear(name, parent, messages)
        said = sorted(messages.values(), key=lambda m: m.at.utc.timestamp() if m.at else -1e18)
        return conversation(key, title, self._people.values(), said)

    def _hear(self, name: str, parent: str | None, messages: dict[str, Message]) -> None:
        node = dict_of(self._tree["mapping"][name])
        message = dict_of(node.get("message"))
        before = (self._times.get(parent) if parent else None) or self._began
        self._times[name] = at = moment_from(message.get("create_time"), self._zone) or before
        self._heard[name] = above = self._heard.get(parent or "", "")
        who = self._who(message, at)
        if who is None:
            return
        key = text_of(message.get("id")) or name
        key = name if key in messages else key
        self._people[who.key] = who
        messages[key] = Message(key, who.key, _text(message), at, above or None)
        self._heard[name] = key

    def _who(self, message: dict[str, Any], at: Moment | None) -> Participant | None:
        """Who speaks; None where nobody does: thinking, hidden settings."""
        author, content = dict_of(message.get("author")), dict_of(message.get("content"))
        role, kind = author.get("role"), text_of(content.get("content_type"))
        if kind == _INSTRUCTIONS:
            self._keep_instructions(content, message, at)
            return None
        metadata = dict_of(message.get("metadata"))
        if not message or kind in _UNSAID or metadata.get("is_visually_hidden_from_conversation") is True:
            return None
        if role == "user":
            return USER
        if role == "assistant":
            return assistant(_gpt(self._tree, metadata, author))
        text = _text(message)
        if not isinstance(role, str) or (role == "system" and not text.strip()):
            return None
        name = text_of(author.get("name")) or role
        return Participant(f"{role}:{name}", name, Role.SYSTEM)

    def _keep_instructions(self, content: dict[str, Any], message: dict[str, Any], at: Moment | None) -> None:
        given = dict_of(dict_of(message.get("metadata")).get("user_context_message_data"))
        text = joined((text_of(given.get("about_user_message")) or text_of(content.get("user_profile")),
                       text_of(given.get("about_model_message")) or text_of(content.get("user_instructions")))).strip()
        known = self._told.get(text)
        if text:
            self._told[text] = min((m for m in (known, at) if m), key=lambda m: m.utc, default=None)


def _in_tree_order(nodes: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Every node with its parent, parents first; rings, which no honest file has, come last."""
    parents: dict[str, str] = {}
    for name, node in nodes.items():
        for child in listing(dict_of(node).get("children")):
            if isinstance(child, str) and child in nodes:
                parents.setdefault(child, name)
    for name, node in nodes.items():
        above = dict_of(node).get("parent")
        if isinstance(above, str) and above in nodes:
            parents[name] = above
    below: dict[str, list[str]] = {}
    for name in nodes:
        if name in parents:
            below.setdefault(parents[name], []).append(name)
    seen: set[str] = set()
    stack = [name for name in reversed(nodes) if name not in parents]
    while stack:
        name = stack.pop()
        seen.add(name)
        yield name, parents.get(name)
        stack += reversed(below.get(name, ()))
    yield from ((name, None) for name in nodes if name not in seen)


def _gpt(tree: dict[str, Any], metadata: dict[str, Any], author: dict[str, Any]) -> str:
    """The assistant's name: a custom GPT's where the export tells it."""
    display = dict_of(dict_of(tree.get("gizmo")).get("display"))
    for told in (metadata.get("gizmo_name"), author.get("name"), tree.get("gizmo_name"), tree.get("gpt_name"),
                 display.get("name")):
        if isinstance(told, str) and told.strip():
            return told.strip()
    return "ChatGPT"


def _text(message: dict[str, Any]) -> str:
    """The words of a message, and the names of its files."""
    content, metadata = dict_of(message.get("content")), dict_of(message.get("metadata"))
    attached = [dict_of(one).get("name") for one in listing(metadata.get("attachments"))]
    return joined((_said(content, text_of(message.get("recipient"))), *file_lines(attached)))


def _said(content: dict[str, Any], recipient: str) -> str:
    kind, text = content.get("content_type"), text_of(content.get("text"))
    if kind == "code":
        language = text_of(content.get("language"))
        return _canvas(text, recipient) or f"```{'' if language == 'unknown' else language}\n{text}\n```"
    if kind == "tether_quote":
        return joined((text_of(content.get("title")), text, text_of(content.get("url"))))
    parts = content.get("parts")
    return joined(map(_part, parts)) if isinstance(parts, list) else text or text_of(content.get("result"))


def _part(part: Any) -> str:
    """Words: written ones, or what was understood of a recording. Pictures and recordings themselves have none."""
    return text_of(dict_of(part).get("text")) if isinstance(part, dict) else text_of(part)


def _canvas(text: str, recipient: str) -> str:
    """What the assistant wrote into a text beside the chat, which the export hides in JSON."""
    if not recipient.startswith("canmore."):
        return ""
    try:
        told = dict_of(json.loads(text, strict=False))
    except (ValueError, RecursionError):
        return ""
    updates = [dict_of(one).get("replacement") for one in listing(told.get("updates"))]
    comments = [dict_of(one).get("comment") for one in listing(told.get("comments"))]
    return joined(map(text_of, (told.get("name"), told.get("content"), *updates, *comments)))
