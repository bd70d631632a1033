"""Answers over a real store with a scripted reader: the five states, citations, dates, strangers, agreement."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mneme.answer import choosing
from mneme.answer.doubting import Doubts
from mneme.answer.extractive import BATCH, Answerer, Wish
from mneme.answer.weighing import Weights
from mneme.errors import Cancelled, ModelDamaged
from mneme.ports import Extract, Reading
from mneme.recall.corpus import StoreCorpus
from mneme.recall.search import WEIGHTS, Recall
from mneme.recall.understanding.question import understood
from mneme.store import acts, changes, entries, items
from mneme.store.database import Database
from mneme.store.items import NewItem, NewPassage
from mneme.testing import FailingReader, FakeClock, HashEmbedder, MissingEmbedder, MissingReader, ScriptedReader
from mneme.types import (
    PARTS,
    WRITING,
    Answer,
    AnswerState,
    Citation,
    Conversation,
    Moment,
    Origin,
    Participant,
    Progress,
    Refusal,
)

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
JULY = Moment(datetime(2023, 7, 14, 18, tzinfo=UTC), 0, "minute")
PLAIN = Weights(reads=1.0, bears=0.0, margin=0.0, recall=1.0, meaning=0.0, covers=0.0, named=0.0, stranger=-3.0,
                echo=0.0, empty=0.0, asking=0.0, quantity=-3.0, broken=-2.0, agreement=0.5)
NO_DOUBTS = Doubts(constant=-1.0, score=1.0, ahead=0.0, reads=0.0, unknown=0.0, unknown_score=0.0)


def finds(pattern: str, confidence: float = 0.95, relevance: float = 0.5) -> ScriptedReader:
    """A reader that marks the first match of `pattern`, and nothing where there is none."""
    def script(question: str, extract: Extract) -> Reading:
        match = re.search(pattern, extract.text)
        return Reading(*match.span(), 5.0, confidence, relevance) if match else Reading(0, 0, -9.0, 0.001, 0.01)
    return ScriptedReader(script)


class Desk:
    """A store that tests fill, and an answerer over it."""

    def __init__(self, path: Path) -> None:
        self.store = Database.open(path, None, clock=FakeClock())
        self.texts: dict[str, str] = {}
        self.embedder = HashEmbedder()

    def note(self, name: str, text: str, *passages: str, at: Moment | None = None) -> None:
        spans = [NewPassage((text.index(p), text.index(p) + len(p))) for p in passages or (text,)]
        self._keep(name, [NewItem("", name, text, Origin.OWNER, tuple(spans), at)], None)
        self.texts[f"/{name}"] = text

    def chat(self, name: str, *said: tuple[str, str], at: Moment = JULY) -> None:
        conversation = Conversation("t", name, tuple(Participant(w, w) for w in dict(said)), ())
        self._keep(name, [NewItem(f"m{n}", name, text, Origin.OTHER, (NewPassage((0, len(text))),), at, thread="t",
                                  seq=n, speaker=who) for n, (who, text) in enumerate(said)], conversation)

    def _keep(self, name: str, new: Sequence[NewItem], conversation: Conversation | None) -> None:
        def work(db) -> None:
            entry = entries.register(db, Path(f"/{name}"), NOW)
            threads = {} if conversation is None else {"t": items.keep_thread(db, entry, conversation)}
            for item in new:
                items.keep(db, entry, item, threads, NOW)
        self.store.write(work)

    def ask(self, question: str, reader: ScriptedReader, *, caution: float = 0.8, passages: int = 12,
            timeout: float | None = None, monotonic: Callable[[], float] = lambda: 0.0,
            progress: Callable[[Progress], None] = lambda _p: None,
            cancelled: Callable[[], bool] = lambda: False, without: frozenset[str] = frozenset(),
            trace: bool = True) -> Answer:
        recall = Recall(StoreCorpus(self.store), self.embedder)
        answerer = Answerer(recall, reader, weights=PLAIN, doubts=NO_DOUBTS, monotonic=monotonic)
        now = Moment(NOW, 0, "minute")
        return answerer.ask(understood(question, now), now,
                            Wish(passages, caution, progress, cancelled, timeout, without, trace))

    def exact(self, citation: Citation) -> bool:
        text = self.store.query("SELECT i.text FROM evidence e JOIN item i ON i.id = e.item_id WHERE e.memory_id = ?",
                                [citation.memory])[0][0]
        return text[slice(*citation.span)] == citation.text and (
            citation.answer_span is None or citation.span[0] <= citation.answer_span[0]
            <= citation.answer_span[1] <= citation.span[1])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "memory.db")
    yield made
    made.store.close()


def test_an_answer_with_its_sentence_and_exact_spans(desk: Desk) -> None:
    text = "🔥 Cabin log. The key hangs behind the barometer. Nobody knows.\n\nThe boat is green."
    desk.note("log", text, "The key hangs behind the barometer. Nobody knows.")
    answer = desk.ask("Where does the key hang?", finds("behind the barometer"))
    assert (answer.state, answer.text) == (AnswerState.ANSWERED, "behind the barometer")
    citation, = answer.citations
    assert citation.text == "The key hangs behind the barometer."
    assert text[slice(*citation.span)] == citation.text
    assert text[slice(*citation.answer_span)] == "behind the barometer"
    assert 0.5 <= answer.confidence <= 1.0


def test_a_span_over_two_sentences_cites_both(desk: Desk) -> None:
    desk.note("log", "It rained. We left. We came home.")
    citation = desk.ask("Who left when it rained?", finds(r"rained\. We left")).citations[0]
    assert citation.text == "It rained. We left."


def test_an_answer_cut_out_of_an_endless_line_cites_a_stretch_of_it(desk: Desk) -> None:
    desk.note("log", "x " * 400 + "the key is blue " + "y " * 400)
    citation = desk.ask("key?", finds("blue")).citations[0]
    assert "blue" in citation.text and len(citation.text) <= 620
    assert desk.exact(citation)


def test_nothing_good_enough_is_not_found_with_what_came_nearest(desk: Desk) -> None:
    desk.note("log", "The key hangs behind the barometer. Nobody knows.")
    answer = desk.ask("Where does the key hang?", finds("Nobody", confidence=0.02))
    assert (answer.state, answer.text, answer.citations) == (AnswerState.NOT_FOUND, None, ())
    assert answer.nearest[0].text == "Nobody knows."
    assert desk.exact(answer.nearest[0])
    assert answer.message
    assert answer.confidence < 0.5


def test_an_empty_store_has_no_memory_of_that(desk: Desk) -> None:
    answer = desk.ask("Where is the key?", finds("key"))
    assert (answer.state, answer.nearest, answer.confidence) == (AnswerState.NOT_FOUND, (), 0.0)


def test_caution_moves_the_threshold(desk: Desk) -> None:
    desk.note("log", "The key is blue.")
    reader = finds("blue", confidence=0.3)
    assert desk.ask("What colour is the key?", reader, caution=0.2).state is AnswerState.ANSWERED
    assert desk.ask("What colour is the key?", reader, caution=1.0).state is AnswerState.NOT_FOUND
    assert desk.ask("What colour is the key?", finds("blue", 0.999), caution=1.0).state is AnswerState.ANSWERED


def test_a_missing_reader_is_not_called_not_found(desk: Desk) -> None:
    desk.note("log", "The key is blue.")
    answer = desk.ask("What colour is the key?", MissingReader())
    assert (answer.state, answer.text) == (AnswerState.MODEL_MISSING, None)
    assert "missing" in answer.message and answer.nearest


@pytest.mark.parametrize("error", [None, ModelDamaged("The reader is damaged.", "Install Mneme again.")])
def test_a_reader_that_breaks_has_failed(desk: Desk, error: ModelDamaged | None) -> None:
    def breaks(question: str, extract: Extract) -> Reading:
        assert error is not None
        raise error
    desk.note("log", "The key is blue.")
    answer = desk.ask("What colour is the key?", FailingReader() if error is None else ScriptedReader(breaks))
    assert answer.state is AnswerState.MODEL_FAILED
    assert answer.message.startswith("The reader")


def test_a_bug_in_a_reader_is_not_hidden(desk: Desk) -> None:
    desk.note("log", "The key is blue.")
    with pytest.raises(ZeroDivisionError):
        desk.ask("What colour is the key?", ScriptedReader(lambda q, e: Reading(0, 0, 1 / 0, 0.0)))


def test_without_an_embedder_words_answer_and_the_loss_is_said(desk: Desk) -> None:
    desk.note("log", "The key is blue.")
    desk.embedder = MissingEmbedder()
    answer = desk.ask("What colour is the key?", finds("blue"))
    assert answer.state is AnswerState.ANSWERED
    assert "embedder" in answer.message


def test_time_that_is_over_between_two_batches(desk: Desk) -> None:
    for n in range(3 * BATCH):
        desk.note(f"note {n}", f"The key {n} is blue.")
    ticks = iter(range(1000))
    answer = desk.ask("What colour is the key?", finds("blue"), timeout=3.0, monotonic=lambda: float(next(ticks)))
    assert answer.state is AnswerState.TIMED_OUT
    assert answer.nearest and answer.message


def test_cancel_is_an_exception_not_a_state(desk: Desk) -> None:
    for n in range(3 * BATCH):
        desk.note(f"note {n}", f"The key {n} is blue.")
    seen: list[str] = []
    reader = finds("blue")
    with pytest.raises(Cancelled):
        desk.ask("What colour is the key?", reader, progress=lambda p: seen.append(f"{p.stage} {p.done}"),
                 cancelled=lambda: f"reading {BATCH}" in seen)
    assert f"reading {2 * BATCH}" not in seen


def test_progress_tells_searching_then_reading(desk: Desk) -> None:
    for n in range(BATCH + 1):
        desk.note(f"note {n}", f"The key {n} is blue.")
    seen: list[tuple[str, int, int]] = []
    desk.ask("What colour is the key?", finds("blue"), progress=lambda p: seen.append((p.stage, p.done, p.total)))
    assert seen == [("searching", 0, 0), ("reading", 0, 5), ("reading", BATCH, 5), ("reading", 5, 5)]


def test_only_as_many_passages_as_asked_for_are_read(desk: Desk) -> None:
    read: list[str] = []
    for n in range(9):
        desk.note(f"note {n}", f"The key {n} is blue.")
    desk.ask("What colour is the key?", ScriptedReader(
        lambda q, e: read.append(e.text) or Reading(0, 0, -9.0, 0.0)), passages=3)
    assert len(read) == 3


def test_the_reader_sees_who_when_and_where(desk: Desk) -> None:
    headers: list[str] = []
    desk.chat("Summer plans", ("Ann", "The key is blue."))
    desk.ask("What colour is the key?", ScriptedReader(
        lambda q, e: headers.append(e.header) or Reading(0, 0, -9.0, 0.0)))
    assert headers == ["Ann, 14 July 2023, Summer plans"]


def test_the_same_answer_from_several_places_counts_more_and_cites_three(desk: Desk) -> None:
    same = ["The key is blue.", "I say the key is BLUE!", "Yes, the key is the blue one", "key: blue"]
    for n, text in enumerate(same):
        desk.note(f"note {n}", text)
    desk.note("odd", "The key is red.")
    answer = desk.ask("What colour is the key?", finds(r"(?i)blue|red"))
    assert answer.text.lower() == "blue"
    assert len(answer.citations) == 3
    assert len({c.memory for c in answer.citations}) == 3
    assert all(desk.exact(c) for c in answer.citations)
    alone = desk.ask("What colour is the key?", finds("red"))
    assert alone.confidence < answer.confidence


def test_the_same_text_in_two_files_is_cited_twice(desk: Desk) -> None:
    desk.note("one", "The key is blue.")
    desk.note("two", "The key is blue.")
    answer = desk.ask("What colour is the key?", finds("blue"))
    assert {c.source for c in answer.citations} == {"/one", "/two"}


def test_when_yesterday_becomes_a_date(desk: Desk) -> None:
    desk.chat("plans", ("Ann", "Hi! I lost my blue key yesterday, what a day."))
    answer = desk.ask("When did Ann lose the key?", finds("yesterday"))
    assert answer.text == "13 July 2023"
    assert answer.citations[0].text == "I lost my blue key yesterday, what a day."
    assert answer.citations[0].answer_span is None  # the date does not stand there


def test_when_a_date_stands_there_it_is_the_answer(desk: Desk) -> None:
    desk.chat("plans", ("Ann", "The key got lost on 2 May, not yesterday."))
    answer = desk.ask("When did the key get lost?", finds("on 2 May"))
    assert answer.text == "on 2 May"
    assert answer.citations[0].answer_span == (17, 25)


def test_when_the_words_of_time_stand_beside_the_span(desk: Desk) -> None:
    desk.chat("plans", ("Ann", "Nothing new this week. Last Friday I lost the blue key."))
    assert desk.ask("When did Ann lose the key?", finds("the blue key")).text == "the Friday before 14 July 2023"


def test_when_nothing_is_said_the_memorys_own_date_is_the_time(desk: Desk) -> None:
    desk.note("journal", "Lost the blue key.", at=Moment(datetime(2024, 5, 1, tzinfo=UTC), 0, "day"))
    answer = desk.ask("When did I lose the blue key?", finds("blue key"))
    assert answer.text == "1 May 2024"
    assert answer.citations[0].text == "Lost the blue key."


def test_without_a_date_a_time_is_only_what_stands_there(desk: Desk) -> None:
    desk.note("journal", "Lost the blue key yesterday.")
    assert desk.ask("When did I lose the blue key?", finds("yesterday")).text == "yesterday"


def test_what_another_says_of_themselves_does_not_answer(desk: Desk) -> None:
    desk.chat("plans", ("Ann", "I lost my blue key."), *[("Cid", "hm")] * 5, ("Ben", "I lost my red key."))
    reader = finds("blue key|red key", confidence=0.9)
    assert desk.ask("What did Ann lose?", reader).text == "blue key"
    assert desk.ask("What did Ben lose?", reader).text == "red key"


def test_a_stranger_alone_is_not_enough(desk: Desk) -> None:
    desk.chat("plans", ("Ann", "I lost my blue key."), ("Ben", "Oh no."))
    reader = finds("blue key", confidence=0.9)
    assert desk.ask("What did Ann lose?", reader).state is AnswerState.ANSWERED
    assert desk.ask("What did Ben lose?", reader).state is AnswerState.NOT_FOUND


@pytest.mark.parametrize("question", ["", "  ", "?", "\x00", "a" * 5000])
def test_any_question_has_a_state(desk: Desk, question: str) -> None:
    desk.note("log", "The key is blue.")
    assert desk.ask(question, ScriptedReader()).state is AnswerState.NOT_FOUND


# ------------------------------------------------------------------ which of several is meant


def in_year(year: int) -> Moment:
    return Moment(datetime(year, 3, 2, tzinfo=UTC), 0, "day")


@pytest.mark.parametrize(("question", "answer", "other"), [
    ("Where do I live now?", "Oslo", "Bergen"), ("Where did I live before?", "Bergen", "Oslo"),
    ("Where did I originally live?", "Bergen", "Oslo"), ("Where did I live first?", "Bergen", "Oslo")])
def test_now_and_then_cite_what_else_was_said_as_contradicting(desk: Desk, question: str, answer: str,
                                                               other: str) -> None:
    desk.note("old", "I live in Bergen.", at=in_year(2021))
    desk.note("new", "I live in Oslo.", at=in_year(2024))
    made = desk.ask(question, finds("Bergen|Oslo"))
    assert made.text == answer
    assert [c.text for c in made.citations] == [f"I live in {answer}."]
    assert [c.text for c in made.contradicts] == [f"I live in {other}."]
    assert all(desk.exact(c) for c in (*made.citations, *made.contradicts))
    assert len(made.reasons) == 1 and other in made.reasons[0]


def test_without_choosing_the_best_is_the_answer_and_nothing_contradicts_it(desk: Desk) -> None:
    desk.note("old", "I live in Bergen; I live and live here.", at=in_year(2021))
    desk.note("new", "I live in Oslo.", at=in_year(2024))
    reader = finds("Bergen|Oslo")
    texts = {desk.ask(question, reader, without=frozenset(("choosing",))).text
             for question in ("Where do I live now?", "Where did I live before?")}
    assert len(texts) == 1
    assert desk.ask("Where do I live now?", reader, without=frozenset(("choosing",))).contradicts == ()


def test_a_list_over_three_sessions_cites_each_item_and_names_none_twice(desk: Desk) -> None:
    for n, text in enumerate(("I planted onions today.", "I planted basil.", "I planted the basil again.",
                              "I planted red beans.")):
        desk.note(f"note {n}", text, at=in_year(2020 + n))
    made = desk.ask("What things did I plant?", finds("onions|the basil|basil|red beans"))
    assert made.text is not None and sorted(made.text.split(", ")) == ["basil", "onions", "red beans"]
    cited = [c.text for c in made.citations]
    assert {"I planted onions today.", "I planted red beans."} <= set(cited) and any("basil" in c for c in cited)
    assert all(desk.exact(c) for c in made.citations)
    assert made.reasons


# ------------------------------------------------------------------ what was said before


def test_what_was_said_before_is_seen_and_neither_cited_nor_answered_from(desk: Desk) -> None:
    headers: dict[str, str] = {}

    def script(question: str, extract: Extract) -> Reading:
        headers[extract.text] = extract.header
        return finds("blue|thanks").read(question, [extract])[0]

    desk.chat("plans", ("Ann", "The key is blue."), ("Ben", "Good, thanks."))
    made = desk.ask("What colour is the key?", ScriptedReader(script))
    assert headers == {"The key is blue.": "Ann, 14 July 2023, plans",
                       "Good, thanks.": "14 July 2023: Ann: The key is blue.\nBen"}
    for citation in (*made.citations, *made.nearest):
        assert citation.answer_span is None or desk.exact(citation)
    assert made.text in ("blue", "thanks")
    [stands] = [c.text for c in made.citations]
    assert made.text in stands  # it stands in its own message, whatever the header said
    desk.ask("What colour is the key?", ScriptedReader(script), without=frozenset(("context",)))
    assert headers["Good, thanks."] == "Ben, 14 July 2023, plans"


def test_what_is_in_the_bin_is_not_seen_as_said_before(desk: Desk) -> None:
    headers: list[str] = []
    desk.chat("plans", ("Ann", "The key is blue."), ("Ben", "The key is nice."))
    [[forgotten]] = desk.store.query("SELECT id FROM memory WHERE text = 'The key is blue.'")
    desk.store.write(lambda db: changes.within(
        db, "forget", "owner", NOW, lambda made: acts.forget(db, made, [forgotten])))
    made = desk.ask("What colour is the key?", ScriptedReader(
        lambda q, e: headers.append(e.header) or finds("blue").read(q, [e])[0]))
    assert made.state is AnswerState.NOT_FOUND
    assert headers == ["Ben, 14 July 2023, plans"]


# ------------------------------------------------------------------ why there is no answer


def test_nothing_that_bears_on_it_is_no_hit(desk: Desk) -> None:
    assert desk.ask("Where is the key?", finds("x")).refusal is Refusal.NO_HIT
    desk.note("log", "The key is blue.")
    assert desk.ask("Where is the key?", finds("nothing")).refusal is Refusal.NO_HIT


def test_something_that_bears_on_it_and_does_not_say(desk: Desk) -> None:
    desk.note("log", "The key is blue.")
    made = desk.ask("Where is the key?", finds("blue", confidence=0.01, relevance=0.9))
    assert (made.state, made.refusal) == (AnswerState.NOT_FOUND, Refusal.NO_ANSWER)
    assert desk.ask("Where is the key?", finds("blue", relevance=0.9)).refusal is None


def test_it_is_told_of_somebody_else(desk: Desk) -> None:
    desk.chat("plans", ("Ann", "I lost my blue key."), ("Ben", "Oh no."))
    made = desk.ask("What did Ben lose?", finds("blue key", confidence=0.9, relevance=0.9))
    assert made.refusal is Refusal.OTHER_PERSON
    assert "somebody else" in made.message
    assert made.nearest[0].speaker == "Ann"


def test_it_is_told_of_another_time(desk: Desk) -> None:
    desk.note("log", "I lost my blue key.", at=in_year(2024))
    reader = finds("blue key", confidence=0.01, relevance=0.9)
    made = desk.ask("What key did I lose in March 2019?", reader)
    assert made.refusal is Refusal.OTHER_TIME and "another time" in made.message
    assert desk.ask("What key did I lose in March 2024?", reader).refusal is Refusal.NO_ANSWER


@pytest.mark.parametrize(("at", "without"), [(in_year(2024), frozenset(("time",))), (None, frozenset())])
def test_what_is_not_known_to_be_of_another_time_is_not_said_to_be(desk: Desk, at: Moment | None,
                                                                  without: frozenset[str]) -> None:
    desk.note("log", "I lost my blue key.", at=at)
    reader = finds("blue key", confidence=0.01, relevance=0.9)
    made = desk.ask("What key did I lose in March 2024?", reader, without=without)
    assert made.refusal is Refusal.NO_ANSWER


# ------------------------------------------------------------------ counting


def test_a_length_of_time_is_counted_with_both_places_cited_and_a_reason(desk: Desk) -> None:
    desk.note("one", "I adopted a cat.", at=in_year(2023))
    desk.note("two", "I bought a kayak.", at=Moment(datetime(2023, 3, 12, tzinfo=UTC), 0, "day"))
    desk.note("three", "It rained.", at=in_year(2022))
    question = "How many days passed between when I adopted a cat and when I bought a kayak?"
    reader = ScriptedReader(lambda q, e: Reading(0, 1, 0.0, 0.5, 0.99 if set(q.split()) & {
        word for word in e.text.strip(".").split() if len(word) > 2} else 0.01))
    made = desk.ask(question, reader)
    assert (made.text, made.reasons) == ("10 days", ("Counted from 2 March 2023 to 12 March 2023.",))
    assert [c.text for c in made.citations] == ["I adopted a cat.", "I bought a kayak."]
    assert all(desk.exact(c) for c in made.citations)
    read = desk.ask(question, reader, without=frozenset(("counting",)))
    assert (read.text, read.reasons) != (made.text, made.reasons)
    ago = desk.ask("How long ago did I buy a kayak?", reader)
    assert (ago.text, [c.text for c in ago.citations]) == ("2 years and 3 months ago", ["I bought a kayak."])
    assert desk.ask("How long ago did I sell my house?", reader).state is not AnswerState.ANSWERED


def test_a_reader_that_fails_while_counting_has_failed(desk: Desk) -> None:
    desk.note("one", "I adopted a cat.", at=in_year(2023))
    assert desk.ask("How long ago did I adopt a cat?", FailingReader()).state is AnswerState.MODEL_FAILED
    assert desk.ask("How long ago did I adopt a cat?", MissingReader()).state is AnswerState.MODEL_MISSING


# ------------------------------------------------------------------ the account, and what can be left out


def test_the_parts_of_the_trace_add_up_and_it_is_kept_only_if_wanted(desk: Desk) -> None:
    for n in range(3):
        desk.note(f"note {n}", f"The key number {n} is blue.", at=in_year(2020 + n))
    desk.note("odd", "Some key is red.")
    made = desk.ask("What colour is the key?", finds("blue|red"))
    assert made.trace is not None and [one.text for one in made.trace.considered] == ["blue", "red"]
    for one in made.trace.considered:
        assert sum(one.parts.values()) == pytest.approx(one.score, abs=0.05)  # what counts next to nothing is left out
    assert "agreement" in made.trace.considered[0].parts
    assert "reading" in {stage.name for stage in made.trace.stages}
    assert {hit.memory.id for hit in made.trace.hits} >= {one.memory for one in made.trace.considered}
    assert desk.ask("What colour is the key?", finds("blue|red"), trace=False).trace is None
    refused = desk.ask("What colour is the key?", finds("nothing"))
    assert refused.trace is not None and refused.trace.considered == () and refused.trace.hits


def test_what_can_be_left_out_are_the_rankings_and_what_answering_asks_for() -> None:
    folder = Path(choosing.__file__).parent
    pattern = r'"([a-z ]+)" (?:not )?in (?:\w+\.)*without\b|\bleaves\("([a-z ]+)"\)'
    asked = {name for file in folder.rglob("*.py")
             for found in re.findall(pattern, file.read_text(encoding="utf-8")) for name in found if name}
    assert asked
    assert set(WEIGHTS) | asked | {"retention"} == PARTS | WRITING


# ------------------------------------------------------------------ any text


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1), st.text() | st.sampled_from(("When was it?", "How long ago was it?", "Where is it now?")),
       st.integers(0, 20), st.integers(1, 20))
def test_any_memory_and_any_question_give_a_state_and_exact_places(desk: Desk, text: str, question: str, start: int,
                                                                  length: int) -> None:
    desk.note("any", text, at=in_year(2023))
    whole = desk.ask(f"{question} {text}", ScriptedReader(
        lambda q, e: Reading(min(start, len(e.text)), min(start + length, len(e.text)), 1.0, 0.9, 0.9)))
    assert whole.state in (AnswerState.ANSWERED, AnswerState.NOT_FOUND)
    assert (whole.text is None) == (whole.state is not AnswerState.ANSWERED) == (not whole.citations)
    for citation in (*whole.citations, *whole.nearest, *whole.contradicts):
        assert desk.exact(citation)


def test_of_somebody_whom_no_memory_names_nothing_is_answered(desk: Desk) -> None:
    desk.chat("plans", ("Ann", "I lost my blue key."), ("Ben", "Oh no."))
    reader = finds("blue key", confidence=0.99)
    made = desk.ask("Which key did Philippa lose?", reader)
    assert (made.state, made.refusal, made.reasons) == (
        AnswerState.NOT_FOUND, Refusal.NO_HIT, ("No memory names Philippa.",))
    assert desk.ask("Which key did Philippa lose?", reader, caution=0.0).state is AnswerState.ANSWERED
    assert desk.ask("Which key did Ann's friend lose?", reader).state is AnswerState.ANSWERED
    assert desk.ask("Which key did Will lose?", reader, caution=0.5).refusal is not Refusal.NO_HIT  # a little word, too


def test_as_of_a_time_nothing_told_later_is_evidence(desk: Desk) -> None:
    desk.note("old", "My key is blue.", at=in_year(2022))
    desk.note("new", "My key is red.", at=in_year(2024))
    reader = finds("blue|red")
    assert desk.ask("As of May 2023, what colour is my key?", reader).text == "blue"
    assert desk.ask("As of May 2024, what colour is my key?", reader).text == "red"
    assert desk.ask("As of May 2021, what colour is my key?", reader).state is AnswerState.NOT_FOUND
