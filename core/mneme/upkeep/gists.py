"""What some passages say most: the telling ones by their vectors, and of each the sentence that says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from mneme.expressions import expression
from mneme.memory.consolidation.keywords import keywords
from mneme.memory.consolidation.summarising import summary
from mneme.memory.sentences import sentences
from mneme.recall.lexical import any_of
from mneme.recall.stopwords import STOP_WORDS
from mneme.store import fulltext, memories, vectors
from mneme.store.columns import Handle
from mneme.store.derived import PassageRow, Place

MOST_READ = 400  # passages that one gist is made from; of more, the most important
LONGEST = 240  # code points of a sentence in a gist
CANDIDATES = 24  # frequent words whose rareness is asked for
JUDGED_BY = 10_000  # memories, the latest, by which it is told: counting through all of a life takes as long as it is
# a note's front matter, which parsers leave in its text: its end may be in another passage
_FRONT = expression(r"(?:---\s*\n)?(?:[\w-]{1,20}: [^\n]{0,200}\n)+(?:---\s*\n)?")
COMMON: frozenset[str] = frozenset().union(*STOP_WORDS.values())


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with its exact place, its passage, that one's vector (zeros: none), and when it was said."""

    text: str
    place: Place
    passage: int
    vector: NDArray[np.float32]
    at: datetime | None = None


def matrix(db: Handle, model: int | None, passages: Sequence[int]) -> NDArray[np.float32]:
    """The vectors of passages, float32 (n, dim), zeros where there is none; (n, 1) without a model."""
    found = {} if model is None else vectors.of_memories(db, model, passages)
    rows = np.zeros((len(passages), 1 if model is None else vectors.dim_of(db, model)), np.float32)
    for at, passage in enumerate(passages):
        if passage in found:
            rows[at] = found[passage].astype(np.float32)
    return rows


def centroid(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean direction of `rows` (n, dim), of length 1, or zeros."""
    mean: NDArray[np.float32] = rows.sum(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-12)


def lines_of(passages: Sequence[PassageRow], rows: NDArray[np.float32]) -> list[Line]:
    """The best sentence of each passage."""
    return [_line(one, row) for one, row in zip(passages, rows, strict=True)]


def gist(lines: Sequence[Line], most: int, weights: Sequence[float] | None = None) -> list[Line]:
    """At most `most` lines that together say most, in their order."""
    if len(lines) > MOST_READ:
        order = np.argsort([-weight for weight in weights or [0.0] * len(lines)], kind="stable")[:MOST_READ]
        kept = sorted(int(at) for at in order)
        return gist([lines[at] for at in kept], most, None if weights is None else [weights[at] for at in kept])
    if not lines:
        return []
    chosen = summary([line.text for line in lines], np.stack([line.vector for line in lines]), most=most,
                     weights=weights)
    return [lines[at] for at in chosen]


def words_for(db: Handle, texts: Sequence[str], most: int) -> list[str]:
    """The words and names that tell most of `texts`: frequent here, and rare in the store."""
    newest = memories.newest_id(db)
    total = max(min(newest, JUDGED_BY), 1)
    frequent = keywords(texts, {}, total, CANDIDATES, stop_words=COMMON)
    held = {word.casefold(): fulltext.count(db, any_of([word]), newest - total) for word in frequent}
    return [word for word in keywords(texts, held, total, most + CANDIDATES, stop_words=COMMON)
            if word.casefold() in held][:most]


def _line(one: PassageRow, vector: NDArray[np.float32]) -> Line:
    head = _FRONT.match(one.text)
    spans = [span for span in sentences(one.text) if head is None or span[0] >= head.end()] or [(0, len(one.text))]
    start, end = max(spans, key=lambda span: _telling(one.text[span[0]:span[1]]))
    end = min(end, start + LONGEST)
    return Line(one.text[start:end], (one.item, one.span[0] + start, one.span[0] + end), one.id, vector,
                one.happened_at.utc if one.happened_at else None)


def _telling(sentence: str) -> float:
    """How much a sentence tells: its words that are none of the common ones, up to a dozen; a question tells little."""
    said = [word for word in sentence.lower().split() if word.strip(".,!?;:") not in COMMON]
    return min(len(said), 12) * (0.3 if sentence.rstrip().endswith("?") else 1.0)
