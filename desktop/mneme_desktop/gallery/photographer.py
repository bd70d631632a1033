"""Opens the real window, waits until something is seen in it, and keeps a small picture of that."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QBuffer, QEvent, QIODevice, QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from mneme.engine import Engine
from mneme.paths import Profile
from mneme_desktop.bridge import Bridge
from mneme_desktop.chat.turn import Turn
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.window import MainWindow

WIDE, NARROW = QSize(1360, 860), QSize(480, 860)
PATIENCE = 180.0  # seconds for anything to happen
REST = 0.4  # seconds in which what moves comes to rest
COLOURS, FEW = 256, 48  # of a picture; of one that is twice as large: its letters are smooth with fewer
COMMONEST = 0.3  # of them are kept to the letter, the others are merged


Colours = NDArray[np.uint8]  # a row of red, green and blue for each


class Photographer:
    """Walks through windows and keeps what it sees, as files in a folder."""

    def __init__(self, app: QApplication, folder: Path, theme: Theme, scheme: str = "light",
                 contrast: str = "normal") -> None:
        self._app, self._folder, self.theme = app, folder, theme
        self.scheme, self._contrast = scheme, contrast

    def dress(self) -> None:
        """Have everything look as this picture wants it."""
        self.theme.use(self.scheme, self._contrast)

    def wait(self, ready: Callable[[], bool], rest: float = REST) -> None:
        """Let the window live until something is so, and a little longer. Raises: TimeoutError."""
        end = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > end:
                raise TimeoutError("the window did not come so far")
            self._live(0.02)
        self._live(rest)

    def rest(self, seconds: float = REST) -> None:
        """Let the window live for a while."""
        self._live(seconds)

    def _live(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._app.processEvents()
            time.sleep(0.005)

    def tidy(self) -> None:
        """Have what was put away be gone: nobody else runs a loop of events that would see to it."""
        self._live(0.05)
        self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def keep(self, seen: QWidget | QPixmap, name: str) -> Path:
        """Write what is seen as a PNG; the file."""
        file = self._folder / f"{name}.png"
        picture = seen if isinstance(seen, QPixmap) else seen.grab()
        compact(picture, COLOURS if picture.devicePixelRatio() == 1 else FEW).save(file, optimize=True)
        return file

    @contextmanager
    def window(self, profile: Profile, size: QSize = WIDE) -> Iterator[MainWindow]:
        """The window over a profile, without its background work."""
        engine = Engine.open(profile, use_keyring=False)
        shown = MainWindow(self.theme, Bridge(engine), profile, engine.settings())
        self.dress()
        shown.resize(size)
        shown.show()
        try:
            self.wait(lambda: shown.settled, 0.6)
            shown.notices.put_all_away()
            yield shown
        finally:
            shown.quit()
            shown.deleteLater()
            self.tidy()

    def ask(self, window: MainWindow, question: str) -> Turn:
        """Ask, and wait for the answer."""
        window.ask_page.ask(question)
        turn = window.ask_page.turns[-1]
        self.wait(lambda: turn.answer is not None, 1.2)
        return turn


def compact(picture: QPixmap, most: int = COLOURS) -> Image.Image:
    """A picture of at most so many colours: the commonest as they are, the others merged with their likes."""
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(held, "PNG")
    image = Image.open(io.BytesIO(held.data().data())).convert("RGB")
    pixels = np.asarray(image, np.uint32)
    packed = pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]
    found, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    colours = np.stack((found >> 16, found >> 8 & 255, found & 255), axis=1).astype(np.uint8)
    palette = _palette(colours, counts, most)
    nearest = np.array([np.abs(palette.astype(np.int32) - one).sum(axis=1).argmin()
                        for one in colours.astype(np.int32)], np.uint8)
    made = Image.fromarray(nearest[where.reshape(packed.shape)], "P")
    made.putpalette(palette.tobytes())
    return made


def _palette(colours: Colours, counts: NDArray[np.int64], most: int) -> Colours:
    if len(colours) <= most:
        return colours
    order, left = np.argsort(-counts, kind="stable"), most - round(COMMONEST * most)
    kept, others = colours[order[:most - left]], colours[order[most - left:]]
    strip = Image.fromarray(others.reshape(1, -1, 3), "RGB").quantize(
        left, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    merged = np.frombuffer(bytes(strip.getpalette() or ()), np.uint8).reshape(-1, 3)[:left]
    return np.concatenate((kept, merged))
