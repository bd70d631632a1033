"""From a question to ranked memories: words and meaning, of each memory and of its neighbours, fused by rank."""

import math
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from mneme.errors import ModelError
from mneme.memory.retention import ranking_factor
from mneme.ports import Embedder
from mneme.recall import nearby, timed
from mneme.recall.dense import DenseIndex
from mneme.recall.fusion import Fused, fuse, ranked
from mneme.recall.lexical import any_of, plain_form, question_terms, words_of
from mneme.recall.ports import Bearing, Corpus, Said
from mneme.recall.understanding.question import Question, meant
from mneme.types import Hit, Kind, Memory, Place

POOL = 40  # the best of each kind whose surroundings are looked at
COMMON = 5000  # a word that more memories hold is left out: BM25 would give it little, and take long over it
LARGEST_POOL = 1000  # and so no search gives more than some thousands, however many are asked for
# what each ranking counts; each can be left out of a search by its name (`without`), to see what it is worth
WEIGHTS: Mapping[str, float] = {
    "words": 1.0, "words nearby": 1.0, "meaning": 1.0, "meaning nearby": 1.0, "speaker": 1.0, "time": 2.0,
    "facts": 0.25, "events": 0.05, "summaries": 0.1, "questions": 0.1, "thoughts": 0.25}
KEYS = {Kind.FACT: "facts", Kind.EVENT: "events", Kind.SUMMARY: "summaries", Kind.QUESTION: "questions",
        Kind.THOUGHT: "thoughts"}
LEADING = ("facts", "questions", "thoughts")  # these find passages by themselves, the others speak for what is found
KEYS_READ, KEYS_KEPT = 30, 6  # derived memories that are looked at, and of each kind, that lead to their passages
DEEPER = 4  # times as many are looked at where there are questions: a passage has several, and they crowd out the rest
EVERYTHING: frozenset[str] = frozenset()  # nothing left out

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recalled:
    """Hits, best first, each text once; `twins` are the other memories with the very words of a hit, by its id.

    `before` is what was said right before a hit, `telling` how much each of the question's words tells (the log of
    its rareness), `unknown` the names in the question that no memory holds, `took` the milliseconds of each stage.
    """

    hits: tuple[Hit, ...]
    twins: Mapping[int, tuple[Memory, ...]]
    degraded: tuple[str, ...]
    before: Mapping[int, Said] = field(default_factory=dict)
    telling: Mapping[str, float] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    took: Mapping[str, float] = field(default_factory=dict)


