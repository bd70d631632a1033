"""People and topics: who there is, what is known of each, and who is near whom."""

import threading
from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import groupby

from mneme.clock import Clock
from mneme.errors import NotFound
from mneme.memory.facts.statements import ME
from mneme.messages import _
from mneme.store import acquaintances, browsing, derived, descriptions, facts, memories, outlines, selecting
from mneme.store.acquaintances import Naming
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.types import (
    Changes,
    Conflict,
    Fact,
    FactGroup,
    Farewell,
    Graph,
    Kind,
    MemoryFilter,
    Near,
    Outline,
    PeopleFound,
    PeopleOrder,
    PersonPage,
    Section,
    Selection,
    Topic,
    TopicPage,
)
from mneme.views.graph import Neighbours, node_key
from mneme.views.identities import is_role
from mneme.views.register import Register

LATEST = 12  # memories by somebody, about somebody, of a topic
NEAR, SHARED, SPEAKING = 12, 8, 100  # people, topics, people of a topic
MOST_FACTS = 2000
EXAMPLES = 5

SECTIONS: dict[Section, frozenset[str]] = {
    "self": frozenset(("name", "nickname", "birthday", "age", "born_in", "from_place", "status", "speaks",
                       "allergic_to", "is")),
    "home": frozenset(("lives_in", "address", "phone", "email")),
    "work": frozenset(("works_at", "works_as", "studies", "studies_at", "member_of", "working_on")),
    "people": frozenset(("partner", "married_to", "child", "parent", "sibling", "relative", "friend", "colleague",
                         "boss", "contact_for", "pet")),
    "likes": frozenset(("likes", "dislikes", "favourite", "diet", "hobby", "plays")),
    "plans": frozenset(("plan", "wants", "decided")),
    "things": frozenset(("owns", "drives", "uses", "kept_at")),
}


