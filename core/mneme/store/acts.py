"""What the owner does to memories: forget, restore, pin, keep, let fade, edit; each act one change-set."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mneme.errors import KnownError, NotFound
from mneme.memory.facts.extracting import statements
from mneme.memory.facts.relations import RELATIONS
from mneme.memory.facts.statements import Saying, Statement
from mneme.messages import _
from mneme.store import derived, facts, links, outlines, reworking
from mneme.store.changes import ChangeSet
from mneme.store.columns import (
    Handle,
    Row,
    embedded_text,
    in_batches,
    marks,
    micros,
    moment_columns,
    moment_of,
    text_digest,
)
from mneme.store.derived import OWN_WORDS
from mneme.store.facts import NewFact
from mneme.store.memories import private_among, rows_of
from mneme.types import Kind, Moment, Origin


def forget(db: Handle, changes: ChangeSet, memories: Sequence[int]) -> list[int]:
    """Put memories in the bin, with what was made of them; those that were not there already. Raises: NotFound.

    What a fact had closed is open again at once. Days are summed up again without what went, the next time.
    """
    rows = [row for row in rows_of(db, memories) if row["forgotten_at"] is None]
    moved = [int(row["id"]) for row in rows]
    made = _made_of(db, rows)
    summaries = outlines.summaries_among(db, made)
    for memory in summaries:
        derived.retire(changes, memory)
    outlines.days_again(db, outlines.days_of(db, summaries))
    gone = [*moved, *(memory for memory in made if memory not in summaries)]
    for memory in gone:
        changes.update("memory", memory, {"forgotten_at": micros(changes.now)})
    facts.settle(db, changes, facts.slots_of(db, gone))
    return moved


def restore(db: Handle, changes: ChangeSet, memories: Sequence[int]) -> list[int]:
    """Take memories out of the bin, with what went there together with them. Raises: NotFound."""
    rows = [row for row in rows_of(db, memories) if row["forgotten_at"] is not None]
    back: list[int] = []
    for row in rows:
        back += [int(row["id"]), *_together_with(db, row)]
    for memory in back:
        changes.update("memory", memory, {"forgotten_at": None})
    facts.settle(db, changes, facts.slots_of(db, back))
    standing = derived.standing_on(db, [row["id"] for row in rows if row["kind"] == "passage"], (Kind.SUMMARY,))
    outlines.days_again(db, outlines.days_of(db, standing))
    return [row["id"] for row in rows]


def act(db: Handle, changes: ChangeSet, memories: Sequence[int], what: str) -> None:
    """Write down an act of `retention.Act` on memories: pinned, unpinned, kept, let go, confirmed. Raises: NotFound.

    What is let go is pinned no more, and only what is pinned can be unpinned.
    """
    for row in rows_of(db, memories):
        pinned = bool(row["pinned"])
        if what == "unpinned" and not pinned:
            continue
        if what == "let go" and pinned:
            changes.insert("use", {"memory_id": row["id"], "at": micros(changes.now), "what": "unpinned"})
        if what in ("pinned", "unpinned", "let go"):
            changes.update("memory", row["id"], {"pinned": int(what == "pinned")})
        changes.insert("use", {"memory_id": row["id"], "at": micros(changes.now), "what": what})


def mark_private(db: Handle, changes: ChangeSet, memories: Sequence[int], *, on: bool) -> None:
    """Mark memories as private, or no longer; what stands on them follows by itself. Raises: NotFound.

    Notes on them become private, too, and stay so: the owner may have marked them for their own sake.
    """
    rows = rows_of(db, memories)
    notes = links.notes_on(db, [int(row["id"]) for row in rows]) if on else []
    for memory in dict.fromkeys((*(int(row["id"]) for row in rows), *notes)):
        changes.update("memory", memory, {"private": int(on)})


def edit(db: Handle, changes: ChangeSet, memory: int, text: str, offset: int) -> int:
    """Give a memory other words; the id of what holds them now. Raises: NotFound, KnownError.

    A passage stays as it stands in its file, as history; the owner's words take its place. A fact is put right by the
    owner's word, which outranks what was read. Of an event or a summary the words themselves are changed. `offset` is
    the owner's, in minutes.
    """
    row = rows_of(db, [memory])[0]
    if not text.strip():
        raise KnownError(_("A memory cannot be made empty."), _("`mneme forget` puts it in the bin."))
    kind = Kind(row["kind"])
    if kind is Kind.PASSAGE and row["retired_at"] is not None:
        raise KnownError(_("Memory {id} is history: newer words have taken its place.").format(id=memory),
                         _("Change the newer one."))
    if kind is Kind.PASSAGE:
        return _edit_passage(db, changes, row, text)
    if kind is Kind.FACT:
        return _edit_fact(db, changes, memory, text, offset)
    derived.rewrite(changes, memory, kind, text)
    changes.insert("use", {"memory_id": memory, "at": micros(changes.now), "what": "edited"})
    return memory


def confirm_fact(db: Handle, changes: ChangeSet, fact: int) -> None:
    """The owner says that this is right: it outranks what contradicts it. Raises: NotFound."""
    _fact_row(db, fact)
    changes.update("fact", fact, {"by_hand_at": micros(changes.now)})
    changes.insert("use", {"memory_id": fact, "at": micros(changes.now), "what": "confirmed"})
    facts.settle(db, changes, facts.slots_of(db, [fact]))


# ------------------------------------------------------------------ within


def _edit_passage(db: Handle, changes: ChangeSet, row: Row, text: str) -> int:
    memory = int(row["id"])
    old = db.execute("""SELECT i.title, i.speaker, i.origin, i.happened_from FROM evidence e
                        JOIN item i ON i.id = e.item_id WHERE e.memory_id = ? AND e.ordinal = 0""", [memory]).fetchone()
    item = own_item(db, changes, f"edit {memory}", old["title"], text, old["speaker"], Origin(row["origin"]),
                     moment_of(row))
    new = own_passage(changes, item, text, old["speaker"], Origin(row["origin"]), moment_of(row), row["importance"])
    for use in db.execute("SELECT at, what FROM use WHERE memory_id = ? ORDER BY id", [memory]).fetchall():
        changes.insert("use", {"memory_id": new, "at": use["at"], "what": use["what"]})
    changes.insert("use", {"memory_id": new, "at": micros(changes.now), "what": "edited"})
    changes.update("memory", new, {name: row[name] for name in ("pinned", "private", "recorded_at")})
    changes.update("memory", memory, {"retired_at": micros(changes.now)})
    links.link(changes, new, "correction", memory)
    links.carry_notes(db, changes, memory, [new])
    return new


def _edit_fact(db: Handle, changes: ChangeSet, fact: int, text: str, offset: int) -> int:
    row = _fact_row(db, fact)
    said = Moment(changes.now, offset, "minute")
    stated = _stated(row, text, said)
    false = _put_aside(db, changes, fact, row)
    item = own_item(db, changes, f"fact {fact}", _("Your correction"), text, None, Origin.OWNER, said)
    own = own_passage(changes, item, text, None, Origin.OWNER, said, 0.7)
    if private_among(db, [fact]):
        changes.update("memory", own, {"private": 1})
    new, *_others = [facts.keep(changes, NewFact(one, (item, 0, len(text)), said, Origin.OWNER, 0.7, by_owner=True))
                     for one in (stated, *(replace(stated, object=other, mode="cancelled", valid_from=None,
                                                   valid_to=None) for other in false if other != stated.object))]
    facts.settle(db, changes, facts.slots_of(db, [fact, new]))
    first = db.execute("SELECT same_as FROM fact WHERE memory_id = ?", [new]).fetchone()[0]
    if first is not None:  # the same, said more exactly: the owner's words stand for it
        reworking.say_instead(db, changes, first, stated.object)
        facts.settle(db, changes, facts.slots_of(db, [first]))
    shown = new if first is None else int(first)
    changes.insert("use", {"memory_id": shown, "at": micros(changes.now), "what": "corrected"})
    return shown


def _put_aside(db: Handle, changes: ChangeSet, fact: int, row: Row) -> list[str]:
    """Make room for a correction: retire earlier ones of the same; the objects that are to be taken back.

    Where a slot has one object, the correction replaces it by itself; in a list it has to be said which one.
    """
    earlier = [one[0] for one in db.execute(
        """SELECT i.id FROM item i JOIN entry n ON n.id = i.entry_id AND n.place = ?
           LEFT JOIN evidence e ON e.item_id = i.id AND e.memory_id = ?
           WHERE i.retired_at IS NULL AND (i.key = ? OR (i.key LIKE 'fact %' AND e.memory_id IS NOT NULL))""",
        [OWN_WORDS, fact, f"fact {fact}"]).fetchall()]
    standing = [one for item in earlier for one in db.execute(
        """SELECT m.id, f.object, f.mode, m.retired_at FROM evidence e
           JOIN memory m ON m.id = e.memory_id AND m.kind IN ('passage', 'fact')
           LEFT JOIN fact f ON f.memory_id = m.id WHERE e.item_id = ? ORDER BY m.id""", [item]).fetchall()]
    for item in earlier:
        changes.update("item", item, {"retired_at": micros(changes.now)})
    for one in standing:
        if one["retired_at"] is None:
            derived.retire(changes, one["id"])
    false = [] if RELATIONS[row["relation"]].single or fact in {one["id"] for one in standing} else [row["object"]]
    return list(dict.fromkeys([*false, *(one["object"] for one in standing if one["mode"] == "cancelled")]))


def _stated(row: Row, text: str, said: Moment) -> Statement:
    """The owner's words as a statement of the same slot: a whole sentence about it, or the object alone."""
    for one in statements(Saying(text, Origin.OWNER, said=said)):
        slot = (row["subject"].casefold(), row["relation"], row["topic"])
        if (one.subject.casefold(), one.relation, one.topic) == slot:
            return one
    spoken = text.strip().rstrip(".")
    start = text.index(spoken)
    return Statement(row["subject"], row["relation"], row["topic"], spoken,
                     "planned" if row["relation"] == "plan" else "holds", (0, len(text)),
                     (start, start + len(spoken)), certainty=1.0, corrects=True)


