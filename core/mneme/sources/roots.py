"""Whether the folders that the owner named are there, and are the same as when they were added."""

import os
import stat
from pathlib import Path

from mneme.errors import KnownError
from mneme.messages import _
from mneme.sources import ignore


def is_within(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies below it, by their names alone."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def status_of(root: str) -> os.stat_result:
    """The status of a root that can be listed or read. Raises: KnownError."""
    try:
        status = Path(root).stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(root).close()
    except FileNotFoundError:
        raise KnownError(_("There is no file or folder {path}.").format(path=ignore.shown(root)),
                         _("See that the name is written as it is on the disk.")) from None
    except OSError as error:
        raise KnownError(
            _("{path} cannot be read: {why}.").format(path=ignore.shown(root), why=error.strerror or error),
            _("See that your account may read it.")) from None
    return status


def mark_of(root: Path) -> str:
    """What tells a folder apart from an empty one that stands in its place; "" where there is nothing.

    A device's number changes with every start, so the mark is whether another disk is mounted there, and the
    folder's own number on that disk.
    """
    try:
        status = root.stat()
    except OSError:
        return ""
    return f"{'mounted' if os.path.ismount(root) else 'plain'} {status.st_ino}"


def absent(root: str, mark: str) -> str | None:
    """Why what is at `root` cannot be what had this mark when it was added, as a sentence; None where it may.

    Where a disk was mounted and none is, or where an empty folder stands that is not the one of then, nothing is
    said about the files that were there.
    """
    shown = ignore.shown(root)
    try:
        status_of(root)
    except KnownError as error:
        return error.message
    kind, _space, number = mark.partition(" ")
    now_kind, _space, now_number = mark_of(Path(root)).partition(" ")
    if kind == "mounted" and now_kind != "mounted":
        return _("The disk that was at {path} is not there.").format(path=shown)
    if mark and number != now_number and Path(root).is_dir() and not os.listdir(root):  # noqa: PTH208
        return _("{path} is another folder than the one that was added, and it is empty.").format(path=shown)
    return None
