"""Groups of passages: made by data and seed alone, at most one answers, and nothing beside it holds the answer."""

import importlib
import json
import random
from types import ModuleType
from typing import Any

import pytest

from mneme.testing import HashEmbedder

THINGS = ["lamp", "tent", "stove", "kettle", "ladder", "violin", "compass", "drum", "anchor", "saddle", "mirror",
          "blanket", "🚲", "Fahrrad", "книга", "自転車"]
PLACES = ["Oslo", "Lima", "Turin", "Delft", "Quito", "Accra", "Porto", "Kyiv"]


@pytest.fixture
def groups(scripts: Any) -> ModuleType:
    return importlib.import_module("groups")


def rows(groups: ModuleType) -> list[dict[str, Any]]:
    """Two people tell each other what they bought where; sixteen name each place."""
    made = []
    for n in range(128):
        speaker, other = ("Berit", "Odd") if n % 2 else ("Odd", "Berit")
        thing, place = THINGS[n % len(THINGS)], PLACES[n // len(THINGS)]
        text = f"I bought the {thing} in {place}, after all."
        start = text.index(place)
        row = groups.data.example(f"Where did {speaker} buy the {thing} number {n}?", text, start, start + len(place),
                                  "friendsqa-turn", speaker=speaker)
        made.append(row | {"before": (other, f"And the {thing}? {n}") if n % 3 else ("", "")})
    return made


def made(groups: ModuleType, seed: int = 7) -> list[dict[str, Any]]:
    return list(groups.groups(rows(groups), HashEmbedder(64), random.Random(seed)))


def answers(group: dict[str, Any]) -> list[str]:
    return [p["text"][p["start"]:p["end"]] for p in group["passages"] if p["start"] >= 0]


def test_they_are_a_function_of_data_and_seed(groups: ModuleType) -> None:
    first = json.dumps(made(groups))
    assert json.dumps(made(groups)) == first
    assert json.dumps(made(groups, seed=8)) != first


def test_at_most_one_passage_answers_and_no_other_holds_its_words(groups: ModuleType) -> None:
    right = {row["q"]: (row["text"], row["text"][row["start"]:row["end"]]) for row in rows(groups)}
    for group in made(groups):
        assert 1 < len(group["passages"]) <= groups.SIZE
        text, place = right[group["q"]]
        assert answers(group) in ([], [place])
        for passage in group["passages"]:
            assert passage["text"].endswith(text) or place not in passage["text"]
            assert passage["relevant"] == (passage["start"] >= 0)
            assert (passage["start"] < 0) == (passage["end"] < 0)
    unanswered = [group for group in made(groups) if not answers(group)]
    assert 0.3 < len(unanswered) / 128 < 0.75  # .18 left out, .35 under the other's name


def test_the_other_passages_are_the_nearest(groups: ModuleType) -> None:
    """Eight of sixteen in a pool name the same thing; drawn at random it would be one in sixteen."""
    near = total = 0
    for group in made(groups):
        thing = group["q"].split(" the ")[1].split(" number")[0]
        others = [p["text"].rpartition("I bought")[2] for p in group["passages"] if p["start"] < 0]
        near, total = near + sum(f"the {thing} in" in text for text in others), total + len(others)
    assert near / total > 0.3


def test_the_same_words_under_the_other_name_do_not_answer(groups: ModuleType) -> None:
    text_of = {row["q"]: (row["speaker"], row["text"]) for row in rows(groups)}
    swapped = 0
    for group in made(groups):
        speaker, text = text_of[group["q"]]
        for passage in group["passages"]:
            if passage["text"].endswith(text) and passage["start"] < 0:
                swapped += 1
                voice = passage["header"] if passage["text"] == text else passage["text"].splitlines()[-1]
                assert not voice.startswith(speaker)
    assert swapped > 20


def test_what_was_said_before_stands_before_the_passage_as_the_program_has_it(groups: ModuleType) -> None:
    passage = groups.Passage("In Lima.", 3, 7, "Maya", ("Tom", "Where? 🤔"))
    told = [groups.written(passage, "3 May 2021", "Chat", random.Random(seed)) for seed in range(20)]
    for one in told:
        assert one["text"][one["start"]:one["end"]] == "Lima"
    assert {(one["header"], one["text"]) for one in told} == {
        ("3 May 2021", "Tom: Where? 🤔\nMaya: In Lima."), ("Maya, 3 May 2021, Chat", "In Lima.")}
    nobodys = groups.written(passage._replace(speaker=""), "", "Chat", random.Random(1))
    assert (nobodys["header"], nobodys["text"]) == ("Chat", "In Lima.")


def test_the_first_of_each_source_are_kept(groups: ModuleType) -> None:
    many = [{"source": source, "n": n} for n in range(400) for source in ("xquad-de", "qed", "timeqa")]
    kept = list(groups.kept(many))
    assert [one["n"] for one in kept if one["source"] == "xquad-de"] == list(range(80))
    assert [one["n"] for one in kept if one["source"] == "qed"] == list(range(groups.OTHERWISE_KEPT))
    assert sum(one["source"] == "timeqa" for one in kept) == 400


def test_they_are_counted_with_and_without_an_answer(groups: ModuleType) -> None:
    counts = groups.counted(made(groups))
    without = sum(not answers(group) for group in made(groups))
    assert counts == {"friendsqa-turn": [128 - without, without]}


def test_a_source_without_answers_makes_no_groups(groups: ModuleType) -> None:
    lone = groups.data.example("Who came to see us?", "It rained.", -1, -1, "qed")
    assert list(groups.groups([lone], HashEmbedder(8), random.Random(1))) == []
