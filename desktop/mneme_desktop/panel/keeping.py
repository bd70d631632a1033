"""What the owner decides about memories: forgetting, pinning, other words, each with undo; and erasing, which asks."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mneme.engine import Engine
from mneme.messages import _, ngettext
from mneme.types import Changes
from mneme_desktop.bridge import Bridge
from mneme_desktop.panel.account import Seen
from mneme_desktop.panel.editing import edit_words
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet, confirm_erase
from mneme_desktop.parts.toast import Toast

T = TypeVar("T")
Pick = Callable[[Engine], list[int]]

ACTS: dict[str, Callable[[Engine, int], object]] = {
    "pin": lambda engine, memory: engine.life.pin([memory]),
    "unpin": lambda engine, memory: engine.life.pin([memory], on=False),
    "keep": lambda engine, memory: engine.life.keep_longer([memory]),
    "fade": lambda engine, memory: engine.life.let_fade([memory]),
    "confirm": lambda engine, memory: engine.life.confirm(memory),
}


class Keeper(QObject):
    """Carries out what the owner decides about memories, and says what was done.

    `renamed` carries the memory that held the words before, and the one that holds them now; `changed` the Changes
    that what was done means for what is shown: uses and facts may have changed though no memory's own row did.
    """

    renamed = Signal(int, int)
    changed = Signal(object)

    def __init__(self, window: QWidget, bridge: Bridge, toast: Toast) -> None:
        super().__init__(window)
        self._window, self._bridge, self._toast = window, bridge, toast
        self.question: Sheet | None = None

    def forget_these(self, memories: list[int]) -> None:
        self.forget(lambda _engine: memories)

    def restore_these(self, memories: list[int]) -> None:
        self.restore(lambda _engine: memories)

    def erase_these(self, memories: list[int]) -> None:
        self.erase(lambda _engine: memories, len(memories))

    def forget(self, pick: Pick, _count: int = 0) -> None:
        """Put memories in the bin; the toast can take it back."""
        (self._bridge.operation(self, lambda engine, _op: _touched(engine.forget, pick(engine)))
            .success(self._forgot).run())

    def restore(self, pick: Pick, _count: int = 0) -> None:
        """Take memories out of the bin."""
        (self._bridge.operation(self, lambda engine, _op: _touched(engine.restore, pick(engine)))
            .success(lambda done: self._toast.say(_("Restored {count}.").format(count=_memories(len(done))))).run())

    def erase(self, pick: Pick, count: int) -> None:
        """Ask, and then erase for good."""
        words = _("this memory") if count == 1 else _memories(count)
        self.question = confirm_erase(self._window, words, lambda: self._erase_now(pick, words))

    def act(self, what: str, memory: int) -> None:
        """Do one of ACTS to a memory; the toast can take it back."""
        work = ACTS[what]

        def done(made: tuple[object, int | None]) -> None:
            self.changed.emit(Changes(memories=frozenset((memory,))))
            self._did(_act_in_words(what), made[1])

        (self._bridge.operation(self, lambda engine, _op: noted(engine, lambda: work(engine, memory)))
            .success(done).run())

    def edit(self, seen: Seen) -> None:
        """Ask for other words for a memory, and keep them; the toast can take it back."""
        self.question = edit_words(self._window, seen.detail, seen.fact,
                                   lambda words: self._edit_now(seen.detail.memory.id, words))

    def undo(self, change_set: int, then: Callable[[], None] | None = None) -> None:
        """Undo one change-set, and say so."""
        (self._bridge.operation(self, lambda engine, _op: engine.life.undo(change_set))
            .success(lambda _entry: self._undone(then)).run())

    def _edit_now(self, memory: int, words: str) -> None:
        def kept(done: tuple[int, int | None]) -> None:
            now, change_set = done
            self._did(_("Changed."), change_set, lambda: self.renamed.emit(now, memory))
            self.renamed.emit(memory, now)

        (self._bridge.operation(self, lambda engine, _op: noted(engine, lambda: engine.life.edit(memory, words)))
            .success(kept).run())

    def _erase_now(self, pick: Pick, words: str) -> None:
        (self._bridge.operation(self, lambda engine, _op: engine.erase(pick(engine)))
            .success(lambda _changes: self._toast.say(_("Erased {count}.").format(count=words))).run())

    def _forgot(self, memories: list[int]) -> None:
        if memories:
            self._toast.say(_("Forgot {count}.").format(count=_memories(len(memories))), _("Undo"),
                            lambda: self.restore_these(memories))

    def _did(self, sentence: str, change_set: int | None, then: Callable[[], None] | None = None) -> None:
        if change_set is None:
            self._toast.say(sentence)
        else:
            self._toast.say(sentence, _("Undo"), lambda: self.undo(change_set, then))

    def _undone(self, then: Callable[[], None] | None) -> None:
        self.changed.emit(Changes(everything=True))
        self._toast.say(_("Undone."))
        if then is not None:
            then()


def noted(engine: Engine, work: Callable[[], T]) -> tuple[T, int | None]:
    """On a worker thread: what the work returns, and the change-set it made, if it made one."""
    before = _latest(engine)
    result = work()
    after = _latest(engine)
    return result, after if after != before else None


def _latest(engine: Engine) -> int | None:
    return next((entry.id for entry in engine.life.journal(by="owner", limit=1)), None)


def _act_in_words(what: str) -> str:
    return {"pin": _("Pinned: it does not fade."), "unpin": _("Unpinned: it fades like others."),
            "keep": _("It fades three times slower now."), "fade": _("It has faded; it still answers."),
            "confirm": _("Confirmed; what contradicted it is over.")}[what]


def _touched(act: Callable[[list[int]], Changes], memories: list[int]) -> list[int]:
    """Those of `memories` that the act changed; what was made of them goes with them, and is not counted."""
    touched = act(memories).memories
    return [memory for memory in memories if memory in touched]


def _memories(count: int) -> str:
    return ngettext("one memory", "{n} memories", count).format(n=texts.number(count))
