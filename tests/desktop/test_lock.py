"""Locking over the real engine: closed for real, nothing on the screen, and on again where it was."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from mneme.engine import Engine
from mneme.errors import StoreLocked
from mneme.paths import Profile
from mneme.types import EntryState
from mneme_desktop.parts import clipboard
from mneme_desktop.shell.lock import AutoLock, escaped
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.start import PassphraseForm, RecoveryForm, wait_after
from mneme_desktop.shell.window import ASK, MEMORIES, TIMELINE, MainWindow

WORDS = "horse staple barrel"
FILES = 300
Start = Callable[..., Session]
Open = Callable[[Profile, str | None], Engine]


@pytest.fixture
def protected(profile: Profile, open_quick: Open) -> str:
    """A profile under a passphrase; its recovery key."""
    with open_quick(profile, None) as engine:
        return engine.change_key(place="passphrase", passphrase=WORDS)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number}.md").write_text(f"# Note {number}\n\nThe heron number {number} nests at the mill.\n")
    return folder


def unlock(qtbot: QtBot, session: Session, typed: str = WORDS) -> MainWindow:
    """Type the passphrase and wait for the window."""
    qtbot.waitUntil(lambda: isinstance(session.start.form, PassphraseForm), timeout=20_000)
    form = session.start.form
    assert isinstance(form, PassphraseForm)
    qtbot.waitUntil(form.open.isEnabled, timeout=40_000)
    form.secret.line.setText(typed)
    qtbot.keyClick(form.secret.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.window is not None and session.window.settled, timeout=20_000)
    assert session.window is not None
    return session.window


def kept(qtbot: QtBot, window: MainWindow, count: int) -> None:
    """Wait until so many places were taken in, and none is left."""
    counts: list[dict[EntryState, int]] = []

    def done() -> bool:
        window.bridge.query(window, lambda engine: engine.entry_counts()).named("counts").success(counts.append).run()
        return bool(counts) and counts[-1] == {EntryState.DONE: count}

    qtbot.waitUntil(done, timeout=60_000)
    totals: list[int] = []
    window.bridge.query(window, lambda engine: engine.list_memories().total).success(totals.append).run()
    qtbot.waitUntil(lambda: totals == [count], timeout=20_000)


@pytest.fixture
def opened(qtbot: QtBot, start_session: Start, profile: Profile, protected: str) -> tuple[Session, MainWindow]:
    session = start_session(profile)
    return session, unlock(qtbot, session)


def test_locked_while_taking_in_it_goes_on_and_ends_whole(
        qtbot: QtBot, opened: tuple[Session, MainWindow], notes: Path) -> None:
    session, window = opened
    bridge, told = window.bridge, []
    session.locked.connect(told.append)
    window.adder.progressed.connect(lambda progress: session.lock() if progress.stage == "reading" else None)
    window.go(TIMELINE)
    window.adder.add([notes])
    qtbot.waitUntil(lambda: session.window is None, timeout=30_000)
    assert told == [True] and session.is_locked
    assert session.start.isVisible()
    qtbot.waitUntil(lambda: not isValid(window))  # gone, not covered
    said = " ".join(label.text() for label in session.start.findChildren(QLabel))
    assert "nothing is taken in" in said and "heron" not in said
    again = unlock(qtbot, session)
    assert told == [True, False] and again.isVisible() and again.bridge is not bridge
    assert again.rooms.currentIndex() == TIMELINE
    kept(qtbot, again, FILES)
    qtbot.waitUntil(lambda: not again.adder.running, timeout=30_000)


def test_the_engine_is_closed_for_real(qtbot: QtBot, open_quick: Open, start_session: Start, profile: Profile,
                                       protected: str) -> None:
    session = start_session(profile)
    unlock(qtbot, session)
    assert session.opener.result is not None
    engine = session.opener.result.engine
    assert engine._opened.key is not None
    session.lock()
    qtbot.waitUntil(lambda: engine._opened.key is None, timeout=20_000)
    assert engine._store._key is None
    with pytest.raises(StoreLocked):
        open_quick(profile, None)
    assert engine not in vars(session).values()


def test_a_conversation_that_is_kept_is_gone_on_with(qtbot: QtBot, opened: tuple[Session, MainWindow]) -> None:
    session, window = opened
    window.ask_page.ask("Where does the heron nest?")
    qtbot.waitUntil(lambda: window.ask_page.current.chat is not None, timeout=20_000)
    session.lock()
    again = unlock(qtbot, session)
    qtbot.waitUntil(lambda: [turn.question for turn in again.ask_page.turns] == ["Where does the heron nest?"],
                    timeout=20_000)
    assert again.rooms.currentIndex() == ASK


def test_nothing_touched_for_so_long_locks_it(qtbot: QtBot, opened: tuple[Session, MainWindow]) -> None:
    session, window = opened
    assert session.autolock is not None
    now = [1000.0]
    session.autolock._now = lambda: now[0]
    window.settings_page.keep("lock.minutes", 1)
    qtbot.waitUntil(lambda: session.autolock is not None and session.autolock._minutes == 1, timeout=20_000)
    now[0] += 40
    session.autolock.look()
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_Shift)  # a touch
    now[0] += 40
    session.autolock.look()
    assert session.window is window
    now[0] += 21
    qtbot.waitUntil(lambda: session.window is None, timeout=20_000)  # it looks by itself
    assert session.start.isVisible()


def test_a_computer_that_slept_wakes_up_locked(qtbot: QtBot) -> None:
    now, due = [0.0], []
    lock = AutoLock(600, now=lambda: now[0])
    lock.due.connect(lambda: due.append(now[0]))
    for now[0] in (2.0, 4.0, 6.0):
        lock.look()
    assert not due
    now[0] = 500.0
    lock.look()
    assert due == [500.0]
    lock.set_minutes(0)
    now[0] = 90_000.0
    lock.look()
    assert due == [500.0]
    lock.stop()


def test_a_clock_that_is_set_back_locks_neither_early_nor_never(qtbot: QtBot) -> None:
    now, due = [1_000_000.0], []
    lock = AutoLock(1, now=lambda: now[0])
    lock.due.connect(lambda: due.append(now[0]))
    now[0] = 10.0
    lock.look()
    assert not due
    for step in range(1, 32):
        now[0] = 10.0 + 2 * step
        lock.look()
    assert len(due) == 1
    lock.stop()


def test_without_a_passphrase_there_is_nothing_to_lock(
        qtbot: QtBot, start_session: Start, profile: Profile, open_quick: Open) -> None:
    open_quick(profile, None).close()
    session = start_session(profile)
    qtbot.waitUntil(lambda: session.window is not None and session.window.settled, timeout=20_000)
    window = session.window
    assert window is not None
    session.lock()
    assert session.window is window and "nothing to lock" in window.toast.text.text()
    qtbot.mouseClick(window.toast.press, Qt.MouseButton.LeftButton)
    assert session.passphrase is not None and session.passphrase.sheet is not None
    session.passphrase.sheet.reject()


def press(qtbot: QtBot, session: Session, words: str) -> None:
    """Press a button of the sheet that is shown."""
    assert session.passphrase is not None and session.passphrase.sheet is not None
    sheet = session.passphrase.sheet
    qtbot.mouseClick(next(one for one in sheet.findChildren(QPushButton) if one.text() == words),
                     Qt.MouseButton.LeftButton)


def test_a_passphrase_is_set_changed_and_taken_away(
        qtbot: QtBot, start_session: Start, profile: Profile, open_quick: Open) -> None:
    with open_quick(profile, None) as engine:
        keys = [engine.recovery_key()]
    session = start_session(profile)
    qtbot.waitUntil(lambda: session.window is not None and session.window.settled, timeout=20_000)
    part = session.passphrase
    assert part is not None
    for act, words in ((part.choose, "first words of mine"), (part.choose, "other words of mine"),
                       (part.ask_removal, "")):
        act()
        if words:
            assert part.fields is not None
            part.fields.first.line.setText(words)
            part.fields.again.line.setText(words)
        asked = part.sheet
        press(qtbot, session, "Use this passphrase" if words else "Take it away")
        qtbot.waitUntil(lambda: part.sheet is not asked, timeout=20_000)  # noqa: B023
        assert part.sheet is not None
        names = [label.accessibleName() for label in part.sheet.findChildren(QLabel)]
        keys.append(next(name for name in names if name.startswith("Recovery key: ")).removeprefix("Recovery key: "))
        part.sheet.findChildren(QCheckBox)[0].setChecked(True)
        press(qtbot, session, "Done")
        assert part.change.isHidden() != bool(words) and part.set.isHidden() == bool(words)
    assert len(set(keys)) == 4  # each time another key
    session.quit()
    session.finish()
    with open_quick(profile, None) as engine:
        assert engine.key_place == "file" and engine.recovery_key() == keys[-1]


def test_a_wrong_passphrase_is_told_and_makes_wait(
        qtbot: QtBot, start_session: Start, profile: Profile, protected: str) -> None:
    session = start_session(profile)
    qtbot.waitUntil(lambda: isinstance(session.start.form, PassphraseForm), timeout=20_000)
    form = session.start.form
    assert isinstance(form, PassphraseForm)
    form.secret.line.setText("wrong")
    qtbot.keyClick(form.secret.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: form.trouble.isVisible(), timeout=20_000)
    assert "not the passphrase" in form.trouble.text() and not form.open.isEnabled()
    form.secret.line.setText(WORDS)
    qtbot.keyClick(form.secret.line, Qt.Key.Key_Return)  # too soon: nothing is tried
    assert session.window is None and form.isEnabled()
    session.start.ask_recovery_key()
    session.start.ask_passphrase()  # no way round
    assert session.start.form is not None and not session.start.form.open.isEnabled()
    unlock(qtbot, session)


def test_the_wait_grows_and_ends_at_half_a_minute() -> None:
    assert [wait_after(n) for n in (1, 2, 3, 4, 5, 6, 7, 60, 10_000)] == [1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_the_recovery_key_opens_it_under_another_passphrase(
        qtbot: QtBot, start_session: Start, profile: Profile, protected: str, open_quick: Open) -> None:
    session = start_session(profile)
    qtbot.waitUntil(lambda: isinstance(session.start.form, PassphraseForm), timeout=20_000)
    session.start.ask_recovery_key()
    form = session.start.form
    assert isinstance(form, RecoveryForm) and form._fields is not None
    form.field.setText("ABCD-EFGH")
    form.enter()
    qtbot.waitUntil(lambda: form.trouble.isVisible(), timeout=20_000)  # a mistyped one is a sentence
    form.field.setText(protected.lower().replace("-", " "))
    form._fields.first.line.setText("quite new words")
    assert not form.open.isEnabled()
    form._fields.again.line.setText("quite new words")
    qtbot.mouseClick(form.open, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.window is not None and session.window.settled, timeout=20_000)
    session.lock()
    unlock(qtbot, session, "quite new words")
    session.quit()
    session.finish()
    with open_quick(profile, "quite new words") as engine:
        assert engine.status().key_place == "passphrase"


def test_a_secret_of_ours_leaves_the_clipboard_and_nothing_else_does(
        qtbot: QtBot, opened: tuple[Session, MainWindow]) -> None:
    session, _window = opened
    board = QGuiApplication.clipboard()
    clipboard.put("RGQR-Z2TX", secret=True)
    session.lock()
    assert board.text() == ""
    unlock(qtbot, session)
    clipboard.put("an answer")
    session.lock()
    assert board.text() == "an answer"


def test_locked_in_the_tray_no_window_appears(qtbot: QtBot, opened: tuple[Session, MainWindow]) -> None:
    session, window = opened
    QApplication.setQuitOnLastWindowClosed(False)
    session.use_tray()
    window.hide()
    session.lock()
    assert not session.start.isVisible()
    assert session.tray is not None and session.tray.state == "locked"
    tray = session.tray
    tray.show_wanted.emit()
    qtbot.waitUntil(session.start.isVisible)
    ended: list[bool] = []
    session.ended.connect(lambda: ended.append(True))
    session.start.close()  # it stays in the tray
    assert not ended and not session.start.isVisible()
    session.come_forward()
    unlock(qtbot, session)
    assert not ended
    QApplication.setQuitOnLastWindowClosed(True)


def test_what_was_open_beside_the_window_goes_as_well(qtbot: QtBot, opened: tuple[Session, MainWindow]) -> None:
    session, window = opened
    window.go(MEMORIES)
    assert session.passphrase is not None
    session.passphrase.choose()
    sheet = session.passphrase.sheet
    session.lock()
    qtbot.waitUntil(lambda: not isValid(window) and not isValid(sheet))
    seen = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert seen == [session.start]


def test_quit_while_locked_ends_it(qtbot: QtBot, opened: tuple[Session, MainWindow]) -> None:
    session, _window = opened
    session.lock()
    with qtbot.waitSignal(session.ended):
        session.start.quit_wanted.emit()


def test_quit_while_taking_in_goes_on_at_the_next_start(
        qtbot: QtBot, opened: tuple[Session, MainWindow], start_session: Start, profile: Profile, notes: Path) -> None:
    session, window = opened
    window.adder.progressed.connect(lambda progress: window.quit() if progress.stage == "reading" else None)
    with qtbot.waitSignal(session.ended, timeout=30_000):
        window.adder.add([notes])
    session.finish()
    again = start_session(profile)
    kept(qtbot, unlock(qtbot, again), FILES)


def test_caps_lock_is_told_by_the_letters(qtbot: QtBot, start_session: Start, profile: Profile, protected: str) -> None:
    session = start_session(profile)
    qtbot.waitUntil(lambda: isinstance(session.start.form, PassphraseForm), timeout=20_000)
    form = session.start.form
    assert isinstance(form, PassphraseForm)
    line, hint = form.secret.line, form.secret._caps
    qtbot.keyClick(line, Qt.Key.Key_A)
    assert hint.isHidden()
    qtbot.keyClick(line, "A")  # without Shift
    assert not hint.isHidden()
    qtbot.keyClick(line, Qt.Key.Key_CapsLock)
    assert hint.isHidden()
    qtbot.keyClick(line, "A", Qt.KeyboardModifier.ShiftModifier)
    assert hint.isHidden()


@pytest.mark.parametrize(("name", "path"), [("2", "_32"), ("c2", "c2"), ("12", "_312"), ("a-b", "a_2db"), ("", "")])
def test_a_session_is_named_as_systemd_does(name: str, path: str) -> None:
    assert escaped(name) == path
