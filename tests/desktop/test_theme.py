"""Light and dark: the switch, and letters that can be read on every ground."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from mneme_desktop.look import icons
from mneme_desktop.look.palettes import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, Colours
from mneme_desktop.look.theme import Theme


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
             for c in QColor(colour).getRgbF()[:3]]  # type: ignore[index]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK, HIGH_LIGHT, HIGH_DARK], ids=lambda c: c.name)
@pytest.mark.parametrize(("ink", "ground"), [
    ("ink", "paper"), ("ink", "card"), ("ink", "bubble"), ("ink", "rail"), ("ink", "hover"), ("ink", "soft"),
    ("ink", "warm_soft"), ("paper", "ink"), ("muted", "paper"), ("muted", "card"), ("muted", "rail"),
    ("muted", "hover"), ("warm", "paper"), ("warm", "card"), ("warm", "rail"), ("accent", "paper"),
    ("accent", "card"), ("on_accent", "accent"), ("on_soft", "soft"), ("on_mark", "mark"), ("warm", "warm_soft")])
def test_letters_can_be_read(colours: Colours, ink: str, ground: str) -> None:
    least = 7.0 if colours.name.startswith("high") else 4.5
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= least


@pytest.mark.parametrize("colours", [HIGH_LIGHT, HIGH_DARK], ids=lambda c: c.name)
@pytest.mark.parametrize("line", ["border", "hairline", "accent"])
def test_lines_of_high_contrast_are_seen(colours: Colours, line: str) -> None:
    assert contrast(getattr(colours, line), colours.paper) >= 4.5


def test_contrast_is_measured_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_theme_switches(qapp: QApplication, theme: Theme) -> None:
    told: list[str] = []
    theme.changed.connect(lambda: told.append(theme.colours.name))
    theme.use("dark")
    assert qapp.palette().window().color() == QColor(DARK.paper)
    assert DARK.paper in qapp.styleSheet()
    theme.use("light")
    assert qapp.palette().window().color() == QColor(LIGHT.paper)
    assert told == ["dark", "light"]


def test_high_contrast_goes_with_either(theme: Theme) -> None:
    theme.use("light", "high")
    assert theme.colours is HIGH_LIGHT
    theme.use("dark")  # the contrast stays as it was chosen
    assert theme.colours is HIGH_DARK
    theme.use("dark", "normal")
    assert theme.colours is DARK


def test_icons_take_the_palettes_colour(qapp: QApplication) -> None:
    for colour in (LIGHT.accent, DARK.accent):
        picture = icons.pixmap("add", colour, 24).toImage()
        assert picture.pixelColor(12, 12).name() == colour
        assert picture.pixelColor(2, 2).alpha() == 0
