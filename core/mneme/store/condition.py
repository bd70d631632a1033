"""What the store says of its condition: counts, growth, what has faded, what wants a look; and checks, one by one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from mneme.errors import Cancelled
from mneme.memory.retention import IMPORTANT, Curve, from_columns, layer
from mneme.store import forgetting, health, preferences
from mneme.store.columns import USES, Handle, Row, in_batches, instant, marks, micros
from mneme.store.driver import OperationalError, result_code
from mneme.store.health import Check
from mneme.store.memories import LIVE, LIVE_PASSAGE
from mneme.types import Concern, ConcernName, Failing, Finding, Forecast, Growth, Span

SLICE = 5_000  # memories that are looked at between two looks at whether to stop
BANDS = 10  # of retention
STEPS = 20_000  # of SQLite's machine, between two looks at whether to stop
_QUARTER = 900_000_000  # microseconds: every zone's days begin at one of these
_INTERRUPTED = 9  # SQLITE_INTERRUPT

# Where a memory `m` still stands: a current version, and there a passage in force.
_SUPPORTED = """EXISTS (
    SELECT 1 FROM evidence e JOIN item i ON i.id = e.item_id AND i.retired_at IS NULL
    JOIN evidence p ON p.item_id = e.item_id AND p.ordinal = 0 AND p.start < e."end" AND e.start < p."end"
    JOIN memory o ON o.id = p.memory_id AND o.kind = 'passage' AND o.retired_at IS NULL AND o.forgotten_at IS NULL
    WHERE e.memory_id = m.id)"""
_UNCONFIRMED = f"""fact f JOIN memory m ON m.id = f.memory_id
    WHERE {LIVE} AND f.by_hand_at IS NULL AND f.state IN ('holds', 'planned')
    AND NOT EXISTS (SELECT 1 FROM use u WHERE u.memory_id = m.id AND u.what = 'confirmed')"""
_CONFLICTS = f"fact f JOIN memory m ON m.id = f.memory_id WHERE {LIVE} AND f.state = 'conflict'"


@contextmanager
def interruptible(db: Handle, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Within, a statement under way ends soon after `cancelled` says so. Raises: Cancelled."""
    db.conn.set_progress_handler(lambda: int(cancelled()), STEPS)
    try:
        yield
    except OperationalError as error:
        if result_code(error) == _INTERRUPTED or str(error) == "interrupted":
            raise Cancelled from None
        raise
    finally:
        db.conn.set_progress_handler(None, 0)


# ------------------------------------------------------------------ counts


def kinds(db: Handle) -> dict[str, int]:
    """Memories in force by kind."""
    return _grouped(db, f"SELECT m.kind, count(*) FROM memory m WHERE {LIVE} GROUP BY 1 ORDER BY 2 DESC")


def fact_states(db: Handle) -> dict[str, int]:
    """Facts in force by state."""
    return _grouped(db, f"""SELECT f.state, count(*) FROM fact f JOIN memory m ON m.id = f.memory_id WHERE {LIVE}
                            GROUP BY 1 ORDER BY 2 DESC""")


def sources(db: Handle) -> int:
    """How many sources are watched."""
    return int(db.execute("SELECT count(*) FROM source").fetchone()[0])


def ids(db: Handle) -> list[int]:
    """Every memory in force, by id."""
    return [row[0] for row in db.execute(f"SELECT m.id FROM memory m WHERE {LIVE} ORDER BY m.id").fetchall()]


def plain_layers(db: Handle) -> dict[str, int]:
    """Memories in force that nobody has used, by layer: they are where they were captured."""
    return _grouped(db, f"""SELECT CASE WHEN m.layer = 'working' AND m.importance >= {IMPORTANT} THEN 'short-term'
                            ELSE m.layer END, count(*) FROM memory m
                            WHERE {LIVE} AND NOT EXISTS (SELECT 1 FROM use u WHERE u.memory_id = m.id) GROUP BY 1""")


def used(db: Handle) -> list[int]:
    """The memories in force that were used."""
    return [row[0] for row in db.execute(
        f"""SELECT m.id FROM memory m WHERE {LIVE} AND EXISTS (SELECT 1 FROM use u WHERE u.memory_id = m.id)
            ORDER BY m.id""").fetchall()]


