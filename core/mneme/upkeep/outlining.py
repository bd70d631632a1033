"""Outlines: what a day, a week, a month or a topic came to, in sentences that stand in what was said then."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from mneme.memory.consolidation.summarising import LEVELS, Period, periods
from mneme.store import derived, links, outlines
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.derived import NewDerived, PassageRow
from mneme.types import Kind, Moment, Origin
from mneme.upkeep import gists
from mneme.upkeep.gists import Line
from mneme.upkeep.steps import NOTHING, Sight, Step, Worked, cursor, move

SLICE = 300  # passages whose days are looked at
FEWEST = 3  # passages of a day, or events of a topic, that are summed up
SENTENCES = {"day": 4, "week": 6, "month": 8, "topic": 6}
TOPICS_AT_ONCE = 50
MOST_EVENTS = 120  # of a topic, the latest, that its summary is made of
KEYWORDS = 6


def outline_days(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """Sum up the days of the next passages, then the weeks and months that they are parts of."""
    passages = derived.passages_after(db, cursor(db, "outlined"), SLICE)
    days = {date.fromisoformat(day) for day in outlines.take_days_again(db)}
    if not passages and not days:
        return NOTHING
    today = sight.today()
    days |= {sight.day_of(one.happened_at.utc) for one in passages if one.dated and one.happened_at}
    over = [day for day in days if day <= today]
    texts = [text for level in LEVELS for one in periods(over, level)
             if (text := _outline(db, changes, sight, one))]
    if passages:
        move(db, "outlined", passages[-1].id)
    return Worked(len(passages) == SLICE, tuple(texts[:5]))


def outline_topics(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """Sum up the topics whose members have changed."""
    for topic in outlines.changed_topics(db, FEWEST, MOST_EVENTS, TOPICS_AT_ONCE):
        events = outlines.members(db, topic, MOST_EVENTS)
        _sum_up(db, changes, sight, "topic", str(topic), events, _lines_of_events(db, sight, events))
    return NOTHING


DAYS = Step("days", "Sum up days, weeks and months", outline_days)
TOPICS = Step("topic summaries", "Sum up topics", outline_topics)
OUTLINE = (DAYS, TOPICS)


def _outline(db: Handle, changes: ChangeSet, sight: Sight, period: Period) -> str:
    if period.level == "day":
        passages = _of_day(db, sight, period)
        rows = gists.matrix(db, sight.model, [one.id for one in passages])
        return _sum_up(db, changes, sight, "day", period.key, [one.id for one in passages],
                       gists.lines_of(passages, rows), [one.importance for one in passages])
    below = [period.start + timedelta(days=step) for step in range((period.end - period.start).days + 1)]
    children = periods(below, "day" if period.level == "week" else "week")
    parts = [found[0][0] for one in children if (found := outlines.found(db, one.level, one.key))]
    lines = [line for line in _lines_of_parts(db, sight, parts) if _is_of(line, sight, period)]
    return _sum_up(db, changes, sight, period.level, period.key, parts, lines)


def _is_of(line: Line, sight: Sight, period: Period) -> bool:
    """A week may reach into two months: to each belongs what was said in it."""
    return line.at is not None and period.start <= sight.day_of(line.at) <= period.end


def _of_day(db: Handle, sight: Sight, period: Period) -> list[PassageRow]:
    """What was said on a day in conversations, and in the owner's own notes; by an assistant: nothing."""
    start = datetime.combine(period.start, time(), sight.zone)
    found, own = derived.passages_between(db, start, start + timedelta(days=1)), derived.by_hand(db)
    return [one for one in found if one.dated and one.entry != own
            and (one.origin is Origin.OWNER or (one.origin is Origin.OTHER and one.thread is not None))]


def _sum_up(db: Handle, changes: ChangeSet, sight: Sight, level: outlines.Level, key: str, made_of: Sequence[int],
            lines: Sequence[Line], weights: Sequence[float] | None = None) -> str:
    """Make or renew a summary, unless it was made of the same; its text where it is new."""
    digest = hashlib.blake2b(" ".join(map(str, made_of)).encode(), digest_size=8).hexdigest()
    there = outlines.found(db, level, key)
    same = next((memory for memory, made in there if made == digest), None)
    for memory, _made in there:  # after a change of the owner's was undone there can be two
        if memory != same:
            outlines.delete(db, changes, memory)
    if same is not None:
        return ""
    if len(made_of) < (FEWEST if level in ("day", "topic") else 1) or not lines:
        return ""
    chosen = gists.gist(lines, SENTENCES[level], weights)
    passages = derived.passages_of(db, [line.passage for line in chosen])
    words = gists.words_for(db, [line.text for line in lines[:gists.MOST_READ]], KEYWORDS)
    text = " ".join(line.text for line in chosen)
    memory = derived.make(changes, NewDerived(
        Kind.SUMMARY, text, tuple(line.place for line in chosen), keywords=", ".join(words),
        happened_at=_earliest(passages), importance=max((one.importance for one in passages), default=0.5)))
    outlines.put(changes, memory, level, key, digest)
    for part in made_of if level != "day" else _events(db, made_of):
        links.link(changes, part, "part", memory)
    changes.count("summaries")
    return f"{key}: {text[:100]}"


def _events(db: Handle, passages: Sequence[int]) -> list[int]:
    """The events that a day's passages belong to."""
    return sorted(set(outlines.events_of(db, passages).values()))


def _lines_of_parts(db: Handle, sight: Sight, parts: Sequence[int]) -> list[Line]:
    """The sentences of summaries, each with its own place."""
    lines: list[Line] = []
    for part in parts:
        places = derived.places_of(db, part)
        citations = derived.citations(db, part)
        rows = gists.matrix(db, sight.model, [one.memory for one in citations])
        lines += [Line(one.text, place, one.memory, row, one.happened_at.utc if one.happened_at else None)
                  for one, place, row in zip(citations, places, rows, strict=True)]
    return lines


def _lines_of_events(db: Handle, sight: Sight, events: Sequence[int]) -> list[Line]:
    """The best sentence of the most important passages of each event."""
    bearing = derived.bearing(db, events)
    passages = derived.passages_of(db, [passage for event in events for passage in bearing.get(event, [])[:3]])
    return gists.lines_of(passages, gists.matrix(db, sight.model, [one.id for one in passages]))


def _earliest(passages: Sequence[PassageRow]) -> Moment | None:
    dated = [one.happened_at for one in passages if one.happened_at is not None]
    return min(dated, key=lambda moment: moment.utc) if dated else None
