"""Questions that found nothing: kept, to be asked again when there are new memories."""

from collections.abc import Iterable, Set
from datetime import datetime

from mneme.expressions import expression
from mneme.store import fulltext
from mneme.store.columns import Handle, Row, instant, instant_or_none, micros
from mneme.types import PendingQuestion

_WORDS = expression(r"\w+")
MOST = 200  # questions that wait; the oldest are dropped for new ones


def keep(db: Handle, text: str, now: datetime) -> None:
    """Keep a question; asked again, it waits again."""
    db.execute("""INSERT INTO asked (text, asked_at, tried_up_to) VALUES (?, ?, ?)
                  ON CONFLICT (text) DO UPDATE SET asked_at = excluded.asked_at, tried_up_to = excluded.tried_up_to,
                  answered_at = NULL, answer = NULL, memory_id = NULL""", [text.strip(), micros(now), newest(db)])
    db.execute("DELETE FROM asked WHERE answered_at IS NULL AND id NOT IN "
               "(SELECT id FROM asked WHERE answered_at IS NULL ORDER BY asked_at DESC, id DESC LIMIT ?)", [MOST])


def due(db: Handle, limit: int) -> list[PendingQuestion]:
    """Open questions since whose last try there are new passages, the latest first."""
    rows = db.execute("""SELECT * FROM asked WHERE answered_at IS NULL AND tried_up_to < ?
                         ORDER BY asked_at DESC LIMIT ?""", [newest(db), limit]).fetchall()
    return [_question(row) for row in rows]


def tried(db: Handle, question: int, up_to: int) -> None:
    """It was asked again, of all memories up to here, and found nothing."""
    db.execute("UPDATE asked SET tried_up_to = ? WHERE id = ?", [up_to, question])


def answered(db: Handle, question: int, answer: str, memory: int, now: datetime) -> None:
    """It found something."""
    db.execute("UPDATE asked SET answered_at = ?, answer = ?, memory_id = ? WHERE id = ?",
               [micros(now), answer, memory, question])


def settle(db: Handle, text: str) -> None:
    """A question was answered when the owner asked it: it waits no more."""
    db.execute("DELETE FROM asked WHERE text = ? AND answered_at IS NULL", [text.strip()])


def listed(db: Handle, *, answered: bool) -> list[PendingQuestion]:
    """Those that wait, or those that found something, the latest first."""
    which = "IS NOT NULL ORDER BY answered_at DESC" if answered else "IS NULL ORDER BY asked_at DESC"
    return [_question(row) for row in db.execute(f"SELECT * FROM asked WHERE answered_at {which}, id DESC").fetchall()]


def drop(db: Handle, question: int) -> None:
    """Forget a question."""
    db.execute("DELETE FROM asked WHERE id = ?", [question])


def erase(db: Handle, changed: Iterable[int], words: Set[str]) -> None:
    """Take away what holds words of what was erased.

    That is what was answered from a memory that shrank, and questions with one of `words`, in lower case, that no
    memory holds any more.
    """
    for memory in changed:
        db.execute("DELETE FROM asked WHERE memory_id = ?", [memory])
    for row in db.execute("SELECT id, text FROM asked").fetchall():
        gone = words & set(_WORDS.findall(row["text"].casefold()))
        if not all(fulltext.count(db, fulltext.phrase(word)) for word in gone):
            drop(db, row["id"])


def newest(db: Handle) -> int:
    """The newest passage there is."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM memory WHERE kind = 'passage'").fetchone()[0])


def _question(row: Row) -> PendingQuestion:
    return PendingQuestion(row["id"], row["text"], instant(row["asked_at"]),
                           instant_or_none(row["answered_at"]), row["answer"],
                           row["memory_id"])
