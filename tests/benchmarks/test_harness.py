"""The benchmarks run on data without answers and evidence, say the same there, and never show Mneme a turn's id."""

import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mneme import builtin
from mneme.answer import judging
from mneme.ports import Extract, Reading
from mneme.testing import HashEmbedder, ScriptedReader
from mneme.types import PARTS

HERE = Path(__file__).parent
sys.path.append(str(HERE))  # the benchmarks are scripts beside each other

import ablation  # noqa: E402
import caution  # noqa: E402
import trials  # noqa: E402
from haystack import KeptReadings, Setup  # noqa: E402

LOCOMO = [{
    "sample_id": "made-1",
    "conversation": {
        "speaker_a": "Ada", "speaker_b": "Bo",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ada", "dia_id": "D1:1", "text": "I bought a red canoe in Bergen yesterday."},
            {"speaker": "Bo", "dia_id": "D1:2", "text": "Lovely!", "blip_caption": "a photo of a lake"},
        ],
        "session_2_date_time": "9:05 am on 20 June, 2023",
        "session_2": [{"speaker": "Bo", "dia_id": "D2:1", "text": "My sister Clara moved to Lisbon."}],
    },
    "qa": [
        {"question": "Where did Ada buy the canoe?", "answer": "Bergen", "evidence": ["D1:1"], "category": 4},
        {"question": "When did Ada buy the canoe?", "answer": "7 May 2023", "evidence": ["D1:1"], "category": 2},
    ],
    "observation": {"x": "D1:1"}, "session_summary": {"y": "Ada has a canoe."},
}]

TURNS = {
    "answer_77": [{"role": "user", "content": "I adopted a parrot called Kiwi.", "has_answer": True},
                  {"role": "assistant", "content": "Congratulations on the parrot!"}],
    "other_1": [{"role": "user", "content": "How do I bake bread?"}, {"role": "assistant", "content": "With flour."}],
}
QUESTION = {"question_id": "q1", "question_type": "single-session-user", "question": "What is my parrot called?",
            "answer": "Kiwi", "question_date": "2023/05/30 (Tue) 23:40", "haystack_session_ids": list(TURNS)[::-1],
            "haystack_dates": ["2023/05/20 (Sat) 02:21", "2023/05/21 (Sun) 10:00"], "answer_session_ids": ["answer_77"]}


