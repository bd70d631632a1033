"""A part of the memories as a corpus of its own, so that a question can be asked of one file or chat alone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import numpy as np

from mneme.recall.corpus import StoreCorpus
from mneme.recall.ports import Bearing, Ids, Stored, VectorSource
from mneme.store import fulltext, vectors
from mneme.store.database import Database
from mneme.types import Place


class CorpusWithin(StoreCorpus):
    """The live ones among given passages: whatever else the store holds is not found, and leads nowhere.

    Words are weighed by how rare they are in the whole store. Made for some thousands of passages: their vectors are
    read for each question.
    """

    def __init__(self, store: Database, passages: Collection[int]) -> None:
        super().__init__(store)
        self._passages = frozenset(passages)

    def by_words(self, match: str, limit: int, *, derived: bool = False) -> list[tuple[int, float]]:
        if derived:
            return []
        with self._store.reader() as db:
            return fulltext.search_among(db, match, sorted(self._passages), limit)

    def vectors(self, model: str, *, derived: bool = False) -> VectorSource | None:
        if derived:
            return None
        with self._store.reader() as db:
            known = vectors.known_model(db, model)
            found = {} if known is None else vectors.ids_of(db, known, sorted(self._passages))
        return _Some(found) if found else None

    def of_vectors(self, wanted: Sequence[int]) -> list[tuple[int, int]]:
        return [one for one in super().of_vectors(wanted) if one[1] in self._passages]

    def bearing(self, wanted: Sequence[int]) -> list[Bearing]:
        return []

    def around(self, wanted: Sequence[int], reach: int) -> list[Place]:
        return [place for place in super().around(wanted, reach) if place.memory in self._passages]

    def happened(self, start: datetime | None, end: datetime | None, limit: int) -> list[int]:
        return [memory for memory in super().happened(start, end, limit) if memory in self._passages]

    def originals(self, wanted: Sequence[int]) -> Mapping[int, int]:
        return {copy: kept for copy, kept in super().originals(wanted).items() if kept in self._passages}


class _Some:
    """Vectors that are all there already, by their ids."""

    def __init__(self, found: Mapping[int, Stored]) -> None:
        self._found = dict(sorted(found.items()))

    def generation(self) -> int:
        return 0

    def after(self, last: int, limit: int) -> tuple[Ids, Stored]:
        return self.fetch([one for one in self._found if one > last][:limit])

    def fetch(self, ids: Sequence[int]) -> tuple[Ids, Stored]:
        there = [one for one in ids if one in self._found]
        matrix = np.stack([self._found[one] for one in there]) if there else np.zeros((0, 0), np.float16)
        return np.array(there, np.int64), matrix
