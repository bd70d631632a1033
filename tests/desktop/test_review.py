"""The review over a real engine: each kind of card, decisions and their undo, the keyboard alone, and that it ends."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.paths import Profile
from mneme.ports import Extract, Reading
from mneme.registry import Plugins
from mneme.testing import FakeClock, HashEmbedder, ScriptedReader
from mneme.types import ReviewList
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.review import ReviewPage
from mneme_desktop.shell.window import MEMORIES, PEOPLE, REVIEW, MainWindow


@pytest.fixture(autouse=True)
def _patient(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    wait = qtbot.waitUntil
    monkeypatch.setattr(qtbot, "waitUntil", lambda callback, *, timeout=20_000: wait(callback, timeout=timeout))


def nothing_read(question: str, extract: Extract) -> Reading:
    return Reading(0, 0, -9.0, 0.01)


def write_life(folder: Path) -> None:
    """Two notes that contradict each other, and a chat in which somebody else says things once."""
    folder.mkdir()
    (folder / "2025-06-02 a.md").write_text("Tom lives in Oslo.\n", encoding="utf-8")
    (folder / "2025-06-02 b.md").write_text("Tom lives in Rome.\n", encoding="utf-8")
    head = {"mneme": "conversation", "version": 1, "title": "Ines", "participants": [
        {"id": "me", "name": "Maren", "role": "owner"}, {"id": "ines", "name": "Ines", "role": "other"}]}
    said = [{"id": "1", "from": "ines", "at": "2025-06-02T10:00:00+00:00", "text": "I work at Acme."},
            {"id": "2", "from": "ines", "at": "2025-06-02T10:01:00+00:00", "text": "I live in Turin."}]
    (folder / "ines.jsonl").write_text("".join(json.dumps(line) + "\n" for line in (head, *said)), encoding="utf-8")


@pytest.fixture
def engine(profile: Profile, tmp_path: Path, clock: FakeClock) -> Iterator[Engine]:
    write_life(tmp_path / "life")
    plugins = Plugins(parsers=builtin.plugins().parsers, embedder=HashEmbedder(), reader=ScriptedReader(nothing_read))
    with Engine.open(profile, clock=clock, use_keyring=False, plugins=plugins) as opened:
        opened.add([tmp_path / "life"])
        yield opened


@pytest.fixture
def living(qtbot: QtBot, theme: Theme, engine: Engine, profile: Profile) -> Iterator[MainWindow]:
    made = MainWindow(theme, Bridge(engine), profile, engine.settings())
    qtbot.addWidget(made)
    made.resize(1360, 860)
    made.show()
    qtbot.waitUntil(lambda: made.settled)
    yield made
    made.close()


def reviewing(qtbot: QtBot, window: MainWindow, kind: Any = None) -> ReviewPage:
    window.review(kind)
    qtbot.waitUntil(lambda: window.review_page.view is not None)
    assert window.rooms.currentIndex() == REVIEW
    return window.review_page


def said(within: QWidget) -> list[str]:
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]


def press(qtbot: QtBot, within: QWidget, name: str) -> None:
    def there() -> list[QAbstractButton]:
        said(within)
        return [b for b in within.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()]

    qtbot.waitUntil(lambda: len(there()) == 1)
    qtbot.mouseClick(there()[0], Qt.MouseButton.LeftButton)


def key(qtbot: QtBot, page: ReviewPage, which: Qt.Key) -> None:
    qtbot.waitUntil(lambda: page.hasFocus())
    qtbot.keyClick(page, which)


def homes(engine: Engine) -> list[str]:
    return [fact.object for fact in engine.life.facts(about="Tom")]


def test_a_contradiction_is_settled_with_one_key_and_opened_again(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    page = reviewing(qtbot, living)
    assert {"A contradiction", "Which is right?", "1 of 3"} <= set(said(page))
    assert any("Tom lives in Rome." in words for words in said(page))
    rome = [side.object for side in page.cards[0].sides].index("Rome")
    key(qtbot, page, (Qt.Key.Key_1, Qt.Key.Key_2)[rome])
    qtbot.waitUntil(lambda: page.place == 1)
    assert homes(engine) == ["Rome"] and engine.life.conflicts() == ()
    press(qtbot, living.toast, "Undo")
    qtbot.waitUntil(lambda: page.place == 0 and len(engine.life.conflicts()) == 1)
    assert {"A contradiction", "1 of 3"} <= set(said(page))


def test_the_inbox_of_contradictions_is_led_to_from_the_people(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    living.go(PEOPLE)
    living.people_page.review_wanted.emit()
    page = living.review_page
    qtbot.waitUntil(lambda: page.view is not None)
    assert [card.kind for card in page.cards] == ["conflict"]
    qtbot.keyClick(living, Qt.Key.Key_Escape)
    assert living.rooms.currentIndex() == PEOPLE


def test_both_sides_take_turns(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    page = reviewing(qtbot, living, "conflict")
    key(qtbot, page, Qt.Key.Key_3)
    sheet = page.question
    assert sheet is not None
    press(qtbot, sheet, "First Rome, then Oslo")
    qtbot.waitUntil(lambda: homes(engine) == ["Oslo"])
    assert [fact.state for fact in engine.life.facts(about="Tom", history=True) if fact.object == "Rome"] == ["past"]
    qtbot.waitUntil(lambda: "That was all." in said(page))


@pytest.mark.parametrize(("way", "left"), [("Keep", ["Turin"]), ("Forget both", [])])
def test_neither_side_is_right(qtbot: QtBot, living: MainWindow, engine: Engine, way: str, left: list[str]) -> None:
    page = reviewing(qtbot, living, "conflict")
    key(qtbot, page, Qt.Key.Key_4)
    sheet = page.question
    assert sheet is not None
    if left:
        [box] = sheet.findChildren(QPlainTextEdit)
        box.setPlainText(left[0])
    press(qtbot, sheet, way)
    qtbot.waitUntil(lambda: homes(engine) == left)


def test_with_the_keyboard_alone_a_review_comes_to_its_end(
        qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    page = reviewing(qtbot, living)
    key(qtbot, page, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: page.place == 1)
    assert any(words.startswith("Only Ines said so") for words in said(page))
    first = page.cards[1].memory.text
    key(qtbot, page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: living.panel.isVisible() and living.panel.detail is not None)
    qtbot.keyClick(living, Qt.Key.Key_Escape)  # the panel alone
    assert living.panel.isHidden() and living.rooms.currentIndex() == REVIEW
    page.setFocus()
    key(qtbot, page, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: page.question is not None)
    sheet = page.question
    assert sheet is not None
    [box] = sheet.findChildren(QPlainTextEdit)
    box.setPlainText("Globex")
    qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.place == 2)
    assert first not in [fact.memory.text for fact in engine.life.facts()]
    living.activateWindow()  # the offscreen platform gives no window back its place when a sheet has gone
    key(qtbot, page, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: "That was all." in said(page))
    assert {"1 confirmed", "1 corrected", "1 let go"} <= set(said(page))
    qtbot.waitUntil(lambda: engine.review.count() == 0)
    qtbot.keyClick(page.focusWidget() or page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: living.rooms.currentIndex() != REVIEW)


def test_what_is_skipped_or_not_known_is_asked_another_time(
        qtbot: QtBot, living: MainWindow, engine: Engine, clock: FakeClock) -> None:
    page = reviewing(qtbot, living, "unverified")
    key(qtbot, page, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: page.place == 1)
    key(qtbot, page, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: {"That was all.", "Nothing was changed."} <= set(said(page)))
    assert engine.review.counts()["unverified"] == 0
    clock.advance(timedelta(days=8))
    assert engine.review.counts()["unverified"] == 1
    clock.advance(timedelta(days=60))
    assert engine.review.counts()["unverified"] == 2


def test_what_fades_is_kept(qtbot: QtBot, living: MainWindow, engine: Engine, clock: FakeClock) -> None:
    [memory] = [one for one in engine.list_memories().memories if "Oslo" in one.text]
    at = int(clock.now().timestamp() * 1_000_000)
    engine._store.write(lambda db: db.conn.executemany(
        "INSERT INTO use (memory_id, at, what) VALUES (?, ?, 'recalled')", [(memory.id, at)] * 3))
    fades = engine.show(memory.id).fades_at
    assert fades is not None
    clock.advance(fades - clock.now() - timedelta(days=9))
    page = reviewing(qtbot, living, "fading")
    assert any(words.startswith("It was used 3 times") for words in said(page))
    key(qtbot, page, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: {"That was all.", "1 kept"} <= set(said(page)))
    later = engine.show(memory.id).fades_at
    assert later is not None and later > fades + timedelta(days=30)
    press(qtbot, living.toast, "Undo")
    qtbot.waitUntil(lambda: page.view is not None and engine.show(memory.id).fades_at == fades)


def test_what_is_decided_elsewhere_is_passed_over(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    page = reviewing(qtbot, living)
    assert page.cards[0].kind == "conflict"
    engine.life.confirm(page.cards[0].memories[0])
    qtbot.waitUntil(lambda: page.cards[0].kind == "unverified" and "1 of 2" in said(page))


def test_the_chip_of_the_memories_says_how_many_wait(qtbot: QtBot, living: MainWindow, engine: Engine) -> None:
    living.go(MEMORIES)
    qtbot.waitUntil(lambda: any("3" in b.text() and "eview" in b.text() and b.isVisible()
                                for b in living.memories_page.findChildren(QAbstractButton)))
    living.memories_page.review_wanted.emit()
    qtbot.waitUntil(lambda: living.review_page.view is not None)
    assert living.rooms.currentIndex() == REVIEW
    press(qtbot, living.review_page, "Leave the review (Esc)")
    assert living.rooms.currentIndex() == MEMORIES


def test_where_nothing_waits_that_is_a_good_answer(qtbot: QtBot, window: MainWindow) -> None:
    window.review()
    qtbot.waitUntil(lambda: "Nothing wants your eye." in said(window.review_page))
    window.review("conflict")
    qtbot.waitUntil(lambda: "Nothing contradicts itself." in said(window.review_page))


def test_what_cannot_be_read_is_said_and_tried_again(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    broken = True

    def due(kind: object = None, *, more: bool = False) -> ReviewList:
        if broken:
            raise KnownError("The store is busy.", "Wait a little.")
        return ReviewList()

    scripted.review.due = due
    window.review()
    qtbot.waitUntil(lambda: "The store is busy." in said(window.review_page))
    broken = False
    press(qtbot, window.review_page, "Try again")
    qtbot.waitUntil(lambda: "Nothing wants your eye." in said(window.review_page))


def test_a_decision_that_fails_leaves_its_card(
        qtbot: QtBot, living: MainWindow, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    page = reviewing(qtbot, living, "conflict")

    def refuse(_fact: int) -> None:
        raise KnownError("The disk is full.", "Make room.")

    monkeypatch.setattr(engine.life, "confirm", refuse)
    key(qtbot, page, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: "The disk is full." in living.toast.text.text())
    assert page.place == 0 and page.view is not None and page.decided == []
    monkeypatch.undo()


def test_cards_have_names_for_those_who_hear_them(qtbot: QtBot, living: MainWindow) -> None:
    page = reviewing(qtbot, living, "conflict")
    assert page.view is not None
    heard = [(b.accessibleName(), b.accessibleDescription()) for b in page.view.buttons]
    assert {name for name, _description in heard[:2]} == {f"This is right: Tom lives in {o}." for o in ("Oslo", "Rome")}
    assert heard[0][1] == "Key 1"
    assert all(name and description for name, description in heard)


@pytest.mark.parametrize("width", [480, 1360])
def test_a_card_fits_its_window(qtbot: QtBot, living: MainWindow, width: int) -> None:
    living.resize(width, 800)
    page = reviewing(qtbot, living)
    said(page)
    assert page.view is not None
    assert all(b.mapTo(page, b.rect().topRight()).x() <= page.width() for b in page.view.buttons)
