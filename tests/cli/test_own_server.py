"""`mneme models server` and `mneme private`: naming a server and its key, trying it, dropping it, keeping from it."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mneme.cli.main import run

sys.path.append(str(Path(__file__).parents[1] / "models"))  # the scripted server lies there

from scripted_server import Server, models, serving

KEY = "sk-very-secret-1234567890"
Run = Callable[..., tuple[int, dict, str]]


@pytest.fixture
def mneme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, as_json: bool = True) -> tuple[int, dict, str]:
        capsys.readouterr()
        code = run(["--no-keyring", "--profile", str(tmp_path / "profile"), *arguments,
                    *(["--json"] if as_json else [])])
        shown = capsys.readouterr()
        assert KEY not in shown.out + shown.err
        if not as_json:
            return code, {"out": shown.out}, shown.err
        return code, json.loads(shown.out) if shown.out.strip() else {}, shown.err

    return call


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server({"/v1/models": models("small", "large", max_model_len=2000)})) as script:
        yield script


def test_a_server_is_named_tried_shown_and_dropped(mneme: Run, server: Server) -> None:
    address = server.url.removesuffix("/v1")
    code, told, _err = mneme("models", "server", server.url, "--model", "large")
    assert (code, told["address"], told["context"], told["notes"]) == (0, address, 2000, [])
    assert told["model"] == f"large at {address}"
    assert mneme("models", "server")[1]["model"] == f"large at {address}"
    assert "2,000 tokens" in mneme("models", "server", as_json=False)[1]["out"]
    settings = mneme("settings")[1]["settings"]
    assert (settings["server.url"], settings["server.model"]) == (server.url, "large")
    assert mneme("models", "server", "--off")[1] == {"url": ""}
    code, told, _err = mneme("models", "server")
    assert code == 1 and "No server of your own is named" in told["error"]["message"]


def test_another_address_takes_its_own_first_model(mneme: Run, server: Server) -> None:
    mneme("models", "server", server.url, "--model", "large")
    with serving(Server({"/v1/models": models("other", max_model_len=2000)})) as another:
        assert mneme("models", "server", another.url)[1]["model"].startswith("other at ")


def test_a_key_is_read_from_a_pipe_and_sent_to_its_own_server_alone(
        mneme: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n"))
    assert mneme("models", "server", server.url, "--key")[0] == 0
    assert server.asked[-1].headers["authorization"] == f"Bearer {KEY}"
    mneme("models", "server")
    assert server.asked[-1].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in json.dumps(mneme("settings")[1])
    files = [file for file in (tmp_path / "profile").rglob("*") if file.is_file()]
    assert files and not [file for file in files if KEY.encode() in file.read_bytes()]
    with serving(Server({"/v1/models": models("other", max_model_len=2000)})) as another:
        mneme("models", "server", another.url)
        assert "authorization" not in another.asked[-1].headers
    mneme("models", "server", server.url)
    mneme("models", "server", "--off")
    mneme("models", "server", server.url)
    assert "authorization" not in server.asked[-1].headers, "what was dropped is forgotten"


def test_no_key_comes(mneme: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code, told, _err = mneme("models", "server", server.url, "--key")
    assert code == 1 and "No key was given" in told["error"]["message"]


@pytest.mark.parametrize("url", ["localhost", f"http://me:{KEY}@localhost/v1", "ftp://host"])
def test_what_is_no_address_changes_nothing(mneme: Run, url: str) -> None:
    assert mneme("models", "server", url)[0] == 1
    settings = mneme("settings")[1]["settings"]
    assert settings["server.url"] == ""


def test_a_server_that_is_not_there_is_told_of(mneme: Run) -> None:
    with serving(Server()) as gone:
        url = gone.url
    code, told, err = mneme("models", "server", url)
    assert code == 1 and "no connection" in told["error"]["message"] and "--off" in err


# ------------------------------------------------------------------ private


def test_memories_are_marked_private_and_not_any_more(mneme: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("I live in Oslo.\n", encoding="utf-8")
    mneme("add", str(tmp_path / "a.md"))
    [passage] = mneme("list")[1]["memories"]
    memory = str(passage["memory"])
    assert passage["private"] is False
    code, told, _err = mneme("private", memory, memory)
    assert code == 0 and [(one["memory"], one["private"]) for one in told["memories"]] == [(passage["memory"], True)]
    assert mneme("show", memory)[1]["private"] is True
    assert "never sent to a server" in mneme("show", memory, as_json=False)[1]["out"]
    fact = next(one for one in mneme("list", "--kind", "fact")[1]["memories"] if one["private"])
    assert "stays private" in mneme("private", str(fact["memory"]), "--off", as_json=False)[1]["out"]
    assert "Not private any more" in mneme("private", memory, "--off", as_json=False)[1]["out"]
    assert "never sent" not in mneme("show", memory, as_json=False)[1]["out"]
    assert mneme("undo")[1]["undone"]["what"] == "not private"
    assert mneme("show", memory)[1]["private"] is True


def test_an_unknown_memory_is_not_marked(mneme: Run) -> None:
    code, told, _err = mneme("private", "4711")
    assert code == 1 and "4711" in told["error"]["message"]
