"""Conversations with Mneme: questions and answers, kept until they are deleted or what they stand on is erased."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mneme.errors import NotFound
from mneme.messages import _
from mneme.store.columns import Handle, Row, in_batches, instant, marks, micros
from mneme.types import Chat, Span

TITLE = 80  # code points

Part = Literal["cited", "nearest", "contradicts"]  # of an answer


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """Where a part of an answer stands: spans of the memory's text, and the checksum of that at `span`.

    Without a span the memory alone is known. `number` is the place's own in the answer, from 1.
    """

    part: Part
    memory: int
    span: Span | None = None
    answer_span: Span | None = None
    checksum: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question and its answer. `model` wrote it ("": it was read out); `said` is JSON, "" of turns of old."""

    asked: str
    answer: str
    state: str
    model: str
    at: datetime
    said: str = ""
    places: tuple[KeptPlace, ...] = ()


def begin(db: Handle, title: str, now: datetime) -> int:
    """A new conversation, named by its first question."""
    words = " ".join(title.split())
    short = words if len(words) <= TITLE else words[:TITLE - 1] + "…"
    return int(db.execute("INSERT INTO chat (title, begun_at) VALUES (?, ?) RETURNING id",
                          [short, micros(now)]).fetchone()[0])


def add(db: Handle, chat: int, turn: KeptTurn) -> int:
    """Keep a turn at the end of a conversation, and on which memories it stands. Raises: NotFound."""
    require(db, chat)
    row = db.execute(
        """INSERT INTO chat_turn (chat_id, seq, asked, answer, state, model, at, said)
           SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, ?, ?, ?, ? FROM chat_turn WHERE chat_id = ? RETURNING id""",
        [chat, turn.asked, turn.answer, turn.state, turn.model, micros(turn.at), turn.said, chat]).fetchone()
    # what was erased while the answer was written is not there any more
    db.conn.executemany(
        """INSERT INTO chat_place (turn_id, place, part, memory_id, span_start, span_end, answer_start, answer_end,
               checksum) SELECT ?, ?, ?, id, ?, ?, ?, ?, ? FROM memory WHERE id = ?""",
        [(row[0], one.number, one.part, *(one.span or (None, None)), *(one.answer_span or (None, None)), one.checksum,
          one.memory) for one in turn.places])
    db.execute("INSERT INTO chat_cite (turn_id, memory_id) SELECT DISTINCT turn_id, memory_id FROM chat_place "
               "WHERE turn_id = ?", [row[0]])
    return int(row[0])


def sum_up(db: Handle, chat: int, summary: str, turns: int) -> None:
    """Keep the summary that stands for the first `turns` turns. Passed over where the conversation is gone."""
    db.execute("UPDATE chat SET summary = ?, summed_up_to = ? WHERE id = ?", [summary, turns, chat])


def listed(db: Handle, words: str = "", limit: int = 100) -> list[Chat]:
    """Conversations, the latest first; with `words`, those in which all of them stand."""
    wanted = [f"%{_escaped(word)}%" for word in words.split()]
    said = "(c.title || ' ' || coalesce(group_concat(t.asked || ' ' || t.answer, ' '), ''))"
    having = " AND ".join(f"{said} LIKE ? ESCAPE '\\'" for _word in wanted)
    rows = db.execute(
        f"""SELECT c.*, count(t.id) AS turns, coalesce(max(t.at), c.begun_at) AS last_at FROM chat c
            LEFT JOIN chat_turn t ON t.chat_id = c.id GROUP BY c.id {'HAVING ' + having if having else ''}
            ORDER BY last_at DESC, c.id DESC LIMIT ?""", [*wanted, limit]).fetchall()
    return [_chat(row) for row in rows]


def turns(db: Handle, chat: int) -> list[KeptTurn]:
    """The turns of a conversation, oldest first, with the places that they cite. Raises: NotFound."""
    require(db, chat)
    rows = db.execute("SELECT * FROM chat_turn WHERE chat_id = ? ORDER BY seq", [chat]).fetchall()
    cited: dict[int, list[KeptPlace]] = {}
    for part in in_batches([row["id"] for row in rows]):
        for one in db.execute(f"SELECT * FROM chat_place WHERE turn_id IN ({marks(part)}) ORDER BY turn_id, place",
                              part).fetchall():
            cited.setdefault(one["turn_id"], []).append(KeptPlace(
                one["part"], one["memory_id"], _span(one["span_start"], one["span_end"]),
                _span(one["answer_start"], one["answer_end"]), one["checksum"] or 0, one["place"]))
    return [KeptTurn(row["asked"], row["answer"], row["state"], row["model"], instant(row["at"]), row["said"],
                     tuple(cited.get(row["id"], ()))) for row in rows]


def summary(db: Handle, chat: int) -> tuple[str, int]:
    """The summary of a conversation, and for how many of its first turns it stands. Raises: NotFound."""
    row = require(db, chat)
    return row["summary"], row["summed_up_to"]


def rename(db: Handle, chat: int, title: str) -> None:
    """Give a conversation another name. Raises: NotFound."""
    require(db, chat)
    db.execute("UPDATE chat SET title = ? WHERE id = ?", [" ".join(title.split())[:TITLE], chat])


def delete(db: Handle, chats: Sequence[int]) -> None:
    """Delete conversations with all that was said in them; memories stay. Raises: NotFound."""
    for chat in chats:
        require(db, chat)
        db.execute("DELETE FROM chat WHERE id = ?", [chat])


def erase(db: Handle, gone: Iterable[int]) -> None:
    """What stands on erased memories goes with them: the turns, and a summary that may tell of them.

    A conversation with nothing left in it goes, too; its name was its first question.
    """
    touched: set[int] = set()
    for part in in_batches(list(gone)):
        rows = db.execute(f"""SELECT DISTINCT t.id, t.chat_id FROM chat_cite c JOIN chat_turn t ON t.id = c.turn_id
                              WHERE c.memory_id IN ({marks(part)})""", part).fetchall()
        for turn, chat in rows:
            db.execute("DELETE FROM chat_turn WHERE id = ?", [turn])
            touched.add(chat)
    for chat in touched:
        first = db.execute("SELECT asked FROM chat_turn WHERE chat_id = ? ORDER BY seq LIMIT 1", [chat]).fetchone()
        if first is None:
            db.execute("DELETE FROM chat WHERE id = ?", [chat])
        else:
            db.execute("UPDATE chat SET title = ?, summary = '', summed_up_to = 0 WHERE id = ?",
                       [" ".join(first[0].split())[:TITLE], chat])


def exists(db: Handle, chat: int) -> bool:
    """Whether there is this conversation."""
    return db.execute("SELECT 1 FROM chat WHERE id = ?", [chat]).fetchone() is not None


def require(db: Handle, chat: int) -> Row:
    """The row of a conversation. Raises: NotFound."""
    row: Row | None = db.execute("SELECT * FROM chat WHERE id = ?", [chat]).fetchone()
    if row is None:
        raise NotFound(_("There is no conversation {id}.").format(id=chat), _("`mneme chat --list` lists them."))
    return row


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else (start, end)


def _chat(row: Row) -> Chat:
    return Chat(row["id"], row["title"], instant(row["begun_at"]), instant(row["last_at"]), row["turns"])


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
