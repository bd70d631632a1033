"""Merging and cutting memories as the owner wants them: which way each kind is done, and the words of new events."""

from collections.abc import Sequence
from itertools import pairwise

from mneme.errors import KnownError
from mneme.messages import _
from mneme.store import derived, outlines, reworking
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle, Row
from mneme.store.derived import PassageRow
from mneme.store.memories import rows_of
from mneme.types import Kind
from mneme.upkeep import gists, segmenting
from mneme.upkeep.steps import Sight


def merge(db: Handle, changes: ChangeSet, sight: Sight, memories: Sequence[int], keep: int | None) -> int:
    """Make one of several memories; the one that is left. Raises: NotFound, KnownError."""
    rows, kept = reworking.mergeable(db, memories, keep)
    kind = Kind(kept["kind"])
    if kind is Kind.PASSAGE:
        return reworking.merge_passages(db, changes, rows, kept)
    if kind is Kind.FACT:
        return reworking.merge_facts(db, changes, rows, kept)
    return _merge_events(db, changes, sight, [int(row["id"]) for row in rows], int(kept["id"]))


def split(db: Handle, changes: ChangeSet, sight: Sight, memory: int, at: Sequence[int]) -> list[int]:
    """Cut a passage at code points of its text, or an event between its passages. Raises: NotFound, KnownError."""
    row = rows_of(db, [memory])[0]
    reworking.in_force(row)
    if row["kind"] == Kind.PASSAGE:
        return reworking.split_passage(db, changes, row, at)
    if row["kind"] == Kind.EVENT:
        return _split_event(db, changes, sight, row, at)
    raise KnownError(_("Only passages and events can be cut."))


def passages_of(db: Handle, events: Sequence[int]) -> list[PassageRow]:
    """The live passages of these events, in the order of time."""
    bearing = derived.bearing(db, events)
    every = {one.id: one for one in derived.passages_of(db, sorted({p for found in bearing.values() for p in found}))}
    return sorted(every.values(), key=lambda one: ((one.happened_at.utc if one.happened_at else one.recorded_at),
                                                   one.thread or 0, one.seq, one.item, one.span))


def _merge_events(db: Handle, changes: ChangeSet, sight: Sight, events: Sequence[int], keep: int) -> int:
    event = _make(db, changes, sight, _key(db, keep), passages_of(db, events))
    words = reworking.edited_words(db, keep)
    if words is not None:
        derived.rewrite(changes, event, Kind.EVENT, words)
    reworking.replace_events(db, changes, events, [event], "merged")
    return event


def _split_event(db: Handle, changes: ChangeSet, sight: Sight, row: Row, at: Sequence[int]) -> list[int]:
    passages = passages_of(db, [row["id"]])
    cuts = sorted(set(at))
    if not cuts or cuts[0] <= 0 or cuts[-1] >= len(passages):
        raise KnownError(_("An event is cut between its passages; this one has {n}.").format(n=len(passages)))
    key = _key(db, row["id"])
    made = [_make(db, changes, sight, key, passages[start:end]) for start, end in pairwise((0, *cuts, len(passages)))]
    reworking.replace_events(db, changes, [row["id"]], made, "split")
    return made


def _make(db: Handle, changes: ChangeSet, sight: Sight, key: str, passages: Sequence[PassageRow]) -> int:
    rows = gists.matrix(db, sight.model, [one.id for one in passages])
    return segmenting.make(db, changes, key, passages, rows)


def _key(db: Handle, event: int) -> str:
    found = outlines.key_of(db, event)
    return found[1] if found is not None else ""
