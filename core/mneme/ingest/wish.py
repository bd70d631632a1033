"""How a run of taking in is wanted: formats, names, limits, the gate, and the source that it is for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mneme.ports import Ask
from mneme.types import Progress, WhenGone

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


def anything(_candidate: object) -> None:
    """The gate that lets everything in."""
    return


@dataclass(frozen=True, slots=True)
class Wish:
    """How a run is wanted.

    `max_bytes` and `seconds` are what one file may cost. `forced` is a format named by the owner, `owners` the names
    they go by (case-folded), `again` reads even what has not changed, `ask` is the gate, `mask` hides secrets. `source`
    is the row of the source that finds, None where the owner named the places; `moves` are old names by new ones, as
    hints; `rest` is called between files and lets others go first.
    """

    max_bytes: int
    seconds: float = 60.0
    forced: str | None = None
    owners: frozenset[str] = frozenset()
    again: bool = False
    ask: Ask = anything
    mask: bool = True
    source: int | None = None
    when_gone: WhenGone = "keep"
    moves: Mapping[Path, Path] = field(default_factory=dict)
    rest: Callable[[], None] | None = None
