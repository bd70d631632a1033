"""The text of a written answer: its marks, its doubts, and what it does with long, foreign and changing texts."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mneme.types import Sentence, SubQuestion, Support
from mneme_desktop.chat.prose import MARK_WIDTH, Prose, doubt_words, doubtful, width_of
from mneme_desktop.chat.subquestions import asked_words, outline
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.widgets import column

KEY = Sentence("The spare key 🔑 hangs behind the barrel.", (0, 1), Support.SUPPORTED)
LONG = "👩‍👩‍👧 مفتاح " * 200 + "x" * 3000


@pytest.fixture
def prose(qtbot: QtBot, theme: Theme) -> Callable[[int], Prose]:
    """Makes a text of a width, shown."""
    holders = []

    def make(width: int = 400) -> Prose:
        holder = QWidget()
        qtbot.addWidget(holder)
        made = Prose(theme)
        lines = column(holder)
        lines.addWidget(made)
        lines.addStretch(1)
        holder.resize(width, 600)
        holder.show()
        qtbot.waitUntil(lambda: made.viewport().width() > 0.8 * width)
        holders.append(holder)
        return made

    return make


def test_marks_stand_within_the_text_and_beside_each_other(qtbot: QtBot, prose: Callable[[int], Prose]) -> None:
    made = prose(220)
    unsure = Sentence("It was there in May.", (1,), Support.UNSURE, (), "Nobody says so.")
    made.show_written([KEY, unsure], "", ["a", "b"])
    qtbot.waitUntil(lambda: all(mark.isVisible() for mark in made.marks))
    assert [mark.text() for mark in made.marks] == ["1", "2", "2", "?"]
    boxes = [mark.geometry() for mark in made.marks]
    inside = made.viewport().rect()
    assert all(inside.contains(box) for box in boxes), boxes
    assert not any(one.intersects(other) for n, one in enumerate(boxes) for other in boxes[n + 1:])
    assert width_of(12) > width_of(3) == MARK_WIDTH


def test_the_theme_changes_under_it(qtbot: QtBot, theme: Theme, prose: Callable[[int], Prose]) -> None:
    made = prose(400)
    made.show_written([KEY], "and the", ["a", "b"])
    made.light(2)
    theme.use("dark")
    cursor = made.textCursor()
    cursor.setPosition(2)
    assert cursor.charFormat().foreground().color().name() == theme.colours.ink
    assert [mark.isChecked() for mark in made.marks] == [False, True] and made.draft == "and the"
    theme.use("light")


def test_it_never_becomes_lower_while_it_grows_and_fits_in_the_end(
        qtbot: QtBot, prose: Callable[[int], Prose]) -> None:
    made = prose(220)
    made.show_written([KEY], "These words are so many that they take some lines of this narrow place.", ["a", "b"])
    high = made.height()
    made.show_written([KEY], "", ["a", "b"])  # the sentence was left out
    assert made.height() == high
    made.finish()
    assert made.height() < high


def test_a_restart_begins_anew(prose: Callable[[int], Prose]) -> None:
    made = prose(400)
    made.show_written([KEY], "and", ["a", "b"])
    made.show_written([], "", [])
    assert made.toPlainText() == "" and made.marks == []
    made.show_written([KEY], "", ["a", "b"])
    assert made.plain() == KEY.text and len(made.marks) == 2


def test_what_is_selected_has_the_numbers(prose: Callable[[int], Prose]) -> None:
    made = prose(400)
    made.show_written([KEY, Sentence("So it is.", (), Support.UNSURE, (), "Why?")], "", ["a", "b"])
    made.selectAll()
    assert made.selected_text() == f"{KEY.text} [1] [2]\nSo it is. (?)"


@pytest.mark.parametrize("text", [LONG, "המפתח תלוי מאחורי החבית.", "\u2029\ufdd0\x00 odd signs \ud800"])
def test_odd_texts_are_shown(qtbot: QtBot, prose: Callable[[int], Prose], text: str) -> None:
    made = prose(240)
    made.show_written([Sentence(text, (0,), Support.UNSURE, ((0, 4), (2, 9_999)), "Why?")], text[:50], ["a"])
    qtbot.waitUntil(lambda: all(mark.isVisible() for mark in made.marks))
    assert made.document().idealWidth() <= made.viewport().width() + 1
    assert all(0 <= mark.x() <= made.viewport().width() - mark.width() + MARK_WIDTH for mark in made.marks)
    made.grab()


def test_doubts_are_stretches_in_order_that_do_not_overlap() -> None:
    text = "The 🔑 hung there since 2019 in May."
    one = Sentence(text, (), Support.UNSURE, ((17, 27), (4, 5), (20, 27), (90, 99)), "No.")
    assert [text[start:end] for start, end in doubtful(one)] == ["🔑", "since 2019"]
    assert doubt_words(one) == "Not certain: “🔑”, “since 2019”. No."
    assert doubtful(Sentence(text, (), Support.SUPPORTED, ((0, 3),))) == []
    assert doubtful(Sentence("All.", (), Support.UNSURE)) == [(0, 4)]


def test_parts_of_a_question_stand_below_what_needs_them_once() -> None:
    a = SubQuestion("a", "Who is the sister?", (), "answered", "Ines.")
    b = SubQuestion("b", "Where does {a} live?", ("a",), "waiting")
    c = SubQuestion("c", "Whom did {a} marry, and {z}?", ("a", "gone"), "waiting")
    whole = SubQuestion("whole", "All of it?", ("b", "c"), "waiting")
    assert [(node.id, depth) for node, depth in outline((a, b, c, whole))] == [
        ("whole", 0), ("b", 1), ("a", 2), ("c", 1)]
    assert asked_words(b, (a, b)) == "Where does Ines live?"
    circle = (SubQuestion("x", "X?", ("y",), "waiting"), SubQuestion("y", "Y?", ("x",), "waiting"))
    assert [node.id for node, _depth in outline(circle)] == ["x", "y"]


def test_marks_are_reached_with_the_tab_key(qtbot: QtBot, prose: Callable[[int], Prose]) -> None:
    made = prose(400)
    made.show_written([KEY], "", ["a", "b"])
    opened: list[int] = []
    made.opened.connect(opened.append)
    made.window().activateWindow()
    made.marks[0].setFocus()
    qtbot.waitUntil(made.marks[0].hasFocus)
    qtbot.keyClick(made.marks[0], Qt.Key.Key_Tab)
    qtbot.waitUntil(made.marks[1].hasFocus)
    qtbot.keyClick(made.marks[1], Qt.Key.Key_Space)
    assert opened == [2]
