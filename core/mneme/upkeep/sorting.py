"""Sorting by topic: events are assigned to a tree of topics by their vectors; a tree that fits no more grows anew."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mneme.memory.consolidation import topics
from mneme.memory.consolidation.keywords import document_frequencies
from mneme.memory.consolidation.light import LIGHT
from mneme.memory.consolidation.words import plain
from mneme.store import derived, exact, memories, outlines
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.upkeep import gists
from mneme.upkeep.steps import NOTHING, Sight, Step, Worked, cursor, move

SLICE = 200  # events
ENOUGH = 24  # events before there are topics at all
SAMPLE = 2000  # the latest events that a tree is grown from
MOST_LEAVES, EACH, SMALLEST = 24, 15, 8  # leaves; events that each should have; below which none is split
FLOOR = 0.30  # cosine below which an event belongs to no topic
SAME = 0.9  # cosine above which a node of a new tree is the topic that was there before
MISFITS = 0.4  # share of the sample that belongs nowhere, above which the tree is grown anew

Rows = NDArray[np.float32]


def sort(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """Assign the next events; grow the tree where there is none, or where too many fit nowhere."""
    if sight.model is None:
        return NOTHING
    leaves = _leaves(db)
    events = outlines.after(db, "event", cursor(db, "sorted"), SLICE)
    if not events:
        return NOTHING
    if not leaves:
        enough = len(outlines.latest(db, "event", ENOUGH)) == ENOUGH
        return _grow(db, changes, sight) if enough else NOTHING
    fitting = _assign(db, changes, sight, leaves, events)
    move(db, "sorted", events[-1])
    if not fitting or _misfits(db) > MISFITS:
        return _grow(db, changes, sight)
    return Worked(len(events) == SLICE)


SORT = Step("topics", "Sort by topic", sort)


def _leaves(db: Handle) -> list[outlines.TopicRow]:
    found = outlines.topics(db)
    parents = {one.parent for one in found}
    return [one for one in found if one.id not in parents]


def _assign(db: Handle, changes: ChangeSet, sight: Sight, leaves: Sequence[outlines.TopicRow],
            events: Sequence[int]) -> bool:
    """Put events into their topics, but those that the owner put somewhere. False: the topics are of another model."""
    by_hand = outlines.sorted_by_hand(db)
    rows = _centers(db, sight, events)
    leaves = [leaf for leaf in leaves if len(leaf.centroid) == rows.shape[1]]
    if not leaves:
        return False
    chosen = topics.assigned(rows, np.stack([leaf.centroid for leaf in leaves]), FLOOR)
    grown: dict[int, tuple[Rows, int]] = {}
    for event, row, leaf in zip(events, rows, chosen, strict=True):
        if leaf < 0 or event in by_hand:
            continue
        topic = leaves[int(leaf)]
        changes.insert("membership", {"memory_id": event, "topic_id": topic.id})
        center, size = grown.get(topic.id, (topic.centroid, topic.size))
        grown[topic.id] = topics.absorb(center, size, row)
        changes.count("sorted")
    for topic_id, (center, size) in grown.items():
        changes.update("topic", topic_id, {"centroid": center.astype(np.float32).tobytes(), "size": size})
    return True


def _grow(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """A tree over the latest events; topics in the owner's hand stay, as the nearest node or beside the tree."""
    events = outlines.latest(db, "event", SAMPLE)
    rows = _centers(db, sight, events)
    tree = topics.clustered(rows, most_leaves=min(MOST_LEAVES, max(len(events) // EACH, 2)), smallest=SMALLEST)
    kept = _places(outlines.drop_topics(db, changes), tree.nodes)
    by_hand = outlines.sorted_by_hand(db)
    texts = [f"{one.title} {one.text}" for one in memories.load(db, events, sight.now)]
    frequencies = document_frequencies(texts)
    people = {word for name in exact.names(db) for word in plain(name)}  # they have pages of their own
    untold = gists.COMMON | LIGHT | people
    ids: list[int] = []
    for at, node in enumerate(tree.nodes):
        parent = None if node.parent is None else ids[node.parent]
        name = topics.named([texts[one] for one in node.members], frequencies, len(texts), untold)
        ids.append(_put(changes, kept.get(at), parent, name, node))
        if node.is_leaf:
            for event in (events[one] for one in node.members if events[one] not in by_hand):
                changes.insert("membership", {"memory_id": event, "topic_id": ids[-1]})
    changes.count("topics", len(ids))
    move(db, "sorted", max(events))
    return Worked(False)


def _put(changes: ChangeSet, kept: outlines.TopicRow | None, parent: int | None, name: str, node: topics.Node) -> int:
    if kept is None:
        return outlines.put_topic(changes, parent, name, False, len(node.members), node.centroid)
    changes.update("topic", kept.id, {
        "parent_id": parent, "name": kept.name if kept.by_owner else name, "size": len(node.members),
        "centroid": node.centroid.astype(np.float32).tobytes()})
    return kept.id


def _places(kept: Sequence[outlines.TopicRow], nodes: Sequence[topics.Node]) -> dict[int, outlines.TopicRow]:
    """The nodes that go on being topics in the owner's hand: of each topic the nearest one, if it is near enough."""
    near = sorted(((float(one.centroid @ node.centroid), at, one) for one in kept for at, node in enumerate(nodes)
                   if len(one.centroid) == len(node.centroid)), key=lambda found: (-found[0], found[1], found[2].id))
    places: dict[int, outlines.TopicRow] = {}
    for cosine, at, one in near:
        if cosine > SAME and at not in places and all(one.id != other.id for other in places.values()):
            places[at] = one
    return places


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
