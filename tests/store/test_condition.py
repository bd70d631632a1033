"""How the store is: what is planted in it is found, and only that; looking can be stopped; masking leaves nothing."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mneme.errors import Cancelled
from mneme.store.condition import interruptible
from mneme.types import ConcernName, ConditionReport, Kind, MemoryFilter, Progress

SECRET = "tr0ub4dor-and-3"
LETTER = "The chimney of the cabin was swept on the ninth, and the hearth wants two new bricks before winter comes."


def concern(report: ConditionReport, name: ConcernName) -> int:
    return report.concern(name).count


def unmasked(diary, name: str, text: str) -> None:
    diary.engine.set_setting("capture.mask_secrets", False)
    diary.note(name, text)
    diary.engine.set_setting("capture.mask_secrets", True)


def after(steps: int) -> Callable[[], bool]:
    """Cancelled once it was asked so often."""
    asked = iter(range(1, 10**9))
    return lambda: next(asked) > steps


# ------------------------------------------------------------------ the report


def test_of_an_empty_store_everything_is_nothing(diary) -> None:
    report = diary.engine.condition.report()
    assert report.counts.memories == report.counts.items == report.counts.people == report.counts.faded == 0
    assert {one.count for one in report.concerns} == {0}
    assert report.growth.before == 0 and set(report.growth.added) == {0} and len(report.growth.added) == 366
    assert report.fading.sampled == 0 and report.fading.now.bands == (0,) * 10
    assert report.disk.parts["store"] > 0 and report.disk.parts["models"] == 0
    assert report.made_at == diary.clock.now()
    assert diary.engine.condition.copies().estimate == 0
    assert diary.engine.condition.secrets().count == 0
    assert diary.engine.condition.check().doctor.findings == ()


def test_counts_are_those_of_the_store(diary) -> None:
    diary.note("a.md", "I live in Oslo. My sister is called Ines.\n")
    diary.chat("talk", ("Ines", "The boat is blue.", diary.clock.now()), ("Tomas", "No.", diary.clock.now()),
               people=("Maren", "Ines", "Tomas"))
    diary.upkeep()
    diary.life.forget([diary.passage("No.")])
    counts = diary.engine.condition.report().counts
    status = diary.engine.status()
    assert counts.memories == status.memories == sum(counts.layers.values())
    assert counts.kinds["passage"] == 2
    assert counts.kinds["fact"] == sum(counts.facts.values()) == len(diary.life.facts())
    assert counts.items == status.items == 3 and counts.in_bin == status.in_bin > 0
    assert counts.people == 2  # Ines who speaks, and is told of, and Tomas


def test_growth_is_counted_by_the_owners_days(diary) -> None:
    diary.note("old.md", "The old boat was sold.\n")
    diary.clock.advance(timedelta(days=400))
    diary.note("a.md", "The well is dry.\n")
    diary.clock.advance(timedelta(days=3))
    diary.note("b.md", "The well is full.\n\nThe pump is new.\n")
    growth = diary.engine.condition.report().growth
    whole = diary.engine.status().memories
    assert growth.before + sum(growth.added) == whole
    days = {n: added for n, added in enumerate(growth.added) if added}
    assert growth.before == 1 and list(days) == [362, 365]
    assert growth.start + timedelta(days=365) == diary.clock.now().date()


def test_what_has_faded_and_will_fade_is_computed_from_each_life(diary) -> None:
    diary.note("a.md", "\n\n".join(f"The {n}th stone of the wall was laid." for n in range(40)) + "\n")
    fresh = diary.engine.condition.report()
    assert fresh.counts.faded == 0 and fresh.fading.now.bands[9] == fresh.fading.sampled == fresh.fading.memories
    assert [one.days for one in fresh.fading.later] == [30, 90, 365]
    year = fresh.fading.later[-1]
    assert sum(year.bands) == fresh.fading.sampled and year.faded > 0
    diary.clock.advance(timedelta(days=365))
    later = diary.engine.condition.report()
    assert later.fading.now == dataclasses.replace(year, days=0) and later.fading.whole
    assert later.counts.faded == year.faded
    all_of_them = diary.engine.list_memories(MemoryFilter(faded=None, kinds=frozenset(Kind)), limit=500).memories
    assert later.counts.faded == sum(one.retention < later.fading.faded_below for one in all_of_them) > 0


def test_a_use_lifts_a_memory_out_of_the_lower_bands(diary) -> None:
    diary.note("a.md", "The wall was laid.\n")
    diary.clock.advance(timedelta(days=700))
    before = diary.engine.condition.report()
    assert before.counts.faded == 1 and before.counts.layers == {"short-term": 1}
    diary.life.pin([diary.passage("wall")])
    report = diary.engine.condition.report()
    assert report.counts.faded == 0 and report.fading.now.bands[9] == 1


# ------------------------------------------------------------------ what wants a look


def test_contradictions_and_unconfirmed_facts_are_found_until_they_are_settled(diary) -> None:
    diary.note("2025-06-02 a.md", "Tom lives in Oslo.\n")
    diary.note("2025-06-02 b.md", "Tom lives in Rome.\n")
    diary.note("a.md", "I live in Hallevik.\n")
    conflicts = diary.life.conflicts()
    report = diary.engine.condition.report()
    assert concern(report, "contradictions") == len(conflicts) == 1
    assert concern(report, "unconfirmed") == 1
    [mine] = report.concern("unconfirmed").examples
    assert diary.life.fact(mine).memory.text == "You live in Hallevik."
    diary.life.confirm(conflicts[0].sides[0].memory.id)
    diary.life.confirm(mine)
    report = diary.engine.condition.report()
    assert concern(report, "contradictions") == concern(report, "unconfirmed") == 0


def test_what_stands_on_nothing_any_more_is_found_until_upkeep_lets_it_go(diary) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.note("b.md", "My sister is called Ines.\n")
    assert concern(diary.engine.condition.report(), "unsupported") == 0
    passage, fact = diary.passage("Oslo"), diary.fact("You live in Oslo.").memory.id
    diary.store.write(lambda db: db.execute("UPDATE memory SET retired_at = 1 WHERE id = ?", [passage]))
    found = diary.engine.condition.report().concern("unsupported")
    assert found.examples == (fact,) and found.count == 1
    diary.upkeep("mend")
    assert concern(diary.engine.condition.report(), "unsupported") == 0


def test_places_that_failed_and_sources_with_a_problem_say_why(diary) -> None:
    (diary.folder / "cut.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    diary.note("a.md", "The well is dry.\n")
    diary.store.write(lambda db: db.execute(
        "INSERT INTO source (kind, place, shown, added_at, problem) VALUES ('folder', x'78', '/x', 0, 'It is gone.')"))
    report = diary.engine.condition.report()
    [failed] = report.concern("failed").places
    [source] = report.concern("sources").places
    assert Path(failed.place).name == "cut.pdf" and failed.reason and report.concern("failed").count == 1
    assert (source.place, source.reason) == ("/x", "It is gone.") and report.counts.sources == 1


def test_copies_are_those_that_are_linked_and_those_that_upkeep_would_link(diary) -> None:
    diary.note("a.md", LETTER + "\n")
    diary.note("b.md", LETTER + "\n")
    diary.upkeep()
    diary.note("c.md", "Good to know. " + LETTER + "\n")
    diary.note("d.md", LETTER + "\n")
    diary.note("e.md", LETTER.replace("two new", "three new") + "\n")
    before = diary.engine.condition.copies()
    assert (before.linked, before.unseen, before.sampled) == (1, 3, 3)
    assert before.pairs == ((_at(diary, "d.md"), _at(diary, "a.md")),)
    assert before.found == before.estimate == diary.life.plan(only=("copies",))[0].counts["copies"] == 1
    diary.upkeep()
    settled = diary.engine.condition.copies()
    assert (settled.linked, settled.unseen, settled.estimate, settled.pairs) == (2, 0, 0, ())


def _at(diary, name: str) -> int:
    [[found]] = diary.rows("""SELECT m.id FROM memory m JOIN evidence e ON e.memory_id = m.id
        JOIN item i ON i.id = e.item_id JOIN entry n ON n.id = i.entry_id
        WHERE m.kind = 'passage' AND instr(n.shown, ?)""", name)
    return int(found)


# ------------------------------------------------------------------ secrets


def test_secrets_that_slipped_in_are_counted_and_placed_and_never_told(diary) -> None:
    diary.note("plain.md", "The password hangs on the fridge.\n")
    unmasked(diary, "bank.md", f"# Bank\n\nThe visit was short.\n\nPassword: {SECRET}\n")
    unmasked(diary, "card.md", "My card is 4111 1111 1111 1111, and the pin: 8305.\n")
    found = diary.engine.condition.secrets()
    assert dict(found.kinds) == {"password": 2, "payment card": 1} and found.count == 3 and found.texts == 3
    assert [Path(one.place).name for one in found.places] == ["bank.md", "card.md"]
    assert found.places[0].memory == diary.passage(SECRET) and found.places[0].said == "1 password"
    assert SECRET not in repr(found) and "4111" not in repr(found)


def test_masked_secrets_are_nowhere_and_the_rest_stays_where_it_stands(diary) -> None:
    unmasked(diary, "bank.md", f"# Bank\n\nI live in Oslo.\n\nPassword: {SECRET}\n")
    diary.upkeep()
    place, fact = diary.engine.condition.secrets().places[0], diary.fact("You live in Oslo.")
    changes = diary.engine.condition.mask_secrets([place.item])
    assert diary.passage("Password") in changes.memories
    assert diary.engine.condition.secrets().count == 0
    assert diary.fact("You live in Oslo.") == dataclasses.replace(fact)
    shown = diary.engine.show(diary.passage("Password"))
    assert shown.item_text == f"# Bank\n\nI live in Oslo.\n\nPassword: {'█' * len(SECRET)}\n"
    assert diary.digest()
    tables = [name for [name] in diary.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND "
                                            "name NOT LIKE '%fts%'")]
    assert SECRET not in repr([diary.rows(f"SELECT * FROM {table}") for table in tables])
    assert SECRET not in repr(diary.rows("SELECT text, context FROM memory_fts"))


def test_a_secret_in_a_title_is_found_and_masked(diary) -> None:
    unmasked(diary, "note.md", "Nothing here.\n")
    diary.store.write(lambda db: db.execute("UPDATE item SET title = ?", [f"password: {SECRET}"]))
    [place] = diary.engine.condition.secrets().places
    assert place.title == "" and SECRET not in repr(place)
    diary.engine.condition.mask_secrets([place.item])
    assert diary.engine.condition.secrets().count == 0
    assert diary.passage("Nothing here.")


# ------------------------------------------------------------------ checking


def test_the_check_finds_what_doctor_finds_and_mends_it(diary) -> None:
    diary.note("a.md", "The well is dry.\n")
    diary.store.write(lambda db: db.execute("DELETE FROM memory_fts"))
    told: list[Progress] = []
    check = diary.engine.condition.check(progress=told.append)
    assert check.doctor.findings == diary.engine.doctor().findings and len(check.doctor.findings) == 1
    assert [one.done for one in told] == list(range(len(told))) and told[0].total == len(told) > 5
    heard = []
    diary.engine.subscribe(heard.append)
    mended = diary.engine.condition.check(repair=True)
    assert mended.doctor.healthy and mended.doctor.findings[0].repaired and heard[-1].everything
    assert diary.engine.condition.check().doctor.findings == ()
    assert diary.engine.search("well").hits


@pytest.mark.parametrize(("work", "most"), [("report", 6), ("copies", 1), ("secrets", 2), ("check", 6)])
def test_looking_can_be_stopped_at_any_step(diary, work: str, most: int) -> None:
    diary.note("a.md", "I live in Oslo.\n")
    diary.note("b.md", f"The well is dry, and has been since June. {LETTER}\n")
    look = getattr(diary.engine.condition, work)
    told: list[Progress] = []
    assert look(progress=told.append, cancelled=lambda: False) is not None and told
    for steps in range(most):
        with pytest.raises(Cancelled):
            look(cancelled=after(steps))
    assert look() is not None


def test_a_long_statement_is_stopped_in_its_midst(diary) -> None:
    long = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 100000000) SELECT count(*) FROM n"
    with pytest.raises(Cancelled), diary.store.reader() as db, interruptible(db, after(1)):
        db.execute(long).fetchall()
    assert diary.store.query("SELECT count(*) FROM memory")  # and nothing is interrupted any more
