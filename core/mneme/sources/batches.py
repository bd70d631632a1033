"""What changed since it was last asked, put together: bursts, the dances of editors, and moves."""

from dataclasses import dataclass, field
from pathlib import Path

QUIET = 0.4  # seconds without a change until a batch is handed out
LONGEST = 1.5  # seconds after its first change until it is handed out all the same
MOST_PATHS = 5_000  # beyond them, looking at everything costs less


@dataclass(frozen=True, slots=True)
class Changed:
    """What is to be looked at: these paths, or everything where single changes are not known (any more).

    `moves` are pairs of old and new names, of files and of folders: hints, so that what is at the new name may keep
    its history. The old names are among `paths`, and both may be there, or gone, by the time of the look.
    """

    paths: tuple[Path, ...] = ()
    moves: tuple[tuple[Path, Path], ...] = ()
    everything: bool = False


@dataclass(slots=True)
class Batch:
    """Changes of one source that wait to be handed out. Not for several threads at once."""

    first: float | None = None  # when the first one was noted; none waits
    last: float = 0.0
    everything: bool = False
    paths: dict[str, None] = field(default_factory=dict)  # in their order
    origins: dict[str, str] = field(default_factory=dict)  # old names by new ones
    targets: dict[str, str] = field(default_factory=dict)  # and the other way round

    def add(self, path: str, now: float) -> None:
        """Something happened at `path`."""
        self._touch(now)
        if not self.everything:
            self.paths[path] = None
            if len(self.paths) > MOST_PATHS:
                self.add_everything(now)

    def add_move(self, old: str, new: str, now: float) -> None:
        """What was at `old` is at `new`."""
        origin = self.left(old) or old
        self.left(new)
        self.arrived(new)
        if origin != new and len(self.origins) < MOST_PATHS:
            self.origins[new], self.targets[origin] = origin, new
        self.add(old, now)
        self.add(new, now)

    def add_everything(self, now: float) -> None:
        """Single changes are not known: all must be looked at."""
        self._touch(now)
        self.everything = True
        self.paths.clear()

    def arrived(self, path: str) -> None:
        """Something new is at `path`: what was there before has moved elsewhere, and has no claim to it."""
        target = self.targets.pop(path, None)
        if target is not None:
            del self.origins[target]

    def left(self, path: str) -> str | None:
        """What was at `path` is gone; the name from which it had come."""
        origin = self.origins.pop(path, None)
        if origin is not None:
            del self.targets[origin]
        return origin

    def due(self) -> float | None:
        """When it is to be handed out; None while nothing waits."""
        return None if self.first is None else min(self.last + QUIET, self.first + LONGEST)

    def changed(self) -> Changed:
        """The batch as a value."""
        return Changed(tuple(map(Path, self.paths)),
                       tuple((Path(old), Path(new)) for new, old in self.origins.items()), self.everything)

    def _touch(self, now: float) -> None:
        self.first = now if self.first is None else self.first
        self.last = now
