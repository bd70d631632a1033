"""Answers in a language model's words, in the window over a real engine: as they come, cited, marked, left out."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme.ports import ModelFacts
from mneme.types import AnswerState, Sentence, Streamed, SubQuestion, Support
from mneme_desktop.bridge import on_gui_thread
from mneme_desktop.chat.turn import Turn
from mneme_desktop.parts import texts
from mneme_desktop.shell.window import MODELS, MainWindow
from mneme_desktop.watchdog import Watchdog

KEY = "# Cabin\n\nThe spare key is behind the blue rain barrel.\n"
BOAT = "# Boat\n\nThe boat was sold for 38,500 kroner to Sigrun in June.\n"
BARREL = "The spare key is behind the blue rain barrel."
QUESTION = "Where is the spare key?"
LIE = "The alarm code of the cabin is 4711"
Opens = Callable[[Engine], MainWindow]


@pytest.fixture
def window(told: Any, open_window: Opens) -> MainWindow:
    told.note("cabin.md", KEY)
    told.note("boat.md", BOAT)
    told.say = lambda m: f"{BARREL} [{number_of(m, 'barrel')}]"
    return open_window(told.engine)


def number_of(memories: dict[int, str], words: str) -> int:
    return next(number for number, text in memories.items() if words in text)


def asked(qtbot: QtBot, window: MainWindow, question: str = QUESTION) -> Turn:
    window.ask_page.ask(question)
    turn = window.ask_page.turns[-1]
    qtbot.waitUntil(lambda: turn.answer is not None, timeout=20_000)
    return turn


def words(within: QWidget) -> list[str]:
    return [found.text() for found in within.findChildren(QLabel) if found.isVisible() and found.text()]


# ------------------------------------------------------------------ the finished answer


def test_a_written_answer_opens_its_place(qtbot: QtBot, window: MainWindow) -> None:
    turn = asked(qtbot, window)
    assert turn.answer is not None and turn.answer.written is not None and turn.writing is not None
    prose = turn.writing.prose
    assert prose.plain() == BARREL and [mark.text() for mark in prose.marks] == ["1"]
    assert turn.chips[0].text().startswith("1  Cabin")
    window.close_panel()
    qtbot.mouseClick(prose.marks[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.panel.isVisible() and window.panel.detail is not None)
    assert window.panel.passage.marked_text() == turn.answer.citations[0].text
    assert prose.marks[0].isChecked() and turn.chips[0].isChecked()
    window.close_panel()
    assert not prose.marks[0].isChecked()
    said = words(turn)
    assert any(line.startswith("from your memories") for line in said) and "scripted-model" in said


def test_a_mark_is_reached_and_pressed_with_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    turn = asked(qtbot, window)
    assert turn.writing is not None
    window.close_panel()
    window.activateWindow()
    mark = turn.writing.prose.marks[0]
    mark.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(mark.hasFocus)
    qtbot.keyClick(mark, Qt.Key.Key_Space)
    qtbot.waitUntil(window.panel.isVisible)
    assert mark.accessibleName().startswith("Evidence 1: ") and mark.toolTip()
    assert turn.writing.prose.accessibleName() == "The answer"


def test_a_lie_is_left_out_and_listed(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    told.say = lambda m: f"{BARREL} [{number_of(m, 'barrel')}] {LIE} [1]."
    turn = asked(qtbot, window)
    assert turn.writing is not None and "4711" not in turn.writing.prose.toPlainText()
    assert turn.left_out_chip is not None and turn.left_out_chip.text() == "1 sentence left out"
    assert not any("4711" in line for line in words(turn))
    qtbot.mouseClick(turn.left_out_chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(LIE in line for line in words(turn)))
    assert turn.answer is not None and turn.answer.written is not None
    [dropped] = turn.answer.written.dropped
    assert dropped.why and dropped.why in words(turn)
    qtbot.mouseClick(turn.left_out_chip, Qt.MouseButton.LeftButton)
    assert turn.left_out is not None and not turn.left_out.isVisible()


def test_where_all_are_lies_the_built_in_answer_stands(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    told.say = lambda m: f"{LIE} [1]."
    turn = asked(qtbot, window)
    qtbot.waitUntil(lambda: turn.headline.text() == "Behind the blue rain barrel.")
    assert turn.answer is not None and turn.answer.written is not None
    assert turn.answer.written.message in words(turn)
    assert turn.writing is None or not turn.writing.isVisible()


def test_a_sentence_that_is_not_certain_is_marked(qtbot: QtBot, window: MainWindow, scripted_answer: Any) -> None:
    text = "She moved to Bergen in 2019."
    scripted_answer(Sentence(text, (0,), Support.UNSURE, ((20, 28),), "No memory names that year."))
    turn = asked(qtbot, window)
    assert turn.writing is not None
    prose = turn.writing.prose
    cursor = prose.textCursor()
    underlined = []
    for at in range(len(text)):
        cursor.setPosition(at + 1)
        if cursor.charFormat().fontUnderline() or cursor.charFormat().underlineStyle().value:
            underlined.append(text[at])
            assert cursor.charFormat().underlineColor().name() == window._theme.colours.warm
            assert "No memory names that year." in cursor.charFormat().toolTip()
    assert "".join(underlined) == "in 2019."
    assert "No memory names that year." in prose.accessibleDescription()
    [_one, doubt] = prose.marks
    assert doubt.text() == "?" and "No memory names that year." in doubt.accessibleName()
    qtbot.mouseClick(doubt, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any("No memory names that year." in line for line in words(turn)))
    qtbot.mouseClick(doubt, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not any("No memory names that year." in line for line in words(turn)))


@pytest.fixture
def scripted_answer(told: Any) -> Callable[..., None]:
    """Has the engine's answers come out with these sentences in the place of those that were written."""
    plain = told.engine.ask

    def give(*sentences: Sentence, **parts: Any) -> None:
        def ask(question: str, **how: Any) -> Any:
            answer = plain(question, **how)
            assert answer.written is not None
            return replace(answer, written=replace(answer.written, sentences=sentences, **parts))

        told.engine.ask = ask

    return give


