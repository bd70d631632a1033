"""The session bus, a real one: the desktop's portal for a key, and its notifications, as the test offers them."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

if sys.platform != "linux":
    pytest.skip("the session bus of Linux", allow_module_level=True)
if shutil.which("dbus-daemon") is None:
    pytest.skip("there is no dbus-daemon here: bash installer/test installs it", allow_module_level=True)

sys.path.append(str(Path(__file__).parent))

from buses import Answering, Service, new_bus
from jeepney import DBusAddress, HeaderFields, Message, new_error, new_method_return

from mneme_desktop.shell.bus import Bus
from mneme_desktop.shell.hotkeys.hotkey import PORTAL, Hotkey
from mneme_desktop.shell.hotkeys.portal import NAME, PATH, REQUEST, SESSION, SHORTCUTS
from mneme_desktop.shell.notifications import NOTIFICATIONS, BusPost


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[str]"]:
    """A bus of the test's own."""
    made, address = new_bus()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    yield made
    made.kill()
    made.communicate()


@pytest.fixture
def offer(daemon: object) -> Iterator[Callable[[str, Answering], Service]]:
    begun: list[Service] = []

    def make(name: str, answer: Answering) -> Service:
        begun.append(Service(name, answer))
        return begun[-1]

    yield make
    for one in begun:
        one.end()


class Portal:
    """What xdg-desktop-portal does for a key: two requests, each answered in a signal, then the key itself."""

    def __init__(self, response: int = 0) -> None:
        self.response = response
        self.session = ""
        self.shortcuts: list[Any] = []

    def __call__(self, service: Service, message: Message) -> Message:
        member, values = message.header.fields[HeaderFields.member], message.body
        sender = message.header.fields[HeaderFields.sender]
        if member == "Register":
            return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
        if member == "Close":
            return new_method_return(message)
        options = values[-1]
        found: dict[str, Any] = {}
        if member == "CreateSession":
            self.session = f"{PATH}/session/{options['session_handle_token'][1]}"
            found = {"session_handle": ("s", self.session)}
        else:
            self.shortcuts = values[1]
        request = f"{PATH}/request/1_1/{options['handle_token'][1]}"
        service.signal(request, REQUEST, "Response", "ua{sv}", (self.response, found), to=sender)
        return new_method_return(message, "o", (request,))

    def press(self, service: Service, session: str | None = None, shortcut: str = "quick-ask") -> None:
        service.signal(PATH, SHORTCUTS, "Activated", "osta{sv}",
                       (session or self.session, shortcut, 7, {"activation_token": ("s", "token-7")}))


def test_the_portal_is_asked_and_its_key_is_heard(qtbot: QtBot, offer: Callable[..., Service]) -> None:
    portal = Portal()
    service = offer(NAME, portal)
    hotkey = Hotkey(PORTAL)
    with qtbot.waitSignal(hotkey.told, timeout=20_000):
        hotkey.rebind("Ctrl+Alt+Space")
    assert hotkey.problem == "" and service.called() == ["Register", "CreateSession", "BindShortcuts"]
    [(name, told)] = portal.shortcuts
    assert name == "quick-ask" and told["preferred_trigger"] == ("s", "CTRL+ALT+space") and told["description"][1]
    with qtbot.waitSignal(hotkey.pressed, timeout=20_000) as heard:
        portal.press(service, session=f"{PATH}/session/of_another")
        portal.press(service, shortcut="of another program")
        portal.press(service)
    assert heard.args == ["token-7"]

    former = portal.session
    with qtbot.waitSignal(hotkey.told, timeout=20_000):
        hotkey.rebind("Meta+F1")
    assert service.called()[3:] == ["Close", "CreateSession", "BindShortcuts"] and portal.session != former
    assert portal.shortcuts[0][1]["preferred_trigger"] == ("s", "LOGO+F1")
    hotkey.rebind("")
    qtbot.waitUntil(lambda: service.called()[-1] == "Close", timeout=20_000)
    hotkey.stop()
    assert "mneme-bus" not in [one.name for one in threading.enumerate()]


