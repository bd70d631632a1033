"""The window over the real engine: real files, a real store, real questions, from the start screen on."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mneme import builtin
from mneme.engine import Engine
from mneme.paths import Profile
from mneme.ports import Extract, Reading
from mneme.registry import Plugins
from mneme.testing import HashEmbedder, ScriptedReader
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.window import ASK, CAPTURE, MEMORIES, SETTINGS_ROOM, MainWindow

LOG = """# Cabin log

Drained the pipes 🚰, took the fuse out. Mice again in the pantry.

The place of the spare key 🔑 is behind the blue rain barrel now.

Ines takes the boat shed key to town for copying.
"""


PLACE = "behind the blue rain barrel"


def read(question: str, extract: Extract) -> Reading:
    """Knows one answer, and is sure of it."""
    at = extract.text.find(PLACE)
    return Reading(0, 0, -9.0, 0.01) if at < 0 else Reading(at, at + len(PLACE), 12.0, 0.99)


def open_engine(profile: Profile, passphrase: str | None) -> Engine:
    """A real engine with small plug-ins, so that a test takes moments."""
    plugins = Plugins(parsers=builtin.plugins().parsers, embedder=HashEmbedder(), reader=ScriptedReader(read))
    engine = Engine.open(profile, passphrase=passphrase, use_keyring=False, plugins=plugins)
    engine.set_setting("answer.caution", 0.0)
    return engine


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "log.md").write_text(LOG, encoding="utf-8")
    (folder / "tides.md").write_text("# Tides\n\nHigh water is at six in the morning.\n", encoding="utf-8")
    return folder


@pytest.fixture
def begin(qtbot: QtBot, theme: Theme) -> Iterator[Callable[[Profile], MainWindow]]:
    """Opens a profile as the program does, and closes whatever was opened."""
    sessions: list[Session] = []

    def opened(profile: Profile) -> MainWindow:
        session = Session(theme, profile, open_engine, use_keyring=False)
        sessions.append(session)
        skip_the_first_steps(qtbot, session)
        qtbot.waitUntil(lambda: session.window is not None and session.window.settled, timeout=20_000)
        assert session.window is not None
        qtbot.addWidget(session.window)
        return session.window

    yield opened
    for session in sessions:
        session.finish()
        if session.window is not None:
            session.window.close()


def drop(window: MainWindow, folder: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    window.dropEvent(QDropEvent(QPointF(99, 99), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                                Qt.KeyboardModifier.NoModifier))


def skip_the_first_steps(qtbot: QtBot, session: Session) -> None:
    """Past what a new profile begins with, as an owner goes who knows it."""
    qtbot.waitUntil(lambda: session.first is not None and session.first.ready, timeout=20_000)
    assert session.first is not None and not session.first.next.isEnabled()  # the recovery key is to be written down
    qtbot.mouseClick(session.first.skip, Qt.MouseButton.LeftButton)


def test_from_nothing_to_a_cited_answer_and_back(
        qtbot: QtBot, begin: Callable[[Profile], MainWindow], profile: Profile, notes: Path) -> None:
    window = begin(profile)
    drop(window, notes)
    qtbot.waitUntil(lambda: window.capture_page.summary.text().startswith("2 added"), timeout=20_000)

    window.ask_page.ask("Where is the place of the spare key?")
    turn = window.ask_page.turns[-1]
    qtbot.waitUntil(lambda: turn.answer is not None, timeout=20_000)
    assert turn.answer is not None and turn.answer.text == PLACE, turn.answer
    turn.open_citation(1)
    qtbot.waitUntil(lambda: window.panel.detail is not None)
    assert window.panel.passage.marked_text() == turn.answer.citations[0].text
    assert "🔑" in window.panel.passage.marked_text()

    window.go(MEMORIES)
    page = window.memories_page
    page.search.setText("high wat")
    qtbot.waitUntil(lambda: page.model.what.query == "high wat" and page.model.total == 1)
    page.table.selectRow(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.model.total == 0)
    qtbot.mouseClick(window.toast.press, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.total == 1)


def test_a_follow_up_its_reasons_and_the_curve(
        qtbot: QtBot, begin: Callable[[Profile], MainWindow], profile: Profile, notes: Path) -> None:
    window = begin(profile)
    drop(window, notes)
    qtbot.waitUntil(lambda: window.capture_page.summary.text().startswith("2 added"), timeout=20_000)

    window.go(ASK)
    turns = []
    for question in ("Where is the place of the spare key?", "And the boat shed key?"):
        window.ask_page.ask(question)
        turns.append(window.ask_page.turns[-1])
        qtbot.waitUntil(lambda: turns[-1].answer is not None, timeout=20_000)
    assert "Understood as: Where is the place of the boat shed key?" in _words(turns[1])
    assert "Understood as" not in _words(turns[0])
    first = turns[0]
    assert first.why_chip is not None
    first.why_chip.click()
    qtbot.waitUntil(lambda: first.why is not None and first.why.isVisible())
    assert first.why is not None and len(first.why.lines) >= 2
    for words in ("What was understood", "a place", "Found by words (", "% kept", PLACE, "given as the answer", " ms"):
        assert words in _words(first.why), words
    given = next(line for line in first.why.lines if line.accessibleName().startswith("Weighed and given"))
    given.click()
    qtbot.waitUntil(lambda: window.panel.detail is not None and window.panel.detail.memory.text.find(PLACE) >= 0)

    window.go(SETTINGS_ROOM)
    qtbot.waitUntil(window.settings_page.curve.isVisible)
    assert "Measured on conversations of strangers" in window.settings_page.curve.words.text()


def test_what_cannot_be_read_is_listed_with_its_reason(
        qtbot: QtBot, begin: Callable[[Profile], MainWindow], profile: Profile, notes: Path) -> None:
    (notes / "broken.docx").write_bytes(b"this is no document")
    window = begin(profile)
    window.go(CAPTURE)
    window.adder.add([notes])
    qtbot.waitUntil(lambda: window.capture_page.report.isVisible(), timeout=20_000)
    window.capture_page.show_log("failed")
    qtbot.waitUntil(lambda: window.capture_page.log.model.total == 1, timeout=20_000)
    line = window.capture_page.log.model.at(0)
    assert line is not None and line.what.endswith("broken.docx") and line.why
    assert "1 file failed" in _words(window.capture_page)


def test_a_folder_that_is_not_there_is_a_sentence(
        qtbot: QtBot, begin: Callable[[Profile], MainWindow], profile: Profile, tmp_path: Path) -> None:
    window = begin(profile)
    window.go(CAPTURE)
    window.adder.add([tmp_path / "nowhere"])
    qtbot.waitUntil(lambda: "nowhere" in window.capture_page.summary.text(), timeout=20_000)


def test_a_locked_profile_asks_for_its_passphrase(
        qtbot: QtBot, theme: Theme, begin: Callable[[Profile], MainWindow], profile: Profile) -> None:
    engine = open_engine(profile, None)
    engine.change_key(place="passphrase", passphrase="blue barrel")
    engine.close()
    session = Session(theme, profile, open_engine, use_keyring=False)
    qtbot.waitUntil(lambda: session.start.field is not None, timeout=20_000)
    field = session.start.field
    assert field is not None and field.accessibleName() == "Passphrase"
    field.setText("wrong")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    form = session.start.form
    assert form is not None
    qtbot.waitUntil(form.trouble.isVisible, timeout=20_000)
    assert session.window is None
    qtbot.waitUntil(form.open.isEnabled, timeout=20_000)  # after a moment
    field.setText("blue barrel")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.window is not None and session.window.settled, timeout=20_000)
    assert session.window is not None
    qtbot.addWidget(session.window)
    session.window.close()
    session.finish()


def test_a_lost_key_comes_back_with_the_recovery_key(qtbot: QtBot, theme: Theme, profile: Profile) -> None:
    engine = open_engine(profile, None)
    recovery = engine.recovery_key()
    engine.close()
    profile.key_file.unlink()
    session = Session(theme, profile, open_engine, use_keyring=False)
    qtbot.waitUntil(lambda: "Use the recovery key…" in _buttons(session.start), timeout=20_000)
    session.start.ask_recovery_key()
    assert session.start.field is not None
    session.start.field.setText(recovery.lower())
    qtbot.keyClick(session.start.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.window is not None and session.window.settled, timeout=20_000)
    assert session.window is not None
    qtbot.addWidget(session.window)
    session.window.close()
    session.finish()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_the_windows_own_file_is_private(
        begin: Callable[[Profile], MainWindow], profile: Profile, qtbot: QtBot) -> None:
    window = begin(profile)
    window.close()
    assert profile.window_state.stat().st_mode & 0o077 == 0


def _words(within: QWidget) -> str:
    return " ".join(found.text() for found in within.findChildren(QLabel))


def _buttons(within: QWidget) -> list[str]:
    return [found.text() for found in within.findChildren(QPushButton) if found.isVisible()]
