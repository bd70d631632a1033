"""Erasing for good: words leave the text, its versions, every index; keyed hashes keep them from coming back.

A tombstone is a keyed BLAKE2b of a sentence (or of a place), so that what was erased can be recognised and
not read. Texts keep their length: erased characters become a full block, and every other span stays exact.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from mneme.expressions import expression
from mneme.memory.consolidation import duplicates
from mneme.memory.sentences import sentences
from mneme.store import (
    asked,
    chats,
    descriptions,
    echoes,
    entries,
    facts,
    fulltext,
    links,
    model_tasks,
    outlines,
    vectors,
)
from mneme.store import changes as journal
from mneme.store.columns import (
    HEADINGS,
    Handle,
    Row,
    embedded_text,
    in_batches,
    marks,
    micros,
    text_digest,
    to_json,
)
from mneme.store.hashing import KeyedHashes
from mneme.store.items import STABLE, NewItem
from mneme.types import Span

BLOCK = "\u2588"
DERIVED = b"mneme:derived"  # the place of what is made of memories: the same sentence in a file stays
TELLING = 16  # a sentence of fewer characters ("Yes.") is known only together with its place
_WORD, _WORDS = expression(r"\w"), expression(r"\w+")


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing touched: memories that are gone, and memories whose text shrank."""

    gone: frozenset[int]
    changed: frozenset[int]


@dataclass(slots=True)
class _Work:
    """One erasing: what it touched so far, and the words that went; `slots` are those of the facts that are gone."""

    db: Handle
    stones: "Tombstones"
    now: datetime
    gone: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    items: set[int] = field(default_factory=set)
    slots: set[facts.Slot] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def take(self, memory: int) -> None:
        """Take a memory away, with its words in every index."""
        row = self.db.execute("SELECT text, digest FROM memory WHERE id = ?", [memory]).fetchone()
        self.slots.update(facts.slots_of(self.db, [memory]))
        self.words.update(words_in(row[0]))
        fulltext.delete(self.db, [memory])
        self.db.execute("DELETE FROM memory WHERE id = ?", [memory])
        vectors.delete_unused(self.db, [bytes(row[1])])
        self.gone.add(memory)

    def finish(self) -> Erased:
        """Settle what facts that are gone had closed; take the words out of what is written beside memories."""
        made = journal.ChangeSet(self.db, "erase", "owner", self.now)
        facts.settle(self.db, made, self.slots)
        made.close(sealed=True)
        journal.erase(self.db, {*self.gone, *self.changed}, self.items)
        outlines.forget_words(self.db)
        asked.erase(self.db, self.changed, self.words)
        chats.erase(self.db, self.gone | self.changed)
        return Erased(frozenset(self.gone), frozenset(self.changed - self.gone))


class Tombstones:
    """Recognises what was erased, without knowing what it was."""

    def __init__(self, db: Handle, *, adding: bool = True) -> None:
        """Without `adding`, nothing is remembered of what is erased."""
        self._db, self._adding = db, adding
        self._hashes = KeyedHashes(db, "tombstone_key")
        self.any = self._hashes.used and db.execute("SELECT 1 FROM tombstone LIMIT 1").fetchone() is not None

    def add(self, place: bytes, texts: Iterable[str], now: datetime) -> None:
        """Remember sentences as erased."""
        if self._adding:
            self._put((self._of_sentence(place, text) for text in texts), now)

    def add_place(self, place: bytes, digest: bytes | None, now: datetime) -> None:
        """Remember that everything at a place, with these bytes, was erased."""
        if self._adding:
            self._put([self._hashes.of(b"place", place, digest or b"")], now)

    def has_place(self, place: Path, digest: bytes) -> bool:
        """Whether everything at this place, with these bytes, was erased."""
        return self.any and self._has(self._hashes.of(b"place", os.fsencode(place), digest))

    def has_text(self, place: bytes, text: str) -> bool:
        """Whether this very sentence was erased, there or, if it is long enough to tell by itself, anywhere."""
        return self.any and (self._has(self._of_sentence(place, text)) or self._has(self._of_sentence(b"", text)))

    def spans(self, place: bytes, text: str) -> list[Span]:
        """The sentences of `text` that were erased."""
        if not self.any:
            return []
        return [span for span in sentences(text) if self._has(self._of_sentence(place, text[span[0]:span[1]]))]

    def _put(self, hashes: Iterable[bytes], now: datetime) -> None:
        self._db.conn.executemany("INSERT OR IGNORE INTO tombstone (hash, at) VALUES (?, ?)",
                                  [(value, micros(now)) for value in hashes])
        self.any = True

    def _has(self, value: bytes) -> bool:
        return self._db.execute("SELECT 1 FROM tombstone WHERE hash = ?", [value]).fetchone() is not None

    def _of_sentence(self, place: bytes, text: str) -> bytes:
        plain = " ".join(text.split()).casefold()
        if len(plain) < TELLING or place == DERIVED:
            return self._hashes.of(b"short", place, plain.encode("utf-8", "surrogatepass"))
        return self._hashes.of(b"sentence", b"", plain.encode("utf-8", "surrogatepass"))


