"""The tray's menu and icon, closing into it, starting in it. Offscreen there is no tray: its parts are driven."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme.paths import Profile
from mneme.types import Entry, EntryState, LogLine, MemoryFilter, Page, Pause, Progress, SourceInfo
from mneme_desktop.capture.capturing import isolated, name_of
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.tray import Tray
from mneme_desktop.shell.trayicon import GROUNDS, SIZES, tray_icon
from mneme_desktop.shell.window import CAPTURE, MEMORIES, MainWindow

LONG = "a name that goes on and on and on until nobody wants to read it any more and then goes on a little.md"


def source(place: str = "/notes", **more: Any) -> SourceInfo:
    told: dict[str, Any] = {"paused": False, "done": 3, "waiting": 0, "failed": 0, "skipped": 0, "looked_at": None,
                            "problem": None, **more}
    return SourceInfo(1, "folder", place, told["paused"], "keep", None, told["done"], told["waiting"], told["failed"],
                      told["skipped"], told["looked_at"], told["problem"])


def shown(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.isVisible() and action.text()]


def action(menu: QMenu, text: str) -> QAction:
    return next(one for one in menu.actions() if one.text() == text)


@pytest.fixture
def tray(qtbot: QtBot, window: MainWindow) -> Iterator[Tray]:
    made = Tray(window.bridge, window.capturing, window.adder, window)
    qtbot.waitUntil(lambda: made.menu.state.text() != "")
    yield made
    made.close()


def test_the_menu_says_how_capture_stands(qtbot: QtBot, tray: Tray, scripted: Any) -> None:
    assert shown(tray.menu) == ["Nothing is watched", "Quick question…", "Pause", "Last taken in", "Last left out",
                                "Open Mneme", "Keep watching when the window is closed", "Quit"]
    assert shown(tray.menu.taken) == ["Nothing was taken in yet"]
    scripted.capture.watched = [source(), source("/more"), source("/resting", paused=True)]
    tray.menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: tray.menu.state.text() == "Watching 2 places")
    assert tray.icon.toolTip() == "Mneme · Watching 2 places" and tray.state == "watching"


@pytest.mark.parametrize(("state", "make"), [
    ("problem", lambda capture: capture.watched.append(source(problem="It is not there."))),
    ("paused", lambda capture: capture.pause(None)),
])
def test_the_icon_follows_the_state(qtbot: QtBot, tray: Tray, scripted: Any, state: str,
                                    make: Callable[[Any], None]) -> None:
    before = tray.icon.icon().cacheKey()
    make(scripted.capture)
    tray.menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: tray.state == state)
    assert tray.icon.icon().cacheKey() != before


def test_the_icon_is_busy_while_something_is_read(qtbot: QtBot, tray: Tray, window: MainWindow) -> None:
    window.bridge.background.emit(Progress("reading", 3, 20))
    qtbot.waitUntil(lambda: tray.state == "busy")
    assert tray.menu.state.text() == "Reading 3 of 20"
    window.bridge.background.emit(Progress("idle", 0, 0))
    qtbot.waitUntil(lambda: tray.state == "watching")


def test_the_icons_differ_without_their_colour(window: MainWindow) -> None:
    pictures = []
    for state in GROUNDS:
        assert sorted(size.width() for size in tray_icon(state).availableSizes()) == list(SIZES)
        image = tray_icon(state).pixmap(32).toImage()
        pictures.append(tuple(image.pixelColor(x, y).lightness() > 200 and image.pixelColor(x, y).alpha() > 200
                              for x in range(32) for y in range(32)))
    assert len(set(pictures)) == len(GROUNDS)


def test_a_locked_profile_shows_nothing_of_itself(qtbot: QtBot, tray: Tray, scripted: Any) -> None:
    scripted.capture.watched = [source(problem="It is not there.")]
    tray.menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: tray.state == "problem")
    tray.set_locked(True)
    assert tray.state == "locked" and tray.icon.toolTip() == "Mneme · Mneme is locked"
    assert shown(tray.menu) == ["Mneme is locked", "Unlock…", "Keep watching when the window is closed", "Quit"]
    with qtbot.waitSignal(tray.show_wanted):
        tray.menu.open.trigger()
    scripted.capture.watched = []
    tray.menu.aboutToShow.emit()
    tray.set_locked(False)
    qtbot.waitUntil(lambda: tray.state == "watching")
    assert "Open Mneme" in shown(tray.menu) and "Last taken in" in shown(tray.menu)


def test_the_menu_offers_a_quick_question(qtbot: QtBot, tray: Tray) -> None:
    with qtbot.waitSignal(tray.ask_wanted):
        action(tray.menu, "Quick question…").trigger()


def test_pausing_and_resuming_from_the_menu(qtbot: QtBot, tray: Tray, scripted: Any, window: MainWindow) -> None:
    assert shown(tray.menu.pause) == [
        "For 15 minutes", "For 1 hour", "Until tomorrow", "Until I resume", "Private: take nothing of it in later"]
    action(tray.menu.pause, "For 1 hour").trigger()
    qtbot.waitUntil(lambda: "Resume" in shown(tray.menu))
    assert "Pause" not in shown(tray.menu)
    until = scripted.capture.pauses.until
    assert timedelta(minutes=59) < until - datetime.now(UTC) < timedelta(minutes=61)
    assert tray.menu.state.text().startswith("Paused until ")
    assert window.rail.state.text() == "paused"
    action(tray.menu, "Resume").trigger()
    qtbot.waitUntil(lambda: "Pause" in shown(tray.menu))
    assert scripted.capture.pauses is None
    action(tray.menu.pause, "Until I resume").trigger()
    qtbot.waitUntil(lambda: tray.menu.state.text() == "Paused until you resume")
    assert scripted.capture.pauses.until is None


def test_private_mode(qtbot: QtBot, tray: Tray, scripted: Any, window: MainWindow) -> None:
    action(tray.menu.pause, "Private: take nothing of it in later").trigger()
    qtbot.waitUntil(lambda: tray.state == "paused")
    assert scripted.capture.pauses.private
    tray.menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: "Private until you resume" in shown(tray.menu))


def test_a_pause_that_is_over_is_noticed(qtbot: QtBot, tray: Tray, scripted: Any, window: MainWindow) -> None:
    until = datetime.now(UTC) + timedelta(seconds=0.5)
    scripted.capture.pauses = Pause(datetime.now(UTC), until)
    scripted.capture.paused = lambda: scripted.capture.pauses if datetime.now(UTC) < until else None
    window.capturing.read()
    qtbot.waitUntil(lambda: tray.state == "paused")
    qtbot.waitUntil(lambda: tray.state == "watching", timeout=5000)


def test_what_was_taken_in_and_left_out(qtbot: QtBot, tray: Tray, scripted: Any, window: MainWindow) -> None:
    now, folder = datetime.now(UTC), Path("/home/somebody/notes")
    done = [Entry(n, str(folder / name), EntryState.DONE, None, 1, now)
            for n, name in enumerate(("a & b.md", LONG, "יומן.md", "Clipboard"), 1)]
    scripted.entries = lambda states, **_more: done if EntryState.DONE in states else []
    scripted.capture.lines_in = (LogLine(now, str(folder / "key.pem"), "skipped", "may hold a secret", 0),
                              LogLine(now, "A copied text", "skipped", "is marked as secret", 0))
    scripted.list_memories = lambda what, **_more: Page((scripted.memories[what.entry],), 1, 0)
    tray.menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: len(shown(tray.menu.taken)) == 4)
    lines = shown(tray.menu.taken)
    assert lines[0].startswith(isolated("a && b.md") + " · today, ")
    assert "…" in lines[1] and "home" not in "".join(lines) and len(lines[1]) < 60
    assert tray.menu.taken.places[0].toolTip() == str(folder / "a & b.md")
    assert shown(tray.menu.left_out) == [f"{isolated('key.pem')} · may hold a secret",
                                         f"{isolated('A copied text')} · is marked as secret"]
    opened: list[int] = []
    tray.memory.connect(opened.append)
    tray.menu.taken.places[1].trigger()
    qtbot.waitUntil(lambda: opened == [3])
    with qtbot.waitSignal(tray.add_room):
        tray.menu.left_out.places[0].trigger()
    window.show_memory(3)
    qtbot.waitUntil(lambda: window.panel.isVisible() and window.panel.detail is not None)
    assert window.rooms.currentIndex() == MEMORIES


def test_a_taken_file_without_memories_opens_the_room_of_adding(qtbot: QtBot, tray: Tray, scripted: Any) -> None:
    scripted.entries = lambda states, **_more: [Entry(7, "/gone.md", EntryState.DONE, None, 0, datetime.now(UTC))]
    asked: list[MemoryFilter] = []
    scripted.list_memories = lambda what, **_more: (asked.append(what), Page((), 0, 0))[1]
    tray.menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: "gone.md" in "".join(shown(tray.menu.taken)))
    with qtbot.waitSignal(tray.add_room):
        tray.menu.taken.places[0].trigger()
    assert asked == [MemoryFilter(entry=7, faded=None)]


@pytest.mark.parametrize(("place", "name"), [
    ("/a/b\u202egnp.exe", "b gnp.exe"), ("/a/two\nlines.md", "two lines.md"), ("/a/\U0001f469\u200d\U0001f52c.md",
     "\U0001f469\u200d\U0001f52c.md"), ("Clipboard", "Clipboard"), ("/", "/")])
def test_names_cannot_turn_a_line_around(place: str, name: str) -> None:
    assert name_of(place) == name


def test_closing_asks_once_and_stays(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    window.tray_there = True
    window.close()
    sheet = window.question
    assert sheet is not None and sheet.isVisible() and window.isVisible()
    sheet.reject()  # Esc: neither
    assert window.isVisible() and window.question is None
    window.close()
    assert window.question is not None
    qtbot.mouseClick(_button(window, "Keep watching"), Qt.MouseButton.LeftButton)
    assert not window.isVisible() and "close" not in scripted.calls and window.stays
    window.come_forward()
    assert window.isVisible()
    window.close()
    assert not window.isVisible() and window.question is None and "close" not in scripted.calls
    with qtbot.waitSignal(window.ended):
        window.quit()  # hidden as it is
    assert "close" in scripted.calls


def test_closing_may_quit_for_good(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    window.tray_there = True
    window.close()
    with qtbot.waitSignal(window.ended):
        qtbot.mouseClick(_button(window, "Quit"), Qt.MouseButton.LeftButton)
    assert "close" in scripted.calls and not window.stays


def test_the_key_always_quits(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    window.tray_there = True
    window.keep_staying(True)
    window.activateWindow()
    with qtbot.waitSignal(window.ended):
        qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert "close" in scripted.calls


def test_without_a_tray_closing_is_the_end(window: MainWindow, scripted: Any) -> None:
    window.close()
    assert "close" in scripted.calls and window.question is None


def test_without_a_tray_it_may_watch_on_minimised(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.capture.watched = [source()]
    window.capturing.read()
    qtbot.waitUntil(lambda: window.capturing.now is not None and bool(window.capturing.now.sources))
    window.close()
    assert window.question is not None
    said = " ".join(one.text() for one in window.question.findChildren(QLabel))
    assert "Your desktop shows no icons of programs" in said and "tray" not in said
    qtbot.mouseClick(_button(window, "Keep watching"), Qt.MouseButton.LeftButton)
    assert window.isMinimized() and "close" not in scripted.calls
    window.come_forward()
    window.close()
    assert window.isMinimized() and window.question is None
    with qtbot.waitSignal(window.ended):
        window.quit()


def test_without_a_tray_resting_places_keep_nothing_open(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    scripted.capture.watched = [source(paused=True)]
    window.capturing.read()
    qtbot.waitUntil(lambda: window.capturing.now is not None and bool(window.capturing.now.sources))
    window.close()
    assert "close" in scripted.calls and window.question is None


# ------------------------------------------------------------------ the real engine


def test_a_pause_from_the_tray_holds_a_watched_folder(
        qtbot: QtBot, begin_real: Callable[..., Session], tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "first.md").write_text("The first note tells of the cabin.\n", encoding="utf-8")
    session = begin_real()
    session.use_tray()
    tray, window = session.tray, session.window
    assert tray is not None and window is not None
    window.go(CAPTURE)
    window.capturing.watch(str(folder))
    qtbot.waitUntil(lambda: "first.md" in "".join(shown(tray.menu.taken)), timeout=30_000)
    assert tray.menu.state.text() == "Watching one place"

    action(tray.menu.pause, "Until I resume").trigger()
    qtbot.waitUntil(lambda: tray.state == "paused", timeout=10_000)
    (folder / "second.md").write_text("The second note tells of the boat.\n", encoding="utf-8")
    before = time.monotonic()
    while time.monotonic() - before < 4:  # longer than a change takes to be told of
        qtbot.wait(200)
        tray.menu.aboutToShow.emit()
        assert "second.md" not in "".join(shown(tray.menu.taken))

    action(tray.menu, "Resume").trigger()
    qtbot.waitUntil(lambda: "second.md" in "".join(shown(tray.menu.taken)), timeout=30_000)
    tray.menu.taken.places[0].trigger()
    qtbot.waitUntil(lambda: window.panel.detail is not None, timeout=10_000)
    assert window.panel.detail is not None and "boat" in window.panel.detail.memory.text


def test_started_in_the_tray_nothing_is_shown(
        qtbot: QtBot, begin_real: Callable[..., Session], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    session = begin_real(hidden=True)
    assert session.window is not None and session.tray is not None
    assert not session.window.isVisible()
    session.tray.menu.open.trigger()
    assert session.window.isVisible()
    session.window.keep_staying(True)
    session.window.close()
    assert not session.window.isVisible()
    with qtbot.waitSignal(session.ended):
        session.tray.menu.quit.trigger()


def test_started_where_there_is_no_tray_the_window_is_there(
        qtbot: QtBot, begin_real: Callable[..., Session], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mneme_desktop.shell.session.PATIENCE", 1)
    session = begin_real(hidden=True)
    assert session.window is not None
    window = session.window
    qtbot.waitUntil(lambda: window.isVisible() and window.isMinimized(), timeout=5000)
    assert session.tray is None and not window.tray_there


def _button(window: MainWindow, text: str) -> QPushButton:
    assert window.question is not None
    return next(b for b in window.question.findChildren(QPushButton) if b.text() == text)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_the_program_ends_well(tmp_path: Path) -> None:
    """The real program, from its start to the end of its process."""
    Engine.open(Profile(tmp_path / "profile"), use_keyring=False).close()  # a new one would begin with the first steps
    program = subprocess.Popen(
        [sys.executable, "-m", "mneme_desktop.app", "--profile", str(tmp_path / "profile"), "--no-keyring"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(tmp_path / "data")},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    over = time.monotonic() + 60
    while not (tmp_path / "profile" / "leader.lock").exists() and time.monotonic() < over:
        time.sleep(0.1)
    program.send_signal(signal.SIGTERM)
    assert program.wait(60) == 0
