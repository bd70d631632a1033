"""Whether a question asks for something exact: how many, how often, who all, when last, everything in March."""

import re

from mneme.expressions import expression
from mneme.recall.understanding.asked import Wanted, masked
from mneme.recall.understanding.question import Question

_KINDS = frozenset((Wanted.COUNT, Wanted.FREQUENCY, Wanted.LIST))
_EXACT = expression(
    r"\bhow (?:many|often|frequently)\b|\bnumber of\b|\b(?:list|enumerate|count)\b(?= (?:all|every|each|everything|"
    r"everyone|everybody|the|my|how|up))|\b(?:who|what) all\b|\ball the (?:times|days|people|things|places)\b|"
    r"\b(?:every|each) (?:time|day) (?:that |when )?(?:I|we|he|she|they)\b|\beverything\b|\bevery(?:one|body) (?:who|"
    r"that|I|we)\b|\bwhen (?:did|was|were|have|has|had)\b[^?]*\b(?:last|latest|first)\b|"
    r"\b(?:last|latest|first|most recent) time\b|\bhow long (?:ago|since)\b[^?]*\blast\b", re.IGNORECASE)


def offered(question: Question) -> bool:
    """Whether the tools are offered for a question: it asks for a count, for all of something, or the first or last.

    What happened at a time, who was met then, and what held on a day are exact, too.
    """
    if question.wanted in _KINDS or question.as_of is not None:
        return True
    if question.order and question.wanted is Wanted.DATE:
        return True
    at_a_time = bool(question.within) and question.wanted in (Wanted.OPEN, Wanted.PERSON, Wanted.PLACE)
    return at_a_time or bool(_EXACT.search(masked(question.text)))
