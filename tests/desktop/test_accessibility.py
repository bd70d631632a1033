"""Every control of every room has a name for those who do not see it, and is reached with the keyboard alone."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mneme_desktop.shell.window import MainWindow

SCRIPT = Path(__file__).parents[1] / "hard" / "accessibility.py"


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("accessibility", SCRIPT)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["accessibility"] = made
    spec.loader.exec_module(made)
    return made


look = _script()


@pytest.fixture
def window(new_diary: Callable[..., Any], open_window: Callable[[Any], MainWindow]) -> Iterator[MainWindow]:
    diary = new_diary()
    diary.note("cabin.md", "# Cabin log\n\nThe spare key hangs behind the barrel. I live in Oslo. Ines is my sister.")
    diary.note("tides.md", "High water is at six on 14 October 2024.")
    diary.engine.upkeep_now()
    made = open_window(diary.engine)
    yield made
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def rooms(window: MainWindow) -> list[int]:
    return list(range(len(window.pages)))


@pytest.mark.parametrize("width", [1360, 500])
def test_every_control_has_a_name(qtbot: QtBot, window: MainWindow, width: int) -> None:
    window.resize(width, 860)
    for room in rooms(window):
        window.go(room)
        qtbot.wait(100)
        nodes = look.tree(window)
        assert sum(node.is_control for node in nodes) > 3, "the tree was not read"
        assert [str(node) for node in look.unnamed(nodes)] == [], type(window.pages[room]).__name__


@pytest.mark.parametrize("width", [1360, 500])
def test_every_control_is_reached_with_the_keyboard(qtbot: QtBot, window: MainWindow, width: int) -> None:
    window.resize(width, 860)
    for room in rooms(window):
        window.go(room)
        qtbot.wait(100)
        found = [f"{type(w).__name__} {w.accessibleName()}" for w in look.out_of_reach(window)]
        assert found == [], type(window.pages[room]).__name__


def test_an_unnamed_and_an_unreachable_control_are_seen(qtbot: QtBot) -> None:
    """The check itself: a button without a name, and one that Tab passes over."""
    box = QWidget()
    qtbot.addWidget(box)
    nameless, passed_over = QPushButton(box), QPushButton("Here", box)
    passed_over.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    passed_over.move(0, 60)
    box.show()
    assert len(look.unnamed(look.tree(box))) == 1
    assert look.out_of_reach(box) == [passed_over]
    nameless.setAccessibleName("Now it has one")
    assert look.unnamed(look.tree(box)) == []


def test_tab_goes_through_a_room_and_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    """The keyboard is never caught: from the question box Tab comes back to it."""
    for room in rooms(window):
        window.go(room)
        qtbot.wait(50)
        first = QApplication.focusWidget()
        seen: list[QWidget] = []
        for _n in range(400):
            qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
            now = QApplication.focusWidget()
            if now is None or now is first or now in seen:
                break
            seen.append(now)
        assert len(seen) > 3, type(window.pages[room]).__name__
