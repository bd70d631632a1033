"""The session's D-Bus on a thread of its own: calls go out, their answers and the signals asked for come home."""

import itertools
import os
import queue
import selectors
import threading
from collections.abc import Callable
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from PySide6.QtCore import QObject, QTimer, Signal

Values = tuple[Any, ...]
Answered = Callable[[Values | None], object]  # None: it was refused, or nobody is there
PATIENCE = 5.0  # seconds for the thread to end
FIRST_SERIAL = 16  # those below are the connection's own, for its greeting


class Bus(QObject):
    """One connection to the session bus. Lives on the GUI thread, and calls back there.

    Where there is no bus, or none any more, every call is answered with None.
    """

    _came = Signal(object)  # a Message; None: the bus is gone

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outgoing: queue.SimpleQueue[tuple[Message, int] | None] = queue.SimpleQueue()
        self._waiting: dict[int, Answered] = {}  # by serial
        self._ears: dict[tuple[str, str], Callable[[str, Values], object]] = {}  # by interface and member
        self._serials = itertools.count(FIRST_SERIAL)
        self._gone = False
        self._sleeper, self._bell = os.pipe()
        self._came.connect(self._take)
        self._thread = threading.Thread(target=self._run, name="mneme-bus", daemon=True)
        self._thread.start()

    def call(self, address: DBusAddress, method: str, signature: str, values: Values,
             then: Answered = lambda _values: None) -> None:
        """Call a method; `then` gets the values it gives."""
        if self._gone:
            QTimer.singleShot(0, self, lambda: then(None))
        else:
            self._send(new_method_call(address, method, signature or None, values), then)

    def hear(self, sender: str, interface: str, member: str, then: Callable[[str, Values], object]) -> None:
        """Have `then` called with the path and the values of each such signal."""
        self._ears[interface, member] = then
        if not self._gone:
            rule = MatchRule(type="signal", sender=sender, interface=interface, member=member)
            self._send(message_bus.AddMatch(rule), lambda _values: None)

    def stop(self) -> None:
        """End the connection and the thread; nothing is called back any more. Safe to call twice."""
        if self._bell < 0:
            return
        self._gone = True
        self._waiting.clear()
        self._ears.clear()
        self._outgoing.put(None)
        os.write(self._bell, b"!")
        self._thread.join(PATIENCE)
        if not self._thread.is_alive():
            os.close(self._sleeper)
            os.close(self._bell)
        self._bell = -1

    def _send(self, message: Message, then: Answered) -> None:
        serial = next(self._serials)
        self._waiting[serial] = then
        self._outgoing.put((message, serial))
        os.write(self._bell, b"!")

    def _take(self, message: Message | None) -> None:
        """On the GUI thread: what has come."""
        if message is None:
            self._gone = True
            waiting, self._waiting = self._waiting, {}
            for then in waiting.values():
                then(None)
        elif message.header.message_type is MessageType.signal:
            self._hear(message)
        elif (answered := self._waiting.pop(message.header.fields.get(HeaderFields.reply_serial, 0), None)) is not None:
            answered(message.body if message.header.message_type is MessageType.method_return else None)

    def _hear(self, message: Message) -> None:
        named = message.header.fields
        kind = named.get(HeaderFields.interface, ""), named.get(HeaderFields.member, "")
        if (heard := self._ears.get(kind)) is not None:
            heard(str(named.get(HeaderFields.path, "")), message.body)

    # on the thread

    def _run(self) -> None:
        connection = _connected()
        if connection is not None:
            with connection, selectors.DefaultSelector() as both:
                both.register(connection.sock, selectors.EVENT_READ)
                both.register(self._sleeper, selectors.EVENT_READ)
                self._carry(connection, both)
        self._came.emit(None)

    def _carry(self, connection: DBusConnection, both: selectors.BaseSelector) -> None:
        """Until the end, or until the bus is gone."""
        try:
            while self._hand_out(connection):
                if any(key.fd == self._sleeper for key, _events in both.select()):
                    os.read(self._sleeper, 4096)
                self._take_in(connection)
        except OSError:  # the bus has ended, mostly with its session
            return

    def _hand_out(self, connection: DBusConnection) -> bool:
        while not self._outgoing.empty():
            if (wanted := self._outgoing.get()) is None:
                return False
            connection.send(wanted[0], serial=wanted[1])
        return True

    def _take_in(self, connection: DBusConnection) -> None:
        while True:
            try:
                message = connection.receive(timeout=0)
            except TimeoutError:
                return
            self._came.emit(message)


def _connected() -> DBusConnection | None:
    """A connection; None where there is no session bus, or where it does not let us in."""
    try:
        return open_dbus_connection("SESSION")
    except (OSError, KeyError, RuntimeError, ValueError):
        return None
