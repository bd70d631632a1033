"""The exact tools' view of a real store: counts, days, people, facts; nothing in the bin, retired or private."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from mneme.recall.exact import MOST, Asked, StoreExact, expression, word_groups
from mneme.store import exact as store_exact

MAY = datetime(2025, 5, 1, 9, tzinfo=UTC)


@pytest.fixture
def swum(diary):
    """Swims on four days of May, two of them told twice, one in April; Ines speaks of boats, and Ines swims once."""
    diary.chat("pool",
               *(("Maren", f"I swam {n} lanes.", MAY + timedelta(days=day)) for n, day in
                 ((20, 0), (30, 3), (31, 3), (40, 10), (50, 30), (60, 30))),
               ("Maren", "Went swimming in the lake.", datetime(2025, 4, 20, 9, tzinfo=UTC)),
               ("Ines", "I swim on Sundays.", MAY + timedelta(days=2)),
               ("Ines", "The boat is blue.", MAY + timedelta(days=2)))
    return diary


@pytest.fixture
def exact(swum):
    return StoreExact(swum.store, swum.clock)


def asked(words: str = "", since: str | None = None, until: str | None = None, who: str = "") -> Asked:
    day = (None if one is None else date.fromisoformat(one) for one in (since, until))
    return Asked(word_groups(words), *day, who)


def texts(found) -> list[str]:
    return [memory.text for memory in found.memories]


# ------------------------------------------------------------------ words become expressions


@pytest.mark.parametrize(("words", "groups"), [
    ("swim", (("swim",),)), ("swim|swam pool", (("swim", "swam"), ("pool",))), ("in the pool", (("pool",),)),
    ("the", (("the",),)), ("  ", ()), ("!? --", ()), ("|", ()), ("*", ()), ("swim*", (("swim*",),))])
def test_words_are_groups_without_stop_words(words: str, groups: tuple[tuple[str, ...], ...]) -> None:
    assert word_groups(words) == groups


@pytest.mark.parametrize("words", [
    '"', '")', "a\" OR text : b", "NEAR(a b)", "{text} : x", "-x", "x^", "(((", "日本語", "o'clock", "AND", "OR*",
    "***", "a*b*", "'; DROP TABLE memory; --", "\x00", "a|", "|a", "é*"])
def test_no_words_are_syntax(exact, words: str) -> None:
    found = exact.found(Asked(word_groups(words)))
    assert found.counted.memories == len(found.memories) or found.counted.memories > MOST
    exact.people(word_groups(words))
    exact.found(Asked(who=words))
    exact.facts(words, words, None)


def test_an_expression_wants_one_of_each_group() -> None:
    assert expression((("swim", "swam"), ("po*",))) == '(("swim") OR ("swam")) AND (("po" *))'
    assert expression(()) == ""


# ------------------------------------------------------------------ counting


def test_a_count_is_of_memories_and_of_days(exact) -> None:
    counted = exact.found(asked("swim|swam", "2025-05-01", "2025-06-01")).counted
    assert (counted.memories, counted.days, counted.undated) == (7, 5, 0)
    mine = exact.found(asked("swim|swam", "2025-05-01", "2025-06-01", "me")).counted
    assert (mine.memories, mine.days) == (6, 4)


def test_the_first_day_is_within_and_the_last_is_not(exact) -> None:
    assert exact.found(asked("swam", "2025-05-04", "2025-05-11")).counted.memories == 2
    assert exact.found(asked("swam", "2025-05-04", "2025-05-12")).counted.memories == 3
    assert exact.found(asked("swam", "2025-05-31")).counted.memories == 2
    assert texts(exact.found(asked("", None, "2025-05-01"))) == ["Went swimming in the lake."]


def test_words_are_stems_and_beginnings_of_the_text_alone(exact) -> None:
    assert exact.found(asked("swims")).counted.memories == 2  # swim, swimming
    assert exact.found(asked("sw*")).counted.memories == 8
    assert exact.found(asked("lake swim")).counted.memories == 1
    assert exact.found(asked("pool")).counted.memories == 0  # the chat's title is no words of a memory


def test_a_day_is_that_of_the_one_who_said_it(diary) -> None:
    tokyo, hawaii = timezone(timedelta(hours=9)), timezone(timedelta(hours=-10))
    diary.chat("far", ("Maren", "Sushi at one in the morning.", datetime(2025, 5, 2, 1, tzinfo=tokyo)),
               ("Maren", "Sushi at eleven at night.", datetime(2025, 5, 1, 23, tzinfo=hawaii)),
               ("Maren", "Sushi long ago.", datetime(1969, 12, 31, 23, tzinfo=UTC)),
               ("Maren", "Sushi a day after that.", datetime(1970, 1, 1, 1, tzinfo=UTC)))
    exact = StoreExact(diary.store, diary.clock)
    assert texts(exact.found(asked("sushi", "2025-05-02", "2025-05-03"))) == ["Sushi at one in the morning."]
    assert texts(exact.found(asked("sushi", "2025-05-01", "2025-05-02"))) == ["Sushi at eleven at night."]
    assert exact.found(asked("sushi")).counted.days == 4


def test_what_tells_no_day_is_counted_apart(swum) -> None:
    swum.note("plain.md", "A swim is good for the back.\n")
    exact = StoreExact(swum.store, swum.clock)
    within = exact.found(asked("swim", "2025-05-01", "2025-06-01")).counted
    assert (within.memories, within.days, within.undated) == (1, 1, 1)
    ever = exact.found(asked("swim")).counted
    assert (ever.memories, ever.days, ever.undated) == (3, 2, 1)


def test_a_month_is_within_only_as_a_whole(swum) -> None:
    [passage] = swum.rows("SELECT id FROM memory WHERE text = 'The boat is blue.'")
    for precision, until, expected in (("month", "2025-06-01", 1), ("month", "2025-05-20", 0),
                                       ("year", "2025-06-01", 0), ("year", "2026-01-01", 1)):
        start = "2025-01-01" if precision == "year" else "2025-05-01"
        at = int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()) * 1_000_000
        swum.store.write(lambda db, values=(at, precision, passage[0]): db.execute(
            "UPDATE memory SET happened_at = ?, happened_precision = ? WHERE id = ?", list(values)))
        counted = StoreExact(swum.store, swum.clock).found(asked("boat", start, until)).counted
        assert (precision, until, counted.memories, counted.days) == (precision, until, expected, 0)


def test_lists_are_latest_first_and_bounded(diary) -> None:
    diary.chat("log", *(("Maren", f"Ran {n} km.", MAY + timedelta(days=n)) for n in range(30)))
    found = StoreExact(diary.store, diary.clock).found(asked("ran"))
    assert texts(found) == [f"Ran {n} km." for n in range(29, 9, -1)]
    assert (found.counted.memories, found.counted.days) == (30, 30)


def test_who_is_whoever_is_called_so(exact) -> None:
    assert exact.found(asked("", who="ines")).counted.memories == 2
    assert not exact.found(asked("", who="Nora")).known
    assert exact.found(asked("swim", who="Maren")).counted.memories == 1


# ------------------------------------------------------------------ what is not shown


def test_the_bin_and_what_is_retired_are_not_counted(swum, exact) -> None:
    swum.life.forget([swum.passage("I swam 20")])
    swum.life.edit(swum.passage("I swam 30"), "I ran 30 rounds.")
    counted = exact.found(asked("swam", "2025-05-01", "2025-06-01")).counted
    assert (counted.memories, counted.days) == (4, 3)


def test_a_copy_counts_once(diary) -> None:
    said = ("Maren", "The ferry to the island leaves at nine from the old pier.", MAY)
    diary.chat("one", said)
    diary.chat("two", said)
    diary.upkeep()
    exact = StoreExact(diary.store, diary.clock)
    assert diary.rows("SELECT count(*) FROM memory WHERE kind = 'passage' AND instr(text, 'ferry')") == [(2,)]
    assert exact.found(asked("ferry")).counted.memories == 1


def test_what_is_private_is_left_out_only_elsewhere(diary) -> None:
    diary.chat("Ines", ("Maren", "I live in Oslo.", MAY), ("Ines", "My birthday is 4 May.", MAY),
               ("Nora", "The boat is red.", MAY), people=("Maren", "Ines", "Nora"))
    oslo, boat, birthday = diary.passage("Oslo"), diary.passage("boat"), diary.passage("birthday")
    diary.store.write(lambda db: db.execute("UPDATE memory SET private = 1 WHERE id IN (?, ?)", [oslo, boat]))
    here = StoreExact(diary.store, diary.clock)
    server = StoreExact(diary.store, diary.clock, elsewhere=True)
    assert here.found(asked("oslo|boat")).counted.memories == 2
    assert server.found(asked("oslo|boat")).counted.memories == 0
    assert here.facts("me", None, None).facts
    assert not server.facts("me", None, None).facts
    assert here.opened(oslo) is not None
    assert server.opened(oslo) is None
    assert {one.name for one in here.people(())[0]} >= {"Ines", "Nora"}
    assert "Nora" not in {one.name for one in server.people(word_groups("boat"))[0]}
    beside = server.opened(birthday)
    assert beside is not None
    assert not beside.before + beside.after


# ------------------------------------------------------------------ people, neighbours, facts


def test_people_are_counted_as_speakers_participants_and_subjects(diary) -> None:
    diary.chat("crew", ("Ines", "My boat is blue.", MAY), ("Ines", "It leaks.", MAY), ("Maren", "I live in Oslo.", MAY),
               people=("Maren", "Ines", "Quentin"))
    diary.note("anna.md", "Anna lives in Bergen.\n")
    people, total = StoreExact(diary.store, diary.clock).people(())
    by_name = {one.name: one for one in people}
    assert total == len(people) == 3
    assert (by_name["Ines"].said, by_name["Ines"].chats) == (2, 1)
    assert (by_name["Quentin"].said, by_name["Quentin"].chats) == (0, 1)
    assert (by_name["Anna"].said, by_name["Anna"].facts) == (0, 1)
    assert [one.name for one in StoreExact(diary.store, diary.clock).people(word_groups("Bergen"))[0]] == ["Anna"]


def test_a_memory_opens_between_its_neighbours(swum, exact) -> None:
    opened = exact.opened(swum.passage("I swam 31"))
    assert opened is not None
    assert [one.text for one in opened.before] == ["I swam 20 lanes.", "I swam 30 lanes."]
    assert [one.text for one in opened.after] == ["I swam 40 lanes.", "I swam 50 lanes.", "I swam 60 lanes."]
    assert exact.opened(999_999) is None


def test_a_passage_of_a_document_opens_between_the_next_ones(diary) -> None:
    parts = (f"# Part {n}\n\n{f'Words of part {n}, and more of them. ' * 12}" for n in range(5))
    diary.note("long.md", "\n\n".join(parts))
    ids = [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'passage' ORDER BY id")]
    assert len(ids) >= 3
    opened = StoreExact(diary.store, diary.clock).opened(int(str(ids[1])))
    assert opened is not None
    assert [one.id for one in opened.before] == ids[:1]
    assert [one.id for one in opened.after] == ids[2:5]


def test_facts_come_with_their_validity_as_of_any_day(diary) -> None:
    diary.chat("work", ("Maren", "I work at Globex.", datetime(2023, 1, 10, tzinfo=UTC)),
               ("Maren", "I work at Acme now.", datetime(2025, 3, 5, tzinfo=UTC)))
    exact = StoreExact(diary.store, diary.clock)
    assert [fact.object for fact in exact.facts("me", "works_at", None).facts] == ["Acme", "Globex"]
    assert [fact.object for fact in exact.facts("ME", "works_at", date(2024, 1, 1)).facts] == ["Globex"]
    assert exact.facts("Nobody", None, None).total == 0


def test_counting_reads_the_index_of_time(swum) -> None:
    scope = store_exact.Scope(since=date(2025, 5, 1), until=date(2025, 6, 1))
    tables, where, values = store_exact._rows(scope)
    steps = [str(row[3]) for row in swum.rows(f"EXPLAIN QUERY PLAN SELECT m.id FROM {tables} WHERE {where}", *values)]
    assert any("memory_recent" in step for step in steps)
