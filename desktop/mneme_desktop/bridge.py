"""The way between the window and the engine: calls run on worker threads, results arrive on the GUI thread."""

import functools
import queue
import threading
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from PySide6.QtCore import QCoreApplication, QObject, QThread, QTimer, Signal
from shiboken6 import isValid

from mneme.errors import Cancelled, KnownError
from mneme.messages import _
from mneme.types import Progress, Streamed

if TYPE_CHECKING:
    from mneme.engine import Engine  # the start is shown before this is there

T = TypeVar("T")

# Threads by kind of work: taking in files must hold up neither a question nor a forget.
LANES = {"query": 3, "lists": 2, "change": 1, "long": 1, "ask": 1, "models": 1, "downloads": 1, "looks": 1,
         "previews": 1}
POLL_MS = 100  # ten looks a second, however often there is news
PARTS = frozenset(("life", "models", "languages", "capture", "chats", "browse", "chronicle", "people",
                   "condition", "review"))  # of the engine, with methods of their own


class OnGuiThread(RuntimeError):
    """The engine was called on the GUI thread: a bug, since every such call can block the window."""


class _Guard:
    """Hands on to the engine, or to a part of it, whatever is asked, on any thread but the GUI thread."""

    def __init__(self, engine: object, name: str = "Engine") -> None:
        self._engine, self._name = engine, name

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._engine, name)
        if name in PARTS:
            return _Guard(found, f"{self._name}.{name}")
        if not callable(found):
            return found

        @functools.wraps(found)
        def call(*args: Any, **named: Any) -> Any:
            if on_gui_thread():
                raise OnGuiThread(f"{self._name}.{name} was called on the GUI thread")
            return found(*args, **named)

        return call


def guarded(engine: "Engine") -> "Engine":
    """The engine, refusing to be called on the GUI thread. Its methods then raise: OnGuiThread."""
    return cast("Engine", _Guard(engine))


def on_gui_thread() -> bool:
    """Whether the calling thread is the one that runs the window."""
    app = QCoreApplication.instance()
    return app is not None and QThread.currentThread() is app.thread()


def safe_details(error: BaseException) -> str:
    """Where an error came from, without its message: a message may quote what the owner wrote."""
    lines = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        lines.append(type(error).__qualname__)
        cause = error.__cause__ or error.__context__
        if cause is None:
            break
        lines.append("caused by:")
        error = cause
    return "\n".join(lines)


class Workers:
    """A few daemon threads that take work from one queue."""

    def __init__(self, count: int, name: str) -> None:
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def put(self, work: Callable[[], None]) -> None:
        self._queue.put(work)

    def stop(self) -> None:
        """Let the threads end after what is queued, and wait for them."""
        for _thread in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            work()


