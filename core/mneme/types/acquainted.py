"""People, topics, and what connects them, as pages and pictures of them need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from mneme.types.captured import Selection
from mneme.types.kept import Conflict, Fact, Memory, Outline, Topic
from mneme.types.parsed import Moment

PeopleOrder = Literal["name", "much", "latest"]
Section = Literal["self", "home", "work", "people", "likes", "plans", "things"]
NodeKind = Literal["you", "person", "topic", "place", "thing"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody other than the owner. `key` is how they are asked for; `also` are their other names and addresses.

    `relation` says in words who they are ("your sister", "Ines's husband"), "" where no fact does. `facts` that hold
    are about them or name them, `messages` are theirs; `memories` counts the passages they said, and those facts.
    Contact is a message of theirs, or one in a conversation that they take part in.
    """

    key: str
    name: str
    also: tuple[str, ...] = ()
    relation: str = ""
    facts: int = 0
    messages: int = 0
    memories: int = 0
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class PeopleFound:
    """A stretch of the list of people, and how long the whole list is."""

    people: tuple[Person, ...]
    total: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts of one section of a person's page."""

    section: Section
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A person near another one: what connects them in lines, and on which memories that stands."""

    person: Person
    lines: tuple[str, ...]
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What is known of a person. `memories` counts the live passages by them or that name them, in all.

    `said` and `told` are the latest of these, by them and about them. `months` has every month from the first to the
    last with how many of these fall into it.
    """

    person: Person
    groups: tuple[FactGroup, ...]
    over: tuple[Fact, ...]
    conflicts: tuple[Conflict, ...]
    said: tuple[Memory, ...]
    told: tuple[Memory, ...]
    memories: int
    topics: tuple[tuple[Topic, int], ...]
    months: tuple[tuple[date, int], ...]
    near: tuple[Near, ...]


@dataclass(frozen=True, slots=True)
class TopicPage:
    """What a topic holds. `path` are the topics above it, the widest first; `parts` those right below it.

    `outline` is its summary, None where there is none yet. `people` speak in it, with how often.
    """

    topic: Topic
    path: tuple[Topic, ...]
    parts: tuple[Topic, ...]
    outline: Outline | None
    keywords: tuple[str, ...]
    people: tuple[tuple[Person, int], ...]
    first: Moment | None
    last: Moment | None
    latest: tuple[Memory, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the neighbourhood; `key` names it in every graph of this store ("person:ines"), x and y are in 0..1.

    `ref` is what its page is asked for with: a person's key, a topic's number; "" where it has none.
    """

    key: str
    kind: NodeKind
    name: str
    weight: float
    x: float = 0.5
    y: float = 0.5
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """What connects two nodes, by their places in the graph: a line for each fact, for messages, for a topic.

    `evidence` are the memories of the facts.
    """

    source: int
    target: int
    weight: float
    lines: tuple[str, ...]
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes nearest to the first one, the closest first, and every edge between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Farewell:
    """What would go with a person: their names, `memories` in all by kind, by place, and some examples.

    `first` are memories to be erased by their numbers: facts about them, and what these stand on. `selections` are
    to be erased after that. `names` are then to be taken out of what stands beside memories.
    """

    name: str
    names: tuple[str, ...]
    first: tuple[int, ...]
    selections: tuple[Selection, ...]
    memories: int
    kinds: Mapping[str, int]
    places: Mapping[str, int]
    examples: tuple[str, ...]
