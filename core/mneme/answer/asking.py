"""Asking, as the owner does it: who answers, in which conversation, and what is remembered of the question."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from mneme.answer import checking
from mneme.answer.chats import Chats
from mneme.answer.checking import Evidence, Verdict
from mneme.answer.extractive import Answerer, Wish
from mneme.answer.writing import expecting
from mneme.answer.writing.deeper import Deeper
from mneme.answer.writing.exactly import Exactly
from mneme.answer.writing.overview import Overview
from mneme.answer.writing.talk import Talk
from mneme.answer.writing.writer import Means, OnStream, Writer, unheard
from mneme.clock import Clock
from mneme.errors import ModelError, ModelMissing
from mneme.messages import _
from mneme.ports import Embedder, LanguageModel, Vectors
from mneme.recall.search import EVERYTHING, Recall
from mneme.recall.understanding.question import Question, understood
from mneme.recall.understanding.telling import tells
from mneme.recall.within import CorpusWithin
from mneme.settings import Value
from mneme.store import asked as asked_before
from mneme.store import entries, made, memories, preferences
from mneme.store.database import Database
from mneme.store.echoes import Echoes
from mneme.types import Answer, AnswerState, Changes, Moment, Progress, Support

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]

Later = Callable[[IsCancelled], object]

AGAIN_AT_ONCE = 5  # questions that are asked again in one turn
WHOLE = frozenset(("tools", "outline"))  # parts that know the whole store alone
MOST_THOUGHTS = 3  # that a model is shown
LONGEST_WAIT = 30.0  # seconds that taking in gives way to a question


@dataclass(frozen=True, slots=True)
class Mind:
    """What searches and reads: all parts work with the vectors of one embedder."""

    name: str
    embedder: Embedder
    recall: Recall
    answerer: Answerer


@dataclass(frozen=True, slots=True)
class Around:
    """What asking needs of the rest of Mneme."""

    mind: Callable[[], Mind]
    language: Callable[[str], LanguageModel]
    portrait: Callable[[], Sequence[str]]
    tell: Callable[[str], object]
    publish: Callable[[Changes], object]
    later: Callable[[Later], object]  # have something thought over when the owner does not wait
    think: Callable[[LanguageModel, Answer, IsCancelled], object]  # what is to be concluded from an answer
    surprised: Callable[[str, str, str], object]  # keep a sentence, by which model, on which words of the owner


@dataclass(frozen=True, slots=True)
class Manner:
    """How a question is asked, beside its words.

    `before` are the earlier questions of the conversation with their answers, the oldest first; a `talk` has its own.
    At most `passages` are read, for at most `timeout` seconds. `model` names the language model that writes (""): none.
    `deep`: it is taken apart first. `record`: it counts as a use; `tell`: what tells something is remembered.
    `within`: files and folders that alone are asked; empty: all there is.
    """

    before: Sequence[tuple[str, str | None]] = ()
    passages: int | None = None
    now: datetime | None = None
    record: bool = True
    trace: bool = False
    tell: bool = False
    without: frozenset[str] = EVERYTHING
    timeout: float | None = None
    model: str = ""
    deep: bool = False
    talk: Talk | None = None
    within: Sequence[Path] = ()


class Asking:
    """Answers questions, with the built-in reader or in a language model's words. Safe to use from several threads."""

    def __init__(self, store: Database, clock: Clock, around: Around) -> None:
        self._store = store
        self._clock = clock
        self._around = around
        self.chats = Chats(store, clock)
        self._asking = 0
        self._counting = threading.Lock()
        self._closed = False

    def ask(self, question: str, manner: Manner, *, progress: OnProgress, cancelled: IsCancelled,
            stream: OnStream) -> Answer:
        """An answer with its place, or one of the other states. Raises: Cancelled."""
        text = plain_text(question)
        if manner.tell and tells(question):
            return self._told(text, manner)
        said = 0 if manner.talk is None else len(manner.talk.said())
        with self._first():
            answer = self._answered(text, manner, progress, cancelled, stream)
            self._echo(answer)
        if manner.record:
            self._recorded(text, answer, manner)
        if manner.talk is not None:
            if len(manner.talk.said()) == said:  # nobody wrote it into the conversation
                manner.talk.add(text, answer.text or "")
            self.chats.add(manner.talk, answer)
        return answer

    def again(self, cancelled: IsCancelled) -> int:
        """Ask questions again that found nothing, once there is something new; how many found an answer."""
        with self._store.reader() as db:
            due, newest = asked_before.due(db, AGAIN_AT_ONCE), asked_before.newest(db)
        found = 0
        for one in due:
            answer = self.ask(one.text, Manner(record=False), progress=_quiet, cancelled=cancelled, stream=unheard)
            if answer.state is AnswerState.ANSWERED and answer.text is not None and answer.citations:
                self._store.write(partial(asked_before.answered, question=one.id, answer=answer.text,
                                          memory=answer.citations[0].memory, now=self._clock.now()))
                found += 1
            elif answer.state is AnswerState.NOT_FOUND:
                self._store.write(partial(asked_before.tried, question=one.id, up_to=newest))
        return found

    def give_way(self) -> None:
        """Called by taking in, in the background, between two files: the owner's question goes first."""
        until = time.monotonic() + LONGEST_WAIT
        while self._asking and time.monotonic() < until and not self._closed:
            time.sleep(0.02)

    def close(self) -> None:
        """Nobody need give way any more."""
        self._closed = True

    # ------------------------------------------------------------------ who answers

    def _answered(self, text: str, manner: Manner, progress: OnProgress, cancelled: IsCancelled,
                  stream: OnStream) -> Answer:
        settings = self._settings()
        now = Moment.of((manner.now or self._clock.now()).astimezone(self._clock.zone()), UTC, "minute")
        wish = Wish(manner.passages or int(settings["answer.passages"]), float(settings["answer.caution"]), progress,
                    cancelled, manner.timeout, manner.without | (WHOLE if manner.within else EVERYTHING), manner.trace)
        if not manner.model:
            said = manner.before if manner.talk is None else manner.talk.said()
            return self._mind(manner.within).answerer.ask(_question(text, now, said), now, wish)
        try:
            model = self._around.language(manner.model)
            place = model.facts().place
        except ModelMissing as error:
            return Answer(text, AnswerState.MODEL_MISSING, None, 0.0, (), 0.0, str(error))
        except ModelError:
            place = "here"  # it is asked all the same: the floor answers, and says why the model did not
        talk = (manner.talk or Talk(behind=[(one, answer or "") for one, answer in manner.before])).at(place)
        writer = Writer(model, self._means(settings, self._mind(manner.within)))
        question = _question(text, now, talk.said())
        if manner.deep:
            return Deeper(writer, question, now, wish, talk, stream, bool(settings["llm.own_knowledge"])).answer()
        return writer.ask(question, now, wish, talk, stream)

    def _mind(self, within: Sequence[Path]) -> Mind:
        """What searches and reads: everything, or what is in some files alone, whose facts are not known apart."""
        mind = self._around.mind()
        if not within:
            return mind
        with self._store.reader() as db:
            recall = Recall(CorpusWithin(self._store, memories.of_entries(db, entries.at(db, within))), mind.embedder)
        return Mind(mind.name, mind.embedder, recall, mind.answerer.over(recall))

    def _means(self, settings: dict[str, Value], mind: Mind) -> Means:
        return Means(mind.answerer, _Check(mind.embedder), self._around.portrait, self._hidden,
                     Exactly(self._store, self._clock), Overview(self._store, self._clock),
                     self._thoughts, bool(settings["llm.own_knowledge"]))

    def _hidden(self, wanted: Sequence[int]) -> set[int]:
        with self._store.reader() as db:
            return memories.private_among(db, wanted)

    def _thoughts(self, wanted: Sequence[int]) -> list[tuple[int, str]]:
        with self._store.reader() as db:
            return made.standing_thoughts(db, wanted, MOST_THOUGHTS)

    # ------------------------------------------------------------------ what is remembered of it

    def _told(self, text: str, manner: Manner) -> Answer:
        started = time.perf_counter()
        if manner.model and manner.talk is not None and self._settings()["llm.expectations"]:
            self._expect(text, manner.model, (self._around.portrait(), manner.talk.said()))
        self._around.tell(text)
        return Answer(text, AnswerState.KEPT, None, 1.0, (), 1000.0 * (time.perf_counter() - started),
                      _("I will remember that."))

    def _expect(self, text: str, name: str, before: tuple[Sequence[str], Sequence[tuple[str, str | None]]]) -> None:
        """Later, have the model say what it expected before it knew `text`, and keep what went against it."""
        def work(cancelled: IsCancelled) -> None:
            model = self._around.language(name)
            expectation = expecting.expected(model, *before, cancelled)
            check = _Check(self._around.mind().embedder)
            sentence = expecting.surprising(model, expectation, text, check, cancelled)
            if sentence:
                self._around.surprised(model.model_id, sentence, text)

        self._around.later(work)

    def supports(self, sentence: str, texts: Sequence[str]) -> bool:
        """Whether a sentence says nothing that these texts do not."""
        evidence = [Evidence(text, None, False, None) for text in texts]
        verdict = _Check(self._around.mind().embedder)(sentence, evidence, (), "")
        return verdict.support is Support.SUPPORTED

    def _recorded(self, text: str, answer: Answer, manner: Manner) -> None:
        if answer.state is AnswerState.ANSWERED:
            self.use([citation.memory for citation in answer.citations], "recalled")
            self._store.write(lambda db: asked_before.settle(db, text))
            if answer.written is not None and answer.written.sentences and "thoughts" not in manner.without:
                model = self._around.language(manner.model)
                self._around.later(lambda cancelled: self._around.think(model, answer, cancelled))
        elif answer.state is AnswerState.NOT_FOUND:
            self._store.write(lambda db: asked_before.keep(db, text, self._clock.now()))

    def use(self, memory_ids: Sequence[int], what: str) -> None:
        """Write a use of these memories down."""
        self._store.write(lambda db: memories.record_use(db, memory_ids, what, self._clock.now()))
        self._around.publish(Changes(memories=frozenset(memory_ids)))

    def _echo(self, answer: Answer) -> None:
        """Remember, as a hash, what Mneme said, and what it did not let through: in a note it is nobody's own word."""
        said = [answer.text, answer.message, *answer.reasons]
        if answer.written is not None:
            said += [one.text for one in (*answer.written.sentences, *answer.written.dropped)]
            said += [note.text for note in answer.written.notes]
        text = "\n".join(filter(None, said))
        if answer.state in (AnswerState.ANSWERED, AnswerState.FROM_MODEL) and text:
            self._store.write(lambda db: Echoes(db).add(text, self._clock.now()))

    @contextmanager
    def _first(self) -> Iterator[None]:
        """While a question is being answered, taking in waits between two files."""
        with self._counting:
            self._asking += 1
        try:
            yield
        finally:
            with self._counting:
                self._asking -= 1

    def _settings(self) -> dict[str, Value]:
        with self._store.reader() as db:
            return preferences.all_settings(db)


class _Check:
    """The check of sentences with the embedder's sense of what is near; without it, where the embedder cannot work.

    An answer's sentences are held against the same memories: each text is embedded once.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}

    def __call__(self, sentence: str, evidence: Sequence[Evidence], computed: Sequence[str], asked: str) -> Verdict:
        return checking.check(sentence, evidence, computed=computed, asked=asked, near=self._near)

    def _near(self, these: Sequence[str], those: Sequence[str]) -> Vectors:
        try:
            return self._vectors(these) @ self._vectors(those).T
        except ModelError:
            return np.zeros((len(these), len(those)), np.float32)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._embedder.embed(new, kind="passage"), strict=True))
        return np.stack([self._known[text] for text in texts])


def plain_text(typed: str) -> str:
    """What was typed, without halves of characters (lone surrogates), which neither models nor SQLite take."""
    return typed.encode("utf-8", "replace").decode("utf-8")


def _question(text: str, now: Moment, said: Sequence[tuple[str, str | None]]) -> Question:
    return understood(text, now, before=[(plain_text(one), None if answer is None else plain_text(answer))
                                         for one, answer in said])


def _quiet(_progress: Progress) -> None:
    return
