"""Conversations in the window over a real engine: kept, gone on with, opened, renamed, deleted; private ones not."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme_desktop.chat.conversations import ChatLine
from mneme_desktop.chat.turn import Turn
from mneme_desktop.shell.window import MainWindow

BARREL = "The spare key is behind the blue rain barrel."
FIRST, SECOND = "Where is the spare key?", "Who has the boat now?"
Opens = Callable[[Engine], MainWindow]


@pytest.fixture
def window(told: Any, open_window: Opens) -> MainWindow:
    told.note("cabin.md", f"# Cabin\n\n{BARREL}\n")
    told.say = lambda m: f"{BARREL} [{next(number for number, text in m.items() if 'barrel' in text)}]"
    return open_window(told.engine)


def asked(qtbot: QtBot, window: MainWindow, question: str = FIRST) -> Turn:
    window.ask_page.ask(question)
    turn = window.ask_page.turns[-1]
    qtbot.waitUntil(lambda: turn.answer is not None, timeout=20_000)
    return turn


def words(within: QWidget) -> list[str]:
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]


def all_of(qtbot: QtBot, window: MainWindow, count: int) -> list[ChatLine]:
    """The list of all conversations, once it has so many."""
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    found = window.ask_page.conversations.list
    qtbot.waitUntil(lambda: len(found.lines) == count and found.isVisible())
    return found.lines


def press(qtbot: QtBot, within: QWidget | None, text: str) -> None:
    assert within is not None
    [found] = [one for one in within.findChildren(QPushButton) if one.text() == text]
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_a_second_question_goes_on_in_the_same_conversation(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    asked(qtbot, window)
    asked(qtbot, window, "And where is the spare key again?")
    [chat] = told.engine.chats.all()
    assert (chat.title, chat.turns) == (FIRST, 2)
    last_prompt = told.model.asked[-1][0]
    assert any("Where is the spare key?" in turn.text for turn in last_prompt if turn.role == "user")
    assert sum(turn.role == "assistant" for turn in last_prompt) >= 1


def test_a_new_conversation_is_another_one(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    asked(qtbot, window)
    window.ask_page.begin_anew()
    asked(qtbot, window, SECOND)
    assert [(chat.title, chat.turns) for chat in told.engine.chats.all()] == [(SECOND, 1), (FIRST, 1)]


def test_earlier_ones_stand_at_the_beginning_and_open(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    turn = asked(qtbot, window)
    assert turn.answer is not None and turn.writing is not None
    memory, written, named = turn.answer.citations[0].memory, turn.writing.prose.toPlainText(), words(turn)[0]
    name = turn.chips[0].accessibleName()
    window.ask_page.begin_anew()
    page = window.ask_page
    qtbot.waitUntil(lambda: page.recent is not None and page.recent.isVisible())
    assert page.recent is not None
    [line] = page.recent.lines
    assert line.line.accessibleName().startswith(f"Conversation: {FIRST}, 15 Jun 2025")
    line.line.setFocus()
    qtbot.keyClick(line.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.turns) == 1 and page.turns[0].isVisible())
    again = page.turns[0]
    said = words(again)
    assert again.writing is not None and again.answer is not None
    assert again.writing.prose.toPlainText() == written  # with the numbers in it
    assert "scripted-model" in said and "15 Jun 2025, 12:00" in said and named in said
    assert again.answer.citations == turn.answer.citations
    [chip] = again.chips
    assert chip.accessibleName() == name and name.startswith("Evidence 1: ")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.panel.detail is not None and window.panel.detail.memory.id == memory)
    asked(qtbot, window, "And the boat?")
    [chat] = told.engine.chats.all()
    assert chat.turns == 2  # it was gone on with


def test_they_are_found_by_what_was_said(qtbot: QtBot, window: MainWindow) -> None:
    asked(qtbot, window)
    window.ask_page.begin_anew()
    asked(qtbot, window, SECOND)
    all_of(qtbot, window, 2)
    view = window.ask_page.conversations
    view.search.setText("boat now")
    qtbot.waitUntil(lambda: [line.chat.title for line in view.list.lines] == [SECOND])
    view.search.setText("zeppelin")
    qtbot.waitUntil(lambda: "In no conversation were the words “zeppelin” said." in words(view))
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Escape)  # the panel beside the list
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.ask_page.turns[-1].isVisible())


def test_one_is_renamed(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    asked(qtbot, window)
    [line] = all_of(qtbot, window, 1)
    qtbot.keyClick(line.line, Qt.Key.Key_F2)
    sheet = window.ask_page.conversations.list.sheet
    assert sheet is not None
    [name] = sheet.findChildren(QLineEdit)
    assert name.text() == FIRST and name.accessibleName()
    name.setText("The cabin")
    press(qtbot, sheet, "Rename")
    found = window.ask_page.conversations.list
    qtbot.waitUntil(lambda: [line.chat.title for line in found.lines] == ["The cabin"])
    assert told.engine.chats.all()[0].title == "The cabin"


def test_one_is_deleted_after_a_question_and_is_not_gone_on_with(
        qtbot: QtBot, window: MainWindow, told: Any) -> None:
    asked(qtbot, window)
    [line] = all_of(qtbot, window, 1)
    found = window.ask_page.conversations.list
    qtbot.keyClick(line.line, Qt.Key.Key_Delete)
    press(qtbot, found.sheet, "Keep")
    qtbot.waitUntil(lambda: found.sheet is None)
    assert len(told.engine.chats.all()) == 1
    line.menu().actions()[2].trigger()
    press(qtbot, found.sheet, "Delete")
    qtbot.waitUntil(lambda: "There are no earlier conversations." in words(window.ask_page.conversations))
    assert told.engine.chats.all() == () and window.ask_page.turns == []
    assert told.engine.list_memories().total == 1  # the memory stays
    asked(qtbot, window, SECOND)
    assert [chat.title for chat in told.engine.chats.all()] == [SECOND]


def test_what_is_asked_in_private_is_not_kept(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    asked(qtbot, window)
    assert window.ask_page.private.isHidden()
    told.engine.capture.pause_for("1 hour", private=True)
    asked(qtbot, window, SECOND)
    assert window.ask_page.private.isVisible()
    told.engine.capture.resume()
    asked(qtbot, window, "And what of the alarm?")  # its summary would tell of what was asked in private
    [chat] = told.engine.chats.all()
    assert chat.turns == 1
    window.ask_page.begin_anew()
    asked(qtbot, window, "Where is the spare key now?")
    assert len(told.engine.chats.all()) == 2


def test_without_a_model_conversations_are_kept_too(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    told.engine.models.use("none")
    asked(qtbot, window)
    window.ask_page.begin_anew()
    page = window.ask_page
    qtbot.waitUntil(lambda: page.recent is not None and page.recent.isVisible())
    assert page.recent is not None
    qtbot.mouseClick(page.recent.lines[0].line, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.turns) == 1 and "Behind the blue rain barrel." in words(page.turns[0]))


def test_every_line_has_names_and_a_menu(qtbot: QtBot, window: MainWindow) -> None:
    asked(qtbot, window)
    [line] = all_of(qtbot, window, 1)
    assert line.more.accessibleName() == f"More for “{FIRST}”"
    assert [action.text() for action in line.menu().actions()] == ["Open", "Rename…", "Delete…"]
