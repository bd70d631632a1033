"""The known topic that a shorter one means: "the key" is the spare key, "the review" the budget review."""

import re
from collections.abc import Iterable
from dataclasses import replace

from mneme.expressions import expression
from mneme.memory.facts.statements import Statement

RELATIONS_WITH_SHORT_TOPICS = frozenset(("kept_at", "plan"))
_FOR = r"(?:for|with|at|of|on|about|in|to)"
_MOVED = expression(
    r"\b(?:(?:was|were|is|are|has|have|had|been|being|got|gets|getting|just|now|again|to be|'s) ){1,3}(?:moved|pushed|"
    r"rescheduled|postponed|shifted|bumped|delayed|brought forward|put off|rebooked|changed)\b|"
    r"\b(?:moved|pushed|rescheduled|postponed|shifted|bumped|delayed|rebooked)(?: back| again| once more| forward)*"
    r"(?:,? (?:to|until|till|by)\b|[,:]|$)|\b(?:instead|once more|new (?:date|time))\b", re.IGNORECASE)
_ITS = r"\b(?:the|my|our|that|this)\s+(?:[\w'-]+\s+){0,2}?"


def known_topic(topic: str, known: Iterable[str]) -> str:
    """The one of `known` that ends with the words of `topic`, or begins with them and tells what it is for.

    `topic` itself if it is known, or more than one is meant.
    """
    topics = set(known)
    longer = [one for one in topics if one.endswith(f" {topic}") or re.match(rf"{re.escape(topic)} {_FOR} ", one)]
    return longer[0] if topic and topic not in topics and len(longer) == 1 else topic


_STATES = {"move": "lives_in", "relocation": "lives_in", "moving": "lives_in", "job": "works_at", "new job": "works_at",
           "transfer": "works_at"}
_TO = expression(r"(?P<what>move|relocation|moving|job|new job|transfer) (?:to|at|with) (?P<object>\S.{0,60})")


def planned_state(one: Statement) -> Statement | None:
    """What is called off by "the move is off" where a home was planned; None where it is an appointment."""
    if one.relation != "plan" or one.mode != "cancelled":
        return None
    of = _TO.fullmatch(one.topic)
    relation = _STATES.get(of["what"] if of is not None else one.topic)
    if relation is None:
        return None
    words = one.object[-len(of["object"]):] if of is not None else ""
    return replace(one, relation=relation, topic="", object=words, object_span=None)


def may_be_short(one: Statement, evidence: str) -> bool:
    """Whether a statement's topic may stand for a longer one: a thing's place, or a plan spoken of as known.

    "The dinner is off", "my review was moved" mean one that was told before; "a dinner on Friday" is another one.
    `evidence` is the text of its span.
    """
    if one.relation not in RELATIONS_WITH_SHORT_TOPICS or not one.topic:
        return False
    definite = re.search(rf"{_ITS}{re.escape(one.topic.split(' ')[-1])}(?!\w)", evidence, re.IGNORECASE)
    return one.relation == "kept_at" or one.mode == "cancelled" or one.corrects or bool(
        definite is not None or _MOVED.search(evidence))
