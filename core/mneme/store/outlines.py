"""Events, the summaries of days, weeks and months, and the tree of topics."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mneme.store import changes as journal
from mneme.store import derived, descriptions, fulltext, preferences
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle, in_batches, marks
from mneme.store.memories import LIVE
from mneme.types import Kind, Topic

Level = Literal["event", "day", "week", "month", "topic"]
Vector = NDArray[np.float32]

_MONTH = 45 * 86_400_000_000  # microseconds: further apart, two things are of no common month
_MEMBER = f"m.kind <> 'summary' AND {LIVE}"
_AGAIN, _CUT_AGAIN = "upkeep.days_again", "upkeep.cut_again"
# CROSS: else SQLite reads and sorts all outlines of the level, where it is to go along the ids of the kind
_BY_ID = f"""SELECT m.id FROM memory m CROSS JOIN outline o ON o.memory_id = m.id
    WHERE m.kind <> 'passage' AND m.kind = ? AND {LIVE} AND o.level = ?"""
# what a model calls a topic, as long as the summary that it read for that is in force; the owner's word stands above it
_SHOWN_NAME = """coalesce((SELECT d.text FROM outline n JOIN memory s ON s.id = n.memory_id AND s.retired_at IS NULL
      AND s.forgotten_at IS NULL JOIN description d ON d.memory_id = s.id AND d.part = 'name'
    WHERE n.level = 'topic' AND n.key = CAST(t.id AS TEXT) AND t.by_owner = 0 ORDER BY s.id DESC LIMIT 1), t.name)"""
_DEPTHS = """WITH RECURSIVE down (id, depth) AS (SELECT id, 0 FROM topic WHERE parent_id IS NULL
    UNION ALL SELECT t.id, d.depth + 1 FROM topic t JOIN down d ON t.parent_id = d.id)"""


def put(changes: ChangeSet, memory: int, level: Level, key: str, made_of: str = "") -> None:
    """Say what a derived memory stands for."""
    changes.insert("outline", {"memory_id": memory, "level": level, "key": key, "made_of": made_of})


def delete(db: Handle, changes: ChangeSet, memory: int) -> None:
    """Take an event or a summary away, with its links; undo brings all of it back."""
    for row in db.execute("SELECT from_id, kind, to_id FROM link WHERE from_id = ? OR to_id = ?",
                          [memory, memory]).fetchall():
        changes.delete("link", (row[0], row[1], row[2]))
    for table in ("membership", "outline"):
        if db.execute(f"SELECT 1 FROM {table} WHERE memory_id = ?", [memory]).fetchone():
            changes.delete(table, memory)
    descriptions.delete(db, changes, memory)
    for row in db.execute("SELECT id FROM use WHERE memory_id = ?", [memory]).fetchall():
        changes.delete("use", row[0])
    for row in db.execute("SELECT id FROM revision WHERE memory_id = ?", [memory]).fetchall():
        changes.delete("revision", row[0])
    for row in db.execute("SELECT ordinal FROM evidence WHERE memory_id = ? ORDER BY ordinal", [memory]).fetchall():
        changes.delete("evidence", (memory, row[0]))
    changes.delete("memory", memory)


def last_of(db: Handle, key: str) -> tuple[int, bool] | None:
    """The last event of a stream, and whether it is the owner's by now: edited, pinned, merged, cut, binned by hand."""
    if _is_reworked(db, key):
        return _last_by_place(db, key)
    row = db.execute("""SELECT max(m.id), m.forgotten_at FROM outline o JOIN memory m ON m.id = o.memory_id
                        WHERE o.level = 'event' AND o.key = ? AND m.retired_at IS NULL""", [key]).fetchone()
    return None if row[0] is None else (int(row[0]), row[1] is not None or _is_touched(db, row[0]))


def _is_touched(db: Handle, event: int) -> bool:
    return db.execute("""SELECT 1 FROM use WHERE memory_id = ?
                         AND what IN ('edited', 'pinned', 'kept', 'let go', 'merged', 'split')
                         UNION SELECT 1 FROM membership WHERE memory_id = ? AND by_owner = 1""",
                      [event, event]).fetchone() is not None


