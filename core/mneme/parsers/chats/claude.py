"""Claude's data export: conversations.json, projects and memories, alone or in the zip file they come in.

The format is not documented by its maker; https://github.com/osteele/claude-chat-viewer has its types.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import TextBuilder, one_line
from mneme.parsers.chats.assistants import USER, assistant, conversation, file_lines, joined, moment_from
from mneme.parsers.chats.chatting import dict_of, digest, listing, text_of
from mneme.parsers.chats.json_items import json_items
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Conversation, Document, Message, Origin, Participant, Role

CLAUDE = assistant("Claude")
_BESIDE = ("users.json", "projects.json", "memories.json")
_READ = expression(r"(?:^|/)(?:conversations(?:[-_]\d+)?\.json|projects\.json|memories\.json|projects/[^/]+\.json)$",
                   re.I)
_THINKING = expression(r"<antThinking>(?:(?!<antThinking>).)*?</antThinking>\s*", re.S | re.I)
_UNSUPPORTED = "This block is not supported on your current device yet."
_NOBODY = "00000000-0000-4000-8000-000000000000"  # the parent of a first message


class Claude:
    """conversations.json, a single conversation, projects.json or memories.json of an export."""

    format = "claude"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        head = head.replace(b"\x00", b"")
        if head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] not in (b"[", b"{"):
            return 0.0
        chats = b'"chat_messages"' in head and b'"uuid"' in head
        project = b'"is_starter_project"' in head or (b'"prompt_template"' in head and b'"uuid"' in head)
        memories = b'"conversations_memory"' in head
        return 0.95 if chats or project or memories else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        yield from _read([source.data], source, USER)


class ClaudeExport:
    """The zip file: conversations, projects with their documents, and what Claude has noted."""

    format = "claude"

    def claims(self, names: Sequence[str]) -> bool:
        bases = {name.rpartition("/")[2].casefold() for name in names}
        return "conversations.json" in bases and not bases.isdisjoint(_BESIDE)

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        names = sorted(name for name in files.names if _READ.search(name))
        yield from _read((files.read(name) or b"" for name in names), source, _owner(files))


def _owner(files: Package) -> Participant:
    """The owner under the name that the account has, where there is but one account."""
    listed = next((name for name in files.names if name.rpartition("/")[2].casefold() == "users.json"), None)
    try:
        people = list(json_items(files.read(listed) or b"")) if listed else []
    except Unreadable:
        return USER
    names = {one_line(text_of(dict_of(one).get("full_name"))) for one in people}
    name = names.pop() if len(names) == 1 else ""
    return Participant(USER.key, name, Role.OWNER) if name else USER


def _read(parts: Iterable[bytes], source: ParseInput, owner: Participant) -> Iterator[Parsed]:
    problem: Unreadable | None = None
    given = False
    for data in parts:
        try:
            for one in (one for value in json_items(data) for one in _known(value, source, owner)):
                if isinstance(one, Document) or one.messages:
                    given = True
                    yield one
        except Unreadable as error:
            problem = error
    if problem is not None:
        raise problem
    if not given:
        raise Skipped(_("holds no conversation"))


def _known(value: Any, source: ParseInput, owner: Participant) -> Iterator[Conversation | Document]:
    """What one value of the export holds: a conversation, a project's documents, what Claude has noted."""
    thing = dict_of(value)
    if isinstance(thing.get("chat_messages"), list):
        yield _Reader(thing, source, owner).conversation()
    elif isinstance(thing.get("conversations"), list):
        for inner in thing["conversations"]:
            if isinstance(dict_of(inner).get("chat_messages"), list):
                yield _Reader(inner, source, owner).conversation()
    elif "conversations_memory" in thing or "project_memories" in thing:
        yield from _memories(thing)
    elif "docs" in thing or "prompt_template" in thing:
        yield from _project(thing, source)


