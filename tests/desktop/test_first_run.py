"""The owner's first steps, over the real engine: from nothing to a window with something in it, and back again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme.errors import StoreLocked
from mneme.paths import Profile
from mneme.types import MemoryFilter
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.shell.firstrun.plan import Choice, Plan
from mneme_desktop.shell.firstrun.window import CHOOSING, PROTECTING, WELCOME, FirstRun
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.window import ASK, MainWindow

Start = Callable[..., Session]
Open = Callable[[Profile, str | None], Engine]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number, said in enumerate(("The heron nests at the mill 🪶.", "High water is at six.", "Ines has the key.")):
        (folder / f"note {number}.md").write_text(f"# Note {number}\n\n{said}\n", encoding="utf-8")
    return folder


@pytest.fixture
def first(qtbot: QtBot, start_session: Start, profile: Profile, notes: Path) -> tuple[Session, FirstRun]:
    return begun(qtbot, start_session(profile))


def begun(qtbot: QtBot, session: Session) -> tuple[Session, FirstRun]:
    """Until the first steps are seen."""
    qtbot.waitUntil(lambda: session.first is not None and session.first.ready, timeout=20_000)
    assert session.first is not None
    return session, session.first


def to(qtbot: QtBot, first: FirstRun, step: int) -> None:
    """Forward to a step, as an owner goes."""
    first.welcome.written.setChecked(True)
    while first.plan.step < step:
        qtbot.mouseClick(first.next, Qt.MouseButton.LeftButton)
        if first.plan.step == CHOOSING:
            qtbot.waitUntil(lambda: bool(first.choosing.places))


def tick_notes(qtbot: QtBot, first: FirstRun) -> None:
    """Tick the folder, and wait for what would come of it."""
    place = next(one for one in first.choosing.places if one.choice.title == "Notes")
    place.box.setChecked(True)
    qtbot.waitUntil(lambda: place.preview.found is not None, timeout=20_000)


def finished(qtbot: QtBot, session: Session) -> MainWindow:
    """Until the window is there."""
    qtbot.waitUntil(lambda: session.window is not None and session.first is None and session.window.settled,
                    timeout=30_000)
    assert session.window is not None
    return session.window


def found(qtbot: QtBot, window: MainWindow, words: str) -> int:
    """How many memories a search finds."""
    counts: list[int] = []
    wanted = MemoryFilter(query=words)
    window.bridge.query(window, lambda engine: engine.list_memories(wanted).total).success(counts.append).run()
    qtbot.waitUntil(lambda: bool(counts), timeout=20_000)
    return counts[0]


def words(within: QWidget) -> str:
    return " ".join(found.text() for found in within.findChildren(QLabel) if found.isVisibleTo(within))


def test_from_nothing_to_a_window_with_something_in_it(
        qtbot: QtBot, first: tuple[Session, FirstRun], profile: Profile, notes: Path) -> None:
    session, steps = first
    assert session.window is None and steps.isVisible()
    assert str(profile.root) in words(steps) and "nothing is sent anywhere" in words(steps)
    assert not steps.next.isEnabled()  # the recovery key is to be written down
    to(qtbot, steps, CHOOSING)
    assert not any(box.isChecked() for box in steps.choosing.findChildren(QCheckBox))
    assert steps.next.text() == "Later"
    tick_notes(qtbot, steps)
    assert "3 files would be read" in words(steps.choosing) and "3 notes" in words(steps.choosing)
    assert steps.next.text() == "Next"
    to(qtbot, steps, PROTECTING)
    assert "Notes" in words(steps.protecting) and not steps.protecting.login.isChecked()
    qtbot.mouseClick(steps.next, Qt.MouseButton.LeftButton)
    window = finished(qtbot, session)
    assert window.isVisible() and window.rooms.currentIndex() == ASK
    qtbot.waitUntil(lambda: not window.adder.running, timeout=20_000)
    assert found(qtbot, window, "heron") == 1
    qtbot.waitUntil(lambda: window.capturing.now is not None
                    and [one.place for one in window.capturing.now.sources] == [str(notes)])


def test_the_second_start_opens_the_window_at_once(
        qtbot: QtBot, first: tuple[Session, FirstRun], start_session: Start, profile: Profile) -> None:
    session, steps = first
    to(qtbot, steps, PROTECTING)
    qtbot.mouseClick(steps.next, Qt.MouseButton.LeftButton)
    window = finished(qtbot, session)
    window.quit()
    again = start_session(profile)
    qtbot.waitUntil(lambda: again.window is not None and again.window.settled, timeout=20_000)
    assert again.first is None


@pytest.mark.parametrize("step", [WELCOME, CHOOSING, PROTECTING])
def test_closed_in_the_middle_it_goes_on_where_it_was(
        qtbot: QtBot, first: tuple[Session, FirstRun], start_session: Start, profile: Profile, open_quick: Open,
        step: int) -> None:
    session, steps = first
    to(qtbot, steps, step)
    if step >= CHOOSING:
        steps.back() if step == PROTECTING else None
        tick_notes(qtbot, steps)
        to(qtbot, steps, step)
    ended: list[bool] = []
    session.ended.connect(lambda: ended.append(True))
    steps.close()
    assert ended
    session.finish()
    with open_quick(profile, None) as engine:  # nothing was taken in, and nothing is watched
        assert engine.entries() == [] and engine.capture.sources() == () and engine.status().memories == 0
        assert engine.doctor().findings == ()
    _again, back = begun(qtbot, start_session(profile))
    assert back.plan.step == step and back.welcome.written.isChecked()
    if step == CHOOSING:
        qtbot.waitUntil(lambda: any(one.box.isChecked() for one in back.choosing.places), timeout=20_000)
    if step == PROTECTING:
        assert "Notes" in words(back.protecting)
        back.back()
        qtbot.waitUntil(lambda: any(one.box.isChecked() for one in back.choosing.places), timeout=20_000)
        assert [one.title for one in back.choosing.decided(back.plan).choices] == ["Notes"]


def test_nothing_is_taken_in_before_the_owner_says_so(
        qtbot: QtBot, first: tuple[Session, FirstRun], profile: Profile, open_quick: Open) -> None:
    _session, steps = first
    to(qtbot, steps, CHOOSING)
    tick_notes(qtbot, steps)
    steps.choosing.sample.setChecked(True)
    to(qtbot, steps, PROTECTING)
    qtbot.wait(10)
    with open_quick(profile, None) as engine:  # as another program would see it
        assert engine.entries() == [] and engine.capture.sources() == ()
        assert engine.list_memories(MemoryFilter()).total == 0


def test_back_keeps_what_was_decided(qtbot: QtBot, first: tuple[Session, FirstRun]) -> None:
    _session, steps = first
    to(qtbot, steps, CHOOSING)
    tick_notes(qtbot, steps)
    to(qtbot, steps, PROTECTING)
    qtbot.mouseClick(steps.back_button, Qt.MouseButton.LeftButton)
    assert steps.plan.step == CHOOSING and steps.choosing.places[0].box.isChecked()
    qtbot.mouseClick(steps.back_button, Qt.MouseButton.LeftButton)
    assert steps.plan.step == WELCOME and steps.welcome.written.isChecked() and steps.back_button.isHidden()


def test_all_of_it_can_be_skipped(
        qtbot: QtBot, first: tuple[Session, FirstRun], profile: Profile, open_quick: Open) -> None:
    session, steps = first
    qtbot.mouseClick(steps.skip, Qt.MouseButton.LeftButton)
    window = finished(qtbot, session)
    window.quit()
    session.finish()
    with open_quick(profile, None) as engine:
        assert engine.first_run() == "" and engine.entries() == []


def press_until(qtbot: QtBot, steps: FirstRun, wanted: QWidget) -> None:
    """Go with the Tab key alone to a control."""
    for _n in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused is wanted:
            return
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not lead to {wanted.accessibleName()}")


def test_every_step_can_be_done_with_the_keyboard(qtbot: QtBot, first: tuple[Session, FirstRun]) -> None:
    session, steps = first
    qtbot.waitUntil(lambda: QApplication.focusWidget() is steps.welcome.written)
    qtbot.keyClick(steps.welcome.written, Qt.Key.Key_Space)
    press_until(qtbot, steps, steps.next)
    qtbot.keyClick(steps.next, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(steps.choosing.places)
                    and QApplication.focusWidget() is steps.choosing.places[0].box)
    qtbot.keyClick(steps.choosing.places[0].box, Qt.Key.Key_Space)
    press_until(qtbot, steps, steps.choosing.sample)
    press_until(qtbot, steps, steps.next)
    qtbot.keyClick(steps.next, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is steps.protecting.fields.first.line
    press_until(qtbot, steps, steps.protecting.login)
    press_until(qtbot, steps, steps.next)
    qtbot.keyClick(steps.next, Qt.Key.Key_Space)
    finished(qtbot, session)


def test_a_passphrase_protects_it_from_then_on(
        qtbot: QtBot, first: tuple[Session, FirstRun], profile: Profile, open_quick: Open) -> None:
    session, steps = first
    to(qtbot, steps, PROTECTING)
    fields = steps.protecting.fields
    assert not steps.protecting.minutes.isEnabled()
    fields.first.line.setText("horse staple barrel")
    assert not steps.next.isEnabled()  # typed once is not typed
    fields.again.line.setText("horse stable barrel")
    qtbot.waitUntil(lambda: "not the same" in fields.advice.text())
    assert not steps.next.isEnabled()
    fields.again.line.setText("horse staple barrel")
    qtbot.waitUntil(lambda: "Very good" in fields.advice.text(), timeout=20_000)
    steps.protecting.minutes.setCurrentIndex(1)
    qtbot.mouseClick(steps.next, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(steps.findChildren(Sheet)), timeout=20_000)
    [sheet] = steps.findChildren(Sheet)  # the key lay in a file: it is another one now
    key = next(name for label in sheet.findChildren(QLabel)
               if (name := label.accessibleName()).startswith("Recovery key: ")).removeprefix("Recovery key: ")
    sheet.findChildren(QCheckBox)[0].setChecked(True)
    qtbot.mouseClick(next(one for one in sheet.findChildren(QPushButton) if one.text() == "Done"),
                     Qt.MouseButton.LeftButton)
    window = finished(qtbot, session)
    window.quit()
    session.finish()
    with pytest.raises(StoreLocked):
        open_quick(profile, None)
    with open_quick(profile, "horse staple barrel") as engine:
        assert engine.recovery_key() == key and engine.settings()["lock.minutes"] == 5


def test_a_name_is_asked_for_where_people_talk(qtbot: QtBot, first: tuple[Session, FirstRun], notes: Path,
                                                profile: Profile, open_quick: Open) -> None:
    session, steps = first
    to(qtbot, steps, CHOOSING)
    tick_notes(qtbot, steps)
    assert steps.choosing.name_card.isHidden()
    (notes / "box.mbox").write_text("From a\n", encoding="utf-8")
    steps.choosing._added([notes / "box.mbox"])
    qtbot.waitUntil(lambda: not steps.choosing.name_card.isHidden(), timeout=20_000)
    steps.choosing.name.setText("Maren")
    to(qtbot, steps, PROTECTING)
    qtbot.mouseClick(steps.next, Qt.MouseButton.LeftButton)
    window = finished(qtbot, session)
    window.quit()
    session.finish()
    with open_quick(profile, None) as engine:
        assert engine.capture.names() == ("Maren",)


def test_a_place_that_is_gone_is_a_sentence_and_keeps_nothing_from_being_done(
        qtbot: QtBot, first: tuple[Session, FirstRun], tmp_path: Path) -> None:
    session, steps = first
    to(qtbot, steps, CHOOSING)
    gone = tmp_path / "gone 🗻"
    gone.mkdir()
    steps.choosing._added([gone])
    tick_notes(qtbot, steps)
    gone.rmdir()
    to(qtbot, steps, PROTECTING)
    qtbot.mouseClick(steps.next, Qt.MouseButton.LeftButton)
    window = finished(qtbot, session)
    qtbot.waitUntil(lambda: window.capturing.now is not None and len(window.capturing.now.sources) == 1)


def test_an_invented_life_is_tried_and_taken_out(
        qtbot: QtBot, first: tuple[Session, FirstRun], profile: Profile, open_quick: Open) -> None:
    session, steps = first
    to(qtbot, steps, CHOOSING)
    tick_notes(qtbot, steps)
    steps.choosing.sample.setChecked(True)
    to(qtbot, steps, PROTECTING)
    qtbot.mouseClick(steps.next, Qt.MouseButton.LeftButton)
    window = finished(qtbot, session)
    qtbot.waitUntil(lambda: window.sample.isVisible() and not window.adder.running, timeout=60_000)
    assert "invented life" in words(window.sample)
    qtbot.mouseClick(window.sample.remove, Qt.MouseButton.LeftButton)
    assert window.sample.sheet is not None and window.sample.isVisible()
    window.sample.sheet.accept()
    qtbot.waitUntil(lambda: not window.sample.running and window.sample.isHidden(), timeout=60_000)
    assert found(qtbot, window, "") == 3
    window.quit()
    session.finish()
    with open_quick(profile, None) as engine:
        assert engine.status().memories == 3 and not engine.status().invented
        assert not engine.search("rain barrel Tomas cabin").hits or all(
            "sample_life" not in hit.memory.source for hit in engine.search("rain barrel Tomas cabin").hits)
        assert not [one for one in engine.entries(limit=1000) if "sample_life" in one.path]


@pytest.mark.parametrize("kept", ["", "{}", "[]", "null", '{"step": "x"}', '{"step": 99}', '{"choices": [{"a": 1}]}'])
def test_what_is_not_understood_begins_at_the_beginning(kept: str) -> None:
    assert Plan.decoded(kept).step in (0, 2) and Plan.decoded(kept).choices == ()


def test_a_plan_is_kept_as_it_was() -> None:
    plan = Plan(1, True, True, (Choice("/a/שלום 🗻", "Notes"),), (Choice("/b", "B", ""),), "Maren")
    assert Plan.decoded(plan.encoded()) == plan
