"""What was tried beside what ships, and what it was worth, so that nobody need try it again without a reason.

    python tests/benchmarks/trials.py DATA.json [--limit N] [--models FOLDER] [--vectors FILE] [--only a b ...]

DATA is LoCoMo's form. Each conversation fills a profile through the façade; for each question of categories 1 to 4 the
rankings of the shipped search are fused with a further one (its weight is `w`), or replaced:
a  a graph of memories and their rare terms, walked by personalised PageRank from the question's terms and the five
   nearest memories, over all memories or over those that the search looks at (HippoRAG)
b  a second hop: the question's vector moved towards the best hits (Rocchio)
c  keys made of questions that a memory answers, embedded as questions; a memory counts by its best key
d  the session as a coarser granularity, with a fixed weight or one that grows with the entropy of the relevance over
   memories (MemGAS)
e  two levels: only the memories of the best sessions, by the mean of their vectors, are ranked; `scanned` is the share
   of vectors that were compared (HCAM)
f  the situation: time of day and weekday of asking against those of the memory (P-RAG)
g  each structure alone and all mixed, retrieved in a single step, reranked by the reader, and iteratively (a second
   step from the best three; both are fused)
Each number stands beside its difference to what ships; `+-` is the standard error of the difference at 10.
"""

import argparse
import json
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from ablation import ABSENT, Line, Score, Scores, doubt, mean, of_search, recall_at, shown
from haystack import KeptReadings, Setup, add_models, setup_of
from locomo import K, Told, evidence_of, turns_of
from numpy.typing import NDArray

from mneme.engine import Engine
from mneme.memory.asking import questions_from
from mneme.recall import nearby
from mneme.recall.corpus import StoreCorpus
from mneme.recall.fusion import fuse, ranked
from mneme.recall.lexical import question_terms, words_of
from mneme.recall.search import WEIGHTS, Recall, Recalled
from mneme.recall.understanding.question import Question, understood
from mneme.types import Hit, Memory, Moment, Origin, Place

Floats = NDArray[np.float32]
Ranking = dict[int, int]  # memory -> rank, best 1
Rankings = dict[str, Ranking]

SHIPPED = "shipped"
LONGEST = 60  # memories of a further ranking
SITTING = timedelta(hours=6)  # a longer silence ends a session
SUM = 3  # memories whose similarity stands for their session
NEVER = datetime.min.replace(tzinfo=UTC)
ITERATED = 3  # hits that a second step starts from
MIXED = {"keys": 0.3, "sessions": 0.3}  # where all structures are mixed; the others count 1


# ------------------------------------------------------------------ what is ranked


@dataclass(frozen=True)
class Heard:
    """What the shipped search had before it fused: `words` are BM25 scores of all memories that have any."""

    question: Question
    asked: Floats
    rankings: Rankings
    words: Mapping[int, float]

    def pool(self) -> list[int]:
        return sorted({memory for ranking in self.rankings.values() for memory in ranking})


class Listening(Recall):
    """The shipped recall; what it ranked last can be heard."""

    def listened(self, question: str, now: datetime, dim: int, most: int) -> Heard:
        """`most` bounds the scores by words; without a vector of the question `asked` is nothing."""
        self._heard: list[tuple[Question, Floats | None, Rankings]] = []
        self.recall(understood(question, Moment.of(now, UTC, "minute")), k=K, now=now)
        whole, asked, rankings = self._heard[-1]
        size = self._corpus.size()
        words = self._by_words(self._telling(whole.text, size), size, most)
        return Heard(whole, np.zeros(dim, np.float32) if asked is None else asked, rankings, words)

    def _rankings(self, question: Question, places: Sequence[Place], scores: Mapping[int, float],
                  asked: Floats | None) -> Rankings:
        rankings = super()._rankings(question, places, scores, asked)
        self._heard.append((question, asked, rankings))
        return rankings


@dataclass(frozen=True)
class Life:
    """One conversation in a profile: its memories in order, row n of everything for memory n."""

    engine: Engine
    told: Told
    recall: Listening
    corpus: StoreCorpus
    memories: Sequence[Memory]
    vectors: Floats
    session: NDArray[np.int64]
    graph: "Graph"
    keys: tuple[Floats, Sequence[int]]  # vectors of questions, and the row of the memory that answers each
    places: Sequence[Place]
    row: Mapping[int, int]
    said: Sequence[str]  # the texts, as a search compares them

    def best(self, scores: Floats, most: int = LONGEST) -> Ranking:
        """The ranking of memories by their scores (n,), of those above nothing."""
        return ranked(self.memories[int(n)].id for n in np.argsort(-scores, kind="stable")[:most] if scores[n] > 0)

    def mean_of(self, session: int) -> Floats:
        total: Floats = self.vectors[self.session == session].mean(0)
        return total / max(float(np.linalg.norm(total)), 1e-9)