def run(script: str, data: Path, *options: str) -> list[dict[str, Any]]:
    out = data.with_suffix(".out")
    out.unlink(missing_ok=True)
    done = subprocess.run([sys.executable, HERE / script, data, "--out", out, *options], text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def stripped(told: Any) -> Any:
    """The data without what would give an answer away."""
    gone = {"answer", "evidence", "has_answer", "observation", "session_summary", "answer_session_ids", "category"}
    if isinstance(told, dict):
        return {key: stripped(value) for key, value in told.items() if key not in gone}
    return [stripped(one) for one in told] if isinstance(told, list) else told


def test_locomo_says_the_same_without_answers_and_evidence(tmp_path: Path) -> None:
    whole, bare = tmp_path / "whole.json", tmp_path / "bare.json"
    whole.write_text(json.dumps(LOCOMO))
    bare.write_text(json.dumps(stripped(LOCOMO)))
    vectors = tmp_path / "vectors.db"
    first = run("locomo.py", whole, "--caution", "0", "--vectors", str(vectors))
    assert first == run("locomo.py", bare, "--caution", "0", "--vectors", str(vectors))
    assert [line["retrieved"][0] for line in first] == ["D1:1", "D1:1"]
    assert {turn for line in first for turn in line["retrieved"]} <= {"D1:1", "D1:2", "D2:1"}
    assert first[0]["answer"] == "Bergen" and first[1]["answer"] == "7 May 2023"


def test_locomo_with_the_evidence_alone(tmp_path: Path) -> None:
    path = tmp_path / "whole.json"
    path.write_text(json.dumps(LOCOMO))
    lines = run("locomo.py", path, "--oracle", "--caution", "0")
    assert [line["retrieved"] for line in lines] == [["D1:1"], ["D1:1"]]
    assert lines[0]["answer"] == "Bergen"


def test_longmemeval_in_both_forms_and_without_answers(tmp_path: Path) -> None:
    pooled = tmp_path / "pooled.json.gz"
    pooled.write_bytes(gzip.compress(json.dumps({"questions": [QUESTION], "sessions": TURNS}).encode()))
    listed = tmp_path / "listed.json"
    inside = {**QUESTION, "haystack_sessions": [TURNS[key] for key in QUESTION["haystack_session_ids"]]}
    listed.write_text(json.dumps(stripped([inside])))
    first = run("longmemeval.py", pooled, "--caution", "0")
    assert first == run("longmemeval.py", listed, "--caution", "0")
    assert [line["sessions"][0] for line in first] == ["answer_77"]
    assert first[0]["answer"] == "Kiwi"


def test_a_run_that_was_interrupted_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    path.write_text(json.dumps({"questions": [QUESTION, {**QUESTION, "question_id": "q2"}], "sessions": TURNS}))
    out = path.with_suffix(".out")
    assert len(run("longmemeval.py", path, "--limit", "1")) == 1
    kept = out.read_text(encoding="utf-8")
    done = subprocess.run([sys.executable, HERE / "longmemeval.py", path, "--out", out], text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert out.read_text(encoding="utf-8").startswith(kept)
    assert [json.loads(line)["question_id"] for line in out.read_text(encoding="utf-8").splitlines()] == ["q1", "q2"]


# ------------------------------------------------------------------ what parts and trials are worth


def said(number: int, speaker: str, *texts: str) -> dict[str, Any]:
    return {f"session_{number}_date_time": f"9:0{number} am on {number} June, 2023", f"session_{number}": [
        {"speaker": speaker, "dia_id": f"D{number}:{n}", "text": text} for n, text in enumerate(texts, start=1)]}


TWO = {
    "sample_id": "made-2",
    "conversation": {
        **said(1, "Ada", "My canoe is red.", "I bought a lens in Bergen.", "Café ☕ on the harbour, 咖啡."),
        **said(2, "Bo", "My sister Clara is in Lisbon.", "The piano is out of tune."),
        **said(3, "Ada", "The hotel is called Polaris.", "Rain all day.")},
    "qa": [
        {"question": "What colour is the canoe of Ada?", "answer": "red", "evidence": ["D1:1"], "category": 4},
        {"question": "Which city is sister Clara in?", "answer": "Lisbon", "evidence": ["D2:1; D9:9"], "category": 1},
        {"question": "What did Ada buy?", "answer": "a lens", "evidence": ["D1:2", "D1:1"], "category": 1},
        {"question": "Where is the submarine?", "evidence": [], "category": 5},
    ]}


class Counting(ScriptedReader):
    """Counts what it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def read(self, question: str, extracts: Sequence[Extract], *, threads: int = 0) -> list[Reading]:
        self.seen += len(extracts)
        return super().read(question, extracts, threads=threads)


def by_hand() -> Setup:
    return Setup(replace(builtin.plugins(), embedder=HashEmbedder(), reader=KeptReadings(Counting())), 0.0)


def test_each_part_is_left_out_and_compared_with_everything() -> None:
    lines = ablation.lines_wanted(None)
    assert set(lines) == {"everything", "words+words nearby", "meaning+meaning nearby"} | PARTS
    run = ablation.Ablation(lines, by_hand(), answers=True)
    run.add(TWO)
    told = ablation.tables(run.found)
    assert set(told["answers"]) == set(lines)
    assert set(lines) - set(told["search"]) == {"context", "counting", "choosing", "known"}, "no parts of search"
    assert told["search"]["everything"]["R@5"] > 0.8
    assert told["answers"]["everything"]["set-F1"] == pytest.approx(2 / 3), "red, Lisbon, nothing bought"
    assert told["answers"]["everything"]["refused of 5"] == 1.0, "no passage says"
    assert "meaning+meaning nearby" in ablation.shown("search, without", told["search"])
    assert {line: row["+-"] for line, row in told["search"].items()}["everything"] == 0.0


def test_lines_of_an_ablation_are_chosen_by_the_names_of_parts() -> None:
    assert ablation.lines_wanted(["time", "words+time", "time"]) == ["everything", "time", "words+time"]
    with pytest.raises(ValueError, match="no part is called colour"):
        ablation.lines_wanted(["words+colour"])


def test_recall_counts_a_repeated_turn_once() -> None:
    assert ablation.recall_at({"a", "z"}, ["a", "a", "b", "c", "d", "e", "f", "z"]) == (0.5, 1.0, 1.0)


def test_an_ablation_as_a_program(tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    path.write_text(json.dumps([TWO]))
    done = subprocess.run([sys.executable, HERE / "ablation.py", path, "--only", "words+words nearby", "--out",
                           tmp_path / "out.json"], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    kept = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert list(kept["search"]) == ["everything", "words+words nearby"] and "answers" not in kept
    assert "words+words nearby" in done.stdout
    wrong = subprocess.run([sys.executable, HERE / "ablation.py", path, "--only", "colour"], text=True,
                           capture_output=True, check=False)
    assert wrong.returncode == 2 and "no part is called colour" in wrong.stderr


def test_nothing_is_read_twice_for_one_question() -> None:
    counting = Counting()
    kept = KeptReadings(counting)
    extracts = [Extract("", "The canoe is red."), Extract("", "The piano is old."), Extract("", "The canoe is red.")]
    first = kept.read("Which colour is the canoe?", extracts)
    assert first == Counting().read("Which colour is the canoe?", extracts) and counting.seen == 2
    assert kept.read("Which colour is the canoe?", extracts[:1]) == first[:1] and counting.seen == 2
    kept.read("How old is the piano?", extracts[:1])
    assert counting.seen == 3


def test_trials_begin_with_what_ships() -> None:
    run = trials.Run(by_hand(), frozenset("abcdefg"))
    assert "7 memories, 3 sessions" in run.add(TWO)
    lines = trials.lines_of(run.scores)
    usual = ablation.Ablation(["everything"], by_hand(), answers=False)
    usual.add(TWO)
    everything = ablation.tables(usual.found)["search"]["everything"]
    assert {name: lines["shipped"][name] for name in ("R@5", "R@10", "R@20")} == {
        name: everything[name] for name in ("R@5", "R@10", "R@20")}
    assert {name[0] for name in lines} == set("abcdefgs")
    assert {len(scores) for scores in run.scores.values()} == {3}, "every trial is asked the same questions"
    assert len([name for name in lines if name.startswith("g ")]) == 15
    assert lines["e two levels, every session"]["scanned"] == 1.0


def test_the_graph_leads_to_what_shares_a_term_with_what_was_found() -> None:
    texts = [{"clara", "lisbon"}, {"lisbon", "tram"}, {"piano", "tune"}]
    graph = trials.Graph.over(texts)
    reached = trials.walked(graph.weights, np.zeros(3, np.float32), graph.seeds("Clara?"), 0.0, 0.3)
    assert reached[0] > reached[1] > reached[2] == 0.0


def test_entropy_tells_one_clear_hit_from_many_alike() -> None:
    assert trials.entropy(np.array([0.5, 0.5, 0.5, 0.5], np.float32)) == pytest.approx(1.0)
    assert trials.entropy(np.array([1.0, -1.0, -1.0, -1.0], np.float32)) == pytest.approx(0.0, abs=1e-3)


# ------------------------------------------------------------------ latency and caution


def test_stores_hold_exactly_as_many_memories_as_they_should() -> None:
    done = subprocess.run([sys.executable, HERE / "latency.py", "--sizes", "61", "140", "--queries", "2", "--only",
                           "search"], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "\n61 memories" in done.stdout and "\n140 memories" in done.stdout and "61 to 140" in done.stdout
    for stage in ("words", "embedding the question", "meaning", "surroundings", "loading"):
        assert f"\n  {stage} " in done.stdout


def test_the_curve_of_caution() -> None:
    def line(answer: str | None, confidence: float, category: int) -> dict[str, Any]:
        return {"answer": answer, "confidence": confidence, "category": category, "gold": "Bergen"}

    half = judging.threshold(0.5)
    lines = [line("Bergen", 0.95, 4), line("in Rome", half, 4), line("Bergen", half - 0.01, 4), line(None, 0.0, 4),
             line("Rome", 0.99, 5), line("Rome", 0.01, 5)]
    points = {point.caution: point for point in caution.curve(lines)}
    assert (points[0.0].answered, points[0.0].invented, points[0.0].right) == (0.75, 1.0, 0.667)
    assert (points[0.5].answered, points[0.5].invented, points[0.5].right) == (0.5, 0.5, 0.5)
    assert (points[1.0].answered, points[1.0].invented, points[1.0].right) == (0.25, 0.5, 1.0)
    assert caution.as_code(list(points.values())).splitlines()[1] == "    CautionPoint(0.0, 0.75, 1.0, 0.667),"


def test_the_table_and_the_curve_of_a_run(tmp_path: Path) -> None:
    data, predicted = tmp_path / "two.json", tmp_path / "p.jsonl"
    data.write_text(json.dumps([TWO]))
    predicted.write_text("\n".join(json.dumps({"sample_id": "made-2", "qa": n, "answer": answer, "confidence": 0.9})
                                   for n, answer in enumerate(["red", "Rome", None, "harbour"])))
    done = subprocess.run([sys.executable, HERE / "caution.py", data, predicted], text=True, capture_output=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert "CautionPoint(1.0, 0.667, 1.0, 0.5))" in done.stdout