class Acquaintances:
    """What pages of people and topics are made of. Safe to use from several threads."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int], Register] | None = None
        self._tied: tuple[Register, Neighbours] | None = None

    def all(self, words: str = "", *, limit: int | None = None, offset: int = 0,
            order: PeopleOrder = "much") -> PeopleFound:
        """Everybody but the owner in whose names or relation each of these words begins a word; None: no limit."""
        found = self._register().listed(words, order)
        return PeopleFound(tuple(found[offset:None if limit is None else offset + limit]), len(found), offset)

    def person(self, name: str) -> PersonPage:
        """What is known of the one whom a key, a name or an address means. Raises: NotFound."""
        register, key = self._require(name)
        now, counts = self._clock.now(), register.counts[key]
        with self._store.reader() as db:
            told = facts.load(db, sorted(counts.about)[:MOST_FACTS], now)
            others = facts.load(db, sorted(counts.facts - counts.about)[:MOST_FACTS], now)
            named = self._naming(db, register, key)
            said = [one.memory for one in named if one.by][:LATEST]
            about = [one.memory for one in named if not one.by][:LATEST]
            return PersonPage(
                person=register.people[key], groups=tuple(_grouped([*told, *others])), over=tuple(_over(told)),
                conflicts=tuple(_conflicts(told)), said=tuple(memories.load(db, said, now)),
                told=tuple(memories.load(db, about, now)), memories=len(named),
                topics=tuple(_topics(db, [one.memory for one in named])), months=tuple(_months(named)),
                near=tuple(self._near(register, key)))

    def topics(self) -> tuple[Topic, ...]:
        """The tree of topics, parents before children."""
        with self._store.reader() as db:
            return tuple(outlines.topic_tree(db))

    def topic(self, topic_id: int) -> TopicPage:
        """What a topic holds. Raises: NotFound."""
        register, now = self._register(), self._clock.now()
        with self._store.reader() as db:
            tree = {topic.id: topic for topic in outlines.topic_tree(db)}
            if topic_id not in tree:
                raise NotFound(_("There is no topic {id}.").format(id=topic_id), _("`mneme topics` lists them."))
            outline = _outline_of(db, topic_id, now)
            first, last = acquaintances.span_of_topic(db, topic_id)
            wanted = MemoryFilter(kinds=frozenset(Kind), faded=None, topic=topic_id)
            latest = browsing.listed(db, browsing.Sought(wanted, now), limit=LATEST)
            speakers = acquaintances.topic_speakers(db)
        below = _below(tree, topic_id)
        return TopicPage(
            topic=tree[topic_id], path=tuple(_path(tree, topic_id)),
            parts=tuple(one for one in tree.values() if one.parent == topic_id), outline=outline,
            keywords=() if outline is None else outline.keywords,
            people=tuple((register.people[key], count)
                         for key, count in _counted(register, speakers, below)[:SPEAKING]),
            first=first, last=last, latest=tuple(latest))

    def neighbourhood(self, of: str = ME, limit: int = 300) -> Graph:
        """The at most `limit` nodes nearest to `of`: "me", a person, or a node's key ("topic:3"). Raises: NotFound."""
        register = self._register()
        tied = self._neighbours(register)
        key = of if of in tied.nodes else None
        if key is None:
            found = register.key_of(of)
            key = None if found is None else node_key("you", ME) if found == ME else node_key(
                "person", register.people[found].key)
        if key is None:
            raise _nobody(of)
        return tied.graph(key, limit)

    # ------------------------------------------------------------------ forgetting somebody

    def farewell(self, name: str) -> Farewell:
        """What there is by, with and about somebody, for the owner to see before it is erased. Raises: NotFound."""
        register, key = self._require(name)
        names = tuple(one for one in register.written(key) if any(map(str.isalnum, one)))
        spoken = [one for one in names if not is_role(one)]
        selections = (*(Selection(place=one) for one in spoken), *(Selection(about=one) for one in spoken))
        with self._store.reader() as db:
            own = acquaintances.facts_of(db, names)
            first = sorted({*own, *acquaintances.standing_under(db, own)})
            found = [selecting.select(db, one) for one in selections]
            every = sorted({*first, *(memory for one in found for memory in one.memories)})
            there = memories.load(db, every, self._clock.now())
        examples = dict.fromkeys(text for one in found for text in one.examples)
        return Farewell(register.people[key].name, tuple(spoken), tuple(first), selections, len(every),
                        _tally([one.kind.value for one in there]), _tally([one.source for one in there]),
                        tuple(examples)[:EXAMPLES])

    def take_out(self, farewell: Farewell) -> Changes:
        """Take somebody's names out of what stands beside memories, once `first` and `selections` are erased."""
        found = acquaintances.whole_words(farewell.names)
        self._store.write(lambda db: acquaintances.take_out(db, farewell.names, found, self._clock.now()))
        self._store.checkpoint()
        return Changes(everything=True)

    # ------------------------------------------------------------------ within

    def _register(self) -> Register:
        """Who there is, read again when somebody has written to the store."""
        with self._lock:
            state = self._store.state()
            if self._read is None or self._read[0] != state:
                with self._store.reader() as db:
                    self._read = state, Register.read(db, self._clock.now())
            return self._read[1]

    def _neighbours(self, register: Register) -> Neighbours:
        with self._lock:
            if self._tied is None or self._tied[0] is not register:
                with self._store.reader() as db:
                    self._tied = register, Neighbours(register, outlines.topic_tree(db),
                                                      acquaintances.topic_speakers(db), acquaintances.topic_facts(db))
            return self._tied[1]

    def _require(self, name: str) -> tuple[Register, str]:
        register = self._register()
        key = register.who.find(name)
        if key is None:
            raise _nobody(name)
        return register, key

    def _naming(self, db: Handle, register: Register, key: str) -> list[Naming]:
        names = [one for one in register.written(key) if not is_role(one)]
        found = acquaintances.whole_words(names)
        return acquaintances.naming(db, names, lambda text: bool(found(text)))

    def _near(self, register: Register, key: str) -> list[Near]:
        tied = self._neighbours(register).tied(node_key("person", register.people[key].key))
        people = [(other.removeprefix("person:"), tie) for other, tie in tied if other.startswith("person:")]
        return [Near(register.people[found], tie.lines, tuple(one.memory for one in tie.facts))
                for other, tie in people[:NEAR] if (found := register.who.find(other)) is not None]


