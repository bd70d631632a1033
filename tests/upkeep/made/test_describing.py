"""Descriptions of notes and events: supported by their words, revised when something joins them, gone with them."""

from datetime import UTC, datetime, timedelta

from mneme.store import changes, descriptions, links

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)
NOTE = "Rhubarb cake with cardamom, as aunt Tove baked it in Molde."
ABOUT = {"sentence": "Rhubarb cake as aunt Tove baked it.", "keywords": ["Rhubarb", "cardamom", "aunt Tove"],
         "tags": ["recipe", "family"]}


def describing(study, known, **more):
    return study.knowing("descriptions", "note", known, **more)


def told(diary, part: str):
    with diary.store.reader() as db:
        return descriptions.get(db, diary.passage(part))


def test_a_note_is_described_with_words_of_its_own(study, diary) -> None:
    diary.note("cake.md", NOTE + "\n")
    before = diary.digest()
    done = study.one(describing(study, {"Rhubarb": [ABOUT]}), "describe")
    assert (done.kept, dict(done.dropped)) == (1, {})
    about = told(diary, "Rhubarb")
    assert (about.text, about.keywords, about.tags, about.revised) == (
        ABOUT["sentence"], tuple(ABOUT["keywords"]), tuple(ABOUT["tags"]), 0)
    assert diary.digest() != before
    study.undo()
    assert diary.digest() == before and told(diary, "Rhubarb") is None


def test_what_the_note_does_not_say_is_dropped(study, diary) -> None:
    diary.note("cake.md", NOTE + "\n")
    done = study.one(describing(study, {"Rhubarb": [
        {**ABOUT, "sentence": "Rhubarb cake from Bergen."}, {**ABOUT, "keywords": ["Rhubarb", "vanilla"]},
        {**ABOUT, "keywords": [f"{n}" for n in range(9)]}, {**ABOUT, "tags": ["a tag of words"]},
        {**ABOUT, "sentence": "Rhubarb cake. Cardamom."}, {**ABOUT, "tags": list("abcdef")}]}),
        "describe")
    assert done.kept == 0 and told(diary, "Rhubarb") is None
    assert dict(done.dropped) == {"unsupported": 1, "not its words": 2, "too many": 2, "too long": 1}


def test_events_stand_for_the_notes_in_them(study, diary) -> None:
    diary.note("cake.md", NOTE + "\n")
    diary.chat("Ines", ("Maren", "The boat engine leaks.", DAY), ("Ines", "Oil again?", DAY + timedelta(minutes=1)))
    assert study.waiting()["describe"] == 1  # the note; a chat has events alone
    diary.upkeep("events")
    assert study.waiting()["describe"] == 2
    model = describing(study, {})
    study.run(model, "describe")
    texts = [text for prompt, _wish in model.asked for _n, _head, text in study.shown(prompt)]
    assert sorted(texts) == ["Maren: The boat engine leaks.\nInes: Oil again?", NOTE]


def test_a_description_is_revised_when_something_joins_and_undo_takes_the_revision_back(study, diary) -> None:
    diary.note("cake.md", NOTE + "\n")
    diary.note("later.md", "Aunt Tove is ninety, we bake for her.\n")
    diary.upkeep("events")
    first, later = [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'event' ORDER BY id")]
    study.run(describing(study, {"Rhubarb": [ABOUT]}), "describe")
    assert study.waiting()["describe"] == 0
    diary.store.write(lambda db: changes.within(
        db, "associations", "upkeep", diary.clock.now(), lambda made: links.link(made, later, "association", first)))
    before = diary.digest()
    model = describing(study, {"Rhubarb": [{**ABOUT, "sentence": "Cake as aunt Tove baked it in Molde."}]})
    done = study.one(model, "describe")
    assert "Aunt Tove is ninety" in model.asked[0][0][-1].text
    with diary.store.reader() as db:
        about = descriptions.get(db, first)
    assert (about.text, about.revised) == ("Cake as aunt Tove baked it in Molde.", 1) and done.kept == 1
    assert diary.life.journal(limit=1)[0].counts == {"descriptions": 1, "revised": 1}
    assert study.waiting()["describe"] == 0
    study.undo()
    assert diary.digest() == before


def test_what_joined_lends_no_words(study, diary) -> None:
    diary.note("cake.md", NOTE + "\n")
    diary.note("later.md", "Aunt Tove is ninety, we bake for her.\n")
    diary.upkeep("events")
    first, later = [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'event' ORDER BY id")]
    diary.store.write(lambda db: changes.within(
        db, "associations", "upkeep", diary.clock.now(), lambda made: links.link(made, later, "association", first)))
    done = study.one(describing(study, {"Rhubarb": [{**ABOUT, "sentence": "Aunt Tove is ninety."}]}), "describe")
    assert done.dropped["unsupported"] == 1


def test_a_private_note_is_not_shown_beside_another(study, diary, server) -> None:
    diary.note("cake.md", NOTE + "\n")
    diary.note("later.md", "Aunt Tove is ninety, we bake for her.\n")
    diary.upkeep("events")
    first, later = [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'event' ORDER BY id")]
    diary.store.write(lambda db: changes.within(
        db, "associations", "upkeep", diary.clock.now(), lambda made: links.link(made, later, "association", first)))
    diary.store.write(lambda db: db.execute("UPDATE memory SET private = 1 WHERE id = ?", [diary.passage("ninety")]))
    model = describing(study, {}, facts=server)
    assert study.one(model, "describe").private == 1
    assert all("ninety" not in turn.text for prompt, _wish in model.asked for turn in prompt)


def test_erasing_takes_the_description_even_where_a_part_of_the_note_stays(study, diary) -> None:
    days = [" ".join(f"The sun came out at {n} on {day} and stayed." for n in range(40))
            for day in ("Sunday", "Monday")]
    diary.note("cake.md", f"# Sunday\n\n{NOTE} {days[0]}\n\n# Monday\n\n{days[1]} {NOTE}\n")
    study.run(describing(study, {"Rhubarb": [ABOUT]}), "describe")
    assert len(diary.rows("SELECT * FROM description")) == 1
    first, again = [row[0] for row in diary.rows("SELECT id FROM memory WHERE kind = 'passage' AND text LIKE ?",
                                                 f"%{NOTE}%")]
    diary.engine.erase([again])
    assert "Rhubarb" not in study.everything() and diary.rows("SELECT * FROM description") == []
    assert diary.passage("at 0 on Sunday") == first and study.waiting()["describe"] == 1
    assert diary.digest()
