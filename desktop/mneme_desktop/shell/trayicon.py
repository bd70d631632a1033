"""The icon of the program and of its place in the tray, for each state."""

from PySide6.QtGui import QIcon

from mneme_desktop.look import icons
from mneme_desktop.look.palettes import LIGHT

SIZES = (16, 22, 24, 32, 48, 64)
# A panel is light or dark whatever the theme is: a full ground of a middle tone is seen on both.
GROUNDS = {"watching": LIGHT.accent, "paused": LIGHT.muted, "busy": LIGHT.accent, "problem": LIGHT.warm,
           "locked": LIGHT.muted}


def tray_icon(state: str) -> QIcon:
    """The icon for "watching", "paused", "busy", "problem" or "locked", sharp at every size that trays have."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(icons.pixmap(f"tray-{state}", GROUNDS[state], size))
    return made