def layers_of(db: Handle, memories: Sequence[int], curve: Curve, now: datetime) -> list[str]:
    """The layers that these memories are in by now."""
    return [layer(forgetting.life_of(row), now, curve) for row in _lives(db, memories)]


def faded(db: Handle, memories: Sequence[int], curve: Curve, now: datetime) -> int:
    """How many of these have faded at `now`; `memories` are in the order of their ids."""
    if not memories:
        return 0
    fresh, parameters = forgetting.not_faded(curve, now)
    return int(db.execute(
        f"SELECT count(*) FROM memory m WHERE m.id BETWEEN ? AND ? AND {LIVE} AND NOT {fresh}",
        [memories[0], memories[-1], *parameters]).fetchone()[0])


def growth(db: Handle, first: date, today: date, zone: tzinfo) -> Growth:
    """When the memories in force came in: by the owner's days from `first` to `today`, both included."""
    begin = micros(datetime.combine(first, time(), zone))
    before = db.execute(f"SELECT count(*) FROM memory m WHERE {LIVE} AND m.recorded_at < ?", [begin]).fetchone()[0]
    added = [0] * ((today - first).days + 1)
    for quarter, count in db.execute(
            f"""SELECT m.recorded_at / {_QUARTER}, count(*) FROM memory m WHERE {LIVE} AND m.recorded_at >= ?
                GROUP BY 1""", [begin]).fetchall():
        day = (instant(quarter * _QUARTER).astimezone(zone).date() - first).days
        added[min(max(day, 0), len(added) - 1)] += count  # of a clock that was set back: today
    return Growth(first, int(before), tuple(added))


def forecast(db: Handle, memories: Sequence[int], curve: Curve, now: datetime, days: int) -> Forecast:
    """How much of these memories is retained so many days from `now`, if nobody uses them."""
    encoded, when, counted, faded = curve.encoded(), micros(now + timedelta(days=days)), [0] * BANDS, 0
    for row in _lives(db, memories):
        kept = from_columns(row["recorded_at"], row["uses"], row["importance"], row["nature"], row["layer"], encoded,
                            when)
        counted[min(int(kept * BANDS), BANDS - 1)] += 1
        faded += kept < curve.faded_below
    return Forecast(days, tuple(counted), faded)


# ------------------------------------------------------------------ what wants a look


def contradictions(db: Handle, limit: int) -> Concern:
    """Questions on which facts contradict each other; the examples are a fact of each."""
    slots = [row[0] for row in db.execute(
        f"SELECT min(m.id) FROM {_CONFLICTS} GROUP BY f.subject, f.relation, f.topic ORDER BY 1 DESC").fetchall()]
    return Concern("contradictions", len(slots), tuple(slots[:limit]))


def unconfirmed(db: Handle, limit: int) -> Concern:
    """Facts that hold, or are planned, and were only ever read: the owner has not said that they are right."""
    return _concern(db, "unconfirmed", _UNCONFIRMED, limit)


def unsupported(db: Handle, memories: Sequence[int]) -> list[int]:
    """Those of these memories that are derived, and stand on nothing in force any more."""
    return [row[0] for part in in_batches(memories) for row in db.execute(
        f"""SELECT m.id FROM memory m WHERE m.id IN ({marks(part)}) AND m.kind <> 'passage' AND {LIVE}
            AND NOT {_SUPPORTED} ORDER BY m.id""", part).fetchall()]


def derived(db: Handle) -> list[int]:
    """Every derived memory in force, by id."""
    return [row[0] for row in db.execute(
        f"SELECT m.id FROM memory m WHERE m.kind <> 'passage' AND {LIVE} ORDER BY m.id").fetchall()]


def failed(db: Handle, limit: int) -> Concern:
    """Places that could not be taken in, the latest first."""
    count = int(db.execute("SELECT count(*) FROM entry WHERE state = 'failed'").fetchone()[0])
    rows = db.execute("SELECT id, shown, reason FROM entry WHERE state = 'failed' ORDER BY updated_at DESC, id LIMIT ?",
                      [limit]).fetchall()
    return Concern("failed", count, places=tuple(Failing(row[0], row[1], row[2] or "") for row in rows))