def _is_reworked(db: Handle, key: str) -> bool:
    return db.execute("""SELECT 1 FROM outline o JOIN use u ON u.memory_id = o.memory_id
                         AND u.what IN ('merged', 'split') WHERE o.level = 'event' AND o.key = ?""",
                      [key]).fetchone() is not None


def _last_by_place(db: Handle, key: str) -> tuple[int, bool] | None:
    """The last event of a stream in which the owner merged or cut some.

    Their ids are younger than their places, and an event of another stream may have taken one in.
    """
    stream, _blank, number = key.partition(" ")
    column = "i.thread_id" if stream == "thread" else "e.item_id"
    row = db.execute(
        f"""SELECT m.id, m.retired_at, m.forgotten_at FROM outline o JOIN memory m ON m.id = o.memory_id
            JOIN evidence e ON e.memory_id = m.id JOIN item i ON i.id = e.item_id AND {column} = ?
            WHERE o.level = 'event' AND o.key = ? AND (m.retired_at IS NULL OR EXISTS (
                SELECT 1 FROM use u WHERE u.memory_id = m.id AND u.what IN ('merged', 'split')))
            ORDER BY coalesce(i.seq, 0) DESC, e.item_id DESC, e.start DESC, m.retired_at IS NOT NULL, m.id DESC
            LIMIT 1""", [int(number), key]).fetchone()
    if row is None:
        return None
    if row["retired_at"] is None:
        return int(row["id"]), row["forgotten_at"] is not None or _is_touched(db, row["id"])
    heir = db.execute("SELECT max(from_id) FROM link WHERE to_id = ? AND kind = 'correction'", [row["id"]]).fetchone()
    return int(heir[0] or row["id"]), True


def before(db: Handle, event: int) -> int | None:
    """The event that comes right before in the same stream."""
    row = db.execute(f"""SELECT m.id FROM link l JOIN memory m ON m.id = l.from_id AND {LIVE}
                         WHERE l.to_id = ? AND l.kind = 'next'""", [event]).fetchone()
    return None if row is None else int(row[0])


def found(db: Handle, level: Level, key: str) -> list[tuple[int, str]]:
    """The live memories that stand for this, the latest first, each with the digest of what it was made of."""
    rows = db.execute(f"""SELECT m.id, o.made_of FROM outline o JOIN memory m ON m.id = o.memory_id AND {LIVE}
                          WHERE o.level = ? AND o.key = ? ORDER BY m.id DESC""", [level, key]).fetchall()
    return [(int(row[0]), str(row[1])) for row in rows]


def summaries_among(db: Handle, wanted: Sequence[int]) -> set[int]:
    """Those of these memories that are summaries."""
    return {row[0] for part in in_batches(wanted) for row in db.execute(
        f"SELECT id FROM memory WHERE kind = 'summary' AND id IN ({marks(part)})",
        part).fetchall()}


def after(db: Handle, level: Level, last: int, limit: int) -> list[int]:
    """Live memories of a level with an id above `last`, by id."""
    rows = db.execute(f"{_BY_ID} AND m.id > ? ORDER BY m.id LIMIT ?", [_kind(level), level, last, limit]).fetchall()
    return [row[0] for row in rows]


def latest(db: Handle, level: Level, limit: int) -> list[int]:
    """The latest live memories of a level, by id."""
    rows = db.execute(f"{_BY_ID} ORDER BY m.id DESC LIMIT ?", [_kind(level), level, limit]).fetchall()
    return sorted(row[0] for row in rows)


def _kind(level: Level) -> str:
    return (Kind.EVENT if level == "event" else Kind.SUMMARY).value


def between(db: Handle, level: Level, first: str, last: str, limit: int) -> list[tuple[int, str]]:
    """(memory, key) of the live summaries of a level whose key lies within [first, last], latest first."""
    rows = db.execute(f"""SELECT m.id, o.key FROM outline o JOIN memory m ON m.id = o.memory_id AND {LIVE}
                          WHERE o.level = ? AND o.key >= ? AND o.key <= ? ORDER BY o.key DESC LIMIT ?""",
                      [level, first, last, limit]).fetchall()
    return [(row[0], row[1]) for row in rows]


