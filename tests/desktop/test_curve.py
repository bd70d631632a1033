"""The curve under the slider of caution: what a setting means, drawn and in words."""

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mneme.errors import KnownError
from mneme.types import CautionPoint
from mneme_desktop.look.theme import Theme
from mneme_desktop.settings.curve import CautionCurve, answered, curve_words, invented, share_at
from mneme_desktop.settings.page import Share
from mneme_desktop.shell.window import SETTINGS_ROOM, MainWindow

POINTS = (CautionPoint(0.0, 1.0, 1.0, 0.5), CautionPoint(0.5, 0.88, 0.41, 0.7), CautionPoint(1.0, 0.4, 0.1, 0.9))
MIDDLE = ("At this setting about 88 of 100 questions that your memories answer get an answer, and 41 of 100 that they "
          "do not. Measured on conversations of strangers; `mneme bench` measures on yours.")


@pytest.mark.parametrize(("caution", "most", "least"), [
    (0.0, 1.0, 1.0), (0.25, 0.94, 0.705), (0.5, 0.88, 0.41), (0.75, 0.64, 0.255), (1.0, 0.4, 0.1), (-3.0, 1.0, 1.0),
    (7.0, 0.4, 0.1)])
def test_between_two_points_the_way_is_straight(caution: float, most: float, least: float) -> None:
    assert share_at(POINTS, caution, answered) == pytest.approx(most)
    assert share_at(POINTS, caution, invented) == pytest.approx(least)


def test_the_words_of_a_setting() -> None:
    assert curve_words(POINTS, 0.5) == MIDDLE
    odd = [CautionPoint(0.3, float("nan"), 7.0, 0.0)]
    assert "about 0 of 100" in curve_words(odd, 0.5) and "and 100 of 100" in curve_words(odd, 0.5)


def shown_curve(qtbot: QtBot, window: MainWindow) -> CautionCurve:
    window.go(SETTINGS_ROOM)
    qtbot.waitUntil(window.settings_page.curve.isVisible)
    return window.settings_page.curve


def test_the_mark_and_the_words_follow_the_slider(qtbot: QtBot, window: MainWindow) -> None:
    curve = shown_curve(qtbot, window)
    share = window.settings_page.controls["answer.caution"]
    assert isinstance(share, Share)
    share.slider.setValue(50)
    assert curve.words.text() == MIDDLE
    assert curve.plot.accessibleDescription() == MIDDLE and curve.plot.accessibleName()
    before = curve.plot.place(curve.plot.caution, 0.0).x()
    share.slider.setValue(80)
    assert "about 59 of 100" in curve.words.text()
    assert curve.plot.place(curve.plot.caution, 0.0).x() > before
    curve.grab()


def test_points_in_any_order_are_sorted(qtbot: QtBot, window: MainWindow) -> None:
    assert shown_curve(qtbot, window).points == POINTS


@pytest.mark.parametrize("points", [(), KnownError("Not measured.", "")])
def test_without_points_there_is_no_curve(
        qtbot: QtBot, window: MainWindow, scripted: Any, points: Sequence[CautionPoint] | KnownError) -> None:
    def told() -> Sequence[CautionPoint]:
        scripted.calls.append("told")
        if isinstance(points, KnownError):
            raise points
        return points

    scripted.caution_curve = told
    window.go(SETTINGS_ROOM)
    qtbot.waitUntil(lambda: "told" in scripted.calls)
    qtbot.wait(50)
    assert window.settings_page.curve.isHidden()
    assert not window.toast.isVisible()


def test_from_right_to_left_bold_is_on_the_right(qtbot: QtBot, theme: Theme, qapp: QApplication) -> None:
    curve = CautionCurve(theme, 0.5)
    qtbot.addWidget(curve)
    curve.show_points(POINTS)
    curve.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    curve.resize(360, 300)
    curve.show()
    assert curve.plot.place(0.0, 0.0).x() > curve.plot.place(1.0, 0.0).x()
    curve.grab()


def test_both_lines_are_drawn_apart_and_one_is_dashed(qtbot: QtBot, theme: Theme) -> None:
    curve = CautionCurve(theme, 0.0)
    qtbot.addWidget(curve)
    flat = [CautionPoint(at, 0.75, 0.25, 0.5) for at in (0.0, 1.0)]
    curve.show_points(flat)
    curve.resize(420, 300)
    curve.show()
    picture = curve.plot.grab().toImage()
    rows = {share: round(curve.plot.place(0.0, share).y()) for share in (0.75, 0.25)}
    drawn = {}
    for share, colour in ((0.75, theme.colours.accent), (0.25, theme.colours.warm)):
        across = range(60, 400)
        drawn[share] = sum(picture.pixelColor(x, rows[share]).name() == colour for x in across) / len(across)
    assert drawn[0.75] > 0.95, "one line is solid"
    assert 0.3 < drawn[0.25] < 0.8, "the other is dashed"
