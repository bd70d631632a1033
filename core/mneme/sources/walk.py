"""One look at folders: what each entry is, by its name, its place and its status; nothing is opened for that."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from mneme.messages import _
from mneme.ports import Ask, Found
from mneme.sources import ignore, skips
from mneme.sources.bundles import is_bundle
from mneme.sources.ignore import Rules
from mneme.types import Candidate

Identity = tuple[int, int]  # device and inode
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What is left out whatever lies where: `profile` (resolved), files larger than `max_bytes`, what `ask` refuses."""

    max_bytes: int
    profile: str | None = None
    ask: Ask | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder to be listed: as its owner names it, where it really is, and the rules of the folders above."""

    path: str
    real: str
    above: Rules | None = None
    is_root: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A listed folder. `instead` stands for it as a whole: one place, or left out for what is in it."""

    folder: Folder
    entries: dict[str, os.DirEntry[str]]
    rules: Rules | None = None
    instead: Found | None = None


class Walk:
    """One scan: what was seen already, and the links that wait until all real files are known."""

    def __init__(self, limits: Limits, named: frozenset[str], *, partial: bool = False) -> None:
        """`named`: roots, which are passed over within one another: they have their own turn.

        `partial`: not all is looked at, so that of a file with several names nothing can be said; it goes to
        `doubtful`.
        """
        self._limits = limits
        self._named = named
        self._partial = partial
        self._seen: dict[Identity, str] = {}
        self._links: list[tuple[str, str]] = []
        self.doubtful: list[str] = []
        self.twins: dict[str, list[str]] = {}  # by the name that a file was first met under, the others

    def root(self, path: str, status: os.stat_result) -> Iterator[Found]:
        """Everything at and under what the owner named."""
        if not stat.S_ISDIR(status.st_mode):
            found = self._named_file(path, status)
            yield from () if found is None else (found,)
            return
        folder = Folder(path, os.path.realpath(path), is_root=True)
        reason = self.root_reason(folder, status) or self._again(path, status)
        if reason is not None:
            yield Found(Path(path), skipped=reason)
        else:
            yield from self.everything(folder)

    def everything(self, top: Folder) -> Iterator[Found]:
        """Everything in a folder. Iterative: a tree may be deeper than Python's stack."""
        waiting = [top]
        while waiting:
            level = self.open(waiting.pop())
            if level.instead is not None:
                yield level.instead
                continue
            folders: list[Folder] = []
            for entry in level.entries.values():
                found = self.entry(entry, level, folders)
                if found is not None:
                    yield found
            waiting.extend(reversed(folders))

    def links(self) -> Iterator[Found]:
        """The links met on the way, after all files: a link to what was read already is left out."""
        for path, real in self._links:
            yield self._link(path, real)

    # ------------------------------------------------------------------ folders

    def open(self, folder: Folder) -> Level:
        """List a folder, and see what it is as a whole."""
        path = Path(folder.path)
        try:
            with os.scandir(path) as listing:
                entries = {entry.name: entry for entry in sorted(listing, key=lambda entry: entry.name)}
        except FileNotFoundError:
            return Level(folder, {}, instead=Found(path, gone=True))
        except OSError as error:
            return Level(folder, {}, instead=Found(path, failed=unreadable(error)))
        names = frozenset(entries)
        if skips.is_profile(names):
            return Level(folder, entries, instead=Found(path, skipped=_("belongs to Mneme itself")))
        if not folder.is_root and (reason := skips.marked_reason(names)):
            return Level(folder, entries, instead=Found(path, skipped=reason))
        instead = self._bundle(path) if is_bundle(path.name, names) else None
        return Level(folder, entries, ignore.within(folder.path, names, folder.above), instead)

    def entry(self, entry: os.DirEntry[str], level: Level, folders: list[Folder]) -> Found | None:
        """What one entry is: a place, or None for a folder to be listed, a link to be followed later, a root."""
        if entry.path in self._named:
            return None
        path, real = Path(entry.path), os.path.join(level.folder.real, entry.name)  # noqa: PTH118 -- for each file
        try:
            is_folder, is_link = entry.is_dir(follow_symlinks=False), entry.is_symlink()
            reason = self.left_out(entry.path, is_folder, level.rules, level.entries)
            if reason is None and is_link:
                self._put_off(entry.path, real)
                return None
            status = None if reason is not None else _status(entry)
        except FileNotFoundError:
            return Found(path, gone=True)
        except OSError as error:
            return Found(path, failed=unreadable(error))
        if status is None:
            return Found(path, skipped=reason)
        if not is_folder:
            return self._plain(entry.path, real, status, has_log=f"{entry.name}-wal" in level.entries)
        reason = self.refused(entry.path, real, status, is_folder=True) or self._again(entry.path, status)
        if reason is not None:
            return Found(path, skipped=reason)
        folders.append(Folder(entry.path, real, level.rules))
        return None

    def left_out(self, path: str, is_folder: bool, rules: Rules | None,
                 names: dict[str, os.DirEntry[str]] | None = None) -> str | None:
        """Why `path`, in a folder with entries of these `names`, is left out for what it is called or where it is."""
        cut = path.rfind(os.sep)
        last_two = path[path.rfind(os.sep, 0, max(cut, 0)) + 1:]  # what is above was asked about before
        if (reason := skips.key_reason(last_two, is_folder=is_folder) or self._own(path)) is not None:
            return reason
        verdict = rules.verdict(path, is_folder) if rules else None
        if verdict is not None:
            return ignore.why(verdict.rule) if verdict.ignored else None
        return skips.folder_reason(path) if is_folder else skips.file_reason(path[cut + 1:], names or ())

    def root_reason(self, folder: Folder, status: os.stat_result) -> str | None:
        """Why a folder that the owner named is left out all the same."""
        return (self._private(folder.path, is_folder=True) or self._private(folder.real, is_folder=True)
                or self.refused(folder.path, folder.real, status, is_folder=True))

    def _bundle(self, path: Path) -> Found:
        """A folder as one place: as large as its files together, and as new as the newest."""
        size, newest = 0, 0
        for where, _folders, names in os.walk(path):
            for name in names:
                try:
                    status = Path(where, name).lstat()
                except OSError:  # gone meanwhile; whoever reads it will say so
                    continue
                if stat.S_ISREG(status.st_mode):
                    size, newest = size + status.st_size, max(newest, status.st_mtime_ns)
        return Found(path, size, newest, skipped=self._too_large(size), bundle=True)

    # ------------------------------------------------------------------ files and links

    def _put_off(self, path: str, real: str) -> None:
        if self._partial:
            self.doubtful.append(path)
        else:
            self._links.append((path, real))

    def _named_file(self, path: str, status: os.stat_result) -> Found | None:
        """A file that the owner named: no rule applies to it, but keys stay keys."""
        real = os.path.realpath(path)
        reason = self._private(path) or self._private(real)
        return Found(Path(path), skipped=reason) if reason else self._plain(path, real, status, has_log=True)

    def _plain(self, path: str, real: str, status: os.stat_result, *, has_log: bool) -> Found | None:
        """What a file is; None where only a whole scan can tell."""
        if self._partial and stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
            self.doubtful.append(path)
            return None
        found = self._file(path, real, status)
        return replace(found, mtime_ns=max(found.mtime_ns, _time_of(f"{path}-wal"))) if has_log else found

    def _file(self, path: str, real: str, status: os.stat_result) -> Found:
        if not stat.S_ISREG(status.st_mode):
            return Found(Path(path), skipped=_("is not a regular file"))
        reason = (_("is kept in the cloud only; reading it would download it") if skips.is_in_cloud_only(status)
                  else self._too_large(status.st_size) or self.refused(path, real, status) or self._again(path, status))
        return Found(Path(path), status.st_size, status.st_mtime_ns, skipped=reason)

    def _too_large(self, size: int) -> str | None:
        if size <= self._limits.max_bytes:
            return None
        return _("is larger than {limit} MB: {size} MB").format(
            limit=f"{self._limits.max_bytes / _MEGABYTE:g}", size=f"{size / _MEGABYTE:.1f}")

    def _link(self, path: str, real: str) -> Found:
        try:
            status = Path(path).stat()
            target = os.path.realpath(real)
        except OSError as error:
            return Found(Path(path), failed=unreadable(error, is_link=True))
        if stat.S_ISDIR(status.st_mode):
            return Found(Path(path), skipped=_("is a link to a folder, which is not followed"))
        reason = self._private(target)
        return Found(Path(path), skipped=reason) if reason else self._file(path, target, status)

    # ------------------------------------------------------------------ what is known about a path

    def refused(self, path: str, real: str, status: os.stat_result, *, is_folder: bool = False) -> str | None:
        """Why the owner's own rules leave it out, by the name it has and where it really is."""
        if self._limits.ask is None:
            return None
        return self._limits.ask(Candidate(
            path=path, real_path=real if real != path else None, is_folder=is_folder,
            size=None if is_folder else status.st_size, changed_at=_instant(status.st_mtime)))

    def _again(self, path: str, status: os.stat_result) -> str | None:
        """Why this file or folder was had already; else remembers it."""
        first = self._seen.setdefault((status.st_dev, status.st_ino), path)
        if first == path:
            return None
        self.twins.setdefault(first, []).append(path)
        return _("is the same as {path}").format(path=ignore.shown(first))

    def _private(self, path: str, *, is_folder: bool = False) -> str | None:
        return skips.key_reason(path, is_folder=is_folder) or self._own(path) or _others(path)

    def _own(self, path: str) -> str | None:
        profile = self._limits.profile
        inside = profile is not None and (path == profile or path.startswith(profile + os.sep))
        return _("belongs to Mneme itself") if inside else None


def unreadable(error: OSError, *, is_link: bool = False) -> str:
    """The reason why something cannot be looked at."""
    if is_link and isinstance(error, FileNotFoundError):
        return _("is a link that leads nowhere")
    if error.errno == errno.ELOOP:
        return _("is a link that leads back to itself")
    if isinstance(error, PermissionError):
        return _("may not be read: permission denied")
    return _("cannot be read: {why}").format(why=error.strerror or type(error).__name__)


def _others(path: str) -> str | None:
    """Why what lies in any profile of Mneme is left out."""
    for folder in (Path(path), *Path(path).parents):
        if os.path.lexists(folder / "memory.db") and os.path.lexists(folder / "key.json"):
            return _("belongs to Mneme itself")
    return None


def _status(entry: os.DirEntry[str]) -> os.stat_result:
    """The entry's own status. On Windows a listing tells neither device nor inode."""
    status = entry.stat(follow_symlinks=False)
    return status if status.st_ino else Path(entry.path).stat(follow_symlinks=False)


def _time_of(log: str) -> int:
    """When the log beside a database was written to: what is new may be there alone. 0 where there is none."""
    try:
        return Path(log).lstat().st_mtime_ns
    except OSError:
        return 0


def _instant(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # a time that no calendar has
        return None
