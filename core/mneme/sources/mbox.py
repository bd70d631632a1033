"""A mailbox in one file of any size, read piece by piece from where it was left last time."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from mneme.errors import KnownError
from mneme.messages import _
from mneme.ports import Found, Taken
from mneme.types import Conversation, Finding

Read = Callable[[bytes], Iterator[Conversation]]
"""The conversations in some whole mails of a mailbox. Raises: KnownError at the end, for mails that were left out."""

Starts = Callable[[bytes], list[int]]
"""Where mails begin in a piece of a mailbox."""

MOST_MAILS = 200  # in one batch
MOST_BYTES = 8_000_000
_LARGEST_MAIL = 64_000_000  # bytes of one mail that are read; of a larger one, its beginning
_KNOWN_BY = 65_536  # bytes at the beginning, and before the cursor, that tell whether it is the file of last time


class MboxSource:
    """One mbox file. The cursor is how far it was read, and what stood there: another file is read from its start."""

    name = "mbox"

    def __init__(self, path: Path, *, read: Read, starts: Starts) -> None:
        self._path = path
        self._read = read
        self._starts = starts

    def scan(self, cursor: str | None = None) -> Iterator[Found | Taken]:
        """Batches of whole mails, each with the cursor after it. Raises: KnownError where the file cannot be read."""
        try:
            with self._path.open("rb") as file:
                yield from self._batches(file, _position(file, cursor))
        except OSError as error:
            raise self._unreadable(error) from error

    def watched(self) -> tuple[Path, ...]:
        return (self._path,)

    def check(self) -> Iterator[Finding]:
        try:
            with self._path.open("rb") as file:
                file.read(1)
        except OSError as error:
            yield Finding("mbox", self._unreadable(error).message, repairable=False)

    def _batches(self, file: IO[bytes], position: int) -> Iterator[Found | Taken]:
        """What is read, batch by batch; at the end, once, why some mails were left out."""
        left_out: str | None = None
        for mails, end in _pieces(file, position, self._starts):
            conversations: list[Conversation] = []
            try:
                conversations.extend(self._read(mails))
            except KnownError as error:
                left_out = left_out or error.message
            yield Taken(self._path, "mbox", tuple(conversations), _cursor(file, end))
        if left_out is not None:
            yield Found(self._path, file.seek(0, 2), skipped=left_out)

    def _unreadable(self, error: OSError) -> KnownError:
        return KnownError(_("The mailbox {path} cannot be read: {why}.").format(
            path=self._path, why=error.strerror or type(error).__name__), _("See that your account may read it."))


def _pieces(file: IO[bytes], position: int, starts: Starts) -> Iterator[tuple[bytes, int]]:
    """Whole mails from `position` on, as many as a batch may hold, with the place in the file where they end."""
    held, wanted = b"", MOST_BYTES
    while True:
        file.seek(position + len(held))
        read = file.read(max(wanted - len(held), 1))
        held += read
        at_end = len(held) < wanted
        begins = starts(held)
        cut = _cut(begins, len(held), at_end)
        if cut:
            yield held[:min(cut, _LARGEST_MAIL)], position + cut
            held, position, wanted = held[cut:], position + cut, MOST_BYTES
        elif at_end or not read:
            return
        elif wanted < _LARGEST_MAIL:
            wanted *= 2  # one mail is larger than a batch
        else:
            end = _next_start(file, position + len(held), starts)
            yield held, end
            held, position, wanted = b"", end, MOST_BYTES


def _cut(begins: list[int], length: int, at_end: bool) -> int:
    """Where to end a batch in what is held: before a mail, or at the end of the file; 0 where more must be read."""
    bounds = [start for start in begins if start] + ([length] if at_end and length else [])
    mails = bounds[:MOST_MAILS]
    small = [bound for bound in mails if bound <= MOST_BYTES]
    return small[-1] if small else mails[0] if mails else 0


def _next_start(file: IO[bytes], position: int, starts: Starts) -> int:
    """Where the next mail begins, or the file ends: the rest of a mail that is too large is passed over."""
    while True:
        file.seek(position)
        piece = file.read(MOST_BYTES)
        found = next((start for start in starts(piece) if start), None)
        if found is not None or len(piece) < MOST_BYTES:
            return position + (len(piece) if found is None else found)
        position += len(piece) - _KNOWN_BY  # a line that begins a mail may lie across the end of the piece


def _position(file: IO[bytes], cursor: str | None) -> int:
    """Where to read on; 0 where what stands before the cursor is not what stood there last time."""
    told = (cursor or "").partition(" ")[0]
    position = int(told) if told.isascii() and told.isdigit() else 0
    return position if 0 < position <= file.seek(0, 2) and _cursor(file, position) == cursor else 0


def _cursor(file: IO[bytes], position: int) -> str:
    """The position, with a digest of the file's beginning and of what stands right before it."""
    digest = hashlib.blake2b(digest_size=12)
    for start in (0, max(position - _KNOWN_BY, 0)):
        file.seek(start)
        digest.update(file.read(min(_KNOWN_BY, position - start)))
    return f"{position} {digest.hexdigest()}"
