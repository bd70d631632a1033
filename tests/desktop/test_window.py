"""The window over a scripted engine: going about, asking, keeping, adding, its state, names for screen readers."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mneme.errors import KnownError
from mneme.paths import Profile
from mneme.types import AddReport, Answer, AnswerState
from mneme_desktop.bridge import Bridge
from mneme_desktop.chat.turn import Turn
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.evidence import Wanted
from mneme_desktop.shell.window import ASK, CAPTURE, MEMORIES, SETTINGS_ROOM, MainWindow


def asked(qtbot: QtBot, window: MainWindow, question: str = "Where is the spare key?") -> Turn:
    """Type a question, press Enter, wait for the answer."""
    qtbot.keyClicks(window.ask_page.composer.edit, question)
    qtbot.keyClick(window.ask_page.composer.edit, Qt.Key.Key_Return)
    turn = window.ask_page.turns[-1]
    qtbot.waitUntil(lambda: turn.answer is not None)
    return turn


def press(qtbot: QtBot, within: QWidget, text: str) -> None:
    found = [b for b in within.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    assert len(found) == 1, f"{text}: {len(found)} of them"
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def test_a_citation_opens_with_exactly_its_words_marked(qtbot: QtBot, window: MainWindow) -> None:
    turn = asked(qtbot, window)
    window.close_panel()
    qtbot.mouseClick(turn.chips[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.panel.isVisible() and window.panel.detail is not None)
    assert turn.answer is not None
    assert window.panel.passage.marked_text() == turn.answer.citations[0].text
    assert "🔑" in window.panel.passage.marked_text()
    assert window.panel.passage.is_marked_visible()


def test_the_answer_is_the_headline_word_by_word(qtbot: QtBot, window: MainWindow) -> None:
    turn = asked(qtbot, window)
    early = turn.headline.text()
    qtbot.waitUntil(lambda: turn.headline.text() == "Behind the blue rain barrel.")
    assert "Behind the blue rain barrel.".startswith(early)
    assert turn.chips[0].text() == "1  Cabin log, 14 Oct 2024"


def test_a_mark_far_into_a_long_text_is_scrolled_to(
        qtbot: QtBot, window: MainWindow, scripted: Any, make_memory: Callable[..., Any]) -> None:
    text = "🔑 line of words\n" * 60_000 + "HERE it stands" + "\nmore" * 60_000
    scripted.memories.append(make_memory(99, text))
    found = scripted.show(99)
    start = text.index("HERE")
    scripted.show = lambda number: found
    window.panel.show()
    window.panel.show_wanted(Wanted(99, "Memory", (start, start + 14)))
    qtbot.waitUntil(lambda: window.panel.passage.marked_text() == "HERE it stands")
    qtbot.waitUntil(window.panel.passage.is_marked_visible)
    assert len(window.panel.passage.toPlainText()) < 50_000


@pytest.mark.parametrize(("state", "words"), [
    (AnswerState.NOT_FOUND, "I have no memory of that."),
    (AnswerState.MODEL_MISSING, "The reader is missing."),
    (AnswerState.MODEL_FAILED, "The reader is missing."),
    (AnswerState.TIMED_OUT, "The reader is missing."),
])
def test_no_answer_looks_like_what_it_is(
        qtbot: QtBot, window: MainWindow, scripted: Any, state: AnswerState, words: str) -> None:
    scripted.answer = lambda question: Answer(question, state, None, 0.1, (), 5.0, "The reader is missing.")
    turn = asked(qtbot, window)
    qtbot.waitUntil(lambda: words in _texts(turn))


def test_an_error_is_a_sentence_with_a_remedy(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.problem = KnownError("The disk is full.", "Make room and ask again.")
    window.ask_page.ask("Where?")
    turn = window.ask_page.turns[-1]
    qtbot.waitUntil(lambda: "The disk is full." in _texts(turn))
    assert "Make room and ask again." in _texts(turn)
    scripted.problem = None
    press(qtbot, turn, "Ask again")
    qtbot.waitUntil(lambda: window.ask_page.turns[-1].answer is not None)


def test_a_running_question_can_be_stopped(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.gate.clear()
    window.ask_page.ask("Where?")
    assert window.ask_page.composer.button.accessibleName() == "Stop"
    qtbot.mouseClick(window.ask_page.composer.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Stopped." in _texts(window.ask_page.turns[0]))
    scripted.gate.set()
    assert asked(qtbot, window, "And now?").answer is not None
    assert window.ask_page.turns[0].answer is None


def test_keys_of_the_question_box(qtbot: QtBot, window: MainWindow) -> None:
    edit = window.ask_page.composer.edit
    qtbot.keyClicks(edit, "one")
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(edit, "two")
    assert window.ask_page.turns == []
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert window.ask_page.turns[0].question == "one\ntwo"
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "one\ntwo"


def test_copying_an_answer(qtbot: QtBot, window: MainWindow) -> None:
    turn = asked(qtbot, window)
    turn.copy(with_sources=False)
    assert QGuiApplication.clipboard().text() == "behind the blue rain barrel"
    turn.copy(with_sources=True)
    assert "[1] Cabin log, 14 Oct 2024: The spare key 🔑" in QGuiApplication.clipboard().text()


def test_the_answers_menu_copies(qtbot: QtBot, window: MainWindow) -> None:
    turn = asked(qtbot, window)
    qtbot.waitUntil(lambda: turn.headline.text().endswith("."))
    menu = turn.menu()
    assert menu is not None
    assert [action.text() for action in menu.actions()] == ["Copy answer", "Copy answer with its sources"]
    turn.headline.setSelection(0, 6)
    again = turn.menu()
    assert again is not None
    again.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == "Behind"


def test_an_empty_store_offers_a_folder(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.memories.clear()
    window.ask_page.begin_anew()
    qtbot.waitUntil(lambda: "Nothing is remembered yet." in _texts(window.ask_page))
    assert any(b.text() == "Add a folder…" for b in window.ask_page.findChildren(QPushButton) if b.isVisible())


def test_search_as_you_type(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    window.find_memories()
    before = scripted.calls.count("list")
    qtbot.keyClicks(window.memories_page.search, "number 13")
    page = window.memories_page
    qtbot.waitUntil(lambda: page.model.what.query == "number 13" and page.model.total == 1)
    assert page.count.text() == "1 of 20"
    assert 1 <= scripted.calls.count("list") - before <= 3  # not one for each letter
    page.search.setText("no such words")
    qtbot.waitUntil(lambda: "Nothing has the words “no such words”." in _texts(page))


def test_forget_and_undo(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    window.go(MEMORIES)
    page = window.memories_page
    page.table.selectRow(3)
    page.table.selectionModel().select(page.model.index(4, 0), page.table.selectionModel().SelectionFlag.Select)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.model.total == 18)
    assert scripted.status().in_bin == 2
    assert window.toast.isVisible() and window.toast.text.text() == "Forgot 2 memories."
    qtbot.mouseClick(window.toast.press, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.total == 20)
    assert scripted.status().in_bin == 0


def test_erase_asks_first(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    window.go(MEMORIES)
    page = window.memories_page
    page.table.selectRow(3)
    press(qtbot, page, "Erase…")
    sheet = window.keeper.question
    assert sheet is not None and sheet.isVisible()
    assert "erase" not in scripted.calls
    press(qtbot, sheet, "Keep")
    qtbot.wait(20)
    assert "erase" not in scripted.calls
    press(qtbot, page, "Erase…")
    press(qtbot, window.keeper.question, "Erase for good")  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.model.total == 19)
    assert not window.toast.press.isVisible()  # there is no undo


def test_what_is_erased_leaves_the_panel_quietly(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    window.go(MEMORIES)
    window.memories_page.table.selectRow(3)
    qtbot.waitUntil(lambda: window.panel.isVisible() and window.panel.detail is not None)
    scripted.erase([4])
    qtbot.waitUntil(window.panel.isHidden)
    assert not window.toast.isVisible()


def test_the_bin_shows_and_restores(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.forget([7])
    window.go(MEMORIES)
    page = window.memories_page
    page.show_bin(True)
    qtbot.waitUntil(lambda: page.model.total == 1 and page.model.what.bin)
    page.table.selectRow(0)
    press(qtbot, page, "Restore")
    qtbot.waitUntil(lambda: "The bin is empty." in _texts(page))
    assert scripted.status().memories == 20


def test_forgetting_rows_that_were_never_read(
        qtbot: QtBot, window: MainWindow, scripted: Any, make_memory: Callable[..., Any]) -> None:
    scripted.memories = [make_memory(n) for n in range(1, 3001)]
    window.go(MEMORIES)
    page = window.memories_page
    page.show_bin(False)
    qtbot.waitUntil(lambda: page.model.total == 3000)
    page.table.selectAll()
    page.table.removal.emit()
    qtbot.waitUntil(lambda: scripted.status().in_bin == 3000)


def test_dropping_a_folder_adds_it(qtbot: QtBot, window: MainWindow, scripted: Any, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    spot, copy = QPointF(200, 200), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(spot.toPoint(), copy, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    window.dragEnterEvent(enter)
    assert enter.isAccepted() and window.drop_hint.isVisible()
    window.dropEvent(QDropEvent(spot, copy, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    assert not window.drop_hint.isVisible()
    qtbot.waitUntil(lambda: window.capture_page.summary.text() == "3 added.")
    assert scripted.added == [tmp_path]
    assert window.rooms.currentIndex() == CAPTURE


def test_files_dropped_on_a_field_are_the_windows(window: MainWindow) -> None:
    fields = (window.ask_page.composer.edit, window.memories_page.search, window.panel.passage)
    assert [field.acceptDrops() for field in fields] == [False, False, False]


def test_something_else_dropped_is_refused(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setText("only words")
    enter = QDragEnterEvent(QPointF(9, 9).toPoint(), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                            Qt.KeyboardModifier.NoModifier)
    enter.ignore()
    window.dragEnterEvent(enter)
    assert not enter.isAccepted() and not window.drop_hint.isVisible()


def test_adding_shows_progress_and_can_be_cancelled(
        qtbot: QtBot, window: MainWindow, scripted: Any, tmp_path: Path) -> None:
    window.go(CAPTURE)
    scripted.gate.clear()
    window.adder.add([tmp_path])
    qtbot.waitUntil(lambda: window.capture_page.stage.text().startswith("Reading"))
    assert window.capture_page.bar.maximum() == 900
    assert "of 900" in window.rail.state.text() and "3 min left" in window.rail.state.text()
    qtbot.mouseClick(window.capture_page.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.adder.running)
    scripted.gate.set()
    assert window.capture_page.summary.text().startswith("Stopped")
    assert not window.capture_page.job.isVisible()


def test_a_long_addition_holds_up_neither_questions_nor_forgetting(
        qtbot: QtBot, window: MainWindow, scripted: Any, tmp_path: Path) -> None:
    release = threading.Event()
    scripted.add = lambda paths, **more: (release.wait(10), AddReport())[1]
    window.adder.add([tmp_path])
    try:
        assert asked(qtbot, window).answer is not None
        window.keeper.forget_these([3])
        qtbot.waitUntil(lambda: scripted.status().in_bin == 1)
        assert window.adder.running
    finally:
        release.set()
    qtbot.waitUntil(lambda: not window.adder.running)


def test_settings_are_kept_and_the_theme_follows(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    window.go(SETTINGS_ROOM)
    window.settings_page.keep("appearance.theme", "dark")
    qtbot.waitUntil(lambda: window._theme.colours.name == "dark")
    assert scripted.values["appearance.theme"] == "dark"
    window.settings_page.keep("bin.days", 99_999)
    qtbot.waitUntil(lambda: any("bin.days cannot be 99999" in text for text in _texts(window.settings_page)))
    assert set(window.settings_page.controls) == set(scripted.values)


def test_a_notice_is_put_away_for_good(
        qtbot: QtBot, theme: Theme, window: MainWindow, scripted: Any, profile: Profile) -> None:
    status = replace(scripted.status(), notices=("This folder is synchronised.", "Another one."))
    scripted.status = lambda: status
    window._read_status()
    qtbot.waitUntil(lambda: "This folder is synchronised." in _texts(window.notices))
    away = [b for b in window.notices.findChildren(QAbstractButton) if b.isVisible()]
    qtbot.mouseClick(away[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _texts(window.notices) == ["Another one."])
    window.close()
    again = MainWindow(theme, Bridge(scripted.as_engine()), profile, scripted.settings())
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: _texts(again.notices) == ["Another one."])
    again.close()


def test_every_control_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    asked(qtbot, window)
    window.go(MEMORIES)
    window.memories_page.table.selectRow(0)
    qtbot.waitUntil(lambda: window.panel.detail is not None)
    controls = [w for kind in (QAbstractButton, QLineEdit, QPlainTextEdit) for w in window.findChildren(kind)]
    nameless = [type(w).__name__ for w in controls
                if w.isVisible() and not (w.accessibleName() or (isinstance(w, QAbstractButton) and w.text()))
                and not w.objectName().startswith("qt_")]
    assert sum(w.isVisible() for w in controls) > 20
    assert nameless == []


def test_keys_go_everywhere(qtbot: QtBot, window: MainWindow) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    window.activateWindow()
    for key, room in ((Qt.Key.Key_2, MEMORIES), (Qt.Key.Key_1, ASK), (Qt.Key.Key_K, MEMORIES), (Qt.Key.Key_L, ASK)):
        qtbot.keyClick(window, key, control)
        assert window.rooms.currentIndex() == room
    asked(qtbot, window)
    qtbot.waitUntil(window.panel.isVisible)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.panel.isHidden()


def test_a_narrow_window_shows_one_thing(qtbot: QtBot, window: MainWindow) -> None:
    turn = asked(qtbot, window)
    window.close_panel()
    window.resize(480, 700)
    assert window.width() == 480
    assert window.rooms.isVisible()
    turn.open_citation(1)
    qtbot.waitUntil(lambda: window.panel.isVisible() and not window.rooms.isVisible())
    window.close_panel()
    assert window.rooms.isVisible() and window.panel.isHidden()


def test_the_window_comes_back_where_it_was(
        qtbot: QtBot, theme: Theme, scripted: Any, window: MainWindow, profile: Profile) -> None:
    window.setGeometry(QRect(40, 60, 700, 520))
    window.close()
    assert profile.window_state.exists()
    again = MainWindow(theme, Bridge(scripted.as_engine()), profile, scripted.settings())
    qtbot.addWidget(again)
    assert again.geometry() == QRect(40, 60, 700, 520)
    again.setGeometry(QRect(90_000, 90_000, 700, 520))
    again.close()
    third = MainWindow(theme, Bridge(scripted.as_engine()), profile, scripted.settings())
    qtbot.addWidget(third)
    assert QGuiApplication.primaryScreen().availableGeometry().intersects(third.geometry())
    third.close()


def _texts(within: QWidget) -> list[str]:
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]
