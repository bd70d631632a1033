"""All pictures of the README by name, and how each of them comes about."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from mneme_desktop.gallery import doors, rooms
from mneme_desktop.gallery.life import BOTH_WAYS, CROWD, LIFE, Home
from mneme_desktop.gallery.photographer import NARROW, WIDE, Photographer
from mneme_desktop.shell.firstrun.window import CHOOSING, PROTECTING, WELCOME

PLAIN, GERMAN, LEFTWARDS, LARGE = "plain", "german", "leftwards", "large"  # what a process is begun for
Shown = AbstractContextManager[QWidget | QPixmap]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its name, which ends in its scheme; `way` is what its process is begun for."""

    name: str
    show: Callable[[Photographer, Home], Shown]
    way: str = PLAIN
    contrast: str = "normal"

    @property
    def scheme(self) -> str:
        """Light or dark."""
        return "dark" if self.name.endswith("dark") else "light"


@contextmanager
def _over(photographer: Photographer, home: Home, scene: rooms.Scene, filled: str, size: QSize) -> Iterator[QWidget]:
    """A window over a fresh copy of a filled profile, or ("") over a new one, led to a scene."""
    home.lay_out(filled)
    with photographer.window(home.profile if filled else home.new_profile, size) as window:
        scene(photographer, window, home)
        yield window


def _room(scene: rooms.Scene, filled: str = LIFE, size: QSize = WIDE) -> Callable[[Photographer, Home], Shown]:
    return partial(_over, scene=scene, filled=filled, size=size)


def _step(step: int) -> Callable[[Photographer, Home], Shown]:
    return partial(doors.first_steps, step=step)


PICTURES = (
    Picture("ask-light", _room(rooms.answered)),
    Picture("ask-dark", _room(rooms.answered)),
    Picture("ask-refusal-light", _room(rooms.refused)),
    Picture("ask-written-dark", _room(rooms.written)),
    Picture("ask-commands-light", _room(rooms.commands)),
    Picture("memories-light", _room(rooms.searched)),
    Picture("memories-dark", _room(rooms.searched)),
    Picture("memories-100k-light", _room(rooms.many, CROWD)),
    Picture("timeline-year-light", _room(rooms.year)),
    Picture("timeline-day-dark", _room(rooms.day)),
    Picture("people-person-light", _room(rooms.person)),
    Picture("people-graph-dark", _room(rooms.graph)),
    Picture("topic-light", _room(rooms.topic)),
    Picture("review-light", _room(rooms.review)),
    Picture("health-light", _room(rooms.health)),
    Picture("health-dark", _room(rooms.health)),
    Picture("capture-log-light", _room(rooms.log)),
    Picture("capture-sources-dark", _room(rooms.sources)),
    Picture("models-light", _room(rooms.models)),
    Picture("settings-dark", _room(rooms.settings)),
    Picture("firstrun-1-light", _step(WELCOME)),
    Picture("firstrun-2-light", _step(CHOOSING)),
    Picture("firstrun-3-dark", _step(PROTECTING)),
    Picture("locked-dark", doors.locked),
    Picture("quickask-light", doors.quick_question),
    Picture("quickask-dark", doors.quick_question),
    Picture("narrow-ask-light", _room(rooms.answered, size=NARROW)),
    Picture("narrow-memories-dark", _room(rooms.listed, size=NARROW)),
    Picture("rtl-memories-light", _room(rooms.listed, BOTH_WAYS), LEFTWARDS),
    Picture("rtl-ask-dark", _room(rooms.answered, BOTH_WAYS), LEFTWARDS),
    Picture("german-ask-light", _room(rooms.answered), GERMAN),
    Picture("high-contrast-dark", _room(rooms.answered), contrast="high"),
    Picture("hidpi-ask-light", _room(rooms.answered), LARGE),
    Picture("empty-light", _room(rooms.empty, "")),
    Picture("empty-dark", _room(rooms.empty, "")),
    Picture("error-light", _room(rooms.error)),
)
NAMES = tuple(picture.name for picture in PICTURES)
