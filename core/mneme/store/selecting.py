"""Which memories are meant by "the last hour", "everything from X", "about Y" or "between these dates"."""

from collections import Counter

from mneme.store.columns import Handle, in_batches, marks, micros
from mneme.types import Selected, Selection

EXAMPLES, SHOWN = 5, 100  # examples, and characters of each
_ROWS = """memory m JOIN evidence e ON e.memory_id = m.id AND e.ordinal = 0
    JOIN item i ON i.id = e.item_id JOIN entry n ON n.id = i.entry_id LEFT JOIN thread t ON t.id = i.thread_id"""


def select(db: Handle, what: Selection) -> Selected:
    """The memories that a selection means, old versions and those in the bin included; nothing for an empty one."""
    conditions, values = _conditions(what)
    if not conditions:
        return Selected((), {}, {}, ())
    rows = db.execute(
        f"SELECT m.id, m.kind, n.shown, m.text FROM {_ROWS} WHERE {' AND '.join(conditions)} ORDER BY m.id",
        values).fetchall()
    if what.about is not None:
        wanted = _plain(what.about)
        rows = [row for row in rows if _tells(wanted, row[3]) or _tells(wanted, row[2])]
    kinds, places = Counter(row[1] for row in rows), Counter(row[2] for row in rows)
    examples = [" ".join(row[3].split())[:SHOWN] for row in rows if row[1] == "passage"][:EXAMPLES]
    return Selected(tuple(row[0] for row in rows), dict(kinds), dict(places.most_common()), tuple(examples))


def forget_questions(db: Handle, what: Selection) -> int:
    """Take away the questions that were asked in a stretch of time, or about something; how many."""
    rows = db.execute("SELECT id, text, asked_at FROM asked").fetchall()
    wanted = "" if what.about is None else _plain(what.about)
    since = None if what.since is None else micros(what.since)
    until = None if what.until is None else micros(what.until)
    gone = [row[0] for row in rows if _tells(wanted, row[1]) or (
        since is not None and since <= row[2] and (until is None or row[2] <= until))]
    for part in in_batches(gone):
        db.execute(f"DELETE FROM asked WHERE id IN ({marks(part)})", part)
    return len(gone)


def _conditions(what: Selection) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    happened = "CASE WHEN i.happened_from = 'file' THEN NULL ELSE m.happened_at END"
    for column, sign, at in (("m.recorded_at", ">=", what.since), ("m.recorded_at", "<=", what.until),
                             (happened, ">=", what.happened_from), (happened, "<", what.happened_to)):
        if at is not None:
            conditions.append(f"{column} {sign} ?")
            values.append(micros(at))
    if what.place is not None:
        conditions.append("""(n.shown = ? OR substr(n.shown, 1, length(?) + 1) IN (? || '/', ? || '\\')
            OR lower(i.speaker) = lower(?) OR lower(t.title) = lower(?))""")
        values += [what.place.rstrip("/\\")] * 4 + [what.place] * 2
    if what.about is not None:
        conditions.append("1")
    return conditions, values


def _plain(text: str) -> str:
    """The words of a text alone, in lower case, a blank between them."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _tells(wanted: str, text: str) -> bool:
    """Whether these plain words stand in a text one after the other, as whole words."""
    return bool(wanted) and f" {wanted} " in f" {_plain(text)} "