def own_item(db: Handle, changes: ChangeSet, key: str, title: str, text: str, speaker: str | None, origin: Origin,
             happened_at: Moment | None) -> int:
    """An item of the owner's own words in Mneme; the same key again is a newer version."""
    entry = own_entry(db, changes)
    before = db.execute("SELECT max(version) FROM item WHERE entry_id = ? AND key = ?", [entry, key]).fetchone()[0] or 0
    return changes.insert("item", {
        "entry_id": entry, "key": key, "version": before + 1,
        "digest": text_digest(f"{title}\x1f{text}"), "title": title, "text": text, **moment_columns(happened_at),
        "happened_from": None if happened_at is None else "content", "speaker": speaker, "origin": origin.value,
        "recorded_at": micros(changes.now)})


def own_passage(changes: ChangeSet, item: int, text: str, speaker: str | None, origin: Origin,
                happened_at: Moment | None, importance: float) -> int:
    """A passage that is the whole of such an item."""
    memory = changes.insert("memory", {
        "kind": "passage", "text": text, "digest": text_digest(embedded_text(text, speaker)), "origin": origin.value,
        "importance": importance, "recorded_at": micros(changes.now), **moment_columns(happened_at)})
    changes.insert("evidence", {"memory_id": memory, "ordinal": 0, "item_id": item, "start": 0, "end": len(text)})
    return memory


