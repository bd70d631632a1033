"""Statements by rule from what people write, each with the very words that say it."""

import re
from dataclasses import replace

from mneme.expressions import expression
from mneme.memory.facts import caution
from mneme.memory.facts.answering import named
from mneme.memory.facts.clauses import Draft
from mneme.memory.facts.completing import Completed
from mneme.memory.facts.context import TELLERS, Context
from mneme.memory.facts.following import Following, following
from mneme.memory.facts.reading import Reading
from mneme.memory.facts.speaking import plain
from mneme.memory.facts.statements import Saying, Statement
from mneme.types import Moment, Origin, Span

LEAST = .5  # certainty below which nothing is stated
_SURE = .9
_MOST_WORDS = 12  # of a place where something is kept; other objects are shorter
_WORTH = expression(  # a text without one of these states nothing that the rules know
    r"\b(?:i|i'm|i've|we|we're|we've|my|our|she|he|mum|mom|dad|is|was|are|has|moved|cancell?ed|off|pushed|quit|named|"
    r"called)\b|'s\b|:|\d|day\b|"
    r"morrow|[a-z] [A-Z]|^[A-Z]\w+ [a-z]+s ", re.IGNORECASE)


def statements(saying: Saying) -> list[Statement]:
    """What `saying` states of people, their things and plans, sorted by place; English alone.

    What is asked, wished, supposed, quoted, joked, played or rumoured is left alone, as is whatever an assistant said
    or was derived. Only the first `speaking.MOST` code points are looked at, and of a sentence `speaking.LONGEST`. The
    time grows linearly with the text. Every span is one of `saying.text`; what is stated twice is told once. What was
    said `before` tells nothing here, but fills in what the saying leaves out.
    """
    return _told(saying, Context.of(saying, _told))


def _told(saying: Saying, context: Context) -> list[Statement]:
    if saying.origin not in TELLERS:
        return []
    follows = following(plain(saying.text), context)
    completed = Completed(saying.text, follows.edits)
    found = [_stated(draft, span, saying, saying.text, follows) for draft, span in follows.drafts]
    found += [_placed(one, completed) for one in _read(saying, completed.text, follows)]
    return _once([one for one in found if one is not None])


def _read(saying: Saying, written: str, follows: Following) -> list[Statement | None]:
    """What the completed text tells, in its own places."""
    if not _WORTH.search(written):
        return []
    text = plain(written)
    day = saying.said.local() if saying.said is not None else None
    if caution.is_april_fool(text, (day.month, day.day) if day is not None else None):
        return []
    reading = Reading(saying, caution.without_games(text), recent=follows.recent, earlier=follows.earlier)
    return [_stated(draft, span, saying, written, follows) for draft, span in reading.read()]


def _placed(one: Statement | None, completed: Completed) -> Statement | None:
    """A statement of the completed text with its places in what was written; None where nothing written says it."""
    span = completed.evidence(one.span) if one is not None else None
    if one is None or span is None:
        return None
    return replace(one, span=span, object_span=completed.own(one.object_span) if one.object_span else None)


def _once(found: list[Statement]) -> list[Statement]:
    """Each statement once, in the order of the text; the one that is surer stays."""
    best: dict[tuple[str, str, str, str, str, Moment | None], Statement] = {}
    for one in found:
        key = (one.subject, one.relation, one.topic, one.object.lower(), one.mode, one.valid_from)
        if key not in best or one.certainty > best[key].certainty:
            best[key] = one
    return sorted(best.values(), key=lambda one: (one.span, one.object_span or one.span, one.relation))


def _stated(draft: Draft, span: Span, saying: Saying, written: str, follows: Following) -> Statement | None:
    """The statement of a draft, in the words that are written; None below LEAST."""
    certainty = round(min(draft.certainty, 1.0) * _SURE * (.9 if saying.origin is Origin.OTHER else 1.0), 3)
    subject = named(draft.subject, follows.asker)
    if certainty < LEAST or subject is None:
        return None
    words = draft.words(written)
    if len(words.split()) > _MOST_WORDS:
        return None
    literal = None if isinstance(draft.object, str) else draft.object
    return Statement(subject, draft.relation, draft.topic, words, draft.mode, span, literal,
                     draft.valid_from, draft.valid_to, certainty, draft.corrects)
