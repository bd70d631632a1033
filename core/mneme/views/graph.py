"""The neighbourhood as a graph: what connects whom, the nearest nodes of one, and where they are drawn."""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from mneme.memory.facts.statements import ME
from mneme.messages import _, ngettext
from mneme.store.acquaintances import Telling
from mneme.types import Edge, Graph, Node, NodeKind, Topic
from mneme.views.identities import PERSONAL, plain
from mneme.views.register import IN_TOUCH, Register

PLACES = frozenset(("lives_in", "from_place", "born_in"))
THINGS = frozenset(("works_at", "studies_at", "studies", "member_of", "owns", "drives", "uses", "pet", "working_on",
                    "plays", "hobby", "likes", "favourite", "speaks"))
LONGEST = 48  # characters of a thing's name; what is longer is a sentence
A_FACT, A_PART = 2.0, 1.0  # weights of an edge beside the logarithms of counts
ROUNDS, SEED = 240, 20  # of the layout: the same picture each time
GOLDEN = math.pi * (3 - math.sqrt(5))  # radians: so far apart, points on a spiral fill the plane evenly


@dataclass(slots=True)
class Tie:
    """What connects two nodes, as it is counted."""

    facts: list[Telling] = field(default_factory=list)
    messages: int = 0
    topic: int = 0  # passages, or facts, of one in the other
    part: bool = False  # a topic of a topic

    @property
    def weight(self) -> float:
        """How strong it is; grows slower than what is counted."""
        return (A_FACT * math.sqrt(len(self.facts)) + math.log1p(self.messages) + 0.5 * math.log1p(self.topic)
                + A_PART * self.part)

    @property
    def lines(self) -> tuple[str, ...]:
        """The same in words."""
        said = [one.text for one in self.facts]
        if self.messages:
            said.append(ngettext("One message in the same conversations", "{n} messages in the same conversations",
                                 self.messages).format(n=self.messages))
        if self.topic:
            said.append(ngettext("One memory of this topic", "{n} memories of this topic", self.topic).format(
                n=self.topic))
        if self.part:
            said.append(_("A part of this topic"))
        return tuple(said)


Pair = tuple[str, str]  # the keys of two nodes, the smaller one first


