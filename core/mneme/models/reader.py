"""The reader that ships: finds the words of a passage that answer a question, and says how sure it is."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mneme.models.onnx import OnnxModel, failed, padded, planned
from mneme.ports import Extract, Reading

# tokens that a question and a header may take of a window; the rest is the passage's
QUESTION_TOKENS = 64
HEADER_TOKENS = 96
LEAST_ROOM = 64  # tokens of a window that are the passage's in any case
# tokens that two neighbouring windows of a long passage share, so that no answer is cut at an edge
OVERLAP = 48
ANSWER_TOKENS = 30
MOST_MARGIN = 10.0  # of a span that has no other beside it

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one extract as the model sees it: question, header, then text tokens from `first` on.

    `places` are the [start, end) code points, in the extract's text, of the words of the tokens from `first` on.
    """

    extract: int
    ids: list[int]
    second: int  # where the second segment (header and text) begins
    first: int
    places: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Span:
    """A span of an extract's text, its score, and the score of "no answer here" in the same window."""

    start: int
    end: int
    score: float
    null: float
    relevance: float  # logit that the window bears on the question
    margin: float  # the score minus that of the best span beside it


class OnnxReader:
    """An extractive reader in a model folder (`model.json`, `model.onnx`, `tokenizer.json`).

    Each extract is read as "header: text" against the question; an answer is sought in the text alone. The
    score is that of SQuAD 2: the best span's logits minus those of [CLS] (Devlin et al., 2019). The same pass
    says whether the extract bears on the question, for reranking (Nogueira and Cho, 2019). It loads at the first
    `read` and may be used from many threads.
    """

    def __init__(self, folder: Path) -> None:
        self._model = OnnxModel(folder, "reader")

    @property
    def model_id(self) -> str:
        """Names the weights. Raises: ModelMissing, ModelDamaged."""
        return self._model.manifest.id

    def read(self, question: str, extracts: Sequence[Extract], *, threads: int = 0) -> list[Reading]:
        """One reading for each extract, in their order; a text without words gives an empty span, confidence 0.

        A long text is read in overlapping windows, the best of which counts. `threads` batches are computed
        at a time, 0: one for each core. Raises: ModelMissing, ModelDamaged, ModelFailed.
        """
        best: list[Span | None] = [None] * len(extracts)
        relevance = [-math.inf] * len(extracts)
        for extract, span in self._spans(question, extracts, threads):
            old = best[extract]
            relevance[extract] = max(relevance[extract], span.relevance)
            if old is None or span.score - span.null > old.score - old.null:
                best[extract] = span
        return [self._reading(extract.text, span, bearing)
                for extract, span, bearing in zip(extracts, best, relevance, strict=True)]

    def close(self) -> None:
        """Free the memory; the next call loads again."""
        self._model.close()

    def _spans(self, question: str, extracts: Sequence[Extract], threads: int) -> list[tuple[int, Span]]:
        """The best span of every window, with the number of its extract."""
        if not any(extract.text.strip() for extract in extracts):
            return []
        model = self._model.loaded()
        windows = cut_windows(model.tokenizer, question, extracts, self._model.manifest.max_tokens)
        plan = planned([len(window.ids) for window in windows], threads)
        batches = [batch_of([windows[i] for i in group]) for group in plan]
        found = []
        for group, (starts, ends, relevant) in zip(plan, self._model.run(model, batches, threads), strict=True):
            if not all(np.isfinite(logits).all() for logits in (starts, ends, relevant)):
                raise failed()
            read = (windows[i] for i in group)
            found += [(w.extract, best_span(w, *logits))
                      for w, *logits in zip(read, starts, ends, relevant, strict=True)]
        return found

    def _reading(self, text: str, span: Span | None, relevance: float) -> Reading:
        if span is None:
            return Reading(0, 0, -math.inf, 0.0, 0.0)
        score = span.score - span.null
        end = with_marks(text, span.end)
        fit = self._model.manifest.numbers
        return Reading(span.start, end, score, logistic(score, fit["confidence_slope"], fit["confidence_offset"]),
                       logistic(relevance, fit["relevance_slope"], fit["relevance_offset"]), span.margin)


