"""Commands before a question, and asking about a file that is dropped: over a real engine and store."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from mneme.ports import Extract, Reading
from mneme.testing import ScriptedReader
from mneme.types import AnswerState
from mneme_desktop.chat.commands import DEEP, FIND, WHEN, WHO, Typed, offered, parsed, whole_question
from mneme_desktop.chat.found import Found
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.parts.widgets import Chip
from mneme_desktop.shell.window import ASK, MEMORIES, MainWindow

PLACES = ("behind the barrel", "under the boat shed")


def read(question: str, extract: Extract) -> Reading:
    for place in PLACES if "key" in question else ():
        if (at := extract.text.find(place)) >= 0:
            return Reading(at, at + len(place), 12.0, 0.99)
    return Reading(0, 0, -9.0, 0.01)


@pytest.fixture
def diary(new_diary: Callable[..., Any]) -> Any:
    made = new_diary(reader=ScriptedReader(read))
    made.engine.set_setting("answer.caution", 0.0)
    made.note("cabin.md", "The spare key hangs behind the barrel.")
    made.note("tides.md", "High water is at six in the morning 🌊.")
    return made


@pytest.fixture
def window(diary: Any, open_window: Callable[[Any], MainWindow]) -> MainWindow:
    return open_window(diary.engine)


@pytest.mark.parametrize(("typed", "wanted"), [
    ("/find spare key", Typed(FIND, "spare key")), ("  /WHEN the trip ", Typed(WHEN, "the trip")),
    ("/who", Typed(WHO, "")), ("/deep why?", Typed(DEEP, "why?")), ("Where is it?", Typed("", "Where is it?")),
    ("/etc/hosts says what?", Typed("", "/etc/hosts says what?")), ("/find\u00a0it", Typed("", "/find\u00a0it"))])
def test_a_command_is_taken_off(typed: str, wanted: Typed) -> None:
    assert parsed(typed) == wanted


@pytest.mark.parametrize(("command", "words", "asked"), [
    (WHEN, "the boat trip", "When was the boat trip?"), (WHEN, "did Ines move?", "When did Ines move?"),
    (WHEN, "the boat was sold", "When the boat was sold?"), (WHEN, "When is it?", "When is it?"),
    (WHO, "Ines", "Who is Ines?"), (WHO, "Tomas Aas", "Who is Tomas Aas?"), (WHO, "has the key", "Who has the key?"),
    (WHO, "Åse Øster", "Who is Åse Øster?"), (DEEP, "Why?", "Why?")])
def test_a_command_stands_for_a_question(command: str, words: str, asked: str) -> None:
    assert whole_question(Typed(command, words)) == asked


@pytest.mark.parametrize(("typed", "names"), [
    ("/", ["find", "when", "who", "deep"]), ("/w", ["when", "who"]), ("/F", ["find"]), ("/find ", []), ("/x", []),
    ("find", []), ("", [])])
def test_what_is_offered(typed: str, names: list[str]) -> None:
    assert [one.name for one in offered(typed)] == names


def test_a_command_is_completed_with_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    page = window.ask_page
    window.go(ASK)
    qtbot.keyClicks(page.composer.edit, "/w")
    qtbot.waitUntil(lambda: page.completion.lit is not None)
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Down)
    assert page.completion.lit is not None and page.completion.lit.name == "who"
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Tab)
    assert page.composer.edit.toPlainText() == "/who "
    qtbot.waitUntil(page.completion.isHidden)
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)  # nothing follows: nothing is asked
    assert not page.turns and page.composer.edit.toPlainText() == "/who "


def test_escape_puts_the_completions_away_and_nothing_else(qtbot: QtBot, window: MainWindow) -> None:
    page = window.ask_page
    qtbot.keyClicks(page.composer.edit, "/")
    qtbot.waitUntil(page.completion.isVisible)
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Escape)
    assert page.completion.isHidden() and page.composer.edit.toPlainText() == "/"


def test_a_hint_types_its_command_before_what_is_there(qtbot: QtBot, window: MainWindow) -> None:
    page = window.ask_page
    page.composer.edit.setPlainText("spare key")
    hint = next(b for b in page.composer.findChildren(QToolButton) if b.text() == "/find")
    qtbot.mouseClick(hint, Qt.MouseButton.LeftButton)
    assert page.composer.edit.toPlainText() == "/find spare key"
    assert hint.accessibleName() == "/find" and hint.accessibleDescription()


def test_find_shows_memories_and_leads_to_all(qtbot: QtBot, window: MainWindow) -> None:
    page = window.ask_page
    page.ask("/find high water")
    turn = page.turns[-1]
    qtbot.waitUntil(lambda: bool(turn.findChildren(Found)), timeout=20_000)
    lines = turn.findChildren(LineButton)
    assert lines and lines[0].words() == "High water is at six in the morning 🌊."
    lines[0].click()
    qtbot.waitUntil(lambda: window.panel.detail is not None)
    next(chip for chip in turn.findChildren(Chip) if chip.text() == "All that have the words").click()
    assert window.rooms.currentIndex() == MEMORIES
    qtbot.waitUntil(lambda: window.memories_page.model.total == 1)


def test_deep_without_a_language_model_says_so(qtbot: QtBot, window: MainWindow) -> None:
    page = window.ask_page
    page.ask("/deep Who has the key, and why?")
    said = " ".join(part.text() for part in page.turns[-1].findChildren(QLabel))
    assert "Only a language model can take a question apart." in said
    assert page.composer.button.accessibleName() == "Ask (Enter)"


def test_a_question_that_found_nothing_can_be_let_go_and_kept_again(
        qtbot: QtBot, window: MainWindow, diary: Any) -> None:
    page = window.ask_page
    page.ask("What is the code of the alarm?")
    turn = page.turns[-1]
    qtbot.waitUntil(lambda: turn.answer is not None, timeout=20_000)
    assert turn.answer is not None and turn.answer.state is AnswerState.NOT_FOUND
    assert turn.tell.isChecked() and len(diary.life.pending()) == 1
    turn.tell.click()
    qtbot.waitUntil(lambda: diary.life.pending() == ())
    turn.tell.click()
    qtbot.waitUntil(lambda: [one.text for one in diary.life.pending()] == ["What is the code of the alarm?"])


def test_a_question_is_changed_and_asked_anew(qtbot: QtBot, window: MainWindow) -> None:
    page = window.ask_page
    page.ask("Where is the spare kay?")
    turn = page.turns[-1]
    qtbot.waitUntil(lambda: turn.answer is not None, timeout=20_000)
    pencil = next(b for b in turn.findChildren(QToolButton) if b.accessibleName() == "Change the question")
    pencil.click()
    assert page.composer.edit.toPlainText() == "Where is the spare kay?" and page.composer.edit.hasFocus()


def drop(window: MainWindow, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    window.dropEvent(QDropEvent(QPointF(99, 99), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                                Qt.KeyboardModifier.NoModifier))


def test_a_dropped_file_is_read_and_asked_alone(qtbot: QtBot, window: MainWindow, diary: Any) -> None:
    page = window.ask_page
    letter = diary.folder / "letter.md"
    letter.write_text("The spare key lies under the boat shed.", encoding="utf-8")
    window.go(ASK)
    drop(window, letter)
    assert window.rooms.currentIndex() == ASK and page.composer.about.text() == "About letter.md ×"
    page.ask("Where is the spare key?")  # at once: it waits until the file is read
    first = page.turns[-1]
    qtbot.waitUntil(lambda: first.answer is not None, timeout=20_000)
    assert first.answer is not None and first.answer.text == "under the boat shed"
    page.composer.about.click()
    assert page.composer.about.isHidden()
    diary.life.forget([first.answer.citations[0].memory])
    page.ask("Where is the spare key?")
    second = page.turns[-1]
    qtbot.waitUntil(lambda: second.answer is not None, timeout=20_000)
    assert second.answer is not None and second.answer.text == "behind the barrel"


def test_what_waits_for_a_file_can_be_stopped(qtbot: QtBot, window: MainWindow, diary: Any) -> None:
    page = window.ask_page
    page.about([diary.folder / "cabin.md"], reading=True)
    page.ask("Where is the spare key?")
    page.stop()
    assert any(part.text() == "Stopped." for part in page.turns[-1].findChildren(QLabel))
    page.read_through()
    assert page.turns[-1].answer is None
