"""`mneme models` over a real store: listing, adding, choosing, downloading from a hub on this computer, removing."""

import hashlib
import json
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mneme.cli.main import run

Run = Callable[..., tuple[int, dict, str]]
NAME, FILE = "owner/tiny-GGUF", "tiny-q4_k_m.gguf"


def gguf() -> bytes:
    """A GGUF file of version 3: an architecture, and one tensor of 64 numbers."""
    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    pairs = {"general.architecture": "llama", "general.name": "Tiny", "general.type": "model"}
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs))
    head += b"".join(text(key) + struct.pack("<I", 8) + text(value) for key, value in pairs.items())
    head += text("blk.0") + struct.pack("<IQIQ", 1, 64, 0, 0)
    return head + bytes(-len(head) % 32) + bytes(256)


class Hub(BaseHTTPRequestHandler):
    """The two routes of a hub that a download needs."""

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""

    def do_GET(self) -> None:
        content = gguf()
        if self.path.startswith(f"/api/models/{NAME}"):
            lfs = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "pointerSize": 130}
            sibling = {"rfilename": FILE, "size": len(content), "blobId": "0" * 40, "lfs": lfs}
            content = json.dumps({"id": NAME, "sha": "c0ffee" * 6 + "c0ff", "siblings": [sibling]}).encode()
        elif not self.path.startswith(f"/{NAME}/resolve/"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def hub() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def mneme(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("HOME", str(tmp_path))

    def call(*arguments: str, as_json: bool = True) -> tuple[int, dict, str]:
        capsys.readouterr()
        code = run(["--no-keyring", "--profile", str(tmp_path / "profile"), "models", *arguments,
                    *(["--json"] if as_json else [])])
        shown = capsys.readouterr()
        if not as_json:
            return code, {"out": shown.out}, shown.err
        return code, json.loads(shown.out) if shown.out.strip() else {}, shown.err

    return call


def test_what_ships_is_in_use(mneme: Run) -> None:
    code, told, _err = mneme("list")
    assert code == 0
    assert [(m["purpose"], m["state"]) for m in told["models"]] == [("embedder", "in use"), ("reader", "in use")]
    assert "mneme-embedder" in mneme("list", as_json=False)[1]["out"]


def test_the_catalogue_is_shown_whole(mneme: Run) -> None:
    offered = mneme("list", "--offered")[1]["offered"]
    assert {"embedder", "reranker", "chat"} == {offer["purpose"] for offer in offered}
    shown = mneme("list", "--offered", as_json=False)[1]["out"]
    assert all(offer["name"] in shown and offer["licence"] for offer in offered)


def test_a_file_of_ones_own_is_added_not_chosen_where_it_is_broken_and_removed(mneme: Run, tmp_path: Path) -> None:
    path = tmp_path / "my model.gguf"
    path.write_bytes(gguf())
    added = mneme("add", str(path))[1]
    assert (added["purpose"], added["origin"], added["path"]) == ("chat", "own", str(path))
    code, told, err = mneme("use", added["id"])
    assert code == 1 and told["error"]["remedy"] and "llama.cpp" in err  # it cannot be loaded, so nothing is chosen
    assert mneme("remove", added["id"])[1] == {"removed": added["id"]}
    assert path.exists()
    assert len(mneme("list")[1]["models"]) == 2


def test_what_other_programs_keep_is_found(mneme: Run, tmp_path: Path) -> None:
    assert mneme("list", "--found")[1] == {"found": []}
    folder = tmp_path / ".lmstudio" / "models" / "owner" / "tiny"
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(gguf())
    found = mneme("list", "--found")[1]["found"]
    assert [(one["program"], one["path"]) for one in found] == [("LM Studio", str(folder / FILE))]
    assert str(folder / FILE) in mneme("list", "--found", as_json=False)[1]["out"].replace("\n", "")


def test_a_name_that_is_not_here_says_how_to_get_it(mneme: Run) -> None:
    code, told, _err = mneme("add", "owner/nothing")
    assert code == 1 and "mneme models download owner/nothing" in told["error"]["remedy"]


def test_a_download_lands_on_the_shelf_and_goes(
        mneme: Run, hub: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub)
    code, told, err = mneme("download", NAME)
    assert code == 0, err
    assert (told["origin"], told["purpose"]) == ("downloaded", "chat")
    assert Path(told["path"]).read_bytes() == gguf()
    assert mneme("download", NAME)[1]["id"] == told["id"]
    mneme("remove", NAME)
    assert not Path(told["path"]).exists()
    assert mneme("download", "owner/other")[0] == 1


def test_the_one_that_ships_can_be_named(mneme: Run) -> None:
    assert mneme("use", "built-in")[1]["state"] == "in use"
    code, told, _err = mneme("remove", "mneme-embedder-9")
    assert code == 1 and told["error"]["remedy"]
