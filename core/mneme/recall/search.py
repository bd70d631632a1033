"""From a question to ranked memories: words and meaning, of each memory and of its neighbours, fused by rank."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from mneme.errors import ModelError
from mneme.ports import Embedder
from mneme.recall import nearby
from mneme.recall.dense import DenseIndex
from mneme.recall.fusion import Fused, fuse, ranked
from mneme.recall.lexical import any_of, question_terms, words_of
from mneme.recall.ports import Corpus
from mneme.recall.stopwords import FIRST_PERSON
from mneme.types import Hit, Memory, Origin, Place, SearchResult

POOL = 40  # the best of each kind whose surroundings are looked at
COMMON = 5000  # a word that more memories hold is left out: BM25 would give it little, and take long over it
LARGEST_POOL = 1000  # and so no search gives more than some thousands, however many are asked for
WEIGHTS: Mapping[str, float] = {
    "words": 1.0, "words nearby": 1.0, "meaning": 1.0, "meaning nearby": 1.0, "speaker": 0.5}


@dataclass(frozen=True, slots=True)
class Recalled:
    """Hits, best first, each text once; `twins` are the other memories with the very text of a hit, by its id."""

    hits: tuple[Hit, ...]
    twins: Mapping[int, tuple[Memory, ...]]
    degraded: tuple[str, ...]


class Recall:
    """Finds memories by words (BM25) and by meaning (vectors). Safe to use from several threads.

    Four rankings are fused: both of the memory alone and of the memory with its neighbours in a conversation,
    since a reply often lacks the words of the question before it. Who is named in the question, and spoke a
    memory, is preferred. Without an embedder words alone decide, and the result says so.
    """

    def __init__(self, corpus: Corpus, embedder: Embedder) -> None:
        self._corpus = corpus
        self._embedder = embedder
        self._indexes: dict[str, DenseIndex] = {}
        self._lock = threading.Lock()

    def search(self, query: str, *, k: int, now: datetime) -> SearchResult:
        """The best `k` memories for `query`, each text once, with the reasons."""
        started = time.perf_counter()
        found = self.recall(query, k=k, now=now)
        return SearchResult(found.hits, 1000.0 * (time.perf_counter() - started), found.degraded)

    def recall(self, query: str, *, k: int, now: datetime) -> Recalled:
        """As `search`, with the twins of each hit."""
        pool = min(max(POOL, 2 * k), LARGEST_POOL)
        scores = self._by_words(query, pool)
        asked, degraded = self._meaning_of(query)
        index = None if asked is None else self._index(len(asked))
        near = [] if index is None or asked is None else self._by_meaning(index, asked, pool)
        places = nearby.in_order(self._corpus.around(list(dict.fromkeys([*scores, *near])), nearby.REACH))
        rankings = self._rankings(query, places, scores, asked if near else None)
        return self._loaded(fuse(rankings, WEIGHTS), k, now, degraded)

    def _by_words(self, query: str, limit: int) -> dict[int, float]:
        """BM25 scores of the best `limit` memories, by the query's words that are not too common to tell anything."""
        terms = question_terms(query)
        telling = [term for term in terms if 0 < self._corpus.holding(any_of([term])) <= COMMON]
        return dict(self._corpus.by_words(any_of(telling or terms), limit)) if terms else {}

    def _meaning_of(self, query: str) -> tuple[NDArray[np.float32] | None, tuple[str, ...]]:
        if not query.strip():
            return None, ()
        try:
            return self._embedder.embed([query], kind="query")[0], ()
        except ModelError as error:
            return None, (str(error),)

    def _index(self, dim: int) -> DenseIndex | None:
        """The index over this model's vectors, with what came lately; None where there are none."""
        model = self._embedder.model_id
        with self._lock:
            if model not in self._indexes:
                source = self._corpus.vectors(model)
                if source is None:
                    return None
                self._indexes[model] = DenseIndex(source, dim)
            index = self._indexes[model]
        index.refresh()
        return index

    def _by_meaning(self, index: DenseIndex, asked: NDArray[np.float32], limit: int) -> list[int]:
        best = [vector for vector, _score in index.search(asked, limit)]
        memories: dict[int, list[int]] = {}
        for vector, memory in self._corpus.of_vectors(best):
            memories.setdefault(vector, []).append(memory)
        return [memory for vector in best for memory in memories.get(vector, ())]

    def _rankings(self, query: str, places: Sequence[Place], scores: Mapping[int, float],
                  asked: NDArray[np.float32] | None) -> dict[str, dict[int, int]]:
        rankings = {"words": _best_first(scores), "words nearby": _best_first(nearby.words_nearby(places, scores))}
        if asked is not None:
            vectors = self._corpus.vectors_of(self._embedder.model_id, [place.memory for place in places])
            own, around = nearby.by_meaning(places, vectors, asked)
            rankings |= {"meaning": _best_first(own), "meaning nearby": _best_first(around)}
        if named := _spoken_by_the_named(query, places):
            rankings["speaker"] = dict.fromkeys(named, 1)
        return rankings

    def _loaded(self, fused: Sequence[Fused[int]], k: int, now: datetime, degraded: tuple[str, ...]) -> Recalled:
        """The first `k` distinct texts, read in stretches, since twins and what was just erased fall out."""
        hits: dict[str, Hit] = {}
        twins: dict[int, tuple[Memory, ...]] = {}
        for start in range(0, len(fused), k + 8):
            if len(hits) >= k:
                break
            part = {one.key: one for one in fused[start:start + k + 8]}
            for memory in self._corpus.load(list(part), now):
                if memory.text in hits:
                    first = hits[memory.text].memory.id
                    twins[first] = (*twins.get(first, ()), memory)
                elif len(hits) < k:
                    one = part[memory.id]
                    hits[memory.text] = Hit(memory, one.score, {n: float(rank) for n, rank in one.ranks.items()})
        return Recalled(tuple(hits.values()), twins, degraded)


def _best_first(scores: Mapping[int, float]) -> dict[int, int]:
    return ranked(sorted(scores, key=lambda memory: (-scores[memory], memory)))


def _spoken_by_the_named(query: str, places: Sequence[Place]) -> list[int]:
    """Memories spoken by somebody whom the question names; `I` and `my` name the owner."""
    asked = set(words_of(query))
    owner = bool(asked & FIRST_PERSON)
    named = {speaker for speaker in {place.speaker for place in places}
             if speaker is not None and not asked.isdisjoint(words_of(speaker))}
    return [place.memory for place in places
            if place.speaker in named or (owner and place.speaker is not None and place.origin is Origin.OWNER)]
