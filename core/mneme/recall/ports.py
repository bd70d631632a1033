"""What recall needs of a store, as small protocols, so that the numeric parts know no SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mneme.memory.retention import Curve
from mneme.types import Kind, Memory, Place

Ids = NDArray[np.int64]
Stored = NDArray[np.float16]  # (n, dim), rows of unit length


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's words, cut to their end where they are long."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Bearing:
    """A derived memory and the live passages that it stands on."""

    memory: int
    kind: Kind
    passages: tuple[int, ...]


class VectorSource(Protocol):
    """The stored vectors of one model, in the order of their ids."""

    def generation(self) -> int:
        """A number that grows with every deletion."""
        ...

    def after(self, last: int, limit: int) -> tuple[Ids, Stored]:
        """At most `limit` vectors with an id above `last`, by id."""
        ...

    def fetch(self, ids: Sequence[int]) -> tuple[Ids, Stored]:
        """The vectors of these ids that are still there."""
        ...


class Corpus(Protocol):
    """The live memories: those neither superseded nor in the bin."""

    def by_words(self, match: str, limit: int, *, derived: bool = False) -> list[tuple[int, float]]:
        """(passage, or derived memory, BM25 score) for an FTS5 expression, best first; a higher score is better."""
        ...

    def holding(self, match: str) -> int:
        """How many memories match an FTS5 expression; far cheaper than ranking them."""
        ...

    def holders(self, match: str, memories: Sequence[int]) -> set[int]:
        """Those of `memories` whose own text matches an FTS5 expression."""
        ...

    def vectors(self, model: str, *, derived: bool = False) -> VectorSource | None:
        """The vectors of passages (or derived memories) kept for a model, or None where it never had any."""
        ...

    def bearing(self, derived: Sequence[int]) -> list[Bearing]:
        """What those of the derived memories stand on that are live, in the order asked."""
        ...

    def originals(self, memories: Sequence[int]) -> Mapping[int, int]:
        """For those that are copies: the live memory of which they are one."""
        ...

    def of_vectors(self, vectors: Sequence[int]) -> list[tuple[int, int]]:
        """(vector, memory) for each live memory whose text has one of these vectors."""
        ...

    def vectors_of(self, model: str, memories: Sequence[int]) -> Mapping[int, Stored]:
        """The vectors (dim,) of those memories that have one."""
        ...

    def around(self, memories: Sequence[int], reach: int) -> list[Place]:
        """The places of these memories and of what stands at most `reach` messages beside them, each once."""
        ...

    def happened(self, start: datetime | None, end: datetime | None, limit: int) -> list[int]:
        """At most `limit` memories that happened within [start, end), by what they say themselves; latest first."""
        ...

    def before(self, memories: Sequence[int]) -> Mapping[int, Said]:
        """What was said right before those memories that begin a message, in the same sitting."""
        ...

    def size(self) -> int:
        """About how many memories there are; never less."""
        ...

    def load(self, memories: Sequence[int], now: datetime) -> list[Memory]:
        """The memories that still exist, in the order asked, with their retention at `now`."""
        ...

    def curve(self) -> Curve:
        """The owner's curve of forgetting."""
        ...
