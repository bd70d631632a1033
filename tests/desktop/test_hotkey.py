"""Combinations of keys as their owner writes them, and what is said where no program can hear one."""

import pytest
from pytestqt.qtbot import QtBot

from mneme.errors import KnownError
from mneme.settings import BY_KEY
from mneme_desktop.shell.hotkeys.hotkey import NONE, Hotkey, way_here
from mneme_desktop.shell.hotkeys.keys import parse


@pytest.mark.parametrize(("text", "trigger", "keysym", "virtual_key"), [
    ("Ctrl+Alt+Space", "CTRL+ALT+space", 0x20, 0x20), ("ctrl+shift+m", "CTRL+SHIFT+m", ord("m"), ord("M")),
    ("Meta+F1", "LOGO+F1", 0xFFBE, 0x70), ("F24", "F24", 0xFFD5, 0x87), (" Alt+1 ", "ALT+1", ord("1"), ord("1")),
    ("Ctrl+;", "CTRL+semicolon", ord(";"), 0), ("Ctrl++", "CTRL+plus", ord("+"), 0),
    ("Ctrl+Ins", "CTRL+Insert", 0xFF63, 0x2D), ("Alt+PgUp", "ALT+Page_Up", 0xFF55, 0x21)])
def test_combinations_and_their_names(text: str, trigger: str, keysym: int, virtual_key: int) -> None:
    made = parse(text)
    assert made is not None
    assert (made.trigger, made.keysym, made.virtual_key) == (trigger, keysym, virtual_key)


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_means_no_key(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["foo", "Ctrl", "Ctrl+", "+", "Ctrl+A, Ctrl+B", "Ctrl+Ä", "Ctrl+日", "A", "Space",
                                  "Shift+A", "Shift+Space", "🔑", "Ctrl+🔑", "Ctrl+VolumeUp", "\0"])
def test_what_is_none_is_told_what_is(text: str) -> None:
    with pytest.raises(KnownError) as told:
        parse(text)
    assert "Ctrl" in told.value.remedy


def test_the_default_is_a_combination() -> None:
    assert parse(str(BY_KEY["window.hotkey"].default)) is not None


def test_where_there_is_no_way_the_command_is_named(qtbot: QtBot) -> None:
    assert way_here() == NONE  # offscreen
    hotkey = Hotkey()
    with qtbot.waitSignal(hotkey.told):
        hotkey.rebind("Ctrl+Alt+Space")
    assert "mneme-desktop --quick-ask" in hotkey.problem
    hotkey.rebind("")
    assert hotkey.problem == ""
    hotkey.rebind("nonsense")
    assert hotkey.problem.startswith("nonsense is no combination")
    hotkey.stop()
