"""The relations that facts are made of: how each is said to people, whether it has one object, and how it fades."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mneme.memory.asking import MONTHS
from mneme.memory.facts.statements import ME, Statement
from mneme.memory.retention import Nature
from mneme.types import Moment


@dataclass(frozen=True, slots=True)
class Relation:
    """A kind of fact. `sentence` and `mine` have the places {subject}, {topic}, {object} and {time}.

    `single`: there is one object at a time, and a newer one supersedes the older (a home); else they add up (likes).
    """

    name: str
    sentence: str
    mine: str  # of the owner
    single: bool
    nature: Nature


def _relation(name: str, sentence: str, mine: str, *, many: bool = False, nature: Nature = "ordinary") -> Relation:
    return Relation(name, sentence, mine, not many, nature)


def sentence(statement: Statement) -> str:
    """The fact's own text: "You live in Oslo.", "Anna's birthday is 4 May.".

    In English, as its rules read it, whatever the window speaks: it is kept, searched and embedded.
    """
    said = _template(statement).format(
        subject=_subject(statement.subject), topic=statement.topic or statement.object,
        object=_spoken(statement.object), time=_when(statement.valid_from) if statement.valid_from else "")
    said = said.replace(" ()", "")
    said = said[:1].upper() + said[1:]
    frame = _frame(statement)
    return said if frame is None else frame.format(fact=said)


def _template(statement: Statement) -> str:
    own = statement.subject == ME
    if statement.relation == "plan" and statement.mode in ("cancelled", "ended"):
        return "No longer planned: {object}." if own else "{subject} no longer plans: {object}."
    relation = RELATIONS[statement.relation]
    return relation.mine if own else relation.sentence


def _frame(statement: Statement) -> str | None:
    """What is said around a fact that does not hold as it stands."""
    if statement.relation == "plan" or statement.mode == "holds":
        return None
    frames = {"ended": "Not any more: {fact}", "cancelled": "Taken back: {fact}", "planned": "Planned: {fact}"}
    return frames[statement.mode]


def _subject(name: str) -> str:
    """The owner's own words for somebody, as they are said to the owner: "my boss" is "your boss"."""
    return re.sub(r"^my\b", "your", name)


def _when(moment: Moment) -> str:
    """A time as people say it, as much of it as is known: "2026", "November 2026", "22 November 2026, 22:20"."""
    at = moment.local()
    month = f"{MONTHS[at.month - 1]} {at.year}"
    said = {"year": f"{at.year}", "month": month, "day": f"{at.day} {month}"}
    return said.get(moment.precision) or f"{at.day} {month}, {at.hour:02d}:{at.minute:02d}"


def _spoken(words: str) -> str:
    """A date in ISO as it is said ("4 May 1987", "4 May"); other words as they are."""
    found = re.fullmatch(r"(\d{4}|-)-(\d\d)-(\d\d)", words)
    if found is None or not 1 <= int(found[2]) <= 12:
        return words
    year = "" if found[1] == "-" else f" {found[1]}"
    return f"{int(found[3])} {MONTHS[int(found[2]) - 1]}{year}"


_ALL = (
    _relation("name", "{subject}'s name is {object}.", "Your name is {object}.", nature="constant"),
    _relation("nickname", "{subject} is called {object}.", "You are called {object}."),
    _relation("birthday", "{subject}'s birthday is {object}.", "Your birthday is {object}.", nature="constant"),
    _relation("age", "{subject} is {object} years old.", "You are {object} years old."),
    _relation("born_in", "{subject} was born in {object}.", "You were born in {object}.", nature="constant"),
    _relation("from_place", "{subject} is from {object}.", "You are from {object}.", nature="constant"),
    _relation("lives_in", "{subject} lives in {object}.", "You live in {object}."),
    _relation("address", "{subject}'s address is {object}.", "Your address is {object}."),
    _relation("works_at", "{subject} works at {object}.", "You work at {object}."),
    _relation("works_as", "{subject} works as {object}.", "You work as {object}."),
    _relation("studies_at", "{subject} studies at {object}.", "You study at {object}."),
    _relation("studies", "{subject} studies {object}.", "You study {object}."),
    _relation("phone", "{subject}'s phone number is {object}.", "Your phone number is {object}."),
    _relation("email", "{subject}'s e-mail address is {object}.", "Your e-mail address is {object}."),
    _relation("partner", "{subject}'s partner is {object}.", "Your partner is {object}."),
    _relation("married_to", "{subject} is married to {object}.", "You are married to {object}."),
    _relation("status", "{subject} is {object}.", "You are {object}."),
    _relation("child", "{subject}'s child is {object}.", "Your child is {object}.", many=True),
    _relation("parent", "{subject}'s {topic} is {object}.", "Your {topic} is {object}."),
    _relation("sibling", "{subject}'s {topic} is {object}.", "Your {topic} is {object}.", many=True),
    _relation("relative", "{subject}'s {topic} is {object}.", "Your {topic} is {object}."),
    _relation("friend", "{subject}'s friend is {object}.", "Your friend is {object}.", many=True),
    _relation("colleague", "{subject}'s colleague is {object}.", "Your colleague is {object}.", many=True),
    _relation("boss", "{subject}'s boss is {object}.", "Your boss is {object}."),
    _relation("contact_for", "{subject}'s {topic} is {object}.", "Your {topic} is {object}."),
    _relation("pet", "{subject} has a {topic}: {object}.", "You have a {topic}: {object}.", many=True),
    _relation("owns", "{subject} has {object}.", "You have {object}.", many=True),
    _relation("drives", "{subject} drives {object}.", "You drive {object}."),
    _relation("likes", "{subject} likes {object}.", "You like {object}.", many=True, nature="preference"),
    _relation("dislikes", "{subject} dislikes {object}.", "You dislike {object}.", many=True, nature="preference"),
    _relation("favourite", "{subject}'s favourite {topic} is {object}.", "Your favourite {topic} is {object}.",
              nature="preference"),
    _relation("allergic_to", "{subject} is allergic to {object}.", "You are allergic to {object}.", many=True,
              nature="constant"),
    _relation("diet", "{subject} eats {object}.", "You eat {object}.", nature="preference"),
    _relation("hobby", "{subject}'s hobby is {object}.", "Your hobby is {object}.", many=True, nature="preference"),
    _relation("speaks", "{subject} speaks {object}.", "You speak {object}.", many=True),
    _relation("plays", "{subject} plays {object}.", "You play {object}.", many=True),
    _relation("member_of", "{subject} is a member of {object}.", "You are a member of {object}.", many=True),
    _relation("wants", "{subject} wants {object}.", "You want {object}.", many=True),
    _relation("working_on", "{subject} is working on {object}.", "You are working on {object}.", many=True),
    _relation("uses", "{subject} uses {object}.", "You use {object}.", many=True),  # "switched from X to Y"
    _relation("kept_at", "{subject}'s {topic} is {object}.", "The {topic} is {object}."),
    _relation("plan", "{subject} plans: {object} ({time}).", "Planned: {object} ({time}).", nature="errand"),
    _relation("decided", "{subject} decided: {object}.", "You decided: {object}.", many=True),
    _relation("is", "{subject}'s {topic} is {object}.", "The {topic} is {object}."),
)
RELATIONS: Mapping[str, Relation] = MappingProxyType({relation.name: relation for relation in _ALL})
