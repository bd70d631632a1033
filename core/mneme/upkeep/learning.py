"""Learning facts: what is said in new passages becomes tellings, and their slots are settled."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from mneme.memory.facts.context import MOST
from mneme.memory.facts.extracting import statements
from mneme.memory.facts.relations import sentence
from mneme.memory.facts.statements import Heard, Saying, Statement
from mneme.store import acts, derived, facts, outlines
from mneme.store.changes import ChangeSet
from mneme.store.columns import HEADINGS, Handle
from mneme.store.derived import PassageRow
from mneme.store.echoes import Echoes
from mneme.store.erasing import DERIVED, Tombstones
from mneme.store.facts import NewFact
from mneme.store.memories import load
from mneme.types import Moment, Origin
from mneme.upkeep.steps import NOTHING, Sight, Step, Worked, cursor, move

SLICE = 200  # passages
TELLERS = frozenset((Origin.OWNER, Origin.OTHER))  # never an assistant, never what Mneme itself derived
EXAMPLES = 5
DATA, MOST_DATA = '{}[]<>"=;|\\', 0.3  # characters of data, and the share of a passage from which on it is none of ours


def learn(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """Take the facts out of the next passages."""
    passages = derived.passages_after(db, cursor(db, "learned"), SLICE)
    if not passages:
        return NOTHING
    corrections = facts.by_hand(db, [one.item for one in passages])
    people = derived.participants(db, sorted({one.thread for one in passages if one.thread is not None}))
    before = derived.heard_before(db, sorted({one.item for one in passages if one.thread is not None}), MOST)
    stones, echoes = Tombstones(db), Echoes(db)
    new: list[NewFact] = []
    kept: list[int] = []
    for passage in (one for one in passages if one.item not in corrections):
        for told in _facts(passage, people, before.get(passage.item, ()), sight):
            if echoes.has(*told.place):
                continue
            fact = facts.with_known_topic(db, told, _evidence(told, passage))
            if not (stones.has_text(DERIVED, sentence(fact.statement)) or facts.is_told(db, fact, before=passage.id)):
                new.append(fact)
                kept.append(facts.keep(changes, fact))
                facts.inherit(db, changes, kept[-1], fact)
    facts.settle(db, changes, {fact.slot for fact in new})
    changes.count("facts", len(kept))
    move(db, "learned", passages[-1].id)
    return Worked(len(passages) == SLICE, tuple(one.text for one in load(db, kept[:EXAMPLES], sight.now)))


def mend(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """Retire what stands on nothing any more, and settle anew the slots that this leaves open."""
    echoed, more = _echoed(db)
    changes.count("forgotten", len(acts.forget(db, changes, echoed)))
    fallen = derived.fallen(db, SLICE)
    outlines.cut_again(db, outlines.passages_of_events(db, fallen))
    for memory in fallen:
        derived.retire(changes, memory)
    outlines.days_again(db, outlines.days_of(db, fallen))
    changes.count("retired", len(fallen))
    loose = facts.dangling(db, SLICE)
    facts.settle(db, changes, [*facts.slots_of(db, fallen), *loose])
    return Worked(more or len(fallen) == SLICE)


def _echoed(db: Handle) -> tuple[list[int], bool]:
    """Facts that an assistant turns out to have said before, where more of its words came in; whether to go on.

    They go to the bin, where their owner can take them out again.
    """
    echoes = Echoes(db)
    known = echoes.count()
    if known == cursor(db, "echoes"):
        return [], False
    found, last = echoes.facts_after(cursor(db, "echoes.fact"), SLICE)
    move(db, "echoes.fact", last or 0)
    if last is None:
        move(db, "echoes", known)
    return found, last is not None


LEARN = Step("learn", "Learn facts", learn)
MEND = Step("mend", "Let go of what its sources no longer say", mend)


def _facts(passage: PassageRow, people: Mapping[int, Sequence[str]], before: tuple[Heard, ...], sight: Sight
           ) -> list[NewFact]:
    if passage.origin not in TELLERS or not _is_prose(passage.text):
        return []
    said = passage.happened_at or Moment.of(passage.recorded_at.astimezone(sight.zone), sight.zone)
    taking_part = people.get(passage.thread, ()) if passage.thread is not None else ()
    above = passage.heading if passage.speaker else HEADINGS.join(filter(None, (passage.title, passage.heading)))
    saying = Saying(passage.text, passage.origin, passage.speaker, said, sight.owner,
                    tuple(name for name in taking_part if name != passage.speaker), above, before)
    return [_fact(one, passage, said) for one in statements(saying)]


def _is_prose(text: str) -> bool:
    """Whether few of its characters are those of data: rules for sentences have no business there, and take long."""
    return sum(map(text.count, DATA)) < MOST_DATA * len(text)


def _evidence(fact: NewFact, passage: PassageRow) -> str:
    """The words that tell a fact."""
    _, start, end = fact.place
    return passage.text[start - passage.span[0]:end - passage.span[0]]


def _fact(one: Statement, passage: PassageRow, said: Moment) -> NewFact:
    start = passage.span[0]
    # A later sentence of the same passage is said later: "no wait, Friday" comes after what it puts right.
    told = Moment(said.utc + timedelta(microseconds=min(one.span[0], 999_999)), said.offset, said.precision)
    return NewFact(one, (passage.item, start + one.span[0], start + one.span[1]), told, passage.origin,
                   passage.importance)