def key_of(db: Handle, memory: int) -> tuple[Level, str] | None:
    """What a memory stands for."""
    row = db.execute("SELECT level, key FROM outline WHERE memory_id = ?", [memory]).fetchone()
    return None if row is None else (row[0], row[1])


def parts(db: Handle, whole: int) -> list[int]:
    """What a summary was made of, in the order of time."""
    rows = db.execute(f"""SELECT m.id FROM link l JOIN memory m ON m.id = l.from_id AND {LIVE}
                          WHERE l.to_id = ? AND l.kind = 'part'
                          ORDER BY coalesce(m.happened_at, m.recorded_at), m.id""", [whole]).fetchall()
    return [row[0] for row in rows]


def keywords_of(db: Handle, memory: int) -> list[str]:
    """The words that tell most of an event or a summary."""
    row = db.execute("SELECT heading FROM memory WHERE id = ?", [memory]).fetchone()
    return [word for word in row[0].split(", ") if word]


def passages_of_events(db: Handle, memories: Sequence[int]) -> list[int]:
    """The live passages of those of the memories that are events."""
    events = [one for one in memories if (key_of(db, one) or ("", ""))[0] == "event"]
    return sorted({passage for found in derived.bearing(db, events).values() for passage in found})


def events_of(db: Handle, passages: Sequence[int]) -> dict[int, int]:
    """The live event that each of these passages belongs to."""
    found: dict[int, int] = {}
    for part in in_batches(passages):
        found |= {row[0]: row[1] for row in db.execute(
            f"""SELECT p.memory_id, m.id FROM evidence p
                JOIN evidence e ON e.item_id = p.item_id AND e.start < p."end" AND p.start < e."end"
                JOIN memory m ON m.id = e.memory_id AND m.kind = 'event' AND {LIVE}
                WHERE p.memory_id IN ({marks(part)}) AND p.ordinal = 0""", part).fetchall()}
    return found


def around(db: Handle, item: int, start: int, end: int) -> list[int]:
    """Every summary that may hold words of this place: of its event's day, week, month and topic, of its date.

    The dates of those that are found are to be summed up again: `days_again`.
    """
    events = [row[0] for row in db.execute(
        """SELECT DISTINCT e.memory_id FROM evidence e JOIN memory m ON m.id = e.memory_id AND m.kind <> 'passage'
           WHERE e.item_id = ? AND e.start < ? AND (? < e."end")""", [item, end, start]).fetchall()]
    found = {row[0] for event in events for row in db.execute(
        """WITH RECURSIVE whole (id) AS (
             SELECT to_id FROM link WHERE from_id = ? AND kind = 'part'
             UNION SELECT l.to_id FROM link l JOIN whole w ON l.from_id = w.id AND l.kind = 'part')
           SELECT id FROM whole""", [event]).fetchall()}
    found |= {row[0] for event in events for row in db.execute(
        """SELECT o.memory_id FROM membership s JOIN outline o ON o.level = 'topic' AND o.key = CAST(s.topic_id AS TEXT)
           WHERE s.memory_id = ?""", [event]).fetchall()}
    found |= {row[0] for row in db.execute(
        """SELECT o.memory_id FROM outline o JOIN memory m ON m.id = o.memory_id
           JOIN memory p ON p.kind = 'passage' AND abs(p.happened_at - m.happened_at) < ?
           JOIN evidence e ON e.memory_id = p.id AND e.ordinal = 0 AND e.item_id = ? AND e.start < ? AND ? < e."end"
           WHERE o.level IN ('day', 'week', 'month')""", [_MONTH, item, end, start]).fetchall()}
    days_again(db, days_of(db, sorted(found)))
    return sorted(found)


def days_of(db: Handle, summaries: Iterable[int]) -> list[str]:
    """The days that those of the memories which are summaries of one stand for."""
    return [row[0] for one in summaries for row in db.execute(
        "SELECT key FROM outline WHERE memory_id = ? AND level = 'day'", [one]).fetchall()]


