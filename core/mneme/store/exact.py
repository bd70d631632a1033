"""Exact questions in SQL: which memories say these words on these days, how many, by whom; never an estimate."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mneme.store import memories
from mneme.store.columns import EPOCH, Handle, in_batches, marks, micros
from mneme.store.memories import LIVE, LIVE_PASSAGE

_FIRST_DAY = EPOCH.date().toordinal()
_DAY = 86_400_000_000  # microseconds
_FARTHEST = timedelta(hours=26)  # no clock is farther from UTC; the index knows UTC alone
# when a memory happened by what it says itself, on the clock of those who said it
_OWN = "CASE WHEN i.happened_from = 'file' AND m.happened_at IS i.happened_at THEN NULL ELSE m.happened_at END"
_LOCAL = "(m.happened_at + coalesce(m.happened_offset, 0) * 60000000)"
_ON_DAY = f"(({_LOCAL} - ((({_LOCAL} % {_DAY}) + {_DAY}) % {_DAY})) / {_DAY})"
# the day after the stretch that its date names, where that is longer than a day
_ENDS = f"""CASE m.happened_precision WHEN 'year' THEN unixepoch({_LOCAL} / 1000000, 'unixepoch', '+1 year') / 86400
    WHEN 'month' THEN unixepoch({_LOCAL} / 1000000, 'unixepoch', '+1 month') / 86400 ELSE {_ON_DAY} + 1 END"""
_HAS_DAY = f"({_OWN} IS NOT NULL AND coalesce(m.happened_precision, 'day') NOT IN ('year', 'month'))"
# the same expression as the index over what is recent
_RECENT = "coalesce(m.happened_at, m.recorded_at)"
# A copy counts with the one that is kept, as long as that one is there.
_NO_COPY = """NOT EXISTS (SELECT 1 FROM link l JOIN memory o ON o.id = l.to_id AND o.retired_at IS NULL
    AND o.forgotten_at IS NULL WHERE l.from_id = m.id AND l.kind = 'duplicate')"""
# neither it nor a passage that it stands on is private
_PUBLIC = """m.private = 0 AND NOT EXISTS (
    SELECT 1 FROM evidence v JOIN evidence p ON p.item_id = v.item_id AND p.start < v."end" AND v.start < p."end"
    JOIN memory o ON o.id = p.memory_id AND o.kind = 'passage' AND o.private = 1 WHERE v.memory_id = m.id)"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which passages are meant. `match` is an FTS5 expression for their own text, "" for any.

    [since, until) are days on the clock of those who said it, None where open; a month or a year is within only as a
    whole. `speakers` and `of_owner`: said by one of these; neither: by anybody. `public`: what is private is left out.
    """

    match: str = ""
    since: date | None = None
    until: date | None = None
    speakers: tuple[str, ...] = ()
    of_owner: bool = False
    public: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """How many passages are meant, on how many distinct days; and how many that would be, did they tell their day."""

    memories: int
    days: int
    undated: int


def dated(db: Handle, scope: Scope, limit: int) -> list[int]:
    """The latest `limit` of the passages that are meant, latest first."""
    tables, where, values = _rows(scope)
    return [row[0] for row in db.execute(
        f"SELECT m.id FROM {tables} WHERE {where} ORDER BY {_RECENT} DESC, m.id DESC LIMIT ?",
        [*values, limit]).fetchall()]


def counted(db: Handle, scope: Scope) -> Counted:
    """How many they are; the days are of those alone that tell their day."""
    tables, where, values = _rows(scope)
    row = db.execute(
        f"SELECT count(*), count(DISTINCT CASE WHEN {_HAS_DAY} THEN {_ON_DAY} END), "
        f"count(*) FILTER (WHERE NOT {_HAS_DAY}) FROM {tables} WHERE {where}", values).fetchone()
    undated = row[2]
    if scope.match and (scope.since is not None or scope.until is not None):
        tables, where, values = _rows(Scope(scope.match, None, None, scope.speakers, scope.of_owner, scope.public))
        undated = db.execute(f"SELECT count(*) FROM {tables} WHERE {where} AND {_OWN} IS NULL", values).fetchone()[0]
    return Counted(row[0], row[1], undated)


def speakers(db: Handle, scope: Scope) -> list[tuple[str, int, int]]:
    """(who, how many passages, the newest of them) of everybody but the owner and assistants who says what is meant."""
    tables, where, values = _rows(scope)
    return [(row[0], row[1], row[2]) for row in db.execute(
        f"""SELECT i.speaker, count(*), max(m.id) FROM {tables} WHERE {where} AND i.speaker IS NOT NULL
            AND m.origin = 'other' GROUP BY i.speaker ORDER BY 2 DESC, 1""", values).fetchall()]


def names(db: Handle) -> list[str]:
    """Everybody who speaks in an item that is in force."""
    return [row[0] for row in db.execute(
        "SELECT DISTINCT speaker FROM item WHERE speaker IS NOT NULL AND retired_at IS NULL ORDER BY 1").fetchall()]


def participants(db: Handle, scope: Scope) -> list[tuple[str, int]]:
    """(who, a passage there) for each participant, other than owner and assistants, of each chat with what is meant."""
    tables, where, values = _rows(scope)
    rows = db.execute(
        f"""SELECT t.participants, s.newest FROM (SELECT i.thread_id, max(m.id) AS newest FROM {tables}
            WHERE {where} AND i.thread_id IS NOT NULL GROUP BY i.thread_id) s JOIN thread t ON t.id = s.thread_id
            ORDER BY t.id""", values).fetchall()
    return [(one["name"], row[1]) for row in rows for one in json.loads(row[0]) if one["role"] == "other"]


def subjects(db: Handle, match: str, *, public: bool) -> list[tuple[str, int, int]]:
    """(whom, how many facts, the newest of them) of the live facts about others than the owner, or that match."""
    where = ["m.kind = 'fact'", LIVE, "f.subject <> 'me' COLLATE NOCASE", *([_PUBLIC] if public else [])]
    if match:
        where.append("m.id IN (SELECT rowid FROM derived_fts WHERE derived_fts MATCH ?)")
    return [(row[0], row[1], row[2]) for row in db.execute(
        f"""SELECT f.subject, count(*), max(m.id) FROM fact f JOIN memory m ON m.id = f.memory_id
            WHERE {' AND '.join(where)} GROUP BY f.subject COLLATE NOCASE ORDER BY 2 DESC, 1""",
        [_in_text(match)] if match else []).fetchall()]


def shown(db: Handle, wanted: Sequence[int], *, public: bool) -> list[int]:
    """Those of `wanted` that are live, and with `public` not private, nor made of what is; in the order asked."""
    hidden = f" AND {_PUBLIC}" if public else ""
    found = {row[0] for part in in_batches(wanted) for row in db.execute(
        f"SELECT m.id FROM memory m WHERE m.id IN ({marks(part)}) AND {LIVE}{hidden}", part).fetchall()}
    return [one for one in wanted if one in found]


def neighbours(db: Handle, memory: int, reach: int) -> tuple[list[int], list[int]]:
    """Live passages before and after a memory: of the messages `reach` around it, or in a document beside it."""
    around = memories.neighbour_ids(db, memory, reach)
    own = db.execute("SELECT i.seq, i.id, e.start FROM evidence e JOIN item i ON i.id = e.item_id "
                     "WHERE e.memory_id = ? AND e.ordinal = 0", [memory]).fetchone()
    if own is None:
        return [], []
    if around:
        before = {row[0] for row in db.execute(
            f"SELECT e.memory_id FROM evidence e JOIN item i ON i.id = e.item_id "
            f"WHERE e.memory_id IN ({marks(around)}) AND e.ordinal = 0 AND i.seq < ?", [*around, own[0]]).fetchall()}
        return [one for one in around if one in before], [one for one in around if one not in before]
    beside = f"""SELECT m.id FROM evidence e JOIN memory m ON m.id = e.memory_id
        WHERE e.item_id = ? AND e.ordinal = 0 AND {LIVE_PASSAGE} AND m.id <> ? AND e.start"""
    before_it = db.execute(f"{beside} < ? ORDER BY e.start DESC LIMIT ?", [own[1], memory, own[2], reach]).fetchall()
    after_it = db.execute(f"{beside} > ? ORDER BY e.start LIMIT ?", [own[1], memory, own[2], reach]).fetchall()
    return [row[0] for row in reversed(before_it)], [row[0] for row in after_it]


# ------------------------------------------------------------------ within


def _rows(scope: Scope) -> tuple[str, str, list[object]]:
    """The tables, the conditions and their values for the passages of a scope."""
    tables = "memory m"
    where, values = [LIVE_PASSAGE, _NO_COPY], list[object]()
    if scope.match:  # the index of words leads
        tables = "memory_fts w CROSS JOIN memory m ON m.id = w.rowid"
        where.append("w.memory_fts MATCH ?")
        values.append(_in_text(scope.match))
    tables += """ CROSS JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
        JOIN item i ON i.id = e.item_id"""
    if scope.public:
        where.append("m.private = 0")
    if scope.of_owner or scope.speakers:
        said_by = ["m.origin = 'owner'"] if scope.of_owner else []
        if scope.speakers:
            said_by.append(f"i.speaker IN ({marks(scope.speakers)})")
            values += scope.speakers
        where.append(f"({' OR '.join(said_by)})")
    _within(scope, where, values)
    return tables, " AND ".join(where), values


def _within(scope: Scope, where: list[str], values: list[object]) -> None:
    if scope.since is not None or scope.until is not None:
        where.append(f"{_OWN} IS NOT NULL")
    if scope.since is not None:
        where.append(f"{_RECENT} >= ? AND {_ON_DAY} >= ?")
        values += [micros(_midnight(scope.since)) - _FARTHEST // timedelta(microseconds=1), _number(scope.since)]
    if scope.until is not None:
        where.append(f"{_RECENT} < ? AND {_ON_DAY} < ? AND {_ENDS} <= ?")
        values += [micros(_midnight(scope.until)) + _FARTHEST // timedelta(microseconds=1), _number(scope.until),
                   _number(scope.until)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), EPOCH.tzinfo)


def _number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - _FIRST_DAY


def _in_text(match: str) -> str:
    """The expression for a memory's own text, not its title or speaker."""
    return "{text} : (" + match + ")"
