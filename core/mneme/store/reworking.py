"""Merging what says the same and cutting what says several things, by the owner's hand; upkeep leaves both alone."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from mneme.errors import KnownError
from mneme.expressions import expression
from mneme.memory.facts.relations import sentence
from mneme.memory.facts.statements import Statement
from mneme.messages import _, ngettext
from mneme.store import derived, facts, links
from mneme.store.changes import ChangeSet
from mneme.store.columns import (
    Handle,
    Row,
    derived_digest,
    embedded_text,
    instant,
    marks,
    micros,
    text_digest,
)
from mneme.store.links import BY_HAND
from mneme.store.memories import rows_of
from mneme.types import Kind, Moment, Span

MOST = 20  # memories in one merge
SHARED = 1 / 3  # of the words of the shorter text: with fewer in common two passages are no copies
_WORD = expression(r"\w+")
_COMMON = ("heading", "origin", "importance", "nature", "layer", "recorded_at", "pinned", "private", "happened_at",
           "happened_offset", "happened_precision")


def mergeable(db: Handle, memories: Sequence[int], keep: int | None) -> tuple[list[Row], Row]:
    """The rows of what is to be merged, and that of the one that stays. Raises: NotFound, KnownError."""
    rows = rows_of(db, memories)
    if not 2 <= len(rows) <= MOST:
        raise KnownError(ngettext("At least two memories are merged, and at most {n}.",
                                  "At least two memories are merged, and at most {n}.", MOST).format(n=MOST))
    kept = rows[0] if keep is None else next((row for row in rows if row["id"] == keep), None)
    if kept is None:
        raise KnownError(_("The one that stays must be one of those that are merged."))
    if len({row["kind"] for row in rows}) > 1:
        raise KnownError(_("Only memories of one kind can be merged: passages, facts, or events."))
    if rows[0]["kind"] not in (Kind.PASSAGE, Kind.FACT, Kind.EVENT):
        raise KnownError(_("What is summed up cannot be merged: it follows what it stands on."))
    for row in rows:
        in_force(row)
    return rows, kept


def in_force(row: Row) -> None:
    """Raises: KnownError for a memory that is history or in the bin."""
    if row["forgotten_at"] is not None:
        raise KnownError(_("Memory {id} is in the bin.").format(id=row["id"]), _("Restore it first."))
    if row["retired_at"] is not None:
        raise KnownError(_("Memory {id} is history: something newer has taken its place.").format(id=row["id"]),
                         _("Choose the newer one."))


# ------------------------------------------------------------------ passages


def merge_passages(db: Handle, changes: ChangeSet, rows: Sequence[Row], kept: Row) -> int:
    """Make all but the one that stays copies of it: they keep their place and text, and are not listed beside it.

    Raises: KnownError where too few words are shared, or where the one that stays is a copy itself.
    """
    others = [row for row in rows if row["id"] != kept["id"]]
    for row in others:
        if not _are_alike(row["text"], kept["text"]):
            raise KnownError(_("Memories {one} and {other} have hardly a word in common.").format(
                one=row["id"], other=kept["id"]), _("A copy is not listed, so something would be lost of sight."))
    original = _original(db, kept["id"])
    if original is not None and original not in {row["id"] for row in others}:
        raise KnownError(_("Memory {id} is a copy of another.").format(id=kept["id"]),
                         _("Merge with that one: #{id}.").format(id=original))
    if original is not None:
        changes.delete("link", (kept["id"], "duplicate", original))
    for row in others:
        _make_copy(db, changes, row, kept["id"])
    if any(row["pinned"] for row in others) and not kept["pinned"]:
        changes.update("memory", kept["id"], {"pinned": 1})
        changes.insert("use", {"memory_id": kept["id"], "at": micros(changes.now), "what": "pinned"})
    return int(kept["id"])


def _make_copy(db: Handle, changes: ChangeSet, row: Row, kept: int) -> None:
    memory, already = int(row["id"]), _original(db, row["id"])
    if already is not None:
        changes.delete("link", (memory, "duplicate", already))
    links.link(changes, memory, "duplicate", kept, BY_HAND)
    for copy, weight in db.execute("SELECT from_id, weight FROM link WHERE kind = 'duplicate' AND to_id = ?",
                                   [memory]).fetchall():
        changes.delete("link", (copy, "duplicate", memory))
        if copy != kept:
            links.link(changes, copy, "duplicate", kept, weight)
    changes.insert("use", {"memory_id": kept, "at": row["recorded_at"], "what": "repeated"})


def _original(db: Handle, memory: int) -> int | None:
    """What a memory is a copy of."""
    row = db.execute("SELECT to_id FROM link WHERE from_id = ? AND kind = 'duplicate'", [memory]).fetchone()
    return None if row is None else int(row[0])


def _are_alike(one: str, other: str) -> bool:
    """Whether enough of the words of the shorter of two texts stand in the other; texts without words are not asked."""
    first, second = ({word.casefold() for word in _WORD.findall(text)} for text in (one, other))
    fewest = min(len(first), len(second))
    return fewest == 0 or len(first & second) >= SHARED * fewest


def split_passage(db: Handle, changes: ChangeSet, row: Row, at: Sequence[int]) -> list[int]:
    """Cut a passage at code points of its text; the ids of the parts, in their order.

    Each part is an exact stretch of the item's text, without the white space at its ends, and lives on as the whole
    did; the whole stays as history. What stands on its places stands on the parts. Raises: KnownError.
    """
    item, start, speaker = db.execute(
        """SELECT e.item_id, e.start, i.speaker FROM evidence e JOIN item i ON i.id = e.item_id
           WHERE e.memory_id = ? AND e.ordinal = 0""", [row["id"]]).fetchone()
    parts = [_part(changes, row, item, start, speaker, span) for span in pieces(row["text"], at)]
    for use in db.execute("SELECT at, what FROM use WHERE memory_id = ? ORDER BY id", [row["id"]]).fetchall():
        for part in parts:
            changes.insert("use", {"memory_id": part, "at": use["at"], "what": use["what"]})
    changes.update("memory", row["id"], {"retired_at": micros(changes.now)})
    changes.insert("use", {"memory_id": row["id"], "at": micros(changes.now), "what": "split"})
    _carry_over(db, changes, int(row["id"]), parts)
    return parts


def pieces(text: str, at: Iterable[int]) -> list[Span]:
    """The spans of a text that is cut at these code points. Raises: KnownError where one of them has no words."""
    cuts = sorted(set(at))
    if not cuts:
        raise KnownError(_("Nothing says where to cut."))
    if cuts[0] <= 0 or cuts[-1] >= len(text):
        raise KnownError(_("The place to cut must lie within the text, which has {n} characters.").format(n=len(text)))
    found = []
    for start, end in pairwise((0, *cuts, len(text))):
        piece = text[start:end]
        if not _WORD.search(piece):
            raise KnownError(_("A part without words would be left."), _("Cut elsewhere."))
        found.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
    return found


def _part(changes: ChangeSet, row: Row, item: int, start: int, speaker: str | None, span: Span) -> int:
    text = row["text"][span[0]:span[1]]
    part = changes.insert("memory", {
        "kind": Kind.PASSAGE.value, "text": text, "digest": text_digest(embedded_text(text, speaker)),
        **{name: row[name] for name in _COMMON}})
    changes.insert("evidence", {"memory_id": part, "ordinal": 0, "item_id": item, "start": start + span[0],
                                "end": start + span[1]})
    return part


def _carry_over(db: Handle, changes: ChangeSet, whole: int, parts: Sequence[int]) -> None:
    """The parts have the notes and the topic of the whole; its copies are copies of the first of them.

    What a language model was to read of the whole is read: the parts hold no other words. (No part of the journal,
    these rows go with the parts.)
    """
    links.carry_notes(db, changes, whole, parts)
    for copy, weight in db.execute("SELECT from_id, weight FROM link WHERE kind = 'duplicate' AND to_id = ?",
                                   [whole]).fetchall():
        changes.delete("link", (copy, "duplicate", whole))
        links.link(changes, copy, "duplicate", parts[0], weight)
    topic = db.execute("SELECT topic_id, by_owner FROM membership WHERE memory_id = ?", [whole]).fetchone()
    for part in parts:
        if topic is not None:
            changes.insert("membership", {"memory_id": part, "topic_id": topic[0], "by_owner": topic[1]})
        db.execute("""INSERT INTO model_task (task, memory_id, state, attempts, reason, kept, dropped, at, retry_at)
                      SELECT task, ?, state, attempts, reason, 0, dropped, at, retry_at FROM model_task
                      WHERE memory_id = ? AND task IN ('facts', 'questions')""", [part, whole])


def parts_of(db: Handle, whole: int) -> list[int]:
    """The live passages that a passage was cut into: they stand within its place, and came later."""
    return [row[0] for row in db.execute(
        """SELECT m.id FROM evidence own JOIN evidence e ON e.item_id = own.item_id AND e.ordinal = 0
           AND e.start >= own.start AND e."end" <= own."end"
           JOIN memory m ON m.id = e.memory_id AND m.kind = 'passage' AND m.id > own.memory_id
           AND m.retired_at IS NULL AND m.forgotten_at IS NULL
           WHERE own.memory_id = ? AND own.ordinal = 0 ORDER BY e.start""", [whole]).fetchall()]


# ------------------------------------------------------------------ facts


def merge_facts(db: Handle, changes: ChangeSet, rows: Sequence[Row], kept: Row) -> int:
    """Have facts of one slot say the same, in the words of the one that stays; the fact that now stands for all.

    Each stays a telling with its own place and time; settled anew, they are one fact with all their evidence.
    Raises: KnownError where they are not about the same.
    """
    ids = [int(row["id"]) for row in rows]
    told = {row["memory_id"]: row for row in db.execute(
        f"SELECT * FROM fact WHERE memory_id IN ({marks(ids)})", ids).fetchall()}
    own = told[kept["id"]]
    for row in rows:
        other = told[row["id"]]
        if _slot(other) != _slot(own):
            raise KnownError(_("“{one}” and “{other}” are not about the same.").format(
                one=kept["text"], other=row["text"]), _("Only what answers the same question can be merged."))
        if other["mode"] == "cancelled":
            raise KnownError(_("“{fact}” takes something back; it cannot be merged.").format(fact=row["text"]))
    for memory in (one for one in ids if one != kept["id"]):
        say_instead(db, changes, memory, own["object"])
    facts.settle(db, changes, facts.slots_of(db, ids))
    first = db.execute("SELECT coalesce(same_as, memory_id) FROM fact WHERE memory_id = ?", [kept["id"]]).fetchone()[0]
    changes.insert("use", {"memory_id": first, "at": micros(changes.now), "what": "merged"})
    return int(first)


def say_instead(db: Handle, changes: ChangeSet, fact: int, says: str) -> None:
    """Have a fact with all its tellings say something else of the same; their places keep the words told there."""
    for telling in (fact, *_restatements(db, fact)):
        _reword(db, changes, telling, says)


def _slot(row: Row) -> tuple[str, str, str]:
    return row["subject"].casefold(), row["relation"], row["topic"]


def _restatements(db: Handle, fact: int) -> list[int]:
    return [row[0] for row in db.execute("SELECT memory_id FROM fact WHERE same_as = ?", [fact]).fetchall()]


def _reword(db: Handle, changes: ChangeSet, fact: int, says: str) -> None:
    row = db.execute("SELECT * FROM fact WHERE memory_id = ?", [fact]).fetchone()
    start = None if row["told_from"] is None else Moment(
        instant(row["told_from"]), row["told_from_offset"], row["told_from_precision"])
    text = sentence(Statement(row["subject"], row["relation"], row["topic"], says, row["mode"], (0, 0), None, start))
    changes.update("fact", fact, {"object": says})
    changes.update("memory", fact, {"text": text, "digest": derived_digest(Kind.FACT.value, text)})


def in_turn(db: Handle, changes: ChangeSet, first: int, then: int) -> None:
    """Two facts that contradict each other are both right, one after the other. Raises: NotFound, KnownError.

    The second holds from when it was told to hold, or was told; where that is before the first one's beginning, the
    first one is taken to have begun the day before.
    """
    rows = {row["memory_id"]: row for row in db.execute(
        "SELECT f.*, m.text, m.valid_from FROM fact f JOIN memory m ON m.id = f.memory_id WHERE f.memory_id IN (?, ?)",
        [first, then]).fetchall()}
    if len(rows) < 2 or _slot(rows[first])[0] != _slot(rows[then])[0] or rows[first]["topic"] != rows[then]["topic"]:
        raise KnownError(_("These are not two facts about the same."))
    starts = {one: rows[one]["told_from"] or rows[one]["said_at"] for one in (first, then)}
    if starts[first] >= starts[then]:
        _begin(changes, rows[first], starts[then] - _DAY)
    _begin(changes, rows[then], starts[then])
    changes.update("fact", then, {"by_hand_at": micros(changes.now)})
    for one in (first, then):
        changes.insert("use", {"memory_id": one, "at": micros(changes.now), "what": "confirmed"})
    facts.settle(db, changes, facts.slots_of(db, [first, then]))


_DAY = 86_400_000_000  # microseconds


def _begin(changes: ChangeSet, row: Row, at: int) -> None:
    if row["told_from"] != at:
        changes.update("fact", row["memory_id"], {"told_from": at, "told_from_offset": row["said_offset"],
                                                  "told_from_precision": "day"})


# ------------------------------------------------------------------ events


def replace_events(db: Handle, changes: ChangeSet, old: Sequence[int], new: Sequence[int], what: str) -> None:
    """Have new events take the place of old ones, in the same passages: with their uses, links, and the owner's topic.

    The old ones stay as history, and go with the new ones when those are erased. `what`: "merged" or "split".
    """
    rows = rows_of(db, old)
    for event in new:
        changes.update("memory", event, {
            "recorded_at": min(row["recorded_at"] for row in rows), "pinned": int(any(row["pinned"] for row in rows)),
            "private": int(any(row["private"] for row in rows))})
        for at, act in sorted({(use[0], use[1]) for one in old for use in db.execute(
                "SELECT at, what FROM use WHERE memory_id = ?", [one]).fetchall()}):
            changes.insert("use", {"memory_id": event, "at": at, "what": act})
    for memory in (*old, *new):
        changes.insert("use", {"memory_id": memory, "at": micros(changes.now), "what": what})
    _relink(db, changes, old, new)
    _resort(db, changes, old, new)
    for memory in old:
        for event in new:
            links.link(changes, event, "correction", memory)
        derived.retire(changes, memory)


def _relink(db: Handle, changes: ChangeSet, old: Sequence[int], new: Sequence[int]) -> None:
    marked = marks(old)
    wholes = [row[0] for row in db.execute(
        f"SELECT DISTINCT to_id FROM link WHERE kind = 'part' AND from_id IN ({marked}) ORDER BY 1", old).fetchall()]
    before = [row[0] for row in db.execute(
        f"""SELECT DISTINCT from_id FROM link WHERE kind = 'next' AND to_id IN ({marked})
            AND from_id NOT IN ({marked}) ORDER BY 1""", [*old, *old]).fetchall()]
    after = [row[0] for row in db.execute(
        f"""SELECT DISTINCT to_id FROM link WHERE kind = 'next' AND from_id IN ({marked})
            AND to_id NOT IN ({marked}) ORDER BY 1""", [*old, *old]).fetchall()]
    for whole in wholes:
        for event in new:
            links.link(changes, event, "part", whole)
    steps = [*((one, new[0]) for one in before), *pairwise(new), *((new[-1], one) for one in after)]
    for start, end in steps:
        links.link(changes, start, "next", end)


def _resort(db: Handle, changes: ChangeSet, old: Sequence[int], new: Sequence[int]) -> None:
    """What the owner put into a topic stays there; the rest is sorted with the next events."""
    row = db.execute(f"SELECT topic_id FROM membership WHERE by_owner = 1 AND memory_id IN ({marks(old)}) LIMIT 1",
                     list(old)).fetchone()
    for event in new if row is not None else ():
        changes.insert("membership", {"memory_id": event, "topic_id": row[0], "by_owner": 1})


def edited_words(db: Handle, event: int) -> str | None:
    """The words of an event, where the owner gave them to it."""
    row = db.execute("""SELECT m.text FROM memory m JOIN use u ON u.memory_id = m.id AND u.what = 'edited'
                        WHERE m.id = ?""", [event]).fetchone()
    return None if row is None else str(row[0])
