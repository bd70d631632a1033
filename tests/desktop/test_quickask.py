"""The window for a quick question: its states, its coming and going, and what leads on from it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.paths import Profile
from mneme.types import Answer, AnswerState, ModelInfo, Refusal
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.widgets import Chip
from mneme_desktop.shell.instance import QUICK_ASK, QUIT, RAISE, REST, TOKEN, Wish
from mneme_desktop.shell.notifications import PROBLEM, News
from mneme_desktop.shell.outside import Outside
from mneme_desktop.shell.quickask import TALLEST, WIDTH, QuickAsk
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.start import PassphraseForm
from mneme_desktop.shell.window import ASK, CAPTURE, MEMORIES, MODELS

WORDS = "horse staple barrel"
QUESTION = "Where is the spare key?"


@pytest.fixture
def quick(qtbot: QtBot, theme: Theme, bridge: Bridge) -> Iterator[QuickAsk]:
    made = QuickAsk(theme)
    qtbot.addWidget(made)
    made.use(bridge)
    made.appear()
    yield made
    made.use(None)


def words(quick: QWidget) -> list[str]:
    return [one.text() for one in quick.findChildren(QLabel) if one.isVisible() and one.text()]


def buttons(quick: QWidget) -> list[str]:
    return [one.text() for one in quick.findChildren(QPushButton) if one.isVisible() and not isinstance(one, Chip)]


def press(quick: QWidget, text: str) -> None:
    next(one for one in quick.findChildren(QPushButton) if one.isVisible() and one.text() == text).click()


def ask(qtbot: QtBot, quick: QuickAsk, question: str = QUESTION) -> None:
    quick.line.setText(question)
    qtbot.keyClick(quick.line, Qt.Key.Key_Return)


def test_a_question_and_its_answer(qtbot: QtBot, quick: QuickAsk) -> None:
    assert quick.isVisible() and quick.width() == WIDTH and words(quick) == []
    small = quick.height()
    ask(qtbot, quick)
    qtbot.waitUntil(lambda: "Behind the blue rain barrel." in words(quick))
    said = words(quick)
    assert said[1] == "“The spare key 🔑 hangs behind the blue rain barrel now.” — Monday 14 October 2024"
    assert "from your memories · sure" in said
    [chip] = quick.findChildren(Chip)
    assert chip.accessibleName() == "Evidence 1: Cabin log, 14 Oct 2024"
    assert buttons(quick) == ["Open in Mneme"]
    assert quick.height() > small and quick.below.verticalScrollBar().maximum() == 0


def test_nothing_is_asked_where_nothing_is_written(qtbot: QtBot, quick: QuickAsk, scripted: Any) -> None:
    ask(qtbot, quick, "   ")
    assert not quick.below.isVisible() and "ask" not in scripted.calls


def test_no_memory_of_it(qtbot: QtBot, quick: QuickAsk, scripted: Any) -> None:
    found = scripted.answer(QUESTION)
    scripted.answer = lambda question: Answer(question, AnswerState.NOT_FOUND, None, 0.1, (), 3.0,
                                              nearest=found.citations, refusal=Refusal.OTHER_PERSON,
                                              contradicts=found.citations)
    ask(qtbot, quick)
    qtbot.waitUntil(lambda: "I have no memory of that." in words(quick))
    assert "This is told of somebody else:" in words(quick) and "Something else is said here:" in words(quick)
    assert [one.text()[0] for one in quick.findChildren(Chip)] == ["1", "2"]


@pytest.mark.parametrize("state", [AnswerState.MODEL_MISSING, AnswerState.MODEL_FAILED, AnswerState.TIMED_OUT])
def test_states_without_an_answer_are_told_apart(qtbot: QtBot, quick: QuickAsk, scripted: Any,
                                                 state: AnswerState) -> None:
    scripted.answer = lambda question: Answer(question, state, None, 0.0, (), 1.0, message=f"It is {state}.")
    ask(qtbot, quick)
    qtbot.waitUntil(lambda: f"It is {state}." in words(quick))
    assert buttons(quick) == ["Ask again", "Open in Mneme"]
    press(quick, "Ask again")
    qtbot.waitUntil(lambda: scripted.calls.count("ask") == 2)


def test_what_was_told_is_kept(qtbot: QtBot, quick: QuickAsk, scripted: Any) -> None:
    scripted.answer = lambda question: Answer(question, AnswerState.KEPT, None, 1.0, (), 1.0)
    ask(qtbot, quick, "The key is with Ines now.")
    qtbot.waitUntil(lambda: "I will remember that." in words(quick))


def test_an_error_says_what_to_do(qtbot: QtBot, quick: QuickAsk, scripted: Any) -> None:
    scripted.problem = KnownError("The store is damaged.", "Run `mneme doctor`.")
    ask(qtbot, quick)
    qtbot.waitUntil(lambda: "The store is damaged." in words(quick))
    assert "Run `mneme doctor`." in words(quick) and buttons(quick) == ["Ask again"]
    scripted.problem = None
    press(quick, "Ask again")
    qtbot.waitUntil(lambda: "Behind the blue rain barrel." in words(quick))


def test_a_newer_question_takes_the_place_of_a_running_one(qtbot: QtBot, quick: QuickAsk, scripted: Any) -> None:
    scripted.gate.clear()
    ask(qtbot, quick, "first")
    assert words(quick) == ["Searching your memories…"]
    ask(qtbot, quick, "second")
    scripted.answer = lambda question: Answer(question, AnswerState.KEPT, None, 1.0, (), 1.0, message=f"Of {question}")
    scripted.gate.set()
    qtbot.waitUntil(lambda: "Of second" in words(quick))
    assert "Of first" not in words(quick)


def test_it_goes_on_while_it_is_put_away(qtbot: QtBot, quick: QuickAsk, scripted: Any) -> None:
    scripted.gate.clear()
    ask(qtbot, quick)
    qtbot.keyClick(quick.line, Qt.Key.Key_Escape)
    assert not quick.isVisible()
    scripted.gate.set()
    qtbot.waitUntil(lambda: quick.answer is not None)
    quick.appear()
    assert "Behind the blue rain barrel." in words(quick) and quick.line.text() == QUESTION
    assert quick.line.selectedText() == QUESTION and quick._forgetting.isActive() is False


def test_after_a_while_it_begins_anew(qtbot: QtBot, quick: QuickAsk, scripted: Any) -> None:
    ask(qtbot, quick)
    qtbot.waitUntil(lambda: quick.answer is not None)
    ask(qtbot, quick, "And her sister?")
    qtbot.waitUntil(lambda: quick.answer is not None)
    quick.hide()
    assert quick._forgetting.isActive()
    quick._forgetting.setInterval(0)
    qtbot.waitUntil(lambda: quick.answer is None)
    quick.appear()
    assert quick.line.text() == "" and words(quick) == []
    ask(qtbot, quick)
    qtbot.waitUntil(lambda: quick.answer is not None)
    first, second, third = scripted.talks
    assert first is second and third is not first  # one conversation, until it was forgotten


def test_leaving_it_empty_puts_it_away(qtbot: QtBot, quick: QuickAsk) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    qtbot.waitUntil(quick.isActiveWindow)
    qtbot.keyClicks(quick.line, "half a")
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not quick.isActiveWindow())
    assert quick.isVisible()
    quick.appear()
    qtbot.waitUntil(quick.isActiveWindow)
    quick.line.clear()
    other.activateWindow()
    qtbot.waitUntil(lambda: not quick.isVisible())


def test_locked_it_shows_nothing_and_asks_nothing(qtbot: QtBot, quick: QuickAsk, scripted: Any) -> None:
    ask(qtbot, quick)
    qtbot.waitUntil(lambda: quick.answer is not None)
    quick.set_locked(True)
    assert words(quick) == ["Mneme is locked", "Open it with your passphrase; then you can ask here."]
    assert not quick.line.isVisible() and quick.line.text() == "" and quick.answer is None
    with qtbot.waitSignal(quick.raise_wanted):
        press(quick, "Unlock…")
    assert not quick.isVisible()
    quick.set_locked(False)
    quick.appear()
    assert quick.line.isVisible() and words(quick) == []


def test_before_the_profile_is_open_it_says_so(qtbot: QtBot, theme: Theme) -> None:
    quick = QuickAsk(theme)
    qtbot.addWidget(quick)
    quick.appear()
    ask(qtbot, quick)
    assert "Your memories are being opened…" in words(quick)


def test_a_long_answer_scrolls_and_stays_on_the_screen(qtbot: QtBot, quick: QuickAsk, scripted: Any) -> None:
    found = scripted.answer(QUESTION)
    many = tuple(replace(found.citations[0], title=f"A title that goes on and on and on and on {n} 🔑")
                 for n in range(40))
    scripted.answer = lambda question: replace(found, text="behind the blue rain barrel " * 300, citations=many)
    ask(qtbot, quick)
    qtbot.waitUntil(lambda: quick.answer is not None)
    screen = quick.screen().availableGeometry()
    assert quick.below.height() == round(screen.height() * TALLEST) and quick.width() == WIDTH
    assert quick.below.verticalScrollBar().maximum() > 0


def test_right_to_left_and_dark(qtbot: QtBot, quick: QuickAsk, scripted: Any, theme: Theme) -> None:
    quick.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    theme.use("dark")
    scripted.answer = lambda question: replace(Answer(question, AnswerState.ANSWERED, "מאחורי החבית", 0.9, (), 1.0))
    ask(qtbot, quick, "איפה המפתח?")
    qtbot.waitUntil(lambda: "מאחורי החבית." in words(quick))
    [headline] = [one for one in quick.findChildren(QLabel) if one.text() == "מאחורי החבית."]
    assert headline.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert not quick.grab().isNull()
    theme.use("light")


def test_it_is_reached_without_a_mouse(qtbot: QtBot, quick: QuickAsk) -> None:
    ask(qtbot, quick)
    qtbot.waitUntil(lambda: quick.answer is not None)
    reached = []
    for _n in range(3):
        qtbot.keyClick(quick.focusWidget(), Qt.Key.Key_Tab)
        reached.append(quick.focusWidget().accessibleName())
    assert reached == ["Evidence 1: Cabin log, 14 Oct 2024", "Open in Mneme", "Question"]


def test_closing_it_only_puts_it_away(quick: QuickAsk) -> None:
    assert quick.close()  # one window that refuses would keep the whole program from ending
    assert not quick.isVisible()
    quick.appear()
    assert quick.isVisible()


# ------------------------------------------------------------------ with a session


@pytest.fixture
def outside(theme: Theme, begin_real: Callable[..., Session], tmp_path: Path) -> Iterator[Outside]:
    """Over a real engine that knows one note."""
    session = begin_real()
    made = Outside(theme, session)
    yield made
    made.close()


def teach(qtbot: QtBot, outside: Outside, tmp_path: Path) -> None:
    note = tmp_path / "cabin.md"
    note.write_text("The spare key hangs behind the blue rain barrel.\n", encoding="utf-8")
    window = outside._session.window
    assert window is not None
    window.adder.add([note])
    with qtbot.waitSignal(window.adder.ended, timeout=30_000):
        pass


def test_it_goes_on_in_the_window(qtbot: QtBot, outside: Outside, tmp_path: Path) -> None:
    teach(qtbot, outside, tmp_path)
    window = outside._session.window
    assert window is not None
    window.go(MEMORIES)
    outside.obey(Wish(QUICK_ASK))
    ask(qtbot, outside.quick)
    qtbot.waitUntil(lambda: outside.quick.answer is not None, timeout=30_000)
    answer = outside.quick.answer
    assert answer is not None and (answer.citations or answer.nearest)
    qtbot.keyClick(outside.quick.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not outside.quick.isVisible() and window.rooms.currentIndex() == ASK
    [turn] = window.ask_page.turns
    assert turn.question == QUESTION and turn.answer is answer
    window.ask_page.ask("And when was that?")
    qtbot.waitUntil(lambda: window.ask_page.turns[1].answer is not None, timeout=30_000)
    outside.quick_ask()
    assert outside.quick.line.text() == "" and outside.quick.answer is None  # it is had there now

    ask(qtbot, outside.quick)
    qtbot.waitUntil(lambda: outside.quick.answer is not None, timeout=30_000)
    outside.quick.findChildren(Chip)[0].click()
    assert window.panel.isVisible()
    qtbot.waitUntil(lambda: window.panel.detail is not None, timeout=20_000)
    assert [one.question for one in window.ask_page.turns] == [QUESTION]


def test_what_a_later_start_wishes_is_done(qtbot: QtBot, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "")
    window = outside._session.window
    assert window is not None
    window.hide()
    outside.obey(Wish(REST))
    assert not window.isVisible() and not outside.quick.isVisible()
    outside.obey(Wish(RAISE, "token-1"))
    assert window.isVisible()
    window.showMinimized()
    outside.obey(Wish(RAISE))
    assert window.isVisible() and not window.isMinimized()
    outside.obey(Wish(QUICK_ASK))
    assert outside.quick.isVisible()
    with qtbot.waitSignal(outside._session.ended):
        outside.obey(Wish(QUIT))


def test_news_is_shown_by_the_tray_and_opens_its_place(
        qtbot: QtBot, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _icon, _title, sentence, *_more: shown.append(sentence))
    session, window = outside._session, outside._session.window
    assert window is not None and outside.notifier is not None
    session.use_tray()
    window.settings_page.keep("window.notify", "all")
    qtbot.waitUntil(lambda: outside.notifier is not None and outside.notifier.level == "all")
    window.hide()
    window.models_page.downloads.finished.emit(ModelInfo("x", "A <b>small</b> model", "chat", "", "ready"))
    assert shown == ["A ‹b›small‹/b› model is downloaded."]
    assert session.tray is not None
    session.tray.icon.messageClicked.emit()
    assert window.isVisible() and window.rooms.currentIndex() == MODELS
    outside.notifier.tell(News(PROBLEM, "/notes", "One place cannot be watched", "words"))
    session.tray.icon.messageClicked.emit()
    assert shown[1:] == ["words"] and window.rooms.currentIndex() == CAPTURE


def test_the_key_follows_its_setting_and_its_problem_is_told_there(qtbot: QtBot, outside: Outside) -> None:
    window = outside._session.window
    assert window is not None
    page, trouble = window.settings_page, window.settings_page.rows["window.hotkey"].trouble
    qtbot.waitUntil(lambda: "mneme-desktop --quick-ask" in trouble.text())  # offscreen there is no way
    page.keep("window.hotkey", "nonsense")
    qtbot.waitUntil(lambda: "nonsense is no combination" in trouble.text())
    page.keep("window.hotkey", "")
    qtbot.waitUntil(lambda: trouble.text() == "" and trouble.isHidden())
    outside.hotkey.pressed.emit("")
    assert outside.quick.isVisible()


def test_a_wish_before_the_profile_is_open_waits_for_it(
        qtbot: QtBot, theme: Theme, profile: Any, begin_real: Callable[..., Session]) -> None:
    begin_real().quit()
    opening = Session(theme, profile, lambda which, passphrase: Engine.open(which, use_keyring=False), hidden=True)
    outside = Outside(theme, opening)
    outside.obey(Wish(QUICK_ASK))
    assert not outside.quick.isVisible()
    outside.obey(Wish(RAISE))
    assert opening.start.isVisible()
    qtbot.waitUntil(lambda: opening.window is not None, timeout=30_000)
    assert opening.window is not None
    qtbot.addWidget(opening.window)
    assert outside.quick.isVisible() and opening.window.isVisible()
    outside.close()
    opening.quit()


def test_a_profile_that_is_locked_and_opened_again(
        qtbot: QtBot, theme: Theme, profile: Profile, open_quick: Callable[..., Engine],
        start_session: Callable[..., Session]) -> None:
    with open_quick(profile, None) as engine:
        engine.change_key(place="passphrase", passphrase=WORDS)
    session = start_session(profile)
    unlock(qtbot, session)
    outside = Outside(theme, session)
    outside.quick_ask()
    ask(qtbot, outside.quick)
    qtbot.waitUntil(lambda: outside.quick.answer is not None, timeout=30_000)
    session.lock()
    assert session.is_locked and not outside.quick.isVisible() and outside.quick.answer is None
    outside.quick_ask()
    assert words(outside.quick)[0] == "Mneme is locked"
    press(outside.quick, "Unlock…")
    assert session.start.isVisible() and not outside.quick.isVisible()
    unlock(qtbot, session)
    outside.quick_ask()
    ask(qtbot, outside.quick)
    qtbot.waitUntil(lambda: outside.quick.answer is not None, timeout=30_000)
    outside.close()


def unlock(qtbot: QtBot, session: Session) -> None:
    """Type the passphrase and wait for the window."""
    qtbot.waitUntil(lambda: isinstance(session.start.form, PassphraseForm), timeout=20_000)
    form = session.start.form
    assert isinstance(form, PassphraseForm)
    qtbot.waitUntil(form.open.isEnabled, timeout=40_000)
    form.secret.line.setText(WORDS)
    qtbot.keyClick(form.secret.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.window is not None and session.window.settled, timeout=20_000)
