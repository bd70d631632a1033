"""Who is one and the same person, by what the store knows: names as they are written, addresses, roles ("my sister").

Nothing is guessed from likeness. Two names are of one person where they are the same but for capitals and blanks,
where a fact says so ("Ines is called Nessa", "my sister is Ines"), or where one is the beginning of a single other
name (store/facts.py, `named`: "Anna" for "Anna Berg"). An address is of whoever alone uses it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from mneme.expressions import expression
from mneme.memory.facts.people import TIES
from mneme.memory.facts.statements import ME
from mneme.store.acquaintances import TakesPart, Talk, Telling

PERSONAL = frozenset(("child", "parent", "sibling", "relative", "friend", "colleague", "boss", "contact_for", "partner",
                      "married_to"))  # relations whose object is a person
CALLED = frozenset(("name", "nickname"))
_REACHED = frozenset(("email", "phone"))
_ADDRESS = expression(r"\S+@\S+|[+0][\d\s().-]{6,}")
_ROLE = expression(r"(?:my|(?P<of>.+)['’]s) (?P<noun>\w[\w -]*)", re.IGNORECASE)


@dataclass(slots=True)
class Known:
    """One person: the names as they are written, by their plain form, with how often each is used."""

    key: str
    names: dict[str, str] = field(default_factory=dict)
    uses: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What they are called: the fullest name, rather than a role or an address."""
        best = max(self.names, key=lambda one: (_rank(one), len(one.split()), self.uses[one], one))
        return self.names[best]

    @property
    def also(self) -> tuple[str, ...]:
        """The other names and addresses, those that are used most first."""
        shown = plain(self.name)
        others = sorted((one for one in self.names if one != shown), key=lambda one: (-self.uses[one], one))
        return tuple(self.names[one] for one in others)


class Identities:
    """Everybody but the owner, each once. `find` takes a name to its person, `owner` knows the owner's names."""

    def __init__(self, talks: Sequence[Talk], parts: Sequence[TakesPart], told: Sequence[Telling],
                 owners: Iterable[str]) -> None:
        self.owner = _owners(talks, parts, told, owners)
        self._above: dict[str, str] = {}
        self._written: dict[str, tuple[str, int]] = {}
        others = _others(talks, parts)
        for talk in talks:
            if plain(talk.speaker) in others:
                self._meet(talk.speaker, talk.messages)
        for part in parts:
            if part.role == "other":
                self._meet(part.name, 0)
        self._meet_told(told)
        self._join_roles(told)
        self._join_beginnings()
        self._join_addresses(parts, told)
        self.people = self._gathered()

    def find(self, name: str) -> str | None:
        """The key of the person whom a name, an address or a role means; None for the owner and for nobody."""
        key = plain(name)
        return self._root(key) if key in self._above else None

    # who there is

    def _meet(self, name: str, uses: int) -> str | None:
        key = plain(name)
        if not key or key in self.owner:
            return None
        self._above.setdefault(key, key)
        written, before = self._written.get(key, (" ".join(name.split()), 0))
        self._written[key] = (written, before + uses)
        return key

    def _meet_told(self, told: Sequence[Telling]) -> None:
        pets = {plain(one.object) for one in told if one.relation == "pet"}
        for one in told:
            if plain(one.subject) not in pets:
                self._meet(one.subject, 1)
            if one.relation in PERSONAL and is_named(one.object):
                self._meet(one.object, 1)
            elif one.relation in CALLED and one.holds and plain(one.subject) in self._above and is_named(one.object):
                self._join(plain(one.subject), self._meet(one.object, 1))

    # who is the same

    def _root(self, key: str) -> str:
        while self._above[key] != key:
            self._above[key] = self._above[self._above[key]]
            key = self._above[key]
        return key

    def _join(self, one: str, other: str | None) -> None:
        if other is not None:
            self._above[self._root(one)] = self._root(other)

    def _join_roles(self, told: Sequence[Telling]) -> None:
        """Have "my sister" be the one whom the facts call so, where there is just one."""
        called: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for one in told:
            if one.holds and one.relation in PERSONAL and plain(one.object) in self._above:
                called[plain(one.subject), one.relation, one.topic].add(plain(one.object))
        for key in [one for one in self._above if is_role(one)]:
            found = _ROLE.fullmatch(key)
            tie = TIES.get(found["noun"]) if found is not None else None
            if found is not None and tie is not None:
                of = self._same(found["of"]) if found["of"] else self.owner
                meant = {self._root(name) for whose in of for name in called.get((whose, *tie), ())}
                if len(meant) == 1:
                    self._join(key, meant.pop())

    def _same(self, name: str) -> Collection[str]:
        root = self.find(name)
        return () if root is None else [key for key in self._above if self._root(key) == root]

    def _join_beginnings(self) -> None:
        """Have a name that is the beginning of a single other one be of the same person; longer names first."""
        longer: dict[str, set[str]] = defaultdict(set)
        for key in self._above:
            words = key.split()
            for n in range(1, len(words)):
                longer[" ".join(words[:n])].add(key)
        for key in sorted(self._above, key=lambda one: (-len(one.split()), one)):
            fuller = {self._root(one) for one in longer.get(key, ())}
            if len(fuller) == 1 and _rank(key) == 2:
                self._join(key, fuller.pop())

    def _join_addresses(self, parts: Sequence[TakesPart], told: Sequence[Telling]) -> None:
        uses: dict[str, set[str]] = defaultdict(set)
        written: dict[str, str] = {}
        for name, address in (*((one.name, one.key) for one in parts if one.role == "other"),
                              *((one.subject, one.object) for one in told if one.relation in _REACHED and one.holds)):
            key = plain(address)
            if _ADDRESS.fullmatch(key) and plain(name) in self._above:
                written[key] = address.strip()
                if plain(name) != key:
                    uses[key].add(self._root(plain(name)))
        for key, roots in uses.items():
            if len(roots) == 1 and key not in self.owner:
                self._meet(written[key], 0)
                self._join(key, roots.pop())

    def _gathered(self) -> dict[str, Known]:
        people: dict[str, Known] = {}
        for key, (written, uses) in self._written.items():
            root = self._root(key)
            one = people.setdefault(root, Known(root))
            one.names[key], one.uses[key] = written, uses
        return people


