"""The rows of the jobs: which slot of each was begun last, where a sliced one goes on, and what came of it."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from mneme.store.columns import MICROSECOND, Handle, instant_or_none, micros


class JobState(StrEnum):
    """How a job's last run stands. `stopped`: it was put off, and goes on at its cursor."""

    NEVER = "never"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobRow:
    """What is kept of a job. `slot` is the last that was begun; `cursor` is any value JSON has, None at the beginning.

    `result` and `problem` are sentences for people; neither they nor the cursor may hold a memory's text, which would
    outlive the memory there.
    """

    name: str
    paused: bool = False
    slot: str | None = None
    state: JobState = JobState.NEVER
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cursor: Any = None
    result: str | None = None
    problem: str | None = None


def get(db: Handle, name: str) -> JobRow:
    """The job's row; the row of one that never ran where there is none."""
    found = db.execute("SELECT * FROM job WHERE name = ?", [name]).fetchone()
    if found is None:
        return JobRow(name)
    return JobRow(
        name=found["name"], paused=bool(found["paused"]), slot=found["slot"], state=JobState(found["state"]),
        started_at=instant_or_none(found["started_at"]), ended_at=instant_or_none(found["ended_at"]),
        cursor=None if found["cursor"] is None else json.loads(found["cursor"]),
        result=found["result"], problem=found["problem"])


def claim(db: Handle, seen: JobRow, slot: str | None, now: datetime, problem: str | None = None) -> JobRow | None:
    """Begin a run for `slot`, if the job is still as it was `seen`; None where somebody else began one since.

    Whoever decides by a row that the job should run gives that row: of several who decide by the same one, the first
    to write wins. The run goes on at the row's cursor. Its start names it, so no two that follow each other are equal.
    """
    current = get(db, seen.name)
    if (current.slot, current.state, current.started_at) != (seen.slot, seen.state, seen.started_at):
        return None
    started = now if now != seen.started_at else now + MICROSECOND
    db.execute("""
        INSERT INTO job (name, slot, state, started_at, problem) VALUES (?, ?, 'running', ?, ?)
        ON CONFLICT (name) DO UPDATE SET slot = excluded.slot, state = 'running', started_at = excluded.started_at,
                                         ended_at = NULL, problem = excluded.problem""",
               [seen.name, slot, micros(started), problem])
    return get(db, seen.name)


def save(db: Handle, run: JobRow, cursor: Any) -> bool:
    """Keep where the claimed run is; False where it is no longer the job's run, and nothing was kept."""
    changed = db.execute(
        "UPDATE job SET cursor = ?, problem = NULL WHERE name = ? AND state = 'running' AND started_at = ?",
        [_json(cursor), *_named(run)])
    return changed.rowcount == 1


def end(db: Handle, run: JobRow, state: JobState, now: datetime, *, result: str | None = None,
        problem: str | None = None) -> bool:
    """End the claimed run; False where it is no longer the job's run.

    A stopped run keeps its cursor, any other begins anew next time. Without a new result the former stays.
    """
    changed = db.execute("""
        UPDATE job SET state = ?, ended_at = ?, result = coalesce(?, result), problem = ?,
                       cursor = CASE WHEN ? = 'stopped' THEN cursor END
        WHERE name = ? AND state = 'running' AND started_at = ?""",
                         [state.value, micros(now), result, problem, state.value, *_named(run)])
    return changed.rowcount == 1


def note(db: Handle, name: str, started: datetime, ended: datetime, result: str | None, problem: str | None) -> None:
    """Keep what came of a run that claimed no slot."""
    db.execute("""
        INSERT INTO job (name, state, started_at, ended_at, result, problem) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET state = excluded.state, started_at = excluded.started_at,
            ended_at = excluded.ended_at, result = coalesce(excluded.result, result), problem = excluded.problem""",
               [name, "failed" if problem else "done", micros(started), micros(ended), result, problem])


def set_paused(db: Handle, name: str, paused: bool) -> None:
    """Keep whether the job is paused."""
    db.execute("INSERT INTO job (name, paused) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET paused = excluded.paused",
               [name, int(paused)])


def _named(run: JobRow) -> tuple[str, int]:
    assert run.started_at is not None, "a run that was claimed has a start"
    return run.name, micros(run.started_at)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
