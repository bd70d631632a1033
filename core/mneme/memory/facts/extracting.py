"""Statements by rule from what people write, each with the very words that say it."""

import re

from mneme.memory.facts import caution
from mneme.memory.facts.clauses import Draft
from mneme.memory.facts.reading import Reading
from mneme.memory.facts.speaking import plain
from mneme.memory.facts.statements import Saying, Statement
from mneme.types import Moment, Origin, Span

LEAST = .5  # certainty below which nothing is stated
_SURE = .9
_MOST_WORDS = 12  # of a place where something is kept; other objects are shorter
_WORTH = re.compile(  # a text without one of these states nothing that the rules know
    r"\b(?:i|i'm|i've|we|we're|we've|my|our|she|he|mum|mom|dad|is|was|are|has|moved|cancell?ed|off|pushed|quit|named|"
    r"called)\b|'s\b|:|\d|day\b|"
    r"morrow|[a-z] [A-Z]|^[A-Z]\w+ [a-z]+s ", re.IGNORECASE)


def statements(saying: Saying) -> list[Statement]:
    """What `saying` states of people, their things and plans, sorted by place; English alone.

    What is asked, wished, supposed, quoted, joked, played or rumoured is left alone, as is whatever an assistant said
    or was derived. Only the first `speaking.MOST` code points are looked at, and of a sentence `speaking.LONGEST`. The
    time grows linearly with the text. Every span is one of `saying.text`; what is stated twice is told once.
    """
    if saying.origin not in (Origin.OWNER, Origin.OTHER) or not _WORTH.search(saying.text):
        return []
    text = plain(saying.text)
    day = saying.said.local() if saying.said is not None else None
    if caution.is_april_fool(text, (day.month, day.day) if day is not None else None):
        return []
    text = caution.without_games(text)
    found = [_stated(draft, span, saying) for draft, span in Reading(saying, text).read()]
    return _once([one for one in found if one is not None])


def _once(found: list[Statement]) -> list[Statement]:
    """Each statement once, in the order of the text; the one that is surer stays."""
    best: dict[tuple[str, str, str, str, str, Moment | None], Statement] = {}
    for one in found:
        key = (one.subject, one.relation, one.topic, one.object.lower(), one.mode, one.valid_from)
        if key not in best or one.certainty > best[key].certainty:
            best[key] = one
    return sorted(best.values(), key=lambda one: (one.span, one.object_span or one.span, one.relation))


def _stated(draft: Draft, span: Span, saying: Saying) -> Statement | None:
    """The statement of a draft, in the saying's own words; None below LEAST."""
    certainty = round(min(draft.certainty, 1.0) * _SURE * (.9 if saying.origin is Origin.OTHER else 1.0), 3)
    if certainty < LEAST:
        return None
    words = draft.words(saying.text)
    if len(words.split()) > _MOST_WORDS:
        return None
    literal = None if isinstance(draft.object, str) else draft.object
    return Statement(draft.subject, draft.relation, draft.topic, words, draft.mode, span, literal,
                     draft.valid_from, draft.valid_to, certainty, draft.corrects)