def troubled_sources(db: Handle) -> Concern:
    """Sources whose last look ended with a problem."""
    rows = db.execute("SELECT id, shown, problem FROM source WHERE problem IS NOT NULL ORDER BY shown").fetchall()
    return Concern("sources", len(rows), places=tuple(Failing(row[0], row[1], row[2]) for row in rows))


def copies(db: Handle, limit: int) -> Concern:
    """Passages that are linked to the earlier one of which they are copies; the examples are the latest."""
    return _concern(db, "copies", f"""link l JOIN memory m ON m.id = l.from_id
        JOIN memory o ON o.id = l.to_id AND o.retired_at IS NULL AND o.forgotten_at IS NULL
        WHERE l.kind = 'duplicate' AND {LIVE}""", limit)


def not_compared(db: Handle) -> list[int]:
    """The passages in force that upkeep has not compared with those before them yet."""
    seen = int(preferences.own_value(db, "upkeep.compared", "0"))
    return [row[0] for row in db.execute(f"SELECT m.id FROM memory m WHERE m.id > ? AND {LIVE_PASSAGE} ORDER BY m.id",
                                         [seen]).fetchall()]


# ------------------------------------------------------------------ texts


@dataclass(frozen=True, slots=True)
class Text:
    """A version of a file or a message, as its words are looked through."""

    item: int
    place: str
    title: str
    text: str


def items(db: Handle) -> list[int]:
    """Every version of everything that is kept, by id."""
    return [row[0] for row in db.execute("SELECT id FROM item ORDER BY id").fetchall()]


def texts(db: Handle, wanted: Sequence[int]) -> list[Text]:
    """The texts of these items that are still there."""
    return [Text(row[0], row[1], row[2], row[3]) for row in db.execute(
        f"""SELECT i.id, n.shown, i.title, i.text FROM item i JOIN entry n ON n.id = i.entry_id
            WHERE i.id IN ({marks(wanted)}) ORDER BY i.id""", list(wanted)).fetchall()]


def passage_at(db: Handle, item: int, span: Span) -> int | None:
    """The passage that holds a place of an item, one in force before others."""
    row = db.execute(
        f"""SELECT m.id FROM evidence e JOIN memory m ON m.id = e.memory_id AND m.kind = 'passage'
            WHERE e.item_id = ? AND e.start < ? AND ? < e."end" ORDER BY NOT ({LIVE}), e.start LIMIT 1""",
        [item, span[1], span[0]]).fetchone()
    return None if row is None else int(row[0])


# ------------------------------------------------------------------ checks


def examined(db: Handle, check: Check) -> Finding | None:
    """What one check finds, if anything."""
    message = check.find(db)
    return None if message is None else Finding(check.name, message, check.mend is not None)


def mended(db: Handle, check: Check) -> Finding | None:
    """What one check finds, mended where it can be; whether it is well now."""
    found = examined(db, check)
    if found is None or check.mend is None:
        return found
    check.mend(db)
    return Finding(found.check, found.message, True, repaired=check.find(db) is None)


CHECKS = health.CHECKS


def _grouped(db: Handle, sql: str) -> dict[str, int]:
    return {row[0]: row[1] for row in db.execute(sql).fetchall()}


def _concern(db: Handle, name: ConcernName, which: str, limit: int) -> Concern:
    count = int(db.execute(f"SELECT count(*) FROM {which}").fetchone()[0])
    latest = [row[0] for row in db.execute(f"SELECT m.id FROM {which} ORDER BY m.id DESC LIMIT ?", [limit]).fetchall()]
    return Concern(name, count, tuple(latest))


def _lives(db: Handle, memories: Sequence[int]) -> Iterator[Row]:
    for part in in_batches(memories):
        yield from db.execute(
            f"""SELECT m.recorded_at, m.importance, m.nature, m.layer, {USES} AS uses FROM memory m
                WHERE m.id IN ({marks(part)})""", part).fetchall()
