"""Recall over a real store: words, meaning, neighbours, speakers, twins, the bin, and what is missing."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mneme.recall.corpus import StoreCorpus
from mneme.recall.ports import Said
from mneme.recall.search import COMMON, WEIGHTS, Recall, Recalled
from mneme.recall.timed import SOON
from mneme.recall.understanding.question import understood
from mneme.store import acts, changes, derived, entries, items
from mneme.store.database import Database
from mneme.store.items import NewItem, NewPassage
from mneme.testing import FakeClock, HashEmbedder, MissingEmbedder
from mneme.types import PARTS, Conversation, Kind, Memory, Moment, Origin, Participant, Role
from mneme.upkeep.embedding import embed_waiting

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)


class Library:
    """A store that tests fill with notes and chats."""

    def __init__(self, path: Path) -> None:
        self.store = Database.open(path, None, clock=FakeClock())
        self.embedder = HashEmbedder()

    def note(self, name: str, *passages: str, at: datetime | None = None, origin: str | None = None) -> None:
        text = "\n\n".join(passages)
        spans = [NewPassage((text.index(p), text.index(p) + len(p))) for p in passages]
        moment = None if at is None else Moment(at)
        self._keep(name, [NewItem("", name, text, Origin.OWNER, tuple(spans), moment, origin)], None)

    def chat(self, name: str, *said: tuple[str, str], owner: str = "") -> None:
        people = tuple(Participant(who, who, Role.OWNER if who == owner else Role.OTHER)
                       for who in dict.fromkeys(who for who, _text in said))
        kept = [NewItem(f"m{n}", name, text, Origin.OWNER if who == owner else Origin.OTHER,
                        (NewPassage((0, len(text))),), Moment(NOW), thread="t", seq=n, speaker=who)
                for n, (who, text) in enumerate(said)]
        self._keep(name, kept, Conversation("t", name, people, ()))

    def _keep(self, name: str, new: Sequence[NewItem], conversation: Conversation | None) -> None:
        def work(db) -> None:
            entry = entries.register(db, Path(f"/{name}"), NOW)
            threads = {} if conversation is None else {"t": items.keep_thread(db, entry, conversation)}
            for item in new:
                items.keep(db, entry, item, threads, NOW)
        self.store.write(work)

    def derive(self, kind: Kind, text: str) -> None:
        """Make a derived memory that stands on the first words of every item."""
        def work(db) -> None:
            places = tuple((row[0], 0, 1) for row in db.execute("SELECT id FROM item ORDER BY id").fetchall())
            changes.within(db, "test", "upkeep", NOW, lambda made: derived.make(
                made, derived.NewDerived(kind, text, places)))
        self.store.write(work)

    def embed(self) -> int:
        return embed_waiting(self.store, self.embedder, threads=1, on_progress=lambda _p: None,
                             cancelled=lambda: False)

    def recall(self, embedder: HashEmbedder | None = None) -> Recall:
        return Recall(StoreCorpus(self.store), embedder or self.embedder)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "memory.db")
    yield made
    made.store.close()


def search(recall: Recall, query: str, *, k: int) -> Recalled:
    return recall.recall(understood(query, Moment.of(NOW, UTC, "minute")), k=k, now=NOW)


def texts(recall: Recall, query: str, k: int = 10) -> list[str]:
    return [hit.memory.text for hit in search(recall, query, k=k).hits]


def test_words_and_meaning_are_fused_and_say_why(library: Library) -> None:
    library.note("boats", "The boat is painted green.", "Bread needs flour and time.")
    library.embed()
    hits = search(library.recall(), "What colour is the boat painted?", k=2).hits
    assert hits[0].memory.text == "The boat is painted green."
    assert hits[0].why["words"] == hits[0].why["meaning"] == 1.0
    assert 0.0 < hits[1].score < hits[0].score <= 1.0


def test_meaning_finds_what_shares_no_stem(library: Library) -> None:
    library.note("boats", "The of and to.", "Something else entirely.")
    library.embed()
    hits = search(library.recall(), "of and to the", k=1).hits
    assert hits[0].memory.text == "The of and to."


def test_before_embedding_words_alone_find(library: Library) -> None:
    library.note("boats", "The boat is painted green.")
    result = search(library.recall(), "boat", k=3)
    assert [hit.memory.text for hit in result.hits] == ["The boat is painted green."]
    assert set(result.hits[0].why) == {"words", "words nearby", "covers"}


def test_a_missing_embedder_is_said_and_words_still_find(library: Library) -> None:
    library.note("boats", "The boat is painted green.")
    library.embed()
    result = search(library.recall(MissingEmbedder()), "boat", k=3)
    assert len(result.hits) == 1
    assert len(result.degraded) == 1 and "missing" in result.degraded[0]


def test_vectors_of_another_model_are_not_mixed_in(library: Library) -> None:
    library.note("boats", "The boat is painted green.")
    library.embed()
    other = HashEmbedder(dim=64, model_id="another")
    assert set(search(library.recall(other), "boat", k=1).hits[0].why) == {"words", "words nearby", "covers"}


def test_what_is_added_later_is_found_by_an_open_recall(library: Library) -> None:
    library.note("one", "The boat is green.")
    library.embed()
    recall = library.recall()
    assert texts(recall, "green boat") == ["The boat is green."]
    library.note("two", "Another green boat lies there.")
    library.embed()
    assert set(texts(recall, "green boat")) == {"The boat is green.", "Another green boat lies there."}


def test_an_answer_is_found_through_the_question_before_it(library: Library) -> None:
    library.chat("plans", ("Ann", "Hello!"), ("Ann", "Which colour did you paint the rowing boat?"),
                 ("Ben", "Dark green, at last."), ("Ann", "Nice."), ("Ben", "I know."),
                 ("Ann", "Dinner tomorrow?"), ("Ben", "Sure, at seven."))
    library.embed()
    hits = search(library.recall(), "What colour is the rowing boat painted?", k=7).hits
    reply = next(hit for hit in hits if hit.memory.text == "Dark green, at last.")
    assert "words" not in reply.why
    assert reply.why["words nearby"] <= 3


def test_neighbours_of_another_conversation_do_not_count(library: Library) -> None:
    library.chat("one", ("Ann", "The rowing boat is green."))
    library.chat("two", ("Ben", "Dark blue, at last."))
    assert texts(library.recall(), "rowing boat") == ["The rowing boat is green."]


def test_who_is_named_is_preferred(library: Library) -> None:
    library.chat("plans", ("Ann", "I bought a kayak."), *[("Zed", f"filler {n}") for n in range(4)],
                 ("Ben", "I bought a kayak too."))
    recall = library.recall()
    assert texts(recall, "What kayak did Ann buy?")[0] == "I bought a kayak."
    assert texts(recall, "What kayak did Ben buy?")[0] == "I bought a kayak too."


def test_my_words_are_the_owners(library: Library) -> None:
    library.chat("plans", ("Ann", "A kayak was bought today."), *[("Zed", f"filler {n}") for n in range(4)],
                 ("Me", "A kayak was bought again."), owner="Me")
    assert texts(library.recall(), "my kayak")[0] == "A kayak was bought again."


def test_the_same_text_comes_once_with_its_twins(library: Library) -> None:
    library.note("one", "The boat is green.")
    library.note("two", "The boat is green.")
    library.note("three", "The boat is old.")
    library.embed()
    found = library.recall().recall(understood("green boat", Moment(NOW)), k=2, now=NOW)
    assert [hit.memory.text for hit in found.hits] == ["The boat is green.", "The boat is old."]
    twins: tuple[Memory, ...] = found.twins[found.hits[0].memory.id]
    assert len(twins) == 1 and twins[0].source != found.hits[0].memory.source


def test_many_twins_do_not_crowd_out_the_rest(library: Library) -> None:
    for n in range(30):
        library.note(f"same {n}", "Thanks for the boat!")
    library.note("other", "A boat was lent to us in May.")
    library.embed()
    assert set(texts(library.recall(), "boat", k=2)) == {"Thanks for the boat!", "A boat was lent to us in May."}


def test_what_is_in_the_bin_is_not_found(library: Library) -> None:
    library.note("boats", "The boat is green.", "The boat is old.")
    library.embed()
    recall = library.recall()
    green = search(recall, "green boat", k=1).hits[0].memory.id
    library.store.write(lambda db: changes.within(
        db, "forget", "owner", NOW, lambda made: acts.forget(db, made, [green])))
    assert texts(recall, "green boat") == ["The boat is old."]
    library.store.write(lambda db: changes.within(
        db, "restore", "owner", NOW, lambda made: acts.restore(db, made, [green])))
    assert texts(recall, "green boat")[0] == "The boat is green."


@pytest.mark.parametrize("query", ["", "   ", "?!", "\x00", '" OR 1', "boat\ud800"])
def test_any_query_gives_a_result(library: Library, query: str) -> None:
    library.note("boats", "The boat is green.")
    library.embed()
    recall = library.recall(HashEmbedder())
    assert search(recall, query.encode("utf-8", "replace").decode(), k=3).degraded == ()


def test_an_empty_store_finds_nothing(library: Library) -> None:
    assert search(library.recall(), "anything", k=5).hits == ()


def test_k_is_the_most(library: Library) -> None:
    library.note("boats", *[f"Boat number {n}." for n in range(30)])
    library.embed()
    assert len(texts(library.recall(), "boat", k=7)) == 7
    assert len(texts(library.recall(), "boat", k=100)) == 30


def test_a_great_k_is_no_error(library: Library) -> None:
    library.chat("long", *[("Ann", f"Boat number {n} of many.") for n in range(1500)])
    library.embed()
    assert len(texts(library.recall(), "boat", k=10**6)) >= 1000


def test_a_word_that_thousands_hold_is_left_to_meaning_where_another_tells_more(library: Library) -> None:
    library.chat("long", *[("Ann", f"boat {n}") for n in range(COMMON + 1)], ("Ben", "A green sail."))
    recall = library.recall()
    hits = search(recall, "boat sail", k=3).hits
    assert hits[0].memory.text == "A green sail."
    assert [hit.memory.text for hit in hits if "words" in hit.why] == ["A green sail."]
    assert len(texts(recall, "boat", k=3)) == 3  # alone it is all there is
    assert len(texts(recall, "boat unheard", k=3)) == 3


# ------------------------------------------------------------------ times

MARCH = datetime(2023, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def asked(recall: Recall, question: str, *without: str, k: int = 10) -> Recalled:
    return recall.recall(understood(question, Moment(NOW)), k=k, now=NOW, without=frozenset(without))


def told(found: Recalled) -> list[str]:
    return [hit.memory.text for hit in found.hits]


def boats(library: Library) -> Recall:
    """What was painted, in four years; the one of March shares least with a question."""
    for year in (2020, 2021, 2022):
        library.note(f"in {year}", f"The boat was painted, said {year}.", at=MARCH.replace(year=year))
    library.note("in March", "A new coat of varnish for the boat.", at=MARCH)
    library.embed()
    return library.recall()


def test_what_happened_at_the_time_that_is_asked_for_is_preferred(library: Library) -> None:
    recall = boats(library)
    assert told(asked(recall, "How was the boat painted?"))[0] != "A new coat of varnish for the boat."
    found = asked(recall, "How was the boat painted in March 2023?")
    assert told(found)[0] == "A new coat of varnish for the boat."
    assert found.hits[0].why["time"] == 1.0
    assert all("time" not in hit.why for hit in found.hits[1:])


def test_what_happened_then_is_found_though_it_shares_no_word(library: Library) -> None:
    library.note("then", "Rain all day.", at=MARCH)
    library.note("later", "A letter came.", at=MARCH + 99 * DAY)
    question = "How did Tom's wedding go in March 2023?"
    library.embed()
    assert told(asked(library.recall(), question))[0] == "Rain all day."
    assert "Rain all day." in told(asked(library.recall(MissingEmbedder()), question))


def test_what_happened_then_is_found_before_it_has_vectors(library: Library) -> None:
    library.note("then", "Rain all day.", at=MARCH)
    assert told(asked(library.recall(), "How did Tom's wedding go in March 2023?")) == ["Rain all day."]


def test_what_was_told_soon_after_is_preferred_to_what_was_told_long_after(library: Library) -> None:
    library.note("late", "The boat race was won by us.", at=MARCH + 200 * DAY)
    library.note("soon", "The boat race was won by Tom.", at=MARCH + 2 * DAY)
    library.embed()
    found = asked(library.recall(), "Who won the boat race on 10 March 2023?")
    assert told(found)[0] == "The boat race was won by Tom."
    assert found.hits[0].why["time"] == SOON and "time" not in found.hits[1].why
    library.note("then", "The boat race was won by Ann.", at=MARCH + DAY / 2)
    library.embed()
    assert told(asked(library.recall(), "Who won the boat race on 10 March 2023?"))[0].endswith("Ann.")


def test_the_time_of_a_file_is_not_the_time_of_what_it_says(library: Library) -> None:
    library.note("copied", "The boat was painted.", at=MARCH, origin="file")
    library.embed()
    assert "time" not in asked(library.recall(), "How was the boat painted in March 2023?").hits[0].why


# ------------------------------------------------------------------ what can be left out


def test_the_parts_of_a_search_are_its_rankings() -> None:
    assert set(WEIGHTS) <= PARTS


@pytest.mark.parametrize("part", sorted(WEIGHTS))
def test_each_part_can_be_left_out_and_then_ranks_nothing(library: Library, part: str) -> None:
    library.chat("plans", ("Ann", "I painted the boat green."), ("Ben", "Dark green?"),
                 ("Ann", "Yes, the boat is nice."))
    for kind in (Kind.FACT, Kind.EVENT, Kind.SUMMARY, Kind.QUESTION, Kind.THOUGHT):
        library.derive(kind, "Ann did paint the boat.")
    library.embed()
    question = f"What did Ann paint in {NOW.year}?"
    whole, less = asked(library.recall(), question), asked(library.recall(), question, part)
    assert any(part in hit.why for hit in whole.hits)
    assert less.hits and not any(part in hit.why for hit in less.hits)
    others = {name for hit in whole.hits for name in hit.why} - {part}
    assert {name for hit in less.hits for name in hit.why} == others
    assert {hit.memory.id: hit.score for hit in less.hits} != {hit.memory.id: hit.score for hit in whole.hits}


def test_without_meaning_no_embedder_is_asked(library: Library) -> None:
    library.note("boats", "The boat is green.")
    library.embed()
    assert asked(library.recall(MissingEmbedder()), "boat", "meaning", "meaning nearby").degraded == ()
    assert len(asked(library.recall(MissingEmbedder()), "boat", "meaning").degraded) == 1


def test_without_anything_nothing_is_found(library: Library) -> None:
    library.note("boats", "The boat is green.")
    library.embed()
    assert told(asked(library.recall(), "boat", *PARTS)) == []


# ------------------------------------------------------------------ what covers a question


def test_what_holds_all_telling_words_covers_the_question(library: Library) -> None:
    library.note("one", "The kayak is painted green.")
    library.note("two", "The kayak is old.")
    library.note("three", "Rain again, and green grass.")
    library.embed()
    shares = {hit.memory.text: hit.why["covers"] for hit in asked(library.recall(), "Is the kayak green?").hits}
    assert shares["The kayak is painted green."] == pytest.approx(1.0)
    assert 0.0 < shares["The kayak is old."] < 1.0


def test_a_rare_word_covers_more_than_a_common_one(library: Library) -> None:
    library.note("kayak", "A kayak.")
    for n in range(9):
        library.note(f"boat {n}", f"A boat, {n}.")
    shares = {hit.memory.text: hit.why["covers"] for hit in asked(library.recall(), "boat kayak").hits}
    assert shares["A kayak."] > shares["A boat, 3."]
    assert shares["A kayak."] + shares["A boat, 3."] == pytest.approx(1.0)


def test_the_messages_right_beside_cover_too_but_not_further_ones_nor_speakers(library: Library) -> None:
    library.chat("plans", ("Ann", "Which kayak?"), ("Ben", "The green one."), ("Ann", "Nice."), ("Ben", "Yes."))
    library.embed()
    shares = {hit.memory.text: hit.why["covers"] for hit in asked(library.recall(), "Which kayak did Ben buy?").hits}
    assert shares["Which kayak?"] == shares["The green one."] == pytest.approx(1.0)  # nothing holds "buy"
    assert shares["Nice."] == shares["Yes."] == 0.0


def test_words_in_scripts_without_spaces_cover(library: Library) -> None:
    library.note("one", "会议在北京举行。")
    library.note("two", "会议很长。")
    library.embed()
    shares = {hit.memory.text: hit.why["covers"] for hit in asked(library.recall(), "北京会议").hits}
    assert shares["会议在北京举行。"] > shares["会议很长。"] > 0.0


def test_a_question_of_unheard_words_is_covered_by_nothing(library: Library) -> None:
    library.note("one", "The boat is green.")
    library.embed()
    for question in ("Xyzzy?", "", "👩‍👩‍👧"):
        assert all(hit.why["covers"] == 0.0 for hit in asked(library.recall(), question).hits)


# ------------------------------------------------------------------ twins, and what was said before


def test_twins_are_the_same_words_whatever_their_marks_and_case(library: Library) -> None:
    library.note("one", "The boat is green.")
    library.note("two", "the boat is GREEN!!")
    library.note("three", "The boat is 🟢.")
    library.note("four", "👍")
    library.note("five", "👎")
    library.embed()
    found = asked(library.recall(), "the boat is green 👍 👎", k=9)
    first = next(hit.memory for hit in found.hits if "green" in hit.memory.text.lower())
    assert len(found.twins[first.id]) == 1
    assert len([text for text in told(found) if "green" in text.lower()]) == 1
    assert {"The boat is 🟢."} <= set(told(found)) and set(found.twins) == {first.id}


def test_what_was_said_before_comes_with_the_hits(library: Library) -> None:
    library.chat("plans", ("Ann", "Which kayak is yours?"), ("Ben", "The green kayak."))
    found = asked(library.recall(), "kayak")
    ids = {hit.memory.text: hit.memory.id for hit in found.hits}
    assert dict(found.before) == {ids["The green kayak."]: Said("Ann", "Which kayak is yours?")}


def test_each_stage_tells_how_long_it_took(library: Library) -> None:
    took = asked(library.recall(), "kayak").took
    assert list(took) == ["words", "embedding the question", "meaning", "facts and events", "surroundings",
                          "loading"]
    assert all(ms >= 0.0 for ms in took.values())


def test_texts_of_scripts_without_spaces_are_no_twins_for_a_word_that_both_hold(library: Library) -> None:
    library.note("one", "東京で kayak を買った")
    library.note("two", "大阪で kayak を売った")
    library.note("three", "東京で Kayak を買った!")
    library.embed()
    found = search(library.recall(), "kayak", k=5)
    assert {hit.memory.text[:2] for hit in found.hits} == {"東京", "大阪"} and len(found.hits) == 2