def plain(name: str) -> str:
    """A name as it is compared: without capitals, and one blank between its words."""
    return " ".join(name.split()).casefold()


def folded(text: str) -> str:
    """A text as it is searched: without capitals and without marks on letters."""
    return "".join(c for c in unicodedata.normalize("NFKD", plain(text)) if not unicodedata.combining(c))


def is_role(name: str) -> bool:
    """Whether somebody is known by what they are to somebody alone: "my sister", "Anna's husband"."""
    return _ROLE.fullmatch(plain(name)) is not None


def is_address(name: str) -> bool:
    """Whether a name is an e-mail address or a phone number."""
    return _ADDRESS.fullmatch(plain(name)) is not None


def is_named(words: str) -> bool:
    """Whether an object's words can be a name: they begin with a letter that is not small ("Ines", not "a nurse")."""
    first = words.strip()[:1]
    return first.isalpha() and not first.islower()


def _rank(key: str) -> int:
    return 0 if is_role(key) else 1 if is_address(key) else 2


def _owners(talks: Sequence[Talk], parts: Sequence[TakesPart], told: Sequence[Telling],
            owners: Iterable[str]) -> frozenset[str]:
    """The names that the owner goes by, and "me"."""
    found = {ME, *map(plain, owners)}
    found |= {plain(one.speaker) for one in talks if one.origin == "owner"}
    found |= {plain(word) for one in parts if one.role == "owner" for word in (one.name, one.key)}
    found |= {plain(one.object) for one in told if one.subject == ME and one.relation in CALLED and one.holds}
    return frozenset(filter(None, found))


def _others(talks: Sequence[Talk], parts: Sequence[TakesPart]) -> set[str]:
    """Those who speak and are people: neither the owner nor a program."""
    programs = {plain(one.name) for one in parts if one.role in ("assistant", "system")}
    return {plain(one.speaker) for one in talks if one.origin == "other"} - programs
