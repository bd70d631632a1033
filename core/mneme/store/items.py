"""Items and their passages: versions of what was taken in, each with the memories that stand on it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from mneme.memory.retention import Nature
from mneme.store import fulltext
from mneme.store.columns import Handle, Row, embedded_text, micros, moment_columns, text_digest, to_json
from mneme.types import Conversation, Moment, Origin, Participant, Span

STABLE = "="  # the first character of a key that is the same in every export


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage to be kept: a span of its item's text, the headings it stands under, its time."""

    span: Span
    heading: str = ""
    happened_at: Moment | None = None  # where its heading says so, else its item's
    importance: float = 0.5
    nature: Nature = "ordinary"


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to be kept, with its passages. `key` says which item of its entry it is.

    A key that begins with STABLE names the item wherever it comes from: another file that holds it adds nothing.
    """

    key: str
    title: str
    text: str
    origin: Origin
    passages: tuple[NewPassage, ...]
    happened_at: Moment | None = None
    happened_from: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    thread: str | None = None
    seq: int | None = None
    speaker: str | None = None
    reply_to: str | None = None

    def digest(self) -> bytes:
        """What makes two versions the same: title, text, time, speaker and origin."""
        when = self.happened_at.iso() if self.happened_at and self.happened_from != "file" else ""
        return text_digest("\x1f".join((self.title, self.text, when, self.speaker or "", self.origin)))


class Kept(Enum):
    """What keeping an item did."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    UPDATED = "updated"


def keep(db: Handle, entry: int, item: NewItem, threads: Mapping[str, int], now: datetime) -> Kept:
    """Keep an item: nothing if this version is there, else a new version; the one before stays as history."""
    row = _known(db, entry, item.key)
    digest = item.digest()
    if row is not None and bytes(row["digest"]) == digest:
        return Kept.UNCHANGED
    if row is not None:
        entry = row["entry_id"]
        retire(db, row["id"], now)
    new = _insert(db, entry, item, digest, threads, _next_version(db, entry, item.key), now)
    if row is not None:
        _inherit(db, row["id"], new)
    return Kept.ADDED if row is None else Kept.UPDATED


def keep_thread(db: Handle, entry: int, conversation: Conversation) -> int:
    """Keep a conversation's title and participants; its id. A stable one is one, whichever files hold parts of it."""
    if conversation.stable:
        return _keep_stable(db, entry, conversation)
    people = to_json([_person(p) for p in conversation.participants])
    db.execute(
        """INSERT INTO thread (entry_id, key, title, participants) VALUES (?, ?, ?, ?)
           ON CONFLICT (entry_id, key) DO UPDATE SET title = excluded.title, participants = excluded.participants""",
        [entry, conversation.key, conversation.title, people])
    return int(db.execute("SELECT id FROM thread WHERE entry_id = ? AND key = ?",
                          [entry, conversation.key]).fetchone()[0])


def next_place(db: Handle, thread: int) -> int:
    """The place of the next message of a conversation of which only what is new was read."""
    return int(db.execute("SELECT coalesce(max(seq) + 1, 0) FROM item WHERE thread_id = ?", [thread]).fetchone()[0])


def in_order(db: Handle, threads: Iterable[int]) -> None:
    """Number the messages of conversations that several files hold parts of, by their times."""
    for thread in threads:
        if db.execute("SELECT count(DISTINCT entry_id) FROM item WHERE thread_id = ?", [thread]).fetchone()[0] > 1:
            db.execute(
                """UPDATE item SET seq = n.seq FROM (
                       SELECT id, row_number() OVER (ORDER BY happened_at IS NULL, happened_at, seq, id) - 1 AS seq
                       FROM item WHERE thread_id = ? AND retired_at IS NULL) n
                   WHERE item.id = n.id AND item.seq IS NOT n.seq""", [thread])


def retire(db: Handle, item: int, now: datetime) -> None:
    """A newer version takes an item's place: it and its memories stay as history, out of every index."""
    at = micros(now)
    live = [row[0] for row in db.execute(
        """SELECT m.id FROM memory m JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
           WHERE e.item_id = ? AND m.kind = 'passage' AND m.retired_at IS NULL""", [item]).fetchall()]
    fulltext.delete(db, live)
    db.conn.executemany("UPDATE memory SET retired_at = ? WHERE id = ?", [(at, memory) for memory in live])
    db.conn.executemany("INSERT INTO revision (memory_id, at, what) VALUES (?, ?, 'superseded')",
                        [(memory, at) for memory in live])
    db.execute("UPDATE item SET retired_at = ? WHERE id = ?", [at, item])


def _inherit(db: Handle, old: int, new: int) -> None:
    """A passage that says the same in the newer version lives on: its age, uses, pin and mark, its place in the bin."""
    pairs = db.execute(
        """SELECT min(o.id), n.id FROM memory n
           JOIN evidence e ON e.memory_id = n.id AND e.ordinal = 0 AND e.item_id = ?
           JOIN memory o ON o.digest = n.digest AND o.kind = 'passage'
           JOIN evidence f ON f.memory_id = o.id AND f.ordinal = 0 AND f.item_id = ?
           WHERE n.kind = 'passage' GROUP BY n.id""", [new, old]).fetchall()
    for before, after in pairs:
        db.execute("""UPDATE memory SET (recorded_at, pinned, private, forgotten_at) =
                      (SELECT recorded_at, pinned, private, forgotten_at FROM memory WHERE id = ?) WHERE id = ?""",
                   [before, after])
        db.execute("INSERT INTO use (memory_id, at, what) SELECT ?, at, what FROM use WHERE memory_id = ? ORDER BY id",
                   [after, before])
    fulltext.sync(db, [after for _before, after in pairs])
    _stay_private(db, old, new)


