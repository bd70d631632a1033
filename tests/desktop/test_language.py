"""The language model in its room: choosing one, what it runs on, adding, trying out, setting up, the own server."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme.errors import Cancelled, ModelError
from mneme.ports import ModelFacts
from mneme.types import ModelInfo, Progress
from mneme_desktop.models.languagepart import LanguagePart
from mneme_desktop.shell.window import ASK, MODELS, MainWindow

Opens = Callable[[Engine], MainWindow]
BIG = ModelInfo("big@1f", "big-writer-7b", "chat", "own", "ready", "/models/big.gguf")
FACTS = ModelFacts(8192, 4, backend="CPU", threads=8, notes=("The context is shorter than the model's own.",))


@dataclass
class Tried:
    """What a trial came to."""

    facts: ModelFacts = FACTS
    tokens_per_s: float = 37.6
    first_ms: float = 420.0
    asked: int = 5
    valid: int = 5
    true: int = 4
    outcomes: tuple[int, ...] = field(default_factory=lambda: tuple(range(10)))
    own: int = 8
    grade: str = "B"


@pytest.fixture
def window(qtbot: QtBot, open_window: Opens, scripted: Any) -> MainWindow:
    """The room of models over a scripted engine with one model, which does not write."""
    scripted.models.known = (BIG,)
    scripted.models.facts = FACTS
    return room_of(qtbot, open_window(scripted.as_engine()))


def room_of(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.go(MODELS)
    qtbot.waitUntil(lambda: window.models_page.language.choices is not None)
    return window


def type_address(qtbot: QtBot, window: MainWindow, url: str) -> None:
    field = window.models_page.server.address
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, url)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def words(within: QWidget) -> list[str]:
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]


def choose(part: LanguagePart, name: str) -> None:
    """As an owner does it in the list."""
    part.choice.setCurrentIndex(part.choice.findData(name))
    part.choice.activated.emit(part.choice.currentIndex())


# ------------------------------------------------------------------ choosing


def test_a_model_is_chosen_and_told_what_it_runs_on(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    part = window.models_page.language
    assert [part.choice.itemText(n) for n in range(part.choice.count())] == [
        "Nobody: read out", "big-writer-7b", "Your own server…"]
    choose(part, BIG.id)
    qtbot.waitUntil(lambda: any(line.startswith("CPU · 8 threads · holds") for line in words(part)))
    assert FACTS.notes[0] in words(part)
    assert scripted.models.chosen == BIG.id and part.running is None
    qtbot.waitUntil(lambda: window.ask_page.composer.model.text() == "big-writer-7b")
    choose(part, "none")
    qtbot.waitUntil(lambda: window.ask_page.composer.model.text() == "built in")
    assert scripted.models.chosen == "" and not part.trial.isVisible()


def test_over_a_real_engine(qtbot: QtBot, told: Any, open_window: Opens) -> None:
    window = room_of(qtbot, open_window(told.engine))
    part = window.models_page.language
    assert part.choice.currentData() == "scripted-model" and part.load.isVisible()
    qtbot.mouseClick(part.load, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(line.startswith("script · holds") for line in words(part)))
    choose(part, "none")
    qtbot.waitUntil(lambda: part.choice.currentData() == "none" and part.running is None)
    assert told.engine.models.writer() == ""
    choose(part, "scripted-model")
    qtbot.waitUntil(lambda: told.engine.models.writer() == "scripted-model")


def test_a_model_that_does_not_load_leaves_the_choice(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    def use(name: str) -> None:
        raise ModelError("The model needs 12 GB.", "Choose a smaller one.")

    scripted.models.use = use
    part = window.models_page.language
    choose(part, BIG.id)
    qtbot.waitUntil(lambda: "The model needs 12 GB." in words(part))
    assert "Choose a smaller one." in words(part) and part.choice.currentData() == "none"
    assert part.choice.isEnabled()


def test_a_file_that_is_no_model_is_refused_with_a_reason(qtbot: QtBot, told: Any, open_window: Opens,
                                                          tmp_path: Any) -> None:
    window = room_of(qtbot, open_window(told.engine))
    wrong = tmp_path / "notes.gguf"
    wrong.write_text("These are no weights.", encoding="utf-8")
    part = window.models_page.language
    part.add_file(str(wrong))
    qtbot.waitUntil(lambda: part.trouble.isVisible() and part.running is None, timeout=20_000)
    assert part.wrong.text()
    assert told.engine.models.writer() == "scripted-model"


# ------------------------------------------------------------------ trying out


def test_a_trial_is_shown_with_its_grade(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    go = threading.Event()

    def trial(model: Any, *, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> Tried:
        progress(Progress("asking", 4, 10))
        go.wait(10)
        return Tried()

    part = window.models_page.language
    part.try_with = trial
    choose(part, BIG.id)
    qtbot.waitUntil(part.trial.isVisible)
    qtbot.waitUntil(part.trial.isEnabled)
    qtbot.mouseClick(part.trial, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: part.bar.value() == 4 and "Asking about the sample life…" in words(part))
    assert not part.choice.isEnabled() and part.stop.isVisible()
    go.set()
    qtbot.waitUntil(lambda: "8 of 10 questions right in its own words" in words(part))
    said = words(part)
    assert "B" in said and "38 tokens a second, the first after 420 ms" in said
    assert "5 of 5 valid, 4 correct" in said
    assert not part.job.isVisible()


# ------------------------------------------------------------------ setting llama.cpp up


@pytest.fixture
def lacking(qtbot: QtBot, open_window: Opens, scripted: Any) -> MainWindow:
    scripted.models.missing = "llama.cpp is not installed here."
    return room_of(qtbot, open_window(scripted.as_engine()))


def test_setting_up_is_offered_only_where_it_is_missing(window: MainWindow, scripted: Any) -> None:
    assert not window.models_page.language.set_up_part.isVisible()


def test_setting_up_shows_how_far_it_is(qtbot: QtBot, lacking: MainWindow, scripted: Any) -> None:
    go = threading.Event()

    def build(progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> str:
        progress(Progress("building", 42, 100, "llama.cpp", 190.0))
        go.wait(10)
        return "It was built for the processor."

    scripted.models.build = build
    part = lacking.models_page.language
    assert part.set_up_part.isVisible() and "llama.cpp is not installed here." in words(part)
    assert [part.backend.itemText(n) for n in range(part.backend.count())] == [
        "The best for this computer", "CPU", "CUDA (not here)"]
    assert any("about 100 MB" in line and "C++ compiler" in line for line in words(part))
    qtbot.mouseClick(part.set_up_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: part.bar.value() == 42)
    assert "Building llama.cpp… · about 3 min left" in words(part)
    scripted.models.missing = None
    go.set()
    qtbot.waitUntil(lambda: not part.set_up_part.isVisible())
    assert scripted.models.asked == ["auto"]


def test_setting_up_can_be_stopped(qtbot: QtBot, lacking: MainWindow, scripted: Any) -> None:
    def build(progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> str:
        while not cancelled():
            progress(Progress("building", 1, 100))
            threading.Event().wait(0.005)
        raise Cancelled

    scripted.models.build = build
    part = lacking.models_page.language
    qtbot.mouseClick(part.set_up_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: part.bar.value() == 1)
    qtbot.mouseClick(part.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: part.running is None and not part.job.isVisible())
    assert part.set_up_button.isEnabled() and not part.trouble.isVisible()


def test_a_failed_set_up_says_what_to_do(qtbot: QtBot, lacking: MainWindow, scripted: Any) -> None:
    def build(progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> str:
        raise ModelError("No C++ compiler was found.", "Install one, then try again.")

    scripted.models.build = build
    part = lacking.models_page.language
    qtbot.mouseClick(part.set_up_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: part.trouble.isVisible())
    assert {"No C++ compiler was found.", "Install one, then try again."} <= set(words(part))
    assert part.set_up_button.isEnabled() and part.set_up_part.isVisible()


# ------------------------------------------------------------------ the own server


def test_a_server_without_an_address_is_asked_for_one(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    page = window.models_page
    window.activateWindow()
    choose(page.language, "server")
    qtbot.waitUntil(page.server.address.hasFocus)
    assert page.language.choice.currentData() == "none" and scripted.models.asked == []


def test_a_key_is_kept_and_never_shown(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    page = window.models_page
    page.server.key.setText("sk-secret")
    qtbot.keyClick(page.server.key, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Name the address of the server first." in words(page.server))
    type_address(qtbot, window, "http://localhost:11434/v1")
    qtbot.waitUntil(lambda: page.server.url == scripted.values["server.url"] == "http://localhost:11434/v1")
    page.server.key.setText("sk-secret")
    qtbot.keyClick(page.server.key, Qt.Key.Key_Return)
    assert page.server.key.text() == "" and page.server.key.echoMode() is QLineEdit.EchoMode.Password
    qtbot.waitUntil(lambda: scripted.models.keys == [("http://localhost:11434/v1", "sk-secret")])
    assert not any("sk-secret" in line for line in words(page))
    qtbot.mouseClick(page.server.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: scripted.models.keys[-1] == ("http://localhost:11434/v1", None))


def test_the_address_is_shown_while_a_server_writes(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    url = "http://localhost:11434"
    scripted.models.known = (ModelInfo("server", "llama3", "chat", "your own server", "ready", url),)
    scripted.models.facts = ModelFacts(4096, 4, "own server", url, "server")
    page = window.models_page
    type_address(qtbot, window, url + "/v1")
    qtbot.waitUntil(lambda: page.language.choice.findText(f"llama3 at {url}") > 0)
    choose(page.language, "server")
    qtbot.waitUntil(lambda: f"In use: answers are written at {url}/v1." in words(page.server))
    assert any(f"asked at {url}" in line for line in words(page.language))
    assert any("Never sent: memories marked private" in line for line in words(page.server))
    window.go(ASK)
    qtbot.waitUntil(lambda: window.ask_page.composer.model.text() == f"llama3 · {url}"[:31] + "…"
                    or window.ask_page.composer.model.text() == f"llama3 · {url}")
    assert url in window.ask_page.composer.model.accessibleName()


def test_the_button_in_the_question_box_leads_here(qtbot: QtBot, window: MainWindow) -> None:
    window.go(ASK)
    window.activateWindow()
    qtbot.mouseClick(window.ask_page.composer.model, Qt.MouseButton.LeftButton)
    assert window.rooms.currentIndex() == MODELS
    qtbot.waitUntil(window.models_page.language.choice.hasFocus)


def test_everything_here_has_a_name(window: MainWindow) -> None:
    part = window.models_page.language
    for control in (part.choice, part.load, part.trial, part.add, part.stop, part.bar, part.backend,
                    part.set_up_button, window.models_page.server.key, window.models_page.server.remove):
        assert control.accessibleName(), control
    server = window.models_page.server
    for control in (server.address, server.model):
        assert control.accessibleName(), control
