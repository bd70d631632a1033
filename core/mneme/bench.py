"""How well this memory is found and answered from: questions made by rule from the owner's own memories, then asked.

Three tasks. *Known*: a question whose source is known (YourBench's idea, arXiv 2504.01833). *Unanswerable*: the same
with the person or the thing replaced by one of which the store tells no such thing. *Order*: which of two dated
memories came first (SORT's idea, arXiv 2410.08133); the truth is their dates. Nothing is written, no use is recorded.
"""

import random
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, islice, zip_longest
from typing import TypeVar

from mneme.engine import Engine
from mneme.errors import Cancelled, KnownError
from mneme.memory.asking import Asked, questions_from, sentence_spans, statement, worded
from mneme.memory.times.counts import day_of
from mneme.memory.times.expressions import expressions
from mneme.messages import _
from mneme.prompts import prompt
from mneme.recall.lexical import words_of
from mneme.recall.stopwords import STOP_WORDS
from mneme.types import Answer, AnswerState, Kind, Memory, MemoryFilter, Moment, Origin, Progress

COUNT = 60  # memories that are asked about, where nobody says how many
DEPTH = 10  # hits among which the source is looked for
CLOSE = 0.5  # token F1 with the known answer from which an answer is right
FEWEST = 3  # memories that tell something, below which nothing is measured
LOOKED_AT, WINDOW = 5000, 50  # memories of a larger store that are looked at, and how many of them at one place
TURNS = 3  # questions of one memory at most
STRETCHES = 8  # of time, each of which gives equally many memories
LONGEST_EVENT = 14  # words of what happened, in a question of order

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]
T = TypeVar("T")


class Task(StrEnum):
    """What a question tries."""

    KNOWN = "known"
    UNANSWERABLE = "unanswerable"
    ORDER = "order"


class Verdict(StrEnum):
    """What came of a question. To refuse is right where nothing answers the question."""

    RIGHT = "right"
    WRONG = "wrong"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the memory it was made from, and what should come (None: no answer).

    Of an order pair `source` is the earlier memory, `expected` what it tells, and `instead` what the later one tells.
    """

    task: Task
    kind: str  # what, when, where, who; order
    text: str
    expected: str | None
    source: Memory
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question; `cited` is the memory the answer stands in.

    `rank` is the source's among the hits, from 1; None where it is not among DEPTH, or nothing was searched.
    """

    question: Question
    verdict: Verdict
    given: str | None
    cited: int | None
    ask_ms: float
    rank: int | None = None
    search_ms: float | None = None
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many questions were asked, answered right, answered wrong and refused; `ranks` of the sources found.

    Where nothing answers the questions, the refused are the right ones.
    """

    asked: int
    right: int
    wrong: int
    refused: int
    ranks: tuple[int, ...]

    def share(self, count: int) -> float | None:
        """`count` as a part 0..1 of all; None of none."""
        return count / self.asked if self.asked else None

    def recall(self, depth: int) -> float | None:
        """recall@depth: the part 0..1 whose source is among the first `depth` hits; None of none."""
        return self.share(sum(rank <= depth for rank in self.ranks))


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes. Of `looked_at` memories `telling` tell something to ask about, and `chosen` were asked about."""

    outcomes: tuple[Outcome, ...]
    chosen: int
    telling: int
    looked_at: int
    seed: int
    stopped: bool = False
    model: str = ""  # that wrote the answers, by its id, which names its very weights; "": they were read out
    prompt: str = ""  # file and version
    without: tuple[str, ...] = ()

    def tally(self, task: str, kind: str = "") -> Tally:
        """What came of a task's questions, of one kind or (empty) of all."""
        of_it = [one for one in self.outcomes if one.question.task == task and kind in ("", one.question.kind)]
        verdicts = Counter(one.verdict for one in of_it)
        return Tally(len(of_it), verdicts[Verdict.RIGHT], verdicts[Verdict.WRONG],
                     sum(one.given is None for one in of_it),
                     tuple(one.rank for one in of_it if one.rank is not None))

    def kinds(self) -> list[str]:
        """The kinds of question that were asked."""
        asked = {one.question.kind for one in self.outcomes}
        return [kind for kind in ("what", "when", "where", "who") if kind in asked]

    def search_ms(self) -> float | None:
        """The median of searching, in milliseconds; None where nothing was searched."""
        times = [one.search_ms for one in self.outcomes if one.search_ms is not None]
        return statistics.median(times) if times else None

    def ask_ms(self) -> float | None:
        """The median of asking, in milliseconds; None where nothing was asked."""
        return statistics.median(one.ask_ms for one in self.outcomes) if self.outcomes else None

    def degraded(self) -> list[str]:
        """What could not take part in searching, each once."""
        return list(dict.fromkeys(reason for one in self.outcomes for reason in one.degraded))


