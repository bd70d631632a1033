"""Items and their passages: versions of what was taken in, each with the memories that stand on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from mneme.memory.retention import Nature
from mneme.store import fulltext
from mneme.store.columns import Handle, embedded_text, micros, moment_columns, text_digest, to_json
from mneme.types import Conversation, Moment, Origin, Span


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
    """An item to be kept, with its passages. `key` says which item of its entry it is."""

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


def keep(db: Handle, entry: int, item: NewItem, threads: dict[str, int], now: datetime) -> Kept:
    """Keep an item: nothing if this version is there, else a new version; the one before stays as history."""
    row = db.execute("SELECT id, version, digest FROM item WHERE entry_id = ? AND key = ? AND retired_at IS NULL",
                     [entry, item.key]).fetchone()
    digest = item.digest()
    if row is not None and bytes(row[2]) == digest:
        return Kept.UNCHANGED
    if row is not None:
        retire(db, row[0], now)
    new = _insert(db, entry, item, digest, threads, _next_version(db, entry, item.key), now)
    if row is not None:
        _inherit(db, row[0], new)
    return Kept.ADDED if row is None else Kept.UPDATED


def keep_thread(db: Handle, entry: int, conversation: Conversation) -> int:
    """Keep a conversation's title and participants; its id."""
    people = to_json([{"key": p.key, "name": p.name, "role": p.role.value} for p in conversation.participants])
    db.execute(
        """INSERT INTO thread (entry_id, key, title, participants) VALUES (?, ?, ?, ?)
           ON CONFLICT (entry_id, key) DO UPDATE SET title = excluded.title, participants = excluded.participants""",
        [entry, conversation.key, conversation.title, people])
    return int(db.execute("SELECT id FROM thread WHERE entry_id = ? AND key = ?",
                          [entry, conversation.key]).fetchone()[0])


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
    """A passage that says the same in the newer version lives on: its age, its uses, its pin, its place in the bin."""
    pairs = db.execute(
        """SELECT min(o.id), n.id FROM memory n
           JOIN evidence e ON e.memory_id = n.id AND e.ordinal = 0 AND e.item_id = ?
           JOIN memory o ON o.digest = n.digest AND o.kind = 'passage'
           JOIN evidence f ON f.memory_id = o.id AND f.ordinal = 0 AND f.item_id = ?
           WHERE n.kind = 'passage' GROUP BY n.id""", [new, old]).fetchall()
    for before, after in pairs:
        db.execute("""UPDATE memory SET (recorded_at, pinned, forgotten_at) =
                      (SELECT recorded_at, pinned, forgotten_at FROM memory WHERE id = ?) WHERE id = ?""",
                   [before, after])
        db.execute("INSERT INTO use (memory_id, at, what) SELECT ?, at, what FROM use WHERE memory_id = ? ORDER BY id",
                   [after, before])
    fulltext.sync(db, [after for _before, after in pairs])


def count_current(db: Handle, entry: int) -> int:
    """How many items of an entry are current."""
    return int(db.execute("SELECT count(*) FROM item WHERE entry_id = ? AND retired_at IS NULL",
                          [entry]).fetchone()[0])


def _next_version(db: Handle, entry: int, key: str) -> int:
    row = db.execute("SELECT coalesce(max(version), 0) + 1 FROM item WHERE entry_id = ? AND key = ?",
                     [entry, key]).fetchone()
    return int(row[0])


def _insert(db: Handle, entry: int, item: NewItem, digest: bytes, threads: dict[str, int], version: int,
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
