"""Standard Notes' decrypted backups: all notes and tags in one file of JSON that is called .txt."""

from collections.abc import Iterator, Sequence
from typing import Any

from mneme.clock import Clock
from mneme.errors import KnownError, Skipped, Unreadable
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.chats.chatting import list_of
from mneme.parsers.documents.html import add_pieces
from mneme.parsers.documents.pages import Piece
from mneme.parsers.encoding import looks_like_text
from mneme.parsers.moments import parse_iso
from mneme.parsers.notes.exported import LeftOut, in_the_bin, json_of, locked, markdown, with_more, words
from mneme.parsers.notes.note_html import BOXES, read_note
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.types import BlockKind, Document

_INSIDE = "Standard Notes Backup and Import File.txt"
_BLOCKS = frozenset({"paragraph", "heading", "listitem", "quote", "code", "tablerow", "collapsible-title"})
_KINDS: dict[str, BlockKind] = {"heading": "heading", "listitem": "list", "quote": "quote", "code": "code"}


class StandardNotes:
    """A "decrypted" backup (https://standardnotes.com/help/14); items that stayed encrypted are left out."""

    format = "standard-notes"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        begins = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"items"' in head
        own = b'"content_type"' in head and b'"uuid"' in head
        return 0.95 if begins and own and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        backup = json_of(source.data)
        if not isinstance(backup, dict) or not isinstance(backup.get("items"), list):
            raise Unreadable(_("is no backup of Standard Notes"))
        items = list_of(backup["items"])
        notes = [item for item in items if item.get("content_type") == "Note" and item.get("deleted") is not True]
        tags, left = _tags(items), LeftOut()
        for note in notes:
            content = note.get("content")
            if not isinstance(content, dict):
                left.add(locked())
            elif content.get("trashed") is True:
                left.add(in_the_bin())
            else:
                yield _document(note, content, tags.get(words(note.get("uuid")), []), source.clock)
        if not notes:
            raise Skipped(_("holds no notes"))
        left.say()


class StandardNotesZip:
    """The zip around a backup: what lies beside the backup file says the same again."""

    format = "standard-notes"

    def claims(self, names: Sequence[str]) -> bool:
        return any(name.endswith(_INSIDE) for name in names)

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        """Raises: Skipped, Unreadable."""
        name = next(name for name in files.names if name.endswith(_INSIDE))
        yield from StandardNotes().parse(ParseInput(files.read(name) or b"", _INSIDE, source.clock))


def _tags(items: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The names of each note's tags: a tag knows its notes."""
    tags: dict[str, list[str]] = {}
    for item in items:
        content = item.get("content")
        if item.get("content_type") == "Tag" and isinstance(content, dict):
            for note in list_of(content.get("references")):
                tags.setdefault(words(note.get("uuid")), []).append(words(content.get("title")))
    return tags


def _document(note: dict[str, Any], content: dict[str, Any], tags: Sequence[str], clock: Clock) -> Document:
    created = parse_iso(words(note.get("created_at")), clock.zone())
    return with_more(
        _read(content, clock), title=words(content.get("title")), happened_at=created, key=words(note.get("uuid")),
        tags=tags, properties={"updated": words(note.get("updated_at")),
                               "archived": "true" if content.get("archived") is True else ""})


def _read(content: dict[str, Any], clock: Clock) -> Document:
    """A note's text: Markdown or plain, HTML of the rich editor, or the tree of a "super" note."""
    text, kind = words(content.get("text")), words(content.get("noteType"))
    if kind == "super" or text.startswith('{"root":'):
        return _super(text, clock)
    if kind == "rich-text":
        builder = TextBuilder()
        add_pieces(builder, read_note(text, clock.zone()).pieces)
        return builder.build()
    return markdown(text, clock)


def _super(text: str, clock: Clock) -> Document:
    try:
        tree = json_of(text.encode("utf-8", "replace"))
    except KnownError:
        return markdown(text, clock)
    builder = TextBuilder()
    lines = _lines(tree.get("root") if isinstance(tree, dict) else None)
    add_pieces(builder, [Piece(_KINDS.get(kind, "paragraph"), line, 2) for kind, line in lines if line.strip()])
    return builder.build()


def _lines(root: Any) -> Iterator[tuple[str, str]]:
    """The kind and the words of each block of an editor's tree, in order, without recursion."""
    waiting: list[Any] = [root]
    kind, parts = "paragraph", [""]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        if node.get("type") in _BLOCKS:
            yield kind, "".join(parts)
            kind, parts = words(node.get("type")), [_mark(node)]
        parts.append("\n" if node.get("type") == "linebreak" else words(node.get("text")))
        waiting += reversed(list_of(node.get("children")))
    yield kind, "".join(parts)


def _mark(node: dict[str, Any]) -> str:
    if node.get("type") != "listitem":
        return ""
    return f"- {BOXES[node['checked'] is True]}" if isinstance(node.get("checked"), bool) else "- "
