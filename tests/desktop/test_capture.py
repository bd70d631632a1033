"""The room of capture over a real engine: what came in and what did not, rules, previews, failures, long lists."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme.errors import StoreError
from mneme.types import Rule
from mneme_desktop.capture.page import LOG, RULES, SOURCES, CapturePage
from mneme_desktop.capture.rulespart import rule_words
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.window import CAPTURE, MainWindow

Begin = Callable[..., Session]
DOCX = b"this is no document"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "node_modules").mkdir(parents=True)
    for name, text in (("log.md", "The spare key is behind the blue rain barrel."), ("رحلة.md", "كان البحر هادئا."),
                       ("tides.log", "High water at six."), ("passing.tmp", "x"), (".env", "TOKEN=1")):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "broken.docx").write_bytes(DOCX)
    return folder


@pytest.fixture
def window(qtbot: QtBot, begin_real: Begin) -> MainWindow:
    """The room over a real engine, shown and active."""
    made = begin_real().window
    assert made is not None
    made.go(CAPTURE)
    made.activateWindow()
    return made


def words(within: QWidget) -> list[str]:
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]


def press(qtbot: QtBot, within: QWidget, text: str) -> None:
    """Click on the one button that says so, once it is there."""
    def found() -> list[QPushButton]:
        return [b for b in within.findChildren(QPushButton) if b.text() == text and b.isVisible()]

    qtbot.waitUntil(lambda: len(found()) == 1, timeout=10_000)
    qtbot.mouseClick(found()[0], Qt.MouseButton.LeftButton)


def add(qtbot: QtBot, window: MainWindow, folder: Path) -> CapturePage:
    """Take in a folder as dropping it does, and show what came of it."""
    page = window.capture_page
    window.adder.add([folder])
    qtbot.waitUntil(lambda: page.report.isVisible() and not window.adder.running, timeout=20_000)
    page.show_log()
    qtbot.waitUntil(lambda: page.log.model.total == 7 and not page.log.model.words, timeout=20_000)
    return page


def open_line(qtbot: QtBot, page: CapturePage, name: str) -> None:
    """Click on the line of a file."""
    rows = {Path(line.what).name: n for n in range(page.log.model.total)
            if (line := page.log.model.at(n)) is not None}
    index = page.log.model.index(rows[name], 0)
    page.log.table.scrollTo(index)
    qtbot.mouseClick(page.log.table.viewport(), Qt.MouseButton.LeftButton,
                     pos=page.log.table.visualRect(index).center())
    qtbot.waitUntil(lambda: page.log.card.isVisible())


# ------------------------------------------------------------------ what came in, and what did not


def test_what_was_left_out_is_listed_with_its_reason(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    page = add(qtbot, window, notes)
    page.show_log("left out")
    qtbot.waitUntil(lambda: page.log.model.total == 3)
    told = {Path(line.what).name: line.why for n in range(3) if (line := page.log.model.at(n)) is not None}
    assert told == {"node_modules": "holds installed packages", "passing.tmp": "is a program's temporary file",
                    ".env": "may hold keys or passwords"}
    assert page.log.chips["taken in"].text() == "Taken in 3" and page.log.chips["failed"].text() == "Failed 1"
    open_line(qtbot, page, ".env")
    qtbot.waitUntil(lambda: any("never read" in line for line in words(page.log.card)))
    assert not any(b.isVisible() for b in page.log.card.chips.widgets())


def test_a_line_leads_to_its_memory(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    page = add(qtbot, window, notes)
    open_line(qtbot, page, "log.md")
    press(qtbot, page.log.card, "Open its newest memory")
    qtbot.waitUntil(lambda: window.panel.detail is not None, timeout=10_000)
    assert window.panel.detail is not None and "rain barrel" in window.panel.detail.memory.text


def test_words_find_a_line_and_its_reason(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    page = add(qtbot, window, notes)
    qtbot.keyClicks(page.log.search, "temporary")
    qtbot.waitUntil(lambda: page.log.model.total == 1)
    page.log.search.setText("no such thing")
    qtbot.waitUntil(lambda: "No line has these words." in words(page.log))
    page.log.search.setText("رحلة")
    qtbot.waitUntil(lambda: page.log.model.total == 1 and page.log.table.isVisible())


def test_taking_in_what_was_left_out_by_its_name(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    page = add(qtbot, window, notes)
    open_line(qtbot, page, "passing.tmp")
    press(qtbot, page.log.card, "Take it in after all")
    qtbot.waitUntil(lambda: page.log.model.counts.get("done") == 4, timeout=20_000)
    qtbot.waitUntil(lambda: any(line.startswith("Taken in") for line in words(page.log.card)), timeout=10_000)


# ------------------------------------------------------------------ rules


def test_a_rule_is_added_takes_effect_and_has_exceptions(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    page = window.capture_page
    page.show_tab(RULES)
    maker = page.rules.maker
    maker.field.setCurrentIndex(maker.field.findData("pattern"))
    maker.field.activated.emit(maker.field.currentIndex())
    assert not maker.add.isEnabled() and maker.value.placeholderText() == "*.log"
    qtbot.keyClicks(maker.value, "*.log")
    qtbot.waitUntil(maker.add.isEnabled)
    assert maker.told.text() == "Leave out names like *.log"
    qtbot.keyClick(maker.value, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Leave out names like *.log" in words(page.rules), timeout=10_000)

    page.rules.tester.words.setText(str(notes / "tides.log"))
    qtbot.waitUntil(lambda: page.rules.tester.answer.text().startswith("No:"))
    window.adder.add([notes])
    qtbot.waitUntil(lambda: page.report.isVisible() and not window.adder.running, timeout=20_000)
    page.show_log()
    qtbot.waitUntil(lambda: page.log.model.total == 7, timeout=20_000)
    open_line(qtbot, page, "tides.log")
    assert "Is left out by your rule: pattern *.log." in words(page.log.card)
    qtbot.waitUntil(lambda: "A rule of yours decides this." in words(page.log.card))
    press(qtbot, page.log.card, "Take it in after all")
    qtbot.waitUntil(lambda: page.log.model.counts.get("done") == 3, timeout=20_000)
    page.show_tab(RULES)
    qtbot.waitUntil(lambda: len(page.rules.shown) == 2, timeout=10_000)


def test_a_rule_that_means_nothing_is_refused_while_it_is_typed(qtbot: QtBot, window: MainWindow) -> None:
    page = window.capture_page
    page.show_tab(RULES)
    maker = page.rules.maker
    maker.field.setCurrentIndex(maker.field.findData("size"))
    maker.field.activated.emit(maker.field.currentIndex())
    qtbot.keyClicks(maker.value, "large")
    qtbot.waitUntil(lambda: "Write it like 50 MB." in maker.told.text())
    assert not maker.add.isEnabled()
    maker.value.setText("5 MB")
    qtbot.waitUntil(maker.add.isEnabled)
    assert maker.told.text() == "Leave out what is larger than 5 MB"


def test_a_rule_is_removed_and_brought_back(qtbot: QtBot, window: MainWindow) -> None:
    page = window.capture_page
    page.show_tab(RULES)
    for value in ("*.md", "*.log"):
        page.rules.maker.field.setCurrentIndex(page.rules.maker.field.findData("pattern"))
        page.rules.maker.field.activated.emit(0)
        page.rules.maker.value.setText(value)
        qtbot.waitUntil(page.rules.maker.add.isEnabled)
        page.rules.maker.add.click()
        qtbot.waitUntil(lambda value=value: any(value in row.words.text() for row in page.rules.shown), timeout=10_000)
    qtbot.mouseClick(page.rules.shown[1].remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.rules.shown) == 1 and window.toast.isVisible(), timeout=10_000)
    qtbot.mouseClick(window.toast.press, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [row.words.text() for row in page.rules.shown] == [
        "Leave out names like *.log", "Leave out names like *.md"], timeout=10_000)


def test_would_this_be_taken_in(qtbot: QtBot, window: MainWindow) -> None:
    page = window.capture_page
    page.show_tab(RULES)
    tester = page.rules.tester
    for asked, answer in (("example.com", "Yes: pages of example.com are let in."),
                          ("anna@example.com", "Yes: what anna@example.com sends is let in."),
                          ("KeePassXC", "Yes: no rule of yours keeps KeePassXC out."),
                          ("/home/somebody/id_rsa", "No: /home/somebody/id_rsa may hold keys or passwords."),
                          ("/home/somebody/a.md", "Yes, when you add it. It lies in nothing that is watched.")):
        tester.words.clear()
        qtbot.keyClicks(tester.words, asked)
        qtbot.waitUntil(lambda answer=answer: tester.answer.text() == answer)
        assert not tester.allow.isVisible()


@pytest.mark.parametrize(("rule", "said"), [
    (Rule("deny", "age", "730"), "Leave out what is older than 730 days"),
    (Rule("allow", "size", "5000000"), "Let in what is no larger than 5 MB"),
    (Rule("deny", "sender", "Anna & Berg <a@b.c>"), "Leave out what Anna & Berg <a@b.c> sends")])
def test_rules_in_words(rule: Rule, said: str) -> None:
    assert rule_words(rule) == said


def test_secrets_and_the_clipboard_have_their_switches(qtbot: QtBot, window: MainWindow) -> None:
    page = window.capture_page
    page.show_tab(RULES)
    mask, clipboard = (page.secrets.switches[key] for key in ("capture.mask_secrets", "capture.clipboard"))
    qtbot.waitUntil(mask.isChecked)
    clipboard.click()
    qtbot.waitUntil(lambda: window.clipboard.on, timeout=10_000)
    clipboard.click()
    qtbot.waitUntil(lambda: not window.clipboard.on, timeout=10_000)


# ------------------------------------------------------------------ failures


def test_a_file_that_failed_is_mended_and_tried_again(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    page = add(qtbot, window, notes)
    page.show_log("failed")
    qtbot.waitUntil(lambda: page.log.model.total == 1 and page.log.again.isVisible())
    open_line(qtbot, page, "broken.docx")
    (notes / "broken.docx").write_bytes(docx("The boat was sold to Tomas."))
    press(qtbot, page.log.card, "Try again")
    qtbot.waitUntil(lambda: "Nothing failed." in words(page.log), timeout=20_000)
    assert page.log.model.counts["done"] == 4 and not page.log.again.isVisible()


def test_what_failed_is_set_aside_and_brought_back(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    page = add(qtbot, window, notes)
    page.show_log("failed")
    qtbot.waitUntil(lambda: page.log.model.total == 1)
    open_line(qtbot, page, "broken.docx")
    press(qtbot, page.log.card, "Set aside")
    qtbot.waitUntil(lambda: page.log.model.total == 0 and window.toast.isVisible(), timeout=10_000)
    qtbot.mouseClick(window.toast.press, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.log.model.total == 1, timeout=10_000)


def docx(text: str) -> bytes:
    """A Word file of one paragraph."""
    made, out = Document(), io.BytesIO()
    made.add_paragraph(text)
    made.save(out)
    return out.getvalue()


# ------------------------------------------------------------------ previews


def test_a_preview_counts_what_is_then_taken_in(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    page = window.capture_page
    card = page.adding.chosen
    page.adding.look_at([notes])
    qtbot.waitUntil(lambda: card.preview.found is not None, timeout=20_000)
    found = card.preview.found
    assert found is not None and found.files == 4 and sum(one.places for one in found.left_out) == 3
    assert card.preview.headline.text().startswith("4 files would be read")
    qtbot.waitUntil(lambda: any(line.startswith("3 notes") for line in words(card.preview)))
    assert window.memories_page.model.total == 0
    press(qtbot, card, "Take it in once")
    qtbot.waitUntil(lambda: page.report.isVisible(), timeout=20_000)
    assert not card.isVisible()
    assert words(page.report)[1] == "3 files were read, 3 files were left out, 1 file failed."


def test_a_chosen_folder_is_watched(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    page = window.capture_page
    page.adding.look_at([notes])
    qtbot.waitUntil(lambda: page.adding.chosen.preview.found is not None, timeout=20_000)
    press(qtbot, page.adding.chosen, "Watch it from now on")
    qtbot.waitUntil(lambda: any("3 read" in line for line in words(page.watched)), timeout=30_000)


def test_a_place_that_is_not_there_is_a_sentence(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    card = window.capture_page.adding.chosen
    window.capture_page.adding.look_at([tmp_path / "nowhere"])
    qtbot.waitUntil(lambda: "nowhere" in card.preview.headline.text(), timeout=10_000)


def test_a_suggestion_says_what_it_would_bring(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    part = window.capture_page.watched
    part.read_suggestions()
    qtbot.waitUntil(lambda: len(part.offers) == 1, timeout=10_000)
    press(qtbot, part, "Look what it would bring")
    qtbot.waitUntil(lambda: part.offers[0].preview.headline.text().startswith("4 files would be read"), timeout=10_000)
    assert window.memories_page.model.total == 0


# ------------------------------------------------------------------ the pause


def test_while_paused_nothing_of_a_watched_folder_comes_in(qtbot: QtBot, window: MainWindow, notes: Path) -> None:
    page = window.capture_page
    window.capturing.watch(str(notes))
    page.show_log("taken in")
    qtbot.waitUntil(lambda: page.log.model.total == 3, timeout=30_000)
    window.capturing.pause("until I resume")
    qtbot.waitUntil(page.head.resume.isVisible, timeout=10_000)
    (notes / "new.md").write_text("Ines takes the ferry.", encoding="utf-8")
    page.show_log("left out")
    qtbot.waitUntil(lambda: page.log.model.total == 3 and page.log.which == "left out", timeout=10_000)
    assert page.log.model.counts["done"] == 3
    press(qtbot, page.head, "Resume")
    qtbot.waitUntil(lambda: page.log.model.counts.get("done") == 4, timeout=30_000)


# ------------------------------------------------------------------ long lists, any direction, any width


@pytest.fixture
def many(qtbot: QtBot, new_diary: Any, open_window: Callable[[Engine], MainWindow]) -> CapturePage:
    """The list over a store with fifty thousand lines."""
    engine = new_diary().engine
    at = datetime(2025, 6, 1, tzinfo=UTC)
    engine._store.write(lambda db: db.conn.executemany(
        "INSERT INTO entry (place, shown, state, reason, updated_at) VALUES (?, ?, ?, ?, ?)",
        [(f"/notes/{n}.md".encode(), f"/notes/{n}.md", "done" if n % 5 else "skipped", None if n % 5 else "is a cache",
          int(at.timestamp() * 1e6) + n) for n in range(50_000)]))
    window = open_window(engine)
    window.go(CAPTURE)
    window.capture_page.show_log()
    qtbot.waitUntil(lambda: window.capture_page.log.model.total == 50_000, timeout=20_000)
    return window.capture_page


def test_fifty_thousand_lines_are_read_as_they_are_looked_at(qtbot: QtBot, many: CapturePage) -> None:
    model, table = many.log.model, many.log.table
    assert model.loaded() == 100
    table.scrollToBottom()
    qtbot.waitUntil(lambda: (line := model.at(49_999)) is not None and line.what == "/notes/0.md", timeout=20_000)
    assert model.loaded() <= 500
    many.log.show_only("left out", "777")
    qtbot.waitUntil(lambda: model.total == len([n for n in range(0, 50_000, 5) if "777" in str(n)]), timeout=20_000)


def test_nothing_jumps_while_the_list_is_scrolled(qtbot: QtBot, many: CapturePage) -> None:
    bar = many.log.table.verticalScrollBar()
    bar.setValue(2_000)
    many.log.news()
    qtbot.waitUntil(many.log.newer.isVisible, timeout=10_000)
    assert bar.value() == 2_000
    many.log.newer.click()
    qtbot.waitUntil(lambda: bar.value() == 0 and not many.log.newer.isVisible())


def test_the_list_is_walked_with_the_keyboard(qtbot: QtBot, many: CapturePage) -> None:
    many.window().activateWindow()
    many.log.table.setFocus()
    many.log.table.setCurrentIndex(many.log.model.index(0, 0))
    qtbot.keyClick(many.log.table, Qt.Key.Key_Down)
    qtbot.keyClick(many.log.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: many.log.card.isVisible() and "49998.md" in " ".join(words(many.log.card)))


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_room_fits_a_narrow_window_in_either_direction(
        qtbot: QtBot, begin_real: Begin, notes: Path, direction: Qt.LayoutDirection) -> None:
    QGuiApplication.setLayoutDirection(direction)
    try:
        window = begin_real().window
        assert window is not None
        window.go(CAPTURE)
        window.resize(480, 800)
        page = add(qtbot, window, notes)
        window.capturing.watch(str(notes))
        for tab in (SOURCES, LOG, RULES):
            page.show_tab(tab)
            qtbot.waitUntil(lambda tab=tab: page.stack.currentIndex() == tab)
            qtbot.wait(50)
            for control in page.findChildren(QPushButton):
                if control.isVisible():
                    left = control.mapTo(page, QPoint(0, 0)).x()
                    assert left >= 0 and left + control.width() <= page.width(), control.text()
    finally:
        QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_everything_in_the_room_has_a_name_and_is_reached_by_tab(window: MainWindow) -> None:
    page = window.capture_page
    for tab in (SOURCES, LOG, RULES):
        page.show_tab(tab)
        for control in page.findChildren(QWidget):
            if control.isVisible() and control.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(
                    control.parent(), type(None)) and control.metaObject().className() not in ("QScrollBar",):
                assert control.accessibleName() or isinstance(control, QLabel), (control, control.parent())


def test_a_list_that_cannot_be_read_says_so(qtbot: QtBot, scripted: Any, open_window: Callable[[Engine], MainWindow]
                                            ) -> None:
    def broken(*_what: object, **_more: object) -> None:
        raise StoreError("The store is damaged.", "Bring a copy back.")

    window = open_window(scripted.as_engine())
    scripted.capture.lines = broken
    window.go(CAPTURE)
    window.capture_page.show_log()
    qtbot.waitUntil(lambda: "The store is damaged. Bring a copy back." in words(window.capture_page.log))
