"""Which of several good answers is meant: the newest for now, an older one for then, the first, the last, or all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mneme.answer import when
from mneme.answer.citing import around
from mneme.answer.judging import Group, normal_form
from mneme.answer.weighing import Candidate
from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.recall.stopwords import STOP_WORDS
from mneme.recall.understanding.question import Question, Wanted

NEAR = 0.5  # how far below the best an answer of another time may be and still be the one that is meant
LISTED = 1.0  # the same for a further item of a list
SAID = 0.6  # the share of a yes-or-no question's telling words that must stand about what answers it
MOST_ITEMS, MOST_WORDS = 3, 5  # items of a list, and words of one after the first


_NOT = expression(r"\b(?:not|never|no longer|cannot|nobody|nothing)\b|n['’]t\b", re.IGNORECASE)
_ORIGINALLY = expression(r"\b(?:original(?:ly)?|initial(?:ly)?|at first|in the beginning|used to)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer: its text, the groups it stands on (the first is the best), what it replaces, and sentences why."""

    text: str
    groups: tuple[Group, ...]
    replaced: tuple[Group, ...] = ()
    reasons: tuple[str, ...] = ()


def chosen(question: Question, groups: Sequence[Group]) -> Chosen | None:
    """What to answer with of `groups` (best first, at least one); None where nothing of it is an answer."""
    if question.wanted is Wanted.YES_NO:
        return _verdict(question, groups[0])
    if question.wanted is Wanted.LIST:
        return _listed(groups)
    near = [group for group in groups if group.score >= groups[0].score - NEAR and _at(group.best) is not None]
    if len(near) > 1 and groups[0] in near and (question.state or question.order or question.as_of is not None):
        return _by_time(question, groups, near)
    return Chosen(groups[0].best.text, (groups[0],), reasons=_agreed(groups[0]))


def _verdict(question: Question, group: Group) -> Chosen | None:
    """Yes or no, by what the best place says of it; None where it says too little of what is asked.

    No is what a sentence with a "not" says to a question without one. What can only be inferred is not answered.
    """
    best = group.best
    if best.covers < SAID:
        return None
    sentence = best.memory.text[slice(*around(best.memory.text, best.span))]
    is_so = bool(_NOT.search(sentence)) == bool(_NOT.search(question.text))
    return Chosen(_("Yes") if is_so else _("No"), (group,), reasons=(_("By what is said here; read it."),))


def _by_time(question: Question, groups: Sequence[Group], near: Sequence[Group]) -> Chosen:
    """The latest or the earliest of those that are `near` the best; the others are told beside it."""
    latest = question.state == "now" or question.order == "last" or (
        question.as_of is not None and not question.state and not question.order)
    ordered = sorted(near, key=lambda group: _when(group, latest=latest), reverse=latest)
    if question.state == "then" and not question.order and not _ORIGINALLY.search(question.text):
        ordered = [*ordered[-2:-1], *ordered[:-2], *ordered[-1:]]  # the one before the last
    best = ordered[0]
    others = tuple(group for group in ordered[1:] if _when(group, latest=latest) != _when(best, latest=latest))
    if not others:
        return Chosen(groups[0].best.text, (groups[0],), reasons=_agreed(groups[0]))
    other = others[-1 if question.state == "then" else 0].best
    assert other.memory.happened_at is not None
    latest = _when(best, latest=latest) > _when(others[-1 if question.state == "then" else 0], latest=latest)
    sentence = (_("Before that, on {date}, it was said: {text}.") if latest else
                _("Later, on {date}, it was said: {text}."))
    reason = sentence.format(date=when.shown(other.memory.happened_at), text=other.text.strip(" .!?"))
    return Chosen(best.best.text, (best,), others[:2], (reason,))


def _listed(groups: Sequence[Group]) -> Chosen:
    """The items of a list, put together from all places that tell one nearly as surely as the best."""
    items: list[Group] = []
    words: list[set[str]] = []
    for group in groups:
        if group.score < groups[0].score - LISTED or len(items) == MOST_ITEMS:
            break
        own = set(normal_form(group.best.text).split()) - STOP_WORDS["en"] or {normal_form(group.best.text)}
        if any(len(own & other) * 2 > min(len(own), len(other)) for other in words):
            continue
        if items and len(group.best.text.split()) > MOST_WORDS:
            continue
        items.append(group)
        words.append(own)
    return Chosen(", ".join(group.best.text for group in items), tuple(items), reasons=_together(items))


def _together(items: Sequence[Group]) -> tuple[str, ...]:
    if len(items) < 2:
        return _agreed(items[0])
    return (_("Put together from {n} places; there may be more.").format(n=len(items)),)


def _agreed(group: Group) -> tuple[str, ...]:
    """The same said several times is a reason; said once, the citation tells enough."""
    count = len(group.members)
    return () if count < 2 else (ngettext("The same is said in {n} place.", "The same is said in {n} places.",
                                          count).format(n=count),)


def _at(candidate: Candidate) -> datetime | None:
    moment = candidate.memory.happened_at
    return moment.utc if moment is not None and candidate.memory.dated else None


def _when(group: Group, *, latest: bool) -> datetime:
    """When an answer was told last, or first, of all places that tell it."""
    told = [at for member in group.members if (at := _at(member)) is not None]
    return max(told) if latest else min(told)
