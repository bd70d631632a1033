"""The room of models: the three ways of answering, downloads from a hub that fails, what is here, what searches."""

import hashlib
import json
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import huggingface_hub
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.testing import HashEmbedder
from mneme.types import ModelInfo, ModelOffer, Progress
from mneme_desktop.models.downloads import Download
from mneme_desktop.models.languagepart import Choices
from mneme_desktop.models.offers import state_words
from mneme_desktop.models.page import ModelsPage
from mneme_desktop.models.tiers import BUILT_IN, HERE, THERE, steps
from mneme_desktop.shell.window import ASK, MODELS, MainWindow

Opens = Callable[[Engine], MainWindow]
NAME = "sentence-transformers/all-MiniLM-L6-v2"  # of the catalogue
COMMIT = "c0ffee" * 6 + "c0ff"
BIG = bytes(range(256)) * 2048  # 512 KiB
WRITER = ModelInfo("big@1f", "big-writer-7b", "chat", "own", "ready", "/models/big.gguf", 4_000_000_000)
SERVER = ModelInfo("server", "llama3", "chat", "your own server", "ready", "http://localhost:11434")
OFFER = ModelOffer(NAME, "all-MiniLM-L6-v2", "embedder", "small", 0.5, "Apache-2.0", ("en",), "Fast.", here=False)


# ------------------------------------------------------------------ a hub on this computer


