"""What "mine" and a number alone stand for after others told of theirs: "mine is 3 June", "and now 0160 555 0877"."""

import re
from collections.abc import Iterator

from mneme.expressions import expression
from mneme.memory.facts.completing import Edit
from mneme.memory.facts.context import Context
from mneme.memory.facts.fragments import PEOPLE
from mneme.memory.facts.people import FULL_NAME, is_name
from mneme.memory.facts.questioning import asked_of, slot_noun
from mneme.memory.facts.reading import first_person
from mneme.memory.facts.speaking import plain
from mneme.memory.facts.statements import ME
from mneme.memory.facts.timing import time_phrases
from mneme.memory.facts.values import EMAIL, birthday_in, phone_in
from mneme.memory.sentences import sentences

_NEAR = 12  # code points that may stand before a number or a time
_ASKED = 400  # code points at the end of the message before in which it asks
_MINE = expression(
    r"(?<![\w'])(?:(?P<is>mine(?:'s|s| is| are| was)|my own(?:'s| is))(?: still| just| only| now)?(?= \S)|"
    r"(?P<bare>mine)(?= (?:on|at|in|next|tomorrow)\b)|"
    r"(?P<verb>(?:like|love|keep|kept|hate|put|store|leave|hide) )mine(?=,? \S))", re.IGNORECASE)
_NAME_NEXT = expression(rf"[ ,]*(?:(?:is )?(?:called|named) )?(?P<name>{FULL_NAME})")
_KEPT = expression(r",? ?(?:in|under|on|behind|at|with|next to|inside|above|by|beneath|below|between|near|over)\s",
                   re.IGNORECASE)


def mine(text: str, context: Context) -> Iterator[Edit]:
    """The noun that "mine" stands for: that of what was told or asked right before, if what follows can be its own."""
    for found in _MINE.finditer(text):
        noun = _noun_before(text, found.start(), found.end(), context)
        if noun is not None and found["verb"]:
            yield Edit(found.end() - len("mine"), found.end(), f"my {noun}")
        elif noun is not None:
            was = (found["is"] or "").lower().endswith("was")
            yield Edit(found.start(), found.end(), f"my {noun} {'was' if was else 'is'}")


def _noun_before(text: str, at: int, behind: int, context: Context) -> str | None:
    """The noun of what the message itself asks, else of what was told right before, else of what was asked there."""
    own = _asked_in(text[:at])
    if own is not None:
        return _fitting(own, text, behind, context)
    for _, one in context.last_told(2):
        noun = _fitting((one.relation, one.topic), text, behind, context)
        if noun is not None and one.mode in ("holds", "planned"):
            return noun
    other = _asked_in(plain(context.turns[-1].text[-_ASKED:])) if context.turns else None
    return None if other is None else _fitting(other, text, behind, context)


def _asked_in(text: str) -> tuple[str, str] | None:
    """ "What's your number? Mine is ...": the relation and the topic that are asked for last."""
    found = [text[start:end].strip() for start, end in sentences(text) if text[start:end].rstrip().endswith("?")]
    query = asked_of(found[-1]) if found else None
    return None if query is None else (query.relations[0], query.topic or "")


def _fitting(slot: tuple[str, str], text: str, at: int, context: Context) -> str | None:
    noun = slot_noun(*slot)
    return noun if noun is not None and _suits(slot[0], text, at, context) else None


def _suits(relation: str, text: str, at: int, context: Context) -> bool:
    """Whether the words at `at` are of the kind that a relation has: a number, a time, a name, a place."""
    end = min(len(text), at + 60)
    if relation == "phone":
        phone = phone_in(text, at, end)
        return phone is not None and phone[0] - at <= _NEAR
    if relation == "email":
        return EMAIL.match(text, at + 1) is not None
    if relation == "birthday":
        return birthday_in(text, at, min(end, at + 30), context.saying.said) is not None
    if relation == "plan":
        times = time_phrases(text, at, end)
        return bool(times) and times[0].span[0] - at <= _NEAR
    if relation == "kept_at":
        return _KEPT.match(text, at) is not None
    if relation in PEOPLE:
        name = _NAME_NEXT.match(text, at)
        return name is not None and is_name(name["name"])
    return relation in ("favourite", "is", "drives", "address")


# ------------------------------------------------------------------ "mine lives in Bergen"

_HERS = expression(r"(?<![\w'])mine(?=(?:'s| is| has| lives| works| plays| likes| loves| hates| just| moved| studies|"
                   r" drives| speaks) )", re.IGNORECASE)


def my_kin(text: str, context: Context) -> Iterator[Edit]:
    """ "Mine lives in Bergen", after what somebody told of their sister."""
    found = _HERS.search(text)
    told = context.last_told(1, own=False) if found is not None else []
    if found is None or not told:
        return
    first = first_person(context.turns[told[0][0]])
    whose, subject = "my " if first == ME else f"{first}'s ", told[0][1].subject
    if subject.startswith(whose):
        yield Edit(*found.span(), f"my {subject.removeprefix(whose)}")


# ------------------------------------------------------------------ "and now 0160 555 0877"

_HAVE_NUMBER = expression(
    r"(?:and |but |so |now )*(?:from \w+ |as of \w+ |since \w+ )?(?P<have>(?:i'm|i am|(?:i|we)(?:'ve got|'ve| have|"
    r"'ll have| got| will have)(?: got| had)?(?: (?:a new )?one)?(?: too| as well)?)[:,]?) (?=\+?\(?\d)", re.IGNORECASE)
_AND_NOW = expression(
    r"(?:and |but |so )?(?P<have>(?:it's |the new one is |new one:? |new:? )?now:? |(?:the )?new one(?: is|'s|:) |"
    r"new: )(?=\+?\(?\d)", re.IGNORECASE)


def number_too(text: str, context: Context) -> Iterator[Edit]:
    """A number behind talk of numbers, without the noun: "I've had 555 0199 since school", "and now 555 0188"."""
    for span in sentences(text)[:3]:
        found = _HAVE_NUMBER.match(text, *span) or _AND_NOW.match(text, *span)
        phone = phone_in(text, found.end(), span[1]) if found is not None else None
        if found is None or phone is None or phone[0] != found.end():
            continue
        changes = found.re == _AND_NOW
        about = context.last_told(2, own=True if changes else None)
        if about and about[0][1].relation == "phone":
            yield Edit(*found.span("have"), "my number is " if changes else "my number is")
