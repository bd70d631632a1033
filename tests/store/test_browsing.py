"""Lists of memories: each filter against a slow reference, counts against lists, orders, pages, and kept searches."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mneme.errors import Cancelled, KnownError, NotFound
from mneme.memory.retention import Curve, from_columns
from mneme.paths import Profile
from mneme.store import bands, browsing, changes, forgetting, memories, outlines, searches
from mneme.store.columns import micros
from mneme.testing import FakeClock
from mneme.types import FACETS, Changes, FacetName, FacetValue, Kind, Memory, MemoryFilter, Origin, Topic
from mneme.views import facets

ZONE_DAY = timedelta(days=1)
LONG_AGO = 400  # days: what nobody used since has faded


def lived(diary: Any) -> None:
    """A life with everything in it that a list can tell apart."""
    diary.note("notes/cabin.md", "---\ndate: 2023-10-14\n---\nThe spare key hangs behind the blue rain barrel.\n")
    diary.note("notes/tides.md", "---\ndate: 2024-02-01\n---\nHigh water is at six. The key to the boat is red.\n")
    diary.note("letters/ines.md", "---\ndate: 2024-02-29\n---\nDear Ines, the ferry is late again.\n")
    diary.chat("ferry", *((who, f"{words} {n}.", datetime(2022 + n % 4, 1 + n % 12, 1 + n, 12, tzinfo=UTC))
                          for n in range(14) for who, words in (("Maren", "I live in Oslo and saw the ferry"),
                                                                ("Ines", "The key is with Tomas, ring him"))))
    old = diary.passage("High water")
    diary.clock.advance(timedelta(days=LONG_AGO))
    diary.note("notes/new.md", "A key of brass, new this week.\n")
    diary.note("notes/copy.md", "---\ndate: 2023-10-14\n---\nThe spare key hangs behind the blue rain barrel!\n")
    diary.upkeep()
    diary.clock.advance(timedelta(days=160))
    diary.note("notes/newest.md", "The brass key fits the shed.\n")
    diary.life.pin([old, diary.passage("saw the ferry 3.")])
    diary.life.mark_private([diary.passage("Dear Ines")])
    diary.life.let_fade([diary.passage("fits the shed")])
    diary.engine.forget([diary.passage("saw the ferry 5."), diary.passage("with Tomas, ring him 2.")])


def sorted_out(diary: Any) -> None:
    """Two topics, one below the other: in the upper one a passage, in the lower one an event."""
    def put(parent: int | None, name: str) -> int:
        return int(diary.store.write(lambda db: changes.within(
            db, "topics", "upkeep", diary.clock.now(),
            lambda made: outlines.put_topic(made, parent, name, False, 1, np.ones(384, np.float32)))))

    boats = put(None, "Boats")
    ferries = put(boats, "Ferries")
    diary.life.move_to_topic([diary.passage("High water")], boats)
    [[event]] = diary.rows("SELECT id FROM memory WHERE kind = 'event' AND retired_at IS NULL AND forgotten_at IS NULL "
                           "ORDER BY (SELECT count(*) FROM evidence e WHERE e.memory_id = memory.id) DESC, id LIMIT 1")
    diary.life.move_to_topic([event], ferries)


@pytest.fixture
def life(diary: Any) -> Any:
    lived(diary)
    sorted_out(diary)
    return diary


def everything(life: Any) -> list[Memory]:
    with life.store.reader() as db:
        ids = [row[0] for row in db.execute("SELECT id FROM memory WHERE retired_at IS NULL").fetchall()]
        return memories.load(db, ids, life.clock.now())


def copies(life: Any) -> set[int]:
    """Copies whose original is in force."""
    return {int(row[0]) for row in life.rows(
        "SELECT l.from_id FROM link l JOIN memory o ON o.id = l.to_id WHERE l.kind = 'duplicate' "
        "AND o.retired_at IS NULL AND o.forgotten_at IS NULL")}


def shown(life: Any, what: MemoryFilter) -> set[int]:
    """The slow reference: which memories a filter without a query and a topic shows, told one by one."""
    below, soon = Curve().faded_below, bands.fading_below(Curve())
    known = copies(life)

    def band(one: Memory) -> str:
        return "faded" if one.retention < below else "fading" if one.retention < soon else "fresh"

    def at(one: Memory) -> datetime:
        return one.happened_at.utc if one.happened_at is not None else one.recorded_at

    def fits(one: Memory) -> bool:
        folder = one.source.rpartition("/")[0]
        wanted = what.bands or {None: frozenset(("fresh", "fading", "faded")), True: {"faded"},
                                False: {"fresh", "fading"}}[what.faded]
        return (one.forgotten_at is None and one.id not in known
                and one.kind in (what.kinds or {Kind.PASSAGE}) and band(one) in wanted
                and (not what.people or one.speaker in what.people)
                and (not what.origins or one.origin in what.origins)
                and (what.pinned is None or one.pinned == what.pinned)
                and (what.private is None or one.private == what.private)
                and (not what.sources or f"folder:{folder}" in what.sources)
                and (what.since is None or at(one).date() >= what.since)
                and (what.until is None or at(one).date() < what.until))

    return {one.id for one in everything(life) if fits(one)}


def some_filters(life: Any, count: int) -> Iterator[MemoryFilter]:
    chance = random.Random(5)
    folders = [f"folder:{life.folder / name}" for name in ("notes", "letters")]

    def any_of(values: Any) -> frozenset[Any]:
        return frozenset(one for one in values if chance.random() < 0.6) if chance.random() < 0.4 else frozenset()

    for _n in range(count):
        day = date(2022, 1, 1) + timedelta(days=chance.randrange(1500))
        yield MemoryFilter(
            kinds=any_of(Kind), faded=chance.choice((None, True, False)), people=any_of(("Maren", "Ines", "Nobody")),
            sources=any_of(folders), since=chance.choice((None, None, day)),
            until=chance.choice((None, None, day + timedelta(days=500))), bands=any_of(("fresh", "fading", "faded")),
            pinned=chance.choice((None, None, True, False)), private=chance.choice((None, None, True, False)),
            origins=any_of(Origin))


def test_every_filter_shows_what_a_slow_reference_tells(life: Any) -> None:
    browse = life.engine.browse
    sizes = set()
    for what in some_filters(life, 150):
        found = browse.ids(what).tolist()
        assert set(found) == shown(life, what), what
        assert len(found) == len(set(found))
        sizes.add(len(found))
    assert len(sizes) > 5  # the filters tell something apart


LISTS = (
    MemoryFilter(), MemoryFilter(faded=None), MemoryFilter(faded=True), MemoryFilter(query="key"),
    MemoryFilter(query="key", people=frozenset(("Ines",))), MemoryFilter(query="ferr", kinds=frozenset(Kind)),
    MemoryFilter(bin=True), MemoryFilter(bin=True, query="ferry"), MemoryFilter(order="oldest", faded=None),
    MemoryFilter(order="least retained", faded=None), MemoryFilter(query="key", order="newest"),
    MemoryFilter(query="?!"), MemoryFilter(kinds=frozenset((Kind.FACT, Kind.EVENT)), faded=None))
COUNTED = (
    MemoryFilter(), MemoryFilter(faded=None, kinds=frozenset(Kind)), MemoryFilter(query="key"),
    MemoryFilter(people=frozenset(("Ines",)), faded=None), MemoryFilter(pinned=True, faded=None),
    MemoryFilter(since=date(2023, 1, 1), until=date(2024, 3, 1), faded=None), MemoryFilter(bin=True))


def test_few_are_asked_for_their_retention_where_age_decides(life: Any) -> None:
    life.store.write(lambda db: db.conn.executemany(
        "INSERT INTO memory (kind, text, digest, origin, importance, recorded_at) "
        "VALUES ('passage', 'x', x'00', 'owner', ?, ?)",
        [((n * 37 % 1000) / 1000, micros(life.clock.now() - n * timedelta(hours=4))) for n in range(5000)]) and None)
    calls: list[object] = []
    with life.store.reader() as db:
        db.conn.create_function("retention", -1, lambda *given: calls.append(given) or from_columns(*given),
                                deterministic=True)
        browsing.ids(db, browsing.Sought(MemoryFilter(), life.clock.now()))
        assert len(calls) < 50
        browsing.by_band(db, browsing.Sought(MemoryFilter(), life.clock.now()))
        assert len(calls) < 100


def test_ids_pages_first_rows_and_the_list_are_the_same(life: Any) -> None:
    browse, engine = life.engine.browse, life.engine
    for what in LISTS:
        ids = browse.ids(what).tolist()
        listed = [one.id for start in range(0, len(ids) + 1, 4)
                  for one in engine.list_memories(what, offset=start, limit=4).memories]
        assert listed == ids and engine.list_memories(what, limit=1).total == len(ids), what
        first = browse.first(what, 5)
        assert [one.id for one in first.memories] == ids[:5] and first.whole == (len(ids) <= 5)
        assert [one.id for one in browse.memories(ids[::-1])] == ids[::-1]
        assert ids or what.query == "?!", what


def test_the_orders(life: Any) -> None:
    browse = life.engine.browse
    newest = browse.ids(MemoryFilter(faded=None)).tolist()
    assert browse.ids(MemoryFilter(faded=None, order="oldest")).tolist() == newest[::-1]
    kept = [one.retention for one in browse.memories(browse.ids(MemoryFilter(faded=None, order="most retained")))]
    assert kept == sorted(kept, reverse=True) and kept[0] > kept[-1]
    worst = browse.memories(browse.ids(MemoryFilter(faded=None, order="least retained")))
    assert [one.retention for one in worst] == sorted(one.retention for one in worst)
    best = browse.memories(browse.ids(MemoryFilter(query="brass key")))
    assert {"brass" in one.text for one in best} == {True} and len(best) == 2


def test_words_and_facets_go_together_and_find_what_was_made_too(life: Any) -> None:
    browse = life.engine.browse
    said = browse.memories(browse.ids(MemoryFilter(query="key", people=frozenset(("Ines",)))))
    assert len(said) == 13 and {one.speaker for one in said} == {"Ines"}  # one is in the bin
    year = MemoryFilter(query="ferry", since=date(2024, 1, 1), until=date(2025, 1, 1))
    assert {one.happened_at.utc.year for one in browse.memories(browse.ids(year)) if one.happened_at} == {2024}
    facts = browse.memories(browse.ids(MemoryFilter(query="oslo", kinds=frozenset((Kind.FACT,)))))
    assert [one.text for one in facts] == ["You live in Oslo."]
    both = browse.ids(MemoryFilter(query="oslo", kinds=frozenset((Kind.FACT, Kind.PASSAGE)), faded=None))
    assert set(both.tolist()) > {facts[0].id}


def test_a_count_is_how_many_are_listed_with_that_value_alone(life: Any) -> None:
    browse = life.engine.browse
    seen = dict.fromkeys(FACETS, 0)
    for what in COUNTED:
        for which in FACETS:
            for value in browse.facets(what, which):
                seen[which] += 1
                assert value.count == len(browse.ids(with_value(what, which, value))), (which, value, what)
    assert min(seen.values()) > len(COUNTED) / 2, seen


def with_value(what: MemoryFilter, which: FacetName, value: FacetValue) -> MemoryFilter:
    key = value.key
    if which == "time":
        year, _dash, month = key.partition("-")
        start = date(int(year), int(month or 1), 1)
        end = start.replace(year=start.year + 1) if not month else (start + 32 * ZONE_DAY).replace(day=1)
        return replace(what, since=start, until=end)
    name, read = {
        "kind": ("kinds", lambda: frozenset((Kind(key),))), "person": ("people", lambda: frozenset((key,))),
        "source": ("sources", lambda: frozenset((key,))), "topic": ("topic", lambda: int(key)),
        "retention": ("bands", lambda: frozenset((key,))), "pinned": ("pinned", lambda: key == "yes"),
        "private": ("private", lambda: key == "yes"), "origin": ("origins", lambda: frozenset((Origin(key),)))}[which]
    return replace(what, **{name: read()})


def test_facets_name_what_there_is(life: Any) -> None:
    browse, plain = life.engine.browse, MemoryFilter(faded=None)
    assert [(one.key, one.count) for one in browse.facets(plain, "person")] == [("Ines", 13), ("Maren", 13)]
    assert {one.key for one in browse.facets(plain, "kind")} >= {"passage", "fact", "event"}
    years = [one for one in browse.facets(plain, "time") if not one.depth]
    assert [one.key for one in years] == sorted((one.key for one in years), reverse=True)
    assert sum(one.count for one in years) == len(browse.ids(plain))
    found = {one.key: one.count for one in browse.facets(plain, "source")}
    assert found[f"folder:{life.folder / 'letters'}"] == 1 and found["format:conversation"] == 26
    assert {one.key for one in browse.facets(plain, "retention")} == {"fresh", "fading", "faded"}
    assert [one.key for one in browse.facets(plain, "private")] == ["yes", "no"]
    assert browse.facets(MemoryFilter(query="nothing has these words"), "person") == ()


def test_a_topic_has_what_stands_in_its_events(life: Any) -> None:
    browse = life.engine.browse
    [[event, topic]] = life.rows("SELECT s.memory_id, s.topic_id FROM membership s JOIN memory m ON m.id = s.memory_id "
                                 "WHERE m.kind = 'event' AND m.retired_at IS NULL LIMIT 1")
    passages = {int(row[0]) for row in life.rows(
        'SELECT p.memory_id FROM evidence v JOIN evidence p ON p.item_id = v.item_id AND p.start < v."end" '
        'AND v.start < p."end" JOIN memory m ON m.id = p.memory_id AND m.kind = \'passage\' '
        "AND m.forgotten_at IS NULL WHERE v.memory_id = ?", event)}
    shown_there = set(browse.ids(MemoryFilter(topic=topic, faded=None)).tolist())
    assert passages - copies(life) <= shown_there and passages
    counts = {one.key: one.count for one in browse.facets(MemoryFilter(faded=None), "topic")}
    assert counts[str(topic)] == len(shown_there)


def test_a_filter_of_places_and_of_watched_sources(life: Any) -> None:
    browse = life.engine.browse
    [[entry]] = life.rows("SELECT id FROM entry WHERE shown LIKE '%ines.md'")
    assert len(browse.ids(MemoryFilter(entry=entry, faded=None))) == 1
    source = life.store.write(lambda db: db.execute(
        "INSERT INTO source (kind, place, shown, added_at) VALUES ('folder', ?, ?, 0)",
        [b"/n", str(life.folder / "letters")]).lastrowid)
    life.store.write(lambda db: db.execute("UPDATE entry SET source_id = ? WHERE id = ?", [source, entry]) and None)
    [watched] = [one for one in browse.facets(MemoryFilter(faded=None), "source") if one.key.startswith("watched:")]
    assert (watched.key, watched.count) == (f"watched:{source}", 1)
    key = frozenset((watched.key,))
    assert len(browse.ids(MemoryFilter(sources=key, faded=None))) == 1
    assert len(browse.ids(MemoryFilter(sources=key | {"format:conversation"}, faded=None))) == 0  # both are asked for
    assert len(browse.ids(MemoryFilter(sources=key | {"format:markdown"}, faded=None))) == 1


def test_through_all_items_is_counted_as_from_each_memory(life: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    browse, plain = life.engine.browse, MemoryFilter(faded=None, kinds=frozenset(Kind))
    few = [browse.facets(plain, which) for which in ("person", "source")]
    monkeypatch.setattr(browsing, "FEW", 3)
    assert [browse.facets(plain, which) for which in ("person", "source")] == few and all(few)


def test_lists_read_the_narrow_indexes_alone(life: Any) -> None:
    with life.store.reader() as db:
        statement, values = browsing._ordered(db, browsing.Sought(MemoryFilter(), life.clock.now()))
        steps = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()]
    assert "SCAN m USING INDEX memory_recent" in steps and not any("TEMP B-TREE" in step for step in steps)


def test_what_is_cancelled_stops(life: Any) -> None:
    """A list this short is over before it is asked whether to stop; so it is made long."""
    life.store.write(lambda db: db.conn.executemany(
        "INSERT INTO memory (kind, text, digest, origin, recorded_at) VALUES ('passage', ?, x'00', 'owner', ?)",
        [(f"n {n}", n) for n in range(20_000)]) and None)
    asked: list[bool] = []
    with pytest.raises(Cancelled):
        life.engine.browse.ids(MemoryFilter(faded=None), lambda: asked.append(True) is None)
    assert asked
    assert len(life.engine.browse.ids(MemoryFilter(faded=None))) > 20_000  # the connection is as good as before


# ------------------------------------------------------------------ bands


@pytest.mark.parametrize("settings", [{}, {"forgetting.curve": "exponential"}, {"forgetting.faded_below": 0.8}])
def test_ages_decide_as_retention_does(diary: Any, settings: dict[str, Any]) -> None:
    """At every edge of every step of importance, a microsecond before and after it is below the threshold."""
    for key, value in settings.items():
        diary.engine.set_setting(key, value)
    with diary.store.reader() as db:
        curve = forgetting.curve_of(db)
    now, chance, rows = diary.clock.now(), random.Random(2), []
    for nature in ("constant", "preference", "ordinary", "errand"):
        for layer in ("working", "short-term", "long-term"):
            for importance in (0.0, 0.25, 0.749999, 0.75, 0.8125, 1.0, *(chance.random() for _n in range(12))):
                age = bands._age(nature, layer, importance, curve)  # type: ignore[arg-type]
                rows += [(nature, layer, importance, micros(now) - min(age, 10**16) + off)
                         for off in (-2_000_000_000_000, -5_000, -1, 0, 1, 5_000, 2_000_000_000_000)]
    diary.store.write(lambda db: db.conn.executemany(
        "INSERT INTO memory (kind, text, digest, origin, nature, layer, importance, recorded_at) "
        "VALUES ('passage', 'x', x'00', 'owner', ?, ?, ?, ?)", rows) and None)
    numbers = [row[0] for row in diary.rows("SELECT id FROM memory ORDER BY id")]
    faded = set(diary.engine.browse.ids(MemoryFilter(bands=frozenset(("faded",)))).tolist())
    fading = set(diary.engine.browse.ids(MemoryFilter(bands=frozenset(("fading",)))).tolist())
    with diary.store.reader() as db:
        wanted = browsing.Sought(MemoryFilter(bands=frozenset(("faded",))), now, whole=False)
        assert set(browsing.ids(db, wanted).tolist()) == faded
    for number, (nature, layer, importance, recorded) in zip(numbers, rows, strict=True):
        kept = from_columns(recorded, None, importance, nature, layer, curve.encoded(), micros(now))
        assert (number in faded) == (kept < curve.faded_below), (nature, layer, importance)
        assert (number in fading) == (curve.faded_below <= kept < bands.fading_below(curve))


# ------------------------------------------------------------------ what facets become


def test_months_are_those_of_the_owners_calendar() -> None:
    zone = FakeClock().zone()
    times = np.array([micros(datetime(*when, tzinfo=zone)) for when in (
        (2023, 12, 31, 23, 59), (2024, 1, 1, 0, 0), (2024, 1, 31, 12, 0), (2024, 3, 1, 0, 0))], np.int64)
    assert [(one.key, one.count, one.depth) for one in facets.by_time(times, zone)] == [
        ("2024", 3, 0), ("2024-03", 1, 1), ("2024-01", 2, 1), ("2023", 1, 0), ("2023-12", 1, 1)]
    assert facets.by_time(np.empty(0, np.int64), zone) == []


def test_a_folder_counts_what_lies_below_it_on_every_system() -> None:
    found = facets.by_source([("/a/b/one.md", "markdown", 3, 2), ("/a/two.md", "markdown", None, 1),
                              ("C:\\x\\y.txt", "text", None, 4), ("Clipboard", "", None, 5)], {3: "/a"})
    assert [(one.key, one.count) for one in found] == [
        ("watched:3", 2), ("format:text", 4), ("format:markdown", 3), ("folder:C:\\x", 4), ("folder:/a", 3),
        ("folder:/a/b", 2)]


def test_topics_stand_below_their_parents_with_all_that_is_below() -> None:
    tree = [Topic(1, "Boats", None, 0), Topic(2, "Ferries", 1, 0), Topic(3, "Cats", None, 0), Topic(4, "Empty", 3, 0)]
    found = facets.by_topic(tree, {1: 1, 2: 4, 3: 2})
    assert [(one.name, one.count, one.depth) for one in found] == [("Boats", 5, 0), ("Ferries", 4, 1), ("Cats", 2, 0)]


# ------------------------------------------------------------------ searches that are kept

FULL = MemoryFilter(
    "spare key 🔑", frozenset((Kind.FACT, Kind.PASSAGE)), bin=False, entry=7, faded=None, topic=3,
    people=frozenset(("Ines", "יעל")), sources=frozenset(("watched:3", "folder:/a b")), since=date(2023, 1, 1),
    until=date(2024, 2, 29), bands=frozenset(("fading",)), pinned=False, private=True,
    origins=frozenset((Origin.OTHER,)), order="oldest")


def test_every_field_of_a_filter_is_kept() -> None:
    assert searches.decoded(searches.encoded(FULL)) == FULL
    plain = MemoryFilter()
    for name in MemoryFilter.__dataclass_fields__:
        assert getattr(FULL, name) != getattr(plain, name) or name == "bin", "the example says something of every field"
    assert searches.encoded(plain) == "{}"
    newer = '{"kinds":["fact","hologram"],"shape":"round","order":"by colour","query":"x"}'
    assert searches.decoded(newer) == MemoryFilter("x", frozenset((Kind.FACT,)))


def test_searches_are_kept_renamed_and_deleted(diary: Any, new_diary: Callable[..., Any], profile: Profile,
                                               tmp_path: Path) -> None:
    browse = diary.engine.browse
    heard: list[Changes] = []
    diary.engine.subscribe(heard.append)
    made = browse.save("  The  cabin ", FULL)
    browse.save("boats", MemoryFilter(query="boat"))
    assert [one.name for one in browse.saved()] == ["boats", "The cabin"] and made.what == FULL
    assert browse.save("THE CABIN", MemoryFilter(pinned=True)).what.pinned  # the same name again gives way
    [boats, cabin] = browse.saved()
    with pytest.raises(KnownError, match="already"):
        browse.rename_saved(cabin.id, "Boats")
    assert browse.rename_saved(cabin.id, "Hut").name == "Hut"
    gone = browse.delete_saved(boats.id)
    with pytest.raises(NotFound):
        browse.delete_saved(boats.id)
    browse.save(gone.name, gone.what)
    for name in ("", "   "):
        with pytest.raises(KnownError, match="needs a name"):
            browse.save(name, FULL)
    assert len(heard) == 6 and all(one.settings for one in heard)
    diary.engine.close()
    (tmp_path / "diary").rename(tmp_path / "before")
    again = new_diary().engine.browse.saved()
    assert [(one.name, one.what) for one in again] == [("boats", MemoryFilter(query="boat")),
                                                       ("Hut", MemoryFilter(pinned=True))]
