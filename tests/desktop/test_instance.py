"""One Mneme for each profile: later starts, killed ones, several at once, and whatever comes to the door."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from mneme.errors import KnownError
from mneme.paths import Profile
from mneme_desktop.shell import instance as instances
from mneme_desktop.shell.instance import QUICK_ASK, QUIT, RAISE, REST, Instance, Wish, claim, server_name

# A start as far as it matters here: the first one stays until it is told to quit.
START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from mneme.paths import Profile
from mneme_desktop.shell.instance import Wish, claim
app = QCoreApplication([])
print("begun", flush=True)
sys.stdin.readline()
instance = claim(Profile(Path(sys.argv[1])), Wish(sys.argv[2], sys.argv[3]))
print("later" if instance is None else "first", flush=True)
if instance is not None:
    instance.wished.connect(lambda wish: app.quit() if wish.do == "quit" else None)
    app.exec()
    instance.close()
"""


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for sockets, with a short name."""
    folder = Path(tempfile.mkdtemp(prefix="mn-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def start() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts another Mneme, which waits for a line before it looks who is there."""
    begun: list[subprocess.Popen[str]] = []

    def begin(profile: Profile, do: str = RAISE, token: str = "") -> "subprocess.Popen[str]":
        begun.append(subprocess.Popen([sys.executable, "-c", START, str(profile.root), do, token], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()
        one.communicate()


def go(one: "subprocess.Popen[str]") -> None:
    """Let a start go on."""
    assert one.stdin is not None
    one.stdin.write("\n")
    one.stdin.flush()


def says(one: "subprocess.Popen[str]") -> str:
    assert one.stdout is not None
    return one.stdout.readline().strip()


@pytest.fixture
def first(qapp: object, profile: Profile) -> Iterator[Instance]:
    made = claim(profile, Wish())
    assert made is not None and made.listening
    yield made
    made.close()
    made.deleteLater()


@pytest.mark.parametrize("do", [RAISE, QUICK_ASK, QUIT, REST])
def test_a_later_start_hands_its_wish_over_and_ends(qtbot: QtBot, first: Instance, profile: Profile, do: str,
                                                    start: Callable[..., "subprocess.Popen[str]"]) -> None:
    later = start(profile, do, "a-token_TIME123")
    assert says(later) == "begun"
    with qtbot.waitSignal(first.wished, timeout=20_000) as heard:
        go(later)
    assert heard.args == [Wish(do, "a-token_TIME123")]
    assert says(later) == "later" and later.wait(20) == 0


def test_profiles_do_not_meet(first: Instance, profile: Profile, tmp_path: Path) -> None:
    other = Profile(tmp_path / "another")
    made = claim(other, Wish())
    assert made is not None and made.listening
    made.close()
    assert server_name(other) != server_name(profile)
    assert str(tmp_path) not in server_name(profile) and "profile" not in Path(server_name(profile)).name


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_one_place_has_one_name(profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile.root.mkdir()
    (tmp_path / "link").symlink_to(profile.root)
    monkeypatch.chdir(tmp_path)
    assert server_name(Profile(tmp_path / "link")) == server_name(profile) == server_name(Profile(Path("profile")))


@pytest.mark.skipif(sys.platform != "linux", reason="sockets in files")
def test_the_door_is_its_owners_alone(first: Instance, profile: Profile, runtime: Path) -> None:
    door = Path(server_name(profile))
    assert door.parent == runtime and stat.S_ISSOCK(door.stat().st_mode)
    assert stat.S_IMODE(door.stat().st_mode) & 0o077 == 0
    first.close()
    assert list(runtime.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_killed_one_is_not_taken_for_a_running_one(
        qapp: object, profile: Profile, runtime: Path, start: Callable[..., "subprocess.Popen[str]"]) -> None:
    killed = start(profile)
    go(killed)
    assert [says(killed), says(killed)] == ["begun", "first"]
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert Path(server_name(profile)).exists()  # what it left behind
    made = claim(profile, Wish())
    assert made is not None and made.listening
    made.close()


def test_of_several_at_once_one_is_the_first(
        qapp: object, profile: Profile, start: Callable[..., "subprocess.Popen[str]"]) -> None:
    starts = [start(profile) for _n in range(5)]
    assert [says(one) for one in starts] == ["begun"] * 5
    for one in starts:
        go(one)
    assert sorted(says(one) for one in starts) == ["first"] + ["later"] * 4
    assert instances.tell(profile, Wish(QUIT))
    assert [one.wait(20) for one in starts] == [0] * 5
    assert not instances.tell(profile, Wish(QUIT))


@pytest.mark.parametrize("sent", [
    b"\n", b"hello\n", b"{}\n", b"[1]\n", b'"raise"\n', b'{"do": "erase"}\n', b'{"do": ["raise"]}\n', b"\xff\xfe\0\n",
    b"[" * 4000 + b"\n", b'{"do": "raise", "token": "' + b"x" * 5000 + b'"}\n', b"x" * 100_000])
def test_what_is_no_wish_is_shown_the_door(qtbot: QtBot, first: Instance, profile: Profile, sent: bytes) -> None:
    heard: list[Wish] = []
    first.wished.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(server_name(profile))
    socket.write(sent)
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState, timeout=20_000)
    assert socket.readAll().data() == b"" and heard == []


def test_who_says_nothing_does_not_stay(qtbot: QtBot, first: Instance, profile: Profile,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "HEAR_MS", 50)
    socket = QLocalSocket()
    socket.connectToServer(server_name(profile))
    assert socket.waitForConnected(5000)
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState, timeout=20_000)


def test_a_wish_may_come_in_pieces(qtbot: QtBot, first: Instance, profile: Profile) -> None:
    socket = QLocalSocket()
    socket.connectToServer(server_name(profile))
    line = Wish(QUICK_ASK).line()
    socket.write(line[:9])
    assert socket.waitForBytesWritten(5000)
    with qtbot.waitSignal(first.wished, timeout=20_000) as heard:
        socket.write(line[9:])
    assert heard.args == [Wish(QUICK_ASK)]


def test_a_token_that_is_no_line_of_words_is_left_out() -> None:
    assert Wish.read(b'{"do": "raise", "token": "a\\nb"}') == Wish(RAISE)
    assert Wish.read(b'{"do": "raise", "token": 7}') == Wish(RAISE)


def test_one_that_does_not_answer_is_told(first: Instance, profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """No event loop runs here while the later start waits: this is how a stuck window looks from outside."""
    monkeypatch.setattr(instances, "ANSWER_MS", 100)
    with pytest.raises(KnownError, match="does not answer"):
        claim(profile, Wish())


@pytest.mark.skipif(sys.platform != "linux", reason="sockets in files")
def test_a_folder_that_is_too_deep_for_a_socket_is_not_used(
        profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    assert os.sep not in server_name(profile)
