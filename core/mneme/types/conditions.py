"""How the store is: counts, growth, how much has faded, what wants a look, the disk; each with when it was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from mneme.types.told import DoctorReport

ConcernName = Literal["contradictions", "unconfirmed", "unsupported", "copies", "failed", "sources"]
Bands = tuple[int, ...]  # how many memories are retained 0 to .1, .1 to .2, … .9 to 1


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is. Memories are those in force; `layers` is where they are by now, `facts` are by state."""

    kinds: Mapping[str, int]
    layers: Mapping[str, int]
    facts: Mapping[str, int]
    items: int  # files and messages in their newest version
    old_versions: int
    sources: int
    people: int  # who speaks, or is told of, beside the owner
    in_bin: int
    faded: int  # below `forgetting.faded_below`

    @property
    def memories(self) -> int:
        """All kinds together."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Growth:
    """Memories in force by when they came in: `added` day by day from `start`, on top of `before`."""

    start: date
    before: int
    added: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """How much is retained `days` from now if nobody uses it: how many memories in each band, how many have faded."""

    days: int
    bands: Bands
    faded: int


@dataclass(frozen=True, slots=True)
class Fading:
    """How much of a sample is retained, now, and later if nobody uses it.

    `sampled` of `memories` were asked; both are the same where all were.
    """

    sampled: int
    memories: int
    faded_below: float
    now: Forecast
    later: tuple[Forecast, ...]

    @property
    def whole(self) -> bool:
        """Whether this is every memory, no sample."""
        return self.sampled == self.memories


@dataclass(frozen=True, slots=True)
class Failing:
    """A place that could not be taken in, or a source that has a problem, with the reason. `id` is the entry's."""

    id: int
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that may want a look: how often, with the latest memories it is about, or the places."""

    name: ConcernName
    count: int
    examples: tuple[int, ...] = ()
    places: tuple[Failing, ...] = ()


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes by part: store, journal (the write-ahead log), backups, models, logs, other; those `free` on the disk."""

    parts: Mapping[str, int]
    free: int | None

    @property
    def used(self) -> int:
        """All parts together."""
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class ConditionReport:
    """What is known of the store without reading its texts."""

    counts: Counts
    growth: Growth
    fading: Fading
    concerns: tuple[Concern, ...]  # all of them, also those that are 0
    disk: Disk
    made_at: datetime

    def concern(self, name: ConcernName) -> Concern:
        """The one of this name."""
        return next(one for one in self.concerns if one.name == name)


@dataclass(frozen=True, slots=True)
class CopiesReport:
    """Passages that say the same as an earlier one: how many are linked to it, and how many look as if they should be.

    `found` is of the `sampled` of `unseen` passages that upkeep has not compared yet; `pairs` are some of them, the
    later one first.
    """

    linked: int
    unseen: int
    sampled: int
    found: int
    pairs: tuple[tuple[int, int], ...]
    made_at: datetime

    @property
    def estimate(self) -> int:
        """How many of all that were not compared yet are copies, going by the sample."""
        return round(self.found * self.unseen / self.sampled) if self.sampled else 0


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """A text in which secrets stand, never their words: how many, by kind, and a memory that shows the first.

    `said` is the same for people: "2 passwords, 1 payment card". `title` is empty where it holds one itself.
    """

    item: int
    place: str
    title: str
    kinds: Mapping[str, int]
    said: str
    memory: int | None


@dataclass(frozen=True, slots=True)
class SecretsReport:
    """Secrets that stand in what is kept: how many by kind in all `texts`, and where (the first places)."""

    texts: int
    kinds: Mapping[str, int]
    said: str
    places: tuple[SecretPlace, ...]
    more: int  # places beyond those named
    made_at: datetime

    @property
    def count(self) -> int:
        """All kinds together."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What doctor found, and when."""

    doctor: DoctorReport
    made_at: datetime
