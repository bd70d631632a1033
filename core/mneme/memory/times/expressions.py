"""Expressions of time in a text, resolved against the time of speaking, as intervals with their precision."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mneme.memory.times import stretches as s
from mneme.memory.times.clocks import dayed, shifted, with_clock
from mneme.memory.times.counts import midnight
from mneme.memory.times.dates import calendar_date
from mneme.memory.times.foreign import foreign, may_begin
from mneme.memory.times.grammar import TRIGGERS, may_count
from mneme.memory.times.stretches import Precision, Stretch
from mneme.memory.times.text import Found, Relation, TimeText
from mneme.memory.times.words import DAY_PARTS, PARTS
from mneme.types import Moment, Span

__all__ = ["Relation", "TimeExpression", "expressions"]


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """An expression of time and the stretch that it means, [start, end), on the speaker's clock.

    Days and coarser are dates; minutes, hours and parts of a day are datetimes with the speaker's offset.
    Durations and recurrences have neither start nor end, nor has a date that the text alone does not tell
    ("when I was 12", "three days later"); "until June" has no start. `approximate`: the words leave more than
    one reading or a blurred edge. `anchored`: the words themselves name the year, so the time of speaking does
    not matter. `relation`, `part` and `bound` keep how it was said, for showing it.
    """

    span: Span
    text: str
    kind: str  # date, duration, recurrence
    start: date | datetime | None
    end: date | datetime | None
    precision: Precision
    approximate: bool = False
    anchored: bool = False
    relation: Relation | None = None
    part: str = ""  # early, mid, late
    bound: str = ""  # since, until, range; within: a part of the week, month or year ("later this year")


def expressions(text: str, said: Moment, *, day_first: bool | None = None, week_start: int = 0) -> list[TimeExpression]:
    """The expressions of time in `text` in their order, none within another.

    `said` is when it was said (or asked, or written); the day is that of those who said it. `day_first` says
    how "07/05/2023" is read where it is ambiguous: None leaves such dates out. `week_start` 0 is Monday.

    What the grammar does where words are ambiguous, so that nothing is guessed in silence:
    - "on Friday", "in May", "3 June": the nearest in the direction of the tense of the nearest verb. Where no verb
      tells, the past, as memories mostly tell what was; for a weekday that is marked approximate.
    - "last" and "next" with a weekday, month or season: the nearest one that is over or not begun, approximate where
      it lies in the same week or year as the speaker ("last June" in July).
    - "since X" begins with X and ends with the day of speaking; "until X" ends with X and has no start.
    - "early", "mid", "late": thirds of a month (by ten days), of a year, a season, a decade; approximate.
    - "a few", "some": 2 to 5; "a couple": 2 to 3; "several": 3 to 7; approximate.
    - Morning is 6 to 12, afternoon 12 to 18, evening 18 to 24, night 18 to 6. Seasons are the meteorological ones
      of the northern half of the earth; winter has the year of its December.
    Dates before the year 1 or after 9999 are left out. Time and memory grow linearly with the text.
    """
    t = TimeText(text, said.local(), day_first, week_start)
    words, starts, ends = t.tokens
    begins = _BEGINS | may_begin(t.language)
    found, i = [], 0
    while i < t.size:
        word = words[i]
        one = _whole(t, i) if word in begins or (word[0].isdigit() and may_count(t, i)) else None
        if one is None:
            i += 1
            continue
        if not _is_empty(one.stretch):
            found.append(_expression(one, text, (starts[i], ends[one.end - 1])))
        i = one.end
    return found


def _expression(one: Found, text: str, span: Span) -> TimeExpression:
    at = one.stretch
    return TimeExpression(span, text[span[0]:span[1]], one.kind, at.start, at.end, at.precision, one.approximate,
                          one.anchored, one.relation, one.part, one.bound)


def _whole(t: TimeText, i: int) -> Found | None:
    """The longest expression that begins at word `i`."""
    rules = _LEADS.get(t.w(i), _RULES if t.language else _RULES[:-1])
    best: Found | None = None
    try:
        for rule in rules:
            found = rule(t, i)
            if found is not None and (best is None or found.end > best.end):
                best = found
    except (OverflowError, ValueError):  # before the year 1, after 9999
        return None
    return best if best is None else _continued(t, best)


def _continued(t: TimeText, first: Found) -> Found:
    """June 3 to 10, Monday through Thursday, 1 Jan – 5 Jan 2022: a range without "from"."""
    if t.w(first.end) not in _JOINTS or first.kind != "date" or first.bound or first.stretch.start is None:
        return first
    j = first.end + 1 + (t.w(first.end + 1) == "the")
    last = _date_at(t, j, past=None) if t.w(first.end) != "until" else None
    if last is not None and last.stretch.precision == first.stretch.precision:
        return _joined(first, last) or first
    day, ordinal = first.stretch, t.w(j + 1) in ("st", "nd", "rd", "th")
    if day.precision == "day" and re.fullmatch("[0-3]?[0-9]", t.w(j)) and isinstance(day.start, date) and (
            ordinal or t.w(first.end - 1).isdecimal()) and day.start.day < int(t.w(j)):
        end = day.start.replace(day=int(t.w(j))) + timedelta(days=1)
        return replace(first, end=j + 1 + ordinal, stretch=Stretch(day.start, end, "day"), bound="range", relation=None)
    return first


_JOINTS = frozenset(("to", "through", "-", "–", "till", "til", "thru"))


def _is_empty(stretch: Stretch) -> bool:
    start, end = stretch.start, stretch.end
    return start is not None and end is not None and not start < end


# ------------------------------------------------------------------ ranges


def _since(t: TimeText, i: int) -> Found | None:
    """since 2019, ever since last summer: up to the day of speaking, that included"""
    first = _date_at(t, i + 1, past=True)
    if first is None or first.stretch.start is None:
        return None
    end = midnight(t, s.day_at(t.day, 1)) if isinstance(first.stretch.start, datetime) else t.day + timedelta(days=1)
    stretch = Stretch(first.stretch.start, end, first.stretch.precision)
    return replace(first, stretch=stretch, bound="since", relation=None, part="")


def _until(t: TimeText, i: int) -> Found | None:
    """until August, till 31 July: up to the end of it"""
    last = _date_at(t, i + 1, past=False)
    if last is None or last.stretch.end is None:
        return None
    return replace(last, stretch=Stretch(None, last.stretch.end, last.stretch.precision), bound="until", relation=None)


def _between(t: TimeText, i: int) -> Found | None:
    """from May to July 2021, between 3 and 5 June, from Monday to Wednesday, May to July 2021"""
    joints = ("and",) if t.w(i) == "between" else ("to", "until", "till", "through", "-", "–", "til")
    bare = re.fullmatch(r"[0-3]?[0-9]", t.w(i + 1)) and t.w(i + 2) in joints
    if bare:
        last = calendar_date(t, i + 3 + (t.w(i + 3) == "the"))
        return _same_month(t, i + 1, last)
    first = _date_at(t, i + 1, past=None)
    if first is None or t.w(first.end) not in joints:
        return None
    last = _date_at(t, first.end + 1, past=None)
    return None if last is None else _joined(first, last)


def _same_month(t: TimeText, i: int, last: Found | None) -> Found | None:
    """The 3 of "between 3 and 5 June"."""
    end = last.stretch.start if last is not None and last.stretch.precision == "day" else None
    if last is None or end is None:
        return None
    return replace(last, stretch=Stretch(end.replace(day=int(t.w(i))), last.stretch.end, "day"), bound="range")


def _joined(first: Found, last: Found) -> Found | None:
    start, end = first.stretch.start, last.stretch.start
    if start is None or end is None or last.stretch.end is None:
        return None
    if isinstance(start, datetime) != isinstance(end, datetime):
        return None
    if last.anchored and not first.anchored:  # from May to July 2021
        start = start.replace(year=end.year)
        start = start if start <= end else start.replace(year=end.year - 1)
    late = last.stretch.end
    if last.weekday is not None and isinstance(late, date):
        late = s.weekday_beside(start, last.weekday, 1) + timedelta(days=1)
    elif not late > start:
        late = late.replace(year=late.year + 1)
    return Found(last.end, Stretch(start, late, last.stretch.precision), anchored=last.anchored, bound="range",
                 approximate=not last.anchored and (first.approximate or last.approximate))


def _date_at(t: TimeText, j: int, *, past: bool | None) -> Found | None:
    """The date after "since", "until", "from", where a month's name and a year are surely meant."""
    j += t.w(j) in ("about", "around")
    t.place.sure = j
    found = foreign(t, j) or dayed(t, j)
    if found is None or found.kind != "date" or found.bound:
        return None
    return found if past is None or found.anchored else _turned(t, found, past)


