"""Facts by a model: each stands on a quote, is checked against it word by word, and is settled with all others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import get_args

from mneme.expressions import expression
from mneme.memory.facts import caution
from mneme.memory.facts.extracting import LEAST
from mneme.memory.facts.people import PETS, TIES
from mneme.memory.facts.relations import RELATIONS, sentence
from mneme.memory.facts.sameness import normal_form
from mneme.memory.facts.statements import ME, Mode, Statement
from mneme.memory.facts.values import birthday_in
from mneme.memory.sentences import sentences
from mneme.store import derived, facts, made
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.derived import PassageRow
from mneme.store.echoes import Echoes
from mneme.store.erasing import DERIVED, Tombstones
from mneme.store.facts import NewFact, Slot
from mneme.store.model_tasks import Name
from mneme.types import Moment, Origin, Span
from mneme.upkeep.learning import TELLERS
from mneme.upkeep.made import meaning, quoting, reasons
from mneme.upkeep.made.asking import Form, Item, Piece, Unit
from mneme.upkeep.made.dating import NotTold, told_time
from mneme.upkeep.made.meaning import Teller
from mneme.upkeep.made.tasks import Making, passage_units, place_of, said_at
from mneme.upkeep.made.words import folded, missing
from mneme.upkeep.steps import Sight

CERTAINTY, OF_OTHERS = 0.7, 0.9  # a rule is surer (.9) of what it reads
MOST_WORDS = 12  # of an object, as for rules
NEEDS_TOPIC = frozenset(name for name, one in RELATIONS.items() if "{topic}" in one.sentence)
WITH_TOPIC = NEEDS_TOPIC | {"plan", "child"}
_ARTICLES = expression(r"^(?:(?:a|an|the|my|our|his|her|their|your)\s+)+", re.IGNORECASE)
_TEXT = {"type": "string"}


class Facts:
    """What passages state, as tellings of facts."""

    name: Name = "facts"
    most, answer, splits = 8, 1500, True
    form = Form("facts", "passage", {
        "subject": _TEXT, "relation": {"enum": list(RELATIONS)}, "topic": _TEXT, "object": _TEXT,
        "mode": {"enum": list(get_args(Mode))}, "quote": _TEXT, "from": _TEXT, "to": _TEXT},
        optional=frozenset(("topic", "from", "to")))

    def read(self, db: Handle, sight: Sight, wanted: Sequence[int]) -> list[Unit]:
        rows = derived.passages_of(db, wanted)
        corrected = facts.by_hand(db, [one.item for one in rows])
        return passage_units(db, sight, [one for one in rows if one.item not in corrected])

    def keeper(self, db: Handle, changes: ChangeSet, making: Making) -> "_Keeper":
        return _Keeper(db, changes, making, Tombstones(db), Echoes(db))


@dataclass(slots=True)
class _Keeper:
    db: Handle
    changes: ChangeSet
    making: Making
    stones: Tombstones
    echoes: Echoes
    slots: set[Slot] = field(default_factory=set)

    def take(self, piece: Piece, item: Item) -> str | None:
        row = piece.unit.row
        if row is None or row.origin not in TELLERS:
            return reasons.ASSISTANT
        told = stated(piece, row, item, self.making.sight)
        if isinstance(told, str):
            return told
        place = place_of(row, told.span)
        if self.echoes.has(*place):
            return reasons.ECHO
        said = said_at(row, self.making.sight)
        fact = NewFact(told, place, Moment(said.utc + timedelta(microseconds=min(told.span[0], 999_999)), said.offset,
                                           said.precision), row.origin, row.importance)
        fact = facts.with_known_topic(self.db, fact, row.text[told.span[0]:told.span[1]])
        if self.stones.has_text(DERIVED, sentence(fact.statement)):
            return reasons.ERASED
        known = self._beside_known(fact)
        if known is None:
            self._keep(fact)
        return known

    def _beside_known(self, fact: NewFact) -> str | None:
        """What the same words tell already: the same again, or, by rule, the same object otherwise."""
        told = fact.statement
        for one in made.known_at(self.db, fact.place):
            if normal_form(one.object) != normal_form(told.object):
                continue
            if (one.subject.casefold(), one.relation, one.mode) == (told.subject.casefold(), told.relation, told.mode):
                return reasons.DUPLICATE
            if made.of(self.db, one.memory) is None:
                return reasons.CONTRADICTORY
        return None

    def _keep(self, fact: NewFact) -> None:
        memory = facts.keep(self.changes, fact)
        facts.inherit(self.db, self.changes, memory, fact)
        made.put(self.db, self.changes, memory, self.making.model, self.making.prompt)
        self.slots.add(fact.slot)

    def end(self) -> None:
        facts.settle(self.db, self.changes, self.slots)


# ------------------------------------------------------------------ from an output to a statement, or a reason


@dataclass(frozen=True, slots=True)
class _Quoted:
    """Where an output stands in its passage's text: its quote, the sentence around that, its clause, its object."""

    text: str
    quote: Span
    sentence: Span
    clause: Span
    thing: Span
    is_literal: bool  # the object stands there as it is

    def words(self, span: Span) -> str:
        return self.text[span[0]:span[1]]


