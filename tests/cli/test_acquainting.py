"""The commands for people over a real store: what people see, what scripts get, and what goes wrong."""

import json
from pathlib import Path

import pytest

from mneme.cli.main import run

SAID = (("a", "2024-03-01", "My sister is called Ines."), ("b", "2024-03-02", "The dog is in the sea again."),
        ("a", "2024-03-03", "Ines lives in Oslo."), ("a", "2024-09-01", "Ines moved to Bergen."))


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    people = [{"id": "a", "name": "Kim", "role": "owner"}, {"id": "b", "name": "Ines Holt", "role": "other"}]
    lines = [{"mneme": "conversation", "version": 1, "title": "Cabin", "participants": people},
             *({"id": str(n), "from": who, "at": f"{day}T10:00:00+00:00", "text": text}
               for n, (who, day, text) in enumerate(SAID))]
    (tmp_path / "chat.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert run(["--profile", str(tmp_path / "p"), "--no-keyring", "add", str(tmp_path / "chat.jsonl"), "--json"]) == 0
    return tmp_path / "p"


def test_people_and_a_person(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str) -> str:
        capsys.readouterr()
        assert run(["--profile", str(profile), "--no-keyring", *arguments]) == 0
        return capsys.readouterr().out

    assert "Ines Holt" in told("people") and "your sister" in told("people")
    found = json.loads(told("people", "hol", "--json"))
    assert found["total"] == 1 and found["people"][0]["name"] == "Ines Holt" and found["people"][0]["messages"] == 1
    assert "Nobody like that" in told("people", "zzz")
    page = told("person", "ines")
    assert page.index("Ines lives in Bergen.") < page.index("Over:") < page.index("Ines lives in Oslo.")
    data = json.loads(told("person", "Ines", "Holt", "--json"))
    assert {fact["object"] for fact in data["holds"]} == {"Bergen", "Ines"}
    assert [fact["object"] for fact in data["over"]] == ["Oslo"] and sum(data["months"].values()) == data["memories"]


def test_nobody_of_that_name(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["--profile", str(profile), "--no-keyring", "person", "Nobody"]) == 1
    said = capsys.readouterr().err
    assert "Nobody is known by the name Nobody." in said and "mneme people" in said
