"""Books: the chapters of an EPUB in the order of its spine."""

import posixpath
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any
from urllib.parse import unquote

from mneme.errors import Skipped, Unreadable
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.documents.html import add_pieces, page_of
from mneme.parsers.documents.office import local
from mneme.parsers.encoding import suffix_of
from mneme.parsers.moments import parse_date
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput
from mneme.types import Moment


class Epub:
    """.epub without copy protection."""

    format = "epub"
    suffixes = frozenset({".epub"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if not head.startswith(b"PK\x03\x04"):
            return 0.0
        return 0.95 if suffix_of(name) in self.suffixes else 0.9 if b"application/epub+zip" in head[:120] else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        package = Package(source.data, "EPUB")
        root = _root_file(package)
        book = package.xml(root)
        if book is None:
            raise package.broken()
        builder = TextBuilder()
        locked = _locked(package)
        for name in _spine(book, posixpath.dirname(root)):
            if name in locked:
                raise Unreadable(_("is locked with copy protection (DRM)"))
            _chapter(package, name, builder, source)
        said = _metadata(book)
        yield builder.build(title=next(iter(said.get("title", ())), None), authors=said.get("creator", ()),
                            happened_at=_date(said, source.clock.zone()), tags=said.get("subject", ()),
                            properties={key: ", ".join(said[key]) for key in ("language", "publisher", "description")
                                        if key in said})


def _root_file(package: Package) -> str:
    container = package.xml("META-INF/container.xml")
    for element in container.iter() if container is not None else ():
        if local(element) == "rootfile" and element.get("full-path"):
            return str(element.get("full-path"))
    raise package.broken()


def _spine(book: Any, folder: str) -> Iterator[str]:
    """The member names of the chapters in reading order."""
    hrefs = {e.get("id"): e.get("href", "") for e in book.iter() if local(e) == "item"}
    for reference in (e for e in book.iter() if local(e) == "itemref"):
        if href := hrefs.get(reference.get("idref")):
            yield posixpath.normpath(posixpath.join(folder, unquote(href.split("#")[0])))


def _chapter(package: Package, name: str, builder: TextBuilder, source: ParseInput) -> None:
    data = package.read(name)
    if data is None:
        builder.note(_("A chapter that the book lists is not in it: {name}").format(name=name))
        return
    try:
        page = page_of(data, source)
    except Skipped:  # an empty page, or a picture listed as a chapter
        return
    add_pieces(builder, page.pieces)


def _locked(package: Package) -> frozenset[str]:
    """The members that are encrypted (fonts are, in honest books)."""
    rights = package.xml("META-INF/encryption.xml")
    found = rights.iter() if rights is not None else ()
    return frozenset(unquote(e.get("URI", "")) for e in found if local(e) == "CipherReference")


def _metadata(book: Any) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    metadata = next((e for e in book if local(e) == "metadata"), ())
    for element in metadata:
        if local(element) and (element.text or "").strip():
            said.setdefault(local(element), []).append(element.text.strip())
    return said


def _date(said: dict[str, list[str]], zone: tzinfo) -> Moment | None:
    return next((m for d in said.get("date", ()) if (m := parse_date(d, zone))), None)
