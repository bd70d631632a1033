"""What is told outside of the window: of what, how often, and in whose words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from mneme.types import Changes, Pause, PendingQuestion, SourceInfo
from mneme_desktop.capture.capturing import Capturing
from mneme_desktop.shell import notifications
from mneme_desktop.shell.notifications import ALL, FOUND, IMPORTANT, NO, News, Notifier

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


class Shown:
    """A notifier over the scripted engine, and what it has shown."""

    def __init__(self, bridge: Any) -> None:
        self.said: list[str] = []
        self.capturing = Capturing(bridge)
        self.notifier = Notifier(bridge, self.capturing, lambda _title, sentence: self.said.append(sentence))


@pytest.fixture
def shown(qtbot: QtBot, bridge: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    monkeypatch.setattr(notifications, "SOON_MS", 0)
    made = Shown(bridge)
    made.capturing.read()
    qtbot.waitUntil(lambda: made.capturing.now is not None and made.notifier._known is not None)
    yield made
    made.notifier.deleteLater()
    made.capturing.deleteLater()


def question(number: int) -> PendingQuestion:
    return PendingQuestion(number, "Where is the key?", NOW, NOW, "behind the barrel", 3)


def source(number: int = 1, problem: str | None = None) -> SourceInfo:
    return SourceInfo(number, "folder", f"/home/me/Divorce {number}", False, "keep", None, 1, 0, 0, 0, None, problem)


def look(qtbot: QtBot, shown: Shown) -> None:
    """Have capture looked at, and wait until it was."""
    with qtbot.waitSignal(shown.capturing.changed):
        shown.capturing.read()


@pytest.mark.parametrize(("level", "said"), [
    (IMPORTANT, ["A question of yours has found an answer."]),
    (ALL, ["You once asked: Where is the key? There is an answer now: behind the barrel"]), (NO, [])])
def test_a_question_that_found_its_answer(qtbot: QtBot, shown: Shown, scripted: Any, level: str,
                                          said: list[str]) -> None:
    shown.notifier.level = level
    scripted.life.found = (question(1),)
    shown.notifier.read()
    qtbot.waitUntil(lambda: shown.notifier._known == {1})
    assert shown.said == said
    if said:
        with qtbot.waitSignal(shown.notifier.chosen) as chosen:
            shown.notifier.press()
        assert chosen.args[0].memory == 3


def test_it_looks_after_each_change(qtbot: QtBot, shown: Shown, scripted: Any) -> None:
    scripted.life.found = (question(1),)
    scripted._publish(Changes(everything=True))
    qtbot.waitUntil(lambda: len(shown.said) == 1)


def test_what_was_found_before_the_start_is_not_news(qtbot: QtBot, bridge: Any, scripted: Any) -> None:
    scripted.life.found = (question(1),)
    made = Shown(bridge)
    qtbot.waitUntil(lambda: made.notifier._known == {1})
    scripted.life.found = (question(2), question(1))
    made.notifier.read()
    qtbot.waitUntil(lambda: made.notifier._known == {1, 2})
    assert len(made.said) == 1


def test_a_place_that_cannot_be_watched(qtbot: QtBot, shown: Shown, scripted: Any) -> None:
    scripted.capture.watched = [source()]
    look(qtbot, shown)
    assert shown.said == []
    scripted.capture.watched = [source(problem="It is not there.")]
    look(qtbot, shown)
    assert shown.said == ["One place cannot be watched"]  # its name is nobody's business on a locked screen
    scripted.capture.watched = [source()]
    look(qtbot, shown)
    scripted.capture.watched = [source(problem="It is not there.")]
    look(qtbot, shown)
    assert len(shown.said) == 1  # the same within an hour
    shown.notifier.level = ALL
    scripted.capture.watched = [source(problem="It is not there."), source(2, "No <right> to read it.")]
    look(qtbot, shown)
    assert shown.said[1:] == ["Divorce 2 cannot be watched: No <right> to read it."]


def test_the_same_is_told_again_after_an_hour(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    news = News(FOUND, "1", "plain", "words")
    for _n in range(3):
        shown.notifier.tell(news)
    assert shown.said == ["plain"]
    shown.notifier.tell(replace(news, about="2"))
    assert shown.said == ["plain", "plain"]
    monkeypatch.setattr(notifications, "NOT_AGAIN", 0.0)
    shown.notifier.tell(news)
    assert len(shown.said) == 3


def test_the_end_of_a_pause(qtbot: QtBot, shown: Shown, scripted: Any) -> None:
    shown.notifier.level = ALL
    scripted.capture.pauses = Pause(NOW, datetime.now(UTC) + timedelta(milliseconds=100))
    look(qtbot, shown)
    scripted.capture.pauses = None
    look(qtbot, shown)
    assert shown.said == ["The pause is over; Mneme watches again."]


@pytest.mark.parametrize("left", [None, timedelta(hours=1)])
def test_a_pause_that_its_owner_ends_is_no_news(qtbot: QtBot, shown: Shown, scripted: Any,
                                                left: timedelta | None) -> None:
    shown.notifier.level = ALL
    scripted.capture.pauses = Pause(NOW, None if left is None else datetime.now(UTC) + left)
    look(qtbot, shown)
    scripted.capture.pauses = None
    look(qtbot, shown)
    assert shown.said == []


def test_nothing_is_told_in_private(qtbot: QtBot, shown: Shown, scripted: Any) -> None:
    shown.notifier.level = ALL
    scripted.capture.pauses = Pause(NOW, None, private=True)
    look(qtbot, shown)
    shown.notifier.downloaded("a model")
    scripted.life.found = (question(1),)
    shown.notifier.read()
    qtbot.waitUntil(lambda: shown.notifier._known == {1})
    assert shown.said == []


def test_downloads_are_told_where_all_is_wanted(shown: Shown) -> None:
    shown.notifier.downloaded("a model")
    assert shown.said == []
    shown.notifier.level = ALL
    shown.notifier.downloaded("a model")
    assert shown.said == ["a model is downloaded."]
