"""Which embedder searches, and which one follows it once every text has its vector: two models never mix."""

import threading
from collections.abc import Callable

from mneme.errors import KnownError
from mneme.ports import Embedder
from mneme.store import preferences, vectors
from mneme.store.columns import Handle
from mneme.store.database import Database

SHIPPED = ""  # the name of the one that ships
CHOSEN = "embedder_chosen"  # what the owner wants
IN_USE = "embedder_in_use"  # what searches: it stays until the chosen one has every vector


class Embedders:
    """The embedder that searches and the one that is to follow. Safe to use from several threads.

    `find` gives the embedder of a name, without loading it; it raises KnownError where none has it. A choice that
    cannot be had leaves the search as it is; where even the one in use is gone, the one that ships searches.
    """

    def __init__(self, store: Database, find: Callable[[str], Embedder]) -> None:
        self._store = store
        self._find = find
        self._lock = threading.Lock()
        self._known: dict[str, Embedder] = {}

    def names(self) -> tuple[str, str]:
        """The name of the embedder that searches, and of the one that the owner chose."""
        with self._store.reader() as db:
            return preferences.own_value(db, IN_USE, SHIPPED), preferences.own_value(db, CHOSEN, SHIPPED)

    def current(self) -> tuple[str, Embedder]:
        """The one whose vectors are searched, with its name."""
        name = self.names()[0]
        try:
            return name, self.named(name)
        except KnownError:
            return SHIPPED, self.named(SHIPPED)

    def following(self) -> Embedder | None:
        """The one that the owner chose, while it has not yet every vector. Raises: KnownError where it is gone."""
        used, chosen = self.names()
        return None if chosen == used else self.named(chosen)

    def named(self, name: str) -> Embedder:
        """Raises: KnownError."""
        with self._lock:
            if name not in self._known:
                self._known[name] = self._find(name)
            return self._known[name]

    def choose(self, name: str) -> None:
        """Have `name` search as soon as it has every vector. Raises: KnownError where there is no such embedder."""
        self.named(name)
        self._store.write(lambda db: preferences.set_own_value(db, CHOSEN, name))

    def promote(self, following: Embedder) -> bool:
        """Search with the chosen one from now on, if no text waits for its vector; whether that was so."""
        return self._store.write(lambda db: _promoted(db, following.model_id))

    def drop(self, name: str) -> None:
        """Forget an embedder and its vectors. It must not be the one in use."""
        with self._lock:
            embedder = self._known.pop(name, None)
        if embedder is not None:
            embedder.close()
        self._store.write(lambda db: vectors.drop(db, name))

    def close(self) -> None:
        """Let go of every model that was asked for; the next use loads again."""
        with self._lock:
            for embedder in self._known.values():
                embedder.close()


def _promoted(db: Handle, model_id: str) -> bool:
    known = vectors.known_model(db, model_id)
    if vectors.count_waiting(db, known):
        return False
    preferences.set_own_value(db, IN_USE, preferences.own_value(db, CHOSEN, SHIPPED))
    return True
