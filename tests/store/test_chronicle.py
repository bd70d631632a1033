"""Memories by time: counts in the owner's zone, lists, events, this day in earlier years, dates as people write."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mneme.store import acts, changes, chronicle, derived, entries, items
from mneme.store.columns import marks
from mneme.store.database import Database
from mneme.store.derived import NewDerived
from mneme.store.items import NewItem, NewPassage
from mneme.store.links import link
from mneme.testing import FakeClock
from mneme.types import Conversation, Grain, Kind, Moment, Origin, Participant, Precision, TimeFacets
from mneme.views.calendar import edges, micros_of
from mneme.views.chronicle import Chronicle

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")  # put forward on 31 March 2024 at two, back on 27 October at three
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Life:
    """A store that tests fill, and the chronicle over it."""

    def __init__(self, path: Path, zone: tzinfo) -> None:
        self.store = Database.open(path, None, clock=FakeClock())
        self.clock = FakeClock(NOW, zone)
        self.chronicle = Chronicle(self.store, self.clock)

    def note(self, text: str, at: datetime | None, origin: str | None = "content", precision: Precision = "minute",
             importance: float = 0.5) -> int:
        moment = None if at is None else Moment(at.astimezone(UTC), 0, precision)
        self._keep(text, [NewItem("", text, text, Origin.OWNER, (NewPassage((0, len(text)), importance=importance),),
                                  moment, origin)])
        return self.id(text)

    def chat(self, name: str, *said: tuple[str, str, datetime]) -> None:
        kept = [NewItem(f"m{n}", name, text, Origin.OTHER, (NewPassage((0, len(text))),), Moment(at.astimezone(UTC)),
                        "content", thread="t", seq=n, speaker=who) for n, (who, text, at) in enumerate(said)]
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

    def event(self, text: str, *parts: str, importance: float = 0.5) -> int:
        """An event made of the passages with these texts."""
        def work(db, made) -> int:
            rows = db.execute(f"""SELECT e.item_id, e.start, e."end", m.happened_at FROM memory m
                JOIN evidence e ON e.memory_id = m.id WHERE m.kind = 'passage' AND m.text IN ({marks(parts)})
                ORDER BY m.happened_at""", parts).fetchall()
            at = Moment(datetime.fromtimestamp(rows[0][3] / 1e6, UTC))
            return derived.make(made, NewDerived(Kind.EVENT, text, tuple((r[0], r[1], r[2]) for r in rows),
                                                 happened_at=at, importance=importance))
        return self.store.write(lambda db: changes.within(db, "test", "upkeep", NOW, lambda made: work(db, made)))

    def forget(self, *memories: int) -> None:
        self.store.write(lambda db: changes.within(db, "test", "owner", NOW,
                                                   lambda made: acts.forget(db, made, memories)))

    def copy(self, of: int, kept: int) -> None:
        self.store.write(lambda db: changes.within(db, "test", "upkeep", NOW,
                                                   lambda made: link(made, of, "duplicate", kept)))

    def counts(self, start: datetime, end: datetime, grain: Grain, **what: object) -> dict[str, int]:
        found = self.chronicle.density(start, end, grain, TimeFacets(**what))  # type: ignore[arg-type]
        assert found.total == sum(one.count for one in found.buckets)
        return {one.start.strftime("%Y-%m-%d %H:%M%z"): one.count for one in found.buckets if one.count}

    def texts(self, start: datetime, end: datetime, **how: object) -> list[str]:
        return [m.text for m in self.chronicle.memories(start, end, **how).memories]  # type: ignore[arg-type]


@pytest.fixture
def new_life(tmp_path: Path) -> Iterator[Callable[..., Life]]:
    made: list[Life] = []

    def make(zone: tzinfo = OSLO) -> Life:
        made.append(Life(tmp_path / f"memory{len(made)}.db", zone))
        return made[-1]

    yield make
    for one in made:
        one.store.close()


@pytest.fixture
def life(new_life: Callable[..., Life]) -> Life:
    return new_life()


# ------------------------------------------------------------------ counts


SPREADS: dict[Grain, timedelta] = {"decade": 9000 * DAY, "year": 3000 * DAY, "month": 400 * DAY, "day": 40 * DAY,
                                   "hour": 30 * HOUR, "minute": 1.2 * HOUR}
# times at which clocks were put back there, or forward, or a day was left out
MIDDLES = {
    "Europe/Oslo": datetime(2024, 10, 27, 1, tzinfo=UTC), "America/New_York": datetime(2024, 11, 3, 6, tzinfo=UTC),
    "Asia/Kolkata": datetime(2024, 3, 1, tzinfo=UTC), "Australia/Lord_Howe": datetime(2024, 4, 6, 15, tzinfo=UTC),
    "Pacific/Apia": datetime(2011, 12, 30, 10, tzinfo=UTC), "America/Sao_Paulo": datetime(2018, 2, 18, 2, tzinfo=UTC)}
SORTS: tuple[tuple[str, Precision], ...] = (("content", "minute"), ("content", "second"), ("title", "day"),
                                            ("file", "second"), ("name", "minute"))


def fill(life: Life, rng: random.Random, middle: datetime) -> None:
    """Memories of all sorts, near a time and far from it: dated, of a file, undated, binned, copies, events, chats."""
    spreads = list(SPREADS.values())
    ids = [life.note(f"note {n}", None if rng.random() < 0.1 else middle + rng.choice(spreads) * rng.uniform(-1, 1),
                     *rng.choice(SORTS)) for n in range(90)]
    life.chat("talk", *((rng.choice(("Ann", "Ben")), f"said {n}", middle + rng.choice(spreads) * rng.uniform(-1, 1))
                        for n in range(60)))
    for n in range(8):
        life.event(f"event {n}", f"said {3 * n}", f"said {3 * n + 1}")
    life.forget(*rng.sample(ids, 5))
    for copy, kept in zip(rng.sample(ids[:40], 8), rng.sample(ids[40:], 8), strict=True):
        life.copy(copy, kept)


def reference(life: Life, zone: ZoneInfo, grain: Grain, low: int, high: int) -> tuple[Counter[object], int]:
    """Slowly, in Python: how many dated passages there are by what the owner's clock says; how many are not dated."""
    counts: Counter[object] = Counter()
    undated = 0
    for at, recorded, precision, origin, same in life.store.query(
            """SELECT m.happened_at, m.recorded_at, m.happened_precision, i.happened_from,
                      m.happened_at IS i.happened_at
               FROM memory m JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0 JOIN item i ON i.id = e.item_id
               WHERE m.kind = 'passage' AND m.forgotten_at IS NULL AND m.retired_at IS NULL AND NOT EXISTS (
                   SELECT 1 FROM link l JOIN memory o ON o.id = l.to_id WHERE l.from_id = m.id AND l.kind = 'duplicate'
                   AND o.forgotten_at IS NULL)""", []):
        if not low <= (recorded if at is None else at) < high:
            continue
        if at is None or (origin == "file" and same):
            undated += 1
        elif grain not in ("hour", "minute") or precision in ("minute", "second"):
            counts[said((datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at)).astimezone(zone), grain)] += 1
    return counts, undated