def _stay_private(db: Handle, old: int, new: int) -> None:
    """Where the words of a private passage changed, every passage that is new may hold them: it is private, too."""
    of_item = """SELECT {} FROM memory m JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
                 WHERE e.item_id = ? AND m.kind = 'passage'"""
    digests = of_item.format("m.digest")
    if db.execute(f"{of_item.format('1')} AND m.private AND m.digest NOT IN ({digests})", [old, new]).fetchone():
        db.execute(f"""UPDATE memory SET private = 1
                       WHERE id IN ({of_item.format('m.id')} AND m.digest NOT IN ({digests}))""", [new, old])


def _known(db: Handle, entry: int, key: str) -> Row | None:
    """The current version of an item: in its entry or, for a stable key, wherever it came from."""
    found: Row | None = db.execute(
        "SELECT id, entry_id, digest FROM item WHERE entry_id = ? AND key = ? AND retired_at IS NULL",
        [entry, key]).fetchone()
    if found is None and key.startswith(STABLE):
        found = db.execute("SELECT id, entry_id, digest FROM item WHERE key = ? AND key >= '=' AND key < '>' "
                           "AND retired_at IS NULL", [key]).fetchone()
    return found


def _keep_stable(db: Handle, entry: int, conversation: Conversation) -> int:
    people = {p.key: _person(p) for p in conversation.participants}
    row = db.execute("SELECT id, participants FROM thread WHERE key = ? AND stable = 1", [conversation.key]).fetchone()
    if row is None:
        cursor = db.execute(
            "INSERT INTO thread (entry_id, key, title, participants, stable) VALUES (?, ?, ?, ?, 1)",
            [entry, conversation.key, conversation.title, to_json(list(people.values()))])
        assert cursor.lastrowid is not None
        return cursor.lastrowid
    known = {one["key"]: one for one in json.loads(row[1])}
    db.execute("UPDATE thread SET title = ?, participants = ? WHERE id = ?",
               [conversation.title, to_json(list((known | people).values())), row[0]])
    return int(row[0])


def _person(participant: Participant) -> dict[str, str]:
    return {"key": participant.key, "name": participant.name, "role": participant.role.value}


def count_current(db: Handle, entry: int) -> int:
    """How many items of an entry are current."""
    return int(db.execute("SELECT count(*) FROM item WHERE entry_id = ? AND retired_at IS NULL",
                          [entry]).fetchone()[0])


def _next_version(db: Handle, entry: int, key: str) -> int:
    row = db.execute("SELECT coalesce(max(version), 0) + 1 FROM item WHERE entry_id = ? AND key = ?",
                     [entry, key]).fetchone()
    return int(row[0])


def _insert(db: Handle, entry: int, item: NewItem, digest: bytes, threads: Mapping[str, int], version: int,
            now: datetime) -> int:
    columns: dict[str, Any] = {
        "entry_id": entry, "key": item.key, "version": version, "digest": digest, "title": item.title,
        "text": item.text, "authors": to_json(item.authors), "tags": to_json(item.tags),
        "links": to_json(item.links), "properties": to_json(item.properties), "notes": to_json(item.notes),
        **moment_columns(item.happened_at), "happened_from": item.happened_from,
        "thread_id": None if item.thread is None else threads[item.thread], "seq": item.seq,
        "speaker": item.speaker, "origin": item.origin.value, "reply_to": item.reply_to,
        "recorded_at": micros(now), "retired_at": None,
    }
    item_id = int(str(db.table("item").insert(columns).last_pk))
    _insert_passages(db, item_id, item, now)
    return item_id


def _insert_passages(db: Handle, item_id: int, item: NewItem, now: datetime) -> None:
    words: list[fulltext.Words] = []
    for passage in item.passages:
        start, end = passage.span
        text = item.text[start:end]
        moment = moment_columns(passage.happened_at or item.happened_at)
        cursor = db.execute(
            """INSERT INTO memory (kind, text, heading, digest, origin, importance, nature, recorded_at,
                                   happened_at, happened_offset, happened_precision)
               VALUES ('passage', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [text, passage.heading, text_digest(embedded_text(text, item.speaker)), item.origin.value,
             passage.importance, passage.nature, micros(now), *moment.values()])
        assert cursor.lastrowid is not None
        db.execute('INSERT INTO evidence (memory_id, ordinal, item_id, start, "end") VALUES (?, 0, ?, ?, ?)',
                   [cursor.lastrowid, item_id, start, end])
        words.append(fulltext.Words(cursor.lastrowid, text,
                                    fulltext.context(item.title, passage.heading, item.speaker)))
    fulltext.insert(db, words)  # passages: those of a new item are in no index yet


def entry_items(db: Handle, entry: int) -> Sequence[int]:
    """Every item of an entry, all versions."""
    return [row[0] for row in db.execute("SELECT id FROM item WHERE entry_id = ?", [entry]).fetchall()]
