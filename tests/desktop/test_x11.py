"""The real program on a real X server, with a window manager and a tray: what no offscreen test can see."""

import ctypes.util
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

if sys.platform != "linux":
    pytest.skip("X11", allow_module_level=True)
if not all(map(shutil.which, ("Xvfb", "openbox", "trayer", "xdotool", "xwininfo", "xprop", "dbus-daemon"))):
    pytest.skip("Xvfb, openbox, trayer, xdotool, x11-utils and dbus-daemon are not all here; installer/test installs "
                "them", allow_module_level=True)
if not all(map(ctypes.util.find_library, ("xcb-cursor", "xcb-icccm", "xcb-image", "xcb-keysyms", "xcb-randr",
                                          "xcb-shape", "xcb-render-util", "xcb-xinerama", "xcb-xkb",
                                          "xkbcommon-x11"))):
    pytest.skip("the libraries of a window are not all here: installer/test installs them", allow_module_level=True)

sys.path.append(str(Path(__file__).parent))

from buses import Service, new_bus
from jeepney import HeaderFields, Message, new_method_return

from mneme.engine import Engine
from mneme.paths import Profile
from mneme_desktop.shell.hotkeys.keys import parse
from mneme_desktop.shell.hotkeys.x11 import X11Key

PATIENCE, AGAIN = 60.0, 5.0  # seconds; a busy machine
NOTE = "The spare key hangs behind the blue rain barrel.\n"
ANSWERED = 160  # pixels that the line with an answer below it exceeds, and the line alone does not
QUESTION = "Where does the spare key hang?"
KEY = "ctrl+alt+space"
WINDOW = "(profile — )?Mneme"  # titles, as regular expressions; a profile that is not the first one is named there
LINE, SHEET = "Ask( — Mneme)?", "Keep watching, or quit[?]( — Mneme)?"


def until(what: Callable[[], Any], why: str, running: "subprocess.Popen[str] | None" = None) -> Any:
    """Wait until something is so; its value. The program that is `running` must not end meanwhile."""
    over = time.monotonic() + PATIENCE
    while not (found := what()):
        assert running is None or running.poll() is None, f"it has ended: {running.communicate()[1]}"
        assert time.monotonic() < over, f"waited in vain until {why}"
        time.sleep(0.1)
    return found


