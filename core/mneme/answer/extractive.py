"""Answers by reading: recall finds passages, the reader marks spans, the best one is the answer or there is none."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mneme.answer import citing, judging
from mneme.answer.judging import FITTED, Candidate, Group, Weights
from mneme.answer.questions import about, asks_assistant
from mneme.answer.reranking import reranked
from mneme.answer.spans import candidate_of, header
from mneme.errors import Cancelled, ModelError, ModelMissing
from mneme.messages import _
from mneme.ports import Extract, Reader, Reading
from mneme.recall.search import Recall, Recalled
from mneme.types import Answer, AnswerState, Citation, Hit, Kind, Memory, Origin, Progress

RERANKED = 16  # hits that a search reads to put them in order
BATCH = 4  # extracts read between two looks at the clock and at the cancel button

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question under way."""

    question: str
    caution: float
    progress: OnProgress
    cancelled: IsCancelled
    started: float
    deadline: float | None


class _TimedOut(Exception):
    """The time allowed for an answer is over."""


class Answerer:
    """Answers questions from memories, by extraction alone; safe to use from several threads.

    Every answer stands somewhere: word for word, or as a date counted from the words that stand there.
    """

    def __init__(self, recall: Recall, reader: Reader, *, weights: Weights = FITTED,
                 monotonic: Callable[[], float] = time.monotonic) -> None:
        self._recall = recall
        self._reader = reader
        self._weights = weights
        self._monotonic = monotonic

    def ask(self, question: str, *, passages: int, caution: float, now: datetime, progress: OnProgress,
            cancelled: IsCancelled, timeout: float | None = None) -> Answer:
        """Read the best `passages` memories for an answer; `caution` 0..1 says how sure it must be to give one.

        `timeout` in seconds. The result is one of five states. Raises: Cancelled.
        """
        started = self._monotonic()
        asked = _Asked(question, caution, progress, cancelled, started,
                       None if timeout is None else started + timeout)
        self._check(asked, late=False)
        progress(Progress("searching", 0, 0))
        found = self._recall.recall(question, k=2 * passages, now=now)
        hits = [hit for hit in found.hits if _is_evidence(hit.memory, question)][:passages]
        return self._with_time(asked, self._answered(asked, found, hits))

    def rerank(self, question: str, hits: Sequence[Hit], *, cancelled: IsCancelled) -> list[Hit]:
        """`hits` in the order in which they bear on the question; the first RERANKED are read for it.

        Raises: ModelMissing, ModelDamaged, ModelFailed, Cancelled.
        """
        asked = _Asked(question, 0.0, lambda _progress: None, cancelled, self._monotonic(), None)
        return reranked(hits, self._read(asked, hits[:RERANKED]))

    def _answered(self, asked: _Asked, found: Recalled, hits: Sequence[Hit]) -> Answer:
        near = citing.distinct([citing.nearest(hit.memory) for hit in hits], citing.NEAREST)
        try:
            readings = self._read(asked, hits)
        except ModelMissing as error:
            return _without(asked, AnswerState.MODEL_MISSING, str(error), near)
        except ModelError as error:
            return _without(asked, AnswerState.MODEL_FAILED, str(error), near)
        except _TimedOut:
            return _without(asked, AnswerState.TIMED_OUT,
                            _("The time was over before everything was read. These came nearest."), near)
        return self._decided(asked, found, hits, readings)

    def _read(self, asked: _Asked, hits: Sequence[Hit]) -> list[Reading]:
        extracts = [Extract(header(hit.memory), hit.memory.text) for hit in hits]
        readings: list[Reading] = []
        for start in range(0, len(extracts), BATCH):
            self._check(asked)
            asked.progress(Progress("reading", start, len(extracts)))
            readings += self._reader.read(asked.question, extracts[start:start + BATCH])
        self._check(asked)
        asked.progress(Progress("reading", len(extracts), len(extracts)))
        return readings

    def _decided(self, asked: _Asked, found: Recalled, hits: Sequence[Hit], readings: Sequence[Reading]) -> Answer:
        groups = judging.joined(self._candidates(asked.question, hits, readings), self._weights)
        sure = judging.confidence(groups[0].score, self._weights) if groups else 0.0
        if not groups or sure < judging.threshold(asked.caution):
            spans = {g.best.memory.id: g.best.span for g in reversed(groups)}
            near = [citing.nearest(hit.memory, spans.get(hit.memory.id)) for hit in reranked(hits, readings)]
            return _without(asked, AnswerState.NOT_FOUND, _not_found(found), citing.distinct(near, citing.NEAREST),
                            sure)
        return Answer(
            question=asked.question, state=AnswerState.ANSWERED, text=groups[0].best.text, confidence=sure,
            citations=_citations(groups[0], found), took_ms=0.0, message=" ".join(found.degraded))

    def _candidates(self, question: str, hits: Sequence[Hit], readings: Sequence[Reading]) -> list[Candidate]:
        top = max((hit.score for hit in hits), default=1.0) or 1.0
        people = about(question, [hit.memory for hit in hits])
        found = [candidate_of(question, hit.memory, reading, hit.score / top, people, self._weights)
                 for hit, reading in zip(hits, readings, strict=True)]
        return [candidate for candidate in found if candidate is not None]

    def _check(self, asked: _Asked, *, late: bool = True) -> None:
        """Raises: Cancelled when the owner pressed cancel, _TimedOut when the time is over."""
        if asked.cancelled():
            raise Cancelled
        if late and asked.deadline is not None and self._monotonic() >= asked.deadline:
            raise _TimedOut

    def _with_time(self, asked: _Asked, answer: Answer) -> Answer:
        took = 1000.0 * (self._monotonic() - asked.started)
        return Answer(answer.question, answer.state, answer.text, answer.confidence, answer.citations, took,
                      answer.message, answer.nearest)


def _is_evidence(memory: Memory, question: str) -> bool:
    """Verbatim, and not an assistant's words: those say nothing about anybody's life, unless they are asked for."""
    return memory.kind is Kind.PASSAGE and (memory.origin is not Origin.ASSISTANT or asks_assistant(question))


def _citations(group: Group, found: Recalled) -> tuple[Citation, ...]:
    """Where an answer stands: its best place, the same text elsewhere, and the same answer elsewhere."""
    places: list[Citation] = []
    for member in group.members:
        places.append(citing.cited(member))
        places += [citing.cited(judging.elsewhere(member, twin)) for twin in found.twins.get(member.memory.id, ())]
    return citing.distinct(places, citing.MOST_CITATIONS)


def _without(asked: _Asked, state: AnswerState, message: str, near: tuple[Citation, ...],
             sure: float = 0.0) -> Answer:
    return Answer(question=asked.question, state=state, text=None, confidence=sure, citations=(), took_ms=0.0,
                  message=message, nearest=near)


def _not_found(found: Recalled) -> str:
    sentence = (_("There is no memory of that. These came nearest.") if found.hits
                else _("There is no memory of that."))
    return " ".join([sentence, *found.degraded])
