"""Answers by reading: recall finds passages, the reader marks spans, the best one is the answer or there is none."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from mneme.answer import choosing, citing, doubting, judging, known, tracing, weighing
from mneme.answer.choosing import Chosen
from mneme.answer.counting import computing, looking
from mneme.answer.counting.computing import Computed, Dated
from mneme.answer.doubting import Doubts
from mneme.answer.judging import Group
from mneme.answer.questions import about
from mneme.answer.reranking import reranked
from mneme.answer.spans import candidate_of, extract_of
from mneme.answer.weighing import Weighed, Weights, features, weighed
from mneme.errors import Cancelled, ModelError, ModelMissing
from mneme.memory.facts.wanted import FactQuery
from mneme.messages import _
from mneme.ports import Extract, Reader, Reading
from mneme.recall.ports import Said
from mneme.recall.search import EVERYTHING, Recall, Recalled
from mneme.recall.understanding.question import Question, understood
from mneme.types import Answer, AnswerState, Citation, Fact, Hit, Kind, Memory, Moment, Origin, Progress, Refusal, Trace

RERANKED = 16  # hits that a search reads to put them in order
BATCH = 4  # extracts read between two looks at the clock and at the cancel button
OF_THE_UNKNOWN = 0.03  # how sure an answer can be where the question names somebody whom no memory names
LOOKED_UP = 8  # passages read to find when one event happened

NEVER = Moment(datetime.min.replace(tzinfo=UTC))  # where the time of asking does not matter

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]
FactSource = Callable[[FactQuery], Sequence[Fact]]  # the facts of the slot that is asked for


def no_facts(_query: FactQuery) -> Sequence[Fact]:
    """Where no facts are kept."""
    return ()


@dataclass(frozen=True, slots=True)
class Wish:
    """How an answer is wanted: at most `passages` are read, `caution` 0..1 says how sure it must be.

    `timeout` in seconds; `without` parts of recall or of answering; `trace` keeps the account.
    """

    passages: int
    caution: float
    progress: OnProgress
    cancelled: IsCancelled
    timeout: float | None = None
    without: frozenset[str] = EVERYTHING
    trace: bool = False


@dataclass(frozen=True, slots=True)
class Floor:
    """An answer read out, and what it was read from: the ground that a language model may build on.

    `read` is empty, and `found` None, where nothing had to be read.
    """

    answer: Answer
    read: tuple[Weighed, ...] = ()
    found: Recalled | None = None


@dataclass(slots=True)
class _Asked:
    """One question under way, and the milliseconds that its stages took."""

    question: Question
    now: Moment
    wish: Wish
    started: float
    took: dict[str, float] = field(default_factory=dict)
    looked_up: dict[int, Hit] = field(default_factory=dict)  # what was read to find when events happened
    found: Recalled | None = None
    read: Sequence[Weighed] = ()

    def spent(self, took: Mapping[str, float]) -> None:
        for stage, ms in took.items():
            self.took[stage] = self.took.get(stage, 0.0) + ms


class _TimedOut(Exception):
    """The time allowed for an answer is over."""


class Answerer:
    """Answers questions from memories, by extraction alone; safe to use from several threads.

    Every answer stands somewhere: word for word, as a date counted from the words that stand there, or as a length of
    time or an order counted from such dates.
    """

    def __init__(self, recall: Recall, reader: Reader, facts: FactSource = no_facts, *,
                 weights: Weights = weighing.FITTED, doubts: Doubts = doubting.FITTED,
                 monotonic: Callable[[], float] = time.monotonic) -> None:
        self._recall = recall
        self._reader = reader
        self._facts = facts
        self._weights = weights
        self._doubts = doubts
        self._monotonic = monotonic

    def over(self, recall: Recall) -> "Answerer":
        """The same reading of other memories, of which no facts are kept."""
        return Answerer(recall, self._reader, weights=self._weights, doubts=self._doubts, monotonic=self._monotonic)

    def ask(self, question: Question, now: Moment, wish: Wish) -> Answer:
        """An answer to `question`, asked at `now`: one of five states. Raises: Cancelled."""
        return self.floor(question, now, wish).answer

    def floor(self, question: Question, now: Moment, wish: Wish) -> Floor:
        """The same, with what was read for it. Raises: Cancelled."""
        asked = _Asked(question, now, wish, self._monotonic())
        self._check(asked, late=False)
        wish.progress(Progress("searching", 0, 0))
        answer = self._known(asked) or self._counted(asked) or self._read_out(asked)
        answer = replace(answer, took_ms=1000.0 * (self._monotonic() - asked.started))
        return Floor(answer, tuple(asked.read), asked.found)

    def rerank(self, question: Question, found: Recalled, *, cancelled: IsCancelled,
               without: frozenset[str] = EVERYTHING) -> list[Hit]:
        """The hits in the order in which they bear on the question; the first RERANKED are read for it.

        Raises: ModelMissing, ModelDamaged, ModelFailed, Cancelled.
        """
        wish = Wish(RERANKED, 0.0, lambda _progress: None, cancelled, without=without)
        asked = _Asked(question, NEVER, wish, self._monotonic())
        extracts = _extracts(found.hits[:RERANKED], _before(asked, found))
        return reranked(found.hits, self._read(asked, question.text, extracts))

    def weigh(self, question: Question, now: Moment, wish: Wish) -> list[Weighed]:
        """What is read for a question, with what is known of each answer. Raises: ModelError, Cancelled."""
        return list(self.evidence(question, now, wish)[1])

    def evidence(self, question: Question, now: Moment, wish: Wish) -> tuple[Recalled, Sequence[Weighed]]:
        """What is found for a question, and what of it is read. Raises: ModelError, Cancelled."""
        asked = _Asked(question, now, wish, self._monotonic())
        found = self._found(asked, question, 2 * wish.passages)
        return found, self._weighed(asked, found, _evidence(found, question, wish.passages))

    # ------------------------------------------------------------------ from facts

    def _known(self, asked: _Asked) -> Answer | None:
        """An answer from the facts of the slot that the question asks for, if it asks for one and it is sure."""
        if "known" in asked.wish.without:
            return None
        started = self._monotonic()
        query = known.query_of(asked.question)
        made = None if query is None else known.known(asked.question, asked.now, self._facts(query))
        asked.spent({"facts": 1000.0 * (self._monotonic() - started)})
        if made is None or made.confidence < judging.threshold(asked.wish.caution):
            return None
        return Answer(
            question=asked.question.asked, state=AnswerState.ANSWERED, text=made.text, confidence=made.confidence,
            citations=_told(made.facts), took_ms=0.0, reasons=made.reasons, contradicts=_told(made.replaced),
            trace=tracing.known(asked.question, made, asked.took) if asked.wish.trace else None)

    # ------------------------------------------------------------------ reading out

    def _read_out(self, asked: _Asked) -> Answer:
        found = self._found(asked, asked.question, 2 * asked.wish.passages)
        hits = _evidence(found, asked.question, asked.wish.passages)
        near = citing.distinct([citing.nearest(hit.memory) for hit in hits], citing.NEAREST)
        try:
            read = self._weighed(asked, found, hits)
        except ModelMissing as error:
            return _without(asked, AnswerState.MODEL_MISSING, str(error), near)
        except ModelError as error:
            return _without(asked, AnswerState.MODEL_FAILED, str(error), near)
        except _TimedOut:
            return _without(asked, AnswerState.TIMED_OUT,
                            _("The time was over before everything was read. These came nearest."), near)
        asked.found, asked.read = found, read
        return self._decided(asked, found, read)

    def _found(self, asked: _Asked, question: Question, k: int) -> Recalled:
        found = self._recall.recall(question, k=k, now=asked.now.utc, without=asked.wish.without)
        asked.spent(found.took)
        return found

    def _weighed(self, asked: _Asked, found: Recalled, hits: Sequence[Hit]) -> list[Weighed]:
        """Each hit, read, with the features of the answer in it."""
        before = _before(asked, found)
        people = about(asked.question, [hit.memory for hit in hits])
        readings = self._read(asked, asked.question.text, [
            extract_of(hit.memory, before.get(hit.memory.id), people.instead_of(hit.memory)) for hit in hits])
        top = max((hit.score for hit in hits), default=1.0) or 1.0
        done = []
        for hit, reading in zip(hits, readings, strict=True):
            known = features(asked.question, hit, reading, top, people)
            parts = weighed(known, self._weights)
            made = candidate_of(asked.question, hit.memory, reading, parts)
            done.append(Weighed(hit, reading, known,
                                None if made is None else replace(made, covers=known["covers"])))
        return done

    def _read(self, asked: _Asked, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        readings: list[Reading] = []
        started = self._monotonic()
        for start in range(0, len(extracts), BATCH):
            self._check(asked)
            asked.wish.progress(Progress("reading", start, len(extracts)))
            readings += self._reader.read(question, extracts[start:start + BATCH])
        self._check(asked)
        asked.wish.progress(Progress("reading", len(extracts), len(extracts)))
        asked.spent({"reading": 1000.0 * (self._monotonic() - started)})
        return readings

    def _decided(self, asked: _Asked, found: Recalled, read: Sequence[Weighed]) -> Answer:
        candidates = [one.candidate for one in read if one.candidate is not None
                      and citing.supports(citing.cited(one.candidate), one.candidate)]
        groups = judging.joined(candidates, self._weights)
        sure = doubting.confidence(doubting.signs(asked.question, groups, read), self._doubts) if groups else 0.0
        hits = reranked([one.hit for one in read], [one.reading for one in read])
        if found.unknown:
            sure = min(sure, OF_THE_UNKNOWN)
        chosen = _chosen(asked, groups) if groups else None
        if chosen is None or sure < judging.threshold(asked.wish.caution):
            return self._refused(asked, found, groups, read, hits, sure)
        return Answer(
            question=asked.question.asked, state=AnswerState.ANSWERED, text=chosen.text, confidence=sure,
            citations=_citations(chosen.groups, found), took_ms=0.0, message=" ".join(found.degraded),
            reasons=chosen.reasons, contradicts=_citations(chosen.replaced, found),
            trace=_trace(asked, hits, groups))

    def _refused(self, asked: _Asked, found: Recalled, groups: Sequence[Group], read: Sequence[Weighed],
                 hits: Sequence[Hit], sure: float) -> Answer:
        """No answer, and why; `hits` are those that were read, in the order in which they bear on the question."""
        known = replace(asked.question, within=()) if "time" in asked.wish.without else asked.question
        why = Refusal.NO_HIT if found.unknown else doubting.refusal(known, read)
        spans = {g.best.memory.id: g.best.span for g in reversed(groups)}
        near = [citing.nearest(hit.memory, spans.get(hit.memory.id)) for hit in hits]
        refused = _without(asked, AnswerState.NOT_FOUND, _not_found(found, why), citing.distinct(near, citing.NEAREST),
                           sure)
        reasons = (_("No memory names {name}.").format(name=found.unknown[0]),) if found.unknown else ()
        return replace(refused, refusal=why, reasons=reasons, trace=_trace(asked, hits, groups))

    # ------------------------------------------------------------------ counting from dated evidence

    def _counted(self, asked: _Asked) -> Answer | None:
        """An answer counted from the dates of the events that the question names, if it asks for one and it is sure."""
        text = asked.question.text
        if "counting" in asked.wish.without or not computing.needs_computing(text):
            return None
        try:
            made = computing.computed(text, lambda event: self._looked_up(asked, event), asked.now.local())
        except (ModelError, _TimedOut):
            return None  # reading will say what is the matter
        sure = 0.0 if made is None else judging.logistic(made.score)
        if made is None or sure < judging.threshold(asked.wish.caution):
            return None
        return Answer(
            question=asked.question.asked, state=AnswerState.ANSWERED, text=made.text, confidence=sure,
            citations=_places(made), took_ms=0.0, reasons=(_sentence(made.how),),
            trace=_trace(asked, list(asked.looked_up.values()), ()))

    def _looked_up(self, asked: _Asked, event: str) -> list[Dated]:
        question = understood(event, asked.now)
        if asked.question.of_owner:
            question = replace(question, text=event, of_owner=True)
        found = self._found(asked, question, 4 * LOOKED_UP)
        if found.unknown:
            return []
        people = about(asked.question, [hit.memory for hit in found.hits])
        hits = [hit for hit in _evidence(found, question, 4 * LOOKED_UP) if people.may_tell(hit.memory)][:LOOKED_UP]
        asked.looked_up |= {hit.memory.id: hit for hit in hits}
        # without what was said before: the reply to what tells of an event is no place where it is told
        return looking.dated(event, hits, self._read(asked, event, _extracts(hits, {})))

    def _check(self, asked: _Asked, *, late: bool = True) -> None:
        """Raises: Cancelled when the owner pressed cancel, _TimedOut when the time is over."""
        if asked.wish.cancelled():
            raise Cancelled
        timeout = asked.wish.timeout
        if late and timeout is not None and self._monotonic() >= asked.started + timeout:
            raise _TimedOut


def _evidence(found: Recalled, question: Question, most: int) -> list[Hit]:
    return [hit for hit in found.hits if _is_evidence(hit.memory, question)][:most]


def _is_evidence(memory: Memory, question: Question) -> bool:
    """Verbatim, and not an assistant's words: those say nothing about anybody's life, unless they are asked for.

    What was told after the time that a question is "as of" is no evidence either.
    """
    told = memory.happened_at.utc if memory.happened_at is not None and memory.dated else None
    end = question.as_of.end if question.as_of is not None else None
    return (memory.kind is Kind.PASSAGE and (memory.origin is not Origin.ASSISTANT or question.to_assistant)
            and not (told is not None and end is not None and told >= end))


def _before(asked: _Asked, found: Recalled) -> Mapping[int, Said]:
    """What was said before each hit, unless context is left out."""
    return {} if "context" in asked.wish.without else found.before


def _extracts(hits: Sequence[Hit], before: Mapping[int, Said]) -> list[Extract]:
    return [extract_of(hit.memory, before.get(hit.memory.id)) for hit in hits]


def _chosen(asked: _Asked, groups: Sequence[Group]) -> Chosen | None:
    if "choosing" in asked.wish.without:
        return Chosen(groups[0].best.text, (groups[0],))
    return choosing.chosen(asked.question, groups)


def _citations(groups: Sequence[Group], found: Recalled) -> tuple[Citation, ...]:
    """Where an answer stands: the best place of each item, the same text elsewhere, the same answer elsewhere."""
    best = [citing.cited(group.best) for group in groups]
    more: list[Citation] = []
    for group in groups:
        for member in group.members:
            more.append(citing.cited(member))
            twins = (judging.elsewhere(member, twin) for twin in found.twins.get(member.memory.id, ()))
            more += [citing.cited(twin) for twin in twins if twin is not None]
    return citing.distinct([*best, *more], max(citing.MOST_CITATIONS, len(best)))


def _places(made: Computed) -> tuple[Citation, ...]:
    """Where the events stand that an answer was counted from."""
    return citing.distinct([citing.nearest(one.memory, one.span) for one in made.evidence], len(made.evidence))


def _told(facts: Sequence[Fact]) -> tuple[Citation, ...]:
    """Every place that tells these facts, with the fact's own words marked where they stand there."""
    cited = [citing.marked(citation, fact.object) for fact in facts for citation in fact.evidence]
    return citing.distinct(cited, max(citing.MOST_CITATIONS, len(facts)))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."


def _trace(asked: _Asked, hits: Sequence[Hit], groups: Sequence[Group]) -> Trace | None:
    return tracing.trace(asked.question, hits, groups, asked.took) if asked.wish.trace else None


def _without(asked: _Asked, state: AnswerState, message: str, near: tuple[Citation, ...],
             sure: float = 0.0) -> Answer:
    return Answer(question=asked.question.asked, state=state, text=None, confidence=sure, citations=(), took_ms=0.0,
                  message=message, nearest=near)


def _not_found(found: Recalled, why: Refusal) -> str:
    sentence = {Refusal.NO_HIT: _("There is no memory of that."),
                Refusal.NO_ANSWER: _("There is no memory of that. These came nearest."),
                Refusal.OTHER_PERSON: _("There is no memory of that. It is told of somebody else."),
                Refusal.OTHER_TIME: _("There is no memory of that. It is told of another time.")}[why]
    return " ".join([sentence, *found.degraded])
