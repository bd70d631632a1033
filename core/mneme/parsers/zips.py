"""Containers that are zip files, opened with limits: what unpacks to too much is refused before it is read."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, Any

from mneme.errors import Unreadable
from mneme.messages import _
from mneme.ports import Parser

MAX_UNPACKED = 256_000_000  # bytes of all members that are read, or of all together where they are really packed
MAX_PICTURES = 2  # unpacked : packed, below which a zip is full of pictures, most of which nobody reads
MAX_RATIO = 150  # unpacked : packed; office files reach about 60
RATIO_COUNTS_FROM = 20_000_000  # unpacked bytes under which the ratio does not matter
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, struct.error, ValueError,
          NotImplementedError, KeyError)
"""What a damaged member throws while it is unpacked."""

RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"  # of r:id


class Package:
    """The members of a zip file by name. Every way of reading is bounded. Raises: Unreadable."""

    def __init__(self, data: bytes, kind: str, parsers: Sequence[Parser] = ()) -> None:
        """`parsers` are those that read members which are files of their own."""
        self._kind = kind
        self.parsers = parsers
        if data.startswith(_OLE) and _ENCRYPTED in data:
            raise protected()
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN as error:
            raise self.broken() from error
        self._read = 0
        self._check_sizes(len(data))

    @property
    def names(self) -> list[str]:
        return self._zip.namelist()

    def read(self, name: str) -> bytes | None:
        """A member's content, or None where there is none of that name."""
        if name not in self._zip.NameToInfo:
            return None
        return b"".join(self._chunks(name))

    def open(self, name: str) -> IO[bytes]:
        """A member as a stream; while it is read it may throw what `BROKEN` names."""
        try:
            return self._zip.open(name)
        except RuntimeError as error:
            raise protected() from error
        except BROKEN as error:
            raise self.broken() from error

    def verify(self) -> None:
        """Unpack everything once, piece by piece: a lie about a size, or damage, comes to light without harm."""
        for name in self.names:
            for _piece in self._chunks(name):
                pass

    def broken(self) -> Unreadable:
        """What to raise where the content is not what the name says."""
        return _damaged(self._kind)

    def xml(self, name: str) -> Any:
        """The root element of an XML member, entities unexpanded; None where there is no such member."""
        data = self.read(name)
        return None if data is None else parse_xml(data, self._kind)

    def related(self, name: str) -> dict[str, str]:
        """What a member of an office file refers to: relationship id -> member name."""
        folder, _slash, file = name.rpartition("/")
        root = self.xml(f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels")
        if root is None:
            return {}
        return {child.get("Id", ""): resolve(folder, child.get("Target", ""))
                for child in root if isinstance(child.tag, str) and child.get("TargetMode") != "External"}

    def _check_sizes(self, packed: int) -> None:
        unpacked = sum(info.file_size for info in self._zip.infolist())
        if (unpacked > max(MAX_UNPACKED, MAX_PICTURES * packed)
                or (unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * packed)):
            raise _too_much(min(MAX_UNPACKED, max(RATIO_COUNTS_FROM, MAX_RATIO * packed)))

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(name) as member:
                while piece := member.read(_CHUNK):
                    self._read += len(piece)
                    if self._read > MAX_UNPACKED:
                        raise _too_much(MAX_UNPACKED)
                    yield piece
        except RuntimeError as error:  # zipfile's word for "needs a password"
            raise protected() from error
        except BROKEN as error:
            raise self.broken() from error


def name_in_zip(name: str) -> str:
    """A member's name as it was meant: some programs write UTF-8 without saying so, and it is read as CP437."""
    try:
        return name if name.isascii() else name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def parse_xml(data: bytes, kind: str) -> Any:
    """The root of XML from a hostile place: no entities, no network, no huge trees. Raises: Unreadable."""
    from lxml import etree  # noqa: PLC0415 -- slow import

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _damaged(kind) from error


def resolve(folder: str, target: str) -> str:
    """A member's name from a relative one: ("ppt/slides", "../media/x.xml") is "ppt/media/x.xml"."""
    parts = [] if target.startswith("/") else [p for p in folder.split("/") if p]
    for part in target.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _damaged(kind: str) -> Unreadable:
    return Unreadable(_("is damaged, or is no {kind} file").format(kind=kind))


def _too_much(limit: int) -> Unreadable:
    return Unreadable(_("unpacks to more than {megabytes} MB").format(megabytes=limit // 1_000_000),
                      _("It looks like a file made to fill the memory."))


def protected() -> Unreadable:
    """What to raise for a file that only a password opens."""
    return Unreadable(_("is protected with a password"), _("Save it without the password to have it taken in."))
