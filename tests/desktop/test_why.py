"""What an answer brings along: reasons, what contradicts it, why it was given, and why there is none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from mneme.types import Answer, AnswerState, Citation, Considered, Hit, Memory, Refusal, Stage, Trace
from mneme_desktop.bridge import Bridge
from mneme_desktop.chat.page import AskPage
from mneme_desktop.chat.tracewords import found_words, measured_words, part_words, stage_words, weighed_words
from mneme_desktop.chat.turn import Turn
from mneme_desktop.chat.why import SHOWN, Bar, OpenLine
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.shell.window import MainWindow

KEY = "The spare key 🔑 hangs behind the blue rain barrel now."
PLACE = "behind the blue rain barrel"
WHY = {"words": 2.0, "meaning": 1.0, "words nearby": 3.0, "time": 1.0, "covers": 0.8, "rerank": 1.0}
LONG = "👩‍👩‍👧 مفتاح " * 900 + "x" * 3000  # emoji made of several characters, two directions, no space to break at


def traced(make_memory: Callable[..., Memory], question: str, *, hits: int = 3, more: str = "") -> Trace:
    """A trace of so many hits, the first of which is the memory with the key."""
    first = make_memory(1, KEY, title="Cabin log", speaker="Ines", retention=0.62)
    others = [make_memory(n, f"Memory number {n}.{more}") for n in range(2, hits + 1)]
    return Trace(
        question, (("asks for", "a place"), ("about", "the cabin" + more)),
        (Stage("words", 3.4), Stage("reading", 1210.0, "3 passages")),
        tuple(Hit(one, 1.0 / one.id, WHY) for one in [first, *others]),
        (Considered(1, PLACE, 3.1, {"reads": 2.4, "bears": 1.2, "echo": -0.5}),
         Considered(2, "in the shed" + more, -1.2, {"reads": -2.0, "sparkle": 0.8})))


@pytest.fixture
def answer(scripted: Any, make_memory: Callable[..., Memory]) -> Callable[..., None]:
    """Has the scripted engine answer with a trace and whatever else is given."""
    plain = scripted.answer

    def told(*, hits: int = 3, more: str = "", whole: str = "", **parts: Any) -> None:
        scripted.answer = lambda question: replace(
            plain(question), trace=traced(make_memory, whole or question, hits=hits, more=more), **parts)

    return told


def asked(qtbot: QtBot, page: AskPage, question: str = "Where is the spare key?") -> Turn:
    page.ask(question)
    turn = page.turns[-1]
    qtbot.waitUntil(lambda: turn.answer is not None and is_all_there(turn), timeout=20_000)
    return turn


def is_all_there(turn: Turn) -> bool:
    """Have the headline's words all come, and is everything below it laid out?"""
    if not turn.isVisible():  # a page by itself
        return True
    return len(turn.headline.text()) >= len(turn.headline.accessibleName()) and all(
        part.isVisibleTo(turn) == part.isVisible() for part in turn.findChildren(QLabel))


def unfold(qtbot: QtBot, turn: Turn) -> None:
    assert turn.why_chip is not None
    qtbot.mouseClick(turn.why_chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: turn.why is not None and turn.why.isVisible())


def words(within: QWidget) -> list[str]:
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]


def other(number: int) -> Citation:
    return Citation(number, f"Memory number {number}.", f"/notes/{number}.md", (0, 16), None, title=f"Note {number}")


# ------------------------------------------------------------------ beside the answer


def test_reasons_are_one_paragraph_and_contradictions_number_on(
        qtbot: QtBot, window: MainWindow, answer: Callable[..., None]) -> None:
    answer(reasons=("It replaces what was said in May.", "Two places say so."), contradicts=(other(5), other(6)))
    turn = asked(qtbot, window.ask_page)
    said = words(turn)
    assert "It replaces what was said in May. Two places say so." in said
    assert "Something else is said here:" in said
    assert [chip.text() for chip in turn.chips] == ["1  Cabin log, 14 Oct 2024", "2  Note 5", "3  Note 6"]
    qtbot.mouseClick(turn.chips[2], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.panel.detail is not None and window.panel.detail.memory.id == 6)
    assert "Evidence 3 of 3" in words(window.panel)
    assert [chip.isChecked() for chip in turn.chips] == [False, False, True]


