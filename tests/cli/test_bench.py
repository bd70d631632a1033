"""`mneme bench` over a real store and the real models: the object, the table, the questions, exit codes."""

import json
from pathlib import Path

import pytest

from mneme.cli.main import run

STORY = ("I bought a red kayak for my aunt Nora.", "I ordered a green carpet for the cabin at Kinn.",
         "I painted the boat house with my sister Ines.", "I repaired the stone wall behind the barn at Lia.")
MEASURED = {"memories", "telling", "looked_at", "seed", "stopped", "known", "unanswerable", "order", "kinds",
            "search_ms", "ask_ms", "degraded", "model", "prompt", "without"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options for a profile with four dated notes."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "notes").mkdir()
    for month, text in enumerate(STORY, 1):
        (folder / "notes" / f"2024-{month:02d}-07.md").write_text(text + " 🌿\n")
    options = ["--no-keyring", "--profile", str(folder / "profile")]
    assert run([*options, "add", str(folder / "notes"), "--json"]) == 0
    return options


def test_the_promised_object(home: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run([*home, "bench", "--json", "--questions", "--seed", "3"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) == {*MEASURED, "questions"}
    assert set(shown["known"]) == {"asked", "recall@1", "recall@5", "recall@10", "right", "wrong", "refused"}
    assert set(shown["unanswerable"]) == set(shown["order"]) == {"asked", "right", "wrong", "refused"}
    assert (shown["memories"], shown["seed"], shown["stopped"]) == (4, 3, False)
    assert shown["known"]["asked"] >= 4
    assert shown["known"]["recall@5"] == 1.0
    assert set(shown["kinds"]) <= {"what", "when", "where", "who"}
    first = shown["questions"][0]
    assert set(first) == {"task", "kind", "question", "expected", "memory", "source", "verdict", "answer", "cited",
                          "rank"}
    assert len(shown["questions"]) == sum(shown[task]["asked"] for task in ("known", "unanswerable", "order"))


def test_the_table_and_the_honest_sentence(home: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run([*home, "bench", "--count", "4", "--questions"]) == 0
    shown = capsys.readouterr().out
    for words in ("Recall@1", "with a known source", "that nothing answers", "which came first", "made by rule",
                  "Asked about 4 memories", "expected", "2024-0", "an answer"):
        assert words in shown, shown


def test_too_few_memories_are_a_known_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--no-keyring", "--profile", str(tmp_path / "profile"), "bench"]) == 1
    shown = capsys.readouterr().err
    assert "There are too few memories to measure on: 0." in shown
    assert "Add notes or chats first." in shown


@pytest.mark.parametrize("wrong", [["--count", "0"], ["--count", "many"], ["--seed", "-1"], ["more"]])
def test_wrong_usage(wrong: list[str], home: list[str]) -> None:
    assert run([*home, "bench", *wrong]) == 2
