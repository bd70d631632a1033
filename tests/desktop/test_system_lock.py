"""Mneme locks when the computer sleeps or its screen is locked: what a Linux desktop says on its buses is heard."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the buses of Linux", allow_module_level=True)
if shutil.which("dbus-daemon") is None:
    pytest.skip("there is no dbus-daemon here: bash installer/test installs it", allow_module_level=True)

sys.path.append(str(Path(__file__).parent))

from buses import Service, new_bus
from jeepney import new_error
from PySide6.QtDBus import QDBusConnection
from pytestqt.qtbot import QtBot

from mneme_desktop.shell.lock import SystemLock

LOGIND, SAVER = "org.freedesktop.login1", "org.gnome.ScreenSaver"


@pytest.fixture
def address() -> Iterator[str]:
    daemon, made = new_bus()
    yield made
    daemon.kill()
    daemon.communicate()


@pytest.fixture
def lock(qtbot: QtBot, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[SystemLock, list[str]]]:
    """What listens to a bus of the test's own, and a list that grows with each time that it says something."""
    monkeypatch.setenv("XDG_SESSION_ID", "2")
    bus = QDBusConnection.connectToBus(address, "mneme-test")
    assert bus.isConnected()
    made, due = SystemLock(system=bus, session=bus), list[str]()
    made.due.connect(lambda: due.append("due"))
    yield made, due
    QDBusConnection.disconnectFromBus("mneme-test")


@pytest.mark.parametrize(("name", "path", "interface", "member", "values", "heard"), [
    (LOGIND, "/org/freedesktop/login1", f"{LOGIND}.Manager", "PrepareForSleep", (True,), True),
    (LOGIND, "/org/freedesktop/login1", f"{LOGIND}.Manager", "PrepareForSleep", (False,), False),
    (LOGIND, "/org/freedesktop/login1/session/_32", f"{LOGIND}.Session", "Lock", (), True),
    (LOGIND, "/org/freedesktop/login1/session/_33", f"{LOGIND}.Session", "Lock", (), False),  # somebody else's
    (SAVER, "/org/gnome/ScreenSaver", SAVER, "ActiveChanged", (True,), True),
    (SAVER, "/org/gnome/ScreenSaver", SAVER, "ActiveChanged", (False,), False),
    ("org.freedesktop.ScreenSaver", "/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged", (True,), True)])
def test_what_is_told_is_heard(qtbot: QtBot, address: str, lock: tuple[SystemLock, list[str]], name: str, path: str,
                               interface: str, member: str, values: tuple[bool, ...], heard: bool) -> None:
    listening, due = lock
    services = [Service(one, lambda _self, message: new_error(message, "org.mneme.No"), address)
                for one in (name, *({LOGIND, SAVER} - {name}))]
    listening.listen()
    services[0].signal(path, interface, member, "b" * len(values), values)
    # The same bus keeps the order: when this last one has come, the first would have come as well.
    other = next(one for one in services if one is not services[0])
    last = (LOGIND, "/org/freedesktop/login1", f"{LOGIND}.Manager", "PrepareForSleep") if name != LOGIND else (
        SAVER, "/x", SAVER, "ActiveChanged")
    if not heard:
        other.signal(*last[1:], "b", (True,))
    qtbot.waitUntil(lambda: bool(due), timeout=10_000)
    assert due == ["due"]
    for one in services:
        one.end()


def test_without_buses_nothing_is_heard_and_nothing_breaks(qtbot: QtBot) -> None:
    nowhere = QDBusConnection("mneme-nowhere")
    assert not nowhere.isConnected()
    SystemLock(system=nowhere, session=nowhere).listen()
