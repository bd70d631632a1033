"""What wants the owner's eye: contradictions, what nobody vouches for, what will soon fade; one memory's account."""

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from mneme.clock import Clock
from mneme.messages import _, ngettext
from mneme.store import changes as journal
from mneme.store import derived, facts, links, memories, outlines, preferences, reviewing, reworking
from mneme.store.columns import Handle, micros
from mneme.store.database import Database
from mneme.types import Beside, Fact, Memory, Origin, ReviewCard, ReviewKind, ReviewList

KINDS: tuple[ReviewKind, ...] = ("conflict", "unverified", "fading")
CARDS: dict[ReviewKind, int] = {"conflict": 6, "unverified": 6, "fading": 4}  # in one review, at most
INBOX = 30  # cards of one kind, where it alone is looked through
WEEK = timedelta(days=7)
SOON = timedelta(days=28)  # what will have faded by then is shown
LASTS = timedelta(minutes=10)  # for so long it is not asked again what is about to fade
MOST_PEOPLE = 8
PUT_OFF, NEXT = "review.put_off", "review.next"

Waiting = dict[ReviewKind, list[int]]


class Reviewing:
    """What a page of review, and the panel of one memory, are made of. Safe to use from several threads.

    A review is meant to take two minutes: some cards of each kind, the weightiest first, and then it ends.
    """

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._fading: tuple[datetime, list[int]] | None = None

    def due(self, kind: ReviewKind | None = None, *, more: bool = False) -> ReviewList:
        """The cards to be decided now, of all kinds or of one.

        After a review has come to its end, contradictions alone are due for a week; `more`: all the same.
        """
        now = self._clock.now()
        with self._store.reader() as db:
            waiting = self._waiting(db, now, everything=more or kind is not None)
            chosen = KINDS if kind is None else (kind,)
            cards = [card for one in chosen for card in _cards(
                db, one, waiting[one], CARDS[one] if kind is None else INBOX, now)]
        return ReviewList(tuple(cards), {one: len(waiting[one]) for one in chosen})

    def count(self) -> int:
        """How many cards the next review has. Cheap: what is about to fade is asked for every ten minutes alone."""
        counts = self.counts()
        return sum(min(counts[kind], CARDS[kind]) for kind in KINDS)

    def counts(self) -> dict[ReviewKind, int]:
        """How many memories wait for a decision, by kind."""
        with self._store.reader() as db:
            waiting = self._waiting(db, self._clock.now(), everything=False)
        return {kind: len(found) for kind, found in waiting.items()}

    def still(self, memory_ids: Sequence[int]) -> frozenset[int]:
        """Those of these, under which cards were due, that still are: the others were decided meanwhile."""
        with self._store.reader() as db:
            waiting = self._waiting(db, self._clock.now(), everything=True)
        return frozenset(memory_ids) & {memory for found in waiting.values() for memory in found}

    def put_off(self, memory_ids: Sequence[int], days: float = 7) -> None:
        """Do not ask about these for some days. No change of any memory: nothing to be undone."""
        now = self._clock.now()

        def put(db: Handle) -> None:
            until = micros(now + timedelta(days=days))
            kept = {memory: at for memory, at in _put_off(db).items() if at > micros(now)}
            preferences.set_own_value(db, PUT_OFF, json.dumps(kept | dict.fromkeys(memory_ids, until)))

        self._store.write(put)

    def take_up(self, memory_ids: Sequence[int]) -> None:
        """Ask about these again: what was put off was put off by mistake."""
        self._store.write(lambda db: preferences.set_own_value(db, PUT_OFF, json.dumps(
            {memory: at for memory, at in _put_off(db).items() if memory not in set(memory_ids)})))

    def finish(self) -> None:
        """A review has come to its end: for a week, contradictions alone are due."""
        until = micros(self._clock.now() + WEEK)
        self._store.write(lambda db: preferences.set_own_value(db, NEXT, str(until)))

    def beside(self, memory_id: int) -> Beside:
        """What stands beside a memory: notes, parts, what it replaced, its words before. Raises: NotFound."""
        now = self._clock.now()
        with self._store.reader() as db:
            row = memories.rows_of(db, [memory_id])[0]
            own = next(iter(facts.load(db, [memory_id], now)), None)
            topic = outlines.topic_of(db, memory_id)
            return Beside(
                notes=_live(db, links.notes_on(db, [memory_id]), now),
                noted=next(iter(memories.load(db, links.noted(db, memory_id)[:1], now)), None),
                parts=_live(db, reworking.parts_of(db, memory_id), now) if row["retired_at"] is not None else (),
                replaced=tuple(facts.load(db, facts.replaced_by(db, memory_id), now)) if own is not None else (),
                successor=_successor(db, own, now),
                rivals=tuple(facts.load(db, own.conflicts, now)) if own is not None else (),
                wordings=tuple(journal.wordings(db, memory_id)),
                topic=next((one for one in outlines.topic_tree(db) if one.id == topic), None) if topic else None,
                people=_people(db, memory_id, now))

    def _waiting(self, db: Handle, now: datetime, *, everything: bool) -> Waiting:
        """The memories that wait, by kind, the weightiest first."""
        off = {memory for memory, at in _put_off(db).items() if at > micros(now)}
        resting = not everything and int(preferences.own_value(db, NEXT, "0")) > micros(now)
        found: Waiting = {"conflict": _without(reviewing.conflicts(db), off), "unverified": [], "fading": []}
        if not resting:
            found["unverified"] = _without(reviewing.unverified(db), off)
            found["fading"] = _without(self._about_to_fade(db, now), off)
        return found

    def _about_to_fade(self, db: Handle, now: datetime) -> list[int]:
        with self._lock:
            if self._fading is None or not timedelta(0) <= now - self._fading[0] < LASTS:
                self._fading = (now, reviewing.about_to_fade(db, now, SOON))
            kept = self._fading[1]
        return reviewing.still_fading(db, kept, now, SOON)