def life_of(engine: Engine, told: Told) -> Life:
    page = engine.list_memories(limit=1_000_000).memories
    memories = sorted(page, key=lambda one: (one.happened_at.utc if one.happened_at else NEVER, one.id))
    embedder, corpus = engine._mind.embedder, StoreCorpus(engine._store)
    stored = corpus.vectors_of(embedder.model_id, [one.id for one in memories])
    missing = np.zeros(embedder.dim, np.float16)
    vectors = np.array([stored.get(one.id, missing) for one in memories], np.float32)
    asked = [(made.question, n) for n, one in enumerate(memories)
             for made in questions_from(one.text, None if one.origin is Origin.OWNER else one.speaker)]
    keys = embedder.embed([question for question, _n in asked], kind="query")
    return Life(engine, told, Listening(corpus, embedder), corpus, memories, vectors, sessions_of(memories),
                Graph.over([terms_of(one.text) for one in memories]), (keys, [n for _question, n in asked]),
                nearby.in_order(corpus.around([one.id for one in memories], 0)),
                {one.id: n for n, one in enumerate(memories)},
                [" ".join(words_of(one.text)) or one.text for one in memories])


def sessions_of(memories: Sequence[Memory]) -> NDArray[np.int64]:
    """The number of each memory's session: what was said without a long silence between."""
    numbers, last = [0] * len(memories), None
    for n, one in enumerate(memories):
        at = one.happened_at.utc if one.happened_at else None
        new = n and (at is None or last is None or at - last > SITTING)
        numbers[n] = (numbers[n - 1] if n else 0) + bool(new)
        last = at
    return np.array(numbers, np.int64)


def fused(rankings: Mapping[str, Mapping[int, int]], weights: Mapping[str, float]) -> list[int]:
    return [one.key for one in fuse(rankings, weights)]


# ------------------------------------------------------------------ a: the graph


def terms_of(text: str) -> set[str]:
    """Telling words, without the commonest endings of English."""
    return {re.sub(r"(?:ing|ed|es|s)$", "", word) if len(word) > 4 else word for word in question_terms(text)}


@dataclass(frozen=True)
class Graph:
    """Memories and their rare terms: `weights` (n, m) holds a term's rareness where a memory has it."""

    weights: Floats
    rareness: Mapping[str, tuple[int, float]]  # column and log(1 + n / memories that have the term)

    @classmethod
    def over(cls, texts: Sequence[set[str]], commonest: float = 0.08) -> "Graph":
        counts: dict[str, int] = {}
        for term in (term for terms in texts for term in terms):
            counts[term] = counts.get(term, 0) + 1
        rare = [term for term, count in counts.items() if count <= max(commonest * len(texts), 2)]
        known = {term: (n, math.log1p(len(texts) / counts[term])) for n, term in enumerate(rare)}
        weights = np.zeros((len(texts), len(rare)), np.float32)
        for row, terms in zip(weights, texts, strict=True):
            for column, rareness in (known[term] for term in terms if term in known):
                row[column] = rareness
        return cls(weights, known)

    def seeds(self, question: str) -> Floats:
        seeds = np.zeros(self.weights.shape[1], np.float32)
        for column, rareness in (self.rareness[term] for term in terms_of(question) if term in self.rareness):
            seeds[column] = rareness
        return seeds


def walked(weights: Floats, memories: Floats, terms: Floats, share: float, restart: float, steps: int = 12) -> Floats:
    """Personalised PageRank of memories (n,): `share` of the seeds' mass on memories (n,), the rest on terms (m,)."""
    to_terms = weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)
    to_memories = (weights / np.maximum(weights.sum(0, keepdims=True), 1e-9)).T
    begin = share * memories / max(float(memories.sum()), 1e-9)
    begin_terms = (1.0 - share) * terms / max(float(terms.sum()), 1e-9)
    here, there = begin, begin_terms
    for _step in range(steps):
        here, there = (restart * begin + (1.0 - restart) * (there @ to_memories),
                       restart * begin_terms + (1.0 - restart) * (here @ to_terms))
    return np.asarray(here, np.float32)


