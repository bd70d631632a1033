"""What a language model has read for which task, what it failed at, and what it has still to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from mneme.store.columns import PRIVATE, Handle, instant_or_none, micros, to_json
from mneme.store.memories import LIVE, LIVE_PASSAGE

Name = Literal["facts", "questions", "describe", "summary", "topic"]

FIRST_WAIT, GROWTH = timedelta(minutes=10), 4  # after a failure: 10 minutes, 40, 160 …
MOST_ATTEMPTS, REST = 5, timedelta(days=7)  # so often in a row, then it rests

_NO_COPY = """NOT EXISTS (SELECT 1 FROM link l JOIN memory o ON o.id = l.to_id AND o.retired_at IS NULL
    AND o.forgotten_at IS NULL WHERE l.from_id = m.id AND l.kind = 'duplicate')"""
_OF_PASSAGE = "JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0 JOIN item i ON i.id = e.item_id"
_BY_HAND = """EXISTS (SELECT 1 FROM evidence h JOIN fact f ON f.memory_id = h.memory_id AND f.by_hand_at IS NOT NULL
    WHERE h.item_id = e.item_id)"""
_FIRST = """NOT EXISTS (SELECT 1 FROM evidence b JOIN memory o ON o.id = b.memory_id AND o.kind = 'passage'
    AND o.retired_at IS NULL AND o.forgotten_at IS NULL WHERE b.item_id = e.item_id AND b.start < e.start)"""
_IN_EVENT = """EXISTS (SELECT 1 FROM evidence v JOIN memory o ON o.id = v.memory_id AND o.kind = 'event'
    AND o.retired_at IS NULL AND o.forgotten_at IS NULL
    WHERE v.item_id = e.item_id AND v.start < e."end" AND e.start < v."end")"""
# A description that is older than the newest memory associated with its own.
_OUTGROWN = f"""SELECT m.id FROM description d JOIN memory m ON m.id = d.memory_id AND {LIVE}
    JOIN link l ON l.kind = 'association' AND (l.from_id = m.id OR l.to_id = m.id)
    JOIN memory o ON o.id = CASE l.from_id WHEN m.id THEN l.to_id ELSE l.from_id END
      AND o.retired_at IS NULL AND o.forgotten_at IS NULL AND o.id > d.seen WHERE d.part = 'about'"""
# The memories `m` that a task is for.
_FOR: Mapping[Name, str] = {
    "facts": f"memory m {_OF_PASSAGE} WHERE {LIVE_PASSAGE} AND m.origin IN ('owner', 'other') AND {_NO_COPY} "
             f"AND NOT {_BY_HAND}",
    "questions": f"memory m {_OF_PASSAGE} WHERE {LIVE_PASSAGE} AND {_NO_COPY}",
    "describe": f"""memory m {_OF_PASSAGE} WHERE {LIVE} AND (m.kind = 'event' OR (
        m.kind = 'passage' AND i.thread_id IS NULL AND {_NO_COPY} AND {_FIRST} AND NOT {_IN_EVENT}))""",
    "summary": f"memory m JOIN outline o ON o.memory_id = m.id WHERE m.kind = 'summary' AND {LIVE}",
    "topic": f"""memory m JOIN outline o ON o.memory_id = m.id AND o.level = 'topic'
        JOIN topic t ON t.id = CAST(o.key AS INTEGER) AND t.by_owner = 0 WHERE m.kind = 'summary' AND {LIVE}""",
}
NAMES: tuple[Name, ...] = tuple(_FOR)
# Not read yet, or to be tried again; a retry that lies too far ahead was set by a clock that was wrong.
_DUE = """NOT EXISTS (SELECT 1 FROM model_task r WHERE r.task = ? AND r.memory_id = m.id AND (
    r.state = 'done' OR (r.retry_at > ? AND r.retry_at <= ?)))"""
_DUE_AGAIN = """NOT EXISTS (SELECT 1 FROM model_task r WHERE r.task = ? AND r.memory_id = m.id
    AND r.state = 'failed' AND r.retry_at > ? AND r.retry_at <= ?)"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A memory that waits for a task; `attempts` failed before."""

    memory: int
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """What came of a memory in a task; `dropped` are outputs that were refused, by reason."""

    state: Literal["done", "failed"]
    attempts: int
    reason: str
    kept: int
    retry_at: datetime | None


