"""The room of settings: found by any word of theirs, changed at once by keyboard, and back at their default."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mneme import __version__
from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.paths import Profile
from mneme.settings import BY_KEY, SETTINGS
from mneme_desktop.look.palettes import DARK, HIGH_DARK, LIGHT
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.state import WindowState
from mneme_desktop.settings.controls import Share, value_words
from mneme_desktop.settings.page import SettingsPage
from mneme_desktop.settings.profile import licence_lines
from mneme_desktop.shell.early import CONTRAST, SCALE, THEME, keep_early, take_look
from mneme_desktop.shell.window import MODELS, SETTINGS_ROOM, MainWindow


def texts_of(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget) and one.text()]


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> SettingsPage:
    window.go(SETTINGS_ROOM)
    qtbot.waitUntil(window.settings_page.fading.isVisible)
    return window.settings_page


def shown(page: SettingsPage) -> list[str]:
    """The settings that are seen."""
    return [key for key, line in page.rows.items() if line.isVisibleTo(page)]


def listed(page: SettingsPage) -> list[str]:
    return [page.list.item(n).text() for n in range(page.list.count())]


# ------------------------------------------------------------------ what there is


def test_every_setting_has_a_row_and_a_control_that_fits(page: SettingsPage) -> None:
    assert set(page.rows) == set(page.controls) == set(BY_KEY) and set(shown(page)) == set(BY_KEY)
    kinds = {"appearance.theme": QComboBox, "capture.clipboard": QCheckBox, "bin.days": QSpinBox,
             "answer.caution": Share, "owner.also": QLineEdit, "window.hotkey": QKeySequenceEdit}
    assert all(isinstance(page.controls[key], kind) for key, kind in kinds.items())
    assert page.controls["bin.days"].text() == "30 days"  # type: ignore[attr-defined]
    assert listed(page) == [*dict.fromkeys(setting.group for setting in SETTINGS), "This profile", "About Mneme"]


def test_every_control_has_a_name_and_says_what_it_is(page: SettingsPage) -> None:
    for key, control in page.controls.items():
        assert control.accessibleDescription() == BY_KEY[key].help
        assert key == "llm.model" or control.accessibleName() == BY_KEY[key].title
    nameless = [type(one).__name__ for one in page.findChildren(QWidget) if one.isVisibleTo(page)
                and one.focusPolicy() & Qt.FocusPolicy.TabFocus
                and not one.accessibleName() and not one.objectName().startswith("qt_")]
    assert nameless == []


def test_values_are_said_as_they_are_shown() -> None:
    said = {key: value_words(BY_KEY[key], BY_KEY[key].default) for key in (
        "capture.clipboard", "bin.days", "appearance.theme", "answer.caution", "owner.name", "forgetting.short_days")}
    assert said == {"capture.clipboard": "off", "bin.days": "30 days", "appearance.theme": "System",
                    "answer.caution": "0.50", "owner.name": "", "forgetting.short_days": "60 days"}
    assert value_words(BY_KEY["appearance.language"], "de") == "Deutsch"


def test_a_key_is_taken_down_by_pressing_it_and_taken_away_again(
        qtbot: QtBot, window: MainWindow, page: SettingsPage) -> None:
    box = page.controls["window.hotkey"]
    assert isinstance(box, QKeySequenceEdit) and box.keySequence().toString() == "Ctrl+Alt+Space"
    [inside] = box.findChildren(QLineEdit)
    box.setFocus()
    with qtbot.waitSignal(window.setting_changed) as told:
        qtbot.keyClick(box, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert told.args == ["window.hotkey", "Ctrl+Shift+K"]
    with qtbot.waitSignal(window.setting_changed) as told:
        [cross] = inside.findChildren(QToolButton)
        qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert box.keySequence().isEmpty()
    assert told.args == ["window.hotkey", ""]


def test_the_language_model_is_chosen_in_its_own_room(qtbot: QtBot, window: MainWindow, page: SettingsPage) -> None:
    qtbot.mouseClick(page.controls["llm.model"], Qt.MouseButton.LeftButton)
    assert window.rooms.currentIndex() == MODELS


# ------------------------------------------------------------------ searching


def test_a_setting_is_found_by_a_word_of_its_help_and_changed_by_keyboard(
        qtbot: QtBot, window: MainWindow, page: SettingsPage, scripted: Any) -> None:
    page.list.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is page.search
    qtbot.keyClicks(page.search, "restored")
    assert shown(page) == ["bin.days"] and listed(page) == ["Memories"] and page.found.text() == "1 found"
    row = page.rows["bin.days"]
    assert "<span" in row.help.text() and "restored</span>" in row.help.text() and "<span" not in row.title.text()
    assert row.help.whole() == row.help.accessibleName() == BY_KEY["bin.days"].help
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    box = page.controls["bin.days"]
    assert isinstance(box, QSpinBox) and QApplication.focusWidget() is box
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: scripted.values["bin.days"] == 31)
    page.search_anew()
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert set(shown(page)) == set(BY_KEY) and "<span" not in row.help.text()


@pytest.mark.parametrize(("words", "found"), [
    ("forgetting.short", ["forgetting.short_days"]),  # its key
    ("DARK", ["appearance.theme"]),  # a choice, or the help, in any case
    ("days fades exponential", []), ("owner other", ["owner.also"]),  # all words, in any order
])
def test_all_words_must_be_about_a_setting(page: SettingsPage, words: str, found: list[str]) -> None:
    page.search.setText(words)
    assert shown(page) == found


def test_a_key_that_was_searched_for_is_shown(page: SettingsPage) -> None:
    page.search.setText("short_days")
    assert page.rows["forgetting.short_days"].key.isVisible()
    page.search.setText("ordinary")
    assert not page.rows["forgetting.short_days"].key.isVisible()


def test_what_belongs_to_a_setting_goes_and_comes_with_it(qtbot: QtBot, page: SettingsPage) -> None:
    qtbot.waitUntil(page.curve.isVisible)
    page.search.setText("theme")
    assert not page.curve.isVisible() and not page.fading.isVisible()
    page.search.setText("boldly")
    assert page.curve.isVisible() and not page.fading.isVisible()
    page.search.setText("faded below")
    assert page.fading.isVisible()


def test_nothing_found_says_so_and_leads_back(qtbot: QtBot, page: SettingsPage) -> None:
    page.search.setText("qwertz <b>")
    assert shown(page) == [] and "No setting is about that." in texts_of(page) and page.list.count() == 0
    [chip] = [one for one in page.findChildren(QAbstractButton) if one.text() == "Show all settings"]
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert set(shown(page)) == set(BY_KEY) and "No setting is about that." not in texts_of(page)


def test_the_profile_and_the_program_are_found_too(page: SettingsPage) -> None:
    page.search.setText("recovery")
    assert page.profile.isVisible() and not page.about.isVisible()
    page.search.setText("telemetry")
    assert page.about.isVisible() and shown(page) == []


# ------------------------------------------------------------------ going about


def test_the_list_leads_to_a_group_and_follows_the_page(qtbot: QtBot, page: SettingsPage) -> None:
    bar = page._scroll.verticalScrollBar()
    page.list.setFocus()
    page.list.light("Answers")
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    group = next(one for one in page.groups if one.name == "Taking in")
    assert page.list.currentItem().text() == "Taking in" and abs(bar.value() - group.y()) <= 40
    bar.setValue(0)
    assert page.list.currentItem().text() == listed(page)[0] == page.menu.currentText()


def test_narrow_there_is_a_menu_and_nothing_is_cut(qtbot: QtBot, window: MainWindow, page: SettingsPage) -> None:
    assert page.list.isVisible() and not page.menu.isVisible()
    window.resize(480, 700)
    qtbot.waitUntil(page.menu.isVisible)
    assert not page.list.isVisible()
    inside = page._scroll.widget()
    assert inside.width() <= page._scroll.viewport().width()
    page.menu.setCurrentIndex(page.menu.findText("Forgetting"))
    page.menu.activated.emit(page.menu.currentIndex())
    qtbot.waitUntil(lambda: page._scroll.verticalScrollBar().value() > 0)


def test_read_from_the_right_the_list_stands_on_the_right(qtbot: QtBot, qapp: QApplication, page: SettingsPage) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        qtbot.waitUntil(lambda: page.list.mapTo(page, page.list.rect().center()).x() > page.width() / 2)
        row = page.rows["bin.days"]
        assert row.control.widget.mapTo(row, row.control.widget.rect().center()).x() < row.width() / 2
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


# ------------------------------------------------------------------ defaults


def test_the_default_comes_back_and_can_be_undone(qtbot: QtBot, window: MainWindow, page: SettingsPage,
                                                  scripted: Any) -> None:
    row, box = page.rows["bin.days"], page.controls["bin.days"]
    assert isinstance(box, QSpinBox) and not row.back.isVisible()
    before = box.mapTo(page, box.rect().topLeft())
    box.setValue(60)
    qtbot.waitUntil(row.back.isVisible)
    assert box.mapTo(page, box.rect().topLeft()) == before  # nothing jumps
    assert row.back.accessibleName() == "Back to the default: Days in the bin (30 days)"
    row.back.setFocus()
    qtbot.keyClick(row.back, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: scripted.values["bin.days"] == 30)
    qtbot.waitUntil(lambda: box.value() == 30 and not row.back.isVisible())
    assert QApplication.focusWidget() is box
    assert window.toast.text.text() == "Days in the bin is at its default again."
    window.toast.press.click()
    qtbot.waitUntil(lambda: scripted.values["bin.days"] == 60 and box.value() == 60 and row.back.isVisible())


@pytest.mark.parametrize(("key", "value"), [
    ("appearance.theme", "dark"), ("capture.clipboard", True), ("answer.caution", 0.8), ("forgetting.short_days", 90.0),
    ("owner.name", "Maren")])
def test_every_kind_of_setting_goes_back(qtbot: QtBot, page: SettingsPage, scripted: Any, key: str, value: Any) -> None:
    page.put_back(key, value)
    qtbot.waitUntil(lambda: scripted.values[key] == value and page.rows[key].back.isVisible())
    page.to_default(key)
    qtbot.waitUntil(lambda: scripted.values[key] == BY_KEY[key].default and not page.rows[key].back.isVisible())
    control = page.controls[key]
    held = (control.currentData() if isinstance(control, QComboBox) else control.isChecked()
            if isinstance(control, QCheckBox) else control.slider.value() / 100 if isinstance(control, Share)
            else control.text() if isinstance(control, QLineEdit) else control.value())  # type: ignore[attr-defined]
    assert held == BY_KEY[key].default
    qtbot.wait(300)  # a slider that rests must not keep what it only shows
    assert scripted.values[key] == BY_KEY[key].default


# ------------------------------------------------------------------ what is not allowed


def test_what_is_not_allowed_is_said_beside_it_and_put_back(qtbot: QtBot, page: SettingsPage, scripted: Any) -> None:
    def refuse(key: str, _value: object) -> None:
        raise KnownError(f"{key} cannot be kept.", "Try again.")

    allowed, scripted.set_setting = scripted.set_setting, refuse
    box = page.controls["capture.at_login"]
    assert isinstance(box, QCheckBox)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    row = page.rows["capture.at_login"]
    qtbot.waitUntil(row.trouble.isVisible)
    assert row.trouble.text() == "capture.at_login cannot be kept. Try again." and not box.isChecked()
    assert row.trouble.text() in box.accessibleDescription()
    scripted.set_setting = allowed
    qtbot.keyClick(box, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: scripted.values["capture.at_login"] is True and not row.trouble.isVisible())
    assert box.accessibleDescription() == BY_KEY["capture.at_login"].help


def test_a_line_that_was_refused_keeps_what_was_typed(qtbot: QtBot, page: SettingsPage, scripted: Any) -> None:
    def refuse(_key: str, _value: object) -> None:
        raise KnownError("No.")

    scripted.set_setting = refuse
    line = page.controls["owner.also"]
    assert isinstance(line, QLineEdit)
    line.setText("M. 🚰 " * 60)
    line.editingFinished.emit()
    qtbot.waitUntil(page.rows["owner.also"].trouble.isVisible)
    assert line.text() == "M. 🚰 " * 60 and "M. 🚰" in line.toolTip()


# ------------------------------------------------------------------ over a real engine


def test_the_profile_tells_where_it_is_and_takes_parts(
        qtbot: QtBot, new_diary: Callable[..., Any], open_window: Callable[[Engine], MainWindow]) -> None:
    diary = new_diary()
    diary.note("a.md", "I live in Oslo.\n")
    window = open_window(diary.engine)
    window.go(SETTINGS_ROOM)
    page = window.settings_page
    status = diary.engine.status()
    qtbot.waitUntil(lambda: f"{status.memories} memories from 1 document or message" in texts_of(page.profile))
    assert any(str(diary.engine.profile.root) in one for one in texts_of(page.profile))
    part = QLabel("Something else")
    page.add_profile_part(part)
    qtbot.waitUntil(part.isVisible)
    assert page.profile.isAncestorOf(part)
    assert f"Mneme {__version__}" in texts_of(page.about)
    page.put_back("bin.days", 45)
    qtbot.waitUntil(lambda: diary.engine.settings()["bin.days"] == 45)


def test_licences_name_the_libraries(qtbot: QtBot, page: SettingsPage) -> None:
    lines = licence_lines()
    assert any(line.startswith("sqlite-utils ") and "Apache" in line for line in lines) and len(lines) > 10
    page.about.show_licences()
    assert page.about.sheet is not None and page.about.sheet.isVisible()
    page.about.sheet.accept()


def test_what_is_wanted_before_the_store_is_open_is_kept_beside_it(
        qtbot: QtBot, theme: Theme, window: MainWindow, page: SettingsPage, tmp_path: Path) -> None:
    profile = window._profile
    page.keep("appearance.theme", "dark")
    page.keep("appearance.contrast", "high")
    page.keep("appearance.scale", 150)
    kept = WindowState(profile)
    qtbot.waitUntil(lambda: [kept.for_start(key) for key in (THEME, CONTRAST, SCALE)] == ["dark", "high", "150"])
    theme.use("light", "normal")
    take_look(theme, profile)
    assert theme.colours is HIGH_DARK
    take_look(theme, Profile(tmp_path / "another"))
    assert (theme.wish, theme.colours in (LIGHT, DARK)) == ("system", True)
    keep_early(kept, {"appearance.theme": "light", "bin.days": 3})  # as it was set from the command line
    assert kept.for_start(THEME) == "light" and kept.for_start("bin.days") == ""
