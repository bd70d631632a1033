"""Who speaks, of whom facts tell, which topics they share; and taking a name out of what stands beside memories."""

import json
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mneme.memory.sentences import sentences
from mneme.store import fulltext
from mneme.store.columns import (
    EPOCH,
    MICROSECOND,
    Handle,
    Row,
    in_batches,
    instant_or_none,
    marks,
    text_digest,
    to_json,
)
from mneme.store.erasing import Tombstones, blot, place_of
from mneme.store.memories import LIVE, LIVE_PASSAGE
from mneme.types import FactState, Moment, Span

# by what is said itself, not by the time of a file
_DATED = "CASE WHEN i.happened_from = 'file' AND m.happened_at IS i.happened_at THEN NULL ELSE m.happened_at END"
_PLACED = "JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0 JOIN item i ON i.id = e.item_id"
# A copy counts with the one that is kept, as long as that one is there.
_NO_COPY = """NOT EXISTS (SELECT 1 FROM link l JOIN memory o ON o.id = l.to_id AND o.retired_at IS NULL
    AND o.forgotten_at IS NULL WHERE l.from_id = m.id AND l.kind = 'duplicate')"""
_BELOW = """WITH RECURSIVE below (id) AS (SELECT ? UNION SELECT t.id FROM topic t JOIN below b ON t.parent_id = b.id)"""


@dataclass(frozen=True, slots=True)
class Talk:
    """What one speaker says in one conversation (thread None: in none), with the first and last time that is told."""

    thread: int | None
    speaker: str
    origin: str
    messages: int
    passages: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class TakesPart:
    """Somebody in a conversation, whether they speak or not."""

    thread: int
    key: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Telling:
    """A live fact as far as people are found by it."""

    memory: int
    subject: str
    relation: str
    topic: str
    object: str
    state: FactState
    text: str
    holds: bool  # now: neither over nor called off


@dataclass(frozen=True, slots=True)
class Naming:
    """A live passage that somebody said, or that names them; `month` ("2024-05") on the clock of those who said it."""

    memory: int
    by: bool
    month: str | None
    at: int  # to sort by: when it happened, or else was recorded


def talks(db: Handle) -> list[Talk]:
    """Who says how much where, in live passages; the owner and assistants, too."""
    rows = db.execute(
        f"""SELECT i.thread_id, i.speaker, m.origin, count(DISTINCT i.id), count(*), min({_DATED}), max({_DATED})
            FROM memory m {_PLACED} WHERE {LIVE_PASSAGE} AND i.speaker IS NOT NULL
            GROUP BY i.thread_id, i.speaker, m.origin ORDER BY 1, 2, 3""").fetchall()
    return [Talk(row[0], row[1], row[2], row[3], row[4], instant_or_none(row[5]), instant_or_none(row[6]))
            for row in rows]


def taking_part(db: Handle) -> list[TakesPart]:
    """Who takes part in conversations of which something is live."""
    rows = db.execute(
        f"""SELECT t.id, t.participants FROM thread t WHERE EXISTS (
            SELECT 1 FROM item i JOIN evidence e ON e.item_id = i.id JOIN memory m ON m.id = e.memory_id
            WHERE i.thread_id = t.id AND i.retired_at IS NULL AND {LIVE_PASSAGE}) ORDER BY t.id""").fetchall()
    return [TakesPart(row[0], one["key"], one["name"], one["role"]) for row in rows for one in json.loads(row[1])]


def tellings(db: Handle, now: datetime) -> list[Telling]:
    """Every live fact, also of what is over."""
    at = (now - EPOCH) // MICROSECOND
    rows = db.execute(
        f"""SELECT m.id, f.subject, f.relation, f.topic, f.object, f.state, m.text,
                   f.state IN ('holds', 'planned', 'conflict') AND coalesce(m.valid_to, 9223372036854775807) > ?
            FROM fact f JOIN memory m ON m.id = f.memory_id WHERE m.kind = 'fact' AND {LIVE} ORDER BY m.id""",
        [at]).fetchall()
    return [Telling(row[0], row[1], row[2], row[3], row[4], row[5], row[6], bool(row[7])) for row in rows]


def topic_speakers(db: Handle) -> list[tuple[int, str, int]]:
    """(topic, who, how many passages of theirs) of others than the owner, in the topic itself."""
    return [(row[0], row[1], row[2]) for row in db.execute(
        f"""SELECT s.topic_id, i.speaker, count(*) FROM membership s JOIN memory m ON m.id = s.memory_id AND {LIVE}
            JOIN evidence e ON e.memory_id = m.id JOIN item i ON i.id = e.item_id
            WHERE i.speaker IS NOT NULL AND i.origin = 'other' GROUP BY 1, 2 ORDER BY 1, 2""").fetchall()]