def _turned(t: TimeText, found: Found, past: bool) -> Found:
    """What began before now and what ends after it need no verb to tell the direction: since March, until August."""
    start = found.stretch.start
    if start is None or isinstance(start, datetime) or found.weekday is None:
        return found if past or not _is_over(t, found) else _a_year_later(found)
    day = s.weekday_beside(t.day, found.weekday, -1 if past else 1)
    return replace(found, stretch=s.day_at(day), approximate=False)


def _is_over(t: TimeText, found: Found) -> bool:
    end = found.stretch.end
    bare = found.relation is None and not found.part and found.stretch.precision in ("month", "day", "season")
    return bare and end is not None and not isinstance(end, datetime) and end <= t.day and t.tense(found.end - 1) >= 0


def _a_year_later(found: Found) -> Found:
    start, end = found.stretch.start, found.stretch.end
    assert start is not None and end is not None
    return replace(found, stretch=Stretch(start.replace(year=start.year + 1), end.replace(year=end.year + 1),
                                          found.stretch.precision))


_Rule = Callable[[TimeText, int], Found | None]
_UNTIL, _FROM = (_until,), (_between,)
_LEADS: dict[str, tuple[_Rule, ...]] = {
    "since": (_since,), "until": _UNTIL, "till": _UNTIL, "til": _UNTIL, "from": _FROM, "between": _FROM}
_BEGINS = TRIGGERS | _LEADS.keys() | PARTS.keys() | DAY_PARTS.keys()
_RULES: tuple[_Rule, ...] = (shifted, dayed, lambda t, i: with_clock(t, foreign(t, i)))
