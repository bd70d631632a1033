"""The façade end to end over real files and a real encrypted store, with quick real plug-ins for the models."""

import dataclasses
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import KnownError, ModelMissing, NotFound
from mneme.paths import Profile
from mneme.ports import Extract, Reading
from mneme.testing import (
    FailingReader,
    FakeClock,
    HashEmbedder,
    MissingEmbedder,
    MissingReader,
    ScriptedReader,
    decrypted,
)
from mneme.types import PARTS, Answer, AnswerState, Changes, Citation, EntryState, MemoryFilter, Progress, Refusal

KEY_NOTE = "# Cabin log\n\n## 14 October 2024\n\nThe spare key is behind the blue rain barrel 🗝️ now. Mice again.\n"
Open = Callable[..., Engine]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "cabin").mkdir(parents=True)
    (folder / "cabin" / "log.md").write_text(KEY_NOTE)
    (folder / "2024-05-07 Ferry.txt").write_text("The ferry to Kinn leaves at noon.\n")
    (folder / "chat.jsonl").write_text(
        '{"mneme": "conversation", "version": 1, "title": "Ines", "participants": '
        '[{"id": "me", "name": "Maren", "role": "owner"}, {"id": "i", "name": "Ines", "role": "other"}, '
        '{"id": "a", "name": "Bot", "role": "assistant"}]}\n'
        '{"id": "1", "from": "i", "at": "2024-05-20T09:00+02:00", "text": "The puppy is called Kipper."}\n'
        '{"id": "2", "from": "me", "at": "2024-05-20T09:01+02:00", "text": "Kipper is a fine name."}\n'
        '{"id": "3", "from": "a", "at": "2024-05-20T09:02", "text": "Try a herring."}\n')
    return folder


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def open_engine(tmp_path: Path, clock: FakeClock) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_(profile: str = "profile", **parts: object) -> Engine:
        plugins = dataclasses.replace(builtin.plugins(), **{"embedder": HashEmbedder(), "reader": ScriptedReader(),
                                                            **parts})
        opened.append(Engine.open(Profile(tmp_path / profile), clock=clock, use_keyring=False, plugins=plugins))
        return opened[-1]

    yield open_
    for engine in opened:
        engine.close()


def texts(engine: Engine, query: str) -> list[str]:
    return [hit.memory.text for hit in engine.search(query).hits]


def test_a_folder_goes_in_and_a_cited_answer_comes_out(open_engine: Open, notes: Path) -> None:
    engine = open_engine()
    report = engine.add([notes])
    assert (report.added, report.unchanged, report.updated, report.seen, report.done) == (5, 0, 0, 3, 3)
    assert report.waiting_vectors == 0
    answer = engine.ask("Where is the spare key?")
    assert answer.state is AnswerState.ANSWERED
    assert answer.text is not None and "rain barrel" in answer.text
    citation = answer.citations[0]
    detail = engine.show(citation.memory)
    assert detail.item_text[citation.span[0]:citation.span[1]] == citation.text
    assert citation.source == str(notes / "cabin" / "log.md")
    assert citation.happened_at is not None


def test_the_same_twice_changes_nothing_and_a_changed_file_keeps_its_history(open_engine: Open, notes: Path) -> None:
    engine = open_engine()
    engine.add([notes])
    before = engine.doctor(digest=True)
    again = engine.add([notes])
    assert (again.added, again.unchanged, again.updated) == (0, 5, 0)
    assert engine.doctor(digest=True).digest == before.digest
    os.utime(notes / "cabin" / "log.md", ns=(1, 1))
    touched = engine.add([notes])
    assert (touched.added, touched.unchanged, touched.updated) == (0, 5, 0)
    (notes / "cabin" / "log.md").write_text(KEY_NOTE.replace("behind the blue rain barrel", "in the boat shed"))
    changed = engine.add([notes])
    assert (changed.added, changed.unchanged, changed.updated) == (0, 4, 1)
    assert not any("rain barrel" in text for text in texts(engine, "spare key"))
    assert engine.doctor().counts["old_versions"] == 1
    assert engine.doctor().healthy