class Recall:
    """Finds memories by words (BM25) and by meaning (vectors). Safe to use from several threads.

    Four rankings are fused: both of the memory alone and of the memory with its neighbours in a conversation,
    since a reply often lacks the words of the question before it. Who is named in the question, and spoke a
    memory, is preferred, and so is what happened at a time that the question names. Without an embedder words alone
    decide, and the result says so.
    """

    def __init__(self, corpus: Corpus, embedder: Embedder) -> None:
        self._corpus = corpus
        self._embedder = embedder
        self._indexes: dict[tuple[str, bool], DenseIndex] = {}
        self._lock = threading.Lock()

    def recall(self, question: Question, *, k: int, now: datetime,
               without: frozenset[str] = EVERYTHING) -> Recalled:
        """The best `k` memories, each text once, with the reasons and what reading them needs.

        `without` leaves out some of types.PARTS.
        """
        watch = _Watch()
        pool = min(max(POOL, 2 * k), LARGEST_POOL)
        size = self._corpus.size()
        telling = self._telling(question.text, size)
        scores = {} if {"words", "words nearby"} <= without else self._by_words(telling, size, pool)
        watch.passed("words")
        asked, degraded = ((None, ()) if {"meaning", "meaning nearby"} <= without
                           else self._meaning_of(question.text))
        watch.passed("embedding the question")
        near = self._near(asked, pool)
        watch.passed("meaning")
        by_keys = self._by_keys(telling, size, asked, without)
        watch.passed("facts and events")
        at_the_time = self._at_the_time(question, pool, asked) if "time" not in without else []
        # an event has forty passages: it speaks only for what others found, too
        led_to = [passage for name in LEADING for passage in by_keys.get(name, ())]
        places = nearby.in_order(self._corpus.around(
            list(dict.fromkeys([*scores, *near, *at_the_time, *led_to])), nearby.REACH))
        rankings = self._rankings(question, places, scores, asked if near else None)
        rankings |= _led(by_keys, {place.memory for place in places}, rankings)
        watch.passed("surroundings")
        kept = {name: ranking for name, ranking in rankings.items() if name not in without}
        hits, twins = self._loaded(fuse(kept, WEIGHTS), k, now, fading="retention" not in without)
        hits = self._covering(hits, places, telling)
        before = self._corpus.before([hit.memory.id for hit in hits])
        watch.passed("loading")
        return Recalled(hits, twins, degraded, before, telling, _unknown(question, telling), watch.took)

    def _telling(self, question: str, size: int) -> dict[str, float]:
        """The question's words with the logarithm of their rareness; those that no memory holds are left out."""
        held = {term: self._corpus.holding(any_of([term])) for term in question_terms(question)}
        return {term: math.log1p(size / count) for term, count in held.items() if count}

    def _by_words(self, telling: Mapping[str, float], size: int, limit: int, *,
                  derived: bool = False) -> dict[int, float]:
        """BM25 scores of the best `limit` memories, by the words that are not too common to tell anything."""
        least = math.log1p(size / COMMON)
        terms = [term for term, weight in telling.items() if weight >= least] or list(telling)
        return dict(self._corpus.by_words(any_of(terms), limit, derived=derived)) if terms else {}

    def _meaning_of(self, query: str) -> tuple[Vector | None, tuple[str, ...]]:
        if not query.strip():
            return None, ()
        try:
            return self._embedder.embed([query], kind="query")[0], ()
        except ModelError as error:
            return None, (str(error),)

    def _near(self, asked: Vector | None, pool: int) -> list[int]:
        index = None if asked is None else self._index(len(asked), derived=False)
        return [] if index is None or asked is None else self._by_meaning(index, asked, pool)

    def near(self, vector: Vector, n: int) -> list[tuple[int, float]]:
        """The passages nearest to a vector (dim,) of length 1: (memory, cosine), best first."""
        index = self._index(len(vector), derived=False)
        if index is None:
            return []
        cosines = dict(index.search(vector, n))
        memories = [(memory, cosines[found]) for found, memory in self._corpus.of_vectors(list(cosines))]
        return sorted(memories, key=lambda one: (-one[1], one[0]))

    def _by_keys(self, telling: Mapping[str, float], size: int, asked: Vector | None,
                 without: frozenset[str]) -> dict[str, dict[int, int]]:
        """Rankings of passages by the facts, events and summaries made of them that bear on the question."""
        kinds = {kind: name for kind, name in KEYS.items() if name not in without}
        if not kinds:
            return {}
        words, near = self._keys(telling, size, asked, KEYS_READ)
        found = self._corpus.bearing(_fused_keys(words, near))
        if any(one.kind is Kind.QUESTION for one in found):
            found = self._beside_questions(telling, size, asked)
        rankings: dict[str, dict[int, int]] = {}
        places: Counter[Kind] = Counter()
        for one in found:
            if one.kind in kinds and places[one.kind] < KEYS_KEPT:
                places[one.kind] += 1
                ranking = rankings.setdefault(kinds[one.kind], {})
                for passage in one.passages:
                    ranking.setdefault(passage, places[one.kind])
        return rankings

    def _keys(self, telling: Mapping[str, float], size: int, asked: Vector | None, limit: int
              ) -> tuple[list[int], list[int]]:
        """The derived memories that are best by their words, and by their meaning."""
        words = self._by_words(telling, size, limit, derived=True)
        index = None if asked is None else self._index(len(asked), derived=True)
        near = [] if index is None or asked is None else self._by_meaning(index, asked, limit)
        return list(_best_first(words)), near

    def _beside_questions(self, telling: Mapping[str, float], size: int, asked: Vector | None) -> list[Bearing]:
        """Facts, events and summaries as if there were no questions, and the questions by themselves."""
        words, near = self._keys(telling, size, asked, DEEPER * KEYS_READ)
        known = {one.memory: one for one in self._corpus.bearing(list(dict.fromkeys([*words, *near])))}
        found: list[Bearing] = []
        for questions in (False, True):
            of_kind = {key for key, one in known.items() if (one.kind is Kind.QUESTION) is questions}
            ours = [[key for key in keys if key in of_kind][:KEYS_READ] for keys in (words, near)]
            found += [known[key] for key in _fused_keys(*ours)]
        return found

    def _index(self, dim: int, *, derived: bool) -> DenseIndex | None:
        """The index over this model's vectors, with what came lately; None where there are none."""
        key = (self._embedder.model_id, derived)
        with self._lock:
            if key not in self._indexes:
                source = self._corpus.vectors(key[0], derived=derived)
                if source is None:
                    return None
                self._indexes[key] = DenseIndex(source, dim)
            index = self._indexes[key]
        index.refresh()
        return index

    def _by_meaning(self, index: DenseIndex, asked: Vector, limit: int) -> list[int]:
        best = [vector for vector, _score in index.search(asked, limit)]
        memories: dict[int, list[int]] = {}
        for vector, memory in self._corpus.of_vectors(best):
            memories.setdefault(vector, []).append(memory)
        return [memory for vector in best for memory in memories.get(vector, ())]

    def _at_the_time(self, question: Question, pool: int, asked: Vector | None) -> list[int]:
        """The memories of the times that the question names, those nearest in meaning."""
        found = [memory for one in question.within
                 for memory in self._corpus.happened(one.start, one.end, timed.MOST)]
        if asked is None or not found:
            return found[:pool]
        vectors = self._corpus.vectors_of(self._embedder.model_id, found)
        near = sorted(vectors, key=lambda memory: -float(vectors[memory] @ asked))
        return [*near, *(memory for memory in found if memory not in vectors)][:pool]

    def _rankings(self, question: Question, places: Sequence[Place], scores: Mapping[int, float],
                  asked: Vector | None) -> dict[str, dict[int, int]]:
        rankings = {"words": _best_first(scores), "words nearby": _best_first(nearby.words_nearby(places, scores))}
        if asked is not None:
            vectors = self._corpus.vectors_of(self._embedder.model_id, [place.memory for place in places])
            own, around = nearby.by_meaning(places, vectors, asked)
            rankings |= {"meaning": _best_first(own), "meaning nearby": _best_first(around)}
        if named := _spoken_by_the_meant(question, places):
            rankings["speaker"] = dict.fromkeys(named, 1)
        if fitting := timed.fitting(places, question.within):
            rankings["time"] = fitting
        return rankings

    def _loaded(self, fused: Sequence[Fused[int]], k: int, now: datetime, *,
                fading: bool) -> tuple[tuple[Hit, ...], dict[int, tuple[Memory, ...]]]:
        """The first `k` distinct texts, read in stretches, since twins and what was just erased fall out.

        What has faded comes a little later: twice as many are read, so that others can pass it.
        """
        found: dict[str, Hit] = {}
        twins: dict[int, tuple[Memory, ...]] = {}
        curve, originals = self._corpus.curve(), dict[int, int]()
        wanted = 2 * k if fading else k
        for start in range(0, len(fused), wanted + 8):
            if len(found) >= wanted:
                break
            part = {one.key: one for one in fused[start:start + wanted + 8]}
            loaded = self._corpus.load(list(part), now)
            originals |= self._corpus.originals([memory.id for memory in loaded])
            for memory in loaded:
                same = _same(memory, originals, found)
                if same in found:
                    first = found[same].memory.id
                    twins[first] = (*twins.get(first, ()), memory)
                elif len(found) < wanted:
                    one = part[memory.id]
                    factor = ranking_factor(memory.retention, curve) if fading else 1.0
                    found[same] = Hit(memory, one.score * factor, {n: float(rank) for n, rank in one.ranks.items()})
        hits = sorted(found.values(), key=lambda hit: -hit.score)[:k]
        return tuple(hits), {hit.memory.id: twins[hit.memory.id] for hit in hits if hit.memory.id in twins}

    def _covering(self, hits: Sequence[Hit], places: Sequence[Place],
                  telling: Mapping[str, float]) -> tuple[Hit, ...]:
        """The hits with the share, by weight, of the question's telling words that stand in them or right beside them.

        Whom the question names is no word of what it asks: those who speak here are left out.
        """
        beside = nearby.beside(places, [hit.memory.id for hit in hits])
        speakers = {word for name in {place.speaker for place in places} if name for word in words_of(name)}
        asked = {term: weight for term, weight in telling.items() if term not in speakers}
        around = sorted({memory for near in beside.values() for memory in near})
        held = {term: self._corpus.holders(any_of([term]), around) for term in asked}
        total = sum(asked.values()) or 1.0
        shares = {hit.memory.id: sum(weight for term, weight in asked.items()
                                     if not held[term].isdisjoint(beside[hit.memory.id])) / total for hit in hits}
        return tuple(replace(hit, why={**hit.why, "covers": shares[hit.memory.id]}) for hit in hits)


