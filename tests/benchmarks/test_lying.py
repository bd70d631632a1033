"""The benchmark of checked sentences makes the lies that it says it makes, and counts them."""

import sys
from pathlib import Path
from typing import Any

import pytest

from mneme.types import Support

sys.path.append(str(Path(__file__).parent))  # the benchmarks are scripts beside each other

import lies
import lying

SAMPLE: dict[str, Any] = {
    "sample_id": "invented",
    "conversation": {
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"dia_id": "D1:1", "speaker": "Ines", "text": "I sold my old piano to a neighbour yesterday."},
            {"dia_id": "D1:2", "speaker": "Malte", "text": "Thanks for telling me."},
            {"dia_id": "D1:3", "speaker": "Ines", "text": "I want to learn the harp in two years."},
            {"dia_id": "D1:4", "speaker": "Malte", "text": "I built a greenhouse with three windows in Bergen."},
            {"dia_id": "D1:5", "speaker": "Ines", "text": "My brother repairs the heavy tractor every spring."},
            {"dia_id": "D1:6", "speaker": "Malte", "text": "I painted the fence near the harbour."},
            {"dia_id": "D1:7", "speaker": "Malte", "text": "I found a lost dog at the station."}]},
    "observation": {"session_1_observation": {
        "Ines": [["Ines sold her old piano to a neighbour.", "D1:1"],
                 ["Ines wants to learn the harp in two years.", "D1:3"]],
        "Malte": [["Malte built a greenhouse with three windows in Bergen.", "D1:4"]]}},
    "qa": [{"question": "When did Ines sell her piano?", "answer": "7 May 2023", "evidence": ["D1:1"], "category": 2},
           {"question": "What did Malte sell?", "adversarial_answer": "a piano", "evidence": ["D1:1"], "category": 5}]}


def made(kind: str) -> list[lies.Case]:
    return [case for case in lies.cases(SAMPLE, 1, 0) if case.kind == kind]


def test_honest_sentences_are_those_of_the_data_and_what_was_said() -> None:
    honest = [case.sentence for case in lies.cases(SAMPLE, 1, 0) if case.honest]
    assert "Ines sold her old piano to a neighbour." in honest
    assert "Ines sold her piano: 7 May 2023." in honest
    assert "Malte painted the fence near the harbour." in honest
    assert "You sold your old piano to a neighbour yesterday." in honest
    assert not any(case.honest for case in lies.cases(SAMPLE, 1, 0) if case.kind in lies.LIES)


@pytest.mark.parametrize(("kind", "lie"), [
    ("person", "Malte sold her old piano to a neighbour."),
    ("negated", "Ines never sold her old piano to a neighbour."),
    ("done", "Ines learned the harp in two years."), ("opposite", "Ines bought her old piano to a neighbour."),
    ("adversarial", "Malte sold a piano.")])
def test_a_lie_of_a_kind_is_what_its_name_says(kind: str, lie: str) -> None:
    found = [case.sentence for case in made(kind)]
    assert lie in found or (kind == "opposite" and "Ines sold her new piano to a neighbour." in found), found


def test_a_wrong_turn_is_another_one() -> None:
    wrong = [case for case in lies.cases(SAMPLE, 1, 0) if case.kind.startswith("wrong turn")]
    piano = [case for case in wrong if "piano" in case.sentence]
    assert piano and all("piano" not in case.evidence[0].text for case in piano)


def test_the_same_seed_lies_the_same() -> None:
    assert list(lies.cases(SAMPLE, 5, 1)) == list(lies.cases(SAMPLE, 5, 1))
    assert list(lies.cases(SAMPLE, 5, 1)) != list(lies.cases(SAMPLE, 6, 1))


def test_shares_count_what_comes_through() -> None:
    rows, took = lying.judged(SAMPLE, 1, 0, 0, None)
    counted = lying.shares(rows)
    assert counted["lies"][0] + counted["honest"][0] == len(rows) and took > 0
    assert counted["  turned"][1] >= 0.8  # of what was said nearly all is shown plainly
    assert counted["lies"][1] <= 0.1
    assert all(case.kind != "negated" for case, verdict in rows if verdict.support is Support.SUPPORTED)
