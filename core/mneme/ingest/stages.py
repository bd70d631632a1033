"""What flows between the stages of taking in, and the stages that touch neither store nor parsers."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from mneme.errors import KnownError, NotYet, Skipped, Unreadable
from mneme.messages import _
from mneme.ports import Found
from mneme.sources.bundles import pack
from mneme.store.items import NewItem
from mneme.types import AddReport, Conversation, EntryState, Skip

_DATABASE = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Task:
    """A place that has to be read; `twin` is an entry with the same bytes whose own place is there no more."""

    entry: int
    found: Found
    twin: int | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A place and its bytes; `since` is how far a growing file was read before."""

    task: Task
    data: bytes
    digest: bytes
    wal: bytes = b""
    since: str | None = None


@dataclass(slots=True)
class Prepared:
    """What a place gave, ready to be kept. `problem` is set where only a part, or nothing, could be read."""

    task: Task
    digest: bytes
    format: str | None = None
    items: list[NewItem] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    cursor: str | None = None
    goes_on: bool = False  # only what came since the last reading was given
    speakers: set[str] = field(default_factory=set)  # in chats where nobody is known to be the owner
    left_out: list[tuple[str, str]] = field(default_factory=list)  # what of it a rule kept out, and why
    problem: KnownError | None = None

    @property
    def weight(self) -> int:
        """Roughly how much there is to write, in characters."""
        return sum(len(item.text) for item in self.items) + 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one place ended."""

    shown: str
    state: EntryState
    reason: str | None = None
    added: int = 0
    unchanged: int = 0
    updated: int = 0
    speakers: frozenset[str] = frozenset()


@dataclass(slots=True)
class Tally:
    """Outcomes added up into the report."""

    added: int = 0
    unchanged: int = 0
    updated: int = 0
    done: int = 0
    skipped: list[Skip] = field(default_factory=list)
    failed: list[Skip] = field(default_factory=list)
    gone: int = 0
    speakers: set[str] = field(default_factory=set)

    def count(self, outcome: Outcome) -> None:
        self.speakers |= outcome.speakers
        self.added += outcome.added
        self.unchanged += outcome.unchanged
        self.updated += outcome.updated
        if outcome.state is EntryState.DONE:
            self.done += 1
        elif outcome.state is EntryState.SKIPPED:
            self.skipped.append(Skip(outcome.shown, outcome.reason or ""))
        else:
            self.failed.append(Skip(outcome.shown, outcome.reason or ""))

    def report(self, waiting_vectors: int) -> AddReport:
        seen = self.done + len(self.skipped) + len(self.failed)
        return AddReport(self.added, self.unchanged, self.updated, seen, self.done, tuple(self.skipped),
                         tuple(self.failed), waiting_vectors, self.gone, tuple(sorted(self.speakers)))


def read_place(found: Found, limit: int) -> tuple[Found, bytes, bytes]:
    """A file's content, or a folder that is one export as a zip file; and the log beside a SQLite database.

    Raises: Unreadable, NotYet, Skipped.
    """
    if found.bundle:
        try:
            return found, pack(found.path, limit), b""
        except OSError as error:
            raise NotYet(_("cannot be read: {why}").format(why=error.strerror or error)) from None
    now, data = read_file(found.path, limit)
    log = _log_beside(found.path, limit) if data.startswith(_DATABASE) else b""
    # a source tells the later time of a database and its log: the next scan compares with that
    return (replace(now, mtime_ns=max(now.mtime_ns, found.mtime_ns)) if log else now), data, log


def _log_beside(database: Path, limit: int) -> bytes:
    """What another program has written to its database and not yet moved into the file."""
    try:
        return read_file(database.with_name(database.name + "-wal"), limit)[1]
    except (Unreadable, Skipped):
        return b""


def read_file(path: Path, limit: int) -> tuple[Found, bytes]:
    """The whole content of a regular file that nobody changes meanwhile, with the size and time it had.

    Opened without blocking and checked after opening, so that a pipe put in a file's place cannot hang us.
    Raises: Unreadable, NotYet, Skipped.
    """
    for _attempt in range(2):
        try:
            before, data, after = _read_once(path, limit)
        except FileNotFoundError:
            raise Unreadable(_("is no longer there")) from None
        except PermissionError:
            raise NotYet(_("may not be read: permission denied")) from None
        except OSError as error:
            raise NotYet(_("cannot be read: {why}").format(why=error.strerror or error)) from None
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(data) == after.st_size:
            return Found(path, after.st_size, after.st_mtime_ns), data
    raise NotYet(_("is being written just now"), _("It will be read with the next scan."))


def _read_once(path: Path, limit: int) -> tuple[os.stat_result, bytes, os.stat_result]:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise Skipped(_("is not a regular file"))
        if before.st_size > limit:
            raise Skipped(_("is larger than {limit} MB").format(limit=limit // 1_000_000))
        data = file.read(before.st_size + 1)
        return before, data, os.fstat(file.fileno())


def ended(error: KnownError) -> EntryState:
    """The state in which an error leaves a place."""
    return EntryState.SKIPPED if isinstance(error, Skipped) else EntryState.FAILED


def batches(prepared: Iterator[Prepared], most: int, weight: int) -> Iterator[list[Prepared]]:
    """Runs of at most `most` places and about `weight` characters: what one transaction holds."""
    batch: list[Prepared] = []
    heavy = 0
    for one in prepared:
        batch.append(one)
        heavy += one.weight
        if len(batch) >= most or heavy >= weight:
            yield batch
            batch, heavy = [], 0
    if batch:
        yield batch
