"""Statements as plain values: who said what of whom, when it holds, and exactly where it stands."""

from dataclasses import dataclass
from typing import Literal

from mneme.types import Moment, Origin, Span

Mode = Literal["holds", "ended", "planned", "cancelled"]
"""How a statement stands in time.

holds: true from `valid_from` (or from when it was said) on. ended: was true, is not any more. planned: is to happen at
`valid_from`. cancelled: a plan that is off, or an earlier statement taken back.
"""

ME = "me"
"""The subject of facts about the owner."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that was there before: what it says, whose words they are, and when they were said."""

    text: str
    origin: Origin
    speaker: str | None = None
    said: Moment | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """Words in which statements are looked for, and who said them when.

    Only OWNER and OTHER give statements; ASSISTANT and DERIVED give none, ever. Without a `speaker` it is a document,
    and its first person is the author (the owner where `origin` is OWNER).
    """

    text: str
    origin: Origin
    speaker: str | None = None
    said: Moment | None = None  # relative times are counted from it; None: no times are resolved
    owner: str = ""  # the owner's own name, if known: a speaker of this name is ME
    others: tuple[str, ...] = ()  # who else takes part: "you" and "your" are understood with exactly one
    heading: str = ""  # the headings it stands under, joined by " › "
    before: tuple[Heard, ...] = ()  # the messages right before in the same conversation, the oldest first


@dataclass(frozen=True, slots=True)
class Statement:
    """Something said about somebody: subject, relation, object, and exactly where.

    `topic` says what the slot is about where a relation has many ("colour" for a favourite); it is in lower case,
    without articles and possessives. `object` is what is said, trimmed, in the words of the text; a birthday is a date
    in ISO 8601 ("1987-05-04", "--05-04" without its year). The time of a plan is its `valid_from`.
    """

    subject: str  # ME, or a name as people write it: "Anna", "Anna's sister", "my boss"
    relation: str  # a key of RELATIONS
    topic: str
    object: str
    mode: Mode
    span: Span  # of the saying's text, in code points: the clause or sentence that says it, verbatim
    object_span: Span | None  # of the object's own words, if they stand there literally
    valid_from: Moment | None = None  # in the world, where it is said or follows
    valid_to: Moment | None = None
    certainty: float = 0.8  # 0..1; hedged ("I think") lower; below .5 nothing is stated at all
    corrects: bool = False  # the speaker puts an earlier statement right ("actually", "I meant")