class Desktop:
    """An X server with a window manager and a tray, and a session bus."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mn-"))
        self.begun: list[subprocess.Popen[str]] = []
        reading, writing = os.pipe()
        self._begin("Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp",
                    pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as told:
            assert select.select([told], [], [], PATIENCE)[0], "the X server says no number"
            self.display = f":{told.readline().strip()}"
        daemon, self.bus = new_bus()
        self.begun.append(daemon)
        self.environment = {**os.environ, "DISPLAY": self.display, "DBUS_SESSION_BUS_ADDRESS": self.bus,
                            "XDG_CONFIG_HOME": str(self.folder),
                            "XDG_CURRENT_DESKTOP": "", "LANG": "C.UTF-8", "LANGUAGE": ""}
        for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XDG_ACTIVATION_TOKEN",
                     "SESSION_MANAGER"):
            self.environment.pop(name, None)
        self.begin_in("openbox")
        until(lambda: "window id" in self.says("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"), "there is a manager")

    def tray(self) -> None:
        """Have a tray, of the old kind: icons are windows within it."""
        self.begin_in("trayer", "--edge", "bottom", "--height", "32", "--widthtype", "request")
        until(lambda: self.windows("--class", "trayer"), "there is a tray")

    def begin_in(self, *command: str) -> "subprocess.Popen[str]":
        return self._begin(*command, env=self.environment)

    def _begin(self, *command: str, **how: Any) -> "subprocess.Popen[str]":
        self.begun.append(subprocess.Popen(command, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                           **how))
        return self.begun[-1]

    def end(self) -> None:
        for one in reversed(self.begun):
            one.kill()
            one.communicate()
        shutil.rmtree(self.folder)

    def says(self, *command: str) -> str:
        """What a program of this desktop says, whether or not it succeeds."""
        return subprocess.run(command, env=self.environment, text=True, capture_output=True, check=False).stdout

    def keys(self, *names: str) -> None:
        self.says("xdotool", "key", *names)

    def type(self, text: str) -> None:
        self.says("xdotool", "type", "--delay", "15", text)

    def windows(self, *by: str) -> set[str]:
        """The windows that are seen, by what is known of them."""
        return set(self.says("xdotool", "search", "--onlyvisible", *by).split())

    def titled(self, title: str) -> set[str]:
        """The managed windows of this title that are seen."""
        listed = re.findall(r"0x[0-9a-f]+", self.says("xprop", "-root", "_NET_CLIENT_LIST"))
        return self.windows("--name", f"^{title}$") & {str(int(one, 16)) for one in listed}

    def active(self, title: str) -> bool:
        """Whether a window of this title has the keyboard."""
        named = self.says("xdotool", "getactivewindow", "getwindowname").strip()
        return re.fullmatch(title, named) is not None

    def icon(self) -> tuple[int, int] | None:
        """Where in the tray Mneme's icon is: its middle."""
        for panel in self.windows("--class", "trayer"):
            tree = self.says("xwininfo", "-tree", "-id", panel)
            if found := re.search(r'"mneme-desktop".*?(\d+)x(\d+)\+\d+\+\d+\s+\+(\d+)\+(\d+)', tree):
                wide, high, left, top = map(int, found.groups())
                return (left + wide // 2, top + high // 2) if wide > 4 else None
        return None

    def press_icon(self, button: int) -> None:
        x, y = until(self.icon, "the icon is in the tray")
        self.says("xdotool", "mousemove", "5", "5")  # a tooltip would lie over the icon
        until(lambda: not self.tips(), "no tooltip is shown")
        self.says("xdotool", "mousemove", str(x), str(y), "click", str(button))

    def menus(self) -> list[str]:
        """The menus that are open."""
        return self._of_kind("_MENU")

    def tips(self) -> list[str]:
        return self._of_kind("_TOOLTIP")

    def _of_kind(self, kind: str) -> list[str]:
        return [one for one in self.windows("--classname", "mneme-desktop")
                if kind in self.says("xprop", "-id", one, "_NET_WM_WINDOW_TYPE")]

    def open_menu(self) -> None:
        """Press the icon as people do: once more where a window that was just going away took the menu with it."""
        until(lambda: not self.menus(), "no menu is open any more")
        self.press_icon(3)
        pressed = time.monotonic()

        def opened() -> bool:
            nonlocal pressed
            if self.menus():
                return True
            if time.monotonic() - pressed > AGAIN:
                self.press_icon(3)
                pressed = time.monotonic()
            return False

        until(opened, "the menu is open")

    def height(self, title: str) -> int:
        """Of the window of this title, in pixels; 0: there is none."""
        told = [self.says("xwininfo", "-id", one) for one in self.titled(title)]
        return max((int(found.group(1)) for one in told if (found := re.search(r"Height: (\d+)", one))), default=0)


class Program:
    """Mneme itself, in a process of its own."""

    def __init__(self, desktop: Desktop, profile: Profile) -> None:
        self._desktop, self._profile = desktop, profile
        self.runtime = Path(tempfile.mkdtemp(prefix="mn-"))  # for its socket, whose name must be short
        self._environment = {**desktop.environment, "XDG_RUNTIME_DIR": str(self.runtime),
                             "XDG_DATA_HOME": str(self.runtime / "data"), "MNEME_HOME": ""}
        self.begun: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        self.begun.append(subprocess.Popen(self._command(*arguments), env=self._environment, text=True,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
        return self.begun[-1]

    def again(self, *arguments: str) -> int:
        """Start it where it runs already; its exit status."""
        return subprocess.run(self._command(*arguments), env=self._environment, timeout=PATIENCE,
                              stderr=subprocess.DEVNULL, check=False).returncode

    def ended_well(self, one: "subprocess.Popen[str]") -> None:
        """It ends, says nothing, and leaves nothing."""
        _out, said = one.communicate(timeout=PATIENCE)
        assert one.returncode == 0 and said == ""
        assert self.sockets() == []

    def sockets(self) -> list[str]:
        return [place.name for place in self.runtime.iterdir() if place.name.startswith("mneme-")]

    def end(self) -> None:
        for one in self.begun:
            one.kill()
            one.wait()
            if one.stderr is not None:
                one.stderr.close()
        shutil.rmtree(self.runtime)

    def asks_the_engine(self, what: Callable[[Engine], Any]) -> Any:
        """Look into the profile from beside."""
        with Engine.open(self._profile, use_keyring=False) as engine:
            return what(engine)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "mneme_desktop.app", "--profile", str(self._profile.root), "--no-keyring",
                *arguments]


@pytest.fixture(scope="module")
def desktop() -> Iterator[Desktop]:
    made = Desktop()
    made.tray()
    yield made
    made.end()


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile that knows one note."""
    folder = tmp_path_factory.mktemp("known")
    (folder / "cabin.md").write_text(NOTE, encoding="utf-8")
    with Engine.open(Profile(folder / "profile"), use_keyring=False) as engine:
        engine.add([folder / "cabin.md"])
    return folder / "profile"


@pytest.fixture
def program(desktop: Desktop, known: Path, tmp_path: Path) -> Iterator[Program]:
    shutil.copytree(known, tmp_path / "profile")
    made = Program(desktop, Profile(tmp_path / "profile"))
    yield made
    made.end()


def test_closing_into_the_tray_and_coming_back(desktop: Desktop, program: Program) -> None:
    running = program.start()
    until(lambda: desktop.active(WINDOW), "the window has the keyboard", running)
    until(desktop.icon, "the icon is in the tray")
    desktop.keys("alt+F4")
    until(lambda: desktop.active(SHEET), "it is asked")
    desktop.keys("Return")
    until(lambda: not desktop.titled(WINDOW), "the window is put away")
    assert running.poll() is None and desktop.icon() is not None

    desktop.press_icon(1)
    until(lambda: desktop.active(WINDOW), "a click has brought it back")
    desktop.keys("alt+F4")
    until(lambda: not desktop.titled(WINDOW), "it is put away without a question")
    assert program.again() == 0  # a later start brings the first forward, and ends
    until(lambda: desktop.active(WINDOW), "the later start has brought it back")
    assert program.again("--tray") == 0

    desktop.open_menu()
    desktop.keys("Down", "Down", "Right", "Return")  # Quick question, Pause, For 15 minutes
    until(lambda: not desktop.menus(), "a pause was chosen")
    until(lambda: program.asks_the_engine(lambda engine: engine.capture.paused()), "capture is paused")
    desktop.keys("alt+F4")
    until(lambda: not desktop.titled(WINDOW), "it is put away again")
    desktop.open_menu()
    desktop.keys("Up", "Up", "Up", "Return")  # Quit, Keep watching, Open
    until(lambda: desktop.active(WINDOW), "the menu has brought it back")
    desktop.open_menu()
    desktop.keys("Up", "Return")
    program.ended_well(running)
    until(lambda: desktop.icon() is None, "the icon is gone")


def test_the_key_opens_a_line_to_ask_in(desktop: Desktop, program: Program) -> None:
    running = program.start("--tray")
    until(desktop.icon, "the icon is in the tray", running)
    assert not desktop.titled(WINDOW)
    # The key is heard a moment after the icon is there: it waits for the settings.
    until(lambda: desktop.keys(KEY) or desktop.active(LINE), "the key has opened the line")
    desktop.type(QUESTION)
    desktop.keys("Return")
    until(lambda: desktop.height(LINE) > ANSWERED, "the question was answered")
    [chat] = program.asks_the_engine(lambda engine: engine.chats.all())
    assert chat.title == QUESTION
    desktop.keys("Escape")
    until(lambda: not desktop.titled(LINE), "it is put away")
    assert not desktop.titled(WINDOW)

    assert program.again("--quick-ask") == 0
    until(lambda: desktop.active(LINE), "a later start has opened the line")
    desktop.keys("ctrl+Return")
    until(lambda: desktop.active(WINDOW), "it goes on in the window")
    until(lambda: not desktop.titled(LINE), "the line is gone")
    assert program.again("--quit") == 0
    program.ended_well(running)
    assert program.again("--quit") == 0


def test_after_a_kill_it_starts_as_ever(desktop: Desktop, program: Program) -> None:
    killed = program.start()
    until(lambda: desktop.icon() and desktop.titled(WINDOW), "the window is there", killed)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert len(program.sockets()) == 1
    running = program.start("--quick-ask")
    until(lambda: desktop.active(LINE), "the line is there", running)
    assert not desktop.titled(WINDOW)
    running.send_signal(signal.SIGTERM)
    program.ended_well(running)


def test_two_starts_at_once(desktop: Desktop, program: Program) -> None:
    both = [program.start(), program.start()]
    until(lambda: any(one.poll() is not None for one in both), "one of them has ended")
    [running] = [one for one in both if one.poll() is None]
    until(lambda: desktop.icon() and desktop.titled(WINDOW), "the window is there", running)
    assert len(desktop.titled(WINDOW)) == 1
    assert program.again("--quit") == 0
    program.ended_well(running)
    assert [one.returncode for one in both] == [0, 0]


class Watcher:
    """What newer desktops have in place of a tray of windows: a name on the bus where icons are told."""

    def __init__(self) -> None:
        self.icons: list[str] = []

    def __call__(self, _service: Service, message: Message) -> Message:
        member = message.header.fields[HeaderFields.member]
        if member == "Get":
            value: tuple[str, object] = ("i", 0) if message.body[1] == "ProtocolVersion" else ("b", True)
            return new_method_return(message, "v", (value,))
        if member == "GetAll":
            known = {"IsStatusNotifierHostRegistered": ("b", True), "ProtocolVersion": ("i", 0)}
            return new_method_return(message, "a{sv}", (known,))
        if member == "RegisterStatusNotifierItem":
            self.icons.append(message.header.fields[HeaderFields.sender])
        return new_method_return(message)


def test_the_icon_of_newer_desktops(desktop: Desktop, program: Program) -> None:
    watcher = Watcher()
    service = Service("org.kde.StatusNotifierWatcher", watcher, desktop.bus)
    try:
        running = program.start("--tray")
        until(lambda: watcher.icons, "the icon is told", running)
        told = desktop.says("dbus-send", "--print-reply", f"--dest={watcher.icons[0]}", "/StatusNotifierItem",
                            "org.freedesktop.DBus.Properties.GetAll", "string:org.kde.StatusNotifierItem")
        assert "Mneme" in told
        assert not desktop.titled(WINDOW) and desktop.icon() is None
        assert program.again("--quit") == 0
        program.ended_well(running)
    finally:
        service.end()


# ------------------------------------------------------------------ the key alone


@pytest.fixture
def key(qapp: object, desktop: Desktop) -> Iterator[X11Key]:
    made = X11Key(display=desktop.display)
    yield made
    made.stop()
    made.deleteLater()


@pytest.mark.parametrize("locks", [(), ("Caps_Lock",), ("Num_Lock",), ("Num_Lock", "Caps_Lock")])
def test_the_key_is_heard_whatever_is_locked(qtbot: QtBot, desktop: Desktop, key: X11Key,
                                             locks: tuple[str, ...]) -> None:
    problems: list[str] = []
    key.told.connect(problems.append)
    key.bind(parse("Ctrl+Alt+M"))
    assert problems == [""]
    try:
        desktop.keys(*locks)
        with qtbot.waitSignal(key.pressed, timeout=20_000):
            desktop.keys("ctrl+alt+m")
    finally:
        desktop.keys(*locks)
    heard: list[str] = []
    key.pressed.connect(heard.append)
    desktop.keys("m", "ctrl+m", "alt+m", "ctrl+alt+n", "ctrl+alt+shift+m")
    with qtbot.waitSignal(key.pressed, timeout=20_000):
        desktop.keys("ctrl+alt+m")
    assert len(heard) == 1  # no other key was


def test_a_key_that_is_taken_is_told_and_may_become_free(qtbot: QtBot, desktop: Desktop, key: X11Key) -> None:
    other, problems = X11Key(display=desktop.display), []
    key.bind(parse("Ctrl+Alt+Insert"))
    other.told.connect(problems.append)
    other.bind(parse("Ctrl+Alt+Insert"))
    assert problems == ["Another program has this combination already."]
    other.bind(parse("Ctrl+Alt+Home"))
    key.bind(None)
    other.bind(parse("Ctrl+Alt+Insert"))
    assert problems[1:] == ["", ""]
    with qtbot.waitSignal(other.pressed, timeout=20_000):
        desktop.keys("ctrl+alt+Insert")
    other.stop()
    key.bind(parse("Ctrl+Alt+Insert"))
    with qtbot.waitSignal(key.pressed, timeout=20_000):
        desktop.keys("ctrl+alt+Insert")
    other.deleteLater()


def test_a_display_that_is_not_there(qtbot: QtBot) -> None:
    key, problems = X11Key(display=":9999"), []
    key.told.connect(problems.append)
    key.bind(parse("Ctrl+Alt+M"))
    assert problems == ["The display does not answer."]
    key.stop()
    key.deleteLater()
