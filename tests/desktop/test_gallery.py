"""The script behind the pictures of the README: what it writes, and that the pictures are those it knows."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication

from mneme_desktop.gallery import doors, life, pictures
from mneme_desktop.gallery.__main__ import take
from mneme_desktop.gallery.life import Home
from mneme_desktop.gallery.photographer import COLOURS, Photographer, compact
from mneme_desktop.gallery.pictures import NAMES, PICTURES, Picture
from mneme_desktop.look.theme import Theme

TOP = Path(__file__).parents[2]
FOLDER = TOP / "resources" / "pictures"
LARGEST, ALL = 120_000, 3_000_000  # bytes


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "maren")


@pytest.mark.parametrize("name", ["empty-light", "locked-dark"])
def test_a_state_is_written_in_its_size(qapp: QApplication, theme: Theme, home: Home, tmp_path: Path,
                                        name: str) -> None:
    [picture] = [one for one in PICTURES if one.name == name]
    assert take(picture, qapp, theme, home, tmp_path)
    with Image.open(tmp_path / f"{name}.png") as written:
        assert written.size == (1360, 860) and written.mode == "P"
        ground = written.convert("RGB").getpixel((written.width - 4, written.height - 4))
    assert ground == QColor(theme.colours.paper).getRgb()[:3]


def test_a_state_that_does_not_come_is_told(
        qapp: QApplication, theme: Theme, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    def never(photographer: Photographer, *_what: object) -> None:
        photographer.wait(lambda: False)

    monkeypatch.setattr("mneme_desktop.gallery.photographer.PATIENCE", 0.1)
    picture = Picture("never-light", pictures._room(never, ""))
    assert not take(picture, qapp, theme, home, tmp_path)
    assert not list(tmp_path.glob("*.png")) and "never-light" in capsys.readouterr().err


def test_a_picture_with_few_colours_stays_as_it_is(qapp: QApplication) -> None:
    seen = QPixmap(QSize(4, 2))
    seen.fill(QColor("#2f6f5e"))
    assert np.asarray(compact(seen).convert("RGB")).reshape(-1, 3).tolist() == [[0x2F, 0x6F, 0x5E]] * 8


def test_a_picture_with_many_colours_keeps_the_common_ones(qapp: QApplication) -> None:
    seen = QPixmap(QSize(256, 128))
    seen.fill(QColor("#fbfaf8"))
    image = seen.toImage()
    for x in range(256):
        for y in range(16):
            image.setPixelColor(x, y, QColor(x, 16 * y, 128))
    made = compact(QPixmap.fromImage(image))
    assert len(made.convert("RGB").getcolors(99_999) or ()) <= COLOURS
    assert made.convert("RGB").getpixel((100, 100)) == (0xFB, 0xFA, 0xF8)
    far = np.abs(np.asarray(made.convert("RGB"), int)[0, :, 0] - np.arange(256))
    assert far.max() < 64


def test_what_is_invented_is_the_same_each_time() -> None:
    said = list(life.invented(50))
    assert said == list(life.invented(50)) and len({line["text"] for line in said}) > 40
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:00\+01:00", line["at"]) for line in said)


def test_the_small_window_stands_in_the_middle(qapp: QApplication, theme: Theme) -> None:
    seen = QPixmap(QSize(640, 100))
    seen.fill(Qt.GlobalColor.black)
    made = doors.on_desktop(seen, theme.colours).toImage()
    black = [x for x in range(made.width()) if made.pixelColor(x, 240) == QColor(Qt.GlobalColor.black)]
    assert black == list(range(360, 1000))


def test_each_picture_has_a_name_of_its_own_and_a_scheme() -> None:
    assert len(set(NAMES)) == len(NAMES) and all(name.endswith(("-light", "-dark")) for name in NAMES)
    assert {picture.scheme for picture in PICTURES} == {"light", "dark"}


def test_the_pictures_are_those_that_the_script_makes() -> None:
    there = {file.stem: file.stat().st_size for file in FOLDER.glob("*.png")}
    assert set(there) == set(NAMES)
    assert max(there.values()) < LARGEST and sum(there.values()) < ALL


def test_the_page_shows_no_picture_that_is_not_there() -> None:
    shown = re.findall(r"resources/pictures/([\w-]+)\.png", (TOP / "README.md").read_text(encoding="utf-8"))
    assert shown and set(shown) <= set(NAMES)