def by_graph(life: Life, heard: Heard, share: float, restart: float, *, pooled: bool) -> Ranking:
    near = np.maximum(life.vectors @ heard.asked, 0.0)
    rows = np.array([life.row[one] for one in heard.pool() if one in life.row]) if pooled else np.arange(len(near))
    memories = np.zeros(len(near), np.float32)
    first = rows[np.argsort(-near[rows], kind="stable")[:5]] if len(rows) else rows
    memories[first] = near[first]
    scores = np.zeros(len(near), np.float32)
    if len(rows):
        scores[rows] = walked(life.graph.weights[rows], memories[rows], life.graph.seeds(heard.question.text), share,
                              restart)
    return life.best(scores)


# ------------------------------------------------------------------ b, c, d, f: further rankings


def moved(life: Life, asked: Floats, towards: Sequence[int], much: float = 0.5) -> Floats:
    """The question's vector, moved towards memories."""
    rows = [life.row[one] for one in towards if one in life.row]
    if not rows:
        return asked
    total = asked + much * life.vectors[rows].mean(0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)


def second_hop(life: Life, heard: Heard, hits: int) -> Ranking:
    first = fused(heard.rankings, WEIGHTS)[:hits]
    return life.best(life.vectors @ moved(life, heard.asked, first))


def by_keys(life: Life, asked: Floats) -> Ranking:
    vectors, rows = life.keys
    order = np.argsort(-(vectors @ asked), kind="stable")[:2 * LONGEST]
    return ranked(life.memories[rows[int(n)]].id for n in order)


def sessions_by(life: Life, near: Floats) -> list[int]:
    """Sessions by the similarity of their best memories."""
    relevance = {int(s): float(np.sort(near[life.session == s])[-SUM:].mean()) for s in np.unique(life.session)}
    return sorted(relevance, key=lambda session: -relevance[session])


def by_session(life: Life, asked: Floats, most: int, among: Sequence[int] | None = None) -> Ranking:
    """Each memory of the best `most` sessions, with the rank of its session."""
    rank = ranked(sessions_by(life, life.vectors @ asked)[:most])
    members = sorted((rank[int(session)], n) for n, session in enumerate(life.session) if int(session) in rank)
    wanted = None if among is None else set(among)
    return {life.memories[n].id: place for place, n in members if wanted is None or life.memories[n].id in wanted}


def entropy(near: Floats, sharpness: float = 20.0) -> float:
    """Of a softmax over the similarities (n,), as a share of the largest there could be."""
    chance = np.exp((near - near.max()) * sharpness)
    chance /= chance.sum()
    return float(-(chance * np.log(chance + 1e-12)).sum() / max(math.log(len(chance)), 1e-9))


def by_situation(life: Life, heard: Heard, now: datetime, *, hour: bool, weekday: bool) -> Ranking:
    """Memories that the search looks at, by how alike their time of day and weekday are; the alike share a rank."""
    alike: dict[int, float] = {}
    for one in (life.memories[life.row[memory]] for memory in heard.pool() if memory in life.row):
        if one.happened_at is not None:
            at = one.happened_at.local()
            apart = 2 * math.pi * (at.hour - now.hour + (at.minute - now.minute) / 60.0) / 24.0
            alike[one.id] = round(hour * math.cos(apart) + weekday * (at.weekday() == now.weekday()), 6)
    rank = ranked(sorted(set(alike.values()), reverse=True))
    return {memory: rank[value] for memory, value in alike.items()}


# ------------------------------------------------------------------ e: two levels


def two_levels(life: Life, heard: Heard, most: int) -> tuple[list[int], float]:
    """What ships, over the memories of the best `most` sessions alone; the share of vectors compared."""
    sessions = [int(one) for one in np.unique(life.session)]
    means = np.array([life.mean_of(one) for one in sessions])
    chosen = {sessions[int(n)] for n in np.argsort(-(means @ heard.asked), kind="stable")[:most]}
    inside = {one.id for one, session in zip(life.memories, life.session, strict=True) if int(session) in chosen}
    places = [place for place in life.places if place.memory in inside]
    scores = {memory: score for memory, score in heard.words.items() if memory in inside}
    rankings = Recall._rankings(life.recall, heard.question, places, scores, heard.asked)
    scanned = len(inside) + (len(sessions) if most < len(sessions) else 0)
    return fused(rankings, WEIGHTS), scanned / max(len(life.memories), 1)


