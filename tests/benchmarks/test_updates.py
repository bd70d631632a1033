"""The benchmark of lives judges answers as people would, and its own lives are whole."""

import json
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mneme.memory.facts.relations import RELATIONS

HERE = Path(__file__).parent
LIVES = HERE.parent / "memory" / "facts" / "lives.jsonl"
sys.path.append(str(HERE))  # the benchmarks are scripts beside each other

import updates  # noqa: E402

CAT: dict[str, Any] = {
    "id": "cat", "kind": "pet", "held": False, "owner": "Ada Moen",
    "statements": [
        {"at": "2024-03-01T09:00", "speaker": "Bo", "text": "How was the weekend?"},
        {"at": "2024-03-01T09:05", "speaker": "Ada Moen", "text": "My cat is called Miso."},
        {"at": "2024-03-02T20:00", "speaker": None, "text": "Rain all day."},
        {"at": "2024-03-03T08:00", "speaker": "assistant", "text": "Your cat is called Rex.", "chat": "help"}],
    "questions": [{"text": "What is my cat called?", "at": "2024-05-01T09:00", "when": "now", "accept": ["Miso"],
                   "stale": ["Rex"]}],
    "facts": [{"as_of": None, "subject": "me", "relation": "pet", "object": "Miso"},
              {"as_of": None, "subject": "me", "relation": "pet", "object": "Rex", "none": True}]}
HOME: dict[str, Any] = {
    "id": "home", "kind": "city", "held": True, "owner": "Ada Moen",
    "statements": [{"at": "2024-03-01T09:05", "speaker": None, "text": "I live in Oslo."}],
    "questions": [{"text": "Where did I live", "at": "2024-05-01T09:00", "when": "then", "as_of": "2024-04-01",
                   "accept": ["Oslo"]}],
    "facts": [{"as_of": "2024-04-01", "subject": "me", "relation": "lives_in", "object": "Oslo"}]}


def question(accept: str = "", stale: str = "", none: bool = False) -> updates.Question:
    return updates.Question.of({"text": "?", "at": "2024-05-01T09:00", "when": "now", "none": none,
                                "accept": accept.split("|") if accept else [],
                                "stale": stale.split("|") if stale else []})


@pytest.mark.parametrize(("answer", "asked", "verdict"), [
    ("at Acme", question("Acme", "Initech"), "right"),
    ("Initech", question("Acme", "Initech"), "stale"),
    ("from Initech to Acme", question("Acme", "Initech"), "wrong"),
    ("Acmeville", question("Acme"), "wrong"),
    (None, question("Acme"), "refused"),
    (None, question(none=True), "right"),
    ("Karl", question(stale="Karl", none=True), "stale"),
    ("No.", question("no", "yes", none=True), "right"),
])
def test_an_answer_is_right_stale_refused_or_wrong(answer: str | None, asked: updates.Question, verdict: str) -> None:
    assert updates.verdict(answer, asked) == verdict


@pytest.mark.parametrize(("answer", "wanted"), [
    ("on the 14th of May at nine", "2024-05-14"), ("May 14, 2024", "2024-05-14"), ("14 May 2024", "2024-05-14"),
    ("Tue 14 May", "2024-05-14"), ("2024-05-14", "2024-05-14"), ("0160-5550877", "0160 555 0877"),
    ("You don't any more", "no"), ("at 3pm", "3 pm"), ("under the Blue Pot!", "blue pot"),
])
def test_what_people_write_in_several_ways_is_the_same(answer: str, wanted: str) -> None:
    assert updates.says(answer, wanted)


@pytest.mark.parametrize(("answer", "wanted"), [
    ("14 June", "2024-05-14"), ("14 May 2023", "2024-05-14"), ("May 2024", "2024-05-14"),
    ("0160 555 0878", "0160 555 0877"), ("Yes", "no"), ("Nottingham", "no"),
])
def test_what_is_another_is_not(answer: str, wanted: str) -> None:
    assert not updates.says(answer, wanted)


def test_a_question_as_of_a_day_says_so() -> None:
    asked = updates.Question.of({"text": "Where did I live", "at": "2024-12-01T09:00", "when": "then",
                                 "as_of": "2024-04-01"})
    assert asked.as_of == date(2024, 4, 1) and asked.asked == "Where did I live as of 1 April 2024?"


def test_the_table_tells_shares_by_kind() -> None:
    right, stale = updates.Outcome("now", "right", "", "", ""), updates.Outcome("then", "stale", "", "", "")
    rows = [row.split() for row in updates.table({"job": [right, stale], "city": [right]}).splitlines()[1:]]
    assert rows == [["job", "2", "100%", "0%", "50%", "0%", "0%"], ["city", "1", "100%", "-", "0%", "0%", "0%"],
                    ["all", "3", "100%", "0%", "33%", "0%", "0%"]]


@pytest.mark.parametrize("options", [(), ("--late",), ("--facts",)])
def test_two_lives_are_lived(options: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "lives.jsonl"
    path.write_text("\n".join(map(json.dumps, (CAT, HOME))), encoding="utf-8")
    done = subprocess.run([sys.executable, HERE / "updates.py", path, "--verbose", *options], text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = {row.split()[0]: row.split()[2:4] for row in done.stdout.splitlines() if row.startswith(("pet", "city"))}
    assert rows == {"pet": ["100%", "-"], "city": ["-", "100%"]}, done.stdout


def test_lives_can_be_held_back(tmp_path: Path) -> None:
    path = tmp_path / "lives.jsonl"
    path.write_text("\n".join(map(json.dumps, (CAT, HOME))), encoding="utf-8")
    assert [[life.id for life in updates.read_lives(path, held)] for held in (None, True, False)] == [
        ["cat", "home"], ["home"], ["cat"]]


def test_its_own_lives_are_of_every_kind_and_half_are_held_back() -> None:
    lives = updates.read_lives(LIVES, None)
    kinds = Counter(life.kind for life in lives)
    assert set(kinds) == {"job", "city", "phone", "preference", "plan", "retraction", "other person", "sarcasm",
                          "mixed"}
    assert min(kinds[kind] for kind in kinds if kind != "mixed") >= 9
    assert Counter(life.kind for life in lives if life.held) == Counter(life.kind for life in lives if not life.held)
    assert all(4 <= len(life.statements) <= 15 and 3 <= len(life.questions) <= 6 for life in lives)


def test_what_is_expected_of_a_life_was_said_in_it() -> None:
    for life in updates.read_lives(LIVES, None):
        told = " ".join([life.owner, *(f"{one.speaker} {one.text}" for one in life.statements)])
        for one in life.questions:
            assert one.accept or one.none
            words = [word for word in one.accept if word not in ("yes", "no")]
            assert not words or any(updates.says(told, word) for word in words), (life.id, one)
            assert not set(one.accept) & set(one.stale)
            assert one.at > life.statements[-1].at
        assert {fact["relation"] for fact in life.facts} <= set(RELATIONS)
