"""Entries of a calendar: a title and its time on one line, in either order, on the day that a heading may name."""

import re
from collections.abc import Iterator

from mneme.expressions import expression
from mneme.memory.facts.clauses import Clause, Draft
from mneme.memory.facts.objects import topic_of, without_company
from mneme.memory.facts.people import TIES
from mneme.memory.facts.plans import RECORD, is_over
from mneme.memory.facts.timing import moment_of, time_phrases
from mneme.memory.facts.words import EVENTS
from mneme.types import Moment, Span

_EVENT = expression(rf"\b(?:{EVENTS})(?!\w)", re.IGNORECASE)
_CALENDAR = expression(r"\b(?:calendar|agenda|schedule|appointments?|diary|week|planner|to ?do|upcoming|dates)\b|"
                       r"day\b|\d{4}-\d\d", re.IGNORECASE)
_NO_EVENT = expression(r"^(?:.*\btime|updated?|created?|date|time|when|due|posted|published|sent|modified|from|to|"
                       r"until|open|opening hours?|opened|closed|hours|"
                       r"last \w+|version|since|deadline|new date|new time|date|arrival|departure|arrives|departs|"
                       r"duration|start|end|begin|finish|author|page|week|today|tomorrow|"
                       r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|morning|evening|afternoon|note|re|"
                       r"fwd?|mon|tue|wed|thu|fri|sat|sun)s?$", re.IGNORECASE)
_APART = expression(r"(?!(?:at|on|from|by|the|to|h|kl|um)\b)[^\W\d_]{2,}")
_TOOK = expression(r"[0-5]:\d\d")  # how long something took, rather than when it is
_HOUR = expression(r"[:.]\d\d|\d ?[ap]m", re.IGNORECASE)
_HOUR_ALONE = expression(r"(?:at )?\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]m|h|uhr)?", re.IGNORECASE)
_BEGINS_LINE = expression(r"[:.]\d\d|\d ?[ap]m|day|\d\d?\b", re.IGNORECASE)
_BOOKED = expression(r"(?:(?:finally|just|i|we|i've|we've) )*(?:booked|reserved|got) (?:the |my |our |"
                     r"an? )?", re.IGNORECASE)
_STATE_OF = expression(r"\s+(?:has a new (?:date|time)|got a new (?:date|time)|is (?:back on|on again|set|fixed|"
                       r"confirmed|now)|rescheduled|moved|confirmed|changed|"
                       r"booked|postponed|new date)$", re.IGNORECASE)
_TITLE_FIRST = expression(r"(?P<title>[^\W_][^:\n–—|]{1,50}?)\s*(?P<mark>:|\s[-–—]|,|\|)\s*(?:on |at )?")
_TITLE_LAST = expression(r"(?:\s*[-–—:,\])|*_]+|\s*h\b)*\s*(?P<title>[^\W_][^\n,;(–—]{1,60}?)"
                         r"(?=\s*(?:$|[,;(\n–—]|\s@|\s(?:at|in|with) ))")
_PLACE = expression(r"(?:at|in|with|@|\(|room|h\b|-|–|,)", re.IGNORECASE)
_TOLD = expression(r"\b(?:I|was|were|went|had|is|are|we|he|she|they|did|got|said|ate|woke|met|done|completed|finished|"
                   r"as usual|attended)\b")
_MOST_WORDS = 6


def told_by_entry(clause: Clause, subject: str, heading: str) -> Iterator[Draft]:
    """ "Dentist: Tuesday 14:00", "14:00 Dentist", "Tue 12 March 10:00 – Budget review" """
    aside = clause.text.find("(", clause.start, clause.end)
    times = [one for one in clause.times if one.bound == "" and not one.only_hour and not 0 <= aside < one.span[0]]
    if len(times) not in (1, 2) or _APART.search(clause.text[times[0].span[1]:times[-1].span[0]]):
        return
    time = (times[0].span[0], times[-1].span[1])
    thing = _after_time(clause, time, heading) or _before_time(clause, time)
    phrase = clause.text[slice(*time)]
    if thing is None or _TOOK.fullmatch(phrase):
        return
    words = clause.text[slice(*thing)]
    at = _entry_at(phrase, heading, clause.said)
    lost = at is None and clause.said is not None
    if not (lost or is_over(at, clause.said) or _is_no_event(words)):
        yield Draft(subject, "plan", thing, "planned", topic_of(without_company(words)), at)


def _is_no_event(words: str) -> bool:
    return bool(_NO_EVENT.match(words) or RECORD.search(words)) or (words.lower() in TIES and not _EVENT.search(words))


def _before_time(clause: Clause, time: Span) -> Span | None:
    """The title before the time, with a colon or a dash between; nothing but a place may follow."""
    text = clause.text
    booked = _BOOKED.match(text, clause.start, time[0])
    found = _TITLE_FIRST.match(text, clause.start if booked is None else booked.end(), time[0] + 1)
    if found is None or found.end() < time[0] - 1 or found.start("title") >= time[0]:
        return None
    rest = text[time[1]:clause.end].strip(" .,)")
    title = _STATE_OF.sub("", found["title"].strip())
    aside = len(rest.split()) <= 3 and bool(_EVENT.match(title))  # "Kickoff: Tue 8 October, big room"
    if (rest and not (_PLACE.match(rest) or aside)) or len(title.split()) >= _MOST_WORDS or len(rest.split()) > 8:
        return None
    plain = not rest and found["mark"] == ":" and _HOUR.search(text, *time)
    return (found.start("title"), found.start("title") + len(title)) if plain or _EVENT.search(title) else None


def _after_time(clause: Clause, time: Span, heading: str) -> Span | None:
    """The title behind a time that begins the line; it must sound like an event, or stand in a calendar."""
    text = clause.text
    if text[clause.start:time[0]].strip(" [(*_") or not _BEGINS_LINE.search(text, *time):
        return None
    found = _TITLE_LAST.match(text, time[1], clause.end)
    if found is None or len(text[found.end():clause.end].split()) > 8 or _TOLD.search(text, time[1], clause.end):
        return None
    title = found["title"].strip(" .!")
    known = _EVENT.search(title) or (_CALENDAR.search(heading) and _HOUR.search(text, *time))
    return (found.start("title"), found.start("title") + len(title)) if known and len(
        title.split()) <= _MOST_WORDS else None


def _entry_at(phrase: str, heading: str, said: Moment | None) -> Moment | None:
    """The time of an entry; an hour alone is on the day that the heading names."""
    days = time_phrases(heading, 0, len(heading)) if _HOUR_ALONE.fullmatch(phrase.strip()) else []
    return moment_of(f"{days[-1].text} {phrase}" if days else phrase, said, "future")
