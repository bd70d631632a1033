"""The words of a Slack message: mentions, links and entities as people saw them, what bots attach, names of files."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from mneme.expressions import expression
from mneme.parsers.chats.chatting import dict_of, list_of, text_of, with_names

_MARKED = expression(r"<((?:[@#!]|[A-Za-z][\w+.-]{0,20}:)[^<>\n]{0,4000})>")
_DEEPEST, _MOST = 20, 20_000  # blocks in blocks, and pieces in all

Names = Callable[[str], str]


def words(message: dict[str, Any], name_of: Names) -> str:
    """A message's text with the names of its files; of one without text what its blocks or attachments say."""
    said = text_of(message.get("text")) or _blocks(message.get("blocks"), name_of)
    if message.get("subtype") == "bot_message" or message.get("bot_id") or not said.strip():
        said = "\n".join(filter(None, [said, *_attachments(message, said)]))
    comment = text_of(dict_of(message.get("comment")).get("comment"))
    if comment and comment not in said:
        said = f"{said}\n{comment}"
    return with_names(plain(said, name_of), _files(message))


def plain(text: str, name_of: Names) -> str:
    """Slack's marks as people saw them: <@U1> is @name, <#C1|name> #name, <http://x|label> "label (http://x)"."""
    return unescape(_MARKED.sub(lambda found: _mark(found[1], name_of), text)) if "<" in text or "&" in text else text


def _mark(inner: str, name_of: Names) -> str:
    target, bar, label = inner.partition("|")
    if target.startswith("@"):
        return "@" + (name_of(target[1:]) if name_of(target[1:]) != target[1:] else label or target[1:])
    if target.startswith("#"):
        return "#" + (label or name_of(target[1:]))
    if target.startswith("!"):
        return _command(target[1:], label)
    shown = target.removeprefix("mailto:").removeprefix("tel:")
    return f"{label} ({shown})" if bar and label and label not in (shown, re.sub(r"^https?://", "", shown)) else shown


def _command(command: str, label: str) -> str:
    """<!here>, <!subteam^S1|@team>, <!date^1700000000^{date}|yesterday>."""
    name = command.partition("^")[0]
    return label or ("@" + name if name in ("here", "channel", "everyone", "group") else name)


def _files(message: dict[str, Any]) -> Iterator[str]:
    for file in [*list_of(message.get("files")), dict_of(message.get("file"))]:
        if name := text_of(file.get("name")) or text_of(file.get("title")):
            yield name


def _attachments(message: dict[str, Any], said: str) -> Iterator[str]:
    for one in list_of(message.get("attachments")):
        parts = [text_of(one.get(part)) for part in ("pretext", "author_name", "title", "text")]
        parts += [f"{text_of(field.get('title'))}: {text_of(field.get('value'))}"
                  for field in list_of(one.get("fields"))]
        lines = [part for part in parts if part.strip(": ")] or [text_of(one.get("fallback"))]
        yield "\n".join(line for line in lines if line and line not in said)


def _blocks(blocks: object, name_of: Names) -> str:
    """The text in blocks, without recursion: rich text, sections, headers, contexts."""
    said: list[str] = []
    waiting: list[tuple[dict[str, Any], int]] = [(one, 0) for one in reversed(list_of(blocks))]
    for _piece in range(_MOST):
        if not waiting:
            break
        block, depth = waiting.pop()
        kind = text_of(block.get("type"))
        said.append(_element(kind, block, name_of))
        inner = [] if depth > _DEEPEST else [dict_of(block.get("text")), *list_of(block.get("fields")),
                                             *list_of(block.get("elements"))]
        if kind in ("rich_text_section", "section", "header", "context") and said and "".join(said).strip():
            said.append("\n")
        waiting += [(one, depth + 1) for one in reversed(inner) if one]
    return re.sub(r"\n+", "\n", "".join(said)).strip()


def _element(kind: str, block: dict[str, Any], name_of: Names) -> str:
    if kind in ("text", "mrkdwn", "plain_text"):
        return text_of(block.get("text"))
    if kind == "link":
        return text_of(block.get("text")) or text_of(block.get("url"))
    if kind == "user":
        return "@" + name_of(text_of(block.get("user_id")))
    if kind == "channel":
        return "#" + name_of(text_of(block.get("channel_id")))
    if kind == "emoji":
        return f":{text_of(block.get('name'))}:"
    return "@" + text_of(block.get("range")) if kind == "broadcast" else ""
