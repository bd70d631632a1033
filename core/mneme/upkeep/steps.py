"""What a step of upkeep is: bounded work inside one transaction, kept as one change-set, going on where it stopped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

from mneme.store import preferences
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle

Vector = NDArray[np.float32]
Near = Callable[[Vector, int], Sequence[tuple[int, float]]]  # (passage, cosine), best first


@dataclass(frozen=True, slots=True)
class Sight:
    """What a step sees beside the store: the time, the owner's zone and name, the model whose vectors are searched."""

    now: datetime
    zone: tzinfo
    owner: str
    model: int | None
    near: Near

    def today(self) -> date:
        """The date on the owner's clock."""
        return self.now.astimezone(self.zone).date()

    def day_of(self, at: datetime) -> date:
        """The date of an instant on the owner's clock."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Worked:
    """What a slice came to: is there more to do at once, some of it in sentences, what it waits for."""

    more: bool
    examples: tuple[str, ...] = ()
    waiting: str = ""


NOTHING = Worked(more=False)


@dataclass(frozen=True, slots=True)
class Step:
    """A step by its name; `work` does one slice: at most some hundred memories, no model, no file."""

    name: str
    title: str
    work: Callable[[Handle, ChangeSet, Sight], Worked]


def cursor(db: Handle, name: str) -> int:
    """How far a step has come: the last memory that it has seen."""
    return int(preferences.own_value(db, f"upkeep.{name}", "0"))


def move(db: Handle, name: str, to: int) -> None:
    """A step has seen everything up to here. Not part of the change-set: what is undone is not done again by itself."""
    preferences.set_own_value(db, f"upkeep.{name}", str(to))
