"""The key under X11: a passive grab of this one combination, on a connection of its own, through libxcb.

ctypes over libxcb in place of python-xlib: that one is LGPL and was last released in 2022, while Qt's own X11 plug-in
brings libxcb with it. In libxcb a refused grab is the answer to the request that asked for it; Xlib would tell a
handler that belongs to the whole process, Qt included. No other key than the one grabbed is ever seen.
"""

import ctypes
import itertools
import os
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from mneme.messages import _
from mneme_desktop.shell.hotkeys.keys import Combination

SHIFT, LOCK, CONTROL, MOD1, MOD4 = 1, 2, 4, 8, 64  # X.h; Alt is Mod1 and Meta Mod4 wherever anybody looked
NUM_LOCK, SCROLL_LOCK = 0xFF7F, 0xFF14  # keysyms
KEY_PRESS, CLIENT_MESSAGE, MAPPING_NOTIFY = 2, 33, 34
MAPPING_POINTER = 2
GRAB_ASYNC = 1
BAD_ACCESS = 10  # somebody else has the key
SUBSTRUCTURE = 0x80000 | 0x100000  # of the root window: notify and redirect
PAGER = 2  # who asks for a window to be activated: not a program, but its owner's own key


class Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class Event(ctypes.Structure):
    """xcb_key_press_event_t; the first two fields are those of every event and error."""

    _fields_ = (("type", ctypes.c_uint8), ("detail", ctypes.c_uint8), ("sequence", ctypes.c_uint16),
                ("time", ctypes.c_uint32), ("root", ctypes.c_uint32), ("event", ctypes.c_uint32),
                ("child", ctypes.c_uint32), ("places", ctypes.c_int16 * 4), ("state", ctypes.c_uint16),
                ("same_screen", ctypes.c_uint8), ("pad", ctypes.c_uint8))


class Message(ctypes.Structure):
    """xcb_client_message_event_t."""

    _fields_ = (("type", ctypes.c_uint8), ("format", ctypes.c_uint8), ("sequence", ctypes.c_uint16),
                ("window", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("data", ctypes.c_uint32 * 5))


class Screens(ctypes.Structure):
    """xcb_screen_iterator_t; a screen begins with its root window."""

    _fields_ = (("data", ctypes.POINTER(ctypes.c_uint32)), ("left", ctypes.c_int), ("index", ctypes.c_int))


class Modifiers(ctypes.Structure):
    """xcb_get_modifier_mapping_reply_t."""

    _fields_ = (("type", ctypes.c_uint8), ("keys_each", ctypes.c_uint8), ("sequence", ctypes.c_uint16))


class Atom(ctypes.Structure):
    """xcb_intern_atom_reply_t."""

    _fields_ = (("type", ctypes.c_uint8), ("pad", ctypes.c_uint8), ("sequence", ctypes.c_uint16),
                ("length", ctypes.c_uint32), ("atom", ctypes.c_uint32))


P, U8, U16, U32 = ctypes.c_void_p, ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32
CODES = ctypes.POINTER(U8)
XCB: dict[str, tuple[Any, tuple[Any, ...]]] = {  # what each function returns and takes
    "xcb_connect": (P, (ctypes.c_char_p, ctypes.POINTER(ctypes.c_int))),
    "xcb_connection_has_error": (ctypes.c_int, (P,)),
    "xcb_disconnect": (None, (P,)),
    "xcb_flush": (ctypes.c_int, (P,)),
    "xcb_get_file_descriptor": (ctypes.c_int, (P,)),
    "xcb_get_setup": (P, (P,)),
    "xcb_setup_roots_iterator": (Screens, (P,)),
    "xcb_screen_next": (None, (ctypes.POINTER(Screens),)),
    "xcb_grab_key_checked": (Cookie, (P, U8, U32, U16, U8, U8, U8)),
    "xcb_ungrab_key": (Cookie, (P, U8, U32, U16)),
    "xcb_request_check": (ctypes.POINTER(Event), (P, Cookie)),
    "xcb_poll_for_event": (ctypes.POINTER(Event), (P,)),
    "xcb_get_modifier_mapping": (Cookie, (P,)),
    "xcb_get_modifier_mapping_reply": (ctypes.POINTER(Modifiers), (P, Cookie, P)),
    "xcb_get_modifier_mapping_keycodes": (CODES, (ctypes.POINTER(Modifiers),)),
    "xcb_intern_atom": (Cookie, (P, U8, U16, ctypes.c_char_p)),
    "xcb_intern_atom_reply": (ctypes.POINTER(Atom), (P, Cookie, P)),
    "xcb_send_event": (Cookie, (P, U8, U32, U32, P)),
}
KEYSYMS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "xcb_key_symbols_alloc": (P, (P,)),
    "xcb_key_symbols_free": (None, (P,)),
    "xcb_key_symbols_get_keycode": (CODES, (P, U32)),
}


