"""The register of people: everybody but the owner, each once, with what was counted of them and who they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from mneme.memory.facts.statements import ME
from mneme.messages import _
from mneme.store import acquaintances, preferences
from mneme.store.acquaintances import TakesPart, Talk, Telling
from mneme.store.columns import Handle
from mneme.types import PeopleOrder, Person
from mneme.views.identities import PERSONAL, Identities, folded, is_role, plain

IN_TOUCH = 25  # people: in a larger conversation, others' messages are no contact, and nobody is near for being there
_TIED = ("married_to", "partner", "child", "parent", "sibling", "relative", "friend", "colleague", "boss",
         "contact_for")  # what somebody is called first, of several things they are


@dataclass(slots=True)
class Counts:
    """What was counted of one person."""

    messages: int = 0
    passages: int = 0
    first: datetime | None = None
    last: datetime | None = None
    about: set[int] = field(default_factory=set)  # facts with them as the subject, also what is over
    facts: set[int] = field(default_factory=set)  # facts that hold, about them or naming them

    def see(self, first: datetime | None, last: datetime | None) -> None:
        """Have been in contact then."""
        if first is not None:
            self.first = first if self.first is None else min(self.first, first)
        if last is not None:
            self.last = last if self.last is None else max(self.last, last)


class Register:
    """Everybody whom the store knows, as it was when this was read."""

    def __init__(self, talks: Iterable[Talk], parts: Iterable[TakesPart], told: Iterable[Telling],
                 owners: Iterable[str]) -> None:
        self.talks, self.parts, self.told = tuple(talks), tuple(parts), tuple(told)
        self.who = Identities(self.talks, self.parts, self.told, owners)
        self.counts: Mapping[str, Counts] = self._counted()
        self._relations = self._related()
        self.people = {key: self._person(key) for key in self.who.people}

    @classmethod
    def read(cls, db: Handle, now: datetime) -> "Register":
        """All that the store knows of people."""
        settings = preferences.all_settings(db)
        owners = [str(settings["owner.name"]), *str(settings.get("owner.also", "")).split(";")]
        return cls(acquaintances.talks(db), acquaintances.taking_part(db), acquaintances.tellings(db, now), owners)

    def listed(self, words: str, order: PeopleOrder) -> list[Person]:
        """Those in whose names or relation each word begins a word, in an order."""
        wanted = folded(words).split()
        found = [self.people[key] for key, text in self._searched.items()
                 if all(f" {word}" in text for word in wanted)]
        return sorted(found, key=_ORDERS[order])

    def names(self, key: str) -> tuple[str, ...]:
        """Every name of a person, as it is written, roles and addresses too."""
        return tuple(self.who.people[key].names.values())

    def written(self, key: str) -> tuple[str, ...]:
        """The names of a person with every spelling that speakers and facts have it in."""
        plains = self.who.people[key].names
        spelled = {talk.speaker for talk in self.talks if plain(talk.speaker) in plains}
        return tuple(sorted(spelled | {one.subject for one in self.told if plain(one.subject) in plains}
                            | set(plains.values())))

    def key_of(self, subject: str) -> str | None:
        """The person whom a name means; "me" for the owner."""
        return ME if plain(subject) in self.who.owner else self.who.find(subject)

    @cached_property
    def _searched(self) -> dict[str, str]:
        return {key: " " + folded(" ".join((*self.names(key), self.people[key].relation)).replace("-", " "))
                for key in self.people}

    def _counted(self) -> Mapping[str, Counts]:
        found: dict[str, Counts] = {key: Counts() for key in self.who.people}
        for talk in self.talks:
            key = self.who.find(talk.speaker) if talk.origin == "other" else None
            if key is not None:
                found[key].messages += talk.messages
                found[key].passages += talk.passages
                found[key].see(talk.first, talk.last)
        for key, (first, last) in self._contacts():
            found[key].see(first, last)
        for one in self.told:
            self._count_fact(found, one)
        return found

    def _count_fact(self, found: Mapping[str, Counts], one: Telling) -> None:
        about = self.who.find(one.subject)
        if about is not None:
            found[about].about.add(one.memory)
        for key in (about, self.who.find(one.object) if one.relation in PERSONAL else None):
            if key is not None and one.holds:
                found[key].facts.add(one.memory)

    def _contacts(self) -> Iterable[tuple[str, tuple[datetime | None, datetime | None]]]:
        """Who took part in a conversation from when to when, whether they spoke or not."""
        spans: dict[int, Counts] = defaultdict(Counts)
        for talk in self.talks:
            if talk.thread is not None:
                spans[talk.thread].see(talk.first, talk.last)
        for thread, people in self.together.items():
            if thread in spans and len(people) <= IN_TOUCH:
                for key in people - {ME}:
                    yield key, (spans[thread].first, spans[thread].last)

    @cached_property
    def together(self) -> dict[int, frozenset[str]]:
        """Who is in each conversation, the owner as "me"."""
        found: dict[int, set[str]] = defaultdict(set)
        for part in self.parts:
            key = ME if part.role == "owner" else self.key_of(part.name) if part.role == "other" else None
            if key is not None:
                found[part.thread].add(key)
        for talk in self.talks:
            key = ME if talk.origin == "owner" else self.who.find(talk.speaker) if talk.origin == "other" else None
            if talk.thread is not None and key is not None:
                found[talk.thread].add(key)
        return {thread: frozenset(people) for thread, people in found.items()}

    # who somebody is

    def _related(self) -> dict[str, str]:
        """What people are to the owner, else to others, in words."""
        of_owner: dict[str, tuple[int, str]] = {}
        of_others: dict[str, tuple[int, str]] = {}
        for one in self.told:
            key = self.who.find(one.object) if one.relation in PERSONAL and one.holds else None
            whose = self.key_of(one.subject) if key is not None else None
            if key is None or whose is None or whose == key:
                continue
            rank = _TIED.index(one.relation)
            words = tie_words(one, "" if whose == ME else self.who.people[whose].name)
            chosen = of_owner if whose == ME else of_others
            if words and (key not in chosen or rank < chosen[key][0]):
                chosen[key] = (rank, words)
        roles = {key: said for key, person in self.who.people.items()
                 if (said := next((spoken(name) for name in person.names.values()
                                   if is_role(name) and plain(name).startswith("my ")), ""))}
        return {**{key: words for key, (_rank, words) in of_others.items()}, **roles,
                **{key: words for key, (_rank, words) in of_owner.items()}}

    def _person(self, key: str) -> Person:
        known, counts = self.who.people[key], self.counts[key]
        name = spoken(known.name)
        relation = self._relations.get(key, "")
        return Person(plain(known.name), name[:1].upper() + name[1:] if is_role(known.name) else name,
                      tuple(one for one in known.also if not is_role(one)), "" if is_role(known.name) else relation,
                      len(counts.facts), counts.messages, counts.passages + len(counts.facts), counts.first,
                      counts.last)


def spoken(name: str) -> str:
    """The owner's own words for somebody, as they are said to the owner: "my boss" is "your boss"."""
    words = name.split(maxsplit=1)
    return _("your {who}").format(who=words[1]) if len(words) == 2 and words[0].casefold() == "my" else name


def tie_words(one: Telling, whose: str) -> str:
    """What the object of a fact is to its subject, `whose` "" for the owner: "your sister", "Ines's husband"."""
    what = _(one.topic) if one.topic else {
        "married_to": "", "partner": _("partner"), "child": _("child"), "friend": _("friend"),
        "colleague": _("colleague"), "boss": _("boss")}.get(one.relation, "")
    if one.relation == "married_to":
        return _("married to {who}").format(who=whose) if whose else _("married to you")
    if not what:
        return ""
    return _("{who}'s {what}").format(who=whose, what=what) if whose else _("your {what}").format(what=what)


def _by_name(person: Person) -> tuple[bool, str]:
    return not person.name[:1].isalpha(), folded(person.name)


def _by_much(person: Person) -> tuple[int, tuple[bool, str]]:
    return -(person.messages + person.facts), _by_name(person)


def _by_latest(person: Person) -> tuple[float, tuple[bool, str]]:
    return -person.last.timestamp() if person.last is not None else float("inf"), _by_name(person)


_ORDERS = {"name": _by_name, "much": _by_much, "latest": _by_latest}
