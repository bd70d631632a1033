"""Watching of folders: what changed in them, in batches, so that each change is looked at soon and once."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mneme.messages import _
from mneme.sources import ignore, notices, skips
from mneme.sources.batches import Batch, Changed

if TYPE_CHECKING:
    from watchdog.observers.inotify_c import InotifyFD

LOOK = 30.0  # seconds between two looks for roots that are missing, or that became others
RESCAN = 3600.0  # seconds between two full scans where news may be lost without a word
AGAIN = 1.0  # seconds until what was not ready is handed out once more
_APART = 1.0  # seconds between two beginnings with the same root

_PLATFORM: str = sys.platform

log = logging.getLogger(__name__)


class Tree(Protocol):
    """Which part of a folder is worth watching."""

    def folders(self, top: Path) -> Iterator[Path]:
        """The folders at and below `top` to be watched, each before it is listed."""
        ...

    def ignored(self, path: Path, is_folder: bool) -> bool:
        """Whether a change at `path` is none of our business, as far as names and rules tell."""
        ...


class Watcher:
    """Watches the folders and files of several sources, and hands out what changed, by source.

    A source that is new, or whose root came back, or of which news was lost, has everything to be looked at: whoever
    takes that needs no scan of his own beforehand. What happens after a look is told again, so that nothing between
    two looks is missed. Our own reading tells nothing.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        """`on_change` is called on the watcher's thread when there is something to `take`; it must be quick."""
        self._on_change = on_change
        self._lock = threading.Lock()
        self._news = threading.Condition(self._lock)
        self._watched: dict[str, _Watched] = {}
        self._closing: list[notices.Eye] = []
        self._reader: InotifyFD | None = None
        self._held = self._stopping = self._told = False
        self._thread = threading.Thread(target=self._run, name="mneme-watching", daemon=True)

    # ------------------------------------------------------------------ from any thread

    def start(self) -> None:
        """Begin watching what `watch` names, before or after."""
        # It warns of what it lost; we begin anew, and say so ourselves.
        logging.getLogger("watchdog.observers.inotify_c").setLevel(logging.ERROR)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; what was not taken is forgotten, as the next start has everything looked at."""
        with self._lock:
            self._stopping = True
            for key in list(self._watched):
                self._let_go(key)
            self._news.notify()
        self._close_eyes()  # which ends setting them, too
        if self._thread.is_alive():
            self._thread.join()

    def watch(self, key: str, folders: Sequence[Path], tree: Tree | None = None) -> None:
        """Watch these folders and files for the source `key`, in place of what it named before."""
        with self._lock:
            self._let_go(key)
            self._watched[key] = _Watched(self, folders, tree or _ByName())
            self._news.notify()

    def unwatch(self, key: str) -> None:
        """Watch nothing for the source `key`; what was not taken is forgotten."""
        with self._lock:
            self._let_go(key)
            self._news.notify()

    def hold(self) -> None:
        """Open and list nothing, and hand nothing out: the names of what changes are remembered."""
        with self._lock:
            self._held = True

    def release(self) -> None:
        """Hand out what changed meanwhile, and go on."""
        with self._lock:
            self._held = False
            self._news.notify()

    def take(self) -> dict[str, Changed]:
        """What waits to be looked at, by source; it is not handed out twice."""
        now = time.monotonic()
        with self._lock:
            self._told = False
            self._news.notify()
            return {} if self._held else {key: one.taken() for key, one in self._watched.items() if one.is_due(now)}

    def again(self, key: str, paths: Iterable[Path] = (), *, everything: bool = False) -> None:
        """Hand these paths out once more, in a second: they are still being written, or the look broke off."""
        with self._lock:
            if (one := self._watched.get(key)) is not None:
                one.put_back(map(str, paths), everything, time.monotonic() + AGAIN)
                self._news.notify()

    def problem(self, key: str) -> str | None:
        """What keeps a source from being watched as it should, as a sentence with what to do."""
        with self._lock:
            one = self._watched.get(key)
            return None if one is None else next((root.problem for root in one.roots if root.problem), None)

    # ------------------------------------------------------------------ for the roots

    @property
    def held(self) -> bool:
        return self._held

    def note(self, change: Callable[[float], None], watched: "_Watched") -> None:
        """Make a change in what waits of a source. The thread is woken where that was nothing."""
        with self._lock:
            idle = watched.batch.first is None
            change(time.monotonic())
            if idle:
                self._news.notify()

    def wake(self) -> None:
        """Have roots attended to that ask for it."""
        with self._lock:
            self._news.notify()

    def eye(self, root: Path, listener: notices.Listener, folders: Iterable[Path], *, poll: bool) -> notices.Eye:
        """A new eye for a root with these folders. Raises: OSError at the system's limits."""
        if poll:
            return notices.polling(root, listener, notices.pace(folders))
        if _PLATFORM == "linux":
            return notices.Inotify(self._inotify(), root if root.is_dir() else root.parent, listener)
        from watchdog.observers import Observer  # noqa: PLC0415 -- slow import

        return notices.Observed(Observer(), root, listener, silent_losses=True)

    def _inotify(self) -> "InotifyFD":
        if self._reader is None:
            from watchdog.observers.inotify_c import InotifyFD  # noqa: PLC0415 -- slow import

            self._reader = InotifyFD()
            self._reader.start()
        return self._reader

    # ------------------------------------------------------------------ on the watcher's thread

    def _run(self) -> None:
        while self._wait():
            self._close_eyes()
            with self._lock:
                roots = [] if self._held else [root for one in self._watched.values() for root in one.roots]
            for root in roots:
                root.attend()
            if self._is_something_new():
                self._on_change()
        if self._reader is not None:
            self._reader.stop()
            self._reader.join()

    def _wait(self) -> bool:
        """Sleep until there is something to do; whether to go on."""
        with self._lock:
            if not self._stopping:
                self._news.wait(self._pause())
            return not self._stopping

    def _pause(self) -> float:
        """Seconds until something is due; a batch that was told of waits for its taker alone."""
        now = time.monotonic()
        if self._held:
            return LOOK
        dues = [root.due for one in self._watched.values() for root in one.roots]
        dues += [due for one in self._watched.values() if (due := one.due()) is not None and not self._told]
        return max(0.0, min(dues, default=now + LOOK) - now)

    def _is_something_new(self) -> bool:
        now = time.monotonic()
        with self._lock:
            new = not self._held and not self._told and any(one.is_due(now) for one in self._watched.values())
            self._told = self._told or new
            return new

    def _let_go(self, key: str) -> None:
        gone = self._watched.pop(key, None)
        for root in () if gone is None else gone.roots:
            root.is_over = True  # first: an eye that is set just now is then closed by whoever sets it
            self._closing += [] if root.eye is None else [root.eye]

    def _close_eyes(self) -> None:
        with self._lock:
            closing, self._closing = self._closing, []
        for eye in closing:
            eye.close()


