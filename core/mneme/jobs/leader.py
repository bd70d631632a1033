"""One process of a profile leads: it watches and runs jobs. A lock that the system lets go when a process ends."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock


class Leader:
    """The lock `leader.lock` of a profile. Whoever holds it leads until it ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "leader.lock"
        self._lock: FileLock | None = None

    def lead(self) -> bool:
        """Whether this process leads, now or from now on; asked as often as one likes."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 -- most commands never ask

        if self._lock is not None:
            return True
        lock = FileLock(self._file, mode=0o600, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        self._lock = lock
        return True

    def leave(self) -> None:
        """Let another process lead."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
