"""Training examples: what is made by rule is answered by its span, and only permitted files are read."""

import importlib
import json
import random
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def synth(scripts: Path) -> ModuleType:
    return importlib.import_module("synth")


@pytest.fixture
def data(scripts: Path) -> ModuleType:
    return importlib.import_module("data")


def asked(synth: ModuleType, text: str) -> dict[str, str]:
    """What `text` by Maya answers; questions in the first person are brought to the third."""
    found = synth.questions(text, "Maya", "her", random.Random(1))
    return {q.replace("did I", "did Maya").replace("do I", "does Maya").replace("my", "Maya's"): text[start:end]
            for q, start, end in found}


def test_a_time_and_a_thing(synth: ModuleType) -> None:
    assert asked(synth, "I just bought a new lens last week.") == {
        "When did Maya buy a new lens?": "last week", "What did Maya buy?": "a new lens"}


@pytest.mark.parametrize(("text", "answer"), [
    ("I love hiking, old maps and my sister's bread.", "hiking, old maps and my sister's bread"),
    ("I bought a tent, two lamps, and a stove last week.", "a tent, two lamps, and a stove"),
    ("I visited Rome, Paris and Vienna with my aunt.", "Rome, Paris and Vienna"),
])
def test_a_list_is_one_answer(synth: ModuleType, text: str, answer: str) -> None:
    assert answer in asked(synth, text).values()


def test_what_is_no_list_is_not_read_as_one(synth: ModuleType) -> None:
    assert asked(synth, "I like cats, and dogs are fine, and so on.") == {"What does Maya like?": "cats"}


def test_the_same_words_under_another_name_answer_nothing(synth: ModuleType) -> None:
    talk = ("memorybank-1", [("user", f"I bought a blue lamp number {n} last week.") for n in range(40)])
    rows = [row for seed in range(30) for row in synth.talk_rows(talk, random.Random(seed))]
    swapped = [row for row in rows if row["source"] == "first-person-other-speaker"]
    assert swapped
    for row in swapped:
        assert (row["start"], row["end"], row["relevant"]) == (-1, -1, 0)
        assert row["speaker"] not in row["q"]
    for row in rows:
        if row["start"] >= 0:
            assert row["text"][row["start"]:row["end"]] == row["golds"][0] and row["relevant"] == 1


def test_an_unanswerable_pair_does_not_hold_the_answer(data: ModuleType) -> None:
    row = data.example("Who came?", "Nadia came. It rained. We left early, all of us together.", 0, 5, "made")
    assert (row["start"], row["relevant"]) == (0, 1)
    other = data.unanswerable(random.Random(1), row, ["nadia again, in a passage.", "Somebody else came by the house."])
    assert other is not None and "nadia" not in other["text"].lower()
    assert (other["start"], other["relevant"]) == (-1, 0)
    rest = data.elsewhere(random.Random(1), row)
    assert rest is not None and "Nadia" not in rest["text"] and rest["relevant"] == -1


def test_a_file_that_is_not_the_one_whose_licence_was_read_stops_everything(data: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is not there"):
        data.check(tmp_path)
    for source in json.loads((Path(data.__file__).parent / "sources.json").read_text()):
        for name in source["files"]:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("something else")
    with pytest.raises(SystemExit, match="is not the file whose licence was read"):
        data.check(tmp_path)


def test_the_permitted_files_are_the_ones_that_are_there(data: ModuleType, eval_data: Path) -> None:
    data.check(eval_data)
