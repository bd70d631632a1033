"""The command that says how the store is: what people see, what scripts get, and that no secret is told."""

import json
from pathlib import Path

import pytest

from mneme.cli.main import run

SECRET = "tr0ub4dor-and-3"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "bank.md").write_text(f"I live in Hallevik.\n\nPassword: {SECRET}\n", encoding="utf-8")
    for words in (["settings", "capture.mask_secrets", "off"], ["add", str(tmp_path / "notes"), "--no-wait"]):
        assert run(["--profile", str(tmp_path / "p"), "--no-keyring", *words]) == 0
    return tmp_path / "p"


def told(capsys: pytest.CaptureFixture[str], profile: Path, *arguments: str) -> str:
    capsys.readouterr()
    assert run(["--profile", str(profile), "--no-keyring", "health", *arguments]) == 0
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    return said.out


def test_people_see_counts_and_what_wants_a_look(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, profile, "--secrets", "--copies")
    assert "memories" in said and "Secrets: 1 password" in said and "bank.md: 1 password" in said
    assert "About 0 copies are not linked yet." in said


def test_scripts_get_numbers_and_places(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(told(capsys, profile, "--json", "--secrets"))
    assert data["counts"]["memories"] == sum(data["layers"].values()) and data["counts"]["items"] == 1
    assert [one["days"] for one in data["fading"]["forecast"]] == [0, 30, 90, 365]
    assert data["concerns"]["failed"] == 0 and data["disk"]["store"] > 0
    assert data["secrets"]["kinds"] == {"password": 1} and len(data["secrets"]["places"]) == 1
    assert "secrets" not in json.loads(told(capsys, profile, "--json"))
