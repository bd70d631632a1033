"""What is shown of many memories at once: how many there are of each value of a facet, and searches that are kept."""

from dataclasses import dataclass
from typing import Literal

from mneme.types.kept import Memory, MemoryFilter

FacetName = Literal["kind", "person", "source", "topic", "time", "retention", "pinned", "private", "origin"]
FACETS: tuple[FacetName, ...] = ("kind", "person", "source", "topic", "time", "retention", "pinned", "private",
                                 "origin")


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet and how many memories have it, of those that all other facets and the query show.

    `key` is what `MemoryFilter` takes: "fact", a speaker's name, "watched:3", "format:pdf", "folder:/home/me/notes",
    a topic's id, "2024" or "2024-05", "fading", "yes" or "no", "owner". `name` is for people where it is no code.
    `depth` is how far below the values before it: a topic within a topic, a month within its year.
    """

    key: str
    name: str
    count: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The first memories of a list; `whole` says that there are no more."""

    memories: tuple[Memory, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that is kept under a name of the owner's."""

    id: int
    name: str
    what: MemoryFilter