# ------------------------------------------------------------------ within


def _without(found: Iterable[int], off: set[int]) -> list[int]:
    return [memory for memory in found if memory not in off]


def _put_off(db: Handle) -> dict[int, int]:
    """Until when, in microseconds, a memory is not asked about."""
    kept = json.loads(preferences.own_value(db, PUT_OFF, "{}"))
    return {int(memory): int(at) for memory, at in kept.items()}


def _live(db: Handle, wanted: Sequence[int], now: datetime) -> tuple[Memory, ...]:
    return tuple(memories.load(db, memories.live(db, wanted), now))


def _successor(db: Handle, own: Fact | None, now: datetime) -> Fact | None:
    wanted = [] if own is None or own.superseded_by is None else [own.superseded_by]
    return next(iter(facts.load(db, wanted, now)), None)


def _people(db: Handle, memory: int, now: datetime) -> tuple[str, ...]:
    own = memories.load(db, [memory], now)
    speakers = [one.speaker for one in own if one.speaker and one.origin is Origin.OTHER]
    told = facts.told_of(db, [memory, *memories.live(db, derived.standing_on(db, [memory]))])
    return tuple(dict.fromkeys([*speakers, *told]))[:MOST_PEOPLE]


def _cards(db: Handle, kind: ReviewKind, waiting: Sequence[int], most: int, now: datetime) -> list[ReviewCard]:
    makers: dict[ReviewKind, Callable[[Handle, Sequence[int], datetime], list[ReviewCard]]] = {
        "conflict": _conflicts, "unverified": _unverified, "fading": _fading}
    return makers[kind](db, waiting[:most], now)


def _conflicts(db: Handle, waiting: Sequence[int], now: datetime) -> list[ReviewCard]:
    """A card for each contradiction, under the lowest number of its sides."""
    cards = []
    for fact in facts.load(db, waiting, now):
        sides = (fact, *facts.load(db, fact.conflicts, now))
        ordered = tuple(sorted(sides, key=lambda one: (micros(one.said_at.utc) if one.said_at else 0, one.memory.id)))
        cards.append(ReviewCard("conflict", fact.memory, _("These cannot both be so."), ordered))
    return cards


def _unverified(db: Handle, waiting: Sequence[int], now: datetime) -> list[ReviewCard]:
    return [ReviewCard("unverified", fact.memory, _doubt(fact), (fact,), fact.evidence)
            for fact in facts.load(db, waiting, now)]


def _doubt(fact: Fact) -> str:
    """Why it is asked whether a fact is right."""
    if fact.memory.origin is Origin.OTHER:
        who = fact.evidence[0].speaker if fact.evidence else None
        return (_("Only {name} said so, and once.").format(name=who) if who else
                _("Somebody else said so, and only once."))
    return _("It was read out of your words, and is not certain.")


def _fading(db: Handle, waiting: Sequence[int], now: datetime) -> list[ReviewCard]:
    cards = []
    for memory in memories.load(db, waiting, now):
        shown = memories.detail(db, memory.id, now, neighbours=0)
        used = sum(what in reviewing.USED for _at, what in shown.uses)
        cards.append(ReviewCard("fading", memory, _worth(used), (), derived.citations(db, memory.id), shown.fades_at))
    return cards


def _worth(used: int) -> str:
    """Why it is asked whether a memory may fade."""
    if not used:
        return _("It seems to matter, and will soon have faded.")
    return ngettext("It was used once, and will soon have faded.", "It was used {n} times, and will soon have faded.",
                    used).format(n=used)
