"""What the owner decides about memories: to forget, pin, reword, merge, each with undo; and to erase, which asks."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import Changes, Kind, Memory, Topic
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.account import Seen
from mneme_desktop.panel.acting import mergeable
from mneme_desktop.panel.editing import edit_words, write_note
from mneme_desktop.panel.merging import ask_merge
from mneme_desktop.panel.sorting import ask_topic
from mneme_desktop.panel.splitting import ask_split
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet, confirm_erase
from mneme_desktop.parts.toast import Toast

T = TypeVar("T")
Pick = Callable[[Engine], list[int]]
MOST_MERGED = 20  # memories that can be merged at once

ACTS: dict[str, Callable[[Engine, Sequence[int]], object]] = {
    "pin": lambda engine, memories: engine.life.pin(memories),
    "unpin": lambda engine, memories: engine.life.pin(memories, on=False),
    "keep": lambda engine, memories: engine.life.keep_longer(memories),
    "fade": lambda engine, memories: engine.life.let_fade(memories),
    "confirm": lambda engine, memories: engine.life.confirm_these(memories),
    "private": lambda engine, memories: engine.life.mark_private(memories),
    "public": lambda engine, memories: engine.life.mark_private(memories, on=False),
}


class Keeper(QObject):
    """Carries out what the owner decides about memories, and says what was done.

    `renamed` carries the memory that held the words before, and the one that holds them now; `changed` the Changes
    that what was done means for what is shown: uses and facts may have changed though no memory's own row did.
    """

    renamed = Signal(int, int)
    changed = Signal(object)

    def __init__(self, window: QWidget, bridge: Bridge, toast: Toast, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._bridge, self._toast, self._theme = window, bridge, toast, theme
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
        self.act_on(what, lambda _engine: [memory], 1)

    def act_on(self, what: str, pick: Pick, count: int) -> None:
        """Do one of ACTS to all that are picked, as one change; the toast can take it back as a whole."""
        def work(engine: Engine) -> tuple[list[int], bool]:
            memories = pick(engine)
            ACTS[what](engine, memories)
            inherited = what == "public" and any(engine.show(one).memory.private for one in memories[:MOST_MERGED])
            return memories, inherited

        def done(made: tuple[tuple[list[int], bool], int | None]) -> None:
            (memories, inherited), change_set = made
            self.changed.emit(Changes(memories=frozenset(memories)))
            self.did(_("It stays private: it stands on what is.") if inherited else acts_in_words(what, count),
                     change_set)

        (self._bridge.operation(self, lambda engine, _op: noted(engine, lambda: work(engine))).success(done).run())

    def edit(self, seen: Seen) -> None:
        """Ask for other words for a memory, and keep them; the toast can take it back."""
        self.question = edit_words(self._window, seen.detail, seen.fact,
                                   lambda words: self._edit_now(seen.detail.memory.id, words))

    def note(self, seen: Seen) -> None:
        """Ask for a note on a passage, and keep it."""
        memory = seen.detail.memory.id
        self.question = write_note(self._window, seen.detail, lambda words: self._change(
            lambda engine: engine.life.annotate(memory, words),
            lambda _note, change_set: self._changed_here([memory], _("Your note is kept."), change_set)))

    def split(self, seen: Seen) -> None:
        """Ask where to cut a passage or an event, and cut it."""
        memory = seen.detail.memory

        def ask(passages: tuple[Memory, ...]) -> None:
            if memory.kind is Kind.EVENT and len(passages) < 2:
                self._toast.say(_("It stands on one passage alone; that one can be cut."))
                return
            self.question = ask_split(self._window, self._theme, memory, passages,
                                      lambda at: self._split_now(memory.id, at))

        if memory.kind is Kind.EVENT:
            self._bridge.query(self, lambda engine: engine.life.parts(memory.id)).success(ask).run()
        else:
            ask(())

    def merge(self, pick: Pick) -> None:
        """Show those that are picked, ask which words stay, and make one memory of them."""
        def look(engine: Engine) -> list[Memory]:
            memories = list(dict.fromkeys(pick(engine)))
            if len(memories) > MOST_MERGED:
                raise KnownError(_("{n} memories are too many to be merged at once.").format(
                    n=texts.number(len(memories))), _("Select at most 20."))
            if len(memories) < 2:
                raise KnownError(_("There is nothing to merge it with."))
            return [engine.show(one).memory for one in memories]

        def ask(memories: list[Memory]) -> None:
            self.question = ask_merge(self._window, memories,
                                      lambda keep: self._merge_now([one.id for one in memories], keep))

        self._bridge.query(self, look).success(ask).run()

    def merge_seen(self, seen: Seen) -> None:
        """The same of what is shown, with what contradicts it or is a copy of it."""
        memories = mergeable(seen)
        self.merge(lambda _engine: memories)

    def sort(self, seen: Seen) -> None:
        """Ask for a topic, and put the memory there."""
        memory = seen.detail.memory.id
        present = seen.beside.topic.id if seen.beside.topic is not None else None

        def ask(topics: tuple[Topic, ...]) -> None:
            if not topics:
                self._toast.say(_("There are no topics yet. They come when memories are put in order."))
                return
            self.question = ask_topic(self._window, topics, present, lambda topic: self._change(
                lambda engine: engine.life.move_to_topic([memory], topic.id),
                lambda _done, change_set: self._changed_here(
                    [memory], _("Moved to “{topic}”.").format(topic=texts.one_line(topic.name, 60)), change_set)))

        self._bridge.query(self, lambda engine: engine.life.topics()).success(ask).run()

    def undo(self, change_set: int, then: Callable[[], None] | None = None) -> None:
        """Undo one change-set, and say so."""
        (self._bridge.operation(self, lambda engine, _op: engine.life.undo(change_set))
            .success(lambda _entry: self._undone(then)).run())

    def did(self, sentence: str, change_set: int | None, then: Callable[[], None] | None = None) -> None:
        """Say what was done; where it made a change-set, with a way to take it back, after which `then` is called."""
        if change_set is None:
            self._toast.say(sentence)
        else:
            self._toast.say(sentence, _("Undo"), lambda: self.undo(change_set, then))

    def _edit_now(self, memory: int, words: str) -> None:
        def kept(now: int, change_set: int | None) -> None:
            self.did(_("Changed."), change_set, lambda: self.renamed.emit(now, memory))
            self.renamed.emit(memory, now)

        self._change(lambda engine: engine.life.edit(memory, words), kept)

    def _split_now(self, memory: int, at: list[int]) -> None:
        def cut(parts: list[int], change_set: int | None) -> None:
            self.changed.emit(Changes(everything=True))
            self.did(ngettext("Cut in {n} part.", "Cut in {n} parts.", len(parts)).format(n=texts.number(len(parts))),
                     change_set, lambda: self.renamed.emit(parts[0], memory))
            self.renamed.emit(memory, parts[0])

        self._change(lambda engine: engine.life.split(memory, at), cut)

    def _merge_now(self, memories: list[int], keep: int) -> None:
        def merged(left: int, change_set: int | None) -> None:
            self.changed.emit(Changes(everything=True))
            self.did(_("Merged {count}.").format(count=_memories(len(memories))), change_set,
                     lambda: self.renamed.emit(left, keep))
            for one in memories:
                self.renamed.emit(one, left)

        self._change(lambda engine: engine.life.merge(memories, keep), merged)

    def _change(self, work: Callable[[Engine], T], then: Callable[[T, int | None], None]) -> None:
        """Change something on a worker thread; `then` receives what came of it, and the change-set."""
        (self._bridge.operation(self, lambda engine, _op: noted(engine, lambda: work(engine)))
            .success(lambda done: then(*done)).run())

    def _changed_here(self, memories: Sequence[int], sentence: str, change_set: int | None) -> None:
        self.changed.emit(Changes(memories=frozenset(memories)))
        self.did(sentence, change_set)

    def _erase_now(self, pick: Pick, words: str) -> None:
        (self._bridge.operation(self, lambda engine, _op: engine.erase(pick(engine)))
            .success(lambda _changes: self._toast.say(_("Erased {count}.").format(count=words))).run())

    def _forgot(self, memories: list[int]) -> None:
        if memories:
            self._toast.say(_("Forgot {count}.").format(count=_memories(len(memories))), _("Undo"),
                            lambda: self.restore_these(memories))

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


def acts_in_words(what: str, count: int = 1) -> str:
    """What one of ACTS did to so many memories, in a sentence."""
    if count == 1:
        return {"pin": _("Pinned: it does not fade."), "unpin": _("Unpinned: it fades like others."),
                "keep": _("It fades three times slower now."), "fade": _("It has faded; it still answers."),
                "confirm": _("Confirmed; what contradicted it is over."),
                "private": _("Private: it is never sent to a server."), "public": _("Not private any more.")}[what]
    return {"pin": ngettext("{n} memory pinned.", "{n} memories pinned.", count),
            "unpin": ngettext("{n} memory unpinned.", "{n} memories unpinned.", count),
            "keep": ngettext("{n} memory fades slower now.", "{n} memories fade slower now.", count),
            "fade": ngettext("{n} memory has faded.", "{n} memories have faded.", count),
            "confirm": ngettext("{n} fact confirmed.", "{n} facts confirmed.", count),
            "private": ngettext("{n} memory is private now.", "{n} memories are private now.", count),
            "public": ngettext("{n} memory is not private any more.", "{n} memories are not private any more.", count),
            }[what].format(n=texts.number(count))


def _touched(act: Callable[[list[int]], Changes], memories: list[int]) -> list[int]:
    """Those of `memories` that the act changed; what was made of them goes with them, and is not counted."""
    touched = act(memories).memories
    return [memory for memory in memories if memory in touched]


def _memories(count: int) -> str:
    return ngettext("one memory", "{n} memories", count).format(n=texts.number(count))
