"""Making events: conversations and documents are cut where something else begins, by meaning and by time."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from mneme.memory.consolidation.segmenting import segments
from mneme.store import derived, outlines, vectors
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.derived import NewDerived, PassageRow
from mneme.store.links import link
from mneme.types import Kind
from mneme.upkeep import gists
from mneme.upkeep.steps import NOTHING, Sight, Step, Worked, cursor, move

SLICE = 300  # passages
SENTENCES, KEYWORDS = 2, 6  # of an event

Rows = NDArray[np.float32]


def segment(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """Cut the streams of the next passages into events; the last event of a stream is open, and cut anew.

    Unless the owner had it in hand: then it stays as it is.
    """
    again = _cut_again(db, changes, sight)
    new = derived.passages_after(db, cursor(db, "segmented"), SLICE)
    ready = _with_vectors(db, new, sight.model)
    if not ready:
        return Worked(False, waiting="passages wait for their vectors") if new else NOTHING
    examples = again
    own = derived.by_hand(db)
    cut = outlines.events_of(db, [one.id for one in ready])  # what the owner cut out of a passage stays in its event
    for key, passages in _streams(one for one in ready if one.entry != own and one.id not in cut).items():
        examples += _segment_stream(db, changes, sight, key, passages)
    move(db, "segmented", ready[-1].id)
    return Worked(len(ready) == SLICE, tuple(examples[:5]))


SEGMENT = Step("events", "See what belongs together", segment)


def _with_vectors(db: Handle, passages: Sequence[PassageRow], model: int | None) -> list[PassageRow]:
    """The first of `passages`, up to one that still waits for its vector."""
    if model is None:
        return []
    there = vectors.of_memories(db, model, [one.id for one in passages])
    waiting = next((at for at, one in enumerate(passages) if one.id not in there), len(passages))
    return list(passages[:waiting])


def _cut_again(db: Handle, changes: ChangeSet, sight: Sight) -> list[str]:
    """Passages whose event fell, because one of them did, make an event of their own."""
    if sight.model is None:
        return []
    wanted = outlines.take_cut_again(db)
    taken = outlines.events_of(db, wanted)
    left = derived.passages_of(db, [one for one in wanted if one not in taken])
    for key, passages in _streams(left).items():
        make(db, changes, key, passages, gists.matrix(db, sight.model, [one.id for one in passages]))
        changes.count("events")
    return [f"{len(left)} × {left[0].title}: {left[0].text[:60]}"] if left else []


def _streams(passages: Iterable[PassageRow]) -> dict[str, list[PassageRow]]:
    found: dict[str, list[PassageRow]] = {}
    for one in passages:
        found.setdefault(f"item {one.item}" if one.thread is None else f"thread {one.thread}", []).append(one)
    return found


def _segment_stream(db: Handle, changes: ChangeSet, sight: Sight, key: str, new: Sequence[PassageRow]) -> list[str]:
    last, by_hand = outlines.last_of(db, key) or (None, False)
    before = None if last is None else last if by_hand else outlines.before(db, last)
    bearing = [] if last is None or by_hand else derived.bearing(db, [last]).get(last, [])
    open_ones = derived.passages_of(db, bearing)
    stream = sorted({one.id: one for one in (*open_ones, *new)}.values(), key=lambda one: (one.seq, one.item, one.span))
    rows = gists.matrix(db, sight.model, [one.id for one in stream])
    times = [one.happened_at.utc if one.happened_at else None for one in stream]
    cuts = segments(rows, times if all(times) else [None] * len(stream))
    if last is not None and open_ones and cuts and len(open_ones) == cuts[0][1] and open_ones == stream[:cuts[0][1]]:
        before, cuts = last, cuts[1:]
    elif last is not None and not by_hand:
        outlines.delete(db, changes, last)
    made = []
    for start, end in cuts:
        event = make(db, changes, key, stream[start:end], rows[start:end])
        if before is not None:
            link(changes, before, "next", event)
        before = event
        made.append(event)
    changes.count("events", len(made))
    return [f"{len(stream[a:b])} × {stream[a].title}: {stream[a].text[:60]}" for a, b in cuts[:2]]


def make(db: Handle, changes: ChangeSet, key: str, passages: Sequence[PassageRow], rows: Rows) -> int:
    """Make an event of passages with their vectors, (n, dim); `key` names its stream."""
    lines = gists.gist(gists.lines_of(passages, rows), SENTENCES, [one.importance for one in passages])
    words = gists.words_for(db, [one.text for one in passages], KEYWORDS)
    event = derived.make(changes, NewDerived(
        Kind.EVENT, " … ".join(line.text for line in lines) or passages[0].text[:gists.LONGEST],
        tuple((one.item, *one.span) for one in passages), keywords=", ".join(words),
        happened_at=passages[0].happened_at, importance=max(one.importance for one in passages)))
    outlines.put(changes, event, "event", key)
    return event
