"""What an owner looks over: what stands beside one memory, and the cards of a review."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mneme.types.kept import Citation, Fact, Memory, Topic

ReviewKind = Literal["conflict", "unverified", "fading"]


@dataclass(frozen=True, slots=True)
class Wording:
    """A change of a memory's words: when, and what they were before and after it."""

    at: datetime
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside a memory and is not in its detail.

    `notes` are the owner's on a passage, `noted` is what a note is about; a passage that was cut has `parts`. A fact
    `replaced` others, each with its time, is told by a `successor` now, and `rivals` contradict it. `people` are the
    names of whom it tells or who says it, the owner's left out.
    """

    notes: tuple[Memory, ...] = ()
    noted: Memory | None = None
    parts: tuple[Memory, ...] = ()
    replaced: tuple[Fact, ...] = ()
    successor: Fact | None = None
    rivals: tuple[Fact, ...] = ()
    wordings: tuple[Wording, ...] = ()
    topic: Topic | None = None
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """One thing to be decided: `sides` of a conflict, the one fact that is unverified, or a memory that will fade.

    `why` is a sentence for the owner; `evidence` is where it stands, with date and speaker.
    """

    kind: ReviewKind
    memory: Memory
    why: str
    sides: tuple[Fact, ...] = ()
    evidence: tuple[Citation, ...] = ()
    fades_at: datetime | None = None

    @property
    def memories(self) -> tuple[int, ...]:
        """The memories that the card is about."""
        return tuple(side.memory.id for side in self.sides) or (self.memory.id,)


@dataclass(frozen=True, slots=True)
class ReviewList:
    """The cards of a review, in their order, and how many of each kind wait in all, those on the cards among them."""

    cards: tuple[ReviewCard, ...] = ()
    waiting: Mapping[ReviewKind, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many wait beyond those on the cards."""
        return max(sum(self.waiting.values()) - len(self.cards), 0)