def said(local: datetime, grain: Grain) -> object:
    day = local.date()
    offset = local.utcoffset()
    return {"century": day.year // 100, "decade": day.year // 10, "year": day.year, "month": (day.year, day.month),
            "day": day, "hour": (day, local.hour, offset), "minute": (day, local.hour, local.minute, offset)}[grain]


@pytest.mark.parametrize("crowded", [False, True])
@pytest.mark.parametrize("zone_name", MIDDLES)
def test_counts_are_what_counting_one_by_one_comes_to(
        new_life: Callable[..., Life], monkeypatch: pytest.MonkeyPatch, zone_name: str, crowded: bool) -> None:
    zone, middle = ZoneInfo(zone_name), MIDDLES[zone_name]
    life = new_life(zone)
    fill(life, random.Random(zone_name), middle)
    if crowded:
        monkeypatch.setattr(chronicle, "FEW", 3)
    for grain, spread in SPREADS.items():
        found = life.chronicle.density(middle - spread, middle + spread, grain)
        first, last = micros_of(found.buckets[0].start), micros_of(found.buckets[-1].end)
        expected, undated = reference(life, zone, grain, first, last)
        got: Counter[object] = Counter()
        for bucket in found.buckets:
            got[said(bucket.start, grain)] += bucket.count
        assert found.total == sum(expected.values()) == sum(bucket.count for bucket in found.buckets) > 0
        if zone_name != "Australia/Lord_Howe" or grain != "hour":  # there clocks are moved by half an hour
            assert +got == expected, grain
        assert found.undated == undated
        assert all(one.end == after.start and one.end.fold == after.start.fold
                   for one, after in pairwise(found.buckets))


