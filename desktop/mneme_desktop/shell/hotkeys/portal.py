"""The key where the desktop alone may hear it (Wayland): its portal GlobalShortcuts, over D-Bus.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.GlobalShortcuts.html
"""

import itertools
from collections.abc import Callable
from typing import Any

from jeepney import DBusAddress
from PySide6.QtCore import QObject, Signal

from mneme.messages import _
from mneme_desktop.shell.bus import Bus, Values
from mneme_desktop.shell.hotkeys.keys import Combination

APP = "mneme-desktop"  # the name of the .desktop file
NAME, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
SHORTCUTS, REQUEST, SESSION = (f"org.freedesktop.portal.{one}" for one in ("GlobalShortcuts", "Request", "Session"))
SHORTCUT = "quick-ask"  # of ours, for the desktop to remember
GRANTED, DECLINED = 0, 1  # what a request's response begins with

Granted = Callable[[dict[str, Any]], object]


class PortalKey(QObject):
    """Asks the desktop for one shortcut. `pressed` carries its token for coming forward; `told` a problem or ""."""

    pressed = Signal(str)
    told = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = Bus(self)
        self._desktop = DBusAddress(PATH, NAME, SHORTCUTS)
        self._numbers = itertools.count(1)
        self._requests: dict[str, Granted] = {}  # by the token at the end of their path
        self._session: str | None = None
        self._bus.hear(NAME, REQUEST, "Response", self._responded)
        self._bus.hear(NAME, SHORTCUTS, "Activated", self._activated)
        self._bus.hear(NAME, SESSION, "Closed", self._closed)
        # Outside of a sandbox a program says by itself which it is; older portals find out.
        self._bus.call(DBusAddress(PATH, NAME, "org.freedesktop.host.portal.Registry"), "Register", "sa{sv}", (APP, {}))

    def bind(self, wanted: Combination | None) -> None:
        """Ask for this combination; the owner may choose another in the desktop's own settings. None: none."""
        self._requests.clear()  # what is still to come is not wanted any more
        if self._session is not None:
            self._bus.call(DBusAddress(self._session, NAME, SESSION), "Close", "", ())
            self._session = None
        if wanted is None:
            self.told.emit("")
            return
        options = {"session_handle_token": ("s", f"mneme{next(self._numbers)}")}
        self._request("CreateSession", "a{sv}", (), options, lambda found: self._begun(found, wanted))

    def stop(self) -> None:
        """Let the key go, and the bus."""
        self._bus.stop()

    def activate(self, window: int) -> None:
        """Nothing to do: the desktop's token has let the window come forward."""

    def _begun(self, found: dict[str, Any], wanted: Combination) -> None:
        self._session = str(found["session_handle"][1]) if "session_handle" in found else None
        if self._session is None:
            self._refused()
            return
        shortcut = (SHORTCUT, {"description": ("s", _("Ask Mneme")), "preferred_trigger": ("s", wanted.trigger)})
        self._request("BindShortcuts", "oa(sa{sv})sa{sv}", (self._session, [shortcut], ""), {},
                      lambda _found: self.told.emit(""))

    def _request(self, method: str, signature: str, values: Values, options: dict[str, Any], then: Granted) -> None:
        """The portal answers twice: at once that it was asked, and later, in a signal, what came of it."""
        token = f"mneme{next(self._numbers)}"
        self._requests[token] = then

        def asked(answer: Values | None) -> None:
            if answer is None and self._requests.pop(token, None) is not None:
                self._refused()

        self._bus.call(self._desktop, method, signature, (*values, {"handle_token": ("s", token), **options}), asked)

    def _responded(self, path: str, values: Values) -> None:
        then = self._requests.pop(path.rpartition("/")[2], None)
        if then is None:
            return
        if values[0] == GRANTED:
            then(values[1])
        elif values[0] == DECLINED:
            self.told.emit(_("The key was declined."))
        else:
            self._refused()

    def _activated(self, _path: str, values: Values) -> None:
        if values[0] == self._session and values[1] == SHORTCUT:
            token = values[3].get("activation_token", ("s", ""))[1]
            self.pressed.emit(token if isinstance(token, str) else "")

    def _closed(self, path: str, _values: Values) -> None:
        if path == self._session:
            self._session = None
            self.told.emit(_("The desktop has taken the key back."))

    def _refused(self) -> None:
        self.told.emit(_("This desktop lets no program hear a key of its own."))
