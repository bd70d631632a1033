"""What is watched: the rows of the sources, the owner's rules, the pause, and what was left out."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mneme.errors import KnownError, NotFound
from mneme.messages import _
from mneme.store import preferences
from mneme.store.columns import Handle, Row, instant, instant_or_none, micros, micros_or_none
from mneme.store.entries import shown
from mneme.types import LogLine, Pause, Rule, SourceInfo, WhenGone

KEPT_LINES = 1000  # of what was left out
MOST_PRIVATE = 1000  # stretches of private mode
_PAUSE, _PRIVATE = "capture_pause", "private_times"
Stretch = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as it is kept."""

    id: int
    kind: str
    place: Path
    paused: bool
    when_gone: WhenGone
    keep_days: int | None
    identity: str | None
    cursor: str | None


def add(db: Handle, kind: str, place: Path, when_gone: WhenGone, keep_days: int | None, identity: str | None,
        now: datetime) -> int:
    """Keep a source; one of this kind and place is only changed. Its id."""
    db.execute(
        """INSERT INTO source (kind, place, shown, when_gone, keep_days, identity, added_at)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, place) DO UPDATE
           SET when_gone = excluded.when_gone, keep_days = excluded.keep_days,
               identity = excluded.identity, paused = 0, problem = NULL""",
        [kind, os.fsencode(place), shown(place), when_gone, keep_days, identity, micros(now)])
    return int(db.execute("SELECT id FROM source WHERE kind = ? AND place = ?",
                          [kind, os.fsencode(place)]).fetchone()[0])


def every(db: Handle) -> list[SourceRow]:
    """All sources, oldest first."""
    return [_row(row) for row in db.execute("SELECT * FROM source ORDER BY id").fetchall()]


def get(db: Handle, source: int) -> SourceRow:
    """Raises: NotFound."""
    row = db.execute("SELECT * FROM source WHERE id = ?", [source]).fetchone()
    if row is None:
        raise NotFound(_("There is no source {id}.").format(id=source), _("`mneme sources list` shows them."))
    return _row(row)


def described(db: Handle) -> list[SourceInfo]:
    """All sources as the owner sees them, with the counts of their places."""
    rows = db.execute(
        """SELECT s.*, (SELECT count(*) FROM entry n WHERE n.source_id = s.id AND n.state = 'done') AS done,
                  (SELECT count(*) FROM entry n WHERE n.source_id = s.id AND n.state = 'waiting') AS waiting,
                  (SELECT count(*) FROM entry n WHERE n.source_id = s.id AND n.state = 'failed') AS failed,
                  (SELECT count(*) FROM entry n WHERE n.source_id = s.id AND n.state = 'skipped') AS skipped
           FROM source s ORDER BY s.id""").fetchall()
    return [SourceInfo(
        id=r["id"], kind=r["kind"], place=r["shown"], paused=bool(r["paused"]), when_gone=r["when_gone"],
        keep_days=r["keep_days"], done=r["done"], waiting=r["waiting"], failed=r["failed"], skipped=r["skipped"],
        looked_at=instant_or_none(r["looked_at"]), problem=r["problem"]) for r in rows]


def remove(db: Handle, source: int) -> None:
    """No longer watch a source; what was taken in from it stays. Raises: NotFound."""
    get(db, source)
    db.execute("DELETE FROM source WHERE id = ?", [source])


def pause(db: Handle, source: int, paused: bool) -> None:
    """Let one source rest, or go on. Raises: NotFound."""
    get(db, source)
    db.execute("UPDATE source SET paused = ? WHERE id = ?", [int(paused), source])


def looked(db: Handle, source: int, now: datetime, problem: str | None = None) -> None:
    """Write down that a source was looked at, and what was in the way."""
    db.execute("UPDATE source SET looked_at = ?, problem = ? WHERE id = ?", [micros(now), problem, source])


def move_cursor(db: Handle, source: int, cursor: str) -> None:
    """Where the next look at a source goes on."""
    db.execute("UPDATE source SET cursor = ? WHERE id = ?", [cursor, source])


# ------------------------------------------------------------------ rules and the pause


def rules(db: Handle) -> list[Rule]:
    """The owner's rules, oldest first."""
    return [Rule(r["verdict"], r["field"], r["value"], r["id"])
            for r in db.execute("SELECT * FROM rule ORDER BY id").fetchall()]


def add_rule(db: Handle, rule: Rule, now: datetime) -> None:
    """Keep a rule, as the newest, or in the place of `rule.id` that it had; the opposite one about the same goes."""
    db.execute("DELETE FROM rule WHERE field = ? AND value = ?", [rule.field, rule.value])
    db.execute("INSERT INTO rule (id, verdict, field, value, added_at) VALUES (?, ?, ?, ?, ?)",
               [rule.id or None, rule.verdict, rule.field, rule.value, micros(now)])


