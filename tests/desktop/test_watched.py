"""What is watched in the room of capture, who the owner is in chats, and what is told instead of asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mneme.types import Answer, AnswerState, SourceInfo, Suggestion
from mneme_desktop.capture.watched import counts_words
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.window import CAPTURE, MainWindow

CHAT = """[12.05.24, 18:01:02] Ines: Did you find the key?
[12.05.24, 18:02:10] Maren Holt: It hangs behind the blue rain barrel.
[12.05.24, 18:03:00] Maren Holt: I told you last week.
[12.05.24, 18:04:00] Ines: So you did.
"""


def source(number: int = 1, place: str = "/home/somebody/notes", **more: Any) -> SourceInfo:
    told: dict[str, Any] = {"kind": "folder", "paused": False, "done": 0, "waiting": 0, "failed": 0, "skipped": 0,
                            "looked_at": None, "problem": None, **more}
    return SourceInfo(number, told["kind"], place, told["paused"], "keep", None, told["done"], told["waiting"],
                      told["failed"], told["skipped"], told["looked_at"], told["problem"])


def words(within: QWidget) -> list[str]:
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]


def choose(menu: QMenu, *titles: str) -> None:
    """As an owner does it in a menu, and in the menus within it."""
    for title in titles:
        [action] = [one for one in menu.actions() if one.text() == title]
        within = action.menu()
        if isinstance(within, QMenu):
            menu = within
        else:
            action.trigger()


def press(qtbot: QtBot, within: QWidget, text: str) -> None:
    found = [b for b in within.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    assert len(found) == 1, f"{text}: {len(found)} of them"
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def test_nothing_is_watched_and_nothing_offered(qtbot: QtBot, window: MainWindow) -> None:
    window.go(CAPTURE)
    page = window.capture_page
    qtbot.waitUntil(lambda: "Nothing is watched yet" in words(page.head))
    assert "Could be watched" not in words(page) and "Watched" not in words(page)


def test_places_say_how_they_stand(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.capture.watched = [
        source(1, done=120, waiting=3), source(2, "/media/gone", problem="/media/gone is not there."),
        source(3, "/home/somebody/.mozilla/x/places.sqlite", kind="browser", paused=True, done=1)]
    window.go(CAPTURE)
    part = window.capture_page.watched
    qtbot.waitUntil(lambda: len(part.rows) == 3)
    said = words(window.capture_page)
    for sentence in ("notes", "120 read · 3 waiting", "/media/gone is not there.", "Browser history",
                     "resting · 1 read", "One place cannot be watched"):
        assert sentence in said, sentence
    assert part.rows[0].rest.accessibleName() == "Let notes rest"
    assert part.rows[2].rest.accessibleName() == "Go on watching Browser history"
    window.resize(480, 860)
    qtbot.wait(50)
    assert all(row.geometry().right() <= part.width() for row in part.rows)


@pytest.mark.parametrize(("info", "said"), [
    (source(), "not looked at yet"), (source(problem="no"), ""), (source(paused=True), "resting"),
    (source(done=2, failed=1, skipped=4), "2 read · 1 failed · 4 left out")])
def test_the_counts_of_a_place(info: SourceInfo, said: str) -> None:
    assert counts_words(info) == said


def test_suggestions_unfold(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.capture.offered = tuple(Suggestion("folder", f"Notes {n}", f"/notes/{n}") for n in range(5))
    window.go(CAPTURE)
    part = window.capture_page.watched
    qtbot.waitUntil(lambda: len(part.offers) == 3)
    press(qtbot, part, "2 more")
    qtbot.waitUntil(lambda: len(part.offers) == 5 and "Notes 4" in words(part))


def test_pausing_in_the_room_of_capture(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    """Where there is no tray, this is the way to pause."""
    scripted.capture.watched = [source(done=1)]
    window.go(CAPTURE)
    head = window.capture_page.head
    qtbot.waitUntil(head.pause.isVisible)
    next(one for one in head.pauses.actions() if one.text() == "Until I resume").trigger()
    qtbot.waitUntil(head.resume.isVisible)
    assert "Paused until you resume" in words(head) and not head.pause.isVisible()
    press(qtbot, head, "Resume")
    qtbot.waitUntil(head.pause.isVisible)
    assert "Watching one place" in words(head)


def test_private_mode_says_what_it_means(qtbot: QtBot, window: MainWindow) -> None:
    window.go(CAPTURE)
    head = window.capture_page.head
    qtbot.waitUntil(head.pause.isVisible)
    next(one for one in head.pauses.actions() if one.text().startswith("Private")).trigger()
    qtbot.waitUntil(head.resume.isVisible)
    assert "Private: nothing of this time is taken in, not afterwards either." in words(head)


# ------------------------------------------------------------------ who the owner is


def add_chats(qtbot: QtBot, window: MainWindow, scripted: Any, count: int) -> None:
    names = tuple(f"Person {n}" for n in range(count))
    scripted.speakers, scripted.capture.speaking = names, tuple((name, 1) for name in names)
    window.go(CAPTURE)
    window.adder.add([Path("/chats")])
    qtbot.waitUntil(lambda: window.capture_page.summary.text() == "3 added.")


def test_who_is_the_owner_is_asked_once(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    add_chats(qtbot, window, scripted, 3)
    card = window.capture_page.who
    qtbot.waitUntil(card.isVisible)
    assert not card.search.isVisible()
    press(qtbot, card, "Person 1")
    qtbot.waitUntil(lambda: "12 messages are your own words now." in words(card))
    assert scripted.capture.owner == ("Person 1",)
    card.hide()
    window.adder.add([Path("/chats")])
    qtbot.waitUntil(lambda: not window.adder.running)
    qtbot.wait(80)
    assert not card.isVisible()


def test_many_names_are_searched(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    add_chats(qtbot, window, scripted, 40)
    card = window.capture_page.who
    qtbot.waitUntil(card.isVisible)
    assert len(card.names.widgets()) == 12 and "28 more names are found by typing." in words(card)
    qtbot.keyClicks(card.search, "person 39")
    assert [chip.accessibleName() for chip in card.names.widgets()] == ["I am Person 39"]
    card.search.setText("nobody")
    assert "Nobody has that name." in words(card)


def test_none_of_these_is_remembered(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    add_chats(qtbot, window, scripted, 2)
    card = window.capture_page.who
    qtbot.waitUntil(card.isVisible)
    press(qtbot, card, "None of these")
    assert scripted.capture.owner == ()
    card.hide()
    card.ask()
    qtbot.wait(80)
    assert not card.isVisible()


# ------------------------------------------------------------------ what is told


def test_what_is_told_is_kept_calmly(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.answer = lambda question: Answer(question, AnswerState.KEPT, None, 1.0, (), 2.0, "I will remember that.")
    window.ask_page.ask("The spare key hangs in the boat shed now.")
    turn = window.ask_page.turns[-1]
    qtbot.waitUntil(lambda: "I will remember that." in words(turn))
    assert turn.menu() is None and not any(b.isVisible() for b in turn.findChildren(QPushButton))


# ------------------------------------------------------------------ the real engine


def test_one_click_watches_and_another_ends_it(
        qtbot: QtBot, begin_real: Callable[..., Session], tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "log.md").write_text("The spare key is behind the blue rain barrel.\n", encoding="utf-8")
    window = begin_real().window
    assert window is not None
    window.go(CAPTURE)
    part = window.capture_page.watched
    qtbot.waitUntil(lambda: len(part.offers) == 1)
    qtbot.wait(300)
    assert part.rows == [] and window.memories_page.model.total == 0  # nothing is read before the click
    press(qtbot, part, "Watch")
    qtbot.waitUntil(lambda: "1 read" in words(part), timeout=30_000)
    qtbot.waitUntil(lambda: part.offers == [])
    (notes / "tides.md").write_text("High water is at six in the morning.\n", encoding="utf-8")
    qtbot.waitUntil(lambda: "2 read" in words(part), timeout=30_000)

    qtbot.mouseClick(part.rows[0].rest, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "resting · 2 read" in words(part), timeout=10_000)
    choose(part.rows[0].menu(), "No longer watch it")
    qtbot.waitUntil(lambda: part.rows == [] and len(part.offers) == 1, timeout=10_000)
    assert window.toast.text.text() == "notes is no longer watched. What was taken in stays."
    qtbot.mouseClick(window.toast.press, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(part.rows) == 1, timeout=10_000)


def test_a_place_that_cannot_be_watched_is_a_sentence(
        qtbot: QtBot, begin_real: Callable[..., Session], tmp_path: Path) -> None:
    window = begin_real().window
    assert window is not None
    window.capturing.watch(str(tmp_path / "nowhere"))
    qtbot.waitUntil(lambda: window.toast.isVisible() and "nowhere" in window.toast.text.text(), timeout=10_000)


def test_a_chats_owner_is_asked_and_what_is_told_is_remembered(
        qtbot: QtBot, begin_real: Callable[..., Session], tmp_path: Path) -> None:
    chat = tmp_path / "WhatsApp Chat with Ines.txt"
    chat.write_text(CHAT, encoding="utf-8")
    window = begin_real().window
    assert window is not None
    window.go(CAPTURE)
    window.adder.add([chat])
    card = window.capture_page.who
    qtbot.waitUntil(card.isVisible, timeout=20_000)
    press(qtbot, card, "Maren Holt")
    qtbot.waitUntil(lambda: "2 messages are your own words now." in words(card), timeout=10_000)

    name = window.settings_page.controls["owner.name"]
    qtbot.waitUntil(lambda: isinstance(name, QLineEdit) and name.text() == "Maren Holt")

    window.ask_page.ask("Remember that the boat was sold to Tomas.")
    turn = window.ask_page.turns[-1]
    qtbot.waitUntil(lambda: turn.answer is not None, timeout=20_000)
    assert turn.answer is not None and turn.answer.state is AnswerState.KEPT
    qtbot.waitUntil(lambda: window.memories_page.model.total == 5, timeout=10_000)


def test_what_becomes_of_a_places_memories_is_decided_in_its_menu(
        qtbot: QtBot, begin_real: Callable[..., Session], tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    window = begin_real().window
    assert window is not None
    window.go(CAPTURE)
    window.capturing.watch(str(tmp_path / "notes"))
    part = window.capture_page.watched
    qtbot.waitUntil(lambda: len(part.rows) == 1, timeout=10_000)
    choose(part.rows[0].menu(), "When a file is deleted", "Put its memories in the bin")
    qtbot.waitUntil(lambda: part.rows[0].source.when_gone == "bin", timeout=10_000)
    choose(part.rows[0].menu(), "Keep its memories", "for 90 days, then in the bin")
    qtbot.waitUntil(lambda: part.rows[0].source.keep_days == 90, timeout=10_000)
    assert part.rows[0].source.when_gone == "bin"
    qtbot.waitUntil(lambda: "deleted files: to the bin · kept for 90 days, then in the bin" in
                    part.rows[0].looked.text(), timeout=10_000)
