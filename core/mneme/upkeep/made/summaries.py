"""Summaries told fluently, and better names for topics: kept beside the sentences that stand in memories."""

from collections.abc import Sequence
from dataclasses import dataclass

from mneme.prompts.fencing import one_line
from mneme.store import derived, descriptions, memories, outlines
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.descriptions import Description
from mneme.store.memories import private_among
from mneme.store.model_tasks import Name
from mneme.upkeep.made import reasons
from mneme.upkeep.made.asking import Form, Item, Piece, Unit
from mneme.upkeep.made.tasks import Making
from mneme.upkeep.made.words import content, folded, missing
from mneme.upkeep.steps import Sight

SENTENCES, LONGEST = 5, 400  # of a summary; code points of one
NAME_WORDS, MEMBERS = 4, 120  # words of a topic's name; its latest members, whose words it may have


class Summary:
    """The summaries of days, weeks, months and topics, in sentences that read well."""

    name: Name = "summary"
    most, answer, splits = 4, 1200, False
    form = Form("summaries", "summary", {"sentences": {"type": "array", "items": {"type": "string"}}})

    def read(self, db: Handle, sight: Sight, wanted: Sequence[int]) -> list[Unit]:
        return _units(db, wanted)

    def keeper(self, db: Handle, changes: ChangeSet, making: Making) -> "_SummaryKeeper":
        return _SummaryKeeper(db, changes, making)


class TopicNames:
    """Names for topics that have theirs by rule."""

    name: Name = "topic"
    most, answer, splits = 6, 400, False
    form = Form("names", "topic", {"name": {"type": "string"}})

    def read(self, db: Handle, sight: Sight, wanted: Sequence[int]) -> list[Unit]:
        return [one for one in _units(db, wanted) if one.topic]

    def keeper(self, db: Handle, changes: ChangeSet, making: Making) -> "_NameKeeper":
        return _NameKeeper(db, changes, making)


def _units(db: Handle, wanted: Sequence[int]) -> list[Unit]:
    """Summaries as lists of their sentences. Their keywords are not shown: they come from more than is cited."""
    private = private_among(db, wanted)
    units = []
    for memory in memories.live(db, wanted):
        level, key = outlines.key_of(db, memory) or ("event", "")
        lines = tuple(one_line(one.text) for one in derived.citations(db, memory))
        topic = int(key) if level == "topic" else 0
        if lines and level != "event":
            head = "a topic" if topic else f"the {level} {key}"
            units.append(Unit(memory, "\n".join(f"- {line}" for line in lines), head, memory in private, lines=lines,
                              topic=topic))
    return units


@dataclass(slots=True)
class _SummaryKeeper:
    db: Handle
    changes: ChangeSet
    making: Making

    def take(self, piece: Piece, item: Item) -> str | None:
        told = [one_line(one) for one in item["sentences"] if one.strip()]
        if len(told) > SENTENCES:
            return reasons.TOO_MANY
        if not told or any(len(one) > LONGEST for one in told):
            return reasons.TOO_LONG
        if not all(self.making.supports(one, piece.unit.lines) for one in told):
            return reasons.UNSUPPORTED
        new = Description(piece.unit.memory, " ".join(told), model=self.making.model)
        kept = descriptions.put(self.db, self.changes, "summary", new, self.making.prompt)
        return None if kept else reasons.DUPLICATE

    def end(self) -> None:
        return


@dataclass(slots=True)
class _NameKeeper:
    db: Handle
    changes: ChangeSet
    making: Making

    def take(self, piece: Piece, item: Item) -> str | None:
        name = one_line(item["name"]).strip(" .\"'")
        if not 1 <= len(name.split()) <= NAME_WORDS or len(name) > LONGEST:
            return reasons.TOO_LONG
        unit = piece.unit
        members = outlines.members(self.db, unit.topic, MEMBERS)
        passages = [one for found in derived.bearing(self.db, [*members, unit.memory]).values() for one in found]
        if unit.private is False:  # a name that others may read has no word of what is private
            hidden = private_among(self.db, passages)
            passages = [one for one in passages if one not in hidden]
        held = {word for row in derived.passages_of(self.db, passages) for word in folded(row.text)}
        if not content(name) or missing(name, held):
            return reasons.NOT_ITS_WORDS
        new = Description(unit.memory, name, model=self.making.model)
        return None if descriptions.put(self.db, self.changes, "name", new, self.making.prompt) else reasons.DUPLICATE

    def end(self) -> None:
        return
