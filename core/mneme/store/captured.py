"""The list of what was taken in and left out as its owner looks through it: by state, by words, in stretches."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from mneme import __version__
from mneme.errors import NotFound
from mneme.messages import _
from mneme.store.columns import Handle, Row, instant, marks, micros
from mneme.types import EntryState, LogLine, LogPage, WhenGone

_ROWS = """SELECT id AS entry, updated_at AS at, shown AS what, state, reason AS why, held AS items FROM entry
           UNION ALL SELECT 0, at, shown, 'skipped', why, 0 FROM left_out"""


def lines(db: Handle, states: Sequence[str], words: str, offset: int, limit: int) -> LogPage:
    """What was taken in and left out, newest first: in these states (all for none), with all of these words."""
    if words.strip():
        return _with_words(db, states, words, offset, limit)
    counts = Counter({row[0]: row[1] for row in db.execute(
        "SELECT state, count(*) FROM entry GROUP BY state").fetchall()})
    counts["skipped"] += int(db.execute("SELECT count(*) FROM left_out").fetchone()[0])
    where = f"WHERE state IN ({marks(states)})" if states else ""
    rows = db.execute(f"SELECT * FROM ({_ROWS}) {where} ORDER BY at DESC, entry DESC LIMIT ? OFFSET ?",
                      [*states, limit, offset]).fetchall()
    total = sum(n for state, n in counts.items() if not states or state in states)
    return LogPage(tuple(map(_line, rows)), total, dict(counts))


def _with_words(db: Handle, states: Sequence[str], words: str, offset: int, limit: int) -> LogPage:
    """SQLite knows small and large letters of English alone, so that words are compared here."""
    wanted = _folded(words).split()
    rows = db.execute(f"SELECT * FROM ({_ROWS}) ORDER BY at DESC, entry DESC").fetchall()
    found = [row for row in rows if all(word in _folded(f"{row['what']} {row['why'] or ''}") for word in wanted)]
    counts = Counter(row["state"] for row in found)
    shown = [row for row in found if not states or row["state"] in states]
    return LogPage(tuple(map(_line, shown[offset:offset + limit])), len(shown), dict(counts))


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _line(row: Row) -> LogLine:
    return LogLine(instant(row["at"]), row["what"], row["state"], row["why"], row["items"], row["entry"])


def newest_memory(db: Handle, entry: int) -> int | None:
    """The memory that was last taken in from a place and is still in force."""
    row = db.execute(
        """SELECT m.id FROM item i JOIN evidence e ON e.item_id = i.id JOIN memory m ON m.id = e.memory_id
           WHERE i.entry_id = ? AND i.retired_at IS NULL AND m.kind = 'passage' AND m.retired_at IS NULL
           AND m.forgotten_at IS NULL ORDER BY i.recorded_at DESC, i.seq DESC, i.id DESC, e.start LIMIT 1""",
        [entry]).fetchone()
    return None if row is None else int(row[0])


def set_aside(db: Handle, entries: Sequence[int], now: datetime) -> None:
    """Let places that failed rest until they change: they count as left out, and are not tried again by themselves."""
    why = _("was set aside by you")
    for entry in entries:
        db.execute("""UPDATE entry SET state = 'skipped', reason = ?, retry_at = NULL, updated_at = ?, read_by = ?
                      WHERE id = ? AND state = 'failed'""", [why, micros(now), __version__, entry])


def put_back(db: Handle, entry: int, why: str | None, now: datetime) -> None:
    """A place that was set aside counts as failed again, for the reason that it had."""
    db.execute("""UPDATE entry SET state = 'failed', reason = ?, updated_at = ?, read_by = NULL
                  WHERE id = ? AND state = ?""", [why, micros(now), entry, EntryState.SKIPPED.value])


def keep_as(db: Handle, source: int, when_gone: WhenGone, keep_days: int | None) -> None:
    """What becomes of the memories of a source's deleted and of its old files. Raises: NotFound."""
    if not db.execute("UPDATE source SET when_gone = ?, keep_days = ? WHERE id = ?",
                      [when_gone, keep_days, source]).rowcount:
        raise NotFound(_("There is no source {id}.").format(id=source), _("`mneme sources list` shows them."))
