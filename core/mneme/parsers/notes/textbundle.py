"""TextBundles: a note's text.md with an info.json beside it; Bear's backups, and what Ulysses and others export."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mneme.clock import Clock
from mneme.errors import KnownError
from mneme.expressions import expression
from mneme.parsers.building import TextBuilder
from mneme.parsers.chats.chatting import listing
from mneme.parsers.documents.html import add_pieces
from mneme.parsers.encoding import decode
from mneme.parsers.moments import parse_date
from mneme.parsers.notes.exported import LeftOut, attachments, in_the_bin, json_of, locked, markdown, with_more, words
from mneme.parsers.notes.note_html import read_note
from mneme.parsers.zips import Package, name_in_zip
from mneme.ports import Parsed, ParseInput
from mneme.types import Document

_TEXT = expression(r"(?P<folder>(?:.*/)?)text\.(?P<kind>md|markdown|mdown|mkd|txt|html?|fountain)", re.I)
_WIDE_TAG = expression(r"(?<![^\s])#([^\s#][^#\n]{0,80}[^\s#])#(?=[\s.,;:!?)]|$)")


class TextBundle:
    """.textbundle, .textpack (https://textbundle.org/spec/) and .bear2bk (https://bear.app/faq/backup-restore/)."""

    format = "textbundle"

    def claims(self, names: Sequence[str]) -> bool:
        known = {name for name in names if not _is_mac(name)}
        return any(found["folder"] + "info.json" in known or ".textbundle/" in found["folder"].casefold()
                   for name in known if (found := _TEXT.fullmatch(name)))

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        """Raises: Skipped where notes were in the bin or encrypted; Unreadable."""
        left = LeftOut()
        broken: KnownError | None = None
        for name in sorted(files.names):
            found = _TEXT.fullmatch(name)
            if found is None or _is_mac(name):
                continue
            try:
                yield from _note(files, name, found, source, left)
            except KnownError as error:
                broken = error
        texts = [name for name in files.names if _TEXT.fullmatch(name)]
        yield from attachments(files, source, r"^.*\.bear2bk/", texts)
        if broken is not None:
            raise broken
        left.say()


def _is_mac(name: str) -> bool:
    return "__MACOSX/" in name or name.rpartition("/")[2].startswith("._")


def _note(files: Package, name: str, found: re.Match[str], source: ParseInput, left: LeftOut) -> Iterator[Document]:
    info = _info(files, found["folder"])
    bear = _about(info)
    if bear.get("trashed") in (1, True):
        left.add(in_the_bin())
        return
    if bear.get("encrypted") in (1, True):
        left.add(locked())
        return
    data = files.read(name) or b""
    text = decode(data, "utf-8").text if data.strip() else ""
    document = _read(text, found["kind"].lower(), source.clock)
    folder = found["folder"].rstrip("/").rpartition("/")[2] or source.name
    bundle = name_in_zip(re.sub(r"(?:\.(?:textbundle|textpack|bear2bk|zip))+$", "", folder, flags=re.I))
    tags = [tag for tag in _WIDE_TAG.findall(text) if " " in tag] + _tags(bear)
    made = next((m for key in ("creationDate", "created", "createdAt") if (
        m := parse_date(words(bear.get(key)), source.clock.zone()))), None)
    yield with_more(
        document, title=document.title or words(bear.get("title")) or bundle, happened_at=made, tags=tags,
        key=words(bear.get("uniqueIdentifier")) or bundle, links=[words(info.get("sourceURL"))],
        properties={"updated": words(bear.get("modificationDate")), "app": words(info.get("creatorIdentifier")),
                    "archived": "true" if bear.get("archived") in (1, True) else ""})


def _info(files: Package, folder: str) -> dict[str, Any]:
    """What info.json says; nothing where it is missing or broken, for the text stands for itself."""
    data = files.read(folder + "info.json")
    try:
        info = json_of(data) if data else {}
    except KnownError:
        return {}
    return info if isinstance(info, dict) else {}


def _about(info: dict[str, Any]) -> dict[str, Any]:
    """The note's own data, which an app keeps under its identifier."""
    inner = info.get(words(info.get("creatorIdentifier")))
    return inner if isinstance(inner, dict) else info


def _tags(bear: dict[str, Any]) -> list[str]:
    return [words(tag) for tag in listing(bear.get("tags"))]


def _read(text: str, kind: str, clock: Clock) -> Document:
    if not kind.startswith("htm"):
        return markdown(text, clock)
    read = read_note(text, clock.zone())
    builder = TextBuilder()
    add_pieces(builder, read.pieces)
    return builder.build(title=read.page.title, links=read.page.links)