@pytest.mark.parametrize("crowded", [False, True])
def test_facets_narrow_what_is_counted_and_listed(life: Life, monkeypatch: pytest.MonkeyPatch, crowded: bool) -> None:
    at = datetime(2024, 5, 2, 9, tzinfo=OSLO)
    life.chat("one", ("Ann", "The ferry leaves.", at), ("Ben", "It left.", at + HOUR), ("Ann", "Oh.", at + 2 * HOUR))
    life.chat("two", ("Ben", "Rain again.", at + DAY))
    event = life.event("The ferry", "The ferry leaves.", "It left.")
    rain = life.event("Rain", "Rain again.")
    life.note("Of a file", at, "file")
    topics = []
    for event_id in (event, rain):
        def sort(db, made, event_id=event_id) -> None:
            topics.append(made.insert("topic", {"parent_id": None, "name": "t", "size": 1, "centroid": b""}))
            made.insert("membership", {"memory_id": event_id, "topic_id": topics[-1]})
        life.store.write(lambda db, sort=sort: changes.within(db, "t", "upkeep", NOW, lambda made: sort(db, made)))
    if crowded:
        monkeypatch.setattr(chronicle, "FEW", 0)
    year = datetime(2024, 1, 1), datetime(2025, 1, 1)
    assert life.counts(*year, "month") == {"2024-05-01 00:00+0200": 4}
    assert life.counts(*year, "day", person="Ann") == {"2024-05-02 00:00+0200": 2}
    assert life.counts(*year, "day", topic=topics[0]) == {"2024-05-02 00:00+0200": 2}
    assert life.counts(*year, "day", topic=topics[1], person="Ann") == {}
    assert life.counts(*year, "day", kinds=frozenset((Kind.EVENT,))) == {"2024-05-02 00:00+0200": 1,
                                                                         "2024-05-03 00:00+0200": 1}
    both = TimeFacets(frozenset((Kind.EVENT, Kind.PASSAGE)), "Ben")
    assert sorted(life.texts(*year, what=both)) == ["It left.", "Rain", "Rain again.", "The ferry"]
    assert life.texts(*year, what=TimeFacets(person="Ann"), oldest_first=False) == ["Oh.", "The ferry leaves."]
    assert life.texts(*year, dated=False) == ["Of a file"]
    assert life.chronicle.choices().people == (("Ann", 2), ("Ben", 2))


def test_what_only_its_file_dates_is_told_apart_and_a_date_of_its_own_counts(life: Life) -> None:
    at = datetime(2024, 5, 2, 9, tzinfo=OSLO)
    text = "# 3 May\n\nSown."
    life._keep("mixed", [NewItem("", "mixed", text, Origin.OWNER, (
        NewPassage((9, len(text)), happened_at=Moment(datetime(2024, 5, 3, tzinfo=UTC), 0, "day")),),
        Moment(at.astimezone(UTC)), "file")])
    life.note("plain", at, "file")
    life.note("nothing known", None, None)
    year = datetime(2024, 1, 1), datetime(2026, 1, 1)
    found = life.chronicle.density(*year, "year")
    assert (found.total, found.undated) == (1, 2)
    assert life.texts(*year) == ["Sown."]
    assert life.chronicle.extent() is not None
    assert life.chronicle.extent().start == life.chronicle.extent().end == datetime(2024, 5, 3, 2, tzinfo=OSLO)


def test_nothing_dated_has_no_extent(life: Life) -> None:
    assert life.chronicle.extent() is None
    assert life.chronicle.on_this_day() == ()
    life.note("plain", NOW, "file")
    assert life.chronicle.extent() is None


def test_what_knows_its_day_alone_is_in_no_hour(life: Life) -> None:
    life.note("some time that day", datetime(2024, 5, 2, 0, tzinfo=OSLO), precision="day")
    life.note("at nine", datetime(2024, 5, 2, 9, tzinfo=OSLO))
    day = datetime(2024, 5, 2), datetime(2024, 5, 3)
    found = life.chronicle.density(*day, "hour")
    assert (found.total, found.clockless) == (1, 1)
    assert life.chronicle.density(*day, "day").total == 2
    assert life.texts(*day) == ["some time that day", "at nine"]
    assert life.texts(*day, clock=True) == ["at nine"]


