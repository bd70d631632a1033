"""A combination of keys as its owner writes it ("Ctrl+Alt+Space"), and its names on each platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from mneme.errors import KnownError
from mneme.messages import _

Key, Modifier = Qt.Key, Qt.KeyboardModifier

# keysym and its name (X.Org, keysymdef.h), virtual key (Windows, winuser.h)
NAMED: Mapping[Qt.Key, tuple[int, str, int]] = MappingProxyType({
    Key.Key_Space: (0x20, "space", 0x20), Key.Key_Tab: (0xFF09, "Tab", 0x09),
    Key.Key_Backspace: (0xFF08, "BackSpace", 0x08), Key.Key_Return: (0xFF0D, "Return", 0x0D),
    Key.Key_Escape: (0xFF1B, "Escape", 0x1B), Key.Key_Insert: (0xFF63, "Insert", 0x2D),
    Key.Key_Delete: (0xFFFF, "Delete", 0x2E), Key.Key_Home: (0xFF50, "Home", 0x24),
    Key.Key_End: (0xFF57, "End", 0x23), Key.Key_PageUp: (0xFF55, "Page_Up", 0x21),
    Key.Key_PageDown: (0xFF56, "Page_Down", 0x22), Key.Key_Left: (0xFF51, "Left", 0x25),
    Key.Key_Up: (0xFF52, "Up", 0x26), Key.Key_Right: (0xFF53, "Right", 0x27), Key.Key_Down: (0xFF54, "Down", 0x28),
    Key.Key_Pause: (0xFF13, "Pause", 0x13), Key.Key_Menu: (0xFF67, "Menu", 0x5D),
})
F1, LAST_F = 0xFFBE, 24  # as many have a virtual key on Windows
VK_F1 = 0x70


@dataclass(frozen=True, slots=True)
class Combination:
    """One key with what is held down beside it. `virtual_key` is 0 where the layout decides (Windows)."""

    ctrl: bool
    alt: bool
    shift: bool
    meta: bool
    keysym: int
    keysym_name: str
    virtual_key: int

    @property
    def trigger(self) -> str:
        """As the portal wants it: https://specifications.freedesktop.org/shortcuts-spec/latest/."""
        held = (("CTRL", self.ctrl), ("ALT", self.alt), ("SHIFT", self.shift), ("LOGO", self.meta))
        return "+".join([*(name for name, on in held if on), self.keysym_name])


def parse(text: str) -> Combination | None:
    """The combination that `text` names; None for an empty text. Raises: KnownError if it names none."""
    if not text.strip():
        return None
    sequence = QKeySequence.fromString(text.strip(), QKeySequence.SequenceFormat.PortableText)
    first = cast(Any, sequence)[0] if sequence.count() == 1 else None  # a QKeyCombination, untold by the stubs
    named = _named(first.key()) if first is not None else None
    if first is None or named is None:
        raise KnownError(_("{keys} is no combination of keys that can be used.").format(keys=text.strip()),
                         _("Write it as in Ctrl+Alt+Space."))
    held = first.keyboardModifiers()
    made = Combination(bool(held & Modifier.ControlModifier), bool(held & Modifier.AltModifier),
                       bool(held & Modifier.ShiftModifier), bool(held & Modifier.MetaModifier), *named)
    if not (made.ctrl or made.alt or made.meta or F1 <= made.keysym < F1 + LAST_F):
        raise KnownError(_("{keys} would be taken from every other program.").format(keys=text.strip()),
                         _("Add Ctrl, Alt or Meta to it."))
    return made


def _named(key: Qt.Key) -> tuple[int, str, int] | None:
    number = key.value
    if key in NAMED:
        return NAMED[key]
    if 0 <= (n := number - Key.Key_F1.value) < LAST_F:
        return F1 + n, f"F{n + 1}", VK_F1 + n
    letter = chr(number).lower() if 0x21 <= number <= 0x7E else ""  # here Qt, X and ASCII have the same numbers
    if not letter:
        return None
    return ord(letter), _NAMES.get(letter, letter), number if letter.isalnum() else 0


_NAMES: Mapping[str, str] = MappingProxyType({
    "!": "exclam", '"': "quotedbl", "#": "numbersign", "$": "dollar", "%": "percent", "&": "ampersand",
    "'": "apostrophe", "(": "parenleft", ")": "parenright", "*": "asterisk", "+": "plus", ",": "comma", "-": "minus",
    ".": "period", "/": "slash", ":": "colon", ";": "semicolon", "<": "less", "=": "equal", ">": "greater",
    "?": "question", "@": "at", "[": "bracketleft", "\\": "backslash", "]": "bracketright", "^": "asciicircum",
    "_": "underscore", "`": "grave", "{": "braceleft", "|": "bar", "}": "braceright", "~": "asciitilde",
})
