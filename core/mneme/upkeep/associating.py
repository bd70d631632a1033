"""Associations: a new event is linked to those old ones that are near it beyond the ordinary."""

from collections.abc import Sequence

import numpy as np

from mneme.memory.consolidation.associating import associated
from mneme.store import derived, links, outlines
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.upkeep import gists
from mneme.upkeep.steps import NOTHING, Sight, Step, Worked, cursor, move

SLICE = 100  # events
NEAREST = 80  # passages looked at around an event


def associate(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """Link the next events with older ones. Source: MemGAS (arXiv 2505.19549), by events in the place of sessions."""
    events = outlines.after(db, "event", cursor(db, "associated"), SLICE)
    if not events or sight.model is None:
        return NOTHING
    passages = derived.bearing(db, events)
    for event in events:
        for old, nearness in _associates(db, event, passages.get(event, []), sight):
            links.link(changes, event, "association", old, nearness)
            changes.count("associations")
    move(db, "associated", events[-1])
    return Worked(len(events) == SLICE)


ASSOCIATE = Step("associations", "Link what has to do with each other", associate)


def _associates(db: Handle, event: int, passages: Sequence[int], sight: Sight) -> list[tuple[int, float]]:
    """Older events with how near they are: as near as the nearest of their passages."""
    center = gists.centroid(gists.matrix(db, sight.model, passages))
    if not center.any():
        return []
    near = [(passage, cosine) for passage, cosine in sight.near(center, NEAREST) if passage not in set(passages)]
    events = outlines.events_of(db, [passage for passage, _cosine in near])
    best: dict[int, float] = {}
    for passage, cosine in near:
        old = events.get(passage)
        if old is not None and old < event:
            best[old] = max(best.get(old, -1.0), cosine)
    chosen = associated(np.array(list(best.values()), np.float64))
    return [(old, nearness) for (old, nearness), is_near in zip(best.items(), chosen, strict=True) if is_near]
