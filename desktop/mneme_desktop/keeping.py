"""Forgetting with undo, restoring, and erasing, which asks first."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from mneme.messages import _, ngettext
from mneme.types import Changes
from mneme_desktop import texts
from mneme_desktop.bridge import Bridge
from mneme_desktop.dialogs import Sheet, confirm_erase
from mneme_desktop.memories import Pick
from mneme_desktop.toast import Toast


class Keeper(QObject):
    """Carries out what the owner decides about memories, and says what was done."""

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
        (self._bridge.operation(self, lambda engine, _op: engine.forget(pick(engine)))
            .success(self._forgot).run())

    def restore(self, pick: Pick, _count: int = 0) -> None:
        """Take memories out of the bin."""
        (self._bridge.operation(self, lambda engine, _op: engine.restore(pick(engine)))
            .success(lambda changes: self._toast.say(_("Restored {count}.").format(count=_counted(changes)))).run())

    def erase(self, pick: Pick, count: int) -> None:
        """Ask, and then erase for good."""
        words = _("this memory") if count == 1 else _memories(count)
        self.question = confirm_erase(self._window, words, lambda: self._erase_now(pick, words))

    def _erase_now(self, pick: Pick, words: str) -> None:
        (self._bridge.operation(self, lambda engine, _op: engine.erase(pick(engine)))
            .success(lambda _changes: self._toast.say(_("Erased {count}.").format(count=words))).run())

    def _forgot(self, changes: Changes) -> None:
        memories = sorted(changes.memories)
        if memories:
            self._toast.say(_("Forgot {count}.").format(count=_counted(changes)), _("Undo"),
                            lambda: self.restore_these(memories))


def _counted(changes: Changes) -> str:
    return _memories(len(changes.memories))


def _memories(count: int) -> str:
    return ngettext("one memory", "{n} memories", count).format(n=texts.number(count))
