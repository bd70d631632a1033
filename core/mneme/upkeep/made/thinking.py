"""Thoughts after an answer (Think-in-Memory, arXiv 2311.08719): inserted, merged or forgotten, each on its passages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mneme.errors import ModelError
from mneme.memory.sentences import sentences
from mneme.ports import Generation, LanguageModel
from mneme.prompts import prompt
from mneme.prompts.fencing import mark_for, one_line
from mneme.store import derived, made
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.store.derived import NewDerived, PassageRow
from mneme.store.erasing import DERIVED, Tombstones
from mneme.store.memories import live
from mneme.types import Kind, Moment
from mneme.upkeep.made import reasons
from mneme.upkeep.made.asking import (
    IsCancelled,
    Item,
    Malformed,
    Piece,
    Unit,
    listed,
    pieces,
    room,
    written,
)
from mneme.upkeep.made.tasks import Making, Supports, passage_units
from mneme.upkeep.steps import Sight

ANSWER, LONGEST = 600, 300  # tokens of an answer, code points of a thought
MOST_PASSAGES, MOST_THOUGHTS = 12, 12  # shown
MOST = 8  # operations
_ITEM = {"type": "object", "properties": {
    "do": {"enum": ["insert", "merge", "forget"]}, "thought": {"type": "integer"}, "text": {"type": "string"},
    "passages": {"type": "array", "items": {"type": "integer"}}}, "required": ["do"], "additionalProperties": False}
_SCHEMA = {"type": "object", "properties": {"operations": {"type": "array", "items": _ITEM, "maxItems": MOST}},
           "required": ["operations"], "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer and the memories that it cites; `note` is what a deep answer found, to be kept too."""

    question: str
    answer: str
    citations: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Thoughts:
    """What came of thinking: counts of inserted, merged and forgotten; what was refused; why it failed, if it did.

    `changes` is the change-set, for undo; None where nothing was changed.
    """

    counts: Mapping[str, int]
    dropped: Mapping[str, int]
    failed: str = ""
    changes: int | None = None
    memories: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Before:
    """What an answer stands on, and the thoughts that stand on the same."""

    units: tuple[Unit, ...]
    thoughts: tuple[tuple[int, str], ...]

    @property
    def rows(self) -> list[PassageRow]:
        return [one.row for one in self.units if one.row is not None]


def think(store: Database, model: LanguageModel, sight: Sight, supports: Supports, asked: Answered,
          cancelled: IsCancelled) -> Thoughts:
    """Have a model keep what was learned by an answer, and keep its note; all of it one change-set by upkeep.

    A thought stands on the places that the answer cites, and is dropped where they do not support it. What fails is
    said, never dressed as "nothing to keep". Raises: Cancelled; then nothing is kept.
    """
    with store.reader() as db:
        before = _before(db, sight, asked.citations)
    if not before.units:
        return Thoughts({}, {reasons.NO_EVIDENCE: 1})
    dropped: Counter[str] = Counter()
    operations: list[Item] = []
    failed = ""
    try:
        if model.facts().place != "here" and any(one.private for one in before.units):
            dropped[reasons.PRIVATE] += 1
        else:
            operations, refused = _asked(model, sight, asked, before, cancelled)
            dropped.update(refused)
    except Malformed as error:
        failed = error.sentence
        dropped[error.reason] += 1
    except ModelError as error:
        failed = str(error)
    making = Making(model.model_id, prompt("think").id, sight, supports)
    return store.write(lambda db: _kept(db, making, asked, before, operations, dropped, failed))


def _before(db: Handle, sight: Sight, citations: Sequence[int]) -> _Before:
    bearing = derived.bearing(db, citations)
    wanted = list(dict.fromkeys(one for memory in citations for one in (*bearing.get(memory, ()), memory)))
    units = passage_units(db, sight, derived.passages_of(db, wanted))[:MOST_PASSAGES]
    return _Before(tuple(units), tuple(made.standing_thoughts(db, [one.memory for one in units], MOST_THOUGHTS)))