class _Watched:
    """What is watched for one source, and what waits of it. Its batch is touched under the watcher's lock."""

    def __init__(self, watcher: Watcher, folders: Sequence[Path], tree: Tree) -> None:
        self.batch = Batch()
        self.tree = tree
        self._back = Batch()  # what was put back
        self._back_due = 0.0
        self.roots = [_Root(watcher, self, folder.absolute()) for folder in folders]

    def due(self) -> float | None:
        """When something of it is to be handed out."""
        back = None if self._back.first is None else self._back_due
        return min((due for due in (self.batch.due(), back) if due is not None), default=None)

    def is_due(self, now: float) -> bool:
        due = self.due()
        return due is not None and due <= now

    def taken(self) -> Changed:
        """What waits, and then nothing does."""
        batch, now = self.batch, time.monotonic()
        if self._back.first is not None and self._back_due <= now:
            for path in self._back.paths:
                batch.add(path, now)
            if self._back.everything:
                batch.add_everything(now)
            self._back = Batch()
        self.batch = Batch()
        return batch.changed()

    def put_back(self, paths: Iterable[str], everything: bool, due: float) -> None:
        for path in paths:
            self._back.add(path, due)
        if everything:
            self._back.add_everything(due)
        self._back_due = due


class _Root:
    """One folder or file under watch: its eye, and what its eye tells."""

    def __init__(self, watcher: Watcher, watched: _Watched, path: Path) -> None:
        self._watcher = watcher
        self._watched = watched
        self._path = path
        self._is_file = False
        self._identity: tuple[int, int] | None = None
        self._lost: str | None = "new"  # why to begin anew
        self._fresh: dict[str, None] = {}  # folders that appeared while nothing might be listed
        self._rescanned = 0.0
        self._begun = 0.0
        self._missed = 0.0  # since when it is not there; 0: it is
        self.eye: notices.Eye | None = None
        self.problem: str | None = None
        self.due = 0.0  # when it wants attention
        self.is_over = False  # nobody watches it any more

    # ------------------------------------------------------------------ on the watcher's thread

    def attend(self) -> None:
        """See that the root is there and is the same; begin anew where not, and cover folders that waited."""
        now = time.monotonic()
        if self._fresh and self.eye is not None:
            fresh, self._fresh = list(self._fresh), {}
            for folder in fresh:
                self._cover(folder)
                self._add(folder)  # once more: it may have been taken, and looked at, before it was watched
        if now < self.due:
            return
        self.due = now + LOOK
        identity = _identity(self._path)
        if identity is None and (self._lost is not None or self.eye is None or not self._is_file):
            self._miss(now)
        elif self._lost is not None or (identity != self._identity and not self._is_file):
            self._begin(identity, now)
        elif self.eye is not None and self.eye.silent_losses and now - self._rescanned >= RESCAN:
            self._rescan(now)

    def _miss(self, now: float) -> None:
        """What takes its place a moment later is seen soon; what stays away is looked for ever less often."""
        self._missed = self._missed or now
        self.due = now + min(LOOK, max(_APART, now - self._missed))
        self._drop_eye()
        self._lost = self._lost or "missing"
        self._identity = None
        self.problem = _("{path} is not there; Mneme looks for it every half minute.").format(
            path=ignore.shown(str(self._path)))

    def _begin(self, identity: tuple[int, int] | None, now: float) -> None:
        """Set a new eye, then have everything looked at: what happens meanwhile is told by the eye."""
        if now - self._begun < _APART:
            self.due = self._begun + _APART
            return
        if self._lost not in ("new", None):
            log.info("watching %s anew: %s", self._path, self._lost)
        self._drop_eye()
        self._begun, self._identity, self._lost, self._fresh, self._missed = now, identity, None, {}, 0.0
        self._is_file = not self._path.is_dir()
        self.problem = notices.network_reason(self._path)
        try:
            self._open_eye(poll=self.problem is not None)
        except OSError as error:
            self._fall_back(error)
        if self._lost is None:
            self._rescan(now)

    def _open_eye(self, *, poll: bool) -> None:
        folders = [self._path.parent] if self._is_file else self._watched.tree.folders(self._path)
        self.eye = self._watcher.eye(self._path, self, folders, poll=poll)
        if self.is_over:
            self._drop_eye()
        elif not poll:
            self.eye.cover(folders)

    def _fall_back(self, error: OSError) -> None:
        """At the system's limits, look again and again; for any other trouble, try later."""
        self._drop_eye()
        if error.errno not in notices.LIMITS:
            self._lost, self.problem = str(error), _("{path} cannot be watched: {why}.").format(
                path=ignore.shown(str(self._path)), why=error.strerror or error)
            return
        log.info("looking at %s now and then: %s", self._path, error)
        self.problem = notices.limit_reason(self._path)
        try:
            self._open_eye(poll=True)
        except OSError as other:
            self._lost = str(other)

    def _rescan(self, now: float) -> None:
        self._rescanned = now
        self._watcher.note(lambda now: self._watched.batch.add_everything(now), self._watched)

    def _drop_eye(self) -> None:
        if self.eye is not None:
            self.eye.close()
            self.eye = None

    # ------------------------------------------------------------------ told by the eye, on its thread

    def created(self, path: str, is_folder: bool) -> None:
        self._news(path, is_folder, arrived=True)

    def changed(self, path: str, is_folder: bool) -> None:
        self._news(path, is_folder)

    def gone(self, path: str, is_folder: bool) -> None:
        self._news(path, is_folder, left=True)

    def moved(self, old: str, new: str, is_folder: bool) -> None:
        if self._concerns(old, is_folder) is None or self._concerns(new, is_folder) is None or self._is_file:
            self.gone(old, is_folder)
            self.created(new, is_folder)
            return
        if is_folder:
            self._appeared(new)
        self._watcher.note(lambda now: self._watched.batch.add_move(old, new, now), self._watched)

    def lost(self, reason: str) -> None:
        self._lost, self.due = reason, 0.0
        self._watcher.wake()

    def listed(self, path: str, is_folder: bool) -> bool:
        return self._concerns(path, is_folder) is not None

    def _news(self, path: str, is_folder: bool, *, arrived: bool = False, left: bool = False) -> None:
        place = self._concerns(path, is_folder)
        if place is None:
            return
        if is_folder and arrived:
            self._appeared(place)
        elif os.path.basename(place) in ignore.NAMES:  # noqa: PTH119 -- for each notice
            self._appeared(os.path.dirname(place))  # noqa: PTH120

        def change(now: float) -> None:
            if arrived:
                self._watched.batch.arrived(place)
            elif left:
                self._watched.batch.left(place)
            self._watched.batch.add(place, now)

        self._watcher.note(change, self._watched)

    def _add(self, path: str) -> None:
        self._watcher.note(lambda now: self._watched.batch.add(path, now), self._watched)

    def _concerns(self, path: str, is_folder: bool) -> str | None:
        """The place that a change at `path` is one of; None where it is none of our business."""
        if path in self._watched.batch.paths:
            return path
        root = str(self._path)
        if self._is_file:
            return root if skips.without_side(path) == root or path == root else None
        if self._watcher.held:
            return None if _by_name(path, is_folder) else path
        return None if self._watched.tree.ignored(Path(path), is_folder) else path

    def _appeared(self, folder: str) -> None:
        """A folder is new, or other rules hold in it: watch what is in it before it is looked at."""
        if self._watcher.held:
            self._fresh[folder], self.due = None, 0.0
        else:
            self._cover(folder)

    def _cover(self, folder: str) -> None:
        try:
            if self.eye is not None and not self.is_over:
                self.eye.cover(self._watched.tree.folders(Path(folder)))
        except OSError as error:
            self.lost(str(error))


class _ByName:
    """Everything but what is left out for its name alone."""

    def folders(self, top: Path) -> Iterator[Path]:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            yield folder
            try:
                with os.scandir(folder) as listing:
                    inside = [Path(one.path) for one in listing if one.is_dir(follow_symlinks=False)]
            except OSError:
                continue
            waiting += [one for one in inside if not self.ignored(one, True)]

    def ignored(self, path: Path, is_folder: bool) -> bool:
        return _by_name(str(path), is_folder)


def _by_name(path: str, is_folder: bool) -> bool:
    name = os.path.basename(path)  # noqa: PTH119 -- for each notice
    if name in ignore.NAMES:
        return False
    if skips.key_reason(name, is_folder=is_folder) is not None:
        return True
    return (skips.folder_reason(path) if is_folder else skips.file_reason(name)) is not None


def _identity(path: Path) -> tuple[int, int] | None:
    """The device and number of what is there; None for nothing."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
