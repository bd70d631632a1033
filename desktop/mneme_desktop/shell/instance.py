"""One Mneme for each profile: a second start hands its wish to the first, and ends."""

import ctypes
import getpass
import hashlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QDeadlineTimer, QDir, QLockFile, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from mneme.errors import KnownError
from mneme.messages import _
from mneme.paths import Profile

RAISE, QUICK_ASK, QUIT, REST = "raise", "quick-ask", "quit", "rest"  # REST: nothing, one is there already
WISHES = (RAISE, QUICK_ASK, QUIT, REST)
MOST = 4096  # bytes of a wish
CONNECT_MS, ANSWER_MS, HEAR_MS = 1000, 15_000, 2000
LOCK_MS, STALE_MS = 20_000, 30_000  # the lock is held for moments, while it is seen who is the first
DONE = b"done\n"
TOKEN = "XDG_ACTIVATION_TOKEN"  # where a desktop puts what lets a window come forward, and where Qt looks for it
LONGEST_PATH = 100  # bytes; the system takes little more for the name of a socket


@dataclass(frozen=True, slots=True)
class Wish:
    """What a start is for, and the desktop's token for coming forward."""

    do: str = RAISE
    token: str = ""

    @classmethod
    def read(cls, line: bytes) -> "Wish | None":
        """The wish that a line tells; None for anything else."""
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested without end
            return None
        if not isinstance(told, dict) or told.get("do") not in WISHES:
            return None
        token = told.get("token", "")
        return cls(told["do"], token if isinstance(token, str) and token.isprintable() else "")

    def line(self) -> bytes:
        return json.dumps({"do": self.do, "token": self.token}).encode() + b"\n"


class Instance(QObject):
    """The first Mneme of a profile. `wished` carries the Wish of a later start; call `close` at the end."""

    wished = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)
        QLocalServer.removeServer(name)  # nobody answered there: it is of one that was killed
        self.listening = self._server.listen(name)

    def close(self) -> None:
        """Hear no more; a start from now on is a first one."""
        self._server.close()

    def _welcome(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            _Visitor(socket, self)


class _Visitor(QObject):
    """Somebody at the door: has a moment to say one short line."""

    def __init__(self, socket: QLocalSocket, instance: Instance) -> None:
        super().__init__(socket)
        self._socket, self._instance = socket, instance
        self._heard = b""
        socket.setReadBufferSize(MOST + 1)
        socket.disconnected.connect(socket.deleteLater)
        socket.readyRead.connect(self._read)
        QTimer.singleShot(HEAR_MS, self, socket.abort)
        self._read()

    def _read(self) -> None:
        self._heard += self._socket.read(MOST + 1).data()
        line, ended, _rest = self._heard.partition(b"\n")
        if len(self._heard) > MOST:
            self._socket.abort()
        elif ended:
            self._obey(Wish.read(line))

    def _obey(self, wish: Wish | None) -> None:
        self._socket.readyRead.disconnect(self._read)
        if wish is None:
            self._socket.abort()
            return
        self._socket.write(QByteArray(DONE))
        self._socket.flush()
        self._socket.disconnectFromServer()
        self._instance.wished.emit(wish)


def claim(profile: Profile, wish: Wish) -> Instance | None:
    """Become the first Mneme of a profile; or, where there is one, have it fulfil the wish: None.

    Works without a running event loop. Raises: KnownError if the first one does not answer.
    """
    name = server_name(profile)
    lock = QLockFile(_beside(name))
    lock.setStaleLockTime(STALE_MS)
    lock.tryLock(LOCK_MS)  # where no lock can be made, two starts in the same moment may both be first
    try:
        socket = _connected(name)
        if socket is None:
            return Instance(name)
    finally:
        lock.unlock()
    _hand_over(socket, wish)
    return None


def tell(profile: Profile, wish: Wish) -> bool:
    """Have the Mneme of a profile fulfil a wish; False if there is none. Raises: KnownError."""
    socket = _connected(server_name(profile))
    if socket is None:
        return False
    _hand_over(socket, wish)
    return True


def server_name(profile: Profile) -> str:
    """A name that tells nothing: a hash of the profile's place and of who runs it."""
    place = os.path.normcase(profile.root.expanduser().absolute().resolve())
    if sys.platform == "win32":
        user = getpass.getuser()
    else:
        user = str(os.getuid())  # not a name out of the environment
    name = "mneme-" + hashlib.sha256(f"{user}\0{place}".encode("utf-8", "surrogateescape")).hexdigest()[:24]
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    whole = str(Path(folder, name))
    if folder and Path(folder).is_dir() and len(os.fsencode(whole)) < LONGEST_PATH:
        return whole  # its owner's alone, and gone with the session
    return name


def _beside(name: str) -> str:
    return (name if Path(name).is_absolute() else QDir.temp().filePath(name)) + ".lock"


def _connected(name: str) -> QLocalSocket | None:
    socket = QLocalSocket()
    socket.connectToServer(name)
    return socket if socket.waitForConnected(CONNECT_MS) else None


def _hand_over(socket: QLocalSocket, wish: Wish) -> None:
    if sys.platform == "win32":  # this process was started by its owner just now, and may pass that right on
        ctypes.WinDLL("user32").AllowSetForegroundWindow(ctypes.c_uint32(0xFFFFFFFF))
    socket.write(QByteArray(wish.line()))
    heard, until = b"", QDeadlineTimer(ANSWER_MS)
    while not heard.endswith(b"\n") and socket.waitForReadyRead(until.remainingTime()):
        heard += socket.readAll().data()
    socket.disconnectFromServer()
    if heard != DONE:
        raise KnownError(_("Mneme is open already, but does not answer."), _("End it, and start it again."))