def _declared(library: str, functions: dict[str, tuple[Any, tuple[Any, ...]]]) -> ctypes.CDLL:
    """Raises: OSError where the library is not there."""
    loaded = ctypes.CDLL(library)
    for name, (gives, takes) in functions.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = gives, takes
    return loaded


class X11Key(QObject):
    """Grabs one combination at the root window. `pressed` carries no token: X11 has none; `told` a problem or "".

    Lives on the GUI thread, without another: the loop wakes when the display has sent something.
    """

    pressed = Signal(str)
    told = Signal(str)

    def __init__(self, parent: QObject | None = None, display: str | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._connection: int | None = None
        self._grabbed: list[tuple[int, int]] = []  # keycode and modifiers
        self._wanted: Combination | None = None
        self._time = 0  # of the server, when the key was last pressed

    def bind(self, wanted: Combination | None) -> None:
        """Hear this combination and no other; None: none."""
        self._wanted = wanted
        if wanted is not None and self._connection is None and (problem := self._connect()):
            self.told.emit(problem)
        elif self._connection is not None:
            self._release()
            self.told.emit("" if wanted is None else self._grab(wanted))

    def stop(self) -> None:
        """Let the key go, and the display."""
        if self._connection is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._xcb.xcb_disconnect(self._connection)
            self._connection = None
            self._grabbed.clear()

    def activate(self, window: int) -> None:
        """Have the window manager give a window the keyboard because the key was pressed just now."""
        if self._connection is None:
            return
        name = b"_NET_ACTIVE_WINDOW"
        cookie = self._xcb.xcb_intern_atom(self._connection, 0, len(name), name)
        found = self._xcb.xcb_intern_atom_reply(self._connection, cookie, None)
        if found:
            message = Message(CLIENT_MESSAGE, 32, 0, window, found.contents.atom, (PAGER, self._time, 0, 0, 0))
            self._xcb.xcb_send_event(self._connection, 0, self._root, SUBSTRUCTURE, ctypes.byref(message))
            self._xcb.xcb_flush(self._connection)
            _free(found)

    # the display

    def _connect(self) -> str:
        """Why it cannot be, or ""."""
        try:
            self._xcb = _declared("libxcb.so.1", XCB)
            self._keysyms = _declared("libxcb-keysyms.so.1", KEYSYMS)
        except OSError:
            return _("The libraries libxcb and libxcb-keysyms are missing.")
        number = ctypes.c_int(0)
        name = None if self._display is None else os.fsencode(self._display)
        connection = self._xcb.xcb_connect(name, ctypes.byref(number))
        if self._xcb.xcb_connection_has_error(connection):
            self._xcb.xcb_disconnect(connection)
            return _("The display does not answer.")
        self._connection = connection
        screens = self._xcb.xcb_setup_roots_iterator(self._xcb.xcb_get_setup(connection))
        for _n in range(number.value):
            self._xcb.xcb_screen_next(ctypes.byref(screens))
        self._root = int(screens.data[0])
        handle = self._xcb.xcb_get_file_descriptor(connection)
        self._notifier = QSocketNotifier(handle, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        return ""

    def _read(self) -> None:
        """What the display has sent."""
        remapped = False
        while self._connection is not None and (event := self._xcb.xcb_poll_for_event(self._connection)):
            kind, detail, state = event.contents.type & 0x7F, event.contents.detail, event.contents.state
            remapped = remapped or (kind == MAPPING_NOTIFY and event.contents.time & 0xFF != MAPPING_POINTER)
            if kind == KEY_PRESS:
                self._time = event.contents.time
            _free(event)
            if kind == KEY_PRESS and (detail, state & 0xFF) in self._grabbed:
                self.pressed.emit("")
        if self._connection is not None and self._xcb.xcb_connection_has_error(self._connection):
            self.stop()
        elif remapped:  # another layout: the same key may have another code
            self.bind(self._wanted)

    # the key

    def _grab(self, wanted: Combination) -> str:
        """Why it cannot be, or ""."""
        held = (SHIFT * wanted.shift) | (CONTROL * wanted.ctrl) | (MOD1 * wanted.alt) | (MOD4 * wanted.meta)
        codes = list(self._codes(wanted.keysym))
        if not codes:
            return _("This keyboard has no such key.")
        for code in codes:
            for locks in self._locks():
                if refused := self._refused(code, held | locks):
                    self._release()
                    return refused
                self._grabbed.append((code, held | locks))
        return ""

    def _refused(self, code: int, modifiers: int) -> str:
        cookie = self._xcb.xcb_grab_key_checked(self._connection, 1, self._root, modifiers, code, GRAB_ASYNC,
                                                GRAB_ASYNC)
        error = self._xcb.xcb_request_check(self._connection, cookie)
        if not error:
            return ""
        number = error.contents.detail
        _free(error)
        if number == BAD_ACCESS:
            return _("Another program has this combination already.")
        return _("The display refuses this combination (error {n}).").format(n=number)

    def _release(self) -> None:
        for code, modifiers in self._grabbed:
            self._xcb.xcb_ungrab_key(self._connection, code, self._root, modifiers)
        self._grabbed.clear()
        self._xcb.xcb_flush(self._connection)

    def _codes(self, keysym: int) -> Iterator[int]:
        """The keys that bear a symbol on this keyboard."""
        symbols = self._keysyms.xcb_key_symbols_alloc(self._connection)
        found = self._keysyms.xcb_key_symbols_get_keycode(symbols, keysym)
        if found:
            yield from itertools.takewhile(bool, map(int, _numbers(found)))
            _free(found)
        self._keysyms.xcb_key_symbols_free(symbols)

    def _locks(self) -> list[int]:
        """Every combination of the locks, which must not matter: Caps Lock, Num Lock, Scroll Lock."""
        single = {LOCK, *self._modifiers_of(NUM_LOCK), *self._modifiers_of(SCROLL_LOCK)}
        together = itertools.chain.from_iterable(itertools.combinations(single, n) for n in range(len(single) + 1))
        return sorted({sum(one) for one in together})

    def _modifiers_of(self, keysym: int) -> Iterator[int]:
        codes = set(self._codes(keysym))
        cookie = self._xcb.xcb_get_modifier_mapping(self._connection)
        reply = self._xcb.xcb_get_modifier_mapping_reply(self._connection, cookie, None)
        if not reply:
            return
        each, keys = int(reply.contents.keys_each), self._xcb.xcb_get_modifier_mapping_keycodes(reply)
        for n in range(8):
            if codes & {int(keys[n * each + k]) for k in range(each)}:
                yield 1 << n
        _free(reply)


def _numbers(codes: Any) -> Iterator[Any]:
    return (codes[n] for n in itertools.count())



def _free(pointer: Any) -> None:
    """Give back what libxcb has allocated."""
    libc = ctypes.CDLL(None)
    libc.free.argtypes, libc.free.restype = (P,), None
    libc.free(ctypes.cast(pointer, P))
