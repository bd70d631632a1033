"""The known topic that a shorter one means: "the key" is the spare key, "the review" the budget review."""

import re
from collections.abc import Iterable

from mneme.memory.facts.statements import Statement

RELATIONS_WITH_SHORT_TOPICS = frozenset(("kept_at", "plan"))
_ITS = r"\b(?:the|my|our|that|this)\s+(?:[\w'-]+\s+){0,2}?"


def known_topic(topic: str, known: Iterable[str]) -> str:
    """The one of `known` that ends with the words of `topic`; `topic` itself if it is known, or more than one does."""
    topics = set(known)
    longer = [one for one in topics if one.endswith(f" {topic}")]
    return longer[0] if topic and topic not in topics and len(longer) == 1 else topic


def may_be_short(one: Statement, evidence: str) -> bool:
    """Whether a statement's topic may stand for a longer one: a thing's place, or a plan spoken of as known.

    "The dinner is off", "my review was moved" mean one that was told before; "a dinner on Friday" is another one.
    `evidence` is the text of its span.
    """
    if one.relation not in RELATIONS_WITH_SHORT_TOPICS or not one.topic:
        return False
    definite = re.search(rf"{_ITS}{re.escape(one.topic.split(' ')[-1])}(?!\w)", evidence, re.IGNORECASE)
    return one.relation == "kept_at" or one.mode == "cancelled" or one.corrects or definite is not None