@pytest.mark.parametrize(("response", "said"), [(1, "The key was declined."), (2, "This desktop lets no program")])
def test_what_the_desktop_does_not_allow_is_told(qtbot: QtBot, offer: Callable[..., Service], response: int,
                                                 said: str) -> None:
    offer(NAME, Portal(response))
    hotkey = Hotkey(PORTAL)
    with qtbot.waitSignal(hotkey.told, timeout=20_000):
        hotkey.rebind("Ctrl+Alt+Space")
    assert hotkey.problem.startswith(said) and "mneme-desktop --quick-ask" in hotkey.problem
    hotkey.stop()


def test_a_desktop_without_the_portal(qtbot: QtBot, daemon: object) -> None:
    hotkey = Hotkey(PORTAL)
    with qtbot.waitSignal(hotkey.told, timeout=20_000):
        hotkey.rebind("Ctrl+Alt+Space")
    assert "This desktop lets no program hear a key of its own." in hotkey.problem
    hotkey.stop()


@pytest.mark.parametrize("address", [None, "", "nonsense", "unix:path=/nowhere/bus", "tcp:host=localhost,port=1"])
def test_without_a_bus_it_is_told_as_well(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
    if address is None:
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    else:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    hotkey = Hotkey(PORTAL)
    with qtbot.waitSignal(hotkey.told, timeout=20_000):
        hotkey.rebind("Ctrl+Alt+Space")
    assert hotkey.problem
    with qtbot.waitSignal(hotkey.told, timeout=20_000):  # and again, when it is known that there is none
        hotkey.rebind("Meta+F1")
    assert hotkey.problem
    hotkey.stop()


def test_a_desktop_that_takes_the_key_back(qtbot: QtBot, offer: Callable[..., Service]) -> None:
    portal = Portal()
    service = offer(NAME, portal)
    hotkey = Hotkey(PORTAL)
    with qtbot.waitSignal(hotkey.told, timeout=20_000):
        hotkey.rebind("Ctrl+Alt+Space")
    with qtbot.waitSignal(hotkey.told, timeout=20_000):
        service.signal(portal.session, SESSION, "Closed", "a{sv}", ({},), to=service.senders[-1])
    assert "taken the key back" in hotkey.problem
    hotkey.stop()


def test_a_bus_that_ends(qtbot: QtBot, daemon: "subprocess.Popen[str]") -> None:
    bus = Bus()
    answers: list[object] = []
    there = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    bus.call(there, "GetId", "", (), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 1, timeout=20_000)
    assert answers[0] is not None
    daemon.kill()
    daemon.wait()
    bus.call(there, "GetId", "", (), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=20_000)
    assert answers[1] is None
    bus.stop()
    bus.stop()


def test_notifications_of_the_desktop(qtbot: QtBot, offer: Callable[..., Service]) -> None:
    service = offer(NOTIFICATIONS, lambda _service, message: new_method_return(message, "u", (42,)))
    post = BusPost()
    post.show("Mneme", "A <b>bold</b> file & another cannot be watched.")
    qtbot.waitUntil(lambda: bool(service.calls), timeout=20_000)
    [(method, values)] = service.calls
    assert method == "Notify" and values[0] == "Mneme" and values[3] == "Mneme"
    assert values[4] == "A &lt;b&gt;bold&lt;/b&gt; file &amp; another cannot be watched."
    assert values[5] == ["default", "Open"] and values[6]["desktop-entry"] == ("s", "mneme-desktop")
    qtbot.waitUntil(lambda: post._shown == {42}, timeout=20_000)
    with qtbot.waitSignal(post.pressed, timeout=20_000):
        service.signal("/org/freedesktop/Notifications", NOTIFICATIONS, "ActionInvoked", "us", (41, "default"))
        service.signal("/org/freedesktop/Notifications", NOTIFICATIONS, "ActionInvoked", "us", (42, "default"))
    post.stop()


def test_where_nobody_shows_notifications_none_is_shown(qtbot: QtBot, daemon: object) -> None:
    post = BusPost()
    post.show("Mneme", "Nobody reads this.")
    answered: list[object] = []
    post._bus.call(DBusAddress("/", NOTIFICATIONS, NOTIFICATIONS), "CloseNotification", "u", (1,), answered.append)
    qtbot.waitUntil(lambda: answered == [None], timeout=20_000)  # calls keep their order: the first was answered, too
    post.stop()