def _asked(model: LanguageModel, sight: Sight, asked: Answered, before: _Before, cancelled: IsCancelled
           ) -> tuple[list[Item], list[str]]:
    system = prompt("think").filled(today=sight.today().isoformat())
    left, most = room(model, system, ANSWER)
    left -= sum(model.count([asked.question, asked.answer, *(text for _memory, text in before.thoughts)]))
    each = max(left // len(before.units), 32)
    shown = [pieces(model, one, each)[0] for one in before.units]
    wish = Generation(max_tokens=most, schema=_SCHEMA, urgent=False, temperature=0.0)
    text = written(model, system, _fenced(asked, shown, before), wish, cancelled)
    return _operations(text)


def _fenced(asked: Answered, shown: Sequence[Piece], before: _Before) -> str:
    parts = [("question", asked.question), ("answer", asked.answer),
             *((f"passage {number} | {one.unit.head}", one.text) for number, one in enumerate(shown, start=1)),
             *((f"thought {number}", text) for number, (_memory, text) in enumerate(before.thoughts, start=1))]
    mark = mark_for("\n".join(f"{head}\n{text}" for head, text in parts))
    told = "\n".join(f"{mark} {head}\n{text}" for head, text in parts)
    return f"{mark}\n{mark} begins\n{told}\n{mark} ends"


def _operations(text: str) -> tuple[list[Item], list[str]]:
    """The operations of an answer, and why others are none. Raises: Malformed."""
    found, is_valid = listed(text, _SCHEMA)
    fitting = [item for item in found if is_valid(item)]
    refused = [reasons.NOT_SCHEMA] * (len(found) - len(fitting))
    return fitting[:MOST], [*refused, *[reasons.TOO_MANY] * (len(fitting) - MOST)]


# ------------------------------------------------------------------ keeping


def _kept(db: Handle, making: Making, asked: Answered, before: _Before, operations: Sequence[Item],
          dropped: Counter[str], failed: str) -> Thoughts:
    rows = {row.id: row for row in derived.passages_of(db, [one.memory for one in before.units])}
    same = [row if rows.get(row.id) == row else None for row in before.rows]
    changes = ChangeSet(db, "think", "upkeep", making.sight.now)
    keeper = _Keeper(db, changes, making, same, before)
    for item in operations:
        if reason := keeper.take(item):
            dropped[reason] += 1
    if asked.note and (reason := keeper.take_note(asked.note)):
        dropped[reason] += 1
    return Thoughts(dict(changes.counts), dict(dropped), failed, changes.close(), tuple(keeper.kept))


@dataclass(slots=True)
class _Keeper:
    """Takes operations into the store; `rows` are the passages by number, None where one has changed."""

    db: Handle
    changes: ChangeSet
    making: Making
    rows: Sequence[PassageRow | None]
    before: _Before
    kept: list[int] = field(default_factory=list)
    done: set[int] = field(default_factory=set)  # thoughts that were merged or forgotten

    def take(self, item: Item) -> str | None:
        if item["do"] == "insert":
            return self._insert(one_line(str(item.get("text", ""))), self._named(item))
        memory = self._thought(item)
        if memory is None:
            return reasons.NO_PASSAGE
        if made.in_owners_hand(self.db, memory):
            return reasons.OWNERS
        if item["do"] == "merge":
            return self._merge(memory, one_line(str(item.get("text", ""))), self._named(item))
        derived.retire(self.changes, memory)
        self.changes.count("forgotten")
        self.done.add(memory)
        return None

    def take_note(self, note: str) -> str | None:
        """Those sentences of a note that the passages support, as one thought."""
        every = [row for row in self.rows if row is not None]
        texts = [row.text for row in every]
        told = [one for start, end in sentences(note) if self.making.supports(one := one_line(note[start:end]), texts)]
        if not told or not every:
            return reasons.UNSUPPORTED if every else reasons.NO_EVIDENCE
        return self._made(" ".join(told), every)

    def _named(self, item: Item) -> list[PassageRow]:
        """The passages that an operation names; one that is not there, or has changed, makes it stand on none."""
        numbers = list(dict.fromkeys(item.get("passages", ())))
        rows = [self.rows[number - 1] if 1 <= number <= len(self.rows) else None for number in numbers]
        return [row for row in rows if row is not None] if all(rows) else []

    def _thought(self, item: Item) -> int | None:
        number = int(item.get("thought", 0))
        if not 1 <= number <= len(self.before.thoughts):
            return None
        memory = self.before.thoughts[number - 1][0]
        return memory if memory not in self.done and live(self.db, [memory]) else None

    def _refused(self, text: str, rows: Sequence[PassageRow], beside: Sequence[str] = ()) -> str:
        if not rows:
            return reasons.NO_EVIDENCE
        if not text or len(text) > LONGEST or len(sentences(text)) != 1:
            return reasons.TOO_LONG
        return "" if self.making.supports(text, [*(row.text for row in rows), *beside]) else reasons.UNSUPPORTED

    def _insert(self, text: str, rows: Sequence[PassageRow]) -> str | None:
        return self._refused(text, rows) or self._made(text, rows)

    def _made(self, text: str, rows: Sequence[PassageRow]) -> str | None:
        thoughts = made.standing_thoughts(self.db, [row.id for row in rows], MOST_THOUGHTS)
        if text.casefold() in {other.casefold() for _memory, other in thoughts}:
            return reasons.DUPLICATE
        if Tombstones(self.db).has_text(DERIVED, text):
            return reasons.ERASED
        places = tuple((row.item, *row.span) for row in rows)
        new = NewDerived(Kind.THOUGHT, text, places, happened_at=_latest(rows),
                         importance=max(row.importance for row in rows))
        self.kept.append(made.make_by(self.db, self.changes, new, self.making.model, self.making.prompt))
        self.changes.count("inserted")
        return None

    def _merge(self, memory: int, text: str, rows: Sequence[PassageRow]) -> str | None:
        standing = derived.passages_of(self.db, derived.bearing(self.db, [memory]).get(memory, []))
        if reason := self._refused(text, rows, [row.text for row in standing]):
            return reason
        derived.rewrite(self.changes, memory, Kind.THOUGHT, text)
        made.add_evidence(self.db, self.changes, memory, [(row.item, *row.span) for row in rows])
        made.put(self.db, self.changes, memory, self.making.model, self.making.prompt)
        self.changes.count("merged")
        self.kept.append(memory)
        self.done.add(memory)
        return None


def _latest(rows: Sequence[PassageRow]) -> Moment | None:
    dated = [row.happened_at for row in rows if row.happened_at is not None]
    return max(dated, key=lambda moment: moment.utc) if dated else None