class Neighbours:
    """Every node that the store knows, and every tie between two."""

    def __init__(self, register: Register, topics: Sequence[Topic], speakers: Iterable[tuple[int, str, int]],
                 facts: Iterable[tuple[int, int]]) -> None:
        self._register = register
        self.nodes: dict[str, Node] = {}
        self.ties: dict[Pair, Tie] = defaultdict(Tie)
        self._add_people()
        self._add_facts()
        self._add_talks()
        self._add_topics(topics, speakers, facts)
        self._beside: dict[str, list[str]] = defaultdict(list)
        for one, other in self.ties:
            self._beside[one].append(other)
            self._beside[other].append(one)

    def tied(self, key: str) -> list[tuple[str, Tie]]:
        """What is tied to a node, the strongest first."""
        found = [(other, self.ties[pair(key, other)]) for other in self._beside.get(key, ())]
        return sorted(found, key=lambda one: (-one[1].weight, one[0]))

    def around(self, key: str, limit: int) -> list[str]:
        """The nodes nearest to one, itself first; a tie is the shorter the stronger it is (Dijkstra 1959)."""
        waiting, reached = [(0.0, key)], list[str]()
        seen: set[str] = set()
        while waiting and len(reached) < limit:
            far, nearest = heapq.heappop(waiting)
            if nearest not in seen:
                seen.add(nearest)
                reached.append(nearest)
                for other in self._beside.get(nearest, ()):
                    if other not in seen:
                        heapq.heappush(waiting, (far + 1 / self.ties[pair(nearest, other)].weight, other))
        return reached

    def graph(self, key: str, limit: int) -> Graph:
        """The nearest nodes with every edge between them, laid out."""
        keys = self.around(key, limit)
        at = {one: n for n, one in enumerate(keys)}
        edges = [Edge(n, at[other], tie.weight, tie.lines, tuple(one.memory for one in tie.facts))
                 for n, one in enumerate(keys) for other, tie in self.tied(one) if at.get(other, -1) > n]
        places = laid_out(len(keys), [(edge.source, edge.target) for edge in edges])
        weights = [sum(tie.weight for _other, tie in self.tied(one)) for one in keys]
        return Graph(tuple(replace(self.nodes[one], x=x, y=y, weight=weight)
                           for one, (x, y), weight in zip(keys, places, weights, strict=True)), tuple(edges))

    # what there is

    def _add_people(self) -> None:
        self._add("you", ME, _("You"), ME)
        for person in self._register.people.values():
            self._add("person", person.key, person.name, person.key)

    def _add(self, kind: NodeKind, key: str, name: str, ref: str = "") -> str:
        made = node_key(kind, key)
        if made not in self.nodes:
            self.nodes[made] = Node(made, kind, name, 0.0, ref=ref)
        return made

    def _person(self, name: str) -> str | None:
        key = self._register.key_of(name)
        return None if key is None else _node_of(self._register, key)

    def _add_facts(self) -> None:
        for one in self._register.told:
            subject = self._person(one.subject) if one.holds else None
            other = None
            if one.relation in PERSONAL:
                other = self._person(one.object)
            elif one.relation in PLACES | THINGS and len(one.object) <= LONGEST and subject is not None:
                other = self._add("place" if one.relation in PLACES else "thing", plain(one.object), one.object)
            if subject is not None and other is not None and subject != other:
                self.ties[pair(subject, other)].facts.append(one)

    def _add_talks(self) -> None:
        said: dict[tuple[int, str], int] = defaultdict(int)
        for talk in self._register.talks:
            key = self._register.key_of(talk.speaker) if talk.origin in ("owner", "other") else None
            if talk.thread is not None and key is not None:
                said[talk.thread, key] += talk.messages
        for thread, people in self._register.together.items():
            if len(people) <= IN_TOUCH:
                for one, other in combinations(sorted(people), 2):
                    if messages := said[thread, one] + said[thread, other]:
                        self.ties[pair(*(_node_of(self._register, key) for key in (one, other)))].messages += messages

    def _add_topics(self, topics: Sequence[Topic], speakers: Iterable[tuple[int, str, int]],
                    facts: Iterable[tuple[int, int]]) -> None:
        known = {topic.id: self._add("topic", str(topic.id), topic.name, str(topic.id)) for topic in topics}
        for topic in topics:
            if topic.parent in known:
                self.ties[pair(known[topic.id], known[topic.parent])].part = True
        for number, who, count in speakers:
            self._in_topic(known.get(number), self._person(who), count)
        subjects = {one.memory: one.subject for one in self._register.told}
        for number, fact in facts:
            self._in_topic(known.get(number), self._person(subjects[fact]) if fact in subjects else None, 1)

    def _in_topic(self, topic: str | None, person: str | None, count: int) -> None:
        if topic is not None and person is not None and person != node_key("you", ME):
            self.ties[pair(topic, person)].topic += count


def node_key(kind: NodeKind, key: str) -> str:
    """How a node is named."""
    return f"{kind}:{key}"


def _node_of(register: Register, key: str) -> str:
    return node_key("you", ME) if key == ME else node_key("person", register.people[key].key)


def pair(one: str, other: str) -> Pair:
    """The ends of a tie, whichever way round."""
    return (one, other) if one < other else (other, one)


def laid_out(count: int, edges: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Places within 0..1 for so many nodes, which fill the picture in both directions; the same for the same edges.

    Springs between what is tied, repulsion between all (Fruchterman and Reingold 1991), begun on a spiral in the
    order of the nodes.
    """
    import rustworkx  # noqa: PLC0415 -- a library that the first picture alone needs

    if count < 2:
        return [(0.5, 0.5)] * count
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(count))
    graph.add_edges_from([(one, other, None) for one, other in edges])
    begun = {n: (math.sqrt(n / count) * math.cos(n * GOLDEN), math.sqrt(n / count) * math.sin(n * GOLDEN))
             for n in range(count)}
    found = rustworkx.spring_layout(graph, pos=begun, num_iter=ROUNDS, seed=SEED)
    across, down = (_filling([float(found[n][axis]) for n in range(count)]) for axis in (0, 1))
    return list(zip(across, down, strict=True))


def _filling(values: Sequence[float]) -> list[float]:
    """The values scaled so that the smallest is 0 and the largest 1."""
    low, high = min(values), max(values)
    return [(value - low) / (high - low) if high > low else 0.5 for value in values]