def blot(text: str, spans: Iterable[Span]) -> str:
    """`text` with these spans blotted out; line breaks stay, and so does the length."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        start = max(start, at)
        pieces += [text[at:start], re.sub(r"[^\n]", BLOCK, text[start:end])]
        at = end
    return "".join((*pieces, text[at:]))


def place_of(entry: bytes, key: str) -> bytes:
    """Where a short sentence is known by: its file or, in what is the same in every export, the thing itself."""
    return key.encode("utf-8", "surrogatepass") if key.startswith(STABLE) else entry


def scrub(stones: Tombstones, place: Path, item: NewItem) -> NewItem | None:
    """A new item without what was erased; None where nothing is left of it."""
    spans = stones.spans(place_of(os.fsencode(place), item.key), item.text)
    if not spans:
        return item
    text = blot(item.text, spans)
    if not _WORD.search(text):
        return None
    erased = _erased_text(item.text, spans)
    return replace(
        item, text=text, title=_unless_erased(item.title, erased, place),
        passages=tuple(replace(p, heading=_without(p.heading, erased)) for p in item.passages
                       if _WORD.search(text[p.span[0]:p.span[1]])),
        authors=_keep(item.authors, erased), tags=_keep(item.tags, erased), links=_keep(item.links, erased),
        notes=_keep(item.notes, erased),
        properties={k: v for k, v in item.properties.items() if v.casefold() not in erased})


def take_out(db: Handle, entry: int, now: datetime) -> Erased:
    """Take an entry out with all that stands on it, as if it had never been there.

    No keyed hash is left of it: it can be taken in again. The same words in other entries stay.
    """
    work = _Work(db, Tombstones(db, adding=False), now)
    held = db.execute("SELECT id, text, origin FROM item WHERE entry_id = ?", [entry]).fetchall()
    for row in held:
        if row["origin"] == "assistant":
            echoes.Echoes(db).drop(row["text"])
        for memory in outlines.around(db, row["id"], 0, len(row["text"])):
            work.take(memory)
    _erase_in_entry(work, entry, {row["id"]: [(0, len(row["text"]))] for row in held})
    return work.finish()


def erase(db: Handle, memories: Sequence[int], now: datetime) -> Erased:
    """Erase memories and everything else that holds their words.

    That is the same passages elsewhere, other versions, what they were before an edit, derived memories and indexes.
    Unknown ids are passed over: they are gone already.
    """
    work = _Work(db, Tombstones(db), now)
    passages, derived = _by_kind(db, _with_former(db, _with_merged(db, memories)))
    targets = _targets(db, passages)
    for row in targets:
        text = row["item_text"]
        hit = [s for s in sentences(text) if s[0] < row["stop"] and row["start"] < s[1]]
        work.stones.add(place_of(bytes(row["place"]), row["key"]), (text[s[0]:s[1]] for s in hit), now)
    _erase_summaries(work, targets)
    for entry in sorted({row["entry_id"] for row in targets}):
        spans_of: dict[int, list[Span]] = {row["item_id"]: [] for row in targets if row["entry_id"] == entry}
        for row in targets:
            if row["entry_id"] == entry:
                spans_of[row["item_id"]].append((row["start"], row["stop"]))
        _erase_in_entry(work, entry, spans_of)
    _erase_derived(work, derived)  # those that are still there: what goes with its passage may be learned elsewhere
    return work.finish()


def blot_out(db: Handle, spans_of: Mapping[int, Sequence[Span]], clear: Callable[[str], str], now: datetime) -> Erased:
    """Take these places out of the texts of items, with what was made of them; the rest of each text stays.

    What stands beside a text (title, headings, tags …) becomes what `clear` makes of it. Nothing is remembered as
    erased: what is read anew comes without it by itself.
    """
    work = _Work(db, Tombstones(db), now)
    for item, spans in spans_of.items():
        _clear_beside(db, item, clear)
        row = db.execute("SELECT i.*, n.place FROM item i JOIN entry n ON n.id = i.entry_id WHERE i.id = ?",
                         [item]).fetchone()
        if row is not None:
            _erase_in_item(work, row, bytes(row["place"]), spans)
    return work.finish()


def _clear_beside(db: Handle, item: int, clear: Callable[[str], str]) -> None:
    row = db.execute("SELECT * FROM item WHERE id = ?", [item]).fetchone()
    if row is None:
        return
    lists = {name: to_json([clear(one) for one in json.loads(row[name])]) for name in ("authors", "tags", "links",
                                                                                       "notes")}
    properties = {name: clear(f"{name}: {value}")[len(name) + 2:]  # "password" may stand in the name alone
                  for name, value in json.loads(row["properties"]).items()}
    db.table("item").update(item, {**lists, "properties": to_json(properties), "title": clear(row["title"])})
    for memory, heading in db.execute("SELECT m.id, m.heading FROM evidence e JOIN memory m ON m.id = e.memory_id "
                                      "WHERE e.item_id = ? AND m.heading <> ''", [item]).fetchall():
        db.execute("UPDATE memory SET heading = ? WHERE id = ?", [clear(heading), memory])


def _targets(db: Handle, memories: Sequence[int]) -> list[Row]:
    """The passages that memories stand on, and the same passages wherever they stand."""
    found: dict[tuple[int, int, int], Row] = {}
    for memory in dict.fromkeys(memories):
        rows = db.execute(
            """SELECT e.item_id, e.start, e."end" AS stop, i.entry_id, i.key, i.text AS item_text, n.place
               FROM memory own JOIN memory m ON m.id = own.id OR (m.digest = own.digest AND length(own.text) >= ?)
               JOIN evidence e ON e.memory_id = m.id JOIN item i ON i.id = e.item_id
               JOIN entry n ON n.id = i.entry_id WHERE own.id = ?""", [TELLING, memory]).fetchall()
        found |= {(row["item_id"], row["start"], row["stop"]): row for row in rows}
    return list(found.values())


def _with_merged(db: Handle, memories: Sequence[int]) -> list[int]:
    """These memories, what the owner merged into them, and the owner's notes on any of them, wherever they stand."""
    merged = [*memories, *links.merged_into(db, memories)]
    same = [row[0] for part in in_batches(merged) for row in db.execute(
        f"""SELECT DISTINCT m.id FROM memory own JOIN memory m ON m.digest = own.digest AND m.kind = 'passage'
            WHERE own.id IN ({marks(part)}) AND length(own.text) >= ?""", [*part, TELLING]).fetchall()]
    return list(dict.fromkeys((*merged, *links.notes_on(db, [*merged, *same]))))


