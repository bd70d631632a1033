"""Downloads from a hub on this computer that serves well, drops, stalls, truncates, lies and refuses."""

import hashlib
import json
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import huggingface_hub
import pytest

from mneme.errors import Cancelled, KnownError, ModelDamaged, ModelError, ModelMissing
from mneme.models.catalogue import CatalogueEntry
from mneme.models.download import Patience, discard, download
from mneme.models.shelf import Shelf
from mneme.types import Progress

NAME = "owner/model"
COMMIT = "c0ffee" * 6 + "c0ff"
QUICK = Patience(stall=0.5, tries=3, pause=0.01)
STEP = 1 << 16  # bytes the server sends at once
BIG = bytes(range(256)) * 4096  # 1 MiB


# ------------------------------------------------------------------ the hub


@dataclass
class Hub:
    """A repository, and what goes wrong with each answer to a file's request, in turn.

    Faults: "drop" (half, then the line is cut), "stall" (half, then silence), "short" (half, as if it were all),
    "lie" (a length longer than what comes), "more" (bytes beyond the end), "whole" (a range is ignored), a status.
    """

    files: dict[str, bytes]
    faults: dict[str, list[str | int]] = field(default_factory=dict)
    served: dict[str, bytes] = field(default_factory=dict)  # what comes instead of what was described
    info_faults: list[int | bytes] = field(default_factory=list)
    config: dict[str, object] = field(default_factory=lambda: {"architectures": ["BertModel"]})
    sizes: dict[str, int] = field(default_factory=dict)
    error_code: str = ""
    without_hashes: bool = False
    pause: float = 0.0
    address: str = ""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def described(self) -> bytes:
        siblings = [self._sibling(name, content) for name, content in self.files.items()]
        return json.dumps({"id": NAME, "sha": COMMIT, "siblings": siblings, "config": self.config}).encode()

    def _sibling(self, name: str, content: bytes) -> dict[str, object]:
        told: dict[str, object] = {"rfilename": name, "size": self.sizes.get(name, len(content))}
        if self.without_hashes:
            return told
        told["blobId"] = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        if name.endswith((".safetensors", ".gguf", ".bin", ".onnx")):
            told["lfs"] = {"size": told["size"], "sha256": hashlib.sha256(content).hexdigest(), "pointerSize": 130}
        return told

    def requests(self, name: str) -> list[dict[str, str]]:
        """The headers of every request for a file."""
        return [headers for _method, path, headers in self.asked if path.endswith(f"/{name}")]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)  # a proxy is asked with the whole address
        self.hub.asked.append((self.command, path, {key.lower(): value for key, value in self.headers.items()}))
        if path.startswith(f"/api/models/{NAME}"):
            self._info()
        elif path.startswith(f"/{NAME}/resolve/{COMMIT}/"):
            self._file(path.removeprefix(f"/{NAME}/resolve/{COMMIT}/"))
        else:
            self._status(404, "RepoNotFound")

    def _info(self) -> None:
        fault = self.hub.info_faults.pop(0) if self.hub.info_faults else None
        if isinstance(fault, int):
            self._status(fault, self.hub.error_code)
        else:
            self._answer(200, fault if fault is not None else self.hub.described(), {})

    def _file(self, name: str) -> None:
        faults = self.hub.faults.get(name, [])
        fault = faults.pop(0) if faults else None
        content = self.hub.served.get(name, self.hub.files[name])
        if isinstance(fault, int):
            self._status(fault, self.hub.error_code)
            return
        start, headers = 0, {}
        if "range" in self.headers and fault != "whole":
            start = int(self.headers["range"].removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self._status(416, "")
                return
            headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
        self._answer(206 if headers else 200, content[start:], headers, fault)

    def _answer(self, status: int, content: bytes, headers: dict[str, str], fault: object = None) -> None:
        body = content + b"more" if fault == "more" else content[:len(content) // 2] if fault else content
        body = content if fault in ("whole", "lie") else body
        length = len(body) if fault in ("short", "more") else len(content) + (99 if fault == "lie" else 0)
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(key, value)
        self.end_headers()
        for at in range(0, len(body), STEP):
            self.wfile.write(body[at:at + STEP])
            time.sleep(self.hub.pause)
        if fault == "stall":
            self.wfile.flush()
            self.hub.over.wait(20)
        self.close_connection = self.close_connection or fault is not None

    def _status(self, status: int, code: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Hub], Hub]]:
    """Starts hubs; ends them with every thread that still listened to one."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "HF_TOKEN",
                 "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    huggingface_hub.close_session()  # a session remembers the proxies of its beginning
    running: list[tuple[Hub, ThreadingHTTPServer]] = []

    def start(hub: Hub) -> Hub:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHub", (Handler,), {"hub": hub}))
        server.daemon_threads = True
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # clients hang up
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        hub.address = f"http://127.0.0.1:{server.server_address[1]}"
        running.append((hub, server))
        return hub

    yield start
    for hub, server in running:
        hub.over.set()
        server.shutdown()
    for thread in threading.enumerate():
        if thread.name == "mneme-download":
            thread.join(5)
    huggingface_hub.close_session()
    for _hub, server in running:
        server.server_close()


def safetensors(content: bytes) -> bytes:
    about = {"w": {"dtype": "U8", "shape": [len(content)], "data_offsets": [0, len(content)]}}
    head = json.dumps(about).encode()
    return struct.pack("<Q", len(head)) + head + content


def embedder_files() -> dict[str, bytes]:
    return {
        "config.json": b'{"architectures": ["BertModel"]}', "modules.json": b"[]", "tokenizer.json": b'{"t": 1}',
        "1_Pooling/config.json": b"{}", "model.safetensors": safetensors(BIG), "vocab.txt": b"",
        ".gitattributes": b"x", "README.md": b"x", "pytorch_model.bin": BIG, "onnx/model.onnx": BIG,
        "openvino/openvino_model.bin": BIG, "tf_model.h5": BIG, "flax_model.msgpack": BIG, "modeling.py": b"x",
        "../escape.json": b"{}",
    }


def one_gguf(content: bytes = BIG, name: str = "model-q4_k_m.gguf") -> Hub:
    return Hub({name: content, "README.md": b"x"})


def fetch(hub: Hub, folder: Path, *, file: str = "", progress: Callable[[Progress], None] = lambda _progress: None,
          cancelled: Callable[[], bool] = lambda: False, patience: Patience = QUICK, token: str | None = None,
          revision: str | None = None) -> Path:
    return download(NAME, folder, file=file, endpoint=hub.address, progress=progress, cancelled=cancelled,
                    patience=patience, token=token, revision=revision)


def nothing_on_the_shelf(folder: Path) -> bool:
    return not (folder / "files").exists() or not any((folder / "files").iterdir())


Serve = Callable[[Hub], Hub]


# ------------------------------------------------------------------ all goes well


def test_a_folder_arrives_whole_with_only_what_is_needed(serve: Serve, tmp_path: Path) -> None:
    hub = serve(Hub(embedder_files()))
    seen: list[Progress] = []
    path = fetch(hub, tmp_path, progress=seen.append)
    assert path == tmp_path / "files" / "owner--model"
    got = {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}
    wanted = ("config.json", "modules.json", "tokenizer.json", "1_Pooling/config.json", "model.safetensors",
              "vocab.txt")
    assert got == {name: hub.files[name] for name in wanted}
    assert (seen[-1].stage, seen[-1].done, seen[-1].total) == ("downloading", sum(map(len, got.values())),
                                                               sum(map(len, got.values())))
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert not (tmp_path / "partial" / "owner--model").exists()
    model = Shelf(tmp_path).add(path, origin="downloaded", name=NAME)
    assert model.ours
    assert set(model.files) == set(wanted)


def test_the_hub_is_told_nothing_but_what_is_wanted(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    fetch(hub, tmp_path)
    assert [(method, path) for method, path, _headers in hub.asked] == [
        ("GET", f"/api/models/{NAME}"), ("GET", f"/{NAME}/resolve/{COMMIT}/model-q4_k_m.gguf")]
    assert not any("authorization" in headers or "cookie" in headers for _method, _path, headers in hub.asked)


def test_files_of_like_content_arrive_once(serve: Serve, tmp_path: Path) -> None:
    hub = serve(Hub({**embedder_files(), "tokenizer.json": b"{}"}))
    path = fetch(hub, tmp_path)
    assert (path / "tokenizer.json").read_bytes() == (path / "1_Pooling/config.json").read_bytes() == b"{}"
    assert len(hub.requests("tokenizer.json") + hub.requests("1_Pooling/config.json")) == 1


def test_weights_of_the_old_kind_come_where_there_are_no_others(serve: Serve, tmp_path: Path) -> None:
    files = embedder_files()
    del files["model.safetensors"]
    path = fetch(serve(Hub(files)), tmp_path)
    assert (path / "pytorch_model.bin").read_bytes() == BIG


def test_an_entry_of_the_catalogue_names_its_file(serve: Serve, tmp_path: Path) -> None:
    hub = serve(Hub({f"m-{kind}.gguf": kind.encode() for kind in ("q2_k", "Q4_K_M", "q8_0")}))
    entry = CatalogueEntry(NAME, "M", "chat", "small", 1, "MIT", ("en",), "Good.", "*q4_k_m.gguf")
    path = download(entry, tmp_path, endpoint=hub.address, patience=QUICK)
    assert path == tmp_path / "files" / "owner--model" / "m-Q4_K_M.gguf"
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_second_file_stands_beside_the_first(serve: Serve, tmp_path: Path) -> None:
    hub = serve(Hub({"a.gguf": b"a" * 9, "b.gguf": b"b" * 9}))
    assert fetch(hub, tmp_path, file="a.gguf").read_bytes() == b"a" * 9
    assert fetch(hub, tmp_path, file="b.gguf").read_bytes() == b"b" * 9
    assert (tmp_path / "files/owner--model/a.gguf").exists()


def test_a_model_in_parts_comes_with_all_of_them(serve: Serve, tmp_path: Path) -> None:
    names = [f"q4/big-q4_k_m-0000{no}-of-00002.gguf" for no in (1, 2)]
    hub = serve(Hub({**{name: name.encode() for name in names}, "mmproj-q4_k_m.gguf": b"x", "big-q8_0.gguf": b"y"}))
    path = fetch(hub, tmp_path)
    assert path.name == "big-q4_k_m-00001-of-00002.gguf"
    assert sorted(file.name for file in path.parent.iterdir()) == [name.removeprefix("q4/") for name in names]


def test_what_is_there_already_is_not_fetched_again(serve: Serve, tmp_path: Path) -> None:
    hub = serve(Hub(embedder_files()))
    path = fetch(hub, tmp_path)
    before = len(hub.asked)
    assert fetch(hub, tmp_path) == path
    assert len(hub.asked) == before + 1


def test_a_newer_version_takes_the_place_of_the_older(serve: Serve, tmp_path: Path) -> None:
    hub = serve(Hub(embedder_files()))
    path = fetch(hub, tmp_path)
    hub.files["config.json"] = b'{"architectures": ["BertModel"], "new": 1}'
    del hub.files["vocab.txt"]
    assert fetch(hub, tmp_path, revision="v2") == path
    assert (path / "config.json").read_bytes() == hub.files["config.json"]
    assert not (path / "vocab.txt").exists()
    assert len(hub.requests("model.safetensors")) == 2
    assert any(asked == f"/api/models/{NAME}/revision/v2" for _method, asked, _headers in hub.asked)


def test_a_token_is_sent_only_where_one_was_given(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    fetch(hub, tmp_path, token="hf_secret")
    assert {headers["authorization"] for _method, _path, headers in hub.asked} == {"Bearer hf_secret"}


def test_a_proxy_is_honoured(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = serve(one_gguf())
    monkeypatch.setenv("HTTP_PROXY", hub.address)
    path = download(NAME, tmp_path, endpoint="http://hub.invalid", patience=QUICK)
    assert path.read_bytes() == BIG
    assert {headers["host"] for _method, _path, headers in hub.asked} == {"hub.invalid"}


# ------------------------------------------------------------------ a bad connection


@pytest.mark.parametrize("faults", [["drop"], ["drop", "drop", "drop", "drop"], ["short"], ["stall"], [500], [503, 429],
                                    ["drop", "whole"], ["drop", 502, "drop", "whole"]])
def test_a_file_arrives_in_spite_of(serve: Serve, tmp_path: Path, faults: list[str | int]) -> None:
    hub = serve(one_gguf())
    hub.faults["model-q4_k_m.gguf"] = list(faults)
    seen: list[Progress] = []
    assert fetch(hub, tmp_path, progress=seen.append).read_bytes() == BIG
    assert seen[-1].done == seen[-1].total == len(BIG)


def test_what_has_arrived_is_not_asked_for_again(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    hub.faults["model-q4_k_m.gguf"] = ["drop"]
    fetch(hub, tmp_path)
    first, second = hub.requests("model-q4_k_m.gguf")
    assert "range" not in first
    assert second["range"] == f"bytes={len(BIG) // 2}-"


def test_the_description_is_asked_for_again(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    hub.info_faults = [500, 503]
    assert fetch(hub, tmp_path).read_bytes() == BIG


@pytest.mark.parametrize("fault", [500, "stall", "drop"])
def test_it_gives_up_with_a_sentence_and_keeps_what_came(serve: Serve, tmp_path: Path, fault: str | int) -> None:
    hub = serve(one_gguf())
    hub.faults["model-q4_k_m.gguf"] = ["drop", *[500] * 9] if fault == "drop" else [fault] * 9
    hub.served["model-q4_k_m.gguf"] = BIG[:2] if fault == "stall" else BIG  # half of 2 bytes, and then no more
    with pytest.raises(KnownError, match="again and again") as caught:
        fetch(hub, tmp_path, patience=Patience(stall=0.2, tries=2, pause=0.01))
    assert "kept" in caught.value.remedy
    assert nothing_on_the_shelf(tmp_path)
    arrived = sum(part.stat().st_size for part in tmp_path.rglob("*.part"))
    assert arrived == {500: 0, "stall": 1, "drop": len(BIG) // 2}[fault]


def test_where_nobody_answers(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    hub.address = "http://127.0.0.1:9"  # the port of "discard": closed
    with pytest.raises(KnownError, match="again and again"):
        fetch(hub, tmp_path)


def test_a_next_run_continues(serve: Serve, tmp_path: Path) -> None:
    hub = serve(Hub(embedder_files()))
    hub.faults["model.safetensors"] = ["drop", *[500] * 9]
    with pytest.raises(KnownError):
        fetch(hub, tmp_path)
    hub.faults.clear()
    hub.asked.clear()
    seen: list[Progress] = []
    path = fetch(hub, tmp_path, progress=seen.append)
    assert (path / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    assert [headers["range"] for headers in hub.requests("model.safetensors")] == [
        f"bytes={len(hub.files['model.safetensors']) // 2}-"]
    assert hub.requests("config.json") == []  # it was whole
    assert seen[0].done >= len(BIG) // 2


# ------------------------------------------------------------------ cancel


@pytest.mark.parametrize("fault", ["stall", None])
def test_a_cancel_is_heard_at_once(serve: Serve, tmp_path: Path, fault: str | None) -> None:
    """In the middle of a slow file, and while the server says nothing."""
    hub = serve(one_gguf())
    hub.faults["model-q4_k_m.gguf"] = [fault] if fault else []
    hub.pause = 0.0 if fault else 0.05
    pressed: list[float] = []

    def watch(progress: Progress) -> None:
        if progress.done >= len(BIG) // 4 and not pressed:
            pressed.append(time.monotonic())

    with pytest.raises(Cancelled):
        fetch(hub, tmp_path, progress=watch, patience=Patience(stall=30),
              cancelled=lambda: bool(pressed) and time.monotonic() > pressed[0] + 0.2)
    assert time.monotonic() - pressed[0] < 5
    assert nothing_on_the_shelf(tmp_path)
    (part,) = tmp_path.rglob("*.part")
    assert 0 < part.stat().st_size < len(BIG)
    hub.over.set()
    hub.pause = 0.0
    assert fetch(hub, tmp_path).read_bytes() == BIG
    assert int(hub.requests("model-q4_k_m.gguf")[-1]["range"].removeprefix("bytes=").removesuffix("-")) > 0


def test_a_cancel_ends_the_pause_between_two_tries(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    hub.info_faults = [500] * 9
    start = time.monotonic()
    with pytest.raises(Cancelled):
        fetch(hub, tmp_path, patience=Patience(pause=60), cancelled=lambda: time.monotonic() > start + 0.3)
    assert time.monotonic() - start < 5


def test_an_unfinished_download_can_be_thrown_away(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    hub.faults["model-q4_k_m.gguf"] = ["drop", *[500] * 9]
    with pytest.raises(KnownError):
        fetch(hub, tmp_path)
    assert list(tmp_path.rglob("*.part"))
    discard(NAME, tmp_path)
    assert not list(tmp_path.rglob("*.part"))


# ------------------------------------------------------------------ what is not what it should be


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_other_bytes_of_the_same_length(serve: Serve, tmp_path: Path, name: str) -> None:
    """Large files are checked by their sha256, small ones by git's hash."""
    hub = serve(Hub(embedder_files()))
    right = hub.files[name]
    hub.served[name] = right[:-1] + bytes([right[-1] ^ 1])
    with pytest.raises(ModelDamaged, match=name):
        fetch(hub, tmp_path)
    assert nothing_on_the_shelf(tmp_path)
    assert not list(tmp_path.rglob("*.part"))
    hub.served.clear()
    assert (fetch(hub, tmp_path) / name).read_bytes() == right