def own_entry(db: Handle, changes: ChangeSet) -> int:
    """The place of the owner's own words. Not part of any change-set: all of them stand in it."""
    row = db.execute("SELECT id FROM entry WHERE place = ?", [OWN_WORDS]).fetchone()
    if row is not None:
        return int(row[0])
    return int(db.execute(
        "INSERT INTO entry (place, shown, state, updated_at, format) VALUES (?, ?, 'done', ?, 'own words')",
        [OWN_WORDS, _("Your own words"), micros(changes.now)]).lastrowid or 0)


def _made_of(db: Handle, rows: Sequence[Row]) -> list[int]:
    """What stands on the passages among these and is not in the bin; of facts, the other tellings of the same.

    So do the owner's notes on them, and what the owner merged into them.
    """
    memories = [int(row["id"]) for row in rows]
    passages = [int(row["id"]) for row in rows if row["kind"] == "passage"]
    passages += links.merged_into(db, passages)
    passages += links.notes_on(db, passages)
    found = [*derived.standing_on(db, passages), *passages]
    for part in in_batches(memories):
        found += [row[0] for row in db.execute(f"SELECT memory_id FROM fact WHERE same_as IN ({marks(part)})",
                                               part).fetchall()]
    return _with_stamp(db, set(found) - set(memories), None)


def _together_with(db: Handle, row: Row) -> list[int]:
    """What went to the bin in the same instant as a memory, and stands on it or tells the same."""
    same = [one[0] for one in db.execute(
        """SELECT f.memory_id FROM fact f LEFT JOIN fact own ON own.memory_id = ?
           WHERE f.same_as IN (own.memory_id, own.same_as) OR f.memory_id = own.same_as""", [row["id"]]).fetchall()]
    with_it = [int(row["id"]), *links.merged_into(db, [row["id"]])] if row["kind"] == "passage" else []
    with_it += links.notes_on(db, with_it)
    made = [*derived.standing_on(db, with_it), *with_it]
    return _with_stamp(db, {*made, *same} - {row["id"]}, row["forgotten_at"])


def _with_stamp(db: Handle, memories: Iterable[int], stamp: int | None) -> list[int]:
    wanted = sorted(memories)
    return [row[0] for part in in_batches(wanted) for row in db.execute(
        f"SELECT id FROM memory WHERE forgotten_at IS ? AND id IN ({marks(part)}) ORDER BY id",
        [stamp, *part]).fetchall()]


def _fact_row(db: Handle, fact: int) -> Row:
    row: Row | None = db.execute("SELECT * FROM fact WHERE memory_id = ?", [fact]).fetchone()
    if row is None:
        raise NotFound(_("Memory {id} is no fact.").format(id=fact), _("`mneme facts` shows them."))
    return row
