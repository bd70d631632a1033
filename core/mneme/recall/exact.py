"""The exact tools' view of an open store: counts, lists by time, people, facts; only what is live and may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from mneme.clock import Clock
from mneme.memory.facts.statements import ME
from mneme.recall.lexical import any_of, plain_form, question_terms, typed_expression
from mneme.store import exact, facts, memories
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.store.exact import Counted, Scope
from mneme.store.facts import About
from mneme.types import Fact, Memory

__all__ = ["Asked", "Counted", "Facts", "Found", "Opened", "Person", "StoreExact", "expression", "is_owner",
           "word_groups"]

MOST, NEIGHBOURS = 20, 3  # memories of one result; messages or passages on each side of one
MOST_PEOPLE = 30
MOST_FACTS = 1000  # of one subject that are counted
_OWNER = frozenset(("me", "i", "myself", "owner", "the owner"))  # English alone: Mia and Min are names

Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `words`: of each group one word is said, "swim*" as a beginning; () for any words.

    [since, until) are days on the clock of those who said it. `who` said it: a name or part of one, "me" the owner.
    """

    words: Groups = ()
    since: date | None = None
    until: date | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The latest MOST memories, latest first, and how many there are. Not `known`: nobody who speaks is called so."""

    memories: tuple[Memory, ...]
    counted: Counted
    known: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody else than the owner: the passages they said, the chats they took part in, the facts about them.

    `memory` is the newest of those.
    """

    name: str
    said: int
    chats: int
    facts: int
    memory: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A memory between its neighbours."""

    before: tuple[Memory, ...]
    memory: Memory
    after: tuple[Memory, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of the subjects that a name means, those that hold first; `total` is how many there are."""

    subjects: tuple[str, ...]
    facts: tuple[Fact, ...]
    total: int


class StoreExact:
    """What an open store can tell exactly; safe to use from several threads.

    `elsewhere`: the model is not on this computer, so what is private is neither shown nor counted.
    """

    def __init__(self, store: Database, clock: Clock, *, elsewhere: bool = False) -> None:
        self._store = store
        self._clock = clock
        self.elsewhere = elsewhere

    def found(self, asked: Asked) -> Found:
        """The memories that are asked for, latest first, and how many they are. Raises: StoreError."""
        with self._store.reader() as db:
            scope = self._scope(db, asked)
            if scope is None:
                return Found((), Counted(0, 0, 0), known=False)
            return Found(self._load(db, exact.dated(db, scope, MOST)), exact.counted(db, scope))

    def people(self, words: Groups) -> tuple[tuple[Person, ...], int]:
        """Who says these words, takes part in chats that say them, or is the subject of such facts; and how many.

        Those of whom there is most come first, at most MOST_PEOPLE. Raises: StoreError.
        """
        match = expression(words)
        scope = Scope(match, public=self.elsewhere)
        people: dict[str, Person] = {}
        with self._store.reader() as db:
            for name, count, memory in exact.speakers(db, scope):
                _add(people, Person(name, count, 0, 0, memory))
            for name, memory in exact.participants(db, scope):
                _add(people, Person(name, 0, 1, 0, memory))
            for name, count, memory in exact.subjects(db, match, public=self.elsewhere):
                _add(people, Person(name, 0, 0, count, memory))
        ranked = sorted(people.values(), key=lambda one: (-one.said - one.facts - one.chats, one.name))
        return tuple(ranked[:MOST_PEOPLE]), len(ranked)

    def load(self, wanted: Sequence[int]) -> tuple[Memory, ...]:
        """Those of these memories that are live and may be shown, in the order asked. Raises: StoreError."""
        with self._store.reader() as db:
            return self._load(db, wanted)

    def opened(self, memory: int) -> Opened | None:
        """A memory with what stands around it; None where there is none that may be shown. Raises: StoreError."""
        with self._store.reader() as db:
            own = self._load(db, [memory])
            if not own:
                return None
            before, after = exact.neighbours(db, memory, NEIGHBOURS)
            return Opened(self._load(db, before), own[0], self._load(db, after))

    def facts(self, subject: str, relation: str | None, as_of: date | None) -> Facts:
        """The facts about those whom `subject` means ("me": the owner), over or not; with `as_of` those of that day.

        Raises: StoreError.
        """
        at = None if as_of is None else datetime.combine(as_of, time(12), UTC)
        with self._store.reader() as db:
            named = [ME] if is_owner(subject) else facts.named(db, subject)
            relations = (relation,) if relation else ()
            found = [fact for one in named for fact in facts.find(
                db, About(one, relations, as_of=at, history=at is None), self._clock.now(), MOST_FACTS)]
            shown = set(exact.shown(db, [fact.memory.id for fact in found], public=self.elsewhere))
        kept = sorted((fact for fact in found if fact.memory.id in shown),
                      key=lambda fact: fact.state not in ("holds", "planned", "conflict"))
        return Facts(tuple(dict.fromkeys(fact.subject for fact in kept)), tuple(kept[:MOST]), len(kept))

    def _scope(self, db: Handle, asked: Asked) -> Scope | None:
        """What is asked for as the store knows it; None where nobody of that name speaks."""
        named: tuple[str, ...] = ()
        of_owner = is_owner(asked.who)
        if asked.who and not of_owner:
            named = tuple(name for name in exact.names(db) if _is_called(name, asked.who))
            if not named:
                return None
        return Scope(expression(asked.words), asked.since, asked.until, named, of_owner, self.elsewhere)

    def _load(self, db: Handle, wanted: Sequence[int]) -> tuple[Memory, ...]:
        shown = exact.shown(db, wanted, public=self.elsewhere)
        return tuple(memories.load(db, shown, self._clock.now()))


def is_owner(name: str) -> bool:
    """Whether a name means the owner."""
    return name.casefold() in _OWNER


def word_groups(text: str) -> Groups:
    """Words as they are asked for: all of those with blanks between them, any of those with a "|" between them.

    A word with a "*" at its end is a beginning. Stop-words are left out, unless there is nothing else.
    """
    telling = set(question_terms(text))
    groups = (tuple(word for word in part.split("|") if not telling.isdisjoint(question_terms(word)))
              for part in text.split())
    return tuple(group for group in groups if group)


def expression(groups: Groups) -> str:
    """An FTS5 expression that matches where of each group a word is said; "" for none."""
    return " AND ".join(f"({' OR '.join(filter(None, map(_one, group)))})" for group in groups if any(map(_one, group)))


def _one(word: str) -> str:
    if word.endswith("*"):
        return f"({typed})" if (typed := typed_expression(word.rstrip("*"))) else ""
    terms = question_terms(word)
    return f"({' AND '.join(any_of([term]) for term in terms)})" if terms else ""


def _is_called(name: str, wanted: str) -> bool:
    """Whether all words of the name that is wanted are words of this one."""
    words = set(plain_form(wanted).split())
    return bool(words) and words <= set(plain_form(name).split())


def _add(people: dict[str, Person], one: Person) -> None:
    before = people.get(one.name.casefold())
    people[one.name.casefold()] = one if before is None else Person(
        before.name, before.said + one.said, before.chats + one.chats, before.facts + one.facts,
        max(before.memory, one.memory))
