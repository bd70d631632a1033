"""One process of a profile leads: it watches and runs jobs. A lock that the system lets go when a process ends."""

from pathlib import Path

from filelock import FileLock, Timeout


class Leader:
    """The lock `leader.lock` of a profile. Whoever holds it leads until it ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "leader.lock", mode=0o600, thread_local=False)

    def lead(self) -> bool:
        """Whether this process leads, now or from now on; asked as often as one likes."""
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        return True

    def leave(self) -> None:
        """Let another process lead."""
        self._lock.release()