# ------------------------------------------------------------------ g: structures and ways to retrieve


def passages(life: Life, heard: Heard, asked: Floats) -> Rankings:
    return {"words": heard.rankings["words"], "meaning": life.best(life.vectors @ asked)}


def with_neighbours(life: Life, heard: Heard, asked: Floats) -> Rankings:
    rows = {one.id: life.vectors[n].astype(np.float16) for n, one in enumerate(life.memories)}
    around = nearby.by_meaning(life.places, rows, asked)[1]
    order = sorted(around, key=lambda memory: -around[memory])[:LONGEST]
    return {"words nearby": heard.rankings["words nearby"], "meaning nearby": ranked(order)}


def question_keys(life: Life, _heard: Heard, asked: Floats) -> Rankings:
    return {"keys": by_keys(life, asked)}


def whole_sessions(life: Life, _heard: Heard, asked: Floats) -> Rankings:
    return {"sessions": by_session(life, asked, 5)}


def mixed(life: Life, heard: Heard, asked: Floats) -> Rankings:
    return {name: ranking for structure in (passages, with_neighbours, question_keys, whole_sessions)
            for name, ranking in structure(life, heard, asked).items()}


Structure = Callable[[Life, Heard, Floats], Rankings]
STRUCTURES: Mapping[str, Structure] = {
    "passages": passages, "with neighbours": with_neighbours, "question keys": question_keys,
    "sessions": whole_sessions, "mixed": mixed}


def single_step(life: Life, heard: Heard, structure: Structure) -> list[int]:
    rankings = structure(life, heard, heard.asked)
    return fused(rankings, _weights(rankings))


def reranking(life: Life, heard: Heard, structure: Structure) -> list[int]:
    rankings = structure(life, heard, heard.asked)
    hits = [Hit(life.memories[life.row[one.key]], one.score, {}) for one in fuse(rankings, _weights(rankings))
            if one.key in life.row]
    before = life.corpus.before([hit.memory.id for hit in hits])
    found = Recalled(tuple(hits), {}, (), before)
    answerer = life.engine._mind.answerer
    return [hit.memory.id for hit in answerer.rerank(heard.question, found, cancelled=lambda: False)]


def iterative(life: Life, heard: Heard, structure: Structure) -> list[int]:
    first = structure(life, heard, heard.asked)
    best = fused(first, _weights(first))[:ITERATED]
    second = structure(life, heard, moved(life, heard.asked, best))
    both = first | {f"{name} again": ranking for name, ranking in second.items()}
    return fused(both, _weights(both))


def _weights(rankings: Mapping[str, object]) -> dict[str, float]:
    return {name: MIXED.get(name.removesuffix(" again"), 1.0) for name in rankings}


RETRIEVALS = {"single-step": single_step, "reranking": reranking, "iterative": iterative}


# ------------------------------------------------------------------ all that is tried


class Found(NamedTuple):
    """The order that a trial gives, and the share of vectors it compared."""

    order: list[int]
    scanned: float = 1.0


def trials(life: Life, heard: Heard, now: datetime, which: frozenset[str]) -> Iterator[tuple[str, Found]]:
    """What ships, then everything that is tried."""
    yield SHIPPED, Found(fused(heard.rankings, WEIGHTS))
    for name, ranking, weights in further(life, heard, now, which):
        for weight in weights:
            yield f"{name}, w {weight:.2g}", added(heard, ranking, weight)
    if "d" in which:
        unsure = entropy(life.vectors @ heard.asked)
        for gain in (0.5, 1.0, 2.0):
            yield f"d session, w {gain} x entropy", added(heard, session_of(life, heard), gain * unsure)
    if "e" in which:
        for most in (5, 10):
            yield f"e two levels, {most} sessions", Found(*two_levels(life, heard, most))
        yield "e two levels, every session", Found(*two_levels(life, heard, len(life.memories)))
    if "g" in which:
        for name, structure in STRUCTURES.items():
            for way, retrieve in RETRIEVALS.items():
                yield f"g {name}, {way}", Found(retrieve(life, heard, structure))