@dataclass
class Hub:
    """A hub with one model. `faults` go wrong in turn with requests for its weights: "cut", a status, or an event.

    "cut": half comes, then the line is cut; an event: nothing comes before it is set.
    """

    files: dict[str, bytes]
    faults: list[str | int | threading.Event] = field(default_factory=list)
    served: bytes | None = None  # in place of the weights that were described
    ranges: list[str] = field(default_factory=list)

    def described(self) -> bytes:
        return json.dumps({"id": NAME, "sha": COMMIT, "config": {"architectures": ["BertModel"]}, "siblings": [
            {"rfilename": name, "size": len(content),
             "blobId": hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest(),
             **({"lfs": {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "pointerSize": 130}}
                if name.endswith(".safetensors") else {})} for name, content in self.files.items()]}).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path.startswith("/api/models/"):
            self._send(200, self.hub.described(), 0)
        else:
            self._file(path.partition(f"/resolve/{COMMIT}/")[2])

    def _file(self, name: str) -> None:
        content, fault = self.hub.files[name], None
        if name.endswith(".safetensors"):
            self.hub.ranges.append(self.headers.get("range", ""))
            fault = self.hub.faults.pop(0) if self.hub.faults else None
            content = self.hub.served or content
        if isinstance(fault, threading.Event):
            fault.wait(20)
        start = int(self.headers.get("range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        if isinstance(fault, int):
            self._send(fault, b"", 0)
        else:
            self._send(206 if start else 200, content, start, cut=fault == "cut")

    def _send(self, status: int, content: bytes, start: int, *, cut: bool = False) -> None:
        body = content[start:]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        self.wfile.write(body[:len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "HF_TOKEN",
                 "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    huggingface_hub.close_session()
    head = json.dumps({"w": {"dtype": "U8", "shape": [len(BIG)], "data_offsets": [0, len(BIG)]}}).encode()
    made = Hub({"config.json": b'{"architectures": ["BertModel"]}', "modules.json": b"[]", "tokenizer.json": b"{}",
                "1_Pooling/config.json": b'{"p": 1}', "model.safetensors": struct.pack("<Q", len(head)) + head + BIG})
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHub", (Handler,), {"hub": made}))
    server.daemon_threads = True
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # clients hang up
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}")
    yield made
    for fault in made.faults:
        if isinstance(fault, threading.Event):
            fault.set()
    server.shutdown()
    for thread in threading.enumerate():
        if thread.name == "mneme-download":
            thread.join(5)
    huggingface_hub.close_session()
    server.server_close()


@pytest.fixture
def diary(new_diary: Callable[..., Any]) -> Any:
    """A real profile that searches with any sentence-transformers model, by a quick stand-in."""
    made = new_diary(makers={"sentence-transformers": lambda _path, name, _verify: HashEmbedder(64, name)})
    made.engine.models.tries = 1
    return made


@pytest.fixture
def page(qtbot: QtBot, diary: Any, hub: Hub, open_window: Opens) -> ModelsPage:
    """The room over a real engine, with the models that search shown."""
    return room_of(qtbot, open_window(diary.engine), "embedder")


def room_of(qtbot: QtBot, window: MainWindow, purpose: str = "chat") -> ModelsPage:
    page = window.models_page
    window.go(MODELS)
    qtbot.waitUntil(lambda: bool(page.offers.offers) and page.shelf.models is not None, timeout=20_000)
    qtbot.waitUntil(lambda: page.tiers.cards[BUILT_IN].state.text() != "", timeout=20_000)
    page.offers.show_purpose(purpose)
    return page


def words(within: QWidget) -> list[str]:
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]


def begin(qtbot: QtBot, page: ModelsPage) -> None:
    """Ask for the model, and say yes."""
    qtbot.waitUntil(page.offers.rows[NAME].get.isVisible)
    page.offers.rows[NAME].get.click()
    sheet = page.offers.asking
    assert sheet is not None
    [yes] = [b for b in sheet.findChildren(QPushButton) if b.text() == "Download"]
    qtbot.mouseClick(yes, Qt.MouseButton.LeftButton)


def model_here(page: ModelsPage) -> ModelInfo | None:
    return next((model for model in page.shelf.models or () if model.title == "all-MiniLM-L6-v2"), None)


# ------------------------------------------------------------------ downloads


def test_a_download_fails_goes_on_and_is_chosen(qtbot: QtBot, page: ModelsPage, hub: Hub, diary: Any) -> None:
    diary.note("key.md", "The spare key hangs behind the blue rain barrel.")
    hub.faults = ["cut", 503]
    begin(qtbot, page)
    row = page.offers.rows[NAME]
    qtbot.waitUntil(lambda: row.wrong.isVisible(), timeout=20_000)
    assert "could not be downloaded: the connection broke again and again" in row.wrong.text()
    assert "what has arrived is kept" in row.remedy.text()
    qtbot.waitUntil(lambda: page.offers.rows[NAME].offer.begun > len(BIG) // 2, timeout=10_000)
    row = page.offers.rows[NAME]
    assert row.state.text().endswith("have come; the download goes on from there.") and row.throw.isVisible()
    assert row.get.text() == "Try again" and model_here(page) is None

    row.get.click()  # without being asked again
    qtbot.waitUntil(lambda: model_here(page) is not None, timeout=20_000)
    assert hub.ranges[-1].startswith("bytes=2")  # it went on in the middle
    qtbot.waitUntil(lambda: page.offers.rows[NAME].use.isVisible())
    assert not page.offers.rows[NAME].wrong.isVisible()
    page.offers.rows[NAME].use.click()
    qtbot.waitUntil(lambda: any(line.startswith("all-MiniLM-L6-v2 has ") for line in words(page.search)),
                    timeout=10_000)
    diary.engine.embed_waiting()
    qtbot.waitUntil(lambda: not page.search.bar.isVisible(), timeout=10_000)
    chosen = model_here(page)
    assert chosen is not None and chosen.state == "in use" and page.search.choice.currentData() == chosen.id


def test_a_download_is_paused_survives_a_restart_and_is_thrown_away(
        qtbot: QtBot, page: ModelsPage, hub: Hub, diary: Any) -> None:
    go = threading.Event()
    hub.faults = ["cut", go]
    begin(qtbot, page)
    qtbot.waitUntil(lambda: (now := page.downloads.now.get(NAME)) is not None and now.done > len(BIG) // 3,
                    timeout=20_000)
    assert page.offers.rows[NAME].bar.isVisible() and page.offers.rows[NAME].bar.value() > 0
    page.window().go(ASK)  # type: ignore[attr-defined]  # it goes on while another room is looked at
    assert page.downloads.is_running(NAME)
    page.window().go(MODELS)  # type: ignore[attr-defined]
    page.offers.rows[NAME].pause.click()
    qtbot.waitUntil(lambda: not page.downloads.is_running(NAME), timeout=20_000)
    go.set()
    qtbot.waitUntil(lambda: page.offers.rows[NAME].get.text() == "Go on", timeout=10_000)
    [offer] = [one for one in diary.engine.models.offers() if one.name == NAME]
    assert offer.begun > 0  # the folder tells, not the window
    page.offers.rows[NAME].throw.click()
    qtbot.waitUntil(lambda: page.offers.rows[NAME].get.text() == "Download…", timeout=10_000)


def test_weights_that_are_not_what_the_hub_says_are_refused(qtbot: QtBot, page: ModelsPage, hub: Hub) -> None:
    hub.served = bytes(len(hub.files["model.safetensors"]))
    begin(qtbot, page)
    qtbot.waitUntil(lambda: page.offers.rows[NAME].wrong.isVisible(), timeout=20_000)
    assert "not what the hub says it is" in page.offers.rows[NAME].wrong.text()
    assert model_here(page) is None


def test_nothing_is_fetched_before_the_owner_has_said_so(qtbot: QtBot, page: ModelsPage, hub: Hub) -> None:
    page.offers.rows[NAME].get.click()
    sheet = page.offers.asking
    assert sheet is not None
    said = " ".join(found.text() for found in sheet.findChildren(QLabel))
    assert "127.0.0.1" in said and "nothing of yours is sent" in said and "Apache-2.0" in said
    [no] = [b for b in sheet.findChildren(QPushButton) if b.text() == "Not now"]
    qtbot.mouseClick(no, Qt.MouseButton.LeftButton)
    assert hub.ranges == [] and not page.downloads.is_running(NAME)


@pytest.mark.parametrize(("download", "kept", "said"), [
    (Download(NAME, 412_000_000, 986_000_000, 3_400_000, 171.0, "downloading"), 0,
     "412 MB of 986 MB · 3 MB a second · about 3 min left"),
    (Download(NAME), 0, "Asking what there is…"), (Download(NAME, waiting=True), 0, "It waits for another download."),
    (Download(NAME, 5, 10, stage="hashing"), 0, "Checking it…"),
    (None, 412_000_000, "412 MB have come; the download goes on from there."), (None, 0, "")])
def test_how_a_download_stands(download: Download | None, kept: int, said: str) -> None:
    assert state_words(OFFER, download, kept) == said
    assert state_words(replace(OFFER, here=True), None, 0) == "It is on this computer."


# ------------------------------------------------------------------ what is here


def test_a_model_is_removed_after_a_question(qtbot: QtBot, page: ModelsPage, hub: Hub) -> None:
    begin(qtbot, page)
    qtbot.waitUntil(lambda: model_here(page) is not None, timeout=20_000)
    model = model_here(page)
    assert model is not None and model.path is not None
    page.shelf.ask_to_remove(model)
    sheet = page.shelf.asking
    assert sheet is not None
    said = " ".join(found.text() for found in sheet.findChildren(QLabel))
    assert "Its files are deleted: 524 kB become free." in said
    [yes] = [b for b in sheet.findChildren(QPushButton) if b.text() == "Remove"]
    qtbot.mouseClick(yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: model_here(page) is None, timeout=10_000)
    assert not Path(model.path).exists()


def test_a_file_that_is_no_model_is_refused_with_a_reason(qtbot: QtBot, page: ModelsPage, tmp_path: Path) -> None:
    wrong = tmp_path / "notes.gguf"
    wrong.write_text("These are no weights.", encoding="utf-8")
    page.shelf.add_path(str(wrong))
    qtbot.waitUntil(lambda: page.shelf.trouble.isVisible() and not page.shelf.job.isVisible(), timeout=20_000)
    assert page.shelf.trouble.text()


def test_models_of_other_programs_are_only_listed(qtbot: QtBot, page: ModelsPage, monkeypatch: pytest.MonkeyPatch,
                                                  tmp_path: Path) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    page.shelf.look.click()
    qtbot.waitUntil(lambda: "No other program here keeps models that Mneme knows." in words(page.shelf),
                    timeout=20_000)


def test_the_change_of_model_is_paused(qtbot: QtBot, page: ModelsPage, hub: Hub, diary: Any) -> None:
    for n in range(3):
        diary.note(f"{n}.md", f"Note number {n} about boat {n}.")
    begin(qtbot, page)
    qtbot.waitUntil(lambda: model_here(page) is not None, timeout=20_000)
    page.search.use(getattr(model_here(page), "id"))  # noqa: B009
    qtbot.waitUntil(lambda: page.search.bar.isVisible(), timeout=10_000)
    page.search.pause.click()
    qtbot.waitUntil(lambda: any(line.startswith("Paused: ") for line in words(page.search)), timeout=10_000)
    diary.engine.embed_waiting()
    page.read()
    qtbot.waitUntil(lambda: page.search.pause.text() == "Go on")
    assert page.search.bar.isVisible()
    page.search.pause.click()
    qtbot.waitUntil(lambda: page.search.pause.text() == "Pause", timeout=10_000)
    diary.engine.embed_waiting()
    qtbot.waitUntil(lambda: not page.search.bar.isVisible(), timeout=10_000)


# ------------------------------------------------------------------ the three ways


def test_each_way_has_its_state_and_next_step() -> None:
    lacking = steps(Choices((), "", "llama.cpp is not installed here.", ()), "")
    assert [(lacking[tier].used, lacking[tier].act) for tier in (BUILT_IN, HERE, THERE)] == [
        (True, ""), (False, "set up"), (False, "name")]
    empty = steps(Choices((), "", None, ()), "")
    assert (empty[HERE].title, empty[HERE].act) == ("Choose a model", "choose")
    ready = steps(Choices((WRITER, SERVER), "", None, ()), "http://localhost:11434")
    assert (ready[HERE].title, ready[HERE].name) == ("Use big-writer-7b", WRITER.id)
    assert (ready[THERE].act, ready[THERE].state) == ("use", "Named: http://localhost:11434")
    writing = steps(Choices((WRITER,), WRITER.id, None, ()), "")
    assert writing[HERE].used and writing[HERE].act == "try" and writing[BUILT_IN].act == "use"
    served = steps(Choices((SERVER,), "server", None, ()), "http://localhost:11434")
    assert served[THERE].used and served[THERE].act == "check" and not served[HERE].used


def test_the_steps_lead_where_they_say(qtbot: QtBot, open_window: Opens, scripted: Any) -> None:
    scripted.models.known = (WRITER,)
    scripted.models.offered = (OFFER, replace(OFFER, name="x/y", title="Writer", purpose="chat"))
    window = open_window(scripted.as_engine())
    page = room_of(qtbot, window)
    window.activateWindow()
    card = page.tiers.cards[HERE]
    qtbot.mouseClick(card.press, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: scripted.models.chosen == WRITER.id and card.mark.isVisible(), timeout=10_000)
    qtbot.waitUntil(page.tiers.cards[BUILT_IN].press.isEnabled, timeout=10_000)
    page.tiers.cards[BUILT_IN].press.click()
    qtbot.waitUntil(lambda: scripted.models.chosen == "" and not card.mark.isVisible(), timeout=10_000)
    page.tiers.cards[THERE].press.click()
    qtbot.waitUntil(page.server.address.hasFocus)


def test_a_model_that_does_not_load_leaves_the_way_of_before(qtbot: QtBot, open_window: Opens, scripted: Any) -> None:
    def use(_name: str) -> None:
        raise KnownError("The model needs 12 GB.", "Choose a smaller one.")

    scripted.models.known, scripted.models.offered, scripted.models.use = (WRITER,), (OFFER,), use
    page = room_of(qtbot, open_window(scripted.as_engine()))
    page.tiers.cards[HERE].press.click()
    qtbot.waitUntil(lambda: "The model needs 12 GB." in words(page.language), timeout=10_000)
    assert page.tiers.cards[BUILT_IN].mark.isVisible() and page.tiers.cards[HERE].press.isEnabled()


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_room_fits_a_narrow_window_in_either_direction(
        qtbot: QtBot, open_window: Opens, scripted: Any, direction: Qt.LayoutDirection) -> None:
    QGuiApplication.setLayoutDirection(direction)
    try:
        scripted.models.known = (replace(WRITER, title="نموذج " * 12), SERVER)
        scripted.models.offered = (replace(OFFER, purpose="chat", title="A very long title " * 6),)
        window = open_window(scripted.as_engine())
        page = room_of(qtbot, window)
        window.resize(480, 800)
        qtbot.wait(50)
        for control in page.findChildren(QPushButton):
            if control.isVisible():
                left = control.mapTo(page, QPoint(0, 0)).x()
                assert left >= 0 and left + control.width() <= page.width(), control.text()
    finally:
        QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_everything_in_the_room_has_a_name(qtbot: QtBot, open_window: Opens, scripted: Any) -> None:
    scripted.models.known, scripted.models.offered = (WRITER,), (replace(OFFER, purpose="chat"),)
    page = room_of(qtbot, open_window(scripted.as_engine()))
    page.downloads._progressed(NAME, Progress("downloading", 5, 10, NAME))
    for control in page.findChildren(QWidget):
        if control.isVisible() and control.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert control.accessibleName() or control.metaObject().className() == "QScrollBar", control