def test_a_completed_question_is_told(qtbot: QtBot, window: MainWindow, answer: Callable[..., None]) -> None:
    answer(whole="Where is the spare key of the boat?")
    turn = asked(qtbot, window.ask_page, "And of the boat?")
    assert "Understood as: Where is the spare key of the boat?" in words(turn)
    answer()
    assert not any(line.startswith("Understood") for line in words(asked(qtbot, window.ask_page)))


def test_the_conversation_so_far_goes_with_a_question(qtbot: QtBot, window: MainWindow, scripted: Any) -> None:
    page = window.ask_page
    asked(qtbot, page, "Where is the key?")
    scripted.gate.clear()
    page.ask("What of this?")
    page.stop()
    scripted.gate.set()
    refused = Answer("", AnswerState.NOT_FOUND, None, 0.1, (), 1.0)
    scripted.answer = lambda question: refused
    asked(qtbot, page, "And her sister?")
    asked(qtbot, page, "And then?")
    page.begin_anew()
    asked(qtbot, page, "A new beginning?")
    *talks, last = scripted.talks
    assert len(talks) == 4 and all(talk is talks[0] for talk in talks)
    assert last is not talks[0]


@pytest.mark.parametrize(("refusal", "lead"), [
    (None, "This is what came nearest:"),
    (Refusal.NO_HIT, "This is what came nearest:"),
    (Refusal.NO_ANSWER, "Something comes near, but does not say it:"),
    (Refusal.OTHER_PERSON, "This is told of somebody else:"),
    (Refusal.OTHER_TIME, "This is told of another time:"),
])
def test_a_refusal_says_why(qtbot: QtBot, window: MainWindow, answer: Callable[..., None], refusal: Refusal | None,
                            lead: str) -> None:
    answer(state=AnswerState.NOT_FOUND, text=None, citations=(), nearest=(other(4),), refusal=refusal)
    turn = asked(qtbot, window.ask_page)
    qtbot.waitUntil(lambda: turn.headline.text() == "I have no memory of that.")
    assert lead in words(turn)
    unfold(qtbot, turn)


def test_a_refusal_without_anything_near_has_no_lead(
        qtbot: QtBot, window: MainWindow, answer: Callable[..., None]) -> None:
    answer(state=AnswerState.NOT_FOUND, text=None, citations=(), refusal=Refusal.NO_HIT)
    turn = asked(qtbot, window.ask_page)
    qtbot.waitUntil(lambda: turn.headline.text() == "I have no memory of that.")
    assert not any(line.endswith(":") for line in words(turn))


# ------------------------------------------------------------------ why this?


def test_nothing_is_built_before_it_is_asked_for_and_it_closes_again(
        qtbot: QtBot, window: MainWindow, answer: Callable[..., None]) -> None:
    answer()
    turn = asked(qtbot, window.ask_page)
    assert turn.why is None and turn.findChildren(OpenLine) == []
    unfold(qtbot, turn)
    view = turn.why
    assert turn.why_chip is not None and view is not None
    qtbot.mouseClick(turn.why_chip, Qt.MouseButton.LeftButton)
    assert not view.isVisible()
    unfold(qtbot, turn)
    assert turn.why is view


def test_an_answer_without_a_trace_offers_none(qtbot: QtBot, window: MainWindow) -> None:
    turn = asked(qtbot, window.ask_page)
    assert turn.why_chip is None
    assert not any(button.text() == "Why this?" for button in turn.findChildren(QAbstractButton))


def test_the_trace_in_words(qtbot: QtBot, window: MainWindow, answer: Callable[..., None]) -> None:
    answer()
    turn = asked(qtbot, window.ask_page)
    unfold(qtbot, turn)
    assert turn.why is not None
    said = words(turn.why)
    for line in (
            "What was understood", "asks for", "a place", "What was read · 3", "14 Oct 2024 · Ines", KEY,
            "The numbers are ranks: 1 was found first.",
            "Found by words (2), by meaning (1), by the words around it (3), by its time",
            "holds 80% of the question's words · rank 1 after reading · 62% kept",
            "What was weighed · 2", "given as the answer", "+3.1", "−1.2", "−2.0 how it reads · +0.8 sparkle",
            "How long it took", "searching by words", "3.4 ms", "reading · 3 passages", "1.2 s", "altogether"):
        assert line in said, line
    good, bad = turn.why.findChildren(Bar)
    assert good.end > good.zero > bad.end