def further(life: Life, heard: Heard, now: datetime,
            which: frozenset[str]) -> Iterator[tuple[str, Ranking, tuple[float, ...]]]:
    """Rankings to be fused with those that ship, and the weights to try them with."""
    if "a" in which:
        for share, restart in ((0.0, 0.5), (0.5, 0.5), (0.5, 0.3), (1.0, 0.5)):
            yield (f"a graph, {share:.0%} memories, restart {restart}",
                   by_graph(life, heard, share, restart, pooled=False), (0.5, 1.0))
        yield "a graph of the pool, restart 0.3", by_graph(life, heard, 0.5, 0.3, pooled=True), (0.5, 1.0)
    if "b" in which:
        for hits in (1, 3, 5):
            yield f"b second hop from {hits}", second_hop(life, heard, hits), (0.5, 1.0)
    if "c" in which:
        yield "c question keys", by_keys(life, heard.asked), (0.3, 0.6, 1.0)
    if "d" in which:
        yield "d session", session_of(life, heard), (0.3, 0.7)
    if "f" in which:
        for name, hour, weekday in (("time of day", True, False), ("weekday", False, True), ("both", True, True)):
            yield f"f situation, {name}", by_situation(life, heard, now, hour=hour, weekday=weekday), (0.3, 1.0)


def session_of(life: Life, heard: Heard) -> Ranking:
    return by_session(life, heard.asked, 5, heard.pool())


def added(heard: Heard, ranking: Ranking, weight: float) -> Found:
    return Found(fused({**heard.rankings, "further": ranking}, {**WEIGHTS, "further": weight}))


class Run:
    """Asks the questions of conversations, and keeps what each trial scored."""

    def __init__(self, setup: Setup, which: frozenset[str]) -> None:
        self._setup = setup
        self._which = which
        self.scores: Scores = {}

    def add(self, sample: Mapping[str, Any]) -> str:
        """What there was to rank, in a sentence."""
        turns = turns_of(sample["conversation"])
        now = turns[-1].at + timedelta(days=1)
        with self._setup.fresh() as (engine, folder):
            life = life_of(engine, Told(engine, folder, turns))
            for number, qa in enumerate(sample["qa"]):
                evidence = evidence_of(qa, turns)
                if evidence and qa["category"] != ABSENT:
                    heard = life.recall.listened(qa["question"], now, life.vectors.shape[1], len(life.memories))
                    self._score(life, heard, now, (sample["sample_id"], number), qa["category"], evidence)
        return (f"{len(life.memories)} memories, {int(life.session.max()) + 1} sessions, {len(life.keys[1])} question "
                f"keys of {len(set(life.keys[1]))} memories, {life.graph.weights.shape[1]} rare terms")

    def _score(self, life: Life, heard: Heard, now: datetime, place: tuple[str, int], category: int,
               evidence: set[str]) -> None:
        for name, found in trials(life, heard, now, self._which):
            turns = life.told.turns(distinct(life, found.order))
            values = (*recall_at(evidence, turns), found.scanned)
            self.scores.setdefault(name, []).append(Score(place, category, values))


def distinct(life: Life, order: Sequence[int]) -> list[int]:
    """Each text once, as a search gives it."""
    first: dict[str, int] = {}
    for memory in order:
        first.setdefault(life.said[life.row[memory]], memory)
    return list(first.values())


def lines_of(scores: Scores) -> dict[str, Line]:
    lines = {}
    for name, some in scores.items():
        line = of_search(some)
        kept = {column: line[column] for column in ("R@5", "R@10", "R@20", "@10 multi-hop")}
        lines[name] = kept | {"+-": doubt(some, scores[SHIPPED], 1), "scanned": mean([one.values[3] for one in some])}
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_models(parser)
    parser.add_argument("--only", nargs="+", choices=list("abcdefg"), default=list("abcdefg"))
    given = parser.parse_args()
    setup = setup_of(given)
    run = Run(replace(setup, plugins=replace(setup.plugins, reader=KeptReadings(setup.plugins.reader))),
              frozenset(given.only))
    for sample in json.loads(given.data.read_text(encoding="utf-8"))[:given.limit]:
        began = time.perf_counter()
        print(f"{sample['sample_id']}: {run.add(sample)}, {time.perf_counter() - began:.0f} s", flush=True)
    if run.scores:
        print(f"\n{shown('tried', lines_of(run.scores), SHIPPED)}")


if __name__ == "__main__":
    main()
