"""Tells how an answer came about: what was understood, what was read and why, what was weighed, how long it took."""

from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta

from mneme.answer import when
from mneme.answer.judging import Group
from mneme.answer.known import Known
from mneme.messages import _
from mneme.recall.understanding.question import Interval, Question, Wanted
from mneme.types import Considered, Hit, Moment, Stage, Trace

MOST_HITS, MOST_CONSIDERED = 32, 8


def trace(question: Question, hits: Sequence[Hit], groups: Sequence[Group], took: Mapping[str, float]) -> Trace:
    """The account of one answer; `took` in milliseconds by stage."""
    considered = tuple(Considered(group.best.memory.id, group.best.text, group.score, _parts(group))
                       for group in groups[:MOST_CONSIDERED])
    return Trace(question.text, understood(question), tuple(Stage(name, ms) for name, ms in took.items()),
                 tuple(hits[:MOST_HITS]), considered)


def known(question: Question, made: Known, took: Mapping[str, float]) -> Trace:
    """The account of an answer from facts: nothing was read, and each fact was as sure as the answer."""
    considered = tuple(Considered(fact.memory.id, fact.object, made.confidence, {"fact": made.confidence})
                       for fact in made.facts)
    return Trace(question.text, understood(question), tuple(Stage(name, ms) for name, ms in took.items()), (),
                 considered)


def understood(question: Question) -> tuple[tuple[str, str], ...]:
    """What was understood of a question, as pairs for people."""
    pairs = [(_("asks for"), kind(question.wanted))]
    pairs += [(_("within"), stretch(one)) for one in question.within]
    if question.as_of is not None:
        pairs.append((_("as of"), stretch(question.as_of)))
    if question.order:
        pairs.append((_("which"), {"first": _("the first"), "last": _("the last")}[question.order]))
    if question.state:
        pairs.append((_("state"), {"now": _("as it is now"), "then": _("as it was before")}[question.state]))
    if question.of_owner:
        pairs.append((_("about"), _("you")))
    pairs += [(_("about"), name) for name in question.names]
    if question.to_assistant:
        pairs.append((_("from"), _("what an assistant said")))
    pairs += [(_("choice"), choice) for choice in question.choices]
    return tuple(pairs)


def kind(wanted: Wanted) -> str:
    """The kind of answer, in words."""
    return {
        Wanted.DATE: _("a date"), Wanted.DURATION: _("a length of time"), Wanted.COUNT: _("a count"),
        Wanted.FREQUENCY: _("how often"), Wanted.QUANTITY: _("an amount"), Wanted.YES_NO: _("yes or no"),
        Wanted.CHOICE: _("one of several"), Wanted.PERSON: _("a person"), Wanted.PLACE: _("a place"),
        Wanted.LIST: _("several things"), Wanted.REASON: _("a reason"), Wanted.OPEN: _("anything")}[wanted]


def stretch(time: Interval) -> str:
    """A stretch of time by its first and last day."""
    first = None if time.start is None else when.shown(Moment.of(time.start, UTC, "day"))
    last = None if time.end is None else when.shown(Moment.of(time.end - timedelta(seconds=1), UTC, "day"))
    if first is None or last is None:
        return _("since {first}").format(first=first) if last is None else _("until {last}").format(last=last)
    return _("{first} to {last}").format(first=first, last=last)


def _parts(group: Group) -> dict[str, float]:
    parts = {name: value for name, value in group.best.parts.items() if abs(value) >= 0.005}
    agreed = group.score - group.best.score
    return parts | ({"agreement": agreed} if agreed else {})