def test_a_longer_export_adds_only_what_is_new(open_engine: Open, notes: Path) -> None:
    engine = open_engine()
    engine.add([notes])
    with (notes / "chat.jsonl").open("a") as file:
        file.write('{"id": "4", "from": "i", "at": "2024-05-21", "text": "He ate the lamp."}\n')
    report = engine.add([notes])
    assert (report.added, report.unchanged, report.updated) == (1, 5, 0)


def test_equal_passages_are_embedded_once(open_engine: Open, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    for n in range(5):
        (folder / f"{n}.txt").write_text("The ferry leaves at noon.")
    embedder = HashEmbedder()
    engine = open_engine(embedder=embedder)
    assert engine.add([folder]).added == 5
    assert embedder.embedded == 1


def test_without_waiting_words_are_found_at_once_and_meaning_follows(open_engine: Open, notes: Path) -> None:
    engine = open_engine()
    report = engine.add([notes], wait=False)
    assert report.waiting_vectors == 5
    assert engine.doctor().counts["vectors"] == 0
    assert texts(engine, "ferry")
    assert engine.embed_waiting() == 5
    assert engine.status().waiting_vectors == 0


def test_forgotten_is_gone_at_once_and_can_come_back(open_engine: Open, notes: Path) -> None:
    engine = open_engine()
    engine.add([notes])
    memory = engine.search("spare key").hits[0].memory.id
    assert engine.forget([memory]).memories == {memory}
    assert engine.ask("Where is the spare key?").state is AnswerState.NOT_FOUND
    assert engine.list_memories(MemoryFilter(bin=True)).total == 1
    assert engine.add([notes]).unchanged == 5
    engine.restore([memory])
    assert engine.ask("Where is the spare key?").state is AnswerState.ANSWERED
    with pytest.raises(NotFound):
        engine.forget([memory, 10**9])


def test_erased_is_nowhere_and_does_not_return(open_engine: Open, notes: Path, tmp_path: Path) -> None:
    engine = open_engine()
    (notes / "cabin" / "log.md").write_text(KEY_NOTE + "\nThe safe word is quixotango, says Aas.\n" * 2)
    engine.add([notes])
    engine.search("quixotango", record=True)
    ids = [m.id for m in engine.list_memories(MemoryFilter(query="quixotango")).memories]
    assert ids
    engine.erase(ids)
    assert not engine.list_memories(MemoryFilter(query="quixotango")).total
    engine.add([notes])
    (notes / "cabin" / "log.md").write_text("New top.\n\n" + (notes / "cabin" / "log.md").read_text())
    engine.add([notes])
    (notes / "copy.md").write_text((notes / "cabin" / "log.md").read_text())
    engine.add([notes])
    assert not engine.list_memories(MemoryFilter(query="quixotango")).total
    assert engine.doctor().healthy
    key = engine._opened.key
    engine.close()
    assert key is not None
    assert b"quixotango" not in decrypted(tmp_path / "profile" / "memory.db", key)
    assert not [p for p in (tmp_path / "profile").rglob("*") if p.is_file() and b"quixotango" in p.read_bytes()]


def test_what_stays_in_the_bin_too_long_is_erased(open_engine: Open, notes: Path, clock: FakeClock) -> None:
    engine = open_engine()
    engine.add([notes])
    ferry = engine.search("ferry").hits[0].memory.id
    engine.forget([ferry])
    clock.advance(timedelta(days=29))
    engine._empty_bin()
    assert engine.list_memories(MemoryFilter(bin=True)).total == 1
    clock.advance(timedelta(days=2))
    engine._empty_bin()
    assert engine.list_memories(MemoryFilter(bin=True)).total == 0
    assert engine.add([notes]).added == 0


@pytest.mark.parametrize(("reader", "state"), [
    (MissingReader(), AnswerState.MODEL_MISSING), (FailingReader(), AnswerState.MODEL_FAILED)])
def test_a_model_that_cannot_work_is_not_dressed_as_nothing_found(
        open_engine: Open, notes: Path, reader: ScriptedReader, state: AnswerState) -> None:
    engine = open_engine(reader=reader)
    engine.add([notes])
    answer = engine.ask("What is behind the rain barrel?")
    assert (answer.state, answer.text, answer.citations) == (state, None, ())
    assert answer.message


def test_without_an_embedder_words_still_find_and_it_is_said(open_engine: Open, notes: Path) -> None:
    engine = open_engine(embedder=MissingEmbedder())
    with pytest.raises(ModelMissing):
        engine.add([notes])
    result = engine.search("ferry")
    assert result.hits and result.degraded


def test_now_is_a_reference_and_hides_nothing(open_engine: Open, notes: Path) -> None:
    engine = open_engine()
    engine.add([notes])
    past = engine.search("ferry", now=datetime(2001, 1, 1, tzinfo=UTC))
    assert [h.memory.retention for h in past.hits] == [1.0] * len(past.hits)
    future = engine.search("ferry", now=datetime(2060, 1, 1, tzinfo=UTC))
    assert [h.memory.id for h in future.hits] == [h.memory.id for h in past.hits]
    assert future.hits[0].memory.retention < 0.5


def test_recording_writes_uses_and_not_recording_does_not(open_engine: Open, notes: Path) -> None:
    engine = open_engine()
    engine.add([notes])
    before = engine.doctor(digest=True).digest
    answer = engine.ask("Where is the spare key?", record=False)
    engine.search("ferry", record=False)
    assert engine.doctor(digest=True).digest == before
    engine.ask("Where is the spare key?")
    assert [what for _, what in engine.show(answer.citations[0].memory).uses] == ["recalled"]


def test_cancelling_keeps_what_is_done_and_the_rest_waits(open_engine: Open, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(30):
        (folder / f"{n:02}.txt").write_text(f"Note number {n}.")
    engine = open_engine()
    seen: list[Progress] = []

    def tenth() -> bool:
        return sum(p.stage == "reading" for p in seen) >= 10

    report = engine.add([folder], progress=seen.append, cancelled=tenth)
    assert report.done == 10
    assert engine.status().waiting == 20
    assert engine.resume().done == 20
    assert engine.status().waiting == 0
    assert engine.doctor().healthy


def test_progress_tells_stage_count_and_time_left(open_engine: Open, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(20):
        (folder / f"{n:02}.txt").write_text(f"Note number {n}.")
    seen: list[Progress] = []
    open_engine().add([folder], progress=seen.append)
    reading = [p for p in seen if p.stage == "reading"]
    assert [p.done for p in reading] == list(range(21))
    assert {p.total for p in reading} == {20}
    assert reading[10].seconds_left is not None
    assert [p.stage for p in seen][-1] == "embedding"


def test_failures_are_listed_with_reasons_and_can_be_retried(open_engine: Open, notes: Path) -> None:
    (notes / "cut.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    (notes / "empty.md").write_bytes(b"")
    engine = open_engine()
    report = engine.add([notes])
    assert [Path(s.path).name for s in report.failed] == ["cut.pdf"]
    assert [Path(s.path).name for s in report.skipped] == ["empty.md"]
    assert all(s.reason for s in (*report.failed, *report.skipped))
    assert report.seen == report.done + 2
    failed = engine.entries(frozenset({EntryState.FAILED}))
    (notes / "cut.pdf").write_text("Now it is text.")
    assert engine.retry([failed[0].id]).seen == 1


def test_a_root_that_is_not_there_is_a_known_error(open_engine: Open, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as raised:
        open_engine().add([tmp_path / "nowhere"])
    assert "nowhere" in str(raised.value)


def test_changes_are_published_after_commit(open_engine: Open, notes: Path) -> None:
    engine = open_engine()
    heard: list[Changes] = []
    stop = engine.subscribe(heard.append)
    engine.add([notes])
    assert any(c.everything for c in heard)
    memory = engine.search("ferry").hits[0].memory.id
    heard.clear()
    engine.forget([memory])
    assert heard == [Changes(memories=frozenset({memory}))]
    stop()
    engine.restore([memory])
    assert len(heard) == 1


def test_two_engines_on_one_profile_see_each_other(open_engine: Open, notes: Path) -> None:
    first, second = open_engine(), open_engine()
    first.add([notes])
    assert texts(second, "ferry")
    second.forget([second.search("ferry").hits[0].memory.id])
    assert not any("ferry" in t for t in texts(first, "ferry"))


def test_settings_are_kept_and_checked(open_engine: Open) -> None:
    engine = open_engine()
    assert engine.settings()["answer.caution"] == 0.5
    engine.set_setting("answer.caution", 0.9)
    assert engine.settings()["answer.caution"] == 0.9
    with pytest.raises(KnownError):
        engine.set_setting("answer.caution", 7.0)


def test_the_list_is_latest_first_pages_and_filters(open_engine: Open, notes: Path) -> None:
    engine = open_engine()
    engine.add([notes])
    page = engine.list_memories(limit=2)
    assert (page.total, len(page.memories)) == (5, 2)
    days = [m.happened_at.utc for m in engine.list_memories(limit=10).memories if m.happened_at]
    assert days == sorted(days, reverse=True)
    assert [m.text for m in engine.list_memories(MemoryFilter(query="ferr")).memories] == [
        "The ferry to Kinn leaves at noon."]


def test_the_recovery_key_is_shown_once(open_engine: Open) -> None:
    engine = open_engine()
    shown = engine.new_recovery_key()
    assert shown is not None and shown == engine.recovery_key()
    assert engine.new_recovery_key() is None
    engine.close()
    assert open_engine().new_recovery_key() is None


def test_background_takes_in_and_embeds_what_waits(open_engine: Open, notes: Path) -> None:
    first = open_engine()
    first.add([notes], wait=False)
    first.close()
    engine = open_engine()
    heard: list[Progress] = []
    engine.start_background(heard.append)
    for _ in range(200):
        if engine.status().waiting_vectors == 0:
            break
        time.sleep(0.05)
    assert engine.status().waiting_vectors == 0


def test_an_entry_of_a_log_happened_when_its_heading_says(open_engine: Open, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "log.md").write_text(
        "# Log\n\n## Monday 14 October 2024\n\nDrained the pipes.\n\n## Remarks\n\nMice like candles.\n")
    engine = open_engine()
    engine.add([folder])
    days = {m.text.splitlines()[-1]: m for m in engine.list_memories().memories}
    pipes, mice = days["Drained the pipes."], days["Mice like candles."]
    assert pipes.happened_at is not None and pipes.happened_at.iso() == "2024-10-14"
    assert pipes.dated
    assert not mice.dated  # only its file has a time


def test_a_file_time_is_no_answer_to_when(open_engine: Open, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The wedding is lovely.")
    os.utime(note, (1_600_000_000, 1_600_000_000))
    engine = open_engine()
    engine.add([note])
    assert engine.ask("When was the wedding?").text in (None, "lovely")


def test_what_an_assistant_said_does_not_answer_about_the_owner(open_engine: Open, tmp_path: Path) -> None:
    chat = tmp_path / "chat.jsonl"
    chat.write_text(
        '{"mneme": "conversation", "version": 1, "title": "Bot", "participants": '
        '[{"id": "me", "name": "Maren", "role": "owner"}, {"id": "a", "name": "Bot", "role": "assistant"}]}\n'
        '{"id": "1", "from": "a", "at": "2024-05-20T09:02", "text": "A good hiding place is a flower pot."}\n')
    engine = open_engine()
    engine.add([chat])
    assert engine.ask("What hiding place is good?").state is AnswerState.NOT_FOUND
    assert engine.ask("What hiding place did you say is good?").text == "a flower pot"


def test_a_deep_search_reads_what_it_found_and_says_so(open_engine: Open, notes: Path) -> None:
    def bears(question: str, extract: Extract) -> Reading:
        return Reading(0, 1, 0.0, 0.5, relevance=0.99 if "ferry" in extract.text else 0.01)

    engine = open_engine(reader=ScriptedReader(bears))
    engine.add([notes])
    plain, deep = engine.search("Kipper puppy"), engine.search("Kipper puppy", rerank=True)
    assert "Kipper" in plain.hits[0].memory.text and "rerank" not in plain.hits[0].why
    assert "ferry" in deep.hits[0].memory.text and deep.hits[0].why["rerank"] == 1.0
    assert {hit.memory.id for hit in deep.hits} == {hit.memory.id for hit in plain.hits}
    assert len(engine.search("Kipper puppy", k=1, rerank=True).hits) == 1


def test_a_deep_search_without_a_reader_keeps_the_order_and_says_so(open_engine: Open, notes: Path) -> None:
    engine = open_engine(reader=MissingReader())
    engine.add([notes])
    deep = engine.search("Kipper puppy", rerank=True)
    assert [hit.memory.id for hit in deep.hits] == [hit.memory.id for hit in engine.search("Kipper puppy").hits]
    assert "missing" in deep.degraded[0]


# ------------------------------------------------------------------ a small life, with the models that ship

LIFE = (
    ("2021-03-02T19:00", "ann", "I live in Bergen, near the harbour."),
    ("2022-05-10T18:00", "ann", "I started my pottery class today, it was great fun."),
    ("2022-05-10T18:02", "ben", "What do you make there?"),
    ("2022-05-10T18:03", "ann", "Mostly bowls."),
    ("2023-07-14T20:00", "ann", "I lost my blue umbrella yesterday on the tram."),
    ("2023-07-14T20:01", "ben", "Oh no, that is a pity."),
    ("2023-10-11T08:00", "ben", "I bought a kayak today."),
    ("2024-02-20T09:00", "ann", "I live in Oslo, near the park."),
    ("2024-06-03T09:00", "me", "I planted tomatoes in the garden this morning."),
    ("2024-07-08T09:00", "me", "I planted basil in the garden today."),
    ("2024-08-12T09:00", "me", "I planted onions in the garden today."),
    ("2024-08-13T09:00", "a", "You could water the onions in the evening."))
WHO = (("me", "Maren", "owner"), ("ann", "Ann", "other"), ("ben", "Ben", "other"), ("a", "Bot", "assistant"))
TODAY = datetime(2024, 10, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("life")
    people = [{"id": key, "name": name, "role": role} for key, name, role in WHO]
    lines = [{"mneme": "conversation", "version": 1, "title": "Friends", "participants": people},
             *({"id": str(n), "from": who, "at": f"{at}+00:00", "text": text}
               for n, (at, who, text) in enumerate(LIFE))]
    (folder / "chat.jsonl").write_text("\n".join(map(json.dumps, lines)))
    engine = Engine.open(Profile(folder / "profile"), clock=FakeClock(), use_keyring=False, plugins=builtin.plugins())
    engine.add([folder / "chat.jsonl"])
    yield engine
    engine.close()


def asked(engine: Engine, question: str, **how: object) -> Answer:
    """An answer whose every place was looked at: what is cited stands there word for word."""
    answer = engine.ask(question, now=TODAY, record=False, **how)
    for one in (*answer.citations, *answer.contradicts, *answer.nearest):
        text = engine.show(one.memory).item_text
        assert text[slice(*one.span)] == one.text
        if one.answer_span is not None:
            assert answer.text is None or text[slice(*one.answer_span)].lower() in f"{answer.text} {one.text}".lower()
    return answer


def said(citations: tuple[Citation, ...]) -> list[str]:
    return [citation.text for citation in citations]


@pytest.mark.parametrize(("question", "answer"), [
    ("What did Ann lose?", "umbrella"), ("When did Ann lose her umbrella?", "13 July 2023"),
    ("What did I plant in the garden in July 2024?", "basil"),
    ("What did I plant in the garden last June?", "tomatoes"),
    ("What did Ben buy?", "kayak"), ("What does Ann make in her pottery class?", "bowls")])
def test_plain_questions_are_answered(life: Engine, question: str, answer: str) -> None:
    made = asked(life, question)
    assert made.state is AnswerState.ANSWERED
    assert made.text is not None and answer in made.text
    assert made.citations and made.refusal is None and made.nearest == ()


@pytest.mark.parametrize(("question", "answer", "other"), [
    ("Where does Ann live now?", "Oslo", "Bergen"), ("Where does Ann live?", "Oslo", "Bergen"),
    ("Where did Ann originally live?", "Bergen", "Oslo")])
def test_now_is_the_newer_and_then_the_older(life: Engine, question: str, answer: str, other: str) -> None:
    made = asked(life, question)
    assert made.text is not None and answer in made.text
    assert all(answer in text for text in said(made.citations))
    assert all(other in text for text in said(made.contradicts))
    assert made.contradicts or "originally" in question


def test_a_list_is_put_together_from_three_days_and_each_is_cited(life: Engine) -> None:
    made = asked(life, "What things did I plant in the garden?")
    assert made.text is not None
    for thing in ("tomatoes", "basil", "onions"):
        assert made.text.count(thing) == 1
        assert any(thing in text for text in said(made.citations))
    assert "3" in made.reasons[0]


@pytest.mark.parametrize(("question", "text", "reason", "cited"), [
    ("How many days passed between when I planted tomatoes and when I planted basil?", "35 days",
     "Counted from 3 June 2024 to 8 July 2024.", ("tomatoes", "basil")),
    ("How many weeks passed between when I planted tomatoes and when I planted onions?", "10 weeks",
     "Counted from 3 June 2024 to 12 August 2024.", ("tomatoes", "onions")),
    ("Which did I plant first, onions or tomatoes?", "tomatoes",
     "Put in order by their dates: 3 June 2024, 12 August 2024.", ("tomatoes", "onions")),
    ("How many days ago did I plant onions?", "50 days ago",
     "Counted from 12 August 2024 to today, 1 October 2024.", ("onions",))])
def test_counted_answers_say_how_and_cite_every_event(life: Engine, question: str, text: str, reason: str,
                                                     cited: tuple[str, ...]) -> None:
    made = asked(life, question)
    assert (made.state, made.text, made.reasons) == (AnswerState.ANSWERED, text, (reason,))
    assert len(made.citations) == len(cited)
    assert all(word in place for word, place in zip(cited, said(made.citations), strict=True))


def test_an_event_is_counted_from_where_it_is_told_not_from_the_reply(life: Engine) -> None:
    made = asked(life, "How many days ago did Ann lose her umbrella?")
    assert said(made.citations) == ["I lost my blue umbrella yesterday on the tram."]
    assert made.text == "446 days ago"


def test_what_another_did_is_not_counted_for_the_one_asked_about(life: Engine) -> None:
    assert asked(life, "How many days ago did Ben lose his umbrella?").state is AnswerState.NOT_FOUND


@pytest.mark.parametrize("question", ["What did Ben lose?", "Who composed the opera about the vacuum cleaner?",
                                      "How long ago did I sell my house in Spain?"])
def test_what_nobody_told_is_refused_with_a_reason_and_what_came_nearest(life: Engine, question: str) -> None:
    made = asked(life, question)
    assert (made.state, made.text, made.citations, made.contradicts) == (AnswerState.NOT_FOUND, None, (), ())
    assert made.refusal is not None and made.message and made.nearest


def test_a_life_that_is_empty_holds_no_memory_of_anything(open_engine: Open) -> None:
    assert open_engine().ask("Where does Ann live?").refusal is Refusal.NO_HIT


def test_a_follow_up_is_completed_from_what_was_asked_before(life: Engine) -> None:
    alone = asked(life, "and Ben?", trace=True)
    made = asked(life, "and Ben?", before=[("What did Ann lose?", "my blue umbrella"), ("What did Ann buy?", None)],
                 trace=True)
    assert alone.trace is not None and alone.trace.question == "and Ben?"
    assert made.trace is not None and made.trace.question == "What did Ben buy?"
    assert made.question == "and Ben?"
    assert made.text is not None and "kayak" in made.text


def test_halves_of_characters_in_the_conversation_so_far(life: Engine) -> None:
    assert asked(life, "and Ben\ud800?", before=[("What did Ann lo\ud800se?", None)]).message


def test_halves_of_characters_in_the_answers_so_far(life: Engine) -> None:
    asked(life, "Who else lives near there?", before=[("What town does Ann live in?", "Os\ud800lo")])


def test_the_trace_tells_what_was_read_and_adds_up(life: Engine) -> None:
    made = asked(life, "Where does Ann live now?", trace=True, without=frozenset(("known",))).trace
    assert made is not None
    assert ("state", "as it is now") in made.understood and ("about", "Ann") in made.understood
    assert {"words", "meaning", "reading"} <= {stage.name for stage in made.stages}
    assert all(stage.took_ms >= 0.0 for stage in made.stages)
    assert made.hits and all(hit.why for hit in made.hits)
    for one in made.considered:
        assert sum(one.parts.values()) == pytest.approx(one.score, abs=0.05)
    scores = [one.score for one in made.considered]
    assert scores == sorted(scores, reverse=True)
    assert asked(life, "Where does Ann live now?").trace is None


@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_part_can_be_left_out_of_an_answer_and_of_a_search(life: Engine, part: str) -> None:
    without = frozenset((part,))
    made = asked(life, "What did I plant in the garden in July 2024?", without=without, trace=True)
    assert made.trace is not None and made.trace.hits
    assert not any(part in hit.why for hit in made.trace.hits)
    hits = life.search("What did I plant in the garden in July 2024?", now=TODAY, without=without).hits
    assert hits and not any(part in hit.why for hit in hits)
    assert life.search("garden", now=TODAY, without=without, rerank=True).hits


def test_without_counting_it_is_read_without_choosing_nothing_contradicts(life: Engine) -> None:
    counted = asked(life, "How many days ago did I plant onions?", without=frozenset(("counting",)))
    assert not any("ounted from" in reason for reason in counted.reasons)
    assert asked(life, "Where does Ann live now?", without=frozenset(("choosing", "known"))).contradicts == ()


def test_what_caution_means_is_told_boldest_first(life: Engine) -> None:
    curve = life.caution_curve()
    assert len(curve) >= 2
    assert [point.caution for point in curve] == sorted({point.caution for point in curve})
    assert all(0.0 <= share <= 1.0 for p in curve for share in (p.caution, p.answered, p.invented, p.right))


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_the_calendar_ends_no_counting(open_engine: Open, tmp_path: Path, day: str) -> None:
    people = [{"id": key, "name": name, "role": role} for key, name, role in WHO]
    lines = [{"mneme": "conversation", "version": 1, "title": "Far", "participants": people},
             {"id": "1", "from": "me", "at": f"{day}T10:00+00:00", "text": "The lease of my house is over, it is so."}]
    (tmp_path / "far.jsonl").write_text("\n".join(map(json.dumps, lines)))
    engine = open_engine()
    engine.add([tmp_path / "far.jsonl"])
    for question in ("How long ago was the lease of my house over?", f"What is over in {day[:4]}?", "When is it over?"):
        assert engine.ask(question).state in (AnswerState.ANSWERED, AnswerState.NOT_FOUND)


@settings(max_examples=12)
@given(st.text(max_size=80), st.text(max_size=30))
def test_any_question_in_any_conversation_has_a_state(life: Engine, question: str, earlier: str) -> None:
    made = asked(life, question, before=[(earlier, None), (question, earlier)], k=2, trace=True)
    assert made.state in (AnswerState.ANSWERED, AnswerState.NOT_FOUND)


def test_the_trace_of_a_counted_answer_tells_what_was_read_for_it(life: Engine) -> None:
    made = asked(life, "How many days ago did I plant onions?", trace=True)
    assert made.trace is not None and made.citations
    assert {one.memory for one in made.citations} <= {hit.memory.id for hit in made.trace.hits}
