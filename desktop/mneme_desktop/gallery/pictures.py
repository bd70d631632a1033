"""Pictures of the real window over a real profile.

`python -m mneme_desktop.gallery.pictures FOLDER --profile DIR --life DIR`.

A new profile takes in a copy of the sample life first. Each picture is made light and dark, 1360 x 860.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

import mneme_resources
from mneme.clock import SystemClock
from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _
from mneme.paths import Profile
from mneme.types import Answer, AnswerState, Backend, Progress
from mneme_desktop.app import make_application
from mneme_desktop.bridge import Bridge
from mneme_desktop.chat.turn import Turn
from mneme_desktop.gallery import staged
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.page import LISTS
from mneme_desktop.shell.window import ASK, CAPTURE, MEMORIES, PEOPLE, SETTINGS_ROOM, MainWindow

SIZE, NARROW = QSize(1360, 860), QSize(480, 860)
PATIENCE = 180.0  # seconds for anything to happen
AGE = 240  # days since the first part of the sample life was taken in
ASKED = ("Where did I leave the spare key of the cabin?", "How much was the boat sold for?",
         "What is the alarm code of the cabin?")  # two with an answer, one without
FOLLOWED = ("How much was the boat sold for?", "When was that?")
REFUSED = ("What is the alarm code of the cabin?", "What is the shoe size of Tomas?",
           "Who won the chess tournament in Lima?")  # the first of them that is refused is shown
SAMPLE = mneme_resources.ROOT / "sample_life"
RECALLED = (190, 150, 60)  # days ago at which this was asked before
RECALLED_QUESTION = "In which town is the customer day held?"
SELF, FAMILY = "Notes to self", "Family"
SAID = (  # what the owner said of herself: in which chat, on which day, in which words
    (SELF, "2023-02-03", "I live in Oslo."), (SELF, "2023-04-02", "My sister is called Ines."),
    (SELF, "2023-05-06", "I work at Hallefjord Instruments as a documentation lead."),
    (SELF, "2023-06-02", "My birthday is 4 May 1987."), (SELF, "2023-06-03", "Tomas's birthday is 20 May."),
    (SELF, "2024-03-03", "I moved to Hallevik."), (SELF, "2024-04-04", "I am allergic to penicillin."),
    (SELF, "2024-05-05", "I'm learning Japanese."), (SELF, "2024-06-01", "I'm working on a glossary of tide words."),
    (SELF, "2024-06-02", "I want to build a sauna."), (SELF, "2024-08-02", "My favourite colour is green."),
    (SELF, "2024-08-02", "Ines's birthday is 3 March 1990."),
    (FAMILY, "2024-08-02", "Ines's birthday is 13 March 1990."),
    (SELF, "2024-09-01", "The spare key is behind the blue rain barrel."),
    (SELF, "2024-09-02", "I drive a red Saab."), (SELF, "2025-09-02", "My dog is called Frog."),
)


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
            self._lists(window)
            self._about(window)
            self._upkeep(window)
            window.resize(SIZE)
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
            self._written(window)
            self._language(window)

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

    def _written(self, window: MainWindow) -> None:
        """Answers in a language model's words: as they come, finished, deep, and the model's own knowledge."""
        page = window.ask_page
        window.resize(SIZE)
        page.begin_anew()
        answer = self._ask(window, ASKED[0]).answer
        assert answer is not None
        page.composer.show_model(staged.MODEL, "")
        page.composer.deep.setChecked(False)
        turn = self._begin(window, ASKED[0])
        page.composer.set_running(True)
        turn.show_progress(Progress("writing", 0, 0))
        turn.show_streamed(staged.streamed(answer))
        self.wait(lambda: True)
        self.keep(window, "writing")
        page.composer.set_running(False)
        turn.show_answer(staged.written(answer))
        turn.open_citation(1)
        self.wait(lambda: window.panel.detail is not None)
        self.keep(window, "written")
        assert turn.writing is not None and turn.left_out_chip is not None
        turn.writing.prose.marks[-1].click()
        turn.left_out_chip.click()
        self.wait(lambda: True)
        self.keep(window, "marked")
        turn.left_out_chip.click()
        window.close_panel()
        window.resize(NARROW)
        self.wait(lambda: True)
        self.keep(window, "written-narrow")
        window.resize(SIZE)
        self._deep(window, answer)

    def _begin(self, window: MainWindow, question: str) -> Turn:
        """A conversation with a question that is being answered."""
        page = window.ask_page
        page.begin_anew()
        window.close_panel()
        return page.begin_turn(question)

    def _deep(self, window: MainWindow, answer: Answer) -> None:
        page = window.ask_page
        page.composer.deep.setChecked(True)
        turn = self._begin(window, staged.PARTS[-1].text)
        page.composer.set_running(True)
        turn.show_progress(Progress("searching", 0, 0))
        turn.show_streamed(staged.taken_apart())
        self.wait(lambda: True)
        self.keep(window, "deep")
        page.composer.set_running(False)
        turn.show_answer(staged.written(answer, deep=True, address="http://localhost:11434"))
        self._unfold(turn, window, "deep-why")
        assert turn.why is not None and turn.why.budget is not None
        self.keep(turn.why, "deep-why-whole")
        self.keep(turn.why.budget, "budget")
        page.composer.deep.setChecked(False)
        question = "What is the capital of Australia?"
        self._begin(window, question).show_answer(staged.own_knowledge(question))
        self.wait(lambda: True)
        self.keep(window, "own-knowledge")
        page.begin_anew()
        self.wait(lambda: page.recent is not None)
        self.keep(window, "earlier")
        page.show_conversations()
        self.wait(lambda: bool(page.conversations.list.lines))
        self.keep(window, "conversations")

    def _language(self, window: MainWindow) -> None:
        """The settings of the language model: with one that was tried, being set up, and gone wrong; narrow, too."""
        part = window.settings_page.language
        window.go(SETTINGS_ROOM)
        self.wait(lambda: part.choices is not None)
        assert part.choices is not None
        chosen = replace(part.choices, models=(staged.HERE,), writer=staged.MODEL, missing=None)
        part.show_choices(chosen)
        part.show_tried(staged.MODEL, staged.Tried())
        for size, name in ((SIZE, ""), (NARROW, "-narrow")):
            window.resize(size)
            self._part(window, part, f"language{name}")
        window.resize(SIZE)
        part.show_choices(replace(chosen, models=(), writer="", missing="llama.cpp is not installed here.",
                                  backends=(Backend("cpu", True),)))
        part.show_doing(Progress("building", 34, 100, "llama.cpp", 170.0))
        self._part(window, part, "setting-up")
        part.job.hide()
        part.show_wrong(KnownError(_("No C++ compiler was found."), _("Install one, then try again.")))
        self._part(window, part, "set-up-failed")
        part.show_wrong(None)
        self._part(window, window.settings_page.server, "server")

    def _part(self, window: MainWindow, part: QWidget, name: str) -> None:
        """A part of the settings, once it has its place."""
        self.wait(lambda: True)
        window.settings_page.show_part(part)
        self.wait(lambda: True)
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

    def _lists(self, window: MainWindow) -> None:
        """The lists of faded memories, facts and days, each with one of them opened; the curve of one that was used."""
        window.resize(SIZE)
        window.go(MEMORIES)
        page = window.memories_page
        for which in ("faded", "days", "facts"):
            self._list(window, which)
        page.show_only("all")
        self._ask(window, RECALLED_QUESTION)
        self.wait(lambda: window.panel.detail is not None, 0.8)
        self.keep(window, "used")
        window.resize(NARROW)
        self.wait(lambda: True)
        self.keep(window, "used-narrow")
        window.resize(SIZE)
        window.close_panel()
        window.ask_page.begin_anew()

    def _list(self, window: MainWindow, which: str) -> None:
        page = window.memories_page
        page.show_only(which)
        self.wait(lambda: page.model.what == LISTS[which], 0.8)
        page.table.selectRow(0)
        self.wait(lambda: page.model.total == 0 or window.panel.detail is not None, 0.8)
        self.keep(window, which)
        window.close_panel()

    def _about(self, window: MainWindow) -> None:
        window.go(PEOPLE)
        self.wait(lambda: window.about_page.known is not None, 0.6)
        self.keep(window, "about")
        known = window.about_page.known
        if known is not None and known.conflicts:
            window.about_page.opened.emit(known.conflicts[0].sides[0].memory.id)
            self.wait(lambda: window.panel.detail is not None, 0.8)
            self.keep(window, "contradicted")
            window.close_panel()
        window.resize(NARROW)
        self.wait(lambda: True)
        self.keep(window, "about-narrow")

    def _upkeep(self, window: MainWindow) -> None:
        """The settings of forgetting and of upkeep, narrow and wide."""
        page = window.settings_page
        for size, name in ((NARROW, "-narrow"), (SIZE, "")):
            window.resize(size)
            window.go(SETTINGS_ROOM)
            self.wait(lambda: True, 0.6)
            page.show_part(page.fading)
            self.wait(lambda: True)
            self.keep(window, f"forgetting{name}")
            page.show_part(page.upkeep)
            self.wait(lambda: True)
            self.keep(window, f"upkeep{name}")

    def beginning(self, profile: Profile) -> None:
        """A new profile: nothing there, adding, and a folder that is not there."""
        with self.window(profile) as window:
            self.keep(window, "empty")
            window.go(PEOPLE)
            self.wait(lambda: window.about_page.known is not None)
            self.keep(window, "about-empty")
            window.go(CAPTURE)
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
    for days in RECALLED:
        with Engine.open(profile, use_keyring=False, clock=PastClock(days)) as engine:
            engine.ask(RECALLED_QUESTION)
    with Engine.open(profile, use_keyring=False) as engine:
        engine.upkeep_now()


def speak(life: Path) -> None:
    """Add to a life what its owner says of herself."""
    owner = {"id": "maren", "name": "Maren Holt", "role": "owner"}
    for title in (SELF, FAMILY):
        head = {"mneme": "conversation", "version": 1, "title": title, "participants": [owner]}
        said = [{"id": f"m{n}", "from": "maren", "at": f"{day}T10:00:00+02:00", "text": words}
                for n, (chat, day, words) in enumerate(SAID) if chat == title]
        (life / "chats" / f"{title}.jsonl").write_text(
            "".join(json.dumps(line) + "\n" for line in (head, *said)), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m mneme_desktop.gallery.pictures")
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
        speak(life)
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
