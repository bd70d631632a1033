"""Where news of a folder comes from: the kernel's notices on Linux, those of other systems, or looking again."""

import errno
import itertools
import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mneme.messages import _
from mneme.sources import ignore
from mneme.sources.roots import is_within

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver
    from watchdog.observers.inotify_c import InotifyEvent, InotifyFD

POLL = 10.0  # seconds between two looks where nobody gives notice; more where one look takes long
LONGEST_POLL = 600.0
_POLL_SHARE = 400  # a look may take a four-hundredth of the time between two
LIMITS = (errno.ENOSPC, errno.EMFILE, errno.ENOMEM)  # what the system says when there are too many watches
_PATIENCE = 2.0  # seconds
_LEAVING = 1_000  # moves whose second half may still come
_REMOTE = frozenset((
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "9p", "afs", "afpfs", "ceph", "davfs", "webdav", "glusterfs",
    "lustre", "beegfs", "ncpfs", "coda", "vboxsf", "prl_fs", "virtiofs", "drvfs", "macfuse", "osxfuse", "fuse"))
_LOCAL_FUSE = frozenset(("fuse.ntfs-3g", "fuse.exfat", "fuse.encfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.mergerfs",
                         "fuse.bindfs", "fuse.portal", "fuse.lxcfs"))


class Listener(Protocol):
    """Who is told what happens under one root; quick, and called from threads of the library."""

    def created(self, path: str, is_folder: bool) -> None: ...
    def changed(self, path: str, is_folder: bool) -> None: ...
    def gone(self, path: str, is_folder: bool) -> None: ...
    def moved(self, old: str, new: str, is_folder: bool) -> None: ...

    def lost(self, reason: str) -> None:
        """News was lost, or the root is another: begin anew."""

    def listed(self, path: str, is_folder: bool) -> bool:
        """Whether a look, where nobody gives notice, should come to this path."""


class Eye(Protocol):
    """What watches one root. `silent_losses`: it may lose news without a word."""

    silent_losses: bool

    def cover(self, folders: Iterable[Path]) -> None:
        """Watch these folders, too, each before the next is asked for. Raises: OSError at the system's limits."""

    def close(self) -> None: ...


class Inotify:
    """The kernel's notices for the folders of one root, through watchdog's reader of inotify(7).

    Folders are watched one by one, so that those left out cost nothing, and a limit that is reached is seen:
    watchdog's own recursive emitter watches everything, and passes over what it could not.
    """

    silent_losses = False
    _ids = itertools.count(1)

    def __init__(self, reader: "InotifyFD", root: Path, listener: Listener) -> None:
        """`root`: a folder, or a file whose folder is watched in its stead."""
        from watchdog.observers.inotify_c import InotifyConstants as In  # noqa: PLC0415 -- slow import

        self._in = In
        self._mask = (In.IN_MODIFY | In.IN_ATTRIB | In.IN_CLOSE_WRITE | In.IN_MOVED_FROM | In.IN_MOVED_TO | In.IN_CREATE
                      | In.IN_DELETE | In.IN_DELETE_SELF | In.IN_MOVE_SELF | In.IN_ONLYDIR | In.IN_EXCL_UNLINK)
        self._reader = reader
        self._root = os.fsencode(root)
        self._listener = listener
        self._lock = threading.Lock()
        self._watches: dict[int, tuple[bytes, int]] = {}  # by descriptor: the folder, and the number of our callback
        self._leaving: dict[int, str] = {}  # names that something was moved from, by the move's number
        self._closed = False

    def cover(self, folders: Iterable[Path]) -> None:
        for folder in folders:
            if self._closed:
                return
            try:
                self._add(os.fsencode(folder))
            except OSError as error:
                if error.errno in LIMITS or os.fsencode(folder) == self._root:
                    raise
                # below: gone already, or replaced by a file, which makes news of its own; or not to be read

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._remove(list(self._watches))

    # ------------------------------------------------------------------ called by watchdog's thread

    def on_event(self, event: "InotifyEvent") -> None:
        """One notice. https://man7.org/linux/man-pages/man7/inotify.7.html"""
        with self._lock:
            watch = None if self._closed else self._watches.get(event.wd)
        if watch is None:
            return
        if event.is_delete_self or event.is_move_self or event.mask & self._in.IN_UNMOUNT:
            if watch[0] == self._root:
                self._listener.lost("root")
        elif event.name:
            self._tell(event, os.fsdecode(os.path.join(watch[0], event.name)))  # noqa: PTH118 -- for each notice

    def on_watch_deleted(self, wd: int) -> None:
        with self._lock:
            self._watches.pop(wd, None)

    def on_queue_overflow(self) -> None:
        self._listener.lost("overflow")

    # ------------------------------------------------------------------ within

    def _tell(self, event: "InotifyEvent", path: str) -> None:
        is_folder = bool(event.mask & self._in.IN_ISDIR)
        if event.is_moved_from:
            self._leave(event.cookie, path, is_folder)
        elif event.is_moved_to and (old := self._leaving.pop(event.cookie, None)) is not None:
            self._listener.moved(old, path, is_folder)
        elif event.is_create or event.is_moved_to or (is_folder and event.is_attrib):  # it may be readable only now
            self._listener.created(path, is_folder)
        elif event.is_delete:
            self._listener.gone(path, is_folder)
        else:
            self._listener.changed(path, is_folder)

    def _leave(self, cookie: int, path: str, is_folder: bool) -> None:
        if is_folder:
            self._drop_below(os.fsencode(path))
        if len(self._leaving) >= _LEAVING:
            self._leaving.clear()
        self._leaving[cookie] = path
        self._listener.changed(path, is_folder)

    def _add(self, folder: bytes) -> None:
        follow = 0 if folder == self._root else self._in.IN_DONT_FOLLOW
        number = next(self._ids)
        with self._lock:
            if self._closed:
                return
            wd = self._reader.add_callback(folder, self._mask | follow, self, number)  # type: ignore[arg-type]
            before = self._watches.get(wd)
            if before is not None:
                self._reader.remove_callbacks([(wd, before[1])])  # type: ignore[list-item]
            if wd < 0:  # the library keeps quiet about a folder that may not be read
                self._reader.remove_callbacks([(wd, number)])  # type: ignore[list-item]
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            self._watches[wd] = (folder, number)

    def _drop_below(self, folder: bytes) -> None:
        with self._lock:
            self._remove([wd for wd, (path, _number) in self._watches.items()
                          if path == folder or path.startswith(folder + b"/")])

    def _remove(self, watches: list[int]) -> None:
        callbacks = [(wd, self._watches.pop(wd)[1]) for wd in watches]
        self._reader.remove_callbacks(callbacks)  # type: ignore[arg-type]


