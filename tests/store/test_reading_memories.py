"""Reading for recall: what happened when, what was said before, which of some memories hold a word, about how many."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mneme.store import acts, changes, entries, fulltext, items, memories
from mneme.store.database import Database
from mneme.store.items import NewItem, NewPassage
from mneme.testing import FakeClock
from mneme.types import Conversation, Moment, Origin, Participant

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
NOON = datetime(2023, 7, 14, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SITTING = 6 * HOUR


class Shelf:
    """A store that tests fill; memories are known by their text."""

    def __init__(self, path: Path) -> None:
        self.store = Database.open(path, None, clock=FakeClock())

    def note(self, text: str, at: datetime | None = None, origin: str = "content") -> None:
        moment = None if at is None else Moment(at)
        self._keep(text, [NewItem("", text, text, Origin.OWNER, (NewPassage((0, len(text))),), moment, origin)])

    def chat(self, name: str, *said: tuple[str, str, datetime | None], spans: Sequence[tuple[int, int]] = ()) -> None:
        """A conversation; with `spans`, its last message has these passages."""
        kept = []
        for n, (who, text, at) in enumerate(said):
            cut = spans if spans and n == len(said) - 1 else [(0, len(text))]
            kept.append(NewItem(f"m{n}", name, text, Origin.OTHER, tuple(map(NewPassage, cut)),
                                None if at is None else Moment(at), "content", thread="t", seq=n, speaker=who))
        self._keep(name, kept, Conversation("t", name, tuple(Participant(w, w) for w, _t, _a in said), ()))

    def _keep(self, place: str, new: Sequence[NewItem], conversation: Conversation | None = None) -> None:
        def work(db) -> None:
            entry = entries.register(db, Path(f"/{place}"), NOW)
            threads = {} if conversation is None else {"t": items.keep_thread(db, entry, conversation)}
            for item in new:
                items.keep(db, entry, item, threads, NOW)
        self.store.write(work)

    def id(self, text: str) -> int:
        return self.store.query("SELECT max(id) FROM memory WHERE text = ?", [text])[0][0]

    def before(self, *texts: str, within: timedelta = SITTING, longest: int = 200) -> dict[str, tuple[str, str]]:
        with self.store.reader() as db:
            found = memories.said_before(db, [self.id(text) for text in texts], within, longest)
        return {text: found[self.id(text)] for text in texts if self.id(text) in found}

    def happened(self, start: datetime | None, end: datetime | None, limit: int = 10) -> list[str]:
        with self.store.reader() as db:
            return [m.text for m in memories.load(db, memories.happened(db, start, end, limit), NOW)]

    def forget(self, text: str) -> None:
        self.moved(acts.forget, text)

    def moved(self, act: Callable[..., list[int]], text: str) -> None:
        self.store.write(lambda db: changes.within(db, "test", "owner", NOW,
                                                   lambda made: act(db, made, [self.id(text)])))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "memory.db")
    yield made
    made.store.close()


# ------------------------------------------------------------------ what was said before


def test_what_was_said_right_before_and_by_whom(shelf: Shelf) -> None:
    shelf.chat("one", ("Ben", "What do you read?", NOON), ("Ann", "Emma.", NOON + HOUR), ("Ben", "Ah.", NOON + HOUR))
    assert shelf.before("What do you read?", "Emma.", "Ah.") == {
        "Emma.": ("Ben", "What do you read?"), "Ah.": ("Ann", "Emma.")}
    assert shelf.before() == {}


def test_a_long_message_is_cut_to_its_end(shelf: Shelf) -> None:
    shelf.chat("one", ("Ben", "x" * 300 + " and the dog 🐕?", NOON), ("Ann", "Kipper.", NOON))
    assert shelf.before("Kipper.", longest=10)["Kipper."] == ("Ben", "the dog 🐕?")
    assert len(shelf.before("Kipper.", longest=1000)["Kipper."][1]) == 315


def test_what_was_said_hours_ago_is_no_context(shelf: Shelf) -> None:
    shelf.chat("one", ("Ben", "What do you read?", NOON), ("Ann", "Emma.", NOON + SITTING),
               ("Ben", "Good morning.", NOON + 2 * SITTING + HOUR))
    assert set(shelf.before("Emma.", "Good morning.")) == {"Emma."}


def test_without_times_the_order_is_enough_and_half_a_time_is_not(shelf: Shelf) -> None:
    shelf.chat("one", ("Ben", "Which?", None), ("Ann", "Emma.", None), ("Ben", "Ah.", NOON))
    assert set(shelf.before("Emma.", "Ah.")) == {"Emma."}


def test_what_is_in_the_bin_is_not_told_and_comes_back_with_it(shelf: Shelf) -> None:
    shelf.chat("one", ("Ben", "Which?", NOON), ("Ann", "Emma.", NOON))
    shelf.forget("Which?")
    assert shelf.before("Emma.") == {}
    shelf.moved(acts.restore, "Which?")
    assert set(shelf.before("Emma.")) == {"Emma."}


def test_a_message_that_is_partly_in_the_bin_is_not_told_at_all(shelf: Shelf) -> None:
    shelf.chat("one", ("Ben", "A secret. And more.", NOON), spans=[(0, 9), (10, 19)])
    shelf.forget("A secret.")
    shelf.chat("one", ("Ben", "A secret. And more.", NOON), ("Ann", "Emma.", NOON))
    assert shelf.before("Emma.") == {}


def test_of_a_message_that_was_changed_the_newest_version_is_told(shelf: Shelf) -> None:
    shelf.chat("one", ("Ben", "Whihc?", NOON), ("Ann", "Emma.", NOON))
    shelf.chat("one", ("Ben", "Which?", NOON), ("Ann", "Emma.", NOON))
    assert shelf.before("Emma.")["Emma."] == ("Ben", "Which?")


def test_another_conversation_is_not_before(shelf: Shelf) -> None:
    shelf.chat("one", ("Ben", "Which?", NOON))
    shelf.chat("two", ("Cid", "Hello.", NOON), ("Ann", "Emma.", NOON))
    shelf.note("A note.", NOON)
    assert shelf.before("Emma.", "A note.") == {"Emma.": ("Cid", "Hello.")}


def test_only_the_beginning_of_a_message_has_something_before_it(shelf: Shelf) -> None:
    shelf.chat("one", ("Ben", "Which?", NOON), ("Ann", "Emma. And more.", NOON), spans=[(0, 5), (6, 15)])
    assert set(shelf.before("Emma.", "And more.")) == {"Emma."}


# ------------------------------------------------------------------ what happened when


def test_what_happened_within_a_time_is_latest_first(shelf: Shelf) -> None:
    for n in range(4):
        shelf.note(f"day {n}", NOON + n * DAY)
    assert shelf.happened(NOON + DAY, NOON + 3 * DAY) == ["day 2", "day 1"]
    assert shelf.happened(NOON + 2 * DAY, None) == ["day 3", "day 2"]
    assert shelf.happened(None, NOON + DAY) == ["day 0"]
    assert shelf.happened(None, None, limit=3) == ["day 3", "day 2", "day 1"]


def test_neither_what_has_no_time_nor_what_is_gone_happened_then(shelf: Shelf) -> None:
    shelf.note("no time")
    shelf.note("forgotten", NOON)
    shelf.note("live", NOON)
    shelf.forget("forgotten")
    assert shelf.happened(None, None) == ["live"]
    shelf.chat("one", ("Ben", "Whihc?", NOON))
    shelf.chat("one", ("Ben", "Which?", NOON))
    assert set(shelf.happened(None, None)) == {"live", "Which?"}


def test_a_time_at_the_ends_of_the_calendar(shelf: Shelf) -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    shelf.note("then", first)
    assert shelf.happened(first, last) == ["then"]


def test_the_time_of_a_file_is_not_when_it_happened(shelf: Shelf) -> None:
    shelf.note("copied", NOON, "file")
    assert shelf.happened(None, None) == []


def test_a_place_knows_when_unless_only_its_file_does(shelf: Shelf) -> None:
    shelf.note("copied", NOON, "file")
    shelf.chat("one", ("Ben", "Which?", NOON), ("Ann", "Emma.", None), ("Cid", "Ah.", NOON), ("Dee", "So.", NOON))
    with shelf.store.reader() as db:
        found = {place.memory: place for place in memories.around(db, [shelf.id("copied"), shelf.id("Which?")], 2)}
    assert set(found) == {shelf.id(text) for text in ("copied", "Which?", "Emma.", "Ah.")}
    assert found[shelf.id("copied")].happened_at is None and found[shelf.id("copied")].thread is None
    assert found[shelf.id("Which?")].happened_at == NOON
    assert found[shelf.id("Emma.")].happened_at is None
    assert (found[shelf.id("Ah.")].speaker, found[shelf.id("Ah.")].seq) == ("Cid", 2)


# ------------------------------------------------------------------ words, and how many


def test_which_of_some_memories_hold_a_word_in_their_own_text(shelf: Shelf) -> None:
    shelf.chat("kayak", ("Ann", "A kayak.", NOON), ("Ben", "Nice.", NOON), ("Kayak", "Hm.", NOON))
    shelf.note("Another kayak.")
    shelf.note("会议在北京举行。")
    ids = {text: shelf.id(text) for text in ("A kayak.", "Nice.", "Hm.", "会议在北京举行。")}
    with shelf.store.reader() as db:
        assert fulltext.among(db, '"kayak"', list(ids.values())) == {ids["A kayak."]}  # no title, no speaker
        assert fulltext.among(db, '"kayak" OR "nice"', list(ids.values())) == {ids["A kayak."], ids["Nice."]}
        assert fulltext.among(db, '"北 京"', list(ids.values())) == {ids["会议在北京举行。"]}
        assert fulltext.among(db, '"kayak"', []) == set()


def test_about_how_many_there_are_is_never_less(shelf: Shelf) -> None:
    def newest() -> int:
        with shelf.store.reader() as db:
            return memories.newest_id(db)
    assert newest() == 0
    for n in range(3):
        shelf.note(f"note {n}")
    assert newest() == 3
    shelf.forget("note 2")
    assert newest() >= 2


def test_a_use_of_what_was_erased_meanwhile_is_passed_over(new_diary: Callable[..., Any]) -> None:
    diary = new_diary()
    diary.note("a.md", "The boat is sold.")
    diary.note("b.md", "The shed is empty.")
    one, other = (memory.id for memory in diary.engine.list_memories().memories)
    diary.engine.erase([one])
    diary.engine._asking.use([one, other], "recalled")
    assert [what for _at, what in diary.engine.show(other).uses] == ["recalled"]
    talk = diary.engine.chats.new()
    answer = diary.engine.ask("Is the boat sold?", talk=talk)
    assert answer is not None
