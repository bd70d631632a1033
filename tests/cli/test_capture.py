"""The commands about what comes in, as scripts and people use them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mneme.cli.main import run

Run = Callable[..., tuple[int, dict, str]]
Told = Callable[..., tuple[int, str, str]]
CHAT = """12/05/2024, 09:14 - Anna Berg: Hi! I moved to Bergen last week.
12/05/2024, 09:15 - Tom Weiss: Nice. I live in Oslo now.
13/05/2024, 10:00 - Anna Berg: My wifi password: Tr0ub4dor&3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notes"
    made.mkdir()
    (made / "WhatsApp Chat with Anna.txt").write_text(CHAT)
    (made / "boat.md").write_text("The boat is green.")
    return made


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["--no-keyring", "--profile", str(tmp_path / "profile"), *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err
    return call


@pytest.fixture
def mneme(told: Told) -> Run:
    def call(*arguments: str) -> tuple[int, dict, str]:
        code, out, err = told(*arguments, "--json")
        return code, json.loads(out) if out.strip() else {}, err
    return call


def test_sources_are_added_listed_paused_and_removed(mneme: Run, told: Told, folder: Path) -> None:
    assert mneme("sources", "list")[1] == {"sources": []}
    code, added, _err = mneme("sources", "add", str(folder), "--when-gone", "bin", "--keep-days", "30")
    assert (code, added["kind"], added["place"], added["when_gone"], added["keep_days"]) == (
        0, "folder", str(folder), "bin", 30)
    code, _out, err = mneme("sources", "add", str(folder / "boat.md"))
    assert code == 1 and "watched already" in err
    assert mneme("sources", "add", str(folder / "none"))[0] == 1
    assert mneme("sources", "add", str(folder), "--kind", "carrier-pigeon")[0] == 1
    assert mneme("sources", "pause", "1")[1] == {"source": 1, "paused": True}
    assert "paused" in told("sources", "list")[1]
    assert mneme("sources", "pause", "1", "--off")[1]["paused"] is False
    assert mneme("sources", "remove", "1")[1] == {"removed": 1}
    code, _out, err = mneme("sources", "remove", "1")
    assert code == 1 and "no source 1" in err
    assert "mneme sources add" in told("sources", "list")[1]


def test_rules_and_the_pause(mneme: Run, told: Told, folder: Path) -> None:
    assert mneme("rules", "add", "deny", "sender", "Anna Berg")[1] == {
        "verdict": "deny", "field": "sender", "value": "Anna Berg"}
    assert mneme("rules", "add", "deny", "nonsense")[0] == 1
    assert [r["field"] for r in mneme("rules", "list")[1]["rules"]] == ["sender"]
    assert mneme("add", str(folder))[1]["added"] == 2
    assert "Anna Berg" in told("log", "--left-out")[1]
    assert mneme("rules", "remove", "1")[1] == {"removed": 1}
    code, paused, _err = mneme("pause", "15", "minutes")
    assert (code, paused["paused"]) == (0, True) and paused["until"]
    assert mneme("pause")[1] == {"paused": True, "until": None}
    assert mneme("sources", "status")[1]["paused"] is True
    assert mneme("pause", "for", "ages")[0] == 1
    assert mneme("resume")[1] == {"paused": False}
    assert "on" in told("sources", "status")[1]


def test_who_the_owner_is(mneme: Run, told: Told, folder: Path) -> None:
    shown = told("add", str(folder))[1]
    assert "mneme me" in shown and "Anna Berg, Tom Weiss" in shown
    assert mneme("me")[1] == {"names": [], "speakers": [{"name": "Anna Berg", "chats": 1},
                                                       {"name": "Tom Weiss", "chats": 1}]}
    assert mneme("me", "Tom Weiss")[1] == {"names": ["Tom Weiss"], "messages": 1}
    facts = {(f["subject"], f["object"]) for f in mneme("facts")[1]["facts"]}
    assert ("me", "Oslo") in facts and ("Anna Berg", "Bergen") in facts
    assert "mneme me" not in told("add", str(folder))[1]


def test_telling_and_the_log(mneme: Run, told: Told, folder: Path) -> None:
    assert mneme("tell", "I", "adopted", "a", "dog", "called", "Bo")[1] == {"kept": True}
    mneme("add", str(folder))
    lines = mneme("log")[1]["log"]
    assert {Path(one["what"]).name for one in lines} == {"Said to Mneme", "WhatsApp Chat with Anna.txt", "boat.md"}
    assert [one["place"] for one in mneme("changes", str(folder))[1]["changes"]] == [
        str(folder / "boat.md"), str(folder / "WhatsApp Chat with Anna.txt")]  # the newest file first
    assert mneme("changes", "--since", "gibberish")[0] == 1
    (folder / "boat.md").rename(folder / "ship.md")
    mneme("add", str(folder))
    assert "renamed" in told("changes", str(folder), "--since", "yesterday")[1]


def test_erasing_by_what_it_is(mneme: Run, told: Told, folder: Path) -> None:
    mneme("add", str(folder))
    code, _out, err = told("erase", "--about", "Bergen")
    assert code == 1 and "--yes" in err
    assert mneme("erase", "--about", "Bergen", "--yes")[1]["kinds"]["passage"] == 1
    assert mneme("erase", "--about", "Bergen", "--yes")[0] == 1
    assert mneme("erase", "--from", str(folder / "boat.md"), "--yes")[1]["places"] == {str(folder / "boat.md"): 1}
    assert mneme("erase", "--between", "2024-05-13", "2024-05-13", "--yes")[1]["erased"] >= 1
    assert mneme("erase", "--between", "then", "now", "--yes")[0] == 1
    assert [m["text"] for m in mneme("list")[1]["memories"]] == ["Nice. I live in Oslo now."]
    assert mneme("erase", "--last", "1 hour", "--yes")[0] == 0
    assert mneme("list")[1]["memories"] == []
    assert mneme("add", str(folder))[1]["added"] == 0
    assert told("erase")[0] == 2 and told("erase", "1", "--last", "1 hour")[0] == 2


def test_watch_runs_until_it_is_told_to_stop(tmp_path: Path, mneme: Run, folder: Path) -> None:
    mneme("sources", "add", str(folder))
    child = subprocess.Popen(
        [sys.executable, "-m", "mneme.cli", "--profile", str(tmp_path / "profile"), "--no-keyring", "watch", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert child.stdout is not None
    lines = [json.loads(child.stdout.readline()) for _ in range(2)]
    assert {Path(one["what"]).name for one in lines} == {"WhatsApp Chat with Anna.txt", "boat.md"}
    (folder / "new.md").write_text("The tent is dry.")
    assert Path(json.loads(child.stdout.readline())["what"]).name == "new.md"
    second = subprocess.Popen(
        [sys.executable, "-m", "mneme.cli", "--profile", str(tmp_path / "profile"), "--no-keyring", "watch"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert second.stderr is not None and "Another running Mneme" in second.stderr.readline()
    second.send_signal(signal.SIGINT)
    assert second.wait(30) == 0
    second.stderr.close()
    child.send_signal(signal.SIGTERM)
    _out, err = child.communicate(timeout=30)
    assert child.returncode == 0 and err == ""
    assert len(mneme("list")[1]["memories"]) == 5
