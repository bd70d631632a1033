"""The four ways of having no answer, the demonstration, and odd questions, through the real command."""

import dataclasses
import json
import logging
from pathlib import Path

import pytest

from mneme import builtin, demo
from mneme.cli.main import mneme, run
from mneme.cli.running import Session, Shared
from mneme.engine import Engine
from mneme.paths import Profile
from mneme.ports import Reader
from mneme.testing import FailingReader, HashEmbedder, MissingReader, ScriptedReader
from mneme.types import Answer, AnswerState


def ask(tmp_path: Path, reader: Reader, *options: str) -> int:
    """The exit code of `mneme ask --json` with this reader; what it prints is the test's to look at."""
    (tmp_path / "note.md").write_text("The boat is blue. The name of the boat is Petrine.\n")
    plugins = dataclasses.replace(builtin.plugins(), embedder=HashEmbedder(), reader=reader)
    with Session(Shared()) as session:
        session.use(Engine.open(Profile(tmp_path / "profile"), use_keyring=False, plugins=plugins))
        session.engine.add([tmp_path / "note.md"])
        arguments = ["ask", "What is the name of the boat?", "--json", *options]
        return int(mneme.main(arguments, "mneme", standalone_mode=False, obj=session))


@pytest.mark.parametrize(("reader", "options", "state"), [
    (MissingReader(), (), "model_missing"), (FailingReader(), (), "model_failed"),
    (ScriptedReader(), ("--timeout", "0.000001"), "timed_out")])
def test_no_answer_for_a_reason_ends_with_one_a_sentence_and_the_json(
        tmp_path: Path, capsys: pytest.CaptureFixture[str], reader: Reader, options: tuple[str, ...],
        state: str) -> None:
    assert ask(tmp_path, reader, *options) == 1
    shown = capsys.readouterr()
    answer = json.loads(shown.out)
    assert (answer["state"], answer["answer"], answer["citations"]) == (state, None, [])
    assert shown.err.strip().endswith((".", "!"))


@pytest.mark.parametrize("question", ["", "   ", '"', "***", "NEAR( a OR", "x" * 20_000, "🗝️", "\udcff"])
def test_odd_questions_are_only_not_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str], question: str) -> None:
    options = ["--no-keyring", "--profile", str(tmp_path / "profile"), "--json"]
    assert run([*options, "ask", "--", question]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "not_found"
    assert run([*options, "search", "--", question]) == 0
    assert json.loads(capsys.readouterr().out)["hits"] == []


@pytest.mark.allow_log("mneme.test")
def test_warnings_go_to_the_profiles_log_and_not_to_the_terminal(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = tmp_path / "profile"
    with Session(Shared(profile=profile, keyring=False)) as session:
        assert session.engine.status().memories == 0
        assert not (profile / "logs").exists()
        logging.getLogger("mneme.test").warning("something odd")
    logging.getLogger("mneme.test").warning("said after the end")
    assert "something odd" in (profile / "logs" / "mneme.log").read_text()
    assert "after the end" not in (profile / "logs" / "mneme.log").read_text()
    assert (profile / "logs").stat().st_mode & 0o077 == 0
    assert "something odd" not in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999"])
def test_what_can_be_no_id_is_wrong_usage(tmp_path: Path, number: str) -> None:
    for command in ("show", "forget", "restore", "erase"):
        assert run(["--no-keyring", "--profile", str(tmp_path / "profile"), command, "--", number]) == 2


def test_the_demonstration_tells_for_each_question_whether_it_was_right(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["demo", "--json", "--keep", str(tmp_path / "demo")])
    told = json.loads(capsys.readouterr().out)
    assert len(told["questions"]) == told["asked"] == 10
    for one in told["questions"]:
        assert {"question", "expected", "answer", "citation", "right"} <= set(one)
        assert (one["answer"] is None) == (one["citation"] is None)
    assert told["right"] == sum(one["right"] for one in told["questions"])
    assert sum(one["expected"] is None for one in told["questions"]) == 1
    assert code == (0 if told["right"] >= 9 else 1)
    assert (tmp_path / "demo" / "memory.db").exists()


@pytest.mark.parametrize(("text", "expected", "right"), [
    ("Behind the blue rain-barrel!", "behind the blue rain barrel", True), ("kipper", "Kipper", True),
    ("Tuesday 3 December at half past eight", "3 December", True), ("December", "3 December", True),
    ("13 December", "3 December", False), ("Tuesday", "Tuesday 3 December", False),
    ("the house", "Tromsø", False), ("skipper", "Kipper", False)])
def test_what_counts_as_right(text: str, expected: str, right: bool) -> None:
    given = Answer("?", AnswerState.ANSWERED, text, 1.0, (), 0.0)
    assert demo.Outcome("?", ("nothing of this", expected), given).right is right


def test_where_no_answer_is_expected_only_a_refusal_is_right() -> None:
    for state in AnswerState:
        given = Answer("?", state, "words" if state is AnswerState.ANSWERED else None, 1.0, (), 0.0)
        assert demo.Outcome("?", None, given).right is (state is AnswerState.NOT_FOUND)
        assert not demo.Outcome("?", ("else",), given).right