def cut_windows(tokenizer: Any, question: str, extracts: Sequence[Extract], max_tokens: int) -> list[Window]:
    """Windows of at most `max_tokens` tokens over all extracts whose text has words."""
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION_TOKENS]
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    opening = [cls, *asked, sep]
    heads = tokenizer.encode_batch([f"{e.header}:" if e.header else "" for e in extracts], add_special_tokens=False)
    texts = tokenizer.encode_batch([e.text for e in extracts], add_special_tokens=False)
    windows = []
    for number, (head, text) in enumerate(zip(heads, texts, strict=True)):
        prefix = [*opening, *shortened(head.ids, min(HEADER_TOKENS, max_tokens - len(opening) - 1 - LEAST_ROOM))]
        room = max_tokens - len(prefix) - 1
        places = word_places(text)
        for at in window_starts(len(text.ids), room):
            ids = [*prefix, *text.ids[at : at + room], sep]
            windows.append(Window(number, ids, len(opening), len(prefix), places[at : at + room]))
    return windows


def shortened(ids: list[int], most: int) -> list[int]:
    """At most `most` tokens of a header: its beginning, and its end, where the speaker's name stands."""
    if len(ids) <= most:
        return ids
    begin = max(most, 0) // 4
    return [*ids[:begin], *ids[len(ids) - (max(most, 0) - begin):]]


def word_places(encoding: Any) -> list[tuple[int, int]]:
    """For each token the [start, end) code points of the whole word it is a piece of: answers are whole words."""
    spans: dict[int | None, tuple[int, int]] = {}
    for word, (start, end) in zip(encoding.word_ids, encoding.offsets, strict=True):
        known = spans.get(word, (start, end))
        spans[word] = (min(start, known[0]), max(end, known[1]))
    return [spans[word] for word in encoding.word_ids]


def window_starts(tokens: int, room: int) -> list[int]:
    """Where windows of `room` tokens begin, so that they cover all `tokens` and neighbours overlap."""
    if tokens <= room:
        return [0] if tokens else []
    return [*range(0, tokens - room, room - OVERLAP), tokens - room]


def batch_of(windows: Sequence[Window]) -> dict[str, NDArray[np.int64]]:
    return {
        "input_ids": padded([w.ids for w in windows]),
        "attention_mask": padded([[1] * len(w.ids) for w in windows]),
        "token_type_ids": padded([[0] * w.second + [1] * (len(w.ids) - w.second) for w in windows]),
    }


def best_span(window: Window, starts: Logits, ends: Logits, relevance: float) -> Span:
    """The span of at most ANSWER_TOKENS tokens of the text whose start and end logits sum highest."""
    n = len(window.places)
    text = slice(window.first, window.first + n)
    scores = np.add.outer(starts[text], ends[text])
    allowed = np.triu(np.tri(n, k=ANSWER_TOKENS - 1, dtype=bool))
    at = int(np.where(allowed, scores, -np.inf).argmax())
    i, j = divmod(at, n)
    null = float(starts[0] + ends[0])
    before, behind = (slice(0, i), slice(0, i)), (slice(j + 1, n), slice(j + 1, n))
    beside = max((float(scores[part][allowed[part]].max()) for part in (before, behind) if scores[part].size),
                 default=-math.inf)
    return Span(window.places[i][0], window.places[j][1], float(scores[i, j]), null, float(relevance),
                min(float(scores[i, j]) - beside, MOST_MARGIN))


def with_marks(text: str, end: int) -> int:
    """`end` moved over combining marks, which the tokenizer leaves out of the letter they belong to."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def logistic(score: float, slope: float, offset: float) -> float:
    """The score as a probability: Platt scaling, fitted on held-out questions."""
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, slope * score + offset))))