def stated(piece: Piece, row: PassageRow, item: Item, sight: Sight) -> Statement | str:
    """The statement that an output makes, in places of its passage; else the reason why that does not make it."""
    place = quoting.found(item["quote"], piece.text)
    if place is None:
        return reasons.NO_QUOTE
    at = _quoted(row.text, (place[0] + piece.start, place[1] + piece.start), item["object"])
    subject, relation, mode = _subject(item["subject"], sight.owner), str(item["relation"]), item["mode"]
    topic = _topic(str(item.get("topic", "")), relation, item["object"])
    said = said_at(row, sight)
    if reason := _refused(at, subject, relation, topic, mode, item["object"], row):
        return reason
    try:
        times = {side: told_time(str(item.get(side, "")), row.text, at.sentence, said, mode) for side in ("from", "to")}
    except NotTold:
        return reasons.NO_DATE
    thing = at.words(at.thing) if at.is_literal else item["object"].strip()
    if relation == "birthday":
        born = _born(at, item["object"], said)
        if born is None:
            return reasons.NO_DATE
        thing = born
    certainty = round(CERTAINTY * caution.certainty(row.text, *at.clause)
                      * (OF_OTHERS if row.origin is Origin.OTHER else 1.0), 3)
    if certainty < LEAST:
        return reasons.NOT_MEANT
    return Statement(subject, relation, topic, thing, mode, at.quote, at.thing if at.is_literal else None,
                     times["from"], times["to"], certainty)


def _refused(at: _Quoted, subject: str, relation: str, topic: str, mode: Mode, thing: str, row: PassageRow) -> str:
    """The reason why the words around the quote do not say it; "" where they do."""
    around, words = set(folded(at.words(at.sentence))), at.words(at.thing)
    is_mine = subject == ME or subject.casefold().startswith("my ")
    if not subject or (is_mine and row.origin is not Origin.OWNER):
        return reasons.NO_SUBJECT
    if not thing.strip() or len(thing.split()) > MOST_WORDS or (relation != "birthday" and missing(thing, around)):
        return reasons.NO_OBJECT
    if not meaning.is_of_kind(relation, thing.strip()) or not _has_topic(topic, relation, around):
        return reasons.NO_OBJECT
    if not meaning.is_meant(row.text, at.sentence, at.clause):
        return reasons.NOT_MEANT
    clause = at.words(at.clause)
    inside = (max(at.thing[0] - at.clause[0], 0), min(at.thing[1], at.clause[1]) - at.clause[0])
    if not meaning.agrees(relation, mode, words if at.is_literal else "", row.text, at.clause, at.sentence[1]):
        return reasons.CONTRADICTORY
    if at.is_literal and not meaning.tells(relation, clause, inside):
        return reasons.CONTRADICTORY
    teller = Teller(row.origin is Origin.OWNER, row.speaker or "", row.text[:at.thing[0]])
    within = (at.thing[0] - at.sentence[0], at.thing[1] - at.sentence[0])
    told = meaning.speaks_of(subject, relation, at.words(at.sentence), within, teller)
    return "" if told else reasons.NO_SUBJECT


def _quoted(text: str, quote: Span, thing: str) -> _Quoted:
    touched = [one for one in sentences(text) if one[0] < quote[1] and quote[0] < one[1]] or [quote]
    around = (min(touched[0][0], quote[0]), max(touched[-1][1], quote[1]))
    literal = quoting.found(thing, text, *quote) or quoting.found(thing, text, *around)
    place = literal or quote
    own = next((one for one in touched if one[0] <= place[0] < one[1]), around) if literal else around
    sentence_ = own if literal else around
    clause = meaning.clause_of(text, *sentence_, place) if literal else quote
    return _Quoted(text, quote, sentence_, clause, place, literal is not None)


def _born(at: _Quoted, thing: str, said: Moment) -> str | None:
    """The birthday that the sentence tells, in ISO, where the model read the same one."""
    told = birthday_in(at.text, *at.sentence, said)
    read = birthday_in(thing, 0, len(thing), said)
    return told[0] if told is not None and told[0] in (thing.strip(), read[0] if read is not None else "") else None


def _subject(words: str, owner: str) -> str:
    """The owner by name is the owner."""
    bare = " ".join(words.split())
    own = " ".join(owner.split()).casefold()
    return ME if bare.casefold() in (ME, "i", "myself") or (own and bare.casefold() == own) else bare


def _topic(words: str, relation: str, thing: str) -> str:
    """The topic as rules write it; a relation that has none gets none, and a plan is about its own words at least."""
    if relation not in WITH_TOPIC:
        return ""
    bare = _ARTICLES.sub("", " ".join(words.split()).casefold())
    if relation == "plan" and not bare:
        return _ARTICLES.sub("", " ".join(thing.split()).casefold())
    return TIES[bare][1] if bare in TIES and TIES[bare][0] == relation else PETS.get(bare, bare)


def _has_topic(topic: str, relation: str, around: set[str]) -> bool:
    """Whether the sentence has a topic's words, or those that stand for it: mum for mother."""
    if not topic:
        return relation not in NEEDS_TOPIC
    known = around | {PETS[word] for word in around if word in PETS} | {
        TIES[word][1] for word in around if word in TIES}
    return not missing(topic, known)
