"""Questions that a passage answers: kept as memories of their own, so that who asks alike is led to the passage."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from mneme.prompts.fencing import one_line
from mneme.store import made
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.derived import NewDerived, PassageRow
from mneme.store.erasing import DERIVED, Tombstones
from mneme.store.model_tasks import Name
from mneme.types import Kind
from mneme.upkeep.made import quoting, reasons
from mneme.upkeep.made.asking import Form, Item, Piece, Unit
from mneme.upkeep.made.tasks import Making, passages, place_of
from mneme.upkeep.made.words import content, folded, missing, names_and_numbers
from mneme.upkeep.steps import Sight

EACH, LONGEST = 3, 200  # questions of a passage; code points of one


class Questions:
    """What somebody may ask whom a passage answers."""

    name: Name = "questions"
    most, answer, splits = 8, 1200, True
    form = Form("questions", "passage", {"question": {"type": "string"}, "quote": {"type": "string"}})

    def read(self, db: Handle, sight: Sight, wanted: Sequence[int]) -> list[Unit]:
        return passages(db, sight, wanted)

    def keeper(self, db: Handle, changes: ChangeSet, making: Making) -> "_Keeper":
        return _Keeper(db, changes, making, Tombstones(db))


@dataclass(slots=True)
class _Keeper:
    db: Handle
    changes: ChangeSet
    making: Making
    stones: Tombstones
    kept: Counter[int] = field(default_factory=Counter)

    def take(self, piece: Piece, item: Item) -> str | None:
        row = piece.unit.row
        place = quoting.found(item["quote"], piece.text)
        if row is None or place is None:
            return reasons.NO_QUOTE
        question = one_line(item["question"])
        if reason := self._refused(question, row, piece):
            return reason
        where = place_of(row, (place[0] + piece.start, place[1] + piece.start))
        if question.casefold() in made.texts_at(self.db, place_of(row, (0, len(row.text))), Kind.QUESTION):
            return reasons.DUPLICATE
        new = NewDerived(Kind.QUESTION, question, (where,), happened_at=row.happened_at, importance=row.importance)
        made.make_by(self.db, self.changes, new, self.making.model, self.making.prompt)
        self.kept[row.id] += 1
        return None

    def _refused(self, question: str, row: PassageRow, piece: Piece) -> str:
        if self.kept[row.id] >= EACH:
            return reasons.TOO_MANY
        if not question.endswith("?") or len(question) > LONGEST:
            return reasons.NOT_SCHEMA
        told = set(folded(row.text))
        known = told | set(folded(piece.unit.head))
        asked = content(question)
        if missing(" ".join(names_and_numbers(question)), known) or len(missing(question, told)) == len(asked):
            return reasons.NOT_ITS_WORDS
        return reasons.ERASED if self.stones.has_text(DERIVED, question) else ""

    def end(self) -> None:
        return