class Bridge(QObject):
    """Owns the guarded engine and the worker threads. Lives on the GUI thread.

    `failed` carries a KnownError nobody else shows, `crashed` the details of a bug, `changed` the Changes after
    each commit, `background` the Progress of background work.
    """

    failed = Signal(object)
    crashed = Signal(str)
    changed = Signal(object)
    background = Signal(object)
    _ready = Signal(object)

    def __init__(self, engine: "Engine") -> None:
        super().__init__()
        self._engine = guarded(engine)
        self._lanes = {lane: Workers(count, f"mneme-{lane}") for lane, count in LANES.items()}
        self._latest: dict[tuple[int, str], int] = {}
        self._running: set[Operation[Any]] = set()
        self._closed = False
        self._ready.connect(self._deliver)
        self._unsubscribe = engine.subscribe(self.changed.emit)

    def query(self, owner: QObject, work: "Callable[[Engine], T]") -> "Query[T]":
        """A call that only reads; begin it with `run()`."""
        return Query(self, owner, work)

    def operation(self, owner: QObject, work: "Callable[[Engine, Operation[T]], T]") -> "Operation[T]":
        """A call that changes something or takes long; begin it with `run()`."""
        return Operation(self, owner, work)

    def start_background(self) -> None:
        """Let the engine take in and embed what waits."""
        self.query(self, lambda engine: engine.start_background(self.background.emit)).run()

    def close(self) -> None:
        """Cancel what runs, wait for it, and close the engine. Safe to call twice."""
        if (closing := self.close_behind()) is not None:
            closing.join()

    def close_behind(self) -> threading.Thread | None:
        """The same without waiting: nothing is delivered from now on. The thread that ends with the engine closed.

        None where it was closed before.
        """
        if self._closed:
            return None
        self._closed = True
        self._unsubscribe()
        for operation in list(self._running):
            operation.cancel()
        closing = threading.Thread(target=self._end, name="mneme-close")
        closing.start()
        return closing

    def _end(self) -> None:
        for workers in self._lanes.values():
            workers.stop()
        self._engine.close()

    # what the builders use

    def is_latest(self, slot: tuple[int, str], number: int) -> bool:
        return self._latest.get(slot, number) == number

    def next_number(self, slot: tuple[int, str]) -> int:
        self._latest[slot] = self._latest.get(slot, 0) + 1
        return self._latest[slot]

    def submit(self, work: "Callable[[Engine], None]", lane: str) -> None:
        """Run `work` on a thread of the lane named."""
        if not self._closed:
            self._lanes[lane].put(lambda: work(self._engine))

    def deliver(self, call: Callable[[], None]) -> None:
        """Have `call` run on the GUI thread. Any thread."""
        self._ready.emit(call)

    def _deliver(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()

    def track(self, operation: "Operation[Any]", running: bool) -> None:
        (self._running.add if running else self._running.discard)(operation)


class _Call(Generic[T]):
    """What Query and Operation share: who is told what when the call has ended."""

    def __init__(self, bridge: Bridge, owner: QObject) -> None:
        self._bridge = bridge
        self._owner = owner
        self._success: Callable[[T], object] | None = None
        self._failure: Callable[[KnownError], object] | None = None
        self._stopped: Callable[[], None] | None = None

    def _wanted(self) -> bool:
        return isValid(self._owner)

    def _carry_out(self, work: Callable[[], T]) -> None:
        """On a worker thread: do the work and send home what came of it."""
        try:
            result = work()
        except Cancelled:
            self._bridge.deliver(lambda: self._end(self._stopped))
        except KnownError as error:
            known = error
            self._bridge.deliver(lambda: self._end(lambda: self._fail(known)))
        except Exception as error:  # noqa: BLE001 -- the task runner is one of the three named boundaries
            details = safe_details(error)
            self._bridge.deliver(lambda: self._end(lambda: self._broke(details)))
        else:
            self._bridge.deliver(lambda: self._end(lambda: self._succeed(result)))

    def _end(self, tell: Callable[[], None] | None) -> None:
        if self._wanted() and tell is not None:
            tell()

    def _succeed(self, result: T) -> None:
        if self._success is not None:
            self._success(result)

    def _fail(self, error: KnownError) -> None:
        if self._failure is not None:
            self._failure(error)
        else:
            self._bridge.failed.emit(error)

    def _broke(self, details: str) -> None:
        """A bug: the crash window has the details, and whoever waits hears that it is over."""
        self._bridge.crashed.emit(details)
        if self._failure is not None:
            self._failure(KnownError(_("Something in Mneme broke."), _("What you have stored is safe.")))


class Query(_Call[T]):
    """A reading call. A newer query of the same owner and name makes older ones stale: they are not delivered."""

    def __init__(self, bridge: Bridge, owner: QObject, work: "Callable[[Engine], T]") -> None:
        super().__init__(bridge, owner)
        self._work = work
        self._slot: tuple[int, str] | None = None
        self._number = 0

    def success(self, then: Callable[[T], object]) -> "Query[T]":
        self._success = then
        return self

    def failure(self, then: Callable[[KnownError], object]) -> "Query[T]":
        self._failure = then
        return self

    def named(self, name: str) -> "Query[T]":
        """Only the newest query of this name is answered."""
        self._slot = (id(self._owner), name)
        return self

    def run(self) -> "Query[T]":
        if self._slot is not None:
            self._number = self._bridge.next_number(self._slot)
        self._bridge.submit(self._on_worker, "query")
        return self

    def _on_worker(self, engine: "Engine") -> None:
        if self._slot is None or self._bridge.is_latest(self._slot, self._number):
            self._carry_out(lambda: self._work(engine))

    def _wanted(self) -> bool:
        latest = self._slot is None or self._bridge.is_latest(self._slot, self._number)
        return latest and super()._wanted()


class Operation(_Call[T]):
    """A long or changing call: its progress is polled, and it can be cancelled.

    The work receives the engine and this object, whose `note`, `hear` and `cancelled` it hands to the engine.
    """

    def __init__(self, bridge: Bridge, owner: QObject, work: "Callable[[Engine, Operation[T]], T]") -> None:
        super().__init__(bridge, owner)
        self._work = work
        self._stop = threading.Event()
        self._latest: Progress | None = None
        self._heard: Streamed | None = None
        self._timer: QTimer | None = None
        self._lane = "change"
        self._progress: Callable[[Progress], None] | None = None
        self._streamed: Callable[[Streamed], None] | None = None

    def success(self, then: Callable[[T], object]) -> "Operation[T]":
        self._success = then
        return self

    def failure(self, then: Callable[[KnownError], object]) -> "Operation[T]":
        self._failure = then
        return self

    def stopped(self, then: Callable[[], None]) -> "Operation[T]":
        """Called when it ended because it was cancelled, without a result."""
        self._stopped = then
        return self

    def progress(self, then: Callable[[Progress], None]) -> "Operation[T]":
        self._progress = then
        return self

    def streamed(self, then: Callable[[Streamed], None]) -> "Operation[T]":
        """Called with how far a written answer is: the latest state at each poll, whatever came between."""
        self._streamed = then
        return self

    def on(self, lane: str) -> "Operation[T]":
        """Run in another lane than "change"."""
        self._lane = lane
        return self

    def run(self) -> "Operation[T]":
        self._bridge.track(self, True)
        if self._progress is not None or self._streamed is not None:
            self._timer = QTimer(self._bridge, interval=POLL_MS)
            self._timer.timeout.connect(self._poll)
            self._timer.start()
        self._bridge.submit(lambda engine: self._carry_out(lambda: self._work(engine, self)), self._lane)
        return self

    def cancel(self) -> None:
        """Ask the work to stop; it ends at its next look."""
        self._stop.set()

    def cancelled(self) -> bool:
        """Whether it should stop. Any thread."""
        return self._stop.is_set()

    def note(self, progress: Progress) -> None:
        """Keep how far the work is, for the next poll. Any thread."""
        self._latest = progress

    def hear(self, streamed: Streamed) -> None:
        """Keep how far an answer is written, for the next poll. Any thread."""
        self._heard = streamed

    def _end(self, tell: Callable[[], None] | None) -> None:
        self._bridge.track(self, False)
        if self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
        super()._end(tell)

    def _poll(self) -> None:
        progress, self._latest = self._latest, None
        streamed, self._heard = self._heard, None
        if not isValid(self._owner):
            return
        if progress is not None and self._progress is not None:
            self._progress(progress)
        if streamed is not None and self._streamed is not None and not self.cancelled():
            self._streamed(streamed)