def _with_former(db: Handle, memories: Sequence[int]) -> list[int]:
    """These memories, and what they were before the owner gave them other words."""
    return [row[0] for memory in dict.fromkeys(memories) for row in db.execute(
        """WITH RECURSIVE former (id) AS (SELECT ? UNION SELECT l.to_id FROM link l JOIN former f ON f.id = l.from_id
           WHERE l.kind = 'correction') SELECT id FROM former""", [memory]).fetchall()]


def _by_kind(db: Handle, memories: Sequence[int]) -> tuple[list[int], list[int]]:
    """The passages among these memories, and the derived ones, which go alone: what they stand on stays."""
    kinds = {memory: db.execute("SELECT kind FROM memory WHERE id = ?", [memory]).fetchone() for memory in memories}
    found = {memory: row[0] for memory, row in kinds.items() if row is not None}
    return ([memory for memory, kind in found.items() if kind == "passage"],
            [memory for memory, kind in found.items() if kind != "passage"])


def _erase_derived(work: _Work, derived: Sequence[int]) -> None:
    """Erase facts with every telling of them, events, summaries; the same fact is not learned again."""
    tellings = [row[0] for memory in derived for row in work.db.execute(
        "SELECT memory_id FROM fact WHERE same_as = ?", [memory]).fetchall()]
    for memory in dict.fromkeys((*derived, *tellings)):
        row = work.db.execute("SELECT text FROM memory WHERE id = ?", [memory]).fetchone()
        if row is not None:
            work.stones.add(DERIVED, [row[0]], work.now)
            work.take(memory)