class _Reader:
    """Reads one conversation; of an edited message both versions are there, as branches."""

    def __init__(self, chat: dict[str, Any], source: ParseInput, owner: Participant) -> None:
        self._chat, self._owner, self._zone = chat, owner, source.clock.zone()

    def conversation(self) -> Conversation:
        title, began = text_of(self._chat.get("name")), text_of(self._chat.get("created_at"))
        key = text_of(self._chat.get("uuid")) or digest("claude", title, began)
        messages: dict[str, Message] = {}
        people = {self._owner.key: self._owner, CLAUDE.key: CLAUDE}
        for number, value in enumerate(self._chat["chat_messages"]):
            if isinstance(value, dict):
                message = self._message(value, number, messages)
                people.setdefault(message.sender, Participant(message.sender, message.sender, Role.SYSTEM))
                messages[message.key] = message
        return conversation(key, title, people.values(), list(messages.values()))

    def _message(self, value: dict[str, Any], number: int, before: dict[str, Message]) -> Message:
        sender = text_of(value.get("sender")) or text_of(value.get("role"))
        who = {"human": self._owner.key, "user": self._owner.key, "assistant": CLAUDE.key}.get(sender, sender or "?")
        text = joined((_text(value), *file_lines(_file_names(value)), *_attached(value)))
        told = value.get("created_at") or value.get("updated_at")
        at = moment_from(told, self._zone) or moment_from(self._chat.get("created_at"), self._zone)
        key = text_of(value.get("uuid")) or digest(text_of(told), sender, text, str(number))
        parent = text_of(value.get("parent_message_uuid"))
        return Message(key, who, text, at, parent if parent in before else None)


def _text(value: dict[str, Any]) -> str:
    """The words of the content's blocks; of a message without such blocks its plain text."""
    content = value.get("content")
    blocks = content if isinstance(content, list) else [content]
    said = joined(text_of(block) if isinstance(block, str) else _block(dict_of(block)) for block in blocks)
    plain = text_of(value.get("text"))
    return _THINKING.sub("", said if said.strip() else "" if _UNSUPPORTED in plain else plain)


def _block(block: dict[str, Any]) -> str:
    """Words said; and what the assistant wrote into an artifact. Thinking and the use of tools are left out."""
    kind = block.get("type", "text")
    if kind in ("text", "voice_note"):
        return joined((text_of(block.get("title")) if kind == "voice_note" else "", text_of(block.get("text"))))
    given = dict_of(block.get("input"))
    if kind == "tool_use" and (block.get("name") in ("artifacts", "create_artifact")):
        return joined(map(text_of, (given.get("title"), given.get("content"), given.get("new_str"))))
    return ""


def _file_names(value: dict[str, Any]) -> Iterator[Any]:
    """The names of files; a message may name one in two lists."""
    named = [dict_of(one).get("file_name") for one in (
        *listing(value.get("attachments")), *listing(value.get("files")), *listing(value.get("files_v2")))]
    yield from dict.fromkeys(name for name in named if isinstance(name, str))


def _attached(value: dict[str, Any]) -> Iterator[str]:
    """The text of attachments, as the export has it."""
    for one in listing(value.get("attachments")):
        yield text_of(dict_of(one).get("extracted_content"))


def _project(project: dict[str, Any], source: ParseInput) -> Iterator[Document]:
    """The owner's documents in a project; its description and instructions are one of their own."""
    name, zone = text_of(project.get("name")), source.clock.zone()
    key = text_of(project.get("uuid")) or digest(name)
    about = joined((text_of(project.get("description")), text_of(project.get("prompt_template"))))
    if about and project.get("is_starter_project") is not True:
        yield _document(f"claude-project-{key}", name, about, Origin.OWNER,
                        happened_at=moment_from(project.get("created_at"), zone))
    for value in listing(project.get("docs")):
        doc = dict_of(value)
        if text := text_of(doc.get("content")):
            title = text_of(doc.get("filename")) or name
            own = text_of(doc.get("uuid")) or digest(key, title, text)
            yield _document(f"claude-doc-{own}", title, text, None, tags=[name],
                            happened_at=moment_from(doc.get("created_at"), zone))


def _memories(noted: dict[str, Any]) -> Iterator[Document]:
    """What Claude has noted about the owner: an assistant's words."""
    account = text_of(noted.get("account_uuid"))
    if text := text_of(noted.get("conversations_memory")):
        yield _document(f"claude-memory-{account}", _("What Claude remembers"), text, Origin.ASSISTANT)
    for project, value in dict_of(noted.get("project_memories")).items():
        if text := text_of(value):
            yield _document(f"claude-memory-{project}", _("What Claude remembers of a project"), text,
                            Origin.ASSISTANT)


def _document(key: str, title: str, text: str, origin: Origin | None, **about: Any) -> Document:
    builder = TextBuilder()
    for paragraph in text.split("\n\n"):
        builder.add("paragraph", paragraph)
    built = builder.build(title=title, **about)
    return replace(built, key=key, origin=origin)
