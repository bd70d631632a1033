"""Zip files that are exports: who made one is told by the names in it; of any other zip each file is read by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from mneme.errors import KnownError, Skipped
from mneme.messages import _, ngettext
from mneme.parsers.encoding import suffix_of
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput, Parser
from mneme.types import Document, Mark

HEAD = 8192
_NOT_OURS = ("__MACOSX/", ".git/", "node_modules/")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


class ArchiveReader(Protocol):
    """Reads one program's exports: a zip file, or a folder whose files were put into one."""

    @property
    def format(self) -> str:
        """The format's name."""
        ...

    def claims(self, names: Sequence[str]) -> bool:
        """Whether files of these names (with "/", maybe below one common folder) are an export of this program."""
        ...

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        """What the export holds. Raises: Unreadable, Skipped."""
        ...


class Archive:
    """.zip: an export that one of the readers knows, or any files. Worked on in the worker process, with limits."""

    format = "archive"
    suffixes = frozenset({".zip"})
    isolated = True

    def readers(self) -> Sequence[ArchiveReader]:
        """Who is asked whether an export is theirs; `all` knows them."""
        return ()

    def parsers(self) -> Sequence[Parser]:
        """Who reads the files of any other zip."""
        return ()

    def recognises(self, head: bytes, name: str) -> float:
        if not head.startswith(_ZIP):
            return 0.0
        return 0.8 if suffix_of(name) in self.suffixes else 0.3

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        files = Package(source.data, "zip", self.parsers())
        names = [name for name in files.names if not name.endswith("/")]
        for reader in self.readers():
            if reader.claims(names):
                yield from reader.read(files, source)
                return
        yield from each_file(files, names, source)


def each_file(files: Package, names: Sequence[str], source: ParseInput) -> Iterator[Parsed]:
    """These members, each as the file it is; those that nobody reads are counted at the end, and nothing else is lost.

    Raises: Skipped where some, or all, of them were left out.
    """
    parsers = [parser for parser in files.parsers if parser.format != Archive.format]
    read = left = 0
    for name in sorted(names):
        try:
            for one in _member(files, name, source, parsers):
                yield one
                read += 1
        except KnownError:
            left += 1
    if not read:
        raise Skipped(_("holds no file that Mneme can read"))
    if left:
        raise Skipped(ngettext("{n} file in it was left out", "{n} files in it were left out", left).format(n=left))


def _member(files: Package, name: str, source: ParseInput, parsers: Sequence[Parser]) -> Iterator[Parsed]:
    if any(part in f"/{name}" for part in map("/".__add__, _NOT_OURS)):
        return
    data = files.read(name) or b""
    base = name.rpartition("/")[2]
    sure, best = max(((p.recognises(data[:HEAD], base), -i) for i, p in enumerate(parsers)), default=(0.0, 0))
    if not data or sure <= 0:
        raise Skipped(_("is empty") if not data else _("no reader for this kind of file"))
    parser = parsers[-best]
    for index, one in enumerate(parser.parse(ParseInput(data, base, source.clock))):
        if isinstance(one, Document):
            yield replace(one, title=one.title or base.rpartition(".")[0] or base,
                          key=one.key or (name if index == 0 else f"{name}#{index}"),
                          stable=bool(one.key) and one.stable)
        elif not isinstance(one, Mark):
            yield one
