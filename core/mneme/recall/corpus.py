"""The live memories of a store, as recall asks for them; every call is a short read of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from mneme.memory.retention import Curve
from mneme.recall.ports import Bearing, Ids, Said, Stored, VectorSource
from mneme.store import derived, forgetting, fulltext, links, memories, vectors
from mneme.store.database import Database
from mneme.types import Memory, Place

SITTING = timedelta(hours=6)  # what was said longer ago is no context any more
LONGEST_BEFORE = 200  # code points of what was said before: the reader's window is small


class StoreCorpus:
    """Recall's view of an open store."""

    def __init__(self, store: Database) -> None:
        self._store = store

    def by_words(self, match: str, limit: int, *, derived: bool = False) -> list[tuple[int, float]]:
        with self._store.reader() as db:
            return fulltext.search(db, match, limit, fulltext.DERIVED if derived else fulltext.PASSAGES)

    def holding(self, match: str) -> int:
        with self._store.reader() as db:
            return fulltext.count(db, match)

    def holders(self, match: str, wanted: Sequence[int]) -> set[int]:
        with self._store.reader() as db:
            return fulltext.among(db, match, wanted)

    def vectors(self, model: str, *, derived: bool = False) -> VectorSource | None:
        with self._store.reader() as db:
            known = vectors.known_model(db, model)
        return None if known is None else StoreVectors(self._store, known, derived)

    def bearing(self, wanted: Sequence[int]) -> list[Bearing]:
        with self._store.reader() as db:
            return [Bearing(*one) for one in derived.live_bearing(db, wanted)]

    def originals(self, wanted: Sequence[int]) -> Mapping[int, int]:
        with self._store.reader() as db:
            return links.originals(db, wanted)

    def of_vectors(self, wanted: Sequence[int]) -> list[tuple[int, int]]:
        with self._store.reader() as db:
            return vectors.live_memories(db, wanted)

    def vectors_of(self, model: str, wanted: Sequence[int]) -> Mapping[int, Stored]:
        with self._store.reader() as db:
            known = vectors.known_model(db, model)
            return {} if known is None else vectors.of_memories(db, known, wanted)

    def around(self, wanted: Sequence[int], reach: int) -> list[Place]:
        with self._store.reader() as db:
            return memories.around(db, wanted, reach)

    def happened(self, start: datetime | None, end: datetime | None, limit: int) -> list[int]:
        with self._store.reader() as db:
            return memories.happened(db, start, end, limit)

    def before(self, wanted: Sequence[int]) -> Mapping[int, Said]:
        with self._store.reader() as db:
            return {memory: Said(*said)
                    for memory, said in memories.said_before(db, wanted, SITTING, LONGEST_BEFORE).items()}

    def size(self) -> int:
        with self._store.reader() as db:
            return memories.newest_id(db)

    def load(self, wanted: Sequence[int], now: datetime) -> list[Memory]:
        with self._store.reader() as db:
            return memories.load(db, wanted, now)

    def curve(self) -> Curve:
        with self._store.reader() as db:
            return forgetting.curve_of(db)


class StoreVectors:
    """The vectors of one model in a store: of passages, or of what is derived."""

    def __init__(self, store: Database, model: int, derived: bool) -> None:
        self._store = store
        self._model = model
        self._derived = derived

    def generation(self) -> int:
        with self._store.reader() as db:
            return vectors.generation(db, derived=self._derived)

    def after(self, last: int, limit: int) -> tuple[Ids, Stored]:
        with self._store.reader() as db:
            return vectors.after(db, self._model, last, limit, derived=self._derived)

    def fetch(self, ids: Sequence[int]) -> tuple[Ids, Stored]:
        with self._store.reader() as db:
            return vectors.fetch(db, ids)