def _erase_summaries(work: _Work, targets: Sequence[Row]) -> None:
    """Summaries of the days, and of the topics, of what is erased: their keywords come from more than they cite."""
    for row in targets:
        for memory in outlines.around(work.db, row["item_id"], row["start"], row["stop"]):
            work.take(memory)


def _erase_in_entry(work: _Work, entry: int, spans_of: dict[int, list[Span]]) -> None:
    db, stones = work.db, work.stones
    place_row = db.execute("SELECT place, digest FROM entry WHERE id = ?", [entry]).fetchone()
    place = bytes(place_row[0])
    for row in db.execute("SELECT * FROM item WHERE entry_id = ?", [entry]).fetchall():
        whole = [s for s in sentences(row["text"])
                 if any(s[0] < end and start < s[1] for start, end in spans_of.get(row["id"], []))]
        spans = [*spans_of.get(row["id"], []), *whole, *stones.spans(place_of(place, row["key"]), row["text"])]
        if spans:
            _erase_in_item(work, row, place, spans)
    if not db.execute("SELECT 1 FROM item WHERE entry_id = ? LIMIT 1", [entry]).fetchone():
        stones.add_place(place, place_row[1], work.now)
        entries.drop(db, entry)


def _erase_in_item(work: _Work, row: Row, place: bytes, spans: Sequence[Span]) -> None:
    db, gone = work.db, work.gone
    text = blot(row["text"], spans)
    erased = _erased_text(row["text"], spans)
    work.items.add(row["id"])
    work.words.update(words_in(erased))
    standing = db.execute(
        """SELECT DISTINCT m.id, m.kind, m.text, m.heading, m.digest, e.start, e."end" AS stop
           FROM evidence e JOIN memory m ON m.id = e.memory_id WHERE e.item_id = ?""", [row["id"]]).fetchall()
    free: list[bytes] = []
    for memory in standing:
        if memory["id"] in gone:  # it stands on two places of this item
            continue
        touched = any(start < memory["stop"] and memory["start"] < end for start, end in spans)
        if touched and memory["kind"] == "passage":
            links.drop_bands(db, memory["id"], duplicates.bands(duplicates.signature(memory["text"])))
        heading = _without(memory["heading"], erased)
        piece = text[memory["start"]:memory["stop"]]
        if touched and (memory["kind"] != "passage" or not _WORD.search(piece)):
            work.take(memory["id"])
        elif touched or heading != memory["heading"]:
            db.execute("UPDATE memory SET text = ?, digest = ?, heading = ? WHERE id = ?",
                       [piece, text_digest(embedded_text(piece, row["speaker"])), heading, memory["id"]])
            db.execute("DELETE FROM revision WHERE memory_id = ? AND before IS NOT NULL", [memory["id"]])
            descriptions.erase(db, memory["id"])
            model_tasks.read_again(db, memory["id"])
            work.changed.add(memory["id"])
            free.append(bytes(memory["digest"]))
    _rewrite_item(db, row, place, text, erased)
    fulltext.sync(db, [memory["id"] for memory in standing if memory["id"] not in gone])
    vectors.delete_unused(db, free)


def _rewrite_item(db: Handle, row: Row, place: bytes, text: str, erased: str) -> None:
    if not _WORD.search(text):
        db.execute("DELETE FROM item WHERE id = ?", [row["id"]])
        return
    kept = {name: to_json(_keep(json.loads(row[name]), erased)) for name in ("authors", "tags", "links", "notes")}
    properties = {k: v for k, v in json.loads(row["properties"]).items() if v.casefold() not in erased}
    db.table("item").update(row["id"], {
        **kept, "text": text, "properties": to_json(properties),
        "title": _unless_erased(row["title"], erased, Path(os.fsdecode(place))), "digest": text_digest(text)})


def words_in(text: str) -> set[str]:
    """The words of a text, in lower case."""
    return set(_WORDS.findall(text.casefold()))


def _erased_text(text: str, spans: Iterable[Span]) -> str:
    return "\n".join(text[start:end] for start, end in spans).casefold()


def _unless_erased(title: str, erased: str, place: Path) -> str:
    return place.stem if title.casefold() in erased else title


def _without(heading: str, erased: str) -> str:
    return HEADINGS.join(part for part in heading.split(HEADINGS) if part.casefold() not in erased)


def _keep(values: Sequence[str], erased: str) -> tuple[str, ...]:
    return tuple(value for value in values if value.casefold() not in erased)
