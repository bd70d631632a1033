"""The owner's conversations with Mneme: kept, found, renamed, deleted, and gone on with."""

from collections.abc import Sequence

from mneme.answer.keeping import kept, places, read
from mneme.answer.writing.talk import Talk, taken_up
from mneme.clock import Clock
from mneme.store import chats, memories
from mneme.store.database import Database
from mneme.types import Answer, AnswerState, Chat, ChatTurn

IN_THE_PROMPT = 6  # turns of a conversation that is gone on with; what was before is looked up


class Chats:
    """What an engine offers of its conversations."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def all(self, words: str = "", *, limit: int = 100) -> tuple[Chat, ...]:
        """Conversations, the latest first; with `words`, those in which all of them were said."""
        with self._store.reader() as db:
            return tuple(chats.listed(db, words, limit))

    def turns(self, chat: int) -> tuple[ChatTurn, ...]:
        """What was asked and answered, oldest first, citing what stands there now. Raises: NotFound."""
        with self._store.reader() as db:
            found = chats.turns(db, chat)
            cited = sorted({place.memory for turn in found for place in turn.places})
            there = {one.id: one for one in memories.load(db, cited, self._clock.now())}
        return tuple(read(turn, there) for turn in found)

    def rename(self, chat: int, title: str) -> None:
        """Give a conversation another name. Raises: NotFound."""
        self._store.write(lambda db: chats.rename(db, chat, title))

    def delete(self, wanted: Sequence[int]) -> None:
        """Delete conversations with all that was said in them; memories stay. Raises: NotFound."""
        self._store.write(lambda db: chats.delete(db, wanted))

    def new(self, *, keep: bool = True) -> Talk:
        """A new conversation; its row is made with its first answer, unless it is not to be kept."""
        return Talk(keep=keep)

    def open(self, chat: int) -> Talk:
        """A conversation to go on with. Raises: NotFound."""
        with self._store.reader() as db:
            turns, (summary, summed_up_to) = chats.turns(db, chat), chats.summary(db, chat)
        talk = taken_up([(turn.asked, turn.answer) for turn in turns], IN_THE_PROMPT)
        talk.chat, talk.keep = chat, True
        talk.summary = summary if len(talk.behind) >= summed_up_to else ""
        return talk

    def add(self, talk: Talk, answer: Answer) -> None:
        """Keep a turn that was asked and answered in this conversation, with what it stands on."""
        if not talk.keep or answer.state is AnswerState.KEPT:
            return
        now = self._clock.now()
        with self._store.reader() as db:
            is_gone = talk.chat is not None and not chats.exists(db, talk.chat)
            cited = {one.memory for _part, one in places(answer)}
            turn = kept(answer, {one.id: one for one in memories.load(db, sorted(cited), now)}, now)
        if talk.chat is None or is_gone:
            talk.chat = self._store.write(lambda db: chats.begin(db, answer.question, now))
        chat, behind = talk.chat, len(talk.behind)
        self._store.write(lambda db: chats.add(db, chat, turn))
        if talk.summary:
            self._store.write(lambda db: chats.sum_up(db, chat, talk.summary, behind))