def test_an_hour_that_is_there_twice_is_two_buckets_and_one_that_is_left_out_is_none() -> None:
    back = edges(datetime(2024, 10, 27, tzinfo=OSLO), datetime(2024, 10, 28, tzinfo=OSLO), "hour")
    assert len(back) == 26 and [one.hour for one in back[1:5]] == [1, 2, 2, 3]
    forward = edges(datetime(2024, 3, 31, tzinfo=OSLO), datetime(2024, 4, 1, tzinfo=OSLO), "hour")
    assert len(forward) == 24 and [one.hour for one in forward[:4]] == [0, 1, 3, 4]
    assert all(micros_of(b) - micros_of(a) == 3_600_000_000 for a, b in pairwise(back))


def test_the_ends_of_the_calendar(life: Life) -> None:
    life.note("in the beginning", datetime(1, 1, 1, 5, tzinfo=UTC))
    life.note("at the end", datetime(9999, 12, 31, 5, tzinfo=UTC))
    life.note("year one, of noon", datetime(1, 1, 1, 12, tzinfo=UTC))
    extent = life.chronicle.extent()
    assert extent is not None and (extent.start.year, extent.end.year) == (1, 9999)
    every = life.chronicle.density(datetime.min, datetime.max, "century")
    assert every.total == 3 and len(every.buckets) == 100
    assert life.chronicle.density(datetime(1, 1, 1), datetime(2, 1, 1), "day").total == 2
    assert life.chronicle.density(datetime(9999, 12, 31), datetime.max, "hour").total == 1
    assert len(life.chronicle.density(datetime(1, 1, 1), datetime(1, 1, 2), "hour").buckets) == 24


def test_too_many_buckets_are_refused(life: Life) -> None:
    with pytest.raises(ValueError, match="buckets"):
        life.chronicle.density(datetime(2000, 1, 1), datetime(2020, 1, 1), "minute")


def test_pages_of_a_list_and_their_total(life: Life) -> None:
    at = datetime(2024, 5, 2, 9, tzinfo=OSLO)
    life.chat("talk", *(("Ann", f"line {n:02}", at + n * timedelta(minutes=1)) for n in range(25)))
    day = datetime(2024, 5, 2), datetime(2024, 5, 3)
    first = life.chronicle.memories(*day, limit=10)
    assert (first.total, [m.text for m in first.memories][:2]) == (25, ["line 00", "line 01"])
    last = life.chronicle.memories(*day, offset=20, limit=10, total=first.total)
    assert (last.total, [m.text for m in last.memories]) == (25, [f"line {n:02}" for n in range(20, 25)])
    assert life.texts(*day, oldest_first=False)[0] == "line 24"
    assert life.texts(at, at + timedelta(minutes=2)) == ["line 00", "line 01"]


# ------------------------------------------------------------------ events


def test_events_with_their_time_people_and_what_belongs_to_none(life: Life) -> None:
    at = datetime(2024, 5, 2, 9, tzinfo=OSLO)
    life.chat("one", ("Ann", "The ferry leaves.", at), ("Ben", "It left.", at + HOUR), ("Cy", "Oh.", at + 5 * HOUR))
    event = life.event("The ferry", "The ferry leaves.", "It left.", importance=0.9)
    life.note("A walk", at + DAY, precision="day")
    found = life.chronicle.events(datetime(2024, 5, 1), datetime(2024, 6, 1))
    assert [(one.title, one.people, one.memories) for one in found.blocks] == [
        ("The ferry", ("Ann", "Ben"), 2), ("one", ("Cy",), 1), ("A walk", (), 1)]
    assert found.total == 3
    ferry, _rest, walk = found.blocks
    assert (ferry.memory, ferry.start, ferry.end, ferry.clock) == (event, at, at + HOUR, True)
    assert not walk.clock
    reaching = life.chronicle.events(at + HOUR / 2, at + 2 * HOUR)
    assert [one.title for one in reaching.blocks] == ["The ferry"]
    assert life.chronicle.events(at + 2 * HOUR, at + 3 * HOUR).blocks == ()


def test_of_many_events_the_weightiest_are_given_in_the_order_of_time(life: Life) -> None:
    at = datetime(2024, 5, 2, 9, tzinfo=OSLO)
    life.chat("one", *(("Ann", f"line {n}", at + n * HOUR) for n in range(12)))
    for n in range(12):
        life.event(f"event {n}", f"line {n}", importance=n / 12)
    found = life.chronicle.events(datetime(2024, 5, 1), datetime(2024, 6, 1), limit=4)
    assert [one.title for one in found.blocks] == ["event 8", "event 9", "event 10", "event 11"]
    assert found.total == 12


# ------------------------------------------------------------------ on this day


