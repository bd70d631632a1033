"""Joplin's own exports: a .jex file (a tar), or a RAW folder of the same Markdown files with lines of data below."""

import io
import re
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mneme.clock import Clock
from mneme.errors import KnownError, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.documents.html import add_pieces
from mneme.parsers.encoding import decode
from mneme.parsers.moments import parse_date
from mneme.parsers.notes.exported import LeftOut, attachments, in_the_bin, locked, markdown, with_more
from mneme.parsers.notes.note_html import read_note
from mneme.parsers.zips import MAX_UNPACKED, Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Document

_ITEM = expression(r"(?:.*/)?([0-9a-f]{32})\.md")
_LINE = expression(r"([a-z_]+): ?(.*)")
_NOTE, _FOLDER, _TAG, _NOTE_TAG = "1", "2", "5", "6"
_LINKED = expression(r"!?\[([^\[\]\n]{0,300})\]\(:/([0-9a-f]{32})[^()\n]{0,300}\)")
_DEEPEST = 20  # notebooks within notebooks


class Jex:
    """.jex (https://joplinapp.org/help/apps/import_export/); worked on in the worker process."""

    format = "joplin"
    suffixes = frozenset({".jex"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        first = head[:100].rstrip(b"\x00").decode("ascii", "replace")
        return 0.95 if head[257:262] == b"ustar" and (_ITEM.fullmatch(first) or first == "resources/") else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        yield from _documents(_members(source.data), source)


class JoplinRaw:
    """A folder as "RAW - Joplin Export Directory" makes it, or a zip of one."""

    format = "joplin"

    def claims(self, names: Sequence[str]) -> bool:
        items = sum(bool(_ITEM.fullmatch(name)) for name in names)
        others = sum(name.casefold().endswith(".md") for name in names) - items
        return items > others

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        """Raises: Skipped where notes were in the bin or encrypted; Unreadable."""
        yield from attachments(files, source, r"^.*/(?=resources/)")
        items = ((name, files.read(name) or b"") for name in files.names if _ITEM.fullmatch(name))
        yield from _documents(items, source)


@dataclass(frozen=True, slots=True)
class _Item:
    """One file: the text, and the data below it."""

    text: str
    data: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0].strip()

    @property
    def body(self) -> str:
        return self.text.partition("\n")[2].strip("\n")


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The items in a tar. Raises: Unreadable after those before the damage."""
    left = MAX_UNPACKED
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            for member in tar:
                if not member.isreg() or not _ITEM.fullmatch(member.name):
                    continue
                left -= member.size
                file = tar.extractfile(member) if left > 0 else None
                if file is not None:
                    yield member.name, file.read(member.size)
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        raise Unreadable(_("is damaged, or is no {kind} file").format(kind="JEX")) from error


def _documents(members: Iterable[tuple[str, bytes]], source: ParseInput) -> Iterator[Document]:
    items: dict[str, _Item] = {}
    problem: KnownError | None = None
    try:
        for _name, data in members:
            if item := _item(data):
                items[item.data["id"]] = item
    except KnownError as error:
        problem = error
    left, tags = LeftOut(), _tags(items)
    for key, item in items.items():
        if item.data.get("type_") == _NOTE and (reason := _why_not(item)):
            left.add(reason)
        elif item.data.get("type_") == _NOTE:
            yield _document(item, items, tags.get(key, []), source.clock)
    if problem is not None:
        raise problem
    left.say()


def _item(data: bytes) -> _Item | None:
    """What a file holds; None for what is no item."""
    try:
        text = decode(data, "utf-8").text.rstrip("\n")
    except KnownError:
        return None
    above, _gap, below = text.rpartition("\n\n")
    found = [_LINE.fullmatch(line) for line in below.split("\n")]
    said = {one[1]: one[2] for one in found if one}
    return _Item(above, said) if "type_" in said and "id" in said else None


def _why_not(item: _Item) -> str | None:
    if item.data.get("encryption_applied") == "1":
        return locked()
    return in_the_bin() if item.data.get("deleted_time", "0") not in ("0", "") else None


def _tags(items: dict[str, _Item]) -> dict[str, list[str]]:
    """The names of each note's tags."""
    tags: dict[str, list[str]] = {}
    for item in items.values():
        tag = items.get(item.data.get("tag_id", ""))
        if item.data.get("type_") == _NOTE_TAG and tag is not None and tag.data.get("type_") == _TAG:
            tags.setdefault(item.data.get("note_id", ""), []).append(tag.text.strip())
    return tags


def _document(item: _Item, items: dict[str, _Item], tags: Sequence[str], clock: Clock) -> Document:
    data, zone = item.data, clock.zone()
    created = parse_date(data.get("user_created_time") or data.get("created_time", ""), zone)
    place = [data.get(name, "") for name in ("latitude", "longitude")]
    linked = [items[one].title for _label, one in _LINKED.findall(item.body) if _is_note(items.get(one))]
    is_todo = data.get("is_todo") == "1"
    done = is_todo and data.get("todo_completed", "0") not in ("0", "")
    return with_more(
        _read(item, items, clock), title=item.title, happened_at=created, key=data["id"], tags=tags,
        authors=[data.get("author", "")],
        links=[data.get("source_url", ""), *linked],
        properties={"notebook": _notebook(item, items), "updated": data.get("user_updated_time", ""),
                    "place": ", ".join(place) if any(one.strip("0.") for one in place) else "",
                    "to do": "" if not is_todo else "done" if done else "open"})


def _is_note(item: _Item | None) -> bool:
    return item is not None and item.data.get("type_") == _NOTE


def _read(item: _Item, items: dict[str, _Item], clock: Clock) -> Document:
    """A note's text, with names in the place of ids; notes that were clipped are HTML."""
    if item.data.get("markup_language") != "2":
        return markdown(_LINKED.sub(lambda found: _named(found, items.get(found[2])), item.body), clock)
    read = read_note(item.body, clock.zone())
    builder = TextBuilder()
    add_pieces(builder, read.pieces)
    return builder.build(links=read.page.links)


def _named(found: re.Match[str], target: _Item | None) -> str:
    """A link to another note as [[its name]], the name of an attachment as [name.png]."""
    if _is_note(target):
        return f"[[{found[1]}]]"
    name = found[1] or (target.title if target else "")
    return f"[{name}]" if name else ""


def _notebook(item: _Item, items: dict[str, _Item]) -> str:
    """The way to a note: "Home / Garden"."""
    names: list[str] = []
    parent = items.get(item.data.get("parent_id", ""))
    while parent is not None and parent.data.get("type_") == _FOLDER and len(names) < _DEEPEST:
        names.append(parent.text.strip())
        parent = items.get(parent.data.get("parent_id", ""))
    return " / ".join(reversed(names))
