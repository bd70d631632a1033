"""Which memories an owner should look over: in contradiction, told once by others or with doubt, about to fade."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mneme.memory.facts.statements import ME
from mneme.store import forgetting
from mneme.store.bands import bands_at
from mneme.store.columns import Handle, in_batches, marks, micros
from mneme.store.memories import LIVE

DOUBTED = 0.8  # certainty below which a fact is asked about
WORTH = 0.75  # importance from which a memory that nobody used is asked about
OFTEN = 2  # uses that make an ordinary one worth it
USED = ("recalled", "read", "confirmed", "kept", "repeated")
MOST = 60  # of each kind

_NO_COPY = "NOT EXISTS (SELECT 1 FROM link l WHERE l.from_id = m.id AND l.kind = 'duplicate')"
_VOUCHED = "EXISTS (SELECT 1 FROM use u WHERE u.memory_id = m.id AND u.what IN ('confirmed', 'corrected', 'edited'))"


def conflicts(db: Handle) -> list[int]:
    """One fact of each contradiction, the one with the lowest number; the latest contradictions first."""
    return [row[0] for row in db.execute(
        f"""SELECT l.from_id FROM link l JOIN memory m ON m.id = l.from_id AND {LIVE}
            JOIN fact f ON f.memory_id = m.id AND f.state = 'conflict'
            JOIN memory o ON o.id = l.to_id AND o.retired_at IS NULL AND o.forgotten_at IS NULL
            WHERE l.kind = 'conflict' AND NOT EXISTS (
                SELECT 1 FROM link k WHERE k.kind = 'conflict' AND k.to_id = l.from_id)
            GROUP BY l.from_id ORDER BY l.from_id DESC LIMIT ?""", [MOST]).fetchall()]


def unverified(db: Handle) -> list[int]:
    """Facts in force that others told once, or that were read with doubt, and nobody vouched for.

    Those about the owner first, then the least certain.
    """
    return [row[0] for row in db.execute(
        f"""SELECT m.id FROM fact f JOIN memory m ON m.id = f.memory_id AND {LIVE}
            WHERE f.state IN ('holds', 'planned') AND f.by_hand_at IS NULL AND f.same_as IS NULL
            AND (f.certainty < ? OR m.origin = 'other') AND NOT {_VOUCHED}
            AND NOT EXISTS (SELECT 1 FROM fact s WHERE s.same_as = f.memory_id)
            ORDER BY f.subject <> ?, f.certainty, m.id DESC LIMIT ?""", [DOUBTED, ME, MOST]).fetchall()]


def about_to_fade(db: Handle, now: datetime, within: timedelta) -> list[int]:
    """Memories of weight, or that were used more than once, that are kept now and will have faded `within` so long."""
    marked, soon = marks(USED), bands_at(db, now + within, at_once=False)
    (faded, asked), (fades, asked_then) = bands_at(db, now, at_once=False).below(), soon.below()
    # of what nobody used, age alone tells: of a million memories Python is asked about few
    candidates = [row[0] for row in db.execute(
        f"""WITH {soon.table}
            SELECT m.id FROM memory m WHERE {LIVE} AND m.kind IN ('passage', 'event', 'fact') AND m.pinned = 0
            AND m.nature <> 'constant' AND m.importance >= ? AND NOT {faded} AND {fades} AND {_NO_COPY}
            UNION SELECT m.id FROM memory m JOIN (
                SELECT memory_id FROM use WHERE what IN ({marked}) GROUP BY memory_id HAVING count(*) >= ?) often
            ON often.memory_id = m.id WHERE {LIVE} AND m.pinned = 0 AND m.nature <> 'constant' AND {_NO_COPY}""",
        [soon.table_value, WORTH, *asked, *asked_then, *USED, OFTEN]).fetchall()]
    return still_fading(db, candidates, now, within)[:MOST]


def still_fading(db: Handle, memories: Sequence[int], now: datetime, within: timedelta) -> list[int]:
    """Those of these memories that are live, kept now, and will have faded `within` so long, the weightiest first."""
    curve = forgetting.curve_of(db)
    at, then = micros(now), micros(now + within)
    rows = [row for part in in_batches(memories) for row in db.execute(
        f"""SELECT m.id, m.importance FROM memory m WHERE {LIVE} AND m.pinned = 0 AND m.id IN ({marks(part)})
            AND {forgetting.RETENTION} >= ? AND {forgetting.RETENTION} < ?""",
        [*part, curve.encoded(), at, curve.faded_below, curve.encoded(), then, curve.faded_below]).fetchall()]
    return [row[0] for row in sorted(rows, key=lambda row: (-row[1], row[0]))]
