"""What assistants and Mneme itself said, as keyed hashes: the same sentence in a later note is nobody's own word.

An answer that is copied into a note must not come back as a fact about its owner. Sentences are known by their words
alone, so that quotes, bullets and bold print around them make no difference, and by their clauses, so that a part of
one is known, too. What was written before an assistant said it is not an echo.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mneme.expressions import expression
from mneme.memory.sentences import sentences
from mneme.store.columns import Handle, instant, micros
from mneme.store.hashing import KeyedHashes

FEWEST = 3  # words: shorter ones ("Yes, of course.") tell nothing, and everybody says them
_STRETCH: dict[str, timedelta] = {
    "year": timedelta(days=366), "month": timedelta(days=31), "day": timedelta(days=1), "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1)}
_WORDS = expression(r"\w+")
_LINE_END = expression(r"(?<=[^\n])\n(?=[^\n])")
_CLAUSE = expression(r"[,;:()\u2013\u2014\u2026]| - ")


class Echoes:
    """Knows what was said by a machine. Made within a transaction or a reading."""

    def __init__(self, db: Handle) -> None:
        self._db = db
        self._hashes = KeyedHashes(db, "echo_key")

    def add(self, text: str, at: datetime) -> None:
        """Remember the sentences of `text` as said by a machine at a moment; the earliest counts."""
        self._db.conn.executemany(
            "INSERT INTO echo (hash, at) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET at = min(at, excluded.at)",
            [(value, micros(at)) for sentence in _readings(text) for value in self._each(sentence)])

    def drop(self, text: str) -> None:
        """Forget that the sentences of `text` were said by a machine."""
        if self._hashes.used:
            self._db.conn.executemany("DELETE FROM echo WHERE hash = ?",
                                      [(value,) for sentence in _readings(text) for value in self._each(sentence)])

    def has(self, item: int, start: int, end: int) -> bool:
        """Whether a machine had said the sentence at a place of an item, or all its clauses, before it stood there."""
        if not self._hashes.used:
            return False
        text, until = self._written(item, start)
        return any(self._has(sentence, until) for sentence in {
            _sentence_at(text, start, end), _sentence_at(_unbroken(text), start, end)})

    def _written(self, item: int, start: int) -> tuple[str, datetime]:
        """An item's text, and by when the words at a place of it were written at the latest.

        A message was when it was sent. Of a document its content may name any date: what counts is when its file was
        written, or these words were first taken in, whichever is earlier.
        """
        row = self._db.execute(
            """SELECT i.text, i.thread_id, i.happened_at, i.happened_precision, n.mtime_ns,
                      coalesce((SELECT min(m.recorded_at) FROM evidence e JOIN memory m ON m.id = e.memory_id
                                WHERE e.item_id = i.id AND m.kind = 'passage' AND e.start <= ? AND ? < e."end"),
                               i.recorded_at) AS recorded_at
               FROM item i JOIN entry n ON n.id = i.entry_id WHERE i.id = ?""", [start, start, item]).fetchone()
        if row["thread_id"] is not None and row["happened_at"] is not None:
            return row["text"], instant(row["happened_at"]) + _STRETCH[row["happened_precision"]]
        file = row["mtime_ns"] // 1000
        return row["text"], instant(min(row["recorded_at"], file) if file else row["recorded_at"])

    def _has(self, sentence: str, until: datetime) -> bool:
        clauses = list(_clauses(sentence))
        return self._said(_plain(sentence), until) or (
            bool(clauses) and all(self._said(clause, until) for clause in clauses))

    def count(self) -> int:
        """How many are known."""
        return int(self._db.execute("SELECT count(*) FROM echo").fetchone()[0])

    def facts_after(self, memory: int, limit: int) -> tuple[list[int], int | None]:
        """Of the next facts in force, those that a machine had said before; the last one seen, None at the end."""
        rows = self._db.execute(
            """SELECT m.id, e.item_id, e.start, e."end" AS stop
               FROM fact f JOIN memory m ON m.id = f.memory_id JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
               WHERE m.id > ? AND m.retired_at IS NULL AND f.by_hand_at IS NULL ORDER BY m.id LIMIT ?""",
            [memory, limit]).fetchall()
        found = [row["id"] for row in rows if self.has(row["item_id"], row["start"], row["stop"])]
        return found, rows[-1]["id"] if len(rows) == limit else None

    def _each(self, sentence: str) -> set[bytes]:
        return {self._hashes.of(b"echo", b"", said.encode("utf-8", "surrogatepass"))
                for said in (_plain(sentence), *_clauses(sentence)) if said}

    def _said(self, plain: str, until: datetime) -> bool:
        if not plain:
            return False
        value = self._hashes.of(b"echo", b"", plain.encode("utf-8", "surrogatepass"))
        return self._db.execute("SELECT 1 FROM echo WHERE hash = ? AND at < ?",
                                [value, micros(until)]).fetchone() is not None


def _sentence_at(text: str, start: int, end: int) -> str:
    """The sentence that a place of a text lies in."""
    return next((text[s:e] for s, e in sentences(text) if s <= start < e), text[start:end])


def _readings(text: str) -> set[str]:
    """The sentences of a text as its lines stand, and as they would be if it were not broken into lines."""
    return {one[start:end] for one in (text, _unbroken(text)) for start, end in sentences(one)}


def _unbroken(text: str) -> str:
    """The text with its paragraphs on one line each, as long as before."""
    return _LINE_END.sub(" ", text)


def _plain(text: str) -> str:
    """The words of a sentence without the number of a list before them, or "" where there are too few to tell."""
    words = _WORDS.findall(text.casefold())
    while words and words[0].isdecimal():
        del words[0]
    return " ".join(words) if len(words) >= FEWEST else ""


def _clauses(sentence: str) -> Iterator[str]:
    parts = _CLAUSE.split(sentence)
    return (plain for plain in map(_plain, parts) if plain) if len(parts) > 1 else iter(())
