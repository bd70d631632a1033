"""Writes answers: what the built-in reader found is the floor, a language model puts it into words, all is checked."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from mneme.answer import judging
from mneme.answer.deep.knowing import closed_book, is_personal
from mneme.answer.deep.rewriting import rewritten
from mneme.answer.extractive import Answerer, Floor, Wish
from mneme.answer.weighing import Weighed
from mneme.answer.writing import budget, notes
from mneme.answer.writing.budget import Parts, TooLong
from mneme.answer.writing.composing import asked, numbered, once_more
from mneme.answer.writing.evidence import Bearing, Shown, bearing
from mneme.answer.writing.exactly import NOTHING, Exact, Exactly
from mneme.answer.writing.overview import Overview
from mneme.answer.writing.settling import Check, Settling, said_again, says_nothing, text_of, without_numbers
from mneme.answer.writing.summing import summed_up
from mneme.answer.writing.talk import Past, Talk
from mneme.answer.writing.unfolding import Unfolding
from mneme.errors import ModelError, ModelFailed, ModelTimedOut
from mneme.messages import _
from mneme.ports import PATIENCE, Generation, LanguageModel, ModelFacts, Spent, Turn
from mneme.prompts import prompt
from mneme.recall.search import Recalled
from mneme.recall.understanding.question import Question, understood
from mneme.types import (
    Answer,
    AnswerState,
    Moment,
    Progress,
    ReadingNote,
    Refusal,
    Segment,
    Sentence,
    Stage,
    Streamed,
    Support,
    ToolCall,
    Trace,
    Written,
)

MOST_EVIDENCE = 10  # memories that a model reads: few and good (hard negatives hurt, #101)
OUTRIGHT = frozenset((Refusal.NO_HIT, Refusal.OTHER_PERSON, Refusal.OTHER_TIME))  # refusals that no model lifts
OF_UNSURE = 0.5  # what a sentence that is marked counts in the confidence

OnStream = Callable[[Streamed], None]


def unheard(_streamed: Streamed) -> None:
    """Where nobody listens."""


Portrait = Callable[[], Sequence[str]]
Hidden = Callable[[Sequence[int]], set[int]]
Thoughts = Callable[[Sequence[int]], Sequence[tuple[int, str]]]  # (memory, text) of those that stand on these memories


@dataclass(frozen=True, slots=True)
class Means:
    """What a writer works with beside the model. `hidden`: those of these memories that no server may see."""

    answerer: Answerer
    check: Check
    portrait: Portrait
    hidden: Hidden
    exactly: Exactly | None = None
    overview: Overview | None = None
    thoughts: Thoughts | None = None
    own_knowledge: bool = False


@dataclass(slots=True)
class _Work:
    """One answer under way."""

    question: Question
    now: Moment
    wish: Wish
    talk: Talk
    stream: OnStream
    facts: ModelFacts
    started: float
    floor: Floor
    given: Sequence[Bearing] = ()
    shown: list[Shown] = field(default_factory=list)
    computed: list[str] = field(default_factory=list)
    searched: tuple[str, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    thoughts: Sequence[tuple[int, str]] = ()
    notes: tuple[ReadingNote, ...] = ()
    segments: tuple[Segment, ...] = ()
    turns: list[Turn] = field(default_factory=list)  # sent, from the question's own message on
    head: list[Turn] = field(default_factory=list)  # what stands before them
    evaluated: int = 0
    generated: int = 0
    first_ms: float = 0.0
    seen: frozenset[int] = frozenset()  # memories that stood in the prompt before
    took: dict[str, float] = field(default_factory=dict)  # milliseconds by stage

    @contextmanager
    def stage(self, name: str, total: int = 0) -> Iterator[None]:
        self.wish.progress(Progress(name, 0, total))
        began = time.perf_counter()
        try:
            yield
        finally:
            self.took[name] = self.took.get(name, 0.0) + 1000.0 * (time.perf_counter() - began)

    def spent(self, one: Spent) -> None:
        self.evaluated += one.evaluated
        self.generated += one.generated
        self.first_ms = self.first_ms or one.first_ms

    def leaves(self, part: str) -> bool:
        return part in self.wish.without


class Writer:
    """Answers questions in a language model's words, grounded in what the built-in reader finds.

    The reader stays the floor: what it refuses outright is refused; a sentence that the memories do not support is
    marked or dropped; where nothing is left, or the model fails, the reader's own answer stands.
    """

    def __init__(self, model: LanguageModel, means: Means) -> None:
        self.model = model
        self._means = means

    def ask(self, question: Question, now: Moment, wish: Wish, talk: Talk, stream: OnStream, *,
            given: Sequence[Bearing] = ()) -> Answer:
        """An answer in words, each sentence with its place; or why there is none. Raises: Cancelled.

        `given` is evidence that was found before, and is read beside what is found now.
        """
        with talk.lock:
            return self._asked(question, now, wish, talk, stream, given)

    def looked(self, question: Question, now: Moment, wish: Wish) -> list[Bearing]:
        """What is found and read for a question, best first, as far as this model may see it.

        Raises: ModelError, Cancelled.
        """
        found, read = self._means.answerer.evidence(question, now, wish)
        return self._visible(self.model.facts(), bearing(read, found.before, MOST_EVIDENCE))

    def _asked(self, question: Question, now: Moment, wish: Wish, talk: Talk, stream: OnStream,
               given: Sequence[Bearing]) -> Answer:
        started = time.perf_counter()
        floor = self._means.answerer.floor(question, now, wish)
        try:
            work = _Work(question, now, wish, talk, stream, self.model.facts(), started, floor, given)
            self._gather(work)
            made = self._refused_outright(work) or self._attempted(work)
        except ModelError as error:
            made = _failed(floor.answer, self.model.model_id, error)
        except TooLong:
            made = _with_message(floor.answer, self.model.model_id,
                                 _("The question is longer than the language model can hold at once."))
        return replace(made, took_ms=1000.0 * (time.perf_counter() - started))

    # ------------------------------------------------------------------ evidence

    def _gather(self, work: _Work) -> None:
        """What the model is to read: found for the question as it stands, else for how the model would put it."""
        found, read = self._evidence(work, work.question)
        if self._is_lacking(work) and (better := self._rewritten(work)) is not None:
            found, read = better
        if self._means.overview is not None and not work.leaves("summaries"):
            work.given = [*work.given, *self._means.overview(work.question)]
        exact = self._exactly(work)
        work.calls = exact.calls
        work.computed += exact.computed
        ranked = {one.hit.memory.id: one for one in (
            *work.given, *bearing(read, found.before if found is not None else {}, MOST_EVIDENCE), *exact.found)}
        seen = self._visible(work.facts, list(ranked.values())[:len(work.given) + MOST_EVIDENCE])
        floor = work.floor.answer
        if floor.state is AnswerState.ANSWERED and not work.floor.read and floor.text:
            work.computed.append(" ".join((floor.text, *floor.reasons)))
        work.seen = frozenset(work.talk.shown())
        work.shown = numbered(seen, work.talk)
        work.thoughts = self._thoughts(work)

    def _thoughts(self, work: _Work) -> Sequence[tuple[int, str]]:
        """What was concluded from these memories before, as far as this model may see it."""
        if self._means.thoughts is None or work.leaves("thoughts"):
            return ()
        found = self._means.thoughts([one.memory.id for one in work.shown])
        hidden = self._means.hidden([memory for memory, _text in found]) if work.facts.place != "here" else set()
        return [one for one in found if one[0] not in hidden]

    def _visible(self, facts: ModelFacts, found: Sequence[Bearing]) -> list[Bearing]:
        """Without what is private, where the model is not on this computer: what was said before may be, too."""
        if facts.place == "here":
            return list(found)
        hidden = self._means.hidden([one.hit.memory.id for one in found])
        return [replace(one, before=None) for one in found if one.hit.memory.id not in hidden]

    def _evidence(self, work: _Work, question: Question) -> tuple[Recalled | None, Sequence[Weighed]]:
        if work.floor.found is not None:
            return work.floor.found, work.floor.read
        return self._means.answerer.evidence(question, work.now, work.wish)

    def _is_lacking(self, work: _Work) -> bool:
        return work.floor.answer.state is not AnswerState.ANSWERED and not work.leaves("rewriting")

    def _rewritten(self, work: _Work) -> tuple[Recalled | None, Sequence[Weighed]] | None:
        """The evidence for the model's own wording of the question, where that finds more."""
        with work.stage("rewriting"):
            queries = rewritten(self.model, work.question.asked, work.talk.said(), work.now.local().date(),
                                cancelled=work.wish.cancelled, on_spent=work.spent).searches
        best: Floor | None = None
        for query in queries:
            floor = self._means.answerer.floor(understood(query, work.now), work.now, work.wish)
            if best is None or floor.answer.confidence > best.answer.confidence:
                best = floor
        if best is None or best.found is None or best.answer.confidence <= work.floor.answer.confidence:
            return None
        work.searched = queries
        work.floor = replace(best, answer=replace(best.answer, question=work.question.asked))
        return best.found, best.read

    def _exactly(self, work: _Work) -> Exact:
        """What tools tell of an exact question: it is counted, never read out."""
        if self._means.exactly is None or work.leaves("tools"):
            return NOTHING
        with work.stage("tools"):
            return self._means.exactly(self.model, work.question, work.now, elsewhere=work.facts.place != "here",
                                       cancelled=work.wish.cancelled, on_spent=work.spent)

    # ------------------------------------------------------------------ writing

    def _refused_outright(self, work: _Work) -> Answer | None:
        refused = work.floor.answer
        if refused.state is not AnswerState.NOT_FOUND:
            return refused if refused.state is not AnswerState.ANSWERED else None
        if work.computed or work.given:
            return None
        return self._not_found(work) if refused.refusal in OUTRIGHT or not work.shown else None

    def _attempted(self, work: _Work) -> Answer:
        """Written; once more where the model's process ended on the way. Raises: ModelError, Cancelled, TooLong."""
        before = list(work.talk.past)
        try:
            return self._written(work)
        except ModelTimedOut:
            raise
        except ModelFailed:
            work.talk.past[:] = before
            work.stream(Streamed(()))
            return self._written(work)

    def _written(self, work: _Work) -> Answer:
        self._compose(work)
        if not work.leaves("notes") and work.shown:
            self._take_notes(work)
            if self._bears_nothing(work):
                return self._not_found(work)
        with work.stage("writing"):
            settling, raw = self._write(work)
        sure = any(one.support in (Support.SUPPORTED, Support.COMPUTED) for one in settling.kept)
        if not sure and not (work.leaves("checking") and settling.kept):
            return self._left_to_the_floor(work, settling)
        self._remember(work, settling, raw)
        return self._answer(work, settling)

    def _compose(self, work: _Work) -> None:
        """The prompt, within the budget; what leaves the conversation for it is summed up."""
        parts = Parts(
            prompt("answer_system").text, self._portrait(work), once_more(work.talk.about(work.question.asked)),
            lambda n: asked(work.question.text, work.shown[:n], work.seen.intersection(work.talk.shown()),
                            work.computed, work.now, thoughts=[text for _memory, text in work.thoughts],
                            flat=work.leaves("outline"), twice=work.facts.recurrent),
            len(work.shown), (prompt("answer_notes").text, prompt("answer_write").text),
            budget.ANSWER + (0 if work.leaves("notes") else budget.notes_tokens(len(work.shown))))
        fitted = budget.fit(self.model, work.facts, parts, work.talk)
        if fitted.left_behind:
            work.talk.summary = summed_up(self.model, work.talk, fitted.left_behind, work.wish.cancelled)
            fitted = budget.fit(self.model, work.facts, parts, work.talk)
        work.shown = work.shown[:fitted.shown]
        work.segments = fitted.segments
        own = len(parts.ask(fitted.shown))
        work.head, work.turns = list(fitted.turns[:-own]), list(fitted.turns[-own:])

    def _portrait(self, work: _Work) -> str:
        lines = self._means.portrait() if work.facts.place == "here" else ()
        return "\n".join(("What is known of the owner:", *(f"- {' '.join(line.split())}" for line in lines))
                         ) if lines else ""

    def _take_notes(self, work: _Work) -> None:
        work.turns.append(Turn("user", prompt("answer_notes").text))
        with work.stage("noting", len(work.shown)):
            text, work.notes, spent = notes.noted(self.model, [*work.head, *work.turns], work.shown,
                                                  work.wish.cancelled)
        work.spent(spent)
        work.turns.append(Turn("assistant", text))

    def _bears_nothing(self, work: _Work) -> bool:
        """Whether the reader refuses, and the model noted of each memory that it does not bear on the question."""
        return (work.floor.answer.state is AnswerState.NOT_FOUND and not work.computed
                and len(work.notes) == len(work.shown) and all(note.bears == "not" for note in work.notes))

    def _write(self, work: _Work) -> tuple[Settling, str]:
        """The answer, sentence by sentence, streamed as it is checked."""
        work.turns.append(Turn("user", prompt("answer_write").text))
        numbers = {one.number: one for one in work.shown} | self._shown_before(work)
        settling = Settling(numbers, work.computed, None if work.leaves("checking") else self._means.check,
                            work.question.text)
        unfolding, pieces = Unfolding(), list[str]()
        wish = Generation(budget.ANSWER, patience=work.wish.timeout or PATIENCE)
        for piece in self.model.generate([*work.head, *work.turns], wish, work.wish.cancelled):
            if isinstance(piece, Spent):
                work.spent(piece)
                continue
            pieces.append(piece)
            for raw in unfolding.add(piece):
                settling.take(raw)
            draft = unfolding.draft
            work.stream(Streamed(tuple(settling.kept), "" if says_nothing(draft) else draft,
                                 tuple(settling.citations)))
        for raw in unfolding.end():
            settling.take(raw)
        work.stream(Streamed(tuple(settling.kept), "", tuple(settling.citations)))
        return settling, "".join(pieces)

    def _shown_before(self, work: _Work) -> dict[int, Shown]:
        """The memories that this question found and that stand in earlier messages, by the number they have there."""
        return {one.number: one for one in work.shown if one.memory.id in work.seen}

    # ------------------------------------------------------------------ what comes of it

    def _answer(self, work: _Work, settling: Settling) -> Answer:
        floor = work.floor.answer
        agrees = floor.text is not None and judging.normal_form(floor.text) in judging.normal_form(
            without_numbers(settling.kept))
        return Answer(
            question=work.question.asked, state=AnswerState.ANSWERED, text=text_of(settling.kept),
            confidence=_confidence(work, settling, agrees), citations=tuple(settling.citations), took_ms=0.0,
            message=floor.message if floor.state is AnswerState.ANSWERED else "",
            reasons=floor.reasons if agrees else (), contradicts=floor.contradicts if agrees else (),
            trace=self._trace(work), written=self._told(work, settling))

    def _left_to_the_floor(self, work: _Work, settling: Settling) -> Answer:
        """Nothing that the model wrote is supported, or it found nothing: what was read out stands, if anything was."""
        floor = work.floor.answer
        why = (_("The language model found no answer in these memories.") if settling.nothing
               else _("What the language model wrote is not what the memories say; it was left out."))
        settling.give_up()
        self._past(work, floor.text or "NO MEMORY", plain=True)
        if floor.state is AnswerState.ANSWERED:
            return replace(floor, trace=self._trace(work), written=self._told(work, settling, why))
        own = self._own_knowledge(work)
        return own or self._not_found(work, settling, why)

    def _not_found(self, work: _Work, settling: Settling | None = None, why: str = "") -> Answer:
        floor = work.floor.answer
        if settling is None:
            self._past(work, "NO MEMORY", plain=True)
            if own := self._own_knowledge(work):
                return own
        return replace(floor, trace=self._trace(work),
                       written=self._told(work, settling or Settling({}, (), None), why))

    def _own_knowledge(self, work: _Work) -> Answer | None:
        """What the model itself holds to be so, where its owner wants that and the question is nobody's life."""
        unknown = work.floor.found.unknown if work.floor.found is not None else ()
        if not self._means.own_knowledge or is_personal(work.question, unknown=unknown):
            return None
        with work.stage("own knowledge"):
            known = closed_book(self.model, work.question.text, cancelled=work.wish.cancelled, on_spent=work.spent)
        if known.state != "answered":
            return None
        settling = Settling({}, (), None, kept=[Sentence(known.text, (), Support.OWN)])
        work.stream(Streamed(tuple(settling.kept)))
        return Answer(work.question.asked, AnswerState.FROM_MODEL, known.text, known.confidence, (), 0.0,
                      _("Nothing is remembered of that. This is what the language model itself holds to be so."),
                      nearest=work.floor.answer.nearest, trace=self._trace(work), written=self._told(work, settling))

    def _remember(self, work: _Work, settling: Settling, raw: str) -> None:
        """The turn as it was sent stays in the conversation; a sentence that was dropped does not."""
        faithful = not settling.dropped
        self._past(work, raw if faithful else without_numbers(settling.kept), plain=False,
                   answer=without_numbers(settling.kept))

    def _past(self, work: _Work, said: str, *, plain: bool, answer: str | None = None) -> None:
        past = Past(work.question.asked, said if answer is None else answer,
                    (*work.turns, Turn("assistant", said)),
                    {one.number: one.memory.id for one in work.shown if one.memory.id not in work.seen})
        if plain:
            past.make_plain()
        work.talk.past.append(past)

    def _trace(self, work: _Work) -> Trace | None:
        """The floor's account, with the stages of the writing."""
        trace = work.floor.answer.trace
        stages = tuple(Stage(name, took) for name, took in work.took.items())
        return None if trace is None else replace(trace, stages=(*trace.stages, *stages))

    def _told(self, work: _Work, settling: Settling, message: str = "") -> Written:
        return Written(
            self.model.model_id, prompt("answer_system").id, tuple(settling.kept), tuple(settling.dropped),
            work.notes, work.segments, work.calls, (), work.searched, work.facts.address, work.facts.context,
            work.evaluated, work.generated, work.first_ms, message, said_again(work.thoughts, settling.kept))


