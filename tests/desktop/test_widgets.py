"""The small parts of every page: how they stand in a line, in either direction of reading, and the tick of a box."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractSlider, QApplication, QCheckBox, QLabel, QStyleOptionButton, QWidget
from pytestqt.qtbot import QtBot

from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.passage import Marked, PassageView
from mneme_desktop.parts.plainedit import PlainEdit
from mneme_desktop.parts.widgets import Chip, Flow, column, scrolling, sided, steady

WIDE_ENOUGH, TALL, MARGINS = 600, 60, (16, 14, 6, 10)


@pytest.fixture
def rightwards(qapp: QApplication) -> Iterator[None]:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def nothing() -> None:
    pass


def drawn(chip: Chip) -> str:
    """The text that a chip hands to its style."""
    option = QStyleOptionButton()
    chip.initStyleOption(option)
    return str(option.text)


def test_what_stands_in_one_line_has_one_middle(qtbot: QtBot, theme: Theme) -> None:
    flow = Flow()
    qtbot.addWidget(flow)
    low, high = Chip("low", nothing), QWidget()
    high.setFixedSize(80, TALL)
    below = Chip("in the next line", nothing)
    below.setMinimumWidth(WIDE_ENOUGH)
    for one in (low, high, below):
        flow.add(one)
    flow.resize(WIDE_ENOUGH, 200)
    flow.show()
    assert abs(low.geometry().center().y() - high.geometry().center().y()) <= 1 and high.y() == 0
    assert below.x() == 0 and below.y() == TALL + 8


def test_margins_follow_the_direction_of_reading(rightwards: None) -> None:
    assert sided(MARGINS) == (6, 14, 16, 10)
    margins = column(None, 0, MARGINS).contentsMargins()
    assert (margins.left(), margins.right()) == (6, 16)


def test_margins_stay_where_reading_goes_from_the_left(qapp: QApplication) -> None:
    assert sided(MARGINS) == MARGINS


def test_a_name_keeps_its_own_direction(qtbot: QtBot, theme: Theme, rightwards: None) -> None:
    chip = Chip("Why this?", nothing, number=3)
    same = Chip("מה זה?", nothing)
    for one in (chip, same):
        qtbot.addWidget(one)
        one.resize(one.sizeHint())
    assert drawn(chip) == "3  \u2068Why this?\u2069" and chip.text() == "3  Why this?"
    assert drawn(same) == "מה זה?"


def test_a_page_stands_in_one_place_with_a_scroll_bar_and_without(qtbot: QtBot, theme: Theme) -> None:
    inside = QWidget()
    lines = column(inside, 0)
    lines.addWidget(QLabel("short"))
    area = steady(scrolling(inside))
    qtbot.addWidget(area)
    area.resize(300, 100)
    area.show()
    width = area.viewport().width()
    assert not area.verticalScrollBar().isEnabled()
    for _n in range(40):
        lines.addWidget(QLabel("more"))
    qtbot.waitUntil(area.verticalScrollBar().isEnabled)
    assert area.viewport().width() == width < 300


@pytest.mark.parametrize("contrast", ["normal", "high"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_box_that_is_on_has_a_tick(qtbot: QtBot, theme: Theme, scheme: str, contrast: str) -> None:
    theme.use(scheme, contrast)
    box = QCheckBox("on")
    qtbot.addWidget(box)
    box.setChecked(True)
    box.resize(box.sizeHint())
    box.show()
    image, ground = box.grab().toImage(), QColor(theme.colours.accent)
    inside = [image.pixelColor(x, box.height() // 2 + y) for x in range(4, 16) for y in range(-6, 7)]
    strokes = [one for one in inside if abs(one.lightness() - ground.lightness()) > 60]
    assert inside.count(ground) > 60 and len(strokes) > 10
    theme.use("light", "normal")


@pytest.fixture
def passage(qtbot: QtBot, theme: Theme) -> PassageView:
    """A long text, marked in its middle."""
    text = "\n".join(f"Line {n} of a long letter." for n in range(200))
    start = text.index("Line 120")
    made = PassageView(theme)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    made.show_marked(Marked(text, (start, start + 8)))
    return made


def test_the_mark_stays_in_sight_when_there_is_less_room(qtbot: QtBot, passage: PassageView) -> None:
    assert passage.marked_text() == "Line 120"
    for width, height in ((300, 80), (120, 80), (500, 300)):
        passage.resize(width, height)
        assert passage.is_marked_visible()


def test_who_has_scrolled_is_left_where_they_are(qapp: QApplication, passage: PassageView) -> None:
    qapp.processEvents()  # the second look at its place has been had
    passage.verticalScrollBar().triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    passage.resize(300, 80)
    assert passage.verticalScrollBar().value() == 0 and not passage.is_marked_visible()


@pytest.mark.parametrize("app_is", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_words_begin_at_the_side_where_they_are_read_from(qtbot: QtBot, app_is: Qt.LayoutDirection) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setLayoutDirection(app_is)
    try:
        edit = PlainEdit()
        qtbot.addWidget(edit)
        edit.resize(400, 60)
        edit.show()

        def at_right(words: str) -> bool:
            edit.setPlainText(words)
            return edit.cursorRect().x() > 300
        rtl = app_is == Qt.LayoutDirection.RightToLeft
        assert [at_right(words) for words in ("", "spare key", "שלום", "  ", "מפתח spare", "12 key", "مرحبا")] == [
            rtl, False, True, rtl, True, False, True]
    finally:
        app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_height_of_chips_follows_whatever_becomes_of_them(qtbot: QtBot, theme: Theme) -> None:
    flow = Flow()
    qtbot.addWidget(flow)
    chips = [Chip(f"chip {n}", lambda: None) for n in range(4)]
    for chip in chips:
        flow.add(chip)
    flow.show()
    width = sum(chip.sizeHint().width() + 8 for chip in chips)

    def height() -> int:
        QApplication.processEvents()
        return flow.heightForWidth(width)
    one = height()
    assert flow.heightForWidth(width // 2) > one == height()
    chips[0].rename("a chip with a much longer name than before")
    assert (two := height()) > one
    chips[0].hide()
    assert height() == one
    chips[0].show()
    assert height() == two
    chips[0].setText("c")
    assert height() == one
    flow.add(Chip("one more that does not fit into the line", lambda: None))
    assert height() == two
    flow.empty()
    assert height() == 0