@pytest.mark.parametrize(("served", "faults"), [(BIG[:-5], []), (BIG + b"tail", []), (BIG, ["more"])])
def test_another_length_than_the_hub_named(serve: Serve, tmp_path: Path, served: bytes,
                                           faults: list[str | int]) -> None:
    hub = serve(one_gguf())
    hub.served["model-q4_k_m.gguf"] = served
    hub.faults["model-q4_k_m.gguf"] = faults
    with pytest.raises(ModelDamaged, match="not what the hub says"):
        fetch(hub, tmp_path)
    assert nothing_on_the_shelf(tmp_path)
    assert not list(tmp_path.rglob("*.part"))


def test_a_server_that_names_a_wrong_length_and_sends_the_right_file(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    hub.faults["model-q4_k_m.gguf"] = ["lie"]
    assert fetch(hub, tmp_path).read_bytes() == BIG


def test_a_bad_beginning_from_an_earlier_run_is_fetched_anew(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    partial = tmp_path / "partial" / "owner--model"
    partial.mkdir(parents=True)
    (partial / f"{hashlib.sha256(BIG).hexdigest()}.part").write_bytes(b"\xff" * 1000)
    assert fetch(hub, tmp_path).read_bytes() == BIG
    assert ["range" in headers for headers in hub.requests("model-q4_k_m.gguf")] == [True, False]


def test_a_damaged_file_on_the_shelf_is_replaced(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    path = fetch(hub, tmp_path)
    path.write_bytes(BIG[:-1] + b"?")
    assert fetch(hub, tmp_path).read_bytes() == BIG


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(("status", "code", "kind", "said"), [
    (401, "GatedRepo", ModelError, "licence"), (403, "GatedRepo", ModelError, "licence"),
    (403, "", ModelError, "licence"),
    (401, "RepoNotFound", ModelMissing, "no model named"), (404, "RepoNotFound", ModelMissing, "no model named"),
    (404, "", ModelMissing, "no model named"), (404, "RevisionNotFound", ModelMissing, "no model named"),
])
@pytest.mark.parametrize("where", ["info", "file"])
def test_an_answer_that_will_not_change_is_not_asked_for_twice(
        serve: Serve, tmp_path: Path, where: str, status: int, code: str, kind: type[KnownError], said: str) -> None:
    hub = serve(one_gguf())
    hub.error_code = code
    if where == "info":
        hub.info_faults = [status]
    else:
        hub.faults["model-q4_k_m.gguf"] = [status]
    with pytest.raises(kind, match=said) as caught:
        fetch(hub, tmp_path)
    assert caught.value.remedy
    assert len(hub.asked) == (1 if where == "info" else 2)
    assert nothing_on_the_shelf(tmp_path)


@pytest.mark.parametrize("name", ["../../etc", "a/b/c", "owner/mo del", ""])
def test_what_is_no_name(serve: Serve, tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelMissing, match="no model named"):
        download(name, tmp_path, endpoint=serve(one_gguf()).address, patience=QUICK)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("answer", [b"<html>Log in to this network</html>", b"[]", b"{}", b'{"siblings": 3}'])
def test_an_answer_that_comes_from_no_hub(serve: Serve, tmp_path: Path, answer: bytes) -> None:
    hub = serve(one_gguf())
    hub.info_faults = [answer]
    with pytest.raises(KnownError):
        fetch(hub, tmp_path)
    assert nothing_on_the_shelf(tmp_path)


@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_the_offline_setting(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    hub = serve(one_gguf())
    monkeypatch.setenv(variable, "1")
    with pytest.raises(KnownError, match="switched off"):
        fetch(hub, tmp_path)
    assert hub.asked == []


def test_too_little_space_is_said_before_the_first_byte(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    hub.sizes["model-q4_k_m.gguf"] = 10**18
    with pytest.raises(KnownError, match=r"needs 1000000000\.3 GB on the disk"):
        fetch(hub, tmp_path)
    assert len(hub.asked) == 1


def test_a_file_without_a_hash_is_refused(serve: Serve, tmp_path: Path) -> None:
    hub = serve(one_gguf())
    hub.without_hashes = True
    with pytest.raises(ModelError, match="does not say"):
        fetch(hub, tmp_path)


@pytest.mark.parametrize(("files", "pattern", "said"), [
    (["a-q8_0.gguf", "a-q2_k.gguf"], "", r"a-q2_k\.gguf, a-q8_0\.gguf"),
    (["a-q8_0.gguf"], "*q4*.gguf", r"a-q8_0\.gguf"),
    (["README.md", "model.onnx"], "", "holds no model"),
    (["../up/x;y.gguf"], "", "holds no model"),
])
def test_it_is_not_clear_what_is_meant(serve: Serve, tmp_path: Path, files: list[str], pattern: str, said: str) -> None:
    hub = serve(Hub(dict.fromkeys(files, b"x")))
    with pytest.raises(ModelMissing, match=said):
        fetch(hub, tmp_path, file=pattern)


def test_a_chat_model_in_the_wrong_format_is_refused_before_it_is_fetched(serve: Serve, tmp_path: Path) -> None:
    files = embedder_files()
    del files["modules.json"]
    hub = serve(Hub(files, config={"architectures": ["Qwen2ForCausalLM"]}))
    with pytest.raises(ModelError, match="GGUF"):
        fetch(hub, tmp_path)
    assert len(hub.asked) == 1


def test_a_folder_that_cannot_be_written(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "partial").write_text("a file where a folder should be")
    with pytest.raises(KnownError, match="cannot be written"):
        fetch(serve(one_gguf()), tmp_path)
