"""How smooth the window stays while 10,000 files are taken in and an answer streams, beside its smoothness at rest.

    python tests/benchmarks/smoothness.py [--files N] [--seconds S] [--stacks]

A timer of the GUI thread that is due every 5 ms tells the gaps between two looks of the event loop. The same window is
watched at rest first, in the same run, so that the machine's own noise is seen; then while notes are taken in with the
embedder that ships, questions are asked one after another of a language model that follows a script, word by word, and
the owner wanders through the rooms. Printed: the longest gap, the 99th percentile, and, with --stacks, where the GUI
thread was in the three longest blocks.
"""

import argparse
import os
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEventLoop, QObject, Qt, QTimer

from mneme import builtin
from mneme.engine import Engine
from mneme.paths import Profile
from mneme.ports import Generation, Turn
from mneme.testing import ScriptedModel
from mneme_desktop.app import load, make_application
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.garbage import Collector
from mneme_desktop.shell.window import ASK, CAPTURE, HEALTH, MEMORIES, PEOPLE, TIMELINE, MainWindow
from mneme_desktop.watchdog import Watchdog

EVERY = 5  # milliseconds
WORDS = tuple(re.findall(r"\w+", """
    barrel boat cabin cellar coat dinner door engine fence garden harbour island jacket kettle ladder letter map mice
    neighbour oar paint pantry pipe rain roof sail shed snow spare stove summer tide trailer water winter wood"""))
WANDER_MS, QUESTION_MS = 700, 6000  # taking in gives way to questions: somebody who asks all the time stops it


class Gaps(QObject):
    """The times between two looks of the event loop, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[float] = []
        self._since = QElapsedTimer()
        self._timer = QTimer(self, interval=EVERY, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        self.found = []
        self._since.start()
        self._timer.start()

    def end(self) -> list[float]:
        self._timer.stop()
        return self.found

    def _look(self) -> None:
        self.found.append(self._since.nsecsElapsed() / 1e6)
        self._since.restart()


def notes(folder: Path, count: int) -> None:
    """Write small notes of invented words."""
    dice = random.Random(1)
    for n in range(count):
        place = folder / f"{n % 100:02}"
        place.mkdir(parents=True, exist_ok=True)
        text = "\n\n".join(" ".join(dice.choices(WORDS, k=30)).capitalize() + "." for _ in range(2))
        (place / f"note {n}.md").write_text(f"# Note {n}\n\n{text}\n", encoding="utf-8")


def said(prompt: Sequence[Turn], wish: Generation) -> Iterator[str]:
    """A long answer, a word at a time."""
    if wish.schema is not None:
        yield "{}"
        return
    for n in range(60):
        time.sleep(0.02)
        yield f"{WORDS[n % len(WORDS)]} "
        if n % 12 == 11:
            yield "[1]. "


class Owner(QObject):
    """Wanders through the rooms, and asks."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window, self._rooms = window, 0
        self._walk = QTimer(self, interval=WANDER_MS)
        self._walk.timeout.connect(self._go)
        self._ask = QTimer(self, interval=QUESTION_MS)
        self._ask.timeout.connect(self._question)
        self.asked = 0

    def begin(self) -> None:
        self._walk.start()
        self._ask.start()

    def end(self) -> None:
        self._walk.stop()
        self._ask.stop()

    def _go(self) -> None:
        self._rooms += 1
        self._window.go((ASK, MEMORIES, ASK, TIMELINE, CAPTURE, ASK, PEOPLE, HEALTH)[self._rooms % 8])

    def _question(self) -> None:
        turns = self._window.ask_page.turns
        if not turns or turns[-1].answer is not None:
            if len(turns) > 20:
                self._window.ask_page.begin_anew()
            self.asked += 1
            self._window.ask_page.ask(f"Where is the {WORDS[self.asked % len(WORDS)]} of the cabin?")


def live(seconds: float) -> None:
    """Let the window live; the application itself is not quit, for that would close it."""
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def told(name: str, gaps: Sequence[float]) -> None:
    found = np.array(gaps)
    print(f"{name}: {len(found)} looks, longest {found.max():.0f} ms, 99% {np.percentile(found, 99):.1f} ms, "
          f"50% {np.percentile(found, 50):.1f} ms, over 50 ms {int((found > 50).sum())}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=0.0, help="watch at most so long; 0: until all is taken in")
    parser.add_argument("--stacks", action="store_true")
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        notes(Path(scratch) / "notes", wishes.files)
        watch(Path(scratch), wishes.seconds, stacks=wishes.stacks)


def watch(scratch: Path, seconds: float, *, stacks: bool) -> None:
    app = make_application()
    load()
    plugins = replace(builtin.plugins(), languages={"scripted": ScriptedModel(said)})
    profile = Profile(scratch / "profile")
    engine = Engine.open(profile, use_keyring=False, plugins=plugins)
    engine.add([builtin.sample_life()])
    engine.models.use("scripted")
    collector, watchdog = Collector(), Watchdog()
    window = MainWindow(Theme(app), Bridge(engine), profile, engine.settings())
    window.resize(1360, 860)
    window.show()
    live(3)
    gaps, owner = Gaps(), Owner(window)
    gaps.begin()
    live(5)
    told("at rest", gaps.end())
    watchdog.blocks.clear()
    window.bridge.start_background()
    window.adder.add([scratch / "notes"])
    loop = QEventLoop()
    look = QTimer(interval=1000)
    look.timeout.connect(lambda: window.bridge.query(window, lambda engine: engine.status()).success(
        lambda status: None if window.adder.running or status.waiting + status.waiting_vectors else loop.quit()).run())
    look.start()
    gaps.begin()
    owner.begin()
    began = time.monotonic()
    if seconds:
        QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()
    owner.end()
    told(f"taking in, asking and wandering, {time.monotonic() - began:.0f} s, {owner.asked} questions", gaps.end())
    if stacks:
        for stack in watchdog.blocks[:20]:
            print("".join(stack.splitlines(keepends=True)[-14:]))
    window.quit()
    watchdog.stop()
    collector.stop()


if __name__ == "__main__":
    main()