def days_again(db: Handle, days: Sequence[str]) -> None:
    """Have these days ("2024-05-07") summed up again."""
    _put(db, _AGAIN, days)


def cut_again(db: Handle, passages: Sequence[int]) -> None:
    """Have these passages, whose event is no more, be cut into events again."""
    _put(db, _CUT_AGAIN, passages)


def take_cut_again(db: Handle) -> list[int]:
    """The passages that are to be cut into events again; they are asked for once."""
    return _take(db, _CUT_AGAIN)


def take_days_again(db: Handle) -> list[str]:
    """The days that are to be summed up again; they are asked for once."""
    return _take(db, _AGAIN)


def _put(db: Handle, key: str, more: Sequence[str] | Sequence[int]) -> None:
    """Add to what waits to be made again."""
    if more:
        kept = json.loads(preferences.own_value(db, key, "[]"))
        preferences.set_own_value(db, key, json.dumps(sorted({*kept, *more})))


def _take(db: Handle, key: str) -> list[Any]:
    """What waits to be made again; it waits no more."""
    kept: list[Any] = json.loads(preferences.own_value(db, key, "[]"))
    if kept:
        preferences.set_own_value(db, key, "[]")
    return kept


# ------------------------------------------------------------------ topics


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic with its centroid, (dim,), and how many memories were absorbed into it."""

    id: int
    parent: int | None
    name: str
    by_owner: bool
    size: int
    centroid: Vector


def topics(db: Handle) -> list[TopicRow]:
    """All topics, parents before children."""
    rows = db.execute(f"""{_DEPTHS} SELECT t.id, parent_id, name, by_owner, size, centroid FROM topic t
                          JOIN down d ON d.id = t.id ORDER BY d.depth, t.id""").fetchall()
    return [TopicRow(row[0], row[1], row[2], bool(row[3]), row[4], np.frombuffer(row[5], np.float32)) for row in rows]


def put_topic(changes: ChangeSet, parent: int | None, name: str, by_owner: bool, size: int,
              centroid: Vector) -> int:
    """Make a topic; its id."""
    return changes.insert("topic", {"parent_id": parent, "name": name, "by_owner": int(by_owner), "size": size,
                                    "centroid": centroid.astype(np.float32).tobytes()})


def drop_topics(db: Handle, changes: ChangeSet) -> list[TopicRow]:
    """Take all topics away with their summaries, but those in the owner's hand, which are returned.

    These are the ones that the owner named, or put something into: it stays there.
    """
    kept = {row[0] for row in db.execute(
        "SELECT id FROM topic WHERE by_owner = 1 UNION SELECT topic_id FROM membership WHERE by_owner = 1").fetchall()}
    every = topics(db)
    for row in db.execute("SELECT memory_id FROM membership WHERE by_owner = 0").fetchall():
        changes.delete("membership", row[0])
    for topic in kept:
        changes.update("topic", topic, {"parent_id": None})
    for one in reversed(every):
        if one.id not in kept:
            for summary, _made_of in found(db, "topic", str(one.id)):
                delete(db, changes, summary)
            changes.delete("topic", one.id)
    return [one for one in every if one.id in kept]


def sorted_by_hand(db: Handle) -> set[int]:
    """The memories that the owner put into a topic."""
    return {row[0] for row in db.execute("SELECT memory_id FROM membership WHERE by_owner = 1").fetchall()}


def forget_words(db: Handle) -> None:
    """Take out of the names of topics, former ones too, the words that no memory holds any more."""
    for row in db.execute("SELECT id, name FROM topic WHERE by_owner = 0").fetchall():
        name = _held(db, row[1]) or str(row[0])
        if name != row[1]:
            db.execute("UPDATE topic SET name = ? WHERE id = ?", [name, row[0]])
    journal.renew(db, "topic", lambda before: before if before.get("by_owner") != 0 or "name" not in before else {
        **before, "name": _held(db, str(before["name"])) or str(before.get("id", ""))})


def drop_empty(db: Handle) -> None:
    """Take away the topics that hold nothing any more, unless the owner named them, in the journal as well."""
    empty = """SELECT id FROM topic WHERE by_owner = 0
        AND NOT EXISTS (SELECT 1 FROM membership b WHERE b.topic_id = topic.id)
        AND NOT EXISTS (SELECT 1 FROM topic t WHERE t.parent_id = topic.id)"""
    while gone := [row[0] for row in db.execute(empty).fetchall()]:
        db.conn.executemany("DELETE FROM topic WHERE id = ?", [(topic,) for topic in gone])
        journal.erase_rows(db, "topic", gone)


def _held(db: Handle, name: str) -> str:
    """The words of a topic's name that some memory holds."""
    return ", ".join(word for word in name.split(", ") if fulltext.count(db, fulltext.phrase(word)))