def remove_rule(db: Handle, rule: int) -> None:
    """Raises: NotFound."""
    if not db.execute("DELETE FROM rule WHERE id = ?", [rule]).rowcount:
        raise NotFound(_("There is no rule {id}.").format(id=rule), _("`mneme rules list` shows them."))


def kept_pause(db: Handle) -> Pause | None:
    """The pause of all capture as it was kept, over or not."""
    kept = json.loads(preferences.own_value(db, _PAUSE, "null"))
    if kept is None:
        return None
    return Pause(instant(kept[0]), instant_or_none(kept[1]), instant_or_none(kept[2]), private=bool(kept[3]))


def keep_pause(db: Handle, pause: Pause | None) -> None:
    """Keep the pause of all capture; None: there is none."""
    kept = None if pause is None else [micros(pause.since), micros_or_none(pause.until), micros_or_none(pause.behind),
                                       int(pause.private)]
    preferences.set_own_value(db, _PAUSE, json.dumps(kept))


def private_times(db: Handle) -> list[Stretch]:
    """The stretches of private mode, oldest first; the last may have no end."""
    kept = json.loads(preferences.own_value(db, _PRIVATE, "[]"))
    return [(instant(start), instant_or_none(end)) for start, end in kept]


def begin_private(db: Handle, start: datetime, end: datetime | None) -> None:
    """Keep a stretch of private mode; the oldest of very many go."""
    _keep_private(db, [*private_times(db), (start, end)][-MOST_PRIVATE:])


def end_private(db: Handle, now: datetime) -> None:
    """What was to last longer ends now."""
    _keep_private(db, [(start, now if end is None or end > now else end) for start, end in private_times(db)])


def _keep_private(db: Handle, times: Sequence[Stretch]) -> None:
    preferences.set_own_value(db, _PRIVATE, json.dumps([[micros(start), micros_or_none(end)] for start, end in times]))


# ------------------------------------------------------------------ what was taken, and what was left out


def leave_out(db: Handle, what: str, why: str, now: datetime) -> None:
    """Write down that something which is no place was left out: what it was, never its words."""
    cursor = db.execute("INSERT INTO left_out (at, shown, why) VALUES (?, ?, ?)", [micros(now), what, why])
    assert cursor.lastrowid is not None
    db.execute("DELETE FROM left_out WHERE id <= ?", [cursor.lastrowid - KEPT_LINES])


def log(db: Handle, limit: int, *, taken: bool | None = None) -> list[LogLine]:
    """What was last taken in and last left out, newest first, with the reason that decided."""
    places = "" if taken is None else f"WHERE n.state {'=' if taken else 'IN'} "
    places += "" if taken is None else ("'done'" if taken else "('skipped', 'failed')")
    others = "" if taken is not True else "WHERE 0"
    rows = db.execute(
        f"""SELECT at, what, state, why, items FROM (
                SELECT n.updated_at AS at, n.shown AS what, n.state, n.reason AS why, n.held AS items
                FROM entry n {places} ORDER BY n.updated_at DESC LIMIT ?)
            UNION ALL SELECT at, shown, 'skipped', why, 0 FROM left_out {others}
            ORDER BY at DESC LIMIT ?""", [limit, limit]).fetchall()
    return [LogLine(instant(r["at"]), r["what"], r["state"], r["why"], r["items"]) for r in rows]


def forget_lines(db: Handle, since: datetime, until: datetime) -> None:
    """Take away what the list says of a stretch of time."""
    db.execute("DELETE FROM left_out WHERE at >= ? AND at <= ?", [micros(since), micros(until)])


def require_new(rows: Sequence[SourceRow], kind: str, place: Path) -> None:
    """Raises: KnownError where `place` lies in a folder that is watched already, or holds one that is."""
    for row in rows:
        if row.kind == kind == "folder" and row.place != place:
            if place.is_relative_to(row.place):
                raise KnownError(_("{place} lies in {folder}, which is watched already.").format(
                    place=shown(place), folder=shown(row.place)))
            if row.place.is_relative_to(place):
                raise KnownError(_("{folder} in it is watched already.").format(folder=shown(row.place)),
                                 _("Remove that source first; nothing that was taken in is lost."))


def _row(row: Row) -> SourceRow:
    return SourceRow(row["id"], row["kind"], Path(os.fsdecode(row["place"])), bool(row["paused"]), row["when_gone"],
                     row["keep_days"], row["identity"], row["cursor"])
