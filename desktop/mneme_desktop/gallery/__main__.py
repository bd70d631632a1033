"""Makes the pictures of the README: `python -m mneme_desktop.gallery FOLDER [--only NAME ...] [--profile DIR]`.

Each is of the real window over the real engine. The invented owner's home folder is made once, in a minute or two,
and kept for the next run. Each language, direction and size has a process of its own.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import platformdirs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from mneme_desktop.app import make_application
from mneme_desktop.gallery.life import LIFE, Home
from mneme_desktop.gallery.photographer import Photographer
from mneme_desktop.gallery.pictures import GERMAN, LARGE, LEFTWARDS, NAMES, PICTURES, PLAIN, Picture
from mneme_desktop.gallery.walk import Walk
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.early import speak

WAYS = (PLAIN, LEFTWARDS, GERMAN, LARGE)
PLACE = "Europe/Oslo"  # where the invented owner's clock goes


def main(arguments: list[str] | None = None) -> int:
    """Make the pictures; 1 where a state did not come."""
    wishes = _parser().parse_args(arguments)
    wishes.folder.mkdir(parents=True, exist_ok=True)
    if wishes.way:
        return _take(wishes)
    chosen = [picture for picture in PICTURES if picture.name in (wishes.only or NAMES)]
    ways = [way for way in WAYS if any(picture.way == way for picture in chosen)]
    return max((_begin(way, wishes) for way in ways), default=0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mneme_desktop.gallery")
    parser.add_argument("folder", type=Path, help="where the pictures are written")
    parser.add_argument("--only", nargs="*", choices=NAMES, metavar="NAME", help="these alone")
    parser.add_argument("--all", action="store_true", help="a long walk through the rooms as well")
    parser.add_argument("--profile", type=Path, default=Path(platformdirs.user_cache_dir("mneme-gallery")) / "maren",
                        help="the invented owner's home folder; its path is seen in the pictures")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    return parser


def _begin(way: str, wishes: argparse.Namespace) -> int:
    """Make those of one language, direction and size in a process of their own."""
    home = wishes.profile.absolute()
    home.mkdir(parents=True, exist_ok=True)
    known = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "QT_", "MNEME_", "LC_"))}
    there = known | {"HOME": str(home), "USERPROFILE": str(home), "TZ": PLACE, "LANG": "C.UTF-8",
                     "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2" if way == LARGE else "1"}
    command = [sys.executable, "-m", "mneme_desktop.gallery", str(wishes.folder.absolute()), "--profile", str(home),
               "--way", way, *(["--all"] if wishes.all else []), *(["--only", *wishes.only] if wishes.only else [])]
    return subprocess.run(command, env=there, check=False).returncode


def _take(wishes: argparse.Namespace) -> int:
    """Make the pictures that this process was begun for."""
    home = Home(wishes.profile)
    app = make_application()
    speak(app, ["de" if wishes.way == GERMAN else "en-GB"])
    if wishes.way == LEFTWARDS:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    theme = Theme(app)
    mine = [picture for picture in PICTURES if picture.way == wishes.way and picture.name in (wishes.only or NAMES)]
    missed = [picture.name for picture in mine if not take(picture, app, theme, home, wishes.folder)]
    if wishes.all and wishes.way == PLAIN:
        for scheme in ("light", "dark"):
            Walk(app, wishes.folder, theme, scheme).life(home.lay_out(LIFE))
    return 1 if missed else 0


def take(picture: Picture, app: QApplication, theme: Theme, home: Home, folder: Path) -> bool:
    """Make one picture and say where it is; whether its state came."""
    photographer = Photographer(app, folder, theme, picture.scheme, picture.contrast)
    try:
        with picture.show(photographer, home) as seen:
            file = photographer.keep(seen, picture.name)
    except (TimeoutError, StopIteration, AssertionError) as trouble:
        sys.stderr.write(f"{picture.name}: {trouble!r}\n")
        return False
    sys.stdout.write(f"{file}\n")
    sys.stdout.flush()
    return True


if __name__ == "__main__":
    sys.exit(main())
