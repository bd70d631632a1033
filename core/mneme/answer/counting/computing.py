"""Answers counted from dated evidence: how long between, how long ago, which came first, how old; never guessed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise, product

from mneme.answer.counting.durations import Length, Point, between, point, told, years_old
from mneme.answer.counting.events import Event, plain
from mneme.answer.counting.orders import Order, Side, Which, ordering
from mneme.answer.counting.plans import Age, Duration, Gap, Since, Spent, Until, Weekday, duration
from mneme.answer.when import WEEKDAYS, shown
from mneme.expressions import expression
from mneme.memory.times.expressions import expressions
from mneme.messages import _
from mneme.types import Memory, Moment, Precision, Span


@dataclass(frozen=True, slots=True)
class Dated:
    """An event as it is told somewhere: the memory, the span of its text, when it happened as [start, end) days.

    `score` is how sure (a logit; above 0 it is more likely right than wrong), `exact` whether it is known to the day.
    """

    memory: Memory
    span: Span
    start: date
    end: date
    score: float
    exact: bool


Look = Callable[[str], Sequence[Dated]]  # a short description of an event -> where it is told, best first


@dataclass(frozen=True, slots=True)
class Computed:
    """An answer that was counted: `evidence` in the order of counting, `how` a sentence for the owner."""

    text: str
    score: float
    evidence: tuple[Dated, ...]
    how: str


LEAST = -2.0  # below this score an event counts as not found
NEAR = 1.0  # what is told almost as surely as the best may be meant as well
BLURRED = 0.5  # what a date that is not known to the day takes from the score
OLDEST = 125  # years that somebody may be old
LONGEST = 1000  # characters of a question that is taken apart


def needs_computing(question: str) -> bool:
    """Does the question ask for something that is counted from the dates of events (in English)?"""
    return _plan(question) is not None


def computed(question: str, look: Look, now: datetime) -> Computed | None:
    """The answer counted from the events that the question names; None where it asks for nothing of the kind.

    None too where an event is not found, where two events turn out to be one, where the dates contradict the
    question ("since A when B", and B was earlier), or where they are too vague to tell. `now` is the owner's clock.
    """
    plan = _plan(question)
    if isinstance(plan, (Gap, Side)):
        return _gap(plan, look)
    if isinstance(plan, (Since, Until)):
        return _to_now(plan, look, now.date())
    if isinstance(plan, Spent):
        return _spent(plan, look)
    if isinstance(plan, (Which, Order)):
        return _ordered(plan, look)
    if isinstance(plan, Age):
        return _age(plan, look)
    return None if plan is None else _weekday(plan, look)


def _plan(question: str) -> Duration | Which | Order | Side | None:
    if len(question) > LONGEST:
        return None
    text = plain(question)
    return duration(text) or ordering(text)


# ------------------------------------------------------------------ looking up


def _near(event: Event, look: Look) -> list[Dated]:
    """Where the event is told, best first: the best and what comes near it. A bare date is no event."""
    if _is_date(event.text):
        return []
    found = sorted((d for d in look(event.text) if d.score >= LEAST and d.start < d.end), key=lambda d: -d.score)
    return [d for d in found if d.score >= found[0].score - NEAR]


def _is_date(text: str) -> bool:
    """Are these words all an expression of time ("Christmas", "3 May")?"""
    return any(one.span == (0, len(text)) for one in expressions(text, Moment(datetime(2000, 1, 1, tzinfo=UTC))))


def _told_apart(events: Sequence[Event], look: Look) -> list[list[Dated]] | None:
    """For each event where it is told; what tells several belongs to the one it fits best. None if one is left bare."""
    near = [_near(event, look) for event in events]
    best = [[d for d in found if not any(_same(d, other) and other.score > d.score
                                         for j, others in enumerate(near) if j != i for other in others)]
            for i, found in enumerate(near)]
    return best if all(best) else None


def _same(one: Dated, other: Dated) -> bool:
    """Is it the same evidence: the same days, told by the same words?"""
    meet = one.span == other.span or (one.span[0] < other.span[1] and other.span[0] < one.span[1])
    return meet and one.memory.id == other.memory.id and (one.start, one.end) == (other.start, other.end)


def _picked(found: list[Dated], pick: str) -> list[Dated]:
    """The one that is meant by first or last time; without such a word all of them, best first."""
    if not found or pick == "best":
        return found
    if pick == "earliest":
        return [min(found, key=lambda d: (d.start, -d.score))]
    return [max(found, key=lambda d: (d.end, d.score))]


# ------------------------------------------------------------------ lengths of time


def _gap(plan: Gap | Side, look: Look) -> Computed | None:
    found = _told_apart((plan.first, plan.second), look)
    if found is None:
        return None
    ordered = isinstance(plan, Gap) and plan.ordered
    pairs = [(a, b) for a, b in product(_picked(found[0], plan.first.pick), _picked(found[1], plan.second.pick))
             if not _same(a, b) and _is_sensible(_apart(plan.first, a, b), ordered)]
    if not pairs:
        return None
    first, second = max(pairs, key=lambda pair: pair[0].score + pair[1].score)
    if isinstance(plan, Side):
        text = _("before") if _day(first) < _day(second) else _("after")
        return _answer(text, (first, second), _listed((first, second)))
    return _answer(told(_absolute(_apart(plan.first, first, second)), plan.unit), (first, second), _from(first, second))


def _apart(event: Event, first: Dated, second: Dated) -> Length:
    """From the end of the first (its beginning, if it went on) to the beginning of the second, whichever is earlier."""
    if _day(second) < _day(first) and not event.begins:
        back = _apart(Event(""), second, first)
        return Length(-back.days, back.slack, back.exact)
    return between(_point(first, late=not event.begins), _point(second))


def _is_sensible(length: Length, ordered: bool) -> bool:
    return length.is_sure and (length.days > 0 if ordered else length.days != 0)


def _to_now(plan: Since | Until, look: Look, today: date) -> Computed | None:
    past = isinstance(plan, Since)
    here = Point(today.toordinal(), 0.0, True)
    lengths = []
    for one in _picked(_near(plan.event, look), plan.event.pick):
        length = (between(_point(one, late=not plan.event.begins), here) if past else between(here, _point(one)))
        if length.days >= 0 and length.is_sure:
            lengths.append((one, length))
    if not lengths:
        return None
    found, length = max(lengths, key=lambda pair: pair[0].score)
    text = _said(length, plan)
    how = _("counted from {first} to today, {second}") if past else _("counted from today, {second}, to {first}")
    return _answer(text, (found,), how.format(first=_date(found), second=_shown(today, "day")))


def _said(length: Length, plan: Since | Until) -> str:
    text = told(length, plan.unit)
    if not isinstance(plan, Since) or not plan.ago:
        return text
    return _("today") if length.days == 0 else _("{duration} ago").format(duration=text)


def _spent(plan: Spent, look: Look) -> Computed | None:
    found = _told_apart([event for part in plan.parts for event in part], look)
    if found is None:
        return None
    total, evidence = Length(0.0), [_picked(one, "best")[0] for one in found]
    for begin, end in zip(evidence[::2], evidence[1::2], strict=True):
        length = between(_point(begin), _point(end, late=True))
        if _same(begin, end) or not _is_sensible(length, True):
            return None
        total += length
    how = "; ".join(_from(begin, end) for begin, end in zip(evidence[::2], evidence[1::2], strict=True))
    return _answer(told(total, plan.unit), tuple(evidence), how)


def _absolute(length: Length) -> Length:
    return Length(abs(length.days), length.slack, length.exact)


# ------------------------------------------------------------------ order


def _ordered(plan: Which | Order, look: Look) -> Computed | None:
    found = _told_apart(plan.events, look)
    if found is None:
        return None
    last = isinstance(plan, Which) and plan.last
    chosen = [_picked(one, "latest" if last else "earliest")[0] for one in found]
    ranked = sorted(zip(chosen, plan.choices, strict=True), key=lambda pair: _day(pair[0]), reverse=last)
    needed = pairwise(ranked) if isinstance(plan, Order) else ((ranked[0], other) for other in ranked[1:])
    if any(_same(one, other) or not _differ(one, other) for (one, _text), (other, _other) in needed):
        return None
    evidence = tuple(one for one, _text in ranked)
    names = [choice for _one, choice in ranked]
    text = names[0] if isinstance(plan, Which) else _in_order(names[::-1] if plan.latest_first else names, plan)
    return _answer(text, evidence, _listed(evidence))


def _differ(one: Dated, other: Dated) -> bool:
    """Is it sure which came first? Days that are known differ; months and years must not overlap."""
    if one.exact and other.exact:
        return one.start != other.start
    return one.end <= other.start or other.end <= one.start


def _in_order(names: list[str], plan: Order) -> str:
    """first A, then B, then C"""
    first = _("last {event}") if plan.latest_first else _("first {event}")
    then = _("before that {event}") if plan.latest_first else _("then {event}")
    return ", ".join([first.format(event=names[0]), *(then.format(event=one) for one in names[1:])])


# ------------------------------------------------------------------ ages and weekdays


def _age(plan: Age, look: Look) -> Computed | None:
    near = _near(plan.event, look)
    births = [birth for event in plan.births for one in _near(event, look)
              if (birth := _birth(one, plan.who)) is not None]
    if not near or not births:
        return None
    event, (evidence, born, latest) = _picked(near, plan.event.pick)[0], max(births, key=lambda birth: birth[0].score)
    most, least = years_old(born, _last(event)), years_old(latest, event.start)
    if least < 0 or most > OLDEST or most - least > 2 or _same(evidence, event):
        return None
    text = str(most) if most == least else _("about {duration}").format(duration=(most + least) // 2)
    birthday = _shown(born, "day" if born == latest else "year")
    how = _("counted from the birth, {first}, to {second}").format(first=birthday, second=_date(event))
    return _answer(text, (evidence, event), how)


_TURNED = expression(r"\b(?:turn(?:ed|ing|s)? (?P<turned>\d{1,3})\b|(?P<nth>\d{1,3})(?:st|nd|rd|th) birthday)",
                     re.IGNORECASE)
_BORN = expression(r"\b(?:born|birth)\b", re.IGNORECASE)
_OWN = expression(r"\bI(?: was|'m| am|'ve| just| have)*(?: \w+)? (?:born|turn\w*)\b|\bmy (?:[\w-]+ )?birth(?:day)?\b",
                  re.IGNORECASE)


def _birth(one: Dated, who: str) -> tuple[Dated, date, date] | None:
    """The evidence and the first and last day of the birth that it tells of; a birthday tells it by its number.

    None where it is somebody else's, or a birthday without a number.
    """
    text = one.memory.text[max(one.span[0] - 80, 0):one.span[1] + 80]
    theirs = f"{text} {one.memory.speaker or ''}".casefold()
    if (who.split(" ")[-1].casefold() not in theirs) if who else not _OWN.search(text):
        return None
    birthday = _TURNED.search(text)
    if birthday is None:
        return (one, one.start, _last(one)) if _BORN.search(text) else None
    years = int(birthday["turned"] or birthday["nth"])
    if years > OLDEST or years >= one.start.year:
        return None
    return one, _years_earlier(one.start, years), _years_earlier(_last(one), years)


def _years_earlier(day: date, years: int) -> date:
    return date(day.year - years, day.month, min(day.day, 28) if day.month == 2 else day.day)


def _weekday(plan: Weekday, look: Look) -> Computed | None:
    near = _picked(_near(plan.event, look), plan.event.pick)
    if not near or not near[0].exact or near[0].start != _last(near[0]):
        return None
    name = WEEKDAYS[near[0].start.weekday()]
    return _answer(name, (near[0],), _("{date} was a {weekday}").format(date=_date(near[0]), weekday=name))


# ------------------------------------------------------------------ parts


def _answer(text: str, evidence: tuple[Dated, ...], how: str) -> Computed:
    blurred = any(not one.exact for one in evidence)
    return Computed(text, min(one.score for one in evidence) - BLURRED * blurred, evidence, how)


def _point(one: Dated, *, late: bool = False) -> Point:
    return point(one.start, one.end, one.exact, late=late)


def _day(one: Dated) -> float:
    return _point(one).day


def _last(one: Dated) -> date:
    return date.fromordinal(one.end.toordinal() - 1)


def _from(first: Dated, second: Dated) -> str:
    early, late = sorted((first, second), key=_day)
    return _("counted from {first} to {second}").format(first=_date(early), second=_date(late))


def _listed(evidence: Sequence[Dated]) -> str:
    """The dates by which several events were put in order."""
    dates = ", ".join(_date(one) for one in sorted(evidence, key=_day))
    return _("put in order by their dates: {dates}").format(dates=dates)


def _date(one: Dated) -> str:
    """3 May 2023, May 2023, 2023, or the first and last day of another stretch."""
    first, last = one.start, _last(one)
    if first == last:
        return _shown(first, "day")
    if (first.day, first.month, last.day, last.month) == (1, 1, 31, 12) and first.year == last.year:
        return _shown(first, "year")
    if first.day == one.end.day == 1 and (first.year, first.month) == (last.year, last.month):
        return _shown(first, "month")
    return _("{first} – {last}").format(first=_shown(first, "day"), last=_shown(last, "day"))


def _shown(day: date, precision: Precision) -> str:
    return shown(Moment(datetime(day.year, day.month, day.day, tzinfo=UTC), 0, precision))