def test_a_line_opens_its_memory_with_its_words_marked(
        qtbot: QtBot, window: MainWindow, answer: Callable[..., None]) -> None:
    answer()
    turn = asked(qtbot, window.ask_page)
    turn.open_citation(1)
    unfold(qtbot, turn)
    assert turn.why is not None
    read, weighed = turn.why.lines[1], turn.why.lines[3]
    qtbot.mouseClick(read, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.panel.detail is not None and window.panel.detail.memory.id == 2)
    assert read.lit and not turn.chips[0].isChecked()
    weighed.setFocus()
    qtbot.keyClick(weighed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.panel.detail is not None and window.panel.detail.memory.id == 1)
    assert weighed.lit and not read.lit
    window.close_panel()
    assert not weighed.lit


def test_only_some_are_shown_until_all_are_wanted(
        qtbot: QtBot, window: MainWindow, answer: Callable[..., None]) -> None:
    answer(hits=20)
    turn = asked(qtbot, window.ask_page)
    unfold(qtbot, turn)
    assert turn.why is not None and len(turn.why.lines) == SHOWN + 2
    [more] = [b for b in turn.why.findChildren(QAbstractButton) if b.text() == "Show all 20"]
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not more.isVisible())
    assert len(turn.why.lines) == 22
    window.activateWindow()
    qtbot.waitUntil(turn.why.lines[SHOWN + 2].hasFocus)


def test_the_tab_key_walks_in_the_order_of_the_page(
        qtbot: QtBot, window: MainWindow, answer: Callable[..., None]) -> None:
    answer(hits=11)
    turn = asked(qtbot, window.ask_page)
    unfold(qtbot, turn)
    assert turn.why is not None and turn.why_chip is not None
    [more] = [b for b in turn.why.findChildren(QAbstractButton) if b.text() == "Show all 11"]
    more.click()
    qtbot.waitUntil(lambda: turn.why is not None and turn.why.lines[-1].isVisible())
    window.activateWindow()
    turn.why_chip.setFocus()
    qtbot.waitUntil(turn.why_chip.hasFocus)
    met = []
    for _step in turn.why.lines:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        met.append(QApplication.focusWidget())
    tops = [line.mapTo(turn.why, line.rect().topLeft()).y() for line in met if isinstance(line, OpenLine)]
    assert len(tops) == 13 and tops == sorted(tops)
    assert all(line.accessibleName() for line in turn.why.lines)


def test_unfolding_stays_where_the_owner_reads(
        qtbot: QtBot, window: MainWindow, answer: Callable[..., None]) -> None:
    answer(hits=20)
    turns = [asked(qtbot, window.ask_page) for _n in range(3)]
    for turn in turns:
        qtbot.waitUntil(lambda turn=turn: turn.headline.text().endswith("barrel."))  # type: ignore[misc]
        unfold(qtbot, turn)
        qtbot.wait(30)
        assert turn.why_chip is not None
        assert not turn.why_chip.visibleRegion().isEmpty(), "the chip that was pressed is out of sight"
        assert turn.why is not None and not turn.why.visibleRegion().isEmpty()


def test_a_trace_of_nothing_found(qtbot: QtBot, window: MainWindow, answer: Callable[..., None], scripted: Any) -> None:
    empty = Answer("?", AnswerState.NOT_FOUND, None, 0.0, (), 2.0, trace=Trace("Where?", (), (), (), ()))
    scripted.answer = lambda question: empty
    turn = asked(qtbot, window.ask_page, "Where?")
    unfold(qtbot, turn)
    assert turn.why is not None and turn.why.lines == []


# ------------------------------------------------------------------ long, narrow, from right to left


@pytest.fixture
def narrow(qtbot: QtBot, theme: Theme, bridge: Bridge) -> AskPage:
    """The page alone, as narrow as a telephone."""
    page = AskPage(theme, bridge)
    qtbot.addWidget(page)
    page.resize(360, 700)
    page.show()
    return page


@pytest.fixture
def from_right_to_left(qapp: QApplication) -> Iterator[None]:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def outside(page: AskPage) -> list[str]:
    """What reaches beyond the sides of the conversation."""
    area = page._scroll
    inside = area.viewport().rect()
    found = []
    for part in area.widget().findChildren(QWidget):
        left = part.mapTo(area.viewport(), part.rect().topLeft()).x()
        if part.isVisible() and (left < inside.left() or left + part.width() > inside.right() + 1):
            found.append(f"{type(part).__name__} {part.accessibleName()[:40]}: {left} to {left + part.width()}")
    return found