def topic_facts(db: Handle) -> list[tuple[int, int]]:
    """(topic, fact) where a fact stands on what belongs to the topic itself."""
    return [(row[0], row[1]) for row in db.execute(
        f"""SELECT DISTINCT s.topic_id, f.memory_id FROM fact f JOIN memory o ON o.id = f.memory_id
                AND o.retired_at IS NULL AND o.forgotten_at IS NULL
            JOIN evidence p ON p.memory_id = f.memory_id AND p.ordinal = 0
            JOIN evidence e ON e.item_id = p.item_id AND e.start < p."end" AND p.start < e."end"
            JOIN membership s ON s.memory_id = e.memory_id JOIN memory m ON m.id = s.memory_id AND {LIVE}
            ORDER BY 1, 2""").fetchall()]


def naming(db: Handle, names: Sequence[str], tells: Callable[[str], bool]) -> list[Naming]:
    """Live passages said under one of `names`, or whose words name one as `tells` knows, the latest first."""
    found: dict[int, Naming] = {}
    for part in in_batches([name for name in names if any(map(str.isalnum, name))]):
        match = " OR ".join(map(fulltext.phrase, part))
        rows = db.execute(
            f"""SELECT m.id, m.text, i.speaker, m.origin, coalesce(m.happened_at, m.recorded_at) AS at,
                       strftime('%Y-%m', ({_DATED} + coalesce(m.happened_offset, 0) * 60000000) / 1000000,
                                'unixepoch') AS month
                FROM memory_fts w CROSS JOIN memory m ON m.id = w.rowid {_PLACED}
                WHERE w.memory_fts MATCH ? AND {LIVE_PASSAGE} AND {_NO_COPY}""", [match]).fetchall()
        for row in rows:
            by = row["speaker"] in names and row["origin"] == "other"
            if by or tells(row["text"]):
                found[row["id"]] = Naming(row["id"], by, row["month"], row["at"])
    return sorted(found.values(), key=lambda one: (-one.at, -one.memory))


def topics_among(db: Handle, events: Collection[int]) -> dict[int, int]:
    """How many of these events belong to each topic."""
    found: dict[int, int] = {}
    for part in in_batches(sorted(events)):
        for topic, count in db.execute(f"SELECT topic_id, count(*) FROM membership WHERE memory_id IN ({marks(part)}) "
                                       "GROUP BY topic_id", part).fetchall():
            found[topic] = found.get(topic, 0) + count
    return found


def span_of_topic(db: Handle, topic: int) -> tuple[Moment | None, Moment | None]:
    """When the first and the last of what a topic holds happened; None where nothing of it tells its time."""
    rows = [db.execute(
        f"""{_BELOW} SELECT m.happened_at, m.happened_offset, m.happened_precision
            FROM membership s JOIN below b ON b.id = s.topic_id JOIN memory m ON m.id = s.memory_id AND {LIVE}
            {_PLACED} WHERE {_DATED} IS NOT NULL ORDER BY m.happened_at {way}, m.id LIMIT 1""", [topic]).fetchone()
        for way in ("ASC", "DESC")]
    first, last = (None if row is None else Moment(EPOCH + row[0] * MICROSECOND, row[1], row[2]) for row in rows)
    return first, last


def latest_of_topic(db: Handle, topic: int, limit: int) -> list[int]:
    """The latest live memories that belong to a topic or to one below it."""
    return [row[0] for row in db.execute(
        f"""{_BELOW} SELECT m.id FROM membership s JOIN below b ON b.id = s.topic_id
            JOIN memory m ON m.id = s.memory_id AND {LIVE}
            ORDER BY coalesce(m.happened_at, m.recorded_at) DESC, m.id DESC LIMIT ?""", [topic, limit]).fetchall()]


def standing_under(db: Handle, facts: Sequence[int]) -> list[int]:
    """The passages on which these facts stand, older versions and those in the bin included."""
    return sorted({row[0] for part in in_batches(facts) for row in db.execute(
        f"""SELECT p.memory_id FROM evidence f JOIN evidence p ON p.item_id = f.item_id AND p.start < f."end"
            AND f.start < p."end" JOIN memory o ON o.id = p.memory_id AND o.kind = 'passage'
            WHERE f.memory_id IN ({marks(part)})""", part).fetchall()})


def facts_of(db: Handle, subjects: Sequence[str]) -> list[int]:
    """Every fact about one of these, as they are written, and those that repeat one or are in the bin."""
    return sorted({row[0] for part in in_batches(subjects) for row in db.execute(
        f"SELECT memory_id FROM fact WHERE subject COLLATE NOCASE IN ({marks(part)})", part).fetchall()})


# ------------------------------------------------------------------ taking a name out


