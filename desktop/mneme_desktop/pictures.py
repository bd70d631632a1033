"""Pictures of the real window over a real profile: `python -m mneme_desktop.pictures FOLDER --profile DIR --life DIR`.

A new profile takes in a copy of the sample life first. Each picture is made light and dark, 1360 x 860.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

import mneme_resources
from mneme.clock import SystemClock
from mneme.engine import Engine
from mneme.paths import Profile
from mneme.types import AnswerState, Progress
from mneme_desktop.app import make_application
from mneme_desktop.bridge import Bridge
from mneme_desktop.theme import Theme
from mneme_desktop.turn import Turn
from mneme_desktop.window import ADD, ASK, MEMORIES, SETTINGS_ROOM, MainWindow

SIZE, NARROW = QSize(1360, 860), QSize(480, 860)
PATIENCE = 180.0  # seconds for anything to happen
AGE = 240  # days since the first part of the sample life was taken in
ASKED = ("Where did I leave the spare key of the cabin?", "How much was the boat sold for?",
         "What is the alarm code of the cabin?")  # two with an answer, one without
FOLLOWED = ("How much was the boat sold for?", "When was that?")
REFUSED = ("What is the alarm code of the cabin?", "What is the shoe size of Tomas?",
           "Who won the chess tournament in Lima?")  # the first of them that is refused is shown
SAMPLE = mneme_resources.ROOT / "sample_life"


class Photographer:
    """Walks through one window and keeps what it sees."""

    def __init__(self, app: QApplication, folder: Path, life: Path, theme: Theme, scheme: str) -> None:
        self._app, self._folder, self._life, self._theme, self._scheme = app, folder, life, theme, scheme

    def wait(self, ready: Callable[[], bool], rest: float = 0.4) -> None:
        """Let the window live until something is so, and a little longer. Raises: TimeoutError."""
        end = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > end:
                raise TimeoutError("the window did not come so far")
            self._live(0.02)
        self._live(rest)

    def _live(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._app.processEvents()
            time.sleep(0.005)

    def keep(self, window: QWidget, name: str) -> None:
        window.grab().save(str(self._folder / f"{name}-{self._scheme}.png"))

    @contextmanager
    def window(self, profile: Profile) -> Iterator[MainWindow]:
        """The window over a profile, without its background work."""
        engine = Engine.open(profile, use_keyring=False)
        shown = MainWindow(self._theme, Bridge(engine), profile, engine.settings())
        shown.resize(SIZE)
        shown.show()
        self._theme.use(self._scheme)
        self.wait(lambda: shown.settled, 0.6)
        shown.notices.put_all_away()
        try:
            yield shown
        finally:
            shown.close()
            shown.deleteLater()

    def life(self, profile: Profile, questions: tuple[str, ...]) -> None:
        """Everything that the full profile shows."""
        with self.window(profile) as window:
            self.keep(window, "welcome")
            self._chat(window, questions)
            self._memories(window)
            window.go(SETTINGS_ROOM)
            self.wait(window.settings_page.curve.isVisible)
            self.keep(window, "settings")
            card = window.settings_page.curve.parentWidget()
            assert card is not None
            self.keep(card, "curve")
            window.go(ASK)
            window.resize(NARROW)
            self.wait(lambda: True)
            self.keep(window, "narrow")
            self._reasons(window)

    def _chat(self, window: MainWindow, questions: tuple[str, ...]) -> None:
        for place, question in enumerate(questions):
            self._ask(window, question)
            self.keep(window, f"chat-{place + 1}")

    def _ask(self, window: MainWindow, question: str) -> Turn:
        window.ask_page.ask(question)
        turn = window.ask_page.turns[-1]
        self.wait(lambda: turn.answer is not None, 1.2)
        return turn

    def _reasons(self, window: MainWindow) -> None:
        """A question that leans on the one before, why there is no answer, and why there is one."""
        window.resize(SIZE)
        for questions in (FOLLOWED, *((question,) for question in REFUSED)):
            window.ask_page.begin_anew()
            window.close_panel()
            turns = [self._ask(window, question) for question in questions]
            if questions is FOLLOWED:
                self.keep(window, "follow-up")
            elif turns[0].answer is not None and turns[0].answer.state is AnswerState.NOT_FOUND:
                self.keep(window, "refusal")
                break
        window.ask_page.begin_anew()
        self._unfold(self._ask(window, FOLLOWED[0]), window, "why")
        window.close_panel()
        window.resize(NARROW)
        self.wait(lambda: True)
        self.keep(window, "why-narrow")

    def _unfold(self, turn: Turn, window: MainWindow, name: str) -> None:
        assert turn.why_chip is not None
        turn.why_chip.click()
        self.wait(lambda: turn.why is not None and turn.why.isVisible())
        self.keep(window, name)

    def _memories(self, window: MainWindow) -> None:
        window.go(MEMORIES)
        page = window.memories_page
        self.wait(lambda: page.model.total > 0)
        page.table.selectRow(2)
        self.wait(lambda: window.panel.detail is not None)
        self.keep(window, "memories")
        page.search.setText("spare key")
        self.wait(lambda: page.model.what.query == "spare key", 0.6)
        page.table.selectRow(0)
        self.wait(lambda: True)
        self.keep(window, "search")
        page.search.setText("zeppelin factory")
        window.close_panel()
        self.wait(lambda: page.model.total == 0)
        self.keep(window, "nothing")
        page.search.clear()

    def beginning(self, profile: Profile) -> None:
        """A new profile: nothing there, adding, and a folder that is not there."""
        with self.window(profile) as window:
            self.keep(window, "empty")
            window.go(ADD)
            seen: list[Progress] = []
            window.adder.progressed.connect(seen.append)
            window.adder.add([self._life])
            self.wait(lambda: bool(seen) and seen[-1].total > 0 and 3 * seen[-1].done > seen[-1].total, 0.0)
            self.keep(window, "adding")
            self.wait(lambda: not window.adder.running)
            self.keep(window, "added")
            window.adder.add([self._life / "Letters from abroad"])
            self.wait(lambda: not window.adder.running)
            self.keep(window, "error")


class PastClock(SystemClock):
    """A clock that is some days late: what is taken in by it has had time to fade."""

    def __init__(self, days: float) -> None:
        self._late = timedelta(days=days)

    def now(self) -> datetime:
        return super().now() - self._late


def fill(profile: Profile, life: Path) -> None:
    """Take in the life in a folder as if it had come bit by bit, where the profile is not there yet."""
    if profile.store.exists():
        return
    for place, part in enumerate(sorted(life.iterdir(), reverse=True)):
        clock = PastClock(AGE / (1 + place * place))
        for file in part.rglob("*"):
            os.utime(file, (clock.now().timestamp(),) * 2)
        engine = Engine.open(profile, use_keyring=False, clock=clock)
        try:
            engine.add([part])
        finally:
            engine.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m mneme_desktop.pictures")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--life", type=Path, required=True, help="the sample life is copied here, if nothing is")
    parser.add_argument("--schemes", nargs="*", default=["light", "dark"])
    wishes = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    wishes.folder.mkdir(parents=True, exist_ok=True)
    profile = Profile(wishes.profile.absolute())
    life: Path = wishes.life
    if not life.exists():
        shutil.copytree(SAMPLE, life)
    fill(profile, life)
    app = make_application()
    theme = Theme(app)
    for scheme in wishes.schemes:
        photographer = Photographer(app, wishes.folder, life, theme, scheme)
        photographer.life(profile, ASKED)
        with tempfile.TemporaryDirectory() as folder:
            photographer.beginning(Profile(Path(folder) / "new"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
