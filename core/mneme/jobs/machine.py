"""Whether heavy work may run now: power, the load of other programs, the owner's rest, and room on the disk."""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mneme.messages import _

QUIET_SECONDS = 300.0  # without a question or anything taken in: the owner does something else
BUSY = 0.5  # of all cores
ENOUGH_CHARGE = 0.5  # of the battery, for what cannot wait for the mains
ROOM = 500_000_000  # bytes
NICENESS = 10
MEASURED = 0.2  # core seconds: a shorter stretch tells no load


@dataclass(frozen=True, slots=True)
class MachineState:
    """How the computer is; None is unknown, and keeps nothing from running.

    `charge` and `load` are shares 0..1, of the battery and of what all cores can do; `load` is that of other programs.
    `idle_seconds` is how long the owner has asked nothing, `free_bytes` what the profile's disk has left.
    """

    on_power: bool | None = None
    charge: float | None = None
    load: float | None = None
    idle_seconds: float | None = None
    free_bytes: int | None = None


def may_run(state: MachineState, urgent: bool) -> tuple[bool, str]:
    """Whether heavy work may run now, and if not, why, in a sentence.

    Urgent work waits neither for the owner's rest nor for the mains, but for room and for a battery that is not low.
    """
    if state.free_bytes is not None and state.free_bytes < ROOM:
        return False, _("It waits until the disk has more room.")
    enough = urgent and (state.charge is None or state.charge >= ENOUGH_CHARGE)
    if state.on_power is False and not enough:
        return False, _("It waits until the computer is on power.")
    if urgent:
        return True, ""
    if state.idle_seconds is not None and state.idle_seconds < QUIET_SECONDS:
        return False, _("It waits until you have made a pause.")
    if state.load is not None and state.load > BUSY:
        return False, _("It waits until other programs are less busy.")
    return True, ""


class Machine:
    """This computer, as psutil sees it. One thread asks."""

    def __init__(self, folder: Path, idle_seconds: Callable[[], float]) -> None:
        """`folder`: the profile's; `idle_seconds`: how long ago the owner last asked for something."""
        import psutil  # noqa: PLC0415 -- slow import

        self._psutil = psutil
        self._folder = folder
        self._idle_seconds = idle_seconds
        self._process = psutil.Process()
        self._times = self._cpu_times()
        self._load: float | None = None

    def state(self) -> MachineState:
        """How the computer is now; the load is that since the last call."""
        on_power, charge = self._power()
        return MachineState(on_power, charge, self._others(), self._idle_seconds(), self._free())

    def _power(self) -> tuple[bool | None, float | None]:
        try:
            battery = self._psutil.sensors_battery()
        except (AttributeError, NotImplementedError, OSError, RuntimeError, self._psutil.Error):
            return None, None  # psutil does not know batteries on every system
        if battery is None:
            return True, None
        return battery.power_plugged, battery.percent / 100.0

    def _free(self) -> int | None:
        try:
            return self._psutil.disk_usage(str(self._folder)).free
        except OSError:
            return None

    def _others(self) -> float | None:
        """The share of all cores that other programs had; as last time where too little time went by."""
        before, now = self._times, self._cpu_times()
        total, busy, own = (b - a for a, b in zip(before, now, strict=True))
        if total >= MEASURED:
            self._times = now
            self._load = min(max((busy - own) / total, 0.0), 1.0)
        return self._load

    def _cpu_times(self) -> tuple[float, float, float]:
        """Core seconds since the start: in all, spent on work, and spent by this process."""
        times, own = self._psutil.cpu_times(), self._process.cpu_times()
        # Linux counts the time of guest systems in `user` and `nice` already.
        total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        return total, total - times.idle - getattr(times, "iowait", 0.0), own.user + own.system


def lower_priority() -> None:
    """Let the calling thread, and what it starts, give way to everything else, where the system can do that.

    Linux alone has a niceness for each thread; elsewhere the whole process would give way, the window with it.
    There is no way back for a thread without special rights.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # a sandbox may forbid it
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