def take_out(db: Handle, names: Sequence[str], found: Callable[[str], list[Span]], now: datetime) -> None:
    """Take a name out of what stands beside memories, once these are erased.

    That is who takes part in conversations, titles, headings, authors, tags, what a text keeps outside of passages,
    conversations with Mneme, and the list of what was left out. `found` says where in a text the name stands.
    """
    keys = {name.strip().casefold() for name in names}
    _out_of_threads(db, keys, found)
    touched = _out_of_items(db, keys, found, now)
    touched |= _out_of_headings(db, found)
    fulltext.sync(db, touched)
    for table, column in (("left_out", "shown"), ("asked", "text"), ("chat_turn", "asked"), ("chat_turn", "answer")):
        gone = [row[0] for row in db.execute(f"SELECT id, {column} FROM {table}").fetchall() if found(row[1])]
        for part in in_batches(gone):
            db.execute(f"DELETE FROM {table} WHERE id IN ({marks(part)})", part)
    for column in ("title", "summary"):
        for number, text in db.execute(f"SELECT id, {column} FROM chat").fetchall():
            if spans := found(text):
                db.execute(f"UPDATE chat SET {column} = ? WHERE id = ?", [blot(text, spans), number])


def _out_of_threads(db: Handle, keys: set[str], found: Callable[[str], list[Span]]) -> None:
    for number, title, participants in db.execute("SELECT id, title, participants FROM thread").fetchall():
        people = json.loads(participants)
        left = [one for one in people if not {one["name"].strip().casefold(), one["key"].strip().casefold()} & keys
                and not found(one["name"])]
        spans = found(title)
        if spans or len(left) < len(people):
            db.execute("UPDATE thread SET title = ?, participants = ? WHERE id = ?",
                       [blot(title, spans), to_json(left), number])


def _out_of_items(db: Handle, keys: set[str], found: Callable[[str], list[Span]], now: datetime) -> set[int]:
    """The memories of the items that were changed."""
    stones, touched = Tombstones(db), set[int]()
    last = 0
    while rows := db.execute("""SELECT i.*, n.place FROM item i JOIN entry n ON n.id = i.entry_id WHERE i.id > ?
                                ORDER BY i.id LIMIT 200""", [last]).fetchall():
        for row in rows:
            last = row["id"]
            if values := _without(row, keys, found, stones, now):
                db.table("item").update(row["id"], values)
                touched |= {one[0] for one in db.execute(
                    "SELECT memory_id FROM evidence WHERE item_id = ?", [row["id"]]).fetchall()}
    return touched


def _without(row: Row, keys: set[str], found: Callable[[str], list[Span]], stones: Tombstones,
             now: datetime) -> dict[str, str | bytes | None]:
    """The columns of an item that change when the name goes."""
    values: dict[str, str | bytes | None] = {}
    for column in ("authors", "tags", "links", "notes"):
        kept = json.loads(row[column])
        left = [one for one in kept if one.strip().casefold() not in keys and not found(one)]
        if len(left) < len(kept):
            values[column] = to_json(left)
    properties = json.loads(row["properties"])
    left_over = {key: value for key, value in properties.items() if not found(str(value))}
    if len(left_over) < len(properties):
        values["properties"] = to_json(left_over)
    if spans := found(row["title"]):
        stem = Path(os.fsdecode(bytes(row["place"]))).stem
        values["title"] = blot(row["title"], spans) if found(stem) or row["thread_id"] is not None else stem
    if spans := found(row["text"]):
        place = place_of(bytes(row["place"]), row["key"])
        whole = [s for s in sentences(row["text"]) if any(s[0] < end and start < s[1] for start, end in spans)]
        stones.add(place, (row["text"][start:end] for start, end in whole), now)
        text = blot(row["text"], [*whole, *spans])
        values |= {"text": text, "digest": text_digest(text)}
    return values


def _out_of_headings(db: Handle, found: Callable[[str], list[Span]]) -> set[int]:
    """The memories whose headings, or keywords, were changed."""
    touched: set[int] = set()
    for number, heading in db.execute("SELECT id, heading FROM memory WHERE heading <> ''").fetchall():
        if spans := found(heading):
            db.execute("UPDATE memory SET heading = ? WHERE id = ?", [blot(heading, spans), number])
            touched.add(number)
    return touched


def whole_words(names: Iterable[str]) -> Callable[[str], list[Span]]:
    """A function that finds where in a text one of `names` stands as whole words, whatever lies between them."""
    wanted = [words for name in names if (words := [word for word, _span in _worded(name)])]

    def find(text: str) -> list[Span]:
        low = text.casefold()
        if not any(words[0] in low for words in wanted):  # most texts
            return []
        there = _worded(text)
        plain = [word for word, _span in there]
        return [(there[at][1][0], there[at + len(words) - 1][1][1]) for words in wanted
                for at in range(len(plain) - len(words) + 1) if plain[at:at + len(words)] == words]

    return find


def _worded(text: str) -> list[tuple[str, Span]]:
    """The words of a text, case-folded, with their places."""
    found: list[tuple[str, Span]] = []
    start = -1
    for at, character in enumerate(f"{text} "):
        if character.isalnum():
            start = at if start < 0 else start
        elif start >= 0:
            found.append((text[start:at].casefold(), (start, at)))
            start = -1
    return found
