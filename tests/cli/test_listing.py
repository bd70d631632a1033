"""`mneme list`: the same facets as the window has, and their counts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mneme.cli.main import run

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["--no-keyring", "--profile", str(tmp_path / "profile"), *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err
    return call


@pytest.fixture
def mneme(told: Call, tmp_path: Path) -> Callable[..., Any]:
    notes = tmp_path / "notes"
    notes.mkdir()
    for year in (2022, 2023):
        (notes / f"{year}.md").write_text(f"---\ndate: {year}-05-01\n---\nThe key of {year}.\n", encoding="utf-8")
    head = {"mneme": "conversation", "version": 1, "title": "Ines", "participants": [
        {"id": "Maren", "name": "Maren", "role": "owner"}, {"id": "Ines", "name": "Ines", "role": "other"}]}
    said = [{"id": "1", "from": "Ines", "at": "2024-02-01T12:00:00+00:00", "text": "The key is under the mat."}]
    (notes / "ines.jsonl").write_text("\n".join(map(json.dumps, [head, *said])) + "\n", encoding="utf-8")
    assert told("add", str(notes))[0] == 0
    return lambda *arguments: json.loads(told("list", *arguments, "--json")[1])


def texts(found: dict[str, Any]) -> list[str]:
    return [one["text"].splitlines()[-1] for one in found["memories"]]


def test_facets_and_words_narrow_the_list_together(mneme: Callable[..., Any], tmp_path: Path) -> None:
    assert texts(mneme("--speaker", "Ines")) == ["The key is under the mat."]
    assert texts(mneme("--query", "key", "--origin", "other")) == ["The key is under the mat."]
    assert texts(mneme("--query", "key", "--since", "2023-01-01", "--until", "2024-01-01")) == ["The key of 2023."]
    assert texts(mneme("--source", "format:conversation", "--band", "fresh")) == ["The key is under the mat."]
    assert texts(mneme("--source", f"folder:{tmp_path / 'notes'}", "--order", "oldest"))[-1].endswith("the mat.")
    memory = mneme("--speaker", "Ines")["memories"][0]["memory"]
    run(["--no-keyring", "--profile", str(tmp_path / "profile"), "pin", str(memory)])
    assert texts(mneme("--pinned")) == ["The key is under the mat."]
    assert mneme("--not-pinned")["total"] == mneme()["total"] - 1
    assert mneme("--private")["total"] == 0 and mneme("--not-private")["total"] == mneme()["total"]


def test_a_facet_is_counted_in_place_of_the_list(mneme: Callable[..., Any], told: Call) -> None:
    assert mneme("--by", "person")["values"] == [{"key": "Ines", "name": "Ines", "count": 1, "depth": 0}]
    times = mneme("--query", "key", "--by", "time")["values"]
    assert [(one["key"], one["count"]) for one in times if not one["depth"]] == [("2024", 1), ("2023", 1), ("2022", 1)]
    code, shown, _err = told("list", "--by", "kind")
    assert code == 0 and "passage" in shown


def test_a_source_that_is_none_is_said_to_be_none(mneme: Callable[..., Any], told: Call) -> None:
    code, _out, err = told("list", "--source", "notes")
    assert code != 0 and "notes is no source" in err
