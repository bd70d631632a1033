"""The benchmarks run on data without answers and evidence, say the same there, and never show Mneme a turn's id."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

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