def test_a_narrow_page_holds_long_texts(qtbot: QtBot, narrow: AskPage, answer: Callable[..., None]) -> None:
    far = replace(other(3), title="A name that is much longer than the window is wide, and goes on")
    answer(text=LONG, reasons=(LONG, "x" * 10_000), contradicts=(far,), hits=20, more=LONG, whole=LONG)
    turn = asked(qtbot, narrow, "Where? " + "w" * 4000)
    qtbot.waitUntil(lambda: turn.headline.text().rstrip(".") == LONG.strip(), timeout=20_000)
    unfold(qtbot, turn)
    qtbot.wait(50)
    assert outside(narrow) == []
    assert "longer than the window" in turn.chips[-1].toolTip()


@pytest.mark.usefixtures("from_right_to_left")
def test_a_narrow_page_from_right_to_left(qtbot: QtBot, narrow: AskPage, answer: Callable[..., None]) -> None:
    answer(reasons=("המפתח תלוי מאחורי החבית.",), contradicts=(other(3),), hits=20)
    turn = asked(qtbot, narrow)
    unfold(qtbot, turn)
    qtbot.wait(50)
    assert outside(narrow) == []
    turn.grab()


def test_long_texts_can_break_and_come_back_whole() -> None:
    family, flag, accents = "👩‍👩‍👧" * 30, "🇳🇴" * 40, "e\u0301" * 50
    for text in ("x" * 10_000, family, flag, accents, "short words only", ""):
        broken = texts.breakable(text)
        assert texts.unbroken(broken) == text
        assert text is flag or all(len(piece) < 40 for piece in broken.split(texts.BREAK))
    assert "\u200d" + texts.BREAK not in texts.breakable(family)
    assert texts.BREAK + "\u0301" not in texts.breakable(accents)
    assert texts.breakable("short words only") == "short words only"


def test_what_is_copied_has_no_breaks(qtbot: QtBot, window: MainWindow, answer: Callable[..., None]) -> None:
    address = "https://example.org/" + "a/long/way/" * 9
    answer(text=address, reasons=(address,))
    turn = asked(qtbot, window.ask_page)
    qtbot.waitUntil(lambda: turn.headline.text().rstrip(".").casefold() == address)
    [reason] = [found for found in turn.findChildren(QLabel) if found.text() == address]
    reason.setSelection(0, len(texts.breakable(address)))
    reason.setFocus()
    qtbot.keySequence(reason, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == address
    menu = turn.menu()
    assert menu is not None
    QGuiApplication.clipboard().clear()
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == address


# ------------------------------------------------------------------ words


def test_unknown_names_stay_as_they_are() -> None:
    assert (part_words("sparkle"), stage_words("dreaming")) == ("sparkle", "dreaming")
    assert measured_words({"sparkle": 0.42, "words": 1.0}, 0.5) == "sparkle 0.4 · 50% kept"
    assert measured_words({"retention": 0.9}, 0.5) == "90% kept"
    assert found_words({}) == "" and weighed_words({}) == ""


def test_no_number_is_too_odd_to_be_told() -> None:
    for odd in (float("nan"), float("inf"), -float("inf"), 1e300):
        assert "(0)" in found_words({"words": odd})
        assert measured_words({"rerank": odd}, odd) == "rank 0 after reading · 0% kept"
        assert weighed_words({"reads": odd}) == "+0.0 how it reads"
        assert texts.milliseconds(odd) == "0 ms"
        assert texts.percent(odd) == "0"


@pytest.mark.parametrize(("value", "shown"), [(0.0, "+0.0"), (-0.01, "+0.0"), (-0.6, "−0.6"), (2.13, "+2.1")])
def test_signs_are_told(value: float, shown: str) -> None:
    assert texts.signed(value) == shown


@pytest.mark.parametrize(("took", "shown"), [(0.0, "0 ms"), (0.42, "0.4 ms"), (12.4, "12 ms"), (1310.0, "1.3 s")])
def test_times_are_told(took: float, shown: str) -> None:
    assert texts.milliseconds(took) == shown
