"""Folders and files that the owner named: every file in them once, and for each one left out the reason why."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from mneme.errors import KnownError
from mneme.messages import _
from mneme.ports import Found
from mneme.sources import ignore, skips
from mneme.sources.ignore import Rules

Identity = tuple[int, int]  # device and inode
_MEGABYTE = 1_000_000


class FolderSource:
    """Scans files and folders, in the same order every time; nothing that is left out is opened.

    In a folder: the rules of its own and its subfolders' .gitignore and .mnemeignore files hold (not those above
    it); what `skips` lists is left out unless a .mnemeignore or .gitignore says `!name`. Links to files are
    followed, each file being read once; links to folders are not. A file or folder that the owner names outright is
    subject to no rule. Keys, passwords and Mneme's own profile are never read, however they are named.
    """

    name = "folder"

    def __init__(self, roots: Sequence[Path], *, max_bytes: int, profile_root: Path | None = None) -> None:
        """`max_bytes`: larger files are left out. `profile_root`: the profile in use."""
        # not resolve(): a place keeps the name its owner gave it, links included
        self._roots = list(dict.fromkeys(os.path.abspath(root) for root in roots))  # noqa: PTH100
        self._max_bytes = max_bytes
        self._profile = None if profile_root is None else os.path.realpath(profile_root)

    def scan(self) -> Iterator[Found]:
        """Every place, each once. Raises: KnownError where a root cannot be read, before the first place."""
        kinds = [(root, _root_status(root)) for root in self._roots]
        walk = _Walk(self._max_bytes, self._profile, frozenset(self._roots))
        for root, status in kinds:
            if stat.S_ISDIR(status.st_mode):
                yield from walk.folder(root, status)
            else:
                yield walk.named(root, status)
        yield from walk.links()


class _Walk:
    """One scan: what was seen already, and the links that wait until all real files are known."""

    def __init__(self, max_bytes: int, profile: str | None, named: frozenset[str]) -> None:
        self._max_bytes = max_bytes
        self._profile = profile
        self._named = named  # met again within another, they are passed over: they have their own turn
        self._seen: dict[Identity, str] = {}
        self._links: list[str] = []

    def folder(self, root: str, status: os.stat_result) -> Iterator[Found]:
        """Everything under a named folder. Iterative: a tree may be deeper than Python's stack."""
        reason = self._private(root) or self._private(os.path.realpath(root)) or self._again(root, status)
        if reason is not None:
            yield Found(Path(root), skipped=reason)
            return
        waiting: list[tuple[str, Rules | None]] = [(root, None)]
        while waiting:
            path, above = waiting.pop()
            folders: list[tuple[str, Rules | None]] = []
            yield from self._listed(path, above, folders, is_root=path == root)
            waiting.extend(reversed(folders))

    def named(self, path: str, status: os.stat_result) -> Found:
        """A file that the owner named: no rule applies to it, but keys stay keys."""
        reason = self._private(path) or self._private(os.path.realpath(path))
        return Found(Path(path), skipped=reason) if reason else self._file(path, status)

    def links(self) -> Iterator[Found]:
        """The links met on the way, after all files: a link to what was read already is left out."""
        for path in self._links:
            yield self._link(path)

    # ------------------------------------------------------------------ folders

    def _listed(self, path: str, above: Rules | None, folders: list[tuple[str, Rules | None]], *,
                is_root: bool) -> Iterator[Found]:
        """The files of one folder; its subfolders go to `folders`."""
        try:
            with os.scandir(path) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield Found(Path(path), failed=_unreadable(error))
            return
        names = frozenset(entry.name for entry in entries)
        if not is_root and (reason := skips.marked_reason(names)):
            yield Found(Path(path), skipped=reason)
            return
        rules = ignore.within(path, names, above)
        for entry in entries:
            found = None if entry.path in self._named else self._entry(entry, rules, folders)
            if found is not None:
                yield found

    def _entry(self, entry: os.DirEntry[str], rules: Rules | None,
               folders: list[tuple[str, Rules | None]]) -> Found | None:
        """What one entry is: a place, or None for a folder to be listed and a link to be followed later."""
        try:
            is_folder, is_link = entry.is_dir(follow_symlinks=False), entry.is_symlink()
            if (reason := self._left_out(entry, is_folder, rules)) is not None:
                return Found(Path(entry.path), skipped=reason)
            if is_link:
                self._links.append(entry.path)
                return None
            status = _status(entry)
        except OSError as error:
            return Found(Path(entry.path), failed=_unreadable(error))
        if not is_folder:
            return self._file(entry.path, status)
        if (reason := self._again(entry.path, status)) is not None:
            return Found(Path(entry.path), skipped=reason)
        folders.append((entry.path, rules))
        return None

    def _left_out(self, entry: os.DirEntry[str], is_folder: bool, rules: Rules | None) -> str | None:
        if (reason := skips.key_reason(entry.name) or self._own(entry.path)) is not None:
            return reason
        verdict = rules.verdict(entry.path, is_folder) if rules else None
        if verdict is not None:
            return ignore.why(verdict.rule) if verdict.ignored else None
        return skips.folder_reason(entry.name) if is_folder else skips.file_reason(entry.name)

    # ------------------------------------------------------------------ files and links

    def _file(self, path: str, status: os.stat_result) -> Found:
        if not stat.S_ISREG(status.st_mode):
            return Found(Path(path), skipped=_("is not a regular file"))
        found = Found(Path(path), status.st_size, status.st_mtime_ns)
        if (reason := self._unfit(status) or self._again(path, status)) is not None:
            return Found(found.path, found.size, found.mtime_ns, skipped=reason)
        return found

    def _unfit(self, status: os.stat_result) -> str | None:
        if skips.is_in_cloud_only(status):
            return _("is kept in the cloud only; reading it would download it")
        if status.st_size > self._max_bytes:
            return _("is larger than {limit} MB: {size} MB").format(
                limit=f"{self._max_bytes / _MEGABYTE:g}", size=f"{status.st_size / _MEGABYTE:.1f}")
        return None

    def _link(self, path: str) -> Found:
        try:
            status = Path(path).stat()
            target = os.path.realpath(path)
        except OSError as error:
            return Found(Path(path), failed=_unreadable(error, is_link=True))
        if stat.S_ISDIR(status.st_mode):
            return Found(Path(path), skipped=_("is a link to a folder, which is not followed"))
        reason = self._private(target)
        return Found(Path(path), skipped=reason) if reason else self._file(path, status)

    # ------------------------------------------------------------------ what is known about a path

    def _again(self, path: str, status: os.stat_result) -> str | None:
        """Why this file or folder was had already; else remembers it."""
        first = self._seen.setdefault((status.st_dev, status.st_ino), path)
        return None if first == path else _("is the same as {path}").format(path=ignore.shown(first))

    def _private(self, path: str) -> str | None:
        return skips.key_reason(path) or self._own(path)

    def _own(self, path: str) -> str | None:
        inside = self._profile is not None and (path == self._profile or path.startswith(self._profile + os.sep))
        return _("belongs to Mneme itself") if inside else None


def _root_status(root: str) -> os.stat_result:
    try:
        status = Path(root).stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(root).close()
    except FileNotFoundError:
        raise KnownError(_("There is no file or folder {path}.").format(path=ignore.shown(root)),
                         _("See that the name is written as it is on the disk.")) from None
    except OSError as error:
        raise KnownError(_("{path} cannot be read: {why}.").format(path=ignore.shown(root), why=_reason(error)),
                         _("See that your account may read it.")) from None
    return status


def _status(entry: os.DirEntry[str]) -> os.stat_result:
    """The entry's own status. On Windows a listing tells neither device nor inode."""
    status = entry.stat(follow_symlinks=False)
    return status if status.st_ino else Path(entry.path).stat(follow_symlinks=False)


def _unreadable(error: OSError, *, is_link: bool = False) -> str:
    if is_link and isinstance(error, FileNotFoundError):
        return _("is a link that leads nowhere")
    if error.errno == errno.ELOOP:
        return _("is a link that leads back to itself")
    if isinstance(error, PermissionError):
        return _("may not be read: permission denied")
    return _("cannot be read: {why}").format(why=_reason(error))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