def test_what_is_copied_has_its_places(qtbot: QtBot, window: MainWindow) -> None:
    turn = asked(qtbot, window)
    window._copy_answer()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(f"{BARREL} [1]\n[1] Cabin") and "barrel" in copied.splitlines()[1]
    assert turn.writing is not None
    turn.writing.prose.selectAll()
    menu = turn.menu()
    assert menu is not None
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == f"{BARREL} [1]"


def test_the_models_own_knowledge_looks_otherwise(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    told.engine.set_setting("llm.own_knowledge", True)
    known = told.model._write

    def write(prompt: Any, wish: Any) -> Any:
        if wish.schema is not None and {"answer", "confidence"} & set(wish.schema["properties"]):
            return json.dumps({"answer": "Canberra", "known": True, "confidence": 0.95})
        return "Canberra." if wish.schema is None else known(prompt, wish)

    told.model._write = write
    turn = asked(qtbot, window, "What is the capital of Australia?")
    assert turn.answer is not None
    if turn.answer.state is not AnswerState.FROM_MODEL:
        pytest.fail(f"{turn.answer.state}: {turn.answer.message}")
    assert turn.writing is not None and turn.writing.property("role") == "own"
    said = words(turn)
    assert "From the model's own knowledge" in said and "not from your memories" in said
    assert turn.chips == [] and turn.writing.prose.marks == []
    assert not any(line.startswith("from your memories") for line in said)


def test_a_server_is_named(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    told.model._facts = ModelFacts(8192, 4, "own server", "http://localhost:11434")
    assert "asked at http://localhost:11434" in words(asked(qtbot, window))


def test_a_model_that_is_gone_leads_to_the_settings(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    told.engine.set_setting("llm.model", "one-that-was-removed")
    turn = asked(qtbot, window)
    assert turn.answer is not None and turn.answer.state is AnswerState.MODEL_MISSING
    [chip] = [one for one in turn.findChildren(QWidget) if one.accessibleName() == "Language model…"]
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert window.rooms.currentIndex() == MODELS


def test_without_a_model_answers_are_read_out(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    told.engine.models.use("none")
    window.ask_page.read_model()
    qtbot.waitUntil(lambda: window.ask_page.composer.deep.isHidden())
    turn = asked(qtbot, window)
    assert turn.writing is None and turn.answer is not None and turn.answer.text == "behind the blue rain barrel"
    assert told.model.asked == []


# ------------------------------------------------------------------ as it comes


class Slowly:
    """Gives a text piece by piece; after each it waits until the test lets it go on."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = pieces
        self._go = threading.Semaphore(0)
        self.given = 0

    def __call__(self, memories: dict[int, str]) -> Iterator[str]:
        for piece in self._pieces:
            self._go.acquire(timeout=20)
            self.given += 1
            yield piece.replace("[1]", f"[{number_of(memories, 'barrel')}]")

    def let(self, pieces: int) -> None:
        for _n in range(pieces):
            self._go.release()


def test_sentences_settle_while_the_next_is_dimmed(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    told.say = slow = Slowly("The spare key is behind ", "the blue rain barrel. [1] ", "The boat was ", "sold.")
    window.ask_page.ask(QUESTION)
    turn = window.ask_page.turns[-1]
    slow.let(1)
    qtbot.waitUntil(lambda: turn.writing is not None and turn.writing.prose.draft == "The spare key is behind",
                    timeout=20_000)
    assert turn.writing is not None
    prose = turn.writing.prose
    assert prose.sentences == () and colour_at(prose, 3) == window._theme.colours.muted
    qtbot.waitUntil(lambda: prose.isVisible() and prose.height() == prose.minimumHeight())  # it is laid out
    heights = [prose.height()]
    slow.let(2)
    qtbot.waitUntil(lambda: prose.draft == "The boat was" and bool(prose.sentences), timeout=20_000)
    heights.append(prose.height())
    assert prose.sentences[0].text == BARREL and colour_at(prose, 3) == window._theme.colours.ink
    assert colour_at(prose, prose.document().characterCount() - 1) == window._theme.colours.muted
    assert len(prose.marks) == 1 and turn.answer is None
    qtbot.mouseClick(prose.marks[0], Qt.MouseButton.LeftButton)  # its place can be looked at already
    qtbot.waitUntil(lambda: window.panel.isVisible() and window.panel.detail is not None)
    slow.let(9)
    qtbot.waitUntil(lambda: turn.answer is not None, timeout=20_000)
    assert heights == sorted(heights) and prose.draft == ""


def colour_at(prose: Any, position: int) -> str:
    cursor = prose.textCursor()
    cursor.setPosition(position)
    name: str = cursor.charFormat().foreground().color().name()
    return name


def test_stopping_in_the_middle_keeps_what_was_settled(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    told.say = slow = Slowly("The spare key is behind the blue rain barrel. [1] ", "The boat was ", "sold", " in June.")
    window.ask_page.ask(QUESTION)
    turn = window.ask_page.turns[-1]
    slow.let(2)
    qtbot.waitUntil(lambda: turn.writing is not None and turn.writing.prose.draft == "The boat was", timeout=20_000)
    qtbot.mouseClick(window.ask_page.composer.button, Qt.MouseButton.LeftButton)
    assert turn.writing is not None and turn.writing.prose.draft == ""
    qtbot.waitUntil(lambda: "Stopped." in words(turn))
    assert turn.writing.prose.plain() == BARREL
    slow.let(9)
    told.say = lambda m: f"{BARREL} [{number_of(m, 'barrel')}]"
    assert asked(qtbot, window).answer is not None  # the model is free again
    assert turn.answer is None and turn.writing.prose.plain() == BARREL


def test_two_thousand_updates_do_not_block_the_window(qtbot: QtBot, open_window: Opens, scripted: Any) -> None:
    whole = " ".join(f"Sentence number {n} says something of the cabin." for n in range(40)).split(" ")
    sentences = [Sentence(f"Sentence number {n} says something of the cabin.", (0,), Support.SUPPORTED)
                 for n in range(40)]

    def streams() -> Iterator[Streamed]:
        for n in range(2000):
            at = n * len(sentences) // 2000
            yield Streamed(tuple(sentences[:at]), " ".join(whole[: n % 8]), scripted.answer("?").citations)
            threading.Event().wait(0.0005)

    window = open_window(scripted.as_engine())
    scripted.streams = streams()
    shown: list[int] = []
    dog = Watchdog()
    window.ask_page.ask(QUESTION)
    turn = window.ask_page.turns[-1]
    showing = turn.show_streamed

    def count(streamed: Streamed) -> None:
        shown.append(len(streamed.sentences))
        showing(streamed)

    operation = window.ask_page._running
    assert operation is not None
    operation.streamed(count)
    qtbot.waitUntil(lambda: turn.answer is not None, timeout=60_000)
    dog.stop()
    assert shown and len(shown) < 400 and shown == sorted(shown)  # the latest wins; nobody draws each token
    assert [block for block in dog.blocks if "prose" in block or "writing" in block] == []


def test_nothing_of_the_engine_runs_on_the_gui_thread(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    where: list[bool] = []

    def say(memories: dict[int, str]) -> str:
        where.append(on_gui_thread())
        return f"{BARREL} [{number_of(memories, 'barrel')}]"

    told.say = say
    asked(qtbot, window)
    assert where == [False]


# ------------------------------------------------------------------ deep questions


def test_a_deep_question_shows_its_parts_live_and_afterwards(qtbot: QtBot, window: MainWindow, told: Any) -> None:
    composer = window.ask_page.composer
    qtbot.waitUntil(composer.deep.isVisible)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert composer.is_deep()
    told.plan = [{"id": "q1", "text": "Where is the spare key?", "needs": []},
                 {"id": "q2", "text": "Who bought the boat?", "needs": []}]
    told.say = lambda m: (f"{BARREL} [{number_of(m, 'barrel')}]" if any("barrel" in one for one in m.values())
                          else "NO MEMORY")
    window.ask_page.ask("Where is the spare key, and who bought the boat?")
    turn = window.ask_page.turns[-1]
    qtbot.waitUntil(lambda: turn.answer is not None, timeout=30_000)
    assert turn.answer is not None and turn.answer.written is not None
    assert len(turn.answer.written.graph) >= 2
    assert turn.writing is None or not turn.writing.parts.isVisible()
    assert turn.why_chip is not None
    qtbot.mouseClick(turn.why_chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: turn.why is not None and turn.why.isVisible())
    assert turn.why is not None and turn.why.parts is not None
    assert {node.id for node in turn.why.parts.graph} == {node.id for node in turn.answer.written.graph}


def test_the_parts_stand_above_the_answer_while_they_are_looked_for(
        qtbot: QtBot, open_window: Opens, scripted: Any) -> None:
    def graph(one: Any, other: Any) -> tuple[SubQuestion, ...]:
        return (SubQuestion("q1", "Who is the sister of Maren?", (), one, "Ines"),
                SubQuestion("q2", "Where does {q1} live?", ("q1",), other),
                SubQuestion("whole", "Where does her sister live?", ("q2",), "waiting"))

    go = threading.Event()

    def streams() -> Iterator[Streamed]:
        yield Streamed((), graph=graph("answered", "running"))
        go.wait(20)

    window = open_window(scripted.as_engine())
    scripted.streams = streams()
    window.ask_page.ask("Where does her sister live?")
    turn = window.ask_page.turns[-1]
    qtbot.waitUntil(lambda: turn.writing is not None and turn.writing.parts.isVisible())
    assert turn.writing is not None
    said = words(turn.writing.parts)
    assert said == ["The parts of the question", "Where does her sister live?", "Where does Ines live?", "looking…",
                    "Who is the sister of Maren?", "Ines"]
    names = [part.accessibleName() for part in turn.writing.parts.findChildren(QWidget)]
    assert "Who is the sister of Maren? · answered · Ines" in names
    go.set()
    qtbot.waitUntil(lambda: turn.answer is not None)


def test_deep_is_offered_only_where_a_model_writes(qtbot: QtBot, open_window: Opens, scripted: Any) -> None:
    window = open_window(scripted.as_engine())
    composer = window.ask_page.composer
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert composer.deep.isHidden() and not composer.is_deep()
    assert composer.model.text() == "built in"
    qtbot.mouseClick(composer.model, Qt.MouseButton.LeftButton)
    assert window.rooms.currentIndex() == MODELS


# ------------------------------------------------------------------ why this


def test_why_tells_what_was_noted_left_out_and_how_full_the_prompt_was(
        qtbot: QtBot, window: MainWindow, told: Any) -> None:
    told.say = lambda m: f"{BARREL} [{number_of(m, 'barrel')}] {LIE} [1]."
    turn = asked(qtbot, window)
    assert turn.why_chip is not None and turn.answer is not None and turn.answer.written is not None
    qtbot.mouseClick(turn.why_chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: turn.why is not None and turn.why.isVisible())
    assert turn.why is not None and turn.why.budget is not None
    said = words(turn.why)
    notes = len(turn.answer.written.notes)
    assert f"What the model noted · {notes}" in said and any(line.startswith("bears on it") for line in said)
    assert "What was left out · 1" in said and any(LIE in line for line in said)
    budget = turn.why.budget
    assert budget.used == sum(one.tokens for one in turn.answer.written.segments)
    assert budget.context == 8192 and "memories" in budget.accessibleName()
    assert f"{texts.number(budget.used)} of {texts.number(8192)} tokens" in said
    budget.grab()
