"""What a note is about, in a sentence with keywords and tags (A-MEM, arXiv 2502.12110); revised as others join it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.memory.sentences import sentences
from mneme.prompts.fencing import one_line
from mneme.store import derived, descriptions, memories
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.descriptions import Description
from mneme.store.memories import private_among
from mneme.store.model_tasks import Name
from mneme.types import Kind
from mneme.upkeep.made import quoting, reasons
from mneme.upkeep.made.asking import Form, Item, Piece, Unit
from mneme.upkeep.made.tasks import Making, head_of
from mneme.upkeep.steps import Sight

KEYWORDS, TAGS, LONGEST = 8, 5, 300
RELATED, SHOWN = 3, 400  # associated memories beside a note, and code points of each
_TAG = expression(r"[^\W_][\w-]{1,29}")
_WORDS = {"type": "array", "items": {"type": "string"}}


class Describe:
    """What notes and events are about."""

    name: Name = "describe"
    most, answer, splits = 6, 1200, False
    form = Form("descriptions", "note", {"sentence": {"type": "string"}, "keywords": _WORDS, "tags": _WORDS})

    def read(self, db: Handle, sight: Sight, wanted: Sequence[int]) -> list[Unit]:
        """Notes (a document's first passage) and events; an event's text is that of the passages it stands on."""
        events = {one.id for one in memories.load(db, wanted, sight.now) if one.kind is Kind.EVENT}
        bearing = {one: passages for one, kind, passages in derived.live_bearing(db, wanted) if kind is Kind.EVENT}
        standing = {one: bearing.get(one, ()) if one in events else (one,) for one in wanted}
        newest = descriptions.newest_associate(db, wanted)
        private = private_among(db, wanted)
        units = [self._unit(db, sight, one, standing[one], newest.get(one, 0), one in private)
                 for one in memories.live(db, wanted)]
        return [unit for unit in units if unit is not None]

    def _unit(self, db: Handle, sight: Sight, memory: int, passages: Sequence[int], newest: int, private: bool
              ) -> Unit | None:
        rows = derived.passages_of(db, passages)
        if not rows:
            return None
        said = [f"{row.speaker}: {row.text}" if row.speaker else row.text for row in rows]
        others = descriptions.associates(db, memory, RELATED)
        hidden = set() if private else private_among(db, others)  # what is shown beside must not be more private
        shown = memories.load(db, [one for one in others if one not in hidden], sight.now)
        return Unit(memory, "\n".join(said), head_of(rows[0], sight), private, newest=newest,
                    related=tuple(one_line(one.text)[:SHOWN] for one in shown))

    def keeper(self, db: Handle, changes: ChangeSet, making: Making) -> "_Keeper":
        return _Keeper(db, changes, making)


@dataclass(slots=True)
class _Keeper:
    db: Handle
    changes: ChangeSet
    making: Making

    def take(self, piece: Piece, item: Item) -> str | None:
        unit = piece.unit
        sentence = one_line(item["sentence"])
        if not sentence or len(sentence) > LONGEST or len(sentences(sentence)) > 1:
            return reasons.TOO_LONG
        keywords, tags = _distinct(item["keywords"]), _distinct(item["tags"])
        if len(keywords) > KEYWORDS or len(tags) > TAGS:
            return reasons.TOO_MANY
        if not all(quoting.found(word, unit.text) for word in keywords) or not all(map(_TAG.fullmatch, tags)):
            return reasons.NOT_ITS_WORDS
        if not self.making.supports(sentence, [unit.text]):
            return reasons.UNSUPPORTED
        return self._keep(unit, {"text": sentence, "keywords": keywords, "tags": tags})

    def _keep(self, unit: Unit, told: Mapping[str, str | tuple[str, ...]]) -> str | None:
        old = descriptions.get(self.db, unit.memory)
        new = Description(unit.memory, str(told["text"]), tuple(told["keywords"]), tuple(told["tags"]),
                          seen=unit.newest, model=self.making.model)
        is_new = old is None or (old.text, old.keywords, old.tags) != (new.text, new.keywords, new.tags)
        revised = 0 if old is None else old.revised + int(is_new)
        descriptions.put(self.db, self.changes, "about", Description(
            new.memory, new.text, new.keywords, new.tags, revised, new.seen, new.model), self.making.prompt)
        if old is not None and is_new:
            self.changes.count("revised")
        return None if is_new else reasons.DUPLICATE

    def end(self) -> None:
        return


def _distinct(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one_line(one) for one in given if one.strip()))
