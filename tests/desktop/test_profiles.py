"""Several profiles in one window after the other: nothing passes from one to another."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer, QPoint
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme.paths import Profile, Profiles
from mneme.types import MemoryFilter
from mneme_desktop.app import Door
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.shell.instance import Wish, claim, server_name
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.start import PassphraseForm
from mneme_desktop.shell.window import MainWindow

Start = Callable[..., Session]
Open = Callable[[Profile, str | None], Engine]


@pytest.fixture
def profiles(tmp_path: Path) -> Profiles:
    return Profiles(Profile(tmp_path / "Mneme"))


@pytest.fixture
def two(profiles: Profiles, open_quick: Open, tmp_path: Path) -> Profile:
    """The first profile knows of a heron, the second of an otter; the second one."""
    work = profiles.new("Work 🏠")
    for profile, animal in ((profiles.first, "heron"), (work, "otter")):
        folder = tmp_path / animal
        folder.mkdir()
        (folder / "note.md").write_text(f"# A note\n\nThe {animal} lives behind the old mill.\n", encoding="utf-8")
        with open_quick(profile, None) as engine:
            engine.add([folder])
    return work


def window_of(qtbot: QtBot, session: Session, profile: Profile) -> MainWindow:
    qtbot.waitUntil(lambda: session.profile == profile and session.window is not None and session.window.settled
                    and session.first is None, timeout=20_000)
    assert session.window is not None
    return session.window


@pytest.fixture
def session(start_session: Start, profiles: Profiles) -> Session:
    return start_session(profiles.first, profiles=profiles)


def found(qtbot: QtBot, window: MainWindow, words: str) -> int:
    """How many memories a search finds, once it has ended."""
    counts: list[int] = []
    wanted = MemoryFilter(query=words)
    window.bridge.query(window, lambda engine: engine.list_memories(wanted).total).success(counts.append).run()
    qtbot.waitUntil(lambda: bool(counts), timeout=20_000)
    return counts[0]


def grown(qtbot: QtBot, window: MainWindow, words: str, count: int) -> None:
    """Wait until so many memories are found."""
    deadline = QDeadlineTimer(60_000)
    while found(qtbot, window, words) != count:
        assert not deadline.hasExpired(), found(qtbot, window, words)


def test_memories_of_one_are_not_found_in_the_other(
        qtbot: QtBot, two: Profile, session: Session, profiles: Profiles) -> None:
    before = window_of(qtbot, session, profiles.first)
    assert before.windowTitle() == "Main — Mneme"
    assert (found(qtbot, before, "heron"), found(qtbot, before, "otter")) == (1, 0)
    told: list[Profile] = []
    session.switched.connect(told.append)
    session.change_profile(two)
    after = window_of(qtbot, session, two)
    assert told == [two] and after is not before
    assert after.windowTitle() == "Work 🏠 — Mneme"
    assert (found(qtbot, after, "otter"), found(qtbot, after, "heron")) == (1, 0)
    session.change_profile(profiles.first)
    back = window_of(qtbot, session, profiles.first)
    assert (found(qtbot, back, "heron"), found(qtbot, back, "otter")) == (1, 0)


def test_changed_while_one_is_taking_in_each_keeps_to_itself(
        qtbot: QtBot, two: Profile, session: Session, profiles: Profiles, tmp_path: Path, open_quick: Open) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(200):
        (many / f"{number}.md").write_text(f"Badger number {number} digs below the hedge.\n", encoding="utf-8")
    window = window_of(qtbot, session, profiles.first)
    window.adder.progressed.connect(
        lambda progress: session.change_profile(two) if progress.stage == "reading" else None)
    window.adder.add([many])
    after = window_of(qtbot, session, two)
    assert found(qtbot, after, "badger") == 0
    session.change_profile(profiles.first)
    back = window_of(qtbot, session, profiles.first)
    grown(qtbot, back, "badger", 200)
    session.quit()
    session.finish()
    with open_quick(two, None) as engine:
        assert engine.status().items == 1


def test_the_menu_lists_them_and_marks_the_open_one(
        qtbot: QtBot, two: Profile, session: Session, profiles: Profiles) -> None:
    window = window_of(qtbot, session, profiles.first)
    session.show_profiles(window)
    assert session.switcher is not None and session.switcher.menu is not None
    menu = session.switcher.menu
    listed = [(action.text(), action.isChecked()) for action in menu.actions() if action.isCheckable()]
    assert listed == [("Main", True), ("Work 🏠", False)]
    other = next(action for action in menu.actions() if action.text() == "Work 🏠")
    assert str(two.root) in other.toolTip()
    menu.close()
    other.trigger()
    window_of(qtbot, session, two)


def test_a_new_one_begins_with_the_first_steps(
        qtbot: QtBot, two: Profile, session: Session, profiles: Profiles) -> None:
    window = window_of(qtbot, session, profiles.first)
    assert session.switcher is not None
    session.switcher.ask_new(window)
    sheet = session.switcher.sheet
    assert sheet is not None and not sheet.act.isEnabled()
    sheet.field.setText("  רשימות & more  ")
    sheet.act.click()
    qtbot.waitUntil(lambda: session.first is not None and session.first.ready, timeout=20_000)
    assert session.window is None and session.profile.title == "רשימות & more"
    session.change_profile(profiles.first)  # in the middle of them
    window_of(qtbot, session, profiles.first)
    assert session.first is None
    made = next(one for one in profiles.all() if one.title == "רשימות & more")
    session.change_profile(made)
    qtbot.waitUntil(lambda: session.first is not None and session.first.ready, timeout=20_000)
    assert session.first is not None
    session.first._skip()
    assert "רשימות & more" in window_of(qtbot, session, made).windowTitle()


def test_another_name_is_seen_at_once(qtbot: QtBot, two: Profile, session: Session, profiles: Profiles) -> None:
    window = window_of(qtbot, session, profiles.first)
    assert session.switcher is not None
    session.switcher.ask_name(window)
    sheet = session.switcher.sheet
    assert sheet is not None and sheet.field.text() == "Main"
    sheet.field.setText("Home")
    sheet.act.click()
    assert window.windowTitle() == "Home — Mneme" and profiles.first.title == "Home"


def test_the_only_one_has_no_name_in_the_title(
        qtbot: QtBot, session: Session, profiles: Profiles) -> None:
    qtbot.waitUntil(lambda: session.first is not None and session.first.ready, timeout=20_000)
    assert session.first is not None
    session.first._skip()
    assert window_of(qtbot, session, profiles.first).windowTitle() == "Mneme"


def test_a_folder_without_a_profile_is_told(
        qtbot: QtBot, two: Profile, session: Session, profiles: Profiles, tmp_path: Path) -> None:
    window = window_of(qtbot, session, profiles.first)
    assert session.switcher is not None
    session.switcher._open_folder(window, tmp_path)
    [sheet] = [one for one in window.findChildren(Sheet) if one.isVisible()]
    assert "memory.db" in " ".join(label.text() for label in sheet.findChildren(QLabel))
    sheet.accept()
    assert session.window is window


def test_a_folder_from_elsewhere_is_opened_and_remembered(
        qtbot: QtBot, two: Profile, session: Session, profiles: Profiles, tmp_path: Path, open_quick: Open) -> None:
    elsewhere = Profile(tmp_path / "disk" / "diary")
    open_quick(elsewhere, None).close()
    window = window_of(qtbot, session, profiles.first)
    assert session.switcher is not None
    session.switcher._open_folder(window, elsewhere.root)
    window_of(qtbot, session, elsewhere)
    assert elsewhere in profiles.all()


def test_a_locked_one_does_not_keep_from_the_others(
        qtbot: QtBot, two: Profile, session: Session, profiles: Profiles, open_quick: Open) -> None:
    window_of(qtbot, session, profiles.first)
    with open_quick(two, None) as engine:
        engine.change_key(place="passphrase", passphrase="horse staple barrel")
    session.change_profile(two)
    qtbot.waitUntil(lambda: isinstance(session.start.form, PassphraseForm), timeout=20_000)
    assert "Work 🏠" in " ".join(label.text() for label in session.start.findChildren(QLabel))
    session.start.others_wanted.emit()
    assert session.switcher is not None and session.switcher.menu is not None
    session.switcher.menu.close()
    session.change_profile(profiles.first)
    window_of(qtbot, session, profiles.first)


def test_the_menu_opens_where_the_window_is(qtbot: QtBot, two: Profile, session: Session, profiles: Profiles) -> None:
    window = window_of(qtbot, session, profiles.first)
    assert session.switcher is not None
    session.switcher.pop_up(window, window.mapToGlobal(QPoint(10, 10)))
    assert session.switcher.menu is not None and session.switcher.menu.isVisible()
    session.switcher.menu.close()


def answers(profile: Profile) -> bool:
    """Whether somebody hears later starts of a profile."""
    socket = QLocalSocket()
    socket.connectToServer(server_name(profile))
    there = socket.waitForConnected(200)
    socket.abort()
    return there


def test_later_starts_find_the_profile_that_is_open(
        qtbot: QtBot, two: Profile, session: Session, profiles: Profiles) -> None:
    window_of(qtbot, session, profiles.first)
    first = claim(profiles.first, Wish())
    assert first is not None
    door = Door(first, session, lambda _wish: None)
    assert answers(profiles.first) and not answers(two)
    session.change_profile(two)
    window_of(qtbot, session, two)
    assert answers(two) and not answers(profiles.first)
    door.close()
    assert not answers(two)


OTHER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from mneme.paths import Profile
from mneme_desktop.shell.instance import Wish, claim
app = QCoreApplication([])
instance = claim(Profile(Path(sys.argv[1])), Wish())
instance.wished.connect(lambda wish: (print(wish.do, flush=True), app.quit()))
print("ready", flush=True)
app.exec()
"""


def test_a_profile_that_another_window_has_open_comes_forward_there(
        qtbot: QtBot, two: Profile, session: Session, profiles: Profiles) -> None:
    window_of(qtbot, session, profiles.first)
    other = subprocess.Popen([sys.executable, "-c", OTHER, str(two.root)], text=True, stdout=subprocess.PIPE)
    assert other.stdout is not None
    try:
        assert other.stdout.readline().strip() == "ready"
        first = claim(profiles.first, Wish())
        assert first is not None
        door = Door(first, session, lambda _wish: None)
        with qtbot.waitSignal(session.ended, timeout=20_000):
            session.change_profile(two)
        assert other.stdout.readline().strip() == "raise"
        door.close()
    finally:
        other.kill()
        other.communicate()
    assert session.window is None and not session.asking
