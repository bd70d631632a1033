"""Thoughts after an answer: inserted, merged, forgotten in one change-set, on the cited places, never without."""

import json

import pytest

from mneme.errors import Cancelled, ModelFailed
from mneme.upkeep.made import thinking
from mneme.upkeep.made.thinking import Answered

FIRST = "Nils rows every morning before work."
SECOND = "The oars of Nils are in the shed at Kinn."
THIRD = "On Sundays he rests his back."


@pytest.fixture
def asked(diary) -> Answered:
    for n, text in enumerate((FIRST, SECOND, THIRD)):
        diary.note(f"{n}.md", text + "\n")
    return Answered("When does Nils row?", "Every morning before work.", tuple(map(diary.passage, (FIRST, SECOND))))


def doing(*operations, **more) -> str:
    return json.dumps({"operations": list(operations), **more})


def insert(text: str, *passages: int) -> dict[str, object]:
    return {"do": "insert", "text": text, "passages": list(passages)}


ROWS = "Nils rows every morning and the oars are in the shed."


def test_a_thought_stands_on_the_cited_passages(study, diary, asked) -> None:
    before = diary.digest()
    model = study.saying(doing(insert(ROWS, 1, 2)))
    study.supports = lambda text, texts: text == ROWS and texts == [FIRST, SECOND]
    thoughts = study.think(model, asked)
    assert (thoughts.counts, thoughts.dropped, thoughts.failed) == ({"inserted": 1}, {}, "")
    [thought] = thoughts.memories
    assert [one.text for one in diary.engine.show(thought).evidence] == [FIRST, SECOND]
    [(prompt, wish)] = model.asked
    assert "When does Nils row?" in prompt[-1].text and FIRST in prompt[-1].text and not wish.urgent
    [entry] = diary.life.journal(limit=1)
    assert (entry.id, entry.what, entry.counts) == (thoughts.changes, "think", {"inserted": 1})
    study.undo()
    assert diary.digest() == before


def test_thoughts_are_merged_and_forgotten_together_and_undone_together(study, diary, asked) -> None:
    study.supports = lambda _text, _texts: True
    study.think(study.saying(doing(insert("Nils rows.", 1), insert("The shed has oars.", 2))), asked)
    before = diary.digest()
    model = study.saying(doing({"do": "merge", "thought": 1, "text": ROWS, "passages": [1]},
                               {"do": "forget", "thought": 2}, insert("He rows early.", 1)))
    thoughts = study.think(model, asked)
    assert thoughts.counts == {"merged": 1, "forgotten": 1, "inserted": 1}
    assert "thought 1\nThe shed has oars." in model.asked[0][0][-1].text
    assert study.by_model() == ["He rows early.", ROWS]
    merged = next(one for one in thoughts.memories if diary.engine.show(one).memory.text == ROWS)
    assert {one.text for one in diary.engine.show(merged).evidence} == {FIRST, SECOND}
    study.undo()
    assert diary.digest() == before


def test_what_has_no_evidence_or_no_support_is_dropped(study, diary, asked) -> None:
    before = diary.digest()
    thoughts = study.think(study.saying(doing(
        insert("Nils rows.", 3), insert("Nils rows."), insert("Nils swims.", 1), insert("Nils rows. Every morning.", 1),
        {"do": "merge", "thought": 1, "text": "Nils rows.", "passages": [1]}, {"do": "forget"}, {"do": "burn"})), asked)
    assert thoughts.counts == {} and thoughts.changes is None and diary.digest() == before
    assert thoughts.dropped == {"no evidence": 2, "unsupported": 1, "too long": 1, "no such passage": 2,
                                "not the schema": 1}


def test_an_answer_without_citations_leaves_no_thought(study, diary, asked) -> None:
    model = study.saying(doing(insert("Nils rows.", 1)))
    assert study.think(model, Answered("Who?", "Nils.", ())).dropped == {"no evidence": 1}
    assert study.think(model, Answered("Who?", "Nils.", (99,))).dropped == {"no evidence": 1} and not model.asked


def test_what_the_owner_edited_is_not_changed(study, diary, asked) -> None:
    [thought] = study.think(study.saying(doing(insert("Nils rows every morning.", 1))), asked).memories
    diary.life.edit(thought, "Nils rows daily.")
    thoughts = study.think(study.saying(doing({"do": "forget", "thought": 1})), asked)
    assert thoughts.dropped == {"in the owner's hand": 1} and study.by_model() == ["Nils rows daily."]


def test_the_note_of_a_deep_answer_is_kept_as_far_as_it_is_supported(study, diary, asked) -> None:
    note = Answered(asked.question, asked.answer, asked.citations, "Nils rows every morning. Nils is a champion.")
    thoughts = study.think(study.saying("no"), note)
    assert thoughts.failed and thoughts.dropped == {"not JSON": 1} and thoughts.counts == {"inserted": 1}
    assert study.by_model() == ["Nils rows every morning."]
    assert study.think(study.saying(doing()), note).dropped == {"duplicate": 1}


def test_a_failure_is_said_and_leaves_nothing(study, diary, asked) -> None:
    before = diary.digest()

    def dying(_prompt, _wish):
        yield '{"operations": ['
        raise ModelFailed("It broke.", "Try again.")

    assert study.think(study.model(dying), asked).failed == "It broke. Try again."
    with pytest.raises(Cancelled):
        thinking.think(diary.store, study.saying(doing()), study.sight(), study.supports, asked, lambda: True)
    assert diary.digest() == before


def test_private_citations_are_not_sent_elsewhere(study, diary, asked, server) -> None:
    diary.store.write(lambda db: db.execute("UPDATE memory SET private = 1 WHERE id = ?", [asked.citations[0]]))
    model = study.saying(doing(insert("Nils rows every morning.", 1)), facts=server)
    assert study.think(model, asked).dropped == {"private and model elsewhere": 1} and not model.asked


@pytest.mark.parametrize("change", ["edit", "erase"])
def test_what_changes_meanwhile_carries_no_thought(study, diary, asked, change: str) -> None:
    def slow(_prompt, _wish) -> str:
        {"edit": lambda: diary.life.edit(asked.citations[0], "Nils sold his boat."),
         "erase": lambda: diary.engine.erase([asked.citations[0]])}[change]()
        return doing(insert("Nils rows every morning.", 1), insert("Nils rows. Every", 1))

    assert study.think(study.model(slow), asked).dropped == {"no evidence": 2}
    assert study.by_model() == [] and diary.digest()


def test_a_thought_goes_with_its_passages_and_stands_for_no_fact(study, diary, asked) -> None:
    study.supports = lambda _text, _texts: True
    study.think(study.saying(doing(insert("Nils lives in Bergen.", 1, 2))), asked)
    diary.upkeep()
    assert diary.said() == []
    assert study.waiting()["facts"] == 3  # the passages alone
    diary.engine.erase([asked.citations[0]])
    assert study.by_model() == [] and "lives in Bergen" not in study.everything()
