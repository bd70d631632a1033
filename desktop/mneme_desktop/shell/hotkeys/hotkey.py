"""The one key that is heard while other programs have the keyboard; which way is taken depends on the platform."""

import os
import sys
from typing import Any, Protocol, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from mneme.errors import KnownError
from mneme.messages import _
from mneme_desktop.shell.hotkeys.keys import Combination, parse

if sys.platform == "win32":
    from mneme_desktop.shell.hotkeys.windows import WindowsKey
elif sys.platform == "linux":
    from mneme_desktop.shell.hotkeys.portal import PortalKey
    from mneme_desktop.shell.hotkeys.x11 import X11Key

COMMAND = "mneme-desktop --quick-ask"
NONE, X11, WINDOWS, PORTAL = "none", "x11", "windows", "portal"


class Way(Protocol):
    """How a platform lets a program hear one key. All are QObjects with `pressed` and `told`, each with a str."""

    def bind(self, wanted: Combination | None) -> None: ...

    def activate(self, window: int) -> None: ...

    def stop(self) -> None: ...


def way_here() -> str:
    """Which way this session offers: NONE, X11, WINDOWS or PORTAL."""
    shown_by = QGuiApplication.platformName()
    if sys.platform == "linux" and shown_by in ("xcb", "wayland"):
        # A window that XWayland shows hears no key of the others.
        return PORTAL if os.environ.get("WAYLAND_DISPLAY") or shown_by == "wayland" else X11
    return WINDOWS if sys.platform == "win32" and shown_by == "windows" else NONE


class Hotkey(QObject):
    """`pressed` carries a token for coming forward, where the desktop gives one.

    `problem` says in a sentence why the key is not heard ("": it is, or none is wanted); `told` when that changes.
    """

    pressed = Signal(str)
    told = Signal()

    def __init__(self, way: str | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = way_here() if way is None else way
        self._way: Way | None = None
        self.problem = ""

    def rebind(self, keys: str) -> None:
        """Hear this combination from now on, "Ctrl+Alt+Space"; "" for none."""
        try:
            wanted = parse(keys)
        except KnownError as error:
            self._bind(None)
            self._tell(str(error))
            return
        if wanted is not None and self._name == NONE:
            self._tell(_("Here a program hears no key of its own."))
            return
        self._bind(wanted)

    def activate(self, window: int) -> None:
        """Have a window come forward because the key was pressed."""
        if self._way is not None:
            self._way.activate(window)

    def stop(self) -> None:
        """Let the key go; nothing of it stays."""
        if self._way is not None:
            self._way.stop()
            self._way = None

    def _bind(self, wanted: Combination | None) -> None:
        if self._way is None and wanted is not None:
            self._way = self._made()
        if self._way is not None:
            self._way.bind(wanted)
        else:
            self._tell("")

    def _made(self) -> Way | None:
        made: Any = None
        if sys.platform == "win32":
            made = WindowsKey(self)
        elif sys.platform == "linux":
            made = PortalKey(self) if self._name == PORTAL else X11Key(self)
        if made is not None:
            made.pressed.connect(self.pressed)
            made.told.connect(self._tell)
        return cast(Way | None, made)

    def _tell(self, problem: str) -> None:
        self.problem = problem and _(
            "{problem} In the settings of your desktop you can give any key the command {command}.").format(
                problem=problem, command=COMMAND)
        self.told.emit()
