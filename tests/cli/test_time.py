"""The commands for looking at a life by time: how much happened when, and what happened on a day in earlier years."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mneme.cli.main import run

Call = Callable[..., tuple[int, str]]
SAID = (("2021-06-15T12:00:00", "The roof is done."), ("2023-06-15T12:00:00", "The ferry leaves at ten."),
        ("2023-06-15T12:05:00", "Bring the spare key."), ("2023-09-20T12:00:00", "It rains."))


@pytest.fixture
def mneme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run(["--no-keyring", "--profile", str(tmp_path / "profile"), *arguments])
        shown = capsys.readouterr()
        return code, shown.out + shown.err
    return call


@pytest.fixture
def told(mneme: Call, tmp_path: Path) -> Call:
    """The same over four messages and a note that only its file dates."""
    people = [{"id": "a", "name": "Kim", "role": "owner"}]
    lines = [{"mneme": "conversation", "version": 1, "title": "Notes", "participants": people},
             *({"id": str(n), "from": "a", "at": f"{at}+00:00", "text": text} for n, (at, text) in enumerate(SAID))]
    (tmp_path / "chat.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (tmp_path / "plain.md").write_text("Nothing here says when.\n", encoding="utf-8")
    assert mneme("add", str(tmp_path / "chat.jsonl"), str(tmp_path / "plain.md"))[0] == 0
    return mneme


def test_how_much_happened_when(told: Call) -> None:
    code, shown = told("timeline", "--density", "--json")
    found = json.loads(shown)
    assert code == 0 and found["by"] == "year" and found["total"] == 4
    assert [(one["start"][:4], one["count"]) for one in found["buckets"]] == [("2021", 1), ("2023", 3)]
    within = ("--by", "month", "--from", "2023-06", "--to", "2023")
    months = json.loads(told("timeline", "--density", *within, "--json")[1])
    assert [(one["start"][:7], one["count"]) for one in months["buckets"]] == [("2023-06", 2), ("2023-09", 1)]
    lines = told("timeline", "--density", "--by", "day")[1].splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [["2021-06-15", "1"], ["2023-06-15", "2"], ["2023-09-20", "1"]]


def test_too_much_to_count_is_a_sentence(told: Call) -> None:
    code, shown = told("timeline", "--density", "--by", "hour")
    assert code == 1 and "--by" in shown


def test_on_this_day(told: Call) -> None:
    code, shown = told("onthisday", "2025-06-15", "--json")
    assert code == 0
    assert [(one["day"], one["years"], one["total"]) for one in json.loads(shown)["days"]] == [
        ("2023-06-15", 2, 2), ("2021-06-15", 4, 1)]
    shown = told("onthisday", "2025-06-15")[1]
    assert "4 years ago" in shown and "The roof is done." in shown
    assert "Nothing" in told("onthisday", "2025-01-02")[1]


def test_nothing_yet(mneme: Call) -> None:
    assert "Nothing here says when" in mneme("timeline", "--density")[1]
    assert "Nothing" in mneme("onthisday")[1]
    assert mneme("onthisday", "someday")[0] == 2
