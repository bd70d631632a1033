"""How capture stands, for whoever shows it: what is watched, the pause, what was last taken in and left out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMenu, QWidget

from mneme.engine import Engine
from mneme.messages import _, ngettext
from mneme.types import Entry, EntryState, LogLine, Pause, SourceInfo, WhenGone
from mneme_desktop.bridge import Bridge
from mneme_desktop.parts import texts

LINES = 5  # of what was last taken in, and of what was last left out
CHANGES_MS = 1000
LONGEST_MS = 3_600_000  # a timer counts no time asleep: the end of a pause is looked for at least so often
TAKEN = frozenset({EntryState.DONE})
_JOINERS = "\u200c\u200d"  # these are not seen either, but words and pictures fall apart without them


@dataclass(frozen=True, slots=True)
class Standing:
    """How capture stands at a moment."""

    pause: Pause | None
    sources: tuple[SourceInfo, ...]
    taken: tuple[Entry, ...]
    left_out: tuple[LogLine, ...]

    @property
    def problems(self) -> tuple[SourceInfo, ...]:
        """The sources that something keeps from being watched."""
        return tuple(one for one in self.sources if one.problem and not one.paused)


def standing(engine: Engine) -> Standing:
    """On a worker thread: how capture stands now."""
    return Standing(engine.capture.paused(), engine.capture.sources(), tuple(engine.entries(TAKEN, limit=LINES)),
                    engine.capture.log(limit=LINES, taken=False))


class Capturing(QObject):
    """Knows how capture stands, and carries out what the owner decides about it.

    `changed` is sent whenever `now` is another; `removed` carries the SourceInfo of what is watched no longer.
    """

    changed = Signal()
    removed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.now: Standing | None = None
        self._soon = QTimer(self, interval=CHANGES_MS, singleShot=True)
        self._soon.timeout.connect(self.read)
        self._over = QTimer(self, singleShot=True)
        self._over.timeout.connect(self.read)
        bridge.changed.connect(self._told)

    def read(self) -> None:
        """Ask how it stands now."""
        self._bridge.query(self, standing).named("standing").success(self._arrived).failure(lambda _error: None).run()

    def pause(self, words: str, *, private: bool = False) -> None:
        """Capture nothing for a while that words tell ("1 hour", "until I resume"), nor afterwards what was private."""
        self._do(lambda engine: engine.capture.pause_for(words, private=private))

    def resume(self) -> None:
        """End the pause."""
        self._do(lambda engine: engine.capture.resume())

    def watch(self, place: str, kind: str | None = None) -> None:
        """Watch a place from now on."""
        self._do(lambda engine: engine.capture.add_source(Path(place), kind=kind))

    def bring_back(self, source: SourceInfo) -> None:
        """Watch again what was watched, as it was."""
        self._do(lambda engine: engine.capture.add_source(
            Path(source.place), kind=source.kind, when_gone=source.when_gone, keep_days=source.keep_days))

    def remove(self, source: SourceInfo) -> None:
        """Watch a place no longer; what was taken in stays."""
        self._do(lambda engine: engine.capture.remove_source(source.id), lambda: self.removed.emit(source))

    def change(self, source: SourceInfo, when_gone: WhenGone, keep_days: int | None) -> None:
        """What becomes of the memories of a place's deleted files, and for how many days memories are kept."""
        self._do(lambda engine: engine.capture.change_source(source.id, when_gone=when_gone, keep_days=keep_days))

    def let_rest(self, source: SourceInfo, paused: bool) -> None:
        """Let one place rest, or go on."""
        self._do(lambda engine: engine.capture.pause_source(source.id, paused=paused))

    def _do(self, work: Callable[[Engine], object], then: Callable[[], object] = lambda: None) -> None:
        self._bridge.operation(self, lambda engine, _op: work(engine)).success(lambda _result: self._done(then)).run()

    def _done(self, then: Callable[[], object]) -> None:
        self.read()
        then()

    def _told(self, _changes: object) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _arrived(self, found: Standing) -> None:
        self._over.stop()
        if found.pause is not None and found.pause.until is not None:
            left = (found.pause.until - datetime.now(found.pause.until.tzinfo)).total_seconds()
            self._over.start(round(min(max(1000 * left + 200, 1000), LONGEST_MS)))
        if found != self.now:
            self.now = found
            self.changed.emit()


class PauseMenu(QMenu):
    """How long to pause. Qt looks after what is in it."""

    def __init__(self, capturing: Capturing, parent: QWidget | None = None) -> None:
        super().__init__(_("Pause"), parent)
        for title, words in ((_("For 15 minutes"), "15 minutes"), (_("For 1 hour"), "1 hour"),
                             (_("Until tomorrow"), "until tomorrow"), (_("Until I resume"), "until I resume")):
            self._add(capturing, title, words)
        self.addSeparator()
        private = self.addAction(_("Private: take nothing of it in later"))
        private.triggered.connect(lambda: capturing.pause("until I resume", private=True))

    def _add(self, capturing: Capturing, title: str, words: str) -> None:
        self.addAction(title).triggered.connect(lambda: capturing.pause(words))


def pause_words(pause: Pause) -> str:
    """Until when it is paused, in words."""
    if pause.private:
        return _("Private until you resume")
    if pause.until is None:
        return _("Paused until you resume")
    return _("Paused until {when}").format(when=texts.local_time(pause.until).removeprefix(f"{_('today')}, "))


def state_words(now: Standing) -> str:
    """What capture does, in a line."""
    count, active = len(now.problems), sum(not one.paused for one in now.sources)
    if now.pause is not None:
        return pause_words(now.pause)
    if count:
        return ngettext("One place cannot be watched", "{n} places cannot be watched", count).format(
            n=texts.number(count))
    if not active:
        return _("Nothing is watched")
    return ngettext("Watching one place", "Watching {n} places", active).format(n=texts.number(active))


def name_of(place: str) -> str:
    """A place's own name without its folders, without what could turn the line around or break it."""
    name = PurePath(place).name or place
    return texts.one_line("".join(c if c.isprintable() or c in _JOINERS else " " for c in name), 200) or place


def isolated(words: str) -> str:
    """Words that keep their own direction within a line of another."""
    return f"\u2068{words}\u2069"