def move(db: Handle, changes: ChangeSet, memories: Sequence[int], topic: int) -> None:
    """Put memories into a topic by the owner's hand. Raises: NotFound where there is no such topic."""
    changes.update("topic", topic, {"id": topic})
    for memory in memories:
        if db.execute("SELECT 1 FROM membership WHERE memory_id = ?", [memory]).fetchone():
            changes.update("membership", memory, {"topic_id": topic, "by_owner": 1})
        else:
            changes.insert("membership", {"memory_id": memory, "topic_id": topic, "by_owner": 1})


def topic_of(db: Handle, memory: int) -> int | None:
    """The topic that a memory was put into; of a passage without one, that of its event."""
    row = db.execute("SELECT topic_id FROM membership WHERE memory_id = ?", [memory]).fetchone()
    if row is None:
        event = events_of(db, [memory]).get(memory)
        row = None if event is None else db.execute("SELECT topic_id FROM membership WHERE memory_id = ?",
                                                    [event]).fetchone()
    return None if row is None else int(row[0])


def members(db: Handle, topic: int, most: int) -> list[int]:
    """The latest live memories of a topic itself, at most `most`, by id; no summaries: they are made of others."""
    rows = db.execute(f"""SELECT m.id FROM membership s CROSS JOIN memory m ON m.id = s.memory_id AND {_MEMBER}
                          WHERE s.topic_id = ? ORDER BY s.memory_id DESC LIMIT ?""", [topic, most]).fetchall()
    return sorted(row[0] for row in rows)


def count_sorted(db: Handle, wanted: Sequence[int]) -> int:
    """How many of these memories belong to a topic."""
    return sum(int(db.execute(f"SELECT count(*) FROM membership WHERE memory_id IN ({marks(part)})",
                              part).fetchone()[0])
               for part in in_batches(wanted))


def changed_topics(db: Handle, fewest: int, most: int, limit: int) -> list[int]:
    """Topics of which a tenth of the latest `most` members came or went since they were summed up.

    And those of `fewest` that never were. A tenth, so that in all a topic costs as much as it has members, not as
    their square.
    """
    changed = []
    for row in db.execute("SELECT id FROM topic ORDER BY id").fetchall():
        there = set(members(db, row[0], most))
        told = {one for summary, _made_of in found(db, "topic", str(row[0]))[:1] for one in parts(db, summary)}
        if (told or len(there) >= fewest) and 10 * len(there ^ told) >= max(len(there), 1):
            changed.append(row[0])
    return changed[:limit]


def topic_tree(db: Handle) -> list[Topic]:
    """The topics with the number of live memories in each and below it, parents before children."""
    rows = db.execute(
        f"""{_DEPTHS}, above (topic, ancestor) AS (
              SELECT id, id FROM topic UNION SELECT a.topic, t.parent_id FROM above a JOIN topic t ON t.id = a.ancestor
              WHERE t.parent_id IS NOT NULL)
            SELECT t.id, {_SHOWN_NAME}, t.parent_id, t.by_owner, count(m.id) FROM topic t JOIN down d ON d.id = t.id
            JOIN above a ON a.ancestor = t.id LEFT JOIN membership s ON s.topic_id = a.topic
            LEFT JOIN memory m ON m.id = s.memory_id AND {LIVE}
            GROUP BY t.id ORDER BY d.depth, t.id""").fetchall()
    return [Topic(row[0], row[1], row[2], row[4], bool(row[3])) for row in rows]
