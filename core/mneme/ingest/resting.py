"""Resting between two files of a run in the background, so that it takes no more of a core than the owner wants."""

import time
from collections.abc import Callable

LONGEST = 2.0  # seconds of one rest: what was slow once holds up nothing for long


class Resting:
    """Called between two files: lets others go first, then rests in proportion to what the last file took."""

    def __init__(self, share: float, give_way: Callable[[], None]) -> None:
        """`share`: of a core, above 0 up to 1."""
        self._rest = 1.0 / share - 1.0
        self._give_way = give_way
        self._began = time.monotonic()

    def __call__(self) -> None:
        worked = time.monotonic() - self._began
        self._give_way()
        time.sleep(min(worked * self._rest, LONGEST))
        self._began = time.monotonic()
