"""The key under Windows: RegisterHotKey for this one combination; no hook sees any other key."""

import ctypes
import sys
from typing import Any

from PySide6.QtCore import QObject, Signal

from mneme.messages import _
from mneme_desktop.shell.hotkeys.keys import Combination

if sys.platform == "win32":
    from ctypes import wintypes

    from PySide6.QtCore import QAbstractNativeEventFilter, QCoreApplication

    ALT, CONTROL, SHIFT, WIN, NO_REPEAT = 1, 2, 4, 8, 0x4000  # winuser.h
    WM_HOTKEY = 0x0312
    NUMBER = 0x4D4E  # below 0xC000: an application's own
    TAKEN = 1409  # ERROR_HOTKEY_ALREADY_REGISTERED

    class _Filter(QAbstractNativeEventFilter):
        """Sees the messages of the GUI thread; those of a hotkey belong to no window."""

        def __init__(self, key: "WindowsKey") -> None:
            super().__init__()
            self._key = key

        def nativeEventFilter(self, kind: Any, message: int) -> tuple[bool, int]:
            if bytes(kind) not in (b"windows_generic_MSG", b"windows_dispatcher_MSG"):
                return False, 0
            told = wintypes.MSG.from_address(int(message))
            if told.message != WM_HOTKEY or told.wParam != NUMBER:
                return False, 0
            self._key.pressed.emit("")
            return True, 0

    class WindowsKey(QObject):
        """Registers one combination with the system. `told` carries a problem or ""."""

        pressed = Signal(str)
        told = Signal(str)

        def __init__(self, parent: QObject | None = None) -> None:
            super().__init__(parent)
            self._user32 = ctypes.WinDLL("user32", use_last_error=True)
            self._user32.RegisterHotKey.argtypes = (wintypes.HWND, ctypes.c_int, wintypes.UINT, wintypes.UINT)
            self._user32.UnregisterHotKey.argtypes = (wintypes.HWND, ctypes.c_int)
            self._user32.VkKeyScanW.argtypes = (wintypes.WCHAR,)
            self._user32.VkKeyScanW.restype = ctypes.c_short
            self._user32.SetForegroundWindow.argtypes = (wintypes.HWND,)
            self._registered = False
            self._filter = _Filter(self)
            if (app := QCoreApplication.instance()) is not None:
                app.installNativeEventFilter(self._filter)

        def bind(self, wanted: Combination | None) -> None:
            """Hear this combination and no other; None: none."""
            self._release()
            self.told.emit("" if wanted is None else self._register(wanted))

        def stop(self) -> None:
            """Let the key go."""
            self._release()
            if (app := QCoreApplication.instance()) is not None:
                app.removeNativeEventFilter(self._filter)

        def activate(self, window: int) -> None:
            """Give a window the keyboard; the program whose hotkey was pressed last may."""
            self._user32.SetForegroundWindow(window)

        def _release(self) -> None:
            if self._registered:
                self._user32.UnregisterHotKey(None, NUMBER)
                self._registered = False

        def _register(self, wanted: Combination) -> str:
            """Why it cannot be, or ""."""
            held = (ALT * wanted.alt) | (CONTROL * wanted.ctrl) | (SHIFT * wanted.shift) | (WIN * wanted.meta)
            key = wanted.virtual_key or int(self._user32.VkKeyScanW(chr(wanted.keysym))) & 0xFF
            if key == 0xFF:
                return _("This keyboard has no such key.")
            if self._user32.RegisterHotKey(None, NUMBER, held | NO_REPEAT, key):
                self._registered = True
                return ""
            if ctypes.get_last_error() == TAKEN:
                return _("Another program has this combination already.")
            return _("Windows refuses this combination (error {n}).").format(n=ctypes.get_last_error())
