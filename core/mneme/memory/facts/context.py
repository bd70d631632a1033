"""The messages before in a conversation: what each told, what was asked last, and whom "she" means after them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from mneme.expressions import expression
from mneme.memory.facts.people import FEMALE, FULL_NAME, KIN, MALE, TIES, Person, is_name
from mneme.memory.facts.reading import first_person
from mneme.memory.facts.speaking import plain
from mneme.memory.facts.statements import ME, Heard, Saying, Statement
from mneme.types import Origin, Span

MOST = 8  # messages before
REACH = timedelta(days=45)
_LONGEST = 1_000  # code points of a message before that are read
TELLERS = frozenset((Origin.OWNER, Origin.OTHER))

Tell = Callable[[Saying, "Context"], list[Statement]]


@dataclass(frozen=True, slots=True)
class Context:
    """What was said before, the oldest first; `told` reads a message only where something refers to it."""

    saying: Saying
    turns: tuple[Saying, ...]
    tell: Tell
    _memo: dict[int, list[Statement]] = field(default_factory=dict)

    @classmethod
    def of(cls, saying: Saying, tell: Tell) -> "Context":
        """The context of a saying: at most MOST messages, and none from longer ago than REACH."""
        if saying.speaker is None:
            return cls(saying, (), tell)
        return cls(saying, tuple(_said(one, saying) for one in saying.before[-MOST:] if _is_near(one, saying)), tell)

    def told(self, at: int) -> list[Statement]:
        """What the message at this place told, read with those before it."""
        turn = self.turns[at]
        if at not in self._memo:
            earlier = Context(turn, self.turns[:at], self.tell, self._memo)
            self._memo[at] = self.tell(turn, earlier) if turn.origin in TELLERS else []
        return self._memo[at]

    def is_own(self, at: int) -> bool:
        """Whether who speaks now said it."""
        return self.turns[at].speaker == self.saying.speaker and self.turns[at].origin == self.saying.origin

    def last_told(self, reach: int, *, own: bool | None = None) -> list[tuple[int, Statement]]:
        """What was told in the last `reach` messages, the latest first; by who speaks now, by others, or by all."""
        places = [at for at in range(len(self.turns) - 1, max(len(self.turns) - 1 - reach, -1), -1)
                  if own is None or self.is_own(at) == own]
        return [(at, one) for at in places for one in reversed(self.told(at))]

    def within(self, at: int, time: timedelta) -> bool:
        """Whether the message at this place was said at most this long ago."""
        said, now = self.turns[at].said, self.saying.said
        return said is None or now is None or now.utc - said.utc <= time


def _is_near(heard: Heard, saying: Saying) -> bool:
    return heard.said is None or saying.said is None or saying.said.utc - heard.said.utc <= REACH


def _said(heard: Heard, saying: Saying) -> Saying:
    """A message before as a saying of its own; who speaks now is one of the others there."""
    taking_part = dict.fromkeys((*saying.others, *filter(None, (saying.speaker,))))
    return replace(saying, text=heard.text[:_LONGEST], origin=heard.origin, speaker=heard.speaker,
                   said=heard.said or saying.said, before=(),
                   others=tuple(name for name in taking_part if name != heard.speaker))


# ------------------------------------------------------------------ whom "she" means

_KIN = expression(rf"(?<![\w'-])(?:(?P<whose>my|our|your|ur)\s+|(?P<name>{FULL_NAME})'s\s+){KIN}", re.IGNORECASE)
_OTHER_KIN = expression(rf"(?<![\w'-])(?:his|her|their|the|an?)\s+{KIN}", re.IGNORECASE)
_PARENT = expression(r"(?<![\w'-])(?<!my )(?<!your )(?<!our )(?<!'s )(?<!the )(?<!a )"
                     r"(?P<kin>mum|mom|dad|grandma|grandpa|granny|granddad)(?!['\w-])", re.IGNORECASE)
_NAME = expression(rf"(?<![\w'.-]){FULL_NAME}")
_NO_PERSON_BEFORE = expression(r"\b(?:in|at|from|near|via|the|a|an|of)\s+$", re.IGNORECASE)


def antecedent(context: Context) -> Person | None:
    """The one person that the message right before speaks of; None where there is none, or more than one."""
    if not context.turns or context.turns[-1].origin not in TELLERS:
        return None
    turn = context.turns[-1]
    found = {person.name: person for person in _people(plain(turn.text), turn, context.saying)}
    return next(iter(found.values())) if len(found) == 1 else None


def _people(text: str, turn: Saying, now: Saying) -> Iterator[Person]:
    """Everybody whom a message mentions by tie or by name, but for the two who talk."""
    taken: list[Span] = []
    for kin in _KIN.finditer(text):
        taken.append(kin.span())
        name = _named_kin(kin, turn, now)
        if name is not None:
            yield Person(name, (-1, -1), "kin", gender=_gender(kin["kin"]))
    for parent in _PARENT.finditer(text):  # "can't reach mum": she is theirs, and of who answers, too
        first = first_person(now) if now.origin is Origin.OWNER else first_person(turn)
        if first is not None:
            yield Person(_of(first, TIES[parent["kin"].lower()][1]), (-1, -1), "kin", gender=_gender(parent["kin"]))
    for other in _OTHER_KIN.finditer(text):  # "his wife" may be meant as well
        yield Person(other.group(), (-1, -1), "kin")
    for found in _NAME.finditer(text):
        inside = any(start <= found.start() < end for start, end in taken)
        if not inside and is_name(found.group()) and not _is_part(text, found, turn, now):
            yield Person(found.group(), (-1, -1), "name", gender=_titled(found.group()))


def _is_part(text: str, found: re.Match[str], turn: Saying, now: Saying) -> bool:
    """Whether a name is a place, or that of one who talks, or is spoken to."""
    speaking = {part.lower() for name in (turn.speaker, now.speaker, now.owner) if name for part in name.split()}
    called = found.start() == 0 and text.startswith(",", found.end())
    return (called or found.group().split()[0].lower() in speaking
            or bool(_NO_PERSON_BEFORE.search(text, max(found.start() - 8, 0), found.start())))


def _named_kin(found: re.Match[str], turn: Saying, now: Saying) -> str | None:
    """ "my sister" as the subject that she is, seen from who speaks now."""
    noun = TIES[found["kin"].lower()][1] or found["kin"].lower()
    if found["name"] is not None:
        return f"{found['name']}'s {noun}"
    first = first_person(now if found["whose"].lower() in ("your", "ur") else turn)
    return None if first is None else _of(first, noun)


def _of(first: str, noun: str) -> str:
    return f"my {noun}" if first == ME else f"{first}'s {noun}"


def _gender(word: str) -> str:
    return "f" if word.lower() in FEMALE else "m" if word.lower() in MALE else ""


def _titled(name: str) -> str:
    return {"mr": "m", "mrs": "f", "ms": "f"}.get(name.split()[0].lower().strip("."), "")