def waiting(db: Handle, task: Name, now: datetime, limit: int, *, elsewhere: bool) -> list[Waiting]:
    """The memories that a task has still to read, the newest first; with `elsewhere` none that is private."""
    sql, values = _due(task, now)
    public = f" AND NOT {PRIVATE}" if elsewhere else ""
    rows = db.execute(
        f"""SELECT m.id, coalesce((SELECT attempts FROM model_task r WHERE r.task = ? AND r.memory_id = m.id
              AND r.state = 'failed'), 0) FROM memory m WHERE m.id IN ({sql}){public} ORDER BY m.id DESC LIMIT ?""",
        [task, *values, limit]).fetchall()
    return [Waiting(row[0], row[1]) for row in rows]


def counts(db: Handle, now: datetime) -> dict[Name, int]:
    """How many memories wait for each task at this time; what rests after a failure waits not yet."""
    found: dict[Name, int] = {}
    for task in NAMES:
        sql, values = _due(task, now)
        found[task] = int(db.execute(f"SELECT count(*) FROM ({sql})", values).fetchone()[0])
    return found


def private_waiting(db: Handle, task: Name, now: datetime) -> int:
    """How many of those that wait are private, and are kept from a model that runs elsewhere."""
    sql, values = _due(task, now)
    return int(db.execute(f"SELECT count(*) FROM memory m WHERE m.id IN ({sql}) AND {PRIVATE}",
                          values).fetchone()[0])


def done(db: Handle, task: Name, memory: int, now: datetime, *, kept: int, dropped: Mapping[str, int]) -> None:
    """A memory was read. Not part of any change-set: what is undone is not done again by itself."""
    _put(db, task, memory, {"state": "done", "attempts": _attempts(db, task, memory) + 1, "reason": None, "kept": kept,
                            "dropped": to_json(dropped), "at": micros(now), "retry_at": None})


def failed(db: Handle, task: Name, memories: Sequence[int], now: datetime, reason: str) -> None:
    """A model failed at these memories: they are tried again, later each time, and after some times rest a week."""
    for memory in memories:
        attempts = _attempts(db, task, memory) + 1
        wait = REST if attempts >= MOST_ATTEMPTS else FIRST_WAIT * GROWTH ** (attempts - 1)
        _put(db, task, memory, {"state": "failed", "attempts": attempts, "reason": reason, "kept": 0, "dropped": "{}",
                                "at": micros(now), "retry_at": micros(now + wait)})


def state(db: Handle, task: Name, memory: int) -> State | None:
    """What came of a memory in a task; None where it was not read yet."""
    row = db.execute("SELECT state, attempts, reason, kept, retry_at FROM model_task WHERE task = ? AND memory_id = ?",
                     [task, memory]).fetchone()
    return None if row is None else State(row[0], row[1], row[2] or "", row[3], instant_or_none(row[4]))


def failures(db: Handle) -> dict[str, int]:
    """How many memories wait to be tried again, by what the last failure was."""
    return {row[0]: row[1] for row in db.execute(
        "SELECT reason, count(*) FROM model_task WHERE state = 'failed' GROUP BY reason ORDER BY 2 DESC, 1").fetchall()}


def read_again(db: Handle, memory: int) -> None:
    """Have a memory whose words changed be read anew by every task."""
    db.execute("DELETE FROM model_task WHERE memory_id = ?", [memory])


def _due(task: Name, now: datetime) -> tuple[str, list[object]]:
    times = [task, micros(now), micros(now + REST)]
    sql = f"SELECT m.id FROM {_FOR[task]} AND {_DUE}"
    if task != "describe":
        return sql, list(times)
    return f"{sql} UNION {_OUTGROWN} AND {_DUE_AGAIN}", [*times, *times]


def _attempts(db: Handle, task: Name, memory: int) -> int:
    """How often in a row it failed so far."""
    row = db.execute("SELECT attempts FROM model_task WHERE task = ? AND memory_id = ? AND state = 'failed'",
                     [task, memory]).fetchone()
    return 0 if row is None else int(row[0])


def _put(db: Handle, task: Name, memory: int, columns: Mapping[str, object]) -> None:
    """Write down what came of a memory, unless it is gone by now."""
    db.execute("INSERT INTO model_task (task, memory_id, at, state) SELECT ?, id, 0, 'done' FROM memory WHERE id = ? "
               "ON CONFLICT (task, memory_id) DO NOTHING", [task, memory])
    sets = ", ".join(f"{name} = ?" for name in columns)
    db.execute(f"UPDATE model_task SET {sets} WHERE task = ? AND memory_id = ?", [*columns.values(), task, memory])
