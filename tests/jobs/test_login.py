"""Starting with the session: what is written, that a shell of a desktop reads it back the same, and that it goes."""

import configparser
import shlex
import sys
from pathlib import Path

import pytest

from mneme.jobs import login

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="autostart entries are of freedesktop systems")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def entry(home: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(home / "config" / "autostart" / "mneme-desktop.desktop", encoding="utf-8")
    return dict(parser["Desktop Entry"])


@pytest.mark.parametrize("name", ["Mneme", "My memory", "naïve 🙂", 'quo"te', "per%cent", "back\\slash", "$HOME`x`"])
def test_the_profile_comes_back_from_the_entry(home: Path, name: str) -> None:
    login.switch(True, Path("/data") / name)
    assert login.is_on()
    found = entry(home)
    assert found["Type"] == "Application" and found["Terminal"] == "false"
    value = found["Exec"].replace("\\\\", "\\")  # the escapes of a string value
    words = [word.replace("\\$", "$").replace("\\`", "`") for word in shlex.split(value.replace("%%", "%"))]
    assert words == [str(login.program()), "--tray", "--profile", f"/data/{name}"]


def test_it_is_switched_off_and_twice_is_well(home: Path) -> None:
    assert not login.is_on()
    login.switch(False, Path("/data/Mneme"))
    login.switch(True, Path("/data/Mneme"))
    login.switch(True, Path("/data/Mneme"))
    login.switch(False, Path("/data/Mneme"))
    assert not login.is_on() and list((home / "config" / "autostart").iterdir()) == []
