"""The commands that rework memories, over a real store: what scripts get, what people see, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mneme.cli.main import run

Run = Callable[..., tuple[int, dict, str]]


@pytest.fixture
def mneme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command over a profile with three notes, and gives its code, its JSON and what stood on standard error."""
    notes = tmp_path / "notes"
    notes.mkdir()
    for name, text in (("a", "The spare key hangs behind the barrel. The gate is green."),
                       ("b", "The spare key: behind the blue barrel."), ("2025-06-02 c", "Tom lives in Oslo."),
                       ("2025-06-02 d", "Tom lives in Rome.")):
        (notes / f"{name}.md").write_text(text + "\n", encoding="utf-8")

    def call(*arguments: str) -> tuple[int, dict, str]:
        capsys.readouterr()
        code = run(["--profile", str(tmp_path / "profile"), "--no-keyring", *arguments, "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out.strip() else {}, err

    assert call("add", str(notes))[0] == 0
    return call


def numbers(mneme: Run, words: str) -> list[int]:
    found = mneme("list")[1]["memories"]
    return [one["memory"] for one in found if words in one["text"]]


def test_a_note_is_written_and_found(mneme: Run) -> None:
    [passage] = numbers(mneme, "green")
    code, told, _err = mneme("note", str(passage), "Painted", "in", "May.")
    assert code == 0 and told["memory"] == passage
    assert numbers(mneme, "Painted in May.") == [told["note"]]
    assert mneme("note", "999", "Nothing.")[0] == 1


def test_memories_are_merged_and_taken_apart(mneme: Run) -> None:
    first, second = sorted(numbers(mneme, "spare key"))
    code, told, _err = mneme("merge", str(first), str(second), "--keep", str(second))
    assert (code, told["memory"], told["merged"]) == (0, second, [first, second])
    assert numbers(mneme, "spare key") == [second]
    assert mneme("undo")[0] == 0
    assert sorted(numbers(mneme, "spare key")) == [first, second]
    code, _told, err = mneme("merge", str(first))
    assert code == 1 and "At least two" in err


def test_a_passage_is_cut_by_its_words_or_by_number(mneme: Run) -> None:
    [passage] = numbers(mneme, "green")
    code, told, _err = mneme("split", str(passage), "--before", "The gate")
    assert code == 0 and len(told["parts"]) == 2
    assert numbers(mneme, "green") == told["parts"][1:]
    assert mneme("undo")[0] == 0
    assert mneme("split", str(passage), "--at", "39")[1]["parts"]
    code, _told, err = mneme("split", str(numbers(mneme, "blue")[0]), "--before", "purple")
    assert code == 1 and "do not stand in" in err
    assert mneme("split", str(passage))[0] == 2


def test_a_review_is_listed_and_put_off(mneme: Run) -> None:
    code, told, _err = mneme("review")
    [card] = told["cards"]
    assert (code, card["card"], {side["object"] for side in card["sides"]}) == (0, "conflict", {"Oslo", "Rome"})
    assert mneme("review", "--only", "fading")[1] == {"cards": [], "left": 0}
    assert mneme("review", "--put-off", str(card["memory"]))[1] == {"cards": [], "left": 0}


def test_people_see_sentences(mneme: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [first] = numbers(mneme, "green")
    [second] = numbers(mneme, "blue")

    def shown(*arguments: str) -> str:
        capsys.readouterr()
        assert run(["--profile", str(tmp_path / "profile"), "--no-keyring", *arguments]) == 0
        return capsys.readouterr().out

    assert {"These cannot both be so.", "`mneme confirm NUMBER` says which is right."} <= {
        line.strip() for line in shown("review").splitlines()}
    assert "Seen." in shown("note", str(first), "Seen.")
    assert "It stands for all of them." in shown("merge", str(first), str(second))
    assert "The gate is green." in shown("split", str(first), "--before", "The gate")
    assert shown("review", "--only", "fading") == "There is nothing to review.\n"
