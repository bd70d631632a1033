"""Finding copies: new passages are compared with those that share a MinHash band; a copy is linked to the one kept."""

from collections.abc import Sequence

from mneme.memory.consolidation import duplicates
from mneme.store import derived, links, vectors
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle, micros
from mneme.store.derived import PassageRow
from mneme.upkeep.steps import NOTHING, Sight, Step, Worked, cursor, move

SLICE = 200  # passages
CANDIDATES = 40  # that one passage is compared with, the oldest first


def compare(db: Handle, changes: ChangeSet, sight: Sight) -> Worked:
    """Compare the next passages with all before them. Nothing is deleted: a copy keeps its place and its text."""
    passages = derived.passages_after(db, cursor(db, "compared"), SLICE)
    if not passages:
        return NOTHING
    examples = []
    for one in passages:
        bands = duplicates.bands(duplicates.signature(one.text))
        kept = _original(db, one, bands, sight)
        links.put_bands(db, one.id, bands)  # a copy's too: it takes the place of the one that is kept, should that go
        if kept is None or links.is_copy(db, one.id):  # the owner may have merged it with another already
            continue
        links.link(changes, one.id, "duplicate", kept.id)
        changes.insert("use", {"memory_id": kept.id, "at": micros(one.recorded_at), "what": "repeated"})
        changes.count("copies")
        examples.append(f"#{one.id} = #{kept.id}: {one.text[:80]}")
    move(db, "compared", passages[-1].id)
    return Worked(len(passages) == SLICE, tuple(examples[:5]))


COMPARE = Step("copies", "Find copies", compare)


def _original(db: Handle, one: PassageRow, bands: Sequence[int], sight: Sight) -> PassageRow | None:
    """The earliest passage of which `one` is a copy, and which is none itself."""
    candidates = [other for other in links.in_bands(db, bands, CANDIDATES) if other != one.id]
    copies = links.originals(db, candidates)
    for other in sorted(derived.passages_of(db, [other for other in candidates if other not in copies]),
                        key=lambda other: other.id):
        if _may_be_copies(one, other, sight) and duplicates.is_near_duplicate(
                one.text, other.text, _cosine(db, one.id, other.id, sight)):
            return other
    return None


def _may_be_copies(one: PassageRow, other: PassageRow, sight: Sight) -> bool:
    """Said twice in one conversation, by another, or on another day, the same words are another memory."""
    if one.thread is not None and one.thread == other.thread:
        return False
    if one.speaker != other.speaker or one.origin != other.origin:
        return False
    if not (one.dated and other.dated and one.happened_at and other.happened_at):
        return True
    return sight.day_of(one.happened_at.utc) == sight.day_of(other.happened_at.utc)


def _cosine(db: Handle, one: int, other: int, sight: Sight) -> float | None:
    if sight.model is None:
        return None
    both = vectors.of_memories(db, sight.model, [one, other])
    return float(both[one].astype("float32") @ both[other].astype("float32")) if len(both) == 2 else None
