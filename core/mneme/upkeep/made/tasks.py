"""What a task is: which memories it reads, what it asks, and what of the answer is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mneme.prompts.fencing import one_line
from mneme.store import derived
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.derived import PassageRow, Place
from mneme.store.memories import private_among
from mneme.store.model_tasks import Name
from mneme.types import Moment, Span
from mneme.upkeep.made.asking import Form, Item, Piece, Unit
from mneme.upkeep.steps import Sight

Supports = Callable[[str, Sequence[str]], bool]
"""Whether a sentence says nothing that these texts do not."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Making:
    """With what is made: the model and prompt by name, the time and zone, and who checks what a sentence says."""

    model: str
    prompt: str
    sight: Sight
    supports: Supports


class Keeper(Protocol):
    """Takes the answers of one prompt into the store, inside one transaction."""

    def take(self, piece: Piece, item: Item) -> str | None:
        """Keep an output; None, or the reason why it is refused."""
        ...

    def end(self) -> None:
        """All were taken."""
        ...


class Task(Protocol):
    """One of the things that a model does to what is kept."""

    @property
    def name(self) -> Name: ...

    @property
    def form(self) -> Form: ...

    @property
    def most(self) -> int:
        """Memories in one prompt."""
        ...

    @property
    def answer(self) -> int:
        """Tokens of an answer."""
        ...

    @property
    def splits(self) -> bool:
        """Whether a long text is read in parts; else its first part stands for it."""
        ...

    def read(self, db: Handle, sight: Sight, wanted: Sequence[int]) -> list[Unit]:
        """What is read of these memories; equal as long as nothing that matters changed."""
        ...

    def keeper(self, db: Handle, changes: ChangeSet, making: Making) -> Keeper: ...


def passage_units(db: Handle, sight: Sight, rows: Sequence[PassageRow]) -> list[Unit]:
    """Passages to be read, each with its line of who, when and where."""
    private = private_among(db, [one.id for one in rows])
    return [Unit(one.id, one.text, head_of(one, sight), one.id in private, row=one) for one in rows]


def passages(db: Handle, sight: Sight, wanted: Sequence[int]) -> list[Unit]:
    """The live ones of these passages, to be read."""
    return passage_units(db, sight, derived.passages_of(db, wanted))


def said_at(row: PassageRow, sight: Sight) -> Moment:
    """When a passage was said, or else when it was taken in."""
    return row.happened_at or Moment.of(row.recorded_at.astimezone(sight.zone), sight.zone)


def head_of(row: PassageRow, sight: Sight) -> str:
    """Who wrote a passage, when, and where, in one line."""
    at = said_at(row, sight).local()
    who = row.speaker or ("the owner" if row.origin == "owner" else "a document")
    where = f"{row.title} {row.heading}".strip()
    return one_line(f"{who} | {WEEKDAYS[at.weekday()]} {at:%Y-%m-%d} | {where}")


def place_of(row: PassageRow, span: Span) -> Place:
    """A span of a passage's text as a place of its item."""
    return row.item, row.span[0] + span[0], row.span[0] + span[1]