class _Watch:
    """How long each stage took, in milliseconds."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}
        self._last = time.perf_counter()

    def passed(self, stage: str) -> None:
        now = time.perf_counter()
        self.took[stage] = 1000.0 * (now - self._last)
        self._last = now


def _unknown(question: Question, telling: Mapping[str, float]) -> tuple[str, ...]:
    """The names in the question of which no memory holds a word; those made of little words tell nothing."""
    terms = set(question_terms(question.text))
    words = {name: terms.intersection(words_of(name)) for name in question.names}
    return tuple(name for name, asked in words.items() if asked and asked.isdisjoint(telling))


def _led(by_keys: Mapping[str, dict[int, int]], places: set[int],
         rankings: Mapping[str, Mapping[int, int]]) -> dict[str, dict[int, int]]:
    """What facts lead to; what events and summaries do, where another ranking found it, too."""
    found = {memory for ranking in rankings.values() for memory in ranking}
    led = {name: {memory: rank for memory, rank in ranking.items() if memory in (places if name in LEADING else found)}
           for name, ranking in by_keys.items()}
    return {name: ranking for name, ranking in led.items() if ranking}


def _fused_keys(words: Sequence[int], near: Sequence[int]) -> list[int]:
    """Derived memories by their words and their meaning together, best first."""
    fused = fuse({"words": ranked(words), "meaning": ranked(near)}, {"words": 1.0, "meaning": 1.0})
    return [key.key for key in fused]


def _same(memory: Memory, originals: Mapping[int, int], found: Mapping[str, Hit]) -> str:
    """What two memories share that are twins: the same words, or one is a copy of the other, or of the same third."""
    original = originals.get(memory.id)
    if original is None:
        copied = next((key for key, hit in found.items() if originals.get(hit.memory.id) == memory.id), None)
    else:
        copied = next((key for key, hit in found.items()
                       if hit.memory.id == original or originals.get(hit.memory.id) == original), None)
    return copied or plain_form(memory.text)


def _best_first(scores: Mapping[int, float]) -> dict[int, int]:
    return ranked(sorted(scores, key=lambda memory: (-scores[memory], memory)))


def _spoken_by_the_meant(question: Question, places: Sequence[Place]) -> list[int]:
    whom = meant(question, {(place.speaker, place.origin) for place in places})
    return [place.memory for place in places if (place.speaker, place.origin) in whom]