class Observed:
    """One of watchdog's observers over a whole root: the notices of macOS or Windows, or looking again and again."""

    def __init__(self, observer: "BaseObserver", root: Path, listener: Listener, *, silent_losses: bool) -> None:
        """Raises: OSError where the root cannot be watched."""
        from watchdog.events import FileSystemEventHandler  # noqa: PLC0415 -- slow import

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: "FileSystemEvent") -> None:
                _tell(listener, event, str(root))

        self.silent_losses = silent_losses
        self._observer = observer
        folder = root if root.is_dir() else root.parent
        observer.schedule(Handler(), str(folder), recursive=root.is_dir())
        observer.start()

    def cover(self, folders: Iterable[Path]) -> None:
        """Nothing: the whole tree is watched."""

    def close(self) -> None:
        # On a network drive that does not answer, stopping may take forever: that must not hold up anybody else.
        stopping = threading.Thread(target=self._observer.stop, name="mneme-stop-watching", daemon=True)
        stopping.start()
        stopping.join(_PATIENCE)


def _tell(listener: Listener, event: "FileSystemEvent", root: str) -> None:
    path, target = os.fsdecode(event.src_path), os.fsdecode(event.dest_path)
    kind, is_folder = event.event_type, event.is_directory
    if kind == "deleted" and path == root and is_folder:
        listener.lost("root")
    elif kind == "moved" and path and target:
        listener.moved(path, target, is_folder)
    elif kind in ("created", "moved"):
        listener.created(target or path, is_folder)
    elif kind == "deleted":
        listener.gone(path, is_folder)
    elif kind in ("modified", "closed", "attrib") and not is_folder:
        listener.changed(path, is_folder)


def polling(root: Path, listener: Listener, seconds: float) -> Observed:
    """An eye that lists a root every so many seconds, without what is left out; links are not followed."""
    from watchdog.observers.polling import PollingObserverVFS  # noqa: PLC0415 -- slow import

    def entries(folder: str | None) -> Iterator["os.DirEntry[str]"]:
        with os.scandir(folder) as listing:
            kept = [one for one in listing if listener.listed(one.path, one.is_dir(follow_symlinks=False))]
        return iter(kept)

    return Observed(PollingObserverVFS(os.lstat, entries, polling_interval=seconds), root, listener,
                    silent_losses=False)


def pace(folders: Iterable[Path]) -> float:
    """How many seconds should lie between two looks: so many that looking takes next to none of them."""
    began = time.monotonic()
    for _folder in folders:
        pass
    return min(LONGEST_POLL, max(POLL, (time.monotonic() - began) * _POLL_SHARE))


def network_reason(path: Path) -> str | None:
    """Why nobody gives notice of changes at `path`: it is on another computer. A sentence, or None."""
    import psutil  # noqa: PLC0415 -- slow import

    mounts = {one.mountpoint: one for one in psutil.disk_partitions(all=True)}
    real = os.path.realpath(path)
    here = max((point for point in mounts if is_within(real, point)), key=len, default=None)
    if here is None or not _is_remote(mounts[here].fstype.lower(), mounts[here].opts):
        return None
    return _("{path} is on a network drive ({kind}), which does not say what changes; Mneme looks there every few "
             "seconds or minutes.").format(path=ignore.shown(str(path)), kind=mounts[here].fstype)


def limit_reason(path: Path) -> str:
    """What the system's limit on watches means for the folder at `path`, and what to do."""
    return _("The system lets no program watch more folders, so Mneme looks at {path} now and then instead. Raise the "
             "limit: `sudo sysctl fs.inotify.max_user_watches=1048576` (and fs.inotify.max_user_instances=1024); a "
             "line in /etc/sysctl.d keeps it.").format(path=ignore.shown(str(path)))


def _is_remote(kind: str, options: str) -> bool:
    if kind in _LOCAL_FUSE or kind == "fuseblk":
        return False
    return kind in _REMOTE or kind.startswith("fuse.") or "remote" in options.split(",")