def run(engine: Engine, *, count: int = COUNT, seed: int = 0, model: str = "", without: frozenset[str] = frozenset(),
        progress: OnProgress, cancelled: IsCancelled) -> Report:
    """Make the questions and ask them; the same store, count and seed give the same questions.

    `model` writes the answers ("": they are read out); `without` leaves parts out, to compare one run with another.

    Cancelling ends it with what was measured so far. Raises: KnownError where too few memories tell something to ask
    about, or where the reader cannot work; StoreError.
    """
    rng = random.Random(seed)
    memories = _looked_at(engine, rng)
    telling = [one for one in map(_telling, memories) if one is not None]
    if len(telling) < FEWEST:
        raise _too_few(len(telling))
    chosen = _evenly(telling, count, rng)
    known = _known(chosen, count)
    outcomes: list[Outcome] = []
    stopped = False
    try:
        strangers = _Strangers.of(engine, telling)
        questions = _mixed([_question(*one) for one in known], _unanswerable(engine, known, strangers, cancelled),
                           _order_pairs(telling, count // 2, rng))
        for number, question in enumerate(questions):
            progress(_progress(number, len(questions), outcomes))
            outcomes.append(_outcome(engine, question, model, without, cancelled))
    except Cancelled:
        stopped = True
    written_by = engine.models.languages.named(model).model_id if model else ""
    return Report(tuple(outcomes), len(chosen), len(telling), len(memories), seed, stopped, written_by,
                  prompt("answer_system").id if model else "", tuple(sorted(without)))


def _too_few(count: int) -> KnownError:
    return KnownError(
        _("There are too few memories to measure on: {n}.").format(n=count),
        _("Add notes or chats first. Questions are made of English sentences that tell what somebody did."))


def _progress(number: int, total: int, outcomes: Sequence[Outcome]) -> Progress:
    spent = sum(one.ask_ms + (one.search_ms or 0.0) for one in outcomes)
    left = spent / number * (total - number) / 1000.0 if number else None
    return Progress(_("Measuring"), number, total, seconds_left=left)


# ------------------------------------------------------------------ which memories are asked about


@dataclass(frozen=True, slots=True)
class _Telling:
    """A memory that tells something; `speaker` is whom its questions name (None: the owner, who asks)."""

    memory: Memory
    speaker: str | None
    asked: tuple[Asked, ...]


# Verbs that say too little to ask by: "What did I get?" has a hundred answers.
_LIGHT = frozenset(("get", "make", "give", "take", "find", "go", "see", "have", "use", "start", "try", "want", "need",
                    "like", "love", "know", "meet", "begin"))


def _looked_at(engine: Engine, rng: random.Random) -> list[Memory]:
    """The store's passages, latest first; of a large store LOOKED_AT of them, evenly over the list. Each text once."""
    what = MemoryFilter(kinds=frozenset({Kind.PASSAGE}))
    total = engine.list_memories(what, limit=1).total
    places = -(-min(total, LOOKED_AT) // WINDOW)
    step = total / places if places else 0.0
    starts = [int(n * step + rng.random() * max(step - WINDOW, 0.0)) for n in range(places)]
    read = chain.from_iterable(engine.list_memories(what, offset=start, limit=WINDOW).memories for start in starts)
    return list({memory.text: memory for memory in read}.values())


def _telling(memory: Memory) -> _Telling | None:
    """What can be asked of a memory; None for what an assistant said, and for what nobody known to us said."""
    if memory.origin is not Origin.OWNER and (memory.origin is not Origin.OTHER or not memory.speaker):
        return None
    speaker = None if memory.origin is Origin.OWNER else memory.speaker
    asked = tuple(one for one in questions_from(memory.text, speaker) if len(_content(one.question, speaker)) >= 2)
    return _Telling(memory, speaker, asked) if asked else None


def _content(question: str, speaker: str | None) -> list[str]:
    """The words of a question that say what it is about, without the speaker's name."""
    said = STOP_WORDS["en"] | _LIGHT | frozenset(words_of(speaker or ""))
    return [word for word in words_of(question) if word not in said]


def _evenly(telling: Sequence[_Telling], count: int, rng: random.Random) -> list[_Telling]:
    """`count` of them: stretches of the list take turns, and within a stretch its sources do."""
    places: list[dict[str, list[_Telling]]] = [defaultdict(list) for _number in range(STRETCHES)]
    for rank, one in enumerate(telling):
        places[rank * STRETCHES // len(telling)][one.memory.source].append(one)
    streams = []
    for place in places:
        sources = list(place.values())
        rng.shuffle(sources)
        streams.append(_in_turn([rng.sample(source, len(source)) for source in sources]))
    return list(islice(_in_turn(streams), count))


def _in_turn(streams: Iterable[Iterable[T]]) -> Iterator[T]:
    """The first of each, the second of each, and so on."""
    for row in zip_longest(*streams):
        yield from (one for one in row if one is not None)


def _known(chosen: Sequence[_Telling], count: int) -> list[tuple[_Telling, Asked]]:
    """`count` questions, no text twice, each of the kind that was asked least so far.

    Where there are fewer memories than that, those that have more to ask take another turn.
    """
    kinds: Counter[str] = Counter()
    known: dict[str, tuple[_Telling, Asked]] = {}
    for one in chain.from_iterable([chosen] * TURNS):
        fresh = [asked for asked in one.asked if asked.question not in known]
        if fresh and len(known) < count:
            asked = min(fresh, key=lambda asked: kinds[asked.kind])
            kinds[asked.kind] += 1
            known[asked.question] = one, asked
    return list(known.values())


def _question(one: _Telling, asked: Asked) -> Question:
    return Question(Task.KNOWN, asked.kind, asked.question, one.memory.text[slice(*asked.answer)], one.memory)


def _mixed(*lists: Sequence[Question]) -> list[Question]:
    """All of them in turn, so that whoever stops half-way has measured half of each."""
    return list(_in_turn(lists))


# ------------------------------------------------------------------ what nothing answers

_NAMES = ("Zebulon", "Philippa", "Ottoline", "Cornelius", "Thaddeus", "Winifred", "Barnaby", "Griselda")
_THINGS = ("harpsichord", "trebuchet", "samovar", "theremin", "gyroscope", "astrolabe", "hovercraft", "periscope")


@dataclass(frozen=True, slots=True)
class _Strangers:
    """Names and things that occur nowhere in the store, and those who speak in it beside the owner (None)."""

    names: tuple[str, ...]
    things: tuple[str, ...]
    speakers: tuple[str | None, ...]

    @classmethod
    def of(cls, engine: Engine, telling: Sequence[_Telling]) -> "_Strangers":
        def unheard(word: str) -> bool:
            return not engine.list_memories(MemoryFilter(query=word), limit=1).total

        return cls(tuple(filter(unheard, _NAMES)), tuple(filter(unheard, _THINGS)),
                   tuple(dict.fromkeys(one.speaker for one in telling)))


def _unanswerable(engine: Engine, known: Sequence[tuple[_Telling, Asked]], strangers: _Strangers,
                  cancelled: IsCancelled) -> list[Question]:
    """Each question with its person or its thing replaced, in turn by one way or another. Raises: Cancelled."""
    questions = []
    for number, (one, asked) in enumerate(known):
        if cancelled():
            raise Cancelled
        ways = [_of_another_speaker(engine, one, asked, strangers, number),
                _of_another_thing(one, asked, strangers, number), _of_a_stranger(one, asked, strangers, number)]
        turned = [way for way in ways[number % 3:] + ways[:number % 3] if way is not None]
        questions += [Question(Task.UNANSWERABLE, asked.kind, text, None, one.memory) for text in turned[:1]]
    return questions


def _of_another_speaker(engine: Engine, one: _Telling, asked: Asked, strangers: _Strangers,
                        number: int) -> str | None:
    others = [speaker for speaker in strangers.speakers if speaker != one.speaker]
    if not others or asked.told.subject is not None:
        return None
    other = others[number % len(others)]
    question = worded(asked.told, other)
    return None if _is_told(engine, question, other) else question


def _is_told(engine: Engine, question: str, other: str | None) -> bool:
    """Does something that `other` says, or that names them, have half of the question's words? Then nothing is sure."""
    wanted, name = set(_content(question, other)), set(words_of(other or ""))
    for hit in engine.search(question, k=2 * DEPTH).hits:
        words = set(words_of(hit.memory.text))
        theirs = hit.memory.origin is Origin.OWNER if other is None else hit.memory.speaker == other or name & words
        if theirs and 2 * len(wanted & words) >= len(wanted):
            return True
    return False


def _of_another_thing(one: _Telling, asked: Asked, strangers: _Strangers, number: int) -> str | None:
    """The last word that says what the question is about, replaced; None where that is the verb."""
    last = _content(asked.question, one.speaker)[-1]
    places = list(re.finditer(rf"[\w'’-]*\b{re.escape(last)}\b[\w'’-]*", asked.question, re.IGNORECASE))
    verb = asked.told.rest.partition(" ")[0].lower()
    if not places or last == verb or last.endswith(("ing", "ed")):
        return None
    is_name = places[-1][0][0].isupper()
    words = strangers.names if is_name else strangers.things
    start, end = places[-1].span()
    return asked.question[:start] + words[number % len(words)] + asked.question[end:] if words else None


def _of_a_stranger(one: _Telling, asked: Asked, strangers: _Strangers, number: int) -> str | None:
    subject = asked.told.subject
    if not strangers.names or (subject is not None and not subject[0].isupper()):
        return None
    name = strangers.names[number % len(strangers.names)]
    return worded(asked.told, name) if subject is None else worded(replace(asked.told, subject=name), one.speaker)


# ------------------------------------------------------------------ which came first


def _order_pairs(telling: Sequence[_Telling], most: int, rng: random.Random) -> list[Question]:
    """Pairs of things that happened at least a day apart, as their memories are dated."""
    dated = [(one.memory, event, at) for one in _evenly(telling, len(telling), rng)
             for event, at in islice(_events(one), 1)]
    ordered = sorted(dated[:2 * most], key=lambda one: (one[2].utc, one[0].id))
    half = len(ordered) // 2
    questions = []
    for (source, first, at), (_later, second, after) in zip(ordered[:half], ordered[half:], strict=False):
        if after.utc - at.utc >= timedelta(days=1) and first != second:
            one, other = (first, second) if rng.random() < 0.5 else (second, first)
            asked = f"Which came first: {one} or {other}?"
            questions.append(Question(Task.ORDER, "order", asked, first, source, second))
    return questions


def _events(one: _Telling) -> Iterator[tuple[str, Moment]]:
    """What a memory of a known day tells in the past without a time of its own, so that its date is the event's."""
    at = one.memory.happened_at
    if at is None or not one.memory.dated or at.precision in ("year", "month"):
        return
    for asked in one.asked:
        sentence = next(one.memory.text[start:end] for start, end in sentence_spans(one.memory.text)
                        if start <= asked.told.said[0] < end)
        event = " ".join(statement(asked.told, one.memory.text, one.speaker).split())
        if asked.told.auxiliary == "did" and len(event.split()) <= LONGEST_EVENT and not expressions(sentence, at):
            yield event, at


# ------------------------------------------------------------------ asking, and what came of it


def _outcome(engine: Engine, question: Question, model: str, without: frozenset[str], cancelled: IsCancelled
             ) -> Outcome:
    """Raises: Cancelled; KnownError where the reader cannot work."""
    searched = engine.search(question.text, k=DEPTH) if question.task is Task.KNOWN else None
    answer = engine.ask(question.text, record=False, model=model, without=without, cancelled=cancelled)
    if answer.state not in (AnswerState.ANSWERED, AnswerState.NOT_FOUND):
        raise KnownError(answer.message)
    outcome = Outcome(question, _verdict(question, answer), answer.text,
                      answer.citations[0].memory if answer.citations else None, answer.took_ms)
    if searched is None:
        return outcome
    ranks = (rank for rank, hit in enumerate(searched.hits, 1)
             if hit.memory.id == question.source.id or hit.memory.text == question.source.text)
    return replace(outcome, rank=next(ranks, None), search_ms=searched.took_ms, degraded=searched.degraded)


def _verdict(question: Question, answer: Answer) -> Verdict:
    refused = answer.text is None
    if question.expected is None:
        return Verdict.RIGHT if refused else Verdict.WRONG
    if answer.text is None:
        return Verdict.REFUSED
    if question.task is Task.ORDER:
        right = shared_words(answer.text, question.expected) > shared_words(answer.text, question.instead)
    else:
        given = " ".join(one.text for one in answer.written.sentences) if answer.written is not None else answer.text
        right = _cites(answer, question.source) and (
            says(given, question.expected, question.source.happened_at) or _holds(given, question.expected))
    return Verdict.RIGHT if right else Verdict.WRONG


def _cites(answer: Answer, source: Memory) -> bool:
    """Does one of the citations stand in the source, or in the same words elsewhere?"""
    return any(cited.memory == source.id or (cited.text and cited.text in source.text) for cited in answer.citations)


def _holds(given: str, expected: str) -> bool:
    """Whether an answer in whole sentences holds the words that were expected, as they are."""
    return f" {' '.join(words_of(expected))} " in f" {' '.join(words_of(given))} "


def says(given: str, expected: str, said: Moment | None) -> bool:
    """The same words for the most part; or the same time in other words ("last week", "the week before 20 May")."""
    return shared_words(given, expected) >= CLOSE or (said is not None and _same_time(given, expected, said))


def shared_words(given: str, expected: str) -> float:
    """Token F1, 0..1, without articles and case."""
    a, b = (Counter(word for word in words_of(text) if word not in ("a", "an", "the")) for text in (given, expected))
    return 2 * (a & b).total() / (a.total() + b.total()) if a or b else 0.0


def _same_time(given: str, expected: str, said: Moment) -> bool:
    """Do both name a time, the first within the second or as long at most, and overlapping it?"""
    meant, told = _days(expected, said), _days(f"in {given}", said) or _days(given, said)
    if meant is None or told is None or not (meant[0] < told[1] and told[0] < meant[1]):
        return False
    return told[1] - told[0] <= max(meant[1] - meant[0], timedelta(days=7))


def _days(text: str, said: Moment) -> tuple[date, date] | None:
    """The days [start, end) of the first expression of time that has both."""
    for one in expressions(text, said):
        if one.start is not None and one.end is not None:
            start, end = day_of(one.start), day_of(one.end)
            return start, max(end, start + timedelta(days=1))
    return None