def _nobody(name: str) -> NotFound:
    return NotFound(_("Nobody is known by the name {name}.").format(name=name), _("`mneme people` lists who is."))


def _section(fact: Fact) -> Section:
    return next((section for section, relations in SECTIONS.items() if fact.relation in relations), "things")


def _grouped(found: Sequence[Fact]) -> list[FactGroup]:
    """The facts that hold, or are planned, by section."""
    order = list(SECTIONS)
    held = sorted((one for one in found if one.state in ("holds", "planned")),
                  key=lambda one: (order.index(_section(one)), one.relation, one.topic, one.memory.id))
    return [FactGroup(section, tuple(some)) for section, some in groupby(held, key=_section)]


def _over(found: Sequence[Fact]) -> list[Fact]:
    """What is over or called off, the latest first."""
    over = [one for one in found if one.state in ("past", "cancelled")]
    return sorted(over, key=lambda one: (-_ended(one), -one.memory.id))


def _ended(fact: Fact) -> float:
    at = fact.valid_to or fact.valid_from or fact.said_at
    return 0.0 if at is None else at.utc.timestamp()


def _conflicts(found: Sequence[Fact]) -> list[Conflict]:
    slots: dict[tuple[str, str, str], list[Fact]] = {}
    for one in found:
        if one.state == "conflict":
            slots.setdefault((one.subject.casefold(), one.relation, one.topic), []).append(one)
    return [Conflict(sides[0].subject, sides[0].relation, sides[0].topic, tuple(sides)) for sides in slots.values()]


def _topics(db: Handle, passages: Sequence[int]) -> list[tuple[Topic, int]]:
    """The topics in which most of these passages are, with how many of their events; narrow ones, not their parents."""
    events = set(outlines.events_of(db, passages).values())
    counts = acquaintances.topics_among(db, {*events, *passages})
    tree = {topic.id: topic for topic in outlines.topic_tree(db)}
    found = sorted(((tree[number], count) for number, count in counts.items() if number in tree),
                   key=lambda one: (-one[1], one[0].id))
    return found[:SHARED]


def _months(named: Sequence[Naming]) -> list[tuple[date, int]]:
    counts = _tally([one.month for one in named if one.month is not None])
    if not counts:
        return []
    at, last = (date.fromisoformat(f"{month}-01") for month in (min(counts), max(counts)))
    found = []
    while at <= last:
        found.append((at, counts.get(f"{at:%Y-%m}", 0)))
        at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
    return found


def _tally(values: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _outline_of(db: Handle, topic: int, now: datetime) -> Outline | None:
    """The summary of a topic that is in force."""
    latest = outlines.found(db, "topic", str(topic))
    if not latest:
        return None
    memory = latest[0][0]
    told = descriptions.get(db, memory, "summary")
    return Outline(memories.load(db, [memory], now)[0], "topic", str(topic), derived.citations(db, memory),
                   tuple(outlines.parts(db, memory)), tuple(outlines.keywords_of(db, memory)),
                   "" if told is None else told.text)


def _below(tree: dict[int, Topic], topic: int) -> set[int]:
    """A topic and all below it; parents come before children."""
    found = {topic}
    for one in tree.values():
        if one.parent in found:
            found.add(one.id)
    return found


def _path(tree: dict[int, Topic], topic: int) -> list[Topic]:
    found: list[Topic] = []
    above = tree[topic].parent
    while above is not None:
        found.insert(0, tree[above])
        above = tree[above].parent
    return found


def _counted(register: Register, speakers: Sequence[tuple[int, str, int]], topics: Collection[int]
             ) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for topic, who, count in speakers:
        key = register.who.find(who) if topic in topics else None
        if key is not None:
            counts[key] = counts.get(key, 0) + count
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