def _confidence(work: _Work, settling: Settling, agrees: bool) -> float:
    """How sure a written answer is: by how much its evidence bears on the question, never by what the model says.

    The best of the memories it cites, by the reader; with a second, independent sign where the reader's own answer is
    in it; less for each sentence that is marked.
    """
    cited = {citation.memory for citation in settling.citations}
    signs = [max(one.relevance, one.confidence) for one in work.shown if one.memory.id in cited]
    best = max(signs, default=0.5 if settling.kept else 0.0)
    if agrees:
        best = 1.0 - (1.0 - best) * (1.0 - work.floor.answer.confidence)
    whole = [1.0 if one.support is not Support.UNSURE else OF_UNSURE for one in settling.kept]
    return best * sum(whole) / max(len(whole), 1)


def _failed(floor: Answer, model: str, error: ModelError) -> Answer:
    """The reader's own answer where the model failed; where it had none either, the failure is what is told."""
    if floor.state is AnswerState.ANSWERED:
        return _with_message(floor, model, str(error))
    state = AnswerState.TIMED_OUT if isinstance(error, ModelTimedOut) else AnswerState.MODEL_FAILED
    return replace(floor, state=state, refusal=None, message=str(error), written=_nothing(model, str(error)))


def _with_message(floor: Answer, model: str, message: str) -> Answer:
    return replace(floor, written=_nothing(model, message))


def _nothing(model: str, message: str) -> Written:
    return Written(model, prompt("answer_system").id, (), message=message)

