"""How often the child has fallen in a row: after three times it is left alone for a while."""

import math
from pathlib import Path
from typing import Final

from mneme.clock import Clock
from mneme.errors import ModelFailed
from mneme.messages import _

MOST: Final = 3
PAUSE: Final = 30.0  # seconds
KILLED: Final = -9  # by a signal that nobody in the process sends: the system does, when memory runs out


class Crashes:
    """Counts falls without a completed request between them."""

    def __init__(self, clock: Clock, log: Path) -> None:
        self._clock, self._log = clock, log
        self._count = 0
        self._last = 0.0

    def check(self) -> None:
        """Raises: ModelFailed while it is left alone."""
        if self._count >= MOST and self._clock.monotonic() < self._last + PAUSE:
            raise ModelFailed(
                _("The language model crashed {count} times in a row; for {seconds} seconds it is left alone.").format(
                    count=self._count, seconds=math.ceil(self._last + PAUSE - self._clock.monotonic())),
                self._remedy())

    def fell(self, code: int | None) -> ModelFailed:
        """Count a fall; what to raise for it. `code` is the process's end, as subprocess tells it."""
        self._count += 1
        self._last = self._clock.monotonic()
        if code == KILLED:
            return ModelFailed(_("The language model was ended by the system, probably for want of memory."),
                               _("Close other programs, or choose a smaller model or context."))
        return ModelFailed(_("The language model crashed."), self._remedy())

    def completed(self) -> None:
        """A request was answered."""
        self._count = 0

    def _remedy(self) -> str:
        return _("Try again, or choose another model; what it said is in {log}.").format(log=self._log)
