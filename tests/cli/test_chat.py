"""Talking in the terminal: lines in, answers out, conversations kept; and what is said of a model that is not there."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mneme.cli.main import run

Run = Callable[..., tuple[int, list[dict], str]]


@pytest.fixture
def mneme(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "log.md").write_text("# Cabin\n\nThe spare key hangs behind the blue rain barrel 🗝️ now.\n")

    def call(*arguments: str, typed: str = "") -> tuple[int, list[dict], str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        capsys.readouterr()
        code = run(["--no-keyring", *arguments, "--json", "--profile", str(tmp_path / "profile")])
        shown = capsys.readouterr()
        return code, [json.loads(line) for line in shown.out.splitlines()], shown.err

    assert call("add", str(notes))[0] == 0
    return call


def test_each_line_is_a_question_and_the_conversation_is_kept(mneme: Run) -> None:
    lines = ("Where does the spare key hang?", "", "I have bought a red boat.", "/quit", "not asked", "")
    code, answers, _err = mneme("chat", typed="\n".join(lines))
    assert code == 0 and [one["state"] for one in answers] == ["answered", "kept"]
    assert "barrel" in answers[0]["answer"] and "written" not in answers[0]
    [listed] = mneme("chat", "--list")[1]
    [chat] = listed["chats"]
    assert chat["title"] == "Where does the spare key hang?" and chat["turns"] == 1
    assert mneme("chat", "--find", "barrel")[1][0]["chats"] == [chat]
    assert mneme("chat", "--find", "zebra")[1][0]["chats"] == []
    [shown] = mneme("chat", "--show", str(chat["id"]))[1]
    assert shown["turns"][0]["asked"] == chat["title"]
    assert shown["turns"][0]["citations"][0]["text"] == answers[0]["citations"][0]["text"]
    mneme("chat", "--open", str(chat["id"]), typed="Where does the spare key hang now?\n")
    assert mneme("chat", "--list")[1][0]["chats"][0]["turns"] == 2
    assert mneme("chat", "--delete", str(chat["id"]))[0] == 0
    assert mneme("chat", "--list")[1][0]["chats"] == []


def test_nothing_is_kept_where_that_is_not_wanted(mneme: Run) -> None:
    mneme("chat", "--no-keep", typed="Where does the spare key hang?\n")
    assert mneme("chat", "--list")[1][0]["chats"] == []


def test_a_model_that_is_not_there_is_its_own_state(mneme: Run) -> None:
    code, [answer], err = mneme("ask", "--model", "nobody", "Where does the spare key hang?")
    assert code == 1 and answer["state"] == "model_missing" and answer["answer"] is None and "nobody" in err
    code, [answer], _err = mneme("ask", "Where does the spare key hang?")
    assert code == 0 and answer["state"] == "answered"


def test_deep_needs_a_model(mneme: Run) -> None:
    code, _answers, err = mneme("ask", "--deep", "Where does the spare key hang?")
    assert code == 2 and "--model" in err


def test_commands_for_models_that_are_not_there_say_what_to_do(mneme: Run) -> None:
    code, [said], err = mneme("models", "test", "nobody")
    assert code == 1 and "nobody" in err and said["error"]["remedy"]
    code, _said, err = mneme("upkeep", "read")
    assert code == 1 and "models use" in err
    code, _said, err = mneme("chat", "--open", "77")
    assert code == 1 and "77" in err