def test_this_day_in_earlier_years_and_lately(life: Life) -> None:
    for year in (2021, 2023):
        life.note(f"in {year}", datetime(year, 6, 15, 23, 30, tzinfo=OSLO))
    life.note("heavy", datetime(2023, 6, 15, 1, tzinfo=OSLO), importance=0.9)
    life.note("the day after", datetime(2022, 6, 16, 0, 10, tzinfo=OSLO))
    life.note("last week", datetime(2025, 6, 8, 10, tzinfo=OSLO))
    life.note("last month", datetime(2025, 5, 15, 10, tzinfo=OSLO))
    life.note("today", datetime(2025, 6, 15, 10, tzinfo=OSLO))
    found = life.chronicle.on_this_day()
    assert [(one.day, one.ago, one.years, one.total) for one in found] == [
        (date(2025, 6, 8), "week", 0, 1), (date(2025, 5, 15), "month", 0, 1), (date(2023, 6, 15), "year", 2, 2),
        (date(2021, 6, 15), "year", 4, 1)]
    assert [m.text for m in found[2].memories] == ["heavy", "in 2023"]


def test_the_29_of_february_comes_back_every_year(life: Life) -> None:
    life.note("leap", datetime(2020, 2, 29, 12, tzinfo=OSLO))
    life.note("the day before", datetime(2020, 2, 28, 12, tzinfo=OSLO))
    life.note("no leap", datetime(2021, 2, 28, 12, tzinfo=OSLO))

    def years(day: date) -> dict[int, set[str]]:
        return {one.day.year: {m.text for m in one.memories} for one in life.chronicle.on_this_day(day)
                if one.ago == "year"}

    assert years(date(2024, 2, 29)) == {2020: {"leap"}}
    assert years(date(2024, 2, 28)) == {2020: {"the day before"}, 2021: {"no leap"}}
    assert years(date(2023, 2, 28)) == {2020: {"leap", "the day before"}, 2021: {"no leap"}}
    assert years(date(2023, 3, 1)) == {}


def test_a_month_ago_of_a_month_that_is_too_short_is_its_last_day(life: Life) -> None:
    life.note("end of February", datetime(2025, 2, 28, 12, tzinfo=OSLO))
    assert [(one.day, one.ago) for one in life.chronicle.on_this_day(date(2025, 3, 31))] == [
        (date(2025, 2, 28), "month")]
    assert life.chronicle.on_this_day(date(1, 1, 1)) == ()


# ------------------------------------------------------------------ dates as people write them


@pytest.mark.parametrize(("text", "start", "end"), [
    ("May 2023", (2023, 5, 1), (2023, 6, 1)), ("14 Oct 2024", (2024, 10, 14), (2024, 10, 15)),
    ("last summer", (2024, 6, 1), (2024, 9, 1)), ("2019", (2019, 1, 1), (2020, 1, 1)),
    ("the 90s", (1990, 1, 1), (2000, 1, 1)), ("May", (2025, 5, 1), (2025, 6, 1)),
    ("2024-W19", (2024, 5, 6), (2024, 5, 13)), ("yesterday", (2025, 6, 14), (2025, 6, 15)),
    (" 2024-10-14 ", (2024, 10, 14), (2024, 10, 15)), ("until 2020", (2020, 12, 31), (2021, 1, 1)),
])
def test_dates_as_people_write_them(life: Life, text: str, start: tuple[int, ...], end: tuple[int, ...]) -> None:
    found = life.chronicle.when(text)
    assert found is not None
    assert (found.start, found.end) == (datetime(*start, tzinfo=OSLO), datetime(*end, tzinfo=OSLO))


@pytest.mark.parametrize("text", ["banana", "", "for two weeks", "03/04/2023", "2024-W60", "0", "10000", "every day"])
def test_what_names_no_time(life: Life, text: str) -> None:
    assert life.chronicle.when(text) is None


def test_an_ambiguous_date_is_read_as_the_owner_writes_dates(life: Life) -> None:
    european, american = (life.chronicle.when("03/04/2023", day_first=first) for first in (True, False))
    assert european is not None and european.start == datetime(2023, 4, 3, tzinfo=OSLO)
    assert american is not None and american.start == datetime(2023, 3, 4, tzinfo=OSLO)


def test_a_time_of_day_is_one(life: Life) -> None:
    found = life.chronicle.when("3pm on 14 Oct 2024")
    assert found is not None and found.start == datetime(2024, 10, 14, 15, tzinfo=OSLO)
    assert found.end - found.start == HOUR
