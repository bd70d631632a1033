"""The FTS5 indexes over live memories, passages apart from what is derived: words in, words out, BM25."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from mneme.store.columns import Handle, marks
from mneme.store.terms import segment

TEXT_WEIGHT, CONTEXT_WEIGHT = 1.0, 0.4
Index = Literal["memory_fts", "derived_fts"]
PASSAGES: Index = "memory_fts"
DERIVED: Index = "derived_fts"
INDEXES: tuple[Index, ...] = (PASSAGES, DERIVED)


@dataclass(frozen=True, slots=True)
class Words:
    """The searchable words of one memory: its text, and its context (title, headings, speaker)."""

    memory: int
    text: str
    context: str


def secure(db: Handle) -> bool:
    """Ask FTS5 to overwrite what it deletes; False where this SQLite cannot (before 3.42)."""
    version = tuple(int(part) for part in db.execute("SELECT sqlite_version()").fetchone()[0].split("."))
    if version < (3, 42, 0):
        return False
    for index in INDEXES:
        db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('secure-delete', 1)")
    return True


def is_secure(db: Handle) -> bool:
    """Whether FTS5 overwrites what it deletes."""
    rows = [db.execute(f"SELECT v FROM {index}_config WHERE k = 'secure-delete'").fetchone() for index in INDEXES]
    return all(row is not None and int(row[0]) == 1 for row in rows)


def insert(db: Handle, words: Iterable[Words], index: Index = PASSAGES) -> None:
    """Make memories findable by their words."""
    db.conn.executemany(
        f"INSERT INTO {index} (rowid, text, context) VALUES (?, ?, ?)",
        [(w.memory, segment(w.text), segment(w.context)) for w in words])


def delete(db: Handle, memories: Iterable[int]) -> None:
    """Take memories out of the indexes."""
    gone = [(memory,) for memory in memories]
    for index in INDEXES:
        db.conn.executemany(f"DELETE FROM {index} WHERE rowid = ?", gone)


def sync(db: Handle, memories: Collection[int]) -> None:
    """Bring the indexes up to date with these memories, whatever became of them."""
    delete(db, memories)
    live: dict[Index, list[int]] = {index: [] for index in INDEXES}
    for memory in sorted(memories):
        row = db.execute("SELECT kind FROM memory WHERE id = ? AND retired_at IS NULL AND forgotten_at IS NULL",
                         [memory]).fetchone()
        if row is not None:
            live[PASSAGES if row[0] == "passage" else DERIVED].append(memory)
    for index, found in live.items():
        insert(db, words_of(db, found), index)


def search(db: Handle, match: str, limit: int, index: Index = PASSAGES) -> list[tuple[int, float]]:
    """(memory, BM25 score) for an FTS5 expression, best first; a higher score is better."""
    rows = db.execute(
        f"""SELECT rowid, bm25({index}, {TEXT_WEIGHT}, {CONTEXT_WEIGHT}) AS score FROM {index}
            WHERE {index} MATCH ? ORDER BY score, rowid LIMIT ?""", [match, limit]).fetchall()
    return [(row[0], -row[1]) for row in rows]


def search_among(db: Handle, match: str, passages: Sequence[int], limit: int) -> list[tuple[int, float]]:
    """The same of some passages alone."""
    rows = db.execute(
        f"""SELECT rowid, bm25(memory_fts, {TEXT_WEIGHT}, {CONTEXT_WEIGHT}) AS score FROM memory_fts
            WHERE memory_fts MATCH ? AND rowid IN (SELECT value FROM json_each(?)) ORDER BY score, rowid LIMIT ?""",
        [match, json.dumps(list(passages)), limit]).fetchall()
    return [(row[0], -row[1]) for row in rows]


def count(db: Handle, match: str, after: int = 0) -> int:
    """How many live passages with an id above `after` match."""
    return int(db.execute("SELECT count(*) FROM memory_fts WHERE memory_fts MATCH ? AND rowid > ?",
                          [match, after]).fetchone()[0])


def phrase(words: str) -> str:
    """An FTS5 expression that matches these words side by side; quoted, so that nothing in it is syntax."""
    return '"' + segment(words).replace('"', '""') + '"'


def among(db: Handle, match: str, memories: Sequence[int]) -> set[int]:
    """Those of the passages `memories` whose own text, not its context, matches."""
    rows = db.execute(f"SELECT rowid FROM memory_fts WHERE memory_fts MATCH ? AND rowid IN ({marks(memories)})",
                      ["{text} : (" + match + ")", *memories]).fetchall()
    return {row[0] for row in rows}


def words_of(db: Handle, memories: Sequence[int]) -> list[Words]:
    """The words under which memories are indexed, read from the ground truth."""
    found: list[Words] = []
    for memory in memories:
        row = db.execute(
            """SELECT m.text, m.heading, i.title, i.speaker FROM memory m
               LEFT JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
               LEFT JOIN item i ON i.id = e.item_id WHERE m.id = ?""", [memory]).fetchone()
        if row is not None:
            found.append(Words(memory, row[0], context(row[2] or "", row[1], row[3])))
    return found


def context(title: str, heading: str, speaker: str | None) -> str:
    """What is known around a memory, as words."""
    return "\n".join(part for part in (title, heading, speaker or "") if part)


def rebuild(db: Handle) -> int:
    """Make the indexes anew from the live memories; how many there are."""
    for index in INDEXES:
        db.execute(f"DELETE FROM {index}")
    live = [row[0] for row in db.execute(
        "SELECT id FROM memory WHERE retired_at IS NULL AND forgotten_at IS NULL ORDER BY id").fetchall()]
    sync(db, live)
    return len(live)
