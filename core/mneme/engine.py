"""The façade: the one object that the desktop, the command line and other programs receive."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from mneme.clock import Clock
from mneme.events import Listener
from mneme.paths import Profile
from mneme.settings import Value
from mneme.types import (
    AddReport, Answer, Changes, DoctorReport, Entry, EntryState, MemoryDetail, MemoryFilter, Page, Progress,
    SearchResult, Status,
)

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


class Engine:
    """One open profile. Every method may be called from any thread but the window's; none keeps a cursor open.

    INTERFACE DRAFT: bodies follow; front-ends may rely on these signatures.
    """

    @classmethod
    def open(cls, profile: Profile, *, clock: Clock | None = None, passphrase: str | None = None,
             use_keyring: bool = True) -> "Engine":
        """Open the profile, making it where there is none. Raises: StoreError and its kinds."""
        raise NotImplementedError

    def close(self) -> None:
        """Finish the write in hand and let everything go. Safe to call twice."""
        raise NotImplementedError

    # -- taking in
    def add(self, paths: Sequence[Path], *, wait: bool = True, as_format: str | None = None,
            owner: str | None = None, progress: OnProgress | None = None,
            cancelled: IsCancelled | None = None) -> AddReport:
        """Take in files and folders; with `wait`, until all is searchable by meaning too. Cancelling keeps what
        is done and returns the report so far. Raises: KnownError where a root cannot be read."""
        raise NotImplementedError

    def embed_waiting(self, *, progress: OnProgress | None = None, cancelled: IsCancelled | None = None) -> int:
        """Embed passages that wait, in batches on N-1 cores; how many were done. Raises: ModelError."""
        raise NotImplementedError

    def entries(self, states: frozenset[EntryState] = frozenset(), *, offset: int = 0, limit: int = 200) -> list[Entry]:
        """The queue: places and how far they have come, latest first."""
        raise NotImplementedError

    def retry(self, entries: Sequence[int] | None = None) -> AddReport:
        """Try failed places again (all of them by default)."""
        raise NotImplementedError

    # -- finding and answering
    def search(self, query: str, *, k: int = 10, now: datetime | None = None, record: bool = False) -> SearchResult:
        """Memories by words and meaning, fused. k >= 1."""
        raise NotImplementedError

    def ask(self, question: str, *, k: int | None = None, now: datetime | None = None, record: bool = True,
            progress: OnProgress | None = None, cancelled: IsCancelled | None = None,
            timeout: float | None = None) -> Answer:
        """A short answer with its place, or one of the four other states. Raises: Cancelled."""
        raise NotImplementedError

    # -- looking at and keeping memories
    def show(self, memory: int) -> MemoryDetail:
        """Raises: NotFound."""
        raise NotImplementedError

    def list_memories(self, what: MemoryFilter = MemoryFilter(), *, offset: int = 0, limit: int = 100) -> Page:
        """A stretch of the list; `query` filters by words as typed (prefix of the last word)."""
        raise NotImplementedError

    def forget(self, memories: Sequence[int]) -> Changes:
        """Put in the bin: gone from search and answers at once, restorable for `bin.days`. Raises: NotFound."""
        raise NotImplementedError

    def restore(self, memories: Sequence[int]) -> Changes:
        """Take out of the bin. Raises: NotFound."""
        raise NotImplementedError

    def erase(self, memories: Sequence[int]) -> Changes:
        """Erase completely and for good; leaves only a keyed-hash tombstone. The caller has asked first."""
        raise NotImplementedError

    # -- the profile
    def status(self) -> Status:
        raise NotImplementedError

    def doctor(self, *, repair: bool = False, digest: bool = False) -> DoctorReport:
        raise NotImplementedError

    def settings(self) -> dict[str, Value]:
        """Every setting with the value in force."""
        raise NotImplementedError

    def set_setting(self, key: str, value: Value) -> Changes:
        """Raises: KnownError for what is not allowed."""
        raise NotImplementedError

    def recovery_key(self) -> str:
        """The key as groups of letters a person can write down."""
        raise NotImplementedError

    def new_recovery_key(self) -> str | None:
        """The recovery key, once: right after the profile was made; None ever after (`recovery_key` shows it)."""
        raise NotImplementedError

    def change_key(self, *, place: str, passphrase: str | None = None) -> str:
        """Re-encrypt under a new key kept in `place` ("keyring", "file", "passphrase"); its recovery key."""
        raise NotImplementedError

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of changes after each commit, on a background thread."""
        raise NotImplementedError

    def start_background(self, on_progress: OnProgress | None = None) -> None:
        """Start the scheduler and the background embedding (the window does; the command line does not)."""
        raise NotImplementedError
