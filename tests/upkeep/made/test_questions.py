"""Questions by a model: kept where their passage answers them, found as keys to it, and gone with it."""

from datetime import timedelta

from mneme.recall.search import KEYS_READ
from mneme.types import Kind, MemoryFilter

BOILER = "The boiler man comes on the ninth, said the note under the door."
ASKED = {"question": "When does the boiler man come?", "quote": "comes on the ninth"}


def asking(study, known, **more):
    return study.knowing("questions", "passage", known, **more)


def test_questions_stand_on_the_words_that_answer_them(study, diary) -> None:
    diary.note("a.md", BOILER + "\n")
    before = diary.digest()
    done = study.one(asking(study, {"boiler": [ASKED]}), "questions")
    assert (done.read, done.kept, dict(done.dropped)) == (1, 1, {})
    [found] = diary.engine.list_memories(MemoryFilter(kinds=frozenset((Kind.QUESTION,)))).memories
    assert (found.text, found.origin) == ("When does the boiler man come?", "derived")
    assert [one.text for one in diary.engine.show(found.id).evidence] == ["comes on the ninth"]
    assert diary.rows("SELECT prompt FROM made") == [("questions.v1",)]
    study.undo()
    assert diary.digest() == before


def test_what_is_no_question_of_the_passage_is_dropped(study, diary) -> None:
    diary.note("a.md", BOILER + "\n")
    done = study.one(asking(study, {"boiler": [
        {**ASKED, "quote": "comes on the tenth"}, {**ASKED, "question": "The boiler man comes"},
        {**ASKED, "question": "When does Egon come?"}, {**ASKED, "question": "Will it rain?"},
        {**ASKED, "question": "When does the boiler man come, on 9 May 2019?"},
        {**ASKED, "question": "When does the " + "boiler " * 40 + "come?"}]}), "questions")
    assert done.kept == 0
    assert dict(done.dropped) == {"quote not there": 1, "not the schema": 2, "not its words": 3}


def test_at_most_three_of_a_passage_and_none_twice(study, diary) -> None:
    diary.note("a.md", BOILER + "\n")
    more = [{**ASKED, "question": f"{word} does the boiler man come?"}
            for word in ("When", "when", "Why", "Where", "How")]
    done = study.one(asking(study, {"boiler": more}), "questions")
    assert done.kept == 3 and dict(done.dropped) == {"duplicate": 1, "too many": 1}


def test_a_question_leads_to_its_passage(study, diary) -> None:
    diary.note("a.md", BOILER + "\n")
    for n in range(6):
        diary.note(f"{n}.md", f"The plumber was here, visit {n}.\n")
    study.run(asking(study, {"boiler": [{**ASKED, "question": "When is the heating boiler man due?"}]}), "questions")
    diary.note("later.md", "Another day.\n")  # what is new gets its vector
    hits = diary.engine.search("When is the heating due?").hits
    [boiler] = [hit for hit in hits if "boiler" in hit.memory.text]
    assert boiler.why["questions"] == 1.0
    assert all("questions" not in hit.why for hit in diary.engine.search(
        "When is the heating due?", without=frozenset(("questions",))).hits)


def test_questions_do_not_crowd_out_facts(study, diary) -> None:
    diary.note("home.md", "I live in Oslo by the boiler works.\n")
    for n in range(KEYS_READ + 10):
        diary.note(f"{n}.md", f"The Oslo boiler is in room {n}, I think.\n")
    plain = diary.engine.search("Where in Oslo do I live?").hits
    known = {"boiler is": [{"question": "Where in Oslo do I live by the boiler?", "quote": "boiler is in room"}]}
    assert study.one(asking(study, known), "questions").kept == KEYS_READ + 10
    asked = diary.engine.search("Where in Oslo do I live?").hits
    facts = [{hit.memory.id: hit.why["facts"] for hit in hits if "facts" in hit.why} for hits in (plain, asked)]
    assert facts[0] and facts[0] == facts[1]


def test_a_question_goes_with_its_passage_and_does_not_come_back(study, diary) -> None:
    diary.note("a.md", BOILER + "\n")
    model = asking(study, {"boiler": [ASKED]})
    study.run(model, "questions")
    diary.life.forget([diary.passage("boiler")])
    assert study.by_model() == []
    [[passage]] = diary.rows("SELECT id FROM memory WHERE kind = 'passage'")
    diary.life.restore([passage])
    assert study.by_model() == ["When does the boiler man come?"]
    [[question]] = diary.rows("SELECT id FROM memory WHERE kind = 'question'")
    diary.engine.erase([question])
    diary.clock.advance(timedelta(days=1))
    diary.note("b.md", "A new note. " + BOILER + "\n")
    assert study.one(model, "questions").dropped["erased before"] == 1
    diary.engine.erase([diary.passage("A new note"), passage])
    assert "boiler" not in study.everything()


def test_a_copy_is_not_read_as_long_as_the_first_is_there(study, diary) -> None:
    diary.note("a.md", BOILER + " It is the third time this winter.\n")
    diary.note("b.md", BOILER + " It is the third time this winter.\n")
    assert study.waiting()["questions"] == 2
    diary.upkeep("copies")
    assert study.waiting()["questions"] == 1
