"""Sorting by topic: events are assigned to a tree of topics by their vectors; a tree that fits no more grows anew."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mneme.memory.consolidation import topics
from mneme.memory.consolidation.keywords import document_frequencies
from mneme.store import derived, memories, outlines
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.upkeep import gists
from mneme.upkeep.steps import NOTHING, Sight, Step, Worked, cursor, move

SLICE = 200  # events
ENOUGH = 24  # events before there are topics at all
SAMPLE = 2000  # the latest events that a tree is grown from
MOST_LEAVES, EACH, SMALLEST = 24, 15, 8  # leaves; events that each should have; below which none is split
FLOOR = 0.30  # cosine below which an event belongs to no topic
MISFITS = 0.4  # share of the sample that belongs nowhere, above which the tree is grown anew

Rows = NDArray[np.float32]


def sort(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """Assign the next events; grow the tree where there is none, or where too many fit nowhere."""
    if sight.model is None:
        return NOTHING
    leaves = _leaves(db)
    events = outlines.after(db, "event", cursor(db, "sorted") if leaves else 0, SLICE)
    if not events:
        return NOTHING
    if not leaves:
        if len(events) < ENOUGH:
            return NOTHING
        return _grow(db, changes, sight)
    _assign(db, changes, sight, leaves, events)
    move(db, "sorted", events[-1])
    if _misfits(db) > MISFITS:
        return _grow(db, changes, sight)
    return Worked(len(events) == SLICE)


SORT = Step("topics", "Sort by topic", sort)


def _leaves(db: Handle) -> list[outlines.TopicRow]:
    found = outlines.topics(db)
    parents = {one.parent for one in found}
    return [one for one in found if one.id not in parents]


def _assign(db: Handle, changes: ChangeSet, sight: Sight, leaves: Sequence[outlines.TopicRow],
            events: Sequence[int]) -> None:
    rows = _centers(db, sight, events)
    chosen = topics.assigned(rows, np.stack([leaf.centroid for leaf in leaves]), FLOOR)
    grown: dict[int, tuple[Rows, int]] = {}
    for event, row, leaf in zip(events, rows, chosen, strict=True):
        if leaf < 0:
            continue
        topic = leaves[int(leaf)]
        changes.insert("membership", {"memory_id": event, "topic_id": topic.id})
        center, size = grown.get(topic.id, (topic.centroid, topic.size))
        grown[topic.id] = topics.absorb(center, size, row)
        changes.count("sorted")
    for topic_id, (center, size) in grown.items():
        changes.update("topic", topic_id, {"centroid": center.astype(np.float32).tobytes(), "size": size})


def _grow(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """A tree over the latest events; names that the owner gave stay with the topic that comes nearest."""
    events = outlines.latest(db, "event", SAMPLE)
    rows = _centers(db, sight, events)
    tree = topics.clustered(rows, most_leaves=min(MOST_LEAVES, max(len(events) // EACH, 2)), smallest=SMALLEST)
    given = [one for one in outlines.topics(db) if one.by_owner]
    outlines.drop_topics(db, changes)
    texts = [f"{one.title} {one.text}" for one in memories.load(db, events, sight.now)]
    frequencies = document_frequencies(texts)
    ids: list[int] = []
    for node in tree.nodes:
        inside = [texts[at] for at in node.members]
        name, by_owner = _name(node.centroid, given, inside, frequencies, len(texts))
        ids.append(outlines.put_topic(changes, None if node.parent is None else ids[node.parent], name, by_owner,
                                      len(node.members), node.centroid))
        if node.is_leaf:
            for at in node.members:
                changes.insert("membership", {"memory_id": events[at], "topic_id": ids[-1]})
    changes.count("topics", len(ids))
    move(db, "sorted", max(events))
    return Worked(False)


def _name(center: Rows, given: Sequence[outlines.TopicRow], inside: Sequence[str], frequencies: dict[str, int],
          total: int) -> tuple[str, bool]:
    for one in given:
        if len(one.centroid) == len(center) and float(one.centroid @ center) > 0.9:
            return one.name, True
    return topics.named(inside, frequencies, total, gists.COMMON), False


def _centers(db: Handle, sight: Sight, events: Sequence[int]) -> Rows:
    passages = derived.bearing(db, events)
    every = [passage for event in events for passage in passages.get(event, [])]
    rows = dict(zip(every, gists.matrix(db, sight.model, every), strict=True))
    size = len(next(iter(rows.values()))) if rows else 1
    return np.stack([gists.centroid(np.stack([rows[p] for p in passages[event]])) if passages.get(event) else
                     np.zeros(size, np.float32) for event in events]).astype(np.float32)


def _misfits(db: Handle) -> float:
    """The share of the latest events that belong to no topic."""
    events = outlines.latest(db, "event", SAMPLE)
    return 1.0 - outlines.count_sorted(db, events) / max(len(events), 1)
