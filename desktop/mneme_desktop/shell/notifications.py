"""What its owner is told outside of the window: seldom, and without words of memories unless they are wanted."""

import html
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from mneme.messages import _
from mneme.types import PendingQuestion
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.capturing import Capturing, Standing, name_of
from mneme_desktop.parts import texts

if sys.platform == "linux":
    from jeepney import DBusAddress

    from mneme_desktop.shell.bus import Bus

IMPORTANT, ALL, NO = "important", "all", "none"  # of the setting
NOTIFICATIONS = "org.freedesktop.Notifications"
FOUND, PROBLEM, PAUSE_OVER, DOWNLOADED = "found", "problem", "pause over", "downloaded"
TOLD = {IMPORTANT: frozenset((FOUND, PROBLEM)), ALL: frozenset((FOUND, PROBLEM, PAUSE_OVER, DOWNLOADED))}
NOT_AGAIN = 3600.0  # seconds in which the same is not told twice
SOON_MS = 2000  # after a change; several come together
SHOWN_MS = 12_000
WORDS = 160  # characters of a memory, where words are wanted at all


@dataclass(frozen=True, slots=True)
class News:
    """What has happened. `plain` may be read by anybody, `words` tells more; `about` is a memory, a place or a name."""

    kind: str
    about: str
    plain: str
    words: str
    memory: int | None = None


class BusPost(QObject):
    """Shows notifications by the desktop itself, where there is no tray; elsewhere than on Linux it shows nothing.

    https://specifications.freedesktop.org/notification-spec/latest/
    """

    pressed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: set[int] = set()
        self._bus: Any = None
        self._there: Any = None
        if sys.platform == "linux":
            self._bus = Bus(self)
            self._there = DBusAddress("/org/freedesktop/Notifications", NOTIFICATIONS, NOTIFICATIONS)
            self._bus.hear(NOTIFICATIONS, NOTIFICATIONS, "ActionInvoked", self._chosen)

    def show(self, title: str, sentence: str) -> None:
        """Show a sentence; where nobody shows notifications, none is."""
        if self._bus is None:
            return
        hints = {"desktop-entry": ("s", "mneme-desktop"), "urgency": ("y", 1)}
        body = html.escape(sentence, quote=False)  # it is markup there
        said = ("Mneme", 0, "mneme-desktop", title, body, ["default", _("Open")], hints, SHOWN_MS)
        self._bus.call(self._there, "Notify", "susssasa{sv}i", said, self._numbered)

    def stop(self) -> None:
        """Let the bus go."""
        if self._bus is not None:
            self._bus.stop()

    def _numbered(self, values: tuple[Any, ...] | None) -> None:
        if values:
            self._shown.add(int(values[0]))

    def _chosen(self, _path: str, values: tuple[Any, ...]) -> None:
        if int(values[0]) in self._shown:
            self._shown.discard(int(values[0]))
            self.pressed.emit()


class Notifier(QObject):
    """Watches one open profile, and tells. `chosen` carries the News that its owner wants to see."""

    chosen = Signal(object)

    def __init__(self, bridge: Bridge, capturing: Capturing, show: Callable[[str, str], object],
                 parent: QObject | None = None) -> None:
        """`show` shows a title and a sentence."""
        super().__init__(parent)
        self._bridge, self._capturing, self._show = bridge, capturing, show
        self.level = IMPORTANT
        self.latest: News | None = None
        self._told: dict[tuple[str, str], float] = {}
        self._known: set[int] | None = None  # questions whose answers were found; None: not read yet
        self._before: Standing | None = capturing.now
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._soon.timeout.connect(self.read)
        bridge.changed.connect(lambda _changes: None if self._soon.isActive() else self._soon.start())
        capturing.changed.connect(self._stands)
        self.read()

    def tell(self, news: News) -> None:
        """Tell something, unless its owner does not want that, was told just now, or wants to be private."""
        now, key = time.monotonic(), (news.kind, news.about)
        if news.kind not in TOLD.get(self.level, ()) or now - self._told.get(key, -NOT_AGAIN) < NOT_AGAIN:
            return
        standing = self._capturing.now
        if standing is not None and standing.pause is not None and standing.pause.private:
            return
        self._told = {one: at for one, at in self._told.items() if now - at < NOT_AGAIN} | {key: now}
        self.latest = news
        self._show(_("Mneme"), news.words if self.level == ALL else news.plain)

    def press(self) -> None:
        """The owner has clicked what was shown last."""
        if self.latest is not None:
            self.chosen.emit(self.latest)

    def downloaded(self, name: str) -> None:
        """A model has come."""
        self.tell(News(DOWNLOADED, name, _("A download is finished."),
                       _("{name} is downloaded.").format(name=texts.one_line(name, WORDS))))

    # what it watches

    def read(self) -> None:
        """Look whether questions have found their answers."""
        (self._bridge.query(self, lambda engine: engine.life.pending(answered=True)).named("answered")
            .success(self._found).failure(lambda _error: None).run())

    def _found(self, questions: tuple[PendingQuestion, ...]) -> None:
        known, self._known = self._known, {one.id for one in questions}
        if known is None:
            return  # what was found before stands in the window
        for one in questions:
            if one.id not in known:
                self.tell(News(FOUND, str(one.id), _("A question of yours has found an answer."),
                               _("You once asked: {question} There is an answer now: {answer}").format(
                                   question=texts.one_line(one.text, WORDS),
                                   answer=texts.one_line(one.answer or "", WORDS)), one.memory))

    def _stands(self) -> None:
        before, now = self._before, self._capturing.now
        self._before = now
        if before is None or now is None:
            return
        known = {one.id for one in before.problems}
        for source in now.problems:
            if source.id not in known:
                self.tell(News(PROBLEM, source.place, _("One place cannot be watched"),
                               _("{name} cannot be watched: {why}").format(
                                   name=name_of(source.place), why=texts.one_line(source.problem or "", WORDS))))
        if now.pause is None and before.pause is not None and before.pause.until is not None:
            self._paused(before)

    def _paused(self, before: Standing) -> None:
        """A pause is over by itself, if its time has come."""
        assert before.pause is not None and before.pause.until is not None
        left = before.pause.until.timestamp() - time.time()
        if left <= 1 and not before.pause.private:
            said = _("The pause is over; Mneme watches again.")
            self.tell(News(PAUSE_OVER, "", said, said))
