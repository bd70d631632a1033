"""A session bus of a test's own, and a service that the test offers on it. Needs jeepney and dbus-daemon."""

import subprocess
import threading
from collections.abc import Callable
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

Answering = Callable[["Service", Message], Message]


def new_bus() -> tuple["subprocess.Popen[str]", str]:
    """A bus, and its address."""
    daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert daemon.stdout is not None
    return daemon, daemon.stdout.readline().strip()


class Service:
    """Offers a name on the bus from a thread of its own, until it is told to end. `calls` are those it has heard."""

    def __init__(self, name: str, answer: Answering, address: str = "SESSION") -> None:
        self.connection: DBusConnection = open_dbus_connection(address)
        Proxy(message_bus, self.connection).RequestName(name)
        self._answer = answer
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.senders: list[str] = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def signal(self, path: str, interface: str, member: str, signature: str, values: tuple[Any, ...],
               to: str | None = None) -> None:
        message = new_signal(DBusAddress(path, interface=interface), member, signature, values)
        if to is not None:
            message.header.fields[HeaderFields.destination] = to
        self.connection.send(message)

    def called(self) -> list[str]:
        return [name for name, _values in self.calls]

    def end(self) -> None:
        self._ending.set()
        self._thread.join()
        self.connection.close()

    def _serve(self) -> None:
        while not self._ending.is_set():
            try:
                message = self.connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                self.senders.append(message.header.fields[HeaderFields.sender])
                self.calls.append((message.header.fields[HeaderFields.member], message.body))
                self.connection.send(self._answer(self, message))
